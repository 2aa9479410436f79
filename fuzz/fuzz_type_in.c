/*
 * fuzz_type_in: text and binary input of every built-in type.
 * The first two bytes choose the type and the form (text, or binary when the top bit is set), the
 * third a type modifier. What is accepted must print, read back, and print the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "types/type.h"

static const struct type *
chosen(const uint8_t *data)
{
	static int count;

	while (type_builtin_at(count))
		count++;
	return type_builtin_at(((data[0] & 0x7f) << 8 | data[1]) % count);
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
round_trip(struct type_ctx *c, const struct type *t, int32_t typmod, const struct datum *d)
{
	struct buf once = BUF_INIT, twice = BUF_INIT, bin = BUF_INIT;
	struct datum again;

	if (!type_text_out(c, t, d, typmod, &once) || !type_binary_out(c, t, d, typmod, &bin))
		goto out;
	if (type_compare(t, d, d) != 0)
		abort();
	/* A timetz may carry an offset that its text cannot say. */
	if (t->oid != T_TIMETZ &&
	    type_text_in(c, t, once.data ? once.data : "", once.len, typmod, &again)) {
		if (!type_text_out(c, t, &again, typmod, &twice) || once.len != twice.len ||
		    (once.len && memcmp(once.data, twice.data, once.len) != 0)) {
			fprintf(stderr, "type %s: %.*s becomes %.*s\n", t->name, (int)once.len,
				once.data, (int)twice.len, twice.data);
			abort();
		}
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
	struct type_ctx c = {
		.arena = &a, .err = &e, .env = &type_env_canonical, .find = type_builtin_find};
	const struct type *t;
	const char *s = (const char *)data + 3;
	struct datum d;
	int32_t typmod;

	if (n < 3 || n > 4096)
		return 0;
	n -= 3;
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
