/*
 * The operators and functions that look into jsonb. Changing it: jsonb_edit.c.
 */
#include "func/json_path.h"
#include "func/tables.h"
#include "types/json_scan.h"
#include "types/numeric.h"

#include <stdlib.h>

/* ---- parts ---- */

static bool
give_part(struct fcall *c, const struct json *j, bool as_text, struct datum *out)
{
	if (!j || (as_text && j->kind == JSON_NULL))
		return true;
	if (!as_text || j->kind != JSON_STRING)
		return ret_jsonb_tree(c, j, out);
	*out = datum_text(j->p, j->n);
	return true;
}

/* A scalar stands in the text as it is printed; what holds more is printed anew where it has to be.
 */
static bool
give_scanned(struct fcall *c, const struct json_part *part, bool as_text, struct datum *out)
{
	struct json j;

	if (part->kind >= JSON_ARRAY && !json_scan_is_canonical(part))
		return jsonb_parse(c->arena, c->err, part->p, part->n, &j) &&
		       ret_jsonb_tree(c, &j, out);
	if (as_text && part->kind == JSON_NULL)
		return true;
	*out = !as_text && part->kind == JSON_STRING ? datum_text(part->p - 1, part->n + 2)
						     : datum_text(part->p, part->n);
	return true;
}

static bool
field(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct json j;
	struct json_part part;
	size_t n;
	const char *key = arg_text(c, &args[1], &n);

	if (args[0].class == DATUM_TEXT)
		switch (json_scan_member(args[0].p, args[0].n, key, n, &part)) {
		case JSON_SCAN_FOUND:
			return give_scanned(c, &part, as_text, out);
		case JSON_SCAN_NONE:
			return true;
		default:
			break;
		}
	return arg_jsonb(c, &args[0], &j) &&
	       give_part(c, j.kind == JSON_OBJECT ? json_member(&j, key, n) : NULL, as_text, out);
}

static bool
jsonb_object_field(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return field(c, args, false, out);
}

static bool
jsonb_object_field_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	return field(c, args, true, out);
}

static bool
element(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct json j;
	struct json_part part;
	int64_t i;

	if (!arg_int(c, &args[1], &i))
		return false;
	if (args[0].class == DATUM_TEXT)
		switch (json_scan_element(args[0].p, args[0].n, i, &part)) {
		case JSON_SCAN_FOUND:
			return give_scanned(c, &part, as_text, out);
		case JSON_SCAN_NONE:
			return true;
		default:
			break;
		}
	if (!arg_jsonb(c, &args[0], &j))
		return false;
	if (j.kind < JSON_ARRAY) /* stands for an array of one here */
		return (i != 0 && i != -1) || give_part(c, &j, as_text, out);
	return give_part(c, j.kind == JSON_ARRAY ? json_element(&j, i) : NULL, as_text, out);
}

static bool
jsonb_array_element(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return element(c, args, false, out);
}

static bool
jsonb_array_element_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
			 struct datum *out)
{
	return element(c, args, true, out);
}

/* Along a path of one step or more; NONE: it leads nowhere. */
static enum json_scan
scan_path(const struct datum *d, const struct array *path, struct json_part *part)
{
	enum json_scan r = JSON_SCAN_UNSURE;
	int index;

	if (d->class != DATUM_TEXT || !d->n || (d->p[0] != '{' && d->p[0] != '['))
		return r;
	*part = (struct json_part){*d->p == '{' ? JSON_OBJECT : JSON_ARRAY, d->p, d->n};
	for (int i = 0; i < path->n; i++) {
		const struct array_item *step = &path->items[i];

		if (part->kind == JSON_OBJECT)
			r = json_scan_member(part->p, part->n, step->p, step->n, part);
		else if (part->kind == JSON_ARRAY && json_path_index(step->p, step->n, &index))
			r = json_scan_element(part->p, part->n, index, part);
		else
			r = JSON_SCAN_NONE;
		if (r != JSON_SCAN_FOUND)
			return r;
	}
	return r;
}

