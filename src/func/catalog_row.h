/*
 * catalog_row: rows of the built-in relations, read by column name.
 */
#ifndef FUNC_CATALOG_ROW_H
#define FUNC_CATALOG_ROW_H

#include "func/catalog_fn.h"
#include "types/record.h"

struct catalog_row {
	const struct relation *rel;
	struct catscan scan;
	struct arena row; /* this row's cells */
};

/* A relation of pg_catalog from its first row on. False: it has no rows of its own (a view). The
 * caller closes it in either case. */
bool catalog_row_open(struct fcall *c, const char *relation, struct catalog_row *r);
bool catalog_row_next(struct catalog_row *r);
void catalog_row_close(struct catalog_row *r);

struct datum catalog_row_cell(struct catalog_row *r, const char *column);
oid_t catalog_row_oid(struct catalog_row *r, const char *column);
/* In the call's arena; NULL for NULL. */
char *catalog_row_text(struct fcall *c, struct catalog_row *r, const char *column);

/* The row whose oid column says so. False: none; then it is closed. */
bool catalog_row_find(struct fcall *c, const char *relation, oid_t oid, struct catalog_row *r);

/* A value of type record: the columns and their texts, NULL where there is none. */
bool catalog_ret_row(struct fcall *c, const struct record_column *cols, const char *const *values,
		     int n, struct datum *out);
#define RECORD_COLUMN(name, type)                                                                  \
	{                                                                                          \
		name, sizeof(name) - 1, type, -1                                                   \
	}

#endif
