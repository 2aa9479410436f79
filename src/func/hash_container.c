/*
 * Hashes of arrays, rows, ranges and jsonb: combined from those of what is in them.
 */
#include "func/array_args.h"
#include "func/hash.h"
#include "types/json.h"
#include "types/record.h"

/* What 31 * result + item is to PostgreSQL. */
static uint64_t
add_item(uint64_t result, uint64_t item)
{
	return (result << 5) - result + item;
}

/* Both halves turned left by one bit, each by itself. */
static uint64_t
turn(uint64_t v)
{
	return (v << 1 & 0xfffffffefffffffeULL) | (v >> 31 & 0x100000001ULL);
}

bool
hash_array_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		 uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *elem = tc.find(tc.find_arg, t->elem_oid);
	struct array v;

	if (!hash_check(c, elem) || !array_read(c->arena, c->err, t, d, &v))
		return false;
	*hash = 1;
	for (int i = 0; i < v.n; i++) {
		struct datum item;
		uint64_t one = 0;

		if (v.items[i].p && (!ret_item(c, elem, &v.items[i], &item) ||
				     !hash_value(c, elem, &item, seed, &one)))
			return false;
		*hash = add_item(*hash, one);
	}
	return true;
}

bool
hash_record_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		  uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r;

	if (!record_read(&tc, t, d, &r))
		return false;
	*hash = 0;
	for (int i = 0; i < r.n; i++) {
		const struct type *column = record_column_type(&tc, &r, i);
		struct datum item;
		uint64_t one = 0;

		if (!hash_check(c, column))
			return false;
		if (r.items[i].p && (!ret_item(c, column, &r.items[i], &item) ||
				     !hash_value(c, column, &item, seed, &one)))
			return false;
		*hash = add_item(*hash, one);
	}
	return true;
}

/* ---- ranges, from their binary form: flags, then each bound with its length ---- */

enum { RANGE_EMPTY = 1, LOWER_INFINITE = 8, UPPER_INFINITE = 16 };

static bool
hash_bound(struct fcall *c, const struct type *sub, const char **p, const char *end, uint64_t seed,
	   uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct datum d;
	size_t n;

	if (end - *p < 4 || (n = be32_get(*p)) > (size_t)(end - *p) - 4)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "a range's binary form is cut");
	if (!type_binary_in(&tc, sub, *p + 4, n, -1, &d) || !hash_value(c, sub, &d, seed, hash))
		return false;
	*p += 4 + n;
	return true;
}

static bool
hash_range_bytes(struct fcall *c, const struct type *sub, const char *p, size_t n, uint64_t seed,
		 uint64_t *hash)
{
	const char *end = p + n;
	uint64_t lower = 0, upper = 0;
	int flags = n ? (uint8_t)*p++ : RANGE_EMPTY;

	if (!(flags & (RANGE_EMPTY | LOWER_INFINITE)) && !hash_bound(c, sub, &p, end, seed, &lower))
		return false;
	if (!(flags & (RANGE_EMPTY | UPPER_INFINITE)) && !hash_bound(c, sub, &p, end, seed, &upper))
		return false;
	*hash = turn(hash_word((uint32_t)flags, seed) ^ lower) ^ upper;
	return true;
}

bool
hash_range_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		 uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, t, d, -1, &b) &&
		  hash_range_bytes(c, t->of, b.data, b.len, seed, hash);

	buf_release(&b);
	return ok;
}

/* The binary form: how many ranges, then each with its length. */
bool
hash_multirange_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		      uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, t, d, -1, &b);
	size_t at = 4;

	*hash = 1;
	while (ok && at + 4 <= b.len) {
		size_t n = be32_get(b.data + at);
		uint64_t one = 0;

		ok = n <= b.len - at - 4 &&
		     hash_range_bytes(c, t->of->of, b.data + at + 4, n, seed, &one);
		*hash = add_item(*hash, one);
		at += 4 + n;
	}
	buf_release(&b);
	return ok;
}

/* ---- jsonb ---- */

static bool
hash_json_scalar(struct fcall *c, const struct json *j, uint64_t seed, uint64_t *hash)
{
	struct datum d;
	uint64_t one = 0;

	switch (j->kind) {
	case JSON_NULL:
		one = seed + 1;
		break;
	case JSON_BOOL:
		one = seed ? hash_word(j->truth, seed) : j->truth ? 2 : 4;
		break;
	case JSON_STRING:
		one = hash_data(j->p, j->n, seed);
		break;
	default:
		d = datum_text(j->p, j->n);
		if (!hash_value(c, type_builtin(T_NUMERIC), &d, seed, &one))
			return false;
	}
	*hash = turn(*hash) ^ one;
	return true;
}

/* Depth is bounded: JSON_MAX_DEPTH. */
static bool
hash_json(struct fcall *c, const struct json *j, uint64_t seed, uint64_t *hash)
{
	const uint32_t mark = j->kind == JSON_ARRAY ? 0x40000000 : 0x20000000;

	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return hash_json_scalar(c, j, seed, hash);
	*hash ^= (uint64_t)mark << 32 | mark;
	for (int i = 0; i < j->count; i++) {
		if (j->kind == JSON_OBJECT)
			*hash = turn(*hash) ^ hash_data(j->items[i].key, j->items[i].key_n, seed);
		if (!hash_json(c, &j->items[i], seed, hash))
			return false;
	}
	return true;
}

/* A scalar alone is an array of one to PostgreSQL. */
bool
hash_jsonb_value(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	struct json j, array = {.kind = JSON_ARRAY, .count = 1, .items = &j};

	if (!jsonb_read(c->arena, c->err, d, &j))
		return false;
	*hash = seed;
	if ((j.kind == JSON_ARRAY || j.kind == JSON_OBJECT) && !j.count)
		return true;
	*hash = 0;
	return hash_json(c, j.kind == JSON_ARRAY || j.kind == JSON_OBJECT ? &j : &array, seed,
			 hash);
}
