/*
 * bit and bit varying: comparison, logic, shifts, pieces, casts, the bitwise aggregates. Bits are
 * digits of a text (types/bit.h).
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/bit.h"

struct bits {
	const char *s;
	size_t n;
};

static bool
arg_bits(struct fcall *c, const struct datum *d, struct bits *b)
{
	struct type_ctx tc = fcall_type_ctx(c);

	b->s = bit_read(&tc, d, &b->n);
	return b->s != NULL;
}

static bool
two(struct fcall *c, const struct datum *args, struct bits *a, struct bits *b)
{
	return arg_bits(c, &args[0], a) && arg_bits(c, &args[1], b);
}

static bool
ret_bits(const char *s, size_t n, struct datum *out)
{
	*out = datum_text(s, n);
	return true;
}

/* The octet with bit i, as the binary form packs them. */
static int
octet_at(const struct bits *b, size_t i)
{
	int v = 0;

	for (size_t k = i - i % 8; k < i - i % 8 + 8; k++)
		v = v << 1 | (k < b->n && b->s[k] == '1');
	return v;
}

/* As PostgreSQL's on machines where memcmp gives the octets' difference. */
static bool
compare(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a, b;
	size_t i = 0, octets;

	if (!two(c, args, &a, &b))
		return false;
	octets = MIN((a.n + 7) / 8, (b.n + 7) / 8);
	while (i < MIN(a.n, b.n) && a.s[i] == b.s[i])
		i++;
	*out = datum_int(0);
	for (; i < octets * 8 && !out->i; i += 8 - i % 8)
		out->i = octet_at(&a, i) - octet_at(&b, i);
	if (!out->i)
		out->i = (a.n > b.n) - (a.n < b.n);
	return true;
}

/* ---- logic ---- */

enum logic { AND, OR, XOR };

/* to may be a. */
static void
combine(char *to, const char *a, const char *b, size_t n, enum logic how)
{
	for (size_t i = 0; i < n; i++) {
		int x = a[i] - '0', y = b[i] - '0';

		to[i] = (char)('0' + (how == AND ? x & y : how == OR ? x | y : x ^ y));
	}
}

static bool
same_length(struct err *e, size_t a, size_t b, enum logic how)
{
	static const char *const names[] = {[AND] = "AND", [OR] = "OR", [XOR] = "XOR"};

	return a == b || err_set(e, ERR_STRING_DATA_LENGTH_MISMATCH, -1,
				 "cannot %s bit strings of different sizes", names[how]);
}

static bool
logic(struct fcall *c, const struct datum *args, enum logic how, struct datum *out)
{
	struct bits a, b;
	char *to;

	if (!two(c, args, &a, &b) || !same_length(c->err, a.n, b.n, how))
		return false;
	to = arena_alloc(c->arena, a.n + 1);
	combine(to, a.s, b.s, a.n, how);
	return ret_bits(to, a.n, out);
}

static bool
and_bits(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return logic(c, args, AND, out);
}

static bool
or_bits(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return logic(c, args, OR, out);
}

static bool
xor_bits(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return logic(c, args, XOR, out);
}

static bool
not_bits(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a;
	char *to;

	if (!arg_bits(c, &args[0], &a))
		return false;
	to = arena_alloc(c->arena, a.n + 1);
	for (size_t i = 0; i < a.n; i++)
		to[i] = a.s[i] == '0' ? '1' : '0';
	return ret_bits(to, a.n, out);
}

/* by > 0: towards the front. */
static bool
shift(struct fcall *c, const struct datum *arg, int64_t by, struct datum *out)
{
	struct bits a;
	size_t k;
	char *to;

	if (!arg_bits(c, arg, &a))
		return false;
	k = (size_t)(by < 0 ? -by : by);
	k = MIN(k, a.n);
	to = arena_alloc(c->arena, a.n + 1);
	memset(to, '0', a.n);
	if (by > 0)
		memcpy(to, a.s + k, a.n - k);
	else
		memcpy(to + k, a.s, a.n - k);
	return ret_bits(to, a.n, out);
}

static bool
shift_left(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t by;

	return arg_int(c, &args[1], &by) && shift(c, &args[0], by, out);
}

static bool
shift_right(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t by;

	return arg_int(c, &args[1], &by) && shift(c, &args[0], -by, out);
}

/* ---- pieces ---- */

