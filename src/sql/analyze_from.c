/*
 * analyze_from: the FROM clause. Every item is analyzed to its join tree and the names it shows
 * (struct shown); the scope gets them when the whole clause is done. While an item is analyzed the
 * scope shows nothing of its siblings, except to LATERAL sub-selects and to functions, which see
 * the items to their left.
 */
#include "sql/analyze_int.h"

struct shown {
	struct vec names, columns; /* struct rte, as struct scope has them */
};

static struct from_item *analyze_from_item(struct analyzer *as, const PgQuery__Node *n,
					   struct query *q, const struct shown *left,
					   struct shown *out);

bool
name_conflict(struct analyzer *as, const struct vec *names, const struct rte *rte)
{
	if (!rte->alias)
		return false;
	for (int i = 0; i < names->n; i++) {
		const struct rte *o = names->v[i];

		if (!o->alias || strcmp(o->alias, rte->alias) != 0)
			continue;
		/* Two unaliased tables of different schemas may share a name. */
		if (o->kind == RTE_RELATION && rte->kind == RTE_RELATION && o->schema &&
		    rte->schema && o->schema != rte->schema)
			continue;
		err_set(as->env->err, ERR_DUPLICATE_ALIAS, -1,
			"table name \"%s\" specified more than once", rte->alias);
		return true;
	}
	return false;
}

static bool
merge(struct analyzer *as, struct shown *to, const struct shown *from)
{
	for (int i = 0; i < from->names.n; i++)
		if (name_conflict(as, &to->names, from->names.v[i]))
			return false;
	vec_append(as->arena, &to->names, &from->names);
	vec_append(as->arena, &to->columns, &from->columns);
	return true;
}

static struct from_item *
show_rte(struct analyzer *as, struct rte *rte, struct query *q, struct shown *out)
{
	if (!rte)
		return NULL;
	rte->level = q;
	vec_push(as->arena, &out->names, rte);
	vec_push(as->arena, &out->columns, rte);
	return from_rte(as, rte);
}

/* The scope shows s (NULL: nothing) until scope_restore. */
static struct shown
scope_show(struct analyzer *as, const struct shown *s, bool lateral)
{
	struct shown old = {as->scope->names, as->scope->columns};

	as->scope->names = s ? s->names : (struct vec){0};
	as->scope->columns = s ? s->columns : (struct vec){0};
	as->scope->lateral_ok = lateral;
	return old;
}

static void
scope_restore(struct analyzer *as, const struct shown *old)
{
	as->scope->names = old->names;
	as->scope->columns = old->columns;
	as->scope->lateral_ok = false;
}

bool
analyze_alias_columns(struct analyzer *as, struct rte *rte, const PgQuery__Alias *alias)
{
	if (!alias)
		return true;
	if (alias->n_colnames > (size_t)rte->ncols)
		return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "%s \"%s\" has %d columns available but %zu columns specified",
			       rte->kind == RTE_JOIN ? "join expression" : "table", rte->alias,
			       rte->ncols, alias->n_colnames);
	for (size_t i = 0; i < alias->n_colnames; i++)
		rte->cols[i].name = arena_strdup(as->arena, alias->colnames[i]->string->sval);
	return true;
}

/* ---- tables, WITH queries, sub-selects ---- */

static struct cte *
find_cte(struct analyzer *as, const char *name)
{
	for (struct scope *s = as->scope; s; s = s->outer)
		for (int i = s->ctes.n - 1; i >= 0; i--)
			if (strcmp(VEC_AT(struct cte, &s->ctes, i)->name, name) == 0)
				return s->ctes.v[i];
	return NULL;
}

