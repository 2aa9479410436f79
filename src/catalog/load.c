/*
 * Building a snapshot: sqlite_schema, then the reserved tables, then what they do not know. main
 * first, temp after it, because only temporary objects may point at the others.
 */
#include "catalog/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/persist.h"
#include "types/array.h"
#include "types/record.h"

bool
loader_query(struct loader *l, loader_row_fn *row, const char *fmt, ...)
{
	struct arena scratch = ARENA_INIT;
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	ok = l->r->query(l->r->arg, arena_vprintf(&scratch, fmt, ap), row, l, l->err);
	va_end(ap);
	arena_release(&scratch);
	return ok;
}

int64_t
cell_int(const struct datum *d)
{
	char text[32];
	size_t n;

	switch (d->class) {
	case DATUM_INT:
		return d->i;
	case DATUM_REAL:
		return (int64_t)d->r;
	case DATUM_TEXT:
		n = MIN(d->n, sizeof(text) - 1);
		memcpy(text, d->p, n);
		text[n] = '\0';
		return strtoll(text, NULL, 10);
	default:
		return 0;
	}
}

const char *
cell_text(struct loader *l, const struct datum *d)
{
	switch (d->class) {
	case DATUM_TEXT:
	case DATUM_BLOB:
		return arena_strndup(l->a, d->p, d->n);
	case DATUM_INT:
		return arena_printf(l->a, "%lld", (long long)d->i);
	case DATUM_REAL:
		return arena_printf(l->a, "%.17g", d->r);
	default:
		return NULL;
	}
}

char
cell_char(const struct datum *d)
{
	return (d->class == DATUM_TEXT || d->class == DATUM_BLOB) && d->n ? d->p[0] : 0;
}

const char *
loader_db(const struct loader *l)
{
	return l->temp ? "temp" : "main";
}

struct relation *
loader_relation(struct loader *l, oid_t oid)
{
	return map_get(&l->s->by_oid, (const char *)&oid, sizeof(oid));
}

static void
claim_name(struct snapshot *s, const char *name)
{
	char *folded = fold_name(&s->arena, name);

	map_puts(&s->physical_names, folded, folded);
}

void
loader_add_relation(struct loader *l, struct relation *r)
{
	size_t n;
	char *key = name_key(l->a, r->schema->oid, r->name, &n);

	vec_push(l->a, &l->s->relations, r);
	map_put(&l->s->by_name, key, n, r);
	map_put(&l->s->by_oid, oid_key(l->a, r->oid), sizeof(r->oid), r);
	if (r->physical)
		claim_name(l->s, r->physical);
}

/* Types of a snapshot have collations of their own: their order needs the types of their parts. */
static void
own_collation(struct arena *a, struct snapshot *s, struct type *t, type_collate_fn *fn)
{
	t->find = snapshot_type_find;
	t->find_arg = s;
	t->collation = arena_printf(a, "pg_type_%u", t->oid);
	t->collate = fn;
}

struct type *
make_row_type(struct arena *a, struct snapshot *s, oid_t oid, const char *name, oid_t array)
{
	const struct type *record = type_builtin(T_RECORD);
	struct type *t = ARENA_NEW(a, struct type);

	if (record)
		*t = *record;
	t->oid = oid;
	t->name = name;
	t->sql_name = NULL;
	t->array_oid = array;
	t->category = 'C';
	t->typtype = 'c';
	t->preferred = false;
	t->len = -1;
	t->delim = ',';
	t->stored = DATUM_TEXT;
	t->decl = "TEXT";
	if (s)
		own_collation(a, s, t, record_collate);
	return t;
}

void
fill_array_type(struct arena *a, struct snapshot *s, struct type *t, const struct type *element)
{
	t->elem_oid = element->oid;
	t->of = element;
	t->category = 'A';
	t->typtype = 'b';
	t->len = -1;
	t->delim = element->delim;
	t->stored = DATUM_TEXT;
	t->decl = "TEXT";
	t->in = array_in;
	t->out = array_out;
	t->recv = array_recv;
	t->send = array_send;
	if (element->find && element->collate)
		own_collation(a, s, t, elem_array_collate);
	else if (!array_collation(element, &t->collation, &t->collate) && element->collate)
		own_collation(a, s, t, elem_array_collate);
}

