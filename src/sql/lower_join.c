/*
 * lower_join: joins that print in parentheses. SQLite makes sub-selects of them, which see nothing
 * of what is to their left: those whose items have to become a sub-select of ours, which can be
 * unnested.
 */
#include "sql/lower.h"

struct wrap {
	struct analyzer *as;
	struct query *q;
	const struct vec *siblings;
	struct vec leaves; /* struct rte: what is in the join */
	struct rte *rte;   /* the sub-select's */
};

static int
wrap_column(struct wrap *w, struct expr *var)
{
	struct vec *targets = &w->rte->subquery->targets;
	struct rtcol *cols;

	for (int i = 0; i < targets->n; i++) {
		const struct expr *e = VEC_AT(struct target, targets, i)->expr;

		if (e->var.rte == var->var.rte && e->var.col == var->var.col)
			return i;
	}
	target_new(w->as, targets, expr_copy(w->as->arena, var), "c");
	cols = ARENA_ARRAY(w->as->arena, struct rtcol, targets->n);
	if (w->rte->ncols)
		memcpy(cols, w->rte->cols, sizeof(*cols) * (size_t)w->rte->ncols);
	cols[w->rte->ncols] = (struct rtcol){
		.name = "c", .type = var->type, .typmod = var->typmod, .collation = var->collation};
	w->rte->cols = cols;
	return w->rte->ncols++;
}

static bool
wrap_var(struct expr **slot, void *arg)
{
	struct wrap *w = arg;
	struct expr *e = *slot;

	if (e->kind == EX_VAR && vec_has(&w->leaves, e->var.rte))
		*slot = expr_var(w->as, w->rte, wrap_column(w, e), e->location);
	return true;
}

/* Does an item of the join mention one outside of it? */
static bool
looks_out(struct wrap *w)
{
	struct vec others = {0};

	for (int i = 0; i < w->siblings->n; i++)
		if (!vec_has(&w->leaves, w->siblings->v[i]))
			vec_push(w->as->arena, &others, w->siblings->v[i]);
	for (int i = 0; i < w->leaves.n; i++) {
		const struct rte *rte = w->leaves.v[i];

		if (rte->kind == RTE_SUBQUERY && query_mentions(rte->subquery, &others))
			return true;
		for (int k = 0; k < rte->funcs.n; k++)
			if (expr_mentions(rte->funcs.v[k], &others))
				return true;
	}
	return false;
}

/* The join becomes SELECT what is used of it FROM it. */
static bool
wrap(struct wrap *w, struct from_item **slot)
{
	struct query *sub = query_new(w->as, CMD_SELECT);
	struct from_item *join = *slot;
	bool ok;

	w->rte = rte_new(w->as, RTE_SUBQUERY);
	w->rte->level = w->q;
	w->rte->subquery = sub;
	w->rte->unnested = w->rte->lateral = true;
	*slot = from_rte(w->as, w->rte);
	w->rte->kind = RTE_CTE; /* not looked into */
	ok = query_rewrite(w->q, wrap_var, w, true);
	w->rte->kind = RTE_SUBQUERY;
	for (int i = 0; i < w->leaves.n; i++)
		VEC_AT(struct rte, &w->leaves, i)->level = sub;
	vec_push(w->as->arena, &sub->from, join);
	return ok && lower_lateral(w->as, sub);
}

bool
lower_join_in_parens(struct analyzer *as, struct query *q, const struct vec *siblings,
		     struct from_item **slot, bool *did)
{
	struct wrap w = {.as = as, .q = q, .siblings = siblings};

	from_list_rtes(as->arena, *slot, &w.leaves);
	if (!looks_out(&w))
		return true;
	*did = true;
	return wrap(&w, slot);
}
