/*
 * scram_message: see the header. Every check and its order is PostgreSQL's, so that clients see the
 * same words.
 */
#include <stdio.h>

#include "scram_message.h"

static bool
malformed(struct pgw_error *e, const char *detail)
{
	pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION, "malformed SCRAM message");
	pgw_detail(e, "%s", detail);
	return false;
}

/* detail has one %s: where the printable form of ch goes. */
static bool
malformed_char(struct pgw_error *e, const char *detail, char ch)
{
	char shown[8];

	if (ch >= 0x21 && ch <= 0x7E)
		snprintf(shown, sizeof(shown), "'%c'", ch);
	else
		snprintf(shown, sizeof(shown), "0x%02x", (unsigned char)ch);
	malformed(e, "");
	pgw_detail(e, detail, shown);
	return false;
}

static char
peek(const struct scram_cursor *c)
{
	return c->p < c->end ? *c->p : '\0';
}

static void
take_value(struct scram_cursor *c, struct pgw_span *value)
{
	const char *comma = memchr(c->p, ',', (size_t)(c->end - c->p));
	const char *stop = comma ? comma : c->end;

	*value = (struct pgw_span){c->p, (size_t)(stop - c->p)};
	c->p = comma ? comma + 1 : c->end;
}

static bool
take_equals(struct scram_cursor *c, char attr)
{
	if (peek(c) != '=') {
		malformed(c->e, "");
		pgw_detail(c->e, "Expected character \"=\" for attribute \"%c\".", attr);
		return false;
	}
	c->p++;
	return true;
}

bool
scram_attr(struct scram_cursor *c, char attr, struct pgw_span *value)
{
	char detail[64];

	if (peek(c) != attr) {
		snprintf(detail, sizeof(detail), "Expected attribute \"%c\" but found \"%%s\".",
			 attr);
		return malformed_char(c->e, detail, peek(c));
	}
	c->p++;
	if (!take_equals(c, attr))
		return false;
	take_value(c, value);
	return true;
}

bool
scram_any_attr(struct scram_cursor *c, char *attr, struct pgw_span *value)
{
	*attr = peek(c);
	if (*attr == '\0')
		return malformed(c->e, "Attribute expected, but found end of string.");
	if (!((*attr >= 'A' && *attr <= 'Z') || (*attr >= 'a' && *attr <= 'z')))
		return malformed_char(
			c->e, "Attribute expected, but found invalid character \"%s\".", *attr);
	c->p++;
	if (!take_equals(c, *attr))
		return false;
	take_value(c, value);
	return true;
}

static bool
check_text(const char *in, size_t n, struct pgw_error *e)
{
	if (n == 0)
		return malformed(e, "The message is empty.");
	if (memchr(in, 0, n))
		return malformed(e, "Message length does not match input length.");
	return true;
}

static bool
binding_type_known(struct pgw_span type, struct pgw_error *e)
{
	char shown[31];
	size_t i;

	if (type.n == sizeof(SCRAM_BINDING) - 1 && memcmp(type.p, SCRAM_BINDING, type.n) == 0)
		return true;
	for (i = 0; i < type.n && i < sizeof(shown) - 1; i++)
		shown[i] = type.p[i] >= 0x21 && type.p[i] <= 0x7E ? type.p[i] : '?';
	shown[i] = '\0';
	pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
		 "unsupported SCRAM channel-binding type \"%s\"", shown);
	return false;
}

static bool
flag_no_binding(struct scram_cursor *c, bool plus, bool tls, char flag)
{
	if (plus)
		return malformed(
			c->e,
			"The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not "
			"include channel binding data.");
	if (flag == 'y' && tls) {
		pgw_fail(c->e, PGW_FATAL, PGW_INVALID_AUTHORIZATION,
			 "SCRAM channel binding negotiation error");
		pgw_detail(c->e, "The client supports SCRAM channel binding but thinks the server "
				 "does not.  "
				 "However, this server does support channel binding.");
		return false;
	}
	c->p++;
	if (peek(c) != ',')
		return malformed_char(c->e, "Comma expected, but found character \"%s\".", peek(c));
	c->p++;
	return true;
}

