/*
 * startup: the one message without a type byte.
 * Layout: length, version or request code, then name NUL value NUL …, NUL. Once decoded, [pairs,
 * end) holds whole pairs of terminated strings only, names not empty.
 */
#include "internal.h"

#define CANCEL_CODE 80877102u
#define SSL_CODE 80877103u
#define GSSENC_CODE 80877104u

#define OPTION_PREFIX "_pq_."

static bool
is_protocol_option(const char *name)
{
	return strncmp(name, OPTION_PREFIX, sizeof(OPTION_PREFIX) - 1) == 0;
}

/* The string at p and the byte after its NUL; NULL if it does not end before end. */
static const char *
string_end(const char *p, const char *end)
{
	const char *nul = memchr(p, 0, (size_t)(end - p));

	return nul ? nul + 1 : NULL;
}

static enum pgw_rc
startup_bad_length(struct pgw_error *e)
{
	return pgw_fail(e, PGW_COMMERROR, PGW_PROTOCOL_VIOLATION,
			"invalid length of startup packet");
}

void
pgw_startup_reject(const struct pgw_startup *su, struct pgw_error *e)
{
	pgw_fail(e, PGW_FATAL, PGW_FEATURE_NOT_SUPPORTED,
		 "unsupported frontend protocol %u.%u: server supports %u.0 to %u.%u", su->major,
		 su->minor, PGW_PROTOCOL_LATEST >> 16, PGW_PROTOCOL_LATEST >> 16,
		 PGW_PROTOCOL_LATEST & 0xFFFF);
}

static enum pgw_rc
startup_parameters(struct pgw_startup *su, const char *p, const char *end, struct pgw_error *e)
{
	su->pairs = p;
	while (p < end && *p) {
		const char *value = string_end(p, end);
		const char *next = value ? string_end(value, end) : NULL;

		if (!next)
			break;
		if (is_protocol_option(p))
			su->n_unknown++;
		else
			su->n_params++;
		p = next;
	}
	su->end = p;
	if (end - p == 1 && *p == '\0')
		return PGW_OK;
	return pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
			"invalid startup packet layout: expected terminator as last byte");
}

enum pgw_rc
pgw_startup_decode(const void *bytes, size_t n, struct pgw_startup *su, struct pgw_error *e)
{
	const uint8_t *b = bytes;
	uint32_t len, code;

	*su = (struct pgw_startup){.size = 8};
	if (n < 4)
		return PGW_NEED_MORE;
	len = pgw_load32(b);
	if (len < 8 || len - 4 > PGW_STARTUP_MAX)
		return startup_bad_length(e);
	su->size = len;
	if (n < len)
		return PGW_NEED_MORE;
	code = pgw_load32(b + 4);
	su->major = (uint16_t)(code >> 16);
	su->minor = (uint16_t)code;
	switch (code) {
	case SSL_CODE:
		su->kind = PGW_SSL_REQUEST;
		return PGW_OK;
	case GSSENC_CODE:
		su->kind = PGW_GSSENC_REQUEST;
		return PGW_OK;
	case CANCEL_CODE:
		if (len != 16)
			return startup_bad_length(e);
		su->kind = PGW_CANCEL_REQUEST;
		su->pid = pgw_load32(b + 8);
		su->secret = pgw_load32(b + 12);
		return PGW_OK;
	}
	if (su->major != PGW_PROTOCOL_LATEST >> 16) {
		pgw_startup_reject(su, e);
		return PGW_BAD;
	}
	return startup_parameters(su, (const char *)b + 8, (const char *)b + len, e);
}

bool
pgw_startup_next(const struct pgw_startup *su, bool unknown, size_t *pos, const char **name,
		 const char **value)
{
	const char *p;

	if (!su->pairs)
		return false;
	for (p = su->pairs + *pos; p < su->end;) {
		*name = p;
		*value = p + strlen(p) + 1;
		p = *value + strlen(*value) + 1;
		*pos = (size_t)(p - su->pairs);
		if (is_protocol_option(*name) == unknown)
			return true;
	}
	return false;
}

const char *
pgw_startup_get(const struct pgw_startup *su, const char *name)
{
	const char *n, *v, *found = NULL;

	for (size_t pos = 0; pgw_startup_next(su, false, &pos, &n, &v);) {
		if (strcmp(n, name) == 0)
			found = v;
	}
	return found;
}

bool
pgw_startup_must_negotiate(const struct pgw_startup *su)
{
	return su->kind == PGW_STARTUP &&
	       (su->minor > (PGW_PROTOCOL_LATEST & 0xFFFF) || su->n_unknown > 0);
}
