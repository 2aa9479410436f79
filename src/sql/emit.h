/*
 * emit: what the files that print SQLite text share. Every function appends to em->b; false:
 * em->as->env->err is set.
 *
 * Names: an entry prints as tN, its columns as tN."physical" (tables), tN.cK (sub-selects,
 * functions, WITH queries) or tN.columnK (VALUES). No output name of the client's ever reaches
 * SQLite. Parentheses are printed by precedence only: SQLite's parser stack holds 100 symbols.
 */
#ifndef SQL_EMIT_H
#define SQL_EMIT_H

#include "sql/analyze_int.h"

enum prec { /* SQLite's, weakest first */
	    P_NONE,
	    P_OR,
	    P_AND,
	    P_NOT,
	    P_CMP,
	    P_REL,
	    P_BIT,
	    P_ADD,
	    P_MUL,
	    P_CAT,
	    P_COLLATE,
	    P_UNARY,
	    P_ATOM
};

struct emit {
	struct analyzer *as;
	struct buf *b;
	int depth;
	bool bare; /* all columns unqualified: expressions of a table's definition */
	const struct rte *unqualified; /* this table's columns print unqualified, in sub-selects by
					  its own name (RETURNING) */
	const struct rte *upserted;    /* RETURNING of ON CONFLICT DO UPDATE: xmax tells which rows
					  were there before */
	int selects;                   /* sub-selects that we are in */
	const struct rte *excluded;    /* ON CONFLICT: prints as excluded."col" */
	const struct expr *test;       /* what EX_CASE_TEST stands for */
	const char *test_text;         /* or this text */
	bool filter;                   /* in a place where NULL counts as false */
	int next_name;                 /* helper sub-selects: uN */
	const struct table_image *images; /* with_steps.c: tables as they were before the command */
	int nimages, step;
};

/* A table that steps of the command modify, the first of them being number `first`. */
struct table_image {
	const struct relation *rel;
	int first;
	int changed, before; /* slots */
};

enum { EMIT_MAX_DEPTH = 800 };

/* -- emit.c -- */
enum select_flags {
	SELECT_NAMES = 1 /* AS c1 … */,
	SELECT_COLLATE = 2 /* columns with their collations */
};
bool emit_select(struct emit *em, const struct query *q, unsigned flags);
bool emit_ctes(struct emit *em, const struct query *q);
bool emit_values(struct emit *em, const struct rte *rte);
bool emit_order(struct emit *em, const struct vec *order,
		const struct query *q); /* q: for ordinals; NULL: none */
bool emit_sort_item(struct emit *em, const struct sort_item *s, const struct query *q);

/* q as the step-th statement of a command. */
bool emit_step(struct analyzer *as, const struct query *q, const struct table_image *images,
	       int nimages, int step, struct buf *out);

/* -- with_steps.c -- */
struct plan;
bool query_modifies_in_with(const struct query *q);
/* The statements of a command whose WITH modifies data, into p. */
bool emit_with_steps(struct analyzer *as, struct query *q, struct plan *p,
		     uint64_t (*next_id)(void)) MUSTCHECK;
/* The table's image that this statement has to read; NULL: the table itself. */
const struct table_image *table_image(const struct emit *em, const struct relation *rel);
/* tN.rowid NOT IN (the rows that earlier steps have touched); nothing where there are none. */
bool emit_untouched(struct emit *em, const struct rte *target, const char *before);
bool emit_image(struct emit *em, const struct rte *rte, const struct table_image *image);

/* -- emit_from.c -- */
bool emit_from(struct emit *em, const struct vec *from);
bool emit_table(struct emit *em, const struct rte *rte);
bool emit_column(struct emit *em, const struct rte *rte, int col);
bool emit_table_function(struct emit *em, const struct expr *e, const struct func_item *item);
int emit_row_call(struct emit *em, const struct expr *e);
/* pg_rows_spread((SELECT pg_rows_collect(name.c1 … name.cN) FROM: what follows is the item of that
 * name, "))" and an alias. rte: what it is, or NULL. */
void emit_rows_open(struct emit *em, const char *name, int n, const struct rte *rte);
bool rte_function_is_srf(const struct rte *rte);
const char *rowid_name(const struct relation *rel); /* a name of the rowid that no column has; NULL:
						       there is none */

