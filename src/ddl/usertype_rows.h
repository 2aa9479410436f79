/*
 * usertype_rows: the reserved tables' rows of types (catalog/persist.h), as ddl/rows.h has those of
 * relations.
 */
#ifndef DDL_USERTYPE_ROWS_H
#define DDL_USERTYPE_ROWS_H

#include "ddl/rows.h"
#include "ddl/usertype.h"

/* A row of pg_type; oid and array_oid are new. domain: NULL but for domains. */
struct type_row {
	oid_t oid, array_oid;
	char typtype;
	oid_t base;
	const struct domain *domain;
};
bool type_rows_add(struct ddl *d, const struct type_place *place, const struct type_row *row);
bool type_rows_add_label(struct ddl *d, bool temp, oid_t type, double order, const char *label);
/* c->oid is made here. */
bool type_rows_add_check(struct ddl *d, bool temp, oid_t domain, struct domain_constraint *c);
/* Everything of a type that is not a relation's, its comments and its labels or checks too. */
bool type_rows_drop(struct ddl *d, const struct user_type *u);
bool type_rows_drop_check(struct ddl *d, bool temp, oid_t oid);

#endif
