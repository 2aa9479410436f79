/*
 * private: what the files of store/ share. Nobody else includes this or sqlite3.h.
 *
 * Owner:   struct db is shared (each lock says what it guards; the order is in docs/threads.md);
 * conn, txn and cursor belong to the worker that runs the session, except that an idle conn belongs
 * to the pool.
 */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "catalog/persist.h"
#include "store/store.h"
#include "store/txn.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

/* ---- write_queue.c: the writer's place ---- */

struct write_waiter;
struct write_queue {
	pthread_mutex_t lock;
	struct write_waiter *first, *last; /* shared under lock: who waits, in order of arrival */
	bool held;                         /* shared under lock */
};

void write_queue_init(struct write_queue *q);
void write_queue_destroy(struct write_queue *q);
/* Waits in turn. timeout_ms 0: for ever; below 0: not at all. False: err is set (55P03, or what
 * cancel says); then the place is not held. */
bool write_queue_acquire(struct write_queue *q, int64_t timeout_ms, struct cancel *cancel,
			 struct err *err);
bool write_queue_try(struct write_queue *q);
void write_queue_release(struct write_queue *q);

/* ---- group_commit.c: N commits, one fsync ---- */

struct group_commit {
	pthread_mutex_t lock;
	pthread_cond_t done;
	uint64_t issued, synced; /* shared under lock: tickets given, tickets known to be on disk */
	bool leading;            /* shared under lock: somebody is in fdatasync */
	_Atomic bool failed; /* an fsync failed: what the disk holds is unknown, no further commit
				is accepted */
	int fd;              /* the WAL file; the leader's while leading */
	char *path, *dir;
	uint64_t syncs; /* shared under lock: how many fsyncs ran */
};

void group_commit_init(struct group_commit *g, const char *db_path);
void group_commit_destroy(struct group_commit *g);
/* Called after SQLite's COMMIT has returned; the ticket covers everything that it wrote. */
uint64_t group_commit_ticket(struct group_commit *g);
/* Returns when the ticket is on disk. False: 58030. */
bool group_commit_wait(struct group_commit *g, uint64_t ticket, struct err *err);

/* ---- checkpoint.c ---- */

struct checkpointer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool running, stop, wanted; /* shared under lock */
	_Atomic int wal_pages;      /* as the last commit saw it */
	_Atomic int room;           /* pages that the WAL file has space for; INT_MAX: let it be */
	struct conn *conn;          /* the thread's own */
};

bool checkpoint_start(struct db *db, struct err *err);
void checkpoint_stop(struct db *db);
/* A commit left the WAL at this many pages. Wakes the thread when there is something to do. */
void checkpoint_note(struct db *db, int pages);

/* ---- sequence.c ---- */

struct seq_state {
	oid_t oid;
	int64_t last_value;
	bool is_called;
};

struct seq_table {
	pthread_mutex_t lock; /* guards map and the states in it */
	struct map map;       /* OID → struct seq_state, malloc'ed */
};

void seq_table_init(struct seq_table *s);
void seq_table_destroy(struct seq_table *s);
/* Writes what this transaction has handed out; the place is held. False: the connection's err is
 * set. */
bool seq_flush(struct txn *t);
/* The transaction is over: states of sequences that it made become everybody's, or are forgotten.
 */
void seq_end(struct txn *t, bool committed);
/* A new statement: what the one before handed out need not be remembered. */
void seq_statement(struct txn *t);
bool seq_pending(const struct txn *t);

/* ---- stmt_cache.c ---- */

struct stmt_entry {
	uint64_t key;
	sqlite3_stmt *stmt;
	bool busy;
	struct stmt_entry *chain; /* same bucket */
	struct stmt_entry *newer, *older;
};

enum { STMT_CACHE_MAX = 200, STMT_BUCKETS = 256 };
struct stmt_cache {
	struct stmt_entry *buckets[STMT_BUCKETS];
	struct stmt_entry *newest, *oldest;
	int n;
};

/* A prepared statement for sql, marked busy; from the cache when key is not 0 and no cursor uses
 * it. *entry NULL: the caller finalizes. Returns SQLite's code. */
