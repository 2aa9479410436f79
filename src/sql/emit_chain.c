/*
 * emit_chain: calls nested in their first argument, f(g(h(a, b), c), d), as one call of call_chain:
 * SQLite's parser stack would not hold many of them. Only functions that need nothing but their
 * arguments take part.
 */
#include "sql/emit.h"

enum { CHAIN_MIN = 8, CHAIN_ARGS = 120, LINK_ARGS = 16 };

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

	for (; link_of(e, &l) && args + l.nargs - 1 <= CHAIN_ARGS && n < CHAIN_ARGS;
	     e = l.args[0]) {
		args += l.nargs - 1;
		n++;
	}
	return n;
}

bool
emit_is_chain(const struct expr *e)
{
	return chain_length(e) >= CHAIN_MIN;
}

int
emit_chain(struct emit *em, const struct expr *e)
{
	int n = chain_length(e);
	struct link *links = ARENA_ARRAY(em->as->arena, struct link, n);

	for (int i = n - 1; i >= 0; i--) {
		link_of(e, &links[i]);
		e = links[i].args[0];
	}
	if (!emit_key_open(em, "call_chain", T_TEXT, NULL, NULL, 0))
		return -1;
	if (!emit_expr(em, e, P_NONE))
		return -1;
	for (int i = 0; i < n; i++)
		buf_printf(em->b, "%s%u:%d", i ? "," : ", '", links[i].proc->oid, links[i].nargs);
	buf_putc(em->b, '\'');
	for (int i = 0; i < n; i++)
		for (int k = 1; k < links[i].nargs; k++) {
			buf_puts(em->b, ", ");
			if (!emit_expr(em, links[i].args[k], P_NONE))
				return -1;
		}
	buf_putc(em->b, ')');
	return P_ATOM;
}