/* -- emit_dml.c -- */
bool emit_insert(struct emit *em, const struct query *q);
bool emit_update(struct emit *em, const struct query *q);
bool emit_delete(struct emit *em, const struct query *q);
int emit_assign(struct emit *em, const struct expr *e); /* precedences, as those of emit_op.c */
int emit_coerce_domain(struct emit *em, const struct expr *e);

/* -- emit_expr.c -- */
bool emit_expr(struct emit *em, const struct expr *e,
	       int prec); /* parenthesised when it binds weaker than prec */
/* Has the ON CONFLICT DO UPDATE to remember which rows it has touched? It proposes more of them than
 * one, or gives their xmax back; and the table's rows have an identity. */
bool emit_upsert_once(const struct query *q);
bool emit_collated(struct emit *em, const struct expr *e, int prec); /* with its type's collation */
bool emit_filter(struct emit *em, const struct expr *e, int prec); /* NULL may come out as false */
void emit_ident(struct emit *em, const char *name);
void emit_text(struct emit *em, const char *s, size_t n);          /* a string literal */
const char *expr_collation(struct emit *em, const struct expr *e); /* SQLite's, or NULL */

/* -- emit_op.c -- */
/* The bare SQLite comparison that op is for these operands, or NULL. */
const char *native_comparison(struct emit *em, const struct oper *op, const struct expr *l,
			      const struct expr *r, const char **coll);
int emit_op(struct emit *em,
	    const struct expr *e); /* these return the precedence of what they printed, or -1 */
int emit_distinct(struct emit *em, const struct expr *e);
int emit_nullif(struct emit *em, const struct expr *e);
int emit_scalar_array(struct emit *em, const struct expr *e);
int emit_row_compare(struct emit *em, const struct expr *e);
int emit_sublink(struct emit *em, const struct expr *e);
/* left op right as a boolean. */
int emit_comparison(struct emit *em, const struct oper *op, const struct expr *l,
		    const struct expr *r);

/* -- emit_chain.c -- */
bool emit_is_chain(const struct expr *e); /* calls nested so deep that they print as one */
int emit_chain(struct emit *em, const struct expr *e);

/* -- emit_func.c -- */
struct call {
	const struct proc *proc;
	struct expr *const *args;
	int nargs;
	oid_t ret;
	int location;
	bool variadic; /* the last argument stands for all of VARIADIC "any" */
};
int emit_call(struct emit *em, const struct call *c);
/* A call of a body that is bound to no pg_proc row, by key; types are passed when it has F_TYPES.
 */
int emit_key(struct emit *em, const char *key, oid_t ret, struct expr *const *args, int nargs);
/* The opening of such a call up to the first argument: "pg_key('types', ". */
bool emit_key_open(struct emit *em, const char *key, oid_t ret, const oid_t *types,
		   const int32_t *typmods, int n);
/* The body of a pg_proc row; NULL: 0A000. */
const struct func *emit_body(struct emit *em, const struct proc *p, int location);
void emit_types_of(struct emit *em, struct expr *const *args, int n, oid_t **types,
		   int32_t **typmods);
void emit_types(struct emit *em, oid_t ret, const oid_t *types, const int32_t *typmods, int n);
/* False: more arguments than a call of SQLite's can have, 54023. */
bool emit_check_nargs(struct emit *em, const char *name, int n, int location);
/* first: no comma comes before the first one. */
bool emit_args(struct emit *em, struct expr *const *args, int n, bool first);
/* The body's name with a suffix, "(", the types when it has F_TYPES, the arguments. */
bool emit_open_call(struct emit *em, const struct func *f, const char *suffix, oid_t ret,
		    struct expr *const *args, int nargs);
int emit_template(struct emit *em, const char *t, struct expr *const *args, int nargs,
		  bool collate);

/* -- emit_xml.c -- */
int emit_xml(struct emit *em, const struct expr *e);

/* -- emit_agg.c -- */
int emit_agg(struct emit *em, const struct expr *e);
/* An aggregate's plain form without FILTER. suffix: of the body's other form, or "". */
int emit_plain_agg(struct emit *em, const struct func *f, const struct proc *p,
		   struct expr *const *args, int nargs, oid_t ret, const char *suffix);
bool emit_agg_filter(struct emit *em, const struct expr *filter);

/* -- emit_window.c -- */
int emit_window(struct emit *em, const struct expr *e);

#endif
