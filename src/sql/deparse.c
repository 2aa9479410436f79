/*
 * deparse: an expression as PostgreSQL prints it back: ruleutils.c's rules, with its line breaks in
 * CASE. Implicit conversions are shown inside operators and calls only: show says so.
 */
#include "sql/deparse.h"

#include <ctype.h>
#include <inttypes.h>

/* VALUE of a domain's CHECK. */
static bool
is_domain_value(const struct expr *e)
{
	return e->kind == EX_VAR && e->var.col == 0 && e->var.rte->rel &&
	       e->var.rte->rel->kind == 'd';
}

bool
deparse_list(struct deparse *d, struct expr *const *v, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_put(d, v[i], true))
			return false;
	}
	return true;
}

/* ---- names ---- */

void
deparse_ident(struct deparse *d, const char *name)
{
	buf_puts(d->b, quote_identifier(d->as->arena, name));
}

bool
deparse_type(struct deparse *d, oid_t oid, int32_t typmod)
{
	const struct type *t = type_of(d->as, oid);
	const char *name;

	if (!t)
		return false;
	/* Without a length these two would read back with one. */
	if (typmod < 0 && (oid == T_BPCHAR || oid == T_BIT)) {
		buf_puts(d->b, oid == T_BPCHAR ? "bpchar" : "\"bit\"");
		return true;
	}
	name = d->rename ? deparse_renamed_type(d, t) : NULL;
	buf_puts(d->b, name ? name
			    : snapshot_format_type(d->as->arena, d->as->env->snapshot, d->path, oid,
						   typmod));
	return true;
}

static bool
put_type_label(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "::");
	return deparse_type(d, e->type, e->typmod);
}

/* ---- constants ---- */

static void
put_literal(struct deparse *d, const char *s, size_t n)
{
	buf_putc(d->b, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			buf_putc(d->b, s[i]);
		buf_putc(d->b, s[i]);
	}
	buf_putc(d->b, '\'');
}

/* Prints the value; *label: a bare reading would give another type. */
static void
put_value(struct deparse *d, const struct expr *e, const char *s, size_t n, bool *label)
{
	*label = true;
	switch (e->type) {
	case T_INT4:
		*label = s[0] == '-';
		if (!*label) {
			buf_add(d->b, s, n);
			return;
		}
		break;
	case T_NUMERIC:
		if (isdigit((unsigned char)s[0]) && memchr(s, '.', n)) {
			*label = e->typmod >= 0;
			buf_add(d->b, s, n);
			return;
		}
		break;
	case T_BOOL:
		*label = false;
		buf_puts(d->b, e->con.value.i ? "true" : "false");
		return;
	case T_UNKNOWN:
		*label = false;
		break;
	default:
		break;
	}
	put_literal(d, s, n);
}

/* The settings that constants are written under. What is stored is the same for every session. */
static struct type_env
text_env(struct deparse *d)
{
	struct type_env env = d->as->env->fenv ? d->as->env->fenv->types : type_env_canonical;

	if (d->path)
		return env;
	if (d->exact && d->as->env->fenv && !d->fenv) {
		static const char *const path[] = {"pg_catalog", NULL};

		d->fenv = arena_memdup(d->as->arena, d->as->env->fenv, sizeof(*d->fenv));
		d->fenv->search_path = path;
	}
	if (d->fenv && env.reg == &catalog_reg_ops)
		env.reg_arg = d->fenv;
	env.date_style = type_env_canonical.date_style;
	env.date_order = type_env_canonical.date_order;
	env.interval_style = type_env_canonical.interval_style;
	env.timezone = type_env_canonical.timezone;
	env.extra_float_digits = type_env_canonical.extra_float_digits;
	env.bytea_escape = type_env_canonical.bytea_escape;
	return env;
}

bool
deparse_const(struct deparse *d, const struct expr *e, int label)
{
	struct type_env env = text_env(d);
	struct type_ctx ctx = {.arena = d->as->arena,
			       .err = d->as->env->err,
			       .env = &env,
			       .find = snapshot_type_find,
			       .find_arg = (void *)(uintptr_t)d->as->env->snapshot};
	const struct type *t = type_of(d->as, e->type);
	struct buf text = BUF_INIT;
	bool wanted = true;

	if (!t)
		return false;
	if (e->con.value.class == DATUM_NULL) {
		buf_puts(d->b, "NULL");
	} else {
		if (!type_text_out(&ctx, t, &e->con.value, e->typmod, &text)) {
			buf_release(&text);
			return false;
		}
		put_value(d, e, buf_str(&text), text.len, &wanted);
		buf_release(&text);
	}
	if (label < 0 || (!wanted && !label))
		return true;
	return put_type_label(d, e);
}

