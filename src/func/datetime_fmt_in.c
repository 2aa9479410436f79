/*
 * to_date and to_timestamp: input by template. Fields are collected first; they are made a date and
 * time when all are known.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "func/datetime_format.h"
#include "types/datetime_parse.h"

/* What the template's fields said; 0 is unsaid. */
struct said {
	int hour, min, sec, sssss, msec, usec, fraction_digits;
	int day_of_week; /* 1 is Sunday */
	int day, day_of_year, month, year, year_digits, century, week, week_of_month, julian;
	bool bc, pm, twelve_hours;
	int zone_sign, zone_hour, zone_min;
	enum fmt_calendar calendar;
};

struct reader {
	struct fcall *c;
	const char *whole; /* terminated */
	const char *p;
	const struct fmt_node *node;
	struct said said;
	bool fixed;  /* FX */
	bool strict; /* the SQL standard's way */
	/* Blanks of the input skipped beyond what the template asked for: literal characters are
	 * taken from these first. */
	int extra;
};

static bool
is_space(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static bool
is_separator(char ch)
{
	return ch > ' ' && ch < 127 && !isalnum((unsigned char)ch);
}

static void
skip_char(struct reader *r)
{
	if (*r->p)
		r->p++;
	while (((unsigned char)*r->p & 0xC0) == 0x80)
		r->p++;
}

static void
skip_spaces(struct reader *r)
{
	for (; is_space(*r->p); r->p++)
		r->extra++;
}

/* ---- numbers and words ---- */

static bool
bad(struct reader *r, const char *fmt, const char *value)
{
	return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1, fmt, value, r->node->key->name);
}

static bool
set_int(struct reader *r, int *to, int v)
{
	if (*to != 0 && *to != v) {
		err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"conflicting values for \"%s\" field in formatting string",
			r->node->key->name);
		return err_detail(
			r->c->err,
			"This value contradicts a previous setting for the same field type.");
	}
	*to = v;
	return true;
}

/* Whether the number at hand may take all digits there are: what follows in the template is no
 * digit. */
static bool
next_ends_number(const struct fmt_node *node)
{
	if (node->flags & FMT_TH)
		return true;
	node++;
	if (node->kind == FMT_END)
		return true;
	if (node->kind == FMT_FIELD)
		return !node->key->digits;
	return !(node->n == 1 && isdigit((unsigned char)node->ch[0]));
}

/* The first len bytes of s, less a character cut in its middle. */
static void
copy_whole_chars(char *copy, size_t cap, const char *s, int len)
{
	size_t n = MIN(strnlen(s, (size_t)len), cap - 1);

	while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	memcpy(copy, s, n);
	copy[n] = '\0';
}

static bool
fixed_number(struct reader *r, int len, long *v)
{
	static const char hint[] =
		"If your source string is not fixed-width, try using the \"FM\" modifier.";
	char copy[16], *end;
	int have = (int)strlen(r->p), used;

	copy_whole_chars(copy, sizeof(copy), r->p, len);
	if (have < len) {
		err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"source string too short for \"%s\" formatting field", r->node->key->name);
		err_detail(r->c->err, "Field requires %d characters, but only %d remain.", len,
			   have);
		return err_hint(r->c->err, "%s", hint);
	}
	*v = strtol(copy, &end, 10);
	used = (int)(end - copy);
	if (used > 0 && used < len) {
		bad(r, "invalid value \"%s\" for \"%s\"", copy);
		err_detail(r->c->err, "Field requires %d characters, but only %d could be parsed.",
			   len, used);
		return err_hint(r->c->err, "%s", hint);
	}
	r->p += used;
	return true;
}

/* A number of len digits; *used is what it took, blanks before it included. to may be NULL. */
static bool
read_len(struct reader *r, int *to, int len, int *used)
{
	const char *init = r->p;
	char copy[16], *end;
	long v = 0;

	while (is_space(*r->p))
		r->p++;
	copy_whole_chars(copy, sizeof(copy), r->p, len);
	errno = 0;
	if ((r->node->flags & FMT_FM) || next_ends_number(r->node)) {
		v = strtol(init, &end, 10);
		r->p = end;
	} else if (!fixed_number(r, len, &v)) {
		return false;
	}
	if (r->p == init) {
		bad(r, "invalid value \"%s\" for \"%s\"", copy);
		return err_detail(r->c->err, "Value must be an integer.");
	}
	if (errno == ERANGE || v < INT_MIN || v > INT_MAX) {
		err_set(r->c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			"value for \"%s\" in source string is out of range", r->node->key->name);
		return err_detail(r->c->err, "Value must be in the range %d to %d.", INT_MIN,
				  INT_MAX);
	}
	*used = (int)(r->p - init);
	return !to || set_int(r, to, (int)v);
}

