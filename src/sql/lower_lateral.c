/*
 * lower_lateral: items of FROM that mention their siblings. SQLite lets only table-valued functions
 * do that. What is cheap is merged into the query around it:
 *     a plain SELECT … FROM … WHERE           its tables and conditions
 *     one that gives exactly one row          its expressions, or a scalar sub-select
 *     VALUES                                  a CASE over generate_series
 *     a scalar function                       its expression
 * Everything else is unnested: rows_collect makes the item's rows one value, a scalar sub-select of
 * its siblings' row, and the table-valued rows_spread makes them rows again (func/rows.c).
 */
#include "sql/lower.h"

struct lateral {
	struct analyzer *as;
	struct query *q;
	struct vec siblings; /* struct rte: all entries of q's FROM */
};

/* ---- who is lateral ---- */

void
from_list_rtes(struct arena *a, const struct from_item *f, struct vec *out)
{
	if (f->kind == FROM_RTE) {
		vec_push(a, out, f->rte);
		return;
	}
	from_list_rtes(a, f->left, out);
	from_list_rtes(a, f->right, out);
}

struct search {
	const struct vec *rtes;
	bool found;
};

static bool
find_sibling(struct expr **slot, void *arg)
{
	struct search *s = arg;

	if ((*slot)->kind == EX_VAR && vec_has(s->rtes, (*slot)->var.rte))
		s->found = true;
	return !s->found;
}

bool
query_mentions(struct query *sub, const struct vec *rtes)
{
	struct search s = {rtes, false};

	query_walk(sub, find_sibling, &s, true);
	return s.found;
}

bool
expr_mentions(struct expr *e, const struct vec *rtes)
{
	struct search s = {rtes, false};

	expr_visit(&e, find_sibling, &s, true);
	return s.found;
}

/* ---- replacing Vars ---- */

struct subst {
	struct analyzer *as;
	const struct rte *rte;
	struct expr *(*value)(struct subst *s, int col);
	struct query *sub;
	struct expr *guard;  /* LEFT JOIN … ON: the value is NULL unless this is true */
	struct expr *driver; /* VALUES: the number of the row */
	bool outer;          /* the sub-select's row may be missing as a whole */
};

static struct expr *
rowid_var(struct analyzer *as, struct rte *rte)
{
	struct expr *e = expr_new(as, EX_VAR, T_INT8, -1);

	e->var.rte = rte;
	e->var.col = VAR_ROWID;
	return e;
}

static struct expr *
not_null(struct analyzer *as, struct expr *arg)
{
	struct expr *e = expr_new(as, EX_NULLTEST, T_BOOL, -1);

	e->test.arg = arg;
	e->test.not = true;
	return e;
}

static struct rte *
table_with_rowid(const struct from_item *f)
{
	struct rte *found;

	if (f->kind == FROM_RTE)
		return f->rte->kind == RTE_RELATION && !f->rte->nullable &&
				       !f->rte->rel->without_rowid && !f->rte->rel->builtin
			       ? f->rte
			       : NULL;
	found = table_with_rowid(f->left);
	return found ? found : table_with_rowid(f->right);
}

/* An outer join has found a row of the sub-select: a table of its says so, or else any value. */
static struct expr *
row_found(struct subst *s, const struct expr *row)
{
	struct analyzer *as = s->as;
	struct expr *e;

	for (int i = 0; i < s->sub->from.n; i++) {
		struct rte *rte = table_with_rowid(s->sub->from.v[i]);

		if (rte)
			return not_null(as, rowid_var(as, rte));
	}
	e = expr_new(as, EX_BOOL, T_BOOL, -1);
	e->boolean.op = BOOL_OR;
	e->boolean.args = ARENA_ARRAY(as->arena, struct expr *, row->list.nargs + 1);
	for (int i = 0; i < row->list.nargs; i++)
		e->boolean.args[e->boolean.nargs++] =
			not_null(as, expr_copy(as->arena, row->list.args[i]));
	return e->boolean.nargs == 1 ? e->boolean.args[0] : e;
}

