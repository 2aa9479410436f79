/*
 * jsonpath_parser: the state of the parser of jsonpath, and the steps that its files share.
 *
 * There is no recursion: brackets and operators that wait for an operand are entries of a stack. A
 * token that cannot follow is refused where PostgreSQL's parser refuses it, which means that what
 * an operand is – an expression or a predicate – is known as soon as it matters:
 *     a predicate in parentheses is an operand of && and ||, or, with an accessor behind it, an
 *     expression;
 *     ! takes a predicate in parentheses or exists only;
 *     comparisons do not chain.
 * The next token is read only when something depends on it, so that errors of values come before
 * those of the text behind them.
 */
#ifndef TYPES_JSONPATH_PARSER_H
#define TYPES_JSONPATH_PARSER_H

#include "types/jsonpath_scan.h"

enum path_entry_kind {
	/* brackets */
	IN_ALL,
	IN_PARENS,
	IN_NOT, /* the parentheses of ! */
	IN_FILTER,
	IN_EXISTS,
	IN_SUBSCRIPT,
	/* operators that wait for their right operand */
	OP_UNARY,
	OP_ARITHMETIC,
	OP_COMPARE,
	OP_LOGIC,
	OP_NOT,
};

enum path_operand_kind { EXPRESSION, PREDICATE, PREDICATE_IN_PARENS };

struct path_operand {
	enum path_operand_kind kind;
	bool accessible; /* an accessor may follow */
	int depth;       /* of the tree */
	struct jsonpath_item *head, *tail;
};

struct path_entry {
	enum path_entry_kind kind;
	enum jsonpath_kind op;
	int rank; /* operators: how tightly they bind */
	struct path_operand
		left; /* operators: the left operand; FILTER, SUBSCRIPT: what it follows */
	struct jsonpath_subscript *subs;
	int nsubs, subs_cap;
	bool range; /* SUBSCRIPT: a "to" was read */
};

struct path_parser {
	struct arena *arena;
	struct err *err;
	struct jsonpath_scan scan;
	bool have; /* token is the next one */
	int token;
	struct path_entry *stack;
	int n, cap;
	int symbols;
	struct path_operand cur;
	struct jsonpath_item *regexes;
};

/* ---- jsonpath_stack.c; false: err is set ---- */

int path_peek(struct path_parser *p); /* -1: err is set */
void path_skip(struct path_parser *p);
bool path_syntax_error(struct path_parser *p); /* always false */
bool path_expect(struct path_parser *p, int token) MUSTCHECK;
struct jsonpath_item *path_item(struct path_parser *p, enum jsonpath_kind kind);
/* A part of o that is below levels deep lies one level down. */
bool path_deepen(struct path_parser *p, struct path_operand *o, int below) MUSTCHECK;
void path_set(struct path_parser *p, enum path_operand_kind kind, struct jsonpath_item *i);
void path_append(struct path_parser *p, struct jsonpath_item *i);
/* The text of the current token, kept; its number. */
void path_text(struct path_parser *p, const char **s, size_t *n);
bool path_number(struct path_parser *p, struct jsonpath_item *i) MUSTCHECK;

struct path_entry *path_top(struct path_parser *p);
bool path_push(struct path_parser *p, enum path_entry_kind kind, enum jsonpath_kind op,
	       int rank) MUSTCHECK;
void path_pop(struct path_parser *p);
/* May the operand at hand be a predicate? */
bool path_takes_predicate(struct path_parser *p);

/* An operator over left and p->cur; a predicate over p->cur alone. */
bool path_binary(struct path_parser *p, enum path_operand_kind kind, enum jsonpath_kind op,
		 const struct path_operand *left) MUSTCHECK;
bool path_predicate(struct path_parser *p, enum jsonpath_kind op) MUSTCHECK;
/* Finishes the operators on top of kind from…to that bind at least as tightly as rank. */
bool path_reduce(struct path_parser *p, enum path_entry_kind from, enum path_entry_kind to,
		 int rank) MUSTCHECK;
/* Everything up to the bracket. A lone expression does not become a predicate. */
bool path_reduce_all(struct path_parser *p) MUSTCHECK;

/* ---- jsonpath_operand.c ---- */

bool path_scalar(struct path_parser *p, enum jsonpath_kind kind) MUSTCHECK;
/* *done: p->cur is the operand; else one is still to come. */
bool path_operand(struct path_parser *p, bool *done) MUSTCHECK;
/* The accessor at hand. *more: an operand is to come. */
bool path_accessor(struct path_parser *p, bool *more) MUSTCHECK;

#endif
