#include <stdlib.h>

#include "ddl/drop_type.h"
#include "ddl/names.h"
#include "ddl/rows.h"

struct drop_kind {
	PgQuery__ObjectType type;
	const char *word, *tag;
	char relkind; /* 0: not a relation */
};

static const struct drop_kind kinds[] = {
	{PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, "table", "DROP TABLE", 'r'},
	{PG_QUERY__OBJECT_TYPE__OBJECT_VIEW, "view", "DROP VIEW", 'v'},
	{PG_QUERY__OBJECT_TYPE__OBJECT_INDEX, "index", "DROP INDEX", 'i'},
	{PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE, "sequence", "DROP SEQUENCE", 'S'},
	{PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA, "schema", "DROP SCHEMA", 0},
	{PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, "materialized view", "DROP MATERIALIZED VIEW", 'm'},
	{PG_QUERY__OBJECT_TYPE__OBJECT_TYPE, "type", "DROP TYPE", 0},
	{PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN, "domain", "DROP DOMAIN", 0},
	{PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION, "function", "DROP FUNCTION", 0},
	{PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER, "trigger", "DROP TRIGGER", 0},
	{PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION, "extension", "DROP EXTENSION", 0},
};

static const struct drop_kind *
kind_of(PgQuery__ObjectType type)
{
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

static const char *
drop_tag(const PgQuery__Node *node)
{
	const struct drop_kind *k = kind_of(node->drop_stmt->remove_type);

	return k ? k->tag : "DROP";
}

static bool
missing(struct ddl *d, const PgQuery__DropStmt *s, const char *sqlstate, const char *word,
	const char *name)
{
	const char *text = arena_printf(d->arena, "%s \"%s\" does not exist", word, name);

	if (!s->missing_ok)
		return err_set(d->err, sqlstate, -1, "%s", text);
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena, "%s, skipping", text), NULL);
	return true;
}

/* "schema.name" or "name" as written, for messages. */
static const char *
written_name(struct ddl *d, const PgQuery__List *l)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < l->n_items; i++)
		buf_printf(&b, "%s%s", i ? "." : "", node_string(l->items[i]));
	s = buf_dup(&b, d->arena);
	buf_release(&b);
	return s;
}

static const struct relation *
look_up(struct ddl *d, const PgQuery__List *l)
{
	const char *name = node_string(l->items[l->n_items - 1]);
	const struct schema *s;

	if (l->n_items == 1)
		return snapshot_search(d->compile->snapshot, d->compile->search_path, name);
	s = snapshot_schema(d->compile->snapshot, node_string(l->items[l->n_items - 2]));
	return s ? snapshot_relation(d->compile->snapshot, s, name) : NULL;
}

static bool
wrong_kind(struct ddl *d, const struct drop_kind *k, const struct relation *rel)
{
	bool index = k->relkind == 'i';

	err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not %s %s", rel->name,
		index ? "an" : "a", k->word);
	if (rel->kind == 'r')
		return err_hint(d->err, "Use DROP TABLE to remove a table.");
	if (rel->kind == 'v')
		return err_hint(d->err, "Use DROP VIEW to remove a view.");
	if (rel->kind == 'i')
		return err_hint(d->err, "Use DROP INDEX to remove an index.");
	if (rel->kind == 'S')
		return err_hint(d->err, "Use DROP SEQUENCE to remove a sequence.");
	if (rel->kind == 'c')
		return err_hint(d->err, "Use DROP TYPE to remove a type.");
	return false;
}

