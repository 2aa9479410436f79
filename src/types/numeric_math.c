/*
 * Roots, logarithms and powers. Inside, numbers are binary fixed point: an mpz times 2^-w, with w
 * chosen so that the error stays well below the last digit wanted; every result is then rounded
 * half away from zero at the scale PostgreSQL would choose.
 */
#include "types/numeric.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_RESULT_SCALE = 2000, GUARD_BITS = 64 };

static const double ln10 = 2.302585092994046, log10_e = 0.434294481903252;

static unsigned long
bits_for(double digits)
{
	return digits <= 0 ? GUARD_BITS : (unsigned long)(digits * 3.3219281) + GUARD_BITS;
}

static bool
overflow(struct err *e)
{
	return err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value overflows numeric format");
}

static bool
set_kind(struct num *r, enum num_kind kind)
{
	num_init(r);
	r->kind = kind;
	return true;
}

static bool
set_int(struct num *r, int v, int scale)
{
	num_from_int(r, v);
	num_extend(r, scale);
	return true;
}

static int
clamp_scale(int scale)
{
	return MIN(MAX(scale, 0), NUM_MAX_DISPLAY_SCALE);
}

/* n * 2^w, rounded towards zero. */
static void
to_fixed(mpz_t out, const struct num *n, unsigned long w)
{
	mpz_t p;

	mpz_init(p);
	num_get_mpz(n, out);
	mpz_mul_2exp(out, out, w);
	mpz_pow10(p, (unsigned long)n->scale);
	mpz_tdiv_q(out, out, p);
	mpz_clear(p);
}

static void
from_fixed(struct num *r, const mpz_t x, unsigned long w, int scale)
{
	mpz_t n, d, q;

	mpz_inits(n, d, q, NULL);
	mpz_pow10(n, (unsigned long)scale);
	mpz_mul(n, n, x);
	mpz_setbit(d, w);
	mpz_div_round(q, n, d);
	num_set_mpz(r, q, scale);
	mpz_clears(n, d, q, NULL);
}

/* atanh of the fixed-point |x| < 1/2 by its series. */
static void
fixed_atanh(mpz_t out, const mpz_t x, unsigned long w)
{
	mpz_t sq, pow, term;

	mpz_inits(sq, pow, term, NULL);
	mpz_mul(sq, x, x);
	mpz_tdiv_q_2exp(sq, sq, w);
	mpz_set(pow, x);
	mpz_set(out, x);
	for (unsigned long k = 3; mpz_sgn(pow); k += 2) {
		mpz_mul(pow, pow, sq);
		mpz_tdiv_q_2exp(pow, pow, w);
		mpz_tdiv_q_ui(term, pow, k);
		mpz_add(out, out, term);
	}
	mpz_clears(sq, pow, term, NULL);
}

static void
fixed_ln2(mpz_t out, unsigned long w)
{
	mpz_t third;

	mpz_init(third);
	mpz_setbit(third, w);
	mpz_tdiv_q_ui(third, third, 3);
	fixed_atanh(out, third, w);
	mpz_mul_2exp(out, out, 1);
	mpz_clear(third);
}

/* ln(m) for fixed-point m in [1/2, 2): square roots bring it near 1. */
static void
fixed_ln_near(mpz_t out, const mpz_t m, unsigned long w)
{
	enum { ROOTS = 6 };
	mpz_t x, num, den;

	mpz_inits(x, num, den, NULL);
	mpz_set(x, m);
	for (int i = 0; i < ROOTS; i++) {
		mpz_mul_2exp(x, x, w);
		mpz_sqrt(x, x);
	}
	mpz_set(num, x);
	mpz_set(den, x);
	mpz_set_ui(out, 1);
	mpz_mul_2exp(out, out, w);
	mpz_sub(num, num, out);
	mpz_add(den, den, out);
	mpz_mul_2exp(num, num, w);
	mpz_tdiv_q(num, num, den);
	fixed_atanh(out, num, w);
	mpz_mul_2exp(out, out, ROOTS + 1);
	mpz_clears(x, num, den, NULL);
}

