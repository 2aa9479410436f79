/*
 * datetime: what the date and time types share: representations, calendar, stored forms, text in
 * and out.
 *
 * In memory, as PostgreSQL (and its binary formats) have them:
 *     date                    int32, days since 2000-01-01; DATE_INF and DATE_NEG_INF
 *     timestamp, timestamptz  int64, microseconds since 2000-01-01 (UTC); TS_INF and TS_NEG_INF
 *     time                    int64, microseconds since midnight, 24:00:00 included
 *     timetz                  struct timetz
 *     interval                struct interval
 *
 * Stored (TEXT; plain byte order is the value's order):
 *     date         -infinity  <  .YYYY-MM-DD (BC)  <  YYYY-MM-DD  <  YYYYYYYY-MM-DD (after 9999)  <
 * infinity BC: a dot, then 10000 minus the year: 1 BC is ".9999", 44 BC is ".9956". Years after
 * 9999: the letter Y and seven digits, "Y0010000-01-01". timestamp    the date, a space, HH:MM:SS
 * and, if any, the fraction without trailing zeros timestamptz  the same in UTC, without an offset
 *     time         HH:MM:SS[.f]
 *     timetz       time and offset, "04:05:06-08"; ordered by pg_timetz
 *     interval     PostgreSQL's own output form, "1 year 2 mons -3 days +04:05:06.7"; ordered by
 * pg_interval
 *
 * Read as well: 'T' between date and time, a Z or numeric offset (converted to UTC for timestamptz,
 * ignored elsewhere), missing seconds, and what SQLite's own functions use: INTEGER is unix
 * seconds, REAL a julian day (for time: seconds, and the day's part; for interval: seconds).
 */
#ifndef TYPES_DATETIME_H
#define TYPES_DATETIME_H

#include "types/timezone.h"
#include "types/type.h"

#define USEC_SEC INT64_C(1000000)
#define USEC_MIN (60 * USEC_SEC)
#define USEC_HOUR (3600 * USEC_SEC)
#define USEC_DAY (86400 * USEC_SEC)

#define DATE_INF INT32_MAX
#define DATE_NEG_INF INT32_MIN
#define DATE_MIN (-2451545)          /* 4714-11-24 BC */
#define DATE_END INT32_C(2145031949) /* 5874898-01-01 */
#define TS_INF INT64_MAX
#define TS_NEG_INF INT64_MIN
#define TS_MIN INT64_C(-211813488000000000) /* 4714-11-24 BC */
#define TS_END INT64_C(9223371331200000000) /* 294277-01-01 */
#define DT_EPOCH_DAYS 10957                 /* from 1970-01-01 to 2000-01-01 */
#define DT_EPOCH_SECS (INT64_C(86400) * DT_EPOCH_DAYS)
#define DT_JULIAN_2000 2451545 /* the julian day of 2000-01-01 */

/* A point in time taken apart. year 0 is 1 BC, -1 is 2 BC. */
struct civil {
	int year, mon, day, hour, min, sec, usec;
};

struct timetz {
	int64_t usec;
	int32_t zone; /* seconds west of Greenwich */
};

struct interval {
	int64_t usec;
	int32_t days, months;
};

static inline bool
date_finite(int32_t d)
{
	return d != DATE_INF && d != DATE_NEG_INF;
}

static inline bool
date_valid(int64_t d)
{
	return d >= DATE_MIN && d < DATE_END;
}

static inline bool
ts_finite(int64_t t)
{
	return t != TS_INF && t != TS_NEG_INF;
}

static inline bool
ts_valid(int64_t t)
{
	return t >= TS_MIN && t < TS_END;
}

/* ---- calendar (datetime_calc.c) ---- */

bool dt_leap(int year);
int dt_month_days(int year, int mon);
/* Days since 2000-01-01, proleptic Gregorian; mon 1–12, day any. dt_civil is its inverse. */
int32_t dt_days(int year, int mon, int day);
void dt_civil(int32_t days, int *year, int *mon, int *day);
/* Whether year-mon-day is within what a date can say. */
bool dt_in_calendar(int year, int mon);
int dt_dow(int32_t days); /* 0 is Sunday */
int dt_iso_week(int32_t days, int *iso_year);
int32_t dt_iso_week_start(int iso_year, int week); /* the Monday */

void dt_split_time(int64_t usec, struct civil *c);
int64_t dt_join_time(const struct civil *c);
/* t is finite. Days go to *days, the rest of the day is returned. */
int64_t ts_split(int64_t t, int32_t *days);
void ts_to_civil(int64_t t, struct civil *c);
/* c's fields are normal but for hour 24 and sec 60. zone: seconds west. False: out of range. */
bool ts_from_civil(const struct civil *c, int32_t zone, int64_t *t) MUSTCHECK;
/* Local time of t in z; p (may be NULL) gets the offset in force. */
void tstz_to_civil(int64_t t, const struct tzone *z, struct civil *c, struct tzperiod *p);
bool tstz_from_civil(const struct civil *c, const struct tzone *z, int64_t *t) MUSTCHECK;
/* The offset of c in z, seconds west. */
int32_t civil_zone(const struct civil *c, const struct tzone *z);
/* Total microseconds as intervals compare: months are 30 days. */
__int128 interval_span(const struct interval *i);
int interval_compare(const struct interval *a, const struct interval *b);
int timetz_compare(const struct timetz *a, const struct timetz *b);

/* Conversions between types; false: 22008 is set ("date out of range for timestamp" …). Infinities
 * stay infinite. */
