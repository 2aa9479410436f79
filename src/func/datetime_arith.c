/*
 * Arithmetic on dates, times and intervals. Wrap-around where PostgreSQL 15 does not check is kept
 * on purpose, in unsigned arithmetic.
 */
#include <math.h>

#include "func/datetime_args.h"

bool
interval_range_error(struct fcall *c)
{
	return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "interval out of range");
}

bool
date_range_error(struct fcall *c)
{
	return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "date out of range");
}

/* ---- timestamp and interval ---- */

static bool
add_months(struct civil *v, int32_t months)
{
	int64_t m = (int64_t)v->mon - 1 + months;
	int64_t year = v->year + (m >= 0 ? m / 12 : -((11 - m) / 12));

	v->mon = (int)(((m % 12) + 12) % 12 + 1);
	v->year = (int)year;
	if (!dt_in_calendar(v->year, v->mon))
		return false;
	v->day = MIN(v->day, dt_month_days(v->year, v->mon));
	return true;
}

static bool
add_days(struct civil *v, int32_t days)
{
	int64_t d = (int64_t)dt_days(v->year, v->mon, v->day) + days;

	if (!date_valid(d))
		return false;
	dt_civil((int32_t)d, &v->year, &v->mon, &v->day);
	return true;
}

bool
ts_add_interval(struct fcall *c, int64_t t, const struct interval *i, int64_t *out)
{
	struct civil v;

	*out = t;
	if (!ts_finite(t))
		return true;
	if (i->months) {
		ts_to_civil(t, &v);
		if (!add_months(&v, i->months) || !ts_from_civil(&v, 0, &t))
			return ts_out_of_range(c->err);
	}
	if (i->days) {
		ts_to_civil(t, &v);
		if (!add_days(&v, i->days) || !ts_from_civil(&v, 0, &t))
			return ts_out_of_range(c->err);
	}
	if (__builtin_add_overflow(t, i->usec, out) || !ts_valid(*out))
		return ts_out_of_range(c->err);
	return true;
}

bool
tstz_add_interval(struct fcall *c, int64_t t, const struct interval *i, const struct tzone *z,
		  int64_t *out)
{
	struct civil v;

	*out = t;
	if (!ts_finite(t))
		return true;
	if (i->months) {
		tstz_to_civil(t, z, &v, NULL);
		if (!add_months(&v, i->months) || !tstz_from_civil(&v, z, &t))
			return ts_out_of_range(c->err);
	}
	if (i->days) {
		tstz_to_civil(t, z, &v, NULL);
		if (!add_days(&v, i->days) || !tstz_from_civil(&v, z, &t))
			return ts_out_of_range(c->err);
	}
	if (__builtin_add_overflow(t, i->usec, out) || !ts_valid(*out))
		return ts_out_of_range(c->err);
	return true;
}

bool
interval_negate(struct fcall *c, const struct interval *i, struct interval *out)
{
	if (i->usec == INT64_MIN || i->days == INT32_MIN || i->months == INT32_MIN)
		return interval_range_error(c);
	*out = (struct interval){-i->usec, -i->days, -i->months};
	return true;
}

static struct interval
wrapped_minus(const struct interval *i)
{
	return (struct interval){(int64_t)(0 - (uint64_t)i->usec), (int32_t)(0 - (uint32_t)i->days),
				 (int32_t)(0 - (uint32_t)i->months)};
}

static bool
timestamp_pl_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct interval i;

	(void)nargs;
	return arg_ts(c, &args[0], &t) && arg_interval(c, &args[1], &i) &&
	       ts_add_interval(c, t, &i, &t) && ret_ts(c, t, out);
}

static bool
timestamp_mi_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct interval i;

	(void)nargs;
	if (!arg_ts(c, &args[0], &t) || !arg_interval(c, &args[1], &i))
		return false;
	i = wrapped_minus(&i);
	return ts_add_interval(c, t, &i, &t) && ret_ts(c, t, out);
}

static bool
timestamptz_pl_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct interval i;

	(void)nargs;
	return arg_tstz(c, &args[0], &t) && arg_interval(c, &args[1], &i) &&
	       tstz_add_interval(c, t, &i, call_zone(c), &t) && ret_ts(c, t, out);
}

