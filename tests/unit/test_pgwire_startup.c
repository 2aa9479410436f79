/*
 * Startup packets: kinds, parameters, versions, bad layouts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pgwire.h"

#define V3 "\0\3\0\0"

static uint8_t packet[20000];
static struct pgw_startup su;
static struct pgw_error err;

/* Puts a length word before body and decodes. */
static enum pgw_rc
decode(const char *body, size_t n)
{
	pgw_store32(packet, (uint32_t)n + 4);
	memcpy(packet + 4, body, n);
	return pgw_startup_decode(packet, n + 4, &su, &err);
}

#define DECODE(lit) decode(lit, sizeof(lit) - 1)

static void
assert_error(enum pgw_severity sev, const char *sqlstate, const char *message)
{
	assert_int_equal(err.severity, sev);
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.message, message);
	assert_string_equal(err.detail, "");
}

static void
test_parameters(void **state)
{
	const char *name, *value;
	size_t pos = 0;

	(void)state;
	assert_int_equal(DECODE(V3 "user\0bob\0_pq_.zip\0on\0database\0shop\0user\0eve\0\0"),
			 PGW_OK);
	assert_int_equal(su.kind, PGW_STARTUP);
	assert_int_equal(su.major, 3);
	assert_int_equal(su.minor, 0);
	assert_int_equal(su.n_params, 3);
	assert_int_equal(su.n_unknown, 1);
	assert_true(pgw_startup_next(&su, false, &pos, &name, &value));
	assert_string_equal(name, "user");
	assert_string_equal(value, "bob");
	assert_true(pgw_startup_next(&su, false, &pos, &name, &value));
	assert_string_equal(name, "database");
	assert_true(pgw_startup_next(&su, false, &pos, &name, &value));
	assert_false(pgw_startup_next(&su, false, &pos, &name, &value));
	pos = 0;
	assert_true(pgw_startup_next(&su, true, &pos, &name, &value));
	assert_string_equal(name, "_pq_.zip");
	assert_string_equal(value, "on");
	assert_false(pgw_startup_next(&su, true, &pos, &name, &value));
	assert_string_equal(pgw_startup_get(&su, "user"), "eve");
	assert_null(pgw_startup_get(&su, "options"));
	assert_null(pgw_startup_get(&su, "_pq_.zip"));
	assert_true(pgw_startup_must_negotiate(&su));
}

static void
test_every_prefix_needs_more(void **state)
{
	size_t n;

	(void)state;
	assert_int_equal(DECODE(V3 "user\0bob\0\0"), PGW_OK);
	n = su.size;
	assert_int_equal(n, 4 + 4 + 5 + 4 + 1);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pgw_startup_decode(packet, i, &su, &err), PGW_NEED_MORE);
		assert_int_equal(su.size, i < 4 ? 8 : n);
	}
	assert_int_equal(pgw_startup_decode(packet, n + 7, &su, &err), PGW_OK);
	assert_int_equal(su.size, n);
	assert_false(pgw_startup_must_negotiate(&su));
}

static void
test_requests(void **state)
{
	(void)state;
	assert_int_equal(DECODE("\x04\xd2\x16\x2f"), PGW_OK);
	assert_int_equal(su.kind, PGW_SSL_REQUEST);
	assert_int_equal(su.size, 8);
	assert_false(pgw_startup_must_negotiate(&su));
	assert_null(pgw_startup_get(&su, "user"));
	pgw_startup_reject(&su, &err);
	assert_error(PGW_FATAL, "0A000",
		     "unsupported frontend protocol 1234.5679: server supports 3.0 to 3.0");
	assert_int_equal(DECODE("\x04\xd2\x16\x30"), PGW_OK);
	assert_int_equal(su.kind, PGW_GSSENC_REQUEST);
	assert_int_equal(DECODE("\x04\xd2\x16\x2e\0\0\1\2\xff\xfe\xfd\xfc"), PGW_OK);
	assert_int_equal(su.kind, PGW_CANCEL_REQUEST);
	assert_int_equal(su.pid, 0x102);
	assert_int_equal(su.secret, 0xfffefdfc);
}

