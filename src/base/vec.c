#include "base/vec.h"

void
vec_push(struct arena *a, struct vec *v, void *p)
{
	if (v->n == v->cap) {
		int cap = v->cap ? v->cap * 2 : 4;
		void **grown = arena_alloc(a, sizeof(void *) * (size_t)cap);

		if (v->n)
			memcpy(grown, v->v, sizeof(void *) * (size_t)v->n);
		v->v = grown;
		v->cap = cap;
	}
	v->v[v->n++] = p;
}

void
vec_append(struct arena *a, struct vec *to, const struct vec *from)
{
	for (int i = 0; i < from->n; i++)
		vec_push(a, to, from->v[i]);
}

bool
vec_has(const struct vec *v, const void *p)
{
	for (int i = 0; i < v->n; i++)
		if (v->v[i] == p)
			return true;
	return false;
}
