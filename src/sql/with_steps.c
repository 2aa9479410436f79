/*
 * with_steps: a command whose WITH modifies data, as several SQLite statements. PostgreSQL runs
 * them side by side over one snapshot, so:
 *     what a WITH query returns, or what several statements read of one, is kept in a slot;
 *     the statement pulls the WITH queries that it refers to before it, the others follow it, last
 *     first, as PostgreSQL completes them;
 *     a table that an earlier statement has modified is read as its image: the rows that are
 *     untouched, and the old ones of those that are not; and no row is modified twice.
 */
#include "sql/emit.h"

struct step {
	struct query *q;
	struct cte *cte; /* NULL: the statement itself */
	struct vec ctes; /* struct cte: what its text has in WITH */
	struct vec mods; /* struct relation */
	struct vec reads;
};

struct with {
	struct analyzer *as;
	struct query *main;
	struct vec top;    /* struct cte: all of them */
	struct vec kept;   /* struct cte: with a slot, or to get one when they are scheduled */
	struct vec steps;  /* struct step */
	struct vec images; /* struct table_image */
	int nslots;
};

static bool
is_modifying(const struct cte *c)
{
	return c->query->cmd != CMD_SELECT;
}

bool
query_modifies_in_with(const struct query *q)
{
	for (int i = 0; i < q->ctes.n; i++)
		if (is_modifying(q->ctes.v[i]))
			return true;
	return false;
}

/* ---- what a query refers to ---- */

struct refs {
	struct with *w;
	struct vec ctes, rels;
};

static void
from_refs(struct refs *r, const struct from_item *f)
{
	if (f->kind == FROM_JOIN) {
		from_refs(r, f->left);
		from_refs(r, f->right);
		return;
	}
	if (f->rte->kind == RTE_CTE && vec_has(&r->w->top, f->rte->cte) &&
	    !vec_has(&r->ctes, f->rte->cte))
		vec_push(r->w->as->arena, &r->ctes, f->rte->cte);
	if (f->rte->kind == RTE_RELATION && !vec_has(&r->rels, f->rte->rel))
		vec_push(r->w->as->arena, &r->rels, (void *)(uintptr_t)f->rte->rel);
}

static bool
query_refs(struct query *q, void *arg)
{
	for (int i = 0; i < q->from.n; i++)
		from_refs(arg, q->from.v[i]);
	return true;
}

/* The statement's own WITH is no part of it. */
static void
direct_refs(struct with *w, struct query *q, struct refs *r)
{
	struct vec ctes = q->ctes;

	*r = (struct refs){.w = w};
	if (q == w->main)
		q->ctes = (struct vec){0};
	query_each(q, query_refs, r);
	q->ctes = ctes;
}

/* All WITH queries that q needs, what they need included unless it is kept. */
static void
needed(struct with *w, struct query *q, struct vec *out)
{
	struct refs r;

	direct_refs(w, q, &r);
	for (int i = 0; i < r.ctes.n; i++) {
		struct cte *c = r.ctes.v[i];

		if (vec_has(out, c))
			continue;
		vec_push(w->as->arena, out, c);
		if (!vec_has(&w->kept, c))
			needed(w, c->query, out);
	}
}

static void
find_kept(struct with *w)
{
	struct vec shared = {0};

	for (int i = 0; i < w->top.n; i++)
		if (is_modifying(w->top.v[i]))
			vec_push(w->as->arena, &w->kept, w->top.v[i]);
	for (int i = 0; i < w->top.n; i++) {
		struct cte *c = w->top.v[i];
		int users = 0;

		for (int k = -1; k < w->top.n && !is_modifying(c); k++) {
			struct cte *user = k < 0 ? NULL : w->top.v[k];
			struct vec need = {0};

			if (user && !is_modifying(user))
				continue;
			needed(w, user ? user->query : w->main, &need);
			users += vec_has(&need, c);
		}
		if (users > 1 && c->materialized != 'n' && !c->recursive)
			vec_push(w->as->arena, &shared, c);
	}
	vec_append(w->as->arena, &w->kept, &shared);
}

/* ---- the order ---- */

