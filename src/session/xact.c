/*
 * The table in xact.h, row by row. store knows the SQLite side; here is what PostgreSQL's clients
 * see of it.
 *
 * A block that has failed and has no savepoint gives its writer's place back at once: nothing of it
 * can be kept.
 */
#include "session/xact.h"

#include <pg_query.pb-c.h>
#include <stdlib.h>
#include <strings.h>

#include "func/xact_id.h"
#include "session/advisory.h"
#include "session/notify.h"
#include "session/portal.h"
#include "session/session.h"

static void
drop_savepoints(struct session *s)
{
	while (s->savepoints) {
		struct savepoint *p = s->savepoints;
		s->savepoints = p->outer;
		free(p->name);
		free(p);
	}
}

static void
begin(struct session *s, const struct txn_options *opt)
{
	txn_begin(s->txn, opt);
	s->fenv.types.txn_time = s->fenv.types.stmt_time;
	s->fenv.read_only = opt->read_only || db_read_only(s->db);
}

void
xact_statement_start(struct session *s)
{
	if (!txn_is_open(s->txn))
		begin(s, &s->default_txn);
}

/* The end of a transaction, kept or not, as far as the session's own state goes. */
static void
finish(struct session *s, bool committed)
{
	if (committed) {
		settings_commit(&s->settings);
		notify_commit(s);
	} else {
		settings_abort(&s->settings);
		notify_abort(s);
	}
	if (s->advisory)
		advisory_end_transaction(s);
	drop_savepoints(s);
	s->block = BLOCK_NONE;
	s->fenv.read_only = false;
	xact_id_end(&s->fenv, committed);
}

static void
rollback(struct session *s)
{
	portals_end_transaction(s, false);
	if (txn_is_open(s->txn))
		txn_rollback(s->txn);
	finish(s, false);
}

static bool
commit(struct session *s)
{
	if (!portals_end_transaction(s, true)) { /* a WITH HOLD cursor could not be kept */
		rollback(s);
		return false;
	}
	if (txn_is_open(s->txn) && !txn_commit(s->txn, s->sync_commit)) {
		portals_end_transaction(s, false);
		finish(s, false);
		return false;
	}
	finish(s, true);
	return true;
}

bool
xact_finish_implicit(struct session *s)
{
	if (s->block != BLOCK_NONE || !txn_is_open(s->txn))
		return true;
	return commit(s);
}

void
xact_error(struct session *s)
{
	if (!s->txn)
		return;
	if (s->block == BLOCK_NONE) {
		if (txn_is_open(s->txn) || s->settings.nundo)
			rollback(s);
		return;
	}
	if (s->block == BLOCK_FAILED)
		return;
	portals_fail(s);
	s->block = BLOCK_FAILED;
	if (!s->savepoints && txn_is_open(s->txn))
		txn_rollback(s->txn);
	else
		txn_statement_end(s->txn);
}

void
xact_reset(struct session *s)
{
	if (s->txn)
		rollback(s);
}

char
xact_status(const struct session *s)
{
	return s->block == BLOCK_NONE ? 'I' : s->block == BLOCK_OPEN ? 'T' : 'E';
}

bool
xact_in_block(const struct session *s)
{
	return s->block != BLOCK_NONE;
}

bool
xact_refuse_block(struct session *s, const char *command)
{
	if (s->block != BLOCK_NONE || s->implicit_many)
		return err_set(&s->err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			       "%s cannot run inside a transaction block", command);
	if (s->ext_implicit)
		return err_set(&s->err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			       "%s cannot be executed within a pipeline", command);
	return true;
}

bool
xact_require_block(struct session *s, const char *command)
{
	if (s->block != BLOCK_NONE)
		return true;
	return err_set(&s->err, ERR_NO_ACTIVE_SQL_TRANSACTION, -1,
		       "%s can only be used in transaction blocks", command);
}

/* ---- characteristics ---- */

const struct txn_options *
xact_options(const struct session *s)
{
	return s->txn && txn_is_open(s->txn) ? txn_options(s->txn) : &s->default_txn;
}

bool
xact_read_only(const struct session *s)
{
	return xact_options(s)->read_only || (s->db && db_read_only(s->db));
}

static const char *const isolation_names[] = {
	[ISO_READ_UNCOMMITTED] = "read uncommitted",
	[ISO_READ_COMMITTED] = "read committed",
	[ISO_REPEATABLE_READ] = "repeatable read",
	[ISO_SERIALIZABLE] = "serializable",
};

enum isolation
xact_isolation(const char *name)
{
	for (size_t i = 0; i < COUNTOF(isolation_names); i++)
		if (strcasecmp(isolation_names[i], name) == 0)
			return (enum isolation)i;
	return ISO_READ_COMMITTED;
}

const char *
xact_isolation_name(enum isolation iso)
{
	return isolation_names[iso];
}

