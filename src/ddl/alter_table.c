/*
 * ALTER TABLE: each subcommand is a row of a table. A subcommand reads the schema as the ones before it left it.
 */
#include "ddl/alter_table.h"

#include "ddl/constraint.h"
#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"
#include "sql/view_text.h"

static bool
no_column(struct alter *a, const char *name)
{
	return err_set(a->d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" of relation \"%s\" does not exist", name,
	               a->rel->name);
}

/* Runs a query of ours that should find nothing; *found: it did. */
static bool
some_row(void *arg, const struct datum *cols, int ncols)
{
	(void)cols;
	(void)ncols;
	*(bool *)arg = true;
	return true;
}

static bool
exists(struct ddl *d, struct buf *sql, bool *found)
{
	*found = false;
	buf_puts(sql, " LIMIT 1");
	return conn_query(d->conn, buf_str(sql), NULL, 0, some_row, found);
}

static bool
check_no_nulls(struct alter *a, const struct column *col)
{
	struct buf sql = BUF_INIT;
	bool found, ok;

	buf_puts(&sql, "SELECT 1 FROM ");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " WHERE ");
	sqlite_identifier(&sql, col->physical);
	buf_puts(&sql, " IS NULL");
	ok = exists(a->d, &sql, &found);
	buf_release(&sql);
	if (!ok || !found)
		return ok;
	err_set(a->d->err, ERR_NOT_NULL_VIOLATION, -1, "column \"%s\" of relation \"%s\" contains null values", col->name,
	        a->rel->name);
	return err_object(a->d->err, a->rel->schema->name, a->rel->name, col->name, NULL);
}

/* Existing rows get the default, once per row as PostgreSQL's rewrite does. */
static bool
fill_default(struct alter *a, const struct column *col)
{
	struct buf sql = BUF_INIT;
	char *value;
	bool ok;

	if (!sqlite_expr(a->d, STANDALONE_DEFAULT, col->default_expr, NULL, col->type->oid, col->typmod, &value, NULL))
		return false;
	buf_puts(&sql, "UPDATE ");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " SET ");
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " = %s", value);
	ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

static bool
add_sqlite_column(struct alter *a, const struct column *col)
{
	struct buf sql = BUF_INIT;
	bool ok;

	buf_printf(&sql, "ALTER TABLE %s.", a->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " ADD COLUMN ");
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " %s", col->type->decl);
	ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

static bool
check_new_constraints(struct alter *a, struct draft *t);

static bool
at_add_column(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	struct ddl *d = a->d;
	struct column *col;
	struct draft *t;

	if (relation_column(a->rel, def->colname) && cmd->missing_ok) {
		d->host->notice(d->host->arg, "NOTICE", ERR_DUPLICATE_COLUMN,
		                arena_printf(d->arena, "column \"%s\" of relation \"%s\" already exists, skipping", def->colname,
		                             a->rel->name),
		                NULL);
		return true;
	}
	t = draft_copy(d, a->rel);
	if (!(col = draft_add_column(t, def)))
		return false;
	if (col->generated)
		return err_unsupported(d->err, def->location, "ADD COLUMN with a generated column");
	if (!draft_write_sequences(t) || !add_sqlite_column(a, col) || !draft_resolve(t))
		return false;
	col = draft_column(t, def->colname);
	if (!rows_add_column(d, t->rel, col) || !alter_refresh(a))
		return false;
	if (col->identity) {
		const struct relation *seq = t->new_sequences.v[0];

		struct column filled = *col;

		filled.default_expr = arena_printf(d->arena, "nextval('%s'::regclass)", sequence_literal(d, seq));
		if (!fill_default(a, &filled))
			return false;
	} else if (col->default_expr && !fill_default(a, col)) {
		return false;
	}
	if (col->not_null && !check_no_nulls(a, col))
		return false;
	if (!check_new_constraints(a, t))
		return false;
	/* A plain column is all in SQLite's own ALTER TABLE. */
	if ((col->not_null || col->default_expr || t->new_constraints.n) && !sqlite_rewrite_table(d, t->rel))
		return false;
	return draft_write_constraints(t);
}

/* -- DROP COLUMN -- */

static bool
index_uses(struct ddl *d, const struct index *ix, int attnum, const char *name)
{
	bool uses;

	for (int i = 0; i < ix->ncols; i++)
		if (ix->cols[i] == attnum)
			return true;
	for (int i = 0; i < ix->nexprs; i++)
		if (expression_uses(d->compile, d->arena, ix->exprs[i], name, &uses) && uses)
			return true;
	return ix->predicate && expression_uses(d->compile, d->arena, ix->predicate, name, &uses) && uses;
}