static void
skip_ordinal(struct reader *r)
{
	if (r->node->flags & FMT_TH) {
		skip_char(r);
		skip_char(r);
	}
}

/* A number as wide as its pattern. */
static bool
read_int(struct reader *r, int *to)
{
	int used;

	if (!read_len(r, to, r->node->key->len, &used))
		return false;
	skip_ordinal(r);
	return true;
}

static bool
read_width(struct reader *r, int *to, int len)
{
	int used;

	if (!read_len(r, to, len, &used))
		return false;
	skip_ordinal(r);
	return true;
}

/* A fraction: "25" of three digits is 250. */
static bool
read_fraction(struct reader *r, int *to, int len, int digits)
{
	int used;

	if (!read_len(r, to, len, &used))
		return false;
	for (; used < digits; used++)
		*to *= 10;
	skip_ordinal(r);
	return true;
}

/* The first word of list that the input starts with, cut to cut bytes if that is not 0. */
static bool
read_word(struct reader *r, const char *const *list, int count, size_t cut, int *which)
{
	for (int i = 0; i < count; i++) {
		size_t n = cut ? cut : strlen(list[i]), k = 0;

		while (k < n &&
		       tolower((unsigned char)r->p[k]) == tolower((unsigned char)list[i][k]))
			k++;
		if (k == n) {
			r->p += n;
			*which = i;
			return true;
		}
	}
	bad(r, "invalid value \"%s\" for \"%s\"",
	    arena_strndup(r->c->arena, r->p, strcspn(r->p, " \t\n\r\f\v")));
	return err_detail(
		r->c->err,
		"The given value did not match any of the allowed values for this field.");
}

/* ---- fields ---- */

static bool
read_pair(struct reader *r, const char *const *pair, bool *second)
{
	int which;

	if (!read_word(r, pair, 2, 0, &which))
		return false;
	if (*second && which != 1) {
		int one = 1;

		return set_int(r, &one, 0);
	}
	*second = which == 1;
	return true;
}

static bool
read_half(struct reader *r)
{
	static const char *const plain[] = {"am", "pm"}, *const dotted[] = {"a.m.", "p.m."};

	r->said.twelve_hours = true;
	return read_pair(r, r->node->key->id == F_AM ? plain : dotted, &r->said.pm);
}

static bool
read_era(struct reader *r)
{
	static const char *const plain[] = {"ad", "bc"}, *const dotted[] = {"a.d.", "b.c."};

	return read_pair(r, r->node->key->id == F_AD ? plain : dotted, &r->said.bc);
}

static bool
read_month_name(struct reader *r, const char *const *list, size_t cut)
{
	int which;

	return read_word(r, list, 12, cut, &which) &&
	       set_int(r, &r->said.month, list == fmt_roman ? 12 - which : which + 1);
}

static bool
read_day_name(struct reader *r, size_t cut)
{
	int which;

	if (!read_word(r, fmt_days, 7, cut, &which) || !set_int(r, &r->said.day_of_week, which))
		return false;
	r->said.day_of_week++;
	return true;
}

static bool
read_zone_hour(struct reader *r)
{
	int used;

	if (*r->p == '+' || *r->p == '-' || *r->p == ' ') {
		r->said.zone_sign = *r->p == '-' ? -1 : 1;
		r->p++;
	} else {
		/* The sign may have gone as a separator. */
		r->said.zone_sign = r->extra > 0 && r->p > r->whole && r->p[-1] == '-' ? -1 : 1;
	}
	return read_len(r, &r->said.zone_hour, 2, &used);
}

static bool
read_grouped_year(struct reader *r)
{
	int millennia, years, used;

	if (sscanf(r->p, "%d,%03d%n", &millennia, &years, &used) < 2)
		return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "invalid input string for \"Y,YYY\"");
	if (!set_int(r, &r->said.year, (int)((unsigned)years + (unsigned)millennia * 1000)))
		return false;
	r->said.year_digits = 4;
	r->p += used;
	skip_ordinal(r);
	return true;
}

/* A year of less than four digits is the nearest to 2020. */
static bool
read_short_year(struct reader *r, int digits)
{
	int used, *year = &r->said.year;

	if (!read_len(r, year, r->node->key->len, &used))
		return false;
	if (used < 4)
		*year += *year < 70     ? 2000
			 : *year < 100  ? 1900
			 : *year < 520  ? 2000
			 : *year < 1000 ? 1000
					: 0;
	r->said.year_digits = digits;
	skip_ordinal(r);
	return true;
}

