/* Enums and domains: their values, and how a snapshot makes the types out of reserved rows, broken ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <sqlite3.h>

#include "catalog/persist.h"
#include "catalog/snapshot.h"
#include "types/domain.h"
#include "types/enum.h"

static bool
query(void *arg, const char *sql, bool (*row)(void *, const struct datum *, int), void *row_arg, struct err *err)
{
	sqlite3_stmt *st;
	struct datum cols[32];
	bool ok = true;

	if (sqlite3_prepare_v2(arg, sql, -1, &st, NULL))
		return err_set(err, ERR_INTERNAL_ERROR, -1, "%s: %s", sqlite3_errmsg(arg), sql);
	while (ok && sqlite3_step(st) == SQLITE_ROW) {
		int n = sqlite3_column_count(st);

		for (int i = 0; i < n; i++) {
			int class = sqlite3_column_type(st, i);

			cols[i] = class == SQLITE_INTEGER ? datum_int(sqlite3_column_int64(st, i))
				  : class == SQLITE_FLOAT ? datum_real(sqlite3_column_double(st, i))
				  : class == SQLITE_NULL
					  ? datum_null()
					  : datum_text((const char *)sqlite3_column_text(st, i),
						       (size_t)sqlite3_column_bytes(st, i));
		}
		ok = row(row_arg, cols, n);
	}
	sqlite3_finalize(st);
	return ok;
}

static void
run(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", message, sql);
}

static struct snapshot *
load(const char *rows)
{
	struct catalog_reader reader = {query, NULL, false};
	struct snapshot *s;
	struct err err;
	sqlite3 *db;

	sqlite3_open(":memory:", &db);
	for (int i = 0; persist_create[i]; i++) {
		char *sql = sqlite3_mprintf(persist_create[i], "main");

		run(db, sql);
		sqlite3_free(sql);
	}
	run(db, rows);
	reader.arg = db;
	err_init(&err);
	s = snapshot_load(&reader, &err);
	if (!s)
		fail_msg("%s", err.message);
	err_release(&err);
	sqlite3_close(db);
	return s;
}

/* The domain comes before what it is made of. */
static const char rows[] =
	"INSERT INTO \"litephant.pg_type\" VALUES"
	" (16400, 'moods', 2200, 10, 'd', 16401, 16411, -1, 0, NULL, 0),"
	" (16410, 'mood', 2200, 10, 'e', 16411, 0, -1, 0, NULL, 0),"
	" (16420, 'mood2', 2200, 10, 'd', 16421, 16410, -1, 1, '''ok''::public.mood', 0),"
	" (16430, '_mood', 2200, 10, 'e', 16431, 0, -1, 0, NULL, 0),"
	" (16440, 'short', 2200, 10, 'd', 16441, 1043, 7, 0, NULL, 100),"
	" (16450, 'span', 2200, 10, 'r', 16451, 0, -1, 0, NULL, 0),"
	" (16460, 'spans', 2200, 10, 'm', 16461, 0, -1, 0, NULL, 0),"
	" (16470, 'lost', 2200, 10, 'd', 16471, 99999, -1, 0, NULL, 0),"
	" (16480, 'ring1', 2200, 10, 'd', 16481, 16490, -1, 0, NULL, 0),"
	" (16490, 'ring2', 2200, 10, 'd', 16491, 16480, -1, 0, NULL, 0);"
	"INSERT INTO \"litephant.pg_enum\" VALUES"
	" (16412, 16410, 3, 'happy'), (16413, 16410, 1, 'sad'), (16414, 16410, 1.5, 'ok'), (16415, 99999, 1, 'x');"
	"INSERT INTO \"litephant.pg_range\" VALUES (16450, 16410, 16460, 0, 0);"
	"INSERT INTO \"litephant.domain_constraint\" VALUES (16422, 'b', 16420, 1, '(VALUE <> ''sad'')'),"
	" (16423, 'a', 16420, 0, 'true'), (16424, 'c', 99999, 1, 'true')";

struct fixture {
	struct snapshot *s;
	struct arena arena;
	struct err err;
	struct type_env env;
	struct type_ctx c;
	int checks; /* how often a domain was asked about */
};

static bool
check(void *arg, const struct type *domain, const struct datum *value, struct err *err)
{
	struct fixture *f = arg;

	f->checks++;
	assert_int_equal(domain->typtype, 'd');
	return value->n != 3 || err_set(err, ERR_CHECK_VIOLATION, -1, "no %s", domain->name);
}

static const struct domain_ops ops = {check};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.s = load(rows), .env = type_env_canonical};
	err_init(&f->err);
	f->env.domain = &ops;
	f->env.domain_arg = f;
	f->c = (struct type_ctx){&f->arena, &f->err, &f->env, snapshot_type_find, f->s};
}

