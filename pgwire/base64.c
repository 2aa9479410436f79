/*
 * base64: RFC 4648's alphabet, padding required, no white space: what SCRAM's messages and
 * verifiers are written in.
 */
#include "internal.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
pgw_base64_encode(const uint8_t *in, size_t n, char *out)
{
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)in[i] << 16;

		v |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
		v |= left > 2 ? in[i + 2] : 0;
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[v & 63] : '=';
	}
}

static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four digits of which the last pad are '='. */
static bool
decode_group(const char *in, size_t pad, uint32_t *v)
{
	*v = 0;
	for (size_t i = 0; i < 4; i++) {
		int d = i < 4 - pad ? digit_value(in[i]) : 0;

		if (d < 0)
			return false;
		*v = *v << 6 | (uint32_t)d;
	}
	return true;
}

ptrdiff_t
pgw_base64_decode(const char *in, size_t n, uint8_t *out, size_t cap)
{
	size_t len = 0;

	if (n % 4)
		return -1;
	for (size_t i = 0; i < n; i += 4) {
		size_t pad = i + 4 < n || in[i + 3] != '=' ? 0 : in[i + 2] == '=' ? 2 : 1;
		uint32_t v;

		if (!decode_group(in + i, pad, &v) || cap - len < 3 - pad)
			return -1;
		for (size_t k = 0; k < 3 - pad; k++)
			out[len++] = (uint8_t)(v >> (16 - 8 * k));
	}
	return (ptrdiff_t)len;
}
