/*
 * frame: where a message ends, and whether it may come now at all.
 */
#include "internal.h"

#define HEADER 5

enum {
	READY = 1 << PGW_PHASE_READY,
	COPY_IN = 1 << PGW_PHASE_COPY_IN,
	AUTH = 1 << PGW_PHASE_PASSWORD | 1 << PGW_PHASE_SASL | 1 << PGW_PHASE_GSS,
};

struct rule {
	const char *name;
	uint32_t limit;
	unsigned phases;
};

static const struct rule rules[128] = {
	['B'] = {"Bind", PGW_LARGE_MAX, READY},
	['C'] = {"Close", PGW_SMALL_MAX, READY},
	['D'] = {"Describe", PGW_SMALL_MAX, READY},
	['E'] = {"Execute", PGW_SMALL_MAX, READY},
	['F'] = {"FunctionCall", PGW_LARGE_MAX, READY},
	['H'] = {"Flush", PGW_SMALL_MAX, READY | COPY_IN},
	['P'] = {"Parse", PGW_LARGE_MAX, READY},
	['Q'] = {"Query", PGW_LARGE_MAX, READY},
	['S'] = {"Sync", PGW_SMALL_MAX, READY | COPY_IN},
	['X'] = {"Terminate", PGW_SMALL_MAX, READY},
	['c'] = {"CopyDone", PGW_SMALL_MAX, READY | COPY_IN},
	['d'] = {"CopyData", PGW_LARGE_MAX, READY | COPY_IN},
	['f'] = {"CopyFail", PGW_SMALL_MAX, READY | COPY_IN},
	['p'] = {"PasswordMessage", PGW_AUTH_MAX, AUTH},
};

static const struct rule *
rule_find(uint8_t type)
{
	return type < 128 && rules[type].name ? &rules[type] : NULL;
}

uint32_t
pgw_frame_limit(uint8_t type)
{
	const struct rule *r = rule_find(type);

	return r ? r->limit : 0;
}

const char *
pgw_frontend_name(uint8_t type)
{
	const struct rule *r = rule_find(type);

	return r ? r->name : NULL;
}

static enum pgw_rc
frame_unexpected(uint8_t type, enum pgw_phase phase, struct pgw_error *e)
{
	static const char *const expected[] = {[PGW_PHASE_PASSWORD] = "password",
					       [PGW_PHASE_SASL] = "SASL",
					       [PGW_PHASE_GSS] = "GSS"};

	switch (phase) {
	case PGW_PHASE_READY:
		return pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
				"invalid frontend message type %d", type);
	case PGW_PHASE_COPY_IN:
		return pgw_fail(e, PGW_ERROR, PGW_PROTOCOL_VIOLATION,
				"unexpected message type 0x%02X during COPY from stdin", type);
	default:
		return pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
				"expected %s response, got message type %d", expected[phase], type);
	}
}

enum pgw_rc
pgw_frame_next(const void *p, size_t n, enum pgw_phase phase, uint32_t cap, struct pgw_frame *f,
	       struct pgw_error *e)
{
	const uint8_t *b = p;
	const struct rule *rule;
	uint32_t len;

	*f = (struct pgw_frame){.total = HEADER};
	if (n == 0)
		return PGW_NEED_MORE;
	f->type = b[0];
	rule = rule_find(f->type);
	if (!rule || !(rule->phases & 1u << phase))
		return frame_unexpected(f->type, phase, e);
	if (n < HEADER)
		return PGW_NEED_MORE;
	len = pgw_load32(b + 1);
	if (len < 4 || len > rule->limit)
		return pgw_fail(e, PGW_COMMERROR, PGW_PROTOCOL_VIOLATION, "invalid message length");
	f->total = (size_t)len + 1;
	f->len = len - 4;
	if (cap && len > cap) {
		pgw_fail(e, PGW_ERROR, PGW_PROGRAM_LIMIT,
			 "%s message of %u bytes exceeds the limit of %u bytes", rule->name, len,
			 cap);
		return PGW_TOO_BIG;
	}
	if (n < f->total)
		return PGW_NEED_MORE;
	f->body = b + HEADER;
	return PGW_OK;
}