static struct expr *
only_when(struct analyzer *as, struct expr *when, struct expr *then)
{
	struct expr *c = expr_new(as, EX_CASE, then->type, -1);

	c->typmod = then->typmod;
	c->collation = then->collation;
	c->cas.whens = ARENA_NEW(as->arena, struct case_when);
	c->cas.whens->when = when;
	c->cas.whens->then = then;
	c->cas.nwhens = 1;
	return c;
}

/* What FROM makes of a row that is NULL. */
static struct expr *
row_or_nulls(struct analyzer *as, const struct rte *rte, struct expr *value)
{
	struct expr *e = expr_new(as, EX_COALESCE, value->type, -1),
		    *nulls = expr_new(as, EX_ROW, value->type, -1);

	nulls->list.args = ARENA_ARRAY(as->arena, struct expr *, rte->ncols + 1);
	for (int i = 0; i < rte->ncols; i++)
		nulls->list.args[nulls->list.nargs++] =
			expr_const(as, rte->cols[i].type, -1, datum_null(), -1);
	e->list.args = ARENA_ARRAY(as->arena, struct expr *, 2);
	e->list.args[0] = value;
	e->list.args[1] = nulls;
	e->list.nargs = 2;
	return e;
}

static struct expr *
whole_value(struct subst *s, const struct expr *var)
{
	struct analyzer *as = s->as;
	const struct rte *rte = s->rte;
	struct expr *row = expr_new(as, EX_ROW, var->type, var->location);

	if (rte->kind == RTE_FUNCTION && rte->items->row && rte->funcs.n == 1 &&
	    !rte->with_ordinality && var->type != T_RECORD)
		return row_or_nulls(as, rte, expr_copy(as->arena, rte->funcs.v[0]));
	row->list.args = ARENA_ARRAY(as->arena, struct expr *, rte->ncols + 1);
	row->list.names = ARENA_ARRAY(as->arena, const char *, rte->ncols + 1);
	for (int i = 0; i < rte->ncols; i++) {
		if (rte->cols[i].hidden)
			continue;
		row->list.names[row->list.nargs] = rte->cols[i].name;
		row->list.args[row->list.nargs] = s->value(s, i);
		if (!row->list.args[row->list.nargs++])
			return NULL;
	}
	return s->outer && row->list.nargs ? only_when(as, row_found(s, row), row) : row;
}

static bool
subst_var(struct expr **slot, void *arg)
{
	struct subst *s = arg;
	struct expr *e;

	if ((*slot)->kind != EX_VAR || (*slot)->var.rte != s->rte)
		return true;
	e = (*slot)->var.col < 0 ? whole_value(s, *slot) : s->value(s, (*slot)->var.col);
	if (!e)
		return false;
	if (s->guard)
		e = only_when(s->as, expr_copy(s->as->arena, s->guard), e);
	*slot = e;
	return true;
}

static struct expr *
target_value(struct subst *s, int col)
{
	return expr_copy(s->as->arena, query_col(s->sub, col)->expr);
}

static struct expr *
scalar_value(struct subst *s, int col)
{
	struct query *one = arena_memdup(s->as->arena, s->sub, sizeof(*one));
	const struct target *t = query_col(s->sub, col);
	struct expr *e = expr_new(s->as, EX_SUBLINK, t->expr->type, -1);

	one->targets = (struct vec){0};
	target_new(s->as, &one->targets, t->expr, t->name);
	e->typmod = t->expr->typmod;
	e->collation = t->expr->collation;
	e->sublink.kind = SUBLINK_EXPR;
	e->sublink.query = one;
	return e;
}

static struct expr *
function_value(struct subst *s, int col)
{
	const struct func_item *item = s->rte->items;
	struct expr *call = expr_copy(s->as->arena, s->rte->funcs.v[0]);

	if (col >= item->ncols)
		return expr_const(s->as, T_INT8, -1, datum_int(1), -1);
	return item->row ? row_field(s->as, call, item->defs, col, -1) : call;
}

