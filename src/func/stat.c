/*
 * Statistics functions. Nothing is counted here: counters are 0, times of things that have not
 * happened are NULL, and to reset them is done when it is asked for. What is known of sessions is
 * told.
 */
#include "func/catalog_fn.h"
#include "func/tables.h"
#include "types/datetime.h"

#include <stdlib.h>
#include <strings.h>

static bool
fn_zero(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	struct datum *out)
{
	*out = datum_int(0);
	return true;
}

static bool
fn_zero_real(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	     struct datum *out)
{
	*out = datum_real(0);
	return true;
}

static bool
fn_null(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	struct datum *out UNUSED)
{
	return true;
}

static bool
fn_done(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	struct datum *out)
{
	*out = datum_text("", 0);
	return true;
}

static bool
fn_reset_shared(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	static const char *const targets[] = {"archiver", "bgwriter", "recovery_prefetch", "wal"};
	const char *target = catalog_text(c, &args[0]);

	for (size_t i = 0; i < COUNTOF(targets); i++)
		if (!strcmp(targets[i], target))
			return fn_done(c, args, nargs, out);
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "unrecognized reset target: \"%s\"",
		target);
	return err_hint(c->err, "Target must be \"archiver\", \"bgwriter\", "
				"\"recovery_prefetch\", or \"wal\".");
}

static bool
fn_reset_slot(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (arg_null(&args[0]))
		return fn_done(c, args, nargs, out);
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "replication slot \"%s\" does not exist", catalog_text(c, &args[0]));
}

static bool
fn_have_stats(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	static const char *const kinds[] = {"database",     "relation", "function", "replslot",
					    "subscription", "archiver", "bgwriter", "checkpointer",
					    "slru",         "wal"};
	const char *kind = catalog_text(c, &args[0]);

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		if (!strcasecmp(kinds[i], kind)) {
			*out = datum_int(0);
			return true;
		}
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid statistics kind: \"%s\"",
		       kind);
}

/* ---- sessions, by their place in the list: 1 … ---- */

static bool
session(struct fcall *c, const struct datum *place, struct session_info *s)
{
	const struct session_ops *ops = c->env->ops;

	*s = (struct session_info){.pid = 0};
	return ops && ops->session_at && place->i >= 1 && place->i <= INT32_MAX &&
	       ops->session_at(c->env->ops_arg, (int)place->i - 1, c->arena, s);
}

#define SESSION_NUMBER(name, field)                                                                \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		struct session_info s;                                                             \
                                                                                                   \
		if (session(c, &args[0], &s))                                                      \
			*out = datum_int((int64_t)s.field);                                        \
		return true;                                                                       \
	}
#define SESSION_TIME(name, field)                                                                  \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		struct session_info s;                                                             \
                                                                                                   \
		if (session(c, &args[0], &s) && s.field)                                           \
			*out = ts_put(c->arena, s.field);                                          \
		return true;                                                                       \
	}
#define SESSION_TEXT(name, field)                                                                  \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		struct session_info s;                                                             \
                                                                                                   \
		if (!session(c, &args[0], &s))                                                     \
			return ret_text(c, "<backend information not available>", out);            \
		return !s.field || ret_text(c, s.field, out);                                      \
	}

SESSION_NUMBER(fn_pid, pid)
SESSION_NUMBER(fn_dbid, database_oid)
SESSION_NUMBER(fn_userid, user_oid)
SESSION_TIME(fn_start, backend_start)
SESSION_TIME(fn_xact_start, xact_start)
SESSION_TIME(fn_activity_start, query_start)
SESSION_TEXT(fn_activity, query)
SESSION_TEXT(fn_wait_event, wait_event)
SESSION_TEXT(fn_wait_event_type, wait_event_type)

static bool
fn_client_port(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct session_info s;

	if (session(c, &args[0], &s))
		*out = datum_int(s.client_addr ? s.client_port : -1);
	return true;
}

static bool
fn_client_addr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct session_info s;

	return !session(c, &args[0], &s) || !s.client_addr || ret_text(c, s.client_addr, out);
}

static bool
fn_numbackends(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct session_ops *ops = c->env->ops;
	struct session_info s;

	*out = datum_int(0);
	for (int i = 0; ops && ops->session_at; i++) {
		s = (struct session_info){.pid = 0};
		if (!ops->session_at(c->env->ops_arg, i, c->arena, &s))
			break;
		out->i += s.database_oid == catalog_oid(&args[0]);
	}
	return true;
}

static bool
idset_open(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED, void **state)
{
	*state = xcalloc(1, sizeof(int));
	return true;
}

static int
idset_next(struct fcall *c, void *state, struct datum *cols)
{
	struct datum place = datum_int(++*(int *)state);
	struct session_info s;

	cols[0] = place;
	return session(c, &place, &s);
}

static const struct srf_ops idset = {idset_open, idset_next, free, 1};

static bool
fn_current_query(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		 struct datum *out)
{
	struct datum place = datum_int(1);
	struct session_info s;

	for (; session(c, &place, &s); place.i++)
		if (s.pid == c->env->backend_pid)
			return !s.query || ret_text(c, s.query, out);
	return true;
}

#define ZERO(name) FUNC("pg_stat_get_" name, fn_zero)
#define REAL(name) FUNC("pg_stat_get_" name, fn_zero_real)
#define NONE(name) FUNC("pg_stat_get_" name, fn_null)

