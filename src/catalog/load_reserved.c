/*
 * Reading the reserved tables. Order matters: a row may point only at what was read before it. A
 * row whose SQLite object is gone (another tool dropped it) is passed over, and so is everything
 * that points at it.
 */
#include <stdlib.h>

#include "catalog/load.h"
#include "catalog/persist.h"

#define TABLE(name) "%s.\"" PERSIST_PREFIX name "\""

static bool
meta_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	const char *key = cell_text(l, &cols[0]);
	int64_t value = cell_int(&cols[1]);

	if (!key)
		return true;
	if (!strcmp(key, "format") && value != PERSIST_FORMAT)
		return err_set(l->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "the database file has catalog format %lld, this server reads %d",
			       (long long)value, PERSIST_FORMAT);
	if (strcmp(key, "next_oid"))
		return true;
	if (!l->temp)
		l->s->next_oid = (oid_t)MAX(value, FIRST_USER_OID);
	else if ((oid_t)value > l->s->next_temp_oid)
		l->s->next_temp_oid = (oid_t)value;
	return true;
}

static bool
namespace_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct schema *schema = ARENA_NEW(l->a, struct schema);

	schema->oid = (oid_t)cell_int(&cols[0]);
	schema->name = cell_text(l, &cols[1]);
	schema->owner = (oid_t)cell_int(&cols[2]);
	schema->temp = l->temp;
	if (!schema->name || (l->temp && schema->oid == NS_PUBLIC))
		return true;
	if (l->temp)
		l->s->temp_schema = schema->oid;
	vec_push(l->a, &l->s->schemas, schema);
	return true;
}

/* A session that has temporary tables has this schema, whether a row says so or not. */
static void
add_temp_schema(struct loader *l)
{
	static const struct schema temp = {TEMP_SCHEMA_OID, BOOTSTRAP_SUPERUSER, "pg_temp_1", true};

	l->s->temp_schema = temp.oid;
	vec_push(l->a, &l->s->schemas, (void *)(uintptr_t)&temp);
}

/* Is the SQLite object behind a row still there? */
static bool
claim_disk(struct loader *l, struct relation *r)
{
	struct disk_object *o;

	if (!r->physical)
		return true;
	o = map_gets(&l->by_name, r->physical);
	if (!o)
		return false;
	o->claimed = true;
	o->relation = r;
	if (o->kind == 't' && o->sql) {
		r->without_rowid = strcasestr(o->sql, "without rowid") != NULL;
		if (r->without_rowid || strcasestr(o->sql, "primary key"))
			r->foreign_decl = o->sql;
	}
	return true;
}

static bool
class_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *r = ARENA_NEW(l->a, struct relation);

	r->oid = (oid_t)cell_int(&cols[0]);
	r->name = cell_text(l, &cols[1]);
	r->schema = snapshot_schema_by_oid(l->s, (oid_t)cell_int(&cols[2]));
	r->type_oid = (oid_t)cell_int(&cols[3]);
	r->array_type_oid = (oid_t)cell_int(&cols[4]);
	r->owner = (oid_t)cell_int(&cols[5]);
	r->kind = cell_char(&cols[6]);
	r->persistence = cell_char(&cols[7]);
	r->physical = cell_text(l, &cols[8]);
	r->view_def = cell_text(l, &cols[9]);
	if (r->physical && !*r->physical)
		r->physical = NULL;
	if (!r->name || !r->schema || !claim_disk(l, r))
		return true;
	loader_add_relation(l, r);
	return true;
}

/* UNIQUE inside a table's declaration: our own tables have indexes of their own instead. */
static void
mark_foreign(struct loader *l)
{
	for (int i = 0; i < l->disk.n; i++) {
		const struct disk_object *o = VEC_AT(struct disk_object, &l->disk, i);
		const struct disk_object *t = o->kind == 'i' && !o->sql && o->table
						      ? map_gets(&l->by_name, o->table)
						      : NULL;

		if (t && t->relation)
			t->relation->foreign_decl = t->sql;
	}
}

