/*
 * The numeric type's row: text and binary forms, and numeric(p,s).
 */
#include "types/numeric.h"
#include "types/families.h"
#include "types/read.h"

#include <limits.h>
#include <stdlib.h>

enum {
	SIGN_POS = 0x0000,
	SIGN_NEG = 0x4000,
	SIGN_NAN = 0xc000,
	INFINITY_SCALE = 0x20, /* what PostgreSQL sends as an infinity's display scale */
	SIGN_PINF = 0xd000,
	SIGN_NINF = 0xf000
};

static int
typmod_precision(int32_t typmod)
{
	return (typmod - 4) >> 16 & 0xffff;
}

/* Scales are 11-bit two's complement. */
static int
typmod_scale(int32_t typmod)
{
	return (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
}

bool
num_apply(struct err *e, int32_t typmod, struct num *n)
{
	int precision = typmod_precision(typmod), scale = typmod_scale(typmod),
	    most = precision - scale;

	if (typmod < 4 || n->kind == NUM_NAN)
		return true;
	if (n->kind != NUM_FINITE) {
		err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "numeric field overflow");
		return err_detail(
			e, "A field with precision %d, scale %d cannot hold an infinite value.",
			precision, scale);
	}
	num_round(n, scale);
	if (num_int_digits(n) <= most)
		return true;
	err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "numeric field overflow");
	if (most == 0)
		return err_detail(e,
				  "A field with precision %d, scale %d must round to an absolute "
				  "value less than 1.",
				  precision, scale);
	return err_detail(e,
			  "A field with precision %d, scale %d must round to an absolute value "
			  "less than 10^%d.",
			  precision, scale, most);
}

static bool
finish(struct type_ctx *c, struct num *n, int32_t typmod, struct datum *out)
{
	bool ok = num_apply(c->err, typmod, n) && num_store(c->err, c->arena, n, out);

	num_release(n);
	return ok;
}

static bool
numeric_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n, int32_t typmod,
	   struct datum *out)
{
	struct num v;

	return num_parse(c->err, s, n, &v) && finish(c, &v, typmod, out);
}

static bool
numeric_apply(struct type_ctx *c, const struct type *t UNUSED, int32_t typmod,
	      bool explicit_cast UNUSED, struct datum *d)
{
	struct num v;

	return num_read(c->err, d, &v) && finish(c, &v, typmod, d);
}

/* Text that is already canonical is most of what there is. */
static bool
canonical(const char *s, size_t n)
{
	size_t i = n && *s == '-', from = i;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i == from || (s[from] == '0' && i > from + 1))
		return false;
	if (i == n)
		return from == 0 || s[from] != '0';
	if (s[i++] != '.' || i == n)
		return false;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i == n && from == 0;
}

static bool
numeric_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	    int32_t typmod UNUSED, struct buf *b)
{
	struct num v;

	if (d->class == DATUM_TEXT && canonical(d->p, d->n)) {
		buf_add(b, d->p, d->n);
		return true;
	}
	if (!num_read(c->err, d, &v))
		return false;
	num_print(&v, b);
	num_release(&v);
	return true;
}

static bool
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_INVALID_BINARY_REPRESENTATION, -1,
		       "invalid %s in external \"numeric\" value", what);
}

static bool
special_recv(uint16_t sign, struct num *v)
{
	if (sign != SIGN_NAN && sign != SIGN_PINF && sign != SIGN_NINF)
		return false;
	v->kind = sign == SIGN_NAN ? NUM_NAN : sign == SIGN_PINF ? NUM_PINF : NUM_NINF;
	return true;
}

/* Base-10000 digits, the first of weight 10000^weight, into v. */
static void
join_groups(struct num *v, const uint8_t *p, int ndigits, int weight, int dscale)
{
	int scale = (ndigits - 1 - weight) * 4;
	char *text = xmalloc((size_t)ndigits * 4 + 1);
	mpz_t z, pow;

	for (int i = 0; i < ndigits; i++) {
		unsigned g = be16_get(p + 2 * i);

		for (int k = 3; k >= 0; k--, g /= 10)
			text[i * 4 + k] = (char)('0' + g % 10);
	}
	text[ndigits * 4] = '\0';
	mpz_init_set_str(z, ndigits ? text : "0", 10);
	free(text);
	if (scale < 0) {
		mpz_init(pow);
		mpz_pow10(pow, (unsigned long)-scale);
		mpz_mul(z, z, pow);
		mpz_clear(pow);
		scale = 0;
	}
	num_set_mpz(v, z, scale);
	mpz_clear(z);
	num_trunc(v, dscale);
}

