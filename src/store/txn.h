/*
 * txn: a session's transaction (DESIGN §4).
 * Owner:   the session's worker.
 *
 * State:   IDLE → (txn_begin or an implicit one) → OPEN: no SQLite transaction yet (READ COMMITTED
 * reads run one by one) OPEN → READING: a snapshot is held (REPEATABLE READ, SERIALIZABLE) →
 * WRITING: the writer's place is held any → IDLE by txn_commit, txn_rollback. The interface does
 * not assume that there is one writer: "the writer's place" is txn.c's business.
 */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include "store/store.h"

enum isolation { ISO_READ_UNCOMMITTED, ISO_READ_COMMITTED, ISO_REPEATABLE_READ, ISO_SERIALIZABLE };

struct txn_options {
	enum isolation isolation;
	bool read_only, deferrable;
};

struct txn; /* one per session, lives as long */

struct txn *txn_new(struct db *db, struct fenv *env);
void txn_free(struct txn *t); /* rolls back, returns the connection */

/* Starts a transaction (implicit ones too). Touches SQLite not at all. */
void txn_begin(struct txn *t, const struct txn_options *opt);
bool txn_is_open(const struct txn *t);
bool txn_has_written(const struct txn *t);
/* SET TRANSACTION before the first statement: 25001 after it. */
bool txn_set_options(struct txn *t, const struct txn_options *opt, struct err *err);
const struct txn_options *txn_options(const struct txn *t);

/* Before each statement: borrows a connection when there is none, takes the snapshot or the
 * writer's place as needed. Waiting for the place is a fair queue: lock_timeout_ms (0: for ever;
 * -1: NOWAIT, 55P03 at once) gives 55P03 "canceling statement due to lock timeout", cancel 57014. A
 * write in REPEATABLE READ on a stale snapshot: 40001 "could not serialize access due to concurrent
 * update". A write in READ ONLY: the caller (session) has refused it with 25006 already. NULL: err
 * is set. */
struct conn *txn_statement(struct txn *t, bool writes, int64_t lock_timeout_ms);
/* After each statement: outside a WRITING or READING state the read lock is dropped. autocommit
 * single statements need no more than txn_commit. */
void txn_statement_end(struct txn *t);
struct conn *txn_conn(struct txn *t); /* the borrowed connection or NULL */

/* Statement-level undo for plans of more than one step and for utility commands. */
bool txn_mark(struct txn *t); /* a savepoint of the statement's own */
bool txn_mark_release(struct txn *t);
bool txn_mark_undo(struct txn *t);

/* SAVEPOINT name and kin; names may repeat (the newest counts). 3B001 'savepoint "x" does not
 * exist'. */
bool txn_savepoint(struct txn *t, const char *name);
bool txn_release(struct txn *t, const char *name);
bool txn_rollback_to(struct txn *t, const char *name);

/* Commits; waits for the group fsync unless sync is false. After a DDL transaction the new snapshot
 * is published. False: err is set (deferred constraints 23503, disk full 53100, I/O 58030) and the
 * transaction has been rolled back. */
bool txn_commit(struct txn *t, bool sync);
void txn_rollback(struct txn *t);
/* DDL was run: the transaction's snapshot has to be read again (by txn_snapshot) and published at
 * commit. */
void txn_mark_ddl(struct txn *t);
/* What statements of this transaction see: its own after DDL, else the database's newest. A
 * reference for the caller. */
struct snapshot *txn_snapshot(struct txn *t, struct err *err);
/* Keep the connection after the transaction (temp tables). */
void txn_pin(struct txn *t);
void txn_discard_temp(struct txn *t); /* DISCARD TEMP/ALL */

/* Sequences: values are handed out at once and never given back (as PostgreSQL); what was handed
 * out is written with the commit that used it. Functions of struct session_ops call these. */
bool txn_nextval(struct txn *t, oid_t seq, int64_t *value, struct err *err);
bool txn_setval(struct txn *t, oid_t seq, int64_t value, bool is_called, struct err *err);
/* What SELECT last_value, is_called FROM the sequence shows. */
bool txn_seq_state(struct txn *t, oid_t seq, int64_t *last_value, bool *is_called, struct err *err);
/* The row in "litephant.pg_sequence" was changed or removed by DDL: the state is read from it again
 * when next needed. */
void txn_seq_forget(struct txn *t, oid_t seq);

#endif
