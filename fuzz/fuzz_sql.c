/*
 * fuzz_sql: one text through the whole front end: parse, analyze, lower, emit; and what a statement
 * works out of its parameters before it runs.
 * Input: SQL, as a client sends it.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "catalog/snapshot.h"
#include "sql/sql.h"
#include "user_types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What parameter number n is given: a number, a text that many types read, or NULL. */
static struct datum
parameter(const struct type *t, int n)
{
	static const char *const texts[] = {"1", "{}", "a", "2000-01-01", "[1,2)", "{\"a\": 1}"};
	const char *text = texts[n % 6];

	if (n % 7 == 6 || !t)
		return datum_null();
	if (t->stored == DATUM_INT)
		return datum_int(n % 2 ? n : t->oid == T_BOOL);
	if (t->stored == DATUM_REAL)
		return datum_real(n / 2.0);
	return t->stored == DATUM_TEXT ? datum_text(text, strlen(text))
				       : datum_blob(text, strlen(text));
}

/* Parameters that the statement computes from its own. A value that is none of its type's may be an
 * error; it must be no more than that. */
static void
compute(const struct plan *p, struct compile_env *env)
{
	struct arena a = ARENA_INIT;
	struct datum *params = ARENA_ARRAY(&a, struct datum, p->nparams + 1);
	struct datum *out = ARENA_ARRAY(&a, struct datum, p->computed.n + 1);

	for (int i = 0; i < p->nparams; i++) {
		const char *text;

		params[i] = parameter(p->params[i], i);
		if (params[i].class != DATUM_TEXT)
			continue;
		text = arena_strndup(&a, params[i].p, params[i].n);
		struct type_ctx c = {.arena = &a,
				     .err = env->err,
				     .env = &env->fenv->types,
				     .find = snapshot_type_find,
				     .find_arg = (void *)(uintptr_t)env->snapshot};
		if (!type_text_in(&c, p->params[i], text, strlen(text), -1, &params[i]))
			params[i] = datum_null();
		err_clear(env->err);
	}
	if (!plan_compute(p, env->fenv, &a, params, out, env->err) && !err_is_set(env->err))
		abort();
	arena_release(&a);
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
			if (p) {
				compute(p, env);
				plan_unref(p);
			}
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
	fenv.snapshot = user_types_snapshot();
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