static bool
count_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *r = loader_relation(l, (oid_t)cell_int(&cols[0]));
	int n = (int)cell_int(&cols[1]);

	if (!r || n < 1 || n > 32767)
		return true;
	r->ncols = n;
	r->cols = ARENA_ARRAY(l->a, struct column, n);
	for (int i = 0; i < n; i++)
		((struct column *)r->cols)[i] = (struct column){.name = "",
								.physical = "",
								.attnum = (int16_t)(i + 1),
								.type = type_builtin(T_INT4),
								.typmod = -1,
								.dropped = true};
	return true;
}

/* Only collatable types have one; name has its own instead of the database's default. */
static oid_t
column_collation(struct loader *l, const struct type *type, oid_t recorded)
{
	oid_t own = snapshot_type_collation(l->s, type);

	return !own || !recorded || recorded == COLLATION_DEFAULT ? own : recorded;
}

static bool
attribute_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *r = loader_relation(l, (oid_t)cell_int(&cols[0]));
	int attnum = (int)cell_int(&cols[1]);
	const struct type *type = snapshot_type(l->s, (oid_t)cell_int(&cols[4]));
	struct column *c;

	if (!r || attnum < 1 || attnum > r->ncols)
		return true;
	c = (struct column *)&r->cols[attnum - 1];
	c->name = cell_text(l, &cols[2]);
	c->physical = cell_text(l, &cols[3]);
	if (!c->physical)
		c->physical = c->name;
	if (type)
		c->type = type;
	c->typmod = (int32_t)cell_int(&cols[5]);
	c->collation = column_collation(l, c->type, (oid_t)cell_int(&cols[6]));
	c->not_null = cell_int(&cols[7]);
	c->identity = cell_char(&cols[8]);
	c->generated = cell_char(&cols[9]);
	c->dropped = cell_int(&cols[10]) || !type;
	c->has_default = c->generated != 0;
	return true;
}

static bool
attrdef_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *r = loader_relation(l, (oid_t)cell_int(&cols[1]));
	struct column *c =
		r ? (struct column *)relation_column_at(r, (int)cell_int(&cols[2])) : NULL;

	if (!c)
		return true;
	c->default_oid = (oid_t)cell_int(&cols[0]);
	c->default_expr = cell_text(l, &cols[3]);
	c->has_default = true;
	return true;
}

/* The numbers of "{1,2}" or "1 2". */
static const int16_t *
numbers(struct loader *l, const struct datum *d, int *n)
{
	const char *p = cell_text(l, d);
	int16_t *list;
	int cap = 1;

	*n = 0;
	if (!p)
		return NULL;
	for (const char *q = p; *q; q++)
		cap += *q == ' ' || *q == ',';
	list = ARENA_ARRAY(l->a, int16_t, cap);
	while (*p && *n < cap) {
		char *end;
		long value = strtol(p, &end, 10);

		if (end == p) {
			p++;
			continue;
		}
		list[(*n)++] = (int16_t)value;
		p = end;
	}
	return list;
}

/* The texts of a JSON array, as SQLite's json_each gives them: one row each. */
struct text_list {
	struct loader *l;
	struct vec texts;
};

static bool
text_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct text_list *list = arg;
	const char *text = cell_text(list->l, &cols[0]);

	if (text)
		vec_push(list->l->a, &list->texts, (void *)(uintptr_t)text);
	return true;
}

static bool
index_expressions(struct loader *l, struct index *ix)
{
	struct text_list list = {.l = l};
	char *sql = arena_printf(
		l->a,
		"SELECT e.value FROM " TABLE("pg_index") " i, json_each(i.indexprs) e"
							 " WHERE i.indexrelid = %u ORDER BY e.key",
		loader_db(l), ix->self->oid);

	if (!l->r->query(l->r->arg, sql, text_row, &list, l->err))
		return false;
	ix->exprs = (const char *const *)list.texts.v;
	ix->nexprs = list.texts.n;
	return true;
}