static void
test_lengths(void **state)
{
	static const uint8_t seven[] = {0, 0, 0, 7}, most[] = {0, 0, 0x27, 0x14},
			     above[] = {0, 0, 0x27, 0x15};
	static const char *const text = "invalid length of startup packet";

	(void)state;
	assert_int_equal(pgw_startup_decode(seven, 4, &su, &err), PGW_BAD);
	assert_error(PGW_COMMERROR, "08P01", text);
	assert_int_equal(pgw_startup_decode(most, 4, &su, &err), PGW_NEED_MORE);
	assert_int_equal(su.size, 10004);
	assert_int_equal(pgw_startup_decode(above, 4, &su, &err), PGW_BAD);
	assert_error(PGW_COMMERROR, "08P01", text);
	assert_int_equal(pgw_startup_decode("GET / HTTP/1.1\r\n", 16, &su, &err), PGW_BAD);
	assert_error(PGW_COMMERROR, "08P01", text);
	assert_int_equal(DECODE("\x04\xd2\x16\x2e\0\0\1\2\xff\xfe\xfd\xfc."), PGW_BAD);
	assert_error(PGW_COMMERROR, "08P01", text);
}

static void
test_layouts(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} bad[] = {
		{V3, 4},
		{V3 "user\0", 9},
		{V3 "user\0bob", 12},
		{V3 "user\0bob\0", 13},
		{V3 "user\0bob\0\0\0", 15},
		{V3 "user\0bob\0x", 14},
		{V3 "\0\0", 6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(decode(bad[i].p, bad[i].n), PGW_BAD);
		assert_error(PGW_FATAL, "08P01",
			     "invalid startup packet layout: expected terminator as last byte");
	}
	assert_int_equal(DECODE(V3 "\0"), PGW_OK);
	assert_int_equal(su.n_params, 0);
	assert_int_equal(DECODE(V3 "options\0\0\0"), PGW_OK);
	assert_string_equal(pgw_startup_get(&su, "options"), "");
}

static void
test_versions(void **state)
{
	(void)state;
	assert_int_equal(DECODE("\0\4\0\7user\0bob\0\0"), PGW_BAD);
	assert_error(PGW_FATAL, "0A000",
		     "unsupported frontend protocol 4.7: server supports 3.0 to 3.0");
	assert_int_equal(DECODE("\0\2\0\0whatever"), PGW_BAD);
	assert_error(PGW_FATAL, "0A000",
		     "unsupported frontend protocol 2.0: server supports 3.0 to 3.0");
	assert_int_equal(DECODE("\0\3\0\2user\0bob\0\0"), PGW_OK);
	assert_int_equal(su.minor, 2);
	assert_true(pgw_startup_must_negotiate(&su));
}

static void
test_negotiate(void **state)
{
	static const char want[] = "v\0\0\0\x1d\0\3\0\0\0\0\0\2_pq_.foo\0_pq_.x";
	struct pgw_out o;

	(void)state;
	assert_int_equal(DECODE("\0\3\0\2user\0bob\0_pq_.foo\0bar\0_pq_.x\0y\0\0"), PGW_OK);
	pgw_out_init(&o);
	pgw_put_negotiate_protocol(&o, &su);
	assert_int_equal(pgw_out_ready(&o), sizeof(want));
	assert_memory_equal(pgw_out_head(&o) + 5, want + 5, sizeof(want) - 5);
	assert_int_equal(pgw_out_head(&o)[0], 'v');
	assert_int_equal(pgw_out_head(&o)[4], sizeof(want) - 1);
	pgw_out_release(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters), cmocka_unit_test(test_every_prefix_needs_more),
		cmocka_unit_test(test_requests),   cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_layouts),    cmocka_unit_test(test_versions),
		cmocka_unit_test(test_negotiate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
