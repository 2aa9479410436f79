/*
 * analyze_search: SEARCH and CYCLE of a recursive WITH query. Its columns get company:
 *     SEARCH DEPTH FIRST BY a SET s     s record[]: the rows (a) from the start to here
 *     SEARCH BREADTH FIRST BY a SET s   s record: how many steps it took, and a
 *     CYCLE a SET c USING p             c: has this (a) been on the way; p record[]: the way
 * Both arms of the UNION compute them; the recursive one reads its own from the row that it goes on
 * from, and goes on from no row that closes a cycle.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

struct cte_search {
	const PgQuery__CTESearchClause *search; /* or NULL */
	const PgQuery__CTECycleClause *cycle;   /* or NULL */
	struct expr *value, *def;               /* of the cycle mark */
	int own;                                /* the query's own columns */
	int *by, nby, *cycle_by, ncycle_by;     /* which of them */
};

enum { NO_COLUMN = -1 };

/* ---- what is added ---- */

int
cte_extra_columns(const struct cte *cte)
{
	const struct cte_search *s = cte->search;

	return !s ? 0 : (s->search ? 1 : 0) + (s->cycle ? 2 : 0);
}

static bool
mark_values(struct analyzer *as, struct cte_search *s)
{
	const PgQuery__CTECycleClause *c = s->cycle;
	struct expr *both[2] = {analyze_expr(as, c->cycle_mark_value, PLACE_OTHER), NULL};
	oid_t type, eq;
	int32_t typmod;

	if (!both[0] || !(both[1] = analyze_expr(as, c->cycle_mark_default, PLACE_OTHER)))
		return false;
	type = select_common_type(as, both, 2, "CYCLE", NULL);
	if (!type)
		return false;
	typmod = select_common_typmod(both, 2, type);
	s->value = coerce_to_common_type(as, both[0], type, "CYCLE/SET/TO");
	s->def = s->value ? coerce_to_common_type(as, both[1], type, "CYCLE/SET/DEFAULT") : NULL;
	if (!s->def)
		return false;
	s->value->typmod = s->def->typmod = typmod;
	return get_sort_group_operators(as, type, false, true, NULL, &eq, NULL, -1);
}

void
cte_cycle_values(const struct cte *cte, const struct expr **value, const struct expr **def)
{
	*value = cte->search->value;
	*def = cte->search->def;
}

bool
cte_search_begin(struct analyzer *as, struct cte *cte)
{
	const PgQuery__CommonTableExpr *c = cte->decl;

	if (!c->search_clause && !c->cycle_clause)
		return true;
	cte->search = ARENA_NEW(as->arena, struct cte_search);
	cte->search->search = c->search_clause;
	cte->search->cycle = c->cycle_clause;
	return !c->cycle_clause || mark_values(as, cte->search);
}

void
cte_search_columns(struct analyzer *as, struct cte *cte)
{
	struct cte_search *s = cte->search;
	struct rtcol *cols, *c;

	if (!s)
		return;
	s->own = cte->ncols;
	cols = ARENA_ARRAY(as->arena, struct rtcol, cte->ncols + 4);
	memcpy(cols, cte->cols, sizeof(*cols) * (size_t)cte->ncols);
	c = cols + cte->ncols;
	if (s->search)
		*c++ = (struct rtcol){.name = arena_strdup(as->arena, s->search->search_seq_column),
				      .type = s->search->search_breadth_first ? T_RECORD
									      : T_RECORDARRAY,
				      .typmod = -1};
	if (s->cycle) {
		*c++ = (struct rtcol){.name = arena_strdup(as->arena, s->cycle->cycle_mark_column),
				      .type = s->value->type,
				      .typmod = s->value->typmod,
				      .collation = s->value->collation};
		*c++ = (struct rtcol){.name = arena_strdup(as->arena, s->cycle->cycle_path_column),
				      .type = T_RECORDARRAY,
				      .typmod = -1};
	}
	cte->cols = cols;
	cte->ncols = (int)(c - cols);
}

/* ---- checks ---- */

static int
own_column(const struct cte *cte, const char *name)
{
	for (int i = 0; i < cte->search->own; i++)
		if (strcmp(cte->cols[i].name, name) == 0)
			return i;
	return NO_COLUMN;
}

