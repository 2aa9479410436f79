/*
 * analyze_agg: where aggregates, window functions and GROUPING may stand, which query level they
 * belong to, and which columns a grouped query may mention (PostgreSQL's parse_agg.c).
 */
#include "sql/analyze_int.h"

/* ---- simple facts about expressions ---- */

struct var_search {
	const struct query *level; /* NULL: any */
	bool found;
};

static bool
find_var(struct expr **slot, void *arg)
{
	struct var_search *s = arg;
	const struct expr *e = *slot;

	if (e->kind == EX_VAR && (!s->level || e->var.rte->level == s->level))
		s->found = true;
	return !s->found;
}

bool
expr_has_var_of(struct expr *e, const struct query *level)
{
	struct var_search s = {level, false};

	expr_visit(&e, find_var, &s, true);
	return s.found;
}

bool
expr_has_vars(struct expr *e, bool deep)
{
	struct var_search s = {NULL, false};

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
		words = "window frame definitions";
	return err_set(as->env->err, kind == CALL_WINDOW ? ERR_WINDOWING_ERROR : ERR_GROUPING_ERROR,
		       location, "%s are not allowed in %s", calls[kind],
		       words ? words : place_name(place));
}

/* The innermost scope among those whose Vars the call uses; the current one when it uses none. */
struct level_search {
	struct analyzer *as;
	struct scope *innermost;
	int depth; /* of innermost */
};

static bool
note_level(struct expr **slot, void *arg)
{
	struct level_search *l = arg;
	int depth = 0;

	if ((*slot)->kind != EX_VAR)
		return true;
	for (struct scope *s = l->as->scope; s; s = s->outer, depth++)
		if (s->query == (*slot)->var.rte->level && depth < l->depth) {
			l->innermost = s;
			l->depth = depth;
		}
	return true;
}

static struct scope *
owner_scope(struct analyzer *as, struct expr *agg)
{
	struct level_search l = {as, NULL, INT32_MAX};

	expr_visit(&agg, note_level, &l, true);
	return l.innermost ? l.innermost : as->scope;
}

struct nested {
	const struct expr *self;
	const struct query *level;
	const struct expr *agg, *window;
};

static bool
find_nested(struct expr **slot, void *arg)
{
	struct nested *n = arg;
	const struct expr *e = *slot;

	if (e == n->self)
		return true;
	if (e->kind == EX_AGG && e->agg.level == n->level)
		n->agg = e;
	if (e->kind == EX_WINDOW)
		n->window = e;
	return !n->agg && !n->window;
}

static bool
add_aggregate(struct analyzer *as, struct expr *agg, enum expr_place place)
{
	struct scope *owner = owner_scope(as, agg);
	struct nested n = {.self = agg, .level = owner ? owner->query : NULL};

	if (owner != as->scope)
		place = owner->place;
	if (!place_allows(place, CALL_AGG) || !owner)
		return placement_error(as, place, CALL_AGG, agg->location);
	expr_visit(&agg, find_nested, &n, false);
	if (n.agg)
		return err_set(as->env->err, ERR_GROUPING_ERROR, n.agg->location,
			       "aggregate function calls cannot be nested");
	if (n.window)
		return err_set(as->env->err, ERR_GROUPING_ERROR, n.window->location,
			       "aggregate function calls cannot contain window function calls");
	agg->agg.level = owner->query;
	owner->query->has_aggs = true;
	return true;
}

static bool
add_window(struct analyzer *as, struct expr *w, enum expr_place place)
{
	struct nested n = {.self = w};

	if (!place_allows(place, CALL_WINDOW) || !as->scope)
		return placement_error(as, place, CALL_WINDOW, w->location);
	expr_visit(&w, find_nested, &n, false);
	if (n.window)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, n.window->location,
			       "window function calls cannot be nested");
	as->scope->query->has_windows = true;
	return true;
}

