#include "ddl/draft.h"
#include "ddl/like.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"

static bool
refuse_clauses(struct ddl *d, const PgQuery__CreateStmt *stmt)
{
	if (stmt->n_inh_relations)
		return err_unsupported(d->err, stmt->relation->location,
				       stmt->partbound ? "PARTITION OF" : "INHERITS");
	if (stmt->partspec)
		return err_unsupported(d->err, stmt->relation->location, "PARTITION BY");
	if (stmt->of_typename)
		return err_unsupported(d->err, stmt->relation->location, "CREATE TABLE OF type");
	if (!table_options(d, stmt->options, stmt->n_options))
		return false;
	if (stmt->tablespacename && *stmt->tablespacename &&
	    strcmp(stmt->tablespacename, "pg_default") != 0)
		return err_unsupported(d->err, -1, "TABLESPACE \"%s\"", stmt->tablespacename);
	if (stmt->access_method && *stmt->access_method && strcmp(stmt->access_method, "heap") != 0)
		return err_unsupported(d->err, -1, "table access method \"%s\"",
				       stmt->access_method);
	return table_on_commit(d, stmt->oncommit);
}

bool
table_on_commit(struct ddl *d, PgQuery__OnCommitAction action)
{
	if (action == PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP)
		return err_unsupported(d->err, -1, "ON COMMIT DROP");
	if (action == PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DELETE_ROWS)
		return err_unsupported(d->err, -1, "ON COMMIT DELETE ROWS");
	return true;
}

/* Storage parameters speak of PostgreSQL's heap. Those that only tune it have nothing to tune here
 * and are accepted. */
bool
table_options(struct ddl *d, PgQuery__Node *const *options, size_t n)
{
	static const char *const tuning[] = {"fillfactor", "toast_tuple_target", "parallel_workers",
					     "oids"};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *o = options[i]->def_elem;
		bool known = !strncmp(o->defname, "autovacuum_", 11);

		for (size_t j = 0; j < COUNTOF(tuning); j++)
			known |= !strcmp(o->defname, tuning[j]);
		if (!known)
			return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "unrecognized parameter \"%s\"", o->defname);
	}
	return true;
}

static bool
add_element(struct draft *t, const PgQuery__Node *node)
{
	switch (node->node_case) {
	case PG_QUERY__NODE__NODE_COLUMN_DEF:
		return draft_add_column(t, node->column_def) != NULL;
	case PG_QUERY__NODE__NODE_CONSTRAINT:
		return draft_add_constraint(t, node->constraint, 0, node->constraint->deferrable,
					    node->constraint->initdeferred);
	case PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE:
		return like_clause(t, node->table_like_clause);
	default:
		return err_unsupported(t->d->err, -1, "this element of CREATE TABLE");
	}
}

/* Constraints of columns come before the table's own, whatever their order in the text. */
static bool
add_elements(struct draft *t, const PgQuery__CreateStmt *stmt)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < stmt->n_table_elts; i++) {
			const PgQuery__Node *node = stmt->table_elts[i];
			bool constraint = node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT;

			if (constraint == (pass == 1) && !add_element(t, node))
				return false;
		}
	for (size_t i = 0; i < stmt->n_constraints; i++)
		if (!add_element(t, stmt->constraints[i]))
			return false;
	return true;
}

bool
table_exists_notice(struct ddl *d, const struct schema *schema, const char *name,
		    bool if_not_exists, bool *exists)
{
	*exists = snapshot_relation(d->compile->snapshot, schema, name) != NULL;
	if (!*exists)
		return true;
	if (!if_not_exists)
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       name);
	d->host->notice(d->host->arg, "NOTICE", ERR_DUPLICATE_TABLE,
			arena_printf(d->arena, "relation \"%s\" already exists, skipping", name),
			NULL);
	return true;
}

bool
table_write(struct draft *t)
{
	struct ddl *d = t->d;
	struct buf b = BUF_INIT;
	bool ok = rows_add_class(d, t->rel) && draft_write_sequences(t);

	for (int i = 0; ok && i < t->rel->ncols; i++)
		ok = rows_add_column(d, t->rel, &t->cols[i]);
	if (ok) {
		ok = sqlite_create_table(d, t->rel, &b);
		if (ok) {
			/* "CREATE TABLE" and the name; the schema goes between. */
			const char *rest = buf_str(&b) + strlen("CREATE TABLE ");

			ok = conn_exec(d->conn,
				       arena_printf(d->arena, "CREATE TABLE %s.%s",
						    t->rel->schema->temp ? "temp" : "main", rest),
				       NULL, 0);
		}
	}
	buf_release(&b);
	return ok && draft_write_constraints(t);
}

static bool
create_table(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateStmt *stmt = node->create_stmt;
	const struct schema *schema;
	struct draft *t;
	bool exists;

	if (!refuse_clauses(d, stmt) || !rows_init(d, false) ||
	    !(schema = creation_schema(d, stmt->relation)))
		return false;
	if (!table_exists_notice(d, schema, stmt->relation->relname, stmt->if_not_exists, &exists))
		return false;
	if (exists)
		return true;
	t = draft_new(d, schema, stmt->relation->relname, 'r',
		      schema->temp ? 't'
		      : stmt->relation->relpersistence && *stmt->relation->relpersistence == 'u'
			      ? 'u'
			      : 'p');
	return t && add_elements(t, stmt) && draft_resolve(t) && table_write(t);
}

const struct ddl_command ddl_create_table = {PG_QUERY__NODE__NODE_CREATE_STMT, DDL_TRANSACTION,
					     "CREATE TABLE", create_table, NULL};
