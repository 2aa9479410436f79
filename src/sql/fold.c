/*
 * Each expression is CONSTANT (it is an EX_CONST now), LATE (can be evaluated once the parameters
 * are known) or VARIABLE. The largest LATE expressions become computed parameters. Of a conditional
 * that stays VARIABLE only the parts that PostgreSQL would evaluate whatever its tests give are
 * taken out: a part behind a LATE test stays where SQLite evaluates it last.
 */
#include "sql/fold.h"

#include "sql/analyze_int.h"
#include "func/args.h"
#include "types/array_value.h"
#include "types/read.h"

enum { MAX_CONST = 256 /* bytes of a value that is printed into the statement */, MAX_ARGS = 100 };
enum fold_class { CONSTANT, LATE, VARIABLE };

struct fold {
	struct analyzer *as;
	int first;
	struct vec *computed;
};

static enum fold_class fold_slot(struct fold *f, struct expr **slot, bool guarded);

/* ---- what can be evaluated here ---- */

static bool
is_comparison(const struct expr *e)
{
	const struct type *l, *r;
	int strategy;

	if (e->kind != EX_OP || !e->op.args[0] || !oper_btree_strategy(e->op.op->oid, &strategy))
		return false;
	l = type_builtin(e->op.args[0]->type);
	r = type_builtin(e->op.args[1]->type);
	return l && r && l->typtype == 'b' &&
	       (l == r || (l->stored == DATUM_INT && r->stored == DATUM_INT && l->category == 'N' &&
			   r->category == 'N'));
}

static bool
has_body(const struct proc *p)
{
	const struct func *body = p ? func_for(p) : NULL;

	return body && (body->fn || (body->native && strcmp(body->native, "$1") == 0)) &&
	       p->kind == 'f' && p->volatility == 'i' && !p->retset && !(body->flags & F_SESSION);
}

/* Conversions to and from text that no setting touches. */
static bool
converts_alike(oid_t type)
{
	switch (type) {
	case T_BOOL:
	case T_INT2:
	case T_INT4:
	case T_INT8:
	case T_OID:
	case T_FLOAT4:
	case T_FLOAT8:
	case T_NUMERIC:
	case T_TEXT:
	case T_VARCHAR:
	case T_BPCHAR:
	case T_NAME:
	case T_UUID:
	case T_BIT:
	case T_VARBIT:
	case T_INET:
	case T_CIDR:
	case T_MACADDR:
	case T_MACADDR8:
	case T_JSON:
	case T_JSONB:
		return true;
	default:
		return false;
	}
}

static bool
can_evaluate(const struct expr *e)
{
	switch (e->kind) {
	case EX_RELABEL: /* between int4 and oid a sign comes or goes, to char its blanks come */
		return e->type != T_INT4 && e->unary.arg->type != T_INT4 &&
		       e->type != T_RECORD && e->type != T_RECORDARRAY && /* its columns come in front */
		       (e->type != T_BPCHAR || e->typmod >= 0);
	case EX_FUNC:
		return !(e->func.variadic && e->func.proc->variadic == T_ANY) &&
		       e->func.nargs < MAX_ARGS && has_body(e->func.proc);
	case EX_OP:
		return has_body(e->op.proc) || is_comparison(e);
	case EX_COERCE_IO:
		return converts_alike(e->type) && converts_alike(e->unary.arg->type);
	case EX_BOOL:
	case EX_NULLTEST: /* of a composite asks for its columns */
		return type_builtin(e->test.arg->type) && e->test.arg->type != T_RECORD;
	case EX_BOOLTEST:
	case EX_COALESCE:
		return true;
	case EX_ARRAY:
		return e->list.nargs < MAX_ARGS;
	case EX_CASE:
		return !e->cas.arg;
	default:
		return false;
	}
}

/* ---- evaluation ---- */

struct eval {
	struct arena *a;
	struct err *err;
	struct fenv *env;
	const struct snapshot *snapshot;
	const struct datum *params;
	const struct datum *elem; /* of the array that is being converted */
};

static bool evaluate(struct eval *v, const struct expr *e, struct datum *out);

static struct type_ctx
eval_type_ctx(struct eval *v)
{
	return (struct type_ctx){.arena = v->a,
				 .err = v->err,
				 .env = &v->env->types,
				 .find = snapshot_type_find,
				 .find_arg = (void *)(uintptr_t)v->snapshot};
}

