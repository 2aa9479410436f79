#include "ddl/draft.h"
#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/table.h"

static bool
refuse_clauses(struct ddl *d, const PgQuery__ViewStmt *s)
{
	if (s->n_options)
		return err_unsupported(d->err, -1, "WITH (%s) of a view", s->options[0]->def_elem->defname);
	if (s->with_check_option > PG_QUERY__VIEW_CHECK_OPTION__NO_CHECK_OPTION)
		return err_unsupported(d->err, -1, "WITH CHECK OPTION");
	return true;
}

/* A view's columns may be added to by OR REPLACE, not changed. */
static bool
check_replaced(struct ddl *d, const struct relation *old, const struct draft *t)
{
	if (old->kind != 'v')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a view", old->name);
	if (t->rel->ncols < old->ncols)
		return err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1, "cannot drop columns from view");
	for (int i = 0; i < old->ncols; i++) {
		const struct column *was = &old->cols[i], *is = &t->cols[i];
		void *snap = (void *)d->compile->snapshot;

		if (strcmp(was->name, is->name) != 0) {
			err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			        "cannot change name of view column \"%s\" to \"%s\"", was->name, is->name);
			return err_hint(d->err, "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.");
		}
		if (was->type != is->type || was->typmod != is->typmod)
			return err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			               "cannot change data type of view column \"%s\" from %s to %s", was->name,
			               format_type(d->arena, was->type, was->typmod, snapshot_type_find, snap),
			               format_type(d->arena, is->type, is->typmod, snapshot_type_find, snap));
	}
	return true;
}

static bool
add_columns(struct draft *t, const struct plan_column *cols, int n, const PgQuery__ViewStmt *s)
{
	if ((int)s->n_aliases > n)
		return err_set(t->d->err, ERR_SYNTAX_ERROR, -1, "CREATE VIEW specifies more column names than columns");
	for (int i = 0; i < n; i++) {
		const char *name = i < (int)s->n_aliases ? node_string(s->aliases[i]) : cols[i].name;

		if (!draft_add_plain_column(t, name, cols[i].type, cols[i].typmod, 0))
			return false;
	}
	return true;
}

static bool
write_view(struct draft *t, const struct vec *depends)
{
	struct ddl *d = t->d;

	if (!rows_add_class(d, t->rel))
		return false;
	for (int i = 0; i < t->rel->ncols; i++)
		if (!rows_add_column(d, t->rel, &t->cols[i]))
			return false;
	for (int i = 0; i < depends->n; i++) {
		oid_t oid = *VEC_AT(oid_t, depends, i);
		const struct relation *on = snapshot_relation_by_oid(d->compile->snapshot, oid);

		if (on && !on->builtin && (!rows_adopt(d, on) || !rows_add_depend(d, t->rel, CLASS_PG_CLASS, oid, 0)))
			return false;
	}
	return true;
}

static bool
create_view(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__ViewStmt *s = node->view_stmt;
	const struct relation *old;
	const struct schema *schema;
	struct plan_column *cols;
	struct vec depends = {0};
	struct draft *t;
	char *text;
	int ncols;

	if (!refuse_clauses(d, s) || !rows_init(d, false) || !(schema = creation_schema(d, s->view)) ||
	    !compile_query_columns(d->compile, d->arena, s->query, d->source, &cols, &ncols, &depends) ||
	    !parse_deparse(d->arena, s->query, &text, d->err))
		return false;
	old = snapshot_relation(d->compile->snapshot, schema, s->view->relname);
	if (old && !s->replace)
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists", s->view->relname);
	if (!(t = draft_new(d, schema, s->view->relname, 'v', schema->temp ? 't' : 'p')))
		return false;
	t->rel->view_def = text;
	if (!add_columns(t, cols, ncols, s))
		return false;
	if (old) {
		if (!check_replaced(d, old, t) || !rows_drop_own(d, old))
			return false;
		t->rel->oid = old->oid;
		t->rel->type_oid = old->type_oid;
		t->rel->array_type_oid = old->array_type_oid;
	}
	return write_view(t, &depends);
}

const struct ddl_command ddl_create_view = {
	PG_QUERY__NODE__NODE_VIEW_STMT, DDL_TRANSACTION, "CREATE VIEW", create_view, NULL};