static bool
join(struct fcall *c, const struct bits *parts, int n, struct datum *out)
{
	size_t total = 0;
	char *to, *p;

	for (int i = 0; i < n; i++)
		total += parts[i].n;
	if (total > BIT_MAX_LENGTH)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "bit string length exceeds the maximum allowed (%d)",
			       BIT_MAX_LENGTH);
	p = to = arena_alloc(c->arena, total + 1);
	for (int i = 0; i < n; i++) {
		memcpy(p, parts[i].s, parts[i].n);
		p += parts[i].n;
	}
	return ret_bits(to, total, out);
}

static bool
concatenate(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits parts[2];

	return two(c, args, &parts[0], &parts[1]) && join(c, parts, 2, out);
}

static bool
negative_length(struct fcall *c)
{
	return err_set(c->err, ERR_SUBSTRING_ERROR, -1, "negative substring length not allowed");
}

/* Bits from (counted from 1) to, exclusive; positions outside the string hold nothing. */
static struct bits
piece(struct bits a, int64_t from, int64_t to)
{
	from = MIN(MAX(from, 1), (int64_t)a.n + 1);
	to = MIN(MAX(to, from), (int64_t)a.n + 1);
	return (struct bits){a.s + from - 1, (size_t)(to - from)};
}

static bool
substring(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t from, len = INT32_MAX;
	struct bits a;

	if (!arg_bits(c, &args[0], &a) || !arg_int(c, &args[1], &from) ||
	    (nargs > 2 && !arg_int(c, &args[2], &len)))
		return false;
	if (len < 0)
		return negative_length(c);
	a = piece(a, from, nargs > 2 ? from + len : INT64_MAX);
	return ret_bits(a.s, a.n, out);
}

static bool
overlay(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t from, len;
	struct bits a, parts[3];

	if (!two(c, args, &a, &parts[1]) || !arg_int(c, &args[2], &from))
		return false;
	len = (int64_t)parts[1].n;
	if (nargs > 3 && !arg_int(c, &args[3], &len))
		return false;
	if (from <= 0)
		return negative_length(c);
	if (from + len > INT32_MAX || from + len < INT32_MIN)
		return out_of_range(c, "integer");
	parts[0] = piece(a, 1, from);
	parts[2] = piece(a, from + len, INT64_MAX);
	return join(c, parts, 3, out);
}

static bool
position(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a, b;
	const char *at;

	if (!two(c, args, &a, &b))
		return false;
	at = a.n ? memmem(a.s, a.n, b.s, b.n) : NULL;
	*out = datum_int(at ? at - a.s + 1 : 0);
	return true;
}

static bool
length(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a;

	if (!arg_bits(c, &args[0], &a))
		return false;
	*out = datum_int((int64_t)a.n);
	return true;
}

static bool
octet_length(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!length(c, args, nargs, out))
		return false;
	out->i = (out->i + 7) / 8;
	return true;
}

static bool
bit_count(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a;
	int64_t n = 0;

	if (!arg_bits(c, &args[0], &a))
		return false;
	for (size_t i = 0; i < a.n; i++)
		n += a.s[i] == '1';
	*out = datum_int(n);
	return true;
}

static bool
indexed(struct fcall *c, const struct datum *args, struct bits *a, int64_t *i)
{
	if (!arg_bits(c, &args[0], a) || !arg_int(c, &args[1], i))
		return false;
	return (*i >= 0 && *i < (int64_t)a->n) ||
	       err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
		       "bit index %d out of valid range (0..%d)", (int)*i, (int)a->n - 1);
}

static bool
get_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a;
	int64_t i;

	if (!indexed(c, args, &a, &i))
		return false;
	*out = datum_int(a.s[i] - '0');
	return true;
}

static bool
set_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct bits a;
	int64_t i, v;
	char *to;

	if (!indexed(c, args, &a, &i) || !arg_int(c, &args[2], &v))
		return false;
	if (v != 0 && v != 1)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "new bit must be 0 or 1");
	to = arena_memdup(c->arena, a.s, a.n);
	to[i] = (char)('0' + v);
	return ret_bits(to, a.n, out);
}

/* ---- casts ---- */

/* The lowest bits of v, or v with its sign in front. */
static bool
from_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v, n;
	char *to;

	if (!arg_int(c, &args[0], &v) || !arg_int(c, &args[1], &n))
		return false;
	if (n <= 0 || n > BIT_MAX_LENGTH)
		n = 1;
	to = arena_alloc(c->arena, (size_t)n);
	for (int64_t i = n - 1; i >= 0; i--) {
		to[i] = (char)('0' + (v & 1));
		v >>= 1;
	}
	return ret_bits(to, (size_t)n, out);
}

