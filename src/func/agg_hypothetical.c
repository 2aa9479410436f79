/*
 * Hypothetical-set aggregates: where a row would stand among the sorted ones. Arguments: the order
 * of the keys as emit prints it (two letters a key: + or -, f or l), the hypothetical row, the keys
 * of a row. Rows come in any order.
 */
#include "func/args.h"
#include "func/tables.h"

#include <stdlib.h>

struct hypothetical {
	int64_t n, before, equal;
	/* dense_rank: the rows before, in the group's arena */
	struct datum **rows;
	size_t nrows, cap;
	char *order;
	int nkeys;
	const struct type **types; /* of the keys */
};

static int
compare_key(const struct type *t, const char *order, const struct datum *a, const struct datum *b)
{
	int c;

	if (arg_null(a) || arg_null(b)) {
		if (arg_null(a) && arg_null(b))
			return 0;
		return arg_null(a) == (order[1] == 'f') ? -1 : 1;
	}
	c = type_compare(t, a, b);
	return order[0] == '-' ? -c : c;
}

static int
compare_rows(const struct hypothetical *h, const struct datum *a, const struct datum *b)
{
	int c = 0;

	for (int i = 0; i < h->nkeys && c == 0; i++)
		c = compare_key(h->types[i], h->order + 2 * i, &a[i], &b[i]);
	return c;
}

static void
begin(struct agg_call *a, struct hypothetical *h, const struct datum *args)
{
	size_t n;
	const char *order = arg_text(&a->call, &args[0], &n);

	h->nkeys = (int)(n / 2);
	h->order = arena_strndup(a->arena, order, n);
	h->types = a->call.types->args + 1 + h->nkeys;
}

static bool
count_row(struct agg_call *a, const struct datum *args, int *side)
{
	struct hypothetical *h = a->state;

	if (!h->order)
		begin(a, h, args);
	*side = compare_rows(h, args + 1 + h->nkeys, args + 1);
	h->n++;
	h->before += *side < 0;
	h->equal += *side == 0;
	return true;
}

static bool
rank_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	int side;

	return count_row(a, args, &side);
}

static bool
dense_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct hypothetical *h = a->state;
	struct datum *row, **grown;
	int side;

	if (!count_row(a, args, &side) || side >= 0)
		return true;
	if (h->nrows == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 16;
		grown = arena_alloc(a->arena, h->cap * sizeof(*grown));
		if (h->nrows)
			memcpy(grown, h->rows, h->nrows * sizeof(*grown));
		h->rows = grown;
	}
	row = arena_memdup(a->arena, args + 1 + h->nkeys, sizeof(*row) * (size_t)h->nkeys);
	for (int i = 0; i < h->nkeys; i++)
		if (row[i].class == DATUM_TEXT || row[i].class == DATUM_BLOB)
			row[i].p = arena_memdup(a->arena, row[i].p, row[i].n);
	h->rows[h->nrows++] = row;
	return true;
}

static int
by_order(const void *a, const void *b, void *arg)
{
	return compare_rows(arg, *(struct datum *const *)a, *(struct datum *const *)b);
}

static bool
dense_final(struct agg_call *a, struct datum *out)
{
	struct hypothetical *h = a->state;
	int64_t rank = 1;

	if (h->nrows)
		qsort_r(h->rows, h->nrows, sizeof(*h->rows), by_order, h);
	for (size_t i = 0; i < h->nrows; i++)
		rank += i == 0 || compare_rows(h, h->rows[i - 1], h->rows[i]) != 0;
	*out = datum_int(rank);
	return true;
}

static bool
rank_final(struct agg_call *a, struct datum *out)
{
	const struct hypothetical *h = a->state;

	*out = datum_int(h->before + 1);
	return true;
}

static bool
percent_rank_final(struct agg_call *a, struct datum *out)
{
	const struct hypothetical *h = a->state;

	*out = datum_real(h->n ? (double)h->before / (double)h->n : 0);
	return true;
}

static bool
cume_dist_final(struct agg_call *a, struct datum *out)
{
	const struct hypothetical *h = a->state;

	*out = datum_real((double)(h->before + h->equal + 1) / (double)(h->n + 1));
	return true;
}

static const struct agg_ops rank = {
	.size = sizeof(struct hypothetical), .step = rank_step, .final = rank_final};
static const struct agg_ops dense_rank = {
	.size = sizeof(struct hypothetical), .step = dense_step, .final = dense_final};
static const struct agg_ops percent_rank = {
	.size = sizeof(struct hypothetical), .step = rank_step, .final = percent_rank_final};
static const struct agg_ops cume_dist = {
	.size = sizeof(struct hypothetical), .step = rank_step, .final = cume_dist_final};

const struct func func_hypothetical[] = {
	FUNC_AGG_T("rank(any)", &rank),
	FUNC_AGG_T("dense_rank(any)", &dense_rank),
	FUNC_AGG_T("percent_rank(any)", &percent_rank),
	FUNC_AGG_T("cume_dist(any)", &cume_dist),
	FUNC_END,
};
