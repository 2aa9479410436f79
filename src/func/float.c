/*
 * float4 and float8: arithmetic with PostgreSQL's overflow rules, comparison, casts. A float4 is
 * rounded after each step.
 */
#include "func/args.h"
#include "func/tables.h"

#include <math.h>

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

static struct datum
result(double r)
{
	return isnan(r) ? datum_text("NaN", 3) : datum_real(r);
}

static double
round_to(double r, bool single)
{
	return single ? (double)(float)r : r;
}

static bool
two(struct fcall *c, const struct datum *args, double *a, double *b)
{
	return arg_float(c, &args[0], a) && arg_float(c, &args[1], b);
}

static bool
add(struct fcall *c, const struct datum *args, bool single, struct datum *out)
{
	double a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	r = round_to(a + b, single);
	if (isinf(r) && !isinf(a) && !isinf(b))
		return overflow(c);
	*out = result(r);
	return true;
}

static bool
sub(struct fcall *c, const struct datum *args, bool single, struct datum *out)
{
	double a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	r = round_to(a - b, single);
	if (isinf(r) && !isinf(a) && !isinf(b))
		return overflow(c);
	*out = result(r);
	return true;
}

static bool
mul(struct fcall *c, const struct datum *args, bool single, struct datum *out)
{
	double a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	r = round_to(a * b, single);
	if (isinf(r) && !isinf(a) && !isinf(b))
		return overflow(c);
	if (r == 0 && a != 0 && b != 0)
		return underflow(c);
	*out = result(r);
	return true;
}

static bool
quotient(struct fcall *c, const struct datum *args, bool single, struct datum *out)
{
	double a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (b == 0 && !isnan(a))
		return division_by_zero(c);
	r = round_to(a / b, single);
	if (isinf(r) && !isinf(a))
		return overflow(c);
	if (r == 0 && a != 0 && !isinf(b))
		return underflow(c);
	*out = result(r);
	return true;
}

#define BOTH(op)                                                                                   \
	static bool op##4(struct fcall * c, const struct datum *args, int nargs UNUSED,            \
			  struct datum *out)                                                       \
	{                                                                                          \
		return op(c, args, true, out);                                                     \
	}                                                                                          \
	static bool op##8(struct fcall * c, const struct datum *args, int nargs UNUSED,            \
			  struct datum *out)                                                       \
	{                                                                                          \
		return op(c, args, false, out);                                                    \
	}
BOTH(add)
BOTH(sub)
BOTH(mul)
BOTH(quotient)

static bool
negate(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a;

	if (!arg_float(c, &args[0], &a))
		return false;
	*out = result(-a);
	return true;
}

static bool
absolute(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a;

	if (!arg_float(c, &args[0], &a))
		return false;
	*out = result(fabs(a));
	return true;
}

/* NaN is equal to itself and above everything. */
static int
order(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b) ? (isnan(a) ? 1 : -1) : 0;
	return (a > b) - (a < b);
}

static bool
compare(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(order(a, b));
	return true;
}

static bool
larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = result(order(a, b) > 0 ? a : b);
	return true;
}

static bool
smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = result(order(a, b) < 0 ? a : b);
	return true;
}

static bool
to_single(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a;
	float r;

	if (!arg_float(c, &args[0], &a))
		return false;
	r = (float)a;
	if (isinf(r) && !isinf(a))
		return overflow(c);
	if (r == 0 && a != 0)
		return underflow(c);
	*out = result((double)r);
	return true;
}

static bool
int_to_single(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	*out = datum_real((double)(float)a);
	return true;
}

static bool
widen(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a;

	if (!arg_float(c, &args[0], &a))
		return false;
	*out = result(a);
	return true;
}

static bool
num_out_of_range(struct fcall *c, const struct num *n, const char *type)
{
	struct buf b = BUF_INIT;

	num_print(n, &b);
	err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "\"%s\" is out of range for type %s",
		buf_str(&b), type);
	buf_release(&b);
	return false;
}

static bool
num_float(struct fcall *c, const struct datum *args, bool single, struct datum *out)
{
	struct num n;
	double r;
	bool bad;

	if (!arg_num(c, &args[0], &n))
		return false;
	r = num_to_double(&n);
	if (single)
		r = (double)(float)r;
	bad = n.kind == NUM_FINITE && (isinf(r) || (r == 0 && !num_is_zero(&n)));
	if (bad)
		num_out_of_range(c, &n, single ? "real" : "double precision");
	num_release(&n);
	*out = result(r);
	return !bad;
}
BOTH(num_float)

#define COMPARISONS(p)                                                                             \
	FUNC_NATIVE(p "eq", "$1 = $2"), FUNC_NATIVE(p "ne", "$1 <> $2"),                           \
		FUNC_NATIVE(p "lt", "$1 < $2"), FUNC_NATIVE(p "le", "$1 <= $2"),                   \
		FUNC_NATIVE(p "gt", "$1 > $2"), FUNC_NATIVE(p "ge", "$1 >= $2")
#define ARITHMETIC(p, w)                                                                           \
	FUNC(p "pl", add##w), FUNC(p "mi", sub##w), FUNC(p "mul", mul##w),                         \
		FUNC(p "div", quotient##w), COMPARISONS(p)
#define ONE_TYPE(p, w)                                                                             \
	ARITHMETIC(p, w), FUNC(p "um", negate), FUNC_NATIVE(p "up", "$1"),                         \
		FUNC(p "abs", absolute), FUNC(p "larger", larger), FUNC(p "smaller", smaller)

static bool
int_to_double(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	*out = datum_real((double)v);
	return true;
}

const struct func func_float[] = {
	ONE_TYPE("float4", 4),
	ONE_TYPE("float8", 8),
	ARITHMETIC("float48", 8),
	ARITHMETIC("float84", 8),
	FUNC("btfloat4cmp", compare),
	FUNC("btfloat8cmp", compare),
	FUNC("btfloat48cmp", compare),
	FUNC("btfloat84cmp", compare),
	FUNC_BOTH("i2tod", int_to_double, "CAST($1 AS REAL)"),
	FUNC_BOTH("i4tod", int_to_double, "CAST($1 AS REAL)"),
	FUNC_BOTH("i8tod", int_to_double, "CAST($1 AS REAL)"),
	FUNC("i2tof", int_to_single),
	FUNC("i4tof", int_to_single),
	FUNC("i8tof", int_to_single),
	FUNC("dtof", to_single),
	FUNC("ftod", widen),
	FUNC("numeric_float4", num_float4),
	FUNC("numeric_float8", num_float8),
	FUNC_END,
};
