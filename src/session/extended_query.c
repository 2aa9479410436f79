/*
 * Parse, Bind, Describe, Execute, Close, Flush, Sync, FunctionCall.
 *
 * Each handler but Sync is wrapped: a failure reports, aborts the transaction and discards up to
 * Sync.
 */
#include "base/log.h"
#include "session/bind.h"
#include "session/compile.h"
#include "session/portal.h"
#include "session/prepared.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

static void
extended(struct session *s, const struct pgw_frame *f,
	 bool (*body)(struct session *s, const struct pgw_frame *f))
{
	s->state = EXT;
	session_command_begin(s, NULL);
	if (!body(s, f)) {
		session_failed(s);
		s->state = SKIP;
	}
	if (s->state != COPY_IN)
		session_command_end(s);
}

/* ---- Parse ---- */

static char *
name_in(struct session *s, const struct pgw_str *name)
{
	return session_text_in(s, &s->msg, name->p, name->n, NULL);
}

static bool
parse(struct session *s, const struct pgw_frame *f)
{
	struct pgw_parse m;
	struct pgw_error e;
	struct plan *plan;
	char *name, *text;
	oid_t *types;

	if (!pgw_decode_parse(f, &m, &e))
		return err_from_pgw(s, &e);
	name = name_in(s, &m.name);
	text = name ? session_text_in(s, &s->msg, m.sql.p, m.sql.n, NULL) : NULL;
	if (!text)
		return false;
	s->query_text = text;
	types = arena_alloc(&s->msg, sizeof(oid_t) * (m.n_types + 1));
	for (unsigned i = 0; i < m.n_types; i++) {
		types[i] = pgw_parse_type(&m, i);
		if (types[i] == T_UNKNOWN)
			types[i] = 0;
	}
	/* An unnamed statement goes before its successor is known to be good. */
	if (!*name && s->unnamed_statement)
		prepared_close(s, s->unnamed_statement);
	if (!compile_text(s, text, types, (int)m.n_types, &plan))
		return false;
	if (!prepared_create(s, name, text, types, (int)m.n_types, plan, false))
		return false;
	pgw_put_parse_complete(&s->out);
	return true;
}

void
on_parse(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, parse);
}

/* ---- Bind ---- */

static bool
may_bind(struct session *s, const struct prepared *prep)
{
	if (s->block != BLOCK_FAILED || !prep->plan)
		return true;
	return compile_allowed(s, prep->plan->kind == PLAN_UTILITY ? prep->plan->node : NULL);
}

static bool
bind(struct session *s, const struct pgw_frame *f)
{
	struct pgw_bind m;
	struct pgw_error e;
	struct prepared *prep;
	struct portal *p;
	char *portal_name, *name;

	if (!pgw_decode_bind(f, &m, &e))
		return err_from_pgw(s, &e);
	portal_name = name_in(s, &m.portal);
	name = portal_name ? name_in(s, &m.statement) : NULL;
	prep = name ? prepared_find(s, name) : NULL;
	if (!prep)
		return false;
	if (!pgw_bind_check_params(&m, prep->plan ? (unsigned)prep->plan->nparams : 0, &e))
		return err_from_pgw(s, &e);
	if (!may_bind(s, prep) || !prepared_revalidate(s, prep))
		return false;
	p = portal_create(s, portal_name);
	if (!p)
		return false;
	p->source = arena_strdup(&p->arena, prep->source);
	if (prep->plan) {
		p->plan = plan_ref(prep->plan);
		xact_statement_start(s);
		if (!bind_portal(s, p, &m) || !portal_compute(s, p)) {
			portal_close(s, p);
			return false;
		}
	}
	pgw_put_bind_complete(&s->out);
	return true;
}

void
on_bind(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, bind);
}

/* ---- Describe ---- */

static bool
describe_columns(struct session *s, const struct plan *plan, const int16_t *formats, int nformats)
{
	const struct plan_column *cols = plan ? plan->cols : NULL;
	int n = plan ? plan->ncols : 0;
	int16_t *all = NULL;

	if (plan && plan->kind == PLAN_UTILITY &&
	    !utility_columns(s, &s->msg, plan->node, &cols, &n))
		return false;
	if (n == 0 && !(plan && plan->kind == PLAN_QUERY && plan->cmd == CMD_SELECT)) {
		pgw_put_no_data(&s->out);
		return true;
	}
	if (formats) {
		all = ARENA_ARRAY(&s->msg, int16_t, n);
		for (int i = 0; i < n; i++)
			all[i] = nformats == 1 ? formats[0] : i < nformats ? formats[i] : 0;
	}
	row_describe(s, cols, n, all);
	return true;
}

static bool
describe_statement(struct session *s, const char *name)
{
	struct prepared *prep = prepared_find(s, name);
	uint32_t *oids;
	int n;

	if (!prep)
		return false;
	if (s->block == BLOCK_FAILED && prep->plan && prep->plan->ncols &&
	    !compile_allowed(s, NULL))
		return false;
	if (!prepared_revalidate(s, prep))
		return false;
	n = prep->plan ? prep->plan->nparams : 0;
	oids = arena_alloc(&s->msg, sizeof(*oids) * (size_t)(n + 1));
	for (int i = 0; i < n; i++)
		oids[i] = prep->plan->params[i]->oid;
	pgw_put_parameter_description(&s->out, (unsigned)n, oids);
	return describe_columns(s, prep->plan, NULL, 0);
}

static bool
describe_portal(struct session *s, const char *name)
{
	struct portal *p = portal_find(s, name);

	if (!p)
		return err_set(&s->err, ERR_INVALID_CURSOR_NAME, -1, "portal \"%s\" does not exist",
			       name);
	if (s->block == BLOCK_FAILED && p->plan && p->plan->ncols && !compile_allowed(s, NULL))
		return false;
	return describe_columns(s, p->plan, p->formats, p->nformats);
}

