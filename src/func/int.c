/*
 * int2, int4, int8 and oid: checked arithmetic, bits, comparison, casts. Mixed pairs compute in the
 * wider type.
 */
#include "func/args.h"
#include "func/tables.h"

#include <inttypes.h>
#include <math.h>

static bool
fit(struct fcall *c, int64_t v, int bits, struct datum *out)
{
	if (bits == 16 && v != (int16_t)v)
		return out_of_range(c, "smallint");
	if (bits == 32 && v != (int32_t)v)
		return out_of_range(c, "integer");
	*out = datum_int(v);
	return true;
}

static bool
two(struct fcall *c, const struct datum *args, int64_t *a, int64_t *b)
{
	return arg_int(c, &args[0], a) && arg_int(c, &args[1], b);
}

static bool
add(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (__builtin_add_overflow(a, b, &r))
		return out_of_range(c, "bigint");
	return fit(c, r, bits, out);
}

static bool
sub(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (__builtin_sub_overflow(a, b, &r))
		return out_of_range(c, "bigint");
	return fit(c, r, bits, out);
}

static bool
mul(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (__builtin_mul_overflow(a, b, &r))
		return out_of_range(c, "bigint");
	return fit(c, r, bits, out);
}

static bool
quotient(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	if (b == 0)
		return division_by_zero(c);
	if (b == -1 && a == INT64_MIN)
		return out_of_range(c, "bigint");
	return fit(c, a / b, bits, out);
}

static bool
negate(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	if (a == INT64_MIN)
		return out_of_range(c, "bigint");
	return fit(c, -a, bits, out);
}

static bool
absolute(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	if (a == INT64_MIN)
		return out_of_range(c, "bigint");
	return fit(c, a < 0 ? -a : a, bits, out);
}

#define WIDTH(op, bits)                                                                            \
	static bool op##bits(struct fcall *c, const struct datum *args, int nargs UNUSED,          \
			     struct datum *out)                                                    \
	{                                                                                          \
		return op(c, args, bits, out);                                                     \
	}
#define WIDTHS(op) WIDTH(op, 16) WIDTH(op, 32) WIDTH(op, 64)
WIDTHS(add)
WIDTHS(sub)
WIDTHS(mul)
WIDTHS(quotient)
WIDTHS(negate)
WIDTHS(absolute)

/* The cast to a narrower integer. */
static bool
narrow(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a;

	return arg_int(c, &args[0], &a) && fit(c, a, bits, out);
}
WIDTH(narrow, 16)
WIDTH(narrow, 32)

static bool
remainder_of(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	if (b == 0)
		return division_by_zero(c);
	*out = datum_int(b == -1 ? 0 : a % b);
	return true;
}

static bool
bit_xor(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(a ^ b);
	return true;
}

/* Shifts wrap silently; the count is taken modulo the width of the C type that PostgreSQL shifts.
 */
static bool
shift_left(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, n;

	if (!two(c, args, &a, &n))
		return false;
	if (bits == 64)
		*out = datum_int((int64_t)((uint64_t)a << (n & 63)));
	else if (bits == 32)
		*out = datum_int((int32_t)((uint32_t)a << (n & 31)));
	else
		*out = datum_int((int16_t)((uint32_t)a << (n & 31)));
	return true;
}
WIDTHS(shift_left)

static bool
shift_right(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, n;

	if (!two(c, args, &a, &n))
		return false;
	*out = datum_int(bits == 64 ? a >> (n & 63) : (int32_t)a >> (n & 31));
	return true;
}
WIDTHS(shift_right)

static bool
compare(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int((a > b) - (a < b));
	return true;
}

/* The narrow ones return the difference. */
static bool
difference(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(a - b);
	return true;
}

static bool
larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(MAX(a, b));
	return true;
}

static bool
smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int(MIN(a, b));
	return true;
}

static bool
increment(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	if (a == INT64_MAX)
		return out_of_range(c, "bigint");
	return fit(c, a + 1, bits, out);
}
WIDTH(increment, 32)
WIDTH(increment, 64)

static bool
decrement(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	if (a == INT64_MIN)
		return out_of_range(c, "bigint");
	*out = datum_int(a - 1);
	return true;
}

/* gcd of magnitudes; the magnitude of the smallest number does not fit its own type. */
static uint64_t
gcd(int64_t a, int64_t b)
{
	uint64_t x = a < 0 ? -(uint64_t)a : (uint64_t)a, y = b < 0 ? -(uint64_t)b : (uint64_t)b, t;

	while (y) {
		t = x % y;
		x = y;
		y = t;
	}
	return x;
}

static bool
greatest_divisor(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b;
	uint64_t g;

	if (!two(c, args, &a, &b))
		return false;
	g = gcd(a, b);
	if (g > (bits == 64 ? (uint64_t)INT64_MAX : (uint64_t)INT32_MAX))
		return out_of_range(c, bits == 64 ? "bigint" : "integer");
	*out = datum_int((int64_t)g);
	return true;
}
WIDTH(greatest_divisor, 32)
WIDTH(greatest_divisor, 64)

static bool
least_multiple(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (a == 0 || b == 0) {
		*out = datum_int(0);
		return true;
	}
	a /= (int64_t)gcd(a, b);
	if (__builtin_mul_overflow(a, b, &r) || r == INT64_MIN)
		return out_of_range(c, bits == 64 ? "bigint" : "integer");
	return fit(c, r < 0 ? -r : r, bits, out);
}
WIDTH(least_multiple, 32)
WIDTH(least_multiple, 64)

