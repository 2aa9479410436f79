/*
 * The conversions of json and jsonb.
 */
#include "base/utf8.h"
#include "types/families.h"
#include "types/json.h"
#include "types/read.h"

static bool
json_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	if (!json_check(c->err, s, n))
		return false;
	*out = datum_text(s, n);
	return true;
}

static bool
text_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

static bool
json_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	  struct datum *out)
{
	return utf8_verify(p, n, c->err) && json_in(c, t, p, n, typmod, out);
}

static bool
jsonb_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	 int32_t typmod UNUSED, struct datum *out)
{
	struct json j;
	struct buf b = BUF_INIT;

	if (!jsonb_parse(c->arena, c->err, s, n, &j))
		return false;
	jsonb_print(&j, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
jsonb_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	   struct datum *out)
{
	const char *s = p;

	if (n < 1)
		return bad_binary(c->err);
	if (*s != 1)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "unsupported jsonb version number %d", (unsigned char)*s);
	return utf8_verify(s + 1, n - 1, c->err) && jsonb_in(c, t, s + 1, n - 1, typmod, out);
}

static bool
jsonb_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	   struct buf *b)
{
	buf_putc(b, 1);
	return text_out(c, t, d, typmod, b);
}

const struct type types_json[] = {
	{.oid = T_JSON,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = json_in,
	 .out = text_out,
	 .recv = json_recv,
	 .send = text_out},
	{.oid = T_JSONB,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .collation = "pg_jsonb",
	 .collate = jsonb_collate,
	 .in = jsonb_in,
	 .out = text_out,
	 .recv = jsonb_recv,
	 .send = jsonb_send},
	{0},
};
