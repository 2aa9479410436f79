#include "ddl/type_texts.h"

#include "ddl/rows.h"
#include "sql/view_text.h"

struct search {
	struct ddl *d;
	const struct type_change *change;
	struct vec *out;
};

/* An expression's place: where it stands, and what it has to be. */
struct place {
	enum standalone_kind kind;
	const struct relation *rel;
	oid_t type;
	int32_t typmod;
};

static struct place
place_of(struct ddl *d, const struct stored_text *t, const struct relation *rel)
{
	const struct snapshot *s = d->compile->snapshot;
	const struct domain *dom = t->domain ? t->domain->domain : NULL;
	const struct column *col;

	switch (t->kind) {
	case TEXT_DEFAULT:
		col = &rel->cols[t->col->attnum - 1];
		if (col->generated)
			return (struct place){STANDALONE_GENERATED, rel, col->type->oid,
					      col->typmod};
		return (struct place){STANDALONE_DEFAULT, NULL, col->type->oid, col->typmod};
	case TEXT_INDEX:
		return (struct place){STANDALONE_INDEX, rel, 0, -1};
	case TEXT_PREDICATE:
		return (struct place){STANDALONE_PREDICATE, rel, T_BOOL, -1};
	case TEXT_DOMAIN_DEFAULT:
		return (struct place){STANDALONE_DEFAULT, NULL, t->domain->base_oid, dom->typmod};
	case TEXT_DOMAIN_CHECK:
		return (struct place){STANDALONE_CHECK,
				      domain_value_relation(d->arena, s, t->domain->base_oid,
							    dom->typmod, dom->collation),
				      T_BOOL, -1};
	default:
		return (struct place){STANDALONE_CHECK, rel, T_BOOL, -1};
	}
}

/* A text that does not stand analysis was broken before: it speaks of nothing. */
static bool
look(struct search *s, const char *text, struct stored_text t)
{
	struct ddl *d = s->d;
	struct place p;
	bool uses = false, ok;

	if (!text)
		return true;
	if (t.kind == TEXT_VIEW) {
		ok = query_type_changed(d->compile, d->arena, text, s->change, &uses, &t.node);
	} else {
		p = place_of(d, &t, t.rel);
		ok = expr_type_changed(d->compile, d->arena, p.kind, text, p.rel, p.type, p.typmod,
				       s->change, &uses, &t.node);
	}
	if (!ok)
		err_clear(d->err);
	else if (uses)
		vec_push(d->arena, s->out, arena_memdup(d->arena, &t, sizeof(t)));
	return true;
}

static bool
look_index(struct search *s, const struct relation *rel, const struct index *ix)
{
	for (int i = 0; i < ix->nexprs; i++)
		if (!look(s, ix->exprs[i],
			  (struct stored_text){
				  .kind = TEXT_INDEX, .rel = rel, .index = ix, .at = i}))
			return false;
	return look(s, ix->predicate,
		    (struct stored_text){.kind = TEXT_PREDICATE, .rel = rel, .index = ix});
}

static bool
look_relation(struct search *s, const struct relation *rel)
{
	if (rel->kind == 'v')
		return look(s, rel->view_def, (struct stored_text){.kind = TEXT_VIEW, .rel = rel});
	for (int i = 0; rel->kind == 'r' && i < rel->ncols; i++)
		if (!rel->cols[i].dropped && rel->cols[i].default_expr &&
		    !look(s, rel->cols[i].default_expr,
			  (struct stored_text){
				  .kind = TEXT_DEFAULT, .rel = rel, .col = &rel->cols[i]}))
			return false;
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (c->kind == 'c' &&
		    !look(s, c->expr,
			  (struct stored_text){.kind = TEXT_CHECK, .rel = rel, .constraint = c}))
			return false;
	}
	for (int i = 0; i < rel->indexes.n; i++)
		if (!look_index(s, rel, rel->indexes.v[i]))
			return false;
	return true;
}

static bool
look_domain(struct search *s, const struct type *t)
{
	const struct domain *dom = t->domain;

	if (!look(s, dom->default_expr,
		  (struct stored_text){.kind = TEXT_DOMAIN_DEFAULT, .domain = t}))
		return false;
	for (int i = 0; i < dom->nchecks; i++)
		if (!look(s, dom->checks[i].expr,
			  (struct stored_text){.kind = TEXT_DOMAIN_CHECK,
					       .domain = t,
					       .check = &dom->checks[i]}))
			return false;
	return true;
}

