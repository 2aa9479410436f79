/*
 * time and timetz.
 */
#include "types/datetime.h"
#include "types/read.h"

#define ZONE_LIMIT (16 * 3600)

bool
time_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	struct datum *out)
{
	int64_t x;

	(void)t;
	if (!time_parse(c, s, n, &x))
		return false;
	*out = time_put(c->arena, usec_round(x, typmod));
	return true;
}

bool
time_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	 struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!time_get(c, d, &x))
		return false;
	time_text(b, x);
	return true;
}

static bool
time_range(struct type_ctx *c, int64_t x)
{
	if (x < 0 || x > USEC_DAY)
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "time out of range");
	return true;
}

bool
time_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	  struct datum *out)
{
	int64_t x;

	(void)t;
	if (n != 8)
		return bad_binary(c->err);
	x = (int64_t)be64_get(p);
	if (!time_range(c, x))
		return false;
	*out = time_put(c->arena, usec_round(x, typmod));
	return true;
}

bool
time_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	  struct buf *b)
{
	int64_t x;

	(void)t, (void)typmod;
	if (!time_get(c, d, &x))
		return false;
	buf_put64(b, (uint64_t)x);
	return true;
}

bool
timetz_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	  struct datum *out)
{
	struct timetz x;

	(void)t;
	if (!timetz_parse(c, s, n, &x))
		return false;
	x.usec = usec_round(x.usec, typmod);
	*out = timetz_put(c->arena, &x);
	return true;
}

bool
timetz_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	   struct buf *b)
{
	struct timetz x;

	(void)t, (void)typmod;
	if (!timetz_get(c, d, &x))
		return false;
	timetz_text(b, &x);
	return true;
}

bool
timetz_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	    struct datum *out)
{
	struct timetz x;

	(void)t;
	if (n != 12)
		return bad_binary(c->err);
	x.usec = (int64_t)be64_get(p);
	x.zone = (int32_t)be32_get((const char *)p + 8);
	if (!time_range(c, x.usec))
		return false;
	if (x.zone <= -ZONE_LIMIT || x.zone >= ZONE_LIMIT)
		return err_set(c->err, ERR_INVALID_TIME_ZONE_DISPLACEMENT_VALUE, -1,
			       "time zone displacement out of range");
	x.usec = usec_round(x.usec, typmod);
	*out = timetz_put(c->arena, &x);
	return true;
}

bool
timetz_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	    struct buf *b)
{
	struct timetz x;

	(void)t, (void)typmod;
	if (!timetz_get(c, d, &x))
		return false;
	buf_put64(b, (uint64_t)x.usec);
	buf_put32(b, (uint32_t)x.zone);
	return true;
}

/* Text that is no stored form sorts after every value, in byte order. */
int
timetz_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b, size_t bn)
{
	struct timetz x, y;
	bool ax = timetz_scan(a, an, &x), by = timetz_scan(b, bn, &y);
	int cmp;

	if (ax && by)
		return timetz_compare(&x, &y);
	if (ax != by)
		return ax ? -1 : 1;
	cmp = memcmp(a, b, MIN(an, bn));
	return cmp ? cmp : an < bn ? -1 : an > bn;
}
