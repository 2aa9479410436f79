/*
 * Parts of aggregates that can be called by themselves: transition functions over arrays of
 * numbers, and the functions that finish. The aggregates do not use these.
 *
 * float8: {N, sum(x), Sxx}, for two variables {N, Sx, Sxx, Sy, Syy, Sxy}; S.. are sums of squares
 * of differences (Youngs and Cramer). int8: {N, sum}. interval: {sum, N as an interval of usecs}.
 */
#include "catalog/catalog.h"
#include "func/array_args.h"
#include "func/tables.h"
#include "types/datetime.h"
#include "types/float.h"
#include "types/read.h"

#include <inttypes.h>
#include <math.h>

enum { MAX_STATE = 6 };

static bool
expected(struct fcall *c, const char *what)
{
	return err_set(c->err, ERR_INTERNAL_ERROR, -1, "expected %s array", what);
}

static bool
read_floats(struct fcall *c, const struct datum *d, int n, double *v)
{
	struct array a;

	if (!array_read(c->arena, c->err, type_builtin(1022), d, &a))
		return false;
	for (int i = 0; i < MIN(a.n, n); i++) {
		struct datum item;

		if (!a.items[i].p)
			a.ndim = 0;
		else if (!ret_item(c, type_builtin(T_FLOAT8), &a.items[i], &item) ||
			 !arg_float(c, &item, &v[i]))
			return false;
	}
	return (a.ndim == 1 && a.n == n) ||
	       err_set(c->err, ERR_INTERNAL_ERROR, -1, "%s: expected %d-element float8 array",
		       c->proc ? c->proc->name : "", n);
}

static bool
ret_floats(struct fcall *c, const double *v, int n, struct datum *out)
{
	struct array a;

	array_init(&a, c->arena, n);
	for (int i = 0; i < n; i++) {
		struct datum d = datum_float(v[i]);

		if (!arg_item(c, type_builtin(T_FLOAT8), &d, &a.items[i]))
			return false;
	}
	return ret_array(c, type_builtin(T_FLOAT8), &a, out);
}

static bool
overflow(struct fcall *c)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "value out of range: overflow");
}

static bool
ret_float(double r, struct datum *out)
{
	*out = datum_float(r);
	return true;
}

/* ---- one variable ---- */

static bool
fn_accum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double v[3], x, t, n;

	if (!read_floats(c, &args[0], 3, v) || !arg_float(c, &args[1], &x))
		return false;
	n = v[0] + 1;
	t = x * n - (v[1] + x);
	if (v[0] > 0) {
		v[2] += t * t / (n * v[0]);
		if (isinf(v[1] + x) || isinf(v[2])) {
			if (!isinf(v[1]) && !isinf(x))
				return overflow(c);
			v[2] = NAN;
		}
	} else if (isnan(x) || isinf(x)) {
		v[2] = NAN;
	}
	return ret_floats(c, (double[]){n, v[1] + x, v[2]}, 3, out);
}

static bool
fn_combine(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a[3], b[3], t;

	if (!read_floats(c, &args[0], 3, a) || !read_floats(c, &args[1], 3, b))
		return false;
	if (a[0] == 0 || b[0] == 0)
		return ret_floats(c, a[0] == 0 ? b : a, 3, out);
	t = a[1] / a[0] - b[1] / b[0];
	return ret_floats(c,
			  (double[]){a[0] + b[0], a[1] + b[1],
				     a[2] + b[2] + a[0] * b[0] * t * t / (a[0] + b[0])},
			  3, out);
}

/* NULL below least values. */
#define OF_ONE(name, least, expr)                                                                  \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		double v[3];                                                                       \
                                                                                                   \
		if (!read_floats(c, &args[0], 3, v))                                               \
			return false;                                                              \
		return v[0] < (least) || ret_float(expr, out);                                     \
	}

OF_ONE(fn_avg, 1, v[1] / v[0])
OF_ONE(fn_var_pop, 1, v[2] / v[0])
OF_ONE(fn_var_samp, 2, v[2] / (v[0] - 1))
OF_ONE(fn_stddev_pop, 1, sqrt(v[2] / v[0]))
OF_ONE(fn_stddev_samp, 2, sqrt(v[2] / (v[0] - 1)))

