/*
 * emit_op: operators, comparisons of rows and with arrays, sub-selects in expressions.
 * A comparison of native or collated values prints as SQLite's own, so that indexes are used;
 * everything else calls the operator's function.
 */
#include "sql/emit.h"

static const char *const strategies[] = {NULL, "<", "<=", "=", ">=", ">"};

/* ---- comparisons ---- */

/* May the stored forms be compared as they are: same type, or one family with one stored order. */
static bool
same_order(const struct type *l, const struct type *r)
{
	if (l == r)
		return !((l->oid == T_RECORD || l->typtype == 'c') && !l->collation);
	if (l->stored != r->stored || l->collation || r->collation)
		return false;
	if (l->stored == DATUM_INT || l->stored == DATUM_REAL)
		return true;
	return l->category == 'S' && r->category == 'S';
}

static oid_t
row_type_below(const struct expr *e)
{
	while (e->kind == EX_RELABEL)
		e = e->unary.arg;
	return e->type;
}

/* Records of unlike shapes are an error, which a collation cannot raise. */
static bool
may_differ_in_shape(const struct type *t, const struct expr *l, const struct expr *r)
{
	oid_t below = row_type_below(l);

	return (t->oid == T_RECORD && (below == T_RECORD || below != row_type_below(r))) ||
	       t->oid == T_RECORDARRAY;
}

static const char *
native_operator(struct emit *em, const struct oper *op, const struct expr *l,
		  const struct expr *r, const char **coll)
{
	const struct type *lt = type_of(em->as, l->type), *rt = type_of(em->as, r->type);
	int strategy;
	bool ne = false;

	if (!lt || !rt || op->kind != 'b' || !same_order(lt, rt))
		return NULL;
	if (!oper_btree_strategy(op->oid, &strategy)) {
		if (!op->negator || !oper_btree_strategy(op->negator, &strategy) || strategy != 3)
			return NULL;
		ne = true;
	}
	*coll = lt->collation;
	return ne ? "<>" : strategies[strategy];
}

const char *
native_comparison(struct emit *em, const struct oper *op, const struct expr *l,
		  const struct expr *r, const char **coll)
{
	const struct type *t = type_of(em->as, l->type);

	return t && may_differ_in_shape(t, l, r) ? NULL : native_operator(em, op, l, r, coll);
}

static int
comparison_prec(const char *op)
{
	return *op == '=' || strcmp(op, "<>") == 0 || *op == 'I' ? P_CMP : P_REL;
}

static int
put_comparison(struct emit *em, const char *op, const struct expr *l, const struct expr *r,
	       const char *coll)
{
	int prec = comparison_prec(op);

	if (!emit_expr(em, l, prec + 1))
		return -1;
	buf_printf(em->b, " %s ", op);
	if (!(coll ? emit_expr(em, r, P_COLLATE) : emit_expr(em, r, prec + 1)))
		return -1;
	if (coll)
		buf_printf(em->b, " COLLATE %s", coll);
	return prec;
}

int
emit_comparison(struct emit *em, const struct oper *op, const struct expr *l, const struct expr *r)
{
	const char *coll, *native = native_comparison(em, op, l, r, &coll);
	struct expr *args[2] = {(struct expr *)(uintptr_t)l, (struct expr *)(uintptr_t)r};
	struct call c = {proc_find(op->code), args, 2, op->result, l->location};

	if (native)
		return put_comparison(em, native, l, r, coll);
	if (!c.proc)
		return err_unsupported(em->as->env->err, l->location, "operator %s", op->name) - 1;
	return emit_call(em, &c);
}

