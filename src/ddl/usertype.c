#include "ddl/usertype.h"

#include <stdlib.h>

#include "ddl/names.h"
#include "ddl/rows.h"

enum { MAX_NAMES = 3, MAX_TYPES = 1000 };

bool
usertype_fail(struct ddl *d)
{
	d->err->location = -1;
	return false;
}

const char *
usertype_written(struct ddl *d, PgQuery__Node *const *names, size_t n)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? "." : "", node_string(names[i]));
	s = buf_dup(&b, d->arena);
	buf_release(&b);
	return s;
}

const char *
usertype_display(struct ddl *d, const struct type *t)
{
	return snapshot_type_name(d->arena, d->compile->snapshot, d->compile->search_path, t);
}

bool
enum_label_valid(struct ddl *d, const char *label)
{
	if (strlen(label) <= NAME_MAX_BYTES)
		return true;
	err_set(d->err, ERR_INVALID_NAME, -1, "invalid enum label \"%s\"", label);
	return err_detail(d->err, "Labels must be %d bytes or less.", NAME_MAX_BYTES);
}

bool
usertype_place(struct ddl *d, PgQuery__Node *const *names, size_t n, struct type_place *out)
{
	PgQuery__RangeVar rv = PG_QUERY__RANGE_VAR__INIT;

	if (n > MAX_NAMES)
		return err_set(d->err, ERR_SYNTAX_ERROR, -1,
			       "improper qualified name (too many dotted names): %s",
			       usertype_written(d, names, n));
	rv.relname = (char *)(uintptr_t)node_string(names[n - 1]);
	rv.schemaname = n > 1 ? (char *)(uintptr_t)node_string(names[n - 2]) : (char *)"";
	rv.catalogname = n > 2 ? (char *)(uintptr_t)node_string(names[n - 3]) : (char *)"";
	rv.location = -1;
	if (!rows_init(d, false))
		return false;
	out->schema = creation_schema(d, &rv);
	out->name = rv.relname;
	return out->schema || usertype_fail(d);
}

bool
usertype_name_free(struct ddl *d, const struct schema *schema, const char *name)
{
	const struct type *t =
		snapshot_type_by_name(d->compile->snapshot, NULL, schema->name, name);

	if (!t || t->elem_oid)
		return true;
	return err_set(d->err, ERR_DUPLICATE_OBJECT, -1, "type \"%s\" already exists", name);
}

static bool
absent(struct ddl *d, bool missing_ok, const char *sqlstate, const char *what, const char *name)
{
	const char *text = arena_printf(d->arena, "%s \"%s\" does not exist", what, name);

	if (!missing_ok)
		return err_set(d->err, sqlstate, -1, "%s", text);
	d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			arena_printf(d->arena, "%s, skipping", text), NULL);
	return true;
}

static bool
look_up(struct ddl *d, PgQuery__Node *const *names, size_t n, bool missing_ok,
	const struct type **t)
{
	const struct snapshot *snap = d->compile->snapshot;
	const char *schema = n > 1 ? node_string(names[n - 2]) : NULL;

	*t = NULL;
	if (schema && !snapshot_schema(snap, schema))
		return absent(d, missing_ok, ERR_INVALID_SCHEMA_NAME, "schema", schema);
	*t = snapshot_type_by_name(snap, d->compile->search_path, schema,
				   node_string(names[n - 1]));
	return *t ||
	       absent(d, missing_ok, ERR_UNDEFINED_OBJECT, "type", usertype_written(d, names, n));
}

bool
usertype_named(struct ddl *d, PgQuery__Node *const *names, size_t n, const struct type **t)
{
	return look_up(d, names, n, false, t) &&
	       (!is_info_domain(*t) || err_unsupported(d->err, -1, "changing type %s",
						       usertype_display(d, *t)));
}

bool
usertype_find_type(struct ddl *d, const PgQuery__TypeName *name, bool missing_ok,
		   const struct type **t)
{
	if (!look_up(d, name->names, name->n_names, missing_ok, t))
		return false;
	if (*t && name->n_array_bounds && (*t)->array_oid)
		*t = snapshot_type(d->compile->snapshot, (*t)->array_oid);
	return true;
}

const struct user_type *
usertype_again(struct ddl *d, const struct user_type *u)
{
	return snapshot_user_type(d->compile->snapshot, u->type->oid);
}

bool
usertype_part(struct ddl *d, const PgQuery__TypeName *name, const struct type **type,
	      int32_t *typmod)
{
	return compile_type_name(d->compile, name, type, typmod) || usertype_fail(d);
}

bool
usertype_collation(struct ddl *d, const PgQuery__CollateClause *clause, const struct type *type,
		   oid_t *collation)
{
	static const struct {
		const char *name;
		oid_t oid;
	} known[] = {
		{"default", COLLATION_DEFAULT}, {"C", COLLATION_C},
		{"POSIX", COLLATION_POSIX},     {"ucs_basic", COLLATION_C},
		{"C.utf8", COLLATION_DEFAULT},  {"C.UTF-8", COLLATION_DEFAULT},
	};
	const char *name;

	*collation = snapshot_type_collation(d->compile->snapshot, type);
	if (!clause)
		return true;
	name = node_string(clause->collname[clause->n_collname - 1]);
	if (!*collation)
		return err_set(d->err, ERR_DATATYPE_MISMATCH, -1,
			       "collations are not supported by type %s",
			       usertype_display(d, type));
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (!strcmp(name, known[i].name)) {
			*collation = known[i].oid;
			return true;
		}
	if (strlen(name) > 6 && !strcmp(name + strlen(name) - 6, "-x-icu"))
		return err_unsupported(d->err, -1, "collation \"%s\"", name);
	return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
		       "collation \"%s\" for encoding \"UTF8\" does not exist",
		       usertype_written(d, clause->collname, clause->n_collname));
}

