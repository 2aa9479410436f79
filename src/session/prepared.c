#include "session/prepared.h"

#include <pg_query.pb-c.h>
#include <stdlib.h>

#include "session/compile.h"
#include "session/portal.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

static uint64_t
env_hash(struct session *s)
{
	const char *env = session_plan_env(s);

	return hash_bytes(env, strlen(env), 0);
}

struct prepared *
prepared_look(struct session *s, const char *name)
{
	return *name ? map_gets(&s->statements, name) : s->unnamed_statement;
}

struct prepared *
prepared_find(struct session *s, const char *name)
{
	struct prepared *p = prepared_look(s, name);

	if (p)
		return p;
	if (*name)
		err_set(&s->err, ERR_INVALID_SQL_STATEMENT_NAME, -1,
			"prepared statement \"%s\" does not exist", name);
	else
		err_set(&s->err, ERR_INVALID_SQL_STATEMENT_NAME, -1,
			"unnamed prepared statement does not exist");
	return NULL;
}

struct prepared *
prepared_create(struct session *s, const char *name, const char *source, const oid_t *types,
		int ntypes, struct plan *plan, bool from_sql)
{
	struct prepared *p = prepared_look(s, name);

	if (p && *name) {
		if (plan)
			plan_unref(plan);
		err_set(&s->err, ERR_DUPLICATE_PSTATEMENT, -1,
			"prepared statement \"%s\" already exists", name);
		return NULL;
	}
	if (p)
		prepared_close(s, p);
	p = xcalloc(1, sizeof(*p));
	p->name = xstrdup(name);
	p->source = xstrdup(source);
	p->ntypes = ntypes;
	if (ntypes) {
		p->types = xmalloc(sizeof(oid_t) * (size_t)ntypes);
		memcpy(p->types, types, sizeof(oid_t) * (size_t)ntypes);
	}
	p->plan = plan;
	p->env_hash = env_hash(s);
	p->from_sql = from_sql;
	p->created = s->statement_start;
	if (*name)
		map_puts(&s->statements, p->name, p);
	else
		s->unnamed_statement = p;
	return p;
}

void
prepared_close(struct session *s, struct prepared *p)
{
	if (p == s->unnamed_statement)
		s->unnamed_statement = NULL;
	else
		map_del(&s->statements, p->name, strlen(p->name));
	if (p->plan)
		plan_unref(p->plan);
	free(p->name);
	free(p->source);
	free(p->types);
	free(p);
}

void
prepared_close_all(struct session *s)
{
	struct map_entry *e;
	size_t it = 0;

	if (s->unnamed_statement)
		prepared_close(s, s->unnamed_statement);
	while ((e = map_next(&s->statements, &it)) != NULL)
		prepared_close(s, e->value);
	map_release(&s->statements);
}

/* ---- compiling again ---- */

static bool
same_result(const struct plan *a, const struct plan *b)
{
	if (a->ncols != b->ncols)
		return false;
	for (int i = 0; i < a->ncols; i++)
		if (a->cols[i].type->oid != b->cols[i].type->oid ||
		    a->cols[i].typmod != b->cols[i].typmod ||
		    strcmp(a->cols[i].name, b->cols[i].name) != 0)
			return false;
	return true;
}

/* The types that the first compilation settled on are what the client was told. */
static oid_t *
settled_types(struct session *s, const struct prepared *p)
{
	oid_t *types = ARENA_ARRAY(&s->msg, oid_t, p->plan->nparams + 1);

	for (int i = 0; i < p->plan->nparams; i++)
		types[i] = p->plan->params[i]->oid;
	return types;
}

static struct plan *
compile_again(struct session *s, struct prepared *p)
{
	struct parse_tree tree;
	struct raw_stmt inner;
	struct plan *plan = NULL;
	oid_t *types = settled_types(s, p);

	if (!p->from_sql)
		return compile_text(s, p->source, types, p->plan->nparams, &plan) ? plan : NULL;
	if (!parse_sql(&s->msg, p->source, &tree, &s->err))
		return NULL;
	for (int i = 0; i < tree.n; i++) {
		const PgQuery__Node *node = tree.stmts[i].node;
		if (node->node_case != PG_QUERY__NODE__NODE_PREPARE_STMT ||
		    strcmp(node->prepare_stmt->name, p->name) != 0)
			continue;
		inner = tree.stmts[i];
		inner.node = node->prepare_stmt->query;
		return compile_statement(s, p->source, &inner, types, p->plan->nparams, true);
	}
	err_set(&s->err, ERR_INTERNAL_ERROR, -1, "prepared statement \"%s\" has lost its text",
		p->name);
	return NULL;
}

bool
prepared_revalidate(struct session *s, struct prepared *p)
{
	const struct snapshot *snap;
	struct plan *plan;

	if (!p->plan || p->plan->kind != PLAN_QUERY || s->block == BLOCK_FAILED)
		return true;
	snap = session_snapshot(s);
	if (!snap)
		return false;
	if (p->plan->snapshot->version == snap->version && p->env_hash == env_hash(s))
		return true;
	plan = compile_again(s, p);
	if (!plan)
		return false;
	if (!same_result(p->plan, plan)) {
		plan_unref(plan);
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cached plan must not change result type");
	}
	plan_unref(p->plan);
	p->plan = plan;
	p->env_hash = env_hash(s);
	return true;
}

/* ---- PREPARE, EXECUTE, DEALLOCATE ---- */

