/*
 * utf8: validity, as PostgreSQL's UTF8 encoding has them (RFC 3629: no surrogates, nothing above
 * U+10FFFF).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/err.h"

/* How many leading bytes of s form whole valid characters; n when all is well. NUL is not valid in
 * text. */
size_t utf8_valid_prefix(const char *s, size_t n);
/* The length that a first byte announces, 1 for an invalid one. */
int utf8_announced(unsigned char first);
/* False: 22021 invalid byte sequence for encoding "UTF8": 0x… */
bool utf8_verify(const char *s, size_t n, struct err *err) MUSTCHECK;

#endif
