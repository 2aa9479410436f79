/*
 * The literals of ranges and multiranges.
 *
 * A bound without quotes inside it and without backslashes is taken as a slice of the literal; only
 * the others are copied.
 */
#include "types/range.h"
#include "types/read.h"

#include <strings.h>

struct literal {
	struct arena *arena;
	struct err *err;
	const char *whole;
	size_t whole_n;
	const char *p, *end;
	const char *kind;
};

static bool
malformed(struct literal *l, const char *why)
{
	err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1, "malformed %s literal: \"%.*s\"",
		l->kind, (int)l->whole_n, l->whole);
	return err_detail(l->err, "%s", why);
}

static bool
skip_space(struct literal *l)
{
	while (l->p < l->end && ascii_space(*l->p))
		l->p++;
	return l->p < l->end;
}

static bool
has_word(const struct literal *l, const char *word, size_t n)
{
	return (size_t)(l->end - l->p) >= n && strncasecmp(l->p, word, n) == 0;
}

/* ---- bounds ---- */

static bool
ends_bound(char ch)
{
	return ch == ',' || ch == ')' || ch == ']';
}

/* Moves past the bound. *plain: it is a slice, quoted as a whole or not at all. */
static bool
skip_bound(struct literal *l, bool *plain)
{
	const char *from = l->p, *last_quote = NULL;
	bool quoted = false;
	int quotes = 0;

	*plain = true;
	for (;; l->p++) {
		if (l->p == l->end)
			return malformed(l, "Unexpected end of input.");
		if (!quoted && ends_bound(*l->p))
			break;
		if (*l->p == '\\') {
			*plain = false;
			if (++l->p == l->end)
				return malformed(l, "Unexpected end of input.");
		} else if (*l->p == '"') {
			quoted = !quoted;
			quotes++;
			last_quote = l->p;
		}
	}
	if (quotes && (quotes > 2 || *from != '"' || last_quote != l->p - 1))
		*plain = false;
	return true;
}

static char *
unescape(struct arena *a, const char *s, const char *end, size_t *n)
{
	char *text = arena_alloc(a, (size_t)(end - s) + 1), *to = text;
	bool quoted = false;

	for (; s < end; s++) {
		if (*s == '\\')
			*to++ = *++s;
		else if (*s != '"')
			*to++ = *s;
		else if (quoted && s + 1 < end && s[1] == '"')
			*to++ = *++s;
		else
			quoted = !quoted;
	}
	*n = (size_t)(to - text);
	return text;
}

/* *s NULL: infinite. */
static bool
bound(struct literal *l, const char **s, size_t *n)
{
	const char *from = l->p;
	bool plain;

	*s = NULL;
	*n = 0;
	if (l->p < l->end && ends_bound(*l->p))
		return true;
	if (!skip_bound(l, &plain))
		return false;
	*s = from;
	*n = (size_t)(l->p - from);
	if (!plain) {
		*s = unescape(l->arena, from, l->p, n);
	} else if (*from == '"') {
		++*s;
		*n -= 2;
	}
	return true;
}

static bool
empty_literal(struct literal *l, struct range_literal *out)
{
	*out = (struct range_literal){.empty = true};
	l->p += 5;
	return !skip_space(l) || malformed(l, "Junk after \"empty\" key word.");
}

bool
range_literal_parse(struct arena *a, struct err *e, const char *s, size_t n,
		    struct range_literal *out)
{
	struct literal l = {a, e, s, n, s, s + n, "range"};

	*out = (struct range_literal){0};
	skip_space(&l);
	if (has_word(&l, "empty", 5))
		return empty_literal(&l, out);
	if (l.p == l.end || (*l.p != '[' && *l.p != '('))
		return malformed(&l, "Missing left parenthesis or bracket.");
	out->lower_inclusive = *l.p++ == '[';
	if (!bound(&l, &out->lower, &out->lower_n))
		return false;
	if (*l.p != ',')
		return malformed(&l, "Missing comma after lower bound.");
	l.p++;
	if (!bound(&l, &out->upper, &out->upper_n))
		return false;
	if (*l.p == ',')
		return malformed(&l, "Too many commas.");
	out->upper_inclusive = *l.p++ == ']';
	return !skip_space(&l) || malformed(&l, "Junk after right parenthesis or bracket.");
}

