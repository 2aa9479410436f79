#include "ddl/drop.h"

#include "ddl/draft.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"

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
	default:
		return "table";
	}
}

bool
rows_drop_own(struct ddl *d, const struct relation *rel)
{
	return rows_adopt(d, rel) && rows_drop_relation(d, rel);
}

static void
add_dependent(struct drop_set *set, const char *line)
{
	buf_printf(&set->detail, "%s%s", set->detail.len ? "\n" : "", line);
	set->ndependents++;
}

static void
collect_foreign_keys(struct drop_set *set, const struct relation *rel)
{
	for (int i = 0; i < rel->referenced_by.n; i++) {
		const struct constraint *c = rel->referenced_by.v[i];

		if (c->rel == rel || vec_has(&set->constraints, c))
			continue;
		vec_push(set->d->arena, &set->constraints, (void *)c);
	}
}

static void
collect_views(struct drop_set *set, const struct relation *rel)
{
	const struct snapshot *snap = set->d->compile->snapshot;

	for (int i = 0; i < snap->depends.n; i++) {
		const struct dependency *dep = snap->depends.v[i];
		const struct relation *view;

		if (dep->refclassid != CLASS_PG_CLASS || dep->refobjid != rel->oid || dep->classid != CLASS_PG_CLASS)
			continue;
		view = snapshot_relation_by_oid(snap, dep->objid);
		if (!view || view->kind != 'v' || vec_has(&set->relations, view))
			continue;
		if (!vec_has(&set->asked, view))
			add_dependent(set, arena_printf(set->d->arena, "view %s depends on %s %s", view->name,
			                                relation_kind_word(rel), rel->name));
		drop_collect(set, view);
	}
}

/* Defaults that call nextval on a sequence keep it, unless the sequence is the column's own. */
static void
collect_defaults(struct drop_set *set, const struct relation *seq)
{
	const struct snapshot *snap = set->d->compile->snapshot;
	const char *call = arena_printf(set->d->arena, "nextval('%s'", seq->name);

	for (int i = 0; i < snap->relations.n; i++) {
		const struct relation *rel = snap->relations.v[i];

		for (int j = 0; j < rel->ncols; j++)
			if (rel->cols[j].default_expr && strstr(rel->cols[j].default_expr, call) &&
			    !vec_has(&set->relations, rel))
				add_dependent(set, arena_printf(set->d->arena,
				                                "default value for column %s of table %s depends on sequence %s",
				                                rel->cols[j].name, rel->name, seq->name));
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

void
drop_collect(struct drop_set *set, const struct relation *rel)
{
	if (vec_has(&set->relations, rel))
		return;
	vec_push(set->d->arena, &set->relations, (void *)rel);
	if (rel->kind == 'r')
		collect_owned(set, rel);
	if (rel->kind == 'S')
		collect_defaults(set, rel);
	collect_foreign_keys(set, rel);
	collect_views(set, rel);
}

/* Foreign keys of tables that go too need no mention. */
static void
settle_foreign_keys(struct drop_set *set)
{
	int kept = 0;

	for (int i = 0; i < set->constraints.n; i++) {
		const struct constraint *c = set->constraints.v[i];

		set->constraints.v[kept++] = (void *)c;
		if (!vec_has(&set->relations, c->rel))
			add_dependent(set, arena_printf(set->d->arena, "constraint %s on table %s depends on table %s", c->name,
			                                c->rel->name, c->frel->name));
	}
}

bool
drop_check(struct drop_set *set, bool cascade, const char *what)
{
	struct ddl *d = set->d;

	settle_foreign_keys(set);
	if (!set->ndependents)
		return true;
	if (!cascade) {
		err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1, "cannot drop %s because other objects depend on it", what);
		err_detail(d->err, "%s", buf_str(&set->detail));
		return err_hint(d->err, "Use DROP ... CASCADE to drop the dependent objects too.");
	}
	if (set->ndependents == 1) {
		const char *line = buf_str(&set->detail);
		const char *end = strstr(line, " depends on ");

		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "drop cascades to %.*s", (int)(end - line), line), NULL);
		return true;
	}
	{
		struct buf b = BUF_INIT;

		for (char *save = NULL, *line = strtok_r(buf_str(&set->detail), "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			char *end = strstr(line, " depends on ");

			buf_printf(&b, "%sdrop cascades to %.*s", b.len ? "\n" : "", (int)(end - line), line);
		}
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
		                arena_printf(d->arena, "drop cascades to %d other objects", set->ndependents), buf_str(&b));
		buf_release(&b);
	}
	return true;
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
		struct constraint *copy = arena_memdup(d->arena, t->rel->constraints.v[i], sizeof(struct constraint));

		copy->rel = t->rel;
		if (copy->oid != c->oid)
			vec_push(d->arena, &kept, copy);
	}
	t->rel->constraints = kept;
	return sqlite_rewrite_table(d, t->rel) && ddl_refresh(d);
}

/* A default that used a dropped sequence goes with it. */
static bool
drop_defaults_of(struct ddl *d, const struct relation *seq)
{
	const char *pattern = arena_printf(d->arena, "%%nextval('%s'%%", seq->name);

	return ROWS_EXEC(d, seq->schema->temp, "DELETE FROM %s.\"litephant.pg_attrdef\" WHERE adsrc LIKE ?1", row_text(pattern));
}

/* Foreign keys go first, then views, indexes, tables: SQLite must never see a dangling reference to a row. */
bool
drop_execute(struct drop_set *set)
{
	struct ddl *d = set->d;

	if (!rows_init(d, false))
		return false;
	for (int i = 0; i < set->constraints.n; i++) {
		const struct constraint *c = set->constraints.v[i];
		/* An earlier refresh has made new structs: look it up again. */
		const struct constraint *now = snapshot_constraint_by_oid(d->compile->snapshot, c->oid);

		if (now && !drop_constraint(d, now))
			return false;
	}
	for (int i = 0; i < set->relations.n; i++) {
		const struct relation *rel = set->relations.v[i];

		if (rel->kind == 'i' && !drop_object(d, "INDEX", rel))
			return false;
		if (rel->kind == 'v' && rel->physical && !drop_object(d, "VIEW", rel))
			return false;
		if (rel->kind == 'S' && !drop_defaults_of(d, rel))
			return false;
	}
	for (int i = 0; i < set->relations.n; i++) {
		const struct relation *rel = set->relations.v[i];

		if (rel->kind == 'r' && !drop_object(d, "TABLE", rel))
			return false;
		if (!rows_drop_own(d, rel))
			return false;
	}
	return true;
}

void
drop_set_release(struct drop_set *set)
{
	buf_release(&set->detail);
}
