#include "session/encoding.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "base/utf8.h"

const struct encoding encoding_utf8 = {"UTF8", NULL, true};

static const struct encoding encodings[] = {
	{"UTF8", NULL, true},
	{"SQL_ASCII", NULL, true},
	{"LATIN1", "ISO-8859-1", true},
	{"LATIN2", "ISO-8859-2", true},
	{"LATIN3", "ISO-8859-3", true},
	{"LATIN4", "ISO-8859-4", true},
	{"LATIN5", "ISO-8859-9", true},
	{"LATIN6", "ISO-8859-10", true},
	{"LATIN7", "ISO-8859-13", true},
	{"LATIN8", "ISO-8859-14", true},
	{"LATIN9", "ISO-8859-15", true},
	{"LATIN10", "ISO-8859-16", true},
	{"ISO_8859_5", "ISO-8859-5", true},
	{"ISO_8859_6", "ISO-8859-6", true},
	{"ISO_8859_7", "ISO-8859-7", true},
	{"ISO_8859_8", "ISO-8859-8", true},
	{"KOI8R", "KOI8-R", true},
	{"KOI8U", "KOI8-U", true},
	{"WIN866", "CP866", true},
	{"WIN874", "CP874", true},
	{"WIN1250", "CP1250", true},
	{"WIN1251", "CP1251", true},
	{"WIN1252", "CP1252", true},
	{"WIN1253", "CP1253", true},
	{"WIN1254", "CP1254", true},
	{"WIN1255", "CP1255", true},
	{"WIN1256", "CP1256", true},
	{"WIN1257", "CP1257", true},
	{"WIN1258", "CP1258", true},
	{"EUC_JP", "EUC-JP", true},
	{"EUC_CN", "EUC-CN", true},
	{"EUC_KR", "EUC-KR", true},
	{"EUC_TW", "EUC-TW", true},
	{"SJIS", "CP932", false},
	{"BIG5", "BIG5", false},
	{"GBK", "GBK", false},
	{"UHC", "CP949", false},
	{"GB18030", "GB18030", false},
	{"JOHAB", "JOHAB", false},
};

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
			return i == 0 ? &encoding_utf8 : &encodings[i];
	}
	return NULL;
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
	return n - left;
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
	if (done == n)
		return true;
	if ((unsigned char)p[done] >= 0x80 && strncmp(e->iconv, "CP", 2) == 0)
		return no_equivalent(e->name, "UTF8", p + done, 1, err);
	return bad_sequence(e->name, p + done, MIN(n - done, (size_t)2), err);
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
	if (done >= n)
		return true;
	return no_equivalent("UTF8", e->name, p + done,
			     MIN((size_t)utf8_announced((unsigned char)p[done]), n - done), err);
}
