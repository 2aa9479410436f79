#include "session/utility.h"

#include <pg_query.pb-c.h>
#include <stdio.h>

#include "ddl/ddl.h"
#include "session/advisory.h"
#include "session/compile.h"
#include "session/databases.h"
#include "session/notify.h"
#include "session/portal.h"
#include "session/prepared.h"
#include "session/roles.h"
#include "session/row_encode.h"
#include "session/session.h"
#include "session/session_ops.h"
#include "session/xact.h"

const struct plan_column *
utility_text_column(struct arena *a, const char *name)
{
	struct plan_column *c = ARENA_NEW(a, struct plan_column);

	*c = (struct plan_column){
		.name = arena_strdup(a, name), .type = type_builtin(T_TEXT), .typmod = -1};
	return c;
}

/* ---- ddl ---- */

static bool
host_run_plan(void *arg, struct plan *p, const struct datum *params, int nparams, int64_t *rows)
{
	struct portal portal;
	bool ok;

	portal_init(&portal, plan_ref(p));
	portal.params = (struct datum *)(uintptr_t)params;
	portal.nparams = nparams;
	ok = portal_run(arg, &portal, 0, NULL, NULL, rows);
	portal_release(arg, &portal);
	return ok;
}

static bool
host_create_database(void *arg, const char *name, const char *template_name, bool if_not_exists,
		     struct err *err)
{
	struct session *s = arg;
	struct role r;

	if (!s->superuser && !(role_find(&s->msg, s->user, &r) && r.createdb))
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to create database");
	return database_create(name, template_name, if_not_exists, err);
}

static bool
host_drop_database(void *arg, const char *name, bool missing_ok, bool force, struct err *err)
{
	struct session *s = arg;

	if (!s->superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1, "must be owner of database %s",
			       name);
	return database_drop(name, missing_ok, force, s->database, err);
}

static bool
host_rename_database(void *arg, const char *from, const char *to, struct err *err)
{
	struct session *s = arg;

	if (!s->superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1, "must be owner of database %s",
			       from);
	return database_rename(from, to, s->database, err);
}

static bool
host_create_role(void *arg, const void *stmt, struct err *err)
{
	struct session *s = arg;

	return role_create_stmt(stmt, s->superuser, err);
}

static bool
host_alter_role(void *arg, const void *stmt, struct err *err)
{
	struct session *s = arg;

	return role_alter_stmt(stmt, s->user, s->superuser, err);
}

