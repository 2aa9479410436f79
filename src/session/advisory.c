/*
 * The table is a list: advisory locks are few. A lock that nobody holds is not in it.
 */
#include "session/advisory.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "session/databases.h"
#include "session/session.h"

struct held_lock { /* one session's hold on one key; also in the session's own list */
	struct held_lock *next_of_session, *next;
	struct session *session;
	struct database *database;
	int64_t key;
	bool shared, xact;
	int count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct held_lock *all;

static struct held_lock *
own(struct session *s, int64_t key, bool shared, bool xact)
{
	for (struct held_lock *h = s->advisory; h; h = h->next_of_session)
		if (h->key == key && h->shared == shared && h->xact == xact)
			return h;
	return NULL;
}

static bool
conflicts(struct session *s, int64_t key, bool shared)
{
	for (struct held_lock *h = all; h; h = h->next)
		if (h->key == key && h->database == s->database && h->session != s &&
		    !(shared && h->shared))
			return true;
	return false;
}

static void
take(struct session *s, int64_t key, bool shared, bool xact)
{
	struct held_lock *h = own(s, key, shared, xact);

	if (h) {
		h->count++;
		return;
	}
	h = xcalloc(1, sizeof(*h));
	*h = (struct held_lock){.next_of_session = s->advisory,
				.next = all,
				.session = s,
				.database = s->database,
				.key = key,
				.shared = shared,
				.xact = xact,
				.count = 1};
	s->advisory = h;
	all = h;
}

static void
release(struct session *s, struct held_lock *h)
{
	struct held_lock **at;

	for (at = &s->advisory; *at != h; at = &(*at)->next_of_session)
		;
	*at = h->next_of_session;
	for (at = &all; *at != h; at = &(*at)->next)
		;
	*at = h->next;
	free(h);
	pthread_cond_broadcast(&changed);
}

/* Waits in short turns, looking at cancel and lock_timeout in between. Under lock. */
static bool
wait_for(struct session *s, int64_t key, bool shared, struct err *err)
{
	int64_t since = server_ticks();

	while (conflicts(s, key, shared)) {
		struct timespec until;
		if (s->cancel.reason)
			return cancel_error(s->cancel.reason, err);
		if (s->lock_timeout > 0 && server_ticks() - since >= s->lock_timeout)
			return cancel_error(CANCEL_LOCK_TIMEOUT, err);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 10000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&changed, &lock, &until);
	}
	return true;
}

static bool
unlock_one(struct session *s, int64_t key, bool shared, bool *got)
{
	struct held_lock *h = own(s, key, shared, false);

	*got = h != NULL;
	if (h && --h->count == 0)
		release(s, h);
	return true;
}

bool
advisory_call(struct session *s, int64_t key, bool shared, bool try_only, bool unlock, bool xact,
	      bool *got, struct err *err)
{
	bool ok = true;

	pthread_mutex_lock(&lock);
	*got = true;
	if (unlock) {
		ok = unlock_one(s, key, shared, got);
	} else {
		if (try_only)
			*got = !conflicts(s, key, shared);
		else
			ok = wait_for(s, key, shared, err);
		if (ok && *got)
			take(s, key, shared, xact);
	}
	pthread_mutex_unlock(&lock);
	return ok;
}

static void
release_where(struct session *s, bool session_too)
{
	struct held_lock *next;

	pthread_mutex_lock(&lock);
	for (struct held_lock *h = s->advisory; h; h = next) {
		next = h->next_of_session;
		if (h->xact || session_too)
			release(s, h);
	}
	pthread_mutex_unlock(&lock);
}

void
advisory_end_transaction(struct session *s)
{
	release_where(s, false);
}

void
advisory_unlock_all(struct session *s)
{
	release_where(s, true);
}
