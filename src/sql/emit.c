/*
 * emit: a lowered query as SQLite text.
 */
#include "sql/emit.h"

/* ---- ORDER BY ---- */

bool
emit_sort_item(struct emit *em, const struct sort_item *s, const struct query *q)
{
	const struct target *t = q ? s->target : NULL;
	const char *coll = expr_collation(em, s->expr);

	/* A result column is named by number, so that it is evaluated once; a plain column stands
	 * for itself: indexes. */
	if (t && !t->junk && (q->setop || q->distinct || s->expr->kind != EX_VAR)) {
		int n = 0;

		for (int i = 0; i < q->targets.n && q->targets.v[i] != t; i++)
			n += !VEC_AT(struct target, &q->targets, i)->junk;
		buf_printf(em->b, "%d", n + 1);
		if (coll)
			buf_printf(em->b, " COLLATE %s", coll);
	} else if (!emit_collated(em, s->expr, P_COLLATE)) {
		return false;
	}
	if (s->desc)
		buf_puts(em->b, " DESC");
	if (s->nulls_first == s->desc && !expr_not_null(s->expr))
		buf_puts(em->b, s->nulls_first ? " NULLS FIRST" : " NULLS LAST");
	return true;
}

static bool
sorts(const struct sort_item *s, const struct query *q)
{
	/* A constant orders nothing, and a bare integer would be an ordinal. */
	return s->expr->kind != EX_CONST || (q && s->target && !s->target->junk && q->setop);
}

bool
emit_order(struct emit *em, const struct vec *order, const struct query *q)
{
	const char *sep = "ORDER BY ";

	for (int i = 0; i < order->n; i++) {
		const struct sort_item *s = order->v[i];

		if (!sorts(s, q))
			continue;
		buf_puts(em->b, sep);
		if (!emit_sort_item(em, s, q))
			return false;
		sep = ", ";
	}
	return true;
}

static bool
emit_order_by(struct emit *em, const struct query *q)
{
	bool any = false;

	for (int i = 0; i < q->order.n; i++)
		any |= sorts(q->order.v[i], q);
	if (!any)
		return true;
	buf_putc(em->b, ' ');
	return emit_order(em, &q->order, q);
}

/* ---- LIMIT ---- */

static bool
emit_limit_value(struct emit *em, const struct expr *e, const char *key)
{
	if (e->kind == EX_CONST && e->con.value.class == DATUM_INT && e->con.value.i >= 0)
		return emit_expr(em, e, P_NONE);
	return emit_key(em, key, T_INT8, (struct expr *const *)&e, 1) >= 0;
}

static bool
emit_limit(struct emit *em, const struct query *q)
{
	if (q->limit || q->offset)
		buf_puts(em->b, " LIMIT ");
	if (q->limit && !emit_limit_value(em, q->limit, "limit_count"))
		return false;
	if (!q->limit && q->offset)
		buf_puts(em->b, "-1");
	if (q->offset) {
		buf_puts(em->b, " OFFSET ");
		return emit_limit_value(em, q->offset, "limit_offset");
	}
	return true;
}

/* ---- the core of a SELECT ---- */

static bool
emit_targets(struct emit *em, const struct query *q, unsigned flags)
{
	int n = 0;

	for (int i = 0; i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];

		if (t->junk)
			continue;
		if (n++)
			buf_puts(em->b, ", ");
		if (!(flags & SELECT_COLLATE || q->distinct ? emit_collated(em, t->expr, P_NONE)
							    : emit_expr(em, t->expr, P_NONE)))
			return false;
		if (flags & SELECT_NAMES)
			buf_printf(em->b, " AS c%d", n);
	}
	if (!n)
		buf_puts(em->b, flags & SELECT_NAMES ? "NULL AS c1" : "NULL");
	return true;
}

static bool
emit_group(struct emit *em, const struct query *q)
{
	for (int i = 0; i < q->group.n; i++) {
		const struct expr *e = VEC_AT(struct sort_item, &q->group, i)->expr;

		buf_puts(em->b, i ? ", " : " GROUP BY ");
		if (e->kind == EX_CONST)
			buf_puts(em->b, "NULL");
		else if (!emit_collated(em, e, P_COLLATE))
			return false;
	}
	if (!q->having)
		return true;
	buf_puts(em->b, " HAVING ");
	return emit_filter(em, q->having, P_NONE);
}

