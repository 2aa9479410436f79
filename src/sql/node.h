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
struct PgQuery__WindowDef;

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
	EX_ASSIGN,      /* a value with a part replaced: FieldStore, SubscriptingRef's assignment */
	EX_COERCE_DOMAIN, /* CoerceToDomain: the same value, checked */
	EX_XML, /* XmlExpr: XMLELEMENT and kin, IS DOCUMENT */
};

enum sublink_kind { SUBLINK_EXISTS, SUBLINK_ALL, SUBLINK_ANY, SUBLINK_EXPR, SUBLINK_ARRAY,
		    SUBLINK_ROW /* (a, b) < (SELECT …); only as_written */ };
enum bool_kind { BOOL_AND, BOOL_OR, BOOL_NOT };
enum xml_kind {
	XML_KIND_CONCAT,
	XML_KIND_ELEMENT,
	XML_KIND_FOREST,
	XML_KIND_PARSE,
	XML_KIND_PI,
	XML_KIND_ROOT,
	XML_KIND_SERIALIZE,
	XML_KIND_IS_DOCUMENT
};
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
	const struct proc *start_in_range, *end_in_range; /* RANGE offsets: what compares with them */
	const struct PgQuery__WindowDef *def;
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

struct assign_step { /* from a value to a part of it */
	char what;   /* f field, e element, s slice, j jsonb path, J one that begins with an integer */
	int field;   /* 0-based, without dropped ones */
	int n;       /* subscripts */
	struct expr **upper, **lower; /* lower: slices only; a bound left out is NULL */
};

struct expr {
	enum expr_kind kind;
	oid_t type;
	int32_t typmod;
	oid_t collation; /* 0: not collatable */
	int location;    /* byte offset in the source, or -1 */
	const struct proc *inlined; /* the SQL-language function whose body this is, or NULL */
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
			const char **names; /* as_written: of the last nnames arguments */
			int nnames;
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
			const char **names; /* ROW: its fields' names; NULL: f1, f2 … */
			char form;          /* ROW: 'e' explicit cast to its type */
		} list;                     /* COALESCE, MINMAX, ARRAY, ROW */
		struct {
			struct expr *arg;
			bool not ;
			char which;
		} test; /* NULLTEST (which d: IS DISTINCT FROM NULL of a row); BOOLTEST which: t, f, u */
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
			char form;        /* conversions: 'e' an explicit cast */
			const char *name; /* COLLATE: the collation's, quoted as needed */
		} unary; /* RELABEL, COERCE_IO, COERCE_DOMAIN, COLLATE, CASE_TEST (none) */
		struct {
			struct expr *arg;
			char form;
			struct expr *per_elem, *elem;
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
		} subscript;
		struct {
			struct expr *arg;
			int field;
			const char *name;
		} field; /* 0-based */
		struct {
			struct expr *base; /* the old value */
			struct assign_step *steps;
			int nsteps;
			struct expr *value;
		} assign;
		struct {
			enum xml_kind op;
			bool document;    /* DOCUMENT rather than CONTENT */
			bool preserve;    /* PARSE: PRESERVE WHITESPACE */
			int standalone;   /* ROOT: 0 yes, 1 no, 2 no value, 3 not said */
			const char *name; /* ELEMENT, PI: as XML has it */
			struct expr **named; /* ELEMENT: attributes; FOREST: elements */
			const char **names;  /* of them */
			int nnamed;
			struct expr **args; /* ROOT: value, version (a NULL: no value) */
			int nargs;
			oid_t as; /* SERIALIZE: the type that was asked for */
			int32_t as_typmod;
		} xml;
		struct {
			enum sqlvalue_kind which;
			int32_t precision;
		} sqlvalue; /* -1: none given */
		struct {
			struct expr **args;
			int nargs;
			struct query *level; /* the query it belongs to */
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
	struct cte_search *search; /* analyze_search.c: SEARCH, CYCLE; or NULL */
	int slot;         /* with_steps.c: where its rows are kept while the command runs; 0: nowhere */
};

/* One call of an RTE_FUNCTION: what of the entry's columns is its own. */
struct func_item {
	int first, ncols;
	bool row;             /* its value is one row: the columns are fields of that */
	bool listed;          /* a column definition list was written */
	const struct rtcol *defs; /* the column definition list, or NULL */
};

/* XMLTABLE's parts (TableFunc). */
struct xmltable_column {
	const char *name;
	oid_t type;
	int32_t typmod;
	bool ordinality, not_null;
	struct expr *path, *def; /* NULL: none */
};
struct xmltable {
	struct expr *document, *rows;
	struct expr **uris;
	const char **prefixes; /* a NULL: DEFAULT */
	int nnamespaces;
	struct xmltable_column *cols;
	int ncols;
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
	struct func_item *items; /* by call; NULL: a lone call has all columns */
	const struct xmltable *xmltable; /* FUNCTION: what it was written as, or NULL */
	bool with_ordinality, lateral;
	bool unnested;       /* it sees its siblings, and SQLite gets its rows as a function of theirs */
	bool nullable;       /* on the side of an outer join that can be missing */
	bool aliased;        /* its name is an alias that was written */
	int naliases;        /* so many of its columns' names, too */
	const struct view_target *written; /* analyze_view.c: the view that a statement writes to;
					      rel is its table */
	struct query *level; /* the query whose FROM it is in */
	const struct constraint
		*grouped_key; /* RELATION: the primary key in GROUP BY that its other columns need */
};

enum join_kind { JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL, JOIN_CROSS };

struct from_item {
	enum { FROM_RTE, FROM_JOIN } kind;
	struct rte *rte; /* FROM_RTE; FROM_JOIN: the RTE_JOIN entry */
	enum join_kind join;
	struct from_item *left, *right;
	struct expr *quals; /* NULL: none */
	/* FROM_JOIN, as_written: the columns that USING merges, by name and as Vars of both sides */
	struct vec using_names, using_left, using_right;
	const char *using_alias;
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

struct group_element { /* as_written: an element of GROUP BY */
	char kind;           /* s simple, e empty, r ROLLUP, c CUBE, g GROUPING SETS */
	struct vec items;    /* simple: struct sort_item */
	struct vec elements; /* the others: struct group_element */
};

struct lock_item { /* as_written: a locking clause and one of its tables */
	struct rte *rte;
	const char *strength;
	char wait;
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
	struct vec group_elements; /* as_written, with grouping sets: struct group_element */
	bool group_distinct;
	struct expr *having;
	struct vec windows; /* struct window_def */
	bool distinct;
	struct vec distinct_on;      /* struct sort_item; empty: plain DISTINCT */
	struct vec order;            /* struct sort_item */
	struct expr *limit, *offset; /* int8; NULL: none */
	bool with_ties;
	bool has_aggs, has_windows, has_srf, has_sublinks;
	const char *locking; /* the first locking clause, "FOR UPDATE" …: takes the writer's place */
	char lock_wait;	     /* 0 wait, n nowait, s skip locked: waiting finds every row unlocked */
	struct vec locks;    /* as_written: struct lock_item */
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
