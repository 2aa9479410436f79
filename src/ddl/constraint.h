/*
 * constraint: PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY and generated columns of a draft (draft.h has
 * the interface).
 */
#ifndef DDL_CONSTRAINT_H
#define DDL_CONSTRAINT_H

#include "ddl/draft.h"

/* Rows and SQLite's CREATE INDEX for a new index. A duplicate key in existing rows is 23505 "could
 * not create unique index". */
bool index_write(struct ddl *d, const struct index *ix);

/* Has t an order (hash: an equality) for an index of this method? False: 42704. */
bool index_orders(struct ddl *d, const struct type *t, const char *method) MUSTCHECK;

#endif