static bool
constraint_uses(const struct constraint *c, int attnum)
{
	for (int i = 0; i < c->ncols; i++)
		if (c->cols[i] == attnum)
			return true;
	return false;
}

static bool
foreign_uses(const struct constraint *c, int attnum)
{
	for (int i = 0; i < c->ncols; i++)
		if (c->fcols[i] == attnum)
			return true;
	return false;
}

/* Views and generated columns that use the column, as dependents; what: "column a of table t". */
static bool
collect_users(struct alter *a, const struct column *col, const char *what, struct drop_set *set, struct vec *generated)
{
	const struct snapshot *snap = a->d->compile->snapshot;
	struct arena *arena = a->d->arena;
	bool uses;

	for (int i = 0; i < a->rel->ncols; i++) {
		const struct column *other = &a->rel->cols[i];

		if (!other->generated || other == col || other->dropped)
			continue;
		if (!expression_uses(a->d->compile, arena, other->default_expr, col->name, &uses))
			return false;
		if (!uses)
			continue;
		vec_push(arena, generated, (void *)other->name);
		drop_depends(set, arena_printf(arena, "column %s of table %s", other->name, a->rel->name), what);
	}
	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *dep = snap->depends.v[i];
		const struct relation *view = snapshot_relation_by_oid(snap, dep->objid);

		if (dep->refobjid != a->rel->oid || !view || view->kind != 'v' || vec_has(&set->relations, view))
			continue;
		if (!view_uses_column(a->d->compile, arena, view, a->rel, col->attnum, &uses))
			return false;
		if (!uses)
			continue;
		drop_depends(set, arena_printf(arena, "view %s", view->name), what);
		drop_collect(set, view);
	}
	return true;
}

static bool
at_drop_column(struct alter *a, const PgQuery__AlterTableCmd *cmd);

static bool
drop_users(struct alter *a, const struct column *col, bool cascade)
{
	const char *what = arena_printf(a->d->arena, "column %s of table %s", col->name, a->rel->name);
	struct drop_set set = {.d = a->d};
	struct vec generated = {0};
	bool ok = collect_users(a, col, what, &set, &generated) && drop_check(&set, cascade, what) &&
	          (set.relations.n == 0 || (drop_execute(&set) && alter_refresh(a)));

	for (int i = 0; ok && i < generated.n; i++) {
		PgQuery__AlterTableCmd cmd = PG_QUERY__ALTER_TABLE_CMD__INIT;

		cmd.name = generated.v[i];
		cmd.behavior = PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
		ok = at_drop_column(a, &cmd) && alter_refresh(a);
	}
	return ok;
}

static bool
drop_incoming_keys(struct alter *a, int attnum, const char *name, bool cascade)
{
	for (int i = 0; i < a->rel->referenced_by.n; i++) {
		const struct constraint *c = a->rel->referenced_by.v[i];

		if (c->rel == a->rel || !foreign_uses(c, attnum))
			continue;
		if (!cascade) {
			err_set(a->d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			        "cannot drop column %s of table %s because other objects depend on it", name, a->rel->name);
			err_detail(a->d->err, "constraint %s on table %s depends on column %s of table %s", c->name, c->rel->name,
			           name, a->rel->name);
			return err_hint(a->d->err, "Use DROP ... CASCADE to drop the dependent objects too.");
		}
		a->d->host->notice(a->d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                   arena_printf(a->d->arena, "drop cascades to constraint %s on table %s", c->name, c->rel->name),
		                   NULL);
		if (!drop_constraint(a->d, c) || !alter_refresh(a))
			return false;
		i = -1;
	}
	return true;
}

static bool
drop_own_parts(struct alter *a, int attnum, const char *name)
{
	for (int i = 0; i < a->rel->constraints.n; i++) {
		const struct constraint *c = a->rel->constraints.v[i];

		if (!constraint_uses(c, attnum))
			continue;
		if (!drop_constraint(a->d, c) || !alter_refresh(a))
			return false;
		i = -1;
	}
	for (int i = 0; i < a->rel->indexes.n; i++) {
		const struct index *ix = a->rel->indexes.v[i];
		struct drop_set set = {.d = a->d};
		bool ok;

		if (!index_uses(a->d, ix, attnum, name))
			continue;
		vec_push(a->d->arena, &set.relations, (void *)ix->self);
		ok = drop_execute(&set) && alter_refresh(a);
			if (!ok)
			return false;
		i = -1;
	}
	return true;
}

