/*
 * Conversions between types: which exist (pg_cast, arrays, through text) and the nodes that do
 * them. Literals of type unknown become constants here, by the target type's own input conversion.
 */
#include "sql/analyze_expr.h"
#include "types/domain.h"

#include <ctype.h>
#include <strings.h>

/* ---- what is possible ---- */

static enum coercion_path
cast_path(const struct cast *c, enum coercion_context ctx, oid_t *func)
{
	enum coercion_context needed = c->context == 'i'   ? COERCE_IMPLICIT
				       : c->context == 'a' ? COERCE_ASSIGNMENT
							   : COERCE_EXPLICIT;
	if (ctx < needed)
		return PATH_NONE;
	switch (c->method) {
	case 'f':
		*func = c->func;
		return PATH_FUNC;
	case 'i':
		return PATH_IO;
	default:
		return PATH_RELABEL;
	}
}

enum coercion_path
find_coercion_pathway(struct analyzer *as, oid_t to, oid_t from, enum coercion_context ctx,
		      oid_t *func)
{
	*func = 0;
	to = base_type(as, to, NULL);
	from = base_type(as, from, NULL);
	if (to == from)
		return PATH_RELABEL;
	const struct cast *c = snapshot_cast(as->env->snapshot, from, to);
	if (c)
		return cast_path(c, ctx, func);
	oid_t to_elem = to == T_OIDVECTOR || to == T_INT2VECTOR ? 0 : type_element(as, to);
	oid_t from_elem = to_elem ? type_element(as, from) : 0;
	if (to_elem && from_elem) {
		oid_t elem_func;
		enum coercion_path p =
			find_coercion_pathway(as, to_elem, from_elem, ctx, &elem_func);
		if (p == PATH_IO)
			return PATH_IO;
		if (p != PATH_NONE)
			return PATH_ARRAY;
	}
	if (ctx >= COERCE_ASSIGNMENT && type_category(as, to, NULL) == 'S')
		return PATH_IO;
	if (ctx >= COERCE_EXPLICIT && type_category(as, from, NULL) == 'S')
		return PATH_IO;
	return PATH_NONE;
}

/* The function that applies a type modifier; *array: element by element. */
static enum coercion_path
typmod_pathway(struct analyzer *as, oid_t type, oid_t *func)
{
	oid_t elem = type_element(as, type);
	oid_t t = elem ? elem : type;
	const struct cast *c = cast_find(t, t);
	*func = c ? c->func : 0;
	if (!*func)
		return PATH_NONE;
	return elem ? PATH_ARRAY : PATH_FUNC;
}

/* ISCOMPLEX: a named composite, or a domain over one. */
static bool
is_complex(struct analyzer *as, oid_t type)
{
	return type_is_row(as, base_type(as, type, NULL));
}

static bool
row_array(struct analyzer *as, oid_t type)
{
	return type_is_row(as, type_element(as, type));
}

static bool
can_coerce_one(struct analyzer *as, oid_t from, oid_t to, enum coercion_context ctx)
{
	oid_t func;
	if (from == to || to == T_ANY || from == T_UNKNOWN)
		return true;
	if (find_coercion_pathway(as, to, from, ctx, &func) != PATH_NONE)
		return true;
	if (from == T_RECORD && is_complex(as, to))
		return true;
	if (to == T_RECORD && is_complex(as, from))
		return true;
	return (to == T_RECORDARRAY && row_array(as, from)) ||
	       (from == T_RECORDARRAY && row_array(as, to));
}

bool
can_coerce_type(struct analyzer *as, int n, const oid_t *from, const oid_t *to,
		enum coercion_context ctx)
{
	bool generic = false;
	for (int i = 0; i < n; i++) {
		if (is_polymorphic(to[i]))
			generic = true;
		else if (!can_coerce_one(as, from[i], to[i], ctx))
			return false;
	}
	return !generic || check_polymorphic(as, from, to, n);
}

