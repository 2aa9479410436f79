/* inet, cidr, macaddr, macaddr8: recorded cases, order, and what an adopted file may hold. */
#include "func_case.h"

#include "types/network.h"

static const struct func_case rows[] = {
#include "cases_network.inc"
};

static void
recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		case_check(&rows[i]);
}

static int
order(const char *a, const char *b)
{
	struct datum x = datum_text(a, strlen(a)), y = datum_text(b, strlen(b));

	return type_compare(type_builtin(T_INET), &x, &y);
}

/* Ascending; then spellings of one address; then what is no address. */
static void
collation(void **state)
{
	static const char *const v[] = {"0.0.0.0/0",   "9.255.0.0", "10.0.0.0/8", "10.0.0.1/8",
					"10.0.0.0/9",  "10.0.0.1",  "10.0.1.0",   "::/0",
					"::",          "::10",      "fe80::/10",  "fe80::1/64",
					"an address?", "zzz"};

	(void)state;
	for (size_t i = 0; i < COUNTOF(v); i++)
		for (size_t k = 0; k < COUNTOF(v); k++)
			assert_int_equal((order(v[i], v[k]) > 0) - (order(v[i], v[k]) < 0),
					 (i > k) - (i < k));
	assert_int_equal(order("10.0.0.1", "10.0.0.1/32"), 0);
	assert_int_equal(order("::1", "0:0::0001"), 0);
	assert_int_equal(order("10/8", "10.0.0.0/8"), 0);
}

static void
reads(const char *type, struct datum d, const char *want)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct type_ctx c = {
		.arena = &a, .err = &e, .env = &type_env_canonical, .find = type_builtin_find};
	struct buf b = BUF_INIT;

	err_init(&e);
	if (type_text_out(&c, type_builtin_by_name(type), &d, -1, &b))
		assert_string_equal(buf_str(&b), want);
	else
		assert_string_equal(e.message, want);
	buf_release(&b);
	err_release(&e);
	arena_release(&a);
}

static void
lenient(void **state)
{
	(void)state;
	reads("inet", datum_text("0:0:0:0:0:0:0:1", 15), "::1");
	reads("cidr", datum_text("10.1", 4), "10.1.0.0/16");
	reads("cidr", datum_int(10), "10.0.0.0/8");
	reads("inet", datum_real(1.5), "1.5.0.0/16");
	reads("inet", datum_text("x", 1), "invalid input syntax for type inet: \"x\"");
	reads("macaddr", datum_text("0800.2B01.0203", 14), "08:00:2b:01:02:03");
	reads("macaddr8", datum_blob("08002b010203", 12), "08:00:2b:ff:fe:01:02:03");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(recorded), cmocka_unit_test(collation),
					   cmocka_unit_test(lenient)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
