#include "session/portal.h"

#include <stdlib.h>

#include "session/compile.h"
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
	if (p->stale)
		plan_unref(p->stale);
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

/* One writer at a time: where another has the place, no row can be locked. */
static bool
locked_by_another(struct session *s, const struct plan *plan)
{
	if (plan->nowait && s->err.sqlstate && !strcmp(s->err.sqlstate, ERR_LOCK_NOT_AVAILABLE))
		s->err.message = arena_printf(&s->err.arena,
					      "could not obtain lock on row in relation \"%s\"",
					      plan->nowait);
	return false;
}

static bool
refuse_write(struct session *s, const struct plan *plan)
{
	return err_set(&s->err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
		       "cannot execute %s in a read-only transaction",
		       plan->locking ? plan->locking : command_name(plan->cmd));
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

static int step(struct session *s, struct portal *p);
static bool keep_row(struct session *s, struct portal *p, void *arg);
static void hold_rows(struct portal *p, const struct vec *rows);

/* Runs one statement of several; the command's own rows go to rows. */
static bool
run_step(struct session *s, struct portal *p, struct conn *c, const struct plan_step *st,
	 struct vec *rows)
{
	const struct plan *plan = p->plan;
	struct cursor_spec spec = {
		.key = st->id,
		.sql = st->sqlite,
		.params = p->params,
		.nparams = plan->nparams + plan->computed.n,
		.writes = true,
		.upsert = st->upsert,
		.target = st->target,
		.snapshot = plan->snapshot,
	};
	int r;

	with_step(c);
	p->cursor = cursor_open(c, &spec);
	if (!p->cursor)
		return false;
	while ((r = step(s, p)) == 1) {
		if (st->main)
			(void)keep_row(s, p, rows);
		else if (st->slot)
			with_keep(c, p->cursor, st->slot);
	}
	if (st->main)
		p->changes = cursor_changes(p->cursor);
	cursor_close(p->cursor);
	p->cursor = NULL;
	return r == 0;
}

/* All statements of the plan, to their ends: PostgreSQL does not suspend such a command either. */
static bool
run_steps(struct session *s, struct portal *p, struct conn *c)
{
	const struct plan *plan = p->plan;
	struct with_image *images = ARENA_ARRAY(&p->arena, struct with_image, plan->nimages + 1);
	struct with_target *targets = ARENA_ARRAY(&p->arena, struct with_target, plan->nsteps);
	struct vec rows = {0};
	int n = 0;
	bool ok;

	for (int i = 0; i < plan->nimages; i++)
		images[i] = (struct with_image){plan->images[i].rel, plan->images[i].changed,
						plan->images[i].before};
	ok = with_begin(c, plan->nslots, images, plan->nimages);
	for (int i = 0; ok && i < plan->nsteps; i++) {
		const struct plan_step *st = &plan->steps[i];

		ok = run_step(s, p, c, st, &rows);
		if (st->target)
			targets[n++] = (struct with_target){st->target, st->cmd != CMD_DELETE,
							    st->cmd != CMD_INSERT};
	}
	ok = ok && with_check(c, targets, n);
	with_end(c);
	if (s->open_cursors == 0)
		txn_statement_end(s->txn);
	if (ok)
		hold_rows(p, &rows);
	return ok;
}

static bool
modifies_lasting(const struct plan *plan)
{
	for (int i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].target && plan->steps[i].target->persistence != 't')
			return true;
	return false;
}

static bool
same_shape(const struct plan *a, const struct plan *b)
{
	bool same = a->kind == b->kind && a->cmd == b->cmd && a->nparams == b->nparams &&
		    a->ncols == b->ncols;

	for (int i = 0; same && i < a->ncols; i++)
		same = a->cols[i].type->oid == b->cols[i].type->oid &&
		       a->cols[i].typmod == b->cols[i].typmod &&
		       strcmp(a->cols[i].name, b->cols[i].name) == 0;
	return same;
}

