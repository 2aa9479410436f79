/*
 * user_types: a snapshot with one of every kind of type that users make, and a table of them. What
 * a real database holds in its reserved tables stands in one in memory.
 */
#ifndef FUZZ_USER_TYPES_H
#define FUZZ_USER_TYPES_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/persist.h"
#include "catalog/snapshot.h"

enum { USER_ENUM = 20000, USER_TABLE = 20200, NUSER_TYPES = 26 };

static const char user_types_rows[] =
	/* an enum, domains (one over a domain, one over an array, one over a composite), ranges */
	"INSERT INTO \"litephant.pg_type\"(oid, typname, typnamespace, typtype, typarray, "
	"typbasetype, typtypmod, typnotnull) VALUES"
	" (20000, 'mood', 2200, 'e', 20001, 0, -1, 0), (20002, 'small', 2200, 'd', 20003, 1700, "
	"196614, 0), (20004, 'smaller', 2200, 'd', 20005, 20002, -1, 1), (20006, 'list', 2200, "
	"'d', 20007, 20001, -1, 0), (20008, 'pt', 2200, 'd', 20009, 20100, -1, 0),"
	" (20010, 'moods', 2200, 'r', 20011, 0, -1, 0), (20012, 'moodss', 2200, 'm', 20013, 0, -1, "
	"0), (20014, 'texts', 2200, 'r', 20015, 0, -1, 0), (20016, 'textss', 2200, 'm', 20017, 0, "
	"-1, 0), (20018, 'pts', 2200, 'r', 20019, 0, -1, 0), (20020, 'ptss', 2200, 'm', 20021, 0, "
	"-1, 0);"
	"INSERT INTO \"litephant.pg_enum\" VALUES (20030, 20000, 1, 'sad'), (20031, 20000, 2, "
	"'ok'), (20032, 20000, 1.5, 'a b,\"c'), (20033, 20000, 3, '');"
	"INSERT INTO \"litephant.pg_range\" VALUES (20010, 20000, 20012, 0, 0), (20014, 25, 20016, "
	"100, 0), (20018, 20100, 20020, 0, 0);"
	"INSERT INTO \"litephant.domain_constraint\" VALUES (20040, 'c', 20002, 1, 'VALUE > "
	"(0)::numeric');"
	/* composites: one of plain columns, one of types that need their own order */
	"INSERT INTO \"litephant.pg_class\"(oid, relname, relnamespace, reltype, relarraytype, "
	"relkind, physical) VALUES (20101, 'point2', 2200, 20100, 20102, 'c', NULL), (20111, "
	"'mixed', 2200, 20110, 20112, 'c', NULL), (20200, 't', 2200, 20201, 20202, 'r', 't');"
	"INSERT INTO \"litephant.pg_attribute\"(attrelid, attnum, attname, atttypid, atttypmod) "
	"VALUES (20101, 1, 'x', 23, -1), (20101, 2, 'y', 25, -1), (20111, 1, 'a', 20000, -1), "
	"(20111, 2, 'b', 20102, -1), (20111, 3, 'c', 3904, -1), (20111, 4, 'd', 20002, -1), "
	"(20111, 5, 'e', 1700, 196614), (20111, 6, 'f', 20018, -1),"
	" (20200, 1, 'i', 23, -1), (20200, 2, 's', 25, -1), (20200, 3, 'n', 1700, 196614),"
	" (20200, 4, 'm', 20000, -1), (20200, 5, 'p', 20100, -1), (20200, 6, 'd', 20002, -1),"
	" (20200, 7, 'r', 20010, -1), (20200, 8, 'j', 3802, -1), (20200, 9, 'a', 1007, -1),"
	" (20200, 10, 'x', 20110, -1);"
	"CREATE TABLE t(i, s, n, m, p, d, r, j, a, x);";

static const oid_t user_type_oids[NUSER_TYPES] = {
	20000, 20001, 20002, 20003, 20004, 20005, 20006, 20007, 20008, 20009, 20010, 20011, 20012,
	20013, 20014, 20015, 20016, 20017, 20018, 20019, 20020, 20100, 20102, 20110, 20112, 20201,
};

static inline void
user_types_cell(sqlite3_stmt *q, int i, struct datum *out)
{
	size_t n = (size_t)sqlite3_column_bytes(q, i);

	switch (sqlite3_column_type(q, i)) {
	case SQLITE_INTEGER:
		*out = datum_int(sqlite3_column_int64(q, i));
		break;
	case SQLITE_FLOAT:
		*out = datum_real(sqlite3_column_double(q, i));
		break;
	case SQLITE_NULL:
		*out = datum_null();
		break;
	default:
		*out = datum_text((const char *)sqlite3_column_text(q, i), n);
		break;
	}
}

static inline bool
user_types_query(void *sq, const char *sql, bool (*row)(void *, const struct datum *, int),
		 void *row_arg, struct err *err)
{
	struct datum cells[64];
	sqlite3_stmt *q;
	bool ok = true;

	(void)err;
	if (sqlite3_prepare_v2(sq, sql, -1, &q, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(sq));
		abort();
	}
	while (ok && sqlite3_step(q) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(q) && i < 64; i++)
			user_types_cell(q, i, &cells[i]);
		ok = row(row_arg, cells, sqlite3_column_count(q));
	}
	sqlite3_finalize(q);
	return ok;
}

static inline void
user_types_run(sqlite3 *sq, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(sq, sql, NULL, NULL, &why) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %s\n", sql, why);
	abort();
}

/* Made once and kept. */
static inline struct snapshot *
user_types_snapshot(void)
{
	static struct snapshot *snapshot;
	struct catalog_reader reader = {.query = user_types_query};
	struct err err;
	sqlite3 *sq;

	if (snapshot)
		return snapshot;
	err_init(&err);
	if (sqlite3_open(":memory:", &sq) != SQLITE_OK)
		abort();
	for (int i = 0; persist_create[i]; i++) {
		char *sql = sqlite3_mprintf(persist_create[i], "main");

		user_types_run(sq, sql);
		sqlite3_free(sql);
	}
	user_types_run(sq, user_types_rows);
	reader.arg = sq;
	snapshot = snapshot_load(&reader, &err);
	sqlite3_close(sq);
	if (!snapshot)
		abort();
	for (int i = 0; i < NUSER_TYPES; i++) {
		const struct type *t = snapshot_type(snapshot, user_type_oids[i]);

		if (!t || !t->in) {
			fprintf(stderr, "type %u is not there\n", user_type_oids[i]);
			abort();
		}
	}
	err_release(&err);
	return snapshot;
}

#endif
