/*
 * frontend: decoding of every frontend message but Bind and FunctionCall (bind.c).
 */
#include "internal.h"

static struct pgw_str
get_str(struct pgw_reader *r)
{
	struct pgw_str s;

	s.p = pgw_get_string(r, &s.n);
	return s;
}

static struct pgw_reader
frame_reader(const struct pgw_frame *f)
{
	struct pgw_reader r;

	pgw_reader_init(&r, f->body, f->len);
	return r;
}

bool
pgw_decode_query(const struct pgw_frame *f, struct pgw_query *m, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	m->sql = get_str(&r);
	return pgw_get_end(&r, e);
}

bool
pgw_decode_parse(const struct pgw_frame *f, struct pgw_parse *m, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	m->name = get_str(&r);
	m->sql = get_str(&r);
	m->n_types = pgw_get_u16(&r);
	m->types_be = pgw_get_bytes(&r, 4 * (size_t)m->n_types);
	return pgw_get_end(&r, e);
}

uint32_t
pgw_parse_type(const struct pgw_parse *m, unsigned i)
{
	return pgw_load32(m->types_be + 4 * (size_t)i);
}

/* Describe and Close look alike; PostgreSQL checks the message's end before the kind. */
static bool
decode_target(const struct pgw_frame *f, const char *message, struct pgw_describe *m,
	      struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);
	uint8_t kind = pgw_get_u8(&r);

	m->kind = (char)kind;
	m->name = get_str(&r);
	if (!pgw_get_end(&r, e))
		return false;
	if (kind == 'S' || kind == 'P')
		return true;
	pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION, "invalid %s message subtype %d", message,
		 kind);
	return false;
}

bool
pgw_decode_describe(const struct pgw_frame *f, struct pgw_describe *m, struct pgw_error *e)
{
	return decode_target(f, "DESCRIBE", m, e);
}

bool
pgw_decode_close(const struct pgw_frame *f, struct pgw_describe *m, struct pgw_error *e)
{
	return decode_target(f, "CLOSE", m, e);
}

bool
pgw_decode_execute(const struct pgw_frame *f, struct pgw_execute *m, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	m->portal = get_str(&r);
	m->max_rows = (int32_t)pgw_get_u32(&r);
	return pgw_get_end(&r, e);
}

bool
pgw_decode_empty(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	return pgw_get_end(&r, e);
}

/* PostgreSQL reads CopyFail's text and does not mind what follows it. */
bool
pgw_decode_copy_fail(const struct pgw_frame *f, struct pgw_str *message, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	*message = get_str(&r);
	return pgw_get_ok(&r, e);
}

bool
pgw_decode_password(const struct pgw_frame *f, struct pgw_str *password, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);

	*password = get_str(&r);
	if (r.bad || r.p != r.end) {
		pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION, "invalid password packet size");
		return false;
	}
	if (password->n == 0) {
		pgw_fail(e, PGW_FATAL, PGW_INVALID_PASSWORD, "empty password returned by client");
		return false;
	}
	return true;
}

bool
pgw_decode_sasl_initial(const struct pgw_frame *f, struct pgw_sasl_initial *m, struct pgw_error *e)
{
	struct pgw_reader r = frame_reader(f);
	uint32_t len;

	m->mechanism = get_str(&r);
	len = pgw_get_u32(&r);
	m->data = len == UINT32_MAX ? NULL : pgw_get_bytes(&r, len);
	m->len = m->data ? len : 0;
	if (pgw_get_end(&r, e))
		return true;
	e->severity = PGW_FATAL;
	return false;
}
