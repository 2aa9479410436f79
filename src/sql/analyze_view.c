/*
 * analyze_view: INSERT, UPDATE and DELETE of a view that shows one table and no more than that
 * (PostgreSQL's rewriteTargetView). The entry of the statement's target is then the table under the
 * view's name: first the view's columns, each being a column of the table or an expression over
 * them, then all the table's own, without names. So whatever the statement says of the view is said
 * of the table as soon as it is analyzed. What speaks against it is told when the rest of the
 * statement has been found right.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* A column of a view, seen from the table. */
struct view_column {
	const struct column *base;    /* the table's column; NULL: it is none */
	const struct relation *fault; /* base NULL: the view where it is none, */
	const char *name, *why;       /* its name there, and why */
	struct expr *expr;            /* over the target's entry */
};

struct view_target {
	const struct relation *view;
	const struct relation *base;  /* the table; NULL: there is none */
	const struct relation *fault; /* base NULL: the view that cannot be written to, */
	const char *why;              /* and why */
	int n;
	struct view_column *cols;
	struct expr *where;
	struct vec quals;  /* struct view_check: of every view with a condition, inner ones first */
	struct vec checks; /* those of them that new rows are checked against */
};

struct view_check {
	const char *name;
	struct expr *qual;
};

static const char not_a_column[] =
	"View columns that are not columns of their base relation are not updatable.";
static const char single_table[] = "Views that do not select from a single table or view are not "
				   "automatically updatable.";

static const char no_columns[] =
	"Views that have no updatable columns are not automatically updatable.";

/* ---- which views ---- */

static const char *
why_not(const struct query *q)
{
	if (q->distinct || q->distinct_on.n)
		return "Views containing DISTINCT are not automatically updatable.";
	if (q->group.n || q->grouping_sets.n)
		return "Views containing GROUP BY are not automatically updatable.";
	if (q->having)
		return "Views containing HAVING are not automatically updatable.";
	if (q->setop)
		return "Views containing UNION, INTERSECT, or EXCEPT are not automatically "
		       "updatable.";
	if (q->ctes.n)
		return "Views containing WITH are not automatically updatable.";
	if (q->limit || q->offset)
		return "Views containing LIMIT or OFFSET are not automatically updatable.";
	if (q->has_aggs)
		return "Views that return aggregate functions are not automatically updatable.";
	if (q->has_windows)
		return "Views that return window functions are not automatically updatable.";
	if (q->has_srf)
		return "Views that return set-returning functions are not automatically "
		       "updatable.";
	return NULL;
}

/* What the view's query reads; NULL: *why not. */
static struct rte *
only_entry(const struct query *q, const char **why)
{
	const struct from_item *f = q->from.n == 1 ? q->from.v[0] : NULL;

	*why = why_not(q);
	if (*why)
		return NULL;
	if (f && f->kind == FROM_RTE && f->rte->rel && strchr("rvp", f->rte->rel->kind))
		return f->rte;
	*why = single_table;
	return NULL;
}

/* The table below all views. */
static const struct relation *
find_base(struct view_target *t, const struct relation *view, const struct query *q)
{
	const struct rte *rte = only_entry(q, &t->why);

	t->fault = view;
	if (!rte)
		return NULL;
	return rte->rel->kind == 'v' ? find_base(t, rte->rel, rte->subquery) : rte->rel;
}

/* ---- from a view's query to the table ---- */

struct replace {
	struct analyzer *as;
	const struct rte *from;
	struct view_column *to;
	int n;
};

static struct expr *
whole(struct replace *r, const struct expr *e)
{
	struct expr *row = expr_new(r->as, EX_ROW, e->type, e->location);

	row->list.args = ARENA_ARRAY(r->as->arena, struct expr *, r->n + 1);
	row->list.nargs = r->n;
	for (int i = 0; i < r->n; i++)
		row->list.args[i] = expr_copy(r->as->arena, r->to[i].expr);
	return row;
}

static bool
replace_var(struct expr **slot, void *arg)
{
	struct replace *r = arg;
	struct expr *e = *slot;

	if (e->kind != EX_VAR || e->var.rte != r->from)
		return true;
	if (e->var.col >= r->n)
		return err_unsupported(r->as->env->err, -1,
				       "writing to a view that reads a system column");
	*slot = e->var.col < 0 ? whole(r, e) : expr_copy(r->as->arena, r->to[e->var.col].expr);
	return true;
}

static bool
over_table(struct replace *r, struct expr **e)
{
	return !*e || expr_rewrite(e, replace_var, r, true);
}

