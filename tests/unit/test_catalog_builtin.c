/* The constant tables: look-ups, operator classes, type names, and that every built-in relation gives whole rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "catalog/builtin.h"
#include "catalog/load.h"
#include "catalog/rows.h"

static void
test_procs(void **state UNUSED)
{
	const struct proc *const *p;
	int n;

	assert_string_equal(proc_find(870)->prosrc, "lower");
	assert_null(proc_find(1));
	p = procs_by_name("lower", &n);
	assert_int_equal(n, 3);
	assert_int_equal(p[0]->oid, 870);
	p = procs_by_name("jsonb_set", &n);
	assert_int_equal(n, 1);
	assert_int_equal(p[0]->ndefaults, 1);
	assert_string_equal(p[0]->defaults[0], "true");
	assert_string_equal(p[0]->argnames[3], "create_if_missing");
	p = procs_by_name("lpad", &n);
	assert_int_equal(n, 2);
	assert_string_equal(proc_find(879)->sqlbody, "SELECT lpad($1, $2, ' '::text)");
	assert_null(procs_by_name("nothing_like_it", &n));
	assert_int_equal(n, 0);
	for (int i = 1; proc_at(i); i++)
		assert_true(proc_at(i - 1)->oid < proc_at(i)->oid);
}

static void
test_operators(void **state UNUSED)
{
	int n, strategy;

	assert_int_equal(oper_find(96)->left, T_INT4);
	opers_by_name("=", &n);
	assert_true(n > 60);
	assert_int_equal(btree_operator(T_INT4, T_INT4, 3), 96);
	assert_int_equal(btree_operator(T_INT4, T_INT8, 1), 37);
	assert_int_equal(btree_operator(T_VARCHAR, T_VARCHAR, 3), 98);
	assert_int_equal(btree_operator(T_VARCHAR, T_TEXT, 1), 664);
	assert_int_equal(btree_operator(T_INT4ARRAY, T_INT4ARRAY, 3), 1070);
	assert_int_equal(btree_operator(T_JSON, T_JSON, 3), 0);
	assert_int_equal(btree_operator(T_INT4, T_TEXT, 3), 0);
	assert_true(oper_btree_strategy(97, &strategy));
	assert_int_equal(strategy, 1);
	assert_false(oper_btree_strategy(551, &strategy));
	assert_int_equal(default_opclass(T_VARCHAR, 403, NULL, NULL), 3126);
	assert_int_equal(default_opclass(T_JSON, 403, NULL, NULL), 0);
}

static void
test_casts_and_aggregates(void **state UNUSED)
{
	assert_int_equal(cast_find(T_INT4, T_INT8)->func, 481);
	assert_int_equal(cast_find(T_VARCHAR, T_TEXT)->method, 'b');
	assert_null(cast_find(T_BOOL, T_DATE));
	assert_int_equal(aggregate_find(2108)->transtype, T_INT8);
	assert_null(aggregate_find(870));
}

static void
test_settings(void **state UNUSED)
{
	assert_string_equal(setting_find("datestyle")->boot_val, "ISO, MDY");
	assert_string_equal(setting_find("work_mem")->unit, "kB");
	assert_null(setting_find("no_such_setting"));
	assert_int_equal(keyword_find("select")->code, 'R');
	assert_null(keyword_find("selekt"));
}

static void
check_format(oid_t oid, int32_t typmod, const char *want)
{
	struct arena a = ARENA_INIT;

	assert_string_equal(format_type(&a, type_builtin(oid), typmod, type_builtin_find, NULL), want);
	arena_release(&a);
}

static void
test_format_type(void **state UNUSED)
{
	struct arena a = ARENA_INIT;

	check_format(T_INT4, -1, "integer");
	check_format(T_CHAR, -1, "\"char\"");
	check_format(T_INT4ARRAY, -1, "integer[]");
	check_format(T_OIDVECTOR, -1, "oidvector");
	check_format(T_VARCHAR, 24, "character varying(20)");
	check_format(T_NUMERIC, 655366, "numeric(10,2)");
	check_format(T_TIMESTAMPTZ, 3, "timestamp(3) with time zone");
	check_format(T_TIME, 0, "time(0) without time zone");
	check_format(T_INTERVAL, -1, "interval");
	assert_string_equal(quote_identifier(&a, "abc_1"), "abc_1");
	assert_string_equal(quote_identifier(&a, "select"), "\"select\"");
	assert_string_equal(quote_identifier(&a, "a\"b"), "\"a\"\"b\"");
	assert_string_equal(quote_identifier(&a, "Abc"), "\"Abc\"");
	assert_string_equal(quote_identifier(&a, "1a"), "\"1a\"");
	arena_release(&a);
}

/* Every cell is put, of a class that the column's type stores, and no NOT NULL column is NULL. */
static void
check_row(const struct relation *r, struct catscan *s)
{
	const struct catrow *row = s->state;

	if (row && row->n != r->ncols)
		fail_msg("%s puts %d cells of %d", r->name, row->n, r->ncols);
	for (int i = 0; i < r->ncols; i++) {
		struct datum d;

		r->scan->cell(s, i, &d);
		if (d.class == DATUM_NULL && r->cols[i].not_null)
			fail_msg("%s.%s is NULL", r->name, r->cols[i].name);
		if (d.class != DATUM_NULL && r->cols[i].type->in && d.class != r->cols[i].type->stored)
			fail_msg("%s.%s has class %d", r->name, r->cols[i].name, d.class);
	}
}

