/*
 * AT TIME ZONE, and the lists behind pg_timezone_names and pg_timezone_abbrevs.
 */
#include <ctype.h>
#include <stdlib.h>

#include "func/datetime_args.h"

const struct tzone *
zone_for_name(struct fcall *c, const char *s, size_t n)
{
	char low[256];
	const struct tzabbrev *a;
	const struct tzone *z;

	n = MIN(n, sizeof(low) - 1);
	for (size_t i = 0; i < n; i++)
		low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	a = tzabbrev_find(call_abbrevs(c), low, n);
	if (a)
		z = a->zone ? tzone_find(a->zone, strlen(a->zone)) : tzone_fixed(a->offset);
	else
		z = tzone_find(s, n);
	if (!z)
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"time zone \"%.*s\" not recognized", (int)n, s);
	return z;
}

/* Seconds, rounded down, on unix's scale. */
static int64_t
unix_seconds(int64_t t)
{
	return (t - (t % USEC_SEC + USEC_SEC) % USEC_SEC) / USEC_SEC + DT_EPOCH_SECS;
}

/* An interval as a zone: seconds west. */
static bool
interval_zone(struct fcall *c, const struct datum *d, int32_t *west)
{
	struct interval i;
	struct buf b = BUF_INIT;

	if (!arg_interval(c, d, &i))
		return false;
	if (i.months != 0 || i.days != 0) {
		interval_text(&b, c->env ? c->env->types.interval_style : INTERVALSTYLE_POSTGRES,
			      &i);
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"interval time zone \"%.*s\" must not include months or days", (int)b.len,
			b.data);
		buf_release(&b);
		return false;
	}
	*west = (int32_t) - (i.usec / USEC_SEC);
	return true;
}

static bool
shifted(struct fcall *c, int64_t t, int64_t secs, struct datum *out)
{
	if (__builtin_add_overflow(t, secs * USEC_SEC, &t) || !ts_valid(t))
		return ts_out_of_range(c->err);
	return ret_ts(c, t, out);
}

static bool
timestamp_zone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t t;
	int32_t west;

	(void)nargs;
	if (!arg_ts(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	return zone_lookup_at(c->err, call_abbrevs(c), s, n, unix_seconds(t), true, &west) &&
	       shifted(c, t, west, out);
}

static bool
timestamptz_zone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t t;
	int32_t west;

	(void)nargs;
	if (!arg_tstz(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	return zone_lookup_at(c->err, call_abbrevs(c), s, n, unix_seconds(t), false, &west) &&
	       shifted(c, t, -(int64_t)west, out);
}

static bool
timestamp_izone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	int32_t west;

	(void)nargs;
	if (!arg_ts(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	return interval_zone(c, &args[0], &west) && shifted(c, t, west, out);
}

static bool
timestamptz_izone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t t;
	int32_t west;

	(void)nargs;
	if (!arg_tstz(c, &args[1], &t))
		return false;
	if (!ts_finite(t))
		return ret_ts(c, t, out);
	return interval_zone(c, &args[0], &west) && shifted(c, t, -(int64_t)west, out);
}

/* The same instant on another zone's clock. */
static bool
move_timetz(struct fcall *c, const struct timetz *t, int32_t west, struct datum *out)
{
	struct timetz r = {(t->usec + (t->zone - (int64_t)west) * USEC_SEC) % USEC_DAY, west};

	if (r.usec < 0)
		r.usec += USEC_DAY;
	return ret_timetz(c, &r, out);
}

static bool
timetz_zone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct timetz t;
	int32_t west;
	int64_t today = c->env ? c->env->types.txn_time : 0;

	(void)nargs;
	return arg_timetz(c, &args[1], &t) &&
	       zone_lookup_at(c->err, call_abbrevs(c), s, n, unix_seconds(today), false, &west) &&
	       move_timetz(c, &t, west, out);
}

static bool
timetz_izone(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct timetz t;
	int32_t west;

	(void)nargs;
	return arg_timetz(c, &args[1], &t) && interval_zone(c, &args[0], &west) &&
	       move_timetz(c, &t, west, out);
}

/* ---- lists ---- */

struct zone_rows {
	const struct tzone **zones; /* NULL: abbreviations */
	size_t n, i;
};

static bool
names_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct zone_rows *r = xcalloc(1, sizeof(*r));

	(void)c, (void)args, (void)nargs;
	r->zones = tzone_list(&r->n);
	*state = r;
	return true;
}

static void
rows_close(void *state)
{
	struct zone_rows *r = state;

	free(r->zones);
	free(r);
}

static void
row_values(struct fcall *c, int32_t offset, bool isdst, struct datum *cols)
{
	cols[0] = interval_put(c->arena, &(struct interval){.usec = offset * USEC_SEC});
	cols[1] = datum_int(isdst);
}

static int
names_next(struct fcall *c, void *state, struct datum *cols)
{
	struct zone_rows *r = state;
	struct tzperiod p;
	int64_t t = c->env ? c->env->types.txn_time : 0;
	const char *name;

	if (r->i == r->n)
		return 0;
	name = tzone_name(r->zones[r->i]);
	tzone_at(r->zones[r->i++], unix_seconds(t), &p);
	cols[0] = datum_text(name, strlen(name));
	cols[1] = datum_text(p.abbrev, strlen(p.abbrev));
	row_values(c, p.offset, p.isdst, cols + 2);
	return 1;
}

static bool
abbrevs_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	(void)c, (void)args, (void)nargs;
	*state = xcalloc(1, sizeof(struct zone_rows));
	return true;
}

static int
abbrevs_next(struct fcall *c, void *state, struct datum *cols)
{
	struct zone_rows *r = state;
	const struct type_env *env = c->env ? &c->env->types : &type_env_canonical;
	const struct tzabbrev *a = tzabbrev_at(env->abbrevs, (int)r->i++);
	int32_t offset;
	bool isdst;
	size_t n;
	char *upper;

	if (!a)
		return 0;
	n = strlen(a->abbrev);
	upper = arena_strndup(c->arena, a->abbrev, n);
	for (size_t i = 0; i < n; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	tzabbrev_meaning(a, unix_seconds(env->txn_time), &offset, &isdst);
	cols[0] = datum_text(upper, n);
	row_values(c, offset, isdst, cols + 1);
	return 1;
}

static const struct srf_ops timezone_names = {names_open, names_next, rows_close, 4};
static const struct srf_ops timezone_abbrevs = {abbrevs_open, abbrevs_next, rows_close, 3};

const struct func func_datetime_zone[] = {
	FUNC("timestamp_zone", timestamp_zone),
	FUNC("timestamptz_zone", timestamptz_zone),
	FUNC("timestamp_izone", timestamp_izone),
	FUNC("timestamptz_izone", timestamptz_izone),
	FUNC_S("timetz_zone", timetz_zone),
	FUNC("timetz_izone", timetz_izone),
	FUNC_SRF("pg_timezone_names", &timezone_names),
	FUNC_SRF("pg_timezone_abbrevs", &timezone_abbrevs),
	FUNC_END,
};
