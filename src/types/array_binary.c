/*
 * The binary form of arrays: ndim, has-null flag, element OID; per dimension size and lower bound;
 * per element length (-1: NULL) and value.
 */
#include "types/array.h"
#include "types/array_value.h"
#include "types/domain.h"
#include "types/read.h"

#include <limits.h>

/* OIDs from here on differ between servers: an element type of another one is taken for ours. */
enum { FIRST_MADE_OID = 10000 };

struct input {
	struct err *err;
	const uint8_t *p;
	size_t left;
};

static bool
short_message(struct err *e)
{
	return err_set(e, ERR_PROTOCOL_VIOLATION, -1, "insufficient data left in message");
}

static bool
take32(struct input *in, int32_t *v)
{
	if (in->left < 4)
		return short_message(in->err);
	*v = (int32_t)be32_get(in->p);
	in->p += 4;
	in->left -= 4;
	return true;
}

static bool
invalid(struct err *e, const char *fmt, int32_t v)
{
	return err_set(e, ERR_INVALID_BINARY_REPRESENTATION, -1, fmt, (int)v);
}

static bool
read_header(struct input *in, const struct type *elem, struct array *v)
{
	int32_t ndim, flags, oid;

	if (!take32(in, &ndim))
		return false;
	if (ndim < 0)
		return invalid(in->err, "invalid number of dimensions: %d", ndim);
	if (ndim > ARRAY_MAX_DIM)
		return err_set(in->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "number of array dimensions (%d) exceeds the maximum allowed (%d)",
			       (int)ndim, ARRAY_MAX_DIM);
	if (!take32(in, &flags))
		return false;
	if (flags != 0 && flags != 1)
		return invalid(in->err, "invalid array flags", flags);
	if (!take32(in, &oid))
		return false;
	if ((oid_t)oid != elem->oid && (oid_t)oid < FIRST_MADE_OID && elem->oid < FIRST_MADE_OID)
		return err_set(
			in->err, ERR_DATATYPE_MISMATCH, -1,
			"binary data has array element type %u (%s) instead of expected %u (%s)",
			(oid_t)oid,
			type_builtin((oid_t)oid) ? type_sql_name(type_builtin((oid_t)oid)) : "???",
			elem->oid, type_sql_name(elem));
	v->ndim = ndim;
	for (int i = 0; i < ndim; i++)
		if (!take32(in, &v->dims[i]) || !take32(in, &v->lower[i]))
			return false;
	return array_set_size(in->err, v);
}

/* A value longer than its type is told with its place. */
static bool
left_over(struct err *e, int i)
{
	if (!e->message || strcmp(e->message, "incorrect binary data format") != 0)
		return false;
	err_clear(e);
	return invalid(e, "improper binary format in array element %d", i + 1);
}

static bool
read_item(struct type_ctx *c, struct input *in, const struct type *elem, int32_t typmod, int i,
	  struct array_item *item)
{
	struct datum d;
	int32_t n;

	if (!take32(in, &n))
		return false;
	if (n == -1)
		return domain_takes_null(c, elem);
	if (n < -1 || (size_t)n > in->left)
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "insufficient data left in message");
	if (!type_binary_in(c, elem, in->p, (size_t)n, typmod, &d))
		return left_over(c->err, i);
	in->p += n;
	in->left -= (size_t)n;
	if (!datum_item(c, elem, &d, item))
		return false;
	item_pad(c->arena, elem, typmod, item);
	return true;
}

bool
array_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	   struct datum *out)
{
	const struct type *elem = c->find(c->find_arg, t->elem_oid);
	struct input in = {c->err, p, n};
	struct array v = {0};
	struct buf b = BUF_INIT;

	if (!elem)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "cache lookup failed for type %u",
			       t->elem_oid);
	if (!read_header(&in, elem, &v))
		return false;
	if ((size_t)v.n > in.left / 4)
		return short_message(c->err);
	v.items = ARENA_ARRAY(c->arena, struct array_item, v.n + 1);
	for (int i = 0; i < v.n; i++)
		if (!read_item(c, &in, elem, typmod, i, &v.items[i]))
			return false;
	if (in.left)
		return err_set(c->err, ERR_INVALID_BINARY_REPRESENTATION, -1,
			       "incorrect binary data format");
	if (v.n == 0)
		v.ndim = 0;
	array_print(&v, elem->delim, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
send_item(struct type_ctx *c, const struct type *elem, int32_t typmod, const struct array_item *i,
	  struct buf *b)
{
	size_t at = b->len;
	struct datum d;

	buf_put32(b, UINT32_MAX);
	if (!i->p)
		return true;
	if (!item_datum(c, elem, i, &d) || !type_binary_out(c, elem, &d, typmod, b))
		return false;
	be32_put(b->data + at, (uint32_t)(b->len - at - 4));
	return true;
}

bool
array_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	   struct buf *b)
{
	const struct type *elem = c->find(c->find_arg, t->elem_oid);
	struct array v;
	uint32_t has_null = 0;

	if (!elem)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "cache lookup failed for type %u",
			       t->elem_oid);
	if (!array_read(c->arena, c->err, t, d, &v))
		return false;
	for (int i = 0; i < v.n; i++)
		has_null |= !v.items[i].p;
	buf_put32(b, (uint32_t)v.ndim);
	buf_put32(b, has_null);
	buf_put32(b, elem->oid);
	for (int i = 0; i < v.ndim; i++) {
		buf_put32(b, (uint32_t)v.dims[i]);
		buf_put32(b, (uint32_t)v.lower[i]);
	}
	for (int i = 0; i < v.n; i++)
		if (!send_item(c, elem, typmod, &v.items[i], b))
			return false;
	return true;
}