/* The table's columns behind the view's in the entry. */
static struct view_column *
table_columns(struct analyzer *as, struct rte *entry, int first, int *n)
{
	struct view_column *cols;

	*n = entry->ncols - first;
	cols = ARENA_ARRAY(as->arena, struct view_column, *n + 1);
	for (int i = 0; i < *n; i++) {
		cols[i].base = entry->cols[first + i].attr;
		cols[i].expr = expr_var(as, entry, first + i, -1);
	}
	return cols;
}

static void
map_column(struct view_column *c, const struct relation *view, const char *name, struct expr *e,
	   const struct replace *r)
{
	*c = (struct view_column){.fault = view, .name = name, .why = not_a_column};
	if (e->kind != EX_VAR || e->var.rte != r->from)
		return;
	if (e->var.col < 0)
		c->why = "View columns that return whole-row references are not updatable.";
	else if (e->var.col >= r->n)
		c->why = "View columns that refer to system columns are not updatable.";
	else
		*c = r->to[e->var.col];
}

static void
add_qual(struct analyzer *as, struct view_target *t, const struct relation *view,
	 const struct expr *qual, bool checked)
{
	struct view_check *c = ARENA_NEW(as->arena, struct view_check);

	c->name = view->name;
	c->qual = expr_copy(as->arena, qual);
	vec_push(as->arena, &t->quals, c);
	if (checked)
		vec_push(as->arena, &t->checks, c);
}

static struct expr *
both(struct analyzer *as, struct expr *a, struct expr *b)
{
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 2);

	if (!a || !b)
		return a ? a : b;
	args[0] = a;
	args[1] = b;
	return expr_bool(as, BOOL_AND, args, 2, -1);
}

/* The columns and conditions of a view, over entry. cascaded: a view above has its rows checked. */
static struct view_column *
map_view(struct analyzer *as, struct view_target *t, const struct relation *view, struct query *q,
	 struct rte *entry, int first, bool cascaded, int *n)
{
	const char *why;
	struct rte *rte = only_entry(q, &why);
	struct replace r = {.as = as, .from = rte};
	struct view_column *cols = ARENA_ARRAY(as->arena, struct view_column, q->targets.n + 1);
	bool updatable = false;

	cascaded |= view->check_option == 'c';
	r.to = rte->rel->kind == 'v'
		       ? map_view(as, t, rte->rel, rte->subquery, entry, first, cascaded, &r.n)
		       : table_columns(as, entry, first, &r.n);
	if (!r.to)
		return NULL;
	*n = 0;
	for (int i = 0; i < q->targets.n; i++) {
		struct target *target = q->targets.v[i];
		struct view_column *c = &cols[*n];

		if (target->junk)
			continue;
		map_column(c, view, view->cols[*n].name, target->expr, &r);
		if (!over_table(&r, &target->expr))
			return NULL;
		c->expr = target->expr;
		updatable |= c->base != NULL;
		(*n)++;
	}
	if (!updatable && !t->why) {
		t->fault = view;
		t->why = no_columns;
	}
	if (!over_table(&r, &q->where))
		return NULL;
	if (q->where)
		add_qual(as, t, view, q->where, cascaded || view->check_option);
	t->where = both(as, t->where, q->where);
	return cols;
}

/* ---- the entry ---- */

static void
hidden_columns(struct rte *entry, const struct relation *base)
{
	for (int i = 0; i < base->ncols; i++) {
		const struct column *c = &base->cols[i];

		if (!c->dropped)
			entry->cols[entry->ncols++] = (struct rtcol){.name = "",
								     .type = c->type->oid,
								     .typmod = c->typmod,
								     .collation = c->collation,
								     .attr = c,
								     .origin = base,
								     .hidden = true,
								     .not_null = c->not_null};
	}
}

static struct rte *
table_entry(struct analyzer *as, struct view_target *t, struct rte *view,
	    const struct relation *base)
{
	struct rte *entry = rte_new(as, RTE_RELATION);
	int first = view->ncols;

	entry->rel = base;
	entry->alias = view->alias;
	entry->schema = view->schema;
	entry->aliased = view->aliased;
	entry->cols = ARENA_ARRAY(as->arena, struct rtcol, first + base->ncols + 1);
	memcpy(entry->cols, view->cols, sizeof(*entry->cols) * (size_t)first);
	entry->ncols = first;
	hidden_columns(entry, base);
	t->cols = map_view(as, t, t->view, view->subquery, entry, first, false, &t->n);
	if (!t->cols)
		return NULL;
	for (int i = 0; i < t->n; i++) {
		entry->cols[i].attr = t->cols[i].base;
		entry->cols[i].join_expr = t->cols[i].base ? NULL : t->cols[i].expr;
	}
	return entry;
}

