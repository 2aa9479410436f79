/*
 * The startup packet, and what a session is after its client has been let in.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/utf8.h"
#include "session/auth.h"
#include "session/databases.h"
#include "session/roles.h"
#include "session/session.h"

static void
one_byte(struct session *s, char c)
{
	pgw_put_u8(&s->out, (uint8_t)c);
	wire_flush(s);
}

/* The answer goes out in the clear; what the client sent after its request without waiting cannot
 * be trusted. */
static bool
unencrypted_rest(struct session *s, const char *request)
{
	if (s->in.pos == s->in.len)
		return false;
	err_clear(&s->err);
	err_set(&s->err, ERR_PROTOCOL_VIOLATION, -1, "received unencrypted data after %s request",
		request);
	err_detail(&s->err, "This could be either a client-software bug or evidence of an "
			    "attempted man-in-the-middle attack.");
	s->err.severity = "FATAL";
	report_error(s);
	return true;
}

static void
ssl_request(struct session *s)
{
	if (s->stream.local || !server.tls || s->stream.tls) {
		one_byte(s, 'N');
		unencrypted_rest(s, "SSL");
		return;
	}
	one_byte(s, 'S');
	if (!unencrypted_rest(s, "SSL") && !server.host->start_tls(s))
		s->closing = true;
}

static void
gss_request(struct session *s)
{
	one_byte(s, 'N');
	unencrypted_rest(s, "GSSAPI encryption");
}

static void
refuse(struct session *s, const char *sqlstate, const char *message)
{
	report_fatal(s, sqlstate, message);
}

static bool
truth(const char *v)
{
	return strcmp(v, "true") == 0 || strcmp(v, "on") == 0 || strcmp(v, "yes") == 0 ||
	       strcmp(v, "1") == 0 || strcmp(v, "database") == 0;
}

static bool
may_come_in(struct session *s)
{
	if (server.shutdown != SHUTDOWN_NONE) {
		refuse(s, ERR_CANNOT_CONNECT_NOW, "the database system is shutting down");
		return false;
	}
	if (server.host->count() >= settings_base_int("max_connections")) {
		refuse(s, ERR_TOO_MANY_CONNECTIONS, "sorry, too many clients already");
		return false;
	}
	return true;
}

static void
begin_session(struct session *s, const struct pgw_startup *su)
{
	const char *user = pgw_startup_get(su, "user"), *database = pgw_startup_get(su, "database");
	const char *replication = pgw_startup_get(su, "replication");

	if (pgw_startup_must_negotiate(su))
		pgw_put_negotiate_protocol(&s->out, su);
	if (!user || !*user) {
		refuse(s, ERR_INVALID_AUTHORIZATION_SPECIFICATION,
		       "no PostgreSQL user name specified in startup packet");
		return;
	}
	if (replication && truth(replication)) {
		refuse(s, ERR_FEATURE_NOT_SUPPORTED, "replication connections are not supported");
		return;
	}
	if (utf8_valid_prefix(user, strlen(user)) != strlen(user) ||
	    (database && utf8_valid_prefix(database, strlen(database)) != strlen(database))) {
		refuse(s, ERR_CHARACTER_NOT_IN_REPERTOIRE,
		       "invalid byte sequence for encoding \"UTF8\" in startup packet");
		return;
	}
	if (may_come_in(s))
		auth_start(s, su, user, database && *database ? database : user);
}

bool
startup_packet(struct session *s)
{
	struct pgw_startup su;
	struct pgw_error e = {0};

	switch (pgw_startup_decode(s->in.data + s->in.pos, s->in.len - s->in.pos, &su, &e)) {
	case PGW_OK:
		break;
	case PGW_NEED_MORE:
		s->want = su.size;
		return false;
	default:
		report_pgw_error(s, &e);
		s->closing = true;
		return false;
	}
	s->in.pos += su.size;
	switch (su.kind) {
	case PGW_SSL_REQUEST:
		ssl_request(s);
		break;
	case PGW_GSSENC_REQUEST:
		gss_request(s);
		break;
	case PGW_CANCEL_REQUEST:
		server.host->cancel_request(su.pid, su.secret);
		s->closing = true;
		break;
	case PGW_STARTUP:
		begin_session(s, &su);
		break;
	}
	return true;
}

