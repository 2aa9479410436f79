#include "ddl/drop_type.h"

#include <stdlib.h>

#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/type_texts.h"

const char *
relation_kind_word(const struct relation *rel)
{
	switch (rel->kind) {
	case 'v':
		return "view";
	case 'i':
		return "index";
	case 'S':
		return "sequence";
	case 'c':
		return "type";
	default:
		return "table";
	}
}

bool
rows_drop_own(struct ddl *d, const struct relation *rel)
{
	return rows_adopt(d, rel) && rows_drop_relation(d, rel);
}

struct drop_line *
drop_add_line(struct drop_set *set, const char *object, const char *on, const void *subject,
	      const struct relation *owner)
{
	struct drop_line *l = ARENA_NEW(set->d->arena, struct drop_line);

	*l = (struct drop_line){object, on, subject, owner, NULL};
	vec_push(set->d->arena, &set->lines, l);
	return l;
}

static void
add_line(struct drop_set *set, const char *object, const char *on, const void *subject)
{
	drop_add_line(set, object, on, subject, NULL);
}

void
drop_depends(struct drop_set *set, const char *object, const char *on)
{
	add_line(set, object, on, NULL);
}

/* "t", or "s.t" where the search path does not find it. */
static const char *
display_name(struct drop_set *set, const struct relation *rel)
{
	return snapshot_relation_name(set->d->arena, set->d->compile->snapshot,
				      set->d->compile->search_path, rel);
}

static const char *
described(struct drop_set *set, const struct relation *rel)
{
	return arena_printf(set->d->arena, "%s %s", relation_kind_word(rel),
			    display_name(set, rel));
}

static void
add_default(struct drop_set *set, const struct relation *rel, const struct column *col,
	    const char *on)
{
	struct stored_text *t = ARENA_NEW(set->d->arena, struct stored_text);
	struct drop_line *line;

	*t = (struct stored_text){.kind = TEXT_DEFAULT, .rel = rel, .col = col};
	vec_push(set->d->arena, &set->texts, t);
	line = drop_add_line(set,
			     arena_printf(set->d->arena, "default value for column %s of table %s",
					  col->name, display_name(set, rel)),
			     on, col, rel);
	line->text = t;
}

/* Defaults that call nextval on a sequence keep it, unless the sequence is the column's own. */
static void
collect_defaults(struct drop_set *set, const struct relation *seq)
{
	const struct snapshot *snap = set->d->compile->snapshot;
	const struct relation *named;
	const char *text;

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *rel = snap->relations.v[i];

		for (int j = 0; j < rel->ncols; j++) {
			text = rel->cols[j].default_expr;
			if (!text || rel->cols[j].dropped || vec_has(&set->relations, rel))
				continue;
			while ((named = default_names_next(set->d->arena, snap, rel, &text)) &&
			       named != seq)
				;
			if (named)
				add_default(set, rel, &rel->cols[j], described(set, seq));
		}
	}
}

static void
collect_owned(struct drop_set *set, const struct relation *rel)
{
	const struct snapshot *snap = set->d->compile->snapshot;

	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];

		vec_push(set->d->arena, &set->relations, (void *)ix->self);
	}
	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *seq = snap->relations.v[i];

		if (seq->kind == 'S' && seq->sequence->owner_rel == rel->oid)
			vec_push(set->d->arena, &set->relations, (void *)seq);
	}
}

struct dependent {
	oid_t oid;
	const struct relation *view;
	const struct constraint *key;
};

static int
newest_first(const void *a, const void *b)
{
	const struct dependent *x = *(const struct dependent *const *)a,
			       *y = *(const struct dependent *const *)b;

	return x->oid < y->oid ? 1 : x->oid > y->oid ? -1 : 0;
}

/* Views and foreign keys that hang on rel directly, newest first. */
static void
direct_dependents(struct drop_set *set, const struct relation *rel, struct vec *out)
{
	const struct snapshot *snap = set->d->compile->snapshot;

	for (int i = 0; i < rel->referenced_by.n; i++) {
		const struct constraint *c = rel->referenced_by.v[i];
		struct dependent *dep = ARENA_NEW(set->d->arena, struct dependent);

		*dep = (struct dependent){c->oid, NULL, c};
		if (c->rel != rel)
			vec_push(set->d->arena, out, dep);
	}
	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *on = snap->depends.v[i];
		const struct relation *view;
		struct dependent *dep;

		if (on->refclassid != CLASS_PG_CLASS || on->refobjid != rel->oid ||
		    on->classid != CLASS_PG_CLASS)
			continue;
		view = snapshot_relation_by_oid(snap, on->objid);
		if (!view || view->kind != 'v')
			continue;
		dep = ARENA_NEW(set->d->arena, struct dependent);
		*dep = (struct dependent){view->oid, view, NULL};
		vec_push(set->d->arena, out, dep);
	}
	if (out->n)
		qsort(out->v, (size_t)out->n, sizeof(void *), newest_first);
}

/* Dependents before what they hang on: drop_check reads the lines from the end. */
static void
collect(struct drop_set *set, const struct relation *rel)
{
	struct vec direct = {0};

	vec_push(set->d->arena, &set->relations, (void *)rel);
	if (rel->kind == 'r')
		collect_owned(set, rel);
	if (rel->kind == 'S')
		collect_defaults(set, rel);
	direct_dependents(set, rel, &direct);
	for (int i = 0; i < direct.n; i++) {
		const struct dependent *dep = direct.v[i];

		if (dep->key && !vec_has(&set->constraints, dep->key)) {
			vec_push(set->d->arena, &set->constraints, (void *)dep->key);
			add_line(set,
				 arena_printf(set->d->arena, "constraint %s on table %s",
					      dep->key->name, display_name(set, dep->key->rel)),
				 described(set, rel), dep->key);
		} else if (dep->view && !vec_has(&set->relations, dep->view)) {
			collect(set, dep->view);
			add_line(set, described(set, dep->view), described(set, rel), dep->view);
		}
	}
	if (rel->row_type && rel->kind != 'S' && !drop_collect_type(set, rel->row_type))
		return; /* err is set */
}

