/*
 * emit_from: FROM items. SQLite's comma and JOIN are one left-associative level, so a join that is
 * not the first item prints flat when that means the same (inner and left joins distribute over a
 * product), else in parentheses.
 */
#include "sql/analyze_expr.h"
#include "sql/emit.h"
#include "sql/lower.h"
#include "types/record.h"

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

/* ---- calls ---- */

/* The call's body as a set of rows; NULL: it is a value. */
static const struct srf_ops *
srf_of(const struct expr *e)
{
	const struct func *f = e->kind == EX_FUNC ? func_for(e->func.proc) : NULL;

	return f ? f->srf : NULL;
}

/* What a function entry is when its only call returns no set: a one-row sub-select. */
bool
rte_function_is_srf(const struct rte *rte)
{
	return rte->funcs.n == 1 && srf_of(rte->funcs.v[0]);
}

/* Columns as bodies are told of them: a record whose values are all NULL. */
static struct expr *
shape_of(struct emit *em, const struct rtcol *cols, int n)
{
	struct record r = {.n = n};
	struct buf b = BUF_INIT;
	struct expr *e;
	size_t len;

	r.cols = ARENA_ARRAY(em->as->arena, struct record_column, n + 1);
	r.items = ARENA_ARRAY(em->as->arena, struct array_item, n + 1);
	for (int i = 0; i < n; i++)
		r.cols[i] = (struct record_column){cols[i].name, strlen(cols[i].name), cols[i].type,
						   cols[i].typmod};
	record_print_columns(&r, &b);
	record_print(&r, &b);
	len = b.len;
	e = expr_const(em->as, T_RECORD, -1, datum_text(buf_dup(&b, em->as->arena), len), -1);
	buf_release(&b);
	return e;
}

/* A column of a value that is a row; the value prints as `value`. */
static bool
emit_row_part(struct emit *em, const struct expr *call, const struct func_item *item,
	      const struct rtcol *col, int i, const char *value)
{
	const bool defined = call->type == T_RECORD;
	const oid_t types[3] = {call->type, T_INT4, T_RECORD};
	const int32_t typmods[3] = {-1, -1, -1};

	if (!emit_key_open(em, defined ? "record_column" : "record_field", col->type, types,
			   typmods, defined ? 3 : 2))
		return false;
	buf_printf(em->b, "%s, %d", value, i);
	if (defined) {
		buf_puts(em->b, ", ");
		if (!emit_expr(em, shape_of(em, item->defs, item->ncols), P_NONE))
			return false;
	}
	buf_putc(em->b, ')');
	return true;
}

bool
emit_table_function(struct emit *em, const struct expr *e, const struct func_item *item)
{
	struct call c = {e->func.proc, e->func.args, e->func.nargs, e->type, e->location};
	const struct srf_ops *srf = srf_of(e);
	struct expr **args;

	if (srf && srf->ncols == 0 && item && item->defs) {
		args = ARENA_ARRAY(em->as->arena, struct expr *, c.nargs + 1);
		memcpy(args, c.args, sizeof(*args) * (size_t)c.nargs);
		args[c.nargs++] = shape_of(em, item->defs, item->ncols);
		c.args = args;
	}
	return emit_call(em, &c) >= 0;
}

/* ---- columns ---- */

static void
emit_qualifier(struct emit *em, const struct rte *rte)
{
	if (rte == em->excluded) {
		buf_puts(em->b, "excluded.");
	} else if (rte == em->unqualified && em->selects) {
		emit_ident(em, rte->rel->physical);
		buf_putc(em->b, '.');
	} else if (!em->bare && rte != em->unqualified) {
		buf_printf(em->b, "t%d.", rte->id);
	}
}

static bool
emit_rowid(struct emit *em, const struct rte *rte)
{
	const char *rowid = rowid_name(rte->rel);

	if (!rowid)
		return err_unsupported(em->as->env->err, -1, "column ctid of table \"%s\"",
				       rte->rel->name);
	emit_qualifier(em, rte);
	buf_puts(em->b, rowid);
	return true;
}

/* ctid is the rowid; the others are the same in every row. A number alone would count columns in
 * ORDER BY and GROUP BY. */
