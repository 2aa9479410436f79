/*
 * money: arithmetic, casts, words, sum. Amounts are cents.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/money.h"
#include "types/read.h"

#include <ctype.h>
#include <math.h>

static bool
arg_money(struct fcall *c, const struct datum *d, int64_t *v)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return money_read(&tc, d, v);
}

static bool
two(struct fcall *c, const struct datum *args, int64_t *a, int64_t *b)
{
	return arg_money(c, &args[0], a) && arg_money(c, &args[1], b);
}

static bool
plus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (__builtin_add_overflow(a, b, &r))
		return out_of_range(c, "money");
	*out = datum_int(r);
	return true;
}

static bool
minus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b, r;

	if (!two(c, args, &a, &b))
		return false;
	if (__builtin_sub_overflow(a, b, &r))
		return out_of_range(c, "money");
	*out = datum_int(r);
	return true;
}

/* ---- by whole numbers ---- */

static bool
times_int(struct fcall *c, const struct datum *m, const struct datum *k, struct datum *out)
{
	int64_t a, b, r;

	if (!arg_money(c, m, &a) || !arg_int(c, k, &b))
		return false;
	if (__builtin_mul_overflow(a, b, &r))
		return out_of_range(c, "money");
	*out = datum_int(r);
	return true;
}

static bool
money_times_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return times_int(c, &args[0], &args[1], out);
}

static bool
int_times_money(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return times_int(c, &args[1], &args[0], out);
}

static bool
divided_by_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!arg_money(c, &args[0], &a) || !arg_int(c, &args[1], &b))
		return false;
	if (b == 0)
		return division_by_zero(c);
	if (a == INT64_MIN && b == -1)
		return out_of_range(c, "money");
	*out = datum_int(a / b);
	return true;
}

/* ---- by floating-point numbers ---- */

static bool
range_of_float(struct fcall *c, const char *how)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value out of range: %s", how);
}

static bool
ret_rounded(struct fcall *c, double r, struct datum *out)
{
	r = rint(r);
	if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0))
		return out_of_range(c, "money");
	*out = datum_int((int64_t)r);
	return true;
}

static bool
times_float(struct fcall *c, const struct datum *m, const struct datum *k, struct datum *out)
{
	int64_t a;
	double f, r;

	if (!arg_money(c, m, &a) || !arg_float(c, k, &f))
		return false;
	r = (double)a * f;
	if (isinf(r) && !isinf(f))
		return range_of_float(c, "overflow");
	if (r == 0 && a != 0 && f != 0)
		return range_of_float(c, "underflow");
	return ret_rounded(c, r, out);
}

static bool
money_times_float(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return times_float(c, &args[0], &args[1], out);
}

static bool
float_times_money(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return times_float(c, &args[1], &args[0], out);
}

static bool
divided_by_float(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a;
	double f, r;

	if (!arg_money(c, &args[0], &a) || !arg_float(c, &args[1], &f))
		return false;
	if (f == 0)
		return division_by_zero(c);
	r = (double)a / f;
	if (isinf(r))
		return range_of_float(c, "overflow");
	if (r == 0 && a != 0 && !isinf(f))
		return range_of_float(c, "underflow");
	return ret_rounded(c, r, out);
}

static bool
ratio(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	if (b == 0)
		return division_by_zero(c);
	*out = datum_real((double)a / (double)b);
	return true;
}

/* ---- order ---- */

static bool
compare(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!two(c, args, &a, &b))
		return false;
	*out = datum_int((a > b) - (a < b));
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

/* ---- casts ---- */

static bool
from_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	if (__builtin_mul_overflow(v, 100, &v))
		return out_of_range(c, "bigint");
	*out = datum_int(v);
	return true;
}

static bool
from_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n, hundred, cents;
	int64_t v;
	bool fits;

	if (!arg_num(c, &args[0], &n))
		return false;
	if (n.kind != NUM_FINITE)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot convert %s to bigint",
			       n.kind == NUM_NAN ? "NaN" : "infinity");
	num_from_int(&hundred, 100);
	num_mul(&cents, &n, &hundred);
	num_release(&n);
	num_release(&hundred);
	fits = num_to_int64(&cents, &v);
	num_release(&cents);
	if (!fits)
		return out_of_range(c, "bigint");
	*out = datum_int(v);
	return true;
}

static bool
to_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num cents, hundred, r;
	int64_t v;

	if (!arg_money(c, &args[0], &v))
		return false;
	num_from_int(&cents, v);
	num_from_int(&hundred, 100);
	num_div_scale(&r, &cents, &hundred, 2, true);
	num_release(&cents);
	num_release(&hundred);
	return ret_num_release(c, &r, out);
}

/* ---- words ---- */

static const char *const small_words[] = {
	"zero",     "one",     "two",     "three",     "four",     "five",     "six",
	"seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
	"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
};
static const char *const tens_words[] = {
	NULL, NULL, "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
};

