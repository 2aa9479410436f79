/*
 * Comparisons of and casts between the date and time types. Within a type they compile to SQLite's
 * own operators: stored forms sort as their values, intervals and timetz under their collations. Of
 * two types the narrower is widened first.
 */
#include "func/datetime_args.h"

/* ---- widening, for comparisons: never fails, whatever the value ---- */

/* A date as a timestamp's stored form. Works on dates beyond any timestamp too, which still sort
 * right. */
static bool
date_widen(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct datum d;
	int32_t v;
	char *p;

	(void)nargs;
	if (args[0].class == DATUM_NULL)
		return true;
	if (!arg_date(c, &args[0], &v))
		return false;
	d = date_put(c->arena, v);
	*out = d;
	if (!date_finite(v))
		return true;
	p = arena_alloc(c->arena, d.n + 9);
	memcpy(p, d.p, d.n);
	memcpy(p + d.n, " 00:00:00", 9);
	*out = datum_text(p, d.n + 9);
	return true;
}

static bool
date_widen_tz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t v;
	int64_t t;
	struct civil day = {0};

	if (args[0].class == DATUM_NULL)
		return true;
	if (!arg_date(c, &args[0], &v))
		return false;
	if (!date_finite(v) || v >= TS_END / USEC_DAY)
		return date_widen(c, args, nargs, out);
	dt_civil(v, &day.year, &day.mon, &day.day);
	t = v * USEC_DAY + civil_zone(&day, call_zone(c)) * USEC_SEC;
	return ret_ts(c, t, out);
}

static bool
timestamp_widen_tz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct civil v;

	(void)nargs;
	if (args[0].class == DATUM_NULL)
		return true;
	if (!arg_ts(c, &args[0], &t))
		return false;
	if (ts_finite(t)) {
		ts_to_civil(t, &v);
		t += civil_zone(&v, call_zone(c)) * USEC_SEC;
	}
	return ret_ts(c, t, out);
}

