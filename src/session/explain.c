/*
 * EXPLAIN: SQLite's query plan as a tree; VERBOSE adds the SQLite statement, ANALYZE runs it.
 *
 *     QUERY PLAN
 *     Select
 *       ->  SEARCH t1 USING INTEGER PRIMARY KEY (rowid=?)
 */
#include <pg_query.pb-c.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "session/compile.h"
#include "session/portal.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

struct options {
	bool analyze, verbose, costs, timing, summary, summary_set, timing_set, buffers, wal,
		settings, json;
};

struct node { /* one line of EXPLAIN QUERY PLAN */
	int64_t id, parent;
	const char *detail;
};

struct explain {
	struct session *s;
	struct arena *a;
	struct vec nodes; /* struct node */
	struct buf out;
};

/* ---- options ---- */

bool setting_bool(const char *value, bool *out);

static const char *
option_text(const PgQuery__DefElem *d)
{
	if (!d->arg)
		return "true";
	switch (d->arg->node_case) {
	case PG_QUERY__NODE__NODE_STRING:
		return d->arg->string->sval;
	case PG_QUERY__NODE__NODE_INTEGER:
		return d->arg->integer->ival ? "true" : "false";
	case PG_QUERY__NODE__NODE_BOOLEAN:
		return d->arg->boolean->boolval ? "true" : "false";
	default:
		return "";
	}
}

static bool
one_option(struct session *s, const PgQuery__DefElem *d, struct options *o)
{
	const char *v = option_text(d);
	struct {
		const char *name;
		bool *flag;
	} flags[] = {{"analyze", &o->analyze}, {"verbose", &o->verbose},  {"costs", &o->costs},
		     {"timing", &o->timing},   {"summary", &o->summary},  {"buffers", &o->buffers},
		     {"wal", &o->wal},         {"settings", &o->settings}};

	if (strcmp(d->defname, "format") == 0) {
		o->json = strcasecmp(v, "json") == 0;
		if (o->json || strcasecmp(v, "text") == 0)
			return true;
		if (strcasecmp(v, "xml") == 0 || strcasecmp(v, "yaml") == 0)
			return err_unsupported(&s->err, d->location, "EXPLAIN (FORMAT %s)", v);
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, d->location,
			       "unrecognized value for EXPLAIN option \"%s\": \"%s\"", d->defname,
			       v);
	}
	for (size_t i = 0; i < COUNTOF(flags); i++) {
		if (strcmp(flags[i].name, d->defname) != 0)
			continue;
		o->timing_set |= flags[i].flag == &o->timing;
		o->summary_set |= flags[i].flag == &o->summary;
		return setting_bool(v, flags[i].flag) ||
		       err_set(&s->err, ERR_SYNTAX_ERROR, -1, "%s requires a Boolean value",
			       d->defname);
	}
	return err_set(&s->err, ERR_SYNTAX_ERROR, d->location, "unrecognized EXPLAIN option \"%s\"",
		       d->defname);
}

static bool
read_options(struct session *s, const PgQuery__ExplainStmt *e, struct options *o)
{
	*o = (struct options){.costs = true};
	for (size_t i = 0; i < e->n_options; i++)
		if (!one_option(s, e->options[i]->def_elem, o))
			return false;
	if (o->buffers || o->wal || o->settings)
		return err_unsupported(&s->err, -1, "EXPLAIN option %s",
				       o->buffers ? "BUFFERS"
				       : o->wal   ? "WAL"
						  : "SETTINGS");
	if (o->timing_set && o->timing && !o->analyze)
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "EXPLAIN option TIMING requires ANALYZE");
	if (!o->timing_set)
		o->timing = o->analyze;
	if (!o->summary_set)
		o->summary = o->analyze;
	return true;
}

static bool
wants_json(const PgQuery__ExplainStmt *e)
{
	for (size_t i = 0; i < e->n_options; i++) {
		const PgQuery__DefElem *d = e->options[i]->def_elem;
		if (strcmp(d->defname, "format") == 0 && strcasecmp(option_text(d), "json") == 0)
			return true;
	}
	return false;
}

const struct plan_column *
explain_columns(struct arena *a, const void *stmt)
{
	struct plan_column *c = ARENA_NEW(a, struct plan_column);

	*c = (struct plan_column){.name = "QUERY PLAN",
				  .type = type_builtin(wants_json(stmt) ? T_JSON : T_TEXT),
				  .typmod = -1};
	return c;
}

/* ---- the tree ---- */

static bool
take_node(void *arg, const struct datum *cols, int n)
{
	struct explain *x = arg;
	struct node *node = ARENA_NEW(x->a, struct node);

	if (n < 4)
		return true;
	*node = (struct node){cols[0].i, cols[1].i, arena_strndup(x->a, cols[3].p, cols[3].n)};
	vec_push(x->a, &x->nodes, node);
	return true;
}

static bool
read_plan(struct explain *x, const struct plan *plan, const struct portal *p)
{
	struct session *s = x->s;
	struct conn *c = txn_statement(s->txn, false, s->lock_timeout);
	bool ok;

	if (!c)
		return false;
	ok = conn_query(c, arena_printf(x->a, "EXPLAIN QUERY PLAN %s", plan->sqlite), p->params,
			p->params ? plan->nparams : 0, take_node, x);
	if (s->open_cursors == 0)
		txn_statement_end(s->txn);
	return ok;
}

static int
depth_of(const struct explain *x, const struct node *n)
{
	int depth = 1;
	int64_t parent = n->parent;

	for (int i = x->nodes.n - 1; i >= 0 && parent; i--) {
		const struct node *up = x->nodes.v[i];
		if (up->id == parent && depth < 40) {
			parent = up->parent;
			depth++;
		}
	}
	return depth;
}

