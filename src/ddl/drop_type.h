/*
 * drop_type: DROP TYPE and DROP DOMAIN, and what hangs on a type.
 */
#ifndef DDL_DROP_TYPE_H
#define DDL_DROP_TYPE_H

#include "ddl/drop.h"
#include "ddl/type_texts.h"

bool drop_types(struct ddl *d, const PgQuery__DropStmt *s);
/* Adds all that depends on a type; the type itself is the caller's. */
bool drop_collect_type(struct drop_set *set, const struct type *t);
/* Adds a type that CREATE TYPE or CREATE DOMAIN made, and all that depends on it. */
bool drop_add_type(struct drop_set *set, const struct user_type *u);
/* Adds what the stored texts belong to that speak of change; on: what they depend on. */
bool drop_collect_texts(struct drop_set *set, const struct type_change *change, const char *on);
/* Is a line's object a part of a column or domain that goes? PostgreSQL tells of those only. key:
 * the constraint that it is, or NULL. */
bool drop_goes_along(const struct drop_set *set, const struct drop_line *l,
		     const struct constraint *key);
/* drop_execute's part: columns, defaults and domains' checks; then the types themselves. */
bool drop_execute_columns(struct drop_set *set);
bool drop_execute_types(struct drop_set *set);

#endif
