/*
 * fuzz_startup: the packets a connection begins with, and the answer to unknown options.
 * Input: the bytes as they come from the client.
 */
#include <stdlib.h>

#include "pgwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static unsigned
walk(const struct pgw_startup *su, bool unknown)
{
	const char *name, *value;
	unsigned count = 0;

	for (size_t pos = 0; pgw_startup_next(su, unknown, &pos, &name, &value); count++) {
		must(name[0] != '\0' && (strncmp(name, "_pq_.", 5) == 0) == unknown);
		must(value == name + strlen(name) + 1);
		if (!unknown)
			must(pgw_startup_get(su, name) != NULL);
	}
	return count;
}

static void
negotiate(const struct pgw_startup *su)
{
	struct pgw_out o;

	pgw_out_init(&o);
	pgw_put_negotiate_protocol(&o, su);
	must(!o.oom && pgw_out_ready(&o) >= 13);
	pgw_out_release(&o);
}

/* A packet cut short must ask for more, and for no more than the whole. */
static void
check_prefixes(const uint8_t *data, const struct pgw_startup *whole)
{
	struct pgw_startup su;
	struct pgw_error e;

	for (size_t n = 0; n < whole->size; n += 1 + n / 8) {
		must(pgw_startup_decode(data, n, &su, &e) == PGW_NEED_MORE);
		must(su.size > n && su.size <= whole->size);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pgw_startup su;
	struct pgw_error e;

	for (size_t at = 0; at < n; at += su.size) {
		enum pgw_rc rc = pgw_startup_decode(data + at, n - at, &su, &e);

		if (rc == PGW_NEED_MORE)
			must(su.size > n - at && su.size <= PGW_STARTUP_MAX + 4);
		if (rc == PGW_BAD)
			must(strlen(e.sqlstate) == 5 && e.message[0]);
		if (rc != PGW_OK)
			break;
		must(su.size >= 8 && su.size <= n - at);
		check_prefixes(data + at, &su);
		must(walk(&su, false) == su.n_params && walk(&su, true) == su.n_unknown);
		if (pgw_startup_must_negotiate(&su))
			negotiate(&su);
	}
	return 0;
}