static void
end(struct fixture *f)
{
	snapshot_unref(f->s);
	err_release(&f->err);
	arena_release(&f->arena);
}

static const struct type *
type(struct fixture *f, oid_t oid)
{
	const struct type *t = snapshot_type(f->s, oid);

	assert_non_null(t);
	return t;
}

/* What a text becomes, read and printed; or the error. */
static const char *
through(struct fixture *f, oid_t oid, const char *text)
{
	const struct type *t = type(f, oid);
	struct buf b = BUF_INIT;
	struct datum d, e;
	char *s;

	err_clear(&f->err);
	if (!type_text_in(&f->c, t, text, strlen(text), -1, &d))
		return f->err.message;
	assert_true(type_binary_out(&f->c, t, &d, -1, &b));
	assert_true(type_binary_in(&f->c, t, b.data, b.len, -1, &e));
	assert_int_equal(type_compare(t, &d, &e), 0);
	buf_clear(&b);
	assert_true(type_text_out(&f->c, t, &e, -1, &b));
	s = buf_dup(&b, &f->arena);
	buf_release(&b);
	return s;
}

static void
test_values(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	assert_string_equal(through(&f, 16410, "ok"), "ok");
	assert_string_equal(through(&f, 16410, "OK"), "invalid input value for enum mood: \"OK\"");
	assert_string_equal(f.err.sqlstate, ERR_INVALID_TEXT_REPRESENTATION);
	assert_string_equal(through(&f, 16410, ""), "invalid input value for enum mood: \"\"");
	assert_string_equal(through(&f, 16411, "{ok,NULL,\"sad\"}"), "{ok,NULL,sad}");
	assert_string_equal(through(&f, 16411, "{x}"), "invalid input value for enum mood: \"x\"");
	assert_string_equal(through(&f, 16430, "x"), "invalid input value for enum _mood: \"x\"");
	assert_string_equal(through(&f, 16450, "[sad,ok)"), "[sad,ok)");
	assert_string_equal(through(&f, 16450, "[happy,ok)"),
			    "range lower bound must be less than or equal to range upper bound");
	assert_string_equal(through(&f, 16460, "{[ok,ok],[sad,ok)}"), "{[sad,ok]}");
	assert_int_equal(f.checks, 0);
	end(&f);
}

static void
test_domains(void **state)
{
	struct fixture f;
	int32_t typmod;

	(void)state;
	begin(&f);
	assert_string_equal(through(&f, 16420, "ok"), "ok");
	assert_int_equal(f.checks, 2); /* text and binary */
	assert_string_equal(through(&f, 16420, "sad"), "no mood2");
	assert_string_equal(f.err.sqlstate, ERR_CHECK_VIOLATION);
	assert_string_equal(through(&f, 16421, "{ok,sad}"), "no mood2");
	assert_string_equal(through(&f, 16440, "ab"), "ab");
	assert_string_equal(through(&f, 16440, "abcd"), "value too long for type character varying(3)");
	assert_string_equal(through(&f, 16400, "{happy}"), "{happy}");
	assert_ptr_equal(domain_base(type(&f, 16440), &typmod), type_builtin(T_VARCHAR));
	assert_int_equal(typmod, 7);
	assert_ptr_equal(domain_base(type(&f, 16400), &typmod), type(&f, 16411));
	assert_int_equal(typmod, -1);
	assert_ptr_equal(domain_base(type(&f, 16410), NULL), type(&f, 16410));
	end(&f);
}

static int
order(struct fixture *f, oid_t oid, const char *a, const char *b)
{
	struct datum x = datum_text(a, strlen(a)), y = datum_text(b, strlen(b));
	int r = type_compare(type(f, oid), &x, &y);

	assert_int_equal((type_compare(type(f, oid), &y, &x) > 0) - (type_compare(type(f, oid), &y, &x) < 0),
			 (r < 0) - (r > 0));
	return (r > 0) - (r < 0);
}

