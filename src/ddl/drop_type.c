#include "ddl/drop_type.h"

#include <stdlib.h>

#include "ddl/alter_table.h"
#include "ddl/rename_type.h"
#include "ddl/sqlite_text.h"
#include "ddl/usertype_rows.h"

enum { MAX_DEPTH = 200 };

/* What hangs on a type directly. One of rel with col, over, text is set. */
struct hanger {
	oid_t oid;
	int sub;
	const struct relation *rel; /* whose column is of the type */
	const struct column *col;
	const struct user_type *over; /* a type over it */
	const struct stored_text *text;
};

static bool collect(struct drop_set *set, const struct type *t, int depth);

static const char *
table_name(struct drop_set *set, const struct relation *rel)
{
	return snapshot_relation_name(set->d->arena, set->d->compile->snapshot,
				      set->d->compile->search_path, rel);
}

static const char *
type_named(struct drop_set *set, const struct type *t)
{
	return arena_printf(set->d->arena, "type %s", usertype_display(set->d, t));
}

static const char *
column_named(struct drop_set *set, const struct relation *rel, const struct column *col)
{
	return arena_printf(set->d->arena, "column %s of %s %s",
			    quote_identifier(set->d->arena, col->name),
			    rel->kind == 'c' ? "composite type" : "table", table_name(set, rel));
}

/* ---- finding them ---- */

static int
newest_first(const void *x, const void *y)
{
	const struct hanger *a = *(const struct hanger *const *)x,
			    *b = *(const struct hanger *const *)y;

	if (a->oid != b->oid)
		return a->oid < b->oid ? 1 : -1;
	return a->sub - b->sub;
}

static void
add_hanger(struct drop_set *set, struct vec *out, struct hanger h)
{
	vec_push(set->d->arena, out, arena_memdup(set->d->arena, &h, sizeof(h)));
}

static oid_t
text_oid(const struct stored_text *t)
{
	switch (t->kind) {
	case TEXT_DEFAULT:
		return t->col->default_oid;
	case TEXT_CHECK:
		return t->constraint->oid;
	case TEXT_INDEX:
	case TEXT_PREDICATE:
		return t->index->self->oid;
	case TEXT_DOMAIN_DEFAULT:
		return t->domain->oid;
	case TEXT_DOMAIN_CHECK:
		return t->check->oid;
	case TEXT_VIEW:
		return t->rel->oid;
	}
	return 0;
}

static bool
find_texts(struct drop_set *set, const struct type_change *change, struct vec *out)
{
	struct vec texts = {0};

	if (!type_texts_find(set->d, change, &texts))
		return false;
	for (int i = 0; i < texts.n; i++) {
		const struct stored_text *t = texts.v[i];

		add_hanger(set, out, (struct hanger){.oid = text_oid(t), .text = t});
	}
	return true;
}

static bool
find_hangers(struct drop_set *set, const struct type *t, struct vec *out)
{
	const struct snapshot *s = set->d->compile->snapshot;
	struct type_change change = {.type = t, .direct = true};

	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *rel = s->relations.v[i];

		for (int k = 0; (rel->kind == 'r' || rel->kind == 'c') && k < rel->ncols; k++)
			if (!rel->cols[k].dropped && rel->cols[k].type->oid == t->oid)
				add_hanger(set, out,
					   (struct hanger){.oid = rel->cols[k].generated
									  ? rel->cols[k].default_oid
									  : rel->oid,
							   .sub = k + 1,
							   .rel = rel,
							   .col = &rel->cols[k]});
	}
	for (int i = 0; i < s->types.n; i++) {
		const struct user_type *u = s->types.v[i];

		if (u->type->of && u->type->of->oid == t->oid)
			add_hanger(set, out, (struct hanger){.oid = u->type->oid, .over = u});
	}
	return t->elem_oid || find_texts(set, &change, out);
}

/* ---- taking them in ---- */

struct drop_column {
	const struct relation *rel;
	const struct column *col;
};

static bool
has_column(const struct drop_set *set, const struct column *col)
{
	for (int i = 0; i < set->columns.n; i++)
		if (VEC_AT(struct drop_column, &set->columns, i)->col == col)
			return true;
	return false;
}

static void
collect_keys(struct drop_set *set, const struct relation *rel, const struct column *col,
	     const char *what)
{
	for (int i = 0; i < rel->referenced_by.n; i++) {
		const struct constraint *c = rel->referenced_by.v[i];
		bool uses = false;

		for (int k = 0; k < c->ncols; k++)
			uses |= c->fcols[k] == col->attnum;
		if (!uses || vec_has(&set->constraints, c))
			continue;
		vec_push(set->d->arena, &set->constraints, (void *)(uintptr_t)c);
		drop_add_line(set,
			      arena_printf(set->d->arena, "constraint %s on table %s", c->name,
					   table_name(set, c->rel)),
			      what, c, NULL);
	}
}

