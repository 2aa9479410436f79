/*
 * emit_agg: calls of aggregates: SQLite's own, a body's plain form, or its sorted one.
 */
#include "sql/emit.h"

static bool
order_matters(const struct proc *p)
{
	static const char *const names[] = {"count", "min",     "max",    "bool_and", "bool_or",
					    "every", "bit_and", "bit_or", "bit_xor"};

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(p->name, names[i]) == 0)
			return false;
	if (strcmp(p->name, "sum") != 0 && strcmp(p->name, "avg") != 0)
		return true;
	return p->argtypes[0] == T_FLOAT4 || p->argtypes[0] == T_FLOAT8; /* rounding */
}

static bool
is_min_max(const struct proc *p)
{
	return strcmp(p->name, "min") == 0 || strcmp(p->name, "max") == 0;
}

bool
emit_agg_filter(struct emit *em, const struct expr *filter)
{
	if (!filter)
		return true;
	buf_puts(em->b, " FILTER (WHERE ");
	if (!emit_filter(em, filter, P_NONE))
		return false;
	buf_putc(em->b, ')');
	return true;
}

/* name(DISTINCT x): templates of the form name($1) only. */
static int
put_native_distinct(struct emit *em, const char *t, const struct expr *arg)
{
	const char *paren = strchr(t, '(');

	buf_add(em->b, t, (size_t)(paren - t));
	buf_puts(em->b, "(DISTINCT ");
	if (!emit_collated(em, arg, P_NONE))
		return -1;
	buf_puts(em->b, paren + 3);
	return P_ATOM;
}

static bool
takes_native_distinct(const struct func *f, const struct expr *e)
{
	const char *paren = f->native ? strchr(f->native, '(') : NULL;

	return paren && strcmp(paren, "($1)") == 0 && e->agg.nargs == 1 && e->agg.distinct;
}

static void
put_spec_key(struct emit *em, const struct sort_item *s, bool first)
{
	buf_printf(em->b, "%s%u%c%c", first ? "" : ",", s->expr->type, s->desc ? '-' : '+',
		   s->nulls_first ? 'f' : 'l');
}

/* pg_key__sorted(spec, [types,] direct…, args…, keys…): store/sorted_spec.h's form. */
static int
put_sorted(struct emit *em, const struct func *f, const struct expr *e)
{
	int n = e->agg.ndirect + e->agg.nargs;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, n + 1);
	oid_t *types;
	int32_t *typmods;

	if (!emit_check_nargs(em, e->agg.proc->name, n + e->agg.order.n + 2, e->location))
		return -1;
	for (int i = 0; i < n; i++)
		args[i] = i < e->agg.ndirect ? e->agg.direct[i] : e->agg.args[i - e->agg.ndirect];
	buf_printf(em->b, "%s__sorted('%d;%c;", func_sqlite_name(em->as->arena, f), n,
		   e->agg.distinct ? 'd' : '-');
	for (int i = 0; i < e->agg.order.n; i++)
		put_spec_key(em, VEC_AT(struct sort_item, &e->agg.order, i), i == 0);
	if (e->agg.distinct) {
		buf_putc(em->b, ';');
		for (int i = 0; i < n; i++)
			buf_printf(em->b, "%s%u", i ? "," : "", args[i]->type);
	}
	buf_puts(em->b, "', ");
	if (f->flags & F_TYPES) {
		emit_types_of(em, args, n, &types, &typmods);
		emit_types(em, e->type, types, typmods, n);
		buf_puts(em->b, ", ");
	}
	if (!emit_args(em, args, n, true))
		return -1;
	for (int i = 0; i < e->agg.order.n; i++) {
		buf_puts(em->b, n || i ? ", " : "");
		if (!emit_expr(em, VEC_AT(struct sort_item, &e->agg.order, i)->expr, P_NONE))
			return -1;
	}
	buf_putc(em->b, ')');
	return P_ATOM;
}

