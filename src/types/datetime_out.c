#include <stdlib.h>

#include "types/datetime.h"

/* Named zones are cut to this. */
#define ABBREV_CAP 10

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char weekdays[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* x with at least width digits. */
static void
put_int(struct buf *b, int x, int width)
{
	char text[12];
	int at = sizeof(text);

	for (; x > 0 || width > 0; x /= 10, width--)
		text[--at] = (char)('0' + x % 10);
	buf_add(b, text + at, sizeof(text) - (size_t)at);
}

static void
put_clock(struct buf *b, const struct civil *c)
{
	put_int(b, c->hour, 2);
	buf_putc(b, ':');
	put_int(b, c->min, 2);
	buf_putc(b, ':');
	put_int(b, c->sec, 2);
	if (c->usec > 0) {
		buf_putc(b, '.');
		put_int(b, c->usec, 6);
		while (b->data[b->len - 1] == '0')
			b->len--;
	}
}

/* The three numbers of a date in the given order of fields. */
static void
put_three(struct buf *b, int x, int xw, char sep, int y, int yw, int z, int zw)
{
	put_int(b, x, xw);
	buf_putc(b, sep);
	put_int(b, y, yw);
	buf_putc(b, sep);
	put_int(b, z, zw);
}

static int
shown_year(const struct civil *c)
{
	return c->year > 0 ? c->year : 1 - c->year;
}

/* Without BC. */
static void
put_date(struct buf *b, const struct type_env *env, const struct civil *c)
{
	bool dmy = env->date_order == DATEORDER_DMY;
	char sep = env->date_style == DATESTYLE_SQL ? '/' : '-';
	int year = shown_year(c);

	if (env->date_style == DATESTYLE_ISO)
		put_three(b, year, 4, '-', c->mon, 2, c->day, 2);
	else if (env->date_style == DATESTYLE_GERMAN)
		put_three(b, c->day, 2, '.', c->mon, 2, year, 4);
	else if (dmy)
		put_three(b, c->day, 2, sep, c->mon, 2, year, 4);
	else
		put_three(b, c->mon, 2, sep, c->day, 2, year, 4);
}

static bool
put_infinity(struct buf *b, bool finite, bool positive)
{
	if (!finite)
		buf_puts(b, positive ? "infinity" : "-infinity");
	return !finite;
}

void
date_text(struct buf *b, const struct type_env *env, int32_t d)
{
	struct civil c;

	if (put_infinity(b, date_finite(d), d == DATE_INF))
		return;
	dt_civil(d, &c.year, &c.mon, &c.day);
	put_date(b, env, &c);
	if (c.year <= 0)
		buf_puts(b, " BC");
}

void
zone_text(struct buf *b, int32_t west)
{
	int32_t a = abs(west);

	buf_putc(b, west <= 0 ? '+' : '-');
	put_int(b, a / 3600, 2);
	if (a % 3600 != 0) {
		buf_putc(b, ':');
		put_int(b, a / 60 % 60, 2);
	}
	if (a % 60 != 0) {
		buf_putc(b, ':');
		put_int(b, a % 60, 2);
	}
}

static void
put_abbrev(struct buf *b, const char *abbrev)
{
	buf_putc(b, ' ');
	buf_add(b, abbrev, strnlen(abbrev, ABBREV_CAP));
}

/* "Wed Jan 31 12:34:56 2024" */
static void
put_postgres(struct buf *b, const struct type_env *env, const struct civil *c)
{
	buf_add(b, weekdays[dt_dow(dt_days(c->year, c->mon, c->day))], 3);
	buf_putc(b, ' ');
	if (env->date_order == DATEORDER_DMY) {
		put_int(b, c->day, 2);
		buf_putc(b, ' ');
		buf_add(b, months[c->mon - 1], 3);
	} else {
		buf_add(b, months[c->mon - 1], 3);
		buf_putc(b, ' ');
		put_int(b, c->day, 2);
	}
	buf_putc(b, ' ');
	put_clock(b, c);
	buf_putc(b, ' ');
	put_int(b, shown_year(c), 4);
}

/* p: the zone's period, or NULL for a timestamp without one. */
static void
put_point(struct buf *b, const struct type_env *env, const struct civil *c,
	  const struct tzperiod *p)
{
	if (env->date_style == DATESTYLE_POSTGRES) {
		put_postgres(b, env, c);
	} else {
		put_date(b, env, c);
		buf_putc(b, ' ');
		put_clock(b, c);
	}
	if (p && env->date_style == DATESTYLE_ISO)
		zone_text(b, -p->offset);
	else if (p)
		put_abbrev(b, p->abbrev);
	if (c->year <= 0)
		buf_puts(b, " BC");
}

void
ts_text(struct buf *b, const struct type_env *env, int64_t t)
{
	struct civil c;

	if (put_infinity(b, ts_finite(t), t == TS_INF))
		return;
	ts_to_civil(t, &c);
	put_point(b, env, &c, NULL);
}

void
tstz_text(struct buf *b, const struct type_env *env, int64_t t)
{
	struct civil c;
	struct tzperiod p;

	if (put_infinity(b, ts_finite(t), t == TS_INF))
		return;
	tstz_to_civil(t, env->timezone, &c, &p);
	put_point(b, env, &c, &p);
}

void
time_text(struct buf *b, int64_t t)
{
	struct civil c;

	dt_split_time(t, &c);
	put_clock(b, &c);
}

void
timetz_text(struct buf *b, const struct timetz *t)
{
	time_text(b, t->usec);
	zone_text(b, t->zone);
}
