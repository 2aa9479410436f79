#include "session/auth.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"

enum method { TRUST, PASSWORD, MD5, SCRAM };

struct auth {
	struct arena arena;
	const char *user, *database;
	struct startup_param *params;
	int nparams;
	enum method method;
	bool known; /* the role exists */
	struct role role;
	bool has_verifier;
	struct pgw_verifier verifier;
	uint8_t salt[4];
	struct pgw_scram *scram;
};

void
auth_free(struct auth *a)
{
	if (!a)
		return;
	pgw_scram_free(a->scram);
	arena_release(&a->arena);
	free(a);
}

static void
copy_params(struct auth *a, const struct pgw_startup *su)
{
	const char *name, *value;
	size_t pos = 0;

	a->params = ARENA_ARRAY(&a->arena, struct startup_param, su->n_params + 1);
	while (pgw_startup_next(su, false, &pos, &name, &value)) {
		if (strcmp(name, "user") == 0 || strcmp(name, "database") == 0 ||
		    strcmp(name, "replication") == 0)
			continue;
		a->params[a->nparams].name = arena_strdup(&a->arena, name);
		a->params[a->nparams++].value = arena_strdup(&a->arena, value);
	}
}

/* The method that applies, once the role's verifier is known: md5 asks for SCRAM when that is what
 * is stored. */
static enum method
choose(const struct auth *a)
{
	const char *name = settings_base("auth_method");

	if (strcmp(name, "password") == 0)
		return PASSWORD;
	if (strcmp(name, "md5") == 0)
		return a->has_verifier && a->verifier.kind == PGW_VERIFIER_SCRAM ? SCRAM : MD5;
	return strcmp(name, "scram-sha-256") == 0 ? SCRAM : TRUST;
}

static void
admit(struct session *s)
{
	struct auth *a = s->auth;

	s->auth = NULL;
	pgw_put_auth_ok(&s->out);
	if (!a->known) {
		err_set(&s->err, ERR_INVALID_AUTHORIZATION_SPECIFICATION, -1,
			"role \"%s\" does not exist", a->user);
		s->err.severity = "FATAL";
		report_error(s);
	} else if (!a->role.login) {
		err_set(&s->err, ERR_INVALID_AUTHORIZATION_SPECIFICATION, -1,
			"role \"%s\" is not permitted to log in", a->user);
		s->err.severity = "FATAL";
		report_error(s);
	} else {
		session_admit(s, &a->role, a->database, a->params, a->nparams);
	}
	auth_free(a);
}

static void
deny(struct session *s)
{
	err_clear(&s->err);
	err_set(&s->err, ERR_INVALID_PASSWORD, -1, "password authentication failed for user \"%s\"",
		s->auth->user);
	s->err.severity = "FATAL";
	report_error(s);
}

static void
ask_scram(struct session *s)
{
	struct auth *a = s->auth;
	struct pgw_scram_config c = {.user = a->user,
				     .verifier = a->has_verifier ? &a->verifier : NULL,
				     .mock_secret = server.mock_secret};

	if (s->stream.tls && s->stream.cert_hash_len) {
		c.cert_hash = s->stream.cert_hash;
		c.cert_hash_len = s->stream.cert_hash_len;
	}
	a->scram = pgw_scram_new(&c);
	if (!a->scram) {
		report_fatal(s, ERR_OUT_OF_MEMORY, "out of memory");
		return;
	}
	pgw_put_auth_sasl(&s->out, c.cert_hash != NULL);
}

void
auth_start(struct session *s, const struct pgw_startup *su, const char *user, const char *database)
{
	struct auth *a = xcalloc(1, sizeof(*a));

	s->auth = a;
	s->phase = PHASE_AUTH;
	a->user = arena_strdup(&a->arena, user);
	a->database = arena_strdup(&a->arena, database);
	copy_params(a, su);
	a->known = role_find(&a->arena, a->user, &a->role);
	a->has_verifier =
		a->known && a->role.password && pgw_verifier_parse(a->role.password, &a->verifier);
	a->method = choose(a);
	switch (a->method) {
	case TRUST:
		admit(s);
		break;
	case PASSWORD:
		pgw_put_auth_cleartext(&s->out);
		break;
	case MD5:
		if (getrandom(a->salt, sizeof(a->salt), 0) != (ssize_t)sizeof(a->salt))
			report_fatal(s, ERR_INTERNAL_ERROR, "could not generate random MD5 salt");
		else
			pgw_put_auth_md5(&s->out, a->salt);
		break;
	case SCRAM:
		ask_scram(s);
		break;
	}
}

static void
password_message(struct session *s, const struct pgw_frame *f)
{
	struct auth *a = s->auth;
	struct pgw_str password;
	struct pgw_error e = {0};
	enum pgw_rc rc = PGW_DENIED;

	if (!pgw_decode_password(f, &password, &e)) {
		report_pgw_error(s, &e);
		s->closing = true;
		return;
	}
	if (a->has_verifier)
		rc = a->method == MD5 ? pgw_verify_md5(&a->verifier, a->salt, password.p)
				      : pgw_verify_password(&a->verifier, a->user, password.p);
	if (rc == PGW_OK)
		admit(s);
	else
		deny(s);
}

static void
scram_message(struct session *s, const struct pgw_frame *f)
{
	struct pgw_error e = {0};

	switch (pgw_scram_feed(s->auth->scram, f, &s->out, &e)) {
	case PGW_CONTINUE:
		break;
	case PGW_OK:
		admit(s);
		break;
	case PGW_DENIED:
		deny(s);
		break;
	default:
		report_pgw_error(s, &e);
		s->closing = true;
	}
}

void
auth_message(struct session *s, const struct pgw_frame *f)
{
	if (s->auth->method == SCRAM)
		scram_message(s, f);
	else
		password_message(s, f);
}
