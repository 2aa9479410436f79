#include "types/datetime.h"

#include <errno.h>
#include <stdlib.h>

/* What PostgreSQL keeps at most; more asked for is cut to this (it warns). */
#define PRECISION_CAP 6

static const int32_t scales[] = {1000000, 100000, 10000, 1000, 100, 10, 1};

int64_t
usec_round(int64_t usec, int32_t digits)
{
	int64_t scale, half;

	if (digits < 0 || digits >= PRECISION_CAP)
		return usec;
	scale = scales[digits];
	half = scale / 2;
	/* PostgreSQL does not check these sums. */
	if (usec >= 0)
		return (int64_t)((uint64_t)usec + (uint64_t)half) / scale * scale;
	return -((int64_t)((uint64_t)half - (uint64_t)usec) / scale * scale);
}

int64_t
ts_round(int64_t t, int32_t typmod)
{
	return ts_finite(t) ? usec_round(t, typmod) : t;
}

void
interval_round(struct interval *i, int32_t typmod)
{
	int range;

	if (typmod < 0)
		return;
	range = INTERVAL_RANGE(typmod);
	if (range != INTERVAL_FULL_RANGE) {
		if (range == INTERVAL_MASK_YEAR)
			i->months -= i->months % 12;
		if (!(range & ~(INTERVAL_MASK_YEAR | INTERVAL_MASK_MONTH)))
			i->days = 0;
		if (!(range & (INTERVAL_MASK_HOUR | INTERVAL_MASK_MINUTE | INTERVAL_MASK_SECOND)))
			i->usec = 0;
		else if (!(range & INTERVAL_MASK_SECOND))
			i->usec -= i->usec % (range & INTERVAL_MASK_MINUTE ? USEC_MIN : USEC_HOUR);
	}
	if (INTERVAL_PRECISION(typmod) != INTERVAL_FULL_PRECISION)
		i->usec = usec_round(i->usec, INTERVAL_PRECISION(typmod));
}

/* ---- in ---- */

static bool
bad_typmod(struct err *err, int location, const char *what)
{
	return err_set(err, ERR_INVALID_PARAMETER_VALUE, location, "invalid %s modifier", what);
}

static bool
arg_int(struct err *err, int location, const char *s, int32_t *out)
{
	char *end;
	long x;

	errno = 0;
	x = strtol(s, &end, 10);
	if (end == s || *end != '\0' || errno != 0 || x < INT32_MIN || x > INT32_MAX)
		return err_set(err, ERR_INVALID_TEXT_REPRESENTATION, location,
			       "invalid input syntax for type integer: \"%s\"", s);
	*out = (int32_t)x;
	return true;
}

static bool
precision_in(struct err *err, int location, const char *const *args, int nargs, const char *name,
	     const char *suffix, int32_t *typmod)
{
	int32_t x;

	if (nargs != 1)
		return bad_typmod(err, location, "type");
	if (!arg_int(err, location, args[0], &x))
		return false;
	if (x < 0)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, location,
			       "%s(%d)%s precision must not be negative", name, x, suffix);
	*typmod = MIN(x, PRECISION_CAP);
	return true;
}

bool
timestamp_typmodin(struct err *err, int location, const char *const *args, int nargs,
		   int32_t *typmod)
{
	return precision_in(err, location, args, nargs, "TIMESTAMP", "", typmod);
}

bool
timestamptz_typmodin(struct err *err, int location, const char *const *args, int nargs,
		     int32_t *typmod)
{
	return precision_in(err, location, args, nargs, "TIMESTAMP", " WITH TIME ZONE", typmod);
}

bool
time_typmodin(struct err *err, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return precision_in(err, location, args, nargs, "TIME", "", typmod);
}

bool
timetz_typmodin(struct err *err, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return precision_in(err, location, args, nargs, "TIME", " WITH TIME ZONE", typmod);
}

