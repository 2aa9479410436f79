/*
 * acl: items of access control lists.
 * Stored: TEXT, as PostgreSQL prints one: grantee=privileges/grantor, PUBLIC's grantee empty.
 */
#ifndef TYPES_ACL_H
#define TYPES_ACL_H

#include "types/type.h"

/* A letter's place here is PostgreSQL's bit of the privilege. */
#define ACL_LETTERS "arwdDxtXUCTcsA"

struct acl_item {
	const char *grantee, *grantor; /* in the arena; grantee "" is PUBLIC */
	uint16_t privileges, options;  /* options: those that may be granted on */
};

/* False: 22P02, 42622. Roles are not looked up. */
bool acl_parse(struct arena *a, struct err *e, const char *s, size_t n,
	       struct acl_item *out) MUSTCHECK;
void acl_print(const struct acl_item *item, struct buf *b);

#endif
