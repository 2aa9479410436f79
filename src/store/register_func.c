/*
 * Function bodies as SQLite functions.
 *
 * What is known of a body (which pg_proc rows it serves, whether they are strict and immutable) is
 * worked out once for the process; each connection then registers a binding – the body with the
 * connection – for every one.
 */
#include "store/private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- facts about bodies ---- */

static struct func_info *infos;
static int ninfos;
static struct arena infos_arena;
static pthread_once_t infos_once = PTHREAD_ONCE_INIT;

/* How the pg_proc rows of one body agree. */
struct verdict {
	int rows, strict, stable; /* how many rows; strict ones; immutable or stable ones */
};

static void
count_rows(struct map *by_func, struct verdict *verdicts)
{
	const struct proc *p;

	for (int i = 0; (p = proc_at(i)); i++) {
		const struct func *f = func_for(p);
		struct func_info *info = f ? map_get(by_func, (const char *)&f, sizeof(f)) : NULL;
		struct verdict *v;

		if (!info)
			continue;
		v = &verdicts[info - infos];
		if (!info->proc)
			info->proc = p;
		v->rows++;
		v->strict += p->strict;
		v->stable += p->volatility != 'v';
	}
}

/* Stable functions are constant within a statement, which is all that SQLITE_DETERMINISTIC promises
 * here: index expressions are held to IMMUTABLE by ddl/. Bodies without rows are emit's own
 * helpers. Session functions are nothing for a file's schema. */
static int
flags_for(const struct func *f, const struct verdict *v)
{
	int flags = SQLITE_UTF8;

	if (!(f->flags & F_SESSION))
		flags |= SQLITE_INNOCUOUS;
	if (v->stable == v->rows && !(f->flags & F_SESSION))
		flags |= SQLITE_DETERMINISTIC;
	return flags;
}

static void
make_infos(void)
{
	struct map by_func = MAP_INIT;
	struct verdict *verdicts;
	int n = 0;

	while (func_at(n))
		n++;
	infos = xcalloc((size_t)MAX(n, 1), sizeof(*infos));
	verdicts = xcalloc((size_t)MAX(n, 1), sizeof(*verdicts));
	for (int i = 0; i < n; i++) {
		infos[i].f = func_at(i);
		infos[i].name = func_sqlite_name(&infos_arena, infos[i].f);
		map_put(&by_func, (const char *)&infos[i].f, sizeof(infos[i].f), &infos[i]);
	}
	ninfos = n;
	count_rows(&by_func, verdicts);
	for (int i = 0; i < n; i++) {
		infos[i].strict = verdicts[i].rows > 0 && verdicts[i].strict == verdicts[i].rows;
		infos[i].flags = flags_for(infos[i].f, &verdicts[i]);
	}
	map_release(&by_func);
	free(verdicts);
}

const struct func_info *
func_infos(int *n)
{
	pthread_once(&infos_once, make_infos);
	*n = ninfos;
	return infos;
}

/* ---- values ---- */

static inline void
get_value(sqlite3_value *v, struct datum *out)
{
	const void *p;

	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER:
		*out = datum_int(sqlite3_value_int64(v));
		break;
	case SQLITE_FLOAT:
		*out = datum_real(sqlite3_value_double(v));
		break;
	case SQLITE_TEXT:
		p = sqlite3_value_text(v);
		*out = datum_text(p ? p : "", (size_t)sqlite3_value_bytes(v));
		break;
	case SQLITE_BLOB:
		p = sqlite3_value_blob(v);
		*out = datum_blob(p ? p : "", (size_t)sqlite3_value_bytes(v));
		break;
	default:
		*out = datum_null();
	}
}

void
value_datum(sqlite3_value *v, struct datum *out)
{
	get_value(v, out);
}

