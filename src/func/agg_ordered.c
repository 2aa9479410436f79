/*
 * Ordered-set aggregates: percentile_cont, percentile_disc, mode. Rows arrive in the order that
 * WITHIN GROUP asks for; the direct argument comes with each of them.
 */
#include "func/args.h"
#include "func/tables.h"

#include <math.h>

/* The values in order, in the group's arena. */
struct ordered {
	struct datum *v;
	size_t n, cap;
	struct datum fraction;
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

	s->fraction = args[0];
	if (args[0].class == DATUM_TEXT)
		s->fraction.p = arena_memdup(a->arena, args[0].p, args[0].n);
	if (!arg_null(&args[1]))
		keep(a, s, &args[1]);
	return true;
}

/* False with out NULL set and no error: there is nothing to take a percentile of. */
static bool
fraction(struct agg_call *a, const struct ordered *s, double *p, bool *none)
{
	*none = s->n == 0 || s->fraction.class == DATUM_NULL;
	if (*none)
		return true;
	if (!arg_float(&a->call, &s->fraction, p))
		return false;
	if (!(*p >= 0 && *p <= 1))
		return err_set(a->call.err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "percentile value %g is not between 0 and 1", *p);
	return true;
}

static bool
percentile_cont(struct agg_call *a, struct datum *out)
{
	struct ordered *s = a->state;
	double p, at, lo, hi, r;
	bool none;

	*out = datum_null();
	if (!fraction(a, s, &p, &none) || none)
		return none;
	at = p * (double)(s->n - 1);
	if (!arg_float(&a->call, &s->v[(size_t)floor(at)], &lo) ||
	    !arg_float(&a->call, &s->v[(size_t)ceil(at)], &hi))
		return false;
	r = floor(at) == ceil(at) ? lo : lo + (at - floor(at)) * (hi - lo);
	*out = isnan(r) ? datum_text("NaN", 3) : datum_real(r);
	return true;
}

static bool
percentile_disc(struct agg_call *a, struct datum *out)
{
	struct ordered *s = a->state;
	double p, row;
	bool none;

	*out = datum_null();
	if (!fraction(a, s, &p, &none) || none)
		return none;
	row = ceil(p * (double)s->n);
	*out = s->v[row < 1 ? 0 : (size_t)row - 1];
	return true;
}

static bool
mode_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	keep(a, a->state, &args[0]);
	return true;
}

static bool
mode_final(struct agg_call *a, struct datum *out)
{
	struct ordered *s = a->state;
	size_t best = 0, run = 0;

	*out = datum_null();
	for (size_t i = 0; i < s->n; i++) {
		run = i && type_compare(a->call.types->args[0], &s->v[i], &s->v[i - 1]) == 0
			      ? run + 1
			      : 1;
		if (run > best) {
			best = run;
			*out = s->v[i];
		}
	}
	return true;
}

static const struct agg_ops cont = {
	.size = sizeof(struct ordered), .step = percentile_step, .final = percentile_cont};
static const struct agg_ops disc = {
	.size = sizeof(struct ordered), .step = percentile_step, .final = percentile_disc};
static const struct agg_ops mode = {
	.size = sizeof(struct ordered), .step = mode_step, .final = mode_final, .strict = true};

const struct func func_agg_ordered[] = {
	FUNC_AGG("percentile_cont(float8,float8)", &cont),
	FUNC_AGG_T("percentile_disc(float8,anyelement)", &disc),
	FUNC_AGG_T("mode(anyelement)", &mode),
	FUNC_END,
};
