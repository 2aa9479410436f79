/*
 * array_agg over elements and over arrays, min and max of arrays, unnest and generate_subscripts.
 */
#include "func/array_args.h"
#include "func/tables.h"

#include <stdlib.h>

/* ---- array_agg ---- */

struct gather {
	struct array_item *items; /* malloc'ed; texts in the group's arena */
	int n, cap;
	const struct type *elem;
	struct array shape; /* of the arrays gathered; ndim 0: none yet */
	int rows;
};

static bool
gather_item(struct agg_call *a, struct gather *g, const struct array_item *i)
{
	if (g->n == ARRAY_MAX_ITEMS)
		return err_set(a->call.err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "array size exceeds the maximum allowed (%d)", ARRAY_MAX_ITEMS);
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->items = xrealloc(g->items, sizeof(*g->items) * (size_t)g->cap);
	}
	g->items[g->n++] =
		i->p ? (struct array_item){arena_memdup(a->arena, i->p, i->n), i->n} : *i;
	return true;
}

static bool
element_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct gather *g = a->state;
	struct array_item item;

	if (!a->call.types || !a->call.types->nargs)
		return err_set(a->call.err, ERR_INTERNAL_ERROR, -1,
			       "array_agg was called without its types");
	g->elem = a->call.types->args[0];
	g->rows++;
	return arg_item_at(&a->call, g->elem, args, 0, &item) && gather_item(a, g, &item);
}

static bool
element_final(struct agg_call *a, struct datum *out)
{
	struct gather *g = a->state;
	struct array v = {.ndim = 1, .dims = {g->n}, .lower = {1}, .n = g->n, .items = g->items};

	return g->rows == 0 || ret_array(&a->call, g->elem, &v, out);
}

static bool
same_shape(const struct array *a, const struct array *b)
{
	return a->ndim == b->ndim && memcmp(a->dims, b->dims, sizeof(a->dims)) == 0 &&
	       memcmp(a->lower, b->lower, sizeof(a->lower)) == 0;
}

static bool
array_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct gather *g = a->state;
	struct array v;

	if (arg_null(&args[0]))
		return err_set(a->call.err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "cannot accumulate null arrays");
	if (!arg_array(&a->call, 0, &args[0], &v, &g->elem))
		return false;
	if (v.ndim == 0 && g->rows == 0)
		return err_set(a->call.err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
			       "cannot accumulate empty arrays");
	if (v.ndim == ARRAY_MAX_DIM)
		return err_set(a->call.err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "number of array dimensions (%d) exceeds the maximum allowed (%d)",
			       v.ndim + 1, ARRAY_MAX_DIM);
	if (g->rows++ == 0)
		g->shape = v;
	else if (!same_shape(&g->shape, &v))
		return err_set(a->call.err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
			       "cannot accumulate arrays of different dimensionality");
	for (int i = 0; i < v.n; i++)
		if (!gather_item(a, g, &v.items[i]))
			return false;
	return true;
}

static bool
array_final(struct agg_call *a, struct datum *out)
{
	struct gather *g = a->state;
	struct array v = {
		.ndim = g->shape.ndim + 1, .dims = {g->rows}, .lower = {1}, .items = g->items};

	if (g->rows == 0)
		return true;
	memcpy(v.dims + 1, g->shape.dims, sizeof(int) * (size_t)g->shape.ndim);
	memcpy(v.lower + 1, g->shape.lower, sizeof(int) * (size_t)g->shape.ndim);
	return array_set_size(a->call.err, &v) && ret_array(&a->call, g->elem, &v, out);
}

static void
gather_release(void *state)
{
	free(((struct gather *)state)->items);
}

static const struct agg_ops element_ops = {
	.size = sizeof(struct gather),
	.step = element_step,
	.final = element_final,
	.release = gather_release,
};
static const struct agg_ops array_ops = {
	.size = sizeof(struct gather),
	.step = array_step,
	.final = array_final,
	.release = gather_release,
};

/* ---- min, max ---- */

struct extreme {
	char *text; /* malloc'ed; NULL: no row yet */
	size_t n;
};

