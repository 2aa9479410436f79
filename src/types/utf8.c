#include "types/utf8.h"

size_t
utf8_count(const char *s, size_t n)
{
	size_t chars = 0;

	for (size_t i = 0; i < n; i++)
		chars += ((uint8_t)s[i] & 0xc0) != 0x80;
	return chars;
}

size_t
utf8_offset(const char *s, size_t n, size_t chars)
{
	size_t i = 0;

	if (chars >= n)
		chars = n;
	while (chars-- && i < n)
		for (i++; i < n && ((uint8_t)s[i] & 0xc0) == 0x80;)
			i++;
	return i;
}

/* Length of the valid sequence at s, or 0. */
static size_t
valid_len(const uint8_t *s, size_t n)
{
	size_t len = utf8_len((char)s[0]);

	if (len > n || s[0] == 0 || (len == 1 && s[0] >= 0x80))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

uint32_t
utf8_decode(const char *s, size_t n, size_t *used)
{
	const uint8_t *u = (const uint8_t *)s;
	size_t len = valid_len(u, n);

	*used = len ? len : 1;
	switch (len) {
	case 2:
		return (uint32_t)(u[0] & 0x1f) << 6 | (u[1] & 0x3f);
	case 3:
		return (uint32_t)(u[0] & 0x0f) << 12 | (uint32_t)(u[1] & 0x3f) << 6 | (u[2] & 0x3f);
	case 4:
		return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3f) << 12 |
		       (uint32_t)(u[2] & 0x3f) << 6 | (u[3] & 0x3f);
	default:
		return u[0];
	}
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

size_t
utf8_clip(const char *s, size_t len, size_t n)
{
	if (len <= n)
		return len;
	while (n && ((uint8_t)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}
