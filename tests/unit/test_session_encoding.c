/*
 * encoding: names, both directions, refusals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/encoding.h"

static void
names(void **state)
{
	(void)state;
	assert_ptr_equal(encoding_find("utf-8"), encoding_utf8);
	assert_ptr_equal(encoding_find("UNICODE"), encoding_utf8);
	assert_string_equal(encoding_find("iso-8859-1")->name, "LATIN1");
	assert_string_equal(encoding_find("windows-1252")->name, "WIN1252");
	assert_string_equal(encoding_find("sql_ascii")->name, "SQL_ASCII");
	assert_null(encoding_find("nonsense"));
	assert_null(encoding_find(""));
}

static void
both_ways(void **state)
{
	struct buf b = BUF_INIT, c = BUF_INIT;
	struct err err;

	(void)state;
	err_init(&err);
	assert_true(encoding_to_utf8(encoding_find("LATIN1"), "caf\xe9", 4, &b, &err));
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.data, "caf\xc3\xa9", 5);
	assert_true(encoding_from_utf8(encoding_find("LATIN1"), b.data, b.len, &c, &err));
	assert_int_equal(c.len, 4);
	assert_memory_equal(c.data, "caf\xe9", 4);
	buf_clear(&c);
	assert_false(encoding_from_utf8(encoding_find("LATIN1"), "\xe2\x82\xac", 3, &c, &err));
	assert_string_equal(err.sqlstate, "22P05");
	assert_string_equal(err.message,
	                    "character with byte sequence 0xe2 0x82 0xac in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"");
	buf_clear(&c);
	assert_true(encoding_from_utf8(encoding_find("LATIN1"), "a\xe2\x82\xac" "b", 5, &c, NULL));
	assert_memory_equal(c.data, "a?b", 3);
	buf_release(&b);
	buf_release(&c);
	err_release(&err);
}

static void
check(const char *s, size_t n, const char *message)
{
	struct err err;

	err_init(&err);
	assert_false(utf8_verify(s, n, &err));
	assert_string_equal(err.sqlstate, "22021");
	assert_string_equal(err.message, message);
	err_release(&err);
}

static void
utf8(void **state)
{
	(void)state;
	assert_int_equal(utf8_valid_prefix("plain ascii text", 16), 16);
	assert_int_equal(utf8_valid_prefix("\xf0\x9f\x98\x80 ok and more", 16), 16);
	check("a\xff", 2, "invalid byte sequence for encoding \"UTF8\": 0xff");
	check("\xe2\x28\xa1", 3, "invalid byte sequence for encoding \"UTF8\": 0xe2 0x28 0xa1");
	check("\xc0\x80", 2, "invalid byte sequence for encoding \"UTF8\": 0xc0 0x80");
	check("\xed\xa0\x80", 3, "invalid byte sequence for encoding \"UTF8\": 0xed 0xa0 0x80");
	check("12345678\0", 9, "invalid byte sequence for encoding \"UTF8\": 0x00");
	check("\xf5\x80\x80\x80", 4, "invalid byte sequence for encoding \"UTF8\": 0xf5 0x80 0x80 0x80");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(both_ways),
		cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
