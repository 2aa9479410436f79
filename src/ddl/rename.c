#include "ddl/drop.h"
#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/rename_type.h"
#include "ddl/rows.h"
#include "ddl/sequence.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"
#include "ddl/usertype.h"
#include "sql/view_text.h"

/* -- stored texts that mention what is renamed -- */

struct view_update {
	const struct relation *view;
	char *text;
};

/* The new texts of all views that a rename concerns; to be called while the old names stand. */
static bool
plan_view_updates(struct ddl *d, const struct view_rename *r, struct vec *updates)
{
	const struct snapshot *snap = d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *view = snap->relations.v[i];
		struct view_update *u;
		char *text;

		if (view->kind != 'v' || !view->view_def)
			continue;
		if (!view_renamed(d->compile, d->arena, view, r, &text)) {
			if (!strcmp(d->err->sqlstate, ERR_FEATURE_NOT_SUPPORTED))
				return false;
			err_clear(d->err); /* a view that was broken before is no reason */
			continue;
		}
		if (!text)
			continue;
		u = ARENA_NEW(d->arena, struct view_update);
		*u = (struct view_update){view, text};
		vec_push(d->arena, updates, u);
	}
	return true;
}

/* Writes them, and holds that every view is still what it was. */
static bool
write_view_updates(struct ddl *d, const struct vec *updates)
{
	for (int i = 0; i < updates->n; i++) {
		const struct view_update *u = updates->v[i];

		if (!rows_adopt(d, u->view) ||
		    !ROWS_EXEC(d, u->view->schema->temp,
			       "UPDATE %s.\"litephant.pg_class\" SET viewdef = ?2 WHERE oid = ?1",
			       datum_int(u->view->oid), row_text(u->text)))
			return false;
	}
	if (updates->n && !ddl_refresh(d))
		return false;
	for (int i = 0; i < updates->n; i++) {
		const struct view_update *u = updates->v[i];
		struct parse_tree tree;
		struct plan_column *cols;
		int n;

		if (parse_sql(d->arena, u->text, &tree, d->err) &&
		    compile_query_columns(d->compile, d->arena, tree.stmts[0].node, u->text, &cols,
					  &n, NULL) &&
		    n == u->view->ncols)
			continue;
		err_clear(d->err);
		return err_unsupported(d->err, -1, "a rename that changes what view \"%s\" means",
				       u->view->name);
	}
	return true;
}

/* The text of one of rel's expressions after a column's rename; rel is as the rename left it. */
static bool
renamed_text(struct ddl *d, const struct relation *rel, enum standalone_kind kind,
	     const struct column *col, const char *text, const PgQuery__RenameStmt *s, char **out)
{
	const PgQuery__Node *node;
	oid_t type = col ? col->type->oid : kind == STANDALONE_INDEX ? 0 : T_BOOL;

	return expression_renamed(d->compile, d->arena, text, s->subname, s->newname, &node) &&
	       compile_expr(d->compile, d->arena, kind, node, rel, type, col ? col->typmod : -1,
			    out, NULL, NULL);
}

static bool
rename_in_constraints(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	char *text;

	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (c->kind != 'c')
			continue;
		if (!renamed_text(d, rel, STANDALONE_CHECK, NULL, c->expr, s, &text) ||
		    !ROWS_EXEC(
			    d, rel->schema->temp,
			    "UPDATE %s.\"litephant.pg_constraint\" SET consrc = ?2 WHERE oid = ?1",
			    datum_int(c->oid), row_text(text)))
			return false;
	}
	for (int i = 0; i < rel->ncols; i++) {
		const struct column *col = &rel->cols[i];

		if (col->dropped || !col->generated)
			continue;
		if (!renamed_text(d, rel, STANDALONE_GENERATED, col, col->default_expr, s, &text) ||
		    !ROWS_EXEC(d, rel->schema->temp,
			       "UPDATE %s.\"litephant.pg_attrdef\" SET adsrc = ?3 WHERE adrelid = "
			       "?1 AND adnum = ?2",
			       datum_int(rel->oid), datum_int(col->attnum), row_text(text)))
			return false;
	}
	return true;
}

