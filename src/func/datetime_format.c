#include "func/datetime_format.h"

#include <stdlib.h>

const char *const fmt_months[12] = {"January",   "February", "March",    "April",
				    "May",       "June",     "July",     "August",
				    "September", "October",  "November", "December"};
const char *const fmt_days[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
				 "Thursday", "Friday", "Saturday"};
const char *const fmt_roman[12] = {"xii", "xi", "x",  "ix",  "viii", "vii",
				   "vi",  "v",  "iv", "iii", "ii",   "i"};

#define KEY(name, id, letters, digits, calendar)                                                   \
	{                                                                                          \
		name, sizeof(name) - 1, id, letters, digits, calendar                              \
	}
/* A pattern in capitals and in small letters. */
#define BOTH(upper, lower, id, digits, calendar)                                                   \
	KEY(upper, id, FC_UPPER, digits, calendar), KEY(lower, id, FC_LOWER, digits, calendar)

/* Of patterns that begin alike the longer comes first. */
static const struct fmt_key keys[] = {
	BOTH("A.D.", "a.d.", F_AD_DOTTED, false, CAL_ANY),
	BOTH("A.M.", "a.m.", F_AM_DOTTED, false, CAL_ANY),
	BOTH("AD", "ad", F_AD, false, CAL_ANY),
	BOTH("AM", "am", F_AM, false, CAL_ANY),
	BOTH("B.C.", "b.c.", F_AD_DOTTED, false, CAL_ANY),
	BOTH("BC", "bc", F_AD, false, CAL_ANY),
	BOTH("CC", "cc", F_CC, true, CAL_ANY),
	BOTH("DAY", "day", F_DAY, false, CAL_ANY),
	BOTH("DDD", "ddd", F_DDD, true, CAL_GREGORIAN),
	BOTH("DD", "dd", F_DD, true, CAL_GREGORIAN),
	BOTH("DY", "dy", F_DY, false, CAL_ANY),
	KEY("Day", F_DAY, FC_TITLE, false, CAL_ANY),
	KEY("Dy", F_DY, FC_TITLE, false, CAL_ANY),
	BOTH("D", "d", F_D, true, CAL_GREGORIAN),
	BOTH("FF1", "ff1", F_FF1, true, CAL_ANY),
	BOTH("FF2", "ff2", F_FF2, true, CAL_ANY),
	BOTH("FF3", "ff3", F_FF3, true, CAL_ANY),
	BOTH("FF4", "ff4", F_FF4, true, CAL_ANY),
	BOTH("FF5", "ff5", F_FF5, true, CAL_ANY),
	BOTH("FF6", "ff6", F_FF6, true, CAL_ANY),
	BOTH("FX", "fx", F_FX, false, CAL_ANY),
	BOTH("HH24", "hh24", F_HH24, true, CAL_ANY),
	BOTH("HH12", "hh12", F_HH12, true, CAL_ANY),
	BOTH("HH", "hh", F_HH12, true, CAL_ANY),
	BOTH("IDDD", "iddd", F_IDDD, true, CAL_ISO),
	BOTH("ID", "id", F_ID, true, CAL_ISO),
	BOTH("IW", "iw", F_IW, true, CAL_ISO),
	BOTH("IYYY", "iyyy", F_IYYY, true, CAL_ISO),
	BOTH("IYY", "iyy", F_IYY, true, CAL_ISO),
	BOTH("IY", "iy", F_IY, true, CAL_ISO),
	BOTH("I", "i", F_I, true, CAL_ISO),
	BOTH("J", "j", F_J, true, CAL_ANY),
	BOTH("MI", "mi", F_MI, true, CAL_ANY),
	BOTH("MM", "mm", F_MM, true, CAL_GREGORIAN),
	BOTH("MONTH", "month", F_MONTH, false, CAL_GREGORIAN),
	BOTH("MON", "mon", F_MON, false, CAL_GREGORIAN),
	BOTH("MS", "ms", F_MS, true, CAL_ANY),
	KEY("Month", F_MONTH, FC_TITLE, false, CAL_GREGORIAN),
	KEY("Mon", F_MON, FC_TITLE, false, CAL_GREGORIAN),
	BOTH("OF", "of", F_OF, false, CAL_ANY),
	BOTH("P.M.", "p.m.", F_AM_DOTTED, false, CAL_ANY),
	BOTH("PM", "pm", F_AM, false, CAL_ANY),
	BOTH("Q", "q", F_Q, true, CAL_ANY),
	BOTH("RM", "rm", F_RM, false, CAL_GREGORIAN),
	BOTH("SSSSS", "sssss", F_SSSS, true, CAL_ANY),
	BOTH("SSSS", "ssss", F_SSSS, true, CAL_ANY),
	BOTH("SS", "ss", F_SS, true, CAL_ANY),
	BOTH("TZH", "tzh", F_TZH, false, CAL_ANY),
	BOTH("TZM", "tzm", F_TZM, true, CAL_ANY),
	BOTH("TZ", "tz", F_TZ, false, CAL_ANY),
	BOTH("US", "us", F_US, true, CAL_ANY),
	BOTH("WW", "ww", F_WW, true, CAL_GREGORIAN),
	BOTH("W", "w", F_W, true, CAL_GREGORIAN),
	BOTH("Y,YYY", "y,yyy", F_Y_YYY, true, CAL_GREGORIAN),
	BOTH("YYYY", "yyyy", F_YYYY, true, CAL_GREGORIAN),
	BOTH("YYY", "yyy", F_YYY, true, CAL_GREGORIAN),
	BOTH("YY", "yy", F_YY, true, CAL_GREGORIAN),
	BOTH("Y", "y", F_Y, true, CAL_GREGORIAN),
};

