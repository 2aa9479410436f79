/*
 * Functions about the session and the server: who and where, settings, sequences, sizes, signals,
 * locks, notification. What needs the session is asked through env->ops.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/roles.h"
#include "func/catalog_fn.h"
#include "func/tables.h"
#include "types/datetime.h"

static bool
ret_void(struct datum *out)
{
	*out = datum_text("", 0);
	return true;
}

static bool
ret_name(struct fcall *c, const char *name, struct datum *out)
{
	return !name || ret_text(c, name, out);
}

/* Who and where. */

static bool
fn_version(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	static const char compiler[] =
#ifdef __clang__
		"clang " __clang_version__;
#else
		"gcc " __VERSION__;
#endif
	const char *version =
		arena_printf(c->arena, "%s (Litephant)", setting_find("server_version")->boot_val);

	if (c->env->ops && c->env->ops->setting_get &&
	    !c->env->ops->setting_get(c->env->ops_arg, "server_version", false, c->arena, &version,
				      c->err))
		return false;
	return ret_text(c,
			arena_printf(c->arena,
				     "PostgreSQL %s on x86_64-pc-linux-gnu, compiled by %s, 64-bit",
				     version, compiler),
			out);
}

static bool
fn_current_database(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		    struct datum *out)
{
	return ret_name(c, c->env->database, out);
}

static bool
fn_current_user(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		struct datum *out)
{
	return ret_name(c, c->env->user, out);
}

static bool
fn_session_user(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		struct datum *out)
{
	return ret_name(c, c->env->session_user ? c->env->session_user : c->env->user, out);
}

static bool
fn_backend_pid(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out)
{
	*out = datum_int(c->env->backend_pid);
	return true;
}

static bool
fn_client_addr(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out)
{
	return ret_name(c, c->env->client_addr, out);
}

static bool
fn_client_port(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out)
{
	if (c->env->client_addr)
		*out = datum_int(c->env->client_port);
	return true;
}

static bool
fn_database_encoding(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		     struct datum *out)
{
	return ret_text(c, "UTF8", out);
}

static bool
fn_client_encoding(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		   struct datum *out)
{
	const char *value = "UTF8";

	if (c->env->ops && c->env->ops->setting_get &&
	    !c->env->ops->setting_get(c->env->ops_arg, "client_encoding", false, c->arena, &value,
				      c->err))
		return false;
	return ret_text(c, value, out);
}

static bool
fn_postmaster_start(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		    struct datum *out)
{
	const struct session_ops *ops = c->env->ops;

	*out = ts_put(c->arena, ops && ops->postmaster_start
					? ops->postmaster_start(c->env->ops_arg)
					: c->env->backend_start);
	return true;
}

static bool
fn_conf_load(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	const struct session_ops *ops = c->env->ops;

	*out = ts_put(c->arena, ops && ops->conf_load ? ops->conf_load(c->env->ops_arg)
						      : c->env->backend_start);
	return true;
}

/* Schemas. */

/* The next element of search_path's text: folded unless quoted; NULL at the end. */
static char *
next_element(struct arena *a, const char **text)
{
	const char *p = *text + strspn(*text, " ,\t\n");
	char *word = arena_alloc(a, strlen(p) + 1), *to = word;

	if (!*p)
		return NULL;
	if (*p == '"') {
		for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
			if (*p == '"')
				p++;
			*to++ = *p;
		}
		p += *p == '"';
	} else {
		for (; *p && *p != ',' && !isspace((unsigned char)*p); p++)
			*to++ = (char)tolower((unsigned char)*p);
	}
	*to = '\0';
	*text = p;
	return word;
}

/* The schemas of search_path that exist, without those that are searched unasked. False: the error
 * is set. */
static bool
explicit_schemas(struct fcall *c, struct vec *names)
{
	const char *value = "\"$user\", public";
	char *name;

	if (c->env->ops && c->env->ops->setting_get &&
	    !c->env->ops->setting_get(c->env->ops_arg, "search_path", false, c->arena, &value,
				      c->err))
		return false;
	while ((name = next_element(c->arena, &value))) {
		const struct schema *schema;

		if (!strcmp(name, "$user"))
			name = arena_strdup(c->arena, c->env->user ? c->env->user : "");
		schema = snapshot_schema(c->env->snapshot, name);
		if (schema)
			vec_push(c->arena, names, (void *)(uintptr_t)schema->name);
	}
	return true;
}

