/*
 * lower: rewrites a query to what SQLite has a form for. Every query level is lowered once,
 * innermost first:
 *
 *     lower.c           CURRENT_DATE and kin, HAVING without groups, DISTINCT ON, WITH TIES, what
 * RETURNING cannot do lower_srf.c       set-returning functions in the select list → FROM
 *     lower_lateral.c   LATERAL sub-selects → joins, scalar sub-selects, rowid look-ups
 *     lower_grouping.c  GROUPING SETS → UNION ALL
 *     lower_agg.c       aggregates of a query inside its sub-selects → a sub-select in FROM
 *
 * What remains has no form: emit raises 0A000 where it meets it.
 */
#include "sql/lower.h"

/* ---- CURRENT_DATE … ---- */

static struct expr *
now_as(struct analyzer *as, const char *cast, const struct expr *v)
{
	struct expr *e = make_func(as, "now", NULL, 0, v->location);
	struct expr *args[2];
	const char *name = cast ? cast : "timestamptz";

	if (e && cast)
		e = make_func(as, cast, &e, 1, v->location);
	if (!e || v->sqlvalue.precision < 0)
		return e;
	args[0] = e;
	args[1] = expr_const(as, T_INT4, -1, datum_int(v->sqlvalue.precision), -1);
	return make_func(as, name, args, 2, v->location);
}

static struct expr *
sqlvalue_call(struct analyzer *as, const struct expr *v)
{
	switch (v->sqlvalue.which) {
	case SQLVALUE_CURRENT_DATE:
		return now_as(as, "date", v);
	case SQLVALUE_CURRENT_TIME:
		return now_as(as, "timetz", v);
	case SQLVALUE_CURRENT_TIMESTAMP:
		return now_as(as, NULL, v);
	case SQLVALUE_LOCALTIME:
		return now_as(as, "time", v);
	case SQLVALUE_LOCALTIMESTAMP:
		return now_as(as, "timestamp", v);
	case SQLVALUE_CURRENT_ROLE:
	case SQLVALUE_CURRENT_USER:
	case SQLVALUE_USER:
		return make_func(as, "current_user", NULL, 0, v->location);
	case SQLVALUE_SESSION_USER:
		return make_func(as, "session_user", NULL, 0, v->location);
	case SQLVALUE_CURRENT_CATALOG:
		return make_func(as, "current_database", NULL, 0, v->location);
	case SQLVALUE_CURRENT_SCHEMA:
		return make_func(as, "current_schema", NULL, 0, v->location);
	}
	return NULL;
}

/* ---- casts of constants ---- */

static bool
is_constant_cast(const struct expr *e)
{
	const struct func *f;

	if (e->kind != EX_FUNC || (e->func.form != 'e' && e->func.form != 'i') ||
	    e->func.proc->volatility != 'i')
		return false;
	for (int i = 0; i < e->func.nargs; i++)
		if (e->func.args[i]->kind != EX_CONST)
			return false;
	f = func_for(e->func.proc);
	return f && (f->fn || (f->native && strcmp(f->native, "$1") == 0)) &&
	       !(f->flags & (F_TYPES | F_SESSION));
}

/* A cast that fails is left to fail when it runs. */
static void
fold_cast(struct analyzer *as, struct expr **slot)
{
	const struct expr *e = *slot;
	struct datum *args = ARENA_ARRAY(as->arena, struct datum, e->func.nargs + 1), out;
	struct err err;
	struct fcall call = {
		.arena = as->arena, .err = &err, .env = as->env->fenv, .proc = e->func.proc};

	err_init(&err);
	for (int i = 0; i < e->func.nargs; i++)
		args[i] = e->func.args[i]->con.value;
	if (func_call(func_for(e->func.proc), &call, args, e->func.nargs, &out))
		*slot = expr_const(as, e->type, e->typmod, out, e->location);
	err_release(&err);
}

/* pg_collation_for of what has a collation; its body answers for what has none. */
static void
name_collation(struct analyzer *as, struct expr **slot)
{
	const struct expr *e = *slot;
	struct buf b = BUF_INIT;
	size_t n;

	if (e->kind != EX_FUNC || strcmp(e->func.proc->prosrc, "pg_collation_for") != 0 ||
	    !e->func.args[0]->collation ||
	    (e->func.args[0]->type == T_UNKNOWN && e->func.args[0]->kind != EX_COLLATE))
		return;
	catalog_reg_ops.name(as->env->fenv, T_REGCOLLATION, e->func.args[0]->collation, &b);
	n = b.len;
	*slot = expr_const(as, T_TEXT, -1, datum_text(buf_dup(&b, as->arena), n), e->location);
	buf_release(&b);
}

