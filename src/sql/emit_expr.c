/*
 * emit_expr: expressions. put_expr prints one and tells the precedence of what it printed;
 * emit_expr adds parentheses when the place needs stronger ones.
 */
#include "sql/emit.h"
#include "types/array_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

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

/* Does SQLite read the text of a number as exactly that number? It does when no step of reading
 * rounds: not more digits than a double has, and a power of ten that is one. */
static bool
is_exact_literal(const char *s)
{
	const char *e = strchr(s, 'e'), *dot = strchr(s, '.');
	long exp = e ? strtol(e + 1, NULL, 10) : 0;
	int digits = 0;

	for (const char *p = s; *p && p != e; p++)
		digits += isdigit((unsigned char)*p) != 0;
	if (dot)
		exp -= (e ? e : s + strlen(s)) - dot - 1;
	return digits <= 15 && exp >= -22 && exp <= 22;
}

static bool
emit_real(struct emit *em, double r)
{
	static const oid_t types[] = {T_CSTRING};
	static const int32_t typmods[] = {-1};
	char *s = arena_printf(em->as->arena, "%.15g", r);

	if (isinf(r)) {
		buf_puts(em->b, r < 0 ? "-9e999" : "9e999");
		return true;
	}
	if (strtod(s, NULL) != r || !is_exact_literal(s)) {
		s = arena_printf(em->as->arena, "%.17g", r);
		if (!emit_key_open(em, "float8in", T_FLOAT8, types, typmods, 1))
			return false;
		emit_text(em, s, strlen(s));
		buf_putc(em->b, ')');
		return true;
	}
	buf_puts(em->b, s);
	if (!strpbrk(s, ".e"))
		buf_puts(em->b, ".0");
	return true;
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
		if (!emit_real(em, d->r))
			return -1;
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

/* SQLite 3.40 takes every column in RETURNING for NOT NULL when the table's first one is, and
 * IS NULL for false; a NULL that it does not see through is compared. */
static const char *
null_test(const struct emit *em, bool not )
{
	if (em->unqualified)
		return not ? " IS NOT CAST(NULL AS INT)" : " IS CAST(NULL AS INT)";
	return not ? " IS NOT NULL" : " IS NULL";
}

static int
put_row_null_test(struct emit *em, const struct expr *row, bool not )
{
	for (int i = 0; i < row->list.nargs; i++) {
		if (i)
			buf_puts(em->b, " AND ");
		if (!emit_expr(em, row->list.args[i], P_REL))
			return -1;
		buf_puts(em->b, null_test(em, not ));
	}
	if (!row->list.nargs)
		buf_putc(em->b, '1');
	return P_AND;
}

/* IS NULL of a row looks at its columns; a row relabelled as its own type is a plain value. */
static bool
tests_columns(struct emit *em, const struct expr *arg)
{
	const struct type *t = type_of(em->as, arg->type);

	if (arg->kind == EX_RELABEL && arg->unary.arg->type == arg->type)
		return false;
	while (t && t->typtype == 'd' && t->of)
		t = t->of;
	return t && (t->typtype == 'c' || t->oid == T_RECORD);
}

static int
put_null_test(struct emit *em, const struct expr *e)
{
	struct expr *arg = e->test.arg;

	if (e->test.arg->kind == EX_ROW)
		return put_row_null_test(em, e->test.arg, e->test.not );
	if (e->test.arg->kind == EX_VAR && e->test.arg->var.col == -1)
		return put_row_null_test(em, row_of_entry(em->as, e->test.arg), e->test.not );
	if (tests_columns(em, e->test.arg))
		return emit_key(em, e->test.not ? "record_is_not_null" : "record_is_null", T_BOOL,
				&arg, 1);
	if (!emit_expr(em, e->test.arg, P_REL))
		return -1;
	buf_puts(em->b, null_test(em, e->test.not ));
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

/* The greatest of many is the greatest of the greatest of some. */
static int
put_minmax(struct emit *em, const struct expr *e, struct expr **args, int n)
{
	const char *key = e->list.least ? "least" : "greatest";
	int pieces = (n + MAX_ARGS - 1) / MAX_ARGS;
	struct expr **some;

	if (n <= MAX_ARGS)
		return emit_key(em, key, e->type, args, n);
	some = ARENA_ARRAY(em->as->arena, struct expr *, pieces);
	for (int i = 0; i < pieces; i++) {
		some[i] = arena_memdup(em->as->arena, e, sizeof(*e));
		some[i]->list.args = args + i * MAX_ARGS;
		some[i]->list.nargs = MIN(n - i * MAX_ARGS, MAX_ARGS);
	}
	return emit_key(em, key, e->type, some, pieces);
}

static int
put_list(struct emit *em, const struct expr *e)
{
	struct vec args = {0};

	flatten(em->as->arena, e, e, &args);
	if (e->kind == EX_MINMAX)
		return put_minmax(em, e, (struct expr **)args.v, args.n);
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

/* n names from the at-th on, as a text[]; names NULL: f1, f2 … */
static struct expr *
row_names(struct emit *em, const char *const *names, int at, int n)
{
	struct arena *a = em->as->arena;
	struct buf b = BUF_INIT;
	struct array v;
	struct expr *e;
	size_t len;

	array_init(&v, a, n);
	for (int i = 0; i < n; i++) {
		const char *name = names ? names[at + i] : arena_printf(a, "f%d", at + i + 1);

		v.items[i] = (struct array_item){name, strlen(name)};
	}
	array_print(&v, ',', &b);
	len = b.len;
	e = expr_const(em->as, T_TEXTARRAY, -1, datum_text(buf_dup(&b, a), len), -1);
	buf_release(&b);
	return e;
}

/* A row of type and values; names NULL: f1, f2 … Many columns come in pieces, as a call takes so
 * many arguments only. */
static int
put_named_row(struct emit *em, oid_t type, const char *const *names, struct expr *const *values,
	      int n)
{
	bool many = n > MAX_ARGS, named = many || (names && type == T_RECORD);
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, MAX_ARGS + 1);

	if (many && !emit_key_open(em, "record_cat", type, NULL, NULL, 0))
		return -1;
	for (int at = 0; at < n || at == 0; at += MAX_ARGS) {
		int k = MIN(n - at, MAX_ARGS);

		args[0] = named ? row_names(em, names, at, k) : NULL;
		memcpy(args + named, values + at, sizeof(*args) * (size_t)k);
		buf_puts(em->b, at ? ", " : "");
		if (emit_key(em, named ? "row_make_named" : "row_make", many ? T_RECORD : type,
			     args, k + named) < 0)
			return -1;
	}
	if (many)
		buf_putc(em->b, ')');
	return P_ATOM;
}

static int
put_row(struct emit *em, const struct expr *e)
{
	return put_named_row(em, e->type, e->list.names, e->list.args, e->list.nargs);
}

/* The call's value is the row; a NULL among the rows has columns that are NULL. */
static int
put_row_value(struct emit *em, const struct rte *rte)
{
	buf_printf(em->b, "coalesce(t%d.c1, '(", rte->id);
	for (int i = 1; i < rte->ncols; i++)
		buf_putc(em->b, ',');
	buf_puts(em->b, ")')");
	return P_ATOM;
}

static int
put_found_row(struct emit *em, const struct expr *e)
{
	const struct rte *rte = e->var.rte;
	struct expr **values = ARENA_ARRAY(em->as->arena, struct expr *, rte->ncols + 1);
	const char **names = ARENA_ARRAY(em->as->arena, const char *, rte->ncols + 1);
	int n = 0;

	if (rte->kind == RTE_FUNCTION && rte->items && rte->items->row && rte->funcs.n == 1 &&
	    !rte->with_ordinality && e->type != T_RECORD)
		return put_row_value(em, rte);
	for (int i = 0; i < rte->ncols; i++) {
		if (rte->cols[i].hidden)
			continue;
		names[n] = rte->cols[i].name;
		values[n++] = expr_var(em->as, (struct rte *)(uintptr_t)rte, i, -1);
	}
	return put_named_row(em, e->type, names, values, n);
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
	if (rte->unnested || (rte->kind == RTE_FUNCTION && rte_function_is_srf(rte))) {
		buf_printf(em->b, "t%d.ordinality IS NOT NULL", rte->id);
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

	if (e->type == T_BPCHAR && e->unary.arg->type == T_BPCHAR && e->typmod < 0 &&
	    e->unary.arg->typmod > 4)
		return emit_key(em, "bpchar_pad", e->type, (struct expr *const *)&e->unary.arg, 1);
	if (e->type == T_RECORD && from && from->typtype == 'c')
		return emit_key(em, "record_label", e->type, (struct expr *const *)&e->unary.arg,
				1);
	if (e->type == T_RECORDARRAY && from && from->of && from->of->typtype == 'c')
		return emit_key(em, "record_label_array", e->type,
				(struct expr *const *)&e->unary.arg, 1);
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
	while (p->kind == EX_COERCE_DOMAIN)
		p = p->unary.arg;
	return p->kind == EX_COERCE_IO || p->kind == EX_RELABEL || p->kind == EX_CASE_TEST;
}

/* The conversion of e's array, which arg prints at no cost, element by element. */
static int
put_coerce_elements(struct emit *em, const struct expr *e, struct expr *arg)
{
	const struct expr *outer = em->test;
	const char *outer_text = em->test_text;
	const struct type *from = type_of(em->as, arg->type);
	oid_t types[2] = {e->type, arg->type};
	int32_t typmods[2] = {e->typmod, arg->typmod};
	int name = ++em->next_name;
	bool ok;

	if (!from)
		return -1;
	if (!emit_key_open(em, "array_shaped", e->type, types, typmods, 2))
		return -1;
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
	buf_printf(em->b, " AS u%d), '{}') END, ", name);
	if (!emit_expr(em, arg, P_NONE))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

static oid_t
array_over(struct emit *em, oid_t elem)
{
	const struct type *t = type_of(em->as, elem);

	return t ? t->array_oid : 0;
}

/* A function over the element, or over what such a function makes of it, and constants. */
static bool
maps_by_call(struct emit *em, const struct expr *p)
{
	const struct func *f;
	const struct expr *first;

	if (p->kind != EX_FUNC || p->func.proc->retset || !p->func.nargs)
		return false;
	f = func_for(p->func.proc);
	first = p->func.args[0];
	if (!f || !f->fn ||
	    (first->kind != EX_CASE_TEST &&
	     !(array_over(em, first->type) && maps_by_call(em, first))))
		return false;
	for (int i = 1; i < p->func.nargs; i++)
		if (p->func.args[i]->kind != EX_CONST)
			return false;
	return true;
}

/* array_map(function, array, its other arguments …), innermost function first. */
static int
put_array_map(struct emit *em, const struct expr *e)
{
	const struct expr *per = e->coerce_array.per_elem;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, per->func.nargs + 2);
	struct expr *array = e->coerce_array.arg, *inner = per->func.args[0];

	if (inner->kind == EX_FUNC) {
		array = expr_new(em->as, EX_COERCE_ARRAY, array_over(em, inner->type), e->location);
		array->typmod = inner->typmod;
		array->coerce_array = e->coerce_array;
		array->coerce_array.per_elem = inner;
	}
	args[0] = expr_const(em->as, T_INT8, -1, datum_int(per->func.proc->oid), -1);
	args[1] = array;
	for (int i = 1; i < per->func.nargs; i++)
		args[1 + i] = per->func.args[i];
	return emit_key(em, "array_map", e->type, args, per->func.nargs + 1);
}

/* The array is printed several times: what is more than a name becomes one, evaluated once in a
 * sub-select that SQLite does not merge (it has no FROM). */
static int
put_coerce_array(struct emit *em, const struct expr *e)
{
	struct expr *arg = e->coerce_array.arg, *name;
	struct rtcol col = {.name = "c1", .type = arg->type, .typmod = arg->typmod};
	struct rte *rte;

	if (per_elem_is_text(e->coerce_array.per_elem))
		return emit_key(em, "array_coerce", e->type, &arg, 1);
	if (maps_by_call(em, e->coerce_array.per_elem))
		return put_array_map(em, e);
	if (em->bare)
		return err_unsupported(em->as->env->err, e->location,
				       "this conversion of an array in a table's definition") -
		       1;
	if (is_simple(arg))
		return put_coerce_elements(em, e, arg);
	rte = rte_new(em->as, RTE_SUBQUERY);
	rte->cols = arena_memdup(em->as->arena, &col, sizeof(col));
	rte->ncols = 1;
	name = expr_var(em->as, rte, 0, -1);
	buf_puts(em->b, "(SELECT ");
	if (put_coerce_elements(em, e, name) < 0)
		return -1;
	buf_puts(em->b, " FROM (SELECT ");
	if (!emit_expr(em, arg, P_NONE))
		return -1;
	buf_printf(em->b, " AS c1) AS t%d)", rte->id);
	return P_ATOM;
}

/* ---- parts of values ---- */

static int
put_subscript(struct emit *em, const struct expr *e)
{
	int n = e->subscript.n, k = 0;
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, 2 * n + 3);
	int64_t open = 0;

	args[k++] = e->subscript.array;
	if (!e->subscript.slice) {
		for (int i = 0; i < n; i++)
			args[k++] = e->subscript.upper[i];
		return emit_key(em,
				e->subscript.array->type == T_NAME ? "name_subscript" : "array_get",
				e->type, args, k);
	}
	k++;
	for (int i = 0; i < 2 * n; i++) {
		struct expr *const *side = i % 2 ? e->subscript.upper : e->subscript.lower;

		args[k] = side ? side[i / 2] : NULL;
		if (!args[k] && i < 63)
			open |= INT64_C(1) << i;
		if (!args[k])
			args[k] = typed_null(em->as, T_INT4, -1);
		k++;
	}
	args[1] = expr_const(em->as, T_INT8, -1, datum_int(open), -1);
	return emit_key(em, "array_slice", e->type, args, k);
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
	const struct func *f;

	c.variadic = e->func.variadic && e->func.proc->variadic == T_ANY;
	if (e->func.proc->retset)
		return err_unsupported(em->as->env->err, e->location,
				       "a set-returning function in this place") -
		       1;
	f = func_for(e->func.proc);
	if (f && f->srf && !f->fn)
		return emit_row_call(em, e);
	return emit_call(em, &c);
}

static int
put_var(struct emit *em, const struct expr *e)
{
	if (e->var.col == -1)
		return put_whole_row(em, e);
	return emit_column(em, e->var.rte, e->var.col) ? P_ATOM : -1;
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
	case EX_COERCE_DOMAIN:
		return emit_coerce_domain(em, e);
	case EX_ASSIGN:
		return emit_assign(em, e);
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
	case EX_XML:
		return emit_xml(em, e);
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
