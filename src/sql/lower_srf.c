/*
 * lower_srf: set-returning functions in the select list become FROM items to the right of
 * everything, joined in that order, so that rows come as PostgreSQL's ProjectSet gives them. With
 * aggregates, groups or windows these are done first, in a sub-select.
 */
#include "sql/lower.h"

enum { PROC_COUNT_STAR = 2803, MAX_NESTED = 50 };

/* ---- FROM trees ---- */

struct from_item *
from_join(struct analyzer *as, enum join_kind kind, struct from_item *l, struct from_item *r,
	  struct expr *quals)
{
	struct from_item *f = ARENA_NEW(as->arena, struct from_item);

	f->kind = FROM_JOIN;
	f->join = kind;
	f->left = l;
	f->right = r;
	f->quals = quals;
	return f;
}

struct from_item *
from_fold(struct analyzer *as, struct query *q)
{
	struct from_item *f = q->from.n ? q->from.v[0] : NULL;

	for (int i = 1; i < q->from.n; i++)
		f = from_join(as, JOIN_INNER, f, q->from.v[i], NULL);
	return f;
}

/* ---- one level of calls ---- */

struct srfs {
	struct analyzer *as;
	struct query *q;
	struct vec calls; /* struct expr: distinct calls found at this level */
	struct vec rtes;  /* struct rte: theirs */
	bool failed;
};

static bool
is_srf(const struct expr *e)
{
	return e->kind == EX_FUNC && e->func.proc->retset;
}

static bool
args_are_plain(const struct expr *e)
{
	for (int i = 0; i < e->func.nargs; i++)
		if (expr_returns_set(e->func.args[i]))
			return false;
	return true;
}

/* A call none of whose arguments is a set itself. */
static bool
collect(struct expr **slot, void *arg)
{
	struct srfs *s = arg;

	if (!is_srf(*slot) || !args_are_plain(*slot))
		return true;
	if (!vec_has(&s->calls, *slot))
		vec_push(s->as->arena, &s->calls, *slot);
	return true;
}

/* Calls that each give one column. */
static struct rte *
srf_rte(struct analyzer *as, const struct vec *calls, struct query *q)
{
	struct rte *rte = rte_new(as, RTE_FUNCTION);

	rte->level = q;
	rte->lateral = true;
	rte->ncols = calls->n;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, calls->n + 1);
	rte->items = ARENA_ARRAY(as->arena, struct func_item, calls->n);
	for (int i = 0; i < calls->n; i++) {
		const struct expr *e = calls->v[i];

		rte->cols[i] =
			(struct rtcol){.name = e->func.proc->name, .type = e->type, .typmod = -1};
		rte->items[i] = (struct func_item){.first = i, .ncols = 1};
		vec_push(as->arena, &rte->funcs, calls->v[i]);
	}
	return rte;
}

/* The body gives columns rather than a value. */
static bool
gives_rows(const struct expr *e)
{
	const struct func *f = func_for(e->func.proc);

	return f && f->srf && f->srf->ncols != 1;
}

static bool
replace(struct expr **slot, void *arg)
{
	struct srfs *s = arg;

	for (int i = 0; i < s->calls.n; i++) {
		struct rte *rte = s->rtes.v[i];
		const struct expr *call = s->calls.v[i];

		if (*slot != call)
			continue;
		if (rte->items->defs) {
			*slot = expr_new(s->as, EX_VAR, call->type, call->location);
			(*slot)->var.rte = rte;
			(*slot)->var.col = -1;
		} else {
			*slot = expr_var(s->as, rte, rte->funcs.n > 1 ? i : 0, call->location);
			(*slot)->typmod = call->typmod;
		}
		break;
	}
	return true;
}

static void
join_right(struct analyzer *as, struct query *q, struct rte *rte)
{
	struct from_item *left = from_fold(as, q), *right = from_rte(as, rte);

	/* A join without an entry of its own is pinned: SQLite's CROSS JOIN keeps the order of
	 * loops. */
	q->from = (struct vec){0};
	vec_push(as->arena, &q->from, left ? from_join(as, JOIN_CROSS, left, right, NULL) : right);
}

/* The columns of a call that gives rows; a record's are those of the argument that it is made from.
 * NULL: only the value tells. */
static const struct rtcol *
call_columns(struct analyzer *as, struct expr *call, int *n)
{
	const struct rtcol *cols = record_columns(as, call, n);
	struct expr *base;

	if (cols || !call->func.nargs || call->func.proc->rettype == T_RECORD)
		return cols;
	base = expr_copy(as->arena, call->func.args[0]);
	base->type = base_type(as, base->type, NULL);
	return record_columns(as, base, n);
}

/* An entry of one call alone. numbered: its last column, which is no part of the row, counts the
 * rows. */
