/*
 * md5: PostgreSQL's old password method: md5(password || user) is stored, md5(stored hex || salt)
 * goes over the wire.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "internal.h"

#define HEX 32 /* digits of an MD5 */

/* "md5" and the digest of a || b in hex. False: libcrypto has no MD5 (FIPS) or no memory. */
static bool
md5_text(const void *a, size_t na, const void *b, size_t nb, char out[PGW_MD5_SECRET_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t d[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) == 1 &&
		  EVP_DigestUpdate(ctx, a, na) == 1 && EVP_DigestUpdate(ctx, b, nb) == 1 &&
		  EVP_DigestFinal_ex(ctx, d, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	if (!ok)
		return false;
	memcpy(out, "md5", 3);
	for (int i = 0; i < HEX; i++)
		out[3 + i] = hex[d[i / 2] >> (i % 2 ? 0 : 4) & 15];
	out[3 + HEX] = '\0';
	return true;
}

enum pgw_rc
pgw_md5_secret(const char *password, const char *user, char out[PGW_MD5_SECRET_SIZE])
{
	return md5_text(password, strlen(password), user, strlen(user), out) ? PGW_OK : PGW_NOMEM;
}

enum pgw_rc
pgw_md5_response(const char *secret, const uint8_t salt[4], char out[PGW_MD5_SECRET_SIZE])
{
	return md5_text(secret + 3, HEX, salt, 4, out) ? PGW_OK : PGW_NOMEM;
}

enum pgw_rc
pgw_verify_md5(const struct pgw_verifier *v, const uint8_t salt[4], const char *response)
{
	char want[PGW_MD5_SECRET_SIZE];

	if (v->kind != PGW_VERIFIER_MD5)
		return PGW_DENIED;
	if (pgw_md5_response(v->md5, salt, want) != PGW_OK)
		return PGW_NOMEM;
	if (strlen(response) != sizeof(want) - 1 ||
	    CRYPTO_memcmp(response, want, sizeof(want) - 1) != 0)
		return PGW_DENIED;
	return PGW_OK;
}