/* ---- literals ---- */

/* "2020-01-31", "2020-01-31 10:20:30.5", with an offset when zone is set: means the same in every
 * session. */
static bool
plain_timestamp(const char *s, size_t n, bool zone)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd";
	size_t i = 0;
	for (; i < n && shape[i]; i++) {
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return false;
	}
	if (!zone && (i == 10 || i == 19) && i == n)
		return true;
	if (i != 19)
		return false;
	if (i < n && s[i] == '.')
		for (i++; i < n && isdigit((unsigned char)s[i]); i++)
			;
	if (!zone)
		return i == n;
	if (i + 1 == n && (s[i] == 'Z' || s[i] == 'z'))
		return true;
	if (i + 3 > n || (s[i] != '+' && s[i] != '-'))
		return false;
	for (i++; i < n; i++) {
		if (!isdigit((unsigned char)s[i]) && s[i] != ':')
			return false;
	}
	return true;
}

static bool
depends_on_session(oid_t type, const char *s, size_t n)
{
	switch (type) {
	case T_DATE:
	case T_TIMESTAMP:
		return !plain_timestamp(s, n, false);
	case T_TIMESTAMPTZ:
		return !plain_timestamp(s, n, true);
	case T_TIMETZ:
	case T_MONEY:
	case T_XML:
		return true;
	case T_TIME:
	case T_INTERVAL:
		for (size_t i = 0; i < n; i++) {
			if (!isdigit((unsigned char)s[i]) && s[i] != ':' && s[i] != '.')
				return true;
		}
		return false;
	default:
		return false;
	}
}

static bool
session_literal(struct analyzer *as, oid_t type, const char *s, size_t n)
{
	oid_t elem = type_element(as, type);
	if (elem)
		return elem == T_DATE || elem == T_TIMESTAMP || elem == T_TIMESTAMPTZ ||
		       elem == T_TIMETZ || elem == T_TIME || elem == T_INTERVAL || elem == T_MONEY ||
		       elem == T_XML;
	if (type_category(as, type, NULL) == 'R')
		return true;
	return depends_on_session(type, s, n);
}

static struct expr *
coerce_io(struct analyzer *as, struct expr *e, oid_t to, int location)
{
	struct expr *r = expr_new(as, EX_COERCE_IO, to, location);
	r->unary.arg = e;
	return r;
}

/* 'now', 'today' and the like: read when the statement runs, for a plan lives longer than the
 * moment it was made in. */
static bool
names_now(oid_t type, const char *s, size_t n)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};

	if (type != T_DATE && type != T_TIME && type != T_TIMETZ && type != T_TIMESTAMP &&
	    type != T_TIMESTAMPTZ)
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < COUNTOF(words); k++)
			if (n - i >= strlen(words[k]) &&
			    strncasecmp(s + i, words[k], strlen(words[k])) == 0)
				return true;
	return false;
}

/* An unknown literal as a constant of the type. Only interval reads its text under the modifier at
 * once: the length coercion of the others comes after, so that an explicit cast may cut. */
static struct expr *
literal_to_base(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod, int location)
{
	struct type_ctx ctx = analyze_type_ctx(as);
	const struct type *t = type_of(as, to);
	int32_t in_typmod = to == T_INTERVAL ? typmod : -1;
	struct datum value = datum_null();
	if (as->env->types)
		watch_literal(as, e->location, t);
	if (e->con.value.class != DATUM_NULL) {
		if (session_literal(as, to, e->con.value.p, e->con.value.n))
			as->session_literals = true;
		if (!type_text_in(&ctx, t, e->con.value.p, e->con.value.n, in_typmod, &value)) {
			if (ctx.err->location < 0)
				ctx.err->location = e->location;
			return NULL;
		}
	}
	if (!as->defining && value.class != DATUM_NULL &&
	    names_now(to, e->con.value.p, e->con.value.n)) {
		return coerce_io(as, expr_const(as, T_TEXT, -1, e->con.value, e->location), to,
				 e->location >= 0 ? e->location : location);
	}
	return expr_const(as, to, in_typmod, value,
			  MAX(e->location, -1) >= 0 ? e->location : location);
}

