/*
 * Arrays: looking for elements, taking them out, comparing sets, comparing whole arrays.
 */
#include "func/array_args.h"
#include "func/tables.h"

#include <stdlib.h>

static bool
same(const struct type *elem, const struct array_item *a, const struct array_item *b)
{
	return a->p && b->p ? item_compare(elem, a, b) == 0 : !a->p && !b->p;
}

/* ---- array_position ---- */

static bool
not_flat(struct fcall *c, const char *doing)
{
	return err_unsupported(c->err, -1, "%s multidimensional arrays", doing);
}

static bool
has_null(const struct array *v)
{
	for (int i = 0; i < v->n; i++)
		if (!v->items[i].p)
			return true;
	return false;
}

static bool
position(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem;
	struct array v;
	struct array_item item;
	int64_t from = INT64_MIN;

	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim > 1)
		return err_set(
			c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"searching for elements in multidimensional arrays is not supported");
	if (v.ndim == 0)
		return true;
	if (arg_null(&args[1]) && !has_null(&v))
		return true;
	if (nargs > 2 && arg_null(&args[2]))
		return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "initial position must not be null");
	if ((nargs > 2 && !arg_int(c, &args[2], &from)) || !arg_item(c, elem, &args[1], &item))
		return false;
	for (int i = 0; i < v.n; i++) {
		if (v.lower[0] + i < from || !same(elem, &v.items[i], &item))
			continue;
		*out = datum_int(v.lower[0] + i);
		break;
	}
	return true;
}

static bool
positions(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v, r;
	struct array_item item;
	int n = 0;

	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim > 1)
		return not_flat(c, "searching for elements in");
	if (!arg_item(c, elem, &args[1], &item))
		return false;
	array_init(&r, c->arena, v.n);
	for (int i = 0; i < v.n; i++) {
		const char *s;

		if (!same(elem, &v.items[i], &item))
			continue;
		s = arena_printf(c->arena, "%d", v.lower[0] + i);
		r.items[n++] = (struct array_item){s, strlen(s)};
	}
	r.n = r.dims[0] = n;
	r.ndim = n > 0;
	return ret_array(c, type_builtin(T_INT4), &r, out);
}

/* ---- array_remove, array_replace ---- */

static bool
array_remove(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v;
	struct array_item item;
	int n = 0;

	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim > 1)
		return not_flat(c, "removing elements from");
	if (!arg_item(c, elem, &args[1], &item))
		return false;
	for (int i = 0; i < v.n; i++)
		if (!same(elem, &v.items[i], &item))
			v.items[n++] = v.items[i];
	if (n == 0)
		v.ndim = 0;
	v.n = v.dims[0] = n;
	return ret_array(c, elem, &v, out);
}

static bool
array_replace(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v;
	struct array_item from, to;

	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem) || !arg_item(c, elem, &args[1], &from) ||
	    !arg_item(c, elem, &args[2], &to))
		return false;
	for (int i = 0; i < v.n; i++)
		if (same(elem, &v.items[i], &from))
			v.items[i] = to;
	return ret_array(c, elem, &v, out);
}

/* ---- @>, <@, && ---- */

static int
order_items(const void *a, const void *b, void *elem)
{
	return item_compare(elem, a, b);
}

/* Without NULLs and sorted; *had_null: there were some. */
static void
sort_items(const struct type *elem, struct array *v, bool *had_null)
{
	int n = 0;

	for (int i = 0; i < v->n; i++)
		if (v->items[i].p)
			v->items[n++] = v->items[i];
	*had_null = n < v->n;
	v->n = n;
	if (n > 1)
		qsort_r(v->items, (size_t)n, sizeof(*v->items), order_items,
			(void *)(uintptr_t)elem);
}

