/* Snapshots: from reserved tables, from a plain SQLite file, and from a mixture; names, definitions, reg* look-ups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>
#include <sqlite3.h>

#include "catalog/persist.h"
#include "catalog/rows.h"

static bool
query(void *arg, const char *sql, bool (*row)(void *, const struct datum *, int), void *row_arg, struct err *err)
{
	sqlite3 *db = arg;
	sqlite3_stmt *st;
	struct datum cols[32];
	int rc;
	bool ok = true;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL))
		return err_set(err, ERR_INTERNAL_ERROR, -1, "%s: %s", sqlite3_errmsg(db), sql);
	while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		int n = sqlite3_column_count(st);

		for (int i = 0; i < n; i++) {
			switch (sqlite3_column_type(st, i)) {
			case SQLITE_INTEGER:
				cols[i] = datum_int(sqlite3_column_int64(st, i));
				break;
			case SQLITE_FLOAT:
				cols[i] = datum_real(sqlite3_column_double(st, i));
				break;
			case SQLITE_NULL:
				cols[i] = datum_null();
				break;
			default:
				cols[i] = datum_text((const char *)sqlite3_column_text(st, i), (size_t)sqlite3_column_bytes(st, i));
			}
		}
		ok = row(row_arg, cols, n);
	}
	if (ok && rc != SQLITE_DONE)
		ok = err_set(err, ERR_INTERNAL_ERROR, -1, "%s: %s", sqlite3_errmsg(db), sql);
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

static void
make_reserved(sqlite3 *db, const char *schema)
{
	for (int i = 0; persist_create[i]; i++) {
		char *sql = sqlite3_mprintf(persist_create[i], schema);

		run(db, sql);
		sqlite3_free(sql);
	}
}

static struct snapshot *
load(sqlite3 *db, bool temp)
{
	struct catalog_reader reader = {query, db, temp};
	struct err err;
	struct snapshot *s;

	err_init(&err);
	s = snapshot_load(&reader, &err);
	if (!s)
		fail_msg("%s", err.message);
	err_release(&err);
	return s;
}

static const char *const path[] = {"pg_catalog", "public", NULL};

static sqlite3 *
reserved_file(void)
{
	sqlite3 *db;

	sqlite3_open(":memory:", &db);
	make_reserved(db, "main");
	make_reserved(db, "main");
	run(db, "CREATE TABLE parent(id INTEGER NOT NULL PRIMARY KEY, n TEXT NOT NULL, c TEXT, \"S.x\" INTEGER);"
	        "CREATE UNIQUE INDEX parent_n_key ON parent(n);"
	        "CREATE TABLE \"s.child\"(pid INTEGER, g INTEGER);"
	        "CREATE INDEX child_x ON \"s.child\"(pid DESC, lower(g)) WHERE pid > 3;"
	        "INSERT INTO \"litephant.pg_namespace\" VALUES (16390, 's', 10);"
	        "UPDATE \"litephant.meta\" SET value = 16500 WHERE key = 'next_oid';"
	        "INSERT INTO \"litephant.pg_class\" VALUES (16400, 'parent', 2200, 16401, 16402, 10, 'r', 'p', 'parent', NULL),"
	        " (16403, 'parent_pkey', 2200, 0, 0, 10, 'i', 'p', NULL, NULL),"
	        " (16404, 'parent_n_key', 2200, 0, 0, 10, 'i', 'p', 'parent_n_key', NULL),"
	        " (16405, 'parent_id_seq', 2200, 0, 0, 10, 'S', 'p', NULL, NULL),"
	        " (16410, 'child', 16390, 16411, 16412, 10, 'r', 'p', 's.child', NULL),"
	        " (16413, 'child_x', 16390, 0, 0, 10, 'i', 'p', 'child_x', NULL),"
	        " (16420, 'v', 2200, 16421, 16422, 10, 'v', 'p', NULL, 'SELECT id FROM parent'),"
	        " (16430, 'gone', 2200, 16431, 16432, 10, 'r', 'p', 'gone', NULL);"
	        "INSERT INTO \"litephant.pg_attribute\" VALUES (16400, 1, 'id', 'id', 23, -1, 0, 1, '', '', 0),"
	        " (16400, 2, 'n', 'n', 1043, 24, 100, 1, '', '', 0), (16400, 3, 'c', 'c', 25, -1, 100, 0, '', '', 0),"
	        " (16400, 4, 'old', NULL, 0, -1, 0, 0, '', '', 1), (16400, 5, 'x', 'S.x', 23, -1, 0, 0, '', '', 0),"
	        " (16410, 1, 'pid', 'pid', 23, -1, 0, 0, '', '', 0), (16410, 2, 'g', 'g', 23, -1, 0, 0, '', 's', 0),"
	        " (16420, 1, 'id', 'id', 23, -1, 0, 0, '', '', 0);"
	        "INSERT INTO \"litephant.pg_attrdef\" VALUES (16440, 16400, 1, 'nextval(''parent_id_seq''::regclass)'),"
	        " (16441, 16410, 2, '(pid * 2)');"
	        "INSERT INTO \"litephant.pg_index\" VALUES (16403, 16400, 1, 1, 1, 1, 0, '1', '0', NULL, NULL, 'btree'),"
	        " (16404, 16400, 1, 1, 1, 0, 0, '2', '0', NULL, NULL, 'btree'),"
	        " (16413, 16410, 2, 2, 0, 0, 0, '1 0', '3 0', '[\"lower((g)::text)\"]', '(pid > 3)', 'btree');"
	        "INSERT INTO \"litephant.pg_constraint\" VALUES"
	        " (16450, 'parent_pkey', 2200, 'p', 16400, 0, 0, 1, 16403, 0, ' ', ' ', ' ', '{1}', NULL, NULL, 1),"
	        " (16451, 'parent_n_key', 2200, 'u', 16400, 0, 0, 1, 16404, 0, ' ', ' ', ' ', '{2}', NULL, NULL, 1),"
	        " (16452, 'parent_c_check', 2200, 'c', 16400, 0, 0, 1, 0, 0, ' ', ' ', ' ', '{3}', NULL, '(length(c) > 2)', 0),"
	        " (16453, 'child_pid_fkey', 16390, 'f', 16410, 1, 1, 1, 16403, 16400, 'a', 'c', 's', '{1}', '{1}', NULL, 1);"
	        "INSERT INTO \"litephant.pg_sequence\" VALUES (16405, 23, 1, 1, 2147483647, 1, 1, 0, 1, 0, 16400, 1);"
	        "INSERT INTO \"litephant.pg_depend\" VALUES (1259, 16405, 0, 1259, 16400, 1, 'a');"
	        "INSERT INTO \"litephant.pg_description\" VALUES (16400, 1259, 0, 'hi'), (16400, 1259, 3, 'a column')");
	return db;
}

static void
test_reserved(void **state UNUSED)
{
	sqlite3 *db = reserved_file();
	struct snapshot *s = load(db, false);
	const struct relation *r = snapshot_search(s, path, "parent"), *child, *v;
	const struct constraint *fk;

	assert_non_null(r);
	assert_int_equal(s->next_oid, 16500);
	assert_int_equal(r->ncols, 5);
	assert_true(r->cols[3].dropped);
	assert_null(relation_column(r, "old"));
	assert_string_equal(relation_column(r, "x")->physical, "S.x");
	assert_string_equal(relation_column(r, "id")->default_expr, "nextval('parent_id_seq'::regclass)");
	assert_int_equal(relation_column(r, "n")->typmod, 24);
	assert_string_equal(r->comment, "hi");
	assert_string_equal(relation_column(r, "c")->comment, "a column");
	assert_int_equal(r->indexes.n, 2);
	assert_int_equal(r->constraints.n, 3);
	assert_int_equal(r->referenced_by.n, 1);
	assert_null(snapshot_search(s, path, "gone"));
	assert_null(snapshot_search(s, path, "child"));
	child = snapshot_relation(s, snapshot_schema(s, "s"), "child");
	assert_non_null(child);
	fk = snapshot_constraint_by_oid(s, 16453);
	assert_ptr_equal(fk->rel, child);
	assert_ptr_equal(fk->frel, r);
	assert_true(fk->index->primary);
	v = snapshot_search(s, path, "v");
	assert_string_equal(v->view_def, "SELECT id FROM parent");
	assert_int_equal(snapshot_search(s, path, "parent_id_seq")->sequence->max, 2147483647);
	assert_int_equal(snapshot_search(s, path, "parent_id_seq")->ncols, 3);
	assert_string_equal(snapshot_type(s, 16402)->name, "_parent");
	assert_int_equal(snapshot_type(s, 16402)->elem_oid, 16401);
	assert_ptr_equal(snapshot_type_by_name(s, path, NULL, "parent"), r->row_type);
	assert_ptr_equal(snapshot_search(s, path, "pg_class"), snapshot_relation_by_oid(s, CLASS_PG_CLASS));
	snapshot_ref(s);
	snapshot_unref(s);
	snapshot_unref(s);
	sqlite3_close(db);
}

static void
test_definitions(void **state UNUSED)
{
	sqlite3 *db = reserved_file();
	struct snapshot *s = load(db, false);
	struct arena a = ARENA_INIT;
	const struct relation *x = snapshot_relation(s, snapshot_schema(s, "s"), "child_x");

	assert_string_equal(index_definition(&a, s, x->index, 0, false),
	                    "CREATE INDEX child_x ON s.child USING btree (pid DESC, lower((g)::text)) WHERE (pid > 3)");
	assert_string_equal(index_definition(&a, s, x->index, 0, true),
	                    "CREATE INDEX child_x ON s.child USING btree (pid DESC, lower(g::text)) WHERE pid > 3");
	assert_string_equal(index_definition(&a, s, x->index, 2, true), "lower(g::text)");
	assert_string_equal(index_definition(&a, s, snapshot_search(s, path, "parent_pkey")->index, 0, false),
	                    "CREATE UNIQUE INDEX parent_pkey ON public.parent USING btree (id)");
	assert_string_equal(constraint_definition(&a, s, snapshot_constraint_by_oid(s, 16452), false), "CHECK ((length(c) > 2))");
	assert_string_equal(constraint_definition(&a, s, snapshot_constraint_by_oid(s, 16452), true), "CHECK (length(c) > 2)");
	assert_string_equal(constraint_definition(&a, s, snapshot_constraint_by_oid(s, 16450), true), "PRIMARY KEY (id)");
	assert_string_equal(constraint_definition(&a, s, snapshot_constraint_by_oid(s, 16453), true),
	                    "FOREIGN KEY (pid) REFERENCES parent(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED");
	arena_release(&a);
	snapshot_unref(s);
	sqlite3_close(db);
}

/* pg_get_constraintdef without and with pretty, as a PostgreSQL 15 prints them. */
static void
test_pretty(void **state UNUSED)
{
	static const char *const pairs[][2] = {
		{"(NOT (a > 0))", "NOT a > 0"},
		{"(a = ANY (ARRAY[1, 2, 3]))", "a = ANY (ARRAY[1, 2, 3])"},
		{"((a >= 1) AND (a <= 3))", "a >= 1 AND a <= 3"},
		{"((a > 1) IS TRUE)", "(a > 1) IS TRUE"},
		{"((- a) > 1)", "(- a) > 1"},
		{"((a % 2) = 0)", "(a % 2) = 0"},
		{"((a > 0) OR ((b > 0) AND (t IS NULL)))", "a > 0 OR b > 0 AND t IS NULL"},
		{"((a - (b - 1)) > 0)", "(a - (b - 1)) > 0"},
		{"((a * (b + 1)) = 3)", "(a * (b + 1)) = 3"},
		{"(NULLIF(a, b) = 3)", "NULLIF(a, b) = 3"},
		{"(((a > 0) OR (b > 1)) AND (t <> 'x (y)'::text))", "(a > 0 OR b > 1) AND t <> 'x (y)'::text"},
		{"((a + (b * 2)) > 3)", "(a + b * 2) > 3"},
		{"(((a + b) * 2) > 3)", "((a + b) * 2) > 3"},
		{"(((a)::text = 'x'::text) AND ((b)::numeric(5,2) > 1.5))", "a::text = 'x'::text AND b::numeric(5,2) > 1.5"},
		{"(NOT ((a > 1) AND (b > 2)))", "NOT (a > 1 AND b > 2)"},
		{"(EXTRACT(year FROM d) > (2000)::numeric)", "EXTRACT(year FROM d) > 2000::numeric"},
		{"(((t)::character varying(10))::text = 'x'::text)", "t::character varying(10)::text = 'x'::text"},
		{"(length((t || 'x'::text)) > 2)", "length(t || 'x'::text) > 2"},
		{"(((t || 'a'::text) || 'b'::text) = 'c'::text)", "((t || 'a'::text) || 'b'::text) = 'c'::text"},
		{"CASE WHEN (a > 1) THEN (b > 2) ELSE true END", "CASE WHEN a > 1 THEN b > 2 ELSE true END"},
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < COUNTOF(pairs); i++)
		assert_string_equal(pretty_expression(&a, pairs[i][0]), pairs[i][1]);
	arena_release(&a);
}

