/*
 * The parser of jsonpath: what follows an operand, and the whole.
 */
#include "types/jsonpath_parser.h"
#include "types/utf8.h"

#include <stdlib.h>

/* ---- behind an operand ---- */

static bool
is_accessor(int token)
{
	return token == '.' || token == '[' || token == '?';
}

static bool
arithmetic(int token, enum jsonpath_kind *op, int *rank)
{
	*rank = token == '+' || token == '-' ? 1 : 2;
	switch (token) {
	case '+':
		*op = JP_ADD;
		return true;
	case '-':
		*op = JP_SUB;
		return true;
	case '*':
		*op = JP_MUL;
		return true;
	case '/':
		*op = JP_DIV;
		return true;
	case '%':
		*op = JP_MOD;
		return true;
	default:
		return false;
	}
}

static bool
comparison(int token, enum jsonpath_kind *op)
{
	switch (token) {
	case JT_EQUAL:
		*op = JP_EQUAL;
		return true;
	case JT_NOT_EQUAL:
		*op = JP_NOT_EQUAL;
		return true;
	case JT_LESS:
		*op = JP_LESS;
		return true;
	case JT_GREATER:
		*op = JP_GREATER;
		return true;
	case JT_LESS_EQUAL:
		*op = JP_LESS_EQUAL;
		return true;
	case JT_GREATER_EQUAL:
		*op = JP_GREATER_EQUAL;
		return true;
	default:
		return false;
	}
}

static bool
starts_with(struct path_parser *p)
{
	struct path_operand left = p->cur;

	path_skip(p);
	if (!path_expect(p, JT_WITH))
		return false;
	if (path_peek(p) != JT_STRING && p->token != JT_VARIABLE)
		return path_syntax_error(p);
	return path_scalar(p, p->token == JT_STRING ? JP_STRING : JP_VARIABLE) &&
	       path_binary(p, PREDICATE, JP_STARTS_WITH, &left);
}

static bool
regex_flags(struct path_parser *p, const char *s, size_t n, unsigned *flags)
{
	static const char letters[] = "ismxq";

	for (size_t i = 0; i < n; i++) {
		const char *found = s[i] ? strchr(letters, s[i]) : NULL;

		if (!found) {
			err_set(p->err, ERR_SYNTAX_ERROR, -1, "invalid input syntax for type %s",
				"jsonpath");
			return err_detail(
				p->err,
				"Unrecognized flag character \"%.*s\" in LIKE_REGEX predicate.",
				(int)MIN(utf8_len(s[i]), n - i), s + i);
		}
		*flags |= 1u << (found - letters);
	}
	return true;
}

static bool
like_regex(struct path_parser *p)
{
	struct jsonpath_item *i = path_item(p, JP_LIKE_REGEX);
	int depth = p->cur.depth;

	path_skip(p);
	i->left = p->cur.head;
	if (path_peek(p) != JT_STRING)
		return path_syntax_error(p);
	path_text(p, &i->p, &i->n);
	path_skip(p);
	if (path_peek(p) == JT_FLAG) {
		path_skip(p);
		if (path_peek(p) != JT_STRING)
			return path_syntax_error(p);
		path_skip(p);
		if (!regex_flags(p, p->scan.text, p->scan.text_n, &i->flags))
			return false;
	}
	if (err_is_set(p->err) ||
	    (jsonpath_check_regex && !jsonpath_check_regex(p->err, i->p, i->n, i->flags)))
		return false;
	i->with_regex = p->regexes;
	p->regexes = i;
	path_set(p, PREDICATE, i);
	return path_deepen(p, &p->cur, depth);
}

/* && and ||. */
static bool
logic(struct path_parser *p)
{
	enum jsonpath_kind op = p->token == JT_AND ? JP_AND : JP_OR;
	int rank = op == JP_AND;

	if (p->cur.kind == EXPRESSION && !path_reduce(p, OP_UNARY, OP_COMPARE, 0))
		return false;
	if (p->cur.kind == EXPRESSION)
		return path_syntax_error(p);
	path_skip(p);
	return path_reduce(p, OP_LOGIC, OP_LOGIC, rank) && path_push(p, OP_LOGIC, op, rank);
}

