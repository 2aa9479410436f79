/*
 * The mathematical functions of float8, random numbers, width_bucket.
 */
#include "func/args.h"
#include "func/tables.h"

#include <limits.h>
#include <math.h>
#include <sys/random.h>

static struct datum
result(double r)
{
	return isnan(r) ? datum_text("NaN", 3) : datum_real(r);
}

static bool
overflow(struct fcall *c)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value out of range: overflow");
}

static bool
underflow(struct fcall *c)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value out of range: underflow");
}

static bool
input_range(struct fcall *c)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "input is out of range");
}

/* Functions that are right as the C library has them. */
#define PLAIN(name, expr)                                                                          \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		double x;                                                                          \
                                                                                                   \
		if (!arg_float(c, &args[0], &x))                                                   \
			return false;                                                              \
		*out = result(expr);                                                               \
		return true;                                                                       \
	}
/* The same within a domain; outside it is 22003. */
#define WITHIN(name, bad, expr)                                                                    \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		double x;                                                                          \
                                                                                                   \
		if (!arg_float(c, &args[0], &x))                                                   \
			return false;                                                              \
		if (bad)                                                                           \
			return input_range(c);                                                     \
		*out = result(expr);                                                               \
		return true;                                                                       \
	}

PLAIN(f_ceil, ceil(x))
PLAIN(f_floor, floor(x))
PLAIN(f_round, rint(x))
PLAIN(f_trunc, trunc(x))
PLAIN(f_cbrt, cbrt(x))
PLAIN(f_sign, (double)((x > 0) - (x < 0)))
PLAIN(f_atan, atan(x))
PLAIN(f_asinh, asinh(x))
PLAIN(f_tanh, tanh(x))
PLAIN(f_sinh, sinh(x))
PLAIN(f_cosh, cosh(x))
WITHIN(f_sin, isinf(x), sin(x))
WITHIN(f_cos, isinf(x), cos(x))
WITHIN(f_tan, isinf(x), tan(x))
WITHIN(f_cot, isinf(x), 1.0 / tan(x))
WITHIN(f_asin, x<-1 || x> 1, asin(x))
WITHIN(f_acos, x<-1 || x> 1, acos(x))
WITHIN(f_acosh, x < 1, acosh(x))
WITHIN(f_atanh, x<-1 || x> 1, atanh(x))

static const double degree = 0.017453292519943295769236907684886;

static double
sin_deg_q1(double x)
{
	/* Exact at 0, 30 and 90; scaled so that no rounding shows there. */
	if (x <= 30.0)
		return sin(x * degree) / sin(30.0 * degree) / 2.0;
	return 1.0 - (1.0 - cos((90.0 - x) * degree)) / (1.0 - cos(60.0 * degree)) / 2.0;
}

static double
cos_deg_q1(double x)
{
	if (x <= 60.0)
		return 1.0 - (1.0 - cos(x * degree)) / (1.0 - cos(60.0 * degree)) / 2.0;
	return sin((90.0 - x) * degree) / sin(30.0 * degree) / 2.0;
}

static double
sin_deg(double x)
{
	double sign = 1;

	x = fmod(x, 360.0);
	if (x < 0) {
		x = -x;
		sign = -sign;
	}
	if (x > 180) {
		x = 360 - x;
		sign = -sign;
	}
	return sign * sin_deg_q1(x > 90 ? 180 - x : x);
}

static double
cos_deg(double x)
{
	double sign = 1;

	x = fabs(fmod(x, 360.0));
	if (x > 180)
		x = 360 - x;
	if (x > 90) {
		x = 180 - x;
		sign = -1;
	}
	return sign * cos_deg_q1(x);
}

/* sin/cos of the first quadrant over their own value at 45 degrees, so that the result there is
 * exactly 1. */
static double
tan_deg(double x)
{
	double sign = 1, r;

	x = fmod(x, 360.0);
	if (x < 0) {
		x = -x;
		sign = -sign;
	}
	if (x > 180) {
		x = 360 - x;
		sign = -sign;
	}
	if (x > 90) {
		x = 180 - x;
		sign = -sign;
	}
	r = sign * ((sin_deg_q1(x) / cos_deg_q1(x)) / (sin_deg_q1(45.0) / cos_deg_q1(45.0)));
	return r == 0 ? 0 : r;
}

