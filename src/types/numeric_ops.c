/*
 * Arithmetic. The scale of each result follows PostgreSQL's rules, and rounding is half away from
 * zero.
 */
#include "types/numeric.h"

#include <limits.h>

static bool
fits64(const struct num *n)
{
	return !n->big && n->small <= INT64_MAX && n->small >= -INT64_MAX;
}

static bool
set_kind(struct num *r, enum num_kind kind)
{
	num_init(r);
	r->kind = kind;
	return true;
}

static bool
special(const struct num *a, const struct num *b)
{
	return a->kind != NUM_FINITE || b->kind != NUM_FINITE;
}

static enum num_kind
add_special(const struct num *a, const struct num *b)
{
	if (a->kind == NUM_NAN || b->kind == NUM_NAN)
		return NUM_NAN;
	if (a->kind == NUM_FINITE)
		return b->kind;
	return b->kind == NUM_FINITE || a->kind == b->kind ? a->kind : NUM_NAN;
}

void
num_add(struct num *r, const struct num *a, const struct num *b)
{
	struct num x, y;
	int scale = MAX(a->scale, b->scale);

	if (a->kind == NUM_FINITE && b->kind == NUM_FINITE && !a->big && !b->big &&
	    a->scale == b->scale) { /* 120 bits each: their sum fits 128 */
		num_from_int128(r, a->small + b->small);
		r->scale = scale;
		return;
	}
	if (special(a, b)) {
		set_kind(r, add_special(a, b));
		return;
	}
	num_set(&x, a);
	num_set(&y, b);
	num_extend(&x, scale);
	num_extend(&y, scale);
	if (!x.big && !y.big) {
		num_from_int128(r, x.small + y.small);
		r->scale = scale;
		return;
	}
	mpz_t p, q;
	mpz_inits(p, q, NULL);
	num_get_mpz(&x, p);
	num_get_mpz(&y, q);
	mpz_add(p, p, q);
	num_set_mpz(r, p, scale);
	mpz_clears(p, q, NULL);
	num_release(&x);
	num_release(&y);
}

void
num_sub(struct num *r, const struct num *a, const struct num *b)
{
	struct num minus;

	num_set(&minus, b);
	num_neg(&minus);
	num_add(r, a, &minus);
	num_release(&minus);
}

static enum num_kind
mul_special(const struct num *a, const struct num *b)
{
	int sign = num_sign(a) * num_sign(b);

	if (a->kind == NUM_NAN || b->kind == NUM_NAN || sign == 0)
		return NUM_NAN;
	return sign > 0 ? NUM_PINF : NUM_NINF;
}

void
num_mul(struct num *r, const struct num *a, const struct num *b)
{
	int scale = a->scale + b->scale;
	mpz_t p, q;

	if (special(a, b)) {
		set_kind(r, mul_special(a, b));
		return;
	}
	if (fits64(a) && fits64(b)) {
		num_from_int128(r, a->small * b->small);
		r->scale = scale;
	} else {
		mpz_inits(p, q, NULL);
		num_get_mpz(a, p);
		num_get_mpz(b, q);
		mpz_mul(p, p, q);
		num_set_mpz(r, p, scale);
		mpz_clears(p, q, NULL);
	}
	if (scale > NUM_MAX_SCALE)
		num_round(r, NUM_MAX_SCALE);
}

static int
floor4(int d)
{
	return d >= 0 ? d / 4 : -((-d + 3) / 4);
}

/* The weight of the leading base-10000 digit, and that digit; zero has weight 0 and digit 0. */
static void
leading_group(const struct num *n, int *weight, int *digit)
{
	struct num lead;
	int d;

	*weight = *digit = 0;
	if (num_is_zero(n))
		return;
	d = num_int_digits(n) - 1;
	*weight = floor4(d);
	num_set(&lead, n);
	lead.scale += *weight * 4;
	if (lead.scale < 0) {
		int up = -lead.scale;

		lead.scale = 0;
		num_extend(&lead, up);
		lead.scale = 0;
	} else {
		num_trunc(&lead, 0);
	}
	*digit = (int)(lead.small < 0 ? -lead.small : lead.small);
	num_release(&lead);
}

