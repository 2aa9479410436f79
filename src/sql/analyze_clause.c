/*
 * analyze_clause: ORDER BY, GROUP BY, DISTINCT, LIMIT. (FROM is analyze_from.c, ON CONFLICT
 * analyze_conflict.c, GROUPING SETS analyze_grouping.c, WINDOW analyze_window.c.)
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* ---- target list entries by name, ordinal, expression ---- */

static bool
is_column_here(struct analyzer *as, const char *name, int location)
{
	for (int i = 0; i < as->scope->columns.n; i++) {
		int col = rte_find_column(as, as->scope->columns.v[i], name, location);

		if (col >= 0)
			return true;
		if (col == -2)
			return false;
	}
	return false;
}

static struct target *
target_by_name(struct analyzer *as, const char *name, int location, enum expr_place place,
	       struct vec *targets)
{
	struct target *found = NULL;

	for (int i = 0; i < targets->n; i++) {
		struct target *t = targets->v[i];

		if (t->junk || !t->name || strcmp(t->name, name) != 0)
			continue;
		if (found && !expr_equal(found->expr, t->expr)) {
			err_set(as->env->err, ERR_AMBIGUOUS_COLUMN, location,
				"%s \"%s\" is ambiguous", place_name(place), name);
			return NULL;
		}
		if (!found)
			found = t;
	}
	return found;
}

static struct target *
target_by_ordinal(struct analyzer *as, const PgQuery__AConst *c, enum expr_place place,
		  struct vec *targets)
{
	int want, seen = 0;

	if (c->isnull || c->val_case != PG_QUERY__A__CONST__VAL_IVAL) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, c->location, "non-integer constant in %s",
			place_name(place));
		return NULL;
	}
	want = c->ival->ival;
	for (int i = 0; i < targets->n; i++) {
		struct target *t = targets->v[i];

		if (!t->junk && ++seen == want)
			return t;
	}
	err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, c->location,
		"%s position %d is not in select list", place_name(place), want);
	return NULL;
}

static struct target *
target_by_expr(struct analyzer *as, struct expr *e, struct vec *targets)
{
	struct target *t;

	for (int i = 0; i < targets->n; i++) {
		t = targets->v[i];
		if (expr_equal(t->expr, e))
			return t;
	}
	t = target_new(as, targets, e, NULL);
	t->junk = true;
	return t;
}

struct target *
target_for_node(struct analyzer *as, const PgQuery__Node *node, enum expr_place place,
		struct vec *targets)
{
	struct expr *e;

	if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && node->column_ref->n_fields == 1 &&
	    node->column_ref->fields[0]->node_case == PG_QUERY__NODE__NODE_STRING) {
		const char *name = node->column_ref->fields[0]->string->sval;
		int location = node->column_ref->location;
		struct target *t = NULL;

		if (place != PLACE_GROUP_BY || !is_column_here(as, name, location))
			t = target_by_name(as, name, location, place, targets);
		if (t || err_is_set(as->env->err))
			return t;
	}
	if (node->node_case == PG_QUERY__NODE__NODE_A_CONST)
		return target_by_ordinal(as, node->a_const, place, targets);
	e = analyze_expr(as, node, place);
	return e ? target_by_expr(as, e, targets) : NULL;
}

/* ---- sorting ---- */

/* A column or position that names an output column is itself where the error is. */
static int
sort_location(const PgQuery__Node *node, const struct expr *e)
{
	if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_REF)
		return node->column_ref->location;
	return node->node_case == PG_QUERY__NODE__NODE_A_CONST ? node->a_const->location
							       : expr_location(e);
}

static bool
dir_desc(int dir)
{
	return dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
}

struct sort_item *
sort_item_for(struct analyzer *as, struct expr *e, int dir, int nulls, int location)
{
	struct sort_item *s = ARENA_NEW(as->arena, struct sort_item);
	oid_t lt, eq, gt;

	e = resolve_unknown(as, e);
	if (!e || !get_sort_group_operators(as, e->type, true, true, &lt, &eq, &gt, location))
		return NULL;
	s->expr = e;
	s->desc = dir_desc(dir);
	s->sort_op = s->desc ? gt : lt;
	s->eq_op = eq;
	s->nulls_first = nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
			 (nulls != PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST && s->desc);
	return s;
}

