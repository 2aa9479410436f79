/*
 * map: byte strings to pointers, open addressing.
 * Memory:  its own table; keys and values are the caller's and must outlive the entry.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/base.h"

struct map_entry {
	const char *key;
	size_t len;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_entry *slots;
	size_t n, used, cap; /* live entries; live and deleted; slots (a power of two or 0) */
};

#define MAP_INIT                                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

/* Hidden: libpg_query has a function of this name, which ours must not take the place of. */
uint64_t hash_bytes(const void *p, size_t n, uint64_t seed) __attribute__((visibility("hidden")));

void map_release(struct map *m);
void *map_get(const struct map *m, const char *key, size_t len);
/* Returns the value it replaced, or NULL. value must not be NULL. */
void *map_put(struct map *m, const char *key, size_t len, void *value);
void *map_del(struct map *m, const char *key, size_t len);
/* Iterates: *it starts at 0; NULL at the end. Deleting while iterating is allowed. */
struct map_entry *map_next(const struct map *m, size_t *it);

static inline void *
map_gets(const struct map *m, const char *key)
{
	return map_get(m, key, strlen(key));
}

static inline void *
map_puts(struct map *m, const char *key, void *value)
{
	return map_put(m, key, strlen(key), value);
}

#endif
