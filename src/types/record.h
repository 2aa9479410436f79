/*
 * record: composite values taken apart.
 * Memory:  in the arena given; texts may point into the value read.
 *
 * Stored: a value of a named composite type is PostgreSQL's literal, (1,"a b",), with the fields'
 * canonical texts. A value of the pseudo-type record, which no column ever holds, carries its
 * columns in front: [23:a,1043/14:"b c",25](1,x,y) – type, typmod if any, name unless it is f1, f2
 * …
 */
#ifndef TYPES_RECORD_H
#define TYPES_RECORD_H

#include "types/array_value.h"

enum { RECORD_MAX_COLUMNS = 1664 };

struct record_column {
	const char *name;
	size_t name_n;
	oid_t type;
	int32_t typmod;
};

struct record {
	int n;
	struct record_column *cols; /* NULL: not known */
	struct array_item *items;
};

/* The columns of a named composite type: i = 0, 1 … without the dropped ones; false: there are no
 * more. Types and their finder are those of a type_ctx. Set before main by the part that knows the
 * catalog; NULL: no composite type is known. */
extern bool (*record_column_at)(const struct type *(*find)(void *, oid_t), void *arg, oid_t type,
				int i, struct record_column *out);

/* A literal; out->cols stays NULL. False: 22P02 with detail. */
bool record_parse(struct arena *a, struct err *e, const char *s, size_t n,
		  struct record *out) MUSTCHECK;
/* A stored value of t, with its columns when they can be known. */
bool record_read(struct type_ctx *c, const struct type *t, const struct datum *d,
		 struct record *out) MUSTCHECK;
/* The columns of t into out, which has none yet. */
void record_find_columns(struct type_ctx *c, const struct type *t, struct record *out);
void record_print(const struct record *r, struct buf *b);
/* The columns in front of a value of type record. */
void record_print_columns(const struct record *r, struct buf *b);
/* Type of column i; text when it is not known. */
const struct type *record_column_type(struct type_ctx *c, const struct record *r, int i);

type_collate_fn record_collate;

#endif
