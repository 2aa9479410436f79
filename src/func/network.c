/*
 * inet and cidr: parts, containment, arithmetic, comparison.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/network.h"

typedef unsigned __int128 uint128_t;

static bool
arg_inet(struct fcall *c, const struct datum *d, struct inet *v)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return inet_read(&tc, type_builtin(T_INET), d, v);
}

static bool
two(struct fcall *c, const struct datum *args, struct inet *a, struct inet *b)
{
	return arg_inet(c, &args[0], a) && arg_inet(c, &args[1], b);
}

static bool
ret_inet(struct fcall *c, const struct inet *v, struct datum *out)
{
	*out = inet_datum(c->arena, v, false);
	return true;
}

static bool
ret_cidr(struct fcall *c, struct inet *v, struct datum *out)
{
	inet_clear_host(v);
	*out = inet_datum(c->arena, v, true);
	return true;
}

/* ---- as text ---- */

static bool
print(struct fcall *c, const struct datum *arg, enum inet_mask mask, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct inet v;

	if (!arg_inet(c, arg, &v))
		return false;
	inet_print(&v, mask, &b);
	return ret_buf(c, &b, out);
}

static bool
host(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return print(c, &args[0], INET_MASK_NONE, out);
}

static bool
show(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return print(c, &args[0], INET_MASK_ALWAYS, out);
}

static bool
inet_abbrev(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return print(c, &args[0], INET_MASK_SHORT, out);
}

static bool
cidr_abbrev(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	cidr_print_abbreviated(&v, &b);
	return ret_buf(c, &b, out);
}

/* ---- parts ---- */

static bool
family(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	*out = datum_int(v.version);
	return true;
}

static bool
masklen(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	*out = datum_int(v.bits);
	return true;
}

/* Ones where the mask is (or is not), as a whole address. */
static struct inet
mask_of(const struct inet *v, bool inverted)
{
	struct inet r = *v;

	memset(r.addr, 0xff, sizeof(r.addr));
	inet_clear_host(&r);
	for (int i = 0; inverted && i < inet_size(&r); i++)
		r.addr[i] = (uint8_t)~r.addr[i];
	r.bits = inet_max_bits(&r);
	return r;
}

static bool
netmask(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	v = mask_of(&v, false);
	return ret_inet(c, &v, out);
}

static bool
hostmask(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	v = mask_of(&v, true);
	return ret_inet(c, &v, out);
}

static bool
broadcast(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v, mask;

	if (!arg_inet(c, &args[0], &v))
		return false;
	mask = mask_of(&v, true);
	for (int i = 0; i < inet_size(&v); i++)
		v.addr[i] |= mask.addr[i];
	return ret_inet(c, &v, out);
}

static bool
network(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	return arg_inet(c, &args[0], &v) && ret_cidr(c, &v, out);
}

static bool
with_masklen(struct fcall *c, const struct datum *args, struct inet *v)
{
	int64_t bits;

	if (!arg_inet(c, &args[0], v) || !arg_int(c, &args[1], &bits))
		return false;
	if (bits == -1)
		bits = inet_max_bits(v);
	if (bits < 0 || bits > inet_max_bits(v))
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid mask length: %d",
			       (int)bits);
	v->bits = (int)bits;
	return true;
}

static bool
inet_set_masklen(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	return with_masklen(c, args, &v) && ret_inet(c, &v, out);
}

static bool
cidr_set_masklen(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	return with_masklen(c, args, &v) && ret_cidr(c, &v, out);
}

/* ---- two networks ---- */

static bool
same_family(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(a.version == b.version);
	return true;
}

static bool
merge(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	if (a.version != b.version)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "cannot merge addresses from different families");
	a.bits = MIN(a.bits, b.bits);
	while (a.bits && !inet_same_bits(&a, &b, a.bits))
		a.bits--;
	return ret_cidr(c, &a, out);
}

/* Does the wide network hold the narrow one; strictly: is it larger. */
static bool
holds(const struct inet *wide, const struct inet *narrow, bool strictly)
{
	return wide->version == narrow->version && wide->bits <= narrow->bits - strictly &&
	       inet_same_bits(wide, narrow, wide->bits);
}

static bool
contained(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(holds(&b, &a, true));
	return true;
}

static bool
contained_or_equal(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(holds(&b, &a, false));
	return true;
}

static bool
contains(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(holds(&a, &b, true));
	return true;
}

static bool
contains_or_equal(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(holds(&a, &b, false));
	return true;
}

static bool
overlap(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(holds(&a, &b, false) || holds(&b, &a, false));
	return true;
}

/* ---- logic ---- */

static bool
not_inet(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;

	if (!arg_inet(c, &args[0], &v))
		return false;
	for (int i = 0; i < inet_size(&v); i++)
		v.addr[i] = (uint8_t)~v.addr[i];
	return ret_inet(c, &v, out);
}

