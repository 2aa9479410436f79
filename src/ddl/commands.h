/*
 * commands: the table of utility commands. One file per command, one entry each.
 */
#ifndef DDL_COMMANDS_H
#define DDL_COMMANDS_H

#include "ddl/ddl.h"
#include "pg_query.pb-c.h"

struct ddl_command {
	PgQuery__Node__NodeCase node;
	enum ddl_class class;
	const char *tag;
	bool (*run)(struct ddl *d, const PgQuery__Node *node);
	/* When the tag depends on the statement (DROP TABLE, ALTER INDEX …); else NULL. */
	const char *(*tag_of)(const PgQuery__Node *node);
};

extern const struct ddl_command ddl_create_table, ddl_create_index, ddl_create_view,
	ddl_create_schema, ddl_create_sequence, ddl_alter_sequence, ddl_create_table_as,
	ddl_alter_table, ddl_rename, ddl_set_schema, ddl_owner, ddl_drop, ddl_truncate, ddl_comment,
	ddl_create_database, ddl_drop_database, ddl_create_role, ddl_alter_role, ddl_drop_role,
	ddl_grant, ddl_grant_role, ddl_default_privileges, ddl_vacuum, ddl_reindex, ddl_cluster,
	ddl_create_extension, ddl_checkpoint, ddl_create_domain, ddl_create_enum,
	ddl_create_composite, ddl_create_range, ddl_define, ddl_alter_enum,
	ddl_alter_domain, ddl_alter_type;

/* The command that runs node, or NULL. */
const struct ddl_command *ddl_command_for(const PgQuery__Node *node);
/* Used by CREATE SCHEMA's elements. */
bool ddl_run_node(struct ddl *d, const PgQuery__Node *node);

static inline const char *
node_string(const PgQuery__Node *n)
{
	return n->node_case == PG_QUERY__NODE__NODE_STRING ? n->string->sval : "";
}

#endif
