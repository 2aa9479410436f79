/*
 * type_texts: the stored texts that speak of a type (defaults, checks, index expressions, views),
 * and what a change of the type makes of them.
 */
#ifndef DDL_TYPE_TEXTS_H
#define DDL_TYPE_TEXTS_H

#include "ddl/usertype.h"
#include "sql/type_text.h"

enum text_kind {
	TEXT_DEFAULT, /* of a column, generated ones too */
	TEXT_CHECK,
	TEXT_INDEX, /* index->exprs[at] */
	TEXT_PREDICATE,
	TEXT_DOMAIN_DEFAULT,
	TEXT_DOMAIN_CHECK,
	TEXT_VIEW
};

struct stored_text {
	enum text_kind kind;
	const struct relation *rel; /* the table or view */
	const struct column *col;
	const struct constraint *constraint;
	const struct index *index;
	int at;
	const struct type *domain;
	const struct domain_constraint *check;
	const PgQuery__Node *node; /* its tree, changed */
	char *renewed;             /* its text, once written */
};

/* Those that speak of change->type, in the order in which they were made. */
bool type_texts_find(struct ddl *d, const struct type_change *change, struct vec *out);
/* Writes them anew, after ddl_refresh has shown the change. */
bool type_texts_write(struct ddl *d, const struct vec *texts);
/* A copy of an index with its new texts. */
const struct index *type_texts_index(struct ddl *d, const struct vec *texts,
				     const struct index *ix);

#endif
