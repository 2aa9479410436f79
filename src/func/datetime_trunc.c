/*
 * date_trunc, date_bin and age.
 */
#include "func/datetime_args.h"
#include "types/datetime_parse.h"

/* ---- date_trunc ---- */

struct unit {
	const char *text; /* lower case */
	size_t n;
	int value; /* enum dt_value; V_NONE: not a unit */
};

static struct unit
unit_arg(struct fcall *c, const struct datum *d)
{
	struct unit u = {.value = V_NONE};
	const char *s = arg_text(c, d, &u.n);
	char *low = arena_alloc(c->arena, u.n + 1);
	int value;

	for (size_t i = 0; i < u.n; i++)
		low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	u.text = low;
	u.n = MIN(u.n, 63);
	if (dt_unit_word(low, u.n, &value) == WORD_UNIT)
		u.value = value;
	return u;
}

static bool
bad_unit(struct fcall *c, const struct unit *u, const char *type)
{
	if (u->value == V_NONE)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "unit \"%.*s\" not recognized for type %s", (int)u->n, u->text,
			       type);
	err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "unit \"%.*s\" not supported for type %s",
		(int)u->n, u->text, type);
	if (u->value == V_WEEK)
		err_detail(c->err, "Months usually have fractional weeks.");
	return false;
}

static int
first_year(int year, int span)
{
	return year > 0 ? (year + span - 1) / span * span - span + 1
			: -((span - 1 - (year - 1)) / span) * span + 1;
}

static void
trunc_clock(struct civil *v, int unit)
{
	v->usec = unit == V_MICROSEC ? v->usec : unit == V_MILLISEC ? v->usec / 1000 * 1000 : 0;
	if (unit >= V_MINUTE)
		v->sec = 0;
	if (unit >= V_HOUR)
		v->min = 0;
	if (unit >= V_DAY)
		v->hour = 0;
}

static void
trunc_week(struct civil *v)
{
	int iso_year;
	int week = dt_iso_week(dt_days(v->year, v->mon, v->day), &iso_year);

	dt_civil(dt_iso_week_start(iso_year, week), &v->year, &v->mon, &v->day);
}

/* False: the unit is not one to truncate a point in time to. */
static bool
trunc_civil(struct civil *v, int unit)
{
	if (unit < V_MICROSEC || unit > V_MILLENNIUM)
		return false;
	trunc_clock(v, unit);
	if (unit == V_WEEK)
		trunc_week(v);
	if (unit >= V_MONTH)
		v->day = 1;
	if (unit == V_QUARTER)
		v->mon = (v->mon - 1) / 3 * 3 + 1;
	if (unit >= V_YEAR)
		v->mon = 1;
	if (unit == V_DECADE)
		v->year = v->year > 0 ? v->year / 10 * 10 : -((8 - (v->year - 1)) / 10) * 10;
	if (unit == V_CENTURY)
		v->year = first_year(v->year, 100);
	if (unit == V_MILLENNIUM)
		v->year = first_year(v->year, 1000);
	return true;
}

/* How much of a stored point in time of a four-digit year stays, by unit; 0: there is more to do.
 */
static size_t
kept_prefix(int unit)
{
	switch (unit) {
	case V_YEAR:
		return 4;
	case V_MONTH:
		return 7;
	case V_DAY:
		return 10;
	case V_HOUR:
		return 13;
	case V_MINUTE:
		return 16;
	case V_SECOND:
		return 19;
	default:
		return 0;
	}
}

/* The everyday case on the text itself. False: not that. */
static bool
trunc_stored(struct fcall *c, int unit, const struct datum *d, struct datum *out)
{
	static const char rest[] = "0000-01-01 00:00:00";
	size_t kept = kept_prefix(unit);
	char *s;

	if (!kept || d->class != DATUM_TEXT || d->n < sizeof(rest) - 1 || d->p[0] < '0' ||
	    d->p[0] > '9' || d->p[4] != '-' || d->p[7] != '-' || d->p[10] != ' ' ||
	    d->p[13] != ':' || d->p[16] != ':')
		return false;
	s = arena_memdup(c->arena, rest, sizeof(rest) - 1);
	memcpy(s, d->p, kept);
	*out = datum_text(s, sizeof(rest) - 1);
	return true;
}

