/*
 * Running a failed statement again to see what it wrote.
 *
 * pg__note(cells …) keeps the last row only: with a BEFORE trigger on the table at fault the row
 * that fails is the last one noted. pg__note_fk(fk, parent, cells …) collects the keys of
 * references that look broken.
 */
#include "store/private.h"

#include <stdlib.h>

/* ---- the functions that triggers call ---- */

static void
note_row(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct diag *d = ((struct conn *)sqlite3_user_data(ctx))->diag;

	if (!d)
		return;
	arena_clear(&d->row);
	d->cells = ARENA_ARRAY(&d->row, struct datum, MAX(argc, 1));
	d->ncells = argc;
	for (int i = 0; i < argc; i++) {
		struct datum v;

		value_datum(argv[i], &v);
		d->cells[i] = datum_dup(&d->row, &v);
	}
}

static void
note_key(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct diag *d = ((struct conn *)sqlite3_user_data(ctx))->diag;
	struct fk_key *key;

	if (!d || argc < 3 || d->keys.n >= DIAG_MAX_KEYS)
		return;
	key = ARENA_NEW(&d->arena, struct fk_key);
	key->fk = sqlite3_value_int(argv[0]);
	key->parent = sqlite3_value_int(argv[1]);
	key->cells = ARENA_ARRAY(&d->arena, struct datum, argc - 2);
	for (int i = 2; i < argc; i++) {
		struct datum v;

		value_datum(argv[i], &v);
		key->cells[i - 2] = datum_dup(&d->arena, &v);
	}
	vec_push(&d->arena, &d->keys, key);
}

bool
register_notes(struct conn *c)
{
	int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;

	return sqlite3_create_function(c->sq, "pg__note", -1, flags, c, note_row, NULL, NULL) ==
		       SQLITE_OK &&
	       sqlite3_create_function(c->sq, "pg__note_fk", -1, flags, c, note_key, NULL, NULL) ==
		       SQLITE_OK;
}

/* ---- what a second run must not do again ---- */

static void
quiet_notice(void *arg UNUSED, const char *severity UNUSED, const char *sqlstate UNUSED,
	     const char *message UNUSED)
{
}

static bool
quiet_notify(void *arg UNUSED, const char *channel UNUSED, const char *payload UNUSED,
	     struct err *err UNUSED)
{
	return true;
}

static bool
quiet_sleep(void *arg UNUSED, double seconds UNUSED, struct err *err UNUSED)
{
	return true;
}

static bool
quiet_signal(void *arg UNUSED, int pid UNUSED, bool terminate UNUSED, bool *sent,
	     struct err *err UNUSED)
{
	*sent = true;
	return true;
}

static bool
quiet_advisory(void *arg UNUSED, int64_t key UNUSED, bool shared UNUSED, bool try_only UNUSED,
	       bool unlock UNUSED, bool xact UNUSED, bool *got, struct err *err UNUSED)
{
	*got = true;
	return true;
}

static void
quieten(struct conn *c, struct diag *d, const struct cursor *cur)
{
	struct fenv *env = c->env;

	d->saved_ops = env->ops;
	if (env->ops) {
		d->ops = *env->ops;
		d->ops.notice = quiet_notice;
		d->ops.notify = quiet_notify;
		d->ops.sleep = quiet_sleep;
		d->ops.signal_backend = quiet_signal;
		d->ops.advisory = quiet_advisory;
		env->ops = &d->ops;
	}
	memcpy(d->saved_random, env->random_state, sizeof(d->saved_random));
	memcpy(env->random_state, cur->random_state, sizeof(d->saved_random));
	if (c->txn) {
		c->txn->replaying = true;
		for (int i = 0; i < c->txn->nhanded; i++)
			c->txn->handed[i].replayed = false;
	}
}

static void
unquieten(struct conn *c, struct diag *d)
{
	c->env->ops = d->saved_ops;
	memcpy(c->env->random_state, d->saved_random, sizeof(d->saved_random));
	if (c->txn)
		c->txn->replaying = false;
}

/* ---- the run ---- */

static bool
pragma_on(struct conn *c, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool on = false;

	if (sqlite3_prepare_v2(c->sq, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		on = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return on;
}

bool
diag_begin(struct conn *c, struct diag *d, const struct cursor *cur)
{
	*d = (struct diag){0};
	/* Without a transaction of ours around it the statement was not a write of a session's; let
	 * it be. */
	if (sqlite3_get_autocommit(c->sq) || conn_run(c, "SAVEPOINT pg__diag") != SQLITE_OK)
		return false;
	d->deferred = pragma_on(c, "PRAGMA defer_foreign_keys");
	c->diag = d;
	quieten(c, d, cur);
	return true;
}

void
diag_trigger(struct conn *c, struct diag *d, const char *when, const struct relation *rel,
	     const char *body)
{
	struct buf sql = BUF_INIT;

	buf_printf(&sql, "CREATE TEMP TRIGGER pg__diag%d %s ON ", d->triggers++, when);
	buf_relation(&sql, rel);
	buf_printf(&sql, " BEGIN %s END", body);
	if (conn_run(c, buf_str(&sql)) != SQLITE_OK)
		store_complain(c->db, sqlite3_errmsg(c->sq), sql.data);
	buf_release(&sql);
}

int
diag_rerun(struct conn *c, const struct cursor *cur)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(c->sq, cur->spec.sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = bind_params(stmt, cur->spec.params, cur->spec.nparams);
	while (rc == SQLITE_OK || rc == SQLITE_ROW)
		rc = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return rc;
}

void
diag_end(struct conn *c, struct diag *d)
{
	unquieten(c, d);
	c->diag = NULL;
	conn_run(c, "ROLLBACK TO pg__diag; RELEASE pg__diag");
	if (pragma_on(c, "PRAGMA defer_foreign_keys") != d->deferred)
		conn_runf(c, "PRAGMA defer_foreign_keys=%s", d->deferred ? "ON" : "OFF");
	arena_release(&d->row);
	arena_release(&d->arena);
}