/* ORDER BY x USING op: op must be < or > of a btree class. */
static bool
sort_using(struct analyzer *as, const PgQuery__SortBy *sb, struct expr *e, int *dir)
{
	const PgQuery__Node *last = sb->use_op[sb->n_use_op - 1];
	struct expr *op = make_op(as, last->string->sval, e, e, sb->location);
	int strategy;

	if (!op)
		return false;
	if (op->kind != EX_OP || !oper_btree_strategy(op->op.op->oid, &strategy) ||
	    (strategy != 1 && strategy != 5)) {
		err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, sb->location,
			"operator %s is not a valid ordering operator", last->string->sval);
		return err_hint(as->env->err, "Ordering operators must be \"<\" or \">\" members "
					      "of btree operator families.");
	}
	*dir = strategy == 1 ? PG_QUERY__SORT_BY_DIR__SORTBY_ASC
			     : PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
	return true;
}

struct sort_item *
sort_item_by(struct analyzer *as, const PgQuery__SortBy *sb, struct expr *e, int location)
{
	int dir = sb->sortby_dir;

	if (dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING && !sort_using(as, sb, e, &dir))
		return NULL;
	return sort_item_for(as, e, dir, sb->sortby_nulls, location);
}

struct sort_item *
analyze_sort_by(struct analyzer *as, const PgQuery__SortBy *sb, enum expr_place place,
		struct vec *targets, bool use_targets)
{
	struct target *t = NULL;
	struct sort_item *item;
	struct expr *e;

	if (use_targets) {
		t = target_for_node(as, sb->node, place, targets);
		e = t ? t->expr = resolve_unknown(as, t->expr) : NULL;
	} else {
		e = analyze_expr(as, sb->node, place);
	}
	if (!e)
		return NULL;
	item = sort_item_by(as, sb, e,
			    sb->location >= 0 ? sb->location : sort_location(sb->node, e));
	if (item)
		item->target = t;
	return item;
}

static bool
has_target(const struct vec *items, const struct target *t)
{
	for (int i = 0; i < items->n; i++)
		if (VEC_AT(struct sort_item, items, i)->target == t)
			return true;
	return false;
}

bool
analyze_order(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q)
{
	for (size_t i = 0; i < n; i++) {
		struct sort_item *s =
			analyze_sort_by(as, list[i]->sort_by, PLACE_ORDER_BY, &q->targets, true);

		if (!s)
			return false;
		if (!has_target(&q->order,
				s->target)) /* only the first mention of a value counts */
			vec_push(as->arena, &q->order, s);
	}
	return true;
}

/* ---- GROUP BY ---- */

static bool
is_row_list(const PgQuery__Node *n)
{
	return n->node_case == PG_QUERY__NODE__NODE_ROW_EXPR &&
	       n->row_expr->row_format == PG_QUERY__COERCION_FORM__COERCE_IMPLICIT_CAST;
}

static int
raw_location(const PgQuery__Node *n, int other)
{
	return n->node_case == PG_QUERY__NODE__NODE_COLUMN_REF ? n->column_ref->location
	       : n->node_case == PG_QUERY__NODE__NODE_A_CONST  ? n->a_const->location
							       : other;
}

static struct sort_item *
group_item(struct analyzer *as, struct target *t, int location)
{
	struct sort_item *s;
	oid_t eq;

	t->expr = resolve_unknown(as, t->expr);
	if (!t->expr ||
	    !get_sort_group_operators(as, t->expr->type, false, true, NULL, &eq, NULL, location))
		return NULL;
	s = ARENA_NEW(as->arena, struct sort_item);
	s->expr = t->expr;
	s->eq_op = eq;
	s->target = t;
	return s;
}

