/* Arrays: recorded calls; and what no pg_proc row has: ARRAY[…], subscripts, assignment, order,
 * binary form. */
#include "func_case.h"
#include "types/array_value.h"

static const struct func_case rows[] = {
#include "cases_array.inc"
};

static void
recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		case_check(&rows[i]);
}

/* ---- bodies that are called by key ---- */

struct key_case {
	const char *key, *ret, *args, *want;
};

static const struct key_case keyed[] = {
	{"array_make", "_int4", "int4=1\tint4=<NULL>", "{1,NULL}"},
	{"array_make", "_text", "text=a b\ttext=", "{\"a b\",\"\"}"},
	{"array_make", "_int4", "_int4={1,2}\t_int4={3,4}", "{{1,2},{3,4}}"},
	{"array_make", "_int4", "_int4={}\t_int4=<NULL>", "{}"},
	{"array_make", "_int4", "_int4={1}\t_int4=<NULL>",
	 "ERR:2202E:multidimensional arrays must have array expressions with matching dimensions"},
	{"array_make", "_bool", "bool=t\tbool=f", "{t,f}"},
	{"array_get", "int4", "_int4={1,2,3}\tint4=2", "2"},
	{"array_get", "int4", "_int4=[0:1]={7,8}\tint4=0", "7"},
	{"array_get", "int4", "_int4={1,2,3}\tint4=4", "<NULL>"},
	{"array_get", "int4", "_int4={1,2,3}\tint4=<NULL>", "<NULL>"},
	{"array_get", "int4", "_int4={{1,2},{3,4}}\tint4=2\tint4=1", "3"},
	{"array_get", "int4", "_int4={{1,2},{3,4}}\tint4=2", "<NULL>"},
	{"array_get", "int2", "int2vector=5 6\tint4=0", "5"},
	{"array_slice", "_int4", "_int4={1,2,3}\tint8=0\tint4=2\tint4=9", "{2,3}"},
	{"array_slice", "_int4", "_int4={1,2,3}\tint8=0\tint4=<NULL>\tint4=2", "<NULL>"},
	{"array_slice", "_int4", "_int4={1,2,3}\tint8=1\tint4=<NULL>\tint4=2", "{1,2}"},
	{"array_slice", "_int4", "_int4={1,2,3}\tint8=2\tint4=2\tint4=<NULL>", "{2,3}"},
	{"array_slice", "_int4", "_int4={1,2,3}\tint8=0\tint4=3\tint4=2", "{}"},
	{"array_slice", "_int4", "_int4={{1,2},{3,4}}\tint8=0\tint4=1\tint4=2\tint4=2\tint4=2",
	 "{{2},{4}}"},
	{"array_slice", "_int4",
	 "_int4={{1,2},{3,4}}\tint8=6\tint4=2\tint4=<NULL>\tint4=<NULL>\tint4=1", "{{3}}"},
	{"array_prepend", "_int4", "int4=1\t_int4=[-2147483648:-2147483648]={1}",
	 "ERR:22003:integer out of range"},
	{"array_coerce", "_oid", "_int4={-1}", "{4294967295}"},
	{"scalar_array", "bool", "int8=2347\tbool=f\tdate=2024-01-02\t_timestamp={2024-01-01}",
	 "false"},
	{"scalar_array", "bool", "int8=2347\tbool=f\tdate=2024-01-01\t_timestamp={2024-01-01}",
	 "true"},
	{"scalar_array", "bool", "int8=352\tbool=t\txid=7\t_xid={7,NULL}", "<NULL>"},
	{"array_map", "_numeric", "int8=1740\t_int4={1,NULL}", "{1,NULL}"},
	{"array_map", "_numeric", "int8=1703\t_numeric={1.25,NaN}\tint4=196613", "{1.3,NaN}"},
	{"array_eq", "bool", "_json={1}\t_json={1,2}", "false"},
	{"array_eq", "bool", "_json={1}\t_json={1}",
	 "ERR:42883:could not identify an equality operator for type json"},
	{"width_bucket_array", "int4", "json=1\t_json={{1}}",
	 "ERR:2202E:thresholds must be one-dimensional array"},
	{"assign_part", "_int4", "text=e1;\t_int4={1,2}\tint4=9\tint4=1", "{9,2}"},
	{"assign_part", "_int4", "text=e1;\t_int4={1,2}\tint4=9\tint4=4", "{1,2,NULL,9}"},
	{"assign_part", "_int4", "text=e1;\t_int4={1,2}\tint4=9\tint4=0", "[0:2]={9,1,2}"},
	{"assign_part", "_int4", "text=e1;\t_int4=<NULL>\tint4=9\tint4=3", "[3:3]={9}"},
	{"assign_part", "_int4", "text=e1;\t_int4={1}\tint4=9\tint4=<NULL>",
	 "ERR:22004:array subscript in assignment must not be null"},
	{"assign_part", "_int4", "text=e1;\t_int4={{1,2}}\tint4=9\tint4=1",
	 "ERR:2202E:wrong number of array subscripts"},
	{"assign_part", "_int4", "text=e2;\t_int4={{1,2}}\tint4=9\tint4=2\tint4=1",
	 "ERR:2202E:array subscript out of range"},
	{"assign_part", "_int4", "text=slu;\t_int4={1,2}\t_int4={5,6}\tint4=5\tint4=6",
	 "{1,2,NULL,NULL,5,6}"},
	{"assign_part", "_int4", "text=s-u;\t_int4={1,2,3}\t_int4={5,6}\tint4=2", "{5,6,3}"},
	{"assign_part", "_int4", "text=s-u;\t_int4=<NULL>\t_int4={5,6}\tint4=2",
	 "ERR:2202E:array slice subscript must provide both boundaries|D:When assigning to a "
	 "slice of an empty array value, slice boundaries must be fully specified."},
	{"assign_part", "jsonb", "text=j2;\tjsonb=<NULL>\tjsonb=1\ttext=a\ttext=b",
	 "{\"a\": {\"b\": 1}}"},
	{"assign_part", "jsonb", "text=J2;\tjsonb=<NULL>\tjsonb=1\ttext=1\ttext=b",
	 "[null, {\"b\": 1}]"},
	{"assign_part", "jsonb", "text=j1;\tjsonb=[1]\tjsonb=2\ttext=-1", "[2]"},
	{"assign_part", "jsonb", "text=j1;\tjsonb=[1]\tjsonb=2\ttext=-2",
	 "ERR:22023:path element at position 1 is out of range: -2"},
	{"assign_part", "jsonb", "text=j2;\tjsonb={\"a\": 1}\tjsonb=2\ttext=a\ttext=b",
	 "ERR:22023:cannot replace existing key|D:The path assumes key is a composite object, but "
	 "it is a scalar value."},
	{"assign_part", "_int4", "text=slu;\t_int4={1,2}\t_int4={5}\tint4=1\tint4=2",
	 "ERR:2202E:source array too small"},
	{"array_coerce", "_text", "_bool={t,NULL}", "{true,NULL}"},
	{"array_coerce", "_int4", "_text={1,x}",
	 "ERR:22P02:invalid input syntax for type integer: \"x\""},
};

