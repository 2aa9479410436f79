/*
 * search_path: which schemas unqualified names are looked up in.
 * Mirrors: PostgreSQL's namespace.c: temporary schema and pg_catalog come first unless the list
 * names them.
 */
#ifndef SESSION_SEARCH_PATH_H
#define SESSION_SEARCH_PATH_H

#include "base/vec.h"

/* Splits a list of identifiers ("$user", public) into names, char *. False: not such a list. */
bool search_path_split(struct arena *a, const char *list, struct vec *names) MUSTCHECK;

#endif
