/*
 * drop: DROP of relations and schemas, and what hangs on them.
 */
#ifndef DDL_DROP_H
#define DDL_DROP_H

#include "ddl/commands.h"

/* The catalog rows of one relation, without its SQLite object (OR REPLACE, and drop itself). */
bool rows_drop_own(struct ddl *d, const struct relation *rel);
struct stored_text;

/* Objects that stand or fall together. */
struct drop_set {
	struct ddl *d;
	struct vec relations;   /* struct relation */
	struct vec constraints; /* struct constraint: foreign keys of tables that stay */
	struct vec asked;       /* struct relation named in the command */
	struct vec lines;       /* struct drop_line: dependents found */
	/* Of types (drop_type.c): struct user_type; columns of tables and composites that stay;
	 * struct stored_text: defaults and domains' checks. */
	struct vec types, columns, texts;
};
struct drop_line {
	const char *object, *on;      /* "view v", "table t" */
	const void *subject;          /* the relation or constraint; NULL: something else */
	const struct relation *owner; /* of which it is a part; NULL: none */
	const struct stored_text
		*text; /* a default, check or index that a type was found in; NULL */
};
/* A dependent, after what depends on it. */
struct drop_line *drop_add_line(struct drop_set *set, const char *object, const char *on,
				const void *subject, const struct relation *owner);
/* A dependent that is not found by drop_collect, which is to be called after it for what depends on
 * that in turn. */
void drop_depends(struct drop_set *set, const char *object, const char *on);
/* Adds rel and all that depends on it. */
void drop_collect(struct drop_set *set, const struct relation *rel);
/* Without cascade: 2BP01 if anything was found that the command did not name. With: notices. what:
 * "table t". */
bool drop_check(struct drop_set *set, bool cascade, const char *what);
bool drop_execute(struct drop_set *set);
const char *
relation_kind_word(const struct relation *rel); /* "table", "view", "index", "sequence" */
/* A constraint of a table that stays: rows, index or SQLite text. */
bool drop_constraint(struct ddl *d, const struct constraint *c);

#endif
