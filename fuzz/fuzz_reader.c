/*
 * fuzz_reader: framing and the decoding of every frontend message, SCRAM's included.
 * Input: one byte (modulo 5: the phase; bit 3: a cap; bit 4: TLS), then the bytes of a connection.
 */
#include <stdlib.h>

#include "pgwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static volatile unsigned sink;

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* Reads every byte of a view, so that a view beyond its message is seen by the sanitizer. */
static void
touch(const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		sink += b[i];
}

static void
touch_str(struct pgw_str s)
{
	must(strlen(s.p) == s.n);
}

static void
touch_values(struct pgw_values *w)
{
	struct pgw_value v;

	while (pgw_values_next(w, &v)) {
		must((v.n == -1) == (v.p == NULL));
		if (v.p)
			touch(v.p, (size_t)v.n);
	}
}

static bool
run_bind(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_bind m;
	struct pgw_values w;

	if (!pgw_decode_bind(f, &m, e))
		return false;
	touch_str(m.portal);
	touch_str(m.statement);
	pgw_bind_values(&m, &w);
	touch_values(&w);
	for (unsigned i = 0; i <= m.n_results; i++)
		sink += (unsigned)pgw_bind_result_format(&m, i);
	return true;
}

static bool
run_function_call(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_function_call m;
	struct pgw_values w;

	if (!pgw_decode_function_call(f, &m, e))
		return false;
	pgw_function_values(&m, &w);
	touch_values(&w);
	return true;
}

static bool
run_parse(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_parse m;

	if (!pgw_decode_parse(f, &m, e))
		return false;
	touch_str(m.name);
	touch_str(m.sql);
	for (unsigned i = 0; i < m.n_types; i++)
		sink += pgw_parse_type(&m, i);
	return true;
}

/* Execute, Query, Describe, Close, CopyFail: one string and little else. */
static bool
run_small(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_str s = {"", 0};
	struct pgw_query q = {{"", 0}};
	struct pgw_describe d = {0, {"", 0}};
	struct pgw_execute x = {{"", 0}, 0};
	bool ok;

	switch (f->type) {
	case 'Q':
		ok = pgw_decode_query(f, &q, e);
		touch_str(q.sql);
		return ok;
	case 'E':
		ok = pgw_decode_execute(f, &x, e);
		touch_str(x.portal);
		return ok;
	case 'f':
		ok = pgw_decode_copy_fail(f, &s, e);
		touch_str(s);
		return ok;
	default:
		ok = f->type == 'D' ? pgw_decode_describe(f, &d, e) : pgw_decode_close(f, &d, e);
		touch_str(d.name);
		return ok;
	}
}

static bool
run_password(const struct pgw_frame *f, struct pgw_error *e)
{
	struct pgw_str s;
	struct pgw_verifier v;
	char *prepared;

	if (!pgw_decode_password(f, &s, e))
		return false;
	if (pgw_saslprep(s.p, &prepared) == PGW_OK)
		touch(prepared, strlen(prepared) + 1);
	free(prepared);
	if (pgw_verifier_parse(s.p, &v) && v.kind == PGW_VERIFIER_SCRAM)
		touch(v.salt, v.salt_len);
	return true;
}

static struct pgw_scram *
scram_make(bool tls)
{
	static const uint8_t secret[32] = "a secret that never changes....";
	static const uint8_t hash[32] = "the hash of the certificate";
	struct pgw_scram_config c = {.user = "u", .mock_secret = secret, .nonce = "server"};

	if (tls) {
		c.cert_hash = hash;
		c.cert_hash_len = sizeof(hash);
	}
	return pgw_scram_new(&c);
}

static bool
run_frame(const struct pgw_frame *f, enum pgw_phase phase, struct pgw_scram *s, struct pgw_error *e)
{
	struct pgw_out o;
	enum pgw_rc rc;

	touch(f->body, f->len);
	must(pgw_frontend_name(f->type) != NULL && f->len + 4 <= pgw_frame_limit(f->type));
	switch (f->type) {
	case 'B':
		return run_bind(f, e);
	case 'P':
		return run_parse(f, e);
	case 'F':
		return run_function_call(f, e);
	case 'S':
	case 'H':
		return pgw_decode_empty(f, e);
	case 'X':
	case 'c':
	case 'd':
		return true;
	case 'p':
		if (phase != PGW_PHASE_SASL)
			return run_password(f, e);
		pgw_out_init(&o);
		rc = pgw_scram_feed(s, f, &o, e);
		must(rc != PGW_OK && rc != PGW_NOMEM);
		pgw_out_release(&o);
		return rc != PGW_BAD;
	default:
		return run_small(f, e);
	}
}

static void
check_error(const struct pgw_error *e)
{
	must(strlen(e->sqlstate) == 5 && e->message[0] && strlen(e->message) < sizeof(e->message) &&
	     strlen(e->detail) < sizeof(e->detail));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum pgw_phase phase = n ? data[0] % 5 : 0;
	uint32_t cap = n && data[0] & 8 ? 64 : 0;
	struct pgw_scram *s = scram_make(n && data[0] & 16);
	struct pgw_error e;
	struct pgw_frame f;
	enum pgw_rc rc;

	must(s != NULL);
	for (size_t at = 1; at <= n; at += f.total) {
		rc = pgw_frame_next(data + at, n - at, phase, cap, &f, &e);
		if (rc == PGW_NEED_MORE)
			must(f.total > n - at);
		if (rc == PGW_TOO_BIG || rc == PGW_BAD)
			check_error(&e);
		if (rc == PGW_NEED_MORE || rc == PGW_BAD || f.total > n - at)
			break;
		if (rc == PGW_OK && !run_frame(&f, phase, s, &e))
			check_error(&e);
	}
	pgw_scram_free(s);
	return 0;
}
