/*
 * stream: the client's socket as a session sees it: two calls, plain or TLS.
 * Owner:   whoever owns the session (the baton, DESIGN §3).
 *
 * The descriptor blocks, with a short receive time-out (the linger) and a longer one for sending: a
 * call that gave up for lack of bytes or room returns -1 with errno EAGAIN. Any other -1 ends the
 * session.
 */
#ifndef SESSION_STREAM_H
#define SESSION_STREAM_H

#include <sys/types.h>

#include "base/base.h"

struct stream;

struct stream_ops {
	ssize_t (*read)(struct stream *st, void *p, size_t n); /* 0: the client has closed */
	ssize_t (*write)(struct stream *st, const void *p, size_t n);
};

struct stream {
	const struct stream_ops *ops;
	int fd;
	void *tls;             /* net's, or NULL */
	bool local;            /* a Unix socket */
	uint8_t cert_hash[64]; /* tls-server-end-point, when cert_hash_len is not 0 */
	size_t cert_hash_len;
};

#endif
