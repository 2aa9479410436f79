/*
 * Interval input. Fields are decoded from the last to the first, because a unit follows its number;
 * what is not in that syntax at all is tried as ISO 8601.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "types/datetime_parse.h"

#define SECONDS_ALL ((1 << V_SECOND) | (1 << V_MILLISEC) | (1 << V_MICROSEC))
#define CLOCK_ALL (SECONDS_ALL | (1 << V_MINUTE) | (1 << V_HOUR))

/* Sums up with overflow checks; years and months are joined at the end. */
struct sum {
	int64_t usec;
	int32_t days, months, years;
};

struct interval_decoder {
	struct dt_fields f;
	struct sum sum;
	int range;           /* of the typmod */
	int unit;            /* of the number to the left */
	unsigned mask;       /* bit per enum dt_value seen */
	bool force_negative; /* SQL style: the first sign holds for all fields */
	bool ago;
};

/* ---- summing ---- */

static bool
add_usec_part(struct sum *s, double frac, int64_t scale)
{
	int64_t usec;

	if (frac == 0)
		return true;
	frac *= (double)scale;
	usec = (int64_t)frac;
	frac -= (double)usec;
	if (frac > 0.5)
		usec++;
	else if (frac < -0.5)
		usec--;
	return !__builtin_add_overflow(s->usec, usec, &s->usec);
}

static bool
add_usec(struct sum *s, int64_t x, double frac, int64_t scale)
{
	return !__builtin_mul_overflow(x, scale, &x) &&
	       !__builtin_add_overflow(s->usec, x, &s->usec) && add_usec_part(s, frac, scale);
}

static bool
add_int(int32_t *to, int64_t x, int scale)
{
	int64_t scaled, sum;

	if (x < INT32_MIN || x > INT32_MAX || __builtin_mul_overflow(x, (int64_t)scale, &scaled) ||
	    scaled < INT32_MIN || scaled > INT32_MAX)
		return false;
	sum = *to + scaled;
	if (sum < INT32_MIN || sum > INT32_MAX)
		return false;
	*to = (int32_t)sum;
	return true;
}

static bool
add_days_part(struct sum *s, double frac, int scale)
{
	int days;

	if (frac == 0)
		return true;
	frac *= scale;
	days = (int)frac;
	return add_int(&s->days, days, 1) && add_usec_part(s, frac - days, USEC_DAY);
}

static bool
add_days(struct sum *s, int64_t x, double frac, int scale)
{
	if (!add_int(&s->days, x, scale))
		return false;
	return scale == 1 ? add_usec_part(s, frac, USEC_DAY) : add_days_part(s, frac, scale);
}

static bool
add_months(struct sum *s, int64_t x, double frac)
{
	return add_int(&s->months, x, 1) && add_days_part(s, frac, 30);
}

static bool
add_years(struct sum *s, int64_t x, double frac, int scale)
{
	return add_int(&s->years, x, scale) &&
	       add_int(&s->months, (int64_t)rint(frac * scale * 12), 1);
}

/* ---- fields ---- */

/* What a number without a unit means. */
static int
default_unit(int range)
{
	if (range & INTERVAL_MASK_SECOND)
		return V_SECOND;
	if (range & INTERVAL_MASK_MINUTE)
		return V_MINUTE;
	if (range & INTERVAL_MASK_HOUR)
		return V_HOUR;
	if (range & INTERVAL_MASK_DAY)
		return V_DAY;
	if (range & INTERVAL_MASK_MONTH)
		return V_MONTH;
	return range & INTERVAL_MASK_YEAR ? V_YEAR : V_SECOND;
}

static enum dt_status
on_clock(struct interval_decoder *d, const char *s, unsigned *claim)
{
	struct dt_clock c;
	enum dt_status status;
	bool minutes_first = d->range == (INTERVAL_MASK_MINUTE | INTERVAL_MASK_SECOND);
	bool minus = *s == '-';
	int64_t hours, sum;

	status = dt_clock(s + (minus || *s == '+'), minutes_first, &c);
	if (status != DT_OK)
		return status;
	*claim = CLOCK_ALL;
	/* PostgreSQL lets a clock replace what fractions of days to its right have put in. */
	if (__builtin_mul_overflow(c.hour, USEC_HOUR, &hours) ||
	    __builtin_add_overflow(hours, c.min * USEC_MIN + c.sec * USEC_SEC + c.usec, &sum))
		return DT_OVERFLOW;
	d->sum.usec = sum;
	if (minus || (d->force_negative && d->sum.usec > 0))
		d->sum.usec = -d->sum.usec;
	d->unit = V_DAY;
	return DT_OK;
}

