/*
 * Conversions of composite types.
 */
#include "types/record.h"
#include "types/array.h"
#include "types/domain.h"
#include "types/families.h"
#include "types/json.h"
#include "types/numeric.h"
#include "types/read.h"

#include <stdarg.h>
#include <stdlib.h>

bool (*record_column_at)(const struct type *(*find)(void *, oid_t), void *arg, oid_t type, int i,
			 struct record_column *out);

/* ---- literals ---- */

struct literal {
	struct err *err;
	const char *whole;
	size_t whole_n;
	const char *p, *end;
	char *text; /* where unescaped fields go */
};

static bool
malformed(struct literal *l, const char *why)
{
	err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1, "malformed record literal: \"%.*s\"",
		(int)l->whole_n, l->whole);
	return err_detail(l->err, "%s", why);
}

/* One field, up to its comma or parenthesis. */
static bool
field(struct literal *l, struct array_item *out)
{
	bool quoted = false;
	char *from = l->text;

	*out = (struct array_item){0};
	if (l->p < l->end && (*l->p == ',' || *l->p == ')'))
		return true;
	for (;; l->p++) {
		if (l->p == l->end)
			return malformed(l, "Unexpected end of input.");
		if (!quoted && (*l->p == ',' || *l->p == ')'))
			break;
		if (*l->p == '\\') {
			if (++l->p == l->end)
				return malformed(l, "Unexpected end of input.");
			*l->text++ = *l->p;
		} else if (*l->p == '"') {
			if (quoted && l->p + 1 < l->end && l->p[1] == '"')
				*l->text++ = *++l->p;
			else
				quoted = !quoted;
		} else {
			*l->text++ = *l->p;
		}
	}
	*out = (struct array_item){from, (size_t)(l->text - from)};
	return true;
}

static bool
finish(struct literal *l)
{
	for (l->p++; l->p < l->end && ascii_space(*l->p); l->p++)
		;
	return l->p == l->end || malformed(l, "Junk after right parenthesis.");
}

static bool
open_literal(struct literal *l, struct arena *a)
{
	while (l->p < l->end && ascii_space(*l->p))
		l->p++;
	if (l->p == l->end || *l->p != '(')
		return malformed(l, "Missing left parenthesis.");
	l->p++;
	l->text = arena_alloc(a, (size_t)(l->end - l->p) + 1);
	return true;
}

/* want: how many columns there are, or -1. */
static bool
parse(struct arena *a, struct err *e, const char *s, size_t n, int want, struct record *out)
{
	struct literal l = {e, s, n, s, s + n, NULL};
	int cap = want >= 0 ? want : 8;

	*out = (struct record){0};
	if (!open_literal(&l, a))
		return false;
	out->items = ARENA_ARRAY(a, struct array_item, cap + 1);
	if (want == 0 || (want < 0 && l.p < l.end && *l.p == ')'))
		return (l.p < l.end && *l.p == ')') ? finish(&l)
						    : malformed(&l, "Too many columns.");
	for (;;) {
		if (out->n == cap) {
			struct array_item *more = ARENA_ARRAY(a, struct array_item, cap * 2 + 1);

			memcpy(more, out->items, sizeof(*more) * (size_t)out->n);
			out->items = more;
			cap *= 2;
		}
		if (!field(&l, &out->items[out->n++]))
			return false;
		if (out->n == want && *l.p != ')')
			return malformed(&l, "Too many columns.");
		if (*l.p == ')')
			break;
		if (out->n == RECORD_MAX_COLUMNS)
			return malformed(&l, "Too many columns.");
		l.p++;
	}
	if (want >= 0 && out->n < want)
		return malformed(&l, "Too few columns.");
	return finish(&l);
}

bool
record_parse(struct arena *a, struct err *e, const char *s, size_t n, struct record *out)
{
	return parse(a, e, s, n, -1, out);
}

