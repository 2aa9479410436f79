/*
 * Functions in FROM: f(…), ROWS FROM (…), with their column definition lists. The caller has set
 * the scope so that the items to the left are seen.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

struct from_call {
	const PgQuery__Node *node;
	PgQuery__Node *const *defs; /* its own column definition list */
	size_t ndefs;
};

/* ---- the calls ---- */

static bool
is_multi_unnest(const PgQuery__FuncCall *fc)
{
	const char *last = fc->funcname[fc->n_funcname - 1]->string->sval;

	return strcmp(last, "unnest") == 0 && fc->n_args > 1 && !fc->n_agg_order &&
	       !fc->agg_filter && !fc->over && !fc->agg_star && !fc->agg_distinct &&
	       !fc->func_variadic &&
	       (fc->n_funcname == 1 || strcmp(fc->funcname[0]->string->sval, "pg_catalog") == 0);
}

static void
push_call(struct analyzer *as, struct vec *calls, const PgQuery__Node *node,
	  const PgQuery__List *defs)
{
	struct from_call *c = ARENA_NEW(as->arena, struct from_call);

	c->node = node;
	if (defs) {
		c->defs = defs->items;
		c->ndefs = defs->n_items;
	}
	vec_push(as->arena, calls, c);
}

/* unnest(a, b) stands for ROWS FROM (unnest(a), unnest(b)). */
static void
push_unnests(struct analyzer *as, const PgQuery__FuncCall *fc, struct vec *calls)
{
	for (size_t i = 0; i < fc->n_args; i++) {
		PgQuery__FuncCall *one = arena_memdup(as->arena, fc, sizeof(*fc));
		PgQuery__Node *node = ARENA_NEW(as->arena, PgQuery__Node);

		one->args = &fc->args[i];
		one->n_args = 1;
		pg_query__node__init(node);
		node->node_case = PG_QUERY__NODE__NODE_FUNC_CALL;
		node->func_call = one;
		push_call(as, calls, node, NULL);
	}
}

static void
list_calls(struct analyzer *as, const PgQuery__RangeFunction *rf, struct vec *calls)
{
	for (size_t i = 0; i < rf->n_functions; i++) {
		const PgQuery__List *pair = rf->functions[i]->list; /* (call, column definitions) */
		const PgQuery__Node *call = pair->items[0],
				    *defs = pair->n_items > 1 ? pair->items[1] : NULL;
		bool has_defs =
			defs && defs->node_case == PG_QUERY__NODE__NODE_LIST && defs->list->n_items;

		if (!has_defs && call->node_case == PG_QUERY__NODE__NODE_FUNC_CALL &&
		    is_multi_unnest(call->func_call))
			push_unnests(as, call->func_call, calls);
		else
			push_call(as, calls, call, has_defs ? defs->list : NULL);
	}
}

/* A list behind the alias belongs to the only call. */
static bool
take_list(struct analyzer *as, const PgQuery__RangeFunction *rf, struct vec *calls)
{
	struct err *err = as->env->err;
	int at = rf->n_coldeflist ? rf->coldeflist[0]->column_def->location : -1;
	struct from_call *only = calls->v[0];

	if (!rf->n_coldeflist)
		return true;
	for (int i = 0; i < calls->n; i++)
		if (VEC_AT(struct from_call, calls, i)->ndefs)
			return err_set(err, ERR_SYNTAX_ERROR, at,
				       "multiple column definition lists are not allowed for the "
				       "same function");
	if (calls->n > 1 && rf->is_rowsfrom) {
		err_set(err, ERR_SYNTAX_ERROR, at,
			"ROWS FROM() with multiple functions cannot have a column definition list");
		return err_hint(err, "Put a separate column definition list for each function "
				     "inside ROWS FROM().");
	}
	if (calls->n > 1) {
		err_set(err, ERR_SYNTAX_ERROR, at,
			"UNNEST() with multiple arguments cannot have a column definition list");
		return err_hint(err, "Use separate UNNEST() calls inside ROWS FROM(), and attach a "
				     "column definition list to each one.");
	}
	if (rf->ordinality) {
		err_set(err, ERR_SYNTAX_ERROR, at,
			"WITH ORDINALITY cannot be used with a column definition list");
		return err_hint(err, "Put the column definition list inside ROWS FROM().");
	}
	only->defs = rf->coldeflist;
	only->ndefs = rf->n_coldeflist;
	return true;
}