static bool
extract(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct array path;
	struct json j;
	struct json_part part;
	bool has_null;

	if (!json_path_arg(c, &args[1], &path, &has_null))
		return false;
	if (!has_null)
		switch (scan_path(&args[0], &path, &part)) {
		case JSON_SCAN_FOUND:
			return give_scanned(c, &part, as_text, out);
		case JSON_SCAN_NONE:
			return true;
		default:
			break;
		}
	return has_null || (arg_jsonb(c, &args[0], &j) &&
			    give_part(c, json_path_find(&j, path.items, path.n), as_text, out));
}

static bool
jsonb_extract_path(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return extract(c, args, false, out);
}

static bool
jsonb_extract_path_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	return extract(c, args, true, out);
}

/* ---- containment ---- */

static bool contains(const struct json *a, const struct json *b);

static bool
has_element(const struct json *array, const struct json *e)
{
	for (int i = 0; i < array->count; i++)
		if (array->items[i].kind == e->kind &&
		    (e->kind < JSON_ARRAY ? jsonb_equal(&array->items[i], e)
					  : contains(&array->items[i], e)))
			return true;
	return false;
}

/* Both are containers of one kind. */
static bool
contains(const struct json *a, const struct json *b)
{
	if (a->kind == JSON_OBJECT && a->count < b->count)
		return false;
	for (int i = 0; i < b->count; i++) {
		const struct json *e = &b->items[i], *in;

		if (a->kind == JSON_ARRAY) {
			if (!has_element(a, e))
				return false;
			continue;
		}
		in = json_member(a, e->key, e->key_n);
		if (!in || in->kind != e->kind ||
		    !(e->kind < JSON_ARRAY ? jsonb_equal(in, e) : contains(in, e)))
			return false;
	}
	return true;
}

/* A scalar alone is in an array that has it, and in its equal. */
static bool
whole_contains(const struct json *a, const struct json *b)
{
	if (b->kind < JSON_ARRAY)
		return a->kind == JSON_ARRAY ? has_element(a, b)
					     : a->kind == b->kind && jsonb_equal(a, b);
	return a->kind == b->kind && contains(a, b);
}

/* The value that is looked for, kept from call to call. */
struct wanted {
	struct arena arena;
	const char *text;
	size_t n;
	struct json value;
};

static void
wanted_free(void *arg)
{
	struct wanted *w = arg;

	arena_release(&w->arena);
	free(w);
}

static bool
arg_wanted(struct fcall *c, const struct datum *d, const struct json **out)
{
	struct wanted *w = c->cache ? *c->cache : NULL;
	const char *text;
	struct json *j;

	if (!c->cache || d->class != DATUM_TEXT) {
		*out = j = ARENA_NEW(c->arena, struct json);
		return arg_jsonb(c, d, j);
	}
	if (!w) {
		*c->cache = w = xcalloc(1, sizeof(*w));
		*c->cache_free = wanted_free;
	}
	*out = &w->value;
	if (w->text && w->n == d->n && memcmp(w->text, d->p, d->n) == 0)
		return true;
	arena_clear(&w->arena);
	w->text = NULL;
	text = arena_strndup(&w->arena, d->p, d->n); /* the tree points into it */
	if (!jsonb_parse(&w->arena, c->err, text, d->n, &w->value))
		return false;
	w->text = text;
	w->n = d->n;
	return true;
}

static bool
part_is(const struct json_part *part, const struct json *j)
{
	if (part->kind != j->kind)
		return false;
	switch (j->kind) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return (*part->p == 't') == j->truth;
	case JSON_NUMBER:
		return numeric_collate(NULL, part->p, part->n, j->p, j->n) == 0;
	default:
		return part->n == j->n && memcmp(part->p, j->p, j->n) == 0;
	}
}

