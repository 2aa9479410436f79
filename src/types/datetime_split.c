/*
 * Splitting date and time text into fields, and reading the simple ones.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "types/datetime_parse.h"

/* Front-to-back reader of the input, writer of fields into work. */
struct splitter {
	const char *p, *end;
	char *out, *out_end;
	bool full;
};

static int
peek(const struct splitter *s)
{
	return s->p < s->end ? (unsigned char)*s->p : 0;
}

static int
lower(int ch)
{
	return ch >= 'A' && ch <= 'Z' ? ch + 32 : ch;
}

static bool
is_alpha(int ch)
{
	return (ch | 32) >= 'a' && (ch | 32) <= 'z';
}

static bool
is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

static void
keep(struct splitter *s)
{
	if (s->out + 1 >= s->out_end)
		s->full = true;
	else
		*s->out++ = (char)lower((unsigned char)*s->p);
	s->p++;
}

static void
keep_digits(struct splitter *s, const char *others)
{
	while (is_digit(peek(s)) || (peek(s) && strchr(others, peek(s))))
		keep(s);
}

static enum dt_look
split_number(struct splitter *s)
{
	char delim[2] = {0};
	enum dt_look look = LOOK_DATE;

	keep_digits(s, "");
	if (peek(s) == ':') {
		keep_digits(s, ":.");
		return LOOK_TIME;
	}
	if (peek(s) != '-' && peek(s) != '/' && peek(s) != '.')
		return LOOK_NUMBER;
	delim[0] = (char)peek(s);
	keep(s);
	if (!is_digit(peek(s))) {
		while (is_digit(peek(s)) || is_alpha(peek(s)) || peek(s) == delim[0])
			keep(s);
		return LOOK_DATE;
	}
	if (delim[0] == '.')
		look = LOOK_NUMBER;
	keep_digits(s, "");
	if (peek(s) == delim[0]) {
		keep_digits(s, delim);
		look = LOOK_DATE;
	}
	return look;
}

static enum dt_look
split_word(struct splitter *s)
{
	const char *start = s->out;
	int next, value;

	while (is_alpha(peek(s)))
		keep(s);
	next = peek(s);
	if (next != '-' && next != '/' && next != '.') {
		if (next != '+' && !is_digit(next))
			return LOOK_WORD;
		if (dt_date_word(start, (size_t)(s->out - start), &value) != WORD_UNKNOWN)
			return LOOK_WORD;
	}
	do
		keep(s);
	while (is_alpha(peek(s)) || is_digit(peek(s)) || (peek(s) && strchr("+-/_.:", peek(s))));
	return LOOK_DATE;
}

static bool
split_signed(struct splitter *s, enum dt_look *look)
{
	keep(s);
	while (s->p < s->end && isspace(peek(s)))
		s->p++;
	if (is_digit(peek(s))) {
		keep_digits(s, ":.-");
		*look = LOOK_SIGNED;
		return true;
	}
	*look = LOOK_SPECIAL;
	if (!is_alpha(peek(s)))
		return false;
	while (is_alpha(peek(s)))
		keep(s);
	return true;
}

/* One field, or nothing at a character that only separates. */
static enum dt_status
split_one(struct splitter *s, struct dt_fields *f)
{
	int ch = peek(s);

	if (f->n == DT_FIELDS_CAP)
		return DT_BAD_FORMAT;
	f->text[f->n] = s->out;
	if (is_digit(ch)) {
		f->look[f->n] = split_number(s);
	} else if (ch == '.') {
		keep(s);
		keep_digits(s, "");
		f->look[f->n] = LOOK_NUMBER;
	} else if (is_alpha(ch)) {
		f->look[f->n] = split_word(s);
	} else if (ch == '+' || ch == '-') {
		if (!split_signed(s, &f->look[f->n]))
			return DT_BAD_FORMAT;
	} else if (ch < 128 && ispunct(ch)) {
		s->p++;
		return DT_OK;
	} else {
		return DT_BAD_FORMAT;
	}
	if (s->full)
		return DT_BAD_FORMAT;
	*s->out++ = '\0';
	f->n++;
	return DT_OK;
}

enum dt_status
dt_split(const char *text, size_t n, size_t cap, struct dt_fields *f)
{
	struct splitter s = {text, text + n, f->work, f->work + MIN(cap, DT_TEXT_CAP), false};
	enum dt_status status = DT_OK;

	f->n = 0;
	while (status == DT_OK && s.p < s.end) {
		if (isspace(peek(&s)))
			s.p++;
		else
			status = split_one(&s, f);
	}
	return status;
}

/* ---- simple fields ---- */