static bool
read_clock_field(struct reader *r)
{
	struct said *s = &r->said;
	int id = r->node->key->id, used;

	switch (id) {
	case F_HH12:
		s->twelve_hours = true;
		return read_width(r, &s->hour, 2);
	case F_HH24:
		return read_width(r, &s->hour, 2);
	case F_MI:
		return read_int(r, &s->min);
	case F_SS:
		return read_int(r, &s->sec);
	case F_SSSS:
		return read_int(r, &s->sssss);
	case F_MS:
		return read_fraction(r, &s->msec, 3, 3);
	case F_US:
		return read_fraction(r, &s->usec, 6, 6);
	case F_TZH:
		return read_zone_hour(r);
	case F_TZM:
		if (!s->zone_sign)
			s->zone_sign = 1;
		return read_len(r, &s->zone_min, 2, &used);
	default:
		s->fraction_digits = id - F_FF1 + 1;
		return read_fraction(r, &s->usec, s->fraction_digits, 6);
	}
}

static bool
read_field(struct reader *r)
{
	struct said *s = &r->said;

	switch (r->node->key->id) {
	case F_FX:
		r->fixed = true;
		return true;
	case F_AM:
	case F_AM_DOTTED:
		return read_half(r);
	case F_AD:
	case F_AD_DOTTED:
		return read_era(r);
	case F_TZ:
	case F_OF:
		return err_set(r->c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "formatting field \"%s\" is only supported in to_char",
			       r->node->key->name);
	case F_MONTH:
		return read_month_name(r, fmt_months, 0);
	case F_MON:
		return read_month_name(r, fmt_months, 3);
	case F_RM:
		return read_month_name(r, fmt_roman, 0);
	case F_MM:
		return read_int(r, &s->month);
	case F_DAY:
		return read_day_name(r, 0);
	case F_DY:
		return read_day_name(r, 3);
	case F_DDD:
		return read_int(r, &s->day_of_year);
	case F_IDDD:
		return read_width(r, &s->day_of_year, 3);
	case F_DD:
		return read_int(r, &s->day);
	case F_D:
		return read_int(r, &s->day_of_week);
	case F_ID:
		if (!read_width(r, &s->day_of_week, 1))
			return false;
		if (++s->day_of_week > 7)
			s->day_of_week = 1;
		return true;
	case F_WW:
	case F_IW:
		return read_int(r, &s->week);
	case F_Q:
		return read_int(r, NULL);
	case F_CC:
		return read_int(r, &s->century);
	case F_Y_YYY:
		return read_grouped_year(r);
	case F_YYYY:
	case F_IYYY:
		s->year_digits = 4;
		return read_int(r, &s->year);
	case F_YYY:
	case F_IYY:
		return read_short_year(r, 3);
	case F_YY:
	case F_IY:
		return read_short_year(r, 2);
	case F_Y:
	case F_I:
		return read_short_year(r, 1);
	case F_W:
		return read_int(r, &s->week_of_month);
	case F_J:
		return read_int(r, &s->julian);
	default:
		return read_clock_field(r);
	}
}

static bool
set_calendar(struct reader *r)
{
	enum fmt_calendar cal = r->node->key->calendar;

	if (cal == CAL_ANY)
		return true;
	if (r->said.calendar != CAL_ANY && r->said.calendar != cal) {
		err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"invalid combination of date conventions");
		return err_hint(r->c->err, "Do not mix Gregorian and ISO week date conventions in "
					   "a formatting template.");
	}
	r->said.calendar = cal;
	return true;
}

static void
skip_literal(struct reader *r)
{
	if (r->fixed) {
		skip_char(r);
	} else if (r->node->kind == FMT_CHAR) {
		if (r->extra > 0)
			r->extra--;
		else
			skip_char(r);
	} else {
		r->extra--;
		if (is_space(*r->p) || is_separator(*r->p)) {
			r->p++;
			r->extra++;
		}
	}
}

/* strict: the template's own character has to be there. */
static bool
match_literal(struct reader *r)
{
	const struct fmt_node *node = r->node;
	bool separator = node->kind != FMT_CHAR;

	if (strncmp(r->p, node->ch, node->n) == 0) {
		r->p += node->n;
		return true;
	}
	return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1, "unmatched format %s \"%.*s\"",
		       separator ? "separator" : "character", node->n, node->ch);
}