static bool
listed_columns(struct analyzer *as, const struct cte *cte, PgQuery__Node *const *list, size_t n,
	       const char *what, int location, int **out, int *nout)
{
	struct err *err = as->env->err;

	*out = ARENA_ARRAY(as->arena, int, n + 1);
	*nout = (int)n;
	for (size_t i = 0; i < n; i++) {
		const char *name = node_str(list[i]);

		(*out)[i] = own_column(cte, name);
		if ((*out)[i] == NO_COLUMN)
			return err_set(err, ERR_SYNTAX_ERROR, location,
				       "%s column \"%s\" not in WITH query column list", what,
				       name);
		for (size_t k = 0; k < i; k++)
			if ((*out)[k] == (*out)[i])
				return err_set(err, ERR_DUPLICATE_COLUMN, location,
					       "%s column \"%s\" specified more than once", what,
					       name);
	}
	return true;
}

static bool
is_new(struct analyzer *as, const struct cte *cte, const char *name, const char *what, int location)
{
	return own_column(cte, name) == NO_COLUMN ||
	       err_set(as->env->err, ERR_SYNTAX_ERROR, location,
		       "%s column name \"%s\" already used in WITH query column list", what, name);
}

static bool
differ(struct analyzer *as, const char *a, const char *b, const char *what, int location)
{
	return strcmp(a, b) != 0 || err_set(as->env->err, ERR_SYNTAX_ERROR, location,
					    "%s column name are the same", what);
}

static bool
check_clauses(struct analyzer *as, struct cte *cte)
{
	struct cte_search *s = cte->search;
	const PgQuery__CTESearchClause *f = s->search;
	const PgQuery__CTECycleClause *c = s->cycle;

	if (f && (!listed_columns(as, cte, f->search_col_list, f->n_search_col_list, "search",
				  f->location, &s->by, &s->nby) ||
		  !is_new(as, cte, f->search_seq_column, "search sequence", f->location)))
		return false;
	if (c && (!listed_columns(as, cte, c->cycle_col_list, c->n_cycle_col_list, "cycle",
				  c->location, &s->cycle_by, &s->ncycle_by) ||
		  !is_new(as, cte, c->cycle_mark_column, "cycle mark", c->location) ||
		  !is_new(as, cte, c->cycle_path_column, "cycle path", c->location) ||
		  !differ(as, c->cycle_mark_column, c->cycle_path_column,
			  "cycle mark column name and cycle path", c->location)))
		return false;
	return !f || !c ||
	       (differ(as, f->search_seq_column, c->cycle_mark_column,
		       "search sequence column name and cycle mark", f->location) &&
		differ(as, f->search_seq_column, c->cycle_path_column,
		       "search sequence column name and cycle path", f->location));
}

static bool
check_arms(struct analyzer *as, const struct query *q)
{
	if (q->larg->setop)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "with a SEARCH or CYCLE clause, the left side of the UNION must be "
			       "a SELECT");
	return !q->rarg->setop ||
	       err_set(as->env->err, ERR_SYNTAX_ERROR, -1,
		       "with a SEARCH or CYCLE clause, the right side of the UNION must be a "
		       "SELECT");
}

/* ---- expressions ---- */

/* ROW(first, columns by) of an arm; first may be NULL. */
static struct expr *
row_of(struct analyzer *as, const struct query *arm, const int *by, int n, struct expr *first)
{
	struct expr *row = expr_new(as, EX_ROW, T_RECORD, -1);

	row->list.args = ARENA_ARRAY(as->arena, struct expr *, n + 1);
	if (first)
		row->list.args[row->list.nargs++] = first;
	for (int i = 0; i < n; i++)
		row->list.args[row->list.nargs++] =
			expr_copy(as->arena, query_col(arm, by[i])->expr);
	return row;
}

static struct expr *
rows_of(struct analyzer *as, struct expr *row)
{
	struct expr *a = expr_new(as, EX_ARRAY, T_RECORDARRAY, -1);

	a->list.args = ARENA_ARRAY(as->arena, struct expr *, 1);
	a->list.args[0] = row;
	a->list.nargs = 1;
	return a;
}

static struct expr *
longer(struct analyzer *as, struct expr *way, struct expr *row)
{
	struct expr *args[2] = {way, rows_of(as, row)},
		    **list = arena_memdup(as->arena, args, sizeof(args));

	return make_func(as, "array_cat", list, 2, -1);
}

static struct expr *
one_more(struct analyzer *as, struct expr *seq)
{
	struct expr *depth = expr_new(as, EX_FIELD, T_INT8, -1);

	depth->field.arg = seq;
	depth->field.name = "*DEPTH*";
	return make_op(as, "+", depth, expr_const(as, T_INT8, -1, datum_int(1), -1), -1);
}

