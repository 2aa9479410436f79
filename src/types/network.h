/*
 * network: inet and cidr, and the text forms of their addresses.
 * Stored:  TEXT as the output functions print it ('10.1.2.3', '10.0.0.0/8', '::1'); collation
 * pg_inet for both, since a cidr is an inet whose host bits are zero.
 */
#ifndef TYPES_NETWORK_H
#define TYPES_NETWORK_H

#include "types/type.h"

enum { INET_TEXT_MAX = 52 };

struct inet {
	int version; /* 4 or 6 */
	int bits;    /* of the netmask: 0 … inet_max_bits */
	uint8_t addr[16];
};

static inline int
inet_max_bits(const struct inet *a)
{
	return a->version == 4 ? 32 : 128;
}

static inline int
inet_size(const struct inet *a)
{
	return a->version == 4 ? 4 : 16;
}

/* Text as inet_in or cidr_in read it; whether a cidr's host bits are zero is not looked at. */
bool inet_parse(const char *s, size_t n, bool cidr, struct inet *out) MUSTCHECK;
/* An address as it is stored, and nothing else (network_scan.c). */
bool inet_scan(const char *s, size_t n, struct inet *out);
/* Any stored value, leniently. */
bool inet_read(struct type_ctx *c, const struct type *t, const struct datum *d,
	       struct inet *out) MUSTCHECK;

enum inet_mask { INET_MASK_NONE, INET_MASK_SHORT, INET_MASK_ALWAYS };
/* SHORT: "/bits" only where the mask is not the whole address. */
void inet_print(const struct inet *a, enum inet_mask mask, struct buf *b);
/* A network with its trailing zero octets or words left out: "10.1/16". */
void cidr_print_abbreviated(const struct inet *a, struct buf *b);

struct datum inet_datum(struct arena *a, const struct inet *v, bool cidr);

/* Order of PostgreSQL's btree class: version, network, mask, host. What differs is what network_cmp
 * returns. */
int inet_compare(const struct inet *a, const struct inet *b);
/* Do the first bits of both agree? */
bool inet_same_bits(const struct inet *a, const struct inet *b, int bits);
/* Clears what is right of the mask. */
void inet_clear_host(struct inet *a);

type_collate_fn inet_collate;

#endif
