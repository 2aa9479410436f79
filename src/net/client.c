#include "net/client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/log.h"
#include "session/settings.h"

enum { LINGER_US = 2000, SEND_WAIT_MS = 200, UNAUTHENTICATED_MAX = 1000 };

struct net net = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.posts_end = &net.posts,
	.queue_end = &net.queue,
};

/* This thread holds net.lock and calls session functions that may wake a session. */
static _Thread_local bool lock_held;

/* ---- posts: anyone to the loop ---- */

void
net_post(struct client *c, unsigned what)
{
	bool first = !net.posts;

	if (!c->posts) {
		c->next_post = NULL;
		*net.posts_end = c;
		net.posts_end = &c->next_post;
	}
	c->posts |= what;
	if (first)
		ev_async_send(net.loop, &net.posted);
}

/* ---- the loop's side ---- */

static void
stop_watching(struct client *c)
{
	ev_io_stop(net.loop, &c->readable);
	ev_timer_stop(net.loop, &c->limit);
}

static void
run_parked(struct client *c)
{
	stop_watching(c);
	pthread_mutex_lock(&net.lock);
	worker_give(c);
	pthread_mutex_unlock(&net.lock);
}

static void
on_readable(struct ev_loop *loop, ev_io *w, int events)
{
	(void)loop, (void)events;
	run_parked(w->data);
}

static void
on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct client *c = w->data;

	(void)loop, (void)events;
	c->session->interrupts |= c->limit_interrupt;
	run_parked(c);
}

static int64_t
time_left(struct client *c)
{
	int64_t ms = session_idle_limit(c->session, &c->limit_interrupt);

	if (c->session->phase == PHASE_RUN)
		return ms;
	c->limit_interrupt = INT_AUTH_TIMEOUT;
	ms = settings_base_int("authentication_timeout") * 1000 -
	     (int64_t)((ev_now(net.loop) - c->born) * 1000);
	return MAX(ms, 1);
}

void
client_parked(struct client *c)
{
	int64_t ms = time_left(c);

	ev_io_start(net.loop, &c->readable);
	if (ms > 0) {
		ev_timer_set(&c->limit, (double)ms / 1000, 0.);
		ev_timer_start(net.loop, &c->limit);
	}
}

static void
free_client(struct client *c)
{
	stop_watching(c);
	pthread_mutex_lock(&net.lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		net.clients = c->next;
	if (c->next)
		c->next->prev = c->prev;
	net.nclients--;
	pthread_mutex_unlock(&net.lock);
	close(c->fd);
	free(c);
}

static void
handle_post(struct client *c, unsigned posts)
{
	if (posts & POST_CLOSE) {
		free_client(c);
		return;
	}
	if (posts & POST_PARK) {
		pthread_mutex_lock(&net.lock);
		c->state = CLIENT_PARKED;
		pthread_mutex_unlock(&net.lock);
		if (!c->session->interrupts && !(posts & POST_WAKE)) {
			client_parked(c);
			return;
		}
	} else if (c->state != CLIENT_PARKED) {
		/* A wake that found it running: session_run looks at its interrupts before it
		 * parks, and POST_PARK again. */
		return;
	}
	run_parked(c);
}

void
client_handle_posts(void)
{
	struct client *list, *next;

	pthread_mutex_lock(&net.lock);
	list = net.posts;
	net.posts = NULL;
	net.posts_end = &net.posts;
	while (list) {
		unsigned posts = list->posts;

		next = list->next_post;
		list->posts = 0;
		pthread_mutex_unlock(&net.lock);
		handle_post(list, posts);
		pthread_mutex_lock(&net.lock);
		list = next;
	}
	pthread_mutex_unlock(&net.lock);
}

static void
set_socket_options(int fd, bool local)
{
	struct timeval linger = {.tv_usec = LINGER_US}, send = {.tv_usec = SEND_WAIT_MS * 1000};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &linger, sizeof(linger));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof(send));
	if (local)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
}

