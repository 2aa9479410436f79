#include "ddl/commands.h"
#include "ddl/names.h"
#include "ddl/rows.h"

static bool
create_elements(struct ddl *d, const PgQuery__CreateSchemaStmt *s, const char *name)
{
	const char *const *path = d->compile->search_path;
	const char *inside[3] = {name, "pg_catalog", NULL};
	bool ok = ddl_refresh(d);

	/* Unqualified names in the elements are the new schema's. */
	d->compile->search_path = inside;
	for (size_t i = 0; ok && i < s->n_schema_elts; i++) {
		if (i > 0)
			ok = ddl_refresh(d);
		ok = ok && ddl_run_node(d, s->schema_elts[i]);
	}
	d->compile->search_path = path;
	return ok;
}

static bool
create_schema(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateSchemaStmt *s = node->create_schema_stmt;
	const char *name = s->schemaname;
	oid_t oid;

	if (!name || !*name)
		name = s->authrole && s->authrole->rolename && *s->authrole->rolename
			       ? s->authrole->rolename
			       : d->fenv->user;
	if (!strncmp(name, "pg_", 3) || !strcmp(name, "litephant")) {
		err_set(d->err, ERR_RESERVED_NAME, -1, "unacceptable schema name \"%s\"", name);
		return err_detail(
			d->err,
			!strncmp(name, "pg_", 3)
				? "The prefix \"pg_\" is reserved for system schemas."
				: "The schema \"litephant\" holds this server's own tables.");
	}
	if (snapshot_schema(d->compile->snapshot, name)) {
		if (!s->if_not_exists)
			return err_set(d->err, ERR_DUPLICATE_SCHEMA, -1,
				       "schema \"%s\" already exists", name);
		d->host->notice(
			d->host->arg, "NOTICE", ERR_DUPLICATE_SCHEMA,
			arena_printf(d->arena, "schema \"%s\" already exists, skipping", name),
			NULL);
		return true;
	}
	if (!rows_init(d, false) || !(oid = ddl_new_oid(d)) || !rows_add_schema(d, oid, name))
		return false;
	return s->n_schema_elts == 0 || create_elements(d, s, name);
}

const struct ddl_command ddl_create_schema = {PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT,
					      DDL_TRANSACTION, "CREATE SCHEMA", create_schema,
					      NULL};
