/*
 * Invariant: a free slot has key NULL; a deleted one has key TOMB. used <= cap * 3 / 4, so a probe
 * ends.
 */
#include "base/map.h"

#include <stdlib.h>

static const char TOMB[] = "";

uint64_t
hash_bytes(const void *p, size_t n, uint64_t seed)
{
	const uint8_t *b = p;
	uint64_t h = seed ^ 0x9e3779b97f4a7c15ULL ^ n;

	for (; n >= 8; b += 8, n -= 8) {
		uint64_t w;
		memcpy(&w, b, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdULL;
		h ^= h >> 32;
	}
	for (; n; b++, n--)
		h = (h ^ *b) * 0x100000001b3ULL;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 32;
}

void
map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}

static struct map_entry *
find(const struct map *m, const char *key, size_t len, uint64_t hash)
{
	if (!m->cap)
		return NULL;
	for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		struct map_entry *e = &m->slots[i];

		if (!e->key)
			return NULL;
		if (e->key != TOMB && e->hash == hash && e->len == len && !memcmp(e->key, key, len))
			return e;
	}
}

void *
map_get(const struct map *m, const char *key, size_t len)
{
	struct map_entry *e = find(m, key, len, hash_bytes(key, len, 0));

	return e ? e->value : NULL;
}

static void
insert(struct map *m, struct map_entry entry)
{
	size_t i = entry.hash & (m->cap - 1);

	while (m->slots[i].key)
		i = (i + 1) & (m->cap - 1);
	m->slots[i] = entry;
	m->n++;
	m->used++;
}

static void
rehash(struct map *m)
{
	struct map old = *m;

	m->cap = 16;
	while (m->cap < old.n * 2 + 2)
		m->cap *= 2;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	m->n = m->used = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key && old.slots[i].key != TOMB)
			insert(m, old.slots[i]);
	free(old.slots);
}

void *
map_put(struct map *m, const char *key, size_t len, void *value)
{
	uint64_t hash = hash_bytes(key, len, 0);
	struct map_entry *e = find(m, key, len, hash);

	if (e) {
		void *old = e->value;
		e->key = key;
		e->value = value;
		return old;
	}
	if ((m->used + 1) * 4 > m->cap * 3)
		rehash(m);
	insert(m, (struct map_entry){key, len, hash, value});
	return NULL;
}

void *
map_del(struct map *m, const char *key, size_t len)
{
	struct map_entry *e = find(m, key, len, hash_bytes(key, len, 0));

	if (!e)
		return NULL;
	e->key = TOMB;
	m->n--;
	return e->value;
}

struct map_entry *
map_next(const struct map *m, size_t *it)
{
	while (*it < m->cap) {
		struct map_entry *e = &m->slots[(*it)++];

		if (e->key && e->key != TOMB)
			return e;
	}
	return NULL;
}
