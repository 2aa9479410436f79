/*
 * Advanced regular expression → PCRE2. A recursive descent over the pattern's bytes; everything
 * that is not special goes over escaped. Greediness is followed as PostgreSQL defines it: a branch
 * has that of its first quantified atom, alternatives are greedy.
 */
#include "func/regex.h"
#include "types/utf8.h"

#include <string.h>

enum { MAX_DEPTH = 200, MAX_REPEAT = 255 };
enum pref { PREF_NONE, PREF_GREEDY, PREF_LAZY };

struct tr {
	struct err *err;
	const char *p, *end;
	struct buf *out;
	struct regex_facts *f;
	unsigned flags;
	int depth;
	int opened, closed; /* capturing groups */
	bool saw_greedy, saw_lazy;
};

static bool alternatives(struct tr *t, enum pref *pref);

static bool
fail(struct tr *t, const char *why)
{
	return err_set(t->err, ERR_INVALID_REGULAR_EXPRESSION, -1, "invalid regular expression: %s",
		       why);
}

/* The same for those that answer -1, 0 or 1. */
static int
broken(struct tr *t, const char *why)
{
	fail(t, why);
	return -1;
}

static bool
at(const struct tr *t, char c)
{
	return t->p < t->end && *t->p == c;
}

static bool
looking_at(const struct tr *t, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(t->end - t->p) >= n && memcmp(t->p, s, n) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
literal(struct tr *t, uint32_t cp)
{
	char enc[4];
	size_t n = utf8_encode(cp, enc);

	if (n == 1 && strchr("\\^$.[]|()*+?{}#-&~ ", *enc) && *enc)
		buf_putc(t->out, '\\');
	if (cp < 0x20)
		buf_printf(t->out, "\\x{%02x}", (unsigned)cp);
	else
		buf_add(t->out, enc, n);
}

static uint32_t
take_char(struct tr *t)
{
	size_t used;
	uint32_t cp = utf8_decode(t->p, (size_t)(t->end - t->p), &used);

	t->p += used;
	return cp;
}

static void
skip_expanded(struct tr *t)
{
	while (t->p < t->end) {
		if (looking_at(t, "(?#")) {
			while (t->p < t->end && *t->p != ')')
				t->p++;
			t->p += t->p < t->end;
		} else if (t->flags & REGEX_EXPANDED && strchr(" \t\n\v\f\r", *t->p) && *t->p) {
			t->p++;
		} else if (t->flags & REGEX_EXPANDED && *t->p == '#') {
			while (t->p < t->end && *t->p != '\n')
				t->p++;
		} else {
			return;
		}
	}
}

static bool
hex_value(struct tr *t, int min, int max, uint32_t *v)
{
	int n = 0;

	for (*v = 0; t->p < t->end && n < max; n++, t->p++) {
		char c = *t->p;
		uint32_t d = is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);

		if (!is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
			break;
		*v = *v << 4 | d;
	}
	if (n < min || *v > 0x10ffff || (*v >= 0xd800 && *v <= 0xdfff))
		return fail(t, "invalid escape \\ sequence");
	return true;
}

/* An escape that stands for one character, the backslash already taken. 1: *cp; 0: not such an
 * escape; -1: error. */
static int
char_escape(struct tr *t, uint32_t *cp)
{
	static const char names[] = "abBefnrtv", values[] = "\a\b\\\033\f\n\r\t\v";
	const char *k;
	char c = *t->p;

	if ((k = strchr(names, c)) && c) {
		*cp = (uint8_t)values[k - names];
		t->p++;
		return 1;
	}
	switch (c) {
	case 'c':
		if (t->end - t->p < 2)
			return broken(t, "invalid escape \\ sequence");
		t->p++;
		*cp = take_char(t) & 0x1f;
		return 1;
	case 'u':
	case 'U':
		t->p++;
		return hex_value(t, c == 'u' ? 4 : 8, c == 'u' ? 4 : 8, cp) ? 1 : -1;
	case 'x':
		t->p++;
		return hex_value(t, 1, 255, cp) ? 1 : -1;
	default:
		break;
	}
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c))
		return 0;
	*cp = take_char(t);
	return 1;
}

static const char *
class_escape(char c, bool inside)
{
	switch (c) {
	case 'd':
		return inside ? "0-9" : "[0-9]";
	case 's':
		return inside ? "[:space:]" : "[[:space:]]";
	case 'w':
		return inside ? "\\p{L}\\p{N}_" : "[\\p{L}\\p{N}_]";
	case 'D':
		return inside ? "[:^digit:]" : "[^0-9]";
	case 'S':
		return inside ? "[:^space:]" : "[^[:space:]]";
	case 'W':
		return inside ? "\\W" : "[^\\p{L}\\p{N}_]";
	default:
		return NULL;
	}
}

