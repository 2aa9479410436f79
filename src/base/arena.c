/*
 * Invariant: next..end lies in head's payload and next is 16-aligned; a block is never shrunk or
 * moved.
 */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

struct arena_block {
	struct arena_block *prev;
	size_t size;
	_Alignas(16) char data[];
};

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

void
arena_init(struct arena *a)
{
	*a = (struct arena)ARENA_INIT;
}

static void
free_blocks(struct arena_block *b)
{
	while (b) {
		struct arena_block *prev = b->prev;
		free(b);
		b = prev;
	}
}

void
arena_release(struct arena *a)
{
	free_blocks(a->head);
	arena_init(a);
}

void
arena_clear(struct arena *a)
{
	struct arena_block *b = a->head;

	if (!b)
		return;
	if (b->size > LARGEST_STEP) { /* one huge message should not stay for the session's life */
		arena_release(a);
		return;
	}
	free_blocks(b->prev);
	b->prev = NULL;
	a->next = b->data;
	a->end = b->data + b->size;
	a->total = b->size;
}

static void
grow(struct arena *a, size_t n)
{
	size_t size = a->head ? MIN(a->head->size * 2, (size_t)LARGEST_STEP) : FIRST_BLOCK;
	struct arena_block *b;

	size = MAX(size, n);
	b = xmalloc(sizeof(*b) + size);
	b->prev = a->head;
	b->size = size;
	a->head = b;
	a->next = b->data;
	a->end = b->data + size;
	a->total += size;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	char *p;

	n = (n + 15) & ~(size_t)15;
	if (n == 0)
		n = 16;
	if ((size_t)(a->end - a->next) < n)
		grow(a, n);
	p = a->next;
	a->next += n;
	return p;
}

void *
arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

void *
arena_memdup(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n)
		memcpy(copy, p, n);
	return copy;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
