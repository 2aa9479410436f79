/*
 * scram_client: the client's end, so that both ends can be proven against each other.
 * buf holds client-first-bare "," server-first "," client-final-without-proof, as in scram.c; msg
 * is what goes out next.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "scram_message.h"

#define NONCE_RAW 18
#define NONCE_MAX 64

enum client_state { CLIENT_NEW, CLIENT_FIRST_SENT, CLIENT_FINAL_SENT, CLIENT_DONE };

struct pgw_scram_client {
	enum client_state state;
	struct pgw_out user, password, auth,
		msg; /* user as it goes into n=; password with its NUL */
	char gs2;
	uint8_t cert_hash[64];
	size_t cert_hash_len;
	char nonce[NONCE_MAX];
	size_t nonce_len;
	uint8_t server_key[PGW_HASH];
};

/* RFC 5802's saslname: comma and equals sign are escaped. */
static void
put_saslname(struct pgw_out *o, const char *s)
{
	for (; *s; s++) {
		if (*s == ',')
			pgw_put_bytes(o, "=2C", 3);
		else if (*s == '=')
			pgw_put_bytes(o, "=3D", 3);
		else
			pgw_put_u8(o, (uint8_t)*s);
	}
}

static void
put_base64(struct pgw_out *o, const uint8_t *p, size_t n)
{
	size_t len = PGW_BASE64_SIZE(n);

	if (pgw_out_reserve(o, len)) {
		pgw_base64_encode(p, n, (char *)o->data + o->len);
		o->len += len;
	}
}

static bool
client_set_nonce(struct pgw_scram_client *c, const char *nonce)
{
	uint8_t raw[NONCE_RAW];

	if (nonce) {
		c->nonce_len = strnlen(nonce, NONCE_MAX);
		memcpy(c->nonce, nonce, c->nonce_len);
		return true;
	}
	c->nonce_len = PGW_BASE64_SIZE(NONCE_RAW);
	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return false;
	pgw_base64_encode(raw, sizeof(raw), c->nonce);
	return true;
}

struct pgw_scram_client *
pgw_scram_client_new(const char *user, const char *password, char gs2, const uint8_t *cert_hash,
		     size_t cert_hash_len, const char *nonce)
{
	struct pgw_scram_client *c = pgw_realloc(NULL, sizeof(*c));

	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c));
	pgw_out_init(&c->user);
	pgw_out_init(&c->password);
	pgw_out_init(&c->auth);
	pgw_out_init(&c->msg);
	put_saslname(&c->user, user);
	pgw_put_string(&c->password, password);
	c->gs2 = gs2;
	if (cert_hash && cert_hash_len <= sizeof(c->cert_hash)) {
		c->cert_hash_len = cert_hash_len;
		memcpy(c->cert_hash, cert_hash, cert_hash_len);
	}
	if (c->user.oom || c->password.oom || !client_set_nonce(c, nonce)) {
		pgw_scram_client_free(c);
		return NULL;
	}
	return c;
}

void
pgw_scram_client_free(struct pgw_scram_client *c)
{
	if (!c)
		return;
	if (c->password.data)
		OPENSSL_cleanse(c->password.data, c->password.len);
	pgw_out_release(&c->user);
	pgw_out_release(&c->password);
	pgw_out_release(&c->auth);
	pgw_out_release(&c->msg);
	OPENSSL_cleanse(c, sizeof(*c));
	free(c);
}

static void
put_gs2(const struct pgw_scram_client *c, struct pgw_out *o)
{
	pgw_put_u8(o, (uint8_t)c->gs2);
	if (c->gs2 == 'p')
		pgw_put_bytes(o, "=" SCRAM_BINDING, sizeof(SCRAM_BINDING));
	pgw_put_bytes(o, ",,", 2);
}

static enum pgw_rc
send_first(struct pgw_scram_client *c)
{
	pgw_put_bytes(&c->auth, "n=", 2);
	pgw_put_bytes(&c->auth, c->user.data, c->user.len);
	pgw_put_bytes(&c->auth, ",r=", 3);
	pgw_put_bytes(&c->auth, c->nonce, c->nonce_len);
	put_gs2(c, &c->msg);
	pgw_put_bytes(&c->msg, c->auth.data, c->auth.len);
	c->state = CLIENT_FIRST_SENT;
	return c->auth.oom || c->msg.oom ? PGW_NOMEM : PGW_CONTINUE;
}

/* "i=" in decimal, 1 … 9,999,999. */
static bool
parse_count(struct pgw_span s, int *out)
{
	*out = 0;
	if (s.n == 0 || s.n > 7)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return *out > 0;
}

