/*
 * advisory: pg_advisory_lock and kin: locks on numbers, per database, held by a session or by its
 * transaction. Threads: one lock and one condition for all; waits end within milliseconds of a
 * cancel.
 */
#ifndef SESSION_ADVISORY_H
#define SESSION_ADVISORY_H

#include "base/err.h"

struct session;

/* As struct session_ops.advisory. */
bool advisory_call(struct session *s, int64_t key, bool shared, bool try_only, bool unlock,
		   bool xact, bool *got, struct err *err) MUSTCHECK;
void advisory_end_transaction(struct session *s);
void advisory_unlock_all(struct session *s);

#endif
