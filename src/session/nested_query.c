/*
 * Running queries inside a running statement.
 *
 * SQLite lets a function run other statements on its own connection, as long as the one that it was
 * called from is left alone. So nothing here may begin a transaction, take another connection for
 * it or read its cursors to their ends: txn_statement is not called, except through a portal that
 * runs already.
 */
#include "session/nested_query.h"

#include <pg_query.pb-c.h>

#include "session/compile.h"
#include "session/portal.h"
#include "session/session.h"
#include "session/utility.h"
#include "types/utf8.h"

enum { MAX_NESTED = 50 };

struct nested {
	struct session *s;
	const char *sql;
	bool as_cursor;
	const struct query_sink *sink;
	bool sink_failed; /* the error is the caller's, not the query's */
	struct arena arena;
};

/* ---- errors ---- */

/* What the analysis of the query found points into its own text; everything else says that it came
 * from there. */
static void
explain_error(struct err *e, const char *sql)
{
	const char *context;

	if (e->location >= 0 || e->position > 0) {
		e->internal_position = e->position > 0
					       ? e->position
					       : (int)utf8_count(sql, (size_t)e->location) + 1;
		e->internal_query = arena_strdup(&e->arena, sql);
		e->location = -1;
		e->position = 0;
		return;
	}
	context = arena_printf(&e->arena, "SQL statement \"%s\"", sql);
	e->context = e->context ? arena_printf(&e->arena, "%s\n%s", e->context, context) : context;
}

static const char *
copied(struct err *to, const char *s)
{
	return s ? arena_strdup(&to->arena, s) : NULL;
}

/* The session's own err has it; the caller may have another. */
static void
hand_over(struct err *from, struct err *to)
{
	if (from == to || !err_is_set(from))
		return;
	err_set(to, from->sqlstate, from->location, "%s", from->message);
	to->severity = from->severity;
	to->detail = copied(to, from->detail);
	to->hint = copied(to, from->hint);
	to->context = copied(to, from->context);
	to->internal_query = copied(to, from->internal_query);
	to->internal_position = from->internal_position;
	to->datatype = copied(to, from->datatype);
	err_object(to, from->schema, from->table, from->column, from->constraint);
	err_clear(from);
}

/* ---- which queries ---- */

static bool
not_allowed(struct nested *n, const char *what)
{
	err_set(&n->s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		"%s is not allowed in a non-volatile function", what);
	explain_error(&n->s->err, n->sql);
	return false;
}

static bool
no_rows(struct nested *n, const char *command)
{
	if (n->as_cursor)
		return err_set(&n->s->err, ERR_INVALID_CURSOR_DEFINITION, -1,
			       "cannot open %s query as cursor", command);
	return err_set(&n->s->err, ERR_DATA_EXCEPTION, -1, "invalid query");
}

static bool
check_utility(struct nested *n, const struct raw_stmt *stmt)
{
	switch (stmt->node->node_case) {
	case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
	case PG_QUERY__NODE__NODE_COPY_STMT:
		return no_rows(n, utility_name(stmt));
	default:
		return not_allowed(n, utility_name(stmt));
	}
}

static bool
check_plan(struct nested *n, const struct plan *p, const struct raw_stmt *stmt)
{
	if (p->kind != PLAN_QUERY)
		return check_utility(n, stmt);
	if (n->as_cursor && !p->ncols && p->cmd != CMD_SELECT)
		return no_rows(n, p->tag);
	if (p->cmd != CMD_SELECT || p->nsteps)
		return not_allowed(n, p->tag);
	return !p->locking || not_allowed(n, p->locking);
}

/* ---- rows ---- */

