/*
 * alter_table: what the subcommands share.
 */
#ifndef DDL_ALTER_TABLE_H
#define DDL_ALTER_TABLE_H

#include "ddl/commands.h"
#include "ddl/draft.h"
#include "ddl/sequence.h"

struct alter {
	struct ddl *d;
	const struct relation *rel; /* as the subcommands so far left it */
};

bool alter_refresh(struct alter *a); /* reads the schema again, and rel with it */
bool at_column_type(struct alter *a, const PgQuery__AlterTableCmd *cmd); /* alter_type.c */

/* alter_table.c */
bool alter_no_column(struct alter *a, const char *name);        /* 42703 */
bool alter_exists(struct ddl *d, struct buf *sql, bool *found); /* does the query find a row? */
bool alter_check_no_nulls(struct alter *a, const struct column *col); /* 23502 */
int alter_live_columns(const struct relation *rel);
bool alter_stand_in(struct alter *a, bool add); /* the column that SQLite has where there is none */
/* alter_constraint.c */
bool alter_check_new_constraints(struct alter *a,
				 struct draft *t); /* against the rows that are there */
bool at_add_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd);
bool at_drop_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd);
bool at_validate(struct alter *a, const PgQuery__AlterTableCmd *cmd);
/* alter_drop_column.c */
bool at_drop_column(struct alter *a, const PgQuery__AlterTableCmd *cmd);
struct drop_set;
/* Views whose GROUP BY needs the primary key: 2BP01, or with cascade they go. */
bool alter_drop_key_views(struct alter *a, const struct constraint *key, bool cascade);
/* What uses the column: views, as dependents of what ("column a of table t"); generated columns. */
bool alter_column_users(struct alter *a, const struct column *col, const char *what,
			struct drop_set *set, struct vec *generated);
bool alter_constraint_uses(const struct constraint *c, int attnum);
bool alter_drop_owned_sequences(struct alter *a, int attnum);
/* alter_identity.c */
bool at_add_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd);
bool at_set_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd);
bool at_drop_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd);
bool at_drop_expression(struct alter *a, const PgQuery__AlterTableCmd *cmd);

#endif