static bool
timestamp_trunc(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct unit u = unit_arg(c, &args[0]);
	struct civil v;
	int64_t t;

	(void)nargs;
	if (trunc_stored(c, u.value, &args[1], out))
		return true;
	if (!arg_ts(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	ts_to_civil(t, &v);
	if (!trunc_civil(&v, u.value))
		return bad_unit(c, &u, "timestamp without time zone");
	return ts_from_civil(&v, 0, &t) ? ret_ts(c, t, out) : ts_out_of_range(c->err);
}

/* Below a day the offset stays as it was, so that an hour of an overlap does not move. */
static bool
trunc_in_zone(struct fcall *c, const struct unit *u, int64_t t, const struct tzone *z,
	      struct datum *out)
{
	struct civil v;
	struct tzperiod p;
	int32_t west;

	if (!ts_finite(t))
		return ret_ts(c, t, out);
	tstz_to_civil(t, z, &v, &p);
	if (!trunc_civil(&v, u->value))
		return bad_unit(c, u, "timestamp with time zone");
	west = u->value >= V_DAY ? civil_zone(&v, z) : -p.offset;
	return ts_from_civil(&v, west, &t) ? ret_ts(c, t, out) : ts_out_of_range(c->err);
}

static bool
timestamptz_trunc(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct unit u = unit_arg(c, &args[0]);
	int64_t t;

	(void)nargs;
	return arg_tstz(c, &args[1], &t) && trunc_in_zone(c, &u, t, call_zone(c), out);
}

static bool
timestamptz_trunc_zone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct unit u = unit_arg(c, &args[0]);
	const struct tzone *z;
	size_t n;
	const char *name = arg_text(c, &args[2], &n);
	int64_t t;

	(void)nargs;
	if (!arg_tstz(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	z = zone_for_name(c, name, n);
	return z && trunc_in_zone(c, &u, t, z, out);
}

static bool
interval_trunc(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	/* Months in each unit from V_MONTH on. */
	static const int months[] = {1, 3, 12, 120, 1200, 12000};
	static const int64_t usecs[] = {1, 1000, USEC_SEC, USEC_MIN, USEC_HOUR, USEC_DAY};
	struct unit u = unit_arg(c, &args[0]);
	struct interval i;

	(void)nargs;
	if (!arg_interval(c, &args[1], &i))
		return false;
	if (u.value < V_MICROSEC || u.value > V_MILLENNIUM || u.value == V_WEEK)
		return bad_unit(c, &u, "interval");
	if (u.value >= V_MONTH) {
		i.months -= i.months % months[u.value - V_MONTH];
		i.days = 0;
		i.usec = 0;
	} else if (u.value == V_DAY) {
		i.usec = 0;
	} else {
		i.usec -= i.usec % usecs[u.value - V_MICROSEC];
	}
	return ret_interval(c, &i, out);
}

/* ---- date_bin ---- */

static bool
bin(struct fcall *c, const struct datum *stride, int64_t t, int64_t origin, struct datum *out)
{
	struct interval i;
	int64_t step, diff, delta;

	if (!ts_finite(t))
		return ret_ts(c, t, out);
	if (!ts_finite(origin))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "origin out of range");
	if (!arg_interval(c, stride, &i))
		return false;
	if (i.months != 0)
		return err_set(
			c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"timestamps cannot be binned into intervals containing months or years");
	if (__builtin_mul_overflow((int64_t)i.days, USEC_DAY, &step) ||
	    __builtin_add_overflow(step, i.usec, &step))
		return interval_range_error(c);
	if (step <= 0)
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "stride must be greater than zero");
	if (__builtin_sub_overflow(t, origin, &diff))
		return interval_range_error(c);
	delta = diff - diff % step;
	/* The start of a bin lies before its members, on either side of the origin. */
	if (diff % step < 0 && __builtin_sub_overflow(delta, step, &delta))
		return ts_out_of_range(c->err);
	if (__builtin_add_overflow(origin, delta, &t) || !ts_valid(t))
		return ts_out_of_range(c->err);
	return ret_ts(c, t, out);
}

static bool
timestamp_bin(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t, origin;

	(void)nargs;
	return arg_ts(c, &args[1], &t) && arg_ts(c, &args[2], &origin) &&
	       bin(c, &args[0], t, origin, out);
}

static bool
timestamptz_bin(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t, origin;

	(void)nargs;
	return arg_tstz(c, &args[1], &t) && arg_tstz(c, &args[2], &origin) &&
	       bin(c, &args[0], t, origin, out);
}

/* ---- age ---- */

/* Borrows until no field is negative. a and b are a difference's ends, swapped so that it is not
 * negative. */
static struct interval
symbolic_difference(const struct civil *a, const struct civil *b, bool swapped)
{
	int year = a->year - b->year, mon = a->mon - b->mon, day = a->day - b->day;
	const struct civil *lender = swapped ? a : b;
	int64_t clock = dt_join_time(a) - dt_join_time(b);

	if (swapped) {
		year = -year;
		mon = -mon;
		day = -day;
		clock = -clock;
	}
	for (; clock < 0; day--)
		clock += USEC_DAY;
	for (; day < 0; mon--)
		day += dt_month_days(lender->year, lender->mon);
	for (; mon < 0; year--)
		mon += 12;
	if (swapped)
		return (struct interval){-clock, -day, -(year * 12 + mon)};
	return (struct interval){clock, day, year * 12 + mon};
}

static bool
age(struct fcall *c, int64_t a, int64_t b, const struct civil *x, const struct civil *y,
    struct datum *out)
{
	struct interval i = symbolic_difference(x, y, a < b);

	return ret_interval(c, &i, out);
}

static bool
timestamp_age(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t a, b;
	struct civil x, y;

	(void)nargs;
	if (!arg_ts(c, &args[0], &a) || !arg_ts(c, &args[1], &b))
		return false;
	/* As in PostgreSQL 15, infinity counts as the last moment there is. */
	if (a == TS_NEG_INF || b == TS_NEG_INF)
		return ts_out_of_range(c->err);
	ts_to_civil(a, &x);
	ts_to_civil(b, &y);
	return age(c, a, b, &x, &y, out);
}

static bool
timestamptz_age(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t a, b;
	struct civil x, y;

	(void)nargs;
	if (!arg_tstz(c, &args[0], &a) || !arg_tstz(c, &args[1], &b))
		return false;
	/* As in PostgreSQL 15, infinity counts as the last moment there is. */
	if (a == TS_NEG_INF || b == TS_NEG_INF)
		return ts_out_of_range(c->err);
	tstz_to_civil(a, call_zone(c), &x, NULL);
	tstz_to_civil(b, call_zone(c), &y, NULL);
	return age(c, a, b, &x, &y, out);
}

const struct func func_datetime_trunc[] = {
	FUNC("timestamp_trunc", timestamp_trunc),
	FUNC_S("timestamptz_trunc", timestamptz_trunc),
	FUNC("timestamptz_trunc_zone", timestamptz_trunc_zone),
	FUNC("interval_trunc", interval_trunc),
	FUNC("timestamp_bin", timestamp_bin),
	FUNC("timestamptz_bin", timestamptz_bin),
	FUNC("timestamp_age", timestamp_age),
	FUNC_S("timestamptz_age", timestamptz_age),
	FUNC_END,
};
