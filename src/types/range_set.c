/*
 * Ranges as sets: order of bounds and of ranges, containment, union, intersection, difference.
 *
 * Bounds are compared on one scale on which a lower and an upper bound over the same value differ:
 * an exclusive upper bound lies before the value, an exclusive lower bound behind it.
 */
#include "types/range.h"

static const struct type *
subtype(const struct type *t)
{
	return range_type(t)->of;
}

static int
infinity(const struct range_bound *b)
{
	return !b->infinite ? 0 : b->lower ? -1 : 1;
}

int
range_compare_values(const struct type *t, const struct range_bound *a, const struct range_bound *b)
{
	if (a->infinite || b->infinite)
		return infinity(a) - infinity(b) < 0 ? -1 : infinity(a) - infinity(b) > 0;
	return type_compare(subtype(t), &a->value, &b->value);
}

/* Where the bound lies beside its value. */
static int
shift(const struct range_bound *b)
{
	return b->inclusive || b->infinite ? 0 : b->lower ? 1 : -1;
}

int
range_compare_bounds(const struct type *t, const struct range_bound *a, const struct range_bound *b)
{
	int r = range_compare_values(t, a, b);

	return r ? r : (shift(a) > shift(b)) - (shift(a) < shift(b));
}

int
range_compare(const struct type *t, const struct range *a, const struct range *b)
{
	int r;

	if (a->empty || b->empty)
		return b->empty - a->empty;
	r = range_compare_bounds(t, &a->lower, &b->lower);
	return r ? r : range_compare_bounds(t, &a->upper, &b->upper);
}

void
range_settle(const struct type *t, struct range *r)
{
	r->lower.lower = true;
	r->upper.lower = false;
	r->lower.inclusive &= !r->lower.infinite;
	r->upper.inclusive &= !r->upper.infinite;
	if (r->empty)
		return;
	r->empty = range_compare_bounds(t, &r->lower, &r->upper) > 0;
}

bool
range_contains_value(const struct type *t, const struct range *r, const struct datum *v)
{
	struct range_bound b = {.value = *v, .inclusive = true};

	return !r->empty && range_compare_bounds(t, &r->lower, &b) <= 0 &&
	       range_compare_bounds(t, &b, &r->upper) <= 0;
}

bool
range_contains(const struct type *t, const struct range *a, const struct range *b)
{
	if (b->empty || a->empty)
		return b->empty;
	return range_compare_bounds(t, &a->lower, &b->lower) <= 0 &&
	       range_compare_bounds(t, &a->upper, &b->upper) >= 0;
}

bool
range_overlaps(const struct type *t, const struct range *a, const struct range *b)
{
	return !a->empty && !b->empty && range_compare_bounds(t, &a->lower, &b->upper) <= 0 &&
	       range_compare_bounds(t, &b->lower, &a->upper) <= 0;
}

bool
range_before(const struct type *t, const struct range *a, const struct range *b)
{
	return !a->empty && !b->empty && range_compare_bounds(t, &a->upper, &b->lower) < 0;
}

/* Does lower begin exactly where upper ends? Discrete ranges are in [) form: no two different
 * values of theirs touch. */
static bool
touch(const struct type *t, const struct range_bound *upper, const struct range_bound *lower)
{
	return upper->inclusive != lower->inclusive && !upper->infinite && !lower->infinite &&
	       range_compare_values(t, upper, lower) == 0;
}

bool
range_adjacent(const struct type *t, const struct range *a, const struct range *b)
{
	return !a->empty && !b->empty &&
	       (touch(t, &a->upper, &b->lower) || touch(t, &b->upper, &a->lower));
}

struct range
range_span(const struct type *t, const struct range *a, const struct range *b)
{
	struct range r;

	if (a->empty || b->empty)
		return a->empty ? *b : *a;
	r.empty = false;
	r.lower = range_compare_bounds(t, &a->lower, &b->lower) < 0 ? a->lower : b->lower;
	r.upper = range_compare_bounds(t, &a->upper, &b->upper) > 0 ? a->upper : b->upper;
	return r;
}

struct range
range_intersection(const struct type *t, const struct range *a, const struct range *b)
{
	struct range r;

	if (!range_overlaps(t, a, b))
		return (struct range){.empty = true};
	r.empty = false;
	r.lower = range_compare_bounds(t, &a->lower, &b->lower) >= 0 ? a->lower : b->lower;
	r.upper = range_compare_bounds(t, &a->upper, &b->upper) <= 0 ? a->upper : b->upper;
	return r;
}

/* The bound that ends before b begins, or begins after it ends. */
static struct range_bound
opposite(const struct range_bound *b)
{
	return (struct range_bound){b->value, b->infinite, !b->inclusive, !b->lower};
}

bool
range_difference(struct err *e, const struct type *t, const struct range *a, const struct range *b,
		 struct range *out)
{
	int lower, upper;

	*out = *a;
	if (!range_overlaps(t, a, b))
		return true;
	lower = range_compare_bounds(t, &a->lower, &b->lower);
	upper = range_compare_bounds(t, &a->upper, &b->upper);
	if (lower < 0 && upper > 0)
		return err_set(e, ERR_DATA_EXCEPTION, -1,
			       "result of range difference would not be contiguous");
	if (lower >= 0 && upper <= 0) {
		*out = (struct range){.empty = true};
		return true;
	}
	if (lower < 0)
		out->upper = opposite(&b->lower);
	else
		out->lower = opposite(&b->upper);
	range_settle(t, out);
	return true;
}

bool
range_union(struct err *e, const struct type *t, const struct range *a, const struct range *b,
	    struct range *out)
{
	if (!a->empty && !b->empty && !range_overlaps(t, a, b) && !range_adjacent(t, a, b))
		return err_set(e, ERR_DATA_EXCEPTION, -1,
			       "result of range union would not be contiguous");
	*out = range_span(t, a, b);
	return true;
}
