/* What emission guarantees whatever the statement: literals, precedence, SQLite's limits. */
#include "translate_env.h"

#include <stdio.h>

static struct translate_env env;

static char *
compile(struct arena *a, const char *sql)
{
	struct parse_tree tree;
	struct plan *p;
	char *text;

	err_clear(&env.err);
	if (!parse_sql(a, sql, &tree, &env.err))
		return NULL;
	p = plan_compile(&env.env, sql, &tree.stmts[0], NULL, 0, true);
	if (!p)
		return NULL;
	text = arena_strdup(a, p->sqlite);
	plan_unref(p);
	return text;
}

static void
expect(const char *sql, const char *sqlite)
{
	struct arena a = ARENA_INIT;
	char *got = compile(&a, sql);

	if (!got)
		fail_msg("%s: %s", sql, env.err.message);
	assert_string_equal(got, sqlite);
	arena_release(&a);
}

static void
test_point_query(void **state UNUSED)
{
	expect("select b from t where id = $1", "SELECT t1.\"b\" FROM \"t\" AS t1 WHERE t1.\"id\" = ?1");
}

static void
test_literals(void **state UNUSED)
{
	expect("select 'a''b'", "SELECT 'a''b'");
	expect("select -1", "SELECT -1");
	expect("select 2.5::float8", "SELECT 2.5");
	expect("select 3::float8, 3::numeric", "SELECT 3.0, '3'");
	expect("select 'Infinity'::float8, '-Infinity'::float8", "SELECT 9e999, -9e999");
	expect("select 2.50", "SELECT '2.50'");
	expect("select null, true", "SELECT NULL, 1");
}

static void
test_precedence(void **state UNUSED)
{
	expect("select 1 from t where (a = 1 or a = 2) and not (b = 'x' and b = 'y')",
	       "SELECT 1 FROM \"t\" AS t1 WHERE (t1.\"a\" = 1 OR t1.\"a\" = 2) AND NOT (t1.\"b\" = 'x' AND t1.\"b\" = 'y')");
	expect("select b || b || 'x' from t", "SELECT t1.\"b\" || t1.\"b\" || 'x' FROM \"t\" AS t1");
	expect("select b || (b || 'x') from t", "SELECT t1.\"b\" || (t1.\"b\" || 'x') FROM \"t\" AS t1");
	expect("select (a = 1) = (a = 2) from t", "SELECT (t1.\"a\" = 1) = (t1.\"a\" = 2) FROM \"t\" AS t1");
}

static void
test_collations(void **state UNUSED)
{
	expect("select 1 from t where c = 1.5", "SELECT 1 FROM \"t\" AS t1 WHERE t1.\"c\" = '1.5' COLLATE pg_numeric");
	expect("select c from t group by c", "SELECT t1.\"c\" FROM \"t\" AS t1 GROUP BY t1.\"c\" COLLATE pg_numeric");
	expect("select 1 from t where c in (1, 2)", "SELECT 1 FROM \"t\" AS t1 WHERE t1.\"c\" COLLATE pg_numeric IN ('1', '2')");
}

static void
test_nulls(void **state UNUSED)
{
	expect("select id from t order by id", "SELECT t1.\"id\" FROM \"t\" AS t1 ORDER BY t1.\"id\"");
	expect("select a from t order by a, b desc",
	       "SELECT t1.\"a\" FROM \"t\" AS t1 ORDER BY t1.\"a\" NULLS LAST, t1.\"b\" DESC NULLS FIRST");
	expect("select a from t order by a nulls first, b desc nulls last",
	       "SELECT t1.\"a\" FROM \"t\" AS t1 ORDER BY t1.\"a\", t1.\"b\" DESC");
}

/* n times item, between head and tail. */
static char *
repeat(struct arena *a, const char *head, const char *item, int n, const char *tail)
{
	struct buf b = BUF_INIT;
	char *s;

	buf_puts(&b, head);
	for (int i = 0; i < n; i++)
		buf_puts(&b, item);
	buf_puts(&b, tail);
	s = buf_dup(&b, a);
	buf_release(&b);
	return s;
}

static void
expect_prepares(const char *sql)
{
	struct arena a = ARENA_INIT;
	const char *message;
	char *got = compile(&a, sql);

	if (!got)
		fail_msg("%.60s: %s", sql, env.err.message);
	if (!translate_prepares(&env, got, &message))
		fail_msg("%.60s: %s", sql, message);
	arena_release(&a);
}

static void
test_limits(void **state UNUSED)
{
	struct arena a = ARENA_INIT;

	expect_prepares(repeat(&a, "select 1 from t where id = 0", " or a = 1", 5000, ""));
	expect_prepares(repeat(&a, "select 1 from t where id in (0", ", 1", 10000, ")"));
	expect_prepares(repeat(&a, "select 0", " + 1", 300, ""));
	expect_prepares(repeat(&a, "select coalesce(null", ", a", 400, ") from t"));
	expect_prepares(repeat(&a, "select array[0", ", 1", 500, "]"));
	expect_prepares(repeat(&a, "select 0", " union all select 1", 1200, ""));
	expect_prepares(repeat(&a, "values (0)", ", (1)", 3000, ""));
	arena_release(&a);
}

static void
test_too_deep(void **state UNUSED)
{
	struct arena a = ARENA_INIT;
	char *half = repeat(&a, "select ", "(select ", 1500, "1");
	char *got = compile(&a, repeat(&a, half, ")", 1500, ""));

	assert_null(got);
	assert_string_equal(env.err.sqlstate, "54001");
	arena_release(&a);
}

static int
setup(void **state UNUSED)
{
	translate_open(&env, "CREATE TABLE t(id int PRIMARY KEY NOT NULL, a int, b text, c numeric(10,2));");
	return 0;
}

static int
teardown(void **state UNUSED)
{
	translate_close(&env);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_point_query), cmocka_unit_test(test_literals), cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_collations),  cmocka_unit_test(test_nulls),    cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_deep),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
