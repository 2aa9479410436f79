#include "base/encoding.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "base/utf8.h"

#define SINGLE(name, iconv)                                                                        \
	{                                                                                          \
		name, iconv, 1, true, true                                                         \
	}
#define EUC(name, iconv, length)                                                                   \
	{                                                                                          \
		name, iconv, length, true, true                                                    \
	}
#define CLIENT(name, iconv, length)                                                                \
	{                                                                                          \
		name, iconv, length, false, true                                                   \
	}

/* A row's index is PostgreSQL's number of the encoding. */
static const struct encoding encodings[] = {
	{"SQL_ASCII", NULL, 1, true, true}, EUC("EUC_JP", "EUC-JP", 3),
	EUC("EUC_CN", "EUC-CN", 3),         EUC("EUC_KR", "EUC-KR", 3),
	EUC("EUC_TW", "EUC-TW", 4),         EUC("EUC_JIS_2004", "EUC-JISX0213", 3),
	{"UTF8", NULL, 4, true, true},      {"MULE_INTERNAL", NULL, 4, true, false},
	SINGLE("LATIN1", "ISO-8859-1"),     SINGLE("LATIN2", "ISO-8859-2"),
	SINGLE("LATIN3", "ISO-8859-3"),     SINGLE("LATIN4", "ISO-8859-4"),
	SINGLE("LATIN5", "ISO-8859-9"),     SINGLE("LATIN6", "ISO-8859-10"),
	SINGLE("LATIN7", "ISO-8859-13"),    SINGLE("LATIN8", "ISO-8859-14"),
	SINGLE("LATIN9", "ISO-8859-15"),    SINGLE("LATIN10", "ISO-8859-16"),
	SINGLE("WIN1256", "CP1256"),        SINGLE("WIN1258", "CP1258"),
	SINGLE("WIN866", "CP866"),          SINGLE("WIN874", "CP874"),
	SINGLE("KOI8R", "KOI8-R"),          SINGLE("WIN1251", "CP1251"),
	SINGLE("WIN1252", "CP1252"),        SINGLE("ISO_8859_5", "ISO-8859-5"),
	SINGLE("ISO_8859_6", "ISO-8859-6"), SINGLE("ISO_8859_7", "ISO-8859-7"),
	SINGLE("ISO_8859_8", "ISO-8859-8"), SINGLE("WIN1250", "CP1250"),
	SINGLE("WIN1253", "CP1253"),        SINGLE("WIN1254", "CP1254"),
	SINGLE("WIN1255", "CP1255"),        SINGLE("WIN1257", "CP1257"),
	SINGLE("KOI8U", "KOI8-U"),          CLIENT("SJIS", "CP932", 2),
	CLIENT("BIG5", "BIG5", 2),          CLIENT("GBK", "GBK", 2),
	CLIENT("UHC", "CP949", 2),          CLIENT("GB18030", "GB18030", 4),
	CLIENT("JOHAB", "JOHAB", 3),        CLIENT("SHIFT_JIS_2004", "SHIFT_JISX0213", 2),
};
enum { NUMBER_UTF8 = 6, NUMBER_EUC_TW = 4 };

const struct encoding *const encoding_utf8 = &encodings[NUMBER_UTF8];

/* Other spellings, without punctuation and in lower case. */
static const struct {
	const char *alias, *name;
} aliases[] = {
	{"unicode", "UTF8"},        {"iso88591", "LATIN1"},     {"iso88592", "LATIN2"},
	{"iso88593", "LATIN3"},     {"iso88594", "LATIN4"},     {"iso88599", "LATIN5"},
	{"iso885910", "LATIN6"},    {"iso885913", "LATIN7"},    {"iso885914", "LATIN8"},
	{"iso885915", "LATIN9"},    {"iso885916", "LATIN10"},   {"koi8", "KOI8R"},
	{"alt", "WIN866"},          {"win", "WIN1251"},         {"windows866", "WIN866"},
	{"windows874", "WIN874"},   {"windows1250", "WIN1250"}, {"windows1251", "WIN1251"},
	{"windows1252", "WIN1252"}, {"windows1253", "WIN1253"}, {"windows1254", "WIN1254"},
	{"windows1255", "WIN1255"}, {"windows1256", "WIN1256"}, {"windows1257", "WIN1257"},
	{"windows1258", "WIN1258"}, {"windows949", "UHC"},      {"windows936", "GBK"},
	{"windows932", "SJIS"},     {"shiftjis", "SJIS"},       {"mskanji", "SJIS"},
	{"windows950", "BIG5"},     {"win949", "UHC"},          {"win950", "BIG5"},
	{"win936", "GBK"},          {"win932", "SJIS"},         {"tcvn", "WIN1258"},
	{"tcvn5712", "WIN1258"},    {"vscii", "WIN1258"},       {"abc", "WIN1258"},
};