static bool
add_unit(struct interval_decoder *d, int64_t x, double frac, unsigned *claim)
{
	struct sum *s = &d->sum;

	*claim = 1u << d->unit;
	switch (d->unit) {
	case V_MICROSEC:
		return add_usec(s, x, frac, 1);
	case V_MILLISEC:
		return add_usec(s, x, frac, 1000);
	case V_SECOND:
		if (frac != 0)
			*claim = SECONDS_ALL;
		return add_usec(s, x, frac, USEC_SEC);
	case V_MINUTE:
		return add_usec(s, x, frac, USEC_MIN);
	case V_HOUR:
		d->unit = V_DAY;
		return add_usec(s, x, frac, USEC_HOUR);
	case V_DAY:
		return add_days(s, x, frac, 1);
	case V_WEEK:
		return add_days(s, x, frac, 7);
	case V_MONTH:
		return add_months(s, x, frac);
	case V_YEAR:
		return add_years(s, x, frac, 1);
	case V_DECADE:
		return add_years(s, x, frac, 10);
	case V_CENTURY:
		return add_years(s, x, frac, 100);
	default:
		return add_years(s, x, frac, 1000);
	}
}

/* "-12": the months of "years-months". */
static enum dt_status
year_month(struct interval_decoder *d, const char *p, bool minus, int64_t *x)
{
	int64_t years, sum;
	int months;

	p++;
	if (dt_int(&p, &months) != DT_OK || months < 0 || months >= 12)
		return DT_OVERFLOW;
	if (*p != '\0')
		return DT_BAD_FORMAT;
	d->unit = V_MONTH;
	if (__builtin_mul_overflow(*x, INT64_C(12), &years) ||
	    __builtin_add_overflow(years, (int64_t)(minus ? -months : months), &sum))
		return DT_OVERFLOW;
	*x = sum;
	return DT_OK;
}

static bool
unit_counts(int unit)
{
	return unit >= V_MICROSEC && unit <= V_MILLENNIUM && unit != V_QUARTER;
}

static enum dt_status
on_number(struct interval_decoder *d, const char *s, unsigned *claim)
{
	const char *p = s;
	double frac = 0;
	int64_t x;
	enum dt_status status;

	if (d->unit == V_NONE)
		d->unit = default_unit(d->range);
	status = dt_int64(&p, &x);
	if (status == DT_OK && *p == '-') {
		status = year_month(d, p, *s == '-', &x);
	} else if (status == DT_OK && *p == '.') {
		status = dt_fraction_real(p, &frac);
		if (*s == '-')
			frac = -frac;
	} else if (status == DT_OK && *p != '\0') {
		status = DT_BAD_FORMAT;
	}
	if (status != DT_OK)
		return status;
	if (d->force_negative) {
		x = x > 0 ? -x : x;
		frac = frac > 0 ? -frac : frac;
	}
	if (!unit_counts(d->unit))
		return DT_BAD_FORMAT;
	return add_unit(d, x, frac, claim) ? DT_OK : DT_OVERFLOW;
}

static enum dt_status
on_unit(struct interval_decoder *d, const char *s)
{
	int value;

	switch (dt_unit_word(s, strlen(s), &value)) {
	case WORD_IGNORED:
		return DT_OK;
	case WORD_UNIT:
		d->unit = value;
		return DT_OK;
	case WORD_AGO:
		d->ago = true;
		/* "ago" is not a unit: a bare number before it is a syntax error. */
		d->unit = V_NOW;
		return DT_OK;
	default:
		return DT_BAD_FORMAT;
	}
}

