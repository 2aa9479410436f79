/*
 * json_populate: JSON as values of any type, as json_populate_record and kin make them.
 * Memory:  the arena of the call (populate.tc.arena).
 */
#ifndef FUNC_JSON_POPULATE_H
#define FUNC_JSON_POPULATE_H

#include "func/json_args.h"

struct populate {
	struct fcall *c;
	struct type_ctx tc;
	bool binary; /* from jsonb */
	int depth;
};

struct populate populate_begin(struct fcall *c, bool binary);
/* The columns of shape out of an object's members. defaults: NULL, or a value for each column that
 * stands where there is no member. False: 22P02, 22023, what the types' input raises. */
bool populate_columns(struct populate *p, const struct record *shape,
		      const struct array_item *defaults, const struct json *object,
		      struct datum *values) MUSTCHECK;
/* Takes only objects: 22023. */
bool populate_check_object(struct fcall *c, const struct json *j) MUSTCHECK;
/* A row as a value of type t, which is a composite, a domain over one, or record. */
bool populate_row(struct populate *p, const struct type *t, const struct record *shape,
		  const struct datum *values, struct datum *out) MUSTCHECK;

#endif