static bool
timestamptz_mi_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct interval i;

	(void)nargs;
	if (!arg_tstz(c, &args[0], &t) || !arg_interval(c, &args[1], &i))
		return false;
	i = wrapped_minus(&i);
	return tstz_add_interval(c, t, &i, call_zone(c), &t) && ret_ts(c, t, out);
}

static bool
date_pl_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;
	struct interval i;

	(void)nargs;
	return arg_date(c, &args[0], &d) && date_to_ts(d, &t, c->err) &&
	       arg_interval(c, &args[1], &i) && ts_add_interval(c, t, &i, &t) && ret_ts(c, t, out);
}

static bool
date_mi_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;
	struct interval i;

	(void)nargs;
	if (!arg_date(c, &args[0], &d) || !date_to_ts(d, &t, c->err) ||
	    !arg_interval(c, &args[1], &i))
		return false;
	i = wrapped_minus(&i);
	return ts_add_interval(c, t, &i, &t) && ret_ts(c, t, out);
}

/* Whole days of a sum of hours, with the sign of the rest made equal. */
static bool
justify_hours(struct interval *i)
{
	int64_t whole = i->usec / USEC_DAY;

	i->usec -= whole * USEC_DAY;
	if (__builtin_add_overflow(i->days, whole, &i->days))
		return false;
	if (i->days > 0 && i->usec < 0) {
		i->usec += USEC_DAY;
		i->days--;
	} else if (i->days < 0 && i->usec > 0) {
		i->usec -= USEC_DAY;
		i->days++;
	}
	return true;
}

static bool
timestamp_mi(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t a, b;
	struct interval i = {0};

	(void)nargs;
	if (!arg_tstz(c, &args[0], &a) || !arg_tstz(c, &args[1], &b))
		return false;
	if (!ts_finite(a) || !ts_finite(b))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "cannot subtract infinite timestamps");
	i.usec = (int64_t)((uint64_t)a - (uint64_t)b);
	return justify_hours(&i) ? ret_interval(c, &i, out) : interval_range_error(c);
}

/* ---- date and integer ---- */

static bool
add_to_date(struct fcall *c, const struct datum *args, int sign, struct datum *out)
{
	int32_t d;
	int64_t n;

	if (!arg_date(c, &args[0], &d) || !arg_int(c, &args[1], &n))
		return false;
	if (!date_finite(d))
		return ret_date(c, d, out);
	n = d + sign * n;
	return date_valid(n) ? ret_date(c, (int32_t)n, out) : date_range_error(c);
}

static bool
date_pli(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return add_to_date(c, args, 1, out);
}

static bool
date_mii(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return add_to_date(c, args, -1, out);
}

static bool
date_mi(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t a, b;

	(void)nargs;
	if (!arg_date(c, &args[0], &a) || !arg_date(c, &args[1], &b))
		return false;
	if (!date_finite(a) || !date_finite(b))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "cannot subtract infinite dates");
	return ret_int((int64_t)a - b, out);
}

/* ---- time and interval ---- */

static int64_t
turn_clock(int64_t t, int64_t by, int sign)
{
	/* An interval near the limit wraps around, as in PostgreSQL. */
	t = (int64_t)(sign > 0 ? (uint64_t)t + (uint64_t)by : (uint64_t)t - (uint64_t)by) %
	    USEC_DAY;
	return t < 0 ? t + USEC_DAY : t;
}

static bool
time_and_interval(struct fcall *c, const struct datum *args, int sign, struct datum *out)
{
	int64_t t;
	struct interval i;

	if (!arg_time(c, &args[0], &t) || !arg_interval(c, &args[1], &i))
		return false;
	return ret_time(c, turn_clock(t, i.usec, sign), out);
}

static bool
time_pl_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return time_and_interval(c, args, 1, out);
}

static bool
time_mi_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return time_and_interval(c, args, -1, out);
}

static bool
timetz_and_interval(struct fcall *c, const struct datum *args, int sign, struct datum *out)
{
	struct timetz t;
	struct interval i;

	if (!arg_timetz(c, &args[0], &t) || !arg_interval(c, &args[1], &i))
		return false;
	t.usec = turn_clock(t.usec, i.usec, sign);
	return ret_timetz(c, &t, out);
}

