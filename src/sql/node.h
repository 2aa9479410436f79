/*
 * node: the analyzed tree, between analyze and emit. PostgreSQL's names (primnodes.h, parsenodes.h)
 * where it has them. Owner:   the statement being compiled. Memory: the analyzer's arena. analyze
 * builds it, lower rewrites it, emit only reads.
 *
 * Every expression is typed when analyze is done: no unknown literals remain except in target lists
 * that nobody coerced (there they become text, as in PostgreSQL). Every conversion is a node; emit
 * inserts none. A Var points at its range table entry, so there is no levels-up: each entry has a
 * number unique in the statement, and emit prints it as alias tN.
 */
#ifndef SQL_NODE_H
#define SQL_NODE_H

#include "base/vec.h"
#include "catalog/snapshot.h"

struct query;
struct rte;
struct expr;
struct PgQuery__CommonTableExpr;

enum expr_kind {
	EX_CONST,
	EX_PARAM,
	EX_VAR,
	EX_FUNC,         /* FuncExpr, casts by function included */
	EX_OP,           /* OpExpr */
	EX_DISTINCT,     /* IS [NOT] DISTINCT FROM: op.op is the = operator */
	EX_NULLIF,       /* op.op is the = operator */
	EX_SCALAR_ARRAY, /* x op ANY/ALL (array) */
	EX_BOOL,         /* AND, OR, NOT */
	EX_CASE,
	EX_CASE_TEST, /* the value that CASE x compares; stands for the enclosing case's arg */
	EX_COALESCE,
	EX_MINMAX, /* GREATEST, LEAST */
	EX_NULLTEST,
	EX_BOOLTEST, /* IS [NOT] TRUE/FALSE/UNKNOWN */
	EX_SUBLINK,
	EX_AGG,
	EX_WINDOW,
	EX_RELABEL,      /* binary-coercible: same stored form, other type */
	EX_COERCE_IO,    /* through text: out of the source type, in of the target */
	EX_COERCE_ARRAY, /* element-wise */
	EX_ARRAY,        /* ARRAY[…] */
	EX_ROW,          /* ROW(…) */
	EX_ROW_COMPARE,  /* (a,b) < (c,d) */
	EX_SUBSCRIPT,    /* a[i], a[l:u] */
	EX_FIELD,        /* (composite).field */
	EX_COLLATE,
	EX_SQLVALUE, /* CURRENT_DATE, CURRENT_USER … */
	EX_GROUPING,
	EX_SET_DEFAULT, /* DEFAULT in INSERT/UPDATE; replaced before emit */
};

enum sublink_kind { SUBLINK_EXISTS, SUBLINK_ALL, SUBLINK_ANY, SUBLINK_EXPR, SUBLINK_ARRAY };
enum bool_kind { BOOL_AND, BOOL_OR, BOOL_NOT };
enum sqlvalue_kind {
	SQLVALUE_CURRENT_DATE,
	SQLVALUE_CURRENT_TIME,
	SQLVALUE_CURRENT_TIMESTAMP,
	SQLVALUE_LOCALTIME,
	SQLVALUE_LOCALTIMESTAMP,
	SQLVALUE_CURRENT_ROLE,
	SQLVALUE_CURRENT_USER,
	SQLVALUE_USER,
	SQLVALUE_SESSION_USER,
	SQLVALUE_CURRENT_CATALOG,
	SQLVALUE_CURRENT_SCHEMA
};

struct sort_item { /* SortGroupClause */
	struct expr *expr;
	bool desc, nulls_first;
	oid_t sort_op, eq_op;
	struct target
		*target; /* the target list entry it is, or NULL (inside aggregates and windows) */
};

struct window_def {
	const char *name;     /* or NULL */
	struct vec partition; /* struct sort_item */
	struct vec order;     /* struct sort_item */
	bool has_frame;       /* written by the user; else the default frame */
	char mode;            /* r range, o rows, g groups */
	int start, end;       /* enum frame_bound */
	struct expr *start_offset, *end_offset;
	char exclude; /* 0 none, c current row, g group, t ties */
};
enum frame_bound {
	FRAME_UNBOUNDED_PRECEDING,
	FRAME_OFFSET_PRECEDING,
	FRAME_CURRENT_ROW,
	FRAME_OFFSET_FOLLOWING,
	FRAME_UNBOUNDED_FOLLOWING
};

