/*
 * md5 and the SHA-2 family.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/bytea.h"

#include <openssl/evp.h>

static bool
digest(struct fcall *c, const struct datum *args, const EVP_MD *md, uint8_t *sum, unsigned *len)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	return EVP_Digest(s, n, sum, len, md, NULL) == 1 ||
	       err_set(c->err, ERR_INTERNAL_ERROR, -1, "could not compute %s hash", "message");
}

static bool
md5(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len;
	struct buf b = BUF_INIT;

	if (!digest(c, args, EVP_md5(), sum, &len))
		return false;
	hex_encode(&b, sum, len);
	return ret_buf(c, &b, out);
}

static bool
sha(struct fcall *c, const struct datum *args, const EVP_MD *md, struct datum *out)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len;

	if (!digest(c, args, md, sum, &len))
		return false;
	*out = datum_blob(arena_memdup(c->arena, sum, len), len);
	return true;
}

static bool
sha224(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return sha(c, args, EVP_sha224(), out);
}

static bool
sha256(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return sha(c, args, EVP_sha256(), out);
}

static bool
sha384(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return sha(c, args, EVP_sha384(), out);
}

static bool
sha512(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return sha(c, args, EVP_sha512(), out);
}

const struct func func_digest[] = {
	FUNC("md5_text", md5),
	FUNC("md5_bytea", md5),
	FUNC("sha224_bytea", sha224),
	FUNC("sha256_bytea", sha256),
	FUNC("sha384_bytea", sha384),
	FUNC("sha512_bytea", sha512),
	FUNC_END,
};
