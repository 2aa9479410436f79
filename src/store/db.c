/*
 * Opening, closing, copying and removing a database file; the committed schema.
 */
#include "store/private.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHECK_EVERY_MS = 50 }; /* how often another process' schema changes are looked for */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
configure_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
}

void
mutex_init_spinning(pthread_mutex_t *m)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(m, &attr);
	pthread_mutexattr_destroy(&attr);
}

/* ---- is this a file we can serve? ---- */

static bool
file_error(const char *path, int code, struct err *err)
{
	switch (code) {
	case ENOENT:
	case ENOTDIR:
		return err_set(err, ERR_UNDEFINED_FILE, -1, "could not open file \"%s\": %s", path,
			       strerror(code));
	case EACCES:
	case EPERM:
	case EROFS:
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "could not open file \"%s\": %s", path, strerror(code));
	case ENOSPC:
	case EDQUOT:
		return err_set(err, ERR_DISK_FULL, -1, "could not extend file \"%s\": %s", path,
			       strerror(code));
	default:
		return err_set(err, ERR_IO_ERROR, -1, "could not open file \"%s\": %s", path,
			       strerror(code));
	}
}

static bool
make_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return file_error(path, errno, err);
	close(fd);
	return true;
}

/* *empty: nothing in it yet. *wal: it is in WAL mode already. */
static bool
look_at_file(const char *path, bool *empty, bool *wal, struct err *err)
{
	static const char magic[16] = "SQLite format 3";
	char head[20];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return file_error(path, errno, err);
	n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? pread(fd, head, sizeof(head), 0) : -1;
	close(fd);
	if (n < 0)
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "\"%s\" is not a regular file", path);
	*empty = n == 0;
	if (n > 0 && (n < (ssize_t)sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0))
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "file \"%s\" is not a database", path);
	*wal = n > 0 && head[18] == 2;
	return true;
}

static char *
join(const char *a, const char *b)
{
	size_t an = strlen(a), bn = strlen(b);
	char *s = xmalloc(an + bn + 1);

	memcpy(s, a, an);
	memcpy(s + an, b, bn + 1);
	return s;
}

/* A WAL file can only be read with its -shm: the directory must be writable, or both must be there.
 */
static bool
check_directory(struct db *db, bool wal, struct err *err)
{
	char *shm;
	bool there;

	if (access(db->group.dir, W_OK) == 0)
		return true;
	shm = join(db->path, "-shm");
	there = access(shm, R_OK) == 0;
	free(shm);
	if (wal && !there)
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "cannot open database file \"%s\": it is in WAL mode and its "
			       "directory is not writable",
			       db->path);
	db->read_only = true;
	return true;
}

/* ---- opening ---- */

static struct db *
db_new(const char *path, const char *name, const struct db_options *opt)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->path = xstrdup(path);
	db->name = xstrdup(name);
	db->opt = *opt;
	db->read_only = opt->read_only;
	err_init(&db->err);
	db->env.err = &db->err;
	db->env.types = type_env_canonical;
	db->env.user = db->env.session_user = "";
	db->env.database = db->name;
	mutex_init_spinning(&db->pool_lock);
	pthread_mutex_init(&db->guard_lock, NULL);
	mutex_init_spinning(&db->snapshot_lock);
	pthread_mutex_init(&db->checkpointer.lock, NULL);
	pthread_cond_init(&db->checkpointer.wake, NULL);
	write_queue_init(&db->queue);
	group_commit_init(&db->group, path);
	seq_table_init(&db->seqs);
	return db;
}

static void
db_free(struct db *db)
{
	while (db->idle) {
		struct conn *c = db->idle;
		db->idle = c->next;
		conn_close(c);
	}
	conn_close(db->guard);
	if (db->snapshot)
		snapshot_unref(db->snapshot);
	seq_table_destroy(&db->seqs);
	group_commit_destroy(&db->group);
	write_queue_destroy(&db->queue);
	pthread_cond_destroy(&db->checkpointer.wake);
	pthread_mutex_destroy(&db->checkpointer.lock);
	pthread_mutex_destroy(&db->snapshot_lock);
	pthread_mutex_destroy(&db->guard_lock);
	pthread_mutex_destroy(&db->pool_lock);
	err_release(&db->err);
	free(db->path);
	free(db->name);
	free(db);
}

