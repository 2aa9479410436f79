/*
 * Workers: threads that run sessions. One is started when a client needs one and none is idle; it
 * ends after a while without work.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "net/client.h"

enum { STACK_BYTES = 8 << 20, IDLE_SECONDS = 10, KEEP_IDLE = 4 };

/* The session goes on the worker: its rollback may take time. net.lock is not held. */
static void
close_session(struct client *c)
{
	struct session *s = c->session;
	struct stream st;

	pthread_mutex_lock(&net.lock);
	if (c->registered) {
		map_del(&net.by_pid, (const char *)&s->pid, sizeof(s->pid));
		c->registered = false;
		net.nregistered--;
	}
	c->session = NULL;
	pthread_mutex_unlock(&net.lock);
	/* From here on no other thread can find the session through net; notify.c unlinks it in
	 * session_free. */
	st = s->stream;
	session_free(s);
	tls_end(&st);
	/* The descriptor is the loop's to close: libev may still have a change of it to tell the
	 * kernel. */
	c->fd = st.fd;
}

static void
run_client(struct client *c)
{
	enum session_next next = session_run(c->session);

	if (next == SESSION_CLOSE)
		close_session(c);
	pthread_mutex_lock(&net.lock);
	if (next == SESSION_CLOSE) {
		c->state = CLIENT_CLOSING;
		net_post(c, POST_CLOSE);
	} else {
		net_post(c, POST_PARK);
	}
	pthread_mutex_unlock(&net.lock);
}

/* The next client to run, or NULL when this worker is to end. */
static struct client *
take_work(void)
{
	struct client *c = NULL;
	struct timespec until;

	pthread_mutex_lock(&net.lock);
	net.idle_workers++;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_SECONDS;
	while (!net.queue && !net.stopping) {
		if (pthread_cond_timedwait(&net.work, &net.lock, &until) != ETIMEDOUT)
			continue;
		if (net.idle_workers > KEEP_IDLE && !net.queue)
			break;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += IDLE_SECONDS;
	}
	net.idle_workers--;
	if (net.queue) {
		c = net.queue;
		net.queue = c->next_work;
		if (!net.queue)
			net.queue_end = &net.queue;
		net.queued--;
	} else {
		net.workers--;
		pthread_cond_broadcast(&net.work);
	}
	pthread_mutex_unlock(&net.lock);
	return c;
}

static void *
worker_main(void *unused)
{
	struct client *c;

	(void)unused;
	while ((c = take_work()) != NULL)
		run_client(c);
	return NULL;
}

static bool
start_worker(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attr, worker_main, NULL);
	pthread_attr_destroy(&attr);
	if (!failed)
		net.workers++;
	return !failed;
}

void
worker_give(struct client *c)
{
	c->state = CLIENT_RUNNING;
	c->next_work = NULL;
	*net.queue_end = c;
	net.queue_end = &c->next_work;
	net.queued++;
	if (net.idle_workers >= net.queued) {
		pthread_cond_signal(&net.work);
	} else if (!start_worker()) {
		/* The client waits for a worker that becomes free. */
		log_line(LOG_LOG, 0, "could not start a worker thread; %d are running",
			 net.workers);
		pthread_cond_signal(&net.work);
	}
}

void
workers_stop(void)
{
	pthread_mutex_lock(&net.lock);
	net.stopping = true;
	pthread_cond_broadcast(&net.work);
	while (net.workers > 0)
		pthread_cond_wait(&net.work, &net.lock);
	pthread_mutex_unlock(&net.lock);
}
