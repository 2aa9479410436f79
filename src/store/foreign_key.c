/*
 * Which foreign key was broken, and by which key.
 *
 * SQLite only counts violations and says "FOREIGN KEY constraint failed" at the statement's end. So
 * the statement is run again with the check deferred, and triggers on the target – and on every
 * table that its cascades reach – note the keys of references that look broken when their row is
 * written. A reference may be mended later in the same statement: at its end each noted key is
 * looked at again, and the first that is still broken is reported.
 */
#include "store/private.h"

/* ---- conditions over a constraint's columns ---- */

static const char *
physical(const struct relation *r, int attnum)
{
	return r->cols[attnum - 1].physical;
}

/* alias.col = other … for all columns of k, joined by AND. The parent's column stands first: its
 * collation counts. */
static void
buf_join(struct buf *b, const struct constraint *k, const char *parent, const char *child)
{
	for (int i = 0; i < k->ncols; i++) {
		buf_printf(b, "%s%s.", i ? " AND " : "", parent);
		buf_ident(b, physical(k->frel, k->fcols[i]));
		buf_printf(b, " = %s.", child);
		buf_ident(b, physical(k->rel, k->cols[i]));
	}
}

static void
buf_not_null(struct buf *b, const struct constraint *k, const char *child)
{
	for (int i = 0; i < k->ncols; i++) {
		buf_printf(b, "%s%s.", i ? " AND " : "", child);
		buf_ident(b, physical(k->rel, k->cols[i]));
		buf_puts(b, " IS NOT NULL");
	}
}

static void
buf_columns(struct buf *b, const struct relation *r, const int16_t *cols, int n, const char *alias)
{
	for (int i = 0; i < n; i++) {
		buf_printf(b, "%s%s.", i ? ", " : "", alias);
		buf_ident(b, physical(r, cols[i]));
	}
}

/* Within a trigger body tables are named bare, or with their schema, which temporary triggers
 * allow. */
static void
buf_from(struct buf *b, const struct relation *r, const char *alias)
{
	buf_puts(b, " FROM ");
	buf_relation(b, r);
	buf_printf(b, " AS %s", alias);
}

/* ---- triggers ---- */

static int
fk_number(struct diag *d, const struct constraint *k)
{
	for (int i = 0; i < d->fks.n; i++)
		if (d->fks.v[i] == k)
			return i;
	vec_push(&d->arena, &d->fks, (void *)k);
	return d->fks.n - 1;
}

static void
child_body(struct diag *d, struct buf *b, const struct relation *rel)
{
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *k = rel->constraints.v[i];

		if (k->kind != 'f')
			continue;
		buf_printf(b, "SELECT pg__note_fk(%d, 0, ", fk_number(d, k));
		buf_columns(b, rel, k->cols, k->ncols, "NEW");
		buf_puts(b, ") WHERE ");
		buf_not_null(b, k, "NEW");
		buf_puts(b, " AND NOT EXISTS (SELECT 1");
		buf_from(b, k->frel, "p");
		buf_puts(b, " WHERE ");
		buf_join(b, k, "p", "NEW");
		buf_puts(b, ");");
	}
}

static void
parent_body(struct diag *d, struct buf *b, const struct relation *rel)
{
	for (int i = 0; i < rel->referenced_by.n; i++) {
		const struct constraint *k = rel->referenced_by.v[i];

		buf_printf(b, "SELECT pg__note_fk(%d, 1, ", fk_number(d, k));
		buf_columns(b, rel, k->fcols, k->ncols, "OLD");
		buf_puts(b, ") WHERE EXISTS (SELECT 1");
		buf_from(b, k->rel, "c");
		buf_puts(b, " WHERE ");
		buf_join(b, k, "OLD", "c");
		buf_puts(b, ");");
	}
}

static void
watch(struct conn *c, struct diag *d, const struct relation *rel)
{
	struct buf child = BUF_INIT, parent = BUF_INIT;

	child_body(d, &child, rel);
	parent_body(d, &parent, rel);
	buf_str(&child);
	if (parent.len)
		diag_trigger(c, d, "AFTER DELETE", rel, buf_str(&parent));
	if (child.len)
		diag_trigger(c, d, "AFTER INSERT", rel, child.data);
	buf_add(&parent, child.data, child.len);
	if (parent.len)
		diag_trigger(c, d, "AFTER UPDATE", rel, buf_str(&parent));
	buf_release(&child);
	buf_release(&parent);
}