static bool
drop_owned_sequences(struct alter *a, int attnum)
{
	const struct snapshot *snap = a->d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == a->rel->oid && seq->sequence->owner_col == attnum &&
		    !rows_drop_own(a->d, seq))
			return false;
	}
	return true;
}

static bool
at_drop_column(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	bool cascade = cmd->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
	const struct column *col = relation_column(a->rel, cmd->name);
	struct ddl *d = a->d;
	struct buf sql = BUF_INIT;
	struct column gone;
	bool ok;

	if (!col) {
		if (!cmd->missing_ok)
			return no_column(a, cmd->name);
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "column \"%s\" of relation \"%s\" does not exist, skipping", cmd->name,
		                             a->rel->name),
		                NULL);
		return true;
	}
	gone = *col;
	if (!drop_users(a, &gone, cascade) || !drop_incoming_keys(a, gone.attnum, gone.name, cascade) ||
	    !drop_own_parts(a, gone.attnum, gone.name) || !drop_owned_sequences(a, gone.attnum))
		return false;
	buf_printf(&sql, "ALTER TABLE %s.", a->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " DROP COLUMN ");
	sqlite_identifier(&sql, gone.physical);
	ok = conn_exec(d->conn, buf_str(&sql), NULL, 0) && rows_drop_default(d, a->rel, gone.attnum) &&
	     ROWS_EXEC(d, a->rel->schema->temp,
	               "UPDATE %s.\"litephant.pg_attribute\" SET attisdropped = 1, attname = ?3, atttypid = 0, attnotnull = 0, "
	               "attidentity = '', attgenerated = '' WHERE attrelid = ?1 AND attnum = ?2",
	               datum_int(a->rel->oid), datum_int(gone.attnum),
	               row_text(arena_printf(d->arena, "........pg.dropped.%d........", gone.attnum)));
	buf_release(&sql);
	return ok;
}

/* -- columns' properties -- */

static bool
set_not_null(struct alter *a, const char *name, bool on)
{
	struct draft *t = draft_copy(a->d, a->rel);
	struct column *col = draft_column(t, name);

	if (!col)
		return no_column(a, name);
	if (col->not_null == on)
		return true;
	if (!on) {
		for (int i = 0; i < t->rel->constraints.n; i++) {
			const struct constraint *c = t->rel->constraints.v[i];

			if (c->kind == 'p' && constraint_uses(c, col->attnum))
				return err_set(a->d->err, ERR_INVALID_TABLE_DEFINITION, -1, "column \"%s\" is in a primary key", name);
		}
		if (col->identity)
			return err_set(a->d->err, ERR_SYNTAX_ERROR, -1, "column \"%s\" of relation \"%s\" is an identity column",
			               name, a->rel->name);
	} else if (!check_no_nulls(a, col)) {
		return false;
	}
	col->not_null = on;
	return ROWS_EXEC(a->d, a->rel->schema->temp,
	                 "UPDATE %s.\"litephant.pg_attribute\" SET attnotnull = ?3 WHERE attrelid = ?1 AND attnum = ?2",
	                 datum_int(a->rel->oid), datum_int(col->attnum), datum_int(on)) &&
	       sqlite_rewrite_table(a->d, t->rel);
}

static bool
at_set_not_null(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	return set_not_null(a, cmd->name, true);
}

static bool
at_drop_not_null(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	return set_not_null(a, cmd->name, false);
}

static bool
at_column_default(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	struct draft *t = draft_copy(a->d, a->rel);
	struct column *col = draft_column(t, cmd->name);

	if (!col)
		return no_column(a, cmd->name);
	if (col->identity)
		return err_set(a->d->err, ERR_SYNTAX_ERROR, -1, "column \"%s\" of relation \"%s\" is an identity column", col->name,
		               a->rel->name);
	if (col->generated)
		return err_set(a->d->err, ERR_SYNTAX_ERROR, -1, "column \"%s\" of relation \"%s\" is a generated column", col->name,
		               a->rel->name);
	if (!draft_set_default(t, col, cmd->def, -1) || !rows_drop_default(a->d, a->rel, col->attnum))
		return false;
	if (col->default_expr &&
	    !ROWS_EXEC(a->d, a->rel->schema->temp,
	               "INSERT INTO %s.\"litephant.pg_attrdef\"(oid, adrelid, adnum, adsrc) VALUES (?1, ?2, ?3, ?4)",
	               datum_int(col->default_oid), datum_int(a->rel->oid), datum_int(col->attnum),
	               row_text(col->default_expr)))
		return false;
	return sqlite_rewrite_table(a->d, t->rel);
}

