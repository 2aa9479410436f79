/*
 * JSON out of SQL values: to_json and its kin, json_build_object, json_build_array, json_object.
 */
#include "func/json_args.h"
#include "func/tables.h"
#include "types/datetime.h"
#include "types/read.h"

enum { JSON_VALUE_DEPTH = 200 };

const struct type *
arg_type(struct fcall *c, int i)
{
	return c->types && i < c->types->nargs ? c->types->args[i] : type_builtin(T_TEXT);
}

int32_t
arg_typmod(struct fcall *c, int i)
{
	return c->types && i < c->types->nargs ? c->types->typmods[i] : -1;
}

bool
ret_json(struct fcall *c, struct buf *b, struct datum *out)
{
	return ret_buf(c, b, out);
}

bool
ret_jsonb_tree(struct fcall *c, const struct json *j, struct datum *out)
{
	struct buf b = BUF_INIT;

	jsonb_print(j, &b);
	return ret_buf(c, &b, out);
}

bool
ret_jsonb(struct fcall *c, struct buf *b, struct datum *out)
{
	struct json j;

	ret_buf(c, b, out);
	return jsonb_parse(c->arena, c->err, out->p, out->n, &j) && ret_jsonb_tree(c, &j, out);
}

bool
arg_jsonb(struct fcall *c, const struct datum *d, struct json *j)
{
	return jsonb_read(c->arena, c->err, d, j);
}

bool
arg_json(struct fcall *c, const struct datum *d, struct json *j)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	return json_parse(c->arena, c->err, s, n, true, j);
}

/* ---- one value ---- */

static const struct type *
base_type(struct fcall *c, const struct type *t)
{
	const struct type *base = t->base_oid ? call_type(c, t->base_oid) : t;

	return base ? base : t;
}

static bool
is_array(const struct type *t)
{
	return t->elem_oid && (t->category == 'A' || t->oid == T_RECORDARRAY);
}

static bool
is_composite(const struct type *t)
{
	return t->oid == T_RECORD || t->typtype == 'c';
}

bool
json_on_lines(const struct type *t)
{
	return is_array(t) || is_composite(t);
}

static bool put_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
		      bool lines, int depth, struct buf *b);

static const struct array_item *
put_level(struct fcall *c, const struct type *elem, const struct array *v, int level,
	  const struct array_item *i, bool lines, int depth, struct buf *b)
{
	buf_putc(b, '[');
	for (int k = 0; k < v->dims[level] && i; k++) {
		struct datum d;

		if (k)
			buf_puts(b, lines ? ",\n " : ",");
		if (level + 1 < v->ndim)
			i = put_level(c, elem, v, level + 1, i, false, depth, b);
		else if (!ret_item(c, elem, i++, &d) ||
			 !put_value(c, elem, -1, &d, false, depth + 1, b))
			return NULL;
	}
	buf_putc(b, ']');
	return i;
}

static bool
put_array(struct fcall *c, const struct type *t, const struct datum *d, bool lines, int depth,
	  struct buf *b)
{
	const struct type *elem = call_type(c, t->elem_oid);
	struct array v;

	if (!elem || !array_read(c->arena, c->err, t, d, &v))
		return false;
	if (v.n == 0) {
		buf_puts(b, "[]");
		return true;
	}
	return put_level(c, elem, &v, 0, v.items, lines, depth, b) != NULL;
}

static void
put_name(const struct record *r, int i, struct buf *b)
{
	if (r->cols)
		json_quote(b, r->cols[i].name, r->cols[i].name_n);
	else
		buf_printf(b, "\"f%d\"", i + 1);
}

static bool
put_record(struct fcall *c, const struct type *t, const struct datum *d, bool lines, int depth,
	   struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r;

	if (!record_read(&tc, t, d, &r))
		return false;
	buf_putc(b, '{');
	for (int i = 0; i < r.n; i++) {
		const struct type *ft = record_column_type(&tc, &r, i);
		struct datum v;

		if (i)
			buf_puts(b, lines ? ",\n " : ",");
		put_name(&r, i, b);
		buf_putc(b, ':');
		if (!ret_item(c, ft, &r.items[i], &v) ||
		    !put_value(c, ft, r.cols ? r.cols[i].typmod : -1, &v, false, depth + 1, b))
			return false;
	}
	buf_putc(b, '}');
	return true;
}

/* ISO 8601 with a T; the offset has minutes. */
static void
put_xsd(struct buf *b, const char *s, size_t n)
{
	const char *end = s + n, *t = memchr(s, ' ', n), *zone = NULL, *rest = end;

	buf_putc(b, '"');
	if (!t || t + 1 == end || !(t[1] >= '0' && t[1] <= '9')) {
		buf_add(b, s, n);
		buf_putc(b, '"');
		return;
	}
	for (const char *p = t + 1; p < end; p++) {
		if (*p == '+' || *p == '-')
			zone = p;
		if (*p == ' ' && rest == end)
			rest = p;
	}
	buf_add(b, s, (size_t)(t - s));
	buf_putc(b, 'T');
	buf_add(b, t + 1, (size_t)(rest - t - 1));
	if (zone && rest - zone == 3)
		buf_puts(b, ":00");
	buf_add(b, rest, (size_t)(end - rest));
	buf_putc(b, '"');
}