static bool
declared_types(struct session *s, const PgQuery__PrepareStmt *p, oid_t *types)
{
	struct compile_env env;

	if (!compile_env_init(s, &env))
		return false;
	for (size_t i = 0; i < p->n_argtypes; i++) {
		const struct type *t;
		int32_t typmod;
		if (!compile_type_name(&env, p->argtypes[i]->type_name, &t, &typmod))
			return false;
		types[i] = t->oid == T_UNKNOWN ? 0 : t->oid;
	}
	return true;
}

bool
prepare_command(struct session *s, const void *stmt, const char *source)
{
	const PgQuery__PrepareStmt *p = stmt;
	oid_t *types = ARENA_ARRAY(&s->msg, oid_t, p->n_argtypes + 1);
	struct raw_stmt inner = {.node = p->query, .location = 0, .len = (int)strlen(source)};
	struct plan *plan;

	if (!*p->name)
		return err_set(&s->err, ERR_INVALID_PSTATEMENT_DEFINITION, -1,
			       "invalid statement name: must not be empty");
	if (!declared_types(s, p, types))
		return false;
	plan = compile_statement(s, source, &inner, types, (int)p->n_argtypes, true);
	if (!plan)
		return false;
	if (plan->kind != PLAN_QUERY) {
		plan_unref(plan);
		return err_set(&s->err, ERR_INVALID_PSTATEMENT_DEFINITION, -1,
			       "utility statements cannot be prepared");
	}
	return prepared_create(s, p->name, source, types, (int)p->n_argtypes, plan, true) != NULL;
}

bool
deallocate_command(struct session *s, const void *stmt, const char **tag)
{
	const PgQuery__DeallocateStmt *d = stmt;
	struct prepared *p;
	struct map_entry *e;
	size_t it = 0;

	*tag = d->name && *d->name ? "DEALLOCATE" : "DEALLOCATE ALL";
	if (d->name && *d->name) {
		p = prepared_find(s, d->name);
		if (p)
			prepared_close(s, p);
		return p != NULL;
	}
	while ((e = map_next(&s->statements, &it)) != NULL)
		prepared_close(s, e->value);
	return true;
}

/* The arguments of EXECUTE are expressions: each is computed by a query of its own, coerced to the
 * parameter's type. */
struct argument {
	struct portal *into;
	int i;
};

static bool
take_argument(struct session *s, struct portal *p, void *arg)
{
	struct argument *a = arg;
	struct datum *d = &a->into->params[a->i];

	(void)s;
	portal_column(p, 0, d);
	if (d->class == DATUM_TEXT || d->class == DATUM_BLOB)
		d->p = arena_memdup(&a->into->arena, d->p, d->n);
	return true;
}

static struct plan *
argument_plan(struct session *s, const char *source, const PgQuery__Node *expr,
	      const struct type *t, int number)
{
	struct compile_env env;

	return compile_env_init(s, &env) ? plan_argument(&env, source, expr, t, number) : NULL;
}

bool execute_bind(struct session *s, const void *stmt, const char *source, struct prepared *prep,
		  struct portal *p);

bool
execute_bind(struct session *s, const void *stmt, const char *source, struct prepared *prep,
	     struct portal *p)
{
	const PgQuery__ExecuteStmt *e = stmt;
	bool ok = true;

	if ((int)e->n_params != prep->plan->nparams) {
		err_set(&s->err, ERR_SYNTAX_ERROR, -1,
			"wrong number of parameters for prepared statement \"%s\"", prep->name);
		return err_detail(&s->err, "Expected %d parameters but got %d.",
				  prep->plan->nparams, (int)e->n_params);
	}
	p->nparams = prep->plan->nparams;
	p->params = ARENA_ARRAY(&p->arena, struct datum, p->nparams + 1);
	for (int i = 0; ok && i < p->nparams; i++) {
		struct argument a = {p, i};
		struct portal one;
		int64_t rows;
		struct plan *plan = argument_plan(s, source, e->params[i], prep->plan->params[i],
						  i + 1);
		if (!plan)
			return false;
		portal_init(&one, plan);
		ok = portal_run(s, &one, 0, take_argument, &a, &rows);
		portal_release(s, &one);
	}
	return ok;
}

static bool
sends_rows(const struct plan *plan)
{
	return plan->ncols || (plan->kind == PLAN_QUERY && plan->cmd == CMD_SELECT);
}

/* The rows of EXECUTE are described with the first of them: an error before comes alone. */
static bool
describe_and_send(struct session *s, struct portal *p, void *arg)
{
	bool *described = arg;

	if (!*described)
		row_describe(s, p->plan->cols, p->plan->ncols, p->formats);
	*described = true;
	return row_send(s, p, NULL);
}

bool
execute_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__ExecuteStmt *e = stmt;
	struct prepared *prep = prepared_find(s, e->name);
	struct portal p;
	int64_t rows;
	bool described, ok;

	if (!prep || !prepared_revalidate(s, prep))
		return false;
	portal_init(&p, plan_ref(prep->plan));
	ok = execute_bind(s, stmt, u->source, prep, &p) && portal_compute(s, &p);
	p.formats = u->formats;
	described = !u->describe || !sends_rows(p.plan);
	ok = ok && portal_run(s, &p, 0, sends_rows(p.plan) ? describe_and_send : NULL, &described,
			      &rows);
	if (ok && !described)
		row_describe(s, p.plan->cols, p.plan->ncols, u->formats);
	if (ok)
		u->tag = portal_tag(&s->msg, &p, rows);
	p.formats = NULL;
	portal_release(s, &p);
	return ok;
}