void
result_datum(sqlite3_context *ctx, const struct datum *d)
{
	switch (d->class) {
	case DATUM_NULL:
		sqlite3_result_null(ctx);
		break;
	case DATUM_INT:
		sqlite3_result_int64(ctx, d->i);
		break;
	case DATUM_REAL:
		if (isnan(d->r)) /* its stored form */
			sqlite3_result_text(ctx, "NaN", 3, SQLITE_STATIC);
		else
			sqlite3_result_double(ctx, d->r);
		break;
	case DATUM_TEXT:
		sqlite3_result_text64(ctx, d->n ? d->p : "", d->n, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case DATUM_BLOB:
		sqlite3_result_blob64(ctx, d->n ? d->p : "", d->n, SQLITE_TRANSIENT);
		break;
	}
}

void
result_failed(sqlite3_context *ctx, struct conn *c, const char *name)
{
	if (!err_is_set(c->env->err)) {
		store_complain(c->db, "a function failed without saying why", name);
		err_set(c->env->err, ERR_INTERNAL_ERROR, -1, "function %s failed", name);
	}
	sqlite3_result_error(ctx, "function failed", -1);
}

/* ---- call sites ---- */

void
typeset_unref(struct typeset *t)
{
	if (!t || --t->refs > 0)
		return;
	arena_release(&t->arena);
	free(t);
}

static void
site_clear_cache(struct site *s)
{
	if (s->cache && s->cache_free)
		s->cache_free(s->cache);
	s->cache = NULL;
	s->cache_free = NULL;
}

struct site *
binding_site(struct binding *b, const void *key)
{
	struct site *oldest;

	if (b->last && b->last->key == key)
		return b->last;
	if (!b->sites)
		b->sites = xcalloc(SITES, sizeof(*b->sites));
	oldest = &b->sites[0];
	for (int i = 0; i < SITES; i++) {
		struct site *s = &b->sites[i];

		if (s->key == key) {
			s->used = ++b->clock;
			return b->last = s;
		}
		if (s->used < oldest->used)
			oldest = s;
	}
	oldest->key = key;
	oldest->used = ++b->clock;
	return b->last = oldest;
}

static bool
has_user_type(const struct ftypes *t)
{
	if (t->ret && t->ret->oid >= FIRST_USER_OID)
		return true;
	for (int i = 0; i < t->nargs; i++)
		if (t->args[i] && t->args[i]->oid >= FIRST_USER_OID)
			return true;
	return false;
}

static const struct type *
find_type(void *env, oid_t oid)
{
	const struct snapshot *s = ((struct fenv *)env)->snapshot;

	return s ? snapshot_type(s, oid) : type_builtin(oid);
}

bool
site_types(struct binding *b, struct site *s, const struct datum *text)
{
	struct fenv *env = b->conn->env;
	struct typeset *t = s->types;

	if (t && text->class == DATUM_TEXT && t->n == text->n &&
	    memcmp(t->text, text->p, t->n) == 0 &&
	    (!t->version || (env->snapshot && t->version == env->snapshot->version)))
		return true;
	typeset_unref(t);
	s->types = NULL;
	site_clear_cache(s);
	if (text->class != DATUM_TEXT)
		return err_set(env->err, ERR_INTERNAL_ERROR, -1,
			       "function %s was called without its types", b->info->name);
	t = xcalloc(1, sizeof(*t));
	t->refs = 1;
	t->text = arena_strndup(&t->arena, text->p, text->n);
	t->n = text->n;
	if (!func_types_parse(&t->arena, t->text, t->n, find_type, env, &t->types)) {
		typeset_unref(t);
		return err_set(env->err, ERR_INTERNAL_ERROR, -1, "invalid types of function %s",
			       b->info->name);
	}
	if (has_user_type(&t->types) && env->snapshot)
		t->version = env->snapshot->version;
	s->types = t;
	return true;
}

void
bindings_free(struct conn *c)
{
	for (int i = 0; i < c->nbindings; i++) {
		struct site *sites = c->bindings[i].sites;

		for (int j = 0; sites && j < SITES; j++) {
			site_clear_cache(&sites[j]);
			typeset_unref(sites[j].types);
		}
		free(sites);
	}
	free(c->bindings);
	c->bindings = NULL;
	c->nbindings = 0;
}

/* ---- scalars ---- */

static void
call_scalar(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct binding *b = sqlite3_user_data(ctx);
	const struct func_info *info = b->info;
	struct conn *c = b->conn;
	struct site *site = binding_site(b, argc ? argv[0] : NULL);
	struct fcall call = {&c->scratch, c->env->err,  c->env,           info->proc,
			     NULL,        &site->cache, &site->cache_free};
	struct datum values[MAX_ARGS], *args = values, out = datum_null();
	bool has_null = false;

	for (int i = 0; i < argc; i++) {
		get_value(argv[i], &values[i]);
		has_null |= values[i].class == DATUM_NULL;
	}
	if (info->f->flags & F_TYPES) {
		if (argc < 1 || !site_types(b, site, &values[0])) {
			result_failed(ctx, c, info->name);
			return;
		}
		call.types = &site->types->types;
		args++;
		argc--;
	}
	if (info->strict && has_null)
		return;
	if (info->f->fn(&call, args, argc, &out))
		result_datum(ctx, &out);
	else
		result_failed(ctx, c, info->name);
	if (c->scratch.head)
		arena_clear(&c->scratch);
}

bool
register_functions(struct conn *c)
{
	int n;
	const struct func_info *all = func_infos(&n);
	bool ok = true;

	c->bindings = xcalloc((size_t)MAX(n, 1), sizeof(*c->bindings));
	c->nbindings = n;
	for (int i = 0; i < n && ok; i++) {
		struct binding *b = &c->bindings[i];
		const struct func *f = all[i].f;

		b->conn = c;
		b->info = &all[i];
		if (f->fn)
			ok = sqlite3_create_function_v2(c->sq, all[i].name, -1, all[i].flags, b,
							call_scalar, NULL, NULL, NULL) == SQLITE_OK;
		if (ok && f->agg)
			ok = register_aggregate(c, b);
		if (ok && f->srf)
			ok = register_srf(c, b);
	}
	return ok;
}

static int
call_collation(void *arg, int an, const void *a, int bn, const void *b)
{
	const struct type *t = arg;

	return t->collate(t, a, (size_t)an, b, (size_t)bn);
}

/* The collation of one user type: found again when the schema has changed. Owner: the connection.
 */
struct user_collation {
	struct conn *conn;
	oid_t oid;
	uint64_t version; /* of the snapshot that type is from */
	const struct type *type;
};

static int
call_user_collation(void *arg, int an, const void *a, int bn, const void *b)
{
	struct user_collation *u = arg;
	const struct snapshot *s = u->conn->env->snapshot;
	int r;

	if (s && s->version != u->version) {
		u->type = snapshot_type(s, u->oid);
		u->version = s->version;
	}
	if (s && u->type && u->type->collate)
		return u->type->collate(u->type, a, (size_t)an, b, (size_t)bn);
	r = memcmp(a, b, (size_t)MIN(an, bn));
	return r ? r : (an > bn) - (an < bn);
}

/* SQLite asks once for each name that it meets and does not know. */
static void
find_user_collation(void *conn, sqlite3 *sq, int encoding UNUSED, const char *name)
{
	struct user_collation *u;
	unsigned oid;

	if (sscanf(name, "pg_type_%u", &oid) != 1)
		return;
	u = xcalloc(1, sizeof(*u));
	u->conn = conn;
	u->oid = oid;
	if (sqlite3_create_collation_v2(sq, name, SQLITE_UTF8, u, call_user_collation, free) !=
	    SQLITE_OK)
		free(u);
}

bool
register_collations(struct conn *c)
{
	const char *name;
	const struct type *t;

	for (int i = 0; type_collation_at(i, &name, &t); i++)
		if (sqlite3_create_collation(c->sq, name, SQLITE_UTF8, (void *)(uintptr_t)t,
					     call_collation) != SQLITE_OK)
			return false;
	return sqlite3_collation_needed(c->sq, c, find_user_collation) == SQLITE_OK;
}
