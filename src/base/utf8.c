#include "base/utf8.h"

#include "base/buf.h"

int
utf8_announced(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return (first & 0xf8) == 0xf0 ? 4 : 1;
}

/* The length of the valid character at s, 0: there is none. */
static int
one(const unsigned char *s, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	int len = utf8_announced(s[0]);

	if (len == 1)
		return s[0] > 0 && s[0] < 0x80 ? 1 : 0;
	if ((size_t)len > n)
		return 0;
	switch (s[0]) {
	case 0xe0:
		lo = 0xa0;
		break;
	case 0xed:
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:
		hi = 0x8f;
		break;
	case 0xf5:
	case 0xf6:
	case 0xf7:
		return 0;
	}
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (int i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Eight bytes, all of 1 … 127? */
static bool
ascii8(const unsigned char *s)
{
	uint64_t w;

	memcpy(&w, s, 8);
	return ((w | (w - 0x0101010101010101u)) & 0x8080808080808080u) == 0;
}

size_t
utf8_valid_prefix(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0;

	while (i < n) {
		int len;
		if (n - i >= 8 && ascii8(s + i)) {
			i += 8;
			continue;
		}
		len = one(s + i, n - i);
		if (len == 0)
			break;
		i += (size_t)len;
	}
	return i;
}

bool
utf8_verify(const char *s, size_t n, struct err *err)
{
	size_t ok = utf8_valid_prefix(s, n), len;
	struct buf b = BUF_INIT;

	if (ok == n)
		return true;
	/* PostgreSQL announces by the first byte's shape alone: 0xc0 and 0xc1 count as two. */
	len = ((unsigned char)s[ok] & 0xe0) == 0xc0 ? 2
						    : (size_t)utf8_announced((unsigned char)s[ok]);
	for (size_t i = ok; i < n && i < ok + len; i++)
		buf_printf(&b, "%s0x%02x", i > ok ? " " : "", (unsigned char)s[i]);
	err_set(err, ERR_CHARACTER_NOT_IN_REPERTOIRE, -1,
		"invalid byte sequence for encoding \"UTF8\": %s", buf_str(&b));
	buf_release(&b);
	return false;
}
