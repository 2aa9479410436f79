#include "func/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { WORKSPACE_MIN = 1000, WORKSPACE_MAX = 1 << 20 };

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	struct regex_facts facts;
	int *workspace; /* the DFA matcher's */
	size_t nworkspace;
};

static bool
complain(struct err *e, int code)
{
	char why[256];

	pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
	return err_set(e, ERR_INVALID_REGULAR_EXPRESSION, -1, "invalid regular expression: %s",
		       why);
}

bool
regex_compile(struct err *e, const char *s, size_t n, unsigned flags, struct regex **out)
{
	struct buf text = BUF_INIT;
	struct regex_facts f;
	struct regex *r;
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
			   PCRE2_NEVER_BACKSLASH_C;
	pcre2_code *code;
	PCRE2_SIZE where;
	int why;

	if (!regex_translate(e, s, n, flags, &text, &f)) {
		buf_release(&text);
		return false;
	}
	if (f.flags & REGEX_ICASE)
		options |= PCRE2_CASELESS;
	if (f.posix)
		options |= PCRE2_NO_AUTO_POSSESS; /* which would hide the shorter matches from the
						     DFA matcher */
	code = pcre2_compile((PCRE2_SPTR)buf_str(&text), text.len, options, &why, &where, NULL);
	buf_release(&text);
	if (!code)
		return complain(e, why);
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	r = xcalloc(1, sizeof(*r));
	r->code = code;
	r->facts = f;
	r->data = pcre2_match_data_create_from_pattern(code, NULL);
	*out = r;
	return true;
}

void
regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_match_data_free(r->data);
	pcre2_code_free(r->code);
	free(r->workspace);
	free(r);
}

int
regex_groups(const struct regex *r)
{
	return r->facts.groups;
}

/* PCRE2's answer as ours. */
static int
verdict(struct err *e, int rc)
{
	char why[256];

	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	pcre2_get_error_message(rc, (PCRE2_UCHAR *)why, sizeof(why));
	if (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21)
		err_set(e, ERR_CHARACTER_NOT_IN_REPERTOIRE, -1,
			"invalid byte sequence for encoding \"UTF8\"");
	else
		err_set(e, ERR_INVALID_REGULAR_EXPRESSION, -1, "regular expression failed: %s",
			why);
	return -1;
}

static int
plain_match(struct regex *r, const char *s, size_t n, size_t start, uint32_t options)
{
	int rc = pcre2_match(r->code, (PCRE2_SPTR)s, n, start, options, r->data, NULL);

	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(r->code, (PCRE2_SPTR)s, n, start, options | PCRE2_NO_JIT, r->data,
				 NULL);
	return rc;
}

static int
dfa_match(struct regex *r, const char *s, size_t n, size_t start, uint32_t options)
{
	int rc = PCRE2_ERROR_DFA_WSSIZE;

	if (r->facts.shortest)
		options |= PCRE2_DFA_SHORTEST;
	while (rc == PCRE2_ERROR_DFA_WSSIZE && r->nworkspace < WORKSPACE_MAX) {
		if (r->workspace)
			rc = pcre2_dfa_match(r->code, (PCRE2_SPTR)s, n, start, options, r->data,
					     NULL, r->workspace, r->nworkspace);
		if (rc == PCRE2_ERROR_DFA_WSSIZE) {
			r->nworkspace = r->nworkspace ? r->nworkspace * 4 : WORKSPACE_MIN;
			r->workspace = xrealloc(r->workspace, r->nworkspace * sizeof(int));
			rc = pcre2_dfa_match(r->code, (PCRE2_SPTR)s, n, start, options, r->data,
					     NULL, r->workspace, r->nworkspace);
		}
	}
	return rc;
}

static void
take_spans(struct regex *r, long *span, int nspan, int known)
{
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(r->data);
	int count = (int)pcre2_get_ovector_count(r->data);

	for (int i = 0; i < nspan; i++) {
		bool set = i < count && i < known && v[2 * i] != PCRE2_UNSET;

		span[2 * i] = set ? (long)v[2 * i] : -1;
		span[2 * i + 1] = set ? (long)v[2 * i + 1] : -1;
	}
}

/* The extent by PostgreSQL's rule, then the groups within it. */
static int
posix_match(struct err *e, struct regex *r, const char *s, size_t n, size_t start, uint32_t options,
	    long *span, int nspan)
{
	int rc = dfa_match(r, s, n, start, options);
	PCRE2_SIZE from, to;

	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH) {
		rc = plain_match(r, s, n, start, options);
		if (rc >= 0)
			take_spans(r, span, nspan, rc);
		return verdict(e, rc);
	}
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	from = pcre2_get_ovector_pointer(r->data)[0];
	to = pcre2_get_ovector_pointer(r->data)[1];
	take_spans(r, span, nspan, 1);
	if (nspan > 1) {
		rc = plain_match(r, s, to, from, options | PCRE2_ANCHORED | PCRE2_ENDANCHORED);
		if (rc > 0)
			take_spans(r, span, nspan, rc);
	}
	return 1;
}

int
regex_match(struct err *e, struct regex *r, const char *s, size_t n, size_t start, bool checked,
	    long *span, int nspan)
{
	uint32_t options = checked ? PCRE2_NO_UTF_CHECK : 0;
	bool posix = nspan > 0 && !r->facts.backrefs && (r->facts.posix);
	int rc;

	if (posix)
		return posix_match(e, r, s, n, start, options, span, nspan);
	rc = plain_match(r, s, n, start, options);
	if (rc >= 0)
		take_spans(r, span, nspan, rc);
	return verdict(e, rc);
}
