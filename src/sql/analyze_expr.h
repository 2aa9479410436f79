/*
 * analyze_expr: what the files that analyze expressions share among themselves; analyze.h is what
 * others see.
 */
#ifndef SQL_ANALYZE_EXPR_H
#define SQL_ANALYZE_EXPR_H

#include "sql/analyze.h"
#include "sql/analyze_int.h"

/* -- analyze_expr.c -- */
struct expr *
analyze_expr_inner(struct analyzer *as,
		   const PgQuery__Node *node);             /* a part of an expression: same place */
struct expr *expr_null(struct analyzer *as, int location); /* a literal NULL, of type unknown */
struct expr *expr_bool(struct analyzer *as, enum bool_kind op, struct expr **args, int nargs,
		       int location);
struct expr *expr_text(struct analyzer *as, const char *s, int location);
struct expr *expr_int4(struct analyzer *as, int32_t v, int location);
bool expr_returns_set(struct expr *e);
/* Where the expression's text begins: exprLocation, the leftmost of its own and its operands'
 * places. */
int expr_location(const struct expr *e);
/* Analyzes list; t.* and (row).* become their columns. */
struct expr **analyze_expr_list(struct analyzer *as, PgQuery__Node *const *list, size_t n,
				int *nout);

/* -- analyze_op.c: A_Expr of every kind -- */
struct expr *analyze_a_expr(struct analyzer *as, const PgQuery__AExpr *a);
struct expr *make_row_comparison(struct analyzer *as, PgQuery__Node *const *name, size_t nname,
				 struct expr **left, int nleft, struct expr **right, int nright,
				 int location);
/* -- analyze_xml.c -- */
struct expr *analyze_xml_expr(struct analyzer *as, const PgQuery__XmlExpr *x);
struct expr *analyze_xml_serialize(struct analyzer *as, const PgQuery__XmlSerialize *x);
/* The texts as a constant text[]; a NULL is one. */
struct expr *expr_text_array(struct analyzer *as, const char *const *texts, int n);
/* -- analyze_sublink.c -- */
struct expr *analyze_sublink(struct analyzer *as, const PgQuery__SubLink *s);
struct expr *analyze_multi_assign(struct analyzer *as, const PgQuery__MultiAssignRef *m);
/* -- analyze_array.c: ARRAY[…], subscripts, field selection -- */
struct expr *analyze_array(struct analyzer *as, const PgQuery__AArrayExpr *a, oid_t array_type,
			   oid_t elem_type, int32_t typmod);
struct expr *analyze_indirection(struct analyzer *as, const PgQuery__AIndirection *ind);
/* False: 42804, values of the type have no subscripts (0A000: they have, but not here). */
bool subscriptable(struct analyzer *as, oid_t type, int location);
/* n subscripts of an array as int4; lower NULL: none is a slice. What is left out stays NULL. */
bool analyze_subscripts(struct analyzer *as, PgQuery__Node *const *sub, size_t n,
			struct expr **upper, struct expr **lower);
/* Those of a jsonb as text; *first_int: the first was an integer. */
struct expr **analyze_json_subscripts(struct analyzer *as, PgQuery__Node *const *sub, size_t n,
				      bool *first_int);

/* -- analyze_assign.c -- */
/* base, the column's value so far, with the part that path leads to set to value:
 * transformAssignmentIndirection. What comes back is not checked against a domain that the column
 * has. */
struct expr *analyze_assign_part(struct analyzer *as, const struct column *col, struct expr *base,
				 PgQuery__Node *const *path, size_t n, struct expr *value,
				 int location);

/* -- analyze_oper.c -- */
struct expr *make_op_named(struct analyzer *as, PgQuery__Node *const *name, size_t nname,
			   struct expr *left, struct expr *right, int location);
struct expr *make_scalar_array_op_named(struct analyzer *as, PgQuery__Node *const *name,
					size_t nname, bool all, struct expr *left,
					struct expr *array, int location);

/* -- analyze_coerce.c -- */
enum coercion_path { PATH_NONE, PATH_FUNC, PATH_RELABEL, PATH_ARRAY, PATH_IO };
enum coercion_path find_coercion_pathway(struct analyzer *as, oid_t to, oid_t from,
					 enum coercion_context ctx, oid_t *func);
/* getBaseType: the type below a domain; *typmod: what the domains give it, if it was -1. NULL: not
 * asked for. */
oid_t base_type(struct analyzer *as, oid_t type, int32_t *typmod);
/* A value of a domain as one of its base type. */
struct expr *coerce_to_base(struct analyzer *as, struct expr *e);
/* e, of the domain's base type, as one of the domain; its constraints are checked. */
struct expr *coerce_to_domain(struct analyzer *as, struct expr *e, oid_t domain,
			      enum coercion_context ctx, int location);
struct expr *expr_relabel(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod);
bool make_fn_arguments(struct analyzer *as, struct expr **args, int n, const oid_t *actual,
		       const oid_t *declared);
/* 42804 "argument of %s must be type %s, not type %s" and the set-returning variant. */
struct expr *coerce_to_specific_typmod(struct analyzer *as, struct expr *e, oid_t to,
				       int32_t typmod, const char *construct);

/* -- analyze_poly.c -- */
bool is_polymorphic(oid_t type);
bool check_polymorphic(struct analyzer *as, const oid_t *actual, const oid_t *declared, int n);
/* select_common_type over types alone; 0 without error when there is none. */
oid_t common_type_of(struct analyzer *as, const oid_t *types, int n, bool noerror);