/* ln(n) * 2^w for n > 0. The error is below 2^(16-w). */
static void
fixed_ln(mpz_t out, const struct num *n, unsigned long w)
{
	mpz_t v, p, ln2;
	long e;

	mpz_inits(v, p, ln2, NULL);
	num_get_mpz(n, v);
	mpz_pow10(p, (unsigned long)n->scale);
	e = (long)mpz_sizeinbase(v, 2) - (long)mpz_sizeinbase(p, 2);
	if (e > 0)
		mpz_mul_2exp(p, p, (unsigned long)e);
	else
		mpz_mul_2exp(v, v, (unsigned long)-e);
	mpz_mul_2exp(v, v, w);
	mpz_tdiv_q(v, v, p);
	fixed_ln_near(out, v, w);
	fixed_ln2(ln2, w);
	mpz_mul_si(ln2, ln2, e);
	mpz_add(out, out, ln2);
	mpz_clears(v, p, ln2, NULL);
}

/* e^x for fixed-point x; w must leave room for the result's own bits. */
static void
fixed_exp(mpz_t out, const mpz_t x, unsigned long w)
{
	mpz_t r, term, one;
	long bits = (long)mpz_sizeinbase(x, 2) - (long)w;
	unsigned long halvings = (unsigned long)MAX(bits, 0) + 8, extra = halvings + 16;

	mpz_inits(r, term, one, NULL);
	w += extra;
	mpz_abs(r, x);
	mpz_mul_2exp(r, r, extra);
	mpz_tdiv_q_2exp(r, r, halvings);
	mpz_setbit(one, w);
	mpz_add(out, one, r);
	mpz_set(term, r);
	for (unsigned long k = 2; mpz_sgn(term); k++) {
		mpz_mul(term, term, r);
		mpz_tdiv_q_2exp(term, term, w);
		mpz_tdiv_q_ui(term, term, k);
		mpz_add(out, out, term);
	}
	for (unsigned long i = 0; i < halvings; i++) {
		mpz_mul(out, out, out);
		mpz_tdiv_q_2exp(out, out, w);
	}
	if (mpz_sgn(x) < 0) {
		mpz_mul_2exp(one, one, w);
		mpz_tdiv_q(out, one, out);
	}
	mpz_tdiv_q_2exp(out, out, extra);
	mpz_clears(r, term, one, NULL);
}

/* Leading digits of |n| as a double, with the power of ten that goes with them. */
static double
leading(const struct num *n, int *exp10)
{
	struct num lead;
	double f;
	int drop = num_int_digits(n) + n->scale - 17;

	num_set(&lead, n);
	lead.kind = NUM_FINITE;
	*exp10 = -n->scale;
	if (drop > 0) {
		lead.scale = drop;
		num_trunc(&lead, 0);
		*exp10 += drop;
	}
	f = (double)(lead.small < 0 ? -lead.small : lead.small);
	num_release(&lead);
	return f;
}

static int
floor4(int d)
{
	return d >= 0 ? d / 4 : -((-d + 3) / 4);
}

/* Decimal weight of n's leading base-10000 group plus that of the group itself, as (int)log10
 * truncates it. */
static int
group_weight(const struct num *n)
{
	return num_int_digits(n) - 1;
}

/* The decimal weight of ln(n), about; decides scales as PostgreSQL's estimate does. */
static int
ln_weight(const struct num *n)
{
	struct num one, x;
	double f;
	int exp10, w;

	if (num_sign(n) <= 0)
		return 0;
	f = leading(n, &exp10);
	f = log(f) + exp10 * ln10;
	if (f >= log(0.9) - 1e-12 && f <= log(1.1) + 1e-12) {
		num_from_int(&one, 1);
		num_sub(&x, n, &one);
		w = num_is_zero(&x) ? 0 : group_weight(&x);
		num_release(&x);
		return w;
	}
	return (int)log10(fabs(f));
}

void
num_sqrt_scale(struct num *r, const struct num *a, int scale)
{
	mpz_t v, p, root;
	int shift = 2 * (scale + 1) - a->scale;

	mpz_inits(v, p, root, NULL);
	num_get_mpz(a, v);
	mpz_pow10(p, (unsigned long)(shift < 0 ? -shift : shift));
	if (shift < 0)
		mpz_tdiv_q(v, v, p);
	else
		mpz_mul(v, v, p);
	mpz_sqrt(root, v);
	num_set_mpz(r, root, scale + 1);
	num_round(r, scale);
	mpz_clears(v, p, root, NULL);
}

