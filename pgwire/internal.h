/*
 * internal: what libpgwire's own files share. Not for users of the library.
 */
#ifndef PGW_INTERNAL_H
#define PGW_INTERNAL_H

#include "pgwire.h"

#define PGW_HASH 32 /* bytes of SHA-256 */

#define PGW_PROTOCOL_VIOLATION "08P01"
#define PGW_FEATURE_NOT_SUPPORTED "0A000"
#define PGW_INVALID_PARAMETER_VALUE "22023"
#define PGW_INVALID_AUTHORIZATION "28000"
#define PGW_INVALID_PASSWORD "28P01"
#define PGW_OUT_OF_MEMORY "53200"
#define PGW_PROGRAM_LIMIT "54000"
#define PGW_INTERNAL_ERROR "XX000"

/* Every allocation of the library goes through this: tests put a failing one here. */
extern void *(*pgw_realloc)(void *p, size_t n);

/* Fills *e. Always PGW_BAD. */
enum pgw_rc pgw_fail(struct pgw_error *e, enum pgw_severity sev, const char *sqlstate,
		     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void pgw_detail(struct pgw_error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* FATAL 53200 "out of memory". Always PGW_NOMEM. */
enum pgw_rc pgw_fail_nomem(struct pgw_error *e);

static inline uint16_t
pgw_load16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
pgw_load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A piece of text, not terminated. */
struct pgw_span {
	const char *p;
	size_t n;
};

/* base64.c: with padding, no white space. */
#define PGW_BASE64_SIZE(n) (((n) + 2) / 3 * 4)
void pgw_base64_encode(const uint8_t *in, size_t n,
		       char *out); /* PGW_BASE64_SIZE(n) bytes, no NUL */
/* The number of bytes decoded, or -1: malformed or longer than cap. */
ptrdiff_t pgw_base64_decode(const char *in, size_t n, uint8_t *out, size_t cap);

/* scram_keys.c: the derivations of RFC 5802. False: libcrypto failed. */
bool pgw_hmac(const uint8_t *key, size_t key_len, const void *data, size_t n,
	      uint8_t out[PGW_HASH]);
bool pgw_sha256(const void *data, size_t n, uint8_t out[PGW_HASH]);
/* SASLprep as PostgreSQL falls back, then PBKDF2. PGW_OK or PGW_NOMEM. */
enum pgw_rc pgw_salted_password(const char *password, const uint8_t *salt, size_t n, int iterations,
				uint8_t out[PGW_HASH]);
bool pgw_derive_keys(const uint8_t salted[PGW_HASH], uint8_t client_key[PGW_HASH],
		     uint8_t stored_key[PGW_HASH], uint8_t server_key[PGW_HASH]);

#endif
