/*
 * Methods of items, and arithmetic.
 */
#include "func/json_path.h"
#include "func/jsonpath_exec.h"
#include "types/numeric.h"

#include <math.h>

/* ---- numbers ---- */

static const struct json *
new_number(struct jsonpath_exec *x, const struct num *n)
{
	struct json *v = ARENA_NEW(x->c->arena, struct json);
	struct buf b = BUF_INIT;

	num_print(n, &b);
	v->kind = JSON_NUMBER;
	v->p = buf_dup(&b, x->c->arena);
	v->n = b.len;
	buf_release(&b);
	return v;
}

/* What a calculation gave; its errors are in e. NULL: there is none, and x's error is set when it
 * throws. */
static const struct json *
take_number(struct jsonpath_exec *x, bool ok, const struct num *n, struct err *e)
{
	if (ok && num_check(e, n))
		return new_number(x, n);
	jsonpath_fail(x, e->sqlstate, "%s", e->message);
	return NULL;
}

static bool
calculate(struct err *e, enum jsonpath_kind op, const struct num *a, const struct num *b,
	  struct num *r)
{
	switch (op) {
	case JP_ADD:
		num_add(r, a, b);
		return true;
	case JP_SUB:
		num_sub(r, a, b);
		return true;
	case JP_MUL:
		num_mul(r, a, b);
		return true;
	case JP_DIV:
		return num_div(e, r, a, b);
	default:
		return num_mod(e, r, a, b);
	}
}

static const struct json *
binary(struct jsonpath_exec *x, enum jsonpath_kind op, const struct json *left,
       const struct json *right)
{
	const struct json *v;
	struct num a, b, r;
	struct err e;
	bool ok;

	num_init(&a);
	num_init(&b);
	num_init(&r);
	err_init(&e);
	ok = num_parse(&e, left->p, left->n, &a) && num_parse(&e, right->p, right->n, &b) &&
	     calculate(&e, op, &a, &b, &r);
	v = take_number(x, ok, &r, &e);
	num_release(&a);
	num_release(&b);
	num_release(&r);
	err_release(&e);
	return v;
}

static const struct json *
single_number(const struct jsonpath_items *seq)
{
	return seq->n == 1 && seq->v[0]->kind == JSON_NUMBER ? seq->v[0] : NULL;
}

enum jsonpath_result
jsonpath_binary(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
		struct jsonpath_items *found)
{
	struct jsonpath_items left = {0}, right = {0};
	const struct json *a, *b;

	if (jsonpath_operand(x, i->left, v, true, &left) == JSONPATH_ERROR ||
	    jsonpath_operand(x, i->right, v, true, &right) == JSONPATH_ERROR)
		return JSONPATH_ERROR;
	a = single_number(&left);
	b = single_number(&right);
	if (!a || !b)
		return jsonpath_fail(
			x, ERR_SINGLETON_SQL_JSON_ITEM_REQUIRED,
			"%s operand of jsonpath operator %s is not a single numeric value",
			a ? "right" : "left", jsonpath_operation_name(i->kind));
	v = binary(x, i->kind, a, b);
	return v ? jsonpath_next(x, i, v, found) : JSONPATH_ERROR;
}

static void
to_integer(enum jsonpath_kind op, struct num *n)
{
	struct num one, whole, r;

	num_init(&whole);
	num_init(&r);
	num_set(&whole, n);
	num_trunc(&whole, 0);
	num_from_int(&one, op == JP_FLOOR ? -1 : 1);
	if (num_cmp(&whole, n) != 0 && (num_sign(n) < 0) == (op == JP_FLOOR)) {
		num_add(&r, &whole, &one);
		num_release(&whole);
		num_set(&whole, &r);
	}
	num_release(n);
	num_set(n, &whole);
	num_release(&one);
	num_release(&whole);
	num_release(&r);
}

/* A function of one number. */
static const struct json *
unary(struct jsonpath_exec *x, enum jsonpath_kind op, const struct json *v)
{
	struct num n;

	if (op == JP_PLUS || !num_parse(x->c->err, v->p, v->n, &n))
		return v;
	if (op == JP_MINUS || (op == JP_ABS && num_sign(&n) < 0))
		num_neg(&n);
	else if (op != JP_ABS)
		to_integer(op, &n);
	v = new_number(x, &n);
	num_release(&n);
	return v;
}

