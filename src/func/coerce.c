/*
 * coerce: bodies that expressions need and pg_proc has no row for: conversions through text,
 * GREATEST and LEAST, LIMIT, scalar sub-selects. Emission calls them by key.
 */
#include "catalog/catalog.h"
#include "func/array_args.h"
#include "func/tables.h"

#include <ctype.h>

/* ---- casts through text ---- */

static bool
coerce_io(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx ctx = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	const char *text;
	size_t n;
	bool ok;

	if (args[0].class == DATUM_NULL)
		return true;
	ok = type_text_out(&ctx, c->types->args[0], &args[0], c->types->typmods[0], &b);
	n = b.len;
	text = ok ? buf_dup(&b, c->arena) : NULL;
	buf_release(&b);
	return ok && type_text_in(&ctx, c->types->ret, text, n, -1, out);
}

/* A char(n) where its length is no longer known: the blanks are part of it from here on. */
static bool
bpchar_pad(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx ctx = fcall_type_ctx(c);
	struct buf b = BUF_INIT;

	if (args[0].class == DATUM_NULL)
		return true;
	if (type_text_out(&ctx, c->types->args[0], &args[0], c->types->typmods[0], &b))
		return ret_buf(c, &b, out);
	buf_release(&b);
	return false;
}

/* ---- GREATEST, LEAST: NULLs do not count ---- */

static bool
extreme(struct fcall *c, const struct datum *args, int nargs, int sign, struct datum *out)
{
	const struct datum *best = NULL;

	for (int i = 0; i < nargs; i++) {
		if (args[i].class == DATUM_NULL)
			continue;
		if (!best || type_compare(c->types->ret, &args[i], best) * sign > 0)
			best = &args[i];
	}
	if (best)
		*out = *best;
	return true;
}

static bool
greatest(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return extreme(c, args, nargs, 1, out);
}

static bool
least(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return extreme(c, args, nargs, -1, out);
}

/* ---- f(g(h(a, b), c), d): SQLite's parser allows only so many nested calls ---- */

static oid_t
next_number(const char **p, const char *end)
{
	oid_t n = 0;

	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		n = n * 10 + (oid_t)(**p - '0');
	*p += *p < end;
	return n;
}

enum { CHAIN_ARGS = 16 };

struct chain_args {
	const struct datum *args;
	int n, used;
	bool packed; /* each of args holds many (rows.c) */
	const char *at, *end;
};

static bool
next_argument(struct chain_args *a, struct datum *out)
{
	for (;;) {
		if (a->at && rows_take_value(&a->at, a->end, out))
			return true;
		if (a->used >= a->n)
			return false;
		if (!a->packed) {
			*out = a->args[a->used++];
			return true;
		}
		a->at = a->args[a->used].p;
		a->end = a->at + a->args[a->used++].n;
	}
}

/* args[1] is the functions from the innermost on, "OID:n,OID:n…"; each takes what has been computed
 * (at first args[0]) and the next n - 1 arguments. */
static bool
run_chain(struct fcall *c, const struct datum *args, int nargs, bool packed, struct datum *out)
{
	const char *p = args[1].p, *end = p + args[1].n;
	struct fcall inner = *c;
	struct datum call[CHAIN_ARGS] = {args[0]};
	struct chain_args rest = {.args = args, .n = nargs, .used = 2, .packed = packed};
	bool ok = true;

	inner.cache = NULL; /* it would be one function's for another to find */
	while (ok && p < end) {
		oid_t oid = next_number(&p, end);
		int n = (int)next_number(&p, end);
		struct datum result = datum_null();

		inner.proc = proc_find(oid);
		ok = inner.proc && func_for(inner.proc) && n >= 1 && n <= CHAIN_ARGS;
		for (int i = 1; ok && i < n; i++)
			ok = next_argument(&rest, &call[i]);
		ok = ok && func_call(func_for(inner.proc), &inner, call, n, &result);
		call[0] = result;
	}
	*out = call[0];
	return ok;
}

