/*
 * to_char for timestamps and intervals.
 */
#include <stdlib.h>

#include "func/datetime_format.h"

/* What is printed. An interval's fields may be negative and its hours large. */
struct shown {
	int year, mon, day;
	int64_t hour;
	int min, sec, usec;
	int yday, wday;
	bool is_interval;
	const char *abbrev; /* of the zone, or NULL */
	int32_t offset;     /* seconds east */
};

/* An ordinal's ending for the digits at s. */
static const char *
ordinal(const char *s, size_t n, bool upper)
{
	static const char *const low[] = {"th", "st", "nd", "rd"}, *const up[] = {"TH", "ST", "ND",
										  "RD"};
	int last = s[n - 1] - '0';

	if (last > 3 || (n > 1 && s[n - 2] == '1'))
		last = 0;
	return upper ? up[last] : low[last];
}

/* v in at least width characters (FM: none), with the ordinal's ending if asked for. */
static void
put_plain(struct buf *b, const struct fmt_node *node, int64_t v, int width)
{
	size_t start = b->len;

	buf_printf(b, "%0*lld", node->flags & FMT_FM ? 0 : width, (long long)v);
	if (node->flags & FMT_TH)
		buf_puts(b, ordinal(b->data + start, b->len - start, node->flags & FMT_TH_UPPER));
}

/* The same with room for a sign. */
static void
put_number(struct buf *b, const struct fmt_node *node, int64_t v, int width)
{
	put_plain(b, node, v, width + (v < 0 && width > 1));
}

static void
put_cased(struct buf *b, const char *s, size_t n, enum fmt_case letters)
{
	for (size_t i = 0; i < n; i++) {
		char ch = s[i];
		bool alpha = (ch | 32) >= 'a' && (ch | 32) <= 'z';
		bool upper = letters == FC_UPPER || (letters == FC_TITLE && i == 0);

		buf_putc(b, (char)(!alpha ? ch : upper ? ch & ~32 : ch | 32));
	}
}

/* s cut to n bytes if n is not 0, padded to width unless FM or TM. */
static void
put_word(struct buf *b, const struct fmt_node *node, const char *s, size_t n, size_t width)
{
	if (n == 0)
		n = strlen(s);
	put_cased(b, s, n, node->key->letters);
	if (!(node->flags & (FMT_FM | FMT_TM)) && width > n)
		buf_pad(b, ' ', width - n);
}

static void
put_roman(struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	int at;

	if (v->mon == 0 && v->year == 0)
		return;
	if (v->mon == 0)
		at = v->year >= 0 ? 0 : 11;
	else
		at = v->mon < 0 ? -(v->mon + 1) : 12 - v->mon;
	put_word(b, node, fmt_roman[at], 0, node->flags & FMT_TM ? 0 : 4);
	if (node->flags & FMT_TM)
		buf_pad(b, ' ', 4 - MIN(4, strlen(fmt_roman[at])));
}

/* ---- the parts of a year ---- */

static int
display_year(const struct shown *v, int year)
{
	return v->is_interval || year > 0 ? year : 1 - year;
}

static int
iso_year(const struct shown *v)
{
	int y;

	dt_iso_week(dt_days(v->year, v->mon, v->day), &y);
	return y;
}

static int
iso_week(const struct shown *v)
{
	int y;

	return dt_iso_week(dt_days(v->year, v->mon, v->day), &y);
}

static int
iso_yday(const struct shown *v)
{
	return dt_days(v->year, v->mon, v->day) - dt_iso_week_start(iso_year(v), 1) + 1;
}

static int
century(const struct shown *v)
{
	if (v->is_interval)
		return v->year / 100;
	return v->year > 0 ? (v->year - 1) / 100 + 1 : v->year / 100 - 1;
}

static void
put_year(struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	int id = node->key->id;
	int year = display_year(v, id >= F_IYYY && id <= F_I ? iso_year(v) : v->year);
	/* Room for a sign is made by the plain year, whichever is shown. */
	int sign = display_year(v, v->year) < 0;

	switch (id) {
	case F_Y_YYY: {
		size_t start = b->len;

		buf_printf(b, "%d,%03d", year / 1000, year - year / 1000 * 1000);
		if (node->flags & FMT_TH)
			buf_puts(b, ordinal(b->data + start, b->len - start,
					    node->flags & FMT_TH_UPPER));
		break;
	}
	case F_YYYY:
	case F_IYYY:
		put_plain(b, node, year, 4 + sign);
		break;
	case F_YYY:
	case F_IYY:
		put_plain(b, node, year % 1000, 3 + sign);
		break;
	case F_YY:
	case F_IY:
		put_plain(b, node, year % 100, 2 + sign);
		break;
	default:
		put_plain(b, node, year % 10, 1);
	}
}

