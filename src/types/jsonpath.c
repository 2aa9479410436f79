/*
 * jsonpath: its text and its conversions.
 */
#include "types/jsonpath.h"
#include "base/utf8.h"
#include "types/families.h"
#include "types/read.h"

#include <inttypes.h>

bool (*jsonpath_check_regex)(struct err *e, const char *s, size_t n, unsigned flags);

/* ---- text ---- */

const char *
jsonpath_operation_name(enum jsonpath_kind kind)
{
	static const char *const names[] = {
		[JP_AND] = "&&",
		[JP_OR] = "||",
		[JP_EQUAL] = "==",
		[JP_NOT_EQUAL] = "!=",
		[JP_LESS] = "<",
		[JP_GREATER] = ">",
		[JP_LESS_EQUAL] = "<=",
		[JP_GREATER_EQUAL] = ">=",
		[JP_STARTS_WITH] = "starts with",
		[JP_LIKE_REGEX] = "like_regex",
		[JP_ADD] = "+",
		[JP_PLUS] = "+",
		[JP_SUB] = "-",
		[JP_MINUS] = "-",
		[JP_MUL] = "*",
		[JP_DIV] = "/",
		[JP_MOD] = "%",
		[JP_TYPE] = "type",
		[JP_SIZE] = "size",
		[JP_ABS] = "abs",
		[JP_FLOOR] = "floor",
		[JP_CEILING] = "ceiling",
		[JP_DOUBLE] = "double",
		[JP_DATETIME] = "datetime",
		[JP_KEYVALUE] = "keyvalue",
	};

	return names[kind];
}

/* How tightly an operator binds; everything else most tightly. */
static int
rank(enum jsonpath_kind kind)
{
	switch (kind) {
	case JP_OR:
		return 0;
	case JP_AND:
		return 1;
	case JP_EQUAL:
	case JP_NOT_EQUAL:
	case JP_LESS:
	case JP_GREATER:
	case JP_LESS_EQUAL:
	case JP_GREATER_EQUAL:
	case JP_STARTS_WITH:
		return 2;
	case JP_ADD:
	case JP_SUB:
		return 3;
	case JP_MUL:
	case JP_DIV:
	case JP_MOD:
		return 4;
	case JP_PLUS:
	case JP_MINUS:
		return 5;
	default:
		return 6;
	}
}

struct printer {
	struct buf *b;
	bool stored;
};

static void print_chain(const struct printer *p, const struct jsonpath_item *i, bool parens);

static void
print_operand(const struct printer *p, const struct jsonpath_item *of,
	      const struct jsonpath_item *i)
{
	print_chain(p, i, rank(i->kind) <= rank(of->kind));
}

static void
print_regex(const struct printer *p, const struct jsonpath_item *i)
{
	static const char letters[] = "ismxq";

	print_operand(p, i, i->left);
	buf_puts(p->b, " like_regex ");
	json_quote(p->b, i->p, i->n);
	if (!i->flags)
		return;
	buf_puts(p->b, " flag \"");
	for (int k = 0; letters[k]; k++)
		if (i->flags & (1u << k))
			buf_putc(p->b, letters[k]);
	buf_putc(p->b, '"');
}

/* An operator with its operands. */
static void
print_operator(const struct printer *p, const struct jsonpath_item *i, bool parens)
{
	if (parens)
		buf_putc(p->b, '(');
	if (i->kind == JP_LIKE_REGEX) {
		print_regex(p, i);
	} else if (!i->right) {
		buf_puts(p->b, jsonpath_operation_name(i->kind));
		print_operand(p, i, i->left);
	} else {
		print_operand(p, i, i->left);
		buf_printf(p->b, " %s ", jsonpath_operation_name(i->kind));
		print_operand(p, i, i->right);
	}
	if (parens)
		buf_putc(p->b, ')');
}

/* !, is unknown, exists, a filter: text around what stands for itself. */
static void
print_around(const struct printer *p, const char *before, const struct jsonpath_item *i,
	     const char *after)
{
	bool parens = p->stored && i->next && i->kind != JP_FILTER;

	buf_puts(p->b, parens ? "(" : "");
	buf_puts(p->b, before);
	print_chain(p, i->left, false);
	buf_puts(p->b, after);
	buf_puts(p->b, parens ? ")" : "");
}

static void
print_level(struct buf *b, uint32_t level)
{
	if (level == JSONPATH_LAST_LEVEL)
		buf_puts(b, "last");
	else
		buf_printf(b, "%" PRIu32, level);
}

