/*
 * emit_expr: expressions. put_expr prints one and tells the precedence of what it printed;
 * emit_expr adds parentheses when the place needs stronger ones.
 */
#include "sql/emit.h"

#include <inttypes.h>
#include <math.h>

/* ---- literals and names ---- */

void
emit_ident(struct emit *em, const char *name)
{
	buf_putc(em->b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_putc(em->b, '"');
		buf_putc(em->b, *name);
	}
	buf_putc(em->b, '"');
}

void
emit_text(struct emit *em, const char *s, size_t n)
{
	buf_putc(em->b, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			buf_putc(em->b, '\'');
		buf_putc(em->b, s[i]);
	}
	buf_putc(em->b, '\'');
}

static void
emit_real(struct emit *em, double r)
{
	char *s = arena_printf(em->as->arena, "%.17g", r);

	if (isinf(r)) {
		buf_puts(em->b, r < 0 ? "-9e999" : "9e999");
		return;
	}
	buf_puts(em->b, s);
	if (!strpbrk(s, ".e"))
		buf_puts(em->b, ".0");
}

static int
put_const(struct emit *em, const struct datum *d)
{
	switch (d->class) {
	case DATUM_NULL:
		buf_puts(em->b, "NULL");
		return P_ATOM;
	case DATUM_INT:
		/* -9223372036854775808 is no literal of SQLite's. */
		if (d->i == INT64_MIN)
			buf_puts(em->b, "(-9223372036854775807 - 1)");
		else
			buf_printf(em->b, "%" PRId64, d->i);
		return d->i < 0 && d->i != INT64_MIN ? P_UNARY : P_ATOM;
	case DATUM_REAL:
		if (isnan(d->r)) {
			buf_puts(em->b, "'NaN'");
			return P_ATOM;
		}
		emit_real(em, d->r);
		return d->r < 0 || signbit(d->r) ? P_UNARY : P_ATOM;
	case DATUM_TEXT:
		emit_text(em, d->p, d->n);
		return P_ATOM;
	case DATUM_BLOB:
		buf_puts(em->b, "X'");
		for (size_t i = 0; i < d->n; i++)
			buf_printf(em->b, "%02X", (unsigned char)d->p[i]);
		buf_putc(em->b, '\'');
		return P_ATOM;
	}
	return -1;
}

/* ---- collations ---- */

const char *
expr_collation(struct emit *em, const struct expr *e)
{
	const struct type *t = type_of(em->as, e->type);

	return t ? t->collation : NULL;
}

bool
emit_collated(struct emit *em, const struct expr *e, int prec)
{
	const char *coll = expr_collation(em, e);

	if (!coll)
		return emit_expr(em, e, prec);
	if (prec > P_COLLATE)
		buf_putc(em->b, '(');
	if (!emit_expr(em, e, P_COLLATE))
		return false;
	buf_printf(em->b, " COLLATE %s", coll);
	if (prec > P_COLLATE)
		buf_putc(em->b, ')');
	return true;
}

/* ---- booleans ---- */

/* Long chains are balanced, so that SQLite's depth limit does not show: a OR b OR … as ((a OR b) OR
 * (c OR d)). */
static bool
put_chain(struct emit *em, struct expr *const *args, int n, const char *word, int prec, bool filter)
{
	int half = n / 2;

	if (n <= 64) {
		for (int i = 0; i < n; i++) {
			if (i)
				buf_puts(em->b, word);
			if (!(filter ? emit_filter(em, args[i], prec)
				     : emit_expr(em, args[i], prec)))
				return false;
		}
		return true;
	}
	buf_putc(em->b, '(');
	if (!put_chain(em, args, half, word, prec, filter))
		return false;
	buf_printf(em->b, ")%s(", word);
	if (!put_chain(em, args + half, n - half, word, prec, filter))
		return false;
	buf_putc(em->b, ')');
	return true;
}

static int
put_bool(struct emit *em, const struct expr *e, bool filter)
{
	int prec = e->boolean.op == BOOL_AND ? P_AND : P_OR;

	if (e->boolean.op == BOOL_NOT) {
		buf_puts(em->b, "NOT ");
		return emit_expr(em, e->boolean.args[0], P_NOT) ? P_NOT : -1;
	}
	return put_chain(em, e->boolean.args, e->boolean.nargs, prec == P_AND ? " AND " : " OR ",
			 prec, filter)
		       ? prec
		       : -1;
}