static bool
collect_column(struct drop_set *set, const struct relation *rel, const struct column *col,
	       const char *on)
{
	const char *what = column_named(set, rel, col);
	struct type_change field = {.type = rel->row_type, .field = col->name};
	struct alter a = {.d = set->d, .rel = rel};
	struct drop_column *c;
	struct vec generated = {0};

	if (has_column(set, col))
		return true;
	if (rel->kind == 'c') {
		if (!drop_collect_texts(set, &field, what))
			return false;
	} else {
		collect_keys(set, rel, col, what);
		if (!alter_column_users(&a, col, what, set, &generated))
			return false;
	}
	for (int i = 0; i < generated.n; i++)
		if (!collect_column(set, rel, generated.v[i], what))
			return false;
	c = ARENA_NEW(set->d->arena, struct drop_column);
	*c = (struct drop_column){rel, col};
	vec_push(set->d->arena, &set->columns, c);
	drop_add_line(set, what, on, col, rel);
	return true;
}

static bool
collect_over(struct drop_set *set, const struct user_type *u, const char *on, int depth)
{
	bool part = u->type->elem_oid || u->type->typtype == 'm';

	if (vec_has(&set->types, u))
		return true;
	if (!part)
		vec_push(set->d->arena, &set->types, (void *)(uintptr_t)u);
	if (!collect(set, u->type, depth + 1))
		return false;
	if (!part)
		drop_add_line(set, type_named(set, u->type), on, u->type, NULL);
	return true;
}

static bool
collect_text(struct drop_set *set, const struct stored_text *t, const char *on, int depth)
{
	struct ddl *d = set->d;
	const char *object;
	struct drop_line *l;

	switch (t->kind) {
	case TEXT_DEFAULT:
		if (t->col->generated)
			return collect_column(set, t->rel, t->col, on);
		vec_push(d->arena, &set->texts, (void *)(uintptr_t)t);
		object = arena_printf(d->arena, "default value for %s",
				      column_named(set, t->rel, t->col));
		l = drop_add_line(set, object, on, t->col, t->rel);
		l->text = t;
		return true;
	case TEXT_CHECK:
		if (vec_has(&set->constraints, t->constraint))
			return true;
		vec_push(d->arena, &set->constraints, (void *)(uintptr_t)t->constraint);
		object = arena_printf(d->arena, "constraint %s on table %s", t->constraint->name,
				      table_name(set, t->rel));
		l = drop_add_line(set, object, on, t->constraint, t->rel);
		l->text = t;
		return true;
	case TEXT_INDEX:
	case TEXT_PREDICATE:
		if (vec_has(&set->relations, t->index->self))
			return true;
		vec_push(d->arena, &set->relations, (void *)(uintptr_t)t->index->self);
		object = arena_printf(d->arena, "index %s", table_name(set, t->index->self));
		l = drop_add_line(set, object, on, t->index->self, t->rel);
		l->text = t;
		return true;
	case TEXT_VIEW:
		if (vec_has(&set->relations, t->rel))
			return true;
		drop_collect(set, t->rel);
		object = arena_printf(d->arena, "view %s", table_name(set, t->rel));
		drop_add_line(set, object, on, t->rel, NULL);
		return true;
	case TEXT_DOMAIN_DEFAULT:
		return collect_over(set, snapshot_user_type(d->compile->snapshot, t->domain->oid),
				    on, depth);
	case TEXT_DOMAIN_CHECK:
		vec_push(d->arena, &set->texts, (void *)(uintptr_t)t);
		object = arena_printf(d->arena, "constraint %s", t->check->name);
		l = drop_add_line(set, object, on, t->check, NULL);
		l->text = t;
		return true;
	}
	return true;
}

static bool
collect_hangers(struct drop_set *set, struct vec *hangers, const char *on, int depth)
{
	bool ok = true;

	if (hangers->n)
		qsort(hangers->v, (size_t)hangers->n, sizeof(void *), newest_first);
	for (int i = 0; ok && i < hangers->n; i++) {
		const struct hanger *h = hangers->v[i];

		ok = h->text  ? collect_text(set, h->text, on, depth)
		     : h->col ? collect_column(set, h->rel, h->col, on)
			      : collect_over(set, h->over, on, depth);
	}
	return ok;
}

