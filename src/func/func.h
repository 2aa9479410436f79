/*
 * func: the bodies of built-in functions.
 *
 * pg_proc (catalog/) says which functions exist and what they take and return; a struct func here
 * is the body of one. A body is bound to pg_proc rows by key: either pg_proc.prosrc (the name of
 * PostgreSQL's own C function, shared by every row with that behaviour: "int4pl", "text_substr"),
 * or, where prosrc says nothing (aggregates, SQL-language rows), by signature as regprocedure
 * prints it with internal type names: "sum(int4)". Signature wins over prosrc. Each area is a file
 * exporting one table, listed in func.c. A pg_proc row without a body is 0A000 with its name.
 *
 * How a body runs: emit prints a call of the SQLite function "pg_" || key-name (func_sqlite_name),
 * or the body's template; the store registers every scalar, aggregate and set-returning body on
 * each connection and translates arguments to datums without copying. func/ never sees SQLite.
 */
#ifndef FUNC_FUNC_H
#define FUNC_FUNC_H

#include "types/type.h"

struct snapshot; /* catalog/ */
struct proc;     /* catalog/ */
struct relation; /* catalog/ */

/* A command that may be told to stop. Set by any thread, read by the one that works. */
struct cancel {
	_Atomic int reason; /* 0: go on; else one of CANCEL_* */
};
enum {
	CANCEL_NONE,
	CANCEL_USER,
	CANCEL_STATEMENT_TIMEOUT,
	CANCEL_LOCK_TIMEOUT,
	CANCEL_IDLE_IN_TRANSACTION,
	CANCEL_TERMINATE
};
/* Raises the error that belongs to the reason (57014, 55P03, 25P03, 57P01). Always false. */
bool cancel_error(int reason, struct err *err);

/* Rows that only the server or the session knows. Times are microseconds since 2000-01-01 UTC; 0:
 * NULL. Strings live as long as the arena given with the question. */
struct database_info {
	oid_t oid, owner;
	const char *name;
	bool is_template, allow_connections;
	int connection_limit; /* -1: none */
};
struct role_info {
	oid_t oid;
	const char *name, *password; /* password: the verifier, or NULL */
	const char *valid_until;     /* a timestamptz in stored form, or NULL */
	bool super, inherit, create_role, create_db, login, replication, bypass_rls;
	int connection_limit; /* -1: none */
};
struct session_info { /* pg_stat_activity */
	int pid;
	oid_t database_oid, user_oid;
	const char *database, *user, *application_name, *client_addr, *state, *query,
		*wait_event_type, *wait_event;
	int client_port;
	int64_t backend_start, xact_start, query_start, state_change;
};
struct prepared_info { /* pg_prepared_statements */
	const char *name, *statement;
	int64_t prepare_time, generic_plans, custom_plans;
	const oid_t *types;
	int ntypes;
	bool from_sql;
};
struct cursor_info { /* pg_cursors */
	const char *name, *statement;
	bool holdable, binary, scrollable;
	int64_t creation_time;
};

/* Where the rows of a query go that a function runs. False: err is set, and the query ends. */
struct query_column {
	const char *name;
	const struct type *type;
	int32_t typmod;
};
struct query_sink {
	void *arg;
	/* Before the rows, if there is somewhere for them; or NULL. */
	bool (*columns)(void *arg, const struct query_column *cols, int n);
	/* Values until the next row. NULL: the query is not run. */
	bool (*row)(void *arg, const struct datum *values);
};

/* What functions may ask of the session; implemented by session/. All may set err and return false.
 */
