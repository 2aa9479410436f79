/*
 * count, sum, avg, min, max, bool_*, bit_*, string_agg. What SQLite's own aggregates do exactly is
 * left to them.
 */
#include "func/args.h"
#include "func/tables.h"

#include <math.h>
#include <stdlib.h>

/* Sums of integers: exact in 128 bits. */
struct int_sum {
	int128_t sum;
	int64_t n;
};

static bool
int_sum_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct int_sum *s = a->state;
	int64_t v;

	if (!arg_int(&a->call, &args[0], &v))
		return false;
	s->sum += v;
	s->n++;
	return true;
}

static bool
int_sum_inverse(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct int_sum *s = a->state;
	int64_t v;

	if (!arg_int(&a->call, &args[0], &v))
		return false;
	s->sum -= v;
	s->n--;
	return true;
}

static bool
int_sum_final(struct agg_call *a, struct datum *out)
{
	struct int_sum *s = a->state;
	struct num n;

	*out = datum_null();
	if (s->n == 0)
		return true;
	num_from_int128(&n, s->sum);
	return ret_num_release(&a->call, &n, out);
}

static bool
average(struct agg_call *a, const struct num *sum, int64_t count, struct datum *out)
{
	struct num n, r;

	num_from_int(&n, count);
	return num_div(a->call.err, &r, sum, &n) && ret_num_release(&a->call, &r, out);
}

static bool
int_avg_final(struct agg_call *a, struct datum *out)
{
	struct int_sum *s = a->state;
	struct num sum;
	bool ok;

	*out = datum_null();
	if (s->n == 0)
		return true;
	num_from_int128(&sum, s->sum);
	ok = average(a, &sum, s->n, out);
	num_release(&sum);
	return ok;
}

/* What SQLite's count and sum do, for windows that it has no form for. */
static bool
count_step(struct agg_call *a, const struct datum *args UNUSED, int nargs UNUSED)
{
	struct int_sum *s = a->state;

	s->n++;
	return true;
}

static bool
count_inverse(struct agg_call *a, const struct datum *args UNUSED, int nargs UNUSED)
{
	struct int_sum *s = a->state;

	s->n--;
	return true;
}

static bool
count_final(struct agg_call *a, struct datum *out)
{
	const struct int_sum *s = a->state;

	*out = datum_int(s->n);
	return true;
}

static bool
small_sum_final(struct agg_call *a, struct datum *out)
{
	const struct int_sum *s = a->state;

	*out = s->n ? datum_int((int64_t)s->sum) : datum_null();
	return true;
}

static const struct agg_ops window_count = {.size = sizeof(struct int_sum),
					    .step = count_step,
					    .inverse = count_inverse,
					    .final = count_final,
					    .strict = true};
static const struct agg_ops window_sum = {.size = sizeof(struct int_sum),
					  .step = int_sum_step,
					  .inverse = int_sum_inverse,
					  .final = small_sum_final,
					  .strict = true};
static const struct agg_ops sum_int8 = {.size = sizeof(struct int_sum),
					.step = int_sum_step,
					.inverse = int_sum_inverse,
					.final = int_sum_final,
					.strict = true};
static const struct agg_ops avg_int = {.size = sizeof(struct int_sum),
				       .step = int_sum_step,
				       .inverse = int_sum_inverse,
				       .final = int_avg_final,
				       .strict = true};

/* Sums of numerics. special keeps NaN and the infinities apart from the finite sum. */
struct num_sum {
	struct num sum, special;
	int64_t n;
};

static bool
num_sum_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct num_sum *s = a->state;
	struct num v, r, *to;

	if (!arg_num(&a->call, &args[0], &v))
		return false;
	to = v.kind == NUM_FINITE ? &s->sum : &s->special;
	num_add(&r, to, &v);
	num_release(to);
	num_release(&v);
	*to = r;
	s->n++;
	return true;
}

static bool
num_sum_final(struct agg_call *a, struct datum *out)
{
	struct num_sum *s = a->state;
	struct num r;

	*out = datum_null();
	if (s->n == 0)
		return true;
	num_set(&r, s->special.kind == NUM_FINITE ? &s->sum : &s->special);
	return ret_num_release(&a->call, &r, out);
}

static bool
num_avg_final(struct agg_call *a, struct datum *out)
{
	struct num_sum *s = a->state;

	*out = datum_null();
	return s->n == 0 ||
	       average(a, s->special.kind == NUM_FINITE ? &s->sum : &s->special, s->n, out);
}

static void
num_sum_release(void *state)
{
	struct num_sum *s = state;

	num_release(&s->sum);
}

static const struct agg_ops sum_numeric = {.size = sizeof(struct num_sum),
					   .step = num_sum_step,
					   .final = num_sum_final,
					   .release = num_sum_release,
					   .strict = true};
static const struct agg_ops avg_numeric = {.size = sizeof(struct num_sum),
					   .step = num_sum_step,
					   .final = num_avg_final,
					   .release = num_sum_release,
					   .strict = true};