/* Changes one characteristic in *opt. False: err is set. */
static bool
characteristic(struct session *s, const char *name, const char *value, struct txn_options *opt,
	       struct err *err)
{
	const char *def_name =
		strcmp(name, "transaction_isolation") == 0   ? "default_transaction_isolation"
		: strcmp(name, "transaction_read_only") == 0 ? "default_transaction_read_only"
							     : "default_transaction_deferrable";
	const char *v;

	if (!value) {
		v = settings_get(&s->settings, settings_find(def_name), &s->msg);
	} else if (!(v = setting_parse(settings_find(def_name), def_name, s, &s->msg, value,
				       err))) {
		if (err->message && strstr(err->message, def_name))
			err->message = arena_printf(&err->arena,
						    "invalid value for parameter \"%s\": \"%s\"",
						    name, value);
		return false;
	}
	if (strcmp(name, "transaction_isolation") == 0)
		opt->isolation = xact_isolation(v);
	else if (strcmp(name, "transaction_read_only") == 0)
		opt->read_only = strcmp(v, "on") == 0;
	else
		opt->deferrable = strcmp(v, "on") == 0;
	return true;
}

bool
xact_set_option(struct session *s, const char *name, const char *value, struct err *err)
{
	struct txn_options opt;

	if (!s->txn || s->phase != PHASE_RUN)
		return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
			       "parameter \"%s\" cannot be set at connection start", name);
	opt = *xact_options(s);
	if (!characteristic(s, name, value, &opt, err))
		return false;
	if (opt.read_only == false && xact_options(s)->read_only && s->savepoints)
		return err_set(
			err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			"cannot set transaction read-write mode inside a read-only transaction");
	if (opt.isolation != xact_options(s)->isolation && s->savepoints)
		return err_set(
			err, ERR_ACTIVE_SQL_TRANSACTION, -1,
			"SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction");
	if (!txn_set_options(s->txn, &opt, err))
		return false;
	s->fenv.read_only = opt.read_only || db_read_only(s->db);
	return true;
}

/* The value of a DefElem of a transaction mode list. */
static const char *
mode_value(const PgQuery__DefElem *d)
{
	const PgQuery__AConst *c;

	if (!d->arg)
		return "on";
	if (d->arg->node_case == PG_QUERY__NODE__NODE_STRING)
		return d->arg->string->sval;
	if (d->arg->node_case == PG_QUERY__NODE__NODE_INTEGER)
		return d->arg->integer->ival ? "on" : "off";
	if (d->arg->node_case != PG_QUERY__NODE__NODE_A_CONST)
		return "on";
	c = d->arg->a_const;
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_SVAL:
		return c->sval->sval;
	case PG_QUERY__A__CONST__VAL_IVAL:
		return c->ival->ival ? "on" : "off";
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		return c->boolval->boolval ? "on" : "off";
	default:
		return "off";
	}
}

static bool
modes(struct session *s, PgQuery__Node **list, size_t n, struct txn_options *opt)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *d = list[i]->def_elem;
		if (list[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
		    strncmp(d->defname, "transaction_", 12) != 0)
			return err_unsupported(&s->err, -1, "this transaction mode");
		if (!characteristic(s, d->defname, mode_value(d), opt, &s->err))
			return false;
	}
	return true;
}