static void
test_physical_names(void **state UNUSED)
{
	sqlite3 *db = reserved_file();
	struct snapshot *s = load(db, false);
	struct arena a = ARENA_INIT;
	const struct schema *public = snapshot_schema(s, "public"), *other = snapshot_schema(s, "s");

	assert_string_equal(snapshot_physical_name(&a, s, public, "t"), "t");
	assert_string_equal(snapshot_physical_name(&a, s, public, "PARENT"), "PARENT_1");
	assert_string_equal(snapshot_physical_name(&a, s, other, "t"), "s.t");
	assert_string_equal(snapshot_physical_name(&a, s, other, "Child"), "s.Child_1");
	assert_string_equal(snapshot_physical_name(&a, s, public, "S.child"), "S.child_1");
	assert_string_equal(snapshot_physical_name(&a, s, public, "sqlite_x"), "public.sqlite_x");
	assert_string_equal(snapshot_physical_name(&a, s, public, "Litephant.pg_class"), "public.Litephant.pg_class");
	assert_string_equal(snapshot_physical_name(&a, s, public, "pg_catalog.pg_class"), "pg_catalog.pg_class_1");
	arena_release(&a);
	snapshot_unref(s);
	sqlite3_close(db);
}

static void
test_adopted(void **state UNUSED)
{
	sqlite3 *db;
	struct snapshot *s, *again;
	const struct relation *r, *v, *c;
	struct arena a = ARENA_INIT;

	sqlite3_open(":memory:", &db);
	run(db, "CREATE TABLE Users(id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) NOT NULL DEFAULT 'it''s', email TEXT UNIQUE,"
	        " made DATETIME DEFAULT CURRENT_TIMESTAMP, n NUMERIC(10,2), raw BLOB, any, ok BOOLEAN DEFAULT 1,"
	        " twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL);"
	        "CREATE TABLE orders(a INT, b INT, uid INTEGER REFERENCES users ON DELETE CASCADE, PRIMARY KEY (a, b)) WITHOUT ROWID;"
	        "CREATE INDEX orders_x ON orders(uid DESC, a + 1 COLLATE NOCASE) WHERE uid > 3;"
	        "CREATE VIEW names AS SELECT name, id FROM users;"
	        "CREATE VIEW broken AS SELECT * FROM nowhere;"
	        "INSERT INTO users(name) VALUES ('x')");
	s = load(db, false);
	r = snapshot_search(s, path, "Users");
	assert_non_null(r);
	assert_null(snapshot_search(s, path, "users"));
	assert_null(snapshot_search(s, path, "broken"));
	assert_null(snapshot_search(s, path, "sqlite_sequence"));
	assert_int_equal(relation_column(r, "id")->type->oid, T_INT8);
	assert_true(relation_column(r, "id")->has_default && relation_column(r, "id")->not_null);
	assert_int_equal(relation_column(r, "name")->type->oid, T_VARCHAR);
	assert_int_equal(relation_column(r, "name")->typmod, 24);
	assert_string_equal(relation_column(r, "name")->default_expr, "'it''s'::character varying");
	assert_string_equal(relation_column(r, "made")->default_expr,
	                    "(to_char(timezone('UTC'::text, now()), 'YYYY-MM-DD HH24:MI:SS'::text))::timestamp without time zone");
	assert_true(relation_column(r, "made")->has_default);
	assert_int_equal(relation_column(r, "n")->typmod, 655366);
	assert_int_equal(relation_column(r, "raw")->type->oid, T_BYTEA);
	assert_int_equal(relation_column(r, "any")->type->oid, T_TEXT);
	assert_string_equal(relation_column(r, "ok")->default_expr, "true");
	assert_int_equal(relation_column(r, "twice")->generated, 's');
	assert_int_equal(r->constraints.n, 2);
	assert_int_equal(r->referenced_by.n, 1);
	c = snapshot_search(s, path, "orders");
	assert_string_equal(constraint_definition(&a, s, VEC_AT(struct constraint, &c->constraints, 0), true), "PRIMARY KEY (a, b)");
	assert_string_equal(constraint_definition(&a, s, VEC_AT(struct constraint, &c->constraints, 1), true),
	                    "FOREIGN KEY (uid) REFERENCES \"Users\"(id) ON DELETE CASCADE");
	assert_string_equal(index_definition(&a, s, snapshot_search(s, path, "orders_x")->index, 0, false),
	                    "CREATE INDEX orders_x ON public.orders USING btree (uid DESC, ((a + 1))) WHERE (uid > 3)");
	v = snapshot_search(s, path, "names");
	assert_int_equal(v->kind, 'v');
	assert_string_equal(v->physical, "names");
	assert_string_equal(v->view_def, "SELECT name, id FROM pg_toast.names");
	assert_string_equal(snapshot_relation(s, snapshot_schema(s, "pg_toast"), "names")->physical, "names");
	assert_null(snapshot_relation(s, snapshot_schema(s, "pg_toast"), "Users"));
	assert_int_equal(v->ncols, 2);
	again = load(db, false);
	assert_int_equal(snapshot_search(again, path, "Users")->oid, r->oid);
	assert_true(r->oid >= FIRST_USER_OID && r->oid != s->next_oid);
	snapshot_unref(again);
	snapshot_unref(s);
	arena_release(&a);
	sqlite3_close(db);
}

