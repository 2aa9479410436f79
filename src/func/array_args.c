#include "func/array_args.h"
#include "catalog/catalog.h"
#include "types/domain.h"
#include "types/read.h"
#include "types/record.h"

const struct type *
call_type(struct fcall *c, oid_t oid)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *t = tc.find(tc.find_arg, oid);

	if (!t)
		err_set(c->err, ERR_INTERNAL_ERROR, -1, "cache lookup failed for type %u", oid);
	return t;
}

static const struct type *
elem_of(struct fcall *c, const struct type *t)
{
	if (t->base_oid && !(t = call_type(c, t->base_oid)))
		return NULL;
	if (t->elem_oid)
		return call_type(c, t->elem_oid);
	err_set(c->err, ERR_DATATYPE_MISMATCH, -1, "type %s is not an array", type_sql_name(t));
	return NULL;
}

const struct type *
arg_elem(struct fcall *c, int i)
{
	if (c->types && i < c->types->nargs)
		return elem_of(c, c->types->args[i]);
	err_set(c->err, ERR_INTERNAL_ERROR, -1, "an array function was called without its types");
	return NULL;
}

const struct type *
ret_elem(struct fcall *c)
{
	if (c->types)
		return elem_of(c, c->types->ret);
	err_set(c->err, ERR_INTERNAL_ERROR, -1, "an array function was called without its types");
	return NULL;
}

bool
arg_array(struct fcall *c, int i, const struct datum *d, struct array *v, const struct type **elem)
{
	const struct type *e = arg_elem(c, i);

	if (elem)
		*elem = e;
	return e && array_read(c->arena, c->err, c->types->args[i], d, v);
}

bool
arg_texts(struct fcall *c, const struct datum *d, struct array *v)
{
	return array_read(c->arena, c->err, type_builtin(T_TEXTARRAY), d, v);
}

bool
ret_array(struct fcall *c, const struct type *elem, const struct array *v, struct datum *out)
{
	struct buf b = BUF_INIT;

	array_print(v, elem->delim, &b);
	return ret_buf(c, &b, out);
}

bool
ret_item(struct fcall *c, const struct type *elem, const struct array_item *i, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);

	*out = datum_null();
	return !i->p || item_datum(&tc, elem, i, out);
}

bool
arg_item(struct fcall *c, const struct type *elem, const struct datum *d, struct array_item *out)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return datum_item(&tc, elem, d, out);
}

bool
arg_item_at(struct fcall *c, const struct type *elem, const struct datum *args, int i,
	    struct array_item *out)
{
	if (!arg_item(c, elem, &args[i], out))
		return false;
	if (c->types)
		item_pad(c->arena, elem, c->types->typmods[i], out);
	return true;
}

/* ---- comparing ---- */

/* Whole categories have an order; of the others each type is looked up. */
static bool
has_class(struct fcall *c, const struct type *t, bool order)
{
	t = domain_base(t, NULL);
	if (strchr("NSDTBERI", t->category) && t->oid != T_UNKNOWN)
		return true;
	if (t->elem_oid && t->category == 'A')
		return (t = call_type(c, t->elem_oid)) != NULL && has_class(c, t, order);
	return !type_builtin(t->oid) || default_opclass(t->oid, 403, NULL, NULL) ||
	       (!order && default_opclass(t->oid, 405, NULL, NULL));
}

bool
elem_comparable(struct fcall *c, const struct type *elem, bool order)
{
	if (has_class(c, elem, order))
		return true;
	return err_set(c->err, ERR_UNDEFINED_FUNCTION, -1, "could not identify %s for type %s",
		       order ? "a comparison function" : "an equality operator",
		       type_sql_name(elem));
}

bool
compare_records(struct fcall *c, const struct record *a, const struct record *b, bool order,
		int *result)
{
	struct type_ctx tc = fcall_type_ctx(c);

	*result = 0;
	for (int i = 0; i < MIN(a->n, b->n) && *result == 0; i++) {
		const struct type *x = record_column_type(&tc, a, i),
				  *y = record_column_type(&tc, b, i);

		if (x->oid != y->oid)
			return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
				       "cannot compare dissimilar column types %s and %s at record "
				       "column %d",
				       type_sql_name(x), type_sql_name(y), i + 1);
		if (!elem_comparable(c, x, order) ||
		    !compare_items(c, x, &a->items[i], &b->items[i], order, result))
			return false;
	}
	return *result || a->n == b->n ||
	       err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
		       "cannot compare record types with different numbers of columns");
}