static bool
fn_current_schema(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		  struct datum *out)
{
	struct vec names = {0};

	if (!explicit_schemas(c, &names))
		return false;
	return ret_name(c, names.n ? names.v[0] : NULL, out);
}

static bool
fn_current_schemas(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct vec names = {0};
	struct buf b = BUF_INIT;

	if (args[0].i) {
		for (const char *const *p = c->env->search_path; p && *p; p++)
			if (snapshot_schema(c->env->snapshot, *p))
				vec_push(c->arena, &names, (void *)(uintptr_t)*p);
	} else if (!explicit_schemas(c, &names)) {
		return false;
	}
	buf_putc(&b, '{');
	for (int i = 0; i < names.n; i++) {
		const char *name = names.v[i];
		bool quote = !*name || strpbrk(name, "{}\", \\") || !strcasecmp(name, "null");

		buf_puts(&b, i ? "," : "");
		if (quote)
			buf_putc(&b, '"');
		for (; *name; name++) {
			if (*name == '"' || *name == '\\')
				buf_putc(&b, '\\');
			buf_putc(&b, *name);
		}
		if (quote)
			buf_putc(&b, '"');
	}
	buf_putc(&b, '}');
	return ret_buf(c, &b, out);
}

/* Settings. */

static bool
get_setting(struct fcall *c, const char *name, bool missing_ok, struct datum *out)
{
	const char *value = NULL;

	if (!NEED(c, setting_get) ||
	    !c->env->ops->setting_get(c->env->ops_arg, name, missing_ok, c->arena, &value, c->err))
		return false;
	return ret_name(c, value, out);
}

static bool
fn_show_config(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return get_setting(c, catalog_text(c, &args[0]), false, out);
}

static bool
fn_show_config_missing_ok(struct fcall *c, const struct datum *args, int nargs UNUSED,
			  struct datum *out)
{
	return get_setting(c, catalog_text(c, &args[0]), args[1].i != 0, out);
}

static bool
fn_set_config(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *name;
	bool local = args[2].class == DATUM_INT && args[2].i;

	if (arg_null(&args[0]))
		return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "SET requires parameter name");
	name = catalog_text(c, &args[0]);
	if (!NEED(c, setting_set) ||
	    !c->env->ops->setting_set(c->env->ops_arg, name,
				      arg_null(&args[1]) ? NULL : catalog_text(c, &args[1]), local,
				      c->err))
		return false;
	return get_setting(c, name, false, out);
}

/* Sequences. */

static bool
sequence_oid(struct fcall *c, const struct datum *d, oid_t *oid)
{
	const struct relation *r = catalog_relation(c, d);

	*oid = catalog_oid(d);
	if (!r)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "could not open relation with OID %u", *oid);
	if (r->kind != 'S')
		return err_set(c->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a sequence",
			       r->name);
	return true;
}

static bool
fn_nextval(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	oid_t oid;

	*out = datum_int(0);
	return sequence_oid(c, &args[0], &oid) && NEED(c, seq_nextval) &&
	       c->env->ops->seq_nextval(c->env->ops_arg, oid, &out->i, c->err);
}

static bool
fn_currval(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	oid_t oid;

	*out = datum_int(0);
	return sequence_oid(c, &args[0], &oid) && NEED(c, seq_currval) &&
	       c->env->ops->seq_currval(c->env->ops_arg, oid, &out->i, c->err);
}

static bool
fn_lastval(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	*out = datum_int(0);
	return NEED(c, seq_lastval) && c->env->ops->seq_lastval(c->env->ops_arg, &out->i, c->err);
}

static bool
fn_setval(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	oid_t oid;

	*out = args[1];
	return sequence_oid(c, &args[0], &oid) && NEED(c, seq_setval) &&
	       c->env->ops->seq_setval(c->env->ops_arg, oid, args[1].i, nargs < 3 || args[2].i,
				       c->err);
}

static bool
fn_sequence_last_value(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	int64_t value;
	oid_t oid;

	if (!sequence_oid(c, &args[0], &oid))
		return false;
	if (c->env->ops && c->env->ops->seq_last_value &&
	    c->env->ops->seq_last_value(c->env->ops_arg, oid, &value, c->err))
		*out = datum_int(value);
	return !err_is_set(c->err);
}

