/*
 * Checkpoints run in a thread of their own, one per database, on a connection of its own.
 *
 * PASSIVE copies what readers allow and disturbs nobody; the WAL starts over by itself when a
 * writer finds all of it copied. Under steady writing that moment would never come, so the little
 * that was written meanwhile is copied in a second run, with the writer's place taken. When
 * overlapping readers prevent the fresh start nevertheless and the WAL has grown far beyond its
 * size, a RESTART under the place waits a little for readers to leave the old part.
 *
 * The thread also keeps the WAL file ahead of its writers, filled with zeros: syncing a file that
 * has grown is many times slower than syncing one that has not. This is done under SQLite's write
 * lock, so no process writes frames meanwhile; frames of zeros have no valid checksum, so they end
 * the log wherever it ends.
 */
#include "store/private.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	RESTART_AT = 10, /* times checkpoint_pages: the WAL has to start over now */
	TRUNCATE_AT = 4, /* times checkpoint_pages: worth giving back to the file system when nobody
			    writes */
	IDLE_MS = 1000,
	PAUSE_MS = 20, /* between two runs when readers hold the first back */
	RESTART_WAIT_MS = 100,
	GROW_STEP = 1 << 20, /* bytes of zeros at a time */
	GROW_AHEAD = 64,     /* pages of room that a writer should find */
	FRAME_HEADER = 24,
};

void
checkpoint_note(struct db *db, int pages)
{
	struct checkpointer *cp = &db->checkpointer;
	int limit = db->opt.checkpoint_pages;
	int before = atomic_exchange_explicit(&cp->wal_pages, pages, memory_order_relaxed);
	bool full = pages >= limit && (before < limit || pages % 256 == 0);

	if (!full && pages + GROW_AHEAD < atomic_load_explicit(&cp->room, memory_order_relaxed))
		return;
	pthread_mutex_lock(&cp->lock);
	if (!cp->wanted)
		pthread_cond_signal(&cp->wake);
	cp->wanted = true;
	pthread_mutex_unlock(&cp->lock);
}

/* ---- room in the WAL file ---- */

static bool
write_zeros(const char *path, int64_t *size)
{
	static const char zeros[1 << 16];
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0;
	int64_t at = ok ? st.st_size : 0, end = at + GROW_STEP;

	while (ok && at < end) {
		ssize_t n = pwrite(fd, zeros, sizeof(zeros), at);

		ok = n > 0;
		at += ok ? n : 0;
	}
	ok = ok && fdatasync(fd) == 0;
	if (fd >= 0)
		close(fd);
	*size = at;
	return ok;
}

static int64_t
frame_size(struct conn *c)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n = 4096;

	if (sqlite3_prepare_v2(c->sq, "PRAGMA main.page_size", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n + FRAME_HEADER;
}

/* A disk too full for zeros is left alone: SQLite will say so when it matters. */
static void
make_room(struct db *db)
{
	struct checkpointer *cp = &db->checkpointer;
	int pages = atomic_load(&cp->wal_pages);
	struct err err;
	int64_t size = 0;
	bool ok;

	if (pages + GROW_AHEAD < atomic_load(&cp->room))
		return;
	if (!db->opt.fsync || pages >= db->opt.checkpoint_pages) {
		atomic_store(&cp->room, INT_MAX);
		return;
	}
	err_init(&err);
	if (!write_queue_acquire(&db->queue, 0, NULL, &err))
		return;
	ok = conn_fixed(cp->conn, FIXED_BEGIN_IMMEDIATE, NULL) == SQLITE_OK;
	if (ok) {
		ok = write_zeros(db->group.path, &size);
		conn_fixed(cp->conn, FIXED_ROLLBACK, NULL);
	}
	write_queue_release(&db->queue);
	atomic_store(&cp->room, ok ? (int)MIN(size / frame_size(cp->conn), INT_MAX) : INT_MAX);
}

/* ---- checkpoints ---- */

static int
run(struct db *db, int mode, int *left)
{
	int pages = 0, copied = 0;
	int rc =
		sqlite3_wal_checkpoint_v2(db->checkpointer.conn->sq, "main", mode, &pages, &copied);

	*left = pages - copied;
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_LOCKED)
		log_line(LOG_LOG, 0, "could not checkpoint database \"%s\": %s", db->name,
			 sqlite3_errmsg(db->checkpointer.conn->sq));
	return rc;
}

