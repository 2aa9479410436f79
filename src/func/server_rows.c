/*
 * Set-returning functions behind system views, and others about the server. A function that has a
 * view of its columns here gives the view's rows.
 */
#include "catalog/roles.h"
#include "func/catalog_row.h"
#include "func/tables.h"
#include "func/xact_id.h"

#include <stdlib.h>

enum { TABLESPACE_DEFAULT = 1663, TABLESPACE_GLOBAL = 1664 };

/* ---- rows of a built-in relation ---- */

struct relation_rows {
	struct arena arena;
	struct catalog_row row;
	const struct proc *proc;
};

static const struct {
	const char *prosrc, *relation;
} row_sources[] = {
	{"show_all_settings", "pg_settings"},
	{"pg_prepared_statement", "pg_prepared_statements"},
	{"pg_cursor", "pg_cursors"},
	{"pg_lock_status", "pg_locks"},
};

static bool
rows_open(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, void **state)
{
	struct relation_rows *s = xcalloc(1, sizeof(*s));
	const char *relation = "";

	for (size_t i = 0; c->proc && i < COUNTOF(row_sources); i++)
		if (!strcmp(row_sources[i].prosrc, c->proc->prosrc))
			relation = row_sources[i].relation;
	*state = s;
	s->proc = c->proc;
	arena_init(&s->arena);
	if (!catalog_row_open(c, relation, &s->row))
		s->row.rel = NULL;
	s->row.scan.arena = &s->arena;
	return true;
}

static int
rows_next(struct fcall *c, void *state, struct datum *cols)
{
	struct relation_rows *s = state;
	int n = 0;

	if (!s->row.rel || !catalog_row_next(&s->row))
		return 0;
	for (int i = 0; i < s->proc->nallargs; i++)
		if (s->proc->argmodes[i] == 'o')
			cols[n++] = catalog_row_cell(&s->row, s->proc->argnames[i]);
	(void)c;
	return 1;
}

static void
rows_close(void *state)
{
	struct relation_rows *s = state;

	catalog_row_close(&s->row);
	arena_release(&s->arena);
	free(s);
}

#define RELATION_ROWS(name, n)                                                                     \
	static const struct srf_ops name = {rows_open, rows_next, rows_close, n}

RELATION_ROWS(settings_rows, 17);
RELATION_ROWS(prepared_rows, 7);
RELATION_ROWS(cursor_rows, 6);
RELATION_ROWS(lock_rows, 16);

/* ---- things of which there are none ---- */

static bool
count_open(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED, void **state)
{
	*state = xcalloc(1, sizeof(int));
	return true;
}

static int
none_next(struct fcall *c UNUSED, void *state UNUSED, struct datum *cols UNUSED)
{
	return 0;
}

static const struct srf_ops none_3 = {count_open, none_next, free, 3},
			    none_4 = {count_open, none_next, free, 4},
			    none_5 = {count_open, none_next, free, 5},
			    none_8 = {count_open, none_next, free, 8},
			    none_14 = {count_open, none_next, free, 14};

/* ---- channels, databases ---- */

static int
channels_next(struct fcall *c, void *state, struct datum *cols)
{
	const struct session_ops *ops = c->env->ops;
	const char *name = ops && ops->listening_at
				   ? ops->listening_at(c->env->ops_arg, (*(int *)state)++)
				   : NULL;

	if (name)
		cols[0] = datum_text(name, strlen(name));
	return name != NULL;
}

static const struct srf_ops channels = {count_open, channels_next, free, 1};

static void
warn(struct fcall *c, const char *message)
{
	if (c->env->ops && c->env->ops->notice)
		c->env->ops->notice(c->env->ops_arg, "WARNING", ERR_WARNING, message);
}

static bool
databases_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	oid_t tablespace = catalog_oid(&args[0]);

	count_open(c, args, nargs, state);
	if (tablespace == TABLESPACE_DEFAULT)
		return true;
	*(int *)*state = -1;
	warn(c, tablespace == TABLESPACE_GLOBAL
			? "global tablespace never has databases"
			: arena_printf(c->arena, "%u is not a tablespace OID", tablespace));
	return true;
}

static int
databases_next(struct fcall *c, void *state, struct datum *cols)
{
	struct database_info info = {0};
	int *at = state;

	if (*at < 0 || !catalog_database_at(c->env, (*at)++, c->arena, &info))
		return 0;
	cols[0] = datum_int(info.oid);
	return 1;
}

static const struct srf_ops tablespace_databases = {databases_open, databases_next, free, 1};

/* ---- sequences ---- */

