/*
 * The catalog's reader over a connection, and the schema as seen through it.
 */
#include "store/private.h"

struct reading {
	struct conn *conn;
};

static bool
read_rows(struct conn *c, sqlite3_stmt *stmt, bool (*row)(void *, const struct datum *, int),
	  void *arg, int *rc)
{
	int n = sqlite3_column_count(stmt);
	struct datum cols[64];

	while ((*rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < n && i < (int)COUNTOF(cols); i++)
			stmt_datum(stmt, i, &cols[i]);
		if (!row(arg, cols, MIN(n, (int)COUNTOF(cols))))
			return false;
	}
	return *rc == SQLITE_DONE || c == NULL;
}

static bool
reader_query(void *arg, const char *sql,
	     bool (*row)(void *row_arg, const struct datum *cols, int ncols), void *row_arg,
	     struct err *err)
{
	struct conn *c = ((struct reading *)arg)->conn;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(c->sq, sql, -1, &stmt, NULL);
	bool ok = rc == SQLITE_OK;

	if (ok)
		ok = read_rows(c, stmt, row, row_arg, &rc);
	if (!ok && !err_is_set(err) && rc != SQLITE_ROW)
		store_error_text(c->db, rc, sqlite3_errmsg(c->sq), sql, NULL, err);
	sqlite3_finalize(stmt);
	return ok;
}

struct snapshot *
conn_load_snapshot(struct conn *c, bool temp, struct err *err)
{
	struct reading reading = {c};
	struct catalog_reader reader = {reader_query, &reading, temp};
	bool alone = sqlite3_get_autocommit(c->sq);
	struct snapshot *s;
	int64_t cookie = 0;

	/* One read transaction: the tables and the cookie have to belong together. */
	if (alone && conn_fixed(c, FIXED_BEGIN, NULL) != SQLITE_OK) {
		store_error(c, sqlite3_errcode(c->sq), err);
		return NULL;
	}
	s = snapshot_load(&reader, err);
	if (s && conn_fixed(c, FIXED_COOKIE, &cookie) == SQLITE_OK)
		s->sqlite_schema_version = cookie;
	if (alone)
		conn_fixed(c, FIXED_COMMIT, NULL);
	return s;
}

struct snapshot *
conn_snapshot(struct conn *c, struct err *err)
{
	return conn_load_snapshot(c, c->temp, err);
}
