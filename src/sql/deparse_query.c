/*
 * deparse_query: SELECT as PostgreSQL prints it: a line for each result column and each clause.
 */
#include "sql/deparse.h"

/* ---- sorting and grouping ---- */

bool
deparse_sort_item(struct deparse *d, const struct sort_item *s, bool by_number)
{
	const struct expr *e = s->target ? s->target->expr : s->expr;
	bool parens;

	if (by_number && s->target) {
		buf_printf(d->b, "%d", s->target->resno);
		return true;
	}
	if (e->kind == EX_CONST)
		return deparse_const(d, e, 1);
	/* What looks like a call could be read as CUBE or ROLLUP. */
	parens = e->kind != EX_VAR &&
		 (d->pretty || e->kind == EX_FUNC || e->kind == EX_AGG || e->kind == EX_WINDOW);
	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_put(d, e, true))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	return true;
}

static bool
put_items(struct deparse *d, const struct vec *items)
{
	for (int i = 0; i < items->n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_sort_item(d, items->v[i], false))
			return false;
	}
	return true;
}

bool
deparse_order(struct deparse *d, const struct vec *order, bool by_number)
{
	for (int i = 0; i < order->n; i++) {
		const struct sort_item *s = order->v[i];

		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_sort_item(d, s, by_number))
			return false;
		if (s->desc)
			buf_puts(d->b, " DESC");
		if (s->nulls_first != s->desc)
			buf_puts(d->b, s->nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
	return true;
}

static bool put_elements(struct deparse *d, const struct vec *elements, bool omit_parens);

static bool
put_element(struct deparse *d, const struct group_element *g, bool omit_parens)
{
	bool parens = g->kind == 's' && !(omit_parens && g->items.n == 1);

	switch (g->kind) {
	case 'e':
		buf_puts(d->b, "()");
		return true;
	case 's':
		if (parens)
			buf_putc(d->b, '(');
		if (!put_items(d, &g->items))
			return false;
		if (parens)
			buf_putc(d->b, ')');
		return true;
	default:
		buf_puts(d->b, g->kind == 'r'   ? "ROLLUP("
			       : g->kind == 'c' ? "CUBE("
						: "GROUPING SETS (");
		if (!put_elements(d, &g->elements, g->kind != 'g'))
			return false;
		buf_putc(d->b, ')');
		return true;
	}
}

static bool
put_elements(struct deparse *d, const struct vec *elements, bool omit_parens)
{
	for (int i = 0; i < elements->n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!put_element(d, elements->v[i], omit_parens))
			return false;
	}
	return true;
}

static bool
put_group(struct deparse *d, const struct query *q)
{
	if (!q->group.n && !q->group_elements.n)
		return true;
	deparse_keyword(d, " GROUP BY ", -INDENT_STD, INDENT_STD, 1);
	if (q->group_distinct)
		buf_puts(d->b, "DISTINCT ");
	return q->group_elements.n ? put_elements(d, &q->group_elements, true)
				   : put_items(d, &q->group);
}

/* ---- the select list ---- */

/* Where the line that is being written began. */
static size_t
line_length(const struct buf *b)
{
	size_t n = 0;

	while (n < b->len && b->data[b->len - 1 - n] != '\n')
		n++;
	return n;
}

/* A column's text; *multiline: it has more than a line. */
static bool
put_target(struct deparse *d, const struct target *t, const char *name, bool visible,
	   struct buf *out)
{
	struct buf *b = d->b;
	const char *label = visible ? NULL : "?column?";
	bool ok;

	d->b = out;
	if (t->expr->kind == EX_VAR)
		label = NULL;
	ok = deparse_item(d, t->expr, true, &label);
	if (ok && name && (!label || strcmp(label, name) != 0))
		buf_printf(out, " AS %s", quote_identifier(d->as->arena, name));
	d->b = b;
	return ok;
}

