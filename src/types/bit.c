/*
 * bit and bit varying. Digits stand as they are in the stored text; only the binary form packs
 * them.
 */
#include "types/bit.h"
#include "types/families.h"
#include "types/read.h"
#include "types/utf8.h"

static int
hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* 22P02 for the character at s. */
static bool
bad_digit(struct err *e, const char *s, size_t n, const char *kind)
{
	return err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1, "\"%.*s\" is not a valid %s digit",
		       (int)utf8_offset(s, n, 1), s, kind);
}

static bool
from_hex(struct type_ctx *c, const char *s, size_t n, const char **bits, size_t *len)
{
	char *to = arena_alloc(c->arena, n * 4 + 1);

	*bits = to;
	*len = n * 4;
	for (size_t i = 0; i < n; i++) {
		int v = hex_digit(s[i]);

		if (v < 0)
			return bad_digit(c->err, s + i, n - i, "hexadecimal");
		for (int k = 3; k >= 0; k--)
			*to++ = (char)('0' + (v >> k & 1));
	}
	return true;
}

static bool
check_length(struct err *e, const struct type *t, size_t n, int32_t typmod)
{
	if (typmod <= 0)
		return true;
	if (t->oid == T_BIT && n != (size_t)typmod)
		return err_set(e, ERR_STRING_DATA_LENGTH_MISMATCH, -1,
			       "bit string length %zu does not match type bit(%d)", n, (int)typmod);
	if (t->oid == T_VARBIT && n > (size_t)typmod)
		return err_set(e, ERR_STRING_DATA_RIGHT_TRUNCATION, -1,
			       "bit string too long for type bit varying(%d)", (int)typmod);
	return true;
}

/* b… or plain: binary; x…: hexadecimal. The length is looked at before the digits, which may be s's
 * own. */
static bool
bit_parse(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	  const char **bits, size_t *len)
{
	bool hex = n && (*s == 'x' || *s == 'X');

	if (hex || (n && (*s == 'b' || *s == 'B')))
		s++, n--;
	if (!check_length(c->err, t, hex ? n * 4 : n, typmod))
		return false;
	if (hex)
		return from_hex(c, s, n, bits, len);
	for (size_t i = 0; i < n; i++)
		if (s[i] != '0' && s[i] != '1')
			return bad_digit(c->err, s + i, n - i, "binary");
	*bits = s;
	*len = n;
	return true;
}

const char *
bit_read(struct type_ctx *c, const struct datum *d, size_t *n)
{
	const char *s = read_text(c->arena, d, n), *bits;

	return bit_parse(c, type_builtin(T_VARBIT), s, *n, -1, &bits, n) ? bits : NULL;
}

const char *
bit_resize(struct arena *a, const char *s, size_t n, size_t len)
{
	char *to;

	if (n >= len)
		return s;
	to = arena_alloc(a, len);
	memcpy(to, s, n);
	memset(to + n, '0', len - n);
	return to;
}

static bool
bit_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
       struct datum *out)
{
	const char *bits;

	if (!bit_parse(c, t, s, n, typmod, &bits, &n))
		return false;
	*out = datum_text(bits, n);
	return true;
}

static bool
bit_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = bit_read(c, d, &n);

	if (!s)
		return false;
	buf_add(b, s, n);
	return true;
}

/* A count of bits, then the bits from the highest of each octet on. */
static bool
bit_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	 struct datum *out)
{
	const uint8_t *bytes = (const uint8_t *)p + 4;
	uint32_t len;
	char *s;

	if (n < 4)
		return bad_binary(c->err);
	len = be32_get(p);
	if (len > BIT_MAX_LENGTH)
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "invalid length in external bit string");
	if (!check_length(c->err, t, len, typmod))
		return false;
	if ((len + 7) / 8 > n - 4)
		return bad_binary(c->err);
	if ((len + 7) / 8 < n - 4)
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "incorrect binary data format");
	s = arena_alloc(c->arena, len + 1);
	for (uint32_t i = 0; i < len; i++)
		s[i] = (char)('0' + (bytes[i / 8] >> (7 - i % 8) & 1));
	*out = datum_text(s, len);
	return true;
}

static bool
bit_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = bit_read(c, d, &n);

	if (!s)
		return false;
	buf_put32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i += 8) {
		unsigned v = 0;

		for (size_t k = i; k < MIN(i + 8, n); k++)
			v |= (unsigned)(s[k] - '0') << (7 - k % 8);
		buf_putc(b, (char)v);
	}
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
	if (n > BIT_MAX_TYPMOD)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "length for type %s cannot exceed %d", type, BIT_MAX_TYPMOD);
	*typmod = (int32_t)n;
	return true;
}

static bool
bit_typmodin(struct err *e, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return length_typmod(e, location, "bit", args, nargs, typmod);
}

static bool
varbit_typmodin(struct err *e, int location, const char *const *args, int nargs, int32_t *typmod)
{
	return length_typmod(e, location, "varbit", args, nargs, typmod);
}

static void
bit_typmodout(int32_t typmod, struct buf *b)
{
	if (typmod >= 0)
		buf_printf(b, "(%d)", (int)typmod);
}

/* An explicit cast cuts and, for bit(n), fills up at the right. */
static bool
bit_apply(struct type_ctx *c, const struct type *t, int32_t typmod, bool explicit_cast,
	  struct datum *d)
{
	size_t n, len = (size_t)typmod;
	const char *s = bit_read(c, d, &n);

	if (!s || (!explicit_cast && !check_length(c->err, t, n, typmod)))
		return false;
	if (typmod <= 0 || typmod > BIT_MAX_LENGTH)
		len = n;
	if (t->oid == T_BIT)
		s = bit_resize(c->arena, s, n, len);
	else
		len = MIN(len, n);
	*d = datum_text(s, len);
	return true;
}

#define BITS(o, typmodin_fn)                                                                       \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = bit_in, .out = bit_out,      \
		.recv = bit_recv, .send = bit_send, .typmodin = typmodin_fn,                       \
		.typmodout = bit_typmodout, .apply = bit_apply                                     \
	}

const struct type types_bit[] = {
	BITS(T_BIT, bit_typmodin),
	BITS(T_VARBIT, varbit_typmodin),
	{0},
};
