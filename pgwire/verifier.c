/*
 * verifier: the two texts a server stores in place of a password, and a password in the clear
 * against either.
 */
#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

#define SCRAM_PREFIX "SCRAM-SHA-256$"
#define MAX_SALT 64
#define KEY_BASE64 PGW_BASE64_SIZE(PGW_HASH)

static bool
parse_md5(const char *text, struct pgw_verifier *v)
{
	if (strlen(text) != PGW_MD5_SECRET_SIZE - 1 || strncmp(text, "md5", 3) != 0 ||
	    strspn(text + 3, "0123456789abcdef") != PGW_MD5_SECRET_SIZE - 4)
		return false;
	v->kind = PGW_VERIFIER_MD5;
	memcpy(v->md5, text, PGW_MD5_SECRET_SIZE);
	return true;
}

static bool
parse_iterations(const char **p, int *out)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(*p, &end, 10);
	if (errno || end == *p || *end != ':' || n < 1 || n > INT_MAX)
		return false;
	*p = end + 1;
	*out = (int)n;
	return true;
}

static bool
is_base64(const char *p, size_t n)
{
	uint8_t group[3];

	for (size_t i = 0; i < n; i += 4) {
		if (n - i < 4)
			return false;
		if (pgw_base64_decode(p + i, 4, group, 3) < (i + 4 < n ? 3 : 1))
			return false;
	}
	return true;
}

static bool
parse_key(const char *p, uint8_t out[PGW_HASH])
{
	return pgw_base64_decode(p, KEY_BASE64, out, PGW_HASH) == PGW_HASH;
}

static bool
parse_scram(const char *text, struct pgw_verifier *v)
{
	const char *p = text + sizeof(SCRAM_PREFIX) - 1, *dollar;

	if (strncmp(text, SCRAM_PREFIX, sizeof(SCRAM_PREFIX) - 1) != 0 ||
	    !parse_iterations(&p, &v->iterations))
		return false;
	dollar = strchr(p, '$');
	if (!dollar || !is_base64(p, (size_t)(dollar - p)))
		return false;
	v->kind = PGW_VERIFIER_SCRAM;
	v->salt = p;
	v->salt_len = (size_t)(dollar - p);
	p = dollar + 1;
	return strlen(p) == 2 * KEY_BASE64 + 1 && p[KEY_BASE64] == ':' &&
	       parse_key(p, v->stored_key) && parse_key(p + KEY_BASE64 + 1, v->server_key);
}

bool
pgw_verifier_parse(const char *text, struct pgw_verifier *v)
{
	*v = (struct pgw_verifier){0};
	return parse_md5(text, v) || parse_scram(text, v);
}

enum pgw_rc
pgw_scram_secret(const char *password, const uint8_t *salt, size_t n, int iterations,
		 char out[PGW_SCRAM_SECRET_SIZE])
{
	uint8_t random[PGW_SCRAM_SALT], salted[PGW_HASH], client[PGW_HASH], stored[PGW_HASH],
		server[PGW_HASH];
	char salt64[PGW_BASE64_SIZE(MAX_SALT) + 1] = "", stored64[KEY_BASE64 + 1] = "",
						server64[KEY_BASE64 + 1] = "";
	enum pgw_rc rc = PGW_NOMEM;

	if (iterations <= 0)
		iterations = PGW_SCRAM_ITERATIONS;
	if (!salt) {
		if (RAND_bytes(random, sizeof(random)) != 1)
			return PGW_NOMEM;
		salt = random;
		n = sizeof(random);
	}
	if (n > MAX_SALT)
		n = MAX_SALT;
	if (pgw_salted_password(password, salt, n, iterations, salted) == PGW_OK &&
	    pgw_derive_keys(salted, client, stored, server)) {
		pgw_base64_encode(salt, n, salt64);
		pgw_base64_encode(stored, PGW_HASH, stored64);
		pgw_base64_encode(server, PGW_HASH, server64);
		snprintf(out, PGW_SCRAM_SECRET_SIZE, SCRAM_PREFIX "%d:%s$%s:%s", iterations, salt64,
			 stored64, server64);
		rc = PGW_OK;
	}
	OPENSSL_cleanse(salted, sizeof(salted));
	OPENSSL_cleanse(client, sizeof(client));
	return rc;
}

static enum pgw_rc
verify_scram(const struct pgw_verifier *v, const char *password)
{
	uint8_t salted[PGW_HASH], client[PGW_HASH], stored[PGW_HASH], server[PGW_HASH];
	size_t cap = v->salt_len / 4 * 3 + 1;
	uint8_t *salt = pgw_realloc(NULL, cap);
	enum pgw_rc rc = PGW_NOMEM;
	ptrdiff_t n;

	if (!salt)
		return PGW_NOMEM;
	n = pgw_base64_decode(v->salt, v->salt_len, salt, cap);
	if (n < 0)
		rc = PGW_DENIED;
	else if (pgw_salted_password(password, salt, (size_t)n, v->iterations, salted) == PGW_OK &&
		 pgw_derive_keys(salted, client, stored, server))
		rc = CRYPTO_memcmp(server, v->server_key, PGW_HASH) == 0 ? PGW_OK : PGW_DENIED;
	OPENSSL_cleanse(salted, sizeof(salted));
	OPENSSL_cleanse(client, sizeof(client));
	free(salt);
	return rc;
}

enum pgw_rc
pgw_verify_password(const struct pgw_verifier *v, const char *user, const char *password)
{
	char got[PGW_MD5_SECRET_SIZE];

	if (v->kind == PGW_VERIFIER_SCRAM)
		return verify_scram(v, password);
	if (pgw_md5_secret(password, user, got) != PGW_OK)
		return PGW_NOMEM;
	return CRYPTO_memcmp(got, v->md5, sizeof(got)) == 0 ? PGW_OK : PGW_DENIED;
}
