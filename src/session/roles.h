/*
 * roles: who may log in, and as what.
 *
 * With -D the roles are rows of global.db; every lookup reads a copy in memory that changes write
 * through. With FILE.db there is no such table: every name is a superuser, and passwords
 * (LITEPHANT_PASSWORD) are one for all. Threads: any; guarded by a lock of their own.
 */
#ifndef SESSION_ROLES_H
#define SESSION_ROLES_H

#include "base/err.h"

struct role {
	oid_t oid;
	const char *name;
	const char *password; /* a verifier (pgw_verifier_parse), or NULL */
	bool superuser, login, createdb, createrole, inherit, replication, bypassrls;
	int conn_limit;          /* -1: none */
	const char *valid_until; /* or NULL */
};

/* Opens or makes global.db (dir NULL: FILE.db mode) and the bootstrap role from LITEPHANT_USER and
 * LITEPHANT_PASSWORD. */
bool roles_open(const char *dir, struct err *err) MUSTCHECK;
void roles_close(void);
/* Is there any password at all? A password method without one is refused at start. */
bool roles_have_password(void);

/* False: no such role. Strings in a. */
bool role_find(struct arena *a, const char *name, struct role *out);
bool role_find_oid(struct arena *a, oid_t oid, struct role *out);
/* All roles, in OID order: i = 0, 1 …; false at the end. */
bool role_at(struct arena *a, int i, struct role *out);
/* Adds (oid 0 is replaced by a new one) or replaces. False: 42710 'role "x" already exists' when
 * add and it does; I/O. */
bool role_set(const struct role *r, bool add, struct err *err) MUSTCHECK;
bool role_drop(const char *name, struct err *err) MUSTCHECK;

/* Statements: PgQuery__CreateRoleStmt, PgQuery__AlterRoleStmt. */
bool role_create_stmt(const void *stmt, bool superuser, struct err *err) MUSTCHECK;
bool role_alter_stmt(const void *stmt, const char *current_user, bool superuser,
		     struct err *err) MUSTCHECK;

#endif
