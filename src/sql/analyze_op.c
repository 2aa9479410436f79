/*
 * A_Expr: operators and the constructs that the grammar writes as operators (IN, BETWEEN, IS
 * DISTINCT FROM, …).
 */
#include "sql/analyze_expr.h"

static bool
is_null_const(const PgQuery__Node *n)
{
	return n && n->node_case == PG_QUERY__NODE__NODE_A_CONST && n->a_const->isnull;
}

static bool
is_row_node(const PgQuery__Node *n)
{
	return n && n->node_case == PG_QUERY__NODE__NODE_ROW_EXPR;
}

static bool
name_is(const PgQuery__AExpr *a, const char *name)
{
	return a->n_name && strcmp(node_str(a->name[a->n_name - 1]), name) == 0;
}

/* ---- rows ---- */

/* Which btree strategies op has: bit 1…5, and bit 6 for <>. */
static unsigned
strategies_of(const struct oper *op)
{
	int strategy;
	if (oper_btree_strategy(op->oid, &strategy))
		return 1u << strategy;
	if (op->negator && oper_btree_strategy(op->negator, &strategy) && strategy == 3)
		return 1u << 6;
	return 0;
}

static struct expr *
row_compare_node(struct analyzer *as, const char *opname, struct expr **cmp, int n, int location)
{
	unsigned common = ~0u;
	for (int i = 0; i < n; i++)
		common &= strategies_of(cmp[i]->op.op);
	if (common == 0) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
			"could not determine interpretation of row comparison operator %s", opname);
		err_hint(as->env->err, "Row comparison operators must be associated with btree "
				       "operator families.");
		return NULL;
	}
	int strategy = __builtin_ctz(common);
	if (strategy == 3 || strategy == 6)
		return expr_bool(as, strategy == 3 ? BOOL_AND : BOOL_OR, cmp, n, location);
	struct expr *e = expr_new(as, EX_ROW_COMPARE, T_BOOL, location);
	e->rowcmp.op = strategy;
	e->rowcmp.n = n;
	e->rowcmp.left = ARENA_ARRAY(as->arena, struct expr *, n);
	e->rowcmp.right = ARENA_ARRAY(as->arena, struct expr *, n);
	e->rowcmp.ops = ARENA_ARRAY(as->arena, const struct oper *, n);
	for (int i = 0; i < n; i++) {
		e->rowcmp.left[i] = cmp[i]->op.args[0];
		e->rowcmp.right[i] = cmp[i]->op.args[1];
		e->rowcmp.ops[i] = cmp[i]->op.op;
	}
	return e;
}

static bool
row_length_error(struct analyzer *as, int nleft, int nright, int location)
{
	if (nleft != nright)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, location,
			       "unequal number of entries in row expressions");
	if (nleft == 0)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
			       "cannot compare rows of zero length");
	return true;
}

struct expr *
make_row_comparison(struct analyzer *as, PgQuery__Node *const *name, size_t nname,
		    struct expr **left, int nleft, struct expr **right, int nright, int location)
{
	if (!row_length_error(as, nleft, nright, location))
		return NULL;
	struct expr **cmp = ARENA_ARRAY(as->arena, struct expr *, nleft);
	for (int i = 0; i < nleft; i++) {
		cmp[i] = make_op_named(as, name, nname, left[i], right[i], location);
		if (!cmp[i])
			return NULL;
		if (cmp[i]->type != T_BOOL) {
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
				"row comparison operator must yield type boolean, not type %s",
				type_display(as, cmp[i]->type));
			return NULL;
		}
	}
	if (nleft == 1)
		return cmp[0];
	return row_compare_node(as, node_str(name[nname - 1]), cmp, nleft, location);
}

/* ---- IS DISTINCT FROM, NULLIF ---- */

static struct expr *
make_distinct(struct analyzer *as, const PgQuery__AExpr *a, struct expr *left, struct expr *right)
{
	struct expr *e = make_op_named(as, a->name, a->n_name, left, right, a->location);
	if (!e)
		return NULL;
	if (e->type != T_BOOL) {
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, a->location,
			"IS DISTINCT FROM requires = operator to yield boolean");
		return NULL;
	}
	e->kind = EX_DISTINCT;
	return e;
}

