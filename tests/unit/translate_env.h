/*
 * translate_env: a snapshot for tests of sql/: an in-memory SQLite database whose tables the catalog adopts, with a stand-in for every
 * function and collation, so that emitted text can be prepared.
 */
#ifndef TRANSLATE_ENV_H
#define TRANSLATE_ENV_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sql/sql.h"

struct translate_env {
	sqlite3 *db;
	struct snapshot *snapshot;
	struct err err;
	struct fenv fenv;
	struct compile_env env;
	struct arena names;
};

static const char *const translate_path[] = {"public", "pg_catalog", NULL};

static inline void
translate_datum(sqlite3_stmt *s, int i, struct datum *d)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER: *d = datum_int(sqlite3_column_int64(s, i)); break;
	case SQLITE_FLOAT: *d = datum_real(sqlite3_column_double(s, i)); break;
	case SQLITE_TEXT:
		*d = datum_text((const char *)sqlite3_column_text(s, i), (size_t)sqlite3_column_bytes(s, i));
		break;
	case SQLITE_BLOB: *d = datum_blob(sqlite3_column_blob(s, i), (size_t)sqlite3_column_bytes(s, i)); break;
	default: *d = datum_null(); break;
	}
}

static inline bool
translate_rows(void *arg, const char *sql, bool (*row)(void *, const struct datum *, int), void *row_arg, struct err *err)
{
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(arg, sql, -1, &s, NULL) == SQLITE_OK;
	struct datum cols[64];

	while (ok && sqlite3_step(s) == SQLITE_ROW) {
		int n = sqlite3_column_count(s);

		for (int i = 0; i < n && i < 64; i++)
			translate_datum(s, i, &cols[i]);
		ok = row(row_arg, cols, n);
	}
	if (!ok && !err_is_set(err))
		err_set(err, ERR_INTERNAL_ERROR, -1, "%s: %s", sql, sqlite3_errmsg(arg));
	sqlite3_finalize(s);
	return ok;
}

static inline void
translate_scalar(sqlite3_context *ctx, int n UNUSED, sqlite3_value **v UNUSED)
{
	sqlite3_result_null(ctx);
}

static inline void
translate_final(sqlite3_context *ctx)
{
	sqlite3_result_null(ctx);
}

static inline int
translate_compare(void *arg UNUSED, int an, const void *a, int bn, const void *b)
{
	int c = memcmp(a, b, (size_t)MIN(an, bn));

	return c ? c : an - bn;
}

static inline void
translate_register(struct translate_env *t)
{
	static const char *const windows[] = {"pg_lag__window", "pg_lead__window", "pg_ntile__window", "pg_nth_value__window",
	                                      "pg_first_value__window", "pg_last_value__window"};
	const struct func *f;
	const char *name;
	const struct type *fn;

	for (int i = 0; (f = func_at(i)); i++) {
		name = func_sqlite_name(&t->names, f);
		if (f->agg) {
			sqlite3_create_window_function(t->db, name, -1, SQLITE_UTF8, NULL, translate_scalar, translate_final,
			                               translate_final, translate_scalar, NULL);
			sqlite3_create_window_function(t->db, arena_printf(&t->names, "%s__window", name), -1, SQLITE_UTF8, NULL,
			                               translate_scalar, translate_final, translate_final, translate_scalar, NULL);
			name = arena_printf(&t->names, "%s__sorted", name);
			sqlite3_create_function(t->db, name, -1, SQLITE_UTF8, NULL, NULL, translate_scalar, translate_final);
		} else if (!f->srf) {
			sqlite3_create_function(t->db, name, -1, SQLITE_UTF8, NULL, translate_scalar, NULL, NULL);
		}
	}
	for (size_t i = 0; i < COUNTOF(windows); i++)
		sqlite3_create_window_function(t->db, windows[i], -1, SQLITE_UTF8, NULL, translate_scalar, translate_final,
		                               translate_final, translate_scalar, NULL);
	for (int i = 0; type_collation_at(i, &name, &fn); i++)
		sqlite3_create_collation(t->db, name, SQLITE_UTF8, NULL, translate_compare);
}

static inline void
translate_open(struct translate_env *t, const char *schema)
{
	struct catalog_reader reader = {translate_rows, NULL, false};

	memset(t, 0, sizeof(*t));
	err_init(&t->err);
	assert_int_equal(sqlite3_open(":memory:", &t->db), SQLITE_OK);
	translate_register(t);
	assert_int_equal(sqlite3_exec(t->db, schema, NULL, NULL, NULL), SQLITE_OK);
	reader.arg = t->db;
	t->snapshot = snapshot_load(&reader, &t->err);
	if (!t->snapshot)
		fail_msg("%s", t->err.message);
	t->fenv.types = type_env_canonical;
	t->fenv.snapshot = t->snapshot;
	t->fenv.err = &t->err;
	t->fenv.database = "test";
	t->fenv.search_path = translate_path;
	t->env = (struct compile_env){.snapshot = t->snapshot, .search_path = translate_path, .fenv = &t->fenv, .err = &t->err};
}

static inline void
translate_close(struct translate_env *t)
{
	snapshot_unref(t->snapshot);
	sqlite3_close(t->db);
	err_release(&t->err);
	arena_release(&t->names);
}

/* Does the text prepare? Table-valued functions have no stand-in. */
static inline bool
translate_prepares(struct translate_env *t, const char *sqlite, const char **message)
{
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(t->db, sqlite, -1, &s, NULL) == SQLITE_OK;

	*message = sqlite3_errmsg(t->db);
	sqlite3_finalize(s);
	return ok || strncmp(*message, "no such table: pg_", 18) == 0;
}

#endif
