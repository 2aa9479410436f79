/*
 * bytea: comparison, substrings, bits and bytes, encode and decode.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/bytea.h"
#include "types/utf8.h"

#include <inttypes.h>
#include <strings.h>

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool
ret_blob(struct fcall *c, struct buf *b, struct datum *out)
{
	*out = datum_blob(arena_memdup(c->arena, b->data, b->len), b->len);
	buf_release(b);
	return true;
}

static bool
bytea_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);
	int r = (an > bn) - (an < bn);

	for (size_t i = 0; i < MIN(an, bn); i++)
		if (a[i] != b[i]) {
			r = (uint8_t)a[i] - (uint8_t)b[i];
			break;
		}
	*out = datum_int(r);
	return true;
}

static bool
concat(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);
	char *to = arena_alloc(c->arena, an + bn + 1);

	memcpy(to, a, an);
	memcpy(to + an, b, bn);
	*out = datum_blob(to, an + bn);
	return true;
}

static bool
length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;

	arg_text(c, &args[0], &n);
	*out = datum_int((int64_t)n);
	return true;
}

static bool
substring(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t from, len = 0, end = (int64_t)n + 1;

	if (!arg_int(c, &args[1], &from) || (nargs > 2 && !arg_int(c, &args[2], &len)))
		return false;
	if (nargs > 2 && len < 0)
		return err_set(c->err, ERR_SUBSTRING_ERROR, -1,
			       "negative substring length not allowed");
	if (nargs > 2)
		end = MIN(from + len, end);
	from = MAX(from, 1);
	*out = end > from ? datum_blob(s + from - 1, (size_t)(end - from)) : datum_blob("", 0);
	return true;
}

static bool
overlay(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n, rn, a, z;
	const char *s = arg_text(c, &args[0], &n), *r = arg_text(c, &args[1], &rn);
	int64_t from, len = (int64_t)rn, end;
	struct buf b = BUF_INIT;

	if (!arg_int(c, &args[2], &from) || (nargs > 3 && !arg_int(c, &args[3], &len)))
		return false;
	if (from <= 0)
		return err_set(c->err, ERR_SUBSTRING_ERROR, -1,
			       "negative substring length not allowed");
	end = from + len;
	if (end > INT32_MAX || end < INT32_MIN)
		return out_of_range(c, "integer");
	a = MIN((size_t)from - 1, n);
	z = MIN((size_t)MAX(end - 1, 0), n);
	buf_add(&b, s, a);
	buf_add(&b, r, rn);
	buf_add(&b, s + z, n - z);
	return ret_blob(c, &b, out);
}

static bool
position(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, wn;
	const char *s = arg_text(c, &args[0], &n), *w = arg_text(c, &args[1], &wn),
		   *at = wn ? memmem(s, n, w, wn) : s;

	*out = datum_int(at ? at - s + 1 : 0);
	return true;
}

static bool
trim(struct fcall *c, const struct datum *args, int ends, struct datum *out)
{
	size_t n, sn;
	const char *s = arg_text(c, &args[0], &n), *set = arg_text(c, &args[1], &sn);

	while (n && ends & 1 && memchr(set, *s, sn))
		s++, n--;
	while (n && ends & 2 && memchr(set, s[n - 1], sn))
		n--;
	*out = datum_blob(s, n);
	return true;
}

static bool
btrim(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return trim(c, args, 3, out);
}

static bool
ltrim(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return trim(c, args, 1, out);
}

static bool
rtrim(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return trim(c, args, 2, out);
}

static bool
bad_index(struct fcall *c, int64_t i, int64_t last)
{
	return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
		       "index %" PRId64 " out of valid range, 0..%" PRId64, i, last);
}

static bool
get_byte(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t i;

	if (!arg_int(c, &args[1], &i))
		return false;
	if (i < 0 || i >= (int64_t)n)
		return bad_index(c, i, (int64_t)n - 1);
	*out = datum_int((uint8_t)s[i]);
	return true;
}

static bool
get_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t i;

	if (!arg_int(c, &args[1], &i))
		return false;
	if (i < 0 || i >= (int64_t)n * 8)
		return bad_index(c, i, (int64_t)n * 8 - 1);
	*out = datum_int((uint8_t)s[i / 8] >> (i % 8) & 1);
	return true;
}

static bool
set_byte(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	char *to;
	int64_t i, v;

	if (!arg_int(c, &args[1], &i) || !arg_int(c, &args[2], &v))
		return false;
	if (i < 0 || i >= (int64_t)n)
		return bad_index(c, i, (int64_t)n - 1);
	to = arena_memdup(c->arena, s, n);
	to[i] = (char)v;
	*out = datum_blob(to, n);
	return true;
}

static bool
set_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	char *to;
	int64_t i, v;

	if (!arg_int(c, &args[1], &i) || !arg_int(c, &args[2], &v))
		return false;
	if (i < 0 || i >= (int64_t)n * 8)
		return bad_index(c, i, (int64_t)n * 8 - 1);
	if (v != 0 && v != 1)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "new bit must be 0 or 1");
	to = arena_memdup(c->arena, s, n);
	to[i / 8] = (char)((to[i / 8] & ~(1 << i % 8)) | (int)v << i % 8);
	*out = datum_blob(to, n);
	return true;
}

static bool
bit_count(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits += __builtin_popcount((uint8_t)s[i]);
	*out = datum_int(bits);
	return true;
}

/* A line feed follows every 76 digits. */
static void
base64_encode(struct buf *b, const char *p, size_t n)
{
	const uint8_t *s = (const uint8_t *)p;
	size_t line = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)s[i] << 16 | (i + 1 < n ? (uint32_t)s[i + 1] << 8 : 0) |
			     (i + 2 < n ? s[i + 2] : 0);

		if (line == 76) {
			buf_putc(b, '\n');
			line = 0;
		}
		buf_putc(b, base64_digits[v >> 18]);
		buf_putc(b, base64_digits[v >> 12 & 63]);
		buf_putc(b, i + 1 < n ? base64_digits[v >> 6 & 63] : '=');
		buf_putc(b, i + 2 < n ? base64_digits[v & 63] : '=');
		line += 4;
	}
	if (line == 76 && n % 3 == 0)
		buf_putc(b, '\n');
}

