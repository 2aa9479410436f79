/*
 * Numbers as text: reading, printing, and the collation that compares two texts without converting
 * them.
 */
#include "types/float.h"
#include "types/numeric.h"
#include "types/read.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* The parts of a number's text. Bounded view: nothing here is a copy. */
struct parts {
	bool neg;
	const char *ip, *fp; /* digits before and after the point */
	size_t in, fn;
	int64_t exp;
};

static bool
word(const char *s, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(s, name, n) == 0;
}

static bool
parse_special(const char *s, size_t n, struct num *out)
{
	bool neg = n && *s == '-';

	num_init(out);
	if (word(s, n, "nan")) {
		out->kind = NUM_NAN;
		return true;
	}
	if (n && (*s == '-' || *s == '+'))
		s++, n--;
	if (!word(s, n, "infinity") && !word(s, n, "inf"))
		return false;
	out->kind = neg ? NUM_NINF : NUM_PINF;
	return true;
}

static size_t
digit_run(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (size_t)(p - s);
}

static bool
split(const char *s, size_t n, struct parts *p)
{
	const char *end = s + n;
	size_t digits;
	bool eneg = false;

	*p = (struct parts){0};
	if (s < end && (*s == '-' || *s == '+'))
		p->neg = *s++ == '-';
	p->ip = s;
	p->in = digit_run(s, end);
	s += p->in;
	if (s < end && *s == '.') {
		p->fp = ++s;
		p->fn = digit_run(s, end);
		s += p->fn;
	}
	if (p->in + p->fn == 0)
		return false;
	if (s < end && (*s == 'e' || *s == 'E')) {
		for (s++; s < end && ascii_space(*s);)
			s++;
		if (s < end && (*s == '-' || *s == '+'))
			eneg = *s++ == '-';
		if ((digits = digit_run(s, end)) == 0)
			return false;
		for (; digits; digits--, s++)
			p->exp = MIN(p->exp * 10 + (*s - '0'), INT_MAX);
		p->exp = eneg ? -p->exp : p->exp;
	}
	return s == end;
}

static bool
overflow(struct err *e)
{
	return err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value overflows numeric format");
}

static void
take_digits(struct num *out, const struct parts *p)
{
	if (p->in + p->fn <= 36) {
		for (size_t i = 0; i < p->in; i++)
			out->small = out->small * 10 + (p->ip[i] - '0');
		for (size_t i = 0; i < p->fn; i++)
			out->small = out->small * 10 + (p->fp[i] - '0');
	} else {
		char *digits = xmalloc(p->in + p->fn + 1);
		mpz_t z;

		memcpy(digits, p->ip, p->in);
		if (p->fn)
			memcpy(digits + p->in, p->fp, p->fn);
		digits[p->in + p->fn] = '\0';
		mpz_init_set_str(z, digits, 10);
		free(digits);
		num_set_mpz(out, z, 0);
		mpz_clear(z);
	}
	if (p->neg)
		num_neg(out);
}

bool
num_parse(struct err *e, const char *s, size_t n, struct num *out)
{
	const char *p = s;
	size_t left = n;
	struct parts parts;
	int64_t scale;

	trim_space(&p, &left);
	if (parse_special(p, left, out))
		return true;
	if (!split(p, left, &parts))
		return bad_input(e, "numeric", s, n);
	scale = (int64_t)parts.fn - parts.exp;
	if (parts.exp >= INT_MAX / 2 || parts.exp <= -INT_MAX / 2 || scale > NUM_MAX_SCALE)
		return overflow(e);
	take_digits(out, &parts);
	if (num_is_zero(out)) {
		out->scale = (int)MAX(scale, 0);
		return true;
	}
	if (num_int_digits(out) - scale > NUM_MAX_INT_DIGITS) {
		num_release(out);
		return overflow(e);
	}
	out->scale = (int)scale;
	if (scale < 0)
		num_round(out, 0);
	return true;
}

bool
num_check(struct err *e, const struct num *n)
{
	if (n->kind != NUM_FINITE ||
	    (n->scale <= NUM_MAX_SCALE && num_int_digits(n) <= NUM_MAX_INT_DIGITS))
		return true;
	return overflow(e);
}

/* The everyday text: up to 18 digits, perhaps a sign in front and a point between them. False:
 * something else. */
static bool
read_plain(const char *s, size_t n, struct num *out)
{
	size_t i = n && *s == '-', digits = 0, point = 0;
	int64_t v = 0;

	for (; i < n; i++) {
		if (s[i] >= '0' && s[i] <= '9' && digits < 18) {
			v = v * 10 + (s[i] - '0');
			digits++;
		} else if (s[i] == '.' && !point && digits && i + 1 < n) {
			point = i + 1;
		} else {
			return false;
		}
		if (digits > 18)
			return false;
	}
	if (!digits)
		return false;
	*out = (struct num){.small = *s == '-' ? -v : v, .scale = point ? (int)(n - point) : 0};
	return true;
}