enum jsonpath_result
jsonpath_unary(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	       struct jsonpath_items *found)
{
	struct jsonpath_items seq = {0};
	bool only_whether = !found && !i->next;
	enum jsonpath_result all = JSONPATH_NOT_FOUND;

	if (jsonpath_operand(x, i->left, v, true, &seq) == JSONPATH_ERROR)
		return JSONPATH_ERROR;
	for (int k = 0; k < seq.n; k++) {
		enum jsonpath_result r;
		bool number = seq.v[k]->kind == JSON_NUMBER;

		if (only_whether && !number)
			continue;
		if (!number)
			return jsonpath_fail(
				x, ERR_SQL_JSON_NUMBER_NOT_FOUND,
				"operand of unary jsonpath operator %s is not a numeric value",
				jsonpath_operation_name(i->kind));
		r = jsonpath_next(x, i, only_whether ? v : unary(x, i->kind, seq.v[k]), found);
		if (r == JSONPATH_ERROR || (r == JSONPATH_OK && !found))
			return r;
		if (r == JSONPATH_OK)
			all = r;
	}
	return all;
}

/* ---- methods ---- */

static enum jsonpath_result
type(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
     struct jsonpath_items *found)
{
	struct json *name = ARENA_NEW(x->c->arena, struct json);
	struct datum d;

	name->kind = JSON_STRING;
	if (v->kind == JSON_DATETIME) {
		name->p = jsonpath_datetime_type(v);
		name->n = strlen(name->p);
	} else {
		json_type_name(v, &d);
		name->p = d.p;
		name->n = d.n;
	}
	return jsonpath_next(x, i, name, found);
}

static enum jsonpath_result
size(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
     struct jsonpath_items *found)
{
	struct json *n;

	if (v->kind != JSON_ARRAY && !x->lax) {
		if (x->ignore_structural)
			return JSONPATH_NOT_FOUND;
		return jsonpath_fail(x, ERR_SQL_JSON_ARRAY_NOT_FOUND,
				     "jsonpath item method .%s() can only be applied to an array",
				     "size");
	}
	n = ARENA_NEW(x->c->arena, struct json);
	n->kind = JSON_NUMBER;
	n->p = arena_printf(x->c->arena, "%d", v->kind == JSON_ARRAY ? v->count : 1);
	n->n = strlen(n->p);
	return jsonpath_next(x, i, n, found);
}

static enum jsonpath_result
numeric_method(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	       struct jsonpath_items *found)
{
	if (v->kind != JSON_NUMBER)
		return jsonpath_fail(
			x, ERR_NON_NUMERIC_SQL_JSON_ITEM,
			"jsonpath item method .%s() can only be applied to a numeric value",
			jsonpath_operation_name(i->kind));
	return jsonpath_next(x, i, unary(x, i->kind, v), found);
}

static bool
as_double(struct jsonpath_exec *x, const struct json *v, double *r)
{
	struct type_ctx tc = fcall_type_ctx(x->c);
	struct datum d;
	struct err e;
	bool ok;

	err_init(&e);
	tc.err = &e;
	ok = type_text_in(&tc, type_builtin(T_FLOAT8), v->p ? v->p : "", v->n, -1, &d) &&
	     d.class == DATUM_REAL && isfinite(d.r);
	if (ok)
		*r = d.r;
	err_release(&e);
	return ok;
}

static enum jsonpath_result
to_double(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	  struct jsonpath_items *found)
{
	struct num n;
	double r;

	if (v->kind != JSON_NUMBER && v->kind != JSON_STRING)
		return jsonpath_fail(x, ERR_NON_NUMERIC_SQL_JSON_ITEM,
				     "jsonpath item method .%s() can only be applied to a string "
				     "or numeric value",
				     "double");
	if (!as_double(x, v, &r))
		return jsonpath_fail(x, ERR_NON_NUMERIC_SQL_JSON_ITEM,
				     v->kind == JSON_NUMBER
					     ? "numeric argument of jsonpath item method .%s() is "
					       "out of range for type double precision"
					     : "string argument of jsonpath item method .%s() is "
					       "not a valid representation of a double precision "
					       "number",
				     "double");
	if (v->kind == JSON_STRING) {
		num_from_float(&n, r, false);
		v = new_number(x, &n);
		num_release(&n);
	}
	return jsonpath_next(x, i, v, found);
}

enum jsonpath_result
jsonpath_method(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
		struct jsonpath_items *found)
{
	if (i->kind == JP_TYPE)
		return type(x, i, v, found);
	if (i->kind == JP_SIZE)
		return size(x, i, v, found);
	if (unwrap && v->kind == JSON_ARRAY)
		return jsonpath_unwrap(x, i, v, found, false);
	switch (i->kind) {
	case JP_DOUBLE:
		return to_double(x, i, v, found);
	case JP_DATETIME:
		return jsonpath_datetime(x, i, v, found);
	case JP_KEYVALUE:
		return jsonpath_keyvalue(x, i, v, found);
	default:
		return numeric_method(x, i, v, found);
	}
}
