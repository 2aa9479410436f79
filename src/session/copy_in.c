#include "session/copy_in.h"

#include <pg_query.pb-c.h>
#include <stdlib.h>

#include "session/compile.h"
#include "session/session.h"
#include "session/utility.h"
#include "types/domain.h"
#include "types/utf8.h"

enum { SHOWN = 100 }; /* bytes of a value in a context line */

bool
copy_context(struct session *s, struct copy_in *c, const char *column, const char *p, size_t n)
{
	struct arena *a = &s->err.arena;
	const char *where = arena_printf(a, "COPY %s, line %lld", c->table, (long long)c->line),
		   *text = "";

	if (s->err.context)
		return false;
	if (p)
		text = arena_printf(a, "\"%.*s%s\"", (int)utf8_clip(p, n, SHOWN), p,
				    n > SHOWN ? "..." : "");
	if (column)
		s->err.context = arena_printf(a, p ? "%s, column %s: %s" : "%s, column %s", where,
					      column, text);
	else
		s->err.context = p ? arena_printf(a, "%s: %s", where, text) : where;
	return false;
}

static void
free_copy(struct session *s)
{
	struct copy_in *c = s->copy;

	if (!c)
		return;
	s->copy = NULL;
	if (c->plan)
		plan_unref(c->plan);
	buf_release(&c->in);
	arena_release(&c->row);
	arena_release(&c->arena);
	free(c);
}

/* ---- rows ---- */

/* PostgreSQL checks a row with its line at hand, indexes when it writes rows out, references when
 * all is done. */
static bool
insert_failed(struct session *s, struct copy_in *c)
{
	const char *state = s->err.sqlstate;

	if (!strcmp(state, ERR_FOREIGN_KEY_VIOLATION))
		return false;
	if (!strcmp(state, ERR_NOT_NULL_VIOLATION) || !strcmp(state, ERR_CHECK_VIOLATION))
		return copy_context(s, c, NULL, c->text, c->text_len);
	return copy_context(s, c, NULL, NULL, 0);
}

bool
copy_insert(struct session *s, struct copy_in *c)
{
	struct cursor_spec spec = {.key = c->plan->id,
				   .sql = c->plan->sqlite,
				   .params = c->params,
				   .nparams = c->plan->nparams + c->plan->computed.n,
				   .writes = true,
				   .target = c->plan->target,
				   .snapshot = c->plan->snapshot};
	struct cursor *cur = NULL;
	enum cursor_result r = CURSOR_ERROR;

	if (plan_compute(c->plan, &s->fenv, &c->row, c->params, c->params + c->plan->nparams,
			 &s->err))
		cur = cursor_open(txn_conn(s->txn), &spec);
	if (cur) {
		while ((r = cursor_step(cur)) == CURSOR_ROW)
			;
		cursor_close(cur);
	}
	if (r != CURSOR_DONE)
		return insert_failed(s, c);
	c->rows++;
	return true;
}

static bool
null_refused(struct session *s, struct copy_in *c, const struct copy_column *col)
{
	struct arena *a = &s->err.arena;

	copy_context(s, c, col->name, NULL, 0);
	s->err.context = arena_printf(a, "%s: null input", s->err.context);
	return false;
}

bool
copy_row(struct session *s, struct copy_in *c)
{
	struct type_ctx ctx = {.arena = &c->row,
			       .err = &s->err,
			       .env = &s->fenv.types,
			       .find = snapshot_type_find,
			       .find_arg = (void *)(uintptr_t)c->plan->snapshot};

	for (int i = 0; i < c->ncols; i++) {
		const struct copy_field *f = &c->fields[i];
		if (!f->p) {
			c->params[i] = datum_null();
			if (!domain_takes_null(&ctx, c->cols[i].type))
				return null_refused(s, c, &c->cols[i]);
		} else if (!type_text_in(&ctx, c->cols[i].type, f->p, f->n, c->cols[i].typmod,
					 &c->params[i])) {
			return copy_context(s, c, c->cols[i].name, f->p, f->n);
		}
	}
	return copy_insert(s, c);
}

/* ---- the start ---- */

static bool
target_ok(struct session *s, const struct relation *rel)
{
	const char *kind = rel->kind == 'v'   ? "view"
			   : rel->kind == 'm' ? "materialized view"
			   : rel->kind == 'S' ? "sequence"
					      : NULL;

	if (rel->builtin)
		return err_set(&s->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied: \"%s\" is a system catalog", rel->name);
	if (kind)
		return err_set(&s->err, ERR_WRONG_OBJECT_TYPE, -1, "cannot copy to %s \"%s\"", kind,
			       rel->name);
	return rel->kind == 'r' || rel->kind == 'p' ||
	       err_set(&s->err, ERR_WRONG_OBJECT_TYPE, -1,
		       "cannot copy to non-table relation \"%s\"", rel->name);
}

/* Everything that must outlive the message moves into the copy's own arena. */
static void
keep(struct copy_in *c, const struct copy_column *cols, int n)
{
	c->ncols = n;
	c->cols = ARENA_ARRAY(&c->arena, struct copy_column, n + 1);
	for (int i = 0; i < n; i++) {
		c->cols[i] = cols[i];
		c->cols[i].name = arena_strdup(&c->arena, cols[i].name);
	}
	c->fields = ARENA_ARRAY(&c->arena, struct copy_field, n + 1);
	c->params = ARENA_ARRAY(&c->arena, struct datum, n + c->plan->computed.n + 1);
	c->opt.null = arena_strdup(&c->arena, c->opt.null);
}

