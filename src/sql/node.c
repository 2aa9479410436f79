/*
 * What can be done to any expression without knowing what it means.
 */
#include "sql/analyze_expr.h"

/* BETWEEN and kin analyze an operand more than once, so nesting them multiplies; what a text may
 * become is bounded by its length. */
static bool
node_allowed(struct analyzer *as)
{
	if (as->nodes_left == 0)
		as->nodes_left = 500000 + 8 * (int64_t)(as->source ? strlen(as->source) : 0);
	return --as->nodes_left > 0;
}

struct expr *
expr_new(struct analyzer *as, enum expr_kind kind, oid_t type, int location)
{
	struct expr *e = ARENA_NEW(as->arena, struct expr);
	if (!node_allowed(as)) {
		as->nodes_left = 1;
		err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1, "statement is too complex");
	}
	e->kind = kind;
	e->type = type;
	e->typmod = -1;
	e->collation = type_collation(as, type);
	e->location = location;
	return e;
}

struct expr *
expr_const(struct analyzer *as, oid_t type, int32_t typmod, struct datum value, int location)
{
	struct expr *e = expr_new(as, EX_CONST, type, location);
	e->typmod = typmod;
	e->con.value = value;
	return e;
}

struct expr *
expr_null(struct analyzer *as, int location)
{
	return expr_const(as, T_UNKNOWN, -1, datum_null(), location);
}

struct expr *
expr_text(struct analyzer *as, const char *s, int location)
{
	return expr_const(as, T_TEXT, -1, datum_text(s, strlen(s)), location);
}

struct expr *
expr_int4(struct analyzer *as, int32_t v, int location)
{
	return expr_const(as, T_INT4, -1, datum_int(v), location);
}

struct expr *
expr_bool(struct analyzer *as, enum bool_kind op, struct expr **args, int nargs, int location)
{
	struct expr *e = expr_new(as, EX_BOOL, T_BOOL, location);
	e->boolean.op = op;
	e->boolean.args = args;
	e->boolean.nargs = nargs;
	return e;
}

struct expr *
expr_var(struct analyzer *as, struct rte *rte, int col, int location)
{
	const struct rtcol *c = &rte->cols[col];
	struct expr *e = expr_new(as, EX_VAR, c->type, location);
	e->typmod = c->typmod;
	e->collation = c->collation;
	e->var.rte = rte;
	e->var.col = col;
	return e;
}

/* ---- walking ---- */

typedef bool slot_fn(struct expr **child, void *arg);

static bool
walk_one(struct expr **slot, slot_fn *fn, void *arg)
{
	return !*slot || fn(slot, arg);
}

static bool
walk_list(struct expr **v, int n, slot_fn *fn, void *arg)
{
	for (int i = 0; i < n; i++) {
		if (!walk_one(&v[i], fn, arg))
			return false;
	}
	return true;
}

static bool
walk_case(struct expr *e, slot_fn *fn, void *arg)
{
	if (!walk_one(&e->cas.arg, fn, arg))
		return false;
	for (int i = 0; i < e->cas.nwhens; i++) {
		if (!walk_one(&e->cas.whens[i].when, fn, arg) ||
		    !walk_one(&e->cas.whens[i].then, fn, arg))
			return false;
	}
	return walk_one(&e->cas.def, fn, arg);
}

static bool
walk_agg(struct expr *e, slot_fn *fn, void *arg)
{
	if (!walk_list(e->agg.direct, e->agg.ndirect, fn, arg) ||
	    !walk_list(e->agg.args, e->agg.nargs, fn, arg))
		return false;
	for (int i = 0; i < e->agg.order.n; i++) {
		if (!walk_one(&VEC_AT(struct sort_item, &e->agg.order, i)->expr, fn, arg))
			return false;
	}
	return walk_one(&e->agg.filter, fn, arg);
}

/* A window's definition is the query's (query->windows), not its calls': it is not walked here. */
static bool
walk_assign(struct expr *e, bool (*fn)(struct expr **, void *), void *arg)
{
	if (!walk_one(&e->assign.base, fn, arg) || !walk_one(&e->assign.value, fn, arg))
		return false;
	for (int i = 0; i < e->assign.nsteps; i++) {
		struct assign_step *s = &e->assign.steps[i];

		if (!walk_list(s->lower, s->lower ? s->n : 0, fn, arg) ||
		    !walk_list(s->upper, s->n, fn, arg))
			return false;
	}
	return true;
}