static bool
put_targets(struct deparse *d, const struct query *q, const char *const *names, bool visible)
{
	bool multiline = false;
	int n = 0;

	for (int i = 0; i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];
		struct buf text = BUF_INIT;
		bool breaks;

		if (t->junk)
			continue;
		buf_puts(d->b, n ? ", " : " ");
		if (!put_target(d, t, names ? names[n] : t->name, visible, &text)) {
			buf_release(&text);
			return false;
		}
		breaks = text.len && text.data[0] == '\n';
		if (breaks)
			deparse_trim(d->b);
		else if (n && (multiline || line_length(d->b) + text.len > (size_t)d->wrap))
			deparse_keyword(d, "", -INDENT_STD, INDENT_STD, INDENT_VAR);
		multiline =
			text.len > breaks && memchr(text.data + breaks, '\n', text.len - breaks);
		buf_add(d->b, buf_str(&text), text.len);
		buf_release(&text);
		n++;
	}
	return true;
}

/* ---- VALUES ---- */

bool
deparse_values(struct deparse *d, const struct rte *rte)
{
	buf_puts(d->b, "VALUES ");
	for (int i = 0; i < rte->values->n; i++) {
		struct expr *const *row = rte->values->v[i];

		buf_puts(d->b, i ? ", (" : "(");
		for (int k = 0; k < rte->nvalues; k++) {
			if (k)
				buf_putc(d->b, ',');
			if (!deparse_item(d, row[k], false, NULL))
				return false;
		}
		buf_putc(d->b, ')');
	}
	return true;
}

/* VALUES alone: unless its columns have got names that the text has to give them. */
static bool
is_plain_values(const struct deparse *d, const struct query *q, const char *const *names)
{
	int n = 0;

	for (int i = 0; q->values && !d->exact && i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];

		if (t->junk || strcmp(names ? names[n] : t->name, q->values->cols[n].name) != 0)
			return false;
		n++;
	}
	return q->values != NULL;
}

/* ---- SELECT ---- */

static bool
put_distinct(struct deparse *d, const struct query *q)
{
	if (q->distinct)
		buf_puts(d->b, " DISTINCT");
	if (!q->distinct_on.n)
		return true;
	buf_puts(d->b, " DISTINCT ON (");
	if (!put_items(d, &q->distinct_on))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
put_windows(struct deparse *d, const struct query *q)
{
	bool first = true;

	for (int i = 0; i < q->windows.n; i++) {
		const struct window_def *w = q->windows.v[i];

		if (!w->name)
			continue;
		if (first)
			deparse_keyword(d, " WINDOW ", -INDENT_STD, INDENT_STD, 1);
		else
			buf_puts(d->b, ", ");
		first = false;
		buf_printf(d->b, "%s AS ", quote_identifier(d->as->arena, w->name));
		if (!deparse_window_spec(d, w))
			return false;
	}
	return true;
}

static bool
put_select(struct deparse *d, const struct query *q, const char *const *names, bool visible)
{
	d->indent += INDENT_STD;
	buf_putc(d->b, ' ');
	if (is_plain_values(d, q, names))
		return deparse_values(d, q->values);
	buf_puts(d->b, "SELECT");
	if (!put_distinct(d, q) || !put_targets(d, q, names, visible) || !deparse_from(d, q))
		return false;
	if (q->where) {
		deparse_keyword(d, " WHERE ", -INDENT_STD, INDENT_STD, 1);
		if (!deparse_put(d, q->where, false))
			return false;
	}
	if (!put_group(d, q))
		return false;
	if (q->having) {
		deparse_keyword(d, " HAVING ", -INDENT_STD, INDENT_STD, 0);
		if (!deparse_put(d, q->having, false))
			return false;
	}
	return put_windows(d, q);
}

/* ---- set operations ---- */

static bool
has_tail(const struct query *q)
{
	return q->ctes.n || q->order.n || q->limit || q->offset || q->locks.n;
}

/* An arm that is a set operation of the same query, not one of its own. */
static bool
is_node(const struct query *q)
{
	return q->setop && !has_tail(q);
}

static bool put_setop(struct deparse *d, const struct query *q, const char *const *names,
		      bool visible);

static bool
put_arm(struct deparse *d, const struct query *q, const char *const *names, bool visible)
{
	bool parens = has_tail(q);

	if (is_node(q))
		return put_setop(d, q, names, visible);
	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_query(d, q, names, visible))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	return true;
}

