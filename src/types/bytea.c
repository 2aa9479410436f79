/*
 * bytea. Stored: BLOB. A TEXT in an adopted file stands for its bytes.
 */
#include "types/bytea.h"
#include "types/families.h"
#include "types/read.h"
#include "types/utf8.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
bad_digit(struct err *e, const char *s, size_t n)
{
	return err_set(e, ERR_INVALID_PARAMETER_VALUE, -1, "invalid hexadecimal digit: \"%.*s\"",
		       (int)MIN(utf8_len(*s), n), s);
}

static bool
hex_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool
hex_decode(struct arena *a, struct err *e, const char *s, size_t n, char **out, size_t *outn)
{
	char *to = arena_alloc(a, n / 2 + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i += 2) {
		int hi, lo;

		if (hex_space(s[i])) {
			i--;
			continue;
		}
		if ((hi = hex_digit(s[i])) < 0)
			return bad_digit(e, s + i, n - i);
		if (i + 1 == n)
			return err_set(e, ERR_INVALID_PARAMETER_VALUE, -1,
				       "invalid hexadecimal data: odd number of digits");
		if ((lo = hex_digit(s[i + 1])) < 0)
			return bad_digit(e, s + i + 1, n - i - 1);
		to[k++] = (char)(hi << 4 | lo);
	}
	*out = to;
	*outn = k;
	return true;
}

void
hex_encode(struct buf *b, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *s = p;

	buf_reserve(b, 2 * n);
	for (size_t i = 0; i < n; i++) {
		b->data[b->len++] = digits[s[i] >> 4];
		b->data[b->len++] = digits[s[i] & 15];
	}
}

static bool
octal3(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' && s[2] >= '0' &&
	       s[2] <= '7';
}

bool
escape_decode(struct arena *a, struct err *e, const char *s, size_t n, char **out, size_t *outn)
{
	char *to = arena_alloc(a, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\\') {
			to[k++] = s[i];
		} else if (i + 3 < n && octal3(s + i + 1)) {
			to[k++] = (char)((s[i + 1] - '0') << 6 | (s[i + 2] - '0') << 3 |
					 (s[i + 3] - '0'));
			i += 3;
		} else if (i + 1 < n && s[i + 1] == '\\') {
			to[k++] = '\\';
			i++;
		} else {
			return err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1,
				       "invalid input syntax for type bytea");
		}
	}
	*out = to;
	*outn = k;
	return true;
}

void
escape_encode(struct buf *b, const void *p, size_t n)
{
	const uint8_t *s = p;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\')
			buf_puts(b, "\\\\");
		else if (s[i] < 0x20 || s[i] > 0x7e)
			buf_printf(b, "\\%03o", s[i]);
		else
			buf_putc(b, (char)s[i]);
	}
}

static bool
bytea_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	 int32_t typmod UNUSED, struct datum *out)
{
	bool hex = n >= 2 && s[0] == '\\' && s[1] == 'x';
	char *p;
	size_t k;

	if (!(hex ? hex_decode(c->arena, c->err, s + 2, n - 2, &p, &k)
		  : escape_decode(c->arena, c->err, s, n, &p, &k)))
		return false;
	*out = datum_blob(p, k);
	return true;
}

static bool
bytea_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	  int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (c->env->bytea_escape) {
		escape_encode(b, s, n);
		return true;
	}
	buf_puts(b, "\\x");
	hex_encode(b, s, n);
	return true;
}

static bool
bytea_recv(struct type_ctx *c UNUSED, const struct type *t UNUSED, const void *p, size_t n,
	   int32_t typmod UNUSED, struct datum *out)
{
	*out = datum_blob(p, n);
	return true;
}

static bool
bytea_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	   int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

const struct type types_bytea[] = {
	{.oid = T_BYTEA,
	 .stored = DATUM_BLOB,
	 .decl = "BLOB",
	 .in = bytea_in,
	 .out = bytea_out,
	 .recv = bytea_recv,
	 .send = bytea_send},
	{0},
};