static void
print_field(const struct array_item *i, struct buf *b)
{
	bool quote = i->p && i->n == 0;

	for (size_t k = 0; k < i->n && !quote; k++)
		quote = i->p[k] == '"' || i->p[k] == '\\' || i->p[k] == '(' || i->p[k] == ')' ||
			i->p[k] == ',' || ascii_space(i->p[k]);
	if (!i->p)
		return;
	if (!quote) {
		buf_add(b, i->p, i->n);
		return;
	}
	buf_putc(b, '"');
	for (size_t k = 0; k < i->n; k++) {
		if (i->p[k] == '"' || i->p[k] == '\\')
			buf_putc(b, i->p[k]);
		buf_putc(b, i->p[k]);
	}
	buf_putc(b, '"');
}

void
record_print(const struct record *r, struct buf *b)
{
	buf_putc(b, '(');
	for (int i = 0; i < r->n; i++) {
		if (i)
			buf_putc(b, ',');
		print_field(&r->items[i], b);
	}
	buf_putc(b, ')');
}

/* ---- columns ---- */

static bool
default_name(const struct record_column *col, int i)
{
	char name[16];
	size_t n = 0;
	int k = i + 1, digits = 1;

	for (int d = k; d >= 10; d /= 10)
		digits++;
	name[n++] = 'f';
	n += (size_t)digits;
	for (int d = digits; d > 0; d--, k /= 10)
		name[d] = (char)('0' + k % 10);
	return col->name_n == n && memcmp(col->name, name, n) == 0;
}

void
record_print_columns(const struct record *r, struct buf *b)
{
	buf_putc(b, '[');
	for (int i = 0; i < r->n; i++) {
		const struct record_column *col = &r->cols[i];

		buf_printf(b, "%s%u", i ? "," : "", col->type);
		if (col->typmod >= 0)
			buf_printf(b, "/%d", col->typmod);
		if (!default_name(col, i)) {
			buf_putc(b, ':');
			json_quote(b, col->name, col->name_n);
		}
	}
	buf_putc(b, ']');
}

static bool
number(const char **s, const char *end, int64_t max, int64_t *v)
{
	const char *from = *s;

	*v = 0;
	while (*s < end && **s >= '0' && **s <= '9' && *v <= max)
		*v = *v * 10 + (*(*s)++ - '0');
	return *s > from && *v <= max;
}

/* A quoted name at *s. */
static bool
column_name(struct arena *a, const char **s, const char *end, struct record_column *col)
{
	const char *from = *s;
	struct err err;
	struct json j;
	bool ok;

	if (*s == end || *(*s)++ != '"')
		return false;
	for (; *s < end && **s != '"'; (*s)++)
		if (**s == '\\' && *s + 1 < end)
			(*s)++;
	if (*s == end)
		return false;
	err_init(&err);
	ok = json_parse(a, &err, from, (size_t)(++*s - from), true, &j) && j.kind == JSON_STRING;
	err_release(&err);
	col->name = j.p;
	col->name_n = j.n;
	return ok;
}

static bool
column(struct arena *a, const char **s, const char *end, int i, struct record_column *col)
{
	int64_t type, typmod = -1;

	if (!number(s, end, UINT32_MAX, &type))
		return false;
	if (*s < end && **s == '/') {
		++*s;
		if (!number(s, end, INT32_MAX, &typmod))
			return false;
	}
	*col = (struct record_column){arena_printf(a, "f%d", i + 1), 0, (oid_t)type,
				      (int32_t)typmod};
	col->name_n = strlen(col->name);
	if (*s == end || **s != ':')
		return true;
	++*s;
	return column_name(a, s, end, col);
}

/* What stands in front of a value of type record: where the literal begins, or NULL when there is
 * nothing of the kind. */
static const char *
columns(struct arena *a, const char *s, size_t n, struct record *out)
{
	const char *end = s + n;
	int count = 1, i = 0;

	if (n < 2 || *s != '[')
		return NULL;
	for (const char *p = s; p < end; p++)
		count += *p == ',';
	out->cols = ARENA_ARRAY(a, struct record_column, MIN(count, RECORD_MAX_COLUMNS) + 1);
	for (s++; s < end && *s != ']'; i++) {
		if (i == RECORD_MAX_COLUMNS || (i && *s++ != ',') ||
		    !column(a, &s, end, i, &out->cols[i]))
			return NULL;
	}
	out->n = i;
	return s < end ? s + 1 : NULL;
}

