/*
 * log: lines in PostgreSQL's format on standard error.
 *
 *     2024-05-01 12:00:00.123 UTC [1234] LOG:  database system is ready to accept connections
 *
 * Threads: any; one write(2) a line, so that lines never mix.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

/* In log_min_messages' order: LOG sorts above ERROR there. */
enum log_level {
	LOG_DEBUG5,
	LOG_DEBUG4,
	LOG_DEBUG3,
	LOG_DEBUG2,
	LOG_DEBUG1,
	LOG_INFO_,
	LOG_NOTICE_,
	LOG_WARNING_,
	LOG_ERROR,
	LOG_LOG,
	LOG_FATAL,
	LOG_PANIC
};

/* The level of a name as log_min_messages takes it ("warning", "debug1", "log"), or -1. */
int log_level_by_name(const char *name);
void log_set_min(enum log_level min);
bool log_wanted(enum log_level level);

/* pid 0: the server's own process. A message of several lines is continued with a tab. */
void log_line(enum log_level level, int pid, const char *fmt, ...) PRINTF(3, 4);
/* A line that belongs to the one before: "DETAIL", "HINT", "STATEMENT". */
void log_extra(const char *label, int pid, const char *fmt, ...) PRINTF(3, 4);

#endif
