/*
 * analyze_insert: INSERT. The source becomes a query that gives exactly the columns of q->targets,
 * defaults included, in stored form: a VALUES list stays one, a SELECT is wrapped when its columns
 * need coercions or defaults are added.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"
#include "types/domain.h"

enum how { GIVEN, DEFAULTED };

struct ins_col {
	const struct column *col;
	enum how how;     /* DEFAULTED: not in the column list, or OVERRIDING USER VALUE */
	int source;       /* index in the source's rows; -1: none */
	struct expr *def; /* the default, analyzed once */
	int location;
	const PgQuery__ResTarget *part; /* names only a part of the column; else NULL */
	struct ins_col *next_part;      /* another part of the same column */
};

struct ins {
	struct analyzer *as;
	struct query *q;
	const struct relation *rel;
	struct vec given; /* struct ins_col: the column list, in its order */
	struct vec all;   /* struct ins_col: what is inserted */
	bool listed;
};

static struct expr *
default_of(struct ins *in, struct ins_col *c)
{
	if (!c->def)
		c->def = written_default(in->as, in->q->target, c->col);
	return c->def;
}

/* ---- column list ---- */

static struct ins_col *
given_add(struct ins *in, const struct column *col, int location)
{
	struct ins_col *c = ARENA_NEW(in->as->arena, struct ins_col);

	c->col = col;
	c->source = in->given.n;
	c->location = location;
	vec_push(in->as->arena, &in->given, c);
	return c;
}

static struct ins_col *
find_given(const struct ins *in, const struct column *col)
{
	for (int i = 0; i < in->given.n; i++)
		if (VEC_AT(struct ins_col, &in->given, i)->col == col)
			return in->given.v[i];
	return NULL;
}

static bool
column_list(struct ins *in, const PgQuery__InsertStmt *s)
{
	const struct rte *target = in->q->target;
	const struct relation *written = written_relation(target);

	in->listed = s->n_cols > 0;
	for (size_t i = 0; i < s->n_cols; i++) {
		const PgQuery__ResTarget *rt = s->cols[i]->res_target;
		const struct column *col = relation_column(written, rt->name);
		const struct ins_col *prior = col ? find_given(in, col) : NULL;

		if (!col)
			return err_set(in->as->env->err, ERR_UNDEFINED_COLUMN, rt->location,
				       "column \"%s\" of relation \"%s\" does not exist",
				       rt->name, written->name);
		col = written_column(target, col);
		if (prior && !(prior->part && rt->n_indirection))
			return err_set(in->as->env->err, ERR_DUPLICATE_COLUMN, rt->location,
				       "column \"%s\" specified more than once", rt->name);
		given_add(in, col, rt->location)->part = rt->n_indirection ? rt : NULL;
	}
	for (int i = 0; !in->listed && i < written->ncols; i++)
		if (!written->cols[i].dropped)
			given_add(in, written_column(target, &written->cols[i]), -1);
	return true;
}

/* Cuts the column list to n values. */
static bool
fit_columns(struct ins *in, int n, struct expr *const *row, bool row_hint)
{
	if (n > in->given.n)
		return err_set(in->as->env->err, ERR_SYNTAX_ERROR,
			       row ? row[in->given.n]->location : -1,
			       "INSERT has more expressions than target columns");
	if (n < in->given.n && in->listed) {
		err_set(in->as->env->err, ERR_SYNTAX_ERROR,
			VEC_AT(struct ins_col, &in->given, n)->location,
			"INSERT has more target columns than expressions");
		if (row_hint)
			err_hint(in->as->env->err, "The insertion source is a row expression "
						   "containing the same number of columns "
						   "expected by the INSERT. Did you accidentally "
						   "use extra parentheses?");
		return false;
	}
	in->given.n = n;
	return true;
}

static bool
always_error(struct ins *in, const struct column *col)
{
	err_set(in->as->env->err, ERR_GENERATED_ALWAYS, -1,
		"cannot insert a non-DEFAULT value into column \"%s\"", col->name);
	if (col->generated)
		return err_detail(in->as->env->err, "Column \"%s\" is a generated column.",
				  col->name);
	err_detail(in->as->env->err,
		   "Column \"%s\" is an identity column defined as GENERATED ALWAYS.", col->name);
	return err_hint(in->as->env->err, "Use OVERRIDING SYSTEM VALUE to override.");
}

