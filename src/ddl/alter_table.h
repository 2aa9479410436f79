/*
 * alter_table: what the subcommands share.
 */
#ifndef DDL_ALTER_TABLE_H
#define DDL_ALTER_TABLE_H

#include "ddl/commands.h"
#include "ddl/sequence.h"

struct alter {
	struct ddl *d;
	const struct relation *rel; /* as the subcommands so far left it */
};

bool alter_refresh(struct alter *a); /* reads the schema again, and rel with it */
bool at_column_type(struct alter *a, const PgQuery__AlterTableCmd *cmd); /* alter_type.c */

#endif
