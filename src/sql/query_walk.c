/*
 * query_walk: visiting and rewriting every expression of a query.
 * A sort item that is a target's expression shares it: rewriting sets it from the target, so that
 * both stay one expression.
 */
#include "sql/analyze_int.h"

struct walk {
	expr_slot_fn *fn;
	void *arg;
	bool deep, post;
	bool roots; /* only the slots themselves: fn descends */
	bool live;  /* not what no reference runs */
};

static bool walk_query(struct query *q, struct walk *w);

static bool
walk_slot(struct expr **slot, void *arg)
{
	struct walk *w = arg;

	if (!*slot)
		return true;
	if (w->roots)
		return w->fn(slot, w->arg);
	if (!w->post && !w->fn(slot, w->arg))
		return false;
	if (!expr_walk(*slot, walk_slot, w))
		return false;
	if (w->deep && (*slot)->kind == EX_SUBLINK && !walk_query((*slot)->sublink.query, w))
		return false;
	return !w->post || w->fn(slot, w->arg);
}

static bool
walk_targets(struct vec *targets, struct walk *w)
{
	for (int i = 0; i < targets->n; i++)
		if (!walk_slot(&VEC_AT(struct target, targets, i)->expr, w))
			return false;
	return true;
}

static bool
walk_items(struct vec *items, struct walk *w)
{
	for (int i = 0; i < items->n; i++) {
		struct sort_item *s = items->v[i];

		if (s->target)
			s->expr = s->target->expr;
		else if (!walk_slot(&s->expr, w))
			return false;
	}
	return true;
}

static bool
walk_rte(struct rte *r, struct walk *w)
{
	for (int i = 0; i < r->funcs.n; i++)
		if (!walk_slot((struct expr **)&r->funcs.v[i], w))
			return false;
	for (int i = 0; r->kind == RTE_VALUES && i < r->values->n; i++)
		for (int c = 0; c < r->nvalues; c++)
			if (!walk_slot(&VEC_AT(struct expr *, r->values, i)[c], w))
				return false;
	return !w->deep || r->kind != RTE_SUBQUERY || walk_query(r->subquery, w);
}

static bool
walk_from(struct from_item *f, struct walk *w)
{
	if (f->kind == FROM_RTE)
		return walk_rte(f->rte, w);
	return walk_from(f->left, w) && walk_from(f->right, w) && walk_slot(&f->quals, w);
}

static bool
walk_windows(struct vec *windows, struct walk *w)
{
	for (int i = 0; i < windows->n; i++) {
		struct window_def *d = windows->v[i];

		if (!walk_items(&d->partition, w) || !walk_items(&d->order, w) ||
		    !walk_slot(&d->start_offset, w) || !walk_slot(&d->end_offset, w))
			return false;
	}
	return true;
}

static bool
walk_conflict(struct on_conflict *c, struct walk *w)
{
	for (int i = 0; i < c->infer.n; i++)
		if (!walk_slot((struct expr **)&c->infer.v[i], w))
			return false;
	return walk_slot(&c->infer_where, w) && walk_targets(&c->set, w) && walk_slot(&c->where, w);
}

static bool
walk_below(struct query *q, struct walk *w)
{
	for (int i = 0; i < q->ctes.n; i++) {
		const struct cte *c = q->ctes.v[i];

		if (w->live && !c->refs && c->query->cmd == CMD_SELECT)
			continue;
		if (!walk_query(c->query, w))
			return false;
	}
	if (q->larg && !(walk_query(q->larg, w) && walk_query(q->rarg, w)))
		return false;
	return !q->source || walk_query(q->source, w);
}

static bool
walk_query(struct query *q, struct walk *w)
{
	if (w->deep && !walk_below(q, w))
		return false;
	for (int i = 0; i < q->from.n; i++)
		if (!walk_from(q->from.v[i], w))
			return false;
	return walk_slot(&q->where, w) && walk_targets(&q->targets, w) &&
	       walk_items(&q->group, w) && walk_slot(&q->having, w) &&
	       walk_items(&q->distinct_on, w) && walk_items(&q->order, w) &&
	       walk_windows(&q->windows, w) && walk_slot(&q->limit, w) &&
	       walk_slot(&q->offset, w) && (!q->on_conflict || walk_conflict(q->on_conflict, w)) &&
	       walk_targets(&q->returning, w);
}

