/*
 * States (struct txn.state) and what holds in them:
 *     IDLE     no transaction. conn is NULL unless pinned.
 *     OPEN     BEGIN was said; SQLite knows nothing of it. Statements run in autocommit, each on a
 * fresh snapshot. READING  SQLite is in a read transaction: REPEATABLE READ and SERIALIZABLE after
 * their first statement. WRITING  the writer's place is held and SQLite is in a write transaction.
 *     LOST     SQLite rolled a write transaction back by itself (disk full, I/O error, a cancelled
 * write). The place has been given back; only a rollback is possible. OPEN → READING | WRITING,
 * READING → WRITING, WRITING → LOST; any → IDLE.
 *
 * Savepoints are numbered: the i-th in the list is SQLite's "pI", made when the write transaction
 * begins or, within one, at once. Before that a rollback to one has nothing to undo.
 */
#include "store/private.h"

#include <stdlib.h>
#include <time.h>

enum { MAX_SIDES = 8 }; /* connections that suspended readers of one transaction may occupy */

struct txn *
txn_new(struct db *db, struct fenv *env)
{
	struct txn *t = xcalloc(1, sizeof(*t));

	t->db = db;
	t->env = env;
	t->opt.isolation = ISO_READ_COMMITTED;
	return t;
}

static void
drop_saves(struct txn *t, int keep)
{
	while (t->nsaves > keep)
		free(t->saves[--t->nsaves].name);
}

static void
drop_snapshot(struct snapshot **s)
{
	if (*s)
		snapshot_unref(*s);
	*s = NULL;
}

void
txn_free(struct txn *t)
{
	if (!t)
		return;
	txn_rollback(t);
	if (t->conn)
		conn_return(t->conn, true);
	t->conn = NULL;
	seq_end(t, false);
	drop_snapshot(&t->temp);
	drop_snapshot(&t->seen);
	map_release(&t->seq_private);
	free(t->saves);
	free(t->seq_used);
	free(t->handed);
	free(t);
}

void
txn_begin(struct txn *t, const struct txn_options *opt)
{
	if (t->state != TXN_IDLE)
		return;
	t->opt = *opt;
	t->state = TXN_OPEN;
	t->started = false;
}

bool
txn_is_open(const struct txn *t)
{
	return t->state != TXN_IDLE;
}

bool
txn_has_written(const struct txn *t)
{
	return t->state == TXN_WRITING;
}

bool
txn_set_options(struct txn *t, const struct txn_options *opt, struct err *err)
{
	if (t->started && opt->isolation != t->opt.isolation)
		return err_set(err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			       "SET TRANSACTION ISOLATION LEVEL must be called before any query");
	if (t->started && t->opt.read_only && !opt->read_only)
		return err_set(err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			       "transaction read-write mode must be set before any query");
	if (t->started && opt->deferrable != t->opt.deferrable)
		return err_set(err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			       "SET TRANSACTION [NOT] DEFERRABLE must be called before any query");
	t->opt = *opt;
	return true;
}

const struct txn_options *
txn_options(const struct txn *t)
{
	return &t->opt;
}

struct conn *
txn_conn(struct txn *t)
{
	return t->conn;
}

/* ---- the connection ---- */

static struct conn *
free_side(struct txn *t)
{
	for (struct conn **at = &t->sides; *at; at = &(*at)->next) {
		struct conn *c = *at;

		if (c->cursors)
			continue;
		*at = c->next;
		c->next = NULL;
		t->nsides--;
		return c;
	}
	return NULL;
}

static bool
take_connection(struct txn *t)
{
	t->conn = t->nsides ? free_side(t) : NULL;
	if (!t->conn)
		t->conn = conn_borrow(t->db, t->env, t->env->err);
	if (!t->conn)
		return false;
	t->conn->txn = t;
	return true;
}

/* A suspended reader keeps its connection, and with it its snapshot; the transaction goes on with
 * another one. */
static bool
step_aside(struct txn *t)
{
	struct conn *c = t->conn;

	if (c->temp || t->pinned || t->nsides >= MAX_SIDES)
		return conn_materialise(c);
	c->next = t->sides;
	t->sides = c;
	t->nsides++;
	t->conn = NULL;
	return take_connection(t);
}