static bool
index_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *self = loader_relation(l, (oid_t)cell_int(&cols[0]));
	struct relation *rel = loader_relation(l, (oid_t)cell_int(&cols[1]));
	struct index *ix = ARENA_NEW(l->a, struct index);
	int16_t *options;
	int n;

	if (!self || !rel)
		return true;
	ix->self = self;
	ix->rel = rel;
	ix->ncols = (int)cell_int(&cols[2]);
	ix->nkeys = (int)cell_int(&cols[3]);
	ix->unique = cell_int(&cols[4]);
	ix->primary = cell_int(&cols[5]);
	ix->nulls_not_distinct = cell_int(&cols[6]);
	ix->immediate = ix->valid = true;
	ix->cols = numbers(l, &cols[7], &n);
	ix->ncols = MIN(MAX(ix->ncols, 0), n);
	ix->nkeys = MIN(MAX(ix->nkeys, 0), ix->ncols);
	options = ARENA_ARRAY(l->a, int16_t, ix->ncols + 1);
	ix->options = options;
	const int16_t *given = numbers(l, &cols[8], &n);
	for (int i = 0; i < MIN(n, ix->ncols); i++)
		options[i] = given[i];
	ix->predicate = cell_text(l, &cols[10]);
	ix->method = cell_text(l, &cols[11]);
	ix->nexprs = cols[9].class == DATUM_NULL ? 0 : -1;
	self->index = ix;
	vec_push(l->a, &rel->indexes, ix);
	return true;
}

/* Queries inside a query's rows are not asked of the reader: expressions are read after all
 * indexes. */
static bool
finish_indexes(struct loader *l)
{
	for (int i = 0; i < l->s->relations.n; i++) {
		struct relation *r = VEC_AT(struct relation, &l->s->relations, i);

		if (!r->index || (r->persistence == 't') != l->temp)
			continue;
		if (r->index->nexprs < 0 && !index_expressions(l, (struct index *)r->index))
			return false;
		if (!r->ncols)
			loader_index_columns(l, r, r->index);
	}
	return true;
}

static bool
constraint_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct constraint *c = ARENA_NEW(l->a, struct constraint);
	struct relation *rel = loader_relation(l, (oid_t)cell_int(&cols[4]));
	struct relation *ix = loader_relation(l, (oid_t)cell_int(&cols[8]));
	int n;

	if (!rel)
		return true;
	c->oid = (oid_t)cell_int(&cols[0]);
	c->name = cell_text(l, &cols[1]);
	c->kind = cell_char(&cols[3]);
	c->rel = rel;
	c->deferrable = cell_int(&cols[5]);
	c->deferred = cell_int(&cols[6]);
	c->validated = cell_int(&cols[7]);
	c->index = ix ? ix->index : NULL;
	c->frel = loader_relation(l, (oid_t)cell_int(&cols[9]));
	c->on_update = cell_char(&cols[10]);
	c->on_delete = cell_char(&cols[11]);
	c->match = cell_char(&cols[12]);
	c->cols = numbers(l, &cols[13], &c->ncols);
	c->fcols = numbers(l, &cols[14], &n);
	c->expr = cell_text(l, &cols[15]);
	c->no_inherit = cell_int(&cols[16]);
	if (c->kind == 'f' && n != c->ncols)
		return true;
	if (c->kind == 'f' && !c->frel) {
		struct pending_key *p = ARENA_NEW(l->a, struct pending_key);

		*p = (struct pending_key){c, (oid_t)cell_int(&cols[9]), (oid_t)cell_int(&cols[8])};
		vec_push(l->a, &l->pending, p);
		return true;
	}
	if (c->index && (c->kind == 'p' || c->kind == 'u'))
		((struct index *)c->index)->immediate = !c->deferrable;
	loader_add_constraint(l, c);
	return true;
}

