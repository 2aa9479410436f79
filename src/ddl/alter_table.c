/*
 * ALTER TABLE: each subcommand is a row of a table. A subcommand reads the schema as the ones
 * before it left it.
 */
#include "ddl/alter_table.h"

#include "ddl/constraint.h"
#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rename_type.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"
#include "ddl/view_options.h"
#include "types/domain.h"

bool
alter_no_column(struct alter *a, const char *name)
{
	return err_set(a->d->err, ERR_UNDEFINED_COLUMN, -1,
		       "column \"%s\" of relation \"%s\" does not exist", name, a->rel->name);
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

bool
alter_exists(struct ddl *d, struct buf *sql, bool *found)
{
	*found = false;
	buf_puts(sql, " LIMIT 1");
	return conn_query(d->conn, buf_str(sql), NULL, 0, some_row, found);
}

bool
alter_check_no_nulls(struct alter *a, const struct column *col)
{
	struct buf sql = BUF_INIT;
	bool found, ok;

	buf_puts(&sql, "SELECT 1 FROM ");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " WHERE ");
	sqlite_identifier(&sql, col->physical);
	buf_puts(&sql, " IS NULL");
	ok = alter_exists(a->d, &sql, &found);
	buf_release(&sql);
	if (!ok || !found)
		return ok;
	err_set(a->d->err, ERR_NOT_NULL_VIOLATION, -1,
		"column \"%s\" of relation \"%s\" contains null values", col->name, a->rel->name);
	return err_object(a->d->err, a->rel->schema->name, a->rel->name, col->name, NULL);
}

/* Existing rows get the default, once per row as PostgreSQL's rewrite does. */
static bool
fill_default(struct alter *a, const struct column *col)
{
	struct buf sql = BUF_INIT;
	char *value;
	bool ok;

	if (!sqlite_expr(a->d, STANDALONE_DEFAULT, col->default_expr, NULL, col->type->oid,
			 col->typmod, &value, NULL))
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

/* A domain may have a default of its own, and refuse the NULL that existing rows would have. */
static bool
fill_domain(struct alter *a, const struct column *col)
{
	const struct domain *domain = col->type->domain;
	struct column filled = *col;

	if (!domain)
		return true;
	filled.default_expr = domain->default_expr ? domain->default_expr : "NULL";
	return fill_default(a, &filled);
}

int
alter_live_columns(const struct relation *rel)
{
	int n = 0;

	for (int i = 0; i < rel->ncols; i++)
		n += !rel->cols[i].dropped;
	return n;
}

/* SQLite has no table without columns: one of ours stands in. */
bool
alter_stand_in(struct alter *a, bool add)
{
	struct buf sql = BUF_INIT;
	bool ok;

	buf_printf(&sql, "ALTER TABLE %s.", a->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, a->rel->physical);
	buf_printf(&sql, " %s COLUMN \"litephant.empty\"%s", add ? "ADD" : "DROP",
		   add ? " INTEGER" : "");
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
	ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0) &&
	     (alter_live_columns(a->rel) > 0 || alter_stand_in(a, false));
	buf_release(&sql);
	return ok;
}

/* SQLite computes a stored column when it writes the row: every row is written once more. */
static bool
fill_generated(struct alter *a, const struct column *col)
{
	const struct column *any = NULL;
	struct buf sql = BUF_INIT;
	bool ok;

	for (int i = 0; i < a->rel->ncols && !any; i++)
		if (!a->rel->cols[i].dropped && !a->rel->cols[i].generated)
			any = &a->rel->cols[i];
	if (!any)
		return err_unsupported(a->d->err, -1, "a table in which every column is generated");
	buf_printf(&sql, "UPDATE %s.", a->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, a->rel->physical);
	buf_puts(&sql, " SET ");
	sqlite_identifier(&sql, any->physical);
	buf_puts(&sql, " = ");
	sqlite_identifier(&sql, any->physical);
	ok = conn_exec(a->d->conn, buf_str(&sql), NULL, 0);
	buf_release(&sql);
	return ok && (!col->not_null || alter_check_no_nulls(a, col));
}

