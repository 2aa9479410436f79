/*
 * json_args: values as JSON text, shared by the json bodies.
 */
#ifndef FUNC_JSON_ARGS_H
#define FUNC_JSON_ARGS_H

#include "func/array_args.h"
#include "types/json.h"
#include "types/record.h"

/* Appends what to_json gives for a value of type t; SQL NULL is null. lines: a line feed between
 * the elements of the outermost array or record. */
bool json_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
		bool lines, struct buf *b) MUSTCHECK;
/* The same as an object's key: a quoted string. False: 22023 for arrays, composites and JSON. */
bool json_key(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	      struct buf *b) MUSTCHECK;
/* Does json_agg begin a line with values of this type? */
bool json_on_lines(const struct type *t);

/* JSON text in b (released) as the result, or canonical as jsonb. */
bool ret_json(struct fcall *c, struct buf *b, struct datum *out);
bool ret_jsonb(struct fcall *c, struct buf *b, struct datum *out) MUSTCHECK;
bool ret_jsonb_tree(struct fcall *c, const struct json *j, struct datum *out);
bool arg_jsonb(struct fcall *c, const struct datum *d, struct json *j) MUSTCHECK;
bool arg_json(struct fcall *c, const struct datum *d, struct json *j) MUSTCHECK; /* decoded */

/* Argument i's type and typmod, when the body has F_TYPES. */
const struct type *arg_type(struct fcall *c, int i);
int32_t arg_typmod(struct fcall *c, int i);

#endif