/* Those whose pg_proc rows differ by kinds of polymorphism only. */
static const struct key_case aggregates[] = {
	{"array_agg(anyarray)", "_int4", "_int4={1,2}\t\x1e\t_int4={3,NULL}", "{{1,2},{3,NULL}}"},
	{"array_agg(anyarray)", "_int4", "_int4={1}\t\x1e\t_int4={1,2}",
	 "ERR:2202E:cannot accumulate arrays of different dimensionality"},
	{"array_agg(anyarray)", "_int4", "_int4=<NULL>", "ERR:22004:cannot accumulate null arrays"},
	{"array_agg(anyarray)", "_int4", "_int4={}", "ERR:2202E:cannot accumulate empty arrays"},
	{"max(anyarray)", "_int4", "_int4={9}\t\x1e\t_int4=<NULL>\t\x1e\t_int4={10,1}", "{10,1}"},
	{"min(anyarray)", "_int4", "_int4={9}\t\x1e\t_int4=<NULL>\t\x1e\t_int4={10,1}", "{9}"},
};
static const struct key_case sets[] = {
	{"array_unnest", "int4", "_int4={{1,2},{3,NULL}}", "1|2|3|<NULL>"},
	{"array_unnest", "int4", "_int4={}", "<NULL>"},
	{"array_unnest", "int2", "int2vector=4 5", "4|5"},
};

static bool
run_keyed(struct case_run *r, const struct func *f, struct fcall *c, const struct type *ret)
{
	struct datum out;

	if (f->agg)
		return case_aggregate(r, f, c, ret);
	if (f->srf)
		return case_set(r, f, c, ret);
	return func_call(f, c, r->rows[0], r->nargs, &out) && case_print(r, ret, &out);
}

