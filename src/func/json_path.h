/*
 * json_path: paths of text[] into JSON trees, and what json and jsonb say alike.
 */
#ifndef FUNC_JSON_PATH_H
#define FUNC_JSON_PATH_H

#include "func/json_args.h"

/* An array index as a path writes it: space, sign, digits. False: it is none. */
bool json_path_index(const char *s, size_t n, int *i);
/* NULL: there is nothing. Of equal keys the last that leads somewhere counts. */
const struct json *json_path_find(const struct json *j, const struct array_item *path, int n);
/* A path argument. has_null: it has a NULL element, so that it leads nowhere. */
bool json_path_arg(struct fcall *c, const struct datum *d, struct array *path,
		   bool *has_null) MUSTCHECK;

bool json_type_name(const struct json *j, struct datum *out);
/* False: 22023, not an array. */
bool json_length(struct fcall *c, const struct json *j, struct datum *out) MUSTCHECK;

#endif
