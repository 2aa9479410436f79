/*
 * analyze_clause: ORDER BY, GROUP BY, DISTINCT, LIMIT, WINDOW. (FROM is analyze_from.c, ON CONFLICT
 * analyze_conflict.c, GROUPING SETS analyze_grouping.c.)
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
analyze_sort_by(struct analyzer *as, const PgQuery__SortBy *sb, enum expr_place place,
		struct vec *targets, bool use_targets)
{
	struct target *t = NULL;
	struct sort_item *item;
	struct expr *e;
	int dir = sb->sortby_dir;

	if (use_targets) {
		t = target_for_node(as, sb->node, place, targets);
		e = t ? t->expr = resolve_unknown(as, t->expr) : NULL;
	} else {
		e = analyze_expr(as, sb->node, place);
	}
	if (!e || (dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING && !sort_using(as, sb, e, &dir)))
		return NULL;
	item = sort_item_for(as, e, dir, sb->sortby_nulls,
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

static struct sort_item *
group_item(struct analyzer *as, struct target *t)
{
	struct sort_item *s;
	oid_t eq;

	t->expr = resolve_unknown(as, t->expr);
	if (!t->expr || !get_sort_group_operators(as, t->expr->type, false, true, NULL, &eq, NULL,
						  t->expr->location))
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
	s = group_item(as, t);
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

static int
raw_location(const PgQuery__Node *n, int other)
{
	return n->node_case == PG_QUERY__NODE__NODE_COLUMN_REF ? n->column_ref->location
	       : n->node_case == PG_QUERY__NODE__NODE_A_CONST  ? n->a_const->location
							       : other;
}

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
		struct sort_item *item = t ? group_item(as, t) : NULL;

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
		if (!t->junk && !group_item(as, t))
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
	return e && e->kind == EX_CONST && e->con.value.class == DATUM_NULL ? NULL : e;
}

/* ---- WINDOW and OVER ---- */

enum { /* parsenodes.h's FRAMEOPTION bits */
       FO_NONDEFAULT = 0x1,
       FO_RANGE = 0x2,
       FO_ROWS = 0x4,
       FO_GROUPS = 0x8,
       FO_START_UP = 0x20,
       FO_END_UP = 0x40,
       FO_START_UF = 0x80,
       FO_END_UF = 0x100,
       FO_START_CUR = 0x200,
       FO_END_CUR = 0x400,
       FO_START_OP = 0x800,
       FO_END_OP = 0x1000,
       FO_START_OF = 0x2000,
       FO_END_OF = 0x4000,
       FO_EXCL_CUR = 0x8000,
       FO_EXCL_GROUP = 0x10000,
       FO_EXCL_TIES = 0x20000
};

static struct window_def *
find_window(struct analyzer *as, const char *name, int location)
{
	for (int i = 0; i < as->scope->windows.n; i++) {
		struct window_def *w = as->scope->windows.v[i];

		if (w->name && strcmp(w->name, name) == 0)
			return w;
	}
	err_set(as->env->err, ERR_UNDEFINED_OBJECT, location, "window \"%s\" does not exist", name);
	return NULL;
}

static bool
window_lists(struct analyzer *as, const PgQuery__WindowDef *wd, struct window_def *w)
{
	for (size_t i = 0; i < wd->n_partition_clause; i++) {
		struct expr *e = analyze_expr(as, wd->partition_clause[i], PLACE_WINDOW_PARTITION);
		struct sort_item *s = e ? sort_item_for(as, e, 0, 0, e->location) : NULL;

		if (!s)
			return false;
		vec_push(as->arena, &w->partition, s);
	}
	for (size_t i = 0; i < wd->n_order_clause; i++) {
		struct sort_item *s = analyze_sort_by(as, wd->order_clause[i]->sort_by,
						      PLACE_WINDOW_ORDER, NULL, false);

		if (!s)
			return false;
		vec_push(as->arena, &w->order, s);
	}
	return true;
}

static bool
window_inherit(struct analyzer *as, const PgQuery__WindowDef *wd, struct window_def *w)
{
	const struct window_def *ref = find_window(as, wd->refname, wd->location);

	if (!ref)
		return false;
	if (wd->n_partition_clause)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "cannot override PARTITION BY clause of window \"%s\"", wd->refname);
	if (wd->n_order_clause && ref->order.n)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "cannot override ORDER BY clause of window \"%s\"", wd->refname);
	if (ref->has_frame) {
		err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			"cannot copy window \"%s\" because it has a frame clause", wd->refname);
		if (!(wd->name && *wd->name) && !(wd->frame_options & FO_NONDEFAULT) &&
		    !wd->n_order_clause)
			err_hint(as->env->err, "Omit the parentheses in this OVER clause.");
		return false;
	}
	w->partition = ref->partition;
	if (!w->order.n)
		w->order = ref->order;
	return true;
}

