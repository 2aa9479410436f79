/*
 * lower_grouping: GROUPING SETS as a UNION ALL of one grouped query per set. The query is one that
 * lower_agg.c has split off: its targets are aggregates, grouping expressions, GROUPING() and
 * columns that depend on a key that is in every set. A grouping expression that a set leaves out is
 * NULL in its arm, GROUPING() a constant.
 */
#include "sql/lower.h"

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
grouping_bits(struct analyzer *as, const struct grouping_set *set, const struct expr *e)
{
	int64_t bits = 0;

	for (int i = 0; i < e->grouping.nargs; i++)
		bits = bits << 1 | !in_set(set, e->grouping.args[i]);
	return expr_const(as, T_INT4, -1, datum_int(bits), -1);
}

static struct expr *
value_in_set(struct analyzer *as, const struct query *q, const struct grouping_set *set,
	     const struct expr *e)
{
	if (e->kind == EX_GROUPING)
		return grouping_bits(as, set, e);
	if (is_grouping_expr(q, e) && !in_set(set, e))
		return typed_null(as, e->type, e->typmod);
	return expr_copy(as->arena, e);
}

static struct query *
arm_for(struct analyzer *as, const struct query *q, const struct grouping_set *set)
{
	struct query *arm = ARENA_NEW(as->arena, struct query);

	arm->cmd = CMD_SELECT;
	arm->outer = q->outer;
	arm->from = q->from;
	arm->where = q->where;
	for (int i = 0; i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];

		target_new(as, &arm->targets, value_in_set(as, q, set, t->expr), t->name);
		arm->has_aggs = arm->has_aggs || t->expr->kind == EX_AGG;
	}
	for (int i = 0; i < set->items.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, set->items.v[i], sizeof(*s));

		s->target = NULL;
		vec_push(as->arena, &arm->group, s);
	}
	/* The empty set is one group even over no rows; without an aggregate nothing says so: no
	 * row is looked at. */
	if (!set->items.n && !arm->has_aggs) {
		arm->from = (struct vec){0};
		arm->where = NULL;
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

bool
lower_grouping(struct analyzer *as, struct query *q)
{
	struct query *all = NULL;

	for (int i = 0; i < q->grouping_sets.n; i++) {
		struct query *arm = arm_for(as, q, q->grouping_sets.v[i]);

		all = all ? union_all(as, all, arm) : arm;
	}
	*q = *all;
	return true;
}
