/*
 * array_args: arrays as arguments and results of function bodies. For bodies with F_TYPES only.
 */
#ifndef FUNC_ARRAY_ARGS_H
#define FUNC_ARRAY_ARGS_H

#include "func/args.h"
#include "types/array_value.h"

/* The type with this OID; NULL: err is set. */
const struct type *call_type(struct fcall *c, oid_t oid);
/* The element type of argument i, or of the result; NULL: err is set. */
const struct type *arg_elem(struct fcall *c, int i);
const struct type *ret_elem(struct fcall *c);

/* Argument i, not NULL, taken apart; elem may be NULL. */
bool arg_array(struct fcall *c, int i, const struct datum *d, struct array *v,
	       const struct type **elem) MUSTCHECK;
/* A text[] argument of any body. */
bool arg_texts(struct fcall *c, const struct datum *d, struct array *v) MUSTCHECK;
bool ret_array(struct fcall *c, const struct type *elem, const struct array *v, struct datum *out);
/* An item as the element type's datum, NULL included; and back. */
bool ret_item(struct fcall *c, const struct type *elem, const struct array_item *i,
	      struct datum *out) MUSTCHECK;
bool arg_item(struct fcall *c, const struct type *elem, const struct datum *d,
	      struct array_item *out) MUSTCHECK;

/* Can values of the type be told apart, and for order put in one? False: 42883. */
bool elem_comparable(struct fcall *c, const struct type *elem, bool order) MUSTCHECK;
/* As item_compare, but records are compared as their operators do. False: 42804, 42883. */
bool compare_items(struct fcall *c, const struct type *elem, const struct array_item *a,
		   const struct array_item *b, bool order, int *result) MUSTCHECK;
struct record; /* types/record.h */
bool compare_records(struct fcall *c, const struct record *a, const struct record *b, bool order,
		     int *result) MUSTCHECK;

/* Argument i as an item; that of a char(n) gets its blanks. */
bool arg_item_at(struct fcall *c, const struct type *elem, const struct datum *args, int i,
		 struct array_item *out) MUSTCHECK;

/* Calls body, with the items of an array written VARIADIC in its place. A NULL array: no items when
 * null_is_none, else the result is NULL. */
bool call_spread(struct fcall *c, const struct datum *args, int nargs, func_fn *body,
		 bool null_is_none, struct datum *out) MUSTCHECK;

/* A copy of v with room for extra more items. */
struct array array_grown(struct arena *a, const struct array *v, int extra);
/* a || b as array_cat has it; either may be empty. */
bool array_concat(struct fcall *c, const struct array *a, const struct array *b,
		  struct array *out) MUSTCHECK;

#endif
