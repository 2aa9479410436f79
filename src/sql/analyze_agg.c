/*
 * analyze_agg: where aggregates, window functions and GROUPING may stand, which query level they
 * belong to, and which columns a grouped query may mention (PostgreSQL's parse_agg.c).
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* ---- simple facts about expressions ---- */

struct var_search {
	const struct query *level; /* NULL: any */
	bool found;
	int location;
};

static bool
find_var(struct expr **slot, void *arg)
{
	struct var_search *s = arg;
	const struct expr *e = *slot;

	if (e->kind == EX_VAR && (!s->level || e->var.rte->level == s->level)) {
		s->found = true;
		s->location = e->location;
	}
	return !s->found;
}

bool
expr_has_var_of(struct expr *e, const struct query *level)
{
	struct var_search s = {level, false, -1};

	expr_visit(&e, find_var, &s, true);
	return s.found;
}

int
expr_var_location(struct expr *e, const struct query *level)
{
	struct var_search s = {level, false, -1};

	expr_visit(&e, find_var, &s, true);
	return s.location;
}

bool
expr_has_vars(struct expr *e, bool deep)
{
	struct var_search s = {NULL, false, -1};

	expr_visit(&e, find_var, &s, deep);
	return s.found;
}

bool
expr_not_null(const struct expr *e)
{
	switch (e->kind) {
	case EX_CONST:
		return e->con.value.class != DATUM_NULL;
	case EX_VAR:
		return e->var.col >= 0 && e->var.rte->cols[e->var.col].not_null;
	case EX_RELABEL:
		return expr_not_null(e->unary.arg);
	case EX_AGG:
		return strcmp(e->agg.proc->name, "count") == 0;
	case EX_WINDOW:
		return strcmp(e->window.proc->name, "count") == 0 ||
		       strcmp(e->window.proc->name, "row_number") == 0 ||
		       strcmp(e->window.proc->name, "rank") == 0 ||
		       strcmp(e->window.proc->name, "dense_rank") == 0;
	case EX_NULLTEST:
	case EX_BOOLTEST:
	case EX_DISTINCT:
		return true;
	case EX_COALESCE:
		for (int i = 0; i < e->list.nargs; i++)
			if (expr_not_null(e->list.args[i]))
				return true;
		return false;
	default:
		return false;
	}
}

static bool
find_volatile(struct expr **slot, void *found)
{
	const struct expr *e = *slot;

	if ((e->kind == EX_FUNC && e->func.proc->volatility == 'v') ||
	    (e->kind == EX_OP && e->op.proc && e->op.proc->volatility == 'v'))
		*(bool *)found = true;
	return !*(bool *)found;
}

bool
expr_is_volatile(struct expr *e)
{
	bool found = false;

	expr_visit(&e, find_volatile, &found, true);
	return found;
}

/* ---- placement ---- */

enum call_kind { CALL_AGG, CALL_WINDOW, CALL_GROUPING };

/* NULL: the clause's own name is used. */
static const char *
place_words(enum expr_place place)
{
	switch (place) {
	case PLACE_JOIN_ON:
	case PLACE_JOIN_USING:
		return "JOIN conditions";
	case PLACE_FROM_SUBSELECT:
		return "FROM clause of their own query level";
	case PLACE_FROM_FUNCTION:
		return "functions in FROM";
	case PLACE_CHECK:
		return "check constraints";
	case PLACE_DEFAULT:
		return "DEFAULT expressions";
	case PLACE_INDEX_EXPR:
		return "index expressions";
	case PLACE_INDEX_PREDICATE:
		return "index predicates";
	case PLACE_USING:
		return "transform expressions";
	case PLACE_GENERATED:
		return "column generation expressions";
	case PLACE_EXECUTE_PARAM:
		return "EXECUTE parameters";
	case PLACE_CALL:
		return "CALL arguments";
	default:
		return NULL;
	}
}

static bool
place_allows(enum expr_place place, enum call_kind kind)
{
	switch (place) {
	case PLACE_SELECT:
	case PLACE_ORDER_BY:
	case PLACE_DISTINCT_ON:
	case PLACE_OTHER:
		return true;
	case PLACE_HAVING:
	case PLACE_WINDOW_PARTITION:
	case PLACE_WINDOW_ORDER:
		return kind != CALL_WINDOW;
	default:
		return false;
	}
}

