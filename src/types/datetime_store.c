/*
 * Stored forms: scan reads the canonical text and nothing else, get reads leniently, put writes the
 * canonical text.
 */
#include <math.h>
#include <stdio.h>

#include "types/datetime.h"
#include "types/read.h"

#define TEXT_CAP 64

/* ---- scanning ---- */

/* n decimal digits at p, or -1. */
static inline int
digits(const char *p, int n)
{
	int x = 0;

	for (int i = 0; i < n; i++) {
		unsigned d = (unsigned)(p[i] - '0');

		if (d > 9)
			return -1;
		x = x * 10 + (int)d;
	}
	return x;
}

/* A finite date at the front of p; *end is its length. */
static bool
scan_day(const char *p, size_t n, int32_t *days, size_t *end)
{
	int year, mon, day;
	size_t at = 0, width = 4;

	if (n > 0 && (p[0] == '.' || p[0] == 'Y')) {
		at = 1;
		width = p[0] == 'Y' ? 7 : 4;
	}
	if (n < at + width + 6 || p[at + width] != '-' || p[at + width + 3] != '-')
		return false;
	year = digits(p + at, (int)width);
	mon = digits(p + at + width + 1, 2);
	day = digits(p + at + width + 4, 2);
	if (year < 0 || mon < 1 || mon > 12 || day < 1 || day > 31 || (at == 0 && year == 0))
		return false;
	if (p[0] == '.')
		year -= 9999;
	if (day > dt_month_days(year, mon) || !dt_in_calendar(year, mon))
		return false;
	*days = dt_days(year, mon, day);
	*end = at + width + 6;
	return true;
}

/* -1: -infinity, 1: infinity, 0: neither. */
static int
scan_infinity(const char *p, size_t n)
{
	if (n == 8 && memcmp(p, "infinity", 8) == 0)
		return 1;
	return n == 9 && memcmp(p, "-infinity", 9) == 0 ? -1 : 0;
}

bool
date_scan(const char *p, size_t n, int32_t *out)
{
	size_t end;
	int inf;

	if (scan_day(p, n, out, &end))
		return end == n;
	inf = scan_infinity(p, n);
	*out = inf > 0 ? DATE_INF : DATE_NEG_INF;
	return inf != 0;
}

bool
time_scan(const char *p, size_t n, int64_t *out)
{
	int h, m, s, frac = 0, scale = 100000;

	if (n < 8 || p[2] != ':' || p[5] != ':' || (n > 8 && (p[8] != '.' || n == 9 || n > 15)))
		return false;
	h = digits(p, 2);
	m = digits(p + 3, 2);
	s = digits(p + 6, 2);
	for (size_t i = 9; i < n; i++, scale /= 10) {
		unsigned d = (unsigned)(p[i] - '0');

		if (d > 9)
			return false;
		frac += (int)d * scale;
	}
	if (h < 0 || h > 24 || m < 0 || m > 59 || s < 0 || s > 59)
		return false;
	*out = ((h * INT64_C(60) + m) * 60 + s) * USEC_SEC + frac;
	return *out <= USEC_DAY;
}

bool
ts_scan(const char *p, size_t n, int64_t *out)
{
	int32_t days;
	size_t end;
	int64_t t = 0, day;
	int inf;

	if (scan_day(p, n, &days, &end)) {
		if (end < n &&
		    ((p[end] != ' ' && p[end] != 'T') || !time_scan(p + end + 1, n - end - 1, &t)))
			return false;
		/* Rounding to a precision may have gone just over TS_END, so only the
		 * representation limits. */
		return !__builtin_mul_overflow((int64_t)days, USEC_DAY, &day) &&
		       !__builtin_add_overflow(day, t, out) && ts_finite(*out);
	}
	inf = scan_infinity(p, n);
	*out = inf > 0 ? TS_INF : TS_NEG_INF;
	return inf != 0;
}

/* [+-]hh[:mm[:ss]]; zones made of POSIX strings can be more than 99 hours off. */
static bool
scan_zone(const char *p, size_t n, int32_t *west)
{
	const char sign = p[0];
	size_t width = n % 3 == 1 ? 3 : 2;
	int part[3] = {0, 0, 0};

	if (n < 3 || n > 10 || n % 3 == 2 || (sign != '+' && sign != '-'))
		return false;
	part[0] = digits(p + 1, (int)width);
	for (size_t i = 1, at = width + 1; at < n; i++, at += 3) {
		part[i] = digits(p + at + 1, 2);
		if (part[i] < 0 || p[at] != ':')
			return false;
	}
	*west = part[0] * 3600 + part[1] * 60 + part[2];
	if (sign == '+')
		*west = -*west;
	return part[0] >= 0;
}

bool
timetz_scan(const char *p, size_t n, struct timetz *out)
{
	size_t at = 0;

	while (at < n && p[at] != '+' && p[at] != '-')
		at++;
	return at < n && time_scan(p, at, &out->usec) && scan_zone(p + at, n - at, &out->zone);
}

