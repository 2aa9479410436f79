/*
 * vec: a growing array of pointers.
 * Memory:  in the arena given to vec_push; never freed by itself.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

struct vec {
	void **v;
	int n, cap;
};

void vec_push(struct arena *a, struct vec *v, void *p);
void vec_append(struct arena *a, struct vec *to, const struct vec *from);
bool vec_has(const struct vec *v, const void *p);

/* for (VEC_EACH(struct expr, e, &list)) … */
#define VEC_EACH(type, var, vec)                                                                   \
	int var##_i = 0;                                                                           \
	var##_i < (vec)->n;                                                                        \
	var##_i++)                                                                                 \
	for (type *var = (vec)->v[var##_i], *var##_once = (type *)1; var##_once; var##_once = NULL
#define VEC_AT(type, vec, i) ((type *)(vec)->v[i])

#endif
