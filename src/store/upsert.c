/*
 * ON CONFLICT DO UPDATE may meet a row that the same command has inserted or updated: 21000, as in
 * PostgreSQL. While such a command runs its connection remembers the rowids it has touched:
 * SQLite's update hook tells of inserts, pg_upsert_row(rowid), which emit puts before the command's
 * own WHERE, of updates. pg_upsert_xmax(rowid) tells RETURNING one from the other, as xmax does.
 */
#include "store/private.h"

#include <stdlib.h>

#include "base/map.h"
#include "func/xact_id.h"

struct touched {
	struct arena arena;
	struct map rows;   /* 8 bytes of rowid */
	const char *table; /* SQLite's name */
};

static char inserted, updated;

/* False: it was there already. */
static bool
note(struct touched *t, sqlite3_int64 rowid, char *how)
{
	if (map_get(&t->rows, (const char *)&rowid, sizeof(rowid)))
		return false;
	map_put(&t->rows, arena_memdup(&t->arena, &rowid, sizeof(rowid)), sizeof(rowid), how);
	return true;
}

static void
on_change(void *touched, int op, const char *database UNUSED, const char *table,
	  sqlite3_int64 rowid)
{
	struct touched *t = touched;

	if (op == SQLITE_INSERT && strcmp(table, t->table) == 0)
		(void)note(t, rowid, &inserted);
}

void
upsert_begin(struct conn *c, const struct relation *target)
{
	struct touched *t = xcalloc(1, sizeof(*t));

	t->table = target->physical;
	c->touched = t;
	sqlite3_update_hook(c->sq, on_change, t);
}

void
upsert_end(struct conn *c)
{
	struct touched *t = c->touched;

	if (!t)
		return;
	sqlite3_update_hook(c->sq, NULL, NULL);
	c->touched = NULL;
	map_release(&t->rows);
	arena_release(&t->arena);
	free(t);
}

static void
upsert_row(sqlite3_context *ctx, int argc UNUSED, sqlite3_value **argv)
{
	struct conn *c = sqlite3_user_data(ctx);

	if (!c->touched || note(c->touched, sqlite3_value_int64(argv[0]), &updated)) {
		sqlite3_result_int(ctx, 1);
		return;
	}
	err_set(c->env->err, ERR_CARDINALITY_VIOLATION, -1,
		"ON CONFLICT DO UPDATE command cannot affect row a second time");
	err_hint(c->env->err, "Ensure that no rows proposed for insertion within the same command "
			      "have duplicate constrained values.");
	sqlite3_result_error(ctx, "pg_upsert_row", -1);
}

static void
upsert_xmax(sqlite3_context *ctx, int argc UNUSED, sqlite3_value **argv)
{
	struct conn *c = sqlite3_user_data(ctx);
	sqlite3_int64 rowid = sqlite3_value_int64(argv[0]);
	bool was = c->touched &&
		   map_get(&c->touched->rows, (const char *)&rowid, sizeof(rowid)) == &updated;

	sqlite3_result_int64(ctx, was ? (uint32_t)xact_id(c->env) : 0);
}

bool
register_upsert(struct conn *c)
{
	return sqlite3_create_function_v2(c->sq, "pg_upsert_row", 1, SQLITE_UTF8, c, upsert_row,
					  NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_create_function_v2(c->sq, "pg_upsert_xmax", 1, SQLITE_UTF8, c, upsert_xmax,
					  NULL, NULL, NULL) == SQLITE_OK;
}