static bool
needs_quotes(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("\"\\()[],", s[i]) || ascii_space(s[i]))
			return true;
	return n == 0;
}

static void
print_bound(const char *s, size_t n, struct buf *b)
{
	if (!s)
		return;
	if (!needs_quotes(s, n)) {
		buf_add(b, s, n);
		return;
	}
	buf_putc(b, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_putc(b, s[i]);
		buf_putc(b, s[i]);
	}
	buf_putc(b, '"');
}

void
range_literal_print(const struct range_literal *l, struct buf *b)
{
	if (l->empty) {
		buf_puts(b, "empty");
		return;
	}
	buf_putc(b, l->lower_inclusive ? '[' : '(');
	print_bound(l->lower, l->lower_n, b);
	buf_putc(b, ',');
	print_bound(l->upper, l->upper_n, b);
	buf_putc(b, l->upper_inclusive ? ']' : ')');
}

/* ---- multiranges ---- */

/* Past one range, at whose bracket l stands: to the closing one that is neither quoted nor escaped,
 * white space not counting as escaped. */
static bool
skip_range(struct literal *l)
{
	enum { PLAIN, ESCAPED, QUOTED, QUOTED_ESCAPED } state = PLAIN;

	for (l->p++; l->p < l->end; l->p++) {
		char ch = *l->p;

		if (ascii_space(ch))
			continue;
		if (state == ESCAPED || state == QUOTED_ESCAPED) {
			state--;
		} else if (ch == '\\') {
			state++;
		} else if (ch == '"') {
			if (state == QUOTED && l->p + 1 < l->end && l->p[1] == '"')
				l->p++;
			else
				state = state == QUOTED ? PLAIN : QUOTED;
		} else if (state == PLAIN && (ch == ')' || ch == ']')) {
			l->p++;
			return true;
		}
	}
	return malformed(l, "Unexpected end of input.");
}

struct parts {
	struct range_text *v;
	int n, cap, seen;
};

static void
add_part(struct arena *a, struct parts *k, const char *s, size_t n)
{
	if (k->n == k->cap) {
		struct range_text *more = ARENA_ARRAY(a, struct range_text, MAX(k->cap * 2, 4));

		if (k->n)
			memcpy(more, k->v, sizeof(*more) * (size_t)k->n);
		k->v = more;
		k->cap = MAX(k->cap * 2, 4);
	}
	k->v[k->n++] = (struct range_text){s, n};
}

static bool
part(struct literal *l, struct parts *k)
{
	const char *from = l->p;

	k->seen++;
	if (*l->p == '[' || *l->p == '(') {
		if (!skip_range(l))
			return false;
		add_part(l->arena, k, from, (size_t)(l->p - from));
	} else if (has_word(l, "empty", 5)) {
		l->p += 5;
	} else {
		return malformed(l, "Expected range start.");
	}
	return true;
}

static bool
split(struct literal *l, struct parts *k)
{
	if (!skip_space(l) || *l->p != '{')
		return malformed(l, "Missing left brace.");
	for (l->p++;; l->p++) {
		if (!skip_space(l))
			return malformed(l, "Unexpected end of input.");
		if (*l->p == '}' && !k->seen)
			break;
		if (!part(l, k))
			return false;
		if (!skip_space(l))
			return malformed(l, "Unexpected end of input.");
		if (*l->p == '}')
			break;
		if (*l->p != ',')
			return malformed(l, "Expected comma or end of multirange.");
	}
	l->p++;
	return !skip_space(l) || malformed(l, "Junk after closing right brace.");
}

bool
multirange_literal_split(struct arena *a, struct err *e, const char *s, size_t n, int *count,
			 struct range_text **out)
{
	struct literal l = {a, e, s, n, s, s + n, "multirange"};
	struct parts k = {0};

	if (!split(&l, &k))
		return false;
	*count = k.n;
	*out = k.v;
	return true;
}
