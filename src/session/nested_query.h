/*
 * nested_query: queries that functions run while a statement runs (query_to_xml and kin).
 * Owner:   the session's worker.
 * Mirrors: PostgreSQL's spi.c, for read-only queries.
 *
 * A nested query runs on the statement's own connection: it sees what the transaction has done.
 */
#ifndef SESSION_NESTED_QUERY_H
#define SESSION_NESTED_QUERY_H

#include "func/func.h"

/* The bodies of struct session_ops' run_query and fetch_cursor; arg is the session. */
bool nested_run_query(void *arg, const char *sql, bool as_cursor, const struct query_sink *sink,
		      struct err *err) MUSTCHECK;
bool nested_fetch_cursor(void *arg, const char *name, int64_t count, const struct query_sink *sink,
			 struct err *err) MUSTCHECK;

#endif