static bool
same_size(struct fcall *c, const struct inet *a, const struct inet *b, const char *verb)
{
	return a->version == b->version ||
	       err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "cannot %s inet values of different sizes", verb);
}

static bool
and_inet(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b) || !same_size(c, &a, &b, "AND"))
		return false;
	for (int i = 0; i < inet_size(&a); i++)
		a.addr[i] &= b.addr[i];
	a.bits = MAX(a.bits, b.bits);
	return ret_inet(c, &a, out);
}

static bool
or_inet(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b) || !same_size(c, &a, &b, "OR"))
		return false;
	for (int i = 0; i < inet_size(&a); i++)
		a.addr[i] |= b.addr[i];
	a.bits = MAX(a.bits, b.bits);
	return ret_inet(c, &a, out);
}

/* ---- arithmetic ---- */

static uint128_t
to_number(const struct inet *v)
{
	uint128_t r = 0;

	for (int i = 0; i < inet_size(v); i++)
		r = r << 8 | v->addr[i];
	return r;
}

static bool
result_out_of_range(struct fcall *c)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "result is out of range");
}

static bool
shifted(struct fcall *c, struct inet *v, int64_t by, struct datum *out)
{
	uint128_t from = to_number(v), to = from + (uint128_t)(int128_t)by;

	if ((by < 0 ? to > from : to < from) || (v->version == 4 && to >> 32))
		return result_out_of_range(c);
	for (int i = inet_size(v) - 1; i >= 0; i--, to >>= 8)
		v->addr[i] = (uint8_t)to;
	return ret_inet(c, v, out);
}

static bool
plus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;
	int64_t by;

	return arg_inet(c, &args[0], &v) && arg_int(c, &args[1], &by) && shifted(c, &v, by, out);
}

static bool
minus_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet v;
	int64_t by;

	return arg_inet(c, &args[0], &v) && arg_int(c, &args[1], &by) &&
	       shifted(c, &v, (int64_t) - (uint64_t)by, out);
}

static bool
minus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint128_t x, y, r;
	struct inet a, b;

	if (!two(c, args, &a, &b) || !same_size(c, &a, &b, "subtract"))
		return false;
	x = to_number(&a);
	y = to_number(&b);
	r = x < y ? y - x : x - y;
	if (r > (uint128_t)INT64_MAX + (x < y))
		return result_out_of_range(c);
	*out = datum_int(x < y ? (int64_t) - (uint64_t)r : (int64_t)r);
	return true;
}

/* ---- order ---- */

static bool
compare(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(inet_compare(&a, &b));
	return true;
}

static bool
larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = inet_compare(&a, &b) > 0 ? args[0] : args[1];
	return true;
}

static bool
smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct inet a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = inet_compare(&a, &b) < 0 ? args[0] : args[1];
	return true;
}

const struct func func_network[] = {
	FUNC_NATIVE("network_eq", "$1 = $2 COLLATE pg_inet"),
	FUNC_NATIVE("network_ne", "$1 <> $2 COLLATE pg_inet"),
	FUNC_NATIVE("network_lt", "$1 < $2 COLLATE pg_inet"),
	FUNC_NATIVE("network_le", "$1 <= $2 COLLATE pg_inet"),
	FUNC_NATIVE("network_gt", "$1 > $2 COLLATE pg_inet"),
	FUNC_NATIVE("network_ge", "$1 >= $2 COLLATE pg_inet"),
	FUNC("network_cmp", compare),
	FUNC("network_larger", larger),
	FUNC("network_smaller", smaller),
	FUNC("network_sub", contained),
	FUNC("network_subeq", contained_or_equal),
	FUNC("network_sup", contains),
	FUNC("network_supeq", contains_or_equal),
	FUNC("network_overlap", overlap),
	FUNC("network_family", family),
	FUNC("network_host", host),
	FUNC("network_show", show),
	FUNC("inet_abbrev", inet_abbrev),
	FUNC("cidr_abbrev", cidr_abbrev),
	FUNC("network_masklen", masklen),
	FUNC("network_netmask", netmask),
	FUNC("network_hostmask", hostmask),
	FUNC("network_broadcast", broadcast),
	FUNC("network_network", network),
	FUNC("inet_set_masklen", inet_set_masklen),
	FUNC("cidr_set_masklen", cidr_set_masklen),
	FUNC("inet_to_cidr", network),
	FUNC("inet_same_family", same_family),
	FUNC("inet_merge", merge),
	FUNC("inetnot", not_inet),
	FUNC("inetand", and_inet),
	FUNC("inetor", or_inet),
	FUNC("inetpl", plus),
	FUNC("inetmi_int8", minus_int),
	FUNC("inetmi", minus),
	FUNC_END,
};