static struct rte *
rte_for_cte(struct analyzer *as, struct cte *cte, const PgQuery__RangeVar *rv)
{
	struct rte *rte;

	if (!cte->cols) {
		err_set(as->env->err, ERR_INVALID_RECURSION, rv->location,
			"recursive reference to query \"%s\" must not appear within its "
			"non-recursive term",
			cte->name);
		return NULL;
	}
	if (cte->pending && cte->refs) {
		err_set(as->env->err, ERR_INVALID_RECURSION, rv->location,
			"recursive reference to query \"%s\" must not appear more than once",
			cte->name);
		return NULL;
	}
	rte = rte_new(as, RTE_CTE);
	rte->cte = cte;
	cte->refs++;
	cte->ref_location = rv->location;
	rte->alias = arena_strdup(as->arena, rv->alias ? rv->alias->aliasname : cte->name);
	rte->ncols = cte->ncols;
	rte->cols = arena_memdup(as->arena, cte->cols, sizeof(*cte->cols) * (size_t)cte->ncols + 1);
	return analyze_alias_columns(as, rte, rv->alias) ? rte : NULL;
}

/* A relation that does not exist may be a WITH query that is not visible yet. */
static void
explain_missing(struct analyzer *as, const PgQuery__RangeVar *rv)
{
	struct err *err = as->env->err;

	for (const struct scope *s = as->scope; s; s = s->outer)
		for (size_t i = 0; s->with && i < s->with->n_ctes; i++) {
			if (strcmp(s->with->ctes[i]->common_table_expr->ctename, rv->relname) != 0)
				continue;
			if (s->with->recursive) {
				err_clear(err);
				err_unsupported(err, rv->location,
						"a reference to a later WITH query");
				return;
			}
			err_detail(err,
				   "There is a WITH item named \"%s\", but it cannot be referenced "
				   "from this part of the query.",
				   rv->relname);
			err_hint(err, "Use WITH RECURSIVE, or re-order the WITH items to remove "
				      "forward references.");
			return;
		}
}

static struct rte *
rte_for_range_var(struct analyzer *as, const PgQuery__RangeVar *rv)
{
	const struct relation *rel;
	struct cte *cte;

	if (!(rv->schemaname && *rv->schemaname) && (cte = find_cte(as, rv->relname)))
		return rte_for_cte(as, cte, rv);
	rel = find_relation(as, rv, false);
	if (!rel && !(rv->schemaname && *rv->schemaname) &&
	    strcmp(as->env->err->sqlstate, ERR_UNDEFINED_TABLE) == 0)
		explain_missing(as, rv);
	if (rel && as->env->watch)
		watch_relation(as, rv, rel);
	return rel ? rte_for_relation(as, rel, rv->alias, rv->location) : NULL;
}

static struct rte *
rte_for_range_subselect(struct analyzer *as, const PgQuery__RangeSubselect *rs,
			const struct shown *left)
{
	struct shown old;
	struct query *sub;
	enum expr_place place = as->scope->place;

	if (!rs->alias) {
		bool values = rs->subquery->node_case == PG_QUERY__NODE__NODE_SELECT_STMT &&
			      rs->subquery->select_stmt->n_values_lists;

		err_set(as->env->err, ERR_SYNTAX_ERROR, -1, "%s in FROM must have an alias",
			values ? "VALUES" : "subquery");
		err_hint(as->env->err, "For example, FROM (%s ...) [AS] foo.",
			 values ? "VALUES" : "SELECT");
		return NULL;
	}
	old = scope_show(as, rs->lateral ? left : NULL, rs->lateral);
	as->scope->place = PLACE_FROM_SUBSELECT;
	sub = analyze_subquery(as, rs->subquery);
	as->scope->place = place;
	scope_restore(as, &old);
	return sub ? rte_for_subquery(as, sub, rs->alias, rs->lateral, -1) : NULL;
}

/* ---- functions ---- */