static bool
emit_core(struct emit *em, const struct query *q, unsigned flags)
{
	buf_puts(em->b, q->distinct ? "SELECT DISTINCT " : "SELECT ");
	if (!emit_targets(em, q, flags))
		return false;
	if (q->from.n) {
		buf_puts(em->b, " FROM ");
		if (!emit_from(em, &q->from))
			return false;
	}
	if (q->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, q->where, P_NONE))
			return false;
	}
	return emit_group(em, q);
}

/* Does it print as a column? */
static bool
has_name(const struct expr *e)
{
	while (e->kind == EX_RELABEL || e->kind == EX_COLLATE || e->kind == EX_COERCE_DOMAIN)
		e = e->unary.arg;
	return e->kind == EX_VAR || e->kind == EX_FIELD;
}

bool
emit_values(struct emit *em, const struct rte *rte)
{
	buf_puts(em->b, "VALUES ");
	for (int i = 0; i < rte->values->n; i++) {
		struct expr **row = rte->values->v[i];

		buf_puts(em->b, i ? ", (" : "(");
		for (int c = 0; c < rte->nvalues; c++) {
			if (c)
				buf_puts(em->b, ", ");
			/* A column's name would be that of the result. */
			if (i == 0 && has_name(row[c]))
				buf_putc(em->b, '+');
			if (!emit_expr(em, row[c], i == 0 && has_name(row[c]) ? P_UNARY : P_NONE))
				return false;
		}
		if (!rte->nvalues)
			buf_puts(em->b, "NULL");
		buf_putc(em->b, ')');
	}
	return true;
}

/* ---- set operations ---- */

enum { MAX_ARMS = 400 }; /* SQLite: 500 terms */

static bool
is_core(const struct query *q)
{
	return !q->setop && !q->order.n && !q->limit && !q->offset && !q->ctes.n;
}

static bool
is_open(const struct query *q) /* a set operation that may be printed without parentheses */
{
	return q->setop && !q->order.n && !q->limit && !q->offset && !q->ctes.n;
}

static const char *
setop_word(const struct query *q)
{
	switch (q->setop) {
	case SETOP_UNION:
		return q->setop_all ? " UNION ALL " : " UNION ";
	case SETOP_INTERSECT:
		return q->setop_all ? NULL : " INTERSECT ";
	default:
		return q->setop_all ? NULL : " EXCEPT ";
	}
}

static unsigned
setop_flags(const struct query *q, unsigned flags)
{
	return flags | (q->setop == SETOP_UNION && q->setop_all ? 0 : SELECT_COLLATE);
}

/* q's columns from an item uNAME that has them all. */
static void
emit_columns_of(struct emit *em, const struct query *q, int name, unsigned flags)
{
	int n = query_ncols(q);

	for (int i = 0; i < n; i++) {
		const char *coll =
			flags & SELECT_COLLATE ? expr_collation(em, query_col(q, i)->expr) : NULL;

		buf_printf(em->b, "%su%d.c%d", i ? ", " : "", name, i + 1);
		if (coll)
			buf_printf(em->b, " COLLATE %s", coll);
		if (flags & SELECT_NAMES)
			buf_printf(em->b, " AS c%d", i + 1);
	}
	if (!n)
		buf_puts(em->b, flags & SELECT_NAMES ? "NULL AS c1" : "NULL");
}

static bool
emit_wrapped(struct emit *em, const struct query *q, unsigned flags)
{
	int name = ++em->next_name;

	buf_puts(em->b, "SELECT ");
	emit_columns_of(em, q, name, flags);
	buf_puts(em->b, " FROM (");
	if (!emit_select(em, q, SELECT_NAMES))
		return false;
	buf_printf(em->b, ") AS u%d", name);
	return true;
}

static bool
emit_arm(struct emit *em, const struct query *q, unsigned flags)
{
	return is_core(q) ? emit_core(em, q, flags) : emit_wrapped(em, q, flags);
}

