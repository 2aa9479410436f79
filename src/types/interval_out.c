#include <inttypes.h>
#include <stdlib.h>

#include "types/datetime.h"

/* An interval's fields as shown; all of the clock's have the sign of its microseconds. */
struct fields {
	int year, mon, day;
	int64_t hour;
	int min, sec, usec;
};

static struct fields
split(const struct interval *i)
{
	int64_t t = i->usec;

	return (struct fields){
		.year = i->months / 12,
		.mon = i->months % 12,
		.day = i->days,
		.hour = t / USEC_HOUR,
		.min = (int)(t / USEC_MIN % 60),
		.sec = (int)(t / USEC_SEC % 60),
		.usec = (int)(t % USEC_SEC),
	};
}

static uint64_t
mag(int64_t x)
{
	return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

/* Seconds without sign; width digits at least. */
static void
put_seconds(struct buf *b, const struct fields *f, int width)
{
	buf_printf(b, "%0*d", width, abs(f->sec));
	if (f->usec) {
		buf_printf(b, ".%06d", abs(f->usec));
		while (b->data[b->len - 1] == '0')
			b->len--;
	}
}

static bool
clock_negative(const struct fields *f)
{
	return f->hour < 0 || f->min < 0 || f->sec < 0 || f->usec < 0;
}

static bool
clock_zero(const struct fields *f)
{
	return f->hour == 0 && f->min == 0 && f->sec == 0 && f->usec == 0;
}

/* ---- postgres ---- */

struct progress {
	bool zero;   /* nothing printed yet */
	bool before; /* postgres: the last field was negative; verbose: the first one was */
};

static void
part_postgres(struct buf *b, struct progress *p, int value, const char *unit)
{
	if (value == 0)
		return;
	buf_printf(b, "%s%s%d %s%s", p->zero ? "" : " ", p->before && value > 0 ? "+" : "", value,
		   unit, value != 1 ? "s" : "");
	p->before = value < 0;
	p->zero = false;
}

static void
text_postgres(struct buf *b, const struct fields *f)
{
	struct progress p = {true, false};

	part_postgres(b, &p, f->year, "year");
	part_postgres(b, &p, f->mon, "mon");
	part_postgres(b, &p, f->day, "day");
	if (!p.zero && clock_zero(f))
		return;
	buf_printf(b, "%s%s%02" PRIu64 ":%02d:", p.zero ? "" : " ",
		   clock_negative(f) ? "-"
		   : p.before        ? "+"
				     : "",
		   mag(f->hour), abs(f->min));
	put_seconds(b, f, 2);
}

/* ---- postgres_verbose ---- */

static void
part_verbose(struct buf *b, struct progress *p, int64_t value, const char *unit)
{
	bool minus = value < 0;
	uint64_t shown = mag(value);

	if (value == 0)
		return;
	if (p->zero)
		p->before = minus;
	minus = minus != p->before;
	buf_printf(b, " %s%" PRIu64 " %s%s", minus ? "-" : "", shown, unit,
		   shown == 1 && !minus ? "" : "s");
	p->zero = false;
}

static void
text_verbose(struct buf *b, const struct fields *f)
{
	struct progress p = {true, false};

	buf_putc(b, '@');
	part_verbose(b, &p, f->year, "year");
	part_verbose(b, &p, f->mon, "mon");
	part_verbose(b, &p, f->day, "day");
	part_verbose(b, &p, f->hour, "hour");
	part_verbose(b, &p, f->min, "min");
	if (f->sec || f->usec) {
		bool minus = f->sec < 0 || f->usec < 0;

		if (p.zero)
			p.before = minus;
		buf_puts(b, minus != p.before ? " -" : " ");
		put_seconds(b, f, 1);
		buf_puts(b, abs(f->sec) != 1 || f->usec ? " secs" : " sec");
		p.zero = false;
	}
	if (p.zero)
		buf_puts(b, " 0");
	if (p.before)
		buf_puts(b, " ago");
}

/* ---- iso_8601 ---- */

static void
part_iso(struct buf *b, int64_t value, char unit)
{
	if (value != 0)
		buf_printf(b, "%" PRId64 "%c", value, unit);
}

static void
text_iso(struct buf *b, const struct fields *f)
{
	if (f->year == 0 && f->mon == 0 && f->day == 0 && clock_zero(f)) {
		buf_puts(b, "PT0S");
		return;
	}
	buf_putc(b, 'P');
	part_iso(b, f->year, 'Y');
	part_iso(b, f->mon, 'M');
	part_iso(b, f->day, 'D');
	if (!clock_zero(f))
		buf_putc(b, 'T');
	part_iso(b, f->hour, 'H');
	part_iso(b, f->min, 'M');
	if (f->sec || f->usec) {
		buf_puts(b, f->sec < 0 || f->usec < 0 ? "-" : "");
		put_seconds(b, f, 1);
		buf_putc(b, 'S');
	}
}

/* ---- sql_standard ---- */

static void
text_sql(struct buf *b, const struct fields *f)
{
	bool months = f->year || f->mon, clock = !clock_zero(f);
	bool minus = f->year < 0 || f->mon < 0 || f->day < 0 || clock_negative(f);
	bool plus = f->year > 0 || f->mon > 0 || f->day > 0 || (clock && !clock_negative(f));

	if (!minus && !plus) {
		buf_putc(b, '0');
		return;
	}
	/* What the standard has no form for gets a sign on every part. */
	if ((minus && plus) || (months && (f->day || clock))) {
		buf_printf(b, "%c%d-%d %c%" PRIu64 " %c%" PRIu64 ":%02d:",
			   f->year < 0 || f->mon < 0 ? '-' : '+', abs(f->year), abs(f->mon),
			   f->day < 0 ? '-' : '+', mag(f->day), clock_negative(f) ? '-' : '+',
			   mag(f->hour), abs(f->min));
		put_seconds(b, f, 2);
		return;
	}
	if (minus)
		buf_putc(b, '-');
	if (months) {
		buf_printf(b, "%d-%d", abs(f->year), abs(f->mon));
		return;
	}
	if (f->day)
		buf_printf(b, "%" PRIu64 " ", mag(f->day));
	buf_printf(b, "%" PRIu64 ":%02d:", mag(f->hour), abs(f->min));
	put_seconds(b, f, 2);
}

void
interval_text(struct buf *b, enum interval_style style, const struct interval *i)
{
	struct fields f = split(i);

	switch (style) {
	case INTERVALSTYLE_POSTGRES:
		text_postgres(b, &f);
		break;
	case INTERVALSTYLE_POSTGRES_VERBOSE:
		text_verbose(b, &f);
		break;
	case INTERVALSTYLE_SQL:
		text_sql(b, &f);
		break;
	case INTERVALSTYLE_ISO:
		text_iso(b, &f);
		break;
	}
}
