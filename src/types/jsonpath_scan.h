/*
 * jsonpath_scan: the tokens of a path.
 * Memory:  texts of tokens in the arena, without escapes.
 */
#ifndef TYPES_JSONPATH_SCAN_H
#define TYPES_JSONPATH_SCAN_H

#include "types/jsonpath.h"

/* Marks of one character are their own code. */
enum jsonpath_token {
	JT_END = 0,
	JT_IDENT = 256,
	JT_STRING,
	JT_VARIABLE,
	JT_NUMERIC,
	JT_INT,
	JT_AND,
	JT_OR,
	JT_NOT,
	JT_LESS,
	JT_LESS_EQUAL,
	JT_EQUAL,
	JT_NOT_EQUAL,
	JT_GREATER_EQUAL,
	JT_GREATER,
	JT_ANY,
	/* keywords: IDENT by other means */
	JT_IS,
	JT_TO,
	JT_ABS,
	JT_LAX,
	JT_FLAG,
	JT_LAST,
	JT_NULL,
	JT_SIZE,
	JT_TRUE,
	JT_TYPE,
	JT_WITH,
	JT_FALSE,
	JT_FLOOR,
	JT_DOUBLE,
	JT_EXISTS,
	JT_STARTS,
	JT_STRICT,
	JT_CEILING,
	JT_DATETIME,
	JT_KEYVALUE,
	JT_UNKNOWN,
	JT_LIKE_REGEX,
};

struct jsonpath_scan {
	struct arena *arena;
	struct err *err;
	const char *at, *end;
	/* The current token: its value, and the run of bytes that errors show. That is where the
	 * scanner stood last: a quoted string shows its closing quote, a word the blank behind it.
	 * Empty: errors say that the end is reached. */
	const char *text;
	size_t text_n;
	const char *shown;
	size_t shown_n;
};

/* -1: err is set. */
int jsonpath_scan(struct jsonpath_scan *s);
/* «WHAT at or near "…" of jsonpath input», 42601. Always false. */
bool jsonpath_scan_error(struct jsonpath_scan *s, const char *what);

#endif