static bool
timetz_pl_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return timetz_and_interval(c, args, 1, out);
}

static bool
timetz_mi_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return timetz_and_interval(c, args, -1, out);
}

static bool
time_mi_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t a, b;

	(void)nargs;
	return arg_time(c, &args[0], &a) && arg_time(c, &args[1], &b) &&
	       ret_interval(c, &(struct interval){.usec = a - b}, out);
}

/* ---- intervals ---- */

bool
interval_add(struct fcall *c, const struct interval *a, const struct interval *b,
	     struct interval *out)
{
	/* Apart from out, which may be a or b: gcc 12 takes the overflow of such a sum from the
	 * result. */
	struct interval sum;

	if (__builtin_add_overflow(a->months, b->months, &sum.months) ||
	    __builtin_add_overflow(a->days, b->days, &sum.days) ||
	    __builtin_add_overflow(a->usec, b->usec, &sum.usec))
		return interval_range_error(c);
	*out = sum;
	return true;
}

static bool
interval_pl(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval a, b;

	(void)nargs;
	return arg_interval(c, &args[0], &a) && arg_interval(c, &args[1], &b) &&
	       interval_add(c, &a, &b, &a) && ret_interval(c, &a, out);
}

static bool
interval_mi(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval a, b;

	(void)nargs;
	if (!arg_interval(c, &args[0], &a) || !arg_interval(c, &args[1], &b))
		return false;
	if (__builtin_sub_overflow(a.months, b.months, &a.months) ||
	    __builtin_sub_overflow(a.days, b.days, &a.days) ||
	    __builtin_sub_overflow(a.usec, b.usec, &a.usec))
		return interval_range_error(c);
	return ret_interval(c, &a, out);
}

static bool
interval_um(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;

	(void)nargs;
	return arg_interval(c, &args[0], &i) && interval_negate(c, &i, &i) &&
	       ret_interval(c, &i, out);
}

static double
round_micro(double x)
{
	return rint(x * 1000000.0) / 1000000.0;
}

static bool
to_int32(double x, int32_t *out)
{
	if (isnan(x) || x > INT32_MAX || x < INT32_MIN)
		return false;
	*out = (int32_t)x;
	return true;
}

/* Scaled months and days may be fractions: these go to days and seconds, never upwards. */
static bool
spread(struct fcall *c, double months, double days, double usec, struct interval *out)
{
	double day_part, sec_part;

	if (!to_int32(months, &out->months) || !to_int32(days, &out->days))
		return interval_range_error(c);
	day_part = round_micro((months - out->months) * 30);
	sec_part = round_micro((days - out->days + day_part - (int)day_part) * 86400);
	if (fabs(sec_part) >= 86400) {
		if (__builtin_add_overflow(out->days, (int)(sec_part / 86400), &out->days))
			return interval_range_error(c);
		sec_part -= (int)(sec_part / 86400) * 86400;
	}
	if (__builtin_add_overflow(out->days, (int32_t)day_part, &out->days))
		return interval_range_error(c);
	usec = rint(usec + sec_part * 1000000.0);
	if (isnan(usec) || usec < -9223372036854775808.0 || usec >= 9223372036854775808.0)
		return interval_range_error(c);
	out->usec = (int64_t)usec;
	return true;
}

bool
interval_multiply(struct fcall *c, const struct interval *i, double by, struct interval *out)
{
	return spread(c, i->months * by, i->days * by, (double)i->usec * by, out);
}

static bool
multiply(struct fcall *c, const struct datum *span, const struct datum *factor, struct datum *out)
{
	struct interval i;
	double f;

	if (!arg_interval(c, span, &i) || !arg_float(c, factor, &f) ||
	    !interval_multiply(c, &i, f, &i))
		return false;
	return ret_interval(c, &i, out);
}

static bool
interval_mul(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return multiply(c, &args[0], &args[1], out);
}

static bool
mul_d_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return multiply(c, &args[1], &args[0], out);
}

