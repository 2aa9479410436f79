/*
 * analyze_from: the FROM clause. Every item is analyzed to its join tree and the names it shows
 * (struct shown); the scope gets them when the whole clause is done. While an item is analyzed the
 * scope shows nothing of its siblings, except to LATERAL sub-selects and to functions, which see
 * the items to their left.
 */
#include "sql/analyze_int.h"

struct shown {
	struct vec names, columns; /* struct rte, as struct scope has them */
	struct vec barred;         /* what LATERAL finds of them and must not use */
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
	as->scope->barred = s ? s->barred : (struct vec){0};
	as->scope->lateral_ok = lateral;
	return old;
}

static void
scope_restore(struct analyzer *as, const struct shown *old)
{
	as->scope->names = old->names;
	as->scope->columns = old->columns;
	as->scope->barred = (struct vec){0};
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
	rte->naliases = (int)alias->n_colnames;
	return true;
}

/* ---- tables, WITH queries, sub-selects ---- */

static struct cte *
find_cte(struct analyzer *as, const char *name)
{
	for (struct scope *s = as->scope; s; s = s->outer) {
		struct cte *c;

		for (int i = s->ctes.n - 1; i >= 0; i--) {
			c = s->ctes.v[i];
			if (strcmp(c->name, name) != 0)
				continue;
			if (c->pending && s->analyzing.v[s->analyzing.n - 1] != c) {
				cte_mutual(as, s);
				return NULL;
			}
			return c;
		}
		c = cte_ahead(as, s, name);
		if (c || err_is_set(as->env->err))
			return c;
	}
	return NULL;
}

static struct rte *
rte_for_cte(struct analyzer *as, struct cte *cte, const PgQuery__RangeVar *rv)
{
	struct rte *rte;

	if (!cte->cols && cte->decl->ctequery->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
		err_set(as->env->err, ERR_INVALID_RECURSION, cte->decl->location,
			"recursive query \"%s\" must not contain data-modifying statements",
			cte->name);
		return NULL;
	}
	if (cte->query && cte->query->cmd != CMD_SELECT && !cte->query->returning.n) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, rv->location,
			"WITH query \"%s\" does not have a RETURNING clause", cte->name);
		return NULL;
	}
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
	rte->aliased = rv->alias != NULL;
	cte->refs++;
	cte->ref_location = rv->location;
	rte->alias = arena_strdup(as->arena, rv->alias ? rv->alias->aliasname : cte->name);
	rte->ncols = cte->ncols;
	rte->cols = arena_memdup(as->arena, cte->cols, sizeof(*cte->cols) * (size_t)cte->ncols + 1);
	/* Within the query itself * is without what SEARCH and CYCLE add. */
	for (int i = 1; cte->pending && i <= cte_extra_columns(cte); i++)
		rte->cols[rte->ncols - i].hidden = true;
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
	if (err_is_set(as->env->err))
		return NULL;
	rel = find_relation(as, rv, false);
	if (!rel && !(rv->schemaname && *rv->schemaname) &&
	    strcmp(as->env->err->sqlstate, ERR_UNDEFINED_TABLE) == 0)
		explain_missing(as, rv);
	if (rel && as->env->watch)
		watch_relation(as, rel);
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
		if (typmod < 0)
			drop_lengths(as, both, 2);
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
		if (as->as_written) {
			vec_push(as->arena, &f->using_names, names->v[i]);
			vec_push(as->arena, &f->using_left, lc->expr);
			vec_push(as->arena, &f->using_right, rc->expr);
		}
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

/* The right arm may refer to the left one, but not across RIGHT and FULL. */
static bool
join_arms(struct analyzer *as, const PgQuery__JoinExpr *j, struct query *q,
	  const struct shown *left, struct from_item *f, struct shown *ls, struct shown *rs)
{
	struct shown lateral = {0};

	f->join = join_kind_of(j->jointype);
	f->left = analyze_from_item(as, j->larg, q, left, ls);
	if (!f->left)
		return false;
	if (left) {
		vec_append(as->arena, &lateral.names, &left->names);
		vec_append(as->arena, &lateral.columns, &left->columns);
		vec_append(as->arena, &lateral.barred, &left->barred);
	}
	vec_append(as->arena, &lateral.names, &ls->names);
	vec_append(as->arena, &lateral.columns, &ls->columns);
	if (f->join == JOIN_RIGHT || f->join == JOIN_FULL) {
		vec_append(as->arena, &lateral.barred, &ls->names);
		vec_append(as->arena, &lateral.barred, &ls->columns);
	}
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
		f->using_alias = u->alias;
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
	struct shown old;
	struct rte *rte;

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
		old = scope_show(as, left, true);
		rte = rte_for_range_function(as, n->range_function);
		scope_restore(as, &old);
		f = show_rte(as, rte, q, out);
		break;
	case PG_QUERY__NODE__NODE_JOIN_EXPR:
		f = analyze_join(as, n->join_expr, q, left, out);
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE:
		err_unsupported(as->env->err, -1, "TABLESAMPLE");
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_FUNC:
		old = scope_show(as, left, true);
		rte = rte_for_xmltable(as, n->range_table_func);
		scope_restore(as, &old);
		f = show_rte(as, rte, q, out);
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
	/* What is there already is the target of an UPDATE or DELETE. */
	struct shown all = {as->scope->names, as->scope->columns, as->scope->names};

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
