/*
 * pg_column_size: the bytes that PostgreSQL's own form of a value has in memory, neither packed nor
 * compressed.
 */
#include "catalog/snapshot.h"
#include "catalog/rows.h"
#include "func/json_args.h"
#include "func/tables.h"

enum { VARLENA_HEADER = 4, MAX_NESTING = 64 };

static bool size_of(struct fcall *c, const struct type *t, const struct datum *d, int depth,
		    size_t *size);

static size_t
aligned(size_t n, char align)
{
	size_t to = align == 'd' ? 8 : align == 'i' ? 4 : align == 's' ? 2 : 1;

	return (n + to - 1) / to * to;
}

static char
alignment(const struct type *t)
{
	return t->oid < FIRST_USER_OID ? type_layout(t).align : t->typtype == 'c' ? 'd' : 'i';
}

/* From the binary form: groups of four digits, weight, sign, scale. A short header does for small
 * weights and scales, and for NaN. */
static size_t
numeric_size(const char *p)
{
	int groups = be16_get(p), scale = be16_get(p + 6);
	int16_t weight = (int16_t)be16_get(p + 2);
	bool special = be16_get(p + 4) & 0x8000;
	bool brief = special || (scale <= 63 && weight >= -64 && weight <= 63);

	return VARLENA_HEADER + (brief ? 2 : 4) + 2 * (size_t)(special ? 0 : groups);
}

static size_t
json_number_size(struct fcall *c, const struct json *j)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct datum d = datum_text(j->p, j->n);
	struct buf b = BUF_INIT;
	size_t n = 0;

	if (type_binary_out(&tc, type_builtin(T_NUMERIC), &d, -1, &b))
		n = numeric_size(b.data);
	buf_release(&b);
	return n;
}

/* Where the data of a container ends that starts at at: a word, a word for each key and value, the
 * keys, the values. Numbers and containers are aligned. Depth is bounded: JSON_MAX_DEPTH. */
static size_t
jsonb_end(struct fcall *c, const struct json *j, size_t at)
{
	bool object = j->kind == JSON_OBJECT;

	at = aligned(at, 'i') + 4 + 4 * (size_t)j->count * (object ? 2 : 1);
	for (int i = 0; object && i < j->count; i++)
		at += j->items[i].key_n;
	for (int i = 0; i < j->count; i++) {
		const struct json *item = &j->items[i];

		if (item->kind == JSON_ARRAY || item->kind == JSON_OBJECT)
			at = jsonb_end(c, item, at);
		else if (item->kind == JSON_NUMBER)
			at = aligned(at, 'i') + json_number_size(c, item);
		else if (item->kind == JSON_STRING)
			at += item->n;
	}
	return at;
}

static bool
jsonb_size(struct fcall *c, const struct datum *d, size_t *size)
{
	struct json j, alone = {.kind = JSON_ARRAY, .count = 1, .items = &j};

	if (!jsonb_read(c->arena, c->err, d, &j))
		return false;
	*size = VARLENA_HEADER +
		jsonb_end(c, j.kind == JSON_ARRAY || j.kind == JSON_OBJECT ? &j : &alone, 0);
	return true;
}

/* Adds one value to data, as a heap tuple or a range has it: what is short enough is packed, with a
 * header of one byte and no alignment. */
static size_t
added(size_t data, const struct type *t, size_t size)
{
	if (t->len == -1 && t->typtype != 'c' && size - VARLENA_HEADER + 1 <= 127)
		return data + size - VARLENA_HEADER + 1;
	return aligned(data, alignment(t)) + size;
}

static bool
array_size(struct fcall *c, const struct type *t, const struct datum *d, int depth, size_t *size)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *elem = tc.find(tc.find_arg, t->elem_oid);
	struct array v;
	size_t data = 0, one;
	bool nulls = false;

	if (!array_read(c->arena, c->err, t, d, &v))
		return false;
	for (int i = 0; i < v.n; i++) {
		struct datum item;

		nulls |= !v.items[i].p;
		if (!v.items[i].p)
			continue;
		if (!ret_item(c, elem, &v.items[i], &item) ||
		    !size_of(c, elem, &item, depth + 1, &one))
			return false;
		data = aligned(data + one, alignment(elem));
	}
	*size = 16 + 8 * (size_t)v.ndim;
	*size = nulls ? aligned(*size + ((size_t)v.n + 7) / 8, 'd') : aligned(*size, 'd');
	*size += data;
	return true;
}

static bool
record_size(struct fcall *c, const struct type *t, const struct datum *d, int depth, size_t *size)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r;
	size_t data = 0, one;
	bool nulls = false;

	if (!record_read(&tc, t, d, &r))
		return false;
	for (int i = 0; i < r.n; i++) {
		const struct type *column = record_column_type(&tc, &r, i);
		struct datum item;

		nulls |= !r.items[i].p;
		if (!r.items[i].p)
			continue;
		if (!ret_item(c, column, &r.items[i], &item) ||
		    !size_of(c, column, &item, depth + 1, &one))
			return false;
		data = added(data, column, one);
	}
	*size = aligned(23 + (nulls ? ((size_t)r.n + 7) / 8 : 0), 'd') + data;
	return true;
}

