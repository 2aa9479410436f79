/*
 * The event loop: one thread, the process's first. Signals, deadlines, shutdown.
 */
#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "net/client.h"

static ev_signal on_term, on_int, on_quit, on_hup;
static ev_timer tick;
static double quiet_since;
static void (*reload_config)(void);

enum { TICK_MS = 5 };

static void
finish_if_alone(void)
{
	if (server.shutdown != SHUTDOWN_NONE && clients_count() == 0)
		ev_break(net.loop, EVBREAK_ALL);
}

/* ---- deadlines of running statements ---- */

/* A command that has ended takes the guard before it withdraws its deadline: while this deadline
 * stands under the guard, running speaks of the command that it belongs to. */
static void
cancel_at_deadline(struct client *c, int64_t deadline)
{
	struct session *s = c->session;

	pthread_mutex_lock(&s->guard);
	if (s->running && __atomic_load_n(&c->deadline, __ATOMIC_ACQUIRE) == deadline)
		s->cancel.reason = CANCEL_STATEMENT_TIMEOUT;
	pthread_mutex_unlock(&s->guard);
}

/* Any pending deadline? Cancels those that have passed. */
static bool
check_deadlines(void)
{
	int64_t now = server_ticks();
	bool any = false;

	pthread_mutex_lock(&net.lock);
	for (struct client *c = net.clients; c; c = c->next) {
		int64_t deadline = __atomic_load_n(&c->deadline, __ATOMIC_ACQUIRE);

		if (!deadline || !c->session)
			continue;
		any = true;
		if (now >= deadline)
			cancel_at_deadline(c, deadline);
	}
	pthread_mutex_unlock(&net.lock);
	return any;
}

static void
on_tick(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)events;
	if (check_deadlines()) {
		quiet_since = ev_now(loop);
		return;
	}
	if (ev_now(loop) - quiet_since < 1.0)
		return;
	ev_timer_stop(loop, w);
	net.ticking = false;
	/* A deadline set between the look and the store would have seen ticking. */
	if (check_deadlines()) {
		net.ticking = true;
		ev_timer_again(loop, w);
	}
}

static void
start_ticking(void)
{
	if (net.ticking)
		return;
	net.ticking = true;
	quiet_since = ev_now(net.loop);
	ev_timer_again(net.loop, &tick);
}

static void
on_posted(struct ev_loop *loop, ev_async *w, int events)
{
	(void)loop, (void)w, (void)events;
	client_handle_posts();
	if (!net.ticking && check_deadlines())
		start_ticking();
	finish_if_alone();
}

/* ---- signals, as PostgreSQL means them ---- */

static void
stop(enum shutdown_mode mode, const char *what)
{
	if (server.shutdown >= (int)mode)
		return;
	server.shutdown = (int)mode;
	log_line(LOG_LOG, 0, "received %s shutdown request", what);
	if (mode != SHUTDOWN_SMART) {
		listeners_close();
		clients_interrupt(mode == SHUTDOWN_FAST ? INT_TERMINATE : INT_CRASH);
	}
	finish_if_alone();
}

static void
on_signal(struct ev_loop *loop, ev_signal *w, int events)
{
	(void)loop, (void)events;
	switch (w->signum) {
	case SIGTERM:
		stop(SHUTDOWN_SMART, "smart");
		break;
	case SIGINT:
		stop(SHUTDOWN_FAST, "fast");
		break;
	case SIGQUIT:
		stop(SHUTDOWN_IMMEDIATE, "immediate");
		ev_break(net.loop, EVBREAK_ALL); /* waits for nobody */
		break;
	case SIGHUP:
		log_line(LOG_LOG, 0, "received SIGHUP, reloading configuration files");
		reload_config();
		clients_interrupt(INT_RELOAD);
		break;
	}
}

static void
watch_signal(ev_signal *w, int signum)
{
	ev_signal_init(w, on_signal, signum);
	ev_signal_start(net.loop, w);
}

static void
init_lock(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&net.work, &attr);
	pthread_condattr_destroy(&attr);
}

bool
net_listen(const struct net_options *opt, struct err *err)
{
	signal(SIGPIPE, SIG_IGN);
	init_lock();
	net.loop = ev_default_loop(0);
	if (!net.loop)
		return err_set(err, ERR_SYSTEM_ERROR, -1, "could not make an event loop");
	ev_async_init(&net.posted, on_posted);
	ev_async_start(net.loop, &net.posted);
	ev_timer_init(&tick, on_tick, 0., TICK_MS / 1000.);
	return listeners_open(opt, err);
}

int
net_run(void (*reload)(void))
{
	reload_config = reload;
	watch_signal(&on_term, SIGTERM);
	watch_signal(&on_int, SIGINT);
	watch_signal(&on_quit, SIGQUIT);
	watch_signal(&on_hup, SIGHUP);
	listeners_start();
	ev_run(net.loop, 0);
	listeners_close();
	if (server.shutdown == SHUTDOWN_IMMEDIATE)
		return SHUTDOWN_IMMEDIATE;
	workers_stop();
	map_release(&net.by_pid);
	return server.shutdown;
}
