#include "ddl/ddl.h"

#include <stdio.h>

#include "ddl/commands.h"

static const struct ddl_command *const commands[] = {
	&ddl_create_table,    &ddl_create_index,
	&ddl_create_view,     &ddl_create_schema,
	&ddl_create_sequence, &ddl_alter_sequence,
	&ddl_create_table_as, &ddl_alter_table,
	&ddl_rename,          &ddl_set_schema,
	&ddl_owner,           &ddl_drop,
	&ddl_truncate,        &ddl_comment,
	&ddl_create_database, &ddl_drop_database,
	&ddl_create_role,     &ddl_alter_role,
	&ddl_drop_role,       &ddl_grant,
	&ddl_grant_role,      &ddl_default_privileges,
	&ddl_vacuum,          &ddl_reindex,
	&ddl_cluster,         &ddl_create_extension,
	&ddl_checkpoint,      &ddl_create_domain,
	&ddl_create_enum,     &ddl_create_composite,
	&ddl_create_range,    &ddl_define,
	&ddl_alter_enum,      &ddl_alter_domain,
	&ddl_alter_type,
};

const struct ddl_command *
ddl_command_for(const PgQuery__Node *node)
{
	for (size_t i = 0; i < COUNTOF(commands); i++)
		if (commands[i]->node == node->node_case)
			return commands[i];
	return NULL;
}

static const char *
tag_for(const struct ddl_command *c, const PgQuery__Node *node)
{
	const char *tag = c->tag_of ? c->tag_of(node) : NULL;

	return tag ? tag : c->tag;
}

enum ddl_class
ddl_classify(const struct raw_stmt *stmt, const char **tag)
{
	const struct ddl_command *c = ddl_command_for(stmt->node);

	if (!c)
		return DDL_NOT_MINE;
	*tag = tag_for(c, stmt->node);
	return c->class;
}

bool
ddl_run_node(struct ddl *d, const PgQuery__Node *node)
{
	const struct ddl_command *c = ddl_command_for(node);

	if (!c)
		return err_set(d->err, ERR_INTERNAL_ERROR, -1, "unexpected schema element");
	return c->run(d, node);
}

bool
ddl_execute(struct ddl *d)
{
	const struct ddl_command *c = ddl_command_for(d->stmt->node);

	snprintf(d->tag, sizeof(d->tag), "%s", tag_for(c, d->stmt->node));
	return c->run(d, d->stmt->node);
}

bool
ddl_refresh(struct ddl *d)
{
	struct snapshot *fresh = conn_snapshot(d->conn, d->err);

	if (!fresh)
		return false;
	d->compile->snapshot = fresh;
	d->fenv->snapshot = fresh;
	if (d->own)
		vec_push(d->arena, &d->old_snapshots, d->own);
	d->own = fresh;
	return true;
}

void
ddl_done(struct ddl *d)
{
	for (int i = 0; i < d->old_snapshots.n; i++)
		snapshot_unref(d->old_snapshots.v[i]);
	if (d->own)
		snapshot_unref(d->own);
	d->own = NULL;
	d->old_snapshots.n = 0;
}
