/*
 * domain_check: constraints of domains (struct domain_ops of types/env.h), evaluated by the session
 * that a value comes from.
 */
#ifndef SESSION_DOMAIN_CHECK_H
#define SESSION_DOMAIN_CHECK_H

#include "types/env.h"

struct session;

extern const struct domain_ops session_domain_ops; /* arg: the struct session */

/* Drops what the session has compiled. */
void domain_checks_release(struct session *s);

#endif