static bool
placement_error(struct analyzer *as, enum expr_place place, enum call_kind kind, int location)
{
	static const char *const calls[] = {"aggregate functions", "window functions",
					    "grouping operations"};
	const char *words = place_words(place);

	if (kind == CALL_WINDOW && (place == PLACE_WINDOW_PARTITION ||
				    place == PLACE_WINDOW_ORDER || place == PLACE_WINDOW_FRAME))
		words = "window definitions";
	else if (place == PLACE_WINDOW_FRAME)
		words = as->scope->frame_mode == 'r'   ? "window RANGE"
			: as->scope->frame_mode == 'o' ? "window ROWS"
						       : "window GROUPS";
	return err_set(as->env->err, kind == CALL_WINDOW ? ERR_WINDOWING_ERROR : ERR_GROUPING_ERROR,
		       location, "%s are not allowed in %s", calls[kind],
		       words ? words : place_name(place));
}

/* The scopes of the query levels, inward from the outermost, that an expression's Vars and
 * aggregates belong to: the innermost of each kind. */
struct levels {
	struct analyzer *as;
	struct scope *var, *agg;
	int var_depth, agg_depth; /* 0: the current scope; INT32_MAX: none */
};

static void
note_level(struct levels *l, const struct query *q, struct scope **found, int *depth)
{
	int d = 0;

	for (struct scope *s = l->as->scope; s && d < *depth; s = s->outer, d++)
		if (s->query == q) {
			*found = s;
			*depth = d;
		}
}

static bool
find_levels(struct expr **slot, void *arg)
{
	struct levels *l = arg;
	const struct expr *e = *slot;

	if (e->kind == EX_VAR)
		note_level(l, e->var.rte->level, &l->var, &l->var_depth);
	if (e->kind == EX_AGG && e->agg.level)
		note_level(l, e->agg.level, &l->agg, &l->agg_depth);
	if (e->kind == EX_GROUPING && e->grouping.level)
		note_level(l, e->grouping.level, &l->agg, &l->agg_depth);
	return true;
}

static void
visit_list(struct expr **list, int n, bool (*fn)(struct expr **, void *), void *arg, bool deep)
{
	for (int i = 0; i < n; i++)
		if (list[i])
			expr_visit(&list[i], fn, arg, deep);
}

struct nested {
	const struct query *level;
	const struct expr *agg, *window;
};

static bool
find_nested_agg(struct expr **slot, void *arg)
{
	struct nested *n = arg;
	const struct expr *e = *slot;

	if ((e->kind == EX_AGG && e->agg.level == n->level) ||
	    (e->kind == EX_GROUPING && e->grouping.level == n->level))
		n->agg = e;
	return !n->agg;
}

static bool
find_nested_window(struct expr **slot, void *arg)
{
	struct nested *n = arg;

	if ((*slot)->kind == EX_WINDOW)
		n->window = *slot;
	return !n->window;
}

/* What of an aggregate or GROUPING decides its level: all but the direct arguments. */
static void
visit_aggregated(struct expr *e, bool (*fn)(struct expr **, void *), void *arg, bool deep)
{
	if (e->kind == EX_GROUPING) {
		visit_list(e->grouping.args, e->grouping.nargs, fn, arg, deep);
		return;
	}
	visit_list(e->agg.args, e->agg.nargs, fn, arg, deep);
	for (int i = 0; i < e->agg.order.n; i++)
		expr_visit(&VEC_AT(struct sort_item, &e->agg.order, i)->expr, fn, arg, deep);
	if (e->agg.filter)
		expr_visit(&e->agg.filter, fn, arg, deep);
}

static bool
nested_error(struct analyzer *as, const struct expr *inner)
{
	return err_set(as->env->err, ERR_GROUPING_ERROR, inner->location,
		       "aggregate function calls cannot be nested");
}

static bool
check_direct(struct analyzer *as, struct expr *e, const struct scope *owner, int depth)
{
	struct levels l = {as, NULL, NULL, INT32_MAX, INT32_MAX};
	struct nested n = {0};

	visit_list(e->agg.direct, e->agg.ndirect, find_levels, &l, true);
	for (int i = 0; l.var_depth < depth && i < e->agg.ndirect; i++) {
		int location = expr_var_location(e->agg.direct[i], l.var->query);

		if (location >= 0)
			return err_set(as->env->err, ERR_GROUPING_ERROR, location,
				       "outer-level aggregate cannot contain a lower-level "
				       "variable in its direct arguments");
	}
	if (l.agg_depth > depth)
		return true;
	n.level = l.agg_depth < depth ? l.agg->query : owner->query;
	visit_list(e->agg.direct, e->agg.ndirect, find_nested_agg, &n, true);
	return nested_error(as, n.agg);
}

/* The scope that an aggregate or GROUPING belongs to: the innermost one that it takes something
 * from. NULL: err is set. */