static bool
make_reserved(struct db *db, struct err *err)
{
	int rc = conn_run(db->guard, "BEGIN IMMEDIATE");

	for (int i = 0; persist_create[i] && rc == SQLITE_OK; i++)
		rc = conn_runf(db->guard, persist_create[i], "main");
	if (rc == SQLITE_OK)
		rc = conn_run(db->guard, "COMMIT");
	if (rc == SQLITE_OK)
		return true;
	store_error(db->guard, rc, err);
	conn_run(db->guard, "ROLLBACK");
	return false;
}

static bool
set_wal(struct db *db, bool empty, struct err *err)
{
	int rc = SQLITE_OK;

	if (empty)
		rc = conn_run(db->guard, "PRAGMA auto_vacuum=NONE");
	if (rc == SQLITE_OK)
		rc = conn_run(db->guard, "PRAGMA journal_mode=WAL");
	return rc == SQLITE_OK || store_error(db->guard, rc, err);
}

/* SQLite opens lazily: only now is it sure that the file can be read. */
static bool
touch(struct db *db, struct err *err)
{
	int rc = conn_fixed(db->guard, FIXED_TOUCH, NULL);

	return rc == SQLITE_OK || store_error(db->guard, rc, err);
}

static bool
db_start(struct db *db, bool create, struct err *err)
{
	bool empty = false, wal = false;

	if (create && access(db->path, F_OK) != 0 && !make_file(db->path, err))
		return false;
	if (!look_at_file(db->path, &empty, &wal, err) || !check_directory(db, wal, err))
		return false;
	if (access(db->path, W_OK) != 0)
		db->read_only = true;
	db->guard = conn_open(db, &db->env, err);
	if (!db->guard)
		return false;
	if (!db->read_only && !set_wal(db, empty, err))
		return false;
	if (!touch(db, err) || (empty && !db->read_only && !make_reserved(db, err)))
		return false;
	db->snapshot = conn_load_snapshot(db->guard, false, err);
	if (!db->snapshot)
		return false;
	atomic_store(&db->version, db->snapshot->version);
	if (empty && db->opt.fsync && !db->read_only &&
	    !group_commit_wait(&db->group, group_commit_ticket(&db->group), err))
		return false;
	return db->read_only || checkpoint_start(db, err);
}

struct db *
db_open(const char *path, const char *name, const struct db_options *opt, bool create,
	struct err *err)
{
	struct db *db;

	pthread_once(&once, configure_sqlite);
	db = db_new(path, name, opt);
	if (db_start(db, create, err))
		return db;
	db_free(db);
	return NULL;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	checkpoint_stop(db);
	while (db->idle) {
		struct conn *c = db->idle;
		db->idle = c->next;
		conn_close(c);
	}
	if (!db->read_only)
		sqlite3_wal_checkpoint_v2(db->guard->sq, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
					  NULL);
	db_free(db);
}

bool
db_drop(struct db *db, struct err *err)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char *path = xstrdup(db->path);
	bool ok = true;

	db_close(db);
	for (size_t i = 0; i < COUNTOF(suffixes); i++) {
		char *file = join(path, suffixes[i]);
		if (unlink(file) != 0 && errno != ENOENT)
			ok = err_set(err, ERR_IO_ERROR, -1, "could not remove file \"%s\": %s",
				     file, strerror(errno));
		free(file);
	}
	free(path);
	return ok;
}

/* ---- copying ---- */

static int
backup(struct conn *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from->sq, "main");

	if (!b)
		return sqlite3_extended_errcode(to);
	while (sqlite3_backup_step(b, 1000) == SQLITE_OK)
		;
	return sqlite3_backup_finish(b);
}

static bool
sync_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

