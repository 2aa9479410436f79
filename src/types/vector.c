/*
 * int2vector and oidvector, the catalogs' fixed arrays. Stored: TEXT, elements between blanks.
 */
#include "types/families.h"
#include "types/read.h"

#include <inttypes.h>

enum { VECTOR_MAX = 1 << 16 };

/* The next element of *s. 1: *v is it; 0: the end; -1: err is set. whole is what an error quotes.
 */
static int
next_element(struct err *e, const struct type *t, const char **s, const char *end, int64_t *v)
{
	bool oids = t->oid == T_OIDVECTOR;
	const char *from;

	while (*s < end && ascii_space(**s))
		(*s)++;
	if (*s == end)
		return 0;
	for (from = *s; *s < end && !ascii_space(**s);)
		(*s)++;
	if (!parse_int(e, oids ? "oid" : "smallint", from, (size_t)(*s - from),
		       oids ? INT32_MIN : INT16_MIN, oids ? UINT32_MAX : INT16_MAX, v))
		return -1;
	if (oids)
		*v = (uint32_t)*v;
	return 1;
}

static bool
vector_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	  struct datum *out)
{
	const char *end = s + n;
	struct buf b = BUF_INIT;
	int64_t v;
	int got;

	while ((got = next_element(c->err, t, &s, end, &v)) > 0)
		buf_printf(&b, "%s%" PRId64, b.len ? " " : "", v);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return got == 0;
}

static bool
vector_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	   int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

/* Always one dimension from 0, also when empty. */
static bool
vector_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	    struct buf *b)
{
	size_t n, at = b->len + 12;
	const char *s = read_text(c->arena, d, &n), *end = s + n;
	uint32_t count = 0;
	int64_t v;
	int got;

	buf_put32(b, 1);
	buf_put32(b, 0);
	buf_put32(b, t->elem_oid);
	buf_put32(b, 0);
	buf_put32(b, 0);
	for (; (got = next_element(c->err, t, &s, end, &v)) > 0; count++) {
		buf_put32(b, t->elem_oid == T_INT2 ? 2 : 4);
		if (t->elem_oid == T_INT2)
			buf_put16(b, (uint16_t)v);
		else
			buf_put32(b, (uint32_t)v);
	}
	be32_put(b->data + at, count);
	return got == 0;
}

static bool
bad_vector(struct err *e, const struct type *t)
{
	return err_set(e, ERR_INVALID_BINARY_REPRESENTATION, -1, "invalid %s data", t->name);
}

static bool
vector_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n,
	    int32_t typmod UNUSED, struct datum *out)
{
	const uint8_t *s = p;
	uint32_t size = t->elem_oid == T_INT2 ? 2 : 4, count;
	struct buf b = BUF_INIT;

	if (n < 20)
		return bad_binary(c->err);
	count = be32_get(s + 12);
	if (be32_get(s) != 1 || be32_get(s + 4) != 0 || be32_get(s + 8) != t->elem_oid ||
	    be32_get(s + 16) != 0 || count > VECTOR_MAX)
		return bad_vector(c->err, t);
	if (n != 20 + (size_t)count * (4 + size))
		return bad_binary(c->err);
	s += 20;
	for (uint32_t i = 0; i < count; i++, s += 4 + size) {
		if (be32_get(s) != size) {
			buf_release(&b);
			return bad_vector(c->err, t);
		}
		buf_printf(&b, "%s%" PRId64, i ? " " : "",
			   size == 2 ? (int64_t)(int16_t)be16_get(s + 4)
				     : (int64_t)be32_get(s + 4));
	}
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

#define VECTOR(o)                                                                                  \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = vector_in,                   \
		.out = vector_out, .recv = vector_recv, .send = vector_send                        \
	}

const struct type types_vector[] = {VECTOR(T_INT2VECTOR), VECTOR(T_OIDVECTOR), {0}};
