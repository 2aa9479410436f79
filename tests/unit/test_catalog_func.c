/* Functions over the catalog and the session: values that a PostgreSQL 15 gave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "catalog/snapshot.h"
#include "func/func.h"

static struct snapshot *snap;
static struct err err;
static const char *const path[] = {"pg_catalog", "public", NULL};
static struct fenv env = {.search_path = path, .database = "t", .user = "postgres", .session_user = "postgres", .user_oid = 10,
	.database_oid = 5, .err = &err};

static bool
no_rows(void *arg UNUSED, const char *sql UNUSED, bool (*row)(void *, const struct datum *, int) UNUSED, void *row_arg UNUSED,
        struct err *e UNUSED)
{
	return true;
}

static int
setup(void **state UNUSED)
{
	struct catalog_reader reader = {no_rows, NULL, false};

	err_init(&err);
	snap = snapshot_load(&reader, &err);
	env.snapshot = snap;
	return snap == NULL;
}

static int
teardown(void **state UNUSED)
{
	snapshot_unref(snap);
	err_release(&err);
	return 0;
}

static struct datum
text(const char *s)
{
	return datum_text(s, strlen(s));
}

/* Calls the function of this OID; want NULL: the result is NULL. An error's message is a result, too. */
static void
check(oid_t oid, const struct datum *args, int nargs, const char *want)
{
	struct arena a = ARENA_INIT;
	const struct proc *p = proc_find(oid);
	const struct func *f = func_for(p);
	struct fcall c = {.arena = &a, .err = &err, .env = &env, .proc = p};
	struct datum out = datum_null();
	char number[32];

	assert_non_null(f);
	err_clear(&err);
	if (!f->fn(&c, args, nargs, &out))
		out = text(err.message);
	if (out.class == DATUM_INT) {
		snprintf(number, sizeof(number), "%lld", (long long)out.i);
		out = text(number);
	}
	if (!want)
		assert_int_equal(out.class, DATUM_NULL);
	else if (out.class == DATUM_NULL || out.n != strlen(want) || memcmp(out.p, want, out.n))
		fail_msg("%s: %.*s instead of %s", p->name, out.class == DATUM_NULL ? 4 : (int)out.n,
		         out.class == DATUM_NULL ? "NULL" : out.p, want);
	arena_release(&a);
}

#define CHECK(oid, want, ...)                                                                      \
	check(oid, (struct datum[]){__VA_ARGS__}, (int)(sizeof((struct datum[]){__VA_ARGS__}) / sizeof(struct datum)), want)
#define I datum_int
#define S text

static void
test_names(void **state UNUSED)
{
	CHECK(1081, "bpchar", I(1042), I(-1));
	CHECK(1081, "character", I(1042), datum_null());
	CHECK(1081, "\"bit\"", I(1560), I(-1));
	CHECK(1081, "numeric(10,2)", I(1700), I(655366));
	CHECK(1081, "???", I(99999), I(-1));
	CHECK(1081, "-", I(0), I(-1));
	CHECK(1081, NULL, datum_null(), I(3));
	CHECK(1642, "postgres", I(10));
	CHECK(1642, "unknown (OID=1)", I(1));
	CHECK(3495, "1259", S("pg_class"));
	CHECK(3495, NULL, S("nope"));
	CHECK(3495, NULL, S("nos.t"));
	CHECK(3495, NULL, S("12"));
	CHECK(3493, "23", S("int4"));
	CHECK(3493, "syntax error at or near \"bar\"", S("foo bar"));
	CHECK(3494, NULL, S("lower"));
	CHECK(2079, "1", I(1259));
	CHECK(2079, NULL, I(1));
	CHECK(1597, "UTF8", I(6));
	CHECK(1597, "", I(-1));
	CHECK(1264, "6", S("utf-8"));
	CHECK(1264, "8", S("latin1"));
	CHECK(1264, "-1", S("foo"));
}

