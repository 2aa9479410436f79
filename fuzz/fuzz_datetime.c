/*
 * fuzz_datetime: date and time input and TZ strings.
 * The first byte chooses what is fed: a type's text input (whose value must survive being printed
 * and read again), its binary input, or a POSIX TZ string.
 */
#include <stdio.h>
#include <stdlib.h>

#include "types/datetime.h"

static const oid_t types[] = {T_DATE, T_TIME, T_TIMESTAMP, T_TIMESTAMPTZ, T_INTERVAL, T_TIMETZ};

static const struct type *
row(oid_t oid)
{
	const struct type *t = types_datetime;

	while (t->oid != oid)
		t++;
	return t;
}

static const struct type *
no_type(void *unused, oid_t oid)
{
	(void)unused, (void)oid;
	return NULL;
}

/* A stored value prints, and what is printed reads back as the same; but a timetz may have an
 * offset that its text cannot say. */
static void
round_trip(struct type_ctx *c, const struct type *t, const struct datum *d)
{
	struct buf b = BUF_INIT;
	struct datum again;

	if (!t->out(c, t, d, -1, &b) ||
	    (t->oid != T_TIMETZ && (!t->in(c, t, b.data, b.len, -1, &again) || again.n != d->n ||
				    memcmp(again.p, d->p, d->n) != 0))) {
		fprintf(stderr, "type %u: %.*s does not read back\n", t->oid, (int)d->n, d->p);
		abort();
	}
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct type_env env = type_env_canonical;
	struct type_ctx c = {.arena = &a, .err = &e, .env = &env, .find = no_type};
	const struct type *t;
	struct datum d;
	const char *s = (const char *)data + 1;
	bool ok;

	if (n < 1)
		return 0;
	err_init(&e);
	env.timezone = tzone_find("<+0330>-3:30", 12);
	t = row(types[data[0] % COUNTOF(types)]);
	if (data[0] & 128) {
		tzone_find(s, n - 1);
	} else {
		ok = data[0] & 64 ? t->recv(&c, t, s, n - 1, -1, &d)
				  : t->in(&c, t, s, n - 1, -1, &d);
		if (ok)
			round_trip(&c, t, &d);
	}
	err_release(&e);
	arena_release(&a);
	return 0;
}
