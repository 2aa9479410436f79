/*
 * text: length coercion of the character types, shared by input and by the casts.
 */
#ifndef TYPES_TEXT_H
#define TYPES_TEXT_H

#include "types/type.h"

enum { NAME_MAX_BYTES = 63 };

/* Bytes of s that fit typmod (n + 4) for varchar or bpchar. False: 22001 «value too long for type
 * …», unless only blanks are cut or the cast is explicit. */
bool text_fit(struct err *e, const char *type, const char *s, size_t n, int32_t typmod,
	      bool explicit_cast, size_t *keep) MUSTCHECK;
/* Without trailing blanks. */
size_t text_rtrim(const char *s, size_t n);

#endif
