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

/* A copy of v with room for extra more items. */
struct array array_grown(struct arena *a, const struct array *v, int extra);
/* a || b as array_cat has it; either may be empty. */
bool array_concat(struct fcall *c, const struct array *a, const struct array *b,
		  struct array *out) MUSTCHECK;

#endif
