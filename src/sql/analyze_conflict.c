/*
 * analyze_conflict: ON CONFLICT. The arbiter is one unique index of the table: its own keys and
 * predicate are what SQLite is told, whatever order the clause names them in.
 */
#include "sql/analyze_int.h"

static bool
infer_elem(struct analyzer *as, const PgQuery__IndexElem *el, struct rte *rte, int location,
	   struct expr **out)
{
	if (el->ordering > PG_QUERY__SORT_BY_DIR__SORTBY_DEFAULT)
		return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "ASC/DESC is not allowed in ON CONFLICT clause");
	if (el->nulls_ordering > PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT)
		return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "NULLS FIRST/LAST is not allowed in ON CONFLICT clause");
	if (el->n_collation)
		return err_unsupported(as->env->err, -1, "COLLATE in ON CONFLICT");
	if (el->n_opclass)
		return err_unsupported(as->env->err, -1, "an operator class in ON CONFLICT");
	if (el->name && *el->name) {
		int col = rte_find_column(as, rte, el->name, -1);

		if (col < 0)
			return err_set(as->env->err, ERR_UNDEFINED_COLUMN, location,
				       "column \"%s\" does not exist", el->name);
		*out = rte_column_expr(as, rte, col, -1);
		return true;
	}
	*out = analyze_expr(as, el->expr, PLACE_INDEX_EXPR);
	return *out != NULL;
}

/* An expression of the table's own definition, over rte. */
static struct expr *
stored_expr(struct analyzer *as, const char *text, enum expr_place place)
{
	const PgQuery__Node *node;
	const char *source = as->source;
	struct expr *e;

	if (!parse_expr(as->arena, text, &node, as->env->err))
		return NULL;
	as->source = text;
	e = analyze_expr(as, node, place);
	as->source = source;
	return e;
}

static bool
index_keys(struct analyzer *as, const struct index *idx, struct rte *rte, struct vec *keys)
{
	int expr = 0;

	for (int i = 0; i < idx->nkeys; i++) {
		struct expr *e = idx->cols[i]
					 ? rte_attnum(as, rte, idx->cols[i])
					 : stored_expr(as, idx->exprs[expr++], PLACE_INDEX_EXPR);

		if (!e)
			return false;
		vec_push(as->arena, keys, e);
	}
	return true;
}

static bool
in_list(const struct vec *list, const struct expr *e)
{
	for (int i = 0; i < list->n; i++)
		if (expr_equal(list->v[i], e))
			return true;
	return false;
}

static bool
same_keys(const struct vec *a, const struct vec *b)
{
	for (int i = 0; i < a->n; i++)
		if (!in_list(b, a->v[i]))
			return false;
	for (int i = 0; i < b->n; i++)
		if (!in_list(a, b->v[i]))
			return false;
	return true;
}

/* Does given (the clause's WHERE) imply the index's predicate: every conjunct is there. */
static bool
implies(const struct expr *given, const struct expr *pred)
{
	if (!given)
		return false;
	if (expr_equal(given, pred))
		return true;
	if (pred->kind == EX_BOOL && pred->boolean.op == BOOL_AND) {
		for (int i = 0; i < pred->boolean.nargs; i++)
			if (!implies(given, pred->boolean.args[i]))
				return false;
		return true;
	}
	if (given->kind == EX_BOOL && given->boolean.op == BOOL_AND)
		for (int i = 0; i < given->boolean.nargs; i++)
			if (implies(given->boolean.args[i], pred))
				return true;
	return false;
}

static bool
index_deferrable(const struct index *idx)
{
	return !idx->immediate;
}

/* Sets oc->infer and infer_where to those of the first unique index that fits; *found tells. */
static bool
infer_index(struct analyzer *as, struct on_conflict *oc, struct rte *rte, bool *found)
{
	for (int i = 0; i < rte->rel->indexes.n; i++) {
		const struct index *idx = rte->rel->indexes.v[i];
		struct vec keys = {0};
		struct expr *pred = NULL;

		if (!idx->unique || !index_keys(as, idx, rte, &keys))
			continue;
		if (idx->predicate &&
		    !(pred = stored_expr(as, idx->predicate, PLACE_INDEX_PREDICATE)))
			return false;
		if (!same_keys(&keys, &oc->infer) || (pred && !implies(oc->infer_where, pred)))
			continue;
		if (index_deferrable(idx))
			return err_set(as->env->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
				       "ON CONFLICT does not support deferrable unique "
				       "constraints/exclusion constraints as arbiters");
		oc->infer = keys;
		oc->infer_where = pred;
		*found = true;
		return true;
	}
	return !err_is_set(as->env->err);
}