bool
agg_seen_add(struct analyzer *as, struct expr *agg, enum expr_place place)
{
	switch (agg->kind) {
	case EX_AGG:
		return add_aggregate(as, agg, place);
	case EX_WINDOW:
		return add_window(as, agg, place);
	default:
		if (!as->scope || !place_allows(place, CALL_GROUPING))
			return placement_error(as, place, CALL_GROUPING, agg->location);
		as->scope->query->has_aggs = true;
		return true;
	}
}

/* ---- ungrouped columns ---- */

struct ungrouped {
	struct analyzer *as;
	struct query *q;
	bool in_sublink;
};

static bool
is_grouped(const struct query *q, const struct expr *e)
{
	for (int i = 0; i < q->group.n; i++)
		if (expr_equal(VEC_AT(struct sort_item, &q->group, i)->expr, e))
			return true;
	return false;
}

/* All columns of a table depend on its primary key. */
static bool
key_is_grouped(const struct query *q, struct rte *rte)
{
	if (rte->kind != RTE_RELATION || q->grouping_sets.n)
		return false;
	for (int i = 0; i < rte->rel->constraints.n; i++) {
		const struct constraint *c = rte->rel->constraints.v[i];
		int hits = 0;

		if (c->kind != 'p' || c->deferrable)
			continue;
		for (int k = 0; k < c->ncols; k++)
			for (int g = 0; g < q->group.n; g++) {
				const struct expr *e = VEC_AT(struct sort_item, &q->group, g)->expr;

				if (e->kind == EX_VAR && e->var.rte == rte && e->var.col >= 0 &&
				    rte->cols[e->var.col].attr &&
				    rte->cols[e->var.col].attr->attnum == c->cols[k]) {
					hits++;
					break;
				}
			}
		if (hits == c->ncols)
			return true;
	}
	return false;
}

static bool
check_var(struct ungrouped *u, const struct expr *e)
{
	struct rte *rte = e->var.rte;
	const char *alias = rte->alias ? rte->alias : "unnamed_join",
		   *name = e->var.col < 0 ? "*" : rte->cols[e->var.col].name;

	if (rte->level != u->q || key_is_grouped(u->q, rte))
		return true;
	if (u->in_sublink)
		return err_set(u->as->env->err, ERR_GROUPING_ERROR, e->location,
			       "subquery uses ungrouped column \"%s.%s\" from outer query", alias,
			       name);
	return err_set(u->as->env->err, ERR_GROUPING_ERROR, e->location,
		       "column \"%s.%s\" must appear in the GROUP BY clause or be used in an "
		       "aggregate function",
		       alias, name);
}

static bool check_slot(struct expr **slot, void *arg);

static bool
check_grouping_args(struct ungrouped *u, const struct expr *e)
{
	for (int i = 0; i < e->grouping.nargs; i++)
		if (!is_grouped(u->q, e->grouping.args[i]))
			return err_set(u->as->env->err, ERR_GROUPING_ERROR,
				       e->grouping.args[i]->location,
				       "arguments to GROUPING must be grouping expressions of the "
				       "associated query level");
	return true;
}

static bool
check_sublink(struct ungrouped *u, struct expr *e)
{
	struct ungrouped inner = {u->as, u->q, true};

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
		for (int i = 0; i < e->agg.ndirect; i++)
			if (!check_slot(&e->agg.direct[i], u))
				return false;
		return true;
	}
	if (e->kind == EX_GROUPING)
		return u->in_sublink || check_grouping_args(u, e);
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

	expr_visit(&e, find_nested, &n, false);
	if (n.agg)
		return placement_error(as, PLACE_GROUP_BY, CALL_AGG, n.agg->location);
	if (n.window)
		return placement_error(as, PLACE_GROUP_BY, CALL_WINDOW, n.window->location);
	return true;
}

bool
check_aggregates(struct analyzer *as, struct query *q)
{
	struct ungrouped u = {as, q, false};

	if (!q->has_aggs && !q->group.n && !q->having && !q->grouping_sets.n)
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