/* An object of scalars in the text of another. */
static enum json_scan
scan_contains(const struct datum *d, const struct json *wanted)
{
	struct json_part part;
	enum json_scan r;

	if (d->class != DATUM_TEXT || wanted->kind != JSON_OBJECT || !wanted->count)
		return JSON_SCAN_UNSURE;
	for (int i = 0; i < wanted->count; i++) {
		const struct json *m = &wanted->items[i];

		if (m->kind >= JSON_ARRAY)
			return JSON_SCAN_UNSURE;
		r = json_scan_member(d->p, d->n, m->key, m->key_n, &part);
		if (r == JSON_SCAN_FOUND && !part_is(&part, m))
			r = JSON_SCAN_NONE;
		if (r != JSON_SCAN_FOUND)
			return r;
	}
	return JSON_SCAN_FOUND;
}

static bool
contains_arg(struct fcall *c, const struct datum *in, const struct datum *what, struct datum *out)
{
	const struct json *wanted;
	struct json j;
	enum json_scan r;

	if (!arg_wanted(c, what, &wanted))
		return false;
	r = scan_contains(in, wanted);
	if (r == JSON_SCAN_UNSURE) {
		if (!arg_jsonb(c, in, &j))
			return false;
		r = whole_contains(&j, wanted) ? JSON_SCAN_FOUND : JSON_SCAN_NONE;
	}
	*out = datum_int(r == JSON_SCAN_FOUND);
	return true;
}

static bool
jsonb_contains(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains_arg(c, &args[0], &args[1], out);
}

static bool
jsonb_contained(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return contains_arg(c, &args[1], &args[0], out);
}

/* ---- ?, ?|, ?& ---- */

static bool
exists(const struct json *j, const char *key, size_t n)
{
	struct json s = {.kind = JSON_STRING, .p = key, .n = n};

	if (j->kind == JSON_OBJECT)
		return json_member(j, key, n) != NULL;
	return j->kind == JSON_ARRAY ? has_element(j, &s)
				     : j->kind == JSON_STRING && jsonb_equal(j, &s);
}

static bool
jsonb_exists(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;
	struct json_part part;
	size_t n;
	const char *key = arg_text(c, &args[1], &n);
	enum json_scan r = JSON_SCAN_UNSURE;

	if (args[0].class == DATUM_TEXT)
		r = json_scan_member(args[0].p, args[0].n, key, n, &part);
	if (r == JSON_SCAN_UNSURE) {
		if (!arg_jsonb(c, &args[0], &j))
			return false;
		r = exists(&j, key, n) ? JSON_SCAN_FOUND : JSON_SCAN_NONE;
	}
	*out = datum_int(r == JSON_SCAN_FOUND);
	return true;
}

static bool
exists_some(struct fcall *c, const struct datum *args, bool all, struct datum *out)
{
	struct array keys;
	struct json j;
	bool r = all;

	if (!arg_jsonb(c, &args[0], &j) || !arg_texts(c, &args[1], &keys))
		return false;
	for (int i = 0; i < keys.n && r == all; i++)
		if (keys.items[i].p)
			r = exists(&j, keys.items[i].p, keys.items[i].n);
	*out = datum_int(r);
	return true;
}

static bool
jsonb_exists_any(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return exists_some(c, args, false, out);
}

static bool
jsonb_exists_all(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return exists_some(c, args, true, out);
}

/* ---- about a value ---- */

static bool
jsonb_typeof(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	return arg_jsonb(c, &args[0], &j) && json_type_name(&j, out);
}

static bool
jsonb_array_length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	return arg_jsonb(c, &args[0], &j) && json_length(c, &j, out);
}

static bool
pretty(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct json j;

	if (!arg_jsonb(c, &args[0], &j))
		return false;
	jsonb_pretty(&j, &b);
	return ret_buf(c, &b, out);
}

static bool
jsonb_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json a, b;

	if (!arg_jsonb(c, &args[0], &a) || !arg_jsonb(c, &args[1], &b))
		return false;
	*out = datum_int(jsonb_compare(&a, &b));
	return true;
}

/* ---- casts ---- */

/* The scalar of the kind that a cast wants; false: 22023. */
static bool
cast_from(struct fcall *c, const struct datum *d, enum json_kind want, const char *type,
	  struct json *j)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",    [JSON_STRING] = "string", [JSON_NUMBER] = "numeric",
		[JSON_BOOL] = "boolean", [JSON_ARRAY] = "array",   [JSON_OBJECT] = "object"};

	if (!arg_jsonb(c, d, j))
		return false;
	return j->kind == want || err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
					  "cannot cast jsonb %s to type %s", names[j->kind], type);
}