int
emit_plain_agg(struct emit *em, const struct func *f, const struct proc *p,
	       struct expr *const *args, int nargs, oid_t ret, const char *suffix)
{
	if (f->native)
		return emit_template(em, f->native, args, nargs,
				     is_min_max(p) && !strstr(f->native, "COLLATE"));
	if (!emit_open_call(em, f, suffix, ret, args, nargs))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

/* ---- WITHIN GROUP ---- */

/* pg_rank_any_(types, 'order', direct…, keys…): the body compares each row with the hypothetical
 * one. order: two letters a key, + or - and f or l, as in a sort specification. */
static int
put_hypothetical(struct emit *em, const struct func *f, const struct expr *e)
{
	int n = e->agg.ndirect;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, 2 * n + 2);
	struct buf order = BUF_INIT;
	size_t len;

	for (int i = 0; i < n; i++) {
		const struct sort_item *s = e->agg.order.v[i];

		buf_printf(&order, "%c%c", s->desc ? '-' : '+', s->nulls_first ? 'f' : 'l');
		args[1 + i] = e->agg.direct[i];
		args[1 + n + i] = e->agg.args[i];
	}
	len = order.len;
	args[0] =
		expr_const(em->as, T_TEXT, -1, datum_text(buf_dup(&order, em->as->arena), len), -1);
	buf_release(&order);
	if (!emit_check_nargs(em, e->agg.proc->name, 2 * n + 2, e->location) ||
	    !emit_open_call(em, f, "", e->type, args, 2 * n + 1))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

/* Over no rows a body does not see the direct arguments: what the answer is then, or what must be
 * looked at. */
static bool
put_empty_answer(struct emit *em, const struct expr *e)
{
	const char *name = e->agg.proc->name;

	if (aggregate_find(e->agg.proc->oid)->kind == 'h') {
		buf_puts(em->b, strcmp(name, "percent_rank") == 0 ? "0.0"
				: strcmp(name, "cume_dist") == 0  ? "1.0"
								  : "1");
		return true;
	}
	return emit_key(em, "percentile_check", T_FLOAT8, e->agg.direct, 1) >= 0;
}

static bool
has_empty_answer(const struct expr *e)
{
	const struct expr *d;

	if (!e->agg.ndirect)
		return false;
	if (aggregate_find(e->agg.proc->oid)->kind == 'h')
		return true;
	d = e->agg.direct[0];
	return d->type == T_FLOAT8 &&
	       !(d->kind == EX_CONST && (d->con.value.class == DATUM_NULL ||
					 (d->con.value.class == DATUM_REAL && d->con.value.r >= 0 &&
					  d->con.value.r <= 1)));
}

static int
put_agg(struct emit *em, const struct func *f, const struct expr *e)
{
	bool ordered = e->agg.order.n && (e->agg.within_group || order_matters(e->agg.proc));

	if (e->agg.within_group && aggregate_find(e->agg.proc->oid)->kind == 'h')
		return put_hypothetical(em, f, e);
	if (takes_native_distinct(f, e))
		return put_native_distinct(em, f->native, e->agg.args[0]);
	if (!ordered && (!e->agg.distinct || is_min_max(e->agg.proc)) && !e->agg.within_group)
		return emit_plain_agg(em, f, e->agg.proc, e->agg.args, e->agg.nargs, e->type, "");
	if (!f->agg)
		return err_unsupported(em->as->env->err, e->location,
				       "ORDER BY or DISTINCT in aggregate %s", e->agg.proc->name) -
		       1;
	return put_sorted(em, f, e);
}

int
emit_agg(struct emit *em, const struct expr *e)
{
	const struct func *f = NULL;
	bool wrapped = has_empty_answer(e);
	int prec = P_ATOM;

	if (wrapped)
		buf_puts(em->b, "coalesce(");
	if (e->agg.star && strcmp(e->agg.proc->name, "count") == 0) {
		buf_puts(em->b, "count(*)");
	} else {
		f = emit_body(em, e->agg.proc, e->location);
		prec = f ? put_agg(em, f, e) : -1;
	}
	if (prec < 0 || !emit_agg_filter(em, e->agg.filter))
		return -1;
	if (!wrapped)
		return prec;
	buf_puts(em->b, ", ");
	if (!put_empty_answer(em, e))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}
