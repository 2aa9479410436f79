/*
 * Every backend message byte by byte, and the buffer they are built in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "internal.h"

static struct pgw_out o;

/* Compares all that is ready with the bytes given, and empties the buffer. */
static void
expect_bytes(const char *want, size_t n)
{
	assert_false(o.oom);
	assert_int_equal(pgw_out_ready(&o), n);
	assert_memory_equal(pgw_out_head(&o), want, n);
	pgw_out_consume(&o, n);
	assert_int_equal(o.len, 0);
}

#define EXPECT(lit) expect_bytes(lit, sizeof(lit) - 1)

static int
setup(void **state)
{
	(void)state;
	pgw_out_init(&o);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pgw_realloc = realloc;
	pgw_out_release(&o);
	return 0;
}

static void
test_authentication(void **state)
{
	(void)state;
	pgw_put_auth_ok(&o);
	EXPECT("R\0\0\0\x08\0\0\0\0");
	pgw_put_auth_kerberos_v5(&o);
	EXPECT("R\0\0\0\x08\0\0\0\2");
	pgw_put_auth_cleartext(&o);
	EXPECT("R\0\0\0\x08\0\0\0\3");
	pgw_put_auth_md5(&o, (const uint8_t *)"abcd");
	EXPECT("R\0\0\0\x0c\0\0\0\5abcd");
	pgw_put_auth_gss(&o);
	EXPECT("R\0\0\0\x08\0\0\0\7");
	pgw_put_auth_gss_continue(&o, "xy", 2);
	EXPECT("R\0\0\0\x0a\0\0\0\x08xy");
	pgw_put_auth_sspi(&o);
	EXPECT("R\0\0\0\x08\0\0\0\x09");
	pgw_put_auth_sasl(&o, false);
	EXPECT("R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0");
	pgw_put_auth_sasl(&o, true);
	EXPECT("R\0\0\0\x2a\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
	pgw_put_auth_sasl_continue(&o, "r=", 2);
	EXPECT("R\0\0\0\x0a\0\0\0\x0br=");
	pgw_put_auth_sasl_final(&o, "v=", 2);
	EXPECT("R\0\0\0\x0a\0\0\0\x0cv=");
}

static void
test_session(void **state)
{
	(void)state;
	pgw_put_backend_key_data(&o, 258, 0xfffefdfc);
	EXPECT("K\0\0\0\x0c\0\0\1\2\xff\xfe\xfd\xfc");
	pgw_put_parameter_status(&o, "TimeZone", "UTC");
	EXPECT("S\0\0\0\x11TimeZone\0UTC\0");
	pgw_put_ready_for_query(&o, 'T');
	EXPECT("Z\0\0\0\5T");
	pgw_put_command_complete(&o, "SELECT 1");
	EXPECT("C\0\0\0\x0dSELECT 1\0");
	pgw_put_notification(&o, 7, "ch", "hi");
	EXPECT("A\0\0\0\x0e\0\0\0\7ch\0hi\0");
	pgw_put_empty_query(&o);
	pgw_put_parse_complete(&o);
	pgw_put_bind_complete(&o);
	pgw_put_close_complete(&o);
	pgw_put_no_data(&o);
	pgw_put_portal_suspended(&o);
	pgw_put_copy_done(&o);
	EXPECT("I\0\0\0\4"
	       "1\0\0\0\4"
	       "2\0\0\0\4"
	       "3\0\0\0\4"
	       "n\0\0\0\4"
	       "s\0\0\0\4"
	       "c\0\0\0\4");
}

static void
test_descriptions(void **state)
{
	static const uint32_t oids[] = {23, 25};
	struct pgw_field f = {"a", 0x10203, -1, 23, 4, -1, 1};

	(void)state;
	pgw_begin_row_description(&o, 1);
	pgw_put_field(&o, &f);
	assert_int_equal(pgw_out_ready(&o), 0);
	pgw_end(&o);
	EXPECT("T\0\0\0\x1a\0\1a\0\0\1\2\3\xff\xff\0\0\0\x17\0\4\xff\xff\xff\xff\0\1");
	pgw_put_parameter_description(&o, 2, oids);
	EXPECT("t\0\0\0\x0e\0\2\0\0\0\x17\0\0\0\x19");
	pgw_put_function_result(&o, "xyz", 3);
	EXPECT("V\0\0\0\x0b\0\0\0\3xyz");
	pgw_put_function_result(&o, NULL, -1);
	EXPECT("V\0\0\0\x08\xff\xff\xff\xff");
}

static void
test_data_row(void **state)
{
	size_t mark;

	(void)state;
	pgw_begin_data_row(&o, 5);
	pgw_put_column(&o, "ab", 2);
	pgw_put_null(&o);
	mark = pgw_column_begin(&o);
	pgw_put_bytes(&o, "12", 2);
	pgw_put_u64(&o, 0x0102030405060708);
	pgw_column_end(&o, mark);
	mark = pgw_column_begin(&o);
	pgw_put_bytes(&o, "dropped", 7);
	pgw_column_null(&o, mark);
	mark = pgw_column_begin(&o);
	pgw_column_end(&o, mark);
	pgw_end(&o);
	EXPECT("D\0\0\0\x26\0\5\0\0\0\2ab\xff\xff\xff\xff\0\0\0\x0a"
	       "12\1\2\3\4\5\6\7\x08"
	       "\xff\xff\xff\xff\0\0\0\0");
}

static void
test_copy(void **state)
{
	static const int16_t formats[] = {0, 1};

	(void)state;
	pgw_put_copy_in(&o, 0, 2, NULL);
	EXPECT("G\0\0\0\x0b\0\0\2\0\0\0\0");
	pgw_put_copy_out(&o, 1, 2, NULL);
	EXPECT("H\0\0\0\x0b\1\0\2\0\1\0\1");
	pgw_put_copy_both(&o, 1, 2, formats);
	EXPECT("W\0\0\0\x0b\1\0\2\0\0\0\1");
	pgw_put_copy_data(&o, "1\n", 2);
	EXPECT("d\0\0\0\x06"
	       "1\n");
	pgw_put_copy_data(&o, NULL, 0);
	EXPECT("d\0\0\0\4");
}

static void
test_error_fields(void **state)
{
	struct pgw_fields f = {.severity = "ERROR",
			       .sqlstate = "23505",
			       .message = "m",
			       .detail = "de",
			       .hint = "h",
			       .where = "w",
			       .schema = "sc",
			       .table = "ta",
			       .column = "co",
			       .datatype = "dt",
			       .constraint = "cn",
			       .position = 12,
			       .internal_position = 3,
			       .internal_query = "q",
			       .file = "f.c",
			       .line = 99,
			       .routine = "r"};
	struct pgw_fields small = {.severity = "NOTICE", .sqlstate = "00000"};

	(void)state;
	pgw_put_error(&o, &f);
	EXPECT("E\0\0\0\x51SERROR\0VERROR\0C23505\0Mm\0Dde\0Hh\0Ww\0ssc\0tta\0cco\0ddt\0ncn\0P12\0p"
	       "3\0qq\0"
	       "Ff.c\0L99\0Rr\0\0");
	pgw_put_notice(&o, &small);
	EXPECT("N\0\0\0\x30SNOTICE\0VNOTICE\0C00000\0Mmissing error text\0\0");
}

static void
test_pgw_error(void **state)
{
	struct pgw_error e;

	(void)state;
	pgw_fail(&e, PGW_FATAL, "08P01", "bad %d", 1);
	pgw_put_pgw_error(&o, &e);
	EXPECT("E\0\0\0\x21SFATAL\0VFATAL\0C08P01\0Mbad 1\0\0");
	pgw_detail(&e, "why");
	e.severity = PGW_ERROR;
	pgw_put_pgw_error(&o, &e);
	EXPECT("E\0\0\0\x26SERROR\0VERROR\0C08P01\0Mbad 1\0Dwhy\0\0");
	e.severity = PGW_COMMERROR;
	pgw_put_pgw_error(&o, &e);
	EXPECT("");
}

static void
test_consume_and_grow(void **state)
{
	char tag[100];

	(void)state;
	memset(tag, 'x', sizeof(tag));
	for (unsigned i = 0; i < 10000; i++) {
		pgw_put_copy_data(&o, tag, sizeof(tag));
		assert_true(o.done <= o.len && o.len <= o.cap);
		if (i % 3) {
			assert_int_equal(pgw_out_head(&o)[0], 'd');
			pgw_out_consume(&o, 105);
		}
	}
	assert_int_equal(pgw_out_ready(&o), 105 * 3334);
	pgw_out_clear(&o);
	assert_int_equal(pgw_out_ready(&o), 0);
	pgw_out_shrink(&o, 2048);
	assert_int_equal(o.cap, 2048);
	pgw_out_shrink(&o, 0);
	assert_null(o.data);
	pgw_put_ready_for_query(&o, 'I');
	pgw_out_shrink(&o, 0);
	EXPECT("Z\0\0\0\5I");
}

static void
test_abort(void **state)
{
	(void)state;
	pgw_put_parse_complete(&o);
	pgw_begin_data_row(&o, 1);
	pgw_put_column(&o, "abc", 3);
	assert_int_equal(pgw_out_ready(&o), 5);
	pgw_out_abort(&o);
	pgw_put_no_data(&o);
	EXPECT("1\0\0\0\4n\0\0\0\4");
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_out_of_memory(void **state)
{
	static const char big[5000];
	size_t mark;

	(void)state;
	pgw_put_parse_complete(&o);
	pgw_realloc = no_memory;
	pgw_begin_data_row(&o, 2);
	mark = pgw_column_begin(&o);
	pgw_put_bytes(&o, big, sizeof(big));
	assert_true(o.oom);
	pgw_put_bytes(&o, "x", 1);
	pgw_column_end(&o, mark);
	pgw_column_null(&o, mark);
	pgw_end(&o);
	pgw_put_no_data(&o);
	assert_true(o.oom);
	assert_int_equal(pgw_out_ready(&o), 5);
	pgw_out_abort(&o);
	assert_false(o.oom);
	EXPECT("1\0\0\0\4");
}

static void
test_message_limit(void **state)
{
	(void)state;
	pgw_begin(&o, 'd');
	assert_false(pgw_out_reserve(&o, PGW_LARGE_MAX));
	assert_true(o.oom);
	pgw_out_abort(&o);
	assert_int_equal(pgw_out_ready(&o), 0);
}

int
main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_authentication), T(test_session),
		T(test_descriptions),   T(test_data_row),
		T(test_copy),           T(test_error_fields),
		T(test_pgw_error),      T(test_consume_and_grow),
		T(test_abort),          T(test_out_of_memory),
		T(test_message_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
