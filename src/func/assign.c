/*
 * Assignment to a part of a value: INSERT INTO t (c.f, a[1]), UPDATE t SET c.f.g[2] = …,
 * j['a'][1] = …. Emit calls it by key:
 *     assign_part(path, old, value, subscript, …)   old with the part that path leads to replaced
 * A path is steps, each ending in ';', outermost first:
 *     f3;     field 3 from 0 of a composite
 *     e2;     an element: two subscripts
 *     slu-u;  a slice of two dimensions: l and u say which bounds are given as subscripts
 *     j2;     a path of two texts into a jsonb
 * What is NULL on the way is made: a composite of NULLs, an empty array, an object or array.
 */
#include "func/array_args.h"
#include "func/json_path.h"
#include "func/tables.h"
#include "types/domain.h"
#include "types/record.h"

struct part {
	struct fcall *c;
	struct type_ctx tc;
	const char *path, *end; /* steps ahead */
	const struct datum *subs;
	int nsubs;
	const struct datum *value;
};

static bool
subscript_error(struct fcall *c, const char *message)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1, "%s", message);
}

/* ---- domains ---- */

bool
check_domains(struct fcall *c, const struct type *t, const struct datum *d)
{
	const struct type_env *env = &c->env->types;

	return t->typtype != 'd' || !env->domain ||
	       env->domain->check(env->domain_arg, t, d, c->err);
}

static bool
coerce_to_domain(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = args[0];
	return check_domains(c, c->types->ret, &args[0]);
}

/* ---- steps ---- */

static int
step_number(struct part *p)
{
	int n = 0;

	while (p->path < p->end && *p->path != ';')
		n = n * 10 + (*p->path++ - '0');
	p->path++;
	return n;
}

static bool
next_subscript(struct part *p, const char *what, const struct datum **d)
{
	if (p->nsubs == 0)
		return err_set(p->c->err, ERR_INTERNAL_ERROR, -1, "too few subscripts");
	*d = p->subs++;
	p->nsubs--;
	return !arg_null(*d) || err_set(p->c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
					"%s subscript in assignment must not be null", what);
}

static bool
next_int(struct part *p, int *k)
{
	const struct datum *d = NULL;
	int64_t v;

	if (!next_subscript(p, "array", &d) || !arg_int(p->c, d, &v))
		return false;
	*k = (int)MAX(MIN(v, INT32_MAX), INT32_MIN);
	return true;
}

static bool replace(struct part *p, const struct type *t, const struct datum *old, bool outermost,
		    struct datum *out);

/* An item's datum, the part within it replaced, and back. */
static bool
replace_item(struct part *p, const struct type *t, struct array_item *item)
{
	struct datum old = datum_null(), now;

	if (p->path < p->end && item->p && !item_datum(&p->tc, t, item, &old))
		return false;
	return replace(p, t, &old, false, &now) && datum_item(&p->tc, t, &now, item);
}

/* ---- fields ---- */

static bool
replace_field(struct part *p, const struct type *t, const struct datum *old, struct datum *out)
{
	int field = step_number(p);
	struct record r = {0};
	struct buf b = BUF_INIT;

	if (!arg_null(old)) {
		if (!record_read(&p->tc, t, old, &r))
			return false;
	} else {
		record_find_columns(&p->tc, t, &r);
		r.items = ARENA_ARRAY(p->c->arena, struct array_item, r.n + 1);
	}
	if (!r.cols || field >= r.n)
		return err_set(p->c->err, ERR_INTERNAL_ERROR, -1, "type %u has no field %d", t->oid,
			       field);
	if (!replace_item(p, record_column_type(&p->tc, &r, field), &r.items[field]))
		return false;
	record_print(&r, &b);
	return ret_buf(p->c, &b, out);
}

/* ---- elements ---- */

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

/* v, of one dimension, with other bounds, at least as wide: what is new is NULL. */
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

/* An array of all NULLs out of the empty one. */
static bool
create(struct fcall *c, struct array *v, int n, const int *lower, const int *upper)
{
	v->ndim = n;
	for (int i = 0; i < n; i++) {
		int64_t size = (int64_t)upper[i] - lower[i] + 1;

		if (size < 0 || size > INT32_MAX)
			return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
				       "array size exceeds the maximum allowed (%d)",
				       ARRAY_MAX_ITEMS);
		v->lower[i] = lower[i];
		v->dims[i] = (int)size;
	}
	if (!array_set_size(c->err, v))
		return false;
	v->items = ARENA_ARRAY(c->arena, struct array_item, v->n + 1);
	return true;
}

