/*
 * dump: a query's tree as text, one clause a line, for EXPLAIN (VERBOSE) and `litephant translate`.
 * Names are those of node.h.
 */
#include "sql/analyze_int.h"

#include <inttypes.h>

struct dump {
	struct arena *a;
	struct buf b;
	int indent;
};

static void dump_query(struct dump *d, const struct query *q);
static void dump_expr(struct dump *d, const struct expr *e);

static void
line(struct dump *d, const char *word)
{
	buf_pad(&d->b, ' ', (size_t)d->indent * 2);
	buf_puts(&d->b, word);
}

/* ---- expressions ---- */

static void
dump_list(struct dump *d, struct expr *const *v, int n)
{
	buf_putc(&d->b, '(');
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(&d->b, ", ");
		dump_expr(d, v[i]);
	}
	buf_putc(&d->b, ')');
}

static void
dump_const(struct dump *d, const struct datum *v)
{
	switch (v->class) {
	case DATUM_NULL:
		buf_puts(&d->b, "NULL");
		break;
	case DATUM_INT:
		buf_printf(&d->b, "%" PRId64, v->i);
		break;
	case DATUM_REAL:
		buf_printf(&d->b, "%g", v->r);
		break;
	case DATUM_TEXT:
		buf_putc(&d->b, '\'');
		buf_add(&d->b, v->p, v->n);
		buf_putc(&d->b, '\'');
		break;
	case DATUM_BLOB:
		buf_printf(&d->b, "X'%zu bytes'", v->n);
		break;
	}
}

static bool
dump_child(struct expr **slot, void *arg)
{
	struct dump *d = arg;

	if (!*slot)
		return true;
	buf_putc(&d->b, ' ');
	dump_expr(d, *slot);
	return true;
}

static const char *const kinds[] = {
	[EX_CONST] = "const",
	[EX_PARAM] = "param",
	[EX_VAR] = "var",
	[EX_FUNC] = "func",
	[EX_OP] = "op",
	[EX_DISTINCT] = "distinct",
	[EX_NULLIF] = "nullif",
	[EX_SCALAR_ARRAY] = "scalar_array",
	[EX_BOOL] = "bool",
	[EX_CASE] = "case",
	[EX_CASE_TEST] = "case_test",
	[EX_COALESCE] = "coalesce",
	[EX_MINMAX] = "minmax",
	[EX_NULLTEST] = "nulltest",
	[EX_BOOLTEST] = "booltest",
	[EX_SUBLINK] = "sublink",
	[EX_AGG] = "agg",
	[EX_WINDOW] = "window",
	[EX_RELABEL] = "relabel",
	[EX_COERCE_IO] = "coerce_io",
	[EX_COERCE_ARRAY] = "coerce_array",
	[EX_ARRAY] = "array",
	[EX_ROW] = "row",
	[EX_ROW_COMPARE] = "row_compare",
	[EX_SUBSCRIPT] = "subscript",
	[EX_FIELD] = "field",
	[EX_COLLATE] = "collate",
	[EX_SQLVALUE] = "sqlvalue",
	[EX_GROUPING] = "grouping",
	[EX_SET_DEFAULT] = "default",
	[EX_ASSIGN] = "assign",
	[EX_COERCE_DOMAIN] = "coerce_domain",
	[EX_XML] = "xml",
};

static const char *const bools[] = {[BOOL_AND] = "and", [BOOL_OR] = "or", [BOOL_NOT] = "not"};
static const char *const sublinks[] = {[SUBLINK_EXISTS] = "exists",
				       [SUBLINK_ALL] = "all",
				       [SUBLINK_ANY] = "any",
				       [SUBLINK_EXPR] = "expr",
				       [SUBLINK_ARRAY] = "array"};

static void
dump_sublink(struct dump *d, const struct expr *e)
{
	buf_printf(&d->b, "{sublink %s", sublinks[e->sublink.kind]);
	expr_walk((struct expr *)(uintptr_t)e, dump_child, d);
	buf_putc(&d->b, '\n');
	d->indent += 2;
	dump_query(d, e->sublink.query);
	d->indent -= 2;
	line(d, "}");
}

