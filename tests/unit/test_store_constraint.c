#include "store_fixture.h"

static struct db *db;
static struct sess a;

static int
set_up(void **state)
{
	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&a, db);
	sess_ddl(
		&a,
		"CREATE TABLE p(id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y TEXT, UNIQUE (x, y));"
		"CREATE TABLE t(a INTEGER, b TEXT NOT NULL, pid INTEGER REFERENCES p(id) ON DELETE "
		"CASCADE,"
		" CONSTRAINT positive CHECK (a > 0));"
		"CREATE UNIQUE INDEX t_lower ON t (a, lower(b) || 'x' COLLATE NOCASE DESC, (a + 1) asc);"
		"CREATE TABLE self(id INTEGER PRIMARY KEY, up INTEGER REFERENCES self(id));"
		"CREATE TABLE g(tid INTEGER REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)");
	sess_write(&a, "INSERT INTO p VALUES (1, 1, 'one'), (2, 2, 'two')");
	sess_write(&a, "INSERT INTO t VALUES (1, 'A', 1), (2, 'B', NULL)");
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

static void
expect(const char *message, const char *detail, const char *table, const char *column,
       const char *constraint)
{
	assert_string_equal(a.err.message, message);
	if (!detail)
		assert_null(a.err.detail);
	else if (!a.err.detail)
		fail_msg("no detail; expected %s", detail);
	else
		assert_string_equal(a.err.detail, detail);
	assert_string_equal(a.err.schema, "public");
	assert_string_equal(a.err.table, table);
	if (column)
		assert_string_equal(a.err.column, column);
	if (constraint)
		assert_string_equal(a.err.constraint, constraint);
}

static void
test_unique(void **state)
{
	(void)state;
	sess_fails(&a, "INSERT INTO p VALUES (3, 3, 'three'), (1, 4, 'four')", true, "p", "23505");
	expect("duplicate key value violates unique constraint \"p_pkey\"",
	       "Key (id)=(1) already exists.", "p", NULL, "p_pkey");
	sess_fails(&a, "UPDATE p SET x = 1, y = 'one' WHERE id = 2", true, "p", "23505");
	expect("duplicate key value violates unique constraint \"p_x_y_key\"",
	       "Key (x, y)=(1, one) already exists.", "p", NULL, "p_x_y_key");
	sess_fails(&a, "INSERT INTO t VALUES (2, 'b', NULL)", true, "t", "23505");
	assert_string_equal(a.err.message,
			    "duplicate key value violates unique constraint \"t_lower\"");
	assert_non_null(strstr(a.err.detail, ")=(2, bx, 3) already exists."));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM p"), 2);
}

static void
test_not_null(void **state)
{
	(void)state;
	sess_fails(&a,
		   "INSERT INTO t VALUES (7, "
		   "'0123456789012345678901234567890123456789012345678901234567890123456789', 1),"
		   " (8, NULL, 2)",
		   true, "t", "23502");
	expect("null value in column \"b\" of relation \"t\" violates not-null constraint",
	       "Failing row contains (8, null, 2).", "t", "b", NULL);
	sess_fails(&a, "UPDATE t SET b = NULL WHERE a = 2", true, "t", "23502");
	expect("null value in column \"b\" of relation \"t\" violates not-null constraint",
	       "Failing row contains (2, null, null).", "t", "b", NULL);
}

static void
test_check(void **state)
{
	(void)state;
	sess_fails(&a,
		   "INSERT INTO t VALUES (-1, "
		   "'012345678901234567890123456789012345678901234567890123456789012\xc3\xa4-', 1)",
		   true, "t", "23514");
	expect("new row for relation \"t\" violates check constraint \"positive\"",
	       "Failing row contains (-1, "
	       "012345678901234567890123456789012345678901234567890123456789012..., 1).",
	       "t", NULL, "positive");
}

static void
test_foreign_key(void **state)
{
	(void)state;
	sess_fails(&a, "INSERT INTO t VALUES (5, 'x', 1), (6, 'y', 99)", true, "t", "23503");
	expect("insert or update on table \"t\" violates foreign key constraint \"t_pid_fkey\"",
	       "Key (pid)=(99) is not present in table \"p\".", "t", NULL, "t_pid_fkey");
	sess_fails(&a, "UPDATE p SET id = 9 WHERE id = 1", true, "p", "23503");
	expect("update or delete on table \"p\" violates foreign key constraint \"t_pid_fkey\" on "
	       "table \"t\"",
	       "Key (id)=(1) is still referenced from table \"t\".", "t", NULL, "t_pid_fkey");
	sess_write(&a, "INSERT INTO self VALUES (2, 1), (1, NULL)");
	sess_fails(&a, "DELETE FROM self WHERE id = 1", true, "self", "23503");
	expect("update or delete on table \"self\" violates foreign key constraint "
	       "\"self_up_fkey\" on table \"self\"",
	       "Key (id)=(1) is still referenced from table \"self\".", "self", NULL,
	       "self_up_fkey");
	sess_write(&a, "DELETE FROM self");
	sess_write(&a, "DELETE FROM p WHERE id = 1");
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM t"), 1);
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM sqlite_temp_schema"), 0);
}

static void
test_deferred(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "INSERT INTO g VALUES (50)");
	assert_false(txn_commit(a.txn, true));
	assert_string_equal(a.err.sqlstate, "23503");
	expect("insert or update on table \"g\" violates foreign key constraint \"g_tid_fkey\"",
	       "Key (tid)=(50) is not present in table \"p\".", "g", NULL, "g_tid_fkey");
	assert_false(txn_is_open(a.txn));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM g"), 0);
}

/* The error leaves the transaction and the statements before it alone. */
static void
test_within_block(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "INSERT INTO p VALUES (10, 10, 'ten')");
	sess_fails(&a, "INSERT INTO p VALUES (11, 11, 'eleven'), (10, 0, '')", true, "p", "23505");
	sess_fails(&a, "INSERT INTO t VALUES (1, 'q', 98)", true, "t", "23503");
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM p"), 3);
	assert_true(txn_commit(a.txn, true));
	assert_int_equal(sess_read(&a, "SELECT count(*) FROM p"), 3);
}

/* Through a cascade: the table at fault is not the target. */
static void
test_reached_by_cascade(void **state)
{
	(void)state;
	sess_ddl(&a, "CREATE TABLE top(id INTEGER PRIMARY KEY);"
		     "CREATE TABLE mid(id INTEGER PRIMARY KEY, t INTEGER REFERENCES top(id) ON "
		     "DELETE CASCADE);"
		     "CREATE TABLE low(m INTEGER REFERENCES mid(id) ON DELETE RESTRICT)");
	sess_write(&a, "INSERT INTO top VALUES (1)");
	sess_write(&a, "INSERT INTO mid VALUES (5, 1)");
	sess_write(&a, "INSERT INTO low VALUES (5)");
	sess_fails(&a, "DELETE FROM mid", true, "mid", "23503");
	expect("update or delete on table \"mid\" violates foreign key constraint \"low_m_fkey\" "
	       "on table \"low\"",
	       "Key (id)=(5) is still referenced from table \"low\".", "low", NULL, "low_m_fkey");
	sess_fails(&a, "DELETE FROM top", true, "top", "23503");
	expect("update or delete on table \"mid\" violates foreign key constraint \"low_m_fkey\" "
	       "on table \"low\"",
	       "Key (id)=(5) is still referenced from table \"low\".", "low", NULL, "low_m_fkey");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unique, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_null, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_check, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_foreign_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reached_by_cascade, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deferred, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_within_block, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store constraint", tests, NULL, NULL);
}
