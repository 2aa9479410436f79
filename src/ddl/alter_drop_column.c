/*
 * ALTER TABLE DROP COLUMN, and what goes with the column.
 */
#include <stdlib.h>

#include "ddl/alter_table.h"
#include "ddl/drop.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "sql/view_text.h"

static bool
index_uses(struct ddl *d, const struct index *ix, int attnum, const char *name)
{
	bool uses;

	for (int i = 0; i < ix->ncols; i++)
		if (ix->cols[i] == attnum)
			return true;
	for (int i = 0; i < ix->nexprs; i++)
		if (expression_uses(d->compile, d->arena, ix->exprs[i], name, &uses) && uses)
			return true;
	return ix->predicate && expression_uses(d->compile, d->arena, ix->predicate, name, &uses) &&
	       uses;
}

bool
alter_constraint_uses(const struct constraint *c, int attnum)
{
	for (int i = 0; i < c->ncols; i++)
		if (c->cols[i] == attnum)
			return true;
	return false;
}

static bool
foreign_uses(const struct constraint *c, int attnum)
{
	for (int i = 0; i < c->ncols; i++)
		if (c->fcols[i] == attnum)
			return true;
	return false;
}

static int
newest_first(const void *x, const void *y)
{
	const struct relation *a = *(const struct relation *const *)x,
			      *b = *(const struct relation *const *)y;

	return a->oid < b->oid ? 1 : a->oid > b->oid ? -1 : 0;
}

static void
views_on(struct alter *a, oid_t refobjid, struct vec *views)
{
	const struct snapshot *snap = a->d->compile->snapshot;

	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *dep = snap->depends.v[i];
		const struct relation *view = snapshot_relation_by_oid(snap, dep->objid);

		if (dep->refobjid == refobjid && view && view->kind == 'v' && !vec_has(views, view))
			vec_push(a->d->arena, views, (void *)view);
	}
	if (views->n)
		qsort(views->v, (size_t)views->n, sizeof(void *), newest_first);
}

bool
alter_column_users(struct alter *a, const struct column *col, const char *what,
		   struct drop_set *set, struct vec *generated)
{
	struct arena *arena = a->d->arena;
	struct vec views = {0};
	bool uses;

	views_on(a, a->rel->oid, &views);
	for (int i = 0; i < views.n; i++) {
		const struct relation *view = views.v[i];

		if (vec_has(&set->relations, view))
			continue;
		if (!view_uses_column(a->d->compile, arena, view, a->rel, col->attnum, &uses))
			return false;
		if (!uses)
			continue;
		drop_collect(set, view);
		drop_depends(set, arena_printf(arena, "view %s", view->name), what);
	}
	for (int i = a->rel->ncols - 1; i >= 0; i--) {
		const struct column *other = &a->rel->cols[i];

		if (!other->generated || other == col || other->dropped)
			continue;
		if (!expression_uses(a->d->compile, arena, other->default_expr, col->name, &uses))
			return false;
		if (!uses)
			continue;
		vec_push(arena, generated, (void *)(uintptr_t)other);
	}
	return true;
}

bool
alter_drop_key_views(struct alter *a, const struct constraint *key, bool cascade)
{
	const char *what =
		arena_printf(a->d->arena, "constraint %s on table %s", key->name, a->rel->name);
	struct drop_set set = {.d = a->d};
	struct vec views = {0};

	views_on(a, key->oid, &views);
	for (int i = 0; i < views.n; i++) {
		const struct relation *view = views.v[i];

		if (vec_has(&set.relations, view))
			continue;
		drop_collect(&set, view);
		drop_depends(&set, arena_printf(a->d->arena, "view %s", view->name), what);
	}
	return drop_check(&set, cascade, what) &&
	       (set.relations.n == 0 || (drop_execute(&set) && alter_refresh(a)));
}

static bool
drop_users(struct alter *a, const struct column *col, bool cascade)
{
	const char *what =
		arena_printf(a->d->arena, "column %s of table %s", col->name, a->rel->name);
	struct drop_set set = {.d = a->d};
	struct vec generated = {0};
	bool ok = alter_column_users(a, col, what, &set, &generated);

	for (int i = 0; i < generated.n; i++)
		drop_depends(&set,
			     arena_printf(a->d->arena, "column %s of table %s",
					  VEC_AT(struct column, &generated, i)->name, a->rel->name),
			     what);
	ok = ok && drop_check(&set, cascade, what) &&
	     (set.relations.n == 0 || (drop_execute(&set) && alter_refresh(a)));

	for (int i = 0; ok && i < generated.n; i++) {
		PgQuery__AlterTableCmd cmd = PG_QUERY__ALTER_TABLE_CMD__INIT;

		cmd.name = (char *)(uintptr_t)VEC_AT(struct column, &generated, i)->name;
		cmd.behavior = PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
		ok = at_drop_column(a, &cmd) && alter_refresh(a);
	}
	return ok;
}

