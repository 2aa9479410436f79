#include "types/float.h"
#include "types/read.h"

#include <errno.h>
#include <gmp.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A decimal candidate (digits times 10^exp10) that lies exactly between two numbers of so many
 * mantissa bits reads back as the even one, yet PostgreSQL does not count it as that number's text.
 * It takes numbers from 2^bits up to about 1e40. */
static bool
is_midpoint(double r, int bits, const char *digits, int exp10)
{
	mpz_t dec, half;
	int exp2;
	double m = ldexp(frexp(r, &exp2), bits);
	int shift = exp2 - bits - 1;
	bool mid = false;

	if (shift < 0 || exp10 < 0 || r >= 1e41)
		return false;
	mpz_init_set_str(dec, digits, 10);
	mpz_init(half);
	mpz_ui_pow_ui(half, 10, (unsigned long)exp10);
	mpz_mul(dec, dec, half);
	for (int side = -1; side <= 1 && !mid; side += 2) {
		mpz_set_si(half, 2 * (long)m + side);
		mpz_mul_2exp(half, half, (mp_bitcnt_t)shift);
		mid = mpz_cmp(dec, half) == 0;
	}
	mpz_clear(dec);
	mpz_clear(half);
	return mid;
}

/* Scientific text of a positive finite number with p digits → its digits without trailing zeros,
 * and the exponent. */
static int
take_digits(const char *sci, char *digits)
{
	const char *e = strchr(sci, 'e');
	size_t n = 0;

	for (const char *p = sci; p < e; p++)
		if (*p != '.')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	return atoi(e + 1);
}

static bool
accepts8(double r, const char *sci, const char *digits, int exp)
{
	return strtod(sci, NULL) == r && !is_midpoint(r, 53, digits, exp - (int)strlen(digits) + 1);
}

static bool
accepts4(float r, const char *sci, const char *digits, int exp)
{
	return strtof(sci, NULL) == r &&
	       !is_midpoint((double)r, 24, digits, exp - (int)strlen(digits) + 1);
}

/* One more in the last of p digits: near a power of two the shortest text need not be the nearest
 * one. */
static bool
step_up(char *sci)
{
	char *e = strchr(sci, 'e');

	for (char *p = e - 1; p >= sci; p--) {
		if (*p == '.')
			continue;
		if (*p != '9') {
			(*p)++;
			return true;
		}
		*p = '0';
	}
	return false;
}

static int
shortest8(double r, char *digits)
{
	char sci[FLOAT_TEXT_MAX];
	int exp = 0, e2, first = r < 1e-290 ? 1 : 15;
	bool power_of_two = frexp(r, &e2) == 0.5;

	for (int p = first; p <= 17; p++) {
		snprintf(sci, sizeof(sci), "%.*e", p - 1, r);
		exp = take_digits(sci, digits);
		if (p == 17 || accepts8(r, sci, digits, exp))
			break;
		if (power_of_two && step_up(sci)) {
			exp = take_digits(sci, digits);
			if (accepts8(r, sci, digits, exp))
				break;
		}
	}
	return exp;
}

static int
shortest4(float r, char *digits)
{
	char sci[FLOAT_TEXT_MAX];
	int exp = 0, e2, first = r < 1e-30f ? 1 : 6;
	bool power_of_two = frexpf(r, &e2) == 0.5f;

	for (int p = first; p <= 9; p++) {
		snprintf(sci, sizeof(sci), "%.*e", p - 1, (double)r);
		exp = take_digits(sci, digits);
		if (p == 9 || accepts4(r, sci, digits, exp))
			break;
		if (power_of_two && step_up(sci)) {
			exp = take_digits(sci, digits);
			if (accepts4(r, sci, digits, exp))
				break;
		}
	}
	return exp;
}

