#include "session/session_ops.h"

#include <stdlib.h>
#include <time.h>

#include "session/advisory.h"
#include "session/databases.h"
#include "session/nested_query.h"
#include "session/notify.h"
#include "session/portal.h"
#include "session/prepared.h"
#include "session/roles.h"
#include "session/session.h"
#include "session/xact.h"

/* ---- settings ---- */

static bool
setting_get(void *arg, const char *name, bool missing_ok, struct arena *a, const char **value,
	    struct err *err)
{
	struct session *s = arg;

	return settings_show(&s->settings, name, missing_ok, a, value, err);
}

static bool
setting_set(void *arg, const char *name, const char *value, bool is_local, struct err *err)
{
	struct session *s = arg;

	return settings_set(&s->settings, name, value, is_local ? SET_LOCAL : SET_SESSION, err);
}

/* ---- sequences ---- */

struct seq_seen {
	oid_t oid;
	int64_t value;
};

static int
seen(const struct session *s, oid_t oid)
{
	for (int i = 0; i < s->nseqs; i++)
		if (s->seqs[i].oid == oid)
			return i;
	return -1;
}

static void
remember(struct session *s, oid_t oid, int64_t value, bool last)
{
	int i = seen(s, oid);

	if (i < 0) {
		s->seqs = xrealloc(s->seqs, sizeof(*s->seqs) * (size_t)(s->nseqs + 1));
		i = s->nseqs++;
		s->seqs[i].oid = oid;
	}
	s->seqs[i].value = value;
	if (last)
		s->last_seq = i;
}

static bool
writable(struct session *s, const char *function, struct err *err)
{
	return !s->fenv.read_only ||
	       err_set(err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
		       "cannot execute %s in a read-only transaction", function);
}

static bool
seq_nextval(void *arg, oid_t seq, int64_t *value, struct err *err)
{
	struct session *s = arg;

	if (!writable(s, "nextval()", err) || !txn_nextval(s->txn, seq, value, err))
		return false;
	remember(s, seq, *value, true);
	return true;
}

static const char *
seq_name(struct session *s, oid_t seq)
{
	const struct relation *r =
		s->fenv.snapshot ? snapshot_relation_by_oid(s->fenv.snapshot, seq) : NULL;

	return r ? r->name : "";
}

static bool
seq_currval(void *arg, oid_t seq, int64_t *value, struct err *err)
{
	struct session *s = arg;
	int i = seen(s, seq);

	if (i < 0)
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "currval of sequence \"%s\" is not yet defined in this session",
			       seq_name(s, seq));
	*value = s->seqs[i].value;
	return true;
}

static bool
seq_lastval(void *arg, int64_t *value, struct err *err)
{
	struct session *s = arg;

	if (s->last_seq < 0)
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "lastval is not yet defined in this session");
	*value = s->seqs[s->last_seq].value;
	return true;
}

static bool
seq_setval(void *arg, oid_t seq, int64_t value, bool is_called, struct err *err)
{
	struct session *s = arg;

	if (!writable(s, "setval()", err) || !txn_setval(s->txn, seq, value, is_called, err))
		return false;
	if (is_called)
		remember(s, seq, value, false);
	return true;
}

static bool
seq_last_value(void *arg, oid_t seq, int64_t *value, struct err *err)
{
	struct session *s = arg;
	bool is_called;

	return txn_seq_state(s->txn, seq, value, &is_called, err) && is_called;
}

void
session_ops_discard_sequences(struct session *s)
{
	free(s->seqs);
	s->seqs = NULL;
	s->nseqs = 0;
	s->last_seq = -1;
}

/* ---- waiting and signalling ---- */

static bool
nap(void *arg, double seconds, struct err *err)
{
	struct session *s = arg;
	double end = (double)server_ticks() + seconds * 1000;

	for (;;) {
		double left = end - (double)server_ticks();
		struct timespec t = {.tv_nsec = (long)(MIN(MAX(left, 0.0), 10.0) * 1e6)};
		if (s->cancel.reason)
			return cancel_error(s->cancel.reason, err);
		if (left <= 0)
			return true;
		nanosleep(&t, NULL);
	}
}

struct signal_target {
	int pid;
	struct arena *a;
	const char *user; /* NULL: there is no such session */
};

static void
find_target(void *arg, struct session *s)
{
	struct signal_target *t = arg;

	if (s->pid == t->pid)
		t->user = arena_strdup(t->a, s->login);
}

