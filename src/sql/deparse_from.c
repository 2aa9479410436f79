/*
 * deparse_from: the FROM clause as PostgreSQL prints it.
 */
#include "sql/deparse.h"

/* ---- functions ---- */

/* Can it stand in FROM as it is? */
static bool
looks_like_function(const struct expr *e)
{
	switch (e->kind) {
	case EX_FUNC:
		return e->func.form == 'f' || e->func.form == 's';
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_NULLIF:
	case EX_SQLVALUE:
		return true;
	default:
		return false;
	}
}

static bool
put_function(struct deparse *d, const struct expr *e)
{
	if (looks_like_function(e))
		return deparse_put(d, e, true);
	buf_puts(d->b, "CAST(");
	if (!deparse_put(d, e, false))
		return false;
	buf_puts(d->b, " AS ");
	if (!deparse_type(d, e->type, e->typmod))
		return false;
	buf_putc(d->b, ')');
	return true;
}

/* (a integer, b text): names as in rel, or as they were written. */
static bool
put_definitions(struct deparse *d, const struct func_item *item, const struct deparse_rel *rel)
{
	buf_putc(d->b, '(');
	for (int i = 0; i < item->ncols; i++) {
		const struct rtcol *c = &item->defs[i];

		if (i)
			buf_puts(d->b, ", ");
		deparse_ident(d, rel ? rel->cols[item->first + i] : c->name);
		buf_putc(d->b, ' ');
		if (!deparse_type(d, c->type, c->typmod))
			return false;
		if (c->collation && c->collation != type_collation(d->as, c->type))
			buf_printf(d->b, " COLLATE \"%s\"",
				   c->collation == COLLATION_POSIX ? "POSIX" : "C");
	}
	buf_putc(d->b, ')');
	return true;
}

static bool
is_unnest(const struct expr *e)
{
	return e->kind == EX_FUNC && !strcmp(e->func.proc->prosrc, "array_unnest");
}

static bool
all_unnest(const struct rte *rte)
{
	for (int i = 0; i < rte->funcs.n; i++)
		if (!is_unnest(rte->funcs.v[i]) || rte->items[i].listed)
			return false;
	return true;
}

