/*
 * Date and time functions. Expected values are a PostgreSQL 15's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "func/datetime_args.h"

static struct arena arena;
static struct err err;
static struct fenv env;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	err_init(&err);
	memset(&env, 0, sizeof(env));
	env.types = type_env_canonical;
	env.types.timezone = tzone_find("EST5EDT,M3.2.0,M11.1.0", 22);
	env.types.txn_time = INT64_C(760019696789000); /* 2024-01-31 12:34:56.789 UTC */
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

/* Arguments are "type:text", their results texts too; an error gives its message. */
static const char *
call(const char *key, oid_t ret, int nargs, const char *const *texts)
{
	struct fcall c = {.arena = &arena, .err = &err, .env = &env};
	struct type_ctx t = fcall_type_ctx(&c);
	const struct func *f = func_by_key(key);
	struct datum args[8], out = datum_null();
	struct buf b = BUF_INIT;
	const char *s;

	assert_non_null(f);
	err_clear(&err);
	for (int i = 0; i < nargs; i++) {
		const char *colon = strchr(texts[i], ':');
		const struct type *type = type_builtin_by_name(
			arena_strndup(&arena, texts[i], (size_t)(colon - texts[i])));

		assert_true(type_text_in(&t, type, colon + 1, strlen(colon + 1), -1, &args[i]));
	}
	if (!f->fn(&c, args, nargs, &out))
		return err.message;
	if (out.class == DATUM_NULL)
		return "NULL";
	assert_true(type_text_out(&t, type_builtin(ret), &out, -1, &b));
	s = buf_dup(&b, &arena);
	buf_release(&b);
	return s;
}

#define CALL(want, key, ret, ...)                                                                  \
	do {                                                                                       \
		const char *texts[] = {__VA_ARGS__};                                               \
		assert_string_equal(call(key, ret, COUNTOF(texts), texts), want);                  \
	} while (0)

static void
test_arithmetic(void **state)
{
	(void)state;
	CALL("2024-02-29 00:00:00", "date_pl_interval", T_TIMESTAMP, "date:2024-01-31",
	     "interval:1 mon");
	CALL("2024-03-10 12:00:00-04", "timestamptz_pl_interval", T_TIMESTAMPTZ,
	     "timestamptz:2024-03-09 12:00", "interval:1 day");
	CALL("2024-03-10 13:00:00-04", "timestamptz_pl_interval", T_TIMESTAMPTZ,
	     "timestamptz:2024-03-09 12:00", "interval:24 hours");
	CALL("30 days 12:00:00", "timestamp_mi", T_INTERVAL, "timestamp:2024-01-31 12:00",
	     "timestamp:2024-01-01");
	CALL("cannot subtract infinite timestamps", "timestamp_mi", T_INTERVAL,
	     "timestamp:infinity", "timestamp:epoch");
	CALL("timestamp out of range", "timestamp_pl_interval", T_TIMESTAMP,
	     "timestamp:294276-12-31", "interval:1 day");
	CALL("date out of range", "date_pli", T_DATE, "date:5874897-12-31", "int4:1");
	CALL("interval out of range", "interval_pl", T_INTERVAL, "interval:2147483647 days",
	     "interval:1 day");
	CALL("2147483647 days", "interval_pl", T_INTERVAL, "interval:2147483646 days",
	     "interval:1 day");
	CALL("1 mon 18 days 12:00:00", "interval_mul", T_INTERVAL, "interval:1 mon 2 days 08:00",
	     "float8:1.5");
	CALL("division by zero", "interval_div", T_INTERVAL, "interval:1 day", "float8:0");
	CALL("01:00:00", "time_pl_interval", T_TIME, "time:23:00", "interval:2 hours");
	CALL("1 mon 4 days 01:00:00", "interval_justify_interval", T_INTERVAL,
	     "interval:33 days 25:00");
	CALL("1 year 11 mons 30 days", "timestamp_age", T_INTERVAL, "timestamp:2024-01-31",
	     "timestamp:2022-02-01");
}