static bool
at_add_column(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	struct ddl *d = a->d;
	struct column *col;
	struct draft *t;

	if (relation_column(a->rel, def->colname) && cmd->missing_ok) {
		d->host->notice(
			d->host->arg, "NOTICE", ERR_DUPLICATE_COLUMN,
			arena_printf(d->arena,
				     "column \"%s\" of relation \"%s\" already exists, skipping",
				     def->colname, a->rel->name),
			NULL);
		return true;
	}
	t = draft_copy(d, a->rel);
	if (!(col = draft_add_column(t, def)))
		return false;
	if (!draft_write_sequences(t) || !add_sqlite_column(a, col) || !draft_resolve(t))
		return false;
	col = draft_column(t, def->colname);
	if (!rows_add_column(d, t->rel, col) || !alter_refresh(a))
		return false;
	if (col->identity) {
		const struct relation *seq = t->new_sequences.v[0];

		struct column filled = *col;

		filled.default_expr =
			arena_printf(d->arena, "nextval('%s'::regclass)", sequence_literal(d, seq));
		if (!fill_default(a, &filled))
			return false;
	} else if (!col->generated &&
		   !(col->default_expr ? fill_default(a, col) : fill_domain(a, col))) {
		return false;
	}
	if (col->not_null && !col->generated && !alter_check_no_nulls(a, col))
		return false;
	if (!alter_check_new_constraints(a, t))
		return false;
	/* A plain column is all in SQLite's own ALTER TABLE. */
	if ((col->not_null || col->default_expr || t->new_constraints.n) &&
	    !sqlite_rewrite_table(d, t->rel))
		return false;
	return (!col->generated || fill_generated(a, col)) && draft_write_constraints(t);
}

/* -- columns' properties -- */

static bool
set_not_null(struct alter *a, const char *name, bool on)
{
	struct draft *t = draft_copy(a->d, a->rel);
	struct column *col = draft_column(t, name);

	if (!col)
		return alter_no_column(a, name);
	if (col->not_null == on)
		return true;
	if (!on) {
		for (int i = 0; i < t->rel->constraints.n; i++) {
			const struct constraint *c = t->rel->constraints.v[i];

			if (c->kind == 'p' && alter_constraint_uses(c, col->attnum))
				return err_set(a->d->err, ERR_INVALID_TABLE_DEFINITION, -1,
					       "column \"%s\" is in a primary key", name);
		}
		if (col->identity)
			return err_set(a->d->err, ERR_SYNTAX_ERROR, -1,
				       "column \"%s\" of relation \"%s\" is an identity column",
				       name, a->rel->name);
	} else if (!alter_check_no_nulls(a, col)) {
		return false;
	}
	col->not_null = on;
	return ROWS_EXEC(a->d, a->rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET attnotnull = ?3 WHERE attrelid "
			 "= ?1 AND attnum = ?2",
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
		return alter_no_column(a, cmd->name);
	if (col->identity)
		return err_set(a->d->err, ERR_SYNTAX_ERROR, -1,
			       "column \"%s\" of relation \"%s\" is an identity column", col->name,
			       a->rel->name);
	if (col->generated)
		return err_set(a->d->err, ERR_SYNTAX_ERROR, -1,
			       "column \"%s\" of relation \"%s\" is a generated column", col->name,
			       a->rel->name);
	if (!draft_set_default(t, col, cmd->def, -1)) {
		if (!strncmp(a->d->err->sqlstate, "22", 2))
			a->d->err->location = -1;
		return false;
	}
	if (!rows_drop_default(a->d, a->rel, col->attnum))
		return false;
	if (col->default_expr && !ROWS_EXEC(a->d, a->rel->schema->temp,
					    "INSERT INTO %s.\"litephant.pg_attrdef\"(oid, adrelid, "
					    "adnum, adsrc) VALUES (?1, ?2, ?3, ?4)",
					    datum_int(col->default_oid), datum_int(a->rel->oid),
					    datum_int(col->attnum), row_text(col->default_expr)))
		return false;
	return a->rel->kind == 'v' || sqlite_rewrite_table(a->d, t->rel);
}

static bool
at_owner(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	return role_must_exist(
		a->d, cmd->newowner); /* every role may do everything: see docs/compatibility.md */
}

static bool
at_view_options(struct alter *a, const PgQuery__AlterTableCmd *cmd, const PgQuery__List *l)
{
	bool reset = cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions;
	char *options;

	return view_options(a->d, a->rel->options, l ? l->items : NULL, l ? l->n_items : 0, reset, 0,
			    &options) &&
	       (!view_options_check(options) || view_check_possible(a->d, NULL, a->rel)) &&
	       rows_set_options(a->d, a->rel, options);
}

static bool
at_options(struct alter *a, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__List *l = cmd->def ? cmd->def->list : NULL;

	if (a->rel->kind == 'v')
		return at_view_options(a, cmd, l);
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
	{PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity, at_add_identity, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity, at_set_identity, NULL},
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity, at_drop_identity, NULL},
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
	{PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression, at_drop_expression, NULL},
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
			return err_unsupported(a->d->err, -1, "ALTER TABLE ... %s",
					       subcommands[i].name);
		if (a->rel->kind != 'r' && subcommands[i].run != at_owner &&
		    subcommands[i].run != at_options &&
		    !(a->rel->kind == 'v' && subcommands[i].run == at_column_default))
			return err_unsupported(a->d->err, -1, "this form of ALTER on %s \"%s\"",
					       relation_kind_word(a->rel), a->rel->name);
		return subcommands[i].run(a, cmd);
	}
	return err_unsupported(a->d->err, -1, "this form of ALTER TABLE");
}

