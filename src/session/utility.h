/*
 * utility: commands that are not plans. What changes the schema is ddl's; the rest is here, one
 * function or file a command.
 */
#ifndef SESSION_UTILITY_H
#define SESSION_UTILITY_H

#include "sql/sql.h"

struct session;

/* One execution. */
struct utility {
	const char *source; /* the whole text that node's locations count in */
	struct raw_stmt stmt;
	int16_t *formats;     /* of the result's columns, or NULL: text */
	bool describe;        /* simple protocol: a RowDescription goes before rows */
	bool extended;        /* asked for by Execute */
	struct datum *params; /* $n of the statement (EXPLAIN, DECLARE …) */
	int nparams;
	const char *tag;   /* out: for CommandComplete */
	bool copy_started; /* out: s->state is COPY_IN; the command goes on with the client's data
			    */
};

bool utility_run(struct session *s, struct utility *u) MUSTCHECK;
/* The columns it would return, in arena a; *n 0: none. False: err is set. */
bool utility_columns(struct session *s, struct arena *a, const struct PgQuery__Node *node,
		     const struct plan_column **cols, int *n) MUSTCHECK;
/* Its command tag without counts, for messages. */
const char *utility_name(const struct raw_stmt *stmt);
/* The relation that a command names; 42P01 without a position. */
const struct relation *utility_relation(struct compile_env *env, const void *range_var) MUSTCHECK;
/* One text column. */
const struct plan_column *utility_text_column(struct arena *a, const char *name);
/* Which value of log_statement logs it: d ddl, m mod, a all. */
char utility_log_level(const struct raw_stmt *stmt);
/* Does log_statement = setting (n, d, m, a) log a statement of that level? */
bool utility_logged(char setting, char level);

/* set_command.c */
bool set_command(struct session *s, const void *stmt, const char **tag) MUSTCHECK;
bool show_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;
/* explain.c */
bool explain_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;
const struct plan_column *explain_columns(struct arena *a, const void *stmt);
/* cursor_cmd.c */
bool declare_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;
bool fetch_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;
bool close_command(struct session *s, const void *stmt, const char **tag) MUSTCHECK;
/* copy_in.c, copy_out.c */
bool copy_command(struct session *s, const void *stmt, struct utility *u) MUSTCHECK;

#endif
