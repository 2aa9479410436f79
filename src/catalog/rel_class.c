/*
 * pg_class, pg_namespace, pg_init_privs, pg_sequence, pg_rewrite.
 */
#include "catalog/load.h"
#include "catalog/rows.h"

enum { AM_HEAP = 2, AM_BTREE = 403, AM_HASH = 405 };

static oid_t
access_method(const struct relation *rel, char kind)
{
	if (kind == 'r' || kind == 'm' || kind == 't')
		return AM_HEAP;
	if (kind == 'i')
		return rel->index && !strcmp(rel->index->method, "hash") ? AM_HASH : AM_BTREE;
	return 0;
}

static int
count_checks(const struct relation *rel)
{
	int n = 0;

	for (int i = 0; i < rel->constraints.n; i++)
		n += VEC_AT(struct constraint, &rel->constraints, i)->kind == 'c';
	return n;
}

/* Foreign keys are triggers in PostgreSQL, on both sides. */
static bool
has_triggers(const struct relation *rel)
{
	for (int i = 0; i < rel->constraints.n; i++)
		if (VEC_AT(struct constraint, &rel->constraints, i)->kind == 'f')
			return true;
	return rel->referenced_by.n > 0;
}

static bool
pg_class_row(struct catscan *s, struct catrow *r)
{
	const struct relation *rel;
	bool stored, shared;
	char kind;

	if (!next_relation(s, r))
		return false;
	rel = r->rel;
	kind = builtin_relkind(rel);
	stored = kind == 'r' || kind == 'i' || kind == 'S' || kind == 'm';
	shared = rel->builtin && (rel->oid == CLASS_PG_DATABASE || rel->oid == CLASS_PG_AUTHID ||
				  rel->oid == 1213 || rel->oid == 1261);
	row_int(r, rel->oid);
	row_text(r, rel->name);
	row_int(r, rel->schema->oid);
	row_int(r, rel->type_oid);
	row_int(r, 0); /* reloftype */
	row_int(r, rel->owner);
	row_int(r, access_method(rel, kind));
	row_int(r, stored ? rel->oid : 0); /* relfilenode */
	row_int(r, shared ? 1664 : 0);     /* reltablespace: pg_global */
	row_int(r, 0);
	row_real(r, -1); /* reltuples: never analyzed */
	row_int(r, 0);
	row_int(r, 0); /* reltoastrelid */
	row_int(r, rel->indexes.n > 0);
	row_int(r, shared);
	row_char(r, rel->persistence);
	row_char(r, kind);
	row_int(r, rel->ncols);
	row_int(r, count_checks(rel));
	row_int(r, kind == 'v' || kind == 'm'); /* relhasrules */
	row_int(r, has_triggers(rel));
	row_int(r, 0); /* relhassubclass */
	row_int(r, 0);
	row_int(r, 0);
	row_int(r, 1); /* relispopulated */
	row_char(r, (kind == 'r' || kind == 'm') && !rel->builtin ? 'd' : 'n');
	row_int(r, 0); /* relispartition */
	row_int(r, 0);
	row_int(r, kind == 'r' || kind == 'm' ? 3 : 0); /* relfrozenxid: older than any that runs */
	row_int(r, kind == 'r' || kind == 'm');         /* relminmxid */
	row_null(r, 1);                                 /* relacl */
	row_text(r, rel->options);
	row_null(r, 1); /* relpartbound */
	return true;
}
CATREL(pg_class, 33, 0);

/* nspacl; NULL: nothing was granted. */
static const char *
first_privileges(oid_t schema)
{
	switch (schema) {
	case NS_PG_CATALOG:
	case NS_INFORMATION_SCHEMA:
		return "{postgres=UC/postgres,=U/postgres}";
	case NS_PUBLIC:
		return "{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}";
	default:
		return NULL;
	}
}

static bool
pg_namespace_row(struct catscan *s, struct catrow *r)
{
	const struct schema *schema;

	do {
		if (s->pos >= s->snap->schemas.n)
			return false;
		schema = VEC_AT(struct schema, &s->snap->schemas, s->pos++);
	} while (s->has_key && schema->oid != s->key);
	row_int(r, schema->oid);
	row_text(r, schema->name);
	row_int(r, schema->owner);
	row_text(r, first_privileges(schema->oid));
	return true;
}
CATREL(pg_namespace, 4, 0);

/* Only of schemas: no other built-in object here has privileges that are not its kind's own. */
static bool
pg_init_privs_row(struct catscan *s, struct catrow *r)
{
	const struct schema *schema;

	do {
		if (s->pos >= s->snap->schemas.n)
			return false;
		schema = VEC_AT(struct schema, &s->snap->schemas, s->pos++);
	} while (schema->oid != NS_PG_CATALOG && schema->oid != NS_PUBLIC);
	row_int(r, schema->oid);
	row_int(r, CLASS_PG_NAMESPACE);
	row_int(r, 0);
	row_char(r, 'i');
	row_text(r, first_privileges(schema->oid));
	return true;
}
CATREL(pg_init_privs, 5, -1);

static bool
pg_sequence_row(struct catscan *s, struct catrow *r)
{
	const struct sequence *q;

	do {
		if (!next_user_relation(s, r))
			return false;
		q = r->rel->sequence;
	} while (!q);
	row_int(r, q->self->oid);
	row_int(r, q->type);
	row_int(r, q->start);
	row_int(r, q->increment);
	row_int(r, q->max);
	row_int(r, q->min);
	row_int(r, q->cache);
	row_int(r, q->cycle);
	return true;
}
CATREL(pg_sequence, 8, 0);

/* A view is its one rule, "_RETURN". The rule has the OID of the view's row type: unique, and in no
 * other use in pg_rewrite. */
static bool
pg_rewrite_row(struct catscan *s, struct catrow *r)
{
	do {
		if (!next_user_relation(s, r))
			return false;
	} while (r->rel->kind != 'v' && r->rel->kind != 'm');
	row_int(r, r->rel->type_oid);
	row_text(r, "_RETURN");
	row_int(r, r->rel->oid);
	row_char(r, '1');
	row_char(r, 'O');
	row_int(r, 1);
	row_text(r, "<>");
	row_text(r, r->rel->view_def);
	return true;
}
CATREL(pg_rewrite, 8, -1);

/* The sequences that columns own, keyed by the column's table. */
static bool
litephant_owned_row(struct catscan *s, struct catrow *r)
{
	const struct sequence *q;

	while (!r->rel || r->sub >= r->rel->owned.n) {
		if (!next_user_relation(s, r))
			return false;
		r->sub = 0;
	}
	q = VEC_AT(struct relation, &r->rel->owned, r->sub++)->sequence;
	row_int(r, q->owner_rel);
	row_int(r, q->owner_col);
	row_int(r, q->self->oid);
	return true;
}
CATREL(litephant_owned, 3, 0);
