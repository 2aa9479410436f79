/*
 * Sub-selects inside expressions.
 */
#include "sql/analyze_expr.h"

static const char *
subquery_refusal(enum expr_place place)
{
	switch (place) {
	case PLACE_CHECK:
		return "check constraint";
	case PLACE_DEFAULT:
		return "DEFAULT expression";
	case PLACE_INDEX_EXPR:
		return "index expression";
	case PLACE_INDEX_PREDICATE:
		return "index predicate";
	case PLACE_USING:
		return "transform expression";
	case PLACE_EXECUTE_PARAM:
		return "EXECUTE parameter";
	case PLACE_GENERATED:
		return "column generation expression";
	case PLACE_CALL:
		return "CALL argument";
	default:
		return NULL;
	}
}

static struct expr *
sublink_new(struct analyzer *as, enum sublink_kind kind, struct query *q, oid_t type, int location)
{
	struct expr *e = expr_new(as, EX_SUBLINK, type, location);
	e->sublink.kind = kind;
	e->sublink.query = q;
	return e;
}

/* (SELECT one column), or ARRAY(…) of it. */
static struct expr *
scalar_sublink(struct analyzer *as, struct query *q, bool array, int location)
{
	if (query_ncols(q) != 1) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, location,
			"subquery must return only one column");
		return NULL;
	}
	const struct expr *col = query_col(q, 0)->expr;
	oid_t type = col->type;
	if (array) {
		type = type_element(as, col->type) ? col->type : type_array(as, col->type);
		if (!type) {
			err_set(as->env->err, ERR_UNDEFINED_OBJECT, location,
				"could not find array type for data type %s",
				type_display(as, col->type));
			return NULL;
		}
	}
	struct expr *e = sublink_new(as, array ? SUBLINK_ARRAY : SUBLINK_EXPR, q, type, location);
	e->typmod = col->typmod;
	e->collation = array ? e->collation : col->collation;
	return e;
}

static struct expr **
left_row(struct analyzer *as, const PgQuery__Node *test, int *n)
{
	struct expr *left = analyze_expr_inner(as, test);
	if (!left)
		return NULL;
	if (left->kind == EX_ROW && test->node_case == PG_QUERY__NODE__NODE_ROW_EXPR) {
		*n = left->list.nargs;
		return left->list.args;
	}
	struct expr **one = ARENA_ARRAY(as->arena, struct expr *, 1);
	one[0] = left;
	*n = 1;
	return one;
}

static bool
column_count_error(struct analyzer *as, int nleft, int nright, int location)
{
	if (nleft < nright)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, location,
			       "subquery has too many columns");
	if (nleft > nright)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, location,
			       "subquery has too few columns");
	return true;
}

/* The comparisons of the left row with the columns of q, which stand as placeholders. */
static struct expr **
compare_columns(struct analyzer *as, PgQuery__Node *const *name, size_t nname, struct expr **left,
		const struct query *q, int n, struct expr **column, int location)
{
	struct expr **cmp = ARENA_ARRAY(as->arena, struct expr *, n);
	for (int i = 0; i < n; i++) {
		const struct expr *col = query_col(q, i)->expr;
		column[i] = expr_new(as, EX_CASE_TEST, col->type, -1);
		column[i]->typmod = col->typmod;
		column[i]->collation = col->collation;
		cmp[i] = nname ? make_op_named(as, name, nname, left[i], column[i], location)
			       : make_op(as, "=", left[i], column[i], location);
		if (!cmp[i])
			return NULL;
		if (cmp[i]->type != T_BOOL) {
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
				"row comparison operator must yield type boolean, not type %s",
				type_display(as, cmp[i]->type));
			return NULL;
		}
	}
	return cmp;
}

/* left op ANY/ALL (SELECT …). Conversions that the operators want of the columns go into the query.
 */
static struct expr *
quantified_sublink(struct analyzer *as, const PgQuery__SubLink *s, struct query *q,
		   struct expr **left, int n, bool all)
{
	struct expr **column = ARENA_ARRAY(as->arena, struct expr *, n);
	struct expr **cmp =
		compare_columns(as, s->oper_name, s->n_oper_name, left, q, n, column, s->location);
	if (!cmp)
		return NULL;
	struct expr *e = sublink_new(as, all ? SUBLINK_ALL : SUBLINK_ANY, q, T_BOOL, s->location);
	e->sublink.n = n;
	e->sublink.left = ARENA_ARRAY(as->arena, struct expr *, n);
	e->sublink.ops = ARENA_ARRAY(as->arena, const struct oper *, n);
	for (int i = 0; i < n; i++) {
		e->sublink.left[i] = cmp[i]->op.args[0];
		e->sublink.ops[i] = cmp[i]->op.op;
		const struct expr *want = cmp[i]->op.args[1];
		if (want != column[i] && !as->as_written &&
		    !query_coerce_col(as, q, i, want->type, want->typmod, "IN"))
			return NULL;
	}
	return e;
}

/* q gives one column: the comparison of the left row with what its columns were. */
static bool
compare_inside(struct analyzer *as, const PgQuery__SubLink *s, struct query *q, struct expr **left,
	       int n)
{
	struct rte *rte = query_wrap(as, q);
	struct expr **right = ARENA_ARRAY(as->arena, struct expr *, n);
	for (int i = 0; i < n; i++)
		right[i] = expr_var(as, rte, i, -1);
	struct expr *cmp = make_row_comparison(as, s->oper_name, s->n_oper_name, left, n, right, n,
					       s->location);
	if (!cmp)
		return false;
	memset(&q->targets, 0, sizeof(q->targets));
	target_new(as, &q->targets, cmp, "?column?");
	return true;
}

