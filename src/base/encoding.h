/*
 * encoding: character encodings as PostgreSQL numbers and names them. The server's own is UTF8
 * always.
 * Owner:   immutable table; converters are opened per use.
 */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/buf.h"
#include "base/err.h"

struct encoding {
	const char *name;  /* PostgreSQL's: "LATIN1" */
	const char *iconv; /* iconv(3)'s; NULL: UTF8 or SQL_ASCII, nothing to convert */
	int max_length;    /* bytes of a character, at most */
	bool ascii_bytes;  /* every byte below 0x80 is ASCII wherever it stands */
	bool supported;    /* false: known by name only */
};

extern const struct encoding *const encoding_utf8;

/* By a name in any of PostgreSQL's spellings ("utf-8", "iso88591", "Latin 1"); NULL: none such. */
const struct encoding *encoding_find(const char *name);
/* By PostgreSQL's number; NULL: none. */
const struct encoding *encoding_at(int64_t number);
int encoding_number(const struct encoding *e);

/* How many characters p holds; -1: err is set (22021). */
int64_t encoding_count(const struct encoding *e, const char *p, size_t n, struct err *err);

/* Client's bytes to UTF-8, appended to b. False: 22021 for what is not the encoding, 22P05 for what
 * UTF8 lacks. */
bool encoding_to_utf8(const struct encoding *e, const char *p, size_t n, struct buf *b,
		      struct err *err) MUSTCHECK;
/* UTF-8 to the client's, appended to b. err NULL: '?' for what cannot be shown. False: 22P05. */
bool encoding_from_utf8(const struct encoding *e, const char *p, size_t n, struct buf *b,
			struct err *err) MUSTCHECK;
/* Both: from one encoding's bytes to another's. False: 22021, 22P05 naming the two. */
bool encoding_convert(const struct encoding *from, const struct encoding *to, const char *p,
		      size_t n, struct buf *b, struct err *err) MUSTCHECK;

#endif
