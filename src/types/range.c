/*
 * Range types: their conversions, and what makes a range of two bounds.
 */
#include "types/range.h"
#include "types/array_value.h"
#include "types/datetime.h"
#include "types/families.h"
#include "types/read.h"

enum { INT4RANGE = 3904, DATERANGE = 3912, INT8RANGE = 3926 };

const struct range_row range_rows[] = {
	{INT4RANGE, T_INT4, 4451},
	{3906, T_NUMERIC, 4532},
	{3908, T_TIMESTAMP, 4533},
	{3910, T_TIMESTAMPTZ, 4534},
	{DATERANGE, T_DATE, 4535},
	{INT8RANGE, T_INT8, 4536},
	{0, 0, 0},
};

const struct type *
range_type(const struct type *t)
{
	while (t && (t->typtype == 'd' || t->typtype == 'm'))
		t = t->of;
	return t && t->typtype == 'r' && t->of ? t : NULL;
}

/* ---- canonical form ---- */

static bool
next_int(struct type_ctx *c, struct datum *d, int64_t max, const char *name)
{
	if (d->i >= max)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "%s out of range", name);
	*d = datum_int(d->i + 1);
	return true;
}

static bool
next_date(struct type_ctx *c, struct datum *d, int32_t day)
{
	if (!date_valid((int64_t)day + 1))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "date out of range");
	*d = date_put(c->arena, day + 1);
	return true;
}

/* Makes b include what it excluded, or the other way round, by taking the next value; infinity has
 * none. */
static bool
move_bound(struct type_ctx *c, oid_t range, struct range_bound *b)
{
	int32_t day;

	if (b->infinite || b->inclusive == b->lower)
		return true;
	if (range == DATERANGE) {
		if (!date_get(c, &b->value, &day))
			return false;
		if (!date_finite(day))
			return true;
		b->inclusive = !b->inclusive;
		return next_date(c, &b->value, day);
	}
	b->inclusive = !b->inclusive;
	return range == INT4RANGE ? next_int(c, &b->value, INT32_MAX, "integer")
				  : next_int(c, &b->value, INT64_MAX, "bigint");
}

bool
range_make(struct type_ctx *c, const struct type *t, struct range *r)
{
	oid_t oid = range_type(t)->oid;

	if (!r->empty && range_compare_values(t, &r->lower, &r->upper) > 0)
		return err_set(c->err, ERR_DATA_EXCEPTION, -1,
			       "range lower bound must be less than or equal to range upper bound");
	range_settle(t, r);
	if (r->empty || (oid != INT4RANGE && oid != INT8RANGE && oid != DATERANGE))
		return true;
	if (!move_bound(c, oid, &r->lower) || !move_bound(c, oid, &r->upper))
		return false;
	range_settle(t, r);
	return true;
}

/* ---- stored values ---- */

/* A bound's canonical text is its stored form too: for dates and timestamps that is so of the years
 * with four digits, but for the offset of UTC. */
static bool
is_stored_form(const struct type *sub, const char *s, size_t *n)
{
	int64_t usec;
	int32_t day;

	switch (sub->oid) {
	case T_DATE:
		return date_scan(s, *n, &day);
	case T_TIMESTAMP:
		return ts_scan(s, *n, &usec);
	case T_TIMESTAMPTZ:
		if (*n < 4 || memcmp(s + *n - 3, "+00", 3) != 0 || !ts_scan(s, *n - 3, &usec))
			return false;
		*n -= 3;
		return true;
	default:
		return false;
	}
}

static bool
read_bound(struct type_ctx *c, const struct type *sub, const char *s, size_t n,
	   struct range_bound *b)
{
	struct array_item item = {s, n};

	b->infinite = !s;
	if (!s)
		return true;
	if (is_stored_form(sub, s, &n)) {
		b->value = datum_text(s, n);
		return true;
	}
	return item_datum(c, sub, &item, &b->value);
}

static struct range
range_with(const struct range_literal *l)
{
	return (struct range){l->empty,
			      {.inclusive = l->lower_inclusive, .lower = true},
			      {.inclusive = l->upper_inclusive}};
}

/* Values that another program wrote are made canonical like ours. */
static bool
read_text_range(struct type_ctx *c, const struct type *t, const char *s, size_t n,
		struct range *out)
{
	const struct type *sub = t->of;
	struct range_literal l;

