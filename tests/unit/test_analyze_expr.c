/* Expressions: result types and errors, over three tables. Recorded from PostgreSQL 15. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <sqlite3.h>

#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

static const struct {
	const char *sql;
	const char *expected; /* types of the result columns, or "SQLSTATE @byte: message HINT: hint" without the usual hints */
} rows[] = {
	{"select 1, 99999999999, 99999999999999999999, 1.5, 'a', true, null",
	 "integer, bigint, numeric, numeric, text, boolean, text"},
	{"select 1 + 1.5, 1::int2 + 1, 1/2, 2^3, -5, 'a' || 1, 'a' || 'b', 7 & 3, 1 << 2",
	 "numeric, integer, integer, double precision, integer, text, text, integer, integer"},
	{"select '1' + 1, '5' * 1.5, 1 = '1'", "integer, numeric, boolean"},
	{"select 'abc'::varchar(2), 'abc'::varchar(3)::varchar, 1.234::numeric(5,2), '1'::numeric(3,1)::numeric",
	 "character varying(2), character varying, numeric(5,2), numeric"},
	{"select 1::bool, 1::text, 1.5::int, now()::date, date '2020-01-01'::timestamptz",
	 "boolean, text, integer, date, timestamp with time zone"},
	{"select now() - interval '1 day', now() - now(), date '2020-01-01' - date '2019-01-01', date '2020-01-01' + 1, now() + '1 day'",
	 "timestamp with time zone, interval, integer, date, timestamp with time zone"},
	{"select '2020-01-01' - date '2019-01-01', date '2020-01-01' > '2019-01-01', 1 * interval '1 day'",
	 "integer, boolean, interval"},
	{"select case 1 when 1 then 'a' else 'b' end, case when true then 1.5 else 2 end, case when true then null end",
	 "text, numeric, text"},
	{"select coalesce(1, 2.5), coalesce('a'::varchar(3), 'b'::varchar(3)), coalesce('a'::varchar(3), 'b'::varchar(4)), coalesce(null, null)",
	 "numeric, character varying(3), character varying, text"},
	{"select greatest(1, 2.5), least('a', 'b'), nullif(1, 2.5), nullif('a', 'b')",
	 "numeric, text, numeric, text"},
	{"select array[1, 2.5], array[[1,2],[3,4]], array['a', 'b'], array[]::int[]",
	 "numeric[], integer[], text[], integer[]"},
	{"select (array[1,2])[1], (array[1,2])[1:2], array[1,2] || 3, 3 || array[1,2]",
	 "integer, integer[], integer[], integer[]"},
	{"select (1,2) < (1,3), (1,'a') = (1,'b'), row(1) = row(2), (1,2) in ((1,2),(3,4))",
	 "boolean, boolean, boolean, boolean"},
	{"select 1 in (1, 2.5), 'a' in ('b'), null in (1), 1 not in (2, 3), 1 = any(array[1,2])",
	 "boolean, boolean, boolean, boolean, boolean"},
	{"select 1 between 0 and 2, 1 not between symmetric 3 and 2, 1 is distinct from null, (1,2) is distinct from (1,3)",
	 "boolean, boolean, boolean, boolean"},
	{"select exists (select 1), array(select 1), (select 'x'), 1 in (select 2.5), (1,2) = (select 1,2), (1,2) = any (select 1,2)",
	 "boolean, integer[], text, boolean, boolean, boolean"},
	{"select current_date, current_timestamp, localtime(2), current_user",
	 "date, timestamp with time zone, time(2) without time zone, name"},
	{"select abs('1'), abs(-1.5), sqrt(2), power(2, 3), mod(5, 2.5), round(1.5), round(1), upper('x'), length('abc')",
	 "double precision, numeric, double precision, double precision, numeric, numeric, double precision, text, integer"},
	{"select int4(1.5), text(1), float8('1'), int8 '1', date('2020-01-01')",
	 "integer, text, double precision, bigint, date"},
	{"select make_interval(days => 10, hours => 2), concat('a', 1, null::date), format('%s', variadic array[1,2])",
	 "interval, text, text"},
	{"select id, name, price, ok, at from t1",
	 "integer, text, numeric(10,2), boolean, timestamp without time zone"},
	{"select t1.*, t2.note from t1, t2",
	 "integer, text, numeric(10,2), boolean, timestamp without time zone, character varying(20)"},
	{"select t1, (t1).name, name(t1) from t1", "t1, text, text"},
	{"select \"Mixed\".\"Id\", \"Id\", id2 from \"Mixed\"", "integer, integer, integer"},
	{"select public.t1.id, postgres.public.t1.name from t1", "integer, text"},
	{"select a.id, b.note from t1 a join t2 b on a.id = b.t1_id", "integer, character varying(20)"},
	{"select count(*), sum(id), avg(id), max(name), sum(price), count(distinct name) from t1",
	 "bigint, bigint, numeric, text, numeric, bigint"},
	{"select name, sum(price) filter (where ok), string_agg(name, ',' order by id) from t1 group by name",
	 "text, numeric, text"},
	{"select row_number() over (order by id), sum(price) over (partition by ok), lag(name, 1, 'x') over w from t1 window w as (order by at)",
	 "bigint, numeric, text"},
	{"select x.a, (x).b from (select 1 as a, 'b' as b) x", "integer, text"},
	{"select x.v from t1, lateral (select t1.id + 0.5 as v) x", "numeric"},
	{"with c(n) as (select id from t1) select n, c.n from c", "integer, integer"},
	{"select 1 union select 2.5", "numeric"},
	{"values (1, 'a'), (2.5, null)", "numeric, text"},
	{"select generate_series(1, 3), generate_series(1, 2.5)", "integer, numeric"},
	{"select tableoid, ctid, xmin from t1", "oid, tid, xid"},
	{"select extract(year from at), date_trunc('day', at), at at time zone 'UTC', to_char(at, 'YYYY') from t1",
	 "numeric, timestamp without time zone, timestamp with time zone, text"},
	{"select substring(name from 1 for 2), position('a' in name), trim(both 'x' from name), name like 'a%', name ~ 'b' from t1",
	 "text, integer, text, boolean, boolean"},
	{"select 'a' collate \"C\", name collate \"C\" < 'b' from t1", "text, boolean"},
	{"select 1 + true", "42883 @9: operator does not exist: integer + boolean"},
	{"select - 'a'::text", "42883 @7: operator does not exist: - text"},
	{"select 1 operator(public.+) 1", "42883 @9: operator does not exist: integer public.+ integer"},
	{"select null + null", "42725 @12: operator is not unique: unknown + unknown"},
	{"select foo(1, 'a')", "42883 @7: function foo(integer, unknown) does not exist"},
	{"select nos.foo(1)", "3F000 @7: schema \"nos\" does not exist"},
	{"select upper(a => 1)", "42883 @7: function upper(a => integer) does not exist"},
	{"select upper(string => 1, 2)", "42601 @26: positional argument cannot follow named argument"},
	{"select make_interval(years => 1, years => 2)",
	 "42601 @33: argument name \"years\" used more than once"},
	{"select upper(distinct 'a')", "42809 @7: DISTINCT specified, but upper is not an aggregate function"},
	{"select upper('a') over ()",
	 "42809 @7: OVER specified, but upper is not a window function nor an aggregate function"},
	{"select row_number()", "42809 @7: window function row_number requires an OVER clause"},
	{"select count()", "42809 @7: count(*) must be used to call a parameterless aggregate function"},
	{"select sum('a')", "42725 @7: function sum(unknown) is not unique"},
	{"select string_agg('a' order by 1, ',')", "42883 @7: function string_agg(unknown) does not exist"},
	{"select sum(1) filter (where 1)",
	 "42804 @28: argument of FILTER must be type boolean, not type integer"},
	{"select nam from t1",
	 "42703 @7: column \"nam\" does not exist HINT: Perhaps you meant to reference the column \"t1.name\"."},
	{"select t1.nam from t1",
	 "42703 @7: column t1.nam does not exist HINT: Perhaps you meant to reference the column \"t1.name\"."},
	{"select x.nam from t1 x",
	 "42703 @7: column x.nam does not exist HINT: Perhaps you meant to reference the column \"x.name\"."},
	{"select t1.name from t1 x",
	 "42P01 @7: invalid reference to FROM-clause entry for table \"t1\" HINT: Perhaps you meant to reference the table alias \"x\"."},
	{"select nope.name from t1", "42P01 @7: missing FROM-clause entry for table \"nope\""},
	{"select id from t1, t2", "42702 @7: column reference \"id\" is ambiguous"},
	{"select t1.id from t1, t1", "42712 @-1: table name \"t1\" specified more than once"},
	{"select x from t1", "42703 @7: column \"x\" does not exist"},
	{"select other.public.t1.id from t1",
	 "0A000 @7: cross-database references are not implemented: other.public.t1.id"},
	{"select a.b.c.d.e from t1", "42601 @7: improper qualified name (too many dotted names): a.b.c.d.e"},
	{"select * from (select 1 a) x, (select x.a) y",
	 "42P01 @38: invalid reference to FROM-clause entry for table \"x\" HINT: There is an entry for table \"x\", but it cannot be referenced from this part of the query."},
	{"select *", "42601 @7: SELECT * with no tables specified is not valid"},
	{"select t1.x.y from t1", "42P01 @7: missing FROM-clause entry for table \"x\""},
	{"select (1).x", "42809 @8: column notation .x applied to type integer, which is not a composite type"},
	{"select (t1).foo from t1", "42703 @8: column t1.foo does not exist"},
	{"select ('a'::text)[1]",
	 "42804 @8: cannot subscript type text because it does not support subscripting"},
	{"select (array[1])[date '2020-01-01']", "42804 @18: array subscript must have type integer"},
	{"select case when 1 then 2 end",
	 "42804 @17: argument of CASE/WHEN must be type boolean, not type integer"},
	{"select case when true then 1 when false then 'a' end",
	 "22P02 @45: invalid input syntax for type integer: \"a\""},
	{"select case when true then 1 else date '2020-01-01' end",
	 "42804 @27: CASE types date and integer cannot be matched"},
	{"select coalesce(1, date '2020-01-01')",
	 "42804 @24: COALESCE types integer and date cannot be matched"},
	{"select array[]",
	 "42P18 @7: cannot determine type of empty array HINT: Explicitly cast to the desired type, for example ARRAY[]::integer[]."},
	{"select array[1, date '2020-01-01']", "42804 @21: ARRAY types integer and date cannot be matched"},
	{"select (1,2) = (1,2,3)", "42601 @13: unequal number of entries in row expressions"},
	{"select row() = row()", "0A000 @13: cannot compare rows of zero length"},
	{"select 1 in (select 1, 2)", "42601 @9: subquery has too many columns"},
	{"select (1,2) in (select 1)", "42601 @13: subquery has too few columns"},
	{"select (select 1, 2)", "42601 @7: subquery must return only one column"},
	{"select 1 = any(1)", "42809 @9: op ANY/ALL (array) requires array on right side"},
	{"select 1 + any(array[1])", "42809 @9: op ANY/ALL (array) requires operator to yield boolean"},
	{"select 1 is true", "42804 @7: argument of IS TRUE must be type boolean, not type integer"},
	{"select not 1", "42804 @11: argument of NOT must be type boolean, not type integer"},
	{"select 1 and true", "42804 @7: argument of AND must be type boolean, not type integer"},
	{"select 1 where 1", "42804 @15: argument of WHERE must be type boolean, not type integer"},
	{"select 'abc'::int4", "22P02 @7: invalid input syntax for type integer: \"abc\""},
	{"select 1 = 'abc'", "22P02 @11: invalid input syntax for type integer: \"abc\""},
	{"select '2020-13-01'::date",
	 "22008 @7: date/time field value out of range: \"2020-13-01\" HINT: Perhaps you need a different \"datestyle\" setting."},
	{"select 1::date", "42846 @8: cannot cast type integer to date"},
	{"select 1::foo", "42704 @10: type \"foo\" does not exist"},
	{"select 1::nos.foo", "3F000 @10: schema \"nos\" does not exist"},
	{"select 1::int4(3)", "42601 @10: type modifier is not allowed for type \"int4\""},
	{"select 1::varchar(0)", "22023 @10: length for type varchar must be at least 1"},
	{"select 1 collate \"C\"", "42804 @9: collations are not supported by type integer"},
	{"select 'a' collate \"xx\"", "42704 @11: collation \"xx\" for encoding \"UTF8\" does not exist"},
	{"select default", "42601 @7: DEFAULT is not allowed in this context"},
	{"select * from nosuch", "42P01 @14: relation \"nosuch\" does not exist"},
	{"select * from nos.such", "42P01 @14: relation \"nos.such\" does not exist"},
	{"select * from pos.nos.such",
	 "0A000 @14: cross-database references are not implemented: \"pos.nos.such\""},
	{"select t.a from (values (1)) t(a, b)",
	 "42P10 @-1: table \"t\" has 1 columns available but 2 columns specified"},
	{"select 1 where generate_series(1, 2) = 1",
	 "0A000 @15: set-returning functions are not allowed in WHERE"},
	{"select coalesce(generate_series(1, 2))",
	 "0A000 @16: set-returning functions are not allowed in COALESCE HINT: You might be able to move the set-returning function into a LATERAL FROM item."},
	{"select sum(sum(1))", "42803 @11: aggregate function calls cannot be nested"},
	{"select count(generate_series(1, 2))",
	 "0A000 @13: aggregate function calls cannot contain set-returning function calls HINT: You might be able to move the set-returning function into a LATERAL FROM item."},
};

