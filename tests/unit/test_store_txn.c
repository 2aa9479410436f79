#include "store_fixture.h"

static struct db *db;
static struct sess a, b;

static int
set_up(void **state)
{
	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&a, db);
	sess_init(&b, db);
	sess_ddl(&a, "CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER NOT NULL)");
	sess_write(&a, "INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sess_release(&a);
	sess_release(&b);
	db_close(db);
	fixture_remove_dir();
	return 0;
}

static void
test_autocommit(void **state)
{
	(void)state;
	sess_write(&a, "INSERT INTO t VALUES (4, 40)");
	assert_int_equal(sess_read(&b, "SELECT count(*) FROM t"), 4);
	assert_false(txn_is_open(a.txn));
	assert_null(txn_conn(a.txn));
}

static void
test_read_committed_is_fresh(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 60);
	sess_write(&b, "UPDATE t SET v = 11 WHERE id = 1");
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 61);
	sess_write(&a, "UPDATE t SET v = v + 1 WHERE id = 1");
	assert_true(txn_has_written(a.txn));
	assert_int_equal(sess_read(&b, "SELECT sum(v) FROM t"), 61);
	assert_true(txn_commit(a.txn, true));
	assert_int_equal(sess_read(&b, "SELECT sum(v) FROM t"), 62);
}

static void
test_repeatable_read_is_frozen(void **state)
{
	(void)state;
	sess_begin(&a, ISO_REPEATABLE_READ);
	assert_int_equal(sess_read(&a, "SELECT 1"), 1);
	sess_write(&b, "UPDATE t SET v = 11 WHERE id = 1");
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 60);
	sess_fails(&a, "UPDATE t SET v = 12 WHERE id = 1", true, "t", "40001");
	assert_string_equal(a.err.message, "could not serialize access due to concurrent update");
	txn_rollback(a.txn);
	sess_write(&b, "UPDATE t SET v = 10 WHERE id = 1");
}

static void
test_repeatable_read_writes(void **state)
{
	(void)state;
	sess_begin(&a, ISO_REPEATABLE_READ);
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 60);
	sess_write(&a, "UPDATE t SET v = 11 WHERE id = 1");
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 61);
	txn_rollback(a.txn);
	sess_begin(&a, ISO_SERIALIZABLE);
	sess_write(&a, "UPDATE t SET v = 11 WHERE id = 1");
	txn_rollback(a.txn);
	assert_int_equal(sess_read(&a, "SELECT sum(v) FROM t"), 60);
}

static void
test_set_options(void **state)
{
	struct txn_options o = {.isolation = ISO_SERIALIZABLE};

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	assert_true(txn_set_options(a.txn, &o, &a.err));
	o.isolation = ISO_READ_COMMITTED;
	assert_true(txn_set_options(a.txn, &o, &a.err));
	sess_read(&a, "SELECT 1");
	o.isolation = ISO_SERIALIZABLE;
	assert_false(txn_set_options(a.txn, &o, &a.err));
	assert_string_equal(a.err.sqlstate, "25001");
	assert_string_equal(a.err.message,
			    "SET TRANSACTION ISOLATION LEVEL must be called before any query");
	txn_rollback(a.txn);
}

static void
test_savepoints(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	assert_true(txn_savepoint(a.txn, "early"));
	sess_write(&a, "INSERT INTO t VALUES (4, 40)");
	assert_true(txn_savepoint(a.txn, "s"));
	sess_write(&a, "INSERT INTO t VALUES (5, 50)");
	assert_true(txn_savepoint(a.txn, "s"));
	sess_write(&a, "INSERT INTO t VALUES (6, 60)");
	assert_true(txn_rollback_to(a.txn, "s"));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 5);
	assert_true(txn_release(a.txn, "s"));
	assert_true(txn_rollback_to(a.txn, "s"));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 4);
	assert_true(txn_rollback_to(a.txn, "early"));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 3);
	err_clear(&a.err);
	assert_false(txn_rollback_to(a.txn, "s"));
	assert_string_equal(a.err.sqlstate, "3B001");
	assert_string_equal(a.err.message, "savepoint \"s\" does not exist");
	sess_write(&a, "INSERT INTO t VALUES (7, 70)");
	assert_true(txn_commit(a.txn, true));
	assert_int_equal(sess_read(&b, "SELECT sum(id) FROM t"), 13);
	sess_write(&a, "DELETE FROM t WHERE id = 7");
}