bool
type_texts_find(struct ddl *d, const struct type_change *change, struct vec *out)
{
	const struct snapshot *snap = d->compile->snapshot;
	struct search s = {d, change, out};

	for (int i = 0; i < snap->relations.n; i++)
		if (!look_relation(&s, snap->relations.v[i]))
			return false;
	for (int i = 0; i < snap->types.n; i++) {
		const struct type *t = VEC_AT(struct user_type, &snap->types, i)->type;

		if (t->typtype == 'd' && t->domain && !look_domain(&s, t))
			return false;
	}
	return true;
}

/* ---- writing ---- */

static bool
compile(struct ddl *d, struct stored_text *t)
{
	const struct snapshot *s = d->compile->snapshot;
	struct stored_text now = *t;
	const struct relation *rel = NULL;
	struct place p;
	bool temp;

	if (t->kind == TEXT_VIEW)
		return view_write_down(d->compile, d->arena, t->node, NULL, 0, &t->renewed, &temp);
	if (t->rel && !(rel = snapshot_relation_by_oid(s, t->rel->oid)))
		return err_set(d->err, ERR_INTERNAL_ERROR, -1, "relation %u is gone", t->rel->oid);
	if (t->domain)
		now.domain = snapshot_type(s, t->domain->oid);
	p = place_of(d, &now, rel);
	return compile_expr(d->compile, d->arena, p.kind, t->node, p.rel, p.type, p.typmod,
			    &t->renewed, NULL, NULL);
}

const struct index *
type_texts_index(struct ddl *d, const struct vec *texts, const struct index *ix)
{
	struct index *copy = arena_memdup(d->arena, ix, sizeof(*ix));
	const char **exprs = ARENA_ARRAY(d->arena, const char *, ix->nexprs + 1);

	if (ix->nexprs)
		memcpy(exprs, ix->exprs, sizeof(*exprs) * (size_t)ix->nexprs);
	copy->exprs = exprs;
	for (int i = 0; i < texts->n; i++) {
		const struct stored_text *t = texts->v[i];

		if (!t->index || t->index->self->oid != ix->self->oid || !t->renewed)
			continue;
		if (t->kind == TEXT_INDEX)
			exprs[t->at] = t->renewed;
		else
			copy->predicate = t->renewed;
	}
	return copy;
}

static bool
write_text(struct ddl *d, const struct vec *texts, const struct stored_text *t)
{
	bool temp = t->rel ? t->rel->schema->temp
			   : snapshot_user_type(d->compile->snapshot, t->domain->oid)->schema->temp;

	switch (t->kind) {
	case TEXT_DEFAULT:
		return ROWS_EXEC(
			d, temp,
			"UPDATE %s.\"litephant.pg_attrdef\" SET adsrc = ?3 WHERE adrelid = "
			"?1 AND adnum = ?2",
			datum_int(t->rel->oid), datum_int(t->col->attnum), row_text(t->renewed));
	case TEXT_CHECK:
		return ROWS_EXEC(
			d, temp,
			"UPDATE %s.\"litephant.pg_constraint\" SET consrc = ?2 WHERE oid = ?1",
			datum_int(t->constraint->oid), row_text(t->renewed));
	case TEXT_INDEX:
	case TEXT_PREDICATE:
		return rows_set_index_texts(d, type_texts_index(d, texts, t->index));
	case TEXT_DOMAIN_DEFAULT:
		return ROWS_EXEC(
			d, temp,
			"UPDATE %s.\"litephant.pg_type\" SET typdefault = ?2 WHERE oid = ?1",
			datum_int(t->domain->oid), row_text(t->renewed));
	case TEXT_DOMAIN_CHECK:
		return ROWS_EXEC(
			d, temp,
			"UPDATE %s.\"litephant.domain_constraint\" SET consrc = ?2 WHERE oid = ?1",
			datum_int(t->check->oid), row_text(t->renewed));
	case TEXT_VIEW:
		return ROWS_EXEC(d, temp,
				 "UPDATE %s.\"litephant.pg_class\" SET viewdef = ?2 WHERE oid = ?1",
				 datum_int(t->rel->oid), row_text(t->renewed));
	}
	return true;
}

bool
type_texts_write(struct ddl *d, const struct vec *texts)
{
	for (int i = 0; i < texts->n; i++)
		if (!compile(d, texts->v[i]))
			return false;
	for (int i = 0; i < texts->n; i++)
		if (!write_text(d, texts, texts->v[i]))
			return false;
	return true;
}