static struct rte *
call_rte(struct analyzer *as, struct query *level, struct expr *call, bool numbered)
{
	struct rte *rte = rte_new(as, RTE_FUNCTION);
	int n = 1;
	const struct rtcol *cols = gives_rows(call) ? call_columns(as, call, &n) : NULL;

	if (err_is_set(as->env->err))
		return NULL;
	rte->level = level;
	rte->lateral = true;
	rte->with_ordinality = numbered;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, n + 1);
	rte->items = ARENA_NEW(as->arena, struct func_item);
	*rte->items = (struct func_item){.ncols = n, .defs = cols};
	if (cols)
		memcpy(rte->cols, cols, sizeof(*cols) * (size_t)n);
	else
		*rte->cols = (struct rtcol){.name = call->func.proc->name,
					    .type = call->type,
					    .typmod = call->typmod,
					    .collation = call->collation};
	rte->ncols = n;
	if (numbered)
		rte->cols[rte->ncols++] = (struct rtcol){
			.name = "ordinality", .type = T_INT8, .typmod = -1, .hidden = true};
	vec_push(as->arena, &rte->funcs, call);
	return rte;
}

/* (SELECT count(*) FROM call) */
static struct expr *
rows_of(struct analyzer *as, struct query *level, const struct expr *call)
{
	struct query *q = ARENA_NEW(as->arena, struct query);
	struct expr *count = expr_new(as, EX_AGG, T_INT8, -1),
		    *e = expr_new(as, EX_SUBLINK, T_INT8, -1),
		    *copy = expr_copy(as->arena, (struct expr *)(uintptr_t)call);
	struct rte *rte;

	q->cmd = CMD_SELECT;
	q->outer = level;
	q->has_aggs = true;
	rte = call_rte(as, q, copy, false);
	if (!rte)
		return NULL;
	rte->level = q;
	vec_push(as->arena, &q->from, from_rte(as, rte));
	count->agg.proc = proc_find(PROC_COUNT_STAR);
	count->agg.star = true;
	count->agg.level = q;
	target_new(as, &q->targets, count, "count");
	e->sublink.kind = SUBLINK_EXPR;
	e->sublink.query = q;
	return e;
}

/* An entry with the numbers from 1 to the length of the longest set. */
static struct rte *
counter_rte(struct analyzer *as, struct query *level, const struct vec *calls)
{
	struct expr *most = expr_new(as, EX_MINMAX, T_INT8, -1),
		    *args[2] = {expr_const(as, T_INT8, -1, datum_int(1), -1), most}, *call;
	enum expr_place place = as->scope->place;

	most->list.args = ARENA_ARRAY(as->arena, struct expr *, calls->n);
	for (int i = 0; i < calls->n; i++) {
		most->list.args[i] = rows_of(as, level, calls->v[i]);
		if (!most->list.args[i])
			return NULL;
		most->list.nargs++;
	}
	as->scope->place = PLACE_FROM_FUNCTION;
	call = make_func(as, "generate_series", args, 2, -1);
	as->scope->place = place;
	return call ? call_rte(as, level, call, false) : NULL;
}

/* Side by side where calls give rows: every set is joined to a count by its row numbers. */
static bool
add_numbered(struct srfs *s)
{
	struct analyzer *as = s->as;
	struct rte *counter = counter_rte(as, s->q, &s->calls);

	if (!counter)
		return false;
	join_right(as, s->q, counter);
	for (int i = 0; i < s->calls.n; i++) {
		struct expr *call = s->calls.v[i], *same;
		struct rte *rte = call_rte(as, s->q, call, true);

		if (!rte)
			return false;
		if (expr_is_volatile(call))
			return err_unsupported(as->env->err, call->location,
					       "a volatile set-returning function beside another "
					       "in the select list");
		rte->nullable = true;
		same = make_op(as, "=", expr_var(as, rte, rte->ncols - 1, -1),
			       expr_var(as, counter, 0, -1), -1);
		if (!same)
			return false;
		s->q->from.v[0] =
			from_join(as, JOIN_LEFT, s->q->from.v[0], from_rte(as, rte), same);
		vec_push(as->arena, &s->rtes, rte);
	}
	return true;
}

/* Several calls run side by side: an entry of them all. */
static bool
add_rtes(struct srfs *s)
{
	struct rte *rte;
	bool lateral = false;

	if (s->calls.n == 1) {
		rte = call_rte(s->as, s->q, s->calls.v[0], false);
		if (!rte)
			return false;
		vec_push(s->as->arena, &s->rtes, rte);
		join_right(s->as, s->q, rte);
		return true;
	}
	for (int i = 0; i < s->calls.n; i++) {
		if (gives_rows(s->calls.v[i]))
			return add_numbered(s);
		lateral |= expr_has_var_of(s->calls.v[i], s->q);
	}
	rte = srf_rte(s->as, &s->calls, s->q);
	rte->unnested = lateral;
	for (int i = 0; i < s->calls.n; i++)
		vec_push(s->as->arena, &s->rtes, rte);
	join_right(s->as, s->q, rte);
	return true;
}

