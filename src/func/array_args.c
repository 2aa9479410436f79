#include "func/array_args.h"
#include "types/read.h"

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
