/*
 * SCRAM: RFC 7677's example, both ends against each other with and without channel binding, and
 * every refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "internal.h"

#define SECRET                                                                                     \
	"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=" \
	":"                                                                                        \
	"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
#define PROOF "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static const uint8_t mock_secret[32] = "a secret that never changes....";
static const uint8_t hash_a[32] = "the hash of one certificate",
		     hash_b[48] = "the hash of another one";

static struct pgw_verifier verifier;
static struct pgw_scram *server;
static struct pgw_scram_client *client;
static struct pgw_error err;
static const char *out;
static size_t out_len;

static int
setup(void **state)
{
	(void)state;
	return pgw_verifier_parse(SECRET, &verifier) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	pgw_realloc = realloc;
	pgw_scram_free(server);
	pgw_scram_client_free(client);
	server = NULL;
	client = NULL;
	return 0;
}

static void
make_server(const uint8_t *hash, size_t n, const char *nonce)
{
	struct pgw_scram_config c = {.user = "user",
				     .verifier = &verifier,
				     .mock_secret = mock_secret,
				     .cert_hash = hash,
				     .cert_hash_len = n,
				     .nonce = nonce};

	pgw_scram_free(server);
	server = pgw_scram_new(&c);
	assert_non_null(server);
}

/* Feeds text to the server. */
static enum pgw_rc
step(const char *text)
{
	return pgw_scram_step(server, text, strlen(text), &out, &out_len, &err);
}

static void
expect_out(const char *want)
{
	assert_int_equal(out_len, strlen(want));
	assert_memory_equal(out, want, out_len);
}

static void
test_rfc7677(void **state)
{
	(void)state;
	make_server(NULL, 0, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
	assert_int_equal(pgw_scram_begin(server, "SCRAM-SHA-256", &err), PGW_CONTINUE);
	assert_int_equal(step("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), PGW_CONTINUE);
	expect_out("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ=="
		   ",i=4096");
	assert_int_equal(step("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
			 PGW_OK);
	expect_out("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
	assert_int_equal(step("c=biws"), PGW_BAD);
	assert_string_equal(err.message, "invalid SCRAM exchange state");
}

/* Runs a whole exchange with the library's client and returns what the server made of it. */
static enum pgw_rc
exchange(const char *mech, const char *password, char gs2, const uint8_t *client_hash, size_t n,
	 enum pgw_rc *client_rc)
{
	enum pgw_rc rc;

	pgw_scram_client_free(client);
	client = pgw_scram_client_new("us=e,r", password, gs2, client_hash, n, NULL);
	assert_non_null(client);
	rc = pgw_scram_begin(server, mech, &err);
	*client_rc = pgw_scram_client_step(client, NULL, 0, &out, &out_len);
	while (rc == PGW_CONTINUE && *client_rc == PGW_CONTINUE) {
		rc = pgw_scram_step(server, out, out_len, &out, &out_len, &err);
		if (rc == PGW_CONTINUE || rc == PGW_OK)
			*client_rc = pgw_scram_client_step(client, out, out_len, &out, &out_len);
	}
	return rc;
}

static void
test_both_ends(void **state)
{
	enum pgw_rc rc;

	(void)state;
	make_server(NULL, 0, NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "pencil", 'n', NULL, 0, &rc), PGW_OK);
	assert_int_equal(rc, PGW_OK);
	make_server(NULL, 0, NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "pencil", 'y', NULL, 0, &rc), PGW_OK);
	assert_int_equal(rc, PGW_OK);
	make_server(hash_a, sizeof(hash_a), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "pencil", 'n', NULL, 0, &rc), PGW_OK);
	assert_int_equal(rc, PGW_OK);
	make_server(hash_b, sizeof(hash_b), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM_PLUS, "pencil", 'p', hash_b, sizeof(hash_b), &rc),
			 PGW_OK);
	assert_int_equal(rc, PGW_OK);
}

static void
test_wrong_password(void **state)
{
	enum pgw_rc rc;

	(void)state;
	make_server(NULL, 0, NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "Pencil", 'n', NULL, 0, &rc), PGW_DENIED);
	make_server(hash_a, sizeof(hash_a), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM_PLUS, "", 'p', hash_a, sizeof(hash_a), &rc),
			 PGW_DENIED);
}

