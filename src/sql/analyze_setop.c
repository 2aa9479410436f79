/*
 * analyze_setop: UNION, INTERSECT, EXCEPT. Every leaf is a query level of its own; a node's targets
 * are Vars of an entry that stands for its result and is in no FROM, so that ORDER BY can only name
 * result columns.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* Shares all of q with a new query at another address, then makes q a plain SELECT over it. */
struct rte *
query_wrap(struct analyzer *as, struct query *q)
{
	struct query *inner = ARENA_NEW(as->arena, struct query);
	struct rte *rte;
	int n = 0;

	*inner = *q;
	*q = (struct query){.cmd = CMD_SELECT,
			    .outer = inner->outer,
			    .locking = inner->locking,
			    .lock_wait = inner->lock_wait};
	rte = rte_new(as, RTE_SUBQUERY);
	rte->subquery = inner;
	rte->level = q;
	rte->ncols = query_ncols(inner);
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	vec_push(as->arena, &q->from, from_rte(as, rte));
	for (int i = 0; i < inner->targets.n; i++) {
		const struct target *in = inner->targets.v[i];
		struct target *out;

		if (in->junk)
			continue;
		rte->cols[n] = (struct rtcol){.name = in->name,
					      .type = in->expr->type,
					      .typmod = in->expr->typmod,
					      .collation = in->expr->collation,
					      .origin = in->origin,
					      .attr = in->origin_col,
					      .not_null = expr_not_null(in->expr)};
		out = target_new(as, &q->targets, expr_var(as, rte, n++, -1), in->name);
		out->column = in->column;
		out->origin = in->origin;
		out->origin_col = in->origin_col;
	}
	return rte;
}

static bool
coerces_in_place(const struct query *q)
{
	return q->setop == SETOP_NONE && !q->values && !q->distinct && !q->distinct_on.n &&
	       !q->order.n && !q->group.n && !q->grouping_sets.n;
}

bool
query_coerce_col(struct analyzer *as, struct query *q, int i, oid_t type, int32_t typmod,
		 const char *construct)
{
	struct target *t = query_col(q, i);

	if (t->expr->type == type || (as->as_written && t->expr->type != T_UNKNOWN))
		return true;
	if (t->expr->type != T_UNKNOWN && !coerces_in_place(q)) {
		query_wrap(as, q);
		t = query_col(q, i);
	}
	t->expr = coerce_to_common_type(as, t->expr, type, construct);
	if (t->expr && typmod >= 0 && t->expr->typmod != typmod)
		t->expr = coerce_to_target_type(as, t->expr, type, typmod, COERCE_IMPLICIT, -1);
	return t->expr != NULL;
}

/* Result column i of q as a char without a length. */
static bool
drop_col_length(struct analyzer *as, struct query *q, int i)
{
	struct target *t = query_col(q, i);

	if (t->expr->type != T_BPCHAR || t->expr->typmod < 0 || as->as_written)
		return true;
	if (!coerces_in_place(q)) {
		query_wrap(as, q);
		t = query_col(q, i);
	}
	drop_lengths(as, &t->expr, 1);
	return t->expr != NULL;
}

/* Result columns of a set operation: an entry for its Vars, and the coercions of both arms. */
static bool
setop_column(struct analyzer *as, struct query *q, struct rte *rte, int i, const char *construct)
{
	struct target *l = query_col(q->larg, i), *r = query_col(q->rarg, i);
	struct expr *both[2] = {l->expr, r->expr};
	oid_t common = select_common_type(as, both, 2, construct, NULL);
	int32_t typmod;
	oid_t eq;

	if (!common)
		return false;
	typmod = select_common_typmod(both, 2, common);
	if (!query_coerce_col(as, q->larg, i, common, -1, construct) ||
	    !query_coerce_col(as, q->rarg, i, common, -1, construct))
		return false;
	if (typmod < 0 && !(drop_col_length(as, q->larg, i) && drop_col_length(as, q->rarg, i)))
		return false;
	l = query_col(q->larg, i);
	r = query_col(q->rarg, i);
	if (!(q->setop == SETOP_UNION && q->setop_all) &&
	    !get_sort_group_operators(as, common, false, true, NULL, &eq, NULL,
				      both[0]->type == common ? both[0]->location
							      : both[1]->location))
		return false;
	rte->cols[i] = (struct rtcol){.name = l->name,
				      .type = common,
				      .typmod = typmod,
				      .collation = l->expr->collation,
				      .not_null = expr_not_null(l->expr) && expr_not_null(r->expr)};
	return true;
}

