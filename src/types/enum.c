/*
 * Conversions of enums. A label is stored as it is written, so that only the way in has to look it
 * up.
 */
#include "types/enum.h"
#include "base/utf8.h"
#include "types/read.h"

const struct enum_label *
enum_label(const struct type *t, const char *s, size_t n)
{
	return t->labels ? map_get(&t->labels->by_name, s, n) : NULL;
}

bool
enum_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	struct datum *out)
{
	const struct enum_label *label = enum_label(t, s, n);

	if (!label)
		return err_set(c->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "invalid input value for enum %s: \"%.*s\"", t->name, (int)n, s);
	*out = datum_text(label->name, label->n);
	return true;
}

bool
enum_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

bool
enum_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	  struct datum *out)
{
	return utf8_verify(p, n, c->err) && enum_in(c, t, p, n, typmod, out);
}

bool
enum_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	  struct buf *b)
{
	return enum_out(c, t, d, typmod, b);
}

int
enum_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	const struct enum_label *x = enum_label(t, a, an), *y = enum_label(t, b, bn);
	int r;

	if (x && y)
		return (x->sort_order > y->sort_order) - (x->sort_order < y->sort_order);
	if (x || y)
		return x ? -1 : 1;
	r = MIN(an, bn) ? memcmp(a, b, MIN(an, bn)) : 0;
	return r ? r : (an > bn) - (an < bn);
}