static bool
rename_in_indexes(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	for (int i = 0; i < rel->indexes.n; i++) {
		struct index ix = *VEC_AT(struct index, &rel->indexes, i);
		const char **exprs = ARENA_ARRAY(d->arena, const char *, ix.nexprs + 1);
		char *text;

		if (!ix.nexprs && !ix.predicate)
			continue;
		for (int j = 0; j < ix.nexprs; j++) {
			if (!renamed_text(d, rel, STANDALONE_INDEX, NULL, ix.exprs[j], s, &text))
				return false;
			exprs[j] = text;
		}
		ix.exprs = exprs;
		if (ix.predicate) {
			if (!renamed_text(d, rel, STANDALONE_PREDICATE, NULL, ix.predicate, s,
					  &text))
				return false;
			ix.predicate = text;
		}
		if (!rows_set_index_texts(d, &ix))
			return false;
	}
	return true;
}

static bool
relabel_view(struct ddl *d, const struct relation *view, int attnum, const char *name)
{
	char *text;

	return view_labelled(d->compile, d->arena, view, attnum - 1, name, &text) &&
	       ROWS_EXEC(d, view->schema->temp,
			 "UPDATE %s.\"litephant.pg_class\" SET viewdef = ?2 WHERE oid = ?1",
			 datum_int(view->oid), row_text(text));
}

static bool
rename_column(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	const struct column *col = relation_column(rel, s->subname);
	struct draft *probe = draft_copy(d, rel);
	struct buf sql = BUF_INIT;
	struct vec updates = {0};
	struct view_rename r;
	struct column *renamed;
	bool ok = true;

	if (!col)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" does not exist",
			       s->subname);
	if (relation_column(rel, s->newname))
		return err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" already exists", s->newname,
			       rel->name);
	r = (struct view_rename){.rel = rel, .attnum = col->attnum, .name = s->newname};
	if (!plan_view_updates(d, &r, &updates))
		return false;
	/* The draft finds a physical name that no other column has when case is folded. */
	probe->cols[col->attnum - 1].dropped = true;
	if (!(renamed = draft_add_plain_column(probe, s->newname, col->type, col->typmod,
					       col->collation)))
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
	if (!ok || !ROWS_EXEC(d, rel->schema->temp,
			      "UPDATE %s.\"litephant.pg_attribute\" SET attname = ?3, physical = "
			      "?4 WHERE attrelid = ?1 AND "
			      "attnum = ?2",
			      datum_int(rel->oid), datum_int(col->attnum), row_text(s->newname),
			      row_text(renamed->physical)))
		return false;
	if (rel->kind == 'v' && !relabel_view(d, rel, col->attnum, s->newname))
		return false;
	if (!ddl_refresh(d))
		return false;
	rel = snapshot_relation_by_oid(d->compile->snapshot, rel->oid);
	return rename_in_constraints(d, rel, s) && rename_in_indexes(d, rel, s) &&
	       write_view_updates(d, &updates);
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

/* Defaults that call nextval on it by name follow, however they had written the name. */
static bool
rename_in_defaults(struct ddl *d, const struct relation *seq, const struct schema *schema,
		   const char *newname)
{
	struct relation moved = *seq;
	const char *to, *name = quote_identifier(d->arena, seq->name);
	const char *forms[2] = {name,
				arena_printf(d->arena, "%s.%s",
					     quote_identifier(d->arena, seq->schema->name), name)};
	bool visible =
		snapshot_relation_visible(d->compile->snapshot, d->compile->search_path, seq);

	moved.schema = schema;
	moved.name = newname;
	to = arena_printf(d->arena, "nextval('%s'::regclass)", sequence_literal(d, &moved));
	for (int i = visible ? 0 : 1; i < 2; i++)
		if (!ROWS_EXEC(
			    d, seq->schema->temp,
			    "UPDATE %s.\"litephant.pg_attrdef\" SET adsrc = ?2 WHERE adsrc = ?1",
			    row_text(arena_printf(d->arena, "nextval('%s'::regclass)", forms[i])),
			    row_text(to)))
			return false;
	return true;
}

