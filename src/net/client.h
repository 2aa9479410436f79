/*
 * client: net's part of a connection, and the threads' meeting place.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <ev.h>

#include "net/net.h"

enum client_state { CLIENT_PARKED, CLIENT_RUNNING, CLIENT_CLOSING };
enum { POST_WAKE = 1, POST_PARK = 2, POST_CLOSE = 4 };

struct client {
	struct session *session;
	int fd; /* of a session that is gone, for the loop to close */
	/* Owner: loop. */
	ev_io readable;
	ev_timer limit; /* authentication or idle time while parked */
	unsigned limit_interrupt;
	ev_tstamp born;
	/* Owner: shared under net.lock. */
	enum client_state state;
	unsigned posts; /* POST_*, while in the list of posts */
	struct client *next_post;
	struct client *next_work;
	struct client *prev, *next; /* all clients */
	bool registered;            /* has logged in */
	int64_t deadline; /* of the running statement, server_ticks(); 0: none. Atomic: workers set
			     it without the lock */
};

struct net {
	pthread_mutex_t lock;
	struct client *posts, **posts_end;
	struct client *clients; /* all */
	int nclients, nregistered;
	struct map by_pid; /* 4 bytes of pid → client: those that have logged in */
	/* workers */
	pthread_cond_t work;
	struct client *queue, **queue_end;
	int idle_workers, workers, queued;
	bool stopping;
	/* loop */
	struct ev_loop *loop;
	ev_async posted;
	_Atomic bool ticking; /* the deadline tick runs */
};

extern struct net net;

/* Any thread; net.lock is held. */
void net_post(struct client *c, unsigned what);
/* The loop: hands a parked client to a worker. net.lock is held. */
void worker_give(struct client *c);
/* Ends idle workers and waits for them; all clients are gone. */
void workers_stop(void);

/* The loop: a new connection. Takes fd over. */
void client_accept(int fd, bool local, const char *remote, int port);
void client_handle_posts(void);
void client_parked(struct client *c);
/* Raises interrupt in every session (its bits), logged in or not. */
void clients_interrupt(unsigned bits);
int clients_count(void);

bool listeners_open(const struct net_options *opt, struct err *err);
void listeners_start(void);
void listeners_close(void);

#endif