/* A value was written for c: is that allowed, and does it count? */
static bool
value_allowed(struct ins *in, struct ins_col *c)
{
	if (c->col->identity && in->q->overriding == 'u') {
		c->how = DEFAULTED;
		return true;
	}
	if (c->col->generated || (c->col->identity == 'a' && in->q->overriding != 's'))
		return always_error(in, c->col);
	return true;
}

/* The second and further parts of a column hang on the first. */
static bool
add_part(struct ins_col *first, struct ins_col *c)
{
	if (first == c)
		return false;
	while (first->next_part)
		first = first->next_part;
	first->next_part = c;
	return true;
}

static bool
domain_matters(const struct analyzer *as, const struct type *t)
{
	return t->domain && (!as->copying || t->domain->default_expr);
}

/* What is inserted: the given columns but generated ones, and every other column with a default of
 * ours (SQLite fills in its own) or of a domain, which may refuse a NULL. */
static void
choose_columns(struct ins *in)
{
	for (int i = 0; i < in->given.n; i++) {
		struct ins_col *c = in->given.v[i];

		/* Two of a view's columns may be one of its table's. */
		if (!c->part && find_given(in, c->col) != c)
			err_set(in->as->env->err, ERR_SYNTAX_ERROR, -1,
				"multiple assignments to same column \"%s\"", c->col->name);
		if (!c->col->generated && !add_part(find_given(in, c->col), c))
			vec_push(in->as->arena, &in->all, c);
	}
	for (int i = 0; i < in->rel->ncols; i++) {
		const struct column *col = &in->rel->cols[i];
		struct ins_col *c;

		if (col->dropped || col->generated || find_given(in, col) ||
		    !(col->default_expr || col->identity || domain_matters(in->as, col->type) ||
		      has_own_default(in->q->target, col)))
			continue;
		c = ARENA_NEW(in->as->arena, struct ins_col);
		*c = (struct ins_col){.col = col, .how = DEFAULTED, .source = -1, .location = -1};
		vec_push(in->as->arena, &in->all, c);
	}
	for (int i = 0; i < in->all.n; i++) {
		const struct ins_col *c = in->all.v[i];

		target_new(in->as, &in->q->targets, NULL, c->col->name)->column = c->col;
	}
}

/* ---- VALUES ---- */

/* Analyzes one row; DEFAULT is a NULL pointer in it. */
static struct expr **
raw_row(struct ins *in, const PgQuery__List *l, enum expr_place place, int *n)
{
	struct expr **row = ARENA_ARRAY(in->as->arena, struct expr *, l->n_items + 1);
	PgQuery__Node one = PG_QUERY__NODE__INIT;
	PgQuery__List item = PG_QUERY__LIST__INIT;

	*n = 0;
	one.node_case = PG_QUERY__NODE__NODE_LIST;
	one.list = &item;
	item.n_items = 1;
	for (size_t i = 0; i < l->n_items; i++) {
		struct expr **got;
		int k;

		if (l->items[i]->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT) {
			row[(*n)++] = expr_new(in->as, EX_SET_DEFAULT, T_UNKNOWN,
					       l->items[i]->set_to_default->location);
			continue;
		}
		item.items = (PgQuery__Node **)&l->items[i];
		got = analyze_row(in->as, &one, place, &k);
		if (!got)
			return NULL;
		if (k != 1) {
			struct expr **more = ARENA_ARRAY(in->as->arena, struct expr *,
							 (size_t)(*n + k) + l->n_items + 1);

			memcpy(more, row, sizeof(*row) * (size_t)*n);
			row = more;
		}
		memcpy(row + *n, got, sizeof(*row) * (size_t)k);
		*n += k;
	}
	return row;
}

static bool
check_row_values(struct ins *in, struct expr *const *row)
{
	for (int i = 0; i < in->given.n; i++) {
		struct ins_col *c = in->given.v[i];

		if (row[i]->kind == EX_SET_DEFAULT && c->part)
			return part_default_error(in->as, c->part) != NULL;
		if (row[i]->kind != EX_SET_DEFAULT && !value_allowed(in, c))
			return false;
	}
	return true;
}