bool
num_read(struct err *e, const struct datum *d, struct num *out)
{
	char text[FLOAT_TEXT_MAX];

	if (d->class == DATUM_INT) {
		num_from_int(out, d->i);
		return true;
	}
	if (d->class == DATUM_REAL) {
		float8_format(d->r, text);
		return num_parse(e, text, strlen(text), out);
	}
	if (d->class == DATUM_NULL)
		return err_set(e, ERR_INTERNAL_ERROR, -1, "unexpected null value");
	return read_plain(d->p, d->n, out) || num_parse(e, d->p, d->n, out);
}

void
num_from_float(struct num *n, double r, bool single)
{
	char text[FLOAT_TEXT_MAX];
	struct err e;

	err_init(&e);
	num_init(n);
	if (isnan(r)) {
		n->kind = NUM_NAN;
	} else if (isinf(r)) {
		n->kind = r > 0 ? NUM_PINF : NUM_NINF;
	} else {
		snprintf(text, sizeof(text), "%.*g", single ? 6 : 15, r);
		if (!num_parse(&e, text, strlen(text), n))
			num_init(n);
	}
	err_release(&e);
}

/* Digits of a non-negative small value, most significant first; returns how many. */
static size_t
small_digits(int128_t v, char out[40])
{
	char rev[40];
	size_t n = 0;
	uint64_t part;

	while (v >= (int128_t)10000000000000000000ULL) {
		part = (uint64_t)(v % (int128_t)10000000000000000000ULL);
		v /= (int128_t)10000000000000000000ULL;
		for (int i = 0; i < 19; i++, part /= 10)
			rev[n++] = (char)('0' + part % 10);
	}
	for (part = (uint64_t)v; part; part /= 10)
		rev[n++] = (char)('0' + part % 10);
	for (size_t i = 0; i < n; i++)
		out[i] = rev[n - 1 - i];
	return n;
}

static void
print_digits(struct buf *b, const char *digits, size_t n, size_t scale)
{
	if (n <= scale) {
		buf_putc(b, '0');
		if (scale) {
			buf_putc(b, '.');
			buf_pad(b, '0', scale - n);
			buf_add(b, digits, n);
		}
		return;
	}
	buf_add(b, digits, n - scale);
	if (scale) {
		buf_putc(b, '.');
		buf_add(b, digits + n - scale, scale);
	}
}

void
num_print(const struct num *n, struct buf *b)
{
	char small[40], *digits;

	if (n->kind != NUM_FINITE) {
		buf_puts(b, n->kind == NUM_NAN    ? "NaN"
			    : n->kind == NUM_PINF ? "Infinity"
						  : "-Infinity");
		return;
	}
	if (num_sign(n) < 0)
		buf_putc(b, '-');
	if (!n->big) {
		print_digits(b, small, small_digits(n->small < 0 ? -n->small : n->small, small),
			     (size_t)n->scale);
		return;
	}
	digits = xmalloc(mpz_sizeinbase(n->z, 10) + 2);
	mpz_get_str(digits, 10, n->z);
	print_digits(b, digits + (*digits == '-'), strlen(digits + (*digits == '-')),
		     (size_t)n->scale);
	free(digits);
}

struct datum
num_datum(const struct num *n, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct datum d;

	num_print(n, &b);
	d = datum_text(arena_memdup(a, b.data, b.len), b.len);
	buf_release(&b);
	return d;
}

bool
num_store(struct err *e, struct arena *a, const struct num *n, struct datum *out)
{
	if (!num_check(e, n))
		return false;
	*out = num_datum(n, a);
	return true;
}

/* Rank of what a text is: -Infinity, a number, Infinity, NaN, anything else. */
static int
text_rank(const char *s, size_t n, struct parts *p)
{
	struct num special;

	if (n && ((*s >= '0' && *s <= '9') || *s == '.' || *s == '-' || *s == '+') &&
	    split(s, n, p) && p->exp == 0)
		return 1;
	if (parse_special(s, n, &special))
		return special.kind == NUM_NINF ? 0 : special.kind == NUM_PINF ? 2 : 3;
	return 4;
}

static void
drop_zeros(struct parts *p)
{
	while (p->in && *p->ip == '0')
		p->ip++, p->in--;
	while (p->fn && p->fp[p->fn - 1] == '0')
		p->fn--;
	if (p->in + p->fn == 0)
		p->neg = false;
}

static int
compare_magnitude(const struct parts *a, const struct parts *b)
{
	size_t n = MIN(a->fn, b->fn);
	int r;

	if (a->in != b->in)
		return a->in < b->in ? -1 : 1;
	if (a->in && (r = memcmp(a->ip, b->ip, a->in)))
		return r;
	if (n && (r = memcmp(a->fp, b->fp, n)))
		return r;
	return (a->fn > b->fn) - (a->fn < b->fn);
}

int
numeric_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b, size_t bn)
{
	struct parts x, y;
	int ra = text_rank(a, an, &x), rb = text_rank(b, bn, &y), r;

	if (ra != rb)
		return ra - rb;
	if (ra == 4) {
		r = memcmp(a, b, MIN(an, bn));
		return r ? r : (an > bn) - (an < bn);
	}
	if (ra != 1)
		return 0;
	drop_zeros(&x);
	drop_zeros(&y);
	if (x.neg != y.neg)
		return x.neg ? -1 : 1;
	r = compare_magnitude(&x, &y);
	return x.neg ? -r : r;
}