/* ---- zones ---- */

static void
put_zone(struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	int32_t a = abs(v->offset);
	char sign = v->offset >= 0 ? '+' : '-';

	switch (node->key->id) {
	case F_TZ:
		if (!v->abbrev)
			return;
		if (node->key->letters == FC_LOWER)
			put_cased(b, v->abbrev, strlen(v->abbrev), FC_LOWER);
		else
			buf_puts(b, v->abbrev);
		return;
	case F_TZH:
		buf_printf(b, "%c%02d", sign, a / 3600);
		return;
	case F_TZM:
		buf_printf(b, "%02d", a % 3600 / 60);
		return;
	default:
		buf_printf(b, "%c%0*d", sign, node->flags & FMT_FM ? 0 : 2, a / 3600);
		if (a % 3600 != 0)
			buf_printf(b, ":%02d", a % 3600 / 60);
	}
}

/* ---- fields ---- */

/* Fields that name a day of the calendar, which an interval does not have. */
static bool
needs_calendar(int id)
{
	switch (id) {
	case F_TZ:
	case F_TZH:
	case F_TZM:
	case F_OF:
	case F_AD:
	case F_AD_DOTTED:
	case F_MONTH:
	case F_MON:
	case F_DAY:
	case F_DY:
	case F_D:
	case F_ID:
		return true;
	default:
		return false;
	}
}