static bool
bad_base64_symbol(struct fcall *c, const char *s, size_t n)
{
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "invalid symbol \"%.*s\" found while decoding base64 sequence",
		       (int)MIN(utf8_len(*s), n), s);
}

static bool
base64_decode(struct fcall *c, const char *s, size_t n, struct buf *b)
{
	uint32_t v = 0;
	int pos = 0, end = 0;

	for (size_t i = 0; i < n; i++) {
		const char *at;

		if (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r')
			continue;
		if (s[i] == '=') {
			if (end == 0 && pos != 2 && pos != 3)
				return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
					       "unexpected \"=\" while decoding base64 sequence");
			if (end == 0)
				end = pos == 2 ? 1 : 2;
			v <<= 6;
		} else {
			at = s[i] ? strchr(base64_digits, s[i]) : NULL;
			if (!at)
				return bad_base64_symbol(c, s + i, n - i);
			v = v << 6 | (uint32_t)(at - base64_digits);
		}
		if (++pos == 4) {
			buf_putc(b, (char)(v >> 16));
			if (end == 0 || end > 1)
				buf_putc(b, (char)(v >> 8));
			if (end == 0 || end > 2)
				buf_putc(b, (char)v);
			v = 0;
			pos = 0;
		}
	}
	if (pos == 0)
		return true;
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid base64 end sequence");
	return err_hint(c->err,
			"Input data is missing padding, is truncated, or is otherwise corrupted.");
}

static bool
named(const char *s, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(s, name, n) == 0;
}

static bool
unknown_encoding(struct fcall *c, const char *s, size_t n)
{
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "unrecognized encoding: \"%.*s\"",
		       (int)n, s);
}

/* encode(…, 'escape') keeps printable and every other ASCII byte; only NUL and high bytes become
 * octal. */
static void
escape_text(struct buf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t ch = (uint8_t)p[i];

		if (ch == 0 || ch >= 0x80)
			buf_printf(b, "\\%03o", ch);
		else if (ch == '\\')
			buf_puts(b, "\\\\");
		else
			buf_putc(b, (char)ch);
	}
}

static bool
encode(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, fn;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn);
	struct buf b = BUF_INIT;

	if (named(f, fn, "hex"))
		hex_encode(&b, s, n);
	else if (named(f, fn, "base64"))
		base64_encode(&b, s, n);
	else if (named(f, fn, "escape"))
		escape_text(&b, s, n);
	else
		return unknown_encoding(c, f, fn);
	return ret_buf(c, &b, out);
}

static bool
decode(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, fn, k;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn);
	struct buf b = BUF_INIT;
	char *p;

	if (named(f, fn, "base64")) {
		if (base64_decode(c, s, n, &b))
			return ret_blob(c, &b, out);
		buf_release(&b);
		return false;
	}
	if (!named(f, fn, "hex") && !named(f, fn, "escape"))
		return unknown_encoding(c, f, fn);
	if (!(named(f, fn, "hex") ? hex_decode(c->arena, c->err, s, n, &p, &k)
				  : escape_decode(c->arena, c->err, s, n, &p, &k)))
		return false;
	*out = datum_blob(p, k);
	return true;
}

const struct func func_bytea[] = {
	FUNC_NATIVE("byteaeq", "$1 = $2"),
	FUNC_NATIVE("byteane", "$1 <> $2"),
	FUNC_NATIVE("bytealt", "$1 < $2"),
	FUNC_NATIVE("byteale", "$1 <= $2"),
	FUNC_NATIVE("byteagt", "$1 > $2"),
	FUNC_NATIVE("byteage", "$1 >= $2"),
	FUNC("byteacmp", bytea_cmp),
	FUNC("byteacat", concat),
	FUNC("byteaoctetlen", length),
	FUNC("bytea_substr", substring),
	FUNC("bytea_substr_no_len", substring),
	FUNC("byteaoverlay", overlay),
	FUNC("byteaoverlay_no_len", overlay),
	FUNC("byteapos", position),
	FUNC("byteatrim", btrim),
	FUNC("bytealtrim", ltrim),
	FUNC("byteartrim", rtrim),
	FUNC("byteaGetByte", get_byte),
	FUNC("byteaGetBit", get_bit),
	FUNC("byteaSetByte", set_byte),
	FUNC("byteaSetBit", set_bit),
	FUNC("bytea_bit_count", bit_count),
	FUNC("binary_encode", encode),
	FUNC("binary_decode", decode),
	FUNC_END,
};
