/*
 * net: sockets, threads and time. Accepts clients, carries the baton between the event loop and the
 * workers (DESIGN §3), runs timers, serves cancel requests and signals. What is said over a
 * connection is session/'s business.
 *
 * The baton. A client is in one of these states; net.lock guards the moves:
 *
 *     PARKED   the loop owns the session and watches its socket
 *     RUNNING  a worker owns it, or will as soon as one takes it off the queue
 *     CLOSING  the session is gone; the loop frees the rest
 *
 *     PARKED → RUNNING   the loop: bytes came, a wake, a time limit
 *     RUNNING → PARKED   the loop, when the worker has posted POST_PARK
 *     RUNNING → CLOSING  the worker, which posts POST_CLOSE
 *
 * A worker never touches libev: it posts, and the loop acts. A wake that finds its client RUNNING
 * stays set until the client is parked, and then runs it again, so none is lost between the
 * worker's last look and the parking.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "session/session.h"

struct net_options {
	const char *hosts;       /* listen_addresses: "localhost", "127.0.0.1,::1", "*" */
	const char *socket_dirs; /* unix_socket_directories, or "" */
	int port;
	int auth_timeout_ms;
};

/* The functions that sessions call; to be set as server.host before anything else. */
extern const struct session_host net_host;

/* Opens the listening sockets. False: err says which and why (58000 …), and nothing is open. */
bool net_listen(const struct net_options *opt, struct err *err) MUSTCHECK;
/* Runs the event loop until the server is told to stop and its sessions have ended. reload: called
 * on SIGHUP, in the loop. Returns the mode that ended it (enum shutdown_mode). */
int net_run(void (*reload)(void));
/* Is this listen_addresses list reachable from this machine only? Names other than localhost are
 * looked up. */
bool net_is_loopback(const char *hosts);

/* TLS (tls.c). */
bool tls_init(const char *cert_file, const char *key_file, struct err *err) MUSTCHECK;
/* Makes the stream a TLS one. False: no certificate is loaded, or memory. */
bool tls_start(struct stream *st);
void tls_end(struct stream *st); /* nothing when it is plain */
extern const struct stream_ops stream_plain;

#endif