#define COMPARE6_BOTH(prefix, suffix, left, right, fn)                                             \
	FUNC_BOTH(prefix "_eq" suffix, fn##_eq, left " = " right),                                 \
		FUNC_BOTH(prefix "_ne" suffix, fn##_ne, left " <> " right),                        \
		FUNC_BOTH(prefix "_lt" suffix, fn##_lt, left " < " right),                         \
		FUNC_BOTH(prefix "_le" suffix, fn##_le, left " <= " right),                        \
		FUNC_BOTH(prefix "_gt" suffix, fn##_gt, left " > " right),                         \
		FUNC_BOTH(prefix "_ge" suffix, fn##_ge, left " >= " right)
#define COMPARE6(prefix, suffix, left, right)                                                      \
	FUNC_NATIVE(prefix "_eq" suffix, left " = " right),                                        \
		FUNC_NATIVE(prefix "_ne" suffix, left " <> " right),                               \
		FUNC_NATIVE(prefix "_lt" suffix, left " < " right),                                \
		FUNC_NATIVE(prefix "_le" suffix, left " <= " right),                               \
		FUNC_NATIVE(prefix "_gt" suffix, left " > " right),                                \
		FUNC_NATIVE(prefix "_ge" suffix, left " >= " right)

/* ---- three-way comparisons ---- */

static bool
text_order(struct fcall *c, func_fn *left, func_fn *right, const struct datum *args,
	   struct datum *out)
{
	struct datum a = args[0], b = args[1];
	int cmp;

	if ((left && !left(c, &args[0], 1, &a)) || (right && !right(c, &args[1], 1, &b)))
		return false;
	cmp = memcmp(a.p, b.p, MIN(a.n, b.n));
	return ret_int(cmp ? (cmp > 0) - (cmp < 0) : (a.n > b.n) - (a.n < b.n), out);
}

/* Canonical text of an argument that may be in some other form. */
#define CANONICAL(name, ctype, arg, put)                                                           \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		ctype v;                                                                           \
                                                                                                   \
		(void)nargs;                                                                       \
		return arg(c, &args[0], &v) && put(c, v, out);                                     \
	}
CANONICAL(date_canonical, int32_t, arg_date, ret_date)
CANONICAL(ts_canonical, int64_t, arg_ts, ret_ts)
CANONICAL(tstz_canonical, int64_t, arg_tstz, ret_ts)
CANONICAL(time_canonical, int64_t, arg_time, ret_time)

#define CMP(name, left, right)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		(void)nargs;                                                                       \
		return text_order(c, left, right, args, out);                                      \
	}
CMP(date_cmp, date_canonical, date_canonical)
CMP(time_cmp, time_canonical, time_canonical)
CMP(timestamp_cmp, ts_canonical, ts_canonical)
CMP(date_cmp_timestamp, date_widen, ts_canonical)
CMP(timestamp_cmp_date, ts_canonical, date_widen)
CMP(date_cmp_timestamptz, date_widen_tz, tstz_canonical)
CMP(timestamptz_cmp_date, tstz_canonical, date_widen_tz)
CMP(timestamp_cmp_timestamptz, timestamp_widen_tz, tstz_canonical)
CMP(timestamptz_cmp_timestamp, tstz_canonical, timestamp_widen_tz)

#define TEST(name, cmp, test)                                                                      \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		if (!cmp(c, args, nargs, out))                                                     \
			return false;                                                              \
		*out = datum_int(out->i test 0);                                                   \
		return true;                                                                       \
	}
#define TESTS(cmp)                                                                                 \
	TEST(cmp##_eq, cmp, ==)                                                                    \
	TEST(cmp##_ne, cmp, !=)                                                                    \
	TEST(cmp##_lt, cmp, <)                                                                     \
	TEST(cmp##_le, cmp, <=) TEST(cmp##_gt, cmp, >) TEST(cmp##_ge, cmp, >=)
TESTS(date_cmp_timestamp)
TESTS(timestamp_cmp_date)
TESTS(date_cmp_timestamptz)
TESTS(timestamptz_cmp_date)
TESTS(timestamp_cmp_timestamptz)
TESTS(timestamptz_cmp_timestamp)

static bool
interval_cmp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval a, b;

	(void)nargs;
	if (!arg_interval(c, &args[0], &a) || !arg_interval(c, &args[1], &b))
		return false;
	return ret_int(interval_compare(&a, &b), out);
}

static bool
timetz_cmp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct timetz a, b;

	(void)nargs;
	if (!arg_timetz(c, &args[0], &a) || !arg_timetz(c, &args[1], &b))
		return false;
	return ret_int(timetz_compare(&a, &b), out);
}

/* ---- casts ---- */

static bool
date_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;

	(void)nargs;
	return arg_date(c, &args[0], &d) && date_to_ts(d, &t, c->err) && ret_ts(c, t, out);
}

static bool
date_timestamptz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;

	(void)nargs;
	return arg_date(c, &args[0], &d) && date_to_tstz(d, call_zone(c), &t, c->err) &&
	       ret_ts(c, t, out);
}

static bool
timestamp_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;

	(void)nargs;
	return arg_ts(c, &args[0], &t) && ts_to_date(t, &d, c->err) && ret_date(c, d, out);
}

static bool
timestamptz_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;

	(void)nargs;
	return arg_tstz(c, &args[0], &t) && tstz_to_ts(t, call_zone(c), &t, c->err) &&
	       ts_to_date(t, &d, c->err) && ret_date(c, d, out);
}

static bool
timestamp_timestamptz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;

	(void)nargs;
	return arg_ts(c, &args[0], &t) && ts_to_tstz(t, call_zone(c), &t, c->err) &&
	       ret_ts(c, t, out);
}

static bool
timestamptz_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;

	(void)nargs;
	return arg_tstz(c, &args[0], &t) && tstz_to_ts(t, call_zone(c), &t, c->err) &&
	       ret_ts(c, t, out);
}

/* The time of an infinite timestamp is NULL. */
static bool
timestamp_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	int32_t days;

	(void)nargs;
	if (!arg_ts(c, &args[0], &t))
		return false;
	return !ts_finite(t) || ret_time(c, ts_split(t, &days), out);
}