/* ---- which parentheses pretty printing needs ---- */

static const char *
simple_operator(const struct expr *e)
{
	const char *name = e->op.args[0] ? e->op.op->name : "";

	return strlen(name) == 1 ? name : NULL;
}

/* An operator as an operand of another: only + - * / % are known. */
static bool
simple_in_operator(const struct expr *e, const struct expr *parent)
{
	const char *op = simple_operator(e), *outer = simple_operator(parent);
	bool high, outer_high;

	if (!op || !outer || !strchr("+-*/%", *op) || !strchr("+-*/%", *outer))
		return false;
	high = strchr("*/%", *op) != NULL;
	outer_high = strchr("*/%", *outer) != NULL;
	if (high != outer_high)
		return high;
	return e == parent->op.args[0];
}

/* Does the parent keep its operands apart by itself? */
static bool
separates(const struct expr *parent)
{
	switch (parent->kind) {
	case EX_FUNC:
		return parent->func.form == 'f';
	case EX_SUBSCRIPT:
	case EX_ARRAY:
	case EX_ROW:
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_NULLIF:
	case EX_AGG:
	case EX_GROUPING:
	case EX_WINDOW:
	case EX_CASE:
		return true;
	default:
		return false;
	}
}

static bool
simple_bool(const struct expr *e, const struct expr *parent)
{
	if (parent->kind == EX_BOOL)
		return parent->boolean.op == BOOL_OR ||
		       (parent->boolean.op == BOOL_AND && e->boolean.op != BOOL_OR);
	return separates(parent);
}

static bool
is_simple(const struct expr *e, const struct expr *parent)
{
	switch (e->kind) {
	case EX_CONST:
	case EX_PARAM:
	case EX_VAR:
	case EX_CASE_TEST:
	case EX_SUBSCRIPT:
	case EX_ARRAY:
	case EX_ROW:
	case EX_COALESCE:
	case EX_MINMAX:
	case EX_SQLVALUE:
	case EX_NULLIF:
	case EX_AGG:
	case EX_GROUPING:
	case EX_WINDOW:
	case EX_FUNC:
	case EX_CASE:
		return true;
	case EX_FIELD:
		return parent->kind != EX_FIELD;
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
		return is_simple(e->unary.arg, e);
	case EX_COERCE_ARRAY:
		return is_simple(e->coerce_array.arg, e);
	case EX_OP:
		if (parent->kind == EX_OP)
			return simple_in_operator(e, parent);
		return parent->kind == EX_BOOL || separates(parent);
	case EX_SUBLINK:
	case EX_NULLTEST:
	case EX_BOOLTEST:
	case EX_DISTINCT:
		return parent->kind == EX_BOOL || separates(parent);
	case EX_BOOL:
		return simple_bool(e, parent);
	default:
		return false;
	}
}

bool
deparse_operand(struct deparse *d, const struct expr *e, bool show, const struct expr *parent)
{
	bool parens = d->pretty && !is_simple(e, parent);

	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_put(d, e, show))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	return true;
}

/* Parentheses that only a text for reading leaves out. */
static void
paren(struct deparse *d, char c)
{
	if (!d->pretty)
		buf_putc(d->b, c);
}

/* ---- operators ---- */

static bool
put_infix(struct deparse *d, const struct expr *e, const struct expr *l, const char *word,
	  const struct expr *r)
{
	paren(d, '(');
	if (l) {
		if (!deparse_operand(d, l, true, e))
			return false;
		buf_putc(d->b, ' ');
	}
	buf_printf(d->b, "%s ", word);
	if (!deparse_operand(d, r, true, e))
		return false;
	paren(d, ')');
	return true;
}

static bool
put_bool(struct deparse *d, const struct expr *e)
{
	const char *word = e->boolean.op == BOOL_AND ? " AND " : " OR ";

	paren(d, '(');
	if (e->boolean.op == BOOL_NOT)
		buf_puts(d->b, "NOT ");
	for (int i = 0; i < e->boolean.nargs; i++) {
		const struct expr *arg = e->boolean.args[i];

		if (i)
			buf_puts(d->b, word);
		if (!deparse_operand(d, arg, false, e))
			return false;
		/* (a AND b) AND c would become one AND; the cast keeps it apart and is gone after
		 * analysis. */
		if (d->exact && !i && arg->kind == EX_BOOL && arg->boolean.op == e->boolean.op)
			buf_puts(d->b, "::boolean");
	}
	paren(d, ')');
	return true;
}

