/*
 * sql: from PostgreSQL's text to a plan. A pure function of (text, snapshot, search path, parameter
 * types); never sees SQLite or a socket.
 *
 *     parse_sql → analyze_statement → lower_query → emit_query → struct plan
 */
#ifndef SQL_SQL_H
#define SQL_SQL_H

#include "func/func.h"
#include "sql/node.h"

/* ---- parse: the only user of libpg_query ---- */

struct PgQuery__Node;

struct raw_stmt {
	const struct PgQuery__Node *node; /* the statement's own node */
	int location, len; /* byte range in the source; len runs to the end of the statement,
			      without the ; */
	bool deep;         /* the tree may be deeper than a worker's stack allows to walk */
};

struct parse_tree {
	const char *source;
	struct raw_stmt *stmts;
	int n;
};

/* Parses all statements of a NUL-terminated valid UTF-8 text. Memory: a. False: err is set (42601
 * with location, 54001, 0A000). */
bool parse_sql(struct arena *a, const char *source, struct parse_tree *out,
	       struct err *err) MUSTCHECK;
/* One expression, e.g. a stored default or CHECK text; one query, e.g. a view's. */
bool parse_expr(struct arena *a, const char *source, const struct PgQuery__Node **out,
		struct err *err) MUSTCHECK;
/* A type's name as in a cast ("numeric(10,2)[]"), for regtype and kin: the TypeName node. */
bool parse_type_name(struct arena *a, const char *source, const struct PgQuery__Node **out,
		     struct err *err) MUSTCHECK;

/* A statement's tree as SQL text again, e.g. a view's query. */
bool parse_deparse(struct arena *a, const struct PgQuery__Node *stmt, char **text,
		   struct err *err) MUSTCHECK;

/* ---- plan ---- */

enum plan_kind {
	PLAN_QUERY,   /* one SQLite statement (and the steps before it) */
	PLAN_UTILITY, /* node goes to session/ or ddl/ */
	PLAN_EMPTY,
};

struct plan_column { /* one field of RowDescription */
	const char *name;
	const struct type *type;
	int32_t typmod;
	oid_t table_oid;
	int16_t attnum;
};

/* One of several SQLite statements that run as one command: a data-modifying WITH. */
struct plan_step {
	uint64_t id; /* as plan.id */
	const char *sqlite;
	const struct relation *target; /* of INSERT, UPDATE, DELETE; else NULL */
	enum query_cmd cmd;
	int slot;  /* where its rows are kept for later steps; 0: nowhere */
	bool main; /* the statement itself: its rows are the command's */
	bool upsert;
};
/* A table that one step modifies and a later one reads as it was before the command. */
struct plan_image {
	const struct relation *rel;
	int changed, before; /* slots: rowids; rowid and columns of the old rows */
};

struct plan {
	_Atomic int refs;
	uint64_t id; /* unique in the process: a connection's statement cache is keyed by it */
	struct arena arena; /* everything below lives here */
	enum plan_kind kind;
	enum query_cmd cmd;
	const struct snapshot *snapshot; /* referenced; types and relations below point into it */
	char *sqlite;                    /* the statement */
	const struct plan_step *steps;   /* nsteps of them, in order; 0: sqlite is all there is */
	const struct plan_image *images;
	int nsteps, nimages, nslots;
	/* Parameters of the SQLite statement: ?1 … ?nparams are $1 … $nparams. */
	const struct type **params;
	int nparams;
	/* ?nparams+1 … are computed from the others once an execution: plan_compute (fold.h). */
	struct vec computed; /* struct expr */
	const struct plan_column *cols;
	int ncols;           /* 0: returns no rows */
	bool upsert;         /* ON CONFLICT DO UPDATE of more rows than one: see cursor_spec */
	const char *locking; /* SELECT with a locking clause: "SELECT FOR UPDATE" …; else NULL */
	const char *nowait;  /* NOWAIT: the table whose rows are to be locked; else NULL */
	bool writes; /* needs the writer's place (INSERT …, locking clauses, volatile functions that
			write) */
	bool session_literals; /* a literal was read by the session's settings (time zone,
				  DateStyle, 'now'): not for other sessions */
	bool needs_savepoint;  /* more than one step: one statement's failure must undo all */
	const struct relation *target;    /* INSERT, UPDATE, DELETE: for constraint messages */
	const struct PgQuery__Node *node; /* UTILITY: in arena */
	const char *source;               /* the statement's own text */
	int source_location;
	const char *tag; /* "SELECT", "INSERT", …; counts are added by the session */
};

/* What compilation needs to know of the session. */
struct compile_env {
	const struct snapshot *snapshot;
	const char *const *search_path; /* NULL-terminated */
	struct fenv *fenv;              /* for text forms of literals (DateStyle …) */
	struct err *err;
	void (*notice)(void *arg, const char *severity, const char *sqlstate, const char *message,
		       int location);
	void *notice_arg;
	struct name_watch *watch; /* view_text.c: told what names are resolved to; NULL: nobody */
	struct type_watch *types; /* type_text.c: told of type names and literals; NULL: nobody */
	const char *column; /* compile_expr: the column whose default or generation expression it
			       is, for messages; or NULL */
};

