/*
 * Password verifiers, MD5, SASLprep. Verifiers and digests were made by PostgreSQL 15.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "internal.h"

#define RFC_SECRET                                                                                 \
	"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=" \
	":"                                                                                        \
	"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

static void *
no_memory(void *p, size_t n)
{
	(void)p;
	(void)n;
	return NULL;
}

static void
test_md5(void **state)
{
	static const uint8_t salt[4] = {1, 2, 3, 4};
	char secret[PGW_MD5_SECRET_SIZE], response[PGW_MD5_SECRET_SIZE];
	struct pgw_verifier v;

	(void)state;
	assert_int_equal(pgw_md5_secret("x", "md5u", secret), PGW_OK);
	assert_string_equal(secret, "md599d7714169587ba382241135a9f425e7");
	assert_true(pgw_verifier_parse(secret, &v));
	assert_int_equal(v.kind, PGW_VERIFIER_MD5);
	assert_int_equal(pgw_md5_response(secret, salt, response), PGW_OK);
	assert_int_equal(pgw_verify_md5(&v, salt, response), PGW_OK);
	response[20] ^= 1;
	assert_int_equal(pgw_verify_md5(&v, salt, response), PGW_DENIED);
	assert_int_equal(pgw_verify_md5(&v, salt, "md5"), PGW_DENIED);
	assert_int_equal(pgw_verify_md5(&v, salt, secret), PGW_DENIED);
	assert_int_equal(pgw_verify_password(&v, "md5u", "x"), PGW_OK);
	assert_int_equal(pgw_verify_password(&v, "md5u", "y"), PGW_DENIED);
	assert_int_equal(pgw_verify_password(&v, "other", "x"), PGW_DENIED);
}

static void
test_scram_secret(void **state)
{
	char secret[PGW_SCRAM_SECRET_SIZE], again[PGW_SCRAM_SECRET_SIZE];
	struct pgw_verifier v;
	uint8_t salt[16];

	(void)state;
	assert_int_equal(pgw_base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==", 24, salt, sizeof(salt)), 16);
	assert_int_equal(pgw_scram_secret("pencil", salt, sizeof(salt), 0, secret), PGW_OK);
	assert_string_equal(secret, RFC_SECRET);
	assert_true(pgw_verifier_parse(secret, &v));
	assert_int_equal(v.kind, PGW_VERIFIER_SCRAM);
	assert_int_equal(v.iterations, 4096);
	assert_int_equal(v.salt_len, 24);
	assert_int_equal(pgw_verify_password(&v, "anyone", "pencil"), PGW_OK);
	assert_int_equal(pgw_verify_password(&v, "anyone", "Pencil"), PGW_DENIED);
	assert_int_equal(pgw_verify_md5(&v, salt, "md5"), PGW_DENIED);
	assert_int_equal(pgw_scram_secret("pencil", NULL, 0, 1, secret), PGW_OK);
	assert_int_equal(pgw_scram_secret("pencil", NULL, 0, 1, again), PGW_OK);
	assert_string_not_equal(secret, again);
	assert_true(pgw_verifier_parse(secret, &v));
	assert_int_equal(v.iterations, 1);
	assert_int_equal(pgw_verify_password(&v, "", "pencil"), PGW_OK);
}

static void
test_not_verifiers(void **state)
{
	static const char *const texts[] = {
		"",
		"secret",
		"md5",
		"md50123456789abcdef0123456789abcde",
		"md50123456789ABCDEF0123456789ABCDEF",
		"SCRAM-SHA-256",
		"SCRAM-SHA-256$",
		"SCRAM-SHA-256$x:AAAA$b:c",
		"SCRAM-SHA-256$0:W22ZaJ0SNY7soEsUEjb6gQ==$"
		"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"SCRAM-SHA-256$99999999999999999999:W22ZaJ0SNY7soEsUEjb6gQ==$"
		"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6g===$"
		"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
		"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
		RFC_SECRET "A",
	};
	struct pgw_verifier v;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(pgw_verifier_parse(texts[i], &v));
}

static void
test_base64(void **state)
{
	static const char *const bad[] = {
		"A", "AAA", "A===", "====", "AA=A", "AAA=AAAA", "AA A", "AAA\n"};
	uint8_t raw[8];
	char text[8];

	(void)state;
	pgw_base64_encode((const uint8_t *)"\xff\xfe\xfd", 3, text);
	assert_memory_equal(text, "//79", 4);
	pgw_base64_encode((const uint8_t *)"ab", 2, text);
	assert_memory_equal(text, "YWI=", 4);
	pgw_base64_encode((const uint8_t *)"a", 1, text);
	assert_memory_equal(text, "YQ==", 4);
	assert_int_equal(pgw_base64_decode("YWI=", 4, raw, 2), 2);
	assert_memory_equal(raw, "ab", 2);
	assert_int_equal(pgw_base64_decode("YQ==", 4, raw, 1), 1);
	assert_int_equal(pgw_base64_decode("YWI=", 4, raw, 1), -1);
	assert_int_equal(pgw_base64_decode("", 0, raw, 0), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pgw_base64_decode(bad[i], strlen(bad[i]), raw, sizeof(raw)), -1);
}

static void
test_saslprep(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: used as it is */
	} rows[] = {
		{"", ""},
		{"plain \x01 text", "plain \x01 text"},
		{"I\xc2\xadX", "IX"},   /* soft hyphen: nothing */
		{"\xc2\xaa", "a"},      /* feminine ordinal */
		{"\xe2\x85\xa8", "IX"}, /* roman nine */
		{"a\xc2\xa0"
		 "b",
		 "a b"}, /* no-break space */
		{"a\xe2\x80\x8b"
		 "b",
		 "a b"},                               /* zero width space: a space */
		{"e\xcc\x81", "\xc3\xa9"},             /* e and acute */
		{"a\xcc\xa3\xcc\x82", "\xe1\xba\xad"}, /* two marks, in order */
		{"a\xcc\x82\xcc\xa3", "\xe1\xba\xad"}, /* and not */
		{"\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81"}, /* Hangul */
		{"\xef\xac\x81", "fi"},                                   /* ligature */
		{"\xef\xbc\xa1", "A"},                                    /* full width */
		{"\xd7\x90\xd7\x91", "\xd7\x90\xd7\x91"},                 /* right to left */
		{"\xd7\x90"
		 "1",
		 NULL}, /* must end right to left */
		{"\xd7\x90"
		 "a\xd7\x90",
		 NULL},                     /* both directions */
		{"a\xcd\x80", NULL},        /* deprecated tone mark */
		{"\xc2\xad", NULL},         /* nothing left */
		{"\xc2\x80", NULL},         /* control */
		{"\xf0\x9f\x98\x80", NULL}, /* not in Unicode 3.2 */
		{"\xc3", NULL},             /* cut short */
		{"\xc0\xaf", NULL},         /* not the shortest form */
		{"\xed\xa0\x80", NULL},     /* surrogate */
		{"\xf4\x90\x80\x80", NULL}, /* beyond Unicode */
		{"\x80", NULL},
		{"\xff", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *out;

		assert_int_equal(pgw_saslprep(rows[i].in, &out), rows[i].out ? PGW_OK : PGW_BAD);
		if (rows[i].out)
			assert_string_equal(out, rows[i].out);
		else
			assert_null(out);
		free(out);
	}
}