/* The parameters' types, where none of their values can have changed with the schema. */
static oid_t *
lasting_types(struct portal *p)
{
	const struct plan *plan = p->plan;
	oid_t *types = ARENA_ARRAY(&p->arena, oid_t, plan->nparams + 1);

	for (int i = 0; i < plan->nparams; i++) {
		types[i] = plan->params[i]->oid;
		if (!type_builtin(types[i]))
			return NULL;
	}
	return types;
}

/* Another session may have changed the schema while this one waited for its turn to write. What
 * was planned for the old one must not write: labels and the order of an index may be others now.
 */
static bool
renew(struct session *s, struct portal *p)
{
	const struct snapshot *now = session_snapshot(s);
	struct plan *plan = NULL;
	const oid_t *types;

	/* A command's own plan, for the table that it is filling, is ahead of the session. */
	if (!now || !p->plan->snapshot || now->version <= p->plan->snapshot->version)
		return now != NULL;
	types = lasting_types(p);
	if (types && !compile_text(s, p->plan->source, types, p->plan->nparams, &plan))
		return false;
	if (!plan || !same_shape(plan, p->plan)) {
		if (plan)
			plan_unref(plan);
		return err_set(&s->err, ERR_T_R_SERIALIZATION_FAILURE, -1,
			       "could not serialize access due to concurrent update");
	}
	if (p->stale)
		plan_unref(p->stale);
	p->stale = p->plan;
	p->plan = plan;
	p->computed = false;
	return portal_compute(s, p);
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
	if (read_only && (plan->locking || modifies_lasting(plan)))
		return refuse_write(s, plan);
	if (read_only && plan->cmd == CMD_SELECT && !plan->nsteps)
		writes = false; /* nextval and kin refuse by themselves */
	if (!portal_compute(s, p))
		return false;
	c = txn_statement(s->txn, writes, plan->nowait ? 1 : s->lock_timeout);
	if (!c)
		return locked_by_another(s, plan);
	if (writes && !renew(s, p)) {
		if (s->open_cursors == 0)
			txn_statement_end(s->txn);
		return false;
	}
	plan = p->plan;
	session_use_snapshot(s, plan->snapshot);
	if (plan->nsteps) {
		p->status = PORTAL_RUNNING;
		return run_steps(s, p, c);
	}
	struct cursor_spec spec = {
		.key = plan->id,
		.sql = plan->sqlite,
		.params = p->params,
		.nparams = plan->nparams + plan->computed.n,
		.writes = writes,
		.upsert = plan->upsert,
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
		/* What checks the rows of a view is returned, but to nobody. */
		if (!p->plan->ncols && p->plan->cmd != CMD_SELECT)
			continue;
		(*rows)++;
		p->position++;
		if (sink && !sink(s, p, arg))
			return failed(s, p);
	}
	if (r < 0)
		return failed(s, p);
	if (r == 0) {
		if (p->plan->ncols == 0 && p->plan->cmd != CMD_SELECT)
			*rows = p->cursor ? cursor_changes(p->cursor) : p->changes;
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

static void
hold_rows(struct portal *p, const struct vec *rows)
{
	struct held *h = ARENA_NEW(&p->arena, struct held);
	size_t ncols = (size_t)p->plan->ncols;

	h->n = rows->n;
	h->cells = ARENA_ARRAY(&p->arena, struct datum, (size_t)rows->n * ncols + 1);
	for (int i = 0; i < rows->n; i++)
		memcpy(h->cells + (size_t)i * ncols, rows->v[i], sizeof(struct datum) * ncols);
	p->held = h;
}

/* Reads what a WITH HOLD cursor has left, into memory. */
static bool
hold(struct session *s, struct portal *p)
{
	struct vec rows = {0};
	int64_t n, position = p->position;

	if (p->held || p->status == PORTAL_DONE)
		return true;
	if (!portal_run(s, p, 0, keep_row, &rows, &n))
		return false;
	hold_rows(p, &rows);
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
		if (!p->held || !p->hold) {
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
		if (p->held && p->hold && p->level == 0)
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
