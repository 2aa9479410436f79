/*
 * Numbers in dates: alone, run together, or joined to a date.
 */
#include <stdlib.h>

#include "types/datetime_decoder.h"

enum dt_status
decode_run_together(struct decoder *d, char *s, int mask)
{
	size_t len = strlen(s);
	char *dot = strchr(s, '.');

	if (dot) {
		double frac = dot[1] ? strtod(dot, NULL) : 0;

		d->tm.usec = (int)__builtin_rint(frac * 1000000);
		*dot = '\0';
		len = strlen(s);
	} else if ((mask & M_DATE) != M_DATE && len >= 6) {
		d->claim = M_DATE;
		d->tm.day = atoi(s + len - 2);
		s[len - 2] = '\0';
		d->tm.mon = atoi(s + len - 4);
		s[len - 4] = '\0';
		d->tm.year = atoi(s);
		if (len - 4 == 2)
			d->two_digit_year = true;
		return DT_OK;
	}
	if ((mask & M_TIME) == M_TIME || (len != 6 && len != 4))
		return DT_BAD_FORMAT;
	d->claim = M_TIME;
	d->tm.sec = len == 6 ? atoi(s + 4) : 0;
	s[4] = '\0';
	d->tm.min = atoi(s + 2);
	s[2] = '\0';
	d->tm.hour = atoi(s);
	return DT_OK;
}

static void
set_year(struct decoder *d, int x, size_t len)
{
	d->claim = M_YEAR;
	d->tm.year = x;
	d->two_digit_year = len <= 2;
}

static void
set_month(struct decoder *d, int x)
{
	d->claim = M_MONTH;
	d->tm.mon = x;
}

static void
set_day(struct decoder *d, int x)
{
	d->claim = M_DAY;
	d->tm.day = x;
}

/* Which part of the date a lone number is, by what is known and DateStyle's order. */
static enum dt_status
date_part(struct decoder *d, char *s, int x, bool text_month, int mask)
{
	enum date_order order = d->c->env->date_order;
	size_t len = strlen(s);
	bool year_like = len >= 3 || order == DATEORDER_YMD;

	switch (mask & M_DATE) {
	case 0:
		if (year_like)
			set_year(d, x, len);
		else if (order == DATEORDER_DMY)
			set_day(d, x);
		else
			set_month(d, x);
		return DT_OK;
	case M_YEAR:
	case M_DAY:
		set_month(d, x);
		return DT_OK;
	case M_MONTH:
		if (text_month && year_like)
			set_year(d, x, len);
		else
			set_day(d, x);
		return DT_OK;
	case M_YEAR | M_MONTH:
		if (text_month && len >= 3 && d->two_digit_year) {
			/* The first number was the day after all. */
			d->claim = M_DAY;
			d->tm.day = d->tm.year;
			d->tm.year = x;
			d->two_digit_year = false;
		} else {
			set_day(d, x);
		}
		return DT_OK;
	case M_MONTH | M_DAY:
		set_year(d, x, len);
		return DT_OK;
	case M_DATE:
		return decode_run_together(d, s, mask);
	default:
		return DT_BAD_FORMAT;
	}
}

enum dt_status
decode_lone_number(struct decoder *d, char *s, bool text_month, int mask)
{
	const char *p = s;
	int x;
	enum dt_status status = dt_int(&p, &x);

	d->claim = 0;
	if (status != DT_OK)
		return status;
	if (p == s)
		return DT_BAD_FORMAT;
	if (*p == '.') {
		if (p - s > 2)
			return decode_run_together(d, s, mask | M_DATE);
		status = dt_fraction(p, &d->tm.usec);
		if (status != DT_OK)
			return status;
	} else if (*p != '\0') {
		return DT_BAD_FORMAT;
	}
	if (strlen(s) == 3 && (mask & M_DATE) == M_YEAR && x >= 1 && x <= 366) {
		d->claim = M_DOY | M_MONTH | M_DAY;
		d->yday = x;
		return DT_OK;
	}
	return date_part(d, s, x, text_month, mask);
}

/* ---- a date in one field ---- */

/* Cuts s into runs of digits and letters, dropping one character after each. */
static int
date_runs(char *s, char *runs[static DT_FIELDS_CAP])
{
	int n = 0;

	while (*s && n < DT_FIELDS_CAP) {
		while (*s && !((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z')))
			s++;
		if (!*s)
			return -1;
		runs[n++] = s;
		if (*s <= '9')
			s += strspn(s, "0123456789");
		else
			s += strspn(s, "abcdefghijklmnopqrstuvwxyz");
		if (*s)
			*s++ = '\0';
	}
	return n;
}

enum dt_status
decode_date_field(struct decoder *d, char *s)
{
	char *runs[DT_FIELDS_CAP];
	int n = date_runs(s, runs), mask = d->mask, all = 0, value;
	bool text_month = false;

	d->claim = 0;
	if (n < 0)
		return DT_BAD_FORMAT;
	for (int i = 0; i < n; i++) {
		enum dt_word word;

		if (runs[i][0] <= '9')
			continue;
		word = dt_date_word(runs[i], strlen(runs[i]), &value);
		if (word == WORD_IGNORED)
			continue;
		if (word != WORD_MONTH || (mask & M_MONTH))
			return DT_BAD_FORMAT;
		d->tm.mon = value;
		text_month = true;
		mask |= M_MONTH;
		all |= M_MONTH;
		runs[i] = NULL;
	}
	for (int i = 0; i < n; i++) {
		enum dt_status status;

		if (!runs[i])
			continue;
		status = decode_lone_number(d, runs[i], text_month, mask);
		if (status != DT_OK)
			return status;
		if (mask & d->claim)
			return DT_BAD_FORMAT;
		mask |= d->claim;
		all |= d->claim;
	}
	d->claim = all;
	return (mask & ~(M_DOY | M_ZONE)) == M_DATE ? DT_OK : DT_BAD_FORMAT;
}