int
emit_op(struct emit *em, const struct expr *e)
{
	struct expr *const *args = e->op.args[0] ? e->op.args : e->op.args + 1;
	struct call c = {e->op.proc, args, e->op.args[0] && e->op.args[1] ? 2 : 1, e->type,
			 e->location};
	const char *coll, *native;

	native = c.nargs == 2 ? native_comparison(em, e->op.op, args[0], args[1], &coll) : NULL;
	if (native)
		return put_comparison(em, native, args[0], args[1], coll);
	if (c.proc->retset)
		return err_unsupported(em->as->env->err, e->location, "a set-returning operator") -
		       1;
	return emit_call(em, &c);
}

/* ---- IS DISTINCT FROM, NULLIF ---- */

int
emit_distinct(struct emit *em, const struct expr *e)
{
	const char *coll,
		*native = native_comparison(em, e->op.op, e->op.args[0], e->op.args[1], &coll);

	if (native)
		return put_comparison(em, e->op.not ? "IS" : "IS NOT", e->op.args[0], e->op.args[1],
				      coll);
	/* coalesce(a = b, a IS NULL AND b IS NULL) */
	buf_puts(em->b, e->op.not ? "coalesce(" : "NOT coalesce(");
	if (emit_comparison(em, e->op.op, e->op.args[0], e->op.args[1]) < 0)
		return -1;
	buf_puts(em->b, ", ");
	if (!emit_expr(em, e->op.args[0], P_REL))
		return -1;
	buf_puts(em->b, " IS NULL AND ");
	if (!emit_expr(em, e->op.args[1], P_REL))
		return -1;
	buf_puts(em->b, " IS NULL)");
	return e->op.not ? P_ATOM : P_NOT;
}

int
emit_nullif(struct emit *em, const struct expr *e)
{
	const char *coll,
		*native = native_comparison(em, e->op.op, e->op.args[0], e->op.args[1], &coll);

	if (native) {
		buf_puts(em->b, "nullif(");
		if (!(coll ? emit_collated(em, e->op.args[0], P_NONE)
			   : emit_expr(em, e->op.args[0], P_NONE)))
			return -1;
		buf_puts(em->b, ", ");
		if (!emit_expr(em, e->op.args[1], P_NONE))
			return -1;
		buf_putc(em->b, ')');
		return P_ATOM;
	}
	buf_puts(em->b, "CASE WHEN ");
	if (emit_comparison(em, e->op.op, e->op.args[0], e->op.args[1]) < 0)
		return -1;
	buf_puts(em->b, " THEN NULL ELSE ");
	if (!emit_expr(em, e->op.args[0], P_NONE))
		return -1;
	buf_puts(em->b, " END");
	return P_ATOM;
}

/* ---- ANY, ALL over arrays ---- */

static bool
flat_array(const struct expr *a)
{
	if (a->kind != EX_ARRAY)
		return false;
	for (int i = 0; i < a->list.nargs; i++)
		if (a->list.args[i]->kind == EX_ARRAY || a->list.args[i]->type == a->type)
			return false;
	return true;
}

/* An expression that stands for an element in a comparison: text is printed as it is. */
static struct expr *
placeholder(struct emit *em, oid_t type)
{
	return expr_new(em->as, EX_CASE_TEST, type, -1);
}

static int
in_list(struct emit *em, const struct expr *e, bool not, const char *coll)
{
	const struct expr *a = e->sarray.array;

	if (!(coll ? emit_collated(em, e->sarray.left, P_REL)
		   : emit_expr(em, e->sarray.left, P_REL)))
		return -1;
	buf_puts(em->b, not ? " NOT IN (" : " IN (");
	for (int i = 0; i < a->list.nargs; i++) {
		if (i)
			buf_puts(em->b, ", ");
		if (!emit_expr(em, a->list.args[i], P_NONE))
			return -1;
	}
	buf_putc(em->b, ')');
	return P_CMP;
}

static bool
put_unnest(struct emit *em, const struct expr *array, oid_t elem)
{
	struct expr *a = (struct expr *)(uintptr_t)array;

	return emit_key(em, "array_unnest", elem, &a, 1) >= 0;
}

