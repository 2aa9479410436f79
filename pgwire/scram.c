/*
 * scram: the server's end of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677).
 *
 *   NEW ──begin──▶ BEGUN ──client-first──▶ CHALLENGED ──client-final──▶ DONE
 *                   └── no initial response: an empty challenge, still BEGUN
 *
 * A doomed exchange (unknown user, no SCRAM verifier) takes the same path with a made-up salt that
 * never changes for a user, and fails where a wrong password fails. auth grows to client-first-bare
 * "," server-first "," client-final-without-proof; the client's nonce is kept as an offset into it.
 */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "scram_message.h"

#define NONCE_RAW 18
#define NONCE_MAX 64
#define GS2_PLUS "p=" SCRAM_BINDING ",,"

enum scram_state { NEW, BEGUN, CHALLENGED, DONE };

struct pgw_scram {
	enum scram_state state;
	bool plus, doomed;
	char gs2;
	int iterations;
	char *salt; /* base64, salt_len bytes */
	size_t salt_len;
	uint8_t stored_key[PGW_HASH], server_key[PGW_HASH];
	uint8_t cert_hash[64];
	size_t cert_hash_len; /* 0: no binding possible */
	char nonce[NONCE_MAX + 1];
	size_t nonce_len;
	struct pgw_out auth;
	size_t first_at, full_nonce_len; /* server-first within auth; it begins with r= and the
					    whole nonce */
	char final[2 + PGW_BASE64_SIZE(PGW_HASH)];
};

/* The salt of a user who has none: it must not differ from a real one, nor change from try to try.
 */
static bool
mock_salt(const struct pgw_scram_config *c, uint8_t out[PGW_HASH])
{
	struct pgw_out b;
	bool ok;

	pgw_out_init(&b);
	pgw_put_bytes(&b, c->user, strlen(c->user));
	pgw_put_bytes(&b, c->mock_secret, 32);
	ok = !b.oom && pgw_sha256(b.data, b.len, out);
	pgw_out_release(&b);
	return ok;
}

static bool
scram_set_salt(struct pgw_scram *s, const struct pgw_scram_config *c)
{
	uint8_t raw[PGW_HASH];

	s->doomed = !c->verifier || c->verifier->kind != PGW_VERIFIER_SCRAM;
	s->salt_len = s->doomed ? PGW_BASE64_SIZE(PGW_SCRAM_SALT) : c->verifier->salt_len;
	s->salt = pgw_realloc(NULL, s->salt_len + 1);
	if (!s->salt)
		return false;
	if (s->doomed) {
		s->iterations = PGW_SCRAM_ITERATIONS;
		if (!mock_salt(c, raw))
			return false;
		pgw_base64_encode(raw, PGW_SCRAM_SALT, s->salt);
	} else {
		s->iterations = c->verifier->iterations;
		memcpy(s->salt, c->verifier->salt, s->salt_len);
		memcpy(s->stored_key, c->verifier->stored_key, PGW_HASH);
		memcpy(s->server_key, c->verifier->server_key, PGW_HASH);
	}
	return true;
}

static bool
scram_set_nonce(struct pgw_scram *s, const char *nonce)
{
	uint8_t raw[NONCE_RAW];

	if (nonce) {
		s->nonce_len = strnlen(nonce, NONCE_MAX);
		memcpy(s->nonce, nonce, s->nonce_len);
		return true;
	}
	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return false;
	pgw_base64_encode(raw, sizeof(raw), s->nonce);
	s->nonce_len = PGW_BASE64_SIZE(NONCE_RAW);
	return true;
}

struct pgw_scram *
pgw_scram_new(const struct pgw_scram_config *c)
{
	struct pgw_scram *s = pgw_realloc(NULL, sizeof(*s));

	if (!s)
		return NULL;
	memset(s, 0, sizeof(*s));
	pgw_out_init(&s->auth);
	if (c->cert_hash && c->cert_hash_len <= sizeof(s->cert_hash)) {
		s->cert_hash_len = c->cert_hash_len;
		memcpy(s->cert_hash, c->cert_hash, c->cert_hash_len);
	}
	if (!scram_set_salt(s, c) || !scram_set_nonce(s, c->nonce)) {
		pgw_scram_free(s);
		return NULL;
	}
	return s;
}

void
pgw_scram_free(struct pgw_scram *s)
{
	if (!s)
		return;
	free(s->salt);
	pgw_out_release(&s->auth);
	OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

static enum pgw_rc
bad_state(struct pgw_error *e)
{
	return pgw_fail(e, PGW_FATAL, PGW_INTERNAL_ERROR, "invalid SCRAM exchange state");
}

enum pgw_rc
pgw_scram_begin(struct pgw_scram *s, const char *mechanism, struct pgw_error *e)
{
	if (s->state != NEW)
		return bad_state(e);
	s->plus = strcmp(mechanism, PGW_MECH_SCRAM_PLUS) == 0 && s->cert_hash_len > 0;
	if (!s->plus && strcmp(mechanism, PGW_MECH_SCRAM) != 0) {
		s->state = DONE;
		return pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
				"client selected an invalid SASL authentication mechanism");
	}
	s->state = BEGUN;
	return PGW_CONTINUE;
}

static enum pgw_rc
client_first(struct pgw_scram *s, const char *in, size_t n, const char **out, size_t *out_len,
	     struct pgw_error *e)
{
	struct pgw_out *a = &s->auth;
	struct scram_first m;
	char iterations[24];
	int len = snprintf(iterations, sizeof(iterations), ",i=%d", s->iterations);