static bool
timestamptz_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct civil v;

	(void)nargs;
	if (!arg_tstz(c, &args[0], &t))
		return false;
	if (!ts_finite(t))
		return true;
	tstz_to_civil(t, call_zone(c), &v, NULL);
	return ret_time(c, dt_join_time(&v), out);
}

static bool
timestamptz_timetz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	struct civil v;
	struct tzperiod p;

	(void)nargs;
	if (!arg_tstz(c, &args[0], &t))
		return false;
	if (!ts_finite(t))
		return true;
	tstz_to_civil(t, call_zone(c), &v, &p);
	return ret_timetz(c, &(struct timetz){dt_join_time(&v), -p.offset}, out);
}

/* Today's offset at that time. */
static bool
time_timetz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct civil at, clock = {0};
	int64_t t;

	(void)nargs;
	if (!arg_time(c, &args[0], &t))
		return false;
	tstz_to_civil(c->env ? c->env->types.txn_time : 0, call_zone(c), &at, NULL);
	dt_split_time(t, &clock);
	at.hour = clock.hour;
	at.min = clock.min;
	at.sec = clock.sec;
	return ret_timetz(c, &(struct timetz){t, civil_zone(&at, call_zone(c))}, out);
}

static bool
timetz_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct timetz t;

	(void)nargs;
	return arg_timetz(c, &args[0], &t) && ret_time(c, t.usec, out);
}

static bool
time_interval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;

	(void)nargs;
	return arg_time(c, &args[0], &t) && ret_interval(c, &(struct interval){.usec = t}, out);
}

static bool
interval_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct interval i;
	int64_t t;

	(void)nargs;
	if (!arg_interval(c, &args[0], &i))
		return false;
	t = i.usec % USEC_DAY;
	return ret_time(c, t < 0 ? t + USEC_DAY : t, out);
}

static bool
datetime_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t, time;

	(void)nargs;
	if (!arg_date(c, &args[0], &d) || !arg_time(c, &args[1], &time) ||
	    !date_to_ts(d, &t, c->err))
		return false;
	if (ts_finite(t))
		t += time;
	return !ts_finite(t) || ts_valid(t) ? ret_ts(c, t, out) : ts_out_of_range(c->err);
}

static bool
datetimetz_timestamptz(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t d;
	int64_t t;
	struct timetz time;

	(void)nargs;
	if (!arg_date(c, &args[0], &d) || !arg_timetz(c, &args[1], &time) ||
	    !date_to_ts(d, &t, c->err))
		return false;
	if (ts_finite(t))
		t += time.usec + time.zone * USEC_SEC;
	if (ts_finite(t) && !ts_valid(t))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "date out of range for timestamp");
	return ret_ts(c, t, out);
}

/* ---- length coercion ---- */

static bool
scale(struct fcall *c, oid_t oid, const struct datum *args, struct datum *out)
{
	struct type_ctx t = fcall_type_ctx(c);
	int64_t typmod;

	if (!arg_int(c, &args[1], &typmod))
		return false;
	if ((oid == T_TIMESTAMP || oid == T_TIMESTAMPTZ) && typmod != -1 &&
	    (typmod < 0 || typmod > 6))
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "timestamp(%d) precision must be between %d and %d", (int)typmod, 0,
			       6);
	*out = args[0];
	return datetime_apply_typmod(&t, type_builtin(oid), (int32_t)typmod, true, out);
}

#define SCALE(name, oid)                                                                           \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		(void)nargs;                                                                       \
		return scale(c, oid, args, out);                                                   \
	}
SCALE(timestamp_scale, T_TIMESTAMP)
SCALE(timestamptz_scale, T_TIMESTAMPTZ)
SCALE(time_scale, T_TIME)
SCALE(timetz_scale, T_TIMETZ)
SCALE(interval_scale, T_INTERVAL)

static bool
interval_finite(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)c, (void)args, (void)nargs;
	return ret_int(1, out);
}

