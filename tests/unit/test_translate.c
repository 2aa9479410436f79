/*
 * Every tests/translate/NAME.sql (statements on lines of their own) gives NAME.sqlite: the SQLite text of each, one a line (several
 * for a WITH that modifies data); or, where it
 * is refused, its SQLSTATE and message. With TRANSLATE_RECORD set the expected files are written instead of compared.
 */
#include "translate_env.h"

#include <dirent.h>
#include <stdio.h>

#ifndef TRANSLATE_DIR
#define TRANSLATE_DIR "tests/translate"
#endif

static const char schema[] =
	"CREATE TABLE accounts(aid int PRIMARY KEY NOT NULL, bid int, abalance int NOT NULL, filler char(20));"
	"CREATE TABLE t(id int PRIMARY KEY NOT NULL, a int, b text, c numeric(10,2), d timestamptz, e boolean, f varchar(10));"
	"CREATE TABLE u(id int PRIMARY KEY NOT NULL, tid int, x int, y text);"
	"CREATE TABLE k(a int NOT NULL, b int NOT NULL, c text UNIQUE, PRIMARY KEY (a, b));"
	"CREATE TABLE parts(id int, arr \"int[]\", j jsonb, c char(3));";

static struct translate_env env;

static const char *
translate_dir(void)
{
	const char *dir = getenv("TRANSLATE_DIR");

	return dir ? dir : TRANSLATE_DIR;
}

static char *
read_text(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = BUF_INIT;
	char chunk[4096];
	size_t n;

	if (!f)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&b, chunk, n);
	fclose(f);
	buf_str(&b);
	return b.data;
}

static void
translate_one(struct arena *a, const char *sql, struct buf *out)
{
	struct parse_tree tree;
	struct plan *p = NULL;
	const char *message;

	err_clear(&env.err);
	if (parse_sql(a, sql, &tree, &env.err) && tree.n)
		p = plan_compile(&env.env, sql, &tree.stmts[0], NULL, 0, true);
	if (!p) {
		buf_printf(out, "ERROR %s %s\n", env.err.sqlstate, env.err.message);
		return;
	}
	assert_int_equal(p->kind, PLAN_QUERY);
	for (int i = 0; i < MAX(p->nsteps, 1); i++) {
		const char *text = p->nsteps ? p->steps[i].sqlite : p->sqlite;

		buf_printf(out, "%s\n", text);
		if (!translate_prepares(&env, text, &message))
			fail_msg("%s\n%s\n%s", message, sql, text);
	}
	plan_unref(p);
}

static void
translate_text_lines(char *text, struct buf *out)
{
	struct arena a = ARENA_INIT;
	char *save, *line;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "--", 2) != 0)
			translate_one(&a, line, out);
	arena_release(&a);
}

static void
write_text(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fwrite(b->data, 1, b->len, f);
	fclose(f);
}

static void
run_file(const char *name)
{
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT;
	char *path = arena_printf(&a, "%s/%s", translate_dir(), name), *text = read_text(path), *expected;
	char *want = arena_printf(&a, "%.*s.sqlite", (int)(strlen(path) - 4), path);

	assert_non_null(text);
	translate_text_lines(text, &out);
	if (getenv("TRANSLATE_RECORD")) {
		write_text(want, &out);
	} else {
		expected = read_text(want);
		assert_non_null(expected);
		assert_string_equal(buf_str(&out), expected);
		free(expected);
	}
	free(text);
	buf_release(&out);
	arena_release(&a);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
test_all_files(void **state UNUSED)
{
	DIR *d = opendir(translate_dir());
	struct arena a = ARENA_INIT;
	struct vec names = {0};
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (n > 4 && strcmp(e->d_name + n - 4, ".sql") == 0)
			vec_push(&a, &names, arena_strdup(&a, e->d_name));
	}
	closedir(d);
	assert_true(names.n > 0);
	qsort(names.v, (size_t)names.n, sizeof(void *), compare_names);
	for (int i = 0; i < names.n; i++)
		run_file(names.v[i]);
	arena_release(&a);
}

static void
test_translate_text(void **state UNUSED)
{
	struct buf out = BUF_INIT;

	err_clear(&env.err);
	assert_true(translate_text(&env.env, "select a from t where id = $1", &out));
	assert_non_null(strstr(buf_str(&out), "-- analyzed\nselect\n"));
	assert_non_null(strstr(out.data, "SELECT t1.\"a\" FROM \"t\" AS t1 WHERE t1.\"id\" = ?1;\n"));
	buf_release(&out);
}

static int
setup(void **state UNUSED)
{
	translate_open(&env, schema);
	return 0;
}

static int
teardown(void **state UNUSED)
{
	translate_close(&env);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_files),
		cmocka_unit_test(test_translate_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
