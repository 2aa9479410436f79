/*
 * bit: strings of bits, bit(n) and bit varying(n).
 * Stored:  TEXT of the digits 0 and 1; the order of the texts is the type's order.
 */
#ifndef TYPES_BIT_H
#define TYPES_BIT_H

#include "types/type.h"

enum { BIT_MAX_LENGTH = INT32_MAX - 7, BIT_MAX_TYPMOD = 10 * 1024 * 1024 * 8 };

/* The digits of any stored value, leniently; in c->arena, or d's own bytes. NULL: 22P02. */
const char *bit_read(struct type_ctx *c, const struct datum *d, size_t *n);
/* n digits cut, or filled with zeros, to length len; in the arena unless nothing changes. */
const char *bit_resize(struct arena *a, const char *s, size_t n, size_t len);

#endif
