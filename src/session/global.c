/*
 * global.db: a small SQLite file of ours beside the databases, reached through store like any
 * other.
 */
#include "session/databases.h"
#include "store/txn.h"

/* Each call is a transaction of its own with an environment of its own: these are rare. */
struct call {
	struct fenv env;
	struct cancel cancel;
	struct txn *txn;
	struct conn *conn;
};

static bool
start(struct call *c, bool writes, struct err *err)
{
	struct txn_options opt = {.isolation = ISO_READ_COMMITTED};
	struct db *db = databases_global();

	*c = (struct call){0};
	if (!db)
		return err_unsupported(err, -1, "this command without a data directory (-D)");
	c->env = (struct fenv){.err = err,
			       .cancel = &c->cancel,
			       .user = "postgres",
			       .session_user = "postgres",
			       .database = "global"};
	c->env.types = type_env_canonical;
	c->txn = txn_new(db, &c->env);
	txn_begin(c->txn, &opt);
	c->conn = txn_statement(c->txn, writes, 0);
	if (!c->conn) {
		txn_free(c->txn);
		return false;
	}
	return true;
}

static bool
finish(struct call *c, bool ok)
{
	txn_statement_end(c->txn);
	if (ok)
		ok = txn_commit(c->txn, true);
	else
		txn_rollback(c->txn);
	txn_free(c->txn);
	return ok;
}

bool
global_exec(const char *sql, const struct datum *params, int n, struct err *err)
{
	struct call c;

	return start(&c, true, err) && finish(&c, conn_exec(c.conn, sql, params, n));
}

bool
global_query(const char *sql, bool (*row)(void *arg, const struct datum *cols, int n), void *arg,
	     struct err *err)
{
	struct call c;

	return start(&c, false, err) && finish(&c, conn_query(c.conn, sql, NULL, 0, row, arg));
}