static bool
collect(struct drop_set *set, const struct type *t, int depth)
{
	struct vec hangers = {0};

	if (depth > MAX_DEPTH)
		return err_set(set->d->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	return find_hangers(set, t, &hangers) &&
	       collect_hangers(set, &hangers, type_named(set, t), depth);
}

bool
drop_collect_type(struct drop_set *set, const struct type *t)
{
	return collect(set, t, 0);
}

bool
drop_collect_texts(struct drop_set *set, const struct type_change *change, const char *on)
{
	struct vec hangers = {0};

	return find_texts(set, change, &hangers) && collect_hangers(set, &hangers, on, 0);
}

bool
drop_add_type(struct drop_set *set, const struct user_type *u)
{
	if (u->rel) {
		drop_collect(set, u->rel);
		return !err_is_set(set->d->err);
	}
	if (vec_has(&set->types, u))
		return true;
	vec_push(set->d->arena, &set->types, (void *)(uintptr_t)u);
	return collect(set, u->type, 0);
}

static bool
column_goes(const struct drop_set *set, const struct relation *rel, int attnum)
{
	for (int i = 0; i < set->columns.n; i++) {
		const struct drop_column *c = set->columns.v[i];

		if (c->rel->oid == rel->oid && c->col->attnum == attnum)
			return true;
	}
	return false;
}

static bool
index_goes(const struct drop_set *set, const struct index *ix)
{
	for (int i = 0; i < ix->ncols; i++)
		if (column_goes(set, ix->rel, ix->cols[i]))
			return true;
	return false;
}

static bool
domain_goes(const struct drop_set *set, const struct type *domain)
{
	for (int i = 0; i < set->types.n; i++)
		if (VEC_AT(struct user_type, &set->types, i)->type->oid == domain->oid)
			return true;
	return false;
}

bool
drop_goes_along(const struct drop_set *set, const struct drop_line *l, const struct constraint *key)
{
	const struct stored_text *t = l->text;

	for (int i = 0; key && i < key->ncols; i++)
		if (column_goes(set, key->rel, key->cols[i]))
			return true;
	if (!t)
		return false;
	switch (t->kind) {
	case TEXT_DEFAULT:
		return column_goes(set, t->rel, t->col->attnum);
	case TEXT_INDEX:
	case TEXT_PREDICATE:
		return index_goes(set, t->index);
	case TEXT_DOMAIN_CHECK:
		return domain_goes(set, t->domain);
	default:
		return false;
	}
}

/* ---- dropping them ---- */

static const struct relation *
current(struct ddl *d, const struct relation *rel)
{
	return snapshot_relation_by_oid(d->compile->snapshot, rel->oid);
}

static bool
execute_column(struct ddl *d, const struct drop_column *c)
{
	PgQuery__AlterTableCmd cmd = PG_QUERY__ALTER_TABLE_CMD__INIT;
	struct alter a = {.d = d, .rel = current(d, c->rel)};
	const struct column *now = a.rel ? relation_column_at(a.rel, c->col->attnum) : NULL;

	if (!now)
		return true;
	if (a.rel->kind == 'c')
		return drop_attribute(d, a.rel, now->attnum) && ddl_refresh(d);
	cmd.name = (char *)(uintptr_t)now->name;
	cmd.behavior = PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
	return rows_adopt(d, a.rel) && at_drop_column(&a, &cmd) && ddl_refresh(d);
}

/* The table is written without all defaults that go: the others may name what is gone already. */
static bool
execute_default(struct drop_set *set, const struct stored_text *t)
{
	struct ddl *d = set->d;
	const struct relation *rel = current(d, t->rel);
	struct draft *draft;

	if (!rel || !relation_column_at(rel, t->col->attnum))
		return true;
	draft = draft_copy(d, rel);
	for (int i = 0; i < set->texts.n; i++) {
		const struct stored_text *other = set->texts.v[i];

		if (other->kind != TEXT_DEFAULT || other->rel->oid != rel->oid)
			continue;
		draft->cols[other->col->attnum - 1].default_expr = NULL;
		draft->cols[other->col->attnum - 1].has_default = false;
	}
	return rows_drop_default(d, rel, t->col->attnum) && sqlite_rewrite_table(d, draft->rel) &&
	       ddl_refresh(d);
}

static bool
execute_text(struct drop_set *set, const struct stored_text *t)
{
	struct ddl *d = set->d;
	const struct user_type *u;

	if (t->kind == TEXT_DEFAULT)
		return execute_default(set, t);
	u = snapshot_user_type(d->compile->snapshot, t->domain->oid);
	return !u || type_rows_drop_check(d, u->schema->temp, t->check->oid);
}

bool
drop_execute_columns(struct drop_set *set)
{
	struct ddl *d = set->d;

	if (!set->columns.n && !set->texts.n)
		return true;
	if (!ddl_refresh(d))
		return false;
	for (int pass = 0; pass < 2; pass++) /* generated columns before what they are made of */
		for (int i = 0; i < set->columns.n; i++) {
			const struct drop_column *c = set->columns.v[i];

			if (vec_has(&set->relations, c->rel) ||
			    (pass == 0) != (c->col->generated != 0))
				continue;
			if (!execute_column(d, c))
				return false;
		}
	for (int i = 0; i < set->texts.n; i++) {
		const struct stored_text *t = set->texts.v[i];

		if (!(t->rel && vec_has(&set->relations, t->rel)) && !execute_text(set, t))
			return false;
	}
	return true;
}

static bool
drop_one(struct ddl *d, const struct user_type *u)
{
	const struct user_type *multi =
		u->type->multirange_oid
			? snapshot_user_type(d->compile->snapshot, u->type->multirange_oid)
			: NULL;

	return (!multi || type_rows_drop(d, multi)) && type_rows_drop(d, u);
}

bool
drop_execute_types(struct drop_set *set)
{
	struct ddl *d = set->d;

	for (int i = 0; i < set->types.n; i++)
		if (!drop_one(d, set->types.v[i]))
			return false;
	for (int i = 0; i < set->relations.n; i++) {
		const struct relation *rel = set->relations.v[i];

		if (rel->kind != 'c')
			continue;
		if (!rows_drop_own(d, rel) ||
		    !ROWS_EXEC(d, rel->schema->temp,
			       "DELETE FROM %s.\"litephant.pg_description\" WHERE classoid = 1247 "
			       "AND objoid = ?1",
			       datum_int(rel->type_oid)))
			return false;
	}
	return true;
}

/* ---- the command ---- */

static bool requires(struct ddl *d, const struct type *t, const char *word, const char *name)
{
	err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
		"cannot drop type %s because %s %s requires it", usertype_display(d, t), word,
		name);
	return err_hint(d->err, "You can drop %s %s instead.", word, name);
}

