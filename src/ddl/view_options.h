/*
 * view_options: WITH (check_option = …, security_barrier, security_invoker) and WITH CHECK OPTION.
 */
#ifndef DDL_VIEW_OPTIONS_H
#define DDL_VIEW_OPTIONS_H

#include "ddl/commands.h"

/* old (pg_class.reloptions, or NULL) with the options of a list set, or taken out: *out, NULL when
 * none is left. check: l LOCAL, c CASCADED, written after the query; 0: not. False: err is set. */
bool view_options(struct ddl *d, const char *old, PgQuery__Node *const *list, size_t n, bool reset,
		  char check, char **out) MUSTCHECK;
/* Do they ask for checks? */
bool view_options_check(const char *options);
/* Checks are for views that can be written to: query, or (NULL) view's own. */
bool view_check_possible(struct ddl *d, const PgQuery__Node *query,
			 const struct relation *view) MUSTCHECK;

#endif
