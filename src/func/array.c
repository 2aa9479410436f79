/*
 * Arrays: making them, adding to them, their dimensions.
 */
#include "func/array_args.h"
#include "func/tables.h"
#include "types/domain.h"
#include "types/read.h"

/* ---- ARRAY[…] ---- */

static bool
mismatch(struct fcall *c)
{
	return err_set(
		c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
		"multidimensional arrays must have array expressions with matching dimensions");
}

/* Rows of one shape, stacked; NULL and empty rows make an empty array, all of them. */
static bool
stack(struct fcall *c, const struct array *rows, int n, struct array *out)
{
	int filled = 0;

	array_init(out, c->arena, 0);
	for (int i = 0; i < n; i++)
		filled += rows[i].n > 0;
	if (!filled)
		return true;
	if (filled < n)
		return mismatch(c);
	for (int i = 1; i < n; i++)
		if (rows[i].ndim != rows[0].ndim ||
		    memcmp(rows[i].dims, rows[0].dims, sizeof(int) * (size_t)rows[0].ndim) != 0 ||
		    memcmp(rows[i].lower, rows[0].lower, sizeof(int) * (size_t)rows[0].ndim) != 0)
			return mismatch(c);
	if (rows[0].ndim == ARRAY_MAX_DIM)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "number of array dimensions (%d) exceeds the maximum allowed (%d)",
			       ARRAY_MAX_DIM + 1, ARRAY_MAX_DIM);
	out->ndim = rows[0].ndim + 1;
	out->dims[0] = n;
	out->lower[0] = 1;
	memcpy(out->dims + 1, rows[0].dims, sizeof(int) * (size_t)rows[0].ndim);
	memcpy(out->lower + 1, rows[0].lower, sizeof(int) * (size_t)rows[0].ndim);
	if (!array_set_size(c->err, out))
		return false;
	out->items = ARENA_ARRAY(c->arena, struct array_item, out->n);
	for (int i = 0; i < n; i++)
		memcpy(out->items + (size_t)i * (size_t)rows[0].n, rows[i].items,
		       sizeof(*out->items) * (size_t)rows[0].n);
	return true;
}

static bool
make_nested(struct fcall *c, const struct datum *args, int nargs, const struct type *elem,
	    struct datum *out)
{
	struct array *rows = ARENA_ARRAY(c->arena, struct array, nargs), v;

	for (int i = 0; i < nargs; i++)
		if (!arg_null(&args[i]) && !arg_array(c, i, &args[i], &rows[i], NULL))
			return false;
	return stack(c, rows, nargs, &v) && ret_array(c, elem, &v, out);
}

/* array_make(e1, …): arguments of the element type, or arrays of the result's own type. */
static bool
array_make(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem = ret_elem(c);
	struct array v;

	if (!elem)
		return false;
	if (nargs && c->types->args[0]->oid == c->types->ret->oid)
		return make_nested(c, args, nargs, elem, out);
	array_init(&v, c->arena, nargs);
	for (int i = 0; i < nargs; i++)
		if (!arg_item_at(c, elem, args, i, &v.items[i]))
			return false;
	return ret_array(c, elem, &v, out);
}

/* ---- adding ---- */

static bool
add_element(struct fcall *c, const struct datum *args, int at, struct datum *out)
{
	const struct type *elem = arg_elem(c, at);
	const struct datum *array = &args[at];
	bool front = at == 1;
	struct array v = {0};

	if (!elem || (!arg_null(array) && !arg_array(c, at, array, &v, NULL)))
		return false;
	if (v.ndim > 1)
		return err_set(c->err, ERR_DATA_EXCEPTION, -1,
			       "argument must be empty or one-dimensional array");
	v = array_grown(c->arena, &v, 1);
	if (v.ndim == 0) {
		v.ndim = 1;
		v.lower[0] = 1;
	}
	if (front && v.lower[0] == INT32_MIN)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "integer out of range");
	v.dims[0] = v.n + 1;
	if (!array_set_size(c->err, &v))
		return false;
	if (front)
		memmove(v.items + 1, v.items, sizeof(*v.items) * (size_t)(v.n - 1));
	return arg_item_at(c, elem, args, !at, &v.items[front ? 0 : v.n - 1]) &&
	       ret_array(c, elem, &v, out);
}