/* ---- column definition lists ---- */

static bool
define_column(struct analyzer *as, const PgQuery__ColumnDef *def, struct rtcol *c)
{
	struct err *err = as->env->err;
	const struct type *t;

	c->name = arena_strdup(as->arena, def->colname);
	if (def->type_name->setof)
		return err_set(err, ERR_INVALID_TABLE_DEFINITION, def->location,
			       "column \"%s\" cannot be declared SETOF", c->name);
	if (!analyze_type_name(as, def->type_name, &t, &c->typmod))
		return false;
	c->type = t->oid;
	c->collation = type_collation(as, t->oid);
	if (!def->coll_clause)
		return true;
	if (!c->collation)
		return err_set(err, ERR_DATATYPE_MISMATCH, def->coll_clause->location,
			       "collations are not supported by type %s", type_display(as, t->oid));
	return collation_find(as, def->coll_clause->collname, def->coll_clause->n_collname,
			      def->coll_clause->location, &c->collation);
}

static bool
check_definitions(struct analyzer *as, const struct rtcol *cols, int n)
{
	struct err *err = as->env->err;

	if (n > 1664)
		return err_set(err, ERR_TOO_MANY_COLUMNS, -1,
			       "function column definition list can have at most %d entries", 1664);
	for (int i = 1; i < n; i++)
		for (int k = 0; k < i; k++)
			if (strcmp(cols[i].name, cols[k].name) == 0)
				return err_set(err, ERR_DUPLICATE_COLUMN, -1,
					       "column name \"%s\" specified more than once",
					       cols[i].name);
	for (int i = 0; i < n; i++) {
		const struct type *t = type_of(as, cols[i].type);

		if (t && t->typtype == 'p' && t->oid != T_RECORD && t->oid != T_RECORDARRAY)
			return err_set(err, ERR_INVALID_TABLE_DEFINITION, -1,
				       "column \"%s\" has pseudo-type %s", cols[i].name,
				       type_display(as, t->oid));
	}
	return true;
}

static struct rtcol *
defined_columns(struct analyzer *as, const struct from_call *c)
{
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, c->ndefs + 1);

	for (size_t i = 0; i < c->ndefs; i++)
		if (!define_column(as, c->defs[i]->column_def, &cols[i]))
			return NULL;
	return check_definitions(as, cols, (int)c->ndefs) ? cols : NULL;
}

/* ---- the columns of a call ---- */

static struct rtcol *
one_column(struct analyzer *as, const struct expr *call, const char *name, oid_t type)
{
	struct rtcol *c = ARENA_NEW(as->arena, struct rtcol);

	*c = (struct rtcol){.name = name,
			    .type = type,
			    .typmod = type == call->type ? call->typmod : -1,
			    .collation = type == call->type ? call->collation
							    : type_collation(as, type)};
	return c;
}

/* A named composite type's columns, also through domains over it; NULL: type is none. */
static struct rtcol *
row_type_columns(struct analyzer *as, oid_t type, int *n)
{
	const struct type *t = type_of(as, type);
	struct expr probe = {.kind = EX_PARAM};

	while (t && t->typtype == 'd' && t->of)
		t = t->of;
	if (!t || t->typtype != 'c')
		return NULL;
	probe.type = t->oid;
	return record_columns(as, &probe, n);
}

static bool
list_not_allowed(struct analyzer *as, const struct from_call *c, const struct expr *call, bool row)
{
	int at = c->defs[0]->column_def->location;

	if (!row)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, at,
			       "a column definition list is only allowed for functions returning "
			       "\"record\"");
	if (call->type == T_RECORD)
		return err_set(
			as->env->err, ERR_SYNTAX_ERROR, at,
			"a column definition list is redundant for a function with OUT parameters");
	return err_set(as->env->err, ERR_SYNTAX_ERROR, at,
		       "a column definition list is redundant for a function returning a named "
		       "composite type");
}

/* Does the body give the columns themselves, rather than a value that is a row. */
static bool
gives_columns(const struct expr *call)
{
	const struct func *f = call->kind == EX_FUNC ? func_for(call->func.proc) : NULL;

	return f && f->srf && f->srf->ncols != 1;
}

/* What a call shows: its OUT parameters, its row type's columns, those of its definition list, or
 * itself. */