bool
interval_divide(struct fcall *c, const struct interval *i, double by, struct interval *out)
{
	if (by == 0.0)
		return division_by_zero(c);
	return spread(c, i->months / by, i->days / by, (double)i->usec / by, out);
}

static bool
interval_div(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i, r;
	double f;

	(void)nargs;
	return arg_interval(c, &args[0], &i) && arg_float(c, &args[1], &f) &&
	       interval_divide(c, &i, f, &r) && ret_interval(c, &r, out);
}

/* ---- justify ---- */

static void
level_days(struct interval *i)
{
	if (i->months > 0 && (i->days < 0 || (i->days == 0 && i->usec < 0))) {
		i->days += 30;
		i->months--;
	} else if (i->months < 0 && (i->days > 0 || (i->days == 0 && i->usec > 0))) {
		i->days -= 30;
		i->months++;
	}
}

static bool
interval_justify_hours(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;

	(void)nargs;
	if (!arg_interval(c, &args[0], &i))
		return false;
	return justify_hours(&i) ? ret_interval(c, &i, out) : interval_range_error(c);
}

static bool
interval_justify_days(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;
	int32_t whole;

	(void)nargs;
	if (!arg_interval(c, &args[0], &i))
		return false;
	whole = i.days / 30;
	i.days -= whole * 30;
	if (__builtin_add_overflow(i.months, whole, &i.months))
		return interval_range_error(c);
	if (i.months > 0 && i.days < 0) {
		i.days += 30;
		i.months--;
	} else if (i.months < 0 && i.days > 0) {
		i.days -= 30;
		i.months++;
	}
	return ret_interval(c, &i, out);
}

static bool
interval_justify_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;
	int32_t whole;
	int64_t days;

	(void)nargs;
	if (!arg_interval(c, &args[0], &i))
		return false;
	/* Days and hours of one sign could overflow together, so months take their part first. */
	if ((i.days > 0 && i.usec > 0) || (i.days < 0 && i.usec < 0)) {
		whole = i.days / 30;
		i.days -= whole * 30;
		if (__builtin_add_overflow(i.months, whole, &i.months))
			return interval_range_error(c);
	}
	days = i.usec / USEC_DAY;
	i.usec -= days * USEC_DAY;
	i.days += (int32_t)days;
	whole = i.days / 30;
	i.days -= whole * 30;
	if (__builtin_add_overflow(i.months, whole, &i.months))
		return interval_range_error(c);
	level_days(&i);
	if (i.days > 0 && i.usec < 0) {
		i.usec += USEC_DAY;
		i.days--;
	} else if (i.days < 0 && i.usec > 0) {
		i.usec -= USEC_DAY;
		i.days++;
	}
	return ret_interval(c, &i, out);
}

const struct func func_datetime_arith[] = {
	FUNC("timestamp_pl_interval", timestamp_pl_interval),
	FUNC("timestamp_mi_interval", timestamp_mi_interval),
	FUNC_S("timestamptz_pl_interval", timestamptz_pl_interval),
	FUNC_S("timestamptz_mi_interval", timestamptz_mi_interval),
	FUNC("date_pl_interval", date_pl_interval),
	FUNC("date_mi_interval", date_mi_interval),
	FUNC("timestamp_mi", timestamp_mi),
	FUNC("date_pli", date_pli),
	FUNC("date_mii", date_mii),
	FUNC("date_mi", date_mi),
	FUNC("time_pl_interval", time_pl_interval),
	FUNC("time_mi_interval", time_mi_interval),
	FUNC("timetz_pl_interval", timetz_pl_interval),
	FUNC("timetz_mi_interval", timetz_mi_interval),
	FUNC("time_mi_time", time_mi_time),
	FUNC("interval_pl", interval_pl),
	FUNC("interval_mi", interval_mi),
	FUNC("interval_um", interval_um),
	FUNC("interval_mul", interval_mul),
	FUNC("mul_d_interval", mul_d_interval),
	FUNC("interval_div", interval_div),
	FUNC("interval_justify_hours", interval_justify_hours),
	FUNC("interval_justify_days", interval_justify_days),
	FUNC("interval_justify_interval", interval_justify_interval),
	FUNC_END,
};
