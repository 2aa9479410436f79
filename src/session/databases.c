#include "session/databases.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "session/plan_cache.h"
#include "session/server.h"
#include "session/session.h"
#include "session/settings.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct database *all; /* in order of OID */
static struct db *global;
static oid_t next_oid = FIRST_USER_OID;

struct db *
databases_global(void)
{
	return global;
}

static struct db *
open_file(const char *path, const char *name, bool create, struct err *err)
{
	struct db_options opt = {
		.page_cache = settings_base_int("page_cache") * 1024,
		.mmap_size = settings_base_int("mmap_size"),
		.max_idle = 16,
		.fsync = settings_base_bool("fsync"),
		.checkpoint_pages = 4096,
		.busy_timeout_ms = (int)settings_base_int("busy_timeout"),
	};

	return db_open(path, name, &opt, create, err);
}

/* A name that is also a file name in our own directory. */
static bool
safe_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) <= 63 &&
	       strcmp(name, "global") != 0;
}

/* Under lock. */
static struct database *
find(const char *name)
{
	for (struct database *d = all; d; d = d->next)
		if (!d->dropped && strcmp(d->name, name) == 0)
			return d;
	return NULL;
}

static struct database *
add(oid_t oid, const char *name, const char *path)
{
	struct database *d = xcalloc(1, sizeof(*d)), **at = &all;

	d->oid = oid;
	d->name = xstrdup(name);
	d->path = xstrdup(path);
	d->plans = plan_cache_new(1000);
	while (*at && (*at)->oid < oid)
		at = &(*at)->next;
	d->next = *at;
	*at = d;
	if (oid >= next_oid)
		next_oid = oid + 1;
	return d;
}

static void
path_of(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%s/%s.db", server.data_dir, name);
}

static oid_t
fixed_oid(const char *name)
{
	return strcmp(name, "template1") == 0 ? 1 : strcmp(name, "postgres") == 0 ? 5 : 0;
}

static bool
remember(oid_t oid, const char *name, struct err *err)
{
	struct datum p[2] = {datum_int(oid), datum_text(name, strlen(name))};

	return global_exec("INSERT OR REPLACE INTO database(oid, name) VALUES (?1, ?2)", p, 2, err);
}

static bool
forget(const char *name, struct err *err)
{
	struct datum p = datum_text(name, strlen(name));

	return global_exec("DELETE FROM database WHERE name = ?1", &p, 1, err);
}

/* ---- start ---- */

static bool
known_row(void *arg, const struct datum *cols, int n)
{
	char path[4096], name[64];

	(void)arg, (void)n;
	snprintf(name, sizeof(name), "%.*s", (int)cols[1].n, cols[1].p);
	path_of(path, sizeof(path), name);
	if (safe_name(name) && access(path, F_OK) == 0)
		add((oid_t)cols[0].i, name, path);
	return true;
}

/* Files that someone has put beside ours become databases too. */
static bool
adopt_files(const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[4096], name[256];
	bool ok = true;

	if (!d)
		return err_set(err, ERR_UNDEFINED_FILE, -1, "could not open directory \"%s\": %s",
			       dir, strerror(errno));
	while (ok && (e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);
		if (n < 4 || strcmp(e->d_name + n - 3, ".db") != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(n - 3), e->d_name);
		if (!safe_name(name) || find(name))
			continue;
		path_of(path, sizeof(path), name);
		add(fixed_oid(name) ? fixed_oid(name) : next_oid, name, path);
		ok = remember(find(name)->oid, name, err);
	}
	closedir(d);
	return ok;
}

static bool
make_first(const char *name, struct err *err)
{
	char path[4096];
	struct database *d = find(name);

	if (d)
		return true;
	path_of(path, sizeof(path), name);
	d = add(fixed_oid(name), name, path);
	d->db = open_file(path, name, true, err);
	return d->db && remember(d->oid, name, err);
}

bool
databases_open_global(const char *dir, struct err *err)
{
	char path[4096];

	if (global || !dir)
		return true;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_set(err, ERR_UNDEFINED_FILE, -1, "could not create directory \"%s\": %s",
			       dir, strerror(errno));
	snprintf(path, sizeof(path), "%s/global.db", dir);
	global = open_file(path, "global", true, err);
	return global != NULL;
}