struct session_ops {
	bool (*setting_get)(void *arg, const char *name, bool missing_ok, struct arena *a,
			    const char **value, struct err *err);
	bool (*setting_set)(void *arg, const char *name, const char *value, bool is_local,
			    struct err *err);
	/* Sequences: by pg_class OID. */
	bool (*seq_nextval)(void *arg, oid_t seq, int64_t *value, struct err *err);
	bool (*seq_currval)(void *arg, oid_t seq, int64_t *value, struct err *err);
	bool (*seq_lastval)(void *arg, int64_t *value, struct err *err);
	bool (*seq_setval)(void *arg, oid_t seq, int64_t value, bool is_called, struct err *err);
	/* Waits; false with err set (57014 …) when told to stop. */
	bool (*sleep)(void *arg, double seconds, struct err *err);
	/* pg_cancel_backend (terminate false), pg_terminate_backend. *sent: there was such a
	 * backend. */
	bool (*signal_backend)(void *arg, int pid, bool terminate, bool *sent, struct err *err);
	bool (*advisory)(void *arg, int64_t key, bool shared, bool try_only, bool unlock, bool xact,
			 bool *got, struct err *err);
	void (*advisory_unlock_all)(void *arg);
	bool (*notify)(void *arg, const char *channel, const char *payload, struct err *err);
	/* A NOTICE or WARNING for the client. */
	void (*notice)(void *arg, const char *severity, const char *sqlstate, const char *message);
	/* Bytes of the whole database file; of one relation (kind: "main", "index", "total"). */
	bool (*database_size)(void *arg, const char *name, int64_t *bytes, struct err *err);
	bool (*relation_size)(void *arg, oid_t rel, const char *kind, int64_t *bytes,
			      struct err *err);
	/* Rows of pg_database, pg_authid, pg_stat_activity, pg_prepared_statements, pg_cursors: the
	 * i-th from 0, zeroed at entry; false: there are no more. Each may be NULL: then there is
	 * what the fenv itself knows (this database, the predefined roles and this user, this
	 * session), or nothing. */
	bool (*database_at)(void *arg, int i, struct arena *a, struct database_info *out);
	bool (*role_at)(void *arg, int i, struct arena *a, struct role_info *out);
	bool (*session_at)(void *arg, int i, struct arena *a, struct session_info *out);
	bool (*prepared_at)(void *arg, int i, struct arena *a, struct prepared_info *out);
	bool (*cursor_at)(void *arg, int i, struct arena *a, struct cursor_info *out);
	/* Channels that the session listens to: i = 0, 1 …; NULL at the end. May be NULL. */
	const char *(*listening_at)(void *arg, int i);
	/* A sequence's last value without touching it: false with no error: nextval has not been
	 * called yet. May be NULL. */
	bool (*seq_last_value)(void *arg, oid_t seq, int64_t *value, struct err *err);
	/* When the server started and read its configuration; microseconds since 2000-01-01 UTC.
	 * May be NULL. */
	int64_t (*postmaster_start)(void *arg);
	int64_t (*conf_load)(void *arg);
	/* A view's definition as PostgreSQL prints it, without its semicolon; wrap: the column up to
	 * which results share a line. May be NULL: then the text is given that is stored. */
	bool (*view_definition)(void *arg, const struct relation *view, bool pretty, int wrap,
				struct arena *a, char **text, struct err *err);
	/* Can statements write to a view? *base: the table that it shows, or NULL; *cols: by
	 * column, is it one of the table's? May be NULL: to none. */
	bool (*view_updatable)(void *arg, const struct relation *view, struct arena *a,
			       const struct relation **base, bool **cols, struct err *err);
	/* Parses, analyzes and runs a read-only query for functions that take SQL (query_to_xml …);
	 * as_cursor: it is worded as one that a cursor is opened for. And fetches count rows of a
	 * cursor of the session. May be NULL. */
	bool (*run_query)(void *arg, const char *sql, bool as_cursor, const struct query_sink *sink,
			  struct err *err);
	bool (*fetch_cursor)(void *arg, const char *name, int64_t count,
			     const struct query_sink *sink, struct err *err);
};

/* The state that a running function may see. One per session; a connection points to its
 * borrower's. Owner: the session's worker. */
struct fenv {
	struct type_env types;           /* first: settings for text forms */
	const struct snapshot *snapshot; /* the statement's catalog */
	struct err *err;                 /* the session's error; a failing body sets it */
	struct cancel *cancel;
	const char *user, *session_user, *database;
	int backend_pid;
	oid_t user_oid, database_oid;
	const char *const *search_path; /* NULL-terminated schema names in effect, pg_catalog and
					   temp included as Postgres puts them */
	const char *client_addr;        /* or NULL */
	int client_port;
	int64_t backend_start; /* microseconds since 2000-01-01 UTC */
	int64_t query_id;      /* counts commands; volatile per-command state hangs on it */
	double random_state[4];
	uint64_t txid;  /* of the current transaction; 0: none assigned yet */
	bool read_only; /* the transaction is READ ONLY: nextval and kin raise 25006 */
	const struct session_ops *ops;
	void *ops_arg;
};

/* The actual types of one call, for polymorphic bodies. Set for bodies with F_TYPES only. */
struct ftypes {
	int nargs;
	const struct type **args;
	int32_t *typmods; /* of the arguments */
	const struct type *ret;
	bool variadic; /* the last argument was written VARIADIC: an array, for VARIADIC "any" */
};

/* One call. Owner: the worker. Memory: arena lives until the result has been taken (one row). */
struct fcall {
	struct arena *arena;
	struct err *err;
	struct fenv *env;
	const struct proc
		*proc; /* the row that was called; NULL for bodies that emit uses directly */
	const struct ftypes *types; /* with F_TYPES */
	/* A place for one compiled thing per call site (a regular expression, a format): NULL at
	 * first; freed by cache_free. */
	void **cache;
	void (**cache_free)(void *);
};

/* A type_ctx for conversions inside a body. */
struct type_ctx fcall_type_ctx(struct fcall *c);

/* args[i] with class DATUM_NULL can appear only when the pg_proc row is not strict. *out is NULL at
 * entry. False: err is set. out may point into args or c->arena. */
typedef bool func_fn(struct fcall *c, const struct datum *args, int nargs, struct datum *out);

/* An aggregate: state is zeroed memory of size bytes, 16-aligned. Arguments of step may be NULL
 * values unless strict. Memory that the state keeps is malloc'ed and freed by release, or lives in
 * *agg_arena (made on first use, dropped after). */