/* A type that can be dropped by itself. */
static bool
droppable(struct ddl *d, const struct type *t, const struct user_type *u)
{
	const struct type *of = t->of;

	if (!u || t->oid < FIRST_USER_OID)
		return err_set(d->err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			       "cannot drop type %s because it is required by the database system",
			       usertype_display(d, t));
	if (t->elem_oid || t->typtype == 'm')
	return requires(d, t, "type", of ? usertype_display(d, of) : "???");
	if (u->rel && u->rel->kind != 'c')
	return requires(d, t, relation_kind_word(u->rel),
			snapshot_relation_name(d->arena, d->compile->snapshot,
					       d->compile->search_path, u->rel));
	return true;
}

static bool
find_type(struct ddl *d, const PgQuery__DropStmt *s, const PgQuery__Node *object, struct vec *found)
{
	const PgQuery__TypeName *name = object->type_name;
	const struct type *t;

	if (!usertype_find_type(d, name, s->missing_ok, &t))
		return false;
	if (!t)
		return true;
	if (s->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN && t->typtype != 'd')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a domain",
			       usertype_written(d, name->names, name->n_names));
	vec_push(d->arena, found, (void *)(uintptr_t)t);
	return true;
}

bool
drop_types(struct ddl *d, const PgQuery__DropStmt *s)
{
	struct drop_set set = {.d = d};
	const char *what = NULL;
	struct vec found = {0};

	if (!rows_init(d, false))
		return false;
	for (size_t i = 0; i < s->n_objects; i++)
		if (!find_type(d, s, s->objects[i], &found))
			return false;
	for (int i = 0; i < found.n; i++) {
		const struct type *t = found.v[i];
		const struct user_type *u = snapshot_user_type(d->compile->snapshot, t->oid);

		if (!droppable(d, t, u))
			return false;
		vec_push(d->arena, &set.asked, (void *)(uintptr_t)t);
		if (u->rel)
			vec_push(d->arena, &set.asked, (void *)(uintptr_t)u->rel);
		if (!drop_add_type(&set, u))
			return false;
	}
	if (!found.n)
		return true;
	if (found.n == 1)
		what = type_named(&set, found.v[0]);
	return drop_check(&set, s->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE, what) &&
	       drop_execute(&set);
}