static bool
put_unnest(struct deparse *d, const struct rte *rte)
{
	buf_puts(d->b, "UNNEST(");
	for (int i = 0; i < rte->funcs.n; i++) {
		const struct expr *e = rte->funcs.v[i];

		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_list(d, e->func.args, e->func.nargs))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

static bool
put_rows_from(struct deparse *d, const struct rte *rte)
{
	buf_puts(d->b, "ROWS FROM(");
	for (int i = 0; i < rte->funcs.n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!put_function(d, rte->funcs.v[i]))
			return false;
		if (!rte->items[i].listed)
			continue;
		buf_puts(d->b, " AS ");
		if (!put_definitions(d, &rte->items[i], NULL))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

/* *listed: its column definition list comes behind the alias. */
static bool
put_functions(struct deparse *d, const struct rte *rte, bool *listed)
{
	bool alone = rte->funcs.n == 1 && !(rte->items[0].listed && rte->with_ordinality);

	*listed = alone && rte->items[0].listed;
	if (!(alone             ? put_function(d, rte->funcs.v[0])
	      : all_unnest(rte) ? put_unnest(d, rte)
				: put_rows_from(d, rte)))
		return false;
	if (rte->with_ordinality)
		buf_puts(d->b, " WITH ORDINALITY");
	return true;
}

/* ---- entries ---- */

static bool
put_in_parens(struct deparse *d, const struct rte *rte)
{
	buf_putc(d->b, '(');
	if (!(rte->kind == RTE_VALUES ? deparse_values(d, rte)
				      : deparse_query(d, rte->subquery, NULL, true)))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
needs_alias(struct deparse *d, const struct deparse_rel *r)
{
	const struct rte *rte = r->rte;

	if (rte->aliased || r->print_columns)
		return true;
	if (rte->xmltable)
		return false;
	if (rte->rel)
		return strcmp(r->name, deparse_own_name(d, rte->rel)) != 0;
	return rte->kind != RTE_CTE || strcmp(r->name, rte->cte->name) != 0;
}

static void
put_columns(struct deparse *d, const struct deparse_rel *r)
{
	bool first = true;

	if (!r->print_columns)
		return;
	for (int i = 0; i < r->rte->ncols; i++) {
		if (!r->cols[i])
			continue;
		buf_puts(d->b, first ? "(" : ", ");
		deparse_ident(d, r->cols[i]);
		first = false;
	}
	if (!first)
		buf_putc(d->b, ')');
}

static bool
put_entry(struct deparse *d, const struct rte *rte)
{
	const struct deparse_rel *r = deparse_rel(d, rte);
	bool listed = false, ok = true;

	if (rte->lateral)
		buf_puts(d->b, "LATERAL ");
	if (rte->rel)
		buf_puts(d->b, deparse_relation_name(d, rte->rel));
	else if (rte->kind == RTE_CTE)
		deparse_ident(d, rte->cte->name);
	else if (rte->xmltable)
		ok = deparse_xmltable(d, rte->xmltable);
	else if (rte->kind == RTE_FUNCTION)
		ok = put_functions(d, rte, &listed);
	else
		ok = put_in_parens(d, rte);
	if (!ok)
		return false;
	if (needs_alias(d, r)) {
		buf_putc(d->b, ' ');
		deparse_ident(d, r->name);
	}
	if (listed)
		return put_definitions(d, &rte->items[0], r);
	put_columns(d, r);
	return true;
}

/* ---- joins ---- */

static bool put_item(struct deparse *d, const struct from_item *f);

static bool
put_right(struct deparse *d, const struct from_item *f)
{
	bool parens = d->pretty && f->kind == FROM_JOIN && !f->rte->alias;

	if (parens)
		buf_putc(d->b, '(');
	if (!put_item(d, f))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	return true;
}

static bool
put_condition(struct deparse *d, const struct from_item *f, const struct deparse_rel *r)
{
	if (f->using_names.n) {
		buf_puts(d->b, " USING (");
		for (int i = 0; i < r->using.n; i++) {
			if (i)
				buf_puts(d->b, ", ");
			deparse_ident(d, r->using.v[i]);
		}
		buf_putc(d->b, ')');
		if (f->using_alias)
			buf_printf(d->b, " AS %s", quote_identifier(d->as->arena, f->using_alias));
		return true;
	}
	if (!f->quals) {
		if (f->join != JOIN_INNER && f->join != JOIN_CROSS)
			buf_puts(d->b, " ON TRUE");
		return true;
	}
	buf_puts(d->b, d->pretty ? " ON " : " ON (");
	if (!deparse_put(d, f->quals, false))
		return false;
	if (!d->pretty)
		buf_putc(d->b, ')');
	return true;
}

static bool
put_join(struct deparse *d, const struct from_item *f)
{
	static const char *const words[] = {[JOIN_INNER] = " JOIN ",
					    [JOIN_LEFT] = " LEFT JOIN ",
					    [JOIN_RIGHT] = " RIGHT JOIN ",
					    [JOIN_FULL] = " FULL JOIN ",
					    [JOIN_CROSS] = " CROSS JOIN "};
	const struct deparse_rel *r = deparse_rel(d, f->rte);
	bool parens = !d->pretty || r->name;

	if (parens)
		buf_putc(d->b, '(');
	if (!put_item(d, f->left))
		return false;
	deparse_keyword(d, words[f->join], -INDENT_STD, INDENT_STD, INDENT_JOIN);
	if (!put_right(d, f->right) || !put_condition(d, f, r))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	if (!r->name)
		return true;
	buf_putc(d->b, ' ');
	deparse_ident(d, r->name);
	put_columns(d, r);
	return true;
}

static bool
put_item(struct deparse *d, const struct from_item *f)
{
	bool ok;

	if (d->depth > 800)
		return err_set(d->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	d->depth++;
	ok = f->kind == FROM_RTE ? put_entry(d, f->rte) : put_join(d, f);
	d->depth--;
	return ok;
}

/* ---- the clause ---- */

/* An item behind a comma: on a line of its own if it does not fit. */
static bool
put_next(struct deparse *d, const struct from_item *f)
{
	struct buf *b = d->b, text = BUF_INIT;
	size_t line = 0;
	bool ok;

	buf_puts(b, ", ");
	d->b = &text;
	ok = put_item(d, f);
	d->b = b;
	while (line < b->len && b->data[b->len - 1 - line] != '\n')
		line++;
	if (ok && text.len && text.data[0] == '\n')
		deparse_trim(b);
	else if (ok && line + text.len > (size_t)d->wrap)
		deparse_keyword(d, "", -INDENT_STD, INDENT_STD, INDENT_VAR);
	if (ok)
		buf_add(b, buf_str(&text), text.len);
	buf_release(&text);
	return ok;
}

bool
deparse_from(struct deparse *d, const struct query *q)
{
	for (int i = 0; i < q->from.n; i++) {
		if (i) {
			if (!put_next(d, q->from.v[i]))
				return false;
			continue;
		}
		deparse_keyword(d, " FROM ", -INDENT_STD, INDENT_STD, 2);
		if (!put_item(d, q->from.v[i]))
			return false;
	}
	return true;
}
