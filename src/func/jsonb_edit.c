/*
 * Functions that make one jsonb out of another: ||, -, #-, jsonb_set, jsonb_insert,
 * jsonb_strip_nulls. Trees stay canonical: members are put in by place.
 */
#include "func/json_path.h"
#include "func/tables.h"

#include <limits.h>

static struct json
container(struct arena *a, enum json_kind kind, int room)
{
	return (struct json){.kind = kind, .items = ARENA_ARRAY(a, struct json, room + 1)};
}

static void
add(struct json *to, const struct json *item)
{
	to->items[to->count++] = *item;
}

/* Sets the member key of to, which has room for one more. */
static void
put_member(struct json *to, const char *key, size_t n, const struct json *value)
{
	int i = 0, r = 1;

	while (i < to->count &&
	       (r = jsonb_key_compare(to->items[i].key, to->items[i].key_n, key, n)) < 0)
		i++;
	if (i == to->count || r != 0) {
		memmove(&to->items[i + 1], &to->items[i],
			sizeof(*to->items) * (size_t)(to->count - i));
		to->count++;
	}
	to->items[i] = *value;
	to->items[i].key = key;
	to->items[i].key_n = n;
}

static bool
refuse(struct fcall *c, const char *message)
{
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "%s", message);
}

static bool
unchanged(const struct datum *d, struct datum *out)
{
	*out = *d;
	return true;
}

/* ---- || ---- */

static void
add_all(struct json *to, const struct json *from)
{
	if (from->kind != JSON_ARRAY) {
		add(to, from);
		return;
	}
	for (int i = 0; i < from->count; i++)
		add(to, &from->items[i]);
}