/* ---- after authentication ---- */

/* "-c name=value", "--name=value", separated by white space; a backslash quotes. */
static const char *
next_option(struct arena *a, const char **p)
{
	struct buf b = BUF_INIT;
	const char *out;

	while (isspace((unsigned char)**p))
		(*p)++;
	if (**p == '\0')
		return NULL;
	for (; **p && !isspace((unsigned char)**p); (*p)++) {
		if (**p == '\\' && (*p)[1])
			(*p)++;
		buf_putc(&b, **p);
	}
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

static bool
set_option(struct session *s, const char *assignment)
{
	char *name = arena_strdup(&s->msg, assignment), *eq = strchr(name, '=');

	if (!eq)
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1, "-c %s requires a value", name);
	*eq = '\0';
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return settings_set(&s->settings, name, eq + 1, SET_STARTUP, &s->err);
}

static bool
set_options(struct session *s, const char *text)
{
	const char *p = text, *o;

	while ((o = next_option(&s->msg, &p)) != NULL) {
		bool ok;
		if (strcmp(o, "-c") == 0) {
			o = next_option(&s->msg, &p);
			ok = o && set_option(s, o);
		} else if (strncmp(o, "-c", 2) == 0 || strncmp(o, "--", 2) == 0) {
			ok = set_option(s, o + 2);
		} else {
			return err_set(&s->err, ERR_SYNTAX_ERROR, -1,
				       "invalid command-line argument for server process: %s", o);
		}
		if (!ok)
			return err_is_set(&s->err) ? false
						   : err_set(&s->err, ERR_SYNTAX_ERROR, -1,
							     "-c requires a value");
	}
	return true;
}

static bool
apply_parameters(struct session *s, const struct startup_param *params, int n)
{
	for (int i = 0; i < n; i++) {
		if (strcmp(params[i].name, "options") == 0) {
			if (!set_options(s, params[i].value))
				return false;
		} else if (!settings_set(&s->settings, params[i].name, params[i].value, SET_STARTUP,
					 &s->err)) {
			return false;
		}
	}
	return true;
}

static void
fatal(struct session *s)
{
	s->err.severity = "FATAL";
	report_error(s);
}

static bool
enter_database(struct session *s, const char *name)
{
	s->database = database_acquire(name, &s->err);
	if (!s->database)
		return false;
	s->db = s->database->db;
	s->txn = txn_new(s->db, &s->fenv);
	s->fenv.database = s->database->name;
	s->fenv.database_oid = s->database->oid;
	return true;
}

void
session_admit(struct session *s, const struct role *r, const char *database,
	      const struct startup_param *params, int n)
{
	s->login = xstrdup(r->name);
	s->user = xstrdup(r->name);
	s->session_user = xstrdup(r->name);
	s->superuser = s->login_superuser = r->superuser;
	s->fenv.user = s->user;
	s->fenv.session_user = s->session_user;
	s->fenv.user_oid = r->oid;
	if (!enter_database(s, database)) {
		fatal(s);
		return;
	}
	settings_apply_all(&s->settings);
	if (!apply_parameters(s, params, n)) {
		fatal(s);
		return;
	}
	s->phase = PHASE_RUN;
	server.host->authenticated(s);
	if (settings_base_bool("log_connections"))
		log_line(LOG_LOG, s->pid, "connection authorized: user=%s database=%s", s->login,
			 s->database->name);
	report_parameters(s, true);
	pgw_put_backend_key_data(&s->out, (uint32_t)s->pid, s->secret);
	pgw_put_ready_for_query(&s->out, 'I');
}
