/*
 * cert: the channel binding data of a certificate.
 */
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "internal.h"

static const EVP_MD *
binding_digest(X509 *cert)
{
	int nid;

	if (!X509_get_signature_info(cert, &nid, NULL, NULL, NULL))
		return NULL;
	if (nid == NID_md5 || nid == NID_sha1)
		return EVP_sha256();
	return nid == NID_undef ? NULL : EVP_get_digestbynid(nid);
}

bool
pgw_cert_hash(const void *der, size_t n, uint8_t out[64], size_t *out_len)
{
	const unsigned char *p = der;
	X509 *cert = d2i_X509(NULL, &p, (long)n);
	const EVP_MD *md = cert ? binding_digest(cert) : NULL;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool ok = md && X509_digest(cert, md, digest, &len) == 1 && len <= 64;

	X509_free(cert);
	if (ok) {
		memcpy(out, digest, len);
		*out_len = len;
	}
	return ok;
}