static bool
put_setop(struct deparse *d, const struct query *q, const char *const *names, bool visible)
{
	static const char *const words[] = {"", "UNION ", "INTERSECT ", "EXCEPT "};
	const struct query *l = q->larg;
	bool parens = is_node(l) && (l->setop != q->setop || l->setop_all != q->setop_all);
	int step = parens ? INDENT_STD : 0;

	if (parens) {
		buf_putc(d->b, '(');
		deparse_keyword(d, "", step, 0, 0);
	}
	if (!put_arm(d, l, names, visible))
		return false;
	deparse_keyword(d, parens ? ") " : "", -step, 0, 0);
	buf_printf(d->b, "%s%s", words[q->setop], q->setop_all ? "ALL " : "");
	parens = is_node(q->rarg);
	step = parens ? INDENT_STD : 0;
	if (parens)
		buf_putc(d->b, '(');
	deparse_keyword(d, "", step, 0, 0);
	if (!put_arm(d, q->rarg, names, false))
		return false;
	d->indent -= step;
	if (parens)
		deparse_keyword(d, ")", 0, 0, 0);
	return true;
}

/* ---- WITH ---- */

static void
put_names(struct deparse *d, PgQuery__Node *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		deparse_ident(d, names[i]->string->sval);
	}
}

static bool
is_bool(const struct expr *e, int64_t value)
{
	return e->kind == EX_CONST && e->type == T_BOOL && e->con.value.class == DATUM_INT &&
	       e->con.value.i == value;
}

/* The grammar wants a constant here, but what PostgreSQL prints may be a cast. */
static bool
put_mark(struct deparse *d, const struct expr *e)
{
	if (!d->exact || e->kind != EX_CONST || e->type == T_INT4 || e->type == T_BOOL)
		return deparse_put(d, e, false);
	if (!deparse_type(d, e->type, e->typmod))
		return false;
	buf_putc(d->b, ' ');
	return deparse_const(d, e, -1);
}

/* The marks, unless they are the usual ones. */
static bool
put_cycle_marks(struct deparse *d, const struct cte *cte)
{
	const struct expr *value, *def;

	cte_cycle_values(cte, &value, &def);
	if (is_bool(value, 1) && is_bool(def, 0))
		return true;
	buf_puts(d->b, " TO ");
	if (!put_mark(d, value))
		return false;
	buf_puts(d->b, " DEFAULT ");
	return put_mark(d, def);
}

static bool
put_search(struct deparse *d, const struct cte *cte)
{
	const PgQuery__CTESearchClause *s = cte->decl->search_clause;
	const PgQuery__CTECycleClause *c = cte->decl->cycle_clause;

	if (s) {
		buf_printf(d->b, " SEARCH %s FIRST BY ",
			   s->search_breadth_first ? "BREADTH" : "DEPTH");
		put_names(d, s->search_col_list, s->n_search_col_list);
		buf_puts(d->b, " SET ");
		deparse_ident(d, s->search_seq_column);
	}
	if (!c)
		return true;
	buf_puts(d->b, " CYCLE ");
	put_names(d, c->cycle_col_list, c->n_cycle_col_list);
	buf_puts(d->b, " SET ");
	deparse_ident(d, c->cycle_mark_column);
	if (!put_cycle_marks(d, cte))
		return false;
	buf_puts(d->b, " USING ");
	deparse_ident(d, c->cycle_path_column);
	return true;
}

static bool
put_cte(struct deparse *d, const struct cte *cte)
{
	const PgQuery__CommonTableExpr *decl = cte->decl;

	deparse_ident(d, cte->name);
	if (decl->n_aliascolnames) {
		buf_putc(d->b, '(');
		put_names(d, decl->aliascolnames, decl->n_aliascolnames);
		buf_putc(d->b, ')');
	}
	buf_printf(d->b, " AS %s(",
		   cte->materialized == 'a'   ? "MATERIALIZED "
		   : cte->materialized == 'n' ? "NOT MATERIALIZED "
					      : "");
	deparse_keyword(d, "", 0, 0, 0);
	if (!deparse_query(d, cte->query, NULL, true))
		return false;
	deparse_keyword(d, ")", 0, 0, 0);
	return put_search(d, cte);
}