int stmt_cache_get(struct conn *c, uint64_t key, const char *sql, sqlite3_stmt **stmt,
		   struct stmt_entry **entry);
void stmt_cache_put(struct conn *c, struct stmt_entry *entry);
void stmt_cache_clear(struct conn *c);

/* ---- conn ---- */

/* Statements of our own, prepared once per connection. */
enum fixed {
	FIXED_BEGIN,
	FIXED_BEGIN_IMMEDIATE,
	FIXED_COMMIT,
	FIXED_ROLLBACK,
	FIXED_TOUCH,
	FIXED_UPGRADE,
	FIXED_COOKIE,
	FIXED_MARK,
	FIXED_MARK_RELEASE,
	FIXED_MARK_UNDO,
	FIXED_SEQ_READ,
	FIXED_SEQ_WRITE,
	FIXED_TEMP_SEQ_READ,
	FIXED_TEMP_SEQ_WRITE,
	FIXED_N
};

struct binding;
struct diag;

struct conn {
	struct db *db;
	sqlite3 *sq;
	struct fenv *env;     /* the borrower's; the db's own while idle */
	struct txn *txn;      /* of the borrower, or NULL */
	struct arena scratch; /* emptied after every function call */
	struct binding *bindings;
	int nbindings;
	struct stmt_cache cache;
	sqlite3_stmt *fixed[FIXED_N];
	struct cursor *cursors; /* open ones, newest first */
	struct cursor *spare;   /* closed ones, for reuse */
	struct diag *diag;      /* while a failed statement is run again to find out why */
	struct with_rows *with;  /* of the running command of several statements, or NULL */
	struct touched *touched; /* of the running ON CONFLICT DO UPDATE of many rows, or NULL */
	bool temp;              /* has temporary tables */
	bool undefended;        /* SQLITE_DBCONFIG_DEFENSIVE is off, for DDL */
	bool wrote_wal;         /* the last COMMIT added to the WAL */
	int busy_ms;            /* how long the busy handler has waited */
	struct conn *next;      /* in the pool, or in txn.sides */
};

struct db {
	char *name, *path;
	struct db_options opt;
	bool read_only;
	struct fenv env; /* for work that is no session's */
	struct err err;  /* env's; under guard */

	pthread_mutex_t pool_lock;
	struct conn *idle; /* shared under pool_lock; last returned first */
	int nidle;

	pthread_mutex_t guard_lock;
	struct conn *guard; /* shared under guard_lock: never idle, keeps the WAL alive, reads
			       schema and sequences */
	_Atomic int64_t checked_ms; /* when the schema cookie was last compared */

	pthread_mutex_t snapshot_lock;
	struct snapshot *snapshot; /* shared under snapshot_lock: the committed one */
	_Atomic uint64_t version; /* snapshot's, to see without the lock that nothing has changed */

	struct write_queue queue;
	struct group_commit group;
	struct checkpointer checkpointer;
	struct seq_table seqs;
};

int64_t monotonic_ms(void);

/* pool.c */
struct conn *conn_open(struct db *db, struct fenv *env, struct err *err);
void conn_close(struct conn *c);
/* Steps one of our own statements to its end. Returns SQLite's code (SQLITE_OK, never ROW or DONE);
 * *value, when asked for, gets the first column of the first row. */
int conn_fixed(struct conn *c, enum fixed which, int64_t *value);
sqlite3_stmt *
conn_fixed_stmt(struct conn *c,
		enum fixed which); /* to be bound and stepped; NULL: it could not be prepared */
/* Runs SQL without parameters, reporting nothing. */
int conn_run(struct conn *c, const char *sql);
int conn_runf(struct conn *c, const char *fmt, ...) PRINTF(2, 3);
void conn_defend(struct conn *c, bool on);

/* db.c */
/* db_snapshot, where *seen is a reference that the caller keeps between calls, or NULL. */
struct snapshot *db_snapshot_cached(struct db *db, struct snapshot **seen, struct err *err);
void mutex_init_spinning(pthread_mutex_t *m); /* for locks that are held for a few instructions */
void db_publish(struct db *db, struct snapshot *s); /* takes the reference */