static bool
has_row(struct conn *c, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool any = sqlite3_prepare_v2(c->sq, sql, -1, &stmt, NULL) == SQLITE_OK &&
		   sqlite3_step(stmt) == SQLITE_ROW;

	sqlite3_finalize(stmt);
	return any;
}

/* False: the last temporary object is gone, by DROP or because its creation was rolled back. */
static bool
has_temp_objects(struct conn *c)
{
	return has_row(c, "SELECT 1 FROM temp.sqlite_schema WHERE name NOT LIKE 'litephant.%' AND "
			  "name NOT LIKE 'sqlite~_%' ESCAPE '~'") ||
	       has_row(c, "SELECT 1 FROM temp.\"litephant.pg_class\"");
}

static void
return_connections(struct txn *t, bool ddl)
{
	while (t->sides) {
		struct conn *c = t->sides;
		t->sides = c->next;
		c->next = NULL;
		conn_return(c, false);
	}
	t->nsides = 0;
	if (!t->conn)
		return;
	if (t->pinned || (t->conn->temp && (!ddl || has_temp_objects(t->conn)))) {
		conn_kill_cursors(t->conn);
		conn_defend(t->conn, true);
		return;
	}
	conn_return(t->conn, t->conn->temp);
	t->conn = NULL;
}

/* ---- beginning ---- */

static bool
code_ok(struct txn *t, int rc)
{
	return rc == SQLITE_OK || store_error(t->conn, rc, t->env->err);
}

static bool
save_in_sqlite(struct txn *t, int i)
{
	return code_ok(t, conn_runf(t->conn, "SAVEPOINT p%d", i));
}

static bool
begin_reading(struct txn *t)
{
	int rc = conn_fixed(t->conn, FIXED_BEGIN, NULL);

	if (rc == SQLITE_OK)
		rc = conn_fixed(t->conn, FIXED_TOUCH, NULL);
	if (rc == SQLITE_OK) {
		t->state = TXN_READING;
		return true;
	}
	store_error(t->conn, rc, t->env->err);
	conn_fixed(t->conn, FIXED_ROLLBACK, NULL);
	return false;
}

