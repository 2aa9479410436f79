/*
 * analyze_int: what the files that analyze and lower whole queries share among themselves;
 * analyze.h is what expressions see.
 */
#ifndef SQL_ANALYZE_INT_H
#define SQL_ANALYZE_INT_H

#include "sql/analyze.h"

/* as->depth is counted in expression levels; one query level costs this many of them. PostgreSQL ends
 * a little above 4,000, with the stack that it takes by default. */
enum {
	ANALYZE_MAX_DEPTH = 2000,
	ANALYZE_DEEP = 4080, /* on a stack of DEEP_STACK bytes */
	ANALYZE_QUERY_COST = 4,
	DEEP_STACK = 96 << 20
};

enum { VAR_ROWID = -2 }; /* made by lowering only: the rowid of a table's entry, as var.col */

/* -- plan.c -- */
void analyzer_init(struct analyzer *as, struct compile_env *env, struct arena *a,
		   const char *source);

/* -- analyze_expr.c: (row).* as an element of a list -- */
bool is_row_star(const PgQuery__Node *n);
bool expand_row_star(struct analyzer *as, const PgQuery__AIndirection *ind, enum expr_place place,
		     struct vec *targets);

/* -- analyze.c -- */
bool analyze_enter(struct analyzer *as); /* 54001 when too deep */
void analyze_leave(struct analyzer *as);
struct query *query_new(struct analyzer *as, enum query_cmd cmd);
void scope_push(struct analyzer *as, struct query *q);
void scope_pop(struct analyzer *as);
struct target *target_new(struct analyzer *as, struct vec *targets, struct expr *e,
			  const char *name);
struct from_item *from_rte(struct analyzer *as, struct rte *rte);
int query_ncols(const struct query *q); /* result columns: the targets that are not junk */
struct target *query_col(const struct query *q, int i);
void target_mark_origin(struct target *t);
struct expr *rte_attnum(struct analyzer *as, struct rte *rte,
			int attnum); /* the Var of a table's column; NULL: none */
/* resolve: unknown literals in the target list become text. */
struct query *analyze_select(struct analyzer *as, const PgQuery__SelectStmt *s, bool resolve);
struct expr **analyze_row(struct analyzer *as, const PgQuery__Node *list, enum expr_place place,
			  int *n);
bool values_finish(struct analyzer *as,
		   struct rte *rte); /* common types of a VALUES entry whose rows are there */
bool analyze_limits(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q);

/* -- analyze_setop.c -- */
struct query *analyze_setop(struct analyzer *as, const PgQuery__SelectStmt *s, bool resolve);
/* Result column i of q gets type: in place where that changes nothing else, else q becomes a
 * sub-select of itself. */
bool query_coerce_col(struct analyzer *as, struct query *q, int i, oid_t type, int32_t typmod,
		      const char *construct);
/* q becomes SELECT (its columns) FROM (what it was) and keeps its address; the new entry is
 * returned. */
struct rte *query_wrap(struct analyzer *as, struct query *q);

/* -- analyze_cte.c -- */
/* Called with the left arm of every set operation that may be a recursive WITH query's: gives that
 * query its columns. */
bool cte_recursive_left_done(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *left);

/* -- analyze_from.c -- */
bool name_conflict(struct analyzer *as, const struct vec *names, const struct rte *rte);
bool analyze_alias_columns(struct analyzer *as, struct rte *rte,
			   const PgQuery__Alias *alias); /* renames rte's columns */

/* -- analyze_cte.c -- */
/* What a WITH query gives: a SELECT's targets, or what is returned. */
const struct vec *cte_targets(const struct query *q);

/* The WITH RECURSIVE query of this name that stands behind the one being analyzed: it is analyzed
 * now. NULL without error: there is none. */
struct cte *cte_ahead(struct analyzer *as, struct scope *s, const char *name);
/* A query refers to one that waits for it; always false. */
bool cte_reads_itself_below(const struct cte *cte); /* in a sub-select of FROM */
bool cte_mutual(struct analyzer *as, const struct scope *s);

