#include "ddl/rows.h"

#include "catalog/persist.h"

struct promise {
	oid_t schema;
	const char *name;
};

static bool
is_temp(const struct relation *rel)
{
	return rel->schema->temp;
}

bool
rows_exec(struct ddl *d, bool temp, const char *sql, const struct datum *params, int nparams)
{
	return conn_exec(d->conn, arena_printf(d->arena, sql, temp ? "temp" : "main"), params,
			 nparams);
}

/* Adopted objects have OIDs that no row says: new ones start above them. */
static bool
keep_adopted_oids(struct ddl *d)
{
	return ROWS_EXEC(
		d, false,
		"UPDATE %s.\"litephant.meta\" SET value = ?1 WHERE key = 'next_oid' AND value < ?1",
		datum_int(d->compile->snapshot->next_oid));
}

bool
rows_init(struct ddl *d, bool temp)
{
	bool *done = temp ? &d->rows_temp_ready : &d->rows_ready;

	if (*done)
		return true;
	for (const char *const *sql = persist_create; *sql; sql++)
		if (!rows_exec(d, temp, *sql, NULL, 0))
			return false;
	if (!temp && !keep_adopted_oids(d))
		return false;
	if (temp) {
		conn_set_temp(d->conn);
		txn_pin(d->txn);
	}
	*done = true;
	return true;
}

void
rows_promise_name(struct ddl *d, const struct schema *s, const char *name)
{
	struct promise *p = ARENA_NEW(d->arena, struct promise);

	*p = (struct promise){s->oid, name};
	vec_push(d->arena, &d->promised, p);
}

bool
rows_name_promised(struct ddl *d, const struct schema *s, const char *name)
{
	for (int i = 0; i < d->promised.n; i++) {
		const struct promise *p = d->promised.v[i];

		if (p->schema == s->oid && !strcmp(p->name, name))
			return true;
	}
	return false;
}

bool
rows_add_schema(struct ddl *d, oid_t oid, const char *name)
{
	return ROWS_EXEC(d, false,
			 "INSERT INTO %s.\"litephant.pg_namespace\"(oid, nspname, nspowner) VALUES "
			 "(?1, ?2, ?3)",
			 datum_int(oid), row_text(name), datum_int(d->fenv->user_oid));
}

bool
rows_add_class(struct ddl *d, const struct relation *rel)
{
	return ROWS_EXEC(d, is_temp(rel),
			 "INSERT INTO %s.\"litephant.pg_class\"(oid, relname, relnamespace, "
			 "reltype, relarraytype, relowner, "
			 "relkind, relpersistence, physical, viewdef) VALUES (?1, ?2, ?3, ?4, ?5, "
			 "?6, ?7, ?8, ?9, ?10)",
			 datum_int(rel->oid), row_text(rel->name), datum_int(rel->schema->oid),
			 datum_int(rel->type_oid), datum_int(rel->array_type_oid),
			 datum_int(rel->owner), row_char(&rel->kind), row_char(&rel->persistence),
			 row_text(rel->physical), row_text(rel->view_def));
}

bool
rows_set_options(struct ddl *d, const struct relation *rel, const char *options)
{
	if (!rows_init(d, is_temp(rel)) ||
	    !ROWS_EXEC(d, is_temp(rel), "DELETE FROM %s.\"litephant.reloptions\" WHERE relid = ?1",
		       datum_int(rel->oid)))
		return false;
	return !options ||
	       ROWS_EXEC(d, is_temp(rel),
			 "INSERT INTO %s.\"litephant.reloptions\"(relid, options) VALUES (?1, ?2)",
			 datum_int(rel->oid), row_text(options));
}

