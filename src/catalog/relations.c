/*
 * The built-in relations: made once, from the constant tables, at first use; immutable after that.
 * A relation is one of: rows of ours (scan set, physical "pg_catalog.NAME"), a view (view_def set),
 * or without rows (scan set to an empty one). kind is 'v' only for those with a view_def, so that
 * analysis has one thing to look at; pg_class shows PostgreSQL's.
 */
#include <pthread.h>
#include <stdlib.h>

#include "catalog/builtin.h"
#include "catalog/load.h"
#include "catalog/rows.h"

const struct schema schema_pg_catalog = {NS_PG_CATALOG, BOOTSTRAP_SUPERUSER, "pg_catalog", false};
const struct schema schema_information_schema = {NS_INFORMATION_SCHEMA, BOOTSTRAP_SUPERUSER,
						 "information_schema", false};
const struct schema schema_pg_toast = {NS_TOAST, BOOTSTRAP_SUPERUSER, "pg_toast", false};

/* Relations that PostgreSQL does not have. They are found by name, but not listed in pg_class. */
static const struct builtin_column sequence_columns[] = {
	{"seqrelid", T_OID, -1, 0, true},
	{"last_value", T_INT8, -1, 0, true},
	{"is_called", T_BOOL, -1, 0, true},
};
static const struct builtin_column key_columns[] = {
	{"conrelid", T_OID, -1, 0, true},   {"conoid", T_OID, -1, 0, true},
	{"ordinal", T_INT4, -1, 0, true},   {"attnum", T_INT2, -1, 0, true},
	{"confrelid", T_OID, -1, 0, true},  {"fattnum", T_INT2, -1, 0, false},
	{"fordinal", T_INT4, -1, 0, false},
};
static const struct builtin_column owned_columns[] = {
	{"relid", T_OID, -1, 0, true},
	{"attnum", T_INT2, -1, 0, true},
	{"seqrelid", T_OID, -1, 0, true},
};
static const struct {
	oid_t oid;
	const char *name, *physical;
	const struct catrel *scan; /* NULL: a reserved table, read as it is */
	const struct builtin_column *cols;
	int ncols;
} extras[] = {
	{13989, "litephant_key", "pg_catalog.litephant_key", &catrel_litephant_key, key_columns,
	 COUNTOF(key_columns)},
	{13988, "litephant_owned", "pg_catalog.litephant_owned", &catrel_litephant_owned,
	 owned_columns, COUNTOF(owned_columns)},
	{13990, "litephant_sequence", "litephant.pg_sequence", NULL, sequence_columns,
	 COUNTOF(sequence_columns)},
};
enum { LISTED_EXTRAS = 2 }; /* those with a scan come first */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct arena arena;         /* never freed */
static struct relation *relations; /* builtin_nrelations, then the extras */
static struct map by_name, by_oid, types_by_oid, types_by_name, by_type;

static const char *
view_text(const char *schema, const char *name)
{
	for (int i = 0; i < builtin_nviews; i++)
		if (!strcmp(builtin_views[i].name, name) &&
		    !strcmp(builtin_views[i].schema, schema))
			return builtin_views[i].query;
	return NULL;
}

static void
set_body(struct relation *r, bool information_schema)
{
	r->view_def = view_text(r->schema->name, r->name);
	if (r->view_def) {
		r->kind = 'v';
		return;
	}
	r->kind = 'r';
	r->scan = information_schema ? NULL : catrel_find(r->name);
	if (!r->scan)
		r->scan = &catrel_empty;
	r->physical = arena_printf(&arena, "%s.%s", r->schema->name, r->name);
}

static void
set_columns(struct relation *r, const struct builtin_column *from, int n)
{
	struct column *cols = ARENA_ARRAY(&arena, struct column, n);

	for (int i = 0; i < n; i++) {
		cols[i] = (struct column){.name = from[i].name,
					  .physical = from[i].name,
					  .attnum = (int16_t)(i + 1),
					  .type = type_builtin(from[i].type),
					  .typmod = from[i].typmod,
					  .collation = from[i].collation,
					  .not_null = from[i].not_null};
		if (!cols[i].type)
			cols[i].type =
				map_get(&types_by_oid, (const char *)&from[i].type, sizeof(oid_t));
	}
	r->cols = cols;
	r->ncols = n;
}

