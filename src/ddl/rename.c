#include "ddl/drop.h"
#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"

/* Stored texts name columns and tables; a rename that one of them mentions would have to rewrite it. */
static bool
refuse_mentions(struct ddl *d, const struct relation *rel, const char *name, bool views_only)
{
	const struct snapshot *snap = d->compile->snapshot;

	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *dep = snap->depends.v[i];
		const struct relation *view = snapshot_relation_by_oid(snap, dep->objid);

		if (dep->refobjid == rel->oid && view && view->kind == 'v' && strstr(view->view_def, name))
			return err_unsupported(d->err, -1, "renaming \"%s\", which view \"%s\" uses,", name, view->name);
	}
	if (views_only)
		return true;
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (c->expr && strstr(c->expr, name))
			return err_unsupported(d->err, -1, "renaming column \"%s\", which constraint \"%s\" uses,", name, c->name);
	}
	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];
		bool used = ix->predicate && strstr(ix->predicate, name);

		for (int j = 0; j < ix->nexprs; j++)
			used |= strstr(ix->exprs[j], name) != NULL;
		if (used)
			return err_unsupported(d->err, -1, "renaming column \"%s\", which index \"%s\" uses,", name, ix->self->name);
	}
	for (int i = 0; i < rel->ncols; i++)
		if (rel->cols[i].generated && strstr(rel->cols[i].default_expr, name))
			return err_unsupported(d->err, -1, "renaming column \"%s\", which column \"%s\" is generated from,", name,
			                       rel->cols[i].name);
	return true;
}

static bool
rename_column(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	const struct column *col = relation_column(rel, s->subname);
	struct draft *probe = draft_copy(d, rel);
	struct buf sql = BUF_INIT;
	struct column *renamed;
	bool ok = true;

	if (!col)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" does not exist", s->subname);
	if (relation_column(rel, s->newname))
		return err_set(d->err, ERR_DUPLICATE_COLUMN, -1, "column \"%s\" of relation \"%s\" already exists", s->newname,
		               rel->name);
	if (!refuse_mentions(d, rel, s->subname, false))
		return false;
	/* The draft finds a physical name that no other column has when case is folded. */
	probe->cols[col->attnum - 1].dropped = true;
	if (!(renamed = draft_add_plain_column(probe, s->newname, col->type, col->typmod, col->collation)))
		return false;
	if (rel->kind == 'r') {
		buf_printf(&sql, "ALTER TABLE %s.", rel->schema->temp ? "temp" : "main");
		sqlite_identifier(&sql, rel->physical);
		buf_puts(&sql, " RENAME COLUMN ");
		sqlite_identifier(&sql, col->physical);
		buf_puts(&sql, " TO ");
		sqlite_identifier(&sql, renamed->physical);
		ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
	}
	buf_release(&sql);
	return ok && ROWS_EXEC(d, rel->schema->temp,
	                       "UPDATE %s.\"litephant.pg_attribute\" SET attname = ?3, physical = ?4 WHERE attrelid = ?1 AND "
	                       "attnum = ?2",
	                       datum_int(rel->oid), datum_int(col->attnum), row_text(s->newname), row_text(renamed->physical));
}