static bool
drop_incoming_keys(struct alter *a, int attnum, const char *name, bool cascade)
{
	for (int i = 0; i < a->rel->referenced_by.n; i++) {
		const struct constraint *c = a->rel->referenced_by.v[i];

		if (c->rel == a->rel || !foreign_uses(c, attnum))
			continue;
		if (!cascade) {
			err_set(a->d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
				"cannot drop column %s of table %s because other objects depend on "
				"it",
				name, a->rel->name);
			err_detail(a->d->err,
				   "constraint %s on table %s depends on column %s of table %s",
				   c->name, c->rel->name, name, a->rel->name);
			return err_hint(a->d->err,
					"Use DROP ... CASCADE to drop the dependent objects too.");
		}
		a->d->host->notice(a->d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				   arena_printf(a->d->arena,
						"drop cascades to constraint %s on table %s",
						c->name, c->rel->name),
				   NULL);
		if (!drop_constraint(a->d, c) || !alter_refresh(a))
			return false;
		i = -1;
	}
	return true;
}

static bool
drop_own_parts(struct alter *a, int attnum, const char *name)
{
	for (int i = 0; i < a->rel->constraints.n; i++) {
		const struct constraint *c = a->rel->constraints.v[i];

		if (!alter_constraint_uses(c, attnum))
			continue;
		if (!drop_constraint(a->d, c) || !alter_refresh(a))
			return false;
		i = -1;
	}
	for (int i = 0; i < a->rel->indexes.n; i++) {
		const struct index *ix = a->rel->indexes.v[i];
		struct drop_set set = {.d = a->d};
		bool ok;

		if (!index_uses(a->d, ix, attnum, name))
			continue;
		vec_push(a->d->arena, &set.relations, (void *)ix->self);
		ok = drop_execute(&set) && alter_refresh(a);
		if (!ok)
			return false;
		i = -1;
	}
	return true;
}

bool
alter_drop_owned_sequences(struct alter *a, int attnum)
{
	const struct snapshot *snap = a->d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == a->rel->oid &&
		    seq->sequence->owner_col == attnum && !rows_drop_own(a->d, seq))
			return false;
	}
	return true;
}

bool
at_drop_column(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	bool cascade = cmd->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
	const struct column *col = relation_column(a->rel, cmd->name);
	struct ddl *d = a->d;
	struct buf sql = BUF_INIT;
	struct column gone;
	bool ok;

	if (!col && system_column(cmd->name))
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cannot drop system column \"%s\"", cmd->name);
	if (!col) {
		if (!cmd->missing_ok)
			return alter_no_column(a, cmd->name);
		d->host->notice(
			d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena,
				     "column \"%s\" of relation \"%s\" does not exist, skipping",
				     cmd->name, a->rel->name),
			NULL);
		return true;
	}
	gone = *col;
	if (!drop_users(a, &gone, cascade) ||
	    !drop_incoming_keys(a, gone.attnum, gone.name, cascade) ||
	    !drop_own_parts(a, gone.attnum, gone.name) ||
	    !alter_drop_owned_sequences(a, gone.attnum))
		return false;
	buf_printf(&sql, "ALTER TABLE %s.", a->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " DROP COLUMN ");
	sqlite_identifier(&sql, gone.physical);
	ok = (alter_live_columns(a->rel) > 1 || alter_stand_in(a, true)) &&
	     conn_exec(d->conn, buf_str(&sql), NULL, 0) &&
	     rows_drop_default(d, a->rel, gone.attnum) &&
	     ROWS_EXEC(d, a->rel->schema->temp,
		       "UPDATE %s.\"litephant.pg_attribute\" SET attisdropped = 1, attname = ?3, "
		       "atttypid = 0, attnotnull = 0, "
		       "attidentity = '', attgenerated = '' WHERE attrelid = ?1 AND attnum = ?2",
		       datum_int(a->rel->oid), datum_int(gone.attnum),
		       row_text(arena_printf(d->arena, "........pg.dropped.%d........",
					     gone.attnum)));
	buf_release(&sql);
	return ok;
}