static int
put_row_null_test(struct emit *em, const struct expr *row, bool not )
{
	for (int i = 0; i < row->list.nargs; i++) {
		if (i)
			buf_puts(em->b, " AND ");
		if (!emit_expr(em, row->list.args[i], P_REL))
			return -1;
		buf_puts(em->b, not ? " IS NOT NULL" : " IS NULL");
	}
	if (!row->list.nargs)
		buf_putc(em->b, '1');
	return P_AND;
}

/* ROW(…) of the columns of an entry. */
static struct expr *
row_of_entry(struct emit *em, const struct expr *whole)
{
	struct rte *rte = whole->var.rte;
	struct expr *row = expr_new(em->as, EX_ROW, T_RECORD, whole->location);

	row->list.args = ARENA_ARRAY(em->as->arena, struct expr *, MAX(rte->ncols, 1));
	for (int i = 0; i < rte->ncols; i++)
		if (!rte->cols[i].hidden)
			row->list.args[row->list.nargs++] = expr_var(em->as, rte, i, -1);
	return row;
}

static int
put_null_test(struct emit *em, const struct expr *e)
{
	if (e->test.arg->kind == EX_ROW)
		return put_row_null_test(em, e->test.arg, e->test.not );
	if (e->test.arg->kind == EX_VAR && e->test.arg->var.col == -1)
		return put_row_null_test(em, row_of_entry(em, e->test.arg), e->test.not );
	if (!emit_expr(em, e->test.arg, P_REL))
		return -1;
	buf_puts(em->b, e->test.not ? " IS NOT NULL" : " IS NULL");
	return P_CMP;
}

static int
put_bool_test(struct emit *em, const struct expr *e)
{
	static const char *const words[2][3] = {{" IS TRUE", " IS FALSE", " IS NULL"},
						{" IS NOT TRUE", " IS NOT FALSE", " IS NOT NULL"}};

	if (!emit_expr(em, e->test.arg, P_REL))
		return -1;
	buf_puts(em->b, words[e->test.not ][e->test.which == 't'   ? 0
					    : e->test.which == 'f' ? 1
								   : 2]);
	return P_CMP;
}

/* ---- CASE ---- */

static bool
is_simple(const struct expr *e)
{
	return e->kind == EX_VAR || e->kind == EX_CONST || e->kind == EX_PARAM ||
	       (e->kind == EX_RELABEL && is_simple(e->unary.arg));
}

/* CASE x WHEN v …: every WHEN is x = v by a bare comparison. */
static bool
native_case(struct emit *em, const struct expr *e, const char **coll)
{
	*coll = NULL;
	for (int i = 0; i < e->cas.nwhens; i++) {
		const struct expr *w = e->cas.whens[i].when;
		const char *op =
			w->kind == EX_OP && w->op.args[0] && w->op.args[0]->kind == EX_CASE_TEST
				? native_comparison(em, w->op.op, w->op.args[0], w->op.args[1],
						    coll)
				: NULL;

		if (!op || strcmp(op, "=") != 0)
			return false;
	}
	return true;
}

/* ELSE CASE … END of the same shape goes on in the same CASE: SQLite's parser stack would not hold
 * many of them. */
static bool
continues(const struct expr *e)
{
	return e->cas.def && e->cas.def->kind == EX_CASE && !e->cas.arg && !e->cas.def->cas.arg;
}

static bool
put_case_arms(struct emit *em, const struct expr *e, bool native)
{
	for (int i = 0; i < e->cas.nwhens; i++) {
		const struct expr *w = e->cas.whens[i].when;

		buf_puts(em->b, " WHEN ");
		if (!(native ? emit_expr(em, w->op.args[1], P_NONE) : emit_expr(em, w, P_NONE)))
			return false;
		buf_puts(em->b, " THEN ");
		if (!emit_expr(em, e->cas.whens[i].then, P_NONE))
			return false;
	}
	if (continues(e))
		return put_case_arms(em, e->cas.def, native);
	if (e->cas.def &&
	    !(e->cas.def->kind == EX_CONST && e->cas.def->con.value.class == DATUM_NULL)) {
		buf_puts(em->b, " ELSE ");
		if (!emit_expr(em, e->cas.def, P_NONE))
			return false;
	}
	buf_puts(em->b, " END");
	return true;
}

