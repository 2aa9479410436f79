#include "ddl/sqlite_text.h"

void
sqlite_identifier(struct buf *b, const char *name)
{
	buf_putc(b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	buf_putc(b, '"');
}

bool
sqlite_expr(struct ddl *d, enum standalone_kind kind, const char *text, const struct relation *rel,
	    oid_t type, int32_t typmod, char **out, struct expr **expr)
{
	const PgQuery__Node *node;

	return parse_expr(d->arena, text, &node, d->err) &&
	       compile_expr(d->compile, d->arena, kind, node, rel, type, typmod, NULL, out, expr);
}

/* Other tools that insert into the file get constant defaults; the rest is evaluated by our own
 * INSERT. */
static bool
add_default(struct ddl *d, const struct column *col, struct buf *b)
{
	struct expr *e = NULL;
	char *text;

	if (strncmp(col->default_expr, "nextval(", 8) == 0)
		return true;
	if (!sqlite_expr(d, STANDALONE_DEFAULT, col->default_expr, NULL, col->type->oid,
			 col->typmod, &text, &e))
		return false;
	if (e && e->kind == EX_CONST && e->con.value.class != DATUM_NULL)
		buf_printf(b, " DEFAULT %s", text);
	return true;
}

static bool
add_column(struct ddl *d, const struct relation *rel, const struct column *col, struct buf *b)
{
	char *text;

	sqlite_identifier(b, col->physical);
	buf_printf(b, " %s", col->type->decl);
	if (col->not_null)
		buf_puts(b, " NOT NULL");
	if (col->type->collation)
		buf_printf(b, " COLLATE %s", col->type->collation);
	if (col->generated) {
		if (!sqlite_expr(d, STANDALONE_GENERATED, col->default_expr, rel, col->type->oid,
				 col->typmod, &text, NULL))
			return false;
		buf_printf(b, " GENERATED ALWAYS AS (%s) STORED", text);
	} else if (col->default_expr && !add_default(d, col, b)) {
		return false;
	}
	return true;
}

static void
add_column_list(struct buf *b, const struct relation *rel, const int16_t *cols, int n)
{
	buf_putc(b, '(');
	for (int i = 0; i < n; i++) {
		if (i)
			buf_puts(b, ", ");
		sqlite_identifier(b, rel->cols[cols[i] - 1].physical);
	}
	buf_putc(b, ')');
}

static const char *
action_text(char action)
{
	switch (action) {
	case 'r':
		return "RESTRICT";
	case 'c':
		return "CASCADE";
	case 'n':
		return "SET NULL";
	case 'd':
		return "SET DEFAULT";
	default:
		return "NO ACTION";
	}
}

static void
add_foreign_key(struct buf *b, const struct constraint *c)
{
	buf_puts(b, ",\n\tCONSTRAINT ");
	sqlite_identifier(b, c->name);
	buf_puts(b, " FOREIGN KEY ");
	add_column_list(b, c->rel, c->cols, c->ncols);
	buf_puts(b, " REFERENCES ");
	sqlite_identifier(b, c->frel->physical);
	add_column_list(b, c->frel, c->fcols, c->ncols);
	if (c->on_update != 'a')
		buf_printf(b, " ON UPDATE %s", action_text(c->on_update));
	if (c->on_delete != 'a')
		buf_printf(b, " ON DELETE %s", action_text(c->on_delete));
	if (c->deferrable)
		buf_printf(b, " DEFERRABLE INITIALLY %s", c->deferred ? "DEFERRED" : "IMMEDIATE");
}

static bool
add_constraint(struct ddl *d, const struct constraint *c, struct buf *b)
{
	char *text;

	if (c->kind == 'f') {
		add_foreign_key(b, c);
		return true;
	}
	if (c->kind != 'c')
		return true;
	if (!sqlite_expr(d, STANDALONE_CHECK, c->expr, c->rel, T_BOOL, -1, &text, NULL))
		return false;
	buf_puts(b, ",\n\tCONSTRAINT ");
	sqlite_identifier(b, c->name);
	buf_printf(b, " CHECK (%s)", text);
	return true;
}

static bool
create_table_text(struct ddl *d, const struct relation *rel, const char *extra, struct buf *b)
{
	bool first = true;

	/* The word TEMP is not part of what SQLite keeps: creation goes through the schema name. */
	buf_puts(b, "CREATE TABLE ");
	sqlite_identifier(b, rel->physical);
	buf_puts(b, " (\n\t");
	for (int i = 0; i < rel->ncols; i++) {
		if (rel->cols[i].dropped)
			continue;
		if (!first)
			buf_puts(b, ",\n\t");
		first = false;
		if (!add_column(d, rel, &rel->cols[i], b))
			return false;
	}
	if (extra) {
		buf_puts(b, first ? "" : ",\n\t");
		first = false;
		sqlite_identifier(b, extra);
	}
	if (first) /* SQLite has no table without columns */
		buf_puts(b, "\"litephant.empty\" INTEGER");
	for (int i = 0; i < rel->constraints.n; i++)
		if (!add_constraint(d, rel->constraints.v[i], b))
			return false;
	buf_puts(b, "\n)");
	return true;
}

bool
sqlite_create_table(struct ddl *d, const struct relation *rel, struct buf *b)
{
	return create_table_text(d, rel, NULL, b);
}

static bool
add_index_key(struct ddl *d, const struct index *ix, int i, int *nexpr, struct buf *b)
{
	struct expr *e = NULL;
	char *text;

	if (ix->cols[i]) {
		sqlite_identifier(b, ix->rel->cols[ix->cols[i] - 1].physical);
	} else {
		const struct type *t;

		if (!sqlite_expr(d, STANDALONE_INDEX, ix->exprs[(*nexpr)++], ix->rel, 0, -1, &text,
				 &e))
			return false;
		buf_printf(b, "(%s)", text);
		t = e ? snapshot_type(d->compile->snapshot, e->type) : NULL;
		if (t && t->collation)
			buf_printf(b, " COLLATE %s", t->collation);
	}
	if (ix->options[i] & 1)
		buf_puts(b, " DESC");
	return true;
}

bool
sqlite_create_index(struct ddl *d, const struct index *ix, struct buf *b)
{
	char *text;
	int nexpr = 0;

	buf_printf(b, "CREATE %sINDEX %s.", ix->unique ? "UNIQUE " : "",
		   ix->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(b, ix->self->physical);
	buf_puts(b, " ON ");
	sqlite_identifier(b, ix->rel->physical);
	buf_puts(b, " (");
	for (int i = 0; i < ix->nkeys; i++) {
		if (i)
			buf_puts(b, ", ");
		if (!add_index_key(d, ix, i, &nexpr, b))
			return false;
	}
	buf_putc(b, ')');
	if (!ix->predicate)
		return true;
	if (!sqlite_expr(d, STANDALONE_PREDICATE, ix->predicate, ix->rel, T_BOOL, -1, &text, NULL))
		return false;
	buf_printf(b, " WHERE %s", text);
	return true;
}

static bool
take_version(void *arg, const struct datum *cols, int ncols)
{
	(void)ncols;
	*(int64_t *)arg = cols[0].i;
	return true;
}

bool
sqlite_rewrite_table(struct ddl *d, const struct relation *rel)
{
	return sqlite_rewrite_with(d, rel, NULL);
}

bool
sqlite_rewrite_with(struct ddl *d, const struct relation *rel, const char *extra)
{
	const char *schema = rel->schema->temp ? "temp" : "main";
	struct buf b = BUF_INIT;
	struct datum params[2];
	int64_t version = 0;
	bool ok;

	/* Its text says things that the catalog does not keep (WITHOUT ROWID, keys of its own). */
	if (rel->foreign_decl)
		return err_unsupported(
			d->err, -1,
			"this change to table \"%s\", which was not made by this server,",
			rel->name);
	if (!create_table_text(d, rel, extra, &b)) {
		buf_release(&b);
		return false;
	}
	params[0] = datum_text(b.data, b.len);
	params[1] = datum_text(rel->physical, strlen(rel->physical));
	ok = conn_query(d->conn, arena_printf(d->arena, "PRAGMA %s.schema_version", schema), NULL,
			0, take_version, &version) &&
	     conn_exec(d->conn, "PRAGMA writable_schema = ON", NULL, 0) &&
	     conn_exec(d->conn,
		       arena_printf(d->arena,
				    "UPDATE %s.sqlite_schema SET sql = ?1 WHERE type = 'table' AND "
				    "name = ?2",
				    schema),
		       params, 2) &&
	     conn_exec(d->conn,
		       arena_printf(d->arena, "PRAGMA %s.schema_version = %lld", schema,
				    (long long)version + 1),
		       NULL, 0);
	buf_release(&b);
	/* RESET also makes this connection read the schema again, and must follow a failure too. */
	return conn_exec(d->conn, "PRAGMA writable_schema = RESET", NULL, 0) && ok;
}