static bool
jsonb_bool(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	if (!cast_from(c, &args[0], JSON_BOOL, "boolean", &j))
		return false;
	*out = datum_int(j.truth);
	return true;
}

static bool
jsonb_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	if (!cast_from(c, &args[0], JSON_NUMBER, "numeric", &j))
		return false;
	*out = datum_text(j.p, j.n);
	return true;
}

static bool
to_integer(struct fcall *c, const struct datum *d, const char *type, int64_t min, int64_t max,
	   struct datum *out)
{
	struct json j;
	struct num n;
	int64_t v = 0;
	bool ok;

	if (!cast_from(c, d, JSON_NUMBER, type, &j) || !num_parse(c->err, j.p, j.n, &n))
		return false;
	ok = num_to_int64(&n, &v) && v >= min && v <= max;
	num_release(&n);
	*out = datum_int(v);
	return ok || out_of_range(c, type);
}

static bool
jsonb_int2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_integer(c, &args[0], "smallint", INT16_MIN, INT16_MAX, out);
}

static bool
jsonb_int4(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_integer(c, &args[0], "integer", INT32_MIN, INT32_MAX, out);
}

static bool
jsonb_int8(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_integer(c, &args[0], "bigint", INT64_MIN, INT64_MAX, out);
}

static bool
to_float(struct fcall *c, const struct datum *d, const char *name, oid_t type, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct json j;

	return cast_from(c, d, JSON_NUMBER, name, &j) &&
	       type_text_in(&tc, type_builtin(type), j.p, j.n, -1, out);
}

static bool
jsonb_float4(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_float(c, &args[0], "real", T_FLOAT4, out);
}

static bool
jsonb_float8(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_float(c, &args[0], "double precision", T_FLOAT8, out);
}

const struct func func_jsonb_ops[] = {
	FUNC("jsonb_object_field", jsonb_object_field),
	FUNC("jsonb_object_field_text", jsonb_object_field_text),
	FUNC("jsonb_array_element", jsonb_array_element),
	FUNC("jsonb_array_element_text", jsonb_array_element_text),
	FUNC("jsonb_extract_path", jsonb_extract_path),
	FUNC("jsonb_extract_path_text", jsonb_extract_path_text),
	FUNC("jsonb_contains", jsonb_contains),
	FUNC("jsonb_contained", jsonb_contained),
	FUNC("jsonb_exists", jsonb_exists),
	FUNC("jsonb_exists_any", jsonb_exists_any),
	FUNC("jsonb_exists_all", jsonb_exists_all),
	FUNC("jsonb_typeof", jsonb_typeof),
	FUNC("jsonb_array_length", jsonb_array_length),
	FUNC("jsonb_pretty", pretty),
	FUNC("jsonb_cmp", jsonb_cmp),
	FUNC("jsonb_bool", jsonb_bool),
	FUNC("jsonb_numeric", jsonb_numeric),
	FUNC("jsonb_int2", jsonb_int2),
	FUNC("jsonb_int4", jsonb_int4),
	FUNC("jsonb_int8", jsonb_int8),
	FUNC("jsonb_float4", jsonb_float4),
	FUNC("jsonb_float8", jsonb_float8),
	FUNC_NATIVE("jsonb_eq", "$1 = $2 COLLATE pg_jsonb"),
	FUNC_NATIVE("jsonb_ne", "$1 <> $2 COLLATE pg_jsonb"),
	FUNC_NATIVE("jsonb_lt", "$1 < $2 COLLATE pg_jsonb"),
	FUNC_NATIVE("jsonb_gt", "$1 > $2 COLLATE pg_jsonb"),
	FUNC_NATIVE("jsonb_le", "$1 <= $2 COLLATE pg_jsonb"),
	FUNC_NATIVE("jsonb_ge", "$1 >= $2 COLLATE pg_jsonb"),
	FUNC_END,
};