/* -- constraints -- */

static bool
check_rows(struct alter *a, const struct constraint *c)
{
	struct buf sql = BUF_INIT;
	bool found, ok;
	char *text;

	if (!sqlite_expr(a->d, STANDALONE_CHECK, c->expr, c->rel, T_BOOL, -1, &text, NULL))
		return false;
	buf_puts(&sql, "SELECT 1 FROM ");
	sqlite_identifier(&sql, c->rel->physical);
	buf_printf(&sql, " WHERE NOT (%s)", text);
	ok = exists(a->d, &sql, &found);
	buf_release(&sql);
	if (!ok || !found)
		return ok;
	err_set(a->d->err, ERR_CHECK_VIOLATION, -1, "check constraint \"%s\" of relation \"%s\" is violated by some row",
	        c->name, c->rel->name);
	return err_object(a->d->err, c->rel->schema->name, c->rel->name, NULL, c->name);
}

struct orphan {
	struct ddl *d;
	const struct constraint *c;
	struct buf values;
	bool found;
};

static bool
take_orphan(void *arg, const struct datum *cols, int ncols)
{
	struct orphan *o = arg;
	struct type_ctx tc = {&o->d->err->arena, o->d->err, &o->d->fenv->types, snapshot_type_find,
	                      (void *)o->d->compile->snapshot};

	o->found = true;
	for (int i = 0; i < ncols; i++) {
		const struct column *col = &o->c->rel->cols[o->c->cols[i] - 1];

		buf_puts(&o->values, i ? ", " : "");
		if (!type_text_out(&tc, col->type, &cols[i], col->typmod, &o->values))
			return false;
	}
	return true;
}

static void
qualified(struct buf *b, const char *alias, const struct relation *rel, int attnum)
{
	buf_printf(b, "%s.", alias);
	sqlite_identifier(b, rel->cols[attnum - 1].physical);
}

static void
column_names(struct buf *b, const struct relation *rel, const int16_t *cols, int n)
{
	for (int i = 0; i < n; i++)
		buf_printf(b, "%s%s", i ? ", " : "", rel->cols[cols[i] - 1].name);
}

static bool
check_references(struct alter *a, const struct constraint *c)
{
	struct orphan o = {.d = a->d, .c = c};
	struct buf sql = BUF_INIT, names = BUF_INIT;
	bool ok;

	buf_puts(&sql, "SELECT ");
	for (int i = 0; i < c->ncols; i++) {
		buf_puts(&sql, i ? ", " : "");
		qualified(&sql, "c", c->rel, c->cols[i]);
	}
	buf_puts(&sql, " FROM ");
	sqlite_identifier(&sql, c->rel->physical);
	buf_puts(&sql, " AS c WHERE ");
	for (int i = 0; i < c->ncols; i++) {
		qualified(&sql, "c", c->rel, c->cols[i]);
		buf_puts(&sql, " IS NOT NULL AND ");
	}
	buf_puts(&sql, "NOT EXISTS (SELECT 1 FROM ");
	sqlite_identifier(&sql, c->frel->physical);
	buf_puts(&sql, " AS p WHERE ");
	for (int i = 0; i < c->ncols; i++) {
		buf_puts(&sql, i ? " AND " : "");
		qualified(&sql, "p", c->frel, c->fcols[i]);
		buf_puts(&sql, " = ");
		qualified(&sql, "c", c->rel, c->cols[i]);
	}
	buf_puts(&sql, ") LIMIT 1");
	ok = conn_query(a->d->conn, buf_str(&sql), NULL, 0, take_orphan, &o);
	if (ok && o.found) {
		column_names(&names, c->rel, c->cols, c->ncols);
		ok = err_set(a->d->err, ERR_FOREIGN_KEY_VIOLATION, -1,
		             "insert or update on table \"%s\" violates foreign key constraint \"%s\"", c->rel->name, c->name);
		err_detail(a->d->err, "Key (%s)=(%s) is not present in table \"%s\".", buf_str(&names), buf_str(&o.values),
		           c->frel->name);
		err_object(a->d->err, c->rel->schema->name, c->rel->name, NULL, c->name);
	}
	buf_release(&sql);
	buf_release(&names);
	buf_release(&o.values);
	return ok;
}