static bool
reaches_children(const struct constraint *k)
{
	return strchr("cnd", k->on_delete) || strchr("cnd", k->on_update);
}

/* The target and what its cascades reach. */
static void
watch_all(struct conn *c, struct diag *d, const struct relation *target)
{
	struct vec seen = {0};

	vec_push(&d->arena, &seen, (void *)target);
	for (int i = 0; i < seen.n; i++) {
		const struct relation *rel = seen.v[i];

		watch(c, d, rel);
		for (int j = 0; j < rel->referenced_by.n; j++) {
			const struct constraint *k = rel->referenced_by.v[j];

			if (reaches_children(k) && !vec_has(&seen, k->rel))
				vec_push(&d->arena, &seen, (void *)k->rel);
		}
	}
}

/* ---- verification ---- */

/* Is there a row of r whose cols have these values? For the parent its own collation counts, and
 * for the child too: a column's collation follows its type, and the types' families agree. */
static bool
row_exists(struct conn *c, const struct relation *r, const int16_t *cols, const struct datum *cells,
	   int n)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	bool found = false;

	buf_puts(&sql, "SELECT 1");
	buf_from(&sql, r, "x");
	for (int i = 0; i < n; i++) {
		buf_printf(&sql, "%sx.", i ? " AND " : " WHERE ");
		buf_ident(&sql, physical(r, cols[i]));
		buf_printf(&sql, " = ?%d", i + 1);
	}
	if (sqlite3_prepare_v2(c->sq, buf_str(&sql), -1, &stmt, NULL) == SQLITE_OK &&
	    bind_params(stmt, cells, n) == SQLITE_OK)
		found = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	buf_release(&sql);
	return found;
}

static bool
is_broken(struct conn *c, const struct constraint *k, const struct fk_key *key)
{
	return row_exists(c, k->rel, k->cols, key->cells, k->ncols) &&
	       !row_exists(c, k->frel, k->fcols, key->cells, k->ncols);
}

/* ---- the messages ---- */

static bool
report(struct conn *c, const struct constraint *k, bool parent, const struct datum *cells)
{
	struct err *err = c->env->err;
	struct buf names = BUF_INIT, values = BUF_INIT;
	const struct relation *rel = parent ? k->frel : k->rel;
	const int16_t *cols = parent ? k->fcols : k->cols;

	for (int i = 0; i < k->ncols; i++) {
		const struct column *col = &rel->cols[cols[i] - 1];

		buf_printf(&names, "%s%s", i ? ", " : "", col->name);
		buf_puts(&values, i ? ", " : "");
		buf_value(c, &values, c->env->snapshot, col->type, col->typmod, &cells[i]);
	}
	if (parent) {
		err_set(err, ERR_FOREIGN_KEY_VIOLATION, -1,
			"update or delete on table \"%s\" violates foreign key constraint \"%s\" "
			"on table \"%s\"",
			k->frel->name, k->name, k->rel->name);
		err_detail(err, "Key (%s)=(%s) is still referenced from table \"%s\".",
			   buf_str(&names), buf_str(&values), k->rel->name);
	} else {
		err_set(err, ERR_FOREIGN_KEY_VIOLATION, -1,
			"insert or update on table \"%s\" violates foreign key constraint \"%s\"",
			k->rel->name, k->name);
		err_detail(err, "Key (%s)=(%s) is not present in table \"%s\".", buf_str(&names),
			   buf_str(&values), k->frel->name);
	}
	err_object(err, k->rel->schema->name, k->rel->name, NULL, k->name);
	buf_release(&names);
	buf_release(&values);
	return false;
}

static bool
report_first_broken(struct conn *c, const struct diag *d)
{
	for (int i = 0; i < d->keys.n; i++) {
		const struct fk_key *key = d->keys.v[i];
		const struct constraint *k = d->fks.v[key->fk];

		if (!is_broken(c, k, key))
			continue;
		report(c, k, key->parent, key->cells);
		return true;
	}
	return false;
}

