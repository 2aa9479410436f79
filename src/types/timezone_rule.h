/*
 * timezone_rule: POSIX TZ strings ("CET-1CEST,M3.5.0,M10.5.0/3"), as TZif footers and SET TimeZone
 * use them. Owner:   part of the zone it describes; immutable after tzrule_parse.
 */
#ifndef TYPES_TIMEZONE_RULE_H
#define TYPES_TIMEZONE_RULE_H

#include "types/timezone.h"

/* One of the two changes in a year. */
struct tzdate {
	char kind; /* 'J': day 1–365, 29 February not counted; 'N': day 0–365; 'M': month, week,
		      weekday */
	int day, week, mon;
	int32_t time; /* seconds of local time before the change */
};

struct tzrule {
	bool has_dst;
	bool always_dst;
	int32_t offset[2]; /* standard, daylight: east */
	char abbrev[2][48];
	struct tzdate change[2]; /* to daylight, to standard */
};

/* s is n bytes. False: not such a string. */
bool tzrule_parse(struct tzrule *r, const char *s, size_t n);
/* out->abbrev points into r. */
void tzrule_at(const struct tzrule *r, int64_t utc, struct tzperiod *out);
/* The first change after utc; false: there is none. */
bool tzrule_next(const struct tzrule *r, int64_t utc, int64_t *at, struct tzperiod *after);
/* The last change at or before utc; false: the rule has no changes. */
bool tzrule_last(const struct tzrule *r, int64_t utc, int64_t *at);
bool tzrule_abbrev(const struct tzrule *r, const char *abbrev, size_t n, struct tzperiod *out);

#endif
