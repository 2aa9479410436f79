/*
 * pg_depend: what follows from the snapshot itself (a column's default, a constraint's index …),
 * and the recorded rest: views. A view depends on tables through its rule, as in PostgreSQL; the
 * rule's OID is that of pg_rewrite (rel_class.c).
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "catalog/rows.h"
#include "types/domain.h"

enum { CLASS_PG_CAST = 2605, CLASS_PG_REWRITE = 2618 };

/* All rows, by objid. Made by the first scan, in heap memory of the snapshot, and immutable from
 * then on. */
struct depends {
	int n, cap;
	struct dependency *rows;
};

static void
add_part(struct depends *all, oid_t class, oid_t obj, int sub, oid_t refclass, oid_t ref,
	 int refsub, char type)
{
	if (all->n == all->cap) {
		all->cap = all->cap ? 2 * all->cap : 64;
		all->rows = xrealloc(all->rows, (size_t)all->cap * sizeof(*all->rows));
	}
	all->rows[all->n++] = (struct dependency){class, obj, sub, refclass, ref, refsub, type};
}

static void
add(struct depends *all, oid_t class, oid_t obj, oid_t refclass, oid_t ref, int refsub, char type)
{
	add_part(all, class, obj, 0, refclass, ref, refsub, type);
}

static const struct column *
owner_column(const struct snapshot *s, const struct sequence *q)
{
	const struct relation *r = q->owner_rel ? snapshot_relation_by_oid(s, q->owner_rel) : NULL;

	return r ? relation_column_at(r, q->owner_col) : NULL;
}

/* The sequences of a default's nextval, and whatever else it names as a regclass. */
static void
of_default(struct depends *all, const struct snapshot *s, const struct relation *r,
	   const struct column *c)
{
	const char *text = c->default_expr;
	const struct relation *named;
	struct arena a;

	arena_init(&a);
	while ((named = default_names_next(&a, s, r, &text)))
		if (!named->builtin)
			add(all, CLASS_PG_ATTRDEF, c->default_oid, CLASS_PG_CLASS, named->oid, 0,
			    'n');
	arena_release(&a);
}

static void
of_columns(struct depends *all, const struct snapshot *s, const struct relation *r)
{
	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped && r->cols[i].default_oid)
			add(all, CLASS_PG_ATTRDEF, r->cols[i].default_oid, CLASS_PG_CLASS, r->oid,
			    i + 1, 'a');
	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped && r->cols[i].default_oid && r->cols[i].default_expr)
			of_default(all, s, r, &r->cols[i]);
	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped && r->cols[i].type->oid >= FIRST_USER_OID)
			add_part(all, CLASS_PG_CLASS, r->oid, i + 1, CLASS_PG_TYPE,
				 r->cols[i].type->oid, 0, 'n');
}

/* What a type is made of, where that is not built in. */
static void
of_part(struct depends *all, const struct type *t, char type)
{
	if (t->of && t->of->oid >= FIRST_USER_OID)
		add(all, CLASS_PG_TYPE, t->oid, CLASS_PG_TYPE, t->of->oid, 0, type);
}

/* Row types and their arrays come with their relation. */
static void
of_type(struct depends *all, const struct user_type *u)
{
	const struct type *t = u->type;
	const struct domain *dom = t->typtype == 'd' ? t->domain : NULL;

	if (u->rel)
		return;
	if (t->elem_oid) {
		of_part(all, t, 'i');
		return;
	}
	add(all, CLASS_PG_TYPE, t->oid, CLASS_PG_NAMESPACE, u->schema->oid, 0, 'n');
	of_part(all, t, t->typtype == 'm' ? 'i' : 'n');
	for (int i = 0; dom && i < dom->nchecks; i++)
		add(all, CLASS_PG_CONSTRAINT, dom->checks[i].oid, CLASS_PG_TYPE, t->oid, 0, 'a');
}

static void
of_user_type(struct depends *all, oid_t class, oid_t obj, oid_t type, char deptype)
{
	if (type >= FIRST_USER_OID)
		add(all, class, obj, CLASS_PG_TYPE, type, 0, deptype);
}