static struct scope *
owner_scope(struct analyzer *as, struct expr *e)
{
	struct levels l = {as, NULL, NULL, INT32_MAX, INT32_MAX};
	struct nested n = {0};
	struct scope *owner;
	int depth;

	visit_aggregated(e, find_nested_window, &n, false);
	if (e->kind == EX_AGG && !n.window)
		visit_list(e->agg.direct, e->agg.ndirect, find_nested_window, &n, false);
	if (n.window) {
		err_set(as->env->err, ERR_GROUPING_ERROR, n.window->location,
			"aggregate function calls cannot contain window function calls");
		return NULL;
	}
	visit_aggregated(e, find_levels, &l, true);
	depth = MIN(l.var_depth, l.agg_depth);
	owner = depth == INT32_MAX ? as->scope : l.agg_depth == depth ? l.agg : l.var;
	if (depth != INT32_MAX && l.agg_depth == depth) {
		n.level = owner->query;
		visit_aggregated(e, find_nested_agg, &n, true);
		nested_error(as, n.agg);
		return NULL;
	}
	if (e->kind == EX_AGG && e->agg.ndirect && owner &&
	    !check_direct(as, e, owner, depth == INT32_MAX ? 0 : depth))
		return NULL;
	return owner;
}

static bool
add_aggregate(struct analyzer *as, struct expr *e, enum expr_place place)
{
	enum call_kind kind = e->kind == EX_AGG ? CALL_AGG : CALL_GROUPING;
	struct scope *owner = owner_scope(as, e);

	if (!owner && err_is_set(as->env->err))
		return false;
	if (owner != as->scope)
		place = owner->place;
	if (!owner || !place_allows(place, kind))
		return placement_error(as, place, kind, e->location);
	if (e->kind == EX_AGG)
		e->agg.level = owner->query;
	else
		e->grouping.level = owner->query;
	owner->query->has_aggs = true;
	return true;
}

static bool
add_window(struct analyzer *as, struct expr *w, enum expr_place place)
{
	struct nested n = {0};

	visit_list(w->window.args, w->window.nargs, find_nested_window, &n, false);
	if (w->window.filter && !n.window)
		expr_visit(&w->window.filter, find_nested_window, &n, false);
	if (n.window)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, n.window->location,
			       "window function calls cannot be nested");
	if (!place_allows(place, CALL_WINDOW) || !as->scope)
		return placement_error(as, place, CALL_WINDOW, w->location);
	as->scope->query->has_windows = true;
	return true;
}

bool
agg_seen_add(struct analyzer *as, struct expr *agg, enum expr_place place)
{
	return agg->kind == EX_WINDOW ? add_window(as, agg, place) : add_aggregate(as, agg, place);
}

/* ---- ungrouped columns ---- */

struct ungrouped {
	struct analyzer *as;
	struct query *q;
	bool in_sublink, in_direct;
};

static bool
is_grouped(const struct query *q, const struct expr *e)
{
	for (int i = 0; i < q->group.n; i++)
		if (expr_equal(VEC_AT(struct sort_item, &q->group, i)->expr, e))
			return true;
	return false;
}

static bool
in_all_sets(const struct query *q, const struct sort_item *item)
{
	for (int i = 0; i < q->grouping_sets.n; i++) {
		const struct vec *items = &VEC_AT(struct grouping_set, &q->grouping_sets, i)->items;
		bool found = false;

		for (int k = 0; k < items->n && !found; k++)
			found = expr_equal(VEC_AT(struct sort_item, items, k)->expr, item->expr);
		if (!found)
			return false;
	}
	return true;
}

static bool
column_is_grouped(const struct query *q, const struct rte *rte, int attnum)
{
	for (int g = 0; g < q->group.n; g++) {
		const struct sort_item *item = q->group.v[g];
		const struct expr *e = item->expr;

		if (e->kind == EX_VAR && e->var.rte == rte && e->var.col >= 0 &&
		    rte->cols[e->var.col].attr && rte->cols[e->var.col].attr->attnum == attnum &&
		    in_all_sets(q, item))
			return true;
	}
	return false;
}

/* All columns of a table depend on its primary key; that it was needed is kept. */
static bool
key_is_grouped(const struct query *q, struct rte *rte)
{
	if (rte->kind != RTE_RELATION)
		return false;
	for (int i = 0; i < rte->rel->constraints.n; i++) {
		const struct constraint *c = rte->rel->constraints.v[i];
		int k = 0;

		if (c->kind != 'p' || c->deferrable)
			continue;
		while (k < c->ncols && column_is_grouped(q, rte, c->cols[k]))
			k++;
		if (k == c->ncols) {
			rte->grouped_key = c;
			return true;
		}
	}
	return false;
}

