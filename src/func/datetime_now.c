/*
 * The current time. All but clock_timestamp and timeofday stand still within a transaction or
 * statement.
 */
#include <time.h>

#include "func/datetime_args.h"

static int64_t
txn_time(const struct fcall *c)
{
	return c->env ? c->env->types.txn_time : 0;
}

static int64_t
clock_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ((int64_t)ts.tv_sec - DT_EPOCH_SECS) * USEC_SEC + ts.tv_nsec / 1000;
}

static bool
now(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)args, (void)nargs;
	return ret_ts(c, txn_time(c), out);
}

static bool
statement_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)args, (void)nargs;
	return ret_ts(c, c->env ? c->env->types.stmt_time : 0, out);
}

static bool
clock_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	(void)args, (void)nargs;
	return ret_ts(c, clock_time(), out);
}

static bool
timeofday(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct buf b = BUF_INIT;
	struct civil v;
	struct tzperiod p;

	(void)args, (void)nargs;
	tstz_to_civil(clock_time(), call_zone(c), &v, &p);
	buf_printf(&b, "%s %s %02d %02d:%02d:%02d.%06d %04d %s",
		   days[dt_dow(dt_days(v.year, v.mon, v.day))], months[v.mon - 1], v.day, v.hour,
		   v.min, v.sec, v.usec, v.year, p.abbrev);
	return ret_buf(c, &b, out);
}

/* ---- SQL's value functions: the argument is a precision, or -1 ---- */

static bool
precision(struct fcall *c, const struct datum *args, int32_t *digits)
{
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	*digits = (int32_t)v;
	return true;
}

static bool
current_date(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct civil v;

	(void)args, (void)nargs;
	tstz_to_civil(txn_time(c), call_zone(c), &v, NULL);
	return ret_date(c, dt_days(v.year, v.mon, v.day), out);
}

static bool
current_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct civil v;
	struct tzperiod p;
	int32_t digits;

	(void)nargs;
	if (!precision(c, args, &digits))
		return false;
	tstz_to_civil(txn_time(c), call_zone(c), &v, &p);
	return ret_timetz(c, &(struct timetz){usec_round(dt_join_time(&v), digits), -p.offset},
			  out);
}

static bool
local_time(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct civil v;
	int32_t digits;

	(void)nargs;
	if (!precision(c, args, &digits))
		return false;
	tstz_to_civil(txn_time(c), call_zone(c), &v, NULL);
	return ret_time(c, usec_round(dt_join_time(&v), digits), out);
}

static bool
current_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t digits;

	(void)nargs;
	return precision(c, args, &digits) && ret_ts(c, ts_round(txn_time(c), digits), out);
}

static bool
local_timestamp(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int32_t digits;
	int64_t t;

	(void)nargs;
	return precision(c, args, &digits) && tstz_to_ts(txn_time(c), call_zone(c), &t, c->err) &&
	       ret_ts(c, ts_round(t, digits), out);
}

const struct func func_datetime_now[] = {
	FUNC_S("now", now),
	FUNC_S("statement_timestamp", statement_timestamp),
	FUNC_S("clock_timestamp", clock_timestamp),
	FUNC_S("timeofday", timeofday),
	FUNC_S("current_date", current_date),
	FUNC_S("current_time", current_time),
	FUNC_S("current_timestamp", current_timestamp),
	FUNC_S("localtime", local_time),
	FUNC_S("localtimestamp", local_timestamp),
	FUNC_END,
};
