/*
 * uuid. Stored: TEXT, lower case with hyphens; a 16-byte BLOB in an adopted file reads as one too.
 */
#include "types/families.h"
#include "types/read.h"

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Braces around, and a hyphen after any group of four digits, are allowed. */
static bool
uuid_parse(const char *s, size_t n, uint8_t bytes[16])
{
	size_t i = 0;

	if (n >= 2 && s[0] == '{' && s[n - 1] == '}')
		s++, n -= 2;
	for (int k = 0; k < 16; k++) {
		if (i + 2 > n || nibble(s[i]) < 0 || nibble(s[i + 1]) < 0)
			return false;
		bytes[k] = (uint8_t)(nibble(s[i]) << 4 | nibble(s[i + 1]));
		i += 2;
		if (i < n && s[i] == '-' && k % 2 == 1 && k < 15)
			i++;
	}
	return i == n;
}

static void
uuid_print(const uint8_t bytes[16], char s[36])
{
	static const char digits[] = "0123456789abcdef";

	for (int k = 0; k < 16; k++) {
		if (k == 4 || k == 6 || k == 8 || k == 10)
			*s++ = '-';
		*s++ = digits[bytes[k] >> 4];
		*s++ = digits[bytes[k] & 15];
	}
}

static struct datum
uuid_datum(struct arena *a, const uint8_t bytes[16])
{
	char *s = arena_alloc(a, 36);

	uuid_print(bytes, s);
	return datum_text(s, 36);
}

static bool
uuid_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	uint8_t bytes[16];

	if (!uuid_parse(s, n, bytes))
		return bad_input(c->err, "uuid", s, n);
	*out = uuid_datum(c->arena, bytes);
	return true;
}

static bool
uuid_read(struct type_ctx *c, const struct datum *d, uint8_t bytes[16])
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (d->class == DATUM_BLOB && n == 16)
		memcpy(bytes, s, 16);
	else if (!uuid_parse(s, n, bytes))
		return bad_input(c->err, "uuid", s, n);
	return true;
}

static bool
uuid_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	uint8_t bytes[16];

	if (!uuid_read(c, d, bytes))
		return false;
	buf_reserve(b, 36);
	uuid_print(bytes, b->data + b->len);
	b->len += 36;
	return true;
}

static bool
uuid_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p, size_t n,
	  int32_t typmod UNUSED, struct datum *out)
{
	if (n != 16)
		return bad_binary(c->err);
	*out = uuid_datum(c->arena, p);
	return true;
}

static bool
uuid_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	  int32_t typmod UNUSED, struct buf *b)
{
	uint8_t bytes[16];

	if (!uuid_read(c, d, bytes))
		return false;
	buf_add(b, bytes, 16);
	return true;
}

const struct type types_uuid[] = {
	{.oid = T_UUID,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = uuid_in,
	 .out = uuid_out,
	 .recv = uuid_recv,
	 .send = uuid_send},
	{0},
};