static bool
move_relation(struct ddl *d, const struct relation *rel, const struct schema *schema,
	      const char *newname)
{
	struct view_rename r = {.rel = rel,
				.name = newname,
				.schema_name = schema->temp ? "pg_temp" : schema->name};
	struct vec updates = {0};
	char *physical = NULL;

	if (snapshot_relation(d->compile->snapshot, schema, newname))
		return err_set(d->err, ERR_DUPLICATE_TABLE, -1,
			       "relation \"%s\" already exists%s%s%s", newname,
			       schema != rel->schema ? " in schema \"" : "",
			       schema != rel->schema ? schema->name : "",
			       schema != rel->schema ? "\"" : "");
	if (rel->row_type && !usertype_name_free(d, schema, newname))
		return false;
	if (!plan_view_updates(d, &r, &updates))
		return false;
	if (rel->physical) {
		physical = snapshot_physical_name(d->arena, d->compile->snapshot, schema, newname);
		if (!rename_object(d, rel, physical))
			return false;
	}
	if (rel->kind == 'S' && !rename_in_defaults(d, rel, schema, newname))
		return false;
	if (!ROWS_EXEC(d, rel->schema->temp,
		       "UPDATE %s.\"litephant.pg_class\" SET relname = ?2, physical = ?3, "
		       "relnamespace = ?4 WHERE oid = ?1",
		       datum_int(rel->oid), row_text(newname), row_text(physical),
		       datum_int(schema->oid)))
		return false;
	return write_view_updates(d, &updates);
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
			 "UPDATE %s.\"litephant.pg_constraint\" SET conname = ?2 WHERE conindid = "
			 "?1 AND contype IN ('p', 'u')",
			 datum_int(rel->oid), row_text(newname));
}

static bool
rename_constraint(struct ddl *d, const struct relation *rel, const PgQuery__RenameStmt *s)
{
	struct constraint *found = NULL;
	bool taken = false;

	for (int i = 0; i < rel->constraints.n; i++) {
		struct constraint *c = rel->constraints.v[i];

		taken |= !strcmp(c->name, s->newname);
		if (!strcmp(c->name, s->subname))
			found = c;
	}
	if (!found)
		return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
			       "constraint \"%s\" for table \"%s\" does not exist", s->subname,
			       rel->name);
	if (taken)
		return err_set(d->err, ERR_DUPLICATE_OBJECT, -1,
			       "constraint \"%s\" for relation \"%s\" already exists", s->newname,
			       rel->name);
	if (found->kind == 'p' || found->kind == 'u')
		return rename_relation(d, found->index->self, s->newname);
	if (!ROWS_EXEC(d, rel->schema->temp,
		       "UPDATE %s.\"litephant.pg_constraint\" SET conname = ?2 WHERE oid = ?1",
		       datum_int(found->oid), row_text(s->newname)) ||
	    !ddl_refresh(d))
		return false;
	return sqlite_rewrite_table(d, snapshot_relation_by_oid(d->compile->snapshot, rel->oid));
}

/* Defaults keep calling the schema's sequences. */
static bool
rename_in_sequence_defaults(struct ddl *d, const struct schema *schema, const char *newname)
{
	const struct snapshot *snap = d->compile->snapshot;
	struct schema renamed = *schema;

	renamed.name = newname;
	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->schema == schema &&
		    !rename_in_defaults(d, seq, &renamed, seq->name))
			return false;
	}
	return true;
}

/* SQLite tables of a schema keep the name that they were made under. */
static bool
rename_schema(struct ddl *d, const PgQuery__RenameStmt *s)
{
	const struct schema *schema = schema_or_error(d, s->subname, -1);
	struct vec updates = {0};
	struct view_rename r;

	if (!schema)
		return false;
	if (snapshot_schema(d->compile->snapshot, s->newname))
		return err_set(d->err, ERR_DUPLICATE_SCHEMA, -1, "schema \"%s\" already exists",
			       s->newname);
	if (!strncmp(s->newname, "pg_", 3)) {
		err_set(d->err, ERR_RESERVED_NAME, -1, "unacceptable schema name \"%s\"",
			s->newname);
		return err_detail(d->err, "The prefix \"pg_\" is reserved for system schemas.");
	}
	if (schema->oid < FIRST_USER_OID)
		return err_unsupported(d->err, -1, "renaming schema \"%s\"", s->subname);
	r = (struct view_rename){.schema = schema, .schema_name = s->newname};
	return rows_init(d, false) && plan_view_updates(d, &r, &updates) &&
	       rename_in_sequence_defaults(d, schema, s->newname) &&
	       ROWS_EXEC(d, false,
			 "UPDATE %s.\"litephant.pg_namespace\" SET nspname = ?2 WHERE oid = ?1",
			 datum_int(schema->oid), row_text(s->newname)) &&
	       write_view_updates(d, &updates);
}

