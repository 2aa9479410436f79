/*
 * Running statements.
 *
 * States: stmt set, not done (running or not yet stepped) → done, by the end, an error or
 * cursor_close. materialised: stmt NULL and row set – the rows that were left are in memory, SQLite
 * is out of it. killed: stmt NULL, failed – its transaction was rolled back. A cursor is in
 * conn->cursors from open to close, or until the connection goes back to the pool: then conn is
 * NULL, and what has been materialised can still be read.
 */
#include "store/private.h"

#include <stdlib.h>

int
bind_params(sqlite3_stmt *stmt, const struct datum *params, int n)
{
	int count = sqlite3_bind_parameter_count(stmt);
	int rc = SQLITE_OK;

	for (int i = 0; i < MIN(n, count) && rc == SQLITE_OK; i++) {
		const struct datum *d = &params[i];

		switch (d->class) {
		case DATUM_NULL:
			rc = sqlite3_bind_null(stmt, i + 1);
			break;
		case DATUM_INT:
			rc = sqlite3_bind_int64(stmt, i + 1, d->i);
			break;
		case DATUM_REAL:
			rc = sqlite3_bind_double(stmt, i + 1, d->r);
			break;
		case DATUM_TEXT:
			rc = sqlite3_bind_text64(stmt, i + 1, d->n ? d->p : "", d->n, SQLITE_STATIC,
						 SQLITE_UTF8);
			break;
		case DATUM_BLOB:
			rc = sqlite3_bind_blob64(stmt, i + 1, d->n ? d->p : "", d->n,
						 SQLITE_STATIC);
			break;
		}
	}
	return rc;
}

void
stmt_datum(sqlite3_stmt *stmt, int i, struct datum *out)
{
	const void *p;

	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		*out = datum_int(sqlite3_column_int64(stmt, i));
		break;
	case SQLITE_FLOAT:
		*out = datum_real(sqlite3_column_double(stmt, i));
		break;
	case SQLITE_TEXT:
		p = sqlite3_column_text(stmt, i);
		*out = datum_text(p ? p : "", (size_t)sqlite3_column_bytes(stmt, i));
		break;
	case SQLITE_BLOB:
		p = sqlite3_column_blob(stmt, i);
		*out = datum_blob(p ? p : "", (size_t)sqlite3_column_bytes(stmt, i));
		break;
	default:
		*out = datum_null();
	}
}

struct datum
datum_dup(struct arena *a, const struct datum *d)
{
	struct datum copy = *d;

	if (d->class == DATUM_TEXT || d->class == DATUM_BLOB)
		copy.p = d->n ? arena_memdup(a, d->p, d->n) : "";
	return copy;
}

static void
link_cursor(struct cursor *cur)
{
	struct conn *c = cur->conn;

	cur->next = c->cursors;
	cur->link = &c->cursors;
	if (cur->next)
		cur->next->link = &cur->next;
	c->cursors = cur;
}

static void
unlink_cursor(struct cursor *cur)
{
	*cur->link = cur->next;
	if (cur->next)
		cur->next->link = cur->link;
}

/* A schema change between planning and now makes SQLite refuse what was right a moment ago. */
static bool
plan_is_stale(struct conn *c, const struct cursor_spec *spec)
{
	bool stale;

	if (!spec->snapshot)
		return false;
	pthread_mutex_lock(&c->db->snapshot_lock);
	stale = c->db->snapshot &&
		c->db->snapshot->sqlite_schema_version > spec->snapshot->sqlite_schema_version;
	pthread_mutex_unlock(&c->db->snapshot_lock);
	return stale;
}

static struct cursor *
refuse(struct conn *c, const struct cursor_spec *spec, int rc)
{
	if ((rc & 0xff) == SQLITE_ERROR && plan_is_stale(c, spec))
		err_set(c->env->err, ERR_T_R_SERIALIZATION_FAILURE, -1,
			"could not serialize access due to concurrent update");
	else
		store_error_text(c->db, rc, sqlite3_errmsg(c->sq), spec->sql, c->env->cancel,
				 c->env->err);
	return NULL;
}

struct cursor *
cursor_open(struct conn *c, const struct cursor_spec *spec)
{
	struct stmt_entry *entry;
	sqlite3_stmt *stmt = NULL;
	struct cursor *cur = c->spare;
	int rc = stmt_cache_get(c, spec->key, spec->sql, &stmt, &entry);

	if (rc != SQLITE_OK || !stmt)
		return refuse(c, spec, rc != SQLITE_OK ? rc : SQLITE_MISUSE);
	rc = bind_params(stmt, spec->params, spec->nparams);
	if (rc != SQLITE_OK) {
		refuse(c, spec, rc);
		if (entry)
			stmt_cache_put(c, entry);
		else
			sqlite3_finalize(stmt);
		return NULL;
	}
	if (cur)
		c->spare = cur->next;
	else
		cur = xmalloc(sizeof(*cur));
	*cur = (struct cursor){.conn = c,
			       .stmt = stmt,
			       .entry = entry,
			       .spec = *spec,
			       .ncols = sqlite3_column_count(stmt)};
	memcpy(cur->random_state, c->env->random_state, sizeof(cur->random_state));
	if (spec->upsert)
		upsert_begin(c, spec->target);
	link_cursor(cur);
	return cur;
}