/* Foreign keys may pass a change on. */
static void
add_modified(struct with *w, struct vec *mods, const struct relation *rel)
{
	if (vec_has(mods, rel))
		return;
	vec_push(w->as->arena, mods, (void *)(uintptr_t)rel);
	for (int i = 0; i < rel->referenced_by.n; i++) {
		const struct constraint *k = rel->referenced_by.v[i];

		if (strchr("cnd", k->on_delete) || strchr("cnd", k->on_update))
			add_modified(w, mods, k->rel);
	}
}

static void
add_step(struct with *w, struct query *q, struct cte *c, const struct vec *need)
{
	struct step *s = ARENA_NEW(w->as->arena, struct step);
	struct refs r;

	s->q = q;
	s->cte = c;
	if (q->cmd != CMD_SELECT)
		add_modified(w, &s->mods, q->target->rel);
	direct_refs(w, q, &r);
	vec_append(w->as->arena, &s->reads, &r.rels);
	for (int i = 0; i < need->n; i++) {
		struct cte *n = need->v[i];

		if (vec_has(&w->kept, n))
			continue;
		direct_refs(w, n->query, &r);
		vec_append(w->as->arena, &s->reads, &r.rels);
	}
	if (q->cmd == CMD_UPDATE || q->cmd == CMD_DELETE)
		vec_push(w->as->arena, &s->reads, (void *)(uintptr_t)q->target->rel);
	vec_push(w->as->arena, &w->steps, s);
}

static bool
is_scheduled(const struct with *w, const struct cte *c)
{
	for (int i = 0; i < w->steps.n; i++)
		if (VEC_AT(struct step, &w->steps, i)->cte == c)
			return true;
	return false;
}

/* Depth is bounded: a WITH query refers to earlier ones only. */
static void
schedule(struct with *w, struct query *q, struct cte *c)
{
	struct vec need = {0};

	if (c && is_scheduled(w, c))
		return;
	needed(w, q, &need);
	for (int i = 0; i < need.n; i++) {
		struct cte *n = need.v[i];

		if (n == c || !vec_has(&w->kept, n))
			continue;
		schedule(w, n->query, n);
		if (!n->slot)
			n->slot = ++w->nslots;
	}
	add_step(w, q, c, &need);
}

static void
schedule_all(struct with *w)
{
	schedule(w, w->main, NULL);
	for (int i = w->top.n - 1; i >= 0; i--) {
		struct cte *c = w->top.v[i];

		if (is_modifying(c))
			schedule(w, c->query, c);
	}
}

/* ---- images ---- */

static bool
add_image(struct with *w, const struct relation *rel, int first)
{
	struct table_image *image;

	for (int i = 0; i < w->images.n; i++)
		if (VEC_AT(struct table_image, &w->images, i)->rel == rel)
			return true;
	if (rel->kind != 'r' || rel->builtin || !rowid_name(rel))
		return err_unsupported(w->as->env->err, -1,
				       "WITH that modifies table \"%s\", which has no row "
				       "identifiers, and reads it elsewhere",
				       rel->name);
	image = ARENA_NEW(w->as->arena, struct table_image);
	*image = (struct table_image){rel, first, w->nslots + 1, w->nslots + 2};
	w->nslots += 2;
	vec_push(w->as->arena, &w->images, image);
	return true;
}

static bool
find_images(struct with *w)
{
	for (int i = 0; i < w->steps.n; i++) {
		const struct step *s = w->steps.v[i];

		for (int m = 0; m < s->mods.n; m++)
			for (int k = i + 1; k < w->steps.n; k++)
				if (vec_has(&VEC_AT(struct step, &w->steps, k)->reads,
					    s->mods.v[m]) &&
				    !add_image(w, s->mods.v[m], i))
					return false;
	}
	return true;
}

const struct table_image *
table_image(const struct emit *em, const struct relation *rel)
{
	for (int i = 0; rel && i < em->nimages; i++)
		if (em->images[i].rel == rel && em->images[i].first < em->step)
			return &em->images[i];
	return NULL;
}

static void
put_untouched(struct emit *em, const struct table_image *image)
{
	buf_printf(em->b, "%s NOT IN (SELECT c1 FROM pg_with_rows(%d))", rowid_name(image->rel),
		   image->changed);
}

bool
emit_untouched(struct emit *em, const struct rte *target, const char *before)
{
	const struct table_image *image = table_image(em, target->rel);

	if (!image)
		return true;
	buf_printf(em->b, "%st%d.", before, target->id);
	put_untouched(em, image);
	return true;
}