/* Makes sure that v has a place for the element. */
static bool
reach(struct fcall *c, struct array *v, const int *index, int n)
{
	int64_t upper;

	if (v->ndim == 0)
		return create(c, v, n, index, index);
	if (v->ndim != n)
		return subscript_error(c, "wrong number of array subscripts");
	if (offset(v, index) >= 0)
		return true;
	if (n > 1)
		return subscript_error(c, "array subscript out of range");
	upper = (int64_t)v->lower[0] + v->dims[0] - 1;
	return widen(c, v, MIN(index[0], v->lower[0]), MAX(index[0], (int)upper));
}

static bool
old_array(struct part *p, const struct type *t, const struct datum *old, struct array *v)
{
	*v = (struct array){0};
	if (arg_null(old))
		return true;
	if (!array_read(p->c->arena, p->c->err, t, old, v))
		return false;
	*v = array_grown(p->c->arena, v, 0);
	return true;
}

static bool
replace_element(struct part *p, const struct type *t, const struct datum *old, struct datum *out)
{
	int index[ARRAY_MAX_DIM], n = step_number(p);
	struct array_item item = {0};
	struct array v;

	for (int i = 0; i < n; i++)
		if (!next_int(p, &index[i]))
			return false;
	if (!old_array(p, t, old, &v))
		return false;
	if (v.ndim == n && offset(&v, index) >= 0)
		item = v.items[offset(&v, index)];
	if (!replace_item(p, t->of, &item) || !reach(p->c, &v, index, n))
		return false;
	v.items[offset(&v, index)] = item;
	return ret_array(p->c, t->of, &v, out);
}

/* ---- slices ---- */

struct bounds {
	int n, lower[ARRAY_MAX_DIM], upper[ARRAY_MAX_DIM];
	bool has_lower[ARRAY_MAX_DIM], has_upper[ARRAY_MAX_DIM];
};

static bool
read_bounds(struct part *p, struct bounds *b)
{
	for (b->n = 0; p->path < p->end && *p->path != ';'; p->path += 2, b->n++) {
		b->has_lower[b->n] = p->path[0] == 'l';
		b->has_upper[b->n] = p->path[1] == 'u';
		if ((b->has_lower[b->n] && !next_int(p, &b->lower[b->n])) ||
		    (b->has_upper[b->n] && !next_int(p, &b->upper[b->n])))
			return false;
	}
	p->path++;
	return true;
}

static bool
slice_of_empty(struct fcall *c, struct array *v, const struct bounds *b, const struct array *from)
{
	for (int i = 0; i < b->n; i++)
		if (!b->has_lower[i] || !b->has_upper[i]) {
			subscript_error(c, "array slice subscript must provide both boundaries");
			return err_detail(c->err, "When assigning to a slice of an empty array "
						  "value, slice boundaries must be fully "
						  "specified.");
		}
	if (!create(c, v, b->n, b->lower, b->upper))
		return false;
	if (from->n < v->n)
		return subscript_error(c, "source array too small");
	if (v->n)
		memcpy(v->items, from->items, sizeof(*v->items) * (size_t)v->n);
	else
		v->ndim = 0;
	return true;
}

/* What is not given is the array's own. */
static bool
fill_bounds(struct fcall *c, const struct array *v, struct bounds *b)
{
	for (int i = 0; i < v->ndim; i++) {
		int upper = v->lower[i] + v->dims[i] - 1;

		if (i >= b->n || !b->has_lower[i])
			b->lower[i] = v->lower[i];
		if (i >= b->n || !b->has_upper[i])
			b->upper[i] = upper;
		if (b->lower[i] > b->upper[i])
			return subscript_error(c, "upper bound cannot be less than lower bound");
		if (v->ndim > 1 && (b->lower[i] < v->lower[i] || b->upper[i] > upper))
			return subscript_error(c, "array subscript out of range");
	}
	return true;
}

/* Steps index through the bounds, last dimension fastest; false: all have been visited. */
static bool
advance(const struct bounds *b, int n, int *index)
{
	for (int i = n - 1; i >= 0; i--) {
		if (index[i] < b->upper[i]) {
			index[i]++;
			return true;
		}
		index[i] = b->lower[i];
	}
	return false;
}

