/*
 * regex: PostgreSQL's advanced regular expressions, on PCRE2.
 * Owner:   a call site's cache (struct fcall) or the call itself; regex_free.
 * Errors:  2201B with PostgreSQL's reasons.
 *
 * PostgreSQL takes the longest match (or the shortest, when the expression as a whole is
 * non-greedy), PCRE2 the first that its search order finds. Where the two can differ, the extent
 * comes from PCRE2's DFA matcher and the groups from a second match bound to that extent.
 */
#ifndef FUNC_REGEX_H
#define FUNC_REGEX_H

#include "base/buf.h"
#include "base/err.h"

enum regex_flags {
	REGEX_ICASE = 1,
	REGEX_NLSTOP = 2,   /* . and [^…] do not match a newline */
	REGEX_NLANCHOR = 4, /* ^ and $ match at newlines too */
	REGEX_EXPANDED = 8, /* white space and comments in the pattern */
	REGEX_LITERAL = 16, /* no character is special */
};

/* What a translation found out. */
struct regex_facts {
	int groups;
	bool posix;    /* the longest or shortest match must be looked for */
	bool shortest; /* the expression as a whole is non-greedy */
	bool backrefs;
	unsigned flags; /* with those that the pattern itself sets */
};

/* Appends the PCRE2 pattern for an ARE. */
bool regex_translate(struct err *e, const char *s, size_t n, unsigned flags, struct buf *out,
		     struct regex_facts *f) MUSTCHECK;

struct regex;

bool regex_compile(struct err *e, const char *s, size_t n, unsigned flags,
		   struct regex **out) MUSTCHECK;
void regex_free(struct regex *r);
int regex_groups(const struct regex *r);

/* A match at or after byte start: 1, 0, or -1 with err set. span[2*i], span[2*i+1] are group i's
 * bytes, -1 when it took no part; nspan groups at most are filled (0: only whether it matches).
 * checked: s is known to be valid UTF-8. */
int regex_match(struct err *e, struct regex *r, const char *s, size_t n, size_t start, bool checked,
		long *span, int nspan);

#endif
