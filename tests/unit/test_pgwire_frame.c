/*
 * Framing and the payload reader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pgwire.h"

static struct pgw_frame f;
static struct pgw_error err;

static enum pgw_rc
next(const char *p, size_t n, enum pgw_phase phase, uint32_t cap)
{
	return pgw_frame_next(p, n, phase, cap, &f, &err);
}

#define NEXT(lit, phase) next(lit, sizeof(lit) - 1, phase, 0)

static void
assert_error(enum pgw_severity sev, const char *sqlstate, const char *message)
{
	assert_int_equal(err.severity, sev);
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.message, message);
}

static void
test_whole_and_parts(void **state)
{
	static const char msg[] = "Q\0\0\0\x0cselect;\0S\0\0\0\4";

	(void)state;
	for (size_t n = 0; n < 13; n++) {
		assert_int_equal(next(msg, n, PGW_PHASE_READY, 0), PGW_NEED_MORE);
		assert_int_equal(f.total, n < 5 ? 5 : 13);
	}
	assert_int_equal(NEXT("Q\0\0\0\x0cselect;\0S\0\0\0\4", PGW_PHASE_READY), PGW_OK);
	assert_int_equal(f.type, 'Q');
	assert_int_equal(f.len, 8);
	assert_int_equal(f.total, 13);
	assert_memory_equal(f.body, "select;", 8);
	assert_int_equal(next(msg + 13, 5, PGW_PHASE_READY, 0), PGW_OK);
	assert_int_equal(f.type, 'S');
	assert_int_equal(f.len, 0);
}

static void
test_types_by_phase(void **state)
{
	static const char ready[] = "BCDEFHPQSXcdf", copy[] = "HScdf", auth[] = "p";
	static const struct {
		enum pgw_phase phase;
		const char *types;
	} rows[] = {
		{PGW_PHASE_READY, ready}, {PGW_PHASE_COPY_IN, copy}, {PGW_PHASE_PASSWORD, auth},
		{PGW_PHASE_SASL, auth},   {PGW_PHASE_GSS, auth},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int type = 0; type < 256; type++) {
			char msg[5] = {(char)type, 0, 0, 0, 4};
			bool want = type && strchr(rows[i].types, type);

			assert_int_equal(next(msg, 5, rows[i].phase, 0), want ? PGW_OK : PGW_BAD);
			assert_int_equal(next(msg, 1, rows[i].phase, 0),
					 want ? PGW_NEED_MORE : PGW_BAD);
		}
	}
	assert_string_equal(pgw_frontend_name('B'), "Bind");
	assert_null(pgw_frontend_name('a'));
	assert_null(pgw_frontend_name(200));
	assert_int_equal(pgw_frame_limit('a'), 0);
}

static void
test_wrong_type_texts(void **state)
{
	(void)state;
	assert_int_equal(NEXT("\xe9", PGW_PHASE_READY), PGW_BAD);
	assert_error(PGW_FATAL, "08P01", "invalid frontend message type 233");
	assert_int_equal(NEXT("p", PGW_PHASE_READY), PGW_BAD);
	assert_error(PGW_FATAL, "08P01", "invalid frontend message type 112");
	assert_int_equal(NEXT("Q", PGW_PHASE_COPY_IN), PGW_BAD);
	assert_error(PGW_ERROR, "08P01", "unexpected message type 0x51 during COPY from stdin");
	assert_int_equal(NEXT("Q", PGW_PHASE_PASSWORD), PGW_BAD);
	assert_error(PGW_FATAL, "08P01", "expected password response, got message type 81");
	assert_int_equal(NEXT("Q", PGW_PHASE_SASL), PGW_BAD);
	assert_error(PGW_FATAL, "08P01", "expected SASL response, got message type 81");
	assert_int_equal(NEXT("Q", PGW_PHASE_GSS), PGW_BAD);
	assert_error(PGW_FATAL, "08P01", "expected GSS response, got message type 81");
}

static void
test_lengths(void **state)
{
	(void)state;
	assert_int_equal(NEXT("Q\0\0\0\3", PGW_PHASE_READY), PGW_BAD);
	assert_error(PGW_COMMERROR, "08P01", "invalid message length");
	assert_int_equal(NEXT("Q\xff\xff\xff\xff", PGW_PHASE_READY), PGW_BAD);
	assert_int_equal(NEXT("Q\x3f\xff\xff\xfe", PGW_PHASE_READY), PGW_NEED_MORE);
	assert_int_equal(f.total, 1073741823);
	assert_int_equal(NEXT("Q\x3f\xff\xff\xff", PGW_PHASE_READY), PGW_BAD);
	assert_int_equal(NEXT("S\0\0\x27\x10", PGW_PHASE_READY), PGW_NEED_MORE);
	assert_int_equal(NEXT("S\0\0\x27\x11", PGW_PHASE_READY), PGW_BAD);
	assert_int_equal(NEXT("p\0\0\xff\xff", PGW_PHASE_SASL), PGW_NEED_MORE);
	assert_int_equal(NEXT("p\0\1\0\0", PGW_PHASE_SASL), PGW_BAD);
}

static void
test_cap(void **state)
{
	(void)state;
	assert_int_equal(next("Q\0\0\0\x65", 5, PGW_PHASE_READY, 100), PGW_TOO_BIG);
	assert_error(PGW_ERROR, "54000",
		     "Query message of 101 bytes exceeds the limit of 100 bytes");
	assert_int_equal(f.total, 102);
	assert_int_equal(f.type, 'Q');
	assert_null(f.body);
	assert_int_equal(next("Q\0\0\0\x64", 5, PGW_PHASE_READY, 100), PGW_NEED_MORE);
	assert_int_equal(next("S\0\0\x27\x11", 5, PGW_PHASE_READY, 100), PGW_BAD);
}

static void
test_reader(void **state)
{
	static const uint8_t b[] = {7, 1, 2, 1, 2, 3,   4,   0, 0,   0,
				    0, 0, 0, 0, 9, 'a', 'b', 0, 'x', 'y'};
	struct pgw_reader r;
	size_t n;

	(void)state;
	pgw_reader_init(&r, b, sizeof(b));
	assert_int_equal(pgw_get_u8(&r), 7);
	assert_int_equal(pgw_get_u16(&r), 0x102);
	assert_int_equal(pgw_get_u32(&r), 0x1020304);
	assert_int_equal(pgw_get_u64(&r), 9);
	assert_string_equal(pgw_get_string(&r, &n), "ab");
	assert_int_equal(n, 2);
	assert_true(pgw_get_ok(&r, &err));
	assert_int_equal(pgw_reader_left(&r), 2);
	assert_memory_equal(pgw_get_bytes(&r, 2), "xy", 2);
	assert_true(pgw_get_end(&r, &err));
	assert_non_null(pgw_get_bytes(&r, 0));
	assert_true(pgw_get_end(&r, &err));
}

static void
reader_fails(struct pgw_reader *r, const char *text)
{
	assert_string_equal(pgw_get_string(r, NULL), "");
	assert_int_equal(pgw_get_u8(r), 0);
	assert_null(pgw_get_bytes(r, 0));
	assert_false(pgw_get_ok(r, &err));
	assert_false(pgw_get_end(r, &err));
	assert_error(PGW_ERROR, "08P01", text);
}

static void
test_reader_errors(void **state)
{
	struct pgw_reader r;

	(void)state;
	pgw_reader_init(&r, NULL, 0);
	pgw_get_u8(&r);
	reader_fails(&r, "no data left in message");
	pgw_reader_init(&r, "abc", 3);
	pgw_get_u32(&r);
	reader_fails(&r, "insufficient data left in message");
	assert_int_equal(pgw_reader_left(&r), 3);
	pgw_reader_init(&r, "abc", 3);
	pgw_get_bytes(&r, SIZE_MAX);
	reader_fails(&r, "insufficient data left in message");
	pgw_reader_init(&r, "abc", 3);
	assert_string_equal(pgw_get_string(&r, NULL), "");
	reader_fails(&r, "invalid string in message");
	pgw_reader_init(&r, "abc", 3);
	pgw_get_u16(&r);
	assert_false(pgw_get_end(&r, &err));
	reader_fails(&r, "invalid message format");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_and_parts),
		cmocka_unit_test(test_types_by_phase),
		cmocka_unit_test(test_wrong_type_texts),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_reader_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