static int
in_unnest(struct emit *em, const struct expr *e, bool not, const char *coll, oid_t elem,
	  bool filter)
{
	/* A NULL array makes the whole NULL; where that counts as false an empty list does as well.
	 */
	bool guard = (!filter || not ) && !expr_not_null(e->sarray.array);

	if (guard) {
		buf_puts(em->b, "CASE WHEN ");
		if (!emit_expr(em, e->sarray.array, P_REL))
			return -1;
		buf_puts(em->b, " IS NOT NULL THEN ");
	}
	if (!(coll ? emit_collated(em, e->sarray.left, P_REL)
		   : emit_expr(em, e->sarray.left, P_REL)))
		return -1;
	buf_puts(em->b, not ? " NOT IN (SELECT c1 FROM " : " IN (SELECT c1 FROM ");
	if (!put_unnest(em, e->sarray.array, elem))
		return -1;
	buf_puts(em->b, guard ? ") END" : ")");
	return guard ? P_ATOM : P_CMP;
}

/* x op a1 OR x op a2 …: cheap left sides only. */
static int
expand_array(struct emit *em, const struct expr *e)
{
	const struct expr *a = e->sarray.array;
	struct expr **parts = ARENA_ARRAY(em->as->arena, struct expr *, a->list.nargs + 1);
	struct expr *chain = expr_new(em->as, EX_BOOL, T_BOOL, e->location);

	if (!a->list.nargs) {
		buf_puts(em->b, e->sarray.all ? "1" : "0");
		return P_ATOM;
	}
	for (int i = 0; i < a->list.nargs; i++) {
		parts[i] = expr_new(em->as, EX_OP, T_BOOL, e->location);
		parts[i]->op.op = e->sarray.op;
		parts[i]->op.proc = e->sarray.proc;
		parts[i]->op.args[0] = e->sarray.left;
		parts[i]->op.args[1] = a->list.args[i];
	}
	chain->boolean.op = e->sarray.all ? BOOL_AND : BOOL_OR;
	chain->boolean.args = parts;
	chain->boolean.nargs = a->list.nargs;
	if (a->list.nargs == 1)
		return emit_expr(em, parts[0], P_ATOM) ? P_ATOM : -1;
	return emit_expr(em, chain, P_OR) ? (e->sarray.all ? P_AND : P_OR) : -1;
}

/* Three-valued ANY and ALL over r of a sub-select. */
static void
quantifier_open(struct emit *em, bool all)
{
	buf_puts(em->b, all ? "(SELECT CASE WHEN min(r) = 0 THEN 0 WHEN count(*) > count(r) THEN "
			      "NULL ELSE 1 END FROM (SELECT "
			    : "(SELECT CASE WHEN max(r) = 1 THEN 1 WHEN count(*) > count(r) THEN "
			      "NULL ELSE 0 END FROM (SELECT ");
}

/* One call that looks at the elements: needs an operator that has a body, or is a comparison within
 * one order. */
static int
put_scalar_array(struct emit *em, const struct expr *e)
{
	struct expr *args[4] = {expr_const(em->as, T_INT8, -1, datum_int(e->sarray.op->oid), -1),
				expr_const(em->as, T_BOOL, -1, datum_int(e->sarray.all), -1),
				e->sarray.left, e->sarray.array};

	return emit_key(em, "scalar_array", T_BOOL, args, 4);
}

static bool
has_element_body(const struct expr *e, const char *native)
{
	const struct proc *p = proc_find(e->sarray.op->code);
	const struct func *f = p ? func_for(p) : NULL;

	return native || (f && (f->fn || f->native));
}