/* The bounds of a range's binary form – flags, then each bound with its length – added to *data. */
static bool
add_bounds(struct fcall *c, const struct type *sub, const char *p, size_t n, int depth,
	   size_t *data)
{
	struct type_ctx tc = fcall_type_ctx(c);
	size_t at = 1, one;
	struct datum d;

	while (at + 4 <= n && be32_get(p + at) <= n - at - 4) {
		size_t len = be32_get(p + at);

		if (!type_binary_in(&tc, sub, p + at + 4, len, -1, &d) ||
		    !size_of(c, sub, &d, depth + 1, &one))
			return false;
		*data = added(*data, sub, one);
		at += 4 + len;
	}
	return true;
}

/* Header, the type's OID, bounds, flags. */
static bool
range_size(struct fcall *c, const struct type *t, const struct buf *b, int depth, size_t *size)
{
	*size = VARLENA_HEADER + 4;
	if (!add_bounds(c, t->of, b->data, b->len, depth, size))
		return false;
	*size += 1;
	return true;
}

/* Header, the type's OID, how many, an offset for each but the first, their flags, the bounds. */
static bool
multirange_size(struct fcall *c, const struct type *t, const struct buf *b, int depth, size_t *size)
{
	const struct type *sub = t->of->of;
	size_t count = b->len >= 4 ? be32_get(b->data) : 0, at = 4;

	*size = VARLENA_HEADER + 8;
	if (count)
		*size = aligned(*size + 4 * (count - 1) + count, alignment(sub));
	while (at + 4 <= b->len && be32_get(b->data + at) <= b->len - at - 4) {
		size_t n = be32_get(b->data + at);

		if (!add_bounds(c, sub, b->data + at + 4, n, depth, size))
			return false;
		at += 4 + n;
	}
	return true;
}

static bool
ranges_size(struct fcall *c, const struct type *t, const struct datum *d, int depth, size_t *size)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, t, d, -1, &b);

	if (ok)
		ok = (t->typtype == 'r' ? range_size : multirange_size)(c, t, &b, depth, size);
	buf_release(&b);
	return ok;
}

/* Types whose form follows from their binary one. */
static bool
binary_size(struct fcall *c, const struct type *t, const struct datum *d, size_t *size)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, t, d, -1, &b);

	if (ok && t->oid == T_NUMERIC)
		*size = numeric_size(b.data);
	else if (ok && t->category == 'I') /* family, bits, is_cidr, length, the address */
		*size = VARLENA_HEADER + 2 + (size_t)(uint8_t)b.data[3];
	else if (ok)
		*size = VARLENA_HEADER + b.len;
	buf_release(&b);
	return ok;
}

static bool
size_of(struct fcall *c, const struct type *t, const struct datum *d, int depth, size_t *size)
{
	size_t n;

	while (t->typtype == 'd' && t->of)
		t = t->of;
	if (depth > MAX_NESTING)
		return err_set(c->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
	if (t->typtype == 'r' || t->typtype == 'm')
		return ranges_size(c, t, d, depth, size);
	if (t->oid == T_RECORD || t->typtype == 'c')
		return record_size(c, t, d, depth, size);
	if (t->elem_oid && t->len == -1)
		return array_size(c, t, d, depth, size);
	if (t->len > 0) {
		*size = (size_t)t->len;
		return true;
	}
	if (t->oid == T_JSONB)
		return jsonb_size(c, d, size);
	if (t->oid == T_NUMERIC || t->category == 'I' || t->oid == T_BIT || t->oid == T_VARBIT)
		return binary_size(c, t, d, size);
	arg_text(c, d, &n);
	*size = t->len == -2 ? n + 1 : n + VARLENA_HEADER;
	return true;
}

static bool
fn_column_size(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t size, n;

	if (!size_of(c, c->types->args[0], &args[0], 0, &size))
		return false;
	/* character(n) is padded. */
	if (c->types->args[0]->oid == T_BPCHAR && c->types->typmods[0] > 0) {
		arg_text(c, &args[0], &n);
		size = VARLENA_HEADER + MAX(n, (size_t)c->types->typmods[0] - 4);
	}
	*out = datum_int((int64_t)size);
	return true;
}

/* Nothing is compressed. */
static bool
fn_column_compression(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
		      struct datum *out UNUSED)
{
	return true;
}

const struct func func_datum_size[] = {
	FUNC_T("pg_column_size", fn_column_size),
	FUNC_T("pg_column_compression", fn_column_compression),
	FUNC_END,
};