static struct expr *
mark(struct analyzer *as, const struct cte_search *s, struct expr *row, struct expr *path)
{
	struct expr *e = expr_new(as, EX_CASE, s->value->type, -1);

	e->typmod = s->value->typmod;
	e->collation = s->value->collation;
	e->cas.whens = ARENA_NEW(as->arena, struct case_when);
	e->cas.whens->when = make_scalar_array_op(as, "=", false, row, path, -1);
	e->cas.whens->then = expr_copy(as->arena, s->value);
	e->cas.nwhens = 1;
	e->cas.def = expr_copy(as->arena, s->def);
	return e->cas.whens->when ? e : NULL;
}

/* ---- the arms ---- */

static bool
add_target(struct analyzer *as, struct query *arm, struct expr *e, const char *name)
{
	return e && target_new(as, &arm->targets, e, name);
}

static bool
is_volatile(const struct query *q)
{
	for (int i = 0; i < q->targets.n; i++) {
		struct expr *e = VEC_AT(struct target, &q->targets, i)->expr;

		if (expr_is_volatile(e) || expr_returns_set(e))
			return true;
	}
	return false;
}

static bool
start_arm(struct analyzer *as, const struct cte *cte, struct query *arm)
{
	const struct cte_search *s = cte->search;
	int col = s->own;

	if (is_volatile(arm))
		query_wrap(as, arm);
	if (s->search) {
		bool breadth = s->search->search_breadth_first;
		struct expr *row =
			row_of(as, arm, s->by, s->nby,
			       breadth ? expr_const(as, T_INT8, -1, datum_int(0), -1) : NULL);

		add_target(as, arm, breadth ? row : rows_of(as, row), cte->cols[col++].name);
	}
	if (s->cycle) {
		struct expr *row = row_of(as, arm, s->cycle_by, s->ncycle_by, NULL);

		add_target(as, arm, expr_copy(as->arena, s->def), cte->cols[col++].name);
		add_target(as, arm, rows_of(as, row), cte->cols[col++].name);
	}
	return true;
}

static bool
next_arm(struct analyzer *as, const struct cte *cte, struct query *arm, struct rte *self)
{
	const struct cte_search *s = cte->search;
	int col = s->own;
	struct expr *both[2], *row;

	if (s->search) {
		struct expr *seq = expr_var(as, self, col, -1);
		bool breadth = s->search->search_breadth_first;

		row = row_of(as, arm, s->by, s->nby, breadth ? one_more(as, seq) : NULL);
		if (!add_target(as, arm, breadth ? row : longer(as, seq, row), cte->cols[col].name))
			return false;
		col++;
	}
	if (!s->cycle)
		return true;
	row = row_of(as, arm, s->cycle_by, s->ncycle_by, NULL);
	if (!add_target(as, arm, mark(as, s, row, expr_var(as, self, col + 1, -1)),
			cte->cols[col].name) ||
	    !add_target(as, arm,
			longer(as, expr_var(as, self, col + 1, -1), expr_copy(as->arena, row)),
			cte->cols[col + 1].name))
		return false;
	both[0] = arm->where;
	both[1] =
		make_op(as, "<>", expr_var(as, self, col, -1), expr_copy(as->arena, s->value), -1);
	if (!both[1])
		return false;
	arm->where = both[0] ? expr_bool(as, BOOL_AND, arena_memdup(as->arena, both, sizeof(both)),
					 2, -1)
			     : both[1];
	return true;
}

/* The UNION's own columns. */
static void
union_columns(struct analyzer *as, const struct cte *cte, struct query *q)
{
	struct rte *rte = VEC_AT(struct target, &q->targets, 0)->expr->var.rte;
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, cte->ncols + 1);

	memcpy(cols, rte->cols, sizeof(*cols) * (size_t)rte->ncols);
	rte->cols = cols;
	for (int i = cte->search->own; i < cte->ncols; i++) {
		cols[rte->ncols] = cte->cols[i];
		target_new(as, &q->targets, expr_var(as, rte, rte->ncols++, -1), cte->cols[i].name);
	}
}

bool
cte_search_finish(struct analyzer *as, struct cte *cte, struct rte *self)
{
	struct query *q = cte->query;

	if (!cte->search || as->as_written)
		return true;
	if (!cte->recursive)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, cte->decl->location,
			       "WITH query is not recursive");
	if (!check_arms(as, q) || !check_clauses(as, cte))
		return false;
	if (!self)
		return err_unsupported(as->env->err, cte->ref_location,
				       "SEARCH or CYCLE with a recursive reference in a "
				       "sub-select of FROM");
	if (!start_arm(as, cte, q->larg) || !next_arm(as, cte, q->rarg, self))
		return false;
	union_columns(as, cte, q);
	return !err_is_set(as->env->err);
}