/* The ranges that the grammar can name, and how typmodout prints them. */
static const struct {
	int mask;
	const char *text;
} ranges[] = {
	{INTERVAL_MASK_YEAR, " year"},
	{INTERVAL_MASK_MONTH, " month"},
	{INTERVAL_MASK_DAY, " day"},
	{INTERVAL_MASK_HOUR, " hour"},
	{INTERVAL_MASK_MINUTE, " minute"},
	{INTERVAL_MASK_SECOND, " second"},
	{INTERVAL_MASK_YEAR | INTERVAL_MASK_MONTH, " year to month"},
	{INTERVAL_MASK_DAY | INTERVAL_MASK_HOUR, " day to hour"},
	{INTERVAL_MASK_DAY | INTERVAL_MASK_HOUR | INTERVAL_MASK_MINUTE, " day to minute"},
	{INTERVAL_MASK_DAY | INTERVAL_MASK_HOUR | INTERVAL_MASK_MINUTE | INTERVAL_MASK_SECOND,
	 " day to second"},
	{INTERVAL_MASK_HOUR | INTERVAL_MASK_MINUTE, " hour to minute"},
	{INTERVAL_MASK_HOUR | INTERVAL_MASK_MINUTE | INTERVAL_MASK_SECOND, " hour to second"},
	{INTERVAL_MASK_MINUTE | INTERVAL_MASK_SECOND, " minute to second"},
	{INTERVAL_FULL_RANGE, ""},
};

static const char *
range_text(int mask)
{
	for (size_t i = 0; i < COUNTOF(ranges); i++)
		if (ranges[i].mask == mask)
			return ranges[i].text;
	return NULL;
}

bool
interval_typmodin(struct err *err, int location, const char *const *args, int nargs,
		  int32_t *typmod)
{
	int32_t range, digits = INTERVAL_FULL_PRECISION;

	if (nargs < 1 || nargs > 2)
		return bad_typmod(err, location, "INTERVAL type");
	if (!arg_int(err, location, args[0], &range) ||
	    (nargs == 2 && !arg_int(err, location, args[1], &digits)))
		return false;
	if (!range_text(range))
		return bad_typmod(err, location, "INTERVAL type");
	if (digits < 0)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, location,
			       "INTERVAL(%d) precision must not be negative", digits);
	if (nargs == 2)
		digits = MIN(digits, PRECISION_CAP);
	*typmod = nargs == 1 && range == INTERVAL_FULL_RANGE ? -1 : range << 16 | digits;
	return true;
}

/* ---- out ---- */

static void
precision_out(int32_t typmod, const char *suffix, struct buf *b)
{
	if (typmod >= 0)
		buf_printf(b, "(%d)", typmod);
	buf_puts(b, suffix);
}

void
timestamp_typmodout(int32_t typmod, struct buf *b)
{
	precision_out(typmod, " without time zone", b);
}

void
timestamptz_typmodout(int32_t typmod, struct buf *b)
{
	precision_out(typmod, " with time zone", b);
}

void
time_typmodout(int32_t typmod, struct buf *b)
{
	precision_out(typmod, " without time zone", b);
}

void
timetz_typmodout(int32_t typmod, struct buf *b)
{
	precision_out(typmod, " with time zone", b);
}

void
interval_typmodout(int32_t typmod, struct buf *b)
{
	const char *text;

	if (typmod < 0)
		return;
	text = range_text(INTERVAL_RANGE(typmod));
	buf_puts(b, text ? text : "");
	if (INTERVAL_PRECISION(typmod) != INTERVAL_FULL_PRECISION)
		buf_printf(b, "(%d)", INTERVAL_PRECISION(typmod));
}

/* ---- applied ---- */

bool
datetime_apply_typmod(struct type_ctx *c, const struct type *t, int32_t typmod, bool explicit_cast,
		      struct datum *d)
{
	int64_t x;
	struct timetz tz;
	struct interval i;

	(void)explicit_cast;
	if (typmod < 0)
		return true;
	switch (t->oid) {
	case T_TIMESTAMP:
		if (!ts_get(c, d, &x))
			return false;
		*d = ts_put(c->arena, ts_round(x, typmod));
		return true;
	case T_TIMESTAMPTZ:
		if (!tstz_get(c, d, &x))
			return false;
		*d = ts_put(c->arena, ts_round(x, typmod));
		return true;
	case T_TIME:
		if (!time_get(c, d, &x))
			return false;
		*d = time_put(c->arena, usec_round(x, typmod));
		return true;
	case T_TIMETZ:
		if (!timetz_get(c, d, &tz))
			return false;
		tz.usec = usec_round(tz.usec, typmod);
		*d = timetz_put(c->arena, &tz);
		return true;
	case T_INTERVAL:
		if (!interval_get(c, d, &i))
			return false;
		if (!range_text(INTERVAL_RANGE(typmod)))
			return err_set(c->err, ERR_INTERNAL_ERROR, -1,
				       "unrecognized interval typmod: %d", typmod);
		interval_round(&i, typmod);
		*d = interval_put(c->arena, &i);
		return true;
	default:
		return true;
	}
}
