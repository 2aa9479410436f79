/*
 * Default operator classes and the operators of their families.
 */
#include <stdlib.h>

#include "catalog/builtin.h"
#include "catalog/load.h"
#include "catalog/rows.h"

static const struct builtin_opclass *
exact_class(oid_t type, oid_t method)
{
	for (int i = 0; i < builtin_nopclasses; i++)
		if (builtin_opclasses[i].intype == type && builtin_opclasses[i].method == method)
			return &builtin_opclasses[i];
	return NULL;
}

/* The class of a type that the given one is implicitly binary-coercible to; a preferred type wins.
 */
static const struct builtin_opclass *
coerced_class(oid_t type, oid_t method)
{
	const struct builtin_opclass *found = NULL;

	for (int i = 0; i < builtin_ncasts; i++) {
		const struct cast *c = &builtin_casts[i];
		const struct builtin_opclass *class;
		const struct type *t;

		if (c->source != type || c->method != 'b' || c->context != 'i')
			continue;
		class = exact_class(c->target, method);
		if (!class)
			continue;
		t = type_builtin(c->target);
		if (!found || (t && t->preferred))
			found = class;
	}
	return found;
}

/* User types are composites, and arrays of them: both sort as their pseudo-types do. */
static oid_t
pseudo_type(oid_t type)
{
	const struct type *t = type_builtin(type) ? type_builtin(type) : builtin_row_type(type);

	if (!t)
		return type >= FIRST_USER_OID ? T_RECORD : 0;
	if (t->elem_oid && (t->category == 'A' || type == T_RECORDARRAY))
		return T_ANYARRAY;
	switch (t->typtype) {
	case 'c':
		return T_RECORD;
	case 'e':
		return T_ANYENUM;
	case 'r':
		return T_ANYRANGE;
	case 'm':
		return T_ANYMULTIRANGE;
	default:
		return 0;
	}
}

static const struct builtin_opclass *
find_class(oid_t type, oid_t method)
{
	const struct builtin_opclass *class = exact_class(type, method);
	const struct type *t;
	oid_t pseudo;

	if (class)
		return class;
	t = type_builtin(type) ? type_builtin(type) : builtin_row_type(type);
	if (t && t->typtype == 'd' && t->base_oid)
		return find_class(t->base_oid, method);
	class = coerced_class(type, method);
	if (class)
		return class;
	pseudo = pseudo_type(type);
	return pseudo ? exact_class(pseudo, method) : NULL;
}

oid_t
default_opclass(oid_t type, oid_t method, oid_t *intype, oid_t *family)
{
	const struct builtin_opclass *class = find_class(type, method);

	if (intype)
		*intype = class ? class->intype : 0;
	if (family)
		*family = class ? class->family : 0;
	return class ? class->oid : 0;
}

static int
compare_amop(const void *a, const void *b)
{
	const struct builtin_amop *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->left != y->left)
		return x->left < y->left ? -1 : 1;
	if (x->right != y->right)
		return x->right < y->right ? -1 : 1;
	return x->strategy - y->strategy;
}

static oid_t
family_operator(oid_t family, oid_t left, oid_t right, int strategy)
{
	struct builtin_amop key = {family, left, right, strategy, 0};
	const struct builtin_amop *found =
		bsearch(&key, builtin_amops, (size_t)builtin_namops, sizeof(key), compare_amop);

	return found ? found->oper : 0;
}

oid_t
btree_operator(oid_t left, oid_t right, int strategy)
{
	const struct builtin_opclass *l = find_class(left, 403), *r = find_class(right, 403);
	oid_t op;

	if (!l || !r || l->family != r->family)
		return 0;
	op = family_operator(l->family, left, right, strategy);
	return op ? op : family_operator(l->family, l->intype, r->intype, strategy);
}

bool
oper_btree_strategy(oid_t op, int *strategy)
{
	int low = 0, high = builtin_nmembers;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (builtin_members[mid].oper == op) {
			*strategy = builtin_members[mid].strategy;
			return true;
		}
		if (builtin_members[mid].oper < op)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

const char *
catalog_collation_name(oid_t collation)
{
	return collation == COLLATION_C ? "C" : collation == COLLATION_POSIX ? "POSIX" : "default";
}

const char *
catalog_opclass_name(oid_t opclass)
{
	enum { OPCNAME = 2 };

	return static_text("pg_opclass", opclass, OPCNAME);
}

oid_t
catalog_opclass_named(const char *name, oid_t method, oid_t *intype)
{
	enum { OPCMETHOD = 1, OPCNAME = 2, OPCINTYPE = 6 };

	for (int i = 0; i < builtin_nrows; i++) {
		const struct builtin_rows *rows = &builtin_rows[i];

		for (int r = 0; !strcmp(rows->name, "pg_opclass") && r < rows->nrows; r++) {
			const char *const *cells = &rows->cells[r * rows->ncols];

			if (strtoul(cells[OPCMETHOD], NULL, 10) != method ||
			    strcmp(cells[OPCNAME], name) != 0)
				continue;
			*intype = (oid_t)strtoul(cells[OPCINTYPE], NULL, 10);
			return (oid_t)strtoul(cells[0], NULL, 10);
		}
	}
	return 0;
}
