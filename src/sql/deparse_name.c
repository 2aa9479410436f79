/*
 * deparse_name: what the entries of a query and their columns are called in its text. Names are
 * those that were written, unless they are taken: by an entry of the query or of those around it,
 * by a column of the same entry, by a column that USING merges. Then _1, _2 … makes another.
 */
#include "sql/deparse.h"

#include "sql/view_text.h"

#include <stdio.h>

enum { NAME_MAX_LEN = 63 };

/* ---- names of relations ---- */

const char *
deparse_own_name(struct deparse *d, const struct relation *rel)
{
	return d->rename && d->rename->rel == rel && !d->rename->attnum ? d->rename->name
									: rel->name;
}

static const char *
schema_name(struct deparse *d, const struct relation *rel)
{
	const struct view_rename *r = d->rename;

	if (rel->schema->temp)
		return "pg_temp";
	if (r && r->schema && r->schema == rel->schema)
		return r->schema_name;
	return r && r->rel == rel && !r->attnum && r->schema_name ? r->schema_name
								  : rel->schema->name;
}

static bool
is_cte_name(const struct deparse *d, const char *name)
{
	for (const struct deparse_level *l = d->level; l; l = l->outer)
		for (int i = 0; i < l->query->ctes.n; i++)
			if (!strcmp(VEC_AT(struct cte, &l->query->ctes, i)->name, name))
				return true;
	return false;
}

const char *
deparse_relation_name(struct deparse *d, const struct relation *rel)
{
	struct arena *a = d->as->arena;
	const char *name = deparse_own_name(d, rel);

	if (d->path && snapshot_relation_visible(d->as->env->snapshot, d->path, rel) &&
	    !is_cte_name(d, name))
		return quote_identifier(a, name);
	return arena_printf(a, "%s.%s", quote_identifier(a, schema_name(d, rel)),
			    quote_identifier(a, name));
}

const char *
deparse_renamed_type(struct deparse *d, const struct type *t)
{
	const struct snapshot *s = d->as->env->snapshot;
	struct arena *a = d->as->arena;
	const struct type *elem =
		t->elem_oid && t->category == 'A' ? snapshot_type(s, t->elem_oid) : t;
	const struct relation *rel = elem ? snapshot_relation_of_type(s, elem->oid) : NULL;
	const struct user_type *u = elem ? snapshot_user_type(s, elem->oid) : NULL;
	const char *schema, *name;

	if (rel && rel == d->rename->rel && !d->rename->attnum) {
		schema = schema_name(d, rel);
		name = deparse_own_name(d, rel);
	} else if (u && d->rename->schema && u->schema == d->rename->schema) {
		schema = d->rename->schema_name;
		name = elem->name;
	} else {
		return NULL;
	}
	return arena_printf(a, "%s.%s%s", quote_identifier(a, schema), quote_identifier(a, name),
			    elem == t ? "" : "[]");
}

/* ---- making a name ---- */