static bool
check_new_constraints(struct alter *a, struct draft *t)
{
	for (int i = 0; i < t->new_constraints.n; i++) {
		const struct constraint *c = t->new_constraints.v[i];

		if (c->kind == 'c' && c->validated && !check_rows(a, c))
			return false;
		if (c->kind == 'f' && c->validated && !check_references(a, c))
			return false;
		if (c->kind == 'p')
			for (int j = 0; j < c->ncols; j++)
				if (!check_no_nulls(a, &t->cols[c->cols[j] - 1]))
					return false;
	}
	return true;
}

static bool
at_add_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__Constraint *node = cmd->def->constraint;
	struct draft *t = draft_copy(a->d, a->rel);
	struct ddl *d = a->d;

	if (node->skip_validation && node->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
		return err_unsupported(d->err, node->location, "NOT VALID on a foreign key");
	if (node->skip_validation)
		return err_unsupported(d->err, node->location, "NOT VALID");
	if (!draft_add_constraint(t, node, 0, node->deferrable, node->initdeferred) || !draft_resolve(t) ||
	    !check_new_constraints(a, t))
		return false;
	for (int i = 0; i < t->rel->ncols; i++)
		if (t->cols[i].not_null && !a->rel->cols[i].not_null &&
		    !ROWS_EXEC(d, a->rel->schema->temp,
		               "UPDATE %s.\"litephant.pg_attribute\" SET attnotnull = 1 WHERE attrelid = ?1 AND attnum = ?2",
		               datum_int(a->rel->oid), datum_int(i + 1)))
			return false;
	if (node->indexname && *node->indexname) {
		const struct constraint *c = t->new_constraints.v[0];

		if (!ROWS_EXEC(d, a->rel->schema->temp,
		               "UPDATE %s.\"litephant.pg_index\" SET indisprimary = ?2 WHERE indexrelid = ?1",
		               datum_int(c->index->self->oid), datum_int(c->kind == 'p')) ||
		    !ROWS_EXEC(d, a->rel->schema->temp, "UPDATE %s.\"litephant.pg_class\" SET relname = ?2 WHERE oid = ?1",
		               datum_int(c->index->self->oid), row_text(c->name)))
			return false;
	}
	return sqlite_rewrite_table(d, t->rel) && draft_write_constraints(t);
}

static bool
at_drop_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const struct constraint *c = NULL;
	struct ddl *d = a->d;

	for (int i = 0; i < a->rel->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &a->rel->constraints, i)->name, cmd->name))
			c = a->rel->constraints.v[i];
	if (!c) {
		if (!cmd->missing_ok)
			return err_set(d->err, ERR_UNDEFINED_OBJECT, -1, "constraint \"%s\" of relation \"%s\" does not exist",
			               cmd->name, a->rel->name);
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "constraint \"%s\" of relation \"%s\" does not exist, skipping",
		                             cmd->name, a->rel->name),
		                NULL);
		return true;
	}
	for (int i = 0; i < a->rel->referenced_by.n; i++) {
		const struct constraint *f = a->rel->referenced_by.v[i];

		if (f->index != c->index || c->kind == 'f')
			continue;
		if (cmd->behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
			err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			        "cannot drop constraint %s on table %s because other objects depend on it", c->name, a->rel->name);
			err_detail(d->err, "constraint %s on table %s depends on index %s", f->name, f->rel->name,
			           c->index->self->name);
			return err_hint(d->err, "Use DROP ... CASCADE to drop the dependent objects too.");
		}
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "drop cascades to constraint %s on table %s", f->name, f->rel->name), NULL);
		if (!drop_constraint(d, f) || !alter_refresh(a))
			return false;
		return at_drop_constraint(a, cmd);
	}
	return drop_constraint(d, c);
}

static bool
at_validate(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	for (int i = 0; i < a->rel->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &a->rel->constraints, i)->name, cmd->name))
			return true; /* every constraint was checked when it was made */
	return err_set(a->d->err, ERR_UNDEFINED_OBJECT, -1, "constraint \"%s\" of relation \"%s\" does not exist", cmd->name,
	               a->rel->name);
}

