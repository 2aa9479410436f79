#include "store_fixture.h"

#include "store/private.h"
#include "store/window_spec.h"

static struct db *db;
static struct sess a;

static int
set_up(void **state)
{
	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&a, db);
	sess_ddl(&a, "CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT)");
	sess_write(&a, "INSERT INTO t VALUES (1, 'b'), (2, 'a'), (3, NULL), (4, 'b')");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sess_release(&a);
	db_close(db);
	fixture_remove_dir();
	return 0;
}

/* The first column of the only row, as text in a static buffer; NULL: it is NULL. */
static const char *
text(const char *sql)
{
	static char buf[200];
	struct cursor *cur = sess_open(&a, sql, false, NULL);
	struct datum d = datum_null();

	if (!cur || cursor_step(cur) != CURSOR_ROW)
		fail_msg("%s: %s", sql, a.err.message ? a.err.message : "no row");
	cursor_column(cur, 0, &d);
	if (d.class == DATUM_TEXT)
		snprintf(buf, sizeof(buf), "%.*s", (int)d.n, d.p);
	cursor_close(cur);
	txn_rollback(a.txn);
	return d.class == DATUM_TEXT ? buf : NULL;
}

static void
test_scalars(void **state)
{
	(void)state;
	assert_string_equal(text("SELECT pg_lower('ABC' || s) FROM t WHERE id = 1"), "abcb");
	sess_fails(&a, "SELECT pg_int4div(1, 0)", false, NULL, "22012");
	assert_string_equal(a.err.message, "division by zero");
	assert_string_equal(text("SELECT group_concat(pg_lower(s)) FROM t WHERE pg_lower(s) < 'c'"),
			    "b,a,b");
}

static void
test_aggregates(void **state)
{
	(void)state;
	assert_string_equal(text("SELECT pg_string_agg_text_text_(s, '-') FROM t"), "b-a-b");
	assert_null(text("SELECT pg_string_agg_text_text_(s, '-') FROM t WHERE id > 9"));
	assert_string_equal(text("SELECT pg_string_agg_text_text_(s, '-') OVER (ORDER BY id) FROM "
				 "t ORDER BY id DESC LIMIT 1"),
			    "b-a-b");
	assert_string_equal(text("SELECT pg_string_agg_text_text___frame(s, '-') OVER (ORDER BY id "
				 "ROWS BETWEEN 1 PRECEDING AND"
				 " CURRENT ROW) FROM t WHERE id < 3 ORDER BY id DESC LIMIT 1"),
			    "b-a");
	sess_fails(&a,
		   "SELECT pg_string_agg_text_text_(s, '-') OVER (ORDER BY id ROWS BETWEEN 1 "
		   "PRECEDING AND CURRENT ROW) FROM t",
		   false, NULL, "0A000");
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM (SELECT id % 2, "
				       "pg_string_agg_text_text_(s, '-') FROM t GROUP BY 1)"),
			 2);
}

/* Of the row with the highest id, over the whole partition by id. */
static const char *
whole(const char *call)
{
	static char sql[512];

	snprintf(sql, sizeof(sql),
		 "SELECT %s OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED "
		 "FOLLOWING) "
		 "FROM t ORDER BY id DESC LIMIT 1",
		 call);
	return sql;
}

static void
test_windows(void **state)
{
	struct window_spec s;

	(void)state;
	assert_string_equal(
		text(whole("pg_string_agg_text_text___window('o12--;,;2;-;', s, '-', 2)")), "a-b");
	assert_string_equal(text(whole("pg_string_agg_text_text___window('o04c-;,;2;-;', s, '-')")),
			    "b-a");
	assert_string_equal(
		text(whole(
			"pg_string_agg_text_text___window('g04tf;,;2;-;25+l', s, '-', id > 1, s)")),
		"a-b");
	assert_string_equal(
		text(whole("pg_first_value__window('r12--;in_range_int4_int4,;1;-;23+l', "
			   "s, id, 2)")),
		"a");
	assert_string_equal(text(whole("pg_lag__window('o04--;,;3;-;', s, 5, 'none')")), "none");
	sess_fails(&a, whole("pg_first_value__window('o12--;,;1;-;', s, -1)"), false, NULL,
		   "22013");
	sess_fails(&a, whole("pg_first_value__window('o12--;,;1;-;', s, NULL)"), false, NULL,
		   "22004");
	sess_fails(&a, whole("pg_nth_value__window('o04--;,;2;-;', s, 0)"), false, NULL, "22016");
	sess_fails(&a, whole("pg_ntile__window('o04--;,;1;-;', 0)"), false, NULL, "22014");
	assert_true(window_spec_parse("r12cf;a,b;2;-;25-f", 18, &s));
	assert_true(s.mode == 'r' && s.start == 1 && s.end == 2 && s.exclude == 'c' && s.filter);
	assert_string_equal(s.start_in_range, "a");
	assert_string_equal(s.end_in_range, "b");
	assert_int_equal(s.cells.nkeys, 1);
	assert_false(window_spec_parse("r12cf", 5, &s));
	assert_false(window_spec_parse("r92cf;a,b;2;-;", 14, &s));
	assert_false(window_spec_parse("r12cf;a;b;2;-;", 14, &s));
}

