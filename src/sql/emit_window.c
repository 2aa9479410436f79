/*
 * emit_window: calls of window functions: SQLite's own windows where they do exactly what
 * PostgreSQL's do; else the form that sees the whole partition and finds its frames by itself
 * (store/window_spec.h).
 */
#include "sql/emit.h"

#include <inttypes.h>

/* ---- which form ---- */

static const char *const without_frame[] = {"row_number", "rank",  "dense_rank", "percent_rank",
					    "cume_dist",  "ntile", "lag",        "lead"};

static bool
has_frame(const struct expr *e)
{
	for (size_t i = 0; i < COUNTOF(without_frame); i++)
		if (e->window.proc->kind == 'w' &&
		    strcmp(e->window.proc->name, without_frame[i]) == 0)
			return false;
	return true;
}

static bool
const_at_least(const struct expr *e, int64_t least)
{
	return e->kind == EX_CONST && e->con.value.class == DATUM_INT && e->con.value.i >= least;
}

static bool
native_offset(const struct window_def *w, const struct expr *offset)
{
	const struct expr *key;

	if (!offset)
		return true;
	if (!const_at_least(offset, 0))
		return false;
	if (w->mode != 'r')
		return true;
	key = VEC_AT(struct sort_item, &w->order, 0)->expr;
	/* A constant key is not printed. */
	return key->kind != EX_CONST && (key->type == T_INT2 || key->type == T_INT4);
}

static bool
native_arguments(const struct expr *e)
{
	const char *name = e->window.proc->name;

	if (e->window.proc->kind != 'w')
		return true;
	if (strcmp(name, "ntile") == 0)
		return const_at_least(e->window.args[0], 1);
	if (strcmp(name, "nth_value") == 0)
		return const_at_least(e->window.args[1], 1);
	return e->window.nargs < 2 || const_at_least(e->window.args[1], 0);
}

static bool
is_native(const struct expr *e)
{
	const struct window_def *w = e->window.window;

	return native_arguments(e) && (!has_frame(e) || (native_offset(w, w->start_offset) &&
							 native_offset(w, w->end_offset)));
}

/* ---- SQLite's windows ---- */

static void
put_bound(struct emit *em, int bound, const struct expr *offset)
{
	static const char *const words[] = {[FRAME_UNBOUNDED_PRECEDING] = "UNBOUNDED PRECEDING",
					    [FRAME_OFFSET_PRECEDING] = "PRECEDING",
					    [FRAME_CURRENT_ROW] = "CURRENT ROW",
					    [FRAME_OFFSET_FOLLOWING] = "FOLLOWING",
					    [FRAME_UNBOUNDED_FOLLOWING] = "UNBOUNDED FOLLOWING"};

	if (offset)
		buf_printf(em->b, "%" PRId64 " ", offset->con.value.i);
	buf_puts(em->b, words[bound]);
}

static void
put_frame(struct emit *em, const struct window_def *w)
{
	buf_puts(em->b, w->mode == 'o'   ? "ROWS BETWEEN "
			: w->mode == 'g' ? "GROUPS BETWEEN "
					 : "RANGE BETWEEN ");
	put_bound(em, w->start, w->start_offset);
	buf_puts(em->b, " AND ");
	put_bound(em, w->end, w->end_offset);
	buf_puts(em->b, w->exclude == 'c'   ? " EXCLUDE CURRENT ROW"
			: w->exclude == 'g' ? " EXCLUDE GROUP"
			: w->exclude == 't' ? " EXCLUDE TIES"
					    : "");
}

/* OVER (PARTITION BY … ORDER BY …; the caller adds a frame and closes it. */
static bool
open_over(struct emit *em, const struct window_def *w)
{
	buf_puts(em->b, " OVER (");
	for (int i = 0; i < w->partition.n; i++) {
		buf_puts(em->b, i ? ", " : "PARTITION BY ");
		if (!emit_collated(em, VEC_AT(struct sort_item, &w->partition, i)->expr, P_COLLATE))
			return false;
	}
	if (w->partition.n && w->order.n)
		buf_putc(em->b, ' ');
	return !w->order.n || emit_order(em, &w->order, NULL);
}

static bool
put_over(struct emit *em, const struct expr *e)
{
	const struct window_def *w = e->window.window;

	if (!open_over(em, w))
		return false;
	if (w->has_frame && has_frame(e)) {
		buf_putc(em->b, ' ');
		put_frame(em, w);
	}
	buf_putc(em->b, ')');
	return true;
}

static bool
frame_moves(const struct window_def *w)
{
	return w->has_frame && (w->start != FRAME_UNBOUNDED_PRECEDING || w->exclude);
}

/* CASE WHEN filter THEN arg END: SQLite's min and max do not honour FILTER in frames that move. */
static struct expr *
filtered(struct emit *em, const struct expr *e)
{
	struct expr *arg = e->window.args[0], *c = expr_new(em->as, EX_CASE, arg->type, -1);

	c->typmod = arg->typmod;
	c->collation = arg->collation;
	c->cas.whens = ARENA_NEW(em->as->arena, struct case_when);
	*c->cas.whens = (struct case_when){e->window.filter, arg};
	c->cas.nwhens = 1;
	return c;
}

static bool
is_native_min_max(const struct func *f)
{
	return f->native &&
	       (strncmp(f->native, "min(", 4) == 0 || strncmp(f->native, "max(", 4) == 0);
}

