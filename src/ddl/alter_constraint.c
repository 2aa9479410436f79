/*
 * ALTER TABLE: adding, validating and dropping constraints. Existing rows are checked before a new
 * one is written.
 */
#include "ddl/alter_table.h"
#include "ddl/constraint.h"
#include "ddl/drop.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"

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
	ok = alter_exists(a->d, &sql, &found);
	buf_release(&sql);
	if (!ok || !found)
		return ok;
	err_set(a->d->err, ERR_CHECK_VIOLATION, -1,
		"check constraint \"%s\" of relation \"%s\" is violated by some row", c->name,
		c->rel->name);
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
		ok = err_set(
			a->d->err, ERR_FOREIGN_KEY_VIOLATION, -1,
			"insert or update on table \"%s\" violates foreign key constraint \"%s\"",
			c->rel->name, c->name);
		err_detail(a->d->err, "Key (%s)=(%s) is not present in table \"%s\".",
			   buf_str(&names), buf_str(&o.values), c->frel->name);
		err_object(a->d->err, c->rel->schema->name, c->rel->name, NULL, c->name);
	}
	buf_release(&sql);
	buf_release(&names);
	buf_release(&o.values);
	return ok;
}

bool
alter_check_new_constraints(struct alter *a, struct draft *t)
{
	for (int i = 0; i < t->new_constraints.n; i++) {
		const struct constraint *c = t->new_constraints.v[i];

		if (c->kind == 'c' && c->validated && !check_rows(a, c))
			return false;
		if (c->kind == 'f' && c->validated && !check_references(a, c))
			return false;
		if (c->kind == 'p')
			for (int j = 0; j < c->ncols; j++)
				if (!alter_check_no_nulls(a, &t->cols[c->cols[j] - 1]))
					return false;
	}
	return true;
}

bool
at_add_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__Constraint *node = cmd->def->constraint;
	struct draft *t = draft_copy(a->d, a->rel);
	struct ddl *d = a->d;

	if (!draft_add_constraint(t, node, 0, node->deferrable, node->initdeferred) ||
	    !draft_resolve(t) || !alter_check_new_constraints(a, t))
		return false;
	for (int i = 0; i < t->rel->ncols; i++)
		if (t->cols[i].not_null && !a->rel->cols[i].not_null &&
		    !ROWS_EXEC(d, a->rel->schema->temp,
			       "UPDATE %s.\"litephant.pg_attribute\" SET attnotnull = 1 WHERE "
			       "attrelid = ?1 AND attnum = ?2",
			       datum_int(a->rel->oid), datum_int(i + 1)))
			return false;
	if (node->indexname && *node->indexname) {
		const struct constraint *c = t->new_constraints.v[0];

		if (strcmp(c->name, node->indexname) != 0)
			d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
					arena_printf(d->arena,
						     "ALTER TABLE / ADD CONSTRAINT USING INDEX "
						     "will rename index \"%s\" to \"%s\"",
						     node->indexname, c->name),
					NULL);
		if (!ROWS_EXEC(d, a->rel->schema->temp,
			       "UPDATE %s.\"litephant.pg_index\" SET indisprimary = ?2 WHERE "
			       "indexrelid = ?1",
			       datum_int(c->index->self->oid), datum_int(c->kind == 'p')) ||
		    !ROWS_EXEC(d, a->rel->schema->temp,
			       "UPDATE %s.\"litephant.pg_class\" SET relname = ?2 WHERE oid = ?1",
			       datum_int(c->index->self->oid), row_text(c->name)))
			return false;
	}
	return sqlite_rewrite_table(d, t->rel) && draft_write_constraints(t);
}

bool
at_drop_constraint(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const struct constraint *c = NULL;
	struct ddl *d = a->d;

	for (int i = 0; i < a->rel->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &a->rel->constraints, i)->name, cmd->name))
			c = a->rel->constraints.v[i];
	if (!c) {
		if (!cmd->missing_ok)
			return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
				       "constraint \"%s\" of relation \"%s\" does not exist",
				       cmd->name, a->rel->name);
		d->host->notice(
			d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(
				d->arena,
				"constraint \"%s\" of relation \"%s\" does not exist, skipping",
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
				"cannot drop constraint %s on table %s because other objects "
				"depend on it",
				c->name, a->rel->name);
			err_detail(d->err, "constraint %s on table %s depends on index %s", f->name,
				   f->rel->name, c->index->self->name);
			return err_hint(d->err,
					"Use DROP ... CASCADE to drop the dependent objects too.");
		}
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				arena_printf(d->arena, "drop cascades to constraint %s on table %s",
					     f->name, f->rel->name),
				NULL);
		if (!drop_constraint(d, f) || !alter_refresh(a))
			return false;
		return at_drop_constraint(a, cmd);
	}
	if (c->kind != 'p')
		return drop_constraint(d, c);
	if (!alter_drop_key_views(a, c, cmd->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE))
		return false;
	for (int i = 0; i < a->rel->constraints.n; i++) /* a new snapshot may have come */
		if (!strcmp(VEC_AT(struct constraint, &a->rel->constraints, i)->name, cmd->name))
			c = a->rel->constraints.v[i];
	return drop_constraint(d, c);
}

bool
at_validate(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	for (int i = 0; i < a->rel->constraints.n; i++) {
		const struct constraint *c = a->rel->constraints.v[i];

		if (strcmp(c->name, cmd->name) != 0)
			continue;
		if (c->kind != 'c' && c->kind != 'f')
			return err_set(a->d->err, ERR_WRONG_OBJECT_TYPE, -1,
				       "constraint \"%s\" of relation \"%s\" is not a foreign key "
				       "or check constraint",
				       c->name, a->rel->name);
		if (c->validated)
			return true;
		return (c->kind == 'c' ? check_rows(a, c) : check_references(a, c)) &&
		       ROWS_EXEC(a->d, a->rel->schema->temp,
				 "UPDATE %s.\"litephant.pg_constraint\" SET convalidated = 1 WHERE "
				 "oid = ?1",
				 datum_int(c->oid));
	}
	return err_set(a->d->err, ERR_UNDEFINED_OBJECT, -1,
		       "constraint \"%s\" of relation \"%s\" does not exist", cmd->name,
		       a->rel->name);
}
