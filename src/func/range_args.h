/*
 * range_args: ranges and multiranges as arguments and results of function bodies. For bodies with
 * F_TYPES only.
 */
#ifndef FUNC_RANGE_ARGS_H
#define FUNC_RANGE_ARGS_H

#include "func/args.h"
#include "types/range.h"

/* The type of argument i, or of the result; with a range type behind it. NULL: err is set. */
const struct type *arg_range_type(struct fcall *c, int i);
const struct type *ret_range_type(struct fcall *c);

/* Argument i, not NULL. */
bool arg_range(struct fcall *c, int i, const struct datum *d, struct range *r) MUSTCHECK;
/* The same of a multirange, or of a range as the multirange that it is. */
bool arg_ranges(struct fcall *c, int i, const struct datum *d, struct multirange *m) MUSTCHECK;

bool ret_range(struct fcall *c, const struct range *r, struct datum *out) MUSTCHECK;
bool ret_multirange(struct fcall *c, const struct multirange *m, struct datum *out) MUSTCHECK;

#endif