static const char *
root_name(const struct plan *plan)
{
	switch (plan->cmd) {
	case CMD_INSERT:
		return "Insert";
	case CMD_UPDATE:
		return "Update";
	case CMD_DELETE:
		return "Delete";
	case CMD_MERGE:
		return "Merge";
	default:
		return "Select";
	}
}

struct figures {
	int64_t rows;
	double run_ms, plan_ms;
};

static void
put_text(struct explain *x, const struct plan *plan, const struct options *o,
	 const struct figures *f)
{
	struct buf *b = &x->out;

	buf_puts(b, root_name(plan));
	if (plan->target && plan->cmd != CMD_SELECT)
		buf_printf(b, " on %s", plan->target->name);
	if (o->analyze && o->timing)
		buf_printf(b, " (actual time=%.3f rows=%lld loops=1)", f->run_ms,
			   (long long)f->rows);
	else if (o->analyze)
		buf_printf(b, " (actual rows=%lld loops=1)", (long long)f->rows);
	buf_putc(b, '\n');
	for (int i = 0; i < x->nodes.n; i++) {
		const struct node *n = x->nodes.v[i];
		buf_pad(b, ' ', (size_t)depth_of(x, n) * 2);
		buf_printf(b, "->  %s\n", n->detail);
	}
	for (int i = 0; o->verbose && i < plan->nsteps; i++)
		buf_printf(b, "SQLite: %s\n", plan->steps[i].sqlite);
	if (o->verbose && !plan->nsteps)
		buf_printf(b, "SQLite: %s\n", plan->sqlite);
	if (o->summary)
		buf_printf(b, "Planning Time: %.3f ms\n", f->plan_ms);
	if (o->summary && o->analyze)
		buf_printf(b, "Execution Time: %.3f ms\n", f->run_ms);
}

static void
json_string(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_printf(b, "\\%c", *s);
		else if ((unsigned char)*s < 32)
			buf_printf(b, "\\u%04x", *s);
		else
			buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

static void
put_json(struct explain *x, const struct plan *plan, const struct options *o,
	 const struct figures *f)
{
	struct buf *b = &x->out;

	buf_printf(b, "[\n  {\n    \"Plan\": {\n      \"Node Type\": \"%s\"", root_name(plan));
	if (plan->target && plan->cmd != CMD_SELECT) {
		buf_puts(b, ",\n      \"Relation Name\": ");
		json_string(b, plan->target->name);
	}
	if (o->analyze)
		buf_printf(b, ",\n      \"Actual Rows\": %lld,\n      \"Actual Loops\": 1",
			   (long long)f->rows);
	if (o->analyze && o->timing)
		buf_printf(b, ",\n      \"Actual Total Time\": %.3f", f->run_ms);
	if (o->verbose) {
		buf_puts(b, ",\n      \"SQLite\": ");
		json_string(b, plan->sqlite);
	}
	buf_puts(b, ",\n      \"Plans\": [");
	for (int i = 0; i < x->nodes.n; i++) {
		const struct node *n = x->nodes.v[i];
		buf_printf(b, "%s\n        {\"Depth\": %d, \"Node Type\": ", i ? "," : "",
			   depth_of(x, n));
		json_string(b, n->detail);
		buf_putc(b, '}');
	}
	buf_puts(b, x->nodes.n ? "\n      ]\n    }" : "]\n    }");
	if (o->summary)
		buf_printf(b, ",\n    \"Planning Time\": %.3f", f->plan_ms);
	if (o->summary && o->analyze)
		buf_printf(b, ",\n    \"Execution Time\": %.3f", f->run_ms);
	buf_puts(b, "\n  }\n]");
}

/* ---- the command ---- */

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
send(struct explain *x, const struct options *o)
{
	char *text = buf_str(&x->out), *save = NULL;

	if (o->json) {
		const char *whole = text;
		row_send_texts(x->s, &whole, 1);
		return;
	}
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *one = line;
		row_send_texts(x->s, &one, 1);
	}
}

static bool
explain_plan(struct session *s, struct plan *plan, struct portal *p, const struct options *o,
	     double plan_ms, struct utility *u)
{
	struct explain x = {.s = s, .a = &s->msg};
	struct figures f = {.plan_ms = plan_ms};
	double start;
	bool ok = read_plan(&x, plan, p);

	if (ok && o->analyze) {
		start = now_ms();
		ok = portal_run(s, p, 0, NULL, NULL, &f.rows);
		f.run_ms = now_ms() - start;
	}
	if (ok) {
		if (o->json)
			put_json(&x, plan, o, &f);
		else
			put_text(&x, plan, o, &f);
		if (u->describe)
			row_describe(s, explain_columns(&s->msg, u->stmt.node->explain_stmt), 1,
				     u->formats);
		send(&x, o);
	}
	buf_release(&x.out);
	return ok;
}

bool
explain_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__ExplainStmt *e = stmt;
	struct raw_stmt inner = u->stmt;
	struct options o;
	struct plan *plan;
	struct portal p;
	double start = now_ms();
	bool ok;

	u->tag = "EXPLAIN";
	if (!read_options(s, e, &o))
		return false;
	inner.node = e->query;
	plan = compile_statement(s, u->source, &inner, NULL, 0, u->nparams > 0);
	if (!plan)
		return false;
	if (plan->kind != PLAN_QUERY) {
		plan_unref(plan);
		return err_unsupported(&s->err, -1, "EXPLAIN of this command");
	}
	portal_init(&p, plan);
	p.params = u->params;
	p.nparams = u->nparams;
	ok = explain_plan(s, plan, &p, &o, now_ms() - start, u);
	portal_release(s, &p);
	return ok;
}
