/*
 * sqlite_text: SQLite's CREATE statements for a table or an index of the catalog. The text is a
 * function of the catalog alone, so that ALTER TABLE can write it anew.
 *
 * A table's UNIQUE and PRIMARY KEY constraints are unique indexes beside it, so they come and go
 * without touching the rows; CHECK, NOT NULL and FOREIGN KEY are in the table's own text.
 */
#ifndef DDL_SQLITE_TEXT_H
#define DDL_SQLITE_TEXT_H

#include "ddl/commands.h"

void sqlite_identifier(struct buf *b, const char *name); /* "name", quotes doubled */
/* schema: "main" or "temp". False: an expression did not compile. */
bool sqlite_create_table(struct ddl *d, const struct relation *rel, struct buf *b);
bool sqlite_create_index(struct ddl *d, const struct index *ix, struct buf *b);
/* Replaces the stored text of an existing table by what the catalog says now: constraints come and
 * go without copying rows. The columns and their order must not have changed. */
bool sqlite_rewrite_table(struct ddl *d, const struct relation *rel);
/* The same with one more column at the end, which the catalog does not know. */
bool sqlite_rewrite_with(struct ddl *d, const struct relation *rel, const char *extra);
/* Compiles a stored SQL text over rel's columns (NULL: none) to SQLite text. */
bool sqlite_expr(struct ddl *d, enum standalone_kind kind, const char *text,
		 const struct relation *rel, oid_t type, int32_t typmod, char **out,
		 struct expr **expr);

#endif
