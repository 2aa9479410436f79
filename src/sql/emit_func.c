/*
 * emit_func: calls of functions, aggregates and window functions: by the body's template, or by
 * name.
 */
#include "sql/emit.h"

#include <ctype.h>

enum { MAX_CALL_ARGS = 126 };

/* ---- calls by name ---- */

static const struct func *
body_for(struct emit *em, const struct proc *p, int location)
{
	const struct func *f = func_for(p);

	if (!f)
		err_unsupported(em->as->env->err, location, "function %s", p->name);
	return f;
}

static void
types_of(struct emit *em, struct expr *const *args, int n, oid_t **types, int32_t **typmods)
{
	*types = ARENA_ARRAY(em->as->arena, oid_t, n + 1);
	*typmods = ARENA_ARRAY(em->as->arena, int32_t, n + 1);
	for (int i = 0; i < n; i++) {
		(*types)[i] = args[i]->type;
		(*typmods)[i] = args[i]->typmod;
	}
}

static void
put_types(struct emit *em, oid_t ret, const oid_t *types, const int32_t *typmods, int n)
{
	const char *text = func_types_text(em->as->arena, ret, types, typmods, n);

	emit_text(em, text, strlen(text));
}

static bool
put_args(struct emit *em, struct expr *const *args, int n, bool first)
{
	for (int i = 0; i < n; i++) {
		if (!first || i)
			buf_puts(em->b, ", ");
		if (!emit_expr(em, args[i], P_NONE))
			return false;
	}
	return true;
}

static bool
check_nargs(struct emit *em, const char *name, int n, int location)
{
	if (n <= MAX_CALL_ARGS)
		return true;
	err_set(em->as->env->err, ERR_TOO_MANY_ARGUMENTS, location,
		"cannot pass more than %d arguments to a function", MAX_CALL_ARGS);
	return err_detail(em->as->env->err, "The call is of %s.", name);
}

/* name(types, args…; the caller closes it. */
static bool
open_call(struct emit *em, const struct func *f, const char *suffix, oid_t ret,
	  struct expr *const *args, int nargs)
{
	oid_t *types;
	int32_t *typmods;

	buf_printf(em->b, "%s%s(", func_sqlite_name(em->as->arena, f), suffix);
	if (f->flags & F_TYPES) {
		types_of(em, args, nargs, &types, &typmods);
		put_types(em, ret, types, typmods, nargs);
	}
	return put_args(em, args, nargs, !(f->flags & F_TYPES));
}

bool
emit_key_open(struct emit *em, const char *key, oid_t ret, const oid_t *types,
	      const int32_t *typmods, int n)
{
	const struct func *f = func_by_key(key);

	if (!f)
		return err_unsupported(em->as->env->err, -1, "%s", key);
	buf_printf(em->b, "%s(", func_sqlite_name(em->as->arena, f));
	if (f->flags & F_TYPES) {
		put_types(em, ret, types, typmods, n);
		buf_puts(em->b, ", ");
	}
	return true;
}

