/*
 * view_text: a view's definition as it is stored, and as renames change it. For ddl/.
 */
#ifndef SQL_VIEW_TEXT_H
#define SQL_VIEW_TEXT_H

#include "pg_query.pb-c.h"
#include "sql/sql.h"

struct view_rename {
	const struct relation
		*rel;     /* the table or view that is renamed or moved, or whose column is */
	int attnum;       /* of that column; 0: the relation itself */
	const char *name; /* the new name */
	const struct schema *schema; /* a schema that is renamed; NULL: none */
	const char *schema_name;     /* the schema's new name, or the schema where rel goes */
};

/* query as text with every * written out and every table's schema, its first n columns called names
 * (NULLs: as they are). *temp: it reads a temporary relation. */
bool view_write_down(struct compile_env *env, struct arena *a, const PgQuery__Node *query,
		     const char *const *names, int n, char **text, bool *temp) MUSTCHECK;
/* The definition of view after the rename; NULL: it is not concerned. To be called before the
 * rename. */
bool view_renamed(struct compile_env *env, struct arena *a, const struct relation *view,
		  const struct view_rename *rename, char **text) MUSTCHECK;
/* The definition with result column `column` (from 0) called name. */
bool view_labelled(struct compile_env *env, struct arena *a, const struct relation *view,
		   int column, const char *name, char **text) MUSTCHECK;
bool view_uses_column(struct compile_env *env, struct arena *a, const struct relation *view,
		      const struct relation *rel, int attnum, bool *uses) MUSTCHECK;
/* Does a stored expression over one table name that column? */
bool expression_uses(struct compile_env *env, struct arena *a, const char *text, const char *column,
		     bool *uses) MUSTCHECK;
/* A stored expression over one table, a column of which is renamed. */
bool expression_renamed(struct compile_env *env, struct arena *a, const char *text,
			const char *from, const char *to, const PgQuery__Node **node) MUSTCHECK;

#endif