struct case_when {
	struct expr *when, *then;
};

struct expr {
	enum expr_kind kind;
	oid_t type;
	int32_t typmod;
	oid_t collation; /* 0: not collatable */
	int location;    /* byte offset in the source, or -1 */
	union {
		struct {
			struct datum value;
		} con; /* in the stored form of type */
		struct {
			int number;
		} param; /* $1 is 1 */
		struct {
			struct rte *rte;
			int col;
		} var; /* 0-based index of rte->cols; -1: the whole row */
		struct {
			const struct proc *proc;
			struct expr **args;
			int nargs;
			bool variadic;
			char form;
		} func;
		/* variadic: the last argument is an array given with VARIADIC or built from the
		 * rest. form: 'f' call, 'e' explicit cast, 'i' implicit cast, 's' SQL syntax
		 * (EXTRACT …) */
		struct {
			const struct oper *op;
			const struct proc *proc;
			struct expr *args[2];
			bool not ;
		} op;
		/* prefix: args[0] NULL. EX_DISTINCT: not = IS NOT DISTINCT FROM */
		struct {
			const struct oper *op;
			const struct proc *proc;
			struct expr *left, *array;
			bool all;
		} sarray;
		struct {
			enum bool_kind op;
			struct expr **args;
			int nargs;
		} boolean;
		struct {
			struct expr *arg;
			struct case_when *whens;
			int nwhens;
			struct expr *def;
		} cas; /* def NULL: NULL */
		struct {
			struct expr **args;
			int nargs;
			bool least;
		} list; /* COALESCE, MINMAX, ARRAY, ROW */
		struct {
			struct expr *arg;
			bool not ;
			char which;
		} test; /* NULLTEST; BOOLTEST which: t, f, u */
		struct {
			enum sublink_kind kind;
			struct query *query;
			struct expr **left;      /* ANY, ALL: the left row */
			const struct oper **ops; /* one per column */
			int n;
		} sublink;
		struct {
			const struct proc *proc;
			struct expr **args;
			int nargs; /* NULL args for count(*): star */
			bool star, distinct, variadic;
			struct vec order; /* struct sort_item */
			struct expr *filter;
			struct expr **direct;
			int ndirect; /* ordered-set aggregates */
			bool within_group;
			struct query *level; /* the query it belongs to */
		} agg;
		struct {
			const struct proc *proc;
			struct expr **args;
			int nargs;
			bool star, distinct;
			struct expr *filter;
			struct window_def *window;
			bool is_agg;
		} window;
		struct {
			struct expr *arg;
		} unary; /* RELABEL, COERCE_IO, COLLATE, CASE_TEST (none) */
		struct {
			struct expr *arg, *per_elem;
			struct expr *elem;
		} coerce_array; /* per_elem over the placeholder elem (EX_CASE_TEST) */
		struct {
			int op; /* btree strategy 1…5, or 6 <> */
			struct expr **left, **right;
			const struct oper **ops;
			int n;
		} rowcmp;
		struct {
			struct expr *array;
			struct expr **upper, **lower;
			int n;
			bool slice;
			struct expr *assign;
		} subscript;
		struct {
			struct expr *arg;
			int field;
			const char *name;
		} field; /* 0-based */
		struct {
			enum sqlvalue_kind which;
			int32_t precision;
		} sqlvalue; /* -1: none given */
		struct {
			struct expr **args;
			int nargs;
		} grouping;
	};
};

/* ---- range table ---- */

enum rte_kind { RTE_RELATION, RTE_SUBQUERY, RTE_JOIN, RTE_FUNCTION, RTE_VALUES, RTE_CTE };

struct rtcol {
	const char *name;
	oid_t type;
	int32_t typmod;
	oid_t collation;
	const struct column *attr;     /* RTE_RELATION: the column; through views and subqueries too
					  when it is one unchanged (for RowDescription) */
	const struct relation *origin; /* attr's table, for RowDescription; or NULL */
	struct expr *join_expr; /* RTE_JOIN: what it stands for – Vars of a join are replaced by
				   this at once */
	bool hidden;            /* not in * (merged USING columns of the sides) */
	bool not_null;          /* surely not NULL */
};