static void
set_types(struct relation *r)
{
	const struct type *row = type_builtin(r->type_oid);
	struct type *made;

	if (!r->type_oid)
		return;
	map_put(&by_type, oid_key(&arena, r->type_oid), sizeof(oid_t), r);
	if (r->array_type_oid)
		map_put(&by_type, oid_key(&arena, r->array_type_oid), sizeof(oid_t), r);
	if (row && row->in) {
		r->row_type = row;
		return;
	}
	made = make_row_type(&arena, NULL, r->type_oid, r->name, r->array_type_oid);
	r->row_type = made;
	map_put(&types_by_oid, oid_key(&arena, made->oid), sizeof(oid_t), made);
	map_puts(&types_by_name, made->name, made);
	if (!r->array_type_oid || type_builtin(r->array_type_oid))
		return;
	made = make_array_type(&arena, NULL, r->array_type_oid, arena_printf(&arena, "_%.62s", r->name),
			       made);
	map_put(&types_by_oid, oid_key(&arena, made->oid), sizeof(oid_t), made);
	map_puts(&types_by_name, made->name, made);
}

static void
index_relation(struct relation *r)
{
	size_t n;
	char *key = name_key(&arena, r->schema->oid, r->name, &n);

	map_put(&by_name, key, n, r);
	map_put(&by_oid, oid_key(&arena, r->oid), sizeof(oid_t), r);
}

static void
make_extra(struct relation *r, int i)
{
	*r = (struct relation){.oid = extras[i].oid,
			       .owner = BOOTSTRAP_SUPERUSER,
			       .schema = &schema_pg_catalog,
			       .name = extras[i].name,
			       .physical = extras[i].physical,
			       .kind = 'r',
			       .persistence = 'p',
			       .builtin = true,
			       .scan = extras[i].scan};
	set_columns(r, extras[i].cols, extras[i].ncols);
	index_relation(r);
}

static void
make_relations(void)
{
	relations = xcalloc((size_t)builtin_nrelations + COUNTOF(extras), sizeof(*relations));
	info_domains_make(&arena, &types_by_oid);
	for (int i = 0; i < builtin_nrelations; i++) {
		const struct builtin_relation *b = &builtin_relations[i];
		struct relation *r = &relations[i];

		*r = (struct relation){.oid = b->oid,
				       .type_oid = b->type,
				       .array_type_oid = b->array_type,
				       .owner = BOOTSTRAP_SUPERUSER,
				       .schema = b->information_schema ? &schema_information_schema
								       : &schema_pg_catalog,
				       .name = b->name,
				       .persistence = 'p',
				       .builtin = true};
		set_body(r, b->information_schema);
		set_types(r);
		set_columns(r, &builtin_columns[b->first], b->ncols);
		index_relation(r);
	}
	for (size_t i = 0; i < COUNTOF(extras); i++)
		make_extra(&relations[(size_t)builtin_nrelations + i], (int)i);
}

const struct relation *
builtin_relation_at(int i)
{
	pthread_once(&once, make_relations);
	return i >= 0 && i < builtin_nrelations + LISTED_EXTRAS ? &relations[i] : NULL;
}

const struct relation *
builtin_relation_by_name(const struct schema *schema, const char *name)
{
	char key[sizeof(oid_t) + 64];
	size_t n = strlen(name);

	pthread_once(&once, make_relations);
	if (n > 63 || (schema->oid != NS_PG_CATALOG && schema->oid != NS_INFORMATION_SCHEMA))
		return NULL;
	memcpy(key, &schema->oid, sizeof(oid_t));
	memcpy(key + sizeof(oid_t), name, n);
	return map_get(&by_name, key, sizeof(oid_t) + n);
}

const struct relation *
builtin_relation_by_oid(oid_t oid)
{
	pthread_once(&once, make_relations);
	return map_get(&by_oid, (const char *)&oid, sizeof(oid));
}

const struct type *
builtin_row_type(oid_t oid)
{
	pthread_once(&once, make_relations);
	return map_get(&types_by_oid, (const char *)&oid, sizeof(oid));
}

const struct relation *
builtin_relation_of_type(oid_t type)
{
	pthread_once(&once, make_relations);
	return map_get(&by_type, (const char *)&type, sizeof(type));
}

const struct type *
builtin_row_type_by_name(const char *name)
{
	pthread_once(&once, make_relations);
	return map_gets(&types_by_name, name);
}

char
builtin_relkind(const struct relation *r)
{
	size_t i = (size_t)(r - relations);

	return i < (size_t)builtin_nrelations ? builtin_relations[i].kind : r->kind;
}
