/*
 * agg_state: the state of one running aggregate body, as its plain, sorted, frame and window forms
 * share it.
 * Owner:  the SQLite aggregate context it is part of; zeroed memory is a state that has not begun.
 */
#ifndef STORE_AGG_STATE_H
#define STORE_AGG_STATE_H

#include "store/private.h"

struct agg_state {
	void *state;           /* the body's; malloc'ed */
	struct arena arena;    /* the body's, for the group's life */
	struct typeset *types; /* a reference, or NULL */
	struct site *site;     /* where the call's cache is */
};

/* Takes the types' text off the front of the arguments, where the body wants it. key: what tells
 * the call apart. False: err is set, or there are no arguments. */
bool agg_state_types(struct binding *b, struct agg_state *s, const void *key, struct datum **args,
		     int *n) MUSTCHECK;
/* Rows go in and, for bodies with an inverse, out again. False: err is set. */
bool agg_state_step(struct binding *b, struct agg_state *s, const struct datum *args,
		    int n) MUSTCHECK;
bool agg_state_inverse(struct binding *b, struct agg_state *s, const struct datum *args,
		       int n) MUSTCHECK;
/* The result so far, for SQLite. False: err is set. */
bool agg_state_give(sqlite3_context *ctx, struct binding *b, struct agg_state *s) MUSTCHECK;
/* Back to no rows; the types stay. */
void agg_state_clear(struct binding *b, struct agg_state *s);
void agg_state_release(struct binding *b, struct agg_state *s);

/* Compares two values that sort as t does; NULLs are equal to each other. */
int compare_cells(const struct type *t, const struct datum *a, const struct datum *b, bool desc,
		  bool nulls_first);
/* A type by OID; NULL: err is set. */
const struct type *spec_type(struct conn *c, oid_t oid);

#endif