static void
check_keyed(const struct key_case *k)
{
	struct case_run *r = xcalloc(1, sizeof(*r));
	int32_t typmods[CASE_MAX_ARGS];
	struct ftypes types = {
		.args = r->types, .typmods = typmods, .ret = type_builtin_by_name(k->ret)};
	struct fcall c = {.arena = &r->arena, .err = &r->err, .env = &r->env, .types = &types};

	memset(typmods, 0xff, sizeof(typmods));
	err_init(&r->err);
	r->env = (struct fenv){.types = type_env_canonical, .err = &r->err};
	assert_true(case_args(r, k->args));
	types.nargs = r->nargs;
	if (!run_keyed(r, func_by_key(k->key), &c, types.ret))
		case_error(r);
	assert_string_equal(buf_str(&r->out), k->want);
	buf_release(&r->out);
	err_release(&r->err);
	arena_release(&r->arena);
	arena_release(&r->group);
	free(r);
}

static void
by_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(keyed); i++)
		check_keyed(&keyed[i]);
	for (size_t i = 0; i < COUNTOF(aggregates); i++)
		check_keyed(&aggregates[i]);
	for (size_t i = 0; i < COUNTOF(sets); i++)
		check_keyed(&sets[i]);
}

/* ---- order ---- */

static int
order(const char *type, const char *a, const char *b)
{
	struct datum x = datum_text(a, strlen(a)), y = datum_text(b, strlen(b));
	int r = type_compare(type_builtin_by_name(type), &x, &y);

	return (r > 0) - (r < 0);
}

static void
collations(void **state)
{
	(void)state;
	assert_int_equal(order("_int4", "{9}", "{10}"), -1);
	assert_int_equal(order("_int4", "{1,2}", "{1}"), 1);
	assert_int_equal(order("_int4", "{1,NULL}", "{1,2}"), 1);
	assert_int_equal(order("_int4", "{1,2}", "[0:1]={1,2}"), 1);
	assert_int_equal(order("_int4", "{{1,2}}", "{1,2}"), 1);
	assert_int_equal(order("_text", "{9}", "{10}"), 1);
	assert_int_equal(order("_numeric", "{1.0}", "{1.00}"), 0);
	assert_int_equal(order("_float8", "{NaN}", "{Infinity}"), 1);
	assert_int_equal(order("_float8", "{0}", "{-0}"), 0);
	assert_int_equal(order("_date", "{0044-03-15 BC}", "{0001-01-01}"), -1);
	assert_int_equal(order("_date", "{10000-01-01}", "{9999-01-01}"), 1);
	assert_int_equal(order("_interval", "{1 mon}", "{30 days}"), 0);
	assert_int_equal(order("_bpchar", "{\"a \"}", "{a}"), 0);
	assert_int_equal(order("_jsonb", "{1.0}", "{1.00}"), 0);
	assert_null(type_builtin_by_name("_json")->collation);
}

/* ---- binary ---- */

static void
from_binary(const char *type, const char *bytes, size_t n, const char *want)
{
	struct case_run *r = xcalloc(1, sizeof(*r));
	const struct type *t = type_builtin_by_name(type);
	struct type_ctx tc = case_ctx(r);
	struct datum d;

	err_init(&r->err);
	r->env = (struct fenv){.types = type_env_canonical, .err = &r->err};
	if (!type_binary_in(&tc, t, bytes, n, -1, &d) || !case_print(r, t, &d))
		case_error(r);
	assert_string_equal(buf_str(&r->out), want);
	buf_release(&r->out);
	err_release(&r->err);
	arena_release(&r->arena);
	free(r);
}

#define BINARY(type, bytes, want) from_binary(type, bytes, sizeof(bytes) - 1, want)
#define HEAD "\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1"

static void
binary(void **state)
{
	(void)state;
	BINARY("_int4", HEAD "\0\0\0\4\0\0\0\5", "{5}");
	BINARY("_int4", HEAD "\xff\xff\xff\xff", "{NULL}");
	BINARY("_int4", "\0\0\0\0\0\0\0\0\0\0\0\x17", "{}");
	BINARY("_int4", HEAD "\0\0\0\4\0\0", "ERR:22P03:insufficient data left in message");
	BINARY("_int4", HEAD, "ERR:08P01:insufficient data left in message");
	BINARY("_int4", "\0\0\0\7\0\0\0\0\0\0\0\x17",
	       "ERR:54000:number of array dimensions (7) exceeds the maximum allowed (6)");
	BINARY("_text", HEAD "\0\0\0\1a",
	       "ERR:42804:binary data has array element type 23 (integer) instead of expected 25 "
	       "(text)");
	BINARY("_int4", "\0\0\0\2\0\0\0\0\0\0\0\x17\0\1\x86\xa0\0\0\0\1\0\1\x86\xa0\0\0\0\1",
	       "ERR:54000:array size exceeds the maximum allowed (134217727)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded),
		cmocka_unit_test(by_key),
		cmocka_unit_test(collations),
		cmocka_unit_test(binary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