static void
test_statement_mark(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "INSERT INTO t VALUES (4, 40)");
	assert_true(txn_mark(a.txn));
	sess_write(&a, "INSERT INTO t VALUES (5, 50)");
	assert_true(txn_mark_undo(a.txn));
	assert_true(txn_mark(a.txn));
	sess_write(&a, "INSERT INTO t VALUES (6, 60)");
	assert_true(txn_mark_release(a.txn));
	assert_int_equal(sess_read(&a, "SELECT sum(id) FROM t"), 16);
	txn_rollback(a.txn);
}

/* A reader that is suspended keeps its snapshot while its own transaction reads on and writes. */
static void
test_suspended_reader(void **state)
{
	struct cursor *cur, *second;
	struct datum d;
	int64_t sum = 0;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	cur = sess_open(&a, "SELECT id FROM t ORDER BY id", false, NULL);
	assert_int_equal(cursor_step(cur), CURSOR_ROW);
	sess_write(&b, "INSERT INTO t VALUES (4, 40)");
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 4);
	sess_write(&a, "INSERT INTO t VALUES (5, 50)");
	second = sess_open(&a, "SELECT id FROM t ORDER BY id", false, NULL);
	assert_int_equal(cursor_step(second), CURSOR_ROW);
	sess_write(&a, "DELETE FROM t WHERE id > 3");
	cursor_column(cur, 0, &d);
	assert_int_equal(d.i, 1);
	while (cursor_step(cur) == CURSOR_ROW) {
		cursor_column(cur, 0, &d);
		sum += d.i;
	}
	assert_int_equal(sum, 5);
	cursor_column(second, 0, &d);
	assert_int_equal(d.i, 1);
	for (sum = 0; cursor_step(second) == CURSOR_ROW; sum += d.i)
		cursor_column(second, 0, &d);
	assert_int_equal(sum, 14);
	cursor_close(cur);
	cursor_close(second);
	assert_true(txn_commit(a.txn, true));
	assert_int_equal(sess_read(&b, "SELECT count(*) FROM t"), 3);
}

/* Holdable: read to its end at COMMIT, usable after. */
static void
test_holdable(void **state)
{
	struct cursor *cur;
	struct datum d;
	int n = 0;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "UPDATE t SET v = v");
	cur = sess_open(&a, "SELECT id, 'text ' || id FROM t ORDER BY id", false, NULL);
	assert_int_equal(cursor_step(cur), CURSOR_ROW);
	assert_true(txn_commit(a.txn, true));
	sess_write(&b, "UPDATE t SET v = v");
	while (cursor_step(cur) == CURSOR_ROW) {
		cursor_column(cur, 1, &d);
		assert_int_equal(d.n, 6);
		n++;
	}
	assert_int_equal(n, 2);
	cursor_close(cur);
}

/* INSERT … RETURNING, suspended after its first row: all its rows are there, and savepoints work.
 */
static void
test_suspended_writer(void **state)
{
	struct cursor *cur;
	struct datum d;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	cur = sess_open(&a, "INSERT INTO t VALUES (4, 40), (5, 50) RETURNING id", true, "t");
	assert_int_equal(cursor_step(cur), CURSOR_ROW);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 5);
	assert_true(txn_savepoint(a.txn, "s"));
	sess_write(&a, "DELETE FROM t WHERE id = 5");
	assert_true(txn_rollback_to(a.txn, "s"));
	cursor_column(cur, 0, &d);
	assert_int_equal(d.i, 4);
	assert_int_equal(cursor_step(cur), CURSOR_ROW);
	cursor_column(cur, 0, &d);
	assert_int_equal(d.i, 5);
	assert_int_equal(cursor_step(cur), CURSOR_DONE);
	assert_int_equal(cursor_changes(cur), 2);
	cursor_close(cur);
	txn_rollback(a.txn);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 3);
}

