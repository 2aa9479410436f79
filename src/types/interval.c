#include "types/datetime.h"
#include "types/read.h"

bool
interval_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	    struct datum *out)
{
	struct interval i;

	(void)t;
	if (!interval_parse(c, s, n, typmod, &i))
		return false;
	interval_round(&i, typmod);
	*out = interval_put(c->arena, &i);
	return true;
}

bool
interval_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	     struct buf *b)
{
	struct interval i;

	(void)t, (void)typmod;
	if (!interval_get(c, d, &i))
		return false;
	interval_text(b, c->env->interval_style, &i);
	return true;
}

bool
interval_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	      struct datum *out)
{
	struct interval i;

	(void)t;
	if (n != 16)
		return bad_binary(c->err);
	i.usec = (int64_t)be64_get(p);
	i.days = (int32_t)be32_get((const char *)p + 8);
	i.months = (int32_t)be32_get((const char *)p + 12);
	interval_round(&i, typmod);
	*out = interval_put(c->arena, &i);
	return true;
}

bool
interval_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	      struct buf *b)
{
	struct interval i;

	(void)t, (void)typmod;
	if (!interval_get(c, d, &i))
		return false;
	buf_put64(b, (uint64_t)i.usec);
	buf_put32(b, (uint32_t)i.days);
	buf_put32(b, (uint32_t)i.months);
	return true;
}

/* Text that is no stored form sorts after every value, in byte order. */
int
interval_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b, size_t bn)
{
	struct interval x, y;
	bool ax = interval_scan(a, an, &x), by = interval_scan(b, bn, &y);
	int cmp;

	if (ax && by)
		return interval_compare(&x, &y);
	if (ax != by)
		return ax ? -1 : 1;
	cmp = memcmp(a, b, MIN(an, bn));
	return cmp ? cmp : an < bn ? -1 : an > bn;
}