static bool
call_types(struct eval *v, const struct expr *e, struct expr *const *args, int nargs,
	   struct ftypes *types)
{
	types->nargs = nargs;
	types->variadic = false;
	types->ret = snapshot_type(v->snapshot, e->type);
	types->args = (const struct type **)ARENA_ARRAY(v->a, struct type *, nargs + 1);
	types->typmods = ARENA_ARRAY(v->a, int32_t, nargs + 1);
	for (int i = 0; i < nargs; i++) {
		types->args[i] = snapshot_type(v->snapshot, args[i]->type);
		types->typmods[i] = args[i]->typmod;
	}
	return true;
}

enum { LANGUAGE_SQL = 14 };

/* Constant arguments keep PostgreSQL from inlining an immutable function of SQL's. */
static void
in_sql_function(struct err *e, const struct proc *p)
{
	const char *line;

	if (p->volatility != 'i')
		return;
	line = arena_printf(&e->arena, "SQL function \"%s\" statement 1", p->name);
	e->context = e->context ? arena_printf(&e->arena, "%s\n%s", e->context, line) : line;
}

/* body on the values of args; p: the pg_proc row, or NULL where syntax has a body of its own. */
static bool
call(struct eval *v, const struct expr *e, const struct func *body, const struct proc *p,
     struct expr *const *args, int nargs, struct datum *out)
{
	struct datum *values = ARENA_ARRAY(v->a, struct datum, nargs + 1);
	struct ftypes types;
	void *cache = NULL;
	void (*cache_free)(void *) = NULL;
	struct fcall c = {.arena = v->a, .err = v->err, .env = v->env, .proc = p, .cache = &cache};
	struct err *saved = v->env->err;
	bool ok;

	c.cache_free = &cache_free;
	for (int i = 0; i < nargs; i++)
		if (!evaluate(v, args[i], &values[i]))
			return false;
	if (body->flags & F_TYPES && call_types(v, e, args, nargs, &types))
		c.types = &types;
	v->env->err = v->err;
	ok = func_call(body, &c, values, nargs, out);
	v->env->err = saved;
	if (!ok && p && p->language == LANGUAGE_SQL && !e->inlined)
		in_sql_function(v->err, p);
	if (cache && cache_free)
		cache_free(cache);
	return ok;
}

static bool
compare(struct eval *v, const struct expr *e, struct datum *out)
{
	struct datum l, r;
	int strategy, cmp;

	if (!evaluate(v, e->op.args[0], &l) || !evaluate(v, e->op.args[1], &r))
		return false;
	*out = datum_null();
	if (l.class == DATUM_NULL || r.class == DATUM_NULL)
		return true;
	oper_btree_strategy(e->op.op->oid, &strategy);
	cmp = type_compare(type_builtin(e->op.args[0]->type), &l, &r);
	*out = datum_int(strategy == 1   ? cmp < 0
			 : strategy == 2 ? cmp <= 0
			 : strategy == 3 ? cmp == 0
			 : strategy == 4 ? cmp >= 0
					 : cmp > 0);
	return true;
}

static bool
convert(struct eval *v, const struct expr *e, struct datum *out)
{
	struct type_ctx c = eval_type_ctx(v);
	struct fcall call = {.arena = v->a, .err = v->err, .env = v->env};
	struct buf b = BUF_INIT;
	struct datum arg;
	bool ok;

	if (!evaluate(v, e->unary.arg, &arg))
		return false;
	*out = datum_null();
	if (arg.class == DATUM_NULL)
		return true;
	ok = value_out(&call, type_builtin(e->unary.arg->type), e->unary.arg->typmod, &arg, &b) &&
	     type_text_in(&c, type_builtin(e->type), arena_strndup(v->a, b.data, b.len), b.len, -1,
			  out);
	buf_release(&b);
	return ok;
}

/* AND, OR, NOT in three-valued logic, from the left, as far as needed. */
static bool
logic(struct eval *v, const struct expr *e, struct datum *out)
{
	bool decides = e->boolean.op == BOOL_OR, null = false;
	struct datum d;

	for (int i = 0; i < e->boolean.nargs; i++) {
		if (!evaluate(v, e->boolean.args[i], &d))
			return false;
		if (d.class == DATUM_NULL) {
			null = true;
		} else if (e->boolean.op == BOOL_NOT) {
			*out = datum_int(!d.i);
			return true;
		} else if ((d.i != 0) == decides) {
			*out = datum_int(decides);
			return true;
		}
	}
	*out = null ? datum_null() : datum_int(!decides);
	return true;
}

