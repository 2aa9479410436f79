/*
 * bool. Stored: INTEGER 0 or 1; any other number in an adopted file is true.
 */
#include "types/families.h"
#include "types/read.h"

#include <strings.h>

/* A unique prefix of a word: "t", "tru", "of". */
static bool
word(const char *s, size_t n, const char *name, size_t least)
{
	return n >= least && n <= strlen(name) && strncasecmp(s, name, n) == 0;
}

static bool
bool_parse(const char *s, size_t n, bool *v)
{
	trim_space(&s, &n);
	if (word(s, n, "true", 1) || word(s, n, "yes", 1) || word(s, n, "on", 2) ||
	    (n == 1 && *s == '1'))
		*v = true;
	else if (word(s, n, "false", 1) || word(s, n, "no", 1) || word(s, n, "off", 2) ||
		 (n == 1 && *s == '0'))
		*v = false;
	else
		return false;
	return true;
}

static bool
bool_read(struct type_ctx *c, const struct datum *d, bool *v)
{
	if (d->class == DATUM_INT)
		*v = d->i != 0;
	else if (d->class == DATUM_REAL)
		*v = d->r != 0;
	else if (!bool_parse(d->p, d->n, v))
		return bad_input(c->err, "boolean", d->p, d->n);
	return true;
}

static bool
bool_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	int32_t typmod UNUSED, struct datum *out)
{
	bool v;

	if (!bool_parse(s, n, &v))
		return bad_input(c->err, "boolean", s, n);
	*out = datum_int(v);
	return true;
}

static bool
bool_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	bool v;

	if (!bool_read(c, d, &v))
		return false;
	buf_putc(b, v ? 't' : 'f');
	return true;
}

static bool
bool_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p, size_t n,
	  int32_t typmod UNUSED, struct datum *out)
{
	if (n != 1)
		return bad_binary(c->err);
	*out = datum_int(*(const char *)p != 0);
	return true;
}

static bool
bool_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	  int32_t typmod UNUSED, struct buf *b)
{
	bool v;

	if (!bool_read(c, d, &v))
		return false;
	buf_putc(b, (char)v);
	return true;
}

const struct type types_bool[] = {
	{.oid = T_BOOL,
	 .stored = DATUM_INT,
	 .decl = "INTEGER",
	 .in = bool_in,
	 .out = bool_out,
	 .recv = bool_recv,
	 .send = bool_send},
	{0},
};