/* (SELECT value), which is the value; NULL: it is more than that. */
static struct expr *
lone_value(const struct expr *e)
{
	const struct query *q = e->kind == EX_SUBLINK && e->sublink.kind == SUBLINK_EXPR
					? e->sublink.query
					: NULL;
	struct expr *value;

	if (!q || q->from.n || q->where || q->setop || q->values || q->limit || q->offset ||
	    q->having || q->has_aggs || q->has_windows || q->has_srf || q->distinct ||
	    q->distinct_on.n || q->group.n || q->grouping_sets.n || q->ctes.n || q->targets.n != 1)
		return NULL;
	value = VEC_AT(struct target, &q->targets, 0)->expr;
	return expr_is_volatile(value) || expr_returns_set(value) ? NULL : value;
}

static bool
lower_value(struct expr **slot, void *arg)
{
	struct analyzer *as = arg;
	struct expr *e = lone_value(*slot);

	if (e)
		*slot = e;
	name_collation(as, slot);
	if (is_constant_cast(*slot))
		fold_cast(as, slot);
	/* Over one set, every argument is grouped. */
	if ((*slot)->kind == EX_GROUPING && !(*slot)->grouping.level->grouping_sets.n)
		*slot = expr_const(as, T_INT4, -1, datum_int(0), -1);
	if ((*slot)->kind != EX_SQLVALUE)
		return true;
	e = sqlvalue_call(as, *slot);
	if (!e)
		return false;
	e->typmod = (*slot)->typmod;
	*slot = e;
	return true;
}

bool
lower_standalone(struct analyzer *as, struct expr **slot)
{
	return expr_rewrite(slot, lower_value, as, false);
}

/* ---- helpers ---- */

struct expr *
bool_and(struct analyzer *as, struct expr *a, struct expr *b)
{
	struct expr *e;

	if (!a || !b)
		return a ? a : b;
	e = expr_new(as, EX_BOOL, T_BOOL, -1);
	e->boolean.op = BOOL_AND;
	e->boolean.args = ARENA_ARRAY(as->arena, struct expr *, 2);
	e->boolean.args[0] = a;
	e->boolean.args[1] = b;
	e->boolean.nargs = 2;
	return e;
}

static struct expr *
window_call(struct analyzer *as, const char *name, struct window_def *w)
{
	struct expr *e = expr_new(as, EX_WINDOW, T_INT8, -1);
	int n;
	const struct proc *const *procs = procs_by_name(name, &n);

	e->window.proc = n ? procs[0] : NULL;
	e->window.window = w;
	return e;
}

/* Adds e to q as a result column, then wraps q: the Var of the new column in the outer query. The
 * outer one returns what q did. */
static void
wrap_with(struct analyzer *as, struct query *q, struct expr **extra, int nextra, struct expr **vars)
{
	int ncols = query_ncols(q);
	struct vec kept = {0}, junk = {0};
	struct rte *rte;

	/* Result columns first, then the extra ones; junk stays behind for the inner ORDER BY. */
	for (int i = 0; i < q->targets.n; i++) {
		struct target *t = q->targets.v[i];

		vec_push(as->arena, t->junk ? &junk : &kept, t);
	}
	q->targets = kept;
	for (int i = 0; i < nextra; i++)
		target_new(as, &q->targets, extra[i], "?column?");
	vec_append(as->arena, &q->targets, &junk);
	rte = query_wrap(as, q);
	for (int i = 0; i < nextra; i++)
		vars[i] = expr_var(as, rte, ncols + i, -1);
	q->targets.n = ncols;
}

/* ORDER BY moved out of a wrapped query: its expressions must come as extra columns. */
struct moved_order {
	struct vec order; /* the items, to be pointed at the outer Vars */
	struct expr **exprs;
};

static void
take_order(struct analyzer *as, struct query *q, struct moved_order *m)
{
	m->order = q->order;
	q->order = (struct vec){0};
	m->exprs = ARENA_ARRAY(as->arena, struct expr *, m->order.n + 3);
	for (int i = 0; i < m->order.n; i++)
		m->exprs[i] = VEC_AT(struct sort_item, &m->order, i)->expr;
}

static void
put_order(struct analyzer *as, struct query *q, const struct moved_order *m,
	  struct expr *const *vars)
{
	for (int i = 0; i < m->order.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, m->order.v[i], sizeof(*s));

		s->expr = vars[i];
		s->target = NULL;
		vec_push(as->arena, &q->order, s);
	}
}

static void
move_limits(struct query *from, struct expr **limit, struct expr **offset)
{
	*limit = from->limit;
	*offset = from->offset;
	from->limit = from->offset = NULL;
}

static struct vec
take_ctes(struct query *q, bool *recursive)
{
	struct vec ctes = q->ctes;

	*recursive = q->recursive;
	q->ctes = (struct vec){0};
	return ctes;
}

