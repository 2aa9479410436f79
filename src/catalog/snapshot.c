/*
 * Look-ups, and a snapshot's life. User objects are found through the snapshot's maps; built-in
 * relations through the static ones, so that a fresh snapshot costs nothing for them.
 */
#include "catalog/snapshot.h"

#include <stdlib.h>

#include "catalog/load.h"
#include "catalog/persist.h"
#include "types/domain.h"

enum { KEY_MAX = 260, MAX_PARTS_DEPTH = 100, MAX_PARTS = 100000 };

char *
fold_name(struct arena *a, const char *name)
{
	char *folded = arena_strdup(a, name);

	for (char *p = folded; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return folded;
}

char *
oid_key(struct arena *a, oid_t oid)
{
	return arena_memdup(a, &oid, sizeof(oid));
}

char *
name_key(struct arena *a, oid_t schema, const char *name, size_t *len)
{
	size_t n = strlen(name);
	char *key = arena_alloc(a, sizeof(schema) + n);

	memcpy(key, &schema, sizeof(schema));
	memcpy(key + sizeof(schema), name, n);
	*len = sizeof(schema) + n;
	return key;
}

static void *
get_by_name(const struct map *m, oid_t schema, const char *name)
{
	char key[KEY_MAX];
	size_t n = strlen(name);

	if (n > KEY_MAX - sizeof(schema))
		return NULL;
	memcpy(key, &schema, sizeof(schema));
	memcpy(key + sizeof(schema), name, n);
	return map_get(m, key, sizeof(schema) + n);
}

static void *
get_by_oid(const struct map *m, oid_t oid)
{
	return map_get(m, (const char *)&oid, sizeof(oid));
}

const struct schema *
snapshot_schema(const struct snapshot *s, const char *name)
{
	if (!strcmp(name, "pg_temp"))
		return s->temp_schema ? snapshot_schema_by_oid(s, s->temp_schema) : NULL;
	for (int i = 0; i < s->schemas.n; i++)
		if (!strcmp(VEC_AT(struct schema, &s->schemas, i)->name, name))
			return VEC_AT(struct schema, &s->schemas, i);
	return NULL;
}

const struct schema *
snapshot_schema_by_oid(const struct snapshot *s, oid_t oid)
{
	for (int i = 0; i < s->schemas.n; i++)
		if (VEC_AT(struct schema, &s->schemas, i)->oid == oid)
			return VEC_AT(struct schema, &s->schemas, i);
	return NULL;
}

const struct relation *
snapshot_relation(const struct snapshot *s, const struct schema *schema, const char *name)
{
	const struct relation *r = get_by_name(&s->by_name, schema->oid, name);

	return r ? r : builtin_relation_by_name(schema, name);
}

const struct relation *
snapshot_relation_by_oid(const struct snapshot *s, oid_t oid)
{
	const struct relation *r = get_by_oid(&s->by_oid, oid);

	return r ? r : builtin_relation_by_oid(oid);
}

const struct relation *
snapshot_search(const struct snapshot *s, const char *const *path, const char *name)
{
	for (; *path; path++) {
		const struct schema *schema = snapshot_schema(s, *path);
		const struct relation *r = schema ? snapshot_relation(s, schema, name) : NULL;

		if (r)
			return r;
	}
	return NULL;
}

const struct type *
snapshot_type(const struct snapshot *s, oid_t oid)
{
	const struct type *t = type_builtin(oid), *row;
	const struct user_type *u;

	if (t && (t->in || t->typtype != 'c'))
		return t;
	u = t ? NULL : snapshot_user_type(s, oid);
	row = u ? u->type : builtin_row_type(oid);
	return row ? row : t;
}

const struct user_type *
snapshot_user_type(const struct snapshot *s, oid_t oid)
{
	const struct user_type *u = get_by_oid(&s->type_by_oid, oid);

	return u ? u : info_domain_by_oid(oid);
}

oid_t
snapshot_operator_type(const struct snapshot *s, oid_t oid)
{
	const struct type *t = type_builtin(oid) ? NULL : snapshot_type(s, oid);

	if (!t)
		return oid;
	t = domain_base(t, NULL);
	if (t->oid < FIRST_USER_OID)
		return t->oid;
	if (t->elem_oid)
		return T_ANYARRAY;
	switch (t->typtype) {
	case 'c':
		return T_RECORD;
	case 'e':
		return T_ANYENUM;
	case 'r':
		return T_ANYRANGE;
	case 'm':
		return T_ANYMULTIRANGE;
	default:
		return t->oid;
	}
}

oid_t
snapshot_type_collation(const struct snapshot *s, const struct type *t)
{
	const struct user_type *u;

	if (type_builtin(t->oid))
		return catalog_type_collation(t->oid);
	u = snapshot_user_type(s, t->oid);
	return u && t->typtype != 'r' ? u->collation : 0;
}

const struct type *
snapshot_type_find(void *snapshot, oid_t oid)
{
	return snapshot_type(snapshot, oid);
}

static const struct type *
type_in_schema(const struct snapshot *s, const struct schema *schema, const char *name)
{
	const struct user_type *u;
	const struct type *t;

	if (schema->oid != NS_PG_CATALOG) {
		u = get_by_name(&s->type_by_name, schema->oid, name);
		t = u || schema->oid != NS_INFORMATION_SCHEMA ? NULL : info_domain_by_name(name);
		return u ? u->type : t;
	}
	t = type_builtin_by_name(name);
	return t ? t : builtin_row_type_by_name(name);
}

const struct type *
snapshot_type_by_name(const struct snapshot *s, const char *const *path, const char *schema,
		      const char *name)
{
	const char *one[] = {schema, NULL};

	for (const char *const *p = schema ? one : path; *p; p++) {
		const struct schema *n = snapshot_schema(s, *p);
		const struct type *t = n ? type_in_schema(s, n, name) : NULL;

		if (t)
			return t;
	}
	return NULL;
}

const struct relation *
snapshot_relation_of_type(const struct snapshot *s, oid_t type)
{
	const struct relation *r = get_by_oid(&s->relation_by_type, type);

	return r ? r : builtin_relation_of_type(type);
}

const struct column *
relation_column(const struct relation *r, const char *name)
{
	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped && !strcmp(r->cols[i].name, name))
			return &r->cols[i];
	return NULL;
}

