/*
 * analyze: PostgreSQL's semantic analysis, inside sql/ only. File names follow backend/parser's
 * words: analyze.c         statements: INSERT, UPDATE, DELETE, SELECT, set operations, VALUES;
 * plan_compile's driver analyze_clause.c  FROM, JOIN, WHERE, GROUP BY, ORDER BY, LIMIT, WINDOW,
 * DISTINCT, ON CONFLICT analyze_cte.c     WITH analyze_relation.c  range table entries, column
 * look-up, name scoping analyze_target.c  target lists, assignment to columns, result names
 * (FigureColname) analyze_expr.c    expressions               analyze_func.c  functions,
 * aggregates, windows: overload choice analyze_oper.c    operators                 analyze_coerce.c
 * coercions, common types, polymorphism analyze_type.c    type names and typmods    analyze_agg.c
 * placement of aggregates, GROUP BY checks analyze_param.c   $n
 *
 * All functions return NULL or false with as->env->err set. Recursion is bounded by as->depth
 * (54001).
 */
#ifndef SQL_ANALYZE_H
#define SQL_ANALYZE_H

#include "pg_query.pb-c.h"
#include "sql/sql.h"

enum expr_place { /* ParseExprKind: which words an error uses, and what is allowed */
		  PLACE_SELECT,
		  PLACE_WHERE,
		  PLACE_HAVING,
		  PLACE_JOIN_ON,
		  PLACE_JOIN_USING,
		  PLACE_FROM_SUBSELECT,
		  PLACE_FROM_FUNCTION,
		  PLACE_FILTER,
		  PLACE_WINDOW_PARTITION,
		  PLACE_WINDOW_ORDER,
		  PLACE_WINDOW_FRAME,
		  PLACE_INSERT_TARGET,
		  PLACE_UPDATE_SOURCE,
		  PLACE_UPDATE_TARGET,
		  PLACE_GROUP_BY,
		  PLACE_ORDER_BY,
		  PLACE_DISTINCT_ON,
		  PLACE_LIMIT,
		  PLACE_OFFSET,
		  PLACE_RETURNING,
		  PLACE_VALUES,
		  PLACE_VALUES_SINGLE,
		  PLACE_CHECK,
		  PLACE_DEFAULT,
		  PLACE_INDEX_EXPR,
		  PLACE_INDEX_PREDICATE,
		  PLACE_USING,
		  PLACE_GENERATED,
		  PLACE_EXECUTE_PARAM,
		  PLACE_CALL,
		  PLACE_OTHER
};

/* What one query level sees. */
struct scope {
	struct scope *outer;
	struct query *query;
	struct vec names;   /* struct rte, visible for qualified references */
	struct vec columns; /* struct rte, visible for unqualified references (a join replaces its
			       sides) */
	struct vec ctes;    /* struct cte, visible here (outer scopes' too, by walking) */
	struct vec windows; /* struct window_def: analyze_window.c */
	char frame_mode;    /* PLACE_WINDOW_FRAME: r range, o rows, g groups */
	struct vec analyzing; /* struct cte of `with`: a query, and which it has made wait */
	const PgQuery__WithClause *with; /* while its queries are analyzed: what is not yet in ctes
					    cannot be referenced */
	enum expr_place place;
	bool lateral_ok;        /* while analyzing a FROM item: earlier items may be referenced */
	struct vec barred;      /* struct rte: of these items the ones that may not */
	struct agg_seen *agg;   /* analyze_agg.c */
	struct rte *standalone; /* compile_expr: bare column names, no alias */
	struct vec made; /* struct rte: all entries of this level, visible or not (for hints) */
};

struct analyzer {
	struct compile_env *env;
	struct arena *arena; /* the plan's */
	const char *source;
	struct scope *scope;
	oid_t *params; /* $1 … types; 0: not known yet */
	int nparams, max_params;
	bool variadic_params;
	int next_rte, next_cte;
	int depth, max_depth;
	bool writes;           /* a volatile writing function was seen (nextval, setval …) */
	bool copying; /* COPY FROM: the NULL of a column left out is not shown to its domain */
	bool as_written; /* to be printed (deparse.c): joins, calls and casts stay what they were */
	bool defining;         /* the expression is stored: 'now' is the moment of its definition */
	bool session_literals; /* a literal's value came from settings (time zone, DateStyle,
				  'now'): the plan must not outlive them */
	int64_t nodes_left;    /* how many more expressions may be made; 0: not counted yet */
	struct vec param_refs; /* struct expr: every EX_PARAM made */
	struct expr *last_srf; /* the set-returning call made last, or NULL */
	struct inline_frame
		*inlining; /* inline_func.c: the SQL-language body being analyzed, or NULL */
};

