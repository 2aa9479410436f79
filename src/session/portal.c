#include "session/portal.h"

#include <stdlib.h>

#include "session/session.h"
#include "session/xact.h"

void
portal_init(struct portal *p, struct plan *plan)
{
	*p = (struct portal){.plan = plan};
}

static void
close_cursor(struct session *s, struct portal *p)
{
	if (!p->cursor)
		return;
	cursor_close(p->cursor);
	p->cursor = NULL;
	if (--s->open_cursors == 0)
		txn_statement_end(s->txn);
}

void
portal_release(struct session *s, struct portal *p)
{
	close_cursor(s, p);
	if (p->plan)
		plan_unref(p->plan);
	arena_release(&p->arena);
}

/* ---- the table ---- */

struct portal *
portal_find(struct session *s, const char *name)
{
	return *name ? map_gets(&s->portals, name) : s->unnamed_portal;
}

void
portal_close(struct session *s, struct portal *p)
{
	if (p == s->unnamed_portal)
		s->unnamed_portal = NULL;
	else
		map_del(&s->portals, p->name, strlen(p->name));
	portal_release(s, p);
	free(p->name);
	free(p);
}

struct portal *
portal_create(struct session *s, const char *name)
{
	struct portal *p = portal_find(s, name);

	if (p && *name) {
		err_set(&s->err, ERR_DUPLICATE_CURSOR, -1, "cursor \"%s\" already exists", name);
		return NULL;
	}
	if (p)
		portal_close(s, p);
	p = xcalloc(1, sizeof(*p));
	p->name = xstrdup(name);
	p->level = s->savepoints ? s->savepoints->level : 0;
	p->created = s->statement_start;
	if (*name)
		map_puts(&s->portals, p->name, p);
	else
		s->unnamed_portal = p;
	return p;
}

/* ---- running ---- */

static const char *
command_name(enum query_cmd cmd)
{
	switch (cmd) {
	case CMD_INSERT:
		return "INSERT";
	case CMD_UPDATE:
		return "UPDATE";
	case CMD_DELETE:
		return "DELETE";
	case CMD_MERGE:
		return "MERGE";
	default:
		return "SELECT";
	}
}

static bool
refuse_write(struct session *s, const struct plan *plan)
{
	return err_set(&s->err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
		       "cannot execute %s in a read-only transaction", command_name(plan->cmd));
}

bool
portal_compute(struct session *s, struct portal *p)
{
	const struct plan *plan = p->plan;
	struct datum *all;

	if (p->computed || plan->kind != PLAN_QUERY || !plan->computed.n)
		return true;
	all = arena_alloc(&p->arena, sizeof(*all) * (size_t)(plan->nparams + plan->computed.n));
	if (plan->nparams)
		memcpy(all, p->params, sizeof(*all) * (size_t)plan->nparams);
	session_use_snapshot(s, plan->snapshot);
	p->params = all;
	p->computed = plan_compute(plan, &s->fenv, &p->arena, all, all + plan->nparams, &s->err);
	return p->computed;
}

static bool
start(struct session *s, struct portal *p)
{
	const struct plan *plan = p->plan;
	bool writes = plan->writes, read_only = s->fenv.read_only;
	struct conn *c;

	if (read_only && plan->cmd != CMD_SELECT &&
	    !(plan->target && plan->target->persistence == 't'))
		return refuse_write(s, plan);
	if (read_only && plan->cmd == CMD_SELECT)
		writes = false; /* nextval and kin refuse by themselves */
	if (!portal_compute(s, p))
		return false;
	c = txn_statement(s->txn, writes, s->lock_timeout);
	if (!c)
		return false;
	session_use_snapshot(s, plan->snapshot);
	struct cursor_spec spec = {
		.key = plan->id,
		.sql = plan->sqlite,
		.params = p->params,
		.nparams = plan->nparams + plan->computed.n,
		.writes = writes,
		.target = plan->target,
		.snapshot = plan->snapshot,
	};
	p->cursor = cursor_open(c, &spec);
	if (!p->cursor) {
		if (s->open_cursors == 0)
			txn_statement_end(s->txn);
		return false;
	}
	s->open_cursors++;
	p->status = PORTAL_RUNNING;
	return true;
}

/* Moves to the next row. 1: there is one; 0: the end; -1: an error. */
static int
step(struct session *s, struct portal *p)
{
	if (p->held) {
		if (p->held->pos >= p->held->n)
			return 0;
		p->held->pos++;
		return 1;
	}
	switch (cursor_step(p->cursor)) {
	case CURSOR_ROW:
		return 1;
	case CURSOR_DONE:
		return 0;
	default:
		return s->cancel.reason && !err_is_set(&s->err)
			       ? (cancel_error(s->cancel.reason, &s->err), -1)
			       : -1;
	}
}

static bool
failed(struct session *s, struct portal *p)
{
	close_cursor(s, p);
	p->status = PORTAL_FAILED;
	return false;
}

static bool
runnable(struct session *s, struct portal *p)
{
	if (p->status == PORTAL_FAILED)
		return err_set(&s->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "portal \"%s\" cannot be run", p->name ? p->name : "");
	if (p->status == PORTAL_DONE && p->plan->ncols == 0)
		return err_set(&s->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "portal \"%s\" cannot be run", p->name ? p->name : "");
	return true;
}

