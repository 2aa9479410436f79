/*
 * copy: COPY's options and columns, shared by both directions.
 * Mirrors: PostgreSQL's copy.c (ProcessCopyOptions).
 */
#ifndef SESSION_COPY_H
#define SESSION_COPY_H

#include "sql/sql.h"

struct session;
struct utility;

enum copy_format { COPY_TEXT, COPY_CSV, COPY_BINARY };
enum copy_header { HEADER_NO, HEADER_YES, HEADER_MATCH };

struct copy_column {
	const char *name;
	int16_t attnum;
	const struct type *type;
	int32_t typmod;
	bool force_quote, force_not_null, force_null;
};

struct copy_options {
	enum copy_format format;
	enum copy_header header;
	char delim, quote, escape;
	const char *null;
	size_t null_len;
	const struct encoding *encoding; /* NULL: the client's */
	bool force_quote_all;
	struct vec force_quote, force_not_null, force_null; /* char * */
};

/* stmt: PgQuery__CopyStmt. */
bool copy_options_read(struct session *s, const void *stmt, struct copy_options *o) MUSTCHECK;
/* The columns of rel that the statement names, or all that can be copied. */
bool copy_columns(struct session *s, const void *stmt, const struct relation *rel,
		  struct copy_column **cols, int *n) MUSTCHECK;
bool copy_apply_forced(struct session *s, const struct copy_options *o, struct copy_column *cols,
		       int n) MUSTCHECK;

bool copy_to(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;
bool copy_from_begin(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;

#endif
