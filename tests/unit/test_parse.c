/* Parsing: statements and their places, error codes and positions, depth. Expectations recorded from PostgreSQL 15. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <pthread.h>

#include "base/buf.h"
#include "pg_query.pb-c.h"
#include "sql/parse_depth.h"
#include "sql/sql.h"

static struct arena arena;
static struct err err;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	err_init(&err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	err_release(&err);
	return 0;
}

static void
statements(void **state)
{
	static const char text[] = "select 1; ;insert into t values ('ä;') ;\n-- no more\n";
	struct parse_tree t;
	(void)state;
	assert_true(parse_sql(&arena, text, &t, &err));
	assert_int_equal(t.n, 2);
	assert_int_equal(t.stmts[0].node->node_case, PG_QUERY__NODE__NODE_SELECT_STMT);
	assert_int_equal(t.stmts[0].location, 0);
	assert_int_equal(t.stmts[0].len, 8);
	assert_int_equal(t.stmts[1].node->node_case, PG_QUERY__NODE__NODE_INSERT_STMT);
	assert_memory_equal(text + t.stmts[1].location, "insert into", 11);
	assert_true(parse_sql(&arena, "", &t, &err));
	assert_int_equal(t.n, 0);
	assert_true(parse_sql(&arena, "  -- nothing", &t, &err));
	assert_int_equal(t.n, 0);
	assert_true(parse_sql(&arena, "select 1", &t, &err));
	assert_int_equal(t.stmts[0].len, 8);
}

static void
errors(void **state)
{
	static const struct {
		const char *sql, *sqlstate;
		int location;
		const char *message, *hint;
	} rows[] = {
		{"select 'äöü' from from", "42601", 21, "syntax error at or near \"from\"", NULL},
		{"select 1 limit", "42601", 14, "syntax error at end of input", NULL},
		{"select 'a", "42601", 7, "unterminated quoted string at or near \"'a\"", NULL},
		{"select \"\"", "42601", 7, "zero-length delimited identifier at or near \"\"\"\"", NULL},
		{"select 123abc", "42601", 7, "trailing junk after numeric literal at or near \"123abc\"", NULL},
		{"select 12äb", "42601", 7, "trailing junk after numeric literal at or near \"12äb\"", NULL},
		{"select 0x1Fg", "42601", 7, "trailing junk after numeric literal at or near \"0x1Fg\"", NULL},
		{"select 123a.b", "42601", 7, "trailing junk after numeric literal at or near \"123a\"", NULL},
		{"select $1abc", "42601", 7, "trailing junk after parameter at or near \"$1abc\"", NULL},
		{"select 1e+a", "42601", 7, "trailing junk after numeric literal at or near \"1e+\"", NULL},
		{"select U&'\\zzzz'", "42601", 10, "invalid Unicode escape", "Unicode escapes must be \\XXXX or \\+XXXXXX."},
		{"select E'\\uzzzz'", "22025", 9, "invalid Unicode escape", "Unicode escapes must be \\uXXXX or \\UXXXXXXXX."},
		{"select E'\\xff'", "22021", -1, "invalid byte sequence for encoding \"UTF8\": 0xff", NULL},
		{"select 1::float(0)", "22023", 16, "precision for type float must be at least 1 bit", NULL},
		{"select 1 limit 1,2", "42601", 9, "LIMIT #,# syntax is not supported", "Use separate LIMIT and OFFSET clauses."},
		{"select * from (select 1)", "42601", 14, "subquery in FROM must have an alias",
		 "For example, FROM (SELECT ...) [AS] foo."},
		{"create table a(b int references c match partial)", "0A000", 34, "MATCH PARTIAL not yet implemented", NULL},
		{"alter role none login", "42939", 11, "role name \"none\" is reserved", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		struct parse_tree t;
		assert_false(parse_sql(&arena, rows[i].sql, &t, &err));
		assert_string_equal(err.message, rows[i].message);
		assert_string_equal(err.sqlstate, rows[i].sqlstate);
		assert_int_equal(err.location, rows[i].location);
		if (rows[i].hint)
			assert_string_equal(err.hint, rows[i].hint);
		else
			assert_null(err.hint);
		err_clear(&err);
	}
}

static char *
repeated(const char *head, const char *item, int n, const char *middle, const char *tail)
{
	struct buf b = BUF_INIT;
	buf_puts(&b, head);
	for (int i = 0; i < n; i++)
		buf_puts(&b, item);
	buf_puts(&b, middle);
	for (int i = 0; i < n; i++)
		buf_puts(&b, tail);
	char *s = buf_dup(&b, &arena);
	buf_release(&b);
	return s;
}

/* On the stack that a worker has. */
struct deep {
	const char *sql;
	bool ok;
};