static bool
put_datetime(struct fcall *c, const struct type *t, const struct datum *d, struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct type_env iso = *tc.env;
	struct buf text = BUF_INIT;
	bool ok;

	iso.date_style = DATESTYLE_ISO;
	tc.env = &iso;
	ok = type_text_out(&tc, t, d, -1, &text);
	if (ok)
		put_xsd(b, buf_str(&text), text.len);
	buf_release(&text);
	return ok;
}

static bool
put_other(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	  bool bare_numbers, struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf text = BUF_INIT;
	bool ok = type_text_out(&tc, t, d, typmod, &text);

	if (ok && bare_numbers && json_is_number(text.data, text.len))
		buf_add(b, text.data, text.len);
	else if (ok)
		json_quote(b, text.len ? text.data : "", text.len);
	buf_release(&text);
	return ok;
}

static bool
put_json(struct fcall *c, const struct datum *d, struct buf *b)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	buf_add(b, s, n);
	return true;
}

static bool
put_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d, bool lines,
	  int depth, struct buf *b)
{
	const struct type *base = base_type(c, t);

	if (depth > JSON_VALUE_DEPTH)
		return err_set(c->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
	if (arg_null(d)) {
		buf_puts(b, "null");
		return true;
	}
	switch (base->oid) {
	case T_BOOL:
		buf_puts(b, d->class == DATUM_INT && !d->i ? "false" : "true");
		return true;
	case T_INT2:
	case T_INT4:
	case T_INT8:
	case T_FLOAT4:
	case T_FLOAT8:
	case T_NUMERIC:
		return put_other(c, base, typmod, d, true, b);
	case T_DATE:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
		return put_datetime(c, base, d, b);
	case T_JSON:
	case T_JSONB:
		return put_json(c, d, b);
	default:
		break;
	}
	if (is_array(base))
		return put_array(c, base, d, lines, depth, b);
	return is_composite(base) ? put_record(c, base, d, lines, depth, b)
				  : put_other(c, base, typmod, d, false, b);
}

bool
json_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d, bool lines,
	   struct buf *b)
{
	return put_value(c, t, typmod, d, lines, 0, b);
}

bool
json_key(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	 struct buf *b)
{
	const struct type *base = base_type(c, t);
	size_t at = b->len;

	if (json_on_lines(base) || base->oid == T_JSON || base->oid == T_JSONB)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "key value must be scalar, not array, composite, or json");
	if (!json_value(c, base, typmod, d, false, b))
		return false;
	if (b->data[at] != '"') {
		buf_putc(b, '"');
		buf_putc(b, '"');
		memmove(b->data + at + 1, b->data + at, b->len - at - 2);
		b->data[at] = '"';
	}
	return true;
}

/* ---- to_json, row_to_json, array_to_json ---- */

static bool
build(struct fcall *c, const struct datum *args, bool lines, bool binary, struct datum *out)
{
	struct buf b = BUF_INIT;

	if (!json_value(c, arg_type(c, 0), arg_typmod(c, 0), &args[0], lines, &b)) {
		buf_release(&b);
		return false;
	}
	return binary ? ret_jsonb(c, &b, out) : ret_json(c, &b, out);
}

static bool
to_json(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return build(c, args, false, false, out);
}

static bool
to_jsonb(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return build(c, args, false, true, out);
}

static bool
to_json_pretty(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t lines;

	return arg_int(c, &args[1], &lines) && build(c, args, lines != 0, false, out);
}

/* ---- json_build_object, json_build_array ---- */

static bool
odd_arguments(struct fcall *c, const char *name)
{
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"argument list must have even number of elements");
	return err_hint(c->err,
			"The arguments of %s() must consist of alternating keys and values.", name);
}

static bool
null_key(struct fcall *c, int i, bool binary)
{
	if (binary)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "argument %d: key must not be null", i + 1);
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "argument %d cannot be null", i + 1);
	return err_hint(c->err, "Object keys should be text.");
}

static bool
object_text(struct fcall *c, const struct datum *args, int nargs, bool binary, struct buf *b)
{
	if (nargs % 2)
		return odd_arguments(c, binary ? "jsonb_build_object" : "json_build_object");
	buf_putc(b, '{');
	for (int i = 0; i < nargs; i += 2) {
		if (i)
			buf_puts(b, ", ");
		if (arg_null(&args[i]))
			return null_key(c, i, binary);
		if (!json_key(c, arg_type(c, i), arg_typmod(c, i), &args[i], b))
			return false;
		buf_puts(b, " : ");
		if (!json_value(c, arg_type(c, i + 1), arg_typmod(c, i + 1), &args[i + 1], false,
				b))
			return false;
	}
	buf_putc(b, '}');
	return true;
}