bool
portal_run(struct session *s, struct portal *p, int64_t max, portal_sink *sink, void *arg,
	   int64_t *rows)
{
	int r = 1;

	*rows = 0;
	if (!runnable(s, p))
		return false;
	if (p->status == PORTAL_DONE)
		return true;
	xact_statement_start(s);
	if (p->status == PORTAL_NEW && !start(s, p))
		return failed(s, p);
	session_use_snapshot(s, p->plan->snapshot);
	while ((max == 0 || *rows < max) && (r = step(s, p)) == 1) {
		(*rows)++;
		p->position++;
		if (sink && !sink(s, p, arg))
			return failed(s, p);
	}
	if (r < 0)
		return failed(s, p);
	if (r == 0) {
		if (p->cursor && p->plan->ncols == 0 && p->plan->cmd != CMD_SELECT)
			*rows = cursor_changes(p->cursor);
		close_cursor(s, p);
		p->status = PORTAL_DONE;
	}
	return true;
}

void
portal_column(struct portal *p, int i, struct datum *out)
{
	if (p->held)
		*out = p->held->cells[(p->held->pos - 1) * p->plan->ncols + i];
	else
		cursor_column(p->cursor, i, out);
}

const char *
portal_tag(struct arena *a, const struct portal *p, int64_t rows)
{
	const char *name = command_name(p->plan->cmd);
	char *tag = arena_alloc(a, 40), *end = tag + 39, *q = end;
	size_t n = strlen(name);

	/* By hand: one a statement. "NAME [0 ]rows", the digits from the right. */
	*q = '\0';
	do
		*--q = (char)('0' + rows % 10);
	while (rows /= 10);
	*--q = ' ';
	if (p->plan->cmd == CMD_INSERT) {
		*--q = '0';
		*--q = ' ';
	}
	q -= n;
	memcpy(q, name, n);
	return q;
}

/* ---- the end of transactions ---- */

static bool
keep_row(struct session *s, struct portal *p, void *arg)
{
	struct vec *rows = arg;
	struct datum *cells = ARENA_ARRAY(&p->arena, struct datum, p->plan->ncols + 1);

	(void)s;
	for (int i = 0; i < p->plan->ncols; i++) {
		cursor_column(p->cursor, i, &cells[i]);
		if (cells[i].class == DATUM_TEXT || cells[i].class == DATUM_BLOB)
			cells[i].p = arena_memdup(&p->arena, cells[i].p, cells[i].n);
	}
	vec_push(&p->arena, rows, cells);
	return true;
}

/* Reads what a WITH HOLD cursor has left, into memory. */
static bool
hold(struct session *s, struct portal *p)
{
	struct vec rows = {0};
	struct held *h;
	int64_t n, position = p->position;
	size_t ncols = (size_t)p->plan->ncols;

	if (p->held || p->status == PORTAL_DONE)
		return true;
	if (!portal_run(s, p, 0, keep_row, &rows, &n))
		return false;
	h = ARENA_NEW(&p->arena, struct held);
	h->n = rows.n;
	h->cells = ARENA_ARRAY(&p->arena, struct datum, (size_t)rows.n * ncols + 1);
	for (int i = 0; i < rows.n; i++)
		memcpy(h->cells + (size_t)i * ncols, rows.v[i], sizeof(struct datum) * ncols);
	p->held = h;
	p->position = position;
	p->status = PORTAL_RUNNING;
	p->level = 0;
	return true;
}

void
portals_fail(struct session *s)
{
	struct map_entry *e;
	size_t it = 0;

	while ((e = map_next(&s->portals, &it)) != NULL) {
		struct portal *p = e->value;
		if (!p->held) {
			close_cursor(s, p);
			p->status = PORTAL_FAILED;
		}
	}
	if (s->unnamed_portal) {
		close_cursor(s, s->unnamed_portal);
		s->unnamed_portal->status = PORTAL_FAILED;
	}
}

bool
portals_end_transaction(struct session *s, bool committed)
{
	struct map_entry *e;
	size_t it = 0;
	bool ok = true;

	if (s->unnamed_portal)
		portal_close(s, s->unnamed_portal);
	while ((e = map_next(&s->portals, &it)) != NULL) {
		struct portal *p = e->value;
		if (p->held && p->level == 0)
			continue;
		if (committed && p->hold && p->status != PORTAL_FAILED) {
			ok = ok && hold(s, p);
			continue;
		}
		portal_close(s, p);
	}
	return ok;
}

void
portals_rollback_to(struct session *s, int level)
{
	struct map_entry *e;
	size_t it = 0;

	if (s->unnamed_portal && s->unnamed_portal->level >= level)
		portal_close(s, s->unnamed_portal);
	while ((e = map_next(&s->portals, &it)) != NULL) {
		struct portal *p = e->value;
		if (p->level >= level)
			portal_close(s, p);
	}
}

void
portals_close_all(struct session *s)
{
	struct map_entry *e;
	size_t it = 0;

	if (s->unnamed_portal)
		portal_close(s, s->unnamed_portal);
	while ((e = map_next(&s->portals, &it)) != NULL)
		portal_close(s, e->value);
	map_release(&s->portals);
}
