/*
 * analyze_target: target lists, the names of result columns, values for table columns.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* ---- result names ---- */

/* FigureColnameInternal: 0 no idea, 1 a guess that a better one may replace, 2 sure. */
static int colname(const PgQuery__Node *n, const char **name, int depth);

static int
last_string(PgQuery__Node *const *list, size_t n, const char **name)
{
	while (n--)
		if (list[n]->node_case == PG_QUERY__NODE__NODE_STRING) {
			*name = list[n]->string->sval;
			return 2;
		}
	return 0;
}

static int
sublink_colname(const PgQuery__SubLink *s, const char **name, int depth)
{
	const PgQuery__SelectStmt *q;
	const PgQuery__ResTarget *t;

	switch (s->sub_link_type) {
	case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
		*name = "exists";
		return 2;
	case PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK:
		*name = "array";
		return 2;
	case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
		break;
	default:
		return 0;
	}
	if (s->subselect->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
		return 0;
	q = s->subselect->select_stmt;
	while (q->larg)
		q = q->larg;
	if (q->n_values_lists) {
		*name = "column1";
		return 2;
	}
	if (!q->n_target_list)
		return 0;
	t = q->target_list[0]->res_target;
	if (t->name && *t->name) {
		*name = t->name;
		return 2;
	}
	*name = "?column?";
	colname(t->val, name, depth + 1);
	return 2;
}

static const char *
sqlvalue_colname(PgQuery__SQLValueFunctionOp op)
{
	switch (op) {
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE:
		return "current_date";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME:
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N:
		return "current_time";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP:
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N:
		return "current_timestamp";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME:
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N:
		return "localtime";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP:
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N:
		return "localtimestamp";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_ROLE:
		return "current_role";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_USER:
		return "current_user";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_USER:
		return "user";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_SESSION_USER:
		return "session_user";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_CATALOG:
		return "current_catalog";
	case PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA:
		return "current_schema";
	default:
		return "?column?";
	}
}

static int
typecast_colname(const PgQuery__TypeCast *tc, const char **name, int depth)
{
	int strength = colname(tc->arg, name, depth + 1);

	if (strength <= 1 && tc->type_name && tc->type_name->n_names) {
		*name = tc->type_name->names[tc->type_name->n_names - 1]->string->sval;
		return 1;
	}
	return strength;
}

static int
case_colname(const PgQuery__CaseExpr *c, const char **name, int depth)
{
	int strength = c->defresult ? colname(c->defresult, name, depth + 1) : 0;

	if (strength <= 1) {
		*name = "case";
		return 1;
	}
	return strength;
}

static int
fixed(const char **name, const char *value)
{
	*name = value;
	return 2;
}

static int
xml_colname(PgQuery__XmlExprOp op, const char **name)
{
	static const char *const names[] = {
		[PG_QUERY__XML_EXPR_OP__IS_XMLCONCAT] = "xmlconcat",
		[PG_QUERY__XML_EXPR_OP__IS_XMLELEMENT] = "xmlelement",
		[PG_QUERY__XML_EXPR_OP__IS_XMLFOREST] = "xmlforest",
		[PG_QUERY__XML_EXPR_OP__IS_XMLPARSE] = "xmlparse",
		[PG_QUERY__XML_EXPR_OP__IS_XMLPI] = "xmlpi",
		[PG_QUERY__XML_EXPR_OP__IS_XMLROOT] = "xmlroot",
	};

	return (size_t)op < COUNTOF(names) && names[op] ? fixed(name, names[op]) : 0;
}

static int
colname(const PgQuery__Node *n, const char **name, int depth)
{
	int strength;

	if (!n || depth > 500)
		return 0;
	switch (n->node_case) {
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		return last_string(n->column_ref->fields, n->column_ref->n_fields, name);
	case PG_QUERY__NODE__NODE_A_INDIRECTION:
		strength = last_string(n->a_indirection->indirection,
				       n->a_indirection->n_indirection, name);
		return strength ? strength : colname(n->a_indirection->arg, name, depth + 1);
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		return last_string(n->func_call->funcname, n->func_call->n_funcname, name);
	case PG_QUERY__NODE__NODE_A_EXPR:
		return n->a_expr->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF
			       ? fixed(name, "nullif")
			       : 0;
	case PG_QUERY__NODE__NODE_TYPE_CAST:
		return typecast_colname(n->type_cast, name, depth);
	case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
		return colname(n->collate_clause->arg, name, depth + 1);
	case PG_QUERY__NODE__NODE_GROUPING_FUNC:
		return fixed(name, "grouping");
	case PG_QUERY__NODE__NODE_SUB_LINK:
		return sublink_colname(n->sub_link, name, depth);
	case PG_QUERY__NODE__NODE_CASE_EXPR:
		return case_colname(n->case_expr, name, depth);
	case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
		return fixed(name, "array");
	case PG_QUERY__NODE__NODE_ROW_EXPR:
		return fixed(name, "row");
	case PG_QUERY__NODE__NODE_COALESCE_EXPR:
		return fixed(name, "coalesce");
	case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
		return fixed(name, n->min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_LEAST
					   ? "least"
					   : "greatest");
	case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
		return fixed(name, sqlvalue_colname(n->sqlvalue_function->op));
	case PG_QUERY__NODE__NODE_XML_EXPR:
		return xml_colname(n->xml_expr->op, name);
	case PG_QUERY__NODE__NODE_XML_SERIALIZE:
		return fixed(name, "xmlserialize");
	default:
		return 0;
	}
}

const char *
figure_colname(struct analyzer *as, const PgQuery__Node *node)
{
	const char *name = NULL;

	colname(node, &name, 0);
	return name ? arena_strdup(as->arena, name) : "?column?";
}

/* ---- lists ---- */

/* (row).*: a column for every field. */
static bool
expand_row(struct analyzer *as, const PgQuery__AIndirection *ind, enum expr_place place,
	   struct vec *targets)
{
	PgQuery__AIndirection rest = *ind;
	PgQuery__Node node = *ind->arg, *whole = &node;
	struct rtcol *cols;
	struct expr *row;
	int n = 0;

	rest.n_indirection--;
	if (rest.n_indirection) {
		pg_query__node__init(&node);
		node.node_case = PG_QUERY__NODE__NODE_A_INDIRECTION;
		node.a_indirection = &rest;
	}
	row = analyze_expr(as, whole, place);
	if (!row)
		return false;
	row = coerce_to_base(as, row);
	cols = record_columns(as, row, &n);
	if (!cols && row->type == T_RECORD)
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, -1,
			       "record type has not been registered");
	if (!cols)
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, -1, "type %s is not composite",
			       type_display(as, row->type));
	for (int i = 0; i < n; i++)
		if (!cols[i].hidden)
			target_new(as, targets, row_field(as, row, cols, i, row->location),
				   cols[i].name);
	return true;
}

