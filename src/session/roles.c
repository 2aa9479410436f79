#include "session/roles.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/catalog.h"
#include "pgwire/pgwire.h"
#include "session/databases.h"
#include "session/server.h"

struct entry {
	struct role r; /* strings are malloc'ed */
	bool used;
};

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct entry *entries;
static int nentries;
static char shared_secret[PGW_SCRAM_SECRET_SIZE]; /* FILE.db mode: everyone's verifier, or "" */

static char *
keep(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

/* Under lock. */
static struct entry *
find(const char *name)
{
	for (int i = 0; i < nentries; i++)
		if (entries[i].used && strcmp(entries[i].r.name, name) == 0)
			return &entries[i];
	return NULL;
}

static oid_t
free_oid(void)
{
	oid_t oid = FIRST_USER_OID;

	for (int i = 0; i < nentries; i++)
		oid = MAX(oid, entries[i].r.oid + 1);
	return oid;
}

static void
forget(struct entry *e)
{
	free((char *)(uintptr_t)e->r.name);
	free((char *)(uintptr_t)e->r.password);
	free((char *)(uintptr_t)e->r.valid_until);
	e->r = (struct role){.oid = e->r.oid};
	e->used = false;
}

static void
put(const struct role *r)
{
	struct entry *e = find(r->name);
	struct role copy = *r;

	copy.name = xstrdup(r->name);
	copy.password = keep(r->password);
	copy.valid_until = keep(r->valid_until);
	if (e) {
		forget(e);
	} else {
		entries = xrealloc(entries, sizeof(*e) * (size_t)(nentries + 1));
		e = &entries[nentries++];
	}
	e->r = copy;
	e->used = true;
}

static void
copy_out(struct arena *a, const struct role *r, struct role *out)
{
	*out = *r;
	out->name = arena_strdup(a, r->name);
	out->password = r->password ? arena_strdup(a, r->password) : NULL;
	out->valid_until = r->valid_until ? arena_strdup(a, r->valid_until) : NULL;
}

/* ---- look-ups ---- */

static bool
find_where(struct arena *a, const char *name, oid_t oid, struct role *out)
{
	bool found = false;

	pthread_rwlock_rdlock(&lock);
	for (int i = 0; i < nentries && !found; i++) {
		const struct role *r = &entries[i].r;
		if (!entries[i].used || (name ? strcmp(r->name, name) != 0 : r->oid != oid))
			continue;
		copy_out(a, r, out);
		found = true;
	}
	pthread_rwlock_unlock(&lock);
	return found;
}

bool
role_find(struct arena *a, const char *name, struct role *out)
{
	struct role r;

	if (find_where(a, name, 0, out))
		return true;
	if (server.data_dir || !*name)
		return false;
	/* FILE.db: whoever comes is a superuser from now on. */
	r = (struct role){.name = name,
			  .superuser = true,
			  .login = true,
			  .createdb = true,
			  .createrole = true,
			  .inherit = true,
			  .conn_limit = -1,
			  .password = shared_secret[0] ? shared_secret : NULL};
	pthread_rwlock_wrlock(&lock);
	r.oid = free_oid();
	if (nentries < 10000)
		put(&r);
	pthread_rwlock_unlock(&lock);
	copy_out(a, &r, out);
	return true;
}

bool
role_find_oid(struct arena *a, oid_t oid, struct role *out)
{
	return find_where(a, NULL, oid, out);
}

bool
role_at(struct arena *a, int i, struct role *out)
{
	bool found = false;

	pthread_rwlock_rdlock(&lock);
	for (int k = 0; k < nentries && !found; k++)
		if (entries[k].used && i-- == 0) {
			copy_out(a, &entries[k].r, out);
			found = true;
		}
	pthread_rwlock_unlock(&lock);
	return found;
}

bool
roles_have_password(void)
{
	bool any = shared_secret[0] != '\0';

	pthread_rwlock_rdlock(&lock);
	for (int i = 0; i < nentries; i++)
		any |= entries[i].used && entries[i].r.password;
	pthread_rwlock_unlock(&lock);
	return any;
}

/* ---- the table ---- */

static const char create_table[] = "CREATE TABLE IF NOT EXISTS role(oid INTEGER PRIMARY KEY, name "
				   "TEXT NOT NULL UNIQUE, password TEXT, superuser INTEGER,"
				   " login INTEGER, createdb INTEGER, createrole INTEGER, inherit "
				   "INTEGER, replication INTEGER, bypassrls INTEGER,"
				   " conn_limit INTEGER, valid_until TEXT)";

static char *
text_of(const struct datum *d)
{
	char *s;

	if (d->class != DATUM_TEXT)
		return NULL;
	s = xmalloc(d->n + 1);
	memcpy(s, d->p, d->n);
	s[d->n] = '\0';
	return s;
}

static bool
loaded(void *arg, const struct datum *c, int n)
{
	struct role r = {.oid = (oid_t)c[0].i,
			 .superuser = c[3].i,
			 .login = c[4].i,
			 .createdb = c[5].i,
			 .createrole = c[6].i,
			 .inherit = c[7].i,
			 .replication = c[8].i,
			 .bypassrls = c[9].i,
			 .conn_limit = (int)c[10].i};

	(void)arg, (void)n;
	r.name = text_of(&c[1]);
	r.password = text_of(&c[2]);
	r.valid_until = text_of(&c[11]);
	if (r.name)
		put(&r);
	free((char *)(uintptr_t)r.name);
	free((char *)(uintptr_t)r.password);
	free((char *)(uintptr_t)r.valid_until);
	return true;
}

static struct datum
text_or_null(const char *s)
{
	return s ? datum_text(s, strlen(s)) : datum_null();
}

static bool
save(const struct role *r, struct err *err)
{
	struct datum p[12] = {
		datum_int(r->oid),        text_or_null(r->name),    text_or_null(r->password),
		datum_int(r->superuser),  datum_int(r->login),      datum_int(r->createdb),
		datum_int(r->createrole), datum_int(r->inherit),    datum_int(r->replication),
		datum_int(r->bypassrls),  datum_int(r->conn_limit), text_or_null(r->valid_until)};

	return global_exec("INSERT OR REPLACE INTO role VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
			   "?9, ?10, ?11, ?12)",
			   p, 12, err);
}

static bool
make_bootstrap(const char *dir, struct err *err)
{
	const char *name = getenv("LITEPHANT_USER"), *password = getenv("LITEPHANT_PASSWORD");
	struct role r = {.oid = BOOTSTRAP_SUPERUSER,
			 .superuser = true,
			 .login = true,
			 .createdb = true,
			 .createrole = true,
			 .inherit = true,
			 .replication = true,
			 .bypassrls = true,
			 .conn_limit = -1};
	char secret[PGW_SCRAM_SECRET_SIZE];

	r.name = dir && name && *name ? name : "postgres";
	if (password && *password) {
		if (pgw_scram_secret(password, NULL, 0, 0, secret) != PGW_OK)
			return err_set(err, ERR_INTERNAL_ERROR, -1,
				       "could not make a password verifier");
		r.password = secret;
		if (!dir)
			snprintf(shared_secret, sizeof(shared_secret), "%s", secret);
	}
	if (dir && nentries > 0) {
		/* Later starts: the environment may only give an existing role its password, when
		 * it has none. */
		struct entry *e = find(r.name);
		if (!e || e->r.password || !r.password)
			return true;
		r = e->r;
		r.password = secret;
	}
	put(&r);
	return !dir || save(&r, err);
}

bool
roles_open(const char *dir, struct err *err)
{
	if (dir && (!databases_open_global(dir, err) || !global_exec(create_table, NULL, 0, err) ||
		    !global_query("SELECT * FROM role ORDER BY oid", loaded, NULL, err)))
		return false;
	return make_bootstrap(dir, err);
}

void
roles_close(void)
{
	for (int i = 0; i < nentries; i++)
		if (entries[i].used)
			forget(&entries[i]);
	free(entries);
	entries = NULL;
	nentries = 0;
}

bool
role_set(const struct role *r, bool add, struct err *err)
{
	struct role copy = *r;
	bool ok;

	if (!server.data_dir)
		return err_unsupported(
			err, -1, "changing roles when one file is served (start with -D DIR)");
	pthread_rwlock_wrlock(&lock);
	if (add && find(r->name)) {
		ok = err_set(err, ERR_DUPLICATE_OBJECT, -1, "role \"%s\" already exists", r->name);
	} else {
		if (copy.oid == 0)
			copy.oid = free_oid();
		ok = save(&copy, err);
		if (ok)
			put(&copy);
	}
	pthread_rwlock_unlock(&lock);
	return ok;
}

bool
role_drop(const char *name, struct err *err)
{
	struct datum p = datum_text(name, strlen(name));
	struct entry *e;
	bool ok = false;

	pthread_rwlock_wrlock(&lock);
	e = find(name);
	if (!e)
		err_set(err, ERR_UNDEFINED_OBJECT, -1, "role \"%s\" does not exist", name);
	else if (e->r.oid == BOOTSTRAP_SUPERUSER)
		err_set(err, ERR_DEPENDENT_OBJECTS_STILL_EXIST, -1,
			"cannot drop role %s because it is required by the database system", name);
	else
		ok = global_exec("DELETE FROM role WHERE name = ?1", &p, 1, err);
	if (ok)
		forget(e);
	pthread_rwlock_unlock(&lock);
	return ok;
}
