/*
 * lower_lateral: sub-selects in FROM that mention their siblings. SQLite lets only table-valued
 * functions do that, so a plain SELECT … FROM … WHERE        is merged into the query around it,
 *     one that gives exactly one row       becomes a scalar sub-select for every column used,
 *     one over tables with ORDER BY/LIMIT  becomes these tables, restricted to the rowids that the
 * sub-select would give, VALUES                               becomes a CASE over generate_series.
 * A scalar function in FROM is its expression.
 */
#include "sql/lower.h"

struct lateral {
	struct analyzer *as;
	struct query *q;
	struct vec siblings; /* struct rte: all entries of q's FROM */
};

/* ---- who is lateral ---- */

static void
list_rtes(struct arena *a, const struct from_item *f, struct vec *out)
{
	if (f->kind == FROM_RTE) {
		vec_push(a, out, f->rte);
		return;
	}
	list_rtes(a, f->left, out);
	list_rtes(a, f->right, out);
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

static bool
mentions(struct query *sub, const struct vec *rtes)
{
	struct search s = {rtes, false};

	query_walk(sub, find_sibling, &s, true);
	return s.found;
}

static bool
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
	bool failed;
};

static bool
subst_var(struct expr **slot, void *arg)
{
	struct subst *s = arg;
	struct expr *e;

	if ((*slot)->kind != EX_VAR || (*slot)->var.rte != s->rte)
		return true;
	if ((*slot)->var.col < 0)
		return err_unsupported(s->as->env->err, (*slot)->location,
				       "a whole-row reference to a LATERAL sub-select");
	e = s->value(s, (*slot)->var.col);
	if (!e)
		return false;
	if (s->guard) {
		struct expr *c = expr_new(s->as, EX_CASE, e->type, -1);

		c->typmod = e->typmod;
		c->cas.whens = ARENA_NEW(s->as->arena, struct case_when);
		c->cas.whens->when = expr_copy(s->as->arena, s->guard);
		c->cas.whens->then = e;
		c->cas.nwhens = 1;
		e = c;
	}
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
	if (col > 0)
		return expr_const(s->as, T_INT8, -1, datum_int(1), -1);
	return expr_copy(s->as->arena, s->rte->funcs.v[0]);
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

/* Joins of tables that have rowids, none of them nullable. */
static bool
tables_only(const struct from_item *f)
{
	if (f->kind == FROM_RTE)
		return f->rte->kind == RTE_RELATION && !f->rte->rel->without_rowid &&
		       !f->rte->rel->builtin;
	return (f->join == JOIN_INNER || f->join == JOIN_CROSS) && tables_only(f->left) &&
	       tables_only(f->right);
}

static bool
by_rowid(const struct query *s)
{
	if (!is_plain(s) || gives_sets(s) || !s->from.n)
		return false;
	for (int i = 0; i < s->from.n; i++)
		if (!tables_only(s->from.v[i]))
			return false;
	return true;
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

static bool
inline_row(struct lateral *l, struct place *p, struct rte *rte,
	   struct expr *(*value)(struct subst *, int))
{
	struct subst s = {.as = l->as,
			  .rte = rte,
			  .value = value,
			  .sub = rte->kind == RTE_SUBQUERY ? rte->subquery : NULL};
	struct expr *guard = NULL;

	if (p->left_arm || p->nullable_above ||
	    (p->parent && p->parent->join != JOIN_LEFT && p->parent->join != JOIN_INNER &&
	     p->parent->join != JOIN_CROSS))
		return err_unsupported(l->as->env->err, -1,
				       "LATERAL in this place of an outer join");
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

static bool
merge_plain(struct lateral *l, struct place *p, struct rte *rte)
{
	struct query *sub = rte->subquery;
	struct subst s = {.as = l->as, .rte = rte, .value = target_value, .sub = sub};
	bool outer = p->nullable_above ||
		     (p->parent && p->parent->join != JOIN_INNER && p->parent->join != JOIN_CROSS);

	if (outer && !targets_are_vars(sub))
		return err_unsupported(l->as->env->err, -1,
				       "LATERAL sub-select with expressions under an outer join");
	if (outer)
		may_be_null(sub);
	put_item(l, p, from_fold(l->as, sub));
	if (sub->where)
		add_quals(l, p, sub->where);
	return substitute(l, &s);
}

static struct expr *
rowid_var(struct analyzer *as, struct rte *rte)
{
	struct expr *e = expr_new(as, EX_VAR, T_INT8, -1);

	e->var.rte = rte;
	e->var.col = VAR_ROWID;
	return e;
}

/* (t1.rowid, …) IN (SELECT t1.rowid, … as the sub-select had it): inside, the aliases mean the
 * inner tables. */
static struct expr *
rowids_in(struct analyzer *as, struct query *sub, const struct vec *rtes)
{
	struct expr *e = expr_new(as, EX_SUBLINK, T_BOOL, -1), *eq;
	struct query *ids = arena_memdup(as->arena, sub, sizeof(*ids));

	ids->targets = (struct vec){0};
	e->sublink.kind = SUBLINK_ANY;
	e->sublink.query = ids;
	e->sublink.n = rtes->n;
	e->sublink.left = ARENA_ARRAY(as->arena, struct expr *, rtes->n);
	e->sublink.ops = ARENA_ARRAY(as->arena, const struct oper *, rtes->n);
	for (int i = 0; i < rtes->n; i++) {
		e->sublink.left[i] = rowid_var(as, rtes->v[i]);
		target_new(as, &ids->targets, rowid_var(as, rtes->v[i]), "rowid");
		eq = make_op(as, "=", e->sublink.left[i], e->sublink.left[i], -1);
		if (!eq)
			return NULL;
		e->sublink.ops[i] = eq->op.op;
	}
	for (int i = 0; i < ids->order.n; i++) {
		struct sort_item *s = arena_memdup(as->arena, ids->order.v[i], sizeof(*s));

		s->target = NULL;
		ids->order.v[i] = s;
	}
	return e;
}

static bool
restrict_rowids(struct lateral *l, struct place *p, struct rte *rte)
{
	struct query *sub = rte->subquery;
	struct subst s = {.as = l->as, .rte = rte, .value = target_value, .sub = sub};
	struct vec rtes = {0};
	struct expr *in;
	bool outer = p->nullable_above ||
		     (p->parent && p->parent->join != JOIN_INNER && p->parent->join != JOIN_CROSS);

	if (outer && !targets_are_vars(sub))
		return err_unsupported(l->as->env->err, -1,
				       "LATERAL sub-select with expressions under an outer join");
	for (int i = 0; i < sub->from.n; i++)
		list_rtes(l->as->arena, sub->from.v[i], &rtes);
	in = rowids_in(l->as, sub, &rtes);
	if (!in)
		return false;
	if (outer)
		may_be_null(sub);
	put_item(l, p, from_fold(l->as, sub));
	add_quals(l, p, in);
	return substitute(l, &s);
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

	if (p->nullable_above ||
	    (p->parent && p->parent->join != JOIN_INNER && p->parent->join != JOIN_CROSS))
		return err_unsupported(as->env->err, -1, "LATERAL (VALUES …) under an outer join");
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
	s.driver = expr_var(as, series, 0, -1);
	put_item(l, p, from_rte(as, series));
	return substitute(l, &s);
}

static bool
plain_values(const struct query *s)
{
	return s->values && !s->order.n && !s->limit && !s->offset;
}

static bool
lower_item(struct lateral *l, struct place *p, struct rte *rte)
{
	struct query *sub = rte->subquery;

	if (one_row(sub))
		return inline_row(l, p, rte, sub->has_aggs ? scalar_value : target_value);
	if (plain_values(sub))
		return series_values(l, p, rte);
	if (is_plain(sub) && !gives_sets(sub) && !sub->limit && !sub->offset && sub->from.n)
		return merge_plain(l, p, rte);
	if (by_rowid(sub))
		return restrict_rowids(l, p, rte);
	return err_unsupported(l->as->env->err, -1, "a LATERAL sub-select of this form");
}

static bool
is_scalar_function(const struct rte *rte)
{
	const struct expr *e = rte->funcs.v[0];

	return rte->funcs.n == 1 && !(e->kind == EX_FUNC && e->func.proc->retset);
}

/* SELECT columns FROM … WHERE … in the place of an inner join: merged even when not lateral, so
 * that nesting stays shallow. */
static bool
is_projection(const struct place *p, const struct query *s)
{
	if (p->nullable_above ||
	    (p->parent && p->parent->join != JOIN_INNER && p->parent->join != JOIN_CROSS))
		return false;
	return is_plain(s) && s->from.n && !s->order.n && !s->limit && !s->offset &&
	       !s->for_update && targets_are_vars(s) && s->cmd == CMD_SELECT;
}

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
		return *did || walk_items(l, right, f->right, did);
	}
	if (rte->kind == RTE_SUBQUERY && is_projection(&p, rte->subquery)) {
		*did = true;
		return merge_plain(l, &p, rte);
	}
	if (rte->kind == RTE_SUBQUERY && mentions(rte->subquery, &l->siblings)) {
		*did = true;
		return lower_item(l, &p, rte);
	}
	if (rte->kind == RTE_FUNCTION && is_scalar_function(rte) &&
	    expr_mentions(rte->funcs.v[0], &l->siblings)) {
		*did = true;
		return inline_row(l, &p, rte, function_value);
	}
	if (rte->kind == RTE_FUNCTION && rte->funcs.n > 1)
		for (int i = 0; i < rte->funcs.n; i++)
			if (expr_mentions(rte->funcs.v[i], &l->siblings))
				return err_unsupported(
					l->as->env->err, -1,
					"ROWS FROM over columns of other FROM items");
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
			list_rtes(as->arena, q->from.v[i], &l.siblings);
		for (int i = 0; i < q->from.n && !did; i++) {
			struct place p = {.top = i};

			if (!walk_items(&l, p, q->from.v[i], &did))
				return false;
		}
	}
	return true;
}