static const char *
constraint_escape(char c)
{
	switch (c) {
	case 'A':
		return "\\A";
	case 'Z':
		return "\\z";
	case 'm':
		return "(?<!\\w)(?=\\w)";
	case 'M':
		return "(?<=\\w)(?!\\w)";
	case 'y':
		return "\\b";
	case 'Y':
		return "\\B";
	default:
		return NULL;
	}
}

/* \N or \NN: a back reference, or an octal number when there are not so many groups. */
static bool
digit_escape(struct tr *t)
{
	const char *start = t->p;
	int n = 0;
	uint32_t octal = 0;

	if (*t->p != '0') {
		for (; t->p < t->end && is_digit(*t->p) && n < 1000; t->p++)
			n = n * 10 + (*t->p - '0');
		if (t->p - start == 1 || n <= t->closed) {
			if (n > t->closed)
				return fail(t, "invalid backreference number");
			buf_printf(t->out, "(?:\\g{%d})", n);
			t->f->backrefs = true;
			return true;
		}
		t->p = start;
	}
	for (n = 0; n < 3 && t->p < t->end && *t->p >= '0' && *t->p <= '7'; n++, t->p++)
		octal = octal << 3 | (uint32_t)(*t->p - '0');
	if (n == 0)
		return fail(t, "invalid escape \\ sequence");
	literal(t, octal);
	return true;
}

/* After a backslash outside brackets. *constraint: what it stands for takes no room and no
 * quantifier. */
static bool
escape(struct tr *t, bool *constraint)
{
	const char *s;
	uint32_t cp;
	int got;

	if (t->p == t->end)
		return fail(t, "invalid escape \\ sequence");
	if (is_digit(*t->p))
		return digit_escape(t);
	if ((s = class_escape(*t->p, false))) {
		t->p++;
		buf_puts(t->out, s);
		return true;
	}
	if ((s = constraint_escape(*t->p))) {
		t->p++;
		*constraint = true;
		buf_puts(t->out, s);
		return true;
	}
	got = char_escape(t, &cp);
	if (got <= 0)
		return got < 0 ? false : fail(t, "invalid escape \\ sequence");
	literal(t, cp);
	return true;
}

/* [:name:], [.x.] or [=x=] at p, which stands on the inner bracket. 1: *cp is one character; 0: a
 * class was emitted. */
static int
bracket_special(struct tr *t, uint32_t *cp)
{
	static const char *const classes[] = {"alpha", "digit",  "alnum", "upper", "lower",
					      "space", "blank",  "punct", "print", "graph",
					      "cntrl", "xdigit", "word"};
	char kind = t->p[1];
	const char *from = t->p + 2, *to = from;

	while (to + 1 < t->end && !(to[0] == kind && to[1] == ']'))
		to++;
	if (to + 1 >= t->end)
		return broken(t, "brackets [] not balanced");
	t->p = from;
	if (kind != ':') {
		*cp = take_char(t);
		if (t->p != to)
			return broken(t, "invalid collating element");
		t->p = to + 2;
		return 1;
	}
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strlen(classes[i]) == (size_t)(to - from) &&
		    memcmp(classes[i], from, (size_t)(to - from)) == 0) {
			if (strcmp(classes[i], "digit") == 0)
				buf_puts(t->out, "0-9");
			else
				buf_printf(t->out, "[:%s:]", classes[i]);
			t->p = to + 2;
			return 0;
		}
	return broken(t, "invalid character class");
}

/* One end of a range, or a class. 1: *cp; 0: a class was emitted; -1: error. */
static int
bracket_item(struct tr *t, uint32_t *cp)
{
	const char *s;
	int got;

	if (at(t, '[') && t->end - t->p > 1 && strchr(":.=", t->p[1]))
		return bracket_special(t, cp);
	if (!at(t, '\\')) {
		*cp = take_char(t);
		return 1;
	}
	if (++t->p == t->end)
		return broken(t, "brackets [] not balanced");
	if ((s = class_escape(*t->p, true))) {
		t->p++;
		buf_puts(t->out, s);
		return 0;
	}
	if (*t->p >= '0' && *t->p <= '7') {
		for (*cp = 0; t->p < t->end && *t->p >= '0' && *t->p <= '7' && *cp < 64; t->p++)
			*cp = *cp << 3 | (uint32_t)(*t->p - '0');
		return 1;
	}
	got = char_escape(t, cp);
	return got == 0 ? broken(t, "invalid escape \\ sequence") : got;
}