static struct expr *
literal_to_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
		enum coercion_context ctx, int location)
{
	int32_t base_typmod = typmod;
	oid_t base = base_type(as, to, &base_typmod);

	e = literal_to_base(as, e, base, base_typmod, location);
	return e && base != to ? coerce_to_domain(as, e, to, ctx, location) : e;
}

/* How a conversion shows in a text: as the cast that it was written as, or not at all. */
static struct expr *
set_form(struct expr *e, enum coercion_context ctx)
{
	char form = ctx == COERCE_EXPLICIT ? 'e' : 'i';

	switch (e ? e->kind : EX_CONST) {
	case EX_RELABEL:
	case EX_COERCE_IO:
	case EX_COERCE_DOMAIN:
		e->unary.form = form;
		break;
	case EX_COERCE_ARRAY:
		e->coerce_array.form = form;
		break;
	case EX_FUNC:
		if (e->func.form == 'e')
			e->func.form = form;
		break;
	case EX_ROW:
		e->list.form = form;
		break;
	default:
		break;
	}
	return e;
}

/* ---- domains ---- */

oid_t
base_type(struct analyzer *as, oid_t type, int32_t *typmod)
{
	const struct type *t = type_builtin(type) ? NULL : type_of(as, type);
	int32_t found;

	if (!t || t->typtype != 'd')
		return type;
	t = domain_base(t, &found);
	if (typmod)
		*typmod = found;
	return t->oid;
}

struct expr *
coerce_to_base(struct analyzer *as, struct expr *e)
{
	int32_t typmod = e->typmod;
	oid_t base = base_type(as, e->type, &typmod);

	return base == e->type ? e : expr_relabel(as, e, base, typmod);
}

static struct expr *coerce_typmod(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod,
				  enum coercion_context ctx, int location);

struct expr *
coerce_to_domain(struct analyzer *as, struct expr *e, oid_t domain, enum coercion_context ctx,
		 int location)
{
	int32_t typmod = -1;
	oid_t base = base_type(as, domain, &typmod);
	struct expr *r;

	if (base == domain)
		return e;
	r = coerce_typmod(as, e, base, typmod, ctx, location);
	e = r == e ? e : set_form(r, COERCE_IMPLICIT);
	if (!e)
		return NULL;
	r = expr_new(as, EX_COERCE_DOMAIN, domain, location);
	r->unary.form = ctx == COERCE_EXPLICIT ? 'e' : 'i';
	if (r->collation && e->collation)
		r->collation = e->collation;
	r->unary.arg = e;
	return r;
}

/* ---- nodes ---- */

/* Does a value of e's say more than its stored form once it is of typmod: char(n)'s blanks? */
static bool
loses_blanks(const struct expr *e, oid_t type, int32_t typmod)
{
	return type == T_BPCHAR && e->type == T_BPCHAR && typmod < 0 && e->typmod > 4;
}

static struct datum
with_blanks(struct analyzer *as, const struct expr *e)
{
	struct type_ctx ctx = analyze_type_ctx(as);
	struct datum v = e->con.value;
	struct buf b = BUF_INIT;

	if (v.class != DATUM_NULL && type_text_out(&ctx, type_builtin(T_BPCHAR), &v, e->typmod, &b))
		v = datum_text(buf_dup(&b, as->arena), b.len);
	buf_release(&b);
	return v;
}

static struct expr *
relabel_as_written(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod)
{
	struct expr *r = expr_new(as, EX_RELABEL, type, e->location);

	if (r->collation && e->collation)
		r->collation = e->collation;
	r->typmod = typmod;
	r->unary.arg = e;
	return r;
}