static void
test_order(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	assert_string_equal(type(&f, 16410)->collation, "pg_type_16410");
	assert_int_equal(order(&f, 16410, "sad", "ok"), -1);
	assert_int_equal(order(&f, 16410, "happy", "ok"), 1);
	assert_int_equal(order(&f, 16410, "ok", "ok"), 0);
	/* What is no label comes after all that are, by its bytes. */
	assert_int_equal(order(&f, 16410, "abc", "happy"), 1);
	assert_int_equal(order(&f, 16410, "abc", "abd"), -1);
	assert_int_equal(order(&f, 16410, "", "sad"), 1);
	/* A domain is ordered as its base, and says so to SQLite. */
	assert_string_equal(type(&f, 16420)->collation, "pg_type_16410");
	assert_int_equal(order(&f, 16420, "sad", "happy"), -1);
	assert_string_equal(type(&f, 16411)->collation, "pg_type_16411");
	assert_int_equal(order(&f, 16411, "{ok}", "{happy}"), -1);
	assert_int_equal(order(&f, 16411, "{sad,sad}", "{sad}"), 1);
	assert_int_equal(order(&f, 16400, "{ok}", "{happy}"), -1);
	assert_int_equal(order(&f, 16421, "{ok}", "{happy}"), -1);
	assert_int_equal(order(&f, 16450, "[sad,ok)", "[sad,happy)"), -1);
	end(&f);
}

static void
test_loading(void **state)
{
	static const char *const path[] = {"pg_catalog", "public", NULL};
	const struct domain_constraint *c;
	const struct type *t;
	struct fixture f;

	(void)state;
	begin(&f);
	t = type(&f, 16410);
	assert_int_equal(t->labels->n, 3);
	assert_string_equal(t->labels->at[1].name, "ok");
	assert_int_equal(enum_label(t, "happy", 5)->oid, 16412);
	assert_null(enum_label(t, "happ", 4));
	/* Array types keep clear of names that are taken. */
	assert_string_equal(type(&f, 16411)->name, "__mood");
	assert_string_equal(type(&f, 16431)->name, "___mood");
	assert_ptr_equal(snapshot_type_by_name(f.s, path, NULL, "_mood"), type(&f, 16430));
	t = type(&f, 16420);
	assert_int_equal(t->domain->nchecks, 2);
	assert_string_equal(t->domain->checks[0].name, "a");
	assert_false(t->domain->checks[0].validated);
	assert_ptr_equal(snapshot_domain_constraint(f.s, 16422, &c), t);
	assert_string_equal(c->name, "b");
	assert_null(snapshot_domain_constraint(f.s, 16424, &c));
	assert_int_equal(type(&f, 16450)->multirange_oid, 16460);
	assert_int_equal(type(&f, 16460)->range_oid, 16450);
	/* Without what they are made of they have a name and no values. */
	for (oid_t oid = 16470; oid <= 16490; oid += 10) {
		assert_null(type(&f, oid)->in);
		assert_string_equal(through(&f, oid, "1") ? f.err.sqlstate : "", ERR_FEATURE_NOT_SUPPORTED);
	}
	assert_true(snapshot_type_contains(f.s, type(&f, 16401), type(&f, 16410)));
	assert_true(snapshot_type_contains(f.s, type(&f, 16460), type(&f, 16410)));
	assert_false(snapshot_type_contains(f.s, type(&f, 16410), type(&f, 16420)));
	assert_int_equal(snapshot_operator_type(f.s, 16420), T_ANYENUM);
	assert_int_equal(snapshot_operator_type(f.s, 16400), T_ANYARRAY);
	assert_int_equal(snapshot_operator_type(f.s, 16440), T_VARCHAR);
	assert_int_equal(snapshot_operator_type(f.s, 16461), T_ANYARRAY);
	assert_string_equal(snapshot_format_type(&f.arena, f.s, path, 16411, -1), "mood[]");
	assert_string_equal(snapshot_format_type(&f.arena, f.s, NULL, 16411, -1), "public.mood[]");
	end(&f);
}

static void
test_shown_types(void **state)
{
	static const char *const path[] = {"pg_catalog", "public", NULL};
	static const struct {
		const char *stored, *shown;
	} cases[] = {
		{"'ok'::public.mood", "'ok'::mood"},
		{"('ok'::public.mood)::text", "('ok'::mood)::text"},
		{"'{ok}'::public.mood[]", "'{ok}'::mood[]"},
		{"'a::public.mood'::text", "'a::public.mood'::text"},
		{"\"x::public.mood\" <> 'it''s'::public.mood", "\"x::public.mood\" <> 'it''s'::mood"},
		{"1::public.nosuch", "1::public.nosuch"},
		{"'x'::public.\"mood\"", "'x'::\"mood\""},
		{"x::", "x::"},
		{"'open", "'open"},
	};
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		assert_string_equal(shown_types(&f.arena, f.s, path, cases[i].stored), cases[i].shown);
		assert_string_equal(shown_types(&f.arena, f.s, NULL, cases[i].stored), cases[i].stored);
	}
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),  cmocka_unit_test(test_domains),
		cmocka_unit_test(test_order),   cmocka_unit_test(test_loading),
		cmocka_unit_test(test_shown_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