static bool
give_columns(const struct plan *p, const struct query_sink *sink)
{
	struct arena a = ARENA_INIT;
	struct query_column *cols = ARENA_ARRAY(&a, struct query_column, p->ncols + 1);
	bool ok;

	for (int i = 0; i < p->ncols; i++)
		cols[i] = (struct query_column){p->cols[i].name ? p->cols[i].name : "?column?",
						p->cols[i].type, p->cols[i].typmod};
	ok = sink->columns(sink->arg, cols, p->ncols);
	arena_release(&a);
	return ok;
}

static bool
give_rows(struct nested *n, const struct plan *p, struct cursor *cur)
{
	struct datum *values = ARENA_ARRAY(&n->arena, struct datum, p->ncols + 1);
	enum cursor_result r;

	while ((r = cursor_step(cur)) == CURSOR_ROW) {
		for (int i = 0; i < p->ncols; i++)
			cursor_column(cur, i, &values[i]);
		if (!n->sink->row(n->sink->arg, values)) {
			n->sink_failed = true;
			return false;
		}
	}
	return r == CURSOR_DONE;
}

static bool
run_on(struct nested *n, const struct plan *p, struct conn *c)
{
	struct session *s = n->s;
	struct datum *params = ARENA_ARRAY(&n->arena, struct datum, p->computed.n + 1);
	struct cursor_spec spec = {.key = p->id,
				   .sql = p->sqlite,
				   .params = params,
				   .nparams = p->computed.n,
				   .snapshot = p->snapshot};
	struct cursor *cur;
	bool ok;

	if (p->computed.n && !plan_compute(p, &s->fenv, &n->arena, params, params, &s->err))
		return false;
	cur = cursor_open(c, &spec);
	ok = cur && give_rows(n, p, cur);
	cursor_close(cur);
	return ok;
}

static bool
run_plan(struct nested *n, const struct plan *p)
{
	struct session *s = n->s;
	struct conn *c = txn_conn(s->txn), *own = NULL;
	bool ok;

	session_use_snapshot(s, p->snapshot);
	if (n->sink->columns && !give_columns(p, n->sink))
		return false;
	if (!n->sink->row)
		return true;
	if (!c)
		c = own = conn_borrow(s->db, &s->fenv, &s->err);
	ok = c && run_on(n, p, c);
	if (own)
		conn_return(own, false);
	if (!ok && !n->sink_failed && err_is_set(&s->err) && !s->err.internal_query)
		explain_error(&s->err, n->sql);
	return ok;
}

/* ---- statements ---- */

/* last: its rows are what the caller gets. */
static bool
run_statement(struct nested *n, const struct raw_stmt *stmt, bool last)
{
	struct session *s = n->s;
	struct plan *p = compile_statement(s, n->sql, stmt, NULL, 0, false);
	const struct query_sink *sink = n->sink, nowhere = {0};
	bool ok;

	if (!p) {
		explain_error(&s->err, n->sql);
		return false;
	}
	if (!last)
		n->sink = &nowhere;
	ok = check_plan(n, p, stmt) && run_plan(n, p);
	n->sink = sink;
	plan_unref(p);
	return ok;
}

static bool
run_text(struct nested *n)
{
	struct session *s = n->s;
	struct parse_tree tree;

	if (!parse_sql(&n->arena, n->sql, &tree, &s->err)) {
		explain_error(&s->err, n->sql);
		return false;
	}
	if (n->as_cursor && tree.n != 1)
		return err_set(&s->err, ERR_INVALID_CURSOR_DEFINITION, -1,
			       "cannot open multi-query plan as cursor");
	if (!tree.n)
		return err_set(&s->err, ERR_DATA_EXCEPTION, -1, "invalid query");
	for (int i = 0; i < tree.n; i++)
		if (!run_statement(n, &tree.stmts[i], i == tree.n - 1))
			return false;
	return true;
}

