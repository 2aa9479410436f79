/*
 * What the statements of one command – a WITH that modifies data – leave to each other: sets of
 * rows, each in a slot, which SQL reads as pg_with_rows(slot) with the columns c1, c2 …
 *
 * Two slots of an image hold what the command has done to a table: the rowids that it has touched,
 * and the old rows (rowid, then the columns) where there were some. They are noted by SQLite's
 * preupdate hook, before each change; a statement sees of them what earlier statements noted.
 */
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "store/private.h"

#include <stdlib.h>

#include "base/map.h"
#include "types/record.h"

struct set_row {
	int step; /* when it was noted; 0: to be seen at once */
	int n;
	struct datum cells[];
};

struct image {
	const struct relation *rel;
	struct map touched; /* rowids */
	int changed, before;
	int *columns; /* the table's own numbers of the relation's columns that are left */
	int ncolumns;
};

struct with_rows {
	struct arena arena;
	struct vec *slots; /* of struct set_row; from 1 on */
	int nslots;
	struct image *images;
	int nimages;
	int step;      /* the statement that runs, from 1 on */
	bool deferred; /* foreign keys were deferred before */
};

static void
put_row(struct with_rows *w, int slot, struct set_row *row)
{
	vec_push(&w->arena, &w->slots[slot], row);
}

static struct set_row *
new_row(struct with_rows *w, int n, int step)
{
	struct set_row *row =
		arena_alloc(&w->arena, sizeof(*row) + sizeof(struct datum) * (size_t)n);

	row->step = step;
	row->n = n;
	return row;
}

/* ---- images ---- */

/* False: it was touched before. */
static bool
touch(struct with_rows *w, struct image *im, sqlite3_int64 rowid)
{
	struct set_row *row;

	if (map_get(&im->touched, (const char *)&rowid, sizeof(rowid)))
		return false;
	map_put(&im->touched, arena_memdup(&w->arena, &rowid, sizeof(rowid)), sizeof(rowid), im);
	row = new_row(w, 1, w->step);
	row->cells[0] = datum_int(rowid);
	put_row(w, im->changed, row);
	return true;
}

static void
save_old(struct with_rows *w, struct image *im, sqlite3 *sq, sqlite3_int64 rowid)
{
	struct set_row *row = new_row(w, im->ncolumns + 1, w->step);

	row->cells[0] = datum_int(rowid);
	for (int i = 0; i < im->ncolumns; i++) {
		sqlite3_value *v;
		struct datum d = datum_null();

		if (sqlite3_preupdate_old(sq, im->columns[i], &v) == SQLITE_OK)
			value_datum(v, &d);
		row->cells[i + 1] = datum_dup(&w->arena, &d);
	}
	put_row(w, im->before, row);
}

static void
on_change(void *arg, sqlite3 *sq, int op, const char *database, const char *table,
	  sqlite3_int64 old, sqlite3_int64 new)
{
	struct with_rows *w = arg;

	for (int i = 0; i < w->nimages; i++) {
		struct image *im = &w->images[i];
		bool temp = im->rel->persistence == 't';

		if (strcmp(im->rel->physical, table) != 0 ||
		    strcmp(database, temp ? "temp" : "main") != 0)
			continue;
		if (op == SQLITE_INSERT)
			touch(w, im, new);
		else if (touch(w, im, old))
			save_old(w, im, sq, old);
		if (op == SQLITE_UPDATE && new != old)
			touch(w, im, new);
	}
}

static bool
find_columns(struct conn *c, struct with_rows *w, struct image *im)
{
	const struct relation *rel = im->rel;
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	bool ok;

	buf_puts(&sql, "SELECT * FROM ");
	buf_ident(&sql, rel->physical);
	ok = sqlite3_prepare_v2(c->sq, buf_str(&sql), -1, &stmt, NULL) == SQLITE_OK;
	buf_release(&sql);
	im->columns = ARENA_ARRAY(&w->arena, int, rel->ncols + 1);
	for (int i = 0; ok && i < rel->ncols; i++) {
		int n = sqlite3_column_count(stmt), k = 0;

		if (rel->cols[i].dropped)
			continue;
		while (k < n &&
		       sqlite3_stricmp(sqlite3_column_name(stmt, k), rel->cols[i].physical) != 0)
			k++;
		ok = k < n;
		im->columns[im->ncolumns++] = k;
	}
	sqlite3_finalize(stmt);
	return ok || err_set(c->env->err, ERR_INTERNAL_ERROR, -1,
			     "table \"%s\" is not as the catalog has it", rel->name);
}

/* ---- a command ---- */

bool
with_begin(struct conn *c, int nslots, const struct with_image *images, int n)
{
	struct with_rows *w = xcalloc(1, sizeof(*w));

	c->with = w;
	w->nslots = nslots;
	w->deferred = foreign_keys_deferred(c);
	w->slots = ARENA_ARRAY(&w->arena, struct vec, nslots + 1);
	w->images = ARENA_ARRAY(&w->arena, struct image, n + 1);
	for (int i = 0; i < n; i++) {
		struct image *im = &w->images[w->nimages++];

		*im = (struct image){.rel = images[i].rel,
				     .changed = images[i].changed,
				     .before = images[i].before};
		if (!find_columns(c, w, im))
			return false;
	}
	if (!w->deferred)
		conn_run(c, "PRAGMA defer_foreign_keys=ON");
	if (n)
		sqlite3_preupdate_hook(c->sq, on_change, w);
	return true;
}