static bool
bracket_range(struct tr *t)
{
	uint32_t from, to;
	int got = bracket_item(t, &from);

	if (got <= 0)
		return got == 0;
	if (!at(t, '-') || t->end - t->p < 2 || t->p[1] == ']') {
		literal(t, from);
		return true;
	}
	t->p++;
	got = bracket_item(t, &to);
	if (got <= 0 || from > to)
		return got < 0 ? false : fail(t, "invalid character range");
	literal(t, from);
	buf_putc(t->out, '-');
	literal(t, to);
	return true;
}

static bool
bracket(struct tr *t, bool *constraint)
{
	bool first = true;

	if (looking_at(t, "[[:<:]]") || looking_at(t, "[[:>:]]")) {
		buf_puts(t->out, constraint_escape(t->p[3] == '<' ? 'm' : 'M'));
		*constraint = true;
		t->p += 7;
		return true;
	}
	t->p++;
	buf_putc(t->out, '[');
	if (at(t, '^')) {
		t->p++;
		buf_putc(t->out, '^');
		if (t->flags & REGEX_NLSTOP)
			buf_puts(t->out, "\\n");
	}
	for (; t->p < t->end && (first || *t->p != ']'); first = false)
		if (!bracket_range(t))
			return false;
	if (t->p == t->end)
		return fail(t, "brackets [] not balanced");
	t->p++;
	buf_putc(t->out, ']');
	return true;
}

static bool
group(struct tr *t, enum pref *pref, bool *constraint)
{
	static const char *const looks[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!"};
	bool capture = true;
	enum pref inner;

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && capture; i++)
		if (looking_at(t, looks[i])) {
			capture = false;
			*constraint = i > 0;
			buf_puts(t->out, looks[i]);
			t->p += strlen(looks[i]);
		}
	if (capture && looking_at(t, "(?"))
		return fail(t, "quantifier operand invalid");
	if (capture) {
		buf_putc(t->out, '(');
		t->p++;
		t->opened++;
	}
	if (++t->depth > MAX_DEPTH)
		return fail(t, "regular expression is too complex");
	if (!alternatives(t, &inner))
		return false;
	t->depth--;
	if (!at(t, ')'))
		return fail(t, "parentheses () not balanced");
	t->p++;
	buf_putc(t->out, ')');
	t->closed += capture;
	*pref = *constraint ? PREF_NONE : inner;
	return true;
}

static bool
atom(struct tr *t, enum pref *pref, bool *constraint)
{
	*pref = PREF_NONE;
	*constraint = false;
	switch (*t->p) {
	case '(':
		return group(t, pref, constraint);
	case '[':
		return bracket(t, constraint);
	case '.':
		t->p++;
		buf_puts(t->out, t->flags & REGEX_NLSTOP ? "[^\\n]" : ".");
		return true;
	case '^':
		t->p++;
		*constraint = true;
		buf_puts(t->out, t->flags & REGEX_NLANCHOR ? "(?:\\A|(?<=\\n))" : "\\A");
		return true;
	case '$':
		t->p++;
		*constraint = true;
		buf_puts(t->out, t->flags & REGEX_NLANCHOR ? "(?=\\n|\\z)" : "\\z");
		return true;
	case '\\':
		t->p++;
		return escape(t, constraint);
	case '*':
	case '+':
	case '?':
		return fail(t, "quantifier operand invalid");
	case '{':
		if (t->end - t->p > 1 && is_digit(t->p[1]))
			return fail(t, "quantifier operand invalid");
		break;
	default:
		break;
	}
	literal(t, take_char(t));
	return true;
}

static bool
at_quantifier(const struct tr *t)
{
	return at(t, '*') || at(t, '+') || at(t, '?') ||
	       (at(t, '{') && t->end - t->p > 1 && is_digit(t->p[1]));
}

static bool
bound(struct tr *t, int *v)
{
	for (*v = 0; t->p < t->end && is_digit(*t->p); t->p++)
		if ((*v = *v * 10 + (*t->p - '0')) > MAX_REPEAT)
			return fail(t, "invalid repetition count(s)");
	return true;
}

/* {m}, {m,}, {m,n} at p. *fixed: exactly m times, so that it has no greediness of its own. */
static bool
braces(struct tr *t, bool *fixed)
{
	int min, max = -1;

	t->p++;
	if (!bound(t, &min))
		return false;
	*fixed = true;
	if (at(t, ',')) {
		t->p++;
		*fixed = false;
		if (t->p < t->end && is_digit(*t->p)) {
			if (!bound(t, &max))
				return false;
			if (min > max)
				return fail(t, "invalid repetition count(s)");
			*fixed = min == max;
		}
	} else {
		max = min;
	}
	if (!at(t, '}'))
		return fail(t, t->p == t->end ? "braces {} not balanced"
					      : "invalid repetition count(s)");
	t->p++;
	if (max < 0)
		buf_printf(t->out, "{%d,}", min);
	else
		buf_printf(t->out, "{%d,%d}", min, max);
	return true;
}

