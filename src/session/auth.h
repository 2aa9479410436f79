/*
 * auth: one client proving who it is: trust, password, md5, scram-sha-256.
 * Owner:   the session; freed when it is let in or sent away.
 * Mirrors: PostgreSQL's order: the password first, then the role, the database, the settings.
 */
#ifndef SESSION_AUTH_H
#define SESSION_AUTH_H

#include "session/roles.h"
#include "session/session.h"

struct startup_param {
	const char *name, *value;
};

/* Remembers what the packet asks for, and asks for a password or lets the client in. */
void auth_start(struct session *s, const struct pgw_startup *su, const char *user,
		const char *database);
/* startup.c: everything after authentication. Failures are FATAL and close. */
void session_admit(struct session *s, const struct role *r, const char *database,
		   const struct startup_param *params, int n);

#endif