static bool
missing_relation(struct ddl *d, const char *name)
{
	if (err_is_set(d->err))
		return false;
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena, "relation \"%s\" does not exist, skipping", name),
			NULL);
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
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
		return rename_type(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
		return rename_domain_constraint(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
		return rename_attribute(d, s);
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
	if (!(rel = ddl_relation(d, s->relation, s->missing_ok)))
		return missing_relation(d, s->relation->relname);
	if (rel->builtin)
		return err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied: \"%s\" is a system catalog", rel->name);
	if (rel->kind == 'c' && s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN)
		return rename_attribute(d, s);
	if (rel->kind == 'c')
		return composite_in_the_way(d, rel);
	if ((s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW && rel->kind != 'v') ||
	    (s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE && rel->kind != 'S') ||
	    (s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX && rel->kind != 'i' &&
	     rel->kind != 'r'))
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not %s", rel->name,
			       s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ? "a view"
			       : s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE
				       ? "a sequence"
				       : "an index");
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
	PgQuery__ObjectType type = s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN
					   ? s->relation_type
					   : s->rename_type;

	switch (type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
		return "ALTER SCHEMA";
	case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
		return "ALTER DATABASE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
	case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
		return "ALTER TYPE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
		return "ALTER DOMAIN";
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

const struct ddl_command ddl_rename = {PG_QUERY__NODE__NODE_RENAME_STMT, DDL_TRANSACTION,
				       "ALTER TABLE", rename_command, rename_tag};

/* Indexes and owned sequences move with their table. */
static bool
move_owned(struct ddl *d, const struct relation *rel, const struct schema *schema)
{
	const struct snapshot *snap = d->compile->snapshot;
	struct vec owned = {0};

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *other = snap->relations.v[i];

		if ((other->kind == 'i' && other->index->rel == rel) ||
		    (other->kind == 'S' && other->sequence->owner_rel == rel->oid))
			vec_push(d->arena, &owned, (void *)other);
	}
	for (int i = 0; i < owned.n; i++) {
		const struct relation *other = owned.v[i];

		if (!move_relation(d, other, schema, other->name))
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

	if (s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
	    s->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN)
		return set_type_schema(d, s);
	if (!s->relation)
		return err_unsupported(d->err, -1, "SET SCHEMA of this kind of object");
	if (!(rel = ddl_relation(d, s->relation, s->missing_ok)))
		return missing_relation(d, s->relation->relname);
	if (rel->kind == 'c')
		return composite_in_the_way(d, rel);
	if (!(schema = schema_or_error(d, s->newschema, -1)))
		return false;
	if (schema == rel->schema)
		return true;
	if (rel->builtin || schema->temp || rel->schema->temp)
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cannot move objects into or out of temporary schemas");
	if (!rows_adopt(d, rel) || !move_owned(d, rel, schema) ||
	    !move_relation(d, rel, schema, rel->name))
		return false;
	return ROWS_EXEC(
		d, false,
		"UPDATE %s.\"litephant.pg_constraint\" SET connamespace = ?2 WHERE conrelid = ?1",
		datum_int(rel->oid), datum_int(schema->oid));
}

static const char *
set_schema_tag(const PgQuery__Node *node)
{
	switch (node->alter_object_schema_stmt->object_type) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
		return "ALTER TYPE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
		return "ALTER DOMAIN";
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
		return "ALTER VIEW";
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
		return "ALTER SEQUENCE";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_set_schema = {PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT,
					   DDL_TRANSACTION, "ALTER TABLE", set_schema,
					   set_schema_tag};
