/*
 * CREATE TYPE: enums, composites, ranges. A composite is a relation of kind c, which no SQLite
 * object stands behind.
 */
#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/usertype_rows.h"

/* ---- enums ---- */

/* PostgreSQL leaves finding it to its catalog's index. */
static bool
duplicate_label(struct ddl *d, oid_t type, const char *label)
{
	err_set(d->err, ERR_UNIQUE_VIOLATION, -1,
		"duplicate key value violates unique constraint \"pg_enum_typid_label_index\"");
	err_detail(d->err, "Key (enumtypid, enumlabel)=(%u, %s) already exists.", type, label);
	return err_object(d->err, "pg_catalog", "pg_enum", NULL, "pg_enum_typid_label_index");
}

static bool
label_seen(PgQuery__Node *const *vals, size_t n, const char *label)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(node_string(vals[i]), label))
			return true;
	return false;
}

static bool
create_enum(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateEnumStmt *s = node->create_enum_stmt;
	struct type_row row = {.typtype = 'e'};
	struct type_place place;

	if (!usertype_place(d, s->type_name, s->n_type_name, &place) ||
	    !usertype_name_free(d, place.schema, place.name) || !(row.array_oid = ddl_new_oid(d)) ||
	    !(row.oid = ddl_new_oid(d)) || !type_rows_add(d, &place, &row))
		return false;
	for (size_t i = 0; i < s->n_vals; i++) {
		const char *label = node_string(s->vals[i]);

		if (!enum_label_valid(d, label))
			return false;
		if (label_seen(s->vals, i, label))
			return duplicate_label(d, row.oid, label);
		if (!type_rows_add_label(d, place.schema->temp, row.oid, (double)(i + 1), label))
			return false;
	}
	return true;
}

const struct ddl_command ddl_create_enum = {PG_QUERY__NODE__NODE_CREATE_ENUM_STMT, DDL_TRANSACTION,
					    "CREATE TYPE", create_enum, NULL};

/* ---- composites ---- */

static bool
add_attribute(struct draft *t, const PgQuery__ColumnDef *def)
{
	const struct type *type;
	int32_t typmod = -1;
	oid_t collation;

	if (def->type_name->setof)
		return err_set(t->d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			       "column \"%s\" cannot be declared SETOF", def->colname);
	return usertype_part(t->d, def->type_name, &type, &typmod) &&
	       usertype_collation(t->d, def->coll_clause, type, &collation) &&
	       draft_add_plain_column(t, def->colname, type, typmod, collation);
}

static bool
create_composite(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CompositeTypeStmt *s = node->composite_type_stmt;
	const char *name = s->typevar->relname;
	const struct schema *schema;
	struct draft *t;

	if (!rows_init(d, false) || !(schema = creation_schema(d, s->typevar)))
		return usertype_fail(d);
	if (!usertype_name_free(d, schema, name))
		return false;
	if (snapshot_relation(d->compile->snapshot, schema, name))
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       name);
	if (!(t = draft_new(d, schema, name, 'c', schema->temp ? 't' : 'p')))
		return false;
	for (size_t i = 0; i < s->n_coldeflist; i++)
		if (!add_attribute(t, s->coldeflist[i]->column_def))
			return false;
	if (!rows_add_class(d, t->rel))
		return false;
	for (int i = 0; i < t->rel->ncols; i++)
		if (!rows_add_column(d, t->rel, &t->cols[i]))
			return false;
	return true;
}

const struct ddl_command ddl_create_composite = {PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT,
						 DDL_TRANSACTION, "CREATE TYPE", create_composite,
						 NULL};

/* ---- base and shell types ---- */

static bool
define(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__DefineStmt *s = node->define_stmt;

	if (s->kind != PG_QUERY__OBJECT_TYPE__OBJECT_TYPE)
		return err_unsupported(d->err, -1, "CREATE of this kind of object");
	if (!s->n_definition)
		return err_unsupported(d->err, -1, "CREATE TYPE of a shell type");
	err_set(d->err, ERR_DUPLICATE_OBJECT, -1, "type \"%s\" does not exist",
		usertype_written(d, s->defnames, s->n_defnames));
	return err_hint(d->err, "Create the type as a shell type, then create its I/O functions, "
				"then do a full CREATE TYPE.");
}

static const char *
define_tag(const PgQuery__Node *node)
{
	switch (node->define_stmt->kind) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE:
		return "CREATE AGGREGATE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_OPERATOR:
		return "CREATE OPERATOR";
	case PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION:
		return "CREATE COLLATION";
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
		return "CREATE TYPE";
	default:
		return "CREATE TEXT SEARCH";
	}
}

const struct ddl_command ddl_define = {PG_QUERY__NODE__NODE_DEFINE_STMT, DDL_TRANSACTION,
				       "CREATE TYPE", define, define_tag};