void
finish_foreign_keys(struct loader *l)
{
	for (int i = 0; i < l->pending.n; i++) {
		struct pending_key *p = VEC_AT(struct pending_key, &l->pending, i);
		struct relation *ix = loader_relation(l, p->index);

		p->constraint->frel = loader_relation(l, p->frel);
		p->constraint->index = ix ? ix->index : NULL;
		if (p->constraint->frel)
			loader_add_constraint(l, p->constraint);
	}
	l->pending.n = 0;
}

static bool
sequence_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *self = loader_relation(l, (oid_t)cell_int(&cols[0]));
	struct sequence *q = ARENA_NEW(l->a, struct sequence);
	struct relation *owner;

	if (!self)
		return true;
	q->self = self;
	q->type = (oid_t)cell_int(&cols[1]);
	q->start = cell_int(&cols[2]);
	q->increment = cell_int(&cols[3]);
	q->max = cell_int(&cols[4]);
	q->min = cell_int(&cols[5]);
	q->cache = cell_int(&cols[6]);
	q->cycle = cell_int(&cols[7]);
	q->owner_rel = (oid_t)cell_int(&cols[8]);
	q->owner_col = (int16_t)cell_int(&cols[9]);
	self->sequence = q;
	owner = q->owner_rel ? loader_relation(l, q->owner_rel) : NULL;
	if (owner)
		vec_push(l->a, &owner->owned, self);
	if (!self->ncols)
		loader_sequence_columns(l, self);
	self->view_def =
		arena_printf(l->a,
			     "SELECT last_value, CAST(0 AS pg_catalog.int8) AS log_cnt, is_called"
			     " FROM pg_catalog.litephant_sequence WHERE seqrelid = %u",
			     self->oid);
	return true;
}

/* What an index key has instead of the default is kept as what the key depends on. */
static void
key_choice(struct loader *l, const struct dependency *d)
{
	struct relation *self = d->classid == CLASS_PG_CLASS ? loader_relation(l, d->objid) : NULL;
	struct index *ix = self ? (struct index *)(uintptr_t)self->index : NULL;
	const oid_t **list;

	if (!ix || d->objsubid < 1 || d->objsubid > ix->nkeys)
		return;
	list = d->refclassid == CLASS_PG_OPCLASS ? &ix->classes : &ix->collations;
	if (!*list)
		*list = ARENA_ARRAY(l->a, oid_t, ix->nkeys);
	((oid_t *)(uintptr_t)*list)[d->objsubid - 1] = d->refobjid;
}

static bool
depend_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct dependency *d = ARENA_NEW(l->a, struct dependency);

	d->classid = (oid_t)cell_int(&cols[0]);
	d->objid = (oid_t)cell_int(&cols[1]);
	d->objsubid = (int32_t)cell_int(&cols[2]);
	d->refclassid = (oid_t)cell_int(&cols[3]);
	d->refobjid = (oid_t)cell_int(&cols[4]);
	d->refobjsubid = (int32_t)cell_int(&cols[5]);
	d->deptype = cell_char(&cols[6]);
	if (d->refclassid == CLASS_PG_OPCLASS || d->refclassid == CLASS_PG_COLLATION)
		key_choice(l, d);
	vec_push(l->a, &l->s->depends, d);
	return true;
}

static void
attach_comment(struct loader *l, const struct description *d)
{
	struct relation *r = d->classoid == CLASS_PG_CLASS ? loader_relation(l, d->objoid) : NULL;
	struct constraint *c;
	struct column *col;

	if (r && !d->objsubid)
		r->comment = d->text;
	col = r && d->objsubid ? (struct column *)relation_column_at(r, d->objsubid) : NULL;
	if (col)
		col->comment = d->text;
	c = d->classoid == CLASS_PG_CONSTRAINT
		    ? (struct constraint *)snapshot_constraint_by_oid(l->s, d->objoid)
		    : NULL;
	if (c)
		c->comment = d->text;
}

