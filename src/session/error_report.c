/*
 * What the client is told besides rows: errors, notices, command tags, ReadyForQuery.
 */
#include <stdarg.h>
#include <strings.h>

#include "base/log.h"
#include "session/notify.h"
#include "session/session.h"
#include "session/xact.h"
#include "types/utf8.h"

/* Characters from 1; 0: none. */
static int
position_at(const struct session *s, int location)
{
	if (location < 0 || !s->query_text || (size_t)location > strlen(s->query_text))
		return 0;
	return (int)utf8_count(s->query_text, (size_t)location) + 1;
}

static int
position_of(const struct session *s)
{
	return s->err.position ? s->err.position : position_at(s, s->err.location);
}

static enum log_level
level_of(const char *severity)
{
	return strcmp(severity, "FATAL") == 0   ? LOG_FATAL
	       : strcmp(severity, "PANIC") == 0 ? LOG_PANIC
						: LOG_ERROR;
}

static void
log_error(struct session *s)
{
	const struct err *e = &s->err;

	if (!log_wanted(level_of(e->severity)))
		return;
	log_line(level_of(e->severity), s->pid, "%s", e->message);
	if (e->detail)
		log_extra("DETAIL", s->pid, "%s", e->detail);
	if (e->hint)
		log_extra("HINT", s->pid, "%s", e->hint);
	if (e->context)
		log_extra("CONTEXT", s->pid, "%s", e->context);
	if (s->query_text && (int)level_of(e->severity) >= s->log_min_error_statement)
		log_extra("STATEMENT", s->pid, "%s", s->query_text);
}

void
report_error(struct session *s)
{
	struct err *e = &s->err;
	struct pgw_fields f = {0};

	if (!err_is_set(e))
		err_set(e, ERR_INTERNAL_ERROR, -1, "a command failed without saying why");
	log_error(s);
	pgw_out_abort(&s->out);
	f.severity = e->severity;
	f.sqlstate = e->sqlstate;
	f.message = session_text_for_message(s, e->message);
	f.detail = session_text_for_message(s, e->detail);
	f.hint = session_text_for_message(s, e->hint);
	f.where = session_text_for_message(s, e->context);
	f.schema = session_text_for_message(s, e->schema);
	f.table = session_text_for_message(s, e->table);
	f.column = session_text_for_message(s, e->column);
	f.constraint = session_text_for_message(s, e->constraint);
	f.datatype = session_text_for_message(s, e->datatype);
	f.internal_query = session_text_for_message(s, e->internal_query);
	f.internal_position = e->internal_position;
	f.position = position_of(s);
	pgw_put_error(&s->out, &f);
	if (strcmp(e->severity, "FATAL") == 0)
		s->closing = true;
	err_clear(e);
}

void
report_fatal(struct session *s, const char *sqlstate, const char *message)
{
	err_clear(&s->err);
	err_set(&s->err, sqlstate, -1, "%s", message);
	s->err.severity = "FATAL";
	report_error(s);
}

bool
err_from_pgw(struct session *s, const struct pgw_error *e)
{
	if (err_is_set(&s->err))
		return false;
	err_set(&s->err, arena_strdup(&s->err.arena, e->sqlstate), -1, "%s", e->message);
	if (e->detail[0])
		err_detail(&s->err, "%s", e->detail);
	if (e->severity == PGW_FATAL)
		s->err.severity = "FATAL";
	return false;
}

void
report_pgw_error(struct session *s, const struct pgw_error *e)
{
	if (e->severity == PGW_COMMERROR) {
		log_line(LOG_LOG, s->pid, "%s", e->message);
		s->closing = true;
		return;
	}
	err_clear(&s->err);
	err_from_pgw(s, e);
	report_error(s);
}

void
session_failed(struct session *s)
{
	report_error(s);
	xact_error(s);
}

static bool
wanted(const struct session *s, const char *severity)
{
	int level = log_level_by_name(severity);

	return strcmp(severity, "INFO") == 0 || level >= s->client_min_messages;
}

