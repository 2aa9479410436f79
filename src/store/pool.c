/*
 * SQLite connections: how one is set up, the warm ones of a database, statements of our own.
 *
 * A connection has SQLITE_OPEN_NOMUTEX: one thread at a time uses it, and the pool's lock orders
 * them. Idle connections point to the database's own fenv, so that nothing of a finished session is
 * reachable from them.
 */
#include "store/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const fixed_sql[FIXED_N] = {
	[FIXED_BEGIN] = "BEGIN",
	[FIXED_BEGIN_IMMEDIATE] = "BEGIN IMMEDIATE",
	[FIXED_COMMIT] = "COMMIT",
	[FIXED_ROLLBACK] = "ROLLBACK",
	[FIXED_TOUCH] = "SELECT 1 FROM main.sqlite_schema LIMIT 1",
	/* Nothing to do in files without incremental vacuum; but it takes the write lock. */
	[FIXED_UPGRADE] = "PRAGMA main.incremental_vacuum(1)",
	[FIXED_COOKIE] = "PRAGMA main.schema_version",
	[FIXED_MARK] = "SAVEPOINT pg__mark",
	[FIXED_MARK_RELEASE] = "RELEASE pg__mark",
	[FIXED_MARK_UNDO] = "ROLLBACK TO pg__mark",
	[FIXED_SEQ_READ] = "SELECT last_value, is_called FROM main.\"litephant.pg_sequence\" WHERE "
			   "seqrelid = ?1",
	[FIXED_SEQ_WRITE] = "UPDATE main.\"litephant.pg_sequence\" SET last_value = ?2, is_called "
			    "= ?3 WHERE seqrelid = ?1",
	[FIXED_TEMP_SEQ_READ] = "SELECT last_value, is_called FROM temp.\"litephant.pg_sequence\" "
				"WHERE seqrelid = ?1",
	[FIXED_TEMP_SEQ_WRITE] = "UPDATE temp.\"litephant.pg_sequence\" SET last_value = ?2, "
				 "is_called = ?3 WHERE seqrelid = ?1",
};

sqlite3_stmt *
conn_fixed_stmt(struct conn *c, enum fixed which)
{
	if (!c->fixed[which])
		sqlite3_prepare_v3(c->sq, fixed_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
				   &c->fixed[which], NULL);
	return c->fixed[which];
}

int
conn_fixed(struct conn *c, enum fixed which, int64_t *value)
{
	sqlite3_stmt *stmt = conn_fixed_stmt(c, which);
	int rc;

	if (!stmt)
		return sqlite3_extended_errcode(c->sq);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!value)
			continue;
		*value = sqlite3_column_int64(stmt, 0);
		value = NULL;
	}
	if (rc == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return SQLITE_OK;
	}
	return sqlite3_reset(stmt);
}

int
conn_run(struct conn *c, const char *sql)
{
	return sqlite3_exec(c->sq, sql, NULL, NULL, NULL);
}

int
conn_runf(struct conn *c, const char *fmt, ...)
{
	struct arena a = ARENA_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = conn_run(c, arena_vprintf(&a, fmt, ap));
	va_end(ap);
	arena_release(&a);
	return rc;
}

/* ---- hooks ---- */

/* Called every thousand instructions of a running statement. */
static int
on_progress(void *arg)
{
	const struct conn *c = arg;
	struct cancel *cancel = c->env->cancel;

	return cancel && atomic_load_explicit(&cancel->reason, memory_order_relaxed) != CANCEL_NONE;
}

/* Another process holds the lock: sessions of ours wait in the queue instead. */
static int
on_busy(void *arg, int count)
{
	struct conn *c = arg;
	int ms = count < 5 ? 1 : 10;

	if (count == 0)
		c->busy_ms = 0;
	if (on_progress(c) || c->busy_ms >= c->db->opt.busy_timeout_ms)
		return 0;
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
	c->busy_ms += ms;
	return 1;
}

static int
on_wal(void *arg, sqlite3 *sq UNUSED, const char *name, int pages)
{
	struct conn *c = arg;

	if (strcmp(name, "main") == 0) {
		c->wrote_wal = true;
		checkpoint_note(c->db, pages);
	}
	return SQLITE_OK;
}

/* ---- setting up ---- */