/* The type of an OUT column of a polymorphic function, from the call's actual arguments. */
static oid_t
out_column_type(struct analyzer *as, const struct expr *call, oid_t declared)
{
	const struct proc *p = call->func.proc;
	int n = MIN(call->func.nargs, p->nargs);
	oid_t *actual = ARENA_ARRAY(as->arena, oid_t, n + 1),
	      *types = ARENA_ARRAY(as->arena, oid_t, n + 1);

	for (int i = 0; i < n; i++) {
		actual[i] = call->func.args[i]->type;
		types[i] = p->argtypes[i];
	}
	return resolve_polymorphic(as, actual, types, n, declared, false);
}

/* Columns that a function call shows: its OUT parameters, its row type's, or one. False: err is
 * set. */
static bool
function_columns(struct analyzer *as, const struct expr *call, const char *name, struct vec *cols)
{
	const struct proc *p = call->kind == EX_FUNC ? call->func.proc : NULL;
	const struct type *t;

	for (int i = 0; p && p->argmodes && i < p->nallargs; i++) {
		struct rtcol *c;

		if (!strchr("obt", p->argmodes[i]))
			continue;
		c = ARENA_NEW(as->arena, struct rtcol);
		c->name = p->argnames && p->argnames[i] && *p->argnames[i]
				  ? p->argnames[i]
				  : arena_printf(as->arena, "column%d", cols->n + 1);
		c->type = out_column_type(as, call, p->allargtypes[i]);
		c->typmod = -1;
		if (!c->type)
			return false;
		vec_push(as->arena, cols, c);
	}
	if (cols->n > 1)
		return true;
	if (!cols->n && call->type == T_RECORD)
		return err_set(
			as->env->err, ERR_SYNTAX_ERROR, call->location,
			"a column definition list is required for functions returning \"record\"");
	t = type_of(as, call->type);
	if (!t)
		return false;
	if (t->typtype == 'c')
		return err_unsupported(as->env->err, call->location,
				       "a function returning a composite type in FROM");
	if (!cols->n) {
		struct rtcol *c = ARENA_NEW(as->arena, struct rtcol);

		*c = (struct rtcol){.name = name,
				    .type = call->type,
				    .typmod = call->typmod,
				    .collation = call->collation};
		vec_push(as->arena, cols, c);
	}
	return true;
}

static bool
is_multi_unnest(const PgQuery__FuncCall *fc)
{
	const char *last = fc->funcname[fc->n_funcname - 1]->string->sval;

	return strcmp(last, "unnest") == 0 && fc->n_args > 1 && !fc->n_agg_order &&
	       !fc->agg_filter && !fc->over && !fc->agg_star && !fc->agg_distinct &&
	       !fc->func_variadic &&
	       (fc->n_funcname == 1 || strcmp(fc->funcname[0]->string->sval, "pg_catalog") == 0);
}

/* unnest(a, b) stands for ROWS FROM (unnest(a), unnest(b)). */
static bool
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
		vec_push(as->arena, calls, node);
	}
	return true;
}

static bool
function_nodes(struct analyzer *as, const PgQuery__RangeFunction *rf, struct vec *calls)
{
	for (size_t i = 0; i < rf->n_functions; i++) {
		const PgQuery__List *pair = rf->functions[i]->list; /* (call, column definitions) */

		if (pair->n_items > 1 && pair->items[1] &&
		    pair->items[1]->node_case == PG_QUERY__NODE__NODE_LIST &&
		    pair->items[1]->list->n_items)
			return err_unsupported(as->env->err, -1, "a column definition list");
		if (pair->items[0]->node_case == PG_QUERY__NODE__NODE_FUNC_CALL &&
		    is_multi_unnest(pair->items[0]->func_call))
			push_unnests(as, pair->items[0]->func_call, calls);
		else
			vec_push(as->arena, calls, pair->items[0]);
	}
	return true;
}

