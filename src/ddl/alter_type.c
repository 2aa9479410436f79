/*
 * ALTER COLUMN TYPE: the table's text gets the new declaration first, so that converted values land
 * under the new affinity; then one UPDATE converts every row; indexes over the column are built
 * again.
 */
#include "ddl/alter_table.h"
#include "ddl/draft.h"
#include "ddl/drop.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "sql/view_text.h"

static bool
refuse_generated(struct alter *a, const struct column *col)
{
	bool uses;

	if (col->generated)
		return err_unsupported(a->d->err, -1, "ALTER COLUMN TYPE of a generated column");
	for (int i = 0; i < a->rel->ncols; i++) {
		const struct column *other = &a->rel->cols[i];

		if (!other->generated || other->dropped)
			continue;
		if (!expression_uses(a->d->compile, a->d->arena, other->default_expr, col->name,
				     &uses))
			return false;
		if (!uses)
			continue;
		err_set(a->d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"cannot alter type of a column used by a generated column");
		return err_detail(a->d->err, "Column \"%s\" is used by generated column \"%s\".",
				  col->name, other->name);
	}
	return true;
}

static bool
refuse_dependents(struct alter *a, const struct column *col)
{
	const struct snapshot *snap = a->d->compile->snapshot;
	bool uses;

	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *dep = snap->depends.v[i];
		const struct relation *view = snapshot_relation_by_oid(snap, dep->objid);

		if (dep->refobjid != a->rel->oid || !view || view->kind != 'v')
			continue;
		if (!view_uses_column(a->d->compile, a->d->arena, view, a->rel, col->attnum, &uses))
			return false;
		if (!uses)
			continue;
		err_set(a->d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"cannot alter type of a column used by a view or rule");
		return err_detail(a->d->err, "rule _RETURN on view %s depends on column \"%s\"",
				  view->name, col->name);
	}
	for (int i = 0; i < a->rel->referenced_by.n; i++) {
		const struct constraint *c = a->rel->referenced_by.v[i];

		for (int j = 0; j < c->ncols; j++)
			if (c->fcols[j] == col->attnum)
				return err_unsupported(a->d->err, -1,
						       "ALTER COLUMN TYPE of a column that foreign "
						       "key \"%s\" refers to",
						       c->name);
	}
	return refuse_generated(a, col);
}

/* The expression that converts a row: USING's, or the column itself under an assignment cast. */
static bool
conversion(struct alter *a, const PgQuery__AlterTableCmd *cmd, const struct type *type,
	   int32_t typmod, char **sqlite)
{
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	struct ddl *d = a->d;
	const PgQuery__Node *node = def->raw_default;

	if (!node && !parse_expr(d->arena, quote_identifier(d->arena, cmd->name), &node, d->err))
		return false;
	if (compile_expr(d->compile, d->arena, STANDALONE_USING, node, a->rel, type->oid, typmod,
			 NULL, sqlite, NULL))
		return true;
	if (d->err->sqlstate && !strcmp(d->err->sqlstate, ERR_DATATYPE_MISMATCH) &&
	    !def->raw_default) {
		const char *name = format_type(d->arena, type, -1, snapshot_type_find,
					       (void *)d->compile->snapshot);

		err_clear(d->err);
		err_set(d->err, ERR_DATATYPE_MISMATCH, -1,
			"column \"%s\" cannot be cast automatically to type %s", cmd->name, name);
		err_hint(d->err, "You might need to specify \"USING %s::%s\".",
			 quote_identifier(d->arena, cmd->name),
			 format_type(d->arena, type, typmod, snapshot_type_find,
				     (void *)d->compile->snapshot));
	}
	return false;
}

static bool
convert_rows(struct alter *a, const struct column *col, const char *expr)
{
	struct buf sql = BUF_INIT;
	bool ok;

	buf_puts(&sql, "UPDATE ");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " SET ");
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " = %s", expr);
	ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

/* DROP INDEX now, CREATE INDEX after the rows were converted: its order may be another one. */
static bool
drop_indexes(struct alter *a)
{
	for (int i = 0; i < a->rel->indexes.n; i++) {
		const struct index *ix = a->rel->indexes.v[i];
		struct buf sql = BUF_INIT;
		bool ok;

		buf_printf(&sql, "DROP INDEX %s.", a->rel->schema->temp ? "temp" : "main");
		sqlite_identifier(&sql, ix->self->physical);
		ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0);
		buf_release(&sql);
		if (!ok)
			return false;
	}
	return true;
}