/* Plain decimal from 1e-4 up to below 10^limit, otherwise with an exponent. */
static void
layout(const char *digits, int exp, int limit, char *s)
{
	int n = (int)strlen(digits);

	if (exp < -4 || exp >= limit)
		snprintf(s, FLOAT_TEXT_MAX - 1, "%c%s%s%c%c%02d", digits[0], n > 1 ? "." : "",
			 digits + 1, 'e', exp < 0 ? '-' : '+', abs(exp));
	else if (exp < 0)
		snprintf(s, FLOAT_TEXT_MAX - 1, "0.%.*s%s", -exp - 1, "0000", digits);
	else if (n <= exp + 1)
		snprintf(s, FLOAT_TEXT_MAX - 1, "%s%.*s", digits, exp + 1 - n, "000000000000000");
	else
		snprintf(s, FLOAT_TEXT_MAX - 1, "%.*s.%s", exp + 1, digits, digits + exp + 1);
}

static bool
special(double r, char *s)
{
	if (isnan(r))
		memcpy(s, "NaN", 4);
	else if (isinf(r))
		memcpy(s, r < 0 ? "-Infinity" : "Infinity", r < 0 ? 10 : 9);
	else if (r == 0)
		memcpy(s, signbit(r) ? "-0" : "0", signbit(r) ? 3 : 2);
	else
		return false;
	return true;
}

void
float8_format(double r, char s[FLOAT_TEXT_MAX])
{
	char digits[FLOAT_TEXT_MAX];
	int exp;

	if (special(r, s))
		return;
	if (r == rint(r) && fabs(r) < 1e15) {
		snprintf(s, FLOAT_TEXT_MAX, "%" PRId64, (int64_t)r);
		return;
	}
	if (r < 0)
		*s++ = '-';
	exp = shortest8(fabs(r), digits);
	layout(digits, exp, 15, s);
}

void
float4_format(float r, char s[FLOAT_TEXT_MAX])
{
	char digits[FLOAT_TEXT_MAX];
	int exp;

	if (special((double)r, s))
		return;
	if (r < 0)
		*s++ = '-';
	exp = shortest4(fabsf(r), digits);
	layout(digits, exp, 6, s);
}

static bool
parse_special(const char *s, size_t n, double *out)
{
	static const struct {
		const char *name;
		double value;
	} names[] = {{"nan", NAN},
		     {"infinity", INFINITY},
		     {"+infinity", INFINITY},
		     {"-infinity", -INFINITY},
		     {"inf", INFINITY},
		     {"+inf", INFINITY},
		     {"-inf", -INFINITY}};

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (n == strlen(names[i].name) && strncasecmp(s, names[i].name, n) == 0) {
			*out = names[i].value;
			return true;
		}
	return false;
}

/* strtod alone would also take "nanx(…)" forms. */
static bool
looks_numeric(const char *s)
{
	if (*s == '+' || *s == '-')
		s++;
	return (*s >= '0' && *s <= '9') || (*s == '.' && s[1] >= '0' && s[1] <= '9');
}

static bool
out_of_range(struct err *e, const char *type, const char *s, size_t n)
{
	return err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
		       "\"%.*s\" is out of range for type %s", (int)n, s, type);
}

static bool
parse_number(const char *s, bool single, double *out, char **end)
{
	bool bad;

	errno = 0;
	*out = single ? (double)strtof(s, end) : strtod(s, end);
	bad = errno == ERANGE && (*out == 0 || isinf(*out));
	return !bad;
}

bool
float_parse(struct err *e, const char *type, bool single, const char *s, size_t n, double *out)
{
	char small[64], *copy, *end;
	const char *p = s;
	size_t left = n;
	bool ok;

	trim_space(&p, &left);
	if (parse_special(p, left, out))
		return true;
	copy = left < sizeof(small) ? small : xmalloc(left + 1);
	memcpy(copy, p, left);
	copy[left] = '\0';
	end = copy;
	if (!looks_numeric(copy))
		ok = bad_input(e, type, s, n);
	else if (!parse_number(copy, single, out, &end))
		ok = single ? out_of_range(e, type, s, n)
			    : out_of_range(e, type, copy, (size_t)(end - copy));
	else
		ok = end == copy + left || bad_input(e, type, s, n);
	if (copy != small)
		free(copy);
	return ok;
}