static struct rtcol *
call_columns(struct analyzer *as, const struct from_call *c, struct expr *call, const char *name,
	     struct func_item *item)
{
	bool has_out = call->kind == EX_FUNC && call->func.proc->argmodes;
	struct rtcol *out = has_out ? record_out_columns(as, call, &item->ncols) : NULL, *cols;
	bool row = out && item->ncols > 1;

	if (err_is_set(as->env->err))
		return NULL;
	if (row) {
		item->row = !gives_columns(call);
		cols = out;
	} else if ((cols = row_type_columns(as, call->type, &item->ncols))) {
		item->row = !gives_columns(call);
		row = true;
	} else if (!out && call->type == T_RECORD) {
		if (!c->ndefs) {
			err_set(as->env->err, ERR_SYNTAX_ERROR, expr_location(call),
				"a column definition list is required for functions returning "
				"\"record\"");
			return NULL;
		}
		item->row = !gives_columns(call);
		item->ncols = (int)c->ndefs;
		item->listed = true;
		item->defs = cols = defined_columns(as, c);
		return cols;
	} else {
		item->ncols = 1;
		cols = one_column(as, call, out ? out->name : name, call->type);
	}
	if (c->ndefs && !list_not_allowed(as, c, call, row))
		return NULL;
	item->defs = cols;
	return cols;
}

/* ---- the entry ---- */

static bool
entry_columns(struct analyzer *as, struct rte *rte, const struct vec *calls,
	      const PgQuery__Alias *alias)
{
	struct rtcol **cols = ARENA_ARRAY(as->arena, struct rtcol *, calls->n);
	int n = 0;

	rte->items = ARENA_ARRAY(as->arena, struct func_item, calls->n);
	for (int i = 0; i < calls->n; i++) {
		const struct from_call *c = calls->v[i];
		const char *name = figure_colname(as, c->node);

		/* A lone scalar function's column takes the alias. */
		if (calls->n == 1 && alias)
			name = rte->alias;
		rte->items[i].first = n;
		cols[i] = call_columns(as, c, rte->funcs.v[i], name, &rte->items[i]);
		if (!cols[i])
			return false;
		n += rte->items[i].ncols;
	}
	rte->ncols = n + rte->with_ordinality;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	for (int i = 0; i < calls->n; i++)
		memcpy(rte->cols + rte->items[i].first, cols[i],
		       sizeof(**cols) * (size_t)rte->items[i].ncols);
	for (int i = 0; i < n; i++) {
		rte->cols[i].attr = NULL;
		rte->cols[i].origin = NULL;
		rte->cols[i].not_null = false;
	}
	if (rte->with_ordinality)
		rte->cols[n] = (struct rtcol){
			.name = "ordinality", .type = T_INT8, .typmod = -1, .not_null = true};
	return analyze_alias_columns(as, rte, alias);
}

static bool
analyze_calls(struct analyzer *as, const struct vec *calls, struct vec *funcs)
{
	for (int i = 0; i < calls->n; i++) {
		const struct from_call *c = calls->v[i];
		struct expr *e = analyze_expr(as, c->node, PLACE_FROM_FUNCTION);

		if (e)
			e = resolve_unknown(as, e);
		if (!e)
			return false;
		vec_push(as->arena, funcs, e);
	}
	return true;
}

static bool
refers_to_siblings(struct analyzer *as, const struct vec *funcs)
{
	for (int i = 0; i < funcs->n; i++)
		if (expr_has_var_of(funcs->v[i], as->scope->query))
			return true;
	return false;
}

struct rte *
rte_for_range_function(struct analyzer *as, const PgQuery__RangeFunction *rf)
{
	const struct from_call *first;
	struct vec calls = {0};
	struct rte *rte;

	list_calls(as, rf, &calls);
	rte = rte_new(as, RTE_FUNCTION);
	rte->with_ordinality = rf->ordinality;
	rte->lateral = true;
	first = calls.v[0];
	if (!analyze_calls(as, &calls, &rte->funcs) || !take_list(as, rf, &calls))
		return NULL;
	if (as->as_written)
		rte->lateral = rf->lateral || refers_to_siblings(as, &rte->funcs);
	rte->alias = rf->alias ? arena_strdup(as->arena, rf->alias->aliasname)
			       : figure_colname(as, first->node);
	return entry_columns(as, rte, &calls, rf->alias) ? rte : NULL;
}