void
record_find_columns(struct type_ctx *c, const struct type *t, struct record *out)
{
	struct record_column col;
	int n = 0;

	out->cols = NULL;
	if (t->oid == T_RECORD || !record_column_at)
		return;
	while (n < RECORD_MAX_COLUMNS && record_column_at(c->find, c->find_arg, t->oid, n, &col))
		n++;
	out->n = n;
	if (n)
		out->cols = ARENA_ARRAY(c->arena, struct record_column, n);
	for (int i = 0; i < n; i++)
		record_column_at(c->find, c->find_arg, t->oid, i, &out->cols[i]);
}

const struct type *
record_column_type(struct type_ctx *c, const struct record *r, int i)
{
	const struct type *t = r->cols ? c->find(c->find_arg, r->cols[i].type) : NULL;

	return t ? t : type_builtin(T_TEXT);
}

bool
record_read(struct type_ctx *c, const struct type *t, const struct datum *d, struct record *out)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n), *literal;
	struct record head = {0};

	if ((literal = columns(c->arena, s, n, &head)) != NULL) {
		n -= (size_t)(literal - s);
		s = literal;
	} else {
		record_find_columns(c, t, &head);
	}
	/* () is no column or one NULL: only the columns tell. */
	if (!parse(c->arena, c->err, s, n, head.cols && head.n == 1 ? 1 : -1, out))
		return false;
	if (head.cols && head.n == out->n)
		out->cols = head.cols;
	return true;
}

/* ---- text ---- */

static bool
anonymous(struct type_ctx *c)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		       "input of anonymous composite types is not implemented");
}

static bool
record_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	  struct datum *out)
{
	struct record shape = {0}, r;
	struct buf b = BUF_INIT;
	struct datum d;

	if (t->oid == T_RECORD)
		return anonymous(c);
	record_find_columns(c, t, &shape);
	if (!parse(c->arena, c->err, s, n, shape.cols ? shape.n : -1, &r))
		return false;
	r.cols = shape.cols;
	for (int i = 0; i < r.n; i++) {
		const struct type *ft = record_column_type(c, &r, i);

		if (!r.items[i].p && !domain_takes_null(c, ft))
			return false;
		if (!r.items[i].p)
			continue;
		if (!type_text_in(c, ft, r.items[i].p, r.items[i].n, r.cols ? r.cols[i].typmod : -1,
				  &d) ||
		    !datum_item(c, ft, &d, &r.items[i]))
			return false;
	}
	record_print(&r, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
record_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	struct record r;

	if (!record_read(c, t, d, &r))
		return false;
	for (int i = 0; i < r.n; i++) {
		const struct type *ft = record_column_type(c, &r, i);
		struct buf text = BUF_INIT;
		struct datum v;
		bool ok;

		if (!r.items[i].p)
			continue;
		ok = item_datum(c, ft, &r.items[i], &v) &&
		     type_text_out(c, ft, &v, r.cols ? r.cols[i].typmod : -1, &text);
		r.items[i].n = text.len;
		r.items[i].p = buf_dup(&text, c->arena);
		buf_release(&text);
		if (!ok)
			return false;
	}
	record_print(&r, b);
	return true;
}

/* ---- binary ---- */

static bool
record_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	    struct buf *b)
{
	struct record r;

	if (!record_read(c, t, d, &r))
		return false;
	buf_put32(b, (uint32_t)r.n);
	for (int i = 0; i < r.n; i++) {
		const struct type *ft = record_column_type(c, &r, i);
		struct datum v;
		size_t at;

		buf_put32(b, ft->oid);
		at = b->len;
		buf_put32(b, UINT32_MAX);
		if (!r.items[i].p)
			continue;
		if (!item_datum(c, ft, &r.items[i], &v) ||
		    !type_binary_out(c, ft, &v, r.cols ? r.cols[i].typmod : -1, b))
			return false;
		be32_put(b->data + at, (uint32_t)(b->len - at - 4));
	}
	return true;
}

struct input {
	const uint8_t *p;
	size_t left;
};