static enum dt_status
on_field(struct interval_decoder *d, int i, unsigned *claim)
{
	char *s = d->f.text[i];
	struct sum before = d->sum;

	switch (d->f.look[i]) {
	case LOOK_TIME:
		return on_clock(d, s, claim);
	case LOOK_SIGNED:
		if (strchr(s + 1, ':') && on_clock(d, s, claim) == DT_OK)
			return DT_OK;
		d->sum = before;
		*claim = 0;
		return on_number(d, s, claim);
	case LOOK_DATE:
	case LOOK_NUMBER:
		return on_number(d, s, claim);
	case LOOK_WORD:
	case LOOK_SPECIAL:
		return on_unit(d, s);
	}
	return DT_BAD_FORMAT;
}

static bool
first_sign_rules(const struct dt_fields *f)
{
	if (f->n == 0 || f->text[0][0] != '-')
		return false;
	for (int i = 1; i < f->n; i++)
		if (f->text[i][0] == '-' || f->text[i][0] == '+')
			return false;
	return true;
}

static bool
negate(struct sum *s)
{
	if (s->usec == INT64_MIN || s->days == INT32_MIN || s->months == INT32_MIN ||
	    s->years == INT32_MIN)
		return false;
	s->usec = -s->usec;
	s->days = -s->days;
	s->months = -s->months;
	s->years = -s->years;
	return true;
}

static enum dt_status
decode(struct interval_decoder *d, const char *s, size_t n, enum interval_style style)
{
	enum dt_status status = dt_split(s, n, DT_TEXT_CAP, &d->f);

	if (status != DT_OK)
		return status;
	d->force_negative = style == INTERVALSTYLE_SQL && first_sign_rules(&d->f);
	for (int i = d->f.n - 1; i >= 0; i--) {
		unsigned claim = 0;

		status = on_field(d, i, &claim);
		if (status != DT_OK)
			return status;
		if (claim & d->mask)
			return DT_BAD_FORMAT;
		d->mask |= claim;
	}
	if (d->mask == 0)
		return DT_BAD_FORMAT;
	return !d->ago || negate(&d->sum) ? DT_OK : DT_OVERFLOW;
}

/* ---- ISO 8601 ---- */

struct iso {
	const char *p;
	int64_t x;
	double frac;
	size_t width; /* digits before the point */
	struct sum *sum;
	bool in_time, have_field;
};

static enum dt_status
iso_number(struct iso *s)
{
	const char *digits = s->p + (*s->p == '-');
	char *end;
	double v;

	if (!((*s->p >= '0' && *s->p <= '9') || *s->p == '-' || *s->p == '.'))
		return DT_BAD_FORMAT;
	errno = 0;
	v = strtod(s->p, &end);
	if (end == s->p || errno != 0)
		return DT_BAD_FORMAT;
	if (!(v >= -1.0e15 && v <= 1.0e15))
		return DT_OVERFLOW;
	s->width = strspn(digits, "0123456789");
	s->p = end;
	s->x = (int64_t)v;
	s->frac = v - (double)s->x;
	return DT_OK;
}

static enum dt_status
fits(bool ok)
{
	return ok ? DT_OK : DT_OVERFLOW;
}

/* The rest of years-months-days, after the years. sep: what followed the years. */
static enum dt_status
iso_date_list(struct iso *s, char sep, bool *done)
{
	enum dt_status status;

	*done = false;
	if (s->have_field)
		return DT_BAD_FORMAT;
	if (!add_years(s->sum, s->x, s->frac, 1))
		return DT_OVERFLOW;
	for (int part = 0; sep == '-'; part++) {
		if (part == 2)
			return DT_BAD_FORMAT;
		status = iso_number(s);
		if (status == DT_OK)
			status = fits(part == 0 ? add_months(s->sum, s->x, s->frac)
						: add_days(s->sum, s->x, s->frac, 1));
		if (status != DT_OK)
			return status;
		sep = *s->p;
		if (sep)
			s->p++;
	}
	*done = sep == '\0';
	s->in_time = true;
	return *done || sep == 'T' ? DT_OK : DT_BAD_FORMAT;
}

static enum dt_status
iso_time_list(struct iso *s, char sep)
{
	static const int64_t scale[] = {USEC_MIN, USEC_SEC};
	enum dt_status status;

	if (s->have_field)
		return DT_BAD_FORMAT;
	if (!add_usec(s->sum, s->x, s->frac, USEC_HOUR))
		return DT_OVERFLOW;
	for (int part = 0; sep == ':'; part++) {
		if (part == 2)
			return DT_BAD_FORMAT;
		status = iso_number(s);
		if (status == DT_OK)
			status = fits(add_usec(s->sum, s->x, s->frac, scale[part]));
		if (status != DT_OK)
			return status;
		sep = *s->p;
		if (sep)
			s->p++;
	}
	return sep == '\0' ? DT_OK : DT_BAD_FORMAT;
}

