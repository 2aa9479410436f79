/*
 * analyze: statements. One query level is one scope; set operations and VALUES are queries of their
 * own shape: setop   larg and rarg are queries, targets are Vars of an entry that is in no FROM
 * (names and types of the result) VALUES  one entry in from, targets are its columns The order of
 * the steps in a SELECT is PostgreSQL's, so that the first error is the same.
 */
#include "sql/analyze_int.h"

bool
analyze_enter(struct analyzer *as)
{
	if (as->depth + ANALYZE_QUERY_COST > as->max_depth) {
		err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
		return err_hint(as->env->err,
				"Increase the configuration parameter \"max_stack_depth\" "
				"(currently 2048kB), "
				"after ensuring the platform's stack depth limit is adequate.");
	}
	as->depth += ANALYZE_QUERY_COST;
	return true;
}

void
analyze_leave(struct analyzer *as)
{
	as->depth -= ANALYZE_QUERY_COST;
}

struct query *
query_new(struct analyzer *as, enum query_cmd cmd)
{
	struct query *q = ARENA_NEW(as->arena, struct query);

	q->cmd = cmd;
	q->outer = as->scope ? as->scope->query : NULL;
	return q;
}

void
scope_push(struct analyzer *as, struct query *q)
{
	struct scope *s = ARENA_NEW(as->arena, struct scope);

	s->outer = as->scope;
	s->query = q;
	s->place = PLACE_OTHER;
	as->scope = s;
}

void
scope_pop(struct analyzer *as)
{
	as->scope = as->scope->outer;
}

struct target *
target_new(struct analyzer *as, struct vec *targets, struct expr *e, const char *name)
{
	struct target *t = ARENA_NEW(as->arena, struct target);

	t->expr = e;
	t->name = name;
	t->resno = targets->n + 1;
	vec_push(as->arena, targets, t);
	return t;
}

struct from_item *
from_rte(struct analyzer *as, struct rte *rte)
{
	struct from_item *f = ARENA_NEW(as->arena, struct from_item);

	f->kind = FROM_RTE;
	f->rte = rte;
	return f;
}

/* The visible targets come first: junk ones are only appended. */
int
query_ncols(const struct query *q)
{
	int n = 0;

	for (int i = 0; i < q->targets.n; i++)
		n += !VEC_AT(struct target, &q->targets, i)->junk;
	return n;
}

struct target *
query_col(const struct query *q, int i)
{
	for (int j = 0; j < q->targets.n; j++) {
		struct target *t = q->targets.v[j];

		if (!t->junk && i-- == 0)
			return t;
	}
	return NULL;
}

/* Where a result column comes from: RowDescription's table and attribute. */
void
target_mark_origin(struct target *t)
{
	const struct expr *e = t->expr;
	const struct rte *rte;
	const struct rtcol *c;

	if (e->kind != EX_VAR || e->var.col < 0)
		return;
	rte = e->var.rte;
	c = &rte->cols[e->var.col];
	if (rte->written && e->var.col < written_relation(rte)->ncols) {
		t->origin = written_relation(rte);
		t->origin_col = &t->origin->cols[e->var.col];
	} else if (c->origin && c->attr) {
		t->origin = c->origin;
		t->origin_col = c->attr;
	}
}

struct expr *
rte_attnum(struct analyzer *as, struct rte *rte, int attnum)
{
	for (int i = 0; i < rte->ncols; i++)
		if (rte->cols[i].attr && rte->cols[i].attr->attnum == attnum)
			return expr_var(as, rte, i, -1);
	return NULL;
}

static bool
resolve_unknown_targets(struct analyzer *as, struct query *q)
{
	for (int i = 0; i < q->targets.n; i++) {
		struct target *t = q->targets.v[i];

		t->expr = resolve_unknown(as, t->expr);
		if (!t->expr)
			return false;
	}
	return true;
}

/* ---- locking clauses ---- */

static const char *
lock_name(PgQuery__LockClauseStrength s)
{
	switch (s) {
	case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORKEYSHARE:
		return "FOR KEY SHARE";
	case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORSHARE:
		return "FOR SHARE";
	case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORNOKEYUPDATE:
		return "FOR NO KEY UPDATE";
	default:
		return "FOR UPDATE";
	}
}