bool
query_walk(struct query *q, expr_slot_fn *fn, void *arg, bool deep)
{
	struct walk w = {fn, arg, .deep = deep};

	return walk_query(q, &w);
}

bool
query_roots(struct query *q, expr_slot_fn *fn, void *arg, bool deep)
{
	struct walk w = {fn, arg, .deep = deep, .roots = true};

	return walk_query(q, &w);
}

bool
query_live_roots(struct query *q, expr_slot_fn *fn, void *arg)
{
	struct walk w = {fn, arg, .deep = true, .roots = true, .live = true};

	return walk_query(q, &w);
}

bool
query_rewrite(struct query *q, expr_slot_fn *fn, void *arg, bool deep)
{
	struct walk w = {fn, arg, .deep = deep, .post = true};

	return walk_query(q, &w);
}

bool
expr_visit(struct expr **slot, expr_slot_fn *fn, void *arg, bool deep)
{
	struct walk w = {fn, arg, .deep = deep};

	return walk_slot(slot, &w);
}

bool
expr_rewrite(struct expr **slot, expr_slot_fn *fn, void *arg, bool deep)
{
	struct walk w = {fn, arg, .deep = deep, .post = true};

	return walk_slot(slot, &w);
}

/* ---- queries ---- */

struct each {
	bool (*fn)(struct query *q, void *arg);
	void *arg;
};

static bool
each_sublink(struct expr **slot, void *arg)
{
	struct each *e = arg;

	return (*slot)->kind != EX_SUBLINK || query_each((*slot)->sublink.query, e->fn, e->arg);
}

static bool
each_from(struct from_item *f, struct each *e)
{
	if (f->kind == FROM_JOIN)
		return each_from(f->left, e) && each_from(f->right, e);
	return f->rte->kind != RTE_SUBQUERY || query_each(f->rte->subquery, e->fn, e->arg);
}

/* Innermost first. */
bool
query_each(struct query *q, bool (*fn)(struct query *q, void *arg), void *arg)
{
	struct each e = {fn, arg};

	for (int i = 0; i < q->ctes.n; i++)
		if (!query_each(VEC_AT(struct cte, &q->ctes, i)->query, fn, arg))
			return false;
	if (q->larg && !(query_each(q->larg, fn, arg) && query_each(q->rarg, fn, arg)))
		return false;
	if (q->source && !query_each(q->source, fn, arg))
		return false;
	for (int i = 0; i < q->from.n; i++)
		if (!each_from(q->from.v[i], &e))
			return false;
	return query_walk(q, each_sublink, &e, false) && fn(q, arg);
}

/* ---- copying ---- */

static struct expr **
copy_list(struct arena *a, struct expr *const *v, int n)
{
	struct expr **out = v ? ARENA_ARRAY(a, struct expr *, n + 1) : NULL;

	for (int i = 0; out && i < n; i++)
		out[i] = expr_copy(a, v[i]);
	return out;
}

static void
copy_order(struct arena *a, struct vec *order)
{
	struct vec out = {0};

	for (int i = 0; i < order->n; i++) {
		struct sort_item *s = arena_memdup(a, order->v[i], sizeof(*s));

		s->expr = expr_copy(a, s->expr);
		vec_push(a, &out, s);
	}
	*order = out;
}

static void
copy_case(struct arena *a, struct expr *e)
{
	e->cas.arg = expr_copy(a, e->cas.arg);
	e->cas.def = expr_copy(a, e->cas.def);
	e->cas.whens =
		arena_memdup(a, e->cas.whens, sizeof(*e->cas.whens) * (size_t)e->cas.nwhens + 1);
	for (int i = 0; i < e->cas.nwhens; i++) {
		e->cas.whens[i].when = expr_copy(a, e->cas.whens[i].when);
		e->cas.whens[i].then = expr_copy(a, e->cas.whens[i].then);
	}
}