void
client_accept(int fd, bool local, const char *remote, int port)
{
	struct client *c;
	bool full;

	pthread_mutex_lock(&net.lock);
	full = net.nclients - net.nregistered >= UNAUTHENTICATED_MAX;
	pthread_mutex_unlock(&net.lock);
	if (full) {
		log_line(LOG_LOG, 0, "connection refused: %d clients have not authenticated yet",
			 UNAUTHENTICATED_MAX);
		close(fd);
		return;
	}
	set_socket_options(fd, local);
	c = xcalloc(1, sizeof(*c));
	c->session = session_new(fd, &stream_plain, local, remote, port);
	c->session->net = c;
	c->born = ev_now(net.loop);
	c->state = CLIENT_PARKED;
	ev_io_init(&c->readable, on_readable, fd, EV_READ);
	c->readable.data = c;
	ev_timer_init(&c->limit, on_limit, 0., 0.);
	c->limit.data = c;
	pthread_mutex_lock(&net.lock);
	c->next = net.clients;
	if (c->next)
		c->next->prev = c;
	net.clients = c;
	net.nclients++;
	pthread_mutex_unlock(&net.lock);
	client_parked(c);
}

void
clients_interrupt(unsigned bits)
{
	pthread_mutex_lock(&net.lock);
	lock_held = true;
	for (struct client *c = net.clients; c; c = c->next) {
		if (!c->session)
			continue;
		c->session->interrupts |= bits;
		if (bits & (INT_TERMINATE | INT_CRASH))
			session_cancel(c->session, CANCEL_TERMINATE);
		net_post(c, POST_WAKE);
	}
	lock_held = false;
	pthread_mutex_unlock(&net.lock);
}

int
clients_count(void)
{
	int n;

	pthread_mutex_lock(&net.lock);
	n = net.nclients;
	pthread_mutex_unlock(&net.lock);
	return n;
}

/* ---- struct session_host ---- */

static void
host_wake(struct session *s)
{
	struct client *c = s->net;

	if (!lock_held)
		pthread_mutex_lock(&net.lock);
	if (c->session == s)
		net_post(c, POST_WAKE);
	if (!lock_held)
		pthread_mutex_unlock(&net.lock);
}

static void
host_deadline(struct session *s, int64_t ms)
{
	struct client *c = s->net;

	__atomic_store_n(&c->deadline, ms > 0 ? server_ticks() + ms : 0, __ATOMIC_RELEASE);
	if (ms > 0 && !net.ticking)
		ev_async_send(net.loop, &net.posted);
}

static bool
host_start_tls(struct session *s)
{
	return tls_start(&s->stream);
}

static void
host_authenticated(struct session *s)
{
	struct client *c = s->net;

	if (RAND_bytes((unsigned char *)&s->secret, sizeof(s->secret)) != 1)
		log_line(LOG_WARNING_, s->pid, "no randomness for the cancel key");
	pthread_mutex_lock(&net.lock);
	map_put(&net.by_pid, (const char *)&s->pid, sizeof(s->pid), c);
	c->registered = true;
	s->counted = true;
	net.nregistered++;
	pthread_mutex_unlock(&net.lock);
}

static bool
host_signal_backend(int pid, bool terminate)
{
	struct client *c;

	pthread_mutex_lock(&net.lock);
	lock_held = true;
	c = map_get(&net.by_pid, (const char *)&pid, sizeof(pid));
	if (c && terminate)
		session_interrupt(c->session, INT_TERMINATE);
	else if (c)
		session_cancel(c->session, CANCEL_USER);
	lock_held = false;
	pthread_mutex_unlock(&net.lock);
	return c != NULL;
}

static void
host_cancel_request(uint32_t pid, uint32_t secret)
{
	struct client *c;
	int id = (int)pid;

	pthread_mutex_lock(&net.lock);
	lock_held = true;
	c = map_get(&net.by_pid, (const char *)&id, sizeof(id));
	if (c && c->session->secret == secret)
		session_cancel(c->session, CANCEL_USER);
	else
		log_line(LOG_LOG, 0,
			 c ? "wrong key in cancel request for process %u"
			   : "PID %u in cancel request did not match any process",
			 pid);
	lock_held = false;
	pthread_mutex_unlock(&net.lock);
}

static void
host_each(void (*fn)(void *arg, struct session *s), void *arg)
{
	pthread_mutex_lock(&net.lock);
	lock_held = true;
	for (struct client *c = net.clients; c; c = c->next)
		if (c->registered)
			fn(arg, c->session);
	lock_held = false;
	pthread_mutex_unlock(&net.lock);
}

static int
host_count(void)
{
	int n;

	pthread_mutex_lock(&net.lock);
	n = net.nregistered;
	pthread_mutex_unlock(&net.lock);
	return n;
}

const struct session_host net_host = {
	.wake = host_wake,
	.deadline = host_deadline,
	.start_tls = host_start_tls,
	.authenticated = host_authenticated,
	.signal_backend = host_signal_backend,
	.cancel_request = host_cancel_request,
	.each = host_each,
	.count = host_count,
};
