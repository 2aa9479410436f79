#include "func/range_args.h"
#include "types/read.h"

static const struct type *
with_range(struct fcall *c, const struct type *t)
{
	if (t && range_type(t))
		return t;
	if (t)
		err_set(c->err, ERR_DATATYPE_MISMATCH, -1, "type %s is not a range type",
			type_sql_name(t));
	else
		err_set(c->err, ERR_INTERNAL_ERROR, -1,
			"a range function was called without its types");
	return NULL;
}

const struct type *
arg_range_type(struct fcall *c, int i)
{
	return with_range(c, c->types && i < c->types->nargs ? c->types->args[i] : NULL);
}

const struct type *
ret_range_type(struct fcall *c)
{
	return with_range(c, c->types ? c->types->ret : NULL);
}

bool
arg_range(struct fcall *c, int i, const struct datum *d, struct range *r)
{
	const struct type *t = arg_range_type(c, i);
	struct type_ctx tc = fcall_type_ctx(c);

	return t && range_read(&tc, t, d, r);
}

static bool
is_multirange(const struct type *t)
{
	while (t->typtype == 'd')
		t = t->of;
	return t->typtype == 'm';
}

bool
arg_ranges(struct fcall *c, int i, const struct datum *d, struct multirange *m)
{
	const struct type *t = arg_range_type(c, i);
	struct type_ctx tc = fcall_type_ctx(c);

	if (!t)
		return false;
	if (is_multirange(t))
		return multirange_read(&tc, t, d, m);
	m->ranges = ARENA_NEW(c->arena, struct range);
	if (!range_read(&tc, t, d, m->ranges))
		return false;
	m->n = !m->ranges->empty;
	return true;
}

bool
ret_range(struct fcall *c, const struct range *r, struct datum *out)
{
	const struct type *t = ret_range_type(c);
	struct type_ctx tc = fcall_type_ctx(c);

	return t && range_write(&tc, t, r, out);
}

bool
ret_multirange(struct fcall *c, const struct multirange *m, struct datum *out)
{
	const struct type *t = ret_range_type(c);
	struct type_ctx tc = fcall_type_ctx(c);

	return t && multirange_write(&tc, t, m, out);
}
