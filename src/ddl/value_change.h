/*
 * value_change: what a change of a type does to the values of every type that contains it.
 */
#ifndef DDL_VALUE_CHANGE_H
#define DDL_VALUE_CHANGE_H

#include "ddl/commands.h"

struct value_change {
	const struct type *type; /* that is changed; all types are as before the change */
	/* A stored value of it that is not NULL; *out is *in where it stays. Results live in c's
	 * arena. */
	bool (*apply)(void *arg, struct type_ctx *c, const struct datum *in, struct datum *out);
	void *arg;
	struct ddl *d;
};

/* A stored value of t. *changed is set where out differs. */
bool value_changed(const struct value_change *v, struct arena *a, const struct type *t,
		   const struct datum *in, struct datum *out, bool *changed);
/* The same for a literal's text. A text that is none of t's stays. */
bool value_literal_changed(const struct value_change *v, const struct type *t, const char *text,
			   char **out);
/* Every value in the table's columns; the table has no constraints and no indexes in SQLite now. */
bool value_change_table(const struct value_change *v, const struct relation *rel);

#endif
