/*
 * session: one client.
 * Owner:   whoever has the baton (DESIGN §3): the event loop while it is parked, else one worker.
 * The exceptions are named below: guard, cancel and interrupts, which any thread may set. Memory:
 * small while parked: buffers and arenas are given back (session_park).
 *
 *     net ─ session_run ─ dispatch.c: message table ─ simple_query.c, extended_query.c, copy_in.c
 *                                                   ─ portal.c: runs a plan, row_encode.c: its rows
 *                                                   ─ utility.c: everything that is not a plan
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <pthread.h>

#include "base/err.h"
#include "base/map.h"
#include "func/func.h"
#include "pgwire/pgwire.h"
#include "base/encoding.h"
#include "session/server.h"
#include "session/settings.h"
#include "session/stream.h"
#include "store/txn.h"

struct database;
struct portal;
struct prepared;
struct simple_query;
struct copy_in;
struct listener;
struct held_lock;
struct auth;

enum session_phase { PHASE_STARTUP, PHASE_AUTH, PHASE_RUN, PHASE_CLOSED };

/* Which messages are welcome: bits of dispatch.c's table. */
enum session_state {
	READY = 1,   /* between commands, or in the middle of simple ones */
	EXT = 2,     /* after an extended-protocol message, before its Sync */
	SKIP = 4,    /* after an extended-protocol error: discards up to Sync */
	COPY_IN = 8, /* CopyData flows; copy->extended says who asked for it */
};

/* Set by any thread with session_interrupt; read and answered by the worker. */
enum {
	INT_TERMINATE = 1,       /* 57P01 */
	INT_AUTH_TIMEOUT = 2,    /* 57014 */
	INT_IDLE_TIMEOUT = 4,    /* 57P05 */
	INT_IDLE_TX_TIMEOUT = 8, /* 25P03 */
	INT_NOTIFY = 16,         /* notifications wait in the inbox */
	INT_CANCELLED = 32,      /* cancel.reason was set while parked in COPY_IN */
	INT_RELOAD = 64,         /* the configuration was read again */
	INT_CRASH = 128,         /* SIGQUIT: 57P02 */
};

enum block {             /* xact.c has the table of moves */
	     BLOCK_NONE, /* no BEGIN; an implicit transaction may be open */
	     BLOCK_OPEN,
	     BLOCK_FAILED, /* 25P02 until it ends */
};

struct input { /* received bytes. Invariant: pos <= len <= cap; [pos, len) is still to be read */
	uint8_t *data;
	size_t pos, len, cap;
};

struct session {
	struct stream stream;
	void *net; /* net's own part */
	enum session_phase phase;
	unsigned state; /* enum session_state */
	bool broken;    /* the socket is: nothing can be sent */
	bool closing;   /* say goodbye after this message */
	bool counted;   /* has logged in, net has it in its registry */
	size_t want;    /* bytes that the message at input.pos needs in all */
	struct input in;
	struct pgw_out out;

	/* Owner: any, under guard. running: a command is being executed, so cancel.reason may be
	 * set. */
	pthread_mutex_t guard;
	bool running;
	bool copying; /* COPY IN is part of it: a cancel must wake the session, which may be parked
		       */
	char shown;   /* for pg_stat_activity: A active, or I, T, E as in ReadyForQuery */
	struct cancel cancel;
	_Atomic unsigned interrupts;

	struct err err;
	struct fenv fenv;
	struct arena msg;   /* dropped after every message */
	struct arena row;   /* dropped after every row */
	struct buf scratch; /* one value's text on its way out */

	/* Who and where; set at startup, NUL-terminated, malloc'ed. */
	int pid;
	uint32_t secret;
	char *login, *user, *session_user; /* who logged in; current_user; session_user */
	char *application_name, *remote;
	bool superuser, login_superuser;
	struct auth *auth; /* while PHASE_AUTH */
	struct database *database;
	struct db *db;

	struct settings settings;
	const struct encoding *encoding; /* the client's */
	/* What settings' hooks keep at hand. */
	int64_t statement_timeout, lock_timeout, idle_tx_timeout, idle_timeout; /* ms */
	int64_t log_min_duration;                                               /* ms; -1: never */
	bool log_duration;
	int log_min_error_statement; /* enum log_level */
	int client_min_messages;     /* enum log_level */
	bool sync_commit;
	struct txn_options default_txn;
	char log_statement;        /* n none, d ddl, m mod, a all */
	bool path_dirty;           /* fenv.search_path has to be worked out again */
	bool env_dirty;            /* plan_env has to be made again */
	bool report_dirty;         /* a reported setting may have changed */
	struct snapshot *snapshot; /* what fenv.snapshot points to, referenced; NULL while parked */
	uint64_t path_version;     /* the snapshot that search_path was worked out for */
	struct arena path_arena;
	char *plan_env; /* the settings that a plan depends on, as a string: part of its key */
	uint64_t reported[16]; /* hashes of the ParameterStatus values last sent */

	/* The transaction. */
	struct txn *txn;
	enum block block;
	bool implicit_many; /* inside a simple Query of several statements */
	bool ext_implicit;  /* the implicit transaction has run an Execute since the last Sync */
	struct savepoint *savepoints; /* newest first */
	int64_t statement_start;      /* ticks, for durations and statement_timeout */
	bool has_deadline;
	const char
		*query_text; /* the current command's text, for positions and the log; NULL: none */