/* CASE driver WHEN 1 THEN row 1's value … */
static struct expr *
values_value(struct subst *s, int col)
{
	struct rte *v = s->sub->values;
	struct expr *c = expr_new(s->as, EX_CASE, v->cols[col].type, -1);

	c->typmod = v->cols[col].typmod;
	c->cas.nwhens = v->values->n;
	c->cas.whens = ARENA_ARRAY(s->as->arena, struct case_when, v->values->n + 1);
	for (int i = 0; i < v->values->n; i++) {
		struct expr *n = expr_const(s->as, T_INT4, -1, datum_int(i + 1), -1);

		c->cas.whens[i].when =
			make_op(s->as, "=", expr_copy(s->as->arena, s->driver), n, -1);
		c->cas.whens[i].then =
			expr_copy(s->as->arena, VEC_AT(struct expr *, v->values, i)[col]);
		if (!c->cas.whens[i].when)
			return NULL;
	}
	return c;
}

static bool
substitute(struct lateral *l, struct subst *s)
{
	return query_rewrite(l->q, subst_var, s, true);
}

/* ---- forms ---- */

static bool
is_plain(const struct query *s)
{
	return !s->setop && !s->values && !s->has_aggs && !s->group.n && !s->grouping_sets.n &&
	       !s->having && !s->distinct && !s->distinct_on.n && !s->has_windows && !s->ctes.n;
}

static bool
gives_sets(const struct query *s)
{
	for (int i = 0; i < s->targets.n; i++)
		if (expr_returns_set(VEC_AT(struct target, &s->targets, i)->expr))
			return true;
	return false;
}

static bool
one_row(const struct query *s)
{
	if (s->setop || s->values || s->limit || s->offset || s->having || gives_sets(s) ||
	    s->ctes.n)
		return false;
	if (s->has_aggs)
		return !s->group.n && !s->grouping_sets.n;
	return is_plain(s) && !s->from.n && !s->where;
}

static bool
targets_are_vars(const struct query *s)
{
	for (int i = 0; i < s->targets.n; i++) {
		const struct target *t = s->targets.v[i];

		if (!t->junk && t->expr->kind != EX_VAR)
			return false;
	}
	return true;
}

/* ---- what merging costs ---- */

enum { HEAVY = 1000 /* a sub-select */, MAX_HEAVY = 3, MAX_WEIGHT = 300 };

static bool
weigh_node(struct expr **slot, void *arg)
{
	int *weight = arg;

	*weight += (*slot)->kind == EX_SUBLINK || (*slot)->kind == EX_AGG ? HEAVY : 1;
	return true;
}

static int
weigh(struct expr *e)
{
	int weight = 0;

	expr_visit(&e, weigh_node, &weight, false);
	return weight;
}

struct bill {
	const struct rte *rte;
	const int *weights; /* by column */
	int light, heavy;
};

static void
charge(struct bill *b, int col)
{
	if (b->weights[col] >= HEAVY)
		b->heavy++;
	else
		b->light += b->weights[col];
}

static bool
charge_var(struct expr **slot, void *arg)
{
	struct bill *b = arg;
	const struct expr *e = *slot;

	if (e->kind != EX_VAR || e->var.rte != b->rte)
		return true;
	for (int i = 0; e->var.col < 0 && i < b->rte->ncols; i++)
		charge(b, i);
	if (e->var.col >= 0 && e->var.col < b->rte->ncols)
		charge(b, e->var.col);
	return b->light <= MAX_WEIGHT && b->heavy <= MAX_HEAVY;
}

