/*
 * notify: LISTEN, NOTIFY, UNLISTEN within the process. Notifications reach the listeners of the
 * same database when the sender's transaction commits, in order; a listener's inbox is emptied
 * between its commands. Threads: the registry and the inboxes are guarded by one lock, a leaf.
 */
#ifndef SESSION_NOTIFY_H
#define SESSION_NOTIFY_H

#include "base/err.h"

struct session;

bool notify_add(struct session *s, const char *channel, const char *payload,
		struct err *err) MUSTCHECK;                   /* at commit */
void notify_listen(struct session *s, const char *channel);   /* at commit */
void notify_unlisten(struct session *s, const char *channel); /* NULL: all; at commit */
void notify_commit(struct session *s);
void notify_abort(struct session *s);
void notify_rollback_to(struct session *s,
			int level); /* forgets what was said in levels from level on */
void notify_release_to(struct session *s, int level);
/* Sends what waits in the inbox, unless a transaction block is open. */
void notify_deliver(struct session *s);
void notify_close(struct session *s);
/* Channels that s listens to: i = 0, 1 …; NULL at the end. */
const char *notify_channel_at(struct session *s, int i);

#endif
