/*
 * datetime_args: reading date and time arguments and making such results.
 */
#ifndef FUNC_DATETIME_ARGS_H
#define FUNC_DATETIME_ARGS_H

#include "func/args.h"
#include "types/datetime.h"

/* The session's zone. */
static inline const struct tzone *
call_zone(const struct fcall *c)
{
	return c->env ? c->env->types.timezone : NULL;
}

static inline enum tzabbrev_set
call_abbrevs(const struct fcall *c)
{
	return c->env ? c->env->types.abbrevs : TZABBREVS_DEFAULT;
}

#define DATETIME_ARG(name, ctype, scan, get)                                                       \
	static inline bool MUSTCHECK name(struct fcall *c, const struct datum *d, ctype *v)        \
	{                                                                                          \
		struct type_ctx t;                                                                 \
                                                                                                   \
		if (d->class == DATUM_TEXT && scan(d->p, d->n, v))                                 \
			return true;                                                               \
		t = fcall_type_ctx(c);                                                             \
		return get(&t, d, v);                                                              \
	}
DATETIME_ARG(arg_date, int32_t, date_scan, date_get)
DATETIME_ARG(arg_ts, int64_t, ts_scan, ts_get)
DATETIME_ARG(arg_tstz, int64_t, ts_scan, tstz_get)
DATETIME_ARG(arg_time, int64_t, time_scan, time_get)
DATETIME_ARG(arg_timetz, struct timetz, timetz_scan, timetz_get)
DATETIME_ARG(arg_interval, struct interval, interval_scan, interval_get)

static inline bool
ret_date(struct fcall *c, int32_t v, struct datum *out)
{
	*out = date_put(c->arena, v);
	return true;
}

static inline bool
ret_ts(struct fcall *c, int64_t v, struct datum *out)
{
	*out = ts_put(c->arena, v);
	return true;
}

static inline bool
ret_time(struct fcall *c, int64_t v, struct datum *out)
{
	*out = time_put(c->arena, v);
	return true;
}

static inline bool
ret_timetz(struct fcall *c, const struct timetz *v, struct datum *out)
{
	*out = timetz_put(c->arena, v);
	return true;
}

static inline bool
ret_interval(struct fcall *c, const struct interval *v, struct datum *out)
{
	*out = interval_put(c->arena, v);
	return true;
}

static inline bool
ret_int(int64_t v, struct datum *out)
{
	*out = datum_int(v);
	return true;
}

/* 22008 «interval out of range», «date out of range». Always false. */
bool interval_range_error(struct fcall *c);
bool date_range_error(struct fcall *c);

/* datetime_arith.c: t plus i; timestamptz counts days in zone z. False: err is set. */
bool ts_add_interval(struct fcall *c, int64_t t, const struct interval *i, int64_t *out) MUSTCHECK;
bool tstz_add_interval(struct fcall *c, int64_t t, const struct interval *i, const struct tzone *z,
		       int64_t *out) MUSTCHECK;
bool interval_add(struct fcall *c, const struct interval *a, const struct interval *b,
		  struct interval *out) MUSTCHECK;
bool interval_negate(struct fcall *c, const struct interval *i, struct interval *out) MUSTCHECK;
bool interval_multiply(struct fcall *c, const struct interval *i, double by,
		       struct interval *out) MUSTCHECK;
bool interval_divide(struct fcall *c, const struct interval *i, double by,
		     struct interval *out) MUSTCHECK;

/* datetime_zone.c: a zone by abbreviation or name. NULL: 22023 is set. */
const struct tzone *zone_for_name(struct fcall *c, const char *s, size_t n);

extern const struct func func_datetime[], func_datetime_arith[], func_datetime_extract[],
	func_datetime_trunc[], func_datetime_make[], func_datetime_now[], func_datetime_zone[],
	func_datetime_agg[], func_datetime_fmt[], func_datetime_fmt_in[];

#endif
