/*
 * Date and time types: text and binary in and out, stored forms and their order. Expected values
 * are a PostgreSQL 15's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "types/datetime.h"

static struct arena arena;
static struct err err;
static struct type_env env;

static struct type_ctx
ctx(void)
{
	return (struct type_ctx){
		.arena = &arena, .err = &err, .env = &env, .find = type_builtin_find};
}

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	err_init(&err);
	env = type_env_canonical;
	env.timezone = tzone_find("EST5EDT,M3.2.0,M11.1.0", 22);
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

static struct datum
stored(oid_t oid, int32_t typmod, const char *s)
{
	struct type_ctx c = ctx();
	struct datum d;

	if (!type_text_in(&c, type_builtin(oid), s, strlen(s), typmod, &d))
		fail_msg("%s: %s", s, err.message);
	return d;
}

static void
check_stored(oid_t oid, const char *s, const char *want)
{
	struct datum d = stored(oid, -1, s);

	assert_string_equal(arena_strndup(&arena, d.p, d.n), want);
}

static const char *
shown(oid_t oid, const struct datum *d)
{
	struct type_ctx c = ctx();
	struct buf b = BUF_INIT;
	const char *s;

	if (!type_text_out(&c, type_builtin(oid), d, -1, &b))
		fail_msg("%s", err.message);
	s = buf_dup(&b, &arena);
	buf_release(&b);
	return s;
}

static void
check(oid_t oid, const char *s, const char *want)
{
	struct datum d = stored(oid, -1, s);

	assert_string_equal(shown(oid, &d), want);
}

static void
check_error(oid_t oid, const char *s, const char *code, const char *message)
{
	struct type_ctx c = ctx();
	struct datum d;

	err_clear(&err);
	assert_false(type_text_in(&c, type_builtin(oid), s, strlen(s), -1, &d));
	assert_string_equal(err.sqlstate, code);
	assert_string_equal(err.message, message);
	err_clear(&err);
}

static void
test_stored(void **state)
{
	(void)state;
	check_stored(T_DATE, "1/31/2024", "2024-01-31");
	check_stored(T_DATE, "0044-03-15 BC", ".9956-03-15");
	check_stored(T_DATE, "0001-01-01 BC", ".9999-01-01");
	check_stored(T_DATE, "4714-11-24 BC", ".5286-11-24");
	check_stored(T_DATE, "5874897-12-31", "Y5874897-12-31");
	check_stored(T_DATE, "-infinity", "-infinity");
	check_stored(T_TIMESTAMP, "2024-01-31 12:34:56.500", "2024-01-31 12:34:56.5");
	check_stored(T_TIMESTAMP, "epoch", "1970-01-01 00:00:00");
	check_stored(T_TIMESTAMPTZ, "2024-01-31 12:34:56", "2024-01-31 17:34:56");
	check_stored(T_TIMESTAMPTZ, "2024-07-01 12:34:56+02:30", "2024-07-01 10:04:56");
	check_stored(T_TIMESTAMPTZ, "294276-12-31 23:59:59+00", "Y0294276-12-31 23:59:59");
	check_stored(T_TIME, "04:05 PM", "16:05:00");
	check_stored(T_TIMETZ, "04:05:06.7-08", "04:05:06.7-08");
	check_stored(T_INTERVAL, "P1Y2M3DT4H5.6S", "1 year 2 mons 3 days 04:00:05.6");
}

static void
test_order_is_byte_order(void **state)
{
	static const char *const rising[] = {
		"-infinity",   "4714-11-24 BC", "100-01-01 BC", "100-12-31 BC", "1-12-31 BC",
		"0001-01-01",  "1999-12-31",    "2000-01-01",   "9999-12-31",   "10000-01-01",
		"99999-12-31", "294276-12-31",  "infinity",
	};
	struct datum a, b;

	(void)state;
	for (size_t i = 1; i < COUNTOF(rising); i++) {
		a = stored(T_TIMESTAMP, -1, rising[i - 1]);
		b = stored(T_TIMESTAMP, -1, rising[i]);
		assert_true(memcmp(a.p, b.p, MIN(a.n, b.n)) < 0);
		a = stored(T_DATE, -1, rising[i - 1]);
		b = stored(T_DATE, -1, rising[i]);
		assert_true(memcmp(a.p, b.p, MIN(a.n, b.n)) < 0);
	}
}

static int
order(type_collate_fn *fn, const char *a, const char *b)
{
	return fn(NULL, a, strlen(a), b, strlen(b));
}

static void
test_collations(void **state)
{
	(void)state;
	assert_int_equal(order(interval_collate, "1 mon", "30 days"), 0);
	assert_true(order(interval_collate, "1 mon", "29 days 23:59:59.999999") > 0);
	assert_true(order(interval_collate, "-1 days", "00:00:00") < 0);
	assert_true(order(interval_collate, "178956970 years 7 mons", "1 day") > 0);
	assert_int_equal(order(interval_collate, "1 day", "24:00:00"), 0);
	assert_true(order(interval_collate, "nonsense", "178956970 years") > 0);
	assert_true(order(timetz_collate, "12:00:00+02", "12:00:00+01") < 0);
	assert_true(order(timetz_collate, "12:00:00+02", "11:00:00+01") < 0);
	assert_true(order(timetz_collate, "24:00:00+00", "00:00:00+00") > 0);
}

static void
test_date_input(void **state)
{
	(void)state;
	check(T_DATE, "January 8, 1999", "1999-01-08");
	check(T_DATE, "08-Jan-99", "1999-01-08");
	check(T_DATE, "1/8/1999", "1999-01-08");
	check(T_DATE, "19990108", "1999-01-08");
	check(T_DATE, "990108", "1999-01-08");
	check(T_DATE, "1999.008", "1999-01-08");
	check(T_DATE, "J2451187", "1999-01-08");
	check(T_DATE, "January 8, 99 BC", "0099-01-08 BC");
	check(T_DATE, "y2001m02d04", "2001-02-04");
	env.date_order = DATEORDER_DMY;
	check(T_DATE, "01/02/03", "2003-02-01");
	env.date_order = DATEORDER_YMD;
	check(T_DATE, "01/02/03", "2001-02-03");
}

static void
test_point_input(void **state)
{
	(void)state;
	check(T_TIMESTAMP, "20240131T123456.789", "2024-01-31 12:34:56.789");
	check(T_TIMESTAMP, "2024-01-31 24:00:00", "2024-02-01 00:00:00");
	check(T_TIMESTAMP, "2024-01-31 12:34:56.9999999", "2024-01-31 12:34:57");
	check(T_TIMESTAMPTZ, "2024-01-31 12:34:56 PST", "2024-01-31 15:34:56-05");
	check(T_TIMESTAMPTZ, "2024-03-10 02:30", "2024-03-10 03:30:00-04"); /* in the gap */
	check(T_TIMESTAMPTZ, "2024-11-03 01:30", "2024-11-03 01:30:00-05"); /* in the overlap */
	check(T_TIMESTAMPTZ, "2024-07-01 00:00 BRST", "2024-06-30 22:00:00-04");
	check(T_TIME, "040506.789", "04:05:06.789");
	check(T_TIME, "23:59:60", "24:00:00");
	check(T_TIMETZ, "2024-07-01 04:05:06 EST5EDT4", "04:05:06-04");
}

