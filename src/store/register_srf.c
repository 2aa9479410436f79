/*
 * Set-returning bodies as eponymous virtual tables: pg_KEY(arg, …) with columns c1 … cN and
 * ordinality (from 1); the arguments are hidden columns a1 …, the types' text (F_TYPES) being the
 * first of them.
 *
 * A body whose columns are only known per call (record-returning functions) is declared with as
 * many as there can be; it fills those of the call, and no others are asked for.
 */
#include "store/private.h"
#include "types/record.h"

#include <stdlib.h>

enum { ARGUMENTS = 16 };

struct srf_table {
	sqlite3_vtab base;
	struct binding *b;
	int ncols;
};

struct srf_cursor {
	sqlite3_vtab_cursor base;
	struct arena args, row;
	struct datum *given; /* the arguments: SQLite checks those anew that come late in WHERE */
	int ngiven;
	struct datum *cols;
	bool null_row; /* a strict call that returns no set: one row of NULLs */
	struct fcall call;
	struct site *site;
	struct typeset *types; /* a reference */
	void *state;
	bool open, eof;
	sqlite3_int64 rowid;
};

static int
srf_ncols(const struct func_info *info)
{
	int n = info->f->srf->ncols;

	return n > 0 ? n : RECORD_MAX_COLUMNS;
}

static int
srf_connect(sqlite3 *sq, void *aux, int argc UNUSED, const char *const *argv UNUSED,
	    sqlite3_vtab **out, char **msg UNUSED)
{
	struct binding *b = aux;
	struct srf_table *t;
	struct buf decl = BUF_INIT;
	int rc, n = srf_ncols(b->info);

	buf_puts(&decl, "CREATE TABLE x(");
	for (int i = 1; i <= n; i++)
		buf_printf(&decl, "c%d, ", i);
	buf_puts(&decl, "ordinality INTEGER");
	for (int i = 1; i <= ARGUMENTS; i++)
		buf_printf(&decl, ", a%d HIDDEN", i);
	buf_putc(&decl, ')');
	rc = sqlite3_declare_vtab(sq, buf_str(&decl));
	buf_release(&decl);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_vtab_config(sq, (b->info->flags & SQLITE_INNOCUOUS) ? SQLITE_VTAB_INNOCUOUS
								    : SQLITE_VTAB_DIRECTONLY);
	t = xcalloc(1, sizeof(*t));
	t->b = b;
	t->ncols = n;
	*out = &t->base;
	return SQLITE_OK;
}

static int
srf_disconnect(sqlite3_vtab *v)
{
	free(v);
	return SQLITE_OK;
}

/* idxNum is the number of arguments, which have to be there from the first on. */
static int
srf_best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	const struct srf_table *t = (const struct srf_table *)v;
	const struct proc *p = t->b->info->proc;
	int at[ARGUMENTS], n = 0;

	for (int i = 0; i < ARGUMENTS; i++)
		at[i] = -1;
	for (int i = 0; i < info->nConstraint; i++) {
		int arg = info->aConstraint[i].iColumn - t->ncols - 1;

		if (arg < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		if (!info->aConstraint[i].usable)
			return SQLITE_CONSTRAINT;
		if (at[arg] < 0)
			at[arg] = i;
	}
	for (; n < ARGUMENTS && at[n] >= 0; n++) {
		info->aConstraintUsage[at[n]].argvIndex = n + 1;
		info->aConstraintUsage[at[n]].omit = 1;
	}
	info->idxNum = n;
	info->estimatedRows = p && p->rows > 0 ? (sqlite3_int64)p->rows : 100;
	info->estimatedCost = (double)info->estimatedRows;
	if (info->nOrderBy == 1 && !info->aOrderBy[0].desc && info->aOrderBy[0].iColumn == t->ncols)
		info->orderByConsumed = 1;
	return SQLITE_OK;
}

static int
srf_open(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct srf_cursor *cur = xcalloc(1, sizeof(*cur));

	cur->cols = xcalloc((size_t)((struct srf_table *)v)->ncols, sizeof(*cur->cols));
	*out = &cur->base;
	return SQLITE_OK;
}

static void
srf_end(struct srf_cursor *cur, const struct srf_ops *ops)
{
	if (cur->open && ops->close)
		ops->close(cur->state);
	cur->open = false;
	cur->state = NULL;
	typeset_unref(cur->types);
	cur->types = NULL;
	arena_clear(&cur->args);
	arena_clear(&cur->row);
}

static int
srf_close(sqlite3_vtab_cursor *base)
{
	struct srf_cursor *cur = (struct srf_cursor *)base;

	srf_end(cur, ((struct srf_table *)base->pVtab)->b->info->f->srf);
	arena_release(&cur->args);
	arena_release(&cur->row);
	free(cur->cols);
	free(cur);
	return SQLITE_OK;
}