static bool
in_range_types(oid_t t)
{
	return t == T_INT2 || t == T_INT4 || t == T_INT8 || t == T_FLOAT4 || t == T_FLOAT8;
}

static struct expr *
frame_offset(struct analyzer *as, const PgQuery__Node *node, const struct window_def *w,
	     struct query *q)
{
	const char *construct = w->mode == 'r' ? "RANGE" : w->mode == 'o' ? "ROWS" : "GROUPS";
	struct expr *e = analyze_expr(as, node, PLACE_WINDOW_FRAME);
	oid_t order;

	if (!e)
		return NULL;
	if (w->mode != 'r') {
		e = coerce_to_specific_type(as, e, T_INT8, construct);
	} else {
		order = VEC_AT(struct sort_item, &w->order, 0)->expr->type;
		if (!in_range_types(order)) {
			err_unsupported(as->env->err, e->location,
					"RANGE with offset PRECEDING/FOLLOWING for column type %s",
					type_display(as, order));
			return NULL;
		}
		if (e->type == T_UNKNOWN || !in_range_types(e->type))
			e = coerce_to_specific_type(as, e, order, construct);
	}
	if (e && expr_has_var_of(e, q)) {
		err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, expr_location(e),
			"argument of %s must not contain variables", construct);
		return NULL;
	}
	return e;
}

static int
frame_start(int o)
{
	return o & FO_START_UP    ? FRAME_UNBOUNDED_PRECEDING
	       : o & FO_START_OP  ? FRAME_OFFSET_PRECEDING
	       : o & FO_START_CUR ? FRAME_CURRENT_ROW
	       : o & FO_START_OF  ? FRAME_OFFSET_FOLLOWING
				  : FRAME_UNBOUNDED_FOLLOWING;
}

static int
frame_end(int o)
{
	return o & FO_END_UP    ? FRAME_UNBOUNDED_PRECEDING
	       : o & FO_END_OP  ? FRAME_OFFSET_PRECEDING
	       : o & FO_END_CUR ? FRAME_CURRENT_ROW
	       : o & FO_END_OF  ? FRAME_OFFSET_FOLLOWING
				: FRAME_UNBOUNDED_FOLLOWING;
}

static bool
window_frame(struct analyzer *as, const PgQuery__WindowDef *wd, struct window_def *w,
	     struct query *q)
{
	int o = wd->frame_options;

	w->has_frame = o & FO_NONDEFAULT;
	w->mode = o & FO_ROWS ? 'o' : o & FO_GROUPS ? 'g' : 'r';
	w->start = frame_start(o);
	w->end = frame_end(o);
	w->exclude = o & FO_EXCL_CUR ? 'c' : o & FO_EXCL_GROUP ? 'g' : o & FO_EXCL_TIES ? 't' : 0;
	if (w->mode == 'g' && !w->order.n)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "GROUPS mode requires an ORDER BY clause");
	if (w->mode == 'r' && (wd->start_offset || wd->end_offset) && w->order.n != 1)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER "
			       "BY column");
	if (wd->start_offset && !(w->start_offset = frame_offset(as, wd->start_offset, w, q)))
		return false;
	return !wd->end_offset || (w->end_offset = frame_offset(as, wd->end_offset, w, q));
}

static struct window_def *
window_build(struct analyzer *as, const PgQuery__WindowDef *wd, struct query *q, const char *name)
{
	struct window_def *w = ARENA_NEW(as->arena, struct window_def);

	w->name = name ? arena_strdup(as->arena, name) : NULL;
	if (!window_lists(as, wd, w))
		return NULL;
	if (wd->refname && *wd->refname && !window_inherit(as, wd, w))
		return NULL;
	if (!window_frame(as, wd, w, q))
		return NULL;
	vec_push(as->arena, &q->windows, w);
	return w;
}

struct window_def *
analyze_window_clause(struct analyzer *as, const PgQuery__WindowDef *wd, struct query *q)
{
	return window_build(as, wd, q, wd->name);
}

struct window_def *
analyze_window(struct analyzer *as, const PgQuery__WindowDef *wd, struct query *q)
{
	if (wd->name && *wd->name)
		return find_window(as, wd->name, wd->location);
	return window_build(as, wd, q, NULL);
}
