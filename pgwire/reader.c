/*
 * reader: a message body consumed front to back.
 * Invariant: p <= end, and once bad is set neither moves.
 */
#include "internal.h"

static const uint8_t *
reader_take(struct pgw_reader *r, size_t n, const char *text)
{
	const uint8_t *p = r->p;

	if (r->bad)
		return NULL;
	if (pgw_reader_left(r) < n) {
		r->bad = text;
		return NULL;
	}
	r->p += n;
	return p;
}

uint8_t
pgw_get_u8(struct pgw_reader *r)
{
	const uint8_t *p = reader_take(r, 1, "no data left in message");

	return p ? *p : 0;
}

uint16_t
pgw_get_u16(struct pgw_reader *r)
{
	const uint8_t *p = pgw_get_bytes(r, 2);

	return p ? pgw_load16(p) : 0;
}

uint32_t
pgw_get_u32(struct pgw_reader *r)
{
	const uint8_t *p = pgw_get_bytes(r, 4);

	return p ? pgw_load32(p) : 0;
}

uint64_t
pgw_get_u64(struct pgw_reader *r)
{
	const uint8_t *p = pgw_get_bytes(r, 8);

	return p ? (uint64_t)pgw_load32(p) << 32 | pgw_load32(p + 4) : 0;
}

const uint8_t *
pgw_get_bytes(struct pgw_reader *r, size_t n)
{
	return reader_take(r, n, "insufficient data left in message");
}

const char *
pgw_get_string(struct pgw_reader *r, size_t *len)
{
	const uint8_t *nul = r->bad ? NULL : memchr(r->p, 0, pgw_reader_left(r));
	const char *s = (const char *)r->p;

	if (len)
		*len = nul ? (size_t)(nul - r->p) : 0;
	if (!nul) {
		if (!r->bad)
			r->bad = "invalid string in message";
		return "";
	}
	r->p = nul + 1;
	return s;
}

bool
pgw_get_ok(const struct pgw_reader *r, struct pgw_error *e)
{
	if (!r->bad)
		return true;
	pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION, "%s", r->bad);
	return false;
}

bool
pgw_get_end(struct pgw_reader *r, struct pgw_error *e)
{
	if (!r->bad && r->p != r->end)
		r->bad = "invalid message format";
	return pgw_get_ok(r, e);
}