static struct expr *
make_not(struct analyzer *as, struct expr *e, int location)
{
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 1);
	args[0] = e;
	return expr_bool(as, BOOL_NOT, args, 1, location);
}

static struct expr *
row_distinct(struct analyzer *as, const PgQuery__AExpr *a, struct expr *left, struct expr *right)
{
	if (left->list.nargs != right->list.nargs) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, a->location,
			"unequal number of entries in row expressions");
		return NULL;
	}
	int n = left->list.nargs;
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, MAX(n, 1));
	for (int i = 0; i < n; i++) {
		args[i] = make_distinct(as, a, left->list.args[i], right->list.args[i]);
		if (!args[i])
			return NULL;
	}
	if (n == 0)
		return expr_const(as, T_BOOL, -1, datum_int(0), a->location);
	return n == 1 ? args[0] : expr_bool(as, BOOL_OR, args, n, a->location);
}

static struct expr *
null_test(struct analyzer *as, const PgQuery__Node *node, bool not, int location)
{
	struct expr *arg = analyze_expr_inner(as, node);
	if (arg && arg->kind == EX_CONST)
		arg = resolve_unknown(as, arg);
	if (!arg)
		return NULL;
	/* A row is a value here: what its columns are does not matter. */
	bool row = type_is_row(as, base_type(as, arg->type, NULL)) || arg->type == T_RECORD;
	if (row && !as->as_written) {
		struct expr *value = expr_new(as, EX_RELABEL, arg->type, arg->location);
		value->typmod = arg->typmod;
		value->unary.arg = arg;
		arg = value;
	}
	struct expr *e = expr_new(as, EX_NULLTEST, T_BOOL, location);
	e->test.arg = arg;
	e->test.not = not ;
	e->test.which = row ? 'd' : 0;
	return e;
}

static struct expr *
analyze_distinct_from(struct analyzer *as, const PgQuery__AExpr *a)
{
	bool not = a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
	if (is_null_const(a->rexpr))
		return null_test(as, a->lexpr, !not, a->location);
	if (is_null_const(a->lexpr))
		return null_test(as, a->rexpr, !not, a->location);
	struct expr *left = analyze_expr_inner(as, a->lexpr);
	struct expr *right = left ? analyze_expr_inner(as, a->rexpr) : NULL;
	if (!right)
		return NULL;
	if (left->kind == EX_ROW && right->kind == EX_ROW) {
		struct expr *e = row_distinct(as, a, left, right);
		return e && not ? make_not(as, e, a->location) : e;
	}
	struct expr *e = make_distinct(as, a, left, right);
	if (e && as->as_written)
		return not ? make_not(as, e, a->location) : e;
	if (e)
		e->op.not = not ;
	return e;
}

static struct expr *
analyze_nullif(struct analyzer *as, const PgQuery__AExpr *a)
{
	struct expr *left = analyze_expr_inner(as, a->lexpr);
	struct expr *right = left ? analyze_expr_inner(as, a->rexpr) : NULL;
	struct expr *e =
		right ? make_op_named(as, a->name, a->n_name, left, right, a->location) : NULL;
	if (!e)
		return NULL;
	if (e->type != T_BOOL) {
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, a->location,
			"NULLIF requires = operator to yield boolean");
		return NULL;
	}
	/* Values of one composite type stay that. */
	if (e->op.args[0]->kind == EX_RELABEL && e->op.args[1]->kind == EX_RELABEL &&
	    e->op.args[0]->type == T_RECORD &&
	    e->op.args[0]->unary.arg->type == e->op.args[1]->unary.arg->type)
		for (int i = 0; i < 2; i++)
			e->op.args[i] = e->op.args[i]->unary.arg;
	e->kind = EX_NULLIF;
	e->type = e->op.args[0]->type;
	e->typmod = e->op.args[0]->typmod;
	e->collation = e->op.args[0]->collation;
	return e;
}

/* ---- IN (list) ---- */

static bool
slot_is_var(struct expr **slot, void *found)
{
	if ((*slot)->kind == EX_VAR || (*slot)->kind == EX_SUBLINK)
		*(bool *)found = true;
	else
		expr_walk(*slot, slot_is_var, found);
	return !*(bool *)found;
}

static bool
contains_var(struct expr *e)
{
	bool found = false;
	slot_is_var(&e, &found);
	return found;
}