const struct func func_datetime[] = {
	COMPARE6("date", "", "$1", "$2"),
	COMPARE6("time", "", "$1", "$2"),
	COMPARE6("timestamp", "", "$1", "$2"),
	COMPARE6("timetz", "", "$1", "$2 COLLATE pg_timetz"),
	COMPARE6("interval", "", "$1", "$2 COLLATE pg_interval"),
	COMPARE6_BOTH("date", "_timestamp", "pg_date_widen($1)", "$2", date_cmp_timestamp),
	COMPARE6_BOTH("timestamp", "_date", "$1", "pg_date_widen($2)", timestamp_cmp_date),
	COMPARE6_BOTH("date", "_timestamptz", "pg_date_widen_tz($1)", "$2", date_cmp_timestamptz),
	COMPARE6_BOTH("timestamptz", "_date", "$1", "pg_date_widen_tz($2)", timestamptz_cmp_date),
	COMPARE6_BOTH("timestamp", "_timestamptz", "pg_timestamp_widen_tz($1)", "$2",
		      timestamp_cmp_timestamptz),
	COMPARE6_BOTH("timestamptz", "_timestamp", "$1", "pg_timestamp_widen_tz($2)",
		      timestamptz_cmp_timestamp),
	FUNC("date_widen", date_widen),
	FUNC_S("date_widen_tz", date_widen_tz),
	FUNC_S("timestamp_widen_tz", timestamp_widen_tz),
	FUNC("date_cmp", date_cmp),
	FUNC("time_cmp", time_cmp),
	FUNC("timestamp_cmp", timestamp_cmp),
	FUNC("timetz_cmp", timetz_cmp),
	FUNC("interval_cmp", interval_cmp),
	FUNC("date_cmp_timestamp", date_cmp_timestamp),
	FUNC("timestamp_cmp_date", timestamp_cmp_date),
	FUNC_S("date_cmp_timestamptz", date_cmp_timestamptz),
	FUNC_S("timestamptz_cmp_date", timestamptz_cmp_date),
	FUNC_S("timestamp_cmp_timestamptz", timestamp_cmp_timestamptz),
	FUNC_S("timestamptz_cmp_timestamp", timestamptz_cmp_timestamp),
	FUNC_NATIVE("date_larger", "max($1, $2)"),
	FUNC_NATIVE("date_smaller", "min($1, $2)"),
	FUNC_NATIVE("time_larger", "max($1, $2)"),
	FUNC_NATIVE("time_smaller", "min($1, $2)"),
	FUNC_NATIVE("timestamp_larger", "max($1, $2)"),
	FUNC_NATIVE("timestamp_smaller", "min($1, $2)"),
	FUNC_NATIVE("timetz_larger", "max($1 COLLATE pg_timetz, $2)"),
	FUNC_NATIVE("timetz_smaller", "min($1 COLLATE pg_timetz, $2)"),
	FUNC_NATIVE("interval_larger", "max($1 COLLATE pg_interval, $2)"),
	FUNC_NATIVE("interval_smaller", "min($1 COLLATE pg_interval, $2)"),
	FUNC_NATIVE("date_finite", "$1 NOT IN ('infinity', '-infinity')"),
	FUNC_NATIVE("timestamp_finite", "$1 NOT IN ('infinity', '-infinity')"),
	FUNC("interval_finite", interval_finite),
	FUNC("date_timestamp", date_timestamp),
	FUNC_S("date_timestamptz", date_timestamptz),
	FUNC("timestamp_date", timestamp_date),
	FUNC_S("timestamptz_date", timestamptz_date),
	FUNC_S("timestamp_timestamptz", timestamp_timestamptz),
	FUNC_S("timestamptz_timestamp", timestamptz_timestamp),
	FUNC("timestamp_time", timestamp_time),
	FUNC_S("timestamptz_time", timestamptz_time),
	FUNC_S("timestamptz_timetz", timestamptz_timetz),
	FUNC_S("time_timetz", time_timetz),
	FUNC("timetz_time", timetz_time),
	FUNC("time_interval", time_interval),
	FUNC("interval_time", interval_time),
	FUNC("datetime_timestamp", datetime_timestamp),
	FUNC("datetimetz_timestamptz", datetimetz_timestamptz),
	FUNC("timestamp_scale", timestamp_scale),
	FUNC("timestamptz_scale", timestamptz_scale),
	FUNC("time_scale", time_scale),
	FUNC("timetz_scale", timetz_scale),
	FUNC("interval_scale", interval_scale),
	FUNC_END,
};