static bool
open_directory(const char *dir, struct err *err)
{
	return databases_open_global(dir, err) &&
	       global_exec("CREATE TABLE IF NOT EXISTS database(oid INTEGER PRIMARY KEY, name TEXT "
			   "NOT NULL UNIQUE)",
			   NULL, 0, err) &&
	       global_query("SELECT oid, name FROM database ORDER BY oid", known_row, NULL, err) &&
	       adopt_files(dir, err) && make_first("template1", err) && make_first("postgres", err);
}

static bool
open_one(const char *file, struct err *err)
{
	const char *slash = strrchr(file, '/'), *start = slash ? slash + 1 : file,
		   *dot = strrchr(start, '.');
	size_t n = dot && dot > start ? (size_t)(dot - start) : strlen(start);
	char name[64];
	struct database *d;

	snprintf(name, sizeof(name), "%.*s", (int)MIN(n, (size_t)63), start);
	d = add(5, name, file);
	d->db = open_file(file, name, true, err);
	return d->db != NULL;
}

bool
databases_open(const char *file, const char *dir, struct err *err)
{
	return dir ? open_directory(dir, err) : open_one(file, err);
}

void
databases_close(void)
{
	for (struct database *d = all; d; d = d->next) {
		plan_cache_clear(d->plans);
		if (d->db)
			db_close(d->db);
		d->db = NULL;
	}
	if (global)
		db_close(global);
	global = NULL;
}

/* ---- sessions ---- */

struct database *
database_acquire(const char *name, struct err *err)
{
	struct database *d;

	pthread_mutex_lock(&lock);
	d = find(name);
	if (!d) {
		err_set(err, ERR_INVALID_CATALOG_NAME, -1, "database \"%s\" does not exist", name);
		if (!server.data_dir && all)
			err_hint(err, "This server serves one file, as database \"%s\".",
				 all->name);
	} else if (!d->db) {
		d->db = open_file(d->path, d->name, false, err);
		if (!d->db)
			d = NULL;
	}
	if (d)
		d->sessions++;
	pthread_mutex_unlock(&lock);
	return d;
}

void
database_release(struct database *d)
{
	pthread_mutex_lock(&lock);
	d->sessions--;
	pthread_mutex_unlock(&lock);
}

bool
database_at(int i, oid_t *oid, const char **name)
{
	struct database *d;

	pthread_mutex_lock(&lock);
	for (d = all; d; d = d->next)
		if (!d->dropped && i-- == 0)
			break;
	if (d) {
		*oid = d->oid;
		*name = d->name;
	}
	pthread_mutex_unlock(&lock);
	return d != NULL;
}

bool
database_size_of(const char *name, int64_t *bytes, struct err *err)
{
	struct database *d;
	struct stat st;

	pthread_mutex_lock(&lock);
	d = find(name);
	if (!d)
		err_set(err, ERR_INVALID_CATALOG_NAME, -1, "database \"%s\" does not exist", name);
	else if (d->db)
		*bytes = db_size(d->db);
	else
		*bytes = stat(d->path, &st) == 0 ? (int64_t)st.st_size : 0;
	pthread_mutex_unlock(&lock);
	return d != NULL;
}

/* ---- CREATE, DROP, ALTER DATABASE ---- */

static bool
need_directory(const char *command, struct err *err)
{
	return server.data_dir ||
	       err_unsupported(err, -1, "%s when one file is served (start with -D DIR)", command);
}

/* Under lock. */
static bool
create_locked(const char *name, const char *template_name, struct err *err)
{
	struct database *from = find(template_name), *d;
	char path[4096];

	if (!from)
		return err_set(err, ERR_INVALID_CATALOG_NAME, -1,
			       "template database \"%s\" does not exist", template_name);
	if (!from->db && !(from->db = open_file(from->path, from->name, false, err)))
		return false;
	path_of(path, sizeof(path), name);
	if (!db_clone(from->db, path, err))
		return false;
	d = add(next_oid, name, path);
	if (remember(d->oid, name, err))
		return true;
	d->dropped = true;
	unlink(path);
	return false;
}