/* SQLite can rename tables, not indexes: those are made again. */
static bool
rename_object(struct ddl *d, const struct relation *rel, const char *physical)
{
	struct buf sql = BUF_INIT;
	bool ok;

	if (rel->kind == 'i') {
		struct relation self = *rel;
		struct index ix = *rel->index;

		buf_printf(&sql, "DROP INDEX %s.", rel->schema->temp ? "temp" : "main");
		sqlite_identifier(&sql, rel->physical);
		ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
		buf_clear(&sql);
		self.physical = physical;
		ix.self = &self;
		ok = ok && sqlite_create_index(d, &ix, &sql);
	} else {
		buf_printf(&sql, "ALTER TABLE %s.", rel->schema->temp ? "temp" : "main");
		sqlite_identifier(&sql, rel->physical);
		buf_puts(&sql, " RENAME TO ");
		sqlite_identifier(&sql, physical);
		ok = true;
	}
	ok = ok && conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

/* Defaults that call nextval on it by name follow. */
static bool
rename_in_defaults(struct ddl *d, const struct relation *seq, const char *newname)
{
	const char *from = arena_printf(d->arena, "nextval('%s'::regclass)", quote_identifier(d->arena, seq->name));
	const char *to = arena_printf(d->arena, "nextval('%s'::regclass)", quote_identifier(d->arena, newname));

	return ROWS_EXEC(d, seq->schema->temp, "UPDATE %s.\"litephant.pg_attrdef\" SET adsrc = ?2 WHERE adsrc = ?1",
	                 row_text(from), row_text(to));
}

static bool
move_relation(struct ddl *d, const struct relation *rel, const struct schema *schema, const char *newname)
{
	char *physical = NULL;

	if (snapshot_relation(d->compile->snapshot, schema, newname))
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists%s%s%s", newname,
		               schema != rel->schema ? " in schema \"" : "", schema != rel->schema ? schema->name : "",
		               schema != rel->schema ? "\"" : "");
	if (!refuse_mentions(d, rel, rel->name, true))
		return false;
	if (rel->physical) {
		physical = snapshot_physical_name(d->arena, d->compile->snapshot, schema, newname);
		if (!rename_object(d, rel, physical))
			return false;
	}
	if (rel->kind == 'S' && !rename_in_defaults(d, rel, newname))
		return false;
	return ROWS_EXEC(d, rel->schema->temp,
	                 "UPDATE %s.\"litephant.pg_class\" SET relname = ?2, physical = ?3, relnamespace = ?4 WHERE oid = ?1",
	                 datum_int(rel->oid), row_text(newname), row_text(physical), datum_int(schema->oid));
}

/* A key's constraint and its index share their name. */
static bool
rename_relation(struct ddl *d, const struct relation *rel, const char *newname)
{
	if (!move_relation(d, rel, rel->schema, newname))
		return false;
	if (rel->kind != 'i')
		return true;
	return ROWS_EXEC(d, rel->schema->temp,
	                 "UPDATE %s.\"litephant.pg_constraint\" SET conname = ?2 WHERE conindid = ?1 AND contype IN ('p', 'u')",
	                 datum_int(rel->oid), row_text(newname));
}

static bool
rename_constraint(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	struct constraint *found = NULL;

	for (int i = 0; i < rel->constraints.n; i++) {
		struct constraint *c = rel->constraints.v[i];

		if (!strcmp(c->name, s->newname))
			return err_set(d->err, ERR_DUPLICATE_OBJECT, -1, "constraint \"%s\" for relation \"%s\" already exists",
			               s->newname, rel->name);
		if (!strcmp(c->name, s->subname))
			found = c;
	}
	if (!found)
		return err_set(d->err, ERR_UNDEFINED_OBJECT, -1, "constraint \"%s\" for table \"%s\" does not exist", s->subname,
		               rel->name);
	if (found->kind == 'p' || found->kind == 'u')
		return rename_relation(d, found->index->self, s->newname);
	if (!ROWS_EXEC(d, rel->schema->temp, "UPDATE %s.\"litephant.pg_constraint\" SET conname = ?2 WHERE oid = ?1",
	               datum_int(found->oid), row_text(s->newname)) ||
	    !ddl_refresh(d))
		return false;
	return sqlite_rewrite_table(d, snapshot_relation_by_oid(d->compile->snapshot, rel->oid));
}

/* SQLite tables of a schema carry its name. */
static bool
rename_schema(struct ddl *d, const PgQuery__RenameStmt *s)
{
	const struct schema *schema = schema_or_error(d, s->subname, -1);

	if (!schema)
		return false;
	if (snapshot_schema(d->compile->snapshot, s->newname))
		return err_set(d->err, ERR_DUPLICATE_SCHEMA, -1, "schema \"%s\" already exists", s->newname);
	if (!strncmp(s->newname, "pg_", 3)) {
		err_set(d->err, ERR_RESERVED_NAME, -1, "unacceptable schema name \"%s\"", s->newname);
		return err_detail(d->err, "The prefix \"pg_\" is reserved for system schemas.");
	}
	if (schema->oid < FIRST_USER_OID)
		return err_unsupported(d->err, -1, "renaming schema \"%s\"", s->subname);
	return rows_init(d, false) &&
	       ROWS_EXEC(d, false, "UPDATE %s.\"litephant.pg_namespace\" SET nspname = ?2 WHERE oid = ?1",
	                 datum_int(schema->oid), row_text(s->newname));
}