static bool
put_with(struct deparse *d, const struct query *q)
{
	if (!q->ctes.n)
		return true;
	d->indent += INDENT_STD;
	buf_puts(d->b, q->recursive ? " WITH RECURSIVE " : " WITH ");
	for (int i = 0; i < q->ctes.n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!put_cte(d, q->ctes.v[i]))
			return false;
	}
	deparse_keyword(d, "", -INDENT_STD, 0, 0);
	return true;
}

/* ---- the whole ---- */

static bool
put_limits(struct deparse *d, const struct query *q)
{
	if (q->offset) {
		deparse_keyword(d, " OFFSET ", -INDENT_STD, INDENT_STD, 0);
		if (!deparse_put(d, q->offset, false))
			return false;
	}
	if (!q->limit)
		return true;
	deparse_keyword(d, q->with_ties ? " FETCH FIRST " : " LIMIT ", -INDENT_STD, INDENT_STD, 0);
	if (!q->with_ties && q->limit->kind == EX_CONST &&
	    q->limit->con.value.class == DATUM_NULL) {
		buf_puts(d->b, "ALL");
		return true;
	}
	if (q->with_ties)
		buf_putc(d->b, '(');
	if (!deparse_put(d, q->limit, false))
		return false;
	if (q->with_ties)
		buf_puts(d->b, ") ROWS WITH TIES");
	return true;
}

static bool
put_tail(struct deparse *d, const struct query *q)
{
	if (q->order.n) {
		deparse_keyword(d, " ORDER BY ", -INDENT_STD, INDENT_STD, 1);
		if (!deparse_order(d, &q->order, q->setop != SETOP_NONE))
			return false;
	}
	if (!put_limits(d, q))
		return false;
	for (int i = 0; i < q->locks.n; i++) {
		const struct lock_item *l = q->locks.v[i];

		deparse_keyword(d, " ", -INDENT_STD, INDENT_STD, 0);
		buf_printf(d->b, "%s OF %s%s", l->strength,
			   quote_identifier(d->as->arena, deparse_rel(d, l->rte)->name),
			   l->wait == 'n'   ? " NOWAIT"
			   : l->wait == 's' ? " SKIP LOCKED"
					    : "");
	}
	return true;
}

bool
deparse_query(struct deparse *d, const struct query *q, const char *const *names, bool visible)
{
	struct deparse_level level = {.outer = d->level, .query = q};
	int indent = d->indent;
	bool ok;

	if (d->depth > 800)
		return err_set(d->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	d->depth += 10;
	deparse_name_entries(d, &level);
	d->level = &level;
	ok = put_with(d, q) &&
	     (q->setop ? put_setop(d, q, names, visible) : put_select(d, q, names, visible)) &&
	     put_tail(d, q);
	d->level = level.outer;
	d->indent = indent;
	d->depth -= 10;
	return ok;
}

/* ---- sub-selects in expressions ---- */

bool
deparse_sublink(struct deparse *d, const struct expr *e)
{
	enum sublink_kind kind = e->sublink.kind;
	bool parens = kind != SUBLINK_EXPR && kind != SUBLINK_ARRAY;

	buf_puts(d->b, kind == SUBLINK_ARRAY ? "ARRAY(" : "(");
	if (e->sublink.n > 1)
		buf_putc(d->b, '(');
	if (!deparse_list(d, e->sublink.left, e->sublink.n))
		return false;
	if (e->sublink.n > 1)
		buf_putc(d->b, ')');
	if (kind == SUBLINK_EXISTS)
		buf_puts(d->b, "EXISTS ");
	else if (kind == SUBLINK_ANY && !strcmp(e->sublink.ops[0]->name, "="))
		buf_puts(d->b, " IN ");
	else if (parens)
		buf_printf(d->b, " %s %s", e->sublink.ops[0]->name,
			   kind == SUBLINK_ANY   ? "ANY "
			   : kind == SUBLINK_ALL ? "ALL "
						 : "");
	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_query(d, e->sublink.query, NULL, false))
		return false;
	buf_puts(d->b, parens ? "))" : ")");
	return true;
}
