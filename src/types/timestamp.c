/*
 * timestamp and timestamptz.
 */
#include "types/datetime.h"
#include "types/read.h"

bool
timestamp_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	     struct datum *out)
{
	int64_t x;

	(void)t;
	if (!ts_parse(c, s, n, false, &x))
		return false;
	*out = ts_put(c->arena, ts_round(x, typmod));
	return true;
}

bool
timestamptz_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	       struct datum *out)
{
	int64_t x;

	(void)t;
	if (!ts_parse(c, s, n, true, &x))
		return false;
	*out = ts_put(c->arena, ts_round(x, typmod));
	return true;
}

bool
timestamp_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	      struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!ts_get(c, d, &x))
		return false;
	ts_text(b, c->env, x);
	return true;
}

bool
timestamptz_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
		struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!tstz_get(c, d, &x))
		return false;
	tstz_text(b, c->env, x);
	return true;
}

bool
timestamp_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	       struct datum *out)
{
	int64_t x;

	(void)t;
	if (n != 8)
		return bad_binary(c->err);
	x = (int64_t)be64_get(p);
	if (ts_finite(x) && !ts_valid(x))
		return ts_out_of_range(c->err);
	*out = ts_put(c->arena, ts_round(x, typmod));
	return true;
}

bool
timestamptz_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
		 struct datum *out)
{
	return timestamp_recv(c, t, p, n, typmod, out);
}

bool
timestamp_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	       struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!ts_get(c, d, &x))
		return false;
	buf_put64(b, (uint64_t)x);
	return true;
}

bool
timestamptz_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
		 struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!tstz_get(c, d, &x))
		return false;
	buf_put64(b, (uint64_t)x);
	return true;
}
