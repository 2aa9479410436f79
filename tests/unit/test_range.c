/* Ranges and multiranges: literals, canonical form, order, sets, binary form, user's ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "types/range.h"

struct fixture {
	struct arena arena;
	struct err err;
	struct type_ctx tc;
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.arena = ARENA_INIT};
	err_init(&f->err);
	f->tc = (struct type_ctx){&f->arena, &f->err, &type_env_canonical, type_builtin_find, NULL};
}

static void
end(struct fixture *f)
{
	err_release(&f->err);
	arena_release(&f->arena);
}

static const char *
stored(struct fixture *f, const struct type *t, const char *s)
{
	struct datum d;

	err_clear(&f->err);
	if (!type_text_in(&f->tc, t, s, strlen(s), -1, &d))
		return arena_printf(&f->arena, "%s %s%s%s", f->err.sqlstate, f->err.message,
				    f->err.detail ? " | " : "", f->err.detail ? f->err.detail : "");
	return arena_strndup(&f->arena, d.p, d.n);
}

static void
check(const struct type *t, const char *in, const char *expected)
{
	struct fixture f;

	begin(&f);
	assert_string_equal(stored(&f, t, in), expected);
	end(&f);
}

static const struct type *
named(const char *name)
{
	const struct type *t = type_builtin_by_name(name);

	assert_non_null(t);
	return t;
}

static void
test_literals(void **state UNUSED)
{
	const struct type *i = named("int4range"), *n = named("numrange");

	check(i, " ( 1 , 5 ] ", "[2,6)");
	check(i, "(3,4)", "empty");
	check(i, "[,]", "(,)");
	check(n, "[1.0,1.00)", "empty");
	check(n, "[\"1\"\"2\",3)", "22P02 invalid input syntax for type numeric: \"1\"2\"");
	check(n, "[\\1,\"2\"3)", "[1,23)");
	check(i, "[1,2", "22P02 malformed range literal: \"[1,2\" | Unexpected end of input.");
	check(i, "[1,\"2)",
	      "22P02 malformed range literal: \"[1,\"2)\" | Unexpected end of input.");
	check(i, "[1,2\\", "22P02 malformed range literal: \"[1,2\\\" | Unexpected end of input.");
	check(i, "[1]",
	      "22P02 malformed range literal: \"[1]\" | Missing comma after lower bound.");
	check(i, "[1,2,3]", "22P02 malformed range literal: \"[1,2,3]\" | Too many commas.");
	check(i, "empty!",
	      "22P02 malformed range literal: \"empty!\" | Junk after \"empty\" key word.");
	check(i, "[5,1]",
	      "22000 range lower bound must be less than or equal to range upper bound");
	check(i, "[5,2147483647]", "22003 integer out of range");
	check(named("int8range"), "(9223372036854775807,)", "22003 bigint out of range");
	check(named("daterange"), "(,5874897-12-31]", "22008 date out of range");
	check(named("daterange"), "(-infinity,infinity]", "(-infinity,infinity]");
	check(named("tsrange"), "[2024-01-01 10:00,)", "[\"2024-01-01 10:00:00\",)");
	check(named("tstzrange"), "[2024-01-01 10:00+02,)", "[\"2024-01-01 08:00:00+00\",)");
}

static void
test_multirange_literals(void **state UNUSED)
{
	const struct type *i = named("int4multirange"), *n = named("nummultirange");

	check(i, "{}", "{}");
	check(i, "{empty,[5,7],(0,3],[4,4]}", "{[1,8)}");
	check(i, "{[10,12),[1,3),[2,5)}", "{[1,5),[10,12)}");
	check(n, "{(1,3),(3,5)}", "{(1,3),(3,5)}");
	check(n, "{(1,3],(3,5)}", "{(1,5)}");
	check(n, "{[\"1\",\\2)}", "{[1,2)}");
	check(i, "{[1,2)",
	      "22P02 malformed multirange literal: \"{[1,2)\" | Unexpected end of input.");
	check(i, "{[1,\"2)}",
	      "22P02 malformed multirange literal: \"{[1,\"2)}\" | Unexpected end of input.");
	check(i, "{1}", "22P02 malformed multirange literal: \"{1}\" | Expected range start.");
	check(i, "{[1,2);}",
	      "22P02 malformed multirange literal: \"{[1,2);}\" | Expected comma or end of "
	      "multirange.");
	check(i, "{} x",
	      "22P02 malformed multirange literal: \"{} x\" | Junk after closing right brace.");
	check(i, "[1,2)", "22P02 malformed multirange literal: \"[1,2)\" | Missing left brace.");
}

/* Sorted as PostgreSQL sorts them. */
static void
check_order(const struct type *t, const char *const *v, int n)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++) {
			struct datum a = datum_text(v[i], strlen(v[i]));
			struct datum b = datum_text(v[k], strlen(v[k]));
			int r = type_compare(t, &a, &b);

			assert_int_equal((r > 0) - (r < 0), (i > k) - (i < k));
		}
}