static double
cot_deg(double x)
{
	double sign = 1, r;

	x = fmod(x, 360.0);
	if (x < 0) {
		x = -x;
		sign = -sign;
	}
	if (x > 180) {
		x = 360 - x;
		sign = -sign;
	}
	if (x > 90) {
		x = 180 - x;
		sign = -sign;
	}
	r = sign * ((cos_deg_q1(x) / sin_deg_q1(x)) / (cos_deg_q1(45.0) / sin_deg_q1(45.0)));
	return r == 0 ? 0 : r;
}

static double
asin_deg_q1(double x)
{
	if (x <= 0.5)
		return asin(x) / asin(0.5) * 30.0;
	return 90.0 - acos(x) / acos(0.5) * 60.0;
}

static double
acos_deg(double x)
{
	if (x >= 0)
		return x <= 0.5 ? 90.0 - asin(x) / asin(0.5) * 30.0 : acos(x) / acos(0.5) * 60.0;
	return 90.0 + asin_deg_q1(-x);
}

WITHIN(f_sind, isinf(x), sin_deg(x))
WITHIN(f_cosd, isinf(x), cos_deg(x))
WITHIN(f_tand, isinf(x), tan_deg(x))
WITHIN(f_cotd, isinf(x), cot_deg(x))
WITHIN(f_asind, x<-1 || x> 1, x >= 0 ? asin_deg_q1(x) : -asin_deg_q1(-x))
WITHIN(f_acosd, x<-1 || x> 1, acos_deg(x))
PLAIN(f_atand, atan(x) / atan(1.0) * 45.0)

static bool
two(struct fcall *c, const struct datum *args, double *x, double *y)
{
	return arg_float(c, &args[0], x) && arg_float(c, &args[1], y);
}

static bool
f_atan2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double y, x;

	if (!two(c, args, &y, &x))
		return false;
	*out = result(atan2(y, x));
	return true;
}

static bool
f_atan2d(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double y, x;

	if (!two(c, args, &y, &x))
		return false;
	*out = result(atan2(y, x) / atan(1.0) * 45.0);
	return true;
}

static bool
scaled(struct fcall *c, double x, double r, struct datum *out)
{
	if (isinf(r) && !isinf(x))
		return overflow(c);
	if (r == 0 && x != 0)
		return underflow(c);
	*out = result(r);
	return true;
}

static bool
f_degrees(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x;

	return arg_float(c, &args[0], &x) && scaled(c, x, x / degree, out);
}

static bool
f_radians(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x;

	return arg_float(c, &args[0], &x) && scaled(c, x, x * degree, out);
}

static bool
f_sqrt(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x;

	if (!arg_float(c, &args[0], &x))
		return false;
	if (x < 0)
		return err_set(c->err, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			       "cannot take square root of a negative number");
	*out = result(sqrt(x));
	return true;
}

static bool
f_exp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x, r;

	if (!arg_float(c, &args[0], &x))
		return false;
	r = exp(x);
	if (isinf(r) && !isinf(x))
		return overflow(c);
	if (r == 0 && !isinf(x))
		return underflow(c);
	*out = result(r);
	return true;
}

static bool
logarithm(struct fcall *c, const struct datum *args, double (*log_fn)(double), struct datum *out)
{
	double x;

	if (!arg_float(c, &args[0], &x))
		return false;
	if (x == 0)
		return err_set(c->err, ERR_INVALID_ARGUMENT_FOR_LOG, -1,
			       "cannot take logarithm of zero");
	if (x < 0)
		return err_set(c->err, ERR_INVALID_ARGUMENT_FOR_LOG, -1,
			       "cannot take logarithm of a negative number");
	*out = result(log_fn(x));
	return true;
}

static bool
f_ln(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return logarithm(c, args, log, out);
}

static bool
f_log10(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return logarithm(c, args, log10, out);
}

