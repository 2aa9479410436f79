/*
 * saslprep: RFC 4013 as PostgreSQL applies it to passwords.
 * Order: map, look for what is prohibited and for mixed directions in the mapped text, normalise to
 * NFKC. The whole text is an array of code points from start to end.
 */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "internal.h"
#include "saslprep_tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LAST_OF_EXPANSION 0x80000000u

/* Hangul syllables are arithmetic. */
enum {
	S_BASE = 0xAC00,
	L_BASE = 0x1100,
	V_BASE = 0x1161,
	T_BASE = 0x11A7,
	L_COUNT = 19,
	V_COUNT = 21,
	T_COUNT = 28,
	N_COUNT = V_COUNT * T_COUNT,
	S_COUNT = L_COUNT * N_COUNT,
};

struct text {
	uint32_t *c;
	size_t n, cap;
};

static bool
text_add(struct text *t, uint32_t c)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 64;
		uint32_t *p = pgw_realloc(t->c, cap * sizeof(*p));

		if (!p)
			return false;
		t->c = p;
		t->cap = cap;
	}
	t->c[t->n++] = c;
	return true;
}

static void
text_free(struct text *t)
{
	if (t->c)
		OPENSSL_cleanse(t->c, t->cap * sizeof(*t->c));
	free(t->c);
}

static bool
in_ranges(uint32_t c, const struct range *r, size_t n)
{
	while (n > 0) {
		size_t mid = n / 2;

		if (c < r[mid].first) {
			n = mid;
		} else if (c > r[mid].last) {
			r += mid + 1;
			n -= mid + 1;
		} else {
			return true;
		}
	}
	return false;
}

#define IN(c, table) in_ranges(c, table, COUNT(table))

/* The next code point of valid UTF-8 (shortest form, no surrogates), or UINT32_MAX. */
static uint32_t
utf8_next(const uint8_t **p)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	const uint8_t *s = *p;
	int more = s[0] < 0x80   ? 0
		   : s[0] < 0xC0 ? -1
		   : s[0] < 0xE0 ? 1
		   : s[0] < 0xF0 ? 2
		   : s[0] < 0xF8 ? 3
				 : -1;
	uint32_t c;

	if (more < 0)
		return UINT32_MAX;
	c = more ? s[0] & (0x3Fu >> more) : s[0];
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | (s[i] & 0x3F);
	}
	if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return UINT32_MAX;
	*p = s + more + 1;
	return c;
}

/* Step 1: decodes and maps. */
static enum pgw_rc
prep_map(const char *s, struct text *t)
{
	const uint8_t *p = (const uint8_t *)s;

	while (*p) {
		uint32_t c = utf8_next(&p);

		if (c == UINT32_MAX)
			return PGW_BAD;
		if (IN(c, spaces)) /* before B.1: U+200B is in both tables */
			c = ' ';
		else if (IN(c, nothing))
			continue;
		if (!text_add(t, c))
			return PGW_NOMEM;
	}
	return t->n ? PGW_OK : PGW_BAD;
}

static bool
prep_allowed(const struct text *t)
{
	bool rtl = false, ltr = false;

	for (size_t i = 0; i < t->n; i++) {
		if (IN(t->c[i], prohibited) || IN(t->c[i], unassigned))
			return false;
		rtl = rtl || IN(t->c[i], right_to_left);
		ltr = ltr || IN(t->c[i], left_to_right);
	}
	return !rtl || (!ltr && IN(t->c[0], right_to_left) && IN(t->c[t->n - 1], right_to_left));
}

static const uint32_t *
find_expansion(uint32_t c)
{
	size_t lo = 0, hi = COUNT(decompositions);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		uint32_t at = decompositions[mid] >> 14;

		if (at == c)
			return &expansions[decompositions[mid] & 0x3FFF];
		if (at < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static bool
add_hangul(struct text *t, uint32_t c)
{
	uint32_t s = c - S_BASE, tail = s % T_COUNT;

	return text_add(t, L_BASE + s / N_COUNT) && text_add(t, V_BASE + s % N_COUNT / T_COUNT) &&
	       (tail == 0 || text_add(t, T_BASE + tail));
}

static bool
add_decomposed(struct text *t, uint32_t c)
{
	const uint32_t *x;

	if (c < 0x80)
		return text_add(t, c);
	if (c >= S_BASE && c < S_BASE + S_COUNT)
		return add_hangul(t, c);
	for (size_t i = 0; i < COUNT(runs); i++) {
		if (c >= runs[i].first && c <= runs[i].last)
			return text_add(t, runs[i].to + (c - runs[i].first));
	}
	x = find_expansion(c);
	if (!x)
		return text_add(t, c);
	for (; !(*x & LAST_OF_EXPANSION); x++) {
		if (!text_add(t, *x))
			return false;
	}
	return text_add(t, *x & ~LAST_OF_EXPANSION);
}

static uint8_t
combining_class(uint32_t c)
{
	size_t lo = 0, hi = COUNT(classes);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c < classes[mid].first)
			hi = mid;
		else if (c > classes[mid].last)
			lo = mid + 1;
		else
			return classes[mid].ccc;
	}
	return 0;
}

