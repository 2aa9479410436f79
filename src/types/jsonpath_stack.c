/*
 * The parser of jsonpath: what it stands on – tokens, new items, the stack and the operators that
 * leave it.
 */
#include "types/jsonpath_parser.h"
#include "types/numeric.h"

/* Symbols that PostgreSQL's parser can have waiting. */
enum { MAX_SYMBOLS = 9999 };

static int
weight(enum path_entry_kind kind)
{
	static const int symbols[] = {
		[IN_ALL] = 1,     [IN_PARENS] = 1,    [IN_NOT] = 1,   [IN_FILTER] = 3,
		[IN_EXISTS] = 2,  [IN_SUBSCRIPT] = 2, [OP_UNARY] = 1, [OP_ARITHMETIC] = 2,
		[OP_COMPARE] = 2, [OP_LOGIC] = 2,     [OP_NOT] = 1,
	};

	return symbols[kind];
}

/* ---- tokens ---- */

int
path_peek(struct path_parser *p)
{
	if (!p->have) {
		p->token = jsonpath_scan(&p->scan);
		p->have = true;
	}
	return p->token;
}

void
path_skip(struct path_parser *p)
{
	p->have = false;
}

bool
path_syntax_error(struct path_parser *p)
{
	return p->token >= 0 && jsonpath_scan_error(&p->scan, "syntax error");
}

bool
path_expect(struct path_parser *p, int token)
{
	if (path_peek(p) != token)
		return path_syntax_error(p);
	path_skip(p);
	return true;
}

/* ---- items ---- */

struct jsonpath_item *
path_item(struct path_parser *p, enum jsonpath_kind kind)
{
	struct jsonpath_item *i = ARENA_NEW(p->arena, struct jsonpath_item);

	i->kind = kind;
	return i;
}

static bool
too_deep(struct path_parser *p)
{
	return err_set(p->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
}

bool
path_deepen(struct path_parser *p, struct path_operand *o, int below)
{
	o->depth = MAX(o->depth, below + 1);
	return o->depth <= JSONPATH_MAX_DEPTH || too_deep(p);
}

void
path_set(struct path_parser *p, enum path_operand_kind kind, struct jsonpath_item *i)
{
	p->cur = (struct path_operand){.kind = kind, .head = i, .tail = i};
}

void
path_append(struct path_parser *p, struct jsonpath_item *i)
{
	p->cur.tail->next = i;
	p->cur.tail = i;
}

void
path_text(struct path_parser *p, const char **s, size_t *n)
{
	*s = arena_strndup(p->arena, p->scan.text, p->scan.text_n);
	*n = p->scan.text_n;
}

static bool
set_number(struct path_parser *p, struct jsonpath_item *i, const struct num *v)
{
	struct buf b = BUF_INIT;

	if (!num_check(p->err, v))
		return false;
	num_print(v, &b);
	i->value = (struct json){.kind = JSON_NUMBER, .p = buf_dup(&b, p->arena), .n = b.len};
	buf_release(&b);
	return true;
}

bool
path_number(struct path_parser *p, struct jsonpath_item *i)
{
	struct num v;
	bool ok;

	if (!num_parse(p->err, p->scan.text, p->scan.text_n, &v))
		return false;
	ok = set_number(p, i, &v);
	num_release(&v);
	return ok;
}

/* ---- the stack ---- */

struct path_entry *
path_top(struct path_parser *p)
{
	return &p->stack[p->n - 1];
}

bool
path_push(struct path_parser *p, enum path_entry_kind kind, enum jsonpath_kind op, int rank)
{
	p->symbols += weight(kind);
	if (p->symbols >= MAX_SYMBOLS)
		return jsonpath_scan_error(&p->scan, "memory exhausted");
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->stack = xrealloc(p->stack, sizeof(*p->stack) * (size_t)p->cap);
	}
	p->stack[p->n++] =
		(struct path_entry){.kind = kind, .op = op, .rank = rank, .left = p->cur};
	return true;
}

void
path_pop(struct path_parser *p)
{
	p->symbols -= weight(path_top(p)->kind);
	p->n--;
}

bool
path_takes_predicate(struct path_parser *p)
{
	switch (path_top(p)->kind) {
	case IN_ALL:
	case IN_PARENS:
	case IN_NOT:
	case IN_FILTER:
	case OP_LOGIC:
		return true;
	default:
		return false;
	}
}

/* ---- operators over finished operands ---- */

static bool
make_unary(struct path_parser *p, enum jsonpath_kind op)
{
	struct jsonpath_item *arg = p->cur.head, *i;
	int depth = p->cur.depth;

	if (arg->kind == JP_NUMBER && !arg->next) {
		struct num v;
		bool ok;

		if (op == JP_PLUS)
			return true;
		if (!num_parse(p->err, arg->value.p, arg->value.n, &v))
			return false;
		num_neg(&v);
		i = path_item(p, JP_NUMBER);
		ok = set_number(p, i, &v);
		num_release(&v);
		path_set(p, EXPRESSION, i);
		return ok;
	}
	i = path_item(p, op);
	i->left = arg;
	path_set(p, EXPRESSION, i);
	return path_deepen(p, &p->cur, depth);
}

bool
path_binary(struct path_parser *p, enum path_operand_kind kind, enum jsonpath_kind op,
	    const struct path_operand *left)
{
	struct jsonpath_item *i = path_item(p, op);
	int depth = MAX(left->depth, p->cur.depth);

	i->left = left->head;
	i->right = p->cur.head;
	path_set(p, kind, i);
	return path_deepen(p, &p->cur, depth);
}

bool
path_predicate(struct path_parser *p, enum jsonpath_kind op)
{
	struct jsonpath_item *i = path_item(p, op);
	int depth = p->cur.depth;

	i->left = p->cur.head;
	path_set(p, PREDICATE, i);
	return path_deepen(p, &p->cur, depth);
}

bool
path_reduce(struct path_parser *p, enum path_entry_kind from, enum path_entry_kind to, int rank)
{
	while (path_top(p)->kind >= from && path_top(p)->kind <= to && path_top(p)->rank >= rank) {
		struct path_entry e = *path_top(p);

		path_pop(p);
		if (!(e.kind == OP_UNARY
			      ? make_unary(p, e.op)
			      : path_binary(p, e.kind == OP_ARITHMETIC ? EXPRESSION : PREDICATE,
					    e.op, &e.left)))
			return false;
	}
	return true;
}

bool
path_reduce_all(struct path_parser *p)
{
	if (p->cur.kind == EXPRESSION && !path_reduce(p, OP_UNARY, OP_COMPARE, 0))
		return false;
	if (p->cur.kind == EXPRESSION)
		return path_top(p)->kind != OP_LOGIC || path_syntax_error(p);
	return path_reduce(p, OP_LOGIC, OP_LOGIC, 0);
}
