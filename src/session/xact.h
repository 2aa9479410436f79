/*
 * xact: the session's transaction block over store's struct txn.
 *
 *     state          BEGIN    COMMIT              ROLLBACK            an error          end of
 * Query / Sync NONE           OPEN     warning, commits    warning, rolls back rolls back commits
 * what is open OPEN           warning  NONE                NONE                FAILED stays FAILED
 * 25P02    NONE, tag ROLLBACK  NONE                stays             stays
 */
#ifndef SESSION_XACT_H
#define SESSION_XACT_H

#include "sql/sql.h"
#include "store/txn.h"

struct session;

struct savepoint {
	struct savepoint *outer;
	char *name;
	int level; /* 1 is the outermost */
};

/* Starts the implicit transaction if none is open; sets now() and statement_timestamp(). */
void xact_statement_start(struct session *s);
/* Commits the implicit transaction, when no block is open. False: s->err is set and it is rolled
 * back. */
bool xact_finish_implicit(struct session *s) MUSTCHECK;
/* After an error: FAILED, or the end of the implicit transaction. */
void xact_error(struct session *s);
/* Whatever is open is rolled back: the session ends, or DISCARD ALL. */
void xact_reset(struct session *s);

/* A TransactionStmt (PgQuery__TransactionStmt); *tag: what it completes with. */
bool xact_command(struct session *s, const void *stmt, const char **tag) MUSTCHECK;
/* May this statement run in a failed block? */
bool xact_exits_failed(const struct PgQuery__Node *node);
/* SET TRANSACTION, SET SESSION CHARACTERISTICS: a list of DefElem. */
bool xact_set_list(struct session *s, const void *set_stmt, bool session_default) MUSTCHECK;

char xact_status(const struct session *s); /* I, T, E */
bool xact_in_block(const struct session *s);
/* 25001 "%s cannot run inside a transaction block" and its kin. */
bool xact_refuse_block(struct session *s, const char *command) MUSTCHECK;
/* 25P01 "%s can only be used in transaction blocks". */
bool xact_require_block(struct session *s, const char *command) MUSTCHECK;

const struct txn_options *xact_options(const struct session *s);
bool xact_read_only(const struct session *s); /* by choice, or because the file is */
bool xact_set_option(struct session *s, const char *name, const char *value,
		     struct err *err) MUSTCHECK;
enum isolation xact_isolation(const char *name);
const char *xact_isolation_name(enum isolation iso);

#endif
