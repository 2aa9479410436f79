/*
 * oid, xid, cid, xid8, tid, pg_lsn and the reg* types. Stored: INTEGER (read.h's datum_uint for
 * xid8 and pg_lsn). tid: block << 16 | offset, which is a table's rowid as ctid.
 */
#include "types/families.h"
#include "types/read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* strtoull of a bounded text; *end counts the bytes it took, 0: no number. */
static uint64_t
unsigned_prefix(const char *s, size_t n, int base, size_t *end, bool *range)
{
	char copy[64], *stop;
	uint64_t v;

	n = MIN(n, sizeof(copy) - 1);
	memcpy(copy, s, n);
	copy[n] = '\0';
	errno = 0;
	v = strtoull(copy, &stop, base);
	*end = (size_t)(stop - copy);
	*range = errno == ERANGE;
	return v;
}

/* ---- 64 bits without a sign ---- */

struct datum
datum_uint(struct arena *a, uint64_t v)
{
	char *s;

	if (v <= INT64_MAX)
		return datum_int((int64_t)v);
	s = arena_printf(a, "0x%016" PRIx64, v);
	return datum_text(s, strlen(s));
}

/* A negative INTEGER is how the upper half was stored once. */
bool
read_uint(struct type_ctx *c, const struct type *t, const struct datum *d, uint64_t *out)
{
	int64_t v;
	size_t end;
	bool range;

	if (d->class == DATUM_TEXT && d->n == 18 && d->p[0] == '0' && d->p[1] == 'x') {
		*out = unsigned_prefix(d->p, d->n, 16, &end, &range);
		return end == d->n || bad_input(c->err, t->name, d->p, d->n);
	}
	if (!read_int(c, t, d, &v))
		return false;
	*out = (uint64_t)v;
	return true;
}

/* ---- oid, xid, cid, xid8 ---- */

/* Negative numbers wrap, as PostgreSQL's oidin lets them. */
static bool
oid_parse(struct err *e, const char *type, const char *s, size_t n, int64_t *oid)
{
	size_t end;
	bool range;
	uint64_t v = unsigned_prefix(s, n, 10, &end, &range);

	if (end == 0)
		return bad_input(e, type, s, n);
	if (range)
		return bad_range(e, type, s, n);
	for (size_t i = end; i < n; i++)
		if (!ascii_space(s[i]))
			return bad_input(e, type, s, n);
	if (v != (uint32_t)v && v != (uint64_t)(int64_t)(int32_t)v)
		return bad_range(e, type, s, n);
	*oid = (uint32_t)v;
	return true;
}

static bool
oid_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
       int32_t typmod UNUSED, struct datum *out)
{
	int64_t v;

	if (!oid_parse(c->err, "oid", s, n, &v))
		return false;
	*out = datum_int(v);
	return true;
}

/* xid and cid take any text, as strtoul does with base 0. */
static bool
xid_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
       struct datum *out)
{
	size_t end;
	bool range;
	uint64_t v = unsigned_prefix(s, n, 0, &end, &range);

	*out = datum_uint(c->arena, t->len == 4 ? (uint32_t)v : v);
	return true;
}

static bool
oid_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	uint64_t v;

	if (!read_uint(c, t, d, &v))
		return false;
	buf_printf(b, "%" PRIu64, t->len == 4 ? (uint32_t)v : v);
	return true;
}

static bool
oid_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod UNUSED,
	 struct datum *out)
{
	if (n != (size_t)t->len)
		return bad_binary(c->err);
	*out = datum_uint(c->arena, n == 4 ? be32_get(p) : be64_get(p));
	return true;
}

static bool
oid_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	 struct buf *b)
{
	uint64_t v;

	if (!read_uint(c, t, d, &v))
		return false;
	if (t->len == 4)
		buf_put32(b, (uint32_t)v);
	else
		buf_put64(b, v);
	return true;
}

static bool
reg_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
       struct datum *out)
{
	const struct reg_ops *reg = c->env->reg;
	int64_t v = 0;
	oid_t oid;

	if (reg && reg->lookup) {
		if (!reg->lookup(c->env->reg_arg, t->oid, s, n, &oid, c->err))
			return false;
		v = oid;
	} else if (!(n == 1 && *s == '-') && !oid_parse(c->err, t->name, s, n, &v)) {
		return false;
	}
	*out = datum_int(v);
	return true;
}

static bool
reg_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	const struct reg_ops *reg = c->env->reg;
	int64_t v;

	if (!read_int(c, t, d, &v))
		return false;
	if ((uint32_t)v == 0)
		buf_putc(b, '-');
	else if (reg && reg->name)
		reg->name(c->env->reg_arg, t->oid, (oid_t)v, b);
	else
		buf_printf(b, "%" PRIu32, (uint32_t)v);
	return true;
}