static bool
test(struct eval *v, const struct expr *e, struct datum *out)
{
	struct datum d;
	bool is;

	if (!evaluate(v, e->test.arg, &d))
		return false;
	if (e->kind == EX_NULLTEST || e->test.which == 'u')
		is = d.class == DATUM_NULL;
	else
		is = d.class != DATUM_NULL && (d.i != 0) == (e->test.which == 't');
	*out = datum_int(is != e->test.not );
	return true;
}

static bool
choose(struct eval *v, const struct expr *e, struct datum *out)
{
	*out = datum_null();
	if (e->kind == EX_COALESCE) {
		for (int i = 0; i < e->list.nargs && out->class == DATUM_NULL; i++)
			if (!evaluate(v, e->list.args[i], out))
				return false;
		return true;
	}
	for (int i = 0; i < e->cas.nwhens; i++) {
		struct datum d;

		if (!evaluate(v, e->cas.whens[i].when, &d))
			return false;
		if (d.class != DATUM_NULL && d.i)
			return evaluate(v, e->cas.whens[i].then, out);
	}
	return !e->cas.def || evaluate(v, e->cas.def, out);
}

static bool
convert_elements(struct eval *v, const struct expr *e, const struct type *to, struct array *items)
{
	const struct expr *arg = e->coerce_array.arg;
	const struct type *from = snapshot_type(v->snapshot, e->coerce_array.elem->type);
	struct type_ctx c = eval_type_ctx(v);
	struct datum array, elem, converted;

	if (!evaluate(v, arg, &array))
		return false;
	if (array.class == DATUM_NULL)
		return items->n = -1, true;
	if (!from ||
	    !array_read(v->a, v->err, snapshot_type(v->snapshot, arg->type), &array, items))
		return false;
	for (int i = 0; i < items->n; i++) {
		elem = datum_null();
		if (items->items[i].p && !item_datum(&c, from, &items->items[i], &elem))
			return false;
		v->elem = &elem;
		if (!evaluate(v, e->coerce_array.per_elem, &converted) ||
		    !datum_item(&c, to, &converted, &items->items[i]))
			return false;
		item_pad(v->a, to, e->coerce_array.per_elem->typmod, &items->items[i]);
	}
	return true;
}

static bool
convert_array(struct eval *v, const struct expr *e, struct datum *out)
{
	const struct type *to = snapshot_type(v->snapshot, e->coerce_array.per_elem->type);
	const struct datum *outer = v->elem;
	struct array items = {0};
	struct buf b = BUF_INIT;
	bool ok = to && convert_elements(v, e, to, &items);

	v->elem = outer;
	*out = datum_null();
	if (!ok || items.n < 0)
		return ok;
	array_print(&items, to->delim, &b);
	*out = datum_text(buf_dup(&b, v->a), b.len);
	buf_release(&b);
	return true;
}

static bool
evaluate_node(struct eval *v, const struct expr *e, struct datum *out)
{
	switch (e->kind) {
	case EX_CASE_TEST:
		*out = *v->elem;
		return true;
	case EX_COERCE_ARRAY:
		return convert_array(v, e, out);
	case EX_CONST:
		*out = e->con.value;
		return true;
	case EX_PARAM:
		*out = v->params[e->param.number - 1];
		return true;
	case EX_FUNC:
		return call(v, e, func_for(e->func.proc), e->func.proc, e->func.args, e->func.nargs,
			    out);
	case EX_OP:
		if (!has_body(e->op.proc))
			return compare(v, e, out);
		return call(v, e, func_for(e->op.proc), e->op.proc, e->op.args + !e->op.args[0],
			    e->op.args[0] ? 2 : 1, out);
	case EX_ARRAY:
		return call(v, e, func_by_key("array_make"), NULL, e->list.args, e->list.nargs,
			    out);
	case EX_RELABEL:
		return evaluate(v, e->unary.arg, out);
	case EX_COERCE_IO:
		return convert(v, e, out);
	case EX_BOOL:
		return logic(v, e, out);
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return test(v, e, out);
	case EX_COALESCE:
	case EX_CASE:
		return choose(v, e, out);
	default:
		return err_set(v->err, ERR_INTERNAL_ERROR, -1, "cannot evaluate expression");
	}
}

