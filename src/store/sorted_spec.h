/*
 * sorted_spec: the first argument of "pg_KEY__sorted", the form of an aggregate that sorts its rows
 * or drops duplicates first.
 *
 * The call is  pg_KEY__sorted(SPEC, [types,] arg1 … argN, key1 … keyM)  and SPEC reads
 *
 *     N ; d|- ; key,key,… ; argtype,argtype,…
 *
 * d: DISTINCT over the arguments. A key is a type's OID, + or - for ascending or descending, f or l
 * for NULLs first or last: "25+l,23-f". The arguments' type OIDs serve DISTINCT's comparison; with
 * -, they may be left out. The argument that carries the types (F_TYPES) is counted neither in N
 * nor among argtypes. With DISTINCT the rows are sorted by the keys, then by the arguments;
 * PostgreSQL demands that the keys are a prefix of these.
 *
 * Example: string_agg(DISTINCT a, ',' ORDER BY a DESC) is  pg_string_agg…__sorted('2;d;25-f;25,25',
 * a, ',', a)
 */
#ifndef STORE_SORTED_SPEC_H
#define STORE_SORTED_SPEC_H

#include "base/base.h"

#include <stdlib.h>

enum { SORTED_MAX = 128 }; /* more than SQLite lets a call have arguments */

struct sorted_spec {
	int nargs, nkeys;
	bool distinct;
	oid_t keys[SORTED_MAX];
	bool desc[SORTED_MAX], nulls_first[SORTED_MAX];
	oid_t args[SORTED_MAX];
};

/* A number at *p, which moves behind it. False: there is none. */
static inline bool
sorted_number(const char **p, const char *end, uint32_t *n)
{
	uint64_t v = 0;
	const char *start = *p;

	while (*p < end && **p >= '0' && **p <= '9' && v <= UINT32_MAX)
		v = v * 10 + (uint64_t)(*(*p)++ - '0');
	*n = (uint32_t)v;
	return *p > start && v <= UINT32_MAX;
}

static inline bool
sorted_skip(const char **p, const char *end, char c)
{
	if (*p == end || **p != c)
		return false;
	++*p;
	return true;
}

static inline bool
sorted_keys(const char **p, const char *end, struct sorted_spec *s)
{
	while (*p < end && **p != ';') {
		int k = s->nkeys;

		if (k == SORTED_MAX || (k > 0 && !sorted_skip(p, end, ',')) ||
		    !sorted_number(p, end, &s->keys[k]) || end - *p < 2)
			return false;
		s->desc[k] = *(*p)++ == '-';
		s->nulls_first[k] = *(*p)++ == 'f';
		s->nkeys++;
	}
	return true;
}

static inline bool
sorted_spec_parse(const char *text, size_t n, struct sorted_spec *s)
{
	const char *p = text, *end = text + n;
	uint32_t nargs;
	int i = 0;

	memset(s, 0, sizeof(*s));
	if (!sorted_number(&p, end, &nargs) || nargs > SORTED_MAX || !sorted_skip(&p, end, ';') ||
	    p == end)
		return false;
	s->nargs = (int)nargs;
	s->distinct = *p++ == 'd';
	if (!sorted_skip(&p, end, ';') || !sorted_keys(&p, end, s))
		return false;
	if (p < end && !sorted_skip(&p, end, ';'))
		return false;
	for (; p < end; i++)
		if (i == s->nargs || (i > 0 && !sorted_skip(&p, end, ',')) ||
		    !sorted_number(&p, end, &s->args[i]))
			return false;
	return !s->distinct || i == s->nargs;
}

#endif