static void
copy_agg(struct arena *a, struct expr *e)
{
	e->agg.args = copy_list(a, e->agg.args, e->agg.nargs);
	e->agg.direct = copy_list(a, e->agg.direct, e->agg.ndirect);
	e->agg.filter = expr_copy(a, e->agg.filter);
	copy_order(a, &e->agg.order);
}

static void
copy_assign(struct arena *a, struct expr *e)
{
	size_t size = sizeof(*e->assign.steps) * (size_t)e->assign.nsteps;

	e->assign.base = expr_copy(a, e->assign.base);
	e->assign.value = expr_copy(a, e->assign.value);
	e->assign.steps = arena_memdup(a, e->assign.steps, size);
	for (int i = 0; i < e->assign.nsteps; i++) {
		struct assign_step *s = &e->assign.steps[i];

		s->upper = copy_list(a, s->upper, s->n);
		s->lower = copy_list(a, s->lower, s->n);
	}
}

struct expr *
expr_copy(struct arena *a, const struct expr *from)
{
	struct expr *e;

	if (!from)
		return NULL;
	e = arena_memdup(a, from, sizeof(*from));
	switch (e->kind) {
	case EX_CONST:
	case EX_PARAM:
	case EX_VAR:
	case EX_CASE_TEST:
	case EX_SQLVALUE:
	case EX_SET_DEFAULT:
		break;
	case EX_FUNC:
		e->func.args = copy_list(a, e->func.args, e->func.nargs);
		break;
	case EX_OP:
	case EX_DISTINCT:
	case EX_NULLIF:
		e->op.args[0] = expr_copy(a, e->op.args[0]);
		e->op.args[1] = expr_copy(a, e->op.args[1]);
		break;
	case EX_SCALAR_ARRAY:
		e->sarray.left = expr_copy(a, e->sarray.left);
		e->sarray.array = expr_copy(a, e->sarray.array);
		break;
	case EX_BOOL:
		e->boolean.args = copy_list(a, e->boolean.args, e->boolean.nargs);
		break;
	case EX_CASE:
		copy_case(a, e);
		break;
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_ARRAY:
	case EX_ROW:
		e->list.args = copy_list(a, e->list.args, e->list.nargs);
		break;
	case EX_NULLTEST:
	case EX_BOOLTEST:
		e->test.arg = expr_copy(a, e->test.arg);
		break;
	case EX_SUBLINK:
		e->sublink.left = copy_list(a, e->sublink.left, e->sublink.n);
		break;
	case EX_AGG:
		copy_agg(a, e);
		break;
	case EX_WINDOW:
		e->window.args = copy_list(a, e->window.args, e->window.nargs);
		e->window.filter = expr_copy(a, e->window.filter);
		break;
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
	case EX_COLLATE:
		e->unary.arg = expr_copy(a, e->unary.arg);
		break;
	case EX_COERCE_ARRAY:
		e->coerce_array.arg = expr_copy(a, e->coerce_array.arg);
		e->coerce_array.per_elem = expr_copy(a, e->coerce_array.per_elem);
		break;
	case EX_ROW_COMPARE:
		e->rowcmp.left = copy_list(a, e->rowcmp.left, e->rowcmp.n);
		e->rowcmp.right = copy_list(a, e->rowcmp.right, e->rowcmp.n);
		break;
	case EX_SUBSCRIPT:
		e->subscript.array = expr_copy(a, e->subscript.array);
		e->subscript.upper = copy_list(a, e->subscript.upper, e->subscript.n);
		e->subscript.lower = copy_list(a, e->subscript.lower, e->subscript.n);
		break;
	case EX_ASSIGN:
		copy_assign(a, e);
		break;
	case EX_FIELD:
		e->field.arg = expr_copy(a, e->field.arg);
		break;
	case EX_GROUPING:
		e->grouping.args = copy_list(a, e->grouping.args, e->grouping.nargs);
		break;
	case EX_XML:
		e->xml.named = copy_list(a, e->xml.named, e->xml.nnamed);
		e->xml.args = copy_list(a, e->xml.args, e->xml.nargs);
		break;
	}
	return e;
}
