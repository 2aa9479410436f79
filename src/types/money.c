/*
 * money. Text is read with the digits gathered as a negative number, so that the lowest value needs
 * no case of its own.
 */
#include "types/money.h"
#include "types/families.h"
#include "types/read.h"

enum { FRACTION = 2 };

struct money_text {
	const char *p, *end;
	bool negative;
};

static bool
take(struct money_text *t, char ch)
{
	if (t->p == t->end || *t->p != ch)
		return false;
	t->p++;
	return true;
}

static void
skip_space(struct money_text *t)
{
	while (t->p < t->end && ascii_space(*t->p))
		t->p++;
}

static void
skip_symbol(struct money_text *t)
{
	skip_space(t);
	take(t, '$');
	skip_space(t);
}

static bool
at_digit(const struct money_text *t)
{
	return t->p < t->end && *t->p >= '0' && *t->p <= '9';
}

static void
leading(struct money_text *t)
{
	skip_symbol(t);
	if (take(t, '-') || take(t, '('))
		t->negative = true;
	else
		take(t, '+');
	skip_symbol(t);
}

static bool
shift_in(int64_t *v, int digit)
{
	return !__builtin_mul_overflow(*v, 10, v) && !__builtin_sub_overflow(*v, digit, v);
}

/* The negated amount in cents, rounded by the first digit that is left out. False: out of range. */
static bool
amount(struct money_text *t, int64_t *v)
{
	int places = 0;
	bool point = false;

	*v = 0;
	for (; t->p < t->end; t->p++) {
		if (at_digit(t) && places < FRACTION) {
			if (!shift_in(v, *t->p - '0'))
				return false;
			places += point;
		} else if (*t->p == '.' && !point) {
			point = true;
		} else if (*t->p != ',') {
			break;
		}
	}
	if (at_digit(t) && *t->p >= '5' && __builtin_sub_overflow(*v, 1, v))
		return false;
	for (; places < FRACTION; places++)
		if (!shift_in(v, 0))
			return false;
	return true;
}

static bool
trailing(struct money_text *t)
{
	while (at_digit(t))
		t->p++;
	for (; t->p < t->end; t->p++) {
		if (*t->p == '-')
			t->negative = true;
		else if (!ascii_space(*t->p) && *t->p != ')' && *t->p != '+' && *t->p != '$')
			return false;
	}
	return true;
}

bool
money_parse(struct err *e, const char *s, size_t n, int64_t *cents)
{
	struct money_text t = {s, s + n, false};

	leading(&t);
	if (!amount(&t, cents))
		return bad_range(e, "money", s, n);
	if (!trailing(&t))
		return bad_input(e, "money", s, n);
	if (t.negative)
		return true;
	if (*cents == INT64_MIN)
		return bad_range(e, "money", s, n);
	*cents = -*cents;
	return true;
}

bool
money_read(struct type_ctx *c, const struct datum *d, int64_t *cents)
{
	if (d->class == DATUM_INT) {
		*cents = d->i;
		return true;
	}
	if (d->class == DATUM_TEXT)
		return money_parse(c->err, d->p, d->n, cents);
	return read_int(c, type_builtin(T_MONEY), d, cents);
}

void
money_print(int64_t cents, struct buf *b)
{
	char text[40], *p = text + sizeof(text);
	uint64_t v = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
	int places = 0;

	do {
		if (places == FRACTION)
			*--p = '.';
		else if (places > FRACTION && (places - FRACTION) % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + v % 10);
		v /= 10;
		places++;
	} while (v || places <= FRACTION);
	*--p = '$';
	if (cents < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

static bool
money_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	 int32_t typmod UNUSED, struct datum *out)
{
	int64_t v;

	if (!money_parse(c->err, s, n, &v))
		return false;
	*out = datum_int(v);
	return true;
}

static bool
money_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	  int32_t typmod UNUSED, struct buf *b)
{
	int64_t v;

	if (!money_read(c, d, &v))
		return false;
	money_print(v, b);
	return true;
}

static bool
money_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p, size_t n,
	   int32_t typmod UNUSED, struct datum *out)
{
	if (n != 8)
		return bad_binary(c->err);
	*out = datum_int((int64_t)be64_get(p));
	return true;
}

static bool
money_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	   int32_t typmod UNUSED, struct buf *b)
{
	int64_t v;

	if (!money_read(c, d, &v))
		return false;
	buf_put64(b, (uint64_t)v);
	return true;
}

const struct type types_money[] = {
	{.oid = T_MONEY,
	 .stored = DATUM_INT,
	 .decl = "INTEGER",
	 .in = money_in,
	 .out = money_out,
	 .recv = money_recv,
	 .send = money_send},
	{0},
};
