/*
 * analyze_grouping: GROUPING SETS, ROLLUP, CUBE expanded to a flat list of sets (PostgreSQL's
 * expand_grouping_sets); q->group is the union of all their expressions. lower_agg.c and
 * lower_grouping.c turn each set into an arm of a UNION ALL.
 */
#include "sql/analyze_int.h"

enum { MAX_SETS = 4096 };

/* A list of grouping sets; each element is a struct grouping_set. */
static bool sets_of(struct analyzer *as, const PgQuery__Node *n, struct query *q, struct vec *out);

static struct sort_item *
item_for(struct analyzer *as, const PgQuery__Node *n, struct query *q)
{
	struct target *t = target_for_node(as, n, PLACE_GROUP_BY, &q->targets);
	struct sort_item *s;
	oid_t eq;

	if (!t)
		return NULL;
	for (int i = 0; i < q->group.n; i++) {
		s = q->group.v[i];
		if (s->target == t)
			return s;
	}
	t->expr = resolve_unknown(as, t->expr);
	if (!t->expr || !get_sort_group_operators(as, t->expr->type, false, true, NULL, &eq, NULL,
						  t->expr->location))
		return NULL;
	s = ARENA_NEW(as->arena, struct sort_item);
	s->expr = t->expr;
	s->eq_op = eq;
	s->target = t;
	vec_push(as->arena, &q->group, s);
	return s;
}

static void
set_add(struct analyzer *as, struct grouping_set *to, const struct vec *items)
{
	for (int i = 0; i < items->n; i++)
		if (!vec_has(&to->items, items->v[i]))
			vec_push(as->arena, &to->items, items->v[i]);
}

/* (a, b) or a: one set of items. */
static bool
simple_set(struct analyzer *as, const PgQuery__Node *n, struct query *q, struct grouping_set *set)
{
	struct sort_item *s;

	if (n->node_case == PG_QUERY__NODE__NODE_ROW_EXPR &&
	    n->row_expr->row_format == PG_QUERY__COERCION_FORM__COERCE_IMPLICIT_CAST) {
		for (size_t i = 0; i < n->row_expr->n_args; i++)
			if (!simple_set(as, n->row_expr->args[i], q, set))
				return false;
		return true;
	}
	s = item_for(as, n, q);
	if (!s)
		return false;
	if (!vec_has(&set->items, s))
		vec_push(as->arena, &set->items, s);
	return true;
}

static bool
content_sets(struct analyzer *as, const PgQuery__GroupingSet *gs, struct query *q,
	     struct vec *parts)
{
	for (size_t i = 0; i < gs->n_content; i++) {
		struct grouping_set *set = ARENA_NEW(as->arena, struct grouping_set);

		if (!simple_set(as, gs->content[i], q, set))
			return false;
		vec_push(as->arena, parts, set);
	}
	return true;
}

static bool
rollup_sets(struct analyzer *as, const struct vec *parts, struct vec *out)
{
	for (int n = parts->n; n >= 0; n--) {
		struct grouping_set *set = ARENA_NEW(as->arena, struct grouping_set);

		for (int i = 0; i < n; i++)
			set_add(as, set, &VEC_AT(struct grouping_set, parts, i)->items);
		vec_push(as->arena, out, set);
	}
	return true;
}

static bool
cube_sets(struct analyzer *as, const struct vec *parts, struct vec *out)
{
	for (int mask = (1 << parts->n) - 1; mask >= 0; mask--) {
		struct grouping_set *set = ARENA_NEW(as->arena, struct grouping_set);

		for (int i = 0; i < parts->n; i++)
			if (mask & 1 << (parts->n - 1 - i))
				set_add(as, set, &VEC_AT(struct grouping_set, parts, i)->items);
		vec_push(as->arena, out, set);
	}
	return true;
}

