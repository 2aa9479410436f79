/*
 * emit_from: FROM items. SQLite's comma and JOIN are one left-associative level, so a join that is
 * not the first item prints flat when that means the same (inner and left joins distribute over a
 * product), else in parentheses.
 */
#include "sql/emit.h"

const char *
rowid_name(const struct relation *rel)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	if (rel->without_rowid)
		return NULL;
	for (size_t i = 0; i < COUNTOF(names); i++) {
		bool taken = false;

		for (int c = 0; c < rel->ncols && !taken; c++)
			taken = !rel->cols[c].dropped &&
				strcasecmp(rel->cols[c].physical, names[i]) == 0;
		if (!taken)
			return names[i];
	}
	return NULL;
}

/* What a function entry is when its only call returns no set: a one-row sub-select. */
bool
rte_function_is_srf(const struct rte *rte)
{
	const struct expr *e = rte->funcs.v[0];

	return rte->funcs.n == 1 && e->kind == EX_FUNC && func_for(e->func.proc) &&
	       func_for(e->func.proc)->srf;
}

/* ctid is made from the rowid. */
static bool
emit_table_column(struct emit *em, const struct rte *rte, int col)
{
	const char *rowid;

	if (col != VAR_ROWID && rte->cols[col].attr) {
		emit_ident(em, rte->cols[col].attr->physical);
		return true;
	}
	rowid = rowid_name(rte->rel);
	if (!rowid)
		return err_unsupported(em->as->env->err, -1, "column ctid of table \"%s\"",
				       rte->rel->name);
	buf_puts(em->b, rowid);
	return true;
}

bool
emit_column(struct emit *em, const struct rte *rte, int col)
{
	if (rte == em->excluded) {
		buf_puts(em->b, "excluded.");
	} else if (rte == em->unqualified && em->selects) {
		emit_ident(em, rte->rel->physical);
		buf_putc(em->b, '.');
	} else if (!em->bare && rte != em->unqualified) {
		buf_printf(em->b, "t%d.", rte->id);
	}
	switch (rte->kind) {
	case RTE_RELATION:
		return emit_table_column(em, rte, col);
	case RTE_VALUES:
		buf_printf(em->b, "column%d", col + 1);
		return true;
	case RTE_FUNCTION:
		if (rte->with_ordinality && col == rte->ncols - 1 && rte_function_is_srf(rte))
			buf_puts(em->b, "ordinality");
		else
			buf_printf(em->b, "c%d", col + 1);
		return true;
	default:
		buf_printf(em->b, "c%d", col + 1);
		return true;
	}
}

bool
emit_table(struct emit *em, const struct rte *rte)
{
	emit_ident(em, rte->rel->physical ? rte->rel->physical : rte->rel->name);
	buf_printf(em->b, " AS t%d", rte->id);
	return true;
}

bool
emit_table_function(struct emit *em, const struct expr *e)
{
	struct call c = {e->func.proc, e->func.args, e->func.nargs, e->type, e->location};

	return emit_call(em, &c) >= 0;
}

/* ROWS FROM (a, b): side by side, the shorter ones padded with NULLs; scalars are sets of one row.
 */
static bool
emit_rows_from(struct emit *em, const struct rte *rte)
{
	int base = em->next_name + 1, col = 0;

	em->next_name += rte->funcs.n;
	buf_puts(em->b, "(SELECT ");
	for (int i = 0; i < rte->funcs.n; i++) {
		const struct expr *e = rte->funcs.v[i];
		int n = e->kind == EX_FUNC && func_for(e->func.proc) && func_for(e->func.proc)->srf
				? func_for(e->func.proc)->srf->ncols
				: 1;

		for (int k = 1; k <= n; k++)
			buf_printf(em->b, "%su%d.c%d AS c%d", col ? ", " : "", base + i, k,
				   col + 1),
				col++;
	}
	if (rte->with_ordinality) {
		buf_puts(em->b, ", coalesce(");
		for (int i = 0; i < rte->funcs.n; i++)
			buf_printf(em->b, "%su%d.ordinality", i ? ", " : "", base + i);
		if (rte->funcs.n == 1)
			buf_puts(em->b, ", NULL");
		buf_printf(em->b, ") AS c%d", col + 1);
	}
	buf_puts(em->b, " FROM ");
	for (int i = 0; i < rte->funcs.n; i++) {
		const struct expr *e = rte->funcs.v[i];

		if (i)
			buf_puts(em->b, " FULL JOIN ");
		if (!(e->kind == EX_FUNC && func_for(e->func.proc) && func_for(e->func.proc)->srf))
			return err_unsupported(em->as->env->err, e->location,
					       "a function that returns no set in ROWS FROM");
		if (!emit_table_function(em, e))
			return false;
		buf_printf(em->b, " AS u%d", base + i);
		if (i) {
			buf_puts(em->b, " ON coalesce(");
			for (int k = 0; k < i; k++)
				buf_printf(em->b, "%su%d.ordinality", k ? ", " : "", base + k);
			buf_printf(em->b, "%s) = u%d.ordinality", i == 1 ? ", NULL" : "", base + i);
		}
	}
	buf_printf(em->b, ") AS t%d", rte->id);
	return true;
}

