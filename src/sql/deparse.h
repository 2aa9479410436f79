/*
 * deparse: an analyzed tree as PostgreSQL prints it back (ruleutils.c's rules). What its files
 * share; sql.h and analyze.h have the entries. The tree must come from an analysis with
 * as->as_written.
 */
#ifndef SQL_DEPARSE_H
#define SQL_DEPARSE_H

#include "sql/analyze_expr.h"

struct view_rename;

/* What an entry of a query, and its columns, are called in the text. */
struct deparse_rel {
	const struct rte *rte;
	const struct from_item *join; /* of a join */
	struct deparse_rel *left, *right;
	const char *name;   /* NULL: a join without one */
	const char **cols;  /* by rte->cols; NULL: none yet, or hidden */
	bool print_columns; /* behind the alias */
	struct vec using;   /* char: as they stand in the text */
	struct vec parent_using;
};

/* One query being printed. */
struct deparse_level {
	struct deparse_level *outer;
	const struct query *query;
	struct vec rels;   /* struct deparse_rel: children before their join */
	struct vec names;  /* char: taken by rels, or not to be used */
	bool unique_using; /* USING names are unique among all columns of the query */
	struct vec using_names;
};

struct deparse {
	struct analyzer *as;
	struct buf *b;
	const char *const *path; /* what needs no schema; NULL: only pg_catalog. That is for a text
				    that is stored */
	const struct view_rename *rename; /* names as they will be, or NULL */
	struct deparse_level *level; /* NULL: an expression of a table: bare names of columns */
	bool pretty;                 /* without the parentheses that can be left out */
	bool exact; /* for a text whose analysis must give the same tree: what PostgreSQL prints
		       may not */
	bool conversions;  /* with exact: implicit ones are shown where they are otherwise */
	struct fenv *fenv; /* exact: finds nothing without its schema; made when it is needed */
	int wrap;          /* lists go on in the line up to this column; 0: never */
	int indent, depth;
};

/* -- deparse.c -- */
/* get_rule_expr; show: implicit conversions, too. */
bool deparse_put(struct deparse *d, const struct expr *e, bool show);
/* An operand of parent. */
bool deparse_operand(struct deparse *d, const struct expr *e, bool show, const struct expr *parent);
bool deparse_list(struct deparse *d, struct expr *const *v, int n);
/* As an item of SELECT or ROW(…). label: the name that it has without AS; may be NULL. */
bool deparse_item(struct deparse *d, const struct expr *e, bool show, const char **label);
/* label: always with its type. */
bool deparse_const(struct deparse *d, const struct expr *e, int label);
bool deparse_type(struct deparse *d, oid_t oid, int32_t typmod);
void deparse_ident(struct deparse *d, const char *name);
/* A line begins with word. */
void deparse_keyword(struct deparse *d, const char *word, int before, int after, int plus);
void deparse_trim(struct buf *b); /* blanks at the end */

/* -- deparse_call.c -- */
bool deparse_func(struct deparse *d, const struct expr *e, bool show);
bool deparse_agg(struct deparse *d, const struct expr *e);
bool deparse_window(struct deparse *d, const struct expr *e);
bool deparse_window_spec(struct deparse *d, const struct window_def *w);
bool deparse_cast(struct deparse *d, const struct expr *arg, oid_t type, int32_t typmod,
		  const struct expr *parent);

/* -- deparse_query.c -- */
/* names: its result columns', or NULL; visible: somebody sees them. */
bool deparse_query(struct deparse *d, const struct query *q, const char *const *names,
		   bool visible);
bool deparse_sort_item(struct deparse *d, const struct sort_item *s, bool by_number);
bool deparse_order(struct deparse *d, const struct vec *order, bool by_number);
bool deparse_values(struct deparse *d, const struct rte *rte);
bool deparse_sublink(struct deparse *d, const struct expr *e);

/* -- deparse_xml.c -- */
bool deparse_xml(struct deparse *d, const struct expr *e);
bool deparse_xmltable(struct deparse *d, const struct xmltable *x);

/* -- deparse_from.c -- */
bool deparse_from(struct deparse *d, const struct query *q);

/* -- deparse_name.c -- */
void deparse_name_entries(struct deparse *d, struct deparse_level *l);
struct deparse_rel *deparse_rel(struct deparse *d, const struct rte *rte);
const char *deparse_relation_name(struct deparse *d, const struct relation *rel);
const char *deparse_own_name(struct deparse *d, const struct relation *rel);
/* NULL: the rename does not concern it. */
const char *deparse_renamed_type(struct deparse *d, const struct type *t);

enum { INDENT_STD = 8, INDENT_JOIN = 4, INDENT_VAR = 4, INDENT_LIMIT = 40 };

#endif
