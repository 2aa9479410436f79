/*
 * datetime_parse: the pieces of date and time input that datetime_parse.c, interval_parse.c and
 * to_timestamp share. Mirrors: PostgreSQL's datetime.c – fields are split first by their looks,
 * then decoded in order (intervals: backwards).
 */
#ifndef TYPES_DATETIME_PARSE_H
#define TYPES_DATETIME_PARSE_H

#include "types/datetime.h"

enum dt_status {
	DT_OK,
	DT_BAD_FORMAT,        /* 22007 */
	DT_OVERFLOW,          /* 22008 */
	DT_MD_OVERFLOW,       /* 22008, month or day: with a hint at DateStyle */
	DT_INTERVAL_OVERFLOW, /* 22015 */
	DT_ZONE_OVERFLOW,     /* 22009 */
	DT_REPORTED,          /* err is set already */
};

/* What a field looks like. */
enum dt_look {
	LOOK_NUMBER,
	LOOK_WORD,
	LOOK_DATE,   /* parts with - / . between them, or a zone's name */
	LOOK_TIME,   /* digits and colons */
	LOOK_SIGNED, /* a sign and digits: a zone's offset */
	LOOK_SPECIAL /* a sign and letters */
};

#define DT_FIELDS_CAP 25
#define DT_TEXT_CAP 256

struct dt_fields {
	int n;
	char *text[DT_FIELDS_CAP]; /* lower case, terminated, in work */
	enum dt_look look[DT_FIELDS_CAP];
	char work[DT_TEXT_CAP];
};

/* cap: PostgreSQL's limit for the type, at most DT_TEXT_CAP bytes. */
enum dt_status dt_split(const char *s, size_t n, size_t cap, struct dt_fields *out);

/* Keywords. */
enum dt_word {
	WORD_UNKNOWN,
	WORD_IGNORED,
	WORD_RESERVED, /* value: enum dt_value */
	WORD_MONTH,
	WORD_WEEKDAY,
	WORD_AMPM, /* value: 0 AM, 1 PM */
	WORD_ADBC, /* value: 1 BC */
	WORD_UNIT, /* value: enum dt_value */
	WORD_TIME, /* "t" before an ISO time */
	WORD_DST,  /* "dst" after a zone */
	WORD_AGO
};

enum dt_value {
	V_NONE,
	V_NOW,
	V_TODAY,
	V_TOMORROW,
	V_YESTERDAY,
	V_ZULU,
	V_EPOCH,
	V_LATE,
	V_EARLY,
	/* units */
	V_MICROSEC,
	V_MILLISEC,
	V_SECOND,
	V_MINUTE,
	V_HOUR,
	V_DAY,
	V_WEEK,
	V_MONTH,
	V_QUARTER,
	V_YEAR,
	V_DECADE,
	V_CENTURY,
	V_MILLENNIUM,
	V_JULIAN,
	V_DOW,
	V_DOY,
	V_ISODOW,
	V_ISOYEAR,
	V_TZ,
	V_TZ_HOUR,
	V_TZ_MINUTE,
	V_TIME
};

/* s is lower case, n bytes; only the first 10 count. Dates have one table, intervals another. */
enum dt_word dt_date_word(const char *s, size_t n, int *value);
enum dt_word dt_unit_word(const char *s, size_t n, int *value);

/* ".5" in microseconds; the whole text must be used. */
enum dt_status dt_fraction(const char *s, int *usec);
/* ".5" as it is. */
enum dt_status dt_fraction_real(const char *s, double *out);
/* An int in C's way: moves *s. */
enum dt_status dt_int(const char **s, int *out);
enum dt_status dt_int64(const char **s, int64_t *out);
/* hh:mm[:ss[.f]] or mm:ss.f; minutes_first: two parts are mm:ss. Ranges of minutes and seconds are
 * checked, hours' are not. */
struct dt_clock {
	int64_t hour;
	int min, sec, usec;
};
enum dt_status dt_clock(const char *s, bool minutes_first, struct dt_clock *out);
/* "+hh[:mm[:ss]]", "+hhmm": seconds west. */
enum dt_status dt_zone_offset(const char *s, int32_t *west);

/* Raises what status stands for; always false. */
bool dt_report(struct type_ctx *c, enum dt_status status, const char *type, const char *s,
	       size_t n);

#endif