	if (!scram_first_parse(in, n, s->plus, s->cert_hash_len > 0, &m, e))
		return PGW_BAD;
	s->gs2 = m.gs2;
	s->full_nonce_len = m.nonce.n + s->nonce_len;
	pgw_put_bytes(a, m.bare.p, m.bare.n);
	pgw_put_u8(a, ',');
	s->first_at = a->len;
	pgw_put_bytes(a, "r=", 2);
	pgw_put_bytes(a, m.nonce.p, m.nonce.n);
	pgw_put_bytes(a, s->nonce, s->nonce_len);
	pgw_put_bytes(a, ",s=", 3);
	pgw_put_bytes(a, s->salt, s->salt_len);
	pgw_put_bytes(a, iterations, (size_t)len);
	if (a->oom)
		return pgw_fail_nomem(e);
	*out = (const char *)a->data + s->first_at;
	*out_len = a->len - s->first_at;
	s->state = CHALLENGED;
	return PGW_CONTINUE;
}

/* What c= of client-final must hold: the gs2 header of client-first and, with p, the certificate's
 * hash. */
static struct pgw_span
expected_binding(const struct pgw_scram *s, char *buf)
{
	uint8_t raw[sizeof(GS2_PLUS) - 1 + sizeof(s->cert_hash)];
	size_t n = sizeof(GS2_PLUS) - 1;

	if (!s->plus)
		return (struct pgw_span){s->gs2 == 'y' ? "eSws" : "biws", 4};
	memcpy(raw, GS2_PLUS, n);
	memcpy(raw + n, s->cert_hash, s->cert_hash_len);
	n += s->cert_hash_len;
	pgw_base64_encode(raw, n, buf);
	return (struct pgw_span){buf, PGW_BASE64_SIZE(n)};
}

/* ClientKey = proof xor HMAC(StoredKey, auth) must hash to StoredKey. */
static enum pgw_rc
verify_proof(const struct pgw_scram *s, const uint8_t proof[PGW_HASH], struct pgw_error *e)
{
	uint8_t key[PGW_HASH], hash[PGW_HASH];

	if (!pgw_hmac(s->stored_key, PGW_HASH, s->auth.data, s->auth.len, key))
		return pgw_fail_nomem(e);
	for (int i = 0; i < PGW_HASH; i++)
		key[i] ^= proof[i];
	if (!pgw_sha256(key, PGW_HASH, hash))
		return pgw_fail_nomem(e);
	OPENSSL_cleanse(key, sizeof(key));
	return CRYPTO_memcmp(hash, s->stored_key, PGW_HASH) == 0 && !s->doomed ? PGW_OK
									       : PGW_DENIED;
}

static enum pgw_rc
server_final(struct pgw_scram *s, const char **out, size_t *out_len, struct pgw_error *e)
{
	uint8_t signature[PGW_HASH];

	if (!pgw_hmac(s->server_key, PGW_HASH, s->auth.data, s->auth.len, signature))
		return pgw_fail_nomem(e);
	memcpy(s->final, "v=", 2);
	pgw_base64_encode(signature, PGW_HASH, s->final + 2);
	*out = s->final;
	*out_len = sizeof(s->final);
	return PGW_OK;
}

static enum pgw_rc
client_final(struct pgw_scram *s, const char *in, size_t n, const char **out, size_t *out_len,
	     struct pgw_error *e)
{
	char buf[PGW_BASE64_SIZE(sizeof(GS2_PLUS) - 1 + sizeof(s->cert_hash))];
	struct scram_final m;
	enum pgw_rc rc;

	s->state = DONE;
	if (!scram_final_parse(in, n, s->plus, expected_binding(s, buf), &m, e))
		return PGW_BAD;
	if (m.nonce.n != s->full_nonce_len ||
	    CRYPTO_memcmp(m.nonce.p, s->auth.data + s->first_at + 2, m.nonce.n) != 0) {
		pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION, "invalid SCRAM response");
		pgw_detail(e, "Nonce does not match.");
		return PGW_BAD;
	}
	pgw_put_u8(&s->auth, ',');
	pgw_put_bytes(&s->auth, m.without_proof.p, m.without_proof.n);
	if (s->auth.oom)
		return pgw_fail_nomem(e);
	rc = verify_proof(s, m.proof, e);
	return rc == PGW_OK ? server_final(s, out, out_len, e) : rc;
}

enum pgw_rc
pgw_scram_step(struct pgw_scram *s, const void *in, size_t n, const char **out, size_t *out_len,
	       struct pgw_error *e)
{
	enum pgw_rc rc;

	*out = "";
	*out_len = 0;
	if (!in && s->state == BEGUN)
		return PGW_CONTINUE;
	if (s->state == BEGUN)
		rc = client_first(s, in, n, out, out_len, e);
	else if (in && s->state == CHALLENGED)
		rc = client_final(s, in, n, out, out_len, e);
	else
		rc = bad_state(e);
	if (rc != PGW_CONTINUE)
		s->state = DONE;
	return rc;
}

enum pgw_rc
pgw_scram_feed(struct pgw_scram *s, const struct pgw_frame *f, struct pgw_out *o,
	       struct pgw_error *e)
{
	struct pgw_sasl_initial m = {.data = f->body, .len = f->len};
	const char *out;
	size_t out_len;
	enum pgw_rc rc;

	if (s->state == NEW) {
		if (!pgw_decode_sasl_initial(f, &m, e))
			return PGW_BAD;
		rc = pgw_scram_begin(s, m.mechanism.p, e);
		if (rc != PGW_CONTINUE)
			return rc;
	}
	rc = pgw_scram_step(s, m.data, m.len, &out, &out_len, e);
	if (rc == PGW_CONTINUE)
		pgw_put_auth_sasl_continue(o, out, out_len);
	else if (rc == PGW_OK)
		pgw_put_auth_sasl_final(o, out, out_len);
	return rc;
}
