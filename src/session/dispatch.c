/*
 * The message table, and the life of a session around it.
 *
 * A session is worked on until its client has been silent for the linger; then it is parked
 * (session_run returns). Whatever is half done survives parking: a partial message in s->in, a
 * password exchange in s->auth, a COPY in s->copy.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/log.h"
#include "session/advisory.h"
#include "session/databases.h"
#include "session/domain_check.h"
#include "session/notify.h"
#include "session/portal.h"
#include "session/prepared.h"
#include "session/session.h"
#include "session/session_ops.h"
#include "session/xact.h"
#include "types/utf8.h"

struct server server;

int64_t
server_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ((int64_t)t.tv_sec - 946684800) * 1000000 + t.tv_nsec / 1000;
}

int64_t
server_ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- life ---- */

struct session *
session_new(int fd, const struct stream_ops *ops, bool local, const char *remote, int port)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->stream = (struct stream){.ops = ops, .fd = fd, .local = local};
	s->phase = PHASE_STARTUP;
	s->state = READY;
	s->encoding = encoding_utf8;
	s->pid = ++server.next_pid;
	pthread_mutex_init(&s->guard, NULL);
	err_init(&s->err);
	pgw_out_init(&s->out);
	settings_init(&s->settings, s);
	s->remote = xstrdup(remote ? remote : "");
	s->client_min_messages = LOG_NOTICE_;
	s->log_min_duration = -1;
	s->path_dirty = s->env_dirty = true;
	s->state_change = server_now();
	s->fenv = (struct fenv){.err = &s->err,
				.cancel = &s->cancel,
				.backend_pid = s->pid,
				.client_port = local ? -1 : port,
				.backend_start = s->state_change,
				.ops = &session_ops,
				.ops_arg = s};
	s->fenv.client_addr = local ? NULL : s->remote;
	s->fenv.types = type_env_canonical;
	s->fenv.types.reg = &catalog_reg_ops;
	s->fenv.types.reg_arg = &s->fenv;
	s->fenv.types.domain = &session_domain_ops;
	s->fenv.types.domain_arg = s;
	s->fenv.types.notice = session_ops.notice;
	s->fenv.types.notice_arg = s;
	s->last_seq = -1;
	s->shown = 'I';
	return s;
}

