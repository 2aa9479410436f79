#include "func/catalog_row.h"

bool
catalog_row_open(struct fcall *c, const char *relation, struct catalog_row *r)
{
	const struct snapshot *s = c->env->snapshot;

	*r = (struct catalog_row){
		.rel = snapshot_relation(s, snapshot_schema_by_oid(s, NS_PG_CATALOG), relation)};
	arena_init(&r->row);
	r->scan = (struct catscan){.snap = s, .env = c->env, .arena = c->arena, .row = &r->row};
	return r->rel && r->rel->scan;
}

bool
catalog_row_next(struct catalog_row *r)
{
	arena_clear(&r->row);
	return r->rel->scan->next(&r->scan);
}

void
catalog_row_close(struct catalog_row *r)
{
	arena_release(&r->row);
}

struct datum
catalog_row_cell(struct catalog_row *r, const char *column)
{
	const struct column *col = relation_column(r->rel, column);
	struct datum d = datum_null();

	if (col)
		r->rel->scan->cell(&r->scan, col->attnum - 1, &d);
	return d;
}

oid_t
catalog_row_oid(struct catalog_row *r, const char *column)
{
	struct datum d = catalog_row_cell(r, column);

	return d.class == DATUM_INT ? (oid_t)d.i : 0;
}

char *
catalog_row_text(struct fcall *c, struct catalog_row *r, const char *column)
{
	struct datum d = catalog_row_cell(r, column);

	return d.class == DATUM_TEXT ? arena_strndup(c->arena, d.p, d.n) : NULL;
}

bool
catalog_row_find(struct fcall *c, const char *relation, oid_t oid, struct catalog_row *r)
{
	if (catalog_row_open(c, relation, r))
		while (catalog_row_next(r))
			if (catalog_row_oid(r, "oid") == oid)
				return true;
	catalog_row_close(r);
	return false;
}

bool
catalog_ret_row(struct fcall *c, const struct record_column *cols, const char *const *values, int n,
		struct datum *out)
{
	struct record r = {.n = n, .cols = (struct record_column *)(uintptr_t)cols};
	struct buf b = BUF_INIT;

	r.items = ARENA_ARRAY(c->arena, struct array_item, n + 1);
	for (int i = 0; i < n; i++)
		r.items[i] = (struct array_item){values[i], values[i] ? strlen(values[i]) : 0};
	record_print_columns(&r, &b);
	record_print(&r, &b);
	return ret_buf(c, &b, out);
}