bool
database_create(const char *name, const char *template_name, bool if_not_exists, struct err *err)
{
	bool ok;

	if (!need_directory("CREATE DATABASE", err))
		return false;
	if (!safe_name(name))
		return err_unsupported(err, -1, "database name \"%s\"", name);
	if (!template_name || strcmp(template_name, "template0") == 0)
		template_name = "template1";
	pthread_mutex_lock(&lock);
	if (find(name))
		ok = if_not_exists || err_set(err, ERR_DUPLICATE_DATABASE, -1,
					      "database \"%s\" already exists", name);
	else
		ok = create_locked(name, template_name, err);
	pthread_mutex_unlock(&lock);
	return ok;
}

static void
end_session_in(void *arg, struct session *s)
{
	if (s->database == arg)
		session_interrupt(s, INT_TERMINATE);
}

/* Waits a few seconds for the sessions of d to end, asking them to when force is set. Under lock,
 * which it drops meanwhile. */
static bool
wait_unused(struct database *d, bool force)
{
	for (int i = 0; d->sessions > 0 && i < 100; i++) {
		pthread_mutex_unlock(&lock);
		if (force && i == 0)
			server.host->each(end_session_in, d);
		usleep(50000);
		pthread_mutex_lock(&lock);
	}
	return d->sessions == 0;
}

static bool
in_use(const struct database *d, const char *what, struct err *err)
{
	err_set(err, ERR_OBJECT_IN_USE, -1, "database \"%s\" is being accessed by other users",
		what);
	if (d->sessions == 1)
		return err_detail(err, "There is 1 other session using the database.");
	return err_detail(err, "There are %d other sessions using the database.", d->sessions);
}

static bool
drop_locked(struct database *d, bool force, struct err *err)
{
	bool ok = true;

	if (strcmp(d->name, "template1") == 0)
		return err_set(err, ERR_WRONG_OBJECT_TYPE, -1, "cannot drop a template database");
	if (!wait_unused(d, force))
		return in_use(d, d->name, err);
	d->dropped = true;
	plan_cache_clear(d->plans);
	if (d->db) {
		ok = db_drop(d->db, err);
		d->db = NULL;
	} else if (unlink(d->path) != 0) {
		ok = err_set(err, ERR_IO_ERROR, -1, "could not remove file \"%s\": %s", d->path,
			     strerror(errno));
	}
	return ok && forget(d->name, err);
}

bool
database_drop(const char *name, bool missing_ok, bool force, const struct database *self,
	      struct err *err)
{
	struct database *d;
	bool ok;

	if (!need_directory("DROP DATABASE", err))
		return false;
	pthread_mutex_lock(&lock);
	d = find(name);
	if (!d)
		ok = missing_ok || err_set(err, ERR_INVALID_CATALOG_NAME, -1,
					   "database \"%s\" does not exist", name);
	else if (d == self)
		ok = err_set(err, ERR_OBJECT_IN_USE, -1, "cannot drop the currently open database");
	else
		ok = drop_locked(d, force, err);
	pthread_mutex_unlock(&lock);
	return ok;
}

static bool
rename_locked(struct database *d, const char *to, struct err *err)
{
	char path[4096];

	if (find(to))
		return err_set(err, ERR_DUPLICATE_DATABASE, -1, "database \"%s\" already exists",
			       to);
	if (!wait_unused(d, false))
		return in_use(d, d->name, err);
	if (d->db)
		db_close(d->db); /* leaves no -wal behind */
	d->db = NULL;
	path_of(path, sizeof(path), to);
	if (rename(d->path, path) != 0)
		return err_set(err, ERR_IO_ERROR, -1, "could not rename file \"%s\" to \"%s\": %s",
			       d->path, path, strerror(errno));
	d->dropped = true;
	add(d->oid, to, path);
	return remember(d->oid, to, err);
}

bool
database_rename(const char *from, const char *to, const struct database *self, struct err *err)
{
	struct database *d;
	bool ok;

	if (!need_directory("ALTER DATABASE RENAME", err))
		return false;
	if (!safe_name(to))
		return err_unsupported(err, -1, "database name \"%s\"", to);
	pthread_mutex_lock(&lock);
	d = find(from);
	if (!d)
		ok = err_set(err, ERR_INVALID_CATALOG_NAME, -1, "database \"%s\" does not exist",
			     from);
	else if (d == self)
		ok = err_set(err, ERR_FEATURE_NOT_SUPPORTED, -1,
			     "current database cannot be renamed");
	else
		ok = rename_locked(d, to, err);
	pthread_mutex_unlock(&lock);
	return ok;
}
