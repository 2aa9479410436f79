/*
 * copy_in: COPY FROM STDIN, as a thing that is fed: the session may be parked between two CopyData
 * messages. Owner:   the session (s->copy). Memory: its own arena; row is emptied after every row.
 */
#ifndef SESSION_COPY_IN_H
#define SESSION_COPY_IN_H

#include "session/copy.h"

struct copy_field { /* p NULL: a null */
	const char *p;
	size_t n;
};

struct copy_in {
	struct arena arena, row;
	struct copy_options opt;
	const struct encoding *encoding;
	const char *table;
	struct plan *plan;
	struct copy_column *cols;
	struct copy_field *fields; /* ncols of them */
	struct datum *params;
	int ncols;
	bool extended;
	struct buf in;           /* bytes not yet taken */
	size_t scanned;          /* of in: no end of line before it */
	bool in_quotes, escaped; /* the scanner's state at scanned */
	bool crlf;               /* lines end with \r\n */
	bool started;            /* the first line, or the binary header, has been seen */
	bool ended;              /* \. or the binary trailer: what follows is ignored */
	int64_t line, rows;
	const char *text; /* the line being taken, for contexts; NULL in binary */
	size_t text_len;
};

/* copy_parse.c: takes what is whole off c->in. last: the client is done. False: s->err is set, with
 * its context. */
bool copy_parse(struct session *s, struct copy_in *c, bool last) MUSTCHECK;
bool copy_parse_binary(struct session *s, struct copy_in *c, bool last) MUSTCHECK;
/* copy_in.c: one row, text fields or (binary) ready params. */
bool copy_row(struct session *s, struct copy_in *c) MUSTCHECK;
bool copy_insert(struct session *s, struct copy_in *c) MUSTCHECK;
/* Sets the error's context: column NULL: the line alone; p NULL: without its text. Always false. */
bool copy_context(struct session *s, struct copy_in *c, const char *column, const char *p,
		  size_t n);

#endif
