/*
 * DECLARE, FETCH, MOVE, CLOSE. Cursors run forward only: asking for an earlier row is 55000, as for
 * PostgreSQL's NO SCROLL ones.
 */
#include <limits.h>
#include <pg_query.pb-c.h>

#include "session/compile.h"
#include "session/portal.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

/* Bits of DeclareCursorStmt.options. */
enum {
	CURSOR_BINARY = 1,
	CURSOR_SCROLL = 2,
	CURSOR_NO_SCROLL = 4,
	CURSOR_INSENSITIVE = 8,
	CURSOR_ASENSITIVE = 16,
	CURSOR_HOLD = 32
};

static bool
all_binary(struct portal *p)
{
	p->nformats = p->plan->ncols;
	p->formats = ARENA_ARRAY(&p->arena, int16_t, p->plan->ncols + 1);
	for (int i = 0; i < p->plan->ncols; i++)
		p->formats[i] = 1;
	return true;
}

bool
declare_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__DeclareCursorStmt *d = stmt;
	struct raw_stmt inner = u->stmt;
	struct plan *plan;
	struct portal *p;

	u->tag = "DECLARE CURSOR";
	if (!*d->portalname)
		return err_set(&s->err, ERR_INVALID_CURSOR_NAME, -1,
			       "invalid cursor name: must not be empty");
	inner.node = d->query;
	plan = compile_statement(s, u->source, &inner, NULL, 0, u->nparams > 0);
	if (!plan)
		return false;
	if (plan->kind != PLAN_QUERY || plan->cmd != CMD_SELECT) {
		plan_unref(plan);
		return err_set(&s->err, ERR_INVALID_CURSOR_DEFINITION, -1,
			       "DECLARE CURSOR must not contain data-modifying statements in WITH");
	}
	if (plan->nsteps) {
		plan_unref(plan);
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "DECLARE CURSOR must not contain data-modifying statements in WITH");
	}
	if (!(d->options & CURSOR_HOLD) && s->block == BLOCK_NONE && !s->implicit_many) {
		plan_unref(plan);
		return xact_require_block(s, "DECLARE CURSOR");
	}
	p = portal_create(s, d->portalname);
	if (!p) {
		plan_unref(plan);
		return false;
	}
	p->plan = plan;
	p->source = arena_strdup(&p->arena, u->source);
	p->declared = true;
	p->hold = d->options & CURSOR_HOLD;
	p->scroll = d->options & CURSOR_SCROLL;
	p->no_scroll = d->options & CURSOR_NO_SCROLL;
	p->binary = d->options & CURSOR_BINARY;
	p->nparams = u->nparams;
	p->params = ARENA_ARRAY(&p->arena, struct datum, u->nparams + 1);
	for (int i = 0; i < u->nparams; i++) {
		p->params[i] = u->params[i];
		if (p->params[i].class == DATUM_TEXT || p->params[i].class == DATUM_BLOB)
			p->params[i].p = arena_memdup(&p->arena, p->params[i].p, p->params[i].n);
	}
	return !p->binary || all_binary(p);
}

static bool
backward(struct session *s)
{
	err_set(&s->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1, "cursor can only scan forward");
	return err_hint(&s->err, "Declare it with SCROLL option to enable backward scan.");
}

/* How many rows to skip and then to give; LONG_MAX: all. False: they lie behind, or the form is not
 * supported. */
static bool
distances(struct session *s, const PgQuery__FetchStmt *f, const struct portal *p, int64_t *skip,
	  int64_t *give)
{
	int64_t n = f->how_many;

	*skip = 0;
	*give = n;
	switch (f->direction) {
	case PG_QUERY__FETCH_DIRECTION__FETCH_FORWARD:
		if (n < 0)
			return backward(s);
		return n > 0 || err_unsupported(&s->err, -1, "FETCH 0 (the current row again)");
	case PG_QUERY__FETCH_DIRECTION__FETCH_BACKWARD:
		if (n < 0) {
			*give = -n;
			return true;
		}
		return backward(s);
	case PG_QUERY__FETCH_DIRECTION__FETCH_ABSOLUTE:
		if (n <= p->position)
			return n < 0 ? err_unsupported(&s->err, -1, "FETCH counted from the end")
				     : backward(s);
		*skip = n - p->position - 1;
		*give = 1;
		return true;
	default:
		if (n <= 0)
			return n < 0 ? backward(s)
				     : err_unsupported(&s->err, -1, "FETCH RELATIVE 0");
		*skip = n - 1;
		*give = 1;
		return true;
	}
}

static bool
fetch(struct session *s, struct portal *p, int64_t skip, int64_t give, struct utility *u, bool move,
      int64_t *rows)
{
	int16_t *own = p->formats;
	int64_t skipped = 0;
	bool ok = true;

	if (!move && u->describe)
		row_describe(s, p->plan->cols, p->plan->ncols, own);
	*rows = 0;
	if (skip)
		ok = portal_run(s, p, skip, NULL, NULL, &skipped);
	if (ok && skipped == skip) {
		if (!own && u->formats) {
			p->formats = u->formats;
			p->encoders = NULL;
		}
		ok = portal_run(s, p, give >= INT_MAX ? 0 : give, move ? NULL : row_send, NULL,
				rows);
		if (p->formats != own) {
			p->formats = own;
			p->encoders = NULL;
		}
	}
	return ok;
}

bool
fetch_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__FetchStmt *f = stmt;
	struct portal *p = portal_find(s, f->portalname);
	int64_t skip, give, rows;

	if (!p || !p->plan)
		return err_set(&s->err, ERR_INVALID_CURSOR_NAME, -1, "cursor \"%s\" does not exist",
			       f->portalname);
	if (!distances(s, f, p, &skip, &give))
		return false;
	if (!fetch(s, p, skip, give, u, f->ismove, &rows))
		return false;
	u->tag = arena_printf(&s->msg, "%s %lld", f->ismove ? "MOVE" : "FETCH", (long long)rows);
	return true;
}

bool
close_command(struct session *s, const void *stmt, const char **tag)
{
	const PgQuery__ClosePortalStmt *c = stmt;
	struct map_entry *e;
	size_t it = 0;
	struct portal *p;

	*tag = c->portalname && *c->portalname ? "CLOSE CURSOR" : "CLOSE CURSOR ALL";
	if (c->portalname && *c->portalname) {
		p = portal_find(s, c->portalname);
		if (!p)
			return err_set(&s->err, ERR_INVALID_CURSOR_NAME, -1,
				       "cursor \"%s\" does not exist", c->portalname);
		portal_close(s, p);
		return true;
	}
	while ((e = map_next(&s->portals, &it)) != NULL) {
		p = e->value;
		if (p->declared)
			portal_close(s, p);
	}
	return true;
}
