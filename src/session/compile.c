#include "session/compile.h"

#include <pg_query.pb-c.h>

#include "session/databases.h"
#include "session/plan_cache.h"
#include "session/session.h"
#include "session/xact.h"

static void
notice(void *arg, const char *severity, const char *sqlstate, const char *message, int location)
{
	report_notice_at(arg, severity, sqlstate, message, location);
}

bool
compile_env_init(struct session *s, struct compile_env *env)
{
	const struct snapshot *snap = session_snapshot(s);

	*env = (struct compile_env){.snapshot = snap,
				    .search_path = s->fenv.search_path,
				    .fenv = &s->fenv,
				    .err = &s->err,
				    .notice = notice,
				    .notice_arg = s};
	return snap != NULL;
}

bool
compile_allowed(struct session *s, const struct PgQuery__Node *node)
{
	if (s->block != BLOCK_FAILED || (node && xact_exits_failed(node)))
		return true;
	return err_set(
		&s->err, ERR_IN_FAILED_SQL_TRANSACTION, -1,
		"current transaction is aborted, commands ignored until end of transaction block");
}

struct plan *
compile_statement(struct session *s, const char *text, const struct raw_stmt *stmt,
		  const oid_t *types, int ntypes, bool variadic)
{
	struct compile_env env;

	if (!compile_allowed(s, stmt->node) || !compile_env_init(s, &env))
		return NULL;
	return plan_compile(&env, text, stmt, types, ntypes, variadic);
}

struct plan *
compile_cached(struct session *s, const char *text, const oid_t *types, int ntypes, bool variadic)
{
	const struct snapshot *snap = s->block == BLOCK_FAILED ? NULL : session_snapshot(s);

	if (!snap)
		return NULL;
	return plan_cache_get(s->database->plans,
			      plan_key_make(s, &s->msg, snap, text, types, ntypes, variadic));
}

/* Plans of queries, and of the short commands that every transaction has. */
static bool
worth_keeping(const struct plan *p)
{
	/* A literal like 'now' means this moment. */
	return (p->kind == PLAN_QUERY && !p->session_literals) ||
	       (p->kind == PLAN_UTILITY &&
		p->node->node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT);
}

void
compile_remember(struct session *s, const char *text, const oid_t *types, int ntypes, bool variadic,
		 struct plan *p)
{
	if (!worth_keeping(p) || !s->snapshot ||
	    (s->txn && txn_has_written(s->txn) && s->snapshot->version != p->snapshot->version))
		return;
	plan_cache_put(s->database->plans,
		       plan_key_make(s, &s->msg, p->snapshot ? p->snapshot : s->snapshot, text,
				     types, ntypes, variadic),
		       p);
}

bool
compile_text(struct session *s, const char *text, const oid_t *types, int ntypes,
	     struct plan **plan)
{
	struct parse_tree tree;

	*plan = compile_cached(s, text, types, ntypes, true);
	if (*plan)
		return true;
	if (err_is_set(&s->err) || !parse_sql(&s->msg, text, &tree, &s->err))
		return false;
	if (tree.n == 0)
		return true;
	if (tree.n > 1)
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1,
			       "cannot insert multiple commands into a prepared statement");
	*plan = compile_statement(s, text, &tree.stmts[0], types, ntypes, true);
	if (*plan)
		compile_remember(s, text, types, ntypes, true, *plan);
	return *plan != NULL;
}
