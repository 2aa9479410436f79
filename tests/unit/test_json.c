/* JSON: recorded texts and calls; contexts of errors, depth, the order of jsonb, aggregates over
 * rows. */
#include "func_case.h"
#include "types/json.h"

static const struct func_case rows[] = {
#include "cases_json.inc"
};

static void
recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		case_check(&rows[i]);
}

static void
context_of(const char *text, const char *want)
{
	struct err e;

	err_init(&e);
	assert_false(json_check(&e, text, strlen(text)));
	assert_string_equal(e.context, want);
	err_release(&e);
}

static void
contexts(void **state)
{
	(void)state;
	context_of("{\"a\":1", "JSON data, line 1: {\"a\":1");
	context_of("[1 2, 3]", "JSON data, line 1: [1 2...");
	context_of("[\n1,\n x]", "JSON data, line 3:  x...");
	context_of("[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" x]",
		   "JSON data, line 1: ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" x...");
}

static void
depth(void **state)
{
	enum { TOO_DEEP = JSON_MAX_DEPTH + 1 };
	char *s = xmalloc(2 * TOO_DEEP);
	struct arena a = ARENA_INIT;
	struct json j;
	struct err e;

	(void)state;
	err_init(&e);
	memset(s, '[', TOO_DEEP);
	memset(s + TOO_DEEP, ']', TOO_DEEP);
	assert_false(json_check(&e, s, 2 * TOO_DEEP));
	assert_string_equal(e.sqlstate, "54001");
	err_clear(&e);
	assert_true(jsonb_parse(&a, &e, s + 1, 2 * JSON_MAX_DEPTH, &j));
	assert_int_equal(j.kind, JSON_ARRAY);
	err_release(&e);
	arena_release(&a);
	free(s);
}

static void
order(void **state)
{
	/* Ascending. */
	static const char *const sorted[] = {"[]",
					     "null",
					     "\"\"",
					     "\"a\"",
					     "1",
					     "1.5",
					     "false",
					     "true",
					     "[null]",
					     "[1]",
					     "[[]]",
					     "[1, 2]",
					     "{}",
					     "{\"a\": 1}",
					     "{\"a\": 2}",
					     "{\"b\": 0}",
					     "{\"a\": 1, \"b\": 1}"};

	(void)state;
	for (size_t i = 0; i < COUNTOF(sorted); i++)
		for (size_t k = 0; k < COUNTOF(sorted); k++) {
			int r = jsonb_collate(NULL, sorted[i], strlen(sorted[i]), sorted[k],
					      strlen(sorted[k]));

			assert_int_equal((r > 0) - (r < 0), (i > k) - (i < k));
		}
	assert_int_equal(jsonb_collate(NULL, "{\"a\": 1.0}", 10, "{\"a\": 1.00}", 11), 0);
}

static void
numbers(void **state)
{
	(void)state;
	assert_true(json_is_number("-1.5e+3", 7));
	assert_true(json_is_number("0", 1));
	assert_false(json_is_number("01", 2));
	assert_false(json_is_number("NaN", 3));
	assert_false(json_is_number("1.", 2));
	assert_false(json_is_number("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded), cmocka_unit_test(contexts), cmocka_unit_test(depth),
		cmocka_unit_test(order),    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
