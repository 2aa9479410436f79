/*
 * Conversions of domains: those of the base, then the constraints.
 */
#include "types/domain.h"

const struct type *
domain_base(const struct type *t, int32_t *typmod)
{
	if (typmod)
		*typmod = -1;
	while (t->typtype == 'd' && t->of) {
		if (typmod && *typmod < 0 && t->domain)
			*typmod = t->domain->typmod;
		t = t->of;
	}
	return t;
}

static bool
check(struct type_ctx *c, const struct type *t, const struct datum *d)
{
	const struct type_env *env = c->env;

	return !env->domain || env->domain->check(env->domain_arg, t, d, c->err);
}

bool
domain_takes_null(struct type_ctx *c, const struct type *t)
{
	struct datum null = datum_null();

	return t->typtype != 'd' || check(c, t, &null);
}

bool
domain_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod UNUSED,
	  struct datum *out)
{
	int32_t typmod_below;
	const struct type *base = domain_base(t, &typmod_below);

	return type_text_in(c, base, s, n, typmod_below, out) && check(c, t, out);
}

bool
domain_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n,
	    int32_t typmod UNUSED, struct datum *out)
{
	int32_t typmod_below;
	const struct type *base = domain_base(t, &typmod_below);

	return type_binary_in(c, base, p, n, typmod_below, out) && check(c, t, out);
}

bool
domain_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	   struct buf *b)
{
	int32_t typmod_below;
	const struct type *base = domain_base(t, &typmod_below);

	return type_text_out(c, base, d, typmod_below, b);
}

bool
domain_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod UNUSED,
	    struct buf *b)
{
	int32_t typmod_below;
	const struct type *base = domain_base(t, &typmod_below);

	return type_binary_out(c, base, d, typmod_below, b);
}

int
domain_collate(const struct type *t, const char *a, size_t an, const char *b, size_t bn)
{
	t = domain_base(t, NULL);
	return t->collate(t, a, an, b, bn);
}
