/*
 * json_scan: parts of a stored jsonb, found without taking the value apart.
 * Memory:  results point into the text.
 *
 * The text is read once from left to right and trusted to be JSON; where it is not written as jsonb
 * is printed (an escape in a name or a wanted string, a number that is not canonical), the answer
 * is UNSURE, and the caller parses the whole.
 */
#ifndef TYPES_JSON_SCAN_H
#define TYPES_JSON_SCAN_H

#include "types/json.h"

enum json_scan { JSON_SCAN_NONE, JSON_SCAN_FOUND, JSON_SCAN_UNSURE };

struct json_part {
	enum json_kind kind;
	const char *p; /* as written; a STRING without its quotes */
	size_t n;
};

/* The member of that name; a canonical object has at most one. */
enum json_scan json_scan_member(const char *s, size_t n, const char *key, size_t key_n,
				struct json_part *out);

/* The element at place i, counted from 0; UNSURE also from the end (i < 0). */
enum json_scan json_scan_element(const char *s, size_t n, int64_t i, struct json_part *out);

/* A value taken apart without copying: nodes[0] is the whole, a container's parts follow it. False:
 * more than cap nodes, an escape, or not as jsonb is printed. */
struct json_node {
	struct json_part part; /* of a container only the kind */
	int count;             /* ARRAY, OBJECT */
	int next;              /* the node behind this one and its parts */
	const char *key;       /* of a member */
	size_t key_n;
};
bool json_scan_nodes(const char *s, size_t n, struct json_node *nodes, int cap);

/* Is the text of this container surely what jsonb prints for it? */
bool json_scan_is_canonical(const struct json_part *part);

#endif