static void *
parse_deep(void *arg)
{
	struct deep *d = arg;
	struct parse_tree t;
	d->ok = parse_sql(&arena, d->sql, &t, &err);
	return NULL;
}

static bool
on_worker(const char *sql)
{
	struct deep d = {.sql = sql};
	pthread_attr_t attr;
	pthread_t thread;
	err_clear(&err);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 8 << 20);
	assert_int_equal(pthread_create(&thread, &attr, parse_deep, &d), 0);
	pthread_attr_destroy(&attr);
	pthread_join(thread, NULL);
	return d.ok;
}

static void
deep_texts(void **state)
{
	(void)state;
	assert_true(on_worker(repeated("select ", "(", 5000, "1", ")")));
	assert_false(on_worker(repeated("select ", "(", 100000, "1", ")")));
	assert_string_equal(err.message, "memory exhausted at or near \"(\"");
	assert_string_equal(err.sqlstate, "42601");
	assert_true(on_worker(repeated("select 1", "+1", 20000, "", "")));
	assert_false(on_worker(repeated("select 1", "+1", 100000, "", "")));
	assert_string_equal(err.sqlstate, "54001");
	assert_string_equal(err.message, "stack depth limit exceeded");
	assert_true(on_worker(repeated("select 1", " union all select 1", 5000, "", "")));
	assert_true(on_worker(repeated("select 1 from a", " join b on c and d", 3000, "", "")));
	assert_false(on_worker(repeated("select 1 where 1", " between 0 and 1 is true", 100000, "", "")));
	assert_string_equal(err.sqlstate, "54001");
	assert_true(on_worker(repeated("select 1 where a = 1", " or a = 1", 100000, "", "")));
	assert_true(on_worker(repeated("insert into t values (1, 'a')", ", (1, 'a''(((')", 50000, "", "")));
}

static void
depth_bound(void **state)
{
	static const struct {
		const char *sql;
		size_t depth;
	} rows[] = {
		{"", 0},
		{"a, b, c", 1},
		{"1 + 2 + 3", 2},
		{"1 + 2, 1 + 2 + 3, 4", 2},
		{"((1))", 2},
		{"f(g(1))", 4},
		{"'(((' || \"(((\" || $$(((]]$$ || $a$ $$ ((( $a$ || E'\\'(((' ", 4 * 2},
		{"1 -- ((((\n", 0},
		{"1 /* (( /* (( */ (( */", 0},
		{"a = 1 and b = 2 or c = 3", 2},
		{"a join b on c and d join e on f and g", 2 + 4},
	};
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		assert_int_equal(parse_depth(rows[i].sql), rows[i].depth);
}

static void
expressions(void **state)
{
	const PgQuery__Node *n;
	(void)state;
	assert_true(parse_expr(&arena, "a + 'x'", &n, &err));
	assert_int_equal(n->node_case, PG_QUERY__NODE__NODE_A_EXPR);
	assert_int_equal(n->a_expr->location, 2);
	assert_int_equal(n->a_expr->lexpr->column_ref->location, 0);
	assert_int_equal(n->a_expr->rexpr->a_const->location, 4);
	assert_false(parse_expr(&arena, "a +", &n, &err));
	assert_int_equal(err.location, 3);
	err_clear(&err);
	assert_false(parse_expr(&arena, "a from b", &n, &err));
	err_clear(&err);
	assert_false(parse_expr(&arena, "1; drop table x", &n, &err));
	err_clear(&err);
	assert_false(parse_expr(&arena, repeated("1", "+1", 2000, "", ""), &n, &err));
	assert_string_equal(err.sqlstate, "54001");
}

static void
type_names(void **state)
{
	const PgQuery__Node *n;
	(void)state;
	assert_true(parse_type_name(&arena, "numeric(10,2)[]", &n, &err));
	assert_int_equal(n->node_case, PG_QUERY__NODE__NODE_TYPE_NAME);
	assert_int_equal(n->type_name->n_typmods, 2);
	assert_int_equal(n->type_name->n_array_bounds, 1);
	assert_int_equal(n->type_name->location, 0);
	assert_true(parse_type_name(&arena, "double precision", &n, &err));
	assert_false(parse_type_name(&arena, "int4::text", &n, &err));
	err_clear(&err);
	assert_false(parse_type_name(&arena, "int4 + 1", &n, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(statements, setup, teardown),
		cmocka_unit_test_setup_teardown(errors, setup, teardown),
		cmocka_unit_test_setup_teardown(deep_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(depth_bound, setup, teardown),
		cmocka_unit_test_setup_teardown(expressions, setup, teardown),
		cmocka_unit_test_setup_teardown(type_names, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
