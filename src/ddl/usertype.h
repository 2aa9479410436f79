/*
 * usertype: what the commands over types that users make share (CREATE TYPE, CREATE DOMAIN and all
 * that changes them).
 */
#ifndef DDL_USERTYPE_H
#define DDL_USERTYPE_H

#include "ddl/commands.h"
#include "types/domain.h"
#include "types/enum.h"

/* Where a new type goes. */
struct type_place {
	const struct schema *schema;
	const char *name;
};

/* From the name in a CREATE: the schema that it names, or the first of the search path. False:
 * 3F000. Makes the reserved tables. */
bool usertype_place(struct ddl *d, PgQuery__Node *const *names, size_t n, struct type_place *out);
/* Is a type, other than an array type (those make room), in the way? False: 42710. */
bool usertype_name_free(struct ddl *d, const struct schema *schema, const char *name);

/* The type, built in or not, that a command names. Errors: 42704, 3F000. */
bool usertype_named(struct ddl *d, PgQuery__Node *const *names, size_t n, const struct type **t);
/* The same where the grammar has a type name. *t NULL without an error: missing_ok, and a NOTICE
 * said so. */
bool usertype_find_type(struct ddl *d, const PgQuery__TypeName *name, bool missing_ok,
			const struct type **t);
/* A name as it was written, dotted. */
const char *usertype_written(struct ddl *d, PgQuery__Node *const *names, size_t n);
/* As messages show it: format_type under the search path. */
const char *usertype_display(struct ddl *d, const struct type *t);
/* After ddl_refresh. */
const struct user_type *usertype_again(struct ddl *d, const struct user_type *u);

/* A base, subtype or attribute type by name; errors have no position, as PostgreSQL's there. */
bool usertype_part(struct ddl *d, const PgQuery__TypeName *name, const struct type **type,
		   int32_t *typmod);
/* COLLATE of such a part; NULL clause: the type's own. what is for "collations are not supported by
 * type". */
bool usertype_collation(struct ddl *d, const PgQuery__CollateClause *clause,
			const struct type *type, oid_t *collation);

/* 42602. */
bool enum_label_valid(struct ddl *d, const char *label);
/* Errors of these commands carry no position. Always false. */
bool usertype_fail(struct ddl *d);

/* A stored text over a domain's VALUE, from its tree. */
bool usertype_check_text(struct ddl *d, const PgQuery__Node *expr, oid_t base, int32_t typmod,
			 char **text);

/* A column, or a part of one, that holds values of a type: in arrays, rows, ranges or domains over
 * it too. */
struct type_user {
	const struct relation *rel;
	const struct column *col;
};
/* Columns of tables whose values contain t's, by table and column. */
void usertype_columns(struct ddl *d, const struct type *t, struct vec *out);
/* The column that PostgreSQL finds first among these; NULL: none. */
const struct type_user *usertype_first_user(struct ddl *d, const struct type *t);
/* Columns that are of the domain, or of a domain over it. The result: one that has it inside
 * something else, where the search ended; NULL: none. */
const struct type_user *usertype_domain_columns(struct ddl *d, const struct type *t,
						struct vec *out);
/* 0A000, always false. */
bool usertype_in_use(struct ddl *d, const struct type *t, const struct type_user *user);

#endif
