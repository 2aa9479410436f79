/*
 * lower_grouping: GROUPING SETS as a UNION ALL of one grouped query per set; the grouping
 * expressions that a set leaves out are NULL in its arm, GROUPING() is a constant. ORDER BY,
 * DISTINCT and LIMIT go around the union.
 */
#include "sql/lower.h"

struct arm {
	struct analyzer *as;
	const struct query *q; /* the original */
	const struct grouping_set *set;
};

static bool
in_set(const struct grouping_set *set, const struct expr *e)
{
	for (int i = 0; i < set->items.n; i++)
		if (expr_equal(VEC_AT(struct sort_item, &set->items, i)->expr, e))
			return true;
	return false;
}

static bool
is_grouping_expr(const struct query *q, const struct expr *e)
{
	for (int i = 0; i < q->group.n; i++)
		if (expr_equal(VEC_AT(struct sort_item, &q->group, i)->expr, e))
			return true;
	return false;
}

static struct expr *
grouping_bits(const struct arm *a, const struct expr *e)
{
	int64_t bits = 0;

	for (int i = 0; i < e->grouping.nargs; i++)
		bits = bits << 1 | !in_set(a->set, e->grouping.args[i]);
	return expr_const(a->as, T_INT4, -1, datum_int(bits), -1);
}

/* Aggregates see the rows as they are; elsewhere an expression outside the set is NULL. */
static bool
for_set(struct expr **slot, void *arg)
{
	const struct arm *a = arg;
	struct expr *e = *slot;

	if (e->kind == EX_AGG)
		return true;
	if (e->kind == EX_GROUPING) {
		*slot = grouping_bits(a, e);
		return true;
	}
	if (e->kind != EX_CONST && is_grouping_expr(a->q, e)) {
		if (!in_set(a->set, e))
			*slot = typed_null(a->as, e->type, e->typmod);
		return true;
	}
	return expr_walk(e, for_set, arg);
}

static bool
find_aggregate(struct expr **slot, void *found)
{
	if ((*slot)->kind == EX_AGG)
		*(bool *)found = true;
	return !*(bool *)found;
}

/* GROUPING() made the query an aggregate one, but is a constant in its arm. */
static bool
has_aggregates(struct query *arm)
{
	bool found = false;

	for (int i = 0; i < arm->targets.n; i++)
		expr_visit(&VEC_AT(struct target, &arm->targets, i)->expr, find_aggregate, &found,
			   false);
	if (arm->having)
		expr_visit(&arm->having, find_aggregate, &found, false);
	return found;
}

static struct query *
arm_for(struct analyzer *as, const struct query *q, const struct grouping_set *set)
{
	struct query *arm = ARENA_NEW(as->arena, struct query);
	struct arm a = {as, q, set};

	arm->cmd = CMD_SELECT;
	arm->outer = q->outer;
	arm->from = q->from;
	arm->where = q->where;
	arm->grouping_sets = (struct vec){0};
	for (int i = 0; i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];
		struct expr *e = expr_copy(as->arena, t->expr);

		for_set(&e, &a);
		target_new(as, &arm->targets, e, t->name);
	}
	arm->having = expr_copy(as->arena, q->having);
	if (arm->having)
		for_set(&arm->having, &a);
	arm->has_aggs = q->has_aggs && has_aggregates(arm);
	for (int i = 0; i < set->items.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, set->items.v[i], sizeof(*s));

		s->target = NULL;
		vec_push(as->arena, &arm->group, s);
	}
	/* The empty set is one group even over no rows; without an aggregate nothing says so: a
	 * constant one does. */
	if (!set->items.n && !arm->has_aggs) {
		arm->from = (struct vec){0};
		arm->where = arm->having;
		arm->having = NULL;
	}
	return arm;
}

static struct query *
union_all(struct analyzer *as, struct query *l, struct query *r)
{
	struct query *u = ARENA_NEW(as->arena, struct query);

	u->cmd = CMD_SELECT;
	u->setop = SETOP_UNION;
	u->setop_all = true;
	u->larg = l;
	u->rarg = r;
	u->targets = l->targets;
	return u;
}

static struct rte *
union_rte(struct analyzer *as, struct query *u, const struct query *q)
{
	struct rte *rte = rte_new(as, RTE_SUBQUERY);

	rte->subquery = u;
	rte->level = (struct query *)(uintptr_t)q;
	rte->ncols = u->targets.n;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	for (int i = 0; i < rte->ncols; i++) {
		const struct expr *e = VEC_AT(struct target, &q->targets, i)->expr;

		rte->cols[i] = (struct rtcol){.name = VEC_AT(struct target, &q->targets, i)->name,
					      .type = e->type,
					      .typmod = e->typmod,
					      .collation = e->collation};
	}
	return rte;
}

bool
lower_grouping(struct analyzer *as, struct query *q)
{
	struct query *all = NULL;
	struct rte *rte;

	if (q->has_windows)
		return err_unsupported(as->env->err, -1, "window functions over GROUPING SETS");
	if (q->grouping_sets.n == 1 && q->has_aggs &&
	    !VEC_AT(struct grouping_set, &q->grouping_sets, 0)->items.n) {
		struct query *one = arm_for(as, q, q->grouping_sets.v[0]);

		all = one;
	} else {
		for (int i = 0; i < q->grouping_sets.n; i++) {
			struct query *arm = arm_for(as, q, q->grouping_sets.v[i]);

			all = all ? union_all(as, all, arm) : arm;
		}
	}
	rte = union_rte(as, all, q);
	q->from = q->group = q->grouping_sets = (struct vec){0};
	q->where = q->having = NULL;
	q->has_aggs = false;
	vec_push(as->arena, &q->from, from_rte(as, rte));
	for (int i = 0; i < q->targets.n; i++)
		VEC_AT(struct target, &q->targets, i)->expr = expr_var(as, rte, i, -1);
	for (int i = 0; i < q->order.n; i++) {
		struct sort_item *s = q->order.v[i];

		if (s->target)
			s->expr = s->target->expr;
	}
	for (int i = 0; i < q->distinct_on.n; i++) {
		struct sort_item *s = q->distinct_on.v[i];

		if (s->target)
			s->expr = s->target->expr;
	}
	return true;
}
