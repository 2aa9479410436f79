/*
 * CREATE and DROP DATABASE, and roles: the server's business, done by the host.
 */
#include "ddl/commands.h"

static const char *
text_of(const PgQuery__DefElem *o)
{
	return o->arg && o->arg->node_case == PG_QUERY__NODE__NODE_STRING ? o->arg->string->sval
									  : "";
}

/* Options that can only say what is so anyway are honoured when they say it. */
static bool
check_option(struct ddl *d, const PgQuery__DefElem *o)
{
	static const char *const utf8[] = {"utf8", "utf-8", "unicode", "default"};
	static const char *const locales[] = {"C",      "POSIX",       "C.UTF-8",
					      "C.utf8", "en_US.UTF-8", "en_US.utf8"};
	const char *value = text_of(o);

	if (!strcmp(o->defname, "owner") || !strcmp(o->defname, "tablespace"))
		return true;
	if (!strcmp(o->defname, "encoding")) {
		for (size_t i = 0; i < COUNTOF(utf8); i++)
			if (!strcasecmp(utf8[i], value))
				return true;
		return err_unsupported(d->err, o->location, "ENCODING '%s': databases are UTF8;",
				       value);
	}
	if (!strcmp(o->defname, "locale_provider") && strcasecmp(value, "icu") != 0)
		return !strcasecmp(value, "libc") ||
		       err_set(d->err, ERR_INVALID_OBJECT_DEFINITION, -1,
			       "unrecognized locale provider: %s", value);
	if (!strcmp(o->defname, "lc_collate") || !strcmp(o->defname, "lc_ctype") ||
	    !strcmp(o->defname, "locale")) {
		for (size_t i = 0; i < COUNTOF(locales); i++)
			if (!strcmp(locales[i], value))
				return true;
		return err_unsupported(d->err, o->location,
				       "locale \"%s\": databases sort as \"C\";", value);
	}
	return err_unsupported(d->err, o->location, "CREATE DATABASE option %s", o->defname);
}

static bool
create_database(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreatedbStmt *s = node->createdb_stmt;
	const char *template_name = "template1";

	for (size_t i = 0; i < s->n_options; i++) {
		const PgQuery__DefElem *o = s->options[i]->def_elem;

		if (!strcmp(o->defname, "template"))
			template_name = text_of(o);
		else if (!check_option(d, o))
			return false;
	}
	return d->host->create_database(d->host->arg, s->dbname, template_name, false, d->err);
}

const struct ddl_command ddl_create_database = {PG_QUERY__NODE__NODE_CREATEDB_STMT, DDL_SERVER,
						"CREATE DATABASE", create_database, NULL};

static bool
drop_database(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__DropdbStmt *s = node->dropdb_stmt;
	bool force = false;

	for (size_t i = 0; i < s->n_options; i++) {
		const PgQuery__DefElem *o = s->options[i]->def_elem;

		if (strcmp(o->defname, "force") != 0)
			return err_set(d->err, ERR_SYNTAX_ERROR, o->location,
				       "unrecognized DROP DATABASE option \"%s\"", o->defname);
		force = true;
	}
	return d->host->drop_database(d->host->arg, s->dbname, s->missing_ok, force, d->err);
}

const struct ddl_command ddl_drop_database = {PG_QUERY__NODE__NODE_DROPDB_STMT, DDL_SERVER,
					      "DROP DATABASE", drop_database, NULL};

static bool
create_role(struct ddl *d, const PgQuery__Node *node)
{
	return d->host->create_role(d->host->arg, node->create_role_stmt, d->err);
}

const struct ddl_command ddl_create_role = {PG_QUERY__NODE__NODE_CREATE_ROLE_STMT, DDL_SERVER,
					    "CREATE ROLE", create_role, NULL};

static bool
alter_role(struct ddl *d, const PgQuery__Node *node)
{
	return d->host->alter_role(d->host->arg, node->alter_role_stmt, d->err);
}

const struct ddl_command ddl_alter_role = {PG_QUERY__NODE__NODE_ALTER_ROLE_STMT, DDL_SERVER,
					   "ALTER ROLE", alter_role, NULL};

static bool
drop_role(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__DropRoleStmt *s = node->drop_role_stmt;

	for (size_t i = 0; i < s->n_roles; i++)
		if (!d->host->drop_role(d->host->arg, s->roles[i]->role_spec->rolename,
					s->missing_ok, d->err))
			return false;
	return true;
}

const struct ddl_command ddl_drop_role = {PG_QUERY__NODE__NODE_DROP_ROLE_STMT, DDL_SERVER,
					  "DROP ROLE", drop_role, NULL};