/* A primary key that SQLite keeps as the rowid has no index of its own. */
static bool
infer_constraint(struct analyzer *as, struct on_conflict *oc, struct rte *rte, bool *found)
{
	for (int i = 0; i < rte->rel->constraints.n && !*found; i++) {
		const struct constraint *c = rte->rel->constraints.v[i];
		struct vec keys = {0};

		if (c->kind != 'p' && c->kind != 'u')
			continue;
		for (int k = 0; k < c->ncols; k++)
			vec_push(as->arena, &keys, rte_attnum(as, rte, c->cols[k]));
		if (!same_keys(&keys, &oc->infer))
			continue;
		oc->infer = keys;
		oc->infer_where = NULL;
		*found = true;
	}
	return true;
}

static bool
named_constraint(struct analyzer *as, const char *name, struct on_conflict *oc, struct rte *rte)
{
	for (int i = 0; i < rte->rel->constraints.n; i++) {
		const struct constraint *c = rte->rel->constraints.v[i];

		if (strcmp(c->name, name) != 0)
			continue;
		if (c->kind != 'p' && c->kind != 'u')
			return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, -1,
				       "constraint in ON CONFLICT clause has no associated index");
		if (c->deferrable)
			return err_set(as->env->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
				       "ON CONFLICT does not support deferrable unique "
				       "constraints/exclusion constraints as arbiters");
		oc->constraint = c;
		for (int k = 0; k < c->ncols; k++)
			vec_push(as->arena, &oc->infer, rte_attnum(as, rte, c->cols[k]));
		return true;
	}
	return err_set(as->env->err, ERR_UNDEFINED_OBJECT, -1,
		       "constraint \"%s\" for table \"%s\" does not exist", name, rte->rel->name);
}

static bool
analyze_infer(struct analyzer *as, const PgQuery__InferClause *ic, struct on_conflict *oc,
	      struct rte *rte)
{
	bool found = false;

	if (ic->conname && *ic->conname)
		return named_constraint(as, ic->conname, oc, rte);
	for (size_t i = 0; i < ic->n_index_elems; i++) {
		struct expr *e = NULL;

		if (!infer_elem(as, ic->index_elems[i]->index_elem, rte, ic->location, &e))
			return false;
		vec_push(as->arena, &oc->infer, e);
	}
	if (ic->where_clause && !(oc->infer_where = analyze_where(as, ic->where_clause,
								  PLACE_INDEX_PREDICATE, "WHERE")))
		return false;
	if (!infer_index(as, oc, rte, &found) || !infer_constraint(as, oc, rte, &found))
		return false;
	if (!found)
		return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "there is no unique or exclusion constraint matching the ON "
			       "CONFLICT specification");
	return true;
}

struct entries {
	struct rte *from, *to;
};

static bool
change_entry(struct expr **slot, void *arg)
{
	struct entries *e = arg;

	if ((*slot)->kind == EX_VAR && (*slot)->var.rte == e->from)
		(*slot)->var.rte = e->to;
	return true;
}

/* A view's column, which is an expression over its table, as one over the rows not inserted. */
static struct expr *
over_excluded(struct analyzer *as, const struct expr *e, struct rte *from, struct rte *to)
{
	struct entries entries = {from, to};
	struct expr *copy = e ? expr_copy(as->arena, e) : NULL;

	if (copy)
		expr_rewrite(&copy, change_entry, &entries, false);
	return copy;
}

static bool
conflict_update(struct analyzer *as, const PgQuery__OnConflictClause *c, struct on_conflict *oc,
		struct rte *rte)
{
	struct rte *ex = rte_new(as, RTE_RELATION);

	if (!c->infer) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, c->location,
			"ON CONFLICT DO UPDATE requires inference specification or constraint "
			"name");
		return err_hint(as->env->err, "For example, ON CONFLICT (column_name).");
	}
	ex->alias = "excluded";
	ex->rel = rte->rel;
	ex->ncols = rte->ncols;
	ex->cols = arena_memdup(as->arena, rte->cols, sizeof(*rte->cols) * (size_t)rte->ncols + 1);
	ex->level = rte->level;
	ex->written = rte->written;
	for (int i = 0; i < ex->ncols; i++)
		ex->cols[i].join_expr = over_excluded(as, ex->cols[i].join_expr, rte, ex);
	oc->excluded = ex;
	scope_add(as, ex, true, false);
	if (err_is_set(as->env->err))
		return false;
	if (!analyze_set_list(as, c->target_list, c->n_target_list, rte->rel, &oc->set))
		return false;
	return !c->where_clause ||
	       (oc->where = analyze_where(as, c->where_clause, PLACE_WHERE, "WHERE"));
}

bool
analyze_on_conflict(struct analyzer *as, const PgQuery__OnConflictClause *c, struct query *q)
{
	struct on_conflict *oc = ARENA_NEW(as->arena, struct on_conflict);
	struct vec names = as->scope->names;

	oc->do_update = c->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
	q->on_conflict = oc;
	if (c->infer && !analyze_infer(as, c->infer, oc, q->target))
		return false;
	if (oc->do_update && !conflict_update(as, c, oc, q->target))
		return false;
	as->scope->names = names; /* RETURNING does not see excluded */
	return true;
}