static bool
evaluate(struct eval *v, const struct expr *e, struct datum *out)
{
	if (evaluate_node(v, e, out))
		return true;
	if (e->inlined)
		in_sql_function(v->err, e->inlined);
	return false;
}

/* ---- folding ---- */

static bool
has_param(const struct expr *e)
{
	bool found = false;

	if (e->kind == EX_PARAM)
		return true;
	switch (e->kind) {
	case EX_FUNC:
		for (int i = 0; i < e->func.nargs; i++)
			found = found || has_param(e->func.args[i]);
		return found;
	case EX_OP:
		return (e->op.args[0] && has_param(e->op.args[0])) || has_param(e->op.args[1]);
	case EX_RELABEL:
	case EX_COERCE_IO:
		return has_param(e->unary.arg);
	case EX_COERCE_ARRAY:
		return has_param(e->coerce_array.arg);
	case EX_NULLTEST:
	case EX_BOOLTEST:
		return has_param(e->test.arg);
	case EX_BOOL:
		for (int i = 0; i < e->boolean.nargs; i++)
			found = found || has_param(e->boolean.args[i]);
		return found;
	case EX_ARRAY:
	case EX_COALESCE:
		for (int i = 0; i < e->list.nargs; i++)
			found = found || has_param(e->list.args[i]);
		return found;
	case EX_CASE:
		for (int i = 0; i < e->cas.nwhens; i++)
			found = found || has_param(e->cas.whens[i].when) ||
				has_param(e->cas.whens[i].then);
		return found || (e->cas.def && has_param(e->cas.def));
	default:
		return false;
	}
}

static size_t
datum_size(const struct datum *d)
{
	return d->class == DATUM_TEXT || d->class == DATUM_BLOB ? d->n : 0;
}

static struct expr *
constant(struct fold *f, const struct expr *e, struct datum value)
{
	struct expr *c = expr_const(f->as, e->type, e->typmod, value, e->location);

	c->collation = e->collation;
	if (datum_size(&value))
		c->con.value.p = arena_memdup(f->as->arena, value.p, value.n);
	return c;
}

/* Evaluates e, which has no parameter. False: it has to wait for the execution. An array stays in
 * its parts, which emit can print as a list; true says that it can be made. */
static bool
fold_constant(struct fold *f, struct expr **slot)
{
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct eval v = {&tmp, &err, f->as->env->fenv, f->as->env->snapshot, NULL};
	struct datum out;
	bool ok;

	err_init(&err);
	ok = evaluate(&v, *slot, &out) && datum_size(&out) <= MAX_CONST;
	if (ok && (*slot)->kind != EX_ARRAY)
		*slot = constant(f, *slot, out);
	err_release(&err);
	arena_release(&tmp);
	return ok;
}

/* A whole that can be evaluated. RELABEL alone is nothing to work out. */
static enum fold_class
fold_whole(struct fold *f, struct expr **slot)
{
	const struct expr *e = *slot;

	while (e->kind == EX_RELABEL)
		e = e->unary.arg;
	if (e->kind == EX_PARAM || has_param(e))
		return LATE;
	return fold_constant(f, slot) && (*slot)->kind == EX_CONST ? CONSTANT : LATE;
}

static bool
is_bare_param(const struct expr *e)
{
	while (e->kind == EX_RELABEL)
		e = e->unary.arg;
	return e->kind == EX_PARAM;
}

/* The text of a constant may be the statement's own, which the plan outlives. */
static bool
own_constant(struct expr **slot, void *arena)
{
	struct datum *d = &(*slot)->con.value;

	if ((*slot)->kind == EX_CONST && (d->class == DATUM_TEXT || d->class == DATUM_BLOB) && d->n)
		d->p = arena_memdup(arena, d->p, d->n);
	return true;
}

