/*
 * The representation of numbers: conversions, comparison, scale changes. A value that fits 120 bits
 * is kept in small; 38 decimal digits always fit the 128-bit intermediate steps below.
 */
#include "types/numeric.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

enum { SMALL_DIGITS = 36 }; /* 10^36 < 2^120 */

static const int128_t small_limit = (int128_t)1 << 120;
static int128_t pow10_table[SMALL_DIGITS + 2];

static void __attribute__((constructor)) pow10_init(void)
{
	pow10_table[0] = 1;
	for (int i = 1; i < SMALL_DIGITS + 2; i++)
		pow10_table[i] = pow10_table[i - 1] * 10;
}

void
num_init(struct num *n)
{
	n->kind = NUM_FINITE;
	n->big = false;
	n->scale = 0;
	n->small = 0;
}

void
num_release(struct num *n)
{
	if (n->big)
		mpz_clear(n->z);
	n->big = false;
}

void
num_set(struct num *to, const struct num *from)
{
	*to = *from;
	if (from->big)
		mpz_init_set(to->z, from->z);
}

void
num_from_int128(struct num *n, int128_t v)
{
	num_init(n);
	if (v < small_limit && v > -small_limit) {
		n->small = v;
		return;
	}
	n->small = v;
	mpz_init(n->z);
	num_get_mpz(n, n->z);
	n->big = true;
}

void
num_from_int(struct num *n, int64_t v)
{
	num_init(n);
	n->small = v;
}

void
num_get_mpz(const struct num *n, mpz_t z)
{
	unsigned __int128 u =
		n->small < 0 ? -(unsigned __int128)n->small : (unsigned __int128)n->small;
	uint64_t words[2] = {(uint64_t)u, (uint64_t)(u >> 64)};

	if (n->big) {
		mpz_set(z, n->z);
		return;
	}
	mpz_import(z, 2, -1, sizeof(words[0]), 0, 0, words);
	if (n->small < 0)
		mpz_neg(z, z);
}

void
num_set_mpz(struct num *n, const mpz_t z, int scale)
{
	uint64_t words[2] = {0, 0};

	num_init(n);
	n->scale = scale;
	if (mpz_sizeinbase(z, 2) > 120) {
		mpz_init_set(n->z, z);
		n->big = true;
		return;
	}
	mpz_export(words, NULL, -1, sizeof(words[0]), 0, 0, z);
	n->small = (int128_t)((unsigned __int128)words[1] << 64 | words[0]);
	if (mpz_sgn(z) < 0)
		n->small = -n->small;
}

void
mpz_pow10(mpz_t z, unsigned long k)
{
	mpz_ui_pow_ui(z, 10, k);
}

void
mpz_div_round(mpz_t q, const mpz_t n, const mpz_t d)
{
	mpz_t r;

	mpz_init(r);
	mpz_tdiv_qr(q, r, n, d);
	mpz_mul_2exp(r, r, 1);
	if (mpz_cmpabs(r, d) >= 0) {
		if (mpz_sgn(n) * mpz_sgn(d) < 0)
			mpz_sub_ui(q, q, 1);
		else
			mpz_add_ui(q, q, 1);
	}
	mpz_clear(r);
}

bool
num_is_zero(const struct num *n)
{
	return n->kind == NUM_FINITE && (n->big ? mpz_sgn(n->z) == 0 : n->small == 0);
}

int
num_sign(const struct num *n)
{
	if (n->kind != NUM_FINITE)
		return n->kind == NUM_NINF ? -1 : 1;
	return n->big ? mpz_sgn(n->z) : (n->small > 0) - (n->small < 0);
}

void
num_neg(struct num *n)
{
	if (n->kind == NUM_PINF || n->kind == NUM_NINF)
		n->kind = n->kind == NUM_PINF ? NUM_NINF : NUM_PINF;
	else if (n->big)
		mpz_neg(n->z, n->z);
	else
		n->small = -n->small;
}

/* Decimal digits of the unscaled integer; 0 for zero. */
static int
digit_count(const struct num *n)
{
	int128_t v;
	mpz_t p;
	int d;

	if (!n->big) {
		v = n->small < 0 ? -n->small : n->small;
		for (d = 0; d < SMALL_DIGITS + 2 && v >= pow10_table[d];)
			d++;
		return d;
	}
	d = (int)mpz_sizeinbase(n->z, 10);
	mpz_init(p);
	mpz_pow10(p, (unsigned long)d - 1);
	if (mpz_cmpabs(n->z, p) < 0)
		d--;
	mpz_clear(p);
	return d;
}

int
num_int_digits(const struct num *n)
{
	return num_is_zero(n) ? INT_MIN / 2 : digit_count(n) - n->scale;
}