/* The arms of a run of one associative operation, in order. */
static void
collect_arms(struct emit *em, const struct query *q, const struct query *top, struct vec *arms)
{
	if (q->setop == top->setop && q->setop_all == top->setop_all && (q == top || is_open(q))) {
		collect_arms(em, q->larg, top, arms);
		collect_arms(em, q->rarg, top, arms);
		return;
	}
	vec_push(em->as->arena, arms, (void *)q);
}

static bool
emit_run(struct emit *em, const struct vec *arms, int from, int to, const char *word,
	 unsigned flags)
{
	for (int i = from; i < to; i++) {
		if (i > from)
			buf_puts(em->b, word);
		if (!emit_arm(em, arms->v[i], flags))
			return false;
	}
	return true;
}

static bool
emit_long_run(struct emit *em, const struct query *q, const struct vec *arms, const char *word,
	      unsigned flags)
{
	if (arms->n > MAX_ARMS * MAX_ARMS)
		return err_set(em->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "too many set operations");
	for (int i = 0; i < arms->n; i += MAX_ARMS) {
		int name = ++em->next_name;

		buf_puts(em->b, i ? word : "");
		buf_puts(em->b, "SELECT ");
		emit_columns_of(em, q, name, flags);
		buf_puts(em->b, " FROM (");
		if (!emit_run(em, arms, i, MIN(i + MAX_ARMS, arms->n), word, flags | SELECT_NAMES))
			return false;
		buf_printf(em->b, ") AS u%d", name);
	}
	return true;
}

/* The terms that print flat, one after the other, because they lean to the left; 0: q is no set
 * operation of that kind. */
static int
left_terms(const struct query *q)
{
	int n = is_open(q);

	for (; is_open(q); q = q->larg)
		n++;
	return n;
}

static bool
emit_setop(struct emit *em, const struct query *q, unsigned flags)
{
	const char *word = setop_word(q);

	if (!word)
		return err_unsupported(em->as->env->err, -1, "%s ALL",
				       q->setop == SETOP_INTERSECT ? "INTERSECT" : "EXCEPT");
	flags = setop_flags(q, flags);
	if (q->setop == SETOP_UNION) {
		struct vec arms = {0};

		collect_arms(em, q, q, &arms);
		/* A run may begin with another operation's, printed flat: SQLite's are
		 * left-associative too. */
		if (arms.n > MAX_ARMS)
			return emit_long_run(em, q, &arms, word, flags);
		if (!is_open(arms.v[0]))
			return emit_run(em, &arms, 0, arms.n, word, flags);
		if (!emit_setop(em, arms.v[0], flags))
			return false;
		buf_puts(em->b, word);
		return emit_run(em, &arms, 1, arms.n, word, flags);
	}
	if (left_terms(q->larg) % MAX_ARMS ? !emit_setop(em, q->larg, flags)
					   : !emit_arm(em, q->larg, flags))
		return false;
	buf_puts(em->b, word);
	return emit_arm(em, q->rarg, flags);
}

/* ---- WITH ---- */

/* The rows that an earlier step has left. */
static void
emit_kept_rows(struct emit *em, const struct cte *c)
{
	buf_puts(em->b, "SELECT ");
	for (int i = 0; i < c->ncols || i == 0; i++)
		buf_printf(em->b, "%sc%d", i ? ", " : "", i + 1);
	buf_printf(em->b, " FROM pg_with_rows(%d)", c->slot);
}

static bool
emit_cte(struct emit *em, const struct cte *c)
{
	buf_printf(em->b, "cte%d(", c->id);
	for (int i = 0; i < c->ncols || i == 0; i++)
		buf_printf(em->b, "%sc%d", i ? ", " : "", i + 1);
	buf_puts(em->b, c->slot || (c->materialized == 'a' && !c->recursive)
				? ") AS MATERIALIZED ("
			: c->materialized == 'n' && !c->recursive ? ") AS NOT MATERIALIZED ("
								  : ") AS (");
	if (c->recursive && cte_reads_itself_below(c))
		return err_unsupported(em->as->env->err, c->ref_location,
				       "a recursive reference in a sub-select of FROM");
	if (c->slot)
		emit_kept_rows(em, c);
	else if (!emit_select(em, c->query, 0))
		return false;
	buf_putc(em->b, ')');
	return true;
}

