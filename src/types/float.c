/*
 * float4 and float8. Stored: REAL; NaN is the text 'NaN', which SQLite sorts above every number as
 * PostgreSQL does. A float4 is stored rounded to single precision.
 */
#include "types/families.h"
#include "types/float.h"
#include "types/read.h"

#include <float.h>
#include <stdio.h>

static bool
float_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	 struct datum *out)
{
	double r;

	if (!float_parse(c->err, type_sql_name(t), t->oid == T_FLOAT4, s, n, &r))
		return false;
	*out = datum_float(r);
	return true;
}

static bool
float8_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	char s[FLOAT_TEXT_MAX];
	double r;

	if (!read_real(c, t, d, &r))
		return false;
	if (c->env->extra_float_digits > 0 || r != r || r - r != 0)
		float8_format(r, s);
	else
		snprintf(s, sizeof(s), "%.*g", MAX(DBL_DIG + c->env->extra_float_digits, 1), r);
	buf_puts(b, s);
	return true;
}

static bool
float4_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	char s[FLOAT_TEXT_MAX];
	double r;

	if (!read_real(c, t, d, &r))
		return false;
	if (c->env->extra_float_digits > 0 || r != r || r - r != 0)
		float4_format((float)r, s);
	else
		snprintf(s, sizeof(s), "%.*g", MAX(FLT_DIG + c->env->extra_float_digits, 1), r);
	buf_puts(b, s);
	return true;
}

static bool
float_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod UNUSED,
	   struct datum *out)
{
	uint32_t w;
	uint64_t v;
	float f;
	double r;

	if (n != (size_t)t->len)
		return bad_binary(c->err);
	if (n == 4) {
		w = be32_get(p);
		memcpy(&f, &w, 4);
		*out = datum_float((double)f);
	} else {
		v = be64_get(p);
		memcpy(&r, &v, 8);
		*out = datum_float(r);
	}
	return true;
}

static bool
float_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	uint32_t w;
	uint64_t v;
	float f;
	double r;

	if (!read_real(c, t, d, &r))
		return false;
	if (t->len == 4) {
		f = (float)r;
		memcpy(&w, &f, 4);
		buf_put32(b, w);
	} else {
		memcpy(&v, &r, 8);
		buf_put64(b, v);
	}
	return true;
}

const struct type types_float[] = {
	{.oid = T_FLOAT4,
	 .stored = DATUM_REAL,
	 .decl = "REAL",
	 .in = float_in,
	 .out = float4_out,
	 .recv = float_recv,
	 .send = float_send},
	{.oid = T_FLOAT8,
	 .stored = DATUM_REAL,
	 .decl = "REAL",
	 .in = float_in,
	 .out = float8_out,
	 .recv = float_recv,
	 .send = float_send},
	{0},
};