static void
put_fraction(struct buf *b, const struct fmt_node *node, int usec, int digits)
{
	static const int scale[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
	size_t start = b->len;

	buf_printf(b, "%0*d", digits, usec / scale[digits]);
	if (node->flags & FMT_TH)
		buf_puts(b, ordinal(b->data + start, b->len - start, node->flags & FMT_TH_UPPER));
}

static void
put_clock_field(struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	struct fmt_node plain = *node;

	switch (node->key->id) {
	case F_HH12:
		put_number(b, node, v->hour % 12 == 0 ? 12 : v->hour % 12,
			   2 + (v->hour < 0 && v->hour % 12 == 0));
		break;
	case F_HH24:
		put_number(b, node, v->hour, 2);
		break;
	case F_MI:
		put_number(b, node, v->min, 2);
		break;
	case F_SS:
		put_number(b, node, v->sec, 2);
		break;
	case F_MS:
		put_fraction(b, node, v->usec, 3);
		break;
	case F_US:
		put_fraction(b, node, v->usec, 6);
		break;
	case F_SSSS:
		plain.flags |= FMT_FM;
		put_number(b, &plain, v->hour * 3600 + v->min * 60 + v->sec, 0);
		break;
	default:
		put_fraction(b, node, v->usec, node->key->id - F_FF1 + 1);
	}
}

/* Of an interval any number comes; PostgreSQL lets it wrap. */
static int
weeks_begun(int day)
{
	return (int)((unsigned)day - 1) / 7 + 1;
}

static void
put_day_field(struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	switch (node->key->id) {
	case F_CC: {
		int cc = century(v);

		put_number(b, node, cc, cc <= 99 && cc >= -99 ? 2 : 0);
		break;
	}
	case F_DAY:
		put_word(b, node, fmt_days[v->wday], 0, 9);
		break;
	case F_DY:
		put_word(b, node, fmt_days[v->wday], 3, 0);
		break;
	case F_MONTH:
		put_word(b, node, fmt_months[v->mon - 1], 0, 9);
		break;
	case F_MON:
		put_word(b, node, fmt_months[v->mon - 1], 3, 0);
		break;
	case F_MM:
		put_number(b, node, v->mon, 2);
		break;
	case F_DDD:
		put_plain(b, node, v->yday, 3);
		break;
	case F_IDDD:
		put_plain(b, node, iso_yday(v), 3);
		break;
	case F_DD:
		put_plain(b, node, v->day, 2);
		break;
	case F_D:
		put_number(b, node, v->wday + 1, 0);
		break;
	case F_ID:
		put_number(b, node, v->wday ? v->wday : 7, 0);
		break;
	case F_WW:
		put_plain(b, node, weeks_begun(v->yday), 2);
		break;
	case F_IW:
		put_plain(b, node, iso_week(v), 2);
		break;
	case F_W:
		put_number(b, node, weeks_begun(v->day), 0);
		break;
	case F_Q:
		if (v->mon)
			put_number(b, node, (v->mon - 1) / 3 + 1, 0);
		break;
	case F_J:
		put_number(b, node, (int64_t)dt_days(v->year, v->mon, v->day) + DT_JULIAN_2000, 0);
		break;
	}
}

static bool
put_field(struct fcall *c, struct buf *b, const struct fmt_node *node, const struct shown *v)
{
	int id = node->key->id;

	if (v->is_interval && needs_calendar(id)) {
		err_set(c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"invalid format specification for an interval value");
		return err_hint(c->err, "Intervals are not tied to specific calendar dates.");
	}
	switch (id) {
	case F_AM:
		put_word(b, node, v->hour % 24 >= 12 ? "PM" : "AM", 0, 0);
		break;
	case F_AM_DOTTED:
		put_word(b, node, v->hour % 24 >= 12 ? "P.M." : "A.M.", 0, 0);
		break;
	case F_AD:
		put_word(b, node, v->year <= 0 ? "BC" : "AD", 0, 0);
		break;
	case F_AD_DOTTED:
		put_word(b, node, v->year <= 0 ? "B.C." : "A.D.", 0, 0);
		break;
	case F_RM:
		put_roman(b, node, v);
		break;
	case F_TZ:
	case F_TZH:
	case F_TZM:
	case F_OF:
		put_zone(b, node, v);
		break;
	case F_FX:
		break;
	case F_IYYY:
	case F_IYY:
	case F_IY:
	case F_I:
	case F_Y_YYY:
	case F_YYYY:
	case F_YYY:
	case F_YY:
	case F_Y:
		put_year(b, node, v);
		break;
	case F_HH12:
	case F_HH24:
	case F_MI:
	case F_SS:
	case F_SSSS:
	case F_MS:
	case F_US:
	case F_FF1:
	case F_FF2:
	case F_FF3:
	case F_FF4:
	case F_FF5:
	case F_FF6:
		put_clock_field(b, node, v);
		break;
	default:
		put_day_field(b, node, v);
	}
	return true;
}

static bool
to_char(struct fcall *c, const struct datum *format, const struct shown *v, struct datum *out)
{
	struct buf b = BUF_INIT;
	size_t n;
	const char *s = arg_text(c, format, &n);

	if (n == 0)
		return true;
	for (const struct fmt_node *node = fmt_get(c, s, n)->nodes; node->kind != FMT_END; node++) {
		if (node->kind != FMT_FIELD) {
			buf_add(&b, node->ch, node->n);
		} else if (!put_field(c, &b, node, v)) {
			buf_release(&b);
			return false;
		}
	}
	return ret_buf(c, &b, out);
}

/* ---- what can be shown ---- */

static void
shown_from(struct shown *v, const struct civil *t)
{
	int32_t days = dt_days(t->year, t->mon, t->day);

	*v = (struct shown){
		.year = t->year,
		.mon = t->mon,
		.day = t->day,
		.hour = t->hour,
		.min = t->min,
		.sec = t->sec,
		.usec = t->usec,
		.yday = days - dt_days(t->year, 1, 1) + 1,
		.wday = dt_dow(days),
	};
}

static bool
timestamp_to_char(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct civil v;
	struct shown shown;

	(void)nargs;
	if (!arg_ts(c, &args[0], &t))
		return false;
	if (!ts_finite(t))
		return true;
	ts_to_civil(t, &v);
	shown_from(&shown, &v);
	return to_char(c, &args[1], &shown, out);
}

static bool
timestamptz_to_char(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct civil v;
	struct tzperiod p;
	struct shown shown;

	(void)nargs;
	if (!arg_tstz(c, &args[0], &t))
		return false;
	if (!ts_finite(t))
		return true;
	tstz_to_civil(t, call_zone(c), &v, &p);
	shown_from(&shown, &v);
	shown.abbrev = p.abbrev;
	shown.offset = p.offset;
	return to_char(c, &args[1], &shown, out);
}

static bool
interval_to_char(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;
	struct shown v = {.is_interval = true};

	(void)nargs;
	if (!arg_interval(c, &args[0], &i))
		return false;
	v.year = i.months / 12;
	v.mon = i.months % 12;
	v.day = i.days;
	v.hour = i.usec / USEC_HOUR;
	v.min = (int)(i.usec / USEC_MIN % 60);
	v.sec = (int)(i.usec / USEC_SEC % 60);
	v.usec = (int)(i.usec % USEC_SEC);
	v.yday = (int)((uint32_t)i.months * 30 + (uint32_t)i.days);
	return to_char(c, &args[1], &v, out);
}

const struct func func_datetime_fmt[] = {
	FUNC("timestamp_to_char", timestamp_to_char),
	FUNC_S("timestamptz_to_char", timestamptz_to_char),
	FUNC("interval_to_char", interval_to_char),
	FUNC_END,
};