static bool
slice_of(struct fcall *c, struct array *v, struct bounds *b, const struct array *from)
{
	int index[ARRAY_MAX_DIM], at = 0;
	int64_t want = 1;

	if (v->ndim < b->n)
		return subscript_error(c, "wrong number of array subscripts");
	if (!fill_bounds(c, v, b))
		return false;
	for (int i = 0; i < v->ndim; i++)
		want *= (int64_t)b->upper[i] - b->lower[i] + 1;
	if (v->ndim == 1 && !widen(c, v, MIN(b->lower[0], v->lower[0]),
				   MAX(b->upper[0], v->lower[0] + v->dims[0] - 1)))
		return false;
	if (from->n < want)
		return subscript_error(c, "source array too small");
	memcpy(index, b->lower, sizeof(index));
	do
		v->items[offset(v, index)] = from->items[at++];
	while (advance(b, v->ndim, index));
	return true;
}

static bool
replace_slice(struct part *p, const struct type *t, const struct datum *old, struct datum *out)
{
	struct bounds b;
	struct array v, from;

	if (!read_bounds(p, &b))
		return false;
	if (arg_null(p->value)) {
		*out = arg_null(old) ? datum_text("{}", 2) : *old;
		return true;
	}
	if (!old_array(p, t, old, &v) || !array_read(p->c->arena, p->c->err, t, p->value, &from))
		return false;
	return (v.ndim ? slice_of(p->c, &v, &b, &from) : slice_of_empty(p->c, &v, &b, &from)) &&
	       ret_array(p->c, t->of, &v, out);
}

/* ---- jsonb ---- */

static void
put_nulls(struct json *to, int n)
{
	while (n-- > 0)
		to->items[to->count++] = (struct json){.kind = JSON_NULL};
}

static bool
room_for(struct part *p, int64_t n)
{
	return n < ARRAY_MAX_ITEMS ||
	       err_set(p->c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
		       "number of jsonb array elements exceeds the maximum allowed (%d)",
		       ARRAY_MAX_ITEMS);
}

/* The value under a path that leads nowhere yet: arrays where a step is a number, else objects. */
static bool
json_made(struct part *p, const struct array *path, int level, const struct json *value,
	  struct json *r)
{
	*r = *value;
	for (int i = path->n - 1; i >= level; i--) {
		struct json *below = ARENA_NEW(p->c->arena, struct json);
		int k = 0;
		bool array = json_path_index(path->items[i].p, path->items[i].n, &k);

		*below = *r;
		*r = (struct json){.kind = array ? JSON_ARRAY : JSON_OBJECT, .count = 1};
		if (!array) {
			below->key = path->items[i].p;
			below->key_n = path->items[i].n;
			r->items = below;
			continue;
		}
		k = MAX(k, 0);
		if (!room_for(p, k))
			return false;
		r->items = ARENA_ARRAY(p->c->arena, struct json, k + 1);
		r->count = 0;
		put_nulls(r, k);
		r->items[r->count++] = *below;
	}
	return true;
}

static bool json_put(struct part *p, const struct array *path, int level, const struct json *value,
		     const struct json *old, struct json *r);

static bool
json_put_member(struct part *p, const struct array *path, int level, const struct json *value,
		const struct json *old, struct json *r)
{
	const struct array_item *step = &path->items[level];
	const struct json *member = json_member(old, step->p, step->n);
	struct json now;
	int at = 0;

	if (!(member ? json_put(p, path, level + 1, value, member, &now)
		     : json_made(p, path, level + 1, value, &now)))
		return false;
	now.key = step->p;
	now.key_n = step->n;
	*r = *old;
	r->items = ARENA_ARRAY(p->c->arena, struct json, old->count + 1);
	if (old->count)
		memcpy(r->items, old->items, sizeof(*r->items) * (size_t)old->count);
	while (at < old->count &&
	       jsonb_key_compare(old->items[at].key, old->items[at].key_n, step->p, step->n) < 0)
		at++;
	if (!member) {
		memmove(&r->items[at + 1], &r->items[at],
			sizeof(*r->items) * (size_t)(old->count - at));
		r->count++;
	}
	r->items[at] = now;
	return true;
}

