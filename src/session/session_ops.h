/*
 * session_ops: what functions ask of their session (struct session_ops of func/func.h).
 */
#ifndef SESSION_SESSION_OPS_H
#define SESSION_SESSION_OPS_H

#include "func/func.h"

extern const struct session_ops session_ops;

/* currval and lastval forget everything: DISCARD SEQUENCES. */
struct session;
void session_ops_discard_sequences(struct session *s);

#endif
