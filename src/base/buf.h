/*
 * buf: a growing run of bytes.
 * Memory:  its own (malloc); buf_release() frees it. data is NUL-terminated after buf_str() only.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
	char *data;
	size_t len, cap;
};

#define BUF_INIT                                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_reserve(struct buf *b, size_t more); /* room for more bytes after len */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_pad(struct buf *b, char c, size_t n); /* n times c */
void buf_put16(struct buf *b, uint16_t v);     /* big-endian */
void buf_put32(struct buf *b, uint32_t v);
void buf_put64(struct buf *b, uint64_t v);
char *buf_str(struct buf *b);                        /* terminates; owned by b */
char *buf_dup(const struct buf *b, struct arena *a); /* terminated copy */

static inline void
buf_clear(struct buf *b)
{
	b->len = 0;
}

static inline void
buf_putc(struct buf *b, char c)
{
	if (b->len == b->cap)
		buf_reserve(b, 1);
	b->data[b->len++] = c;
}

#endif