/* -- analyze_type.c -- */
oid_t type_element(struct analyzer *as,
		   oid_t type);                    /* of arrays, int2vector and oidvector too; 0 */
oid_t type_array(struct analyzer *as, oid_t type); /* the array type over it; 0 */
oid_t type_collation(struct analyzer *as, oid_t type);
bool type_is_row(struct analyzer *as, oid_t type); /* a named composite */
const struct relation *type_relation(struct analyzer *as, oid_t type);
const char *name_list(struct analyzer *as, PgQuery__Node *const *name, size_t n); /* a.b.c */
/* Splits a possibly qualified name; false: 42601 or 0A000. *schema may become NULL. */
bool split_name(struct analyzer *as, PgQuery__Node *const *name, size_t n, const char **schema,
		const char **object, int location);
/* The schema's OID; 0: 3F000 is set. */
oid_t schema_oid(struct analyzer *as, const char *schema, int location);
const struct type_env *analyze_type_env(struct analyzer *as);
struct type_ctx analyze_type_ctx(struct analyzer *as);
bool collation_find(struct analyzer *as, PgQuery__Node *const *name, size_t n, int location,
		    oid_t *out);

/* -- analyze_func.c, analyze_func_select.c -- */
struct candidate {
	const struct proc *proc;
	const struct oper *op;
	bool ambiguous; /* another of equal worth takes the same arguments */
	int nargs;      /* as called: defaults included, VARIADIC expanded */
	int nvariadic;  /* how many of them are elements of the VARIADIC parameter */
	int ndefaults;  /* how many are not given */
	oid_t *args;
	int *numbers; /* named notation: args[i] is parameter numbers[i]; else NULL */
	struct candidate *next;
};
/* func_match_argtypes: those of list that can take the types by implicit coercion; *n of them. */
struct candidate *match_candidates(struct analyzer *as, int nargs, const oid_t *types,
				   struct candidate *list, int *n);
/* func_select_candidate: the best, or NULL. */
struct candidate *select_candidate(struct analyzer *as, int nargs, const oid_t *types,
				   struct candidate *list);
/* Every proc of the name that could take nargs arguments, named as names says (NULL: positional).
 */
struct candidate *func_candidates(struct analyzer *as, const char *schema, const char *name,
				  int nargs, const char *const *names, int nnames,
				  bool expand_variadic, bool expand_defaults);
/* ParseFuncOrColumn for attribute notation: (arg).name as a column or as a call; NULL without error
 * when it is neither. */
struct expr *func_or_column(struct analyzer *as, const char *name, struct expr *arg, int location);
/* Field of a composite; NULL without error when there is none of the name. */
struct expr *complex_projection(struct analyzer *as, const char *name, struct expr *arg,
				int location);
/* A call of a known function: checks that it has a body, inlines SQL bodies, notes writes. args are
 * coerced. */
struct expr *func_expr(struct analyzer *as, const struct proc *p, struct expr **args, int nargs,
		       oid_t rettype, bool variadic, char form, int location);
/* 0A000 when the proc has no body. */
bool proc_supported(struct analyzer *as, const struct proc *p, int location);
bool check_srf_place(struct analyzer *as, int location);
/* A row-returning function's or record's fields: names and types; NULL when not known. */
/* Field i of a composite whose columns record_columns has given. */
struct expr *row_field(struct analyzer *as, struct expr *row, const struct rtcol *cols, int i,
		       int location);
struct rtcol *record_columns(struct analyzer *as, struct expr *e, int *n);
/* A call's OUT parameters; NULL: it has none, or err is set. */
struct rtcol *record_out_columns(struct analyzer *as, const struct expr *call, int *n);
const char *proc_arg_name(const struct proc *p, int input_arg);

/* -- analyze_agg_call.c -- */
struct agg_call_parts {
	const PgQuery__FuncCall *fc;
	struct expr **args; /* coerced */
	const oid_t *types;
	int nargs;
	struct expr *filter;
	oid_t rettype;
	bool variadic;
};
struct expr *make_agg(struct analyzer *as, const struct proc *p, const struct agg_call_parts *c,
		      int nvariadic);
struct expr *make_window(struct analyzer *as, const struct proc *p, const struct agg_call_parts *c);

/* -- analyze_param.c -- */
/* At the end of a statement: every $n has a type (42P18, 42P08). */
bool params_check(struct analyzer *as);

/* -- inline_func.c -- */
struct inline_frame { /* a body being analyzed, and what its $n stand for */
	const struct proc *proc;
	const char *name;
	struct expr **args;
	int nargs;
	bool *used;         /* by argument: put in place already */
	bool needs_binding; /* one was wanted twice */
	struct rte *bound;  /* the arguments as columns, or NULL */
};
struct expr *inline_func(struct analyzer *as, const struct proc *p, struct expr **args, int nargs,
			 oid_t rettype, int location);
/* The binding that a body's $n or parameter name has; NULL: none. */
struct expr *inline_param(struct analyzer *as, int number, int location);
struct expr *inline_named(struct analyzer *as, const char *name, int location);

/* -- analyze_relation.c -- */
struct expr *whole_row(struct analyzer *as, struct rte *rte, int location);
struct rte *find_rte(struct analyzer *as, const char *schema, const char *name, int location);

static inline const char *
node_str(const PgQuery__Node *n)
{
	return n && n->node_case == PG_QUERY__NODE__NODE_STRING ? n->string->sval : NULL;
}

#endif
