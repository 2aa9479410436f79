/*
 * pg_snapshot and its older name txid_snapshot: which transactions a statement sees.
 * Stored: PostgreSQL's text, xmin:xmax:xip,xip… – ids ascending, none twice.
 */
#include "types/families.h"
#include "types/read.h"

#include <inttypes.h>

enum { SNAPSHOT_MAX_IDS = 0x3fffffff / 8 };

/* A number and the byte behind it, as strtoull reads: after space, 0 where there is none. */
static uint64_t
take_number(const char **p, const char *end)
{
	uint64_t v = 0;

	while (*p < end && ascii_space(**p))
		(*p)++;
	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(**p - '0'), &v))
			v = UINT64_MAX;
	return v;
}

static bool
take_byte(const char **p, const char *end, char ch)
{
	return *p < end && *(*p)++ == ch;
}

/* The canonical text into b; false: not a snapshot. */
static bool
canonical(const char *s, const char *end, struct buf *b)
{
	uint64_t xmin = take_number(&s, end), xmax, last = 0;

	if (!take_byte(&s, end, ':'))
		return false;
	xmax = take_number(&s, end);
	if (!take_byte(&s, end, ':') || xmin == 0 || xmax < xmin)
		return false;
	buf_printf(b, "%" PRIu64 ":%" PRIu64 ":", xmin, xmax);
	while (s < end) {
		uint64_t id = take_number(&s, end);

		if (id < xmin || id >= xmax || id < last)
			return false;
		if (id != last)
			buf_printf(b, "%s%" PRIu64, last ? "," : "", id);
		last = id;
		if (s < end && *s++ != ',')
			return false;
	}
	return true;
}

static bool
snapshot_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	    int32_t typmod UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	bool ok = canonical(s, s + n, &b);

	if (ok)
		*out = datum_text(arena_memdup(c->arena, b.data, b.len), b.len);
	buf_release(&b);
	return ok || bad_input(c->err, "pg_snapshot", s, n);
}

static bool
snapshot_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	     int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

/* int4 how many, xmin, xmax, the ids. */
static bool
snapshot_recv(struct type_ctx *c, const struct type *t, const void *bytes, size_t n, int32_t typmod,
	      struct datum *out)
{
	const char *p = bytes;
	struct buf b = BUF_INIT;
	uint32_t count = n >= 20 ? be32_get(p) : 0;
	bool ok = n >= 20 && count <= SNAPSHOT_MAX_IDS && n == 20 + (size_t)count * 8;

	if (ok)
		buf_printf(&b, "%" PRIu64 ":%" PRIu64 ":", be64_get(p + 4), be64_get(p + 12));
	for (uint32_t i = 0; ok && i < count; i++)
		buf_printf(&b, "%s%" PRIu64, i ? "," : "", be64_get(p + 20 + 8 * (size_t)i));
	ok = ok && snapshot_in(c, t, b.data, b.len, typmod, out);
	buf_release(&b);
	if (ok)
		return true;
	err_clear(c->err);
	return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
		       "invalid external pg_snapshot data");
}

static bool
snapshot_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	      int32_t typmod UNUSED, struct buf *b)
{
	size_t n, at = b->len;
	const char *s = read_text(c->arena, d, &n), *end = s + n;
	uint32_t count = 0;

	buf_put32(b, 0);
	for (int i = 0; i < 2; i++) {
		buf_put64(b, take_number(&s, end));
		s += s < end;
	}
	for (; s < end; count++) {
		buf_put64(b, take_number(&s, end));
		s += s < end;
	}
	be32_put(b->data + at, count);
	return true;
}

#define ROW(o)                                                                                     \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = snapshot_in,                 \
		.out = snapshot_out, .recv = snapshot_recv, .send = snapshot_send                  \
	}

enum { T_TXID_SNAPSHOT = 2970, T_PG_SNAPSHOT = 5038 };

const struct type types_xact_snapshot[] = {ROW(T_TXID_SNAPSHOT), ROW(T_PG_SNAPSHOT), {0}};
