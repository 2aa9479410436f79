/*
 * deep_stack: running what recurses on outside input on a stack that is large enough for it.
 */
#ifndef BASE_DEEP_STACK_H
#define BASE_DEEP_STACK_H

#include "base/base.h"

/* fn(arg) on a thread of its own, which is waited for. False: there was no room for the stack. */
bool deep_stack_run(size_t bytes, void (*fn)(void *arg), void *arg) MUSTCHECK;

#endif