static void
test_errors(void **state)
{
	struct type_ctx c = ctx();
	struct datum d;

	(void)state;
	check_error(T_DATE, "foo", "22007", "invalid input syntax for type date: \"foo\"");
	check_error(T_DATE, "2024-02-30", "22008",
		    "date/time field value out of range: \"2024-02-30\"");
	check_error(T_DATE, "5874898-01-01", "22008", "date out of range: \"5874898-01-01\"");
	check_error(T_TIMESTAMP, "294277-01-01", "22008",
		    "timestamp out of range: \"294277-01-01\"");
	check_error(T_TIMESTAMP, "", "22007", "invalid input syntax for type timestamp: \"\"");
	check_error(T_TIMESTAMPTZ, "2024-01-01 00:00 No/Where", "22023",
		    "time zone \"no/where\" not recognized");
	check_error(T_TIMESTAMPTZ, "2024-01-01 00:00+16", "22009",
		    "time zone displacement out of range: \"2024-01-01 00:00+16\"");
	check_error(T_TIME, "25:00", "22008", "date/time field value out of range: \"25:00\"");
	check_error(T_INTERVAL, "1 foo", "22007",
		    "invalid input syntax for type interval: \"1 foo\"");
	check_error(T_INTERVAL, "2147483648 days", "22015",
		    "interval field value out of range: \"2147483648 days\"");
	check_error(T_INTERVAL, "178956970 years 8 mons", "22008", "interval out of range");
	assert_false(type_text_in(&c, type_builtin(T_DATE), "18/18/1999", 10, -1, &d));
	assert_string_equal(err.hint, "Perhaps you need a different \"datestyle\" setting.");
	err_clear(&err);
}