static bool
function_rte_columns(struct analyzer *as, struct rte *rte, const struct vec *calls,
		     const PgQuery__Alias *alias)
{
	struct vec cols = {0};

	for (int i = 0; i < rte->funcs.n; i++) {
		struct expr *call = rte->funcs.v[i];
		const char *name = figure_colname(as, calls->v[i]);
		struct vec one = {0};

		/* A lone scalar function's column takes the alias. */
		if (rte->funcs.n == 1 && alias)
			name = rte->alias;
		if (!function_columns(as, call, name, &one))
			return false;
		vec_append(as->arena, &cols, &one);
	}
	rte->ncols = cols.n + rte->with_ordinality;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	for (int i = 0; i < cols.n; i++)
		rte->cols[i] = *VEC_AT(struct rtcol, &cols, i);
	if (rte->with_ordinality)
		rte->cols[cols.n] = (struct rtcol){
			.name = "ordinality", .type = T_INT8, .typmod = -1, .not_null = true};
	return analyze_alias_columns(as, rte, alias);
}

static struct rte *
rte_for_range_function(struct analyzer *as, const PgQuery__RangeFunction *rf,
		       const struct shown *left)
{
	struct vec calls = {0};
	struct shown old;
	struct rte *rte;

	if (rf->n_coldeflist) {
		err_unsupported(as->env->err, -1, "a column definition list");
		return NULL;
	}
	if (!function_nodes(as, rf, &calls))
		return NULL;
	rte = rte_new(as, RTE_FUNCTION);
	rte->with_ordinality = rf->ordinality;
	rte->lateral = true;
	old = scope_show(as, left, true);
	for (int i = 0; i < calls.n; i++) {
		struct expr *e = analyze_expr(as, calls.v[i], PLACE_FROM_FUNCTION);

		if (e)
			e = resolve_unknown(as, e);
		if (!e)
			break;
		vec_push(as->arena, &rte->funcs, e);
	}
	scope_restore(as, &old);
	if (rte->funcs.n != calls.n)
		return NULL;
	rte->alias = rf->alias ? arena_strdup(as->arena, rf->alias->aliasname)
			       : figure_colname(as, calls.v[0]);
	return function_rte_columns(as, rte, &calls, rf->alias) ? rte : NULL;
}

/* ---- joins ---- */

struct side {            /* one arm of a join: all its columns, in order */
	struct vec cols; /* struct side_col */
};

struct side_col {
	const char *name;
	struct expr *expr;
	struct rtcol meta;
	bool merged;
};

/* PostgreSQL lists every column of the arm: a joined arm shows as its one unnamed entry. */
static bool
side_of(struct analyzer *as, const struct shown *s, struct side *out)
{
	for (int i = 0; i < s->columns.n; i++) {
		struct rte *rte = s->columns.v[i];

		for (int c = 0; c < rte->ncols; c++) {
			struct side_col *sc;

			if (rte->cols[c].hidden ||
			    (rte->kind == RTE_RELATION && rte->cols[c].attr &&
			     rte->cols[c].attr->dropped) ||
			    !rte->cols[c].name)
				continue;
			sc = ARENA_NEW(as->arena, struct side_col);
			sc->name = rte->cols[c].name;
			sc->expr = rte_column_expr(as, rte, c, -1);
			if (!sc->expr)
				return false;
			sc->meta = rte->cols[c];
			vec_push(as->arena, &out->cols, sc);
		}
	}
	return true;
}

static struct side_col *
side_find(struct analyzer *as, const struct side *s, const char *name, const char *which)
{
	struct side_col *found = NULL;

	for (int i = 0; i < s->cols.n; i++) {
		struct side_col *c = s->cols.v[i];

		if (strcmp(c->name, name) != 0)
			continue;
		if (found) {
			err_set(as->env->err, ERR_AMBIGUOUS_COLUMN, -1,
				"common column name \"%s\" appears more than once in %s table",
				name, which);
			return NULL;
		}
		found = c;
	}
	if (!found)
		err_set(as->env->err, ERR_UNDEFINED_COLUMN, -1,
			"column \"%s\" specified in USING clause does not exist in %s table", name,
			which);
	return found;
}

