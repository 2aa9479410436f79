/*
 * lower_agg: SQLite finds the query that an aggregate belongs to only where aggregates may stand,
 * so not in the WHERE of a sub-select. A query with such aggregates is split: an inner one groups
 * and aggregates, the outer one sees the results as columns. So is one with GROUPING SETS, whose
 * inner query lower_grouping.c makes a union of.
 */
#include "sql/lower.h"

struct split {
	struct analyzer *as;
	struct query *q; /* the original; becomes the outer query */
	struct query *inner;
	struct rte *rte;
	bool in_sublink, found;
};

/* ---- is it needed ---- */

/* The left side of ANY and ALL is printed inside the sub-select. */
static bool
find_outer_agg(struct expr **slot, void *arg)
{
	struct split *s = arg;
	struct expr *e = *slot;
	bool was = s->in_sublink;

	if (!e)
		return true;
	if (s->in_sublink && e->kind == EX_AGG && e->agg.level == s->q)
		s->found = true;
	if (e->kind == EX_SUBLINK) {
		s->in_sublink = true;
		query_roots(e->sublink.query, find_outer_agg, s, true);
	}
	expr_walk(e, find_outer_agg, s);
	s->in_sublink = was;
	return true;
}

static bool
needed(struct analyzer *as, struct query *q)
{
	struct split s = {.as = as, .q = q};

	query_roots(q, find_outer_agg, &s, false);
	return s.found;
}

/* ---- splitting ---- */

static struct expr *
column_for(struct split *s, struct expr *e)
{
	struct expr *v;
	int col = 0;

	while (col < s->inner->targets.n &&
	       !expr_equal(VEC_AT(struct target, &s->inner->targets, col)->expr, e))
		col++;
	if (col == s->inner->targets.n)
		target_new(s->as, &s->inner->targets, e, "?column?");
	v = expr_new(s->as, EX_VAR, e->type, e->location);
	v->typmod = e->typmod;
	v->collation = e->collation;
	v->var.rte = s->rte;
	v->var.col = col;
	return v;
}

static bool
is_group_expr(const struct query *q, const struct expr *e)
{
	for (int i = 0; i < q->group.n; i++)
		if (expr_equal(VEC_AT(struct sort_item, &q->group, i)->expr, e))
			return true;
	return false;
}

/* Everything that the groups give becomes a column of the inner query; sub-selects are searched as
 * well. */
static bool
take(struct expr **slot, void *arg)
{
	struct split *s = arg;
	struct expr *e = *slot;

	if (!e)
		return true;
	if ((e->kind == EX_AGG && e->agg.level == s->q) ||
	    (e->kind == EX_GROUPING && e->grouping.level == s->q) ||
	    (e->kind != EX_CONST && is_group_expr(s->inner, e)) ||
	    (e->kind == EX_VAR && e->var.rte->level == s->q)) {
		*slot = column_for(s, e);
		return true;
	}
	if (e->kind == EX_SUBLINK && !query_roots(e->sublink.query, take, s, true))
		return false;
	return expr_walk(e, take, s);
}

static bool
groups_by_set(const struct query *q)
{
	for (int i = 0; i < q->group.n; i++)
		if (expr_returns_set(VEC_AT(struct sort_item, &q->group, i)->expr))
			return true;
	return false;
}

static void
detach_groups(struct analyzer *as, struct query *inner)
{
	struct vec group = {0};

	for (int i = 0; i < inner->group.n; i++) {
		struct sort_item *g = arena_memdup(as->arena, inner->group.v[i], sizeof(*g));

		g->target = NULL;
		g->expr = expr_copy(as->arena, g->expr);
		vec_push(as->arena, &group, g);
	}
	inner->group = group;
}

/* A constant is what a group gives only where it is grouped by. */
static void
take_constants(struct split *s, const struct vec *group)
{
	for (int i = 0; i < group->n; i++) {
		struct target *t = VEC_AT(struct sort_item, group, i)->target;

		if (t && t->expr->kind == EX_CONST)
			t->expr = column_for(s, t->expr);
	}
}

static void
name_columns(struct split *s)
{
	s->rte->ncols = s->inner->targets.n;
	s->rte->cols = ARENA_ARRAY(s->as->arena, struct rtcol, s->rte->ncols + 1);
	for (int i = 0; i < s->rte->ncols; i++) {
		const struct expr *e = VEC_AT(struct target, &s->inner->targets, i)->expr;
		/* A set that leaves the expression out makes it NULL. */
		bool kept = !s->inner->grouping_sets.n || e->kind == EX_AGG;

		s->rte->cols[i] = (struct rtcol){.name = "?column?",
						 .type = e->type,
						 .typmod = e->typmod,
						 .collation = e->collation,
						 .not_null = kept && expr_not_null(e)};
	}
}

bool
lower_outer_aggs(struct analyzer *as, struct query *q)
{
	struct split s = {.as = as, .q = q};

	if (!q->grouping_sets.n && !needed(as, q))
		return true;
	if (groups_by_set(q) && !lower_group_sets(as, q))
		return false;
	s.inner = ARENA_NEW(as->arena, struct query);
	*s.inner = (struct query){.cmd = CMD_SELECT,
				  .outer = q->outer,
				  .from = q->from,
				  .where = q->where,
				  .group = q->group,
				  .grouping_sets = q->grouping_sets,
				  .has_aggs = true};
	detach_groups(as, s.inner);
	s.rte = rte_new(as, RTE_SUBQUERY);
	s.rte->subquery = s.inner;
	s.rte->level = NULL;
	if (q->grouping_sets.n)
		take_constants(&s, &q->group);
	q->from = (struct vec){0};
	q->where = q->having;
	q->having = NULL;
	q->group = q->grouping_sets = (struct vec){0};
	q->has_aggs = false;
	vec_push(as->arena, &q->from, from_rte(as, s.rte));
	if (!query_roots(q, take, &s, false))
		return false;
	name_columns(&s);
	if (!s.inner->targets.n)
		target_new(as, &s.inner->targets, expr_const(as, T_INT4, -1, datum_int(1), -1),
			   "?column?");
	return lower_lateral(as, s.inner) &&
	       (!s.inner->grouping_sets.n || lower_grouping(as, s.inner));
}
