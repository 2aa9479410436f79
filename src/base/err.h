/*
 * err: what went wrong, as PostgreSQL would report it.
 * Owner:   a session has one; passes and functions hold a pointer to it. The first error wins.
 * Memory:  strings are in the struct's own arena; err_clear() drops them.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"
#include "base/sqlstate.h"

struct err {
	const char *sqlstate; /* five characters (base/sqlstate.h), or NULL: no error */
	const char *severity; /* "ERROR" unless set to "FATAL", "NOTICE", "WARNING" … */
	const char *message;
	const char *detail, *hint, *context;              /* or NULL */
	const char *schema, *table, *column, *constraint; /* or NULL */
	const char *datatype;
	const char *internal_query; /* a query that a function ran, or NULL */
	int internal_position;      /* in it: 1-based character; 0: none */
	int position; /* 1-based character in the query text; 0: none */
	/* Byte offset (0-based) set by analysis; the session turns it into position. -1: none. */
	int location;
	struct arena arena;
};

void err_init(struct err *e);
void err_release(struct err *e);
void err_clear(struct err *e);

static inline bool
err_is_set(const struct err *e)
{
	return e->sqlstate != NULL;
}

/* All of these return false, so that a caller can say: return err_set(…).
 * location: byte offset in the statement's source, or -1. */
bool err_set(struct err *e, const char *sqlstate, int location, const char *fmt, ...) PRINTF(4, 5);
bool err_detail(struct err *e, const char *fmt, ...) PRINTF(2, 3);
bool err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* Names the object at fault; NULL leaves a field as it is. */
bool err_object(struct err *e, const char *schema, const char *table, const char *column,
		const char *constraint);
/* 0A000 «WHAT is not supported» – the refusal for every clause that parses and is not honoured. */
bool err_unsupported(struct err *e, int location, const char *fmt, ...) PRINTF(3, 4);

#endif
