/*
 * hash: PostgreSQL's hash functions, bit for bit: what hash indexes, hash partitions and users of
 * hashtext() have stored elsewhere.
 *
 * All are the extended, seeded 64-bit forms. The plain 32-bit hash is the low half of the one with
 * seed 0, for every type.
 */
#ifndef FUNC_HASH_H
#define FUNC_HASH_H

#include "func/args.h"

uint64_t hash_data(const void *p, size_t n, uint64_t seed);
uint64_t hash_word(uint32_t k, uint64_t seed);
uint64_t hash_int64(int64_t v, uint64_t seed);

/* A value that is not NULL, as the hash operator class of its type has it. False: err is set: 42883
 * for types that have none, and what reading the value raises. */
bool hash_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		uint64_t *hash) MUSTCHECK;

/* Has a type one at all, as part of another? For values that are NULL, and records in records.
 * False: 42883 is set. */
bool hash_check(struct fcall *c, const struct type *t) MUSTCHECK;

/* hash_container.c: values made of others. */
bool hash_array_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		      uint64_t *hash) MUSTCHECK;
bool hash_record_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		       uint64_t *hash) MUSTCHECK;
bool hash_range_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
		      uint64_t *hash) MUSTCHECK;
bool hash_multirange_value(struct fcall *c, const struct type *t, const struct datum *d,
			   uint64_t seed, uint64_t *hash) MUSTCHECK;
bool hash_jsonb_value(struct fcall *c, const struct datum *d, uint64_t seed,
		      uint64_t *hash) MUSTCHECK;

#endif