static bool
fn_sequence_parameters(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	static const struct record_column cols[] = {
		RECORD_COLUMN("start_value", T_INT8),   RECORD_COLUMN("minimum_value", T_INT8),
		RECORD_COLUMN("maximum_value", T_INT8), RECORD_COLUMN("increment", T_INT8),
		RECORD_COLUMN("cycle_option", T_BOOL),  RECORD_COLUMN("cache_size", T_INT8),
		RECORD_COLUMN("data_type", T_OID)};
	const struct relation *r = catalog_relation(c, &args[0]);
	const struct sequence *q = r ? r->sequence : NULL;
	struct arena *a = c->arena;

	if (!r)
		return err_set(c->err, ERR_UNDEFINED_TABLE, -1,
			       "relation with OID %u does not exist", catalog_oid(&args[0]));
	if (!q)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "cache lookup failed for sequence %u", r->oid);
	return catalog_ret_row(
		c, cols,
		(const char *const[]){arena_printf(a, "%lld", (long long)q->start),
				      arena_printf(a, "%lld", (long long)q->min),
				      arena_printf(a, "%lld", (long long)q->max),
				      arena_printf(a, "%lld", (long long)q->increment),
				      q->cycle ? "t" : "f",
				      arena_printf(a, "%lld", (long long)q->cache),
				      arena_printf(a, "%u", q->type)},
		COUNTOF(cols), out);
}

/* ---- what a server says that is no standby, has no log collector and keeps no times ---- */

static bool
fn_no_recovery(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out UNUSED)
{
	err_set(c->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1, "recovery is not in progress");
	return err_hint(c->err, "Recovery control functions can only be executed during recovery.");
}

static bool
fn_no_commit_times(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		   struct datum *out UNUSED)
{
	err_set(c->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
		"could not get commit timestamp data");
	return err_hint(c->err, "Make sure the configuration parameter "
				"\"track_commit_timestamp\" is set.");
}

static bool
fn_rotate_logfile(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		  struct datum *out)
{
	warn(c, "rotation not possible because log collection not active");
	*out = datum_int(0);
	return true;
}

static bool
fn_publication_tables(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	*state = NULL;
	return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "publication \"%s\" does not exist",
		       catalog_text(c, &args[0]));
}

static const struct srf_ops publication_tables = {fn_publication_tables, none_next, free, 3};

static bool
fn_false(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	 struct datum *out)
{
	*out = datum_int(0);
	return true;
}

static bool
fn_null(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	struct datum *out UNUSED)
{
	return true;
}

/* Transactions are not numbered but for those who ask: how far back an id lies is counted from the
 * current one. Ids that are no transaction's are infinitely old. */
static bool
fn_xid_age(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint32_t xid = (uint32_t)args[0].i;

	*out = datum_int(xid < 3 ? INT32_MAX : (int32_t)((uint32_t)xact_id_next(c->env) - xid));
	return true;
}

static bool
fn_mxid_age(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint32_t mxid = (uint32_t)args[0].i;

	*out = datum_int(mxid ? (int32_t)(1 - mxid) : INT32_MAX);
	return true;
}

const struct func func_server_rows[] = {
	FUNC_SRF("show_all_settings", &settings_rows),
	FUNC_SRF("pg_prepared_statement", &prepared_rows),
	FUNC_SRF("pg_cursor", &cursor_rows),
	FUNC_SRF("pg_lock_status", &lock_rows),
	FUNC_SRF("pg_get_replication_slots", &none_14),
	FUNC_SRF("pg_show_replication_origin_status", &none_4),
	FUNC_SRF("pg_prepared_xact", &none_5),
	FUNC_SRF("pg_available_extensions", &none_3),
	FUNC_SRF("pg_available_extension_versions", &none_8),
	FUNC_SRF("pg_get_publication_tables", &publication_tables),
	FUNC_SRF("pg_listening_channels", &channels),
	FUNC_SRF("pg_tablespace_databases", &tablespace_databases),
	FUNC_S("pg_sequence_parameters", fn_sequence_parameters),
	FUNC("pg_promote", fn_no_recovery),
	FUNC("pg_wal_replay_pause", fn_no_recovery),
	FUNC("pg_wal_replay_resume", fn_no_recovery),
	FUNC("pg_is_wal_replay_paused", fn_no_recovery),
	FUNC("pg_get_wal_replay_pause_state", fn_no_recovery),
	FUNC("pg_xact_commit_timestamp", fn_no_commit_times),
	FUNC("pg_xact_commit_timestamp_origin", fn_no_commit_times),
	FUNC("pg_last_committed_xact", fn_no_commit_times),
	FUNC_S("pg_rotate_logfile", fn_rotate_logfile),
	FUNC_S("pg_rotate_logfile_v2", fn_rotate_logfile),
	FUNC("pg_isolation_test_session_is_blocked", fn_false),
	FUNC("pg_replication_origin_session_is_setup", fn_false),
	FUNC("pg_replication_origin_oid", fn_null),
	FUNC_S("xid_age", fn_xid_age),
	FUNC("mxid_age", fn_mxid_age),
	FUNC_END,
};