enum dt_status
dt_int(const char **s, int *out)
{
	char *end;
	long x;

	errno = 0;
	x = strtol(*s, &end, 10);
	*s = end;
	*out = (int)x;
	return errno == ERANGE || x < INT_MIN || x > INT_MAX ? DT_OVERFLOW : DT_OK;
}

enum dt_status
dt_int64(const char **s, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(*s, &end, 10);
	*s = end;
	return errno == ERANGE ? DT_OVERFLOW : DT_OK;
}

enum dt_status
dt_fraction_real(const char *s, double *out)
{
	char *end;

	*out = 0;
	if (s[1] == '\0')
		return DT_OK;
	errno = 0;
	*out = strtod(s, &end);
	return *end != '\0' || errno != 0 ? DT_BAD_FORMAT : DT_OK;
}

enum dt_status
dt_fraction(const char *s, int *usec)
{
	double frac;
	enum dt_status status = dt_fraction_real(s, &frac);

	*usec = (int)rint(frac * 1000000);
	return status;
}

enum dt_status
dt_clock(const char *s, bool minutes_first, struct dt_clock *out)
{
	enum dt_status status;
	bool shift = false;

	*out = (struct dt_clock){0};
	if ((status = dt_int64(&s, &out->hour)) != DT_OK)
		return status;
	if (*s++ != ':')
		return DT_BAD_FORMAT;
	if ((status = dt_int(&s, &out->min)) != DT_OK)
		return status;
	if (*s == '\0') {
		shift = minutes_first;
	} else if (*s == '.') {
		shift = true;
		if ((status = dt_fraction(s, &out->usec)) != DT_OK)
			return status;
	} else if (*s == ':') {
		s++;
		if ((status = dt_int(&s, &out->sec)) != DT_OK)
			return status;
		if (*s == '.')
			status = dt_fraction(s, &out->usec);
		else if (*s != '\0')
			status = DT_BAD_FORMAT;
		if (status != DT_OK)
			return status;
	} else {
		return DT_BAD_FORMAT;
	}
	if (shift) {
		if (out->hour > INT_MAX || out->hour < INT_MIN)
			return DT_OVERFLOW;
		out->sec = out->min;
		out->min = (int)out->hour;
		out->hour = 0;
	}
	if (out->hour < 0 || out->min < 0 || out->min > 59 || out->sec < 0 || out->sec > 60 ||
	    out->usec < 0 || out->usec > USEC_SEC)
		return DT_OVERFLOW;
	return DT_OK;
}

enum dt_status
dt_zone_offset(const char *text, int32_t *west)
{
	const char *s = text + 1;
	int hour, min = 0, sec = 0;

	if (*text != '+' && *text != '-')
		return DT_BAD_FORMAT;
	if (dt_int(&s, &hour) != DT_OK)
		return DT_ZONE_OVERFLOW;
	if (*s == ':') {
		s++;
		if (dt_int(&s, &min) != DT_OK)
			return DT_ZONE_OVERFLOW;
		if (*s == ':') {
			s++;
			if (dt_int(&s, &sec) != DT_OK)
				return DT_ZONE_OVERFLOW;
		}
	} else if (*s == '\0' && s - text > 3) {
		min = hour % 100;
		hour /= 100;
	}
	if (hour < 0 || hour > 15 || min < 0 || min >= 60 || sec < 0 || sec >= 60)
		return DT_ZONE_OVERFLOW;
	*west = hour * 3600 + min * 60 + sec;
	if (*text == '+')
		*west = -*west;
	return *s == '\0' ? DT_OK : DT_BAD_FORMAT;
}

bool
dt_report(struct type_ctx *c, enum dt_status status, const char *type, const char *s, size_t n)
{
	int len = (int)n;

	switch (status) {
	case DT_OK:
	case DT_REPORTED:
		break;
	case DT_OVERFLOW:
	case DT_MD_OVERFLOW:
		err_set(c->err, ERR_DATETIME_FIELD_OVERFLOW, -1,
			"date/time field value out of range: \"%.*s\"", len, s);
		if (status == DT_MD_OVERFLOW)
			err_hint(c->err, "Perhaps you need a different \"datestyle\" setting.");
		break;
	case DT_INTERVAL_OVERFLOW:
		err_set(c->err, ERR_INTERVAL_FIELD_OVERFLOW, -1,
			"interval field value out of range: \"%.*s\"", len, s);
		break;
	case DT_ZONE_OVERFLOW:
		err_set(c->err, ERR_INVALID_TIME_ZONE_DISPLACEMENT_VALUE, -1,
			"time zone displacement out of range: \"%.*s\"", len, s);
		break;
	case DT_BAD_FORMAT:
		err_set(c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			"invalid input syntax for type %s: \"%.*s\"", type, len, s);
		break;
	}
	return false;
}
