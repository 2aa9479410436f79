#include "types/datetime.h"

bool
dt_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
dt_month_days(int year, int mon)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return mon == 2 ? 28 + dt_leap(year) : days[mon - 1];
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days beyond int32 are beyond every date; they stay so. */
static int32_t
clamp(int64_t days)
{
	return (int32_t)MIN(MAX(days, INT32_MIN), INT32_MAX);
}

/* Years are counted from March, so that the leap day ends one; 146097 days make 400 years. */
int32_t
dt_days(int year, int mon, int day)
{
	int64_t y = mon <= 2 ? (int64_t)year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t days =
		era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468 - DT_EPOCH_DAYS;

	return clamp(days);
}

void
dt_civil(int32_t days, int *year, int *mon, int *day)
{
	int64_t z = (int64_t)days + DT_EPOCH_DAYS + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*mon = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*mon <= 2));
}

bool
dt_in_calendar(int year, int mon)
{
	return (year > -4713 || (year == -4713 && mon >= 11)) &&
	       (year < 5874898 || (year == 5874898 && mon < 6));
}

int
dt_dow(int32_t days)
{
	int64_t d = ((int64_t)days + 6) % 7; /* 2000-01-01 was a Saturday */

	return (int)(d < 0 ? d + 7 : d);
}

int32_t
dt_iso_week_start(int iso_year, int week)
{
	/* 4 January is in the first week. */
	int32_t jan4 = dt_days(iso_year, 1, 4);

	return clamp((int64_t)jan4 - (dt_dow(jan4) + 6) % 7 + ((int64_t)week - 1) * 7);
}

int
dt_iso_week(int32_t days, int *iso_year)
{
	int y, m, d;

	dt_civil(days, &y, &m, &d);
	if (days < dt_iso_week_start(y, 1))
		y--;
	else if (days >= dt_iso_week_start(y + 1, 1))
		y++;
	*iso_year = y;
	return (int)(((int64_t)days - dt_iso_week_start(y, 1)) / 7 + 1);
}

void
dt_split_time(int64_t usec, struct civil *c)
{
	c->usec = (int)(usec % USEC_SEC);
	usec /= USEC_SEC;
	c->sec = (int)(usec % 60);
	usec /= 60;
	c->min = (int)(usec % 60);
	c->hour = (int)(usec / 60);
}

int64_t
dt_join_time(const struct civil *c)
{
	return ((c->hour * INT64_C(60) + c->min) * 60 + c->sec) * USEC_SEC + c->usec;
}

int64_t
ts_split(int64_t t, int32_t *days)
{
	int64_t d = floor_div(t, USEC_DAY);

	*days = (int32_t)d;
	return t - d * USEC_DAY;
}

void
ts_to_civil(int64_t t, struct civil *c)
{
	int32_t days;

	dt_split_time(ts_split(t, &days), c);
	dt_civil(days, &c->year, &c->mon, &c->day);
}

bool
ts_from_civil(const struct civil *c, int32_t zone, int64_t *t)
{
	int64_t x;

	if (!dt_in_calendar(c->year, c->mon))
		return false;
	if (__builtin_mul_overflow((int64_t)dt_days(c->year, c->mon, c->day), USEC_DAY, &x) ||
	    __builtin_add_overflow(x, dt_join_time(c), &x) ||
	    __builtin_add_overflow(x, zone * USEC_SEC, &x))
		return false;
	*t = x;
	return ts_valid(x);
}

void
tstz_to_civil(int64_t t, const struct tzone *z, struct civil *c, struct tzperiod *p)
{
	struct tzperiod own;
	int64_t rest;
	int32_t days;

	if (!p)
		p = &own;
	tzone_at(z, floor_div(t, USEC_SEC) + DT_EPOCH_SECS, p);
	/* Day and time apart: infinity is no point in time, but age() takes it for one. */
	rest = ts_split(t, &days) + p->offset * USEC_SEC;
	days += (int32_t)floor_div(rest, USEC_DAY);
	dt_split_time(rest - floor_div(rest, USEC_DAY) * USEC_DAY, c);
	dt_civil(days, &c->year, &c->mon, &c->day);
}

int32_t
civil_zone(const struct civil *c, const struct tzone *z)
{
	int64_t local;

	if (!dt_in_calendar(c->year, c->mon))
		return 0;
	local = (int64_t)dt_days(c->year, c->mon, c->day) * 86400 + dt_join_time(c) / USEC_SEC;
	return -tzone_local(z, local + DT_EPOCH_SECS, NULL);
}

bool
tstz_from_civil(const struct civil *c, const struct tzone *z, int64_t *t)
{
	return ts_from_civil(c, civil_zone(c, z), t);
}

__int128
interval_span(const struct interval *i)
{
	return (__int128)i->usec + ((__int128)i->months * 30 + i->days) * USEC_DAY;
}

int
interval_compare(const struct interval *a, const struct interval *b)
{
	__int128 x = interval_span(a), y = interval_span(b);

	return x < y ? -1 : x > y;
}

int
timetz_compare(const struct timetz *a, const struct timetz *b)
{
	int64_t x = a->usec + a->zone * USEC_SEC, y = b->usec + b->zone * USEC_SEC;

	if (x != y)
		return x < y ? -1 : 1;
	return a->zone < b->zone ? -1 : a->zone > b->zone;
}

/* ---- between types ---- */

bool
ts_out_of_range(struct err *err)
{
	return err_set(err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "timestamp out of range");
}

static bool
date_infinite(int32_t d, int64_t *t)
{
	*t = d == DATE_INF ? TS_INF : TS_NEG_INF;
	return !date_finite(d);
}

bool
date_to_ts(int32_t d, int64_t *t, struct err *err)
{
	if (date_infinite(d, t))
		return true;
	if (d >= TS_END / USEC_DAY)
		return err_set(err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "date out of range for timestamp");
	*t = d * USEC_DAY;
	return true;
}

bool
date_to_tstz(int32_t d, const struct tzone *z, int64_t *t, struct err *err)
{
	struct civil c = {0};

	if (date_infinite(d, t))
		return true;
	dt_civil(d, &c.year, &c.mon, &c.day);
	if (d >= TS_END / USEC_DAY || !tstz_from_civil(&c, z, t))
		return err_set(err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "date out of range for timestamp");
	return true;
}

bool
ts_to_date(int64_t t, int32_t *d, struct err *err)
{
	if (!ts_finite(t))
		*d = t == TS_INF ? DATE_INF : DATE_NEG_INF;
	else if (!ts_valid(t))
		return ts_out_of_range(err);
	else
		ts_split(t, d);
	return true;
}

bool
ts_to_tstz(int64_t t, const struct tzone *z, int64_t *out, struct err *err)
{
	struct civil c;

	*out = t;
	if (!ts_finite(t))
		return true;
	ts_to_civil(t, &c);
	return tstz_from_civil(&c, z, out) || ts_out_of_range(err);
}

bool
tstz_to_ts(int64_t t, const struct tzone *z, int64_t *out, struct err *err)
{
	struct civil c;

	*out = t;
	if (!ts_finite(t))
		return true;
	tstz_to_civil(t, z, &c, NULL);
	return ts_from_civil(&c, 0, out) || ts_out_of_range(err);
}