/* Compiles one statement. params: the types that the client declared (0: to be inferred), nparams
 * of them; more may be inferred when variadic_params (extended protocol, PREPARE); without, a $n is
 * 42P02. Utility statements become PLAN_UTILITY. NULL: env->err is set. The caller holds one
 * reference. */
struct plan *plan_compile(struct compile_env *env, const char *source, const struct raw_stmt *stmt,
			  const oid_t *params, int nparams, bool variadic_params) MUSTCHECK;
/* SELECT node, coerced to t as an assignment would: argument number (from 1) of EXECUTE. NULL:
 * env->err is set. A reference. */
struct plan *plan_argument(struct compile_env *env, const char *source,
			   const struct PgQuery__Node *node, const struct type *t,
			   int number) MUSTCHECK;
struct plan *plan_ref(struct plan *p);
void plan_unref(struct plan *p);

/* The computed parameters' values, from those of $1 …: out has room for p->computed.n. Memory: a.
 * False: err is set with what a constant expression raised. */
bool plan_compute(const struct plan *p, struct fenv *env, struct arena *a,
		  const struct datum *params, struct datum *out, struct err *err) MUSTCHECK;

/* Texts for EXPLAIN (VERBOSE) and for `litephant translate`. In arena a. */
char *query_dump(struct arena *a, const struct query *q);
/* Every statement of sql: its tree after analysis, after lowering, and its SQLite text, appended to
 * out. */
bool translate_text(struct compile_env *env, const char *sql, struct buf *out) MUSTCHECK;

/* ---- for ddl/ ---- */

/* Analyzes an expression over the columns of rel (NULL: none) and coerces it to type (0: as it is)
 * as an assignment would. kind names the place in messages ("DEFAULT expressions", "CHECK
 * constraints", "index expressions", …) – subqueries, aggregates and set-returning functions are
 * refused in Postgres's words. *text: the expression as PostgreSQL would print it back
 * (pg_get_expr); *sqlite: as SQLite text with bare column names. Either may be NULL. */
enum standalone_kind {
	STANDALONE_DEFAULT,
	STANDALONE_CHECK,
	STANDALONE_INDEX,
	STANDALONE_PREDICATE,
	STANDALONE_GENERATED,
	STANDALONE_USING
};
bool compile_expr(struct compile_env *env, struct arena *a, enum standalone_kind kind,
		  const struct PgQuery__Node *node, const struct relation *rel, oid_t type,
		  int32_t typmod, char **text, char **sqlite, struct expr **out) MUSTCHECK;
/* The columns that a query (view, CREATE TABLE AS) would return, and the query as text for
 * pg_get_viewdef. */
bool compile_query_columns(struct compile_env *env, struct arena *a,
			   const struct PgQuery__Node *query, const char *source,
			   struct plan_column **cols, int *ncols,
			   struct vec *depends /* oid_t * of relations and of keys that GROUP BY
						     needs, or NULL */) MUSTCHECK;
/* A view's definition as PostgreSQL prints it, without the semicolon. */
struct view_print {
	bool pretty; /* without the parentheses that can be left out */
	int wrap;    /* result columns go on in a line up to this column; 0: one a line */
};
bool compile_view_definition(struct compile_env *env, struct arena *a, const struct relation *view,
			     const struct view_print *how, char **text) MUSTCHECK;
/* Can INSERT, UPDATE and DELETE write to a view? *why: what speaks against a view of that query, in
 * PostgreSQL's words, or NULL. *base: the table that the view shows, or NULL; *cols: by column, is
 * it one of the table's? */
bool compile_query_writable(struct compile_env *env, struct arena *a,
			    const struct PgQuery__Node *query, const char **why) MUSTCHECK;
bool compile_view_updatable(struct compile_env *env, struct arena *a, const struct relation *view,
			    const struct relation **base, bool **cols) MUSTCHECK;
/* Type names: "numeric(10,2)[]" → type and typmod. SERIAL is CREATE TABLE's own business. */
bool compile_type_name(struct compile_env *env, const void *type_name /* PgQuery__TypeName */,
		       const struct type **type, int32_t *typmod) MUSTCHECK;
/* An INSERT plan for COPY FROM: parameters in column order; attnums may be NULL (all columns).
 * check: constraints apply as usual. */
struct plan *plan_copy_from(struct compile_env *env, const struct relation *rel,
			    const int16_t *attnums, int n) MUSTCHECK;
/* RangeVar → relation, with Postgres's error 42P01 when missing_ok is false. */
const struct relation *compile_relation(struct compile_env *env,
					const void *range_var /* PgQuery__RangeVar */,
					bool missing_ok);

#endif