bool
rows_add_column(struct ddl *d, const struct relation *rel, const struct column *col)
{
	if (!ROWS_EXEC(d, is_temp(rel),
		       "INSERT INTO %s.\"litephant.pg_attribute\"(attrelid, attnum, attname, "
		       "physical, atttypid, atttypmod, "
		       "attcollation, attnotnull, attidentity, attgenerated, attisdropped) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
		       datum_int(rel->oid), datum_int(col->attnum), row_text(col->name),
		       row_text(col->physical), datum_int(col->type ? col->type->oid : 0),
		       datum_int(col->typmod), datum_int(col->collation), datum_int(col->not_null),
		       row_char(&col->identity), row_char(&col->generated),
		       datum_int(col->dropped)))
		return false;
	if (!col->default_expr)
		return true;
	return ROWS_EXEC(d, is_temp(rel),
			 "INSERT INTO %s.\"litephant.pg_attrdef\"(oid, adrelid, adnum, adsrc) "
			 "VALUES (?1, ?2, ?3, ?4)",
			 datum_int(col->default_oid), datum_int(rel->oid), datum_int(col->attnum),
			 row_text(col->default_expr));
}

/* '{1,2}' of attnums, or NULL. */
static struct datum
attnum_array(struct ddl *d, const int16_t *cols, int n)
{
	struct buf b = BUF_INIT;
	const char *s;

	if (!cols || n == 0)
		return datum_null();
	buf_putc(&b, '{');
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%d", i ? "," : "", cols[i]);
	buf_putc(&b, '}');
	s = buf_dup(&b, d->arena);
	buf_release(&b);
	return row_text(s);
}

bool
rows_add_constraint(struct ddl *d, const struct constraint *c)
{
	return ROWS_EXEC(d, is_temp(c->rel),
			 "INSERT INTO %s.\"litephant.pg_constraint\"(oid, conname, connamespace, "
			 "contype, conrelid, condeferrable, "
			 "condeferred, convalidated, conindid, confrelid, confupdtype, "
			 "confdeltype, confmatchtype, conkey, confkey, "
			 "consrc, connoinherit) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
			 "?11, ?12, ?13, ?14, ?15, ?16, ?17)",
			 datum_int(c->oid), row_text(c->name), datum_int(c->rel->schema->oid),
			 row_char(&c->kind), datum_int(c->rel->oid), datum_int(c->deferrable),
			 datum_int(c->deferred), datum_int(c->validated),
			 datum_int(c->index ? c->index->self->oid : 0),
			 datum_int(c->frel ? c->frel->oid : 0),
			 row_char(c->frel ? &c->on_update : " "),
			 row_char(c->frel ? &c->on_delete : " "),
			 row_char(c->frel ? &c->match : " "), attnum_array(d, c->cols, c->ncols),
			 attnum_array(d, c->frel ? c->fcols : NULL, c->ncols), row_text(c->expr),
			 datum_int(c->no_inherit));
}

static struct datum
number_list(struct ddl *d, const int16_t *v, int n)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%d", i ? " " : "", v[i]);
	s = buf_dup(&b, d->arena);
	buf_release(&b);
	return row_text(s);
}