/* The value of column c, of which row (the source's) may give several parts. */
static struct expr *
final_value(struct ins *in, struct ins_col *c, struct expr *const *row)
{
	struct expr *e = c->source >= 0 ? row[c->source] : NULL;

	if (!e || e->kind == EX_SET_DEFAULT || c->how != GIVEN)
		return default_of(in, c);
	if (!c->part)
		return coerce_for_column(in->as, c->col, e, expr_location(e));
	e = typed_null(in->as, c->col->type->oid, c->col->typmod);
	for (; c && e; c = c->next_part) {
		if (e->kind == EX_COERCE_DOMAIN)
			e = e->unary.arg;
		e = assign_part(in->as, c->col, e, c->part, row[c->source], PLACE_INSERT_TARGET);
	}
	return e;
}

/* The row as inserted: coerced, defaults in place. */
static struct expr **
final_row(struct ins *in, struct expr *const *row)
{
	struct expr **out = ARENA_ARRAY(in->as->arena, struct expr *, in->all.n + 1);

	for (int i = 0; i < in->all.n; i++) {
		out[i] = final_value(in, in->all.v[i], row);
		if (!out[i])
			return NULL;
	}
	return out;
}

static struct query *
values_query(struct ins *in, struct vec *rows)
{
	struct query *q = query_new(in->as, CMD_SELECT);
	struct rte *rte = rte_new(in->as, RTE_VALUES);

	rte->alias = "*VALUES*";
	rte->level = q;
	rte->values = arena_memdup(in->as->arena, rows, sizeof(*rows));
	rte->nvalues = rte->ncols = in->all.n;
	rte->cols = ARENA_ARRAY(in->as->arena, struct rtcol, rte->ncols + 1);
	q->values = rte;
	vec_push(in->as->arena, &q->from, from_rte(in->as, rte));
	for (int i = 0; i < in->all.n; i++) {
		const struct column *col = VEC_AT(struct ins_col, &in->all, i)->col;

		rte->cols[i] = (struct rtcol){
			.name = col->name, .type = col->type->oid, .typmod = col->typmod};
		target_new(in->as, &q->targets, expr_var(in->as, rte, i, -1), col->name);
	}
	return q;
}

static bool
source_values(struct ins *in, const PgQuery__SelectStmt *s)
{
	enum expr_place place = s->n_values_lists > 1 ? PLACE_VALUES : PLACE_VALUES_SINGLE;
	struct vec rows = {0}, out = {0};
	int width = -1, n;

	for (size_t i = 0; i < s->n_values_lists; i++) {
		const PgQuery__List *l = s->values_lists[i]->list;
		struct expr **row = raw_row(in, l, place, &n);

		if (!row)
			return false;
		if (width >= 0 && n != width)
			return err_set(in->as->env->err, ERR_SYNTAX_ERROR,
				       n ? row[0]->location : -1,
				       "VALUES lists must all be the same length");
		if (width < 0 && !fit_columns(in, n, row,
					      n == 1 && row[0]->kind == EX_ROW &&
						      row[0]->list.nargs == in->given.n))
			return false;
		width = n;
		vec_push(in->as->arena, &rows, row);
	}
	for (int i = 0; i < rows.n; i++)
		if (!check_row_values(in, rows.v[i]))
			return false;
	choose_columns(in);
	for (int i = 0; i < rows.n; i++) {
		struct expr **row = final_row(in, rows.v[i]);

		if (!row)
			return false;
		vec_push(in->as->arena, &out, row);
	}
	in->q->source = in->all.n ? values_query(in, &out) : NULL;
	return true;
}

/* ---- SELECT ---- */

static bool
select_fits(struct ins *in, const struct query *src)
{
	for (int i = 0; i < in->all.n; i++) {
		const struct ins_col *c = in->all.v[i];
		const struct expr *e;

		if (c->how == DEFAULTED || c->source != i || c->part)
			return false;
		e = query_col(src, i)->expr;
		if (e->type != c->col->type->oid ||
		    (c->col->typmod >= 0 && e->typmod != c->col->typmod))
			return false;
	}
	return in->all.n == query_ncols(src);
}

/* SELECT (coerced columns and defaults) FROM (source). Unknown literals are coerced where they
 * stand. */