int
emit_key(struct emit *em, const char *key, oid_t ret, struct expr *const *args, int nargs)
{
	const struct func *f = func_by_key(key);

	if (!f)
		return err_unsupported(em->as->env->err, -1, "%s", key) - 1;
	if (!check_nargs(em, key, nargs, -1) || !open_call(em, f, "", ret, args, nargs))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

/* ---- templates ---- */

static bool
is_call_shape(const char *t)
{
	int depth = 0;
	const char *p = t;

	while (isalnum((unsigned char)*p) || *p == '_')
		p++;
	if (*p != '(')
		return strncmp(t, "CASE ", 5) == 0;
	for (; *p; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (!depth)
			return p[1] == '\0';
	}
	return false;
}

/* The precedence of a template "$1 op $2…", or P_NONE when it has another shape. */
static int
infix_prec(const char *t)
{
	static const struct {
		const char *op;
		int prec;
	} ops[] = {{"||", P_CAT}, {"<=", P_REL}, {">=", P_REL},   {"<>", P_CMP}, {"<<", P_BIT},
		   {">>", P_BIT}, {"->", P_CAT}, {"=", P_CMP},    {"<", P_REL},  {">", P_REL},
		   {"+", P_ADD},  {"-", P_ADD},  {"*", P_MUL},    {"/", P_MUL},  {"%", P_MUL},
		   {"&", P_BIT},  {"|", P_BIT},  {"AND ", P_AND}, {"OR ", P_OR}};

	if (strncmp(t, "$1 ", 3) != 0)
		return P_NONE;
	for (size_t i = 0; i < COUNTOF(ops); i++) {
		size_t n = strlen(ops[i].op);

		if (strncmp(t + 3, ops[i].op, n) == 0 && strchr(t + 3 + n, '$') &&
		    !strchr(strchr(t + 3 + n, '$') + 1, '$') &&
		    (strcmp(strchr(t + 3 + n, '$'), "$2") == 0 ||
		     strncmp(strchr(t + 3 + n, '$'), "$2 COLLATE ", 11) == 0))
			return ops[i].prec;
	}
	return P_NONE;
}

/* What an argument at p (just behind $n) of template t needs. */
static int
arg_prec(const char *t, const char *dollar, const char *after, int infix)
{
	bool open = dollar > t && (dollar[-1] == '(' ||
				   (dollar[-1] == ' ' && dollar - 1 > t && dollar[-2] == ','));

	if (infix)
		return dollar == t                          ? infix
		       : strncmp(after, " COLLATE", 8) == 0 ? P_COLLATE
							    : infix + 1;
	if (strncmp(after, " COLLATE", 8) == 0)
		return P_COLLATE;
	if (open && (*after == ')' || *after == ',' || strncmp(after, " AS ", 4) == 0))
		return P_NONE;
	return P_ATOM;
}

static int
put_template(struct emit *em, const char *t, struct expr *const *args, int nargs, bool collate)
{
	int infix = infix_prec(t);

	if (strcmp(t, "$1") == 0)
		return nargs && emit_expr(em, args[0], P_ATOM) ? P_ATOM : -1;
	for (const char *p = t; *p;) {
		int n = 0, prec;
		const char *after;

		if (*p != '$' || !isdigit((unsigned char)p[1])) {
			buf_putc(em->b, *p++);
			continue;
		}
		for (after = p + 1; isdigit((unsigned char)*after); after++)
			n = n * 10 + (*after - '0');
		if (n < 1 || n > nargs)
			return err_set(em->as->env->err, ERR_INTERNAL_ERROR, -1,
				       "template \"%s\" has no argument %d", t, n) -
			       1;
		prec = arg_prec(t, p, after, infix);
		if (!(collate ? emit_collated(em, args[n - 1], prec)
			      : emit_expr(em, args[n - 1], prec)))
			return -1;
		p = after;
	}
	return infix ? infix : is_call_shape(t) || *t == '(' ? P_ATOM : P_NONE;
}

static bool
is_between_parens(const char *t)
{
	int depth = 0;

	for (const char *p = t; *p; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (!depth)
			return p[1] == '\0';
	}
	return false;
}

int
emit_call(struct emit *em, const struct call *c)
{
	const struct func *f = body_for(em, c->proc, c->location);
	int prec;

	if (!f || !check_nargs(em, c->proc->name, c->nargs, c->location))
		return -1;
	if (f->native) {
		prec = put_template(em, f->native, c->args, c->nargs, false);
		return prec == P_ATOM && *f->native == '(' && !is_between_parens(f->native) ? P_NONE
											    : prec;
	}
	if (!open_call(em, f, "", c->ret, c->args, c->nargs))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

/* ---- aggregates ---- */

static bool
order_matters(const struct proc *p)
{
	static const char *const names[] = {"count", "min",     "max",    "bool_and", "bool_or",
					    "every", "bit_and", "bit_or", "bit_xor"};

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(p->name, names[i]) == 0)
			return false;
	return strcmp(p->name, "sum") != 0 && strcmp(p->name, "avg") != 0;
}

static bool
is_min_max(const struct proc *p)
{
	return strcmp(p->name, "min") == 0 || strcmp(p->name, "max") == 0;
}

static bool
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
		types_of(em, args, n, &types, &typmods);
		put_types(em, e->type, types, typmods, n);
		buf_puts(em->b, ", ");
	}
	if (!put_args(em, args, n, true))
		return -1;
	for (int i = 0; i < e->agg.order.n; i++) {
		buf_puts(em->b, n || i ? ", " : "");
		if (!emit_expr(em, VEC_AT(struct sort_item, &e->agg.order, i)->expr, P_NONE))
			return -1;
	}
	buf_putc(em->b, ')');
	return P_ATOM;
}