static bool
describe(struct session *s, const struct pgw_frame *f)
{
	struct pgw_describe m;
	struct pgw_error e;
	char *name;

	if (!pgw_decode_describe(f, &m, &e))
		return err_from_pgw(s, &e);
	name = name_in(s, &m.name);
	if (!name)
		return false;
	return m.kind == 'S' ? describe_statement(s, name) : describe_portal(s, name);
}

void
on_describe(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, describe);
}

/* ---- Execute ---- */

static bool
execute_query(struct session *s, struct portal *p, int64_t max)
{
	int64_t rows;

	if (!portal_run(s, p, max, p->plan->ncols || p->plan->cmd == CMD_SELECT ? row_send : NULL,
			NULL, &rows))
		return false;
	if (p->status == PORTAL_DONE)
		report_command(s, portal_tag(&s->msg, p, rows));
	else
		pgw_put_portal_suspended(&s->out);
	return true;
}

/* The command may drop the portal and the statement it came from (COMMIT, DEALLOCATE): nothing of
 * them is used after. */
static bool
execute_utility(struct session *s, struct portal *p)
{
	struct plan *plan = plan_ref(p->plan);
	struct utility u = {.source = arena_strdup(&s->msg, p->source), .extended = true};
	const struct plan_column *cols;
	int n = 0;
	bool ok;

	s->query_text = u.source;
	if (p->status == PORTAL_DONE) {
		plan_unref(plan);
		return err_set(&s->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "portal \"%s\" cannot be run", p->name);
	}
	p->status = PORTAL_DONE;
	u.stmt = (struct raw_stmt){.node = plan->node, .location = 0, .len = (int)strlen(u.source)};
	u.params = p->params;
	u.nparams = p->nparams;
	ok = utility_columns(s, &s->msg, plan->node, &cols, &n);
	if (ok && p->formats && n) {
		u.formats = ARENA_ARRAY(&s->msg, int16_t, n);
		for (int i = 0; i < n; i++)
			u.formats[i] = p->nformats == 1  ? p->formats[0]
				       : i < p->nformats ? p->formats[i]
							 : 0;
	}
	if (ok) {
		xact_statement_start(s);
		ok = utility_run(s, &u);
	}
	if (ok && !u.copy_started)
		report_command(s, u.tag);
	plan_unref(plan);
	return ok;
}

static void
log_execute(struct session *s, const struct portal *p)
{
	struct raw_stmt stmt = {.node = p->plan->node};
	char level = 'a';

	if (s->log_statement == 'n')
		return;
	if (p->plan->kind == PLAN_UTILITY)
		level = utility_log_level(&stmt);
	else if (p->plan->cmd != CMD_SELECT)
		level = 'm';
	if (utility_logged(s->log_statement, level))
		log_line(LOG_LOG, s->pid, "execute %s: %s", *p->name ? p->name : "<unnamed>",
			 p->source);
}

static bool
execute(struct session *s, const struct pgw_frame *f)
{
	struct pgw_execute m;
	struct pgw_error e;
	struct portal *p;
	char *name;
	bool ok;

	if (!pgw_decode_execute(f, &m, &e))
		return err_from_pgw(s, &e);
	name = name_in(s, &m.portal);
	if (!name)
		return false;
	p = portal_find(s, name);
	if (!p)
		return err_set(&s->err, ERR_INVALID_CURSOR_NAME, -1, "portal \"%s\" does not exist",
			       name);
	if (!p->plan) {
		pgw_put_empty_query(&s->out);
		return true;
	}
	s->query_text = p->source;
	session_activity(s, p->source);
	log_execute(s, p);
	if (!compile_allowed(s, p->plan->kind == PLAN_UTILITY ? p->plan->node : NULL))
		return false;
	ok = p->plan->kind == PLAN_QUERY ? execute_query(s, p, MAX(m.max_rows, 0))
					 : execute_utility(s, p);
	if (ok)
		session_log_duration(s, name, s->query_text);
	s->ext_implicit = s->block == BLOCK_NONE;
	return ok;
}

void
on_execute(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, execute);
}

/* ---- the rest ---- */

static bool
close_one(struct session *s, const struct pgw_frame *f)
{
	struct pgw_describe m;
	struct pgw_error e;
	char *name;

	if (!pgw_decode_close(f, &m, &e))
		return err_from_pgw(s, &e);
	name = name_in(s, &m.name);
	if (!name)
		return false;
	if (m.kind == 'S') {
		struct prepared *prep = prepared_look(s, name);
		if (prep)
			prepared_close(s, prep);
	} else {
		struct portal *p = portal_find(s, name);
		if (p)
			portal_close(s, p);
	}
	pgw_put_close_complete(&s->out);
	return true;
}

void
on_close(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, close_one);
}

void
on_flush(struct session *s, const struct pgw_frame *f)
{
	(void)f;
	s->state = EXT;
	wire_flush(s);
}

static bool
function_call(struct session *s, const struct pgw_frame *f)
{
	struct pgw_function_call m;
	struct pgw_error e;

	if (!pgw_decode_function_call(f, &m, &e))
		return err_from_pgw(s, &e);
	return err_unsupported(&s->err, -1, "the function call protocol message (use SELECT)");
}

/* Like a Query, it is its own Sync. */
void
on_function_call(struct session *s, const struct pgw_frame *f)
{
	extended(s, f, function_call);
	on_sync(s, NULL);
}

void
on_sync(struct session *s, const struct pgw_frame *f)
{
	(void)f;
	s->state = READY;
	s->ext_implicit = false;
	if (!xact_finish_implicit(s))
		report_error(s);
	if (!s->closing)
		report_ready(s);
}