	if (!range_literal_parse(c->arena, c->err, s, n, &l))
		return false;
	*out = range_with(&l);
	if (l.empty)
		return true;
	return read_bound(c, sub, l.lower, l.lower_n, &out->lower) &&
	       read_bound(c, sub, l.upper, l.upper_n, &out->upper) && range_make(c, t, out);
}

bool
range_read(struct type_ctx *c, const struct type *t, const struct datum *d, struct range *out)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	return read_text_range(c, range_type(t), s, n, out);
}

/* The bound's text: canonical, or as the session prints it. */
static bool
bound_text(struct type_ctx *c, const struct type *sub, bool canonical, const struct range_bound *b,
	   const char **s, size_t *n)
{
	struct array_item item = {0};
	struct buf text = BUF_INIT;
	bool ok = true;

	if (b->infinite) {
		*s = NULL;
		return true;
	}
	if (canonical) {
		ok = datum_item(c, sub, &b->value, &item);
		*s = item.p;
		*n = item.n;
		return ok;
	}
	ok = type_text_out(c, sub, &b->value, -1, &text);
	*s = buf_dup(&text, c->arena);
	*n = text.len;
	buf_release(&text);
	return ok;
}

static bool
print(struct type_ctx *c, const struct type *t, bool canonical, const struct range *r,
      struct buf *b)
{
	struct range_literal l = {r->empty, r->lower.inclusive, r->upper.inclusive};

	if (!r->empty && (!bound_text(c, t->of, canonical, &r->lower, &l.lower, &l.lower_n) ||
			  !bound_text(c, t->of, canonical, &r->upper, &l.upper, &l.upper_n)))
		return false;
	range_literal_print(&l, b);
	return true;
}

static bool
take_text(struct type_ctx *c, struct buf *b, bool ok, struct datum *out)
{
	if (ok)
		*out = datum_text(buf_dup(b, c->arena), b->len);
	buf_release(b);
	return ok;
}

bool
range_write(struct type_ctx *c, const struct type *t, const struct range *r, struct datum *out)
{
	struct buf b = BUF_INIT;

	return take_text(c, &b, print(c, range_type(t), true, r, &b), out);
}

bool
multirange_write(struct type_ctx *c, const struct type *t, const struct multirange *m,
		 struct datum *out)
{
	struct buf b = BUF_INIT;
	bool ok = true;

	buf_putc(&b, '{');
	for (int i = 0; i < m->n && ok; i++) {
		if (i)
			buf_putc(&b, ',');
		ok = print(c, range_type(t), true, &m->ranges[i], &b);
	}
	buf_putc(&b, '}');
	return take_text(c, &b, ok, out);
}

/* ---- text ---- */

static bool
in_bound(struct type_ctx *c, const struct type *sub, const char *s, size_t n, struct range_bound *b)
{
	b->infinite = !s;
	return !s || type_text_in(c, sub, s, n, -1, &b->value);
}

static bool
range_of_literal(struct type_ctx *c, const struct type *t, const char *s, size_t n,
		 struct range *out)
{
	struct range_literal l;

	if (!range_literal_parse(c->arena, c->err, s, n, &l))
		return false;
	*out = range_with(&l);
	if (l.empty)
		return true;
	return in_bound(c, t->of, l.lower, l.lower_n, &out->lower) &&
	       in_bound(c, t->of, l.upper, l.upper_n, &out->upper) && range_make(c, t, out);
}

bool
range_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	 struct datum *out)
{
	struct range r;

	return range_of_literal(c, range_type(t), s, n, &r) && range_write(c, t, &r, out);
}

bool
range_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	  struct buf *b)
{
	struct range r;

	return range_read(c, t, d, &r) && print(c, range_type(t), false, &r, b);
}

/* Either all ranges through their input function, or stored ones. */
static bool
read_parts(struct type_ctx *c, const struct type *t, bool stored, const char *s, size_t n,
	   struct multirange *out)
{
	struct range_text *parts;

	if (!multirange_literal_split(c->arena, c->err, s, n, &out->n, &parts))
		return false;
	out->ranges = ARENA_ARRAY(c->arena, struct range, MAX(out->n, 1));
	for (int i = 0; i < out->n; i++)
		if (!(stored ? read_text_range : range_of_literal)(c, range_type(t), parts[i].p,
								   parts[i].n, &out->ranges[i]))
			return false;
	multirange_normalize(t, out);
	return true;
}

bool
multirange_read(struct type_ctx *c, const struct type *t, const struct datum *d,
		struct multirange *out)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	return read_parts(c, t, true, s, n, out);
}