static bool
no_rows(void *arg UNUSED, const char *sql UNUSED, bool (*row)(void *, const struct datum *, int) UNUSED, void *row_arg UNUSED,
        struct err *err UNUSED)
{
	return true;
}

static void
test_relations(void **state UNUSED)
{
	struct catalog_reader reader = {no_rows, NULL, false};
	struct err err;
	struct snapshot *snap;
	const struct relation *r;
	int rows, views = 0;

	err_init(&err);
	snap = snapshot_load(&reader, &err);
	assert_non_null(snap);
	for (int i = 0; (r = builtin_relation_at(i)); i++) {
		struct arena a = ARENA_INIT, row = ARENA_INIT;
		struct fenv env = {.database = "d", .user = "u", .user_oid = 10, .err = &err, .snapshot = snap};
		struct catscan s = {.snap = snap, .env = &env, .arena = &a, .row = &row};

		for (int k = 0; k < r->ncols; k++)
			if (!r->cols[k].type)
				fail_msg("%s.%s has no type", r->name, r->cols[k].name);
		if (r->view_def) {
			assert_null(r->scan);
			views++;
			continue;
		}
		for (rows = 0; r->scan->next(&s); rows++) {
			check_row(r, &s);
			arena_clear(&row);
		}
		arena_release(&a);
		arena_release(&row);
	}
	assert_true(views > 40);
	assert_non_null(snapshot_relation_by_oid(snap, CLASS_PG_CLASS));
	snapshot_unref(snap);
	err_release(&err);
}

static void
test_keyed_scan(void **state UNUSED)
{
	struct arena a = ARENA_INIT, row = ARENA_INIT;
	struct catscan s = {.arena = &a, .row = &row, .key = 870, .has_key = true};
	struct snapshot snap = {0};
	struct datum d;

	s.snap = &snap;
	assert_true(catrel_pg_proc.next(&s));
	catrel_pg_proc.cell(&s, 1, &d);
	assert_memory_equal(d.p, "lower", 5);
	assert_false(catrel_pg_proc.next(&s));
	s = (struct catscan){.snap = &snap, .arena = &a, .row = &row, .key = 96, .has_key = true};
	assert_true(catrel_find("pg_operator")->next(&s));
	assert_false(catrel_find("pg_operator")->next(&s));
	s = (struct catscan){.snap = &snap, .arena = &a, .row = &row, .key = CLASS_PG_CLASS, .has_key = true};
	assert_true(catrel_pg_class.next(&s));
	catrel_pg_class.cell(&s, 1, &d);
	assert_memory_equal(d.p, "pg_class", 8);
	assert_false(catrel_pg_class.next(&s));
	arena_release(&a);
	arena_release(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_procs),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_casts_and_aggregates),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_format_type),
		cmocka_unit_test(test_relations),
		cmocka_unit_test(test_keyed_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
