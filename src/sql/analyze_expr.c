/*
 * Expressions: one function per node kind. The place an expression stands in (scope->place) decides
 * what it may contain.
 */
#include "sql/analyze_expr.h"
#include <errno.h>
#include <stdlib.h>

const char *
place_name(enum expr_place place)
{
	static const char *const names[] = {
		[PLACE_SELECT] = "SELECT",
		[PLACE_WHERE] = "WHERE",
		[PLACE_HAVING] = "HAVING",
		[PLACE_JOIN_ON] = "JOIN/ON",
		[PLACE_JOIN_USING] = "JOIN/USING",
		[PLACE_FROM_SUBSELECT] = "sub-SELECT in FROM",
		[PLACE_FROM_FUNCTION] = "function in FROM",
		[PLACE_FILTER] = "FILTER",
		[PLACE_WINDOW_PARTITION] = "window PARTITION BY",
		[PLACE_WINDOW_ORDER] = "window ORDER BY",
		[PLACE_WINDOW_FRAME] = "window ROWS",
		[PLACE_INSERT_TARGET] = "INSERT",
		[PLACE_UPDATE_SOURCE] = "UPDATE",
		[PLACE_UPDATE_TARGET] = "UPDATE",
		[PLACE_GROUP_BY] = "GROUP BY",
		[PLACE_ORDER_BY] = "ORDER BY",
		[PLACE_DISTINCT_ON] = "DISTINCT ON",
		[PLACE_LIMIT] = "LIMIT",
		[PLACE_OFFSET] = "OFFSET",
		[PLACE_RETURNING] = "RETURNING",
		[PLACE_VALUES] = "VALUES",
		[PLACE_VALUES_SINGLE] = "VALUES",
		[PLACE_CHECK] = "CHECK",
		[PLACE_DEFAULT] = "DEFAULT",
		[PLACE_INDEX_EXPR] = "index expression",
		[PLACE_INDEX_PREDICATE] = "index predicate",
		[PLACE_USING] = "USING",
		[PLACE_GENERATED] = "GENERATED AS",
		[PLACE_EXECUTE_PARAM] = "EXECUTE",
		[PLACE_CALL] = "CALL",
		[PLACE_OTHER] = "other",
	};
	return names[place];
}

/* ---- constants ---- */

static struct expr *
const_from_text(struct analyzer *as, oid_t type, const char *text, int location)
{
	struct type_ctx ctx = analyze_type_ctx(as);
	struct datum value;
	if (!type_text_in(&ctx, type_of(as, type), text, strlen(text), -1, &value)) {
		if (ctx.err->location < 0)
			ctx.err->location = location;
		return NULL;
	}
	return expr_const(as, type, -1, value, location);
}

static struct expr *
analyze_number(struct analyzer *as, const char *text, int location)
{
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || *end || end == text)
		return const_from_text(as, T_NUMERIC, text, location);
	if (v >= INT32_MIN && v <= INT32_MAX)
		return expr_int4(as, (int32_t)v, location);
	return expr_const(as, T_INT8, -1, datum_int(v), location);
}

static struct expr *
analyze_const(struct analyzer *as, const PgQuery__AConst *c)
{
	if (c->isnull)
		return expr_null(as, c->location);
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		return expr_int4(as, c->ival->ival, c->location);
	case PG_QUERY__A__CONST__VAL_FVAL:
		return analyze_number(as, c->fval->fval, c->location);
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		return expr_const(as, T_BOOL, -1, datum_int(c->boolval->boolval), c->location);
	case PG_QUERY__A__CONST__VAL_SVAL:
		return expr_const(as, T_UNKNOWN, -1,
				  datum_text(c->sval->sval, strlen(c->sval->sval)), c->location);
	case PG_QUERY__A__CONST__VAL_BSVAL:
		return const_from_text(as, T_BIT, c->bsval->bsval, c->location);
	default:
		return expr_null(as, c->location);
	}
}

/* ---- boolean ---- */

static struct expr *
analyze_bool(struct analyzer *as, const PgQuery__BoolExpr *b)
{
	static const char *const names[] = {"AND", "OR", "NOT"};
	enum bool_kind kind = b->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR  ? BOOL_AND
			      : b->boolop == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR ? BOOL_OR
									       : BOOL_NOT;
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, b->n_args);
	for (size_t i = 0; i < b->n_args; i++) {
		args[i] = analyze_expr_inner(as, b->args[i]);
		if (!args[i])
			return NULL;
		args[i] = coerce_to_boolean(as, args[i], names[kind]);
		if (!args[i])
			return NULL;
	}
	return expr_bool(as, kind, args, (int)b->n_args, b->location);
}

