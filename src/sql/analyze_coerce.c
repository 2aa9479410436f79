/*
 * Conversions between types: which exist (pg_cast, arrays, through text) and the nodes that do
 * them. Literals of type unknown become constants here, by the target type's own input conversion.
 */
#include "sql/analyze_expr.h"
#include <ctype.h>
#include <strings.h>

/* ---- what is possible ---- */

bool
is_binary_coercible(oid_t from, oid_t to)
{
	if (from == to || to == T_ANY || to == T_ANYELEMENT || to == T_ANYCOMPATIBLE)
		return true;
	const struct cast *c = cast_find(from, to);
	return c && c->method == 'b' && c->context == 'i';
}

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
	if (to == from)
		return PATH_RELABEL;
	const struct cast *c = cast_find(from, to);
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

static bool
row_type(struct analyzer *as, oid_t type)
{
	return type == T_RECORD || type_is_row(as, type);
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
	if (from == T_RECORD && type_is_row(as, to))
		return true;
	if (to == T_RECORD && type_is_row(as, from))
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
		       elem == T_TIMETZ || elem == T_TIME || elem == T_INTERVAL || elem == T_MONEY;
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
literal_to_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod, int location)
{
	struct type_ctx ctx = analyze_type_ctx(as);
	const struct type *t = type_of(as, to);
	int32_t in_typmod = to == T_INTERVAL ? typmod : -1;
	struct datum value = datum_null();
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

/* ---- nodes ---- */

struct expr *
expr_relabel(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod)
{
	if (e->kind ==
	    EX_CONST) { /* the stored form is the same but for the sign: no node needed */
		struct datum v = e->con.value;

		if (v.class == DATUM_INT && e->type == T_INT4 && type != T_INT4 &&
		    type_builtin(type))
			v.i = (uint32_t)v.i;
		else if (v.class == DATUM_INT && type == T_INT4 && type_builtin(e->type))
			v.i = (int32_t)v.i;
		struct expr *c = expr_const(as, type, typmod, v, e->location);
		c->collation = e->collation && c->collation ? e->collation : c->collation;
		return c;
	}
	if (e->kind == EX_RELABEL && e->unary.arg->type != type)
		e = e->unary.arg;
	struct expr *r = expr_new(as, EX_RELABEL, type, e->location);
	if (r->collation && e->collation)
		r->collation = e->collation;
	r->typmod = typmod;
	r->unary.arg = e;
	return r;
}

static struct expr *
coerce_by_func(struct analyzer *as, struct expr *e, oid_t func, oid_t to, int32_t typmod,
	       enum coercion_context ctx, int location)
{
	const struct proc *p = proc_find(func);
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
	struct expr *r =
		func_expr(as, p, args, n, to, false, ctx == COERCE_EXPLICIT ? 'e' : 'i', location);
	if (r && n >= 2)
		r->typmod = typmod;
	return r;
}

static struct expr *
coerce_array(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
	     enum coercion_context ctx, int location)
{
	struct expr *elem = expr_new(as, EX_CASE_TEST, type_element(as, e->type), location);
	elem->typmod = e->typmod;
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
		return coerce_by_func(as, e, func, to, typmod, ctx, location);
	case PATH_ARRAY:
		return coerce_array(as, e, to, typmod, ctx, location);
	case PATH_IO:
		return coerce_io(as, e, to, location);
	case PATH_RELABEL:
		return expr_relabel(as, e, to, -1);
	case PATH_NONE:
		break;
	}
	return NULL;
}

static struct expr *
row_cast_error(struct analyzer *as, const struct expr *e, oid_t to, const char *detail,
	       int location)
{
	if (err_is_set(as->env->err))
		return NULL;
	err_set(as->env->err, ERR_CANNOT_COERCE, location, "cannot cast type %s to %s",
		type_display(as, e->type), type_display(as, to));
	if (detail)
		err_detail(as->env->err, "%s", detail);
	return NULL;
}