/* strict: template and text end together. */
static bool
match_end(struct reader *r)
{
	if (r->node->kind != FMT_END)
		return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "input string is too short for datetime format");
	skip_spaces(r);
	if (*r->p)
		return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "trailing characters remain in input string after datetime format");
	return true;
}

static bool
read_all(struct reader *r, const struct fmt *f)
{
	for (r->node = f->nodes; r->node->kind != FMT_END && *r->p; r->node++) {
		bool field = r->node->kind == FMT_FIELD;

		if (!r->fixed && (field ? r->node->key->id != F_FX : r->node == f->nodes))
			skip_spaces(r);
		if (r->node->kind != FMT_FIELD && r->strict) {
			if (!match_literal(r))
				return false;
			continue;
		}
		if (r->node->kind != FMT_FIELD) {
			skip_literal(r);
			continue;
		}
		if (!set_calendar(r) || !read_field(r))
			return false;
		if (!r->fixed) {
			r->extra = 0;
			skip_spaces(r);
		}
	}
	return !r->strict || match_end(r);
}

/* ---- from fields to a date and time ---- */

enum { HAS_YEAR = 1, HAS_MONTH = 2, HAS_DAY = 4, HAS_DATE = 7 };

static bool
out_of_range_at(struct reader *r, const char *what, const char *code)
{
	return err_set(r->c->err, code, -1, "%s out of range: \"%s\"", what, r->whole);
}

static bool
join_clock(struct reader *r, struct civil *t)
{
	const struct said *s = &r->said;

	if (s->sssss) {
		t->hour = s->sssss / 3600;
		t->min = s->sssss % 3600 / 60;
		t->sec = s->sssss % 60;
	}
	t->sec = s->sec ? s->sec : t->sec;
	t->min = s->min ? s->min : t->min;
	t->hour = s->hour ? s->hour : t->hour;
	if (!s->twelve_hours)
		return true;
	if (t->hour < 1 || t->hour > 12) {
		err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"hour \"%d\" is invalid for the 12-hour clock", t->hour);
		return err_hint(r->c->err,
				"Use the 24-hour clock, or give an hour between 1 and 12.");
	}
	if (s->pm && t->hour < 12)
		t->hour += 12;
	else if (!s->pm && t->hour == 12)
		t->hour = 0;
	return true;
}

static void
join_year(const struct said *s, struct civil *t, int *has)
{
	/* Beyond any year's century it does not matter by how much. */
	int limit = 1000000, said_cc = MIN(MAX(s->century, -limit), limit),
	    cc = s->bc ? -said_cc : said_cc;

	if (s->year && s->century && s->year_digits <= 2) {
		int in_century = s->year % 100;

		if (in_century)
			t->year = cc >= 0 ? in_century + (cc - 1) * 100
					  : (cc + 1) * 100 - in_century + 1;
		else
			t->year = cc * 100 + (cc < 0);
	} else if (s->year) {
		t->year = s->bc ? (int)(0u - (unsigned)s->year) : s->year;
		t->year += t->year < 0;
	} else if (s->century) {
		t->year = cc >= 0 ? (cc - 1) * 100 + 1 : cc * 100 + 1;
	} else {
		return;
	}
	*has |= HAS_YEAR;
}

static void
from_days(int64_t days, struct civil *t, int *has)
{
	days = MIN(MAX(days, DATE_MIN - 1), DATE_END); /* beyond either end it is an error later */
	dt_civil((int32_t)days, &t->year, &t->mon, &t->day);
	*has |= HAS_DATE;
}

static bool
join_day_of_year(struct reader *r, int yday, struct civil *t, int *has)
{
	int mon = 1, before = 0;

	if (!t->year && !r->said.bc)
		return err_set(r->c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "cannot calculate day of year without year information");
	if (r->said.calendar == CAL_ISO) {
		from_days((int64_t)dt_iso_week_start(t->year, 1) - 1 + yday, t, has);
		return true;
	}
	while (mon <= 12 && yday > before + dt_month_days(t->year, mon))
		before += dt_month_days(t->year, mon++);
	if (t->mon <= 1)
		t->mon = mon;
	if (t->day <= 1)
		t->day = yday - before;
	*has |= HAS_MONTH | HAS_DAY;
	return true;
}

/* The first day of the nth run of seven; overflow wraps and is out of range later. */
static int
week_day(int n)
{
	return (int)(((unsigned)n - 1) * 7 + 1);
}

