/*
 * CREATE TYPE's enums, ranges and domains from the reserved tables. (Composites are relations of
 * kind c.) All names come first, so that array types' names keep clear of them; then each type is
 * filled in, what it is made of before it. A type whose parts another tool took away keeps its name
 * and has no conversions.
 */
#include <stdlib.h>

#include "catalog/load.h"
#include "catalog/persist.h"
#include "types/domain.h"
#include "types/enum.h"
#include "types/range.h"

#define TABLE(name) "%s.\"" PERSIST_PREFIX name "\""

enum { MAX_DEPTH = 200 }; /* of domains over what has higher OIDs */

/* A row of pg_type, until it is filled in. */
struct declared_type {
	struct user_type *user;
	struct type *type, *array; /* array: NULL where there is none */
	oid_t base;                /* a domain's base, a range's subtype, a multirange's range */
	struct domain *domain;
	struct vec labels, checks; /* struct enum_label, struct domain_constraint */
	bool busy, done;
};

static struct declared_type *
find_declared(struct loader *l, oid_t oid)
{
	return map_get(&l->declared_by_oid, (const char *)&oid, sizeof(oid));
}

static void
start_domain(struct loader *l, struct declared_type *d, const struct datum *cols)
{
	d->base = (oid_t)cell_int(&cols[6]);
	d->type->base_oid = d->base;
	d->domain = ARENA_NEW(l->a, struct domain);
	d->domain->typmod = (int32_t)cell_int(&cols[7]);
	d->domain->not_null = cell_int(&cols[8]);
	d->domain->default_expr = cell_text(l, &cols[9]);
	d->domain->collation = (oid_t)cell_int(&cols[10]);
	d->user->collation = d->domain->collation;
}

static bool
type_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	const struct schema *schema = snapshot_schema_by_oid(l->s, (oid_t)cell_int(&cols[2]));
	struct declared_type *d = ARENA_NEW(l->a, struct declared_type);
	struct type *t = ARENA_NEW(l->a, struct type);

	t->oid = (oid_t)cell_int(&cols[0]);
	t->name = cell_text(l, &cols[1]);
	t->typtype = cell_char(&cols[4]);
	t->array_oid = (oid_t)cell_int(&cols[5]);
	if (!t->name || !schema || !t->oid || find_declared(l, t->oid))
		return true;
	t->len = -1;
	t->delim = ',';
	t->stored = DATUM_TEXT;
	t->decl = "TEXT";
	t->find = snapshot_type_find;
	t->find_arg = l->s;
	d->type = t;
	d->user = loader_add_type(l, schema, (oid_t)cell_int(&cols[3]), t);
	if (t->typtype == 'd')
		start_domain(l, d, cols);
	vec_push(l->a, &l->declared, d);
	map_put(&l->declared_by_oid, oid_key(l->a, t->oid), sizeof(t->oid), d);
	return true;
}

static bool
enum_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct declared_type *d = find_declared(l, (oid_t)cell_int(&cols[1]));
	struct enum_label *label = ARENA_NEW(l->a, struct enum_label);

	label->oid = (oid_t)cell_int(&cols[0]);
	label->sort_order =
		cols[2].class == DATUM_REAL ? (float)cols[2].r : (float)cell_int(&cols[2]);
	label->name = cell_text(l, &cols[3]);
	if (!d || !label->name)
		return true;
	label->n = strlen(label->name);
	vec_push(l->a, &d->labels, label);
	return true;
}

static bool
range_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct declared_type *range = find_declared(l, (oid_t)cell_int(&cols[0]));
	struct declared_type *multi = find_declared(l, (oid_t)cell_int(&cols[2]));

	if (!range || !multi)
		return true;
	range->base = (oid_t)cell_int(&cols[1]);
	range->user->collation = (oid_t)cell_int(&cols[3]);
	range->user->opclass = (oid_t)cell_int(&cols[4]);
	range->type->multirange_oid = multi->type->oid;
	multi->base = multi->type->range_oid = range->type->oid;
	return true;
}

static bool
check_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct declared_type *d = find_declared(l, (oid_t)cell_int(&cols[2]));
	struct domain_constraint *c = ARENA_NEW(l->a, struct domain_constraint);

	c->oid = (oid_t)cell_int(&cols[0]);
	c->name = cell_text(l, &cols[1]);
	c->validated = cell_int(&cols[3]);
	c->expr = cell_text(l, &cols[4]);
	if (d && d->domain && c->name && c->expr)
		vec_push(l->a, &d->checks, c);
	return true;
}

