/*
 * names: where a new object goes and what it is called.
 */
#ifndef DDL_NAMES_H
#define DDL_NAMES_H

#include "ddl/commands.h"

enum { NAME_MAX_BYTES = 63 }; /* NAMEDATALEN - 1 */

/* The schema in which rv asks to create; temp schema when it is temporary. Errors: 3F000 schema "x"
 * does not exist, 3F000 no schema has been selected to create in, 42P16 cannot create temporary
 * relation in non-temporary schema, 0A000 cross-database references. */
const struct schema *creation_schema(struct ddl *d, const PgQuery__RangeVar *rv);

/* A relation that a utility command names: as compile_relation, but the error has no position. */
const struct relation *ddl_relation(struct ddl *d, const PgQuery__RangeVar *rv, bool missing_ok);

/* 42704 role "x" does not exist. spec: NULL or CURRENT_USER and kin are fine. */
bool role_must_exist(struct ddl *d, const PgQuery__RoleSpec *spec);

/* "table_column_label", cut at a character boundary to 63 bytes as makeObjectName does, and
 * numbered until taken says no. */
char *choose_name(struct ddl *d, const char *name1, const char *name2, const char *label,
		  bool (*taken)(struct ddl *d, const char *name, const void *arg), const void *arg);
/* Is there a relation of that name in schema (arg: struct schema)? Includes names promised by
 * ddl_promise_name. */
bool relation_name_taken(struct ddl *d, const char *name, const void *schema);

/* The next free OID, kept in "litephant.meta". 0: err is set. */
oid_t ddl_new_oid(struct ddl *d);

/* "schema.name" for messages: just the name when it is the usual one. */
const struct schema *schema_or_error(struct ddl *d, const char *name, int location);

#endif
