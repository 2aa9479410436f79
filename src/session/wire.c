/*
 * Bytes to and from the client.
 * Memory: the input grows with what has arrived, never with what a length word announces.
 */
#include <errno.h>
#include <stdlib.h>

#include "session/session.h"

enum { INPUT_MIN = 8192, FLUSH_AT = 65536 };

void
wire_flush(struct session *s)
{
	size_t n;

	while (!s->broken && (n = pgw_out_ready(&s->out)) > 0) {
		ssize_t done = s->stream.ops->write(&s->stream, pgw_out_head(&s->out), n);
		if (done > 0)
			pgw_out_consume(&s->out, (size_t)done);
		else if (done < 0 && (errno == EAGAIN || errno == EINTR) &&
			 !(s->interrupts & (INT_TERMINATE | INT_CRASH)))
			continue; /* the client reads slowly: wait for it, unless the server stops
				   */
		else
			s->broken = true;
	}
	if (s->broken)
		pgw_out_clear(&s->out);
}

void
wire_flush_if_full(struct session *s)
{
	if (pgw_out_ready(&s->out) >= FLUSH_AT)
		wire_flush(s);
}

static void
make_room(struct input *in, size_t want)
{
	if (in->pos == in->len) {
		in->pos = in->len = 0;
	} else if (in->pos > 0 && (in->cap - in->pos < want || in->len == in->cap)) {
		memmove(in->data, in->data + in->pos, in->len - in->pos);
		in->len -= in->pos;
		in->pos = 0;
	}
	if (in->len == in->cap) {
		in->cap = MAX((size_t)INPUT_MIN, in->cap * 2);
		in->data = xrealloc(in->data, in->cap);
	}
}

int
wire_fill(struct session *s, size_t want)
{
	struct input *in = &s->in;
	ssize_t n;

	make_room(in, want);
	do
		n = s->stream.ops->read(&s->stream, in->data + in->len, in->cap - in->len);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		in->len += (size_t)n;
		return 1;
	}
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

void
wire_release(struct session *s)
{
	if (s->in.pos == s->in.len) {
		free(s->in.data);
		s->in = (struct input){0};
	}
	if (pgw_out_ready(&s->out) == 0)
		pgw_out_release(&s->out);
	buf_release(&s->scratch);
	arena_release(&s->row);
}