/* ---- two variables: y first ---- */

static bool
fn_regr_accum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double v[6], y, x, n, tx, ty;

	if (!read_floats(c, &args[0], 6, v) || !arg_float(c, &args[1], &y) ||
	    !arg_float(c, &args[2], &x))
		return false;
	n = v[0] + 1;
	tx = x * n - (v[1] + x);
	ty = y * n - (v[3] + y);
	if (v[0] > 0) {
		double scale = 1 / (n * v[0]);

		v[2] += tx * tx * scale;
		v[4] += ty * ty * scale;
		v[5] += tx * ty * scale;
	} else {
		v[2] = isnan(x) || isinf(x) ? NAN : v[2];
		v[4] = isnan(y) || isinf(y) ? NAN : v[4];
		v[5] = isnan(v[2]) || isnan(v[4]) ? NAN : v[5];
	}
	if ((isinf(v[1] + x) && !isinf(v[1]) && !isinf(x)) ||
	    (isinf(v[3] + y) && !isinf(v[3]) && !isinf(y)))
		return overflow(c);
	return ret_floats(c, (double[]){n, v[1] + x, v[2], v[3] + y, v[4], v[5]}, 6, out);
}

static bool
fn_regr_combine(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double a[6], b[6], n, tx, ty;

	if (!read_floats(c, &args[0], 6, a) || !read_floats(c, &args[1], 6, b))
		return false;
	if (a[0] == 0 || b[0] == 0)
		return ret_floats(c, a[0] == 0 ? b : a, 6, out);
	n = a[0] + b[0];
	tx = a[1] / a[0] - b[1] / b[0];
	ty = a[3] / a[0] - b[3] / b[0];
	return ret_floats(c,
			  (double[]){n, a[1] + b[1], a[2] + b[2] + a[0] * b[0] * tx * tx / n,
				     a[3] + b[3], a[4] + b[4] + a[0] * b[0] * ty * ty / n,
				     a[5] + b[5] + a[0] * b[0] * tx * ty / n},
			  6, out);
}

#define OF_TWO(name, known, expr)                                                                  \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		double v[6];                                                                       \
                                                                                                   \
		if (!read_floats(c, &args[0], 6, v))                                               \
			return false;                                                              \
		return !(known) || ret_float(expr, out);                                           \
	}

OF_TWO(fn_sxx, v[0] >= 1, v[2])
OF_TWO(fn_syy, v[0] >= 1, v[4])
OF_TWO(fn_sxy, v[0] >= 1, v[5])
OF_TWO(fn_avgx, v[0] >= 1, v[1] / v[0])
OF_TWO(fn_avgy, v[0] >= 1, v[3] / v[0])
OF_TWO(fn_covar_pop, v[0] >= 1, v[5] / v[0])
OF_TWO(fn_covar_samp, v[0] >= 2, v[5] / (v[0] - 1))
OF_TWO(fn_corr, v[0] >= 1 && v[2] != 0 && v[4] != 0, v[5] / sqrt(v[2] * v[4]))
OF_TWO(fn_r2, v[0] >= 1 && v[2] != 0, v[4] == 0 ? 1 : v[5] * v[5] / (v[2] * v[4]))
OF_TWO(fn_slope, v[0] >= 1 && v[2] != 0, v[5] / v[2])
OF_TWO(fn_intercept, v[0] >= 1 && v[2] != 0, (v[3] - v[1] * v[5] / v[2]) / v[0])

/* ---- integers ---- */

static bool
read_pair(struct fcall *c, const struct datum *d, int64_t v[2])
{
	struct array a;

	if (!array_read(c->arena, c->err, type_builtin(T_INT8ARRAY), d, &a))
		return false;
	if (a.ndim != 1 || a.n != 2 || !a.items[0].p || !a.items[1].p)
		return expected(c, "2-element int8");
	for (int i = 0; i < 2; i++) {
		struct datum item;

		if (!ret_item(c, type_builtin(T_INT8), &a.items[i], &item) ||
		    !arg_int(c, &item, &v[i]))
			return false;
	}
	return true;
}

