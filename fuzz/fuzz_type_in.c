/*
 * fuzz_type_in: text and binary input of every built-in type, and of one of every kind that users
 * make. The first two bytes choose the type and the form (text, or binary when the top bit is set),
 * the third a type modifier. What is accepted must print, read back, print the same, and be equal
 * to itself; so must what its binary form reads back as.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "catalog/snapshot.h"
#include "types/type.h"
#include "user_types.h"

static const struct type *
chosen(const uint8_t *data)
{
	static int count;
	int i;

	while (type_builtin_at(count))
		count++;
	i = ((data[0] & 0x7f) << 8 | data[1]) % (count + NUSER_TYPES);
	return i < count ? type_builtin_at(i)
			 : snapshot_type(user_types_snapshot(), user_type_oids[i - count]);
}

/* A modifier that is often in range: lengths and precisions from 1 to 16, or none. */
static int32_t
modifier(const struct type *t, uint8_t byte)
{
	char first[16], second[16];
	const char *const args[] = {first, second};
	struct err e;
	int32_t typmod = -1;

	if (!t->typmodin || byte < 128)
		return -1;
	snprintf(first, sizeof(first), "%d", 1 + byte % 16);
	snprintf(second, sizeof(second), "%d", byte / 16 % 8 - 2);
	err_init(&e);
	if (!t->typmodin(&e, -1, args, t->oid == T_NUMERIC ? 2 : 1, &typmod))
		typmod = -1;
	err_release(&e);
	return typmod;
}

static void
same_text(const struct type *t, const struct buf *once, const struct buf *twice)
{
	if (once->len == twice->len && (!once->len || !memcmp(once->data, twice->data, once->len)))
		return;
	fprintf(stderr, "type %s: %.*s becomes %.*s\n", t->name, (int)once->len, once->data,
		(int)twice->len, twice->data);
	abort();
}

static bool
present(void *arg, const struct type *t, const struct datum *value, struct err *err)
{
	(void)arg;
	(void)t;
	return value->class != DATUM_NULL ||
	       err_set(err, ERR_NOT_NULL_VIOLATION, -1, "domain %s does not allow null values",
		       t->name);
}

static void
round_trip(struct type_ctx *c, const struct type *t, int32_t typmod, const struct datum *d)
{
	struct buf once = BUF_INIT, twice = BUF_INIT, bin = BUF_INIT;
	struct datum again;

	if (!type_text_out(c, t, d, typmod, &once) || !type_binary_out(c, t, d, typmod, &bin))
		goto out;
	if (type_compare(t, d, d) != 0)
		abort();
	if (type_binary_in(c, t, bin.data ? bin.data : "", bin.len, typmod, &again)) {
		if (!type_text_out(c, t, &again, typmod, &twice))
			abort();
		same_text(t, &once, &twice);
		buf_clear(&twice);
	}
	/* A timetz may carry an offset that its text cannot say. */
	if (t->oid != T_TIMETZ &&
	    type_text_in(c, t, once.data ? once.data : "", once.len, typmod, &again)) {
		if (!type_text_out(c, t, &again, typmod, &twice))
			abort();
		same_text(t, &once, &twice);
	}
out:
	buf_release(&once);
	buf_release(&twice);
	buf_release(&bin);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = ARENA_INIT;
	struct err e;
	static const struct domain_ops domain = {present};
	struct type_env env = type_env_canonical;
	struct type_ctx c = {.arena = &a,
			     .err = &e,
			     .env = &env,
			     .find = snapshot_type_find,
			     .find_arg = user_types_snapshot()};
	const struct type *t;
	const char *s = (const char *)data + 3;
	struct datum d;
	int32_t typmod;

	if (n < 3 || n > 4096)
		return 0;
	n -= 3;
	env.domain = &domain;
	err_init(&e);
	t = chosen(data);
	typmod = modifier(t, data[2]);
	if (data[0] & 0x80) {
		if (type_binary_in(&c, t, s, n, typmod, &d))
			round_trip(&c, t, typmod, &d);
	} else if (utf8_valid_prefix(s, n) == n && type_text_in(&c, t, s, n, typmod, &d)) {
		round_trip(&c, t, typmod, &d);
	}
	err_release(&e);
	arena_release(&a);
	return 0;
}