bool
expr_walk(struct expr *e, slot_fn *fn, void *arg)
{
	switch (e->kind) {
	case EX_CONST:
	case EX_PARAM:
	case EX_VAR:
	case EX_CASE_TEST:
	case EX_SQLVALUE:
	case EX_SET_DEFAULT:
		return true;
	case EX_FUNC:
		return walk_list(e->func.args, e->func.nargs, fn, arg);
	case EX_OP:
	case EX_DISTINCT:
	case EX_NULLIF:
		return walk_list(e->op.args, 2, fn, arg);
	case EX_SCALAR_ARRAY:
		return walk_one(&e->sarray.left, fn, arg) && walk_one(&e->sarray.array, fn, arg);
	case EX_BOOL:
		return walk_list(e->boolean.args, e->boolean.nargs, fn, arg);
	case EX_CASE:
		return walk_case(e, fn, arg);
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_ARRAY:
	case EX_ROW:
		return walk_list(e->list.args, e->list.nargs, fn, arg);
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return walk_one(&e->test.arg, fn, arg);
	case EX_SUBLINK:
		return walk_list(e->sublink.left, e->sublink.left ? e->sublink.n : 0, fn, arg);
	case EX_AGG:
		return walk_agg(e, fn, arg);
	case EX_WINDOW:
		return walk_list(e->window.args, e->window.nargs, fn, arg) &&
		       walk_one(&e->window.filter, fn, arg);
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
	case EX_COLLATE:
		return walk_one(&e->unary.arg, fn, arg);
	case EX_COERCE_ARRAY:
		return walk_one(&e->coerce_array.arg, fn, arg) &&
		       walk_one(&e->coerce_array.per_elem, fn, arg);
	case EX_ROW_COMPARE:
		return walk_list(e->rowcmp.left, e->rowcmp.n, fn, arg) &&
		       walk_list(e->rowcmp.right, e->rowcmp.n, fn, arg);
	case EX_SUBSCRIPT:
		return walk_one(&e->subscript.array, fn, arg) &&
		       walk_list(e->subscript.lower, e->subscript.lower ? e->subscript.n : 0, fn,
				 arg) &&
		       walk_list(e->subscript.upper, e->subscript.upper ? e->subscript.n : 0, fn,
				 arg);
	case EX_FIELD:
		return walk_one(&e->field.arg, fn, arg);
	case EX_ASSIGN:
		return walk_assign(e, fn, arg);
	case EX_GROUPING:
		return walk_list(e->grouping.args, e->grouping.nargs, fn, arg);
	case EX_XML:
		return walk_list(e->xml.named, e->xml.nnamed, fn, arg) &&
		       walk_list(e->xml.args, e->xml.nargs, fn, arg);
	}
	return true;
}

/* ---- equality ---- */

static bool
datum_same(const struct datum *a, const struct datum *b)
{
	if (a->class != b->class)
		return false;
	switch (a->class) {
	case DATUM_NULL:
		return true;
	case DATUM_INT:
		return a->i == b->i;
	case DATUM_REAL:
		return memcmp(&a->r, &b->r, sizeof(a->r)) == 0;
	case DATUM_TEXT:
	case DATUM_BLOB:
		return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
	}
	return false;
}

static bool
list_equal(struct expr *const *a, int na, struct expr *const *b, int nb)
{
	if (na != nb)
		return false;
	for (int i = 0; i < na; i++) {
		if (!expr_equal(a[i], b[i]))
			return false;
	}
	return true;
}

static bool
order_equal(const struct vec *a, const struct vec *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++) {
		const struct sort_item *x = a->v[i], *y = b->v[i];
		if (x->desc != y->desc || x->nulls_first != y->nulls_first ||
		    x->sort_op != y->sort_op || x->eq_op != y->eq_op ||
		    !expr_equal(x->expr, y->expr))
			return false;
	}
	return true;
}

static bool
case_equal(const struct expr *a, const struct expr *b)
{
	if (a->cas.nwhens != b->cas.nwhens || !expr_equal(a->cas.arg, b->cas.arg) ||
	    !expr_equal(a->cas.def, b->cas.def))
		return false;
	for (int i = 0; i < a->cas.nwhens; i++) {
		if (!expr_equal(a->cas.whens[i].when, b->cas.whens[i].when) ||
		    !expr_equal(a->cas.whens[i].then, b->cas.whens[i].then))
			return false;
	}
	return true;
}

static bool
agg_equal(const struct expr *a, const struct expr *b)
{
	return a->agg.proc == b->agg.proc && a->agg.star == b->agg.star &&
	       a->agg.distinct == b->agg.distinct && a->agg.variadic == b->agg.variadic &&
	       a->agg.within_group == b->agg.within_group && a->agg.level == b->agg.level &&
	       list_equal(a->agg.args, a->agg.nargs, b->agg.args, b->agg.nargs) &&
	       list_equal(a->agg.direct, a->agg.ndirect, b->agg.direct, b->agg.ndirect) &&
	       order_equal(&a->agg.order, &b->agg.order) &&
	       expr_equal(a->agg.filter, b->agg.filter);
}

