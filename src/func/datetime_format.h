/*
 * datetime_format: parsed templates of to_char, to_date and to_timestamp.
 * Owner:   a call site's cache, or the call's arena; immutable after parsing.
 * Mirrors: PostgreSQL's formatting.c: which letters form a pattern, and what follows literally.
 */
#ifndef FUNC_DATETIME_FORMAT_H
#define FUNC_DATETIME_FORMAT_H

#include "func/datetime_args.h"

enum fmt_kind { FMT_END, FMT_FIELD, FMT_CHAR, FMT_SPACE, FMT_SEPARATOR };

/* The letters' case decides the case of words: FC_UPPER "MONTH", FC_TITLE "Month", FC_LOWER
 * "month". */
enum fmt_case { FC_UPPER, FC_TITLE, FC_LOWER };

enum fmt_id {
	F_AD, /* AD, BC */
	F_AD_DOTTED,
	F_AM, /* AM, PM */
	F_AM_DOTTED,
	F_CC,
	F_DAY,
	F_DDD,
	F_DD,
	F_DY,
	F_D,
	F_FF1,
	F_FF2,
	F_FF3,
	F_FF4,
	F_FF5,
	F_FF6,
	F_FX,
	F_HH24,
	F_HH12,
	F_IDDD,
	F_ID,
	F_IW,
	F_IYYY,
	F_IYY,
	F_IY,
	F_I,
	F_J,
	F_MI,
	F_MM,
	F_MONTH,
	F_MON,
	F_MS,
	F_OF,
	F_Q,
	F_RM,
	F_SSSS,
	F_SS,
	F_TZH,
	F_TZM,
	F_TZ,
	F_US,
	F_WW,
	F_W,
	F_Y_YYY,
	F_YYYY,
	F_YYY,
	F_YY,
	F_Y
};

/* Which calendar a field belongs to; the two must not be mixed in input. */
enum fmt_calendar { CAL_ANY, CAL_GREGORIAN, CAL_ISO };

struct fmt_key {
	const char *name;
	uint8_t len;
	uint8_t id;      /* enum fmt_id */
	uint8_t letters; /* enum fmt_case */
	bool digits;     /* its input starts with a digit */
	uint8_t calendar;
};

enum { FMT_FM = 1, FMT_TH_UPPER = 2, FMT_TH_LOWER = 4, FMT_TM = 8, FMT_SP = 16 };
#define FMT_TH (FMT_TH_UPPER | FMT_TH_LOWER)

struct fmt_node {
	enum fmt_kind kind;
	const struct fmt_key *key; /* FMT_FIELD */
	uint8_t flags;
	uint8_t n;   /* bytes of ch */
	bool quoted; /* FMT_CHAR: between double quotes */
	char ch[5];
};

struct fmt {
	char *text; /* what it was parsed from */
	size_t n;
	struct fmt_node *nodes; /* ends with FMT_END */
};

/* The parsed form of s, from the call site's cache if it is there. */
const struct fmt *fmt_get(struct fcall *c, const char *s, size_t n);

/* What a template read. */
struct fmt_moment {
	struct civil t;
	bool zoned;    /* west was said */
	int32_t west;  /* seconds */
	int precision; /* of the fraction, or -1 */
};

/* Reads s as the SQL standard's datetime() does: every character of the template has to be there,
 * and nothing else. False: c->err. */
bool fmt_read_strict(struct fcall *c, const char *s, size_t n, const struct fmt *f,
		     struct fmt_moment *out) MUSTCHECK;
/* False: 22007, a character that the standard has no place for in a template. */
bool fmt_check_strict(struct err *e, const struct fmt *f) MUSTCHECK;

extern const char *const fmt_months[12], *const fmt_days[7]; /* "January", "Sunday" */
extern const char *const fmt_roman[12];                      /* "xii" … "i" */

#endif
