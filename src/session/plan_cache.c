/*
 * Least recently used goes first. Schema changes need no purge: the version is in the key, and old
 * plans age out; but they hold their snapshots, so that a cache is cleared when more than a few
 * versions are in it.
 */
#include "session/plan_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "session/session.h"

enum { MAX_KEY = 65536, MAX_VERSIONS = 8 };

struct entry {
	struct entry *newer, *older;
	struct plan *plan;
	size_t n;
	char key[];
};

struct plan_cache {
	pthread_mutex_t lock;
	struct map map;
	struct entry *newest, *oldest;
	int n, capacity, versions;
	uint64_t version; /* the newest seen */
};

struct plan_cache *
plan_cache_new(int capacity)
{
	struct plan_cache *c = xcalloc(1, sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	c->capacity = capacity;
	return c;
}

static void
unlink_entry(struct plan_cache *c, struct entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void
push(struct plan_cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void
drop(struct plan_cache *c, struct entry *e)
{
	map_del(&c->map, e->key, e->n);
	unlink_entry(c, e);
	plan_unref(e->plan);
	free(e);
	c->n--;
}

static void
clear_locked(struct plan_cache *c)
{
	while (c->oldest)
		drop(c, c->oldest);
	c->versions = 0;
}

void
plan_cache_clear(struct plan_cache *c)
{
	pthread_mutex_lock(&c->lock);
	clear_locked(c);
	pthread_mutex_unlock(&c->lock);
}

struct plan_key
plan_key_make(struct session *s, struct arena *a, const struct snapshot *snap, const char *text,
	      const oid_t *types, int ntypes, bool variadic)
{
	const char *env = session_plan_env(s);
	size_t nt = strlen(text), ne = strlen(env),
	       n = nt + ne + 2 + 9 + sizeof(oid_t) * (size_t)ntypes;
	char *p = arena_alloc(a, n), *q = p;

	memcpy(q, text, nt + 1);
	q += nt + 1;
	memcpy(q, env, ne + 1);
	q += ne + 1;
	*q++ = variadic;
	memcpy(q, &snap->version, 8);
	q += 8;
	if (ntypes)
		memcpy(q, types, sizeof(oid_t) * (size_t)ntypes);
	return (struct plan_key){p, n};
}

struct plan *
plan_cache_get(struct plan_cache *c, struct plan_key key)
{
	struct entry *e;
	struct plan *p = NULL;

	pthread_mutex_lock(&c->lock);
	e = map_get(&c->map, key.p, key.n);
	if (e) {
		if (e != c->newest) {
			unlink_entry(c, e);
			push(c, e);
		}
		p = plan_ref(e->plan);
	}
	pthread_mutex_unlock(&c->lock);
	return p;
}

void
plan_cache_put(struct plan_cache *c, struct plan_key key, struct plan *p)
{
	struct entry *e;

	if (key.n > MAX_KEY)
		return;
	pthread_mutex_lock(&c->lock);
	if (p->snapshot && p->snapshot->version != c->version) {
		c->version = p->snapshot->version;
		if (++c->versions > MAX_VERSIONS)
			clear_locked(c);
	}
	if (!map_get(&c->map, key.p, key.n)) {
		if (c->n >= c->capacity)
			drop(c, c->oldest);
		e = xmalloc(sizeof(*e) + key.n);
		e->plan = plan_ref(p);
		e->n = key.n;
		memcpy(e->key, key.p, key.n);
		push(c, e);
		map_put(&c->map, e->key, e->n, e);
		c->n++;
	}
	pthread_mutex_unlock(&c->lock);
}