static bool
window_equal(const struct expr *a, const struct expr *b)
{
	return a->window.proc == b->window.proc && a->window.star == b->window.star &&
	       a->window.distinct == b->window.distinct && a->window.window == b->window.window &&
	       list_equal(a->window.args, a->window.nargs, b->window.args, b->window.nargs) &&
	       expr_equal(a->window.filter, b->window.filter);
}

static bool
rowcmp_equal(const struct expr *a, const struct expr *b)
{
	if (a->rowcmp.op != b->rowcmp.op || a->rowcmp.n != b->rowcmp.n ||
	    memcmp(a->rowcmp.ops, b->rowcmp.ops, sizeof(*a->rowcmp.ops) * (size_t)a->rowcmp.n) != 0)
		return false;
	return list_equal(a->rowcmp.left, a->rowcmp.n, b->rowcmp.left, b->rowcmp.n) &&
	       list_equal(a->rowcmp.right, a->rowcmp.n, b->rowcmp.right, b->rowcmp.n);
}

static bool
subscript_equal(const struct expr *a, const struct expr *b)
{
	int nl = a->subscript.lower ? a->subscript.n : 0,
	    nu = a->subscript.upper ? a->subscript.n : 0;
	return a->subscript.slice == b->subscript.slice &&
	       nl == (b->subscript.lower ? b->subscript.n : 0) &&
	       nu == (b->subscript.upper ? b->subscript.n : 0) &&
	       expr_equal(a->subscript.array, b->subscript.array) &&
	       list_equal(a->subscript.lower, nl, b->subscript.lower, nl) &&
	       list_equal(a->subscript.upper, nu, b->subscript.upper, nu);
}

static bool
step_equal(const struct assign_step *a, const struct assign_step *b)
{
	return a->what == b->what && a->field == b->field &&
	       !a->lower == !b->lower && list_equal(a->upper, a->n, b->upper, b->n) &&
	       list_equal(a->lower, a->lower ? a->n : 0, b->lower, b->lower ? b->n : 0);
}

static bool
assign_equal(const struct expr *a, const struct expr *b)
{
	if (a->assign.nsteps != b->assign.nsteps ||
	    !expr_equal(a->assign.base, b->assign.base) ||
	    !expr_equal(a->assign.value, b->assign.value))
		return false;
	for (int i = 0; i < a->assign.nsteps; i++)
		if (!step_equal(&a->assign.steps[i], &b->assign.steps[i]))
			return false;
	return true;
}

static bool
xml_equal(const struct expr *a, const struct expr *b)
{
	if (a->xml.op != b->xml.op || a->xml.document != b->xml.document ||
	    a->xml.preserve != b->xml.preserve || a->xml.standalone != b->xml.standalone ||
	    strcmp(a->xml.name ? a->xml.name : "", b->xml.name ? b->xml.name : "") != 0 ||
	    !list_equal(a->xml.named, a->xml.nnamed, b->xml.named, b->xml.nnamed) ||
	    !list_equal(a->xml.args, a->xml.nargs, b->xml.args, b->xml.nargs))
		return false;
	for (int i = 0; i < a->xml.nnamed; i++)
		if (strcmp(a->xml.names[i], b->xml.names[i]) != 0)
			return false;
	return true;
}