/* An unsigned number that fills all of s; max bounds it. */
static bool
whole_number(const char *s, size_t n, int base, uint64_t max, uint64_t *v)
{
	size_t end;
	bool range;

	if (n == 0 || n > 20 || *s == '-' || *s == '+' || ascii_space(*s))
		return false;
	*v = unsigned_prefix(s, n, base, &end, &range);
	return end == n && !range && *v <= max;
}

/* One half of a tid, as strtoul takes it: blanks and a sign are allowed, and nothing is zero. */
static bool
tid_part(const char *s, size_t n, uint64_t max, uint64_t *v)
{
	size_t end;
	bool range;

	*v = unsigned_prefix(s, n, 10, &end, &range);
	if (max == UINT32_MAX && *v == (uint64_t)(int64_t)(int32_t)*v)
		*v = (uint32_t)*v;
	return (end == n || (end == 0 && n == 0)) && !range && *v <= max;
}

static bool
tid_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
       int32_t typmod UNUSED, struct datum *out)
{
	const char *comma = memchr(s, ',', n);
	uint64_t block, offset;

	if (n < 3 || s[0] != '(' || s[n - 1] != ')' || !comma ||
	    !tid_part(s + 1, (size_t)(comma - s) - 1, UINT32_MAX, &block) ||
	    !tid_part(comma + 1, (size_t)(s + n - comma) - 2, UINT16_MAX, &offset))
		return bad_input(c->err, "tid", s, n);
	*out = datum_int((int64_t)(block << 16 | offset));
	return true;
}

/* As a ctid it may be any rowid; what would come out as another row's is refused. */
static bool
read_tid(struct type_ctx *c, const struct type *t, const struct datum *d, int64_t *v)
{
	if (!read_int(c, t, d, v))
		return false;
	return (*v >= 0 && *v >> 48 == 0) ||
	       err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
		       "row number %" PRId64 " is out of range for type tid", *v);
}

static bool
tid_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	int64_t v;

	if (!read_tid(c, t, d, &v))
		return false;
	buf_printf(b, "(%" PRIu32 ",%u)", (uint32_t)(v >> 16), (unsigned)(v & 0xffff));
	return true;
}

static bool
tid_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p, size_t n,
	 int32_t typmod UNUSED, struct datum *out)
{
	if (n != 6)
		return bad_binary(c->err);
	*out = datum_int((int64_t)be32_get(p) << 16 | be16_get((const char *)p + 4));
	return true;
}

static bool
tid_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	 struct buf *b)
{
	int64_t v;

	if (!read_tid(c, t, d, &v))
		return false;
	buf_put32(b, (uint32_t)(v >> 16));
	buf_put16(b, (uint16_t)v);
	return true;
}

static bool
hex_only(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= '0' && s[i] <= '9') ||
		      ((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'f')))
			return false;
	return n >= 1 && n <= 8;
}

static bool
lsn_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
       int32_t typmod UNUSED, struct datum *out)
{
	const char *slash = memchr(s, '/', n);
	uint64_t hi, lo;

	if (!slash || !hex_only(s, (size_t)(slash - s)) ||
	    !hex_only(slash + 1, (size_t)(s + n - slash) - 1) ||
	    !whole_number(s, (size_t)(slash - s), 16, UINT32_MAX, &hi) ||
	    !whole_number(slash + 1, (size_t)(s + n - slash) - 1, 16, UINT32_MAX, &lo))
		return bad_input(c->err, "pg_lsn", s, n);
	*out = datum_uint(c->arena, hi << 32 | lo);
	return true;
}

static bool
lsn_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	uint64_t v;

	if (!read_uint(c, t, d, &v))
		return false;
	buf_printf(b, "%" PRIX32 "/%" PRIX32, (uint32_t)(v >> 32), (uint32_t)v);
	return true;
}

#define ROW(o, i, u, r, s)                                                                         \
	{                                                                                          \
		.oid = o, .stored = DATUM_INT, .decl = "INTEGER", .in = i, .out = u, .recv = r,    \
		.send = s                                                                          \
	}
#define REG(o) ROW(o, reg_in, reg_out, oid_recv, oid_send)

const struct type types_oid[] = {
	ROW(T_OID, oid_in, oid_out, oid_recv, oid_send),
	ROW(T_XID, xid_in, oid_out, oid_recv, oid_send),
	ROW(T_CID, xid_in, oid_out, oid_recv, oid_send),
	ROW(T_XID8, xid_in, oid_out, oid_recv, oid_send),
	ROW(T_TID, tid_in, tid_out, tid_recv, tid_send),
	ROW(T_PG_LSN, lsn_in, lsn_out, oid_recv, oid_send),
	REG(T_REGPROC),
	REG(T_REGPROCEDURE),
	REG(T_REGOPER),
	REG(T_REGOPERATOR),
	REG(T_REGCLASS),
	REG(T_REGTYPE),
	REG(T_REGNAMESPACE),
	REG(T_REGROLE),
	REG(T_REGCOLLATION),
	REG(T_REGCONFIG),
	REG(T_REGDICTIONARY),
	{0},
};