static bool
item_has_var(struct analyzer *as, struct expr *e)
{
	return as->as_written ? expr_has_var_of(e, as->scope->query) : contains_var(e);
}

/* The items without columns as one array; NULL without error: they have no common type that has
 * arrays. */
static struct expr *
in_array(struct analyzer *as, struct expr *left, const struct vec *items, int location)
{
	int n = items->n;
	struct expr **all = ARENA_ARRAY(as->arena, struct expr *, n + 1);
	all[0] = left;
	memcpy(all + 1, items->v, sizeof(*all) * (size_t)n);
	oid_t common = select_common_type(as, all, n + 1, NULL, NULL);
	for (int i = 0; common && i <= n; i++) {
		if (!can_coerce_type(as, 1, &all[i]->type, &common, COERCE_IMPLICIT))
			common = 0;
	}
	oid_t array = common && common != T_RECORD ? type_array(as, common) : 0;
	if (!array)
		return NULL;
	struct expr *a = expr_new(as, EX_ARRAY, array, location);
	a->list.args = ARENA_ARRAY(as->arena, struct expr *, n);
	a->list.nargs = n;
	for (int i = 0; i < n; i++) {
		a->list.args[i] = coerce_to_common_type(as, items->v[i], common, "IN");
		if (!a->list.args[i])
			return NULL;
	}
	return a;
}

static struct expr *
in_compare(struct analyzer *as, const PgQuery__AExpr *a, struct expr *left, struct expr *item)
{
	struct expr *e;
	if (left->kind == EX_ROW && item->kind == EX_ROW)
		e = make_row_comparison(as, a->name, a->n_name, left->list.args, left->list.nargs,
					item->list.args, item->list.nargs, a->location);
	else
		e = make_op_named(as, a->name, a->n_name, left, item, a->location);
	return e ? coerce_to_boolean(as, e, "IN") : NULL;
}

static struct expr *
analyze_in(struct analyzer *as, const PgQuery__AExpr *a)
{
	bool not = name_is(a, "<>");
	struct vec plain = {0}, rest = {0}, tests = {0};
	struct expr *left = analyze_expr_inner(as, a->lexpr);
	if (!left)
		return NULL;
	const PgQuery__List *list = a->rexpr->list;
	for (size_t i = 0; i < list->n_items; i++) {
		struct expr *item = analyze_expr_inner(as, list->items[i]);
		if (!item)
			return NULL;
		vec_push(as->arena, item_has_var(as, item) ? &rest : &plain, item);
	}
	if (plain.n > 1) {
		struct expr *array = in_array(as, left, &plain, a->location);
		if (err_is_set(as->env->err))
			return NULL;
		if (array) {
			struct expr *e = make_scalar_array_op_named(as, a->name, a->n_name, not,
								    left, array, a->location);
			if (!e)
				return NULL;
			vec_push(as->arena, &tests, e);
			plain.n = 0;
		}
	}
	vec_append(as->arena, &plain, &rest);
	for (int i = 0; i < plain.n; i++) {
		struct expr *l = i + tests.n ? expr_copy(as->arena, left) : left;
		struct expr *e = in_compare(as, a, l, plain.v[i]);
		if (!e)
			return NULL;
		vec_push(as->arena, &tests, e);
	}
	if (tests.n == 1)
		return tests.v[0];
	return expr_bool(as, not ? BOOL_AND : BOOL_OR, (struct expr **)tests.v, tests.n,
			 a->location);
}

/* ---- BETWEEN ---- */

/* x op bound; x is analyzed anew for every comparison, as if it had been written so. */
static struct expr *
between_side(struct analyzer *as, const PgQuery__AExpr *a, const char *op,
	     const PgQuery__Node *bound)
{
	struct expr *x = analyze_expr_inner(as, a->lexpr);
	struct expr *b = x ? analyze_expr_inner(as, bound) : NULL;
	struct expr *e = NULL;
	if (!b)
		return NULL;
	if (x->kind == EX_ROW && b->kind == EX_ROW) {
		char name[3];
		memcpy(name, op, MIN(strlen(op) + 1, sizeof(name)));
		PgQuery__String s = PG_QUERY__STRING__INIT;
		PgQuery__Node n = PG_QUERY__NODE__INIT, *list[1] = {&n};
		s.sval = name;
		n.node_case = PG_QUERY__NODE__NODE_STRING;
		n.string = &s;
		e = make_row_comparison(as, list, 1, x->list.args, x->list.nargs, b->list.args,
					b->list.nargs, a->location);
	} else {
		e = make_op(as, op, x, b, a->location);
	}
	return e;
}

