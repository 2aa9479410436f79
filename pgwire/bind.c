/*
 * bind: Bind and FunctionCall, the two messages that carry values.
 * A decoded message has been walked once to its end; the walks offered afterwards cannot fail and
 * check nothing.
 */
#include "internal.h"

/* Skips n values: a length, -1 for NULL, and that many bytes. text names a bad length, or NULL:
 * leave it to the reader. */
static bool
skip_values(struct pgw_reader *r, unsigned n, const char *text, struct pgw_error *e)
{
	for (unsigned i = 0; i < n && !r->bad; i++) {
		int32_t len = (int32_t)pgw_get_u32(r);

		if (r->bad || len == -1)
			continue;
		if (len < 0 && text) {
			pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION, text, len);
			return false;
		}
		pgw_get_bytes(r, len < 0 ? SIZE_MAX : (size_t)len);
	}
	return true;
}

bool
pgw_decode_bind(const struct pgw_frame *f, struct pgw_bind *m, struct pgw_error *e)
{
	struct pgw_reader r;

	pgw_reader_init(&r, f->body, f->len);
	m->portal.p = pgw_get_string(&r, &m->portal.n);
	m->statement.p = pgw_get_string(&r, &m->statement.n);
	m->n_formats = pgw_get_u16(&r);
	m->formats_be = pgw_get_bytes(&r, 2 * (size_t)m->n_formats);
	m->n_params = pgw_get_u16(&r);
	if (!r.bad && m->n_formats > 1 && m->n_formats != m->n_params) {
		pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION,
			 "bind message has %d parameter formats but %d parameters",
			 (int)m->n_formats, (int)m->n_params);
		return false;
	}
	m->params = r.p;
	if (!skip_values(&r, m->n_params, NULL, e))
		return false;
	m->n_results = pgw_get_u16(&r);
	m->results_be = pgw_get_bytes(&r, 2 * (size_t)m->n_results);
	return pgw_get_end(&r, e);
}

bool
pgw_decode_function_call(const struct pgw_frame *f, struct pgw_function_call *m,
			 struct pgw_error *e)
{
	struct pgw_reader r;

	pgw_reader_init(&r, f->body, f->len);
	m->oid = pgw_get_u32(&r);
	m->n_formats = pgw_get_u16(&r);
	m->formats_be = pgw_get_bytes(&r, 2 * (size_t)m->n_formats);
	m->n_args = pgw_get_u16(&r);
	if (!r.bad && m->n_formats > 1 && m->n_formats != m->n_args) {
		pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION,
			 "function call message contains %d argument formats but %d arguments",
			 (int)m->n_formats, (int)m->n_args);
		return false;
	}
	m->args = r.p;
	if (!skip_values(&r, m->n_args, "invalid argument size %d in function call message", e))
		return false;
	m->result_format = (int16_t)pgw_get_u16(&r);
	return pgw_get_end(&r, e);
}

void
pgw_bind_values(const struct pgw_bind *m, struct pgw_values *w)
{
	*w = (struct pgw_values){m->params, m->formats_be, 0, m->n_params, m->n_formats};
}

void
pgw_function_values(const struct pgw_function_call *m, struct pgw_values *w)
{
	*w = (struct pgw_values){m->args, m->formats_be, 0, m->n_args, m->n_formats};
}

static int16_t
format_at(const uint8_t *codes, unsigned n, unsigned i)
{
	if (n == 0 || (n > 1 && i >= n))
		return 0;
	return (int16_t)pgw_load16(codes + (n > 1 ? 2 * (size_t)i : 0));
}

bool
pgw_values_next(struct pgw_values *w, struct pgw_value *v)
{
	if (w->i == w->n)
		return false;
	v->format = format_at(w->formats_be, w->n_formats, w->i++);
	v->n = (int32_t)pgw_load32(w->p);
	w->p += 4;
	v->p = NULL;
	if (v->n >= 0) {
		v->p = w->p;
		w->p += v->n;
	}
	return true;
}

void
pgw_bind_params(const struct pgw_bind *m, struct pgw_value *out)
{
	struct pgw_values w;

	pgw_bind_values(m, &w);
	while (pgw_values_next(&w, out))
		out++;
}

int16_t
pgw_bind_result_format(const struct pgw_bind *m, unsigned i)
{
	return format_at(m->results_be, m->n_results, i);
}

bool
pgw_bind_check_results(const struct pgw_bind *m, unsigned n_columns, struct pgw_error *e)
{
	if (m->n_results <= 1 || m->n_results == n_columns)
		return true;
	pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION,
		 "bind message has %d result formats but query has %d columns", (int)m->n_results,
		 (int)n_columns);
	return false;
}

bool
pgw_bind_check_params(const struct pgw_bind *m, unsigned n_required, struct pgw_error *e)
{
	if (m->n_params == n_required)
		return true;
	pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION,
		 "bind message supplies %d parameters, but prepared statement \"%s\" requires %d",
		 (int)m->n_params, m->statement.p, (int)n_required);
	return false;
}

bool
pgw_check_format(int16_t format, struct pgw_error *e)
{
	if (format == 0 || format == 1)
		return true;
	pgw_fail(e, PGW_ERROR, PGW_INVALID_PARAMETER_VALUE, "unsupported format code: %d", format);
	return false;
}
