/*
 * Calls of aggregates and window functions: their ORDER BY, DISTINCT, FILTER, WITHIN GROUP and
 * OVER.
 */
#include "sql/analyze_expr.h"

static bool
arg_in_order(const struct vec *order, const struct expr *e)
{
	for (int i = 0; i < order->n; i++) {
		if (expr_equal(VEC_AT(struct sort_item, order, i)->expr, e))
			return true;
	}
	return false;
}

static bool
order_in_args(struct analyzer *as, const struct expr *agg)
{
	for (int i = 0; i < agg->agg.order.n; i++) {
		const struct sort_item *s = agg->agg.order.v[i];
		bool found = false;
		for (int k = 0; k < agg->agg.nargs && !found; k++)
			found = expr_equal(agg->agg.args[k], s->expr);
		if (!found)
			return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE,
				       s->expr->location,
				       "in an aggregate with DISTINCT, ORDER BY expressions must "
				       "appear in argument list");
	}
	return true;
}

/* DISTINCT: every argument can be compared, and the order is one over arguments. */
static bool
check_distinct(struct analyzer *as, const struct expr *agg)
{
	if (!order_in_args(as, agg))
		return false;
	for (int i = 0; i < agg->agg.nargs; i++) {
		struct expr *a = agg->agg.args[i];
		if (arg_in_order(&agg->agg.order, a))
			continue;
		if (!get_sort_group_operators(as, a->type, false, true, NULL, NULL, NULL,
					      a->location))
			return false;
		if (!btree_operator(a->type, a->type, 1)) {
			err_set(as->env->err, ERR_UNDEFINED_FUNCTION, a->location,
				"could not identify an ordering operator for type %s",
				type_display(as, a->type));
			return err_detail(
				as->env->err,
				"Aggregates with DISTINCT must be able to sort their inputs.");
		}
	}
	return true;
}

static struct expr *
before_conversion(struct expr *e)
{
	if (e->kind == EX_RELABEL)
		return e->unary.arg;
	return e->kind == EX_FUNC && e->func.form == 'i' && e->func.nargs ? e->func.args[0] : e;
}

/* What is an argument before its implicit conversion is sorted as that argument. */
static bool
sort_as_argument(struct analyzer *as, const struct expr *agg, struct sort_item *s)
{
	for (int i = 0; i < agg->agg.nargs; i++) {
		struct expr *a = agg->agg.args[i];

		if (before_conversion(a) == a || !expr_equal(before_conversion(a), s->expr))
			continue;
		s->expr = a;
		return get_sort_group_operators(as, a->type, true, true,
						s->desc ? NULL : &s->sort_op, &s->eq_op,
						s->desc ? &s->sort_op : NULL, a->location);
	}
	return true;
}

/* ORDER BY inside the parentheses. Never by ordinal or output name. */
static bool
read_order(struct analyzer *as, const PgQuery__FuncCall *fc, struct expr *agg)
{
	struct vec *order = &agg->agg.order;

	for (size_t i = 0; i < fc->n_agg_order; i++) {
		struct vec none = {0};
		struct sort_item *s = analyze_sort_by(as, fc->agg_order[i]->sort_by, PLACE_ORDER_BY,
						      &none, false);
		if (!s || !sort_as_argument(as, agg, s))
			return false;
		if (!arg_in_order(order, s->expr))
			vec_push(as->arena, order, s);
	}
	return true;
}

static bool
read_within_group(struct analyzer *as, const PgQuery__FuncCall *fc, struct expr *agg)
{
	for (size_t i = 0; i < fc->n_agg_order; i++) {
		const PgQuery__SortBy *sb = fc->agg_order[i]->sort_by;
		struct expr *arg = agg->agg.args[i];
		struct sort_item *s = sort_item_by(
			as, sb, arg, sb->location >= 0 ? sb->location : expr_location(arg));
		if (!s)
			return false;
		vec_push(as->arena, &agg->agg.order, s);
	}
	return true;
}

/* What gives a char or an array of them back does not know their length. */
static void
keep_blanks(struct analyzer *as, const struct agg_call_parts *c)
{
	if (c->rettype == T_BPCHAR || type_element(as, c->rettype) == T_BPCHAR)
		drop_lengths(as, c->args, c->nargs);
}

struct expr *
make_agg(struct analyzer *as, const struct proc *p, const struct agg_call_parts *c,
	 int nvariadic UNUSED)
{
	const PgQuery__FuncCall *fc = c->fc;
	struct expr *e = expr_new(as, EX_AGG, c->rettype, fc->location);
	keep_blanks(as, c);
	int ndirect = fc->agg_within_group ? c->nargs - (int)fc->n_agg_order : 0;
	e->agg.proc = p;
	e->agg.direct = c->args;
	e->agg.ndirect = ndirect;
	e->agg.args = c->args + ndirect;
	e->agg.nargs = c->nargs - ndirect;
	e->agg.star = fc->agg_star;
	e->agg.distinct = fc->agg_distinct;
	e->agg.variadic = c->variadic;
	e->agg.filter = c->filter;
	e->agg.within_group = fc->agg_within_group;
	if (e->collation && c->nargs) {
		oid_t coll = select_common_collation(as, c->args, c->nargs);
		e->collation = coll ? coll : e->collation;
	}
	if (fc->agg_within_group ? !read_within_group(as, fc, e) : !read_order(as, fc, e))
		return NULL;
	if (fc->agg_distinct && !check_distinct(as, e))
		return NULL;
	return agg_seen_add(as, e, as->scope->place) ? e : NULL;
}

static bool
window_refused(struct analyzer *as, const struct agg_call_parts *c, const char *what)
{
	return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, c->fc->location, "%s", what);
}

static bool
check_window(struct analyzer *as, const struct proc *p, const struct agg_call_parts *c)
{
	if (c->fc->agg_distinct)
		return window_refused(as, c, "DISTINCT is not implemented for window functions");
	if (c->fc->n_agg_order)
		return window_refused(as, c,
				      "aggregate ORDER BY is not implemented for window functions");
	if (c->filter && p->kind == 'w')
		return window_refused(
			as, c, "FILTER is not implemented for non-aggregate window functions");
	return true;
}

struct expr *
make_window(struct analyzer *as, const struct proc *p, const struct agg_call_parts *c)
{
	if (!check_window(as, p, c))
		return NULL;
	struct expr *e = expr_new(as, EX_WINDOW, c->rettype, c->fc->location);
	keep_blanks(as, c);
	e->window.proc = p;
	e->window.args = c->args;
	e->window.nargs = c->nargs;
	e->window.star = c->fc->agg_star;
	e->window.filter = c->filter;
	e->window.is_agg = p->kind == 'a';
	if (!agg_seen_add(as, e, as->scope->place))
		return NULL;
	e->window.window = analyze_window(as, c->fc->over);
	return e->window.window ? e : NULL;
}