static void
test_extract(void **state)
{
	(void)state;
	CALL("56.789000", "extract_timestamp", T_NUMERIC, "text:second",
	     "timestamp:2024-01-31 12:34:56.789");
	CALL("2460341.52426839120370370370", "extract_timestamp", T_NUMERIC, "text:julian",
	     "timestamp:2024-01-31 12:34:56.789");
	CALL("-5", "extract_timestamptz", T_NUMERIC, "text:TIMEZONE_HOUR",
	     "timestamptz:2024-01-31");
	CALL("-1", "extract_date", T_NUMERIC, "text:century", "date:0044-03-15 BC");
	CALL("53", "extract_date", T_NUMERIC, "text:week", "date:2021-01-01");
	CALL("Infinity", "extract_date", T_NUMERIC, "text:epoch", "date:infinity");
	CALL("NULL", "extract_date", T_NUMERIC, "text:day", "date:infinity");
	CALL("1.5", "interval_part", T_FLOAT8, "text:second", "interval:61.5 sec");
	CALL("9224318015999.123500", "extract_timestamp", T_NUMERIC, "text:epoch",
	     "timestamp:294276-12-31 23:59:59.123456");
	CALL("34251240.000000", "extract_interval", T_NUMERIC, "text:epoch",
	     "interval:1 year 1 mon 1 day 4 hours 14 min");
	CALL("unit \"hour\" not supported for type date", "extract_date", T_NUMERIC, "text:hour",
	     "date:2024-01-01");
	CALL("unit \"foo\" not recognized for type interval", "extract_interval", T_NUMERIC,
	     "text:foo", "interval:1");
}

static void
test_trunc(void **state)
{
	(void)state;
	CALL("2024-01-29 00:00:00", "timestamp_trunc", T_TIMESTAMP, "text:week",
	     "timestamp:2024-01-31 12:34");
	CALL("2001-01-01 00:00:00", "timestamp_trunc", T_TIMESTAMP, "text:millennium",
	     "timestamp:2024-01-31");
	CALL("2024-03-10 00:00:00-05", "timestamptz_trunc", T_TIMESTAMPTZ, "text:day",
	     "timestamptz:2024-03-10 12:00");
	CALL("2024-01-31 12:30:00", "timestamp_bin", T_TIMESTAMP, "interval:15 min",
	     "timestamp:2024-01-31 12:34", "timestamp:2001-01-01");
	CALL("1 year 9 mons", "interval_trunc", T_INTERVAL, "text:quarter",
	     "interval:1 year 11 mons 4 days");
	CALL("stride must be greater than zero", "timestamp_bin", T_TIMESTAMP, "interval:0",
	     "timestamp:epoch", "timestamp:epoch");
}

static void
test_make_and_zone(void **state)
{
	(void)state;
	CALL("0044-03-15 BC", "make_date", T_DATE, "int4:-44", "int4:3", "int4:15");
	CALL("date field value out of range: 2023-02-29", "make_date", T_DATE, "int4:2023",
	     "int4:2", "int4:29");
	CALL("08:15:23.5", "make_time", T_TIME, "int4:8", "int4:15", "float8:23.5");
	CALL("2010-09-13 00:32:03.5-04", "float8_timestamptz", T_TIMESTAMPTZ,
	     "float8:1284352323.5");
	CALL("2024-01-31 05:34:56", "timestamptz_zone", T_TIMESTAMP, "text:mst",
	     "timestamptz:2024-01-31 12:34:56+00");
	CALL("2024-01-31 14:34:56-05", "timestamp_zone", T_TIMESTAMPTZ, "text:mst",
	     "timestamp:2024-01-31 12:34:56");
	CALL("time zone \"nowhere\" not recognized", "timestamp_zone", T_TIMESTAMPTZ,
	     "text:nowhere", "timestamp:epoch");
	CALL("interval time zone \"1 mon\" must not include months or days", "timestamp_izone",
	     T_TIMESTAMPTZ, "interval:1 mon", "timestamp:epoch");
	CALL("t", "overlaps_time", T_BOOL, "time:10:00", "time:12:00", "time:13:00", "time:11:00");
	CALL("f", "overlaps_time", T_BOOL, "time:10:00", "time:12:00", "time:12:00", "time:13:00");
}

static void
test_now(void **state)
{
	(void)state;
	CALL("2024-01-31 07:34:56.789-05", "current_timestamp", T_TIMESTAMPTZ, "int4:-1");
	CALL("2024-01-31 07:34:57", "localtimestamp", T_TIMESTAMP, "int4:0");
	CALL("07:34:56.8-05", "current_time", T_TIMETZ, "int4:1");
	CALL("07:34:56.789", "localtime", T_TIME, "int4:-1");
	CALL("2024-01-31", "current_date", T_DATE, "int4:-1");
}

