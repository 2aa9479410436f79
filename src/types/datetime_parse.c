/*
 * Decoding of split fields into a date, a time or both. Every field claims the parts it sets in a
 * mask; a part claimed twice is a syntax error.
 */
#include "types/datetime_decoder.h"

typedef enum dt_status decode_fn(struct decoder *d, char *s);

static const struct tzone *
session_zone(const struct decoder *d)
{
	return d->c->env->timezone;
}

/* ---- fields by look ---- */

static bool
clock_overflows(const struct civil *c)
{
	if (c->hour < 0 || c->hour > 24 || c->min < 0 || c->min > 59 || c->sec < 0 || c->sec > 60 ||
	    c->usec < 0 || c->usec > USEC_SEC)
		return true;
	return dt_join_time(c) > USEC_DAY;
}

static enum dt_status
on_time(struct decoder *d, char *s)
{
	struct dt_clock clock;
	enum dt_status status;

	if (!d->time_only && d->label != V_NONE) {
		if (d->label != V_TIME)
			return DT_BAD_FORMAT;
		d->label = V_NONE;
	}
	status = dt_clock(s, false, &clock);
	if (status != DT_OK)
		return status;
	d->claim = M_TIME;
	d->tm.hour = (int)MIN(clock.hour, 1000000);
	d->tm.min = clock.min;
	d->tm.sec = clock.sec;
	d->tm.usec = clock.usec;
	return !d->time_only && clock_overflows(&d->tm) ? DT_OVERFLOW : DT_OK;
}

static enum dt_status
on_signed(struct decoder *d, char *s)
{
	d->claim = M_ZONE;
	return dt_zone_offset(s, &d->zone);
}

/* hhmmss-zz */
static enum dt_status
time_with_zone(struct decoder *d, char *s, int mask)
{
	char *minus = strchr(s, '-');
	enum dt_status status;

	if ((d->mask & M_TIME) == M_TIME || !minus)
		return DT_BAD_FORMAT;
	status = dt_zone_offset(minus, &d->zone);
	if (status != DT_OK)
		return status;
	*minus = '\0';
	status = decode_run_together(d, s, mask);
	d->claim |= M_ZONE;
	return status;
}

static enum dt_status
zone_name(struct decoder *d, const char *s, bool must)
{
	d->named = tzone_find(s, strlen(s));
	d->claim = M_ZONE;
	if (d->named)
		return DT_OK;
	if (!must)
		return DT_BAD_FORMAT;
	err_set(d->c->err, ERR_INVALID_PARAMETER_VALUE, -1, "time zone \"%s\" not recognized", s);
	return DT_REPORTED;
}

static void
set_julian(struct decoder *d, int day)
{
	int64_t days = (int64_t)day - DT_JULIAN_2000;

	dt_civil((int32_t)days, &d->tm.year, &d->tm.mon, &d->tm.day);
	d->julian = true;
}

/* "J2451187-08": a julian day with a zone. */
static enum dt_status
julian_with_zone(struct decoder *d, const char *s)
{
	int x;

	if (dt_int(&s, &x) != DT_OK || x < 0)
		return DT_OVERFLOW;
	set_julian(d, x);
	d->label = V_NONE;
	d->claim = M_DATE | M_TIME | M_ZONE;
	return dt_zone_offset(s, &d->zone);
}

static enum dt_status
on_date(struct decoder *d, char *s)
{
	const int known = M_MONTH | M_DAY;

	if (d->label == V_JULIAN)
		return julian_with_zone(d, s);
	if (d->label == V_NONE && (d->mask & known) != known)
		return decode_date_field(d, s);
	if ((*s < '0' || *s > '9') && d->label == V_NONE)
		return zone_name(d, s, true);
	if (d->label != V_NONE && d->label != V_TIME)
		return DT_BAD_FORMAT;
	d->label = V_NONE;
	return time_with_zone(d, s, d->mask);
}

static enum dt_status
on_date_for_time(struct decoder *d, char *s)
{
	const struct dt_fields *f = &d->f;

	if (d->i == 0 && f->n >= 2 && (f->look[f->n - 1] == LOOK_DATE || f->look[1] == LOOK_TIME))
		return decode_date_field(d, s);
	if (*s < '0' || *s > '9')
		return zone_name(d, s, true);
	return time_with_zone(d, s, d->mask | M_DATE);
}