static bool
json_put_element(struct part *p, const struct array *path, int level, const struct json *value,
		 const struct json *old, struct json *r)
{
	const struct array_item *step = &path->items[level];
	int at;

	if (!json_path_index(step->p, step->n, &at))
		return err_set(p->c->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "path element at position %d is not an integer: \"%.*s\"", level + 1,
			       (int)step->n, step->p);
	if (at < 0 && (int64_t)at + old->count < 0)
		return err_set(p->c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "path element at position %d is out of range: %d", level + 1, at);
	if (at < 0)
		at += old->count;
	if (!room_for(p, at))
		return false;
	*r = *old;
	r->items = ARENA_ARRAY(p->c->arena, struct json, MAX(old->count, at + 1) + 1);
	if (old->count)
		memcpy(r->items, old->items, sizeof(*r->items) * (size_t)old->count);
	if (at < old->count)
		return json_put(p, path, level + 1, value, &old->items[at], &r->items[at]);
	put_nulls(r, at - old->count);
	return json_made(p, path, level + 1, value, &r->items[r->count++]);
}

/* Depth is bounded by that of the old value. */
static bool
json_put(struct part *p, const struct array *path, int level, const struct json *value,
	 const struct json *old, struct json *r)
{
	if (level == path->n) {
		const char *key = old->key;
		size_t n = old->key_n;

		*r = *value;
		r->key = key;
		r->key_n = n;
		return true;
	}
	if (old->kind == JSON_OBJECT)
		return json_put_member(p, path, level, value, old, r);
	if (old->kind == JSON_ARRAY)
		return json_put_element(p, path, level, value, old, r);
	err_set(p->c->err, ERR_INVALID_PARAMETER_VALUE, -1, "cannot replace existing key");
	return err_detail(p->c->err,
			  "The path assumes key is a composite object, but it is a scalar value.");
}

/* J in place of j: the first step was an integer, so that what is NULL becomes an array. */
static bool
replace_json(struct part *p, const struct datum *old, bool array, struct datum *out)
{
	struct array path = {0};
	struct json j = {.kind = array ? JSON_ARRAY : JSON_OBJECT}, value = {.kind = JSON_NULL}, r;
	const struct datum *d = NULL;

	path.n = step_number(p);
	path.items = ARENA_ARRAY(p->c->arena, struct array_item, path.n + 1);
	for (int i = 0; i < path.n; i++) {
		if (!next_subscript(p, "jsonb", &d))
			return false;
		path.items[i].p = arg_text(p->c, d, &path.items[i].n);
	}
	if (!arg_null(p->value) && !arg_jsonb(p->c, p->value, &value))
		return false;
	if (!arg_null(old) && !arg_jsonb(p->c, old, &j))
		return false;
	return json_put(p, &path, 0, &value, &j, &r) && ret_jsonb_tree(p->c, &r, out);
}

/* ---- paths ---- */

static bool
replace_step(struct part *p, const struct type *t, const struct datum *old, struct datum *out)
{
	switch (*p->path++) {
	case 'f':
		return replace_field(p, t, old, out);
	case 'e':
		return replace_element(p, t, old, out);
	case 's':
		return replace_slice(p, t, old, out);
	case 'j':
		return replace_json(p, old, false, out);
	case 'J':
		return replace_json(p, old, true, out);
	default:
		return err_set(p->c->err, ERR_INTERNAL_ERROR, -1, "invalid path of an assignment");
	}
}

/* The outermost domain is checked when all parts of the column have been assigned. */
static bool
replace(struct part *p, const struct type *t, const struct datum *old, bool outermost,
	struct datum *out)
{
	if (p->path >= p->end) {
		*out = *p->value;
		return true;
	}
	return replace_step(p, domain_base(t, NULL), old, out) &&
	       (outermost || check_domains(p->c, t, out));
}

static bool
assign_part(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	struct part p = {.c = c, .tc = fcall_type_ctx(c)};

	p.path = arg_text(c, &args[0], &n);
	p.end = p.path + n;
	p.value = &args[2];
	p.subs = args + 3;
	p.nsubs = nargs - 3;
	return replace(&p, c->types->ret, &args[1], true, out);
}

const struct func func_assign[] = {
	FUNC_T("assign_part", assign_part),
	FUNC_T("coerce_to_domain", coerce_to_domain),
	FUNC_END,
};
