/*
 * pretty_expression: a fully parenthesised expression, as it is stored, with the parentheses that
 * PostgreSQL's pretty printer leaves out. Works on tokens: names, operators, constants, and groups
 * in parentheses.
 *
 * What is left out, by what stands around a group: nothing at all (it is the whole, or a whole
 * argument); AND, OR, NOT and CASE's words, unless that would change the meaning; "::" after a
 * name, constant, call or cast; "+ - * / %" where precedence says the same.
 */
#include <ctype.h>
#include <strings.h>

#include "catalog/snapshot.h"

enum { DEPTH_MAX = 100 };

enum token_kind { TOKEN_WORD, TOKEN_OP, TOKEN_CONST, TOKEN_GROUP, TOKEN_COMMA };

struct token {
	enum token_kind kind;
	const char *p; /* a group's: its parenthesis or bracket */
	size_t n;
	size_t space; /* bytes of white space before it */
	bool call;    /* a group: right after a name: arguments, bounds, a modifier */
};

struct pretty {
	struct arena *a;
	struct buf *out;
	int depth;
};

static const char op_chars[] = "+-*/<>=~!@#%^&|`?:";

static size_t
quoted_length(const char *p, const char *end)
{
	const char *q = p + 1;

	while (q < end && (*q != *p || (q + 1 < end && q[1] == *p)))
		q += *q == *p ? 2 : 1;
	return (size_t)(MIN(q + 1, end) - p);
}

static size_t
group_length(const char *p, const char *end)
{
	int depth = 0;
	const char *q = p;

	while (q < end) {
		if (*q == '\'' || *q == '"') {
			q += quoted_length(q, end);
			continue;
		}
		depth += *q == '(' || *q == '[';
		depth -= *q == ')' || *q == ']';
		q++;
		if (!depth)
			break;
	}
	return (size_t)(q - p);
}

static struct token
next_token(const char *p, const char *end)
{
	struct token t = {.p = p};
	const char *q = p;

	if (*p == '(' || *p == '[') {
		t.kind = TOKEN_GROUP;
		t.n = group_length(p, end);
	} else if (*p == '\'') {
		t.kind = TOKEN_CONST;
		t.n = quoted_length(p, end);
	} else if (*p == ',') {
		t.kind = TOKEN_COMMA;
		t.n = 1;
	} else if (strchr(op_chars, *p)) {
		t.kind = TOKEN_OP;
		while (q < end && strchr(op_chars, *q))
			q++;
		t.n = end - p >= 2 && p[0] == ':' && p[1] == ':' ? 2 : (size_t)(q - p);
	} else {
		t.kind = TOKEN_WORD;
		while (q < end && !isspace((unsigned char)*q) && !strchr("()[],'", *q) &&
		       !strchr(op_chars, *q))
			q += *q == '"' ? quoted_length(q, end) : 1;
		t.n = MAX((size_t)(q - p), 1);
	}
	return t;
}

static struct token *
tokens(struct arena *a, const char *p, const char *end, int *n)
{
	struct token *list = ARENA_ARRAY(a, struct token, end - p + 1);
	size_t space = 0;

	*n = 0;
	while (p < end) {
		struct token t;

		if (isspace((unsigned char)*p)) {
			space++;
			p++;
			continue;
		}
		t = next_token(p, end);
		t.space = space;
		t.call = t.kind == TOKEN_GROUP && *n && !space &&
			 (list[*n - 1].kind == TOKEN_WORD || list[*n - 1].kind == TOKEN_GROUP);
		list[(*n)++] = t;
		p += t.n;
		space = 0;
	}
	return list;
}

static bool
is_word(const struct token *t, const char *word)
{
	return t && t->kind == TOKEN_WORD && t->n == strlen(word) && !strncasecmp(t->p, word, t->n);
}

static bool
is_op(const struct token *t, const char *ops)
{
	return t && t->kind == TOKEN_OP && t->n == 1 && strchr(ops, *t->p);
}

/* What a group's content is, seen from outside. */
struct content {
	bool simple;   /* a name, constant, call or cast of those */
	bool and, or ; /* joined by these */
	char arith;    /* '+' for + and -, '*' for * / %, 0 for anything else */
	bool syntax;   /* what always stands in parentheses: OVERLAPS, AT TIME ZONE, IS NORMALIZED,
			  comparison of rows */
};