/* e cannot become part of something larger. guarded: it stands behind a test that is LATE. */
static void
take_out(struct fold *f, struct expr **slot, enum fold_class class, bool guarded)
{
	struct expr *p;

	if (class != LATE || guarded || is_bare_param(*slot))
		return;
	if ((*slot)->kind == EX_ARRAY && (has_param(*slot) || fold_constant(f, slot))) {
		for (int i = 0; i < (*slot)->list.nargs; i++)
			if ((*slot)->list.args[i]->kind != EX_CONST)
				take_out(f, &(*slot)->list.args[i], LATE, guarded);
		return;
	}
	p = expr_new(f->as, EX_PARAM, (*slot)->type, (*slot)->location);
	p->typmod = (*slot)->typmod;
	p->collation = (*slot)->collation;
	p->param.number = f->first + f->computed->n;
	expr_visit(slot, own_constant, f->as->arena, true);
	vec_push(f->as->arena, f->computed, *slot);
	*slot = p;
}

struct children {
	struct fold *f;
	bool guarded;
	struct expr **slots[MAX_ARGS];
	enum fold_class classes[MAX_ARGS];
	int n;
	bool all; /* every one is CONSTANT or LATE, and there was room to say so */
};

static bool
fold_child(struct expr **slot, void *arg)
{
	struct children *c = arg;
	enum fold_class class;

	if (!*slot)
		return true;
	class = fold_slot(c->f, slot, c->guarded);
	c->all = c->all && class != VARIABLE && c->n < MAX_ARGS;
	if (c->n < MAX_ARGS) {
		c->slots[c->n] = slot;
		c->classes[c->n++] = class;
	}
	return true;
}

static bool
is_const_bool(const struct expr *e, bool *value, bool *null)
{
	if (e->kind != EX_CONST)
		return false;
	*null = e->con.value.class == DATUM_NULL;
	*value = !*null && e->con.value.i != 0;
	return true;
}

/* Branches whose tests are constants go or stay at once. True: the CASE has become one of its
 * results. */
static bool
prune_case(struct expr **slot)
{
	struct expr *e = *slot;
	int n = 0;
	bool value, null;

	if (e->cas.arg)
		return false;
	for (int i = 0; i < e->cas.nwhens; i++) {
		if (!is_const_bool(e->cas.whens[i].when, &value, &null)) {
			e->cas.whens[n++] = e->cas.whens[i];
		} else if (value) {
			e->cas.def = e->cas.whens[i].then;
			break;
		}
	}
	e->cas.nwhens = n;
	if (n || !e->cas.def)
		return false;
	*slot = e->cas.def;
	return true;
}

/* Tests first: a branch that a constant test excludes is never looked at. */
static enum fold_class
fold_case(struct fold *f, struct expr **slot, bool guarded)
{
	struct expr *e = *slot;
	enum fold_class tests[MAX_ARGS], thens[MAX_ARGS], def = CONSTANT;
	bool all = !e->cas.arg && e->cas.nwhens < MAX_ARGS, late = guarded;

	if (e->cas.arg)
		take_out(f, &e->cas.arg, fold_slot(f, &e->cas.arg, guarded), guarded);
	if (e->cas.nwhens >= MAX_ARGS)
		return VARIABLE;
	for (int i = 0; i < e->cas.nwhens; i++)
		late = fold_slot(f, &e->cas.whens[i].when, late) == LATE || e->cas.arg || late;
	if (prune_case(slot))
		return fold_slot(f, slot, guarded);
	late = guarded;
	for (int i = 0; i < e->cas.nwhens; i++) {
		tests[i] = fold_slot(f, &e->cas.whens[i].when, late);
		late = late || e->cas.arg || tests[i] == LATE;
		thens[i] = fold_slot(f, &e->cas.whens[i].then, late);
		all = all && tests[i] != VARIABLE && thens[i] != VARIABLE;
	}
	if (e->cas.def)
		def = fold_slot(f, &e->cas.def, late);
	if (all && def != VARIABLE)
		return fold_whole(f, slot);
	late = guarded;
	for (int i = 0; i < e->cas.nwhens; i++) {
		take_out(f, &e->cas.whens[i].when, tests[i], late);
		late = late || e->cas.arg || tests[i] == LATE;
		take_out(f, &e->cas.whens[i].then, thens[i], late);
	}
	if (e->cas.def)
		take_out(f, &e->cas.def, def, late);
	return VARIABLE;
}

/* Does this constant argument of AND, OR or COALESCE make those behind it needless? */
static bool
ends_sequence(const struct expr *e, const struct expr *arg)
{
	bool value, null;

	if (e->kind == EX_COALESCE)
		return arg->con.value.class != DATUM_NULL;
	return e->boolean.op != BOOL_NOT && is_const_bool(arg, &value, &null) && !null &&
	       value == (e->boolean.op == BOOL_OR);
}

