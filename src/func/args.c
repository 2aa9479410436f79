#include "func/args.h"
#include "types/network.h"
#include "types/read.h"

bool
arg_int_slow(struct fcall *c, const struct datum *d, int64_t *v)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return read_int(&tc, type_builtin(T_INT8), d, v);
}

bool
arg_uint(struct fcall *c, const struct datum *d, uint64_t *v)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return read_uint(&tc, type_builtin(T_XID8), d, v);
}

bool
arg_float_slow(struct fcall *c, const struct datum *d, double *v)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return read_real(&tc, type_builtin(T_FLOAT8), d, v);
}

const char *
arg_text_slow(struct fcall *c, const struct datum *d, size_t *n)
{
	return read_text(c->arena, d, n);
}

bool
ret_buf(struct fcall *c, struct buf *b, struct datum *out)
{
	*out = datum_text(arena_memdup(c->arena, b->data, b->len), b->len);
	buf_release(b);
	return true;
}

bool
ret_text(struct fcall *c, const char *s, struct datum *out)
{
	size_t n = strlen(s);

	*out = datum_text(arena_memdup(c->arena, s, n), n);
	return true;
}

bool
ret_num_release(struct fcall *c, struct num *n, struct datum *out)
{
	bool ok = num_store(c->err, c->arena, n, out);

	num_release(n);
	return ok;
}

bool
out_of_range(struct fcall *c, const char *type)
{
	return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "%s out of range", type);
}

bool
division_by_zero(struct fcall *c)
{
	return err_set(c->err, ERR_DIVISION_BY_ZERO, -1, "division by zero");
}

bool
value_out(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	  struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return type_text_out(&tc, t, d, typmod, b);
}

bool
value_text(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	   struct buf *b)
{
	if (t->oid == T_BOOL && d->class == DATUM_INT) {
		buf_puts(b, d->i ? "true" : "false");
		return true;
	}
	if (t->oid == T_INET || t->oid == T_CIDR) {
		struct type_ctx tc = fcall_type_ctx(c);
		struct inet v;

		if (!inet_read(&tc, t, d, &v))
			return false;
		inet_print(&v, INET_MASK_ALWAYS, b);
		return true;
	}
	/* The cast from character drops the padding. */
	return value_out(c, t, t->oid == T_BPCHAR ? -1 : typmod, d, b);
}
