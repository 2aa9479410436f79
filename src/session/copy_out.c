/*
 * COPY TO STDOUT: a query's rows as CopyData, streamed.
 */
#include <pg_query.pb-c.h>

#include "session/compile.h"
#include "session/copy.h"
#include "session/portal.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"

struct copy_out {
	struct copy_options opt;
	const struct encoding *encoding;
	struct copy_column *cols; /* for FORCE_QUOTE; n of the plan's columns */
	int n;
	struct buf value; /* one value's text */
	struct buf line;  /* one row in UTF-8 */
	struct buf other; /* the row in the client's encoding */
};

static const signed char letter_of[128] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
					   ['\t'] = 't', ['\v'] = 'v', ['\\'] = '\\'};

static void
put_text(struct copy_out *c, const char *p, size_t n)
{
	struct buf *b = &c->line;

	buf_reserve(b, n);
	for (size_t i = 0; i < n; i++) {
		unsigned char ch = (unsigned char)p[i];
		if (ch < 128 && letter_of[ch]) {
			buf_putc(b, '\\');
			buf_putc(b, (char)letter_of[ch]);
		} else {
			if (ch == (unsigned char)c->opt.delim)
				buf_putc(b, '\\');
			buf_putc(b, (char)ch);
		}
	}
}

static bool
needs_quotes(const struct copy_out *c, const char *p, size_t n, bool only)
{
	if (n == c->opt.null_len && memcmp(p, c->opt.null, n) == 0)
		return true;
	if (only && n == 2 && memcmp(p, "\\.", 2) == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (p[i] == c->opt.delim || p[i] == c->opt.quote || p[i] == '\n' || p[i] == '\r')
			return true;
	return false;
}

static void
put_csv(struct copy_out *c, const char *p, size_t n, bool force)
{
	struct buf *b = &c->line;

	if (!force && !needs_quotes(c, p, n, c->n == 1)) {
		buf_add(b, p, n);
		return;
	}
	buf_putc(b, c->opt.quote);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == c->opt.quote || p[i] == c->opt.escape)
			buf_putc(b, c->opt.escape);
		buf_putc(b, p[i]);
	}
	buf_putc(b, c->opt.quote);
}

static bool
put_binary(struct session *s, struct portal *p, struct copy_out *c, int i, const struct datum *d)
{
	struct type_ctx ctx = {.arena = &s->row,
			       .err = &s->err,
			       .env = &s->fenv.types,
			       .find = snapshot_type_find,
			       .find_arg = (void *)(uintptr_t)p->plan->snapshot};

	buf_clear(&c->value);
	if (!type_binary_out(&ctx, p->plan->cols[i].type, d, p->plan->cols[i].typmod, &c->value))
		return false;
	buf_put32(&c->line, (uint32_t)c->value.len);
	buf_add(&c->line, c->value.data, c->value.len);
	return true;
}

static bool
put_value(struct session *s, struct portal *p, struct copy_out *c, int i)
{
	const struct plan_column *col = &p->plan->cols[i];
	struct datum d;

	portal_column(p, i, &d);
	if (c->opt.format == COPY_BINARY) {
		if (d.class != DATUM_NULL)
			return put_binary(s, p, c, i, &d);
		buf_put32(&c->line, UINT32_MAX);
		return true;
	}
	if (i)
		buf_putc(&c->line, c->opt.delim);
	if (d.class == DATUM_NULL) {
		buf_add(&c->line, c->opt.null, c->opt.null_len);
		return true;
	}
	buf_clear(&c->value);
	if (!row_value_text(s, p->plan->snapshot, col->type, col->typmod, &d, &c->value))
		return false;
	if (c->opt.format == COPY_CSV)
		put_csv(c, c->value.data ? c->value.data : "", c->value.len,
			c->cols && c->cols[i].force_quote);
	else
		put_text(c, c->value.data ? c->value.data : "", c->value.len);
	return true;
}

static bool
send_line(struct session *s, struct copy_out *c)
{
	struct buf *b = &c->line;

	if (c->opt.format != COPY_BINARY) {
		buf_putc(b, '\n');
		if (c->encoding->iconv) {
			buf_clear(&c->other);
			if (!encoding_from_utf8(c->encoding, b->data, b->len, &c->other, &s->err))
				return false;
			b = &c->other;
		}
	}
	pgw_put_copy_data(&s->out, b->data, b->len);
	wire_flush_if_full(s);
	return !s->broken ||
	       err_set(&s->err, ERR_CONNECTION_FAILURE, -1, "connection to client lost");
}

static bool
row(struct session *s, struct portal *p, void *arg)
{
	struct copy_out *c = arg;

	buf_clear(&c->line);
	if (c->opt.format == COPY_BINARY)
		buf_put16(&c->line, (uint16_t)p->plan->ncols);
	for (int i = 0; i < p->plan->ncols; i++)
		if (!put_value(s, p, c, i))
			return false;
	if (s->row.head)
		arena_clear(&s->row);
	return send_line(s, c);
}