static bool
call_chain(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return run_chain(c, args, nargs, false, out);
}

static bool
call_chain_packed(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return run_chain(c, args, nargs, true, out);
}

/* ---- x op ANY (array), x op ALL (array) ---- */

struct element_test {
	const struct proc *proc; /* the operator's function, or NULL: */
	int strategy;            /* a btree comparison */
	bool ne;
};

/* A template that is a comparison and nothing else. */
static bool
template_test(const char *native, struct element_test *t)
{
	static const char *const ops[] = {"<> ", "< ", "<= ", "= ", ">= ", "> "};

	if (strncmp(native, "$1 ", 3) != 0)
		return false;
	for (int i = 0; i < (int)COUNTOF(ops); i++) {
		size_t n = strlen(ops[i]);

		if (strncmp(native + 3, ops[i], n) != 0 || strncmp(native + 3 + n, "$2", 2) != 0)
			continue;
		t->ne = i == 0;
		t->strategy = i == 0 ? 3 : i;
		return true;
	}
	return false;
}

static bool
element_test_init(struct fcall *c, oid_t op, struct element_test *t)
{
	const struct oper *o = oper_find(op);
	const struct func *f;

	*t = (struct element_test){.proc = o ? proc_find(o->code) : NULL};
	f = t->proc ? func_for(t->proc) : NULL;
	/* Two types' values, and records, do not compare as they are stored. */
	if (f && f->fn && (o->left != o->right || o->left == T_RECORD))
		return true;
	if (o && oper_btree_strategy(op, &t->strategy))
		return true;
	t->ne = o && o->negator && oper_btree_strategy(o->negator, &t->strategy) &&
		t->strategy == 3;
	if (t->ne)
		return true;
	t->strategy = 0;
	if ((f && f->fn) || (f && f->native && template_test(f->native, t)))
		return true;
	return err_unsupported(c->err, -1, "operator %s with ANY or ALL over an array",
			       o ? o->name : "?");
}

static bool
compare_holds(int cmp, const struct element_test *t)
{
	if (t->ne)
		return cmp != 0;
	switch (t->strategy) {
	case 1:
		return cmp < 0;
	case 2:
		return cmp <= 0;
	case 3:
		return cmp == 0;
	case 4:
		return cmp >= 0;
	default:
		return cmp > 0;
	}
}

static bool
test_element(struct fcall *c, const struct element_test *t, const struct type *type,
	     const struct datum *x, const struct datum *elem, struct datum *out)
{
	const struct type *pair_types[2] = {c->types->args[2], type};
	int32_t typmods[2] = {-1, -1};
	struct ftypes types = {2, pair_types, typmods, type_builtin(T_BOOL)};
	struct datum pair[2] = {*x, *elem};
	struct fcall inner = *c;

	*out = datum_null();
	if (t->strategy) {
		if (x->class != DATUM_NULL && elem->class != DATUM_NULL)
			*out = datum_int(
				compare_holds(type_compare(c->types->args[2], x, elem), t));
		return true;
	}
	inner.proc = t->proc;
	inner.types = &types;
	inner.cache = NULL; /* the call site's may be another operator's */
	return func_call(func_for(t->proc), &inner, pair, 2, out);
}

/* args: the operator's OID, is it ALL, x, the array. Three-valued. */
static bool
scalar_array(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct element_test t;
	const struct type *elem;
	struct array v;
	bool all = args[1].i, null = false;

	if (args[3].class == DATUM_NULL)
		return true;
	if (!element_test_init(c, (oid_t)args[0].i, &t) || !arg_array(c, 3, &args[3], &v, &elem))
		return false;
	for (int i = 0; i < v.n; i++) {
		struct datum e, r;

		if (!ret_item(c, elem, &v.items[i], &e) ||
		    !test_element(c, &t, elem, &args[2], &e, &r))
			return false;
		if (r.class == DATUM_NULL) {
			null = true;
		} else if ((r.i != 0) != all) {
			*out = datum_int(!all);
			return true;
		}
	}
	*out = null ? datum_null() : datum_int(all);
	return true;
}