static bool
analyze_target_node(struct analyzer *as, const PgQuery__ResTarget *rt, enum expr_place place,
		    struct vec *targets)
{
	struct expr *e;
	const char *name;

	if (node_star(rt->val)) {
		int before = targets->n;

		if (!expand_star(as, rt->val->column_ref, targets))
			return false;
		for (int i = before; i < targets->n; i++)
			VEC_AT(struct target, targets, i)->resno = i + 1;
		return true;
	}
	if (rt->val->node_case == PG_QUERY__NODE__NODE_A_INDIRECTION) {
		const PgQuery__AIndirection *ind = rt->val->a_indirection;

		if (ind->n_indirection && ind->indirection[ind->n_indirection - 1]->node_case ==
						  PG_QUERY__NODE__NODE_A_STAR)
			return expand_row(as, ind, place, targets);
	}
	e = analyze_expr(as, rt->val, place);
	if (!e)
		return false;
	name = rt->name && *rt->name ? arena_strdup(as->arena, rt->name)
				     : figure_colname(as, rt->val);
	/* (SELECT * FROM t) is named by what the star stands for. */
	if (!(rt->name && *rt->name) && e->kind == EX_SUBLINK && e->sublink.kind == SUBLINK_EXPR &&
	    query_ncols(e->sublink.query))
		name = query_col(e->sublink.query, 0)->name;
	target_new(as, targets, e, name);
	return true;
}

bool
analyze_target_list(struct analyzer *as, PgQuery__Node *const *list, size_t n,
		    enum expr_place place, struct vec *targets)
{
	for (size_t i = 0; i < n; i++)
		if (!analyze_target_node(as, list[i]->res_target, place, targets))
			return false;
	if (targets->n > 1664)
		return err_set(as->env->err, ERR_TOO_MANY_COLUMNS, -1,
			       "target lists can have at most %d entries", 1664);
	return true;
}

/* ---- parts of columns ---- */

struct expr *
part_default_error(struct analyzer *as, const PgQuery__ResTarget *rt)
{
	bool subscript = rt->indirection[0]->node_case == PG_QUERY__NODE__NODE_A_INDICES;

	err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, rt->location, "cannot set %s to DEFAULT",
		subscript ? "an array element" : "a subfield");
	return NULL;
}

struct expr *
assign_part(struct analyzer *as, const struct column *col, struct expr *base,
	    const PgQuery__ResTarget *rt, struct expr *value, enum expr_place place)
{
	enum expr_place outer = as->scope->place;
	struct expr *e;

	as->scope->place = place;
	e = analyze_assign_part(as, col, base, rt->indirection, rt->n_indirection, value,
				rt->location);
	as->scope->place = outer;
	return e ? coerce_to_domain(as, e, col->type->oid, COERCE_IMPLICIT, -1) : NULL;
}

/* ---- values for columns ---- */

struct expr *
coerce_for_column(struct analyzer *as, const struct column *col, struct expr *e, int location)
{
	oid_t from = e->type;
	struct expr *out =
		coerce_to_target_type(as, e, col->type->oid, col->typmod, COERCE_ASSIGNMENT, -1);

	if (out || err_is_set(as->env->err))
		return out;
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
		"column \"%s\" is of type %s but expression is of type %s", col->name,
		type_display(as, col->type->oid), type_display(as, from));
	err_hint(as->env->err, "You will need to rewrite or cast the expression.");
	return NULL;
}
