#include "base/err.h"

#include <stdarg.h>

void
err_init(struct err *e)
{
	*e = (struct err){.location = -1};
}

void
err_release(struct err *e)
{
	arena_release(&e->arena);
	err_init(e);
}

void
err_clear(struct err *e)
{
	struct arena keep;

	arena_clear(&e->arena);
	keep = e->arena;
	err_init(e);
	e->arena = keep;
}

static bool
vset(struct err *e, const char *sqlstate, int location, const char *fmt, va_list ap)
{
	e->sqlstate = sqlstate;
	e->severity = "ERROR";
	e->location = location;
	e->message = arena_vprintf(&e->arena, fmt, ap);
	return false;
}

bool
err_set(struct err *e, const char *sqlstate, int location, const char *fmt, ...)
{
	va_list ap;

	if (err_is_set(e))
		return false;
	va_start(ap, fmt);
	vset(e, sqlstate, location, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_detail(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->detail)
		return false;
	va_start(ap, fmt);
	e->detail = arena_vprintf(&e->arena, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->hint)
		return false;
	va_start(ap, fmt);
	e->hint = arena_vprintf(&e->arena, fmt, ap);
	va_end(ap);
	return false;
}

static void
name(struct err *e, const char **field, const char *value)
{
	if (value && !*field)
		*field = arena_strdup(&e->arena, value);
}

bool
err_object(struct err *e, const char *schema, const char *table, const char *column,
	   const char *constraint)
{
	name(e, &e->schema, schema);
	name(e, &e->table, table);
	name(e, &e->column, column);
	name(e, &e->constraint, constraint);
	return false;
}

bool
err_unsupported(struct err *e, int location, const char *fmt, ...)
{
	va_list ap;
	const char *what;

	if (err_is_set(e))
		return false;
	va_start(ap, fmt);
	what = arena_vprintf(&e->arena, fmt, ap);
	va_end(ap);
	return err_set(e, ERR_FEATURE_NOT_SUPPORTED, location, "%s is not supported", what);
}
