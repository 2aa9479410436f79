/*
 * Character encodings: convert and its kin, characters in other encodings counted, to_ascii.
 */
#include "base/encoding.h"
#include "func/catalog_fn.h"
#include "func/tables.h"

static const struct encoding *
named(struct fcall *c, const struct datum *arg, const char *role)
{
	const char *name = catalog_text(c, arg);
	const struct encoding *e = encoding_find(name);

	if (!e)
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid %sencoding name \"%s\"",
			role, name);
	return e;
}

/* Encodings that convert into each other without a way over UTF8: pg_conversion's. */
static bool
related(const struct encoding *a, const struct encoding *b)
{
	static const char *const families[][5] = {
		{"KOI8R", "WIN1251", "WIN866", "ISO_8859_5", NULL},
		{"EUC_JP", "SJIS", NULL},
		{"EUC_TW", "BIG5", NULL},
		{"LATIN2", "WIN1250", NULL},
		{"EUC_JIS_2004", "SHIFT_JIS_2004", NULL},
	};

	for (size_t i = 0; i < COUNTOF(families); i++) {
		int found = 0;

		for (const char *const *p = families[i]; *p; p++)
			found += !strcmp(*p, a->name) + !strcmp(*p, b->name);
		if (found == 2)
			return true;
	}
	return false;
}

static bool
check_conversion(struct fcall *c, const struct encoding *from, const struct encoding *to)
{
	bool plain = (!from->iconv && from->supported && from != encoding_utf8) ||
		     (!to->iconv && to->supported && to != encoding_utf8);

	if (from == to || plain ||
	    (from->supported && to->supported &&
	     (from == encoding_utf8 || to == encoding_utf8 || related(from, to))))
		return true;
	return err_set(c->err, ERR_UNDEFINED_FUNCTION, -1,
		       "default conversion function for encoding \"%s\" to \"%s\" does not exist",
		       from->name, to->name);
}

static bool
convert(struct fcall *c, const struct datum *bytes, const struct encoding *from,
	const struct encoding *to, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, bytes, &n);
	struct buf b = BUF_INIT;

	if (check_conversion(c, from, to) && encoding_convert(from, to, s, n, &b, c->err))
		return ret_buf(c, &b, out);
	buf_release(&b);
	return false;
}

static bool
fn_convert_from(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *from = named(c, &args[1], "source ");

	return from && convert(c, &args[0], from, encoding_utf8, out);
}

static bool
fn_convert_to(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *to = named(c, &args[1], "destination ");

	if (!to || !convert(c, &args[0], encoding_utf8, to, out))
		return false;
	*out = datum_blob(out->p, out->n);
	return true;
}

static bool
fn_convert(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *from = named(c, &args[1], "source "),
			      *to = from ? named(c, &args[2], "destination ") : NULL;

	if (!to || !convert(c, &args[0], from, to, out))
		return false;
	*out = datum_blob(out->p, out->n);
	return true;
}

static bool
fn_length_in(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *e = named(c, &args[1], "");
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t count = e ? encoding_count(e, s, n, c->err) : -1;

	*out = datum_int(count);
	return count >= 0;
}

static bool
fn_encoding_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *e = encoding_at(args[0].i);

	return ret_text(c, e ? e->name : "", out);
}

static bool
fn_encoding_max_length(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	const struct encoding *e = encoding_at(args[0].i);

	if (e)
		*out = datum_int(e->max_length);
	return true;
}

static bool
fn_char_to_encoding(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *e = encoding_find(catalog_text(c, &args[0]));

	*out = datum_int(e ? encoding_number(e) : -1);
	return true;
}

/* What stands for the bytes from 0x80 on; bytes that UTF8 never has are left out. */
static const struct {
	const char *encoding, *letters;
} ascii_tables[] = {
	{"LATIN1", "                                  cL Y  \"Ca  -R     'u .,      ?"
		   "  AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo"},
	{"LATIN2", "                                 A L LS \"SSTZ-ZZ a,l'ls ,sstz\"zz"
		   "  AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo"},
	{"LATIN9", "                                  cL YS sCa  -R     Zu .z   EeY?"
		   "  AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo"},
	{"WIN1250", "  ' \"    %S<STZZ `'\"\".--  s>stzz   L A  \"CS  -RZ  ,l'u .,as L\"lz"
		    "  AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo"},
};

/* Each byte by itself, as if the text were in that encoding: what PostgreSQL does in a UTF8
 * database, too. */
static bool
to_ascii(struct fcall *c, const struct datum *arg, const struct encoding *e, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, arg, &n), *letters = NULL;
	char *to = arena_alloc(c->arena, n + 1);

	for (size_t i = 0; i < COUNTOF(ascii_tables); i++)
		if (!strcmp(ascii_tables[i].encoding, e->name))
			letters = ascii_tables[i].letters;
	if (!letters)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "encoding conversion from %s to ASCII not supported", e->name);
	for (size_t i = 0; i < n; i++) {
		size_t at = (uint8_t)s[i] - (size_t)0x80;

		to[i] = (uint8_t)s[i] < 0x80 ? s[i] : at < strlen(letters) ? letters[at] : ' ';
	}
	*out = datum_text(to, n);
	return true;
}

static bool
fn_to_ascii(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_ascii(c, &args[0], encoding_utf8, out);
}

static bool
fn_to_ascii_number(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct encoding *e = encoding_at(args[1].i);

	if (!e)
		return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "%d is not a valid encoding code",
			       (int)args[1].i);
	return to_ascii(c, &args[0], e, out);
}

static bool
fn_to_ascii_name(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *name = catalog_text(c, &args[1]);
	const struct encoding *e = encoding_find(name);

	if (!e)
		return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "%s is not a valid encoding name",
			       name);
	return to_ascii(c, &args[0], e, out);
}

const struct func func_encoding[] = {
	FUNC("pg_convert_from", fn_convert_from),
	FUNC("pg_convert_to", fn_convert_to),
	FUNC("pg_convert", fn_convert),
	FUNC("length_in_encoding", fn_length_in),
	FUNC("PG_encoding_to_char", fn_encoding_to_char),
	FUNC("PG_char_to_encoding", fn_char_to_encoding),
	FUNC("pg_encoding_max_length_sql", fn_encoding_max_length),
	FUNC("to_ascii_default", fn_to_ascii),
	FUNC("to_ascii_enc", fn_to_ascii_number),
	FUNC("to_ascii_encname", fn_to_ascii_name),
	FUNC_END,
};
