/*
 * extract (numeric) and date_part (double precision).
 */
#include <math.h>

#include "func/datetime_args.h"
#include "types/datetime_parse.h"
#include "types/read.h"

/* What is asked of which value. */
struct ask {
	struct fcall *c;
	const char *type;
	const char *unit; /* lower case, unit_len bytes */
	size_t unit_len;
	enum dt_word word;
	int value; /* enum dt_value */
	bool real; /* date_part */
	struct datum *out;
};

static bool
ask_init(struct ask *a, struct fcall *c, const char *type, const struct datum *unit, bool real,
	 struct datum *out)
{
	const char *s = arg_text(c, unit, &a->unit_len);
	char *low = arena_alloc(c->arena, a->unit_len + 1);

	for (size_t i = 0; i < a->unit_len; i++)
		low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	a->c = c;
	a->type = type;
	a->unit = low;
	a->real = real;
	a->out = out;
	a->unit_len = MIN(a->unit_len, 63);
	a->word = dt_unit_word(low, a->unit_len, &a->value);
	if (a->word == WORD_UNKNOWN)
		a->word = dt_date_word(low, a->unit_len, &a->value);
	return true;
}

static bool
unsupported(const struct ask *a)
{
	return err_set(a->c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		       "unit \"%.*s\" not supported for type %s", (int)a->unit_len, a->unit,
		       a->type);
}

static bool
unrecognized(const struct ask *a)
{
	return err_set(a->c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "unit \"%.*s\" not recognized for type %s", (int)a->unit_len, a->unit,
		       a->type);
}

/* ---- results ---- */

static bool
answer_int(const struct ask *a, int64_t v)
{
	struct num n;

	if (a->real) {
		*a->out = datum_real((double)v);
		return true;
	}
	num_from_int(&n, v);
	return ret_num_release(a->c, &n, a->out);
}

/* v / 10^scale, shown with that scale. */
static bool
answer_scaled(const struct ask *a, int128_t v, int scale)
{
	struct num n;

	num_from_int128(&n, v);
	n.scale = scale;
	return ret_num_release(a->c, &n, a->out);
}

static bool
answer_real(const struct ask *a, double v)
{
	*a->out = datum_float(v);
	return true;
}

/* usec microseconds in units of 10^scale of them. real: the double that PostgreSQL computes. */
static bool
answer_usec(const struct ask *a, int128_t usec, int scale, double real)
{
	return a->real ? answer_real(a, real) : answer_scaled(a, usec, scale);
}

static bool
answer_infinite(const struct ask *a, bool positive)
{
	if (a->real)
		*a->out = datum_real(positive ? HUGE_VAL : -HUGE_VAL);
	else
		*a->out = positive ? datum_text("Infinity", 8) : datum_text("-Infinity", 9);
	return true;
}

/* ---- parts that types share ---- */

static int
century_of(int year, int span)
{
	return year > 0 ? (year + span - 1) / span : -((span - 1 - (year - 1)) / span);
}

/* True: the unit is one of the clock's below hours and has been answered in *ok. */
static bool
answer_seconds(const struct ask *a, int sec, int usec, bool *ok)
{
	int64_t all = sec * USEC_SEC + usec;

	switch (a->value) {
	case V_MICROSEC:
		*ok = answer_int(a, all);
		return true;
	case V_MILLISEC:
		*ok = answer_usec(a, all, 3, sec * 1000.0 + usec / 1000.0);
		return true;
	case V_SECOND:
		*ok = answer_usec(a, all, 6, sec + usec / 1000000.0);
		return true;
	default:
		return false;
	}
}

static bool
answer_zone(const struct ask *a, int32_t west)
{
	switch (a->value) {
	case V_TZ:
		return answer_int(a, -west);
	case V_TZ_MINUTE:
		return answer_int(a, -west / 60 % 60);
	default:
		return answer_int(a, -west / 3600);
	}
}

static bool
is_zone_unit(int value)
{
	return value == V_TZ || value == V_TZ_MINUTE || value == V_TZ_HOUR;
}

/* The parts of a date. */
static bool
answer_day(const struct ask *a, const struct civil *v)
{
	int32_t days = dt_days(v->year, v->mon, v->day);
	int iso_year;

	switch (a->value) {
	case V_DAY:
		return answer_int(a, v->day);
	case V_MONTH:
		return answer_int(a, v->mon);
	case V_QUARTER:
		return answer_int(a, (v->mon - 1) / 3 + 1);
	case V_WEEK:
		return answer_int(a, dt_iso_week(days, &iso_year));
	case V_YEAR:
		return answer_int(a, v->year > 0 ? v->year : v->year - 1);
	case V_DECADE:
		return answer_int(a, v->year >= 0 ? v->year / 10 : -((8 - (v->year - 1)) / 10));
	case V_CENTURY:
		return answer_int(a, century_of(v->year, 100));
	case V_MILLENNIUM:
		return answer_int(a, century_of(v->year, 1000));
	case V_ISOYEAR:
		dt_iso_week(days, &iso_year);
		return answer_int(a, iso_year > 0 ? iso_year : iso_year - 1);
	case V_DOW:
		return answer_int(a, dt_dow(days));
	case V_ISODOW:
		return answer_int(a, dt_dow(days) ? dt_dow(days) : 7);
	case V_DOY:
		return answer_int(a, days - dt_days(v->year, 1, 1) + 1);
	default:
		return unsupported(a);
	}
}