bool
num_sqrt(struct err *e, struct num *r, const struct num *a)
{
	int weight, scale;

	if (a->kind == NUM_NAN || a->kind == NUM_PINF)
		return set_kind(r, a->kind);
	if (num_sign(a) < 0)
		return err_set(e, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			       "cannot take square root of a negative number");
	weight = num_is_zero(a) ? 0 : floor4(num_int_digits(a) - 1);
	scale = NUM_MIN_SIG_DIGITS - ((weight + 1) * 4 / 2 - 1);
	num_sqrt_scale(r, a, clamp_scale(MAX(scale, a->scale)));
	return true;
}

/* e^x at a scale; x fixed point with w fraction bits, already known to be in range. */
static void
exp_to_scale(struct num *r, const mpz_t x, unsigned long w, int scale)
{
	mpz_t y;

	mpz_init(y);
	fixed_exp(y, x, w);
	from_fixed(r, y, w, scale);
	mpz_clear(y);
}

bool
num_exp(struct err *e, struct num *r, const struct num *a)
{
	double x = num_to_double(a), val;
	int scale;
	unsigned long w;
	mpz_t fixed;

	if (a->kind == NUM_NINF)
		return set_kind(r, NUM_FINITE);
	if (a->kind != NUM_FINITE)
		return set_kind(r, a->kind);
	val = MIN(MAX(x * log10_e, -MAX_RESULT_SCALE), MAX_RESULT_SCALE);
	scale = clamp_scale(MAX(NUM_MIN_SIG_DIGITS - (int)val, a->scale));
	if (fabs(x) >= MAX_RESULT_SCALE * 3)
		return x > 0 ? overflow(e) : set_int(r, 0, scale);
	w = bits_for(scale + MAX(x * log10_e, 0));
	mpz_init(fixed);
	to_fixed(fixed, a, w);
	exp_to_scale(r, fixed, w, scale);
	mpz_clear(fixed);
	return true;
}

static bool
log_domain(struct err *e, const struct num *a)
{
	if (num_sign(a) < 0)
		return err_set(e, ERR_INVALID_ARGUMENT_FOR_LOG, -1,
			       "cannot take logarithm of a negative number");
	if (num_sign(a) == 0)
		return err_set(e, ERR_INVALID_ARGUMENT_FOR_LOG, -1,
			       "cannot take logarithm of zero");
	return true;
}

bool
num_ln(struct err *e, struct num *r, const struct num *a)
{
	int scale;
	unsigned long w;
	mpz_t x;

	if (a->kind == NUM_NAN)
		return set_kind(r, NUM_NAN);
	if (!log_domain(e, a))
		return false;
	if (a->kind == NUM_PINF)
		return set_kind(r, NUM_PINF);
	scale = clamp_scale(MAX(NUM_MIN_SIG_DIGITS - ln_weight(a), a->scale));
	w = bits_for(scale + 10);
	mpz_init(x);
	fixed_ln(x, a, w);
	from_fixed(r, x, w, scale);
	mpz_clear(x);
	return true;
}

bool
num_log(struct err *e, struct num *r, const struct num *base, const struct num *a)
{
	struct num one;
	int wb, wa, scale;
	unsigned long w;
	mpz_t x, y;

	if (base->kind == NUM_NAN || a->kind == NUM_NAN)
		return set_kind(r, NUM_NAN);
	if (a->kind != NUM_FINITE && num_sign(a) < 0)
		return log_domain(e, a);
	if (!log_domain(e, base) || !log_domain(e, a))
		return false;
	if (base->kind == NUM_PINF)
		return set_kind(r, a->kind == NUM_PINF ? NUM_NAN : NUM_FINITE);
	if (a->kind == NUM_PINF)
		return set_kind(r, NUM_PINF);
	wb = ln_weight(base);
	wa = ln_weight(a);
	scale = clamp_scale(MAX(NUM_MIN_SIG_DIGITS - (wa - wb), MAX(base->scale, a->scale)));
	w = bits_for(scale + 20 + 2 * (abs(wa) + abs(wb)));
	mpz_inits(x, y, NULL);
	fixed_ln(x, base, w);
	fixed_ln(y, a, w);
	num_from_int(&one, 1);
	if (num_cmp(base, &one) == 0)
		mpz_set_ui(x, 0);
	if (mpz_sgn(x) == 0) {
		mpz_clears(x, y, NULL);
		return err_set(e, ERR_DIVISION_BY_ZERO, -1, "division by zero");
	}
	mpz_mul_2exp(y, y, w);
	mpz_tdiv_q(y, y, x);
	from_fixed(r, y, w, scale);
	mpz_clears(x, y, NULL);
	return true;
}

