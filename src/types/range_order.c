/*
 * The order of ranges and multiranges, read from their stored texts. Only texts as range_write and
 * multirange_write make them are taken: bounds whose subtype has keys (item_order.h), in order,
 * discrete ranges in their [) form, multiranges sorted.
 */
#include "types/item_order.h"
#include "types/range.h"

enum { FEW = 12 };

struct quick_bound {
	struct item_key key;
	bool infinite, inclusive;
};

struct quick_range {
	bool empty;
	struct quick_bound lower, upper;
};

struct quick {
	const struct type *sub;
	bool discrete;
	const char *p, *end;
};

static bool
take(struct quick *q, char ch)
{
	if (q->p == q->end || *q->p != ch)
		return false;
	q->p++;
	return true;
}

/* Up to what ends it, one of two marks. */
static bool
read_bound(struct quick *q, char mark, char other, struct quick_bound *b)
{
	const char *from = q->p;
	bool quoted = take(q, '"');

	from += quoted;
	if (quoted)
		mark = other = '"';
	while (q->p < q->end && *q->p != mark && *q->p != other && *q->p != '\\')
		q->p++;
	b->infinite = !quoted && q->p == from;
	if (b->infinite)
		return true;
	return item_key(q->sub, from, (size_t)(q->p - from), &b->key) &&
	       (!quoted || take(q, '"')) && !(q->discrete && b->key.infinite);
}

static bool
read_range(struct quick *q, struct quick_range *r)
{
	int c;

	r->empty = false;
	r->lower.inclusive = take(q, '[');
	if ((!r->lower.inclusive && !take(q, '(')) || !read_bound(q, ',', ',', &r->lower) ||
	    !take(q, ',') || !read_bound(q, ')', ']', &r->upper))
		return false;
	r->upper.inclusive = take(q, ']');
	if (!r->upper.inclusive && !take(q, ')'))
		return false;
	if ((r->lower.infinite && r->lower.inclusive) || (r->upper.infinite && r->upper.inclusive))
		return false;
	if (q->discrete && ((!r->lower.infinite && !r->lower.inclusive) || r->upper.inclusive))
		return false;
	if (r->lower.infinite || r->upper.infinite)
		return true;
	c = item_key_compare(q->sub, &r->lower.key, &r->upper.key);
	return c < 0 || (c == 0 && r->lower.inclusive && r->upper.inclusive);
}

static int
compare_values(const struct quick *q, const struct quick_bound *a, const struct quick_bound *b,
	       int infinity_a, int infinity_b)
{
	if (a->infinite || b->infinite)
		return (a->infinite ? infinity_a : 0) - (b->infinite ? infinity_b : 0);
	return item_key_compare(q->sub, &a->key, &b->key);
}

static int
compare_lower(const struct quick *q, const struct quick_bound *a, const struct quick_bound *b)
{
	int r = compare_values(q, a, b, -1, -1);

	return r || a->infinite ? r : b->inclusive - a->inclusive;
}

static int
compare_upper(const struct quick *q, const struct quick_bound *a, const struct quick_bound *b)
{
	int r = compare_values(q, a, b, 1, 1);

	return r || a->infinite ? r : a->inclusive - b->inclusive;
}

static int
compare_ranges(const struct quick *q, const struct quick_range *a, const struct quick_range *b)
{
	int r;

	if (a->empty || b->empty)
		return b->empty - a->empty;
	r = compare_lower(q, &a->lower, &b->lower);
	return r ? r : compare_upper(q, &a->upper, &b->upper);
}

/* Does a end before b begins, with something between them? */
static bool
apart(const struct quick *q, const struct quick_range *a, const struct quick_range *b)
{
	int r;

	if (a->upper.infinite || b->lower.infinite)
		return false;
	r = item_key_compare(q->sub, &a->upper.key, &b->lower.key);
	return r < 0 || (r == 0 && !a->upper.inclusive && !b->lower.inclusive);
}

/* The ranges of a whole text; -1: it is in another form, or there are too many. */
static int
read_all(struct quick *q, bool multi, struct quick_range *out)
{
	int n = 0;

	if (!multi && q->end - q->p == 5 && memcmp(q->p, "empty", 5) == 0) {
		out->empty = true;
		return 1;
	}
	if (!multi)
		return read_range(q, out) && q->p == q->end ? 1 : -1;
	if (!take(q, '{'))
		return -1;
	if (!take(q, '}')) {
		do {
			if (n == FEW || !read_range(q, &out[n]) ||
			    (n && !apart(q, &out[n - 1], &out[n])))
				return -1;
			n++;
		} while (take(q, ','));
		if (!take(q, '}'))
			return -1;
	}
	return q->p == q->end ? n : -1;
}

static bool
is_discrete(const struct type *sub)
{
	return sub->oid == T_INT4 || sub->oid == T_INT8 || sub->oid == T_DATE;
}

bool
range_scan_compare(const struct type *t, const char *a, size_t an, const char *b, size_t bn, int *r)
{
	const struct type *sub = range_type(t)->of;
	struct quick x = {sub, is_discrete(sub), a, a + an}, y = x;
	struct quick_range xs[FEW], ys[FEW];
	bool multi = t->typtype == 'm';
	int xn = read_all(&x, multi, xs), yn;

	if (xn < 0)
		return false;
	y.p = b;
	y.end = b + bn;
	if ((yn = read_all(&y, multi, ys)) < 0)
		return false;
	*r = 0;
	for (int i = 0; i < MIN(xn, yn) && *r == 0; i++)
		*r = compare_ranges(&x, &xs[i], &ys[i]);
	if (*r == 0)
		*r = xn - yn;
	return true;
}