/* An infinite value has no recurring parts (NULL) and infinite growing ones. */
static bool
answer_nonfinite(const struct ask *a, bool positive, bool has_clock)
{
	switch (a->value) {
	case V_YEAR:
	case V_DECADE:
	case V_CENTURY:
	case V_MILLENNIUM:
	case V_JULIAN:
	case V_ISOYEAR:
	case V_EPOCH:
		return answer_infinite(a, positive);
	case V_DAY:
	case V_MONTH:
	case V_QUARTER:
	case V_WEEK:
	case V_DOW:
	case V_ISODOW:
	case V_DOY:
		return true;
	case V_MICROSEC:
	case V_MILLISEC:
	case V_SECOND:
	case V_MINUTE:
	case V_HOUR:
	case V_TZ:
	case V_TZ_MINUTE:
	case V_TZ_HOUR:
		return has_clock || unsupported(a);
	default:
		return unsupported(a);
	}
}

/* ---- timestamps ---- */

static bool
answer_julian(const struct ask *a, const struct civil *v)
{
	int64_t day = (int64_t)dt_days(v->year, v->mon, v->day) + DT_JULIAN_2000;
	struct num whole, clock, per_day, part, sum;
	bool ok;

	if (a->real)
		return answer_real(a, (double)day + (v->hour * 3600 + v->min * 60 + v->sec +
						     v->usec / 1000000.0) /
							    86400.0);
	num_from_int(&whole, day);
	num_from_int(&clock, dt_join_time(v));
	num_from_int(&per_day, USEC_DAY);
	if (!num_div(a->c->err, &part, &clock, &per_day))
		return false;
	num_add(&sum, &whole, &part);
	ok = ret_num_release(a->c, &sum, a->out);
	num_release(&part);
	num_release(&whole);
	num_release(&clock);
	num_release(&per_day);
	return ok;
}

static bool
answer_epoch(const struct ask *a, int64_t t)
{
	int128_t usec = (int128_t)t + DT_EPOCH_SECS * USEC_SEC;
	double real = usec <= INT64_MAX
			      ? (double)(int64_t)usec / 1000000.0
			      : ((double)t + (double)DT_EPOCH_SECS * 1000000.0) / 1000000.0;

	/* Beyond 64 bits PostgreSQL divides, to 16 significant digits. */
	if (usec > INT64_MAX)
		usec = (usec + 50) / 100 * 100;
	return answer_usec(a, usec, 6, real);
}

/* p: the zone's period, or NULL. */
static bool
point_part(const struct ask *a, int64_t t, const struct civil *v, const struct tzperiod *p)
{
	bool ok;

	if (answer_seconds(a, v->sec, v->usec, &ok))
		return ok;
	switch (a->value) {
	case V_MINUTE:
		return answer_int(a, v->min);
	case V_HOUR:
		return answer_int(a, v->hour);
	case V_JULIAN:
		return answer_julian(a, v);
	case V_EPOCH:
		return answer_epoch(a, t);
	}
	if (p && is_zone_unit(a->value))
		return answer_zone(a, -p->offset);
	return answer_day(a, v);
}

static bool
known_word(const struct ask *a)
{
	return a->word == WORD_UNIT || a->word == WORD_RESERVED;
}

static bool
timestamp_any(struct fcall *c, const struct datum *args, bool real, struct datum *out)
{
	struct ask a;
	struct civil v;
	int64_t t;

	if (!ask_init(&a, c, "timestamp without time zone", &args[0], real, out) ||
	    !arg_ts(c, &args[1], &t))
		return false;
	if (!known_word(&a))
		return unrecognized(&a);
	if (!ts_finite(t))
		return answer_nonfinite(&a, t == TS_INF, true);
	ts_to_civil(t, &v);
	return point_part(&a, t, &v, NULL);
}

static bool
timestamptz_any(struct fcall *c, const struct datum *args, bool real, struct datum *out)
{
	struct ask a;
	struct civil v;
	struct tzperiod p;
	int64_t t;

	if (!ask_init(&a, c, "timestamp with time zone", &args[0], real, out) ||
	    !arg_tstz(c, &args[1], &t))
		return false;
	if (!known_word(&a))
		return unrecognized(&a);
	if (!ts_finite(t))
		return answer_nonfinite(&a, t == TS_INF, true);
	tstz_to_civil(t, call_zone(c), &v, &p);
	return point_part(&a, t, &v, &p);
}

static bool
extract_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct ask a;
	struct civil v = {0};
	int32_t d;

	(void)nargs;
	if (!ask_init(&a, c, "date", &args[0], false, out) || !arg_date(c, &args[1], &d))
		return false;
	if (!known_word(&a))
		return unrecognized(&a);
	if (!date_finite(d))
		return answer_nonfinite(&a, d == DATE_INF, false);
	if (a.value == V_EPOCH)
		return answer_int(&a, ((int64_t)d + DT_EPOCH_DAYS) * 86400);
	if (a.value == V_JULIAN)
		return answer_int(&a, (int64_t)d + DT_JULIAN_2000);
	dt_civil(d, &v.year, &v.mon, &v.day);
	return answer_day(&a, &v);
}

