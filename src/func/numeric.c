/*
 * numeric: arithmetic, rounding, comparison, casts.
 */
#include "func/args.h"
#include "func/tables.h"

#include <limits.h>

typedef bool binary_op(struct err *, struct num *, const struct num *, const struct num *);
typedef bool unary_op(struct err *, struct num *, const struct num *);

static bool
two(struct fcall *c, const struct datum *args, struct num *a, struct num *b)
{
	if (!arg_num(c, &args[0], a))
		return false;
	if (arg_num(c, &args[1], b))
		return true;
	num_release(a);
	return false;
}

static bool
binary(struct fcall *c, const struct datum *args, struct datum *out, binary_op *op)
{
	struct num a, b, r;
	bool ok;

	if (!two(c, args, &a, &b))
		return false;
	ok = op(c->err, &r, &a, &b);
	num_release(&a);
	num_release(&b);
	return ok && ret_num_release(c, &r, out);
}

static bool
unary(struct fcall *c, const struct datum *args, struct datum *out, unary_op *op)
{
	struct num a, r;
	bool ok;

	if (!arg_num(c, &args[0], &a))
		return false;
	ok = op(c->err, &r, &a);
	num_release(&a);
	return ok && ret_num_release(c, &r, out);
}

static bool
add(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	num_add(r, a, b);
	return true;
}

static bool
sub(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	num_sub(r, a, b);
	return true;
}

static bool
mul(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	num_mul(r, a, b);
	return true;
}

static bool
larger(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	num_set(r, num_cmp(a, b) > 0 ? a : b);
	return true;
}

static bool
smaller(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	num_set(r, num_cmp(a, b) < 0 ? a : b);
	return true;
}

/* gcd and lcm work on the unscaled integers at a common scale. */
static bool
gcd_lcm(struct num *r, const struct num *a, const struct num *b, bool lcm)
{
	struct num x, y;
	int scale = MAX(a->scale, b->scale);
	mpz_t p, q;

	num_init(r);
	if (a->kind != NUM_FINITE || b->kind != NUM_FINITE) {
		r->kind = NUM_NAN;
		return true;
	}
	num_set(&x, a);
	num_set(&y, b);
	num_extend(&x, scale);
	num_extend(&y, scale);
	mpz_inits(p, q, NULL);
	num_get_mpz(&x, p);
	num_get_mpz(&y, q);
	if (lcm)
		mpz_lcm(p, p, q);
	else
		mpz_gcd(p, p, q);
	num_set_mpz(r, p, scale);
	mpz_clears(p, q, NULL);
	num_release(&x);
	num_release(&y);
	return true;
}

static bool
gcd(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	return gcd_lcm(r, a, b, false);
}

static bool
lcm(struct err *e UNUSED, struct num *r, const struct num *a, const struct num *b)
{
	return gcd_lcm(r, a, b, true);
}

static bool
negate(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	num_neg(r);
	return true;
}

static bool
same(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	return true;
}

static bool
absolute(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	if (a->kind != NUM_NAN && num_sign(a) < 0)
		num_neg(r);
	return true;
}

static bool
sign(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_from_int(r, a->kind == NUM_NAN ? 0 : num_sign(a));
	if (a->kind == NUM_NAN)
		r->kind = NUM_NAN;
	return true;
}

static bool
increment(struct err *e UNUSED, struct num *r, const struct num *a)
{
	struct num one;

	num_from_int(&one, 1);
	num_add(r, a, &one);
	return true;
}

static bool
trim(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	num_trim(r);
	return true;
}

/* Towards -infinity (dir -1) or +infinity (dir 1). */
static bool
whole(struct num *r, const struct num *a, int dir)
{
	struct num one, t;
	int off;

	num_set(r, a);
	num_trunc(r, 0);
	off = num_cmp(a, r);
	if (off == dir) {
		num_from_int(&one, dir);
		num_add(&t, r, &one);
		num_release(r);
		*r = t;
	}
	return true;
}

static bool
ceiling(struct err *e UNUSED, struct num *r, const struct num *a)
{
	return whole(r, a, 1);
}

static bool
floor_of(struct err *e UNUSED, struct num *r, const struct num *a)
{
	return whole(r, a, -1);
}

static bool
round_whole(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	num_round(r, 0);
	return true;
}

static bool
trunc_whole(struct err *e UNUSED, struct num *r, const struct num *a)
{
	num_set(r, a);
	num_trunc(r, 0);
	return true;
}

static bool
log10_of(struct err *e, struct num *r, const struct num *a)
{
	struct num ten;

	num_from_int(&ten, 10);
	return num_log(e, r, &ten, a);
}

#define BINARY(name, op)                                                                           \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		return binary(c, args, out, op);                                                   \
	}
#define UNARY(name, op)                                                                            \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		return unary(c, args, out, op);                                                    \
	}
BINARY(numeric_add, add)
BINARY(numeric_sub, sub)
BINARY(numeric_mul, mul)
BINARY(numeric_div, num_div)
BINARY(numeric_div_trunc, num_div_trunc)
BINARY(numeric_mod, num_mod)
BINARY(numeric_power, num_power)
BINARY(numeric_log, num_log)
BINARY(numeric_larger, larger)
BINARY(numeric_smaller, smaller)
BINARY(numeric_gcd, gcd)
BINARY(numeric_lcm, lcm)
UNARY(numeric_uminus, negate)
UNARY(numeric_copy, same)
UNARY(numeric_abs, absolute)
UNARY(numeric_sign, sign)
UNARY(numeric_inc, increment)
UNARY(numeric_trim_scale, trim)
UNARY(numeric_ceil, ceiling)
UNARY(numeric_floor, floor_of)
UNARY(numeric_round0, round_whole)
UNARY(numeric_trunc0, trunc_whole)
UNARY(numeric_sqrt, num_sqrt)
UNARY(numeric_exp, num_exp)
UNARY(numeric_ln, num_ln)
UNARY(numeric_log10, log10_of)

