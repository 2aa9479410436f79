/*
 * analyze_cte: WITH. A WITH RECURSIVE query is visible to itself from the start; its columns exist
 * once the left arm of its UNION has been analyzed (cte_recursive_left_done), so a reference before
 * that is the error that PostgreSQL reports.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

static bool
is_modifying(const PgQuery__CommonTableExpr *c)
{
	return c->ctequery->node_case != PG_QUERY__NODE__NODE_SELECT_STMT;
}

const struct vec *
cte_targets(const struct query *q)
{
	return q->cmd == CMD_SELECT ? &q->targets : &q->returning;
}

static bool
cte_set_columns(struct analyzer *as, struct cte *cte, const struct query *q,
		const PgQuery__CommonTableExpr *c)
{
	int n = q->cmd == CMD_SELECT ? query_ncols(q) : q->returning.n;

	cte->ncols = n;
	cte->cols = ARENA_ARRAY(as->arena, struct rtcol, n + 1);
	for (int i = 0; i < n; i++) {
		const struct target *t = q->cmd == CMD_SELECT ? query_col(q, i) : q->returning.v[i];
		const struct expr *e = t->expr;

		cte->cols[i] = (struct rtcol){.name = t->name,
					      .type = e->type == T_UNKNOWN ? T_TEXT : e->type,
					      .typmod = e->typmod,
					      .collation = e->collation,
					      .attr = t->origin_col,
					      .origin = t->origin,
					      .not_null = expr_not_null(e)};
		if (c && (size_t)i < c->n_aliascolnames)
			cte->cols[i].name =
				arena_strdup(as->arena, c->aliascolnames[i]->string->sval);
	}
	if (c && c->n_aliascolnames > (size_t)n)
		return err_set(
			as->env->err, ERR_INVALID_COLUMN_REFERENCE, c->location,
			"WITH query \"%s\" has %d columns available but %zu columns specified",
			c->ctename, n, c->n_aliascolnames);
	return true;
}

static struct cte *
pending_cte(struct analyzer *as, const PgQuery__SelectStmt *s)
{
	for (struct scope *sc = as->scope; sc; sc = sc->outer)
		for (int i = 0; i < sc->ctes.n; i++) {
			struct cte *c = sc->ctes.v[i];

			if (c->pending == s && !c->cols)
				return c;
		}
	return NULL;
}

bool
cte_recursive_left_done(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *left)
{
	struct cte *cte = pending_cte(as, s);

	if (!cte || s->op != PG_QUERY__SET_OPERATION__SETOP_UNION)
		return true;
	if (!cte_set_columns(as, cte, left, cte->decl))
		return false;
	for (int i = 0; i < cte->ncols; i++)
		cte->cols[i].not_null = false; /* the other arm is not known yet */
	cte_search_columns(as, cte);
	return true;
}

static const char *
type_with_typmod(struct analyzer *as, oid_t type, int32_t typmod)
{
	return snapshot_format_type(as->arena, as->env->snapshot, as->env->search_path, type,
				    typmod);
}

static bool
check_recursive_types(struct analyzer *as, const struct cte *cte, const struct query *q,
		      int location)
{
	for (int i = 0; i < cte->ncols - cte_extra_columns(cte); i++) {
		const struct expr *e = query_col(q, i)->expr;

		if (e->type == cte->cols[i].type && e->typmod == cte->cols[i].typmod)
			continue;
		if (q->larg && expr_location(query_col(q->larg, i)->expr) >= 0)
			location = expr_location(query_col(q->larg, i)->expr);
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
			"recursive query \"%s\" column %d has type %s in non-recursive term but "
			"type %s overall",
			cte->name, i + 1,
			type_with_typmod(as, cte->cols[i].type, cte->cols[i].typmod),
			type_with_typmod(as, e->type, e->typmod));
		return err_hint(as->env->err,
				"Cast the output of the non-recursive term to the correct type.");
	}
	return true;
}

/* What the FROM clause of a recursive term has of the query itself; sub: inside of a sub-select. */
static const struct rte *find_self(const struct cte *cte, const struct vec *from, bool *sub);

static const struct rte *
find_self_below(const struct cte *cte, const struct query *q, bool *sub)
{
	const struct rte *found = find_self(cte, &q->from, sub);

	if (!found && q->larg)
		found = find_self_below(cte, q->larg, sub);
	return found || !q->larg ? found : find_self_below(cte, q->rarg, sub);
}