static enum dt_status
labelled_julian(struct decoder *d, const char *rest, int x)
{
	enum dt_status status;
	double frac;

	if (x < 0)
		return DT_OVERFLOW;
	d->claim = M_DATE;
	set_julian(d, x);
	if (*rest != '.')
		return DT_OK;
	status = dt_fraction_real(rest, &frac);
	if (status != DT_OK)
		return status;
	dt_split_time((int64_t)(frac * (double)USEC_DAY), &d->tm);
	d->claim |= M_TIME;
	return DT_OK;
}

/* Sets the part that the label names: y2001m02d04, J2451187, t040506. */
static enum dt_status
labelled_number(struct decoder *d, char *s)
{
	const char *rest = s;
	int x, label = d->label;
	enum dt_status status = dt_int(&rest, &x);

	d->label = V_NONE;
	d->special = V_NONE;
	if (status != DT_OK)
		return status;
	if (*rest != '\0' &&
	    (*rest != '.' || (label != V_JULIAN && label != V_TIME && label != V_SECOND)))
		return DT_BAD_FORMAT;
	switch (label) {
	case V_YEAR:
		d->tm.year = x;
		d->claim = M_YEAR;
		return DT_OK;
	case V_MONTH:
		if ((d->mask & M_MONTH) && (d->mask & M_HOUR)) {
			d->tm.min = x;
			d->claim = M_MINUTE;
		} else {
			d->tm.mon = x;
			d->claim = M_MONTH;
		}
		return DT_OK;
	case V_DAY:
		d->tm.day = x;
		d->claim = M_DAY;
		return DT_OK;
	case V_HOUR:
		d->tm.hour = x;
		d->claim = M_HOUR;
		return DT_OK;
	case V_MINUTE:
		d->tm.min = x;
		d->claim = M_MINUTE;
		return DT_OK;
	case V_SECOND:
		d->tm.sec = x;
		d->claim = *rest == '.' ? M_SECONDS : M_SECOND;
		return *rest == '.' ? dt_fraction(rest, &d->tm.usec) : DT_OK;
	case V_JULIAN:
		return labelled_julian(d, rest, x);
	case V_TIME:
		status = decode_run_together(d, s, d->mask | M_DATE);
		return status == DT_OK && d->claim != M_TIME ? DT_BAD_FORMAT : status;
	default:
		return DT_BAD_FORMAT;
	}
}

static enum dt_status
on_number(struct decoder *d, char *s)
{
	size_t len = strlen(s);
	const char *dot = strchr(s, '.');

	if (d->label != V_NONE)
		return labelled_number(d, s);
	if (dot && !(d->mask & M_DATE))
		return decode_date_field(d, s);
	if (dot && dot - s > 2)
		return decode_run_together(d, s, d->mask);
	if (len >= 6 && (!(d->mask & M_DATE) || !(d->mask & M_TIME)))
		return decode_run_together(d, s, d->mask);
	return decode_lone_number(d, s, d->text_month, d->mask);
}

static enum dt_status
on_number_for_time(struct decoder *d, char *s)
{
	const char *dot = strchr(s, '.');

	if (d->label != V_NONE)
		return labelled_number(d, s);
	if (dot && d->i == 0 && d->f.n >= 2 && d->f.look[d->f.n - 1] == LOOK_DATE)
		return decode_date_field(d, s);
	if (dot ? dot - s > 2 : strlen(s) > 4)
		return decode_run_together(d, s, d->mask | M_DATE);
	return dot ? DT_BAD_FORMAT : decode_lone_number(d, s, false, d->mask | M_DATE);
}

/* ---- words ---- */

static void
set_now(struct decoder *d, int day_shift)
{
	struct civil now;
	struct tzperiod p;

	tstz_to_civil(d->c->env->txn_time, session_zone(d), &now, &p);
	if (day_shift != INT32_MAX) {
		int32_t days = dt_days(now.year, now.mon, now.day) + day_shift;

		dt_civil(days, &d->tm.year, &d->tm.mon, &d->tm.day);
		return;
	}
	d->tm = now;
	if (!d->time_only)
		d->zone = -p.offset;
}