static bool
real_to_int(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	double r;

	if (!arg_float(c, &args[0], &r))
		return false;
	r = rint(r);
	if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0))
		return out_of_range(c, bits == 64 ? "bigint" : bits == 32 ? "integer" : "smallint");
	return fit(c, (int64_t)r, bits, out);
}
WIDTHS(real_to_int)

static bool
num_int(struct fcall *c, const struct datum *args, int bits, struct datum *out)
{
	const char *type = bits == 64 ? "bigint" : bits == 32 ? "integer" : "smallint";
	struct num n;
	int64_t v;
	bool ok;

	if (!arg_num(c, &args[0], &n))
		return false;
	if (n.kind != NUM_FINITE)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot convert %s to %s",
			       n.kind == NUM_NAN ? "NaN" : "infinity", type);
	ok = num_to_int64(&n, &v);
	num_release(&n);
	return ok ? fit(c, v, bits, out) : out_of_range(c, type);
}
WIDTHS(num_int)

static bool
int_to_oid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a;

	if (!arg_int(c, &args[0], &a))
		return false;
	if (a != (int64_t)(uint32_t)a)
		return out_of_range(c, "OID");
	*out = datum_int(a);
	return true;
}

#define COMPARISONS(p)                                                                             \
	FUNC_NATIVE(p "eq", "$1 = $2"), FUNC_NATIVE(p "ne", "$1 <> $2"),                           \
		FUNC_NATIVE(p "lt", "$1 < $2"), FUNC_NATIVE(p "le", "$1 <= $2"),                   \
		FUNC_NATIVE(p "gt", "$1 > $2"), FUNC_NATIVE(p "ge", "$1 >= $2")
#define ARITHMETIC(p, bits)                                                                        \
	FUNC(p "pl", add##bits), FUNC(p "mi", sub##bits), FUNC(p "mul", mul##bits),                \
		FUNC(p "div", quotient##bits), COMPARISONS(p)
#define ONE_TYPE(p, bits)                                                                          \
	ARITHMETIC(p, bits), FUNC(p "um", negate##bits), FUNC_NATIVE(p "up", "+$1"),               \
		FUNC(p "abs", absolute##bits), FUNC(p "mod", remainder_of),                        \
		FUNC_NATIVE(p "and", "$1 & $2"), FUNC_NATIVE(p "or", "$1 | $2"),                   \
		FUNC(p "xor", bit_xor), FUNC_NATIVE(p "not", "~$1"),                               \
		FUNC(p "shl", shift_left##bits), FUNC(p "shr", shift_right##bits),                 \
		FUNC(p "larger", larger), FUNC(p "smaller", smaller)

const struct func func_int[] = {
	ONE_TYPE("int2", 16),
	ONE_TYPE("int4", 32),
	ONE_TYPE("int8", 64),
	ARITHMETIC("int24", 32),
	ARITHMETIC("int42", 32),
	ARITHMETIC("int28", 64),
	ARITHMETIC("int82", 64),
	ARITHMETIC("int48", 64),
	ARITHMETIC("int84", 64),
	COMPARISONS("oid"),
	COMPARISONS("xid8"),
	FUNC_NATIVE("xideq", "$1 = $2"),
	FUNC_NATIVE("xidneq", "$1 <> $2"),
	FUNC_NATIVE("cideq", "$1 = $2"),
	COMPARISONS("tid"),
	COMPARISONS("pg_lsn_"),
	FUNC("int4inc", increment32),
	FUNC("int8inc", increment64),
	FUNC("int8dec", decrement),
	FUNC("int4gcd", greatest_divisor32),
	FUNC("int8gcd", greatest_divisor64),
	FUNC("int4lcm", least_multiple32),
	FUNC("int8lcm", least_multiple64),
	FUNC("oidlarger", larger),
	FUNC("oidsmaller", smaller),
	FUNC("btint2cmp", difference),
	FUNC("btint4cmp", compare),
	FUNC("btint8cmp", compare),
	FUNC("btint24cmp", compare),
	FUNC("btint42cmp", compare),
	FUNC("btint28cmp", compare),
	FUNC("btint82cmp", compare),
	FUNC("btint48cmp", compare),
	FUNC("btint84cmp", compare),
	FUNC("btoidcmp", compare),
	FUNC_NATIVE("i2toi4", "$1"),
	FUNC_NATIVE("int28", "$1"),
	FUNC_NATIVE("int48", "$1"),
	FUNC_NATIVE("oidtoi8", "$1"),
	FUNC("i4toi2", narrow16),
	FUNC("int82", narrow16),
	FUNC("int84", narrow32),
	FUNC("i8tooid", int_to_oid),
	FUNC("dtoi2", real_to_int16),
	FUNC("ftoi2", real_to_int16),
	FUNC("dtoi4", real_to_int32),
	FUNC("ftoi4", real_to_int32),
	FUNC("dtoi8", real_to_int64),
	FUNC("ftoi8", real_to_int64),
	FUNC("numeric_int2", num_int16),
	FUNC("numeric_int4", num_int32),
	FUNC("numeric_int8", num_int64),
	FUNC_END,
};
