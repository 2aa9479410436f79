/*
 * to_char of numbers, to_number.
 */
#include "func/numfmt.h"
#include "func/args.h"
#include "func/tables.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool template(struct fcall *c, const struct datum *arg, struct numfmt *f)
{
	size_t n;
	const char *s = arg_text(c, arg, &n);

	return numfmt_parse(c->arena, c->err, s, n, f);
}

/* What fills a number's place when it does not fit. */
static char *
hashes(struct arena *a, const struct numfmt *f)
{
	size_t n = (size_t)(f->pre + f->post + 1);
	char *s = arena_alloc(a, n + 2);

	memset(s, '#', n);
	s[n] = '\0';
	s[f->pre] = '.';
	return s;
}

static const char *
roman(struct arena *a, int64_t v)
{
	static const struct {
		int value;
		const char *letters;
	} parts[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
		     {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
		     {5, "V"},    {4, "IV"},   {1, "I"}};
	struct buf b = BUF_INIT;
	char *s;

	if (v < 1 || v > 3999)
		return "###############";
	for (size_t i = 0; i < COUNTOF(parts); i++)
		for (; v >= parts[i].value; v -= parts[i].value)
			buf_puts(&b, parts[i].letters);
	s = buf_dup(&b, a);
	buf_release(&b);
	return s;
}

static bool
finish(struct fcall *c, bool ok, struct buf *b, struct datum *out)
{
	if (ok)
		return ret_buf(c, b, out);
	buf_release(b);
	return false;
}

/* text: a decimal number with its sign, rounded to f->post places. */
static bool
print_decimal(struct fcall *c, struct numfmt *f, const char *text, struct datum *out)
{
	struct buf b = BUF_INIT;
	bool negative = *text == '-';
	const char *digits = text + negative, *point = strchr(digits, '.');
	int len = (int)(point ? (size_t)(point - digits) : strlen(digits));
	int blanks = MAX(f->pre - len, 0);

	if (len > f->pre)
		digits = hashes(c->arena, f);
	return finish(c, numfmt_print(c->err, f, digits, negative, blanks, &b), &b, out);
}

static bool
print_roman(struct fcall *c, struct numfmt *f, int64_t v, struct datum *out)
{
	struct buf b = BUF_INIT;

	return finish(c, numfmt_print(c->err, f, roman(c->arena, v), false, 0, &b), &b, out);
}

/* Scientific text with its sign or a blank. */
static bool
print_exponent(struct fcall *c, struct numfmt *f, const char *sci, struct datum *out)
{
	struct buf b = BUF_INIT;

	if (*sci != '-')
		buf_putc(&b, ' ');
	return finish(c, numfmt_print(c->err, f, sci, false, 0, &b), &b, out);
}

static bool
print_no_exponent(struct fcall *c, struct numfmt *f, struct datum *out)
{
	size_t n = (size_t)(f->pre + f->post + 6);
	char *s = arena_alloc(c->arena, n + 1);

	memset(s, '#', n);
	s[n] = '\0';
	s[0] = ' ';
	s[f->pre + 1] = '.';
	*out = datum_text(s, n);
	return true;
}

/* d.dddde+XX with places digits; rounding may carry to 10.0, which stays so. */
static char *
scientific(struct arena *a, const struct num *n, int places)
{
	struct num v;
	struct buf b = BUF_INIT;
	char *s;
	int exp = num_is_zero(n) ? 0 : num_int_digits(n) - 1;

	num_set(&v, n);
	num_round(&v, places - exp);
	num_extend(&v, MAX(places - exp, MAX(-exp, 0)));
	v.scale += exp;
	num_round(&v, places);
	num_print(&v, &b);
	buf_printf(&b, "e%c%02d", exp < 0 ? '-' : '+', abs(exp));
	s = buf_dup(&b, a);
	buf_release(&b);
	num_release(&v);
	return s;
}

static void
times_pow10(struct num *n, int k)
{
	struct num p, r;
	mpz_t z;

	mpz_init(z);
	mpz_pow10(z, (unsigned long)k);
	num_set_mpz(&p, z, 0);
	mpz_clear(z);
	num_mul(&r, n, &p);
	num_release(n);
	num_release(&p);
	*n = r;
}

static bool
to_int(struct fcall *c, const struct num *n, int64_t *v)
{
	if (n->kind != NUM_FINITE)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cannot convert %s to integer",
			       n->kind == NUM_NAN ? "NaN" : "infinity");
	if (!num_to_int64(n, v) || *v != (int32_t)*v)
		return out_of_range(c, "integer");
	return true;
}