static bool
check_var(struct ungrouped *u, const struct expr *e)
{
	struct rte *rte = e->var.rte;
	const char *alias = rte->alias ? rte->alias : "unnamed_join",
		   *name = e->var.col < 0 ? "*" : rte->cols[e->var.col].name;
	struct err *err = u->as->env->err;

	if (rte->level != u->q || key_is_grouped(u->q, rte))
		return true;
	if (u->in_sublink)
		return err_set(err, ERR_GROUPING_ERROR, e->location,
			       "subquery uses ungrouped column \"%s.%s\" from outer query", alias,
			       name);
	err_set(err, ERR_GROUPING_ERROR, e->location,
		"column \"%s.%s\" must appear in the GROUP BY clause or be used in an aggregate "
		"function",
		alias, name);
	return u->in_direct ? err_detail(err, "Direct arguments of an ordered-set aggregate must "
					      "use only grouped columns.")
			    : false;
}

static bool check_slot(struct expr **slot, void *arg);

static bool
check_grouping_args(struct ungrouped *u, const struct expr *e)
{
	for (int i = 0; i < e->grouping.nargs; i++)
		if (!is_grouped(u->q, e->grouping.args[i]))
			return err_set(u->as->env->err, ERR_GROUPING_ERROR,
				       expr_location(e->grouping.args[i]),
				       "arguments to GROUPING must be grouping expressions of the "
				       "associated query level");
	return true;
}

static bool
check_sublink(struct ungrouped *u, struct expr *e)
{
	struct ungrouped inner = {u->as, u->q, true, u->in_direct};

	return expr_walk(e, check_slot, u) &&
	       query_roots(e->sublink.query, check_slot, &inner, true);
}

static bool
check_slot(struct expr **slot, void *arg)
{
	struct ungrouped *u = arg;
	struct expr *e = *slot;

	if (!e || e->kind == EX_CONST || e->kind == EX_PARAM)
		return true;
	if (e->kind == EX_AGG && e->agg.level == u->q) {
		struct ungrouped direct = *u;

		direct.in_direct = true;
		for (int i = 0; i < e->agg.ndirect; i++)
			if (!check_slot(&e->agg.direct[i], &direct))
				return false;
		return true;
	}
	if (e->kind == EX_GROUPING && e->grouping.level == u->q)
		return check_grouping_args(u, e);
	if (is_grouped(u->q, e))
		return true;
	if (e->kind == EX_VAR)
		return check_var(u, e);
	if (e->kind == EX_SUBLINK)
		return check_sublink(u, e);
	return expr_walk(e, check_slot, u);
}

static bool
check_targets(struct ungrouped *u, struct query *q)
{
	for (int i = 0; i < q->targets.n; i++)
		if (!check_slot(&VEC_AT(struct target, &q->targets, i)->expr, u))
			return false;
	for (int i = 0; i < q->windows.n; i++) {
		struct window_def *w = q->windows.v[i];

		for (int k = 0; k < w->partition.n; k++)
			if (!check_slot(&VEC_AT(struct sort_item, &w->partition, k)->expr, u))
				return false;
		for (int k = 0; k < w->order.n; k++)
			if (!check_slot(&VEC_AT(struct sort_item, &w->order, k)->expr, u))
				return false;
	}
	return !q->having || check_slot(&q->having, u);
}

/* GROUP BY an output column stands for that column's expression. */
static bool
check_grouped_calls(struct analyzer *as, const struct query *q, struct expr *e)
{
	struct nested n = {.level = q};

	expr_visit(&e, find_nested_agg, &n, true);
	expr_visit(&e, find_nested_window, &n, false);
	if (n.agg)
		return placement_error(as, PLACE_GROUP_BY,
				       n.agg->kind == EX_AGG ? CALL_AGG : CALL_GROUPING,
				       n.agg->location);
	if (n.window)
		return placement_error(as, PLACE_GROUP_BY, CALL_WINDOW, n.window->location);
	return true;
}

bool
check_aggregates(struct analyzer *as, struct query *q)
{
	struct ungrouped u = {as, q, false, false};

	if (as->as_written || (!q->has_aggs && !q->group.n && !q->having && !q->grouping_sets.n))
		return true;
	for (int i = 0; i < q->group.n; i++) {
		struct sort_item *s = q->group.v[i];

		if (s->target)
			s->expr = s->target->expr;
		if (!check_grouped_calls(as, q, s->expr))
			return false;
	}
	return check_targets(&u, q);
}