static void
merge(const struct json *a, const struct json *b, struct json *r)
{
	int i = 0, k = 0;

	while (i < a->count || k < b->count) {
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : jsonb_key_compare(a->items[i].key, a->items[i].key_n,
								b->items[k].key, b->items[k].key_n);

		add(r, order < 0 ? &a->items[i] : &b->items[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

static bool
jsonb_concat(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json a, b, r;
	int room;

	if (!arg_jsonb(c, &args[0], &a) || !arg_jsonb(c, &args[1], &b))
		return false;
	room = (a.kind < JSON_ARRAY ? 1 : a.count) + (b.kind < JSON_ARRAY ? 1 : b.count) + 2;
	if (a.kind == JSON_OBJECT && b.kind == JSON_OBJECT) {
		r = container(c->arena, JSON_OBJECT, room);
		merge(&a, &b, &r);
	} else {
		r = container(c->arena, JSON_ARRAY, room);
		add_all(&r, &a);
		add_all(&r, &b);
	}
	return ret_jsonb_tree(c, &r, out);
}

/* ---- - ---- */

static bool
is_named(const struct json *in, const struct json *item, const struct array_item *key)
{
	if (!key->p)
		return false;
	if (in->kind == JSON_OBJECT)
		return item->key_n == key->n && memcmp(item->key, key->p, key->n) == 0;
	return item->kind == JSON_STRING && item->n == key->n &&
	       memcmp(item->p, key->p, key->n) == 0;
}

static bool
delete_keys(struct fcall *c, const struct datum *d, const struct array_item *keys, int n,
	    struct datum *out)
{
	struct json j;
	int kept = 0;

	if (!arg_jsonb(c, d, &j))
		return false;
	if (j.kind < JSON_ARRAY)
		return refuse(c, "cannot delete from scalar");
	for (int i = 0; i < j.count; i++) {
		bool gone = false;

		for (int k = 0; k < n && !gone; k++)
			gone = is_named(&j, &j.items[i], &keys[k]);
		if (!gone)
			j.items[kept++] = j.items[i];
	}
	j.count = kept;
	return ret_jsonb_tree(c, &j, out);
}

static bool
jsonb_delete(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array_item key;

	key.p = arg_text(c, &args[1], &key.n);
	return delete_keys(c, &args[0], &key, 1, out);
}

static bool
wrong_subscripts(struct fcall *c)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1, "wrong number of array subscripts");
}

static bool
jsonb_delete_array(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct array keys;

	if (!arg_texts(c, &args[1], &keys))
		return false;
	return keys.ndim > 1 ? wrong_subscripts(c)
			     : delete_keys(c, &args[0], keys.items, keys.n, out);
}

static bool
jsonb_delete_idx(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;
	int64_t i;

	if (!arg_jsonb(c, &args[0], &j) || !arg_int(c, &args[1], &i))
		return false;
	if (j.kind < JSON_ARRAY)
		return refuse(c, "cannot delete from scalar");
	if (j.kind == JSON_OBJECT)
		return refuse(c, "cannot delete from object using integer index");
	if (i < 0)
		i += j.count;
	if (i < 0 || i >= j.count)
		return unchanged(&args[0], out);
	memmove(&j.items[i], &j.items[i + 1], sizeof(*j.items) * (size_t)(j.count - i - 1));
	j.count--;
	return ret_jsonb_tree(c, &j, out);
}

/* ---- setting along a path ---- */

enum op { REPLACE = 1, CREATE = 2, DELETE = 4, INSERT_BEFORE = 8, INSERT_AFTER = 16 };
enum { ADDS = CREATE | INSERT_BEFORE | INSERT_AFTER, INSERTS = INSERT_BEFORE | INSERT_AFTER };

struct edit {
	struct fcall *c;
	const struct array *path;
	const struct json *value;
	enum op op;
};

static bool apply(struct edit *e, const struct json *j, int level, struct json *r);

static bool
apply_object(struct edit *e, const struct json *j, int level, struct json *r)
{
	const struct array_item *step = &e->path->items[level];
	const struct json *old = json_member(j, step->p, step->n);
	bool last = level == e->path->n - 1;
	struct json below;

	*r = container(e->c->arena, JSON_OBJECT, j->count + 1);
	for (int i = 0; i < j->count; i++)
		if (&j->items[i] != old || !last)
			add(r, &j->items[i]);
	if (!old) {
		if (last && (e->op & ADDS))
			put_member(r, step->p, step->n, e->value);
		return true;
	}
	if (last && (e->op & INSERTS)) {
		refuse(e->c, "cannot replace existing key");
		return err_hint(e->c->err,
				"Try using the function jsonb_set to replace key value.");
	}
	if (last) {
		if (e->op != DELETE)
			put_member(r, step->p, step->n, e->value);
		return true;
	}
	if (!apply(e, old, level + 1, &below))
		return false;
	put_member(r, step->p, step->n, &below);
	return true;
}

/* The element that a step names: INT_MIN in front of all, count behind all. */
static bool
array_place(struct edit *e, const struct json *j, int level, int *at)
{
	const struct array_item *step = &e->path->items[level];

	if (!json_path_index(step->p, step->n, at))
		return err_set(e->c->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "path element at position %d is not an integer: \"%.*s\"", level + 1,
			       (int)step->n, step->p);
	if (*at < 0)
		*at = (int64_t)*at + j->count < 0 ? INT_MIN : *at + j->count;
	else if (*at > j->count)
		*at = j->count;
	return true;
}

/* The element at the end of the path. */
static void
change_element(struct edit *e, const struct json *old, struct json *r)
{
	if (e->op & (INSERT_BEFORE | CREATE))
		add(r, e->value);
	if (e->op & INSERTS)
		add(r, old);
	if (e->op & (INSERT_AFTER | REPLACE))
		add(r, e->value);
}

static bool
apply_array(struct edit *e, const struct json *j, int level, struct json *r)
{
	bool last = level == e->path->n - 1, done = false;
	int at;

	if (!array_place(e, j, level, &at))
		return false;
	*r = container(e->c->arena, JSON_ARRAY, j->count + 1);
	if ((at == INT_MIN || j->count == 0) && last && (e->op & ADDS)) {
		add(r, e->value);
		done = true;
	}
	for (int i = 0; i < j->count; i++) {
		struct json below;

		if (i != at) {
			add(r, &j->items[i]);
			continue;
		}
		done = true;
		if (last) {
			change_element(e, &j->items[i], r);
			continue;
		}
		if (!apply(e, &j->items[i], level + 1, &below))
			return false;
		add(r, &below);
	}
	if (last && !done && (e->op & ADDS))
		add(r, e->value);
	return true;
}

/* Depth is bounded by that of the value. */
static bool
apply(struct edit *e, const struct json *j, int level, struct json *r)
{
	if (!e->path->items[level].p)
		return err_set(e->c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "path element at position %d is null", level + 1);
	if (j->kind == JSON_OBJECT)
		return apply_object(e, j, level, r);
	if (j->kind == JSON_ARRAY)
		return apply_array(e, j, level, r);
	*r = *j;
	return true;
}

/* value may be NULL (DELETE). */
static bool
set_path(struct fcall *c, const struct datum *args, const struct datum *value, enum op op,
	 struct datum *out)
{
	struct array path;
	struct json j, v, r;
	struct edit e = {c, &path, &v, op};

	if (!arg_texts(c, &args[1], &path))
		return false;
	if (path.ndim > 1)
		return wrong_subscripts(c);
	if (!arg_jsonb(c, &args[0], &j) || (value && !arg_jsonb(c, value, &v)))
		return false;
	if (j.kind < JSON_ARRAY)
		return refuse(c, op == DELETE ? "cannot delete path in scalar"
					      : "cannot set path in scalar");
	if (path.n == 0 || (j.count == 0 && !(op & ADDS)))
		return unchanged(&args[0], out);
	return apply(&e, &j, 0, &r) && ret_jsonb_tree(c, &r, out);
}

static bool
jsonb_delete_path(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return set_path(c, args, NULL, DELETE, out);
}

static bool
jsonb_set(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t create = 1;

	return (nargs < 4 || arg_int(c, &args[3], &create)) &&
	       set_path(c, args, &args[2], create ? CREATE : REPLACE, out);
}

static bool
jsonb_insert(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t after = 0;

	return (nargs < 4 || arg_int(c, &args[3], &after)) &&
	       set_path(c, args, &args[2], after ? INSERT_AFTER : INSERT_BEFORE, out);
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

static bool
null_not_allowed(struct fcall *c)
{
	err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1, "JSON value must not be null");
	err_detail(c->err,
		   "Exception was raised because null_value_treatment is \"raise_exception\".");
	return err_hint(c->err, "To avoid, either change the null_value_treatment argument or "
				"ensure that an SQL NULL is not passed.");
}

static bool
jsonb_set_lax(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct datum with_null[4];
	size_t n = 0;
	const char *how = nargs > 4 && !arg_null(&args[4]) ? arg_text(c, &args[4], &n) : NULL;

	if (arg_null(&args[0]) || arg_null(&args[1]) || (nargs > 3 && arg_null(&args[3])))
		return true;
	if (!how && nargs < 5)
		how = "use_json_null", n = strlen(how);
	if (!how)
		return refuse(c, "null_value_treatment must be \"delete_key\", \"return_target\", "
				 "\"use_json_null\", or \"raise_exception\"");
	if (!arg_null(&args[2]))
		return jsonb_set(c, args, MIN(nargs, 4), out);
	if (is_word(how, n, "raise_exception"))
		return null_not_allowed(c);
	if (is_word(how, n, "delete_key"))
		return jsonb_delete_path(c, args, 2, out);
	if (is_word(how, n, "return_target"))
		return unchanged(&args[0], out);
	if (!is_word(how, n, "use_json_null"))
		return refuse(c, "null_value_treatment must be \"delete_key\", \"return_target\", "
				 "\"use_json_null\", or \"raise_exception\"");
	memcpy(with_null, args, sizeof(*args) * (size_t)MIN(nargs, 4));
	with_null[2] = datum_text("null", 4);
	return jsonb_set(c, with_null, MIN(nargs, 4), out);
}

/* ---- jsonb_strip_nulls ---- */

static void
strip(struct json *j)
{
	int kept = 0;

	for (int i = 0; i < j->count; i++) {
		if (j->kind == JSON_OBJECT && j->items[i].kind == JSON_NULL)
			continue;
		strip(&j->items[i]);
		j->items[kept++] = j->items[i];
	}
	j->count = kept;
}

static bool
jsonb_strip_nulls(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	if (!arg_jsonb(c, &args[0], &j))
		return false;
	strip(&j);
	return ret_jsonb_tree(c, &j, out);
}

const struct func func_jsonb_edit[] = {
	FUNC("jsonb_concat", jsonb_concat),
	FUNC("jsonb_delete", jsonb_delete),
	FUNC("jsonb_delete_array", jsonb_delete_array),
	FUNC("jsonb_delete_idx", jsonb_delete_idx),
	FUNC("jsonb_delete_path", jsonb_delete_path),
	FUNC("jsonb_set", jsonb_set),
	FUNC("jsonb_set_lax", jsonb_set_lax),
	FUNC("jsonb_insert", jsonb_insert),
	FUNC("jsonb_strip_nulls", jsonb_strip_nulls),
	FUNC_END,
};