static bool
is_integral(const struct num *n)
{
	return n->kind == NUM_FINITE ? num_min_scale(n) == 0 : n->kind != NUM_NAN;
}

static bool
is_odd(const struct num *n)
{
	struct num v;
	bool odd;

	if (n->kind != NUM_FINITE || !is_integral(n))
		return false;
	num_set(&v, n);
	num_trunc(&v, 0);
	odd = v.big ? mpz_odd_p(v.z) : v.small % 2 != 0;
	num_release(&v);
	return odd;
}

/* A decimal float: m * 10^e with at most prec digits kept. */
static void
keep_digits(mpz_t m, int64_t *e, int prec)
{
	long digits = (long)mpz_sizeinbase(m, 10);
	mpz_t p;

	if (digits <= prec)
		return;
	mpz_init(p);
	mpz_pow10(p, (unsigned long)(digits - prec));
	mpz_tdiv_q(m, m, p);
	*e += digits - prec;
	mpz_clear(p);
}

/* m * 10^e to scale, inverted first when asked. */
static void
decimal_to_num(struct num *r, mpz_t m, int64_t e, bool invert, int prec, int scale)
{
	struct num one, v;
	int64_t digits = (int64_t)mpz_sizeinbase(m, 10);

	if (invert) {
		mpz_t p, q;

		mpz_inits(p, q, NULL);
		mpz_pow10(p, (unsigned long)(digits + prec));
		mpz_tdiv_q(q, p, m);
		mpz_set(m, q);
		mpz_clears(p, q, NULL);
		e = -e - digits - prec;
	}
	num_from_int(&one, 1);
	if (e > 0) {
		mpz_t p;

		mpz_init(p);
		mpz_pow10(p, (unsigned long)e);
		mpz_mul(m, m, p);
		mpz_clear(p);
		e = 0;
	}
	num_set_mpz(&v, m, (int)-e);
	num_round(&v, scale);
	*r = v;
}

static bool
power_special_int(struct err *e, struct num *r, const struct num *base, int exp, int scale,
		  bool *done)
{
	struct num one;

	*done = true;
	num_from_int(&one, 1);
	if (exp == 0)
		return set_int(r, 1, scale);
	if (exp == 1) {
		num_set(r, base);
		num_round(r, scale);
		return true;
	}
	if (num_is_zero(base)) {
		if (exp < 0)
			return err_set(e, ERR_DIVISION_BY_ZERO, -1, "division by zero");
		return set_int(r, 0, scale);
	}
	if (exp == -1) {
		num_div_scale(r, &one, base, scale, true);
		return true;
	}
	if (exp == 2) {
		num_mul(r, base, base);
		num_round(r, scale);
		return true;
	}
	*done = false;
	return true;
}

static bool
power_int(struct err *e, struct num *r, const struct num *base, int exp, int scale)
{
	double f;
	int exp10, prec;
	unsigned mask = exp < 0 ? -(unsigned)exp : (unsigned)exp;
	int64_t re = 0, be = -base->scale;
	mpz_t m, b;
	bool done, ok = power_special_int(e, r, base, exp, scale, &done);

	if (done)
		return ok;
	f = leading(base, &exp10);
	f = exp * (log10(f) + exp10);
	if (f > 3 * SHRT_MAX * 4)
		return overflow(e);
	if (f + 1 < -scale || f + 1 < -NUM_MAX_DISPLAY_SCALE)
		return set_int(r, 0, scale);
	prec = 1 + scale + (int)f + (int)log(fabs((double)exp)) + 16;
	mpz_inits(m, b, NULL);
	mpz_set_ui(m, 1);
	num_get_mpz(base, b);
	for (; mask; mask >>= 1) {
		if (mask & 1) {
			mpz_mul(m, m, b);
			re += be;
			keep_digits(m, &re, prec);
		}
		mpz_mul(b, b, b);
		be *= 2;
		keep_digits(b, &be, prec);
	}
	decimal_to_num(r, m, re, exp < 0, prec, scale);
	mpz_clears(m, b, NULL);
	return true;
}