static void
expect_bad(const char *sqlstate, const char *message, const char *detail)
{
	assert_int_equal(err.severity, PGW_FATAL);
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.message, message);
	assert_string_equal(err.detail, detail);
}

static void
test_channel_binding(void **state)
{
	enum pgw_rc rc;

	(void)state;
	make_server(hash_a, sizeof(hash_a), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM_PLUS, "pencil", 'p', hash_b, sizeof(hash_b), &rc),
			 PGW_BAD);
	expect_bad("28000", "SCRAM channel binding check failed", "");
	make_server(hash_a, sizeof(hash_a), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "pencil", 'y', NULL, 0, &rc), PGW_BAD);
	expect_bad("28000", "SCRAM channel binding negotiation error",
		   "The client supports SCRAM channel binding but thinks the server does not.  "
		   "However, this "
		   "server does support channel binding.");
	make_server(hash_a, sizeof(hash_a), NULL);
	assert_int_equal(exchange(PGW_MECH_SCRAM, "pencil", 'p', hash_a, sizeof(hash_a), &rc),
			 PGW_BAD);
	expect_bad("08P01", "malformed SCRAM message",
		   "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM "
		   "message includes "
		   "channel binding data.");
	for (const char *flag = "ny"; *flag; flag++) {
		make_server(hash_a, sizeof(hash_a), NULL);
		assert_int_equal(exchange(PGW_MECH_SCRAM_PLUS, "pencil", *flag, NULL, 0, &rc),
				 PGW_BAD);
		expect_bad("08P01", "malformed SCRAM message",
			   "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not "
			   "include "
			   "channel binding data.");
	}
}

static void
test_mechanisms(void **state)
{
	static const char *const names[] = {"PLAIN", "", "scram-sha-256", PGW_MECH_SCRAM_PLUS};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make_server(NULL, 0, "n");
		assert_int_equal(pgw_scram_begin(server, names[i], &err), PGW_BAD);
		expect_bad("08P01", "client selected an invalid SASL authentication mechanism", "");
		assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_BAD);
	}
}

static void
test_bad_first(void **state)
{
	static const char malformed[] = "malformed SCRAM message", violation[] = "08P01";
	static const struct {
		const char *text, *sqlstate, *message, *detail;
	} rows[] = {
		{"", violation, malformed, "The message is empty."},
		{"x,,n=,r=abc", violation, malformed, "Unexpected channel-binding flag \"'x'\"."},
		{"\x01,,n=,r=abc", violation, malformed,
		 "Unexpected channel-binding flag \"0x01\"."},
		{"nx,n=,r=abc", violation, malformed,
		 "Comma expected, but found character \"'x'\"."},
		{"n", violation, malformed, "Comma expected, but found character \"0x00\"."},
		{"n,a=joe,n=,r=abc", "0A000",
		 "client uses authorization identity, but it is not supported", ""},
		{"n,b=joe,n=,r=abc", violation, malformed,
		 "Unexpected attribute \"'b'\" in client-first-message."},
		{"n,,m=1,n=,r=abc", "0A000", "client requires an unsupported SCRAM extension", ""},
		{"n,,r=abc", violation, malformed, "Expected attribute \"n\" but found \"'r'\"."},
		{"n,,n=", violation, malformed, "Expected attribute \"r\" but found \"0x00\"."},
		{"n,,n,r=abc", violation, malformed,
		 "Expected character \"=\" for attribute \"n\"."},
		{"n,,n=,r=a\x01"
		 "c",
		 violation, "non-printable characters in SCRAM nonce", ""},
		{"n,,n=,r=abc,1=2", violation, malformed,
		 "Attribute expected, but found invalid character \"'1'\"."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_server(NULL, 0, "n");
		assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
		assert_int_equal(step(rows[i].text), PGW_BAD);
		expect_bad(rows[i].sqlstate, rows[i].message, rows[i].detail);
	}
	make_server(NULL, 0, "n");
	assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
	assert_int_equal(pgw_scram_step(server, "n,,n=,r=a\0c", 11, &out, &out_len, &err), PGW_BAD);
	expect_bad(violation, malformed, "Message length does not match input length.");
	make_server(hash_a, sizeof(hash_a), "n");
	assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM_PLUS, &err), PGW_CONTINUE);
	assert_int_equal(step("p=tls-unique\xff,,n=,r=abc"), PGW_BAD);
	expect_bad(violation, "unsupported SCRAM channel-binding type \"tls-unique?\"", "");
}

