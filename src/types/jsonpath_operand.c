/*
 * The parser of jsonpath: operands and accessors.
 */
#include "types/jsonpath_parser.h"
#include "types/read.h"

#include <limits.h>

/* ---- operands ---- */

bool
path_scalar(struct path_parser *p, enum jsonpath_kind kind)
{
	struct jsonpath_item *i = path_item(p, kind);

	switch (kind) {
	case JP_STRING:
		i->value.kind = JSON_STRING;
		path_text(p, &i->value.p, &i->value.n);
		break;
	case JP_NUMBER:
		if (!path_number(p, i))
			return false;
		break;
	case JP_BOOL:
		i->value = (struct json){.kind = JSON_BOOL, .truth = p->token == JT_TRUE};
		break;
	case JP_VARIABLE:
		path_text(p, &i->p, &i->n);
		break;
	default:
		break;
	}
	path_skip(p);
	path_set(p, EXPRESSION, i);
	p->cur.accessible = true;
	return true;
}

static bool
open_exists(struct path_parser *p)
{
	path_skip(p);
	return path_expect(p, '(') && path_push(p, IN_EXISTS, JP_EXISTS, 0);
}

/* Behind !. */
static bool
negated(struct path_parser *p)
{
	if (path_peek(p) == JT_EXISTS)
		return open_exists(p);
	if (p->token != '(')
		return path_syntax_error(p);
	path_skip(p);
	return path_push(p, IN_NOT, JP_NOT, 0);
}

bool
path_operand(struct path_parser *p, bool *done)
{
	*done = false;
	if (path_top(p)->kind == OP_NOT)
		return negated(p);
	switch (path_peek(p)) {
	case '(':
		path_skip(p);
		return path_push(p, IN_PARENS, JP_ROOT, 0);
	case '+':
	case '-':
		path_skip(p);
		return path_push(p, OP_UNARY, p->token == '+' ? JP_PLUS : JP_MINUS, 3);
	case JT_NOT:
		if (!path_takes_predicate(p))
			return path_syntax_error(p);
		path_skip(p);
		return path_push(p, OP_NOT, JP_NOT, 0);
	case JT_EXISTS:
		return path_takes_predicate(p) ? open_exists(p) : path_syntax_error(p);
	default:
		break;
	}
	*done = true;
	switch (p->token) {
	case JT_STRING:
		return path_scalar(p, JP_STRING);
	case JT_NUMERIC:
	case JT_INT:
		return path_scalar(p, JP_NUMBER);
	case JT_NULL:
		return path_scalar(p, JP_NULL);
	case JT_TRUE:
	case JT_FALSE:
		return path_scalar(p, JP_BOOL);
	case JT_VARIABLE:
		return path_scalar(p, JP_VARIABLE);
	case '$':
		return path_scalar(p, JP_ROOT);
	case '@':
		return path_scalar(p, JP_CURRENT);
	case JT_LAST:
		return path_scalar(p, JP_LAST);
	default:
		return path_syntax_error(p);
	}
}

/* ---- accessors ---- */

/* A level of .**{…}. */
static bool
take_level(struct path_parser *p, uint32_t *level)
{
	int64_t v;

	if (path_peek(p) == JT_LAST) {
		path_skip(p);
		*level = JSONPATH_LAST_LEVEL;
		return true;
	}
	if (p->token != JT_INT)
		return path_syntax_error(p);
	if (!parse_int(p->err, "integer", p->scan.text, p->scan.text_n, INT_MIN, INT_MAX, &v))
		return false;
	path_skip(p);
	*level = (uint32_t)v;
	return true;
}

static bool
take_any(struct path_parser *p)
{
	struct jsonpath_item *i = path_item(p, JP_ANY);

	path_skip(p);
	i->last = JSONPATH_LAST_LEVEL;
	path_append(p, i);
	if (path_peek(p) != '{')
		return p->token >= 0;
	path_skip(p);
	if (!take_level(p, &i->first))
		return false;
	i->last = i->first;
	if (path_peek(p) == JT_TO) {
		path_skip(p);
		if (!take_level(p, &i->last))
			return false;
	}
	return path_expect(p, '}');
}

/* The method that a word names; JP_NULL: none. */
static enum jsonpath_kind
method(int token)
{
	switch (token) {
	case JT_ABS:
		return JP_ABS;
	case JT_SIZE:
		return JP_SIZE;
	case JT_TYPE:
		return JP_TYPE;
	case JT_FLOOR:
		return JP_FLOOR;
	case JT_DOUBLE:
		return JP_DOUBLE;
	case JT_CEILING:
		return JP_CEILING;
	case JT_KEYVALUE:
		return JP_KEYVALUE;
	case JT_DATETIME:
		return JP_DATETIME;
	default:
		return JP_NULL;
	}
}

/* A key, or a method when it is called. */
static bool
take_name(struct path_parser *p)
{
	struct jsonpath_item *i = path_item(p, JP_KEY);
	enum jsonpath_kind m = method(p->token);

	path_text(p, &i->p, &i->n);
	path_skip(p);
	path_append(p, i);
	if (m == JP_NULL || path_peek(p) != '(')
		return m == JP_NULL || p->token >= 0;
	path_skip(p);
	i->kind = m;
	i->p = NULL;
	if (m == JP_DATETIME && path_peek(p) == JT_STRING) {
		path_text(p, &i->p, &i->n);
		path_skip(p);
	}
	return path_expect(p, ')');
}

static bool
take_dotted(struct path_parser *p)
{
	path_skip(p);
	switch (path_peek(p)) {
	case '*':
		path_skip(p);
		path_append(p, path_item(p, JP_ANY_KEY));
		return true;
	case JT_ANY:
		return take_any(p);
	case JT_IDENT:
	case JT_STRING:
		return take_name(p);
	default:
		return p->token >= JT_IS ? take_name(p) : path_syntax_error(p);
	}
}

bool
path_accessor(struct path_parser *p, bool *more)
{
	switch (p->token) {
	case '.':
		return take_dotted(p);
	case '[':
		path_skip(p);
		if (path_peek(p) == '*') {
			path_skip(p);
			path_append(p, path_item(p, JP_ANY_ARRAY));
			return path_expect(p, ']');
		}
		*more = true;
		return p->token >= 0 && path_push(p, IN_SUBSCRIPT, JP_INDEX_ARRAY, 0);
	default:
		path_skip(p);
		*more = true;
		return path_expect(p, '(') && path_push(p, IN_FILTER, JP_FILTER, 0);
	}
}
