/*
 * oidvector and tid: comparison, and what is left of them.
 */
#include "func/catalog_fn.h"
#include "func/tables.h"

/* The numbers of an oidvector's text. */
static int
read_oids(struct fcall *c, const struct datum *d, oid_t **oids)
{
	size_t n;
	const char *s = arg_text(c, d, &n), *end = s + n;
	int count = 0;

	*oids = ARENA_ARRAY(c->arena, oid_t, n / 2 + 1);
	while (s < end) {
		uint32_t v = 0;

		for (; s < end && *s >= '0' && *s <= '9'; s++)
			v = v * 10 + (uint32_t)(*s - '0');
		(*oids)[count++] = v;
		s += s < end;
	}
	return count;
}

/* The shorter one first, then number by number. */
static int
compare(struct fcall *c, const struct datum *args)
{
	oid_t *a, *b;
	int an = read_oids(c, &args[0], &a), bn = read_oids(c, &args[1], &b);

	if (an != bn)
		return an - bn;
	for (int i = 0; i < an; i++)
		if (a[i] != b[i])
			return a[i] > b[i] ? 1 : -1;
	return 0;
}

#define COMPARISON(name, expr)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r = compare(c, args);                                                          \
                                                                                                   \
		*out = datum_int(expr);                                                            \
		return true;                                                                       \
	}

COMPARISON(vector_lt, r < 0)
COMPARISON(vector_le, r <= 0)
COMPARISON(vector_eq, r == 0)
COMPARISON(vector_ne, r != 0)
COMPARISON(vector_ge, r >= 0)
COMPARISON(vector_gt, r > 0)
COMPARISON(vector_cmp, r)

static bool
fn_oidvectortypes(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	oid_t *oids;
	int n = read_oids(c, &args[0], &oids);

	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "",
			   snapshot_format_type(c->arena, c->env->snapshot, c->env->search_path,
						oids[i], -1));
	return ret_buf(c, &b, out);
}

static bool
tid_cmp(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = datum_int((args[0].i > args[1].i) - (args[0].i < args[1].i));
	return true;
}

static bool
tid_larger(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = args[args[0].i < args[1].i];
	return true;
}

static bool
tid_smaller(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = args[args[0].i > args[1].i];
	return true;
}

const struct func func_vector[] = {
	FUNC("oidvectorlt", vector_lt),     FUNC("oidvectorle", vector_le),
	FUNC("oidvectoreq", vector_eq),     FUNC("oidvectorne", vector_ne),
	FUNC("oidvectorge", vector_ge),     FUNC("oidvectorgt", vector_gt),
	FUNC("btoidvectorcmp", vector_cmp), FUNC_S("oidvectortypes", fn_oidvectortypes),
	FUNC("bttidcmp", tid_cmp),          FUNC("tidlarger", tid_larger),
	FUNC("tidsmaller", tid_smaller),    FUNC_END,
};