bool
emit_image(struct emit *em, const struct rte *rte, const struct table_image *image)
{
	const struct relation *rel = image->rel;
	const char *rowid = rowid_name(rel);
	int n = 1;

	buf_printf(em->b, "(SELECT %s AS %s", rowid, rowid);
	for (int i = 0; i < rel->ncols; i++) {
		if (rel->cols[i].dropped)
			continue;
		buf_puts(em->b, ", ");
		emit_ident(em, rel->cols[i].physical);
		buf_puts(em->b, " AS ");
		emit_ident(em, rel->cols[i].physical);
		n++;
	}
	buf_puts(em->b, " FROM ");
	emit_ident(em, rel->physical);
	buf_puts(em->b, " WHERE ");
	put_untouched(em, image);
	buf_puts(em->b, " UNION ALL SELECT ");
	for (int i = 1; i <= n; i++)
		buf_printf(em->b, "%sc%d", i > 1 ? ", " : "", i);
	buf_printf(em->b, " FROM pg_with_rows(%d)) AS t%d", image->before, rte->id);
	return true;
}

/* ---- the plan ---- */

/* The WITH queries that the step's text has to have. */
static void
find_ctes(struct with *w, struct step *s)
{
	struct vec need = {0};

	needed(w, s->q, &need);
	for (int i = 0; i < w->top.n; i++)
		if (vec_has(&need, w->top.v[i]) && w->top.v[i] != s->cte)
			vec_push(w->as->arena, &s->ctes, w->top.v[i]);
	if (s->q != w->main)
		vec_append(w->as->arena, &s->ctes, &s->q->ctes);
}

static void
give_ctes(struct step *s)
{
	for (int i = 0; i < s->ctes.n; i++)
		s->q->recursive |= VEC_AT(struct cte, &s->ctes, i)->recursive;
	s->q->ctes = s->ctes;
}

static bool
emit_one(struct with *w, int i, const struct table_image *images, struct plan_step *out)
{
	struct step *s = w->steps.v[i];
	struct buf text = BUF_INIT;
	bool ok = emit_step(w->as, s->q, images, w->images.n, i, &text) &&
		  !err_is_set(w->as->env->err);

	if (ok)
		*out = (struct plan_step){.sqlite = buf_dup(&text, w->as->arena),
					  .target = s->q->target ? s->q->target->rel : NULL,
					  .cmd = s->q->cmd,
					  .slot = s->cte ? s->cte->slot : 0,
					  .main = !s->cte,
					  .upsert = emit_upsert_once(s->q)};
	buf_release(&text);
	return ok;
}

static bool
emit_all(struct with *w, struct plan *p, uint64_t (*next_id)(void))
{
	struct table_image *images = ARENA_ARRAY(w->as->arena, struct table_image, w->images.n + 1);
	struct plan_image *kept = ARENA_ARRAY(w->as->arena, struct plan_image, w->images.n + 1);
	struct plan_step *steps = ARENA_ARRAY(w->as->arena, struct plan_step, w->steps.n);

	for (int i = 0; i < w->images.n; i++) {
		images[i] = *VEC_AT(struct table_image, &w->images, i);
		kept[i] = (struct plan_image){images[i].rel, images[i].changed, images[i].before};
	}
	for (int i = 0; i < w->steps.n; i++)
		find_ctes(w, w->steps.v[i]);
	for (int i = 0; i < w->steps.n; i++)
		give_ctes(w->steps.v[i]);
	for (int i = 0; i < w->steps.n; i++) {
		if (!emit_one(w, i, images, &steps[i]))
			return false;
		steps[i].id = next_id();
		if (steps[i].main)
			p->sqlite = (char *)(uintptr_t)steps[i].sqlite;
	}
	p->steps = steps;
	p->nsteps = w->steps.n;
	p->images = kept;
	p->nimages = w->images.n;
	p->nslots = w->nslots;
	return true;
}

bool
emit_with_steps(struct analyzer *as, struct query *q, struct plan *p, uint64_t (*next_id)(void))
{
	struct with w = {.as = as, .main = q, .top = q->ctes};

	find_kept(&w);
	schedule_all(&w);
	return find_images(&w) && emit_all(&w, p, next_id);
}
