/*
 * Time zones: TZif files made here, POSIX strings, settings, and damaged files, which must be
 * unknown zones and no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "types/timezone.h"

static char dir[] = "/tmp/litephant-tz-XXXXXX";

static void
write_zone(const char *name, const void *p, size_t n)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static void
put_header(struct buf *b, uint32_t timecnt, uint32_t typecnt, uint32_t charcnt)
{
	buf_add(b, "TZif2", 5);
	buf_pad(b, '\0', 15);
	buf_put32(b, 0);
	buf_put32(b, 0);
	buf_put32(b, 0);
	buf_put32(b, timecnt);
	buf_put32(b, typecnt);
	buf_put32(b, charcnt);
}

static void
put_type(struct buf *b, int32_t offset, char isdst, char abbrev)
{
	buf_put32(b, (uint32_t)offset);
	buf_putc(b, isdst);
	buf_putc(b, abbrev);
}

/* LMT until 1900, then CET; summer time by the footer's rule from the last transition (1980) on. */
static void
put_zone(struct buf *b)
{
	put_header(b, 0, 1, 1);
	put_type(b, 0, 0, 0);
	buf_putc(b, '\0');
	put_header(b, 3, 3, 13);
	buf_put64(b, (uint64_t)INT64_C(-2208988800)); /* 1900-01-01 00:00 UTC */
	buf_put64(b, 323830800);                      /* 1980-04-06 01:00 UTC */
	buf_put64(b, 338950800);                      /* 1980-09-28 01:00 UTC */
	buf_add(b, "\1\2\1", 3);
	put_type(b, 3208, 0, 0);
	put_type(b, 3600, 0, 4);
	put_type(b, 7200, 1, 8);
	buf_add(b, "LMT\0CET\0CEST", 13);
	buf_puts(b, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
}

static int
setup(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("TZDIR", dir, 1);
	put_zone(&b);
	write_zone("Testland", b.data, b.len);
	buf_release(&b);
	return 0;
}

static int
teardown(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static const struct tzone *
zone(const char *name)
{
	return tzone_find(name, strlen(name));
}

static void
check_at(const struct tzone *z, int64_t utc, int32_t offset, bool isdst, const char *abbrev)
{
	struct tzperiod p;

	tzone_at(z, utc, &p);
	assert_int_equal(p.offset, offset);
	assert_int_equal(p.isdst, isdst);
	assert_string_equal(p.abbrev, abbrev);
}

static void
test_file(void **state)
{
	const struct tzone *z = zone("tESTland");

	(void)state;
	assert_non_null(z);
	assert_ptr_equal(z, zone("Testland"));
	assert_string_equal(tzone_name(z), "Testland");
	check_at(z, INT64_C(-3000000000), 3208, false, "LMT");
	check_at(z, -1, 3600, false, "CET");
	check_at(z, 323830799, 3600, false, "CET");
	check_at(z, 323830800, 7200, true, "CEST");
	check_at(z, 338950800, 3600, false, "CET");
	check_at(z, 1719792000, 7200, true, "CEST"); /* 2024-07-01, by the rule */
	check_at(z, 1706659200, 3600, false, "CET");
	check_at(z, INT64_C(253370764800), 3600, false, "CET");
}

static void
test_local(void **state)
{
	const struct tzone *z = zone("Testland");

	(void)state;
	/* 2024-03-31 02:30 does not exist, 2024-10-27 02:30 is there twice. */
	assert_int_equal(tzone_local(z, 1711852200, NULL), 3600);
	assert_int_equal(tzone_local(z, 1729996200, NULL), 3600);
	assert_int_equal(tzone_local(z, 1711855800, NULL), 7200);
	assert_int_equal(tzone_local(z, 1729990800, NULL), 7200);
}

static void
test_abbrev(void **state)
{
	const struct tzone *z = zone("Testland");
	int32_t offset;
	bool isdst;

	(void)state;
	assert_true(tzone_abbrev(z, "cest", 4, 0, &offset, &isdst));
	assert_int_equal(offset, 7200);
	assert_true(isdst);
	assert_false(tzone_abbrev(z, "EST", 3, 0, &offset, &isdst));
	assert_false(tzone_is_fixed(z, &offset));
	assert_true(tzone_is_fixed(zone("FOO-3"), &offset));
	assert_int_equal(offset, 10800);
}

static void
test_abbreviations(void **state)
{
	enum tzabbrev_set set;

	(void)state;
	assert_int_equal(tzabbrev_find(TZABBREVS_DEFAULT, "pst", 3)->offset, -8 * 3600);
	assert_string_equal(tzabbrev_find(TZABBREVS_INDIA, "msk", 3)->zone, "Europe/Moscow");
	assert_int_equal(tzabbrev_find(TZABBREVS_DEFAULT, "ist", 3)->offset, 7200);
	assert_int_equal(tzabbrev_find(TZABBREVS_INDIA, "ist", 3)->offset, 19800);
	assert_int_equal(tzabbrev_find(TZABBREVS_AUSTRALIA, "est", 3)->offset, 36000);
	assert_null(tzabbrev_find(TZABBREVS_DEFAULT, "xyz", 3));
	assert_null(tzabbrev_find(TZABBREVS_DEFAULT, "sat", 3));
	assert_true(tzabbrev_set_find("Australia", &set));
	assert_false(tzabbrev_set_find("australia", &set));
	for (set = TZABBREVS_DEFAULT; set <= TZABBREVS_INDIA; set++)
		for (int i = 0; tzabbrev_at(set, i + 1); i++) {
			const struct tzabbrev *a = tzabbrev_at(set, i);

			assert_true(strcmp(a->abbrev, tzabbrev_at(set, i + 1)->abbrev) < 0);
			assert_ptr_equal(tzabbrev_find(set, a->abbrev, strlen(a->abbrev)), a);
		}
}

static void
test_setting_forms(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{"INTERVAL '01:02:03'", "<+01:02:03>-01:02:03"},
		{"interval  '-2 hours'", "<-02>+02"},
		{"5.5", "<+05:30>-05:30"},
		{"interval '1 day'", "Cannot specify days in time zone interval."},
		{"interval '1 mon 1 day'", "Cannot specify months in time zone interval."},
		{"interval '1000:00'", "UTC timezone offset is out of range."},
		{"168", "UTC timezone offset is out of range."},
		{"ABC-5:30:15", "PostgreSQL does not support leap seconds."},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		const struct tzone *z;

		err_init(&err);
		z = tzone_setting(rows[i].value, &err);
		assert_string_equal(z ? tzone_name(z) : err.detail, rows[i].want);
		err_release(&err);
	}
}

static void
test_posix(void **state)
{
	(void)state;
	check_at(zone("est5edt,m3.2.0,m11.1.0"), 1719792000, -4 * 3600, true, "EDT");
	check_at(zone("+3"), 0, -3 * 3600, false, "");
	check_at(zone("<+0330>-3:30"), 0, 12600, false, "+0330");
	check_at(zone("XXX3EDT4,0/0,J365/23"), 0, -4 * 3600, true, "EDT");
	check_at(zone("AEST-10AEDT,M10.1.0,M4.1.0/3"), 1706659200, 11 * 3600, true, "AEDT");
	assert_string_equal(tzone_name(zone("foo3")), "FOO3");
	assert_null(zone("FOO"));
	assert_null(zone("FOO168"));
	assert_null(zone("FOO3BAR,M13.1.0,M1.1.0"));
	assert_null(zone(""));
	assert_null(zone("../Testland"));
	assert_null(zone("/etc/passwd"));
	assert_non_null(zone("UTC"));
}

static void
test_setting(void **state)
{
	struct err e;

	(void)state;
	err_init(&e);
	assert_string_equal(tzone_name(tzone_setting("2", &e)), "<+02>-02");
	assert_string_equal(tzone_name(tzone_setting("-7.5", &e)), "<-07:30>+07:30");
	assert_string_equal(tzone_name(tzone_setting("gmt+3", &e)), "GMT+3");
	assert_null(tzone_setting("168", &e));
	assert_string_equal(e.message, "invalid value for parameter \"TimeZone\": \"168\"");
	assert_string_equal(e.detail, "UTC timezone offset is out of range.");
	err_release(&e);
}

static void
test_list(void **state)
{
	size_t n;
	const struct tzone **list = tzone_list(&n);

	(void)state;
	assert_int_equal(n, 1);
	assert_string_equal(tzone_name(list[0]), "Testland");
	free(list);
}

/* Every cut and every flipped byte gives a zone or none. */
static void
test_damaged(void **state)
{
	struct buf b = BUF_INIT;
	char name[32];
	struct tzperiod p;
	const struct tzone *z;

	(void)state;
	put_zone(&b);
	for (size_t i = 0; i < 2 * b.len; i++) {
		bool cut = i < b.len;
		size_t at = i % b.len;

		/* Without digits, so that it is no POSIX string. */
		snprintf(name, sizeof(name), "Bad%c%c%c", 'A' + (int)(i / 400),
			 'A' + (int)(i / 20 % 20), 'A' + (int)(i % 20));
		if (!cut)
			b.data[at] ^= 0x55;
		write_zone(name, b.data, cut ? at : b.len);
		if (!cut)
			b.data[at] ^= 0x55;
		z = zone(name);
		if (!z)
			continue;
		for (int64_t t = -4000000000; t < 6000000000; t += 700000000) {
			tzone_at(z, t, &p);
			tzone_local(z, t, NULL);
		}
	}
	assert_null(zone("BadABK"));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),          cmocka_unit_test(test_local),
		cmocka_unit_test(test_abbrev),        cmocka_unit_test(test_posix),
		cmocka_unit_test(test_setting),       cmocka_unit_test(test_list),
		cmocka_unit_test(test_abbreviations), cmocka_unit_test(test_setting_forms),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