/* Every mention of a column would become its expression. */
static bool
merges_cheaply(struct lateral *l, const struct rte *rte, bool scalar)
{
	const struct query *sub = rte->subquery;
	int *weights = ARENA_ARRAY(l->as->arena, int, rte->ncols + 1);
	struct bill bill = {rte, weights, 0, 0};

	for (int i = 0; i < rte->ncols; i++) {
		struct expr *e = sub ? query_col(sub, i)->expr : rte->funcs.v[0];

		if (expr_is_volatile(e))
			return false;
		weights[i] = scalar ? HEAVY : e->kind == EX_VAR ? 0 : weigh(e);
	}
	return query_walk(l->q, charge_var, &bill, true);
}

/* ---- rewriting one item ---- */

struct place {                    /* where the item hangs */
	struct from_item **slot;  /* NULL when at the top */
	struct from_item *parent; /* the join, or NULL */
	bool left_arm;
	int top;             /* index in q->from of the tree it is in */
	bool nullable_above; /* an outer join further up could make it NULL */
};

/* Conditions of the sub-select join those of the place. */
static void
add_quals(struct lateral *l, struct place *p, struct expr *quals)
{
	if (p->parent)
		p->parent->quals = bool_and(l->as, p->parent->quals, quals);
	else
		l->q->where = bool_and(l->as, l->q->where, quals);
	if (p->parent && p->parent->join == JOIN_CROSS && p->parent->quals)
		p->parent->join = JOIN_INNER;
}

static void
put_item(struct lateral *l, struct place *p, struct from_item *f)
{
	if (p->slot)
		*p->slot = f;
	else
		l->q->from.v[p->top] = f;
}

/* The item disappears. Its join's condition moves up for an inner join; *guard gets it for a left
 * one. */
static void
drop_item(struct lateral *l, struct place *p, struct expr **guard)
{
	if (!p->parent) {
		memmove(&l->q->from.v[p->top], &l->q->from.v[p->top + 1],
			sizeof(void *) * (size_t)(l->q->from.n - p->top - 1));
		l->q->from.n--;
		return;
	}
	*guard = p->parent->join == JOIN_LEFT ? p->parent->quals : NULL;
	if (p->parent->join != JOIN_LEFT && p->parent->quals)
		l->q->where = bool_and(l->as, l->q->where, p->parent->quals);
	*p->parent = *p->parent->left;
}

static bool
const_true(const struct expr *e)
{
	return e && e->kind == EX_CONST && e->con.value.class == DATUM_INT && e->con.value.i == 1;
}

/* May the item vanish from here, its expressions take its place? */
static bool
can_vanish(const struct place *p)
{
	return !p->left_arm && !p->nullable_above &&
	       (!p->parent || p->parent->join == JOIN_LEFT || p->parent->join == JOIN_INNER ||
		p->parent->join == JOIN_CROSS);
}

/* Is it under an outer join, which may give NULLs in its place? */
static bool
is_outer(const struct place *p)
{
	return p->nullable_above ||
	       (p->parent && p->parent->join != JOIN_INNER && p->parent->join != JOIN_CROSS);
}

static bool
inline_row(struct lateral *l, struct place *p, struct rte *rte,
	   struct expr *(*value)(struct subst *, int))
{
	struct subst s = {.as = l->as,
			  .rte = rte,
			  .value = value,
			  .sub = rte->kind == RTE_SUBQUERY ? rte->subquery : NULL};
	struct expr *guard = NULL;

	if (p->parent && const_true(p->parent->quals))
		p->parent->quals = NULL;
	drop_item(l, p, &guard);
	/* The condition may speak of the item itself. */
	guard = expr_copy(l->as->arena, guard);
	if (guard && !expr_rewrite(&guard, subst_var, &s, true))
		return false;
	s.guard = guard;
	return substitute(l, &s);
}

/* The tables of sub come under an outer join. */
static void
nullable_item(struct from_item *f)
{
	if (f->kind == FROM_JOIN) {
		nullable_item(f->left);
		nullable_item(f->right);
		return;
	}
	for (int i = 0; i < f->rte->ncols; i++)
		f->rte->cols[i].not_null = false;
}