/* ROW(…) to a named composite: field by field. */
static struct expr *
coerce_row(struct analyzer *as, struct expr *e, oid_t to, enum coercion_context ctx, int location)
{
	const struct relation *rel = type_relation(as, to);
	if (e->kind != EX_ROW || !rel)
		return row_cast_error(as, e, to, NULL, location);
	struct expr *r = expr_new(as, EX_ROW, to, location);
	r->list.args = ARENA_ARRAY(as->arena, struct expr *, MAX(rel->ncols, 1));
	for (int i = 0; i < rel->ncols; i++) {
		const struct column *c = &rel->cols[i];
		int k = r->list.nargs;
		if (c->dropped)
			continue;
		if (k == e->list.nargs)
			return row_cast_error(as, e, to, "Input has too few columns.", location);
		oid_t from = e->list.args[k]->type;
		struct expr *f = coerce_to_target_type(as, e->list.args[k], c->type->oid, c->typmod,
						       ctx, location);
		if (!f)
			return row_cast_error(
				as, e, to,
				arena_printf(as->arena, "Cannot cast type %s to %s in column %d.",
					     type_display(as, from), type_display(as, c->type->oid),
					     k + 1),
				location);
		r->list.args[r->list.nargs++] = f;
	}
	if (r->list.nargs < e->list.nargs)
		return row_cast_error(as, e, to, "Input has too many columns.", location);
	return r;
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

struct expr *
coerce_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
	    enum coercion_context ctx, int location)
{
	oid_t func;
	if (!e || e->type == to || is_open_pseudo(to, e->type))
		return e;
	if (e->type == T_UNKNOWN && e->kind == EX_CONST)
		return literal_to_type(as, e, to, typmod, location);
	if (e->type == T_UNKNOWN && e->kind == EX_PARAM)
		return param_coerced(as, e, to, location) ? e : NULL;
	if (e->kind == EX_COLLATE) {
		struct expr *inner = coerce_type(as, e->unary.arg, to, typmod, ctx, location);
		if (!inner || !type_collation(as, to))
			return inner;
		struct expr *c = expr_new(as, EX_COLLATE, to, e->location);
		c->collation = e->collation;
		c->typmod = inner->typmod;
		c->unary.arg = inner;
		return c;
	}
	enum coercion_path path = find_coercion_pathway(as, to, e->type, ctx, &func);
	if (path != PATH_NONE)
		return coerce_by_path(as, path, func, e, to, typmod, ctx, location);
	if (e->type == T_RECORD && type_is_row(as, to))
		return coerce_row(as, e, to, ctx, location);
	if (to == T_RECORD && row_type(as, e->type))
		return expr_relabel(as, e, to, -1);
	if ((to == T_RECORDARRAY && row_array(as, e->type)) ||
	    (e->type == T_RECORDARRAY && row_array(as, to)))
		return expr_relabel(as, e, to, -1);
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
	r = coerce_typmod(as, r, to, typmod, ctx, location);
	if (r && collate && type_collation(as, to)) {
		struct expr *c = expr_new(as, EX_COLLATE, to, collate->location);
		c->collation = collate->collation;
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

/* ---- common types ---- */

/* Should the choice move on from type p to n, which is in the same category? */
static bool
prefer_next(struct analyzer *as, oid_t p, bool p_preferred, oid_t n)
{
	return !p_preferred && can_coerce_type(as, 1, &p, &n, COERCE_IMPLICIT) &&
	       !can_coerce_type(as, 1, &n, &p, COERCE_IMPLICIT);
}

static bool
all_same_type(struct expr **exprs, int n)
{
	for (int i = 1; i < n; i++) {
		if (exprs[i]->type != exprs[0]->type)
			return false;
	}
	return true;
}

/* construct NULL: no error when there is none. */
oid_t
select_common_type(struct analyzer *as, struct expr **exprs, int n, const char *construct,
		   struct expr **which)
{
	oid_t p = exprs[0]->type;
	struct expr *decided = exprs[0];
	if (p == T_UNKNOWN || !all_same_type(exprs, n)) {
		bool preferred;
		char category = type_category(as, p, &preferred);
		for (int i = 1; i < n; i++) {
			oid_t t = exprs[i]->type;
			bool t_preferred;
			if (t == T_UNKNOWN || t == p)
				continue;
			char t_category = type_category(as, t, &t_preferred);
			if (p != T_UNKNOWN && t_category != category) {
				if (construct)
					err_set(as->env->err, ERR_DATATYPE_MISMATCH,
						expr_location(exprs[i]),
						"%s types %s and %s cannot be matched", construct,
						type_display(as, p), type_display(as, t));
				return 0;
			}
			if (p == T_UNKNOWN || prefer_next(as, p, preferred, t)) {
				p = t;
				decided = exprs[i];
				category = t_category;
				preferred = t_preferred;
			}
		}
		if (p == T_UNKNOWN)
			p = T_TEXT;
	}
	if (which)
		*which = decided;
	return p;
}

int32_t
select_common_typmod(struct expr **exprs, int n, oid_t common)
{
	for (int i = 0; i < n; i++) {
		if (exprs[i]->type != common || exprs[i]->typmod != exprs[0]->typmod)
			return -1;
	}
	return n ? exprs[0]->typmod : -1;
}

/* Bytes decide the order under every collation that is supported, so an implicit mismatch has no
 * effect; an explicit one is kept for what reports it. */
oid_t
select_common_collation(struct analyzer *as, struct expr **exprs, int n)
{
	oid_t found = 0;
	struct expr *explicit = NULL;
	for (int i = 0; i < n; i++) {
		struct expr *e = exprs[i];
		if (!e || !e->collation)
			continue;
		if (e->kind == EX_COLLATE) {
			if (explicit && explicit->collation != e->collation) {
				err_set(as->env->err, ERR_COLLATION_MISMATCH, e->location,
					"collation mismatch between explicit collations \"%s\" and "
					"\"%s\"",
					explicit->collation == COLLATION_C       ? "C"
					: explicit->collation == COLLATION_POSIX ? "POSIX"
										 : "default",
					e->collation == COLLATION_C       ? "C"
					: e->collation == COLLATION_POSIX ? "POSIX"
									  : "default");
				return 0;
			}
			explicit = e;
			found = e->collation;
		} else if (!explicit && (found == 0 || found == COLLATION_DEFAULT)) {
			found = e->collation;
		}
	}
	return found;
}
