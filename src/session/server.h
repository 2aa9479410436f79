/*
 * server: what all sessions of the process share.
 * Owner:   immutable after start, but for what each module guards itself (databases.h, roles.h,
 * notify.h, settings.h).
 */
#ifndef SESSION_SERVER_H
#define SESSION_SERVER_H

#include "base/err.h"
#include "session/stream.h"

#define SERVER_VERSION "15.18 (Litephant 0.1)"
#define SERVER_VERSION_NUM "150018"
#define LITEPHANT_VERSION "0.1"

struct session;
struct database;

/* What the network side does for sessions; every call may come from any worker. */
struct session_host {
	/* Sees to it that session_run is called soon, also for a parked session. */
	void (*wake)(struct session *s);
	/* The statement's deadline, milliseconds from now; 0: none. When it passes, session_cancel
	 * is called. */
	void (*deadline)(struct session *s, int64_t ms);
	/* Turns the plain stream into a TLS one (the handshake happens in its reads). False: there
	 * is no TLS here. */
	bool (*start_tls)(struct session *s);
	/* Enters the session under its new process id and secret. */
	void (*authenticated)(struct session *s);
	/* Cancels or terminates another session. False: no such process id. */
	bool (*signal_backend)(int pid, bool terminate);
	void (*cancel_request)(uint32_t pid, uint32_t secret);
	/* Calls fn for every session that has logged in, under the registry's lock. */
	void (*each)(void (*fn)(void *arg, struct session *s), void *arg);
	/* How many sessions have logged in, this one included. */
	int (*count)(void);
};

enum shutdown_mode { SHUTDOWN_NONE, SHUTDOWN_SMART, SHUTDOWN_FAST, SHUTDOWN_IMMEDIATE };

struct server {
	const struct session_host *host;
	const char *data_dir;       /* -D, or NULL */
	const char *file;           /* FILE.db, or NULL */
	const char *config_file;    /* or NULL */
	int64_t started;            /* microseconds since 2000-01-01 UTC */
	_Atomic int64_t configured; /* when the configuration was last read; same unit */
	uint8_t mock_secret[32];    /* for SCRAM exchanges of roles that do not exist */
	_Atomic int shutdown;       /* enum shutdown_mode */
	_Atomic int next_pid;
	bool tls; /* a certificate is loaded */
};

extern struct server server;

/* Microseconds since 2000-01-01 UTC; milliseconds of the monotonic clock. */
int64_t server_now(void);
int64_t server_ticks(void);

#endif
