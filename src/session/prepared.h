/*
 * prepared: prepared statements, of Parse and of PREPARE alike.
 * Owner:   the session's worker. Memory: its own; a plan reference.
 */
#ifndef SESSION_PREPARED_H
#define SESSION_PREPARED_H

#include "sql/sql.h"

struct session;

struct prepared {
	char *name;   /* "" is the unnamed one */
	char *source; /* the statement's text; of PREPARE: the whole command */
	oid_t *types; /* as declared, ntypes of them; 0: to be inferred */
	int ntypes;
	struct plan *plan; /* NULL: an empty query */
	uint64_t env_hash; /* of session_plan_env when it was compiled */
	bool from_sql;
	int64_t created;
};

/* 42P05 when there is one of that name (the unnamed one is replaced). Takes over plan. NULL: err is
 * set. */
struct prepared *prepared_create(struct session *s, const char *name, const char *source,
				 const oid_t *types, int ntypes, struct plan *plan, bool from_sql);
struct prepared *prepared_find(struct session *s, const char *name); /* NULL: err is set (26000) */
struct prepared *prepared_look(struct session *s, const char *name); /* NULL: none */
void prepared_close(struct session *s, struct prepared *p);
void prepared_close_all(struct session *s);

/* Compiles it again when the schema or the settings it depends on have changed. False: err is set;
 * 0A000 "cached plan must not change result type". */
bool prepared_revalidate(struct session *s, struct prepared *p) MUSTCHECK;

/* The SQL commands. */
bool prepare_command(struct session *s, const void *stmt, const char *source) MUSTCHECK;
bool deallocate_command(struct session *s, const void *stmt, const char **tag) MUSTCHECK;
struct utility;
bool execute_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;

#endif
