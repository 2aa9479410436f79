/*
 * error: filling a struct pgw_error.
 * Texts that do not fit are cut; every fixed text of the library fits.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

void *(*pgw_realloc)(void *p, size_t n) = realloc;

enum pgw_rc
pgw_fail(struct pgw_error *e, enum pgw_severity sev, const char *sqlstate, const char *fmt, ...)
{
	va_list ap;

	e->severity = sev;
	memcpy(e->sqlstate, sqlstate, 6);
	e->detail[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	return PGW_BAD;
}

void
pgw_detail(struct pgw_error *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->detail, sizeof(e->detail), fmt, ap);
	va_end(ap);
}

enum pgw_rc
pgw_fail_nomem(struct pgw_error *e)
{
	pgw_fail(e, PGW_FATAL, PGW_OUT_OF_MEMORY, "out of memory");
	return PGW_NOMEM;
}