static bool
set_up_limits(struct conn *c)
{
	sqlite3 *sq = c->sq;

	sqlite3_extended_result_codes(sq, 1);
	sqlite3_busy_handler(sq, on_busy, c);
	sqlite3_progress_handler(sq, 1000, on_progress, c);
	return sqlite3_db_config(sq, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
	       sqlite3_db_config(sq, SQLITE_DBCONFIG_DQS_DML, 0, NULL) == SQLITE_OK &&
	       sqlite3_db_config(sq, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) == SQLITE_OK &&
	       sqlite3_db_config(sq, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
	       sqlite3_db_config(sq, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) == SQLITE_OK;
}

static bool
set_up_pragmas(struct conn *c)
{
	const struct db_options *o = &c->db->opt;

	sqlite3_wal_hook(c->sq, on_wal, c); /* in place of SQLite's own, which would checkpoint */
	return conn_runf(c,
			 "PRAGMA foreign_keys=ON; PRAGMA synchronous=%s; PRAGMA secure_delete=OFF",
			 o->fsync ? "NORMAL" : "OFF") == SQLITE_OK &&
	       conn_runf(c, "PRAGMA cache_size=-%lld; PRAGMA mmap_size=%lld",
			 (long long)MAX(o->page_cache / 1024, 64),
			 (long long)o->mmap_size) == SQLITE_OK;
}

static bool
open_file(struct conn *c, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		    (c->db->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int rc = sqlite3_open_v2(c->db->path, &c->sq, flags, NULL);

	if (rc == SQLITE_OK)
		return true;
	return store_error_text(c->db, rc, c->sq ? sqlite3_errmsg(c->sq) : "out of memory", NULL,
				NULL, err);
}

struct conn *
conn_open(struct db *db, struct fenv *env, struct err *err)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	c->db = db;
	c->env = env;
	if (!open_file(c, err)) {
		conn_close(c);
		return NULL;
	}
	if (set_up_limits(c) && register_collations(c) && register_functions(c) &&
	    register_windows(c) && register_upsert(c) &&
	    register_with_rows(c) &&
	    register_catalog(c) && register_notes(c) && set_up_pragmas(c))
		return c;
	store_error(c, sqlite3_extended_errcode(c->sq), err);
	conn_close(c);
	return NULL;
}

static void
free_cursors(struct cursor *cur)
{
	while (cur) {
		struct cursor *next = cur->next;
		free(cur);
		cur = next;
	}
}

void
conn_close(struct conn *c)
{
	if (!c)
		return;
	conn_kill_cursors(c);
	stmt_cache_clear(c);
	for (int i = 0; i < FIXED_N; i++)
		sqlite3_finalize(c->fixed[i]);
	sqlite3_close_v2(c->sq);
	bindings_free(c);
	free_cursors(c->spare);
	arena_release(&c->scratch);
	free(c);
}

void
conn_defend(struct conn *c, bool on)
{
	if (c->undefended != on)
		return;
	if (on)
		conn_run(c, "PRAGMA writable_schema=OFF");
	sqlite3_db_config(c->sq, SQLITE_DBCONFIG_DEFENSIVE, on, NULL);
	c->undefended = !on;
}

/* ---- the pool ---- */

struct conn *
conn_borrow(struct db *db, struct fenv *env, struct err *err)
{
	struct conn *c;

	pthread_mutex_lock(&db->pool_lock);
	c = db->idle;
	if (c) {
		db->idle = c->next;
		db->nidle--;
	}
	pthread_mutex_unlock(&db->pool_lock);
	if (!c)
		return conn_open(db, env, err);
	c->next = NULL;
	c->env = env;
	return c;
}

void
conn_return(struct conn *c, bool discard)
{
	struct db *db = c->db;

	c->txn = NULL;
	c->env = &db->env;
	conn_kill_cursors(c);
	if (!sqlite3_get_autocommit(c->sq))
		conn_fixed(c, FIXED_ROLLBACK, NULL);
	conn_defend(c, true);
	if (!discard && !c->temp) {
		pthread_mutex_lock(&db->pool_lock);
		if (db->nidle < db->opt.max_idle) {
			c->next = db->idle;
			db->idle = c;
			db->nidle++;
			c = NULL;
		}
		pthread_mutex_unlock(&db->pool_lock);
	}
	conn_close(c);
}

struct db *
conn_db(struct conn *c)
{
	return c->db;
}

bool
conn_has_temp(struct conn *c)
{
	return c->temp;
}

void
conn_set_temp(struct conn *c)
{
	c->temp = true;
}
