/*
 * error_fields: ErrorResponse and NoticeResponse. Fields go out in PostgreSQL's order.
 */
#include <stdio.h>

#include "internal.h"

static void
put_text(struct pgw_out *o, char code, const char *s)
{
	if (!s)
		return;
	pgw_put_u8(o, (uint8_t)code);
	pgw_put_string(o, s);
}

static void
put_number(struct pgw_out *o, char code, int n)
{
	char text[16];

	if (n <= 0)
		return;
	snprintf(text, sizeof(text), "%d", n);
	put_text(o, code, text);
}

static void
put_fields(struct pgw_out *o, char type, const struct pgw_fields *f)
{
	pgw_begin(o, type);
	put_text(o, 'S', f->severity);
	put_text(o, 'V', f->severity);
	put_text(o, 'C', f->sqlstate);
	put_text(o, 'M', f->message ? f->message : "missing error text");
	put_text(o, 'D', f->detail);
	put_text(o, 'H', f->hint);
	put_text(o, 'W', f->where);
	put_text(o, 's', f->schema);
	put_text(o, 't', f->table);
	put_text(o, 'c', f->column);
	put_text(o, 'd', f->datatype);
	put_text(o, 'n', f->constraint);
	put_number(o, 'P', f->position);
	put_number(o, 'p', f->internal_position);
	put_text(o, 'q', f->internal_query);
	put_text(o, 'F', f->file);
	put_number(o, 'L', f->line);
	put_text(o, 'R', f->routine);
	pgw_put_u8(o, 0);
	pgw_end(o);
}

void
pgw_put_error(struct pgw_out *o, const struct pgw_fields *f)
{
	put_fields(o, 'E', f);
}

void
pgw_put_notice(struct pgw_out *o, const struct pgw_fields *f)
{
	put_fields(o, 'N', f);
}

void
pgw_put_pgw_error(struct pgw_out *o, const struct pgw_error *e)
{
	struct pgw_fields f = {
		.severity = e->severity == PGW_FATAL ? "FATAL" : "ERROR",
		.sqlstate = e->sqlstate,
		.message = e->message,
		.detail = e->detail[0] ? e->detail : NULL,
	};

	if (e->severity != PGW_COMMERROR)
		pgw_put_error(o, &f);
}