static bool
at_owner(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	(void)a;
	(void)cmd;
	return true; /* every role may do everything: see docs/compatibility.md */
}

static bool
at_options(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__List *l = cmd->def ? cmd->def->list : NULL;

	return !l || table_options(a->d, l->items, l->n_items);
}

static bool
at_nothing(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	(void)a;
	(void)cmd;
	return true; /* planner hints about storage that we do not have */
}

static const struct {
	PgQuery__AlterTableType type;
	bool (*run)(struct alter *a, const PgQuery__AlterTableCmd *cmd);
	const char *name; /* for the refusal, when run is NULL */
} subcommands[] = {
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn, at_add_column, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn, at_drop_column, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault, at_column_default, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull, at_set_not_null, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull, at_drop_not_null, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType, at_column_type, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint, at_add_constraint, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint, at_drop_constraint, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint, at_validate, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner, at_owner, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions, at_options, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions, at_options, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics, at_nothing, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity, NULL, "ADD GENERATED AS IDENTITY"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity, NULL, "SET GENERATED"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity, NULL, "DROP IDENTITY"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint, NULL, "ALTER CONSTRAINT"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit, NULL, "INHERIT"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition, NULL, "ATTACH PARTITION"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition, NULL, "DETACH PARTITION"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity, NULL, "ENABLE ROW LEVEL SECURITY"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity, NULL, "FORCE ROW LEVEL SECURITY"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity, NULL, "REPLICA IDENTITY"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn, NULL, "CLUSTER ON"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage, NULL, "SET STORAGE"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression, NULL, "SET COMPRESSION"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace, NULL, "SET TABLESPACE"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged, NULL, "SET LOGGED"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged, NULL, "SET UNLOGGED"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig, NULL, "ENABLE TRIGGER"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig, NULL, "DISABLE TRIGGER"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll, NULL, "ENABLE TRIGGER ALL"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll, NULL, "DISABLE TRIGGER ALL"},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression, NULL, "DROP EXPRESSION"},
};

bool
alter_refresh(struct alter *a)
{
	oid_t oid = a->rel->oid;

	if (!ddl_refresh(a->d))
		return false;
	a->rel = snapshot_relation_by_oid(a->d->compile->snapshot, oid);
	return a->rel || err_set(a->d->err, ERR_INTERNAL_ERROR, -1, "relation %u is gone", oid);
}

static bool
run_subcommand(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	for (size_t i = 0; i < COUNTOF(subcommands); i++) {
		if (subcommands[i].type != cmd->subtype)
			continue;
		if (!subcommands[i].run)
			return err_unsupported(a->d->err, -1, "ALTER TABLE ... %s", subcommands[i].name);
		if (a->rel->kind != 'r' && subcommands[i].run != at_owner && subcommands[i].run != at_options)
			return err_unsupported(a->d->err, -1, "this form of ALTER on %s \"%s\"", relation_kind_word(a->rel),
			                       a->rel->name);
		return subcommands[i].run(a, cmd);
	}
	return err_unsupported(a->d->err, -1, "this form of ALTER TABLE");
}

static bool
alter_table(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterTableStmt *s = node->alter_table_stmt;
	struct alter a = {.d = d, .rel = compile_relation(d->compile, s->relation, s->missing_ok)};

	if (!a.rel) {
		if (err_is_set(d->err))
			return false;
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "relation \"%s\" does not exist, skipping", s->relation->relname), NULL);
		return true;
	}
	if (a.rel->builtin)
		return err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1, "permission denied: \"%s\" is a system catalog",
		               a.rel->name);
	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && a.rel->kind != 'r' && a.rel->kind != 'v')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a table", a.rel->name);
	if (!rows_adopt(d, a.rel))
		return false;
	for (size_t i = 0; i < s->n_cmds; i++) {
		if (!run_subcommand(&a, s->cmds[i]->alter_table_cmd))
			return false;
		if (i + 1 < s->n_cmds && !alter_refresh(&a))
			return false;
	}
	return true;
}

static const char *
alter_tag(const PgQuery__Node *node)
{
	switch (node->alter_table_stmt->objtype) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
		return "ALTER INDEX";
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
		return "ALTER SEQUENCE";
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
		return "ALTER VIEW";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_alter_table = {
	PG_QUERY__NODE__NODE_ALTER_TABLE_STMT, DDL_TRANSACTION, "ALTER TABLE", alter_table, alter_tag};