static void
may_be_null(struct query *sub)
{
	for (int i = 0; i < sub->from.n; i++)
		nullable_item(sub->from.v[i]);
}

/* Only now: until here a rowid said whether there is a row. */
static void
set_nullable(struct lateral *l, struct query *sub)
{
	struct vec rtes = {0};

	for (int i = 0; i < sub->from.n; i++)
		from_list_rtes(l->as->arena, sub->from.v[i], &rtes);
	for (int i = 0; i < rtes.n; i++)
		VEC_AT(struct rte, &rtes, i)->nullable = true;
}

static bool
merge_plain(struct lateral *l, struct place *p, struct rte *rte)
{
	struct query *sub = rte->subquery;
	struct subst s = {.as = l->as, .rte = rte, .value = target_value, .sub = sub};

	s.outer = is_outer(p);
	if (s.outer)
		may_be_null(sub);
	put_item(l, p, from_fold(l->as, sub));
	if (sub->where)
		add_quals(l, p, sub->where);
	if (!substitute(l, &s))
		return false;
	if (s.outer)
		set_nullable(l, sub);
	return true;
}

static bool
series_values(struct lateral *l, struct place *p, struct rte *rte)
{
	struct analyzer *as = l->as;
	struct query *sub = rte->subquery;
	struct rte *series = rte_new(as, RTE_FUNCTION);
	struct subst s = {.as = as, .rte = rte, .value = values_value, .sub = sub};
	struct expr *args[2] = {expr_const(as, T_INT4, -1, datum_int(1), -1),
				expr_const(as, T_INT4, -1, datum_int(sub->values->values->n), -1)};
	struct expr *call;

	as->scope->place = PLACE_FROM_FUNCTION;
	call = make_func(as, "generate_series", args, 2, -1);
	as->scope->place = PLACE_OTHER;
	if (!call)
		return false;
	vec_push(as->arena, &series->funcs, call);
	series->level = l->q;
	series->ncols = 1;
	series->cols = ARENA_NEW(as->arena, struct rtcol);
	*series->cols = (struct rtcol){.name = "n", .type = T_INT4, .typmod = -1, .not_null = true};
	series->items = ARENA_NEW(as->arena, struct func_item);
	series->items->ncols = 1;
	s.driver = expr_var(as, series, 0, -1);
	put_item(l, p, from_rte(as, series));
	return substitute(l, &s);
}

static bool
plain_values(const struct query *s)
{
	return s->values && !s->order.n && !s->limit && !s->offset && !s->where && !s->ctes.n;
}

static bool
has_volatile_values(const struct query *s)
{
	for (int i = 0; i < s->values->values->n; i++)
		for (int c = 0; c < s->values->nvalues; c++)
			if (expr_is_volatile(VEC_AT(struct expr *, s->values->values, i)[c]))
				return true;
	return false;
}

enum { MAX_CASES = 16 /* rows of VALUES */ };

static bool
lower_item(struct lateral *l, struct place *p, struct rte *rte)
{
	struct query *sub = rte->subquery;
	bool outer = is_outer(p), vars = targets_are_vars(sub);

	if (one_row(sub) && can_vanish(p) && merges_cheaply(l, rte, sub->has_aggs))
		return inline_row(l, p, rte, sub->has_aggs ? scalar_value : target_value);
	if (plain_values(sub) && !outer && sub->values->values->n <= MAX_CASES &&
	    !has_volatile_values(sub))
		return series_values(l, p, rte);
	if (is_plain(sub) && !gives_sets(sub) && !sub->limit && !sub->offset && !sub->order.n &&
	    sub->from.n && (vars || (!outer && merges_cheaply(l, rte, false))))
		return merge_plain(l, p, rte);
	rte->unnested = true;
	return true;
}

static bool
is_scalar_function(const struct rte *rte)
{
	const struct expr *e = rte->funcs.v[0];

	const struct func *f = e->kind == EX_FUNC ? func_for(e->func.proc) : NULL;

	return rte->funcs.n == 1 && !(f && f->srf) && !(e->kind == EX_FUNC && e->func.proc->retset);
}