static bool
power_real(struct err *e, struct num *r, const struct num *base, const struct num *exp)
{
	struct num lnb, prod;
	mpz_t x, y;
	double val;
	int scale, digits, nw;
	unsigned long w;
	bool fits;

	if (num_is_zero(base))
		return set_int(r, 0, NUM_MIN_SIG_DIGITS);
	nw = ln_weight(base);
	if (!num_ln(e, &lnb, base))
		return false;
	/* The estimate that decides the scale uses about eight digits of the logarithm. */
	num_round(&lnb, clamp_scale(8 - nw));
	num_mul(&prod, &lnb, exp);
	num_round(&prod, clamp_scale(8 - nw));
	val = num_to_double(&prod);
	num_release(&lnb);
	num_release(&prod);
	fits = fabs(val) <= MAX_RESULT_SCALE * 3.01;
	if (!fits)
		return val > 0 ? overflow(e) : set_int(r, 0, NUM_MAX_DISPLAY_SCALE);
	val *= log10_e;
	scale = clamp_scale(MAX(NUM_MIN_SIG_DIGITS - (int)val, MAX(base->scale, exp->scale)));
	digits = num_is_zero(exp) ? 0 : MAX(num_int_digits(exp), 0);
	w = bits_for(scale + MAX(val, 0) + digits + abs(nw) + 16);
	mpz_inits(x, y, NULL);
	fixed_ln(x, base, w);
	num_get_mpz(exp, y);
	mpz_mul(x, x, y);
	mpz_pow10(y, (unsigned long)exp->scale);
	mpz_tdiv_q(x, x, y);
	if (fabs(val / log10_e) >= MAX_RESULT_SCALE * 3)
		fits = val > 0 ? overflow(e) : set_int(r, 0, scale);
	else
		exp_to_scale(r, x, w, scale);
	mpz_clears(x, y, NULL);
	return fits;
}

static bool
power_domain(struct err *e, const struct num *base, const struct num *exp)
{
	if (num_sign(base) == 0 && num_sign(exp) < 0)
		return err_set(e, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			       "zero raised to a negative power is undefined");
	if (num_sign(base) < 0 && !is_integral(exp))
		return err_set(
			e, ERR_INVALID_ARGUMENT_FOR_POWER_FUNCTION, -1,
			"a negative number raised to a non-integer power yields a complex result");
	return true;
}

/* POSIX's rules for pow() where NaN or an infinity takes part. */
static bool
power_special(struct err *e, struct num *r, const struct num *base, const struct num *exp)
{
	struct num one, minus_one;
	bool large;

	num_from_int(&one, 1);
	num_from_int(&minus_one, -1);
	if (base->kind == NUM_NAN || exp->kind == NUM_NAN)
		return num_is_zero(exp) || num_cmp(base, &one) == 0 ? set_int(r, 1, 0)
								    : set_kind(r, NUM_NAN);
	if (!power_domain(e, base, exp))
		return false;
	if (num_cmp(base, &one) == 0 || num_is_zero(exp))
		return set_int(r, 1, 0);
	if (num_is_zero(base))
		return set_int(r, 0, 0);
	if (exp->kind != NUM_FINITE) {
		if (num_cmp(base, &minus_one) == 0)
			return set_int(r, 1, 0);
		large = num_cmp(base, &one) > 0 || num_cmp(base, &minus_one) < 0;
		return set_kind(r, large == (num_sign(exp) > 0) ? NUM_PINF : NUM_FINITE);
	}
	if (num_sign(exp) < 0)
		return set_kind(r, NUM_FINITE);
	return set_kind(r, base->kind == NUM_NINF && is_odd(exp) ? NUM_NINF : NUM_PINF);
}

bool
num_power(struct err *e, struct num *r, const struct num *base, const struct num *exp)
{
	struct num abs_base;
	int64_t n;
	bool ok;

	if (base->kind != NUM_FINITE || exp->kind != NUM_FINITE)
		return power_special(e, r, base, exp);
	if (!power_domain(e, base, exp))
		return false;
	if (is_integral(exp) && num_to_int64(exp, &n) && n >= INT32_MIN && n <= INT32_MAX)
		return power_int(e, r, base, (int)n,
				 clamp_scale(MAX(NUM_MIN_SIG_DIGITS, base->scale)));
	num_set(&abs_base, base);
	if (num_sign(base) < 0)
		num_neg(&abs_base);
	ok = power_real(e, r, &abs_base, exp);
	if (ok && num_sign(base) < 0 && is_odd(exp))
		num_neg(r);
	num_release(&abs_base);
	return ok;
}