const struct func func_stat[] = {
	FUNC_S("current_query", fn_current_query),
	FUNC_SRF("pg_stat_get_backend_idset", &idset),
	FUNC_S("pg_stat_get_backend_pid", fn_pid),
	FUNC_S("pg_stat_get_backend_dbid", fn_dbid),
	FUNC_S("pg_stat_get_backend_userid", fn_userid),
	FUNC_S("pg_stat_get_backend_start", fn_start),
	FUNC_S("pg_stat_get_backend_xact_start", fn_xact_start),
	FUNC_S("pg_stat_get_backend_activity_start", fn_activity_start),
	FUNC_S("pg_stat_get_backend_activity", fn_activity),
	FUNC_S("pg_stat_get_backend_wait_event", fn_wait_event),
	FUNC_S("pg_stat_get_backend_wait_event_type", fn_wait_event_type),
	FUNC_S("pg_stat_get_backend_client_addr", fn_client_addr),
	FUNC_S("pg_stat_get_backend_client_port", fn_client_port),
	FUNC_S("pg_stat_get_db_numbackends", fn_numbackends),
	FUNC("pg_stat_reset", fn_done),
	FUNC("pg_stat_reset_shared", fn_reset_shared),
	FUNC("pg_stat_reset_single_table_counters", fn_done),
	FUNC("pg_stat_reset_single_function_counters", fn_done),
	FUNC("pg_stat_reset_slru", fn_done),
	FUNC("pg_stat_reset_replication_slot", fn_reset_slot),
	FUNC("pg_stat_reset_subscription_stats", fn_done),
	FUNC("pg_stat_clear_snapshot", fn_done),
	FUNC("pg_stat_force_next_flush", fn_done),
	FUNC("pg_stat_have_stats", fn_have_stats),
	ZERO("numscans"),
	ZERO("tuples_returned"),
	ZERO("tuples_fetched"),
	ZERO("tuples_inserted"),
	ZERO("tuples_updated"),
	ZERO("tuples_deleted"),
	ZERO("tuples_hot_updated"),
	ZERO("live_tuples"),
	ZERO("dead_tuples"),
	ZERO("mod_since_analyze"),
	ZERO("ins_since_vacuum"),
	ZERO("blocks_fetched"),
	ZERO("blocks_hit"),
	ZERO("vacuum_count"),
	ZERO("autovacuum_count"),
	ZERO("analyze_count"),
	ZERO("autoanalyze_count"),
	NONE("last_vacuum_time"),
	NONE("last_autovacuum_time"),
	NONE("last_analyze_time"),
	NONE("last_autoanalyze_time"),
	ZERO("xact_numscans"),
	ZERO("xact_tuples_returned"),
	ZERO("xact_tuples_fetched"),
	ZERO("xact_tuples_inserted"),
	ZERO("xact_tuples_updated"),
	ZERO("xact_tuples_deleted"),
	ZERO("xact_tuples_hot_updated"),
	ZERO("xact_blocks_fetched"),
	ZERO("xact_blocks_hit"),
	NONE("xact_function_calls"),
	NONE("xact_function_total_time"),
	NONE("xact_function_self_time"),
	NONE("function_calls"),
	NONE("function_total_time"),
	NONE("function_self_time"),
	ZERO("db_xact_commit"),
	ZERO("db_xact_rollback"),
	ZERO("db_blocks_fetched"),
	ZERO("db_blocks_hit"),
	ZERO("db_tuples_returned"),
	ZERO("db_tuples_fetched"),
	ZERO("db_tuples_inserted"),
	ZERO("db_tuples_updated"),
	ZERO("db_tuples_deleted"),
	ZERO("db_deadlocks"),
	ZERO("db_temp_files"),
	ZERO("db_temp_bytes"),
	ZERO("db_conflict_tablespace"),
	ZERO("db_conflict_lock"),
	ZERO("db_conflict_snapshot"),
	ZERO("db_conflict_bufferpin"),
	ZERO("db_conflict_startup_deadlock"),
	ZERO("db_conflict_all"),
	ZERO("db_sessions"),
	ZERO("db_sessions_abandoned"),
	ZERO("db_sessions_fatal"),
	ZERO("db_sessions_killed"),
	REAL("db_session_time"),
	REAL("db_active_time"),
	REAL("db_idle_in_transaction_time"),
	REAL("db_blk_read_time"),
	REAL("db_blk_write_time"),
	NONE("db_checksum_failures"),
	NONE("db_checksum_last_failure"),
	NONE("db_stat_reset_time"),
	NONE("snapshot_timestamp"),
	ZERO("bgwriter_timed_checkpoints"),
	ZERO("bgwriter_requested_checkpoints"),
	ZERO("bgwriter_buf_written_checkpoints"),
	ZERO("bgwriter_buf_written_clean"),
	ZERO("bgwriter_maxwritten_clean"),
	NONE("bgwriter_stat_reset_time"),
	ZERO("buf_written_backend"),
	ZERO("buf_fsync_backend"),
	ZERO("buf_alloc"),
	REAL("checkpoint_write_time"),
	REAL("checkpoint_sync_time"),
	FUNC("pg_notification_queue_usage", fn_zero_real),
	FUNC_END,
};