static bool
setop_columns(struct analyzer *as, struct query *q)
{
	static const char *const names[] = {"", "UNION", "INTERSECT", "EXCEPT"};
	int n = query_ncols(q->larg);
	struct rte *rte;

	if (n != query_ncols(q->rarg)) {
		const struct target *t = query_col(q->rarg, 0);

		return err_set(as->env->err, ERR_SYNTAX_ERROR, t ? t->expr->location : -1,
			       "each %s query must have the same number of columns",
			       names[q->setop]);
	}
	rte = rte_new(as, RTE_SUBQUERY);
	rte->subquery = q->larg;
	rte->level = q;
	rte->ncols = n;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, n + 1);
	for (int i = 0; i < n; i++)
		if (!setop_column(as, q, rte, i, names[q->setop]))
			return false;
	for (int i = 0; i < n; i++)
		target_new(as, &q->targets, expr_var(as, rte, i, -1), rte->cols[i].name);
	return true;
}

static enum setop_kind
setop_of(PgQuery__SetOperation op)
{
	return op == PG_QUERY__SET_OPERATION__SETOP_UNION       ? SETOP_UNION
	       : op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT ? SETOP_INTERSECT
								: SETOP_EXCEPT;
}

static bool
is_leaf(const PgQuery__SelectStmt *s)
{
	return s->op <= PG_QUERY__SET_OPERATION__SETOP_NONE || s->n_sort_clause ||
	       s->limit_offset || s->limit_count || s->n_locking_clause || s->with_clause;
}

static bool setop_body(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q,
		       bool top);

static struct query *
setop_arm(struct analyzer *as, const PgQuery__SelectStmt *s)
{
	struct query *q;
	bool ok;

	if (is_leaf(s))
		return analyze_select(as, s, s->op > PG_QUERY__SET_OPERATION__SETOP_NONE);
	/* Long chains lean to the left: a level of them is cheap. */
	if (as->depth >= as->max_depth - ANALYZE_QUERY_COST && !analyze_enter(as))
		return NULL;
	as->depth++;
	q = query_new(as, CMD_SELECT);
	ok = setop_body(as, s, q, false);
	as->depth--;
	return ok ? q : NULL;
}

/* A recursive WITH query's columns are known once its left arm is. */
static bool
setop_body(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q, bool top)
{
	q->setop = setop_of(s->op);
	q->setop_all = s->all;
	q->larg = setop_arm(as, s->larg);
	if (!q->larg)
		return false;
	if (top && !cte_recursive_left_done(as, s, q->larg))
		return false;
	q->rarg = setop_arm(as, s->rarg);
	return q->rarg && setop_columns(as, q);
}

/* The arms as hints speak of them: what is in no FROM has no number. */
static void
show_arms(struct analyzer *as, const struct query *q, int *n)
{
	struct rte *rte;

	if (q->setop) {
		show_arms(as, q->larg, n);
		show_arms(as, q->rarg, n);
		return;
	}
	rte = ARENA_NEW(as->arena, struct rte);
	rte->kind = RTE_SUBQUERY;
	rte->alias = arena_printf(as->arena, "*SELECT* %d", ++*n);
	rte->ncols = query_ncols(q);
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	for (int i = 0; i < rte->ncols; i++)
		rte->cols[i].name = query_col(q, i)->name;
	vec_push(as->arena, &as->scope->made, rte);
}

/* ORDER BY of the whole: output names and ordinals only. */
static bool
setop_order(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	int n = q->targets.n, arms = 0;

	if (!s->n_sort_clause)
		return true;
	show_arms(as, q, &arms);
	if (n)
		scope_add(as, VEC_AT(struct target, &q->targets, 0)->expr->var.rte, false, true);
	if (!analyze_order(as, s->sort_clause, s->n_sort_clause, q))
		return false;
	if (q->targets.n == n)
		return true;
	err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED,
		expr_location(VEC_AT(struct target, &q->targets, n)->expr),
		"invalid UNION/INTERSECT/EXCEPT ORDER BY clause");
	err_detail(as->env->err,
		   "Only result column names can be used, not expressions or functions.");
	return err_hint(as->env->err, "Add the expression/function to every SELECT, or move the "
				      "UNION into a FROM clause.");
}

static bool
setop_locking(struct analyzer *as, const PgQuery__SelectStmt *s)
{
	if (s->n_locking_clause)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "%s is not allowed with UNION/INTERSECT/EXCEPT", "FOR UPDATE");
	return true;
}

struct query *
analyze_setop(struct analyzer *as, const PgQuery__SelectStmt *s, bool resolve)
{
	struct query *q = query_new(as, CMD_SELECT);
	bool ok;

	(void)resolve; /* the arms' common types leave nothing unknown */
	scope_push(as, q);
	ok = setop_locking(as, s) && (!s->with_clause || analyze_with(as, s->with_clause, q)) &&
	     setop_body(as, s, q, true) && setop_order(as, s, q) && analyze_limits(as, s, q);
	scope_pop(as);
	return ok ? q : NULL;
}