/* An expression, and no accessor behind it. *more: an operand is to come. *handled: the token was
 * one that only expressions take. */
static bool
behind_expression(struct path_parser *p, bool *more, bool *handled)
{
	enum jsonpath_kind op = JP_EQUAL;
	int rank;

	*handled = true;
	if (arithmetic(p->token, &op, &rank)) {
		*more = true;
		path_skip(p);
		return path_reduce(p, OP_UNARY, OP_ARITHMETIC, rank) &&
		       path_push(p, OP_ARITHMETIC, op, rank);
	}
	*more = comparison(p->token, &op);
	if (!*more && p->token != JT_STARTS && p->token != JT_LIKE_REGEX) {
		*handled = false;
		return true;
	}
	if (!path_reduce(p, OP_UNARY, OP_ARITHMETIC, 0))
		return false;
	if (!path_takes_predicate(p))
		return path_syntax_error(p);
	if (!*more)
		return p->token == JT_STARTS ? starts_with(p) : like_regex(p);
	path_skip(p);
	return path_push(p, OP_COMPARE, op, 0);
}

/* A predicate in parentheses, closed. */
static bool
behind_parens(struct path_parser *p, int token)
{
	if (is_accessor(token)) {
		p->cur.kind = EXPRESSION;
		p->cur.accessible = true;
		return true;
	}
	if (!path_takes_predicate(p))
		return path_syntax_error(p);
	p->cur.kind = PREDICATE;
	if (token != JT_IS)
		return true;
	path_skip(p);
	return path_expect(p, JT_UNKNOWN) && path_predicate(p, JP_IS_UNKNOWN);
}

static bool
close_parens(struct path_parser *p)
{
	struct jsonpath_item *last = p->cur.head;

	path_pop(p);
	if (p->cur.kind == PREDICATE) {
		p->cur.kind = PREDICATE_IN_PARENS;
		return true;
	}
	while (last->next)
		last = last->next;
	p->cur.tail = last;
	p->cur.accessible = true;
	return true;
}

static bool
close_filter(struct path_parser *p)
{
	struct jsonpath_item *i = path_item(p, JP_FILTER);
	int depth = p->cur.depth;

	i->left = p->cur.head;
	p->cur = path_top(p)->left;
	path_pop(p);
	path_append(p, i);
	return path_deepen(p, &p->cur, depth);
}

/* The predicate of ! or exists, of which the former may take the latter. */
static bool
close_predicate(struct path_parser *p, enum jsonpath_kind op)
{
	path_pop(p);
	if (!path_predicate(p, op))
		return false;
	if (op == JP_EXISTS && path_top(p)->kind == OP_NOT)
		return close_predicate(p, JP_NOT);
	return true;
}

static bool
close_round(struct path_parser *p)
{
	bool predicate = p->cur.kind == PREDICATE;

	switch (path_top(p)->kind) {
	case IN_PARENS:
		path_skip(p);
		return close_parens(p);
	case IN_FILTER:
		path_skip(p);
		return predicate ? close_filter(p) : path_syntax_error(p);
	case IN_NOT:
		path_skip(p);
		if (!predicate)
			return path_syntax_error(p);
		path_pop(p);
		return close_predicate(p, JP_NOT);
	case IN_EXISTS:
		path_skip(p);
		return predicate ? path_syntax_error(p) : close_predicate(p, JP_EXISTS);
	default:
		return path_syntax_error(p);
	}
}

static void
add_bound(struct path_parser *p, struct path_entry *e)
{
	if (e->range) {
		e->subs[e->nsubs - 1].to = p->cur.head;
		return;
	}
	if (e->nsubs == e->subs_cap) {
		int cap = e->subs_cap ? e->subs_cap * 2 : 4;
		struct jsonpath_subscript *more =
			ARENA_ARRAY(p->arena, struct jsonpath_subscript, cap);

		if (e->nsubs)
			memcpy(more, e->subs, sizeof(*more) * (size_t)e->nsubs);
		e->subs = more;
		e->subs_cap = cap;
	}
	e->subs[e->nsubs++].from = p->cur.head;
}

