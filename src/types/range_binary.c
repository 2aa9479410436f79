/*
 * The binary forms. Range: a byte of flags, then each finite bound as length and value. Multirange:
 * a count, then each range as length and value.
 */
#include "types/range.h"
#include "types/read.h"

enum { RANGE_EMPTY = 1, RANGE_LB_INC = 2, RANGE_UB_INC = 4, RANGE_LB_INF = 8, RANGE_UB_INF = 16 };

struct input {
	struct err *err;
	const uint8_t *p;
	size_t left;
};

static bool
too_short(struct input *in)
{
	return err_set(in->err, ERR_PROTOCOL_VIOLATION, -1, "insufficient data left in message");
}

static bool
take_value(struct input *in, const void **p, size_t *n)
{
	uint32_t size;

	if (in->left < 4)
		return too_short(in);
	size = be32_get(in->p);
	if (size > in->left - 4)
		return too_short(in);
	*p = in->p + 4;
	*n = size;
	in->p += 4 + size;
	in->left -= 4 + size;
	return true;
}

static bool
finish(struct input *in)
{
	return !in->left || err_set(in->err, ERR_PROTOCOL_VIOLATION, -1, "invalid message format");
}

static bool
recv_bound(struct type_ctx *c, struct input *in, const struct type *sub, struct range_bound *b)
{
	const void *p;
	size_t n;

	if (b->infinite)
		return true;
	if (!take_value(in, &p, &n))
		return false;
	/* What follows the value of a subtype of fixed length is not looked at. */
	if (sub->len > 0 && n > (size_t)sub->len)
		n = (size_t)sub->len;
	return type_binary_in(c, sub, p, n, -1, &b->value);
}

static bool
recv_value(struct type_ctx *c, const struct type *t, const void *p, size_t n, struct range *r)
{
	struct input in = {c->err, p, n};
	int flags;

	if (!n)
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	flags = *in.p++;
	in.left--;
	*r = (struct range){flags & RANGE_EMPTY,
			    {.infinite = flags & RANGE_LB_INF,
			     .inclusive = flags & RANGE_LB_INC,
			     .lower = true},
			    {.infinite = flags & RANGE_UB_INF, .inclusive = flags & RANGE_UB_INC}};
	if (!r->empty &&
	    (!recv_bound(c, &in, t->of, &r->lower) || !recv_bound(c, &in, t->of, &r->upper)))
		return false;
	return finish(&in) && range_make(c, t, r);
}

bool
range_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod UNUSED,
	   struct datum *out)
{
	struct range r;

	return recv_value(c, range_type(t), p, n, &r) && range_write(c, t, &r, out);
}

bool
multirange_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n,
		int32_t typmod UNUSED, struct datum *out)
{
	struct input in = {c->err, p, n};
	struct multirange m = {0};
	uint32_t count;

	if (n < 4)
		return too_short(&in);
	count = be32_get(in.p);
	in.p += 4;
	in.left -= 4;
	if (count > in.left / 5)
		return too_short(&in);
	m.ranges = ARENA_ARRAY(c->arena, struct range, MAX(count, 1));
	for (; m.n < (int)count; m.n++) {
		const void *part;
		size_t size;

		if (!take_value(&in, &part, &size) ||
		    !recv_value(c, range_type(t), part, size, &m.ranges[m.n]))
			return false;
	}
	if (!finish(&in))
		return false;
	multirange_normalize(t, &m);
	return multirange_write(c, t, &m, out);
}

static bool
send_bound(struct type_ctx *c, const struct type *sub, const struct range_bound *bound,
	   struct buf *b)
{
	size_t at = b->len;

	if (bound->infinite)
		return true;
	buf_put32(b, 0);
	if (!type_binary_out(c, sub, &bound->value, -1, b))
		return false;
	be32_put(b->data + at, (uint32_t)(b->len - at - 4));
	return true;
}

static bool
send_value(struct type_ctx *c, const struct type *t, const struct range *r, struct buf *b)
{
	if (r->empty) {
		buf_putc(b, RANGE_EMPTY);
		return true;
	}
	buf_putc(b, (char)((r->lower.inclusive ? RANGE_LB_INC : 0) |
			   (r->upper.inclusive ? RANGE_UB_INC : 0) |
			   (r->lower.infinite ? RANGE_LB_INF : 0) |
			   (r->upper.infinite ? RANGE_UB_INF : 0)));
	return send_bound(c, t->of, &r->lower, b) && send_bound(c, t->of, &r->upper, b);
}

bool
range_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	struct range r;

	return range_read(c, t, d, &r) && send_value(c, range_type(t), &r, b);
}

bool
multirange_send(struct type_ctx *c, const struct type *t, const struct datum *d,
		int32_t typmod UNUSED, struct buf *b)
{
	struct multirange m;

	if (!multirange_read(c, t, d, &m))
		return false;
	buf_put32(b, (uint32_t)m.n);
	for (int i = 0; i < m.n; i++) {
		size_t at = b->len;

		buf_put32(b, 0);
		if (!send_value(c, range_type(t), &m.ranges[i], b))
			return false;
		be32_put(b->data + at, (uint32_t)(b->len - at - 4));
	}
	return true;
}
