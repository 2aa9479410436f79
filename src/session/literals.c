/*
 * An integer is lifted after an operator (x = 5, x + -5), and directly inside the first parentheses
 * after VALUES and IN. Not after words: LIMIT 5 and ORDER BY 1 are no expressions; not in other
 * parentheses: numeric(10,2) and f(1). GROUP and DISTINCT compare expressions with one another,
 * which two parameters would break: such texts are left alone.
 */
#include "session/literals.h"

#include <ctype.h>
#include <strings.h>

#include "base/buf.h"

enum { MAX_TEXT = 4096, MAX_DEPTH = 32 };

struct scan {
	const char *p;
	struct buf out;
	struct literals *l;
	bool after_operator;  /* the last token was one */
	bool after_list_word; /* the last token was VALUES or IN */
	bool may_follow;      /* … or ( or , directly inside a list */
	bool list[MAX_DEPTH]; /* which open parentheses are a list's */
	int depth;
	bool ended; /* a semicolon has been seen */
};

static bool
is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static bool
first_word_fits(const char *text)
{
	static const char *const words[] = {"select", "insert", "update", "delete"};
	size_t n = 0;

	while (isspace((unsigned char)*text))
		text++;
	while (isalpha((unsigned char)text[n]))
		n++;
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (is_word(text, n, words[i]))
			return true;
	return false;
}

static void
copy(struct scan *s, size_t n)
{
	buf_add(&s->out, s->p, n);
	s->p += n;
}

static void
other_token(struct scan *s)
{
	s->after_operator = s->after_list_word = s->may_follow = false;
}

/* A word. False: it makes the text unfit. */
static bool
word(struct scan *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s->p[n]) || s->p[n] == '_' || (unsigned char)s->p[n] >= 0x80)
		n++;
	if (is_word(s->p, n, "group") || is_word(s->p, n, "distinct") ||
	    is_word(s->p, n, "interval"))
		return false;
	/* E'', B'', U&'' and kin have rules of their own. */
	if (n <= 2 && (s->p[n] == '\'' || s->p[n] == '&'))
		return false;
	other_token(s);
	s->after_list_word = is_word(s->p, n, "values") || is_word(s->p, n, "in");
	copy(s, n);
	return true;
}

/* '…' or "…", with the quote doubled inside. False: it does not end. */
static bool
quoted(struct scan *s)
{
	char q = *s->p;
	size_t n = 1;

	while (s->p[n] && (s->p[n] != q || s->p[n + 1] == q))
		n += s->p[n] == q ? 2 : 1;
	if (!s->p[n])
		return false;
	other_token(s);
	copy(s, n + 1);
	return true;
}

/* False: too many. */
static bool
number(struct scan *s)
{
	size_t n = 0;
	int64_t v = 0;
	bool lift = s->after_operator || s->may_follow;

	while (isdigit((unsigned char)s->p[n]) && n < 11)
		v = v * 10 + (s->p[n++] - '0');
	lift = lift && v <= INT32_MAX && !isalnum((unsigned char)s->p[n]) && s->p[n] != '.' &&
	       s->p[n] != '_';
	other_token(s);
	if (!lift) {
		while (isalnum((unsigned char)s->p[n]) || s->p[n] == '.' || s->p[n] == '_')
			n++;
		copy(s, n);
		return true;
	}
	if (s->l->n == LITERALS_MAX)
		return false;
	s->l->values[s->l->n++] = datum_int(v);
	buf_printf(&s->out, "$%d", s->l->n);
	s->p += n;
	return true;
}

/* False: what makes the text unfit. */
static bool
punctuation(struct scan *s)
{
	char c = *s->p;

	if (c == '(') {
		if (++s->depth == MAX_DEPTH)
			return false;
		s->list[s->depth] = s->after_list_word;
	} else if (c == ')') {
		if (s->depth-- == 0)
			return false;
	} else if (c == ';') {
		s->ended = true;
	} else if (c == '$' || c == '\\' || (c == '-' && s->p[1] == '-') ||
		   (c == '/' && s->p[1] == '*')) {
		return false;
	}
	s->after_list_word = false;
	s->may_follow = (c == '(' || c == ',') && s->list[s->depth];
	s->after_operator = strchr("=<>+-*/%", c) != NULL;
	copy(s, 1);
	return true;
}

static bool
scan(struct scan *s)
{
	while (*s->p) {
		unsigned char c = (unsigned char)*s->p;
		bool ok;
		if (isspace(c)) {
			copy(s, 1);
			continue;
		}
		if (s->ended)
			return false;
		if (isalpha(c) || c == '_' || c >= 0x80)
			ok = word(s);
		else if (c == '\'' || c == '"')
			ok = quoted(s);
		else if (isdigit(c))
			ok = number(s);
		else
			ok = punctuation(s);
		if (!ok)
			return false;
	}
	return s->l->n > 0;
}

bool
literals_lift(struct arena *a, const char *text, struct literals *out)
{
	struct scan s = {.p = text, .l = out};
	bool ok;

	out->n = 0;
	if (strlen(text) > MAX_TEXT || !first_word_fits(text))
		return false;
	ok = scan(&s);
	if (ok)
		out->text = arena_strndup(a, s.out.data, s.out.len);
	buf_release(&s.out);
	return ok;
}