static bool
quantified(struct tr *t, enum pref *pref)
{
	bool constraint, fixed = false, lazy, grouped = at(t, '(');

	if (!atom(t, pref, &constraint))
		return false;
	skip_expanded(t);
	if (!at_quantifier(t))
		return true;
	if (constraint)
		return fail(t, "quantifier operand invalid");
	if (*t->p == '{') {
		if (!braces(t, &fixed))
			return false;
	} else {
		buf_putc(t->out, *t->p++);
	}
	lazy = at(t, '?');
	if (lazy) {
		t->p++;
		buf_putc(t->out, '?');
	}
	if (!fixed) {
		*pref = lazy ? PREF_LAZY : PREF_GREEDY;
		t->saw_lazy |= lazy;
		t->saw_greedy |= !lazy;
		t->f->posix |= grouped;
	}
	skip_expanded(t);
	return !at_quantifier(t) || fail(t, "quantifier operand invalid");
}

static bool
branch(struct tr *t, enum pref *pref)
{
	enum pref one;

	*pref = PREF_NONE;
	for (;;) {
		skip_expanded(t);
		if (t->p == t->end || *t->p == '|' || *t->p == ')')
			return true;
		if (!quantified(t, &one))
			return false;
		if (*pref == PREF_NONE)
			*pref = one;
	}
}

static bool
alternatives(struct tr *t, enum pref *pref)
{
	enum pref other;

	if (!branch(t, pref))
		return false;
	while (at(t, '|')) {
		t->p++;
		buf_putc(t->out, '|');
		if (!branch(t, &other))
			return false;
		*pref = PREF_GREEDY;
		t->f->posix = true;
	}
	return true;
}

static void
all_literal(struct tr *t)
{
	while (t->p < t->end)
		literal(t, take_char(t));
}

static bool
option(struct tr *t, char c)
{
	switch (c) {
	case 'c':
		t->flags &= ~(unsigned)REGEX_ICASE;
		return true;
	case 'i':
		t->flags |= REGEX_ICASE;
		return true;
	case 'm':
	case 'n':
		t->flags |= REGEX_NLSTOP | REGEX_NLANCHOR;
		return true;
	case 'p':
		t->flags = (t->flags | REGEX_NLSTOP) & ~(unsigned)REGEX_NLANCHOR;
		return true;
	case 'w':
		t->flags = (t->flags | REGEX_NLANCHOR) & ~(unsigned)REGEX_NLSTOP;
		return true;
	case 's':
		t->flags &= ~(unsigned)(REGEX_NLSTOP | REGEX_NLANCHOR);
		return true;
	case 'q':
		t->flags |= REGEX_LITERAL;
		return true;
	case 't':
		t->flags &= ~(unsigned)REGEX_EXPANDED;
		return true;
	case 'x':
		t->flags |= REGEX_EXPANDED;
		return true;
	case 'e':
		return true;
	case 'b':
		return err_unsupported(t->err, -1, "a basic regular expression");
	default:
		return fail(t, "invalid embedded option");
	}
}

/* "***:" or "***=" and then "(?letters)" at the very start. */
static bool
director(struct tr *t)
{
	if (looking_at(t, "***")) {
		if (looking_at(t, "***="))
			t->flags |= REGEX_LITERAL;
		else if (!looking_at(t, "***:"))
			return fail(t, "quantifier operand invalid");
		t->p += 4;
	}
	if (t->flags & REGEX_LITERAL || !looking_at(t, "(?") || t->end - t->p < 3 ||
	    !(t->p[2] >= 'a' && t->p[2] <= 'z'))
		return true;
	for (t->p += 2; t->p < t->end && *t->p != ')'; t->p++)
		if (!option(t, *t->p))
			return false;
	if (t->p == t->end)
		return fail(t, "invalid embedded option");
	t->p++;
	return true;
}

bool
regex_translate(struct err *e, const char *s, size_t n, unsigned flags, struct buf *out,
		struct regex_facts *f)
{
	struct tr t = {.err = e, .p = s, .end = s + n, .out = out, .f = f, .flags = flags};
	enum pref pref = PREF_NONE;

	*f = (struct regex_facts){0};
	if (!(flags & REGEX_LITERAL) && !director(&t))
		return false;
	if (t.flags & REGEX_LITERAL)
		all_literal(&t);
	else if (!alternatives(&t, &pref))
		return false;
	if (t.p < t.end)
		return fail(&t, "parentheses () not balanced");
	f->groups = t.opened;
	f->shortest = pref == PREF_LAZY;
	f->posix |= t.saw_lazy && t.saw_greedy;
	f->flags = t.flags;
	return true;
}