static bool
lock_allowed(struct analyzer *as, const struct query *q, const char *name)
{
	const char *with = q->setop                           ? "UNION/INTERSECT/EXCEPT"
			   : q->distinct || q->distinct_on.n  ? "DISTINCT clause"
			   : q->group.n || q->grouping_sets.n ? "GROUP BY clause"
			   : q->having                        ? "HAVING clause"
			   : q->has_aggs                      ? "aggregate functions"
			   : q->has_windows                   ? "window functions"
							      : NULL;

	if (q->values)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "%s cannot be applied to VALUES", name);
	if (with)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "%s is not allowed with %s", name, with);
	return true;
}

static bool
lock_check_of(struct analyzer *as, const PgQuery__RangeVar *rv, const char *name)
{
	if ((rv->catalogname && *rv->catalogname) || (rv->schemaname && *rv->schemaname))
		return err_set(as->env->err, ERR_SYNTAX_ERROR, rv->location,
			       "%s must specify unqualified relation names", name);
	for (int i = 0; i < as->scope->names.n; i++) {
		struct rte *r = as->scope->names.v[i];

		if (!r->alias || strcmp(r->alias, rv->relname) != 0)
			continue;
		if (r->kind == RTE_RELATION || r->kind == RTE_SUBQUERY)
			return true;
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, rv->location,
			       "%s cannot be applied to %s", name,
			       r->kind == RTE_JOIN       ? "a join"
			       : r->kind == RTE_FUNCTION ? "a function"
			       : r->kind == RTE_VALUES   ? "VALUES"
							 : "a WITH query");
	}
	return err_set(as->env->err, ERR_UNDEFINED_TABLE, rv->location,
		       "relation \"%s\" in %s clause not found in FROM clause", rv->relname, name);
}

static bool
locks_entry(const PgQuery__LockingClause *lc, const struct rte *rte)
{
	for (size_t i = 0; i < lc->n_locked_rels; i++)
		if (!strcmp(lc->locked_rels[i]->range_var->relname, rte->alias))
			return true;
	return lc->n_locked_rels == 0;
}

/* applyLockingClause: one strength a table, the strongest that was asked for. */
static void
locks_as_written(struct analyzer *as, struct query *q, const PgQuery__LockingClause *lc,
		 const char *name)
{
	static const char *const order[] = {"FOR KEY SHARE", "FOR SHARE", "FOR NO KEY UPDATE",
					    "FOR UPDATE"};
	char wait = lc->wait_policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitSkip    ? 's'
		    : lc->wait_policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitError ? 'n'
										   : 0;

	for (int i = 0; i < as->scope->names.n; i++) {
		struct rte *rte = as->scope->names.v[i];
		struct lock_item *lock = NULL;

		if ((rte->kind != RTE_RELATION && rte->kind != RTE_SUBQUERY) ||
		    !locks_entry(lc, rte))
			continue;
		for (int k = 0; k < q->locks.n; k++)
			if (VEC_AT(struct lock_item, &q->locks, k)->rte == rte)
				lock = q->locks.v[k];
		if (!lock) {
			lock = ARENA_NEW(as->arena, struct lock_item);
			*lock = (struct lock_item){.rte = rte, .strength = order[0]};
			vec_push(as->arena, &q->locks, lock);
		}
		for (size_t k = 0; k < COUNTOF(order) && strcmp(lock->strength, name) != 0; k++)
			if (!strcmp(order[k], lock->strength))
				lock->strength = order[k + 1];
		lock->wait = lock->wait == 'n' || wait == 'n' ? 'n' : MAX(lock->wait, wait);
	}
}

static bool
analyze_locking(struct analyzer *as, struct query *q, PgQuery__Node *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__LockingClause *lc = list[i]->locking_clause;
		const char *name = lock_name(lc->strength);

		if (!lock_allowed(as, q, name))
			return false;
		for (size_t j = 0; j < lc->n_locked_rels; j++)
			if (!lock_check_of(as, lc->locked_rels[j]->range_var, name))
				return false;
		if (!q->locking)
			q->locking = name;
		if (as->as_written)
			locks_as_written(as, q, lc, name);
		if (lc->wait_policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitSkip)
			q->lock_wait = 's';
		if (lc->wait_policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitError)
			q->lock_wait = 'n';
	}
	if (n)
		as->writes = true;
	return true;
}

/* ---- SELECT ---- */