bool
usertype_check_text(struct ddl *d, const PgQuery__Node *expr, oid_t base, int32_t typmod,
		    char **text)
{
	const struct snapshot *s = d->compile->snapshot;
	const struct type *t = snapshot_type(s, base);
	const struct relation *value =
		domain_value_relation(d->arena, s, base, typmod, snapshot_type_collation(s, t));

	return compile_expr(d->compile, d->arena, STANDALONE_CHECK, expr, value, T_BOOL, -1, text,
			    NULL, NULL) ||
	       usertype_fail(d);
}

void
usertype_columns(struct ddl *d, const struct type *t, struct vec *out)
{
	const struct snapshot *s = d->compile->snapshot;

	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *rel = s->relations.v[i];

		for (int k = 0; rel->kind == 'r' && k < rel->ncols; k++) {
			struct type_user *user;

			if (rel->cols[k].dropped ||
			    !snapshot_type_contains(s, rel->cols[k].type, t))
				continue;
			user = ARENA_NEW(d->arena, struct type_user);
			*user = (struct type_user){rel, &rel->cols[k]};
			vec_push(d->arena, out, user);
		}
	}
}

/* ---- who uses a type, in the order in which PostgreSQL's catalog names them ---- */

struct user {
	oid_t oid;
	const struct relation *rel; /* NULL: a type */
	const struct column *col;
	const struct type *type;
};

static int
oldest_first(const void *x, const void *y)
{
	const struct user *a = *(const struct user *const *)x, *b = *(const struct user *const *)y;

	if (a->oid != b->oid)
		return a->oid < b->oid ? -1 : 1;
	return a->col && b->col ? a->col->attnum - b->col->attnum : 0;
}

static void
add_user(struct ddl *d, struct vec *out, struct user user)
{
	vec_push(d->arena, out, arena_memdup(d->arena, &user, sizeof(user)));
}

/* Columns of tables and composites that are of exactly this type, and types right over it: the
 * array type first. */
static void
direct_users(struct ddl *d, const struct type *t, struct vec *out)
{
	const struct snapshot *s = d->compile->snapshot;

	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *rel = s->relations.v[i];

		for (int k = 0; (rel->kind == 'r' || rel->kind == 'c') && k < rel->ncols; k++)
			if (!rel->cols[k].dropped && rel->cols[k].type->oid == t->oid)
				add_user(d, out, (struct user){rel->oid, rel, &rel->cols[k], NULL});
	}
	for (int i = 0; i < s->types.n; i++) {
		const struct type *over = VEC_AT(struct user_type, &s->types, i)->type;

		if (over->of && over->of->oid == t->oid)
			add_user(d, out,
				 (struct user){over->elem_oid ? 0 : over->oid, NULL, NULL, over});
	}
	if (out->n)
		qsort(out->v, (size_t)out->n, sizeof(void *), oldest_first);
}

struct user_search {
	struct ddl *d;
	struct vec seen; /* struct type: a type is looked at once */
	struct vec *out; /* struct type_user: the domain's own columns */
};

static bool
seen(struct user_search *s, const struct type *t)
{
	if (vec_has(&s->seen, t))
		return true;
	vec_push(s->d->arena, &s->seen, (void *)(uintptr_t)t);
	return s->seen.n > MAX_TYPES;
}

static struct type_user *
new_user(struct ddl *d, const struct user *u)
{
	struct type_user *user = ARENA_NEW(d->arena, struct type_user);

	*user = (struct type_user){u->rel, u->col};
	return user;
}

static const struct type_user *
first_user(struct user_search *s, const struct type *t)
{
	const struct type_user *found = NULL;
	struct vec users = {0};

	if (seen(s, t))
		return NULL;
	direct_users(s->d, t, &users);
	for (int i = 0; !found && i < users.n; i++) {
		const struct user *u = users.v[i];

		if (u->type)
			found = first_user(s, u->type);
		else if (u->rel->kind == 'c')
			found = first_user(s, u->rel->row_type);
		else
			found = new_user(s->d, u);
	}
	return found;
}

const struct type_user *
usertype_first_user(struct ddl *d, const struct type *t)
{
	struct user_search s = {.d = d};

	return first_user(&s, t);
}

static const struct type_user *
domain_columns(struct user_search *s, const struct type *t)
{
	const struct type_user *inside = NULL;
	struct vec users = {0};

	if (seen(s, t))
		return NULL;
	direct_users(s->d, t, &users);
	for (int i = 0; !inside && i < users.n; i++) {
		const struct user *u = users.v[i];

		if (u->type && u->type->typtype == 'd')
			inside = domain_columns(s, u->type);
		else if (u->type)
			inside = first_user(s, u->type);
		else if (u->rel->kind == 'c')
			inside = first_user(s, u->rel->row_type);
		else
			vec_push(s->d->arena, s->out, new_user(s->d, u));
	}
	return inside;
}

const struct type_user *
usertype_domain_columns(struct ddl *d, const struct type *t, struct vec *out)
{
	struct user_search s = {.d = d, .out = out};

	return domain_columns(&s, t);
}

bool
usertype_in_use(struct ddl *d, const struct type *t, const struct type_user *user)
{
	return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		       "cannot alter type \"%s\" because column \"%s.%s\" uses it",
		       usertype_display(d, t), user->rel->name, user->col->name);
}