static void
squeeze(const char *name, char *out, size_t size)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++)
		if (isalnum((unsigned char)*name))
			out[n++] = (char)tolower((unsigned char)*name);
	out[n] = '\0';
}

const struct encoding *
encoding_find(const char *name)
{
	char wanted[64], have[64];

	squeeze(name, wanted, sizeof(wanted));
	for (size_t i = 0; i < COUNTOF(aliases); i++)
		if (strcmp(aliases[i].alias, wanted) == 0)
			squeeze(aliases[i].name, wanted, sizeof(wanted));
	for (size_t i = 0; i < COUNTOF(encodings); i++) {
		squeeze(encodings[i].name, have, sizeof(have));
		if (strcmp(have, wanted) == 0)
			return &encodings[i];
	}
	return NULL;
}

const struct encoding *
encoding_at(int64_t number)
{
	return number >= 0 && number < (int64_t)COUNTOF(encodings) ? &encodings[number] : NULL;
}

int
encoding_number(const struct encoding *e)
{
	return (int)(e - encodings);
}

static void
put_hex(struct buf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s0x%02x", i ? " " : "", (unsigned char)p[i]);
	buf_str(b);
}

static bool
bad_sequence(const char *encoding, const char *p, size_t n, struct err *err)
{
	struct buf b = BUF_INIT;

	put_hex(&b, p, n);
	err_set(err, ERR_CHARACTER_NOT_IN_REPERTOIRE, -1,
		"invalid byte sequence for encoding \"%s\": %s", encoding, b.data);
	buf_release(&b);
	return false;
}

static bool
no_equivalent(const char *from, const char *to, const char *p, size_t n, struct err *err)
{
	struct buf b = BUF_INIT;

	put_hex(&b, p, n);
	err_set(err, ERR_UNTRANSLATABLE_CHARACTER, -1,
		"character with byte sequence %s in encoding \"%s\" has no equivalent in encoding "
		"\"%s\"",
		b.data, from, to);
	buf_release(&b);
	return false;
}

static bool
is_euc(const struct encoding *e)
{
	return e != encoding_utf8 && e->max_length > 1 &&
	       (e->ascii_bytes || !strcmp(e->name, "JOHAB"));
}

/* Bytes of the character that starts at p, as its first byte announces. */
static size_t
char_length(const struct encoding *e, const char *p, size_t n)
{
	uint8_t first = (uint8_t)*p;

	if (e == encoding_utf8)
		return (size_t)utf8_announced(first);
	if (e->max_length == 1 || first < 0x80)
		return 1;
	if (is_euc(e) && first == 0x8e)
		return encoding_number(e) == NUMBER_EUC_TW ? 4 : 2;
	if (is_euc(e))
		return first == 0x8f ? 3 : 2;
	if (e->max_length == 4) /* GB18030 */
		return n > 1 && p[1] >= '0' && p[1] <= '9' ? 4 : 2;
	return !strncmp(e->name, "S", 1) && first >= 0xa1 && first <= 0xdf ? 1 : 2;
}

/* Is the character's form right: bytes that follow the first are such as may follow? */
static bool
well_formed(const struct encoding *e, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!p[i] || (i && is_euc(e) && (uint8_t)p[i] < 0xa1))
			return false;
	return true;
}