int
emit_scalar_array(struct emit *em, const struct expr *e)
{
	const struct type *at = type_of(em->as, e->sarray.array->type);
	bool filter = em->filter;
	const char *coll, *native;
	struct expr *elem;
	bool in, not_in;

	em->filter = false;
	if (!at)
		return -1;
	elem = placeholder(em, at->elem_oid ? at->elem_oid : e->sarray.op->right);
	native = native_comparison(em, e->sarray.op, e->sarray.left, elem, &coll);
	in = native && !e->sarray.all && strcmp(native, "=") == 0;
	not_in = native && e->sarray.all && strcmp(native, "<>") == 0;
	if ((in || not_in) && flat_array(e->sarray.array))
		return in_list(em, e, not_in, coll);
	if ((in || not_in) && !em->bare)
		return in_unnest(em, e, not_in, coll, elem->type, filter);
	if (flat_array(e->sarray.array) && e->sarray.array->list.nargs <= 200)
		return expand_array(em, e);
	if (has_element_body(e, native))
		return put_scalar_array(em, e);
	return err_unsupported(em->as->env->err, e->location,
			       "operator %s with ANY or ALL over an array", e->sarray.op->name) -
	       1;
}

/* ---- rows ---- */

static bool
put_row_list(struct emit *em, struct expr *const *v, int n, const char *const *colls)
{
	buf_putc(em->b, '(');
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(em->b, ", ");
		if (!(colls && colls[i] ? emit_collated(em, v[i], P_NONE)
					: emit_expr(em, v[i], P_NONE)))
			return false;
	}
	buf_putc(em->b, ')');
	return true;
}

/* Strategy of the whole; per column the operators are of that strategy. */
static bool
native_row(struct emit *em, struct expr *const *l, struct expr *const *r,
	   const struct oper *const *ops, int n, const char **colls)
{
	for (int i = 0; i < n; i++)
		if (!native_comparison(em, ops[i], l[i], r[i], &colls[i]))
			return false;
	return true;
}

int
emit_row_compare(struct emit *em, const struct expr *e)
{
	static const char *const ops[] = {NULL, "<", "<=", "=", ">=", ">", "<>"};
	const char **colls = ARENA_ARRAY(em->as->arena, const char *, e->rowcmp.n + 1);

	if (!native_row(em, e->rowcmp.left, e->rowcmp.right, e->rowcmp.ops, e->rowcmp.n, colls))
		return err_unsupported(em->as->env->err, e->location,
				       "comparison of rows with these column types") -
		       1;
	if (e->rowcmp.n == 1)
		return put_comparison(em, ops[e->rowcmp.op], e->rowcmp.left[0], e->rowcmp.right[0],
				      colls[0]);
	if (!put_row_list(em, e->rowcmp.left, e->rowcmp.n, colls))
		return -1;
	buf_printf(em->b, " %s ", ops[e->rowcmp.op]);
	return put_row_list(em, e->rowcmp.right, e->rowcmp.n, NULL)
		       ? comparison_prec(ops[e->rowcmp.op])
		       : -1;
}

/* ---- sub-selects ---- */

/* Is more than one row impossible without looking at the data. */
static bool
at_most_one(const struct query *q)
{
	if (q->limit && q->limit->kind == EX_CONST && q->limit->con.value.class == DATUM_INT &&
	    q->limit->con.value.i <= 1)
		return true;
	if (q->setop)
		return false;
	if (q->values)
		return q->values->values->n <= 1;
	if (q->has_aggs && !q->group.n && !q->grouping_sets.n)
		return true;
	return !q->from.n;
}

/* col = something that does not depend on the entry, for all columns of a unique key. */
static bool
fixes_column(const struct expr *where, const struct rte *rte, int attnum)
{
	if (!where)
		return false;
	if (where->kind == EX_BOOL && where->boolean.op == BOOL_AND) {
		for (int i = 0; i < where->boolean.nargs; i++)
			if (fixes_column(where->boolean.args[i], rte, attnum))
				return true;
		return false;
	}
	if (where->kind != EX_OP || strcmp(where->op.op->name, "=") != 0 || !where->op.args[0])
		return false;
	for (int side = 0; side < 2; side++) {
		const struct expr *v = where->op.args[side], *o = where->op.args[!side];

		if (v->kind == EX_VAR && v->var.rte == rte && v->var.col >= 0 &&
		    rte->cols[v->var.col].attr && rte->cols[v->var.col].attr->attnum == attnum &&
		    (o->kind == EX_CONST || o->kind == EX_PARAM ||
		     (o->kind == EX_VAR && o->var.rte->level != rte->level)))
			return true;
	}
	return false;
}

