/*
 * deparse_call: casts, calls in every syntax, aggregates and window functions as PostgreSQL prints
 * them.
 */
#include "sql/deparse.h"

/* ---- casts ---- */

bool
deparse_cast(struct deparse *d, const struct expr *arg, oid_t type, int32_t typmod,
	     const struct expr *parent)
{
	/* A literal and its length are one cast. */
	if (arg->kind == EX_CONST && arg->type == type && arg->typmod == -1) {
		if (!deparse_const(d, arg, -1))
			return false;
	} else {
		if (!d->pretty)
			buf_putc(d->b, '(');
		if (!deparse_operand(d, arg, false, parent))
			return false;
		if (!d->pretty)
			buf_putc(d->b, ')');
	}
	buf_puts(d->b, "::");
	return deparse_type(d, type, typmod);
}

/* ---- calls that SQL spells its own way ---- */

/* Puts literal text and arguments: %1 … %4 an argument, %w the first one as a word, %2? what
 * follows up to the next ? only if there is an argument 2. An operand has ! for the number's
 * prefix. */
static bool
put_syntax(struct deparse *d, const struct expr *e, const char *format)
{
	for (const char *p = format; *p; p++) {
		const struct expr *arg;
		bool operand = p[0] == '!';

		if (*p != '%' && !operand) {
			buf_putc(d->b, *p);
			continue;
		}
		p++;
		arg = *p == 'w'   ? e->func.args[0]
		      : *p == 'v' ? e->func.args[1]
				  : e->func.args[*p - '1'];
		if (*p == 'w' || *p == 'v') {
			if (arg->kind != EX_CONST || arg->con.value.class != DATUM_TEXT)
				return err_unsupported(d->as->env->err, arg->location,
						       "printing this expression");
			buf_add(d->b, arg->con.value.p, arg->con.value.n);
		} else if (!(operand ? deparse_operand(d, arg, false, e)
				     : deparse_put(d, arg, false))) {
			return false;
		}
	}
	return true;
}

static const struct syntax {
	const char *name;
	int nargs;
	oid_t second; /* the type of the second argument; 0: any */
	const char *format;
} syntaxes[] = {
	{"timezone", 2, 0, "(!2 AT TIME ZONE !1)"},
	{"overlaps", 4, 0, "((%1, %2) OVERLAPS (%3, %4))"},
	{"extract", 2, 0, "EXTRACT(%w FROM %2)"},
	{"is_normalized", 1, 0, "(!1 IS NORMALIZED)"},
	{"is_normalized", 2, 0, "(!1 IS %v NORMALIZED)"},
	{"pg_collation_for", 1, 0, "COLLATION FOR (%1)"},
	{"normalize", 1, 0, "NORMALIZE(%1)"},
	{"normalize", 2, 0, "NORMALIZE(%1, %v)"},
	{"overlay", 3, 0, "OVERLAY(%1 PLACING %2 FROM %3)"},
	{"overlay", 4, 0, "OVERLAY(%1 PLACING %2 FROM %3 FOR %4)"},
	{"position", 2, 0, "POSITION((%2) IN (%1))"},
	{"substring", 2, T_INT4, "SUBSTRING(%1 FROM %2)"},
	{"substring", 3, T_INT4, "SUBSTRING(%1 FROM %2 FOR %3)"},
	{"substring", 3, T_TEXT, "SUBSTRING(%1 SIMILAR %2 ESCAPE %3)"},
	{"btrim", 1, 0, "TRIM(BOTH FROM %1)"},
	{"btrim", 2, 0, "TRIM(BOTH %2 FROM %1)"},
	{"ltrim", 1, 0, "TRIM(LEADING FROM %1)"},
	{"ltrim", 2, 0, "TRIM(LEADING %2 FROM %1)"},
	{"rtrim", 1, 0, "TRIM(TRAILING FROM %1)"},
	{"rtrim", 2, 0, "TRIM(TRAILING %2 FROM %1)"},
	{"xmlexists", 2, 0, "XMLEXISTS((%1) PASSING (%2))"},
};

static const char *
syntax_of(const struct expr *e)
{
	const struct proc *p = e->func.proc;

	for (size_t i = 0; i < COUNTOF(syntaxes) && p->namespace_oid == NS_PG_CATALOG; i++) {
		const struct syntax *s = &syntaxes[i];

		if (!strcmp(s->name, p->name) && s->nargs == e->func.nargs &&
		    (!s->second || s->second == p->argtypes[1]))
			return s->format;
	}
	return NULL;
}

/* ---- calls ---- */

static bool
in_path(const struct deparse *d, const char *schema)
{
	for (const char *const *p = d->path; p && *p; p++)
		if (!strcmp(*p, schema))
			return true;
	return false;
}

static void
put_name(struct deparse *d, const struct proc *p)
{
	const struct schema *s = snapshot_schema_by_oid(d->as->env->snapshot, p->namespace_oid);

	if (p->namespace_oid != NS_PG_CATALOG && s && !in_path(d, s->name)) {
		deparse_ident(d, s->name);
		buf_putc(d->b, '.');
	}
	deparse_ident(d, p->name);
}

static bool
put_args(struct deparse *d, struct expr *const *args, int n, bool variadic)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (variadic && i == n - 1)
			buf_puts(d->b, "VARIADIC ");
		if (!deparse_put(d, args[i], true))
			return false;
	}
	return true;
}