struct expr *
expr_relabel(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod)
{
	bool blanks = loses_blanks(e, type, typmod);

	if (as->as_written)
		return relabel_as_written(as, e, type, typmod);
	/* The stored form is the same but for the sign, and for a record's columns in front: no node
	 * needed. */
	if (e->kind == EX_CONST && type != T_RECORD && type != T_RECORDARRAY) {
		struct datum v = blanks ? with_blanks(as, e) : e->con.value;

		if (v.class == DATUM_INT && e->type == T_INT4 && type != T_INT4 &&
		    type_builtin(type))
			v.i = (uint32_t)v.i;
		else if (v.class == DATUM_INT && type == T_INT4 && type_builtin(e->type))
			v.i = (int32_t)v.i;
		struct expr *c = expr_const(as, type, typmod, v, e->location);
		c->collation = e->collation && c->collation ? e->collation : c->collation;
		return c;
	}
	if (e->kind == EX_RELABEL && e->unary.arg->type != type && type != T_RECORD && !blanks)
		e = e->unary.arg;
	struct expr *r = expr_new(as, EX_RELABEL, type, e->location);
	if (r->collation && e->collation)
		r->collation = e->collation;
	r->typmod = typmod;
	r->unary.arg = e;
	return r;
}

void
drop_lengths(struct analyzer *as, struct expr **exprs, int n)
{
	for (int i = 0; i < n && !as->as_written; i++)
		if (exprs[i] && loses_blanks(exprs[i], T_BPCHAR, -1))
			exprs[i] = expr_relabel(as, exprs[i], T_BPCHAR, -1);
}

static struct expr *
coerce_by_func(struct analyzer *as, struct expr *e, oid_t func, oid_t to, int32_t typmod,
	       enum coercion_context ctx, int location)
{
	const struct proc *p = snapshot_proc(as->env->snapshot, func);
	struct expr **args = ARENA_ARRAY(as->arena, struct expr *, 3);
	int n = p ? p->nargs : 0;
	if (n < 1 || n > 3) {
		err_set(as->env->err, ERR_INTERNAL_ERROR, location,
			"cast function %u has an unexpected signature", func);
		return NULL;
	}
	args[0] = e;
	if (n >= 2)
		args[1] = expr_int4(as, typmod, -1);
	if (n == 3)
		args[2] = expr_const(as, T_BOOL, -1, datum_int(ctx == COERCE_EXPLICIT), -1);
	/* int2 to oid goes by way of int4, whose sign an oid does not have. */
	bool by_int4 = p->rettype == T_INT4 && to != T_INT4 && !as->as_written;
	struct expr *r = func_expr(as, p, args, n, by_int4 ? T_INT4 : to, false,
				   ctx == COERCE_EXPLICIT ? 'e' : 'i', location);
	if (r && n >= 2)
		r->typmod = typmod;
	return r && by_int4 ? expr_relabel(as, r, to, -1) : r;
}

static struct expr *
coerce_array(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
	     enum coercion_context ctx, int location)
{
	int32_t from_typmod = e->typmod;
	oid_t from = base_type(as, e->type, &from_typmod);
	struct expr *elem = expr_new(as, EX_CASE_TEST, type_element(as, from), location);
	elem->typmod = from_typmod;
	e = coerce_to_base(as, e);
	struct expr *per =
		coerce_to_target_type(as, elem, type_element(as, to), typmod, ctx, location);
	if (!per) {
		if (!err_is_set(as->env->err))
			err_set(as->env->err, ERR_INTERNAL_ERROR, location,
				"failed to coerce array element type as expected");
		return NULL;
	}
	struct expr *r = expr_new(as, EX_COERCE_ARRAY, to, location);
	r->typmod = per->typmod;
	r->coerce_array.arg = e;
	r->coerce_array.per_elem = per;
	r->coerce_array.elem = elem;
	return r;
}