struct agg_call {
	struct fcall call;   /* call.arena: this row only */
	struct arena *arena; /* as long as the group's state */
	void *state;
};
struct agg_ops {
	size_t size;
	bool (*step)(struct agg_call *a, const struct datum *args, int nargs);
	/* Takes a row back out, for moving window frames; NULL: the store keeps the frame's rows
	 * and steps again – emit calls func_sqlite_name() "__frame" then, where a frame's start is
	 * not UNBOUNDED PRECEDING. */
	bool (*inverse)(struct agg_call *a, const struct datum *args, int nargs);
	/* May be called repeatedly (window frames); does not consume the state. Over no rows at all
	 * the state is zeroed and call.types is NULL. */
	bool (*final)(struct agg_call *a, struct datum *out);
	void (*release)(void *state); /* or NULL */
	bool strict;                  /* rows with a NULL argument are skipped before step */
};

/* A set-returning function. The columns are those of the pg_proc row's result (one, or its OUT
 * arguments). */
struct srf_ops {
	/* Starts; *state is the body's own. */
	bool (*open)(struct fcall *c, const struct datum *args, int nargs, void **state);
	/* 1: a row in cols; 0: the end; -1: err is set. c->arena is emptied between rows. */
	int (*next)(struct fcall *c, void *state, struct datum *cols);
	void (*close)(void *state);
	int ncols; /* how many columns it fills; 1 for scalars. 0: those of the last argument, a record
		      whose values are all NULL; one, the whole row, where it is not given */
};

/* rows_spread has this many columns; rows_spread_wide as many as a row can have. */
enum { ROWS_NARROW = 32 };

enum {
	F_TYPES = 1, /* the body needs the actual types: emit passes them (see func_types_text) */
	F_SESSION =
		2, /* the result depends on session state: never cached, never constant-folded */
};

struct func {
	const char *key; /* prosrc, or a signature */
	func_fn *fn;     /* scalar body, or NULL */
	const struct agg_ops *agg;
	const struct srf_ops *srf;
	/* SQLite text in place of a call: $1 … are the arguments, each already parenthesised where
	 * needed. For bare operators ("$1 < $2") and native functions ("count($1)"). NULL: called
	 * by name. */
	const char *native;
	unsigned flags;
};

#define FUNC(key, fn)                                                                              \
	{                                                                                          \
		key, fn, NULL, NULL, NULL, 0                                                       \
	}
#define FUNC_T(key, fn)                                                                            \
	{                                                                                          \
		key, fn, NULL, NULL, NULL, F_TYPES                                                 \
	}
#define FUNC_S(key, fn)                                                                            \
	{                                                                                          \
		key, fn, NULL, NULL, NULL, F_SESSION                                               \
	}
#define FUNC_NATIVE(key, text)                                                                     \
	{                                                                                          \
		key, NULL, NULL, NULL, text, 0                                                     \
	}
/* A template for statements, and the same as a body for constants (sql/fold.c). */
#define FUNC_BOTH(key, fn, text)                                                                   \
	{                                                                                          \
		key, fn, NULL, NULL, text, 0                                                       \
	}
#define FUNC_AGG(key, ops)                                                                         \
	{                                                                                          \
		key, NULL, ops, NULL, NULL, 0                                                      \
	}
#define FUNC_AGG_T(key, ops)                                                                       \
	{                                                                                          \
		key, NULL, ops, NULL, NULL, F_TYPES                                                \
	}
#define FUNC_SRF(key, ops)                                                                         \
	{                                                                                          \
		key, NULL, NULL, ops, NULL, 0                                                      \
	}
#define FUNC_SRF_T(key, ops)                                                                       \
	{                                                                                          \
		key, NULL, NULL, ops, NULL, F_TYPES                                                \
	}
#define FUNC_END                                                                                   \
	{                                                                                          \
		NULL, NULL, NULL, NULL, NULL, 0                                                    \
	}

/* The body for a pg_proc row, or NULL: not implemented. */
const struct func *func_for(const struct proc *p);
/* The same by prosrc or signature. */
const struct func *func_by_key(const char *key);
/* Iterates over all bodies: i = 0, 1 …; NULL at the end. */
const struct func *func_at(int i);
/* "pg_" and the key, with every character that is not a letter, digit or _ turned into _; in a
 * static or arena string. */
const char *func_sqlite_name(struct arena *a, const struct func *f);
/* F_TYPES: the text of the extra first argument, "ret/typmod,arg/typmod,…" in OIDs, with a 'v' at
 * the end for VARIADIC; and its reading. */
char *func_types_text(struct arena *a, oid_t ret, const oid_t *args, const int32_t *typmods,
		      int nargs);
bool func_types_parse(struct arena *a, const char *text, size_t n,
		      const struct type *(*find)(void *, oid_t), void *find_arg,
		      struct ftypes *out);

/* Calls a scalar body outside SQLite (constant evaluation, casts while binding, COPY). */
bool func_call(const struct func *f, struct fcall *c, const struct datum *args, int nargs,
	       struct datum *out) MUSTCHECK;

#endif