static bool
sets_in(const struct vec *targets)
{
	for (int i = 0; i < targets->n; i++)
		if (expr_returns_set(VEC_AT(struct target, targets, i)->expr))
			return true;
	return false;
}

/* Replaces the innermost calls of the targets, level by level. */
static bool
lower_targets(struct analyzer *as, struct query *q, struct vec *targets)
{
	for (int level = 0; sets_in(targets); level++) {
		struct srfs s = {.as = as, .q = q};

		if (level > MAX_NESTED)
			return err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
				       "set-returning functions are nested too deeply");
		for (int i = 0; i < targets->n; i++)
			expr_visit(&VEC_AT(struct target, targets, i)->expr, collect, &s, false);
		if (!s.calls.n)
			return err_set(as->env->err, ERR_INTERNAL_ERROR, -1,
				       "a set-returning call was not found");
		if (!add_rtes(&s))
			return false;
		for (int i = 0; i < targets->n; i++)
			expr_visit(&VEC_AT(struct target, targets, i)->expr, replace, &s, false);
	}
	return true;
}

/* ---- after aggregation ---- */

struct hoist {
	struct analyzer *as;
	struct query *inner;
	struct rte *rte;
	struct vec cols; /* struct rtcol */
};

static struct expr *
hoisted(struct hoist *h, struct expr *e)
{
	struct expr *v = expr_new(h->as, EX_VAR, e->type, e->location);

	v->typmod = e->typmod;
	v->collation = e->collation;
	v->var.rte = h->rte;
	v->var.col = h->inner->targets.n;
	target_new(h->as, &h->inner->targets, e, "?column?");
	return v;
}

/* What is no set moves to the inner query; calls and what leads to them stay. */
static bool
hoist_slot(struct expr **slot, void *arg)
{
	struct hoist *h = arg;

	if ((*slot)->kind == EX_VAR && (*slot)->var.rte == h->rte)
		return true; /* (call).* has the same call several times */
	if (expr_returns_set(*slot))
		return expr_walk(*slot, hoist_slot, h);
	if ((*slot)->kind != EX_CONST && (*slot)->kind != EX_PARAM)
		*slot = hoisted(h, *slot);
	return true;
}

static void
hoist_cols(struct hoist *h)
{
	h->rte->ncols = h->inner->targets.n;
	h->rte->cols = ARENA_ARRAY(h->as->arena, struct rtcol, h->rte->ncols + 1);
	for (int i = 0; i < h->rte->ncols; i++) {
		const struct expr *e = VEC_AT(struct target, &h->inner->targets, i)->expr;

		h->rte->cols[i] = (struct rtcol){.name = "?column?",
						 .type = e->type,
						 .typmod = e->typmod,
						 .collation = e->collation,
						 .not_null = expr_not_null(e)};
	}
}

/* q keeps its targets, ORDER BY, DISTINCT and LIMIT over a sub-select that does the rest. */
static bool
split_query(struct analyzer *as, struct query *q)
{
	struct hoist h = {.as = as};

	h.inner = arena_memdup(as->arena, q, sizeof(*q));
	h.inner->targets = (struct vec){0};
	h.inner->order = h.inner->distinct_on = h.inner->ctes = (struct vec){0};
	h.inner->distinct = h.inner->with_ties = false;
	h.inner->limit = h.inner->offset = NULL;
	for (int i = 0; i < h.inner->group.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, h.inner->group.v[i], sizeof(*s));

		s->target = NULL;
		h.inner->group.v[i] = s;
	}
	h.rte = rte_new(as, RTE_SUBQUERY);
	h.rte->subquery = h.inner;
	h.rte->level = q;
	for (int i = 0; i < q->targets.n; i++)
		hoist_slot(&VEC_AT(struct target, &q->targets, i)->expr, &h);
	if (!h.inner->targets.n)
		target_new(as, &h.inner->targets, expr_const(as, T_INT4, -1, datum_null(), -1),
			   "?column?");
	hoist_cols(&h);
	q->from = q->group = q->windows = q->grouping_sets = (struct vec){0};
	q->where = q->having = NULL;
	q->has_aggs = q->has_windows = false;
	vec_push(as->arena, &q->from, from_rte(as, h.rte));
	for (int i = 0; i < q->order.n; i++) {
		struct sort_item *s = q->order.v[i];

		if (s->target)
			s->expr = s->target->expr;
	}
	lower_lone_having(as, h.inner);
	return !h.inner->grouping_sets.n || lower_grouping(as, h.inner);
}

