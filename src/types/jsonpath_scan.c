/*
 * The scanner of jsonpath.
 *
 * Of the patterns that match at a place the longest wins, and of those the first in PostgreSQL's
 * list; so "1ab" is a word (three bytes) and "1a" a number with junk behind it. A word ends at a
 * blank, a mark or a comment; a comment loses the word in front of it.
 */
#include "types/jsonpath_scan.h"
#include "types/utf8.h"

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '\f';
}

static bool
is_mark(char ch)
{
	return ch && strchr("?%$.[]{}()|&!=<>@#,*:-+/", ch);
}

/* What words are made of. */
static bool
is_other(char ch)
{
	return ch && !is_mark(ch) && !is_blank(ch) && ch != '\\' && ch != '"';
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* The byte at s, 0 at the end; the input has no zero bytes. */
static char
peek(const struct jsonpath_scan *s, const char *at)
{
	return at < s->end ? *at : '\0';
}

bool
jsonpath_scan_error(struct jsonpath_scan *s, const char *what)
{
	if (!s->shown_n)
		return err_set(s->err, ERR_SYNTAX_ERROR, -1, "%s at end of jsonpath input", what);
	return err_set(s->err, ERR_SYNTAX_ERROR, -1, "%s at or near \"%.*s\" of jsonpath input",
		       what, (int)s->shown_n, s->shown);
}

static void
show(struct jsonpath_scan *s, const char *from, const char *to)
{
	s->shown = from;
	s->shown_n = (size_t)(to - from);
}

static int
fail_at(struct jsonpath_scan *s, const char *from, const char *to, const char *what)
{
	show(s, from, to);
	jsonpath_scan_error(s, what);
	return -1;
}

/* ---- keywords ---- */

static int
keyword(const char *p, size_t n)
{
	static const struct {
		const char *word;
		int token;
		bool exact; /* lower case only */
	} words[] = {
		{"is", JT_IS, false},
		{"to", JT_TO, false},
		{"abs", JT_ABS, false},
		{"lax", JT_LAX, false},
		{"flag", JT_FLAG, false},
		{"last", JT_LAST, false},
		{"null", JT_NULL, true},
		{"size", JT_SIZE, false},
		{"true", JT_TRUE, true},
		{"type", JT_TYPE, false},
		{"with", JT_WITH, false},
		{"false", JT_FALSE, true},
		{"floor", JT_FLOOR, false},
		{"double", JT_DOUBLE, false},
		{"exists", JT_EXISTS, false},
		{"starts", JT_STARTS, false},
		{"strict", JT_STRICT, false},
		{"ceiling", JT_CEILING, false},
		{"datetime", JT_DATETIME, false},
		{"keyvalue", JT_KEYVALUE, false},
		{"unknown", JT_UNKNOWN, false},
		{"like_regex", JT_LIKE_REGEX, false},
	};

	for (size_t i = 0; i < COUNTOF(words); i++) {
		size_t k = 0;

		if (strlen(words[i].word) != n)
			continue;
		while (k < n && words[i].word[k] == (words[i].exact || p[k] < 'A' || p[k] > 'Z'
							     ? p[k]
							     : (char)(p[k] | 32)))
			k++;
		if (k == n)
			return words[i].token;
	}
	return JT_IDENT;
}

/* ---- escapes ---- */

static int
hex_digit(char ch)
{
	return ch >= '0' && ch <= '9'   ? ch - '0'
	       : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
	       : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
					: -1;
}

/* Up to max hexadecimal digits; returns how many. */
static int
hex_run(const struct jsonpath_scan *s, const char *at, int max, uint32_t *v)
{
	int n = 0;

	for (*v = 0; n < max && hex_digit(peek(s, at + n)) >= 0; n++)
		*v = *v << 4 | (uint32_t)hex_digit(at[n]);
	return n;
}

/* *at is at a \u. False: it is none; *at is where it went wrong. */
static bool
one_code_point(const struct jsonpath_scan *s, const char **at, uint32_t *cp)
{
	bool braces = peek(s, *at += 2) == '{';
	int n;

	*at += braces;
	n = hex_run(s, *at, braces ? 6 : 4, cp);
	*at += n;
	if (!braces)
		return n == 4;
	if (n == 0 || peek(s, *at) != '}')
		return false;
	++*at;
	return true;
}

static bool
bad_surrogate(struct jsonpath_scan *s, const char *which)
{
	err_set(s->err, ERR_INVALID_TEXT_REPRESENTATION, -1, "invalid input syntax for type %s",
		"jsonpath");
	return err_detail(s->err, "Unicode %s surrogate must %sfollow a high surrogate.", which,
			  *which == 'h' ? "not " : "");
}

static bool
put_code_point(struct jsonpath_scan *s, uint32_t cp, struct buf *b)
{
	char utf8[4];

	if (cp == 0) {
		err_set(s->err, ERR_UNTRANSLATABLE_CHARACTER, -1,
			"unsupported Unicode escape sequence");
		return err_detail(s->err, "\\u0000 cannot be converted to text.");
	}
	if (cp > 0x10ffff)
		return err_set(s->err, ERR_SYNTAX_ERROR, -1, "invalid Unicode code point");
	buf_add(b, utf8, (size_t)utf8_encode(cp, utf8));
	return true;
}

/* A code point of a run; *high waits for its low surrogate. */
static bool
put_escaped(struct jsonpath_scan *s, uint32_t cp, uint32_t *high, struct buf *b)
{
	if (cp >= 0xd800 && cp <= 0xdbff) {
		if (*high)
			return bad_surrogate(s, "high");
		*high = cp;
		return true;
	}
	if ((cp >= 0xdc00 && cp <= 0xdfff) != (*high != 0))
		return bad_surrogate(s, "low");
	if (*high)
		cp = 0x10000 + ((*high & 0x3ff) << 10) + (cp & 0x3ff);
	*high = 0;
	return put_code_point(s, cp, b);
}

static bool
at_unicode(const struct jsonpath_scan *s, const char *at)
{
	return peek(s, at) == '\\' && peek(s, at + 1) == 'u';
}

/* All \u in a row: how they are written is checked first. */
static bool
unicode_run(struct jsonpath_scan *s, struct buf *b)
{
	const char *at = s->at;
	uint32_t cp, high = 0;

	while (at_unicode(s, at))
		if (!one_code_point(s, &at, &cp))
			return fail_at(s, s->at, at, "invalid unicode sequence") > 0;
	while (at_unicode(s, s->at))
		if (!one_code_point(s, &s->at, &cp) || !put_escaped(s, cp, &high, b))
			return false;
	return !high || bad_surrogate(s, "low");
}

static bool
hex_escape(struct jsonpath_scan *s, struct buf *b)
{
	uint32_t v;
	int n = hex_run(s, s->at + 2, 2, &v);

	if (n < 2)
		return fail_at(s, s->at, s->at + 2 + n, "invalid hex character sequence") > 0;
	s->at += 4;
	return put_code_point(s, v, b);
}

/* s->at is at a backslash. */
static bool
escape(struct jsonpath_scan *s, struct buf *b)
{
	static const char names[] = "bfnrtv", values[] = "\b\f\n\r\t\v";
	char ch = peek(s, s->at + 1);
	const char *found;

	if (ch == 'u')
		return unicode_run(s, b);
	if (ch == 'x')
		return hex_escape(s, b);
	if (!ch || ch == '\n')
		return fail_at(s, s->at, s->at + 1, "unexpected end after backslash") > 0;
	found = strchr(names, ch);
	buf_putc(b, found ? values[found - names] : ch);
	s->at += 2;
	return true;
}

/* ---- tokens ---- */

static int
give(struct jsonpath_scan *s, struct buf *b, bool ok, int token)
{
	s->text = buf_dup(b, s->arena);
	s->text_n = b->len;
	buf_release(b);
	return ok ? token : -1;
}

/* s->at is behind the opening quote. */
static int
quoted(struct jsonpath_scan *s, int token)
{
	struct buf b = BUF_INIT;
	bool ok = true;

	while (ok && s->at < s->end && *s->at != '"') {
		const char *from = s->at;

		while (s->at < s->end && *s->at != '"' && *s->at != '\\')
			s->at++;
		buf_add(&b, from, (size_t)(s->at - from));
		if (s->at < s->end && *s->at == '\\')
			ok = escape(s, &b);
	}
	if (ok && s->at == s->end)
		ok = fail_at(s, s->end, s->end, "unexpected end of quoted string") > 0;
	if (ok) {
		show(s, s->at, s->at + 1);
		s->at++;
	}
	return give(s, &b, ok, token);
}

/* s->at is behind the opening mark. */
static bool
comment(struct jsonpath_scan *s)
{
	for (; s->at < s->end; s->at++)
		if (*s->at == '*' && peek(s, s->at + 1) == '/') {
			s->at += 2;
			return true;
		}
	return fail_at(s, s->end, s->end, "unexpected end of comment") > 0;
}

/* 0: a comment ended it, and it is lost. */
static int
word(struct jsonpath_scan *s)
{
	struct buf b = BUF_INIT;
	const char *from;
	bool ok = true;
	int token;

	while (ok && s->at < s->end) {
		from = s->at;
		while (s->at < s->end && is_other(*s->at))
			s->at++;
		buf_add(&b, from, (size_t)(s->at - from));
		if (s->at == s->end || *s->at != '\\')
			break;
		ok = escape(s, &b);
	}
	from = s->at;
	while (ok && s->at < s->end && is_blank(*s->at))
		s->at++;
	if (ok && peek(s, s->at) == '/' && peek(s, s->at + 1) == '*' && from == s->at) {
		s->at += 2;
		buf_release(&b);
		return comment(s) ? 0 : -1;
	}
	if (ok)
		show(s, from, s->at);
	token = give(s, &b, ok, JT_IDENT);
	return token < 0 ? token : keyword(s->text, s->text_n);
}

static const char *
digits(const struct jsonpath_scan *s, const char *at)
{
	while (is_digit(peek(s, at)))
		at++;
	return at;
}

/* Where the exponent at at ends; NULL: it is none. *unfinished: a sign without digits, which ends
 * there. */
static const char *
exponent(const struct jsonpath_scan *s, const char *at, const char **unfinished)
{
	*unfinished = NULL;
	if (peek(s, at) != 'e' && peek(s, at) != 'E')
		return NULL;
	at++;
	if (peek(s, at) == '+' || peek(s, at) == '-') {
		at++;
		if (!is_digit(peek(s, at)))
			*unfinished = at;
	}
	return is_digit(peek(s, at)) ? digits(s, at) : NULL;
}

/* s->at is at a digit, or at a point with a digit behind it. 0: it is a word after all. */
static int
number(struct jsonpath_scan *s)
{
	const char *from = s->at, *to, *exp, *unfinished, *run = from, *junk;
	bool real = false;

	to = *from == '0' ? from + 1 : digits(s, from);
	junk = to;
	if (peek(s, to) == '.') {
		to = digits(s, to + 1);
		real = true;
	}
	exp = exponent(s, to, &unfinished);
	if (exp) {
		to = exp;
		real = true;
	}
	while (is_other(peek(s, run)))
		run++;
	junk = is_other(peek(s, to)) ? to + 1 : is_other(peek(s, junk)) ? junk + 1 : junk;
	if (unfinished)
		return fail_at(s, from, unfinished, "invalid numeric literal");
	if (run > MAX(to, junk))
		return 0;
	if (junk > to)
		return fail_at(s, from, junk, "trailing junk after numeric literal");
	s->text = from;
	s->text_n = (size_t)(to - from);
	s->at = to;
	show(s, from, to);
	return real ? JT_NUMERIC : JT_INT;
}

static int
mark(struct jsonpath_scan *s)
{
	static const struct {
		char text[3];
		int token;
	} marks[] = {
		{"&&", JT_AND},       {"||", JT_OR},
		{"**", JT_ANY},       {"<=", JT_LESS_EQUAL},
		{"<>", JT_NOT_EQUAL}, {"==", JT_EQUAL},
		{"!=", JT_NOT_EQUAL}, {">=", JT_GREATER_EQUAL},
		{"!", JT_NOT},        {"<", JT_LESS},
		{">", JT_GREATER},
	};
	const char *from = s->at;

	for (size_t i = 0; i < COUNTOF(marks); i++) {
		size_t n = strlen(marks[i].text);

		if ((size_t)(s->end - from) < n || memcmp(from, marks[i].text, n) != 0)
			continue;
		s->at += n;
		show(s, from, s->at);
		return marks[i].token;
	}
	s->at++;
	show(s, from, s->at);
	return *from;
}

static int
variable(struct jsonpath_scan *s)
{
	const char *from = s->at++;

	if (peek(s, s->at) == '"') {
		s->at++;
		return quoted(s, JT_VARIABLE);
	}
	while (is_other(peek(s, s->at)))
		s->at++;
	show(s, from, s->at);
	s->text = from + 1;
	s->text_n = (size_t)(s->at - from - 1);
	return s->text_n ? JT_VARIABLE : '$';
}

static int
token(struct jsonpath_scan *s)
{
	char ch = *s->at, behind = peek(s, s->at + 1);
	int n;

	if (!ch)
		return fail_at(s, s->at, s->at, "syntax error");
	if (ch == '"') {
		s->at++;
		return quoted(s, JT_STRING);
	}
	if (ch == '$')
		return variable(s);
	if (is_digit(ch) || (ch == '.' && is_digit(behind))) {
		n = number(s);
		return n ? n : word(s);
	}
	return is_mark(ch) ? mark(s) : word(s);
}

int
jsonpath_scan(struct jsonpath_scan *s)
{
	int n = 0;

	while (n == 0) {
		while (s->at < s->end && is_blank(*s->at))
			s->at++;
		if (s->at == s->end) {
			show(s, s->end, s->end);
			return JT_END;
		}
		if (*s->at == '/' && peek(s, s->at + 1) == '*') {
			s->at += 2;
			n = comment(s) ? 0 : -1;
		} else {
			n = token(s);
		}
	}
	return n;
}
