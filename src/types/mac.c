/*
 * macaddr and macaddr8. The first is read like C's scanf would: numbers of any width between
 * separators, or pairs of digits in a few groupings; the second only as pairs of digits.
 */
#include "types/mac.h"
#include "types/families.h"
#include "types/read.h"

struct cursor {
	const char *p, *end;
};

static int
hex_value(const struct cursor *c)
{
	char ch;

	if (c->p == c->end)
		return -1;
	if (*c->p >= '0' && *c->p <= '9')
		return *c->p - '0';
	ch = (char)(*c->p | 0x20);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static void
skip_space(struct cursor *c)
{
	while (c->p < c->end && ascii_space(*c->p))
		c->p++;
}

static bool
take(struct cursor *c, int *width, char a, char b)
{
	if (!*width || c->p == c->end || (*c->p != a && *c->p != b))
		return false;
	c->p++;
	--*width;
	return true;
}

/* scanf's %x with a width: space, a sign and 0x may lead. */
static bool
scan_hex(struct cursor *c, int width, int32_t *v)
{
	uint64_t u = 0;
	int digits = 0;
	bool neg;

	skip_space(c);
	neg = c->p < c->end && *c->p == '-';
	take(c, &width, '-', '+');
	if (take(c, &width, '0', '0')) {
		digits++;
		take(c, &width, 'x', 'X');
	}
	for (; width && hex_value(c) >= 0; width--, digits++) {
		u = u >> 60 ? UINT64_MAX : u << 4 | (uint64_t)hex_value(c);
		c->p++;
	}
	*v = (int32_t)(uint32_t)(neg ? -u : u);
	return digits > 0;
}

/* x: a number of any width; 2: of at most two characters; anything else: itself. */
static bool
scan(const char *s, size_t n, const char *pattern, int32_t octets[6])
{
	struct cursor c = {s, s + n};
	int k = 0;

	for (; *pattern; pattern++) {
		if (*pattern == 'x' || *pattern == '2') {
			if (!scan_hex(&c, *pattern == '2' ? 2 : INT32_MAX, &octets[k++]))
				return false;
		} else if (c.p == c.end || *c.p++ != *pattern) {
			return false;
		}
	}
	skip_space(&c);
	return c.p == c.end;
}

static bool
mac6_parse(struct err *e, const char *s, size_t n, uint8_t to[6])
{
	static const char *const patterns[] = {"x:x:x:x:x:x", "x-x-x-x-x-x", "222:222", "222-222",
					       "22.22.22",    "22-22-22",    "222222"};
	int32_t octets[6];
	size_t i = 0;

	while (i < COUNTOF(patterns) && !scan(s, n, patterns[i], octets))
		i++;
	if (i == COUNTOF(patterns))
		return bad_input(e, "macaddr", s, n);
	for (int k = 0; k < 6; k++) {
		if (octets[k] < 0 || octets[k] > 255)
			return err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
				       "invalid octet value in \"macaddr\" value: \"%.*s\"", (int)n,
				       s);
		to[k] = (uint8_t)octets[k];
	}
	return true;
}

void
mac_widen(const uint8_t from[6], uint8_t to[8])
{
	const uint8_t wide[8] = {from[0], from[1], from[2], 0xff, 0xfe, from[3], from[4], from[5]};

	memcpy(to, wide, 8);
}

/* Pairs of digits with one kind of separator, or none, after any pair. */
static bool
pairs(struct cursor *c, uint8_t to[8], int *count)
{
	char separator = '\0';

	for (*count = 0; c->p + 1 < c->end;) {
		int high, low;

		if (*count == 8 || (high = hex_value(c)) < 0)
			return false;
		c->p++;
		if ((low = hex_value(c)) < 0)
			return false;
		c->p++;
		to[(*count)++] = (uint8_t)(high << 4 | low);
		if (c->p < c->end && (*c->p == ':' || *c->p == '-' || *c->p == '.')) {
			if (separator && separator != *c->p)
				return false;
			separator = *c->p++;
		}
		if ((*count == 6 || *count == 8) && c->p < c->end && ascii_space(*c->p)) {
			skip_space(c);
			return c->p == c->end;
		}
	}
	return true;
}

static bool
mac8_parse(struct err *e, const char *s, size_t n, uint8_t to[8])
{
	struct cursor c = {s, s + n};
	int count;

	skip_space(&c);
	if (!pairs(&c, to, &count) || (count != 6 && count != 8))
		return bad_input(e, "macaddr8", s, n);
	if (count == 6)
		mac_widen(to, to);
	return true;
}

static bool
parse(struct err *e, const struct type *t, const char *s, size_t n, uint8_t octets[8])
{
	return t->oid == T_MACADDR ? mac6_parse(e, s, n, octets) : mac8_parse(e, s, n, octets);
}

bool
mac_read(struct type_ctx *c, const struct type *t, const struct datum *d, uint8_t octets[8])
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	return parse(c->err, t, s, n, octets);
}

static void
mac_print(const uint8_t *octets, int n, char *s)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < n; i++) {
		if (i)
			*s++ = ':';
		*s++ = digits[octets[i] >> 4];
		*s++ = digits[octets[i] & 15];
	}
}

struct datum
mac_datum(struct arena *a, const uint8_t *octets, int n)
{
	size_t len = (size_t)(n * 3 - 1);
	char *s = arena_alloc(a, len);

	mac_print(octets, n, s);
	return datum_text(s, len);
}

static bool
mac_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
       struct datum *out)
{
	uint8_t octets[8];

	if (!parse(c->err, t, s, n, octets))
		return false;
	*out = mac_datum(c->arena, octets, t->len);
	return true;
}

static bool
mac_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	uint8_t octets[8];
	char text[23];

	if (!mac_read(c, t, d, octets))
		return false;
	mac_print(octets, t->len, text);
	buf_add(b, text, (size_t)(t->len * 3 - 1));
	return true;
}

/* macaddr8 takes six octets as well. */
static bool
mac_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod UNUSED,
	 struct datum *out)
{
	uint8_t octets[8];

	if (n == (size_t)t->len) {
		memcpy(octets, p, n);
	} else if (n == 6) {
		mac_widen(p, octets);
	} else {
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	}
	*out = mac_datum(c->arena, octets, t->len);
	return true;
}

static bool
mac_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	 struct buf *b)
{
	uint8_t octets[8];

	if (!mac_read(c, t, d, octets))
		return false;
	buf_add(b, octets, (size_t)t->len);
	return true;
}

#define MAC(o)                                                                                     \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = mac_in, .out = mac_out,      \
		.recv = mac_recv, .send = mac_send                                                 \
	}

const struct type types_mac[] = {MAC(T_MACADDR), MAC(T_MACADDR8), {0}};