struct type *
make_array_type(struct arena *a, struct snapshot *s, oid_t oid, const char *name,
		const struct type *element)
{
	struct type *t = ARENA_NEW(a, struct type);

	t->oid = oid;
	t->name = name;
	fill_array_type(a, s, t, element);
	return t;
}

struct user_type *
loader_add_type(struct loader *l, const struct schema *schema, oid_t owner, struct type *t)
{
	struct user_type *u = ARENA_NEW(l->a, struct user_type);
	size_t n;
	char *key = name_key(l->a, schema->oid, t->name, &n);

	*u = (struct user_type){.type = t, .schema = schema, .owner = owner};
	vec_push(l->a, &l->s->types, u);
	map_put(&l->s->type_by_name, key, n, u);
	map_put(&l->s->type_by_oid, oid_key(l->a, t->oid), sizeof(t->oid), u);
	return u;
}

const char *
array_type_name(struct loader *l, const struct schema *schema, const char *name)
{
	enum { LONGEST = 63 };
	const char *candidate = name;
	size_t n;
	char *key;

	do {
		int room = LONGEST - 1;

		while (room > 0 && (int)strlen(candidate) > room &&
		       ((unsigned char)candidate[room] & 0xc0) == 0x80)
			room--;
		candidate = arena_printf(l->a, "_%.*s", room, candidate);
		key = name_key(l->a, schema->oid, candidate, &n);
	} while (strspn(candidate, "_") < LONGEST &&
		 (map_get(&l->s->by_name, key, n) || map_get(&l->s->type_by_name, key, n)));
	return candidate;
}

void
loader_add_types(struct loader *l, struct relation *r)
{
	struct type *row, *array;

	if (!r->type_oid)
		return;
	row = make_row_type(l->a, l->s, r->type_oid, r->name, r->array_type_oid);
	r->row_type = row;
	loader_add_type(l, r->schema, r->owner, row)->rel = r;
	map_put(&l->s->relation_by_type, oid_key(l->a, row->oid), sizeof(oid_t), r);
	if (!r->array_type_oid)
		return;
	map_put(&l->s->relation_by_type, oid_key(l->a, r->array_type_oid), sizeof(oid_t), r);
	array = make_array_type(l->a, l->s, r->array_type_oid,
				array_type_name(l, r->schema, r->name), row);
	loader_add_type(l, r->schema, r->owner, array)->rel = r;
}

void
loader_add_constraint(struct loader *l, struct constraint *c)
{
	struct relation *rel = (struct relation *)c->rel;

	vec_push(l->a, &rel->constraints, c);
	map_put(&l->s->constraint_by_oid, oid_key(l->a, c->oid), sizeof(c->oid), c);
	if (c->kind == 'f' && c->frel)
		vec_push(l->a, &((struct relation *)c->frel)->referenced_by, c);
}

/* The name that PostgreSQL gives an index's expression column: the called function's, else "expr".
 */
static const char *
expression_name(struct loader *l, const char *expr)
{
	size_t n = 0;

	while ((expr[n] >= 'a' && expr[n] <= 'z') || (expr[n] >= '0' && expr[n] <= '9') ||
	       expr[n] == '_')
		n++;
	return n && expr[n] == '(' ? arena_strndup(l->a, expr, MIN(n, 63)) : "expr";
}

static const char *
unique_column(struct loader *l, const struct column *cols, int n, const char *name)
{
	const char *candidate = name;

	for (int suffix = 1;; suffix++) {
		int i = 0;

		while (i < n && strcmp(cols[i].name, candidate))
			i++;
		if (i == n)
			return candidate;
		candidate = arena_printf(l->a, "%.57s%d", name, suffix);
	}
}

void
loader_index_columns(struct loader *l, struct relation *self, const struct index *ix)
{
	struct column *cols = ARENA_ARRAY(l->a, struct column, ix->ncols);
	int nexprs = 0;

	for (int i = 0; i < ix->ncols; i++) {
		const struct column *of =
			ix->cols[i] ? relation_column_at(ix->rel, ix->cols[i]) : NULL;
		const char *name = of ? of->name : "expr";

		if (!ix->cols[i] && nexprs < ix->nexprs)
			name = expression_name(l, ix->exprs[nexprs++]);
		cols[i] = (struct column){.name = unique_column(l, cols, i, name),
					  .attnum = (int16_t)(i + 1),
					  .type = of ? of->type : type_builtin(T_TEXT),
					  .typmod = of ? of->typmod : -1,
					  .collation = of ? of->collation : COLLATION_DEFAULT};
		cols[i].physical = cols[i].name;
	}
	self->cols = cols;
	self->ncols = ix->ncols;
}

