/*
 * jsonpath: paths of the SQL/JSON path language, taken apart.
 * Stored:  the canonical text that PostgreSQL prints. Where that text cannot be read again (an
 * operator's result inside another item, with accessors behind it), it has parentheses more, which
 * output leaves out.
 * Memory:  trees in the arena given; texts are copied into it.
 * Mirrors: PostgreSQL's jsonpath_scan.l, jsonpath_gram.y and jsonpath.c: what is accepted, in what
 * order errors are found, and how they are worded.
 */
#ifndef TYPES_JSONPATH_H
#define TYPES_JSONPATH_H

#include "types/json.h"

/* A tree deeper than this is 54001. Its printing and checking recurse. */
enum { JSONPATH_MAX_DEPTH = 10000 };

enum jsonpath_kind {
	/* literals, in value */
	JP_NULL,
	JP_STRING,
	JP_NUMBER,
	JP_BOOL,
	/* predicates */
	JP_AND,
	JP_OR,
	JP_NOT,
	JP_IS_UNKNOWN,
	JP_EQUAL,
	JP_NOT_EQUAL,
	JP_LESS,
	JP_GREATER,
	JP_LESS_EQUAL,
	JP_GREATER_EQUAL,
	JP_STARTS_WITH,
	JP_LIKE_REGEX,
	JP_EXISTS,
	/* arithmetic */
	JP_ADD,
	JP_SUB,
	JP_MUL,
	JP_DIV,
	JP_MOD,
	JP_PLUS,
	JP_MINUS,
	/* where a path starts */
	JP_ROOT,
	JP_CURRENT,
	JP_LAST,
	JP_VARIABLE,
	/* accessors */
	JP_ANY_ARRAY,
	JP_ANY_KEY,
	JP_INDEX_ARRAY,
	JP_ANY,
	JP_KEY,
	JP_FILTER,
	/* methods */
	JP_TYPE,
	JP_SIZE,
	JP_ABS,
	JP_FLOOR,
	JP_CEILING,
	JP_DOUBLE,
	JP_DATETIME,
	JP_KEYVALUE,
};

/* The flags of like_regex. */
enum {
	JP_REGEX_ICASE = 1,
	JP_REGEX_DOTALL = 2,
	JP_REGEX_MLINE = 4,
	JP_REGEX_WSPACE = 8,
	JP_REGEX_QUOTE = 16
};

#define JSONPATH_LAST_LEVEL UINT32_MAX /* of JP_ANY */

struct jsonpath_subscript {
	struct jsonpath_item *from, *to; /* to: NULL but for a range */
};

struct jsonpath_item {
	enum jsonpath_kind kind;
	struct jsonpath_item *next;       /* the accessor behind */
	struct jsonpath_item *left;       /* the left or only operand; a filter's predicate */
	struct jsonpath_item *right;      /* the right operand */
	struct json value;                /* literals */
	const char *p;                    /* KEY, VARIABLE: the name; LIKE_REGEX: the pattern; */
	size_t n;                         /* DATETIME: the template, p NULL: none */
	unsigned flags;                   /* LIKE_REGEX */
	struct jsonpath_subscript *subs;  /* INDEX_ARRAY */
	int nsubs;                        /* INDEX_ARRAY */
	uint32_t first, last;             /* ANY: levels */
	void *compiled;                   /* LIKE_REGEX: the executor's */
	struct jsonpath_item *with_regex; /* LIKE_REGEX: the next one of the path */
};

struct jsonpath {
	bool strict;
	struct jsonpath_item *root;
	struct jsonpath_item *regexes; /* all LIKE_REGEX items, by with_regex */
};

/* False: 42601, 22P02, 22P05, 22003, 2201B, 0A000, 54001. */
bool jsonpath_parse(struct arena *a, struct err *e, const char *s, size_t n,
		    struct jsonpath *out) MUSTCHECK;
/* The canonical text; stored: with the parentheses that reading it again needs. */
void jsonpath_print(const struct jsonpath *path, bool stored, struct buf *b);

/* How an operator or a method is written. */
const char *jsonpath_operation_name(enum jsonpath_kind kind);

/* Is a pattern of like_regex, with these flags, a regular expression? Set before main by what
 * executes paths (func/); NULL: patterns are not looked at. False: 2201B, or 0A000 for a flag. */
extern bool (*jsonpath_check_regex)(struct err *e, const char *s, size_t n, unsigned flags);

#endif
