/*
 * rows: how the rows of built-in relations are made. Private to catalog/.
 * A relation is one fill function: it moves to the next row and puts every cell, in column order.
 * The puts count, and a unit test holds that they come to the relation's number of columns.
 */
#ifndef CATALOG_ROWS_H
#define CATALOG_ROWS_H

#include "catalog/roles.h"
#include "catalog/snapshot.h"
#include "func/func.h"

struct catrow {
	struct catscan *scan;
	struct datum *cells;
	int n;                      /* cells put so far */
	int at, sub;                /* the fill function's own place */
	const struct relation *rel; /* of next_relation */
	void *list;                 /* the fill function's own, in scan->arena */
};

typedef bool catrow_fill_fn(struct catscan *s, struct catrow *r);

bool catrow_next(struct catscan *s, int ncols, catrow_fill_fn *fill);
void catrow_cell(struct catscan *s, int col, struct datum *out);

/* One relation: its number of columns, key column (or -1) and fill function NAME_row. */
#define CATREL(name, ncols, key)                                                                   \
	static bool name##_next(struct catscan *s)                                                 \
	{                                                                                          \
		return catrow_next(s, ncols, name##_row);                                          \
	}                                                                                          \
	const struct catrel catrel_##name = {name##_next, catrow_cell, key}

void row_int(struct catrow *r, int64_t i);
void row_real(struct catrow *r, double d);
void row_char(struct catrow *r, char c);        /* 0: the empty text */
void row_text(struct catrow *r, const char *s); /* s lives as long as the row; NULL: NULL */
void row_null(struct catrow *r, int n);
void row_fmt(struct catrow *r, const char *fmt, ...) PRINTF(2, 3);
/* "{1,2}" (array) or "1 2" (vector). */
void row_numbers(struct catrow *r, const int16_t *list, int n, bool array);
void row_oids(struct catrow *r, const oid_t *list, int n, bool array);
void row_texts(struct catrow *r, const char *const *list, int n); /* an array of texts */

/* Moves r->rel to the next relation: those built in, then the user's; with a key, the one of that
 * OID. */
bool next_relation(struct catscan *s, struct catrow *r);
bool next_user_relation(struct catscan *s, struct catrow *r);

/* Rows as they stand in the constant tables; -1: no such row. */
bool static_row(struct catscan *s, struct catrow *r, const char *relation);
const char *static_text(const char *relation, oid_t oid,
			int col); /* a cell of the row whose first cell is oid; NULL: none */

extern const struct catrel catrel_empty;
/* How values of a type lie in PostgreSQL's memory (rel_type.c): typbyval, typalign, typstorage. */
struct type_layout {
	bool by_value;
	char align, storage;
};
struct type_layout type_layout(const struct type *t);

/* The body of a relation of pg_catalog; NULL: it has no rows. */
const struct catrel *catrel_find(const char *name);

extern const struct catrel catrel_pg_class, catrel_pg_attribute, catrel_pg_attrdef,
	catrel_pg_namespace, catrel_pg_sequence, catrel_pg_depend, catrel_pg_description,
	catrel_pg_type, catrel_pg_enum, catrel_pg_range, catrel_pg_proc, catrel_pg_index,
	catrel_pg_constraint, catrel_pg_database, catrel_pg_authid, catrel_pg_settings,
	catrel_pg_stat_activity, catrel_pg_prepared_statements, catrel_pg_cursors,
	catrel_pg_timezone_names, catrel_pg_timezone_abbrevs, catrel_pg_rewrite,
	catrel_litephant_key, catrel_litephant_owned, catrel_pg_init_privs;

#endif