static void
dump_expr(struct dump *d, const struct expr *e)
{
	struct expr *self = (struct expr *)(uintptr_t)e;

	switch (e->kind) {
	case EX_CONST:
		dump_const(d, &e->con.value);
		buf_printf(&d->b, ":%u", e->type);
		return;
	case EX_PARAM:
		buf_printf(&d->b, "$%d:%u", e->param.number, e->type);
		return;
	case EX_VAR:
		buf_printf(&d->b, "t%d.", e->var.rte->id);
		buf_puts(&d->b, e->var.col == VAR_ROWID ? "rowid"
				: e->var.col < 0        ? "*"
							: e->var.rte->cols[e->var.col].name);
		buf_printf(&d->b, ":%u", e->type);
		return;
	case EX_SUBLINK:
		dump_sublink(d, e);
		return;
	case EX_FUNC:
		buf_printf(&d->b, "{func %s:%u", e->func.proc->name, e->type);
		break;
	case EX_AGG:
		buf_printf(&d->b, "{agg %s%s:%u", e->agg.proc->name,
			   e->agg.distinct ? " distinct"
			   : e->agg.star   ? " *"
					   : "",
			   e->type);
		break;
	case EX_WINDOW:
		buf_printf(&d->b, "{window %s:%u", e->window.proc->name, e->type);
		break;
	case EX_OP:
	case EX_DISTINCT:
	case EX_NULLIF:
		buf_printf(&d->b, "{%s %s:%u", kinds[e->kind], e->op.op ? e->op.op->name : "?",
			   e->type);
		break;
	case EX_BOOL:
		buf_printf(&d->b, "{%s", bools[e->boolean.op]);
		break;
	case EX_SCALAR_ARRAY:
		buf_printf(&d->b, "{%s %s", e->sarray.op->name, e->sarray.all ? "all" : "any");
		break;
	default:
		buf_printf(&d->b, "{%s:%u", kinds[e->kind], e->type);
		break;
	}
	expr_walk(self, dump_child, d);
	buf_putc(&d->b, '}');
}

/* ---- clauses ---- */

static void
dump_clause(struct dump *d, const char *word, const struct expr *e)
{
	if (!e)
		return;
	line(d, word);
	buf_putc(&d->b, ' ');
	dump_expr(d, e);
	buf_putc(&d->b, '\n');
}

static void
dump_targets(struct dump *d, const char *word, const struct vec *targets)
{
	for (int i = 0; i < targets->n; i++) {
		const struct target *t = targets->v[i];

		line(d, word);
		buf_printf(&d->b, " %s%s", t->junk ? "(junk) " : "", t->name ? t->name : "");
		if (t->column)
			buf_printf(&d->b, " [%s]", t->column->name);
		if (t->expr) {
			buf_puts(&d->b, " = ");
			dump_expr(d, t->expr);
		}
		buf_putc(&d->b, '\n');
	}
}

static void
dump_items(struct dump *d, const char *word, const struct vec *items)
{
	if (!items->n)
		return;
	line(d, word);
	for (int i = 0; i < items->n; i++) {
		const struct sort_item *s = items->v[i];

		buf_puts(&d->b, i ? ", " : " ");
		dump_expr(d, s->expr);
		if (s->desc)
			buf_puts(&d->b, " desc");
		if (s->nulls_first)
			buf_puts(&d->b, " nulls first");
	}
	buf_putc(&d->b, '\n');
}

