/*
 * domain: a type over another, with constraints.
 * Owner:   a snapshot; immutable.
 * Stored as its base (struct type.of), ordered as it. Every way in ends with type_env.domain's
 * check.
 */
#ifndef TYPES_DOMAIN_H
#define TYPES_DOMAIN_H

#include "types/type.h"

struct domain_constraint {
	oid_t oid; /* pg_constraint's row */
	const char *name;
	const char
		*expr; /* SQL text without the outer CHECK ( ); the value is the key word VALUE */
	bool validated;
};

struct domain {
	int32_t typmod; /* of the base */
	oid_t collation;
	bool not_null;
	const char *default_expr; /* SQL text, or NULL */
	int nchecks;
	const struct domain_constraint *checks; /* by name: the order in which they are checked */
};

/* The type below all domains, and the typmod that they give it (-1: none; may be NULL). t itself
 * when it is no domain. */
const struct type *domain_base(const struct type *t, int32_t *typmod);

/* Does t take a NULL, as part of an array or composite that is being read? Every type but some
 * domains does. False: c->err is set. */
bool domain_takes_null(struct type_ctx *c, const struct type *t) MUSTCHECK;

type_in_fn domain_in;
type_out_fn domain_out;
type_recv_fn domain_recv;
type_send_fn domain_send;
type_collate_fn domain_collate; /* over a base that has one */

#endif
