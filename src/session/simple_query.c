/*
 * Query: any number of statements, in one implicit transaction unless they say otherwise.
 *
 * s->query lives in the message arena, which stays while a COPY FROM STDIN is in the middle of it.
 */
#include <stdlib.h>

#include "base/log.h"
#include "pg_query.pb-c.h"
#include "session/compile.h"
#include "session/literals.h"
#include "session/portal.h"
#include "session/prepared.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

struct simple_query {
	char *text;
	struct parse_tree tree;
	int next;
};

/* The whole text is logged once, when any statement of it is to be. tree NULL: plan is all there
 * is. */
static void
log_text(struct session *s, const char *text, const struct parse_tree *tree,
	 const struct plan *plan)
{
	bool log = s->log_statement == 'a';

	if (s->log_statement == 'n')
		return;
	for (int i = 0; tree && !log && i < tree->n; i++)
		log = utility_logged(s->log_statement, utility_log_level(&tree->stmts[i]));
	if (!tree && plan->kind == PLAN_QUERY && plan->cmd != CMD_SELECT)
		log |= utility_logged(s->log_statement, 'm');
	if (log)
		log_line(LOG_LOG, s->pid, "statement: %s", text);
}

/* The end of the Query, well or not. */
static void
finish(struct session *s, const char *text)
{
	session_log_duration(s, NULL, text);
	s->query = NULL;
	s->implicit_many = false;
	s->ext_implicit = false;
	session_command_end(s);
	if (s->closing)
		return;
	s->state = READY;
	report_ready(s);
}

static void
fail(struct session *s)
{
	const char *text = s->query_text;

	session_failed(s);
	finish(s, text ? text : "");
}

/* A write has been done when its first row is there: an error comes before the description. */
static bool
describe_and_send(struct session *s, struct portal *p, void *arg)
{
	bool *described = arg;

	if (!*described)
		row_describe(s, p->plan->cols, p->plan->ncols, NULL);
	*described = true;
	return row_send(s, p, NULL);
}

static bool
run_plan(struct session *s, struct plan *plan, const struct literals *l, const char **tag)
{
	struct portal p;
	bool sends_rows = plan->ncols || plan->cmd == CMD_SELECT;
	bool described = plan->cmd == CMD_SELECT && !plan->nsteps;
	int64_t rows;
	bool ok;

	portal_init(&p, plan);
	if (l) {
		p.params = (struct datum *)(uintptr_t)l->values;
		p.nparams = l->n;
	}
	if (!portal_compute(s, &p)) {
		portal_release(s, &p);
		return false;
	}
	if (sends_rows && described)
		row_describe(s, plan->cols, plan->ncols, NULL);
	ok = portal_run(s, &p, 0, sends_rows ? describe_and_send : NULL, &described, &rows);
	if (ok && sends_rows && !described)
		row_describe(s, plan->cols, plan->ncols, NULL);
	if (ok)
		*tag = portal_tag(&s->msg, &p, rows);
	portal_release(s, &p);
	return ok;
}

static bool
run_utility(struct session *s, struct plan *plan, const char *text, const struct raw_stmt *stmt,
	    struct utility *u)
{
	bool ok;

	*u = (struct utility){.source = text, .describe = true};
	u->stmt = stmt ? *stmt
		       : (struct raw_stmt){
				 .node = plan->node, .location = 0, .len = (int)strlen(text)};
	if (plan->node->node_case ==
	    PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT) /* compiled from SELECT INTO, it may be */
		u->stmt.node = plan->node;
	ok = utility_run(s, u);
	plan_unref(plan);
	return ok;
}

/* Runs one compiled statement and completes it; the last one commits first, as PostgreSQL does.
 * Takes over plan. 1: done; 0: a COPY goes on; -1: an error. */
static int
run(struct session *s, struct plan *plan, const char *text, const struct raw_stmt *stmt,
    const struct literals *l, bool last)
{
	struct utility u = {0};
	const char *tag = NULL;

	xact_statement_start(s);
	if (plan->kind == PLAN_QUERY) {
		if (!run_plan(s, plan, l, &tag))
			return -1;
	} else {
		if (!run_utility(s, plan, text, stmt, &u))
			return -1;
		if (u.copy_started)
			return 0;
		tag = u.tag;
	}
	if (last && !xact_finish_implicit(s))
		return -1;
	report_command(s, tag);
	return 1;
}

