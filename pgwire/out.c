/*
 * out: the buffer backend messages are built in.
 * Invariant: done <= msg's start (if open) <= len <= cap. Memory moves only when it grows and in
 * pgw_begin(), never while a message is open, so offsets into an open message stay good.
 */
#include <stdlib.h>

#include "internal.h"

#define FIRST_CAP 1024

void
pgw_out_init(struct pgw_out *o)
{
	*o = (struct pgw_out){.msg = SIZE_MAX};
}

void
pgw_out_release(struct pgw_out *o)
{
	free(o->data);
	pgw_out_init(o);
}

void
pgw_out_clear(struct pgw_out *o)
{
	o->done = o->len = 0;
	o->msg = SIZE_MAX;
	o->oom = false;
}

void
pgw_out_shrink(struct pgw_out *o, size_t keep)
{
	uint8_t *p;

	if (o->done != o->len || o->msg != SIZE_MAX || o->cap <= keep)
		return;
	o->done = o->len = 0;
	if (keep == 0) {
		free(o->data);
		o->data = NULL;
		o->cap = 0;
		return;
	}
	p = pgw_realloc(o->data, keep);
	if (p) {
		o->data = p;
		o->cap = keep;
	}
}

bool
pgw_out_grow(struct pgw_out *o, size_t n)
{
	size_t start = o->msg == SIZE_MAX ? o->len : o->msg;
	size_t want, cap;
	uint8_t *p;

	if (o->oom)
		return false;
	if (n > PGW_LARGE_MAX || o->len - start + n > (size_t)PGW_LARGE_MAX + 1) {
		o->oom = true;
		return false;
	}
	want = o->len + n;
	if (want <= o->cap)
		return true;
	cap = o->cap < FIRST_CAP ? FIRST_CAP : o->cap + o->cap / 2;
	if (cap < want)
		cap = want;
	p = pgw_realloc(o->data, cap);
	if (!p) {
		o->oom = true;
		return false;
	}
	o->data = p;
	o->cap = cap;
	return true;
}

void
pgw_out_consume(struct pgw_out *o, size_t n)
{
	o->done += n;
	if (o->done == o->len)
		o->done = o->len = 0;
}

void
pgw_put_string(struct pgw_out *o, const char *s)
{
	pgw_put_bytes(o, s ? s : "", s ? strlen(s) + 1 : 1);
}

void
pgw_begin(struct pgw_out *o, char type)
{
	if (o->oom)
		return;
	if (o->done > o->cap / 2) {
		memmove(o->data, o->data + o->done, o->len - o->done);
		o->len -= o->done;
		o->done = 0;
	}
	o->msg = o->len;
	if (pgw_out_reserve(o, 5)) {
		o->data[o->len] = (uint8_t)type;
		o->len += 5;
	}
}

void
pgw_end(struct pgw_out *o)
{
	size_t n = o->len - o->msg - 1;

	if (!o->oom && n > PGW_LARGE_MAX)
		o->oom = true;
	if (o->oom)
		return;
	pgw_store32(o->data + o->msg + 1, (uint32_t)n);
	o->msg = SIZE_MAX;
}

void
pgw_out_abort(struct pgw_out *o)
{
	if (o->msg != SIZE_MAX)
		o->len = o->msg;
	o->msg = SIZE_MAX;
	o->oom = false;
}