static bool
wrap_source(struct ins *in, struct query *src)
{
	struct expr **row = ARENA_ARRAY(in->as->arena, struct expr *, query_ncols(src) + 1);
	struct vec outer = {0};
	struct rte *rte;

	for (int i = 0; i < query_ncols(src); i++) {
		struct target *t = query_col(src, i);
		struct ins_col *c = in->given.v[i];

		if (t->expr->type != T_UNKNOWN)
			continue;
		if (c->part && t->expr->kind == EX_CONST)
			row[i] = t->expr;
		t->expr = c->col->generated || c->part ? resolve_unknown(in->as, t->expr)
						       : coerce_for_column(in->as, c->col, t->expr,
									   expr_location(t->expr));
		if (!t->expr)
			return false;
	}
	if (select_fits(in, src))
		return true;
	rte = query_wrap(in->as, src);
	for (int i = 0; i < query_ncols(src); i++) {
		if (row[i])
			continue;
		row[i] = query_col(src, i)->expr;
		row[i]->location = query_col(rte->subquery, i)->expr->location;
	}
	for (int i = 0; i < in->all.n; i++) {
		struct ins_col *c = in->all.v[i];
		struct expr *e = final_value(in, c, row);

		if (!e)
			return false;
		target_new(in->as, &outer, e, c->col->name);
	}
	src->targets = outer;
	return true;
}

static bool
source_select(struct ins *in, const PgQuery__SelectStmt *s)
{
	struct query *src = analyze_select(in->as, s, false);

	if (!src)
		return false;
	if (query_ncols(src) > in->given.n)
		return err_set(in->as->env->err, ERR_SYNTAX_ERROR,
			       query_col(src, in->given.n)->expr->location,
			       "INSERT has more expressions than target columns");
	if (!fit_columns(in, query_ncols(src), NULL, false))
		return false;
	for (int i = 0; i < in->given.n; i++)
		if (!value_allowed(in, in->given.v[i]))
			return false;
	choose_columns(in);
	in->q->source = src;
	return wrap_source(in, src);
}

static bool
source_defaults(struct ins *in)
{
	struct vec rows = {0};
	struct expr **row;

	in->given.n = 0;
	choose_columns(in);
	if (!in->all.n)
		return true;
	row = final_row(in, NULL);
	if (!row)
		return false;
	vec_push(in->as->arena, &rows, row);
	in->q->source = values_query(in, &rows);
	return true;
}

static bool
is_plain_values(const PgQuery__SelectStmt *s)
{
	return s->n_values_lists && !s->n_sort_clause && !s->limit_count && !s->limit_offset &&
	       !s->n_locking_clause && !s->with_clause;
}

/* ---- entry ---- */

static bool
insert_source(struct ins *in, const PgQuery__InsertStmt *s)
{
	const PgQuery__SelectStmt *sel = s->select_stmt ? s->select_stmt->select_stmt : NULL;

	if (!column_list(in, s))
		return false;
	if (!sel)
		return source_defaults(in);
	return is_plain_values(sel) ? source_values(in, sel) : source_select(in, sel);
}

static bool
insert_body(struct analyzer *as, const PgQuery__InsertStmt *s, struct query *q)
{
	struct ins in = {.as = as, .q = q};
	struct rte *rte;

	if (s->with_clause && !analyze_with(as, s->with_clause, q))
		return false;
	rte = analyze_dml_target(as, s->relation, q);
	if (!rte)
		return false;
	q->overriding = s->override == PG_QUERY__OVERRIDING_KIND__OVERRIDING_SYSTEM_VALUE ? 's'
			: s->override == PG_QUERY__OVERRIDING_KIND__OVERRIDING_USER_VALUE ? 'u'
											  : 0;
	in.rel = rte->rel;
	if (!insert_source(&in, s))
		return false;
	scope_add(as, rte, true, true);
	if (s->on_conflict_clause && !analyze_on_conflict(as, s->on_conflict_clause, q))
		return false;
	return analyze_returning(as, s->returning_list, s->n_returning_list, q) &&
	       finish_written_view(as, q);
}

struct query *
analyze_insert(struct analyzer *as, const PgQuery__InsertStmt *s)
{
	struct query *q = query_new(as, CMD_INSERT);
	bool ok;

	as->writes = true;
	scope_push(as, q);
	ok = insert_body(as, s, q);
	scope_pop(as);
	return ok ? q : NULL;
}