static bool
array_text(struct fcall *c, const struct datum *args, int nargs, struct buf *b)
{
	buf_putc(b, '[');
	for (int i = 0; i < nargs; i++) {
		if (i)
			buf_puts(b, ", ");
		if (!json_value(c, arg_type(c, i), arg_typmod(c, i), &args[i], false, b))
			return false;
	}
	buf_putc(b, ']');
	return true;
}

/* Hands b on when ok, drops it otherwise. */
static bool
give(struct fcall *c, bool ok, bool binary, struct buf *b, struct datum *out)
{
	if (ok)
		return binary ? ret_jsonb(c, b, out) : ret_json(c, b, out);
	buf_release(b);
	return false;
}

static bool
json_build_object_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, object_text(c, args, nargs, false, &b), false, &b, out);
}

static bool
jsonb_build_object_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, object_text(c, args, nargs, true, &b), true, &b, out);
}

static bool
json_build_array_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, array_text(c, args, nargs, &b), false, &b, out);
}

static bool
jsonb_build_array_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, array_text(c, args, nargs, &b), true, &b, out);
}

static bool
json_build_object(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return nargs ? call_spread(c, args, nargs, json_build_object_all, false, out)
		     : json_build_object_all(c, args, nargs, out);
}

static bool
jsonb_build_object(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return nargs ? call_spread(c, args, nargs, jsonb_build_object_all, false, out)
		     : jsonb_build_object_all(c, args, nargs, out);
}

static bool
json_build_array(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return nargs ? call_spread(c, args, nargs, json_build_array_all, false, out)
		     : json_build_array_all(c, args, nargs, out);
}

static bool
jsonb_build_array(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return nargs ? call_spread(c, args, nargs, jsonb_build_array_all, false, out)
		     : jsonb_build_array_all(c, args, nargs, out);
}

/* ---- json_object ---- */

static bool
put_pair(struct fcall *c, const struct array_item *key, const struct array_item *value, bool first,
	 struct buf *b)
{
	if (!key->p)
		return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "null value not allowed for object key");
	if (!first)
		buf_puts(b, ", ");
	json_quote(b, key->p, key->n);
	buf_puts(b, " : ");
	if (value->p)
		json_quote(b, value->p, value->n);
	else
		buf_puts(b, "null");
	return true;
}

static bool
subscript_error(struct fcall *c, const char *message)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1, "%s", message);
}

static bool
pairs_text(struct fcall *c, const struct datum *d, struct buf *b)
{
	struct array v;

	if (!arg_texts(c, d, &v))
		return false;
	if (v.ndim > 2)
		return subscript_error(c, "wrong number of array subscripts");
	if (v.ndim == 1 && v.dims[0] % 2)
		return subscript_error(c, "array must have even number of elements");
	if (v.ndim == 2 && v.dims[1] != 2)
		return subscript_error(c, "array must have two columns");
	buf_putc(b, '{');
	for (int i = 0; i < v.n; i += 2)
		if (!put_pair(c, &v.items[i], &v.items[i + 1], i == 0, b))
			return false;
	buf_putc(b, '}');
	return true;
}

static bool
two_lists_text(struct fcall *c, const struct datum *args, struct buf *b)
{
	struct array k, v;

	if (!arg_texts(c, &args[0], &k) || !arg_texts(c, &args[1], &v))
		return false;
	if (k.ndim > 1 || k.ndim != v.ndim)
		return subscript_error(c, "wrong number of array subscripts");
	if (k.n != v.n)
		return subscript_error(c, "mismatched array dimensions");
	buf_putc(b, '{');
	for (int i = 0; i < k.n; i++)
		if (!put_pair(c, &k.items[i], &v.items[i], i == 0, b))
			return false;
	buf_putc(b, '}');
	return true;
}

static bool
json_object(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, pairs_text(c, &args[0], &b), false, &b, out);
}

static bool
jsonb_object(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, pairs_text(c, &args[0], &b), true, &b, out);
}

static bool
json_object_two(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, two_lists_text(c, args, &b), false, &b, out);
}

static bool
jsonb_object_two(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	return give(c, two_lists_text(c, args, &b), true, &b, out);
}

const struct func func_json_build[] = {
	FUNC_T("to_json", to_json),
	FUNC_T("to_jsonb", to_jsonb),
	FUNC_T("row_to_json", to_json),
	FUNC_T("row_to_json_pretty", to_json_pretty),
	FUNC_T("array_to_json", to_json),
	FUNC_T("array_to_json_pretty", to_json_pretty),
	FUNC_T("json_build_object", json_build_object),
	FUNC_T("json_build_object_noargs", json_build_object),
	FUNC_T("jsonb_build_object", jsonb_build_object),
	FUNC_T("jsonb_build_object_noargs", jsonb_build_object),
	FUNC_T("json_build_array", json_build_array),
	FUNC_T("json_build_array_noargs", json_build_array),
	FUNC_T("jsonb_build_array", jsonb_build_array),
	FUNC_T("jsonb_build_array_noargs", jsonb_build_array),
	FUNC("json_object", json_object),
	FUNC("json_object_two_arg", json_object_two),
	FUNC("jsonb_object", jsonb_object),
	FUNC("jsonb_object_two_arg", jsonb_object_two),
	FUNC_END,
};