/* ---- DISTINCT ON: the first row of each group by row_number() ---- */

static bool
lower_distinct_on(struct analyzer *as, struct query *q)
{
	struct window_def *w = ARENA_NEW(as->arena, struct window_def);
	struct expr *limit, *offset, **vars;
	struct moved_order m;
	struct vec ctes;
	bool recursive;
	int n;

	for (int i = 0; i < q->distinct_on.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, q->distinct_on.v[i], sizeof(*s));

		s->target = NULL;
		vec_push(as->arena, &w->partition, s);
	}
	for (int i = 0; i < q->order.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, q->order.v[i], sizeof(*s));

		s->target = NULL;
		vec_push(as->arena, &w->order, s);
	}
	w->mode = 'r';
	w->end = FRAME_CURRENT_ROW;
	q->distinct_on = (struct vec){0};
	take_order(as, q, &m);
	move_limits(q, &limit, &offset);
	ctes = take_ctes(q, &recursive);
	n = m.order.n;
	m.exprs[n] = window_call(as, "row_number", w);
	q->has_windows = true;
	vars = ARENA_ARRAY(as->arena, struct expr *, n + 1);
	wrap_with(as, q, m.exprs, n + 1, vars);
	put_order(as, q, &m, vars);
	q->where = make_op(as, "=", vars[n], expr_const(as, T_INT8, -1, datum_int(1), -1), -1);
	q->limit = limit;
	q->offset = offset;
	q->ctes = ctes;
	q->recursive = recursive;
	return q->where != NULL;
}

/* Wraps a query whose ORDER BY names result columns only; the ORDER BY moves out. */
static void
wrap_ordered(struct analyzer *as, struct query *q)
{
	struct vec order = q->order;
	int *cols = ARENA_ARRAY(as->arena, int, order.n + 1);

	for (int i = 0; i < order.n; i++)
		while (query_col(q, cols[i]) != VEC_AT(struct sort_item, &order, i)->target)
			cols[i]++;
	q->order = (struct vec){0};
	query_wrap(as, q);
	for (int i = 0; i < order.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, order.v[i], sizeof(*s));

		s->target = query_col(q, cols[i]);
		s->expr = s->target->expr;
		vec_push(as->arena, &q->order, s);
	}
}

/* ---- FETCH FIRST … WITH TIES: rank() within offset + limit ---- */

static bool
lower_with_ties(struct analyzer *as, struct query *q)
{
	struct window_def *w = ARENA_NEW(as->arena, struct window_def);
	struct expr *limit, *offset, **vars, *top;
	struct moved_order m;
	struct vec ctes;
	bool recursive;
	int n;

	q->with_ties = false;
	move_limits(q, &limit, &offset);
	if (!limit) {
		q->offset = offset;
		return true;
	}
	if (q->setop || q->distinct)
		wrap_ordered(as, q);
	for (int i = 0; i < q->order.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, q->order.v[i], sizeof(*s));

		s->target = NULL;
		vec_push(as->arena, &w->order, s);
	}
	w->mode = 'r';
	w->end = FRAME_CURRENT_ROW;
	take_order(as, q, &m);
	ctes = take_ctes(q, &recursive);
	n = m.order.n;
	m.exprs[n] = window_call(as, "rank", w);
	q->has_windows = true;
	vars = ARENA_ARRAY(as->arena, struct expr *, n + 1);
	wrap_with(as, q, m.exprs, n + 1, vars);
	put_order(as, q, &m, vars);
	top = offset ? make_op(as, "+", limit, offset, -1) : limit;
	q->where = top ? make_op(as, "<=", vars[n], top, -1) : NULL;
	q->offset = offset;
	q->ctes = ctes;
	q->recursive = recursive;
	return q->where != NULL;
}

/* ---- INTERSECT ALL, EXCEPT ALL: equal rows are told apart by their number ---- */

static bool
number_rows(struct analyzer *as, struct query *q)
{
	struct window_def *w = ARENA_NEW(as->arena, struct window_def);

	query_wrap(as, q);
	for (int i = 0; i < q->targets.n; i++) {
		struct sort_item *s = ARENA_NEW(as->arena, struct sort_item);

		s->expr = VEC_AT(struct target, &q->targets, i)->expr;
		vec_push(as->arena, &w->partition, s);
	}
	w->mode = 'r';
	w->end = FRAME_CURRENT_ROW;
	target_new(as, &q->targets, window_call(as, "row_number", w), "?column?");
	q->has_windows = true;
	return true;
}