static bool
array_append(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return add_element(c, args, 0, out);
}

static bool
array_prepend(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return add_element(c, args, 1, out);
}

static bool
array_cat(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array a, b, r;

	if (arg_null(&args[0]) || arg_null(&args[1])) {
		*out = args[arg_null(&args[0]) ? 1 : 0];
		return true;
	}
	return arg_array(c, 0, &args[0], &a, &elem) && arg_array(c, 1, &args[1], &b, NULL) &&
	       array_concat(c, &a, &b, &r) && ret_array(c, elem, &r, out);
}

/* ---- dimensions ---- */

static bool
array_ndims(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v;

	if (!arg_array(c, 0, &args[0], &v, NULL))
		return false;
	if (v.ndim)
		*out = datum_int(v.ndim);
	return true;
}

static bool
array_dims(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct array v;

	if (!arg_array(c, 0, &args[0], &v, NULL))
		return false;
	if (!v.ndim)
		return true;
	for (int i = 0; i < v.ndim; i++)
		buf_printf(&b, "[%d:%d]", v.lower[i], v.lower[i] + v.dims[i] - 1);
	return ret_buf(c, &b, out);
}

/* The dimension that argument 1 names: -1 when there is no such. */
static bool
dimension(struct fcall *c, const struct datum *args, struct array *v, int *i)
{
	int64_t n;

	if (!arg_array(c, 0, &args[0], v, NULL) || !arg_int(c, &args[1], &n))
		return false;
	*i = n >= 1 && n <= v->ndim ? (int)n - 1 : -1;
	return true;
}

static bool
array_length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v;
	int i;

	if (!dimension(c, args, &v, &i))
		return false;
	if (i >= 0)
		*out = datum_int(v.dims[i]);
	return true;
}

static bool
array_lower(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v;
	int i;

	if (!dimension(c, args, &v, &i))
		return false;
	if (i >= 0)
		*out = datum_int(v.lower[i]);
	return true;
}

static bool
array_upper(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v;
	int i;

	if (!dimension(c, args, &v, &i))
		return false;
	if (i >= 0)
		*out = datum_int(v.lower[i] + v.dims[i] - 1);
	return true;
}

static bool
cardinality(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v;

	if (!arg_array(c, 0, &args[0], &v, NULL))
		return false;
	*out = datum_int(v.n);
	return true;
}

/* ---- array_fill, trim_array ---- */

static bool
wrong_subscripts(struct fcall *c, const char *detail)
{
	err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1, "wrong number of array subscripts");
	return err_detail(c->err, "%s", detail);
}

/* The int4[] of dimensions or lower bounds; *n: how many. */
static bool
int_list(struct fcall *c, const struct datum *d, const char *not_flat, int *list, int *n)
{
	struct array v;

	if (!array_read(c->arena, c->err, type_builtin(T_INT4ARRAY), d, &v))
		return false;
	if (v.ndim > 1)
		return wrong_subscripts(c, not_flat);
	*n = v.n;
	if (v.n > ARRAY_MAX_DIM)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "number of array dimensions (%d) exceeds the maximum allowed (%d)",
			       v.n, ARRAY_MAX_DIM);
	for (int i = 0; i < v.n; i++) {
		int64_t k;

		if (!v.items[i].p)
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "dimension values cannot be null");
		if (!parse_int(c->err, "integer", v.items[i].p, v.items[i].n, INT32_MIN, INT32_MAX,
			       &k))
			return false;
		list[i] = (int)k;
	}
	return true;
}

static bool
array_fill(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem = ret_elem(c);
	struct array v = {.lower = {1, 1, 1, 1, 1, 1}};
	struct array_item item;
	int nlower;

	if (!elem)
		return false;
	if (arg_null(&args[1]) || (nargs > 2 && arg_null(&args[2])))
		return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "dimension array or low bound array cannot be null");
	if (!int_list(c, &args[1], "Dimension array must be one dimensional.", v.dims, &v.ndim))
		return false;
	if (nargs > 2) {
		if (!int_list(c, &args[2], "Dimension array must be one dimensional.", v.lower,
			      &nlower))
			return false;
		if (nlower != v.ndim)
			return wrong_subscripts(
				c, "Low bound array has different size than dimensions array.");
	}
	if (!array_set_size(c->err, &v) || !arg_item_at(c, elem, args, 0, &item))
		return false;
	if (v.n == 0)
		v.ndim = 0;
	v.items = ARENA_ARRAY(c->arena, struct array_item, v.n + 1);
	for (int i = 0; i < v.n; i++)
		v.items[i] = item;
	return ret_array(c, elem, &v, out);
}