struct rte *
rte_for_written_view(struct analyzer *as, const struct relation *rel, const PgQuery__Alias *alias,
		     int location)
{
	struct view_target *t = ARENA_NEW(as->arena, struct view_target);
	int made = as->scope->made.n;
	struct rte *rte = rte_for_relation(as, rel, alias, location);

	if (!rte)
		return NULL;
	t->view = rel;
	t->base = find_base(t, rel, rte->subquery);
	if (t->base) {
		t->fault = NULL;
		as->scope->made.n = made; /* one entry of this name */
		rte = table_entry(as, t, rte, t->base);
	}
	if (rte)
		rte->written = t;
	return rte;
}

const struct relation *
written_relation(const struct rte *rte)
{
	return rte->written ? rte->written->view : rte->rel;
}

const struct column *
written_column(const struct rte *rte, const struct column *col)
{
	const struct view_target *t = rte->written;
	int n = 0;

	if (!t || !t->base)
		return col;
	for (int i = 0; i < t->view->ncols; i++) {
		if (t->view->cols[i].dropped)
			continue;
		if (&t->view->cols[i] == col)
			return t->cols[n].base ? t->cols[n].base : col;
		n++;
	}
	return col;
}

/* The view's column with a default of its own; NULL: there is none. */
static const struct column *
own_default(const struct rte *rte, const struct column *col)
{
	const struct view_target *t = rte->written;
	int n = 0;

	for (int i = 0; t && t->base && i < t->view->ncols; i++) {
		const struct column *c = &t->view->cols[i];

		if (c->dropped)
			continue;
		if (t->cols[n++].base == col && c->default_expr)
			return c;
	}
	return NULL;
}

bool
has_own_default(const struct rte *rte, const struct column *col)
{
	return own_default(rte, col) != NULL;
}

struct expr *
written_default(struct analyzer *as, const struct rte *rte, const struct column *col)
{
	const struct column *own = own_default(rte, col);

	return own ? column_default(as, rte->written->view, own)
		   : column_default(as, rte->rel, col);
}

struct expr *
updated_default(struct analyzer *as, const struct rte *rte, const struct column *col)
{
	return rte->written && !own_default(rte, col)
		       ? coerce_to_domain(as,
					  typed_null(as, base_type(as, col->type->oid, NULL), -1),
					  col->type->oid, COERCE_IMPLICIT, -1)
		       : written_default(as, rte, col);
}

/* ---- at the statement's end ---- */

static bool
refuse_view(struct analyzer *as, const struct view_target *t, enum query_cmd cmd)
{
	static const struct {
		const char *message, *hint;
	} words[] = {
		[CMD_INSERT] = {"cannot insert into view \"%s\"",
				"To enable inserting into the view, provide an INSTEAD OF INSERT "
				"trigger or an unconditional ON INSERT DO INSTEAD rule."},
		[CMD_UPDATE] = {"cannot update view \"%s\"",
				"To enable updating the view, provide an INSTEAD OF UPDATE trigger "
				"or an unconditional ON UPDATE DO INSTEAD rule."},
		[CMD_DELETE] = {"cannot delete from view \"%s\"",
				"To enable deleting from the view, provide an INSTEAD OF DELETE "
				"trigger or an unconditional ON DELETE DO INSTEAD rule."},
	};

	err_set(as->env->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1, words[cmd].message,
		t->fault->name);
	err_detail(as->env->err, "%s", t->why);
	return err_hint(as->env->err, "%s", words[cmd].hint);
}

static bool
columns_writable(struct analyzer *as, const struct query *q, const struct vec *targets)
{
	const struct view_target *t = q->target->written;

	for (int i = 0; i < targets->n; i++) {
		const struct column *col = VEC_AT(struct target, targets, i)->column;
		int n = 0;

		for (int k = 0; k < t->view->ncols; k++) {
			const struct view_column *c = &t->cols[n];

			if (t->view->cols[k].dropped)
				continue;
			n++;
			if (&t->view->cols[k] != col)
				continue;
			err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
				q->cmd == CMD_INSERT
					? "cannot insert into column \"%s\" of view \"%s\""
					: "cannot update column \"%s\" of view \"%s\"",
				c->name, c->fault->name);
			return err_detail(as->env->err, "%s", c->why);
		}
		for (int k = 0; k < i; k++)
			if (VEC_AT(struct target, targets, k)->column == col)
				return err_set(as->env->err, ERR_SYNTAX_ERROR, -1,
					       "multiple assignments to same column \"%s\"",
					       col->name);
	}
	return true;
}

