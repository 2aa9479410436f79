/*
 * a[i], a[l:u] and assignment to them, as emit calls them:
 *     array_get(a, i, …)           array_slice(a, l, u, …)
 *     array_set(a, value, i, …)    the same with l, u pairs when the value is an array
 * A bound left out of a slice comes as a NULL.
 */
#include "func/array_args.h"
#include "func/tables.h"

struct span {
	int lower, upper;
};

static bool
subscript_error(struct fcall *c, const char *message)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1, "%s", message);
}

static bool
too_many(struct fcall *c, int n)
{
	return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
		       "number of array dimensions (%d) exceeds the maximum allowed (%d)", n,
		       ARRAY_MAX_DIM);
}

/* ---- reading ---- */

/* The place of an element; -1: outside. */
static int64_t
offset(const struct array *v, const int *index)
{
	int64_t at = 0;

	for (int i = 0; i < v->ndim; i++) {
		int64_t k = (int64_t)index[i] - v->lower[i];

		if (k < 0 || k >= v->dims[i])
			return -1;
		at = at * v->dims[i] + k;
	}
	return at;
}

/* False without an error when one is NULL. */
static bool
subscripts(struct fcall *c, const struct datum *args, int n, int *index)
{
	for (int i = 0; i < n; i++) {
		int64_t k;

		if (arg_null(&args[i]) || !arg_int(c, &args[i], &k))
			return false;
		index[i] = (int)MAX(MIN(k, INT32_MAX), INT32_MIN);
	}
	return true;
}

static bool
array_get(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem;
	struct array v;
	int index[ARRAY_MAX_DIM], n = nargs - 1;
	int64_t at;

	if (n > ARRAY_MAX_DIM)
		return too_many(c, n);
	if (arg_null(&args[0]))
		return true;
	if (!subscripts(c, args + 1, n, index))
		return !err_is_set(c->err);
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim != n || (at = offset(&v, index)) < 0)
		return true;
	return ret_item(c, elem, &v.items[at], out);
}

/* Bounds within v's; false without an error: nothing is in them. Dimensions not named are taken
 * whole. */
static bool
clip(struct fcall *c, const struct array *v, const struct datum *args, int n, struct span *s)
{
	for (int i = 0; i < v->ndim; i++) {
		int64_t l = v->lower[i], u = v->lower[i] + v->dims[i] - 1, k;

		if (i < n && !arg_null(&args[2 * i])) {
			if (!arg_int(c, &args[2 * i], &k))
				return false;
			l = MAX(l, k);
		}
		if (i < n && !arg_null(&args[2 * i + 1])) {
			if (!arg_int(c, &args[2 * i + 1], &k))
				return false;
			u = MIN(u, k);
		}
		if (l > u)
			return false;
		s[i] = (struct span){(int)l, (int)u};
	}
	return true;
}

/* Steps index through the spans, last dimension fastest; false: all have been visited. */
static bool
advance(const struct span *s, int n, int *index)
{
	for (int i = n - 1; i >= 0; i--) {
		if (index[i] < s[i].upper) {
			index[i]++;
			return true;
		}
		index[i] = s[i].lower;
	}
	return false;
}

static void
begin(const struct span *s, int n, int *index)
{
	for (int i = 0; i < n; i++)
		index[i] = s[i].lower;
}

static bool
array_slice(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem;
	struct array v, r = {0};
	struct span s[ARRAY_MAX_DIM];
	int index[ARRAY_MAX_DIM], n = (nargs - 1) / 2, at = 0;

	if (n > ARRAY_MAX_DIM)
		return too_many(c, n);
	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim < n || v.ndim == 0 || !clip(c, &v, args + 1, n, s))
		return !err_is_set(c->err) && ret_array(c, elem, &r, out);
	r.ndim = v.ndim;
	for (int i = 0; i < v.ndim; i++) {
		r.lower[i] = 1;
		r.dims[i] = s[i].upper - s[i].lower + 1;
	}
	if (!array_set_size(c->err, &r))
		return false;
	r.items = ARENA_ARRAY(c->arena, struct array_item, r.n);
	begin(s, v.ndim, index);
	do
		r.items[at++] = v.items[offset(&v, index)];
	while (advance(s, v.ndim, index));
	return ret_array(c, elem, &r, out);
}

/* ---- assignment ---- */

/* v with other bounds, at least as wide: what is new is NULL. One dimension only. */
static bool
widen(struct fcall *c, struct array *v, int lower, int upper)
{
	struct array w = *v;
	int64_t n = (int64_t)upper - lower + 1;

	w.lower[0] = lower;
	w.dims[0] = (int)MIN(n, INT32_MAX);
	if (!array_set_size(c->err, &w))
		return false;
	w.items = ARENA_ARRAY(c->arena, struct array_item, w.n);
	if (v->n)
		memcpy(w.items + (v->lower[0] - lower), v->items, sizeof(*v->items) * (size_t)v->n);
	*v = w;
	return true;
}

static bool
not_null_subscripts(struct fcall *c, const struct datum *args, int n)
{
	for (int i = 0; i < n; i++)
		if (arg_null(&args[i]))
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "array subscript in assignment must not be null");
	return true;
}

