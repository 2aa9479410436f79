/*
 * Addresses in the forms in which they are stored, for the collation. Whatever is accepted here,
 * inet_parse reads as the same address.
 */
#include "types/network.h"

/* Without leading zeros: up to three digits. */
static bool
number(const char **at, const char *end, unsigned max, unsigned *v)
{
	const char *p = *at;
	unsigned x = 0, d;

	while (p < end && p - *at < 4 && (d = (unsigned)(*p - '0')) <= 9) {
		x = x * 10 + d;
		p++;
	}
	if (p == *at || x > max || (**at == '0' && p - *at > 1))
		return false;
	*at = p;
	*v = x;
	return true;
}

static bool
mask(const char *p, const char *end, unsigned max, struct inet *out)
{
	unsigned bits = max;

	if (p < end && (*p++ != '/' || !number(&p, end, max, &bits)))
		return false;
	out->bits = (int)bits;
	return p == end;
}

static bool
scan4(const char *p, const char *end, struct inet *out)
{
	unsigned v;

	out->version = 4;
	for (int i = 0; i < 4; i++) {
		if (i && (p == end || *p++ != '.'))
			return false;
		if (!number(&p, end, 255, &v))
			return false;
		out->addr[i] = (uint8_t)v;
	}
	memset(out->addr + 4, 0, sizeof(out->addr) - 4);
	return mask(p, end, 32, out);
}

static int
hex(char ch)
{
	return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* Words with at most one "::" and no dotted tail. */
static bool
scan6(const char *p, const char *end, struct inet *out)
{
	int n = 0, gap = -1, after;

	out->version = 6;
	for (;;) {
		unsigned v = 0;
		int digits = 0, h;

		if (end - p > 1 && p[0] == ':' && p[1] == ':') {
			if (gap >= 0)
				return false;
			gap = n;
			p += 2;
		} else if (n) {
			if (p == end || *p != ':')
				break;
			p++;
		}
		for (; p < end && (h = hex(*p)) >= 0; p++, digits++)
			v = v << 4 | (unsigned)h;
		if (!digits && gap == n)
			break; /* the gap is at the end */
		if (!digits || digits > 4 || n == 16)
			return false;
		out->addr[n++] = (uint8_t)(v >> 8);
		out->addr[n++] = (uint8_t)v;
	}
	if (gap < 0 ? n != 16 : n > 14)
		return false;
	if (gap >= 0) {
		after = n - gap;
		memmove(out->addr + 16 - after, out->addr + gap, (size_t)after);
		memset(out->addr + gap, 0, (size_t)(16 - n));
	}
	return mask(p, end, 128, out);
}

bool
inet_scan(const char *s, size_t n, struct inet *out)
{
	size_t head = MIN(n, 5);

	return memchr(s, ':', head) ? scan6(s, s + n, out) : scan4(s, s + n, out);
}
