/*
 * Prepared statements of one connection, by the plan's id. Busy ones are never evicted; a plan that
 * is opened while its statement is busy gets one of its own.
 */
#include "store/private.h"

#include <stdlib.h>

static struct stmt_entry **
bucket(struct stmt_cache *s, uint64_t key)
{
	return &s->buckets[(key * 0x9e3779b97f4a7c15u) >> 56];
}

static void
lru_remove(struct stmt_cache *s, struct stmt_entry *e)
{
	*(e->newer ? &e->newer->older : &s->newest) = e->older;
	*(e->older ? &e->older->newer : &s->oldest) = e->newer;
}

static void
lru_front(struct stmt_cache *s, struct stmt_entry *e)
{
	e->newer = NULL;
	e->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = e;
	s->newest = e;
}

static void
drop(struct stmt_cache *s, struct stmt_entry *e)
{
	struct stmt_entry **at = bucket(s, e->key);

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	lru_remove(s, e);
	s->n--;
	sqlite3_finalize(e->stmt);
	free(e);
}

static void
evict(struct stmt_cache *s)
{
	struct stmt_entry *e = s->oldest;

	while (s->n >= STMT_CACHE_MAX && e) {
		struct stmt_entry *newer = e->newer;
		if (!e->busy)
			drop(s, e);
		e = newer;
	}
}

static struct stmt_entry *
find(struct stmt_cache *s, uint64_t key)
{
	struct stmt_entry *e = *bucket(s, key);

	while (e && e->key != key)
		e = e->chain;
	return e;
}

int
stmt_cache_get(struct conn *c, uint64_t key, const char *sql, sqlite3_stmt **stmt,
	       struct stmt_entry **entry)
{
	struct stmt_cache *s = &c->cache;
	struct stmt_entry *e = key ? find(s, key) : NULL;
	int rc;

	*entry = NULL;
	if (e && !e->busy) {
		if (s->newest != e) {
			lru_remove(s, e);
			lru_front(s, e);
		}
		e->busy = true;
		*entry = e;
		*stmt = e->stmt;
		return SQLITE_OK;
	}
	rc = sqlite3_prepare_v3(c->sq, sql, -1, key ? SQLITE_PREPARE_PERSISTENT : 0, stmt, NULL);
	if (rc != SQLITE_OK || !*stmt || !key || e)
		return rc;
	evict(s);
	e = xcalloc(1, sizeof(*e));
	*e = (struct stmt_entry){.key = key, .stmt = *stmt, .busy = true, .chain = *bucket(s, key)};
	*bucket(s, key) = e;
	lru_front(s, e);
	s->n++;
	*entry = e;
	return SQLITE_OK;
}

void
stmt_cache_put(struct conn *c UNUSED, struct stmt_entry *entry)
{
	entry->busy = false;
}

void
stmt_cache_clear(struct conn *c)
{
	while (c->cache.oldest)
		drop(&c->cache, c->cache.oldest);
}