static const struct {
	const char *sql, *params; /* types that $1 … get */
} params[] = {
	{"select $1", "text"},
	{"select $1 + 1", "integer"},
	{"select $1::int, $1", "integer"},
	{"select $1, $1::int", "42P08 @7: inconsistent types deduced for parameter $1"},
	{"select $1 = $1", "text"},
	{"select $1 is null", "42P18 @-1: could not determine data type of parameter $1"},
	{"select $1 is null or $1 = 1", "42P08 @7: could not determine data type of parameter $1"},
	{"select id from t1 where name = $1 and price > $2 limit $3", "text, numeric, bigint"},
	{"select $2::int", "42P18 @-1: could not determine data type of parameter $1"},
	{"select coalesce($1, 1.5), $2 || 'a', upper($3)", "numeric, text, text"},
	{"select case when $1 then $2 else 1 end", "boolean, integer"},
	{"select $1 in (1, 2), $2 between 1 and 2", "integer, integer"},
	{"select $1 = any($2), 1 = any($3)", "text, text[], integer[]"},
	{"select now() - $1", "timestamp with time zone"},
	{"select $1::varchar(3), length($1)", "character varying"},
	{"values ($1, 1), ('a', $2)", "text, integer"},
	{"select ($1, 2) = (1, $2), nullif($3, 1)", "integer, integer, integer"},
	{"select $1 in (select id from t1)", "integer"},
	{"select not $1, $2 is distinct from 1", "boolean, integer"},
	{"select $0", "42P02 @7: there is no parameter $0"},
};

