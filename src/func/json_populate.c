/*
 * JSON into typed values. Strings go through the type's input function; so does everything else
 * that meets a type that is neither composite nor array, by its text.
 */
#include "func/json_populate.h"
#include "types/domain.h"

enum { MAX_POPULATE_DEPTH = 500 };

struct populate
populate_begin(struct fcall *c, bool binary)
{
	return (struct populate){c, fcall_type_ctx(c), binary, 0};
}

static bool value_of(struct populate *p, const struct type *t, int32_t typmod, const char *key,
		     const struct datum *old, const struct json *j, struct datum *out);

/* ---- scalars ---- */

static bool
scalar(struct populate *p, const struct type *t, int32_t typmod, const struct json *j,
       struct datum *out)
{
	bool is_json = t->oid == T_JSON || t->oid == T_JSONB;
	struct buf b = BUF_INIT;
	const char *s = j->p;
	size_t n = j->n;
	bool ok;

	if (j->kind == JSON_STRING && is_json)
		json_quote(&b, j->p, j->n);
	else if (j->kind != JSON_STRING && p->binary)
		jsonb_print(j, &b);
	if (b.len) {
		s = buf_dup(&b, p->tc.arena);
		n = b.len;
	} else if (j->kind != JSON_STRING) {
		s = j->src;
		n = j->src_n;
	}
	ok = type_text_in(&p->tc, t, s, n, typmod, out);
	buf_release(&b);
	return ok;
}

/* ---- arrays ---- */

struct build {
	struct populate *p;
	const struct type *elem;
	int32_t typmod;
	const char *key;
	int ndim; /* 0: not known yet */
	int dims[ARRAY_MAX_DIM], sizes[ARRAY_MAX_DIM];
	struct array_item *items;
	int n, cap;
};

static bool
expected_array(struct build *b, int level)
{
	struct err *err = b->p->tc.err;
	struct buf at = BUF_INIT;

	err_set(err, ERR_INVALID_TEXT_REPRESENTATION, -1, "expected JSON array");
	if (level <= 0) {
		if (b->key)
			err_hint(err, "See the value of key \"%s\".", b->key);
		return false;
	}
	for (int i = 0; i < level; i++)
		buf_printf(&at, "[%d]", b->sizes[i]);
	if (b->key)
		err_hint(err, "See the array element %s of key \"%s\".", buf_str(&at), b->key);
	else
		err_hint(err, "See the array element %s.", buf_str(&at));
	buf_release(&at);
	return false;
}

static bool
set_dimensions(struct build *b, int n)
{
	if (n > ARRAY_MAX_DIM)
		return err_set(b->p->tc.err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "number of array dimensions (%d) exceeds the maximum allowed (%d)",
			       n, ARRAY_MAX_DIM);
	b->ndim = n;
	for (int i = 0; i < n; i++) {
		b->dims[i] = -1;
		b->sizes[i] = 0;
	}
	return true;
}

/* A sub-array of this level is done. */
static bool
close_dimension(struct build *b, int level)
{
	int size = b->sizes[level];

	if (b->dims[level] == -1) {
		b->dims[level] = size;
	} else if (b->dims[level] != size) {
		err_set(b->p->tc.err, ERR_INVALID_TEXT_REPRESENTATION, -1, "malformed JSON array");
		return err_detail(b->p->tc.err, "Multidimensional arrays must have sub-arrays with "
						"matching dimensions.");
	}
	b->sizes[level] = 0;
	b->sizes[level - 1]++;
	return true;
}

static bool
element(struct build *b, const struct json *j, int level)
{
	const struct datum none = datum_null();
	struct datum d;

	if (b->n == b->cap) {
		struct array_item *more =
			ARENA_ARRAY(b->p->tc.arena, struct array_item, b->cap * 2 + 8);

		if (b->n)
			memcpy(more, b->items, sizeof(*more) * (size_t)b->n);
		b->items = more;
		b->cap = b->cap * 2 + 8;
	}
	b->sizes[level - 1]++;
	return value_of(b->p, b->elem, b->typmod, NULL, &none, j, &d) &&
	       datum_item(&b->p->tc, b->elem, &d, &b->items[b->n++]);
}

/* Depth is bounded by that of JSON. */
static bool
array_level(struct build *b, const struct json *j, int level)
{
	if (j->kind != JSON_ARRAY)
		return expected_array(b, level - 1);
	if (!b->ndim && (!j->count || j->items[0].kind != JSON_ARRAY) && !set_dimensions(b, level))
		return false;
	for (int i = 0; i < j->count; i++) {
		if (b->ndim && level >= b->ndim) {
			if (!element(b, &j->items[i], level))
				return false;
		} else if (!array_level(b, &j->items[i], level + 1) || !close_dimension(b, level)) {
			return false;
		}
	}
	return true;
}