static bool
emit_function(struct emit *em, const struct rte *rte)
{
	const struct expr *e = rte->funcs.v[0];

	if (rte->funcs.n > 1)
		return emit_rows_from(em, rte);
	if (rte_function_is_srf(rte)) {
		if (!emit_table_function(em, e))
			return false;
		buf_printf(em->b, " AS t%d", rte->id);
		return true;
	}
	if (e->kind == EX_FUNC && e->func.proc->retset)
		return err_unsupported(em->as->env->err, e->location, "function %s",
				       e->func.proc->name);
	buf_puts(em->b, "(SELECT ");
	if (!emit_expr(em, e, P_NONE))
		return false;
	buf_printf(em->b, " AS c1%s) AS t%d", rte->with_ordinality ? ", 1 AS c2" : "", rte->id);
	return true;
}

static bool
has_volatile_target(const struct query *q)
{
	if (q->larg)
		return has_volatile_target(q->larg) || has_volatile_target(q->rarg);
	for (int i = 0; i < q->targets.n; i++)
		if (expr_is_volatile(VEC_AT(struct target, &q->targets, i)->expr))
			return true;
	return false;
}

/* SQLite would put the sub-select's expressions in place of its columns, so that random() runs once
 * for every mention. */
static bool
emit_fenced(struct emit *em, const struct rte *rte)
{
	int name = ++em->next_name, n = MAX(query_ncols(rte->subquery), 1);

	buf_printf(em->b, "(WITH u%d(", name);
	for (int i = 1; i <= n; i++)
		buf_printf(em->b, "%sc%d", i > 1 ? ", " : "", i);
	buf_puts(em->b, ") AS MATERIALIZED (");
	if (!emit_select(em, rte->subquery, 0))
		return false;
	buf_puts(em->b, ") SELECT ");
	for (int i = 1; i <= n; i++)
		buf_printf(em->b, "%su%d.c%d AS c%d", i > 1 ? ", " : "", name, i, i);
	buf_printf(em->b, " FROM u%d) AS t%d", name, rte->id);
	return true;
}

static bool
emit_rte(struct emit *em, const struct rte *rte)
{
	switch (rte->kind) {
	case RTE_RELATION:
		return emit_table(em, rte);
	case RTE_SUBQUERY:
		if (has_volatile_target(rte->subquery))
			return emit_fenced(em, rte);
		buf_putc(em->b, '(');
		if (!emit_select(em, rte->subquery, SELECT_NAMES))
			return false;
		buf_printf(em->b, ") AS t%d", rte->id);
		return true;
	case RTE_VALUES:
		buf_putc(em->b, '(');
		if (!emit_values(em, rte))
			return false;
		buf_printf(em->b, ") AS t%d", rte->id);
		return true;
	case RTE_FUNCTION:
		return emit_function(em, rte);
	case RTE_CTE:
		buf_printf(em->b, "cte%d AS t%d", rte->cte->id, rte->id);
		return true;
	default:
		return err_set(em->as->env->err, ERR_INTERNAL_ERROR, -1,
			       "unexpected range table entry");
	}
}

static bool
flat_right(const struct from_item *f)
{
	return f->kind == FROM_RTE;
}

/* Does the join keep its meaning when something is multiplied in from the left. */
static bool
distributes(const struct from_item *f)
{
	if (f->kind == FROM_RTE)
		return true;
	return f->join != JOIN_RIGHT && f->join != JOIN_FULL && distributes(f->left);
}

static bool
emit_item(struct emit *em, const struct from_item *f)
{
	static const char *const words[] = {[JOIN_INNER] = " JOIN ",
					    [JOIN_LEFT] = " LEFT JOIN ",
					    [JOIN_RIGHT] = " RIGHT JOIN ",
					    [JOIN_FULL] = " FULL JOIN ",
					    [JOIN_CROSS] = " CROSS JOIN "};

	if (f->kind == FROM_RTE)
		return emit_rte(em, f->rte);
	if (em->depth > EMIT_MAX_DEPTH)
		return err_set(em->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	em->depth++;
	if (!emit_item(em, f->left))
		return false;
	/* SQLite's CROSS JOIN forbids reordering; the client's does not. A pinned join says so by
	 * its missing entry. */
	buf_puts(em->b, f->join == JOIN_CROSS && f->rte ? " JOIN " : words[f->join]);
	if (flat_right(f->right) ? !emit_item(em, f->right) : false)
		return false;
	if (!flat_right(f->right)) {
		buf_putc(em->b, '(');
		if (!emit_item(em, f->right))
			return false;
		buf_putc(em->b, ')');
	}
	em->depth--;
	if (f->quals) {
		buf_puts(em->b, " ON ");
		return emit_filter(em, f->quals, P_NONE);
	}
	if (f->join != JOIN_CROSS && f->join != JOIN_INNER)
		buf_puts(em->b, " ON 1");
	return true;
}

bool
emit_from(struct emit *em, const struct vec *from)
{
	for (int i = 0; i < from->n; i++) {
		const struct from_item *f = from->v[i];
		bool parens = i > 0 && !distributes(f);

		if (i)
			buf_puts(em->b, ", ");
		if (parens)
			buf_putc(em->b, '(');
		if (!emit_item(em, f))
			return false;
		if (parens)
			buf_putc(em->b, ')');
	}
	return true;
}
