/*
 * range_agg, range_intersect_agg.
 */
#include "func/range_args.h"
#include "func/tables.h"

#include <stdlib.h>

/* ---- range_agg ---- */

struct gather {
	struct multirange m; /* ranges malloc'ed, what they point to in the group's arena */
	int cap;
	bool any; /* a row that is not NULL */
};

static void
gather_range(struct gather *g, const struct range *r)
{
	if (g->m.n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->m.ranges = xrealloc(g->m.ranges, sizeof(*g->m.ranges) * (size_t)g->cap);
	}
	g->m.ranges[g->m.n++] = *r;
}

static bool
gather_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct gather *g = a->state;
	struct fcall lasting = a->call;
	struct multirange m;
	struct datum d;
	size_t n;
	const char *s = arg_text(&a->call, &args[0], &n);

	g->any = true;
	d = datum_text(arena_memdup(a->arena, s, n), n);
	lasting.arena = a->arena;
	if (!arg_ranges(&lasting, 0, &d, &m))
		return false;
	for (int i = 0; i < m.n; i++)
		gather_range(g, &m.ranges[i]);
	return true;
}

static bool
gather_final(struct agg_call *a, struct datum *out)
{
	struct gather *g = a->state;

	if (!g->any)
		return true;
	multirange_normalize(ret_range_type(&a->call), &g->m);
	return ret_multirange(&a->call, &g->m, out);
}

static void
gather_release(void *state)
{
	free(((struct gather *)state)->m.ranges);
}

static const struct agg_ops gather_ops = {
	.size = sizeof(struct gather),
	.step = gather_step,
	.final = gather_final,
	.release = gather_release,
	.strict = true,
};

/* ---- range_intersect_agg ---- */

struct common {
	char *text; /* malloc'ed: what all rows share; NULL: no row yet */
	size_t n;
};

static void
common_set(struct common *k, const char *s, size_t n)
{
	k->text = xrealloc(k->text, n + 1);
	memcpy(k->text, s, n);
	k->n = n;
}

static bool
intersect_ranges(struct fcall *c, const struct datum *a, const struct datum *b, struct datum *out)
{
	const struct type *t = arg_range_type(c, 0);
	struct range x, y, r;

	if (!t || !arg_range(c, 0, a, &x) || !arg_range(c, 0, b, &y))
		return false;
	r = range_intersection(t, &x, &y);
	return ret_range(c, &r, out);
}

static bool
intersect_sets(struct fcall *c, const struct datum *a, const struct datum *b, struct datum *out)
{
	const struct type *t = arg_range_type(c, 0);
	struct multirange x, y, r;

	if (!t || !arg_ranges(c, 0, a, &x) || !arg_ranges(c, 0, b, &y))
		return false;
	r = multirange_intersection(c->arena, t, &x, &y);
	return ret_multirange(c, &r, out);
}

static bool
common_step(struct agg_call *a, const struct datum *arg,
	    bool (*fn)(struct fcall *, const struct datum *, const struct datum *, struct datum *))
{
	struct common *k = a->state;
	struct datum have = datum_text(k->text, k->n), d = *arg;

	if (k->text && !fn(&a->call, &have, arg, &d))
		return false;
	if (!k->text) {
		size_t n;
		const char *s = arg_text(&a->call, arg, &n);

		d = datum_text(s, n);
	}
	common_set(k, d.p, d.n);
	return true;
}

static bool
range_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return common_step(a, args, intersect_ranges);
}

static bool
set_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return common_step(a, args, intersect_sets);
}

static bool
common_final(struct agg_call *a, struct datum *out)
{
	struct common *k = a->state;

	if (k->text)
		*out = datum_text(arena_memdup(a->call.arena, k->text, k->n), k->n);
	return true;
}

static void
common_release(void *state)
{
	free(((struct common *)state)->text);
}

static const struct agg_ops range_ops = {
	.size = sizeof(struct common),
	.step = range_step,
	.final = common_final,
	.release = common_release,
	.strict = true,
};
static const struct agg_ops set_ops = {
	.size = sizeof(struct common),
	.step = set_step,
	.final = common_final,
	.release = common_release,
	.strict = true,
};

const struct func func_range_agg[] = {
	FUNC_AGG_T("range_agg(anyrange)", &gather_ops),
	FUNC_AGG_T("range_agg(anymultirange)", &gather_ops),
	FUNC_AGG_T("range_intersect_agg(anyrange)", &range_ops),
	FUNC_AGG_T("range_intersect_agg(anymultirange)", &set_ops),
	FUNC_END,
};