bool date_to_ts(int32_t d, int64_t *t, struct err *err) MUSTCHECK;
bool date_to_tstz(int32_t d, const struct tzone *z, int64_t *t, struct err *err) MUSTCHECK;
bool ts_to_date(int64_t t, int32_t *d, struct err *err) MUSTCHECK;
bool ts_to_tstz(int64_t t, const struct tzone *z, int64_t *out, struct err *err) MUSTCHECK;
bool tstz_to_ts(int64_t t, const struct tzone *z, int64_t *out, struct err *err) MUSTCHECK;
bool ts_out_of_range(struct err *err); /* 22008, false */

/* ---- stored forms (datetime_store.c) ---- */

bool date_get(struct type_ctx *c, const struct datum *d, int32_t *out) MUSTCHECK;
bool ts_get(struct type_ctx *c, const struct datum *d, int64_t *out) MUSTCHECK;
bool tstz_get(struct type_ctx *c, const struct datum *d, int64_t *out) MUSTCHECK;
bool time_get(struct type_ctx *c, const struct datum *d, int64_t *out) MUSTCHECK;
bool timetz_get(struct type_ctx *c, const struct datum *d, struct timetz *out) MUSTCHECK;
bool interval_get(struct type_ctx *c, const struct datum *d, struct interval *out) MUSTCHECK;

/* In a's memory. */
struct datum date_put(struct arena *a, int32_t v);
struct datum ts_put(struct arena *a, int64_t v); /* timestamp and timestamptz */
struct datum time_put(struct arena *a, int64_t v);
struct datum timetz_put(struct arena *a, const struct timetz *v);
struct datum interval_put(struct arena *a, const struct interval *v);

/* Readers of the canonical forms alone, for collations and fast paths; false: some other form. */
bool ts_scan(const char *p, size_t n, int64_t *out);
bool date_scan(const char *p, size_t n, int32_t *out);
bool time_scan(const char *p, size_t n, int64_t *out);
bool timetz_scan(const char *p, size_t n, struct timetz *out);
bool interval_scan(const char *p, size_t n, struct interval *out);

/* ---- text in (datetime_parse.c, interval_parse.c) ---- */

/* False: the error that PostgreSQL gives is set. now is env->txn_time. typmod is not applied. */
bool date_parse(struct type_ctx *c, const char *s, size_t n, int32_t *out) MUSTCHECK;
bool ts_parse(struct type_ctx *c, const char *s, size_t n, bool with_zone, int64_t *out) MUSTCHECK;
bool time_parse(struct type_ctx *c, const char *s, size_t n, int64_t *out) MUSTCHECK;
bool timetz_parse(struct type_ctx *c, const char *s, size_t n, struct timetz *out) MUSTCHECK;
/* typmod decides what a bare number means. */
bool interval_parse(struct type_ctx *c, const char *s, size_t n, int32_t typmod,
		    struct interval *out) MUSTCHECK;
/* A time zone as AT TIME ZONE takes it: abbreviation or name; the offset (seconds west) that it has
 * at local or utc, which are unix seconds; is_local says which was given. False: 22023. */
bool zone_lookup_at(struct err *err, enum tzabbrev_set set, const char *s, size_t n, int64_t t,
		    bool is_local, int32_t *west) MUSTCHECK;

/* ---- text out (datetime_out.c, interval_out.c) ---- */

void date_text(struct buf *b, const struct type_env *env, int32_t d);
void ts_text(struct buf *b, const struct type_env *env, int64_t t);
void tstz_text(struct buf *b, const struct type_env *env, int64_t t);
void time_text(struct buf *b, int64_t t);
void timetz_text(struct buf *b, const struct timetz *t);
void interval_text(struct buf *b, enum interval_style style, const struct interval *i);
/* "+05:30"; west as in struct timetz. */
void zone_text(struct buf *b, int32_t west);

/* ---- type modifiers (datetime_typmod.c) ---- */

#define INTERVAL_MASK_MONTH (1 << 1)
#define INTERVAL_MASK_YEAR (1 << 2)
#define INTERVAL_MASK_DAY (1 << 3)
#define INTERVAL_MASK_HOUR (1 << 10)
#define INTERVAL_MASK_MINUTE (1 << 11)
#define INTERVAL_MASK_SECOND (1 << 12)
#define INTERVAL_FULL_RANGE 0x7FFF
#define INTERVAL_FULL_PRECISION 0xFFFF
#define INTERVAL_RANGE(typmod) (((typmod) >> 16) & 0x7FFF)
#define INTERVAL_PRECISION(typmod) ((typmod)&0xFFFF)

/* Rounds half away from zero to digits 0–6; -1 leaves it. */
int64_t usec_round(int64_t usec, int32_t digits);
int64_t ts_round(int64_t t, int32_t typmod);
void interval_round(struct interval *i, int32_t typmod);
type_typmodin_fn timestamp_typmodin, timestamptz_typmodin, time_typmodin, timetz_typmodin,
	interval_typmodin;
type_typmodout_fn timestamp_typmodout, timestamptz_typmodout, time_typmodout, timetz_typmodout,
	interval_typmodout;

/* type.apply of the whole family. */
type_apply_fn datetime_apply_typmod;

/* Conversions of each type, for the table in datetime_types.c. */
type_in_fn date_in, time_in, timetz_in, timestamp_in, timestamptz_in, interval_in;
type_out_fn date_out, time_out, timetz_out, timestamp_out, timestamptz_out, interval_out;
type_recv_fn date_recv, time_recv, timetz_recv, timestamp_recv, timestamptz_recv, interval_recv;
type_send_fn date_send, time_send, timetz_send, timestamp_send, timestamptz_send, interval_send;
type_collate_fn timetz_collate, interval_collate;
extern const struct type types_datetime[];

#endif