static void
test_sorted(void **state)
{
	struct sorted_spec s;

	(void)state;
	assert_string_equal(
		text("SELECT pg_string_agg_text_text___sorted('2;-;25+l', s, '-', s) FROM t"),
		"a-b-b");
	assert_string_equal(
		text("SELECT pg_string_agg_text_text___sorted('2;d;25-f;25,25', s, '-', s) FROM t"),
		"b-a");
	assert_string_equal(
		text("SELECT pg_string_agg_text_text___sorted('2;-;23-f', s, '-', id) FROM t"),
		"b-a-b");
	assert_null(text("SELECT pg_string_agg_text_text___sorted('2;-;23-f', s, '-', id) FROM t "
			 "WHERE id > 9"));
	assert_true(sorted_spec_parse("3;d;25+l,23-f;25,23,16", 22, &s));
	assert_int_equal(s.nargs, 3);
	assert_int_equal(s.nkeys, 2);
	assert_true(s.desc[1] && s.nulls_first[1] && !s.desc[0] && !s.nulls_first[0]);
	assert_int_equal(s.args[2], 16);
	assert_true(sorted_spec_parse("1;-;", 4, &s));
	assert_false(sorted_spec_parse("", 0, &s));
	assert_false(sorted_spec_parse("1", 1, &s));
	assert_false(sorted_spec_parse("1;d;", 4, &s));
	assert_false(sorted_spec_parse("1;-;25", 6, &s));
	assert_false(sorted_spec_parse("99999999999;-;", 14, &s));
}

static void
test_set_returning(void **state)
{
	(void)state;
	assert_int_equal(sess_read(&a, "SELECT sum(c1) FROM pg_generate_series_int4(1, 10)"), 55);
	assert_int_equal(sess_read(&a, "SELECT sum(ordinality) FROM pg_generate_series_int4(5, 8)"),
			 10);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t, pg_generate_series_int4(1, t.id)"),
			 10);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t LEFT JOIN "
				       "pg_generate_series_int4(2, t.id) g ON g.c1 = 3"),
			 4);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM pg_generate_series_int4(1, 3) x, "
				       "pg_generate_series_int4(x.c1, 3) y"),
			 6);
}

static void
test_catalog(void **state)
{
	(void)state;
	assert_int_equal(
		sess_read(&a, "SELECT oid FROM \"pg_catalog.pg_type\" WHERE typname = 'int4'"), 23);
	assert_string_equal(text("SELECT typname FROM \"pg_catalog.pg_type\" WHERE oid = 25"),
			    "text");
	assert_string_equal(text("SELECT t.typname FROM \"pg_catalog.pg_class\" c JOIN "
				 "\"pg_catalog.pg_attribute\" a ON a.attrelid = c.oid"
				 " JOIN \"pg_catalog.pg_type\" t ON t.oid = a.atttypid WHERE "
				 "c.relname = 't' AND a.attnum = 2"),
			    "text");
	assert_int_equal(
		sess_read(&a, "SELECT count(*) FROM \"pg_catalog.pg_type\" WHERE oid = NULL"), 0);
}

/* No SQL text of a client's reaches SQLite, but the file's own schema is not trusted either. */
static void
test_untrusted_schema(void **state)
{
	(void)state;
	sess_ddl(&a, "CREATE VIEW v AS SELECT pg_nextval_oid(1); CREATE VIEW w AS SELECT "
		     "pg_lower('X') AS x");
	sess_fails(&a, "SELECT * FROM v", false, NULL, "XX000");
	assert_string_equal(text("SELECT x FROM w"), "x");
	sess_fails(&a, "SELECT \"nosuch\"", false, NULL, "XX000");
	sess_fails(&a, "SELECT load_extension('x')", false, NULL, "XX000");
}

/* Many statements: the cache evicts. */
static void
test_statement_cache(void **state)
{
	struct conn *c;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	c = txn_statement(a.txn, false, 0);
	for (uint64_t i = 1; i <= 500; i++) {
		struct cursor_spec spec = {
			.key = i % 300 + 1, .sql = "SELECT id FROM t WHERE id = ?1", .nparams = 1};
		struct datum p = datum_int(2), d;
		struct cursor *cur;

		spec.params = &p;
		cur = cursor_open(c, &spec);
		assert_int_equal(cursor_step(cur), CURSOR_ROW);
		cursor_column(cur, 0, &d);
		assert_int_equal(d.i, 2);
		cursor_close(cur);
	}
	assert_int_equal(c->cache.n, STMT_CACHE_MAX);
	txn_rollback(a.txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_scalars, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_aggregates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sorted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_windows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_set_returning, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_catalog, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_untrusted_schema, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_statement_cache, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store func", tests, NULL, NULL);
}