static void
go_on(struct session *s)
{
	struct simple_query *q = s->query;

	while (q->next < q->tree.n) {
		const struct raw_stmt *stmt = &q->tree.stmts[q->next++];
		bool last = q->next == q->tree.n;
		struct plan *plan;
		int r;

		if (s->cancel.reason && !cancel_error(s->cancel.reason, &s->err)) {
			fail(s);
			return;
		}
		plan = compile_statement(s, q->text, stmt, NULL, 0, false);
		if (plan && q->tree.n == 1)
			compile_remember(s, q->text, NULL, 0, false, plan);
		r = plan ? run(s, plan, q->text, stmt, NULL, last) : -1;
		if (r == 0)
			return;
		if (r < 0) {
			fail(s);
			return;
		}
	}
	finish(s, q->text);
}

/* The shared plan of all texts that differ from this one in integers only, or NULL: it has none. */
static struct plan *
lifted_plan(struct session *s, const struct literals *l)
{
	oid_t types[LITERALS_MAX];
	struct parse_tree tree;
	struct plan *plan;

	for (int i = 0; i < l->n; i++)
		types[i] = T_INT4;
	plan = compile_cached(s, l->text, types, l->n, false);
	if (plan || err_is_set(&s->err))
		return plan;
	if (parse_sql(&s->msg, l->text, &tree, &s->err) && tree.n == 1)
		plan = compile_statement(s, l->text, &tree.stmts[0], types, l->n, false);
	if (plan && (plan->kind != PLAN_QUERY || plan->nparams != l->n)) {
		plan_unref(plan);
		plan = NULL;
	}
	if (plan)
		compile_remember(s, l->text, types, l->n, false, plan);
	else
		err_clear(&s->err); /* the text as it was written says what is wrong, if anything is
				     */
	return plan;
}

static bool
run_cached(struct session *s, const char *text)
{
	struct literals l;
	bool lifted = s->block != BLOCK_FAILED && literals_lift(&s->msg, text, &l);
	struct plan *plan = lifted ? lifted_plan(s, &l) : NULL;
	int r;

	if (!plan) {
		lifted = false;
		plan = err_is_set(&s->err) ? NULL : compile_cached(s, text, NULL, 0, false);
	}
	if (!plan)
		return false;
	log_text(s, text, NULL, plan);
	r = run(s, plan, text, NULL, lifted ? &l : NULL, true);
	if (r > 0)
		finish(s, text);
	else
		fail(s);
	return true;
}

static void
parse_and_run(struct session *s, char *text)
{
	struct simple_query *q = ARENA_NEW(&s->msg, struct simple_query);

	q->text = text;
	if (!parse_sql(&s->msg, text, &q->tree, &s->err)) {
		fail(s);
		return;
	}
	log_text(s, text, &q->tree, NULL);
	if (q->tree.n == 0) {
		pgw_put_empty_query(&s->out);
		if (xact_finish_implicit(s))
			finish(s, text);
		else
			fail(s);
		return;
	}
	s->query = q;
	s->implicit_many = q->tree.n > 1;
	go_on(s);
}

void
on_query(struct session *s, const struct pgw_frame *f)
{
	struct pgw_query m;
	struct pgw_error e;
	char *text;

	s->state = READY;
	session_command_begin(s, NULL);
	if (!pgw_decode_query(f, &m, &e)) {
		err_from_pgw(s, &e);
		fail(s);
		return;
	}
	text = session_text_in(s, &s->msg, m.sql.p, m.sql.n, NULL);
	if (!text) {
		fail(s);
		return;
	}
	s->query_text = text;
	session_activity(s, text);
	if (s->unnamed_portal)
		portal_close(s, s->unnamed_portal);
	if (s->unnamed_statement)
		prepared_close(s, s->unnamed_statement);
	if (!run_cached(s, text)) {
		if (err_is_set(&s->err))
			fail(s);
		else
			parse_and_run(s, text);
	}
}

/* The COPY has completed: its tag is sent by copy_in.c through report_command. */
void
simple_query_continue(struct session *s)
{
	struct simple_query *q = s->query;

	s->state = READY;
	if (q->next == q->tree.n && !xact_finish_implicit(s)) {
		fail(s);
		return;
	}
	report_command(s, s->copy_tag);
	go_on(s);
}

void
simple_query_fail(struct session *s)
{
	fail(s);
}

void
simple_query_abandon(struct session *s)
{
	s->query = NULL;
	s->implicit_many = false;
}
