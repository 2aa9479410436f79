/*
 * compile: from text to plan within a session: its schema, its settings, the database's plan cache.
 */
#ifndef SESSION_COMPILE_H
#define SESSION_COMPILE_H

#include "sql/sql.h"

struct session;

/* The environment of a compilation: snapshot is the session's newest (session_snapshot). False: err
 * is set. */
bool compile_env_init(struct session *s, struct compile_env *env) MUSTCHECK;

/* One parsed statement of text. NULL: err is set. A reference. */
struct plan *compile_statement(struct session *s, const char *text, const struct raw_stmt *stmt,
			       const oid_t *types, int ntypes, bool variadic) MUSTCHECK;

/* The plan that the cache has for a text, or NULL. A reference. */
struct plan *compile_cached(struct session *s, const char *text, const oid_t *types, int ntypes,
			    bool variadic);
void compile_remember(struct session *s, const char *text, const oid_t *types, int ntypes,
		      bool variadic, struct plan *p);

/* A text of at most one statement, through the cache. *plan NULL and true: it was empty. */
bool compile_text(struct session *s, const char *text, const oid_t *types, int ntypes,
		  struct plan **plan) MUSTCHECK;

/* 25P02 unless the statement ends a failed block. */
bool compile_allowed(struct session *s, const struct PgQuery__Node *node) MUSTCHECK;

#endif
