/*
 * item_order: the order of elements and bounds, read from their canonical texts (array_value.h)
 * without making values of them.
 *
 * A key is made of the everyday forms only; where there is none (a text that another program wrote,
 * a year far away, an exponent), values are made and compared.
 */
#ifndef TYPES_ITEM_ORDER_H
#define TYPES_ITEM_ORDER_H

#include "types/array_value.h"
#include "types/network.h"

struct item_key {
	union {
		__int128 v; /* the value, on one scale for all of the type */
		double r;
		struct inet inet;
		struct {
			__int128 unscaled;
			int scale;
		};
	};
	bool infinite; /* a date's or timestamp's infinity; v is beyond all others */
};

/* False: no key of a value of this type. */
bool item_key(const struct type *t, const char *p, size_t n, struct item_key *out);
/* Of keys of one type. */
int item_key_compare(const struct type *t, const struct item_key *a, const struct item_key *b);

/* An array of one dimension from 1 with at most cap elements, as it is printed: items lie in the
 * literal, or in room when they had escapes. out->items is the caller's. False: some other form. */
bool array_scan(const char *s, size_t n, struct array_item *items, int cap, char *room,
		size_t room_n, struct array *out);

#endif