static bool
f_power(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x, y, r;

	if (!two(c, args, &x, &y))
		return false;
	if (x == 0 && y < 0)
		return err_set(c->err, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			       "zero raised to a negative power is undefined");
	if (x < 0 && !isnan(y) && floor(y) != y)
		return err_set(
			c->err, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			"a negative number raised to a non-integer power yields a complex result");
	r = pow(x, y);
	if (isinf(r) && !isinf(x) && !isinf(y))
		return overflow(c);
	if (r == 0 && x != 0 && !isinf(x) && !isinf(y))
		return underflow(c);
	*out = result(r);
	return true;
}

static bool
f_pi(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	*out = datum_real(3.141592653589793);
	return true;
}

static bool
bucket_error(struct fcall *c, const char *what)
{
	return err_set(c->err, ERR_INVALID_ARGUMENT_FOR_WIDTH_BUCKET_FUNCTION, -1, "%s", what);
}

static bool
bucket_count(struct fcall *c, const struct datum *arg, int64_t *count)
{
	if (!arg_int(c, arg, count))
		return false;
	return *count > 0 || bucket_error(c, "count must be greater than zero");
}

static bool
width_bucket_float8(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double x, lo, hi;
	int64_t count, r;
	bool down;

	if (!two(c, args, &x, &lo) || !arg_float(c, &args[2], &hi) ||
	    !bucket_count(c, &args[3], &count))
		return false;
	if (isnan(x) || isnan(lo) || isnan(hi))
		return bucket_error(c, "operand, lower bound, and upper bound cannot be NaN");
	if (isinf(lo) || isinf(hi))
		return bucket_error(c, "lower and upper bounds must be finite");
	if (lo == hi)
		return bucket_error(c, "lower bound cannot equal upper bound");
	down = lo > hi;
	if (down ? x > lo : x < lo)
		r = 0;
	else if (down ? x <= hi : x >= hi)
		r = count + 1;
	else
		r = MIN((int64_t)((double)count * ((x / 2 - lo / 2) / (hi / 2 - lo / 2))),
			count - 1) +
		    1;
	if (r > INT32_MAX)
		return out_of_range(c, "integer");
	*out = datum_int(r);
	return true;
}

/* floor((x - lo) * count / (hi - lo)) + 1, in exact arithmetic. */
static int64_t
exact_bucket(const struct num *x, const struct num *lo, const struct num *hi, int64_t count)
{
	struct num off, width, n, prod, q;
	int64_t r = 0;

	num_from_int(&n, count);
	num_sub(&off, x, lo);
	num_sub(&width, hi, lo);
	num_mul(&prod, &off, &n);
	num_div_scale(&q, &prod, &width, 0, false);
	if (!num_to_int64(&q, &r))
		r = 0;
	num_release(&off);
	num_release(&width);
	num_release(&prod);
	num_release(&q);
	return r + 1;
}

static bool
width_bucket_num(struct fcall *c, const struct num v[3], int64_t count, struct datum *out)
{
	const struct num *x = &v[0], *lo = &v[1], *hi = &v[2];
	int64_t r;
	int dir;

	for (int i = 0; i < 3; i++)
		if (v[i].kind == NUM_NAN)
			return bucket_error(c,
					    "operand, lower bound, and upper bound cannot be NaN");
	if (lo->kind != NUM_FINITE || hi->kind != NUM_FINITE)
		return bucket_error(c, "lower and upper bounds must be finite");
	dir = num_cmp(hi, lo);
	if (dir == 0)
		return bucket_error(c, "lower bound cannot equal upper bound");
	if (num_cmp(x, lo) * dir < 0)
		r = 0;
	else if (num_cmp(x, hi) * dir >= 0)
		r = count + 1;
	else
		r = exact_bucket(x, lo, hi, count);
	if (r > INT32_MAX)
		return out_of_range(c, "integer");
	*out = datum_int(r);
	return true;
}

static bool
width_bucket_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num v[3];
	int64_t count;
	int got = 0;
	bool ok = bucket_count(c, &args[3], &count);

	for (; ok && got < 3; got += ok)
		ok = arg_num(c, &args[got], &v[got]);
	ok = ok && width_bucket_num(c, v, count, out);
	while (got-- > 0)
		num_release(&v[got]);
	return ok;
}

/* xoroshiro128** over the first two words of the session's random state, as PostgreSQL 15
 * generates. */
struct prng {
	uint64_t s0, s1;
};