static bool
to_number(struct fcall *c, const struct datum *arg, size_t width, const char *type,
	  struct datum *out)
{
	struct bits a;
	uint64_t v = 0;

	if (!arg_bits(c, arg, &a))
		return false;
	if (a.n > width)
		return out_of_range(c, type);
	for (size_t i = 0; i < a.n; i++)
		v = v << 1 | (uint64_t)(a.s[i] - '0');
	*out = datum_int(width == 32 ? (int64_t)(int32_t)(uint32_t)v : (int64_t)v);
	return true;
}

static bool
to_int4(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_number(c, &args[0], 32, "integer", out);
}

static bool
to_int8(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_number(c, &args[0], 64, "bigint", out);
}

static bool
apply(struct fcall *c, const struct datum *args, oid_t type, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	int64_t typmod, explicit_cast;

	if (!arg_int(c, &args[1], &typmod) || !arg_int(c, &args[2], &explicit_cast))
		return false;
	*out = args[0];
	return type_apply_typmod(&tc, type_builtin(type), (int32_t)typmod, explicit_cast != 0, out);
}

static bool
to_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return apply(c, args, T_BIT, out);
}

static bool
to_varbit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return apply(c, args, T_VARBIT, out);
}

/* ---- aggregates ---- */

/* digits is in the group's arena; NULL: no row yet. */
struct folded {
	char *digits;
	size_t n;
};

static bool
fold(struct agg_call *a, const struct datum *args, enum logic how)
{
	struct folded *f = a->state;
	struct bits b;

	if (!arg_bits(&a->call, &args[0], &b))
		return false;
	if (!f->digits) {
		f->digits = arena_strndup(a->arena, b.s, b.n);
		f->n = b.n;
		return true;
	}
	if (!same_length(a->call.err, f->n, b.n, how))
		return false;
	combine(f->digits, f->digits, b.s, b.n, how);
	return true;
}

static bool
and_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return fold(a, args, AND);
}

static bool
or_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return fold(a, args, OR);
}

static bool
xor_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return fold(a, args, XOR);
}

static bool
fold_final(struct agg_call *a, struct datum *out)
{
	const struct folded *f = a->state;

	*out = f->digits ? datum_text(arena_memdup(a->call.arena, f->digits, f->n), f->n)
			 : datum_null();
	return true;
}

static const struct agg_ops bits_and = {
	.size = sizeof(struct folded), .step = and_step, .final = fold_final, .strict = true};
static const struct agg_ops bits_or = {
	.size = sizeof(struct folded), .step = or_step, .final = fold_final, .strict = true};
static const struct agg_ops bits_xor = {
	.size = sizeof(struct folded), .step = xor_step, .final = fold_final, .strict = true};

const struct func func_bit[] = {
	FUNC_NATIVE("biteq", "$1 = $2"),
	FUNC_NATIVE("bitne", "$1 <> $2"),
	FUNC_NATIVE("bitlt", "$1 < $2"),
	FUNC_NATIVE("bitle", "$1 <= $2"),
	FUNC_NATIVE("bitgt", "$1 > $2"),
	FUNC_NATIVE("bitge", "$1 >= $2"),
	FUNC("bitcmp", compare),
	FUNC("bit_and", and_bits),
	FUNC("bit_or", or_bits),
	FUNC("bitxor", xor_bits),
	FUNC("bitnot", not_bits),
	FUNC("bitshiftleft", shift_left),
	FUNC("bitshiftright", shift_right),
	FUNC("bitcat", concatenate),
	FUNC("bitsubstr", substring),
	FUNC("bitsubstr_no_len", substring),
	FUNC("bitoverlay", overlay),
	FUNC("bitoverlay_no_len", overlay),
	FUNC("bitposition", position),
	FUNC("bitlength", length),
	FUNC("bitoctetlength", octet_length),
	FUNC("bit_bit_count", bit_count),
	FUNC("bitgetbit", get_bit),
	FUNC("bitsetbit", set_bit),
	FUNC("bitfromint4", from_int),
	FUNC("bitfromint8", from_int),
	FUNC("bittoint4", to_int4),
	FUNC("bittoint8", to_int8),
	FUNC("bit", to_bit),
	FUNC("varbit", to_varbit),
	FUNC_AGG("bit_and(bit)", &bits_and),
	FUNC_AGG("bit_or(bit)", &bits_or),
	FUNC_AGG("bit_xor(bit)", &bits_xor),
	FUNC_END,
};