static int
put_case(struct emit *em, const struct expr *e)
{
	const struct expr *outer = em->test;
	const char *outer_text = em->test_text, *coll;
	bool native = e->cas.arg && !is_simple(e->cas.arg) && native_case(em, e, &coll);
	bool ok;

	buf_puts(em->b, "CASE");
	if (native) {
		buf_putc(em->b, ' ');
		if (!(coll ? emit_collated(em, e->cas.arg, P_NONE)
			   : emit_expr(em, e->cas.arg, P_NONE)))
			return -1;
	} else if (e->cas.arg) {
		/* The placeholder inside must not mean an enclosing CASE's value. */
		struct expr *arg = expr_copy(em->as->arena, e->cas.arg);

		em->test = arg;
		em->test_text = NULL;
	}
	ok = put_case_arms(em, e, native);
	em->test = outer;
	em->test_text = outer_text;
	return ok ? P_ATOM : -1;
}

static int
put_case_test(struct emit *em)
{
	const struct expr *test = em->test;
	bool ok;

	if (em->test_text) {
		buf_puts(em->b, em->test_text);
		return P_ATOM;
	}
	if (!test)
		return err_set(em->as->env->err, ERR_INTERNAL_ERROR, -1,
			       "CASE placeholder without a CASE") -
		       1;
	em->test = NULL;
	ok = emit_expr(em, test, P_ATOM);
	em->test = test;
	return ok ? P_ATOM : -1;
}

/* ---- lists ---- */

enum { MAX_ARGS = 100 }; /* SQLite: 127 */

static bool
put_coalesce(struct emit *em, struct expr *const *args, int n)
{
	if (n == 1)
		return emit_expr(em, args[0], P_NONE);
	buf_puts(em->b, "coalesce(");
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(em->b, ", ");
		if (i == MAX_ARGS && n > MAX_ARGS + 1) {
			if (!put_coalesce(em, args + i, n - i))
				return false;
			break;
		}
		if (!emit_expr(em, args[i], P_NONE))
			return false;
	}
	buf_putc(em->b, ')');
	return true;
}

/* coalesce(a, coalesce(b, c)) is coalesce(a, b, c), and so for GREATEST and LEAST. */
static void
flatten(struct arena *a, const struct expr *e, const struct expr *top, struct vec *out)
{
	for (int i = 0; i < e->list.nargs; i++) {
		struct expr *arg = e->list.args[i];

		if (arg->kind == top->kind && arg->type == top->type &&
		    arg->list.least == top->list.least)
			flatten(a, arg, top, out);
		else
			vec_push(a, out, arg);
	}
}

static int
put_list(struct emit *em, const struct expr *e)
{
	struct vec args = {0};

	flatten(em->as->arena, e, e, &args);
	if (e->kind == EX_MINMAX)
		return emit_key(em, e->list.least ? "least" : "greatest", e->type,
				(struct expr *const *)args.v, args.n);
	if (args.n == 1)
		return emit_expr(em, args.v[0], P_ATOM) ? P_ATOM : -1;
	return put_coalesce(em, (struct expr *const *)args.v, args.n) ? P_ATOM : -1;
}

/* Arrays longer than a call may have arguments are put together from pieces. */
static int
put_array(struct emit *em, const struct expr *e, struct expr *const *args, int n)
{
	struct expr *piece, *parts[2];

	if (n <= MAX_ARGS)
		return emit_key(em, "array_make", e->type, args, n);
	piece = arena_memdup(em->as->arena, e, sizeof(*e));
	parts[0] = piece;
	piece->list.args = (struct expr **)(uintptr_t)args;
	piece->list.nargs = MAX_ARGS * MAX(1, n / MAX_ARGS / 2);
	parts[1] = arena_memdup(em->as->arena, e, sizeof(*e));
	parts[1]->list.args = (struct expr **)(uintptr_t)args + piece->list.nargs;
	parts[1]->list.nargs = n - piece->list.nargs;
	return emit_key(em, "array_cat", e->type, parts, 2);
}

