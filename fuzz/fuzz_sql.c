/*
 * fuzz_sql: one text through the whole front end: parse, analyze, lower, emit.
 * Input: SQL, as a client sends it.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "catalog/snapshot.h"
#include "sql/sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
no_rows(void *arg, const char *sql, bool (*row)(void *, const struct datum *, int), void *row_arg,
	struct err *err)
{
	(void)arg;
	(void)sql;
	(void)row;
	(void)row_arg;
	(void)err;
	return true;
}

static struct snapshot *
empty_snapshot(struct err *err)
{
	static struct snapshot *snapshot;
	struct catalog_reader reader = {.query = no_rows};
	if (!snapshot)
		snapshot = snapshot_load(&reader, err);
	if (!snapshot)
		abort();
	return snapshot;
}

static void
compile_all(const char *text, struct compile_env *env)
{
	struct arena a = ARENA_INIT;
	struct parse_tree tree;
	if (parse_sql(&a, text, &tree, env->err)) {
		for (int i = 0; i < tree.n; i++) {
			struct plan *p = plan_compile(env, text, &tree.stmts[i], NULL, 0, true);
			if (!p && !err_is_set(env->err))
				abort();
			if (p)
				plan_unref(p);
			err_clear(env->err);
		}
	} else if (!err_is_set(env->err)) {
		abort();
	}
	arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const path[] = {"pg_catalog", "public", NULL};
	struct err err;
	if (n > 1 << 16 || memchr(data, 0, n) || utf8_valid_prefix((const char *)data, n) != n)
		return 0;
	err_init(&err);
	struct fenv fenv = {.types = type_env_canonical,
			    .err = &err,
			    .search_path = path,
			    .database = "postgres"};
	fenv.types.reg = &catalog_reg_ops;
	fenv.types.reg_arg = &fenv;
	fenv.snapshot = empty_snapshot(&err);
	struct compile_env env = {
		.snapshot = fenv.snapshot, .search_path = path, .fenv = &fenv, .err = &err};
	char *text = malloc(n + 1);
	if (!text)
		abort();
	memcpy(text, data, n);
	text[n] = 0;
	compile_all(text, &env);
	free(text);
	err_release(&err);
	return 0;
}
