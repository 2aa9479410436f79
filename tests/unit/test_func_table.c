/* The index of bodies, and what does not need a recorded answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/map.h"
#include "catalog/catalog.h"
#include "func/func.h"

static const struct proc *
proc_named(const char *name, oid_t first_arg)
{
	const struct proc *const *all;
	int n;

	all = procs_by_name(name, &n);
	for (int i = 0; i < n; i++)
		if (all[i]->nargs >= 1 && all[i]->argtypes[0] == first_arg)
			return all[i];
	fail();
	return NULL;
}

static void
index_of_bodies(void **state)
{
	struct arena a = ARENA_INIT;
	struct map names = MAP_INIT;

	(void)state;
	for (int i = 0; func_at(i); i++) {
		const struct func *f = func_at(i);
		const char *name = func_sqlite_name(&a, f);

		assert_ptr_equal(func_by_key(f->key), f);
		assert_true(f->fn || f->agg || f->srf || f->native);
		if (map_gets(&names, name))
			print_error("%s is the SQLite name of two bodies\n", name);
		assert_null(map_puts(&names, name, (void *)(uintptr_t)f));
	}
	map_release(&names);
	arena_release(&a);
}

static void
keys(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_string_equal(func_for(proc_named("length", T_TEXT))->native, "length($1)");
	assert_string_equal(func_for(proc_named("sum", T_INT8))->key, "sum(int8)");
	assert_string_equal(func_sqlite_name(&a, func_by_key("sum(int8)")), "pg_sum_int8_");
	assert_null(func_for(proc_named("point", 718)));
	assert_null(func_by_key("no such key"));
	arena_release(&a);
}

static void
types_text(void **state)
{
	static const oid_t args[] = {T_NUMERIC, T_TEXT};
	static const int32_t typmods[] = {655366, -1};
	struct arena a = ARENA_INIT;
	struct ftypes t = {0};
	char *s = func_types_text(&a, T_BOOL, args, typmods, 2);

	(void)state;
	assert_string_equal(s, "16/-1,1700/655366,25/-1");
	assert_true(func_types_parse(&a, s, strlen(s), type_builtin_find, NULL, &t));
	assert_int_equal(t.nargs, 2);
	assert_int_equal(t.ret->oid, T_BOOL);
	assert_int_equal(t.args[0]->oid, T_NUMERIC);
	assert_int_equal(t.typmods[0], 655366);
	assert_int_equal(t.args[1]->oid, T_TEXT);
	assert_int_equal(t.typmods[1], -1);
	assert_false(func_types_parse(&a, "16", 2, type_builtin_find, NULL, &t));
	assert_false(func_types_parse(&a, "99999/-1", 8, type_builtin_find, NULL, &t));
	assert_false(func_types_parse(&a, "", 0, type_builtin_find, NULL, &t));
	arena_release(&a);
}

static void
cancelling(void **state)
{
	static const struct {
		int reason;
		const char *sqlstate, *severity;
	} rows[] = {
		{CANCEL_USER, "57014", "ERROR"},
		{CANCEL_STATEMENT_TIMEOUT, "57014", "ERROR"},
		{CANCEL_LOCK_TIMEOUT, "55P03", "ERROR"},
		{CANCEL_IDLE_IN_TRANSACTION, "25P03", "FATAL"},
		{CANCEL_TERMINATE, "57P01", "FATAL"},
	};
	struct err e;

	(void)state;
	err_init(&e);
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		assert_false(cancel_error(rows[i].reason, &e));
		assert_string_equal(e.sqlstate, rows[i].sqlstate);
		assert_string_equal(e.severity, rows[i].severity);
		err_clear(&e);
	}
	err_release(&e);
}

static double
draw(struct fcall *c)
{
	struct datum out;

	assert_true(func_call(func_by_key("drandom"), c, NULL, 0, &out));
	return out.r;
}

/* setseed makes random repeat what PostgreSQL 15 draws. */
static void
seeded(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct fenv env = {.types = type_env_canonical, .err = &e};
	struct fcall c = {.arena = &a, .err = &e, .env = &env};
	struct datum half = datum_real(0.5), out;

	(void)state;
	err_init(&e);
	assert_true(func_call(func_by_key("setseed"), &c, &half, 1, &out));
	assert_true(draw(&c) == 0.9851677175347999);
	assert_true(draw(&c) == 0.825301858027981);
	err_release(&e);
	arena_release(&a);
}

/* A call site's cache keeps the compiled pattern, and follows it when it changes. */
static void
cached_pattern(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e;
	struct fenv env = {.types = type_env_canonical, .err = &e};
	void *cache = NULL, *first;
	void (*release)(void *) = NULL;
	struct fcall c = {
		.arena = &a, .err = &e, .env = &env, .cache = &cache, .cache_free = &release};
	struct datum args[2] = {datum_text("foobar", 6), datum_text("o+b", 3)}, out;
	const struct func *f = func_by_key("textregexeq");

	(void)state;
	err_init(&e);
	assert_true(func_call(f, &c, args, 2, &out) && out.i == 1);
	first = cache;
	assert_non_null(first);
	assert_true(func_call(f, &c, args, 2, &out) && out.i == 1);
	assert_ptr_equal(cache, first);
	args[1] = datum_text("^b", 2);
	assert_true(func_call(f, &c, args, 2, &out) && out.i == 0);
	release(cache);
	err_release(&e);
	arena_release(&a);
}

/* How a call of p is answered, or NULL: 0A000. */
static const char *
answered_by(const struct proc *p)
{
	const struct func *f = func_for(p);

	if (f)
		return f->agg ? "aggregate" : f->srf ? "rows" : f->native ? "sqlite" : "body";
	return p->sqlbody ? "sql" : p->kind == 'w' ? "window" : NULL;
}

/* What tools/functions-doc reads: each row of pg_proc, and each type's conversions. */
static void
list(void)
{
	const struct proc *p;
	const struct type *t;

	for (int i = 0; (p = proc_at(i)); i++)
		if (answered_by(p))
			printf("function %u %s\n", p->oid, answered_by(p));
	for (int i = 0; (t = type_builtin_at(i)); i++)
		printf("type %u%s%s%s%s\n", t->oid, t->in ? " in" : "", t->out ? " out" : "",
		       t->recv ? " receive" : "", t->send ? " send" : "");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_of_bodies), cmocka_unit_test(keys),
		cmocka_unit_test(types_text),      cmocka_unit_test(cancelling),
		cmocka_unit_test(seeded),          cmocka_unit_test(cached_pattern),
	};

	if (argc > 1 && strcmp(argv[1], "--list") == 0) {
		list();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
