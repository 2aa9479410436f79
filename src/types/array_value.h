/*
 * array_value: an array taken apart, for conversions and for the bodies of array functions.
 * Memory:  items and their texts in the arena given to array_read, or where the caller put them.
 *
 * Items hold the element's canonical text (what its output function gives under
 * type_env_canonical); composites hold their stored form. int2vector and oidvector read as arrays
 * of one dimension that starts at 0.
 */
#ifndef TYPES_ARRAY_VALUE_H
#define TYPES_ARRAY_VALUE_H

#include "types/type.h"

enum { ARRAY_MAX_DIM = 6, ARRAY_MAX_ITEMS = 134217727 };

struct array_item {
	const char *p; /* NULL: the element is NULL */
	size_t n;
};

/* The empty array has ndim 0. Invariant: n is the product of dims. */
struct array {
	int ndim;
	int dims[ARRAY_MAX_DIM], lower[ARRAY_MAX_DIM];
	int n;
	struct array_item *items; /* row by row */
};

/* A literal: items come back unescaped, otherwise as written. False: 22P02, 2202E, 54000. */
bool array_parse(struct arena *a, struct err *e, char delim, const char *s, size_t n,
		 struct array *out) MUSTCHECK;
/* A stored value of array type t (int2vector and oidvector included). */
bool array_read(struct arena *a, struct err *e, const struct type *t, const struct datum *d,
		struct array *out) MUSTCHECK;
/* The literal of v. */
void array_print(const struct array *v, char delim, struct buf *b);

/* One dimension from 1 with n items to fill in; the empty array when n is 0. */
void array_init(struct array *v, struct arena *a, int n);
/* n elements of dims; false: 54000. Sets v->n. */
bool array_set_size(struct err *e, struct array *v) MUSTCHECK;

/* Between an element's stored form and its item; c's environment is not used. item_datum wants an
 * item that is not NULL; datum_item makes NULL of DATUM_NULL. */
bool item_datum(struct type_ctx *c, const struct type *elem, const struct array_item *i,
		struct datum *out) MUSTCHECK;
bool datum_item(struct type_ctx *c, const struct type *elem, const struct datum *d,
		struct array_item *out) MUSTCHECK;

/* An element of char(n) gets its blanks, for functions over arrays do not know the length. */
void item_pad(struct arena *a, const struct type *elem, int32_t typmod, struct array_item *i);

/* Is the element's stored form its canonical text? */
bool array_elem_is_text(const struct type *elem);

/* As array_ops orders arrays over elem: elements, then how many, then the dimensions. */
int array_compare(const struct type *elem, const struct array *a, const struct array *b);
/* The part of it that comes after the elements. */
int array_compare_shape(const struct array *a, const struct array *b);
int item_compare(const struct type *elem, const struct array_item *a, const struct array_item *b);

/* The body of pg_array_record. */
type_collate_fn record_array_collate;

#endif