/* One's own sessions and, for superusers, everyone's. */
static bool
may_signal(struct session *s, struct signal_target *t, bool terminate, struct err *err)
{
	struct role r;

	if (s->superuser || strcmp(t->user, s->user) == 0)
		return true;
	if (role_find(&s->msg, t->user, &r) && r.superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       terminate ? "must be a superuser to terminate superuser process"
					 : "must be a superuser to cancel superuser query");
	return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
		       terminate ? "must be a member of the role whose process is being terminated "
				   "or member of pg_signal_backend"
				 : "must be a member of the role whose query is being canceled or "
				   "member of pg_signal_backend");
}

static bool
signal_backend(void *arg, int pid, bool terminate, bool *sent, struct err *err)
{
	struct session *s = arg;
	struct signal_target t = {pid, &s->msg, NULL};

	*sent = false;
	server.host->each(find_target, &t);
	if (!t.user)
		return true;
	if (!may_signal(s, &t, terminate, err))
		return false;
	*sent = server.host->signal_backend(pid, terminate);
	return true;
}

static void
unlock_all(void *arg)
{
	advisory_unlock_all(arg);
}

static bool
advisory(void *arg, int64_t key, bool shared, bool try_only, bool unlock, bool xact, bool *got,
	 struct err *err)
{
	return advisory_call(arg, key, shared, try_only, unlock, xact, got, err);
}

static bool
notify(void *arg, const char *channel, const char *payload, struct err *err)
{
	return notify_add(arg, channel, payload, err);
}

static void
notice(void *arg, const char *severity, const char *sqlstate, const char *message)
{
	report_notice(arg, severity, sqlstate, message, NULL, NULL);
}

/* ---- sizes ---- */

static bool
database_size(void *arg, const char *name, int64_t *bytes, struct err *err)
{
	struct session *s = arg;

	if (!name || strcmp(name, s->database->name) == 0) {
		*bytes = db_size(s->db);
		return true;
	}
	return database_size_of(name, bytes, err);
}

static bool
add_size(void *arg, const struct datum *cols, int n)
{
	int64_t *sum = arg;

	if (n > 0 && cols[0].class == DATUM_INT)
		*sum += cols[0].i;
	return true;
}

static bool
add_object(struct session *s, const char *physical, int64_t *bytes)
{
	struct datum p = datum_text(physical, strlen(physical));

	return conn_query(txn_conn(s->txn),
			  "SELECT pgsize FROM dbstat WHERE name = ?1 AND aggregate = 1", &p, 1,
			  add_size, bytes);
}

static bool
relation_size(void *arg, oid_t rel, const char *kind, int64_t *bytes, struct err *err)
{
	struct session *s = arg;
	const struct relation *r =
		s->fenv.snapshot ? snapshot_relation_by_oid(s->fenv.snapshot, rel) : NULL;

	(void)err;
	*bytes = 0;
	if (!r || r->builtin || !r->physical || !txn_conn(s->txn))
		return true;
	if (strcmp(kind, "index") != 0 && !add_object(s, r->physical, bytes))
		return false;
	if (strcmp(kind, "main") == 0)
		return true;
	for (int i = 0; i < r->indexes.n; i++) {
		const struct index *x = r->indexes.v[i];
		if (x->self && x->self->physical && !add_object(s, x->self->physical, bytes))
			return false;
	}
	return true;
}

/* ---- lists ---- */

static bool
list_databases(void *arg, int i, struct arena *a, struct database_info *out)
{
	(void)arg, (void)a;
	if (!database_at(i, &out->oid, &out->name))
		return false;
	out->owner = BOOTSTRAP_SUPERUSER;
	out->is_template = strcmp(out->name, "template1") == 0;
	out->allow_connections = true;
	out->connection_limit = -1;
	return true;
}

static bool
list_roles(void *arg, int i, struct arena *a, struct role_info *out)
{
	struct role r;

	(void)arg;
	if (!role_at(a, i, &r))
		return false;
	*out = (struct role_info){.oid = r.oid,
				  .name = r.name,
				  .password = r.password,
				  .super = r.superuser,
				  .inherit = r.inherit,
				  .create_role = r.createrole,
				  .create_db = r.createdb,
				  .login = r.login,
				  .replication = r.replication,
				  .bypass_rls = r.bypassrls,
				  .connection_limit = r.conn_limit};
	return true;
}

struct visit {
	int i;
	struct arena *a;
	struct session_info *out;
	bool found;
};

static const char *
state_of(const struct session *s)
{
	switch (s->shown) {
	case 'A':
		return "active";
	case 'T':
		return "idle in transaction";
	case 'E':
		return "idle in transaction (aborted)";
	default:
		return "idle";
	}
}

