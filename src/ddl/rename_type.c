/*
 * ALTER TYPE and ALTER DOMAIN: RENAME TO, RENAME CONSTRAINT, SET SCHEMA, OWNER TO. A composite is
 * its relation of kind c, too. Stored texts name types, so they follow.
 */
#include "ddl/rename_type.h"

#include "catalog/roles.h"
#include "ddl/names.h"
#include "ddl/type_texts.h"
#include "ddl/usertype_rows.h"

bool
type_alterable(struct ddl *d, PgQuery__Node *const *names, size_t n, bool domain,
	       const struct user_type **u)
{
	const struct type *t, *element;

	if (!usertype_named(d, names, n, &t))
		return false;
	*u = snapshot_user_type(d->compile->snapshot, t->oid);
	if (domain && t->typtype != 'd')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is not a domain",
			       usertype_display(d, t));
	if (!*u)
		return err_unsupported(d->err, -1, "altering the built-in type %s",
				       usertype_display(d, t));
	if (t->elem_oid) {
		element = snapshot_type(d->compile->snapshot, t->elem_oid);
		err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "cannot alter array type %s",
			usertype_display(d, t));
		return err_hint(d->err,
				"You can alter type %s, which will alter the array type as well.",
				usertype_display(d, element));
	}
	if ((*u)->rel && (*u)->rel->kind != 'c') {
		err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is a table's row type",
			usertype_display(d, t));
		return err_hint(d->err, "Use ALTER TABLE instead.");
	}
	return true;
}

/* The row that has the type's name, schema and owner. */
static bool
write_place(struct ddl *d, const struct user_type *u, const struct type_place *place)
{
	if (u->rel)
		return ROWS_EXEC(
			d, u->schema->temp,
			"UPDATE %s.\"litephant.pg_class\" SET relname = ?2, relnamespace = "
			"?3 WHERE oid = ?1",
			datum_int(u->rel->oid), row_text(place->name),
			datum_int(place->schema->oid));
	return ROWS_EXEC(d, u->schema->temp,
			 "UPDATE %s.\"litephant.pg_type\" SET typname = ?2, typnamespace = ?3 "
			 "WHERE oid = ?1",
			 datum_int(u->type->oid), row_text(place->name),
			 datum_int(place->schema->oid));
}

static bool
move(struct ddl *d, const struct user_type *u, const struct type_place *place)
{
	struct type_change change = {.type = u->type,
				     .schema =
					     place->schema->temp ? "pg_temp" : place->schema->name,
				     .name = place->name};
	struct vec texts = {0};

	return type_texts_find(d, &change, &texts) && write_place(d, u, place) && ddl_refresh(d) &&
	       type_texts_write(d, &texts);
}

bool
rename_type(struct ddl *d, const PgQuery__RenameStmt *s)
{
	bool domain = s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN;
	const PgQuery__List *l = s->object->list;
	struct type_place place = {.name = s->newname};
	const struct user_type *u;

	if (!rows_init(d, false) || !type_alterable(d, l->items, l->n_items, domain, &u))
		return false;
	place.schema = u->schema;
	if (u->rel && snapshot_relation(d->compile->snapshot, u->schema, s->newname))
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       s->newname);
	return usertype_name_free(d, u->schema, s->newname) && move(d, u, &place);
}

bool
rename_domain_constraint(struct ddl *d, const PgQuery__RenameStmt *s)
{
	const PgQuery__List *l = s->object->list;
	const struct domain_constraint *found = NULL;
	const struct type *t;
	bool taken = false;

	if (!rows_init(d, false) || !usertype_named(d, l->items, l->n_items, &t))
		return false;
	if (t->typtype != 'd' || !t->domain)
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is not a domain",
			       usertype_display(d, t));
	for (int i = 0; i < t->domain->nchecks; i++) {
		if (!strcmp(t->domain->checks[i].name, s->subname))
			found = &t->domain->checks[i];
		taken |= !strcmp(t->domain->checks[i].name, s->newname);
	}
	if (!found)
		return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
			       "constraint \"%s\" for domain %s does not exist", s->subname,
			       usertype_display(d, t));
	if (taken)
		return err_set(d->err, ERR_DUPLICATE_OBJECT, -1,
			       "constraint \"%s\" for domain %s already exists", s->newname,
			       usertype_display(d, t));
	return ROWS_EXEC(
		d, snapshot_user_type(d->compile->snapshot, t->oid)->schema->temp,
		"UPDATE %s.\"litephant.domain_constraint\" SET conname = ?2 WHERE oid = ?1",
		datum_int(found->oid), row_text(s->newname));
}

bool
set_type_schema(struct ddl *d, const PgQuery__AlterObjectSchemaStmt *s)
{
	bool domain = s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN;
	const PgQuery__List *l = s->object->list;
	struct type_place place;
	const struct user_type *u;
	const struct type *other;

	if (!rows_init(d, false) || !type_alterable(d, l->items, l->n_items, domain, &u))
		return false;
	place.name = u->type->name;
	if (!strncmp(s->newschema, "pg_temp", 7) || u->schema->temp)
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cannot move objects into or out of temporary schemas");
	if (!(place.schema = schema_or_error(d, s->newschema, -1)))
		return false;
	if (place.schema == u->schema)
		return true;
	if (u->rel && snapshot_relation(d->compile->snapshot, place.schema, place.name))
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1,
			       "relation \"%s\" already exists in schema \"%s\"", place.name,
			       place.schema->name);
	other = snapshot_type_by_name(d->compile->snapshot, NULL, place.schema->name, place.name);
	if (other && !other->elem_oid)
		return err_set(d->err, ERR_DUPLICATE_OBJECT, -1,
			       "type \"%s\" already exists in schema \"%s\"", place.name,
			       place.schema->name);
	return move(d, u, &place);
}

bool
set_type_owner(struct ddl *d, const PgQuery__AlterOwnerStmt *s)
{
	bool domain = s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN;
	const PgQuery__List *l = s->object->list;
	oid_t owner = d->fenv->user_oid;
	const struct user_type *u;
	struct role_info role;

	if (!role_must_exist(d, s->newowner) || !rows_init(d, false) ||
	    !type_alterable(d, l->items, l->n_items, domain, &u))
		return false;
	if (s->newowner->roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING &&
	    catalog_role_by_name(d->fenv, s->newowner->rolename, d->arena, &role))
		owner = role.oid;
	if (u->rel)
		return ROWS_EXEC(
			d, u->schema->temp,
			"UPDATE %s.\"litephant.pg_class\" SET relowner = ?2 WHERE oid = ?1",
			datum_int(u->rel->oid), datum_int(owner));
	return ROWS_EXEC(d, u->schema->temp,
			 "UPDATE %s.\"litephant.pg_type\" SET typowner = ?2 WHERE oid IN (?1, ?3)",
			 datum_int(u->type->oid), datum_int(owner),
			 datum_int(u->type->multirange_oid));
}

/* ALTER TYPE … SET (…): properties of base types. */
static bool
alter_type_options(struct ddl *d, const PgQuery__Node *node)
{
	(void)node;
	return err_unsupported(d->err, -1, "ALTER TYPE ... SET");
}

const struct ddl_command ddl_alter_type = {PG_QUERY__NODE__NODE_ALTER_TYPE_STMT, DDL_TRANSACTION,
					   "ALTER TYPE", alter_type_options, NULL};
