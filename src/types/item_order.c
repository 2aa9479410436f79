/*
 * Keys. Each reader takes what the type's output function prints under type_env_canonical, and only
 * that: whatever it accepts, the type's input function reads as the same value.
 */
#include "types/item_order.h"
#include "types/datetime.h"
#include "types/read.h"

#include <strings.h>

/* Digits from p on, at most max; their value in *v. */
static size_t
digit_run(const char *p, const char *end, size_t max, int64_t *v)
{
	size_t n = 0;
	int64_t x = 0;

	for (; p + n < end && n < max; n++) {
		unsigned d = (unsigned)(p[n] - '0');

		if (d > 9)
			break;
		x = x * 10 + (int)d;
	}
	*v = x;
	return n;
}

static bool
int_key(const char *p, size_t n, size_t max, struct item_key *out)
{
	const char *end = p + n;
	bool neg = n && *p == '-';
	int64_t v;

	p += neg;
	if (p == end || digit_run(p, end, max, &v) != (size_t)(end - p))
		return false;
	out->v = neg ? -v : v;
	return true;
}

/* Up to 18 digits with a point perhaps between them. */
static bool
decimal(const char *p, size_t n, int64_t *unscaled, int *scale)
{
	const char *end = p + n;
	bool neg = n && *p == '-';
	int64_t whole, part = 0;
	size_t digits, more = 0;

	p += neg;
	digits = digit_run(p, end, 18, &whole);
	p += digits;
	if (!digits)
		return false;
	if (p < end && *p == '.') {
		more = digit_run(++p, end, 18 - digits, &part);
		p += more;
		if (!more)
			return false;
	}
	if (p != end)
		return false;
	for (size_t i = 0; i < more; i++)
		whole *= 10;
	*unscaled = neg ? -(whole + part) : whole + part;
	*scale = (int)more;
	return true;
}

static bool
numeric_key(const char *p, size_t n, struct item_key *out)
{
	int64_t v;

	if (!decimal(p, n, &v, &out->scale))
		return false;
	out->unscaled = v;
	return true;
}