/* An index or a sequence may belong to something that has to be dropped instead. */
static bool
check_owner(struct ddl *d, const struct relation *rel)
{
	if (rel->builtin) {
		err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			"permission denied: \"%s\" is a system catalog", rel->name);
		return false;
	}
	if (rel->kind == 'i') {
		for (int i = 0; i < rel->index->rel->constraints.n; i++) {
			const struct constraint *c = rel->index->rel->constraints.v[i];

			if (c->index != rel->index || c->kind == 'f')
				continue;
			err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
				"cannot drop index %s because constraint %s on table %s requires "
				"it",
				rel->name, c->name, rel->index->rel->name);
			return err_hint(d->err, "You can drop constraint %s on table %s instead.",
					c->name, rel->index->rel->name);
		}
	}
	if (rel->kind == 'S' && rel->sequence->owner_rel) {
		const struct relation *owner =
			snapshot_relation_by_oid(d->compile->snapshot, rel->sequence->owner_rel);
		const struct column *col =
			owner ? relation_column_at(owner, rel->sequence->owner_col) : NULL;

		if (col && col->identity) {
			err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
				"cannot drop sequence %s because column %s of table %s requires it",
				rel->name, col->name, owner->name);
			return err_hint(d->err, "You can drop column %s of table %s instead.",
					col->name, owner->name);
		}
	}
	return true;
}

static bool
drop_relations(struct ddl *d, const PgQuery__DropStmt *s, const struct drop_kind *k)
{
	struct drop_set set = {.d = d};
	const char *what = NULL;
	bool ok = true;

	for (size_t i = 0; ok && i < s->n_objects; i++) {
		const PgQuery__List *l = s->objects[i]->list;
		const struct relation *rel = look_up(d, l);

		if (!rel && l->n_items > 1 &&
		    !snapshot_schema(d->compile->snapshot, node_string(l->items[l->n_items - 2])))
			ok = missing(d, s, ERR_INVALID_SCHEMA_NAME, "schema",
				     node_string(l->items[l->n_items - 2]));
		else if (!rel)
			ok = missing(d, s,
				     k->relkind == 'i' ? ERR_UNDEFINED_OBJECT : ERR_UNDEFINED_TABLE,
				     k->word, written_name(d, l));
		else if (rel->kind != k->relkind)
			ok = wrong_kind(d, k, rel);
		else if ((ok = check_owner(d, rel)))
			vec_push(d->arena, &set.asked, (void *)rel);
	}
	for (int i = 0; ok && i < set.asked.n; i++)
		drop_collect(&set, set.asked.v[i]);
	if (set.asked.n == 1)
		what = arena_printf(d->arena, "%s %s", k->word,
				    snapshot_relation_name(d->arena, d->compile->snapshot,
							   d->compile->search_path,
							   VEC_AT(struct relation, &set.asked, 0)));
	ok = ok && (set.asked.n == 0 ||
		    (drop_check(&set, s->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE, what) &&
		     drop_execute(&set)));
	return ok;
}

struct member { /* of a schema */
	oid_t oid;
	const struct relation *rel;
	const struct user_type *type; /* where it is no relation's */
};

static int
newest_first(const void *x, const void *y)
{
	const struct member *a = *(const struct member *const *)x,
			    *b = *(const struct member *const *)y;

	return a->oid < b->oid ? 1 : a->oid > b->oid ? -1 : 0;
}

static void
add_member(struct ddl *d, struct vec *out, struct member m)
{
	vec_push(d->arena, out, arena_memdup(d->arena, &m, sizeof(m)));
}

/* What is in a schema by itself: no indexes, owned sequences, row types, array types, multiranges.
 */
static void
members(struct ddl *d, const struct schema *schema, struct vec *out)
{
	const struct snapshot *snap = d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *rel = snap->relations.v[i];

		if (rel->schema != schema || rel->kind == 'i' ||
		    (rel->kind == 'S' && rel->sequence->owner_rel))
			continue;
		add_member(d, out,
			   (struct member){rel->kind == 'c' ? rel->type_oid : rel->oid, rel, NULL});
	}
	for (int i = 0; i < snap->types.n; i++) {
		const struct user_type *u = snap->types.v[i];

		if (u->schema == schema && !u->rel && !u->type->elem_oid && u->type->typtype != 'm')
			add_member(d, out, (struct member){u->type->oid, NULL, u});
	}
	if (out->n)
		qsort(out->v, (size_t)out->n, sizeof(void *), newest_first);
}