static int
put_row(struct emit *em, const struct expr *e)
{
	if (e->list.nargs > MAX_ARGS)
		return err_unsupported(em->as->env->err, e->location,
				       "ROW() with more than %d columns", MAX_ARGS) -
		       1;
	return emit_key(em, "row_make", e->type, e->list.args, e->list.nargs);
}

static int
put_found_row(struct emit *em, const struct expr *e)
{
	const struct rte *rte = e->var.rte;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, rte->ncols + 2);
	struct expr **names = ARENA_ARRAY(em->as->arena, struct expr *, rte->ncols + 1);
	struct expr *array;
	int n = 0;

	for (int i = 0; i < rte->ncols; i++) {
		const char *name = rte->cols[i].name;

		if (rte->cols[i].hidden)
			continue;
		names[n] = expr_const(em->as, T_TEXT, -1, datum_text(name, strlen(name)), -1);
		args[++n] = expr_var(em->as, (struct rte *)(uintptr_t)rte, i, -1);
	}
	if (n >= MAX_ARGS)
		return err_unsupported(em->as->env->err, e->location,
				       "a whole-row value of more than %d columns", MAX_ARGS - 1) -
		       1;
	if (e->type != T_RECORD)
		return emit_key(em, "row_make", e->type, args + 1, n);
	array = expr_new(em->as, EX_ARRAY, T_TEXTARRAY, -1);
	array->list.args = names;
	array->list.nargs = n;
	args[0] = array;
	return emit_key(em, "row_make_named", e->type, args, n + 1);
}

/* Prints the condition that an outer join has found a row for the entry: a table's rowid tells,
 * else any column that is not NULL. */
static bool
put_row_exists(struct emit *em, const struct rte *rte)
{
	const char *rowid = rte->kind == RTE_RELATION ? rowid_name(rte->rel) : NULL;
	const char * or = "";

	if (rowid) {
		buf_printf(em->b, "t%d.%s IS NOT NULL", rte->id, rowid);
		return true;
	}
	for (int i = 0; i < rte->ncols; i++) {
		if (rte->cols[i].hidden)
			continue;
		buf_puts(em->b, or);
		if (!emit_column(em, rte, i))
			return false;
		buf_puts(em->b, " IS NOT NULL");
		or = " OR ";
	}
	return true;
}

/* The whole row of an entry as a composite value: NULL where an outer join has none. */
static int
put_whole_row(struct emit *em, const struct expr *e)
{
	if (!e->var.rte->nullable || !e->var.rte->ncols)
		return put_found_row(em, e);
	buf_puts(em->b, "CASE WHEN ");
	if (!put_row_exists(em, e->var.rte))
		return -1;
	buf_puts(em->b, " THEN ");
	if (put_found_row(em, e) < 0)
		return -1;
	buf_puts(em->b, " END");
	return P_ATOM;
}

/* ---- conversions ---- */

static int
put_coerce_io(struct emit *em, const struct expr *e)
{
	const struct expr *arg = e->unary.arg;
	bool to_text = e->type == T_TEXT || (e->type == T_VARCHAR && e->typmod < 0);

	if (to_text && (arg->type == T_INT2 || arg->type == T_INT4 || arg->type == T_INT8)) {
		buf_puts(em->b, "CAST(");
		if (!emit_expr(em, arg, P_NONE))
			return -1;
		buf_puts(em->b, " AS TEXT)");
		return P_ATOM;
	}
	return emit_key(em, "coerce_io", e->type, (struct expr *const *)&e->unary.arg, 1);
}

/* Only a named composite that becomes a record is not the same bytes. */
static int
put_between(struct emit *em, const char *before, const struct expr *e, const char *after)
{
	buf_puts(em->b, before);
	if (!emit_expr(em, e, P_ATOM))
		return -1;
	buf_puts(em->b, after);
	return P_ATOM;
}

