/*
 * Variance, standard deviation, correlation and regression. Exact sums for integers and numeric;
 * the Youngs-Cramer recurrence for floats.
 */
#include "func/args.h"
#include "func/tables.h"

#include <math.h>

/* n, sum x, sum x^2. odd: a NaN or infinity was seen, so the answer is NaN. */
struct moments {
	int64_t n;
	bool odd;
	struct num sum, squares;
};

static void
accumulate(struct num *to, const struct num *v)
{
	struct num r;

	num_add(&r, to, v);
	num_release(to);
	*to = r;
}

static bool
moments_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct moments *s = a->state;
	struct num v, sq;

	if (!arg_num(&a->call, &args[0], &v))
		return false;
	s->n++;
	if (v.kind != NUM_FINITE) {
		s->odd = true;
	} else {
		num_mul(&sq, &v, &v);
		accumulate(&s->sum, &v);
		accumulate(&s->squares, &sq);
		num_release(&sq);
	}
	num_release(&v);
	return true;
}

static void
moments_release(void *state)
{
	struct moments *s = state;

	num_release(&s->sum);
	num_release(&s->squares);
}

/* n * sum x^2 - (sum x)^2 */
static void
spread(const struct moments *s, struct num *r)
{
	struct num n, sq, weighted;

	num_from_int(&n, s->n);
	num_mul(&sq, &s->sum, &s->sum);
	num_mul(&weighted, &n, &s->squares);
	num_sub(r, &weighted, &sq);
	num_release(&sq);
	num_release(&weighted);
}

static bool
moments_final(struct agg_call *a, bool sample, bool root, struct datum *out)
{
	struct moments *s = a->state;
	struct num top, bottom, r;
	int scale;

	*out = datum_null();
	if (s->n < (sample ? 2 : 1))
		return true;
	num_init(&r);
	if (s->odd) {
		r.kind = NUM_NAN;
		return ret_num_release(&a->call, &r, out);
	}
	spread(s, &top);
	if (num_sign(&top) > 0) {
		num_from_int128(&bottom, (int128_t)s->n * (sample ? s->n - 1 : s->n));
		scale = num_select_div_scale(&top, &bottom);
		num_div_scale(&r, &top, &bottom, scale, true);
		if (root) {
			struct num sq = r;

			num_sqrt_scale(&r, &sq, scale);
			num_release(&sq);
		}
		num_release(&bottom);
	}
	num_release(&top);
	return ret_num_release(&a->call, &r, out);
}

static bool
num_var_pop(struct agg_call *a, struct datum *out)
{
	return moments_final(a, false, false, out);
}

static bool
num_var_samp(struct agg_call *a, struct datum *out)
{
	return moments_final(a, true, false, out);
}

static bool
num_stddev_pop(struct agg_call *a, struct datum *out)
{
	return moments_final(a, false, true, out);
}

static bool
num_stddev_samp(struct agg_call *a, struct datum *out)
{
	return moments_final(a, true, true, out);
}

#define NUM_OPS(f)                                                                                 \
	static const struct agg_ops f##_ops = {.size = sizeof(struct moments),                     \
					       .step = moments_step,                               \
					       .final = f,                                         \
					       .release = moments_release,                         \
					       .strict = true}
NUM_OPS(num_var_pop);
NUM_OPS(num_var_samp);
NUM_OPS(num_stddev_pop);
NUM_OPS(num_stddev_samp);

/* Of pairs (y, x); the one-variable aggregates use x alone. */
struct regr {
	double n, sx, sxx, sy, syy, sxy;
};

static bool
overflow(struct agg_call *a)
{
	return err_set(a->call.err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
		       "value out of range: overflow");
}

/* One variable's step: sum and sum of squared deviations. weight: of this deviation's square; 0:
 * the inverse of n (n - 1), by division, which rounds otherwise. */
static bool
deviate(struct agg_call *a, double n, double v, double weight, double *sum, double *sq)
{
	double before = *sum, d;

	*sum += v;
	if (n == 1) {
		if (isnan(v) || isinf(v))
			*sq = NAN;
		return true;
	}
	d = v * n - *sum;
	*sq += weight != 0 ? d * d * weight : d * d / (n * (n - 1));
	if (!isinf(*sum) && !isinf(*sq))
		return true;
	if (!isinf(before) && !isinf(v))
		return overflow(a);
	*sq = NAN;
	return true;
}

static bool
one_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct regr *s = a->state;
	double x;

	if (!arg_float(&a->call, &args[0], &x))
		return false;
	s->n++;
	return deviate(a, s->n, x, 0, &s->sx, &s->sxx);
}

static bool
pair_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct regr *s = a->state;
	double x, y, dx, dy, weight;

	if (!arg_float(&a->call, &args[0], &y) || !arg_float(&a->call, &args[1], &x))
		return false;
	s->n++;
	dx = x * s->n - (s->sx + x);
	dy = y * s->n - (s->sy + y);
	weight = s->n > 1 ? 1.0 / (s->n * (s->n - 1)) : 0;
	if (!deviate(a, s->n, x, weight, &s->sx, &s->sxx) ||
	    !deviate(a, s->n, y, weight, &s->sy, &s->syy))
		return false;
	s->sxy += s->n > 1 ? dx * dy * weight : 0;
	if (isnan(s->sxx) || isnan(s->syy))
		s->sxy = NAN;
	else if (isinf(s->sxy))
		return overflow(a);
	return true;
}