bool
analyze_limits(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	q->offset = analyze_limit(as, s->limit_offset, PLACE_OFFSET, "OFFSET");
	if (s->limit_offset && err_is_set(as->env->err))
		return false;
	q->limit = analyze_limit(as, s->limit_count, PLACE_LIMIT, "LIMIT");
	if (s->limit_count && err_is_set(as->env->err))
		return false;
	q->with_ties = s->limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES;
	if (q->with_ties && !q->order.n)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, -1,
			       "WITH TIES cannot be specified without ORDER BY clause");
	return true;
}

static bool
analyze_plain_body(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q, bool resolve)
{
	if (s->with_clause && !analyze_with(as, s->with_clause, q))
		return false;
	analyze_window_clause(as, s);
	if (!analyze_from(as, s->from_clause, s->n_from_clause, q) ||
	    !analyze_target_list(as, s->target_list, s->n_target_list, PLACE_SELECT, &q->targets))
		return false;
	for (int i = 0; i < q->targets.n; i++)
		target_mark_origin(q->targets.v[i]);
	if (s->where_clause &&
	    !(q->where = analyze_where(as, s->where_clause, PLACE_WHERE, "WHERE")))
		return false;
	if (s->having_clause &&
	    !(q->having = analyze_where(as, s->having_clause, PLACE_HAVING, "HAVING")))
		return false;
	if (!analyze_order(as, s->sort_clause, s->n_sort_clause, q) || !analyze_group(as, s, q) ||
	    !analyze_distinct(as, s, q) || !analyze_limits(as, s, q) ||
	    !analyze_window_definitions(as))
		return false;
	if (resolve && !resolve_unknown_targets(as, q))
		return false;
	if (!analyze_locking(as, q, s->locking_clause, s->n_locking_clause))
		return false;
	return check_aggregates(as, q);
}

static struct query *
analyze_plain(struct analyzer *as, const PgQuery__SelectStmt *s, bool resolve)
{
	struct query *q = query_new(as, CMD_SELECT);
	bool ok;

	scope_push(as, q);
	ok = analyze_plain_body(as, s, q, resolve);
	scope_pop(as);
	return ok ? q : NULL;
}

/* ---- VALUES ---- */

/* One row's expressions; DEFAULT is refused by analyze_expr. */
struct expr **
analyze_row(struct analyzer *as, const PgQuery__Node *list, enum expr_place place, int *n)
{
	const PgQuery__List *l = list->list;
	struct expr **row = ARENA_ARRAY(as->arena, struct expr *, l->n_items + 1);

	*n = 0;
	for (size_t i = 0; i < l->n_items; i++) {
		struct expr **stars;
		int nstars;

		if (node_star(l->items[i]) || is_row_star(l->items[i])) {
			struct vec v = {0};

			if (!(is_row_star(l->items[i])
				      ? expand_row_star(as, l->items[i]->a_indirection, place, &v)
				      : expand_star(as, l->items[i]->column_ref, &v)))
				return NULL;
			nstars = v.n;
			stars = ARENA_ARRAY(as->arena, struct expr *,
					    (size_t)*n + (size_t)nstars + l->n_items - i + 1);
			memcpy(stars, row, (size_t)*n * sizeof(*row));
			for (int j = 0; j < nstars; j++)
				stars[(*n)++] = VEC_AT(struct target, &v, j)->expr;
			row = stars;
			continue;
		}
		row[*n] = analyze_expr(as, l->items[i], place);
		if (!row[(*n)++])
			return NULL;
	}
	return row;
}

static bool
values_column(struct analyzer *as, struct rte *rte, int col)
{
	int n = rte->values->n;
	struct expr **es = ARENA_ARRAY(as->arena, struct expr *, n);
	oid_t common;
	int32_t typmod;
	bool not_null = true;

	for (int i = 0; i < n; i++)
		es[i] = VEC_AT(struct expr *, rte->values, i)[col];
	common = select_common_type(as, es, n, "VALUES", NULL);
	if (!common)
		return false;
	for (int i = 0; i < n; i++) {
		es[i] = coerce_to_common_type(as, es[i], common, "VALUES");
		if (!es[i])
			return false;
		not_null &= expr_not_null(es[i]);
	}
	typmod = select_common_typmod(es, n, common);
	if (typmod < 0)
		drop_lengths(as, es, n);
	for (int i = 0; i < n; i++)
		VEC_AT(struct expr *, rte->values, i)[col] = es[i];
	rte->cols[col] = (struct rtcol){.name = arena_printf(as->arena, "column%d", col + 1),
					.type = common,
					.typmod = typmod,
					.collation = select_common_collation(as, es, n),
					.not_null = not_null};
	return !err_is_set(as->env->err);
}

