#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct err err;

static int
set_up(void **state)
{
	(void)state;
	fixture_make_dir();
	err_init(&err);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	err_release(&err);
	fixture_remove_dir();
	return 0;
}

static struct db *
open_file(const char *path, bool create)
{
	struct db_options o = fixture_options();

	err_clear(&err);
	return db_open(path, "x", &o, create, &err);
}

static void
refused(const char *path, const char *sqlstate)
{
	assert_null(open_file(path, false));
	if (strcmp(err.sqlstate, sqlstate) != 0)
		fail_msg("%s: %s", err.sqlstate, err.message);
	assert_non_null(strstr(err.message, path));
}

static void
write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fwrite(text, 1, n, f);
	fclose(f);
}

static void
test_refused(void **state)
{
	char path[128];

	(void)state;
	refused("/nonexistent/dir/x.db", "58P01");
	snprintf(path, sizeof(path), "%s/none.db", fixture_dir);
	refused(path, "58P01");
	refused(fixture_dir, "55000");
	snprintf(path, sizeof(path), "%s/text.db", fixture_dir);
	write_file(path, "this is certainly no database at all, but text", 46);
	refused(path, "55000");
	write_file(path, "SQLite format 3\0\0\0\0\0rubbish", 27);
	refused(path, "55000");
	if (geteuid() != 0) {
		assert_int_equal(chmod(path, 0), 0);
		refused(path, "42501");
	}
}

static void
test_create_close_open(void **state)
{
	struct db *db = fixture_open();
	struct sess s;
	char wal[128];

	(void)state;
	assert_string_equal(db_name(db), "one");
	assert_string_equal(db_path(db), fixture_path);
	assert_false(db_read_only(db));
	assert_true(db_size(db) > 4096);
	sess_init(&s, db);
	sess_ddl(&s, "CREATE TABLE t(x INTEGER)");
	sess_write(&s, "INSERT INTO t VALUES (7)");
	sess_release(&s);
	db_close(db);
	snprintf(wal, sizeof(wal), "%s-wal", fixture_path);
	assert_int_not_equal(access(wal, F_OK), 0);
	db = open_file(fixture_path, false);
	assert_non_null(db);
	sess_init(&s, db);
	assert_int_equal(sess_read(&s, "SELECT x FROM t"), 7);
	sess_release(&s);
	db_close(db);
}

static void
test_read_only(void **state)
{
	struct db_options o = fixture_options();
	struct db *db = fixture_open();
	struct sess s;

	(void)state;
	sess_init(&s, db);
	sess_ddl(&s, "CREATE TABLE t(x INTEGER)");
	sess_release(&s);
	db_close(db);
	o.read_only = true;
	db = db_open(fixture_path, "x", &o, false, &err);
	assert_non_null(db);
	assert_true(db_read_only(db));
	sess_init(&s, db);
	assert_int_equal(sess_read(&s, "SELECT count(*) FROM t"), 0);
	sess_fails(&s, "INSERT INTO t VALUES (1)", true, "t", "25006");
	sess_release(&s);
	db_close(db);
}

static void
test_clone_and_drop(void **state)
{
	struct db *db = fixture_open(), *copy;
	struct sess s;
	char path[128];

	(void)state;
	sess_init(&s, db);
	sess_ddl(&s, "CREATE TABLE t(x INTEGER)");
	sess_write(&s, "INSERT INTO t VALUES (7)");
	sess_release(&s);
	snprintf(path, sizeof(path), "%s/copy.db", fixture_dir);
	if (!db_clone(db, path, &err))
		fail_msg("%s", err.message);
	assert_false(db_clone(db, path, &err));
	assert_string_equal(err.sqlstate, "58P02");
	copy = open_file(path, false);
	assert_non_null(copy);
	sess_init(&s, copy);
	assert_int_equal(sess_read(&s, "SELECT x FROM t"), 7);
	sess_release(&s);
	assert_true(db_drop(copy, &err));
	assert_int_not_equal(access(path, F_OK), 0);
	db_close(db);
}

/* A file of another tool is not written to by opening it. */
static void
test_adopted(void **state)
{
	struct db *db;
	struct sess s;
	char cmd[256];

	(void)state;
	snprintf(cmd, sizeof(cmd),
		 "sqlite3 %s 'CREATE TABLE theirs(id INTEGER PRIMARY KEY, name VARCHAR(20)); "
		 "INSERT INTO theirs"
		 " VALUES (1, 9)'",
		 fixture_path);
	if (system(cmd) != 0)
		skip();
	db = open_file(fixture_path, false);
	assert_non_null(db);
	sess_init(&s, db);
	sess_schema(&s);
	assert_non_null(sess_relation(&s, "theirs"));
	assert_int_equal(sess_read(&s, "SELECT count(*) FROM sqlite_schema"), 1);
	sess_release(&s);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_create_close_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clone_and_drop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_adopted, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store db", tests, NULL, NULL);
}