/* ---- times ---- */

/* west: the zone, or NULL. */
static bool
clock_part(const struct ask *a, int64_t t, const int32_t *west)
{
	struct civil v;
	bool ok;
	int64_t utc = t + (west ? *west * USEC_SEC : 0);

	if (a->word == WORD_RESERVED && a->value == V_EPOCH)
		return answer_usec(a, utc, 6,
				   west ? (double)t / 1000000.0 + *west : (double)t / 1000000.0);
	if (a->word != WORD_UNIT)
		return unrecognized(a);
	dt_split_time(t, &v);
	if (answer_seconds(a, v.sec, v.usec, &ok))
		return ok;
	if (a->value == V_MINUTE)
		return answer_int(a, v.min);
	if (a->value == V_HOUR)
		return answer_int(a, v.hour);
	if (west && is_zone_unit(a->value))
		return answer_zone(a, *west);
	return unsupported(a);
}

static bool
time_any(struct fcall *c, const struct datum *args, bool real, struct datum *out)
{
	struct ask a;
	int64_t t;

	return ask_init(&a, c, "time without time zone", &args[0], real, out) &&
	       arg_time(c, &args[1], &t) && clock_part(&a, t, NULL);
}

static bool
timetz_any(struct fcall *c, const struct datum *args, bool real, struct datum *out)
{
	struct ask a;
	struct timetz t;

	return ask_init(&a, c, "time with time zone", &args[0], real, out) &&
	       arg_timetz(c, &args[1], &t) && clock_part(&a, t.usec, &t.zone);
}

/* ---- intervals ---- */

static bool
interval_epoch(const struct ask *a, const struct interval *i)
{
	/* A year is 365.25 days, a month 30. */
	int64_t secs = ((int64_t)(i->months / 12) * 1461 + (int64_t)(i->months % 12) * 120 +
			(int64_t)i->days * 4) *
		       21600;
	double real = (double)i->usec / 1000000.0 + 31557600.0 * (i->months / 12) +
		      2592000.0 * (i->months % 12) + 86400.0 * i->days;

	return answer_usec(a, (int128_t)secs * USEC_SEC + i->usec, 6, real);
}

static bool
interval_any(struct fcall *c, const struct datum *args, bool real, struct datum *out)
{
	struct ask a;
	struct interval i;
	bool ok;

	if (!ask_init(&a, c, "interval", &args[0], real, out) || !arg_interval(c, &args[1], &i))
		return false;
	if (a.word == WORD_RESERVED && a.value == V_EPOCH)
		return interval_epoch(&a, &i);
	if (a.word != WORD_UNIT)
		return unrecognized(&a);
	if (answer_seconds(&a, (int)(i.usec / USEC_SEC % 60), (int)(i.usec % USEC_SEC), &ok))
		return ok;
	switch (a.value) {
	case V_MINUTE:
		return answer_int(&a, i.usec / USEC_MIN % 60);
	case V_HOUR:
		return answer_int(&a, i.usec / USEC_HOUR);
	case V_DAY:
		return answer_int(&a, i.days);
	case V_MONTH:
		return answer_int(&a, i.months % 12);
	case V_QUARTER:
		return answer_int(&a, i.months % 12 / 3 + 1);
	case V_YEAR:
		return answer_int(&a, i.months / 12);
	case V_DECADE:
		return answer_int(&a, i.months / 120);
	case V_CENTURY:
		return answer_int(&a, i.months / 1200);
	case V_MILLENNIUM:
		return answer_int(&a, i.months / 12000);
	default:
		return unsupported(&a);
	}
}

#define BODY(name, any, real)                                                                      \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		(void)nargs;                                                                       \
		return any(c, args, real, out);                                                    \
	}
BODY(extract_timestamp, timestamp_any, false)
BODY(timestamp_part, timestamp_any, true)
BODY(extract_timestamptz, timestamptz_any, false)
BODY(timestamptz_part, timestamptz_any, true)
BODY(extract_time, time_any, false)
BODY(time_part, time_any, true)
BODY(extract_timetz, timetz_any, false)
BODY(timetz_part, timetz_any, true)
BODY(extract_interval, interval_any, false)
BODY(interval_part, interval_any, true)

const struct func func_datetime_extract[] = {
	FUNC("extract_date", extract_date),
	FUNC("extract_timestamp", extract_timestamp),
	FUNC("timestamp_part", timestamp_part),
	FUNC_S("extract_timestamptz", extract_timestamptz),
	FUNC_S("timestamptz_part", timestamptz_part),
	FUNC("extract_time", extract_time),
	FUNC("time_part", time_part),
	FUNC("extract_timetz", extract_timetz),
	FUNC("timetz_part", timetz_part),
	FUNC("extract_interval", extract_interval),
	FUNC("interval_part", interval_part),
	FUNC_END,
};
