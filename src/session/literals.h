/*
 * literals: simple statements that differ only in integers share one plan (DESIGN §5): the integers
 * become parameters. A scanner, not a parser: it lifts only where an integer literal and an int4
 * parameter mean the same, and leaves the text alone whenever it is not sure. A lifted text that
 * does not compile is compiled as it was written.
 */
#ifndef SESSION_LITERALS_H
#define SESSION_LITERALS_H

#include "base/arena.h"
#include "types/datum.h"

enum { LITERALS_MAX = 32 };

struct literals {
	char *text; /* with $1 … in place of the integers */
	struct datum values[LITERALS_MAX];
	int n;
};

/* False: nothing to lift. Memory: a. */
bool literals_lift(struct arena *a, const char *text, struct literals *out);

#endif