static void
test_bad_final(void **state)
{
	static const char malformed[] = "malformed SCRAM message";
	static const struct {
		const char *text, *message, *detail;
	} rows[] = {
		{"", malformed, "The message is empty."},
		{"c=eSws,r=abcn,p=" PROOF,
		 "unexpected SCRAM channel-binding attribute in client-final-message", ""},
		{"c=biws,r=abcn", malformed, "Attribute expected, but found end of string."},
		{"c=biws,r=abcn,p=xx", malformed, "Malformed proof in client-final-message."},
		{"c=biws,r=abcn,p=" PROOF ",x=1", malformed,
		 "Garbage found at the end of client-final-message."},
		{"c=biws,r=abc,p=" PROOF, "invalid SCRAM response", "Nonce does not match."},
		{"c=biws,r=abcm,p=" PROOF, "invalid SCRAM response", "Nonce does not match."},
		{"r=abcn,p=" PROOF, malformed, "Expected attribute \"c\" but found \"'r'\"."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_server(NULL, 0, "n");
		assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
		assert_int_equal(step("n,,n=,r=abc,x=y"), PGW_CONTINUE);
		assert_int_equal(step(rows[i].text), PGW_BAD);
		expect_bad("08P01", rows[i].message, rows[i].detail);
	}
	make_server(NULL, 0, "n");
	assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
	assert_int_equal(step("n,,n=,r=abc"), PGW_CONTINUE);
	assert_int_equal(step("c=biws,r=abcn,x=1,p=" PROOF), PGW_DENIED);
}

/* The challenge an unknown user gets. */
static void
mock_challenge(const char *user, const struct pgw_verifier *v, char *text, size_t size)
{
	struct pgw_scram_config c = {
		.user = user, .verifier = v, .mock_secret = mock_secret, .nonce = "n"};

	pgw_scram_free(server);
	server = pgw_scram_new(&c);
	assert_non_null(server);
	assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
	assert_int_equal(step("n,,n=,r=abc"), PGW_CONTINUE);
	assert_true(out_len < size);
	memcpy(text, out, out_len);
	text[out_len] = '\0';
}

static void
test_unknown_user(void **state)
{
	char a[128], b[128], c[128];
	struct pgw_verifier md5;

	(void)state;
	mock_challenge("eve", NULL, a, sizeof(a));
	assert_memory_equal(a, "r=abcn,s=", 9);
	assert_string_equal(a + strlen(a) - 9, "==,i=4096");
	assert_int_equal(step("c=biws,r=abcn,p=" PROOF), PGW_DENIED);
	assert_true(pgw_verifier_parse("md50123456789abcdef0123456789abcdef", &md5));
	mock_challenge("eve", &md5, b, sizeof(b));
	assert_string_equal(a, b);
	mock_challenge("bob", NULL, c, sizeof(c));
	assert_string_not_equal(a, c);
}

static struct pgw_frame
frame(const char *body, size_t n)
{
	return (struct pgw_frame){'p', (const uint8_t *)body, n, n + 5};
}

static void
test_frames(void **state)
{
	static const char initial[] = "SCRAM-SHA-256\0\xff\xff\xff\xff", first[] = "n,,n=,r=abc",
			  final[] = "c=biws,r=abcn,p=" PROOF;
	struct pgw_frame f = frame(initial, sizeof(initial) - 1);
	struct pgw_out o;

	(void)state;
	pgw_out_init(&o);
	make_server(NULL, 0, "n");
	assert_int_equal(pgw_scram_feed(server, &f, &o, &err), PGW_CONTINUE);
	assert_int_equal(pgw_out_ready(&o), 9);
	assert_memory_equal(pgw_out_head(&o), "R\0\0\0\x08\0\0\0\x0b", 9);
	pgw_out_consume(&o, 9);
	f = frame(first, sizeof(first) - 1);
	assert_int_equal(pgw_scram_feed(server, &f, &o, &err), PGW_CONTINUE);
	assert_memory_equal(pgw_out_head(&o) + 5, "\0\0\0\x0br=abcn,s=W22Z", 17);
	f = frame(final, sizeof(final) - 1);
	assert_int_equal(pgw_scram_feed(server, &f, &o, &err), PGW_DENIED);
	make_server(NULL, 0, "n");
	f = frame("SCRAM-SHA-256\0\0\0\0\x09"
		  "abc",
		  21);
	assert_int_equal(pgw_scram_feed(server, &f, &o, &err), PGW_BAD);
	expect_bad("08P01", "insufficient data left in message", "");
	pgw_out_release(&o);
}

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_out_of_memory(void **state)
{
	struct pgw_scram_config c = {.user = "user", .mock_secret = mock_secret};

	(void)state;
	make_server(NULL, 0, "n");
	assert_int_equal(pgw_scram_begin(server, PGW_MECH_SCRAM, &err), PGW_CONTINUE);
	pgw_realloc = no_memory;
	assert_int_equal(step("n,,n=,r=abc"), PGW_NOMEM);
	expect_bad("53200", "out of memory", "");
	assert_null(pgw_scram_new(&c));
	assert_null(pgw_scram_client_new("u", "p", 'n', NULL, 0, NULL));
}

static void
test_client_refuses(void **state)
{
	static const char *const bad[] = {"r=xyz,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
					  "r=abc,s=AAAA,i=1",
					  "r=abcd,s=AAAA,i=0",
					  "r=abcd,s=A,i=1",
					  "e=no",
					  "r=abcd,s=AAAA,i=-5"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		client = pgw_scram_client_new("", "pencil", 'n', NULL, 0, "abc");
		assert_int_equal(pgw_scram_client_step(client, NULL, 0, &out, &out_len),
				 PGW_CONTINUE);
		expect_out("n,,n=,r=abc");
		assert_int_equal(
			pgw_scram_client_step(client, bad[i], strlen(bad[i]), &out, &out_len),
			PGW_BAD);
		pgw_scram_client_free(client);
	}
	client = pgw_scram_client_new("", "pencil", 'n', NULL, 0, "abc");
	assert_int_equal(pgw_scram_client_step(client, NULL, 0, &out, &out_len), PGW_CONTINUE);
	assert_int_equal(pgw_scram_client_step(client, "r=abcd,s=AAAA,i=1", 17, &out, &out_len),
			 PGW_CONTINUE);
	assert_int_equal(pgw_scram_client_step(client, "v=" PROOF, 46, &out, &out_len), PGW_DENIED);
}

int
main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_rfc7677),         T(test_both_ends),      T(test_wrong_password),
		T(test_channel_binding), T(test_mechanisms),     T(test_bad_first),
		T(test_bad_final),       T(test_unknown_user),   T(test_frames),
		T(test_out_of_memory),   T(test_client_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