static bool
analyze_group_node(struct analyzer *as, const PgQuery__Node *n, struct query *q)
{
	struct target *t;
	struct sort_item *s;

	if (is_row_list(n)) {
		for (size_t i = 0; i < n->row_expr->n_args; i++)
			if (!analyze_group_node(as, n->row_expr->args[i], q))
				return false;
		return true;
	}
	t = target_for_node(as, n, PLACE_GROUP_BY, &q->targets);
	if (!t)
		return false;
	if (has_target(&q->group, t))
		return true;
	s = group_item(as, t, raw_location(n, t->expr->location));
	if (s)
		vec_push(as->arena, &q->group, s);
	return s != NULL;
}

bool
analyze_group(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	for (size_t i = 0; i < s->n_group_clause; i++)
		if (s->group_clause[i]->node_case == PG_QUERY__NODE__NODE_GROUPING_SET)
			return analyze_grouping_sets(as, s, q);
	for (size_t i = 0; i < s->n_group_clause; i++)
		if (!analyze_group_node(as, s->group_clause[i], q))
			return false;
	return true;
}

/* ---- DISTINCT ---- */

/* ORDER BY must begin with the DISTINCT ON expressions, in any order: none may come after another
 * item or be left out then. */
static bool
distinct_on_leads(struct analyzer *as, const PgQuery__SelectStmt *s, const struct query *q)
{
	int lead = 0;

	while (lead < q->order.n &&
	       has_target(&q->distinct_on, VEC_AT(struct sort_item, &q->order, lead)->target))
		lead++;
	if (lead == q->order.n)
		return true;
	for (int i = 0; i < q->distinct_on.n; i++) {
		const struct sort_item *d = q->distinct_on.v[i];
		bool leads = false;

		for (int k = 0; k < lead && !leads; k++)
			leads = VEC_AT(struct sort_item, &q->order, k)->target == d->target;
		if (!leads)
			return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE,
				       raw_location(s->distinct_clause[i], d->expr->location),
				       "SELECT DISTINCT ON expressions must match initial ORDER BY "
				       "expressions");
	}
	return true;
}

static bool
analyze_distinct_on(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	for (size_t i = 0; i < s->n_distinct_clause; i++) {
		struct target *t =
			target_for_node(as, s->distinct_clause[i], PLACE_DISTINCT_ON, &q->targets);
		struct sort_item *item = t ? group_item(as, t, t->expr->location) : NULL;

		if (!item)
			return false;
		if (!has_target(&q->distinct_on, t))
			vec_push(as->arena, &q->distinct_on, item);
	}
	return distinct_on_leads(as, s, q);
}

bool
analyze_distinct(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	const PgQuery__Node *first;

	if (!s->n_distinct_clause)
		return true;
	first = s->distinct_clause[0];
	if (first && first->node_case != PG_QUERY__NODE__NODE__NOT_SET)
		return analyze_distinct_on(as, s, q);
	q->distinct = true;
	for (int i = 0; i < q->targets.n; i++) {
		struct target *t = q->targets.v[i];

		if (t->junk && has_target(&q->order, t))
			return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE,
				       t->expr->location,
				       "for SELECT DISTINCT, ORDER BY expressions must appear in "
				       "select list");
		if (!t->junk && !group_item(as, t, t->expr->location))
			return false;
	}
	if (!q->targets.n)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, -1,
			       "SELECT DISTINCT must have at least one column");
	return true;
}

/* ---- LIMIT ---- */

struct expr *
analyze_limit(struct analyzer *as, const PgQuery__Node *node, enum expr_place place,
	      const char *construct)
{
	struct expr *e;

	if (!node)
		return NULL;
	e = analyze_expr(as, node, place);
	if (e)
		e = coerce_to_specific_type(as, e, T_INT8, construct);
	if (e && expr_has_var_of(e, as->scope->query)) {
		err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, expr_location(e),
			"argument of %s must not contain variables", construct);
		return NULL;
	}
	return e && e->kind == EX_CONST && e->con.value.class == DATUM_NULL && !as->as_written
		       ? NULL
		       : e;
}