static struct expr *
analyze_null_test(struct analyzer *as, const PgQuery__NullTest *n)
{
	struct expr *arg = analyze_expr_inner(as, n->arg);
	if (arg && arg->kind == EX_CONST)
		arg = resolve_unknown(as, arg);
	if (!arg)
		return NULL;
	struct expr *e = expr_new(as, EX_NULLTEST, T_BOOL, n->location);
	e->test.arg = arg;
	e->test.not = n->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
	return e;
}

static struct expr *
analyze_boolean_test(struct analyzer *as, const PgQuery__BooleanTest *b)
{
	static const struct {
		const char *name;
		char which;
		bool not ;
	} tests[] = {
		[PG_QUERY__BOOL_TEST_TYPE__IS_TRUE] = {"IS TRUE", 't', false},
		[PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE] = {"IS NOT TRUE", 't', true},
		[PG_QUERY__BOOL_TEST_TYPE__IS_FALSE] = {"IS FALSE", 'f', false},
		[PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE] = {"IS NOT FALSE", 'f', true},
		[PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN] = {"IS UNKNOWN", 'u', false},
		[PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN] = {"IS NOT UNKNOWN", 'u', true},
	};
	struct expr *arg = analyze_expr_inner(as, b->arg);
	if (!arg)
		return NULL;
	arg = coerce_to_boolean(as, arg, tests[b->booltesttype].name);
	if (!arg)
		return NULL;
	struct expr *e = expr_new(as, EX_BOOLTEST, T_BOOL, b->location);
	e->test.arg = arg;
	e->test.which = tests[b->booltesttype].which;
	e->test.not = tests[b->booltesttype].not ;
	return e;
}

/* ---- CASE, COALESCE, GREATEST ---- */

/* A set-returning call was made since before. */
static bool
refuse_srf(struct analyzer *as, const struct expr *before, const char *where)
{
	if (as->last_srf == before)
		return true;
	err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, as->last_srf->location,
		"set-returning functions are not allowed in %s", where);
	return err_hint(
		as->env->err,
		"You might be able to move the set-returning function into a LATERAL FROM item.");
}

/* CASE x: what WHEN compares with; a literal becomes text. NULL without error: there is no x. */
static struct expr *
case_test(struct analyzer *as, const PgQuery__CaseExpr *c, struct expr *e)
{
	if (!c->arg)
		return NULL;
	struct expr *arg = analyze_expr_inner(as, c->arg);
	if (!arg)
		return NULL;
	if (arg->type == T_UNKNOWN)
		arg = coerce_to_common_type(as, arg, T_TEXT, "CASE");
	if (!arg)
		return NULL;
	e->cas.arg = arg;
	struct expr *test = expr_new(as, EX_CASE_TEST, arg->type, -1);
	test->typmod = arg->typmod;
	test->collation = arg->collation;
	return test;
}

static bool
case_when(struct analyzer *as, const PgQuery__CaseWhen *w, struct expr *test, struct case_when *out)
{
	struct expr *when = analyze_expr_inner(as, w->expr);
	if (when && test)
		when = make_op(as, "=", test, when, w->location);
	if (when)
		when = coerce_to_boolean(as, when, "CASE/WHEN");
	out->when = when;
	out->then = when ? analyze_expr_inner(as, w->result) : NULL;
	return out->then != NULL;
}

/* The common type of all results, ELSE first. */
static struct expr *
case_finish(struct analyzer *as, struct expr *e, bool has_else)
{
	int n = e->cas.nwhens + 1;
	struct expr **all = ARENA_ARRAY(as->arena, struct expr *, n);
	all[0] = e->cas.def;
	for (int i = 1; i < n; i++)
		all[i] = e->cas.whens[i - 1].then;
	e->type = select_common_type(as, all, n, "CASE", NULL);
	if (!e->type)
		return NULL;
	for (int i = 0; i < n; i++) {
		all[i] = coerce_to_common_type(as, all[i], e->type, i ? "CASE/WHEN" : "CASE/ELSE");
		if (!all[i])
			return NULL;
	}
	e->typmod = select_common_typmod(all, n, e->type);
	if (e->typmod < 0)
		drop_lengths(as, all, n);
	for (int i = 1; i < n; i++)
		e->cas.whens[i - 1].then = all[i];
	e->cas.def = has_else ? all[0] : NULL;
	e->collation = select_common_collation(as, all, n);
	return e;
}