/* Verifiers made by PostgreSQL 15 for passwords that SASLprep changes, and for ones it leaves
 * alone. */
static void
test_passwords_of_postgres(void **state)
{
	static const struct {
		const char *password, *secret;
	} rows[] = {
		{"pencil", "SCRAM-SHA-256$4096:746JbJYgdXCqZvHzAuMQSQ==$"
			   "it+jfD8XvkS6T0CnifEEofJBGXIAobbPHf8IsKP39ZU=:"
			   "FhYuDCVwqk3C83uIPPcdGQs0mHRE7BOSnqvd/tqSE0E="},
		{"I\xc2\xadX", "SCRAM-SHA-256$4096:+OF4/CzyMt9dcKvBQluAHA==$"
			       "4c+nupesATYMh6bqToSvZoDVflUmz2btHINyvPgxhGU=:Wn09Ym+"
			       "UJkYfseNUZpDbbmDeAiWy1n+UFwZhzUwvZZc="},
		{"p\xc3\xa4ss\xef\xac\x81", "SCRAM-SHA-256$4096:WjZqG65bQaC7AZI2zPDf0Q==$"
					    "KkIhceFhnzsXvt+bdnE+2FHzSYa49HaOC1C8Qhuu18w=:PGBqq5+"
					    "ZEPsC0zCUKDY6x/07cyoNJ2S7zYCKSjQwZIQ="},
		{"e\xcc\x81\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8",
		 "SCRAM-SHA-256$4096:0Oq9Q3rq0WvfXQQGK6Q6iA==$"
		 "vwk393ikwolfD3buSLR3lBghAr46fyoylhs5Js84L0s=:"
		 "EClAIjvoDwRrZEfuCnGW8GXII79RBZcDkHt5pHvqT0c="},
		{"a\xe2\x80\x8b"
		 "b",
		 "SCRAM-SHA-256$4096:txvKXrWgqTQVnCLB0E1uTQ==$"
		 "tdXBUUSQSXYqB7hrI6D3kb1AD79VlE8zlvJyPOM1gY4=:m6CYh7UwfkCSAt32GAJeqSSU+"
		 "KQY0tysEGKjpkjcS+8="},
		{"a\xcd\x80", "SCRAM-SHA-256$4096:WmZpRuF6QsLBLG8mrerdiQ==$"
			      "aSuOsfx1tgAQzojrORwGd7jeyTR000/pph/KQkyC5FA=:PljiYsWUdzEK/"
			      "YP6u9iJH4ZcSbNWCy1wBlQ92bbPzrM="},
		{"\xd7\x90"
		 "a\xd7\x90",
		 "SCRAM-SHA-256$4096:vVijj4j4GM5WmauQ2J72Kg==$"
		 "AIPW+IMejtHfyPxfsfGv6va3i4t9/nVs9LnzeUxsevQ=:ocnFYh3z/"
		 "gyL7RC1OXilnuwzdRoYeqGwyJDx5m7KXvE="},
		{"\xf0\x9f\x98\x80", "SCRAM-SHA-256$4096:E1fCCY+mWuO7WkWHxlw93Q==$"
				     "Ax3z4Nw/"
				     "m+G2T9o6RE1rukLiGv27yO3sjt1BCwd9A5s=:"
				     "QjcQ5EYcACxEmvJA0EhRQHDOIDIJn23+Q9aK+3joMdE="},
	};
	struct pgw_verifier v;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(pgw_verifier_parse(rows[i].secret, &v));
		assert_int_equal(pgw_verify_password(&v, "u", rows[i].password), PGW_OK);
		assert_int_equal(pgw_verify_password(&v, "u", "x"), PGW_DENIED);
	}
}

static void
test_out_of_memory(void **state)
{
	char secret[PGW_SCRAM_SECRET_SIZE], *out;
	struct pgw_verifier v;

	(void)state;
	assert_true(pgw_verifier_parse(RFC_SECRET, &v));
	pgw_realloc = no_memory;
	assert_int_equal(pgw_saslprep("abc", &out), PGW_NOMEM);
	assert_int_equal(pgw_saslprep("\xc3\xa9", &out), PGW_NOMEM);
	assert_null(out);
	assert_int_equal(pgw_scram_secret("x", NULL, 0, 1, secret), PGW_NOMEM);
	assert_int_equal(pgw_verify_password(&v, "u", "pencil"), PGW_NOMEM);
	pgw_realloc = realloc;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_md5),           cmocka_unit_test(test_scram_secret),
		cmocka_unit_test(test_not_verifiers), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_saslprep),      cmocka_unit_test(test_passwords_of_postgres),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
