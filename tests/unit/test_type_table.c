/* The table of types, orders, and what SQLite may hand over for a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "types/numeric.h"
#include "types/type.h"
#include "types/utf8.h"

static void
facts(void **state)
{
	int n = 0;

	(void)state;
	for (const struct type *t; (t = type_builtin_at(n)); n++) {
		assert_ptr_equal(type_builtin(t->oid), t);
		assert_non_null(type_builtin_by_name(t->name));
		if (t->array_oid) {
			assert_non_null(type_builtin(t->array_oid));
			assert_int_equal(type_builtin(t->array_oid)->elem_oid, t->oid);
		}
		assert_non_null(t->decl);
	}
	assert_int_equal(n, 601);
	assert_null(type_builtin(99999));
	assert_null(type_builtin(15));
	assert_null(type_builtin_by_name("no such type"));
	assert_string_equal(type_builtin(T_INT4)->sql_name, "integer");
	assert_int_equal(type_builtin(T_INT4)->array_oid, T_INT4ARRAY);
}

static void
without_body(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct type_ctx c = {
		.arena = &a, .err = &e, .env = &type_env_canonical, .find = type_builtin_find};
	struct datum d;

	(void)state;
	err_init(&e);
	assert_false(type_text_in(&c, type_builtin_by_name("polygon"), "x", 1, -1, &d));
	assert_string_equal(e.sqlstate, "0A000");
	assert_string_equal(e.message, "type polygon is not supported");
	err_release(&e);
	arena_release(&a);
}

/* In ascending order; equal ones stand together between bars. */
static void
numeric_order(void **state)
{
	static const char *const v[] = {
		"-Infinity", "-100",  "-99.5", "-1",  "-0.001",
		"0",         "0.0",   "0.001", "0.5", "0.50",
		"1",         "1.000", "9.99",  "10",  "123456789012345678901234567890",
		"Infinity",  "NaN"};

	(void)state;
	for (size_t i = 0; i < COUNTOF(v); i++)
		for (size_t j = i; j < COUNTOF(v); j++) {
			struct num x, y;
			struct err e;
			int order = numeric_collate(NULL, v[i], strlen(v[i]), v[j], strlen(v[j])), back,
			    exact;

			err_init(&e);
			back = numeric_collate(NULL, v[j], strlen(v[j]), v[i], strlen(v[i]));
			assert_true(num_parse(&e, v[i], strlen(v[i]), &x));
			assert_true(num_parse(&e, v[j], strlen(v[j]), &y));
			exact = num_cmp(&x, &y);
			assert_int_equal((order > 0) - (order < 0), (exact > 0) - (exact < 0));
			assert_int_equal((order > 0) - (order < 0), (back < 0) - (back > 0));
			assert_true(order <= 0);
			num_release(&x);
			num_release(&y);
		}
}

static void
expect_out(const struct type *t, struct datum d, const char *want)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct type_ctx c = {
		.arena = &a, .err = &e, .env = &type_env_canonical, .find = type_builtin_find};
	struct buf b = BUF_INIT;

	err_init(&e);
	if (!type_text_out(&c, t, &d, -1, &b))
		buf_puts(&b, e.sqlstate);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
	err_release(&e);
	arena_release(&a);
}

/* Any storage class may come from a file that another program wrote. */
static void
lenient(void **state)
{
	(void)state;
	expect_out(type_builtin(T_TEXT), datum_int(1), "1");
	expect_out(type_builtin(T_TEXT), datum_real(1.5), "1.5");
	expect_out(type_builtin(T_INT4), datum_real(2.0), "2");
	expect_out(type_builtin(T_INT4), datum_text("42", 2), "42");
	expect_out(type_builtin(T_INT4), datum_text("x", 1), "22P02");
	expect_out(type_builtin(T_INT4), datum_int(INT64_C(1) << 40), "22003");
	expect_out(type_builtin(T_FLOAT8), datum_int(3), "3");
	expect_out(type_builtin(T_FLOAT8), datum_text("NaN", 3), "NaN");
	expect_out(type_builtin(T_NUMERIC), datum_int(7), "7");
	expect_out(type_builtin(T_NUMERIC), datum_real(0.1), "0.1");
	expect_out(type_builtin(T_NUMERIC), datum_text("007.50", 6), "7.50");
	expect_out(type_builtin(T_BOOL), datum_int(5), "t");
	expect_out(type_builtin(T_BYTEA), datum_text("ab", 2), "\\x6162");
	expect_out(type_builtin(T_TEXT), datum_null(), "XX000");
}

static void
native_order(void **state)
{
	const struct type *f = type_builtin(T_FLOAT8), *b = type_builtin(T_BPCHAR),
			  *n = type_builtin(T_NUMERIC);
	struct datum one = datum_int(1), half = datum_real(0.5), nan = datum_text("NaN", 3),
		     big = datum_real(1e300);
	struct datum ab = datum_text("ab", 2), ab_blank = datum_text("ab  ", 4),
		     one_text = datum_text("1.0", 3);

	(void)state;
	assert_true(type_compare(f, &half, &one) < 0);
	assert_true(type_compare(f, &nan, &big) > 0);
	assert_true(type_compare(f, &nan, &nan) == 0);
	assert_true(type_compare(b, &ab, &ab_blank) == 0);
	assert_true(type_compare(n, &one, &one_text) == 0);
}

static void
characters(void **state)
{
	const char *s = "a\303\251\346\227\245\360\237\230\200";
	size_t used;
	char enc[4];

	(void)state;
	assert_int_equal(utf8_count(s, 10), 4);
	assert_int_equal(utf8_offset(s, 10, 2), 3);
	assert_int_equal(utf8_offset(s, 10, 99), 10);
	assert_int_equal(utf8_clip(s, 10, 4), 3);
	assert_int_equal(utf8_decode(s + 6, 4, &used), 0x1f600);
	assert_int_equal(used, 4);
	assert_int_equal(utf8_encode(0x1f600, enc), 4);
	assert_memory_equal(enc, s + 6, 4);
	assert_int_equal(utf8_decode("\xc0\x80", 2, &used), 0xc0);
	assert_int_equal(used, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts),         cmocka_unit_test(without_body),
		cmocka_unit_test(numeric_order), cmocka_unit_test(lenient),
		cmocka_unit_test(native_order),  cmocka_unit_test(characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