static void
test_same_statement_twice(void **state)
{
	struct cursor_spec spec = {.key = 77, .sql = "SELECT id FROM t WHERE id >= ?1 ORDER BY id"};
	struct datum one = datum_int(1), two = datum_int(2), d;
	struct cursor *x, *y;
	struct conn *c;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	c = txn_statement(a.txn, false, 0);
	spec.nparams = 1;
	spec.params = &one;
	x = cursor_open(c, &spec);
	spec.params = &two;
	y = cursor_open(c, &spec);
	assert_int_equal(cursor_step(x), CURSOR_ROW);
	assert_int_equal(cursor_step(y), CURSOR_ROW);
	cursor_column(x, 0, &d);
	assert_int_equal(d.i, 1);
	cursor_column(y, 0, &d);
	assert_int_equal(d.i, 2);
	cursor_close(x);
	cursor_close(y);
	txn_rollback(a.txn);
}

static void
test_schema_is_published(void **state)
{
	struct snapshot *s;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_ddl(&a, "CREATE TABLE fresh(x INTEGER)");
	sess_schema(&a);
	assert_non_null(sess_relation(&a, "fresh"));
	sess_schema(&b);
	assert_null(sess_relation(&b, "fresh"));
	assert_true(txn_commit(a.txn, true));
	s = db_snapshot(db, &b.err);
	assert_non_null(s);
	snapshot_unref(s);
	sess_schema(&b);
	assert_non_null(sess_relation(&b, "fresh"));
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_ddl(&a, "DROP TABLE fresh");
	txn_rollback(a.txn);
	sess_schema(&a);
	assert_non_null(sess_relation(&a, "fresh"));
	sess_ddl(&a, "DROP TABLE fresh");
}

static void
test_temp_tables(void **state)
{
	struct conn *c;

	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	c = txn_statement(a.txn, true, 0);
	assert_true(conn_exec(c, "CREATE TEMP TABLE tmp(x INTEGER)", NULL, 0));
	conn_set_temp(c);
	txn_mark_ddl(a.txn);
	assert_true(txn_commit(a.txn, true));
	assert_non_null(txn_conn(a.txn));
	sess_write(&a, "INSERT INTO temp.tmp VALUES (1)");
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM temp.tmp"), 1);
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "INSERT INTO temp.tmp VALUES (2)");
	txn_rollback(a.txn);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM temp.tmp"), 1);
	txn_discard_temp(a.txn);
	assert_null(txn_conn(a.txn));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_autocommit),
		cmocka_unit_test(test_read_committed_is_fresh),
		cmocka_unit_test(test_repeatable_read_is_frozen),
		cmocka_unit_test(test_repeatable_read_writes),
		cmocka_unit_test(test_set_options),
		cmocka_unit_test(test_savepoints),
		cmocka_unit_test(test_statement_mark),
		cmocka_unit_test(test_suspended_reader),
		cmocka_unit_test(test_holdable),
		cmocka_unit_test(test_suspended_writer),
		cmocka_unit_test(test_same_statement_twice),
		cmocka_unit_test(test_schema_is_published),
		cmocka_unit_test(test_temp_tables),
	};
	struct CMUnitTest all[COUNTOF(tests)];

	for (size_t i = 0; i < COUNTOF(tests); i++) {
		all[i] = tests[i];
		all[i].setup_func = set_up;
		all[i].teardown_func = tear_down;
	}
	return cmocka_run_group_tests_name("store txn", all, NULL, NULL);
}