/* 0 … 999; "and" stands between a hundred and what is below twenty. */
static void
put_words(struct buf *b, unsigned v)
{
	unsigned below = v % 100;

	if (v >= 100) {
		buf_printf(b, "%s hundred", small_words[v / 100]);
		if (!below)
			return;
		buf_puts(b, below < 20 ? " and " : " ");
	}
	if (below < 20) {
		buf_puts(b, small_words[below]);
		return;
	}
	buf_puts(b, tens_words[below / 10]);
	if (below % 10)
		buf_printf(b, " %s", small_words[below % 10]);
}

/* The blanks after a group stand even where nothing follows it. */
static void
put_groups(struct buf *b, uint64_t dollars)
{
	static const char *const names[] = {" quadrillion ", " trillion ", " billion ", " million ",
					    " thousand "};
	uint64_t unit = UINT64_C(1000000000000000);

	for (size_t i = 0; i < COUNTOF(names); i++, unit /= 1000) {
		unsigned group = (unsigned)(dollars / unit % 1000);

		if (!group)
			continue;
		put_words(b, group);
		buf_puts(b, names[i]);
	}
	if (dollars % 1000 || !dollars)
		put_words(b, (unsigned)(dollars % 1000));
}

static bool
words(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	uint64_t cents;
	int64_t v;

	if (!arg_money(c, &args[0], &v))
		return false;
	cents = v < 0 ? -(uint64_t)v : (uint64_t)v;
	if (v < 0)
		buf_puts(&b, "minus ");
	put_groups(&b, cents / 100);
	buf_puts(&b, cents / 100 == 1 ? " dollar and " : " dollars and ");
	put_words(&b, (unsigned)(cents % 100));
	buf_puts(&b, cents % 100 == 1 ? " cent" : " cents");
	b.data[0] = (char)toupper((unsigned char)b.data[0]);
	return ret_buf(c, &b, out);
}

/* ---- sum ---- */

struct money_sum {
	int64_t cents, n;
};

static bool
sum_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct money_sum *s = a->state;
	int64_t v;

	if (!arg_money(&a->call, &args[0], &v))
		return false;
	if (__builtin_add_overflow(s->cents, v, &s->cents))
		return out_of_range(&a->call, "money");
	s->n++;
	return true;
}

static bool
sum_inverse(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct money_sum *s = a->state;
	int64_t v;

	if (!arg_money(&a->call, &args[0], &v))
		return false;
	if (__builtin_sub_overflow(s->cents, v, &s->cents))
		return out_of_range(&a->call, "money");
	s->n--;
	return true;
}

static bool
sum_final(struct agg_call *a, struct datum *out)
{
	const struct money_sum *s = a->state;

	*out = s->n ? datum_int(s->cents) : datum_null();
	return true;
}

static const struct agg_ops sum_money = {.size = sizeof(struct money_sum),
					 .step = sum_step,
					 .inverse = sum_inverse,
					 .final = sum_final,
					 .strict = true};

const struct func func_money[] = {
	FUNC_NATIVE("cash_eq", "$1 = $2"),
	FUNC_NATIVE("cash_ne", "$1 <> $2"),
	FUNC_NATIVE("cash_lt", "$1 < $2"),
	FUNC_NATIVE("cash_le", "$1 <= $2"),
	FUNC_NATIVE("cash_gt", "$1 > $2"),
	FUNC_NATIVE("cash_ge", "$1 >= $2"),
	FUNC("cash_cmp", compare),
	FUNC("cashlarger", larger),
	FUNC("cashsmaller", smaller),
	FUNC("cash_pl", plus),
	FUNC("cash_mi", minus),
	FUNC("cash_mul_int2", money_times_int),
	FUNC("cash_mul_int4", money_times_int),
	FUNC("cash_mul_int8", money_times_int),
	FUNC("int2_mul_cash", int_times_money),
	FUNC("int4_mul_cash", int_times_money),
	FUNC("int8_mul_cash", int_times_money),
	FUNC("cash_div_int2", divided_by_int),
	FUNC("cash_div_int4", divided_by_int),
	FUNC("cash_div_int8", divided_by_int),
	FUNC("cash_mul_flt4", money_times_float),
	FUNC("cash_mul_flt8", money_times_float),
	FUNC("flt4_mul_cash", float_times_money),
	FUNC("flt8_mul_cash", float_times_money),
	FUNC("cash_div_flt4", divided_by_float),
	FUNC("cash_div_flt8", divided_by_float),
	FUNC("cash_div_cash", ratio),
	FUNC("int4_cash", from_int),
	FUNC("int8_cash", from_int),
	FUNC("numeric_cash", from_numeric),
	FUNC("cash_numeric", to_numeric),
	FUNC("cash_words", words),
	FUNC_AGG("sum(money)", &sum_money),
	FUNC_END,
};