/* Gives the statement back; its bindings are not looked at again. */
static int
let_go(struct cursor *cur)
{
	int rc = SQLITE_OK;

	if (cur->spec.upsert)
		upsert_end(cur->conn);
	if (!cur->stmt)
		return rc;
	if (cur->entry) {
		rc = sqlite3_reset(cur->stmt);
		stmt_cache_put(cur->conn, cur->entry);
	} else {
		rc = sqlite3_finalize(cur->stmt);
	}
	cur->stmt = NULL;
	cur->entry = NULL;
	return rc;
}

static enum cursor_result
fail(struct cursor *cur, int rc)
{
	struct conn *c = cur->conn;
	struct arena a = ARENA_INIT;
	const char *text = arena_strdup(&a, sqlite3_errmsg(c->sq));

	cur->done = cur->failed = true;
	sqlite3_reset(cur->stmt);
	if (!err_is_set(c->env->err) && (rc & 0xff) == SQLITE_CONSTRAINT)
		constraint_error(c, rc, text, cur);
	else if ((rc & 0xff) == SQLITE_ERROR && !err_is_set(c->env->err) &&
		 plan_is_stale(c, &cur->spec))
		refuse(c, &cur->spec, rc);
	else
		store_error_text(c->db, rc, text, cur->spec.sql, c->env->cancel, c->env->err);
	arena_release(&a);
	return CURSOR_ERROR;
}

static enum cursor_result
step_rows(struct cursor *cur)
{
	cur->pushed = NULL;
	if (cur->at >= cur->nrows) {
		cur->done = true;
		cur->on_row = false;
		return CURSOR_DONE;
	}
	cur->at++;
	cur->on_row = true;
	return CURSOR_ROW;
}

enum cursor_result
cursor_step(struct cursor *cur)
{
	int rc;

	if (cur->done)
		return cur->failed ? CURSOR_ERROR : CURSOR_DONE;
	if (!cur->stmt)
		return step_rows(cur);
	rc = sqlite3_step(cur->stmt);
	if (rc == SQLITE_ROW) {
		cur->on_row = true;
		return CURSOR_ROW;
	}
	cur->on_row = false;
	if (rc != SQLITE_DONE)
		return fail(cur, rc);
	cur->done = true;
	if (cur->spec.writes)
		cur->changes = sqlite3_changes64(cur->conn->sq);
	return CURSOR_DONE;
}

int
cursor_ncols(const struct cursor *cur)
{
	return cur->ncols;
}

void
cursor_column(struct cursor *cur, int i, struct datum *out)
{
	if (cur->stmt)
		stmt_datum(cur->stmt, i, out);
	else if (cur->pushed)
		*out = cur->pushed[i];
	else if (cur->row && cur->at > 0)
		*out = cur->row[cur->at - 1][i];
	else
		*out = datum_null();
}

int64_t
cursor_changes(const struct cursor *cur)
{
	return cur->changes;
}

void
cursor_close(struct cursor *cur)
{
	struct conn *c;

	if (!cur)
		return;
	c = cur->conn;
	free(cur->row);
	arena_release(&cur->rows);
	if (!c) {
		free(cur);
		return;
	}
	let_go(cur);
	unlink_cursor(cur);
	cur->next = c->spare;
	c->spare = cur;
}

/* ---- cursors that stay open while their connection goes on ---- */

static struct datum *
copy_row(struct cursor *cur)
{
	struct datum *row = arena_alloc(&cur->rows, sizeof(*row) * (size_t)MAX(cur->ncols, 1));

	for (int i = 0; i < cur->ncols; i++) {
		struct datum d;

		stmt_datum(cur->stmt, i, &d);
		row[i] = datum_dup(&cur->rows, &d);
	}
	return row;
}

static bool
materialise(struct cursor *cur)
{
	int cap = 0, rc;

	if (cur->on_row)
		cur->pushed = copy_row(cur);
	while ((rc = sqlite3_step(cur->stmt)) == SQLITE_ROW) {
		if (cur->nrows == cap) {
			cap = cap ? cap * 2 : 64;
			cur->row = xrealloc(cur->row, sizeof(*cur->row) * (size_t)cap);
		}
		cur->row[cur->nrows++] = copy_row(cur);
	}
	if (rc != SQLITE_DONE) {
		fail(cur, rc);
		return false;
	}
	if (cur->spec.writes)
		cur->changes = sqlite3_changes64(cur->conn->sq);
	let_go(cur);
	return true;
}

/* Opened and not stepped yet: SQLite has not begun, so there is nothing to save. */
static bool
is_running(const struct cursor *cur)
{
	return cur->stmt && !cur->done && sqlite3_stmt_busy(cur->stmt);
}

bool
conn_is_reading(const struct conn *c)
{
	for (const struct cursor *cur = c->cursors; cur; cur = cur->next)
		if (is_running(cur))
			return true;
	return false;
}

bool
conn_materialise(struct conn *c)
{
	for (struct cursor *cur = c->cursors; cur; cur = cur->next)
		if (is_running(cur) && !materialise(cur))
			return false;
	return true;
}

static void
detach(struct cursor *cur)
{
	unlink_cursor(cur);
	cur->conn = NULL;
}

void
conn_kill_cursors(struct conn *c)
{
	while (c->cursors) {
		struct cursor *cur = c->cursors;

		if (cur->stmt) {
			let_go(cur);
			if (!cur->done)
				cur->done = cur->failed = true;
		}
		detach(cur);
	}
}

bool
conn_finish_cursors(struct conn *c)
{
	for (struct cursor *cur = c->cursors; cur; cur = cur->next)
		if (cur->stmt && !cur->done && (is_running(cur) || !cur->spec.writes) &&
		    !materialise(cur))
			return false;
	return true;
}
