#include "types/datetime.h"
#include "types/read.h"

bool
date_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	struct datum *out)
{
	int32_t d;

	(void)t, (void)typmod;
	if (!date_parse(c, s, n, &d))
		return false;
	*out = date_put(c->arena, d);
	return true;
}

bool
date_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	 struct buf *b)
{
	int32_t x;

	(void)t, (void)typmod;
	if (!date_get(c, d, &x))
		return false;
	date_text(b, c->env, x);
	return true;
}

bool
date_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	  struct datum *out)
{
	int32_t d;

	(void)t, (void)typmod;
	if (n != 4)
		return bad_binary(c->err);
	d = (int32_t)be32_get(p);
	if (date_finite(d) && !date_valid(d))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "date out of range");
	*out = date_put(c->arena, d);
	return true;
}

bool
date_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	  struct buf *b)
{
	int32_t x;

	(void)t, (void)typmod;
	if (!date_get(c, d, &x))
		return false;
	buf_put32(b, (uint32_t)x);
	return true;
}