/* Exact where digits and power of ten are doubles. */
static bool
float_key(const char *p, size_t n, struct item_key *out)
{
	static const double pow10[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
				       1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	int64_t v;
	int scale;

	if (!decimal(p, n, &v, &scale) || scale > 15 || v > (INT64_C(1) << 53) ||
	    v < -(INT64_C(1) << 53))
		return false;
	out->r = (double)v / pow10[scale];
	return true;
}

/* ---- days and clocks ---- */

static int
two(const char *p)
{
	unsigned a = (unsigned)(p[0] - '0'), b = (unsigned)(p[1] - '0');

	return a > 9 || b > 9 ? -1 : (int)(a * 10 + b);
}

static bool
infinity_key(const char *p, size_t n, struct item_key *out)
{
	bool neg = n == 9 && *p == '-';

	if ((!neg && n != 8) || memcmp(p + neg, "infinity", 8) != 0)
		return false;
	out->infinite = true;
	out->v = (__int128)1 << 100;
	if (neg)
		out->v = -out->v;
	return true;
}

/* HH:MM:SS[.f] at *at, moving it. */
static bool
clock(const char **at, const char *end, int64_t *usec)
{
	const char *p = *at;
	int h, m, s;
	int64_t part;
	size_t digits;

	if (end - p < 8 || p[2] != ':' || p[5] != ':')
		return false;
	h = two(p);
	m = two(p + 3);
	s = two(p + 6);
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return false;
	*usec = ((h * INT64_C(60) + m) * 60 + s) * USEC_SEC;
	p += 8;
	if (p < end && *p == '.') {
		digits = digit_run(++p, end, 6, &part);
		if (!digits)
			return false;
		p += digits;
		for (; digits < 6; digits++)
			part *= 10;
		*usec += part;
	}
	*at = p;
	return true;
}

/* Fields that grow with the day, so that no calendar is needed. time: a space and a clock follow;
 * zone: and the offset of UTC. */
static bool
day_key(const char *p, size_t n, bool time, bool zone, struct item_key *out)
{
	const char *end = p + n;
	int64_t year, usec = 0;
	size_t digits;
	int mon, day;
	bool bc = n > 3 && memcmp(end - 3, " BC", 3) == 0;

	if (bc)
		end -= 3;
	digits = digit_run(p, end, 6, &year);
	p += digits;
	if (digits < 4 || end - p < 6 || p[0] != '-' || p[3] != '-' || year == 0)
		return infinity_key(p - digits, n, out);
	mon = two(p + 1);
	day = two(p + 4);
	if (bc)
		year = 1 - year;
	if (mon < 1 || mon > 12 || day < 1 || day > dt_month_days((int)year, mon) ||
	    year > 294000 || year < -4700)
		return false;
	p += 6;
	if (time && (p == end || *p++ != ' ' || !clock(&p, end, &usec)))
		return false;
	if (zone) {
		if (end - p != 3 || memcmp(p, "+00", 3) != 0)
			return false;
		p += 3;
	}
	out->v = (((__int128)year * 16 + mon) * 32 + day) * USEC_DAY + usec;
	return p == end;
}

static bool
timetz_key(const char *p, size_t n, struct item_key *out)
{
	struct timetz t;

	if (!timetz_scan(p, n, &t))
		return false;
	out->v = (__int128)(t.usec + t.zone * USEC_SEC) * (INT64_C(1) << 32) + t.zone;
	return true;
}

static bool
interval_key(const char *p, size_t n, struct item_key *out)
{
	struct interval i;

	if (!interval_scan(p, n, &i))
		return false;
	out->v = interval_span(&i);
	return true;
}

bool
item_key(const struct type *t, const char *p, size_t n, struct item_key *out)
{
	out->infinite = false;
	switch (t->oid) {
	case T_INT2:
		return int_key(p, n, 4, out);
	case T_INT4:
		return int_key(p, n, 9, out);
	case T_INT8:
		return int_key(p, n, 18, out);
	case T_NUMERIC:
		return numeric_key(p, n, out);
	case T_FLOAT8:
		return float_key(p, n, out);
	case T_DATE:
		return day_key(p, n, false, false, out);
	case T_TIMESTAMP:
		return day_key(p, n, true, false, out);
	case T_TIMESTAMPTZ:
		return day_key(p, n, true, true, out);
	case T_TIMETZ:
		return timetz_key(p, n, out);
	case T_INTERVAL:
		return interval_key(p, n, out);
	case T_INET:
	case T_CIDR:
		return inet_scan(p, n, &out->inet);
	default:
		return false;
	}
}

static int
compare_numerics(const struct item_key *a, const struct item_key *b)
{
	__int128 x = a->unscaled, y = b->unscaled;

	for (int i = a->scale; i < b->scale; i++)
		x *= 10;
	for (int i = b->scale; i < a->scale; i++)
		y *= 10;
	return (x > y) - (x < y);
}

int
item_key_compare(const struct type *t, const struct item_key *a, const struct item_key *b)
{
	switch (t->oid) {
	case T_NUMERIC:
		return compare_numerics(a, b);
	case T_FLOAT8:
		return (a->r > b->r) - (a->r < b->r);
	case T_INET:
	case T_CIDR:
		return inet_compare(&a->inet, &b->inet);
	default:
		return (a->v > b->v) - (a->v < b->v);
	}
}

/* ---- arrays ---- */

static bool
is_mark(char ch)
{
	return ch == ',' || ch == '}' || ch == '{' || ch == '"' || ch == '\\' || ascii_space(ch);
}

/* Behind the opening quote. False: no closing one, or no room. */
static bool
quoted_item(const char **at, const char *end, char **room, const char *room_end,
	    struct array_item *out)
{
	const char *p = *at;
	char *to = *room;

	while (p < end && *p != '"' && *p != '\\')
		p++;
	*out = (struct array_item){*at, (size_t)(p - *at)};
	if (p < end && *p == '\\') {
		if (room_end - to < end - *at)
			return false;
		out->p = to;
		for (p = *at; p < end && *p != '"'; p++) {
			if (*p == '\\' && ++p == end)
				return false;
			*to++ = *p;
		}
		out->n = (size_t)(to - out->p);
		*room = to;
	}
	*at = p + 1;
	return p < end;
}

static bool
plain_item(const char **at, const char *end, struct array_item *out)
{
	const char *p = *at;

	while (p < end && !is_mark(*p))
		p++;
	*out = (struct array_item){*at, (size_t)(p - *at)};
	*at = p;
	if (out->n == 4 && strncasecmp(out->p, "null", 4) == 0)
		*out = (struct array_item){NULL, 0};
	return out->n || !out->p;
}

bool
array_scan(const char *s, size_t n, struct array_item *items, int cap, char *room, size_t room_n,
	   struct array *out)
{
	const char *end = s + n, *room_end = room + room_n;

	out->n = 0;
	out->items = items;
	if (n < 2 || *s++ != '{')
		return false;
	if (*s != '}') {
		do {
			struct array_item *i = &items[out->n];

			if (out->n++ == cap || s == end)
				return false;
			if (!(*s == '"' ? s++, quoted_item(&s, end, &room, room_end, i)
					: plain_item(&s, end, i)))
				return false;
		} while (s < end && *s == ',' && s++);
	}
	out->ndim = out->n > 0;
	out->dims[0] = out->n;
	out->lower[0] = 1;
	return s < end && *s == '}' && s + 1 == end;
}