const struct column *
relation_column_at(const struct relation *r, int attnum)
{
	if (attnum < 1 || attnum > r->ncols || r->cols[attnum - 1].dropped)
		return NULL;
	return &r->cols[attnum - 1];
}

const struct constraint *
snapshot_constraint_by_oid(const struct snapshot *s, oid_t oid)
{
	return get_by_oid(&s->constraint_by_oid, oid);
}

bool
snapshot_relation_visible(const struct snapshot *s, const char *const *path,
			  const struct relation *r)
{
	return path && snapshot_search(s, path, r->name) == r;
}

char *
snapshot_relation_name(struct arena *a, const struct snapshot *s, const char *const *path,
		       const struct relation *r)
{
	if (snapshot_relation_visible(s, path, r))
		return quote_identifier(a, r->name);
	return arena_printf(a, "%s.%s",
			    quote_identifier(a, r->schema->temp ? "pg_temp" : r->schema->name),
			    quote_identifier(a, r->name));
}

static bool
user_type_visible(const struct snapshot *s, const char *const *path, const struct type *t)
{
	return path && snapshot_type_by_name(s, path, NULL, t->name) == t;
}

char *
snapshot_format_type(struct arena *a, const struct snapshot *s, const char *const *path, oid_t oid,
		     int32_t typmod)
{
	const struct type *t = snapshot_type(s, oid), *element;
	const struct user_type *u;

	if (!t)
		return arena_strdup(a, oid ? "???" : "-");
	element = t->elem_oid && t->category == 'A' ? snapshot_type(s, t->elem_oid) : NULL;
	u = type_builtin(oid) ? NULL : snapshot_user_type(s, oid);
	if (!u || user_type_visible(s, path, element ? element : t))
		return format_type(a, t, typmod, snapshot_type_find, (void *)(uintptr_t)s);
	return arena_printf(
		a, "%s.%s%s", quote_identifier(a, u->schema->temp ? "pg_temp" : u->schema->name),
		quote_identifier(a, element ? element->name : t->name), element ? "[]" : "");
}