static bool
ret_pair(struct fcall *c, int64_t n, int64_t sum, struct datum *out)
{
	return ret_text(c, arena_printf(c->arena, "{%" PRId64 ",%" PRId64 "}", n, sum), out);
}

static bool
fn_int_accum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v[2], x;

	return read_pair(c, &args[0], v) && arg_int(c, &args[1], &x) &&
	       ret_pair(c, v[0] + 1, (int64_t)((uint64_t)v[1] + (uint64_t)x), out);
}

static bool
fn_int_accum_inv(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v[2], x;

	return read_pair(c, &args[0], v) && arg_int(c, &args[1], &x) &&
	       ret_pair(c, v[0] - 1, (int64_t)((uint64_t)v[1] - (uint64_t)x), out);
}

static bool
fn_not_aggregating(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		   struct datum *out UNUSED)
{
	return err_set(c->err, ERR_INTERNAL_ERROR, -1,
		       "aggregate function called in non-aggregate context");
}

static bool
fn_int_avg(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n, sum, avg;
	int64_t v[2];
	bool ok;

	if (!read_pair(c, &args[0], v) || v[0] == 0)
		return !err_is_set(c->err);
	num_from_int(&n, v[0]);
	num_from_int(&sum, v[1]);
	ok = num_div(c->err, &avg, &sum, &n) && ret_num_release(c, &avg, out);
	num_release(&n);
	num_release(&sum);
	return ok;
}

static bool
fn_int_pair_sum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v[2];

	if (!read_pair(c, &args[0], v))
		return false;
	if (v[0])
		*out = datum_int(v[1]);
	return true;
}

/* sum + x, where either may be NULL. */
static bool
fn_int_sum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t sum = 0, x = 0;

	if ((!arg_null(&args[0]) && !arg_int(c, &args[0], &sum)) ||
	    (!arg_null(&args[1]) && !arg_int(c, &args[1], &x)))
		return false;
	if (!arg_null(&args[0]) || !arg_null(&args[1]))
		*out = datum_int((int64_t)((uint64_t)sum + (uint64_t)x));
	return true;
}

static bool
fn_numeric_sum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num a, b, sum;
	bool ok;

	if (arg_null(&args[1])) {
		*out = args[0];
		return true;
	}
	if (!arg_num(c, &args[1], &b))
		return false;
	if (arg_null(&args[0]))
		return ret_num_release(c, &b, out);
	ok = arg_num(c, &args[0], &a);
	if (ok) {
		num_add(&sum, &a, &b);
		num_release(&a);
		ok = ret_num_release(c, &sum, out);
	}
	num_release(&b);
	return ok;
}

static bool
count_by(struct fcall *c, const struct datum *arg, int step, struct datum *out)
{
	int64_t n;

	if (!arg_int(c, arg, &n))
		return false;
	if (__builtin_add_overflow(n, step, &n))
		return out_of_range(c, "bigint");
	*out = datum_int(n);
	return true;
}

static bool
fn_inc(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return count_by(c, &args[0], 1, out);
}

static bool
fn_dec(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return count_by(c, &args[0], -1, out);
}

/* ---- intervals ---- */

static bool
read_spans(struct fcall *c, const struct datum *d, struct interval v[2])
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct array a;

	if (!array_read(c->arena, c->err, type_builtin(1187), d, &a))
		return false;
	if (a.ndim != 1 || a.n != 2 || !a.items[0].p || !a.items[1].p)
		return expected(c, "2-element interval");
	for (int i = 0; i < 2; i++) {
		struct datum item;

		if (!ret_item(c, type_builtin(T_INTERVAL), &a.items[i], &item) ||
		    !interval_get(&tc, &item, &v[i]))
			return false;
	}
	return true;
}

static bool
ret_spans(struct fcall *c, const struct interval v[2], struct datum *out)
{
	struct array a;

	array_init(&a, c->arena, 2);
	for (int i = 0; i < 2; i++) {
		struct datum d = interval_put(c->arena, &v[i]);

		if (!arg_item(c, type_builtin(T_INTERVAL), &d, &a.items[i]))
			return false;
	}
	return ret_array(c, type_builtin(T_INTERVAL), &a, out);
}

