/*
 * scram_keys: the key derivations of RFC 5802 with SHA-256.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "internal.h"

bool
pgw_sha256(const void *data, size_t n, uint8_t out[PGW_HASH])
{
	return EVP_Digest(data, n, out, NULL, EVP_sha256(), NULL) == 1;
}

bool
pgw_hmac(const uint8_t *key, size_t key_len, const void *data, size_t n, uint8_t out[PGW_HASH])
{
	return HMAC(EVP_sha256(), key, (int)key_len, data, n, out, NULL) != NULL;
}

enum pgw_rc
pgw_salted_password(const char *password, const uint8_t *salt, size_t n, int iterations,
		    uint8_t out[PGW_HASH])
{
	char *prepared;
	const char *p = password;
	int ok;

	if (pgw_saslprep(password, &prepared) == PGW_NOMEM)
		return PGW_NOMEM;
	if (prepared)
		p = prepared;
	ok = PKCS5_PBKDF2_HMAC(p, (int)strlen(p), salt, (int)n, iterations, EVP_sha256(), PGW_HASH,
			       out);
	if (prepared)
		OPENSSL_cleanse(prepared, strlen(prepared));
	free(prepared);
	return ok ? PGW_OK : PGW_NOMEM;
}

bool
pgw_derive_keys(const uint8_t salted[PGW_HASH], uint8_t client_key[PGW_HASH],
		uint8_t stored_key[PGW_HASH], uint8_t server_key[PGW_HASH])
{
	return pgw_hmac(salted, PGW_HASH, "Client Key", 10, client_key) &&
	       pgw_sha256(client_key, PGW_HASH, stored_key) &&
	       pgw_hmac(salted, PGW_HASH, "Server Key", 10, server_key);
}
