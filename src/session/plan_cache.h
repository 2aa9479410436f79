/*
 * plan_cache: compiled plans of one database, shared by its sessions.
 * Threads: any; one lock a cache. A hit costs a hash and a reference.
 * Key:     the text, the session's plan environment (search_path, DateStyle …), the declared
 * parameter types, the schema's version.
 */
#ifndef SESSION_PLAN_CACHE_H
#define SESSION_PLAN_CACHE_H

#include "sql/sql.h"

struct session;
struct plan_cache;

struct plan_cache *plan_cache_new(int capacity);
void plan_cache_clear(struct plan_cache *c);

/* The key of a statement, in arena a. */
struct plan_key {
	const char *p;
	size_t n;
};
struct plan_key plan_key_make(struct session *s, struct arena *a, const struct snapshot *snap,
			      const char *text, const oid_t *types, int ntypes, bool variadic);

struct plan *plan_cache_get(struct plan_cache *c, struct plan_key key); /* a reference, or NULL */
/* Long texts (bulk INSERTs) are not kept. */
void plan_cache_put(struct plan_cache *c, struct plan_key key, struct plan *p);

#endif
