/*
 * bytea: its text forms, shared by input, output and encode/decode.
 */
#ifndef TYPES_BYTEA_H
#define TYPES_BYTEA_H

#include "types/type.h"

/* 22023 where the digits are broken. The result (n / 2 bytes at most) is in arena; white space
 * between pairs is skipped. */
bool hex_decode(struct arena *a, struct err *e, const char *s, size_t n, char **out,
		size_t *outn) MUSTCHECK;
void hex_encode(struct buf *b, const void *p, size_t n);
/* The escape format: \ooo and \\ . False: 22P02. */
bool escape_decode(struct arena *a, struct err *e, const char *s, size_t n, char **out,
		   size_t *outn) MUSTCHECK;
void escape_encode(struct buf *b, const void *p, size_t n);

#endif