static bool
to_places(struct fcall *c, const struct datum *args, bool round, struct datum *out)
{
	struct num n;
	int64_t places;

	if (!arg_int(c, &args[1], &places) || !arg_num(c, &args[0], &n))
		return false;
	places = MAX(MIN(places, NUM_MAX_SCALE), -NUM_MAX_INT_DIGITS - 1);
	if (round)
		num_round(&n, (int)places);
	else
		num_trunc(&n, (int)places);
	return ret_num_release(c, &n, out);
}

static bool
numeric_round(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_places(c, args, true, out);
}

static bool
numeric_trunc(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_places(c, args, false, out);
}

static bool
numeric_scale(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;

	if (!arg_num(c, &args[0], &n))
		return false;
	if (n.kind == NUM_FINITE)
		*out = datum_int(n.scale);
	num_release(&n);
	return true;
}

static bool
numeric_min_scale(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;

	if (!arg_num(c, &args[0], &n))
		return false;
	if (n.kind == NUM_FINITE)
		*out = datum_int(num_min_scale(&n));
	num_release(&n);
	return true;
}

static bool
numeric_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num a, b;
	int r;

	if (!two(c, args, &a, &b))
		return false;
	r = num_cmp(&a, &b);
	*out = datum_int((r > 0) - (r < 0));
	num_release(&a);
	num_release(&b);
	return true;
}

static bool
numeric_fac(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num r;
	int64_t n;
	mpz_t z;

	if (!arg_int(c, &args[0], &n))
		return false;
	if (n < 0)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "factorial of a negative number is undefined");
	if (n > 32177)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "value overflows numeric format");
	mpz_init(z);
	mpz_fac_ui(z, (unsigned long)n);
	num_set_mpz(&r, z, 0);
	mpz_clear(z);
	return ret_num_release(c, &r, out);
}

/* numeric(numeric, typmod) */
static bool
numeric_length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;
	int64_t typmod;

	if (!arg_int(c, &args[1], &typmod) || !arg_num(c, &args[0], &n))
		return false;
	if (!num_apply(c->err, (int32_t)typmod, &n)) {
		num_release(&n);
		return false;
	}
	return ret_num_release(c, &n, out);
}

static bool
int_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	num_from_int(&n, v);
	return ret_num_release(c, &n, out);
}

static bool
float8_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;
	double v;

	if (!arg_float(c, &args[0], &v))
		return false;
	num_from_float(&n, v, false);
	return ret_num_release(c, &n, out);
}

static bool
float4_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;
	double v;

	if (!arg_float(c, &args[0], &v))
		return false;
	num_from_float(&n, v, true);
	return ret_num_release(c, &n, out);
}

const struct func func_numeric[] = {
	FUNC("numeric_add", numeric_add),
	FUNC("numeric_sub", numeric_sub),
	FUNC("numeric_mul", numeric_mul),
	FUNC("numeric_div", numeric_div),
	FUNC("numeric_div_trunc", numeric_div_trunc),
	FUNC("numeric_mod", numeric_mod),
	FUNC("numeric_power", numeric_power),
	FUNC("numeric_log", numeric_log),
	FUNC("numeric_larger", numeric_larger),
	FUNC("numeric_smaller", numeric_smaller),
	FUNC("numeric_gcd", numeric_gcd),
	FUNC("numeric_lcm", numeric_lcm),
	FUNC("numeric_uminus", numeric_uminus),
	FUNC("numeric_uplus", numeric_copy),
	FUNC("numeric_abs", numeric_abs),
	FUNC("numeric_sign", numeric_sign),
	FUNC("numeric_inc", numeric_inc),
	FUNC("numeric_trim_scale", numeric_trim_scale),
	FUNC("numeric_ceil", numeric_ceil),
	FUNC("numeric_floor", numeric_floor),
	FUNC("numeric_round", numeric_round),
	FUNC("numeric_trunc", numeric_trunc),
	FUNC("round(numeric)", numeric_round0),
	FUNC("trunc(numeric)", numeric_trunc0),
	FUNC("numeric_sqrt", numeric_sqrt),
	FUNC("numeric_exp", numeric_exp),
	FUNC("numeric_ln", numeric_ln),
	FUNC("log(numeric)", numeric_log10),
	FUNC("log10(numeric)", numeric_log10),
	FUNC("numeric_scale", numeric_scale),
	FUNC("numeric_min_scale", numeric_min_scale),
	FUNC("numeric_cmp", numeric_cmp),
	FUNC("numeric_fac", numeric_fac),
	FUNC("numeric", numeric_length),
	FUNC("int2_numeric", int_numeric),
	FUNC("int4_numeric", int_numeric),
	FUNC("int8_numeric", int_numeric),
	FUNC("float4_numeric", float4_numeric),
	FUNC("float8_numeric", float8_numeric),
	FUNC_NATIVE("numeric_eq", "$1 = $2 COLLATE pg_numeric"),
	FUNC_NATIVE("numeric_ne", "$1 <> $2 COLLATE pg_numeric"),
	FUNC_NATIVE("numeric_lt", "$1 < $2 COLLATE pg_numeric"),
	FUNC_NATIVE("numeric_le", "$1 <= $2 COLLATE pg_numeric"),
	FUNC_NATIVE("numeric_gt", "$1 > $2 COLLATE pg_numeric"),
	FUNC_NATIVE("numeric_ge", "$1 >= $2 COLLATE pg_numeric"),
	FUNC_END,
};
