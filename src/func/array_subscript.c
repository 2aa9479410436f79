/*
 * a[i] and a[l:u], as emit calls them:
 *     array_get(a, i, …)           array_slice(a, open, l, u, …)
 * Bit k of open: bound k (from 0: l, u, l, u …) was left out of the slice, as was its value.
 */
#include "func/array_args.h"
#include "func/tables.h"

struct span {
	int lower, upper;
};

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

struct bounds {
	int64_t open; /* see above */
	int64_t at[2 * ARRAY_MAX_DIM];
};

/* False without an error: one that was written is NULL. */
static bool
read_bounds(struct fcall *c, const struct datum *args, int n, struct bounds *b)
{
	if (!arg_int(c, &args[0], &b->open))
		return false;
	for (int i = 0; i < 2 * n; i++) {
		if (b->open >> i & 1)
			continue;
		if (arg_null(&args[1 + i]) || !arg_int(c, &args[1 + i], &b->at[i]))
			return false;
	}
	return true;
}

/* Bounds within v's; false: nothing is in them. Dimensions not named are taken whole. */
static bool
clip(const struct array *v, const struct bounds *b, int n, struct span *s)
{
	for (int i = 0; i < v->ndim; i++) {
		int64_t l = v->lower[i], u = l + v->dims[i] - 1;

		if (i < n && !(b->open >> (2 * i) & 1))
			l = MAX(l, b->at[2 * i]);
		if (i < n && !(b->open >> (2 * i + 1) & 1))
			u = MIN(u, b->at[2 * i + 1]);
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
	struct bounds b = {0};
	int index[ARRAY_MAX_DIM], n = (nargs - 2) / 2, at = 0;

	if (n > ARRAY_MAX_DIM)
		return too_many(c, n);
	if (arg_null(&args[0]))
		return true;
	if (!read_bounds(c, args + 1, n, &b))
		return !err_is_set(c->err);
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim < n || v.ndim == 0 || !clip(&v, &b, n, s))
		return ret_array(c, elem, &r, out);
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

/* A name is an array of 64 "char"s that starts at 0. */
static bool
name_subscript(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t i;

	if (nargs != 2 || arg_null(&args[0]) || arg_null(&args[1]))
		return true;
	if (!arg_int(c, &args[1], &i))
		return false;
	if (i >= 0 && i < 64)
		*out = i < (int64_t)n ? datum_text(s + i, 1) : datum_text("", 0);
	return true;
}

const struct func func_array_subscript[] = {
	FUNC_T("name_subscript", name_subscript),
	FUNC_T("array_get", array_get),
	FUNC_T("array_slice", array_slice),
	FUNC_END,
};
