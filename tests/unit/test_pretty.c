/* Pairs as pg_get_expr(…, false) and pg_get_expr(…, true) of a PostgreSQL 15 print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "catalog/snapshot.h"

static const char *const pairs[][2] = {
	{"(a > 0)",
	 "a > 0"},
	{"((a > 0) AND (b < 5))",
	 "a > 0 AND b < 5"},
	{"((a > 0) OR ((b < 5) AND (c IS NOT NULL)))",
	 "a > 0 OR b < 5 AND c IS NOT NULL"},
	{"(((a > 0) OR (b < 5)) AND (c IS NOT NULL))",
	 "(a > 0 OR b < 5) AND c IS NOT NULL"},
	{"(NOT (a > 0))",
	 "NOT a > 0"},
	{"(NOT ((a > 0) AND (b > 0)))",
	 "NOT (a > 0 AND b > 0)"},
	{"((a + (b * 2)) > 10)",
	 "(a + b * 2) > 10"},
	{"(((a + b) * 2) > 10)",
	 "((a + b) * 2) > 10"},
	{"((a - (b - 1)) > 0)",
	 "(a - (b - 1)) > 0"},
	{"(((a - b) - 1) > 0)",
	 "(a - b - 1) > 0"},
	{"((t = 'x'::text) OR (t = 'y'::text) OR (t = 'z'::text))",
	 "t = 'x'::text OR t = 'y'::text OR t = 'z'::text"},
	{"(t = ANY (ARRAY['x'::text, 'y'::text]))",
	 "t = ANY (ARRAY['x'::text, 'y'::text])"},
	{"(length(t) > 3)",
	 "length(t) > 3"},
	{"((length((t || 'a'::text)) + 1) > 3)",
	 "(length(t || 'a'::text) + 1) > 3"},
	{"((v)::text = 'a'::text)",
	 "v::text = 'a'::text"},
	{"(upper((v)::text) ~~ 'A%'::text)",
	 "upper(v::text) ~~ 'A%'::text"},
	{"((a > b) = (b > 0))",
	 "(a > b) = (b > 0)"},
	{"(COALESCE(a, (b + 1)) > 2)",
	 "COALESCE(a, b + 1) > 2"},
	{"((t IS NULL) OR (a IS NOT NULL))",
	 "t IS NULL OR a IS NOT NULL"},
	{"((a >= 1) AND (a <= 10))",
	 "a >= 1 AND a <= 10"},
	{"((a + b) IS NOT NULL)",
	 "(a + b) IS NOT NULL"},
	{"((- a) < 5)",
	 "(- a) < 5"},
	{"(d > now())",
	 "d > now()"},
	{"(d > '2020-01-01 00:00:00+00'::timestamp with time zone)",
	 "d > '2020-01-01 00:00:00+00'::timestamp with time zone"},
	{"((n = 1.5) OR (n <> (2)::numeric))",
	 "n = 1.5 OR n <> 2::numeric"},
	{"(((a > 0) AND (b > 0)) OR ((a < 0) AND (b < 0)))",
	 "a > 0 AND b > 0 OR a < 0 AND b < 0"},
	{"((((a > 0) OR (b > 0)) AND ((a < 0) OR (b < 0))) OR (t = 'q'::text))",
	 "(a > 0 OR b > 0) AND (a < 0 OR b < 0) OR t = 'q'::text"},
	{"((a % 2) = 0)",
	 "(a % 2) = 0"},
	{"(((a * b) / 3) > 1)",
	 "(a * b / 3) > 1"},
	{"((a / (b * 3)) > 1)",
	 "(a / (b * 3)) > 1"},
	{"(t ~ '^[a-z(]+$'::text)",
	 "t ~ '^[a-z(]+$'::text"},
	{"(t = 'it''s (odd)'::text)",
	 "t = 'it''s (odd)'::text"},
	{"(\"Odd (Name)\" > 0)",
	 "\"Odd (Name)\" > 0"},
	{"(a = ANY (ARRAY[1, 2, 3]))",
	 "a = ANY (ARRAY[1, 2, 3])"},
	{"((a = 1) AND (b = 2))",
	 "a = 1 AND b = 2"},
	{"((a > 0) IS TRUE)",
	 "(a > 0) IS TRUE"},
	{"(((v)::text = 'abc'::text) AND (t <> (v)::text))",
	 "v::text = 'abc'::text AND t <> v::text"},
	{"(array_length(arr, 1) > 0)",
	 "array_length(arr, 1) > 0"},
	{"((arr[1] > 0) AND (arr[(a + 1)] < 3))",
	 "arr[1] > 0 AND arr[a + 1] < 3"},
	{"((NOT (a > 0)) AND (NOT (b > 0)))",
	 "NOT a > 0 AND NOT b > 0"},
	{"(t IS DISTINCT FROM (v)::text)",
	 "t IS DISTINCT FROM v::text"},
	{"(EXTRACT(year FROM d) > (2000)::numeric)",
	 "EXTRACT(year FROM d) > 2000::numeric"},
	{"(((a)::numeric * 1.5) > n)",
	 "(a::numeric * 1.5) > n"},
	{"(SUBSTRING(t FROM 1 FOR 2) = 'ab'::text)",
	 "SUBSTRING(t FROM 1 FOR 2) = 'ab'::text"},
};

static void
test_pairs(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNTOF(pairs); i++)
		assert_string_equal(pretty_expression(&a, pairs[i][0]), pairs[i][1]);
	arena_release(&a);
}

static void
test_odd_texts(void **state)
{
	static const char *const texts[] = {"", "(", ")", "((", "a)", "'", "\"", "()", "f()"};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNTOF(texts); i++)
		assert_non_null(pretty_expression(&a, texts[i]));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pairs), cmocka_unit_test(test_odd_texts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