static bool
set_element(struct fcall *c, struct array *v, const struct type *elem, const struct datum *value,
	    const int *index, int n, struct datum *out)
{
	struct array_item item;

	if (!arg_item(c, elem, value, &item))
		return false;
	if (v->ndim == 0) {
		v->ndim = n;
		for (int i = 0; i < n; i++) {
			v->lower[i] = index[i];
			v->dims[i] = 1;
		}
		if (!array_set_size(c->err, v))
			return false;
		v->items = ARENA_ARRAY(c->arena, struct array_item, 1);
	}
	if (v->ndim != n)
		return subscript_error(c, "wrong number of array subscripts");
	if (n == 1 && offset(v, index) < 0 &&
	    !widen(c, v, MIN(index[0], v->lower[0]), MAX(index[0], v->lower[0] + v->dims[0] - 1)))
		return false;
	if (offset(v, index) < 0)
		return subscript_error(c, "array subscript out of range");
	v->items[offset(v, index)] = item;
	return ret_array(c, elem, v, out);
}

/* The spans of an assignment: a bound left out is the array's own. */
static bool
assigned_spans(struct fcall *c, const struct array *v, const struct datum *args, int n,
	       struct span *s)
{
	for (int i = 0; i < n; i++) {
		bool open = arg_null(&args[2 * i]) || arg_null(&args[2 * i + 1]);
		int64_t l = v->lower[i], u = v->lower[i] + v->dims[i] - 1;

		if (open && v->ndim == 0) {
			subscript_error(c, "array slice subscript must provide both boundaries");
			return err_detail(c->err, "When assigning to a slice of an empty array "
						  "value, slice boundaries must be "
						  "fully specified.");
		}
		if ((!arg_null(&args[2 * i]) && !arg_int(c, &args[2 * i], &l)) ||
		    (!arg_null(&args[2 * i + 1]) && !arg_int(c, &args[2 * i + 1], &u)))
			return false;
		if (l > u && (v->ndim == 0 || l > u + 1 || v->ndim == 1))
			return subscript_error(c, "upper bound cannot be less than lower bound");
		s[i] = (struct span){(int)l, (int)u};
	}
	for (int i = n; i < v->ndim; i++)
		s[i] = (struct span){v->lower[i], v->lower[i] + v->dims[i] - 1};
	return true;
}

static bool
make_room(struct fcall *c, struct array *v, const struct span *s, int n)
{
	if (v->ndim == 0) {
		v->ndim = n;
		for (int i = 0; i < n; i++) {
			v->lower[i] = s[i].lower;
			v->dims[i] = s[i].upper - s[i].lower + 1;
		}
		if (!array_set_size(c->err, v))
			return false;
		v->items = ARENA_ARRAY(c->arena, struct array_item, v->n);
		return true;
	}
	if (v->ndim < n)
		return subscript_error(c, "wrong number of array subscripts");
	if (v->ndim == 1)
		return widen(c, v, MIN(s[0].lower, v->lower[0]),
			     MAX(s[0].upper, v->lower[0] + v->dims[0] - 1));
	for (int i = 0; i < v->ndim; i++)
		if (s[i].lower < v->lower[i] || s[i].upper > v->lower[i] + v->dims[i] - 1)
			return subscript_error(c, "array subscript out of range");
	return true;
}

static bool
set_slice(struct fcall *c, struct array *v, const struct type *elem, const struct datum *value,
	  const struct datum *args, int n, struct datum *out)
{
	struct array from;
	struct span s[ARRAY_MAX_DIM];
	int index[ARRAY_MAX_DIM], at = 0;
	int64_t want = 1;

	if (!arg_array(c, 1, value, &from, NULL))
		return false;
	if (v->ndim == 0 && from.n == 0)
		return ret_array(c, elem, v, out);
	if (!assigned_spans(c, v, args, n, s))
		return false;
	for (int i = 0; i < MAX(v->ndim, n); i++)
		want *= (int64_t)s[i].upper - s[i].lower + 1;
	if (!make_room(c, v, s, n))
		return false;
	if (from.n < want)
		return subscript_error(c, "source array too small");
	begin(s, v->ndim, index);
	do
		v->items[offset(v, index)] = from.items[at++];
	while (advance(s, v->ndim, index));
	return ret_array(c, elem, v, out);
}

static bool
array_set(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem = arg_elem(c, 0);
	bool slice = elem && c->types->nargs > 1 && c->types->args[1]->oid != elem->oid &&
		     c->types->args[1]->elem_oid == elem->oid;
	int index[ARRAY_MAX_DIM], n = slice ? (nargs - 2) / 2 : nargs - 2;
	struct array v = {0};

	if (!elem)
		return false;
	if (n > ARRAY_MAX_DIM)
		return too_many(c, n);
	if (!arg_null(&args[0]) && !arg_array(c, 0, &args[0], &v, NULL))
		return false;
	v = array_grown(c->arena, &v, 0);
	if (slice && arg_null(&args[1])) {
		*out = args[0];
		return true;
	}
	if (slice)
		return set_slice(c, &v, elem, &args[1], args + 2, n, out);
	return not_null_subscripts(c, args + 2, n) && subscripts(c, args + 2, n, index) &&
	       set_element(c, &v, elem, &args[1], index, n, out);
}

const struct func func_array_subscript[] = {
	FUNC_T("array_get", array_get),
	FUNC_T("array_slice", array_slice),
	FUNC_T("array_set", array_set),
	FUNC_END,
};