int
num_select_div_scale(const struct num *a, const struct num *b)
{
	int wa, da, wb, db, weight, scale;

	leading_group(a, &wa, &da);
	leading_group(b, &wb, &db);
	weight = wa - wb - (da <= db);
	scale = NUM_MIN_SIG_DIGITS - weight * 4;
	scale = MAX(scale, MAX(a->scale, b->scale));
	return MIN(MAX(scale, 0), NUM_MAX_DISPLAY_SCALE);
}

static bool
div_small(struct num *r, const struct num *a, const struct num *b, int shift, int scale, bool round)
{
	static const int128_t limit = (int128_t)1 << 124;
	int128_t n = a->small, d = b->small, q, rest;

	if (a->big || b->big || shift > 36 || shift < -36)
		return false;
	for (; shift > 0; shift--) {
		if (n >= limit / 10 || n <= -limit / 10)
			return false;
		n *= 10;
	}
	for (; shift < 0; shift++) {
		if (d >= limit / 10 || d <= -limit / 10)
			return false;
		d *= 10;
	}
	q = n / d;
	rest = n % d;
	if (round && 2 * (rest < 0 ? -rest : rest) >= (d < 0 ? -d : d))
		q += (n < 0) != (d < 0) ? -1 : 1;
	num_from_int128(r, q);
	r->scale = scale;
	return true;
}

void
num_div_scale(struct num *r, const struct num *a, const struct num *b, int scale, bool round)
{
	int shift = scale + b->scale - a->scale;
	mpz_t n, d, p;

	if (div_small(r, a, b, shift, scale, round))
		return;
	mpz_inits(n, d, p, NULL);
	num_get_mpz(a, n);
	num_get_mpz(b, d);
	mpz_pow10(p, (unsigned long)(shift < 0 ? -shift : shift));
	if (shift < 0)
		mpz_mul(d, d, p);
	else
		mpz_mul(n, n, p);
	if (round)
		mpz_div_round(p, n, d);
	else
		mpz_tdiv_q(p, n, d);
	num_set_mpz(r, p, scale);
	mpz_clears(n, d, p, NULL);
}

static bool
by_zero(struct err *e)
{
	return err_set(e, ERR_DIVISION_BY_ZERO, -1, "division by zero");
}

static bool
div_special(struct err *e, struct num *r, const struct num *a, const struct num *b)
{
	if (a->kind == NUM_NAN || b->kind == NUM_NAN)
		return set_kind(r, NUM_NAN);
	if (a->kind == NUM_FINITE)
		return set_kind(r, NUM_FINITE);
	if (b->kind != NUM_FINITE)
		return set_kind(r, NUM_NAN);
	if (num_is_zero(b))
		return by_zero(e);
	return set_kind(r, num_sign(a) * num_sign(b) > 0 ? NUM_PINF : NUM_NINF);
}

bool
num_div(struct err *e, struct num *r, const struct num *a, const struct num *b)
{
	if (special(a, b))
		return div_special(e, r, a, b);
	if (num_is_zero(b))
		return by_zero(e);
	num_div_scale(r, a, b, num_select_div_scale(a, b), true);
	return true;
}

bool
num_div_trunc(struct err *e, struct num *r, const struct num *a, const struct num *b)
{
	if (special(a, b))
		return div_special(e, r, a, b);
	if (num_is_zero(b))
		return by_zero(e);
	num_div_scale(r, a, b, 0, false);
	return true;
}

bool
num_mod(struct err *e, struct num *r, const struct num *a, const struct num *b)
{
	struct num x, y;
	int scale = MAX(a->scale, b->scale);
	mpz_t p, q;

	if (a->kind == NUM_NAN || b->kind == NUM_NAN)
		return set_kind(r, NUM_NAN);
	if (num_is_zero(b))
		return by_zero(e);
	if (a->kind != NUM_FINITE)
		return set_kind(r, NUM_NAN);
	if (b->kind != NUM_FINITE) {
		num_set(r, a);
		return true;
	}
	num_set(&x, a);
	num_set(&y, b);
	num_extend(&x, scale);
	num_extend(&y, scale);
	if (!x.big && !y.big) {
		num_from_int128(r, x.small % y.small);
		r->scale = scale;
		return true;
	}
	mpz_inits(p, q, NULL);
	num_get_mpz(&x, p);
	num_get_mpz(&y, q);
	mpz_tdiv_r(p, p, q);
	num_set_mpz(r, p, scale);
	mpz_clears(p, q, NULL);
	num_release(&x);
	num_release(&y);
	return true;
}
