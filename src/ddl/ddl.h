/*
 * ddl: utility commands that change the schema. One file per command, each exporting one entry of
 * the table in ddl.c.
 *
 * A command works on a borrowed connection inside a transaction that holds the writer's place, and
 * writes SQLite's own DDL and the rows of the reserved tables (catalog/persist.h) together, so that
 * they cannot drift. All commands are transactional. Owner:   the session's worker. Memory: arena
 * is the statement's.
 */
#ifndef DDL_DDL_H
#define DDL_DDL_H

#include "sql/sql.h"
#include "store/txn.h"

/* What ddl may ask of the session and the server. */
struct ddl_host {
	/* Runs a plan to its end with these parameters, no rows to the client (CREATE TABLE AS,
	 * default back-fill). *rows: how many. */
	bool (*run_plan)(void *arg, struct plan *p, const struct datum *params, int nparams,
			 int64_t *rows);
	/* CREATE and DROP DATABASE, CREATE/ALTER/DROP ROLE: server-wide. */
	bool (*create_database)(void *arg, const char *name, const char *template_name,
				bool if_not_exists, struct err *err);
	bool (*drop_database)(void *arg, const char *name, bool missing_ok, bool force,
			      struct err *err);
	bool (*rename_database)(void *arg, const char *from, const char *to, struct err *err);
	bool (*create_role)(void *arg, const void *stmt /* PgQuery__CreateRoleStmt */,
			    struct err *err);
	bool (*alter_role)(void *arg, const void *stmt /* PgQuery__AlterRoleStmt */,
			   struct err *err);
	bool (*drop_role)(void *arg, const char *name, bool missing_ok, struct err *err);
	void (*notice)(void *arg, const char *severity, const char *sqlstate, const char *message,
		       const char *detail);
	void *arg;
};

struct ddl {
	struct arena *arena;
	struct err *err;
	struct compile_env
		*compile; /* compile->snapshot is the transaction's; refreshed by ddl_refresh */
	struct fenv *fenv;
	struct txn *txn;
	struct conn *conn;
	const struct ddl_host *host;
	const char *source; /* the whole query text: expressions of views are cut out of it */
	const struct raw_stmt *stmt;
	struct snapshot *own;     /* the reference that compile->snapshot holds after ddl_refresh;
				     ddl_done drops it */
	struct vec old_snapshots; /* struct snapshot that ddl_refresh replaced: what points into
				     them lasts until ddl_done */
	struct vec promised;      /* names that this command is about to create (rows.c) */
	bool rows_ready, rows_temp_ready; /* the reserved tables are there */
	char tag[64];                     /* out: the command tag, "CREATE TABLE", "SELECT 3" … */
};

enum ddl_class {
	DDL_NOT_MINE,    /* not a schema command: the session's own, or nobody's */
	DDL_TRANSACTION, /* needs the writer's place, may run in a block */
	DDL_SERVER, /* CREATE DATABASE and kin: not in a transaction block (25001), no connection
		       needed */
	DDL_READ,   /* no-ops that change nothing in the file (VACUUM-like hints) */
};

/* What kind of command a statement is; *tag: its command tag for messages ("CREATE TABLE"). */
enum ddl_class ddl_classify(const struct raw_stmt *stmt, const char **tag);
/* Runs it. False: d->err is set; the caller undoes the statement (txn_mark_undo). On success the
 * caller has txn_mark_ddl. */
bool ddl_execute(struct ddl *d) MUSTCHECK;
/* Drops the command's snapshots, after ddl_execute; compile->snapshot and fenv->snapshot are the
 * caller's to set again. */
void ddl_done(struct ddl *d);
/* Reads the schema again within a command (CREATE TABLE with foreign keys to itself, CREATE SCHEMA
 * elements). */
bool ddl_refresh(struct ddl *d) MUSTCHECK;

#endif