static int
put_relabel(struct emit *em, const struct expr *e)
{
	const struct type *from = type_of(em->as, e->unary.arg->type);

	if (e->type == T_RECORD && from && from->typtype == 'c')
		return emit_key(em, "record_label", e->type, (struct expr *const *)&e->unary.arg,
				1);
	/* An int4 and an oid of the same bits: one has a sign. */
	if (e->unary.arg->type == T_INT4 && e->type != T_INT4 && type_builtin(e->type))
		return put_between(em, "(", e->unary.arg, " & 4294967295)");
	if (e->type == T_INT4 && e->unary.arg->type != T_INT4 && type_builtin(e->unary.arg->type))
		return put_between(em, "(((", e->unary.arg,
				   " + 2147483648) & 4294967295) - 2147483648)");
	return emit_expr(em, e->unary.arg, P_ATOM) ? P_ATOM : -1;
}

/* A conversion of the elements' texts is one of the whole array's text. */
static bool
per_elem_is_text(const struct expr *p)
{
	return p->kind == EX_COERCE_IO || p->kind == EX_RELABEL || p->kind == EX_CASE_TEST;
}

static int
put_coerce_array(struct emit *em, const struct expr *e)
{
	const struct expr *outer = em->test;
	const char *outer_text = em->test_text;
	struct expr *arg = e->coerce_array.arg;
	const struct type *from = type_of(em->as, arg->type);
	int name = ++em->next_name;
	bool ok;

	if (per_elem_is_text(e->coerce_array.per_elem))
		return emit_key(em, "array_coerce", e->type, &arg, 1);
	if (!from)
		return -1;
	if (em->bare)
		return err_unsupported(em->as->env->err, e->location,
				       "this conversion of an array in a table's definition") -
		       1;
	buf_puts(em->b, "CASE WHEN ");
	if (!emit_expr(em, arg, P_REL))
		return -1;
	buf_puts(em->b, " IS NOT NULL THEN coalesce((SELECT ");
	if (!emit_key_open(em, "array_agg(anynonarray)", e->type, &e->coerce_array.per_elem->type,
			   &e->coerce_array.per_elem->typmod, 1))
		return -1;
	em->test = NULL;
	em->test_text = arena_printf(em->as->arena, "u%d.c1", name);
	ok = emit_expr(em, e->coerce_array.per_elem, P_NONE);
	em->test = outer;
	em->test_text = outer_text;
	if (!ok)
		return -1;
	buf_puts(em->b, ") FROM ");
	if (emit_key(em, "array_unnest", from->elem_oid, &arg, 1) < 0)
		return -1;
	buf_printf(em->b, " AS u%d), '{}') END", name);
	return P_ATOM;
}

/* ---- parts of values ---- */

static int
put_subscript(struct emit *em, const struct expr *e)
{
	int n = e->subscript.n, k = 0;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, 2 * n + 3);
	const char *key = e->subscript.assign  ? "array_set"
			  : e->subscript.slice ? "array_slice"
					       : "array_get";

	args[k++] = e->subscript.array;
	if (e->subscript.assign)
		args[k++] = e->subscript.assign;
	for (int i = 0; i < n; i++) {
		if (e->subscript.slice)
			args[k++] = e->subscript.lower && e->subscript.lower[i]
					    ? e->subscript.lower[i]
					    : typed_null(em->as, T_INT4, -1);
		args[k++] = e->subscript.upper && e->subscript.upper[i]
				    ? e->subscript.upper[i]
				    : typed_null(em->as, T_INT4, -1);
	}
	return emit_key(em, key, e->type, args, k);
}

static int
put_field(struct emit *em, const struct expr *e)
{
	struct expr *args[2] = {e->field.arg,
				expr_const(em->as, T_INT4, -1, datum_int(e->field.field), -1)};

	/* A field of a row that is written out, or of an entry's whole row, is just that column. */
	if (e->field.arg->kind == EX_ROW && e->field.field < e->field.arg->list.nargs)
		return emit_expr(em, e->field.arg->list.args[e->field.field], P_ATOM) ? P_ATOM : -1;
	if (e->field.arg->kind == EX_VAR && e->field.arg->var.col < 0)
		return emit_column(em, e->field.arg->var.rte, e->field.field) ? P_ATOM : -1;
	return emit_key(em, "record_field", e->type, args, 2);
}

static int
put_collate(struct emit *em, const struct expr *e)
{
	return emit_expr(em, e->unary.arg, P_ATOM) ? P_ATOM : -1;
}