static bool
join_date(struct reader *r, struct civil *t, int *has)
{
	struct said *s = &r->said;
	int yday = s->day_of_year, day = s->day;

	join_year(s, t, has);
	if (s->julian)
		from_days((int64_t)s->julian - DT_JULIAN_2000, t, has);
	if (s->week && s->calendar == CAL_ISO) {
		int64_t monday =
			(int64_t)dt_iso_week_start(t->year, 1) + ((int64_t)s->week - 1) * 7;

		from_days(monday + (s->day_of_week > 1 ? s->day_of_week - 2
				    : s->day_of_week   ? 6
						       : 0),
			  t, has);
	} else if (s->week) {
		yday = week_day(s->week);
	}
	if (s->week_of_month)
		day = week_day(s->week_of_month);
	if (day) {
		t->day = day;
		*has |= HAS_DAY;
	}
	if (s->month) {
		t->mon = s->month;
		*has |= HAS_MONTH;
	}
	if (yday && (t->mon <= 1 || t->day <= 1))
		return join_day_of_year(r, yday, t, has);
	return true;
}

static bool
in_range(const struct civil *t, int has)
{
	if ((has & HAS_MONTH) && (t->mon < 1 || t->mon > 12))
		return false;
	if ((has & HAS_DAY) && (t->day < 1 || t->day > 31))
		return false;
	if (has == HAS_DATE && t->day > dt_month_days(t->year, t->mon))
		return false;
	return t->hour >= 0 && t->hour < 24 && t->min >= 0 && t->min < 60 && t->sec >= 0 &&
	       t->sec < 60 && t->usec >= 0 && t->usec < USEC_SEC;
}

/* Reads text by the template; r->said keeps the zone and the fraction's precision. */
static bool
read_by(struct reader *r, const struct fmt *f, struct civil *t)
{
	int has = 0;

	r->p = r->whole;
	*t = (struct civil){.mon = 1, .day = 1};
	if (f && !read_all(r, f))
		return false;
	if (!join_clock(r, t) || !join_date(r, t, &has))
		return false;
	t->usec = (int)((unsigned)r->said.msec * 1000 + (unsigned)r->said.usec);
	if (!in_range(t, has))
		return out_of_range_at(r, "date/time field value", ERR_DATETIME_FIELD_OVERFLOW);
	if (r->said.zone_sign && (r->said.zone_hour < 0 || r->said.zone_hour > 15 ||
				  r->said.zone_min < 0 || r->said.zone_min > 59))
		return out_of_range_at(r, "time zone displacement",
				       ERR_INVALID_TIME_ZONE_DISPLACEMENT_VALUE);
	return true;
}

static int32_t
said_west(const struct said *s)
{
	return -s->zone_sign * (s->zone_hour * 3600 + s->zone_min * 60);
}

static bool
read_civil(struct reader *r, struct fcall *c, const struct datum *args, struct civil *t)
{
	size_t n, fn;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn);

	*r = (struct reader){.c = c, .whole = arena_strndup(c->arena, s, n)};
	return read_by(r, fn > 0 ? fmt_get(c, f, fn) : NULL, t);
}

bool
fmt_read_strict(struct fcall *c, const char *s, size_t n, const struct fmt *f,
		struct fmt_moment *out)
{
	struct reader r = {
		.c = c, .whole = arena_strndup(c->arena, s, n), .fixed = true, .strict = true};

	if (!read_by(&r, f, &out->t))
		return false;
	out->zoned = r.said.zone_sign != 0;
	out->west = said_west(&r.said);
	out->precision = r.said.fraction_digits ? r.said.fraction_digits : -1;
	return true;
}

static bool
to_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct reader r;
	struct civil v;
	int32_t west;
	int64_t t;

	(void)nargs;
	if (!read_civil(&r, c, args, &v))
		return false;
	if (r.said.zone_sign)
		west = said_west(&r.said);
	else
		west = civil_zone(&v, call_zone(c));
	if (!ts_from_civil(&v, west, &t))
		return ts_out_of_range(c->err);
	return ret_ts(c, ts_round(t, r.said.fraction_digits ? r.said.fraction_digits : -1), out);
}

static bool
to_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct reader r;
	struct civil v;
	int32_t d;

	(void)nargs;
	if (!read_civil(&r, c, args, &v))
		return false;
	d = dt_days(v.year, v.mon, v.day);
	if (!dt_in_calendar(v.year, v.mon) || !date_valid(d))
		return out_of_range_at(&r, "date", ERR_DATETIME_VALUE_OUT_OF_RANGE);
	return ret_date(c, d, out);
}

const struct func func_datetime_fmt_in[] = {
	FUNC_S("to_timestamp", to_timestamp),
	FUNC("to_date", to_date),
	FUNC_END,
};