/* The draft's: the snapshot does not show an index that SQLite does not have. */
static bool
create_indexes(struct alter *a, struct draft *t)
{
	for (int i = 0; i < t->rel->indexes.n; i++) {
		struct index ix = *VEC_AT(struct index, &t->rel->indexes, i);
		struct buf sql = BUF_INIT;
		bool ok;

		ix.rel = t->rel;
		ok = sqlite_create_index(a->d, &ix, &sql) &&
		     conn_exec(a->d->conn, buf_str(&sql), NULL, 0);

		buf_release(&sql);
		if (!ok)
			return false;
	}
	return true;
}

/* What is stored as text over the column's type is analyzed anew. */
static bool
renew_checks(struct alter *a, struct draft *t)
{
	struct ddl *d = a->d;

	for (int i = 0; i < t->rel->constraints.n; i++) {
		struct constraint *c = arena_memdup(d->arena, t->rel->constraints.v[i], sizeof(*c));
		const PgQuery__Node *node;
		char *text;

		c->rel = t->rel;
		t->rel->constraints.v[i] = c;
		if (c->kind != 'c')
			continue;
		if (!parse_expr(d->arena, c->expr, &node, d->err) ||
		    !compile_expr(d->compile, d->arena, STANDALONE_CHECK, node, t->rel, T_BOOL, -1,
				  &text, NULL, NULL)) {
			d->err->location = -1; /* it is no text of this command */
			return false;
		}
		if (!ROWS_EXEC(
			    d, t->rel->schema->temp,
			    "UPDATE %s.\"litephant.pg_constraint\" SET consrc = ?2 WHERE oid = ?1",
			    datum_int(c->oid), row_text(text)))
			return false;
		c->expr = text;
	}
	return true;
}

static bool
renew_default(struct alter *a, struct column *col)
{
	struct ddl *d = a->d;
	const PgQuery__Node *node;
	char *text;

	if (!col->default_expr || col->generated)
		return true;
	if (!parse_expr(d->arena, col->default_expr, &node, d->err))
		return false;
	if (!compile_expr(d->compile, d->arena, STANDALONE_DEFAULT, node, NULL, col->type->oid,
			  col->typmod, &text, NULL, NULL)) {
		if (!strcmp(d->err->sqlstate, ERR_DATATYPE_MISMATCH)) {
			err_clear(d->err);
			err_set(d->err, ERR_DATATYPE_MISMATCH, -1,
				"default for column \"%s\" cannot be cast automatically to type %s",
				col->name,
				format_type(d->arena, col->type, -1, snapshot_type_find,
					    (void *)d->compile->snapshot));
		}
		return false;
	}
	col->default_expr = text;
	return ROWS_EXEC(d, a->rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attrdef\" SET adsrc = ?3 WHERE adrelid = ?1 AND "
			 "adnum = ?2",
			 datum_int(a->rel->oid), datum_int(col->attnum), row_text(text));
}

bool
at_column_type(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const struct column *old = relation_column(a->rel, cmd->name);
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	struct ddl *d = a->d;
	const struct type *type;
	struct column *col;
	struct draft *t;
	int32_t typmod;
	char *expr;

	if (!old)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist", cmd->name,
			       a->rel->name);
	if (def->coll_clause)
		return err_unsupported(d->err, def->location, "ALTER COLUMN TYPE with COLLATE");
	if (!compile_type_name(d->compile, def->type_name, &type, &typmod) ||
	    !refuse_dependents(a, old) || !conversion(a, cmd, type, typmod, &expr))
		return false;
	if (!type->in)
		return err_unsupported(d->err, -1, "type %s", type->name);
	t = draft_copy(d, a->rel);
	col = draft_column(t, cmd->name);
	col->type = type;
	col->typmod = typmod;
	if (!renew_default(a, col) || !renew_checks(a, t) || !drop_indexes(a) ||
	    !ROWS_EXEC(d, a->rel->schema->temp,
		       "UPDATE %s.\"litephant.pg_attribute\" SET atttypid = ?3, atttypmod = ?4 "
		       "WHERE attrelid = ?1 AND attnum = ?2",
		       datum_int(a->rel->oid), datum_int(col->attnum), datum_int(type->oid),
		       datum_int(typmod)) ||
	    !sqlite_rewrite_table(d, t->rel) || !convert_rows(a, col, expr))
		return false;
	return create_indexes(a, t);
}