static void
test_functions(void **state UNUSED)
{
	CHECK(2162, "integer", I(2108));
	CHECK(2162, "double precision ORDER BY anyelement", I(3972));
	CHECK(2162, "VARIADIC \"any\" ORDER BY VARIADIC \"any\"", I(3986));
	CHECK(2162, "from_json json, OUT key text, OUT value json", I(3958));
	CHECK(2162, "VARIADIC \"any\"", I(3058));
	CHECK(2165, "SETOF record", I(3958));
	CHECK(2165, "bigint", I(2108));
	CHECK(2232, "jsonb_in jsonb, path text[], replacement jsonb, create_if_missing boolean", I(3305));
	CHECK(3808, "true", I(3305), I(4));
	CHECK(3808, NULL, I(3305), I(3));
	CHECK(2098, "CREATE OR REPLACE FUNCTION pg_catalog.lower(text)\n RETURNS text\n LANGUAGE internal\n"
	            " IMMUTABLE PARALLEL SAFE STRICT\nAS $function$lower$function$\n", I(870));
	CHECK(2098, "CREATE OR REPLACE FUNCTION pg_catalog.lpad(text, integer)\n RETURNS text\n LANGUAGE sql\n"
	            " IMMUTABLE PARALLEL SAFE STRICT COST 1\nRETURN lpad($1, $2, ' '::text)\n", I(879));
	CHECK(2098, "\"sum\" is an aggregate function", I(2108));
	CHECK(2098, NULL, I(1));
}

static void
test_privileges(void **state UNUSED)
{
	CHECK(1926, "relation \"nope\" does not exist", S("nope"), S("select"));
	CHECK(1926, "unrecognized privilege type: \"selekt\"", S("pg_class"), S("selekt"));
	CHECK(1926, "1", S("pg_class"), S("select, insert with grant option"));
	CHECK(1922, "role \"bob\" does not exist", S("bob"), S("pg_class"), S("select"));
	CHECK(1922, "0", S("public"), S("pg_class"), S("select"));
	CHECK(1927, NULL, I(1), S("select"));
	CHECK(2254, "database \"nope\" does not exist", S("nope"), S("connect"));
	CHECK(2272, "schema \"nope\" does not exist", S("nope"), S("usage"));
	CHECK(3020, "column \"zz\" of relation \"pg_class\" does not exist", S("pg_class"), S("zz"), S("select"));
	CHECK(3021, NULL, S("pg_class"), I(99), S("select"));
	CHECK(2185, "\"pg_class\" is not a sequence", S("pg_class"), S("usage"));
	CHECK(2709, "1", S("pg_monitor"), S("usage"));
	CHECK(2709, "role \"nope\" does not exist", S("nope"), S("usage"));
}

static void
test_sizes(void **state UNUSED)
{
	CHECK(2288, "10239 bytes", I(10239));
	CHECK(2288, "10 kB", I(10240));
	CHECK(2288, "-118 MB", I(-123456789));
	CHECK(2288, "8192 PB", I(9223372036854775807));
	CHECK(3166, "1234.5 bytes", S("1234.5"));
	CHECK(3166, "118 MB", S("123456789.5"));
	CHECK(3334, "1610612736", S("1.5 GB"));
	CHECK(3334, "invalid size: \"x\"", S("x"));
	CHECK(3334, "invalid size: \"1 zB\"", S("1 zB"));
	CHECK(2332, "invalid fork name", I(1259), S("foo"));
}

static void
test_session(void **state UNUSED)
{
	CHECK(861, "t", datum_null());
	CHECK(1402, "public", datum_null());
	CHECK(1403, "{pg_catalog,public}", I(1));
	CHECK(1403, "{public}", I(0));
	CHECK(1574, "could not open relation with OID 5", I(5));
	CHECK(1574, "\"pg_class\" is not a sequence", I(1259));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_privileges),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_session),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