static struct expr *
analyze_case(struct analyzer *as, const PgQuery__CaseExpr *c)
{
	struct expr *before = as->last_srf;
	struct expr *e = expr_new(as, EX_CASE, T_TEXT, c->location);
	struct expr *test = case_test(as, c, e);
	if (c->arg && !test)
		return NULL;
	e->cas.nwhens = (int)c->n_args;
	e->cas.whens = ARENA_ARRAY(as->arena, struct case_when, c->n_args);
	for (size_t i = 0; i < c->n_args; i++) {
		if (!case_when(as, c->args[i]->case_when, test, &e->cas.whens[i]))
			return NULL;
	}
	e->cas.def = c->defresult ? analyze_expr_inner(as, c->defresult) : expr_null(as, -1);
	if (!e->cas.def || !case_finish(as, e, c->defresult != NULL))
		return NULL;
	return refuse_srf(as, before, "CASE") ? e : NULL;
}

static struct expr *
analyze_common_list(struct analyzer *as, enum expr_kind kind, PgQuery__Node *const *list, size_t n,
		    const char *construct, int location)
{
	struct expr *before = as->last_srf;
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, n);
	for (size_t i = 0; i < n; i++) {
		args[i] = analyze_expr_inner(as, list[i]);
		if (!args[i])
			return NULL;
	}
	oid_t type = select_common_type(as, args, (int)n, construct, NULL);
	if (!type)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		args[i] = coerce_to_common_type(as, args[i], type, construct);
		if (!args[i])
			return NULL;
	}
	if (kind == EX_COALESCE && !refuse_srf(as, before, construct))
		return NULL;
	struct expr *e = expr_new(as, kind, type, location);
	e->typmod = select_common_typmod(args, (int)n, type);
	if (e->typmod < 0)
		drop_lengths(as, args, (int)n);
	e->collation = select_common_collation(as, args, (int)n);
	e->list.args = args;
	e->list.nargs = (int)n;
	return e;
}

static struct expr *
analyze_minmax(struct analyzer *as, const PgQuery__MinMaxExpr *m)
{
	bool least = m->op == PG_QUERY__MIN_MAX_OP__IS_LEAST;
	struct expr *e = analyze_common_list(as, EX_MINMAX, m->args, m->n_args,
					     least ? "LEAST" : "GREATEST", m->location);
	if (!e)
		return NULL;
	e->list.least = least;
	oid_t elem = type_element(as, e->type);
	if (!btree_operator(e->type, e->type, 1) || (elem && !btree_operator(elem, elem, 1))) {
		err_set(as->env->err, ERR_UNDEFINED_FUNCTION, -1,
			"could not identify a comparison function for type %s",
			type_display(as, e->type));
		return NULL;
	}
	return e;
}

/* ---- CURRENT_DATE and kin ---- */

static const struct sqlvalue_row {
	enum sqlvalue_kind which;
	oid_t type;
} sqlvalues[] = {
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE] = {SQLVALUE_CURRENT_DATE, T_DATE},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME] = {SQLVALUE_CURRENT_TIME, T_TIMETZ},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N] = {SQLVALUE_CURRENT_TIME, T_TIMETZ},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP] = {SQLVALUE_CURRENT_TIMESTAMP,
								     T_TIMESTAMPTZ},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N] = {SQLVALUE_CURRENT_TIMESTAMP,
								       T_TIMESTAMPTZ},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME] = {SQLVALUE_LOCALTIME, T_TIME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N] = {SQLVALUE_LOCALTIME, T_TIME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP] = {SQLVALUE_LOCALTIMESTAMP,
								  T_TIMESTAMP},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N] = {SQLVALUE_LOCALTIMESTAMP,
								    T_TIMESTAMP},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_ROLE] = {SQLVALUE_CURRENT_ROLE, T_NAME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_USER] = {SQLVALUE_CURRENT_USER, T_NAME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_USER] = {SQLVALUE_USER, T_NAME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_SESSION_USER] = {SQLVALUE_SESSION_USER, T_NAME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_CATALOG] = {SQLVALUE_CURRENT_CATALOG,
								   T_NAME},
	[PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_SCHEMA] = {SQLVALUE_CURRENT_SCHEMA, T_NAME},
};

