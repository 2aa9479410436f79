/*
 * pattern: SIMILAR TO patterns as regular expressions.
 */
#ifndef FUNC_PATTERN_H
#define FUNC_PATTERN_H

#include "func/func.h"

/* The regular expression for a SIMILAR TO pattern with this escape character ("": none). shown: the
 * one that PostgreSQL writes; else one whose first part of three is lazy throughout, as it has to
 * be for PCRE2. False: 22025, 2200C. */
bool similar_pattern(struct fcall *c, const struct datum *pattern, const char *esc, size_t esc_len,
		     bool shown, struct datum *out) MUSTCHECK;

#endif
