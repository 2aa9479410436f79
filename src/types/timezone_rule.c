#include "types/timezone_rule.h"

#include <ctype.h>
#include <strings.h>

#include "types/datetime.h"

/* A bounded view of the text, consumed front to back. */
struct view {
	const char *p, *end;
};

static bool
take(struct view *v, char ch)
{
	if (v->p == v->end || *v->p != ch)
		return false;
	v->p++;
	return true;
}

static bool
take_number(struct view *v, int min, int max, int *out)
{
	const char *start = v->p;
	int x = 0;

	while (v->p < v->end && isdigit((unsigned char)*v->p) && x <= max)
		x = x * 10 + (*v->p++ - '0');
	*out = x;
	return v->p > start && x >= min && x <= max;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool
take_offset(struct view *v, int32_t *out)
{
	int h, m = 0, s = 0, sign = 1;

	if (take(v, '-'))
		sign = -1;
	else
		take(v, '+');
	if (!take_number(v, 0, 167, &h))
		return false;
	if (take(v, ':')) {
		if (!take_number(v, 0, 59, &m))
			return false;
		if (take(v, ':') && !take_number(v, 0, 60, &s))
			return false;
	}
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool
take_abbrev(struct view *v, char out[static 48])
{
	bool quoted = take(v, '<');
	const char *start = v->p;
	size_t n;

	while (v->p < v->end &&
	       (quoted ? *v->p != '>' : !isdigit((unsigned char)*v->p) && !strchr(",+-", *v->p)))
		v->p++;
	n = (size_t)(v->p - start);
	if (n >= 48 || (quoted && !take(v, '>')))
		return false;
	memcpy(out, start, n);
	out[n] = '\0';
	return true;
}

static bool
take_date(struct view *v, struct tzdate *d)
{
	bool ok;

	d->time = 7200;
	if (take(v, 'J')) {
		d->kind = 'J';
		ok = take_number(v, 1, 365, &d->day);
	} else if (take(v, 'M')) {
		d->kind = 'M';
		ok = take_number(v, 1, 12, &d->mon) && take(v, '.') &&
		     take_number(v, 1, 5, &d->week) && take(v, '.') &&
		     take_number(v, 0, 6, &d->day);
	} else {
		d->kind = 'N';
		ok = take_number(v, 0, 365, &d->day);
	}
	if (ok && take(v, '/'))
		ok = take_offset(v, &d->time);
	return ok;
}

static int64_t
change_time(const struct tzrule *r, int year, int which)
{
	const struct tzdate *d = &r->change[which];
	int64_t first = (int64_t)dt_days(year, 1, 1) + DT_EPOCH_DAYS, day;

	if (d->kind == 'J') {
		day = first + d->day - 1 + (dt_leap(year) && d->day >= 60);
	} else if (d->kind == 'N') {
		day = first + d->day;
	} else {
		int64_t mon = (int64_t)dt_days(year, d->mon, 1) + DT_EPOCH_DAYS;
		int dow = (int)(((mon + 4) % 7 + 7) % 7);

		day = mon + (d->day - dow + 7) % 7 + (d->week - 1) * 7;
		if (day >= mon + dt_month_days(year, d->mon))
			day -= 7;
	}
	/* The time of the change to daylight is standard time, and the other way round. */
	return day * 86400 + d->time - r->offset[which];
}

static bool
parse_dst(struct tzrule *r, struct view *v)
{
	static const struct tzdate usual[2] = {{'M', 0, 2, 3, 7200}, {'M', 0, 1, 11, 7200}};

	r->has_dst = true;
	r->offset[1] = r->offset[0] + 3600;
	if (!take_abbrev(v, r->abbrev[1]) || r->abbrev[1][0] == '\0')
		return false;
	if (v->p < v->end && *v->p != ',') {
		if (!take_offset(v, &r->offset[1]))
			return false;
		r->offset[1] = -r->offset[1];
	}
	if (v->p == v->end) {
		memcpy(r->change, usual, sizeof(usual));
	} else {
		if (!take(v, ',') || !take_date(v, &r->change[0]) || !take(v, ',') ||
		    !take_date(v, &r->change[1]))
			return false;
		r->always_dst = change_time(r, 2001, 1) - change_time(r, 2001, 0) >= 365 * 86400;
	}
	return v->p == v->end;
}

bool
tzrule_parse(struct tzrule *r, const char *s, size_t n)
{
	struct view v = {s, s + n};

	memset(r, 0, sizeof(*r));
	if (!take_abbrev(&v, r->abbrev[0]) || !take_offset(&v, &r->offset[0]))
		return false;
	r->offset[0] = -r->offset[0];
	return v.p == v.end || parse_dst(r, &v);
}

static struct tzperiod
rule_period(const struct tzrule *r, int which)
{
	return (struct tzperiod){r->offset[which], which == 1, r->abbrev[which]};
}

static int
year_of(int64_t utc)
{
	int y, m, d;
	int64_t days = utc / 86400 - DT_EPOCH_DAYS;

	days = days < -2451545 ? -2451545 : days > 2145031948 ? 2145031948 : days;
	dt_civil((int32_t)days, &y, &m, &d);
	return y;
}

/* The last change at or before utc (next false) or the first one after it (next true), and what it
 * leads to: 1 daylight. */
static int
nearest(const struct tzrule *r, int64_t utc, bool next, int64_t *at)
{
	int year = year_of(utc), which = 0;
	bool found = false;

	for (int y = year - 1; y <= year + 1; y++) {
		for (int i = 0; i < 2; i++) {
			int64_t t = change_time(r, y, i);

			if ((t > utc) == next && (!found || (next ? t < *at : t >= *at))) {
				*at = t;
				which = 1 - i;
				found = true;
			}
		}
	}
	return which;
}

void
tzrule_at(const struct tzrule *r, int64_t utc, struct tzperiod *out)
{
	int64_t at = 0;

	if (!r->has_dst || r->always_dst)
		*out = rule_period(r, r->has_dst);
	else
		*out = rule_period(r, nearest(r, utc, false, &at));
}

bool
tzrule_next(const struct tzrule *r, int64_t utc, int64_t *at, struct tzperiod *after)
{
	if (!r->has_dst || r->always_dst)
		return false;
	*after = rule_period(r, nearest(r, utc, true, at));
	return true;
}

bool
tzrule_last(const struct tzrule *r, int64_t utc, int64_t *at)
{
	if (!r->has_dst || r->always_dst)
		return false;
	nearest(r, utc, false, at);
	return true;
}

bool
tzrule_abbrev(const struct tzrule *r, const char *abbrev, size_t n, struct tzperiod *out)
{
	for (int i = 0; i <= (int)r->has_dst; i++) {
		if (strlen(r->abbrev[i]) == n && strncasecmp(r->abbrev[i], abbrev, n) == 0) {
			*out = rule_period(r, i);
			return true;
		}
	}
	return false;
}
