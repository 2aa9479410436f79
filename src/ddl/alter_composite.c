/*
 * ALTER TYPE of composites. Values are stored as literals with one field for each attribute, so
 * those that are there already gain or lose a field with the type, in tables and in stored texts.
 */
#include "ddl/alter_table.h"
#include "ddl/drop_type.h"
#include "ddl/names.h"
#include "ddl/rename_type.h"
#include "ddl/type_tables.h"
#include "ddl/usertype_rows.h"
#include "types/record.h"

/* What happens to the fields of a value. */
struct field_change {
	struct value_change change;
	int n;    /* fields that there were */
	int drop; /* the one to go; -1: an empty one comes last */
};

static bool
change_fields(void *arg, struct type_ctx *c, const struct datum *in, struct datum *out)
{
	const struct field_change *f = arg;
	struct record r, changed = {0};
	struct buf b = BUF_INIT;

	/* () is no field or one that is NULL: the type tells. */
	if (!record_parse(c->arena, c->err, in->p, in->n, &r))
		return false;
	if (r.n == 0 && f->n == 1)
		r = (struct record){1, NULL, ARENA_ARRAY(c->arena, struct array_item, 1)};
	changed.items = ARENA_ARRAY(c->arena, struct array_item, r.n + 1);
	for (int i = 0; i < r.n; i++)
		if (i != f->drop)
			changed.items[changed.n++] = r.items[i];
	changed.n += f->drop < 0;
	record_print(&changed, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
change_literal(void *arg, const struct type *t, const char *text, char **changed)
{
	const struct field_change *f = arg;

	return value_literal_changed(&f->change, t, text, changed);
}

/* Values and texts under the old schema, write, texts and tables under the new one. */
static bool
change_values(struct ddl *d, const struct relation *rel, int drop,
	      bool (*write)(struct ddl *d, const struct relation *rel, const void *arg),
	      const void *arg)
{
	struct field_change f = {.change = {rel->row_type, change_fields, &f, d},
				 .n = alter_live_columns(rel),
				 .drop = drop};
	struct type_change change = {.type = rel->row_type, .literal = change_literal, .arg = &f};
	struct type_tables tables;
	struct vec texts = {0};

	return type_texts_find(d, &change, &texts) && type_tables_open(&tables, d, rel->row_type) &&
	       type_tables_change(&tables, &f.change) && write(d, rel, arg) &&
	       type_tables_close(&tables, &texts);
}

/* ---- ADD ATTRIBUTE ---- */

static bool
write_new(struct ddl *d, const struct relation *rel, const void *arg)
{
	return rows_add_column(d, rel, arg);
}

static bool
add_attribute(struct ddl *d, const struct relation *rel, const PgQuery__AlterTableCmd *cmd)
{
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	struct draft *t = draft_copy(d, rel);
	const struct type *type;
	struct column *col;
	int32_t typmod = -1;
	oid_t collation;

	if (draft_column(t, def->colname))
		return err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" already exists", def->colname,
			       rel->name);
	if (!compile_type_name(d->compile, def->type_name, &type, &typmod) ||
	    !usertype_collation(d, def->coll_clause, type, &collation))
		return false;
	return (col = draft_add_plain_column(t, def->colname, type, typmod, collation)) &&
	       change_values(d, rel, -1, write_new, col);
}

/* ---- DROP ATTRIBUTE ---- */

static bool
write_dropped(struct ddl *d, const struct relation *rel, const void *arg)
{
	const struct column *col = arg;

	return ROWS_EXEC(d, rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET attisdropped = 1, attname = ?3, "
			 "atttypid = 0 WHERE attrelid = ?1 AND attnum = ?2",
			 datum_int(rel->oid), datum_int(col->attnum),
			 row_text(arena_printf(d->arena, "........pg.dropped.%d........",
					       col->attnum))) &&
	       ROWS_EXEC(d, rel->schema->temp,
			 "DELETE FROM %s.\"litephant.pg_description\" WHERE objoid = ?1 AND "
			 "classoid = 1259 AND objsubid = ?2",
			 datum_int(rel->oid), datum_int(col->attnum));
}

bool
drop_attribute(struct ddl *d, const struct relation *rel, int attnum)
{
	int place = 0;

	for (int i = 0; i < attnum - 1; i++)
		place += !rel->cols[i].dropped;
	return change_values(d, rel, place, write_dropped, &rel->cols[attnum - 1]);
}

/* What reads the attribute goes with it. */
static bool
drop_readers(struct ddl *d, const struct relation *rel, const struct column *col, bool cascade)
{
	const char *what = arena_printf(d->arena, "column %s of composite type %s", col->name,
					usertype_display(d, rel->row_type));
	struct type_change change = {.type = rel->row_type, .field = col->name};
	struct drop_set set = {.d = d};

	return drop_collect_texts(&set, &change, what) && drop_check(&set, cascade, what) &&
	       drop_execute(&set) && ddl_refresh(d);
}

static bool
drop_named(struct ddl *d, const struct relation *rel, const PgQuery__AlterTableCmd *cmd)
{
	const struct column *col = relation_column(rel, cmd->name);
	const char *text;

	if (!col) {
		text = arena_printf(d->arena, "column \"%s\" of relation \"%s\" does not exist",
				    cmd->name, rel->name);
		if (!cmd->missing_ok)
			return err_set(d->err, ERR_UNDEFINED_COLUMN, -1, "%s", text);
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				arena_printf(d->arena, "%s, skipping", text), NULL);
		return true;
	}
	if (!drop_readers(d, rel, col, cmd->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE))
		return false;
	rel = snapshot_relation_by_oid(d->compile->snapshot, rel->oid);
	return drop_attribute(d, rel, col->attnum);
}