static bool
has_precision(PgQuery__SQLValueFunctionOp op)
{
	return op == PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIME_N ||
	       op == PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP_N ||
	       op == PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIME_N ||
	       op == PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_LOCALTIMESTAMP_N;
}

static struct expr *
analyze_sqlvalue(struct analyzer *as, const PgQuery__SQLValueFunction *s)
{
	if ((size_t)s->op >= COUNTOF(sqlvalues) || !sqlvalues[s->op].type) {
		err_unsupported(as->env->err, s->location, "SQL value function %d", (int)s->op);
		return NULL;
	}
	struct expr *e = expr_new(as, EX_SQLVALUE, sqlvalues[s->op].type, s->location);
	e->sqlvalue.which = sqlvalues[s->op].which;
	e->sqlvalue.precision = -1;
	if (has_precision(s->op)) {
		if (s->typmod > 6 && as->env->notice) {
			bool zone = e->type == T_TIMETZ || e->type == T_TIMESTAMPTZ;
			bool stamp = e->type == T_TIMESTAMP || e->type == T_TIMESTAMPTZ;
			as->env->notice(
				as->env->notice_arg, "WARNING", ERR_INVALID_PARAMETER_VALUE,
				arena_printf(as->arena,
					     "%s(%d)%s precision reduced to maximum allowed, 6",
					     stamp ? "TIMESTAMP" : "TIME", s->typmod,
					     zone ? " WITH TIME ZONE" : ""),
				-1);
		}
		e->sqlvalue.precision = e->typmod = MIN(s->typmod, 6);
	}
	return e;
}

/* ---- casts, collations, rows ---- */

static struct expr *
analyze_cast(struct analyzer *as, const PgQuery__TypeCast *tc)
{
	const struct type *t;
	int32_t typmod;
	if (!analyze_type_name(as, tc->type_name, &t, &typmod))
		return NULL;
	struct expr *e;
	if (tc->arg->node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR && type_element(as, t->oid))
		e = analyze_array(as, tc->arg->a_array_expr, t->oid, t->elem_oid, typmod);
	else
		e = analyze_expr_inner(as, tc->arg);
	if (!e)
		return NULL;
	int location = tc->location >= 0 ? tc->location : tc->type_name->location;
	struct expr *r = coerce_to_target_type(as, e, t->oid, typmod, COERCE_EXPLICIT, location);
	if (!r && !err_is_set(as->env->err))
		err_set(as->env->err, ERR_CANNOT_COERCE, location, "cannot cast type %s to %s",
			type_display(as, e->type), type_display(as, t->oid));
	return r;
}

static struct expr *
analyze_collate(struct analyzer *as, const PgQuery__CollateClause *c)
{
	struct expr *arg = analyze_expr_inner(as, c->arg);
	oid_t collation;
	if (!arg)
		return NULL;
	if (arg->type != T_UNKNOWN && !type_collation(as, arg->type)) {
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, c->location,
			"collations are not supported by type %s", type_display(as, arg->type));
		return NULL;
	}
	if (!collation_find(as, c->collname, c->n_collname, c->location, &collation))
		return NULL;
	struct expr *e = expr_new(as, EX_COLLATE, arg->type, c->location);
	e->unary.arg = arg;
	e->unary.name = quote_identifier(as->arena, node_str(c->collname[c->n_collname - 1]));
	e->typmod = arg->typmod;
	e->collation = collation;
	return e;
}

enum { MAX_ROW = 1664 };

static struct expr *
analyze_row_expr(struct analyzer *as, const PgQuery__RowExpr *r)
{
	int n;
	struct expr **args = analyze_expr_list(as, r->args, r->n_args, &n);
	if (!args)
		return NULL;
	if (n > MAX_ROW) {
		err_set(as->env->err, ERR_TOO_MANY_COLUMNS, r->location,
			"ROW expressions can have at most %d entries", MAX_ROW);
		return NULL;
	}
	struct expr *e = expr_new(as, EX_ROW, T_RECORD, r->location);
	e->list.args = args;
	e->list.nargs = n;
	return e;
}

