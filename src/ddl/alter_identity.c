/*
 * ALTER TABLE: identity columns, and generated columns that become plain ones.
 */
#include "ddl/alter_table.h"
#include "ddl/draft.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"

static const struct relation *
owned_sequence(struct alter *a, int attnum)
{
	const struct snapshot *snap = a->d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == a->rel->oid &&
		    seq->sequence->owner_col == attnum)
			return seq;
	}
	return NULL;
}

static bool
set_identity_row(struct alter *a, const struct column *col, char identity)
{
	return ROWS_EXEC(a->d, a->rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET attidentity = ?3 WHERE attrelid "
			 "= ?1 AND attnum = ?2",
			 datum_int(a->rel->oid), datum_int(col->attnum), row_char(&identity));
}

static bool
not_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const char *text = arena_printf(
		a->d->arena, "column \"%s\" of relation \"%s\" is not an identity column",
		cmd->name, a->rel->name);

	if (!cmd->missing_ok)
		return err_set(a->d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1, "%s", text);
	a->d->host->notice(a->d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			   arena_printf(a->d->arena, "%s, skipping", text), NULL);
	return true;
}

bool
at_add_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__Constraint *node = cmd->def->constraint;
	struct draft *t = draft_copy(a->d, a->rel);
	struct column *col = draft_column(t, cmd->name);
	struct ddl *d = a->d;

	if (!col)
		return alter_no_column(a, cmd->name);
	if (col->type->oid != T_INT2 && col->type->oid != T_INT4 && col->type->oid != T_INT8)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "identity column type must be smallint, integer, or bigint");
	if (!col->not_null)
		return err_set(d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "column \"%s\" of relation \"%s\" must be declared NOT NULL before "
			       "identity can be added",
			       col->name, a->rel->name);
	if (col->identity)
		return err_set(d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "column \"%s\" of relation \"%s\" is already an identity column",
			       col->name, a->rel->name);
	if (col->default_expr)
		return err_set(d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "column \"%s\" of relation \"%s\" already has a default value",
			       col->name, a->rel->name);
	return draft_owned_sequence(t, col, node->options, node->n_options) &&
	       draft_write_sequences(t) &&
	       set_identity_row(
		       a, col,
		       node->generated_when && *node->generated_when ? *node->generated_when : 'a');
}

bool
at_set_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const struct column *col = relation_column(a->rel, cmd->name);
	const PgQuery__List *l = cmd->def->list;
	PgQuery__Node **options = ARENA_ARRAY(a->d->arena, PgQuery__Node *, l->n_items + 1);
	const struct relation *seq;
	size_t n = 0;

	if (!col)
		return alter_no_column(a, cmd->name);
	if (!col->identity || !(seq = owned_sequence(a, col->attnum)))
		return not_identity(a, cmd);
	for (size_t i = 0; i < l->n_items; i++) {
		const PgQuery__DefElem *o = l->items[i]->def_elem;

		if (strcmp(o->defname, "generated") != 0)
			options[n++] = l->items[i];
		else if (!set_identity_row(a, col, (char)o->arg->integer->ival))
			return false;
	}
	return n == 0 || sequence_change(a->d, seq, options, n);
}

bool
at_drop_identity(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const struct column *col = relation_column(a->rel, cmd->name);

	if (!col)
		return alter_no_column(a, cmd->name);
	if (!col->identity)
		return not_identity(a, cmd);
	return alter_drop_owned_sequences(a, col->attnum) && set_identity_row(a, col, 0);
}

/* A generated column becomes a plain one: SQLite makes the table again from its rows' values. */
static bool
plain_column(struct alter *a, struct draft *t, struct column *col)
{
	const char *schema = a->rel->schema->temp ? "temp" : "main";
	const char *copy = "litephant.dropping";
	struct buf sql = BUF_INIT;
	struct ddl *d = a->d;
	bool ok;

	buf_printf(&sql, "ALTER TABLE %s.", schema);
	sqlite_identifier(&sql, a->rel->physical);
	buf_printf(&sql, " ADD COLUMN \"%s\" %s", copy, col->type->decl);
	ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_clear(&sql);
	buf_printf(&sql, "UPDATE %s.", schema);
	sqlite_identifier(&sql, a->rel->physical);
	buf_printf(&sql, " SET \"%s\" = ", copy);
	sqlite_identifier(&sql, col->physical);
	ok = ok && conn_exec(d->conn, buf_str(&sql), NULL, 0);
	ok = ok && sqlite_rewrite_with(d, t->rel, copy);
	buf_clear(&sql);
	buf_printf(&sql, "UPDATE %s.", schema);
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " SET ");
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " = \"%s\"", copy);
	ok = ok && conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_clear(&sql);
	buf_printf(&sql, "ALTER TABLE %s.", schema);
	sqlite_identifier(&sql, a->rel->physical);
	buf_printf(&sql, " DROP COLUMN \"%s\"", copy);
	ok = ok && conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

bool
at_drop_expression(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	struct draft *t = draft_copy(a->d, a->rel);
	struct column *col = draft_column(t, cmd->name);
	struct ddl *d = a->d;

	if (!col)
		return alter_no_column(a, cmd->name);
	if (!col->generated) {
		const char *text = arena_printf(
			d->arena,
			"column \"%s\" of relation \"%s\" is not a stored generated column",
			col->name, a->rel->name);

		if (!cmd->missing_ok)
			return err_set(d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1, "%s",
				       text);
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				arena_printf(d->arena, "%s, skipping", text), NULL);
		return true;
	}
	col->generated = 0;
	col->has_default = false;
	col->default_expr = NULL;
	return plain_column(a, t, col) && rows_drop_default(d, a->rel, col->attnum) &&
	       ROWS_EXEC(d, a->rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET attgenerated = '' WHERE "
			 "attrelid = ?1 AND attnum = ?2",
			 datum_int(a->rel->oid), datum_int(col->attnum));
}