static struct expr *
between_pair(struct analyzer *as, const PgQuery__AExpr *a, bool not, const PgQuery__Node *low,
	     const PgQuery__Node *high)
{
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 2);
	const char *construct = not ? "OR" : "AND";
	args[0] = between_side(as, a, not ? "<" : ">=", low);
	args[0] = args[0] ? coerce_to_boolean(as, args[0], construct) : NULL;
	args[1] = args[0] ? between_side(as, a, not ? ">" : "<=", high) : NULL;
	args[1] = args[1] ? coerce_to_boolean(as, args[1], construct) : NULL;
	return args[1] ? expr_bool(as, not ? BOOL_OR : BOOL_AND, args, 2, a->location) : NULL;
}

static struct expr *
analyze_between(struct analyzer *as, const PgQuery__AExpr *a)
{
	const PgQuery__Node *low = a->rexpr->list->items[0], *high = a->rexpr->list->items[1];
	bool not = a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN ||
		   a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
	bool symmetric = a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM ||
			 a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM;
	struct expr *e = between_pair(as, a, not, low, high);
	if (!e || !symmetric)
		return e;
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 2);
	args[0] = e;
	args[1] = between_pair(as, a, not, high, low);
	return args[1] ? expr_bool(as, not ? BOOL_AND : BOOL_OR, args, 2, a->location) : NULL;
}

/* ---- plain operators ---- */

/* (a, b) op (SELECT …) */
static struct expr *
analyze_row_sublink(struct analyzer *as, const PgQuery__AExpr *a)
{
	PgQuery__SubLink s = *a->rexpr->sub_link;
	s.sub_link_type = PG_QUERY__SUB_LINK_TYPE__ROWCOMPARE_SUBLINK;
	s.testexpr = a->lexpr;
	s.oper_name = a->name;
	s.n_oper_name = a->n_name;
	s.location = a->location;
	return analyze_sublink(as, &s);
}

static struct expr *
analyze_operator(struct analyzer *as, const PgQuery__AExpr *a)
{
	if (is_row_node(a->lexpr) && a->rexpr->node_case == PG_QUERY__NODE__NODE_SUB_LINK &&
	    a->rexpr->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK)
		return analyze_row_sublink(as, a);
	struct expr *left = NULL;
	if (a->lexpr) {
		left = analyze_expr_inner(as, a->lexpr);
		if (!left)
			return NULL;
	}
	struct expr *right = analyze_expr_inner(as, a->rexpr);
	if (!right)
		return NULL;
	if (is_row_node(a->lexpr) && is_row_node(a->rexpr))
		return make_row_comparison(as, a->name, a->n_name, left->list.args,
					   left->list.nargs, right->list.args, right->list.nargs,
					   a->location);
	return make_op_named(as, a->name, a->n_name, left, right, a->location);
}

static struct expr *
analyze_op_array(struct analyzer *as, const PgQuery__AExpr *a)
{
	struct expr *left = analyze_expr_inner(as, a->lexpr);
	struct expr *right = left ? analyze_expr_inner(as, a->rexpr) : NULL;
	if (!right)
		return NULL;
	return make_scalar_array_op_named(as, a->name, a->n_name,
					  a->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL, left,
					  right, a->location);
}

struct expr *
analyze_a_expr(struct analyzer *as, const PgQuery__AExpr *a)
{
	switch (a->kind) {
	case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
	case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
	case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
	case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
		return analyze_operator(as, a);
	case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
	case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL:
		return analyze_op_array(as, a);
	case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
	case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT:
		return analyze_distinct_from(as, a);
	case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF:
		return analyze_nullif(as, a);
	case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
		return analyze_in(as, a);
	case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
	case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
	case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
	case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
		return analyze_between(as, a);
	default:
		break;
	}
	err_unsupported(as->env->err, a->location, "operator kind %d", (int)a->kind);
	return NULL;
}