static void
visit_session(void *arg, struct session *s)
{
	struct visit *v = arg;

	if (v->i-- != 0)
		return;
	v->found = true;
	pthread_mutex_lock(&s->guard);
	*v->out = (struct session_info){
		.pid = s->pid,
		.database_oid = s->database->oid,
		.database = s->database->name,
		.user = arena_strdup(v->a, s->login),
		.application_name =
			arena_strdup(v->a, s->application_name ? s->application_name : ""),
		.client_addr = s->stream.local ? NULL : arena_strdup(v->a, s->remote),
		.client_port = s->fenv.client_port,
		.state = state_of(s),
		.query = arena_strdup(v->a, s->activity),
		.backend_start = s->fenv.backend_start,
		.query_start = s->state_change,
		.state_change = s->state_change,
	};
	pthread_mutex_unlock(&s->guard);
}

static bool
list_sessions(void *arg, int i, struct arena *a, struct session_info *out)
{
	struct visit v = {i, a, out, false};
	struct role r;

	(void)arg;
	server.host->each(visit_session, &v);
	if (v.found)
		out->user_oid = role_find(a, out->user, &r) ? r.oid : BOOTSTRAP_SUPERUSER;
	return v.found;
}

static bool
list_prepared(void *arg, int i, struct arena *a, struct prepared_info *out)
{
	struct session *s = arg;
	struct map_entry *e;
	size_t it = 0;

	while ((e = map_next(&s->statements, &it)) != NULL) {
		struct prepared *p = e->value;
		oid_t *types;
		if (i-- != 0)
			continue;
		out->ntypes = p->plan ? p->plan->nparams : 0;
		types = ARENA_ARRAY(a, oid_t, out->ntypes + 1);
		for (int k = 0; k < out->ntypes; k++)
			types[k] = p->plan->params[k]->oid;
		out->types = types;
		out->name = p->name;
		out->statement = p->source;
		out->prepare_time = p->created;
		out->from_sql = p->from_sql;
		return true;
	}
	return false;
}

static bool
list_cursors(void *arg, int i, struct arena *a, struct cursor_info *out)
{
	struct session *s = arg;
	struct map_entry *e;
	size_t it = 0;

	(void)a;
	while ((e = map_next(&s->portals, &it)) != NULL) {
		struct portal *p = e->value;
		if (i-- != 0)
			continue;
		*out = (struct cursor_info){.name = p->name,
					    .statement = p->source,
					    .holdable = p->hold,
					    .binary = p->binary,
					    .scrollable = p->scroll,
					    .creation_time = p->created};
		return true;
	}
	return false;
}

static int64_t
postmaster_start(void *arg)
{
	(void)arg;
	return server.started;
}

static int64_t
conf_load(void *arg)
{
	(void)arg;
	return server.configured ? server.configured : server.started;
}

static const char *
listening_at(void *arg, int i)
{
	return notify_channel_at(arg, i);
}

/* ---- definitions ---- */

static struct compile_env
catalog_env(struct session *s, struct err *err)
{
	return (struct compile_env){.snapshot = s->fenv.snapshot,
				    .search_path = s->fenv.search_path,
				    .fenv = &s->fenv,
				    .err = err};
}

static bool
view_updatable(void *arg, const struct relation *view, struct arena *a,
	       const struct relation **base, bool **cols, struct err *err)
{
	struct compile_env env = catalog_env(arg, err);

	return compile_view_updatable(&env, a, view, base, cols);
}

static bool
view_definition(void *arg, const struct relation *view, bool pretty, int wrap, struct arena *a,
		char **text, struct err *err)
{
	struct view_print how = {.pretty = pretty, .wrap = wrap};
	struct compile_env env = catalog_env(arg, err);

	return compile_view_definition(&env, a, view, &how, text);
}

const struct session_ops session_ops = {
	.setting_get = setting_get,
	.setting_set = setting_set,
	.seq_nextval = seq_nextval,
	.seq_currval = seq_currval,
	.seq_lastval = seq_lastval,
	.seq_setval = seq_setval,
	.sleep = nap,
	.signal_backend = signal_backend,
	.advisory = advisory,
	.advisory_unlock_all = unlock_all,
	.notify = notify,
	.notice = notice,
	.run_query = nested_run_query,
	.fetch_cursor = nested_fetch_cursor,
	.database_size = database_size,
	.relation_size = relation_size,
	.database_at = list_databases,
	.role_at = list_roles,
	.session_at = list_sessions,
	.prepared_at = list_prepared,
	.cursor_at = list_cursors,
	.listening_at = listening_at,
	.seq_last_value = seq_last_value,
	.postmaster_start = postmaster_start,
	.conf_load = conf_load,
	.view_definition = view_definition,
	.view_updatable = view_updatable,
};