static bool
put_scalar_array(struct deparse *d, const struct expr *e)
{
	const struct expr *array = e->sarray.array;

	paren(d, '(');
	if (!deparse_operand(d, e->sarray.left, true, e))
		return false;
	buf_printf(d->b, " %s %s (", e->sarray.op->name, e->sarray.all ? "ALL" : "ANY");
	if (!deparse_operand(d, array, true, e))
		return false;
	/* A sub-select of one array, not of many values. */
	if (array->kind == EX_SUBLINK && array->sublink.kind == SUBLINK_EXPR &&
	    !put_type_label(d, array))
		return false;
	buf_putc(d->b, ')');
	paren(d, ')');
	return true;
}

static bool
put_null_test(struct deparse *d, const struct expr *e)
{
	paren(d, '(');
	if (!deparse_operand(d, e->test.arg, true, e))
		return false;
	if (e->test.which == 'd')
		buf_puts(d->b,
			 e->test.not ? " IS DISTINCT FROM NULL" : " IS NOT DISTINCT FROM NULL");
	else
		buf_puts(d->b, e->test.not ? " IS NOT NULL" : " IS NULL");
	paren(d, ')');
	return true;
}

static bool
put_bool_test(struct deparse *d, const struct expr *e)
{
	paren(d, '(');
	if (!deparse_operand(d, e->test.arg, false, e))
		return false;
	buf_printf(d->b, " IS %s%s", e->test.not ? "NOT " : "",
		   e->test.which == 't'   ? "TRUE"
		   : e->test.which == 'f' ? "FALSE"
					  : "UNKNOWN");
	paren(d, ')');
	return true;
}

static bool
put_items(struct deparse *d, struct expr *const *v, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!deparse_item(d, v[i], true, NULL))
			return false;
	}
	return true;
}

static bool
put_row_compare(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "(ROW(");
	if (!put_items(d, e->rowcmp.left, e->rowcmp.n))
		return false;
	buf_printf(d->b, ") %s ROW(", e->rowcmp.ops[0]->name);
	if (!put_items(d, e->rowcmp.right, e->rowcmp.n))
		return false;
	buf_puts(d->b, "))");
	return true;
}

/* ---- CASE ---- */

void
deparse_trim(struct buf *b)
{
	while (b->len && b->data[b->len - 1] == ' ')
		b->len--;
}

void
deparse_keyword(struct deparse *d, const char *word, int before, int after, int plus)
{
	int n;

	d->indent += before;
	n = MAX(d->indent, 0);
	/* Deeper in, the steps are smaller and begin anew. */
	if (d->indent >= INDENT_LIMIT)
		n = (INDENT_LIMIT + (d->indent - INDENT_LIMIT) / (INDENT_STD / 2)) % INDENT_LIMIT;
	deparse_trim(d->b);
	buf_putc(d->b, '\n');
	buf_pad(d->b, ' ', (size_t)(n + plus));
	buf_puts(d->b, word);
	d->indent = MAX(d->indent + after, 0);
}

/* What x is compared with in CASE x WHEN …; another condition: as it is. */
static const struct expr *
when_value(const struct expr *e, const struct expr *w)
{
	const struct expr *left = w->kind == EX_OP ? w->op.args[0] : NULL;

	return e->cas.arg && left && strip_implicit(left, NULL)->kind == EX_CASE_TEST
		       ? w->op.args[1]
		       : w;
}

static bool
put_case(struct deparse *d, const struct expr *e)
{
	deparse_keyword(d, "CASE", 0, INDENT_VAR, 0);
	if (e->cas.arg) {
		buf_putc(d->b, ' ');
		if (!deparse_put(d, e->cas.arg, true))
			return false;
	}
	for (int i = 0; i < e->cas.nwhens; i++) {
		deparse_keyword(d, "WHEN ", 0, 0, 0);
		if (!deparse_put(d, when_value(e, e->cas.whens[i].when), false))
			return false;
		buf_puts(d->b, " THEN ");
		if (!deparse_put(d, e->cas.whens[i].then, true))
			return false;
	}
	deparse_keyword(d, "ELSE ", 0, 0, 0);
	if (e->cas.def) {
		if (!deparse_put(d, e->cas.def, true))
			return false;
	} else {
		buf_puts(d->b, "NULL::");
		if (!deparse_type(d, e->type, -1))
			return false;
	}
	deparse_keyword(d, "END", -INDENT_VAR, 0, 0);
	return true;
}

/* ---- columns ---- */