bool
xact_set_list(struct session *s, const void *set_stmt, bool session_default)
{
	const PgQuery__VariableSetStmt *v = set_stmt;

	for (size_t i = 0; i < v->n_args; i++) {
		const PgQuery__DefElem *d = v->args[i]->def_elem;
		if (v->args[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM)
			return err_unsupported(&s->err, -1, "SET TRANSACTION SNAPSHOT");
		if (session_default) {
			const char *name = arena_printf(&s->msg, "default_%s", d->defname);
			if (!settings_set(&s->settings, name, mode_value(d), SET_SESSION, &s->err))
				return false;
		} else if (!xact_set_option(s, d->defname, mode_value(d), &s->err)) {
			return false;
		}
	}
	return true;
}

/* ---- commands ---- */

static bool
command_begin(struct session *s, const PgQuery__TransactionStmt *t)
{
	struct txn_options opt = s->default_txn;

	if (s->block == BLOCK_OPEN) {
		report_notice(s, "WARNING", ERR_ACTIVE_SQL_TRANSACTION,
			      "there is already a transaction in progress", NULL, NULL);
		opt = *xact_options(s);
		if (t->n_options == 0)
			return true;
		return modes(s, t->options, t->n_options, &opt) &&
		       txn_set_options(s->txn, &opt, &s->err);
	}
	/* Statements of the same Query that ran before belong to the block, as in PostgreSQL. */
	if (txn_is_open(s->txn)) {
		opt = *xact_options(s);
		if (!modes(s, t->options, t->n_options, &opt) ||
		    (t->n_options && !txn_set_options(s->txn, &opt, &s->err)))
			return false;
	} else {
		if (!modes(s, t->options, t->n_options, &opt))
			return false;
		begin(s, &opt);
	}
	s->fenv.read_only = opt.read_only || db_read_only(s->db);
	s->block = BLOCK_OPEN;
	return true;
}

static void
chain(struct session *s, const struct txn_options *opt)
{
	begin(s, opt);
	s->block = BLOCK_OPEN;
}

static void
no_transaction(struct session *s)
{
	report_notice(s, "WARNING", ERR_NO_ACTIVE_SQL_TRANSACTION,
		      "there is no transaction in progress", NULL, NULL);
}

static bool
command_commit(struct session *s, const PgQuery__TransactionStmt *t, const char **tag)
{
	struct txn_options opt = *xact_options(s);
	bool was_block = s->block != BLOCK_NONE;

	if (t->chain && !xact_require_block(s, "COMMIT AND CHAIN"))
		return false;
	if (s->block == BLOCK_FAILED) {
		*tag = "ROLLBACK";
		rollback(s);
	} else {
		if (!was_block)
			no_transaction(s);
		if (!commit(s))
			return false;
	}
	if (t->chain)
		chain(s, &opt);
	return true;
}

static bool
command_rollback(struct session *s, const PgQuery__TransactionStmt *t)
{
	struct txn_options opt = *xact_options(s);

	if (t->chain && !xact_require_block(s, "ROLLBACK AND CHAIN"))
		return false;
	if (s->block == BLOCK_NONE)
		no_transaction(s);
	rollback(s);
	if (t->chain)
		chain(s, &opt);
	return true;
}

static bool
command_savepoint(struct session *s, const char *name)
{
	struct savepoint *p;

	if (!xact_require_block(s, "SAVEPOINT") || !txn_savepoint(s->txn, name))
		return false;
	p = xcalloc(1, sizeof(*p));
	p->name = xstrdup(name);
	p->outer = s->savepoints;
	p->level = p->outer ? p->outer->level + 1 : 1;
	s->savepoints = p;
	settings_savepoint(&s->settings);
	return true;
}

static struct savepoint *
find_savepoint(struct session *s, const char *name)
{
	for (struct savepoint *p = s->savepoints; p; p = p->outer)
		if (strcmp(p->name, name) == 0)
			return p;
	err_set(&s->err, ERR_S_E_INVALID_SPECIFICATION, -1, "savepoint \"%s\" does not exist",
		name);
	return NULL;
}

static void
pop_above(struct session *s, const struct savepoint *keep)
{
	while (s->savepoints != keep) {
		struct savepoint *p = s->savepoints;
		s->savepoints = p->outer;
		free(p->name);
		free(p);
	}
}

static bool
command_release(struct session *s, const char *name)
{
	struct savepoint *p;

	if (!xact_require_block(s, "RELEASE SAVEPOINT") || !(p = find_savepoint(s, name)) ||
	    !txn_release(s->txn, name))
		return false;
	settings_release_to(&s->settings, p->level - 1);
	notify_release_to(s, p->level - 1);
	pop_above(s, p->outer);
	return true;
}

static bool
command_rollback_to(struct session *s, const char *name)
{
	struct savepoint *p;

	if (!xact_require_block(s, "ROLLBACK TO SAVEPOINT") || !(p = find_savepoint(s, name)))
		return false;
	portals_rollback_to(s, p->level);
	if (!txn_rollback_to(s->txn, name))
		return false;
	settings_rollback_to(&s->settings, p->level - 1);
	notify_rollback_to(s, p->level);
	s->settings.level = p->level;
	pop_above(s, p);
	s->block = BLOCK_OPEN;
	return true;
}

bool
xact_command(struct session *s, const void *stmt, const char **tag)
{
	const PgQuery__TransactionStmt *t = stmt;

	switch (t->kind) {
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
		*tag = "BEGIN";
		return command_begin(s, t);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
		*tag = "START TRANSACTION";
		return command_begin(s, t);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
		*tag = "COMMIT";
		return command_commit(s, t, tag);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
		*tag = "ROLLBACK";
		return command_rollback(s, t);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT:
		*tag = "SAVEPOINT";
		return command_savepoint(s, t->savepoint_name);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE:
		*tag = "RELEASE";
		return command_release(s, t->savepoint_name);
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO:
		*tag = "ROLLBACK";
		return command_rollback_to(s, t->savepoint_name);
	default:
		return err_unsupported(&s->err, -1, "two-phase commit (PREPARE TRANSACTION)");
	}
}

bool
xact_exits_failed(const struct PgQuery__Node *node)
{
	if (node->node_case != PG_QUERY__NODE__NODE_TRANSACTION_STMT)
		return false;
	switch (node->transaction_stmt->kind) {
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
		return true;
	default:
		return false;
	}
}
