/*
 * make_* and to_timestamp(double precision), in_range and overlaps.
 */
#include <math.h>

#include "func/datetime_args.h"
#include "types/datetime_parse.h"

/* ---- make ---- */

static bool
ints(struct fcall *c, const struct datum *args, int n, int64_t *v)
{
	for (int i = 0; i < n; i++)
		if (!arg_int(c, &args[i], &v[i]))
			return false;
	return true;
}

/* A year below zero is BC. False: no such day. */
static bool
day_from(const int64_t *ymd, struct civil *v)
{
	if (ymd[0] == 0 || ymd[0] == INT32_MIN || ymd[1] < 1 || ymd[1] > 12 || ymd[2] < 1 ||
	    ymd[2] > 31)
		return false;
	v->year = (int)(ymd[0] < 0 ? ymd[0] + 1 : ymd[0]);
	v->mon = (int)ymd[1];
	v->day = (int)ymd[2];
	return v->day <= dt_month_days(v->year, v->mon);
}

static bool
bad_day(struct fcall *c, const char *what, const int64_t *ymd)
{
	return err_set(c->err, ERR_DATETIME_FIELD_OVERFLOW, -1, "%s out of range: %d-%02d-%02d",
		       what, (int)ymd[0], (int)ymd[1], (int)ymd[2]);
}

static bool
clock_from(int64_t hour, int64_t min, double sec, int64_t *usec)
{
	if (hour < 0 || hour > 24 || min < 0 || min > 59 || isnan(sec))
		return false;
	sec = rint(sec * 1000000.0);
	if (sec < 0 || sec > 60 * 1000000.0)
		return false;
	*usec = hour * USEC_HOUR + min * USEC_MIN + (int64_t)sec;
	return *usec <= USEC_DAY;
}

/* %02g, with PostgreSQL's names of the specials. */
static const char *
seconds_text(struct fcall *c, double sec)
{
	if (isnan(sec))
		return "NaN";
	if (isinf(sec))
		return sec > 0 ? "Infinity" : "-Infinity";
	return arena_printf(c->arena, "%02g", sec);
}

static bool
bad_clock(struct fcall *c, int64_t hour, int64_t min, double sec)
{
	return err_set(c->err, ERR_DATETIME_FIELD_OVERFLOW, -1,
		       "time field value out of range: %d:%02d:%s", (int)hour, (int)min,
		       seconds_text(c, sec));
}

static bool
make_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t ymd[3];
	int32_t d;
	struct civil v;
	bool ok;

	(void)nargs;
	if (!ints(c, args, 3, ymd))
		return false;
	ok = day_from(ymd, &v);
	/* In errors PostgreSQL names the year as it counts itself: 1 BC is 0. */
	ymd[0] += ymd[0] < 0 && ymd[0] > INT32_MIN;
	if (!ok)
		return bad_day(c, "date field value", ymd);
	d = dt_days(v.year, v.mon, v.day);
	if (!dt_in_calendar(v.year, v.mon) || !date_valid(d))
		return bad_day(c, "date", ymd);
	return ret_date(c, d, out);
}

static bool
make_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t hm[2], t;
	double sec;

	(void)nargs;
	if (!ints(c, args, 2, hm) || !arg_float(c, &args[2], &sec))
		return false;
	return clock_from(hm[0], hm[1], sec, &t) ? ret_time(c, t, out)
						 : bad_clock(c, hm[0], hm[1], sec);
}

static bool
point_from(struct fcall *c, const struct datum *args, int64_t *t)
{
	int64_t f[5], clock, day;
	double sec;
	struct civil v;

	if (!ints(c, args, 5, f) || !arg_float(c, &args[5], &sec))
		return false;
	if (!day_from(f, &v))
		return bad_day(c, "date field value", f);
	if (!dt_in_calendar(v.year, v.mon))
		return bad_day(c, "date", f);
	if (!clock_from(f[3], f[4], sec, &clock))
		return bad_clock(c, f[3], f[4], sec);
	if (__builtin_mul_overflow((int64_t)dt_days(v.year, v.mon, v.day), USEC_DAY, &day) ||
	    __builtin_add_overflow(day, clock, t) || !ts_valid(*t))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "timestamp out of range: %d-%02d-%02d %d:%02d:%s", (int)f[0],
			       (int)f[1], (int)f[2], (int)f[3], (int)f[4], seconds_text(c, sec));
	return true;
}

static bool
make_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;

	(void)nargs;
	return point_from(c, args, &t) && ret_ts(c, t, out);
}

static bool
make_timestamptz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;

	(void)nargs;
	return point_from(c, args, &t) && ts_to_tstz(t, call_zone(c), &t, c->err) &&
	       ret_ts(c, t, out);
}