	int open_cursors; /* of portals: the connection stays in its statement while there are any
			   */
	struct map statements; /* name → struct prepared */
	struct prepared *unnamed_statement;
	struct map portals; /* name → struct portal */
	struct map domain_checks; /* 4 bytes of OID → struct domain_check */
	int nested_queries;       /* how deep functions run queries (nested_query.h) */
	int nested_checks;        /* how many domains' checks are being evaluated */
	struct portal *unnamed_portal;
	struct simple_query
		*query; /* a Query being worked on (it outlives its message while COPY_IN) */
	struct copy_in *copy;
	const char *copy_tag; /* of the COPY that has just ended */

	/* Notifications: the listener is shared, notify.c's; pending are this transaction's. */
	struct listener *listener;
	bool inbox; /* INT_NOTIFY came when it could not be answered */
	struct pending_notify *pending_notify;
	struct held_lock *advisory;
	/* currval and lastval. */
	struct seq_seen *seqs;
	int nseqs, last_seq;
	int64_t state_change; /* server_now(); this and activity under guard: pg_stat_activity */
	char activity[128];   /* the beginning of the last command */
};

/* ---- called by net ---- */

struct session *session_new(int fd, const struct stream_ops *ops, bool local, const char *remote,
			    int port);
void session_free(struct session *s); /* rolls back; the stream is the caller's to close */

enum session_next { SESSION_PARK, SESSION_CLOSE };
/* Reads and works until the client is silent for the linger. Called with the baton only. */
enum session_next session_run(struct session *s);
/* How long a parked session may stay silent: ms (0: for ever) and the interrupt to raise then. */
int64_t session_idle_limit(const struct session *s, unsigned *interrupt);

/* Any thread: */
void session_interrupt(struct session *s, unsigned bits);
/* Stops the command that runs now, if one does; never a later one. */
void session_cancel(struct session *s, int reason);

/* ---- inside session/ ---- */

/* dispatch.c */
void session_command_begin(struct session *s, const char *text);
void session_command_end(struct session *s);
/* log_duration, log_min_duration_statement; name: the portal's, or NULL for a Query. */
void session_log_duration(struct session *s, const char *name, const char *text);
void session_activity(struct session *s, const char *text); /* what pg_stat_activity shows of it */

/* wire.c: all output goes through s->out; a broken socket makes these no-ops. */
void wire_flush(struct session *s);
void wire_flush_if_full(struct session *s); /* above 64 KiB */
/* 1: more bytes; 0: none within the linger; -1: closed or broken. */
int wire_fill(struct session *s, size_t want);
void wire_release(struct session *s); /* gives empty buffers back */

/* error_report.c */
void report_error(struct session *s); /* sends s->err as ErrorResponse and clears it */
void report_fatal(struct session *s, const char *sqlstate,
		  const char *message); /* and sets closing */
void report_pgw_error(struct session *s, const struct pgw_error *e);
void report_notice(struct session *s, const char *severity, const char *sqlstate,
		   const char *message, const char *detail, const char *hint);
/* location: in the statement's text, or -1. */
void report_notice_at(struct session *s, const char *severity, const char *sqlstate,
		      const char *message, int location);
void report_noticef(struct session *s, const char *severity, const char *sqlstate, const char *fmt,
		    ...) PRINTF(4, 5);
void report_command(struct session *s, const char *tag); /* CommandComplete */
void report_ready(struct session *s);                    /* ReadyForQuery, with what precedes it */
void report_parameters(struct session *s, bool all);     /* ParameterStatus of what has changed */
/* s->err from pgw_error. Always false. */
bool err_from_pgw(struct session *s, const struct pgw_error *e);
/* Everything after an error in a command: report, abort the transaction. */
void session_failed(struct session *s);

/* startup.c, auth.c */
bool startup_packet(struct session *s); /* false: needs more bytes */
void auth_message(struct session *s, const struct pgw_frame *f);
void auth_free(struct auth *a);

/* simple_query.c */
void on_query(struct session *s, const struct pgw_frame *f);
void simple_query_continue(struct session *s); /* after COPY_IN has ended well */
void simple_query_fail(struct session *s);     /* … or not: s->err is set */
void simple_query_abandon(struct session *s);

/* extended_query.c */
void on_parse(struct session *s, const struct pgw_frame *f);
void on_bind(struct session *s, const struct pgw_frame *f);
void on_describe(struct session *s, const struct pgw_frame *f);
void on_execute(struct session *s, const struct pgw_frame *f);
void on_close(struct session *s, const struct pgw_frame *f);
void on_sync(struct session *s, const struct pgw_frame *f);
void on_flush(struct session *s, const struct pgw_frame *f);
void on_function_call(struct session *s, const struct pgw_frame *f);

/* copy_in.c */
void on_copy_data(struct session *s, const struct pgw_frame *f);
void on_copy_done(struct session *s, const struct pgw_frame *f);
void on_copy_fail(struct session *s, const struct pgw_frame *f); /* f NULL: it was cancelled */
void copy_abandon(struct session *s);                            /* the session ends */

/* The schema as the next statement sees it, entered in fenv. NULL: err is set. Valid until the next
 * call. */
const struct snapshot *session_snapshot(struct session *s);
/* search_path.c: fenv.search_path for a snapshot; plan_env. */
void session_use_snapshot(struct session *s, const struct snapshot *snap);
const char *session_plan_env(struct session *s);

/* Text from the client (its encoding, n bytes) as valid UTF-8 in arena a. NULL: err is set (22021,
 * 22P05). */
char *session_text_in(struct session *s, struct arena *a, const char *p, size_t n, size_t *out_n);
/* UTF-8 for the client; the result may be p itself. False: err is set (22P05). */
bool session_text_out(struct session *s, struct arena *a, const char *p, size_t n, const char **out,
		      size_t *out_n);
/* For messages: never fails, what cannot be shown becomes '?'. */
const char *session_text_for_message(struct session *s, const char *p);

#endif