static bool
head(struct session *s, struct copy_out *c, const struct plan *plan)
{
	static const char signature[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";

	buf_clear(&c->line);
	if (c->opt.format == COPY_BINARY) {
		pgw_put_copy_data(&s->out, signature, 19);
		return true;
	}
	if (!c->opt.header)
		return true;
	for (int i = 0; i < plan->ncols; i++) {
		const char *name = plan->cols[i].name;
		if (i)
			buf_putc(&c->line, c->opt.delim);
		if (c->opt.format == COPY_CSV)
			put_csv(c, name, strlen(name), false);
		else
			put_text(c, name, strlen(name));
	}
	return send_line(s, c);
}

static bool
run(struct session *s, struct plan *plan, struct copy_out *c, struct utility *u)
{
	bool binary = c->opt.format == COPY_BINARY;
	struct portal p;
	int64_t rows = 0;
	int16_t *formats = ARENA_ARRAY(&s->msg, int16_t, plan->ncols + 1);
	bool ok;

	for (int i = 0; i < plan->ncols; i++)
		formats[i] = binary;
	portal_init(&p, plan);
	c->n = plan->ncols;
	pgw_put_copy_out(&s->out, binary, (unsigned)plan->ncols, formats);
	ok = head(s, c, plan) && portal_run(s, &p, 0, row, c, &rows);
	if (ok) {
		if (binary)
			pgw_put_copy_data(&s->out, "\377\377", 2);
		pgw_put_copy_done(&s->out);
		u->tag = arena_printf(&s->msg, "COPY %lld", (long long)p.position);
	}
	portal_release(s, &p);
	return ok;
}

static bool
copyable(struct session *s, const struct relation *rel)
{
	const char *kind = rel->kind == 'v'   ? "view"
			   : rel->kind == 'm' ? "materialized view"
			   : rel->kind == 'S' ? "sequence"
					      : NULL;

	if (rel->kind == 'r' || rel->kind == 'p')
		return true;
	if (!kind)
		return err_set(&s->err, ERR_WRONG_OBJECT_TYPE, -1,
			       "cannot copy from non-table relation \"%s\"", rel->name);
	err_set(&s->err, ERR_WRONG_OBJECT_TYPE, -1, "cannot copy from %s \"%s\"", kind, rel->name);
	return rel->kind == 'S' ? false
				: err_hint(&s->err, "Try the COPY (SELECT ...) TO variant.");
}

/* A table's columns as a query of our own. */
static struct plan *
table_plan(struct session *s, const PgQuery__CopyStmt *stmt, struct copy_out *c)
{
	struct compile_env env;
	struct parse_tree tree;
	const struct relation *rel;
	struct buf b = BUF_INIT;
	char *text;
	int n;

	if (!compile_env_init(s, &env) || !(rel = utility_relation(&env, stmt->relation)) ||
	    !copyable(s, rel) || !copy_columns(s, stmt, rel, &c->cols, &n) ||
	    !copy_apply_forced(s, &c->opt, c->cols, n))
		return NULL;
	buf_puts(&b, "SELECT ");
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", quote_identifier(&s->msg, c->cols[i].name));
	buf_printf(&b, " FROM ONLY %s.%s", quote_identifier(&s->msg, rel->schema->name),
		   quote_identifier(&s->msg, rel->name));
	text = buf_dup(&b, &s->msg);
	buf_release(&b);
	if (!parse_sql(&s->msg, text, &tree, &s->err))
		return NULL;
	return compile_statement(s, text, &tree.stmts[0], NULL, 0, false);
}

static struct plan *
query_plan(struct session *s, const PgQuery__CopyStmt *stmt, struct copy_out *c, struct utility *u)
{
	struct raw_stmt inner = u->stmt;
	struct plan *plan;

	inner.node = stmt->query;
	plan = compile_statement(s, u->source, &inner, NULL, 0, false);
	if (!plan)
		return NULL;
	if (plan->kind == PLAN_QUERY && plan->ncols == 0 && plan->cmd != CMD_SELECT) {
		plan_unref(plan);
		err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"COPY query must have a RETURNING clause");
		return NULL;
	}
	c->cols = ARENA_ARRAY(&s->msg, struct copy_column, plan->ncols + 1);
	for (int i = 0; i < plan->ncols; i++)
		c->cols[i] = (struct copy_column){.name = plan->cols[i].name};
	if (plan->kind != PLAN_QUERY || !copy_apply_forced(s, &c->opt, c->cols, plan->ncols)) {
		plan_unref(plan);
		return NULL;
	}
	return plan;
}

bool
copy_to(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__CopyStmt *c = stmt;
	struct copy_out out = {0};
	struct plan *plan;
	bool ok = false;

	if (!copy_options_read(s, stmt, &out.opt))
		return false;
	out.encoding = out.opt.encoding ? out.opt.encoding : s->encoding;
	plan = c->relation ? table_plan(s, c, &out) : query_plan(s, c, &out, u);
	if (plan)
		ok = run(s, plan, &out, u);
	buf_release(&out.value);
	buf_release(&out.line);
	buf_release(&out.other);
	return ok;
}
