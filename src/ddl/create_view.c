#include "ddl/draft.h"
#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/table.h"
#include "ddl/view_options.h"
#include "sql/view_text.h"

static bool
read_options(struct ddl *d, const PgQuery__ViewStmt *s, char **options)
{
	char check = s->with_check_option == PG_QUERY__VIEW_CHECK_OPTION__LOCAL_CHECK_OPTION ? 'l'
		     : s->with_check_option == PG_QUERY__VIEW_CHECK_OPTION__CASCADED_CHECK_OPTION
			     ? 'c'
			     : 0;

	return view_options(d, NULL, s->options, s->n_options, false, check, options) &&
	       (!view_options_check(*options) || view_check_possible(d, s->query, NULL));
}

/* A view's columns may be added to by OR REPLACE, not changed. */
static bool
check_replaced(struct ddl *d, const struct relation *old, const struct draft *t)
{
	if (old->kind != 'v')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a view",
			       old->name);
	if (t->rel->ncols < old->ncols)
		return err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			       "cannot drop columns from view");
	for (int i = 0; i < old->ncols; i++) {
		const struct column *was = &old->cols[i], *is = &t->cols[i];
		void *snap = (void *)d->compile->snapshot;

		if (strcmp(was->name, is->name) != 0) {
			err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
				"cannot change name of view column \"%s\" to \"%s\"", was->name,
				is->name);
			return err_hint(d->err, "Use ALTER VIEW ... RENAME COLUMN ... to change "
						"name of view column instead.");
		}
		if (was->type != is->type || was->typmod != is->typmod)
			return err_set(
				d->err, ERR_INVALID_TABLE_DEFINITION, -1,
				"cannot change data type of view column \"%s\" from %s to %s",
				was->name,
				format_type(d->arena, was->type, was->typmod, snapshot_type_find,
					    snap),
				format_type(d->arena, is->type, is->typmod, snapshot_type_find,
					    snap));
	}
	return true;
}

static bool
add_columns(struct draft *t, const struct plan_column *cols, int n, const PgQuery__ViewStmt *s)
{
	if ((int)s->n_aliases > n)
		return err_set(t->d->err, ERR_SYNTAX_ERROR, -1,
			       "CREATE VIEW specifies more column names than columns");
	for (int i = 0; i < n; i++) {
		const char *name =
			i < (int)s->n_aliases ? node_string(s->aliases[i]) : cols[i].name;

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

		if (on && !on->builtin &&
		    (!rows_adopt(d, on) || !rows_add_depend(d, t->rel, CLASS_PG_CLASS, oid, 0)))
			return false;
		if (!on && !rows_add_depend(d, t->rel, CLASS_PG_CONSTRAINT, oid, 0))
			return false;
	}
	return true;
}

/* A view over temporary relations is temporary, asked for or not. */
static bool
view_schema(struct ddl *d, const PgQuery__ViewStmt *s, bool temp, const struct schema **schema)
{
	PgQuery__RangeVar rv = *s->view;

	if (temp && *rv.relpersistence != 't' &&
	    !(rv.schemaname && strncmp(rv.schemaname, "pg_temp", 7) == 0)) {
		rv.relpersistence = (char *)"t";
		if (rv.schemaname && *rv.schemaname)
			return err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
				       "cannot create temporary relation in non-temporary schema");
		d->host->notice(
			d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena, "view \"%s\" will be a temporary view", rv.relname),
			NULL);
	}
	*schema = creation_schema(d, &rv);
	return *schema != NULL;
}

static bool
view_text(struct ddl *d, const PgQuery__ViewStmt *s, int ncols, char **text, bool *temp)
{
	const char **names = ARENA_ARRAY(d->arena, const char *, ncols + 1);
	int n = MIN(ncols, (int)s->n_aliases);

	for (int i = 0; i < n; i++)
		names[i] = node_string(s->aliases[i]);
	return view_write_down(d->compile, d->arena, s->query, names, n, text, temp);
}

static bool
modifies_in_with(const PgQuery__Node *query)
{
	const PgQuery__WithClause *with = query->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
						  ? query->select_stmt->with_clause
						  : NULL;

	for (size_t i = 0; with && i < with->n_ctes; i++)
		if (with->ctes[i]->common_table_expr->ctequery->node_case !=
		    PG_QUERY__NODE__NODE_SELECT_STMT)
			return true;
	return false;
}

static bool
create_view(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__ViewStmt *s = node->view_stmt;
	const struct relation *old;
	const struct schema *schema = NULL;
	struct plan_column *cols;
	struct vec depends = {0};
	struct draft *t;
	char *text, *options;
	int ncols;
	bool temp;

	if (s->query->node_case == PG_QUERY__NODE__NODE_SELECT_STMT &&
	    s->query->select_stmt->into_clause)
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "views must not contain SELECT INTO");
	if (modifies_in_with(s->query))
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "views must not contain data-modifying statements in WITH");
	if (!rows_init(d, false) ||
	    !compile_query_columns(d->compile, d->arena, s->query, d->source, &cols, &ncols,
				   &depends) ||
	    !read_options(d, s, &options) || !view_text(d, s, ncols, &text, &temp) ||
	    !view_schema(d, s, temp, &schema))
		return false;
	old = snapshot_relation(d->compile->snapshot, schema, s->view->relname);
	if (old && !s->replace)
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       s->view->relname);
	if (!(t = draft_new(d, schema, s->view->relname, 'v', schema->temp ? 't' : 'p')))
		return false;
	t->rel->view_def = text;
	if (!add_columns(t, cols, ncols, s))
		return false;
	if (old) {
		if (!check_replaced(d, old, t) || !rows_replace_own(d, old))
			return false;
		t->rel->oid = old->oid;
		t->rel->type_oid = old->type_oid;
		t->rel->array_type_oid = old->array_type_oid;
	}
	return write_view(t, &depends) && (!options || rows_set_options(d, t->rel, options));
}

const struct ddl_command ddl_create_view = {PG_QUERY__NODE__NODE_VIEW_STMT, DDL_TRANSACTION,
					    "CREATE VIEW", create_view, NULL};
