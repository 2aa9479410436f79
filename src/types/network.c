/*
 * inet and cidr: conversions and order.
 */
#include "types/network.h"
#include "types/families.h"
#include "types/read.h"

/* The version as the binary form has it. */
enum { FAMILY_V4 = 2, FAMILY_V6 = 3 };

static uint8_t
host_mask(int bits)
{
	return (uint8_t)(0xff >> bits);
}

void
inet_clear_host(struct inet *a)
{
	int whole = a->bits / 8;

	if (whole < inet_size(a))
		a->addr[whole] &= (uint8_t)~host_mask(a->bits % 8);
	for (int i = whole + 1; i < inet_size(a); i++)
		a->addr[i] = 0;
}

static bool
has_host_bits(const struct inet *a)
{
	struct inet net = *a;

	inet_clear_host(&net);
	return memcmp(net.addr, a->addr, sizeof(net.addr)) != 0;
}

/* The difference of the first octets that differ; ±1 where the mask ends within an octet. */
static int
compare_bits(const struct inet *a, const struct inet *b, int bits)
{
	int whole = bits / 8;
	uint8_t mask = (uint8_t)~host_mask(bits % 8);

	for (int i = 0; i < whole; i++)
		if (a->addr[i] != b->addr[i])
			return a->addr[i] - b->addr[i];
	if (bits % 8 == 0 || !((a->addr[whole] ^ b->addr[whole]) & mask))
		return 0;
	return a->addr[whole] > b->addr[whole] ? 1 : -1;
}

bool
inet_same_bits(const struct inet *a, const struct inet *b, int bits)
{
	return compare_bits(a, b, bits) == 0;
}

int
inet_compare(const struct inet *a, const struct inet *b)
{
	int r;

	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	r = compare_bits(a, b, MIN(a->bits, b->bits));
	if (!r)
		r = a->bits - b->bits;
	return r ? r : compare_bits(a, b, inet_max_bits(a));
}

static bool
lenient(const char *s, size_t n, struct inet *out)
{
	return inet_scan(s, n, out) || inet_parse(s, n, false, out) || inet_parse(s, n, true, out);
}

bool
inet_read(struct type_ctx *c, const struct type *t, const struct datum *d, struct inet *out)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	return lenient(s, n, out) || bad_input(c->err, t->name, s, n);
}

/* What is no address comes last, by its bytes. */
int
inet_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b, size_t bn)
{
	struct inet x, y;
	bool is_x, is_y;
	int r;

	if (an == bn && memcmp(a, b, an) == 0)
		return 0;
	is_x = lenient(a, an, &x);
	is_y = lenient(b, bn, &y);
	if (is_x != is_y)
		return is_x ? -1 : 1;
	if (is_x)
		return inet_compare(&x, &y);
	r = memcmp(a, b, MIN(an, bn));
	return r ? r : (an > bn) - (an < bn);
}

struct datum
inet_datum(struct arena *a, const struct inet *v, bool cidr)
{
	struct buf b = BUF_INIT;
	struct datum d;

	inet_print(v, cidr ? INET_MASK_ALWAYS : INET_MASK_SHORT, &b);
	d = datum_text(arena_memdup(a, b.data, b.len), b.len);
	buf_release(&b);
	return d;
}

static bool
inet_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	struct datum *out)
{
	bool cidr = t->oid == T_CIDR;
	struct inet v;

	if (!inet_parse(s, n, cidr, &v))
		return bad_input(c->err, t->name, s, n);
	if (cidr && has_host_bits(&v)) {
		err_set(c->err, ERR_INVALID_TEXT_REPRESENTATION, -1, "invalid cidr value: \"%.*s\"",
			(int)n, s);
		return err_detail(c->err, "Value has bits set to right of mask.");
	}
	*out = inet_datum(c->arena, &v, cidr);
	return true;
}

static bool
inet_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	 struct buf *b)
{
	struct inet v;

	if (!inet_read(c, t, d, &v))
		return false;
	inet_print(&v, t->oid == T_CIDR ? INET_MASK_ALWAYS : INET_MASK_SHORT, b);
	return true;
}

static bool
bad_external(struct err *e, const char *what, const struct type *t)
{
	return err_set(e, ERR_INVALID_BINARY_REPRESENTATION, -1,
		       "invalid %s in external \"%s\" value", what, t->name);
}

/* Family, mask, whether it is a cidr (ignored), the octets' count, the octets. */
static bool
inet_recv(struct type_ctx *c, const struct type *t, const void *data, size_t n,
	  int32_t typmod UNUSED, struct datum *out)
{
	const uint8_t *p = data;
	struct inet v = {.version = 4};

	if (n < 1)
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	if (p[0] != FAMILY_V4 && p[0] != FAMILY_V6)
		return bad_external(c->err, "address family", t);
	v.version = p[0] == FAMILY_V4 ? 4 : 6;
	if (n < 2)
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	v.bits = p[1];
	if (v.bits > inet_max_bits(&v))
		return bad_external(c->err, "bits", t);
	if (n < 4)
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	if (p[3] != inet_size(&v))
		return bad_external(c->err, "length", t);
	if (n < 4 + (size_t)inet_size(&v))
		return err_set(c->err, ERR_PROTOCOL_VIOLATION, -1, "no data left in message");
	if (n > 4 + (size_t)inet_size(&v))
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "incorrect binary data format");
	memcpy(v.addr, p + 4, (size_t)inet_size(&v));
	if (t->oid == T_CIDR && has_host_bits(&v)) {
		err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			"invalid external \"cidr\" value");
		return err_detail(c->err, "Value has bits set to right of mask.");
	}
	*out = inet_datum(c->arena, &v, t->oid == T_CIDR);
	return true;
}

static bool
inet_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	  struct buf *b)
{
	struct inet v;

	if (!inet_read(c, t, d, &v))
		return false;
	buf_putc(b, v.version == 4 ? FAMILY_V4 : FAMILY_V6);
	buf_putc(b, (char)v.bits);
	buf_putc(b, t->oid == T_CIDR);
	buf_putc(b, (char)inet_size(&v));
	buf_add(b, v.addr, (size_t)inet_size(&v));
	return true;
}

#define NETWORK(o)                                                                                 \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .collation = "pg_inet",            \
		.in = inet_in, .out = inet_out, .recv = inet_recv, .send = inet_send,              \
		.collate = inet_collate                                                            \
	}

const struct type types_network[] = {NETWORK(T_INET), NETWORK(T_CIDR), {0}};
