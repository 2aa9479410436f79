/*
 * CREATE ROLE and ALTER ROLE: the options of the statement onto a struct role.
 */
#include <pg_query.pb-c.h>

#include "pgwire/pgwire.h"
#include "session/roles.h"
#include "session/settings.h"

static bool
flag(const PgQuery__DefElem *d)
{
	if (!d->arg)
		return true;
	if (d->arg->node_case == PG_QUERY__NODE__NODE_BOOLEAN)
		return d->arg->boolean->boolval;
	if (d->arg->node_case == PG_QUERY__NODE__NODE_INTEGER)
		return d->arg->integer->ival != 0;
	return true;
}

/* A password as it is to be stored: hashed already, or by password_encryption. */
static bool
secret(struct arena *a, const char *role, const char *password, const char **out, struct err *err)
{
	struct pgw_verifier v;
	char *buf = arena_alloc(a, PGW_SCRAM_SECRET_SIZE);
	bool md5 = strcmp(settings_base("password_encryption"), "md5") == 0;

	*out = password;
	if (!*password) {
		*out = NULL;
		return true;
	}
	if (pgw_verifier_parse(password, &v))
		return true;
	*out = buf;
	if ((md5 ? pgw_md5_secret(password, role, buf)
		 : pgw_scram_secret(password, NULL, 0, 0, buf)) == PGW_OK)
		return true;
	return err_set(err, ERR_INTERNAL_ERROR, -1, "could not make a password verifier");
}

static bool
option(struct arena *a, const PgQuery__DefElem *d, struct role *r, struct err *err)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {{"superuser", &r->superuser}, {"canlogin", &r->login},
		     {"createdb", &r->createdb},   {"createrole", &r->createrole},
		     {"inherit", &r->inherit},     {"isreplication", &r->replication},
		     {"bypassrls", &r->bypassrls}};

	for (size_t i = 0; i < COUNTOF(flags); i++)
		if (strcmp(flags[i].name, d->defname) == 0) {
			*flags[i].flag = flag(d);
			return true;
		}
	if (strcmp(d->defname, "password") == 0) {
		if (d->arg && d->arg->node_case == PG_QUERY__NODE__NODE_STRING)
			return secret(a, r->name, d->arg->string->sval, &r->password, err);
		r->password = NULL;
		return true;
	}
	if (strcmp(d->defname, "connectionlimit") == 0 && d->arg) {
		r->conn_limit = d->arg->node_case == PG_QUERY__NODE__NODE_INTEGER
					? d->arg->integer->ival
					: -1;
		if (r->conn_limit == -1)
			return true;
		return err_unsupported(err, -1, "CONNECTION LIMIT");
	}
	if (strcmp(d->defname, "validUntil") == 0)
		return err_unsupported(err, -1, "VALID UNTIL");
	if (strcmp(d->defname, "sysid") == 0)
		return true; /* a noise word in PostgreSQL too */
	return err_unsupported(err, -1, "role option \"%s\"", d->defname);
}

static bool
options(struct arena *a, PgQuery__Node **list, size_t n, struct role *r, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (list[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
		    !option(a, list[i]->def_elem, r, err))
			return err_is_set(err) ? false
					       : err_unsupported(err, -1, "this role option");
	return true;
}

static bool
reserved(const char *name, struct err *err)
{
	if (strncmp(name, "pg_", 3) == 0) {
		err_set(err, ERR_RESERVED_NAME, -1, "role name \"%s\" is reserved", name);
		return err_detail(err, "Role names starting with \"pg_\" are reserved.");
	}
	if (strcmp(name, "public") == 0 || strcmp(name, "none") == 0)
		return err_set(err, ERR_RESERVED_NAME, -1, "role name \"%s\" is reserved", name);
	return true;
}

bool
role_create_stmt(const void *stmt, bool superuser, struct err *err)
{
	const PgQuery__CreateRoleStmt *c = stmt;
	struct arena a = ARENA_INIT;
	struct role r = {.name = c->role, .inherit = true, .conn_limit = -1};
	bool ok;

	r.login = c->stmt_type == PG_QUERY__ROLE_STMT_TYPE__ROLESTMT_USER;
	if (!superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to create role");
	ok = reserved(c->role, err) && options(&a, c->options, c->n_options, &r, err) &&
	     role_set(&r, true, err);
	arena_release(&a);
	return ok;
}

static bool
touches_superuser(const struct role *r, PgQuery__Node **options_list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(options_list[i]->def_elem->defname, "superuser") == 0)
			return true;
	return r->superuser;
}

bool
role_alter_stmt(const void *stmt, const char *current_user, bool superuser, struct err *err)
{
	const PgQuery__AlterRoleStmt *c = stmt;
	const char *name = c->role->roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING
				   ? c->role->rolename
				   : current_user;
	struct arena a = ARENA_INIT;
	struct role r;
	bool ok;

	if (!role_find(&a, name, &r))
		ok = err_set(err, ERR_UNDEFINED_OBJECT, -1, "role \"%s\" does not exist", name);
	else if (!superuser && touches_superuser(&r, c->options, c->n_options))
		ok = err_set(
			err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			"must be superuser to alter superuser roles or change superuser attribute");
	else if (!superuser && (strcmp(name, current_user) != 0 || c->n_options != 1 ||
				strcmp(c->options[0]->def_elem->defname, "password") != 0))
		ok = err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1, "permission denied");
	else
		ok = options(&a, c->options, c->n_options, &r, err) && role_set(&r, false, err);
	arena_release(&a);
	return ok;
}
