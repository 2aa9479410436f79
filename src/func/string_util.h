/*
 * string_util: pieces that several string areas share.
 */
#ifndef FUNC_STRING_UTIL_H
#define FUNC_STRING_UTIL_H

#include "base/buf.h"

/* Character by character, as PostgreSQL's C.UTF-8 folds. */
void text_lower(struct buf *b, const char *s, size_t n);
/* The first what in s, or NULL; the empty text is found at once. */
const char *text_find(const char *s, size_t n, const char *what, size_t wn);
bool text_has_char(const char *set, size_t n, const char *ch, size_t len);

/* quote_ident and quote_literal. */
void quote_ident(struct buf *b, const char *s, size_t n);
void quote_literal(struct buf *b, const char *s, size_t n);

#endif