static enum dt_status
reserved(struct decoder *d, int value)
{
	d->special = V_NONE;
	switch (value) {
	case V_NOW:
		d->claim = d->time_only ? M_TIME : M_DATE | M_TIME | M_ZONE;
		set_now(d, INT32_MAX);
		return DT_OK;
	case V_ZULU:
		d->claim = M_TIME | M_ZONE;
		d->tm.hour = d->tm.min = d->tm.sec = 0;
		d->zone = 0;
		return DT_OK;
	}
	if (d->time_only)
		return DT_BAD_FORMAT;
	d->claim = M_DATE;
	switch (value) {
	case V_YESTERDAY:
		set_now(d, -1);
		break;
	case V_TODAY:
		set_now(d, 0);
		break;
	case V_TOMORROW:
		set_now(d, 1);
		break;
	default:
		d->claim = M_RESERVED;
		d->special = value;
	}
	return DT_OK;
}

static enum dt_status
month_word(struct decoder *d, int mon)
{
	if (d->time_only)
		return DT_BAD_FORMAT;
	d->claim = M_MONTH;
	/* A number taken for the month can still be the day. */
	if ((d->mask & M_MONTH) && !d->text_month && !(d->mask & M_DAY) && d->tm.mon >= 1 &&
	    d->tm.mon <= 31) {
		d->tm.day = d->tm.mon;
		d->claim = M_DAY;
	}
	d->text_month = true;
	d->tm.mon = mon;
	return DT_OK;
}

static enum dt_status
zone_abbrev(struct decoder *d, const struct tzabbrev *a, const char *s)
{
	d->claim = M_ZONE;
	if (a->zone) {
		if (!tzone_find(a->zone, strlen(a->zone)))
			return zone_name(d, a->zone, true);
		d->claim |= M_DYNAMIC_ZONE;
		d->abbrev = a;
		d->abbrev_text = s;
	} else {
		d->claim |= a->isdst ? M_DST_ZONE : 0;
		d->zone = -a->offset;
	}
	return DT_OK;
}

/* "t": the time must follow. */
static enum dt_status
time_label(struct decoder *d, int value)
{
	enum dt_look next;

	if ((!d->time_only && (d->mask & M_DATE) != M_DATE) || d->i >= d->f.n - 1)
		return DT_BAD_FORMAT;
	next = d->f.look[d->i + 1];
	if (next != LOOK_NUMBER && next != LOOK_TIME && next != LOOK_DATE)
		return DT_BAD_FORMAT;
	d->label = value;
	return DT_OK;
}

static enum dt_status
on_word(struct decoder *d, char *s)
{
	const struct tzabbrev *abbrev = tzabbrev_find(d->c->env->abbrevs, s, strlen(s));
	int value = 0;

	if (abbrev)
		return zone_abbrev(d, abbrev, s);
	switch (dt_date_word(s, strlen(s), &value)) {
	case WORD_IGNORED:
		return DT_OK;
	case WORD_RESERVED:
		return reserved(d, value);
	case WORD_MONTH:
		return month_word(d, value);
	case WORD_DST:
		d->claim = M_DST | M_DST_ZONE;
		d->zone -= 3600;
		return DT_OK;
	case WORD_AMPM:
		d->claim = M_AMPM;
		d->ampm = value;
		return DT_OK;
	case WORD_ADBC:
		d->claim = M_ADBC;
		d->bc = value;
		return DT_OK;
	case WORD_WEEKDAY:
		d->claim = M_WEEKDAY;
		return d->time_only ? DT_BAD_FORMAT : DT_OK;
	case WORD_UNIT:
		d->label = value;
		return DT_OK;
	case WORD_TIME:
		return time_label(d, value);
	case WORD_UNKNOWN:
		return zone_name(d, s, false);
	case WORD_AGO:
		break;
	}
	return DT_BAD_FORMAT;
}

/* ---- the whole ---- */

static void
from_yday(struct civil *t, int yday)
{
	int64_t days = (int64_t)dt_days(t->year, 1, 1) + yday - 1;

	dt_civil((int32_t)MIN(MAX(days, INT32_MIN), INT32_MAX), &t->year, &t->mon, &t->day);
}