struct cte {
	const char *name;
	struct query *query;
	bool recursive;
	char materialized;                           /* 0 default, a always, n never */
	int id;                                      /* emitted as cteN */
	const struct PgQuery__CommonTableExpr *decl; /* where it was written */
	const void
		*pending; /* the SelectStmt being analyzed for it: a self-reference is possible */
	struct rtcol *cols;
	int ncols;
	int refs;
	int ref_location; /* of the first reference to itself */
};

struct rte {
	enum rte_kind kind;
	int id;            /* unique in the statement */
	const char *alias; /* the name that qualifies its columns, or NULL (anonymous join) */
	const struct schema
		*schema; /* for schema.table.column references; only an unaliased relation has it */
	struct rtcol *cols;
	int ncols;
	const struct relation *rel; /* RELATION */
	struct query *subquery;     /* SUBQUERY; a view's too (then rel is the view) */
	struct vec *values;         /* VALUES: vec of struct expr ** rows, nvalues each */
	int nvalues;
	struct cte *cte;  /* CTE */
	struct vec funcs; /* FUNCTION: struct expr (EX_FUNC or any scalar expression) */
	bool with_ordinality, lateral;
	bool nullable;       /* on the side of an outer join that can be missing */
	struct query *level; /* the query whose FROM it is in */
};

enum join_kind { JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL, JOIN_CROSS };

struct from_item {
	enum { FROM_RTE, FROM_JOIN } kind;
	struct rte *rte; /* FROM_RTE; FROM_JOIN: the RTE_JOIN entry */
	enum join_kind join;
	struct from_item *left, *right;
	struct expr *quals; /* NULL: none */
};

/* ---- queries ---- */

struct target {
	struct expr *expr;
	const char *name;                /* result column name */
	bool junk;                       /* only for ORDER BY, GROUP BY …: not returned */
	int resno;                       /* 1-based, among all targets */
	const struct column *column;     /* INSERT, UPDATE: the column it is for */
	const struct relation *origin;   /* result column comes from this table's … */
	const struct column *origin_col; /* … column, for RowDescription; or NULL */
};

enum query_cmd { CMD_SELECT, CMD_INSERT, CMD_UPDATE, CMD_DELETE, CMD_MERGE };
enum setop_kind { SETOP_NONE, SETOP_UNION, SETOP_INTERSECT, SETOP_EXCEPT };

struct on_conflict {
	bool do_update;
	struct vec infer; /* struct expr: the arbiter's columns and expressions */
	struct expr *infer_where;
	const struct constraint *constraint; /* ON CONSTRAINT: already turned into infer */
	struct vec set;                      /* struct target */
	struct expr *where;
	struct rte *excluded; /* its Vars print as excluded."col" */
};

struct grouping_set {
	struct vec items; /* struct sort_item */
};

struct query {
	enum query_cmd cmd;
	struct query *outer;
	bool recursive;
	struct vec ctes; /* struct cte */
	struct vec from; /* struct from_item: comma-separated */
	struct expr *where;
	struct vec targets;       /* struct target; for INSERT/UPDATE: the assigned columns */
	struct vec group;         /* struct sort_item */
	struct vec grouping_sets; /* struct grouping_set; empty: plain GROUP BY */
	bool group_distinct;
	struct expr *having;
	struct vec windows; /* struct window_def */
	bool distinct;
	struct vec distinct_on;      /* struct sort_item; empty: plain DISTINCT */
	struct vec order;            /* struct sort_item */
	struct expr *limit, *offset; /* int8; NULL: none */
	bool with_ties;
	bool has_aggs, has_windows, has_srf, has_sublinks;
	bool for_update; /* a locking clause: takes the writer's place */
	char lock_wait;  /* 0 wait, n nowait, s skip locked */
	/* set operation */
	enum setop_kind setop;
	bool setop_all;
	struct query *larg, *rarg;
	/* VALUES as a query of its own */
	struct rte *values; /* also in from */
	/* INSERT, UPDATE, DELETE */
	struct rte *target;   /* the table */
	struct query *source; /* INSERT … SELECT / VALUES; NULL: DEFAULT VALUES */
	struct on_conflict *on_conflict;
	struct vec returning; /* struct target */
	char overriding;      /* INSERT: 0, s system value, u user value */
};

/* Calls fn on every direct child expression slot (not into sublinks' queries). Stops when fn
 * returns false. */
bool expr_walk(struct expr *e, bool (*fn)(struct expr **child, void *arg), void *arg);

#endif