static bool
enter(struct session *s)
{
	if (s->nested_queries >= MAX_NESTED)
		return err_set(&s->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	s->nested_queries++;
	return true;
}

bool
nested_run_query(void *arg, const char *sql, bool as_cursor, const struct query_sink *sink,
		 struct err *err)
{
	struct session *s = arg;
	struct nested n = {s, sql, as_cursor, sink, false, ARENA_INIT};
	const struct snapshot *snapshot = s->fenv.snapshot;
	struct err *was = s->fenv.err;
	bool ok;

	s->fenv.err = &s->err;
	ok = enter(s);
	if (ok) {
		ok = run_text(&n);
		s->nested_queries--;
	}
	if (snapshot)
		session_use_snapshot(s, snapshot);
	s->fenv.err = was;
	hand_over(&s->err, err);
	arena_release(&n.arena);
	return ok;
}

/* ---- cursors ---- */

struct fetching {
	const struct query_sink *sink;
	struct datum *values;
};

static bool
fetched(struct session *s, struct portal *p, void *arg)
{
	struct fetching *f = arg;

	(void)s;
	for (int i = 0; i < p->plan->ncols; i++)
		portal_column(p, i, &f->values[i]);
	return f->sink->row(f->sink->arg, f->values);
}

/* As portal_run would begin it, but on the connection as it is. */
static bool
begin_portal(struct session *s, struct portal *p)
{
	struct conn *c = txn_conn(s->txn);
	struct cursor_spec spec = {.key = p->plan->id,
				   .sql = p->plan->sqlite,
				   .nparams = p->plan->nparams + p->plan->computed.n,
				   .snapshot = p->plan->snapshot};

	if (p->status != PORTAL_NEW || !c)
		return true;
	if (!portal_compute(s, p))
		return false;
	spec.params = p->params;
	p->cursor = cursor_open(c, &spec);
	if (!p->cursor)
		return false;
	s->open_cursors++;
	p->status = PORTAL_RUNNING;
	return true;
}

static bool
fetch_rows(struct session *s, struct portal *p, int64_t count, const struct query_sink *sink)
{
	struct arena a = ARENA_INIT;
	struct fetching f = {sink, ARENA_ARRAY(&a, struct datum, p->plan->ncols + 1)};
	int64_t rows;
	bool ok;

	if (count < 0)
		ok = err_set(&s->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			     "cursor can only scan forward") ||
		     err_hint(&s->err, "Declare it with SCROLL option to enable backward scan.");
	else if (count == 0 && p->position && p->status == PORTAL_RUNNING)
		ok = err_unsupported(&s->err, -1, "fetching the current row of a cursor again");
	else
		ok = count == 0 ||
		     (begin_portal(s, p) && portal_run(s, p, count, fetched, &f, &rows));
	arena_release(&a);
	return ok;
}

static bool
fetch(struct session *s, const char *name, int64_t count, const struct query_sink *sink)
{
	struct portal *p = *name ? portal_find(s, name) : NULL;

	if (!p || !p->plan)
		return err_set(&s->err, ERR_UNDEFINED_CURSOR, -1, "cursor \"%s\" does not exist",
			       name);
	if (!p->plan->ncols && p->plan->cmd != CMD_SELECT)
		return err_set(&s->err, ERR_INVALID_CURSOR_STATE, -1,
			       "portal \"%s\" does not return tuples", name);
	if (sink->columns && !give_columns(p->plan, sink))
		return false;
	return !sink->row || fetch_rows(s, p, count, sink);
}

bool
nested_fetch_cursor(void *arg, const char *name, int64_t count, const struct query_sink *sink,
		    struct err *err)
{
	struct session *s = arg;
	const struct snapshot *snapshot = s->fenv.snapshot;
	struct err *was = s->fenv.err;
	bool ok;

	s->fenv.err = &s->err;
	ok = enter(s);
	if (ok) {
		ok = fetch(s, name, count, sink);
		s->nested_queries--;
	}
	if (snapshot)
		session_use_snapshot(s, snapshot);
	s->fenv.err = was;
	hand_over(&s->err, err);
	return ok;
}