/* Seconds west of the zone that s names at local time t. */
static bool
named_offset(struct fcall *c, const char *s, size_t n, int64_t t, int32_t *west)
{
	enum dt_status status;

	if (n > 0 && s[0] >= '0' && s[0] <= '9') {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"invalid input syntax for type %s: \"%.*s\"", "numeric time zone", (int)n,
			s);
		return err_hint(c->err,
				"Numeric time zones must have \"-\" or \"+\" as first character.");
	}
	status = dt_zone_offset(arena_strndup(c->arena, s, n), west);
	if (status == DT_ZONE_OVERFLOW)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "numeric time zone \"%.*s\" out of range", (int)n, s);
	if (status == DT_OK)
		return true;
	return zone_lookup_at(c->err, call_abbrevs(c), s, n,
			      (t - (t % USEC_SEC + USEC_SEC) % USEC_SEC) / USEC_SEC + DT_EPOCH_SECS,
			      true, west);
}

static bool
make_timestamptz_at_timezone(struct fcall *c, const struct datum *args, int nargs,
			     struct datum *out)
{
	int64_t t;
	size_t n;
	const char *s;
	int32_t west;

	(void)nargs;
	if (!point_from(c, args, &t))
		return false;
	s = arg_text(c, &args[6], &n);
	if (!named_offset(c, s, n, t, &west))
		return false;
	t += west * USEC_SEC;
	return ts_valid(t) ? ret_ts(c, t, out) : ts_out_of_range(c->err);
}

/* PostgreSQL 15 does not check these sums. */
static bool
make_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t f[6];
	double secs;
	struct interval i;

	(void)nargs;
	if (!ints(c, args, 6, f) || !arg_float(c, &args[6], &secs))
		return false;
	if (isinf(secs) || isnan(secs))
		return interval_range_error(c);
	secs = rint(secs * 1000000.0);
	i.months = (int32_t)(uint32_t)((uint64_t)f[0] * 12 + (uint64_t)f[1]);
	i.days = (int32_t)(uint32_t)((uint64_t)f[2] * 7 + (uint64_t)f[3]);
	i.usec = fabs(secs) < 9.2e18 ? (int64_t)secs : INT64_MIN;
	i.usec = (int64_t)((uint64_t)i.usec + (uint64_t)f[4] * (uint64_t)USEC_HOUR +
			   (uint64_t)f[5] * (uint64_t)USEC_MIN);
	return ret_interval(c, &i, out);
}

static bool
float8_timestamptz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	double secs, usec;

	(void)nargs;
	if (!arg_float(c, &args[0], &secs))
		return false;
	if (isnan(secs))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "timestamp cannot be NaN");
	if (isinf(secs))
		return ret_ts(c, secs > 0 ? TS_INF : TS_NEG_INF, out);
	usec = rint((secs - (double)DT_EPOCH_SECS) * 1000000.0);
	if (secs < (double)(TS_MIN / USEC_SEC + DT_EPOCH_SECS) ||
	    secs >= (double)(TS_END / USEC_SEC + DT_EPOCH_SECS) || !ts_valid((int64_t)usec))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "timestamp out of range: \"%g\"", secs);
	return ret_ts(c, (int64_t)usec, out);
}

/* ---- in_range: val against base plus or minus offset ---- */

struct range_args {
	struct interval offset; /* signed */
	bool less;
};

static bool
range_args(struct fcall *c, const struct datum *args, bool clock_only, struct range_args *r)
{
	static const struct interval zero;
	int64_t sub, less;

	if (!arg_interval(c, &args[2], &r->offset) || !arg_int(c, &args[3], &sub) ||
	    !arg_int(c, &args[4], &less))
		return false;
	if (clock_only ? r->offset.usec < 0 : interval_compare(&r->offset, &zero) < 0)
		return err_set(c->err, ERR_INVALID_PRECEDING_OR_FOLLOWING_SIZE, -1,
			       "invalid preceding or following size in window function");
	r->less = less;
	return !sub || interval_negate(c, &r->offset, &r->offset);
}

static bool
range_answer(const struct range_args *r, bool below, bool equal, struct datum *out)
{
	return ret_int(equal || below == r->less, out);
}

static bool
in_range_points(struct fcall *c, const struct datum *args, bool with_zone, int64_t val,
		int64_t base, struct datum *out)
{
	struct range_args r;

	if (!range_args(c, args, false, &r))
		return false;
	if (!(with_zone ? tstz_add_interval(c, base, &r.offset, call_zone(c), &base)
			: ts_add_interval(c, base, &r.offset, &base)))
		return false;
	return range_answer(&r, val < base, val == base, out);
}

static bool
in_range_timestamp_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t val, base;

	(void)nargs;
	return arg_ts(c, &args[0], &val) && arg_ts(c, &args[1], &base) &&
	       in_range_points(c, args, false, val, base, out);
}

static bool
in_range_timestamptz_interval(struct fcall *c, const struct datum *args, int nargs,
			      struct datum *out)
{
	int64_t val, base;

	(void)nargs;
	return arg_tstz(c, &args[0], &val) && arg_tstz(c, &args[1], &base) &&
	       in_range_points(c, args, true, val, base, out);
}

static bool
in_range_date_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t a, b;
	int64_t val, base;

	(void)nargs;
	return arg_date(c, &args[0], &a) && arg_date(c, &args[1], &b) &&
	       date_to_ts(a, &val, c->err) && date_to_ts(b, &base, c->err) &&
	       in_range_points(c, args, false, val, base, out);
}