static bool
put_call(struct deparse *d, const struct expr *e)
{
	int positional = e->func.nargs - e->func.nnames;

	put_name(d, e->func.proc);
	buf_putc(d->b, '(');
	if (!put_args(d, e->func.args, positional, e->func.variadic && !e->func.nnames))
		return false;
	for (int i = 0; i < e->func.nnames; i++) {
		if (i + positional)
			buf_puts(d->b, ", ");
		deparse_ident(d, e->func.names[i]);
		buf_puts(d->b, " => ");
		if (!deparse_put(d, e->func.args[positional + i], true))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

bool
deparse_func(struct deparse *d, const struct expr *e, bool show)
{
	const char *syntax = e->func.form == 's' ? syntax_of(e) : NULL;

	if (e->func.form == 'i' && (!show || (d->exact && !d->conversions)) && e->func.nargs)
		return deparse_operand(d, e->func.args[0], show, e);
	if (e->func.form == 'i' || e->func.form == 'e')
		return deparse_cast(d, e->func.args[0], e->type, e->typmod, e);
	return syntax ? put_syntax(d, e, syntax) : put_call(d, e);
}

/* ---- aggregates and windows ---- */

static bool
put_filter(struct deparse *d, const struct expr *filter)
{
	if (!filter)
		return true;
	buf_puts(d->b, ") FILTER (WHERE ");
	return deparse_put(d, filter, false);
}

static bool
put_ordered_set(struct deparse *d, const struct expr *e)
{
	if (!deparse_list(d, e->agg.direct, e->agg.ndirect))
		return false;
	buf_puts(d->b, ") WITHIN GROUP (ORDER BY ");
	return deparse_order(d, &e->agg.order, false);
}

static bool
put_agg_args(struct deparse *d, const struct expr *e)
{
	if (e->agg.star)
		buf_putc(d->b, '*');
	else if (!put_args(d, e->agg.args, e->agg.nargs, e->agg.variadic))
		return false;
	if (!e->agg.order.n)
		return true;
	buf_puts(d->b, " ORDER BY ");
	return deparse_order(d, &e->agg.order, false);
}

bool
deparse_agg(struct deparse *d, const struct expr *e)
{
	put_name(d, e->agg.proc);
	buf_puts(d->b, e->agg.distinct ? "(DISTINCT " : "(");
	if (!(e->agg.within_group ? put_ordered_set(d, e) : put_agg_args(d, e)) ||
	    !put_filter(d, e->agg.filter))
		return false;
	buf_putc(d->b, ')');
	return true;
}

bool
deparse_window(struct deparse *d, const struct expr *e)
{
	const struct window_def *w = e->window.window;

	put_name(d, e->window.proc);
	buf_putc(d->b, '(');
	if (e->window.star)
		buf_putc(d->b, '*');
	else if (!deparse_list(d, e->window.args, e->window.nargs))
		return false;
	if (!put_filter(d, e->window.filter))
		return false;
	buf_puts(d->b, ") OVER ");
	if (!w->name)
		return deparse_window_spec(d, w);
	deparse_ident(d, w->name);
	return true;
}

static bool
put_bound(struct deparse *d, int bound, const struct expr *offset)
{
	switch (bound) {
	case FRAME_UNBOUNDED_PRECEDING:
		buf_puts(d->b, "UNBOUNDED PRECEDING ");
		return true;
	case FRAME_UNBOUNDED_FOLLOWING:
		buf_puts(d->b, "UNBOUNDED FOLLOWING ");
		return true;
	case FRAME_CURRENT_ROW:
		buf_puts(d->b, "CURRENT ROW ");
		return true;
	default:
		if (!deparse_put(d, offset, false))
			return false;
		buf_puts(d->b, bound == FRAME_OFFSET_PRECEDING ? " PRECEDING " : " FOLLOWING ");
		return true;
	}
}

enum { FRAME_BETWEEN = 0x10 }; /* parsenodes.h's FRAMEOPTION_BETWEEN */

static bool
put_frame(struct deparse *d, const struct window_def *w)
{
	bool between = w->def->frame_options & FRAME_BETWEEN;

	buf_puts(d->b, w->mode == 'r' ? "RANGE " : w->mode == 'o' ? "ROWS " : "GROUPS ");
	if (between)
		buf_puts(d->b, "BETWEEN ");
	if (!put_bound(d, w->start, w->start_offset))
		return false;
	if (between) {
		buf_puts(d->b, "AND ");
		if (!put_bound(d, w->end, w->end_offset))
			return false;
	}
	buf_puts(d->b, w->exclude == 'c'   ? "EXCLUDE CURRENT ROW "
		       : w->exclude == 'g' ? "EXCLUDE GROUP "
		       : w->exclude == 't' ? "EXCLUDE TIES "
					   : "");
	deparse_trim(d->b);
	return true;
}

static bool
put_partition(struct deparse *d, const struct window_def *w)
{
	buf_puts(d->b, "PARTITION BY ");
	for (int i = 0; i < w->partition.n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_sort_item(d, w->partition.v[i], false))
			return false;
	}
	buf_putc(d->b, ' ');
	return true;
}

bool
deparse_window_spec(struct deparse *d, const struct window_def *w)
{
	bool copies = w->def->refname && *w->def->refname;

	buf_putc(d->b, '(');
	if (copies)
		buf_printf(d->b, "%s ", quote_identifier(d->as->arena, w->def->refname));
	if (w->partition.n && !copies && !put_partition(d, w))
		return false;
	if (w->order.n && (!copies || w->def->n_order_clause)) {
		buf_puts(d->b, "ORDER BY ");
		if (!deparse_order(d, &w->order, false))
			return false;
		buf_putc(d->b, ' ');
	}
	if (w->has_frame && !put_frame(d, w))
		return false;
	deparse_trim(d->b);
	buf_putc(d->b, ')');
	return true;
}
