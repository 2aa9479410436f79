/*
 * jsonb: its canonical form and its order. Depth is bounded by JSON_MAX_DEPTH, which the parser has
 * checked.
 */
#include "types/json_scan.h"
#include "types/numeric.h"
#include "types/read.h"

#include <stdlib.h>

/* ---- canonical form ---- */

int
jsonb_key_compare(const char *a, size_t an, const char *b, size_t bn)
{
	return an != bn ? (an > bn ? 1 : -1) : an ? memcmp(a, b, an) : 0;
}

static int
order_members(const void *x, const void *y)
{
	const struct json *a = x, *b = y;
	int r = jsonb_key_compare(a->key, a->key_n, b->key, b->key_n);

	/* Equal names keep the order in which they were written; parsed ones lie in one text. */
	return r ? r : (a->src > b->src) - (a->src < b->src);
}

static bool
sorted(const struct json *j)
{
	for (int i = 1; i < j->count; i++)
		if (jsonb_key_compare(j->items[i - 1].key, j->items[i - 1].key_n, j->items[i].key,
				      j->items[i].key_n) >= 0)
			return false;
	return true;
}

static void
unique_members(struct json *j)
{
	int n = 0;

	if (sorted(j))
		return;
	qsort(j->items, (size_t)j->count, sizeof(*j->items), order_members);
	for (int i = 0; i < j->count; i++) {
		const struct json *m = &j->items[i], *next = m + 1;

		if (i + 1 == j->count || m->key_n != next->key_n ||
		    memcmp(m->key, next->key, m->key_n) != 0)
			j->items[n++] = *m;
	}
	j->count = n;
}

/* Digits without exponent or leading minus print as they are. */
static bool
plain_number(const struct json *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (!((j->p[i] >= '0' && j->p[i] <= '9') || j->p[i] == '.'))
			return false;
	return j->n < 1000;
}

static bool
normalize_number(struct arena *a, struct err *e, struct json *j)
{
	struct num n;
	struct buf b = BUF_INIT;
	bool ok;

	if (plain_number(j))
		return true;
	if (!num_parse(e, j->p, j->n, &n))
		return false;
	ok = num_check(e, &n);
	if (ok)
		num_print(&n, &b);
	num_release(&n);
	j->n = b.len;
	j->p = buf_dup(&b, a);
	buf_release(&b);
	return ok;
}

bool
jsonb_normalize(struct arena *a, struct err *e, struct json *j)
{
	if (j->kind == JSON_NUMBER)
		return normalize_number(a, e, j);
	for (int i = 0; i < j->count; i++)
		if (!jsonb_normalize(a, e, &j->items[i]))
			return false;
	if (j->kind == JSON_OBJECT)
		unique_members(j);
	return true;
}

bool
jsonb_parse(struct arena *a, struct err *e, const char *s, size_t n, struct json *out)
{
	return json_parse(a, e, s, n, true, out) && jsonb_normalize(a, e, out);
}

bool
jsonb_read(struct arena *a, struct err *e, const struct datum *d, struct json *out)
{
	size_t n;
	const char *s = read_text(a, d, &n);

	return jsonb_parse(a, e, s, n, out);
}

/* ---- text out ---- */

/* Everything but what stands between braces. */
static void
print_scalar(const struct json *j, struct buf *b)
{
	switch (j->kind) {
	case JSON_STRING:
		json_quote(b, j->p, j->n);
		break;
	case JSON_NUMBER:
		buf_add(b, j->p, j->n);
		break;
	case JSON_BOOL:
		buf_puts(b, j->truth ? "true" : "false");
		break;
	default:
		buf_puts(b, "null");
	}
}

void
jsonb_print(const struct json *j, struct buf *b)
{
	if (j->kind < JSON_ARRAY) {
		print_scalar(j, b);
		return;
	}
	buf_putc(b, j->kind == JSON_OBJECT ? '{' : '[');
	for (int i = 0; i < j->count; i++) {
		if (i)
			buf_puts(b, ", ");
		if (j->kind == JSON_OBJECT) {
			json_quote(b, j->items[i].key, j->items[i].key_n);
			buf_puts(b, ": ");
		}
		jsonb_print(&j->items[i], b);
	}
	buf_putc(b, j->kind == JSON_OBJECT ? '}' : ']');
}

static void
new_line(struct buf *b, int level)
{
	buf_putc(b, '\n');
	buf_pad(b, ' ', (size_t)level * 4);
}

static void
pretty(const struct json *j, struct buf *b, int level)
{
	if (j->kind < JSON_ARRAY) {
		print_scalar(j, b);
		return;
	}
	buf_putc(b, j->kind == JSON_OBJECT ? '{' : '[');
	for (int i = 0; i < j->count; i++) {
		if (i)
			buf_putc(b, ',');
		new_line(b, level + 1);
		if (j->kind == JSON_OBJECT) {
			json_quote(b, j->items[i].key, j->items[i].key_n);
			buf_puts(b, ": ");
		}
		pretty(&j->items[i], b, level + 1);
	}
	new_line(b, level);
	buf_putc(b, j->kind == JSON_OBJECT ? '}' : ']');
}