void
loader_sequence_columns(struct loader *l, struct relation *self)
{
	static const struct {
		const char *name;
		oid_t type;
	} names[] = {{"last_value", T_INT8}, {"log_cnt", T_INT8}, {"is_called", T_BOOL}};
	struct column *cols = ARENA_ARRAY(l->a, struct column, COUNTOF(names));

	for (size_t i = 0; i < COUNTOF(names); i++)
		cols[i] = (struct column){.name = names[i].name,
					  .physical = names[i].name,
					  .attnum = (int16_t)(i + 1),
					  .type = type_builtin(names[i].type),
					  .typmod = -1,
					  .not_null = true};
	self->cols = cols;
	self->ncols = COUNTOF(names);
}

bool
loader_has(const struct loader *l, const char *table)
{
	char name[64];

	snprintf(name, sizeof(name), PERSIST_PREFIX "%s", table);
	return map_gets(&l->by_name, name) != NULL;
}

static bool
disk_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct disk_object *o = ARENA_NEW(l->a, struct disk_object);

	o->kind = cell_char(&cols[0]);
	o->name = cell_text(l, &cols[1]);
	o->table = cell_text(l, &cols[2]);
	o->sql = cell_text(l, &cols[3]);
	if (!o->name)
		return true;
	claim_name(l->s, o->name);
	vec_push(l->a, &l->disk, o);
	map_puts(&l->by_name, o->name, o);
	if (!strcmp(o->name, PERSIST_PREFIX "pg_class"))
		l->reserved = true;
	return true;
}

/* One SQLite schema: main or temp. */
static bool
load_database(struct loader *l)
{
	bool ok;

	l->reserved = false;
	l->disk = (struct vec){0};
	l->by_name = (struct map)MAP_INIT;
	ok = loader_query(
		l, disk_row,
		"SELECT type, name, tbl_name, sql FROM %s.sqlite_schema WHERE type <> 'trigger'",
		loader_db(l));
	if (ok && l->reserved)
		ok = load_reserved(l);
	if (ok && l->reserved && !l->temp)
		ok = reconcile_columns(l);
	if (ok && !l->temp)
		ok = adopt_unknown(l);
	finish_foreign_keys(l);
	map_release(&l->by_name);
	return ok;
}

static bool
cookie_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;

	l->s->sqlite_schema_version = cell_int(&cols[0]);
	return true;
}

static void
add_builtin(struct snapshot *s)
{
	static const struct schema *const schemas[] = {
		&schema_pg_catalog, &schema_information_schema, &schema_pg_toast};
	const struct relation *r;

	for (size_t i = 0; i < COUNTOF(schemas); i++)
		vec_push(&s->arena, &s->schemas, (void *)(uintptr_t)schemas[i]);
	for (int i = 0; (r = builtin_relation_at(i)); i++)
		if (r->physical)
			claim_name(s, r->physical);
}

/* "public" is there without a row in a file that has no reserved tables yet. */
static void
add_public(struct loader *l)
{
	static const struct schema public = {NS_PUBLIC, 6171, "public", false};

	if (!l->reserved)
		vec_push(l->a, &l->s->schemas, (void *)(uintptr_t) & public);
}

static bool
load(struct loader *l)
{
	if (!loader_query(l, cookie_row, "SELECT schema_version FROM pragma_schema_version"))
		return false;
	if (!loader_query(
		    l, disk_row,
		    "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name = '%s'",
		    PERSIST_PREFIX "pg_class"))
		return false;
	map_release(&l->by_name);
	add_public(l);
	if (!load_database(l))
		return false;
	if (!l->r->has_temp)
		return true;
	l->temp = true;
	return load_database(l);
}

struct snapshot *
snapshot_load(struct catalog_reader *r, struct err *err)
{
	static _Atomic uint64_t versions;
	struct snapshot *s = xcalloc(1, sizeof(*s));
	struct loader l = {.s = s, .a = &s->arena, .r = r, .err = err};

	composite_init();
	s->refs = 1;
	s->version = ++versions;
	s->next_oid = FIRST_USER_OID;
	s->next_temp_oid = FIRST_TEMP_OID;
	add_builtin(s);
	if (load(&l))
		return s;
	snapshot_unref(s);
	return NULL;
}