struct float_sum {
	double sum;
	int64_t n;
};

static bool
float_sum_add(struct agg_call *a, const struct datum *arg, bool single)
{
	struct float_sum *s = a->state;
	double v, r;

	if (!arg_float(&a->call, arg, &v))
		return false;
	r = s->n++ ? s->sum + v : v;
	if (single)
		r = (double)(float)r;
	if (isinf(r) && !isinf(v) && !isinf(s->sum))
		return err_set(a->call.err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "value out of range: overflow");
	s->sum = r;
	return true;
}

static bool
float8_sum_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return float_sum_add(a, &args[0], false);
}

static bool
float4_sum_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return float_sum_add(a, &args[0], true);
}

static bool
float_sum_final(struct agg_call *a, struct datum *out)
{
	struct float_sum *s = a->state;

	*out = s->n == 0 ? datum_null() : isnan(s->sum) ? datum_text("NaN", 3) : datum_real(s->sum);
	return true;
}

static bool
float_avg_final(struct agg_call *a, struct datum *out)
{
	struct float_sum *s = a->state;
	double r = s->n ? s->sum / (double)s->n : 0;

	*out = s->n == 0 ? datum_null() : isnan(r) ? datum_text("NaN", 3) : datum_real(r);
	return true;
}

static const struct agg_ops sum_float8 = {.size = sizeof(struct float_sum),
					  .step = float8_sum_step,
					  .final = float_sum_final,
					  .strict = true};
static const struct agg_ops sum_float4 = {.size = sizeof(struct float_sum),
					  .step = float4_sum_step,
					  .final = float_sum_final,
					  .strict = true};
static const struct agg_ops avg_float = {.size = sizeof(struct float_sum),
					 .step = float8_sum_step,
					 .final = float_avg_final,
					 .strict = true};

/* and, or, xor over integers and booleans. */
struct bits {
	int64_t v;
	bool any;
};

static bool
bits_take(struct agg_call *a, const struct datum *args, int64_t *v, bool *first)
{
	struct bits *s = a->state;

	*first = !s->any;
	s->any = true;
	return arg_int(&a->call, &args[0], v);
}

static bool
and_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct bits *s = a->state;
	int64_t v;
	bool first;

	if (!bits_take(a, args, &v, &first))
		return false;
	s->v = first ? v : s->v & v;
	return true;
}

static bool
or_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct bits *s = a->state;
	int64_t v;
	bool first;

	if (!bits_take(a, args, &v, &first))
		return false;
	s->v |= v;
	return true;
}

static bool
xor_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct bits *s = a->state;
	int64_t v;
	bool first;

	if (!bits_take(a, args, &v, &first))
		return false;
	s->v ^= v;
	return true;
}

static bool
bits_final(struct agg_call *a, struct datum *out)
{
	struct bits *s = a->state;

	*out = s->any ? datum_int(s->v) : datum_null();
	return true;
}

static const struct agg_ops bits_and = {
	.size = sizeof(struct bits), .step = and_step, .final = bits_final, .strict = true};
static const struct agg_ops bits_or = {
	.size = sizeof(struct bits), .step = or_step, .final = bits_final, .strict = true};
static const struct agg_ops bits_xor = {
	.size = sizeof(struct bits), .step = xor_step, .final = bits_final, .strict = true};

/* string_agg: a value that is NULL is skipped; a delimiter that is NULL counts as empty. */
struct joined {
	struct buf text;
	bool any;
};

static bool
joined_step(struct agg_call *a, const struct datum *args, int nargs)
{
	struct joined *s = a->state;
	size_t n;
	const char *p;

	if (arg_null(&args[0]))
		return true;
	if (s->any && nargs > 1 && !arg_null(&args[1])) {
		p = arg_text(&a->call, &args[1], &n);
		buf_add(&s->text, p, n);
	}
	p = arg_text(&a->call, &args[0], &n);
	buf_add(&s->text, p, n);
	s->any = true;
	return true;
}

static bool
joined_text(struct agg_call *a, struct datum *out)
{
	struct joined *s = a->state;

	*out = s->any ? datum_text(arena_memdup(a->call.arena, s->text.data, s->text.len),
				   s->text.len)
		      : datum_null();
	return true;
}

static bool
joined_bytes(struct agg_call *a, struct datum *out)
{
	if (joined_text(a, out) && out->class == DATUM_TEXT)
		out->class = DATUM_BLOB;
	return true;
}

static void
joined_release(void *state)
{
	struct joined *s = state;

	buf_release(&s->text);
}

static const struct agg_ops string_agg = {.size = sizeof(struct joined),
					  .step = joined_step,
					  .final = joined_text,
					  .release = joined_release};
static const struct agg_ops bytea_agg = {.size = sizeof(struct joined),
					 .step = joined_step,
					 .final = joined_bytes,
					 .release = joined_release};

/* min and max of types whose order only the type knows. The best value so far is the state's own
 * copy. */