char *
snapshot_type_name(struct arena *a, const struct snapshot *s, const char *const *path,
		   const struct type *t)
{
	return snapshot_format_type(a, s, path, t->oid, -1);
}

/* Composites that speak of each other could make the way endless: visits are counted. */
static bool
contains(const struct snapshot *s, const struct type *t, const struct type *part, int depth,
	 int *visits)
{
	const struct relation *rel;

	if (t->oid == part->oid)
		return true;
	if (depth > MAX_PARTS_DEPTH || t->oid < FIRST_USER_OID || ++*visits > MAX_PARTS)
		return false;
	if (t->of)
		return contains(s, t->of, part, depth + 1, visits);
	if (t->typtype != 'c' || !(rel = snapshot_relation_of_type(s, t->oid)))
		return false;
	for (int i = 0; i < rel->ncols; i++)
		if (!rel->cols[i].dropped &&
		    contains(s, rel->cols[i].type, part, depth + 1, visits))
			return true;
	return false;
}

bool
snapshot_type_contains(const struct snapshot *s, const struct type *t, const struct type *part)
{
	int visits = 0;

	return contains(s, t, part, 0, &visits);
}

struct relation *
domain_value_relation(struct arena *a, const struct snapshot *s, oid_t base, int32_t typmod,
		      oid_t collation)
{
	struct relation *rel = ARENA_NEW(a, struct relation);
	struct column *col = ARENA_NEW(a, struct column);

	*col = (struct column){.name = "value",
			       .physical = "value",
			       .attnum = 1,
			       .type = snapshot_type(s, base),
			       .typmod = typmod,
			       .collation = collation};
	rel->kind = 'd';
	rel->name = rel->physical = "";
	rel->schema = &schema_pg_catalog;
	rel->persistence = 't';
	rel->ncols = 1;
	rel->cols = col;
	return rel;
}

const struct type *
snapshot_domain_constraint(const struct snapshot *s, oid_t oid, const struct domain_constraint **c)
{
	for (int i = -INFO_DOMAINS; i < s->types.n; i++) {
		const struct user_type *u =
			i < 0 ? info_domain_at(i + INFO_DOMAINS) : s->types.v[i];
		const struct type *t = u->type;

		for (int k = 0; t->typtype == 'd' && t->domain && k < t->domain->nchecks; k++)
			if (t->domain->checks[k].oid == oid) {
				*c = &t->domain->checks[k];
				return t;
			}
	}
	return NULL;
}

struct snapshot *
snapshot_ref(struct snapshot *s)
{
	s->refs++;
	return s;
}

static void
snapshot_free(struct snapshot *s)
{
	map_release(&s->by_oid);
	map_release(&s->by_name);
	map_release(&s->type_by_oid);
	map_release(&s->type_by_name);
	map_release(&s->relation_by_type);
	map_release(&s->constraint_by_oid);
	map_release(&s->physical_names);
	for (int i = 0; i < s->label_maps.n; i++)
		map_release(s->label_maps.v[i]);
	arena_release(&s->arena);
	free(s->depend_index);
	free(s);
}

void
snapshot_unref(struct snapshot *s)
{
	if (s && --s->refs == 0)
		snapshot_free(s);
}