static bool
extreme_step(struct agg_call *a, const struct datum *args, int sign)
{
	struct extreme *x = a->state;
	const struct type *elem;
	struct array v, best;
	struct datum d = datum_text(x->text, x->n);
	size_t n;
	const char *s;

	if (!arg_array(&a->call, 0, &args[0], &v, &elem))
		return false;
	if (x->text &&
	    (!arg_array(&a->call, 0, &d, &best, NULL) || !elem_comparable(&a->call, elem, true)))
		return false;
	if (x->text && array_compare(elem, &v, &best) * sign <= 0)
		return true;
	s = arg_text(&a->call, &args[0], &n);
	x->text = xrealloc(x->text, n + 1);
	memcpy(x->text, s, n);
	x->n = n;
	return true;
}

static bool
min_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return extreme_step(a, args, -1);
}

static bool
max_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return extreme_step(a, args, 1);
}

static bool
extreme_final(struct agg_call *a, struct datum *out)
{
	struct extreme *x = a->state;

	if (x->text)
		*out = datum_text(arena_memdup(a->call.arena, x->text, x->n), x->n);
	return true;
}

static void
extreme_release(void *state)
{
	free(((struct extreme *)state)->text);
}

static const struct agg_ops min_ops = {
	.size = sizeof(struct extreme),
	.step = min_step,
	.final = extreme_final,
	.release = extreme_release,
	.strict = true,
};
static const struct agg_ops max_ops = {
	.size = sizeof(struct extreme),
	.step = max_step,
	.final = extreme_final,
	.release = extreme_release,
	.strict = true,
};

/* ---- unnest ---- */

struct unnest {
	struct array v;
	const struct type *elem;
	int at;
};

/* c->arena of open lives as long as the scan. */
static bool
unnest_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	struct unnest *u = ARENA_NEW(c->arena, struct unnest);

	*state = u;
	return arg_null(&args[0]) || arg_array(c, 0, &args[0], &u->v, &u->elem);
}

static int
unnest_next(struct fcall *c, void *state, struct datum *cols)
{
	struct unnest *u = state;

	if (u->at == u->v.n)
		return 0;
	return ret_item(c, u->elem, &u->v.items[u->at++], cols) ? 1 : -1;
}

/* The state lies in the call's arena. */
static void
all_in_arena(void *state UNUSED)
{
}

static const struct srf_ops unnest_ops = {unnest_open, unnest_next, all_in_arena, 1};

/* information_schema's: every item and its number. */
static int
expand_next(struct fcall *c, void *state, struct datum *cols)
{
	struct unnest *u = state;
	int r = unnest_next(c, state, cols);

	cols[1] = datum_int(u->at);
	return r;
}

static const struct srf_ops expand_ops = {unnest_open, expand_next, all_in_arena, 2};

/* ---- generate_subscripts ---- */

struct subscripts {
	int64_t next, last;
	int step;
};

static bool
subscripts_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct subscripts *s = ARENA_NEW(c->arena, struct subscripts);
	struct array v;
	int64_t dim, reverse = 0;

	*s = (struct subscripts){1, 0, 1};
	*state = s;
	if (!arg_array(c, 0, &args[0], &v, NULL) || !arg_int(c, &args[1], &dim) ||
	    (nargs > 2 && !arg_int(c, &args[2], &reverse)))
		return false;
	if (dim < 1 || dim > v.ndim)
		return true;
	s->next = v.lower[dim - 1];
	s->last = s->next + v.dims[dim - 1] - 1;
	if (reverse)
		*s = (struct subscripts){s->last, s->next, -1};
	return true;
}

static int
subscripts_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct subscripts *s = state;

	if ((s->last - s->next) * s->step < 0)
		return 0;
	*cols = datum_int(s->next);
	s->next += s->step;
	return 1;
}

static const struct srf_ops subscripts_ops = {subscripts_open, subscripts_next, all_in_arena, 1};

const struct func func_array_agg[] = {
	FUNC_AGG_T("array_agg(anynonarray)", &element_ops),
	FUNC_AGG_T("array_agg(anyarray)", &array_ops),
	FUNC_AGG_T("min(anyarray)", &min_ops),
	FUNC_AGG_T("max(anyarray)", &max_ops),
	FUNC_SRF_T("array_unnest", &unnest_ops),
	FUNC_SRF_T("_pg_expandarray(anyarray)", &expand_ops),
	FUNC_SRF_T("generate_subscripts", &subscripts_ops),
	FUNC_SRF_T("generate_subscripts_nodir", &subscripts_ops),
	FUNC_END,
};