int64_t
encoding_count(const struct encoding *e, const char *p, size_t n, struct err *err)
{
	int64_t count = 0;

	if (e == encoding_utf8 && !utf8_verify(p, n, err))
		return -1;
	for (size_t len; n; p += len, n -= len, count++) {
		len = char_length(e, p, n);
		if (len <= n && (e == encoding_utf8 || well_formed(e, p, len)))
			continue;
		bad_sequence(e->name, p, MIN(len, n), err);
		return -1;
	}
	return count;
}

/* What a converter has held back, waiting for a character to combine with. */
static void
flush(iconv_t cd, struct buf *b)
{
	char *out;
	size_t room;

	buf_reserve(b, 16);
	out = b->data + b->len;
	room = b->cap - b->len;
	iconv(cd, NULL, NULL, &out, &room);
	b->len = (size_t)(out - b->data);
}

/* Runs iconv over all of p, appending to b. Returns how much of p was converted. */
static size_t
run(iconv_t cd, const char *p, size_t n, struct buf *b)
{
	char *in = (char *)(uintptr_t)p;
	size_t left = n;

	while (left) {
		char *out;
		size_t room, r;
		buf_reserve(b, left * 2 + 16);
		out = b->data + b->len;
		room = b->cap - b->len;
		r = iconv(cd, &in, &left, &out, &room);
		b->len = (size_t)(out - b->data);
		if (r == (size_t)-1 && errno != E2BIG)
			break;
	}
	if (!left)
		flush(cd, b);
	return n - left;
}

/* What stands at p cannot be converted. */
static bool
stuck(const struct encoding *from, const struct encoding *to, const char *p, size_t n,
      struct err *err)
{
	size_t len = char_length(from, p, n);

	if (len > n || !well_formed(from, p, len))
		return bad_sequence(from->name, p, MIN(len, n), err);
	return no_equivalent(from->name, to->name, p, len, err);
}

bool
encoding_to_utf8(const struct encoding *e, const char *p, size_t n, struct buf *b, struct err *err)
{
	iconv_t cd;
	size_t done;

	if (!e->iconv) {
		if (!utf8_verify(p, n, err))
			return false;
		buf_add(b, p, n);
		return true;
	}
	if (memchr(p, 0, n))
		return bad_sequence(e->name, "", 1, err);
	cd = iconv_open("UTF-8", e->iconv);
	if (cd == (iconv_t)-1)
		return err_unsupported(err, -1, "client encoding \"%s\" on this system", e->name);
	done = run(cd, p, n, b);
	iconv_close(cd);
	return done == n || stuck(e, encoding_utf8, p + done, n - done, err);
}

bool
encoding_from_utf8(const struct encoding *e, const char *p, size_t n, struct buf *b,
		   struct err *err)
{
	iconv_t cd;
	size_t done = 0;

	if (!e->iconv) {
		buf_add(b, p, n);
		return true;
	}
	cd = iconv_open(e->iconv, "UTF-8");
	if (cd == (iconv_t)-1)
		return !err ||
		       err_unsupported(err, -1, "client encoding \"%s\" on this system", e->name);
	for (;;) {
		size_t len;
		done += run(cd, p + done, n - done, b);
		if (done >= n || err)
			break;
		len = MIN((size_t)utf8_announced((unsigned char)p[done]), n - done);
		buf_putc(b, '?');
		done += len;
	}
	iconv_close(cd);
	return done >= n || stuck(encoding_utf8, e, p + done, n - done, err);
}

bool
encoding_convert(const struct encoding *from, const struct encoding *to, const char *p, size_t n,
		 struct buf *b, struct err *err)
{
	iconv_t cd;
	size_t done;

	if (encoding_count(from->iconv || from == encoding_utf8 ? from : to, p, n, err) < 0)
		return false;
	if (from == encoding_utf8)
		return encoding_from_utf8(to, p, n, b, err);
	if (to == encoding_utf8 && from->iconv)
		return encoding_to_utf8(from, p, n, b, err);
	if (from == to || !from->iconv || !to->iconv) {
		buf_add(b, p, n);
		return true;
	}
	cd = iconv_open(to->iconv, from->iconv);
	if (cd == (iconv_t)-1)
		return err_unsupported(err, -1, "conversion from %s to %s on this system",
				       from->name, to->name);
	done = run(cd, p, n, b);
	iconv_close(cd);
	return done == n || stuck(from, to, p + done, n - done, err);
}