/* Locations do not count. Two sub-selects are equal only when they are the same one. */
bool
expr_equal(const struct expr *a, const struct expr *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->type != b->type || a->typmod != b->typmod ||
	    a->collation != b->collation)
		return false;
	switch (a->kind) {
	case EX_CONST:
		return datum_same(&a->con.value, &b->con.value);
	case EX_PARAM:
		return a->param.number == b->param.number;
	case EX_VAR:
		return a->var.rte == b->var.rte && a->var.col == b->var.col;
	case EX_FUNC:
		return a->func.proc == b->func.proc && a->func.variadic == b->func.variadic &&
		       list_equal(a->func.args, a->func.nargs, b->func.args, b->func.nargs);
	case EX_OP:
	case EX_DISTINCT:
	case EX_NULLIF:
		return a->op.op == b->op.op &&
		       a->op.not == b->op.not &&list_equal(a->op.args, 2, b->op.args, 2);
	case EX_SCALAR_ARRAY:
		return a->sarray.op == b->sarray.op && a->sarray.all == b->sarray.all &&
		       expr_equal(a->sarray.left, b->sarray.left) &&
		       expr_equal(a->sarray.array, b->sarray.array);
	case EX_BOOL:
		return a->boolean.op == b->boolean.op &&
		       list_equal(a->boolean.args, a->boolean.nargs, b->boolean.args,
				  b->boolean.nargs);
	case EX_CASE:
		return case_equal(a, b);
	case EX_CASE_TEST:
	case EX_SET_DEFAULT:
		return true;
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_ARRAY:
	case EX_ROW:
		return a->list.least == b->list.least &&
		       list_equal(a->list.args, a->list.nargs, b->list.args, b->list.nargs);
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return a->test.not == b->test.not &&a->test.which == b->test.which &&
		       expr_equal(a->test.arg, b->test.arg);
	case EX_SUBLINK:
		return a->sublink.query == b->sublink.query && a->sublink.kind == b->sublink.kind &&
		       a->sublink.n == b->sublink.n && !a->sublink.left == !b->sublink.left &&
		       (!a->sublink.left ||
			list_equal(a->sublink.left, a->sublink.n, b->sublink.left, b->sublink.n));
	case EX_AGG:
		return agg_equal(a, b);
	case EX_WINDOW:
		return window_equal(a, b);
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
	case EX_COLLATE:
		return expr_equal(a->unary.arg, b->unary.arg);
	case EX_ASSIGN:
		return assign_equal(a, b);
	case EX_COERCE_ARRAY:
		return expr_equal(a->coerce_array.arg, b->coerce_array.arg) &&
		       expr_equal(a->coerce_array.per_elem, b->coerce_array.per_elem);
	case EX_ROW_COMPARE:
		return rowcmp_equal(a, b);
	case EX_SUBSCRIPT:
		return subscript_equal(a, b);
	case EX_FIELD:
		return a->field.field == b->field.field && expr_equal(a->field.arg, b->field.arg);
	case EX_SQLVALUE:
		return a->sqlvalue.which == b->sqlvalue.which &&
		       a->sqlvalue.precision == b->sqlvalue.precision;
	case EX_GROUPING:
		return list_equal(a->grouping.args, a->grouping.nargs, b->grouping.args,
				  b->grouping.nargs);
	case EX_XML:
		return xml_equal(a, b);
	}
	return false;
}

static int
leftmost(int a, int b)
{
	return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

static int
list_location(int location, struct expr *const *v, int n)
{
	for (int i = 0; i < n; i++)
		location = leftmost(location, expr_location(v[i]));
	return location;
}

int
expr_location(const struct expr *e)
{
	if (!e)
		return -1;
	switch (e->kind) {
	case EX_FUNC:
		return list_location(e->location, e->func.args, e->func.nargs);
	case EX_OP:
	case EX_DISTINCT:
	case EX_NULLIF:
		return list_location(e->location, e->op.args, 2);
	case EX_SCALAR_ARRAY:
		return leftmost(e->location, leftmost(expr_location(e->sarray.left),
						      expr_location(e->sarray.array)));
	case EX_BOOL:
		return list_location(e->location, e->boolean.args, e->boolean.nargs);
	case EX_SUBLINK:
		return list_location(e->location, e->sublink.left,
				     e->sublink.left ? e->sublink.n : 0);
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
	case EX_COLLATE:
		return leftmost(e->location, expr_location(e->unary.arg));
	case EX_XML:
		return list_location(e->location, e->xml.args, e->xml.nargs);
	case EX_COERCE_ARRAY:
		return leftmost(e->location, expr_location(e->coerce_array.arg));
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return leftmost(e->location, expr_location(e->test.arg));
	case EX_ROW_COMPARE:
		return list_location(e->location, e->rowcmp.left, e->rowcmp.n);
	case EX_FIELD:
		return expr_location(e->field.arg);
	case EX_SUBSCRIPT:
		return expr_location(e->subscript.array);
	default:
		return e->location;
	}
}

static bool
slot_returns_set(struct expr **slot, void *found)
{
	if (expr_returns_set(*slot))
		*(bool *)found = true;
	return !*(bool *)found;
}

/* Does evaluating it give a set: a set-returning call anywhere outside sub-selects. */
bool
expr_returns_set(struct expr *e)
{
	bool found = false;
	if (!e)
		return false;
	if (e->kind == EX_FUNC && e->func.proc->retset)
		return true;
	if (e->kind == EX_OP && e->op.proc->retset)
		return true;
	if (e->kind == EX_AGG || e->kind == EX_WINDOW)
		return false;
	expr_walk(e, slot_returns_set, &found);
	return found;
}
