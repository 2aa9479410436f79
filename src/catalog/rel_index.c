/*
 * pg_index and pg_constraint: user objects only; the catalogs themselves have no indexes here.
 */
#include "catalog/load.h"
#include "catalog/rows.h"
#include "types/domain.h"

static void
row_key_classes(struct catrow *r, const struct index *ix)
{
	oid_t list[32];
	int n = MIN(ix->nkeys, (int)COUNTOF(list)), nexprs = 0;

	for (int i = 0; i < n; i++) {
		const struct column *c =
			ix->cols[i] ? relation_column_at(ix->rel, ix->cols[i]) : NULL;

		if (!c && nexprs++ >= 0 && i < ix->self->ncols)
			c = &ix->self->cols[i];
		list[i] = ix->collations && ix->collations[i] ? ix->collations[i]
			  : c                                 ? c->collation
							      : 0;
	}
	row_oids(r, list, n, false);
	for (int i = 0; i < n; i++) {
		const struct column *c = i < ix->self->ncols ? &ix->self->cols[i] : NULL;

		list[i] = c ? default_opclass(snapshot_operator_type(r->scan->snap, c->type->oid),
					      strcmp(ix->method, "hash") ? 403 : 405, NULL, NULL)
			    : 0;
		if (ix->classes && ix->classes[i])
			list[i] = ix->classes[i];
	}
	row_oids(r, list, n, false);
}

