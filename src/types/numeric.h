/*
 * numeric: PostgreSQL's exact decimal numbers: an integer and a display scale.
 * Stored:  TEXT with the scale: '12.50', 'NaN', 'Infinity', '-Infinity'; collation pg_numeric.
 * Memory:  a struct num whose big is set holds a GMP integer: num_release, unless it is a copy that
 * does not own it. Mirrors: utils/adt/numeric.c, whose rules for the scale of every result these
 * follow.
 */
#ifndef TYPES_NUMERIC_H
#define TYPES_NUMERIC_H

#include "types/type.h"

#include <gmp.h>

enum num_kind { NUM_FINITE, NUM_NAN, NUM_PINF, NUM_NINF };
enum {
	NUM_MAX_DISPLAY_SCALE = 1000,
	NUM_MIN_SIG_DIGITS = 16,
	NUM_MAX_SCALE = 16383,
	NUM_MAX_INT_DIGITS = 131072
};

typedef __int128 int128_t;

/* value = v / 10^scale, v in z when big, else in small. Invariant: big only after an operation left
 * 120 bits. */
struct num {
	enum num_kind kind;
	bool big;
	int scale;
	int128_t small;
	mpz_t z;
};

void num_init(struct num *n); /* zero, scale 0 */
void num_release(struct num *n);
void num_set(struct num *to, const struct num *from);
void num_from_int(struct num *n, int64_t v);
void num_from_int128(struct num *n, int128_t v);
/* PostgreSQL's float8_numeric and float4_numeric: 15 or 6 significant digits. */
void num_from_float(struct num *n, double r, bool single);

/* Text as numeric_in takes it; a typmod is not applied. False: 22P02, 22003. */
bool num_parse(struct err *e, const char *s, size_t n, struct num *out) MUSTCHECK;
/* Any stored value, leniently. */
bool num_read(struct err *e, const struct datum *d, struct num *out) MUSTCHECK;
/* 22003 «value overflows numeric format» when n is beyond PostgreSQL's range. */
bool num_check(struct err *e, const struct num *n) MUSTCHECK;
void num_print(const struct num *n, struct buf *b);
struct datum num_datum(const struct num *n, struct arena *a);
/* num_check, then num_datum. */
bool num_store(struct err *e, struct arena *a, const struct num *n, struct datum *out) MUSTCHECK;

bool num_is_zero(const struct num *n);
int num_sign(const struct num *n); /* of a finite number or an infinity */
/* Total order: -Infinity, numbers, Infinity, NaN. */
int num_cmp(const struct num *a, const struct num *b);
/* Decimal digits before the point of |n|, e.g. 3 for 123.4, 0 for 0.5, -1 for 0.05; INT_MIN / 2 for
 * zero. */
int num_int_digits(const struct num *n);

/* Results never alias arguments. All are defined for finite arguments and for specials as
 * PostgreSQL defines them. */
void num_add(struct num *r, const struct num *a, const struct num *b);
void num_sub(struct num *r, const struct num *a, const struct num *b);
void num_mul(struct num *r, const struct num *a, const struct num *b);
bool num_div(struct err *e, struct num *r, const struct num *a,
	     const struct num *b) MUSTCHECK; /* 22012 */
bool num_div_trunc(struct err *e, struct num *r, const struct num *a,
		   const struct num *b) MUSTCHECK; /* 22012 */
bool num_mod(struct err *e, struct num *r, const struct num *a,
	     const struct num *b) MUSTCHECK; /* 22012 */
/* a / b at a chosen scale, b not zero, both finite. */
void num_div_scale(struct num *r, const struct num *a, const struct num *b, int scale, bool round);
int num_select_div_scale(const struct num *a, const struct num *b);
void num_neg(struct num *n);
/* To scale (may be negative), half away from zero, or truncated; the display scale becomes
 * MAX(scale, 0). */
void num_round(struct num *n, int scale);
void num_trunc(struct num *n, int scale);
/* Same value with at least this display scale. */
void num_extend(struct num *n, int scale);
void num_trim(struct num *n); /* without trailing zeros of the fraction */
int num_min_scale(const struct num *n);

/* Rounded half away from zero. False: not finite or out of range (no error set). */
bool num_to_int64(const struct num *n, int64_t *v) MUSTCHECK;
double num_to_double(const struct num *n); /* ±HUGE_VAL on overflow */

/* numeric_math.c. Errors: 2201F, 2201E, 22003. */
bool num_sqrt(struct err *e, struct num *r, const struct num *a) MUSTCHECK;
bool num_exp(struct err *e, struct num *r, const struct num *a) MUSTCHECK;
bool num_ln(struct err *e, struct num *r, const struct num *a) MUSTCHECK;
bool num_log(struct err *e, struct num *r, const struct num *base, const struct num *a) MUSTCHECK;
bool num_power(struct err *e, struct num *r, const struct num *base,
	       const struct num *exp) MUSTCHECK;
/* Square root at a chosen scale, rounded; a >= 0. */
void num_sqrt_scale(struct num *r, const struct num *a, int scale);

/* numeric(p,s): rounding and the 22003 with its detail. */
bool num_apply(struct err *e, int32_t typmod, struct num *n) MUSTCHECK;

type_collate_fn numeric_collate;

/* For mpz users: the unscaled integer, and 10^k. */
void num_get_mpz(const struct num *n, mpz_t z);
void num_set_mpz(struct num *n, const mpz_t z, int scale);
void mpz_pow10(mpz_t z, unsigned long k);
/* q = n / d rounded half away from zero; q must not alias d. */
void mpz_div_round(mpz_t q, const mpz_t n, const mpz_t d);

#endif