static bool
trim_array(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *elem;
	struct array v;
	int64_t n;
	int len;

	if (!arg_array(c, 0, &args[0], &v, &elem) || !arg_int(c, &args[1], &n))
		return false;
	len = v.ndim ? v.dims[0] : 0;
	if (n < 0 || n > len)
		return err_set(c->err, ERR_ARRAY_ELEMENT_ERROR, -1,
			       "number of elements to trim must be between 0 and %d", len);
	if (n == len)
		array_init(&v, c->arena, 0);
	else
		v.dims[0] -= (int)n;
	for (int i = 0; i < v.ndim; i++)
		v.lower[i] = 1;
	return array_set_size(c->err, &v) && ret_array(c, elem, &v, out);
}

/* ---- casts between array types ---- */

/* Numbers of one size, one of them without a sign: *d as the other. Their texts may differ (a
 * regtype's is a name). */
static bool
relabelled(const struct type *from, const struct type *to, struct datum *d)
{
	if (from->stored != DATUM_INT || to->stored != DATUM_INT || d->class != DATUM_INT ||
	    from->domain || to->domain)
		return false;
	if (from->oid == T_INT4)
		d->i = (uint32_t)d->i;
	else if (to->oid == T_INT4)
		d->i = (int32_t)d->i;
	return true;
}

/* array_coerce(a): every element through its text, as a cast by I/O. */
static bool
array_coerce(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *from, *to = ret_elem(c);
	struct array v;

	if (arg_null(&args[0]))
		return true;
	if (!to || !arg_array(c, 0, &args[0], &v, &from))
		return false;
	for (int i = 0; i < v.n && from->oid != to->oid; i++) {
		struct buf b = BUF_INIT;
		struct datum d;
		bool ok;

		if (!v.items[i].p && !domain_takes_null(&tc, to))
			return false;
		if (!v.items[i].p)
			continue;
		if (!ret_item(c, from, &v.items[i], &d))
			return false;
		if (relabelled(from, to, &d)) {
			if (!arg_item(c, to, &d, &v.items[i]))
				return false;
			continue;
		}
		ok = value_text(c, from, -1, &d, &b);
		d = datum_text(buf_dup(&b, c->arena), b.len);
		buf_release(&b);
		if (!ok || !type_text_in(&tc, to, d.p, d.n, -1, &d) ||
		    !arg_item(c, to, &d, &v.items[i]))
			return false;
	}
	return ret_array(c, to, &v, out);
}

/* The first array's elements with the second's dimensions and bounds. */
static bool
array_shaped(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array v, shape;

	*out = args[0];
	if (arg_null(&args[0]) || arg_null(&args[1]))
		return true;
	if (!arg_array(c, 1, &args[1], &shape, NULL))
		return false;
	if (shape.ndim == 0 || (shape.ndim == 1 && shape.lower[0] == 1))
		return true;
	if (!arg_array(c, 0, &args[0], &v, NULL))
		return false;
	v.ndim = shape.ndim;
	memcpy(v.dims, shape.dims, sizeof(v.dims));
	memcpy(v.lower, shape.lower, sizeof(v.lower));
	return ret_array(c, ret_elem(c), &v, out);
}

const struct func func_array[] = {
	FUNC_T("array_make", array_make),       FUNC_T("array_coerce", array_coerce),
	FUNC_T("array_shaped", array_shaped),   FUNC_T("array_append", array_append),
	FUNC_T("array_prepend", array_prepend), FUNC_T("array_cat", array_cat),
	FUNC_T("array_ndims", array_ndims),     FUNC_T("array_dims", array_dims),
	FUNC_T("array_length", array_length),   FUNC_T("array_lower", array_lower),
	FUNC_T("array_upper", array_upper),     FUNC_T("array_cardinality", cardinality),
	FUNC_T("array_fill", array_fill),       FUNC_T("array_fill_with_lower_bounds", array_fill),
	FUNC_T("trim_array", trim_array),       FUNC_END,
};
