/*
 * array: the conversions that every array type shares; the element type comes from type.elem_oid.
 * Stored: PostgreSQL's literal form, elements in their canonical text ({1,2}, {{a,b},{c,NULL}},
 * [0:1]={5,6}).
 */
#ifndef TYPES_ARRAY_H
#define TYPES_ARRAY_H

#include "types/type.h"

type_in_fn array_in;
type_out_fn array_out;
type_recv_fn array_recv;
type_send_fn array_send;

/* The collation that orders arrays over elem as array_ops does, and its body. False: elem is of no
 * family that shares one; then, if elem has an order, the collation is the array type's own and its
 * body is elem_array_collate. */
bool array_collation(const struct type *elem, const char **name, type_collate_fn **fn);

type_collate_fn elem_array_collate; /* t->of: the element */

#endif