static bool
flag_binding(struct scram_cursor *c, bool plus)
{
	struct pgw_span type;

	if (!plus)
		return malformed(
			c->e,
			"The client selected SCRAM-SHA-256 without channel binding, but the SCRAM "
			"message includes channel binding data.");
	return scram_attr(c, 'p', &type) && binding_type_known(type, c->e);
}

/* Up to and with the second comma. */
static bool
parse_gs2(struct scram_cursor *c, bool plus, bool tls)
{
	char flag = peek(c);

	switch (flag) {
	case 'n':
	case 'y':
		if (!flag_no_binding(c, plus, tls, flag))
			return false;
		break;
	case 'p':
		if (!flag_binding(c, plus))
			return false;
		break;
	default:
		return malformed_char(c->e, "Unexpected channel-binding flag \"%s\".", flag);
	}
	if (peek(c) == 'a') {
		pgw_fail(c->e, PGW_FATAL, PGW_FEATURE_NOT_SUPPORTED,
			 "client uses authorization identity, but it is not supported");
		return false;
	}
	if (peek(c) != ',')
		return malformed_char(c->e, "Unexpected attribute \"%s\" in client-first-message.",
				      peek(c));
	c->p++;
	return true;
}

static bool
nonce_printable(struct pgw_span nonce, struct pgw_error *e)
{
	for (size_t i = 0; i < nonce.n; i++) {
		if (nonce.p[i] < 0x21 || nonce.p[i] > 0x7E) {
			pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
				 "non-printable characters in SCRAM nonce");
			return false;
		}
	}
	return true;
}

bool
scram_first_parse(const char *in, size_t n, bool plus, bool tls, struct scram_first *m,
		  struct pgw_error *e)
{
	struct scram_cursor c = {in, in + n, e};
	struct pgw_span ignored;
	char attr;

	if (!check_text(in, n, e))
		return false;
	m->gs2 = in[0];
	if (!parse_gs2(&c, plus, tls))
		return false;
	m->bare = (struct pgw_span){c.p, (size_t)(c.end - c.p)};
	if (peek(&c) == 'm') {
		pgw_fail(e, PGW_FATAL, PGW_FEATURE_NOT_SUPPORTED,
			 "client requires an unsupported SCRAM extension");
		return false;
	}
	if (!scram_attr(&c, 'n', &ignored) || !scram_attr(&c, 'r', &m->nonce) ||
	    !nonce_printable(m->nonce, e))
		return false;
	while (c.p < c.end) {
		if (!scram_any_attr(&c, &attr, &ignored))
			return false;
	}
	return true;
}

static bool
check_binding(struct pgw_span got, struct pgw_span want, bool plus, struct pgw_error *e)
{
	if (got.n == want.n && memcmp(got.p, want.p, want.n) == 0)
		return true;
	if (plus)
		pgw_fail(e, PGW_FATAL, PGW_INVALID_AUTHORIZATION,
			 "SCRAM channel binding check failed");
	else
		pgw_fail(e, PGW_FATAL, PGW_PROTOCOL_VIOLATION,
			 "unexpected SCRAM channel-binding attribute in client-final-message");
	return false;
}

bool
scram_final_parse(const char *in, size_t n, bool plus, struct pgw_span want, struct scram_final *m,
		  struct pgw_error *e)
{
	struct scram_cursor c = {in, in + n, e};
	struct pgw_span value;
	const char *before;
	char attr;

	if (!check_text(in, n, e))
		return false;
	if (!scram_attr(&c, 'c', &m->binding) || !check_binding(m->binding, want, plus, e) ||
	    !scram_attr(&c, 'r', &m->nonce))
		return false;
	do {
		before = c.p - 1;
		if (!scram_any_attr(&c, &attr, &value))
			return false;
	} while (attr != 'p');
	m->without_proof = (struct pgw_span){in, (size_t)(before - in)};
	if (pgw_base64_decode(value.p, value.n, m->proof, PGW_HASH) != PGW_HASH)
		return malformed(e, "Malformed proof in client-final-message.");
	if (c.p < c.end)
		return malformed(e, "Garbage found at the end of client-final-message.");
	return true;
}