/* Another tool adds and drops columns of a table that the reserved tables know, and makes one beside it. */
static void
test_reconciled(void **state UNUSED)
{
	sqlite3 *db = reserved_file();
	struct snapshot *s;
	const struct relation *r;
	char *key;

	run(db, "ALTER TABLE parent ADD COLUMN extra REAL DEFAULT 1.5; ALTER TABLE parent DROP COLUMN c;"
	        "CREATE TABLE beside(a INTEGER PRIMARY KEY); CREATE INDEX added ON parent(extra, n)");
	s = load(db, false);
	r = snapshot_search(s, path, "beside");
	key = sqlite3_mprintf("INSERT INTO \"litephant.pg_constraint\" VALUES"
	                      " (16460, 'parent_x_fkey', 2200, 'f', 16400, 0, 0, 1, %u, %u, 'a', 'a', 's', '{5}', '{1}', NULL, 1)",
	                      VEC_AT(struct index, &r->indexes, 0)->self->oid, r->oid);
	run(db, key);
	sqlite3_free(key);
	snapshot_unref(s);
	s = load(db, false);
	assert_string_equal(snapshot_constraint_by_oid(s, 16460)->frel->name, "beside");
	assert_true(snapshot_constraint_by_oid(s, 16460)->index->primary);
	r = snapshot_search(s, path, "parent");
	assert_int_equal(relation_column(r, "extra")->attnum, 6);
	assert_int_equal(relation_column(r, "extra")->type->oid, T_FLOAT8);
	assert_null(relation_column(r, "c"));
	assert_non_null(snapshot_search(s, path, "beside"));
	assert_int_equal(r->indexes.n, 3);
	assert_string_equal(snapshot_search(s, path, "added")->physical, "added");
	snapshot_unref(s);
	sqlite3_close(db);
}

