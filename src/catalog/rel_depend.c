/*
 * pg_depend: what follows from the snapshot itself (a column's default, a constraint's index …), and the recorded rest: views.
 * A view depends on tables through its rule, as in PostgreSQL; the rule's OID is that of pg_rewrite (rel_class.c).
 */
#include "catalog/rows.h"

enum { CLASS_PG_REWRITE = 2618 };

struct depends {
	struct arena *a;
	struct vec list; /* struct dependency */
};

static void
add(struct depends *all, oid_t class, oid_t obj, oid_t refclass, oid_t ref, int refsub, char type)
{
	struct dependency *d = ARENA_NEW(all->a, struct dependency);

	*d = (struct dependency){class, obj, 0, refclass, ref, refsub, type};
	vec_push(all->a, &all->list, d);
}

static const struct column *
owner_column(const struct snapshot *s, const struct sequence *q)
{
	const struct relation *r = q->owner_rel ? snapshot_relation_by_oid(s, q->owner_rel) : NULL;

	return r ? relation_column_at(r, q->owner_col) : NULL;
}

static void
of_columns(struct depends *all, const struct relation *r)
{
	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped && r->cols[i].default_oid)
			add(all, CLASS_PG_ATTRDEF, r->cols[i].default_oid, CLASS_PG_CLASS, r->oid, i + 1, 'a');
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
		add(all, CLASS_PG_CONSTRAINT, c->oid, CLASS_PG_CLASS, c->frel->oid, c->fcols[i], 'n');
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
			add(all, CLASS_PG_CLASS, ix->self->oid, CLASS_PG_CLASS, ix->rel->oid, ix->cols[i], 'a');
	if (ix->nexprs || ix->predicate)
		add(all, CLASS_PG_CLASS, ix->self->oid, CLASS_PG_CLASS, ix->rel->oid, 0, 'a');
}

static void
of_sequence(struct depends *all, const struct snapshot *s, const struct sequence *q)
{
	const struct column *c = owner_column(s, q);

	if (!c)
		return;
	add(all, CLASS_PG_CLASS, q->self->oid, CLASS_PG_CLASS, q->owner_rel, q->owner_col, c->identity ? 'i' : 'a');
	if (c->default_oid && !c->identity)
		add(all, CLASS_PG_ATTRDEF, c->default_oid, CLASS_PG_CLASS, q->self->oid, 0, 'n');
}

static void
of_relation(struct depends *all, const struct snapshot *s, const struct relation *r)
{
	if (r->index) {
		of_index(all, r->index);
		return;
	}
	add(all, CLASS_PG_CLASS, r->oid, CLASS_PG_NAMESPACE, r->schema->oid, 0, 'n');
	if (r->type_oid)
		add(all, CLASS_PG_TYPE, r->type_oid, CLASS_PG_CLASS, r->oid, 0, 'i');
	if (r->array_type_oid)
		add(all, CLASS_PG_TYPE, r->array_type_oid, CLASS_PG_TYPE, r->type_oid, 0, 'i');
	of_columns(all, r);
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
	const struct relation *r = d->classid == CLASS_PG_CLASS ? snapshot_relation_by_oid(s, d->objid) : NULL;

	if (r && (r->kind == 'v' || r->kind == 'm'))
		add(all, CLASS_PG_REWRITE, r->type_oid, d->refclassid, d->refobjid, d->refobjsubid, d->deptype);
	else if (!r || (!r->sequence && !r->index))
		add(all, d->classid, d->objid, d->refclassid, d->refobjid, d->refobjsubid, d->deptype);
}

static struct depends *
collect(struct catscan *s)
{
	struct depends *all = ARENA_NEW(s->arena, struct depends);

	all->a = s->arena;
	for (int i = 0; i < s->snap->relations.n; i++)
		of_relation(all, s->snap, VEC_AT(struct relation, &s->snap->relations, i));
	for (int i = 0; i < s->snap->depends.n; i++)
		of_record(all, s->snap, VEC_AT(struct dependency, &s->snap->depends, i));
	return all;
}

static bool
pg_depend_row(struct catscan *s, struct catrow *r)
{
	const struct depends *all;
	const struct dependency *d;

	if (!r->list)
		r->list = collect(s);
	all = r->list;
	do {
		if (s->pos >= all->list.n)
			return false;
		d = VEC_AT(struct dependency, &all->list, s->pos++);
	} while (s->has_key && d->objid != s->key);
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