/* -- analyze_expr.c -- */
struct expr *analyze_expr(struct analyzer *as, const PgQuery__Node *node, enum expr_place place);
/* NULL node gives NULL without error: test err_is_set. Coerces to boolean with Postgres's message
 * ("argument of WHERE must be type boolean, not type integer"). */
struct expr *analyze_where(struct analyzer *as, const PgQuery__Node *node, enum expr_place place,
			   const char *construct);
struct expr *expr_new(struct analyzer *as, enum expr_kind kind, oid_t type, int location);
struct expr *expr_const(struct analyzer *as, oid_t type, int32_t typmod, struct datum value,
			int location);
struct expr *expr_var(struct analyzer *as, struct rte *rte, int col, int location);
const char *place_name(enum expr_place place); /* "WHERE", "GROUP BY", … for messages */
bool expr_equal(const struct expr *a, const struct expr *b);

/* -- analyze_type.c -- */
bool analyze_type_name(struct analyzer *as, const PgQuery__TypeName *tn, const struct type **type,
		       int32_t *typmod);
const struct type *type_of(struct analyzer *as, oid_t oid);
const char *type_display(struct analyzer *as,
			 oid_t oid); /* format_type without typmod, in the arena */

/* -- analyze_coerce.c (parse_coerce.c's functions) -- */
enum coercion_context { COERCE_IMPLICIT, COERCE_ASSIGNMENT, COERCE_EXPLICIT };
bool can_coerce_type(struct analyzer *as, int n, const oid_t *from, const oid_t *to,
		     enum coercion_context ctx);
struct expr *coerce_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
			 enum coercion_context ctx, int location);
/* coerce_type and the length coercion; NULL without error when there is no way (the caller words
 * the message). */
struct expr *coerce_to_target_type(struct analyzer *as, struct expr *e, oid_t to, int32_t typmod,
				   enum coercion_context ctx, int location);
struct expr *coerce_to_boolean(struct analyzer *as, struct expr *e, const char *construct);
struct expr *coerce_to_specific_type(struct analyzer *as, struct expr *e, oid_t to,
				     const char *construct);
struct expr *coerce_to_common_type(struct analyzer *as, struct expr *e, oid_t to,
				   const char *construct);
/* construct: "UNION", "CASE", "COALESCE" …; 0 with err set when there is none; *which: the
 * expression that decided (may be NULL). */
oid_t select_common_type(struct analyzer *as, struct expr **exprs, int n, const char *construct,
			 struct expr **which);
int32_t select_common_typmod(struct expr **exprs, int n, oid_t common);
/* Where no typmod is common to them: each char(n) among them keeps its blanks. */
void drop_lengths(struct analyzer *as, struct expr **exprs, int n);
/* Literals of type unknown that nobody coerced become text. */
struct expr *resolve_unknown(struct analyzer *as, struct expr *e);
oid_t select_common_collation(struct analyzer *as, struct expr **exprs, int n);
/* enforce_generic_type_consistency: resolves polymorphic declared types in place; returns the
 * actual return type or 0 with err. */
oid_t resolve_polymorphic(struct analyzer *as, const oid_t *actual, oid_t *declared, int n,
			  oid_t ret, bool allow_poly);
char type_category(struct analyzer *as, oid_t type, bool *preferred);

/* -- analyze_func.c, analyze_oper.c -- */
struct expr *analyze_func_call(struct analyzer *as, const PgQuery__FuncCall *fc,
			       enum expr_place place);
/* A call made by analysis itself (EXTRACT, substring …), args typed. name is pg_catalog's. */
struct expr *make_func(struct analyzer *as, const char *name, struct expr **args, int nargs,
		       int location);
struct expr *make_op(struct analyzer *as, const char *name, struct expr *left, struct expr *right,
		     int location);
struct expr *make_scalar_array_op(struct analyzer *as, const char *name, bool all,
				  struct expr *left, struct expr *array, int location);