/* ], comma or "to" behind a subscript. */
static bool
behind_subscript(struct path_parser *p, bool *more)
{
	struct path_entry *e = path_top(p);
	struct jsonpath_item *i;
	int depth = p->cur.depth;

	if (e->kind != IN_SUBSCRIPT || p->cur.kind != EXPRESSION || (p->token == JT_TO && e->range))
		return path_syntax_error(p);
	path_skip(p);
	add_bound(p, e);
	e->range = p->token == JT_TO;
	*more = p->token != ']';
	if (*more)
		return path_deepen(p, &e->left, depth);
	i = path_item(p, JP_INDEX_ARRAY);
	i->subs = e->subs;
	i->nsubs = e->nsubs;
	p->cur = e->left;
	path_pop(p);
	path_append(p, i);
	return path_deepen(p, &p->cur, depth);
}

/* What follows an operand. *more: another operand; *end: it was the last. */
static bool
behind(struct path_parser *p, bool *more, bool *end)
{
	int token = path_peek(p);
	bool handled = false;

	*more = *end = false;
	if (token < 0)
		return false;
	if (p->cur.kind == PREDICATE_IN_PARENS)
		return behind_parens(p, token);
	if (p->cur.kind == EXPRESSION && p->cur.accessible && is_accessor(token))
		return path_accessor(p, more);
	if (p->cur.kind == EXPRESSION) {
		if (!behind_expression(p, more, &handled))
			return false;
		if (handled)
			return true;
	}
	if (token == JT_AND || token == JT_OR) {
		*more = true;
		return logic(p);
	}
	if (!path_reduce_all(p))
		return false;
	switch (token) {
	case ')':
		return close_round(p);
	case ']':
	case ',':
	case JT_TO:
		return behind_subscript(p, more);
	case JT_END:
		*end = true;
		return path_top(p)->kind == IN_ALL || path_syntax_error(p);
	default:
		return path_syntax_error(p);
	}
}

static bool
run(struct path_parser *p, bool *strict)
{
	bool done, more, end = false;

	*strict = path_peek(p) == JT_STRICT;
	if (*strict || p->token == JT_LAX)
		path_skip(p);
	if (!path_push(p, IN_ALL, JP_ROOT, 0))
		return false;
	while (!end) {
		do {
			if (!path_operand(p, &done))
				return false;
		} while (!done);
		do {
			if (!behind(p, &more, &end))
				return false;
		} while (!more && !end);
	}
	return true;
}

/* ---- where @ and last may stand ---- */

static bool
check(struct err *e, const struct jsonpath_item *i, int filters, bool subscript)
{
	for (; i; i = i->next) {
		if (i->kind == JP_CURRENT && !filters)
			return err_set(e, ERR_SYNTAX_ERROR, -1,
				       "@ is not allowed in root expressions");
		if (i->kind == JP_LAST && !subscript)
			return err_set(e, ERR_SYNTAX_ERROR, -1,
				       "LAST is allowed only in array subscripts");
		if (i->left && !check(e, i->left, filters + (i->kind == JP_FILTER), subscript))
			return false;
		if (i->right && !check(e, i->right, filters, subscript))
			return false;
		for (int k = 0; k < i->nsubs; k++)
			if (!check(e, i->subs[k].from, filters, true) ||
			    !check(e, i->subs[k].to, filters, true))
				return false;
	}
	return true;
}

bool
jsonpath_parse(struct arena *a, struct err *e, const char *s, size_t n, struct jsonpath *out)
{
	struct path_parser p = {.arena = a, .err = e};
	bool ok;

	p.scan = (struct jsonpath_scan){.arena = a, .err = e, .at = s, .end = s + n};
	*out = (struct jsonpath){0};
	if (path_peek(&p) == JT_END)
		return err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "invalid input syntax for type %s: \"%.*s\"", "jsonpath", (int)n, s);
	ok = run(&p, &out->strict);
	free(p.stack);
	if (!ok || !check(e, p.cur.head, 0, false))
		return false;
	out->root = p.cur.head;
	out->regexes = p.regexes;
	return true;
}