bool
compare_items(struct fcall *c, const struct type *elem, const struct array_item *a,
	      const struct array_item *b, bool order, int *result)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct datum x, y;
	struct record r, s;

	if ((elem->oid != T_RECORD && elem->typtype != 'c') || !a->p || !b->p) {
		*result = item_compare(elem, a, b);
		return true;
	}
	return item_datum(&tc, elem, a, &x) && item_datum(&tc, elem, b, &y) &&
	       record_read(&tc, elem, &x, &r) && record_read(&tc, elem, &y, &s) &&
	       compare_records(c, &r, &s, order, result);
}

struct array
array_grown(struct arena *a, const struct array *v, int extra)
{
	struct array r = *v;

	r.items = ARENA_ARRAY(a, struct array_item, v->n + extra + 1);
	if (v->n)
		memcpy(r.items, v->items, sizeof(*v->items) * (size_t)v->n);
	return r;
}

static bool
incompatible(struct fcall *c)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
		       "cannot concatenate incompatible arrays");
}

/* The dimensions of a || b: of the same rank, or one is an element of the other. */
static bool
concat_dims(struct fcall *c, const struct array *a, const struct array *b, struct array *r)
{
	const struct array *outer = a->ndim >= b->ndim ? a : b;
	int da = outer->ndim - a->ndim, db = outer->ndim - b->ndim;

	if (da > 1 || db > 1) {
		incompatible(c);
		return err_detail(
			c->err,
			"Arrays of %d and %d dimensions are not compatible for concatenation.",
			a->ndim, b->ndim);
	}
	for (int i = 1; i < outer->ndim; i++) {
		if (a->dims[i - da] == b->dims[i - db] && a->lower[i - da] == b->lower[i - db])
			continue;
		incompatible(c);
		return err_detail(c->err, da || db ? "Arrays with differing dimensions are not "
						     "compatible for concatenation."
						   : "Arrays with differing element dimensions are "
						     "not compatible for concatenation.");
	}
	*r = *outer;
	r->dims[0] = da || db ? outer->dims[0] + 1 : a->dims[0] + b->dims[0];
	return array_set_size(c->err, r);
}

bool
array_concat(struct fcall *c, const struct array *a, const struct array *b, struct array *out)
{
	if (!a->n || !b->n) {
		*out = a->n ? *a : *b;
		return true;
	}
	if (!concat_dims(c, a, b, out))
		return false;
	out->items = ARENA_ARRAY(c->arena, struct array_item, out->n);
	memcpy(out->items, a->items, sizeof(*a->items) * (size_t)a->n);
	memcpy(out->items + a->n, b->items, sizeof(*b->items) * (size_t)b->n);
	return true;
}

static struct ftypes *
spread_types(struct fcall *c, const struct type *elem, int fixed, int items)
{
	struct ftypes *t = ARENA_NEW(c->arena, struct ftypes);

	t->ret = c->types->ret;
	t->nargs = fixed + items;
	t->args = (const struct type **)ARENA_ARRAY(c->arena, struct type *, t->nargs + 1);
	t->typmods = ARENA_ARRAY(c->arena, int32_t, t->nargs + 1);
	for (int i = 0; i < t->nargs; i++) {
		t->args[i] = i < fixed ? c->types->args[i] : elem;
		t->typmods[i] = i < fixed ? c->types->typmods[i] : -1;
	}
	return t;
}

bool
call_spread(struct fcall *c, const struct datum *args, int nargs, func_fn *body, bool null_is_none,
	    struct datum *out)
{
	struct fcall inner = *c;
	const struct type *elem = NULL;
	struct array v = {0};
	struct datum *all;
	int fixed = nargs - 1;

	if (!c->types->variadic)
		return body(c, args, nargs, out);
	if (arg_null(&args[fixed]) && !null_is_none)
		return true;
	if (!arg_null(&args[fixed]) && !arg_array(c, fixed, &args[fixed], &v, &elem))
		return false;
	all = ARENA_ARRAY(c->arena, struct datum, fixed + v.n + 1);
	memcpy(all, args, (size_t)fixed * sizeof(*all));
	for (int i = 0; i < v.n; i++)
		if (!ret_item(c, elem, &v.items[i], &all[fixed + i]))
			return false;
	inner.types = spread_types(c, elem, fixed, v.n);
	return body(&inner, all, fixed + v.n, out);
}