static bool
array(struct populate *p, const struct type *t, int32_t typmod, const char *key,
      const struct json *j, struct datum *out)
{
	struct build b = {.p = p, .elem = t->of, .typmod = typmod, .key = key};
	struct array v = {0};

	if (!array_level(&b, j, 1))
		return false;
	b.dims[0] = b.sizes[0];
	v.ndim = b.n ? b.ndim : 0;
	v.n = b.n;
	v.items = b.items;
	for (int i = 0; i < v.ndim; i++) {
		v.dims[i] = b.dims[i];
		v.lower[i] = 1;
	}
	return ret_array(p->c, b.elem, &v, out);
}

/* ---- composites ---- */

bool
populate_check_object(struct fcall *c, const struct json *j)
{
	return j->kind == JSON_OBJECT || err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
						 "cannot call populate_composite on %s",
						 j->kind == JSON_ARRAY ? "an array" : "a scalar");
}

bool
populate_columns(struct populate *p, const struct record *shape, const struct array_item *defaults,
		 const struct json *object, struct datum *values)
{
	struct record known = *shape;

	for (int i = 0; i < shape->n; i++) {
		const struct record_column *col = &shape->cols[i];
		const struct type *t = record_column_type(&p->tc, &known, i);
		const struct json *m = json_member(object, col->name, col->name_n);
		struct datum old = datum_null();

		if (defaults && defaults[i].p && !item_datum(&p->tc, t, &defaults[i], &old))
			return false;
		values[i] = old;
		if ((m || !defaults) &&
		    !value_of(p, t, col->typmod, arena_strndup(p->tc.arena, col->name, col->name_n),
			      &old, m, &values[i]))
			return false;
	}
	return true;
}

bool
populate_row(struct populate *p, const struct type *t, const struct record *shape,
	     const struct datum *values, struct datum *out)
{
	struct record r = *shape;
	struct buf b = BUF_INIT;

	r.items = ARENA_ARRAY(p->tc.arena, struct array_item, r.n + 1);
	for (int i = 0; i < r.n; i++)
		if (!datum_item(&p->tc, record_column_type(&p->tc, shape, i), &values[i],
				&r.items[i]))
			return false;
	if (t->oid == T_RECORD)
		record_print_columns(&r, &b);
	record_print(&r, &b);
	*out = datum_text(buf_dup(&b, p->tc.arena), b.len);
	buf_release(&b);
	return check_domains(p->c, t, out);
}

static bool
composite(struct populate *p, const struct type *t, const struct type *base,
	  const struct datum *old, const struct json *j, struct datum *out)
{
	struct record shape = {0}, before = {0};
	struct datum *values;

	if (base->oid == T_RECORD)
		return err_set(p->tc.err, ERR_WRONG_OBJECT_TYPE, -1,
			       "record type has not been registered");
	if (!populate_check_object(p->c, j))
		return false;
	record_find_columns(&p->tc, base, &shape);
	if (old->class != DATUM_NULL && !record_read(&p->tc, base, old, &before))
		return false;
	values = ARENA_ARRAY(p->tc.arena, struct datum, shape.n + 1);
	return populate_columns(p, &shape, before.n == shape.n ? before.items : NULL, j, values) &&
	       populate_row(p, t, &shape, values, out);
}

/* ---- any ---- */

/* j NULL: there is no such member. old: what a composite's members are put into. */
static bool
any_value(struct populate *p, const struct type *t, int32_t typmod, const char *key,
	  const struct datum *old, const struct json *j, struct datum *out)
{
	int32_t base_typmod;
	const struct type *base = domain_base(t, &base_typmod);
	bool row = base->typtype == 'c' || base->oid == T_RECORD;
	bool is_null = !j || j->kind == JSON_NULL;

	*out = datum_null();
	if (t == base)
		base_typmod = typmod;
	if (is_null)
		return t == base || check_domains(p->c, t, out);
	if (row)
		return j->kind == JSON_STRING ? type_text_in(&p->tc, t, j->p, j->n, typmod, out)
					      : composite(p, t, base, old, j, out);
	if (base->elem_oid && base->category == 'A' && base->of &&
	    !(j->kind == JSON_STRING && t == base)) {
		if (j->kind == JSON_STRING ? !scalar(p, base, base_typmod, j, out)
					   : !array(p, base, base_typmod, key, j, out))
			return false;
	} else if (!scalar(p, base, base_typmod, j, out)) {
		return false;
	}
	return t == base || check_domains(p->c, t, out);
}

static bool
value_of(struct populate *p, const struct type *t, int32_t typmod, const char *key,
	 const struct datum *old, const struct json *j, struct datum *out)
{
	bool ok;

	if (p->depth > MAX_POPULATE_DEPTH)
		return err_set(p->tc.err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	p->depth++;
	ok = any_value(p, t, typmod, key, old, j, out);
	p->depth--;
	return ok;
}
