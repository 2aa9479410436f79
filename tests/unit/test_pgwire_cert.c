/*
 * The channel binding data of certificates, made here with each signature digest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "pgwire.h"

/* A self-signed certificate in DER; md NULL: Ed25519, which has no digest of its own. */
static unsigned char *
make_cert(const EVP_MD *md, int *len)
{
	EVP_PKEY *key = md ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *x = X509_new();
	unsigned char *der = NULL;

	assert_non_null(key);
	assert_non_null(x);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set_string(X509_getm_notBefore(x), "20200101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x), "20400101000000Z");
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, md) > 0);
	*len = i2d_X509(x, &der);
	assert_true(*len > 0);
	X509_free(x);
	EVP_PKEY_free(key);
	return der;
}

static void
check(const EVP_MD *signed_with, const EVP_MD *want)
{
	uint8_t got[64], hash[EVP_MAX_MD_SIZE];
	unsigned hash_len;
	size_t n;
	int len;
	unsigned char *der = make_cert(signed_with, &len);

	assert_true(pgw_cert_hash(der, (size_t)len, got, &n));
	assert_int_equal(EVP_Digest(der, (size_t)len, hash, &hash_len, want, NULL), 1);
	assert_int_equal(n, hash_len);
	assert_memory_equal(got, hash, n);
	OPENSSL_free(der);
}

static void
test_digests(void **state)
{
	(void)state;
	check(EVP_sha1(), EVP_sha256());
	check(EVP_sha256(), EVP_sha256());
	check(EVP_sha384(), EVP_sha384());
	check(EVP_sha512(), EVP_sha512());
}

static void
test_none(void **state)
{
	uint8_t got[64];
	size_t n;
	int len;
	unsigned char *der = make_cert(NULL, &len);

	(void)state;
	assert_false(pgw_cert_hash(der, (size_t)len, got, &n));
	assert_false(pgw_cert_hash(der, 10, got, &n));
	assert_false(pgw_cert_hash("", 0, got, &n));
	OPENSSL_free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_digests),
					   cmocka_unit_test(test_none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