static bool
has_item(const struct type *elem, const struct array *v, const struct array_item *i)
{
	int lo = 0, hi = v->n;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2, r = item_compare(elem, &v->items[mid], i);

		if (r == 0)
			return true;
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Is every element of part in whole; a NULL is in nothing. */
static bool
contains(struct fcall *c, const struct datum *args, int whole, int part, struct datum *out)
{
	const struct type *elem;
	struct array v, p;
	bool had_null, all = true;

	if (!arg_array(c, whole, &args[whole], &v, &elem) ||
	    !arg_array(c, part, &args[part], &p, NULL))
		return false;
	sort_items(elem, &v, &had_null);
	for (int i = 0; i < p.n && all; i++)
		all = p.items[i].p && has_item(elem, &v, &p.items[i]);
	*out = datum_int(all);
	return true;
}

static bool
arraycontains(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains(c, args, 0, 1, out);
}

static bool
arraycontained(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains(c, args, 1, 0, out);
}

static bool
arrayoverlap(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v, p;
	bool had_null, any = false;

	if (!arg_array(c, 0, &args[0], &v, &elem) || !arg_array(c, 1, &args[1], &p, NULL))
		return false;
	sort_items(elem, &v, &had_null);
	for (int i = 0; i < p.n && !any; i++)
		any = p.items[i].p && has_item(elem, &v, &p.items[i]);
	*out = datum_int(any);
	return true;
}

/* ---- width_bucket ---- */

/* How many of the thresholds, which ascend, are not above the operand. */
static bool
width_bucket(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v;
	struct array_item item;
	int lo = 0, hi;

	if (!arg_array(c, 1, &args[1], &v, &elem) || !arg_item(c, elem, &args[0], &item))
		return false;
	if (v.ndim > 1)
		return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
			       "thresholds must be one-dimensional array");
	if (has_null(&v))
		return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "thresholds array must not contain NULLs");
	for (hi = v.n; lo < hi;) {
		int mid = lo + (hi - lo) / 2;

		if (item_compare(elem, &item, &v.items[mid]) < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	*out = datum_int(lo);
	return true;
}

/* ---- whole arrays ---- */

static bool
compare(struct fcall *c, const struct datum *args, int *r)
{
	const struct type *elem;
	struct array a, b;

	if (!arg_array(c, 0, &args[0], &a, &elem) || !arg_array(c, 1, &args[1], &b, NULL))
		return false;
	*r = array_compare(elem, &a, &b);
	return true;
}

#define COMPARISON(name, test)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r;                                                                             \
                                                                                                   \
		if (!compare(c, args, &r))                                                         \
			return false;                                                              \
		*out = datum_int(test);                                                            \
		return true;                                                                       \
	}

COMPARISON(array_eq, r == 0)
COMPARISON(array_ne, r != 0)
COMPARISON(array_lt, r < 0)
COMPARISON(array_gt, r > 0)
COMPARISON(array_le, r <= 0)
COMPARISON(array_ge, r >= 0)
COMPARISON(btarraycmp, (r > 0) - (r < 0))

static bool
array_larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int r;

	if (!compare(c, args, &r))
		return false;
	*out = args[r > 0 ? 0 : 1];
	return true;
}

static bool
array_smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int r;

	if (!compare(c, args, &r))
		return false;
	*out = args[r < 0 ? 0 : 1];
	return true;
}

const struct func func_array_search[] = {
	FUNC_T("array_position", position),
	FUNC_T("array_position_start", position),
	FUNC_T("array_positions", positions),
	FUNC_T("array_remove", array_remove),
	FUNC_T("array_replace", array_replace),
	FUNC_T("arraycontains", arraycontains),
	FUNC_T("arraycontained", arraycontained),
	FUNC_T("arrayoverlap", arrayoverlap),
	FUNC_T("width_bucket_array", width_bucket),
	FUNC_T("array_eq", array_eq),
	FUNC_T("array_ne", array_ne),
	FUNC_T("array_lt", array_lt),
	FUNC_T("array_gt", array_gt),
	FUNC_T("array_le", array_le),
	FUNC_T("array_ge", array_ge),
	FUNC_T("btarraycmp", btarraycmp),
	FUNC_T("array_larger", array_larger),
	FUNC_T("array_smaller", array_smaller),
	FUNC_END,
};