void
with_step(struct conn *c)
{
	c->with->step++;
}

void
with_keep(struct conn *c, struct cursor *cur, int slot)
{
	struct set_row *row = new_row(c->with, cursor_ncols(cur), 0);

	for (int i = 0; i < row->n; i++) {
		struct datum d;

		cursor_column(cur, i, &d);
		row->cells[i] = datum_dup(&c->with->arena, &d);
	}
	put_row(c->with, slot, row);
}

bool
with_check(struct conn *c, const struct with_target *targets, int n)
{
	return c->with->deferred || foreign_keys_hold(c, targets, n);
}

void
with_end(struct conn *c)
{
	struct with_rows *w = c->with;

	if (!w)
		return;
	if (w->nimages)
		sqlite3_preupdate_hook(c->sq, NULL, NULL);
	if (!w->deferred)
		conn_run(c, "PRAGMA defer_foreign_keys=OFF");
	for (int i = 0; i < w->nimages; i++)
		map_release(&w->images[i].touched);
	arena_release(&w->arena);
	free(w);
	c->with = NULL;
}

/* ---- pg_with_rows ---- */

struct rows_table {
	sqlite3_vtab base;
	struct conn *conn;
};

struct rows_cursor {
	sqlite3_vtab_cursor base;
	int slot, at;
};

static int
rows_connect(sqlite3 *sq, void *conn, int argc UNUSED, const char *const *argv UNUSED,
	     sqlite3_vtab **out, char **msg UNUSED)
{
	struct rows_table *t;
	struct buf decl = BUF_INIT;
	int rc;

	buf_puts(&decl, "CREATE TABLE x(");
	for (int i = 1; i <= RECORD_MAX_COLUMNS + 1; i++)
		buf_printf(&decl, "c%d, ", i);
	buf_puts(&decl, "slot HIDDEN)");
	rc = sqlite3_declare_vtab(sq, buf_str(&decl));
	buf_release(&decl);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_vtab_config(sq, SQLITE_VTAB_DIRECTONLY);
	t = xcalloc(1, sizeof(*t));
	t->conn = conn;
	*out = &t->base;
	return SQLITE_OK;
}

static int
rows_disconnect(sqlite3_vtab *v)
{
	free(v);
	return SQLITE_OK;
}

static int
rows_best_index(sqlite3_vtab *v UNUSED, sqlite3_index_info *info)
{
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != RECORD_MAX_COLUMNS + 1 ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
		    !info->aConstraint[i].usable)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->estimatedRows = 100;
		info->estimatedCost = 100;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

static int
rows_open(sqlite3_vtab *v UNUSED, sqlite3_vtab_cursor **out)
{
	struct rows_cursor *cur = xcalloc(1, sizeof(*cur));

	*out = &cur->base;
	return SQLITE_OK;
}

static int
rows_close(sqlite3_vtab_cursor *base)
{
	free(base);
	return SQLITE_OK;
}

static struct with_rows *
rows_of(sqlite3_vtab_cursor *base)
{
	return ((struct rows_table *)base->pVtab)->conn->with;
}

static const struct set_row *
current(sqlite3_vtab_cursor *base)
{
	const struct rows_cursor *cur = (const struct rows_cursor *)base;
	const struct with_rows *w = rows_of(base);

	if (!w || cur->slot < 1 || cur->slot > w->nslots || cur->at >= w->slots[cur->slot].n)
		return NULL;
	return w->slots[cur->slot].v[cur->at];
}

/* What the running statement notes itself comes after all that it may see. */
static int
rows_eof(sqlite3_vtab_cursor *base)
{
	const struct set_row *row = current(base);

	return !row || (row->step && row->step >= rows_of(base)->step);
}

static int
rows_next(sqlite3_vtab_cursor *base)
{
	((struct rows_cursor *)base)->at++;
	return SQLITE_OK;
}

static int
rows_filter(sqlite3_vtab_cursor *base, int nargs UNUSED, const char *str UNUSED, int argc,
	    sqlite3_value **argv)
{
	struct rows_cursor *cur = (struct rows_cursor *)base;

	cur->slot = argc ? sqlite3_value_int(argv[0]) : 0;
	cur->at = 0;
	return SQLITE_OK;
}

static int
rows_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
	const struct set_row *row = current(base);

	if (row && i < row->n)
		result_datum(ctx, &row->cells[i]);
	return SQLITE_OK;
}

static int
rows_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((struct rows_cursor *)base)->at + 1;
	return SQLITE_OK;
}

static const sqlite3_module rows_module = {
	.iVersion = 1,
	.xConnect = rows_connect,
	.xBestIndex = rows_best_index,
	.xDisconnect = rows_disconnect,
	.xOpen = rows_open,
	.xClose = rows_close,
	.xFilter = rows_filter,
	.xNext = rows_next,
	.xEof = rows_eof,
	.xColumn = rows_column,
	.xRowid = rows_rowid,
};

bool
register_with_rows(struct conn *c)
{
	return sqlite3_create_module_v2(c->sq, "pg_with_rows", &rows_module, c, NULL) == SQLITE_OK;
}
