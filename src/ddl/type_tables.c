#include "ddl/type_tables.h"

#include "ddl/sqlite_text.h"
#include "ddl/usertype.h"

static bool
drop_indexes(struct ddl *d, const struct relation *rel)
{
	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];
		struct buf sql = BUF_INIT;
		bool ok;

		buf_printf(&sql, "DROP INDEX %s.", rel->schema->temp ? "temp" : "main");
		sqlite_identifier(&sql, ix->self->physical);
		ok = conn_exec(d->conn, buf_str(&sql), NULL, 0);
		buf_release(&sql);
		if (!ok)
			return false;
	}
	return true;
}

static bool
create_indexes(struct ddl *d, const struct relation *rel)
{
	for (int i = 0; i < rel->indexes.n; i++) {
		struct buf sql = BUF_INIT;
		bool ok = sqlite_create_index(d, rel->indexes.v[i], &sql) &&
			  conn_exec(d->conn, buf_str(&sql), NULL, 0);

		buf_release(&sql);
		if (!ok && err_is_set(d->err) && !strcmp(d->err->sqlstate, ERR_UNIQUE_VIOLATION)) {
			err_clear(d->err);
			err_set(d->err, ERR_UNIQUE_VIOLATION, -1,
				"could not create unique index \"%s\"",
				VEC_AT(struct index, &rel->indexes, i)->self->name);
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool
strip(struct ddl *d, const struct relation *rel)
{
	struct relation bare = *rel;

	bare.constraints = (struct vec){0};
	return drop_indexes(d, rel) && sqlite_rewrite_table(d, &bare);
}

bool
type_tables_open(struct type_tables *t, struct ddl *d, const struct type *type)
{
	struct vec users = {0};

	*t = (struct type_tables){.d = d};
	usertype_columns(d, type, &users);
	for (int i = 0; i < users.n; i++) {
		const struct relation *rel = VEC_AT(struct type_user, &users, i)->rel;

		if (vec_has(&t->rels, rel))
			continue;
		vec_push(d->arena, &t->rels, (void *)(uintptr_t)rel);
		if (!strip(d, rel))
			return false;
	}
	return true;
}

bool
type_tables_change(struct type_tables *t, const struct value_change *v)
{
	for (int i = 0; i < t->rels.n; i++)
		if (!value_change_table(v, t->rels.v[i]))
			return false;
	return true;
}

/* The snapshot shows no index that SQLite does not have: what was there before is made again, over
 * the table as it is now. */
static bool
restore(struct ddl *d, const struct vec *texts, const struct relation *was)
{
	const struct relation *now = snapshot_relation_by_oid(d->compile->snapshot, was->oid);
	struct relation again;

	if (!now)
		return true;
	again = *now;
	again.indexes = (struct vec){0};
	for (int i = 0; i < was->indexes.n; i++) {
		struct index *ix =
			(struct index *)(uintptr_t)type_texts_index(d, texts, was->indexes.v[i]);

		ix->rel = now;
		vec_push(d->arena, &again.indexes, ix);
	}
	return sqlite_rewrite_table(d, now) && create_indexes(d, &again);
}

bool
type_tables_close(struct type_tables *t, const struct vec *texts)
{
	if (!ddl_refresh(t->d) || !type_texts_write(t->d, texts) ||
	    (texts->n && !ddl_refresh(t->d)))
		return false;
	for (int i = 0; i < t->rels.n; i++)
		if (!restore(t->d, texts, t->rels.v[i]))
			return false;
	return !t->rels.n || ddl_refresh(t->d);
}
