/*
 * databases: the database files that the server serves, by name.
 *
 * FILE.db: one, named by the file's stem. -D DIR: every NAME.db in it; the OIDs are kept in
 * global.db. Threads: any; one lock. A struct database lives until the process ends (dropped ones
 * too); db is opened by its first session.
 */
#ifndef SESSION_DATABASES_H
#define SESSION_DATABASES_H

#include "base/err.h"
#include "store/store.h"

struct plan_cache;

struct database {
	struct database *next;
	oid_t oid;
	char *name, *path;
	struct db *db; /* NULL: not open */
	int sessions;
	bool dropped;
	struct plan_cache *plans;
};

/* Finds or makes what is to be served. */
bool databases_open(const char *file, const char *dir, struct err *err) MUSTCHECK;
bool databases_open_global(const char *dir,
			   struct err *err) MUSTCHECK; /* global.db alone; roles.c needs it early */
void databases_close(void);                            /* all sessions have ended */

/* For a session; opens the file when it is the first. NULL: err is set (3D000 …). */
struct database *database_acquire(const char *name, struct err *err);
void database_release(struct database *d);

bool database_create(const char *name, const char *template_name, bool if_not_exists,
		     struct err *err) MUSTCHECK;
/* force: other sessions in it are ended first. *self: the session's own database may not be
 * dropped. */
bool database_drop(const char *name, bool missing_ok, bool force, const struct database *self,
		   struct err *err) MUSTCHECK;
bool database_rename(const char *from, const char *to, const struct database *self,
		     struct err *err) MUSTCHECK;

/* Lists: i = 0, 1 …; false at the end. *name is valid while the process lives. */
bool database_at(int i, oid_t *oid, const char **name);
bool database_size_of(const char *name, int64_t *bytes, struct err *err) MUSTCHECK;

/* A transaction of its own on global.db, for roles.c and databases.c; NULL without -D. */
struct db *databases_global(void);
bool global_exec(const char *sql, const struct datum *params, int n, struct err *err) MUSTCHECK;
bool global_query(const char *sql, bool (*row)(void *arg, const struct datum *cols, int n),
		  void *arg, struct err *err) MUSTCHECK;

#endif