/* Makes the date's parts final: two-digit years, BC, day of year; and checks them. */
static enum dt_status
check_date(struct decoder *d)
{
	struct civil *t = &d->tm;

	if ((d->mask & M_YEAR) && !d->julian) {
		if (d->bc) {
			if (t->year <= 0)
				return DT_OVERFLOW;
			t->year = 1 - t->year;
		} else if (d->two_digit_year) {
			if (t->year < 0)
				return DT_OVERFLOW;
			t->year += t->year < 70 ? 2000 : t->year < 100 ? 1900 : 0;
		} else if (t->year <= 0) {
			return DT_OVERFLOW;
		}
	}
	if (d->mask & M_DOY)
		from_yday(t, d->yday);
	if ((d->mask & M_MONTH) && (t->mon < 1 || t->mon > 12))
		return DT_MD_OVERFLOW;
	if ((d->mask & M_DAY) && (t->day < 1 || t->day > 31))
		return DT_MD_OVERFLOW;
	if ((d->mask & M_DATE) == M_DATE && t->day > dt_month_days(t->year, t->mon))
		return DT_OVERFLOW;
	return DT_OK;
}

static enum dt_status
check_ampm(struct decoder *d)
{
	if (d->ampm != HOURS_24 && d->tm.hour > 12)
		return DT_OVERFLOW;
	if (d->ampm == AM && d->tm.hour == 12)
		d->tm.hour = 0;
	else if (d->ampm == PM && d->tm.hour != 12)
		d->tm.hour += 12;
	return DT_OK;
}

/* The offset that a changing abbreviation has at local time t. */
static int32_t
abbrev_offset(const struct tzabbrev *a, const char *text, const struct civil *t)
{
	const struct tzone *z = tzone_find(a->zone, strlen(a->zone));
	int32_t west = civil_zone(t, z), offset;
	int64_t utc;
	bool isdst;

	utc = (int64_t)dt_days(t->year, t->mon, t->day) * 86400 + dt_join_time(t) / USEC_SEC +
	      west + DT_EPOCH_SECS;
	return z && tzone_abbrev(z, text, strlen(text), utc, &offset, &isdst) ? -offset : west;
}

static enum dt_status
resolve_zone(struct decoder *d, const struct civil *at)
{
	bool deferred = d->named || d->abbrev || !(d->mask & M_ZONE);

	if (deferred && (d->mask & M_DST))
		return DT_BAD_FORMAT;
	if (d->named)
		d->zone = civil_zone(at, d->named);
	if (d->abbrev)
		d->zone = abbrev_offset(d->abbrev, d->abbrev_text, at);
	if (!(d->mask & M_ZONE))
		d->zone = civil_zone(at, session_zone(d));
	return DT_OK;
}

static enum dt_status
decode_fields(struct decoder *d, decode_fn *date, decode_fn *number)
{
	for (d->i = 0; d->i < d->f.n; d->i++) {
		decode_fn *const by_look[] = {
			[LOOK_NUMBER] = number, [LOOK_WORD] = on_word,     [LOOK_DATE] = date,
			[LOOK_TIME] = on_time,  [LOOK_SIGNED] = on_signed, [LOOK_SPECIAL] = on_word,
		};
		enum dt_status status;

		d->claim = 0;
		status = by_look[d->f.look[d->i]](d, d->f.text[d->i]);
		if (status != DT_OK)
			return status;
		if (d->claim & d->mask)
			return DT_BAD_FORMAT;
		d->mask |= d->claim;
	}
	return check_date(d);
}

static enum dt_status
decode(struct decoder *d, const char *s, size_t n, size_t cap)
{
	enum dt_status status = dt_split(s, n, cap, &d->f);

	if (status == DT_OK)
		status = decode_fields(d, on_date, on_number);
	if (status == DT_OK)
		status = check_ampm(d);
	if (status != DT_OK || d->special != V_NONE)
		return status;
	if ((d->mask & M_DATE) != M_DATE)
		return DT_BAD_FORMAT;
	return resolve_zone(d, &d->tm);
}

/* Zones of a time: a date must be whole or absent; without one it is today. */
static enum dt_status
resolve_time_zone(struct decoder *d)
{
	struct civil at = d->tm;
	struct tzperiod p;
	bool dated = (d->mask & M_DATE) != 0;
	int32_t offset;

	if ((d->mask & M_ZONE) && !d->named && !d->abbrev)
		return DT_OK;
	if (d->named && !(d->mask & M_DST) && tzone_is_fixed(d->named, &offset)) {
		d->zone = -offset;
		return DT_OK;
	}
	if ((dated || d->named) && (d->mask & M_DATE) != M_DATE)
		return DT_BAD_FORMAT;
	if (!dated) {
		tstz_to_civil(d->c->env->txn_time, session_zone(d), &at, &p);
		at.hour = d->tm.hour;
		at.min = d->tm.min;
		at.sec = d->tm.sec;
	}
	return resolve_zone(d, &at);
}