/* snapshot_read.c */
struct snapshot *conn_load_snapshot(struct conn *c, bool temp, struct err *err);

/* result_codes.c */
/* What SQLite's failure means to a client; does nothing when err is set already (a function body
 * said it first). Always false. */
bool store_error(struct conn *c, int rc, struct err *err);
bool store_error_text(const struct db *db, int rc, const char *text, const char *sql,
		      struct cancel *cancel, struct err *err);

/* cursor.c */
struct cursor {
	struct conn *conn;
	sqlite3_stmt *stmt;       /* NULL: materialised or dead */
	struct stmt_entry *entry; /* or NULL: not cached */
	struct cursor_spec spec;
	int ncols;
	bool done, failed, on_row;
	int64_t changes;
	double random_state[4]; /* as the statement began, so that running it again gives the same
				 */
	struct cursor *next;    /* in conn's lists */
	struct cursor **link;
	/* Materialised: the rows that were left. */
	struct arena rows;
	struct datum **row;   /* malloc'ed */
	int nrows, at;        /* at: the current one, counted from 1 */
	struct datum *pushed; /* the current row when it was materialised under the reader's feet */
};

/* Reads the rest of every running statement of c into memory, so that c can write, commit or roll
 * back. False: env's err. */
bool conn_materialise(struct conn *c);
bool conn_is_reading(const struct conn *c);
/* The transaction ends: those that have not ended are read to their end, for holdable cursors. */
bool conn_finish_cursors(struct conn *c);
/* Takes every cursor off the connection; those that still run end with an error. */
void conn_kill_cursors(struct conn *c);
int bind_params(sqlite3_stmt *stmt, const struct datum *params, int n);
void stmt_datum(sqlite3_stmt *stmt, int i, struct datum *out);
struct datum datum_dup(struct arena *a, const struct datum *d);

/* constraint.c, diagnose.c, foreign_key.c: why a statement failed */

/* A constraint failed (rc is SQLite's extended code, text its message): says which one, with the
 * key or row where the statement can be run again to find them. cur NULL: a COMMIT. Always false;
 * the connection's err is set. */
bool constraint_error(struct conn *c, int rc, const char *text, const struct cursor *cur);

/* A diagnosis: the statement is run once more under temporary triggers that note what it writes,
 * then all is undone. It costs nothing as long as nothing fails. */
struct diag {
	struct arena arena; /* as long as the diagnosis */
	struct arena row;   /* the last noted row */
	struct datum *cells;
	int ncells;
	struct vec fks; /* struct constraint: what fk_key.fk counts */
	struct vec
		keys; /* struct fk_key: references that looked broken when their row was written */
	int triggers;
	struct session_ops ops; /* the session's, without what a second run must not repeat */
	const struct session_ops *saved_ops;
	double saved_random[4];
	bool deferred; /* defer_foreign_keys as it was */
};
struct fk_key {
	int fk;
	bool parent; /* the referenced row went away */
	struct datum *cells;
};
enum { DIAG_MAX_KEYS = 1000 };

bool diag_begin(struct conn *c, struct diag *d, const struct cursor *cur);
/* body: the trigger's statements, each with its ';'. when: "BEFORE INSERT" … */
void diag_trigger(struct conn *c, struct diag *d, const char *when, const struct relation *rel,
		  const char *body);
/* Runs the statement to its end, discarding rows. Returns SQLite's code. */
int diag_rerun(struct conn *c, const struct cursor *cur);
void diag_end(struct conn *c, struct diag *d);
bool register_notes(struct conn *c);

void buf_ident(struct buf *b, const char *name);            /* in double quotes */
void buf_relation(struct buf *b, const struct relation *r); /* main."t" */
/* Appends a value as its type prints it, "null" for NULL. */
void buf_value(struct conn *c, struct buf *b, const struct snapshot *snap, const struct type *t,
	       int32_t typmod, const struct datum *d);