static int
put_native_agg(struct emit *em, const struct expr *e)
{
	const struct proc *p = e->window.proc;
	const struct func *f = emit_body(em, p, e->location);
	bool moves = frame_moves(e->window.window);
	struct expr *arg;

	if (f && moves && e->window.filter && is_native_min_max(f)) {
		arg = filtered(em, e);
		return emit_plain_agg(em, f, p, &arg, 1, e->type, "");
	}
	if (!f ||
	    emit_plain_agg(em, f, p, e->window.args, e->window.nargs, e->type,
			   moves && f->agg && !f->agg->inverse ? "__frame" : "") < 0 ||
	    !emit_agg_filter(em, e->window.filter))
		return -1;
	return P_ATOM;
}

static int
put_native_call(struct emit *em, const struct expr *e)
{
	const struct proc *p = e->window.proc;

	if (p->kind == 'w') {
		buf_printf(em->b, "%s(", p->name);
		if (!emit_args(em, e->window.args, e->window.nargs, true))
			return -1;
		buf_putc(em->b, ')');
		return P_ATOM;
	}
	if (!e->window.star || strcmp(p->name, "count") != 0)
		return put_native_agg(em, e);
	buf_puts(em->b, "count(*)");
	return emit_agg_filter(em, e->window.filter) ? P_ATOM : -1;
}

/* ---- the whole partition ---- */

static const struct func *
agg_body_of_native(const char *name)
{
	static const struct {
		const char *name, *key;
	} bodies[] = {{"count", "window_count"},  {"sum", "window_sum"},   {"min", "window_min"},
		      {"bool_and", "window_min"}, {"every", "window_min"}, {"max", "window_max"},
		      {"bool_or", "window_max"}};

	for (size_t i = 0; i < COUNTOF(bodies); i++)
		if (strcmp(bodies[i].name, name) == 0)
			return func_by_key(bodies[i].key);
	return NULL;
}

static bool
needs_keys(const struct window_def *w)
{
	return w->mode != 'o' || w->exclude == 'g' || w->exclude == 't';
}

/* window_spec.h's form. */
static void
put_spec(struct emit *em, const struct expr *e, bool framed)
{
	const struct window_def *w = e->window.window;

	buf_printf(em->b, "'%c%d%d%c%c;%s,%s;%d;-;", framed ? w->mode : 'o',
		   framed ? w->start : FRAME_UNBOUNDED_PRECEDING,
		   framed ? w->end : FRAME_UNBOUNDED_FOLLOWING,
		   framed && w->exclude ? w->exclude : '-', e->window.filter ? 'f' : '-',
		   framed && w->start_in_range ? w->start_in_range->prosrc : "",
		   framed && w->end_in_range ? w->end_in_range->prosrc : "", e->window.nargs);
	for (int i = 0; framed && needs_keys(w) && i < w->order.n; i++) {
		const struct sort_item *s = w->order.v[i];

		buf_printf(em->b, "%s%u%c%c", i ? "," : "", s->expr->type, s->desc ? '-' : '+',
			   s->nulls_first ? 'f' : 'l');
	}
	buf_putc(em->b, '\'');
}

static bool
put_cell(struct emit *em, const struct expr *e)
{
	if (!e)
		return true;
	buf_puts(em->b, ", ");
	return emit_expr(em, e, P_NONE);
}

static bool
put_cells(struct emit *em, const struct expr *e, const struct func *f, bool framed)
{
	const struct window_def *w = e->window.window;
	oid_t *types;
	int32_t *typmods;

	if (f && (f->flags & F_TYPES)) {
		buf_puts(em->b, ", ");
		emit_types_of(em, e->window.args, e->window.nargs, &types, &typmods);
		emit_types(em, e->type, types, typmods, e->window.nargs);
	}
	if (!emit_args(em, e->window.args, e->window.nargs, false) ||
	    !put_cell(em, e->window.filter))
		return false;
	for (int i = 0; framed && needs_keys(w) && i < w->order.n; i++)
		if (!put_cell(em, VEC_AT(struct sort_item, &w->order, i)->expr))
			return false;
	return !framed || (put_cell(em, w->start_offset) && put_cell(em, w->end_offset));
}

static int
put_whole(struct emit *em, const struct expr *e)
{
	const struct proc *p = e->window.proc;
	const struct func *f = NULL;
	bool framed = has_frame(e);

	if (!emit_check_nargs(em, p->name, e->window.nargs + e->window.window->order.n + 5,
			      e->location))
		return -1;
	if (p->kind == 'a') {
		f = emit_body(em, p, e->location);
		if (f && !f->agg)
			f = agg_body_of_native(p->name);
		if (!f)
			return err_unsupported(em->as->env->err, e->location,
					       "aggregate %s in this window frame", p->name) -
			       1;
		buf_printf(em->b, "%s__window(", func_sqlite_name(em->as->arena, f));
	} else {
		buf_printf(em->b, "pg_%s__window(", p->name);
	}
	put_spec(em, e, framed);
	if (!put_cells(em, e, f, framed))
		return -1;
	buf_putc(em->b, ')');
	if (!open_over(em, e->window.window))
		return -1;
	buf_puts(em->b, " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)");
	return P_ATOM;
}

int
emit_window(struct emit *em, const struct expr *e)
{
	if (!is_native(e))
		return put_whole(em, e);
	return put_native_call(em, e) >= 0 && put_over(em, e) ? P_ATOM : -1;
}