/* A signed number at *at, moving it. */
static bool
scan_number(const char *p, size_t n, size_t *at, int64_t *out)
{
	bool minus = *at < n && p[*at] == '-';
	size_t start;
	int64_t x = 0;

	if (minus || (*at < n && p[*at] == '+'))
		++*at;
	start = *at;
	for (; *at < n && p[*at] >= '0' && p[*at] <= '9'; ++*at)
		if (__builtin_mul_overflow(x, INT64_C(10), &x) ||
		    __builtin_add_overflow(x, p[*at] - '0', &x))
			return false;
	*out = minus ? -x : x;
	return *at > start;
}

/* What follows a number's hours: ":MM:SS[.f]" to the end of the text. */
static bool
scan_clock(const char *p, size_t n, int64_t hours, bool minus, int64_t *out)
{
	int64_t rest, whole;
	char text[16];

	if (n < 6 || n > 13 || hours < 0)
		return false;
	memcpy(text, "00", 2);
	memcpy(text + 2, p, n);
	if (!time_scan(text, n + 2, &rest) ||
	    __builtin_mul_overflow(minus ? -hours : hours, USEC_HOUR, &whole))
		return false;
	return !__builtin_add_overflow(whole, minus ? -rest : rest, out);
}

static bool
word_is(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	return (n == len || (n == len + 1 && p[len] == 's')) && memcmp(p, word, len) == 0;
}

bool
interval_scan(const char *p, size_t n, struct interval *out)
{
	int64_t x, months = 0, days = 0;

	*out = (struct interval){0};
	for (size_t at = 0; at < n;) {
		bool minus = p[at] == '-';
		size_t word;

		if (!scan_number(p, n, &at, &x))
			return false;
		if (at < n && p[at] == ':') {
			if (!scan_clock(p + at, n - at, minus ? -x : x, minus, &out->usec))
				return false;
			break;
		}
		if (at == n || p[at++] != ' ' || x > INT32_MAX || x < INT32_MIN)
			return false;
		for (word = at; at < n && p[at] != ' ';)
			at++;
		if (word_is(p + word, at - word, "year"))
			months += x * 12;
		else if (word_is(p + word, at - word, "mon"))
			months += x;
		else if (word_is(p + word, at - word, "day"))
			days = x;
		else
			return false;
		if (at < n && ++at == n)
			return false;
	}
	out->months = (int32_t)months;
	out->days = (int32_t)days;
	return n > 0 && out->months == months && out->days == days;
}

/* ---- lenient reading ---- */

static struct type_ctx
canonical(const struct type_ctx *c)
{
	struct type_ctx own = *c;

	own.env = &type_env_canonical;
	return own;
}

static bool
from_unix(struct type_ctx *c, int64_t secs, int64_t *out)
{
	if (__builtin_sub_overflow(secs, DT_EPOCH_SECS, &secs) ||
	    __builtin_mul_overflow(secs, USEC_SEC, out) || !ts_valid(*out))
		return ts_out_of_range(c->err);
	return true;
}

/* SQLite keeps julian days to the millisecond. */
static bool
from_julian(struct type_ctx *c, double r, int64_t *out)
{
	double ms = rint((r - (DT_JULIAN_2000 - 0.5)) * 86400e3);

	if (!(ms > -3e14 && ms < 9.2e15))
		return ts_out_of_range(c->err);
	*out = (int64_t)ms * 1000;
	return ts_valid(*out) || ts_out_of_range(c->err);
}

static bool
get_point(struct type_ctx *c, const struct datum *d, bool with_zone, int64_t *out)
{
	struct type_ctx own;
	const char *s;
	size_t n;

	if (d->class == DATUM_TEXT && ts_scan(d->p, d->n, out))
		return true;
	if (d->class == DATUM_INT)
		return from_unix(c, d->i, out);
	if (d->class == DATUM_REAL)
		return from_julian(c, d->r, out);
	own = canonical(c);
	s = read_text(c->arena, d, &n);
	return ts_parse(&own, s, n, with_zone, out);
}

bool
ts_get(struct type_ctx *c, const struct datum *d, int64_t *out)
{
	return get_point(c, d, false, out);
}

bool
tstz_get(struct type_ctx *c, const struct datum *d, int64_t *out)
{
	return get_point(c, d, true, out);
}

bool
date_get(struct type_ctx *c, const struct datum *d, int32_t *out)
{
	struct type_ctx own;
	const char *s;
	size_t n;
	int64_t t;

	if (d->class == DATUM_TEXT && date_scan(d->p, d->n, out))
		return true;
	if (d->class == DATUM_INT || d->class == DATUM_REAL)
		return get_point(c, d, false, &t) && ts_to_date(t, out, c->err);
	own = canonical(c);
	s = read_text(c->arena, d, &n);
	return date_parse(&own, s, n, out);
}