bool
load_types(struct loader *l)
{
	const char *db = loader_db(l);

	l->declared = (struct vec){0};
	l->declared_by_oid = (struct map)MAP_INIT;
	if (!loader_has(l, "pg_type"))
		return true;
	return loader_query(l, type_row,
			    "SELECT oid, typname, typnamespace, typowner, typtype, typarray, "
			    "typbasetype, typtypmod, typnotnull, typdefault, typcollation "
			    "FROM " TABLE("pg_type") " ORDER BY oid",
			    db) &&
	       (!loader_has(l, "pg_enum") ||
		loader_query(l, enum_row,
			     "SELECT oid, enumtypid, enumsortorder, enumlabel FROM " TABLE(
				     "pg_enum") " ORDER BY enumtypid, enumsortorder",
			     db)) &&
	       (!loader_has(l, "pg_range") ||
		loader_query(l, range_row,
			     "SELECT rngtypid, rngsubtype, rngmultitypid, rngcollation, rngsubopc "
			     "FROM " TABLE("pg_range"),
			     db)) &&
	       (!loader_has(l, "domain_constraint") ||
		loader_query(l, check_row,
			     "SELECT oid, conname, contypid, convalidated, consrc FROM " TABLE(
				     "domain_constraint") " ORDER BY contypid, conname",
			     db));
}

/* ---- what they are ---- */

static const struct type *resolve(struct loader *l, oid_t oid, int depth);

static void
fill_enum(struct loader *l, struct declared_type *d)
{
	struct enum_labels *labels = ARENA_NEW(l->a, struct enum_labels);
	struct enum_label *at = ARENA_ARRAY(l->a, struct enum_label, d->labels.n + 1);
	struct type *t = d->type;

	for (int i = 0; i < d->labels.n; i++) {
		at[i] = *VEC_AT(struct enum_label, &d->labels, i);
		map_put(&labels->by_name, at[i].name, at[i].n, &at[i]);
	}
	labels->n = d->labels.n;
	labels->at = at;
	vec_push(l->a, &l->s->label_maps, &labels->by_name);
	t->labels = labels;
	t->category = 'E';
	t->len = 4;
	t->collation = arena_printf(l->a, "pg_type_%u", t->oid);
	t->collate = enum_collate;
	t->in = enum_in;
	t->out = enum_out;
	t->recv = enum_recv;
	t->send = enum_send;
}

static void
fill_domain(struct loader *l, struct declared_type *d, const struct type *base)
{
	struct domain_constraint *checks =
		ARENA_ARRAY(l->a, struct domain_constraint, d->checks.n + 1);
	struct type *t = d->type;

	for (int i = 0; i < d->checks.n; i++)
		checks[i] = *VEC_AT(struct domain_constraint, &d->checks, i);
	d->domain->nchecks = d->checks.n;
	d->domain->checks = checks;
	t->domain = d->domain;
	t->of = base;
	t->category = base->category;
	t->len = base->len;
	t->delim = base->delim;
	t->stored = base->stored;
	t->decl = base->decl;
	t->collation = base->collation;
	t->collate = base->collate ? domain_collate : NULL;
	t->labels = base->labels;
	if (!base->in)
		return;
	t->in = domain_in;
	t->out = domain_out;
	t->recv = domain_recv;
	t->send = domain_send;
}

/* A range over its subtype, a multirange over its range. */
static void
fill_range(struct loader *l, struct type *t, const struct type *base)
{
	if (!base->in)
		return;
	if (t->typtype == 'r')
		range_type_init(t, base);
	else
		multirange_type_init(t, base);
	if (t->collate)
		t->collation = arena_printf(l->a, "pg_type_%u", t->oid);
	if (t->typtype == 'r')
		loader_add_range(l, t);
}

static void
fill(struct loader *l, struct declared_type *d, int depth)
{
	const struct type *base = NULL;

	if (d->done || d->busy || depth > MAX_DEPTH)
		return;
	d->busy = true;
	if (d->base)
		base = resolve(l, d->base, depth + 1);
	d->busy = false;
	d->done = true;
	switch (d->type->typtype) {
	case 'e':
		fill_enum(l, d);
		break;
	case 'd':
		if (base)
			fill_domain(l, d, base);
		break;
	case 'r':
	case 'm':
		if (base)
			fill_range(l, d->type, base);
		break;
	default:
		break;
	}
	if (d->array)
		fill_array_type(l->a, l->s, d->array, d->type);
}

static const struct type *
resolve(struct loader *l, oid_t oid, int depth)
{
	struct declared_type *d = find_declared(l, oid);
	const struct type *t;

	if (d)
		fill(l, d, depth);
	t = snapshot_type(l->s, oid);
	return d && !d->done ? NULL : t;
}

/* The array types, by name and OID; what they are follows their elements. */
static void
add_arrays(struct loader *l)
{
	for (int i = 0; i < l->declared.n; i++) {
		struct declared_type *d = l->declared.v[i];
		struct user_type *u;

		if (!d->type->array_oid)
			continue;
		d->array = ARENA_NEW(l->a, struct type);
		d->array->oid = d->type->array_oid;
		d->array->name = array_type_name(l, d->user->schema, d->type->name);
		u = loader_add_type(l, d->user->schema, d->user->owner, d->array);
		u->collation = d->type->typtype == 'd' ? d->user->collation : 0;
		map_put(&l->declared_by_oid, oid_key(l->a, d->array->oid), sizeof(oid_t), d);
	}
}

void
finish_types(struct loader *l)
{
	add_arrays(l);
	for (int i = 0; i < l->declared.n; i++)
		fill(l, l->declared.v[i], 0);
	map_release(&l->declared_by_oid);
}
