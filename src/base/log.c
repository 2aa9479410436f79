#include "base/log.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

static _Atomic int min_level = LOG_WARNING_;

static const struct {
	const char *name, *label;
	enum log_level level;
} levels[] = {
	{"debug5", "DEBUG", LOG_DEBUG5},   {"debug4", "DEBUG", LOG_DEBUG4},
	{"debug3", "DEBUG", LOG_DEBUG3},   {"debug2", "DEBUG", LOG_DEBUG2},
	{"debug1", "DEBUG", LOG_DEBUG1},   {"info", "INFO", LOG_INFO_},
	{"notice", "NOTICE", LOG_NOTICE_}, {"warning", "WARNING", LOG_WARNING_},
	{"error", "ERROR", LOG_ERROR},     {"log", "LOG", LOG_LOG},
	{"fatal", "FATAL", LOG_FATAL},     {"panic", "PANIC", LOG_PANIC},
};

int
log_level_by_name(const char *name)
{
	for (size_t i = 0; i < COUNTOF(levels); i++)
		if (strcasecmp(levels[i].name, name) == 0)
			return (int)levels[i].level;
	return strcasecmp(name, "debug") == 0 ? (int)LOG_DEBUG2 : -1;
}

void
log_set_min(enum log_level min)
{
	min_level = (int)min;
}

bool
log_wanted(enum log_level level)
{
	return (int)level >= min_level;
}

static void
put_prefix(struct buf *b, int pid, const char *label)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	buf_printf(b, "%04d-%02d-%02d %02d:%02d:%02d.%03d UTC [%d] %s:  ", tm.tm_year + 1900,
		   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		   (int)(now.tv_nsec / 1000000), pid ? pid : (int)getpid(), label);
}

/* Outside text may hold anything: line breaks are continued with a tab, other control characters
 * become '?'. */
static void
put_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			buf_puts(b, "\n\t");
		else
			buf_putc(b, iscntrl((unsigned char)*s) && *s != '\t' ? '?' : *s);
	}
}

static void
vline(int pid, const char *label, const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;
	struct arena a = ARENA_INIT;
	size_t done = 0;

	put_prefix(&b, pid, label);
	put_text(&b, arena_vprintf(&a, fmt, ap));
	buf_putc(&b, '\n');
	while (done < b.len) {
		ssize_t n = write(STDERR_FILENO, b.data + done, b.len - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	arena_release(&a);
	buf_release(&b);
}

void
log_line(enum log_level level, int pid, const char *fmt, ...)
{
	va_list ap;

	if (!log_wanted(level))
		return;
	va_start(ap, fmt);
	vline(pid, levels[level].label, fmt, ap);
	va_end(ap);
}

void
log_extra(const char *label, int pid, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vline(pid, label, fmt, ap);
	va_end(ap);
}