/* A reader that becomes a writer: SQLite does not call the busy handler for it. */
static int
upgrade(struct txn *t)
{
	int64_t until = monotonic_ms() + t->db->opt.busy_timeout_ms;
	struct cancel *cancel = t->env->cancel;
	int rc;

	for (;;) {
		rc = conn_fixed(t->conn, FIXED_UPGRADE, NULL);
		if (rc != SQLITE_BUSY || monotonic_ms() >= until ||
		    (cancel && atomic_load(&cancel->reason) != CANCEL_NONE))
			return rc;
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
}

static bool
start_in_sqlite(struct txn *t)
{
	int rc = t->state == TXN_READING ? upgrade(t)
					 : conn_fixed(t->conn, FIXED_BEGIN_IMMEDIATE, NULL);

	if (!code_ok(t, rc))
		return false;
	t->conn->wrote_wal = false;
	for (int i = 0; i < t->nsaves; i++)
		if (!save_in_sqlite(t, i))
			return false;
	return true;
}

static bool
begin_writing(struct txn *t, int64_t lock_timeout_ms)
{
	struct err *err = t->env->err;

	if (t->db->read_only)
		return err_set(err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
			       "cannot write to read-only database file \"%s\"", t->db->path);
	if (atomic_load(&t->db->group.failed))
		return err_set(err, ERR_IO_ERROR, -1, "could not fsync file \"%s\"",
			       t->db->group.path);
	if (!write_queue_acquire(&t->db->queue, lock_timeout_ms, t->env->cancel, err))
		return false;
	if (start_in_sqlite(t)) {
		t->state = TXN_WRITING;
		return true;
	}
	if (t->state == TXN_OPEN && !sqlite3_get_autocommit(t->conn->sq))
		conn_fixed(t->conn, FIXED_ROLLBACK, NULL);
	write_queue_release(&t->db->queue);
	return false;
}

static void
notice_loss(struct txn *t)
{
	if (t->state != TXN_WRITING || !sqlite3_get_autocommit(t->conn->sq))
		return;
	t->state = TXN_LOST;
	write_queue_release(&t->db->queue);
}

static bool
lost_error(struct txn *t)
{
	return err_set(t->env->err, ERR_TRANSACTION_ROLLBACK, -1,
		       "the transaction was rolled back when its last statement failed");
}

static bool
prepare_statement(struct txn *t, bool writes, int64_t lock_timeout_ms)
{
	bool frozen = t->opt.isolation >= ISO_REPEATABLE_READ;

	if (!t->conn && !take_connection(t))
		return false;
	if (t->conn->cursors && conn_is_reading(t->conn)) {
		if (t->state == TXN_OPEN && !step_aside(t))
			return false;
		if (t->state != TXN_OPEN && writes && !conn_materialise(t->conn))
			return false;
	}
	if (writes)
		return t->state == TXN_WRITING || begin_writing(t, lock_timeout_ms);
	return t->state != TXN_OPEN || !frozen || begin_reading(t);
}

struct conn *
txn_statement(struct txn *t, bool writes, int64_t lock_timeout_ms)
{
	struct cancel *cancel = t->env->cancel;
	int reason = cancel ? atomic_load(&cancel->reason) : CANCEL_NONE;

	if (t->state == TXN_IDLE)
		txn_begin(t, &t->opt);
	notice_loss(t);
	if (reason != CANCEL_NONE) {
		cancel_error(reason, t->env->err);
		return NULL;
	}
	if (t->state == TXN_LOST) {
		lost_error(t);
		return NULL;
	}
	seq_statement(t);
	if (!prepare_statement(t, writes, lock_timeout_ms))
		return NULL;
	t->started = true;
	return t->conn;
}

void
txn_statement_end(struct txn *t)
{
	notice_loss(t);
}

/* ---- savepoints ---- */

static bool
in_sqlite(struct txn *t)
{
	notice_loss(t);
	return t->state == TXN_WRITING;
}

/* SQLite makes and releases no savepoint while a write has not ended (a suspended RETURNING), and
 * undoing rows under a running reader's feet would make it fail: such cursors are read to their end
 * first. */
static bool
settle(struct txn *t)
{
	return !t->conn->cursors || conn_materialise(t->conn);
}

bool
txn_mark(struct txn *t)
{
	return !in_sqlite(t) || (settle(t) && code_ok(t, conn_fixed(t->conn, FIXED_MARK, NULL)));
}

bool
txn_mark_release(struct txn *t)
{
	return !in_sqlite(t) ||
	       (settle(t) && code_ok(t, conn_fixed(t->conn, FIXED_MARK_RELEASE, NULL)));
}

bool
txn_mark_undo(struct txn *t)
{
	int rc;

	if (!in_sqlite(t))
		return true;
	if (t->ddl)
		drop_snapshot(&t->own);
	if (!settle(t))
		return false;
	rc = conn_fixed(t->conn, FIXED_MARK_UNDO, NULL);
	if (rc == SQLITE_OK)
		rc = conn_fixed(t->conn, FIXED_MARK_RELEASE, NULL);
	return code_ok(t, rc);
}

static int
find_save(const struct txn *t, const char *name)
{
	for (int i = t->nsaves - 1; i >= 0; i--)
		if (strcmp(t->saves[i].name, name) == 0)
			return i;
	err_set(t->env->err, ERR_S_E_INVALID_SPECIFICATION, -1, "savepoint \"%s\" does not exist",
		name);
	return -1;
}

bool
txn_savepoint(struct txn *t, const char *name)
{
	if (in_sqlite(t) && (!settle(t) || !save_in_sqlite(t, t->nsaves)))
		return false;
	if (t->nsaves == t->max_saves) {
		t->max_saves = t->max_saves ? t->max_saves * 2 : 8;
		t->saves = xrealloc(t->saves, sizeof(*t->saves) * (size_t)t->max_saves);
	}
	t->saves[t->nsaves++].name = xstrdup(name);
	return true;
}

bool
txn_release(struct txn *t, const char *name)
{
	int i = find_save(t, name);

	if (i < 0)
		return false;
	if (in_sqlite(t) && (!settle(t) || !code_ok(t, conn_runf(t->conn, "RELEASE p%d", i))))
		return false;
	drop_saves(t, i);
	return true;
}

bool
txn_rollback_to(struct txn *t, const char *name)
{
	int i = find_save(t, name);

	if (i < 0)
		return false;
	notice_loss(t);
	if (t->state == TXN_LOST)
		return lost_error(t);
	if (t->state == TXN_WRITING &&
	    (!settle(t) || !code_ok(t, conn_runf(t->conn, "ROLLBACK TO p%d", i))))
		return false;
	if (t->ddl) {
		drop_snapshot(&t->own);
		drop_snapshot(&t->temp);
	}
	drop_saves(t, i + 1);
	return true;
}

/* ---- the end ---- */

static void
finish(struct txn *t, bool committed)
{
	seq_end(t, committed);
	drop_saves(t, 0);
	drop_snapshot(&t->own);
	if (t->ddl || !committed)
		drop_snapshot(&t->temp);
	return_connections(t, t->ddl);
	t->ddl = t->started = false;
	t->state = TXN_IDLE;
}

void
txn_rollback(struct txn *t)
{
	if (t->state == TXN_IDLE && !t->sides)
		return;
	notice_loss(t);
	if (t->conn)
		conn_kill_cursors(t->conn);
	if (t->conn && !sqlite3_get_autocommit(t->conn->sq))
		conn_fixed(t->conn, FIXED_ROLLBACK, NULL);
	if (t->state == TXN_WRITING)
		write_queue_release(&t->db->queue);
	finish(t, false);
}

static bool
abandon(struct txn *t)
{
	txn_rollback(t);
	return false;
}

/* Another process that serves the same file looks at the cookie only; commands that change none of
 * SQLite's own schema (sequences, comments) leave it as it was. */
static bool
bump_cookie(struct txn *t)
{
	struct snapshot *s;
	int64_t cookie = 0;
	bool same;

	if (!code_ok(t, conn_fixed(t->conn, FIXED_COOKIE, &cookie)))
		return false;
	pthread_mutex_lock(&t->db->snapshot_lock);
	s = t->db->snapshot;
	same = s->sqlite_schema_version == cookie;
	pthread_mutex_unlock(&t->db->snapshot_lock);
	if (!same)
		return true;
	conn_defend(t->conn, false);
	return code_ok(
		t, conn_runf(t->conn, "PRAGMA main.schema_version=%lld", (long long)cookie + 1));
}

/* Reads what is about to become everybody's schema, while it can still fail. */
static bool
read_published(struct txn *t, struct snapshot **s)
{
	*s = NULL;
	if (!t->ddl || t->state != TXN_WRITING)
		return true;
	if (!bump_cookie(t))
		return false;
	*s = conn_load_snapshot(t->conn, false, t->env->err);
	return *s != NULL;
}

static bool
finish_readers(struct txn *t)
{
	for (struct conn *c = t->sides; c; c = c->next)
		if (c->cursors && !conn_finish_cursors(c))
			return false;
	return !t->conn || !t->conn->cursors || conn_finish_cursors(t->conn);
}

/* Sequence values that were handed out by a statement that did not count as writing. */
static bool
make_writing(struct txn *t)
{
	if (t->state == TXN_WRITING || !seq_pending(t))
		return true;
	if (!t->conn && !take_connection(t))
		return false;
	if (t->state == TXN_READING) {
		if (!code_ok(t, conn_fixed(t->conn, FIXED_COMMIT, NULL)))
			return false;
		t->state = TXN_OPEN;
	}
	return begin_writing(t, 0);
}

static bool
commit_in_sqlite(struct txn *t, struct snapshot *published)
{
	struct arena a = ARENA_INIT;
	int rc = conn_fixed(t->conn, FIXED_COMMIT, NULL);
	const char *text;

	if (rc == SQLITE_OK)
		return true;
	text = arena_strdup(&a, sqlite3_errmsg(t->conn->sq));
	if ((rc & 0xff) == SQLITE_CONSTRAINT) {
		t->env->snapshot = published ? published : t->env->snapshot;
		constraint_error(t->conn, rc, text, NULL);
	} else {
		store_error_text(t->db, rc, text, "COMMIT", t->env->cancel, t->env->err);
	}
	arena_release(&a);
	return false;
}

/* Returns the ticket to wait for, 0 for none; *ok false: it was rolled back. */
static uint64_t
commit_writing(struct txn *t, bool sync, bool *ok)
{
	const struct snapshot *before = t->env->snapshot;
	struct snapshot *published = NULL;
	uint64_t ticket = 0;

	*ok = seq_flush(t) && read_published(t, &published) && commit_in_sqlite(t, published);
	t->env->snapshot = before;
	if (!*ok) {
		drop_snapshot(&published);
		abandon(t);
		return 0;
	}
	if (t->conn->wrote_wal && sync && t->db->opt.fsync)
		ticket = group_commit_ticket(&t->db->group);
	if (published)
		db_publish(t->db, published);
	write_queue_release(&t->db->queue);
	return ticket;
}

bool
txn_commit(struct txn *t, bool sync)
{
	uint64_t ticket = 0;
	bool ok = true;

	if (t->state == TXN_IDLE)
		return true;
	notice_loss(t);
	if (t->state == TXN_LOST) {
		lost_error(t);
		return abandon(t);
	}
	if (!finish_readers(t) || !make_writing(t))
		return abandon(t);
	if (t->state == TXN_WRITING)
		ticket = commit_writing(t, sync, &ok);
	else if (t->state == TXN_READING)
		conn_fixed(t->conn, FIXED_COMMIT, NULL);
	if (!ok)
		return false;
	finish(t, true);
	return !ticket || group_commit_wait(&t->db->group, ticket, t->env->err);
}

/* ---- the schema ---- */

void
txn_mark_ddl(struct txn *t)
{
	t->ddl = true;
	drop_snapshot(&t->own);
	drop_snapshot(&t->temp);
}

/* With temporary tables the database's snapshot lacks them: one with both is kept until the former
 * changes. */
static struct snapshot *
with_temp(struct txn *t, struct err *err)
{
	struct snapshot *base = db_snapshot_cached(t->db, &t->seen, err);

	if (!base)
		return NULL;
	if (t->temp && t->temp_base != base->version)
		drop_snapshot(&t->temp);
	if (!t->temp) {
		t->temp = conn_load_snapshot(t->conn, true, err);
		t->temp_base = base->version;
	}
	snapshot_unref(base);
	return t->temp ? snapshot_ref(t->temp) : NULL;
}

struct snapshot *
txn_snapshot(struct txn *t, struct err *err)
{
	if (t->ddl && t->conn) {
		if (!t->own)
			t->own = conn_snapshot(t->conn, err);
		return t->own ? snapshot_ref(t->own) : NULL;
	}
	if (t->conn && t->conn->temp)
		return with_temp(t, err);
	if (t->state != TXN_IDLE && t->opt.isolation >= ISO_REPEATABLE_READ) {
		if (!t->own) /* frozen like the rows */
			t->own = db_snapshot_cached(t->db, &t->seen, err);
		return t->own ? snapshot_ref(t->own) : NULL;
	}
	return db_snapshot_cached(t->db, &t->seen, err);
}

/* ---- temporary tables ---- */

void
txn_pin(struct txn *t)
{
	t->pinned = true;
}

/* Within a transaction that uses them they are dropped one by one, so that a rollback brings them
 * back. */
static void
drop_temp_tables(struct txn *t)
{
	static const char list[] =
		"SELECT 'DROP ' || type || ' temp.\"' || replace(name, '\"', '\"\"') || '\"' FROM "
		"temp.sqlite_schema"
		" WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'";
	sqlite3_stmt *stmt = NULL;
	struct arena a = ARENA_INIT;
	struct vec drops = {0};

	if (sqlite3_prepare_v2(t->conn->sq, list, -1, &stmt, NULL) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			vec_push(&a, &drops,
				 arena_strdup(&a, (const char *)sqlite3_column_text(stmt, 0)));
	sqlite3_finalize(stmt);
	for (int i = 0; i < drops.n; i++)
		conn_run(t->conn, drops.v[i]);
	arena_release(&a);
}

void
txn_discard_temp(struct txn *t)
{
	drop_snapshot(&t->temp);
	if (t->state == TXN_IDLE || t->state == TXN_OPEN) {
		t->pinned = false;
		if (!t->conn)
			return;
		conn_return(t->conn, true);
		t->conn = NULL;
		return;
	}
	if (!t->conn || !t->conn->temp)
		return;
	conn_materialise(t->conn);
	drop_temp_tables(t);
	txn_mark_ddl(t);
}
