/*
 * Addresses as text. PostgreSQL reads an inet's and a cidr's dotted decimals by different rules: an
 * inet names all octets or a mask; a cidr may leave octets out and its mask is then guessed from
 * the address class. Hexadecimal (0x0a01) is for a cidr only. IPv6 has one rule for both.
 */
#include "types/network.h"

#include "base/buf.h"

struct cursor {
	const char *p, *end;
};

static char
peek(const struct cursor *c, size_t ahead)
{
	return (size_t)(c->end - c->p) > ahead ? c->p[ahead] : '\0';
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static int
hex_value(char ch)
{
	if (is_digit(ch))
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* A decimal number up to max; false: no digit, or too large. */
static bool
number(struct cursor *c, int max, int *v)
{
	if (!is_digit(peek(c, 0)))
		return false;
	for (*v = 0; is_digit(peek(c, 0)); c->p++)
		if ((*v = *v * 10 + (*c->p - '0')) > max)
			return false;
	return true;
}

/* What follows the address: nothing (*bits is -1), or a slash and the mask's length. */
static bool
mask_length(struct cursor *c, int *bits)
{
	*bits = -1;
	if (c->p == c->end)
		return true;
	return *c->p++ == '/' && number(c, 32, bits) && c->p == c->end;
}

/* ---- IPv4 ---- */

/* A trailing point is let through. */
static bool
inet4(struct cursor *c, struct inet *out)
{
	int n = 0, v;

	while (is_digit(peek(c, 0))) {
		if (!number(c, 255, &v) || n == 4)
			return false;
		out->addr[n++] = (uint8_t)v;
		if (c->p == c->end || *c->p == '/')
			break;
		if (*c->p++ != '.')
			return false;
	}
	if (!n || !mask_length(c, &out->bits))
		return false;
	if (out->bits < 0 && n == 4)
		out->bits = 32;
	return out->bits >= 0 && out->bits / 8 <= n;
}

/* Two hexadecimal digits an octet; an odd last one is the octet's upper half. */
static bool
hex_octets(struct cursor *c, struct inet *out, int *n)
{
	for (c->p += 2; hex_value(peek(c, 0)) >= 0; (*n)++) {
		if (*n == 4)
			return false;
		out->addr[*n] = (uint8_t)(hex_value(*c->p++) << 4);
		if (hex_value(peek(c, 0)) >= 0)
			out->addr[*n] |= (uint8_t)hex_value(*c->p++);
	}
	return true;
}

static bool
dotted_octets(struct cursor *c, struct inet *out, int *n)
{
	int v;

	do {
		if (!number(c, 255, &v) || *n == 4)
			return false;
		out->addr[(*n)++] = (uint8_t)v;
	} while (peek(c, 0) == '.' && c->p++);
	return true;
}

/* By the class of the first octet, but never less than the octets that are given. */
static int
class_bits(uint8_t first, int n)
{
	int bits = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;

	bits = MAX(bits, n * 8);
	return bits == 8 && first == 224 ? 4 : bits;
}

static bool
cidr4(struct cursor *c, struct inet *out)
{
	bool hex = peek(c, 0) == '0' && (peek(c, 1) | 0x20) == 'x' && hex_value(peek(c, 2)) >= 0;
	int n = 0;

	if (!(hex ? hex_octets(c, out, &n) : dotted_octets(c, out, &n)) ||
	    !mask_length(c, &out->bits))
		return false;
	if (out->bits < 0)
		out->bits = class_bits(out->addr[0], n);
	return true;
}

/* ---- IPv6 ---- */

/* A number without leading zeros, within an IPv6 address's tail. */
static bool
plain_number(struct cursor *c, int max, int *v)
{
	return !(peek(c, 0) == '0' && is_digit(peek(c, 1))) && number(c, max, v);
}

static bool
mask_length6(struct cursor *c, int *bits)
{
	return peek(c, 0) == '/' && c->p++ && plain_number(c, 128, bits) && c->p == c->end;
}

/* Octets at the end, up to four; those left out, also between two points, are zero. */
static bool
dotted_tail(struct cursor *c, uint8_t *to, int *bits)
{
	int n = 0, v;

	do {
		bool none = peek(c, 0) == '.' || peek(c, 0) == '/';

		v = 0;
		if (n == 4 || (!none && !plain_number(c, 255, &v)))
			return false;
		to[n++] = (uint8_t)v;
	} while (peek(c, 0) == '.' && c->p++);
	return c->p == c->end || mask_length6(c, bits);
}

struct words {
	uint8_t *addr;
	int n, gap; /* octets so far; where "::" stands, or -1 */
};

static bool
put_word(struct words *w, int v)
{
	if (w->n + 2 > 16)
		return false;
	w->addr[w->n++] = (uint8_t)(v >> 8);
	w->addr[w->n++] = (uint8_t)v;
	return true;
}

/* The octets after the gap go to the end. */
static bool
close_gap(struct words *w)
{
	int after = w->n - w->gap;

	if (w->gap < 0)
		return w->n == 16;
	if (w->n == 16)
		return false;
	memmove(w->addr + 16 - after, w->addr + w->gap, (size_t)after);
	memset(w->addr + w->gap, 0, (size_t)(16 - after - w->gap));
	return true;
}

/* Up to four hexadecimal digits. *v is -1: there is none. */
static bool
hex_word(struct cursor *c, int *v)
{
	int digits = 0;

	*v = -1;
	for (; hex_value(peek(c, 0)) >= 0; c->p++, digits++)
		*v = (digits ? (*v & 0xfff) << 4 : 0) | hex_value(*c->p);
	return digits <= 4;
}

static bool
inet6(struct cursor *c, struct inet *out)
{
	struct words w = {out->addr, 0, -1};
	int v = -1;

	out->bits = 128;
	if (peek(c, 0) == ':' && peek(c, 1) != ':')
		return false;
	c->p += peek(c, 0) == ':';
	while (c->p < c->end) {
		const char *start = c->p;

		if (!hex_word(c, &v))
			return false;
		if (peek(c, 0) == '.' && w.n + 4 <= 16) {
			c->p = start;
			if (!dotted_tail(c, out->addr + w.n, &out->bits))
				return false;
			w.n += 4;
			return close_gap(&w);
		}
		if (peek(c, 0) != ':')
			break;
		c->p++;
		if (v < 0) {
			if (w.gap >= 0)
				return false;
			w.gap = w.n;
		} else if (c->p == c->end || !put_word(&w, v)) {
			return false;
		}
		v = -1;
	}
	if (c->p < c->end && !mask_length6(c, &out->bits))
		return false;
	return (v < 0 || put_word(&w, v)) && close_gap(&w);
}

bool
inet_parse(const char *s, size_t n, bool cidr, struct inet *out)
{
	struct cursor c = {s, s + n};

	*out = (struct inet){.version = 4};
	if (!memchr(s, ':', n))
		return cidr ? cidr4(&c, out) : inet4(&c, out);
	out->version = 6;
	return inet6(&c, out);
}

/* ---- output ---- */

static unsigned
word_at(const uint8_t *addr, int i)
{
	return (unsigned)(addr[2 * i] << 8 | addr[2 * i + 1]);
}

/* The longest run of at least two zero words, the first among equals. */
static void
longest_zeros(const uint8_t *addr, int *start, int *len)
{
	*start = -1;
	*len = 1;
	for (int i = 0, run = 0; i < 8; i++) {
		run = word_at(addr, i) ? 0 : run + 1;
		if (run > *len) {
			*len = run;
			*start = i - run + 1;
		}
	}
}

/* IPv4 in the last words: after six zero words, or after five and ffff. */
static bool
has_dotted_tail(const uint8_t *addr, int start, int len)
{
	return start == 0 && (len == 6 || (len == 5 && word_at(addr, 5) == 0xffff));
}

static void
print6(const uint8_t *addr, struct buf *b)
{
	int start, len;

	longest_zeros(addr, &start, &len);
	for (int i = 0; i < 8; i++) {
		if (i == start) {
			buf_puts(b, "::");
			i += len - 1;
			continue;
		}
		if (i && i != start + len)
			buf_putc(b, ':');
		if (i == 6 && has_dotted_tail(addr, start, len)) {
			buf_printf(b, "%u.%u.%u.%u", addr[12], addr[13], addr[14], addr[15]);
			return;
		}
		buf_printf(b, "%x", word_at(addr, i));
	}
}

void
inet_print(const struct inet *a, enum inet_mask mask, struct buf *b)
{
	if (a->version == 4)
		buf_printf(b, "%u.%u.%u.%u", a->addr[0], a->addr[1], a->addr[2], a->addr[3]);
	else
		print6(a->addr, b);
	if (mask == INET_MASK_ALWAYS || (mask == INET_MASK_SHORT && a->bits != inet_max_bits(a)))
		buf_printf(b, "/%d", a->bits);
}

static void
abbreviated4(const struct inet *a, struct buf *b)
{
	for (int i = 0; i < MAX((a->bits + 7) / 8, 1); i++)
		buf_printf(b, "%s%u", i ? "." : "", a->addr[i]);
}

/* PostgreSQL's choice of the zeros to leave out: a run that is not the longest yet stays open, and
 * a later one is counted on to it. */
static void
network_zeros(const uint8_t *addr, int words, int *start, int *len)
{
	int at = 0, run = 0;

	*start = *len = 0;
	for (int i = 0; i <= words; i++) {
		if (i < words && !word_at(addr, i)) {
			at = run ? at : i;
			run++;
		} else if (run > *len) {
			*start = at;
			*len = run;
			run = 0;
		}
	}
}

static void
abbreviated6(const struct inet *a, struct buf *b)
{
	int words = MAX((a->bits + 15) / 16, 2), start, len;
	const uint8_t *p = a->addr;
	bool dotted;
	size_t first = b->len;

	network_zeros(p, words, &start, &len);
	dotted = len != words && start == 0 &&
		 (len == 6 || (len == 5 && word_at(p, 5) == 0xffff) ||
		  (len == 7 && p[14] != 0 && p[15] != 1));
	for (int i = 0; i < words; i++) {
		if (len && i >= start && i < start + len) {
			if (i == start)
				buf_putc(b, ':');
			if (i == words - 1)
				buf_putc(b, ':');
		} else if (dotted && i > 5) {
			buf_printf(b, "%c%u", i == 6 ? ':' : '.', p[2 * i]);
			if (i != 7 || a->bits > 120)
				buf_printf(b, ".%u", p[2 * i + 1]);
		} else {
			buf_printf(b, "%s%x", b->len > first ? ":" : "", word_at(p, i));
		}
	}
}

void
cidr_print_abbreviated(const struct inet *a, struct buf *b)
{
	struct inet net = *a;

	inet_clear_host(&net);
	if (net.version == 4)
		abbreviated4(&net, b);
	else if (net.bits == 0)
		buf_puts(b, "::");
	else
		abbreviated6(&net, b);
	buf_printf(b, "/%d", net.bits);
}
