/*
 * range: range and multirange values, built in and of user types.
 * Memory:  what is read lives in the context's arena or in the text that was read.
 * Stored:  the literal PostgreSQL prints, bounds in the subtype's canonical text (as array items:
 * array_value.h): [1,3)  (,2024-01-01)  ["a b",c]  empty  {[1,3),[5,7)}. Ranges of discrete
 * built-in types are in their [) form.
 *
 * A range's row has of = subtype and multirange_oid, a multirange's of = range and range_oid.
 * Functions here take a range or multirange type or a domain over one.
 */
#ifndef TYPES_RANGE_H
#define TYPES_RANGE_H

#include "types/type.h"

struct range_bound {
	struct datum value; /* the subtype's stored form; nothing when infinite */
	bool infinite, inclusive, lower;
};

/* Invariant after range_make and all that read: lower <= upper; an infinite bound is exclusive;
 * what holds no value is empty, and then the bounds mean nothing. */
struct range {
	bool empty;
	struct range_bound lower, upper;
};

/* Invariant: sorted; none is empty; no two overlap or are adjacent. */
struct multirange {
	int n;
	struct range *ranges;
};

/* ---- types ---- */

/* The range type behind t: t itself, a multirange's, a domain's; NULL when there is none. */
const struct type *range_type(const struct type *t);

/* Make t the row of a user's range over subtype, or of the multirange over range: typtype,
 * category, length, what it is made of, conversions, stored form and order. What remains is the
 * caller's: OIDs (multirange_oid and range_oid too), names, array, find, and the name of the
 * collation, which is needed exactly if t->collate is set afterwards. */
void range_type_init(struct type *t, const struct type *subtype);
void multirange_type_init(struct type *t, const struct type *range);

/* The built-in ones; ends with range 0. */
struct range_row {
	oid_t range, subtype, multirange;
};
extern const struct range_row range_rows[];

/* ---- values ---- */

/* A range with these bounds: checked, empty if nothing lies between them, canonical. False: 22000,
 * or 22003, 22008 where canonicalisation leaves the subtype. */
bool range_make(struct type_ctx *c, const struct type *t, struct range *r) MUSTCHECK;
/* What does not need t's canonical form: bounds that came from canonical ranges. */
void range_settle(const struct type *t, struct range *r);

/* Stored value to range and back; c's environment is not used. */
bool range_read(struct type_ctx *c, const struct type *t, const struct datum *d,
		struct range *out) MUSTCHECK;
bool range_write(struct type_ctx *c, const struct type *t, const struct range *r,
		 struct datum *out) MUSTCHECK;
bool multirange_read(struct type_ctx *c, const struct type *t, const struct datum *d,
		     struct multirange *out) MUSTCHECK;
bool multirange_write(struct type_ctx *c, const struct type *t, const struct multirange *m,
		      struct datum *out) MUSTCHECK;

/* Any n ranges into a multirange; takes m->ranges over and reorders it. */
void multirange_normalize(const struct type *t, struct multirange *m);

/* ---- literals (range_text.c) ---- */

struct range_literal {
	bool empty;
	bool lower_inclusive, upper_inclusive;
	const char *lower, *upper; /* unescaped; NULL: infinite */
	size_t lower_n, upper_n;
};

/* False: 22P02. */
bool range_literal_parse(struct arena *a, struct err *e, const char *s, size_t n,
			 struct range_literal *out) MUSTCHECK;
void range_literal_print(const struct range_literal *l, struct buf *b);

struct range_text {
	const char *p;
	size_t n;
};
/* The literals of a multirange's parts, those that are only the word "empty" left out. False:
 * 22P02.
 */
bool multirange_literal_split(struct arena *a, struct err *e, const char *s, size_t n, int *count,
			      struct range_text **parts) MUSTCHECK;

/* ---- order and sets (range_set.c, multirange_set.c); t as above ---- */

int range_compare_values(const struct type *t, const struct range_bound *a,
			 const struct range_bound *b);
int range_compare_bounds(const struct type *t, const struct range_bound *a,
			 const struct range_bound *b);
int range_compare(const struct type *t, const struct range *a, const struct range *b);
/* The order of two stored texts (range_order.c). False: they have to be read. */
bool range_scan_compare(const struct type *t, const char *a, size_t an, const char *b, size_t bn,
			int *r);
bool range_contains_value(const struct type *t, const struct range *r, const struct datum *v);
bool range_contains(const struct type *t, const struct range *a, const struct range *b);
bool range_overlaps(const struct type *t, const struct range *a, const struct range *b);
bool range_before(const struct type *t, const struct range *a, const struct range *b);
bool range_adjacent(const struct type *t, const struct range *a, const struct range *b);
/* The smallest range that has both in it. */
struct range range_span(const struct type *t, const struct range *a, const struct range *b);
struct range range_intersection(const struct type *t, const struct range *a, const struct range *b);
/* False: b cuts a in two; 22000. */
bool range_difference(struct err *e, const struct type *t, const struct range *a,
		      const struct range *b, struct range *out) MUSTCHECK;
/* False: a and b leave something out between them; 22000. */
bool range_union(struct err *e, const struct type *t, const struct range *a, const struct range *b,
		 struct range *out) MUSTCHECK;

int multirange_compare(const struct type *t, const struct multirange *a,
		       const struct multirange *b);
bool multirange_contains_value(const struct type *t, const struct multirange *m,
			       const struct datum *v);
bool multirange_contains(const struct type *t, const struct multirange *a,
			 const struct multirange *b);
bool multirange_overlaps(const struct type *t, const struct multirange *a,
			 const struct multirange *b);
bool multirange_adjacent(const struct type *t, const struct multirange *a,
			 const struct multirange *b);
struct range multirange_span(const struct multirange *m);
struct multirange multirange_union(struct arena *a, const struct type *t,
				   const struct multirange *x, const struct multirange *y);
struct multirange multirange_difference(struct arena *a, const struct type *t,
					const struct multirange *x, const struct multirange *y);
struct multirange multirange_intersection(struct arena *a, const struct type *t,
					  const struct multirange *x, const struct multirange *y);

type_in_fn range_in, multirange_in;
type_out_fn range_out, multirange_out;
type_recv_fn range_recv, multirange_recv;
type_send_fn range_send, multirange_send;
type_collate_fn range_collate, multirange_collate;

#endif