static void
log_disconnection(const struct session *s)
{
	int64_t ms = (server_now() - s->fenv.backend_start) / 1000;

	if (!settings_base_bool("log_disconnections"))
		return;
	log_line(LOG_LOG, s->pid,
		 "disconnection: session time: %lld:%02d:%02d.%03d user=%s database=%s host=%s",
		 (long long)ms / 3600000, (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
		 (int)(ms % 1000), s->login, s->database->name,
		 s->stream.local ? "[local]" : s->remote);
}

static void
free_strings(struct session *s)
{
	free(s->login);
	free(s->user);
	free(s->session_user);
	free(s->application_name);
	free(s->remote);
	free(s->plan_env);
	free(s->seqs);
}

void
session_free(struct session *s)
{
	if (s->database) {
		log_disconnection(s);
		copy_abandon(s);
		simple_query_abandon(s);
		xact_reset(s);
		portals_close_all(s);
		prepared_close_all(s);
		notify_close(s);
		advisory_unlock_all(s);
		txn_free(s->txn);
		if (s->snapshot)
			snapshot_unref(s->snapshot);
		database_release(s->database);
	}
	auth_free(s->auth);
	settings_release(&s->settings);
	wire_release(s);
	free(s->in.data);
	pgw_out_release(&s->out);
	arena_release(&s->msg);
	arena_release(&s->row);
	arena_release(&s->path_arena);
	err_release(&s->err);
	domain_checks_release(s);
	free_strings(s);
	pthread_mutex_destroy(&s->guard);
	free(s);
}

/* ---- from other threads ---- */

void
session_interrupt(struct session *s, unsigned bits)
{
	s->interrupts |= bits;
	if (bits & (INT_TERMINATE | INT_CRASH))
		session_cancel(s, CANCEL_TERMINATE);
	server.host->wake(s);
}

/* The guard makes "the command that runs now" exact: running goes down under it before the next
 * command begins. */
void
session_cancel(struct session *s, int reason)
{
	bool hit, copying;

	pthread_mutex_lock(&s->guard);
	hit = s->running;
	copying = s->copying;
	if (hit)
		s->cancel.reason = reason;
	pthread_mutex_unlock(&s->guard);
	if (hit && copying) {
		s->interrupts |= INT_CANCELLED;
		server.host->wake(s);
	}
}

void
session_command_begin(struct session *s, const char *text)
{
	s->query_text = text;
	s->statement_start = server_now();
	s->fenv.types.stmt_time = s->statement_start;
	s->fenv.query_id++;
	pthread_mutex_lock(&s->guard);
	s->running = true;
	s->shown = 'A';
	s->cancel.reason =
		s->interrupts & (INT_TERMINATE | INT_CRASH) ? CANCEL_TERMINATE : CANCEL_NONE;
	s->state_change = s->statement_start;
	pthread_mutex_unlock(&s->guard);
	s->has_deadline = s->statement_timeout > 0;
	if (s->has_deadline)
		server.host->deadline(s, s->statement_timeout);
}

void
session_activity(struct session *s, const char *text)
{
	size_t n = utf8_clip(text, strlen(text), sizeof(s->activity) - 1);

	pthread_mutex_lock(&s->guard);
	memcpy(s->activity, text, n);
	s->activity[n] = '\0';
	pthread_mutex_unlock(&s->guard);
}

void
session_command_end(struct session *s)
{
	pthread_mutex_lock(&s->guard);
	s->running = false;
	s->shown = xact_status(s);
	s->cancel.reason = CANCEL_NONE;
	pthread_mutex_unlock(&s->guard);
	s->query_text = NULL;
	if (s->has_deadline) /* the setting itself may have changed meanwhile */
		server.host->deadline(s, 0);
	s->has_deadline = false;
}

/* Of statement_timeout, ms; at least 1. */
static int64_t
time_left(const struct session *s)
{
	return MAX(s->statement_timeout - (server_now() - s->statement_start) / 1000, (int64_t)1);
}

int64_t
session_idle_limit(const struct session *s, unsigned *interrupt)
{
	if (s->phase != PHASE_RUN) {
		*interrupt = INT_AUTH_TIMEOUT;
		return 0; /* net runs one clock for the whole authentication */
	}
	if (s->running) { /* a COPY waits for its data */
		*interrupt = INT_CANCELLED;
		return s->has_deadline ? time_left(s) : 0;
	}
	*interrupt = s->block == BLOCK_NONE ? INT_IDLE_TIMEOUT : INT_IDLE_TX_TIMEOUT;
	return s->block == BLOCK_NONE ? s->idle_timeout : s->idle_tx_timeout;
}

/* ---- messages ---- */

static void
on_terminate(struct session *s, const struct pgw_frame *f)
{
	(void)f;
	s->closing = true;
}

static void
ignore(struct session *s, const struct pgw_frame *f)
{
	(void)s, (void)f;
}

struct rule {
	unsigned states;
	void (*handle)(struct session *s, const struct pgw_frame *f);
};

static const struct rule rules[128] = {
	['Q'] = {READY | EXT, on_query},
	['P'] = {READY | EXT, on_parse},
	['B'] = {READY | EXT, on_bind},
	['D'] = {READY | EXT, on_describe},
	['E'] = {READY | EXT, on_execute},
	['C'] = {READY | EXT, on_close},
	['H'] = {READY | EXT, on_flush},
	['S'] = {READY | EXT | SKIP, on_sync},
	['F'] = {READY | EXT, on_function_call},
	['X'] = {READY | EXT | SKIP | COPY_IN, on_terminate},
	['d'] = {COPY_IN, on_copy_data},
	['c'] = {COPY_IN, on_copy_done},
	['f'] = {COPY_IN, on_copy_fail},
};

static enum pgw_phase
wire_phase(const struct session *s)
{
	if (s->phase == PHASE_AUTH)
		return PGW_PHASE_PASSWORD;
	return s->state == COPY_IN ? PGW_PHASE_COPY_IN : PGW_PHASE_READY;
}

/* A message of a type that may not come here, or with an impossible length: nothing after it can be
 * understood. */
static void
lost(struct session *s, const struct pgw_error *e)
{
	bool copying = s->state == COPY_IN;

	report_pgw_error(s, e);
	if (copying && !s->closing)
		report_fatal(s, ERR_PROTOCOL_VIOLATION,
			     "terminating connection because protocol synchronization was lost");
	s->closing = true;
}

static void
handle(struct session *s, const struct pgw_frame *f)
{
	const struct rule *r = &rules[f->type & 127];

	if (s->phase == PHASE_AUTH) {
		auth_message(s, f);
		return;
	}
	/* Data of a COPY that has failed, and whatever follows an extended error, is let go by. */
	if (r->handle && (r->states & s->state))
		r->handle(s, f);
	else
		ignore(s, f);
	if (err_is_set(&s->err))
		err_clear(&s->err);
}

/* Takes one whole message off the input. False: there is none (s->want bytes are needed). */
static bool
next_message(struct session *s)
{
	struct pgw_frame f = {0};
	struct pgw_error e;
	size_t have = s->in.len - s->in.pos;

	if (s->phase == PHASE_STARTUP)
		return startup_packet(s);
	switch (pgw_frame_next(s->in.data + s->in.pos, have, wire_phase(s), 0, &f, &e)) {
	case PGW_OK:
		s->in.pos += f.total;
		handle(s, &f);
		if (!s->query)
			arena_clear(&s->msg);
		return true;
	case PGW_NEED_MORE:
		s->want = f.total;
		return false;
	default:
		lost(s, &e);
		return false;
	}
}

/* ---- running ---- */

static void
terminate(struct session *s, unsigned bits)
{
	if (bits & INT_CRASH)
		report_fatal(s, ERR_CRASH_SHUTDOWN,
			     "terminating connection because of crash of another server process");
	else if (bits & INT_TERMINATE && s->phase == PHASE_RUN)
		report_fatal(s, ERR_ADMIN_SHUTDOWN,
			     "terminating connection due to administrator command");
	else if (bits & INT_AUTH_TIMEOUT && s->phase == PHASE_AUTH)
		report_fatal(s, ERR_QUERY_CANCELED, "canceling authentication due to timeout");
	else if (bits & INT_IDLE_TX_TIMEOUT && s->phase == PHASE_RUN)
		report_fatal(s, ERR_IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
			     "terminating connection due to idle-in-transaction timeout");
	else if (bits & INT_IDLE_TIMEOUT && s->phase == PHASE_RUN)
		report_fatal(s, ERR_IDLE_SESSION_TIMEOUT,
			     "terminating connection due to idle-session timeout");
	s->closing = true;
}

/* What can be answered now: notifications wait for the end of a block, a pipeline, a COPY. */
static unsigned
pending(const struct session *s)
{
	unsigned bits = s->interrupts;

	if (s->phase != PHASE_RUN || s->state != READY || s->block != BLOCK_NONE || s->query)
		bits &= ~(unsigned)INT_NOTIFY;
	return bits;
}

static void
answer_interrupts(struct session *s)
{
	unsigned bits = pending(s);

	/* A time-out for silence does not count when the client has spoken after all. */
	if (s->in.pos < s->in.len || s->running)
		bits &= ~(unsigned)(INT_IDLE_TIMEOUT | INT_IDLE_TX_TIMEOUT);
	if (s->phase == PHASE_RUN)
		bits &= ~(unsigned)INT_AUTH_TIMEOUT;
	s->interrupts &= ~(unsigned)(INT_IDLE_TIMEOUT | INT_IDLE_TX_TIMEOUT | INT_AUTH_TIMEOUT |
				     INT_CANCELLED | INT_RELOAD);
	if (bits & (INT_TERMINATE | INT_CRASH | INT_AUTH_TIMEOUT | INT_IDLE_TIMEOUT |
		    INT_IDLE_TX_TIMEOUT)) {
		terminate(s, bits);
		return;
	}
	if (bits & INT_RELOAD && s->phase == PHASE_RUN) {
		settings_apply_all(&s->settings);
		report_parameters(s, false);
	}
	if (bits & INT_CANCELLED && s->copy) {
		if (!s->cancel.reason && s->has_deadline && time_left(s) <= 1)
			s->cancel.reason = CANCEL_STATEMENT_TIMEOUT;
		if (s->cancel.reason)
			on_copy_fail(s, NULL);
	}
	if (bits & INT_NOTIFY)
		notify_deliver(s);
}

static void
park(struct session *s)
{
	/* A notification for later must not keep a parked session awake; one that came just now
	 * may. */
	if ((s->interrupts & INT_NOTIFY) && !(pending(s) & INT_NOTIFY)) {
		s->interrupts &= ~(unsigned)INT_NOTIFY;
		s->inbox = true;
	}
	wire_release(s);
	if (!s->query) {
		arena_release(&s->msg);
		arena_release(&s->err.arena);
	}
	if (s->snapshot && s->open_cursors == 0) {
		snapshot_unref(s->snapshot);
		s->snapshot = NULL;
		s->fenv.snapshot = NULL;
		s->fenv.search_path = NULL;
		arena_release(&s->path_arena);
	}
}

/* Bytes that nobody has read would turn the close into a reset, and the client would not see the
 * last message. */
static void
drain(struct session *s)
{
	char waste[4096];

	if (s->broken || s->stream.tls || shutdown(s->stream.fd, SHUT_WR) != 0)
		return;
	for (int i = 0; i < 256; i++)
		if (s->stream.ops->read(&s->stream, waste, sizeof(waste)) <= 0)
			break;
}

static enum session_next
goodbye(struct session *s)
{
	wire_flush(s);
	drain(s);
	s->phase = PHASE_CLOSED;
	return SESSION_CLOSE;
}

enum session_next
session_run(struct session *s)
{
	for (;;) {
		if (pending(s))
			answer_interrupts(s);
		while (!s->closing && !s->broken && next_message(s))
			wire_flush_if_full(s);
		if (s->closing || s->broken)
			return goodbye(s);
		wire_flush(s);
		switch (wire_fill(s, s->want)) {
		case 1:
			break;
		case 0:
			if (pending(s))
				break;
			park(s);
			return SESSION_PARK;
		default:
			if (s->block != BLOCK_NONE)
				log_line(LOG_LOG, s->pid,
					 "unexpected EOF on client connection with an open "
					 "transaction");
			s->broken = true;
			return goodbye(s);
		}
	}
}