/* SQLite wants the reference of a recursive query to itself outside of sub-selects. */
static bool
reads_recursive(const struct query *s)
{
	for (int i = 0; i < s->from.n; i++) {
		const struct from_item *f = s->from.v[i];

		if (f->kind == FROM_RTE && f->rte->kind == RTE_CTE && f->rte->cte->recursive)
			return true;
	}
	return false;
}

/* SELECT columns FROM … WHERE … in the place of an inner join: merged even when not lateral, so
 * that nesting stays shallow. */
static bool
is_projection(const struct place *p, const struct query *s)
{
	return !is_outer(p) && is_plain(s) && s->from.n && !s->order.n && !s->limit && !s->offset &&
	       !s->locking && s->cmd == CMD_SELECT &&
	       (targets_are_vars(s) || (reads_recursive(s) && !gives_sets(s)));
}

/* ---- the walk ---- */

/* Depth first; true with *did when the tree changed and the walk must begin again. */
static bool
walk_items(struct lateral *l, struct place p, struct from_item *f, bool *did)
{
	struct rte *rte = f->rte;

	if (f->kind == FROM_JOIN) {
		struct place left = {&f->left, f, true, p.top,
				     p.nullable_above || f->join == JOIN_RIGHT ||
					     f->join == JOIN_FULL};
		struct place right = {
			&f->right, f, false, p.top,
			p.nullable_above ||
				(p.parent && p.parent->join == JOIN_LEFT && !p.left_arm) ||
				f->join == JOIN_FULL};

		/* What is under the right arm of a left join becomes NULL with it. */
		left.nullable_above |= p.parent && p.parent->join == JOIN_LEFT && !p.left_arm;
		if (!walk_items(l, left, f->left, did))
			return false;
		if (!*did && f->right->kind == FROM_JOIN &&
		    !lower_join_in_parens(l->as, l->q, &l->siblings, &f->right, did))
			return false;
		return *did || walk_items(l, right, f->right, did);
	}
	if (rte->unnested)
		return true;
	if (rte->kind == RTE_SUBQUERY && is_projection(&p, rte->subquery)) {
		*did = true;
		return merge_plain(l, &p, rte);
	}
	if (rte->kind == RTE_SUBQUERY && query_mentions(rte->subquery, &l->siblings)) {
		*did = true;
		return lower_item(l, &p, rte);
	}
	if (rte->kind == RTE_FUNCTION && is_scalar_function(rte) &&
	    expr_mentions(rte->funcs.v[0], &l->siblings)) {
		*did = true;
		if (can_vanish(&p) && merges_cheaply(l, rte, false))
			return inline_row(l, &p, rte, function_value);
		rte->unnested = true;
	}
	for (int i = 0; rte->kind == RTE_FUNCTION && rte->funcs.n > 1 && i < rte->funcs.n; i++)
		if (expr_mentions(rte->funcs.v[i], &l->siblings))
			rte->unnested = *did = true;
	return true;
}

bool
lower_lateral(struct analyzer *as, struct query *q)
{
	bool did = true;

	for (int round = 0; did; round++) {
		struct lateral l = {.as = as, .q = q};

		did = false;
		if (round > 200)
			return err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
				       "too many LATERAL items");
		if (q->target)
			vec_push(as->arena, &l.siblings, q->target);
		for (int i = 0; i < q->from.n; i++)
			from_list_rtes(as->arena, q->from.v[i], &l.siblings);
		for (int i = 0; i < q->from.n && !did; i++) {
			struct place p = {.top = i};

			if (i > 0 && !from_distributes(q->from.v[i]) &&
			    !lower_join_in_parens(as, q, &l.siblings,
						  (struct from_item **)&q->from.v[i], &did))
				return false;
			if (!did && !walk_items(&l, p, q->from.v[i], &did))
				return false;
		}
	}
	return true;
}
