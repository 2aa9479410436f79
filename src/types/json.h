/*
 * json: texts of type json taken apart, and jsonb's canonical form.
 * Memory:  trees in the arena given; undecoded parts point into the text.
 * Mirrors: PostgreSQL's jsonapi.c (what is accepted, and its errors), jsonb_util.c (the order of
 * jsonb).
 *
 * jsonb is stored as the text PostgreSQL prints: one space behind ':' and ',', no duplicate keys
 * (the last won), keys by length, then bytes, numbers as numeric prints them.
 */
#ifndef TYPES_JSON_H
#define TYPES_JSON_H

#include "types/type.h"

enum { JSON_MAX_DEPTH = 2000 };

/* In the order in which jsonb sorts kinds. DATETIME: an item that a jsonpath made, never a part of a
 * value (func/jsonpath_exec.h). */
enum json_kind {
	JSON_NULL,
	JSON_STRING,
	JSON_NUMBER,
	JSON_BOOL,
	JSON_ARRAY,
	JSON_OBJECT,
	JSON_DATETIME
};

struct json {
	enum json_kind kind;
	bool truth;         /* BOOL */
	int count;          /* ARRAY, OBJECT */
	struct json *items; /* ARRAY, OBJECT */
	const char *key;    /* of a member: decoded */
	size_t key_n;
	const char *p; /* STRING: decoded; NUMBER: as written, or canonical */
	size_t n;
	const char
		*src; /* as written, without space around it; NULL in trees that were not parsed */
	size_t src_n;
};

/* False: 22P02 with detail and context, 54001, and with decode 22P05. Without decode escapes are
 * not resolved (nor their code points checked) and p, key are as written between the quotes. */
bool json_parse(struct arena *a, struct err *e, const char *s, size_t n, bool decode,
		struct json *out) MUSTCHECK;
/* The same without making anything. */
bool json_check(struct err *e, const char *s, size_t n) MUSTCHECK;

/* A string with its quotes. */
void json_quote(struct buf *b, const char *s, size_t n);
/* Is it a number as JSON writes them? */
bool json_is_number(const char *s, size_t n);

/* Member by name, the last of that name; NULL: none. */
const struct json *json_member(const struct json *object, const char *key, size_t n);
/* Element by place, from the end when negative; NULL: none. */
const struct json *json_element(const struct json *array, int64_t i);

/* Makes a parsed tree canonical: keys sorted and unique, numbers as numeric's. False: 22003. */
bool jsonb_normalize(struct arena *a, struct err *e, struct json *j) MUSTCHECK;
/* Parses and normalizes. */
bool jsonb_parse(struct arena *a, struct err *e, const char *s, size_t n,
		 struct json *out) MUSTCHECK;
/* A stored jsonb, trusted to be canonical when it is text. */
bool jsonb_read(struct arena *a, struct err *e, const struct datum *d, struct json *out) MUSTCHECK;
void jsonb_print(const struct json *j, struct buf *b);
void jsonb_pretty(const struct json *j, struct buf *b);
/* Order of two canonical trees that are whole values. */
int jsonb_compare(const struct json *a, const struct json *b);
bool jsonb_equal(const struct json *a, const struct json *b);
/* Keys by length, then bytes. */
int jsonb_key_compare(const char *a, size_t an, const char *b, size_t bn);

type_collate_fn jsonb_collate;

#endif
