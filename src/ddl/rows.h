/*
 * rows: writing the reserved tables (catalog/persist.h). Each function writes the row or rows of
 * one object, in the file's own tables or in the session's temporary ones, by the object's schema.
 * False: the session's err is set.
 */
#ifndef DDL_ROWS_H
#define DDL_ROWS_H

#include "ddl/commands.h"

/* Makes the reserved tables where they are missing. */
bool rows_init(struct ddl *d, bool temp);
/* A relation that this command is about to create: choose_name keeps clear of it. */
void rows_promise_name(struct ddl *d, const struct schema *s, const char *name);
bool rows_name_promised(struct ddl *d, const struct schema *s, const char *name);

bool rows_add_schema(struct ddl *d, oid_t oid, const char *name);
bool rows_add_class(struct ddl *d, const struct relation *rel);
/* pg_class.reloptions as an array literal; NULL: none. */
bool rows_set_options(struct ddl *d, const struct relation *rel, const char *options);
bool rows_add_column(struct ddl *d, const struct relation *rel,
		     const struct column *col); /* and its pg_attrdef */
bool rows_add_constraint(struct ddl *d, const struct constraint *c);
bool rows_add_index(struct ddl *d, const struct index *ix);
bool rows_set_index_texts(struct ddl *d, const struct index *ix); /* expressions and predicate */
bool rows_add_sequence(struct ddl *d, const struct relation *rel, const struct sequence *s);
bool rows_add_depend(struct ddl *d, const struct relation *from, oid_t refclass, oid_t refobj,
		     int refsub);
bool rows_set_comment(struct ddl *d, oid_t oid, oid_t classoid, int sub, const char *text,
		      bool temp);
/* Everything of an adopted relation, so that it can be changed; nothing when it is there already.
 */
bool rows_adopt(struct ddl *d, const struct relation *rel);

bool rows_drop_relation(struct ddl *d,
			const struct relation *rel); /* its class, columns, defaults, constraints,
							index, sequence, comments */
/* The rows of a view that OR REPLACE writes anew: what depends on it, and comments, stay. */
bool rows_replace_own(struct ddl *d, const struct relation *rel);
bool rows_drop_constraint(struct ddl *d, const struct constraint *c);
bool rows_drop_default(struct ddl *d, const struct relation *rel, int attnum);
bool rows_drop_schema(struct ddl *d, oid_t oid);

/* Any other change: "UPDATE %s.\"litephant.pg_class\" SET … WHERE oid = ?1"; %s is filled with main
 * or temp. */
bool rows_exec(struct ddl *d, bool temp, const char *sql, const struct datum *params, int nparams);
#define ROWS_EXEC(d, temp, sql, ...)                                                               \
	rows_exec(d, temp, sql, (const struct datum[]){__VA_ARGS__},                               \
		  (int)COUNTOF(((const struct datum[]){__VA_ARGS__})))

static inline struct datum
row_text(const char *s)
{
	return s ? datum_text(s, strlen(s)) : datum_null();
}

static inline struct datum
row_char(const char *c)
{
	return *c ? datum_text(c, 1) : datum_text("", 0);
}

#endif