static int
put_func(struct emit *em, const struct expr *e)
{
	struct call c = {e->func.proc, e->func.args, e->func.nargs, e->type, e->location};

	if (e->func.variadic && e->func.proc->variadic == T_ANY)
		return err_unsupported(em->as->env->err, e->location, "VARIADIC in a call of %s",
				       e->func.proc->name) -
		       1;
	if (e->func.proc->retset)
		return err_unsupported(em->as->env->err, e->location,
				       "a set-returning function in this place") -
		       1;
	return emit_call(em, &c);
}

static int
put_var(struct emit *em, const struct expr *e)
{
	if (e->var.col == -1)
		return put_whole_row(em, e);
	if (e->type != T_TID || e->var.col == VAR_ROWID || e->var.rte->cols[e->var.col].attr)
		return emit_column(em, e->var.rte, e->var.col) ? P_ATOM : -1;
	buf_puts(em->b, "'(0,' || ");
	if (!emit_column(em, e->var.rte, e->var.col))
		return -1;
	buf_puts(em->b, " || ')'");
	return P_CAT;
}

static int
put_expr(struct emit *em, const struct expr *e, bool filter)
{
	switch (e->kind) {
	case EX_CONST:
		return put_const(em, &e->con.value);
	case EX_PARAM:
		buf_printf(em->b, "?%d", e->param.number);
		return P_ATOM;
	case EX_VAR:
		return put_var(em, e);
	case EX_FUNC:
		return emit_is_chain(e) ? emit_chain(em, e) : put_func(em, e);
	case EX_OP:
		return emit_is_chain(e) ? emit_chain(em, e) : emit_op(em, e);
	case EX_DISTINCT:
		return emit_distinct(em, e);
	case EX_NULLIF:
		return emit_nullif(em, e);
	case EX_SCALAR_ARRAY:
		em->filter = filter;
		return emit_scalar_array(em, e);
	case EX_BOOL:
		return put_bool(em, e, filter);
	case EX_CASE:
		return put_case(em, e);
	case EX_CASE_TEST:
		return put_case_test(em);
	case EX_COALESCE:
	case EX_MINMAX:
		return put_list(em, e);
	case EX_NULLTEST:
		return put_null_test(em, e);
	case EX_BOOLTEST:
		return put_bool_test(em, e);
	case EX_SUBLINK:
		em->filter = filter;
		return emit_sublink(em, e);
	case EX_AGG:
		return emit_agg(em, e);
	case EX_WINDOW:
		return emit_window(em, e);
	case EX_RELABEL:
		return put_relabel(em, e);
	case EX_COERCE_IO:
		return put_coerce_io(em, e);
	case EX_COERCE_ARRAY:
		return put_coerce_array(em, e);
	case EX_ARRAY:
		return put_array(em, e, e->list.args, e->list.nargs);
	case EX_ROW:
		return put_row(em, e);
	case EX_ROW_COMPARE:
		return emit_row_compare(em, e);
	case EX_SUBSCRIPT:
		return put_subscript(em, e);
	case EX_FIELD:
		return put_field(em, e);
	case EX_COLLATE:
		return put_collate(em, e);
	case EX_SQLVALUE:
	case EX_GROUPING:
	case EX_SET_DEFAULT:
		break;
	}
	return err_set(em->as->env->err, ERR_INTERNAL_ERROR, e->location,
		       "expression kind %d was not lowered", (int)e->kind) -
	       1;
}

static bool
emit_at(struct emit *em, const struct expr *e, int prec, bool filter)
{
	size_t start = em->b->len;
	int got;

	if (++em->depth > EMIT_MAX_DEPTH)
		return err_set(em->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	em->filter = false;
	got = put_expr(em, e, filter);
	em->depth--;
	if (got < 0)
		return false;
	if (got < prec) {
		buf_putc(em->b, ' ');
		memmove(em->b->data + start + 1, em->b->data + start, em->b->len - start - 1);
		em->b->data[start] = '(';
		buf_putc(em->b, ')');
	}
	return true;
}

bool
emit_expr(struct emit *em, const struct expr *e, int prec)
{
	return emit_at(em, e, prec, false);
}

bool
emit_filter(struct emit *em, const struct expr *e, int prec)
{
	return emit_at(em, e, prec, true);
}
