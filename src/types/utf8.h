/*
 * utf8: walking text of the one server encoding, character by character (validity: base/utf8.h).
 */
#ifndef TYPES_UTF8_H
#define TYPES_UTF8_H

#include "base/base.h"

/* Bytes of the sequence that starts with b; 1 for bytes that start none. */
static inline size_t
utf8_len(char b)
{
	uint8_t u = (uint8_t)b;

	return u < 0xc2 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : u < 0xf5 ? 4 : 1;
}

size_t utf8_count(const char *s, size_t n); /* characters in n bytes */
size_t utf8_offset(const char *s, size_t n,
		   size_t chars); /* bytes of the first chars characters, at most n */
/* The next character, and how many bytes it took (at least 1 while n > 0). Broken bytes come back
 * as themselves. */
uint32_t utf8_decode(const char *s, size_t n, size_t *used);
size_t utf8_encode(uint32_t cp, char out[4]);
/* At most n bytes, not cutting a character. */
size_t utf8_clip(const char *s, size_t len, size_t n);

#endif