static struct content
look_inside(struct arena *a, const struct token *g)
{
	static const char *const words[] = {"and", "or",   "not",     "is",
					    "in",  "case", "between", "like"};
	int n, ops = 0;
	struct token *list = tokens(a, g->p + 1, g->p + g->n - 1, &n);
	struct content c = {.simple = n != 1 || list[0].kind != TOKEN_GROUP};

	for (int i = 0; i < n; i++) {
		bool cast = list[i].kind == TOKEN_OP && list[i].n == 2 && list[i].p[0] == ':';

		for (size_t w = 0; w < COUNTOF(words); w++)
			c.simple &= !is_word(&list[i], words[w]);
		c.and |= is_word(&list[i], "and");
		c.or |= is_word(&list[i], "or");
		c.syntax |= is_word(&list[i], "overlaps") || is_word(&list[i], "normalized") ||
			    (i > 1 && is_word(&list[i - 2], "at") && is_word(&list[i], "zone"));
		if (list[i].kind == TOKEN_COMMA || (list[i].kind == TOKEN_OP && !cast))
			c.simple = false;
		if (list[i].kind == TOKEN_OP && !cast && ++ops == 1 && i)
			c.arith = is_op(&list[i], "+-") ? '+' : is_op(&list[i], "*/%") ? '*' : 0;
	}
	if (ops != 1)
		c.arith = 0;
	c.syntax |= n == 5 && is_word(&list[0], "row") && list[2].kind == TOKEN_OP &&
		    is_word(&list[3], "row");
	return c;
}

static bool
bounds_case(const struct token *t)
{
	return is_word(t, "when") || is_word(t, "then") || is_word(t, "else") || is_word(t, "end");
}

/* Does the text mean the same without this group's parentheses? */
static bool
may_strip(struct pretty *s, const struct token *before, const struct token *g,
	  const struct token *after)
{
	struct content c;
	bool left_edge = !before || bounds_case(before), right_edge = !after || bounds_case(after);

	if (*g->p != '(' || g->call)
		return false;
	c = look_inside(s->a, g);
	if (c.syntax)
		return false;
	if (left_edge && right_edge)
		return true;
	if (after && after->kind == TOKEN_OP && after->n == 2 && *after->p == ':')
		return c.simple;
	if (is_word(before, "not"))
		return !c.and &&!c.or
		       &&(right_edge || is_word(after, "and") || is_word(after, "or"));
	if ((left_edge || is_word(before, "and") || is_word(before, "or")) &&
	    (right_edge || is_word(after, "and") || is_word(after, "or")))
		return !c.or || !(is_word(before, "and") || is_word(after, "and"));
	if (is_op(before, "+-") && right_edge)
		return c.arith == '*';
	if (left_edge && is_op(after, "+-"))
		return c.arith != 0;
	return left_edge && is_op(after, "*/%") && c.arith == '*';
}

static void put_list(struct pretty *s, const char *p, const char *end);

static void
put_group(struct pretty *s, const struct token *g, bool strip)
{
	if (!strip)
		buf_putc(s->out, *g->p);
	put_list(s, g->p + 1, g->p + g->n - 1);
	if (!strip)
		buf_putc(s->out, g->p[g->n - 1]);
}

/* One element between commas. */
static void
put_element(struct pretty *s, const struct token *list, int n, bool first)
{
	for (int i = 0; i < n; i++) {
		const struct token *before = i ? &list[i - 1] : NULL,
				   *after = i + 1 < n ? &list[i + 1] : NULL;

		if (i || !first ||
		    memchr(list[i].p - list[i].space, '\n', list[i].space)) /* CASE begins a line */
			buf_add(s->out, list[i].p - list[i].space, list[i].space);
		if (list[i].kind == TOKEN_GROUP)
			put_group(s, &list[i], may_strip(s, before, &list[i], after));
		else
			buf_add(s->out, list[i].p, list[i].n);
	}
}

static void
put_list(struct pretty *s, const char *p, const char *end)
{
	int n, start = 0;
	struct token *list;

	if (s->depth == DEPTH_MAX) {
		buf_add(s->out, p, (size_t)(end - p));
		return;
	}
	s->depth++;
	list = tokens(s->a, p, end, &n);
	for (int i = 0; i <= n; i++) {
		if (i < n && list[i].kind != TOKEN_COMMA)
			continue;
		put_element(s, list + start, i - start, start == 0);
		if (i < n)
			buf_putc(s->out, ',');
		start = i + 1;
	}
	s->depth--;
}

char *
pretty_expression(struct arena *a, const char *text)
{
	struct arena scratch = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct pretty s = {.a = &scratch, .out = &out};
	char *result;

	put_list(&s, text, text + strlen(text));
	result = buf_dup(&out, a);
	buf_release(&out);
	arena_release(&scratch);
	return result;
}