bool
foreign_key_error(struct conn *c, const struct cursor *cur, const char *text)
{
	struct err *err = c->env->err;
	struct diag d;
	bool found = false;

	if (cur->spec.target && diag_begin(c, &d, cur)) {
		conn_run(c, "PRAGMA defer_foreign_keys=ON");
		watch_all(c, &d, cur->spec.target);
		if (diag_rerun(c, cur) == SQLITE_DONE) {
			err_clear(err);
			found = report_first_broken(c, &d);
		}
		diag_end(c, &d);
	}
	if (!found)
		err_set(err, ERR_FOREIGN_KEY_VIOLATION, -1, "%s", text);
	return false;
}

/* ---- at COMMIT ---- */

/* The first row of k's table without its parent; parent: it is the parent's fault. */
static bool
report_orphan(struct conn *c, const struct constraint *k, bool parent)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	bool found = false;

	buf_puts(&sql, "SELECT ");
	buf_columns(&sql, k->rel, k->cols, k->ncols, "c");
	buf_from(&sql, k->rel, "c");
	buf_puts(&sql, " WHERE ");
	buf_not_null(&sql, k, "c");
	buf_puts(&sql, " AND NOT EXISTS (SELECT 1");
	buf_from(&sql, k->frel, "p");
	buf_puts(&sql, " WHERE ");
	buf_join(&sql, k, "p", "c");
	buf_puts(&sql, ") LIMIT 1");
	if (sqlite3_prepare_v2(c->sq, buf_str(&sql), -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		struct arena a = ARENA_INIT;
		struct datum *cells = ARENA_ARRAY(&a, struct datum, k->ncols);

		for (int i = 0; i < k->ncols; i++)
			stmt_datum(stmt, i, &cells[i]);
		report(c, k, parent, cells);
		found = true;
		arena_release(&a);
	}
	sqlite3_finalize(stmt);
	buf_release(&sql);
	return found;
}

static bool
report_orphan_of(struct conn *c, const struct relation *rel)
{
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *k = rel->constraints.v[i];

		if (k->kind == 'f' && report_orphan(c, k, false))
			return true;
	}
	return false;
}

bool
foreign_key_error_at_commit(struct conn *c, const char *text)
{
	const struct snapshot *snap = c->env->snapshot;

	for (int i = 0; snap && i < snap->relations.n; i++)
		if (report_orphan_of(c, snap->relations.v[i]))
			return false;
	return err_set(c->env->err, ERR_FOREIGN_KEY_VIOLATION, -1, "%s", text);
}

/* ---- behind several statements ---- */

bool
foreign_keys_deferred(struct conn *c)
{
	sqlite3_stmt *stmt = NULL;
	bool on = false;

	if (sqlite3_prepare_v2(c->sq, "PRAGMA defer_foreign_keys", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		on = sqlite3_column_int(stmt, 0) != 0;
	sqlite3_finalize(stmt);
	return on;
}

static bool
any_broken(struct conn *c)
{
	int count = 0, highest;

	return sqlite3_db_status(c->sq, SQLITE_DBSTATUS_DEFERRED_FKS, &count, &highest, 0) !=
		       SQLITE_OK ||
	       count;
}

static bool
references_hold(struct conn *c, const struct relation *rel)
{
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *k = rel->constraints.v[i];

		if (k->kind == 'f' && !k->deferred && report_orphan(c, k, false))
			return false;
	}
	return true;
}

bool
foreign_keys_hold(struct conn *c, const struct with_target *targets, int n)
{
	struct arena a = ARENA_INIT;
	struct vec reached = {0};
	bool ok = true;

	if (!any_broken(c))
		return true;
	for (int i = 0; ok && i < n; i++) {
		ok = !targets[i].adds || references_hold(c, targets[i].rel);
		if (targets[i].removes && !vec_has(&reached, targets[i].rel))
			vec_push(&a, &reached, (void *)(uintptr_t)targets[i].rel);
	}
	for (int i = 0; ok && i < reached.n; i++) {
		const struct relation *rel = reached.v[i];

		for (int k = 0; ok && k < rel->referenced_by.n; k++) {
			const struct constraint *fk = rel->referenced_by.v[k];

			ok = fk->deferred || !report_orphan(c, fk, true);
			if (reaches_children(fk) && !vec_has(&reached, fk->rel))
				vec_push(&a, &reached, (void *)(uintptr_t)fk->rel);
		}
	}
	arena_release(&a);
	return ok;
}