static void
dump_rte(struct dump *d, const struct rte *r)
{
	line(d, "from");
	buf_printf(&d->b, " t%d", r->id);
	if (r->alias)
		buf_printf(&d->b, " \"%s\"", r->alias);
	switch (r->kind) {
	case RTE_RELATION:
		buf_printf(&d->b, " relation %s\n", r->rel->name);
		return;
	case RTE_CTE:
		buf_printf(&d->b, " cte%d\n", r->cte->id);
		return;
	case RTE_FUNCTION:
		buf_puts(&d->b, " function ");
		for (int i = 0; i < r->funcs.n; i++)
			dump_expr(d, r->funcs.v[i]);
		buf_putc(&d->b, '\n');
		return;
	case RTE_VALUES:
		buf_puts(&d->b, " values\n");
		d->indent++;
		for (int i = 0; i < r->values->n; i++) {
			line(d, "row ");
			dump_list(d, r->values->v[i], r->nvalues);
			buf_putc(&d->b, '\n');
		}
		d->indent--;
		return;
	case RTE_SUBQUERY:
		buf_puts(&d->b, r->rel ? " view\n" : " sub-select\n");
		d->indent++;
		dump_query(d, r->subquery);
		d->indent--;
		return;
	default:
		buf_putc(&d->b, '\n');
		return;
	}
}

static void
dump_from(struct dump *d, const struct from_item *f)
{
	static const char *const joins[] = {[JOIN_INNER] = "inner",
					    [JOIN_LEFT] = "left",
					    [JOIN_RIGHT] = "right",
					    [JOIN_FULL] = "full",
					    [JOIN_CROSS] = "cross"};

	if (f->kind == FROM_RTE) {
		dump_rte(d, f->rte);
		return;
	}
	line(d, "join ");
	buf_puts(&d->b, joins[f->join]);
	buf_putc(&d->b, '\n');
	d->indent++;
	dump_from(d, f->left);
	dump_from(d, f->right);
	dump_clause(d, "on", f->quals);
	d->indent--;
}

static void
dump_setop(struct dump *d, const struct query *q)
{
	static const char *const ops[] = {"", "union", "intersect", "except"};

	line(d, ops[q->setop]);
	buf_puts(&d->b, q->setop_all ? " all\n" : "\n");
	d->indent++;
	dump_query(d, q->larg);
	dump_query(d, q->rarg);
	d->indent--;
}

static void
dump_conflict(struct dump *d, const struct on_conflict *c)
{
	line(d, c->do_update ? "on conflict do update" : "on conflict do nothing");
	dump_list(d, (struct expr *const *)c->infer.v, c->infer.n);
	buf_putc(&d->b, '\n');
	dump_targets(d, "set", &c->set);
	dump_clause(d, "where", c->where);
}

static void
dump_query(struct dump *d, const struct query *q)
{
	static const char *const commands[] = {"select", "insert", "update", "delete", "merge"};

	for (int i = 0; i < q->ctes.n; i++) {
		const struct cte *c = q->ctes.v[i];

		line(d, "with");
		buf_printf(&d->b, " cte%d \"%s\"%s\n", c->id, c->name,
			   c->recursive ? " recursive" : "");
		d->indent++;
		dump_query(d, c->query);
		d->indent--;
	}
	line(d, commands[q->cmd]);
	buf_puts(&d->b, q->distinct ? " distinct\n" : "\n");
	d->indent++;
	if (q->target)
		dump_rte(d, q->target);
	dump_targets(d, "target", &q->targets);
	if (q->setop)
		dump_setop(d, q);
	for (int i = 0; i < q->from.n; i++)
		dump_from(d, q->from.v[i]);
	if (q->source)
		dump_query(d, q->source);
	dump_clause(d, "where", q->where);
	dump_items(d, "group", &q->group);
	dump_clause(d, "having", q->having);
	dump_items(d, "distinct on", &q->distinct_on);
	dump_items(d, "order", &q->order);
	dump_clause(d, "limit", q->limit);
	dump_clause(d, "offset", q->offset);
	if (q->on_conflict)
		dump_conflict(d, q->on_conflict);
	dump_targets(d, "returning", &q->returning);
	d->indent--;
}

char *
query_dump(struct arena *a, const struct query *q)
{
	struct dump d = {.a = a};
	char *text;

	dump_query(&d, q);
	text = buf_dup(&d.b, a);
	buf_release(&d.b);
	return text;
}