static int
put_plain_agg(struct emit *em, const struct func *f, const struct proc *p, struct expr *const *args,
	      int nargs, oid_t ret, const char *suffix)
{
	if (f->native)
		return put_template(em, f->native, args, nargs,
				    is_min_max(p) && !strstr(f->native, "COLLATE"));
	if (!open_call(em, f, suffix, ret, args, nargs))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

static int
put_agg(struct emit *em, const struct func *f, const struct expr *e)
{
	bool ordered = e->agg.order.n && (e->agg.within_group || order_matters(e->agg.proc));

	if (takes_native_distinct(f, e))
		return put_native_distinct(em, f->native, e->agg.args[0]);
	if (!ordered && (!e->agg.distinct || is_min_max(e->agg.proc)) && !e->agg.within_group)
		return put_plain_agg(em, f, e->agg.proc, e->agg.args, e->agg.nargs, e->type, "");
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
	int prec = P_ATOM;

	if (e->agg.star && strcmp(e->agg.proc->name, "count") == 0) {
		buf_puts(em->b, "count(*)");
	} else {
		f = body_for(em, e->agg.proc, e->location);
		prec = f ? put_agg(em, f, e) : -1;
	}
	if (prec < 0 || !emit_agg_filter(em, e->agg.filter))
		return -1;
	return prec;
}

/* ---- window functions ---- */

static bool
put_bound(struct emit *em, int bound, const struct expr *offset)
{
	switch (bound) {
	case FRAME_UNBOUNDED_PRECEDING:
		buf_puts(em->b, "UNBOUNDED PRECEDING");
		return true;
	case FRAME_UNBOUNDED_FOLLOWING:
		buf_puts(em->b, "UNBOUNDED FOLLOWING");
		return true;
	case FRAME_CURRENT_ROW:
		buf_puts(em->b, "CURRENT ROW");
		return true;
	default:
		break;
	}
	if (!emit_expr(em, offset, P_ATOM))
		return false;
	buf_puts(em->b, bound == FRAME_OFFSET_PRECEDING ? " PRECEDING" : " FOLLOWING");
	return true;
}

static bool
put_frame(struct emit *em, const struct window_def *w)
{
	buf_puts(em->b, w->mode == 'o'   ? "ROWS BETWEEN "
			: w->mode == 'g' ? "GROUPS BETWEEN "
					 : "RANGE BETWEEN ");
	if (!put_bound(em, w->start, w->start_offset))
		return false;
	buf_puts(em->b, " AND ");
	if (!put_bound(em, w->end, w->end_offset))
		return false;
	buf_puts(em->b, w->exclude == 'c'   ? " EXCLUDE CURRENT ROW"
			: w->exclude == 'g' ? " EXCLUDE GROUP"
			: w->exclude == 't' ? " EXCLUDE TIES"
					    : "");
	return true;
}

static bool
put_over(struct emit *em, const struct window_def *w)
{
	const char *sep = "";

	buf_puts(em->b, " OVER (");
	for (int i = 0; i < w->partition.n; i++) {
		buf_puts(em->b, i ? ", " : "PARTITION BY ");
		if (!emit_collated(em, VEC_AT(struct sort_item, &w->partition, i)->expr, P_COLLATE))
			return false;
		sep = " ";
	}
	if (w->order.n) {
		size_t before;

		buf_puts(em->b, sep);
		before = em->b->len;
		if (!emit_order(em, &w->order, NULL))
			return false;
		if (em->b->len > before)
			sep = " ";
	}
	if (w->has_frame) {
		buf_puts(em->b, sep);
		if (!put_frame(em, w))
			return false;
	}
	buf_putc(em->b, ')');
	return true;
}

static bool
frame_moves(const struct window_def *w)
{
	return w->has_frame && (w->start != FRAME_UNBOUNDED_PRECEDING || w->exclude);
}

static const char *const native_windows[] = {
	"row_number", "rank", "dense_rank",  "percent_rank", "cume_dist", "ntile",
	"lag",        "lead", "first_value", "last_value",   "nth_value"};

static int
put_window_call(struct emit *em, const struct expr *e)
{
	const struct proc *p = e->window.proc;
	const struct func *f;

	if (e->window.distinct)
		return err_set(em->as->env->err, ERR_FEATURE_NOT_SUPPORTED, e->location,
			       "DISTINCT is not implemented for window functions") -
		       1;
	if (e->window.star && strcmp(p->name, "count") == 0) {
		buf_puts(em->b, "count(*)");
		return P_ATOM;
	}
	for (size_t i = 0; p->kind == 'w' && i < COUNTOF(native_windows); i++)
		if (strcmp(p->name, native_windows[i]) == 0) {
			buf_printf(em->b, "%s(", p->name);
			if (!put_args(em, e->window.args, e->window.nargs, true))
				return -1;
			buf_putc(em->b, ')');
			return P_ATOM;
		}
	f = body_for(em, p, e->location);
	if (!f)
		return -1;
	return put_plain_agg(em, f, p, e->window.args, e->window.nargs, e->type,
			     frame_moves(e->window.window) && f->agg && !f->agg->inverse ? "__frame"
											 : "");
}

int
emit_window(struct emit *em, const struct expr *e)
{
	int prec = put_window_call(em, e);

	if (prec < 0)
		return -1;
	if (!emit_agg_filter(em, e->window.filter))
		return -1;
	return put_over(em, e->window.window) ? P_ATOM : -1;
}
