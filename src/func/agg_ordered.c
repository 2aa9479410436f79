/*
 * Ordered-set aggregates: percentile_cont, percentile_disc, mode. Rows arrive in the order that
 * WITHIN GROUP asks for; the direct argument comes with each of them.
 */
#include "func/array_args.h"
#include "func/datetime_args.h"
#include "func/tables.h"

#include <math.h>

/* The values in order, in the group's arena. */
struct ordered {
	struct datum *v;
	size_t n, cap;
	struct datum fraction; /* one, or an array of them */
};

static void
keep(struct agg_call *a, struct ordered *s, const struct datum *d)
{
	struct datum copy = *d, *grown;

	if (d->class == DATUM_TEXT || d->class == DATUM_BLOB)
		copy.p = arena_memdup(a->arena, d->p, d->n);
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		grown = arena_alloc(a->arena, s->cap * sizeof(*grown));
		if (s->n)
			memcpy(grown, s->v, s->n * sizeof(*grown));
		s->v = grown;
	}
	s->v[s->n++] = copy;
}

static bool
percentile_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct ordered *s = a->state;

	if (s->n == 0) {
		s->fraction = args[0];
		if (args[0].class == DATUM_TEXT)
			s->fraction.p = arena_memdup(a->arena, args[0].p, args[0].n);
	}
	if (!arg_null(&args[1]))
		keep(a, s, &args[1]);
	return true;
}

static bool
read_fraction(struct fcall *c, const struct datum *d, double *p)
{
	if (!arg_float(c, d, p))
		return false;
	if (isnan(*p))
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "percentile value NaN is not between 0 and 1");
	if (*p < 0 || *p > 1)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "percentile value %g is not between 0 and 1", *p);
	return true;
}

/* The direct argument over no rows: NULL, unless it is wrong. */
static bool
percentile_check(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double p;

	*out = datum_null();
	return arg_null(&args[0]) || read_fraction(c, &args[0], &p);
}

/* ---- one value for a fraction ---- */

typedef bool percentile_fn(struct agg_call *a, const struct ordered *s, double p,
			   struct datum *out);

static bool
disc_at(struct agg_call *a UNUSED, const struct ordered *s, double p, struct datum *out)
{
	double row = ceil(p * (double)s->n);

	*out = s->v[row < 1 ? 0 : (size_t)row - 1];
	return true;
}

/* Where a continuous percentile lies: between rows lo and hi. */
struct place {
	size_t lo, hi;
	double part;
};

static struct place
place_of(const struct ordered *s, double p)
{
	double at = p * (double)(s->n - 1);

	return (struct place){(size_t)floor(at), (size_t)ceil(at), at - floor(at)};
}

static bool
cont_float(struct agg_call *a, const struct ordered *s, double p, struct datum *out)
{
	struct place at = place_of(s, p);
	double lo, hi, r;

	if (!arg_float(&a->call, &s->v[at.lo], &lo) || !arg_float(&a->call, &s->v[at.hi], &hi))
		return false;
	r = at.lo == at.hi ? lo : lo + at.part * (hi - lo);
	*out = isnan(r) ? datum_text("NaN", 3) : datum_real(r);
	return true;
}

static bool
cont_interval(struct agg_call *a, const struct ordered *s, double p, struct datum *out)
{
	struct place at = place_of(s, p);
	struct interval lo, hi, step;

	if (!arg_interval(&a->call, &s->v[at.lo], &lo))
		return false;
	if (at.lo == at.hi)
		return ret_interval(&a->call, &lo, out);
	return arg_interval(&a->call, &s->v[at.hi], &hi) && interval_negate(&a->call, &lo, &step) &&
	       interval_add(&a->call, &hi, &step, &step) &&
	       interval_multiply(&a->call, &step, at.part, &step) &&
	       interval_add(&a->call, &step, &lo, &lo) && ret_interval(&a->call, &lo, out);
}

/* ---- one fraction, or an array of them ---- */

static bool
one_final(struct agg_call *a, percentile_fn *value, struct datum *out)
{
	const struct ordered *s = a->state;
	double p;

	*out = datum_null();
	if (arg_null(&s->fraction))
		return true;
	return read_fraction(&a->call, &s->fraction, &p) && (s->n == 0 || value(a, s, p, out));
}

static bool
item_at(struct agg_call *a, percentile_fn *value, const struct array_item *fraction,
	struct array_item *out)
{
	struct fcall *c = &a->call;
	const struct type *elem = ret_elem(c);
	struct datum d;
	double p;

	*out = (struct array_item){NULL, 0};
	if (!fraction->p)
		return true;
	return elem && ret_item(c, type_builtin(T_FLOAT8), fraction, &d) &&
	       read_fraction(c, &d, &p) && value(a, a->state, p, &d) && arg_item(c, elem, &d, out);
}

/* The result has the shape of the fractions. */
static bool
many_final(struct agg_call *a, percentile_fn *value, struct datum *out)
{
	const struct ordered *s = a->state;
	struct array fractions, result;

	*out = datum_null();
	if (s->n == 0 || arg_null(&s->fraction))
		return true;
	if (!arg_array(&a->call, 0, &s->fraction, &fractions, NULL))
		return false;
	result = fractions;
	result.items = ARENA_ARRAY(a->call.arena, struct array_item, MAX(fractions.n, 1));
	for (int i = 0; i < fractions.n; i++)
		if (!item_at(a, value, &fractions.items[i], &result.items[i]))
			return false;
	return ret_array(&a->call, ret_elem(&a->call), &result, out);
}

#define PERCENTILE(name, form, value)                                                              \
	static bool name##_final(struct agg_call *a, struct datum *out)                            \
	{                                                                                          \
		return form(a, value, out);                                                        \
	}                                                                                          \
	static const struct agg_ops name = {                                                       \
		.size = sizeof(struct ordered), .step = percentile_step, .final = name##_final}

PERCENTILE(cont, one_final, cont_float);
PERCENTILE(cont_intervals, one_final, cont_interval);
PERCENTILE(disc, one_final, disc_at);
PERCENTILE(cont_many, many_final, cont_float);
PERCENTILE(cont_intervals_many, many_final, cont_interval);
PERCENTILE(disc_many, many_final, disc_at);

/* ---- mode ---- */

static bool
mode_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	keep(a, a->state, &args[0]);
	return true;
}

/* The first value of the longest run, of the first such run. */
static bool
mode_final(struct agg_call *a, struct datum *out)
{
	struct ordered *s = a->state;
	size_t best = 0, start = 0;

	*out = datum_null();
	for (size_t i = 0; i < s->n; i++) {
		if (i && type_compare(a->call.types->args[0], &s->v[i], &s->v[start]) != 0)
			start = i;
		if (i - start + 1 > best) {
			best = i - start + 1;
			*out = s->v[start];
		}
	}
	return true;
}

static const struct agg_ops mode = {
	.size = sizeof(struct ordered), .step = mode_step, .final = mode_final, .strict = true};

const struct func func_agg_ordered[] = {
	FUNC("percentile_check", percentile_check),
	FUNC_AGG("percentile_cont(float8,float8)", &cont),
	FUNC_AGG("percentile_cont(float8,interval)", &cont_intervals),
	FUNC_AGG_T("percentile_cont(_float8,float8)", &cont_many),
	FUNC_AGG_T("percentile_cont(_float8,interval)", &cont_intervals_many),
	FUNC_AGG_T("percentile_disc(float8,anyelement)", &disc),
	FUNC_AGG_T("percentile_disc(_float8,anyelement)", &disc_many),
	FUNC_AGG_T("mode(anyelement)", &mode),
	FUNC_END,
};