/* No log is collected, in any format. */
static bool
fn_current_logfile(struct fcall *c, const struct datum *args, int nargs, struct datum *out UNUSED)
{
	static const char *const formats[] = {"stderr", "csvlog", "jsonlog"};
	const char *format = nargs && !arg_null(&args[0]) ? catalog_text(c, &args[0]) : formats[0];

	for (size_t i = 0; i < COUNTOF(formats); i++)
		if (!strcmp(formats[i], format))
			return true;
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "log format \"%s\" is not supported",
		format);
	return err_hint(c->err, "The supported log formats are \"stderr\", \"csvlog\", and "
				"\"jsonlog\".");
}

/* Waiting and signals. */

static bool
fn_sleep(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double seconds;

	ret_void(out);
	return arg_float(c, &args[0], &seconds) && NEED(c, sleep) &&
	       c->env->ops->sleep(c->env->ops_arg, seconds, c->err);
}

static bool
send_signal(struct fcall *c, int64_t pid, bool terminate, struct datum *out)
{
	bool sent = false;

	if (!NEED(c, signal_backend) ||
	    !c->env->ops->signal_backend(c->env->ops_arg, (int)pid, terminate, &sent, c->err))
		return false;
	if (!sent && c->env->ops->notice)
		c->env->ops->notice(c->env->ops_arg, "WARNING", ERR_WARNING,
				    arena_printf(c->arena,
						 "PID %d is not a PostgreSQL backend process",
						 (int)pid));
	*out = datum_int(sent);
	return true;
}

static bool
fn_cancel_backend(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return send_signal(c, args[0].i, false, out);
}

static bool
fn_terminate_backend(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (nargs > 1 && args[1].i < 0)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			       "\"timeout\" must not be negative");
	return send_signal(c, args[0].i, true, out);
}

static bool
fn_notify(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *channel = arg_null(&args[0]) ? "" : catalog_text(c, &args[0]);
	const char *payload = arg_null(&args[1]) ? "" : catalog_text(c, &args[1]);

	ret_void(out);
	return NEED(c, notify) && c->env->ops->notify(c->env->ops_arg, channel, payload, c->err);
}

/* Advisory locks. The pairs of int4 are a key space of their own: mixed, so that they meet no int8
 * key by design. */

enum { A_SHARED = 1, A_TRY = 2, A_UNLOCK = 4, A_XACT = 8 };

static int64_t
advisory_key(const struct datum *args, int nargs)
{
	uint64_t key;

	if (nargs == 1)
		return args[0].i;
	key = (uint64_t)(uint32_t)args[0].i << 32 | (uint32_t)args[1].i;
	key = (key ^ key >> 31) * 0x9fb21c651e98df25ULL;
	return (int64_t)(key ^ 0x6c8e9cf570932bd5ULL);
}

static bool
advisory(struct fcall *c, const struct datum *args, int nargs, int how, struct datum *out)
{
	bool got = false;

	if (!NEED(c, advisory) ||
	    !c->env->ops->advisory(c->env->ops_arg, advisory_key(args, nargs), how & A_SHARED,
				   how & A_TRY, how & A_UNLOCK, how & A_XACT, &got, c->err))
		return false;
	if (!(how & (A_TRY | A_UNLOCK)))
		return ret_void(out);
	*out = datum_int(got);
	if (how & A_UNLOCK && !got && c->env->ops->notice)
		c->env->ops->notice(c->env->ops_arg, "WARNING", ERR_WARNING,
				    how & A_SHARED ? "you don't own a lock of type ShareLock"
						   : "you don't own a lock of type ExclusiveLock");
	return true;
}

#define ADVISORY(name, how)                                                                        \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		return advisory(c, args, nargs, how, out);                                         \
	}

ADVISORY(fn_lock, 0)
ADVISORY(fn_lock_shared, A_SHARED)
ADVISORY(fn_try_lock, A_TRY)
ADVISORY(fn_try_lock_shared, A_TRY | A_SHARED)
ADVISORY(fn_unlock, A_UNLOCK)
ADVISORY(fn_unlock_shared, A_UNLOCK | A_SHARED)
ADVISORY(fn_xact_lock, A_XACT)
ADVISORY(fn_xact_lock_shared, A_XACT | A_SHARED)
ADVISORY(fn_try_xact_lock, A_XACT | A_TRY)
ADVISORY(fn_try_xact_lock_shared, A_XACT | A_TRY | A_SHARED)

static bool
fn_unlock_all(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	if (!NEED(c, advisory_unlock_all))
		return false;
	c->env->ops->advisory_unlock_all(c->env->ops_arg);
	return ret_void(out);
}

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