bool
expand_row_star(struct analyzer *as, const PgQuery__AIndirection *ind, enum expr_place place,
		struct vec *targets)
{
	PgQuery__AIndirection inner = *ind;
	enum expr_place saved = as->scope->place;
	int n;
	inner.n_indirection--;
	as->scope->place = place;
	struct expr *row = inner.n_indirection ? analyze_indirection(as, &inner)
					       : analyze_expr_inner(as, ind->arg);
	as->scope->place = saved;
	if (!row)
		return false;
	row = coerce_to_base(as, row);
	struct rtcol *cols = record_columns(as, row, &n);
	if (!cols && err_is_set(as->env->err))
		return false;
	if (!cols && row->type == T_RECORD)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, row->location,
			       "record type has not been registered");
	if (!cols)
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, -1, "type %s is not composite",
			       type_display(as, row->type));
	for (int i = 0; i < n; i++) {
		if (cols[i].hidden)
			continue;
		struct expr *f = complex_projection(as, cols[i].name, row, row->location);
		if (!f)
			return false;
		target_new(as, targets, f, cols[i].name);
	}
	return true;
}

bool
is_row_star(const PgQuery__Node *n)
{
	const PgQuery__AIndirection *ind =
		n->node_case == PG_QUERY__NODE__NODE_A_INDIRECTION ? n->a_indirection : NULL;
	return ind && ind->n_indirection &&
	       ind->indirection[ind->n_indirection - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

struct expr **
analyze_expr_list(struct analyzer *as, PgQuery__Node *const *list, size_t n, int *nout)
{
	struct vec out = {0};
	for (size_t i = 0; i < n; i++) {
		struct vec star = {0};
		if (node_star(list[i]) || is_row_star(list[i])) {
			if (!(is_row_star(list[i]) ? expand_row_star(as, list[i]->a_indirection,
								     as->scope->place, &star)
						   : expand_star(as, list[i]->column_ref, &star)))
				return NULL;
			for (int k = 0; k < star.n; k++)
				vec_push(as->arena, &out, VEC_AT(struct target, &star, k)->expr);
			continue;
		}
		struct expr *e = analyze_expr_inner(as, list[i]);
		if (!e)
			return NULL;
		vec_push(as->arena, &out, e);
	}
	*nout = out.n;
	return out.n ? (struct expr **)out.v : ARENA_ARRAY(as->arena, struct expr *, 1);
}

/* ---- the rest ---- */

static struct expr *
analyze_grouping(struct analyzer *as, const PgQuery__GroupingFunc *g)
{
	if (g->n_args > 31) {
		err_set(as->env->err, ERR_TOO_MANY_ARGUMENTS, g->location,
			"GROUPING must have fewer than 32 arguments");
		return NULL;
	}
	struct expr *e = expr_new(as, EX_GROUPING, T_INT4, g->location);
	e->grouping.args = ARENA_ARRAY(as->arena, struct expr *, g->n_args);
	for (size_t i = 0; i < g->n_args; i++) {
		e->grouping.args[i] = analyze_expr_inner(as, g->args[i]);
		if (!e->grouping.args[i])
			return NULL;
	}
	e->grouping.nargs = (int)g->n_args;
	return agg_seen_add(as, e, as->scope->place) ? e : NULL;
}

static struct expr *
refused(struct analyzer *as, const char *what, int location)
{
	err_unsupported(as->env->err, location, "%s", what);
	return NULL;
}

static struct expr *
default_misplaced(struct analyzer *as, int location)
{
	err_set(as->env->err, ERR_SYNTAX_ERROR, location, "DEFAULT is not allowed in this context");
	return NULL;
}

static struct expr *
analyze_node(struct analyzer *as, const PgQuery__Node *n)
{
	switch (n->node_case) {
	case PG_QUERY__NODE__NODE_A_CONST:
		return analyze_const(as, n->a_const);
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		return analyze_column_ref(as, n->column_ref, as->scope->place);
	case PG_QUERY__NODE__NODE_PARAM_REF:
		return analyze_param(as, n->param_ref);
	case PG_QUERY__NODE__NODE_A_EXPR:
		return analyze_a_expr(as, n->a_expr);
	case PG_QUERY__NODE__NODE_BOOL_EXPR:
		return analyze_bool(as, n->bool_expr);
	case PG_QUERY__NODE__NODE_NULL_TEST:
		return analyze_null_test(as, n->null_test);
	case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
		return analyze_boolean_test(as, n->boolean_test);
	case PG_QUERY__NODE__NODE_SUB_LINK:
		return analyze_sublink(as, n->sub_link);
	case PG_QUERY__NODE__NODE_CASE_EXPR:
		return analyze_case(as, n->case_expr);
	case PG_QUERY__NODE__NODE_COALESCE_EXPR:
		return analyze_common_list(as, EX_COALESCE, n->coalesce_expr->args,
					   n->coalesce_expr->n_args, "COALESCE",
					   n->coalesce_expr->location);
	case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
		return analyze_minmax(as, n->min_max_expr);
	case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
		return analyze_array(as, n->a_array_expr, 0, 0, -1);
	case PG_QUERY__NODE__NODE_ROW_EXPR:
		return analyze_row_expr(as, n->row_expr);
	case PG_QUERY__NODE__NODE_TYPE_CAST:
		return analyze_cast(as, n->type_cast);
	case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
		return analyze_collate(as, n->collate_clause);
	case PG_QUERY__NODE__NODE_A_INDIRECTION:
		return analyze_indirection(as, n->a_indirection);
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		return analyze_func_call(as, n->func_call, as->scope->place);
	case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
		return analyze_sqlvalue(as, n->sqlvalue_function);
	case PG_QUERY__NODE__NODE_GROUPING_FUNC:
		return analyze_grouping(as, n->grouping_func);
	case PG_QUERY__NODE__NODE_MULTI_ASSIGN_REF:
		return analyze_multi_assign(as, n->multi_assign_ref);
	case PG_QUERY__NODE__NODE_SET_TO_DEFAULT:
		return default_misplaced(as, n->set_to_default->location);
	case PG_QUERY__NODE__NODE_CURRENT_OF_EXPR:
		return refused(as, "WHERE CURRENT OF", -1);
	case PG_QUERY__NODE__NODE_XML_EXPR:
		return analyze_xml_expr(as, n->xml_expr);
	case PG_QUERY__NODE__NODE_XML_SERIALIZE:
		return analyze_xml_serialize(as, n->xml_serialize);
	case PG_QUERY__NODE__NODE_NAMED_ARG_EXPR:
		return refused(as, "a named argument here", n->named_arg_expr->location);
	default:
		break;
	}
	const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(
		&pg_query__node__descriptor, (unsigned)n->node_case);
	return refused(as, f ? f->name : "this expression", -1);
}

struct expr *
analyze_expr_inner(struct analyzer *as, const PgQuery__Node *node)
{
	if (as->depth >= as->max_depth) {
		err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
		err_hint(as->env->err, "Increase the configuration parameter \"max_stack_depth\" "
				       "(currently 2048kB), after "
				       "ensuring the platform's stack depth limit is adequate.");
		return NULL;
	}
	as->depth++;
	struct expr *e = node ? analyze_node(as, node) : refused(as, "an empty expression", -1);
	as->depth--;
	return err_is_set(as->env->err) ? NULL : e;
}

/* Where DEFAULT may stand alone. */
static bool
takes_default(enum expr_place place)
{
	return place == PLACE_INSERT_TARGET || place == PLACE_UPDATE_SOURCE ||
	       place == PLACE_VALUES_SINGLE;
}

struct expr *
analyze_expr(struct analyzer *as, const PgQuery__Node *node, enum expr_place place)
{
	if (!as->scope)
		scope_push(as, query_new(as, CMD_SELECT));
	if (node && node->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT && takes_default(place))
		return expr_new(as, EX_SET_DEFAULT, T_UNKNOWN, node->set_to_default->location);
	struct scope *scope = as->scope;
	enum expr_place saved = scope->place;
	scope->place = place;
	struct expr *e = analyze_expr_inner(as, node);
	scope->place = saved;
	return e;
}

struct expr *
analyze_where(struct analyzer *as, const PgQuery__Node *node, enum expr_place place,
	      const char *construct)
{
	if (!node)
		return NULL;
	struct expr *e = analyze_expr(as, node, place);
	return e ? coerce_to_boolean(as, e, construct) : NULL;
}
