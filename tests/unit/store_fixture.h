/*
 * store_fixture: a database in a directory of its own and sessions on it, for the store's tests.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "store/txn.h"

static char fixture_dir[64], fixture_path[96];
static int fixture_checkpoint_pages = 1000;

/* What a session is to the store. */
struct sess {
	struct fenv env;
	struct err err;
	struct cancel cancel;
	struct txn *txn;
	struct snapshot *snap;
	struct session_ops ops;
};

static inline bool
sess_nextval(void *arg, oid_t seq, int64_t *value, struct err *err)
{
	return txn_nextval(((struct sess *)arg)->txn, seq, value, err);
}

static inline struct db_options
fixture_options(void)
{
	return (struct db_options){.page_cache = 1 << 20,
				   .max_idle = 8,
				   .fsync = true,
				   .checkpoint_pages = fixture_checkpoint_pages,
				   .busy_timeout_ms = 300};
}

static inline void
fixture_make_dir(void)
{
	snprintf(fixture_dir, sizeof(fixture_dir), "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(fixture_dir));
	snprintf(fixture_path, sizeof(fixture_path), "%s/one.db", fixture_dir);
}

static inline void
fixture_remove_dir(void)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -rf %s", fixture_dir);
	assert_int_equal(system(cmd), 0);
}

static inline struct db *
fixture_open(void)
{
	struct db_options o = fixture_options();
	struct err err;
	struct db *db;

	err_init(&err);
	db = db_open(fixture_path, "one", &o, true, &err);
	if (!db)
		fail_msg("%s: %s", err.sqlstate, err.message);
	return db;
}

static inline void
sess_init(struct sess *s, struct db *db)
{
	memset(s, 0, sizeof(*s));
	err_init(&s->err);
	s->env.err = &s->err;
	s->env.cancel = &s->cancel;
	s->env.types = type_env_canonical;
	s->ops.seq_nextval = sess_nextval;
	s->env.ops = &s->ops;
	s->env.ops_arg = s;
	s->txn = txn_new(db, &s->env);
}

static inline void
sess_release(struct sess *s)
{
	txn_free(s->txn);
	if (s->snap)
		snapshot_unref(s->snap);
	err_release(&s->err);
}

static inline void
sess_begin(struct sess *s, enum isolation iso)
{
	txn_begin(s->txn, &(struct txn_options){.isolation = iso});
}

static inline void
sess_schema(struct sess *s)
{
	if (s->snap)
		snapshot_unref(s->snap);
	s->snap = txn_snapshot(s->txn, &s->err);
	assert_non_null(s->snap);
	s->env.snapshot = s->snap;
}

static inline const struct relation *
sess_relation(struct sess *s, const char *name)
{
	return snapshot_relation(s->snap, snapshot_schema(s->snap, "public"), name);
}

/* Opens a statement; rel names the target, or NULL. */
static inline struct cursor *
sess_open(struct sess *s, const char *sql, bool writes, const char *rel)
{
	struct cursor_spec spec = {.sql = sql, .writes = writes};
	struct conn *c;

	err_clear(&s->err);
	sess_schema(s);
	spec.snapshot = s->snap;
	spec.target = rel ? sess_relation(s, rel) : NULL;
	c = txn_statement(s->txn, writes, 0);
	return c ? cursor_open(c, &spec) : NULL;
}

/* Runs a statement to its end; the first column of the last row, or -1. False: s->err. */
static inline bool
sess_try(struct sess *s, const char *sql, bool writes, const char *rel, int64_t *value)
{
	bool alone = !txn_is_open(s->txn);
	struct cursor *cur = sess_open(s, sql, writes, rel);
	enum cursor_result r = CURSOR_ERROR;
	struct datum d;

	*value = -1;
	while (cur && (r = cursor_step(cur)) == CURSOR_ROW) {
		cursor_column(cur, 0, &d);
		*value = d.class == DATUM_INT ? d.i : -1;
	}
	cursor_close(cur);
	txn_statement_end(s->txn);
	if (r == CURSOR_ERROR) {
		assert_true(err_is_set(&s->err));
		if (alone)
			txn_rollback(s->txn);
		return false;
	}
	if (alone)
		return txn_commit(s->txn, true);
	return true;
}

static inline int64_t
sess_run(struct sess *s, const char *sql, bool writes)
{
	int64_t value;

	if (!sess_try(s, sql, writes, NULL, &value))
		fail_msg("%s: %s: %s", sql, s->err.sqlstate, s->err.message);
	return value;
}

#define sess_write(s, sql) ((void)sess_run((s), (sql), true))
#define sess_read(s, sql) sess_run((s), (sql), false)

/* The statement must fail with this code. */
static inline void
sess_fails(struct sess *s, const char *sql, bool writes, const char *rel, const char *sqlstate)
{
	int64_t value;

	assert_false(sess_try(s, sql, writes, rel, &value));
	if (strcmp(s->err.sqlstate, sqlstate) != 0)
		fail_msg("%s: got %s %s", sql, s->err.sqlstate, s->err.message);
}

/* A schema change as ddl/ makes it. */
static inline void
sess_ddl(struct sess *s, const char *sql)
{
	bool alone = !txn_is_open(s->txn);
	struct conn *c;

	err_clear(&s->err);
	if (alone)
		sess_begin(s, ISO_READ_COMMITTED);
	c = txn_statement(s->txn, true, 0);
	assert_non_null(c);
	if (!conn_exec(c, sql, NULL, 0))
		fail_msg("%s: %s", sql, s->err.message);
	txn_mark_ddl(s->txn);
	if (alone && !txn_commit(s->txn, true))
		fail_msg("%s", s->err.message);
}

static inline int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static inline void
pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

#endif