static enum dt_status
decode_time(struct decoder *d, const char *s, size_t n)
{
	enum dt_status status = dt_split(s, n, 129, &d->f);

	d->time_only = true;
	if (status == DT_OK)
		status = decode_fields(d, on_date_for_time, on_number_for_time);
	if (status == DT_OK)
		status = check_ampm(d);
	if (status == DT_OK && clock_overflows(&d->tm))
		status = DT_OVERFLOW;
	if (status == DT_OK && (d->mask & M_TIME) != M_TIME)
		status = DT_BAD_FORMAT;
	return status == DT_OK ? resolve_time_zone(d) : status;
}

/* ---- public ---- */

#define DECODER(ctx) ((struct decoder){.c = (ctx), .ampm = HOURS_24})

bool
date_parse(struct type_ctx *c, const char *s, size_t n, int32_t *out)
{
	struct decoder d = DECODER(c);
	enum dt_status status = decode(&d, s, n, 129);

	if (status != DT_OK)
		return dt_report(c, status, "date", s, n);
	if (d.special == V_LATE || d.special == V_EARLY) {
		*out = d.special == V_LATE ? DATE_INF : DATE_NEG_INF;
		return true;
	}
	if (d.special == V_EPOCH) {
		*out = -DT_EPOCH_DAYS;
		return true;
	}
	*out = dt_days(d.tm.year, d.tm.mon, d.tm.day);
	if (!dt_in_calendar(d.tm.year, d.tm.mon) || !date_valid(*out))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "date out of range: \"%.*s\"", (int)n, s);
	return true;
}

bool
ts_parse(struct type_ctx *c, const char *s, size_t n, bool with_zone, int64_t *out)
{
	struct decoder d = DECODER(c);
	enum dt_status status = decode(&d, s, n, 153);

	if (status != DT_OK)
		return dt_report(c, status, with_zone ? "timestamp with time zone" : "timestamp", s,
				 n);
	if (d.special != V_NONE) {
		*out = d.special == V_LATE    ? TS_INF
		       : d.special == V_EARLY ? TS_NEG_INF
					      : -DT_EPOCH_SECS * USEC_SEC;
		return true;
	}
	if (!ts_from_civil(&d.tm, with_zone ? d.zone : 0, out))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "timestamp out of range: \"%.*s\"", (int)n, s);
	return true;
}

bool
time_parse(struct type_ctx *c, const char *s, size_t n, int64_t *out)
{
	struct decoder d = DECODER(c);
	enum dt_status status = decode_time(&d, s, n);

	if (status != DT_OK)
		return dt_report(c, status, "time", s, n);
	*out = dt_join_time(&d.tm);
	return true;
}

bool
timetz_parse(struct type_ctx *c, const char *s, size_t n, struct timetz *out)
{
	struct decoder d = DECODER(c);
	enum dt_status status = decode_time(&d, s, n);

	if (status != DT_OK)
		return dt_report(c, status, "time with time zone", s, n);
	out->usec = dt_join_time(&d.tm);
	out->zone = d.zone;
	return true;
}

bool
zone_lookup_at(struct err *err, enum tzabbrev_set set, const char *s, size_t n, int64_t t,
	       bool is_local, int32_t *west)
{
	char low[256];
	const struct tzabbrev *a;
	const struct tzone *z;
	struct tzperiod p;
	int32_t offset;
	bool isdst;

	n = MIN(n, sizeof(low) - 1);
	for (size_t i = 0; i < n; i++)
		low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	a = tzabbrev_find(set, low, n);
	if (a && !a->zone) {
		*west = -a->offset;
		return true;
	}
	z = a ? tzone_find(a->zone, strlen(a->zone)) : tzone_find(s, n);
	if (!z)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "time zone \"%.*s\" not recognized", (int)n, s);
	if (is_local) {
		*west = -tzone_local(z, t, NULL);
		t += *west;
	} else {
		tzone_at(z, t, &p);
		*west = -p.offset;
	}
	if (a && tzone_abbrev(z, s, n, t, &offset, &isdst))
		*west = -offset;
	return true;
}