static bool
unique_lookup(const struct query *q)
{
	const struct from_item *f;

	if (q->setop || q->from.n != 1 || (f = q->from.v[0])->kind != FROM_RTE ||
	    f->rte->kind != RTE_RELATION)
		return false;
	for (int i = 0; i < f->rte->rel->constraints.n; i++) {
		const struct constraint *c = f->rte->rel->constraints.v[i];
		bool all = c->kind == 'p' || c->kind == 'u';

		for (int k = 0; all && k < c->ncols; k++)
			all = fixes_column(q->where, f->rte, c->cols[k]);
		if (all)
			return true;
	}
	return false;
}

/* Can an aggregate take the place of the only result column without changing what is aggregated. */
static bool
takes_aggregate(const struct query *q)
{
	return !q->setop && !q->values && !q->has_aggs && !q->group.n && !q->having &&
	       !q->distinct && !q->order.n && !q->limit && !q->offset && !q->has_windows &&
	       !q->ctes.n && q->from.n;
}

static const struct expr *
only_column(const struct query *q)
{
	return query_col(q, 0)->expr;
}

/* SQLite gives an aggregate to the query whose columns it is of. */
static bool
is_its_own(const struct query *q)
{
	struct expr *col = (struct expr *)(uintptr_t)only_column(q);

	return expr_has_var_of(col, q) || !expr_has_vars(col, true);
}

static int
emit_scalar_sublink(struct emit *em, const struct expr *e)
{
	const struct query *q = e->sublink.query;
	int name;

	buf_putc(em->b, '(');
	if (at_most_one(q) || unique_lookup(q) || !query_ncols(q)) {
		if (!emit_select(em, q, 0))
			return -1;
	} else if (takes_aggregate(q) && is_its_own(q)) {
		/* SELECT single_value(x) FROM …: more than one row is 21000. */
		buf_puts(em->b, "SELECT ");
		if (!emit_key_open(em, "single_value", T_TEXT, NULL, NULL, 0) ||
		    !emit_expr(em, only_column(q), P_NONE))
			return -1;
		buf_puts(em->b, ")");
		buf_puts(em->b, " FROM ");
		if (!emit_from(em, &q->from))
			return -1;
		if (q->where) {
			buf_puts(em->b, " WHERE ");
			if (!emit_filter(em, q->where, P_NONE))
				return -1;
		}
	} else {
		name = ++em->next_name;
		buf_puts(em->b, "SELECT ");
		if (!emit_key_open(em, "single_value", T_TEXT, NULL, NULL, 0))
			return -1;
		buf_printf(em->b, "u%d.c1) FROM (", name);
		if (!emit_select(em, q, SELECT_NAMES))
			return -1;
		buf_printf(em->b, ") AS u%d", name);
	}
	buf_putc(em->b, ')');
	return P_ATOM;
}

static int
emit_array_sublink(struct emit *em, const struct expr *e)
{
	const struct expr *col = only_column(e->sublink.query);
	int name = ++em->next_name;
	bool of_arrays = type_of(em->as, col->type) && type_of(em->as, col->type)->elem_oid &&
			 type_of(em->as, col->type)->category == 'A';

	buf_puts(em->b, "coalesce((SELECT ");
	if (!emit_key_open(em, of_arrays ? "array_agg(anyarray)" : "array_agg(anynonarray)",
			   e->type, &col->type, &col->typmod, 1))
		return -1;
	buf_printf(em->b, "u%d.c1) FROM (", name);
	if (!emit_select(em, e->sublink.query, SELECT_NAMES))
		return -1;
	buf_printf(em->b, ") AS u%d), '{}')", name);
	return P_ATOM;
}