static struct expr *
check_call(struct analyzer *as, const struct proc *proc, const struct view_check *c,
	   struct expr *row)
{
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 3), *e;

	args[0] = expr_copy(as->arena, c->qual);
	args[1] = expr_const(as, T_TEXT, -1, datum_text(c->name, strlen(c->name)), -1);
	args[2] = row;
	e = expr_new(as, EX_FUNC, T_BOOL, -1);
	e->func.proc = proc;
	e->func.args = args;
	e->func.nargs = row ? 3 : 2;
	e->func.form = 'f';
	return e;
}

/* ON CONFLICT DO UPDATE of a row that the view does not show is an error, before its own condition
 * is asked. */
static void
check_conflicting(struct analyzer *as, struct on_conflict *oc, const struct view_check *c)
{
	static const struct proc visible = {.name = "check_visible",
					    .namespace_oid = NS_PG_CATALOG,
					    .prosrc = "check_visible",
					    .language = 12,
					    .kind = 'f',
					    .volatility = 'v',
					    .rettype = T_BOOL};
	struct expr *call = check_call(as, &visible, c, NULL), *e;

	if (!oc->where) {
		oc->where = call;
		return;
	}
	e = expr_new(as, EX_CASE, T_BOOL, -1);
	e->cas.whens = ARENA_NEW(as->arena, struct case_when);
	e->cas.nwhens = 1;
	e->cas.whens[0] = (struct case_when){call, oc->where};
	oc->where = e;
}

/* New rows that the view would not show are an error: told by what the statement returns. */
static bool
check_rows(struct analyzer *as, struct query *q, const struct view_check *c)
{
	static const struct proc check = {.name = "check_option",
					  .namespace_oid = NS_PG_CATALOG,
					  .prosrc = "check_option",
					  .language = 12,
					  .kind = 'f',
					  .volatility = 'v',
					  .rettype = T_BOOL};
	struct rte *entry = q->target;
	struct expr *row;

	if (as->scope->outer)
		return err_unsupported(as->env->err, -1, "WITH CHECK OPTION in a WITH query");
	row = expr_new(as, EX_ROW, T_RECORD, -1);
	row->list.args = ARENA_ARRAY(as->arena, struct expr *, entry->ncols + 1);
	for (int i = 0; i < entry->ncols; i++)
		if (entry->cols[i].hidden && entry->cols[i].attr)
			row->list.args[row->list.nargs++] = expr_var(as, entry, i, -1);
	target_new(as, &q->returning, check_call(as, &check, c, row), NULL)->junk = true;
	return true;
}

bool
finish_written_view(struct analyzer *as, struct query *q)
{
	const struct view_target *t = q->target->written;

	if (!t)
		return true;
	if (!t->base || (t->why && q->cmd != CMD_DELETE))
		return refuse_view(as, t, q->cmd);
	if (!columns_writable(as, q, &q->targets) ||
	    (q->on_conflict && !columns_writable(as, q, &q->on_conflict->set)))
		return false;
	if (q->cmd != CMD_INSERT)
		q->where = both(as, q->where, t->where);
	for (int i = t->quals.n - 1; q->on_conflict && q->on_conflict->do_update && i >= 0; i--)
		check_conflicting(as, q->on_conflict, t->quals.v[i]);
	for (int i = 0; i < t->checks.n && q->cmd != CMD_DELETE; i++)
		if (!check_rows(as, q, t->checks.v[i]))
			return false;
	return true;
}

/* ---- for ddl/ and the catalogs ---- */

bool
compile_query_writable(struct compile_env *env, struct arena *a, const PgQuery__Node *query,
		       const char **why)
{
	struct analyzer as;
	struct query *q;
	const struct rte *rte;

	analyzer_init(&as, env, a, "");
	q = analyze_query(&as, query);
	if (!q || err_is_set(env->err))
		return false;
	rte = only_entry(q, why);
	for (int i = 0; rte && i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];

		if (!t->junk && t->expr->kind == EX_VAR && t->expr->var.rte == rte &&
		    t->expr->var.col >= 0 && rte->cols[t->expr->var.col].attr)
			return true;
	}
	if (rte)
		*why = no_columns;
	return true;
}

bool
compile_view_updatable(struct compile_env *env, struct arena *a, const struct relation *view,
		       const struct relation **base, bool **cols)
{
	struct analyzer as;
	struct rte *rte;
	const struct view_target *t;
	int n = 0;

	*base = NULL;
	analyzer_init(&as, env, a, "");
	scope_push(&as, query_new(&as, CMD_SELECT));
	rte = rte_for_written_view(&as, view, NULL, -1);
	if (!rte)
		return false;
	t = rte->written;
	*cols = ARENA_ARRAY(a, bool, view->ncols + 1);
	if (!t->base)
		return true;
	*base = t->base;
	for (int i = 0; i < view->ncols; i++)
		if (!view->cols[i].dropped)
			(*cols)[i] = t->cols[n++].base != NULL;
	return true;
}