static bool
prepare(struct session *s, const PgQuery__CopyStmt *stmt, struct copy_in *c)
{
	struct compile_env env;
	const struct relation *rel;
	struct copy_column *cols;
	int16_t *attnums;
	int n;

	if (!copy_options_read(s, stmt, &c->opt))
		return false;
	if (stmt->where_clause)
		return err_unsupported(&s->err, -1, "COPY FROM with a WHERE clause");
	if (!compile_env_init(s, &env) || !(rel = utility_relation(&env, stmt->relation)) ||
	    !target_ok(s, rel) || !copy_columns(s, stmt, rel, &cols, &n) ||
	    !copy_apply_forced(s, &c->opt, cols, n))
		return false;
	if (s->fenv.read_only && rel->persistence != 't')
		return err_set(&s->err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
			       "cannot execute COPY FROM in a read-only transaction");
	attnums = ARENA_ARRAY(&s->msg, int16_t, n + 1);
	for (int i = 0; i < n; i++)
		attnums[i] = cols[i].attnum;
	c->plan = plan_copy_from(&env, rel, attnums, n);
	if (!c->plan)
		return false;
	c->encoding = c->opt.encoding ? c->opt.encoding : s->encoding;
	c->table = arena_strdup(&c->arena, rel->name);
	keep(c, cols, n);
	return true;
}

static void
set_copying(struct session *s, bool on)
{
	pthread_mutex_lock(&s->guard);
	s->copying = on;
	pthread_mutex_unlock(&s->guard);
}

bool
copy_from_begin(struct session *s, const void *stmt, struct utility *u)
{
	struct copy_in *c = xcalloc(1, sizeof(*c));
	bool binary;
	int16_t *formats;

	/* The writer's place first: the plan is for the schema that is then in force. */
	s->copy = c;
	c->extended = u->extended;
	if ((!s->fenv.read_only && !txn_statement(s->txn, true, s->lock_timeout)) ||
	    !prepare(s, stmt, c)) {
		free_copy(s);
		return false;
	}
	session_use_snapshot(s, c->plan->snapshot);
	binary = c->opt.format == COPY_BINARY;
	formats = ARENA_ARRAY(&s->msg, int16_t, c->ncols + 1);
	for (int i = 0; i < c->ncols; i++)
		formats[i] = binary;
	pgw_put_copy_in(&s->out, binary, (unsigned)c->ncols, formats);
	set_copying(s, true);
	s->open_cursors++; /* the connection stays in its statement between messages */
	s->state = COPY_IN;
	u->copy_started = true;
	return true;
}

/* ---- messages ---- */

static void
leave(struct session *s)
{
	set_copying(s, false);
	free_copy(s);
	if (--s->open_cursors == 0)
		txn_statement_end(s->txn);
}

static void
failed(struct session *s)
{
	bool extended = s->copy->extended;

	leave(s);
	if (!extended) {
		simple_query_fail(s);
		return;
	}
	session_failed(s);
	s->state = SKIP;
	session_command_end(s);
}

static bool
feed(struct session *s, bool last)
{
	return s->copy->opt.format == COPY_BINARY ? copy_parse_binary(s, s->copy, last)
						  : copy_parse(s, s->copy, last);
}

void
on_copy_data(struct session *s, const struct pgw_frame *f)
{
	struct copy_in *c = s->copy;

	if (s->cancel.reason) {
		cancel_error(s->cancel.reason, &s->err);
		copy_context(s, c, NULL, NULL, 0);
		failed(s);
		return;
	}
	if (c->ended)
		return;
	buf_add(&c->in, f->body, f->len);
	if (!feed(s, false))
		failed(s);
}

void
on_copy_done(struct session *s, const struct pgw_frame *f)
{
	bool extended = s->copy->extended;
	const char *tag;

	(void)f;
	if (!feed(s, true)) {
		failed(s);
		return;
	}
	tag = arena_printf(&s->msg, "COPY %lld", (long long)s->copy->rows);
	leave(s);
	if (!extended) {
		s->copy_tag = tag;
		simple_query_continue(s);
		return;
	}
	report_command(s, tag);
	s->state = EXT;
	session_command_end(s);
}

void
on_copy_fail(struct session *s, const struct pgw_frame *f)
{
	struct pgw_str m = {"", 0};
	struct pgw_error e;
	char *text;

	s->copy->line++;
	if (!f)
		cancel_error(s->cancel.reason, &s->err);
	else if (!pgw_decode_copy_fail(f, &m, &e))
		err_from_pgw(s, &e);
	else if ((text = session_text_in(s, &s->msg, m.p, m.n, NULL)) != NULL)
		err_set(&s->err, ERR_QUERY_CANCELED, -1, "COPY from stdin failed: %s", text);
	copy_context(s, s->copy, NULL, NULL, 0);
	failed(s);
}

void
copy_abandon(struct session *s)
{
	if (s->copy)
		leave(s);
}
