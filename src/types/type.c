/*
 * The table is put together once, before main: the facts of types.def, then each family's
 * conversions by OID, then what follows from another row (arrays from their element, domains from
 * their base). Afterwards it never changes.
 */
#include "types/type.h"
#include "types/array.h"
#include "types/families.h"
#include "types/range.h"
#include "types/read.h"
#include "base/map.h"

#include <stdio.h>

#define T(o, n, sql, arr, elem, base, cat, pref, tt, l, del)                                       \
	{.oid = o,                                                                                 \
	 .name = n,                                                                                \
	 .sql_name = sql,                                                                          \
	 .array_oid = arr,                                                                         \
	 .elem_oid = elem,                                                                         \
	 .base_oid = base,                                                                         \
	 .category = cat,                                                                          \
	 .preferred = pref,                                                                        \
	 .typtype = tt,                                                                            \
	 .len = l,                                                                                 \
	 .delim = del,                                                                             \
	 .stored = DATUM_TEXT,                                                                     \
	 .decl = "TEXT"},
static struct type table[] = {
#include "types/types.def"
};
#undef T

enum { NTYPES = COUNTOF(table), MAX_BUILTIN_OID = 16384, MAX_COLLATIONS = 128 };

static uint16_t by_oid[MAX_BUILTIN_OID]; /* index in table + 1 */
static struct map by_name;
static const struct type *collations[MAX_COLLATIONS];
static int ncollations;

static const struct type *const families[] = {
	types_bool,          types_int,  types_float,  types_numeric,  types_text,
	types_bytea,         types_uuid, types_oid,    types_vector,   types_pseudo,
	types_datetime,      types_json, types_record, types_money,    types_bit,
	types_network,       types_mac,  types_range,  types_jsonpath, types_xml,
	types_xact_snapshot, types_acl,
};

static struct type *
row(oid_t oid)
{
	return oid < MAX_BUILTIN_OID && by_oid[oid] ? &table[by_oid[oid] - 1] : NULL;
}

static void
take_conversions(struct type *t, const struct type *from)
{
	t->stored = from->stored;
	t->decl = from->decl;
	t->collation = from->collation;
	t->in = from->in;
	t->out = from->out;
	t->recv = from->recv;
	t->send = from->send;
	t->collate = from->collate;
	t->typmodin = from->typmodin;
	t->typmodout = from->typmodout;
	t->apply = from->apply;
}

static void
join_range(const struct range_row *r)
{
	row(r->range)->of = row(r->subtype);
	row(r->range)->multirange_oid = r->multirange;
	row(r->multirange)->of = row(r->range);
	row(r->multirange)->range_oid = r->range;
}

static void
derive_array(struct type *t)
{
	const struct type *elem = row(t->elem_oid);

	t->of = elem;
	if (t->in || t->category != 'A' || !elem || !elem->in)
		return;
	t->in = array_in;
	t->out = array_out;
	t->recv = array_recv;
	t->send = array_send;
	if (!array_collation(elem, &t->collation, &t->collate) && elem->collate) {
		static struct arena names = ARENA_INIT;

		t->collation = arena_printf(&names, "pg_array_%s", elem->name);
		t->collate = elem_array_collate;
	}
	t->typmodin = elem->typmodin;
	t->typmodout = elem->typmodout;
}

static void
note_collation(const struct type *t)
{
	if (!t->collate || !t->collation)
		return;
	for (int i = 0; i < ncollations; i++)
		if (strcmp(collations[i]->collation, t->collation) == 0)
			return;
	if (ncollations < MAX_COLLATIONS)
		collations[ncollations++] = t;
}

static void __attribute__((constructor)) type_table_init(void)
{
	struct type *t;

	for (int i = 0; i < NTYPES; i++) {
		by_oid[table[i].oid] = (uint16_t)(i + 1);
		if (!map_gets(&by_name, table[i].name))
			map_puts(&by_name, table[i].name, &table[i]);
	}
	for (size_t f = 0; f < COUNTOF(families); f++)
		for (const struct type *from = families[f]; from->oid; from++)
			if ((t = row(from->oid)))
				take_conversions(t, from);
	for (int i = 0; i < NTYPES; i++)
		if (table[i].base_oid && row(table[i].base_oid))
			take_conversions(&table[i], row(table[i].base_oid));
	for (int i = 0; i < NTYPES; i++)
		derive_array(&table[i]);
	for (const struct range_row *r = range_rows; r->range; r++)
		join_range(r);
	for (int i = 0; i < NTYPES; i++)
		note_collation(&table[i]);
}

const struct type_env type_env_canonical = {.extra_float_digits = 1};