/* -- analyze_search.c -- */
bool cte_search_begin(struct analyzer *as, struct cte *cte);
void cte_search_columns(struct analyzer *as, struct cte *cte); /* behind the query's own */
int cte_extra_columns(const struct cte *cte);
void cte_cycle_values(const struct cte *cte, const struct expr **value, const struct expr **def);
/* self: the recursive term's reference; NULL: it is in a sub-select. */
bool cte_search_finish(struct analyzer *as, struct cte *cte, struct rte *self);

/* -- analyze_from_func.c -- */
struct rte *rte_for_range_function(struct analyzer *as, const PgQuery__RangeFunction *rf);

/* -- analyze_xmltable.c -- */
/* XMLTABLE as an entry; with defaults that have to be worked out per row a sub-select around it. */
struct rte *rte_for_xmltable(struct analyzer *as, const PgQuery__RangeTableFunc *rtf);

/* -- analyze_clause.c -- */
bool analyze_order(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q);
bool analyze_group(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q);
bool analyze_distinct(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q);
struct expr *analyze_limit(struct analyzer *as, const PgQuery__Node *node, enum expr_place place,
			   const char *construct);
/* findTargetlistEntrySQL92: by ordinal, output name or expression; adds a junk target when there is
 * none. */
struct target *target_for_node(struct analyzer *as, const PgQuery__Node *node,
			       enum expr_place place, struct vec *targets);

/* -- analyze_window.c -- */
/* Notes the WINDOW clause's windows, so that calls find them. */
void analyze_window_clause(struct analyzer *as, const PgQuery__SelectStmt *s);
/* After all other clauses: analyzes what the windows of the scope say, into query->windows. */
bool analyze_window_definitions(struct analyzer *as);

/* -- analyze_grouping.c -- */
bool analyze_grouping_sets(struct analyzer *as, const PgQuery__SelectStmt *s, struct query *q);

/* -- analyze_dml.c, analyze_insert.c, analyze_conflict.c -- */
struct query *analyze_insert(struct analyzer *as, const PgQuery__InsertStmt *s);
struct query *analyze_update(struct analyzer *as, const PgQuery__UpdateStmt *s);
struct query *analyze_delete(struct analyzer *as, const PgQuery__DeleteStmt *s);
/* The table of INSERT, UPDATE, DELETE as q->target; refuses views, sequences, catalogs. */
struct rte *analyze_dml_target(struct analyzer *as, const PgQuery__RangeVar *rv, struct query *q);
bool analyze_returning(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q);
/* The value a column gets when none is given: its default, or a NULL of its type. */
struct expr *column_default(struct analyzer *as, const struct relation *rel,
			    const struct column *col);
/* ROW(…) of the columns of an entry, whose whole row is given. */
struct expr *row_of_entry(struct analyzer *as, const struct expr *whole);
struct expr *typed_null(struct analyzer *as, oid_t type, int32_t typmod);
/* rt names a part of col: base, the column's value so far, with value put there. */
struct expr *assign_part(struct analyzer *as, const struct column *col, struct expr *base,
			 const PgQuery__ResTarget *rt, struct expr *value, enum expr_place place);
/* 0A000: a part has no default. Always NULL. */
struct expr *part_default_error(struct analyzer *as, const PgQuery__ResTarget *rt);
/* SET lists of UPDATE and ON CONFLICT DO UPDATE. */
bool analyze_set_list(struct analyzer *as, PgQuery__Node *const *list, size_t n,
		      const struct relation *rel, struct vec *out);
bool analyze_on_conflict(struct analyzer *as, const PgQuery__OnConflictClause *oc, struct query *q);
const struct column *target_column(struct analyzer *as, const struct relation *rel,
				   const char *name, int location);