static enum dt_status
iso_date_part(struct iso *s, char unit, bool *done)
{
	struct sum *sum = s->sum;

	switch (unit) {
	case 'Y':
		return fits(add_years(sum, s->x, s->frac, 1));
	case 'M':
		return fits(add_months(sum, s->x, s->frac));
	case 'W':
		return fits(add_days(sum, s->x, s->frac, 7));
	case 'D':
		return fits(add_days(sum, s->x, s->frac, 1));
	case 'T':
	case '\0':
		if (s->width == 8 && !s->have_field) {
			*done = unit == '\0';
			s->in_time = true;
			return fits(add_years(sum, s->x / 10000, 0, 1) &&
				    add_months(sum, s->x / 100 % 100, 0) &&
				    add_days(sum, s->x % 100, s->frac, 1));
		}
		return iso_date_list(s, unit, done);
	case '-':
		return iso_date_list(s, unit, done);
	default:
		return DT_BAD_FORMAT;
	}
}

static enum dt_status
iso_time_part(struct iso *s, char unit, bool *done)
{
	struct sum *sum = s->sum;

	switch (unit) {
	case 'H':
		return fits(add_usec(sum, s->x, s->frac, USEC_HOUR));
	case 'M':
		return fits(add_usec(sum, s->x, s->frac, USEC_MIN));
	case 'S':
		return fits(add_usec(sum, s->x, s->frac, USEC_SEC));
	case '\0':
	case ':':
		*done = true;
		if (unit == '\0' && s->width == 6 && !s->have_field)
			return fits(add_usec(sum, s->x / 10000, 0, USEC_HOUR) &&
				    add_usec(sum, s->x / 100 % 100, 0, USEC_MIN) &&
				    add_usec(sum, s->x % 100, 0, USEC_SEC) &&
				    add_usec_part(sum, s->frac, 1));
		return iso_time_list(s, unit);
	default:
		return DT_BAD_FORMAT;
	}
}

/* text is terminated. */
static enum dt_status
decode_iso(const char *text, struct sum *sum)
{
	struct iso s = {.p = text + 1, .sum = sum};
	bool done = false;

	*sum = (struct sum){0};
	if (text[0] != 'P' || text[1] == '\0')
		return DT_BAD_FORMAT;
	while (!done && *s.p) {
		enum dt_status status;
		bool was_time = s.in_time;
		char unit;

		if (*s.p == 'T') {
			s.in_time = true;
			s.have_field = false;
			s.p++;
			continue;
		}
		status = iso_number(&s);
		if (status != DT_OK)
			return status;
		unit = *s.p;
		if (unit)
			s.p++;
		status = was_time ? iso_time_part(&s, unit, &done) : iso_date_part(&s, unit, &done);
		if (status != DT_OK)
			return status;
		/* A basic or extended date ends with T: the time starts afresh. */
		s.have_field = s.in_time == was_time;
	}
	return DT_OK;
}

bool
interval_parse(struct type_ctx *c, const char *s, size_t n, int32_t typmod, struct interval *out)
{
	struct interval_decoder d = {.range = typmod >= 0 ? INTERVAL_RANGE(typmod)
							  : INTERVAL_FULL_RANGE};
	enum dt_status status;
	int64_t months;

	if (d.range == INTERVAL_FULL_RANGE)
		d.range = INTERVAL_MASK_SECOND;
	status = decode(&d, s, n, c->env->interval_style);
	if (status == DT_BAD_FORMAT)
		status = decode_iso(arena_strndup(c->arena, s, n), &d.sum);
	if (status != DT_OK)
		return dt_report(c, status == DT_OVERFLOW ? DT_INTERVAL_OVERFLOW : status,
				 "interval", s, n);
	months = (int64_t)d.sum.years * 12 + d.sum.months;
	if (months > INT32_MAX || months < INT32_MIN)
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "interval out of range");
	*out = (struct interval){d.sum.usec, d.sum.days, (int32_t)months};
	return true;
}
