/*
 * mac: macaddr and macaddr8.
 * Stored:  TEXT, lower case, octets between colons; the order of the texts is the type's order.
 */
#ifndef TYPES_MAC_H
#define TYPES_MAC_H

#include "types/type.h"

/* t is macaddr (6 octets) or macaddr8 (8). Any stored value, leniently. */
bool mac_read(struct type_ctx *c, const struct type *t, const struct datum *d,
	      uint8_t octets[8]) MUSTCHECK;
struct datum mac_datum(struct arena *a, const uint8_t *octets, int n);
/* Six octets as eight: ff:fe in the middle. */
void mac_widen(const uint8_t from[6], uint8_t to[8]);

#endif
