/*
 * Multiranges: making them, and their ranges one by one.
 */
#include "func/array_args.h"
#include "func/range_args.h"
#include "func/tables.h"

static bool
constructor0(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	struct multirange m = {0};

	return ret_multirange(c, &m, out);
}

static bool
constructor1(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct multirange m;

	return arg_ranges(c, 0, &args[0], &m) && ret_multirange(c, &m, out);
}

/* multirange(VARIADIC ranges) */
static bool
constructor2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *t = ret_range_type(c), *elem;
	struct type_ctx tc = fcall_type_ctx(c);
	struct multirange m = {0};
	struct array v;
	struct datum d;

	if (!t || !arg_array(c, 0, &args[0], &v, &elem))
		return false;
	if (v.ndim > 1)
		return err_set(c->err, ERR_CARDINALITY_VIOLATION, -1,
			       "multiranges cannot be constructed from multidimensional arrays");
	m.ranges = ARENA_ARRAY(c->arena, struct range, MAX(v.n, 1));
	for (; m.n < v.n; m.n++) {
		if (!v.items[m.n].p)
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "multirange values cannot contain null members");
		if (!item_datum(&tc, elem, &v.items[m.n], &d) ||
		    !range_read(&tc, elem, &d, &m.ranges[m.n]))
			return false;
	}
	multirange_normalize(t, &m);
	return multirange_write(&tc, t, &m, out);
}

/* ---- unnest ---- */

struct unnest {
	struct multirange m;
	const struct type *type;
	int at;
};

/* c->arena of open lives as long as the scan. */
static bool
unnest_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	struct unnest *u = ARENA_NEW(c->arena, struct unnest);

	*state = u;
	u->type = arg_range_type(c, 0);
	return u->type && (arg_null(&args[0]) || arg_ranges(c, 0, &args[0], &u->m));
}

static int
unnest_next(struct fcall *c, void *state, struct datum *cols)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct unnest *u = state;

	if (u->at == u->m.n)
		return 0;
	return range_write(&tc, u->type, &u->m.ranges[u->at++], cols) ? 1 : -1;
}

/* The state lies in the call's arena. */
static void
unnest_close(void *state UNUSED)
{
}

static const struct srf_ops unnest_ops = {unnest_open, unnest_next, unnest_close, 1};

const struct func func_multirange[] = {
	FUNC_T("multirange_constructor0", constructor0),
	FUNC_T("multirange_constructor1", constructor1),
	FUNC_T("multirange_constructor2", constructor2),
	FUNC_SRF_T("multirange_unnest", &unnest_ops),
	FUNC_END,
};