static void
row_expressions(struct catrow *r, const struct index *ix)
{
	struct buf b = BUF_INIT;

	if (!ix->nexprs) {
		row_null(r, 1);
		return;
	}
	for (int i = 0; i < ix->nexprs; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", ix->exprs[i]);
	row_text(r, buf_dup(&b, r->scan->row));
	buf_release(&b);
}

/* Keyed by the table (indrelid). */
static const struct index *
next_index(struct catscan *s, struct catrow *r)
{
	while (!r->rel || r->sub >= r->rel->indexes.n) {
		if (!next_user_relation(s, r))
			return NULL;
		r->sub = 0;
	}
	return VEC_AT(struct index, &r->rel->indexes, r->sub++);
}

static bool
pg_index_row(struct catscan *s, struct catrow *r)
{
	const struct index *ix = next_index(s, r);

	if (!ix)
		return false;
	row_int(r, ix->self->oid);
	row_int(r, ix->rel->oid);
	row_int(r, ix->ncols);
	row_int(r, ix->nkeys);
	row_int(r, ix->unique);
	row_int(r, ix->nulls_not_distinct);
	row_int(r, ix->primary);
	row_int(r, 0); /* indisexclusion */
	row_int(r, ix->immediate);
	row_int(r, 0);
	row_int(r, ix->valid);
	row_int(r, 0);
	row_int(r, 1);
	row_int(r, 1);
	row_int(r, 0);
	row_numbers(r, ix->cols, ix->ncols, false);
	row_key_classes(r, ix);
	row_numbers(r, ix->options, ix->nkeys, false);
	row_expressions(r, ix);
	row_text(r, ix->predicate);
	return true;
}
CATREL(pg_index, 21, 1);

/* The = between two columns, or 0. */
static oid_t
equality(const struct catrow *r, const struct column *a, const struct column *b)
{
	const struct snapshot *s = r->scan->snap;

	return a && b ? btree_operator(snapshot_operator_type(s, a->type->oid),
				       snapshot_operator_type(s, b->type->oid), 3)
		      : 0;
}

static void
row_equality(struct catrow *r, const struct constraint *c)
{
	oid_t pf[32], pp[32], ff[32];
	int n = MIN(c->ncols, (int)COUNTOF(pf));

	if (c->kind != 'f') {
		row_null(r, 3);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct column *f = relation_column_at(c->rel, c->cols[i]),
				    *p = relation_column_at(c->frel, c->fcols[i]);

		pf[i] = equality(r, p, f);
		pp[i] = equality(r, p, p);
		ff[i] = equality(r, f, f);
	}
	row_oids(r, pf, n, true);
	row_oids(r, pp, n, true);
	row_oids(r, ff, n, true);
}

/* Keyed by the table (conrelid). */
static const struct constraint *
next_constraint(struct catscan *s, struct catrow *r)
{
	while (!r->rel || r->sub >= r->rel->constraints.n) {
		if (!next_user_relation(s, r))
			return NULL;
		r->sub = 0;
	}
	return VEC_AT(struct constraint, &r->rel->constraints, r->sub++);
}

/* Those of domains, after all of tables; r->at counts types. They have no conrelid. */
static bool
domain_check_row(struct catscan *s, struct catrow *r)
{
	for (; r->at < INFO_DOMAINS + s->snap->types.n && !(s->has_key && s->key);
	     r->at++, r->sub = 0) {
		const struct user_type *u = r->at < INFO_DOMAINS
						    ? info_domain_at(r->at)
						    : s->snap->types.v[r->at - INFO_DOMAINS];
		const struct domain *dom = u->type->typtype == 'd' ? u->type->domain : NULL;
		const struct domain_constraint *c;

		if (!dom || r->sub >= dom->nchecks)
			continue;
		c = &dom->checks[r->sub++];
		row_int(r, c->oid);
		row_text(r, c->name);
		row_int(r, u->schema->oid);
		row_char(r, 'c');
		row_int(r, 0);
		row_int(r, 0);
		row_int(r, c->validated);
		row_int(r, 0);
		row_int(r, u->type->oid);
		for (int i = 0; i < 3; i++)
			row_int(r, 0); /* conindid, conparentid, confrelid */
		for (int i = 0; i < 3; i++)
			row_char(r, ' ');
		row_int(r, 1);
		row_int(r, 0);
		row_int(r, 0);
		row_null(r, 7);
		row_text(r, c->expr);
		return true;
	}
	return false;
}

static bool
pg_constraint_row(struct catscan *s, struct catrow *r)
{
	const struct constraint *c = r->list ? NULL : next_constraint(s, r);
	bool foreign;

	if (!c) {
		if (!r->list)
			r->at = r->sub = 0;
		r->list = r;
		return domain_check_row(s, r);
	}
	foreign = c->kind == 'f';
	row_int(r, c->oid);
	row_text(r, c->name);
	row_int(r, c->rel->schema->oid);
	row_char(r, c->kind);
	row_int(r, c->deferrable);
	row_int(r, c->deferred);
	row_int(r, c->validated);
	row_int(r, c->rel->oid);
	row_int(r, 0); /* contypid */
	row_int(r, c->index ? c->index->self->oid : 0);
	row_int(r, 0);
	row_int(r, foreign ? c->frel->oid : 0);
	row_char(r, foreign ? c->on_update : ' ');
	row_char(r, foreign ? c->on_delete : ' ');
	row_char(r, foreign ? c->match : ' ');
	row_int(r, 1);
	row_int(r, 0);
	row_int(r, c->no_inherit || c->kind != 'c');
	if (c->ncols)
		row_numbers(r, c->cols, c->ncols, true);
	else
		row_null(r, 1);
	if (foreign)
		row_numbers(r, c->fcols, c->ncols, true);
	else
		row_null(r, 1);
	row_equality(r, c);
	row_null(r, 2); /* confdelsetcols, conexclop */
	row_text(r, c->expr);
	return true;
}
CATREL(pg_constraint, 26, 7);

/* The columns of every constraint, one row each, for information_schema: no need there to take
 * conkey apart. */
static bool
litephant_key_row(struct catscan *s, struct catrow *r)
{
	const struct constraint *c;
	int16_t fattnum, fordinal = 0;

	for (;; r->sub++, r->at = 0) {
		while (!r->rel || r->sub >= r->rel->constraints.n) {
			if (!next_user_relation(s, r))
				return false;
			r->sub = r->at = 0;
		}
		c = VEC_AT(struct constraint, &r->rel->constraints, r->sub);
		if (r->at < c->ncols)
			break;
	}
	fattnum = c->kind == 'f' ? c->fcols[r->at] : 0;
	for (int i = 0; fattnum && c->index && i < c->index->nkeys; i++)
		if (c->index->cols[i] == fattnum)
			fordinal = (int16_t)(i + 1);
	row_int(r, c->rel->oid);
	row_int(r, c->oid);
	row_int(r, r->at + 1);
	row_int(r, c->cols[r->at++]);
	row_int(r, fattnum ? c->frel->oid : 0);
	if (!fattnum) {
		row_null(r, 2);
		return true;
	}
	row_int(r, fattnum);
	row_int(r, fordinal);
	return true;
}
CATREL(litephant_key, 7, 0);
