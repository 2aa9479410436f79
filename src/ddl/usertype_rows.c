#include "ddl/usertype_rows.h"

#include "ddl/names.h"

bool
type_rows_add(struct ddl *d, const struct type_place *place, const struct type_row *row)
{
	const struct domain *dom = row->domain;

	return ROWS_EXEC(d, place->schema->temp,
			 "INSERT INTO %s.\"litephant.pg_type\"(oid, typname, typnamespace, "
			 "typowner, typtype, typarray, typbasetype, typtypmod, typnotnull, "
			 "typdefault, typcollation) "
			 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
			 datum_int(row->oid), row_text(place->name), datum_int(place->schema->oid),
			 datum_int(d->fenv->user_oid), row_char(&row->typtype),
			 datum_int(row->array_oid), datum_int(row->base),
			 datum_int(dom ? dom->typmod : -1), datum_int(dom && dom->not_null),
			 row_text(dom ? dom->default_expr : NULL),
			 datum_int(dom ? dom->collation : 0));
}

bool
type_rows_add_label(struct ddl *d, bool temp, oid_t type, double order, const char *label)
{
	oid_t oid = ddl_new_oid(d);

	return oid &&
	       ROWS_EXEC(d, temp,
			 "INSERT INTO %s.\"litephant.pg_enum\"(oid, enumtypid, "
			 "enumsortorder, enumlabel) VALUES (?1, ?2, ?3, ?4)",
			 datum_int(oid), datum_int(type), datum_real(order), row_text(label));
}

bool
type_rows_add_check(struct ddl *d, bool temp, oid_t domain, struct domain_constraint *c)
{
	return (c->oid = ddl_new_oid(d)) &&
	       ROWS_EXEC(d, temp,
			 "INSERT INTO %s.\"litephant.domain_constraint\"(oid, conname, contypid, "
			 "convalidated, consrc) VALUES (?1, ?2, ?3, ?4, ?5)",
			 datum_int(c->oid), row_text(c->name), datum_int(domain),
			 datum_int(c->validated), row_text(c->expr));
}

bool
type_rows_drop_check(struct ddl *d, bool temp, oid_t oid)
{
	return ROWS_EXEC(d, temp, "DELETE FROM %s.\"litephant.domain_constraint\" WHERE oid = ?1",
			 datum_int(oid)) &&
	       ROWS_EXEC(d, temp,
			 "DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 2606 AND "
			 "objoid = ?1",
			 datum_int(oid));
}

bool
type_rows_drop(struct ddl *d, const struct user_type *u)
{
	static const char *const deletes[] = {
		"DELETE FROM %s.\"litephant.pg_type\" WHERE oid = ?1",
		"DELETE FROM %s.\"litephant.pg_enum\" WHERE enumtypid = ?1",
		"DELETE FROM %s.\"litephant.pg_range\" WHERE rngtypid = ?1",
		"DELETE FROM %s.\"litephant.pg_depend\" WHERE objid = ?1 OR refobjid = ?1",
		"DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 1247 AND objoid = ?1",
	};
	const struct domain *dom = u->type->typtype == 'd' ? u->type->domain : NULL;
	bool temp = u->schema->temp;

	for (size_t i = 0; i < COUNTOF(deletes); i++)
		if (!ROWS_EXEC(d, temp, deletes[i], datum_int(u->type->oid)))
			return false;
	for (int i = 0; dom && i < dom->nchecks; i++)
		if (!type_rows_drop_check(d, temp, dom->checks[i].oid))
			return false;
	return true;
}