static int
srf_failed(struct binding *b)
{
	struct conn *c = b->conn;

	if (!err_is_set(c->env->err)) {
		store_complain(c->db, "a function failed without saying why", b->info->name);
		err_set(c->env->err, ERR_INTERNAL_ERROR, -1, "function %s failed", b->info->name);
	}
	return SQLITE_ERROR;
}

static int
srf_next(sqlite3_vtab_cursor *base)
{
	struct srf_cursor *cur = (struct srf_cursor *)base;
	struct srf_table *t = (struct srf_table *)base->pVtab;
	int got;

	arena_clear(&cur->row);
	cur->call.arena = &cur->row;
	cur->rowid++;
	if (cur->null_row) {
		cur->eof = cur->rowid > 1;
		return SQLITE_OK;
	}
	for (int i = 0; i < t->b->info->f->srf->ncols; i++)
		cur->cols[i] = datum_null();
	got = t->b->info->f->srf->next(&cur->call, cur->state, cur->cols);
	if (got < 0)
		return srf_failed(t->b);
	cur->eof = got == 0;
	return SQLITE_OK;
}

static bool
srf_types(struct srf_cursor *cur, struct binding *b, const struct datum *text)
{
	cur->site = binding_site(b, cur);
	if (!site_types(b, cur->site, text))
		return false;
	cur->types = cur->site->types;
	cur->types->refs++;
	return true;
}

static int
srf_filter(sqlite3_vtab_cursor *base, int nargs, const char *str UNUSED, int argc,
	   sqlite3_value **argv)
{
	struct srf_cursor *cur = (struct srf_cursor *)base;
	struct binding *b = ((struct srf_table *)base->pVtab)->b;
	const struct func *f = b->info->f;
	struct datum values[ARGUMENTS], *args = values;
	int n = MIN(nargs, argc);

	srf_end(cur, f->srf);
	cur->rowid = 0;
	cur->eof = true;
	cur->null_row = false;
	for (int i = 0; i < n; i++) {
		value_datum(argv[i], &values[i]);
		values[i] = datum_dup(&cur->args, &values[i]);
	}
	cur->given = arena_memdup(&cur->args, values, sizeof(*values) * (size_t)n + 1);
	cur->ngiven = n;
	if (f->flags & F_TYPES) {
		if (n < 1 || !srf_types(cur, b, &values[0]))
			return srf_failed(b);
		args++;
		n--;
	} else {
		cur->site = binding_site(b, cur);
	}
	for (int i = 0; b->info->strict && i < n; i++) {
		if (args[i].class != DATUM_NULL)
			continue;
		if (!b->info->proc || b->info->proc->retset)
			return SQLITE_OK;
		cur->null_row = true;
		for (int k = 0; k < ((struct srf_table *)base->pVtab)->ncols; k++)
			cur->cols[k] = datum_null();
		return srf_next(base);
	}
	args = arena_memdup(&cur->args, args, sizeof(*args) * (size_t)MAX(n, 1));
	cur->call = (struct fcall){&cur->args,
				   b->conn->env->err,
				   b->conn->env,
				   b->info->proc,
				   cur->types ? &cur->types->types : NULL,
				   &cur->site->cache,
				   &cur->site->cache_free};
	if (!f->srf->open(&cur->call, args, n, &cur->state))
		return srf_failed(b);
	cur->open = true;
	return srf_next(base);
}

static int
srf_eof(sqlite3_vtab_cursor *base)
{
	return ((struct srf_cursor *)base)->eof;
}

static int
srf_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
	struct srf_cursor *cur = (struct srf_cursor *)base;
	int ncols = ((struct srf_table *)base->pVtab)->ncols;

	if (i < ncols)
		result_datum(ctx, &cur->cols[i]);
	else if (i == ncols)
		sqlite3_result_int64(ctx, cur->rowid);
	else if (i - ncols - 1 < cur->ngiven)
		result_datum(ctx, &cur->given[i - ncols - 1]);
	return SQLITE_OK;
}

static int
srf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
	*rowid = ((struct srf_cursor *)base)->rowid;
	return SQLITE_OK;
}

static const sqlite3_module srf_module = {
	.iVersion = 1,
	.xConnect = srf_connect,
	.xBestIndex = srf_best_index,
	.xDisconnect = srf_disconnect,
	.xOpen = srf_open,
	.xClose = srf_close,
	.xFilter = srf_filter,
	.xNext = srf_next,
	.xEof = srf_eof,
	.xColumn = srf_column,
	.xRowid = srf_rowid,
};

bool
register_srf(struct conn *c, struct binding *b)
{
	return sqlite3_create_module_v2(c->sq, b->info->name, &srf_module, b, NULL) == SQLITE_OK;
}
