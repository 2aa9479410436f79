/*
 * text, varchar, bpchar, name, "char" and their kin. Stored: TEXT. A bpchar with a length is stored
 * without its padding and padded again on output; without a length its blanks are kept, though they
 * never count in comparisons.
 */
#include "types/text.h"
#include "types/families.h"
#include "types/read.h"
#include "base/utf8.h"
#include "types/utf8.h"

size_t
text_rtrim(const char *s, size_t n)
{
	while (n && s[n - 1] == ' ')
		n--;
	return n;
}

bool
text_fit(struct err *e, const char *type, const char *s, size_t n, int32_t typmod,
	 bool explicit_cast, size_t *keep)
{
	size_t max = (size_t)typmod - 4;

	*keep = n;
	if (typmod < 4 || n <= max)
		return true;
	*keep = utf8_offset(s, n, max);
	for (size_t i = *keep; i < n && !explicit_cast; i++)
		if (s[i] != ' ')
			return err_set(e, ERR_STRING_DATA_RIGHT_TRUNCATION, -1,
				       "value too long for type %s(%d)", type, (int)max);
	return true;
}

static bool
text_in(struct type_ctx *c UNUSED, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	*out = datum_text(s, n);
	return true;
}

static bool
varchar_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n, int32_t typmod,
	   struct datum *out)
{
	size_t keep;

	if (!text_fit(c->err, "character varying", s, n, typmod, false, &keep))
		return false;
	*out = datum_text(s, keep);
	return true;
}

static bool
bpchar_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n, int32_t typmod,
	  struct datum *out)
{
	size_t keep;

	if (!text_fit(c->err, "character", s, n, typmod, false, &keep))
		return false;
	*out = datum_text(s, typmod < 4 ? keep : text_rtrim(s, keep));
	return true;
}

static bool
name_in(struct type_ctx *c UNUSED, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	*out = datum_text(s, utf8_clip(s, n, NAME_MAX_BYTES));
	return true;
}

static bool
is_octal(char ch)
{
	return ch >= '0' && ch <= '7';
}

/* One octet, or \ooo. */
static bool
char_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	if (n == 4 && *s == '\\' && s[1] >= '0' && s[1] <= '3' && is_octal(s[2]) &&
	    is_octal(s[3])) {
		char *byte = arena_alloc(c->arena, 1);

		*byte = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
		*out = datum_text(byte, *byte ? 1 : 0);
		return true;
	}
	*out = datum_text(s, n ? 1 : 0);
	return true;
}

static bool
char_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (n && (unsigned char)*s >= 0x80)
		buf_printf(b, "\\%03o", (unsigned char)*s);
	else
		buf_add(b, s, n);
	return true;
}

static bool
text_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

static bool
bpchar_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d, int32_t typmod,
	   struct buf *b)
{
	size_t n, chars;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	if (typmod >= 4 && (chars = utf8_count(s, n)) < (size_t)typmod - 4)
		buf_pad(b, ' ', (size_t)typmod - 4 - chars);
	return true;
}

static bool
char_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	  int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_putc(b, n ? *s : '\0');
	return true;
}

static bool
text_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	  struct datum *out)
{
	return utf8_verify(p, n, c->err) && t->in(c, t, p, n, typmod, out);
}

static bool
char_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p, size_t n,
	  int32_t typmod UNUSED, struct datum *out)
{
	if (n != 1)
		return bad_binary(c->err);
	*out = datum_text(p, *(const char *)p ? 1 : 0);
	return true;
}

static bool
length_typmod(struct err *e, int location, const char *type, const char *const *args, int nargs,
	      int32_t *typmod)
{
	int64_t n;

	if (nargs != 1)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location, "invalid type modifier");
	if (!parse_int(e, "integer", args[0], strlen(args[0]), INT32_MIN, INT32_MAX, &n))
		return false;
	if (n < 1)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "length for type %s must be at least 1", type);
	if (n > 10 * 1024 * 1024)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "length for type %s cannot exceed %d", type, 10 * 1024 * 1024);
	*typmod = (int32_t)n + 4;
	return true;
}

static bool
varchar_typmodin(struct err *e, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return length_typmod(e, location, "varchar", args, nargs, typmod);
}

static bool
bpchar_typmodin(struct err *e, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return length_typmod(e, location, "char", args, nargs, typmod);
}

static void
length_typmodout(int32_t typmod, struct buf *b)
{
	if (typmod > 4)
		buf_printf(b, "(%d)", (int)typmod - 4);
}

static bool
varchar_apply(struct type_ctx *c, const struct type *t UNUSED, int32_t typmod, bool explicit_cast,
	      struct datum *d)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (!text_fit(c->err, "character varying", s, n, typmod, explicit_cast, &n))
		return false;
	*d = datum_text(s, n);
	return true;
}

static bool
bpchar_apply(struct type_ctx *c, const struct type *t UNUSED, int32_t typmod, bool explicit_cast,
	     struct datum *d)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (!text_fit(c->err, "character", s, n, typmod, explicit_cast, &n))
		return false;
	*d = datum_text(s, text_rtrim(s, n));
	return true;
}

#define TEXT(o)                                                                                    \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = text_in, .out = text_out,    \
		.recv = text_recv, .send = text_out                                                \
	}

const struct type types_text[] = {
	TEXT(T_TEXT),
	TEXT(T_UNKNOWN),
	TEXT(T_CSTRING),
	TEXT(T_REFCURSOR),
	TEXT(T_PG_NODE_TREE),
	{.oid = T_VARCHAR,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = varchar_in,
	 .out = text_out,
	 .recv = text_recv,
	 .send = text_out,
	 .typmodin = varchar_typmodin,
	 .typmodout = length_typmodout,
	 .apply = varchar_apply},
	{.oid = T_BPCHAR,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .collation = "RTRIM",
	 .in = bpchar_in,
	 .out = bpchar_out,
	 .recv = text_recv,
	 .send = bpchar_out,
	 .typmodin = bpchar_typmodin,
	 .typmodout = length_typmodout,
	 .apply = bpchar_apply},
	{.oid = T_NAME,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = name_in,
	 .out = text_out,
	 .recv = text_recv,
	 .send = text_out},
	{.oid = T_CHAR,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = char_in,
	 .out = char_out,
	 .recv = char_recv,
	 .send = char_send},
	{0},
};
