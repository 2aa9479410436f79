/*
 * The columns of composite types, for the record conversions of types/ (types/record.h): every one
 * is the row type of a relation.
 */
#include "catalog/load.h"
#include "types/record.h"

static const struct relation *
relation_of(const struct type *(*find)(void *, oid_t), void *arg, oid_t type)
{
	const struct snapshot *s = find == snapshot_type_find ? arg : NULL;
	const struct relation *r =
		s ? map_get(&s->relation_by_type, (const char *)&type, sizeof(type)) : NULL;

	return r ? r : builtin_relation_of_type(type);
}

static bool
column_at(const struct type *(*find)(void *, oid_t), void *arg, oid_t type, int i,
	  struct record_column *out)
{
	const struct relation *r = relation_of(find, arg, type);

	for (int c = 0; r && c < r->ncols; c++) {
		const struct column *col = &r->cols[c];

		if (col->dropped || i-- > 0)
			continue;
		*out = (struct record_column){col->name, strlen(col->name), col->type->oid,
					      col->typmod};
		return true;
	}
	return false;
}

static void __attribute__((constructor)) set_record_columns(void)
{
	record_column_at = column_at;
}

/* A linker takes this file out of an archive only for a symbol that another one needs. */
void
composite_init(void)
{
}