/* The functions of a user's range go with the type that they make. */
static void
of_proc(struct depends *all, const struct proc *p)
{
	add(all, CLASS_PG_PROC, p->oid, CLASS_PG_NAMESPACE, p->namespace_oid, 0, 'n');
	add(all, CLASS_PG_PROC, p->oid, CLASS_PG_TYPE, p->rettype, 0, 'n');
	add(all, CLASS_PG_PROC, p->oid, CLASS_PG_TYPE, p->rettype, 0, 'i');
	for (int i = 0; i < p->nargs; i++)
		if (i == 0 || p->argtypes[i] != p->argtypes[i - 1])
			of_user_type(all, CLASS_PG_PROC, p->oid, p->argtypes[i], 'n');
}

static void
of_cast(struct depends *all, const struct cast *c)
{
	add(all, CLASS_PG_CAST, c->oid, CLASS_PG_TYPE, c->source, 0, 'i');
	add(all, CLASS_PG_CAST, c->oid, CLASS_PG_TYPE, c->target, 0, 'i');
	add(all, CLASS_PG_CAST, c->oid, CLASS_PG_PROC, c->func, 0, 'i');
}

static void
of_constraint(struct depends *all, const struct constraint *c)
{
	for (int i = 0; i < c->ncols; i++)
		add(all, CLASS_PG_CONSTRAINT, c->oid, CLASS_PG_CLASS, c->rel->oid, c->cols[i], 'a');
	if (!c->ncols)
		add(all, CLASS_PG_CONSTRAINT, c->oid, CLASS_PG_CLASS, c->rel->oid, 0, 'a');
	if (c->kind != 'f')
		return;
	for (int i = 0; i < c->ncols; i++)
		add(all, CLASS_PG_CONSTRAINT, c->oid, CLASS_PG_CLASS, c->frel->oid, c->fcols[i],
		    'n');
	if (c->index)
		add(all, CLASS_PG_CONSTRAINT, c->oid, CLASS_PG_CLASS, c->index->self->oid, 0, 'n');
}

static const struct constraint *
constraint_of(const struct index *ix)
{
	for (int i = 0; i < ix->rel->constraints.n; i++) {
		const struct constraint *c = VEC_AT(struct constraint, &ix->rel->constraints, i);

		if (c->index == ix && c->kind != 'f')
			return c;
	}
	return NULL;
}

static void
of_index(struct depends *all, const struct index *ix)
{
	const struct constraint *c = constraint_of(ix);

	if (c) {
		add(all, CLASS_PG_CLASS, ix->self->oid, CLASS_PG_CONSTRAINT, c->oid, 0, 'i');
		return;
	}
	for (int i = 0; i < ix->ncols; i++)
		if (ix->cols[i])
			add(all, CLASS_PG_CLASS, ix->self->oid, CLASS_PG_CLASS, ix->rel->oid,
			    ix->cols[i], 'a');
	if (ix->nexprs || ix->predicate)
		add(all, CLASS_PG_CLASS, ix->self->oid, CLASS_PG_CLASS, ix->rel->oid, 0, 'a');
}

static void
of_sequence(struct depends *all, const struct snapshot *s, const struct sequence *q)
{
	const struct column *c = owner_column(s, q);

	if (c)
		add(all, CLASS_PG_CLASS, q->self->oid, CLASS_PG_CLASS, q->owner_rel, q->owner_col,
		    c->identity ? 'i' : 'a');
}

static void
of_relation(struct depends *all, const struct snapshot *s, const struct relation *r)
{
	if (r->index) {
		of_index(all, r->index);
		return;
	}
	/* A composite type is its relation's owner, where else a relation is its row type's. */
	if (r->kind == 'c') {
		add(all, CLASS_PG_TYPE, r->type_oid, CLASS_PG_NAMESPACE, r->schema->oid, 0, 'n');
		add(all, CLASS_PG_CLASS, r->oid, CLASS_PG_TYPE, r->type_oid, 0, 'i');
	} else {
		add(all, CLASS_PG_CLASS, r->oid, CLASS_PG_NAMESPACE, r->schema->oid, 0, 'n');
		if (r->type_oid)
			add(all, CLASS_PG_TYPE, r->type_oid, CLASS_PG_CLASS, r->oid, 0, 'i');
	}
	if (r->array_type_oid)
		add(all, CLASS_PG_TYPE, r->array_type_oid, CLASS_PG_TYPE, r->type_oid, 0, 'i');
	of_columns(all, s, r);
	for (int i = 0; i < r->constraints.n; i++)
		of_constraint(all, VEC_AT(struct constraint, &r->constraints, i));
	if (r->sequence)
		of_sequence(all, s, r->sequence);
	if (r->kind == 'v' || r->kind == 'm') {
		add(all, CLASS_PG_REWRITE, r->type_oid, CLASS_PG_CLASS, r->oid, 0, 'i');
		add(all, CLASS_PG_REWRITE, r->type_oid, CLASS_PG_CLASS, r->oid, 0, 'n');
	}
}

