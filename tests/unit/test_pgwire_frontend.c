/*
 * Decoding of every frontend message, and the texts for malformed ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pgwire.h"

static struct pgw_error err;

static struct pgw_frame
frame(char type, const char *body, size_t n)
{
	return (struct pgw_frame){(uint8_t)type, (const uint8_t *)body, n, n + 5};
}

#define FRAME(type, lit)                                                                           \
	(&(struct pgw_frame){type, (const uint8_t *)(lit), sizeof(lit) - 1, sizeof(lit) + 4})

static void
assert_error(enum pgw_severity sev, const char *sqlstate, const char *message)
{
	assert_int_equal(err.severity, sev);
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.message, message);
}

static void
assert_violation(const char *message)
{
	assert_error(PGW_ERROR, "08P01", message);
}

static void
test_query(void **state)
{
	struct pgw_query m;

	(void)state;
	assert_true(pgw_decode_query(FRAME('Q', "select 1\0"), &m, &err));
	assert_string_equal(m.sql.p, "select 1");
	assert_int_equal(m.sql.n, 8);
	assert_false(pgw_decode_query(FRAME('Q', "select 1"), &m, &err));
	assert_violation("invalid string in message");
	assert_false(pgw_decode_query(FRAME('Q', ""), &m, &err));
	assert_violation("invalid string in message");
	assert_false(pgw_decode_query(FRAME('Q', "select 1\0x"), &m, &err));
	assert_violation("invalid message format");
}

static void
test_parse(void **state)
{
	struct pgw_parse m;

	(void)state;
	assert_true(pgw_decode_parse(FRAME('P', "s\0select $1\0\0\2\0\0\0\x17\0\0\0\0"), &m, &err));
	assert_string_equal(m.name.p, "s");
	assert_string_equal(m.sql.p, "select $1");
	assert_int_equal(m.n_types, 2);
	assert_int_equal(pgw_parse_type(&m, 0), 23);
	assert_int_equal(pgw_parse_type(&m, 1), 0);
	assert_false(pgw_decode_parse(FRAME('P', "s\0select\0\0\2\0\0\0\x17"), &m, &err));
	assert_violation("insufficient data left in message");
	assert_false(pgw_decode_parse(FRAME('P', "s\0select\0"), &m, &err));
	assert_violation("insufficient data left in message");
	assert_false(pgw_decode_parse(FRAME('P', "s\0select\0\0\0."), &m, &err));
	assert_violation("invalid message format");
}

static void
test_describe_close(void **state)
{
	struct pgw_describe m;

	(void)state;
	assert_true(pgw_decode_describe(FRAME('D', "Ss1\0"), &m, &err));
	assert_int_equal(m.kind, 'S');
	assert_string_equal(m.name.p, "s1");
	assert_true(pgw_decode_close(FRAME('C', "P\0"), &m, &err));
	assert_int_equal(m.kind, 'P');
	assert_int_equal(m.name.n, 0);
	assert_false(pgw_decode_describe(FRAME('D', "Xa\0"), &m, &err));
	assert_violation("invalid DESCRIBE message subtype 88");
	assert_false(pgw_decode_close(FRAME('C', "\xff\0"), &m, &err));
	assert_violation("invalid CLOSE message subtype 255");
	assert_false(pgw_decode_describe(FRAME('D', "Xa\0x"), &m, &err));
	assert_violation("invalid message format");
	assert_false(pgw_decode_describe(FRAME('D', ""), &m, &err));
	assert_violation("no data left in message");
}

static void
test_execute_and_small(void **state)
{
	struct pgw_execute m;
	struct pgw_str s;

	(void)state;
	assert_true(pgw_decode_execute(FRAME('E', "c\0\0\0\1\0"), &m, &err));
	assert_string_equal(m.portal.p, "c");
	assert_int_equal(m.max_rows, 256);
	assert_true(pgw_decode_execute(FRAME('E', "\0\xff\xff\xff\xff"), &m, &err));
	assert_int_equal(m.max_rows, -1);
	assert_false(pgw_decode_execute(FRAME('E', "\0\0\0"), &m, &err));
	assert_violation("insufficient data left in message");
	assert_true(pgw_decode_empty(FRAME('S', ""), &err));
	assert_false(pgw_decode_empty(FRAME('H', "x"), &err));
	assert_violation("invalid message format");
	assert_true(pgw_decode_copy_fail(FRAME('f', "no\0more"), &s, &err));
	assert_string_equal(s.p, "no");
	assert_false(pgw_decode_copy_fail(FRAME('f', "no"), &s, &err));
	assert_violation("invalid string in message");
}

static void
test_bind(void **state)
{
	static const char body[] = "p\0s\0\0\3\0\1\0\0\0\2\0\3"
				   "\0\0\0\2ab\xff\xff\xff\xff\0\0\0\0"
				   "\0\2\0\1\0\0";
	struct pgw_frame f = frame('B', body, sizeof(body) - 1);
	struct pgw_value v[3];
	struct pgw_bind m;

	(void)state;
	assert_true(pgw_decode_bind(&f, &m, &err));
	assert_string_equal(m.portal.p, "p");
	assert_string_equal(m.statement.p, "s");
	assert_int_equal(m.n_params, 3);
	pgw_bind_params(&m, v);
	assert_int_equal(v[0].n, 2);
	assert_memory_equal(v[0].p, "ab", 2);
	assert_int_equal(v[0].format, 1);
	assert_int_equal(v[1].n, -1);
	assert_null(v[1].p);
	assert_int_equal(v[2].n, 0);
	assert_non_null(v[2].p);
	assert_int_equal(v[2].format, 2);
	assert_int_equal(pgw_bind_result_format(&m, 0), 1);
	assert_int_equal(pgw_bind_result_format(&m, 1), 0);
	assert_true(pgw_bind_check_results(&m, 2, &err));
	assert_false(pgw_bind_check_results(&m, 3, &err));
	assert_violation("bind message has 2 result formats but query has 3 columns");
	assert_true(pgw_bind_check_params(&m, 3, &err));
	assert_false(pgw_bind_check_params(&m, 1, &err));
	assert_violation(
		"bind message supplies 3 parameters, but prepared statement \"s\" requires 1");
	assert_true(pgw_check_format(v[0].format, &err));
	assert_false(pgw_check_format(v[2].format, &err));
	assert_error(PGW_ERROR, "22023", "unsupported format code: 2");
	for (size_t n = 0; n < sizeof(body) - 1; n++) {
		f = frame('B', body, n);
		assert_false(pgw_decode_bind(&f, &m, &err));
	}
}

static void
test_bind_formats(void **state)
{
	struct pgw_bind m;
	struct pgw_value v[2];

	(void)state;
	assert_true(
		pgw_decode_bind(FRAME('B', "\0\0\0\1\0\1\0\2\0\0\0\0\0\0\0\0\0\1\0\1"), &m, &err));
	pgw_bind_params(&m, v);
	assert_int_equal(v[0].format, 1);
	assert_int_equal(v[1].format, 1);
	assert_int_equal(pgw_bind_result_format(&m, 0), 1);
	assert_int_equal(pgw_bind_result_format(&m, 700), 1);
	assert_true(pgw_bind_check_results(&m, 700, &err));
	assert_true(pgw_decode_bind(FRAME('B', "\0\0\0\0\0\0\0\0"), &m, &err));
	assert_int_equal(pgw_bind_result_format(&m, 0), 0);
}

static void
test_bind_errors(void **state)
{
	struct pgw_bind m;

	(void)state;
	assert_false(
		pgw_decode_bind(FRAME('B', "\0\0\0\2\0\0\0\0\0\1\xff\xff\xff\xff\0\0"), &m, &err));
	assert_violation("bind message has 2 parameter formats but 1 parameters");
	assert_false(pgw_decode_bind(FRAME('B', "\0\0\0\0\0\1\xff\xff\xff\xfe\0\0"), &m, &err));
	assert_violation("insufficient data left in message");
	assert_false(pgw_decode_bind(FRAME('B', "\0\0\0\0\0\1\x7f\xff\xff\xff\0\0"), &m, &err));
	assert_violation("insufficient data left in message");
	assert_false(pgw_decode_bind(FRAME('B', "\0\0\0\0\0\0\0\0x"), &m, &err));
	assert_violation("invalid message format");
	assert_false(pgw_decode_bind(FRAME('B', "\0abc"), &m, &err));
	assert_violation("invalid string in message");
}

static void
test_function_call(void **state)
{
	struct pgw_function_call m;
	struct pgw_values w;
	struct pgw_value v;

	(void)state;
	assert_true(pgw_decode_function_call(
		FRAME('F', "\0\0\5\x73\0\1\0\1\0\2\0\0\0\1x\xff\xff\xff\xff\0\1"), &m, &err));
	assert_int_equal(m.oid, 1395);
	assert_int_equal(m.n_args, 2);
	assert_int_equal(m.result_format, 1);
	pgw_function_values(&m, &w);
	assert_true(pgw_values_next(&w, &v));
	assert_int_equal(v.n, 1);
	assert_int_equal(v.format, 1);
	assert_true(pgw_values_next(&w, &v));
	assert_int_equal(v.n, -1);
	assert_false(pgw_values_next(&w, &v));
	assert_false(pgw_decode_function_call(FRAME('F', "\0\0\5\x73\0\0\0\1\xff\xff\xff\xfb\0\1"),
					      &m, &err));
	assert_violation("invalid argument size -5 in function call message");
	assert_false(
		pgw_decode_function_call(FRAME('F', "\0\0\5\x73\0\2\0\0\0\0\0\1\0\0"), &m, &err));
	assert_violation("function call message contains 2 argument formats but 1 arguments");
}

static void
test_password(void **state)
{
	struct pgw_str s;

	(void)state;
	assert_true(pgw_decode_password(FRAME('p', "secret\0"), &s, &err));
	assert_string_equal(s.p, "secret");
	assert_false(pgw_decode_password(FRAME('p', "secret"), &s, &err));
	assert_error(PGW_FATAL, "08P01", "invalid password packet size");
	assert_false(pgw_decode_password(FRAME('p', "sec\0ret\0"), &s, &err));
	assert_error(PGW_FATAL, "08P01", "invalid password packet size");
	assert_false(pgw_decode_password(FRAME('p', "\0"), &s, &err));
	assert_error(PGW_FATAL, "28P01", "empty password returned by client");
}

static void
test_sasl_initial(void **state)
{
	struct pgw_sasl_initial m;

	(void)state;
	assert_true(pgw_decode_sasl_initial(FRAME('p', "SCRAM-SHA-256\0\0\0\0\3n,,"), &m, &err));
	assert_string_equal(m.mechanism.p, "SCRAM-SHA-256");
	assert_int_equal(m.len, 3);
	assert_memory_equal(m.data, "n,,", 3);
	assert_true(pgw_decode_sasl_initial(FRAME('p', "X\0\xff\xff\xff\xff"), &m, &err));
	assert_null(m.data);
	assert_int_equal(m.len, 0);
	assert_true(pgw_decode_sasl_initial(FRAME('p', "X\0\0\0\0\0"), &m, &err));
	assert_non_null(m.data);
	assert_false(pgw_decode_sasl_initial(FRAME('p', "X\0\0\0\0\x09"
							"abc"),
					     &m, &err));
	assert_error(PGW_FATAL, "08P01", "insufficient data left in message");
	assert_false(pgw_decode_sasl_initial(FRAME('p', "X\0\0\0\0\1abc"), &m, &err));
	assert_error(PGW_FATAL, "08P01", "invalid message format");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),          cmocka_unit_test(test_parse),
		cmocka_unit_test(test_describe_close), cmocka_unit_test(test_execute_and_small),
		cmocka_unit_test(test_bind),           cmocka_unit_test(test_bind_formats),
		cmocka_unit_test(test_bind_errors),    cmocka_unit_test(test_function_call),
		cmocka_unit_test(test_password),       cmocka_unit_test(test_sasl_initial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