static void
print_any(struct buf *b, const struct jsonpath_item *i)
{
	buf_puts(b, ".**");
	if (i->first == 0 && i->last == JSONPATH_LAST_LEVEL)
		return;
	buf_putc(b, '{');
	print_level(b, i->first);
	if (i->first != i->last) {
		buf_puts(b, " to ");
		print_level(b, i->last);
	}
	buf_putc(b, '}');
}

static void
print_subscripts(const struct printer *p, const struct jsonpath_item *i)
{
	buf_putc(p->b, '[');
	for (int k = 0; k < i->nsubs; k++) {
		if (k)
			buf_putc(p->b, ',');
		print_chain(p, i->subs[k].from, false);
		if (!i->subs[k].to)
			continue;
		buf_puts(p->b, " to ");
		print_chain(p, i->subs[k].to, false);
	}
	buf_putc(p->b, ']');
}

static void
print_literal(struct buf *b, const struct jsonpath_item *i)
{
	bool parens = i->kind == JP_NUMBER && i->next;

	buf_puts(b, parens ? "(" : "");
	jsonb_print(&i->value, b);
	buf_puts(b, parens ? ")" : "");
}

static void
print_method(struct buf *b, const struct jsonpath_item *i)
{
	buf_printf(b, ".%s(", jsonpath_operation_name(i->kind));
	if (i->kind == JP_DATETIME && i->p)
		json_quote(b, i->p, i->n);
	buf_putc(b, ')');
}

static void
print_item(const struct printer *p, const struct jsonpath_item *i, bool parens)
{
	switch (i->kind) {
	case JP_NULL:
	case JP_STRING:
	case JP_NUMBER:
	case JP_BOOL:
		print_literal(p->b, i);
		break;
	case JP_NOT:
		print_around(p, "!(", i, ")");
		break;
	case JP_IS_UNKNOWN:
		print_around(p, "(", i, ") is unknown");
		break;
	case JP_EXISTS:
		print_around(p, "exists (", i, ")");
		break;
	case JP_FILTER:
		print_around(p, "?(", i, ")");
		break;
	case JP_ROOT:
		buf_putc(p->b, '$');
		break;
	case JP_CURRENT:
		buf_putc(p->b, '@');
		break;
	case JP_LAST:
		buf_puts(p->b, "last");
		break;
	case JP_VARIABLE:
	case JP_KEY:
		buf_putc(p->b, i->kind == JP_KEY ? '.' : '$');
		json_quote(p->b, i->p, i->n);
		break;
	case JP_ANY_ARRAY:
		buf_puts(p->b, "[*]");
		break;
	case JP_ANY_KEY:
		buf_puts(p->b, ".*");
		break;
	case JP_INDEX_ARRAY:
		print_subscripts(p, i);
		break;
	case JP_ANY:
		print_any(p->b, i);
		break;
	case JP_TYPE:
	case JP_SIZE:
	case JP_ABS:
	case JP_FLOOR:
	case JP_CEILING:
	case JP_DOUBLE:
	case JP_DATETIME:
	case JP_KEYVALUE:
		print_method(p->b, i);
		break;
	default:
		print_operator(p, i, parens || (p->stored && i->next));
	}
}

/* An item and the accessors behind it. */
static void
print_chain(const struct printer *p, const struct jsonpath_item *i, bool parens)
{
	for (; i; i = i->next)
		print_item(p, i, parens);
}

void
jsonpath_print(const struct jsonpath *path, bool stored, struct buf *b)
{
	struct printer p = {b, stored};

	if (path->strict)
		buf_puts(b, "strict ");
	print_chain(&p, path->root, true);
}

/* ---- conversions ---- */

static bool
jsonpath_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
	    int32_t typmod UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct jsonpath path;

	if (!jsonpath_parse(c->arena, c->err, s, n, &path))
		return false;
	jsonpath_print(&path, true, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
jsonpath_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	     int32_t typmod UNUSED, struct buf *b)
{
	struct jsonpath path;
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	if (!jsonpath_parse(c->arena, c->err, s, n, &path))
		return false;
	jsonpath_print(&path, false, b);
	return true;
}

static bool
jsonpath_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	      struct datum *out)
{
	const char *s = p;

	if (n < 1)
		return bad_binary(c->err);
	if (*s != 1)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "unsupported jsonpath version number: %d", (unsigned char)*s);
	return utf8_verify(s + 1, n - 1, c->err) && jsonpath_in(c, t, s + 1, n - 1, typmod, out);
}

static bool
jsonpath_send(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	      struct buf *b)
{
	buf_putc(b, 1);
	return jsonpath_out(c, t, d, typmod, b);
}

const struct type types_jsonpath[] = {
	{.oid = T_JSONPATH,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = jsonpath_in,
	 .out = jsonpath_out,
	 .recv = jsonpath_recv,
	 .send = jsonpath_send},
	{0},
};