static void
test_interval_input(void **state)
{
	(void)state;
	check(T_INTERVAL, "1-2", "1 year 2 mons");
	check(T_INTERVAL, "-1 12:34:56", "-1 days +12:34:56");
	check(T_INTERVAL, "@ 1 year 2 mons ago", "-1 years -2 mons");
	check(T_INTERVAL, "1.5 months 1.5 weeks", "1 mon 25 days 12:00:00");
	check(T_INTERVAL, "P0001-02-03T04:05:06", "1 year 2 mons 3 days 04:05:06");
	check(T_INTERVAL, "PT010203", "01:02:03");
	check(T_INTERVAL, "0", "00:00:00");
	env.interval_style = INTERVALSTYLE_SQL;
	check(T_INTERVAL, "-1 12:34:56", "-1 12:34:56");
}

static void
test_styles(void **state)
{
	const char *p = "2024-01-31 12:34:56.5", *i = "-1 mons +2 days -03:04:05.6";

	(void)state;
	env.date_style = DATESTYLE_SQL;
	check(T_TIMESTAMPTZ, p, "01/31/2024 12:34:56.5 EST");
	check(T_DATE, p, "01/31/2024");
	env.date_style = DATESTYLE_POSTGRES;
	check(T_TIMESTAMPTZ, p, "Wed Jan 31 12:34:56.5 2024 EST");
	check(T_DATE, p, "01-31-2024");
	env.date_order = DATEORDER_DMY;
	check(T_TIMESTAMP, p, "Wed 31 Jan 12:34:56.5 2024");
	env.date_style = DATESTYLE_GERMAN;
	check(T_TIMESTAMPTZ, p, "31.01.2024 12:34:56.5 EST");
	check(T_INTERVAL, i, "-1 mons +2 days -03:04:05.6");
	env.interval_style = INTERVALSTYLE_POSTGRES_VERBOSE;
	check(T_INTERVAL, i, "@ 1 mon -2 days 3 hours 4 mins 5.6 secs ago");
	env.interval_style = INTERVALSTYLE_ISO;
	check(T_INTERVAL, i, "P-1M2DT-3H-4M-5.6S");
	env.interval_style = INTERVALSTYLE_SQL;
	check(T_INTERVAL, i, "-0-1 +2 -3:04:05.6");
	check(T_INTERVAL, "1 year 2 mons", "1-2");
	check(T_INTERVAL, "0", "0");
}

static int32_t
typmod(type_typmodin_fn *fn, const char *a, const char *b)
{
	const char *args[] = {a, b};
	int32_t t;

	assert_true(fn(&err, -1, args, b ? 2 : 1, &t));
	return t;
}

static void
test_typmods(void **state)
{
	struct datum d;
	struct buf b = BUF_INIT;
	int32_t t;
	const char *minus[] = {"-1"};

	(void)state;
	d = stored(T_TIMESTAMP, typmod(timestamp_typmodin, "2", NULL), "2024-01-31 12:34:56.785");
	assert_string_equal(shown(T_TIMESTAMP, &d), "2024-01-31 12:34:56.79");
	t = typmod(interval_typmodin, "6", NULL); /* year to month */
	d = stored(T_INTERVAL, t, "1-2 3 4:05:06");
	assert_string_equal(shown(T_INTERVAL, &d), "1 year 2 mons");
	t = typmod(interval_typmodin, "4096", "3"); /* second(3) */
	d = stored(T_INTERVAL, t, "1.23456");
	assert_string_equal(shown(T_INTERVAL, &d), "00:00:01.235");
	interval_typmodout(t, &b);
	assert_string_equal(buf_str(&b), " second(3)");
	buf_release(&b);
	assert_false(timestamptz_typmodin(&err, -1, minus, 1, &t));
	assert_string_equal(err.message,
			    "TIMESTAMP(-1) WITH TIME ZONE precision must not be negative");
	err_clear(&err);
}