static struct expr *
coerce_by_path(struct analyzer *as, enum coercion_path path, oid_t func, struct expr *e, oid_t to,
	       int32_t typmod, enum coercion_context ctx, int location)
{
	switch (path) {
	case PATH_FUNC:
		return coerce_by_func(as, coerce_to_base(as, e), func, to, typmod, ctx, location);
	case PATH_ARRAY:
		return coerce_array(as, e, to, typmod, ctx, location);
	case PATH_IO:
		return coerce_io(as, e, to, location);
	case PATH_RELABEL:
		return expr_relabel(as, coerce_to_base(as, e), to, -1);
	case PATH_NONE:
		break;
	}
	return NULL;
}

/* The conversion gives the base type; a domain is checked after it. */
static struct expr *
coerce_along(struct analyzer *as, enum coercion_path path, oid_t func, struct expr *e, oid_t to,
	     int32_t typmod, enum coercion_context ctx, int location)
{
	int32_t base_typmod = typmod;
	oid_t base = base_type(as, to, &base_typmod);

	if (path != PATH_RELABEL || e->type != base) {
		e = coerce_by_path(as, path, func, e, base, base_typmod, ctx, location);
		if (e && e->type == base)
			set_form(e, base == to ? ctx : COERCE_IMPLICIT);
	}
	return e && base != to ? coerce_to_domain(as, e, to, ctx, location) : e;
}

static struct expr *
row_cast_error(struct analyzer *as, const struct expr *e, oid_t to, const char *detail,
	       const struct expr *at, int location)
{
	if (err_is_set(as->env->err))
		return NULL;
	err_set(as->env->err, ERR_CANNOT_COERCE, location >= 0 ? location : expr_location(at),
		"cannot cast type %s to %s", type_display(as, e->type), type_display(as, to));
	if (detail)
		err_detail(as->env->err, "%s", detail);
	return NULL;
}

/* ROW(…) to a named composite: field by field. */
static struct expr *
coerce_row(struct analyzer *as, struct expr *e, oid_t to, enum coercion_context ctx, int location)
{
	oid_t base = base_type(as, to, NULL);
	const struct relation *rel = type_relation(as, base);
	if (e->kind == EX_VAR && e->var.col == -1)
		e = row_of_entry(as, e);
	if (e->kind != EX_ROW || !rel)
		return row_cast_error(as, e, to, NULL, e, location);
	struct expr *r = expr_new(as, EX_ROW, base, location);
	r->list.args = ARENA_ARRAY(as->arena, struct expr *, MAX(rel->ncols, 1));
	for (int i = 0; i < rel->ncols; i++) {
		const struct column *c = &rel->cols[i];
		int k = r->list.nargs;
		if (c->dropped)
			continue;
		if (k == e->list.nargs)
			return row_cast_error(as, e, to, "Input has too few columns.", e, location);
		oid_t from = e->list.args[k]->type;
		struct expr *f = coerce_to_target_type(as, e->list.args[k], c->type->oid, c->typmod,
						       ctx, location);
		if (!f)
			return row_cast_error(
				as, e, to,
				arena_printf(as->arena, "Cannot cast type %s to %s in column %d.",
					     type_display(as, from), type_display(as, c->type->oid),
					     k + 1),
				e->list.args[k], location);
		r->list.args[r->list.nargs++] = f;
	}
	if (r->list.nargs < e->list.nargs)
		return row_cast_error(as, e, to, "Input has too many columns.", e, location);
	if (base == to)
		set_form(r, ctx);
	return coerce_to_domain(as, r, to, ctx, location);
}