struct fixture {
	sqlite3 *db;
	struct err err;
	struct snapshot *snapshot;
	struct fenv fenv;
};

static const char *const path[] = {"pg_catalog", "public", NULL};

static bool
read_row(sqlite3_stmt *st, bool (*row)(void *, const struct datum *, int), void *row_arg)
{
	struct datum cols[32];
	int n = sqlite3_column_count(st);
	for (int i = 0; i < n; i++) {
		if (sqlite3_column_type(st, i) == SQLITE_INTEGER)
			cols[i] = datum_int(sqlite3_column_int64(st, i));
		else if (sqlite3_column_type(st, i) == SQLITE_NULL)
			cols[i] = datum_null();
		else
			cols[i] = datum_text((const char *)sqlite3_column_text(st, i), (size_t)sqlite3_column_bytes(st, i));
	}
	return row(row_arg, cols, n);
}

static bool
query(void *arg, const char *sql, bool (*row)(void *, const struct datum *, int), void *row_arg, struct err *err)
{
	sqlite3_stmt *st;
	bool ok = true;
	if (sqlite3_prepare_v2(arg, sql, -1, &st, NULL))
		return err_set(err, ERR_INTERNAL_ERROR, -1, "%s", sqlite3_errmsg(arg));
	while (ok && sqlite3_step(st) == SQLITE_ROW)
		ok = read_row(st, row, row_arg);
	sqlite3_finalize(st);
	return ok;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	err_init(&f->err);
	assert_int_equal(sqlite3_open(":memory:", &f->db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(f->db,
	                              "create table t1 (id int4 primary key, name text, price numeric(10,2), ok boolean, at timestamp);"
	                              "create table t2 (id int4, t1_id int4, note varchar(20));"
	                              "create table \"Mixed\" (\"Id\" int4, id2 int4);",
	                              NULL, NULL, NULL), SQLITE_OK);
	struct catalog_reader r = {.query = query, .arg = f->db};
	f->snapshot = snapshot_load(&r, &f->err);
	assert_non_null(f->snapshot);
	f->fenv = (struct fenv){.types = type_env_canonical, .snapshot = f->snapshot, .err = &f->err, .search_path = path,
	                        .database = "postgres"};
	f->fenv.types.reg = &catalog_reg_ops;
	f->fenv.types.reg_arg = &f->fenv;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	snapshot_unref(f->snapshot);
	sqlite3_close(f->db);
	err_release(&f->err);
	free(f);
	return 0;
}

static bool
usual_hint(const char *hint)
{
	return strncmp(hint, "No ", 3) == 0 || strncmp(hint, "Could not", 9) == 0;
}

static const char *
outcome(struct analyzer *as, const struct query *q, bool want_params, struct buf *b)
{
	const struct err *e = as->env->err;
	if (!q) {
		buf_printf(b, "%s @%d: %s", e->sqlstate, e->location, e->message);
		if (e->hint && !usual_hint(e->hint))
			buf_printf(b, " HINT: %s", e->hint);
		return buf_str(b);
	}
	for (int i = 0; want_params && i < as->nparams; i++)
		buf_printf(b, "%s%s", i ? ", " : "", type_display(as, as->params[i]));
	for (int i = 0; !want_params && i < query_ncols(q); i++) {
		const struct expr *t = query_col(q, i)->expr;
		buf_printf(b, "%s%s", i ? ", " : "", format_type(as->arena, type_of(as, t->type), t->typmod, snapshot_type_find,
		                                                 (void *)(uintptr_t)as->env->snapshot));
	}
	return buf_str(b);
}

static void
check(struct fixture *f, const char *sql, const char *expected, bool want_params)
{
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	struct parse_tree t;
	struct compile_env env = {.snapshot = f->snapshot, .search_path = path, .fenv = &f->fenv, .err = &f->err};
	struct analyzer as = {.env = &env, .arena = &a, .source = sql, .variadic_params = want_params, .max_depth = ANALYZE_MAX_DEPTH};
	struct query *q = parse_sql(&a, sql, &t, &f->err) ? analyze_query(&as, t.stmts[0].node) : NULL;
	if (q && !params_check(&as))
		q = NULL;
	const char *got = outcome(&as, q, want_params, &b);
	if (strcmp(got, expected) != 0)
		print_error("%s\n   expected %s\n   got      %s\n", sql, expected, got);
	assert_string_equal(got, expected);
	err_clear(&f->err);
	buf_release(&b);
	arena_release(&a);
}

static void
results(void **state)
{
	for (size_t i = 0; i < COUNTOF(rows); i++)
		check(*state, rows[i].sql, rows[i].expected, false);
}

static void
parameters(void **state)
{
	for (size_t i = 0; i < COUNTOF(params); i++)
		check(*state, params[i].sql, params[i].params, true);
}

static char *
repeated(struct arena *a, const char *head, const char *item, int n)
{
	struct buf b = BUF_INIT;
	buf_puts(&b, head);
	for (int i = 0; i < n; i++)
		buf_puts(&b, item);
	char *s = buf_dup(&b, a);
	buf_release(&b);
	return s;
}

static void
depth(void **state)
{
	static const char too_deep[] =
		"54001 @-1: stack depth limit exceeded HINT: Increase the configuration parameter \"max_stack_depth\" (currently "
		"2048kB), after ensuring the platform's stack depth limit is adequate.";
	struct arena a = ARENA_INIT;
	check(*state, repeated(&a, "select 1", "+1", 1500), "integer", false);
	check(*state, repeated(&a, "select 1", "+1", 10000), too_deep, false);
	check(*state, repeated(&a, "select true", " is true", 10000), too_deep, false);
	check(*state, repeated(&a, "select true", " and true", 10000), "boolean", false);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),
		cmocka_unit_test(parameters),
		cmocka_unit_test(depth),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
