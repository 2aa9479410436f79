/*
 * enum: the labels of an enum type and the conversions that every enum shares.
 * Owner:   a snapshot; immutable.
 * Stored: the label. Order: that of the labels; a text that is none of them sorts after all labels,
 * by its bytes.
 */
#ifndef TYPES_ENUM_H
#define TYPES_ENUM_H

#include "base/map.h"
#include "types/type.h"

struct enum_label {
	oid_t oid; /* pg_enum's row */
	float sort_order;
	const char *name;
	size_t n;
};

struct enum_labels {
	int n;
	const struct enum_label *at; /* by sort_order */
	struct map by_name;          /* name → its struct enum_label */
};

/* NULL: no such label. */
const struct enum_label *enum_label(const struct type *t, const char *s, size_t n);

type_in_fn enum_in; /* 22P02 */
type_out_fn enum_out;
type_recv_fn enum_recv;
type_send_fn enum_send;
type_collate_fn enum_collate;

#endif