static enum pgw_rc
put_proof(struct pgw_scram_client *c, struct pgw_span salt64, int iterations)
{
	uint8_t salt[256], salted[PGW_HASH], key[PGW_HASH], stored[PGW_HASH], sig[PGW_HASH];
	ptrdiff_t n = pgw_base64_decode(salt64.p, salt64.n, salt, sizeof(salt));

	if (n < 0)
		return PGW_BAD;
	if (pgw_salted_password((char *)c->password.data, salt, (size_t)n, iterations, salted) !=
		    PGW_OK ||
	    !pgw_derive_keys(salted, key, stored, c->server_key) ||
	    !pgw_hmac(stored, PGW_HASH, c->auth.data, c->auth.len, sig))
		return PGW_NOMEM;
	for (int i = 0; i < PGW_HASH; i++)
		sig[i] ^= key[i];
	pgw_put_bytes(&c->msg, ",p=", 3);
	put_base64(&c->msg, sig, PGW_HASH);
	OPENSSL_cleanse(salted, sizeof(salted));
	OPENSSL_cleanse(key, sizeof(key));
	return c->msg.oom ? PGW_NOMEM : PGW_CONTINUE;
}

/* c= is the gs2 header and, with p, the certificate's hash. */
static void
put_binding(struct pgw_scram_client *c)
{
	struct pgw_out raw;

	pgw_out_init(&raw);
	put_gs2(c, &raw);
	if (c->gs2 == 'p')
		pgw_put_bytes(&raw, c->cert_hash, c->cert_hash_len);
	pgw_put_bytes(&c->msg, "c=", 2);
	if (raw.oom)
		c->msg.oom = true;
	else
		put_base64(&c->msg, raw.data, raw.len);
	pgw_out_release(&raw);
}

static enum pgw_rc
send_final(struct pgw_scram_client *c, const char *in, size_t n)
{
	struct pgw_error e;
	struct scram_cursor cur = {in, in + n, &e};
	struct pgw_span nonce, salt, count;
	int iterations;

	if (!scram_attr(&cur, 'r', &nonce) || !scram_attr(&cur, 's', &salt) ||
	    !scram_attr(&cur, 'i', &count) || !parse_count(count, &iterations) ||
	    nonce.n <= c->nonce_len || memcmp(nonce.p, c->nonce, c->nonce_len) != 0)
		return PGW_BAD;
	put_binding(c);
	pgw_put_bytes(&c->msg, ",r=", 3);
	pgw_put_bytes(&c->msg, nonce.p, nonce.n);
	pgw_put_u8(&c->auth, ',');
	pgw_put_bytes(&c->auth, in, n);
	pgw_put_u8(&c->auth, ',');
	pgw_put_bytes(&c->auth, c->msg.data, c->msg.len);
	if (c->auth.oom || c->msg.oom)
		return PGW_NOMEM;
	c->state = CLIENT_FINAL_SENT;
	return put_proof(c, salt, iterations);
}

static enum pgw_rc
verify_server(struct pgw_scram_client *c, const char *in, size_t n)
{
	struct pgw_error e;
	struct scram_cursor cur = {in, in + n, &e};
	uint8_t got[PGW_HASH], want[PGW_HASH];
	struct pgw_span v;

	c->state = CLIENT_DONE;
	if (!scram_attr(&cur, 'v', &v) || pgw_base64_decode(v.p, v.n, got, PGW_HASH) != PGW_HASH)
		return PGW_BAD;
	if (!pgw_hmac(c->server_key, PGW_HASH, c->auth.data, c->auth.len, want))
		return PGW_NOMEM;
	return CRYPTO_memcmp(got, want, PGW_HASH) == 0 ? PGW_OK : PGW_DENIED;
}

enum pgw_rc
pgw_scram_client_step(struct pgw_scram_client *c, const void *in, size_t n, const char **out,
		      size_t *out_len)
{
	enum pgw_rc rc;

	pgw_out_clear(&c->msg);
	*out = "";
	*out_len = 0;
	switch (c->state) {
	case CLIENT_NEW:
		rc = in && n ? PGW_BAD : send_first(c);
		break;
	case CLIENT_FIRST_SENT:
		rc = in ? send_final(c, in, n) : PGW_BAD;
		break;
	case CLIENT_FINAL_SENT:
		return in ? verify_server(c, in, n) : PGW_BAD;
	default:
		return PGW_BAD;
	}
	if (rc == PGW_CONTINUE) {
		*out = (const char *)c->msg.data;
		*out_len = c->msg.len;
	}
	return rc;
}
