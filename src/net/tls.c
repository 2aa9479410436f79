/*
 * Streams: the plain one and the TLS one. The descriptor blocks with a time-out either way, so a
 * TLS read that gives up for lack of bytes has kept what it got inside the SSL object.
 */
#include <errno.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#undef ERR_SYSTEM_ERROR /* OpenSSL's own; not used here */

#include "net/net.h"
#include "pgwire/pgwire.h"

static SSL_CTX *tls_ctx;
static uint8_t cert_hash[64];
static size_t cert_hash_len;

static ssize_t
plain_read(struct stream *st, void *p, size_t n)
{
	return recv(st->fd, p, n, 0);
}

static ssize_t
plain_write(struct stream *st, const void *p, size_t n)
{
	return send(st->fd, p, n, MSG_NOSIGNAL);
}

const struct stream_ops stream_plain = {plain_read, plain_write};

/* errno as a plain socket would have set it. */
static ssize_t
tls_result(SSL *ssl, int result)
{
	int saved = errno;

	switch (SSL_get_error(ssl, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		errno = saved && saved != EAGAIN ? saved : ECONNRESET;
		return -1;
	default:
		errno = EPROTO;
		return -1;
	}
}

static ssize_t
tls_read(struct stream *st, void *p, size_t n)
{
	SSL *ssl = st->tls;
	int got;

	ERR_clear_error();
	errno = 0;
	got = SSL_read(ssl, p, (int)MIN(n, (size_t)1 << 30));
	return got > 0 ? got : tls_result(ssl, got);
}

static ssize_t
tls_write(struct stream *st, const void *p, size_t n)
{
	SSL *ssl = st->tls;
	int put;

	ERR_clear_error();
	errno = 0;
	put = SSL_write(ssl, p, (int)MIN(n, (size_t)1 << 30));
	return put > 0 ? put : tls_result(ssl, put);
}

static const struct stream_ops stream_tls = {tls_read, tls_write};

static const char *
reason(void)
{
	const char *text = ERR_reason_error_string(ERR_get_error());

	return text ? text : "unknown error";
}

static void
hash_certificate(void)
{
	X509 *cert = SSL_CTX_get0_certificate(tls_ctx);
	unsigned char *der = NULL;
	int n = cert ? i2d_X509(cert, &der) : 0;

	if (n <= 0 || !pgw_cert_hash(der, (size_t)n, cert_hash, &cert_hash_len))
		cert_hash_len = 0;
	OPENSSL_free(der);
}

bool
tls_init(const char *cert_file, const char *key_file, struct err *err)
{
	tls_ctx = SSL_CTX_new(TLS_server_method());
	if (!tls_ctx)
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1, "could not create SSL context: %s",
			       reason());
	SSL_CTX_set_min_proto_version(tls_ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(tls_ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(tls_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(tls_ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_use_certificate_chain_file(tls_ctx, cert_file) != 1)
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1,
			       "could not load server certificate file \"%s\": %s", cert_file,
			       reason());
	if (SSL_CTX_use_PrivateKey_file(tls_ctx, key_file, SSL_FILETYPE_PEM) != 1)
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1,
			       "could not load private key file \"%s\": %s", key_file, reason());
	if (SSL_CTX_check_private_key(tls_ctx) != 1)
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1, "check of private key failed: %s",
			       reason());
	hash_certificate();
	return true;
}

bool
tls_start(struct stream *st)
{
	SSL *ssl = tls_ctx ? SSL_new(tls_ctx) : NULL;

	if (!ssl || SSL_set_fd(ssl, st->fd) != 1) {
		SSL_free(ssl);
		return false;
	}
	SSL_set_accept_state(ssl);
	st->tls = ssl;
	st->ops = &stream_tls;
	memcpy(st->cert_hash, cert_hash, cert_hash_len);
	st->cert_hash_len = cert_hash_len;
	return true;
}

void
tls_end(struct stream *st)
{
	SSL *ssl = st->tls;

	if (!ssl)
		return;
	if (SSL_is_init_finished(ssl))
		SSL_shutdown(ssl);
	SSL_free(ssl);
	st->tls = NULL;
}