static void
test_order(void **state UNUSED)
{
	static const char *const nums[] = {"empty", "(,1)",   "(,1]",       "(,)",   "[-5,10)",
					   "[1,2)", "[1,2]",  "[1,)",       "(1,2)", "[9,10)",
					   "[10,)", "[NaN,)", "not a range"};
	static const char *const dates[] = {"empty",
					    "[-infinity,)",
					    "[\"0044-03-15 BC\",)",
					    "[2024-01-01,2024-01-02)",
					    "[2024-01-01,10000-01-01)",
					    "[10000-01-01,)"};
	static const char *const multis[] = {"{}", "{empty,(,1)}", "{[1,2)}", "{[1,2),[5,6)}",
					     "{[1,3)}"};
	struct datum a = datum_text("[1.0,2)", 7), b = datum_text("[1,2.00)", 8);

	check_order(named("numrange"), nums, COUNTOF(nums));
	check_order(named("daterange"), dates, COUNTOF(dates));
	check_order(named("int4multirange"), multis, COUNTOF(multis));
	assert_int_equal(type_compare(named("numrange"), &a, &b), 0);
}

static void
round_trip(const struct type *t, const char *s, const char *hex)
{
	struct fixture f;
	struct datum d, again;
	struct buf bin = BUF_INIT, shown = BUF_INIT;

	begin(&f);
	assert_true(type_text_in(&f.tc, t, s, strlen(s), -1, &d));
	assert_true(type_binary_out(&f.tc, t, &d, -1, &bin));
	for (size_t i = 0; i < bin.len; i++)
		buf_printf(&shown, "%02x", (unsigned char)bin.data[i]);
	assert_string_equal(buf_str(&shown), hex);
	assert_true(type_binary_in(&f.tc, t, bin.data, bin.len, -1, &again));
	assert_int_equal(again.n, d.n);
	assert_memory_equal(again.p, d.p, d.n);
	buf_release(&bin);
	buf_release(&shown);
	end(&f);
}

static void
bad_binary(const struct type *t, const char *p, size_t n, const char *sqlstate)
{
	struct fixture f;
	struct datum d;

	begin(&f);
	assert_false(type_binary_in(&f.tc, t, p, n, -1, &d));
	assert_string_equal(f.err.sqlstate, sqlstate);
	end(&f);
}

static void
test_binary(void **state UNUSED)
{
	const struct type *i = named("int4range"), *m = named("int4multirange");

	round_trip(i, "[1,5]",
		   "02"
		   "0000000400000001"
		   "0000000400000006");
	round_trip(i, "empty", "01");
	round_trip(i, "(,)", "18");
	round_trip(i, "(,3)",
		   "08"
		   "0000000400000003");
	round_trip(named("daterange"), "[2000-01-02,)",
		   "12"
		   "0000000400000001");
	round_trip(m, "{}", "00000000");
	round_trip(m, "{[1,2),[5,)}",
		   "00000002"
		   "00000011"
		   "02"
		   "0000000400000001"
		   "0000000400000002"
		   "00000009"
		   "12"
		   "0000000400000005");
	bad_binary(i, "", 0, "08P01");
	bad_binary(i, "\2\0\0\0\4\0\0", 7, "08P01");
	bad_binary(i, "\2\0\0\0\4\0\0\0\5\0\0\0\4\0\0\0\1", 17, "22000");
	bad_binary(i, "\1x", 2, "08P01");
	bad_binary(m, "\377\377\377\377", 4, "08P01");
	bad_binary(m, "\0\0\0\1\0\0\0\5\1", 9, "08P01");
}

