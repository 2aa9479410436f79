/*
 * datetime_decoder: the state of decoding one date and time text, shared by datetime_parse.c and
 * datetime_number.c.
 */
#ifndef TYPES_DATETIME_DECODER_H
#define TYPES_DATETIME_DECODER_H

#include "types/datetime_parse.h"

/* Parts of a date and time. */
enum {
	M_RESERVED = 1 << 0,
	M_MONTH = 1 << 1,
	M_YEAR = 1 << 2,
	M_DAY = 1 << 3,
	M_ZONE = 1 << 5,
	M_DST_ZONE = 1 << 6,
	M_DYNAMIC_ZONE = 1 << 7,
	M_AMPM = 1 << 9,
	M_HOUR = 1 << 10,
	M_MINUTE = 1 << 11,
	M_SECOND = 1 << 12,
	M_SUBSECOND = 3 << 13,
	M_DOY = 1 << 15,
	M_WEEKDAY = 1 << 16,
	M_ADBC = 1 << 18,
	M_DST = 1 << 28,
	M_DATE = M_YEAR | M_MONTH | M_DAY,
	M_SECONDS = M_SECOND | M_SUBSECOND,
	M_TIME = M_HOUR | M_MINUTE | M_SECONDS
};

enum { HOURS_24 = -1, AM, PM };

struct decoder {
	struct type_ctx *c;
	struct dt_fields f;
	int i; /* the field at hand */
	bool time_only;
	int mask;  /* parts set by earlier fields */
	int claim; /* by this one */
	struct civil tm;
	int yday;
	int32_t zone;              /* seconds west, when M_ZONE came as a number */
	const struct tzone *named; /* a zone to resolve when the date is known */
	const struct tzabbrev *abbrev;
	const char *abbrev_text;
	int special; /* V_EPOCH, V_LATE, V_EARLY instead of fields */
	int label;   /* a unit or "t" that labels the next field */
	int ampm;
	bool two_digit_year, text_month, bc, julian;
};

/* These set d->claim to the parts they set. mask: the parts that count as known. */

/* Digits run together: yyyymmdd, hhmmss, hhmm, with a fraction of seconds. s is cut up. */
enum dt_status decode_run_together(struct decoder *d, char *s, int mask);
/* A number of its own: what part it is depends on what is known and on DateStyle's order. */
enum dt_status decode_lone_number(struct decoder *d, char *s, bool text_month, int mask);
/* A date in one field: 2024-01-31, 31.jan.2024. */
enum dt_status decode_date_field(struct decoder *d, char *s);

#endif