/* (a, b) op (SELECT c, d …) becomes (SELECT (a, b) op (c, d) FROM (SELECT …)). */
static struct expr *
row_sublink(struct analyzer *as, const PgQuery__SubLink *s, struct query *q, struct expr **left,
	    int n)
{
	if (!compare_inside(as, s, q, left, n))
		return NULL;
	return sublink_new(as, SUBLINK_EXPR, q, T_BOOL, s->location);
}

/* (a, b) < ANY (SELECT c, d …) becomes true = ANY (SELECT (a, b) < (c, d) FROM (SELECT …)). */
static struct expr *
quantified_row_sublink(struct analyzer *as, const PgQuery__SubLink *s, struct query *q,
		       struct expr **left, int n, bool all)
{
	struct expr *yes = expr_const(as, T_BOOL, -1, datum_int(1), -1);
	if (!compare_inside(as, s, q, left, n))
		return NULL;
	struct expr *eq = make_op(as, "=", yes, query_col(q, 0)->expr, s->location);
	if (!eq)
		return NULL;
	struct expr *e = sublink_new(as, all ? SUBLINK_ALL : SUBLINK_ANY, q, T_BOOL, s->location);
	e->sublink.n = 1;
	e->sublink.left = ARENA_ARRAY(as->arena, struct expr *, 1);
	e->sublink.ops = ARENA_ARRAY(as->arena, const struct oper *, 1);
	e->sublink.left[0] = yes;
	e->sublink.ops[0] = eq->op.op;
	return e;
}

/* Several columns compare one by one only under =. */
static bool
compares_as_row(const PgQuery__SubLink *s, int n)
{
	return n > 1 && s->n_oper_name &&
	       strcmp(node_str(s->oper_name[s->n_oper_name - 1]), "=") != 0;
}

struct expr *
analyze_sublink(struct analyzer *as, const PgQuery__SubLink *s)
{
	const char *refusal = subquery_refusal(as->scope->place);
	if (refusal) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, s->location,
			"cannot use subquery in %s", refusal);
		return NULL;
	}
	as->scope->query->has_sublinks = true;
	struct expr *last_srf = as->last_srf;
	struct query *q = analyze_subquery(as, s->subselect);
	as->last_srf = last_srf;
	if (!q)
		return NULL;
	if (s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK)
		return sublink_new(as, SUBLINK_EXISTS, q, T_BOOL, s->location);
	if (s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK)
		return scalar_sublink(as, q, false, s->location);
	if (s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK)
		return scalar_sublink(as, q, true, s->location);
	int n;
	struct expr **left = s->testexpr ? left_row(as, s->testexpr, &n) : NULL;
	if (!left || !column_count_error(as, n, query_ncols(q), s->location))
		return NULL;
	bool all = s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK;
	if (as->as_written) {
		struct expr *e = quantified_sublink(as, s, q, left, n, all);
		if (e && s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ROWCOMPARE_SUBLINK)
			e->sublink.kind = SUBLINK_ROW;
		return e;
	}
	if ((all || s->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK) &&
	    compares_as_row(s, n))
		return quantified_row_sublink(as, s, q, left, n, all);
	switch (s->sub_link_type) {
	case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK:
		return quantified_sublink(as, s, q, left, n, false);
	case PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK:
		return quantified_sublink(as, s, q, left, n, true);
	case PG_QUERY__SUB_LINK_TYPE__ROWCOMPARE_SUBLINK:
		return row_sublink(as, s, q, left, n);
	default:
		err_unsupported(as->env->err, s->location, "sub-select kind %d",
				(int)s->sub_link_type);
		return NULL;
	}
}

/* SET (a, b) = (SELECT …): column colno of it, as a scalar sub-select of its own. */
static struct expr *
multi_sublink(struct analyzer *as, const PgQuery__MultiAssignRef *m, const PgQuery__SubLink *s)
{
	struct query *q = analyze_subquery(as, s->subselect);
	if (!q)
		return NULL;
	if (query_ncols(q) != m->ncolumns) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, s->location,
			"number of columns does not match number of values");
		return NULL;
	}
	as->scope->query->has_sublinks = true;
	if (m->ncolumns > 1) {
		struct rte *rte = query_wrap(as, q);
		struct target *only = q->targets.v[m->colno - 1];
		(void)rte;
		memset(&q->targets, 0, sizeof(q->targets));
		only->resno = 1;
		vec_push(as->arena, &q->targets, only);
	}
	return scalar_sublink(as, q, false, s->location);
}

struct expr *
analyze_multi_assign(struct analyzer *as, const PgQuery__MultiAssignRef *m)
{
	const PgQuery__Node *src = m->source;
	if (src->node_case == PG_QUERY__NODE__NODE_SUB_LINK &&
	    src->sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK)
		return multi_sublink(as, m, src->sub_link);
	if (src->node_case != PG_QUERY__NODE__NODE_ROW_EXPR) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"source for a multiple-column UPDATE item must be a sub-SELECT or ROW() "
			"expression");
		return NULL;
	}
	const PgQuery__RowExpr *row = src->row_expr;
	if ((int)row->n_args != m->ncolumns) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, row->location,
			"number of columns does not match number of values");
		return NULL;
	}
	const PgQuery__Node *item = row->args[m->colno - 1];
	if (item->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT)
		return expr_new(as, EX_SET_DEFAULT, T_UNKNOWN, item->set_to_default->location);
	return analyze_expr_inner(as, item);
}