void
jsonb_pretty(const struct json *j, struct buf *b)
{
	pretty(j, b, 0);
}

/* ---- order ---- */

static int
compare_bytes(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = MIN(an, bn);
	int r = n ? memcmp(a, b, n) : 0;

	return r ? r : (an > bn) - (an < bn);
}

static int
compare_inner(const struct json *a, const struct json *b)
{
	int r = 0;

	if (a->kind != b->kind)
		return a->kind > b->kind ? 1 : -1;
	switch (a->kind) {
	case JSON_STRING:
		return compare_bytes(a->p, a->n, b->p, b->n);
	case JSON_NUMBER:
		return numeric_collate(NULL, a->p, a->n, b->p, b->n);
	case JSON_BOOL:
		return a->truth - b->truth;
	case JSON_NULL:
		return 0;
	default:
		break;
	}
	if (a->count != b->count)
		return a->count > b->count ? 1 : -1;
	for (int i = 0; i < a->count && r == 0; i++) {
		if (a->kind == JSON_OBJECT)
			r = compare_bytes(a->items[i].key, a->items[i].key_n, b->items[i].key,
					  b->items[i].key_n);
		if (r == 0)
			r = compare_inner(&a->items[i], &b->items[i]);
	}
	return r;
}

/* A scalar alone sorts as an array of one, below real arrays of as many; so an empty array sorts
 * below every scalar. */
int
jsonb_compare(const struct json *a, const struct json *b)
{
	if (a->kind == JSON_ARRAY && b->kind < JSON_ARRAY)
		return a->count ? 1 : -1;
	if (b->kind == JSON_ARRAY && a->kind < JSON_ARRAY)
		return b->count ? -1 : 1;
	return compare_inner(a, b);
}

bool
jsonb_equal(const struct json *a, const struct json *b)
{
	return compare_inner(a, b) == 0;
}

/* ---- the collation ---- */

/* As compare_inner, of values that were not taken apart. */
static int
compare_nodes(const struct json_node *xs, int i, const struct json_node *ys, int k)
{
	const struct json_node *a = &xs[i], *b = &ys[k];
	enum json_kind kind = a->part.kind;
	int r = 0, n = a->count;

	if (kind != b->part.kind)
		return kind > b->part.kind ? 1 : -1;
	switch (kind) {
	case JSON_NULL:
		return 0;
	case JSON_BOOL: /* f before t */
	case JSON_STRING:
		return compare_bytes(a->part.p, a->part.n, b->part.p, b->part.n);
	case JSON_NUMBER:
		return numeric_collate(NULL, a->part.p, a->part.n, b->part.p, b->part.n);
	default:
		break;
	}
	if (n != b->count)
		return n > b->count ? 1 : -1;
	for (i++, k++; n && r == 0; n--, i = xs[i].next, k = ys[k].next) {
		if (kind == JSON_OBJECT)
			r = compare_bytes(xs[i].key, xs[i].key_n, ys[k].key, ys[k].key_n);
		if (r == 0)
			r = compare_nodes(xs, i, ys, k);
	}
	return r;
}

static int
compare_whole_nodes(const struct json_node *a, const struct json_node *b)
{
	if (a->part.kind == JSON_ARRAY && b->part.kind < JSON_ARRAY)
		return a->count ? 1 : -1;
	if (b->part.kind == JSON_ARRAY && a->part.kind < JSON_ARRAY)
		return b->count ? -1 : 1;
	return compare_nodes(a, 0, b, 0);
}

static int
compare_parsed(const char *a, size_t an, const char *b, size_t bn)
{
	struct arena tmp = ARENA_INIT;
	struct err err;
	struct json x, y;
	int r;

	err_init(&err);
	if (jsonb_parse(&tmp, &err, a, an, &x) && jsonb_parse(&tmp, &err, b, bn, &y))
		r = jsonb_compare(&x, &y);
	else
		r = compare_bytes(a, an, b, bn);
	err_release(&err);
	arena_release(&tmp);
	return r;
}

int
jsonb_collate(const struct type *t UNUSED, const char *a, size_t an, const char *b, size_t bn)
{
	enum { FEW = 48 };
	struct json_node xs[FEW], ys[FEW];

	if (an == bn && memcmp(a, b, an) == 0)
		return 0;
	if (json_scan_nodes(a, an, xs, FEW) && json_scan_nodes(b, bn, ys, FEW))
		return compare_whole_nodes(xs, ys);
	return compare_parsed(a, an, b, bn);
}