static void
of_record(struct depends *all, const struct snapshot *s, const struct dependency *d)
{
	const struct relation *r =
		d->classid == CLASS_PG_CLASS ? snapshot_relation_by_oid(s, d->objid) : NULL;

	if (r && (r->kind == 'v' || r->kind == 'm'))
		add(all, CLASS_PG_REWRITE, r->type_oid, d->refclassid, d->refobjid, d->refobjsubid,
		    d->deptype);
	else if (!r || (!r->sequence && !r->index))
		add(all, d->classid, d->objid, d->refclassid, d->refobjid, d->refobjsubid,
		    d->deptype);
}

static int
compare(const void *a, const void *b)
{
	const struct dependency *x = a, *y = b;

	if (x->objid != y->objid)
		return x->objid < y->objid ? -1 : 1;
	return x->classid < y->classid ? -1 : x->classid > y->classid;
}

/* One block: struct depends and its rows. */
static struct depends *
collect(const struct snapshot *s)
{
	struct depends all = {0}, *block;

	for (int i = 0; i < s->relations.n; i++)
		of_relation(&all, s, VEC_AT(struct relation, &s->relations, i));
	for (int i = 0; i < s->types.n; i++)
		of_type(&all, VEC_AT(struct user_type, &s->types, i));
	for (int i = 0; i < s->procs.n; i++)
		of_proc(&all, VEC_AT(struct proc, &s->procs, i));
	for (int i = 0; i < s->casts.n; i++)
		of_cast(&all, VEC_AT(struct cast, &s->casts, i));
	for (int i = 0; i < s->depends.n; i++)
		of_record(&all, s, VEC_AT(struct dependency, &s->depends, i));
	if (all.n)
		qsort(all.rows, (size_t)all.n, sizeof(*all.rows), compare);
	block = xmalloc(sizeof(*block) + (size_t)all.n * sizeof(*all.rows));
	*block = (struct depends){all.n, all.n, (struct dependency *)(block + 1)};
	if (all.n)
		memcpy(block->rows, all.rows, (size_t)all.n * sizeof(*all.rows));
	free(all.rows);
	return block;
}

/* Two first scans at once both make the list; one of them wins. */
static const struct depends *
depends_of(const struct snapshot *snap)
{
	struct snapshot *s = (struct snapshot *)(uintptr_t)snap;
	void *known = atomic_load(&s->depend_index), *mine;

	if (known)
		return known;
	mine = collect(s);
	if (atomic_compare_exchange_strong(&s->depend_index, &known, mine))
		return mine;
	free(mine);
	return known;
}

static int
first_of(const struct depends *all, oid_t objid)
{
	int low = 0, high = all->n;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (all->rows[mid].objid < objid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
pg_depend_row(struct catscan *s, struct catrow *r)
{
	const struct depends *all = depends_of(s->snap);
	const struct dependency *d;

	if (s->has_key && !s->pos)
		s->pos = first_of(all, s->key);
	if (s->pos >= all->n)
		return false;
	d = &all->rows[s->pos++];
	if (s->has_key && d->objid != s->key)
		return false;
	row_int(r, d->classid);
	row_int(r, d->objid);
	row_int(r, d->objsubid);
	row_int(r, d->refclassid);
	row_int(r, d->refobjid);
	row_int(r, d->refobjsubid);
	row_char(r, d->deptype);
	return true;
}
CATREL(pg_depend, 7, 1);
