/*
 * The order of arrays, and the collations that bring it to SQLite: one for each family of elements
 * whose texts are read alike.
 */
#include "types/array.h"
#include "types/array_value.h"
#include "types/domain.h"
#include "types/item_order.h"

static int
compare_texts(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = MIN(an, bn);
	int r = n ? memcmp(a, b, n) : 0;

	return r ? r : (an > bn) - (an < bn);
}

/* Both through the element's input function; texts that it refuses sort by their bytes. */
static int
compare_values(const struct type *elem, const struct array_item *a, const struct array_item *b)
{
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct type_ctx c = {&tmp, &err, &type_env_canonical,
			     elem->find ? elem->find : type_builtin_find, elem->find_arg};
	struct datum x, y;
	int r;

	err_init(&err);
	if (item_datum(&c, elem, a, &x) && item_datum(&c, elem, b, &y))
		r = type_compare(elem, &x, &y);
	else
		r = compare_texts(a->p, a->n, b->p, b->n);
	err_release(&err);
	arena_release(&tmp);
	return r;
}

int
item_compare(const struct type *elem, const struct array_item *a, const struct array_item *b)
{
	struct item_key k, l;
	struct datum x, y;

	if (!a->p || !b->p)
		return !a->p - !b->p;
	if (a->n == b->n && memcmp(a->p, b->p, a->n) == 0)
		return 0;
	if (item_key(elem, a->p, a->n, &k) && item_key(elem, b->p, b->n, &l))
		return item_key_compare(elem, &k, &l);
	if (!array_elem_is_text(elem))
		return compare_values(elem, a, b);
	x = datum_text(a->p, a->n);
	y = datum_text(b->p, b->n);
	return type_compare(elem, &x, &y);
}

static int
compare_ints(int a, int b)
{
	return (a > b) - (a < b);
}

int
array_compare(const struct type *elem, const struct array *a, const struct array *b)
{
	int r = 0;

	for (int i = 0; i < MIN(a->n, b->n) && r == 0; i++)
		r = item_compare(elem, &a->items[i], &b->items[i]);
	return r ? r : array_compare_shape(a, b);
}

int
array_compare_shape(const struct array *a, const struct array *b)
{
	int r = compare_ints(a->n, b->n);

	if (r == 0)
		r = compare_ints(a->ndim, b->ndim);
	for (int i = 0; i < a->ndim && r == 0; i++)
		r = compare_ints(a->dims[i], b->dims[i]);
	for (int i = 0; i < a->ndim && r == 0; i++)
		r = compare_ints(a->lower[i], b->lower[i]);
	return r;
}

/* Texts of every form. */
static int
compare_any(const struct type *elem, const char *a, size_t an, const char *b, size_t bn)
{
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct array x, y;
	int r;

	err_init(&err);
	if (array_parse(&tmp, &err, ',', a, an, &x) && array_parse(&tmp, &err, ',', b, bn, &y))
		r = array_compare(elem, &x, &y);
	else
		r = compare_texts(a, an, b, bn);
	err_release(&err);
	arena_release(&tmp);
	return r;
}

static int
collate(const struct type *elem, const char *a, size_t an, const char *b, size_t bn)
{
	enum { FEW = 24, ROOM = 512 };
	struct array_item xs[FEW], ys[FEW];
	char room[2][ROOM];
	struct array x, y;

	if (an == bn && memcmp(a, b, an) == 0)
		return 0;
	if (array_scan(a, an, xs, FEW, room[0], ROOM, &x) &&
	    array_scan(b, bn, ys, FEW, room[1], ROOM, &y))
		return array_compare(elem, &x, &y);
	return compare_any(elem, a, an, b, bn);
}

#define COLLATE(name, elem)                                                                        \
	static int name##_array_collate(const struct type *t UNUSED, const char *a, size_t an,     \
					const char *b, size_t bn)                                  \
	{                                                                                          \
		return collate(type_builtin(elem), a, an, b, bn);                                  \
	}

COLLATE(int, T_INT8)
COLLATE(float, T_FLOAT8)
COLLATE(numeric, T_NUMERIC)
COLLATE(text, T_TEXT)
COLLATE(bpchar, T_BPCHAR)
COLLATE(date, T_DATE)
COLLATE(timestamp, T_TIMESTAMP)
COLLATE(timestamptz, T_TIMESTAMPTZ)
COLLATE(timetz, T_TIMETZ)
COLLATE(interval, T_INTERVAL)
COLLATE(jsonb, T_JSONB)
COLLATE(money, T_MONEY)

int
record_array_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b,
		     size_t bn)
{
	return collate(type_builtin(T_RECORD), a, an, b, bn);
}

/* Elements of a family of their own: by the array type itself. */
int
elem_array_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	return collate(t->of, a, an, b, bn);
}

enum family {
	NONE,
	INT,
	FLOAT,
	NUMERIC,
	TEXT,
	BPCHAR,
	DATE,
	TIMESTAMP,
	TIMESTAMPTZ,
	TIMETZ,
	INTERVAL,
	JSONB,
	MONEY,
	RECORD
};

static const struct {
	const char *name;
	type_collate_fn *fn;
} families[] = {
	[INT] = {"pg_array_int", int_array_collate},
	[FLOAT] = {"pg_array_float", float_array_collate},
	[NUMERIC] = {"pg_array_numeric", numeric_array_collate},
	[TEXT] = {"pg_array_text", text_array_collate},
	[BPCHAR] = {"pg_array_bpchar", bpchar_array_collate},
	[DATE] = {"pg_array_date", date_array_collate},
	[TIMESTAMP] = {"pg_array_timestamp", timestamp_array_collate},
	[TIMESTAMPTZ] = {"pg_array_timestamptz", timestamptz_array_collate},
	[TIMETZ] = {"pg_array_timetz", timetz_array_collate},
	[INTERVAL] = {"pg_array_interval", interval_array_collate},
	[JSONB] = {"pg_array_jsonb", jsonb_array_collate},
	[MONEY] = {"pg_array_money", money_array_collate},
	[RECORD] = {"pg_array_record", record_array_collate},
};

static enum family
family_of(const struct type *elem)
{
	elem = domain_base(elem, NULL);
	switch (elem->base_oid ? elem->base_oid : elem->oid) {
	case T_FLOAT4:
	case T_FLOAT8:
		return FLOAT;
	case T_NUMERIC:
		return NUMERIC;
	/* f before t, hexadecimal or binary digits, HH:MM:SS: as their texts. */
	case T_BOOL:
	case T_BYTEA:
	case T_TIME:
	case T_UUID:
	case T_BIT:
	case T_VARBIT:
	case T_MACADDR:
	case T_MACADDR8:
	case T_CHAR:
	case T_NAME:
	case T_VARCHAR:
	case T_TEXT:
		return TEXT;
	case T_BPCHAR:
		return BPCHAR;
	case T_DATE:
		return DATE;
	case T_TIMESTAMP:
		return TIMESTAMP;
	case T_TIMESTAMPTZ:
		return TIMESTAMPTZ;
	case T_TIMETZ:
		return TIMETZ;
	case T_INTERVAL:
		return INTERVAL;
	case T_JSONB:
		return JSONB;
	case T_MONEY:
		return MONEY;
	case T_RECORD:
		return RECORD;
	default:
		return elem->typtype == 'c' ? RECORD : elem->stored == DATUM_INT ? INT : NONE;
	}
}

bool
array_collation(const struct type *elem, const char **name, type_collate_fn **fn)
{
	enum family f = family_of(elem);

	if (f == NONE)
		return false;
	*name = families[f].name;
	*fn = families[f].fn;
	return true;
}