static bool
using_names(struct analyzer *as, const PgQuery__JoinExpr *j, const struct side *l,
	    const struct side *r, struct vec *names)
{
	for (size_t i = 0; i < j->n_using_clause; i++) {
		char *name = j->using_clause[i]->string->sval;

		for (int k = 0; k < names->n; k++)
			if (strcmp(names->v[k], name) == 0)
				return err_set(
					as->env->err, ERR_DUPLICATE_COLUMN, -1,
					"column name \"%s\" appears more than once in USING clause",
					name);
		vec_push(as->arena, names, name);
	}
	for (int i = 0; j->is_natural && i < l->cols.n; i++)
		for (int k = 0; k < r->cols.n; k++)
			if (strcmp(VEC_AT(struct side_col, &l->cols, i)->name,
				   VEC_AT(struct side_col, &r->cols, k)->name) == 0) {
				vec_push(as->arena, names,
					 (char *)VEC_AT(struct side_col, &l->cols, i)->name);
				break;
			}
	return true;
}

/* The value of a merged column: PostgreSQL's buildMergedJoinVar. */
static struct expr *
merged_expr(struct analyzer *as, enum join_kind kind, struct expr *l, struct expr *r)
{
	struct expr *both[2] = {l, r}, *e;
	oid_t type = select_common_type(as, both, 2, "JOIN/USING", NULL);
	int32_t typmod;

	if (!type)
		return NULL;
	typmod = select_common_typmod(both, 2, type);
	for (int i = 0; i < 2; i++) {
		if (both[i]->type != type)
			both[i] = coerce_type(as, both[i], type, typmod, COERCE_IMPLICIT, -1);
		if (!both[i])
			return NULL;
	}
	if (kind == JOIN_RIGHT)
		return both[1];
	if (kind == JOIN_FULL) {
		e = expr_new(as, EX_COALESCE, type, -1);
		e->typmod = typmod;
		e->collation = both[0]->collation;
		e->list.args = ARENA_ARRAY(as->arena, struct expr *, 2);
		e->list.args[0] = both[0];
		e->list.args[1] = both[1];
		e->list.nargs = 2;
		return e;
	}
	return kind == JOIN_INNER && both[0]->kind != EX_VAR && both[1]->kind == EX_VAR ? both[1]
											: both[0];
}

static void
push_join_col(struct analyzer *as, struct vec *cols, const char *name, struct expr *e,
	      const struct rtcol *meta)
{
	struct rtcol *c = ARENA_NEW(as->arena, struct rtcol);

	if (meta)
		*c = *meta;
	c->name = name;
	c->join_expr = e;
	c->type = e->type;
	c->typmod = e->typmod;
	c->collation = e->collation;
	c->hidden = false;
	vec_push(as->arena, cols, c);
}

static struct expr *
and_with(struct analyzer *as, struct expr *a, struct expr *b)
{
	struct expr *e;

	if (!a)
		return b;
	e = expr_new(as, EX_BOOL, T_BOOL, -1);
	e->boolean.op = BOOL_AND;
	e->boolean.args = ARENA_ARRAY(as->arena, struct expr *, 2);
	e->boolean.args[0] = a;
	e->boolean.args[1] = b;
	e->boolean.nargs = 2;
	return e;
}