static bool
in_range_interval_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval val, base;
	struct range_args r;
	int cmp;

	(void)nargs;
	if (!arg_interval(c, &args[0], &val) || !arg_interval(c, &args[1], &base) ||
	    !range_args(c, args, false, &r) || !interval_add(c, &base, &r.offset, &base))
		return false;
	cmp = interval_compare(&val, &base);
	return range_answer(&r, cmp < 0, cmp == 0, out);
}

/* The clock does not turn over midnight here. */
static bool
in_range_time_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t val, base;
	struct range_args r;

	(void)nargs;
	if (!arg_time(c, &args[0], &val) || !arg_time(c, &args[1], &base) ||
	    !range_args(c, args, true, &r))
		return false;
	if (__builtin_add_overflow(base, r.offset.usec, &base))
		return ret_int(r.less, out);
	return range_answer(&r, val < base, val == base, out);
}

static bool
in_range_timetz_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct timetz val, base;
	struct range_args r;
	int cmp;

	(void)nargs;
	if (!arg_timetz(c, &args[0], &val) || !arg_timetz(c, &args[1], &base) ||
	    !range_args(c, args, true, &r))
		return false;
	if (__builtin_add_overflow(base.usec, r.offset.usec, &base.usec))
		return ret_int(r.less, out);
	cmp = timetz_compare(&val, &base);
	return range_answer(&r, cmp < 0, cmp == 0, out);
}

/* ---- overlaps: (s1, e1) against (s2, e2); ends may be NULL and in either order ---- */

struct span {
	__int128 start, end;
	bool open; /* no end */
};

/* False: both ends are NULL. */
static bool
span_from(__int128 a, bool a_null, __int128 b, bool b_null, struct span *s)
{
	if (a_null && b_null)
		return false;
	*s = (struct span){a_null ? b : b_null ? a : MIN(a, b), MAX(a, b), a_null || b_null};
	return true;
}

/* The later-starting span's start lies within the earlier one, as far as that is known. */
static bool
later_within(const struct span *earlier, const struct span *later, struct datum *out)
{
	if (earlier->open)
		return true;
	if (later->start < earlier->end)
		return ret_int(1, out);
	return later->open || ret_int(0, out);
}

static bool
overlaps(const __int128 *v, const bool *null, struct datum *out)
{
	struct span a, b;

	if (!span_from(v[0], null[0], v[1], null[1], &a) ||
	    !span_from(v[2], null[2], v[3], null[3], &b))
		return true;
	if (a.start > b.start)
		return later_within(&b, &a, out);
	if (a.start < b.start)
		return later_within(&a, &b, out);
	return a.open || b.open || ret_int(1, out);
}

typedef bool key_fn(struct fcall *c, const struct datum *d, __int128 *key);

static bool
point_key(struct fcall *c, const struct datum *d, __int128 *key)
{
	int64_t t;

	if (!arg_tstz(c, d, &t))
		return false;
	*key = t;
	return true;
}

static bool
time_key(struct fcall *c, const struct datum *d, __int128 *key)
{
	int64_t t;

	if (!arg_time(c, d, &t))
		return false;
	*key = t;
	return true;
}

static bool
timetz_key(struct fcall *c, const struct datum *d, __int128 *key)
{
	struct timetz t;

	if (!arg_timetz(c, d, &t))
		return false;
	*key = (__int128)(t.usec + t.zone * USEC_SEC) * 1000000 + t.zone;
	return true;
}

static bool
overlaps_by(struct fcall *c, const struct datum *args, key_fn *key, struct datum *out)
{
	__int128 v[4] = {0};
	bool null[4];

	for (int i = 0; i < 4; i++) {
		null[i] = arg_null(&args[i]);
		if (!null[i] && !key(c, &args[i], &v[i]))
			return false;
	}
	return overlaps(v, null, out);
}

static bool
overlaps_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return overlaps_by(c, args, point_key, out);
}

static bool
overlaps_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return overlaps_by(c, args, time_key, out);
}

static bool
overlaps_timetz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)nargs;
	return overlaps_by(c, args, timetz_key, out);
}

const struct func func_datetime_make[] = {
	FUNC("make_date", make_date),
	FUNC("make_time", make_time),
	FUNC("make_timestamp", make_timestamp),
	FUNC_S("make_timestamptz", make_timestamptz),
	FUNC("make_timestamptz_at_timezone", make_timestamptz_at_timezone),
	FUNC("make_interval", make_interval),
	FUNC("float8_timestamptz", float8_timestamptz),
	FUNC("in_range_timestamp_interval", in_range_timestamp_interval),
	FUNC_S("in_range_timestamptz_interval", in_range_timestamptz_interval),
	FUNC("in_range_date_interval", in_range_date_interval),
	FUNC("in_range_interval_interval", in_range_interval_interval),
	FUNC("in_range_time_interval", in_range_time_interval),
	FUNC("in_range_timetz_interval", in_range_timetz_interval),
	FUNC("overlaps_timestamp", overlaps_timestamp),
	FUNC("overlaps_time", overlaps_time),
	FUNC("overlaps_timetz", overlaps_timetz),
	FUNC_END,
};
