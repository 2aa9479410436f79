/*
 * rename_type: the parts of RENAME, SET SCHEMA and OWNER TO that concern types and domains.
 */
#ifndef DDL_RENAME_TYPE_H
#define DDL_RENAME_TYPE_H

#include "ddl/usertype.h"

bool rename_type(struct ddl *d, const PgQuery__RenameStmt *s);
bool rename_domain_constraint(struct ddl *d, const PgQuery__RenameStmt *s);
bool set_type_schema(struct ddl *d, const PgQuery__AlterObjectSchemaStmt *s);
bool set_type_owner(struct ddl *d, const PgQuery__AlterOwnerStmt *s);
/* A type that ALTER TYPE (domain: ALTER DOMAIN) may change: no array, no table's row. */
bool type_alterable(struct ddl *d, PgQuery__Node *const *names, size_t n, bool domain,
		    const struct user_type **u);

/* ALTER TYPE … ADD, DROP, ALTER and RENAME ATTRIBUTE (alter_composite.c). */
bool alter_composite(struct ddl *d, const PgQuery__AlterTableStmt *s);
bool rename_attribute(struct ddl *d, const PgQuery__RenameStmt *s);
/* 42809: ALTER TABLE and kin of a composite. Always false. */
bool composite_in_the_way(struct ddl *d, const struct relation *rel);
/* Takes a live column out of a composite and of every value of it. */
bool drop_attribute(struct ddl *d, const struct relation *rel, int attnum);

#endif
