/*
 * deparse: an expression as PostgreSQL's pg_get_expr prints it (ruleutils.c's rules without pretty
 * printing, but with its line breaks in CASE). Implicit casts are shown inside operators and calls
 * only: show says so.
 */
#include "sql/analyze_expr.h"

#include <ctype.h>
#include <inttypes.h>

struct deparse {
	struct analyzer *as;
	struct buf *b;
	int indent, depth;
};

static bool put(struct deparse *d, const struct expr *e, bool show);

static bool
put_list(struct deparse *d, struct expr *const *v, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (!put(d, v[i], true))
			return false;
	}
	return true;
}

/* ---- names ---- */

static void
put_ident(struct deparse *d, const char *name)
{
	buf_puts(d->b, quote_identifier(d->as->arena, name));
}

static bool
put_type(struct deparse *d, oid_t oid, int32_t typmod)
{
	const struct type *t = type_of(d->as, oid);

	if (!t)
		return false;
	/* Without a length these two would read back with one. */
	if (typmod < 0 && (oid == T_BPCHAR || oid == T_BIT)) {
		buf_puts(d->b, oid == T_BPCHAR ? "bpchar" : "\"bit\"");
		return true;
	}
	buf_puts(d->b, format_type(d->as->arena, t, typmod, snapshot_type_find,
				   (void *)(uintptr_t)d->as->env->snapshot));
	return true;
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

static bool
put_const(struct deparse *d, const struct expr *e, bool bare)
{
	struct type_ctx ctx = {.arena = d->as->arena,
			       .err = d->as->env->err,
			       .env = &type_env_canonical,
			       .find = snapshot_type_find,
			       .find_arg = (void *)(uintptr_t)d->as->env->snapshot};
	const struct type *t = type_of(d->as, e->type);
	struct buf text = BUF_INIT;
	bool label = true;

	if (!t)
		return false;
	if (e->con.value.class == DATUM_NULL) {
		buf_puts(d->b, "NULL");
		label = e->type != T_UNKNOWN;
	} else {
		if (d->as->env->fenv) {
			ctx.env = &d->as->env->fenv->types;
		}
		if (!type_text_out(&ctx, t, &e->con.value, e->typmod, &text)) {
			buf_release(&text);
			return false;
		}
		put_value(d, e, buf_str(&text), text.len, &label);
		buf_release(&text);
	}
	if (bare || !label)
		return true;
	buf_puts(d->b, "::");
	return put_type(d, e->type, e->typmod);
}

/* ---- casts ---- */

static bool
put_cast(struct deparse *d, const struct expr *arg, oid_t type, int32_t typmod)
{
	if (arg->kind == EX_CONST && arg->type == type && arg->typmod == -1) {
		if (!put_const(d, arg, true))
			return false;
	} else {
		buf_putc(d->b, '(');
		if (!put(d, arg, false))
			return false;
		buf_putc(d->b, ')');
	}
	buf_puts(d->b, "::");
	return put_type(d, type, typmod);
}

static const struct expr *
cast_arg(const struct expr *e)
{
	switch (e->kind) {
	case EX_RELABEL:
	case EX_COERCE_IO:
		return e->unary.arg;
	case EX_COERCE_ARRAY:
		return e->coerce_array.arg;
	case EX_FUNC:
		return e->func.form == 'i' && e->func.nargs ? e->func.args[0] : NULL;
	default:
		return NULL;
	}
}

/* ---- calls ---- */

static bool
put_const_word(struct deparse *d, const struct expr *e)
{
	if (e->kind != EX_CONST || e->con.value.class != DATUM_TEXT)
		return false;
	buf_add(d->b, e->con.value.p, e->con.value.n);
	return true;
}

/* Calls that SQL spells its own way; *done tells. */
static bool
put_sql_syntax(struct deparse *d, const struct expr *e, bool *done)
{
	const char *name = e->func.proc->name;
	struct expr *const *a = e->func.args;

	*done = true;
	if (strcmp(name, "timezone") == 0 && e->func.nargs == 2) {
		buf_putc(d->b, '(');
		if (!put(d, a[1], true))
			return false;
		buf_puts(d->b, " AT TIME ZONE ");
		if (!put(d, a[0], true))
			return false;
		buf_putc(d->b, ')');
		return true;
	}
	if (strcmp(name, "extract") == 0 && e->func.nargs == 2) {
		buf_puts(d->b, "EXTRACT(");
		if (!put_const_word(d, a[0]))
			return put(d, a[0], true);
		buf_puts(d->b, " FROM ");
		if (!put(d, a[1], true))
			return false;
		buf_putc(d->b, ')');
		return true;
	}
	if (strcmp(name, "position") == 0 && e->func.nargs == 2) {
		buf_puts(d->b, "POSITION((");
		if (!put(d, a[1], true))
			return false;
		buf_puts(d->b, ") IN (");
		if (!put(d, a[0], true))
			return false;
		buf_puts(d->b, "))");
		return true;
	}
	if (strcmp(name, "substring") == 0 && e->func.nargs >= 2) {
		buf_puts(d->b, "SUBSTRING(");
		if (!put(d, a[0], true))
			return false;
		buf_puts(d->b, " FROM ");
		if (!put(d, a[1], true))
			return false;
		if (e->func.nargs > 2) {
			buf_puts(d->b, " FOR ");
			if (!put(d, a[2], true))
				return false;
		}
		buf_putc(d->b, ')');
		return true;
	}
	if (strcmp(name, "btrim") == 0 || strcmp(name, "ltrim") == 0 ||
	    strcmp(name, "rtrim") == 0) {
		buf_puts(d->b, *name == 'b'   ? "TRIM(BOTH"
			       : *name == 'l' ? "TRIM(LEADING"
					      : "TRIM(TRAILING");
		if (e->func.nargs == 2) {
			buf_putc(d->b, ' ');
			if (!put(d, a[1], true))
				return false;
		}
		buf_puts(d->b, " FROM ");
		if (!put(d, a[0], true))
			return false;
		buf_putc(d->b, ')');
		return true;
	}
	*done = false;
	return true;
}

static bool
put_func(struct deparse *d, const struct expr *e, bool show)
{
	const struct proc *p = e->func.proc;
	bool done = false;

	if (e->func.form == 'i' && !show && e->func.nargs)
		return put(d, e->func.args[0], show);
	if (e->func.form == 'i' || e->func.form == 'e')
		return put_cast(d, e->func.args[0], e->type, e->typmod);
	if (e->func.form == 's' && (!put_sql_syntax(d, e, &done) || done))
		return done;
	put_ident(d, p->name);
	buf_putc(d->b, '(');
	for (int i = 0; i < e->func.nargs; i++) {
		if (i)
			buf_puts(d->b, ", ");
		if (e->func.variadic && i == e->func.nargs - 1)
			buf_puts(d->b, "VARIADIC ");
		if (!put(d, e->func.args[i], true))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

/* ---- operators ---- */

static bool
put_infix(struct deparse *d, const struct expr *l, const char *word, const struct expr *r)
{
	buf_putc(d->b, '(');
	if (l) {
		if (!put(d, l, true))
			return false;
		buf_putc(d->b, ' ');
	}
	buf_puts(d->b, word);
	buf_putc(d->b, ' ');
	if (!put(d, r, true))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
put_bool(struct deparse *d, const struct expr *e)
{
	if (e->boolean.op == BOOL_NOT) {
		buf_puts(d->b, "(NOT ");
		if (!put(d, e->boolean.args[0], false))
			return false;
		buf_putc(d->b, ')');
		return true;
	}
	buf_putc(d->b, '(');
	for (int i = 0; i < e->boolean.nargs; i++) {
		if (i)
			buf_puts(d->b, e->boolean.op == BOOL_AND ? " AND " : " OR ");
		if (!put(d, e->boolean.args[i], false))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

static bool
put_scalar_array(struct deparse *d, const struct expr *e)
{
	buf_putc(d->b, '(');
	if (!put(d, e->sarray.left, true))
		return false;
	buf_printf(d->b, " %s %s (", e->sarray.op->name, e->sarray.all ? "ALL" : "ANY");
	if (!put(d, e->sarray.array, true))
		return false;
	buf_puts(d->b, "))");
	return true;
}

static bool
put_test(struct deparse *d, const struct expr *e)
{
	static const char *const words[2][3] = {
		{" IS TRUE", " IS FALSE", " IS UNKNOWN"},
		{" IS NOT TRUE", " IS NOT FALSE", " IS NOT UNKNOWN"}};

	buf_putc(d->b, '(');
	if (!put(d, e->test.arg, e->kind == EX_NULLTEST))
		return false;
	if (e->kind == EX_NULLTEST)
		buf_puts(d->b, e->test.not ? " IS NOT NULL)" : " IS NULL)");
	else
		buf_printf(d->b, "%s)",
			   words[e->test.not ][e->test.which == 't'   ? 0
					       : e->test.which == 'f' ? 1
								      : 2]);
	return true;
}

static bool
put_row_compare(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "(ROW(");
	if (!put_list(d, e->rowcmp.left, e->rowcmp.n))
		return false;
	buf_printf(d->b, ") %s ROW(", e->rowcmp.ops[0]->name);
	if (!put_list(d, e->rowcmp.right, e->rowcmp.n))
		return false;
	buf_puts(d->b, "))");
	return true;
}

/* ---- CASE ---- */

static void
keyword_line(struct deparse *d, const char *word)
{
	while (d->b->len && d->b->data[d->b->len - 1] == ' ')
		d->b->len--;
	buf_putc(d->b, '\n');
	buf_pad(d->b, ' ', (size_t)d->indent);
	buf_puts(d->b, word);
}

static bool
put_case(struct deparse *d, const struct expr *e)
{
	keyword_line(d, "CASE");
	d->indent += 4;
	if (e->cas.arg) {
		buf_putc(d->b, ' ');
		if (!put(d, e->cas.arg, true))
			return false;
	}
	for (int i = 0; i < e->cas.nwhens; i++) {
		const struct expr *w = e->cas.whens[i].when;
		bool simple = e->cas.arg && w->kind == EX_OP && w->op.args[0] &&
			      !expr_has_vars((struct expr *)(uintptr_t)w->op.args[0], false);

		keyword_line(d, "WHEN ");
		if (!put(d, simple ? w->op.args[1] : w, simple))
			return false;
		buf_puts(d->b, " THEN ");
		if (!put(d, e->cas.whens[i].then, true))
			return false;
	}
	keyword_line(d, "ELSE ");
	if (e->cas.def) {
		if (!put(d, e->cas.def, true))
			return false;
	} else {
		buf_puts(d->b, "NULL::");
		if (!put_type(d, e->type, -1))
			return false;
	}
	d->indent -= 4;
	keyword_line(d, "END");
	return true;
}

/* ---- the rest ---- */

static bool
put_call(struct deparse *d, const char *name, struct expr *const *args, int n)
{
	buf_printf(d->b, "%s(", name);
	if (!put_list(d, args, n))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
put_array(struct deparse *d, const struct expr *e)
{
	buf_puts(d->b, "ARRAY[");
	if (!put_list(d, e->list.args, e->list.nargs))
		return false;
	buf_putc(d->b, ']');
	if (e->list.nargs)
		return true;
	buf_puts(d->b, "::");
	return put_type(d, e->type, -1);
}

static bool
put_subscript(struct deparse *d, const struct expr *e)
{
	const struct expr *base = e->subscript.array;
	bool parens = base->kind != EX_VAR && base->kind != EX_PARAM;

	if (parens)
		buf_putc(d->b, '(');
	if (!put(d, base, !parens))
		return false;
	if (parens)
		buf_putc(d->b, ')');
	for (int i = 0; i < e->subscript.n; i++) {
		buf_putc(d->b, '[');
		if (e->subscript.slice) {
			if (e->subscript.lower && e->subscript.lower[i] &&
			    !put(d, e->subscript.lower[i], false))
				return false;
			buf_putc(d->b, ':');
		}
		if (e->subscript.upper && e->subscript.upper[i] &&
		    !put(d, e->subscript.upper[i], false))
			return false;
		buf_putc(d->b, ']');
	}
	return true;
}

static bool
put_field(struct deparse *d, const struct expr *e)
{
	buf_putc(d->b, '(');
	if (!put(d, e->field.arg, true))
		return false;
	buf_puts(d->b, ").");
	put_ident(d, e->field.name);
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
put_collate(struct deparse *d, const struct expr *e)
{
	const char *name = e->collation == COLLATION_C       ? "C"
			   : e->collation == COLLATION_POSIX ? "POSIX"
							     : "default";

	buf_putc(d->b, '(');
	if (!put(d, e->unary.arg, true))
		return false;
	buf_printf(d->b, " COLLATE \"%s\")", name);
	return true;
}

static bool
put_node(struct deparse *d, const struct expr *e, bool show)
{
	const struct expr *arg = cast_arg(e);

	switch (e->kind) {
	case EX_CONST:
		return put_const(d, e, false);
	case EX_PARAM:
		buf_printf(d->b, "$%d", e->param.number);
		return true;
	case EX_VAR:
		if (e->var.col < 0)
			buf_printf(d->b, "%s.*", quote_identifier(d->as->arena, e->var.rte->alias));
		else
			put_ident(d, e->var.rte->cols[e->var.col].name);
		return true;
	case EX_FUNC:
		return put_func(d, e, show);
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_ARRAY:
		return put_cast(d, arg, e->type, e->typmod);
	case EX_OP:
		return put_infix(d, e->op.args[0], e->op.op->name, e->op.args[1]);
	case EX_DISTINCT:
		return put_infix(d, e->op.args[0],
				 e->op.not ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM",
				 e->op.args[1]);
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
		return put_call(d, "ROW", e->list.args, e->list.nargs);
	case EX_ARRAY:
		return put_array(d, e);
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return put_test(d, e);
	case EX_ROW_COMPARE:
		return put_row_compare(d, e);
	case EX_SUBSCRIPT:
		return put_subscript(d, e);
	case EX_FIELD:
		return put_field(d, e);
	case EX_SQLVALUE:
		return put_sqlvalue(d, e);
	case EX_COLLATE:
		return put_collate(d, e);
	default:
		return err_unsupported(d->as->env->err, e->location, "printing this expression");
	}
}

static bool
put(struct deparse *d, const struct expr *e, bool show)
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

	return put(&d, e, false);
}

const struct expr *
strip_implicit(const struct expr *e, const struct expr *before)
{
	const struct expr *arg;

	while (e != before && (arg = cast_arg(e)))
		e = arg;
	return e;
}