static void
check_binary(oid_t oid, const char *s, const void *want, size_t n)
{
	struct type_ctx c = ctx();
	struct datum d = stored(oid, -1, s), again;
	struct buf b = BUF_INIT;

	assert_true(type_binary_out(&c, type_builtin(oid), &d, -1, &b));
	assert_int_equal(b.len, n);
	assert_memory_equal(b.data, want, n);
	assert_true(type_binary_in(&c, type_builtin(oid), b.data, b.len, -1, &again));
	assert_int_equal(again.n, d.n);
	assert_memory_equal(again.p, d.p, d.n);
	assert_false(type_binary_in(&c, type_builtin(oid), b.data, b.len - 1, -1, &again));
	err_clear(&err);
	buf_release(&b);
}

static void
test_binary(void **state)
{
	(void)state;
	check_binary(T_DATE, "2000-01-02", "\0\0\0\1", 4);
	check_binary(T_DATE, "infinity", "\x7f\xff\xff\xff", 4);
	check_binary(T_TIMESTAMP, "1999-12-31 23:59:59.999999", "\xff\xff\xff\xff\xff\xff\xff\xff",
		     8);
	check_binary(T_TIMESTAMPTZ, "-infinity", "\x80\0\0\0\0\0\0\0", 8);
	check_binary(T_TIME, "00:00:00.000258", "\0\0\0\0\0\0\1\2", 8);
	check_binary(T_TIMETZ, "00:00:00.000001-01", "\0\0\0\0\0\0\0\1\0\0\x0e\x10", 12);
	check_binary(T_INTERVAL, "1 mon 2 days 00:00:00.000003", "\0\0\0\0\0\0\0\3\0\0\0\2\0\0\0\1",
		     16);
}

static void
test_binary_range(void **state)
{
	struct type_ctx c = ctx();
	struct datum d;

	(void)state;
	assert_false(type_binary_in(&c, type_builtin(T_DATE), "\x7f\xff\xff\xfe", 4, -1, &d));
	assert_string_equal(err.message, "date out of range");
	err_clear(&err);
	assert_false(type_binary_in(&c, type_builtin(T_TIME), "\xff\xff\xff\xff\xff\xff\xff\xff", 8,
				    -1, &d));
	assert_string_equal(err.message, "time out of range");
	err_clear(&err);
}

/* What an adopted file may hold. */
static void
test_lenient(void **state)
{
	struct datum d;

	(void)state;
	d = datum_text("2024-01-31T12:34:56Z", 20);
	assert_string_equal(shown(T_TIMESTAMP, &d), "2024-01-31 12:34:56");
	assert_string_equal(shown(T_TIMESTAMPTZ, &d), "2024-01-31 07:34:56-05");
	assert_string_equal(shown(T_DATE, &d), "2024-01-31");
	d = datum_text("2024-01-31 12:34", 16);
	assert_string_equal(shown(T_TIMESTAMP, &d), "2024-01-31 12:34:00");
	d = datum_text("2024-01-31 12:34:56.789+02:00", 29);
	assert_string_equal(shown(T_TIMESTAMPTZ, &d), "2024-01-31 05:34:56.789-05");
	d = datum_int(0);
	assert_string_equal(shown(T_TIMESTAMP, &d), "1970-01-01 00:00:00");
	assert_string_equal(shown(T_DATE, &d), "1970-01-01");
	d = datum_real(2451545.25);
	assert_string_equal(shown(T_TIMESTAMP, &d), "2000-01-01 18:00:00");
	assert_string_equal(shown(T_TIME, &d), "18:00:00");
	d = datum_text("2024-01-31", 10);
	assert_string_equal(shown(T_TIMESTAMP, &d), "2024-01-31 00:00:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stored, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_is_byte_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_collations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_date_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_point_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interval_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_styles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_typmods, setup, teardown),
		cmocka_unit_test_setup_teardown(test_binary, setup, teardown),
		cmocka_unit_test_setup_teardown(test_binary_range, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lenient, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
