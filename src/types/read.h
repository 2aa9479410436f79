/*
 * read: lenient reading of stored values. A column of an adopted file may hold any storage class,
 * and SQLite itself keeps whole numbers of a REAL column as integers.
 */
#ifndef TYPES_READ_H
#define TYPES_READ_H

#include "types/type.h"

/* False: 22P02 naming t, or 22003 when the value does not fit 64 bits. */
bool read_int(struct type_ctx *c, const struct type *t, const struct datum *d,
	      int64_t *out) MUSTCHECK;
bool read_real(struct type_ctx *c, const struct type *t, const struct datum *d,
	       double *out) MUSTCHECK;
/* A number without a sign, as types of 64 bits have it. Stored: INTEGER below 2^63, else the text
 * 0x8000000000000000 …, which sorts behind it. */
bool read_uint(struct type_ctx *c, const struct type *t, const struct datum *d,
	       uint64_t *out) MUSTCHECK;
struct datum datum_uint(struct arena *a, uint64_t v);
/* The text of any value: numbers in canonical form (in arena), blobs as their bytes. Never NULL. */
const char *read_text(struct arena *a, const struct datum *d, size_t *n);

/* A double as stored: NaN is text. */
struct datum datum_float(double r);

/* 22P02 «invalid input syntax for type NAME: "S"»; 22003 «value "S" is out of range for type NAME».
 * Always false. */
bool bad_input(struct err *e, const char *type, const char *s, size_t n);
bool bad_range(struct err *e, const char *type, const char *s, size_t n);
/* 08P01, when a binary value is shorter or longer than its type. */
bool bad_binary(struct err *e);

/* Without the white space that C's isspace knows, at either end. */
void trim_space(const char **s, size_t *n);
static inline bool
ascii_space(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

/* A decimal integer with optional sign and surrounding space, within [min, max]; errors name the
 * type. */
bool parse_int(struct err *e, const char *type, const char *s, size_t n, int64_t min, int64_t max,
	       int64_t *out) MUSTCHECK;

/* What format_type prints for t. */
const char *type_sql_name(const struct type *t);

#endif
