/*
 * What comes with a user's range besides its types: the functions that make ranges and multiranges,
 * and the cast from the range to its multirange. No reserved row speaks of them: CREATE TYPE sets
 * their OIDs aside, RANGE_EXTRA_OIDS of them behind the range's own.
 */
#include "catalog/load.h"

static const struct {
	const char *prosrc;
	bool of_multirange;
	int nargs;
} constructors[] = {
	{"range_constructor2", false, 2},     {"range_constructor3", false, 3},
	{"multirange_constructor0", true, 0}, {"multirange_constructor1", true, 1},
	{"multirange_constructor2", true, 1},
};
enum { CAST_FUNCTION = 3, VARIADIC_FUNCTION = 4 };

static const oid_t *
arguments(struct arena *a, int which, const struct type *range)
{
	oid_t *types = ARENA_ARRAY(a, oid_t, 3);

	if (!constructors[which].of_multirange) {
		types[0] = types[1] = range->of->oid;
		types[2] = T_TEXT;
	} else {
		types[0] = which == VARIADIC_FUNCTION ? range->array_oid : range->oid;
	}
	return types;
}

static void
add_proc(struct loader *l, const struct type *range, const struct user_type *result, int which)
{
	struct proc *p = ARENA_NEW(l->a, struct proc);

	*p = (struct proc){
		.oid = range->oid + 1 + (oid_t)which,
		.namespace_oid = result->schema->oid,
		.name = result->type->name,
		.prosrc = constructors[which].prosrc,
		.language = 12,
		.kind = 'f',
		.volatility = 'i',
		.parallel = 's',
		.strict = constructors[which].of_multirange,
		.cost = 1,
		.rettype = result->type->oid,
		.nargs = (int16_t)constructors[which].nargs,
		.argtypes = arguments(l->a, which, range),
	};
	if (which == VARIADIC_FUNCTION) {
		p->variadic = range->oid;
		p->nallargs = 1;
		p->allargtypes = p->argtypes;
		p->argmodes = "v";
	}
	vec_push(l->a, &l->s->procs, p);
}

void
loader_add_range(struct loader *l, const struct type *range)
{
	const struct user_type *self = snapshot_user_type(l->s, range->oid),
			       *multi = snapshot_user_type(l->s, range->multirange_oid);
	struct cast *cast = ARENA_NEW(l->a, struct cast);

	if (!self || !multi)
		return;
	for (int i = 0; i < (int)COUNTOF(constructors); i++)
		add_proc(l, range, constructors[i].of_multirange ? multi : self, i);
	*cast = (struct cast){.oid = range->oid + RANGE_EXTRA_OIDS,
			      .source = range->oid,
			      .target = multi->type->oid,
			      .func = range->oid + 1 + CAST_FUNCTION,
			      .context = 'e',
			      .method = 'f'};
	vec_push(l->a, &l->s->casts, cast);
}

const struct proc *
snapshot_proc(const struct snapshot *s, oid_t oid)
{
	if (oid < FIRST_USER_OID)
		return proc_find(oid);
	for (int i = 0; i < s->procs.n; i++)
		if (VEC_AT(struct proc, &s->procs, i)->oid == oid)
			return s->procs.v[i];
	return NULL;
}

const struct cast *
snapshot_cast(const struct snapshot *s, oid_t source, oid_t target)
{
	if (source < FIRST_USER_OID || target < FIRST_USER_OID)
		return cast_find(source, target);
	for (int i = 0; i < s->casts.n; i++) {
		const struct cast *c = s->casts.v[i];

		if (c->source == source && c->target == target)
			return c;
	}
	return NULL;
}

const struct proc *const *
snapshot_procs_by_name(const struct snapshot *s, struct arena *a, const char *name, int *n)
{
	const struct proc *const *builtin = procs_by_name(name, n), **all = NULL;

	for (int i = 0; i < s->procs.n; i++) {
		const struct proc *p = s->procs.v[i];

		if (strcmp(p->name, name) != 0)
			continue;
		if (!all) {
			all = ARENA_ARRAY(a, const struct proc *, *n + s->procs.n);
			if (*n)
				memcpy(all, builtin, sizeof(*all) * (size_t)*n);
		}
		all[(*n)++] = p;
	}
	return all ? all : builtin;
}