void
drop_collect(struct drop_set *set, const struct relation *rel)
{
	if (!vec_has(&set->relations, rel))
		collect(set, rel);
}

/* What goes with the objects named, or with something that goes whole, needs no mention. */
static bool
is_named(const struct drop_set *set, const struct drop_line *l)
{
	if (vec_has(&set->asked, l->subject) || vec_has(&set->relations, l->owner))
		return true;
	for (int i = 0; i < set->constraints.n; i++) {
		const struct constraint *c = set->constraints.v[i];

		if (c == l->subject)
			return vec_has(&set->relations, c->rel) || drop_goes_along(set, l, c);
	}
	return drop_goes_along(set, l, NULL);
}

static void
cascade_notice(struct ddl *d, const struct vec *lines)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < lines->n; i++)
		buf_printf(&b, "%sdrop cascades to %s", i ? "\n" : "",
			   VEC_AT(struct drop_line, lines, i)->object);
	if (lines->n == 1)
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION, buf_str(&b),
				NULL);
	else
		d->host->notice(
			d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena, "drop cascades to %d other objects", lines->n),
			buf_str(&b));
	buf_release(&b);
}

bool
drop_check(struct drop_set *set, bool cascade, const char *what)
{
	struct ddl *d = set->d;
	struct vec lines = {0};
	struct buf b = BUF_INIT;

	if (err_is_set(d->err)) /* while dependents were collected */
		return false;
	for (int i = set->lines.n - 1; i >= 0; i--) {
		struct drop_line *l = set->lines.v[i];

		if (!is_named(set, l))
			vec_push(d->arena, &lines, l);
	}
	if (!lines.n)
		return true;
	if (cascade) {
		cascade_notice(d, &lines);
		return true;
	}
	for (int i = 0; i < lines.n; i++) {
		const struct drop_line *l = lines.v[i];

		buf_printf(&b, "%s%s depends on %s", i ? "\n" : "", l->object, l->on);
	}
	if (what)
		err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			"cannot drop %s because other objects depend on it", what);
	else
		err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			"cannot drop desired object(s) because other objects depend on them");
	err_detail(d->err, "%s", buf_str(&b));
	buf_release(&b);
	return err_hint(d->err, "Use DROP ... CASCADE to drop the dependent objects too.");
}

static bool
drop_object(struct ddl *d, const char *kind, const struct relation *rel)
{
	struct buf b = BUF_INIT;
	bool ok;

	buf_printf(&b, "DROP %s %s.", kind, rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&b, rel->physical);
	ok = conn_exec(d->conn, buf_str(&b), NULL, 0);
	buf_release(&b);
	return ok;
}

bool
drop_constraint(struct ddl *d, const struct constraint *c)
{
	struct draft *t;
	struct vec kept = {0};

	if (!rows_adopt(d, c->rel) || !rows_drop_constraint(d, c))
		return false;
	if (c->kind == 'p' || c->kind == 'u')
		return drop_object(d, "INDEX", c->index->self) && rows_drop_own(d, c->index->self);
	t = draft_copy(d, c->rel);
	for (int i = 0; i < t->rel->constraints.n; i++) {
		struct constraint *copy =
			arena_memdup(d->arena, t->rel->constraints.v[i], sizeof(struct constraint));

		copy->rel = t->rel;
		if (copy->oid != c->oid)
			vec_push(d->arena, &kept, copy);
	}
	t->rel->constraints = kept;
	return sqlite_rewrite_table(d, t->rel) && ddl_refresh(d);
}

static bool
drop_views_and_indexes(struct drop_set *set)
{
	struct ddl *d = set->d;

	for (int i = 0; i < set->relations.n; i++) {
		const struct relation *rel = set->relations.v[i];

		if (rel->kind == 'i' && !drop_object(d, "INDEX", rel))
			return false;
		if (rel->kind == 'v' && rel->physical && !drop_object(d, "VIEW", rel))
			return false;
		if (rel->kind != 'r' && rel->kind != 'c' && !rows_drop_own(d, rel))
			return false;
	}
	return true;
}

static bool
drop_tables(struct drop_set *set)
{
	struct ddl *d = set->d;

	for (int i = 0; i < set->relations.n; i++) {
		const struct relation *rel = set->relations.v[i];

		if (rel->kind == 'r' && (!drop_object(d, "TABLE", rel) || !rows_drop_own(d, rel)))
			return false;
	}
	return true;
}

/* Foreign keys go first, then views, indexes, tables: SQLite must never see a dangling reference to
 * a row. Columns of a row type go before the table whose rows it is. */
bool
drop_execute(struct drop_set *set)
{
	struct ddl *d = set->d;

	if (!rows_init(d, false))
		return false;
	for (int i = 0; i < set->constraints.n; i++) {
		const struct constraint *c = set->constraints.v[i];
		/* An earlier refresh has made new structs: look it up again. */
		const struct constraint *now =
			snapshot_constraint_by_oid(d->compile->snapshot, c->oid);

		if (now && !drop_constraint(d, now))
			return false;
	}
	return drop_views_and_indexes(set) && drop_execute_columns(set) && drop_tables(set) &&
	       drop_execute_types(set);
}
