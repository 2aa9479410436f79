/*
 * Calls of SQL-language built-ins become their bodies. An argument that is more than a constant, a
 * parameter or a column is put in place once; where the body names it again, all arguments are
 * bound first, as columns of a sub-select around the body. Bodies of strict functions are strict
 * themselves, so no test for NULL is added.
 */
#include "sql/analyze_expr.h"

static bool
is_simple(const struct expr *e)
{
	while (e->kind == EX_RELABEL)
		e = e->unary.arg;
	return e->kind == EX_CONST || e->kind == EX_PARAM || e->kind == EX_VAR;
}

struct expr *
inline_param(struct analyzer *as, int number, int location)
{
	struct inline_frame *f = as->inlining;
	if (number < 1 || number > f->nargs) {
		err_set(as->env->err, ERR_UNDEFINED_PARAMETER, location,
			"there is no parameter $%d", number);
		return NULL;
	}
	struct expr *arg = f->args[number - 1];
	if (f->bound)
		return expr_var(as, f->bound, number - 1, location);
	if (is_simple(arg))
		return expr_copy(as->arena, arg);
	if (f->used[number - 1])
		f->needs_binding = true;
	f->used[number - 1] = true;
	return arg;
}

struct expr *
inline_named(struct analyzer *as, const char *name, int location)
{
	const struct proc *p = as->inlining->proc;
	for (int i = 0; i < p->nargs; i++) {
		if (strcmp(proc_arg_name(p, i), name) == 0)
			return inline_param(as, i + 1, location);
	}
	return NULL;
}

/* (SELECT args) as an entry whose columns the body names. */
static struct rte *
bind_args(struct analyzer *as, struct expr **args, int nargs, struct query *level)
{
	struct query *q = query_new(as, CMD_SELECT);
	q->outer = level;
	for (int i = 0; i < nargs; i++)
		target_new(as, &q->targets, args[i], arena_printf(as->arena, "arg%d", i + 1));
	struct rte *rte = rte_for_subquery(as, q, NULL, false, -1);
	if (rte)
		rte->level = level;
	return rte;
}

/* The body as one expression, under as->inlining and a scope of its own. */
static struct expr *
body_expr(struct analyzer *as, const PgQuery__Node *node, struct query *level, int location)
{
	const PgQuery__SelectStmt *s =
		node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT ? node->select_stmt : NULL;
	if (!s || s->n_target_list != 1) {
		err_unsupported(as->env->err, location, "function %s", as->inlining->proc->name);
		return NULL;
	}
	if (!s->n_from_clause && !s->where_clause && !s->limit_count && !s->n_values_lists)
		return analyze_expr(as, s->target_list[0]->res_target->val, PLACE_SELECT);
	struct query *q = analyze_subquery(as, node);
	if (!q)
		return NULL;
	q->outer = level;
	query_col(q, 0)->name = as->inlining->name;
	const struct expr *col = query_col(q, 0)->expr;
	struct expr *e = expr_new(as, EX_SUBLINK, col->type, location);
	e->sublink.kind = SUBLINK_EXPR;
	e->sublink.query = q;
	if (level)
		level->has_sublinks = true;
	return e;
}

static struct expr *
body_with_frame(struct analyzer *as, struct inline_frame *f, const PgQuery__Node *node,
		struct query *level, int location)
{
	static const char *const builtin_path[] = {"pg_catalog", "information_schema", NULL};
	struct scope *scope = as->scope;
	struct inline_frame *outer = as->inlining;
	const char *const *path = as->env->search_path;
	as->scope = NULL;
	as->inlining = f;
	as->env->search_path = builtin_path;
	scope_push(as, query_new(as, CMD_SELECT));
	struct expr *e = body_expr(as, node, level, location);
	as->env->search_path = path;
	as->inlining = outer;
	as->scope = scope;
	return e;
}

static struct expr *
inline_body(struct analyzer *as, struct inline_frame *f, const PgQuery__Node *node, int location)
{
	struct query *level = as->scope ? as->scope->query : NULL;
	struct expr *e = body_with_frame(as, f, node, level, location);
	if (!e || !f->needs_binding)
		return e;
	struct query *q = query_new(as, CMD_SELECT);
	f->bound = bind_args(as, f->args, f->nargs, q);
	e = f->bound ? body_with_frame(as, f, node, q, location) : NULL;
	if (!e)
		return NULL;
	vec_push(as->arena, &q->from, from_rte(as, f->bound));
	target_new(as, &q->targets, e, f->proc->name);
	struct expr *sub = expr_new(as, EX_SUBLINK, e->type, location);
	sub->sublink.kind = SUBLINK_EXPR;
	sub->sublink.query = q;
	if (level)
		level->has_sublinks = true;
	return sub;
}

struct expr *
inline_func(struct analyzer *as, const struct proc *p, struct expr **args, int nargs, oid_t rettype,
	    int location)
{
	struct parse_tree tree;
	struct inline_frame f = {.proc = p, .name = p->name, .args = args, .nargs = nargs};
	f.used = ARENA_ARRAY(as->arena, bool, MAX(nargs, 1));
	if (as->depth + ANALYZE_QUERY_COST > as->max_depth && !analyze_enter(as))
		return NULL;
	if (!parse_sql(as->arena, p->sqlbody, &tree, as->env->err))
		return NULL;
	if (tree.n != 1) {
		err_unsupported(as->env->err, location, "function %s", p->name);
		return NULL;
	}
	as->depth += ANALYZE_QUERY_COST;
	struct expr *e = inline_body(as, &f, tree.stmts[0].node, location);
	as->depth -= ANALYZE_QUERY_COST;
	if (e && e->type != rettype) {
		struct expr *c =
			coerce_to_target_type(as, e, rettype, -1, COERCE_ASSIGNMENT, location);
		if (!c && !err_is_set(as->env->err))
			err_set(as->env->err, ERR_INTERNAL_ERROR, location,
				"body of function %s returns %s", p->name,
				type_display(as, e->type));
		e = c;
	}
	if (!e) {
		as->env->err->location = location;
		return NULL;
	}
	if (!is_simple(e)) {
		e->location = location;
		e->inlined = p;
	}
	return e;
}
