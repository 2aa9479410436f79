/*
 * The operators of ranges. What asks a question of two sets is one body for every combination of
 * range and multirange: a range is the multirange of itself.
 */
#include "func/range_args.h"
#include "func/tables.h"

struct operands {
	const struct type *type; /* of the first */
	struct multirange a, b;
};

static bool
take_operands(struct fcall *c, const struct datum *args, struct operands *o)
{
	o->type = arg_range_type(c, 0);
	return o->type && arg_ranges(c, 0, &args[0], &o->a) && arg_ranges(c, 1, &args[1], &o->b);
}

static const struct range_bound *
first(const struct multirange *m)
{
	return &m->ranges[0].lower;
}

static const struct range_bound *
last(const struct multirange *m)
{
	return &m->ranges[m->n - 1].upper;
}

static bool
neither_empty(const struct operands *o)
{
	return o->a.n && o->b.n;
}

static int
bounds(const struct operands *o, const struct range_bound *a, const struct range_bound *b)
{
	return range_compare_bounds(o->type, a, b);
}

#define QUESTION(name, answer)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		struct operands o;                                                                 \
                                                                                                   \
		if (!take_operands(c, args, &o))                                                   \
			return false;                                                              \
		*out = datum_int(answer);                                                          \
		return true;                                                                       \
	}

QUESTION(overlaps, multirange_overlaps(o.type, &o.a, &o.b))
QUESTION(contains, multirange_contains(o.type, &o.a, &o.b))
QUESTION(contained_by, multirange_contains(o.type, &o.b, &o.a))
QUESTION(adjacent, multirange_adjacent(o.type, &o.a, &o.b))
QUESTION(before, neither_empty(&o) && bounds(&o, last(&o.a), first(&o.b)) < 0)
QUESTION(after, neither_empty(&o) && bounds(&o, first(&o.a), last(&o.b)) > 0)
QUESTION(overleft, neither_empty(&o) && bounds(&o, last(&o.a), last(&o.b)) <= 0)
QUESTION(overright, neither_empty(&o) && bounds(&o, first(&o.a), first(&o.b)) >= 0)
QUESTION(eq, multirange_compare(o.type, &o.a, &o.b) == 0)
QUESTION(ne, multirange_compare(o.type, &o.a, &o.b) != 0)
QUESTION(lt, multirange_compare(o.type, &o.a, &o.b) < 0)
QUESTION(le, multirange_compare(o.type, &o.a, &o.b) <= 0)
QUESTION(gt, multirange_compare(o.type, &o.a, &o.b) > 0)
QUESTION(ge, multirange_compare(o.type, &o.a, &o.b) >= 0)
QUESTION(cmp, multirange_compare(o.type, &o.a, &o.b))

/* ---- values ---- */

static bool
value_in(struct fcall *c, int set, const struct datum *args, struct datum *out)
{
	struct multirange m;

	if (!arg_ranges(c, set, &args[set], &m))
		return false;
	*out = datum_int(multirange_contains_value(arg_range_type(c, set), &m, &args[!set]));
	return true;
}

static bool
contains_elem(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return value_in(c, 0, args, out);
}

static bool
elem_contained(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return value_in(c, 1, args, out);
}

/* ---- sets of two ranges ---- */

static bool
take_ranges(struct fcall *c, const struct datum *args, struct range *a, struct range *b)
{
	return arg_range(c, 0, &args[0], a) && arg_range(c, 1, &args[1], b);
}

static bool
union_of(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range a, b, r;

	return take_ranges(c, args, &a, &b) &&
	       range_union(c->err, arg_range_type(c, 0), &a, &b, &r) && ret_range(c, &r, out);
}

static bool
merge(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range a, b, r;

	if (!take_ranges(c, args, &a, &b))
		return false;
	r = range_span(arg_range_type(c, 0), &a, &b);
	return ret_range(c, &r, out);
}

static bool
intersection(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range a, b, r;

	if (!take_ranges(c, args, &a, &b))
		return false;
	r = range_intersection(arg_range_type(c, 0), &a, &b);
	return ret_range(c, &r, out);
}

static bool
difference(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range a, b, r;

	return take_ranges(c, args, &a, &b) &&
	       range_difference(c->err, arg_range_type(c, 0), &a, &b, &r) && ret_range(c, &r, out);
}

/* ---- sets of two multiranges ---- */

typedef struct multirange set_fn(struct arena *, const struct type *, const struct multirange *,
				 const struct multirange *);

static bool
combine(struct fcall *c, const struct datum *args, set_fn *fn, struct datum *out)
{
	struct operands o;
	struct multirange m;

	if (!take_operands(c, args, &o))
		return false;
	m = fn(c->arena, o.type, &o.a, &o.b);
	return ret_multirange(c, &m, out);
}

static bool
union_of_sets(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return combine(c, args, multirange_union, out);
}

static bool
difference_of_sets(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return combine(c, args, multirange_difference, out);
}

static bool
intersection_of_sets(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return combine(c, args, multirange_intersection, out);
}

#define EACH(name, fn)                                                                             \
	FUNC_T("range_" name, fn), FUNC_T("multirange_" name "_range", fn),                        \
		FUNC_T("range_" name "_multirange", fn),                                           \
		FUNC_T("multirange_" name "_multirange", fn)
#define BOTH(name, fn) FUNC_T("range_" name, fn), FUNC_T("multirange_" name, fn)

const struct func func_range_ops[] = {
	EACH("overlaps", overlaps),
	EACH("contains", contains),
	EACH("contained_by", contained_by),
	EACH("adjacent", adjacent),
	EACH("before", before),
	EACH("after", after),
	EACH("overleft", overleft),
	EACH("overright", overright),
	BOTH("eq", eq),
	BOTH("ne", ne),
	BOTH("lt", lt),
	BOTH("le", le),
	BOTH("gt", gt),
	BOTH("ge", ge),
	BOTH("cmp", cmp),
	BOTH("contains_elem", contains_elem),
	FUNC_T("elem_contained_by_range", elem_contained),
	FUNC_T("elem_contained_by_multirange", elem_contained),
	FUNC_T("range_union", union_of),
	FUNC_T("range_merge", merge),
	FUNC_T("range_intersect", intersection),
	FUNC_T("range_minus", difference),
	FUNC_T("multirange_union", union_of_sets),
	FUNC_T("multirange_minus", difference_of_sets),
	FUNC_T("multirange_intersect", intersection_of_sets),
	FUNC_END,
};