static bool
clone_into(struct conn *c, const char *path, struct err *err)
{
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = backup(c, to);
	if (rc != SQLITE_OK)
		store_error_text(c->db, rc, to ? sqlite3_errmsg(to) : "out of memory", NULL, NULL,
				 err);
	sqlite3_close_v2(to);
	if (rc == SQLITE_OK && !sync_file(path))
		return err_set(err, ERR_IO_ERROR, -1, "could not fsync file \"%s\": %s", path,
			       strerror(errno));
	return rc == SQLITE_OK;
}

bool
db_clone(struct db *from, const char *path, struct err *err)
{
	struct conn *c;
	bool ok;

	if (access(path, F_OK) == 0)
		return err_set(err, ERR_DUPLICATE_FILE, -1, "file \"%s\" already exists", path);
	if (!make_file(path, err))
		return false;
	c = conn_borrow(from, &from->env, err);
	if (!c)
		return false;
	ok = clone_into(c, path, err);
	conn_return(c, false);
	if (!ok)
		unlink(path);
	return ok;
}

/* ---- facts ---- */

const char *
db_name(const struct db *db)
{
	return db->name;
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

bool
db_read_only(const struct db *db)
{
	return db->read_only;
}

int64_t
db_size(struct db *db)
{
	struct stat st;
	int64_t n = stat(db->path, &st) == 0 ? st.st_size : 0;

	return n + (stat(db->group.path, &st) == 0 ? st.st_size : 0);
}

/* ---- the committed schema ---- */

void
db_publish(struct db *db, struct snapshot *s)
{
	struct snapshot *old;

	pthread_mutex_lock(&db->snapshot_lock);
	old = db->snapshot;
	db->snapshot = s;
	atomic_store(&db->version, s->version);
	pthread_mutex_unlock(&db->snapshot_lock);
	if (old)
		snapshot_unref(old);
}

static struct snapshot *
current(struct db *db)
{
	struct snapshot *s;

	pthread_mutex_lock(&db->snapshot_lock);
	s = snapshot_ref(db->snapshot);
	pthread_mutex_unlock(&db->snapshot_lock);
	return s;
}

/* Another process has changed the schema – or a session of ours that is just about to publish; when
 * it does so while we read, what it brings stays. */
static bool
reload(struct db *db, int64_t cookie, struct err *err)
{
	struct snapshot *before = current(db), *s;

	if (before->sqlite_schema_version == cookie) {
		snapshot_unref(before);
		return true;
	}
	s = conn_load_snapshot(db->guard, false, err);
	if (s) {
		pthread_mutex_lock(&db->snapshot_lock);
		if (db->snapshot == before) {
			db->snapshot = s;
			atomic_store(&db->version, s->version);
			s = before;
		}
		pthread_mutex_unlock(&db->snapshot_lock);
		snapshot_unref(s);
	}
	snapshot_unref(before);
	return s != NULL;
}

static bool
look_for_changes(struct db *db, struct err *err)
{
	int64_t now = monotonic_ms(), cookie = 0;
	bool ok = true;

	if (now - atomic_load_explicit(&db->checked_ms, memory_order_relaxed) < CHECK_EVERY_MS ||
	    pthread_mutex_trylock(&db->guard_lock) != 0)
		return true;
	if (conn_fixed(db->guard, FIXED_COOKIE, &cookie) == SQLITE_OK)
		ok = reload(db, cookie, err);
	atomic_store_explicit(&db->checked_ms, now, memory_order_relaxed);
	pthread_mutex_unlock(&db->guard_lock);
	return ok;
}

struct snapshot *
db_snapshot(struct db *db, struct err *err)
{
	return look_for_changes(db, err) ? current(db) : NULL;
}

struct snapshot *
db_snapshot_cached(struct db *db, struct snapshot **seen, struct err *err)
{
	if (!look_for_changes(db, err))
		return NULL;
	if (!*seen || (*seen)->version != atomic_load(&db->version)) {
		if (*seen)
			snapshot_unref(*seen);
		*seen = current(db);
	}
	return snapshot_ref(*seen);
}