/* ---- ALTER ATTRIBUTE … TYPE ---- */

static bool
set_type(struct ddl *d, const struct relation *rel, const PgQuery__AlterTableCmd *cmd)
{
	const struct column *col = relation_column(rel, cmd->name);
	const PgQuery__ColumnDef *def = cmd->def->column_def;
	const struct type_user *user;
	const struct type *type;
	struct draft *t;
	int32_t typmod = -1;
	oid_t collation;

	if (!col)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist", cmd->name,
			       rel->name);
	if (!compile_type_name(d->compile, def->type_name, &type, &typmod) ||
	    !usertype_collation(d, def->coll_clause, type, &collation))
		return false;
	if ((user = usertype_first_user(d, rel->row_type)))
		return usertype_in_use(d, rel->row_type, user);
	t = draft_copy(d, rel);
	t->cols[col->attnum - 1].dropped = true;
	if (!draft_add_plain_column(t, cmd->name, type, typmod, collation))
		return false;
	return ROWS_EXEC(d, rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET atttypid = ?3, atttypmod = ?4, "
			 "attcollation = ?5 WHERE attrelid = ?1 AND attnum = ?2",
			 datum_int(rel->oid), datum_int(col->attnum), datum_int(type->oid),
			 datum_int(typmod), datum_int(collation)) &&
	       ddl_refresh(d);
}

/* ---- the command ---- */

/* Attributes are dropped before others get their types, and those before new ones come. */
static const PgQuery__AlterTableType passes[] = {
	PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn,
	PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType,
	PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn,
};

static bool
run(struct ddl *d, const struct relation *rel, const PgQuery__AlterTableCmd *cmd)
{
	switch (cmd->subtype) {
	case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
		return drop_named(d, rel, cmd);
	case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
		return set_type(d, rel, cmd);
	default:
		return add_attribute(d, rel, cmd);
	}
}

static const struct relation *
find_composite(struct ddl *d, const PgQuery__RangeVar *rv)
{
	const struct relation *rel = ddl_relation(d, rv, false);

	if (!rel || rel->kind == 'c')
		return rel;
	err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a composite type", rel->name);
	return NULL;
}

bool
composite_in_the_way(struct ddl *d, const struct relation *rel)
{
	err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is a composite type", rel->name);
	return err_hint(d->err, "Use ALTER TYPE instead.");
}

bool
alter_composite(struct ddl *d, const PgQuery__AlterTableStmt *s)
{
	const struct relation *rel;

	if (!rows_init(d, false) || !(rel = find_composite(d, s->relation)))
		return false;
	for (size_t pass = 0; pass < COUNTOF(passes); pass++)
		for (size_t i = 0; i < s->n_cmds; i++) {
			const PgQuery__AlterTableCmd *cmd = s->cmds[i]->alter_table_cmd;

			if (cmd->subtype != passes[pass])
				continue;
			if (!run(d, rel, cmd) || !ddl_refresh(d))
				return false;
			rel = snapshot_relation_by_oid(d->compile->snapshot, rel->oid);
		}
	return true;
}

/* ---- RENAME ATTRIBUTE ---- */

bool
rename_attribute(struct ddl *d, const PgQuery__RenameStmt *s)
{
	const struct relation *rel;
	const struct column *col;
	struct type_change change;
	struct vec texts = {0};

	if (!rows_init(d, false) || !(rel = find_composite(d, s->relation)))
		return false;
	if (!(col = relation_column(rel, s->subname)))
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" does not exist",
			       s->subname);
	if (relation_column(rel, s->newname))
		return err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" already exists", s->newname,
			       rel->name);
	change = (struct type_change){
		.type = rel->row_type, .field = col->name, .new_field = s->newname};
	return type_texts_find(d, &change, &texts) &&
	       ROWS_EXEC(d, rel->schema->temp,
			 "UPDATE %s.\"litephant.pg_attribute\" SET attname = ?3, physical = ?3 "
			 "WHERE attrelid = ?1 AND attnum = ?2",
			 datum_int(rel->oid), datum_int(col->attnum), row_text(s->newname)) &&
	       ddl_refresh(d) && type_texts_write(d, &texts);
}
