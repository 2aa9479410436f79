/*
 * Text across the border: the client's encoding outside, valid UTF-8 inside.
 */
#include "base/utf8.h"
#include "session/session.h"

char *
session_text_in(struct session *s, struct arena *a, const char *p, size_t n, size_t *out_n)
{
	struct buf b = BUF_INIT;
	char *copy = NULL;

	if (!s->encoding->iconv) {
		if (!utf8_verify(p, n, &s->err))
			return NULL;
		copy = arena_strndup(a, p, n);
	} else {
		if (encoding_to_utf8(s->encoding, p, n, &b, &s->err)) {
			n = b.len;
			copy = arena_strndup(a, b.data ? b.data : "", n);
		}
		buf_release(&b);
	}
	if (out_n)
		*out_n = n;
	return copy;
}

bool
session_text_out(struct session *s, struct arena *a, const char *p, size_t n, const char **out,
		 size_t *out_n)
{
	struct buf b = BUF_INIT;
	bool ok;

	*out = p;
	*out_n = n;
	if (!s->encoding->iconv)
		return true;
	ok = encoding_from_utf8(s->encoding, p, n, &b, &s->err);
	if (ok) {
		*out = arena_strndup(a, b.data ? b.data : "", b.len);
		*out_n = b.len;
	}
	buf_release(&b);
	return ok;
}

const char *
session_text_for_message(struct session *s, const char *p)
{
	struct buf b = BUF_INIT;
	const char *out;

	if (!p || !s->encoding->iconv)
		return p;
	if (!encoding_from_utf8(s->encoding, p, strlen(p), &b, NULL))
		buf_puts(&b, "?");
	out = arena_strndup(&s->msg, b.data ? b.data : "", b.len);
	buf_release(&b);
	return out;
}