static void
json_string(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_printf(b, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			buf_printf(b, "\\u%04x", (unsigned char)*s);
		else
			buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

static struct datum
json_array(struct ddl *d, const char *const *v, int n)
{
	struct buf b = BUF_INIT;
	const char *s;

	if (n == 0)
		return datum_null();
	for (int i = 0; i < n; i++) {
		buf_putc(&b, i ? ',' : '[');
		json_string(&b, v[i]);
	}
	buf_putc(&b, ']');
	s = buf_dup(&b, d->arena);
	buf_release(&b);
	return row_text(s);
}

/* An operator class or a collation of a key that is not the default. */
static bool
add_choice(struct ddl *d, const struct index *ix, int key, oid_t refclass, const oid_t *list)
{
	return !list || !list[key] ||
	       ROWS_EXEC(d, is_temp(ix->rel),
			 "INSERT INTO %s.\"litephant.pg_depend\"(classid, objid, objsubid, "
			 "refclassid, refobjid, refobjsubid, deptype) VALUES (?1, ?2, ?3, ?4, ?5, "
			 "0, 'n')",
			 datum_int(CLASS_PG_CLASS), datum_int(ix->self->oid), datum_int(key + 1),
			 datum_int(refclass), datum_int(list[key]));
}

bool
rows_add_index(struct ddl *d, const struct index *ix)
{
	bool ok = ROWS_EXEC(
		d, is_temp(ix->rel),
		"INSERT INTO %s.\"litephant.pg_index\"(indexrelid, indrelid, indnatts, "
		"indnkeyatts, indisunique, "
		"indisprimary, indnullsnotdistinct, indkey, indoption, indexprs, indpred, method) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		datum_int(ix->self->oid), datum_int(ix->rel->oid), datum_int(ix->ncols),
		datum_int(ix->nkeys), datum_int(ix->unique), datum_int(ix->primary),
		datum_int(ix->nulls_not_distinct), number_list(d, ix->cols, ix->ncols),
		number_list(d, ix->options, ix->nkeys), json_array(d, ix->exprs, ix->nexprs),
		row_text(ix->predicate), row_text(ix->method));

	for (int i = 0; ok && i < ix->nkeys; i++)
		ok = add_choice(d, ix, i, CLASS_PG_OPCLASS, ix->classes) &&
		     add_choice(d, ix, i, CLASS_PG_COLLATION, ix->collations);
	return ok;
}

bool
rows_set_index_texts(struct ddl *d, const struct index *ix)
{
	return ROWS_EXEC(d, is_temp(ix->rel),
			 "UPDATE %s.\"litephant.pg_index\" SET indexprs = ?2, indpred = ?3 WHERE "
			 "indexrelid = ?1",
			 datum_int(ix->self->oid), json_array(d, ix->exprs, ix->nexprs),
			 row_text(ix->predicate));
}

bool
rows_add_sequence(struct ddl *d, const struct relation *rel, const struct sequence *s)
{
	return ROWS_EXEC(d, is_temp(rel),
			 "INSERT INTO %s.\"litephant.pg_sequence\"(seqrelid, seqtypid, seqstart, "
			 "seqincrement, seqmax, seqmin, "
			 "seqcache, seqcycle, last_value, is_called, owner_rel, owner_col) "
			 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)",
			 datum_int(rel->oid), datum_int(s->type), datum_int(s->start),
			 datum_int(s->increment), datum_int(s->max), datum_int(s->min),
			 datum_int(s->cache), datum_int(s->cycle), datum_int(s->start),
			 datum_int(s->owner_rel), datum_int(s->owner_col));
}

bool
rows_add_depend(struct ddl *d, const struct relation *from, oid_t refclass, oid_t refobj,
		int refsub)
{
	return ROWS_EXEC(d, is_temp(from),
			 "INSERT INTO %s.\"litephant.pg_depend\"(classid, objid, objsubid, "
			 "refclassid, refobjid, refobjsubid, "
			 "deptype) VALUES (?1, ?2, 0, ?3, ?4, ?5, 'n')",
			 datum_int(CLASS_PG_CLASS), datum_int(from->oid), datum_int(refclass),
			 datum_int(refobj), datum_int(refsub));
}

bool
rows_set_comment(struct ddl *d, oid_t oid, oid_t classoid, int sub, const char *text, bool temp)
{
	if (!rows_init(d, temp))
		return false;
	if (!ROWS_EXEC(d, temp,
		       "DELETE FROM %s.\"litephant.pg_description\" WHERE objoid = ?1 AND classoid "
		       "= ?2 AND objsubid = ?3",
		       datum_int(oid), datum_int(classoid), datum_int(sub)))
		return false;
	if (!text || !*text)
		return true;
	return ROWS_EXEC(d, temp,
			 "INSERT INTO %s.\"litephant.pg_description\"(objoid, classoid, objsubid, "
			 "description) "
			 "VALUES (?1, ?2, ?3, ?4)",
			 datum_int(oid), datum_int(classoid), datum_int(sub), row_text(text));
}

static bool
count_row(void *arg, const struct datum *cols, int ncols)
{
	(void)cols;
	(void)ncols;
	++*(int *)arg;
	return true;
}

bool
rows_adopt(struct ddl *d, const struct relation *rel)
{
	struct datum oid = datum_int(rel->oid);
	int found = 0;

	if (is_temp(rel))
		return true;
	if (!rows_init(d, false) ||
	    !conn_query(d->conn, "SELECT 1 FROM main.\"litephant.pg_class\" WHERE oid = ?1", &oid,
			1, count_row, &found))
		return false;
	if (found)
		return true;
	if (!rows_add_class(d, rel))
		return false;
	for (int i = 0; i < rel->ncols; i++)
		if (!rows_add_column(d, rel, &rel->cols[i]))
			return false;
	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];

		if (!rows_add_class(d, ix->self) || !rows_add_index(d, ix))
			return false;
	}
	for (int i = 0; i < rel->constraints.n; i++)
		if (!rows_add_constraint(d, rel->constraints.v[i]))
			return false;
	return true;
}