/* t.a, or the column that a nameless join has it from. e: for the type of a whole row. */
static bool
put_column(struct deparse *d, const struct expr *e, const struct rte *rte, int col, bool item,
	   const char **label)
{
	const struct deparse_rel *rel = deparse_rel(d, rte);
	const struct expr *in = rte->kind == RTE_JOIN && col >= 0 ? rte->cols[col].join_expr : NULL;
	const char *name = NULL;

	if (in && in->kind == EX_VAR && !(rel && rel->name))
		return put_column(d, in, in->var.rte, in->var.col, item, label);
	if (col >= 0)
		name = rel && rel->cols[col] ? rel->cols[col] : rte->cols[col].name;
	if (label)
		*label = name;
	if (rel && rel->name) {
		deparse_ident(d, rel->name);
		buf_putc(d->b, '.');
	}
	if (name) {
		deparse_ident(d, name);
		return true;
	}
	buf_putc(d->b, '*');
	return !item || put_type_label(d, e);
}

static bool
put_var(struct deparse *d, const struct expr *e, bool item, const char **label)
{
	const struct rte *rte = e->var.rte;

	if (d->level)
		return put_column(d, e, rte, e->var.col, item, label);
	if (is_domain_value(e))
		buf_puts(d->b, "VALUE");
	else if (e->var.col >= 0)
		deparse_ident(d, rte->cols[e->var.col].name);
	else
		buf_printf(d->b, "%s.*", quote_identifier(d->as->arena, rte->alias));
	return e->var.col >= 0 || !item || put_type_label(d, e);
}

bool
deparse_item(struct deparse *d, const struct expr *e, bool show, const char **label)
{
	return e->kind == EX_VAR ? put_var(d, e, true, label) : deparse_put(d, e, show);
}

/* ---- the rest ---- */

static bool
put_call(struct deparse *d, const char *name, struct expr *const *args, int n)
{
	buf_printf(d->b, "%s(", name);
	if (!deparse_list(d, args, n))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
put_array(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "ARRAY[");
	if (!deparse_list(d, e->list.args, e->list.nargs))
		return false;
	buf_putc(d->b, ']');
	if (e->list.nargs)
		return true;
	buf_puts(d->b, "::");
	return deparse_type(d, e->type, -1);
}

static bool
put_row(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "ROW(");
	if (!put_items(d, e->list.args, e->list.nargs))
		return false;
	buf_putc(d->b, ')');
	return e->list.form != 'e' || put_type_label(d, e);
}

static bool
put_subscript(struct deparse *d, const struct expr *e, bool show)
{
	const struct expr *base = e->subscript.array;
	bool parens = (base->kind != EX_VAR || is_domain_value(base)) && base->kind != EX_FIELD;

	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_put(d, base, show))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	for (int i = 0; i < e->subscript.n; i++) {
		buf_putc(d->b, '[');
		if (e->subscript.slice) {
			if (e->subscript.lower && e->subscript.lower[i] &&
			    !deparse_put(d, e->subscript.lower[i], false))
				return false;
			buf_putc(d->b, ':');
		}
		if (e->subscript.upper && e->subscript.upper[i] &&
		    !deparse_put(d, e->subscript.upper[i], false))
			return false;
		buf_putc(d->b, ']');
	}
	return true;
}

static bool
put_field(struct deparse *d, const struct expr *e)
{
	const struct expr *arg = e->field.arg;
	bool parens = arg->kind != EX_SUBSCRIPT && arg->kind != EX_FIELD;

	if (parens)
		buf_putc(d->b, '(');
	if (!deparse_put(d, arg, true))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	buf_putc(d->b, '.');
	deparse_ident(d, e->field.name);
	return true;
}

static bool
put_sqlvalue(struct deparse *d, const struct expr *e)
{
	static const char *const words[] = {
		[SQLVALUE_CURRENT_DATE] = "CURRENT_DATE",
		[SQLVALUE_CURRENT_TIME] = "CURRENT_TIME",
		[SQLVALUE_CURRENT_TIMESTAMP] = "CURRENT_TIMESTAMP",
		[SQLVALUE_LOCALTIME] = "LOCALTIME",
		[SQLVALUE_LOCALTIMESTAMP] = "LOCALTIMESTAMP",
		[SQLVALUE_CURRENT_ROLE] = "CURRENT_ROLE",
		[SQLVALUE_CURRENT_USER] = "CURRENT_USER",
		[SQLVALUE_USER] = "USER",
		[SQLVALUE_SESSION_USER] = "SESSION_USER",
		[SQLVALUE_CURRENT_CATALOG] = "CURRENT_CATALOG",
		[SQLVALUE_CURRENT_SCHEMA] = "CURRENT_SCHEMA",
	};

	buf_puts(d->b, words[e->sqlvalue.which]);
	if (e->sqlvalue.precision >= 0)
		buf_printf(d->b, "(%" PRId32 ")", e->sqlvalue.precision);
	return true;
}

