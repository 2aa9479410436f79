#include "store_fixture.h"

static struct db *db;
static struct sess a, b;

static const char make[] = "INSERT INTO \"litephant.pg_class\"(oid, relname, relnamespace, "
			   "relkind) VALUES (20001, 's', 2200, 'S'), (20002, 'down', 2200, 'S'),"
			   " (20003, 'round', 2200, 'S');"
			   "INSERT INTO \"litephant.pg_sequence\"(seqrelid, seqtypid, seqstart, "
			   "seqincrement, seqmax, seqmin, seqcycle, last_value) VALUES"
			   " (20001, 20, 1, 1, 1000, 1, 0, 1), (20002, 20, -1, -2, -1, -4, 0, -1), "
			   "(20003, 20, 1, 1, 2, 1, 1, 1)";

static int
set_up(void **state)
{
	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&a, db);
	sess_init(&b, db);
	sess_ddl(&a, make);
	sess_ddl(&a, "CREATE TABLE t(id INTEGER UNIQUE)");
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

static int64_t
stored(oid_t oid)
{
	char sql[120];

	snprintf(sql, sizeof(sql),
		 "SELECT last_value * 2 + is_called FROM \"litephant.pg_sequence\" WHERE seqrelid "
		 "= %u",
		 oid);
	return sess_read(&b, sql);
}

static void
test_nextval(void **state)
{
	(void)state;
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20001)", true), 1);
	assert_int_equal(stored(20001), 3);
	assert_int_equal(sess_run(&b, "SELECT pg_nextval_oid(20001)", false), 2);
	assert_int_equal(stored(20001), 5);
	sess_begin(&a, ISO_READ_COMMITTED);
	assert_int_equal(sess_read(&a, "SELECT pg_nextval_oid(20001)"), 3);
	sess_begin(&b, ISO_REPEATABLE_READ);
	assert_int_equal(sess_read(&b, "SELECT pg_nextval_oid(20001)"), 4);
	txn_rollback(a.txn);
	assert_true(txn_commit(b.txn, true));
	assert_int_equal(stored(20001), 9);
}

static void
test_limits(void **state)
{
	(void)state;
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20002)", true), -1);
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20002)", true), -3);
	sess_fails(&a, "SELECT pg_nextval_oid(20002)", true, NULL, "2200H");
	assert_string_equal(a.err.message,
			    "nextval: reached minimum value of sequence \"down\" (-4)");
	for (int i = 0; i < 5; i++)
		assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20003)", true), i % 2 + 1);
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_schema(&a);
	assert_true(txn_setval(a.txn, 20001, 1000, true, &a.err));
	assert_true(txn_commit(a.txn, true));
	sess_fails(&a, "SELECT pg_nextval_oid(20001)", true, NULL, "2200H");
	assert_string_equal(a.err.message,
			    "nextval: reached maximum value of sequence \"s\" (1000)");
	err_clear(&a.err);
	assert_false(txn_setval(a.txn, 20001, 1001, true, &a.err));
	assert_string_equal(a.err.message,
			    "setval: value 1001 is out of bounds for sequence \"s\" (1..1000)");
	err_clear(&a.err);
	assert_false(txn_setval(a.txn, 9, 1, true, &a.err));
}

/* The statement is run again to find the key: it must meet the same values. */
static void
test_diagnosis(void **state)
{
	(void)state;
	sess_write(&a, "INSERT INTO t VALUES (3)");
	sess_fails(&a, "INSERT INTO t SELECT pg_nextval_oid(20001) FROM (VALUES (1), (2), (3))",
		   true, "t", "23505");
	assert_string_equal(a.err.detail, "Key (id)=(3) already exists.");
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20001)", true), 4);
}

/* A sequence made in this transaction is its own until the commit. */
static void
test_uncommitted(void **state)
{
	(void)state;
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_ddl(&a, "INSERT INTO \"litephant.pg_class\"(oid, relname, relnamespace, relkind) "
		     "VALUES (20009, 'n', 2200, 'S');"
		     "INSERT INTO \"litephant.pg_sequence\"(seqrelid, seqtypid, seqstart, "
		     "seqincrement, seqmax, seqmin, last_value)"
		     " VALUES (20009, 20, 5, 1, 10, 1, 5)");
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20009)", true), 5);
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20009)", true), 6);
	assert_true(txn_commit(a.txn, true));
	assert_int_equal(stored(20009), 13);
	sess_schema(&b);
	assert_int_equal(sess_run(&b, "SELECT pg_nextval_oid(20009)", true), 7);
}

static void
test_survives_reopening(void **state)
{
	(void)state;
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20001)", true), 1);
	sess_release(&a);
	sess_release(&b);
	db_close(db);
	db = fixture_open();
	sess_init(&a, db);
	sess_init(&b, db);
	assert_int_equal(sess_run(&a, "SELECT pg_nextval_oid(20001)", true), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nextval, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_diagnosis, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_uncommitted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_survives_reopening, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store sequence", tests, NULL, NULL);
}
