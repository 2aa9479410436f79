/*
 * Invariant of a compiled pattern with pieces: pieces[0] begins the text, the last one ends it
 * (either may be empty); those between stand anywhere, in order. With exact there is one, the whole.
 */
#include "func/like.h"
#include "types/utf8.h"

#include <stdlib.h>

struct piece {
	const char *p;
	size_t n, rare; /* rare: place of its least common byte */
};

struct like {
	char *pattern; /* as it was written; the pieces' bytes follow it */
	size_t n;
	bool walk, exact;
	size_t least; /* no shorter text matches */
	int npieces;
	struct piece pieces[];
};

/* ---- walking ---- */

static size_t
step(const char *s, const char *end, bool chars)
{
	return chars ? MIN(utf8_len(*s), (size_t)(end - s)) : 1;
}

/* The last % with text after it is where a mismatch resumes; earlier ones need no second look. */
enum like_match
like_walk(const char *s, size_t sn, const char *p, size_t pn, bool chars)
{
	const char *send = s + sn, *pend = p + pn, *star = NULL, *resume = NULL;

	for (;;) {
		if (s == send) {
			while (p < pend && *p == '%')
				p++;
			return p == pend ? LIKE_YES : LIKE_NO;
		}
		if (p < pend && *p == '%') {
			for (; p < pend && (*p == '%' || *p == '_'); p++) {
				if (*p == '%')
					continue;
				if (s == send)
					return LIKE_NO;
				s += step(s, send, chars);
			}
			if (p == pend)
				return LIKE_YES;
			if (*p == '\\' && p + 1 == pend)
				return LIKE_BROKEN;
			star = p;
			resume = s;
			continue;
		}
		if (p < pend) {
			if (*p == '_') {
				s += step(s, send, chars);
				p++;
				continue;
			}
			if (*p == '\\' && p + 1 == pend)
				return LIKE_BROKEN;
			if (p[*p == '\\'] == *s) {
				p += *p == '\\' ? 2 : 1;
				s++;
				continue;
			}
		}
		if (!star || resume >= send)
			return LIKE_NO;
		resume += step(resume, send, chars);
		if (*star != '_' && *star != '\\') { /* on to where it can begin */
			resume = resume < send ? memchr(resume, *star, (size_t)(send - resume))
					       : NULL;
			if (!resume)
				return LIKE_NO;
		}
		s = resume;
		p = star;
	}
}

/* ---- pieces ---- */

/* How common a byte is in text, roughly. */
static int
commonness(char ch)
{
	static const char order[] = "zqjxkvbywgpfmQZJX9876543210ucdlhrsinoate ";
	const char *at = ch ? strchr(order, ch) : NULL;

	return at ? (int)(at - order) + 1 : ch & 0x80 ? (int)sizeof(order) : 0;
}

static void
end_piece(struct piece *k, const char *end)
{
	k->n = (size_t)(end - k->p);
	for (size_t i = 1; i < k->n; i++)
		if (commonness(k->p[i]) < commonness(k->p[k->rare]))
			k->rare = i;
}

/* False: only walking will do. */
static bool
cut(struct like *l, const char *p, size_t n, char *to)
{
	struct piece *k = l->pieces;

	*k = (struct piece){.p = to};
	l->exact = true;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '_' || (p[i] == '\\' && i + 1 == n))
			return false;
		if (p[i] == '%') {
			l->exact = false;
			end_piece(k, to);
			*++k = (struct piece){.p = to};
			continue;
		}
		*to++ = p[i] == '\\' ? p[++i] : p[i];
	}
	end_piece(k, to);
	l->npieces = (int)(k - l->pieces) + 1;
	for (int i = 0; i < l->npieces; i++)
		l->least += l->pieces[i].n;
	return true;
}

struct like *
like_new(const char *p, size_t n)
{
	size_t percents = 0;
	struct like *l;

	for (size_t i = 0; i < n; i++)
		percents += p[i] == '%';
	l = xcalloc(1, sizeof(*l) + sizeof(l->pieces[0]) * (percents + 1));
	l->pattern = xmalloc(2 * n + 1);
	l->n = n;
	if (n)
		memcpy(l->pattern, p, n);
	l->walk = !cut(l, p, n, l->pattern + n);
	return l;
}

void
like_free(void *arg)
{
	struct like *l = arg;

	free(l->pattern);
	free(l);
}

bool
like_is_for(const struct like *l, const char *p, size_t n)
{
	return l->n == n && memcmp(l->pattern, p, n) == 0;
}

/* Past the first place of the piece, or NULL. Many near misses: the library's search, which no text
 * slows down. */
static const char *
find(const struct piece *k, const char *s, const char *end)
{
	const char *at, *last;

	if (!k->n)
		return s;
	if ((size_t)(end - s) < k->n)
		return NULL;
	at = s + k->rare;
	last = end - (k->n - k->rare);
	for (int misses = 0; at <= last; misses++, at++) {
		if (misses == 32) {
			at = memmem(at - k->rare, (size_t)(end - at) + k->rare, k->p, k->n);
			return at ? at + k->n : NULL;
		}
		at = memchr(at, k->p[k->rare], (size_t)(last - at) + 1);
		if (!at)
			break;
		if (memcmp(at - k->rare, k->p, k->n) == 0)
			return at - k->rare + k->n;
	}
	return NULL;
}

enum like_match
like_run(const struct like *l, const char *s, size_t n, bool chars)
{
	const struct piece *k = l->pieces, *last = k + l->npieces - 1;
	const char *end = s + n;

	if (l->walk)
		return like_walk(s, n, l->pattern, l->n, chars);
	if (n < l->least || (l->exact && n != l->least))
		return LIKE_NO;
	if (k->n && memcmp(s, k->p, k->n) != 0)
		return LIKE_NO;
	if (l->exact)
		return LIKE_YES;
	s += k->n;
	if (last->n && memcmp(end - last->n, last->p, last->n) != 0)
		return LIKE_NO;
	end -= last->n;
	while (++k < last)
		if (!(s = find(k, s, end)))
			return LIKE_NO;
	return LIKE_YES;
}
