/*
 * args: reading arguments and making results inside function bodies.
 */
#ifndef FUNC_ARGS_H
#define FUNC_ARGS_H

#include "func/func.h"
#include "types/numeric.h"

/* The next value of what rows_pack made (rows.c). False: there is none left. */
bool rows_take_value(const char **p, const char *end, struct datum *out);

/* xid8 and pg_lsn. */
bool arg_uint(struct fcall *c, const struct datum *d, uint64_t *v) MUSTCHECK;
bool arg_int_slow(struct fcall *c, const struct datum *d, int64_t *v) MUSTCHECK;
bool arg_float_slow(struct fcall *c, const struct datum *d, double *v) MUSTCHECK;
const char *arg_text_slow(struct fcall *c, const struct datum *d, size_t *n);

static inline bool MUSTCHECK
arg_int(struct fcall *c, const struct datum *d, int64_t *v)
{
	if (d->class != DATUM_INT)
		return arg_int_slow(c, d, v);
	*v = d->i;
	return true;
}

static inline bool MUSTCHECK
arg_float(struct fcall *c, const struct datum *d, double *v)
{
	if (d->class != DATUM_REAL)
		return arg_float_slow(c, d, v);
	*v = d->r;
	return true;
}

/* Bytes of a text, bytea or name argument; never NULL. */
static inline const char *
arg_text(struct fcall *c, const struct datum *d, size_t *n)
{
	if (d->class != DATUM_TEXT || !d->n)
		return arg_text_slow(c, d, n);
	*n = d->n;
	return d->p;
}

/* The caller releases *n. */
static inline bool MUSTCHECK
arg_num(struct fcall *c, const struct datum *d, struct num *n)
{
	return num_read(c->err, d, n);
}

static inline bool
arg_null(const struct datum *d)
{
	return d->class == DATUM_NULL;
}

/* Results. ret_buf copies b into the call's arena and releases it. All return true, ret_num_release
 * only within range. */
bool ret_buf(struct fcall *c, struct buf *b, struct datum *out);
bool ret_text(struct fcall *c, const char *s, struct datum *out); /* copies */
bool ret_num_release(struct fcall *c, struct num *n, struct datum *out);

/* 22003 «integer out of range». Always false. */
bool out_of_range(struct fcall *c, const char *type);
bool division_by_zero(struct fcall *c);

/* The text form of any value of a known type: as its output function prints it ("t"), and as a cast
 * to text gives it ("true"). */
bool value_out(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	       struct buf *b) MUSTCHECK;
bool value_text(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
		struct buf *b) MUSTCHECK;

/* Does t, when it is a domain, take the value (NULL too)? False: err is set. */
bool check_domains(struct fcall *c, const struct type *t, const struct datum *d) MUSTCHECK;

#endif
