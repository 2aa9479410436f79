/*
 * bind: a Bind message's values into a portal, in the stored form of the parameters' types.
 */
#ifndef SESSION_BIND_H
#define SESSION_BIND_H

#include "pgwire/pgwire.h"
#include "session/portal.h"

/* Fills params, formats. False: s->err is set (22021, 22P02, 22P03, 22023 …) with the parameter
 * named in its context. */
bool bind_portal(struct session *s, struct portal *p, const struct pgw_bind *m) MUSTCHECK;

#endif