/* Under the writer's place, so that the write lock is nobody's. */
static void
run_exclusive(struct db *db, int mode)
{
	struct err err;
	int left;

	err_init(&err);
	if (mode == SQLITE_CHECKPOINT_TRUNCATE ? write_queue_try(&db->queue)
					       : write_queue_acquire(&db->queue, 0, NULL, &err)) {
		if (run(db, mode, &left) == SQLITE_OK && mode != SQLITE_CHECKPOINT_PASSIVE) {
			atomic_store(&db->checkpointer.wal_pages, 0);
			if (mode == SQLITE_CHECKPOINT_TRUNCATE)
				atomic_store(&db->checkpointer.room, 0);
		}
		write_queue_release(&db->queue);
	}
	err_release(&err);
}

/* With the lock held. True: woken for work; false: nothing happened for a while. */
static bool
sleep_until_wanted(struct checkpointer *cp, int ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += ms / 1000;
	ts.tv_nsec += ms % 1000 * 1000000L;
	if (ts.tv_nsec >= 1000000000L) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000L;
	}
	while (!cp->wanted && !cp->stop)
		if (pthread_cond_timedwait(&cp->wake, &cp->lock, &ts) == ETIMEDOUT)
			return false;
	return true;
}

static void
work(struct db *db)
{
	int limit = db->opt.checkpoint_pages, left = 0;
	int pages;

	make_room(db);
	if (atomic_load(&db->checkpointer.wal_pages) < limit)
		return;
	run(db, SQLITE_CHECKPOINT_PASSIVE, &left);
	pages = atomic_load(&db->checkpointer.wal_pages);
	if (pages >= limit * RESTART_AT)
		run_exclusive(db, SQLITE_CHECKPOINT_RESTART);
	else if (pages >= limit)
		run_exclusive(db, SQLITE_CHECKPOINT_PASSIVE);
	if (left > limit / 2)
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
}

static void
when_idle(struct db *db)
{
	int left;

	if (atomic_load(&db->checkpointer.wal_pages) < db->opt.checkpoint_pages * TRUNCATE_AT)
		return;
	run(db, SQLITE_CHECKPOINT_PASSIVE, &left);
	if (left == 0)
		run_exclusive(db, SQLITE_CHECKPOINT_TRUNCATE);
}

static void *
checkpoint_main(void *arg)
{
	struct db *db = arg;
	struct checkpointer *cp = &db->checkpointer;
	int seen = 0;

	pthread_mutex_lock(&cp->lock);
	while (!cp->stop) {
		bool wanted = sleep_until_wanted(cp, IDLE_MS);
		int pages = atomic_load(&cp->wal_pages);

		if (cp->stop)
			break;
		cp->wanted = false;
		pthread_mutex_unlock(&cp->lock);
		if (wanted)
			work(db);
		else if (pages == seen)
			when_idle(db);
		seen = pages;
		pthread_mutex_lock(&cp->lock);
	}
	pthread_mutex_unlock(&cp->lock);
	return NULL;
}

bool
checkpoint_start(struct db *db, struct err *err)
{
	struct checkpointer *cp = &db->checkpointer;

	cp->conn = conn_open(db, &db->env, err);
	if (!cp->conn)
		return false;
	sqlite3_busy_timeout(cp->conn->sq, RESTART_WAIT_MS);
	if (conn_fixed(cp->conn, FIXED_TOUCH, NULL) != SQLITE_OK ||
	    pthread_create(&cp->thread, NULL, checkpoint_main, db) != 0) {
		conn_close(cp->conn);
		cp->conn = NULL;
		return err_set(err, ERR_IO_ERROR, -1, "could not start the checkpointer of \"%s\"",
			       db->path);
	}
	cp->running = true;
	return true;
}

void
checkpoint_stop(struct db *db)
{
	struct checkpointer *cp = &db->checkpointer;

	if (cp->running) {
		pthread_mutex_lock(&cp->lock);
		cp->stop = true;
		pthread_cond_signal(&cp->wake);
		pthread_mutex_unlock(&cp->lock);
		pthread_join(cp->thread, NULL);
		cp->running = false;
	}
	conn_close(cp->conn);
	cp->conn = NULL;
}