/* COALESCE, AND, OR: what comes first may make the rest needless. */
static enum fold_class
fold_sequence(struct fold *f, struct expr **slot, struct expr **args, int *nargs, bool guarded)
{
	enum fold_class classes[MAX_ARGS];
	bool all = true, late = guarded;
	int n = *nargs;

	if (n > MAX_ARGS)
		return VARIABLE;
	for (int i = 0; i < n; i++) {
		classes[i] = fold_slot(f, &args[i], late);
		late = late || classes[i] == LATE;
		all = all && classes[i] != VARIABLE;
		if (classes[i] != CONSTANT || !ends_sequence(*slot, args[i]))
			continue;
		if (i == 0 || (*slot)->kind == EX_BOOL) {
			*slot = args[i];
			return CONSTANT;
		}
		*nargs = n = i + 1;
	}
	late = guarded;
	if (all)
		return fold_whole(f, slot);
	for (int i = 0; i < n; i++) {
		take_out(f, &args[i], classes[i], late);
		late = late || classes[i] == LATE;
	}
	return VARIABLE;
}

/* A function over the element and constants. */
static bool
converts_element(const struct expr *per)
{
	if (per->kind == EX_CASE_TEST || per->kind == EX_CONST)
		return true;
	if (per->kind != EX_FUNC || !can_evaluate(per))
		return false;
	for (int i = 0; i < per->func.nargs; i++)
		if (!converts_element(per->func.args[i]))
			return false;
	return true;
}

static enum fold_class
fold_array(struct fold *f, struct expr **slot, bool guarded)
{
	struct expr *e = *slot;
	enum fold_class class = fold_slot(f, &e->coerce_array.arg, guarded);

	if (class != VARIABLE && converts_element(e->coerce_array.per_elem))
		return fold_whole(f, slot);
	take_out(f, &e->coerce_array.arg, class, guarded);
	return VARIABLE;
}

static void fold_below(struct fold *f, struct query *q);

/* The class of *slot, which may be rewritten. The caller takes out what stays LATE. */
static enum fold_class
fold_slot(struct fold *f, struct expr **slot, bool guarded)
{
	struct expr *e = *slot;
	struct children c = {.f = f, .guarded = guarded, .all = true};

	if (e->kind == EX_CONST)
		return CONSTANT;
	if (e->kind == EX_PARAM)
		return e->param.number < f->first ? LATE : VARIABLE;
	if (e->kind == EX_CASE)
		return fold_case(f, slot, guarded);
	if (e->kind == EX_COERCE_ARRAY)
		return fold_array(f, slot, guarded);
	if (e->kind == EX_COALESCE)
		return fold_sequence(f, slot, e->list.args, &e->list.nargs, guarded);
	if (e->kind == EX_BOOL)
		return fold_sequence(f, slot, e->boolean.args, &e->boolean.nargs, guarded);
	expr_walk(e, fold_child, &c);
	if (e->kind == EX_SUBLINK)
		fold_below(f, e->sublink.query);
	if (c.all && can_evaluate(e) && (c.n || e->kind == EX_FUNC || e->kind == EX_ARRAY))
		return fold_whole(f, slot);
	for (int i = 0; i < c.n; i++)
		take_out(f, c.slots[i], c.classes[i], guarded);
	return VARIABLE;
}

static bool
fold_root(struct expr **slot, void *arg)
{
	take_out(arg, slot, fold_slot(arg, slot, false), false);
	return true;
}

static void
fold_below(struct fold *f, struct query *q)
{
	query_live_roots(q, fold_root, f);
}

bool
fold_query(struct analyzer *as, struct query *q, int first, struct vec *computed)
{
	struct fold f = {as, first, computed};

	if (as->env->fenv)
		fold_below(&f, q);
	return !err_is_set(as->env->err);
}

bool
plan_compute(const struct plan *p, struct fenv *env, struct arena *a, const struct datum *params,
	     struct datum *out, struct err *err)
{
	struct eval v = {a, err, env, p->snapshot, params};

	for (int i = 0; i < p->computed.n; i++)
		if (!evaluate(&v, VEC_AT(struct expr, &p->computed, i), &out[i]))
			return false;
	return true;
}
