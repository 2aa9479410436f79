/*
 * One registry for the process. A listener outlives a notifier's look at it because both happen
 * under the lock.
 */
#include "session/notify.h"

#include <pthread.h>
#include <stdlib.h>

#include "session/databases.h"
#include "session/session.h"

struct message {
	struct message *next;
	int pid;
	char *channel, *payload;
};

struct listener {
	struct listener *next;
	struct session *session;
	struct database *database;
	char **channels;
	int n;
	struct message *first, **last; /* the inbox */
};

enum pending_kind { PENDING_NOTIFY, PENDING_LISTEN, PENDING_UNLISTEN };

struct pending_notify { /* of the open transaction, newest first */
	struct pending_notify *next;
	enum pending_kind kind;
	int level;               /* savepoints around it */
	char *channel, *payload; /* channel NULL: UNLISTEN * */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct listener *listeners;

static void
pend(struct session *s, enum pending_kind kind, const char *channel, const char *payload)
{
	struct pending_notify *p = xcalloc(1, sizeof(*p));

	p->kind = kind;
	p->level = s->settings.level;
	p->channel = channel ? xstrdup(channel) : NULL;
	p->payload = payload ? xstrdup(payload) : NULL;
	p->next = s->pending_notify;
	s->pending_notify = p;
}

bool
notify_add(struct session *s, const char *channel, const char *payload, struct err *err)
{
	if (!*channel)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "channel name cannot be empty");
	if (strlen(channel) >= 64)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, -1, "channel name too long");
	if (strlen(payload) >= 8000)
		return err_set(err, ERR_INVALID_PARAMETER_VALUE, -1, "payload string too long");
	/* The same event twice in a transaction is one. */
	for (struct pending_notify *p = s->pending_notify; p; p = p->next)
		if (p->kind == PENDING_NOTIFY && strcmp(p->channel, channel) == 0 &&
		    strcmp(p->payload, payload) == 0)
			return true;
	pend(s, PENDING_NOTIFY, channel, payload);
	return true;
}

void
notify_listen(struct session *s, const char *channel)
{
	pend(s, PENDING_LISTEN, channel, NULL);
}

void
notify_unlisten(struct session *s, const char *channel)
{
	if (s->listener || s->pending_notify)
		pend(s, PENDING_UNLISTEN, channel, NULL);
}

static void
free_pending(struct session *s)
{
	while (s->pending_notify) {
		struct pending_notify *p = s->pending_notify;
		s->pending_notify = p->next;
		free(p->channel);
		free(p->payload);
		free(p);
	}
}

void
notify_abort(struct session *s)
{
	free_pending(s);
}

void
notify_rollback_to(struct session *s, int level)
{
	while (s->pending_notify && s->pending_notify->level >= level) {
		struct pending_notify *p = s->pending_notify;
		s->pending_notify = p->next;
		free(p->channel);
		free(p->payload);
		free(p);
	}
}

void
notify_release_to(struct session *s, int level)
{
	for (struct pending_notify *p = s->pending_notify; p; p = p->next)
		p->level = MIN(p->level, level);
}

/* ---- the registry; all of this under lock ---- */

static struct listener *
ensure_listener(struct session *s)
{
	struct listener *l = s->listener;

	if (l)
		return l;
	l = xcalloc(1, sizeof(*l));
	l->session = s;
	l->database = s->database;
	l->last = &l->first;
	l->next = listeners;
	listeners = l;
	s->listener = l;
	return l;
}

static int
channel_index(const struct listener *l, const char *channel)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->channels[i], channel) == 0)
			return i;
	return -1;
}

static void
subscribe(struct listener *l, const char *channel)
{
	if (channel_index(l, channel) >= 0)
		return;
	l->channels = xrealloc(l->channels, sizeof(char *) * (size_t)(l->n + 1));
	l->channels[l->n++] = xstrdup(channel);
}

static void
unsubscribe(struct listener *l, const char *channel)
{
	for (int i = l->n - 1; i >= 0; i--)
		if (!channel || strcmp(l->channels[i], channel) == 0) {
			free(l->channels[i]);
			l->channels[i] = l->channels[--l->n];
		}
}

static void
post(struct session *from, const struct pending_notify *p)
{
	for (struct listener *l = listeners; l; l = l->next) {
		struct message *m;
		if (l->database != from->database || channel_index(l, p->channel) < 0)
			continue;
		m = xcalloc(1, sizeof(*m));
		m->pid = from->pid;
		m->channel = xstrdup(p->channel);
		m->payload = xstrdup(p->payload);
		*l->last = m;
		l->last = &m->next;
		/* Under lock the listener's session cannot go away. Its own it finds at
		 * ReadyForQuery. */
		if (l->session == from)
			from->interrupts |= INT_NOTIFY;
		else
			session_interrupt(l->session, INT_NOTIFY);
	}
}

static struct pending_notify *
oldest_first(struct pending_notify *p)
{
	struct pending_notify *out = NULL;

	while (p) {
		struct pending_notify *next = p->next;
		p->next = out;
		out = p;
		p = next;
	}
	return out;
}

void
notify_commit(struct session *s)
{
	if (!s->pending_notify)
		return;
	s->pending_notify = oldest_first(s->pending_notify);
	pthread_mutex_lock(&lock);
	for (struct pending_notify *p = s->pending_notify; p; p = p->next)
		if (p->kind == PENDING_LISTEN)
			subscribe(ensure_listener(s), p->channel);
		else if (p->kind == PENDING_UNLISTEN && s->listener)
			unsubscribe(s->listener, p->channel);
	for (struct pending_notify *p = s->pending_notify; p; p = p->next)
		if (p->kind == PENDING_NOTIFY)
			post(s, p);
	pthread_mutex_unlock(&lock);
	free_pending(s);
}

static struct message *
take_inbox(struct session *s)
{
	struct message *m = NULL;

	pthread_mutex_lock(&lock);
	if (s->listener) {
		m = s->listener->first;
		s->listener->first = NULL;
		s->listener->last = &s->listener->first;
	}
	s->interrupts &= ~(unsigned)INT_NOTIFY;
	pthread_mutex_unlock(&lock);
	return m;
}

void
notify_deliver(struct session *s)
{
	struct message *m;

	if (s->block != BLOCK_NONE)
		return;
	s->inbox = false;
	m = take_inbox(s);
	while (m) {
		struct message *next = m->next;
		pgw_put_notification(&s->out, (uint32_t)m->pid,
				     session_text_for_message(s, m->channel),
				     session_text_for_message(s, m->payload));
		free(m->channel);
		free(m->payload);
		free(m);
		m = next;
	}
}

void
notify_close(struct session *s)
{
	struct listener *l = s->listener;
	struct message *m;

	free_pending(s);
	if (!l)
		return;
	m = take_inbox(s);
	while (m) {
		struct message *next = m->next;
		free(m->channel);
		free(m->payload);
		free(m);
		m = next;
	}
	pthread_mutex_lock(&lock);
	for (struct listener **at = &listeners; *at; at = &(*at)->next)
		if (*at == l) {
			*at = l->next;
			break;
		}
	pthread_mutex_unlock(&lock);
	unsubscribe(l, NULL);
	free(l->channels);
	free(l);
	s->listener = NULL;
}

const char *
notify_channel_at(struct session *s, int i)
{
	return s->listener && i < s->listener->n ? s->listener->channels[i] : NULL;
}