static const struct rte *
find_self_in(const struct cte *cte, const struct from_item *f, bool *sub)
{
	const struct rte *found;

	if (f->kind == FROM_JOIN) {
		found = find_self_in(cte, f->left, sub);
		return found ? found : find_self_in(cte, f->right, sub);
	}
	if (f->rte->kind == RTE_CTE && f->rte->cte == cte)
		return f->rte;
	if (f->rte->kind != RTE_SUBQUERY || !find_self_below(cte, f->rte->subquery, sub))
		return NULL;
	*sub = true;
	return f->rte;
}

static const struct rte *
find_self(const struct cte *cte, const struct vec *from, bool *sub)
{
	const struct rte *found = NULL;

	for (int i = 0; i < from->n && !found; i++)
		found = find_self_in(cte, from->v[i], sub);
	return found;
}

static bool
find_aggregate(struct expr **slot, void *arg)
{
	const struct expr **found = arg;

	if ((*slot)->kind == EX_AGG && !*found)
		*found = *slot;
	return !*found;
}

/* *direct: the reference that is no sub-select's. */
static bool
check_recursive_term(struct analyzer *as, const struct cte *cte, struct query *term,
		     struct rte **direct)
{
	struct err *err = as->env->err;
	bool sub = false;
	const struct rte *self = find_self(cte, &term->from, &sub);
	const struct expr *agg = NULL;

	*direct = sub ? NULL : (struct rte *)(uintptr_t)self;

	if (term->larg || term->ctes.n)
		return true;
	if (!self)
		return err_set(
			err, ERR_INVALID_RECURSION, cte->ref_location,
			"recursive reference to query \"%s\" must not appear within a subquery",
			cte->name);
	if (self->nullable)
		return err_set(
			err, ERR_INVALID_RECURSION, cte->ref_location,
			"recursive reference to query \"%s\" must not appear within an outer join",
			cte->name);
	if (!term->has_aggs)
		return true;
	for (int i = 0; i < term->targets.n; i++)
		expr_visit(&VEC_AT(struct target, &term->targets, i)->expr, find_aggregate, &agg,
			   false);
	return err_set(err, ERR_INVALID_RECURSION, agg ? agg->location : -1,
		       "aggregate functions are not allowed in a recursive query's recursive term");
}

static int
clause_location(const PgQuery__Node *n)
{
	switch (n ? n->node_case : PG_QUERY__NODE__NODE__NOT_SET) {
	case PG_QUERY__NODE__NODE_A_CONST:
		return n->a_const->location;
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		return n->column_ref->location;
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		return n->func_call->location;
	case PG_QUERY__NODE__NODE_PARAM_REF:
		return n->param_ref->location;
	case PG_QUERY__NODE__NODE_A_EXPR:
		return n->a_expr->lexpr ? clause_location(n->a_expr->lexpr) : n->a_expr->location;
	default:
		return -1;
	}
}

static bool
check_recursive_shape(struct analyzer *as, const struct cte *cte, const PgQuery__SelectStmt *s,
		      int location)
{
	const char *what = s->n_sort_clause      ? "ORDER BY"
			   : s->limit_offset     ? "OFFSET"
			   : s->limit_count      ? "LIMIT"
			   : s->n_locking_clause ? "FOR UPDATE/SHARE"
						 : NULL;

	if (s->op != PG_QUERY__SET_OPERATION__SETOP_UNION)
		return err_set(as->env->err, ERR_INVALID_RECURSION, location,
			       "recursive query \"%s\" does not have the form non-recursive-term "
			       "UNION [ALL] recursive-term",
			       cte->name);
	if (what)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED,
			       clause_location(s->n_sort_clause  ? s->sort_clause[0]->sort_by->node
					       : s->limit_offset ? s->limit_offset
								 : s->limit_count),
			       "%s in a recursive query is not implemented", what);
	return true;
}

static bool
analyze_cte_body(struct analyzer *as, const PgQuery__CommonTableExpr *c, struct cte *cte,
		 bool recursive)
{
	const PgQuery__SelectStmt *s = c->ctequery->select_stmt;
	struct rte *self;
	int refs;

	if (!cte_search_begin(as, cte))
		return false;
	if (recursive) {
		cte->pending = s;
		vec_push(as->arena, &as->scope->ctes, cte);
	}
	cte->query = analyze_select(as, s, true);
	cte->pending = NULL;
	if (!cte->query) {
		/* The reference came too early because the query is no UNION at all. */
		if (recursive && !cte->cols && s->op != PG_QUERY__SET_OPERATION__SETOP_UNION &&
		    strcmp(as->env->err->sqlstate, ERR_INVALID_RECURSION) == 0) {
			err_clear(as->env->err);
			check_recursive_shape(as, cte, s, c->location);
		}
		return false;
	}
	refs = cte->refs;
	cte->refs = 0;
	if (refs) {
		cte->recursive = true;
		return check_recursive_shape(as, cte, s, c->location) &&
		       check_recursive_types(as, cte, cte->query, c->location) &&
		       check_recursive_term(as, cte, cte->query->rarg, &self) &&
		       cte_search_finish(as, cte, self);
	}
	if (!cte_search_finish(as, cte, NULL) || !cte_set_columns(as, cte, cte->query, c))
		return false;
	if (!recursive)
		vec_push(as->arena, &as->scope->ctes, cte);
	return true;
}

