/*
 * roles: roles and databases by name and OID, as pg_authid and pg_database list them.
 */
#ifndef CATALOG_ROLES_H
#define CATALOG_ROLES_H

#include "func/func.h"

/* Roles: those that the server knows, else the predefined ones and the session's user. env may be
 * NULL. */
bool catalog_role_at(const struct fenv *env, int i, struct arena *a, struct role_info *role);
bool catalog_role_by_oid(const struct fenv *env, oid_t oid, struct arena *a,
			 struct role_info *role);
bool catalog_role_by_name(const struct fenv *env, const char *name, struct arena *a,
			  struct role_info *role);
bool catalog_database_at(const struct fenv *env, int i, struct arena *a,
			 struct database_info *database);

#endif
