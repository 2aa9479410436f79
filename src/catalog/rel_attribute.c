/*
 * pg_attribute, pg_attrdef, pg_description.
 */
#include "catalog/rows.h"

const struct system_column system_columns[NSYSTEM_COLUMNS] = {{"tableoid", T_OID}, {"cmax", T_CID},
							      {"xmax", T_XID},     {"cmin", T_CID},
							      {"xmin", T_XID},     {"ctid", T_TID}};

const struct system_column *
system_column(const char *name)
{
	for (int i = 0; i < NSYSTEM_COLUMNS; i++)
		if (strcmp(system_columns[i].name, name) == 0)
			return &system_columns[i];
	return NULL;
}

static void
system_column_row(struct catrow *r, int i)
{
	const struct type *t = type_builtin(system_columns[i].type);
	struct type_layout layout = type_layout(t);

	row_int(r, r->rel->oid);
	row_text(r, system_columns[i].name);
	row_int(r, t->oid);
	row_int(r, 0); /* attstattarget */
	row_int(r, t->len);
	row_int(r, i - NSYSTEM_COLUMNS);
	row_int(r, 0);
	row_int(r, -1);
	row_int(r, -1);
	row_int(r, layout.by_value);
	row_char(r, layout.align);
	row_char(r, layout.storage);
	row_char(r, 0); /* attcompression */
	row_int(r, 1);
	row_int(r, 0);
	row_int(r, 0);
	row_char(r, 0);
	row_char(r, 0);
	row_int(r, 0);
	row_int(r, 1);
	row_int(r, 0);
	row_int(r, 0);
	row_null(r, 4);
}

static int
system_columns_of(const struct relation *rel)
{
	return strchr("rpmSt", rel->kind) ? NSYSTEM_COLUMNS : 0;
}

/* In the order of attnum, as PostgreSQL finds them by its index. */
static bool
pg_attribute_row(struct catscan *s, struct catrow *r)
{
	const struct column *c;
	struct type_layout layout;
	int i;

	while (!r->rel || r->sub >= r->rel->ncols + system_columns_of(r->rel)) {
		if (!next_relation(s, r))
			return false;
		r->sub = 0;
	}
	i = r->sub++;
	if (i < system_columns_of(r->rel)) {
		system_column_row(r, i);
		return true;
	}
	c = &r->rel->cols[i - system_columns_of(r->rel)];
	layout = type_layout(c->type);
	row_int(r, r->rel->oid);
	if (c->dropped)
		row_fmt(r, "........pg.dropped.%d........", c->attnum);
	else
		row_text(r, c->name);
	row_int(r, c->dropped ? 0 : c->type->oid);
	row_int(r, c->dropped ? 0 : -1); /* attstattarget */
	row_int(r, c->type->len);
	row_int(r, c->attnum);
	row_int(r, c->type->category == 'A' ? 1 : 0);
	row_int(r, -1);
	row_int(r, c->typmod);
	row_int(r, layout.by_value);
	row_char(r, layout.align);
	row_char(r, layout.storage);
	row_char(r, 0); /* attcompression */
	row_int(r, c->not_null && !c->dropped);
	row_int(r, c->has_default && !c->dropped && (c->default_expr || c->generated));
	row_int(r, 0);
	row_char(r, c->identity);
	row_char(r, c->dropped ? 0 : c->generated);
	row_int(r, c->dropped);
	row_int(r, 1);
	row_int(r, 0);
	row_int(r, c->collation);
	row_null(r, 4);
	return true;
}
CATREL(pg_attribute, 26, 0);

static const struct column *
next_default(struct catscan *s, struct catrow *r)
{
	for (;;) {
		while (r->rel && r->sub < r->rel->ncols) {
			const struct column *c = &r->rel->cols[r->sub++];

			if (!c->dropped && c->default_oid && c->default_expr)
				return c;
		}
		if (!next_user_relation(s, r))
			return NULL;
		r->sub = 0;
	}
}

static bool
pg_attrdef_row(struct catscan *s, struct catrow *r)
{
	const struct column *c = next_default(s, r);

	if (!c)
		return false;
	row_int(r, c->default_oid);
	row_int(r, r->rel->oid);
	row_int(r, c->attnum);
	row_text(r, c->default_expr);
	return true;
}
CATREL(pg_attrdef, 4, 1);

/* COMMENT ON SCHEMA public: the user's own comes instead of the built-in one. */
static bool
described_anew(const struct snapshot *snap, const struct catrow *r)
{
	for (int i = 0; i < snap->descriptions.n; i++) {
		const struct description *d = snap->descriptions.v[i];

		if (d->objoid == (oid_t)r->cells[0].i && d->classoid == (oid_t)r->cells[1].i &&
		    d->objsubid == (int32_t)r->cells[2].i)
			return true;
	}
	return false;
}

/* The constant comments first; r->at counts the user's after them. */
static bool
pg_description_row(struct catscan *s, struct catrow *r)
{
	const struct description *d;

	while (!r->at) {
		if (!static_row(s, r, "pg_description"))
			r->at = 1;
		else if (!described_anew(s->snap, r))
			return true;
		else
			r->n = 0;
	}
	do {
		if (r->at > s->snap->descriptions.n)
			return false;
		d = VEC_AT(struct description, &s->snap->descriptions, r->at++ - 1);
	} while (s->has_key && d->objoid != s->key);
	row_int(r, d->objoid);
	row_int(r, d->classoid);
	row_int(r, d->objsubid);
	row_text(r, d->text);
	return true;
}
CATREL(pg_description, 4, 0);