/* ---- array::type[] ---- */

enum { MAX_MAP_ARGS = 4 };

/* args: a function's OID, an array, the arguments that follow an element in each call. */
static bool
array_map(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct proc *p = proc_find((oid_t)args[0].i);
	const struct type *from, *to = ret_elem(c), *types[MAX_MAP_ARGS];
	struct ftypes call = {nargs - 1, types, c->types->typmods + 1, to};
	struct datum values[MAX_MAP_ARGS];
	struct fcall inner = *c;
	struct array v;

	if (args[1].class == DATUM_NULL)
		return true;
	if (!to || !arg_array(c, 1, &args[1], &v, &from))
		return false;
	if (!p || nargs - 1 > MAX_MAP_ARGS)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "array_map: no such function");
	memcpy(values + 1, args + 2, sizeof(*values) * (size_t)(nargs - 2));
	memcpy(types + 1, c->types->args + 2, sizeof(*types) * (size_t)(nargs - 2));
	types[0] = from;
	inner.proc = p;
	inner.types = &call;
	inner.cache = NULL;
	for (int i = 0; i < v.n; i++) {
		struct datum r;

		if (!ret_item(c, from, &v.items[i], &values[0]) ||
		    !func_call(func_for(p), &inner, values, nargs - 1, &r) ||
		    !arg_item(c, to, &r, &v.items[i]))
			return false;
		item_pad(c->arena, to,
			 nargs > 2 && args[2].class == DATUM_INT ? (int32_t)args[2].i : -1,
			 &v.items[i]);
	}
	return ret_array(c, to, &v, out);
}

/* ---- LIMIT, OFFSET ---- */

static bool
limit_count(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	if (args[0].class == DATUM_INT && args[0].i < 0)
		return err_set(c->err, ERR_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE, -1,
			       "LIMIT must not be negative");
	*out = args[0].class == DATUM_INT ? args[0] : datum_int(-1);
	return true;
}

static bool
limit_offset(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	if (args[0].class == DATUM_INT && args[0].i < 0)
		return err_set(c->err, ERR_INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE, -1,
			       "OFFSET must not be negative");
	*out = args[0].class == DATUM_INT ? args[0] : datum_int(0);
	return true;
}

/* ---- a sub-select used as a value ---- */

struct single {
	bool seen;
	struct datum value;
};

static bool
single_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct single *s = a->state;

	if (s->seen)
		return err_set(a->call.err, ERR_CARDINALITY_VIOLATION, -1,
			       "more than one row returned by a subquery used as an expression");
	s->seen = true;
	s->value = args[0];
	if (args[0].class == DATUM_TEXT || args[0].class == DATUM_BLOB)
		s->value.p = arena_memdup(a->arena, args[0].p, args[0].n);
	return true;
}

static bool
single_final(struct agg_call *a, struct datum *out)
{
	const struct single *s = a->state;

	*out = s && s->seen ? s->value : datum_null();
	return true;
}

static const struct agg_ops single_ops = {
	.size = sizeof(struct single), .step = single_step, .final = single_final};

const struct func func_coerce[] = {
	FUNC_T("bpchar_pad", bpchar_pad),      FUNC_T("coerce_io", coerce_io),
	FUNC_T("greatest", greatest),          FUNC_T("least", least),
	FUNC("call_chain", call_chain),        FUNC("call_chain_packed", call_chain_packed),
	FUNC_T("scalar_array", scalar_array),  FUNC_T("array_map", array_map),
	FUNC("limit_count", limit_count),      FUNC("limit_offset", limit_offset),
	FUNC_AGG("single_value", &single_ops), FUNC_END,
};