static bool
is_open_pseudo(oid_t to, oid_t from)
{
	switch (to) {
	case T_ANY:
	case T_ANYELEMENT:
	case T_ANYNONARRAY:
	case T_ANYCOMPATIBLE:
	case T_ANYCOMPATIBLENONARRAY:
		return true;
	case T_ANYARRAY:
	case T_ANYENUM:
	case T_ANYRANGE:
	case T_ANYMULTIRANGE:
	case T_ANYCOMPATIBLEARRAY:
	case T_ANYCOMPATIBLERANGE:
	case T_ANYCOMPATIBLEMULTIRANGE:
		return from != T_UNKNOWN;
	default:
		return false;
	}
}

/* Those that see what a domain is made of. */
static bool
is_base_pseudo(oid_t to)
{
	return to != T_ANY && to != T_ANYELEMENT && to != T_ANYNONARRAY && to != T_ANYCOMPATIBLE &&
	       to != T_ANYCOMPATIBLENONARRAY;
}

struct expr *
coerce_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
	    enum coercion_context ctx, int location)
{
	oid_t func;
	if (!e || e->type == to)
		return e;
	if (is_open_pseudo(to, e->type))
		return is_base_pseudo(to) ? coerce_to_base(as, e) : e;
	if (e->type == T_UNKNOWN && e->kind == EX_CONST)
		return literal_to_type(as, e, to, typmod, ctx, location);
	if (e->type == T_UNKNOWN && e->kind == EX_PARAM)
		return param_coerced(as, e, to, location) ? e : NULL;
	if (e->kind == EX_COLLATE) {
		struct expr *inner = coerce_type(as, e->unary.arg, to, typmod, ctx, location);
		if (!inner || !type_collation(as, to))
			return inner;
		struct expr *c = expr_new(as, EX_COLLATE, to, e->location);
		c->collation = e->collation;
		c->unary.name = e->unary.name;
		c->typmod = inner->typmod;
		c->unary.arg = inner;
		return c;
	}
	enum coercion_path path = find_coercion_pathway(as, to, e->type, ctx, &func);
	if (path != PATH_NONE)
		return coerce_along(as, path, func, e, to, typmod, ctx, location);
	if (e->type == T_RECORD && is_complex(as, to))
		return coerce_row(as, e, to, ctx, location);
	if (to == T_RECORD && (ctx == COERCE_EXPLICIT || as->as_written) && is_complex(as, e->type))
		return e; /* it stays what it is */
	if (to == T_RECORD && is_complex(as, e->type))
		return expr_relabel(as, coerce_to_base(as, e), to, -1);
	if ((to == T_RECORDARRAY && row_array(as, e->type)) ||
	    (e->type == T_RECORDARRAY && row_array(as, to)))
		return as->as_written ? e : expr_relabel(as, e, to, -1);
	if (e->type == T_UNKNOWN) /* a computed value without a type of its own: it is text */
		return coerce_io(as, expr_relabel(as, e, T_TEXT, -1), to, location);
	err_set(as->env->err, ERR_INTERNAL_ERROR, location,
		"failed to find conversion function from %s to %s", type_display(as, e->type),
		type_display(as, to));
	return NULL;
}

static struct expr *
coerce_typmod(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod,
	      enum coercion_context ctx, int location)
{
	oid_t func;
	if (e->typmod == typmod)
		return e;
	enum coercion_path path = typmod < 0 ? PATH_NONE : typmod_pathway(as, type, &func);
	if (path == PATH_NONE && as->as_written && e->kind == EX_CONST) {
		e = arena_memdup(as->arena, e, sizeof(*e));
		e->typmod = typmod;
		return e;
	}
	if (path == PATH_NONE)
		return expr_relabel(as, e, type, typmod);
	return coerce_by_path(as, path, func, e, type, typmod, ctx, location);
}