static bool
emit_system_column(struct emit *em, const struct rte *rte, const struct rtcol *col)
{
	uint32_t value = col->type == T_OID               ? rte->rel->oid
			 : strcmp(col->name, "xmin") == 0 ? 2
							  : 0;

	if (col->type == T_TID)
		return emit_rowid(em, rte);
	if (rte == em->upserted && strcmp(col->name, "xmax") == 0) {
		buf_puts(em->b, "pg_upsert_xmax(");
		if (!emit_rowid(em, rte))
			return false;
		buf_putc(em->b, ')');
		return true;
	}
	if (rte->nullable && rowid_name(rte->rel)) {
		buf_puts(em->b, "CASE WHEN ");
		if (!emit_rowid(em, rte))
			return false;
		buf_printf(em->b, " IS NOT NULL THEN %u END", value);
		return true;
	}
	buf_printf(em->b, "(%u | 0)", value);
	return true;
}

static bool
emit_function_column(struct emit *em, const struct rte *rte, int col)
{
	const struct func_item *item = rte->items;

	if (rte->with_ordinality && col == rte->ncols - 1 && rte_function_is_srf(rte))
		buf_printf(em->b, "t%d.ordinality", rte->id);
	else if (rte->funcs.n == 1 && item && item->row && col < item->ncols)
		return emit_row_part(em, rte->funcs.v[0], item, &rte->cols[col], col,
				     arena_printf(em->as->arena, "t%d.c1", rte->id));
	else
		buf_printf(em->b, "t%d.c%d", rte->id, col + 1);
	return true;
}