/* Merged columns into cols, equalities into f->quals. */
static bool
join_using(struct analyzer *as, const struct vec *names, enum join_kind kind, struct side *l,
	   struct side *r, struct from_item *f, struct vec *cols)
{
	for (int i = 0; i < names->n; i++) {
		const char *name = names->v[i];
		struct side_col *lc = side_find(as, l, name, "left"),
				*rc = lc ? side_find(as, r, name, "right") : NULL;
		struct expr *eq, *value;
		enum expr_place place = as->scope->place;

		if (!rc)
			return false;
		as->scope->place = PLACE_JOIN_USING;
		eq = make_op(as, "=", lc->expr, rc->expr, -1);
		as->scope->place = place;
		value = eq ? merged_expr(as, kind, lc->expr, rc->expr) : NULL;
		if (!value)
			return false;
		f->quals = and_with(as, f->quals, eq);
		lc->merged = rc->merged = true;
		push_join_col(as, cols, arena_strdup(as->arena, name), value,
			      value == rc->expr   ? &rc->meta
			      : value == lc->expr ? &lc->meta
						  : NULL);
	}
	return true;
}

static struct rte *
join_rte(struct analyzer *as, struct query *q, const struct vec *cols, int n)
{
	struct rte *rte = rte_new(as, RTE_JOIN);

	rte->level = q;
	rte->ncols = n;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, n + 1);
	for (int i = 0; i < n; i++)
		rte->cols[i] = *VEC_AT(struct rtcol, cols, i);
	return rte;
}

static void
make_nullable(struct from_item *f)
{
	if (f->kind == FROM_JOIN) {
		for (int i = 0; i < f->rte->ncols; i++)
			f->rte->cols[i].not_null = false;
		make_nullable(f->left);
		make_nullable(f->right);
		return;
	}
	f->rte->nullable = true;
	for (int i = 0; i < f->rte->ncols; i++)
		f->rte->cols[i].not_null = false;
}

static enum join_kind
join_kind_of(PgQuery__JoinType t)
{
	switch (t) {
	case PG_QUERY__JOIN_TYPE__JOIN_LEFT:
		return JOIN_LEFT;
	case PG_QUERY__JOIN_TYPE__JOIN_RIGHT:
		return JOIN_RIGHT;
	case PG_QUERY__JOIN_TYPE__JOIN_FULL:
		return JOIN_FULL;
	default:
		return JOIN_INNER;
	}
}

/* A function in FROM may refer to the left, but not across RIGHT and FULL. */
static bool
join_arms(struct analyzer *as, const PgQuery__JoinExpr *j, struct query *q,
	  const struct shown *left, struct from_item *f, struct shown *ls, struct shown *rs)
{
	struct shown lateral = {0};

	f->join = join_kind_of(j->jointype);
	f->left = analyze_from_item(as, j->larg, q, left, ls);
	if (!f->left)
		return false;
	if (left)
		vec_append(as->arena, &lateral.names, &left->names),
			vec_append(as->arena, &lateral.columns, &left->columns);
	if (f->join == JOIN_INNER || f->join == JOIN_LEFT)
		vec_append(as->arena, &lateral.names, &ls->names),
			vec_append(as->arena, &lateral.columns, &ls->columns);
	f->right = analyze_from_item(as, j->rarg, q, &lateral, rs);
	if (!f->right)
		return false;
	if (f->join == JOIN_LEFT || f->join == JOIN_FULL)
		make_nullable(f->right);
	if (f->join == JOIN_RIGHT || f->join == JOIN_FULL)
		make_nullable(f->left);
	return true;
}

static bool
join_names(struct analyzer *as, const PgQuery__JoinExpr *j, struct query *q, struct from_item *f,
	   const struct vec *cols, int nmerged, struct shown *out)
{
	struct rte *rte = f->rte;

	if (j->join_using_alias) {
		struct rte *u = join_rte(as, q, cols, nmerged);

		u->alias = arena_strdup(as->arena, j->join_using_alias->aliasname);
		if (name_conflict(as, &out->names, u))
			return false;
		vec_push(as->arena, &out->names, u);
	}
	if (j->alias) {
		/* An aliased join hides what is inside it. */
		rte->alias = arena_strdup(as->arena, j->alias->aliasname);
		out->names = (struct vec){0};
		vec_push(as->arena, &out->names, rte);
		if (!analyze_alias_columns(as, rte, j->alias))
			return false;
	}
	vec_push(as->arena, &out->columns, rte);
	return true;
}

