#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"

/* Tables that point at one of those to be emptied must be emptied too. */
static bool
check_references(struct ddl *d, struct vec *tables, bool cascade)
{
	for (int i = 0; i < tables->n; i++) {
		const struct relation *rel = tables->v[i];

		for (int j = 0; j < rel->referenced_by.n; j++) {
			const struct constraint *c = rel->referenced_by.v[j];

			if (vec_has(tables, c->rel))
				continue;
			if (!cascade) {
				err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
					"cannot truncate a table referenced in a foreign key "
					"constraint");
				err_detail(d->err, "Table \"%s\" references \"%s\".", c->rel->name,
					   rel->name);
				return err_hint(d->err,
						"Truncate table \"%s\" at the same time, or use "
						"TRUNCATE ... CASCADE.",
						c->rel->name);
			}
			d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
					arena_printf(d->arena, "truncate cascades to table \"%s\"",
						     c->rel->name),
					NULL);
			vec_push(d->arena, tables, (void *)c->rel);
		}
	}
	return true;
}

static bool
restart_sequences(struct ddl *d, const struct relation *rel)
{
	const struct snapshot *snap = d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == rel->oid &&
		    !txn_setval(d->txn, seq->oid, seq->sequence->start, false, d->err))
			return false;
	}
	return true;
}

static bool
empty_table(struct ddl *d, const struct relation *rel)
{
	struct buf sql = BUF_INIT;
	bool ok;

	buf_printf(&sql, "DELETE FROM %s.", rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, rel->physical);
	ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok;
}

static bool
truncate_tables(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__TruncateStmt *s = node->truncate_stmt;
	struct vec tables = {0};

	for (size_t i = 0; i < s->n_relations; i++) {
		const struct relation *rel = ddl_relation(d, s->relations[i]->range_var, false);

		if (!rel)
			return false;
		if (rel->kind != 'r')
			return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a table",
				       rel->name);
		if (rel->builtin)
			return err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
				       "permission denied: \"%s\" is a system catalog", rel->name);
		if (!vec_has(&tables, rel))
			vec_push(d->arena, &tables, (void *)rel);
	}
	if (!check_references(d, &tables, s->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE))
		return false;
	/* Children before parents would need an order; within the statement all references are
	 * checked at its end. */
	if (!conn_exec(d->conn, "PRAGMA defer_foreign_keys = ON", NULL, 0))
		return false;
	for (int i = 0; i < tables.n; i++)
		if (!empty_table(d, tables.v[i]) ||
		    (s->restart_seqs && !restart_sequences(d, tables.v[i])))
			return false;
	return conn_exec(d->conn, "PRAGMA defer_foreign_keys = OFF", NULL, 0);
}

const struct ddl_command ddl_truncate = {PG_QUERY__NODE__NODE_TRUNCATE_STMT, DDL_TRANSACTION,
					 "TRUNCATE TABLE", truncate_tables, NULL};