static bool
put_collate(struct deparse *d, const struct expr *e, bool show)
{
	paren(d, '(');
	if (!deparse_operand(d, e->unary.arg, show, e))
		return false;
	buf_printf(d->b, " COLLATE %s", e->unary.name ? e->unary.name : "\"default\"");
	paren(d, ')');
	return true;
}

/* A conversion's argument; NULL: it is none. *form: how it was written. */
static const struct expr *
cast_arg(const struct expr *e, char *form)
{
	switch (e->kind) {
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
		*form = e->unary.form;
		return e->unary.arg;
	case EX_COERCE_ARRAY:
		*form = e->coerce_array.form;
		return e->coerce_array.arg;
	default:
		return NULL;
	}
}

static bool
put_conversion(struct deparse *d, const struct expr *e, bool show)
{
	char form = 0;
	const struct expr *arg = cast_arg(e, &form);

	if (form != 'e' && (!show || (d->exact && !d->conversions)))
		return deparse_operand(d, arg, show, e);
	return deparse_cast(d, arg, e->type, e->typmod, e);
}

static bool
put_node(struct deparse *d, const struct expr *e, bool show)
{
	switch (e->kind) {
	case EX_CONST:
		return deparse_const(d, e, 0);
	case EX_PARAM:
		buf_printf(d->b, "$%d", e->param.number);
		return true;
	case EX_VAR:
		return put_var(d, e, false, NULL);
	case EX_FUNC:
		return deparse_func(d, e, show);
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_ARRAY:
	case EX_COERCE_DOMAIN:
		return put_conversion(d, e, show);
	case EX_OP:
		return put_infix(d, e, e->op.args[0], e->op.op->name, e->op.args[1]);
	case EX_DISTINCT:
		return put_infix(d, e, e->op.args[0], "IS DISTINCT FROM", e->op.args[1]);
	case EX_NULLIF:
		return put_call(d, "NULLIF", e->op.args, 2);
	case EX_SCALAR_ARRAY:
		return put_scalar_array(d, e);
	case EX_BOOL:
		return put_bool(d, e);
	case EX_CASE:
		return put_case(d, e);
	case EX_COALESCE:
		return put_call(d, "COALESCE", e->list.args, e->list.nargs);
	case EX_MINMAX:
		return put_call(d, e->list.least ? "LEAST" : "GREATEST", e->list.args,
				e->list.nargs);
	case EX_ROW:
		return put_row(d, e);
	case EX_ARRAY:
		return put_array(d, e);
	case EX_NULLTEST:
		return put_null_test(d, e);
	case EX_BOOLTEST:
		return put_bool_test(d, e);
	case EX_ROW_COMPARE:
		return put_row_compare(d, e);
	case EX_SUBSCRIPT:
		return put_subscript(d, e, show);
	case EX_FIELD:
		return put_field(d, e);
	case EX_SQLVALUE:
		return put_sqlvalue(d, e);
	case EX_XML:
		return deparse_xml(d, e);
	case EX_COLLATE:
		return put_collate(d, e, show);
	case EX_AGG:
		return deparse_agg(d, e);
	case EX_WINDOW:
		return deparse_window(d, e);
	case EX_GROUPING:
		return put_call(d, "GROUPING", e->grouping.args, e->grouping.nargs);
	case EX_SUBLINK:
		return deparse_sublink(d, e);
	case EX_CASE_TEST:
	case EX_SET_DEFAULT:
	case EX_ASSIGN:
		break;
	}
	return err_unsupported(d->as->env->err, e->location, "printing this expression");
}

bool
deparse_put(struct deparse *d, const struct expr *e, bool show)
{
	bool ok;

	if (d->depth > 800)
		return err_set(d->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	d->depth++;
	ok = put_node(d, e, show);
	d->depth--;
	return ok;
}

bool
deparse_expr(struct analyzer *as, const struct expr *e, struct buf *out)
{
	struct deparse d = {.as = as, .b = out};

	return deparse_put(&d, e, false);
}

const struct expr *
strip_implicit(const struct expr *e, const struct expr *before)
{
	char form;
	const struct expr *arg;

	while (e != before) {
		arg = e->kind == EX_FUNC && e->func.form == 'i' && e->func.nargs
			      ? e->func.args[0]
			      : cast_arg(e, &form);
		if (!arg)
			break;
		e = arg;
	}
	return e;
}