/* Multiplies the unscaled integer by 10^k and adds k to the scale. */
static void
scale_up(struct num *n, int k)
{
	mpz_t p;

	if (k <= 0) {
		return;
	}
	n->scale += k;
	if (!n->big && n->small == 0)
		return;
	if (!n->big && k <= SMALL_DIGITS) {
		int128_t v = n->small < 0 ? -n->small : n->small;

		if (v < small_limit / pow10_table[k]) {
			n->small *= pow10_table[k];
			return;
		}
	}
	if (!n->big) {
		mpz_t z;

		mpz_init(z);
		num_get_mpz(n, z);
		*n->z = *z;
		n->big = true;
	}
	mpz_init(p);
	mpz_pow10(p, (unsigned long)k);
	mpz_mul(n->z, n->z, p);
	mpz_clear(p);
}

/* Divides the unscaled integer by 10^k and takes k from the scale. */
static void
scale_down(struct num *n, int k, bool round)
{
	mpz_t p, q, z;
	int scale = n->scale - k;

	if (!n->big && k <= SMALL_DIGITS) {
		int128_t d = pow10_table[k], v = n->small, r = v % d;

		n->small = v / d;
		if (round && 2 * (r < 0 ? -r : r) >= d)
			n->small += v < 0 ? -1 : 1;
		n->scale = scale;
		return;
	}
	if (digit_count(n) < k) { /* below half a unit whatever its digits are */
		num_release(n);
		num_init(n);
		n->scale = scale;
		return;
	}
	mpz_inits(p, q, z, NULL);
	num_get_mpz(n, z);
	mpz_pow10(p, (unsigned long)k);
	if (round)
		mpz_div_round(q, z, p);
	else
		mpz_tdiv_q(q, z, p);
	num_release(n);
	num_set_mpz(n, q, scale);
	mpz_clears(p, q, z, NULL);
}

void
num_extend(struct num *n, int scale)
{
	if (n->kind == NUM_FINITE)
		scale_up(n, scale - n->scale);
}

static void
to_scale(struct num *n, int scale, bool round)
{
	if (n->kind != NUM_FINITE)
		return;
	if (scale >= n->scale)
		scale_up(n, scale - n->scale);
	else
		scale_down(n, n->scale - scale, round);
	if (n->scale < 0)
		scale_up(n, -n->scale);
}

void
num_round(struct num *n, int scale)
{
	to_scale(n, scale, true);
}

void
num_trunc(struct num *n, int scale)
{
	to_scale(n, scale, false);
}

int
num_min_scale(const struct num *n)
{
	int zeros = 0;

	if (num_is_zero(n))
		return 0;
	if (n->big) {
		mpz_t ten, rest;

		mpz_init_set_ui(ten, 10);
		mpz_init(rest);
		zeros = (int)mpz_remove(rest, n->z, ten);
		mpz_clear(ten);
		mpz_clear(rest);
	} else {
		for (int128_t v = n->small; v % 10 == 0; v /= 10)
			zeros++;
	}
	return MAX(n->scale - zeros, 0);
}

void
num_trim(struct num *n)
{
	if (n->kind == NUM_FINITE)
		to_scale(n, num_min_scale(n), false);
}

static int
kind_rank(const struct num *n)
{
	return n->kind == NUM_NINF ? 0 : n->kind == NUM_FINITE ? 1 : n->kind == NUM_PINF ? 2 : 3;
}

int
num_cmp(const struct num *a, const struct num *b)
{
	struct num x, y;
	int r = kind_rank(a) - kind_rank(b), scale = MAX(a->scale, b->scale);

	if (r || a->kind != NUM_FINITE)
		return r;
	if (!a->big && !b->big && a->scale == b->scale)
		return (a->small > b->small) - (a->small < b->small);
	num_set(&x, a);
	num_set(&y, b);
	num_extend(&x, scale);
	num_extend(&y, scale);
	if (!x.big && !y.big) {
		r = (x.small > y.small) - (x.small < y.small);
	} else {
		mpz_t p, q;

		mpz_inits(p, q, NULL);
		num_get_mpz(&x, p);
		num_get_mpz(&y, q);
		r = mpz_cmp(p, q);
		mpz_clears(p, q, NULL);
	}
	num_release(&x);
	num_release(&y);
	return r;
}

bool
num_to_int64(const struct num *n, int64_t *v)
{
	struct num whole;
	bool ok;

	if (n->kind != NUM_FINITE)
		return false;
	num_set(&whole, n);
	num_round(&whole, 0);
	ok = !whole.big && whole.small <= INT64_MAX && whole.small >= INT64_MIN;
	*v = ok ? (int64_t)whole.small : 0;
	num_release(&whole);
	return ok;
}

double
num_to_double(const struct num *n)
{
	struct buf b = BUF_INIT;
	double r;

	if (n->kind != NUM_FINITE)
		return n->kind == NUM_NAN ? NAN : n->kind == NUM_PINF ? INFINITY : -INFINITY;
	num_print(n, &b);
	r = strtod(buf_str(&b), NULL);
	buf_release(&b);
	return r;
}