static bool
add_span(struct fcall *c, struct interval *to, const struct interval *by, int sign)
{
	if (__builtin_add_overflow(to->months, sign * by->months, &to->months) ||
	    __builtin_add_overflow(to->days, sign * by->days, &to->days) ||
	    __builtin_add_overflow(to->usec, sign * by->usec, &to->usec))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "interval out of range");
	return true;
}

static bool
span_step(struct fcall *c, const struct datum *args, int sign, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct interval v[2], by;

	if (!read_spans(c, &args[0], v) || !interval_get(&tc, &args[1], &by) ||
	    !add_span(c, &v[0], &by, sign))
		return false;
	v[1].usec += sign;
	return ret_spans(c, v, out);
}

static bool
fn_span_accum(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return span_step(c, args, 1, out);
}

static bool
fn_span_accum_inv(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return span_step(c, args, -1, out);
}

static bool
fn_span_combine(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct interval a[2], b[2];

	return read_spans(c, &args[0], a) && read_spans(c, &args[1], b) &&
	       add_span(c, &a[0], &b[0], 1) && add_span(c, &a[1], &b[1], 1) && ret_spans(c, a, out);
}

/* sum / N is interval_div's, by its own name. */
static bool
fn_span_avg(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct interval v[2];
	struct datum operands[2];

	if (!read_spans(c, &args[0], v))
		return false;
	if (v[1].usec == 0)
		return true;
	operands[0] = interval_put(c->arena, &v[0]);
	operands[1] = datum_real((double)v[1].usec);
	return func_by_key("interval_div")->fn(c, operands, 2, out);
}

const struct func func_accumulate[] = {
	FUNC("float8_accum", fn_accum),
	FUNC("float4_accum", fn_accum),
	FUNC("float8_combine", fn_combine),
	FUNC("float8_avg", fn_avg),
	FUNC("float8_var_pop", fn_var_pop),
	FUNC("float8_var_samp", fn_var_samp),
	FUNC("float8_stddev_pop", fn_stddev_pop),
	FUNC("float8_stddev_samp", fn_stddev_samp),
	FUNC("float8_regr_accum", fn_regr_accum),
	FUNC("float8_regr_combine", fn_regr_combine),
	FUNC("float8_regr_sxx", fn_sxx),
	FUNC("float8_regr_syy", fn_syy),
	FUNC("float8_regr_sxy", fn_sxy),
	FUNC("float8_regr_avgx", fn_avgx),
	FUNC("float8_regr_avgy", fn_avgy),
	FUNC("float8_regr_r2", fn_r2),
	FUNC("float8_regr_slope", fn_slope),
	FUNC("float8_regr_intercept", fn_intercept),
	FUNC("float8_covar_pop", fn_covar_pop),
	FUNC("float8_covar_samp", fn_covar_samp),
	FUNC("float8_corr", fn_corr),
	FUNC("int2_avg_accum", fn_int_accum),
	FUNC("int4_avg_accum", fn_int_accum),
	FUNC("int2_avg_accum_inv", fn_int_accum_inv),
	FUNC("int4_avg_accum_inv", fn_int_accum_inv),
	FUNC("int4_avg_combine", fn_not_aggregating),
	FUNC("int8_avg", fn_int_avg),
	FUNC("int2int4_sum", fn_int_pair_sum),
	FUNC("int2_sum", fn_int_sum),
	FUNC("int4_sum", fn_int_sum),
	FUNC("int8_sum", fn_numeric_sum),
	FUNC("int8inc_any", fn_inc),
	FUNC("int8dec_any", fn_dec),
	FUNC("int8inc_float8_float8", fn_inc),
	FUNC("interval_accum", fn_span_accum),
	FUNC("interval_accum_inv", fn_span_accum_inv),
	FUNC("interval_combine", fn_span_combine),
	FUNC("interval_avg", fn_span_avg),
	FUNC_END,
};