bool
time_get(struct type_ctx *c, const struct datum *d, int64_t *out)
{
	struct type_ctx own;
	const char *s;
	size_t n;
	int32_t days;
	int64_t t;

	if (d->class == DATUM_TEXT && time_scan(d->p, d->n, out))
		return true;
	if (d->class == DATUM_INT || d->class == DATUM_REAL) {
		if (!get_point(c, d, false, &t))
			return false;
		*out = ts_split(t, &days);
		return true;
	}
	own = canonical(c);
	s = read_text(c->arena, d, &n);
	return time_parse(&own, s, n, out);
}

bool
timetz_get(struct type_ctx *c, const struct datum *d, struct timetz *out)
{
	struct type_ctx own;
	const char *s;
	size_t n;

	if (d->class == DATUM_TEXT && timetz_scan(d->p, d->n, out))
		return true;
	if (d->class == DATUM_INT || d->class == DATUM_REAL) {
		out->zone = 0;
		return time_get(c, d, &out->usec);
	}
	own = canonical(c);
	s = read_text(c->arena, d, &n);
	return timetz_parse(&own, s, n, out);
}

bool
interval_get(struct type_ctx *c, const struct datum *d, struct interval *out)
{
	struct type_ctx own;
	const char *s;
	size_t n;

	if (d->class == DATUM_TEXT && interval_scan(d->p, d->n, out))
		return true;
	own = canonical(c);
	s = read_text(c->arena, d, &n);
	return interval_parse(&own, s, n, -1, out);
}

/* ---- writing ---- */

static inline char *
put2(char *p, int x)
{
	p[0] = (char)('0' + x / 10);
	p[1] = (char)('0' + x % 10);
	return p + 2;
}

static char *
put_number(char *p, int x, int width)
{
	for (int i = width; i-- > 0; x /= 10)
		p[i] = (char)('0' + x % 10);
	return p + width;
}

static char *
put_day(char *p, int32_t days)
{
	int y, m, d;

	dt_civil(days, &y, &m, &d);
	if (y < 1) {
		*p++ = '.';
		y += 9999;
	}
	if (y > 9999) {
		*p++ = 'Y';
		p = put_number(p, y, 7);
	} else {
		p = put_number(p, y, 4);
	}
	*p++ = '-';
	p = put2(p, m);
	*p++ = '-';
	return put2(p, d);
}

static char *
put_clock(char *p, int64_t usec)
{
	struct civil c;

	dt_split_time(usec, &c);
	p = put2(p, c.hour);
	*p++ = ':';
	p = put2(p, c.min);
	*p++ = ':';
	p = put2(p, c.sec);
	if (c.usec > 0) {
		*p++ = '.';
		p = put_number(p, c.usec, 6);
		while (p[-1] == '0')
			p--;
	}
	return p;
}

static struct datum
put_infinity(bool positive)
{
	return positive ? datum_text("infinity", 8) : datum_text("-infinity", 9);
}

struct datum
date_put(struct arena *a, int32_t v)
{
	char *p;

	if (!date_finite(v))
		return put_infinity(v == DATE_INF);
	p = arena_alloc(a, TEXT_CAP);
	return datum_text(p, (size_t)(put_day(p, v) - p));
}

struct datum
ts_put(struct arena *a, int64_t v)
{
	char *p, *end;
	int32_t days;
	int64_t rest;

	if (!ts_finite(v))
		return put_infinity(v == TS_INF);
	p = arena_alloc(a, TEXT_CAP);
	rest = ts_split(v, &days);
	end = put_day(p, days);
	*end++ = ' ';
	return datum_text(p, (size_t)(put_clock(end, rest) - p));
}

struct datum
time_put(struct arena *a, int64_t v)
{
	char *p = arena_alloc(a, TEXT_CAP);

	return datum_text(p, (size_t)(put_clock(p, v) - p));
}

struct datum
timetz_put(struct arena *a, const struct timetz *v)
{
	char *p = arena_alloc(a, TEXT_CAP), *end = put_clock(p, v->usec);
	int32_t zone = v->zone < 0 ? -v->zone : v->zone;

	*end++ = v->zone <= 0 ? '+' : '-';
	end = put_number(end, zone / 3600, zone < 100 * 3600 ? 2 : 3);
	if (zone % 3600 != 0) {
		*end++ = ':';
		end = put2(end, zone / 60 % 60);
	}
	if (zone % 60 != 0) {
		*end++ = ':';
		end = put2(end, zone % 60);
	}
	return datum_text(p, (size_t)(end - p));
}

struct datum
interval_put(struct arena *a, const struct interval *v)
{
	struct buf b = BUF_INIT;
	struct datum d;

	interval_text(&b, INTERVALSTYLE_POSTGRES, v);
	d = datum_text(arena_memdup(a, b.data, b.len), b.len);
	buf_release(&b);
	return d;
}
