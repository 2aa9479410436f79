/*
 * LIKE: columns of another table, with what INCLUDING asks for. Columns are found again by name:
 * the new table may have others too.
 */
#include "ddl/like.h"

#include "ddl/constraint.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sequence.h"

enum {
	LIKE_COMMENTS = 1 << 0,
	LIKE_CONSTRAINTS = 1 << 2,
	LIKE_DEFAULTS = 1 << 3,
	LIKE_GENERATED = 1 << 4,
	LIKE_IDENTITY = 1 << 5,
	LIKE_INDEXES = 1 << 6,
	/* COMPRESSION, STATISTICS and STORAGE speak of what no table here has. */
};

static const struct sequence *
identity_sequence(struct draft *t, const struct relation *from, int attnum)
{
	const struct snapshot *snap = t->d->compile->snapshot;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == from->oid &&
		    seq->sequence->owner_col == attnum)
			return seq->sequence;
	}
	return NULL;
}

static bool
like_identity(struct draft *t, struct column *col, const struct relation *from,
	      const struct column *src)
{
	const struct sequence *was = identity_sequence(t, from, src->attnum);
	struct relation *seq = draft_owned_sequence(t, col, NULL, 0);
	struct sequence *s;

	if (!seq)
		return false;
	s = (struct sequence *)seq->sequence;
	if (was) {
		s->start = was->start;
		s->increment = was->increment;
		s->min = was->min;
		s->max = was->max;
		s->cache = was->cache;
		s->cycle = was->cycle;
	}
	col->identity = src->identity;
	col->not_null = true;
	return true;
}

static bool
like_column(struct draft *t, const struct relation *from, const struct column *src,
	    unsigned options)
{
	struct ddl *d = t->d;
	struct column *col =
		draft_add_plain_column(t, src->name, src->type, src->typmod, src->collation);

	if (!col)
		return false;
	col->not_null = src->not_null;
	if ((options & LIKE_COMMENTS) && src->comment &&
	    !rows_set_comment(d, t->rel->oid, CLASS_PG_CLASS, col->attnum, src->comment,
			      t->rel->schema->temp))
		return false;
	if (src->identity && (options & LIKE_IDENTITY))
		return like_identity(t, col, from, src);
	if (!src->default_expr || !(options & (src->generated ? LIKE_GENERATED : LIKE_DEFAULTS)))
		return true;
	col->generated = src->generated;
	col->default_expr = src->default_expr;
	col->has_default = true;
	return (col->default_oid = ddl_new_oid(d)) != 0;
}

/* The new table's numbers of columns of from. */
static int16_t *
mapped(struct draft *t, const struct relation *from, const int16_t *cols, int n)
{
	int16_t *out = ARENA_ARRAY(t->d->arena, int16_t, n + 1);

	for (int i = 0; i < n; i++)
		out[i] = cols[i] ? draft_column(t, from->cols[cols[i] - 1].name)->attnum : 0;
	return out;
}

static struct constraint *
like_constraint(struct draft *t, const struct relation *from, const struct constraint *c,
		const char *name)
{
	struct constraint *made = arena_memdup(t->d->arena, c, sizeof(*c));

	made->name = name;
	made->rel = t->rel;
	made->cols = mapped(t, from, c->cols, c->ncols);
	made->comment = NULL;
	if (!(made->oid = ddl_new_oid(t->d)))
		return NULL;
	vec_push(t->d->arena, &t->rel->constraints, made);
	vec_push(t->d->arena, &t->new_constraints, made);
	return made;
}

static const struct constraint *
key_of(const struct relation *rel, const struct index *ix)
{
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (c->index == ix && (c->kind == 'p' || c->kind == 'u'))
			return c;
	}
	return NULL;
}

static char *
index_columns(struct draft *t, const struct index *ix)
{
	struct buf b = BUF_INIT;
	char *s;

	for (int i = 0; i < ix->ncols && i < ix->self->ncols; i++)
		buf_printf(&b, "%s%s", i ? "_" : "", ix->self->cols[i].name);
	s = buf_dup(&b, t->d->arena);
	buf_release(&b);
	return s;
}

static bool
like_index(struct draft *t, const struct relation *from, const struct index *ix)
{
	struct ddl *d = t->d;
	const struct constraint *key = key_of(from, ix);
	struct relation *self = arena_memdup(d->arena, ix->self, sizeof(*self));
	struct index *made = arena_memdup(d->arena, ix, sizeof(*made));
	const char *label = !key ? "idx" : key->kind == 'p' ? "pkey" : "key";
	struct constraint *c;

	self->name = choose_name(d, t->rel->name, ix->primary ? NULL : index_columns(t, ix), label,
				 relation_name_taken, t->rel->schema);
	self->schema = t->rel->schema;
	self->persistence = t->rel->persistence;
	self->owner = t->rel->owner;
	self->index = made;
	self->comment = NULL;
	self->physical =
		snapshot_physical_name(d->arena, d->compile->snapshot, t->rel->schema, self->name);
	made->self = self;
	made->rel = t->rel;
	made->cols = mapped(t, from, ix->cols, ix->ncols);
	if (!(self->oid = ddl_new_oid(d)))
		return false;
	rows_promise_name(d, t->rel->schema, self->name);
	vec_push(d->arena, &t->rel->indexes, made);
	vec_push(d->arena, &t->new_indexes, made);
	for (int i = 0; ix->primary && i < ix->nkeys; i++)
		t->cols[made->cols[i] - 1].not_null = true;
	if (!key)
		return true;
	if (!(c = like_constraint(t, from, key, self->name)))
		return false;
	c->index = made;
	return true;
}

bool
like_clause(struct draft *t, const PgQuery__TableLikeClause *like)
{
	const struct relation *from = compile_relation(t->d->compile, like->relation, false);

	if (!from)
		return false;
	if (from->kind != 'r' && from->kind != 'v' && from->kind != 'c')
		return err_set(t->d->err, ERR_WRONG_OBJECT_TYPE, like->relation->location,
			       "relation \"%s\" is invalid in LIKE clause", from->name);
	for (int i = 0; i < from->ncols; i++)
		if (!from->cols[i].dropped && !like_column(t, from, &from->cols[i], like->options))
			return false;
	for (int i = 0; (like->options & LIKE_CONSTRAINTS) && i < from->constraints.n; i++) {
		const struct constraint *c = from->constraints.v[i];

		if (c->kind == 'c' && !like_constraint(t, from, c, c->name))
			return false;
	}
	for (int i = 0; (like->options & LIKE_INDEXES) && i < from->indexes.n; i++)
		if (!like_index(t, from, from->indexes.v[i]))
			return false;
	return true;
}