static bool
sets_of(struct analyzer *as, const PgQuery__Node *n, struct query *q, struct vec *out)
{
	const PgQuery__GroupingSet *gs = n->grouping_set;
	struct vec parts = {0};
	struct grouping_set *set;

	if (n->node_case != PG_QUERY__NODE__NODE_GROUPING_SET) {
		set = ARENA_NEW(as->arena, struct grouping_set);
		vec_push(as->arena, out, set);
		return simple_set(as, n, q, set);
	}
	switch (gs->kind) {
	case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_EMPTY:
		vec_push(as->arena, out, ARENA_NEW(as->arena, struct grouping_set));
		return true;
	case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_ROLLUP:
		return content_sets(as, gs, q, &parts) && rollup_sets(as, &parts, out);
	case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_CUBE:
		if (gs->n_content > 12)
			return err_set(as->env->err, ERR_TOO_MANY_COLUMNS, gs->location,
				       "CUBE is limited to 12 elements");
		return content_sets(as, gs, q, &parts) && cube_sets(as, &parts, out);
	case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_SETS:
		for (size_t i = 0; i < gs->n_content; i++)
			if (!sets_of(as, gs->content[i], q, out))
				return false;
		return true;
	default:
		return err_unsupported(as->env->err, gs->location, "this kind of grouping set");
	}
}

/* All pairs: GROUP BY a, ROLLUP (b) means {a} × {(b), ()}. */
static bool
cross(struct analyzer *as, struct vec *acc, const struct vec *more)
{
	struct vec out = {0};

	if (acc->n * more->n > MAX_SETS)
		return err_set(as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "too many grouping sets present (maximum %d)", MAX_SETS);
	for (int i = 0; i < acc->n; i++)
		for (int j = 0; j < more->n; j++) {
			struct grouping_set *set = ARENA_NEW(as->arena, struct grouping_set);

			set_add(as, set, &VEC_AT(struct grouping_set, acc, i)->items);
			set_add(as, set, &VEC_AT(struct grouping_set, more, j)->items);
			vec_push(as->arena, &out, set);
		}
	*acc = out;
	return true;
}

static bool
same_set(const struct grouping_set *a, const struct grouping_set *b)
{
	if (a->items.n != b->items.n)
		return false;
	for (int i = 0; i < a->items.n; i++)
		if (!vec_has(&b->items, a->items.v[i]))
			return false;
	return true;
}

static void
drop_duplicates(struct vec *sets)
{
	int n = 0;

	for (int i = 0; i < sets->n; i++) {
		bool seen = false;

		for (int j = 0; j < n && !seen; j++)
			seen = same_set(sets->v[j], sets->v[i]);
		if (!seen)
			sets->v[n++] = sets->v[i];
	}
	sets->n = n;
}

/* ---- as written ---- */

static struct group_element *
element_of(struct analyzer *as, const PgQuery__Node *n, struct query *q)
{
	struct group_element *g = ARENA_NEW(as->arena, struct group_element);
	const PgQuery__GroupingSet *gs = n->grouping_set;
	struct grouping_set set = {0};

	if (n->node_case != PG_QUERY__NODE__NODE_GROUPING_SET) {
		g->kind = 's';
		if (!simple_set(as, n, q, &set))
			return NULL;
		g->items = set.items;
		return g;
	}
	g->kind = gs->kind == PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_ROLLUP ? 'r'
		  : gs->kind == PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_CUBE ? 'c'
		  : gs->kind == PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_SETS ? 'g'
									       : 'e';
	for (size_t i = 0; i < gs->n_content; i++) {
		struct group_element *child = element_of(as, gs->content[i], q);

		if (!child)
			return NULL;
		vec_push(as->arena, &g->elements, child);
	}
	return g;
}

static bool
elements_as_written(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	for (size_t i = 0; i < s->n_group_clause; i++) {
		struct group_element *g = element_of(as, s->group_clause[i], q);

		if (!g)
			return false;
		vec_push(as->arena, &q->group_elements, g);
	}
	q->group_distinct = s->group_distinct;
	return true;
}

bool
analyze_grouping_sets(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q)
{
	if (as->as_written)
		return elements_as_written(as, s, q);
	vec_push(as->arena, &q->grouping_sets, ARENA_NEW(as->arena, struct grouping_set));
	for (size_t i = 0; i < s->n_group_clause; i++) {
		struct vec one = {0};

		if (!sets_of(as, s->group_clause[i], q, &one) ||
		    !cross(as, &q->grouping_sets, &one))
			return false;
	}
	q->group_distinct = s->group_distinct;
	if (q->group_distinct)
		drop_duplicates(&q->grouping_sets);
	/* A single set is a plain GROUP BY; a single empty one is an aggregate over everything. */
	if (q->grouping_sets.n == 1 && VEC_AT(struct grouping_set, &q->grouping_sets, 0)->items.n) {
		q->group = VEC_AT(struct grouping_set, &q->grouping_sets, 0)->items;
		q->grouping_sets = (struct vec){0};
	}
	return true;
}