bool
values_finish(struct analyzer *as, struct rte *rte)
{
	rte->ncols = rte->nvalues;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, rte->nvalues + 1);
	for (int i = 0; i < rte->nvalues; i++)
		if (!values_column(as, rte, i))
			return false;
	return true;
}

static bool
values_rows(struct analyzer *as, const PgQuery__SelectStmt *s, struct rte *rte)
{
	rte->values = ARENA_NEW(as->arena, struct vec);
	for (size_t i = 0; i < s->n_values_lists; i++) {
		int n;
		struct expr **row = analyze_row(as, s->values_lists[i], PLACE_VALUES, &n);

		if (!row)
			return false;
		if (i > 0 && n != rte->nvalues)
			return err_set(as->env->err, ERR_SYNTAX_ERROR, n ? row[0]->location : -1,
				       "VALUES lists must all be the same length");
		rte->nvalues = n;
		vec_push(as->arena, rte->values, row);
	}
	return values_finish(as, rte);
}

static bool
analyze_values_body(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	struct rte *rte;

	if (s->with_clause && !analyze_with(as, s->with_clause, q))
		return false;
	rte = rte_new(as, RTE_VALUES);
	rte->alias = "*VALUES*";
	rte->level = q;
	if (!values_rows(as, s, rte))
		return false;
	q->values = rte;
	vec_push(as->arena, &q->from, from_rte(as, rte));
	scope_add(as, rte, true, true);
	for (int i = 0; i < rte->ncols; i++)
		target_new(as, &q->targets, expr_var(as, rte, i, -1), rte->cols[i].name);
	if (!analyze_order(as, s->sort_clause, s->n_sort_clause, q) || !analyze_limits(as, s, q) ||
	    !analyze_locking(as, q, s->locking_clause, s->n_locking_clause))
		return false;
	return check_aggregates(as, q);
}

static struct query *
analyze_values(struct analyzer *as, const PgQuery__SelectStmt *s)
{
	struct query *q = query_new(as, CMD_SELECT);
	bool ok;

	scope_push(as, q);
	ok = analyze_values_body(as, s, q);
	scope_pop(as);
	return ok ? q : NULL;
}

/* ---- entry ---- */

struct query *
analyze_select(struct analyzer *as, const PgQuery__SelectStmt *s, bool resolve)
{
	struct query *q;

	if (s->into_clause) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, s->into_clause->rel->location,
			"SELECT ... INTO is not allowed here");
		return NULL;
	}
	if (!analyze_enter(as))
		return NULL;
	if (s->op > PG_QUERY__SET_OPERATION__SETOP_NONE)
		q = analyze_setop(as, s, resolve);
	else if (s->n_values_lists)
		q = analyze_values(as, s);
	else
		q = analyze_plain(as, s, resolve);
	analyze_leave(as);
	return q;
}

struct query *
analyze_query(struct analyzer *as, const PgQuery__Node *stmt)
{
	switch (stmt->node_case) {
	case PG_QUERY__NODE__NODE_SELECT_STMT:
		return analyze_select(as, stmt->select_stmt, true);
	case PG_QUERY__NODE__NODE_INSERT_STMT:
		return analyze_insert(as, stmt->insert_stmt);
	case PG_QUERY__NODE__NODE_UPDATE_STMT:
		return analyze_update(as, stmt->update_stmt);
	case PG_QUERY__NODE__NODE_DELETE_STMT:
		return analyze_delete(as, stmt->delete_stmt);
	case PG_QUERY__NODE__NODE_MERGE_STMT:
		err_unsupported(as->env->err, -1, "MERGE");
		return NULL;
	default:
		err_set(as->env->err, ERR_INTERNAL_ERROR, -1, "unexpected statement node %d",
			(int)stmt->node_case);
		return NULL;
	}
}

struct query *
analyze_subquery(struct analyzer *as, const PgQuery__Node *stmt)
{
	if (stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
		err_unsupported(as->env->err, -1, "a data-modifying statement in a sub-select");
		return NULL;
	}
	return analyze_select(as, stmt->select_stmt, true);
}