static bool
description_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct description *d = ARENA_NEW(l->a, struct description);

	d->objoid = (oid_t)cell_int(&cols[0]);
	d->classoid = (oid_t)cell_int(&cols[1]);
	d->objsubid = (int32_t)cell_int(&cols[2]);
	d->text = cell_text(l, &cols[3]);
	if (!d->text)
		return true;
	vec_push(l->a, &l->s->descriptions, d);
	attach_comment(l, d);
	return true;
}

static bool
options_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct loader *l = arg;
	struct relation *r = loader_relation(l, (oid_t)cell_int(&cols[0]));
	const char *options = cell_text(l, &cols[1]);

	if (!r || !options)
		return true;
	r->options = options;
	r->check_option = strcasestr(options, "check_option=local")      ? 'l'
			  : strcasestr(options, "check_option=cascaded") ? 'c'
								     : 0;
	return true;
}

/* Row types come after all relations: an array type's name must avoid every relation's. */
static void
add_row_types(struct loader *l)
{
	for (int i = 0; i < l->s->relations.n; i++) {
		struct relation *r = VEC_AT(struct relation, &l->s->relations, i);

		if (!r->row_type)
			loader_add_types(l, r);
	}
}

bool
load_reserved(struct loader *l)
{
	const char *db = loader_db(l);

	if (!loader_query(l, meta_row, "SELECT key, value FROM " TABLE("meta"), db) ||
	    !loader_query(
		    l, namespace_row,
		    "SELECT oid, nspname, nspowner FROM " TABLE("pg_namespace") " ORDER BY oid",
		    db))
		return false;
	if (l->temp && !l->s->temp_schema)
		add_temp_schema(l);
	if (!loader_query(l, class_row,
			  "SELECT oid, relname, relnamespace, reltype, relarraytype, relowner, "
			  "relkind, relpersistence,"
			  " physical, viewdef FROM " TABLE("pg_class") " ORDER BY oid",
			  db))
		return false;
	if (!load_types(l))
		return false;
	if (loader_has(l, "reloptions") &&
	    !loader_query(l, options_row, "SELECT relid, options FROM " TABLE("reloptions"), db))
		return false;
	add_row_types(l);
	finish_types(l);
	mark_foreign(l);
	return loader_query(l, count_row,
			    "SELECT attrelid, max(attnum) FROM " TABLE(
				    "pg_attribute") " GROUP BY attrelid",
			    db) &&
	       loader_query(l, attribute_row,
			    "SELECT attrelid, attnum, attname, physical, atttypid, atttypmod, "
			    "attcollation,"
			    " attnotnull, attidentity, attgenerated, attisdropped FROM " TABLE(
				    "pg_attribute"),
			    db) &&
	       loader_query(l, attrdef_row,
			    "SELECT oid, adrelid, adnum, adsrc FROM " TABLE("pg_attrdef"), db) &&
	       loader_query(l, index_row,
			    "SELECT indexrelid, indrelid, indnatts, indnkeyatts, indisunique, "
			    "indisprimary,"
			    " indnullsnotdistinct, indkey, indoption, indexprs, indpred, method "
			    "FROM " TABLE("pg_index") " ORDER BY indexrelid",
			    db) &&
	       finish_indexes(l) &&
	       loader_query(l, constraint_row,
			    "SELECT oid, conname, connamespace, contype, conrelid, condeferrable, "
			    "condeferred,"
			    " convalidated, conindid, confrelid, confupdtype, confdeltype, "
			    "confmatchtype, conkey, confkey, consrc,"
			    " connoinherit FROM " TABLE("pg_constraint") " ORDER BY oid",
			    db) &&
	       loader_query(l, sequence_row,
			    "SELECT seqrelid, seqtypid, seqstart, seqincrement, seqmax, seqmin, "
			    "seqcache, seqcycle,"
			    " owner_rel, owner_col FROM " TABLE("pg_sequence"),
			    db) &&
	       loader_query(l, depend_row,
			    "SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, "
			    "deptype FROM " TABLE("pg_depend"),
			    db) &&
	       loader_query(l, description_row,
			    "SELECT objoid, classoid, objsubid, description FROM " TABLE(
				    "pg_description"),
			    db);
}
