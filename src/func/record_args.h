/*
 * record_args: the shape of rows, shared by bodies that give or take them.
 */
#ifndef FUNC_RECORD_ARGS_H
#define FUNC_RECORD_ARGS_H

#include "func/args.h"
#include "types/record.h"

/* An argument that says which columns a query expects: a record whose values are all NULL. */
bool record_shape_read(struct fcall *c, const struct datum *d, struct record *shape) MUSTCHECK;
/* Are given's columns of the types that the query says? False: 42804. */
bool record_shape_check(struct fcall *c, const struct record *given,
			const struct record *want) MUSTCHECK;

#endif