bool
multirange_in(struct type_ctx *c, const struct type *t, const char *s, size_t n,
	      int32_t typmod UNUSED, struct datum *out)
{
	struct multirange m;

	return read_parts(c, t, false, s, n, &m) && multirange_write(c, t, &m, out);
}

bool
multirange_out(struct type_ctx *c, const struct type *t, const struct datum *d,
	       int32_t typmod UNUSED, struct buf *b)
{
	struct multirange m;

	if (!multirange_read(c, t, d, &m))
		return false;
	buf_putc(b, '{');
	for (int i = 0; i < m.n; i++) {
		if (i)
			buf_putc(b, ',');
		if (!print(c, range_type(t), false, &m.ranges[i], b))
			return false;
	}
	buf_putc(b, '}');
	return true;
}

/* ---- order ---- */

/* Texts that are no value sort behind all that are, by their bytes. */
static int
compare_texts(bool a_ok, const char *a, size_t an, bool b_ok, const char *b, size_t bn)
{
	int r;

	if (a_ok != b_ok)
		return a_ok ? -1 : 1;
	r = memcmp(a, b, MIN(an, bn));
	return r ? r : (an > bn) - (an < bn);
}

static bool
collate_read(struct type_ctx *c, const struct type *t, const char *s, size_t n,
	     struct multirange *m)
{
	bool ok;

	if (t->typtype == 'm') {
		ok = read_parts(c, t, true, s, n, m);
	} else {
		*m = (struct multirange){1, ARENA_NEW(c->arena, struct range)};
		ok = read_text_range(c, t, s, n, m->ranges);
	}
	if (!ok)
		err_clear(c->err);
	return ok;
}

static int
collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct type_ctx c = {&tmp, &err, &type_env_canonical, t->find ? t->find : type_builtin_find,
			     t->find_arg};
	struct multirange x, y;
	bool x_ok, y_ok;
	int r;

	if (an == bn && memcmp(a, b, an) == 0)
		return 0;
	if (range_scan_compare(t, a, an, b, bn, &r))
		return r;
	err_init(&err);
	x_ok = collate_read(&c, t, a, an, &x);
	y_ok = collate_read(&c, t, b, bn, &y);
	if (x_ok && y_ok)
		r = multirange_compare(t, &x, &y);
	else
		r = compare_texts(x_ok, a, an, y_ok, b, bn);
	err_release(&err);
	arena_release(&tmp);
	return r;
}

int
range_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	return collate(range_type(t), a, an, b, bn);
}

int
multirange_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	while (t->typtype == 'd')
		t = t->of;
	return collate(t, a, an, b, bn);
}

/* ---- rows ---- */

static void
common_init(struct type *t, const struct type *of)
{
	t->category = 'R';
	t->preferred = false;
	t->len = -1;
	t->delim = ',';
	t->of = of;
	t->stored = DATUM_TEXT;
	t->decl = "TEXT";
}

void
range_type_init(struct type *t, const struct type *subtype)
{
	common_init(t, subtype);
	t->typtype = 'r';
	t->in = range_in;
	t->out = range_out;
	t->recv = range_recv;
	t->send = range_send;
	t->collate = range_collate;
}

void
multirange_type_init(struct type *t, const struct type *range)
{
	common_init(t, range);
	t->typtype = 'm';
	t->in = multirange_in;
	t->out = multirange_out;
	t->recv = multirange_recv;
	t->send = multirange_send;
	t->collate = multirange_collate;
}

#define ROW(id, kind, name)                                                                        \
	{                                                                                          \
		.oid = id, .stored = DATUM_TEXT, .decl = "TEXT", .collation = "pg_range_" name,    \
		.collate = kind##_collate, .in = kind##_in, .out = kind##_out,                     \
		.recv = kind##_recv, .send = kind##_send                                           \
	}

const struct type types_range[] = {
	ROW(INT4RANGE, range, "int4range"),
	ROW(3906, range, "numrange"),
	ROW(3908, range, "tsrange"),
	ROW(3910, range, "tstzrange"),
	ROW(DATERANGE, range, "daterange"),
	ROW(INT8RANGE, range, "int8range"),
	ROW(4451, multirange, "int4multirange"),
	ROW(4532, multirange, "nummultirange"),
	ROW(4533, multirange, "tsmultirange"),
	ROW(4534, multirange, "tstzmultirange"),
	ROW(4535, multirange, "datemultirange"),
	ROW(4536, multirange, "int8multirange"),
	{0},
};
