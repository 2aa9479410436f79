/*
 * datum: one value in its stored form – the form SQLite holds it in (DESIGN §6).
 * Memory:  text and blob point into memory that the context names (a row, an arena, a message).
 */
#ifndef TYPES_DATUM_H
#define TYPES_DATUM_H

#include "base/base.h"

enum datum_class { DATUM_NULL, DATUM_INT, DATUM_REAL, DATUM_TEXT, DATUM_BLOB };

struct datum {
	enum datum_class class;
	union {
		int64_t i;
		double r;
		struct {
			const char *p; /* not NUL-terminated */
			size_t n;
		};
	};
};

static inline struct datum
datum_null(void)
{
	return (struct datum){.class = DATUM_NULL};
}

/* Field by field, so that "*out = datum_int(i)" is three stores. */
static inline struct datum
datum_int(int64_t i)
{
	struct datum d;

	d.class = DATUM_INT;
	d.n = 0;
	d.i = i;
	return d;
}

static inline struct datum
datum_real(double r)
{
	struct datum d;

	d.class = DATUM_REAL;
	d.n = 0;
	d.r = r;
	return d;
}

static inline struct datum
datum_text(const char *p, size_t n)
{
	return (struct datum){.class = DATUM_TEXT, .p = p, .n = n};
}

static inline struct datum
datum_blob(const void *p, size_t n)
{
	return (struct datum){.class = DATUM_BLOB, .p = p, .n = n};
}

#endif
