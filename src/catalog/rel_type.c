/*
 * pg_type: the constant rows, then the composite and array types of user relations.
 */
#include "catalog/rows.h"

/* pg_proc OIDs of the conversions of composites and of arrays. */
enum {
	RECORD_IN = 2290,
	RECORD_OUT = 2291,
	RECORD_RECV = 2402,
	RECORD_SEND = 2403,
	ARRAY_IN = 750,
	ARRAY_OUT = 751,
	ARRAY_RECV = 2400,
	ARRAY_SEND = 2401,
	ARRAY_SUBSCRIPT = 6179,
	ARRAY_TYPANALYZE = 3816,
};

static void
user_type(struct catrow *r, const struct type *t, const struct relation *rel)
{
	bool array = t->elem_oid != 0;

	row_int(r, t->oid);
	row_text(r, t->name);
	row_int(r, rel ? rel->schema->oid : NS_PUBLIC);
	row_int(r, rel ? rel->owner : BOOTSTRAP_SUPERUSER);
	row_int(r, -1);
	row_int(r, 0);
	row_char(r, t->typtype);
	row_char(r, t->category);
	row_int(r, 0);
	row_int(r, 1);
	row_char(r, ',');
	row_int(r, !array && rel ? rel->oid : 0);
	row_int(r, array ? ARRAY_SUBSCRIPT : 0);
	row_int(r, t->elem_oid);
	row_int(r, t->array_oid);
	row_int(r, array ? ARRAY_IN : RECORD_IN);
	row_int(r, array ? ARRAY_OUT : RECORD_OUT);
	row_int(r, array ? ARRAY_RECV : RECORD_RECV);
	row_int(r, array ? ARRAY_SEND : RECORD_SEND);
	row_int(r, 0);
	row_int(r, 0);
	row_int(r, array ? ARRAY_TYPANALYZE : 0);
	row_char(r, 'd');
	row_char(r, 'x');
	row_int(r, 0);
	row_int(r, 0);
	row_int(r, -1);
	row_int(r, 0);
	row_int(r, 0);
	row_null(r, 3);
}

/* r->at: 0 while in the constant rows, then 1 + the place among the user's relations, r->sub: row
 * type or array type next. */
static bool
pg_type_row(struct catscan *s, struct catrow *r)
{
	const struct vec *relations = &s->snap->relations;

	if (!r->at) {
		if (static_row(s, r, "pg_type"))
			return true;
		r->at = 1;
	}
	for (; r->at <= relations->n; r->at++, r->sub = 0) {
		const struct relation *rel = VEC_AT(struct relation, relations, r->at - 1);

		while (r->sub < 2) {
			oid_t oid = r->sub++ ? rel->array_type_oid : rel->type_oid;
			const struct type *t = oid && (!s->has_key || oid == s->key)
						       ? snapshot_type(s->snap, oid)
						       : NULL;

			if (t) {
				user_type(r, t, rel);
				return true;
			}
		}
	}
	return false;
}
CATREL(pg_type, 32, 0);
