/*
 * Aggregates over dates, times and intervals, and generate_series over timestamps. Minimum and
 * maximum are SQLite's own: stored forms sort as their values.
 */
#include <stdlib.h>

#include "func/datetime_args.h"

/* ---- sum and avg of interval ---- */

struct interval_sum {
	struct interval sum;
	int64_t n;
};

static bool
sum_step(struct agg_call *a, const struct datum *args, int nargs)
{
	struct interval_sum *s = a->state;
	struct interval i;

	(void)nargs;
	if (!arg_interval(&a->call, &args[0], &i) || !interval_add(&a->call, &s->sum, &i, &s->sum))
		return false;
	s->n++;
	return true;
}

static bool
sum_inverse(struct agg_call *a, const struct datum *args, int nargs)
{
	struct interval_sum *s = a->state;
	struct interval i;

	(void)nargs;
	if (!arg_interval(&a->call, &args[0], &i) || !interval_negate(&a->call, &i, &i) ||
	    !interval_add(&a->call, &s->sum, &i, &s->sum))
		return false;
	s->n--;
	return true;
}

static bool
sum_final(struct agg_call *a, struct datum *out)
{
	const struct interval_sum *s = a->state;

	return s->n == 0 || ret_interval(&a->call, &s->sum, out);
}

static bool
avg_final(struct agg_call *a, struct datum *out)
{
	const struct interval_sum *s = a->state;
	struct interval i;

	if (s->n == 0)
		return true;
	return interval_divide(&a->call, &s->sum, (double)s->n, &i) &&
	       ret_interval(&a->call, &i, out);
}

static const struct agg_ops interval_sum_ops = {
	.size = sizeof(struct interval_sum),
	.step = sum_step,
	.inverse = sum_inverse,
	.final = sum_final,
	.strict = true,
};
static const struct agg_ops interval_avg_ops = {
	.size = sizeof(struct interval_sum),
	.step = sum_step,
	.inverse = sum_inverse,
	.final = avg_final,
	.strict = true,
};

/* ---- generate_series ---- */

struct series {
	int64_t next, stop;
	struct interval step;
	bool up, done;
};

static bool
series_open(struct fcall *c, const struct datum *args, bool with_zone, void **state)
{
	static const struct interval zero;
	struct series s = {0};
	int sign;

	if (!(with_zone ? arg_tstz(c, &args[0], &s.next) && arg_tstz(c, &args[1], &s.stop)
			: arg_ts(c, &args[0], &s.next) && arg_ts(c, &args[1], &s.stop)) ||
	    !arg_interval(c, &args[2], &s.step))
		return false;
	sign = interval_compare(&s.step, &zero);
	if (sign == 0)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "step size cannot equal zero");
	s.up = sign > 0;
	*state = xcalloc(1, sizeof(s));
	memcpy(*state, &s, sizeof(s));
	return true;
}

/* Any NULL argument makes an empty series. */
static bool
any_null(const struct datum *args, int nargs, void **state)
{
	for (int i = 0; i < nargs; i++) {
		if (!arg_null(&args[i]))
			continue;
		*state = xcalloc(1, sizeof(struct series));
		((struct series *)*state)->done = true;
		return true;
	}
	return false;
}

static bool
timestamp_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return any_null(args, nargs, state) || series_open(c, args, false, state);
}

static bool
timestamptz_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return any_null(args, nargs, state) || series_open(c, args, true, state);
}

static bool
series_past(const struct series *s)
{
	return s->done || (s->up ? s->next > s->stop : s->next < s->stop);
}

static int
timestamp_next(struct fcall *c, void *state, struct datum *cols)
{
	struct series *s = state;

	if (series_past(s))
		return 0;
	ret_ts(c, s->next, cols);
	return ts_add_interval(c, s->next, &s->step, &s->next) ? 1 : -1;
}

static int
timestamptz_next(struct fcall *c, void *state, struct datum *cols)
{
	struct series *s = state;

	if (series_past(s))
		return 0;
	ret_ts(c, s->next, cols);
	return tstz_add_interval(c, s->next, &s->step, call_zone(c), &s->next) ? 1 : -1;
}

static const struct srf_ops timestamp_series = {timestamp_open, timestamp_next, free, 1};
static const struct srf_ops timestamptz_series = {timestamptz_open, timestamptz_next, free, 1};

const struct func func_datetime_agg[] = {
	FUNC_AGG("sum(interval)", &interval_sum_ops),
	FUNC_AGG("avg(interval)", &interval_avg_ops),
	FUNC_NATIVE("min(date)", "min($1)"),
	FUNC_NATIVE("max(date)", "max($1)"),
	FUNC_NATIVE("min(time)", "min($1)"),
	FUNC_NATIVE("max(time)", "max($1)"),
	FUNC_NATIVE("min(timestamp)", "min($1)"),
	FUNC_NATIVE("max(timestamp)", "max($1)"),
	FUNC_NATIVE("min(timestamptz)", "min($1)"),
	FUNC_NATIVE("max(timestamptz)", "max($1)"),
	FUNC_NATIVE("min(timetz)", "min($1 COLLATE pg_timetz)"),
	FUNC_NATIVE("max(timetz)", "max($1 COLLATE pg_timetz)"),
	FUNC_NATIVE("min(interval)", "min($1 COLLATE pg_interval)"),
	FUNC_NATIVE("max(interval)", "max($1 COLLATE pg_interval)"),
	FUNC_SRF("generate_series_timestamp", &timestamp_series),
	FUNC_SRF("generate_series_timestamptz", &timestamptz_series),
	FUNC_END,
};