bool
rows_drop_relation(struct ddl *d, const struct relation *rel)
{
	static const char *const deletes[] = {
		"DELETE FROM %s.\"litephant.pg_class\" WHERE oid = ?1",
		"DELETE FROM %s.\"litephant.pg_attribute\" WHERE attrelid = ?1",
		"DELETE FROM %s.\"litephant.pg_attrdef\" WHERE adrelid = ?1",
		"DELETE FROM %s.\"litephant.pg_index\" WHERE indexrelid = ?1",
		"DELETE FROM %s.\"litephant.pg_sequence\" WHERE seqrelid = ?1",
		"DELETE FROM %s.\"litephant.pg_depend\" WHERE objid = ?1 OR refobjid = ?1",
		"DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 1259 AND objoid = ?1",
		"DELETE FROM %s.\"litephant.reloptions\" WHERE relid = ?1",
	};

	for (size_t i = 0; i < COUNTOF(deletes); i++)
		if (!ROWS_EXEC(d, is_temp(rel), deletes[i], datum_int(rel->oid)))
			return false;
	for (int i = 0; i < rel->constraints.n; i++)
		if (!rows_drop_constraint(d, rel->constraints.v[i]))
			return false;
	return true;
}

bool
rows_replace_own(struct ddl *d, const struct relation *rel)
{
	static const char *const deletes[] = {
		"DELETE FROM %s.\"litephant.pg_class\" WHERE oid = ?1",
		"DELETE FROM %s.\"litephant.pg_attribute\" WHERE attrelid = ?1",
		"DELETE FROM %s.\"litephant.pg_depend\" WHERE objid = ?1",
		"DELETE FROM %s.\"litephant.reloptions\" WHERE relid = ?1",
	};

	if (!rows_adopt(d, rel))
		return false;
	for (size_t i = 0; i < COUNTOF(deletes); i++)
		if (!ROWS_EXEC(d, is_temp(rel), deletes[i], datum_int(rel->oid)))
			return false;
	return true;
}

bool
rows_drop_constraint(struct ddl *d, const struct constraint *c)
{
	return ROWS_EXEC(d, is_temp(c->rel),
			 "DELETE FROM %s.\"litephant.pg_constraint\" WHERE oid = ?1",
			 datum_int(c->oid)) &&
	       ROWS_EXEC(d, is_temp(c->rel),
			 "DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 2606 AND "
			 "objoid = ?1",
			 datum_int(c->oid));
}

bool
rows_drop_default(struct ddl *d, const struct relation *rel, int attnum)
{
	return ROWS_EXEC(
		d, is_temp(rel),
		"DELETE FROM %s.\"litephant.pg_attrdef\" WHERE adrelid = ?1 AND adnum = ?2",
		datum_int(rel->oid), datum_int(attnum));
}

bool
rows_drop_schema(struct ddl *d, oid_t oid)
{
	return ROWS_EXEC(d, false, "DELETE FROM %s.\"litephant.pg_namespace\" WHERE oid = ?1",
			 datum_int(oid)) &&
	       ROWS_EXEC(d, false,
			 "DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 2615 AND "
			 "objoid = ?1",
			 datum_int(oid));
}