/* left IN (SELECT …) by bare comparison; NULLs behave alike in both. */
static int
emit_in_sublink(struct emit *em, const struct expr *e, bool not )
{
	const char **colls = ARENA_ARRAY(em->as->arena, const char *, e->sublink.n + 1);

	for (int i = 0; i < e->sublink.n; i++)
		colls[i] = expr_collation(em, e->sublink.left[i]);
	if (e->sublink.n == 1) {
		if (!(colls[0] ? emit_collated(em, e->sublink.left[0], P_REL)
			       : emit_expr(em, e->sublink.left[0], P_REL)))
			return -1;
	} else if (!put_row_list(em, e->sublink.left, e->sublink.n, colls)) {
		return -1;
	}
	buf_puts(em->b, not ? " NOT IN (" : " IN (");
	if (!emit_select(em, e->sublink.query, 0))
		return -1;
	buf_putc(em->b, ')');
	return P_CMP;
}

/* The result column i of a sub-select under the name uN.ci: comparisons see its type. */
static bool
put_quantified(struct emit *em, const struct expr *e, int name)
{
	const struct query *q = e->sublink.query;

	for (int i = 0; i < e->sublink.n; i++) {
		struct expr *right = placeholder(em, query_col(q, i)->expr->type);

		em->test_text = arena_printf(em->as->arena, "u%d.c%d", name, i + 1);
		if (i)
			buf_puts(em->b, " AND ");
		if (emit_comparison(em, e->sublink.ops[i], e->sublink.left[i], right) < 0)
			return false;
	}
	return true;
}

static int
emit_quantified_sublink(struct emit *em, const struct expr *e, bool all)
{
	const struct expr *outer = em->test;
	const char *outer_text = em->test_text;
	int name = ++em->next_name;
	bool ok;

	if (outer || outer_text)
		return err_unsupported(em->as->env->err, e->location,
				       "ANY or ALL over a sub-select inside a simple CASE") -
		       1;
	quantifier_open(em, all);
	ok = put_quantified(em, e, name);
	em->test_text = outer_text;
	if (!ok)
		return -1;
	buf_puts(em->b, " AS r FROM (");
	if (!emit_select(em, e->sublink.query, SELECT_NAMES))
		return -1;
	buf_printf(em->b, ") AS u%d))", name);
	return P_ATOM;
}

static bool
all_native(struct emit *em, const struct expr *e, const char *op)
{
	for (int i = 0; i < e->sublink.n; i++) {
		const char *coll,
			*native = native_comparison(em, e->sublink.ops[i], e->sublink.left[i],
						    query_col(e->sublink.query, i)->expr, &coll);

		if (!native || strcmp(native, op) != 0)
			return false;
	}
	return true;
}

int
emit_sublink(struct emit *em, const struct expr *e)
{
	const struct query *q = e->sublink.query;

	em->filter = false;
	switch (e->sublink.kind) {
	case SUBLINK_EXISTS:
		buf_puts(em->b, "EXISTS (");
		if (!emit_select(em, q, 0))
			return -1;
		buf_putc(em->b, ')');
		return P_ATOM;
	case SUBLINK_EXPR:
		return emit_scalar_sublink(em, e);
	case SUBLINK_ROW: /* only in trees that are printed */
		break;
	case SUBLINK_ARRAY:
		return emit_array_sublink(em, e);
	case SUBLINK_ANY:
		if (all_native(em, e, "="))
			return emit_in_sublink(em, e, false);
		return emit_quantified_sublink(em, e, false);
	case SUBLINK_ALL:
		if (e->sublink.n == 1 && all_native(em, e, "<>"))
			return emit_in_sublink(em, e, true);
		return emit_quantified_sublink(em, e, true);
	}
	return -1;
}
