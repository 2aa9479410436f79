/*
 * timezone: time zones, from the system's tz database and from POSIX TZ strings.
 * Owner:   process-wide; each zone is read once under a mutex, immutable and never freed after.
 * Units:   seconds since 1970-01-01 UTC; offsets are seconds east of Greenwich.
 * Source:  TZif files (RFC 8536) in TZDIR or the standard directory. A damaged file is an unknown
 * zone. A NULL zone is UTC.
 */
#ifndef TYPES_TIMEZONE_H
#define TYPES_TIMEZONE_H

#include "types/env.h"

struct err;
struct tzone;

/* One stretch of local time. */
struct tzperiod {
	int32_t offset;
	bool isdst;
	const char *abbrev;
};

/* A zone by name ("Europe/Berlin", case-insensitive) or POSIX string ("EST5EDT,M3.2.0,M11.1.0",
 * "+02" which is west); s is n bytes. NULL: no such zone. */
const struct tzone *tzone_find(const char *s, size_t n);
/* A fixed offset, as SET TimeZone = 2 makes; its name is "<+02>-02". NULL: 168 hours or more. */
const struct tzone *tzone_fixed(int32_t east);
const struct tzone *tzone_utc(void);
/* What SET TimeZone accepts: hours east of Greenwich as a number, or anything tzone_find takes.
 * NULL: 22023 is set. */
const struct tzone *tzone_setting(const char *value, struct err *err);

/* The canonical name: "Europe/Berlin"; POSIX strings in upper case. */
const char *tzone_name(const struct tzone *z);

void tzone_at(const struct tzone *z, int64_t utc, struct tzperiod *out);
/* The offset of a local time given as if it were UTC. PostgreSQL's rule: in a gap the offset before
 * it, in an overlap the offset after it. out may be NULL. */
int32_t tzone_local(const struct tzone *z, int64_t local, struct tzperiod *out);
/* True: the zone never changes its offset, which is *offset. */
bool tzone_is_fixed(const struct tzone *z, int32_t *offset);
/* What abbreviation abbrev (n bytes, any case) last meant in z at utc, else what it meant first
 * afterwards. False: never used. */
bool tzone_abbrev(const struct tzone *z, const char *abbrev, size_t n, int64_t utc, int32_t *offset,
		  bool *isdst);

/* All zones of the database, malloc'ed array of *n, for pg_timezone_names. */
const struct tzone **tzone_list(size_t *n);

/* PostgreSQL's sets of abbreviations, for input and pg_timezone_abbrevs. zone: the abbreviation's
 * meaning changed with time and is looked up there; else offset and isdst hold. */
struct tzabbrev {
	const char *abbrev; /* lower case */
	const char *zone;
	int32_t offset;
	bool isdst;
};
/* A set by the name of its file. False: there is none. */
bool tzabbrev_set_find(const char *name, enum tzabbrev_set *set);
/* s is n bytes, lower case; only the first 10 count. NULL: not an abbreviation. */
const struct tzabbrev *tzabbrev_find(enum tzabbrev_set set, const char *s, size_t n);
/* By name, i = 0, 1 …; NULL at the end. */
const struct tzabbrev *tzabbrev_at(enum tzabbrev_set set, int i);
/* What it means at utc. */
void tzabbrev_meaning(const struct tzabbrev *a, int64_t utc, int32_t *offset, bool *isdst);

#endif