static bool
numeric_recv(struct type_ctx *c, const struct type *t UNUSED, const void *data, size_t n,
	     int32_t typmod, struct datum *out)
{
	const uint8_t *p = data;
	uint16_t ndigits, sign, dscale;
	struct num v;

	if (n < 8)
		return bad_binary(c->err);
	ndigits = be16_get(p);
	sign = be16_get(p + 4);
	dscale = be16_get(p + 6);
	if (sign != SIGN_POS && sign != SIGN_NEG && sign != SIGN_NAN && sign != SIGN_PINF &&
	    sign != SIGN_NINF)
		return bad(c->err, "sign");
	if (dscale > NUM_MAX_SCALE)
		return bad(c->err, "scale");
	if (n != 8 + 2 * (size_t)ndigits)
		return bad_binary(c->err);
	for (int i = 0; i < ndigits; i++)
		if (be16_get(p + 8 + 2 * i) > 9999)
			return bad(c->err, "digit");
	num_init(&v);
	if (!special_recv(sign, &v)) {
		join_groups(&v, p + 8, ndigits, (int16_t)be16_get(p + 2), dscale);
		if (sign == SIGN_NEG)
			num_neg(&v);
	}
	return finish(c, &v, typmod, out);
}

static void
send_header(struct buf *b, int ndigits, int weight, int sign, int dscale)
{
	buf_put16(b, (uint16_t)ndigits);
	buf_put16(b, (uint16_t)weight);
	buf_put16(b, (uint16_t)sign);
	buf_put16(b, (uint16_t)dscale);
}

/* s: decimal digits of the unscaled integer, n of them. */
static void
send_groups(struct buf *b, const char *s, int n, int scale, bool neg)
{
	int weight, pad, ngroups, last;
	int int_digits = n - scale; /* may be negative */

	weight = int_digits > 0 ? (int_digits + 3) / 4 - 1 : -((-int_digits) / 4) - 1;
	pad = (weight + 1) * 4 - int_digits; /* zeros in front of the first digit */
	last = n;
	while (last && s[last - 1] == '0')
		last--;
	ngroups = (pad + last + 3) / 4;
	send_header(b, ngroups, weight, neg ? SIGN_NEG : SIGN_POS, scale);
	for (int g = 0; g < ngroups; g++) {
		unsigned v = 0;

		for (int k = 0; k < 4; k++) {
			int at = g * 4 + k - pad;

			v = v * 10 + (at >= 0 && at < n ? (unsigned)(s[at] - '0') : 0);
		}
		buf_put16(b, (uint16_t)v);
	}
}

static void
finite_send(const struct num *v, struct buf *b)
{
	mpz_t z;
	char *s;

	if (num_is_zero(v)) {
		send_header(b, 0, 0, SIGN_POS, v->scale);
		return;
	}
	mpz_init(z);
	num_get_mpz(v, z);
	mpz_abs(z, z);
	s = xmalloc(mpz_sizeinbase(z, 10) + 2);
	mpz_get_str(s, 10, z);
	mpz_clear(z);
	send_groups(b, s, (int)strlen(s), v->scale, num_sign(v) < 0);
	free(s);
}

static bool
numeric_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	     int32_t typmod UNUSED, struct buf *b)
{
	struct num v;

	if (!num_read(c->err, d, &v))
		return false;
	if (v.kind == NUM_FINITE)
		finite_send(&v, b);
	else
		send_header(b, 0, 0,
			    v.kind == NUM_NAN    ? SIGN_NAN
			    : v.kind == NUM_PINF ? SIGN_PINF
						 : SIGN_NINF,
			    v.kind == NUM_NAN ? 0 : INFINITY_SCALE);
	num_release(&v);
	return true;
}

static bool
numeric_typmodin(struct err *e, int location, const char *const *args, int nargs, int32_t *typmod)
{
	int64_t precision, scale = 0;

	if (nargs < 1 || nargs > 2)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "invalid NUMERIC type modifier");
	if (!parse_int(e, "integer", args[0], strlen(args[0]), INT32_MIN, INT32_MAX, &precision) ||
	    (nargs == 2 &&
	     !parse_int(e, "integer", args[1], strlen(args[1]), INT32_MIN, INT32_MAX, &scale)))
		return false;
	if (precision < 1 || precision > 1000)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "NUMERIC precision %d must be between %d and %d", (int)precision, 1,
			       1000);
	if (scale < -1000 || scale > 1000)
		return err_set(e, ERR_INVALID_PARAMETER_VALUE, location,
			       "NUMERIC scale %d must be between %d and %d", (int)scale, -1000,
			       1000);
	*typmod = (int32_t)((precision << 16 | (scale & 0x7ff)) + 4);
	return true;
}

static void
numeric_typmodout(int32_t typmod, struct buf *b)
{
	if (typmod >= 4)
		buf_printf(b, "(%d,%d)", typmod_precision(typmod), typmod_scale(typmod));
}

const struct type types_numeric[] = {
	{.oid = T_NUMERIC,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .collation = "pg_numeric",
	 .in = numeric_in,
	 .out = numeric_out,
	 .recv = numeric_recv,
	 .send = numeric_send,
	 .collate = numeric_collate,
	 .typmodin = numeric_typmodin,
	 .typmodout = numeric_typmodout,
	 .apply = numeric_apply},
	{0},
};
