/*
 * Arrays: looking for elements, taking them out, comparing sets, comparing whole arrays.
 */
#include "func/array_args.h"
#include "func/tables.h"
#include "types/read.h"

#include <stdlib.h>

/* Equal, or both NULL. False: compare_items. */
static bool
same(struct fcall *c, const struct type *elem, const struct array_item *a,
     const struct array_item *b, bool *is)
{
	int r = 0;

	*is = !a->p && !b->p;
	if (!a->p || !b->p)
		return true;
	if (!compare_items(c, elem, a, b, false, &r))
		return false;
	*is = r == 0;
	return true;
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
	if ((nargs > 2 && !arg_int(c, &args[2], &from)) || !arg_item(c, elem, &args[1], &item) ||
	    !elem_comparable(c, elem, false))
		return false;
	for (int i = 0; i < v.n; i++) {
		bool is;

		if (v.lower[0] + i < from)
			continue;
		if (!same(c, elem, &v.items[i], &item, &is))
			return false;
		if (!is)
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
	if (!arg_item(c, elem, &args[1], &item) || (v.n && !elem_comparable(c, elem, false)))
		return false;
	array_init(&r, c->arena, v.n);
	for (int i = 0; i < v.n; i++) {
		const char *s;
		bool is;

		if (!same(c, elem, &v.items[i], &item, &is))
			return false;
		if (!is)
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
	if (!arg_item(c, elem, &args[1], &item) || (v.n && !elem_comparable(c, elem, false)))
		return false;
	for (int i = 0; i < v.n; i++) {
		bool is;

		if (!same(c, elem, &v.items[i], &item, &is))
			return false;
		if (!is)
			v.items[n++] = v.items[i];
	}
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
	    !arg_item_at(c, elem, args, 2, &to) || (v.n && !elem_comparable(c, elem, false)))
		return false;
	for (int i = 0; i < v.n; i++) {
		bool is;

		if (!same(c, elem, &v.items[i], &from, &is))
			return false;
		if (is)
			v.items[i] = to;
	}
	return ret_array(c, elem, &v, out);
}

/* ---- @>, <@, && ---- */

static int
order_items(const void *a, const void *b, void *elem)
{
	return item_compare(elem, a, b);
}

static bool
is_record(const struct type *elem)
{
	return elem->oid == T_RECORD || elem->typtype == 'c';
}

/* Without NULLs, and sorted so that has_item can search it. */
static void
sort_items(const struct type *elem, struct array *v)
{
	int n = 0;

	for (int i = 0; i < v->n; i++)
		if (v->items[i].p)
			v->items[n++] = v->items[i];
	v->n = n;
	if (n > 1 && !is_record(elem))
		qsort_r(v->items, (size_t)n, sizeof(*v->items), order_items,
			(void *)(uintptr_t)elem);
}

/* Records are compared one by one: those that cannot be compared are an error. */
static bool
has_record(struct fcall *c, const struct type *elem, const struct array *v,
	   const struct array_item *i, bool *has)
{
	*has = false;
	for (int k = 0; k < v->n && !*has; k++)
		if (!same(c, elem, &v->items[k], i, has))
			return false;
	return true;
}

static bool
has_item(struct fcall *c, const struct type *elem, const struct array *v,
	 const struct array_item *i, bool *has)
{
	int lo = 0, hi = v->n;

	*has = false;
	if (!i->p)
		return true;
	if (is_record(elem))
		return has_record(c, elem, v, i, has);
	while (lo < hi && !*has) {
		int mid = lo + (hi - lo) / 2, r = item_compare(elem, &v->items[mid], i);

		*has = r == 0;
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return true;
}

/* Is every element of part in whole, or (any) some element; a NULL is in nothing. */
static bool
contains(struct fcall *c, const struct datum *args, int whole, int part, bool any,
	 struct datum *out)
{
	const struct type *elem;
	struct array v, p;
	bool found = !any;

	if (!arg_array(c, whole, &args[whole], &v, &elem) ||
	    !arg_array(c, part, &args[part], &p, NULL) || !elem_comparable(c, elem, false))
		return false;
	sort_items(elem, &v);
	for (int i = 0; i < p.n && found != any; i++)
		if (!has_item(c, elem, &v, &p.items[i], &found))
			return false;
	*out = datum_int(found);
	return true;
}

static bool
arraycontains(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains(c, args, 0, 1, false, out);
}

static bool
arraycontained(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains(c, args, 1, 0, false, out);
}

static bool
arrayoverlap(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains(c, args, 0, 1, true, out);
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
	if (!elem_comparable(c, elem, true))
		return false;
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
compare(struct fcall *c, const struct datum *args, bool order, int *r)
{
	const struct type *elem;
	struct array a, b;

	if (!arg_array(c, 0, &args[0], &a, &elem) || !arg_array(c, 1, &args[1], &b, NULL))
		return false;
	/* Arrays of different shapes are not equal, whatever is in them. */
	if (!order && (*r = array_compare_shape(&a, &b)) != 0)
		return true;
	if (!elem_comparable(c, elem, order))
		return false;
	*r = 0;
	for (int i = 0; i < MIN(a.n, b.n) && *r == 0; i++)
		if (!compare_items(c, elem, &a.items[i], &b.items[i], order, r))
			return false;
	if (*r == 0)
		*r = array_compare_shape(&a, &b);
	return true;
}

#define COMPARISON(name, order, test)                                                              \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r;                                                                             \
                                                                                                   \
		if (!compare(c, args, order, &r))                                                  \
			return false;                                                              \
		*out = datum_int(test);                                                            \
		return true;                                                                       \
	}

COMPARISON(array_eq, false, r == 0)
COMPARISON(array_ne, false, r != 0)
COMPARISON(array_lt, true, r < 0)
COMPARISON(array_gt, true, r > 0)
COMPARISON(array_le, true, r <= 0)
COMPARISON(array_ge, true, r >= 0)
COMPARISON(btarraycmp, true, (r > 0) - (r < 0))

static bool
array_larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int r;

	if (!compare(c, args, true, &r))
		return false;
	*out = args[r > 0 ? 0 : 1];
	return true;
}

static bool
array_smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int r;

	if (!compare(c, args, true, &r))
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