/* Sets that windows partition or sort by are expanded before; equal ones of the select list are the
 * same. */
static bool
window_targets(struct analyzer *as, struct query *q)
{
	struct vec targets = {0}, items = {0};

	for (int i = 0; i < q->windows.n; i++) {
		const struct window_def *w = q->windows.v[i];

		vec_append(as->arena, &items, &w->partition);
		vec_append(as->arena, &items, &w->order);
	}
	for (int i = 0; i < items.n; i++) {
		struct sort_item *s = items.v[i];
		struct target *t = NULL;

		if (!expr_returns_set(s->expr))
			continue;
		for (int k = 0; k < q->targets.n && !t; k++)
			if (expr_equal(VEC_AT(struct target, &q->targets, k)->expr, s->expr))
				t = q->targets.v[k];
		for (int k = 0; k < targets.n && !t; k++)
			if (expr_equal(VEC_AT(struct target, &targets, k)->expr, s->expr))
				t = targets.v[k];
		if (!t) {
			t = ARENA_NEW(as->arena, struct target);
			t->expr = s->expr;
		}
		s->target = t;
		if (!vec_has(&targets, t))
			vec_push(as->arena, &targets, t);
	}
	if (targets.n && !lower_targets(as, q, &targets))
		return false;
	for (int i = 0; i < items.n; i++) {
		struct sort_item *s = items.v[i];

		if (s->target && vec_has(&targets, s->target)) {
			s->expr = s->target->expr;
			s->target = NULL;
		}
	}
	return true;
}

bool
lower_group_sets(struct analyzer *as, struct query *q)
{
	struct vec targets = {0};

	for (int i = 0; i < q->group.n; i++) {
		struct sort_item *s = q->group.v[i];

		if (s->target)
			vec_push(as->arena, &targets, s->target);
	}
	if (!lower_targets(as, q, &targets))
		return false;
	for (int i = 0; i < q->group.n; i++) {
		struct sort_item *s = q->group.v[i];

		if (s->target)
			s->expr = s->target->expr;
	}
	return true;
}

static void
sync_order(struct vec *items)
{
	for (int i = 0; i < items->n; i++) {
		struct sort_item *s = items->v[i];

		if (s->target)
			s->expr = s->target->expr;
	}
}

static bool
count_call(struct expr **slot, void *arg)
{
	int *n = arg;

	*n += is_srf(*slot);
	return true;
}

/* Sets side by side are counted before they are read: what they are made of may be asked for once
 * only. */
static bool
volatile_sets(const struct query *q)
{
	bool found = false;
	int n = 0;

	for (int i = 0; i < q->targets.n; i++) {
		struct target *t = q->targets.v[i];

		if (!expr_returns_set(t->expr))
			continue;
		expr_visit(&t->expr, count_call, &n, false);
		found = found || expr_is_volatile(t->expr);
	}
	return found && n > 1;
}

static bool
sets_in_windows(const struct query *q)
{
	for (int i = 0; i < q->windows.n; i++) {
		const struct window_def *w = q->windows.v[i];

		for (int k = 0; k < w->partition.n; k++)
			if (expr_returns_set(VEC_AT(struct sort_item, &w->partition, k)->expr))
				return true;
		for (int k = 0; k < w->order.n; k++)
			if (expr_returns_set(VEC_AT(struct sort_item, &w->order, k)->expr))
				return true;
	}
	return false;
}

/* VALUES of one row with sets is a select list. */
static void
unfold_values(struct query *q)
{
	struct rte *values = q->values;
	struct expr **row;

	if (!values || values->values->n != 1)
		return;
	row = values->values->v[0];
	for (int i = 0; i < values->nvalues; i++)
		if (expr_returns_set(row[i]))
			q->values = NULL;
	if (q->values)
		return;
	for (int i = 0; i < q->targets.n; i++) {
		struct target *t = q->targets.v[i];

		if (t->expr->kind == EX_VAR && t->expr->var.rte == values)
			t->expr = row[t->expr->var.col];
	}
	q->from = (struct vec){0};
}

bool
lower_srf(struct analyzer *as, struct query *q)
{
	unfold_values(q);
	if (sets_in_windows(q) && !window_targets(as, q))
		return false;
	if (!sets_in(&q->targets))
		return true;
	/* Grouping by a set happens after it is expanded. */
	if (q->group.n && !lower_group_sets(as, q))
		return false;
	if (sets_in(&q->targets) && (q->has_aggs || q->group.n || q->having || q->has_windows ||
				     q->grouping_sets.n || volatile_sets(q)))
		if (!split_query(as, q))
			return false;
	if (!lower_targets(as, q, &q->targets))
		return false;
	sync_order(&q->order);
	sync_order(&q->distinct_on);
	q->has_srf = false;
	return true;
}