static bool
lower_setop_all(struct analyzer *as, struct query *q)
{
	int n = query_ncols(q);
	struct rte *rte = VEC_AT(struct target, &q->targets, 0)->expr->var.rte;
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, n + 2);

	q->setop_all = false;
	number_rows(as, q->larg);
	number_rows(as, q->rarg);
	memcpy(cols, rte->cols, sizeof(*cols) * (size_t)n);
	cols[n] =
		(struct rtcol){.name = "?column?", .type = T_INT8, .typmod = -1, .not_null = true};
	rte->cols = cols;
	rte->ncols = n + 1;
	target_new(as, &q->targets, expr_var(as, rte, n, -1), "?column?");
	wrap_ordered(as, q);
	q->targets.n = n;
	return true;
}

/* ---- HAVING and GROUP BY () without aggregates ---- */

struct find_agg {
	const struct query *level;
	bool found;
};

static bool
find_agg(struct expr **slot, void *arg)
{
	struct find_agg *f = arg;

	f->found |= (*slot)->kind == EX_AGG && (*slot)->agg.level == f->level;
	return !f->found;
}

/* SQLite takes HAVING without groups only where a result column is an aggregate. */
static void
aggregate_result(struct analyzer *as, struct query *q)
{
	struct find_agg f = {q, false};
	struct target *t;
	struct expr *count, *value;

	for (int i = 0; i < q->targets.n; i++)
		expr_visit(&VEC_AT(struct target, &q->targets, i)->expr, find_agg, &f, true);
	if (f.found || !q->targets.n)
		return;
	t = q->targets.v[0];
	count = expr_new(as, EX_AGG, T_INT8, -1);
	count->agg.proc = proc_find(2803);
	count->agg.star = true;
	count->agg.level = q;
	value = expr_new(as, EX_CASE, t->expr->type, t->expr->location);
	value->typmod = t->expr->typmod;
	value->collation = t->expr->collation;
	value->cas.whens = ARENA_NEW(as->arena, struct case_when);
	value->cas.whens->when = expr_new(as, EX_NULLTEST, T_BOOL, -1);
	value->cas.whens->when->test.arg = count;
	value->cas.whens->when->test.not = true;
	value->cas.whens->then = t->expr;
	value->cas.nwhens = 1;
	t->expr = value;
}

/* One group whatever there is: no input row is looked at. */
void
lower_lone_having(struct analyzer *as, struct query *q)
{
	if (!q->having || q->group.n || q->grouping_sets.n)
		return;
	if (q->has_aggs) {
		aggregate_result(as, q);
		return;
	}
	q->from = (struct vec){0};
	q->where = q->having;
	q->having = NULL;
}

/* ---- RETURNING ---- */

struct returning {
	struct analyzer *as;
	const struct query *q;
};

static bool
check_returning(struct expr **slot, void *arg)
{
	struct returning *r = arg;
	const struct expr *e = *slot;

	if (e->kind == EX_VAR && e->var.rte->level == r->q && e->var.rte != r->q->target)
		return err_unsupported(r->as->env->err, e->location,
				       "RETURNING of columns of other tables than the target");
	return true;
}

static bool
lower_dml(struct analyzer *as, struct query *q)
{
	struct returning r = {as, q};

	for (int i = 0; i < q->returning.n; i++)
		if (!expr_visit(&VEC_AT(struct target, &q->returning, i)->expr, check_returning, &r,
				true))
			return false;
	return true;
}

/* ---- driver ---- */

static bool
expr_sets(const struct query *q)
{
	for (int i = 0; i < q->targets.n; i++)
		if (expr_returns_set(VEC_AT(struct target, &q->targets, i)->expr))
			return true;
	return false;
}

static bool
lower_one(struct query *q, void *arg)
{
	struct analyzer *as = arg;

	if (!query_rewrite(q, lower_value, as, false))
		return false;
	if (q->cmd != CMD_SELECT)
		return lower_dml(as, q) && lower_lateral(as, q);
	if (!expr_sets(q))
		lower_lone_having(as, q);
	if ((q->has_aggs || q->grouping_sets.n) && !lower_outer_aggs(as, q))
		return false;
	if (q->setop) {
		if (q->setop_all && q->setop != SETOP_UNION && !lower_setop_all(as, q))
			return false;
		return !q->with_ties || lower_with_ties(as, q);
	}
	if (!lower_lateral(as, q) || !lower_srf(as, q))
		return false;
	if (q->distinct_on.n && !lower_distinct_on(as, q))
		return false;
	return !q->with_ties || lower_with_ties(as, q);
}

bool
lower_query(struct analyzer *as, struct query *q)
{
	struct scope *scope = as->scope;
	bool ok;

	/* make_op and make_func look at the scope's place. */
	scope_push(as, q);
	ok = query_each(q, lower_one, as);
	as->scope = scope;
	return ok;
}
