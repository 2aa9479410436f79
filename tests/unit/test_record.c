/* Composite values: literals, the columns that values of type record carry, order, binary form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "func/func.h"
#include "types/record.h"

struct fixture {
	struct arena arena;
	struct err err;
	struct fenv env;
	struct type_ctx tc;
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.env = {.types = type_env_canonical}};
	err_init(&f->err);
	f->tc = (struct type_ctx){&f->arena, &f->err, &type_env_canonical, type_builtin_find, NULL};
}

static void
end(struct fixture *f)
{
	err_release(&f->err);
	arena_release(&f->arena);
}

static struct datum
row(struct fixture *f, const struct type *a, struct datum x, const struct type *b, struct datum y)
{
	const struct type *types[] = {a, b};
	int32_t typmods[] = {-1, -1};
	struct ftypes ft = {2, types, typmods, type_builtin(T_RECORD)};
	struct fcall c = {.arena = &f->arena, .err = &f->err, .env = &f->env, .types = &ft};
	struct datum args[] = {x, y}, out;

	assert_true(func_call(func_by_key("row_make"), &c, args, 2, &out));
	return out;
}

static const char *
shown(struct fixture *f, const struct datum *d)
{
	struct buf b = BUF_INIT;
	char *s;

	assert_true(type_text_out(&f->tc, type_builtin(T_RECORD), d, -1, &b));
	s = buf_dup(&b, &f->arena);
	buf_release(&b);
	return s;
}

static void
bad_literal(const char *s, const char *detail)
{
	struct fixture f;
	struct record r;

	begin(&f);
	assert_false(record_parse(&f.arena, &f.err, s, strlen(s), &r));
	assert_string_equal(f.err.sqlstate, "22P02");
	assert_string_equal(f.err.detail, detail);
	end(&f);
}

static void
test_literals(void **state UNUSED)
{
	static const char text[] = " (1,\"a \"\"b\\\\\",,\"\", x ) ";
	struct fixture f;
	struct record r;

	begin(&f);
	assert_true(record_parse(&f.arena, &f.err, text, strlen(text), &r));
	assert_int_equal(r.n, 5);
	assert_memory_equal(r.items[1].p, "a \"b\\", 5);
	assert_null(r.items[2].p);
	assert_int_equal(r.items[3].n, 0);
	assert_memory_equal(r.items[4].p, " x ", 3);
	end(&f);
	bad_literal("1,2)", "Missing left parenthesis.");
	bad_literal("(1,2", "Unexpected end of input.");
	bad_literal("(1,\\", "Unexpected end of input.");
	bad_literal("(1) x", "Junk after right parenthesis.");
}

static void
test_columns_travel(void **state UNUSED)
{
	struct fixture f;
	struct record r;
	struct datum d;

	begin(&f);
	d = row(&f, type_builtin(T_INT4), datum_int(7), type_builtin(T_TEXT), datum_text("a b", 3));
	assert_string_equal(shown(&f, &d), "(7,\"a b\")");
	assert_true(record_read(&f.tc, type_builtin(T_RECORD), &d, &r));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.cols[0].type, T_INT4);
	assert_int_equal(r.cols[1].type, T_TEXT);
	assert_memory_equal(r.cols[1].name, "f2", 2);
	d = row(&f, type_builtin(T_RECORD), d, type_builtin(T_TEXT), datum_null());
	assert_string_equal(shown(&f, &d), "(\"(7,\"\"a b\"\")\",)");
	end(&f);
}

static void
test_names(void **state UNUSED)
{
	static const char text[] = "[23:\"a,\\\"]b\",1043/14](1,x)";
	struct fixture f;
	struct record r;
	struct datum d = datum_text(text, sizeof(text) - 1);
	struct buf b = BUF_INIT;

	begin(&f);
	assert_true(record_read(&f.tc, type_builtin(T_RECORD), &d, &r));
	assert_int_equal(r.cols[0].name_n, 5);
	assert_memory_equal(r.cols[0].name, "a,\"]b", 5);
	assert_int_equal(r.cols[1].typmod, 14);
	record_print_columns(&r, &b);
	record_print(&r, &b);
	assert_string_equal(buf_str(&b), text);
	buf_release(&b);
	end(&f);
}

static void
test_order(void **state UNUSED)
{
	const struct type *i = type_builtin(T_INT4), *t = type_builtin(T_TEXT);
	struct fixture f;
	struct datum a, b, c;

	begin(&f);
	a = row(&f, i, datum_int(9), t, datum_text("z", 1));
	b = row(&f, i, datum_int(10), t, datum_text("a", 1));
	c = row(&f, i, datum_int(10), t, datum_null());
	assert_true(type_compare(type_builtin(T_RECORD), &a, &b) < 0);
	assert_true(type_compare(type_builtin(T_RECORD), &c, &b) > 0);
	assert_int_equal(type_compare(type_builtin(T_RECORD), &c, &c), 0);
	end(&f);
}

static void
test_binary(void **state UNUSED)
{
	static const uint8_t want[] = {0, 0, 0, 2, 0, 0, 0, 23, 0,   0,   0,   4,
				       0, 0, 0, 5, 0, 0, 0, 25, 255, 255, 255, 255};
	struct fixture f;
	struct datum d;
	struct buf b = BUF_INIT;

	begin(&f);
	d = row(&f, type_builtin(T_INT4), datum_int(5), type_builtin(T_TEXT), datum_null());
	assert_true(type_binary_out(&f.tc, type_builtin(T_RECORD), &d, -1, &b));
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.data, want, sizeof(want));
	assert_false(type_binary_in(&f.tc, type_builtin(T_RECORD), want, sizeof(want), -1, &d));
	assert_string_equal(f.err.message, "input of anonymous composite types is not implemented");
	buf_release(&b);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals), cmocka_unit_test(test_columns_travel),
		cmocka_unit_test(test_names),    cmocka_unit_test(test_order),
		cmocka_unit_test(test_binary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
