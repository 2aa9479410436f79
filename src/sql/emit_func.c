/*
 * emit_func: calls of functions: by the body's template, or by name. (Aggregates are emit_agg.c,
 * window functions emit_window.c.)
 */
#include "sql/emit.h"

#include <ctype.h>

enum { MAX_CALL_ARGS = 126 };

/* ---- calls by name ---- */

const struct func *
emit_body(struct emit *em, const struct proc *p, int location)
{
	const struct func *f = func_for(p);

	if (!f)
		err_unsupported(em->as->env->err, location, "function %s", p->name);
	return f;
}

void
emit_types_of(struct emit *em, struct expr *const *args, int n, oid_t **types, int32_t **typmods)
{
	*types = ARENA_ARRAY(em->as->arena, oid_t, n + 1);
	*typmods = ARENA_ARRAY(em->as->arena, int32_t, n + 1);
	for (int i = 0; i < n; i++) {
		(*types)[i] = args[i]->type;
		(*typmods)[i] = args[i]->typmod;
	}
}

void
emit_types(struct emit *em, oid_t ret, const oid_t *types, const int32_t *typmods, int n)
{
	const char *text = func_types_text(em->as->arena, ret, types, typmods, n);

	emit_text(em, text, strlen(text));
}

bool
emit_args(struct emit *em, struct expr *const *args, int n, bool first)
{
	for (int i = 0; i < n; i++) {
		if (!first || i)
			buf_puts(em->b, ", ");
		if (!emit_expr(em, args[i], P_NONE))
			return false;
	}
	return true;
}

bool
emit_check_nargs(struct emit *em, const char *name, int n, int location)
{
	if (n <= MAX_CALL_ARGS)
		return true;
	err_set(em->as->env->err, ERR_TOO_MANY_ARGUMENTS, location,
		"cannot pass more than %d arguments to a function", MAX_CALL_ARGS);
	return err_detail(em->as->env->err, "The call is of %s.", name);
}

/* name(types, args…; the caller closes it. */
bool
emit_open_call(struct emit *em, const struct func *f, const char *suffix, oid_t ret,
	  struct expr *const *args, int nargs)
{
	oid_t *types;
	int32_t *typmods;

	buf_printf(em->b, "%s%s(", func_sqlite_name(em->as->arena, f), suffix);
	if (f->flags & F_TYPES) {
		emit_types_of(em, args, nargs, &types, &typmods);
		emit_types(em, ret, types, typmods, nargs);
	}
	return emit_args(em, args, nargs, !(f->flags & F_TYPES));
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
		emit_types(em, ret, types, typmods, n);
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
	if (!emit_check_nargs(em, key, nargs, -1) || !emit_open_call(em, f, "", ret, args, nargs))
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

int
emit_template(struct emit *em, const char *t, struct expr *const *args, int nargs, bool collate)
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

/* A call whose last argument is the array that stands for VARIADIC "any". */
static int
emit_variadic_call(struct emit *em, const struct func *f, const struct call *c)
{
	oid_t *types;
	int32_t *typmods;
	const char *text;

	if (!(f->flags & F_TYPES))
		return err_unsupported(em->as->env->err, c->location, "VARIADIC in a call of %s",
				       c->proc->name) -
		       1;
	emit_types_of(em, c->args, c->nargs, &types, &typmods);
	text = arena_printf(em->as->arena, "%sv",
			    func_types_text(em->as->arena, c->ret, types, typmods, c->nargs));
	buf_printf(em->b, "%s(", func_sqlite_name(em->as->arena, f));
	emit_text(em, text, strlen(text));
	if (!emit_args(em, c->args, c->nargs, false))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

int
emit_call(struct emit *em, const struct call *c)
{
	const struct func *f = emit_body(em, c->proc, c->location);
	int prec;

	if (!f || !emit_check_nargs(em, c->proc->name, c->nargs, c->location))
		return -1;
	if (c->variadic)
		return emit_variadic_call(em, f, c);
	if (f->native) {
		prec = emit_template(em, f->native, c->args, c->nargs, false);
		return prec == P_ATOM && *f->native == '(' && !is_between_parens(f->native) ? P_NONE
											    : prec;
	}
	if (!emit_open_call(em, f, "", c->ret, c->args, c->nargs))
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}
