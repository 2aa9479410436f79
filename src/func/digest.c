/*
 * md5, the SHA-2 family, and the encodings that convert, convert_from and convert_to know.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/bytea.h"
#include "base/utf8.h"
#include "types/utf8.h"

#include <openssl/evp.h>
#include <strings.h>

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

enum encoding { ENC_UTF8, ENC_LATIN1, ENC_ASCII };

/* Names compare without case and without anything that is not a letter or digit. */
static bool
same_name(const char *s, size_t n, const char *name)
{
	size_t at = 0, len = strlen(name);

	for (size_t i = 0; i < n; i++) {
		char ch = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] | 0x20) : s[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')))
			continue;
		if (at == len || name[at++] != ch)
			return false;
	}
	return at == len;
}

static bool
encoding(struct fcall *c, const struct datum *arg, const char *role, enum encoding *enc)
{
	size_t n;
	const char *s = arg_text(c, arg, &n);

	if (same_name(s, n, "utf8") || same_name(s, n, "unicode"))
		*enc = ENC_UTF8;
	else if (same_name(s, n, "latin1") || same_name(s, n, "iso88591"))
		*enc = ENC_LATIN1;
	else if (same_name(s, n, "sqlascii"))
		*enc = ENC_ASCII;
	else
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "invalid %s encoding name \"%.*s\"", role, (int)n, s);
	return true;
}

static bool
no_equivalent(struct fcall *c, const char *s, size_t len)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < len; i++)
		buf_printf(&b, "%s0x%02x", i ? " " : "", (uint8_t)s[i]);
	err_set(c->err, ERR_UNTRANSLATABLE_CHARACTER, -1,
		"character with byte sequence %s in encoding \"UTF8\" has no equivalent in "
		"encoding \"LATIN1\"",
		buf_str(&b));
	buf_release(&b);
	return false;
}

static bool
convert_bytes(struct fcall *c, const char *s, size_t n, enum encoding from, enum encoding to,
	      struct buf *b)
{
	size_t used;
	char enc[4];

	if (from == ENC_UTF8 && !utf8_verify(s, n, c->err))
		return false;
	if (from == ENC_LATIN1 && to == ENC_UTF8) {
		for (; n; s++, n--)
			buf_add(b, enc, utf8_encode((uint8_t)*s, enc));
	} else if (from == ENC_UTF8 && to == ENC_LATIN1) {
		for (; n; s += used, n -= used) {
			uint32_t cp = utf8_decode(s, n, &used);

			if (cp > 0xff)
				return no_equivalent(c, s, used);
			buf_putc(b, (char)cp);
		}
	} else {
		if (to == ENC_UTF8 && !utf8_verify(s, n, c->err))
			return false;
		buf_add(b, s, n);
	}
	return true;
}

static bool
convert(struct fcall *c, const struct datum *args, enum encoding from, enum encoding to,
	struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	if (convert_bytes(c, s, n, from, to, &b))
		return ret_buf(c, &b, out);
	buf_release(&b);
	return false;
}

static bool
convert_from(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	enum encoding from;

	return encoding(c, &args[1], "source", &from) && convert(c, args, from, ENC_UTF8, out);
}

static bool
convert_to(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	enum encoding to;

	if (!encoding(c, &args[1], "destination", &to) || !convert(c, args, ENC_UTF8, to, out))
		return false;
	*out = datum_blob(out->p, out->n);
	return true;
}

static bool
convert_both(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	enum encoding from, to;

	if (!encoding(c, &args[1], "source", &from) || !encoding(c, &args[2], "destination", &to) ||
	    !convert(c, args, from, to, out))
		return false;
	*out = datum_blob(out->p, out->n);
	return true;
}

const struct func func_digest[] = {
	FUNC("md5_text", md5),
	FUNC("md5_bytea", md5),
	FUNC("sha224_bytea", sha224),
	FUNC("sha256_bytea", sha256),
	FUNC("sha384_bytea", sha384),
	FUNC("sha512_bytea", sha512),
	FUNC("pg_convert_from", convert_from),
	FUNC("pg_convert_to", convert_to),
	FUNC("pg_convert", convert_both),
	FUNC_END,
};
