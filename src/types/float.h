/*
 * float: text of IEEE numbers as PostgreSQL 12 and later read and write it.
 */
#ifndef TYPES_FLOAT_H
#define TYPES_FLOAT_H

#include "base/err.h"

enum { FLOAT_TEXT_MAX = 40 }; /* bytes, the terminator included */

/* The shortest text that reads back as the same number: "1e+15", "0.1", "NaN", "-Infinity". */
void float8_format(double r, char s[FLOAT_TEXT_MAX]);
void float4_format(float r, char s[FLOAT_TEXT_MAX]);

/* single: the range of float4, and *out rounded to it. Errors name the type: 22P02, 22003. */
bool float_parse(struct err *e, const char *type, bool single, const char *s, size_t n,
		 double *out) MUSTCHECK;

#endif
