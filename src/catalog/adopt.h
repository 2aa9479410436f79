/*
 * adopt: what SQLite declares, as PostgreSQL would have it. Private to catalog/.
 */
#ifndef CATALOG_ADOPT_H
#define CATALOG_ADOPT_H

#include "catalog/load.h"

/* The type of a declared column type: by PostgreSQL's name, else by SQLite's affinity. Never NULL.
 */
const struct type *adopt_type(struct arena *a, const char *decl, int32_t *typmod);
/* A DEFAULT clause's text as PostgreSQL SQL, or NULL: only SQLite can evaluate it. */
char *adopt_default(struct arena *a, const char *text, const struct type *type);
/* The key expressions and the predicate of a CREATE INDEX text. exprs gets one text per key column,
 * in order. */
bool adopt_index_text(struct arena *a, const char *sql, struct vec *exprs, const char **predicate);

#endif
