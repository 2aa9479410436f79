/*
 * emit_chain: operators one after the other, which SQLite's parser stack and depth limit would not
 * hold. Calls nested in their first argument, f(g(h(a, b), c), d), print as one call of call_chain:
 * only functions that need nothing but their arguments take part. Native operators that are
 * associative print as a balanced tree.
 */
#include "sql/emit.h"

enum {
	CHAIN_MIN = 8,
	CHAIN_ARGS = 100,
	CHAIN_MAX = 100 * CHAIN_ARGS,
	LINK_ARGS = 16,
	NATIVE_MIN = 64
};

struct link {
	const struct proc *proc;
	struct expr *const *args;
	int nargs;
};

static bool
link_of(const struct expr *e, struct link *l)
{
	const struct func *f;

	if (e->kind == EX_OP) {
		bool infix = e->op.args[0] != NULL;

		*l = (struct link){e->op.proc, infix ? e->op.args : e->op.args + 1, infix ? 2 : 1};
	} else if (e->kind == EX_FUNC) {
		*l = (struct link){e->func.proc, e->func.args, e->func.nargs};
	} else {
		return false;
	}
	if (l->nargs < 1 || l->nargs > LINK_ARGS || l->proc->retset || l->proc->variadic ||
	    l->proc->volatility == 'v')
		return false;
	f = func_for(l->proc);
	return f && f->fn && !f->native && !(f->flags & (F_TYPES | F_SESSION));
}

/* How many calls from e inwards one chain may take. */
static int
chain_length(const struct expr *e)
{
	struct link l;
	int n = 0, args = 0;

	for (; link_of(e, &l) && args + l.nargs - 1 <= CHAIN_MAX; e = l.args[0]) {
		args += l.nargs - 1;
		n++;
	}
	return n;
}

/* Is it an associative operator of SQLite's own? */
static const char *
native_operator(const struct expr *e)
{
	static const struct {
		const char *native, *op;
	} ops[] = {{"$1 || $2", " || "}, {"$1 & $2", " & "}, {"$1 | $2", " | "}};
	const struct func *f = e->kind == EX_OP && e->op.args[0] ? func_for(e->op.proc) : NULL;

	for (size_t i = 0; f && f->native && i < COUNTOF(ops); i++)
		if (strcmp(f->native, ops[i].native) == 0)
			return ops[i].op;
	return NULL;
}

/* The operands of one operator, from the right; NULL op: it is no such chain. */
static const char *
native_chain(struct emit *em, const struct expr *e, struct vec *operands)
{
	const char *op = native_operator(e);

	for (; op && native_operator(e) == op; e = e->op.args[0])
		vec_push(em->as->arena, operands, e->op.args[1]);
	vec_push(em->as->arena, operands, (void *)(uintptr_t)e);
	return operands->n > NATIVE_MIN ? op : NULL;
}

static bool
put_balanced(struct emit *em, const struct vec *operands, int from, int to, const char *op)
{
	int half = (from + to) / 2;

	if (to - from == 1)
		return emit_expr(em, operands->v[operands->n - 1 - from], P_ATOM);
	buf_putc(em->b, '(');
	if (!put_balanced(em, operands, from, half, op))
		return false;
	buf_puts(em->b, op);
	if (!put_balanced(em, operands, half, to, op))
		return false;
	buf_putc(em->b, ')');
	return true;
}

bool
emit_is_chain(const struct expr *e)
{
	int n = 0;
	const char *op = native_operator(e);

	for (const struct expr *x = e; op && n <= NATIVE_MIN && native_operator(x) == op;
	     x = x->op.args[0])
		n++;
	return n > NATIVE_MIN || chain_length(e) >= CHAIN_MIN;
}

static void
put_functions(struct emit *em, const struct link *links, int n)
{
	for (int i = 0; i < n; i++)
		buf_printf(em->b, "%s%u:%d", i ? "," : ", '", links[i].proc->oid, links[i].nargs);
	buf_putc(em->b, '\'');
}

/* The arguments behind the first one; too many of them come in parts. */
static bool
put_arguments(struct emit *em, const struct link *links, int n, bool packed)
{
	int at = 0;

	for (int i = 0; i < n; i++)
		for (int k = 1; k < links[i].nargs; k++, at++) {
			if (packed && at % CHAIN_ARGS == 0)
				buf_puts(em->b, at ? "), pg_rows_pack(" : ", pg_rows_pack(");
			else
				buf_puts(em->b, ", ");
			if (!emit_expr(em, links[i].args[k], P_NONE))
				return false;
		}
	buf_puts(em->b, packed ? "))" : ")");
	return true;
}

static int
put_calls(struct emit *em, const struct expr *e)
{
	int n = chain_length(e), args = 0;
	struct link *links = ARENA_ARRAY(em->as->arena, struct link, n);
	bool packed;

	for (int i = n - 1; i >= 0; i--) {
		link_of(e, &links[i]);
		args += links[i].nargs - 1;
		e = links[i].args[0];
	}
	packed = args > CHAIN_ARGS;
	if (!emit_key_open(em, packed ? "call_chain_packed" : "call_chain", T_TEXT, NULL, NULL, 0))
		return -1;
	if (!emit_expr(em, e, P_NONE))
		return -1;
	put_functions(em, links, n);
	return put_arguments(em, links, n, packed) ? P_ATOM : -1;
}

int
emit_chain(struct emit *em, const struct expr *e)
{
	struct vec operands = {0};
	const char *op = native_chain(em, e, &operands);

	if (!op)
		return put_calls(em, e);
	return put_balanced(em, &operands, 0, operands.n, op) ? P_ATOM : -1;
}