/* INSERT, UPDATE, DELETE with what they return. */
static bool
analyze_modifying(struct analyzer *as, const PgQuery__CommonTableExpr *c, struct cte *cte,
		  bool recursive)
{
	if (as->scope->outer)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, c->location,
			       "WITH clause containing a data-modifying statement must be at the "
			       "top level");
	if (recursive)
		vec_push(as->arena, &as->scope->ctes, cte); /* not to be referred to */
	cte->pending = c;
	cte->query = analyze_query(as, c->ctequery);
	cte->pending = NULL;
	if (!cte->query || !cte_set_columns(as, cte, cte->query, c))
		return false;
	as->writes = true;
	if (!recursive)
		vec_push(as->arena, &as->scope->ctes, cte);
	return true;
}

static bool
analyze_cte(struct analyzer *as, const PgQuery__CommonTableExpr *c, struct query *q, bool recursive)
{
	struct cte *cte = ARENA_NEW(as->arena, struct cte);

	for (int i = 0; i < q->ctes.n; i++)
		if (strcmp(VEC_AT(struct cte, &q->ctes, i)->name, c->ctename) == 0)
			return err_set(as->env->err, ERR_DUPLICATE_ALIAS, c->location,
				       "WITH query name \"%s\" specified more than once",
				       c->ctename);
	cte->name = arena_strdup(as->arena, c->ctename);
	cte->id = ++as->next_cte;
	cte->decl = c;
	cte->materialized =
		c->ctematerialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeAlways  ? 'a'
		: c->ctematerialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeNever ? 'n'
										      : 0;
	vec_push(as->arena, &as->scope->analyzing, cte);
	if (!(is_modifying(c) ? analyze_modifying(as, c, cte, recursive)
			      : analyze_cte_body(as, c, cte, recursive)))
		return false;
	as->scope->analyzing.n--;
	q->recursive |= cte->recursive;
	vec_push(as->arena, &q->ctes, cte);
	return true;
}

static bool
is_known(const struct vec *ctes, const PgQuery__CommonTableExpr *c)
{
	for (int i = 0; i < ctes->n; i++)
		if (VEC_AT(struct cte, ctes, i)->decl == c)
			return true;
	return false;
}

struct cte *
cte_ahead(struct analyzer *as, struct scope *s, const char *name)
{
	struct scope *scope = as->scope;
	struct cte *found = NULL;

	for (size_t i = 0; s->with && s->with->recursive && i < s->with->n_ctes && !found; i++) {
		const PgQuery__CommonTableExpr *c = s->with->ctes[i]->common_table_expr;

		if (strcmp(c->ctename, name) != 0)
			continue;
		if (is_known(&s->analyzing, c)) {
			cte_mutual(as, s);
			return NULL;
		}
		as->scope = s;
		if (analyze_cte(as, c, s->query, true))
			found = s->query->ctes.v[s->query->ctes.n - 1];
		as->scope = scope;
		if (!found)
			return NULL;
	}
	return found;
}

bool
cte_mutual(struct analyzer *as, const struct scope *s)
{
	return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED,
		       VEC_AT(struct cte, &s->analyzing, 0)->decl->location,
		       "mutual recursion between WITH items is not implemented");
}

bool
analyze_with(struct analyzer *as, const PgQuery__WithClause *with, struct query *q)
{
	bool ok = true;

	as->scope->with = with;
	q->recursive |= as->as_written && with->recursive;
	for (size_t i = 0; ok && i < with->n_ctes; i++) {
		const PgQuery__CommonTableExpr *c = with->ctes[i]->common_table_expr;

		if (!is_known(&q->ctes, c))
			ok = analyze_cte(as, c, q, with->recursive);
	}
	as->scope->with = NULL;
	return ok;
}

/* ---- for emit ---- */

bool
cte_reads_itself_below(const struct cte *cte)
{
	bool sub = false;

	return find_self(cte, &cte->query->rarg->from, &sub) && sub;
}