/* Bytes of storage that another program might have left. */
static void
test_lenient(void **state UNUSED)
{
	struct fixture f;
	struct buf b = BUF_INIT;
	struct datum d = datum_text(" (1,5] ", 7), bad = datum_int(5);

	begin(&f);
	assert_true(type_text_out(&f.tc, named("int4range"), &d, -1, &b));
	assert_string_equal(buf_str(&b), "[2,6)");
	assert_false(type_text_out(&f.tc, named("int4range"), &bad, -1, &b));
	assert_string_equal(f.err.sqlstate, "22P02");
	buf_release(&b);
	end(&f);
}

static struct multirange
sets(struct fixture *f, const struct type *t, const char *s)
{
	struct datum d = datum_text(s, strlen(s));
	struct multirange m;

	assert_true(multirange_read(&f->tc, t, &d, &m));
	return m;
}

static void
check_set(struct fixture *f, const struct type *t, struct multirange m, const char *expected)
{
	struct datum d;

	assert_true(multirange_write(&f->tc, t, &m, &d));
	assert_string_equal(arena_strndup(&f->arena, d.p, d.n), expected);
}

static void
test_sets(void **state UNUSED)
{
	const struct type *t = named("nummultirange");
	struct fixture f;
	struct multirange a, b, all, none;

	begin(&f);
	a = sets(&f, t, "{[1,4),(6,8]}");
	b = sets(&f, t, "{(2,6],[7,7],[9,)}");
	all = sets(&f, t, "{(,)}");
	none = sets(&f, t, "{}");
	check_set(&f, t, multirange_union(&f.arena, t, &a, &b), "{[1,8],[9,)}");
	check_set(&f, t, multirange_intersection(&f.arena, t, &a, &b), "{(2,4),[7,7]}");
	check_set(&f, t, multirange_difference(&f.arena, t, &a, &b), "{[1,2],(6,7),(7,8]}");
	check_set(&f, t, multirange_difference(&f.arena, t, &all, &a), "{(,1),[4,6],(8,)}");
	check_set(&f, t, multirange_difference(&f.arena, t, &a, &all), "{}");
	check_set(&f, t, multirange_difference(&f.arena, t, &a, &none), "{[1,4),(6,8]}");
	assert_true(multirange_contains(t, &all, &a));
	assert_false(multirange_contains(t, &a, &b));
	assert_true(multirange_contains(t, &a, &none));
	assert_true(multirange_overlaps(t, &a, &b));
	assert_false(multirange_overlaps(t, &a, &none));
	end(&f);
}

/* A user's range over text: quoting, and no canonical form. */
static void
test_user_range(void **state UNUSED)
{
	struct type range = {.oid = 16400, .name = "textrange"};
	struct type multi = {.oid = 16402, .name = "textmultirange", .range_oid = 16400};
	struct datum a = datum_text("[b,c)", 5), b = datum_text("[\"a,\",z]", 8);

	range_type_init(&range, type_builtin(T_TEXT));
	range.multirange_oid = multi.oid;
	multirange_type_init(&multi, &range);
	check(&range, "[a b,\"c\"\"d\\\\\"]", "[\"a b\",\"c\"\"d\\\\\"]");
	check(&range, "[\"\",(\\,])",
	      "22P02 malformed range literal: \"[\"\",(\\,])\" | Junk after "
	      "right parenthesis or bracket.");
	check(&range, "[\"\",\\()", "[\"\",\"(\")");
	check(&multi, "{[\"}\",~],[a,\"a)\"],(b,c]}", "{[a,\"a)\"],(b,c],[},~]}");
	assert_true(type_compare(&range, &a, &b) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),   cmocka_unit_test(test_multirange_literals),
		cmocka_unit_test(test_order),      cmocka_unit_test(test_binary),
		cmocka_unit_test(test_lenient),    cmocka_unit_test(test_sets),
		cmocka_unit_test(test_user_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