static bool
collect_schema(struct ddl *d, const struct schema *schema, struct drop_set *set)
{
	const struct snapshot *snap = d->compile->snapshot;
	struct vec all = {0};

	members(d, schema, &all);
	for (int i = 0; i < all.n; i++) {
		const struct member *m = all.v[i];
		const char *object;

		if (vec_has(&set->relations, m->rel) || vec_has(&set->types, m->type))
			continue;
		if (m->rel)
			drop_collect(set, m->rel);
		else if (!drop_add_type(set, m->type))
			return false;
		object = m->rel ? snapshot_relation_name(d->arena, snap, d->compile->search_path,
							 m->rel)
				: usertype_display(d, m->type->type);
		drop_depends(set,
			     arena_printf(d->arena, "%s %s",
					  m->rel ? relation_kind_word(m->rel) : "type", object),
			     arena_printf(d->arena, "schema %s", schema->name));
	}
	return !err_is_set(d->err);
}

static bool
check_schema(struct ddl *d, const struct schema *schema, const char *name)
{
	if (schema->oid == NS_PG_CATALOG || schema->oid == NS_TOAST ||
	    !strcmp(name, "information_schema") || schema->temp)
		return err_set(
			d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			"cannot drop schema %s because it is required by the database system",
			name);
	return true;
}

static bool
drop_schemas(struct ddl *d, const PgQuery__DropStmt *s)
{
	struct drop_set set = {.d = d};
	struct vec schemas = {0};

	for (size_t i = 0; i < s->n_objects; i++) {
		const char *name = node_string(s->objects[i]);
		const struct schema *schema = snapshot_schema(d->compile->snapshot, name);

		if (!schema) {
			if (!missing(d, s, ERR_INVALID_SCHEMA_NAME, "schema", name))
				return false;
			continue;
		}
		if (!check_schema(d, schema, name))
			return false;
		if (!vec_has(&schemas, schema))
			vec_push(d->arena, &schemas, (void *)schema);
	}
	for (int i = 0; i < schemas.n; i++)
		if (!collect_schema(d, schemas.v[i], &set))
			return false;
	if (!drop_check(&set, s->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE,
			schemas.n == 1 ? arena_printf(d->arena, "schema %s",
						      VEC_AT(struct schema, &schemas, 0)->name)
				       : NULL) ||
	    (schemas.n && (!drop_execute(&set) || !rows_init(d, false))))
		return false;
	for (int i = 0; i < schemas.n; i++)
		if (!rows_drop_schema(d, VEC_AT(struct schema, &schemas, i)->oid))
			return false;
	return true;
}

/* Kinds of objects that cannot exist here: IF EXISTS is satisfied, the rest says what is missing.
 */
static bool
drop_absent(struct ddl *d, const PgQuery__DropStmt *s, const struct drop_kind *k)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		const PgQuery__Node *o = s->objects[i];
		const char *name =
			o->node_case == PG_QUERY__NODE__NODE_STRING ? node_string(o)
			: o->node_case == PG_QUERY__NODE__NODE_LIST ? written_name(d, o->list)
			: o->node_case == PG_QUERY__NODE__NODE_TYPE_NAME
				? node_string(o->type_name->names[o->type_name->n_names - 1])
				: "";

		if (!missing(d, s, ERR_UNDEFINED_OBJECT, k->word, name))
			return false;
	}
	return true;
}

static bool
drop(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__DropStmt *s = node->drop_stmt;
	const struct drop_kind *k = kind_of(s->remove_type);

	if (!k || s->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION)
		return err_unsupported(d->err, -1, "DROP of this kind of object");
	if (k->relkind)
		return drop_relations(d, s, k);
	if (s->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA)
		return drop_schemas(d, s);
	if (s->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
	    s->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN)
		return drop_types(d, s);
	return drop_absent(d, s, k);
}

const struct ddl_command ddl_drop = {PG_QUERY__NODE__NODE_DROP_STMT, DDL_TRANSACTION, "DROP", drop,
				     drop_tag};