static void
send_notice(struct session *s, struct pgw_fields f)
{
	if (strcmp(f.severity, "WARNING") == 0)
		log_line(LOG_WARNING_, s->pid, "%s", f.message);
	if (!wanted(s, f.severity))
		return;
	f.message = session_text_for_message(s, f.message);
	f.detail = session_text_for_message(s, f.detail);
	f.hint = session_text_for_message(s, f.hint);
	if (s->out.msg == SIZE_MAX) { /* never inside a DataRow */
		pgw_put_notice(&s->out, &f);
	} else {
		struct pgw_out other;
		size_t n;
		pgw_out_init(&other);
		pgw_put_notice(&other, &f);
		n = pgw_out_ready(&other);
		/* Slides in before the open message. */
		if (pgw_out_reserve(&s->out, n)) {
			memmove(s->out.data + s->out.msg + n, s->out.data + s->out.msg,
				s->out.len - s->out.msg);
			memcpy(s->out.data + s->out.msg, pgw_out_head(&other), n);
			s->out.len += n;
			s->out.msg += n;
		}
		pgw_out_release(&other);
	}
}

void
report_notice(struct session *s, const char *severity, const char *sqlstate, const char *message,
	      const char *detail, const char *hint)
{
	send_notice(s, (struct pgw_fields){.severity = severity,
					   .sqlstate = sqlstate,
					   .message = message,
					   .detail = detail,
					   .hint = hint});
}

void
report_notice_at(struct session *s, const char *severity, const char *sqlstate, const char *message,
		 int location)
{
	send_notice(s, (struct pgw_fields){.severity = severity,
					   .sqlstate = sqlstate,
					   .message = message,
					   .position = position_at(s, location)});
}

void
report_noticef(struct session *s, const char *severity, const char *sqlstate, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_notice(s, severity, sqlstate, arena_vprintf(&s->msg, fmt, ap), NULL, NULL);
	va_end(ap);
}

void
session_log_duration(struct session *s, const char *name, const char *text)
{
	int64_t us;

	if (s->log_min_duration < 0 && !s->log_duration)
		return;
	us = server_now() - s->statement_start;
	if (s->log_min_duration < 0 || us < s->log_min_duration * 1000) {
		if (s->log_duration)
			log_line(LOG_LOG, s->pid, "duration: %lld.%03lld ms", (long long)us / 1000,
				 (long long)us % 1000);
	} else if (name) {
		log_line(LOG_LOG, s->pid, "duration: %lld.%03lld ms  execute %s: %s",
			 (long long)us / 1000, (long long)us % 1000, *name ? name : "<unnamed>",
			 text);
	} else {
		log_line(LOG_LOG, s->pid, "duration: %lld.%03lld ms  statement: %s",
			 (long long)us / 1000, (long long)us % 1000, text);
	}
}

void
report_command(struct session *s, const char *tag)
{
	pgw_put_command_complete(&s->out, tag);
}

/* In the order in which PostgreSQL announces them. */
static const char *const reported[] = {
	"application_name",
	"client_encoding",
	"DateStyle",
	"default_transaction_read_only",
	"in_hot_standby",
	"integer_datetimes",
	"IntervalStyle",
	"is_superuser",
	"server_encoding",
	"server_version",
	"session_authorization",
	"standard_conforming_strings",
	"TimeZone",
};

void
report_parameters(struct session *s, bool all)
{
	if (!all && !s->report_dirty)
		return;
	for (size_t i = 0; i < COUNTOF(reported); i++) {
		const struct setting *def = settings_find(reported[i]);
		const char *v = def ? settings_get(&s->settings, def, &s->msg) : "";
		uint64_t h = hash_bytes(v, strlen(v), 0);
		if (all || h != s->reported[i])
			pgw_put_parameter_status(&s->out, reported[i],
						 session_text_for_message(s, v));
		s->reported[i] = h;
	}
	s->report_dirty = false;
}

void
report_ready(struct session *s)
{
	report_parameters(s, false);
	if (s->inbox || (s->interrupts & INT_NOTIFY))
		notify_deliver(s);
	pgw_put_ready_for_query(&s->out, xact_status(s));
}
