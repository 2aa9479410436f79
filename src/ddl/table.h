/*
 * table: what CREATE TABLE shares with CREATE TABLE AS and others that make tables.
 */
#ifndef DDL_TABLE_H
#define DDL_TABLE_H

#include "ddl/draft.h"

bool table_options(struct ddl *d, PgQuery__Node *const *options, size_t n); /* WITH ( … ) */
bool table_on_commit(struct ddl *d, PgQuery__OnCommitAction action);
/* 42P07 when there is such a relation, or with if_not_exists the notice and *exists. */
bool table_exists_notice(struct ddl *d, const struct schema *schema, const char *name,
			 bool if_not_exists, bool *exists);
/* Rows, sequences, SQLite table, indexes and constraints of a resolved new draft. */
bool table_write(struct draft *t);

#endif