const struct type *
type_builtin(oid_t oid)
{
	return row(oid);
}

const struct type *
type_builtin_find(void *unused UNUSED, oid_t oid)
{
	return row(oid);
}

const struct type *
type_builtin_by_name(const char *name)
{
	return map_gets(&by_name, name);
}

const struct type *
type_builtin_at(int i)
{
	return i >= 0 && i < NTYPES ? &table[i] : NULL;
}

bool
type_collation_at(int i, const char **name, const struct type **t)
{
	if (i < 0 || i >= ncollations)
		return false;
	*name = collations[i]->collation;
	*t = collations[i];
	return true;
}

static bool
no_body(struct type_ctx *c, const struct type *t)
{
	return err_unsupported(c->err, -1, "type %s", type_sql_name(t));
}

bool
type_text_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	     struct datum *out)
{
	return t->in ? t->in(c, t, s, n, typmod, out) : no_body(c, t);
}

bool
type_binary_in(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	       struct datum *out)
{
	/* A fixed-size value is read and must leave nothing over; too short is recv's own finding.
	 */
	if (t->len > 0 && t->typtype == 'b' && n > (size_t)t->len && t->category != 'S' &&
	    t->category != 'Z')
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "incorrect binary data format");
	return t->recv ? t->recv(c, t, p, n, typmod, out) : no_body(c, t);
}

static bool
not_null(struct type_ctx *c, const struct datum *d)
{
	return d->class != DATUM_NULL ||
	       err_set(c->err, ERR_INTERNAL_ERROR, -1, "null value reached an output function");
}

bool
type_text_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	      struct buf *b)
{
	return not_null(c, d) && (t->out ? t->out(c, t, d, typmod, b) : no_body(c, t));
}

bool
type_binary_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
		struct buf *b)
{
	return not_null(c, d) && (t->send ? t->send(c, t, d, typmod, b) : no_body(c, t));
}

bool
type_apply_typmod(struct type_ctx *c, const struct type *t, int32_t typmod, bool explicit_cast,
		  struct datum *d)
{
	return typmod < 0 || !t->apply || d->class == DATUM_NULL ||
	       t->apply(c, t, typmod, explicit_cast, d);
}

/* SQLite's order between storage classes: numbers, texts, blobs. */
static int class_rank(enum datum_class class)
{
	return class == DATUM_NULL                         ? 0
	       : class == DATUM_INT || class == DATUM_REAL ? 1
	       : class == DATUM_TEXT                       ? 2
							   : 3;
}

static int
compare_int_real(int64_t i, double r)
{
	int64_t whole;

	if (r >= 9223372036854775808.0)
		return -1;
	if (r < -9223372036854775808.0)
		return 1;
	whole = (int64_t)r;
	if (i != whole)
		return i < whole ? -1 : 1;
	return (double)whole < r ? -1 : (double)whole > r;
}

static int
compare_numbers(const struct datum *a, const struct datum *b)
{
	if (a->class == DATUM_INT)
		return b->class == DATUM_INT ? (a->i > b->i) - (a->i < b->i)
					     : compare_int_real(a->i, b->r);
	return b->class == DATUM_INT ? -compare_int_real(b->i, a->r)
				     : (a->r > b->r) - (a->r < b->r);
}

static int
compare_bytes(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = MIN(an, bn);
	int r = n ? memcmp(a, b, n) : 0;

	return r ? r : (an > bn) - (an < bn);
}

static size_t
without_blanks(const struct datum *d)
{
	size_t n = d->n;

	while (n && d->p[n - 1] == ' ')
		n--;
	return n;
}

int
type_compare(const struct type *t, const struct datum *a, const struct datum *b)
{
	int ra = class_rank(a->class), rb = class_rank(b->class);

	if (t->collate && (ra == 1 || rb == 1) && ra <= 2 && rb <= 2 && ra && rb) {
		struct arena tmp = ARENA_INIT;
		size_t an, bn;
		const char *as = read_text(&tmp, a, &an), *bs = read_text(&tmp, b, &bn);
		int r = t->collate(t, as, an, bs, bn);

		arena_release(&tmp);
		return r;
	}
	if (ra != rb)
		return ra < rb ? -1 : 1;
	if (ra == 0)
		return 0;
	if (ra == 1)
		return compare_numbers(a, b);
	if (t->collate)
		return t->collate(t, a->p, a->n, b->p, b->n);
	if (ra == 2 && t->collation && strcmp(t->collation, "RTRIM") == 0)
		return compare_bytes(a->p, without_blanks(a), b->p, without_blanks(b));
	return compare_bytes(a->p, a->n, b->p, b->n);
}
