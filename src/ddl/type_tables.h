/*
 * type_tables: the tables that hold values of a type, while the type changes. SQLite's indexes and
 * constraints of such a table say things about its values in an order that is about to be another
 * one; so they are taken away before and made again after.
 */
#ifndef DDL_TYPE_TABLES_H
#define DDL_TYPE_TABLES_H

#include "ddl/type_texts.h"
#include "ddl/value_change.h"

struct type_tables {
	struct ddl *d;
	struct vec rels; /* struct relation, as they were */
};

/* Finds the tables; takes indexes and constraints out of SQLite. False: err is set, 0A000 for a
 * table that this server did not make. */
bool type_tables_open(struct type_tables *t, struct ddl *d, const struct type *type);
bool type_tables_change(struct type_tables *t, const struct value_change *v);
/* Reads the schema again, writes the texts that the change concerns, then tables and indexes. */
bool type_tables_close(struct type_tables *t, const struct vec *texts);

#endif
