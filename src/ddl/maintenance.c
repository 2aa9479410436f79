/*
 * Commands about upkeep and privileges. VACUUM, ANALYZE and REINDEX do SQLite's own; privileges are
 * not kept: every role may do everything, and GRANT and OWNER say so to nobody's harm
 * (docs/compatibility.md).
 */
#include "ddl/commands.h"
#include "ddl/names.h"
#include "ddl/rename_type.h"
#include "ddl/drop.h"
#include "ddl/sqlite_text.h"

static bool
known_options(struct ddl *d, PgQuery__Node *const *options, size_t n, const char *command)
{
	static const char *const names[] = {"analyze",       "verbose",
					    "full",          "freeze",
					    "skip_locked",   "truncate",
					    "index_cleanup", "parallel",
					    "process_toast", "disable_page_skipping",
					    "concurrently"};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *o = options[i]->def_elem;
		bool known = false;

		for (size_t j = 0; j < COUNTOF(names); j++)
			known |= !strcmp(names[j], o->defname);
		if (!known)
			return err_set(d->err, ERR_SYNTAX_ERROR, o->location,
				       "unrecognized %s option \"%s\"", command, o->defname);
	}
	return true;
}

static bool
analyze_relation(struct ddl *d, const struct relation *rel)
{
	struct buf sql = BUF_INIT;
	bool ok;

	if (rel->builtin || rel->kind != 'r')
		return true;
	buf_printf(&sql, "ANALYZE %s.", rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, rel->physical);
	ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

/* Free pages are reused by SQLite itself: VACUUM has only the statistics to do. */
static bool
vacuum(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__VacuumStmt *s = node->vacuum_stmt;
	bool analyze = !s->is_vacuumcmd;

	if (!known_options(d, s->options, s->n_options, s->is_vacuumcmd ? "VACUUM" : "ANALYZE"))
		return false;
	for (size_t i = 0; i < s->n_options; i++)
		analyze |= !strcmp(s->options[i]->def_elem->defname, "analyze");
	for (size_t i = 0; i < s->n_rels; i++) {
		const struct relation *rel =
			ddl_relation(d, s->rels[i]->vacuum_relation->relation, false);

		if (!rel || (analyze && !analyze_relation(d, rel)))
			return false;
	}
	return s->n_rels || !analyze || conn_exec(d->conn, "ANALYZE main", NULL, 0);
}

static const char *
vacuum_tag(const PgQuery__Node *node)
{
	return node->vacuum_stmt->is_vacuumcmd ? "VACUUM" : "ANALYZE";
}

const struct ddl_command ddl_vacuum = {PG_QUERY__NODE__NODE_VACUUM_STMT, DDL_TRANSACTION, "VACUUM",
				       vacuum, vacuum_tag};

static bool
reindex(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__ReindexStmt *s = node->reindex_stmt;
	const struct relation *rel;
	struct buf sql = BUF_INIT;
	bool ok;

	if (!known_options(d, s->params, s->n_params, "REINDEX"))
		return false;
	if (!s->relation)
		return conn_exec(d->conn, "REINDEX", NULL, 0);
	if (!(rel = ddl_relation(d, s->relation, false)))
		return false;
	if (rel->builtin || !rel->physical)
		return true;
	buf_printf(&sql, "REINDEX %s.", rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, rel->physical);
	ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

const struct ddl_command ddl_reindex = {PG_QUERY__NODE__NODE_REINDEX_STMT, DDL_TRANSACTION,
					"REINDEX", reindex, NULL};

static bool
cluster(struct ddl *d, const PgQuery__Node *node)
{
	(void)node;
	return err_unsupported(d->err, -1, "CLUSTER");
}

const struct ddl_command ddl_cluster = {PG_QUERY__NODE__NODE_CLUSTER_STMT, DDL_TRANSACTION,
					"CLUSTER", cluster, NULL};

static bool
create_extension(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateExtensionStmt *s = node->create_extension_stmt;

	return err_unsupported(d->err, -1, "extension \"%s\"", s->extname);
}

const struct ddl_command ddl_create_extension = {PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT,
						 DDL_TRANSACTION, "CREATE EXTENSION",
						 create_extension, NULL};

static bool
check_grant_objects(struct ddl *d, const PgQuery__GrantStmt *s)
{
	if (s->targtype != PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_OBJECT ||
	    s->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
		return true;
	for (size_t i = 0; i < s->n_objects; i++)
		if (!ddl_relation(d, s->objects[i]->range_var, false))
			return false;
	return true;
}

static bool
grant(struct ddl *d, const PgQuery__Node *node)
{
	if (!check_grant_objects(d, node->grant_stmt))
		return false;
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			"privileges are not enforced: every role may do everything", NULL);
	return true;
}

static const char *
grant_tag(const PgQuery__Node *node)
{
	return node->grant_stmt->is_grant ? "GRANT" : "REVOKE";
}

const struct ddl_command ddl_grant = {PG_QUERY__NODE__NODE_GRANT_STMT, DDL_TRANSACTION, "GRANT",
				      grant, grant_tag};

static bool
grant_role(struct ddl *d, const PgQuery__Node *node)
{
	(void)node;
	return err_unsupported(d->err, -1, "membership in roles");
}

const struct ddl_command ddl_grant_role = {PG_QUERY__NODE__NODE_GRANT_ROLE_STMT, DDL_TRANSACTION,
					   "GRANT ROLE", grant_role, NULL};

static bool
default_privileges(struct ddl *d, const PgQuery__Node *node)
{
	(void)node;
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			"privileges are not enforced: every role may do everything", NULL);
	return true;
}

const struct ddl_command ddl_default_privileges = {
	PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT, DDL_TRANSACTION,
	"ALTER DEFAULT PRIVILEGES", default_privileges, NULL};

static bool
owner(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterOwnerStmt *s = node->alter_owner_stmt;

	if (s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
	    s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN)
		return set_type_owner(d, s);
	return role_must_exist(d, s->newowner) &&
	       (!s->relation || ddl_relation(d, s->relation, false));
}

static const char *
owner_tag(const PgQuery__Node *node)
{
	switch (node->alter_owner_stmt->object_type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
		return "ALTER DATABASE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
		return "ALTER SCHEMA";
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
		return "ALTER TYPE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
		return "ALTER DOMAIN";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_owner = {PG_QUERY__NODE__NODE_ALTER_OWNER_STMT, DDL_TRANSACTION,
				      "ALTER TABLE", owner, owner_tag};

static bool
checkpoint(struct ddl *d, const PgQuery__Node *node)
{
	(void)d;
	(void)node;
	return true; /* the checkpointer works all the time */
}

const struct ddl_command ddl_checkpoint = {PG_QUERY__NODE__NODE_CHECK_POINT_STMT, DDL_READ,
					   "CHECKPOINT", checkpoint, NULL};