static const char *
numbered(struct arena *a, const char *name, int i)
{
	char number[16];
	size_t n = strlen(name), digits;

	snprintf(number, sizeof(number), "_%d", i);
	digits = strlen(number);
	n = MIN(n, NAME_MAX_LEN - digits);
	while (n < strlen(name) && n && ((unsigned char)name[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(a, "%.*s%s", (int)n, name, number);
}

static bool
has_name(const struct vec *names, const char *name)
{
	for (int i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

static bool
taken(const struct deparse_level *l, const char *name)
{
	for (; l; l = l->outer)
		if (has_name(&l->names, name))
			return true;
	return false;
}

/* ---- entries ---- */

static const char *
entry_name(struct deparse *d, const struct rte *rte)
{
	/* A table's name, unless it was given another. */
	if (rte->rel && !rte->aliased && rte->alias)
		return deparse_own_name(d, rte->rel);
	return rte->alias;
}

static struct deparse_rel *
add_rel(struct deparse *d, struct deparse_level *l, const struct rte *rte,
	const struct from_item *join)
{
	struct arena *a = d->as->arena;
	struct deparse_rel *r = ARENA_NEW(a, struct deparse_rel);
	const char *wanted = entry_name(d, rte), *name = wanted;

	r->rte = rte;
	r->join = join;
	r->cols = ARENA_ARRAY(a, const char *, rte->ncols + 1);
	memset(r->cols, 0, sizeof(*r->cols) * (size_t)(rte->ncols + 1));
	for (int i = 1; name && taken(l, name); i++)
		name = numbered(a, wanted, i);
	r->name = name;
	if (name)
		vec_push(a, &l->names, (char *)(uintptr_t)name);
	return r;
}

static struct deparse_rel *
add_item(struct deparse *d, struct deparse_level *l, const struct from_item *f)
{
	struct deparse_rel *r, *left, *right;

	if (f->kind == FROM_RTE) {
		r = add_rel(d, l, f->rte, NULL);
	} else {
		left = add_item(d, l, f->left);
		right = add_item(d, l, f->right);
		r = add_rel(d, l, f->rte, f);
		r->left = left;
		r->right = right;
	}
	vec_push(d->as->arena, &l->rels, r);
	return r;
}

struct deparse_rel *
deparse_rel(struct deparse *d, const struct rte *rte)
{
	for (struct deparse_level *l = d->level; l; l = l->outer)
		for (int i = 0; i < l->rels.n; i++) {
			struct deparse_rel *r = l->rels.v[i];

			if (r->rte == rte)
				return r;
		}
	return NULL;
}

/* ---- columns ---- */

static bool
column_taken(const struct deparse_level *l, const struct deparse_rel *r, const char *name)
{
	for (int i = 0; i < r->rte->ncols; i++)
		if (r->cols[i] && !strcmp(r->cols[i], name))
			return true;
	return has_name(&l->using_names, name) || has_name(&r->parent_using, name);
}

static const char *
column_name(struct deparse *d, const struct deparse_level *l, const struct deparse_rel *r,
	    const char *wanted)
{
	const char *name = wanted;

	for (int i = 1; column_taken(l, r, name); i++)
		name = numbered(d->as->arena, wanted, i);
	return name;
}

/* What the column is called without an alias. */
static const char *
real_name(struct deparse *d, const struct rte *rte, int i)
{
	const struct rtcol *c = &rte->cols[i];
	const struct view_rename *r = d->rename;

	if (!rte->rel || !c->attr)
		return c->name;
	return r && r->rel == rte->rel && r->attnum && r->attnum == c->attr->attnum ? r->name
										    : c->attr->name;
}

static bool
is_column(const struct rte *rte, int i)
{
	return !rte->cols[i].hidden || rte->cols[i].attr;
}

static void
name_columns(struct deparse *d, struct deparse_level *l, struct deparse_rel *r)
{
	const struct rte *rte = r->rte;
	bool changed = false;

	for (int i = 0; i < rte->ncols; i++) {
		const char *real = real_name(d, rte, i);

		if (!is_column(rte, i))
			continue;
		if (!r->cols[i])
			r->cols[i] =
				column_name(d, l, r, i < rte->naliases ? rte->cols[i].name : real);
		changed |= strcmp(r->cols[i], real) != 0;
	}
	r->print_columns = rte->kind == RTE_FUNCTION ? !rte->xmltable
						     : changed || (!rte->rel && rte->naliases);
}

/* The column of a side that a join's column comes from; NULL: a merged one's. */
static const struct expr *
side_column(const struct rte *join, int i)
{
	const struct expr *e = join->cols[i].join_expr;

	return e && e->kind == EX_VAR ? e : NULL;
}

static const char *
side_name(struct deparse *d, const struct deparse_level *l, const struct rte *join, int i)
{
	const struct expr *e = side_column(join, i);

	for (int k = 0; e && k < l->rels.n; k++) {
		const struct deparse_rel *r = l->rels.v[k];

		if (r->rte == e->var.rte && r->cols[e->var.col])
			return r->cols[e->var.col];
	}
	(void)d;
	return join->cols[i].name;
}

static void
name_join_columns(struct deparse *d, struct deparse_level *l, struct deparse_rel *r)
{
	const struct rte *rte = r->rte;
	bool changed = false;

	for (int i = r->using.n; i < rte->ncols; i++) {
		const char *real = side_name(d, l, rte, i);

		if (!r->name) {
			r->cols[i] = real;
			continue;
		}
		if (!r->cols[i])
			r->cols[i] =
				column_name(d, l, r, i < rte->naliases ? rte->cols[i].name : real);
		changed |= strcmp(r->cols[i], real) != 0;
	}
	r->print_columns = r->name && changed;
}

/* ---- USING ---- */

/* A merged column that is no column of a side: its name must then mean it alone. */
static bool
dangerous_using(const struct deparse_level *l)
{
	for (int i = 0; i < l->rels.n; i++) {
		const struct deparse_rel *r = l->rels.v[i];

		for (int k = 0; r->join && k < r->join->using_names.n; k++)
			if (!side_column(r->rte, k))
				return true;
	}
	return false;
}

static void
push_down(const struct deparse_rel *side, const struct expr *e, const char *name)
{
	if (e && e->kind == EX_VAR && e->var.rte == side->rte && e->var.col >= 0)
		side->cols[e->var.col] = name;
}

static void
name_using(struct deparse *d, struct deparse_level *l, struct deparse_rel *r,
	   const struct vec *parent)
{
	const struct from_item *f = r->join;
	struct arena *a = d->as->arena;
	struct vec using = {0};

	vec_append(a, &r->parent_using, parent);
	if (!f)
		return;
	vec_append(a, &using, parent);
	for (int i = 0; !r->name && i < r->rte->ncols; i++) {
		const struct expr *e = side_column(r->rte, i);

		if (!r->cols[i] || !e)
			continue;
		push_down(r->left, e, r->cols[i]);
		push_down(r->right, e, r->cols[i]);
	}
	for (int i = 0; i < f->using_names.n; i++) {
		const char *name = r->cols[i];

		if (!name) {
			name = r->name && i < r->rte->naliases ? r->rte->cols[i].name
							       : f->using_names.v[i];
			name = column_name(d, l, r, name);
			if (l->unique_using)
				vec_push(a, &l->using_names, (char *)(uintptr_t)name);
			r->cols[i] = name;
		}
		vec_push(a, &r->using, (char *)(uintptr_t)name);
		vec_push(a, &using, (char *)(uintptr_t)name);
		push_down(r->left, f->using_left.v[i], name);
		push_down(r->right, f->using_right.v[i], name);
	}
	name_using(d, l, r->left, &using);
	name_using(d, l, r->right, &using);
}

void
deparse_name_entries(struct deparse *d, struct deparse_level *l)
{
	static char *const reserved[] = {(char *)"old", (char *)"new"};
	const struct query *q = l->query;
	const struct vec none = {0};

	/* A view's rule has entries of these names. */
	for (size_t i = 0; !l->outer && i < COUNTOF(reserved); i++)
		vec_push(d->as->arena, &l->names, reserved[i]);
	for (int i = 0; i < q->from.n; i++)
		add_item(d, l, q->from.v[i]);
	l->unique_using = dangerous_using(l);
	for (int i = l->rels.n - 1; i >= 0; i--) {
		struct deparse_rel *r = l->rels.v[i];
		bool inside = false;

		for (int k = i + 1; k < l->rels.n && !inside; k++) {
			const struct deparse_rel *o = l->rels.v[k];

			inside = o->left == r || o->right == r;
		}
		if (!inside)
			name_using(d, l, r, &none);
	}
	for (int i = 0; i < l->rels.n; i++) {
		struct deparse_rel *r = l->rels.v[i];

		if (r->join)
			name_join_columns(d, l, r);
		else
			name_columns(d, l, r);
	}
}