bool foreign_key_error(struct conn *c, const struct cursor *cur, const char *text);
bool foreign_key_error_at_commit(struct conn *c, const char *text);
bool foreign_keys_deferred(struct conn *c); /* for the rest of the transaction, all of them */
/* After statements that ran with all foreign keys deferred: those of the targets, and of what their
 * cascades reach, that are not deferrable. False: 23503. */
bool foreign_keys_hold(struct conn *c, const struct with_target *targets, int n);

/* register_*.c: each registers its part on a new connection. */
struct func_info {
	const struct func *f;
	const struct proc *proc; /* the first pg_proc row, or NULL */
	const char *name;
	bool strict;
	int flags; /* SQLite's */
};
const struct func_info *func_infos(int *n); /* made once for the process */

/* The types of a call, parsed once; kept by call sites and by running aggregates. */
struct typeset {
	int refs; /* of one connection: not atomic */
	struct arena arena;
	struct ftypes types;
	char *text;
	size_t n;
	uint64_t version; /* of the snapshot, when a user's type is among them; else 0 */
};
/* A place in a statement that calls a function, known by where SQLite keeps its first argument. A
 * wrong guess is harmless: the types' text is compared, and bodies check what they cached. */
struct site {
	const void *key;
	struct typeset *types;
	void *cache;
	void (*cache_free)(void *);
	uint64_t used;
};
enum { SITES = 4 };
struct binding {
	struct conn *conn;
	const struct func_info *info;
	struct site *sites; /* SITES of them, or NULL: never called */
	struct site *last;  /* the one that was asked for last, or NULL */
	uint64_t clock;
};
enum { MAX_ARGS = 128 };

struct site *binding_site(struct binding *b, const void *key);
/* Finds out the types of a call whose first argument is their text. False: err is set. */
bool site_types(struct binding *b, struct site *s, const struct datum *text);
void typeset_unref(struct typeset *t);
void bindings_free(struct conn *c);

void value_datum(sqlite3_value *v, struct datum *out);
void result_datum(sqlite3_context *ctx, const struct datum *d);
/* Marks the call as failed; sets XX000 when the body has not said why. */
void result_failed(sqlite3_context *ctx, struct conn *c, const char *name);

bool register_functions(struct conn *c);
bool register_aggregate(struct conn *c, struct binding *b);
bool register_window_aggregate(struct conn *c, struct binding *b);
bool register_windows(struct conn *c);
bool register_srf(struct conn *c, struct binding *b);
bool register_catalog(struct conn *c);
bool register_collations(struct conn *c);

bool register_with_rows(struct conn *c);

/* upsert.c: the rows that an INSERT … ON CONFLICT DO UPDATE has touched. */
bool register_upsert(struct conn *c);
void upsert_begin(struct conn *c, const struct relation *target);
void upsert_end(struct conn *c); /* nothing where none has begun */

/* A snapshot's text for something that went wrong inside; goes to the server's log. */
void store_complain(const struct db *db, const char *what, const char *sql);

/* txn.c, for sequence.c and diagnose.c */
enum txn_state { TXN_IDLE, TXN_OPEN, TXN_READING, TXN_WRITING, TXN_LOST };

struct handed {
	oid_t seq;
	int64_t value;
	bool replayed;
};

struct savepoint {
	char *name;
};

struct txn {
	struct db *db;
	struct fenv *env;
	struct conn *conn;  /* or NULL */
	struct conn *sides; /* connections that older, still open cursors read from */
	int nsides;
	enum txn_state state;
	struct txn_options opt;
	bool started; /* a statement has run */
	bool ddl, pinned;
	struct savepoint *saves;
	int nsaves, max_saves;
	struct snapshot *own;  /* after DDL or from REPEATABLE READ on: what this transaction sees;
				  NULL: to be read */
	struct snapshot *seen; /* the database's snapshot as last asked for, a reference */
	struct snapshot *temp; /* with temporary tables: the schema with them, or NULL */
	uint64_t temp_base;    /* the version of the db's snapshot that temp was read with */
	/* sequence.c */
	oid_t *seq_used;
	int nseq_used, max_seq_used;
	struct map seq_private; /* sequences that this transaction made, and temporary ones */
	struct handed *handed;
	int nhanded, max_handed;
	bool replaying;
};

#endif
