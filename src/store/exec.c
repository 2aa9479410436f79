/*
 * conn_exec, conn_query: SQL of our own making. Several statements may stand in one text;
 * parameters go to each of them.
 */
#include "store/private.h"

enum { MAX_COLUMNS = 256 };

static bool
exec_failed(struct conn *c, int rc, const char *sql)
{
	struct arena a = ARENA_INIT;
	const char *text = arena_strdup(&a, sqlite3_errmsg(c->sq));

	if (!err_is_set(c->env->err) && (rc & 0xff) == SQLITE_CONSTRAINT)
		constraint_error(c, rc, text, NULL);
	else
		store_error_text(c->db, rc, text, sql, c->env->cancel, c->env->err);
	arena_release(&a);
	return false;
}

static bool
run_one(sqlite3_stmt *stmt, bool (*row)(void *, const struct datum *, int), void *arg, int *rc)
{
	struct datum cols[MAX_COLUMNS];
	int n = MIN(sqlite3_column_count(stmt), MAX_COLUMNS);

	while ((*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!row)
			continue;
		for (int i = 0; i < n; i++)
			stmt_datum(stmt, i, &cols[i]);
		if (!row(arg, cols, n))
			return false;
	}
	return *rc == SQLITE_DONE;
}

bool
conn_query(struct conn *c, const char *sql, const struct datum *params, int nparams,
	   bool (*row)(void *arg, const struct datum *cols, int ncols), void *arg)
{
	const char *start = sql;

	if (!sqlite3_get_autocommit(c->sq)) /* ddl/ edits sqlite_schema */
		conn_defend(c, false);
	for (;;) {
		sqlite3_stmt *stmt = NULL;
		int rc = sqlite3_prepare_v2(c->sq, sql, -1, &stmt, &sql);
		bool ok;

		if (rc != SQLITE_OK)
			return exec_failed(c, rc, start);
		if (!stmt)
			return true;
		rc = bind_params(stmt, params, nparams);
		ok = rc == SQLITE_OK && run_one(stmt, row, arg, &rc);
		if (!ok && rc != SQLITE_ROW)
			exec_failed(c, rc, start);
		sqlite3_finalize(stmt);
		if (!ok)
			return false;
	}
}

bool
conn_exec(struct conn *c, const char *sql, const struct datum *params, int nparams)
{
	return conn_query(c, sql, params, nparams, NULL, NULL);
}
