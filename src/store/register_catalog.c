/*
 * pg_catalog's relations as eponymous virtual tables over the statement's snapshot.
 *
 * A scan keeps the snapshot it began with (a reference), so a suspended portal goes on seeing the
 * schema it was opened with.
 */
#include "store/private.h"

#include <stdlib.h>

struct cat_table {
	sqlite3_vtab base;
	struct conn *conn;
	const struct relation *rel;
};

struct cat_cursor {
	sqlite3_vtab_cursor base;
	struct catscan scan;
	struct arena arena, row;
	struct snapshot *snap; /* a reference, or NULL */
	bool eof;
	sqlite3_int64 rowid;
};

/* What a module is registered with; freed by SQLite with the connection. */
struct cat_aux {
	struct conn *conn;
	const struct relation *rel;
};

static int
cat_connect(sqlite3 *sq, void *arg, int argc UNUSED, const char *const *argv UNUSED,
	    sqlite3_vtab **out, char **msg UNUSED)
{
	const struct cat_aux *aux = arg;
	const struct relation *rel = aux->rel;
	struct cat_table *t;
	struct buf decl = BUF_INIT;
	int rc;

	buf_puts(&decl, "CREATE TABLE x(");
	for (int i = 0; i < rel->ncols; i++) {
		if (i)
			buf_puts(&decl, ", ");
		buf_ident(&decl, rel->cols[i].physical ? rel->cols[i].physical : rel->cols[i].name);
		if (rel->cols[i].type && rel->cols[i].type->collation)
			buf_printf(&decl, " COLLATE %s", rel->cols[i].type->collation);
	}
	buf_putc(&decl, ')');
	rc = sqlite3_declare_vtab(sq, buf_str(&decl));
	buf_release(&decl);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_vtab_config(sq, SQLITE_VTAB_DIRECTONLY);
	t = xcalloc(1, sizeof(*t));
	t->conn = aux->conn;
	t->rel = rel;
	*out = &t->base;
	return SQLITE_OK;
}

static int
cat_disconnect(sqlite3_vtab *v)
{
	free(v);
	return SQLITE_OK;
}

/* idxNum 1: the key column's value is argv[0]. The scan may give more rows than asked for, so
 * SQLite checks again. */
static int
cat_best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	const struct cat_table *t = (const struct cat_table *)v;
	int key = t->rel->scan->key_col;

	info->estimatedCost = 2000;
	info->estimatedRows = 1000;
	for (int i = 0; key >= 0 && i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != key || !info->aConstraint[i].usable ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->idxNum = 1;
		info->estimatedCost = 10;
		info->estimatedRows = 4;
		break;
	}
	return SQLITE_OK;
}

static int
cat_open(sqlite3_vtab *v UNUSED, sqlite3_vtab_cursor **out)
{
	struct cat_cursor *cur = xcalloc(1, sizeof(*cur));

	*out = &cur->base;
	return SQLITE_OK;
}

static void
cat_end(struct cat_cursor *cur)
{
	arena_clear(&cur->arena);
	arena_clear(&cur->row);
}

static int
cat_close(sqlite3_vtab_cursor *base)
{
	struct cat_cursor *cur = (struct cat_cursor *)base;

	arena_release(&cur->arena);
	arena_release(&cur->row);
	if (cur->snap)
		snapshot_unref(cur->snap);
	free(cur);
	return SQLITE_OK;
}

static int
cat_next(sqlite3_vtab_cursor *base)
{
	struct cat_cursor *cur = (struct cat_cursor *)base;
	const struct cat_table *t = (const struct cat_table *)base->pVtab;

	arena_clear(&cur->row);
	cur->eof = !t->rel->scan->next(&cur->scan);
	cur->rowid++;
	if (err_is_set(t->conn->env->err))
		return SQLITE_ERROR;
	return SQLITE_OK;
}

static void
hold_snapshot(struct cat_cursor *cur, const struct snapshot *s)
{
	if (cur->snap == s)
		return;
	if (cur->snap)
		snapshot_unref(cur->snap);
	cur->snap = s ? snapshot_ref((struct snapshot *)s) : NULL;
}

static int
cat_filter(sqlite3_vtab_cursor *base, int has_key, const char *str UNUSED, int argc,
	   sqlite3_value **argv)
{
	struct cat_cursor *cur = (struct cat_cursor *)base;
	struct conn *c = ((struct cat_table *)base->pVtab)->conn;

	cat_end(cur);
	hold_snapshot(cur, c->env->snapshot);
	cur->rowid = 0;
	cur->eof = true;
	if (!cur->snap)
		return SQLITE_OK;
	cur->scan = (struct catscan){
		.snap = cur->snap, .env = c->env, .arena = &cur->arena, .row = &cur->row};
	if (has_key && argc > 0) {
		sqlite3_int64 key = sqlite3_value_int64(argv[0]);

		if (sqlite3_value_type(argv[0]) != SQLITE_INTEGER || key < 0 || key > UINT32_MAX)
			return SQLITE_OK;
		cur->scan.has_key = true;
		cur->scan.key = (oid_t)key;
	}
	return cat_next(base);
}

static int
cat_eof(sqlite3_vtab_cursor *base)
{
	return ((struct cat_cursor *)base)->eof;
}

static int
cat_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
	struct cat_cursor *cur = (struct cat_cursor *)base;
	const struct cat_table *t = (const struct cat_table *)base->pVtab;
	struct datum d = datum_null();

	t->rel->scan->cell(&cur->scan, i, &d);
	if (err_is_set(t->conn->env->err))
		return SQLITE_ERROR;
	result_datum(ctx, &d);
	return SQLITE_OK;
}

static int
cat_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((struct cat_cursor *)base)->rowid;
	return SQLITE_OK;
}

static const sqlite3_module cat_module = {
	.iVersion = 1,
	.xConnect = cat_connect,
	.xBestIndex = cat_best_index,
	.xDisconnect = cat_disconnect,
	.xOpen = cat_open,
	.xClose = cat_close,
	.xFilter = cat_filter,
	.xNext = cat_next,
	.xEof = cat_eof,
	.xColumn = cat_column,
	.xRowid = cat_rowid,
};

bool
register_catalog(struct conn *c)
{
	const struct relation *rel;

	for (int i = 0; (rel = builtin_relation_at(i)); i++) {
		struct cat_aux *aux;

		if (!rel->scan || !rel->physical)
			continue;
		aux = xmalloc(sizeof(*aux));
		*aux = (struct cat_aux){c, rel};
		if (sqlite3_create_module_v2(c->sq, rel->physical, &cat_module, aux, free) !=
		    SQLITE_OK)
			return false;
	}
	return true;
}
