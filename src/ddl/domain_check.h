/*
 * domain_check: the clauses that CREATE DOMAIN and ALTER DOMAIN share.
 */
#ifndef DDL_DOMAIN_CHECK_H
#define DDL_DOMAIN_CHECK_H

#include "ddl/usertype.h"

/* False: a clause that domains cannot have, in PostgreSQL's words. */
bool domain_clause_allowed(struct ddl *d, const PgQuery__Constraint *c);
/* A DEFAULT as it is stored; NULL for DEFAULT NULL. */
bool domain_default_text(struct ddl *d, const char *domain, const PgQuery__Node *expr,
			 const struct type *base, int32_t typmod, const char **text);
/* A CHECK with its name, chosen or given, beside those of others (struct domain_constraint). */
bool domain_check_new(struct ddl *d, const struct type_place *place, const struct vec *others,
		      const PgQuery__Constraint *node, const struct type *base, int32_t typmod,
		      struct domain_constraint *out);

#endif
