/* jsonpath: recorded paths and queries; what is stored reads back as what was meant; depth. */
#include "func_case.h"
#include "types/jsonpath.h"

static const struct func_case rows[] = {
#include "cases_jsonpath.inc"
};

static void
recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		case_check(&rows[i]);
}

/* The stored text has the parentheses that the printed one lacks, and is its own stored text. */
static void
stored(void **state)
{
	static const char *const paths[][3] = {
		{"exists(($.a == 1).type())", "exists (($.\"a\" == 1).type())",
		 "exists ($.\"a\" == 1.type())"},
		{"$[($.a+1).abs()]", "$[($.\"a\" + 1).abs()]", "$[$.\"a\" + 1.abs()]"},
		{"(!(1==1)).type()", "(!(1 == 1)).type()", "!(1 == 1).type()"},
		{"((1==1) is unknown).type()", "((1 == 1) is unknown).type()",
		 "(1 == 1) is unknown.type()"},
		{"(exists($)).type()", "(exists ($)).type()", "exists ($).type()"},
		{"$.a ? (@ > 1).b", "$.\"a\"?(@ > 1).\"b\"", "$.\"a\"?(@ > 1).\"b\""},
		{"-(1).abs()", "(-(1).abs())", "(-(1).abs())"},
	};

	(void)state;
	for (size_t i = 0; i < COUNTOF(paths); i++) {
		struct arena a = ARENA_INIT;
		struct buf first = BUF_INIT, again = BUF_INIT, out = BUF_INIT;
		struct jsonpath path;
		struct err e;

		err_init(&e);
		assert_true(jsonpath_parse(&a, &e, paths[i][0], strlen(paths[i][0]), &path));
		jsonpath_print(&path, true, &first);
		assert_string_equal(buf_str(&first), paths[i][1]);
		assert_true(jsonpath_parse(&a, &e, first.data, first.len, &path));
		jsonpath_print(&path, true, &again);
		assert_string_equal(buf_str(&again), paths[i][1]);
		jsonpath_print(&path, false, &out);
		assert_string_equal(buf_str(&out), paths[i][2]);
		buf_release(&first);
		buf_release(&again);
		buf_release(&out);
		err_release(&e);
		arena_release(&a);
	}
}

static const char *
parse_repeated(const char *before, const char *middle, const char *after, int n)
{
	static char sqlstate[6];
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct jsonpath path;
	struct err e;

	err_init(&e);
	for (int i = 0; i < n; i++)
		buf_puts(&b, before);
	buf_puts(&b, middle);
	for (int i = 0; i < n; i++)
		buf_puts(&b, after);
	memcpy(sqlstate, "00000", 6);
	if (!jsonpath_parse(&a, &e, b.data, b.len, &path))
		memcpy(sqlstate, e.sqlstate, 6);
	buf_clear(&b);
	if (!err_is_set(&e))
		jsonpath_print(&path, true, &b);
	buf_release(&b);
	err_release(&e);
	arena_release(&a);
	return sqlstate;
}

/* As many symbols as PostgreSQL's parser keeps; below that any depth is read and printed. */
static void
depth(void **state)
{
	(void)state;
	assert_string_equal(parse_repeated("(", "1", ")", 9000), "00000");
	assert_string_equal(parse_repeated("(", "1", ")", 11000), "42601");
	assert_string_equal(parse_repeated("-", "$", "", 9000), "00000");
	assert_string_equal(parse_repeated("-", "$", "", 11000), "42601");
	assert_string_equal(parse_repeated("1+(", "1", ")", 3000), "00000");
	assert_string_equal(parse_repeated("1+(", "1", ")", 4900), "42601");
	assert_string_equal(parse_repeated("$ ? (@ > ", "1", ")", 1000), "00000");
	assert_string_equal(parse_repeated("$ ? (@ > ", "1", ")", 3000), "42601");
	assert_string_equal(parse_repeated("", "1", "+1", 9000), "00000");
	assert_string_equal(parse_repeated("", "1", "+1", JSONPATH_MAX_DEPTH + 1), "54001");
	assert_string_equal(parse_repeated("", "$", ".a", 50000), "00000");
}

/* Execution recurs, too. */
static void
deep_execution(void **state)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct err e;
	struct fenv env = {.types = type_env_canonical, .err = &e};
	struct fcall c = {.arena = &a, .err = &e, .env = &env};
	struct datum args[2], out;

	(void)state;
	err_init(&e);
	buf_puts(&b, "1");
	for (int i = 0; i < 9000; i++)
		buf_puts(&b, "+1");
	args[0] = datum_text("1", 1);
	args[1] = datum_text(b.data, b.len);
	assert_false(func_call(func_by_key("jsonb_path_query_first"), &c, args, 2, &out));
	assert_string_equal(e.sqlstate, "54001");
	err_clear(&e);
	args[1].n = 1001;
	assert_true(func_call(func_by_key("jsonb_path_query_first"), &c, args, 2, &out));
	assert_int_equal(out.n, 3);
	assert_memory_equal(out.p, "501", 3);
	buf_release(&b);
	err_release(&e);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded),
		cmocka_unit_test(stored),
		cmocka_unit_test(depth),
		cmocka_unit_test(deep_execution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
