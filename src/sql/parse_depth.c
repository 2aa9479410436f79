/*
 * One frame per open bracket. Inside it tokens are counted in segments; a separator starts a new
 * segment, and the frame's depth is that of its deepest segment. Constructs whose arms may
 * themselves contain separators (joins, set operations, CASE, BETWEEN) count for the whole frame.
 */
#include "sql/parse_depth.h"
#include "base/base.h"
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

/* The grammar's own stack ends long before this many brackets are open, with an error of its own.
 */
enum { MAX_OPEN = 20000 };

struct frame {
	size_t segment; /* tokens of the current segment */
	size_t nested;  /* deepest bracket in the current segment */
	size_t best;    /* deepest finished segment */
	size_t lasting; /* tokens that count for all segments */
};

static void
segment_end(struct frame *f)
{
	f->best = MAX(f->best, f->segment + f->nested);
	f->segment = f->nested = 0;
}

static size_t
frame_depth(struct frame *f)
{
	segment_end(f);
	return f->best + f->lasting;
}

static const char *
skip_quoted(const char *s, char quote, bool backslash)
{
	for (s++; *s; s++) {
		if (backslash && *s == '\\' && s[1])
			s++;
		else if (*s == quote && s[1] == quote)
			s++;
		else if (*s == quote)
			return s + 1;
	}
	return s;
}

static const char *
skip_block_comment(const char *s)
{
	int level = 0;
	while (*s) {
		if (s[0] == '/' && s[1] == '*') {
			level++;
			s += 2;
		} else if (s[0] == '*' && s[1] == '/') {
			s += 2;
			if (--level == 0)
				break;
		} else {
			s++;
		}
	}
	return s;
}

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* s is at a $: a dollar-quoted string, or one character. */
static const char *
skip_dollar(const char *s)
{
	const char *tag_end = s + 1;
	if (isdigit((unsigned char)*tag_end))
		return tag_end;
	while (word_char(*tag_end))
		tag_end++;
	if (*tag_end != '$')
		return s + 1;
	size_t n = (size_t)(tag_end - s) + 1;
	for (const char *p = tag_end + 1; (p = strchr(p, '$')); p++) {
		if (strncmp(p, s, n) == 0)
			return p + n;
	}
	return s + strlen(s);
}

static bool
word_is(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == n && strncasecmp(s, *words, n) == 0)
			return true;
	}
	return false;
}

static const char *
count_word(const char *s, struct frame *f)
{
	static const char *const siblings[] = {"and", "or", NULL};
	static const char *const lasting[] = {"join", "union",   "intersect", "except",
					      "case", "between", NULL};
	const char *start = s;
	while (word_char(*s) || *s == '$')
		s++;
	size_t n = (size_t)(s - start);
	if (*s == '\'' && n == 1)
		return skip_quoted(s, '\'', *start == 'e' || *start == 'E');
	if (word_is(start, n, siblings))
		segment_end(f);
	else if (word_is(start, n, lasting))
		f->lasting++;
	else if (!isdigit((unsigned char)*start))
		f->segment++;
	return s;
}

/* Skips what holds no token; NULL: there is a token at s. */
static const char *
skip_silent(const char *s)
{
	if (isspace((unsigned char)*s))
		return s + 1;
	if (s[0] == '-' && s[1] == '-')
		return s + strcspn(s, "\r\n");
	if (s[0] == '/' && s[1] == '*')
		return skip_block_comment(s);
	if (*s == '\'' || *s == '"')
		return skip_quoted(s, *s, false);
	if (*s == '$')
		return skip_dollar(s);
	return NULL;
}

static const char *
count_token(const char *s, struct frame *f)
{
	if (word_char(*s))
		return count_word(s, f);
	if (*s == ',') {
		segment_end(f);
	} else if (*s == ';') {
		f->best = frame_depth(f);
		f->lasting = 0;
	} else if (*s != '.') {
		f->segment++;
	}
	return s + 1;
}

size_t
parse_depth(const char *s)
{
	size_t cap = 64, n = 0;
	struct frame *stack = xcalloc(cap, sizeof(*stack));
	while (*s && n < MAX_OPEN) {
		const char *next = skip_silent(s);
		if (next) {
			s = next;
		} else if (*s == '(' || *s == '[') {
			if (++n == cap)
				stack = xrealloc(stack, (cap *= 2) * sizeof(*stack));
			memset(&stack[n], 0, sizeof(*stack));
			s++;
		} else if (*s == ')' || *s == ']') {
			size_t depth = frame_depth(&stack[n]) + 1;
			if (n > 0)
				n--;
			stack[n].nested = MAX(stack[n].nested, depth);
			s++;
		} else {
			s = count_token(s, &stack[n]);
		}
	}
	size_t depth = n >= MAX_OPEN ? 0 : frame_depth(&stack[n]);
	while (n > 0 && n < MAX_OPEN) {
		n--;
		stack[n].nested = MAX(stack[n].nested, depth + 1);
		depth = frame_depth(&stack[n]);
	}
	free(stack);
	return depth;
}