static void
test_temporary(void **state UNUSED)
{
	static const char *const temp_path[] = {"pg_temp_1", "pg_catalog", "public", NULL};
	sqlite3 *db = reserved_file();
	struct snapshot *s;
	const struct relation *r;

	make_reserved(db, "temp");
	run(db, "CREATE TEMP TABLE \"pg_temp.parent\"(a INTEGER);"
	        "INSERT INTO temp.\"litephant.pg_class\" VALUES"
	        " (1610612737, 'parent', 1610612736, 1610612738, 1610612739, 10, 'r', 't', 'pg_temp.parent', NULL);"
	        "INSERT INTO temp.\"litephant.pg_attribute\" VALUES (1610612737, 1, 'a', 'a', 23, -1, 0, 0, '', '', 0);"
	        "UPDATE temp.\"litephant.meta\" SET value = 1610612740 WHERE key = 'next_oid'");
	s = load(db, true);
	r = snapshot_search(s, temp_path, "parent");
	assert_string_equal(r->physical, "pg_temp.parent");
	assert_true(r->schema->temp);
	assert_ptr_equal(snapshot_schema(s, "pg_temp"), r->schema);
	assert_int_equal(s->next_temp_oid, 1610612740);
	assert_int_equal(s->next_oid, 16500);
	assert_int_equal(snapshot_search(s, path, "parent")->oid, 16400);
	snapshot_unref(s);
	sqlite3_close(db);
}

