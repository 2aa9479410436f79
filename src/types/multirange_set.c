/*
 * Multiranges as sets. All walk the sorted parts once.
 */
#include "types/range.h"

#include <stdlib.h>

static int
compare_in(const void *a, const void *b, void *t)
{
	return range_compare(t, a, b);
}

static bool
is_normal(const struct type *t, const struct multirange *m)
{
	for (int i = 0; i < m->n; i++) {
		if (m->ranges[i].empty)
			return false;
		if (i && (!range_before(t, &m->ranges[i - 1], &m->ranges[i]) ||
			  range_adjacent(t, &m->ranges[i - 1], &m->ranges[i])))
			return false;
	}
	return true;
}

void
multirange_normalize(const struct type *t, struct multirange *m)
{
	struct range *last = NULL;
	int n = 0;

	if (is_normal(t, m))
		return;
	qsort_r(m->ranges, (size_t)m->n, sizeof(*m->ranges), compare_in, (void *)(uintptr_t)t);
	for (int i = 0; i < m->n; i++) {
		struct range *r = &m->ranges[i];

		if (r->empty)
			continue;
		if (last && (range_adjacent(t, last, r) || !range_before(t, last, r))) {
			*last = range_span(t, last, r);
		} else {
			last = &m->ranges[n++];
			*last = *r;
		}
	}
	m->n = n;
}

int
multirange_compare(const struct type *t, const struct multirange *a, const struct multirange *b)
{
	int r = 0;

	for (int i = 0; i < MIN(a->n, b->n) && r == 0; i++)
		r = range_compare(t, &a->ranges[i], &b->ranges[i]);
	return r ? r : (a->n > b->n) - (a->n < b->n);
}

bool
multirange_contains_value(const struct type *t, const struct multirange *m, const struct datum *v)
{
	for (int i = 0; i < m->n; i++)
		if (range_contains_value(t, &m->ranges[i], v))
			return true;
	return false;
}

bool
multirange_contains(const struct type *t, const struct multirange *a, const struct multirange *b)
{
	int k = 0;

	for (int i = 0; i < b->n; i++) {
		while (k < a->n && range_before(t, &a->ranges[k], &b->ranges[i]))
			k++;
		if (k == a->n || !range_contains(t, &a->ranges[k], &b->ranges[i]))
			return false;
	}
	return true;
}

bool
multirange_overlaps(const struct type *t, const struct multirange *a, const struct multirange *b)
{
	int k = 0;

	for (int i = 0; i < b->n; i++) {
		while (k < a->n && range_before(t, &a->ranges[k], &b->ranges[i]))
			k++;
		if (k < a->n && range_overlaps(t, &a->ranges[k], &b->ranges[i]))
			return true;
	}
	return false;
}

/* Does one begin where the other ends? What lies between their ends does not count. */
bool
multirange_adjacent(const struct type *t, const struct multirange *a, const struct multirange *b)
{
	struct range last_a, last_b;

	if (!a->n || !b->n)
		return false;
	last_a = a->ranges[a->n - 1];
	last_b = b->ranges[b->n - 1];
	return (range_before(t, &last_a, &b->ranges[0]) &&
		range_adjacent(t, &last_a, &b->ranges[0])) ||
	       (range_before(t, &last_b, &a->ranges[0]) &&
		range_adjacent(t, &last_b, &a->ranges[0]));
}

struct range
multirange_span(const struct multirange *m)
{
	if (!m->n)
		return (struct range){.empty = true};
	return (struct range){false, m->ranges[0].lower, m->ranges[m->n - 1].upper};
}

static struct multirange
make(struct arena *a, int cap)
{
	return (struct multirange){0, ARENA_ARRAY(a, struct range, MAX(cap, 1))};
}

struct multirange
multirange_union(struct arena *a, const struct type *t, const struct multirange *x,
		 const struct multirange *y)
{
	struct multirange m = make(a, x->n + y->n);

	for (int i = 0; i < x->n; i++)
		m.ranges[m.n++] = x->ranges[i];
	for (int i = 0; i < y->n; i++)
		m.ranges[m.n++] = y->ranges[i];
	multirange_normalize(t, &m);
	return m;
}

struct multirange
multirange_intersection(struct arena *a, const struct type *t, const struct multirange *x,
			const struct multirange *y)
{
	struct multirange m = make(a, x->n + y->n);
	int i = 0, k = 0;

	while (i < x->n && k < y->n) {
		struct range r = range_intersection(t, &x->ranges[i], &y->ranges[k]);

		if (!r.empty)
			m.ranges[m.n++] = r;
		if (range_compare_bounds(t, &x->ranges[i].upper, &y->ranges[k].upper) < 0)
			i++;
		else
			k++;
	}
	multirange_normalize(t, &m);
	return m;
}

/* What of r lies before b begins, and after it ends; either may come out empty. */
static void
cut(const struct type *t, const struct range *r, const struct range *b, struct range *left,
    struct range *right)
{
	*left = *right = *r;
	left->upper = b->lower;
	left->upper.inclusive = !b->lower.inclusive;
	left->empty = b->lower.infinite;
	right->lower = b->upper;
	right->lower.inclusive = !b->upper.inclusive;
	right->empty = b->upper.infinite;
	range_settle(t, left);
	range_settle(t, right);
}

struct multirange
multirange_difference(struct arena *a, const struct type *t, const struct multirange *x,
		      const struct multirange *y)
{
	struct multirange m = make(a, x->n + y->n);
	int k = 0;

	for (int i = 0; i < x->n; i++) {
		struct range rest = x->ranges[i], left, right;

		while (k < y->n && range_before(t, &y->ranges[k], &rest))
			k++;
		for (int at = k; at < y->n && range_overlaps(t, &rest, &y->ranges[at]); at++) {
			cut(t, &rest, &y->ranges[at], &left, &right);
			if (!left.empty)
				m.ranges[m.n++] = left;
			rest = right;
		}
		if (!rest.empty)
			m.ranges[m.n++] = rest;
	}
	multirange_normalize(t, &m);
	return m;
}