/* Default <, =, > of a type for sorting and grouping; err 42883 "could not identify an ordering
 * operator for type %s". */
bool get_sort_group_operators(struct analyzer *as, oid_t type, bool need_lt, bool need_eq,
			      oid_t *lt, oid_t *eq, oid_t *gt, int location);
/* True when the function writes (nextval, setval …) or must not be run ahead of time. */
bool proc_writes(const struct proc *p);

/* -- analyze_param.c -- */
struct expr *analyze_param(struct analyzer *as, const PgQuery__ParamRef *ref);
bool param_coerced(struct analyzer *as, struct expr *param, oid_t to,
		   int location); /* fixes an unknown $n's type */

/* -- analyze_relation.c -- */
struct expr *analyze_column_ref(struct analyzer *as, const PgQuery__ColumnRef *ref,
				enum expr_place place);
/* Expands * or t.* into targets (struct target appended). */
bool expand_star(struct analyzer *as, const PgQuery__ColumnRef *ref, struct vec *targets);
struct expr *rte_column_expr(struct analyzer *as, struct rte *rte, int col, int location);
int rte_find_column(struct analyzer *as, struct rte *rte, const char *name,
		    int location); /* -1: none; -2: err (ambiguous) */
struct rte *rte_new(struct analyzer *as, enum rte_kind kind);
struct rte *rte_for_relation(struct analyzer *as, const struct relation *rel,
			     const PgQuery__Alias *alias, int location);
struct rte *rte_for_subquery(struct analyzer *as, struct query *q, const PgQuery__Alias *alias,
			     bool lateral, int location);
void scope_add(struct analyzer *as, struct rte *rte, bool names, bool columns);

/* -- analyze_target.c -- */
bool analyze_target_list(struct analyzer *as, PgQuery__Node *const *list, size_t n,
			 enum expr_place place, struct vec *targets);
const char *figure_colname(struct analyzer *as, const PgQuery__Node *node);
/* e as the value for a column: assignment coercion with 42804 'column "c" is of type integer but
 * expression is of type text' and hint. */
struct expr *coerce_for_column(struct analyzer *as, const struct column *col, struct expr *e,
			       int location);

/* -- analyze.c, analyze_clause.c, analyze_cte.c, analyze_agg.c -- */
struct query *analyze_query(struct analyzer *as,
			    const PgQuery__Node *stmt); /* any of SELECT, INSERT, UPDATE, DELETE, as
							   a new level inside as->scope */
struct query *analyze_subquery(
	struct analyzer *as,
	const PgQuery__Node *stmt); /* SELECT/VALUES as a sub-select; unknown outputs become text */
bool analyze_from(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q);
bool analyze_with(struct analyzer *as, const PgQuery__WithClause *with, struct query *q);
struct sort_item *analyze_sort_by(struct analyzer *as, const PgQuery__SortBy *sb,
				  enum expr_place place, struct vec *targets, bool use_targets);
/* e in the direction, or by the operator, that sb says. */
struct sort_item *sort_item_by(struct analyzer *as, const PgQuery__SortBy *sb, struct expr *e,
			       int location);
struct sort_item *sort_item_for(struct analyzer *as, struct expr *e,
				int dir /* PG_QUERY SortByDir */, int nulls, int location);
/* The window that an OVER means; what it says is not analyzed yet. */
struct window_def *analyze_window(struct analyzer *as, const PgQuery__WindowDef *wd);
/* Called by analyze_func.c when a call turns out to be an aggregate or window function. Checks
 * placement (42803, 42P20). */
bool agg_seen_add(struct analyzer *as, struct expr *agg, enum expr_place place);
bool check_aggregates(struct analyzer *as,
		      struct query *q); /* "column … must appear in the GROUP BY clause …" 42803 */
const struct relation *find_relation(struct analyzer *as, const PgQuery__RangeVar *rv,
				     bool missing_ok);

/* -- lower_*.c, emit.c, deparse.c -- */
bool lower_query(struct analyzer *as, struct query *q);
bool emit_query(struct analyzer *as, const struct query *q, struct buf *out);
bool emit_standalone(struct analyzer *as, const struct expr *e,
		     struct buf *out); /* bare column names */
/* The expression as PostgreSQL's pg_get_expr prints it. */
bool deparse_expr(struct analyzer *as, const struct expr *e, struct buf *out);

#endif
