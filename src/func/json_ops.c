/*
 * The operators and functions of json: parts come back as they were written.
 */
#include "func/json_args.h"
#include "func/json_path.h"
#include "func/tables.h"
#include "types/read.h"

#include <limits.h>

/* ---- paths ---- */

bool
json_path_index(const char *s, size_t n, int *i)
{
	int64_t v = 0;
	bool neg = false;

	while (n && ascii_space(*s))
		s++, n--;
	if (n && (*s == '-' || *s == '+')) {
		neg = *s == '-';
		s++, n--;
	}
	if (!n)
		return false;
	for (; n; s++, n--) {
		if (*s < '0' || *s > '9' || (v = v * 10 + (*s - '0')) > (int64_t)INT_MAX + 1)
			return false;
	}
	v = neg ? -v : v;
	*i = (int)v;
	return v <= INT_MAX;
}

const struct json *
json_path_find(const struct json *j, const struct array_item *path, int n)
{
	const struct json *found = NULL;
	int i;

	if (n == 0)
		return j;
	if (j->kind == JSON_ARRAY) {
		if (!json_path_index(path->p, path->n, &i) || !(j = json_element(j, i)))
			return NULL;
		return json_path_find(j, path + 1, n - 1);
	}
	for (int k = j->kind == JSON_OBJECT ? j->count - 1 : -1; k >= 0 && !found; k--)
		if (j->items[k].key_n == path->n && memcmp(j->items[k].key, path->p, path->n) == 0)
			found = json_path_find(&j->items[k], path + 1, n - 1);
	return found;
}

bool
json_path_arg(struct fcall *c, const struct datum *d, struct array *path, bool *has_null)
{
	*has_null = false;
	if (!arg_texts(c, d, path))
		return false;
	for (int i = 0; i < path->n; i++)
		*has_null |= !path->items[i].p;
	if (path->n <= JSON_MAX_DEPTH)
		return true;
	*has_null = true; /* deeper than any value is */
	return true;
}

/* ---- parts ---- */

static bool
give_part(const struct json *j, bool as_text, struct datum *out)
{
	if (!j || (as_text && j->kind == JSON_NULL))
		return true;
	*out = as_text && j->kind == JSON_STRING ? datum_text(j->p, j->n)
						 : datum_text(j->src, j->src_n);
	return true;
}

static bool
field(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct json j;
	struct array_item key;

	key.p = arg_text(c, &args[1], &key.n);
	return arg_json(c, &args[0], &j) &&
	       give_part(j.kind == JSON_OBJECT ? json_path_find(&j, &key, 1) : NULL, as_text, out);
}

static bool
json_object_field(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return field(c, args, false, out);
}

static bool
json_object_field_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	return field(c, args, true, out);
}

static bool
element(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct json j;
	int64_t i;

	return arg_int(c, &args[1], &i) && arg_json(c, &args[0], &j) &&
	       give_part(j.kind == JSON_ARRAY ? json_element(&j, i) : NULL, as_text, out);
}

static bool
json_array_element(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return element(c, args, false, out);
}

static bool
json_array_element_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	return element(c, args, true, out);
}

static bool
extract(struct fcall *c, const struct datum *args, bool as_text, struct datum *out)
{
	struct array path;
	struct json j;
	bool has_null;

	if (!json_path_arg(c, &args[1], &path, &has_null))
		return false;
	return has_null || (arg_json(c, &args[0], &j) &&
			    give_part(json_path_find(&j, path.items, path.n), as_text, out));
}

static bool
json_extract_path(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return extract(c, args, false, out);
}

static bool
json_extract_path_text(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	return extract(c, args, true, out);
}

/* ---- about a value ---- */

bool
json_type_name(const struct json *j, struct datum *out)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",    [JSON_STRING] = "string", [JSON_NUMBER] = "number",
		[JSON_BOOL] = "boolean", [JSON_ARRAY] = "array",   [JSON_OBJECT] = "object"};

	*out = datum_text(names[j->kind], strlen(names[j->kind]));
	return true;
}

bool
json_length(struct fcall *c, const struct json *j, struct datum *out)
{
	if (j->kind != JSON_ARRAY)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "cannot get array length of a %s",
			       j->kind == JSON_OBJECT ? "non-array" : "scalar");
	*out = datum_int(j->count);
	return true;
}

static bool
undecoded(struct fcall *c, const struct datum *d, struct json *j)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	return json_parse(c->arena, c->err, s, n, false, j);
}

static bool
json_typeof(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	return undecoded(c, &args[0], &j) && json_type_name(&j, out);
}

static bool
json_array_length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct json j;

	return undecoded(c, &args[0], &j) && json_length(c, &j, out);
}

static void
put_without_nulls(const struct json *j, struct buf *b)
{
	bool object = j->kind == JSON_OBJECT, first = true;

	if (j->kind == JSON_STRING) {
		json_quote(b, j->p, j->n);
		return;
	}
	if (j->kind < JSON_ARRAY) {
		buf_add(b, j->src, j->src_n);
		return;
	}
	buf_putc(b, object ? '{' : '[');
	for (int i = 0; i < j->count; i++) {
		if (object && j->items[i].kind == JSON_NULL)
			continue;
		if (!first)
			buf_putc(b, ',');
		first = false;
		if (object) {
			json_quote(b, j->items[i].key, j->items[i].key_n);
			buf_putc(b, ':');
		}
		put_without_nulls(&j->items[i], b);
	}
	buf_putc(b, object ? '}' : ']');
}

static bool
json_strip_nulls(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct json j;

	if (!arg_json(c, &args[0], &j))
		return false;
	put_without_nulls(&j, &b);
	return ret_buf(c, &b, out);
}

const struct func func_json_ops[] = {
	FUNC("json_object_field", json_object_field),
	FUNC("json_object_field_text", json_object_field_text),
	FUNC("json_array_element", json_array_element),
	FUNC("json_array_element_text", json_array_element_text),
	FUNC("json_extract_path", json_extract_path),
	FUNC("json_extract_path_text", json_extract_path_text),
	FUNC("json_typeof", json_typeof),
	FUNC("json_array_length", json_array_length),
	FUNC("json_strip_nulls", json_strip_nulls),
	FUNC_END,
};