static bool
host_drop_role(void *arg, const char *name, bool missing_ok, struct err *err)
{
	struct session *s = arg;
	struct role r;

	if (!s->superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to drop role");
	if (strcmp(name, s->user) == 0)
		return err_set(err, ERR_OBJECT_IN_USE, -1, "current user cannot be dropped");
	if (server.data_dir && !role_find(&s->msg, name, &r) && missing_ok) {
		report_noticef(s, "NOTICE", "00000", "role \"%s\" does not exist, skipping", name);
		return true;
	}
	if (!server.data_dir)
		return err_unsupported(err, -1,
				       "DROP ROLE when one file is served (start with -D DIR)");
	return role_drop(name, err);
}

static void
host_notice(void *arg, const char *severity, const char *sqlstate, const char *message,
	    const char *detail)
{
	report_notice(arg, severity, sqlstate, message, detail, NULL);
}

static bool
ddl_run(struct session *s, struct utility *u, enum ddl_class class)
{
	struct ddl_host host = {host_run_plan,        host_create_database, host_drop_database,
				host_rename_database, host_create_role,     host_alter_role,
				host_drop_role,       host_notice,          s};
	struct compile_env env;
	struct ddl d = {.arena = &s->msg,
			.err = &s->err,
			.compile = &env,
			.fenv = &s->fenv,
			.txn = s->txn,
			.host = &host,
			.source = u->source,
			.stmt = &u->stmt};
	bool ok;

	if (class != DDL_SERVER) {
		d.conn = txn_statement(s->txn, class == DDL_TRANSACTION, s->lock_timeout);
		if (!d.conn)
			return false;
	}
	/* After the writer's place has been taken: nobody changes the schema from here on. */
	if (!compile_env_init(s, &env))
		return false;
	ok = ddl_execute(&d);
	ddl_done(&d);
	if (ok && class == DDL_TRANSACTION)
		txn_mark_ddl(s->txn);
	if (class != DDL_SERVER && s->open_cursors == 0)
		txn_statement_end(s->txn);
	s->path_dirty = true;
	s->fenv.snapshot = s->snapshot;
	u->tag = arena_strdup(&s->msg, d.tag);
	return ok;
}

static bool
ddl_command(struct session *s, struct utility *u)
{
	const char *tag = "";
	enum ddl_class class = ddl_classify(&u->stmt, &tag);

	switch (class) {
	case DDL_NOT_MINE:
		return err_unsupported(&s->err, -1, "%s", utility_name(&u->stmt));
	case DDL_SERVER:
		if (!xact_refuse_block(s, tag))
			return false;
		break;
	case DDL_TRANSACTION:
		if (s->fenv.read_only)
			return err_set(&s->err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
				       "cannot execute %s in a read-only transaction", tag);
		break;
	case DDL_READ:
		break;
	}
	return ddl_run(s, u, class);
}

/* ---- small commands ---- */

static bool
listen_command(struct session *s, const PgQuery__Node *node, const char **tag)
{
	if (node->node_case == PG_QUERY__NODE__NODE_LISTEN_STMT) {
		*tag = "LISTEN";
		notify_listen(s, node->listen_stmt->conditionname);
		return true;
	}
	if (node->node_case == PG_QUERY__NODE__NODE_UNLISTEN_STMT) {
		const char *name = node->unlisten_stmt->conditionname;
		*tag = "UNLISTEN";
		notify_unlisten(s, name && *name ? name : NULL);
		return true;
	}
	*tag = "NOTIFY";
	return notify_add(s, node->notify_stmt->conditionname,
			  node->notify_stmt->payload ? node->notify_stmt->payload : "", &s->err);
}

static bool
discard_command(struct session *s, const PgQuery__DiscardStmt *d, const char **tag)
{
	switch (d->target) {
	case PG_QUERY__DISCARD_MODE__DISCARD_PLANS:
		*tag = "DISCARD PLANS";
		return true;
	case PG_QUERY__DISCARD_MODE__DISCARD_SEQUENCES:
		*tag = "DISCARD SEQUENCES";
		session_ops_discard_sequences(s);
		return true;
	case PG_QUERY__DISCARD_MODE__DISCARD_TEMP:
		*tag = "DISCARD TEMP";
		txn_discard_temp(s->txn);
		return true;
	default:
		break;
	}
	*tag = "DISCARD ALL";
	if (!xact_refuse_block(s, "DISCARD ALL"))
		return false;
	portals_close_all(s);
	prepared_close_all(s);
	notify_unlisten(s, NULL);
	advisory_unlock_all(s);
	session_ops_discard_sequences(s);
	txn_discard_temp(s->txn);
	return settings_set(&s->settings, "session_authorization", NULL, SET_SESSION, &s->err) &&
	       settings_set(&s->settings, "role", NULL, SET_SESSION, &s->err) &&
	       settings_reset_all(&s->settings, &s->err);
}

/* Weak modes conflict with nothing that can happen here; the strong ones take the writer's place.
 */
static bool
lock_command(struct session *s, const PgQuery__LockStmt *l, const char **tag)
{
	enum { ROW_EXCLUSIVE = 3 };
	struct compile_env env;

	*tag = "LOCK TABLE";
	if (!xact_require_block(s, "LOCK TABLE") || !compile_env_init(s, &env))
		return false;
	for (size_t i = 0; i < l->n_relations; i++)
		if (!utility_relation(&env, l->relations[i]->range_var))
			return false;
	if (l->mode < ROW_EXCLUSIVE)
		return true;
	if (s->fenv.read_only)
		return true; /* it writes nothing, so it has nobody to keep out */
	if (!txn_statement(s->txn, true, l->nowait ? 1 : s->lock_timeout)) {
		if (l->nowait && s->err.sqlstate &&
		    strcmp(s->err.sqlstate, ERR_LOCK_NOT_AVAILABLE) == 0)
			s->err.message = arena_printf(&s->err.arena,
						      "could not obtain lock on relation \"%s\"",
						      l->relations[0]->range_var->relname);
		return false;
	}
	if (s->open_cursors == 0)
		txn_statement_end(s->txn);
	return true;
}

const struct relation *
utility_relation(struct compile_env *env, const void *range_var)
{
	const struct relation *rel = compile_relation(env, range_var, false);

	if (!rel)
		env->err->location = -1;
	return rel;
}

static bool
constraints_command(struct session *s, const PgQuery__ConstraintsSetStmt *c, const char **tag)
{
	*tag = "SET CONSTRAINTS";
	(void)c;
	if (s->block == BLOCK_NONE) { /* then it would be over at once */
		report_notice(s, "WARNING", ERR_NO_ACTIVE_SQL_TRANSACTION,
			      "SET CONSTRAINTS can only be used in transaction blocks", NULL, NULL);
		return true;
	}
	return err_unsupported(&s->err, -1, "SET CONSTRAINTS");
}

/* ---- dispatch ---- */

bool
utility_run(struct session *s, struct utility *u)
{
	const PgQuery__Node *node = u->stmt.node;

	switch (node->node_case) {
	case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
		return xact_command(s, node->transaction_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
		return set_command(s, node->variable_set_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT:
		return show_command(s, node->variable_show_stmt, u);
	case PG_QUERY__NODE__NODE_PREPARE_STMT:
		u->tag = "PREPARE";
		return prepare_command(s, node->prepare_stmt, u->source);
	case PG_QUERY__NODE__NODE_EXECUTE_STMT:
		return execute_command(s, node->execute_stmt, u);
	case PG_QUERY__NODE__NODE_DEALLOCATE_STMT:
		return deallocate_command(s, node->deallocate_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
		return declare_command(s, node->declare_cursor_stmt, u);
	case PG_QUERY__NODE__NODE_FETCH_STMT:
		return fetch_command(s, node->fetch_stmt, u);
	case PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT:
		return close_command(s, node->close_portal_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_COPY_STMT:
		return copy_command(s, node->copy_stmt, u);
	case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
		return explain_command(s, node->explain_stmt, u);
	case PG_QUERY__NODE__NODE_DISCARD_STMT:
		return discard_command(s, node->discard_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_LISTEN_STMT:
	case PG_QUERY__NODE__NODE_UNLISTEN_STMT:
	case PG_QUERY__NODE__NODE_NOTIFY_STMT:
		return listen_command(s, node, &u->tag);
	case PG_QUERY__NODE__NODE_LOCK_STMT:
		return lock_command(s, node->lock_stmt, &u->tag);
	case PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT:
		return constraints_command(s, node->constraints_set_stmt, &u->tag);
	default:
		return ddl_command(s, u);
	}
}

static bool
fetch_columns(struct session *s, const PgQuery__FetchStmt *f, const struct plan_column **cols,
	      int *n)
{
	struct portal *p = portal_find(s, f->portalname);

	if (!p || !p->plan || f->ismove)
		return true; /* the command itself will say what is wrong */
	*cols = p->plan->cols;
	*n = p->plan->ncols;
	return true;
}

static bool
execute_columns(struct session *s, const PgQuery__ExecuteStmt *e, const struct plan_column **cols,
		int *n)
{
	struct prepared *p = prepared_find(s, e->name);

	if (!p)
		return false;
	*cols = p->plan->cols;
	*n = p->plan->ncols;
	return true;
}

static const struct plan_column *
show_columns(struct arena *a, const char *name, int *n)
{
	static const char *const all[] = {"name", "setting", "description"};
	struct plan_column *cols = ARENA_ARRAY(a, struct plan_column, 3);
	const struct setting *def = settings_find(name);

	*n = strcmp(name, "all") == 0 ? 3 : 1;
	for (int i = 0; i < *n; i++)
		cols[i] = *utility_text_column(a, *n == 3 ? all[i] : def ? def->row->name : name);
	return cols;
}

bool
utility_columns(struct session *s, struct arena *a, const struct PgQuery__Node *node,
		const struct plan_column **cols, int *n)
{
	const char *value;

	*cols = NULL;
	*n = 0;
	switch (node->node_case) {
	case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT:
		if (strcmp(node->variable_show_stmt->name, "all") != 0 &&
		    !settings_show(&s->settings, node->variable_show_stmt->name, false, a, &value,
				   &s->err))
			return false;
		*cols = show_columns(a, node->variable_show_stmt->name, n);
		return true;
	case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
		*cols = explain_columns(a, node->explain_stmt);
		*n = 1;
		return true;
	case PG_QUERY__NODE__NODE_FETCH_STMT:
		return fetch_columns(s, node->fetch_stmt, cols, n);
	case PG_QUERY__NODE__NODE_EXECUTE_STMT:
		return execute_columns(s, node->execute_stmt, cols, n);
	default:
		return true;
	}
}

const char *
utility_name(const struct raw_stmt *stmt)
{
	const char *tag = "";

	switch (stmt->node->node_case) {
	case PG_QUERY__NODE__NODE_DO_STMT:
		return "DO";
	case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT:
		return "SHOW";
	case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
		return "SET";
	case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
		return "EXPLAIN";
	case PG_QUERY__NODE__NODE_FETCH_STMT:
		return stmt->node->fetch_stmt->ismove ? "MOVE" : "FETCH";
	case PG_QUERY__NODE__NODE_EXECUTE_STMT:
		return "EXECUTE";
	case PG_QUERY__NODE__NODE_CALL_STMT:
		return "CALL";
	case PG_QUERY__NODE__NODE_LOAD_STMT:
		return "LOAD";
	case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
		return "ALTER SYSTEM";
	case PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT:
		return "ALTER ROLE SET";
	case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
		return "CREATE FUNCTION";
	case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
		return "CREATE TRIGGER";
	case PG_QUERY__NODE__NODE_RULE_STMT:
		return "CREATE RULE";
	case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
		return "CREATE TYPE";
	case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
		return "CREATE TYPE";
	case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
		return "CREATE TYPE";
	case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
		return "ALTER TYPE";
	case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
		return "CREATE DOMAIN";
	case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
		return "ALTER DOMAIN";
	case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
		return "CREATE POLICY";
	case PG_QUERY__NODE__NODE_DEFINE_STMT:
		return "CREATE AGGREGATE, OPERATOR, TYPE or COLLATION";
	case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
		return "CREATE STATISTICS";
	case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
		return "CREATE PUBLICATION";
	case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
		return "CREATE SUBSCRIPTION";
	case PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT:
		return "CREATE EVENT TRIGGER";
	case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
		return "CREATE FOREIGN TABLE";
	case PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT:
		return "CREATE SERVER";
	case PG_QUERY__NODE__NODE_CREATE_FDW_STMT:
		return "CREATE FOREIGN DATA WRAPPER";
	case PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT:
		return "IMPORT FOREIGN SCHEMA";
	case PG_QUERY__NODE__NODE_SEC_LABEL_STMT:
		return "SECURITY LABEL";
	case PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT:
		return "REASSIGN OWNED";
	case PG_QUERY__NODE__NODE_DROP_OWNED_STMT:
		return "DROP OWNED";
	case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
		return "REFRESH MATERIALIZED VIEW";
	case PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT:
		return "ALTER DATABASE SET";
	case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT:
		return "ALTER DATABASE";
	case PG_QUERY__NODE__NODE_CREATE_CAST_STMT:
		return "CREATE CAST";
	case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
		return "CREATE TABLESPACE";
	case PG_QUERY__NODE__NODE_CREATE_AM_STMT:
		return "CREATE ACCESS METHOD";
	case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
		return "ALTER FUNCTION";
	case PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT:
		return "ALTER EXTENSION";
	default:
		break;
	}
	(void)ddl_classify(stmt, &tag);
	return tag && *tag ? tag : "this command";
}

char
utility_log_level(const struct raw_stmt *stmt)
{
	const PgQuery__Node *node = stmt->node;
	const char *tag;

	switch (node->node_case) {
	case PG_QUERY__NODE__NODE_INSERT_STMT:
	case PG_QUERY__NODE__NODE_UPDATE_STMT:
	case PG_QUERY__NODE__NODE_DELETE_STMT:
	case PG_QUERY__NODE__NODE_MERGE_STMT:
	case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
		return 'm';
	case PG_QUERY__NODE__NODE_COPY_STMT:
		return node->copy_stmt->is_from ? 'm' : 'a';
	case PG_QUERY__NODE__NODE_SELECT_STMT:
		return node->select_stmt->into_clause ? 'd' : 'a';
	default:
		return ddl_classify(stmt, &tag) == DDL_TRANSACTION ||
				       ddl_classify(stmt, &tag) == DDL_SERVER
			       ? 'd'
			       : 'a';
	}
}

bool
utility_logged(char setting, char level)
{
	switch (setting) {
	case 'a':
		return true;
	case 'm':
		return level != 'a';
	case 'd':
		return level == 'd';
	default:
		return false;
	}
}