static bool
take32(struct type_ctx *c, struct input *in, uint32_t *v)
{
	if (in->left < 4)
		return bad_binary(c->err);
	*v = be32_get(in->p);
	in->p += 4;
	in->left -= 4;
	return true;
}

static bool
recv_field(struct type_ctx *c, struct input *in, struct record *r, int i)
{
	const struct type *ft = record_column_type(c, r, i), *given;
	uint32_t oid, n;
	struct datum d;

	if (!take32(c, in, &oid))
		return false;
	if (oid != ft->oid) {
		given = c->find(c->find_arg, oid);
		return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			       "binary data has type %u (%s) instead of expected %u (%s) in record "
			       "column %d",
			       oid, given ? type_sql_name(given) : "???", ft->oid,
			       type_sql_name(ft), i + 1);
	}
	if (!take32(c, in, &n))
		return false;
	if (n == UINT32_MAX)
		return domain_takes_null(c, ft);
	if (n > in->left)
		return bad_binary(c->err);
	if (!type_binary_in(c, ft, in->p, n, r->cols[i].typmod, &d))
		return false;
	in->p += n;
	in->left -= n;
	return datum_item(c, ft, &d, &r->items[i]);
}

static bool
record_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n,
	    int32_t typmod UNUSED, struct datum *out)
{
	struct input in = {p, n};
	struct record r = {0};
	struct buf b = BUF_INIT;
	uint32_t count;

	if (t->oid == T_RECORD)
		return anonymous(c);
	record_find_columns(c, t, &r);
	if (!take32(c, &in, &count))
		return false;
	if (!r.cols || count != (uint32_t)r.n)
		return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			       "wrong number of columns: %d, expected %d", (int)count, r.n);
	r.items = ARENA_ARRAY(c->arena, struct array_item, r.n);
	for (int i = 0; i < r.n; i++)
		if (!recv_field(c, &in, &r, i))
			return false;
	if (in.left)
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "incorrect binary data format");
	record_print(&r, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

/* ---- order ---- */

/* Where the column's type is not known, numbers sort as numbers. */
static int
compare_unknown(const struct array_item *a, const struct array_item *b)
{
	if (a->p && b->p && json_is_number(a->p, a->n) && json_is_number(b->p, b->n))
		return numeric_collate(NULL, a->p, a->n, b->p, b->n);
	return item_compare(type_builtin(T_TEXT), a, b);
}

static int
compare_loosely(struct type_ctx *c, const struct record *a, const struct record *b)
{
	int r = 0;

	for (int i = 0; i < MIN(a->n, b->n) && r == 0; i++) {
		const struct type *x = record_column_type(c, a, i),
				  *y = record_column_type(c, b, i);

		r = a->cols && b->cols && x->oid == y->oid
			    ? item_compare(x, &a->items[i], &b->items[i])
			    : compare_unknown(&a->items[i], &b->items[i]);
	}
	return r ? r : (a->n > b->n) - (a->n < b->n);
}

int
record_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	const struct type *shape = t && t->find ? t : type_builtin(T_RECORD);
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct type_ctx c = {&tmp, &err, &type_env_canonical,
			     shape->find ? shape->find : type_builtin_find, shape->find_arg};
	struct datum x = datum_text(a, an), y = datum_text(b, bn);
	struct record r, s;
	int result;

	if (an == bn && memcmp(a, b, an) == 0)
		return 0;
	err_init(&err);
	if (record_read(&c, shape, &x, &r) && record_read(&c, shape, &y, &s))
		result = compare_loosely(&c, &r, &s);
	else
		result = type_compare(type_builtin(T_TEXT), &x, &y);
	err_release(&err);
	arena_release(&tmp);
	return result;
}

const struct type types_record[] = {
	{.oid = T_RECORD,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .collation = "pg_record",
	 .collate = record_collate,
	 .in = record_in,
	 .out = record_out,
	 .recv = record_recv,
	 .send = record_send},
	{.oid = T_RECORDARRAY,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .collation = "pg_array_record",
	 .collate = record_array_collate,
	 .in = array_in,
	 .out = array_out,
	 .recv = array_recv,
	 .send = array_send},
	{0},
};