static void
test_to_char(void **state)
{
	(void)state;
	CALL("Wednesday, 31st January   2024 07:34 PM", "timestamp_to_char", T_TEXT,
	     "timestamp:2024-01-31 19:34:56", "text:FMDay, DDth Month YYYY HH12:MI AM");
	CALL("2024-W05-3 031 I    5 \"Q\"1 2460341", "timestamp_to_char", T_TEXT,
	     "timestamp:2024-01-31", "text:IYYY-\"W\"IW-ID DDD RM W \"\\\"Q\\\"\"Q J");
	CALL("est -05 -05:00 AD", "timestamptz_to_char", T_TEXT, "timestamptz:2024-01-31",
	     "text:tz OF TZH:TZM BC");
	CALL("-3 -04:-05.-600", "interval_to_char", T_TEXT, "interval:-03:04:05.6",
	     "text:FMHH24 MI:SS.MS");
	CALL("invalid format specification for an interval value", "interval_to_char", T_TEXT,
	     "interval:1 day", "text:Month");
	CALL("NULL", "timestamp_to_char", T_TEXT, "timestamp:infinity", "text:YYYY");
}

static void
test_to_timestamp(void **state)
{
	(void)state;
	CALL("2024-01-31", "to_date", T_DATE, "text:31 Jan 2024", "text:DD Mon YYYY");
	CALL("2024-02-29", "to_date", T_DATE, "text:2024-060", "text:YYYY-DDD");
	CALL("2024-01-31", "to_date", T_DATE, "text:2024-5-3", "text:IYYY-IW-ID");
	CALL("2024-02-04", "to_date", T_DATE, "text:2024-5,-4", "text:IYYY-IW-ID");
	CALL("2024-01-31 23:34:56.5-05", "to_timestamp", T_TIMESTAMPTZ, "text:20240131 113456.5PM",
	     "text:YYYYMMDD HHMISS.MSAM");
	CALL("2024-01-31 02:34:00-05", "to_timestamp", T_TIMESTAMPTZ,
	     "text:2024-01-31 12:34 +05:00", "text:YYYY-MM-DD HH24:MI TZH:TZM");
	CALL("date/time field value out of range: \"2024-02-30\"", "to_date", T_DATE,
	     "text:2024-02-30", "text:YYYY-MM-DD");
	CALL("invalid value \"ab\" for \"MM\"", "to_date", T_DATE, "text:2024-ab", "text:YYYY-MM");
	CALL("invalid combination of date conventions", "to_date", T_DATE, "text:2024-01",
	     "text:IYYY-MM");
	CALL("formatting field \"TZ\" is only supported in to_char", "to_timestamp", T_TIMESTAMPTZ,
	     "text:2024 CET", "text:YYYY TZ");
}

static void
test_interval_sum(void **state)
{
	const struct agg_ops *avg = func_by_key("avg(interval)")->agg;
	static const char *const rows[] = {"1 day", "2 days", "3 hours"};
	_Alignas(16) char space[64] = {0};
	struct agg_call a = {.call = {.arena = &arena, .err = &err, .env = &env},
			     .arena = &arena,
			     .state = space};
	struct datum d;

	(void)state;
	assert_true(avg->size <= sizeof(space));
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		d = datum_text(rows[i], strlen(rows[i]));
		assert_true(avg->step(&a, &d, 1));
	}
	assert_true(avg->final(&a, &d));
	assert_string_equal(arena_strndup(&arena, d.p, d.n), "1 day 01:00:00");
	d = datum_text("2 days", 6);
	assert_true(avg->inverse(&a, &d, 1) && avg->final(&a, &d));
	assert_string_equal(arena_strndup(&arena, d.p, d.n), "13:30:00");
}

static void
test_series(void **state)
{
	const struct srf_ops *srf = func_by_key("generate_series_timestamptz")->srf;
	struct fcall c = {.arena = &arena, .err = &err, .env = &env};
	static const char *const want[] = {"2024-03-09 17:00:00", "2024-03-10 16:00:00",
					   "2024-03-11 16:00:00"};
	struct datum args[] = {datum_text("2024-03-09 17:00:00", 19),
			       datum_text("2024-03-11 17:00:00", 19), datum_text("1 day", 5)};
	struct datum d;
	void *s;

	(void)state;
	assert_true(srf->open(&c, args, 3, &s));
	for (size_t i = 0; i < COUNTOF(want); i++) {
		assert_int_equal(srf->next(&c, s, &d), 1);
		assert_string_equal(arena_strndup(&arena, d.p, d.n), want[i]);
	}
	assert_int_equal(srf->next(&c, s, &d), 0);
	srf->close(s);
	args[2] = datum_text("00:00:00", 8);
	assert_false(srf->open(&c, args, 3, &s));
	assert_string_equal(err.message, "step size cannot equal zero");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_arithmetic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extract, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trunc, setup, teardown),
		cmocka_unit_test_setup_teardown(test_make_and_zone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_now, setup, teardown),
		cmocka_unit_test_setup_teardown(test_to_char, setup, teardown),
		cmocka_unit_test_setup_teardown(test_to_timestamp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interval_sum, setup, teardown),
		cmocka_unit_test_setup_teardown(test_series, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
