/*
 * settings: reading values, units, SET and SET LOCAL under transactions and savepoints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/session.h"

static struct session *s;
static struct arena a;

static int
setup(void **state)
{
	(void)state;
	settings_table_init();
	s = session_new(-1, NULL, true, "", 0);
	settings_apply_all(&s->settings);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	session_free(s);
	arena_release(&a);
	return 0;
}

static void
set(const char *name, const char *value, enum set_how how)
{
	if (!settings_set(&s->settings, name, value, how, &s->err))
		fail_msg("%s", s->err.message);
}

static const char *
show(const char *name)
{
	const char *v;

	assert_true(settings_show(&s->settings, name, false, &a, &v, &s->err));
	return v;
}

static void
refused(const char *name, const char *value, const char *sqlstate, const char *message)
{
	err_clear(&s->err);
	assert_false(settings_set(&s->settings, name, value, SET_SESSION, &s->err));
	assert_string_equal(s->err.sqlstate, sqlstate);
	assert_string_equal(s->err.message, message);
	err_clear(&s->err);
}

static void
units(void **state)
{
	(void)state;
	set("statement_timeout", "3.5min", SET_SESSION);
	assert_string_equal(show("statement_timeout"), "210s");
	assert_int_equal(s->statement_timeout, 210000);
	set("statement_timeout", "1.6", SET_SESSION);
	assert_string_equal(show("statement_timeout"), "2ms");
	set("work_mem", "4097kB", SET_SESSION);
	assert_string_equal(show("work_mem"), "4097kB");
	set("work_mem", "2GB", SET_SESSION);
	assert_string_equal(show("WORK_MEM"), "2GB");
	refused("work_mem", "1", "22023", "1 kB is outside the valid range for parameter \"work_mem\" (64 .. 2147483647)");
	refused("statement_timeout", "-5", "22023", "-5 ms is outside the valid range for parameter \"statement_timeout\" (0 .. 2147483647)");
	refused("random_page_cost", "-3", "22023", "-3 is outside the valid range for parameter \"random_page_cost\" (0 .. 1.79769e+308)");
	refused("work_mem", "1 TBx", "22023", "invalid value for parameter \"work_mem\": \"1 TBx\"");
}

static void
refusals(void **state)
{
	(void)state;
	refused("enable_seqscan", "maybe", "22023", "parameter \"enable_seqscan\" requires a Boolean value");
	refused("client_min_messages", "foo", "22023", "invalid value for parameter \"client_min_messages\": \"foo\"");
	refused("max_connections", "3", "55P02", "parameter \"max_connections\" cannot be changed without restarting the server");
	refused("fsync", "off", "55P02", "parameter \"fsync\" cannot be changed now");
	refused("server_version", "1", "55P02", "parameter \"server_version\" cannot be changed");
	refused("foo", "1", "42704", "unrecognized configuration parameter \"foo\"");
	refused("foo bar.x", "1", "42602", "invalid configuration parameter name \"foo bar.x\"");
	refused("DateStyle", "foo", "22023", "invalid value for parameter \"DateStyle\": \"foo\"");
	refused("TimeZone", "foo/bar", "22023", "invalid value for parameter \"TimeZone\": \"foo/bar\"");
	refused("client_encoding", "foo", "22023", "invalid value for parameter \"client_encoding\": \"foo\"");
}

static void
canonical_forms(void **state)
{
	(void)state;
	set("datestyle", "sql,ymd", SET_SESSION);
	assert_string_equal(show("DateStyle"), "SQL, YMD");
	set("datestyle", "german", SET_SESSION);
	assert_string_equal(show("DateStyle"), "German, DMY");
	set("client_encoding", "latin1", SET_SESSION);
	assert_string_equal(show("client_encoding"), "LATIN1");
	set("client_encoding", "unicode", SET_SESSION);
	assert_string_equal(show("client_encoding"), "UTF8");
	set("enable_seqscan", "FALSE", SET_SESSION);
	assert_string_equal(show("enable_seqscan"), "off");
	set("jit", "of", SET_SESSION);
	assert_string_equal(show("jit"), "off");
}

static void
custom(void **state)
{
	(void)state;
	set("foo.bar", "1", SET_SESSION);
	assert_string_equal(show("Foo.Bar"), "1");
	set("foo.bar", NULL, SET_SESSION);
	assert_string_equal(show("foo.bar"), "");
}

static void
transactions(void **state)
{
	(void)state;
	set("application_name", "one", SET_SESSION);
	settings_commit(&s->settings);
	set("application_name", "two", SET_SESSION);
	settings_abort(&s->settings);
	assert_string_equal(show("application_name"), "one");
	set("application_name", "local", SET_LOCAL);
	assert_string_equal(show("application_name"), "local");
	settings_commit(&s->settings);
	assert_string_equal(show("application_name"), "one");
	/* SET then SET LOCAL: the first stays. SET LOCAL then SET: the second stays. */
	set("application_name", "kept", SET_SESSION);
	set("application_name", "local", SET_LOCAL);
	settings_commit(&s->settings);
	assert_string_equal(show("application_name"), "kept");
	set("application_name", "local", SET_LOCAL);
	set("application_name", "kept2", SET_SESSION);
	settings_commit(&s->settings);
	assert_string_equal(show("application_name"), "kept2");
	assert_int_equal(s->settings.nundo, 0);
}

static void
savepoints(void **state)
{
	(void)state;
	set("application_name", "a", SET_SESSION);
	settings_savepoint(&s->settings);
	set("application_name", "b", SET_SESSION);
	settings_savepoint(&s->settings);
	set("application_name", "c", SET_SESSION);
	settings_rollback_to(&s->settings, 1);
	assert_string_equal(show("application_name"), "b");
	settings_release_to(&s->settings, 0);
	settings_commit(&s->settings);
	assert_string_equal(show("application_name"), "b");
}

static void
reset(void **state)
{
	(void)state;
	set("statement_timeout", "7s", SET_STARTUP);
	set("statement_timeout", "8s", SET_SESSION);
	set("statement_timeout", NULL, SET_SESSION);
	assert_string_equal(show("statement_timeout"), "7s");
	set("work_mem", "1GB", SET_SESSION);
	assert_true(settings_reset_all(&s->settings, &s->err));
	assert_string_equal(show("work_mem"), "4MB");
	assert_string_equal(show("statement_timeout"), "7s");
	settings_commit(&s->settings);
}

static void
reported(void **state)
{
	(void)state;
	report_parameters(s, true);
	pgw_out_clear(&s->out);
	set("work_mem", "1MB", SET_SESSION);
	report_parameters(s, false);
	assert_int_equal(pgw_out_ready(&s->out), 0);
	set("application_name", "seen", SET_SESSION);
	report_parameters(s, false);
	assert_true(pgw_out_ready(&s->out) > 0);
	pgw_out_clear(&s->out);
	settings_abort(&s->settings);
	report_parameters(s, false);
	assert_true(pgw_out_ready(&s->out) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(units, setup, teardown),
		cmocka_unit_test_setup_teardown(refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(canonical_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(custom, setup, teardown),
		cmocka_unit_test_setup_teardown(transactions, setup, teardown),
		cmocka_unit_test_setup_teardown(savepoints, setup, teardown),
		cmocka_unit_test_setup_teardown(reset, setup, teardown),
		cmocka_unit_test_setup_teardown(reported, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