static void
state_get(const struct fenv *env, struct prng *p)
{
	memcpy(&p->s0, &env->random_state[0], 8);
	memcpy(&p->s1, &env->random_state[1], 8);
}

static void
state_put(struct fenv *env, const struct prng *p)
{
	memcpy(&env->random_state[0], &p->s0, 8);
	memcpy(&env->random_state[1], &p->s1, 8);
}

static uint64_t
rotl(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static uint64_t
splitmix(uint64_t *state)
{
	uint64_t v = *state += 0x9e3779b97f4a7c15ULL;

	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9ULL;
	v = (v ^ v >> 27) * 0x94d049bb133111ebULL;
	return v ^ v >> 31;
}

static bool
random_bytes(struct fcall *c, void *p, size_t n)
{
	return getrandom(p, n, 0) == (ssize_t)n ||
	       err_set(c->err, ERR_INTERNAL_ERROR, -1, "could not generate random values");
}

static bool
f_random(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	struct prng p;
	uint64_t v, x;

	state_get(c->env, &p);
	while (p.s0 == 0 && p.s1 == 0)
		if (!random_bytes(c, &p, sizeof(p)))
			return false;
	x = p.s0 ^ p.s1;
	v = rotl(p.s0 * 5, 7) * 9;
	p.s0 = rotl(p.s0, 24) ^ x ^ x << 16;
	p.s1 = rotl(x, 37);
	state_put(c->env, &p);
	*out = datum_real(ldexp((double)(v >> 12), -52));
	return true;
}

static bool
f_setseed(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct prng p;
	uint64_t seed;
	double x;

	if (!arg_float(c, &args[0], &x))
		return false;
	if (isnan(x) || x < -1 || x > 1)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "setseed parameter %s is out of allowed range [-1,1]",
			       isnan(x) ? "NaN" : arena_printf(c->arena, "%g", x));
	seed = (uint64_t)(int64_t)(4503599627370495.0 * x);
	p.s0 = splitmix(&seed);
	p.s1 = splitmix(&seed);
	state_put(c->env, &p);
	*out = datum_text("", 0);
	return true;
}

static bool
gen_random_uuid(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		struct datum *out)
{
	uint8_t b[16];
	struct type_ctx tc = fcall_type_ctx(c);

	if (!random_bytes(c, b, sizeof(b)))
		return false;
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	return type_binary_in(&tc, type_builtin(T_UUID), b, sizeof(b), -1, out);
}

const struct func func_math[] = {
	FUNC("dceil", f_ceil),
	FUNC("dfloor", f_floor),
	FUNC("dround", f_round),
	FUNC("dtrunc", f_trunc),
	FUNC("dcbrt", f_cbrt),
	FUNC("dsign", f_sign),
	FUNC("dsqrt", f_sqrt),
	FUNC("dexp", f_exp),
	FUNC("dlog1", f_ln),
	FUNC("dlog10", f_log10),
	FUNC("dpow", f_power),
	FUNC("dpi", f_pi),
	FUNC("degrees", f_degrees),
	FUNC("radians", f_radians),
	FUNC("dsin", f_sin),
	FUNC("dcos", f_cos),
	FUNC("dtan", f_tan),
	FUNC("dcot", f_cot),
	FUNC("dasin", f_asin),
	FUNC("dacos", f_acos),
	FUNC("datan", f_atan),
	FUNC("datan2", f_atan2),
	FUNC("dsinh", f_sinh),
	FUNC("dcosh", f_cosh),
	FUNC("dtanh", f_tanh),
	FUNC("dasinh", f_asinh),
	FUNC("dacosh", f_acosh),
	FUNC("datanh", f_atanh),
	FUNC("dsind", f_sind),
	FUNC("dcosd", f_cosd),
	FUNC("dtand", f_tand),
	FUNC("dcotd", f_cotd),
	FUNC("dasind", f_asind),
	FUNC("dacosd", f_acosd),
	FUNC("datand", f_atand),
	FUNC("datan2d", f_atan2d),
	FUNC("width_bucket_float8", width_bucket_float8),
	FUNC("width_bucket_numeric", width_bucket_numeric),
	FUNC_S("drandom", f_random),
	FUNC_S("setseed", f_setseed),
	FUNC_S("gen_random_uuid", gen_random_uuid),
	FUNC_END,
};
