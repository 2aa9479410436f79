#include <stdio.h>

#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/table.h"

static bool
refuse_clauses(struct ddl *d, const PgQuery__CreateTableAsStmt *s)
{
	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
		return err_unsupported(d->err, -1, "CREATE MATERIALIZED VIEW");
	if (s->query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
		return err_unsupported(d->err, -1, "CREATE TABLE AS EXECUTE");
	if (s->into->access_method && *s->into->access_method &&
	    strcmp(s->into->access_method, "heap") != 0)
		return err_unsupported(d->err, -1, "table access method \"%s\"",
				       s->into->access_method);
	if (s->into->table_space_name && *s->into->table_space_name)
		return err_unsupported(d->err, -1, "TABLESPACE \"%s\"", s->into->table_space_name);
	return table_options(d, s->into->options, s->into->n_options) &&
	       table_on_commit(d, s->into->on_commit);
}

static bool
add_columns(struct draft *t, const PgQuery__IntoClause *into, const struct plan_column *cols, int n)
{
	if ((int)into->n_col_names > n)
		return err_set(t->d->err, ERR_SYNTAX_ERROR, -1,
			       "too many column names were specified");
	for (int i = 0; i < n; i++) {
		const char *name =
			i < (int)into->n_col_names ? node_string(into->col_names[i]) : cols[i].name;
		const struct type *type = cols[i].type;
		bool text = type->category == 'S';

		if (!draft_add_plain_column(t, name, type, cols[i].typmod,
					    text ? COLLATION_DEFAULT : 0))
			return false;
	}
	return true;
}

/* The query's WITH becomes the INSERT's: only there it may modify data. */
static void
with_to_top(const PgQuery__Node *node)
{
	PgQuery__InsertStmt *insert = node->insert_stmt;
	PgQuery__SelectStmt *select = insert->select_stmt->select_stmt;

	if (insert->select_stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT ||
	    !select->with_clause)
		return;
	insert->with_clause = select->with_clause;
	select->with_clause = NULL;
}

/* INSERT INTO the new table the query's own rows, through the ordinary INSERT. */
static bool
fill(struct ddl *d, const struct draft *t, const PgQuery__Node *query, int64_t *rows)
{
	struct buf sql = BUF_INIT;
	struct parse_tree tree;
	struct plan *plan;
	char *text;
	bool ok;

	if (!parse_deparse(d->arena, query, &text, d->err) || !ddl_refresh(d))
		return false;
	buf_printf(&sql, "INSERT INTO %s.%s ", quote_identifier(d->arena, t->rel->schema->name),
		   quote_identifier(d->arena, t->rel->name));
	buf_puts(&sql, text);
	text = buf_dup(&sql, d->arena);
	buf_release(&sql);
	if (!parse_sql(d->arena, text, &tree, d->err))
		return false;
	with_to_top(tree.stmts[0].node);
	plan = plan_compile(d->compile, text, &tree.stmts[0], NULL, 0, false);
	if (!plan)
		return false;
	ok = d->host->run_plan(d->host->arg, plan, NULL, 0, rows);
	plan_unref(plan);
	return ok;
}

static bool
create_table_as(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateTableAsStmt *s = node->create_table_as_stmt;
	const struct schema *schema;
	struct plan_column *cols;
	struct draft *t;
	int64_t rows = 0;
	bool exists;
	int ncols;

	if (!refuse_clauses(d, s) || !rows_init(d, false) ||
	    !(schema = creation_schema(d, s->into->rel)) ||
	    !table_exists_notice(d, schema, s->into->rel->relname, s->if_not_exists, &exists))
		return false;
	if (exists)
		return true;
	if (!compile_query_columns(d->compile, d->arena, s->query, d->source, &cols, &ncols,
				   NULL) ||
	    !(t = draft_new(d, schema, s->into->rel->relname, 'r', schema->temp ? 't' : 'p')) ||
	    !add_columns(t, s->into, cols, ncols) || !table_write(t))
		return false;
	if (s->into->skip_data)
		return true;
	if (!fill(d, t, s->query, &rows))
		return false;
	snprintf(d->tag, sizeof(d->tag), "SELECT %lld", (long long)rows);
	return true;
}

const struct ddl_command ddl_create_table_as = {PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT,
						DDL_TRANSACTION, "CREATE TABLE AS", create_table_as,
						NULL};