bool
emit_ctes(struct emit *em, const struct query *q)
{
	const char *sep = q->recursive ? "WITH RECURSIVE " : "WITH ";
	bool any = false;

	for (int i = 0; i < q->ctes.n; i++) {
		const struct cte *c = q->ctes.v[i];

		if (!c->refs)
			continue;
		buf_puts(em->b, sep);
		sep = ", ";
		any = true;
		if (!emit_cte(em, c))
			return false;
	}
	if (any)
		buf_putc(em->b, ' ');
	return true;
}

/* ---- whole ---- */

static bool
plain_values(const struct query *q)
{
	return q->values && !q->order.n && !q->limit && !q->offset && !q->where && q->from.n == 1;
}

static bool
same_columns(const struct query *q)
{
	for (int i = 0; i < q->targets.n; i++) {
		const struct target *t = q->targets.v[i];

		if (t->junk || t->expr->kind != EX_VAR || t->expr->var.rte != q->values ||
		    t->expr->var.col != i)
			return false;
	}
	return q->targets.n == q->values->nvalues;
}

/* SQLite's LIMIT sees no columns. */
static bool
limit_sees_columns(const struct query *q)
{
	struct expr *limit = q->limit, *offset = q->offset;

	return (limit && expr_has_vars(limit, true)) || (offset && expr_has_vars(offset, true));
}

static bool
emit_limited(struct emit *em, const struct query *q, unsigned flags)
{
	int in = ++em->next_name, out = ++em->next_name;
	struct query all = *q;

	all.limit = all.offset = NULL;
	buf_puts(em->b, "SELECT ");
	emit_columns_of(em, q, out, flags);
	buf_puts(em->b, " FROM ");
	emit_rows_open(em, arena_printf(em->as->arena, "u%d", in), query_ncols(q), NULL);
	buf_putc(em->b, '(');
	if (!emit_select(em, &all, SELECT_NAMES))
		return false;
	buf_printf(em->b, ") AS u%d), ", in);
	if (!q->limit)
		buf_puts(em->b, "-1");
	else if (!emit_limit_value(em, q->limit, "limit_count"))
		return false;
	buf_puts(em->b, ", ");
	if (!q->offset)
		buf_puts(em->b, "0");
	else if (!emit_limit_value(em, q->offset, "limit_offset"))
		return false;
	buf_printf(em->b, ") AS u%d", out);
	return true;
}

bool
emit_select(struct emit *em, const struct query *q, unsigned flags)
{
	if (limit_sees_columns(q))
		return emit_limited(em, q, flags);
	if (em->depth > EMIT_MAX_DEPTH)
		return err_set(em->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	em->depth += 4;
	em->selects++;
	if (!emit_ctes(em, q))
		return false;
	if (plain_values(q) && !flags && same_columns(q)) {
		if (!emit_values(em, q->values))
			return false;
	} else if (q->setop ? !emit_setop(em, q, flags) : !emit_core(em, q, flags)) {
		return false;
	}
	em->depth -= 4;
	if (!emit_order_by(em, q) || !emit_limit(em, q))
		return false;
	em->selects--;
	return true;
}

bool
emit_query(struct analyzer *as, const struct query *q, struct buf *out)
{
	return emit_step(as, q, NULL, 0, 0, out);
}

bool
emit_step(struct analyzer *as, const struct query *q, const struct table_image *images, int nimages,
	  int step, struct buf *out)
{
	struct emit em = {.as = as, .b = out, .images = images, .nimages = nimages, .step = step};

	switch (q->cmd) {
	case CMD_SELECT:
		return emit_select(&em, q, 0);
	case CMD_INSERT:
		return emit_insert(&em, q);
	case CMD_UPDATE:
		return emit_update(&em, q);
	case CMD_DELETE:
		return emit_delete(&em, q);
	default:
		return err_unsupported(as->env->err, -1, "MERGE");
	}
}

bool
emit_standalone(struct analyzer *as, const struct expr *e, struct buf *out)
{
	struct emit em = {.as = as, .b = out, .bare = true};

	return emit_expr(&em, e, P_NONE);
}
