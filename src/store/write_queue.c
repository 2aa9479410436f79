/*
 * The place goes from its holder straight to the first in line: nobody overtakes.
 * A waiter that gives up takes itself out; when the place came to it at that very moment, it hands
 * it on.
 */
#include "store/private.h"

#include <errno.h>
#include <time.h>

enum { TICK_MS = 10 }; /* how late a cancel may be noticed */

struct write_waiter {
	struct write_waiter *next;
	pthread_cond_t wake;
	bool granted;
};

int64_t
monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
cond_init_monotonic(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

static struct timespec
monotonic_in(int64_t ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += ms / 1000;
	ts.tv_nsec += ms % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	return ts;
}

void
write_queue_init(struct write_queue *q)
{
	*q = (struct write_queue){0};
	pthread_mutex_init(&q->lock, NULL);
}

void
write_queue_destroy(struct write_queue *q)
{
	pthread_mutex_destroy(&q->lock);
}

static void
enqueue(struct write_queue *q, struct write_waiter *w)
{
	if (q->last)
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
}

static void
unlink_waiter(struct write_queue *q, struct write_waiter *w)
{
	struct write_waiter *before = NULL;

	for (struct write_waiter *i = q->first; i; before = i, i = i->next) {
		if (i != w)
			continue;
		if (before)
			before->next = w->next;
		else
			q->first = w->next;
		if (q->last == w)
			q->last = before;
		return;
	}
}

/* With the lock held. */
static void
hand_on(struct write_queue *q)
{
	struct write_waiter *w = q->first;

	if (!w) {
		q->held = false;
		return;
	}
	unlink_waiter(q, w);
	w->granted = true;
	pthread_cond_signal(&w->wake);
}

static bool
give_up(int64_t deadline, struct cancel *cancel, struct err *err)
{
	int reason = cancel ? atomic_load(&cancel->reason) : CANCEL_NONE;

	if (reason != CANCEL_NONE) {
		cancel_error(reason, err);
		return true;
	}
	if (deadline && monotonic_ms() >= deadline) {
		err_set(err, ERR_LOCK_NOT_AVAILABLE, -1, "canceling statement due to lock timeout");
		return true;
	}
	return false;
}

/* With the lock held. False: w is out of the line and has no place. */
static bool
wait_in_line(struct write_queue *q, struct write_waiter *w, int64_t deadline, struct cancel *cancel,
	     struct err *err)
{
	while (!w->granted) {
		int64_t tick = cancel ? TICK_MS : 1000;
		struct timespec until;

		if (deadline)
			tick = MIN(tick, MAX(deadline - monotonic_ms(), 1));
		until = monotonic_in(tick);
		pthread_cond_timedwait(&w->wake, &q->lock, &until);
		if (w->granted)
			return true;
		if (give_up(deadline, cancel, err)) {
			unlink_waiter(q, w);
			return false;
		}
	}
	return true;
}

bool
write_queue_acquire(struct write_queue *q, int64_t timeout_ms, struct cancel *cancel,
		    struct err *err)
{
	int64_t deadline = timeout_ms > 0 ? monotonic_ms() + timeout_ms : 0;
	bool ok = true;

	pthread_mutex_lock(&q->lock);
	if (q->held && timeout_ms < 0) {
		ok = err_set(err, ERR_LOCK_NOT_AVAILABLE, -1, "could not obtain lock on database");
	} else if (q->held) {
		struct write_waiter w = {0};

		cond_init_monotonic(&w.wake);
		enqueue(q, &w);
		ok = wait_in_line(q, &w, deadline, cancel, err);
		pthread_cond_destroy(&w.wake);
	} else {
		q->held = true;
	}
	pthread_mutex_unlock(&q->lock);
	return ok;
}

bool
write_queue_try(struct write_queue *q)
{
	bool got;

	pthread_mutex_lock(&q->lock);
	got = !q->held;
	if (got)
		q->held = true;
	pthread_mutex_unlock(&q->lock);
	return got;
}

void
write_queue_release(struct write_queue *q)
{
	pthread_mutex_lock(&q->lock);
	hand_on(q);
	pthread_mutex_unlock(&q->lock);
}