static bool
ret(struct datum *out, bool null, double r)
{
	*out = null ? datum_null() : isnan(r) ? datum_text("NaN", 3) : datum_real(r);
	return true;
}

#define FLOAT_FINAL(name, step_fn, null, value)                                                    \
	static bool name(struct agg_call *a, struct datum *out)                                    \
	{                                                                                          \
		const struct regr *s = a->state;                                                   \
                                                                                                   \
		return ret(out, null, value);                                                      \
	}                                                                                          \
	static const struct agg_ops name##_ops = {                                                 \
		.size = sizeof(struct regr), .step = step_fn, .final = name, .strict = true}

FLOAT_FINAL(var_pop, one_step, s->n < 1, s->sxx / s->n);
FLOAT_FINAL(var_samp, one_step, s->n < 2, s->sxx / (s->n - 1));
FLOAT_FINAL(stddev_pop, one_step, s->n < 1, sqrt(s->sxx / s->n));
FLOAT_FINAL(stddev_samp, one_step, s->n < 2, sqrt(s->sxx / (s->n - 1)));
FLOAT_FINAL(regr_sxx, pair_step, s->n < 1, s->sxx);
FLOAT_FINAL(regr_syy, pair_step, s->n < 1, s->syy);
FLOAT_FINAL(regr_sxy, pair_step, s->n < 1, s->sxy);
FLOAT_FINAL(regr_avgx, pair_step, s->n < 1, s->sx / s->n);
FLOAT_FINAL(regr_avgy, pair_step, s->n < 1, s->sy / s->n);
FLOAT_FINAL(covar_pop, pair_step, s->n < 1, s->sxy / s->n);
FLOAT_FINAL(covar_samp, pair_step, s->n < 2, s->sxy / (s->n - 1));
FLOAT_FINAL(corr, pair_step, s->n < 1 || s->sxx == 0 || s->syy == 0,
	    s->sxy / sqrt(s->sxx * s->syy));
FLOAT_FINAL(regr_r2, pair_step, s->n < 1 || s->sxx == 0,
	    s->syy == 0 ? 1.0 : (s->sxy * s->sxy) / (s->sxx * s->syy));
FLOAT_FINAL(regr_slope, pair_step, s->n < 1 || s->sxx == 0, s->sxy / s->sxx);
FLOAT_FINAL(regr_intercept, pair_step, s->n < 1 || s->sxx == 0,
	    (s->sy - s->sx * s->sxy / s->sxx) / s->n);

static bool
regr_count(struct agg_call *a, struct datum *out)
{
	const struct regr *s = a->state;

	*out = datum_int((int64_t)s->n);
	return true;
}

static bool
count_step(struct agg_call *a, const struct datum *args UNUSED, int nargs UNUSED)
{
	struct regr *s = a->state;

	s->n++;
	return true;
}

static const struct agg_ops regr_count_ops = {
	.size = sizeof(struct regr), .step = count_step, .final = regr_count, .strict = true};

#define STATS(name, num, real)                                                                     \
	FUNC_AGG(name "(int2)", num), FUNC_AGG(name "(int4)", num), FUNC_AGG(name "(int8)", num),  \
		FUNC_AGG(name "(numeric)", num), FUNC_AGG(name "(float4)", real),                  \
		FUNC_AGG(name "(float8)", real)

const struct func func_agg_stats[] = {
	STATS("variance", &num_var_samp_ops, &var_samp_ops),
	STATS("var_samp", &num_var_samp_ops, &var_samp_ops),
	STATS("var_pop", &num_var_pop_ops, &var_pop_ops),
	STATS("stddev", &num_stddev_samp_ops, &stddev_samp_ops),
	STATS("stddev_samp", &num_stddev_samp_ops, &stddev_samp_ops),
	STATS("stddev_pop", &num_stddev_pop_ops, &stddev_pop_ops),
	FUNC_AGG("regr_count(float8,float8)", &regr_count_ops),
	FUNC_AGG("regr_sxx(float8,float8)", &regr_sxx_ops),
	FUNC_AGG("regr_syy(float8,float8)", &regr_syy_ops),
	FUNC_AGG("regr_sxy(float8,float8)", &regr_sxy_ops),
	FUNC_AGG("regr_avgx(float8,float8)", &regr_avgx_ops),
	FUNC_AGG("regr_avgy(float8,float8)", &regr_avgy_ops),
	FUNC_AGG("regr_r2(float8,float8)", &regr_r2_ops),
	FUNC_AGG("regr_slope(float8,float8)", &regr_slope_ops),
	FUNC_AGG("regr_intercept(float8,float8)", &regr_intercept_ops),
	FUNC_AGG("covar_pop(float8,float8)", &covar_pop_ops),
	FUNC_AGG("covar_samp(float8,float8)", &covar_samp_ops),
	FUNC_AGG("corr(float8,float8)", &corr_ops),
	FUNC_END,
};
