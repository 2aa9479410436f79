/*
 * .keyvalue(). The id that it gives an object is the place of that object in PostgreSQL's binary
 * form of the value it is in: so that form's layout is computed here, without being made. A
 * container is a word for itself, a word for each element (of an object: key and value), the keys,
 * then the values; numbers and containers start at multiples of four bytes.
 */
#include "func/jsonpath_exec.h"

#include <stdlib.h>

enum { WORD = 4 };

static int64_t
align(int64_t at)
{
	return (at + WORD - 1) / WORD * WORD;
}

/* Rounded down. */
static int
group_of(int place)
{
	return place >= 0 ? place / 4 : -((3 - place) / 4);
}

/* Bytes of a numeric: its header, and two for each group of four digits from the first that is not
 * zero to the last. */
static int64_t
number_size(const char *s, size_t n)
{
	const char *point = memchr(s, '.', n);
	int place = (int)(point ? point - s : (ptrdiff_t)n) - 1, high = 0, low = 0,
	    scale = point ? (int)(s + n - point) - 1 : 0;
	bool any = false;

	for (size_t k = 0; k < n; k++) {
		if (s[k] == '.')
			continue;
		if (s[k] >= '1' && s[k] <= '9') {
			high = any ? high : group_of(place);
			low = group_of(place);
			any = true;
		}
		place--;
	}
	return WORD + (scale <= 63 && high <= 63 && high >= -64 ? 2 : 4) +
	       (any ? 2 * (int64_t)(high - low + 1) : 0);
}

static int64_t place_value(struct jsonpath_exec *x, const struct json *v, int64_t at, int *cap);

/* Container v starts at at; returns where it ends. */
static int64_t
place_container(struct jsonpath_exec *x, const struct json *v, int64_t at, int *cap)
{
	if (v->kind == JSON_OBJECT) {
		if (x->noffsets == *cap) {
			struct jsonpath_offset *more =
				ARENA_ARRAY(x->c->arena, struct jsonpath_offset, *cap * 2 + 8);

			if (x->noffsets)
				memcpy(more, x->offsets, sizeof(*more) * (size_t)x->noffsets);
			x->offsets = more;
			*cap = *cap * 2 + 8;
		}
		x->offsets[x->noffsets++] = (struct jsonpath_offset){v, at};
	}
	at += WORD + (int64_t)v->count * (v->kind == JSON_OBJECT ? 2 : 1) * WORD;
	for (int k = 0; v->kind == JSON_OBJECT && k < v->count; k++)
		at += (int64_t)v->items[k].key_n;
	for (int k = 0; k < v->count; k++)
		at = place_value(x, &v->items[k], at, cap);
	return at;
}

static int64_t
place_value(struct jsonpath_exec *x, const struct json *v, int64_t at, int *cap)
{
	switch (v->kind) {
	case JSON_STRING:
		return at + (int64_t)v->n;
	case JSON_NUMBER:
		return align(at) + number_size(v->p + (*v->p == '-'), v->n - (*v->p == '-'));
	case JSON_ARRAY:
	case JSON_OBJECT:
		return place_container(x, v, align(at), cap);
	default:
		return at;
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct json *x = ((const struct jsonpath_offset *)a)->object,
			  *y = ((const struct jsonpath_offset *)b)->object;

	return (x > y) - (x < y);
}

static int64_t
object_id(struct jsonpath_exec *x, const struct json *object)
{
	struct jsonpath_offset key = {object, 0}, *found = NULL;
	int cap = 0;

	if (x->base && x->offsets_of != x->base) {
		x->offsets_of = x->base;
		x->offsets = NULL;
		x->noffsets = 0;
		place_container(x, x->base, 0, &cap);
		qsort(x->offsets, (size_t)x->noffsets, sizeof(key), by_address);
	}
	if (x->noffsets)
		found = bsearch(&key, x->offsets, (size_t)x->noffsets, sizeof(key), by_address);
	return (found ? found->at : 0) + x->base_id * INT64_C(10000000000);
}

static struct json *
pair(struct jsonpath_exec *x, const struct json *member, const struct json *id)
{
	struct json *o = ARENA_NEW(x->c->arena, struct json);

	o->kind = JSON_OBJECT;
	o->count = 3;
	o->items = ARENA_ARRAY(x->c->arena, struct json, 3);
	o->items[0] = *id;
	o->items[0].key = "id";
	o->items[0].key_n = 2;
	o->items[1] = (struct json){.kind = JSON_STRING,
				    .p = member->key,
				    .n = member->key_n,
				    .key = "key",
				    .key_n = 3};
	o->items[2] = *member;
	o->items[2].key = "value";
	o->items[2].key_n = 5;
	return o;
}

enum jsonpath_result
jsonpath_keyvalue(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *object,
		  struct jsonpath_items *found)
{
	const struct json *saved = x->base;
	int64_t saved_id = x->base_id;
	enum jsonpath_result r = JSONPATH_NOT_FOUND;
	struct json id = {.kind = JSON_NUMBER};

	if (object->kind != JSON_OBJECT)
		return jsonpath_fail(x, ERR_SQL_JSON_OBJECT_NOT_FOUND,
				     "jsonpath item method .%s() can only be applied to an object",
				     "keyvalue");
	if (!object->count || (!found && !i->next))
		return object->count ? JSONPATH_OK : r;
	id.p = arena_printf(x->c->arena, "%lld", (long long)object_id(x, object));
	id.n = strlen(id.p);
	for (int k = 0; k < object->count; k++) {
		const struct json *o = pair(x, &object->items[k], &id);

		x->base = o;
		x->base_id = x->last_id++;
		r = jsonpath_next(x, i, o, found);
		x->base = saved;
		x->base_id = saved_id;
		if (r == JSONPATH_ERROR || (r == JSONPATH_OK && !found))
			break;
	}
	return r;
}
