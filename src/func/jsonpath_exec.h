/*
 * jsonpath_exec: a jsonpath at work on one jsonb value.
 * Owner:   one call. Memory: the call's arena; items that are found point into the trees of the
 * value and of the variables.
 * Mirrors: PostgreSQL's jsonpath_exec.c: in what order items are visited, what lax mode unwraps and
 * forgives, which errors silent calls and predicates swallow.
 *
 * Two kinds of error: those of the path's language end a silent call, or make a predicate unknown,
 * and are err_set only when the execution throws; the others (a variable that is missing, a cast
 * that needs a time zone, cancellation, depth) are always set. Whoever sees JSONPATH_ERROR and
 * goes on is stopped by the next item, when err is set.
 */
#ifndef FUNC_JSONPATH_EXEC_H
#define FUNC_JSONPATH_EXEC_H

#include "func/json_args.h"
#include "types/jsonpath.h"

enum jsonpath_result { JSONPATH_NOT_FOUND, JSONPATH_OK, JSONPATH_ERROR };
enum jsonpath_truth { JSONPATH_FALSE, JSONPATH_TRUE, JSONPATH_UNKNOWN };

/* A growing list. Where a pointer to one is NULL, it is enough to know whether there is an item. */
struct jsonpath_items {
	const struct json **v;
	int n, cap;
};

/* What .datetime() makes. */
struct jsonpath_datetime {
	struct json item; /* first; kind JSON_DATETIME */
	oid_t type;
	int64_t v; /* date: days; time, timetz: of the day; else microseconds since 2000 */
	int32_t west;
};

/* Where objects begin in PostgreSQL's binary form of base, by address: what .keyvalue() calls id.
 */
struct jsonpath_offset {
	const struct json *object;
	int64_t at;
};

struct jsonpath_exec {
	struct fcall *c;
	bool lax, throws, use_tz;
	bool ignore_structural; /* missing members and the like are no error */
	const struct json *root, *current, *vars;
	const struct json *base; /* what ids of objects count from */
	int64_t base_id, last_id;
	int array_size; /* of the array that a subscript is for; -1: none */
	int depth;
	unsigned ticks;
	const struct json *offsets_of; /* whose places are in offsets */
	struct jsonpath_offset *offsets;
	int noffsets;
};

/* jsonpath_exec.c */
enum jsonpath_result jsonpath_item(struct jsonpath_exec *x, struct jsonpath_item *i,
				   const struct json *v, struct jsonpath_items *found);
/* What is behind i, or v itself as a result. */
enum jsonpath_result jsonpath_next(struct jsonpath_exec *x, const struct jsonpath_item *i,
				   const struct json *v, struct jsonpath_items *found);
/* i over the elements of array v; i NULL: they are results. */
enum jsonpath_result jsonpath_unwrap(struct jsonpath_exec *x, struct jsonpath_item *i,
				     const struct json *v, struct jsonpath_items *found,
				     bool unwrap_elements);
/* i's results, arrays among them unwrapped when lax and wanted. */
enum jsonpath_result jsonpath_operand(struct jsonpath_exec *x, struct jsonpath_item *i,
				      const struct json *v, bool unwrap,
				      struct jsonpath_items *found);
void jsonpath_add(struct jsonpath_exec *x, struct jsonpath_items *to, const struct json *v);
/* Sets the error when x throws. Always JSONPATH_ERROR. */
enum jsonpath_result jsonpath_fail(struct jsonpath_exec *x, const char *sqlstate, const char *fmt,
				   ...) PRINTF(3, 4);

/* jsonpath_predicate.c */
enum jsonpath_truth jsonpath_bool(struct jsonpath_exec *x, struct jsonpath_item *i,
				  const struct json *v);
/* The same for a filter, whose item is @. */
enum jsonpath_truth jsonpath_filter(struct jsonpath_exec *x, struct jsonpath_item *i,
				    const struct json *v);

/* jsonpath_method.c. unwrap: a method goes over the elements of an array. */
enum jsonpath_result jsonpath_method(struct jsonpath_exec *x, struct jsonpath_item *i,
				     const struct json *v, bool unwrap,
				     struct jsonpath_items *found);
enum jsonpath_result jsonpath_binary(struct jsonpath_exec *x, struct jsonpath_item *i,
				     const struct json *v, struct jsonpath_items *found);
enum jsonpath_result jsonpath_unary(struct jsonpath_exec *x, struct jsonpath_item *i,
				    const struct json *v, struct jsonpath_items *found);

/* jsonpath_keyvalue.c */
enum jsonpath_result jsonpath_keyvalue(struct jsonpath_exec *x, struct jsonpath_item *i,
				       const struct json *object, struct jsonpath_items *found);

/* jsonpath_datetime.c */
enum jsonpath_result jsonpath_datetime(struct jsonpath_exec *x, struct jsonpath_item *i,
				       const struct json *v, struct jsonpath_items *found);
const char *jsonpath_datetime_type(const struct json *v);
/* As a string. */
void jsonpath_datetime_text(const struct json *v, struct buf *b);
/* False: they do not compare. */
bool jsonpath_datetime_compare(struct jsonpath_exec *x, const struct json *a, const struct json *b,
			       int *order) MUSTCHECK;

#endif