struct parser {
	const char *p, *end;
	struct fmt_node *out;
};

static bool
starts(const struct parser *f, const char *word, size_t n)
{
	return (size_t)(f->end - f->p) >= n && memcmp(f->p, word, n) == 0;
}

static const struct fmt_key *
find_key(const struct parser *f)
{
	for (size_t i = 0; i < COUNTOF(keys); i++)
		if (starts(f, keys[i].name, keys[i].len))
			return &keys[i];
	return NULL;
}

static uint8_t
take_flag(struct parser *f, const char *upper, const char *lower, uint8_t flag_upper,
	  uint8_t flag_lower)
{
	bool is_upper = starts(f, upper, 2), is_lower = starts(f, lower, 2);

	if (!is_upper && !is_lower)
		return 0;
	f->p += 2;
	return is_upper ? flag_upper : flag_lower;
}

static size_t
char_len(const struct parser *f)
{
	unsigned char ch = (unsigned char)*f->p;
	size_t n = ch < 0xC0 ? 1 : ch < 0xE0 ? 2 : ch < 0xF0 ? 3 : 4;

	return MIN(n, (size_t)(f->end - f->p));
}

static void
take_char(struct parser *f, enum fmt_kind kind)
{
	struct fmt_node *node = f->out++;

	*node = (struct fmt_node){.kind = kind, .n = (uint8_t)char_len(f)};
	memcpy(node->ch, f->p, node->n);
	f->p += node->n;
}

static void
take_quoted(struct parser *f)
{
	f->p++;
	while (f->p < f->end) {
		if (*f->p == '"') {
			f->p++;
			return;
		}
		if (*f->p == '\\' && f->p + 1 < f->end)
			f->p++;
		take_char(f, FMT_CHAR);
		f->out[-1].quoted = true;
	}
}

static void
take_literal(struct parser *f)
{
	char ch;

	if (*f->p == '"') {
		take_quoted(f);
		return;
	}
	if (*f->p == '\\' && f->p + 1 < f->end && f->p[1] == '"')
		f->p++;
	ch = *f->p;
	if (ch == ' ' || (ch >= '\t' && ch <= '\r'))
		take_char(f, FMT_SPACE);
	else if (ch > ' ' && ch < 127 && !((ch | 32) >= 'a' && (ch | 32) <= 'z') &&
		 !(ch >= '0' && ch <= '9'))
		take_char(f, FMT_SEPARATOR);
	else
		take_char(f, FMT_CHAR);
}

/* nodes has room for n + 1. */
static void
parse(const char *s, size_t n, struct fmt_node *nodes)
{
	struct parser f = {s, s + n, nodes};

	while (f.p < f.end) {
		uint8_t flags = take_flag(&f, "FM", "fm", FMT_FM, FMT_FM);
		const struct fmt_key *key;

		if (!flags)
			flags = take_flag(&f, "TM", "tm", FMT_TM, FMT_TM);
		if (f.p == f.end)
			break;
		key = find_key(&f);
		if (!key) {
			take_literal(&f);
			continue;
		}
		f.p += key->len;
		flags |= take_flag(&f, "TH", "th", FMT_TH_UPPER, FMT_TH_LOWER);
		if (!(flags & FMT_TH))
			flags |= take_flag(&f, "SP", "SP", FMT_SP, FMT_SP);
		*f.out++ = (struct fmt_node){.kind = FMT_FIELD, .key = key, .flags = flags};
	}
	*f.out = (struct fmt_node){.kind = FMT_END};
}

bool
fmt_check_strict(struct err *e, const struct fmt *f)
{
	for (const struct fmt_node *node = f->nodes; node->kind != FMT_END; node++) {
		if (node->kind == FMT_FIELD || node->quoted ||
		    (node->n == 1 && strchr("-./,':; ", node->ch[0])))
			continue;
		/* A bare double quote had a backslash in front. */
		return err_set(e, ERR_INVALID_DATETIME_FORMAT, -1,
			       "invalid datetime format separator: \"%.*s\"", node->n,
			       node->ch[0] == '"' ? "\\" : node->ch);
	}
	return true;
}

static void
fmt_free(void *p)
{
	struct fmt *f = p;

	free(f->text);
	free(f->nodes);
	free(f);
}

static const struct fmt *
fmt_new(struct fcall *c, const char *s, size_t n)
{
	struct fmt *f = xcalloc(1, sizeof(*f));

	f->text = xmalloc(n + 1);
	memcpy(f->text, s, n);
	f->n = n;
	f->nodes = xcalloc(n + 1, sizeof(*f->nodes));
	parse(f->text, n, f->nodes);
	if (*c->cache && *c->cache_free)
		(*c->cache_free)(*c->cache);
	*c->cache = f;
	*c->cache_free = fmt_free;
	return f;
}

const struct fmt *
fmt_get(struct fcall *c, const char *s, size_t n)
{
	const struct fmt *have = c->cache ? *c->cache : NULL;
	struct fmt *f;

	if (have && have->n == n && memcmp(have->text, s, n) == 0)
		return have;
	if (c->cache && c->cache_free)
		return fmt_new(c, s, n);
	f = ARENA_NEW(c->arena, struct fmt);
	f->nodes = ARENA_ARRAY(c->arena, struct fmt_node, n + 1);
	parse(s, n, f->nodes);
	return f;
}