static void
check_lookup(struct fenv *env, oid_t kind, const char *text, oid_t want, const char *message)
{
	struct err err;
	oid_t oid;
	bool ok;

	err_init(&err);
	ok = catalog_reg_ops.lookup(env, kind, text, strlen(text), &oid, &err);
	if (message) {
		assert_false(ok);
		assert_string_equal(err.message, message);
	} else {
		if (!ok)
			fail_msg("%s: %s", text, err.message);
		assert_int_equal(oid, want);
	}
	err_release(&err);
}

static void
check_name(struct fenv *env, oid_t kind, oid_t oid, const char *want)
{
	struct buf b = BUF_INIT;

	catalog_reg_ops.name(env, kind, oid, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void
test_reg(void **state UNUSED)
{
	sqlite3 *db = reserved_file();
	struct snapshot *s = load(db, false);
	struct fenv env = {.snapshot = s, .search_path = path, .database = "t", .user = "postgres", .user_oid = 10};

	check_lookup(&env, T_REGCLASS, "parent", 16400, NULL);
	check_lookup(&env, T_REGCLASS, " PARENT ", 16400, NULL);
	check_lookup(&env, T_REGCLASS, "t.public.\"parent\"", 16400, NULL);
	check_lookup(&env, T_REGCLASS, "s.child", 16410, NULL);
	check_lookup(&env, T_REGCLASS, "-", 0, NULL);
	check_lookup(&env, T_REGCLASS, "99999", 99999, NULL);
	check_lookup(&env, T_REGCLASS, "pg_catalog.pg_class", 1259, NULL);
	check_lookup(&env, T_REGCLASS, "nope", 0, "relation \"nope\" does not exist");
	check_lookup(&env, T_REGCLASS, "s.nope", 0, "relation \"s.nope\" does not exist");
	check_lookup(&env, T_REGCLASS, "nos.t", 0, "schema \"nos\" does not exist");
	check_lookup(&env, T_REGCLASS, "a.b.c.d", 0, "improper relation name (too many dotted names): a.b.c.d");
	check_lookup(&env, T_REGCLASS, "a.b.c", 0, "cross-database references are not implemented: \"a.b.c\"");
	check_lookup(&env, T_REGCLASS, "a b", 0, "invalid name syntax");
	check_lookup(&env, T_REGCLASS, "", 0, "invalid name syntax");
	check_lookup(&env, T_REGCLASS, "99999999999", 0, "value \"99999999999\" is out of range for type oid");
	check_lookup(&env, T_REGTYPE, "int", 23, NULL);
	check_lookup(&env, T_REGTYPE, "timestamp(3) with time zone[]", 1185, NULL);
	check_lookup(&env, T_REGTYPE, "character varying(10)", 1043, NULL);
	check_lookup(&env, T_REGTYPE, "interval day to second(3)", 1186, NULL);
	check_lookup(&env, T_REGTYPE, "\"char\"", 18, NULL);
	check_lookup(&env, T_REGTYPE, "char", 1042, NULL);
	check_lookup(&env, T_REGTYPE, "parent[]", 16402, NULL);
	check_lookup(&env, T_REGTYPE, "pg_catalog.int4", 23, NULL);
	check_lookup(&env, T_REGTYPE, "double", 0, "type \"double\" does not exist");
	check_lookup(&env, T_REGTYPE, "int foo", 0, "syntax error at or near \"foo\"");
	check_lookup(&env, T_REGTYPE, "int[", 0, "syntax error at end of input");
	check_lookup(&env, T_REGTYPE, "", 0, "invalid type name \"\"");
	check_lookup(&env, T_REGPROC, "now", 1299, NULL);
	check_lookup(&env, T_REGPROC, "lower", 0, "more than one function named \"lower\"");
	check_lookup(&env, T_REGPROC, "nope", 0, "function \"nope\" does not exist");
	check_lookup(&env, T_REGPROCEDURE, "lower(text)", 870, NULL);
	check_lookup(&env, T_REGPROCEDURE, "now()", 1299, NULL);
	check_lookup(&env, T_REGPROCEDURE, "lower(int)", 0, "function \"lower(int)\" does not exist");
	check_lookup(&env, T_REGPROCEDURE, "lower", 0, "expected a left parenthesis");
	check_lookup(&env, T_REGPROCEDURE, "lower(text", 0, "expected a right parenthesis");
	check_lookup(&env, T_REGPROCEDURE, "lower(none)", 0, "syntax error at or near \"none\"");
	check_lookup(&env, T_REGOPER, "||/", 597, NULL);
	check_lookup(&env, T_REGOPER, "=", 0, "more than one operator named =");
	check_lookup(&env, T_REGOPERATOR, "-(none,int4)", 558, NULL);
	check_lookup(&env, T_REGOPERATOR, "=(int4)", 0, "missing argument");
	check_lookup(&env, T_REGNAMESPACE, "s", 16390, NULL);
	check_lookup(&env, T_REGROLE, "nope", 0, "role \"nope\" does not exist");
	check_lookup(&env, T_REGROLE, "postgres", 10, NULL);
	check_lookup(&env, T_REGCOLLATION, "nope", 0, "collation \"nope\" for encoding \"UTF8\" does not exist");
	check_name(&env, T_REGCLASS, 16400, "parent");
	check_name(&env, T_REGCLASS, 16410, "s.child");
	check_name(&env, T_REGCLASS, 7, "7");
	check_name(&env, T_REGCLASS, 0, "-");
	check_name(&env, T_REGTYPE, 16402, "parent[]");
	check_name(&env, T_REGTYPE, 16412, "s.child[]");
	check_name(&env, T_REGTYPE, 1184, "timestamp with time zone");
	check_name(&env, T_REGPROC, 1299, "now");
	check_name(&env, T_REGPROC, 870, "pg_catalog.lower");
	check_name(&env, T_REGPROCEDURE, 870, "lower(text)");
	check_name(&env, T_REGOPER, 96, "pg_catalog.=");
	check_name(&env, T_REGOPERATOR, 558, "-(NONE,integer)");
	check_name(&env, T_REGCOLLATION, 100, "\"default\"");
	snapshot_unref(s);
	sqlite3_close(db);
}

/* Rows of the catalogs over user objects. */
static void
test_rows(void **state UNUSED)
{
	static const struct {
		const char *name;
		int rows;
	} want[] = {
		{"pg_attrdef", 2}, {"pg_index", 3}, {"pg_constraint", 6}, {"pg_sequence", 1}, {"pg_depend", 26}, {"pg_rewrite", 1},
		{"litephant_key", 4},
	};
	sqlite3 *db = reserved_file();
	struct snapshot *s = load(db, false);

	for (size_t i = 0; i < COUNTOF(want); i++) {
		struct arena a = ARENA_INIT, row = ARENA_INIT;
		const struct relation *r = snapshot_search(s, path, want[i].name);
		struct catscan scan = {.snap = s, .arena = &a, .row = &row};
		int n = 0;

		for (; r->scan->next(&scan); n++) {
			assert_int_equal(((struct catrow *)scan.state)->n, r->ncols);
			arena_clear(&row);
		}
		assert_int_equal(n, want[i].rows);
		arena_release(&a);
		arena_release(&row);
	}
	snapshot_unref(s);
	sqlite3_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_pretty),
		cmocka_unit_test(test_physical_names),
		cmocka_unit_test(test_adopted),
		cmocka_unit_test(test_reconciled),
		cmocka_unit_test(test_temporary),
		cmocka_unit_test(test_reg),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