static bool
join_on(struct analyzer *as, const PgQuery__JoinExpr *j, struct from_item *f,
	const struct shown *both)
{
	struct shown old;

	if (!j->quals)
		return true;
	old = scope_show(as, both, false);
	f->quals = analyze_where(as, j->quals, PLACE_JOIN_ON, "JOIN/ON");
	scope_restore(as, &old);
	return f->quals != NULL;
}

static struct from_item *
analyze_join(struct analyzer *as, const PgQuery__JoinExpr *j, struct query *q,
	     const struct shown *left, struct shown *out)
{
	struct from_item *f = ARENA_NEW(as->arena, struct from_item);
	struct shown ls = {0}, rs = {0}, both = {0};
	struct side l = {0}, r = {0};
	struct vec names = {0}, cols = {0};
	int nmerged;

	f->kind = FROM_JOIN;
	if (!join_arms(as, j, q, left, f, &ls, &rs) || !merge(as, &both, &ls) ||
	    !merge(as, &both, &rs) || !join_on(as, j, f, &both) || !side_of(as, &ls, &l) ||
	    !side_of(as, &rs, &r) || !using_names(as, j, &l, &r, &names) ||
	    !join_using(as, &names, f->join, &l, &r, f, &cols))
		return NULL;
	nmerged = cols.n;
	if (f->join == JOIN_INNER && !f->quals)
		f->join = JOIN_CROSS;
	for (int side = 0; side < 2; side++) {
		const struct vec *from = side ? &r.cols : &l.cols;

		for (int i = 0; i < from->n; i++) {
			const struct side_col *sc = from->v[i];

			if (!sc->merged)
				push_join_col(as, &cols, sc->name, sc->expr, &sc->meta);
		}
	}
	f->rte = join_rte(as, q, &cols, cols.n);
	vec_append(as->arena, &out->names, &both.names);
	return join_names(as, j, q, f, &cols, nmerged, out) ? f : NULL;
}

/* ---- items ---- */

static struct from_item *
analyze_from_item(struct analyzer *as, const PgQuery__Node *n, struct query *q,
		  const struct shown *left, struct shown *out)
{
	struct from_item *f = NULL;

	if (!analyze_enter(as))
		return NULL;
	switch (n->node_case) {
	case PG_QUERY__NODE__NODE_RANGE_VAR:
		f = show_rte(as, rte_for_range_var(as, n->range_var), q, out);
		break;
	case PG_QUERY__NODE__NODE_RANGE_SUBSELECT:
		f = show_rte(as, rte_for_range_subselect(as, n->range_subselect, left), q, out);
		break;
	case PG_QUERY__NODE__NODE_RANGE_FUNCTION:
		f = show_rte(as, rte_for_range_function(as, n->range_function, left), q, out);
		break;
	case PG_QUERY__NODE__NODE_JOIN_EXPR:
		f = analyze_join(as, n->join_expr, q, left, out);
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE:
		err_unsupported(as->env->err, -1, "TABLESAMPLE");
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_FUNC:
		err_unsupported(as->env->err, -1, "XMLTABLE");
		break;
	default:
		err_unsupported(as->env->err, -1, "this FROM item");
		break;
	}
	analyze_leave(as);
	return f;
}

bool
analyze_from(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q)
{
	struct shown all = {as->scope->names, as->scope->columns};

	for (size_t i = 0; i < n; i++) {
		struct shown one = {0};
		struct shown old = scope_show(as, NULL, false);
		struct from_item *f = analyze_from_item(as, list[i], q, &all, &one);

		scope_restore(as, &old);
		if (!f)
			return false;
		vec_push(as->arena, &q->from, f);
		if (!merge(as, &all, &one))
			return false;
	}
	as->scope->names = all.names;
	as->scope->columns = all.columns;
	return true;
}