/* Subcommands do not run as written but drops first, then types, new columns, their properties,
 * constraints. */
enum { ALTER_PASSES = 6 };

static int
alter_pass(const PgQuery__AlterTableCmd *cmd)
{
	switch (cmd->subtype) {
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression:
		return 0;
	case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
		return cmd->def ? 4 : 0;
	case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
		return 1;
	case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
		return 2;
	case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
		return 3;
	case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
	case PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity:
		return 4;
	default:
		return 5;
	}
}

/* ALTER TABLE … OWNER TO is for relations of every kind. */
static bool
only_owner(const PgQuery__AlterTableStmt *s)
{
	for (size_t i = 0; i < s->n_cmds; i++)
		if (s->cmds[i]->alter_table_cmd->subtype !=
		    PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner)
			return false;
	return true;
}

static bool
alter_table(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterTableStmt *s = node->alter_table_stmt;
	struct alter a = {.d = d};

	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE)
		return alter_composite(d, s);
	a.rel = ddl_relation(d, s->relation, s->missing_ok);
	if (!a.rel) {
		if (err_is_set(d->err))
			return false;
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				arena_printf(d->arena, "relation \"%s\" does not exist, skipping",
					     s->relation->relname),
				NULL);
		return true;
	}
	if (a.rel->builtin)
		return err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied: \"%s\" is a system catalog", a.rel->name);
	if (a.rel->kind == 'c')
		return composite_in_the_way(d, a.rel);
	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && a.rel->kind != 'r' &&
	    a.rel->kind != 'v' && !only_owner(s))
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a table",
			       a.rel->name);
	if (!rows_adopt(d, a.rel))
		return false;
	for (int pass = 0, done = 0; pass < ALTER_PASSES; pass++)
		for (size_t i = 0; i < s->n_cmds; i++) {
			const PgQuery__AlterTableCmd *cmd = s->cmds[i]->alter_table_cmd;

			if (alter_pass(cmd) != pass)
				continue;
			if ((done++ && !alter_refresh(&a)) || !run_subcommand(&a, cmd))
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
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
		return "ALTER TYPE";
	default:
		return "ALTER TABLE";
	}
}

const struct ddl_command ddl_alter_table = {PG_QUERY__NODE__NODE_ALTER_TABLE_STMT, DDL_TRANSACTION,
					    "ALTER TABLE", alter_table, alter_tag};
