/*
 * like: texts against LIKE patterns.
 * Memory:  a compiled pattern is its maker's: like_free.
 *
 * A pattern whose only wildcard is % is cut into pieces once, and each piece is searched for by its
 * least common byte; any other pattern is walked through anew for each text.
 */
#ifndef FUNC_LIKE_H
#define FUNC_LIKE_H

#include "base/base.h"

/* BROKEN: the match came to a backslash that ends the pattern. */
enum like_match { LIKE_NO, LIKE_YES, LIKE_BROKEN };

/* chars: _ stands for a character of UTF-8, not for a byte. */
enum like_match like_walk(const char *s, size_t sn, const char *p, size_t pn, bool chars);

struct like;
struct like *like_new(const char *p, size_t n);
void like_free(void *l);
bool like_is_for(const struct like *l, const char *p, size_t n);
enum like_match like_run(const struct like *l, const char *s, size_t n, bool chars);

#endif
