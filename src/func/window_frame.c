/*
 * in_range: is a value within an offset of another, as RANGE frames ask. Integers and floats; those
 * of dates and times are with them.
 */
#include "func/args.h"
#include "func/tables.h"

#include <math.h>

static bool
bad_offset(struct fcall *c)
{
	return err_set(c->err, ERR_INVALID_PRECEDING_OR_FOLLOWING_SIZE, -1,
		       "invalid preceding or following size in window function");
}

static bool
decide(int cmp, bool less, struct datum *out)
{
	*out = datum_int(less ? cmp <= 0 : cmp >= 0);
	return true;
}

/* in_range(value, base, offset, subtract, less): value <= base ± offset, or >=. */
static bool
in_range_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v[3];
	__int128 sum;

	for (int i = 0; i < 3; i++)
		if (!arg_int(c, &args[i], &v[i]))
			return false;
	if (v[2] < 0)
		return bad_offset(c);
	sum = (__int128)v[1] + (args[3].i ? -(__int128)v[2] : (__int128)v[2]);
	return decide(((__int128)v[0] > sum) - ((__int128)v[0] < sum), args[4].i, out);
}

static bool
in_range_float(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double v[3], sum;

	for (int i = 0; i < 3; i++)
		if (!arg_float(c, &args[i], &v[i]))
			return false;
	if (isnan(v[2]) || v[2] < 0)
		return bad_offset(c);
	/* NaN equals NaN and is above all else. */
	if (isnan(v[0]) || isnan(v[1]))
		return decide(isnan(v[0]) - isnan(v[1]), args[4].i, out);
	if (isinf(v[2]) && isinf(v[1]) && (args[3].i ? v[1] > 0 : v[1] < 0)) {
		*out = datum_int(1);
		return true;
	}
	sum = args[3].i ? v[1] - v[2] : v[1] + v[2];
	return decide((v[0] > sum) - (v[0] < sum), args[4].i, out);
}

/* base ± offset with the special values; false: infinities that take each other away. */
static bool
num_reach(const struct num *base, const struct num *offset, bool subtract, struct num *sum)
{
	if (offset->kind == NUM_PINF && base->kind == (subtract ? NUM_PINF : NUM_NINF))
		return false;
	(subtract ? num_sub : num_add)(sum, base, offset);
	return true;
}

static bool
in_range_num(struct fcall *c, const struct num v[3], const struct datum *args, struct datum *out)
{
	struct num sum;
	int cmp;

	if (v[2].kind == NUM_NAN || v[2].kind == NUM_NINF || num_sign(&v[2]) < 0)
		return bad_offset(c);
	if (v[0].kind == NUM_NAN || v[1].kind == NUM_NAN)
		return decide((v[0].kind == NUM_NAN) - (v[1].kind == NUM_NAN), args[4].i, out);
	if (!num_reach(&v[1], &v[2], args[3].i, &sum)) {
		*out = datum_int(1);
		return true;
	}
	cmp = num_cmp(&v[0], &sum);
	num_release(&sum);
	return decide(cmp, args[4].i, out);
}

static bool
in_range_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num v[3];
	int got = 0;
	bool ok = true;

	for (; ok && got < 3; got += ok)
		ok = arg_num(c, &args[got], &v[got]);
	ok = ok && in_range_num(c, v, args, out);
	while (got-- > 0)
		num_release(&v[got]);
	return ok;
}

const struct func func_window_frame[] = {
	FUNC("in_range_int8_int8", in_range_int),
	FUNC("in_range_int4_int8", in_range_int),
	FUNC("in_range_int4_int4", in_range_int),
	FUNC("in_range_int4_int2", in_range_int),
	FUNC("in_range_int2_int8", in_range_int),
	FUNC("in_range_int2_int4", in_range_int),
	FUNC("in_range_int2_int2", in_range_int),
	FUNC("in_range_float8_float8", in_range_float),
	FUNC("in_range_float4_float8", in_range_float),
	FUNC("in_range_numeric_numeric", in_range_numeric),
	FUNC_END,
};
