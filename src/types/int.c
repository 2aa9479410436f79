/*
 * int2, int4, int8. Stored: INTEGER.
 */
#include "types/families.h"
#include "types/read.h"

static int64_t
int_max(const struct type *t)
{
	return t->len == 2 ? INT16_MAX : t->len == 4 ? INT32_MAX : INT64_MAX;
}

static bool
int_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
       struct datum *out)
{
	int64_t v, max = int_max(t);

	if (!parse_int(c->err, type_sql_name(t), s, n, -max - 1, max, &v))
		return false;
	*out = datum_int(v);
	return true;
}

static bool
int_read(struct type_ctx *c, const struct type *t, const struct datum *d, int64_t *v)
{
	int64_t max = int_max(t);

	if (!read_int(c, t, d, v))
		return false;
	if (*v > max || *v < -max - 1)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "%s out of range",
			       type_sql_name(t));
	return true;
}

static bool
int_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	struct buf *b)
{
	int64_t v;
	char digits[24], *p = digits + sizeof(digits);
	uint64_t u;

	if (!int_read(c, t, d, &v))
		return false;
	u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
	return true;
}

static bool
int_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod UNUSED,
	 struct datum *out)
{
	if (n != (size_t)t->len)
		return bad_binary(c->err);
	*out = datum_int(n == 2   ? (int16_t)be16_get(p)
			 : n == 4 ? (int32_t)be32_get(p)
				  : (int64_t)be64_get(p));
	return true;
}

static bool
int_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	 struct buf *b)
{
	int64_t v;

	if (!int_read(c, t, d, &v))
		return false;
	if (t->len == 2)
		buf_put16(b, (uint16_t)v);
	else if (t->len == 4)
		buf_put32(b, (uint32_t)v);
	else
		buf_put64(b, (uint64_t)v);
	return true;
}

#define INT(o)                                                                                     \
	{                                                                                          \
		.oid = o, .stored = DATUM_INT, .decl = "INTEGER", .in = int_in, .out = int_out,    \
		.recv = int_recv, .send = int_send                                                 \
	}

const struct type types_int[] = {INT(T_INT2), INT(T_INT4), INT(T_INT8), {0}};