static bool
fn_no_pids(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	return ret_text(c, "{}", out);
}

const struct func func_admin[] = {
	FUNC_S("pgsql_version", fn_version),
	FUNC_S("current_database", fn_current_database),
	FUNC_S("current_user", fn_current_user),
	FUNC_S("session_user", fn_session_user),
	FUNC_S("pg_backend_pid", fn_backend_pid),
	FUNC_S("inet_client_addr", fn_client_addr),
	FUNC_S("inet_client_port", fn_client_port),
	FUNC("inet_server_addr", fn_null),
	FUNC("inet_server_port", fn_null),
	FUNC("getdatabaseencoding", fn_database_encoding),
	FUNC_S("pg_client_encoding", fn_client_encoding),
	FUNC_S("pg_postmaster_start_time", fn_postmaster_start),
	FUNC_S("pg_conf_load_time", fn_conf_load),
	FUNC_S("current_schema", fn_current_schema),
	FUNC_S("current_schemas", fn_current_schemas),
	FUNC_S("show_config_by_name", fn_show_config),
	FUNC_S("show_config_by_name_missing_ok", fn_show_config_missing_ok),
	FUNC_S("set_config_by_name", fn_set_config),
	FUNC_S("nextval_oid", fn_nextval),
	FUNC_S("currval_oid", fn_currval),
	FUNC_S("lastval", fn_lastval),
	FUNC_S("setval_oid", fn_setval),
	FUNC_S("setval3_oid", fn_setval),
	FUNC_S("pg_sequence_last_value", fn_sequence_last_value),
	FUNC_S("pg_sleep", fn_sleep),
	FUNC_S("pg_cancel_backend", fn_cancel_backend),
	FUNC_S("pg_terminate_backend", fn_terminate_backend),
	FUNC_S("pg_notify", fn_notify),
	FUNC_S("pg_advisory_lock_int8", fn_lock),
	FUNC_S("pg_advisory_lock_int4", fn_lock),
	FUNC_S("pg_advisory_lock_shared_int8", fn_lock_shared),
	FUNC_S("pg_advisory_lock_shared_int4", fn_lock_shared),
	FUNC_S("pg_try_advisory_lock_int8", fn_try_lock),
	FUNC_S("pg_try_advisory_lock_int4", fn_try_lock),
	FUNC_S("pg_try_advisory_lock_shared_int8", fn_try_lock_shared),
	FUNC_S("pg_try_advisory_lock_shared_int4", fn_try_lock_shared),
	FUNC_S("pg_advisory_unlock_int8", fn_unlock),
	FUNC_S("pg_advisory_unlock_int4", fn_unlock),
	FUNC_S("pg_advisory_unlock_shared_int8", fn_unlock_shared),
	FUNC_S("pg_advisory_unlock_shared_int4", fn_unlock_shared),
	FUNC_S("pg_advisory_unlock_all", fn_unlock_all),
	FUNC_S("pg_advisory_xact_lock_int8", fn_xact_lock),
	FUNC_S("pg_advisory_xact_lock_int4", fn_xact_lock),
	FUNC_S("pg_advisory_xact_lock_shared_int8", fn_xact_lock_shared),
	FUNC_S("pg_advisory_xact_lock_shared_int4", fn_xact_lock_shared),
	FUNC_S("pg_try_advisory_xact_lock_int8", fn_try_xact_lock),
	FUNC_S("pg_try_advisory_xact_lock_int4", fn_try_xact_lock),
	FUNC_S("pg_try_advisory_xact_lock_shared_int8", fn_try_xact_lock_shared),
	FUNC_S("pg_try_advisory_xact_lock_shared_int4", fn_try_xact_lock_shared),
	FUNC("pg_is_in_recovery", fn_false),
	FUNC("pg_jit_available", fn_false),
	FUNC("pg_trigger_depth", fn_false),
	FUNC("pg_blocking_pids", fn_no_pids),
	FUNC("pg_safe_snapshot_blocking_pids", fn_no_pids),
	FUNC("pg_last_wal_receive_lsn", fn_null),
	FUNC("pg_last_wal_replay_lsn", fn_null),
	FUNC("pg_last_xact_replay_timestamp", fn_null),
	FUNC("pg_current_logfile", fn_current_logfile),
	FUNC("pg_current_logfile_1arg", fn_current_logfile),
	FUNC("pg_collation_actual_version", fn_null),
	FUNC("pg_database_collation_actual_version", fn_null),
	FUNC_END,
};