struct best {
	struct datum v;
	char *own;
	size_t cap;
};

static void
best_set(struct best *s, const struct datum *d)
{
	s->v = *d;
	if (d->class != DATUM_TEXT && d->class != DATUM_BLOB)
		return;
	if (d->n > s->cap) {
		s->own = xrealloc(s->own, d->n);
		s->cap = d->n;
	}
	if (d->n)
		memcpy(s->own, d->p, d->n);
	s->v.p = s->own;
}

static bool
best_step(struct agg_call *a, const struct datum *arg, int dir)
{
	struct best *s = a->state;

	if (s->v.class == DATUM_NULL || type_compare(a->call.types->args[0], arg, &s->v) * dir > 0)
		best_set(s, arg);
	return true;
}

static bool
max_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return best_step(a, &args[0], 1);
}

static bool
min_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return best_step(a, &args[0], -1);
}

static bool
best_final(struct agg_call *a, struct datum *out)
{
	struct best *s = a->state;

	*out = s->v;
	if (s->v.class == DATUM_TEXT || s->v.class == DATUM_BLOB)
		out->p = arena_memdup(a->call.arena, s->v.p, s->v.n);
	return true;
}

static void
best_release(void *state)
{
	struct best *s = state;

	free(s->own);
}

static const struct agg_ops max_any = {.size = sizeof(struct best),
				       .step = max_step,
				       .final = best_final,
				       .release = best_release,
				       .strict = true};
static const struct agg_ops min_any = {.size = sizeof(struct best),
				       .step = min_step,
				       .final = best_final,
				       .release = best_release,
				       .strict = true};

#define MIN_MAX(type)                                                                              \
	FUNC_NATIVE("min(" type ")", "min($1)"), FUNC_NATIVE("max(" type ")", "max($1)")
#define MIN_MAX_COLLATE(type, c)                                                                   \
	FUNC_NATIVE("min(" type ")", "min($1 COLLATE " c ")"),                                     \
		FUNC_NATIVE("max(" type ")", "max($1 COLLATE " c ")")
#define MIN_MAX_OWN(type)                                                                          \
	FUNC_AGG_T("min(" type ")", &min_any), FUNC_AGG_T("max(" type ")", &max_any)

const struct func func_agg_basic[] = {
	FUNC_AGG("window_count", &window_count),
	FUNC_AGG("window_sum", &window_sum),
	FUNC_AGG_T("window_min", &min_any),
	FUNC_AGG_T("window_max", &max_any),
	FUNC_NATIVE("count()", "count(*)"),
	FUNC_NATIVE("count(any)", "count($1)"),
	FUNC_NATIVE("sum(int2)", "sum($1)"),
	FUNC_NATIVE("sum(int4)", "sum($1)"),
	FUNC_AGG("sum(int8)", &sum_int8),
	FUNC_AGG("sum(numeric)", &sum_numeric),
	FUNC_AGG("sum(float4)", &sum_float4),
	FUNC_AGG("sum(float8)", &sum_float8),
	FUNC_AGG("avg(int2)", &avg_int),
	FUNC_AGG("avg(int4)", &avg_int),
	FUNC_AGG("avg(int8)", &avg_int),
	FUNC_AGG("avg(numeric)", &avg_numeric),
	FUNC_AGG("avg(float4)", &avg_float),
	FUNC_AGG("avg(float8)", &avg_float),
	MIN_MAX("int2"),
	MIN_MAX("int4"),
	MIN_MAX("int8"),
	MIN_MAX("oid"),
	MIN_MAX("tid"),
	MIN_MAX("xid8"),
	MIN_MAX("pg_lsn"),
	MIN_MAX("float4"),
	MIN_MAX("float8"),
	MIN_MAX("text"),
	MIN_MAX("money"),
	MIN_MAX_COLLATE("bpchar", "RTRIM"),
	MIN_MAX_COLLATE("numeric", "pg_numeric"),
	MIN_MAX_COLLATE("inet", "pg_inet"),
	MIN_MAX_OWN("anyenum"),
	FUNC_NATIVE("bool_and(bool)", "min($1)"),
	FUNC_NATIVE("every(bool)", "min($1)"),
	FUNC_NATIVE("bool_or(bool)", "max($1)"),
	FUNC_AGG("bit_and(int2)", &bits_and),
	FUNC_AGG("bit_and(int4)", &bits_and),
	FUNC_AGG("bit_and(int8)", &bits_and),
	FUNC_AGG("bit_or(int2)", &bits_or),
	FUNC_AGG("bit_or(int4)", &bits_or),
	FUNC_AGG("bit_or(int8)", &bits_or),
	FUNC_AGG("bit_xor(int2)", &bits_xor),
	FUNC_AGG("bit_xor(int4)", &bits_xor),
	FUNC_AGG("bit_xor(int8)", &bits_xor),
	FUNC_AGG("string_agg(text,text)", &string_agg),
	FUNC_AGG("string_agg(bytea,bytea)", &bytea_agg),
	FUNC_END,
};
