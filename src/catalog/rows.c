/*
 * Scans over rows: shared parts, and the relations that are constant.
 */
#include "catalog/rows.h"

#include <stdarg.h>
#include <stdlib.h>

#include "catalog/builtin.h"
#include "catalog/load.h"

bool
catrow_next(struct catscan *s, int ncols, catrow_fill_fn *fill)
{
	struct catrow *r = s->state;

	if (!r) {
		r = s->state = ARENA_NEW(s->arena, struct catrow);
		r->scan = s;
		r->cells = ARENA_ARRAY(s->arena, struct datum, ncols);
	}
	r->n = 0;
	return fill(s, r);
}

void
catrow_cell(struct catscan *s, int col, struct datum *out)
{
	*out = ((struct catrow *)s->state)->cells[col];
}

static void
put(struct catrow *r, struct datum d)
{
	r->cells[r->n++] = d;
}

void
row_int(struct catrow *r, int64_t i)
{
	put(r, datum_int(i));
}

void
row_real(struct catrow *r, double d)
{
	put(r, datum_real(d));
}

void
row_text(struct catrow *r, const char *s)
{
	put(r, s ? datum_text(s, strlen(s)) : datum_null());
}

void
row_char(struct catrow *r, char c)
{
	char *s = arena_alloc(r->scan->row, 2);

	s[0] = c;
	s[1] = '\0';
	put(r, datum_text(s, c ? 1 : 0));
}

void
row_null(struct catrow *r, int n)
{
	while (n-- > 0)
		put(r, datum_null());
}

void
row_fmt(struct catrow *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	row_text(r, arena_vprintf(r->scan->row, fmt, ap));
	va_end(ap);
}

static void
put_buf(struct catrow *r, struct buf *b)
{
	row_text(r, buf_dup(b, r->scan->row));
	buf_release(b);
}

void
row_numbers(struct catrow *r, const int16_t *list, int n, bool array)
{
	struct buf b = BUF_INIT;

	if (array)
		buf_putc(&b, '{');
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%d", i ? (array ? "," : " ") : "", list[i]);
	if (array)
		buf_putc(&b, '}');
	put_buf(r, &b);
}

void
row_oids(struct catrow *r, const oid_t *list, int n, bool array)
{
	struct buf b = BUF_INIT;

	if (array)
		buf_putc(&b, '{');
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%u", i ? (array ? "," : " ") : "", list[i]);
	if (array)
		buf_putc(&b, '}');
	put_buf(r, &b);
}

void
row_texts(struct catrow *r, const char *const *list, int n)
{
	struct buf b = BUF_INIT;

	buf_putc(&b, '{');
	for (int i = 0; i < n; i++) {
		bool quote =
			!*list[i] || strpbrk(list[i], "{}\", \\\t\n") || !strcmp(list[i], "NULL");

		if (i)
			buf_putc(&b, ',');
		if (quote)
			buf_putc(&b, '"');
		for (const char *p = list[i]; *p; p++) {
			if (*p == '"' || *p == '\\')
				buf_putc(&b, '\\');
			buf_putc(&b, *p);
		}
		if (quote)
			buf_putc(&b, '"');
	}
	buf_putc(&b, '}');
	put_buf(r, &b);
}

bool
next_user_relation(struct catscan *s, struct catrow *r)
{
	const struct vec *user = &s->snap->relations;

	if (s->has_key) {
		r->rel = s->pos++ ? NULL : snapshot_relation_by_oid(s->snap, s->key);
		if (r->rel && r->rel->builtin)
			r->rel = NULL;
	} else {
		r->rel = s->pos < user->n ? VEC_AT(struct relation, user, s->pos) : NULL;
		s->pos++;
	}
	return r->rel != NULL;
}

bool
next_relation(struct catscan *s, struct catrow *r)
{
	const struct vec *user = &s->snap->relations;

	if (s->has_key) {
		r->rel = s->pos++ ? NULL : snapshot_relation_by_oid(s->snap, s->key);
		return r->rel != NULL;
	}
	r->rel = s->pos < builtin_nrelations ? builtin_relation_at((int)s->pos) : NULL;
	if (!r->rel && s->pos - builtin_nrelations < user->n)
		r->rel = VEC_AT(struct relation, user, s->pos - builtin_nrelations);
	s->pos++;
	return r->rel != NULL;
}

/* Constant relations. */

static const struct builtin_rows *
rows_of(const char *name)
{
	for (int i = 0; i < builtin_nrows; i++)
		if (!strcmp(builtin_rows[i].name, name))
			return &builtin_rows[i];
	return NULL;
}