static bool
missing_relation(struct ddl *d, const char *name)
{
	if (err_is_set(d->err))
		return false;
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
	                arena_printf(d->arena, "relation \"%s\" does not exist, skipping", name), NULL);
	return true;
}

static bool
rename_command(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__RenameStmt *s = node->rename_stmt;
	const struct relation *rel;

	switch (s->rename_type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
		return rename_schema(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
		return d->host->rename_database(d->host->arg, s->subname, s->newname, d->err);
	case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
	case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
	case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
	case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
		break;
	default:
		return err_unsupported(d->err, -1, "RENAME of this kind of object");
	}
	if (!(rel = compile_relation(d->compile, s->relation, s->missing_ok)))
		return missing_relation(d, s->relation->relname);
	if (rel->builtin)
		return err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1, "permission denied: \"%s\" is a system catalog", rel->name);
	if (!rows_adopt(d, rel->kind == 'i' ? rel->index->rel : rel))
		return false;
	if (s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN)
		return rename_column(d, rel, s);
	if (s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT)
		return rename_constraint(d, rel, s);
	return rename_relation(d, rel, s->newname);
}

static const char *
rename_tag(const PgQuery__Node *node)
{
	const PgQuery__RenameStmt *s = node->rename_stmt;
	PgQuery__ObjectType type = s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN ? s->relation_type : s->rename_type;

	switch (type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
		return "ALTER SCHEMA";
	case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
		return "ALTER DATABASE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
		return "ALTER VIEW";
	case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
		return "ALTER INDEX";
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
		return "ALTER SEQUENCE";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_rename = {
	PG_QUERY__NODE__NODE_RENAME_STMT, DDL_TRANSACTION, "ALTER TABLE", rename_command, rename_tag};

/* Indexes and owned sequences move with their table. */
static bool
move_owned(struct ddl *d, const struct relation *rel, const struct schema *schema)
{
	const struct snapshot *snap = d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *other = snap->relations.v[i];
		bool owned = (other->kind == 'i' && other->index->rel == rel) ||
		             (other->kind == 'S' && other->sequence->owner_rel == rel->oid);

		if (other->kind == 'S' && owned)
			return err_unsupported(d->err, -1, "SET SCHEMA of a table that owns sequence \"%s\"", other->name);
		if (owned && !move_relation(d, other, schema, other->name))
			return false;
	}
	return true;
}

static bool
set_schema(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterObjectSchemaStmt *s = node->alter_object_schema_stmt;
	const struct relation *rel;
	const struct schema *schema;

	if (!s->relation)
		return err_unsupported(d->err, -1, "SET SCHEMA of this kind of object");
	if (!(rel = compile_relation(d->compile, s->relation, s->missing_ok)))
		return missing_relation(d, s->relation->relname);
	if (!(schema = schema_or_error(d, s->newschema, -1)))
		return false;
	if (schema == rel->schema)
		return true;
	if (rel->builtin || schema->temp || rel->schema->temp)
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot move objects into or out of temporary schemas");
	if (!rows_adopt(d, rel) || !move_owned(d, rel, schema) || !move_relation(d, rel, schema, rel->name))
		return false;
	return ROWS_EXEC(d, false, "UPDATE %s.\"litephant.pg_constraint\" SET connamespace = ?2 WHERE conrelid = ?1",
	                 datum_int(rel->oid), datum_int(schema->oid));
}

static const char *
set_schema_tag(const PgQuery__Node *node)
{
	switch (node->alter_object_schema_stmt->object_type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
		return "ALTER VIEW";
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
		return "ALTER SEQUENCE";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_set_schema = {
	PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT, DDL_TRANSACTION, "ALTER TABLE", set_schema, set_schema_tag};