struct mark {
	uint32_t c;
	uint32_t order; /* class << 24 | place: a total order, so that sorting keeps equals in place
			 */
};

static int
mark_compare(const void *a, const void *b)
{
	uint32_t x = ((const struct mark *)a)->order, y = ((const struct mark *)b)->order;

	return x < y ? -1 : x > y;
}

/* Sorts each run of marks by class, keeping equals in order. A password has less than 2^24
 * characters, or is left alone. */
static bool
canonical_order(struct text *t)
{
	struct mark *m = pgw_realloc(NULL, t->n * sizeof(*m));

	if (!m)
		return false;
	for (size_t i = 0; i < t->n;) {
		size_t k = 0;
		uint8_t ccc;

		while (i + k < t->n && (ccc = combining_class(t->c[i + k])) != 0) {
			m[k] = (struct mark){t->c[i + k], (uint32_t)ccc << 24 | (uint32_t)k};
			k++;
		}
		if (k > 1)
			qsort(m, k, sizeof(*m), mark_compare);
		for (size_t j = 0; j < k; j++)
			t->c[i + j] = m[j].c;
		i += k ? k : 1;
	}
	OPENSSL_cleanse(m, t->n * sizeof(*m));
	free(m);
	return true;
}

static uint32_t
compose_hangul(uint32_t a, uint32_t b)
{
	if (a >= L_BASE && a < L_BASE + L_COUNT && b >= V_BASE && b < V_BASE + V_COUNT)
		return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
	if (a >= S_BASE && a < S_BASE + S_COUNT && (a - S_BASE) % T_COUNT == 0 && b > T_BASE &&
	    b < T_BASE + T_COUNT)
		return a + (b - T_BASE);
	return 0;
}

/* The character that a and b make together, or 0. */
static uint32_t
compose(uint32_t a, uint32_t b)
{
	size_t lo = 0, hi = COUNT(pairs);
	uint64_t want = (uint64_t)a << 32 | b;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		uint64_t at = (uint64_t)pairs[mid].a << 32 | pairs[mid].b;

		if (at == want)
			return pairs[mid].to;
		if (at < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return compose_hangul(a, b);
}

/* Joins in place: a character joins the last starter unless one of the same or a higher class
 * stands between. */
static void
compose_all(struct text *t)
{
	size_t out = 1, starter = 0;
	int last = -1; /* class of what was kept after the starter; -1: nothing */

	for (size_t i = 1; i < t->n; i++) {
		uint32_t c = t->c[i];
		int ccc = combining_class(c);
		uint32_t joined = last < ccc ? compose(t->c[starter], c) : 0;

		if (joined) {
			t->c[starter] = joined;
			continue;
		}
		if (ccc == 0) {
			starter = out;
			last = -1;
		} else {
			last = ccc;
		}
		t->c[out++] = c;
	}
	t->n = out;
}

/* Step 2: from is left as it is. */
static bool
prep_normalise(const struct text *from, struct text *to)
{
	for (size_t i = 0; i < from->n; i++) {
		if (!add_decomposed(to, from->c[i]))
			return false;
	}
	if (!canonical_order(to))
		return false;
	compose_all(to);
	return true;
}

static char *
text_utf8(const struct text *t)
{
	char *out = pgw_realloc(NULL, 4 * t->n + 1), *p = out;

	for (size_t i = 0; out && i < t->n; i++) {
		uint32_t c = t->c[i];

		if (c < 0x80) {
			*p++ = (char)c;
			continue;
		}
		if (c < 0x800) {
			*p++ = (char)(0xC0 | c >> 6);
		} else if (c < 0x10000) {
			*p++ = (char)(0xE0 | c >> 12);
			*p++ = (char)(0x80 | (c >> 6 & 63));
		} else {
			*p++ = (char)(0xF0 | c >> 18);
			*p++ = (char)(0x80 | (c >> 12 & 63));
			*p++ = (char)(0x80 | (c >> 6 & 63));
		}
		*p++ = (char)(0x80 | (c & 63));
	}
	if (out)
		*p = '\0';
	return out;
}

/* Plain ASCII is its own preparation, controls included. */
static enum pgw_rc
prep_ascii(const char *s, char **out)
{
	size_t n = strlen(s) + 1;

	*out = pgw_realloc(NULL, n);
	if (!*out)
		return PGW_NOMEM;
	memcpy(*out, s, n);
	return PGW_OK;
}

static bool
is_ascii(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s >= 0x80)
			return false;
	}
	return true;
}

enum pgw_rc
pgw_saslprep(const char *s, char **out)
{
	struct text in = {0}, norm = {0};
	enum pgw_rc rc;

	*out = NULL;
	if (is_ascii(s))
		return prep_ascii(s, out);
	rc = strlen(s) < 1u << 24 ? prep_map(s, &in) : PGW_BAD;
	if (rc == PGW_OK && !prep_allowed(&in))
		rc = PGW_BAD;
	if (rc == PGW_OK) {
		if (prep_normalise(&in, &norm))
			*out = text_utf8(&norm);
		if (!*out)
			rc = PGW_NOMEM;
	}
	text_free(&in);
	text_free(&norm);
	return rc;
}
