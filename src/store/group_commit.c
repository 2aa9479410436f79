/*
 * A ticket is taken after COMMIT, so everything it covers is in the WAL file already. One of those
 * who wait leads: it syncs once for all tickets issued before it began. Those that come meanwhile
 * wait for the next round.
 *
 * Checkpoints do not disturb this: SQLite (synchronous=NORMAL) syncs the WAL before it copies pages
 * and the database after, and the WAL is only started over when all of that is done. So what is no
 * longer in the WAL file is in the database file, synced.
 *
 * The extra descriptor is safe: SQLite locks bytes of FILE and FILE-shm, never of FILE-wal, so
 * closing it drops nobody's locks.
 */
#include "store/private.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
group_commit_init(struct group_commit *g, const char *db_path)
{
	size_t n = strlen(db_path);
	char *slash;

	*g = (struct group_commit){.fd = -1};
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->done, NULL);
	g->path = xmalloc(n + 5);
	memcpy(g->path, db_path, n);
	memcpy(g->path + n, "-wal", 5);
	g->dir = xstrdup(db_path);
	slash = strrchr(g->dir, '/');
	if (!slash) {
		free(g->dir);
		g->dir = xstrdup(".");
	} else {
		slash[slash == g->dir] = '\0';
	}
}

void
group_commit_destroy(struct group_commit *g)
{
	if (g->fd >= 0)
		close(g->fd);
	free(g->path);
	free(g->dir);
	pthread_cond_destroy(&g->done);
	pthread_mutex_destroy(&g->lock);
}

uint64_t
group_commit_ticket(struct group_commit *g)
{
	uint64_t ticket;

	pthread_mutex_lock(&g->lock);
	ticket = ++g->issued;
	pthread_mutex_unlock(&g->lock);
	return ticket;
}

static bool
sync_directory(const struct group_commit *g)
{
	int fd = open(g->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = fsync(fd) == 0 || errno == EINVAL; /* some file systems sync no directories */
	close(fd);
	return ok;
}

/* Sees to it that fd is the file that has the WAL's name now. A new file's name is made durable,
 * too. */
static bool
follow_wal(struct group_commit *g)
{
	struct stat now, have;

	if (stat(g->path, &now) != 0)
		return false;
	if (g->fd >= 0 && fstat(g->fd, &have) == 0 && have.st_ino == now.st_ino &&
	    have.st_dev == now.st_dev)
		return true;
	if (g->fd >= 0)
		close(g->fd);
	g->fd = open(g->path, O_RDWR | O_CLOEXEC);
	return g->fd >= 0 && sync_directory(g);
}

static bool
sync_wal(struct group_commit *g)
{
	int rc;

	if (!follow_wal(g))
		return false;
	do
		rc = fdatasync(g->fd);
	while (rc != 0 && errno == EINTR);
	return rc == 0;
}

/* With the lock held, which is let go meanwhile. */
static void
lead(struct group_commit *g)
{
	uint64_t upto = g->issued;
	bool ok;

	g->leading = true;
	pthread_mutex_unlock(&g->lock);
	ok = sync_wal(g);
	if (!ok)
		log_line(LOG_PANIC, 0, "could not fsync file \"%s\": %m", g->path);
	pthread_mutex_lock(&g->lock);
	g->leading = false;
	g->syncs++;
	if (ok)
		g->synced = MAX(g->synced, upto);
	else
		g->failed = true;
	pthread_cond_broadcast(&g->done);
}

bool
group_commit_wait(struct group_commit *g, uint64_t ticket, struct err *err)
{
	bool ok;

	pthread_mutex_lock(&g->lock);
	while (g->synced < ticket && !g->failed) {
		if (g->leading)
			pthread_cond_wait(&g->done, &g->lock);
		else
			lead(g);
	}
	ok = g->synced >= ticket;
	pthread_mutex_unlock(&g->lock);
	if (!ok)
		err_set(err, ERR_IO_ERROR, -1, "could not fsync file \"%s\"", g->path);
	return ok;
}
