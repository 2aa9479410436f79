/*
 * type_text: which types a stored text speaks of, and the text after one of them was changed. For
 * ddl/.
 */
#ifndef SQL_TYPE_TEXT_H
#define SQL_TYPE_TEXT_H

#include "pg_query.pb-c.h"
#include "sql/sql.h"

/* What happens to a type. */
struct type_change {
	const struct type *type;
	bool direct; /* texts that speak of the type or its array type only: not of what contains it
		      */
	const char *schema, *name; /* what it is called from now on; NULL: as before */
	/* A field of it: only texts that read it are meant, and new_field, if any, is what it is
	 * called from now on. Else NULL. */
	const char *field, *new_field;
	/* What becomes of a literal of a type that contains it; NULL: they stay. False: err is set.
	 */
	bool (*literal)(void *arg, const struct type *t, const char *text, char **changed);
	void *arg;
};

/* Does the text of a query, or of an expression over rel, speak of the type: by its name, or in a
 * literal of it or of what contains it? To be called while the old names stand. *node: its tree,
 * changed. change may be NULL but for its type: then only *uses matters. */
bool query_type_changed(struct compile_env *env, struct arena *a, const char *text,
			const struct type_change *change, bool *uses,
			const PgQuery__Node **node) MUSTCHECK;
bool expr_type_changed(struct compile_env *env, struct arena *a, enum standalone_kind kind,
		       const char *text, const struct relation *rel, oid_t type, int32_t typmod,
		       const struct type_change *change, bool *uses,
		       const PgQuery__Node **node) MUSTCHECK;

#endif
