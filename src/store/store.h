/*
 * store: one SQLite file as a database that many sessions share. The only user of sqlite3.h.
 *
 *     struct db      one file: the pool, the writer's queue, group commit, the checkpointer, the
 * current snapshot struct conn    one SQLite connection, borrowed by a session for a transaction
 * (or pinned longer) struct txn     a session's transaction on a db (store/txn.h) struct cursor one
 * running statement
 *
 * Threads: a db is shared (its own locks, see docs/threads.md); a conn, txn and cursor belong to
 * the worker that runs the session. Nothing here is called by the event loop except
 * db_interrupt-free flags: cancelling sets struct cancel (func/func.h), which every wait and every
 * running statement notices within milliseconds (progress handler, condition variables).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "catalog/snapshot.h"
#include "func/func.h"

struct db;
struct conn;
struct cursor;

/* ---- database files ---- */

struct db_options {
	int64_t page_cache; /* bytes a connection may cache */
	int64_t mmap_size;  /* bytes */
	int max_idle;       /* connections kept warm */
	bool read_only;
	bool fsync;           /* off: nothing is ever synced (as PostgreSQL's fsync = off) */
	int checkpoint_pages; /* WAL pages after which the checkpointer starts */
	int busy_timeout_ms;  /* how long a lock of another process is waited for */
};

/* Opens (create: makes) the file, sets WAL, makes or adopts the reserved tables (a read-only or
 * adopted file is never written at open: reserved tables are made by the first DDL), loads the
 * snapshot, starts the checkpointer. name: the database's name for clients. NULL: err is set –
 * 58P01 no such file, 42501 permission denied, 55000 file is not a database / read-only directory
 * without WAL, 55P03/58030 locked by another process, 53100 disk full: each message names the file.
 */
struct db *db_open(const char *path, const char *name, const struct db_options *opt, bool create,
		   struct err *err);
/* Waits for no one: the caller has ended all sessions. Checkpoints (TRUNCATE) and closes. */
void db_close(struct db *db);
/* Closes and deletes the file with its -wal and -shm; the caller has made sure that nobody uses it.
 */
bool db_drop(struct db *db, struct err *err);
/* Copies an open database into a new file (CREATE DATABASE … TEMPLATE), consistent, by SQLite's
 * backup. */
bool db_clone(struct db *from, const char *path, struct err *err);
const char *db_name(const struct db *db);
const char *db_path(const struct db *db);
bool db_read_only(const struct db *db);
int64_t db_size(struct db *db); /* bytes of file and WAL */

/* The committed schema; the caller holds a reference. Reloads first when another process has
 * changed the file's schema (SQLite's cookie, looked at no more often than every few milliseconds).
 * NULL: err is set. */
struct snapshot *db_snapshot(struct db *db, struct err *err);

/* ---- connections ---- */

/* Borrows a warm connection (or opens one). env stays the session's and must outlive the borrowing:
 * running functions see it. Never waits for other sessions. NULL: err is set. */
struct conn *conn_borrow(struct db *db, struct fenv *env, struct err *err);
/* Gives it back. No transaction and no cursor may be open; temp tables are dropped by closing it
 * when discard is true. */
void conn_return(struct conn *c, bool discard);
struct db *conn_db(struct conn *c);
struct sqlite3;
/* The snapshot that this connection's uncommitted DDL has made, read from the connection itself.
 * The caller holds a reference. */
struct snapshot *conn_snapshot(struct conn *c, struct err *err);
bool conn_has_temp(struct conn *c);
void
conn_set_temp(struct conn *c); /* from now on the connection is pinned and thrown away in the end */

/* Runs SQL of our own making (DDL, reserved tables): all statements of sql, rows ignored or given
 * to row. params: ?1 …; may be NULL. False: env's err is set (constraint and I/O failures mapped as
 * for cursors). */
bool conn_exec(struct conn *c, const char *sql, const struct datum *params, int nparams);
bool conn_query(struct conn *c, const char *sql, const struct datum *params, int nparams,
		bool (*row)(void *arg, const struct datum *cols, int ncols), void *arg);

/* ---- running a plan ---- */

enum cursor_result { CURSOR_ROW, CURSOR_DONE, CURSOR_ERROR };

struct cursor_spec {
	uint64_t key; /* the plan's id: prepared statements are cached per connection by it; 0: do
			 not cache */
	const char *sql;
	const struct datum *params; /* nparams; text and blobs must stay until cursor_close */
	int nparams;
	bool writes;
	bool upsert;		       /* no row may be updated twice, or updated and inserted: target's */
	const struct relation *target; /* for constraint errors, or NULL */
	const struct snapshot *snapshot;
};

/* Several statements as one command (plan.steps): with_begin, then each statement after with_step,
 * with_check when all have run, with_end in any case. Rows kept in a slot are read by later
 * statements as pg_with_rows(slot); slots of an image are filled by the changes of the table. */
struct with_image {
	const struct relation *rel;
	int changed, before; /* slots */
};
bool with_begin(struct conn *c, int nslots, const struct with_image *images, int n) MUSTCHECK;
void with_step(struct conn *c);
void with_keep(struct conn *c, struct cursor *cur, int slot); /* the current row */
/* Foreign keys of the tables modified, which were not looked at meanwhile. False: 23503. */
struct with_target {
	const struct relation *rel;
	bool adds, removes; /* keys */
};
bool with_check(struct conn *c, const struct with_target *targets, int n) MUSTCHECK;
void with_end(struct conn *c);

/* Prepares (or takes from the cache), binds. The transaction must be ready (txn_statement). NULL:
 * err is set. */
struct cursor *cursor_open(struct conn *c, const struct cursor_spec *spec);
/* CURSOR_ERROR: env's err is set. Constraint failures are reported as PostgreSQL does, with names
 * and details: 23505 duplicate key value violates unique constraint "…" / Key (a, b)=(1, 2) already
 * exists. 23502 null value in column "c" of relation "t" violates not-null constraint / Failing row
 * contains (…). 23514 new row for relation "t" violates check constraint "…" / Failing row contains
 * (…). 23503 insert or update on table "t" violates foreign key constraint "…" / Key (a)=(1) is not
 * present in table "p". update or delete on table "p" violates foreign key constraint "…" on table
 * "t" / Key (id)=(1) is still referenced from table "t". */
enum cursor_result cursor_step(struct cursor *cur);
int cursor_ncols(const struct cursor *cur);
/* Column i of the current row; text and blob point into SQLite's row and last until the next step.
 */
void cursor_column(struct cursor *cur, int i, struct datum *out);
int64_t
cursor_changes(const struct cursor *cur); /* rows inserted, updated or deleted, after CURSOR_DONE */
/* Resets and returns the statement to the cache. NULL is allowed. */
void cursor_close(struct cursor *cur);

#endif
