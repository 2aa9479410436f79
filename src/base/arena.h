/*
 * arena: memory that is dropped all at once.
 * Owner:   whoever owns the thing whose life it is (message, statement, snapshot).
 * Errors:  none; aborts when memory is exhausted (sizes are capped before).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"
#include <stdarg.h>

struct arena_block;

struct arena {
	struct arena_block *head; /* newest first */
	char *next, *end;         /* what is left of head */
	size_t total;             /* bytes held in blocks */
};

#define ARENA_INIT                                                                                 \
	{                                                                                          \
		0                                                                                  \
	}

void arena_init(struct arena *a);
void arena_release(struct arena *a); /* frees everything; a is as after arena_init */
void arena_clear(struct arena *a);   /* empties it, keeping one block for reuse */

void *arena_alloc(struct arena *a, size_t n)
	__attribute__((returns_nonnull)); /* 16-aligned, not zeroed */
void *arena_zalloc(struct arena *a, size_t n) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n); /* NUL-terminated copy of n bytes */
void *arena_memdup(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF(2, 0);

#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (size_t)(n)))

#endif