struct expr *
coerce_to_target_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
		      enum coercion_context ctx, int location)
{
	struct expr *collate = NULL;
	if (!can_coerce_type(as, 1, &e->type, &to, ctx))
		return NULL;
	while (e->kind == EX_COLLATE) {
		collate = collate ? collate : e;
		e = e->unary.arg;
	}
	struct expr *r = coerce_type(as, e, to, typmod, ctx, location);
	if (!r)
		return NULL;
	struct expr *typed = r;
	r = coerce_typmod(as, typed, to, typmod, ctx, location);
	if (r && r != typed) {
		/* The conversion and its length show as one cast. */
		if (typed != e && typed->kind != EX_CONST)
			set_form(typed, COERCE_IMPLICIT);
		set_form(r, ctx);
	}
	if (r && collate && type_collation(as, to)) {
		struct expr *c = expr_new(as, EX_COLLATE, to, collate->location);
		c->collation = collate->collation;
		c->unary.name = collate->unary.name;
		c->typmod = r->typmod;
		c->unary.arg = r;
		return c;
	}
	return r;
}

/* ---- coercion in a named place ---- */

struct expr *
coerce_to_boolean(struct analyzer *as, struct expr *e, const char *construct)
{
	struct err *err = as->env->err;
	int location = expr_location(e);
	if (e->type != T_BOOL) {
		oid_t from = e->type;
		e = coerce_to_target_type(as, e, T_BOOL, -1, COERCE_ASSIGNMENT, -1);
		if (!e && !err_is_set(err))
			err_set(err, ERR_DATATYPE_MISMATCH, location,
				"argument of %s must be type %s, not type %s", construct, "boolean",
				type_display(as, from));
		if (!e)
			return NULL;
	}
	if (expr_returns_set(e)) {
		err_set(err, ERR_DATATYPE_MISMATCH, location,
			"argument of %s must not return a set", construct);
		return NULL;
	}
	return e;
}

struct expr *
coerce_to_specific_typmod(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
			  const char *construct)
{
	struct err *err = as->env->err;
	int location = expr_location(e);
	if (e->type != to) {
		oid_t from = e->type;
		e = coerce_to_target_type(as, e, to, typmod, COERCE_ASSIGNMENT, -1);
		if (!e && !err_is_set(err))
			err_set(err, ERR_DATATYPE_MISMATCH, location,
				"argument of %s must be type %s, not type %s", construct,
				type_display(as, to), type_display(as, from));
		if (!e)
			return NULL;
	}
	if (expr_returns_set(e)) {
		err_set(err, ERR_DATATYPE_MISMATCH, location,
			"argument of %s must not return a set", construct);
		return NULL;
	}
	return e;
}

struct expr *
coerce_to_specific_type(struct analyzer *as, struct expr *e, oid_t to, const char *construct)
{
	return coerce_to_specific_typmod(as, e, to, -1, construct);
}

struct expr *
coerce_to_common_type(struct analyzer *as, struct expr *e, oid_t to, const char *construct)
{
	if (e->type == to)
		return e;
	if (can_coerce_type(as, 1, &e->type, &to, COERCE_IMPLICIT))
		return coerce_type(as, e, to, -1, COERCE_IMPLICIT, -1);
	err_set(as->env->err, ERR_CANNOT_COERCE, expr_location(e),
		"%s could not convert type %s to %s", construct, type_display(as, e->type),
		type_display(as, to));
	return NULL;
}

bool
make_fn_arguments(struct analyzer *as, struct expr **args, int n, const oid_t *actual,
		  const oid_t *declared)
{
	for (int i = 0; i < n; i++) {
		if (actual[i] == declared[i])
			continue;
		args[i] = coerce_type(as, args[i], declared[i], -1, COERCE_IMPLICIT, -1);
		if (!args[i])
			return false;
	}
	return true;
}

struct expr *
resolve_unknown(struct analyzer *as, struct expr *e)
{
	if (!e || e->type != T_UNKNOWN)
		return e;
	if (e->kind != EX_CONST && e->kind != EX_PARAM && e->kind != EX_COLLATE)
		return expr_relabel(as, e, T_TEXT, -1);
	return coerce_type(as, e, T_TEXT, -1, COERCE_IMPLICIT, -1);
}
