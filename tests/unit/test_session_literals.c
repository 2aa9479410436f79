/*
 * literals: what is lifted out of a text, and what is left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/literals.h"

static struct arena a;

static void
lifted(const char *text, const char *expected, int n, ...)
{
	struct literals l;
	va_list ap;

	assert_true(literals_lift(&a, text, &l));
	assert_string_equal(l.text, expected);
	assert_int_equal(l.n, n);
	va_start(ap, n);
	for (int i = 0; i < n; i++)
		assert_int_equal(l.values[i].i, va_arg(ap, int));
	va_end(ap);
}

static void
left_alone(const char *text)
{
	struct literals l;

	assert_false(literals_lift(&a, text, &l));
}

static void
lifts(void **state)
{
	(void)state;
	lifted("SELECT abalance FROM pgbench_accounts WHERE aid = 4711;", "SELECT abalance FROM pgbench_accounts WHERE aid = $1;", 1, 4711);
	lifted("UPDATE t SET a = a + -12 WHERE b = 3", "UPDATE t SET a = a + -$1 WHERE b = $2", 2, 12, 3);
	lifted("insert into t (a, b) values (7, -8, now())", "insert into t (a, b) values ($1, -$2, now())", 2, 7, 8);
	lifted("select * from t where a in (1, 2) limit 5", "select * from t where a in ($1, $2) limit 5", 2, 1, 2);
	lifted("select t1.c2 from t1 where c>=10", "select t1.c2 from t1 where c>=$1", 1, 10);
	lifted("select 'it''s 5 = 5', \"a = 5\" from t where x=6", "select 'it''s 5 = 5', \"a = 5\" from t where x=$1", 1, 6);
	lifted("select a::numeric(10,2) from t where x = 1 order by 1", "select a::numeric(10,2) from t where x = $1 order by 1", 1, 1);
}

static void
leaves(void **state)
{
	(void)state;
	left_alone("select 1");
	left_alone("select f(1, 2)");
	left_alone("select a from t limit 5 offset 3");
	left_alone("select x = 1.5, y = 1e3, z = 2147483648");
	left_alone("select x + 1 from t group by x + 1");
	left_alone("select distinct x + 1 from t order by x + 1");
	left_alone("select a = 1; select 2");
	left_alone("select a = 1 -- 2");
	left_alone("select a = 1 /* 2 */");
	left_alone("select $1 = 1");
	left_alone("select $$a$$ = 1");
	left_alone("select E'\\'' = 1");
	left_alone("select U&'a' = 1");
	left_alone("create table t(a int default 1 + 1)");
	left_alone("select 'open = 5");
	left_alone("");
}

static int
stop(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lifts),
		cmocka_unit_test(leaves),
	};

	return cmocka_run_group_tests(tests, NULL, stop);
}