/* -- analyze_view.c -- */
/* The target of a statement that writes to a view. */
struct rte *rte_for_written_view(struct analyzer *as, const struct relation *view,
				 const PgQuery__Alias *alias, int location);
/* What the statement calls its target: the view, or the table itself. */
const struct relation *written_relation(const struct rte *rte);
/* The table's column for one of written_relation's. That one, if there is none. */
const struct column *written_column(const struct rte *rte, const struct column *col);
/* column_default of the table's column; a view may have another for it. */
struct expr *written_default(struct analyzer *as, const struct rte *rte, const struct column *col);
/* SET … = DEFAULT: without a default of the view's own that is NULL. */
struct expr *updated_default(struct analyzer *as, const struct rte *rte, const struct column *col);
bool has_own_default(const struct rte *rte, const struct column *col);
/* When the rest of the statement is analyzed: what speaks against writing to the view, its
 * conditions and its checks. */
bool finish_written_view(struct analyzer *as, struct query *q);

/* -- query_walk.c -- */
/* Calls fn on every expression slot of the query: targets, clauses, joins' quals, VALUES, function
 * arguments. With deep also on those of its sub-selects in FROM, WITH, set operations and sublinks
 * (whose expressions are then reached through expr_walk_deep). */
typedef bool expr_slot_fn(struct expr **slot, void *arg);
bool query_walk(struct query *q, expr_slot_fn *fn, void *arg, bool deep);
/* The same slots, but fn alone descends into expressions and sublinks. */
bool query_roots(struct query *q, expr_slot_fn *fn, void *arg, bool deep);
/* The same, deep, without the WITH queries that nothing refers to. */
bool query_live_roots(struct query *q, expr_slot_fn *fn, void *arg);
/* Pre-order over an expression tree and, with deep, the queries of its sublinks: fn returns false
 * to stop all. */
bool expr_visit(struct expr **slot, expr_slot_fn *fn, void *arg, bool deep);
/* Post-order: fn may replace *slot. */
bool expr_rewrite(struct expr **slot, expr_slot_fn *fn, void *arg, bool deep);
bool query_rewrite(struct query *q, expr_slot_fn *fn, void *arg, bool deep);
/* Calls fn on every query below and including q. */
bool query_each(struct query *q, bool (*fn)(struct query *q, void *arg), void *arg);
struct expr *
expr_copy(struct arena *a,
	  const struct expr *e); /* deep, but sublinks' queries and entries are shared */

/* -- analyze_agg.c -- */
bool expr_has_var_of(struct expr *e, const struct query *level);
/* Where the first Var of that level stands; -1: none. */
int expr_var_location(struct expr *e, const struct query *level);
bool expr_has_vars(struct expr *e, bool deep);
bool expr_not_null(const struct expr *e); /* surely not NULL */
bool expr_is_volatile(struct expr *e);

/* -- view_text.c: what it is told while env->watch is set -- */
void watch_relation(struct analyzer *as, const struct relation *rel);
void watch_column(struct analyzer *as, const struct expr *e);

/* -- type_text.c: what it is told while env->types is set -- */
void watch_type_name(struct analyzer *as, const PgQuery__TypeName *node, const struct type *t);
/* A literal of unknown type at a byte of the text became one of t. */
void watch_literal(struct analyzer *as, int location, const struct type *t);
void watch_field(struct analyzer *as, oid_t row_type, const char *name);

/* -- deparse.c -- */
/* Without the casts that an assignment put around before (or around what became of it): pg_get_expr
 * does not show them. */
const struct expr *strip_implicit(const struct expr *e, const struct expr *before);

/* -- lower.c -- */
bool lower_standalone(struct analyzer *as,
		      struct expr **slot); /* an expression of a table's definition */

static inline bool
node_star(const PgQuery__Node *n)
{
	const PgQuery__ColumnRef *c;

	if (!n || n->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
		return false;
	c = n->column_ref;
	return c->n_fields && c->fields[c->n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

#endif