/* The first row whose first cell is key or more. */
static int
lower_bound(const struct builtin_rows *rows, oid_t key)
{
	int low = 0, high = rows->nrows;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (strtoul(rows->cells[mid * rows->ncols], NULL, 10) < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const char *
static_text(const char *relation, oid_t oid, int col)
{
	const struct builtin_rows *rows = rows_of(relation);
	int i = lower_bound(rows, oid);

	if (i == rows->nrows || strtoul(rows->cells[i * rows->ncols], NULL, 10) != oid)
		return NULL;
	return rows->cells[i * rows->ncols + col];
}

oid_t
catalog_type_collation(oid_t type)
{
	enum { TYPCOLLATION = 28 };
	const char *text;

	switch (type) { /* those of nearly all columns */
	case T_TEXT:
	case T_VARCHAR:
	case T_BPCHAR:
		return COLLATION_DEFAULT;
	case T_BOOL:
	case T_INT2:
	case T_INT4:
	case T_INT8:
	case T_NUMERIC:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
		return 0;
	default:
		text = static_text("pg_type", type, TYPCOLLATION);
	}
	return text ? (oid_t)strtoul(text, NULL, 10) : 0;
}

static void
put_static(struct catrow *r, const struct column *c, const char *text)
{
	if (!text)
		row_null(r, 1);
	else if (c->type->stored == DATUM_INT)
		row_int(r, strtoll(text, NULL, 10));
	else if (c->type->stored == DATUM_REAL)
		row_real(r, strtod(text, NULL));
	else
		row_text(r, text);
}

bool
static_row(struct catscan *s, struct catrow *r, const char *relation)
{
	const struct builtin_rows *rows = rows_of(relation);
	const struct relation *rel = builtin_relation_by_name(&schema_pg_catalog, relation);
	const char *const *cells;

	if (s->has_key && !s->pos)
		s->pos = lower_bound(rows, s->key);
	if (s->pos >= rows->nrows)
		return false;
	cells = &rows->cells[s->pos * rows->ncols];
	if (s->has_key && strtoul(cells[0], NULL, 10) != s->key)
		return false;
	s->pos++;
	for (int i = 0; i < rows->ncols; i++)
		put_static(r, &rel->cols[i], cells[i]);
	return true;
}

#define STATIC(name, ncols)                                                                        \
	static bool name##_row(struct catscan *s, struct catrow *r)                                \
	{                                                                                          \
		return static_row(s, r, #name);                                                    \
	}                                                                                          \
	CATREL(name, ncols, 0)

STATIC(pg_operator, 15);

/* The built-in rows, then users' ranges. A key finds its row in one of them. */
static bool
pg_cast_row(struct catscan *s, struct catrow *r)
{
	const struct builtin_rows *rows = rows_of("pg_cast");
	const struct cast *c;
	int64_t i;

	if (static_row(s, r, "pg_cast"))
		return true;
	i = s->pos++ - rows->nrows;
	if (s->has_key || i >= s->snap->casts.n)
		return false;
	c = s->snap->casts.v[i];
	row_int(r, c->oid);
	row_int(r, c->source);
	row_int(r, c->target);
	row_int(r, c->func);
	row_char(r, c->context);
	row_char(r, c->method);
	return true;
}
CATREL(pg_cast, 6, -1);

STATIC(pg_aggregate, 22);
STATIC(pg_am, 4);
STATIC(pg_amop, 9);
STATIC(pg_amproc, 6);
STATIC(pg_opclass, 9);
STATIC(pg_opfamily, 5);
STATIC(pg_language, 9);
STATIC(pg_collation, 12);
STATIC(pg_conversion, 8);
STATIC(pg_tablespace, 5);
STATIC(pg_auth_members, 4);
STATIC(pg_ts_parser, 8);
STATIC(pg_ts_template, 5);
STATIC(pg_ts_dict, 6);
STATIC(pg_ts_config, 5);
STATIC(pg_ts_config_map, 4);
STATIC(pg_shdescription, 3);

static bool
empty_next(struct catscan *s UNUSED)
{
	return false;
}

static void
empty_cell(struct catscan *s UNUSED, int col UNUSED, struct datum *out)
{
	*out = datum_null();
}

const struct catrel catrel_empty = {empty_next, empty_cell, -1};

#define BODY(name)                                                                                 \
	{                                                                                          \
#name, &catrel_##name                                                              \
	}
static const struct {
	const char *name;
	const struct catrel *body;
} bodies[] = {
	BODY(pg_class),
	BODY(pg_attribute),
	BODY(pg_attrdef),
	BODY(pg_namespace),
	BODY(pg_sequence),
	BODY(pg_depend),
	BODY(pg_description),
	BODY(pg_type),
	BODY(pg_enum),
	BODY(pg_range),
	BODY(pg_proc),
	BODY(pg_index),
	BODY(pg_constraint),
	BODY(pg_database),
	BODY(pg_authid),
	BODY(pg_settings),
	BODY(pg_stat_activity),
	BODY(pg_prepared_statements),
	BODY(pg_cursors),
	BODY(pg_timezone_names),
	BODY(pg_timezone_abbrevs),
	BODY(pg_rewrite),
	BODY(pg_operator),
	BODY(pg_cast),
	BODY(pg_aggregate),
	BODY(pg_am),
	BODY(pg_amop),
	BODY(pg_amproc),
	BODY(pg_opclass),
	BODY(pg_opfamily),
	BODY(pg_language),
	BODY(pg_collation),
	BODY(pg_conversion),
	BODY(pg_tablespace),
	BODY(pg_auth_members),
	BODY(pg_ts_parser),
	BODY(pg_ts_template),
	BODY(pg_ts_dict),
	BODY(pg_ts_config),
	BODY(pg_ts_config_map),
	BODY(pg_shdescription),
	BODY(pg_init_privs),
};

const struct catrel *
catrel_find(const char *name)
{
	for (size_t i = 0; i < COUNTOF(bodies); i++)
		if (!strcmp(bodies[i].name, name))
			return bodies[i].body;
	return NULL;
}