static bool
num_text(struct fcall *c, struct numfmt *f, struct num *n, struct datum *out)
{
	struct buf b = BUF_INIT;
	int64_t whole;
	char *text;

	if (f->flags & NFF_ROMAN)
		return to_int(c, n, &whole) && print_roman(c, f, whole, out);
	if (f->flags & NFF_EEEE)
		return n->kind == NUM_FINITE
			       ? print_exponent(c, f, scientific(c->arena, n, f->post), out)
			       : print_no_exponent(c, f, out);
	if (f->flags & NFF_MULTI) {
		if (n->kind == NUM_FINITE)
			times_pow10(n, f->multi);
		f->pre += f->multi;
	}
	num_round(n, f->post);
	num_print(n, &b);
	text = buf_dup(&b, c->arena);
	buf_release(&b);
	return print_decimal(c, f, text, out);
}

static bool
numeric_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct numfmt f;
	struct num n;
	bool ok;

	if (!template(c, &args[1], &f) || !arg_num(c, &args[0], &n))
		return false;
	ok = num_text(c, &f, &n, out);
	num_release(&n);
	return ok;
}

/* int4 goes through a double for EEEE alone. */
static bool
int4_to_char(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct numfmt f;
	int64_t v;
	char text[512];

	if (!template(c, &args[1], &f) || !arg_int(c, &args[0], &v))
		return false;
	if (!(f.flags & NFF_EEEE))
		return numeric_to_char(c, args, nargs, out);
	snprintf(text, sizeof(text), "%.*e", MIN(f.post, 400), (double)v);
	return print_exponent(c, &f, text, out);
}

/* digits10: how many digits of the type are worth printing. */
static bool
float_to_char(struct fcall *c, const struct datum *args, int digits10, struct datum *out)
{
	struct numfmt f;
	double v;
	char text[512];
	int len;

	if (!template(c, &args[1], &f) || !arg_float(c, &args[0], &v))
		return false;
	if (f.flags & NFF_ROMAN)
		return print_roman(c, &f, isfinite(v) && fabs(v) < 1e9 ? (int64_t)rint(v) : 0, out);
	if (f.flags & NFF_EEEE) {
		if (!isfinite(v))
			return print_no_exponent(c, &f, out);
		snprintf(text, sizeof(text), "%.*e", MIN(f.post, 400), v);
		return print_exponent(c, &f, text, out);
	}
	if (f.flags & NFF_MULTI) {
		v *= pow(10, f.multi);
		f.pre += f.multi;
	}
	if (isfinite(v))
		len = snprintf(text, sizeof(text), "%.0f", fabs(v));
	else
		len = snprintf(text, sizeof(text), "%s",
			       isnan(v) ? "NaN"
			       : v < 0  ? "-Infinity"
					: "Infinity") -
		      (v < 0);
	if (len >= digits10)
		f.post = 0;
	else if (len + f.post > digits10)
		f.post = digits10 - len;
	if (isfinite(v))
		snprintf(text, sizeof(text), "%.*f", f.post, v);
	return print_decimal(c, &f, text, out);
}

static bool
float4_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return float_to_char(c, args, FLT_DIG, out);
}

static bool
float8_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return float_to_char(c, args, DBL_DIG, out);
}

static bool
read_number(struct fcall *c, struct numfmt *f, const char *text, size_t n, int scale,
	    struct datum *out)
{
	struct num v, ten, k, p, r;
	bool ok;

	if (!num_parse(c->err, text, n, &v))
		return false;
	if (!num_apply(c->err, ((f->pre + f->multi + scale) << 16 | scale) + 4, &v)) {
		num_release(&v);
		return false;
	}
	if (!(f->flags & NFF_MULTI))
		return ret_num_release(c, &v, out);
	num_from_int(&ten, 10);
	num_from_int(&k, -f->multi);
	ok = num_power(c->err, &p, &ten, &k);
	if (ok) {
		num_mul(&r, &v, &p);
		num_release(&p);
	}
	num_release(&v);
	return ok && ret_num_release(c, &r, out);
}

static bool
to_number(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct numfmt f;
	struct buf b = BUF_INIT;
	size_t n, fn;
	const char *s = arg_text(c, &args[0], &n);
	int scale;
	bool ok;

	arg_text(c, &args[1], &fn);
	if (fn == 0)
		return true;
	if (!template(c, &args[1], &f))
		return false;
	if (f.flags & NFF_EEEE)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "\"EEEE\" not supported for input");
	if (f.flags & NFF_ROMAN)
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "\"RN\" not supported for input");
	numfmt_read(&f, s, n, &b, &scale);
	ok = read_number(c, &f, buf_str(&b), b.len, scale, out);
	buf_release(&b);
	return ok;
}

const struct func func_numfmt[] = {
	FUNC("int4_to_char", int4_to_char),
	FUNC("int8_to_char", numeric_to_char),
	FUNC("numeric_to_char", numeric_to_char),
	FUNC("float4_to_char", float4_to_char),
	FUNC("float8_to_char", float8_to_char),
	FUNC("numeric_to_number", to_number),
	FUNC_END,
};
