#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
buf_init(struct buf *b)
{
	*b = (struct buf)BUF_INIT;
}

void
buf_release(struct buf *b)
{
	free(b->data);
	buf_init(b);
}

void
buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;

	if (b->cap - b->len >= more && b->data)
		return;
	while (cap - b->len < more)
		cap *= 2;
	b->data = xrealloc(b->data, cap);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->data + b->len, p, n);
	b->len += n;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	buf_reserve(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
buf_pad(struct buf *b, char c, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memset(b->data + b->len, c, n);
	b->len += n;
}

void
buf_put16(struct buf *b, uint16_t v)
{
	buf_reserve(b, 2);
	be16_put(b->data + b->len, v);
	b->len += 2;
}

void
buf_put32(struct buf *b, uint32_t v)
{
	buf_reserve(b, 4);
	be32_put(b->data + b->len, v);
	b->len += 4;
}

void
buf_put64(struct buf *b, uint64_t v)
{
	buf_reserve(b, 8);
	be64_put(b->data + b->len, v);
	b->len += 8;
}

char *
buf_str(struct buf *b)
{
	buf_reserve(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}

char *
buf_dup(const struct buf *b, struct arena *a)
{
	return arena_strndup(a, b->data, b->len);
}