bool
emit_column(struct emit *em, const struct rte *rte, int col)
{
	if (rte->kind == RTE_FUNCTION)
		return emit_function_column(em, rte, col);
	if (col == VAR_ROWID)
		return emit_rowid(em, rte);
	if (rte->kind == RTE_RELATION && !rte->cols[col].attr)
		return emit_system_column(em, rte, &rte->cols[col]);
	emit_qualifier(em, rte);
	switch (rte->kind) {
	case RTE_RELATION:
		emit_ident(em, rte->cols[col].attr->physical);
		return true;
	case RTE_VALUES:
		buf_printf(em->b, "column%d", col + 1);
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

/* ROWS FROM: one of its calls, as uK. */
static bool
emit_side(struct emit *em, const struct rte *rte, int i, int name)
{
	const struct expr *e = rte->funcs.v[i];

	if (srf_of(e)) {
		if (!emit_table_function(em, e, rte->items ? &rte->items[i] : NULL))
			return false;
	} else {
		buf_puts(em->b, "(SELECT ");
		if (!emit_expr(em, e, P_NONE))
			return false;
		buf_puts(em->b, " AS c1, 1 AS ordinality)");
	}
	buf_printf(em->b, " AS u%d", name);
	return true;
}

static bool
emit_side_columns(struct emit *em, const struct rte *rte, int i, int name)
{
	const struct func_item lone = {i, 1, false, NULL},
			       *item = rte->items ? &rte->items[i] : &lone;

	for (int k = 0; k < item->ncols; k++) {
		int col = item->first + k;

		if (col)
			buf_puts(em->b, ", ");
		if (!item->row)
			buf_printf(em->b, "u%d.c%d", name, k + 1);
		else if (!emit_row_part(em, rte->funcs.v[i], item, &rte->cols[col], k,
					arena_printf(em->as->arena, "u%d.c1", name)))
			return false;
		buf_printf(em->b, " AS c%d", col + 1);
	}
	return true;
}

/* ROWS FROM (a, b): side by side, the shorter ones padded with NULLs; scalars are sets of one row.
 */
static bool
emit_rows_from(struct emit *em, const struct rte *rte)
{
	int base = em->next_name + 1;

	em->next_name += rte->funcs.n;
	buf_puts(em->b, "(SELECT ");
	for (int i = 0; i < rte->funcs.n; i++)
		if (!emit_side_columns(em, rte, i, base + i))
			return false;
	if (rte->with_ordinality) {
		buf_puts(em->b, ", coalesce(");
		for (int i = 0; i < rte->funcs.n; i++)
			buf_printf(em->b, "%su%d.ordinality", i ? ", " : "", base + i);
		buf_printf(em->b, ") AS c%d", rte->ncols);
	}
	buf_puts(em->b, " FROM ");
	for (int i = 0; i < rte->funcs.n; i++) {
		if (i)
			buf_puts(em->b, " FULL JOIN ");
		if (!emit_side(em, rte, i, base + i))
			return false;
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
		if (!emit_table_function(em, e, rte->items))
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
	buf_puts(em->b, " AS c1");
	if (rte->with_ordinality)
		buf_printf(em->b, ", 1 AS c%d", rte->ncols);
	buf_printf(em->b, ") AS t%d", rte->id);
	return true;
}

/* A call in an expression whose body only knows how to give rows, of which it has one. */
int
emit_row_call(struct emit *em, const struct expr *e)
{
	struct analyzer *as = em->as;
	struct rte *rte = rte_new(as, RTE_FUNCTION);
	struct expr *row = expr_new(as, EX_VAR, e->type, e->location);

	rte->items = ARENA_NEW(as->arena, struct func_item);
	rte->cols = record_out_columns(as, e, &rte->ncols);
	if (!rte->cols)
		return err_set(as->env->err, ERR_INTERNAL_ERROR, e->location,
			       "function %s returns no row", e->func.proc->name) -
		       1;
	rte->items->ncols = rte->ncols;
	vec_push(as->arena, &rte->funcs, (void *)(uintptr_t)e);
	row->var.rte = rte;
	row->var.col = rte->ncols > 1 ? -1 : 0;
	buf_puts(em->b, "(SELECT ");
	if (!emit_expr(em, row, P_NONE))
		return -1;
	buf_puts(em->b, " FROM ");
	if (!emit_function(em, rte))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
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

/* ---- items that see their siblings ---- */

enum { MAX_ARGS = 100 /* of a call */ };

static bool
has_column(const struct rte *rte, int col, int n)
{
	if (rte->kind != RTE_FUNCTION || rte->funcs.n > 1)
		return true;
	return col == 0 || (rte->with_ordinality && col == n - 1);
}

void
emit_rows_open(struct emit *em, const char *name, int n, const struct rte *rte)
{
	bool packed = n > MAX_ARGS;

	buf_printf(em->b, "pg_rows_spread%s((SELECT pg_rows_collect%s(",
		   n > ROWS_NARROW ? "_wide" : "", packed ? "_packed" : "");
	for (int i = 0; i < n; i++) {
		if (packed && i % MAX_ARGS == 0)
			buf_puts(em->b, i ? "), pg_rows_pack(" : "pg_rows_pack(");
		else
			buf_puts(em->b, i ? ", " : "");
		if (!rte || has_column(rte, i, n))
			buf_printf(em->b, "%s.c%d", name, i + 1);
		else
			buf_puts(em->b, "NULL");
	}
	buf_puts(em->b, !n ? "NULL) FROM " : packed ? ")) FROM " : ") FROM ");
}

static bool
emit_entry(struct emit *em, const struct rte *rte)
{
	const struct table_image *image = table_image(em, rte->rel);

	switch (rte->kind) {
	case RTE_RELATION:
		return image ? emit_image(em, rte, image) : emit_table(em, rte);
	case RTE_SUBQUERY:
		if (!rte->unnested && has_volatile_target(rte->subquery))
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
emit_rte(struct emit *em, const struct rte *rte)
{
	const char *name = arena_printf(em->as->arena, "t%d", rte->id);

	if (!rte->unnested)
		return emit_entry(em, rte);
	emit_rows_open(em, name,
		       rte->kind == RTE_SUBQUERY ? query_ncols(rte->subquery) : rte->ncols, rte);
	if (!emit_entry(em, rte))
		return false;
	buf_printf(em->b, ")) AS %s", name);
	return true;
}

static bool
flat_right(const struct from_item *f)
{
	return f->kind == FROM_RTE;
}

bool
from_distributes(const struct from_item *f)
{
	if (f->kind == FROM_RTE)
		return true;
	return f->join != JOIN_RIGHT && f->join != JOIN_FULL && from_distributes(f->left);
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
		bool parens = i > 0 && !from_distributes(f);

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
