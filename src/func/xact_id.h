/*
 * xact_id: transaction ids, which are given out only to those who ask for one.
 * Owner:   the server; all calls lock for themselves. env is the caller's own.
 */
#ifndef FUNC_XACT_ID_H
#define FUNC_XACT_ID_H

#include "func/func.h"

/* The id of the current transaction, made when it has none yet. */
uint64_t xact_id(struct fenv *env);
/* The same, or the id that it would get. */
uint64_t xact_id_next(const struct fenv *env);
/* The transaction is over: its id, if it has one, becomes history, and env->txid is 0. */
void xact_id_end(struct fenv *env, bool committed);

#endif
