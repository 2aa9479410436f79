/*
 * lower: what the lower_*.c files share.
 */
#ifndef SQL_LOWER_H
#define SQL_LOWER_H

#include "sql/analyze_expr.h"

bool lower_expr(struct analyzer *as, struct expr **slot);
bool lower_srf(struct analyzer *as, struct query *q);
/* Set-returning calls that the query groups by go to FROM. */
bool lower_group_sets(struct analyzer *as, struct query *q);
bool lower_lateral(struct analyzer *as, struct query *q);
/* *slot, a join that prints in parentheses, where it mentions siblings outside of them: *did. */
bool lower_join_in_parens(struct analyzer *as, struct query *q, const struct vec *siblings,
			  struct from_item **slot, bool *did) MUSTCHECK;
void from_list_rtes(struct arena *a, const struct from_item *f, struct vec *out);
/* Is there a Var of one of rtes, in sub-selects too? */
bool query_mentions(struct query *sub, const struct vec *rtes);
bool expr_mentions(struct expr *e, const struct vec *rtes);
/* Does the item keep its meaning when something is multiplied in from the left? Else it prints in
 * parentheses where it is not the first one. emit_from.c. */
bool from_distributes(const struct from_item *f);
/* Aggregates of q that stand inside its sub-selects are computed in a sub-select of FROM. */
bool lower_outer_aggs(struct analyzer *as, struct query *q);
bool lower_grouping(struct analyzer *as, struct query *q);
/* HAVING without GROUP BY. */
void lower_lone_having(struct analyzer *as, struct query *q);
struct expr *bool_and(struct analyzer *as, struct expr *a, struct expr *b); /* either may be NULL */
/* Everything in q's FROM as one tree of joins; NULL: there is nothing. */
struct from_item *from_fold(struct analyzer *as, struct query *q);
struct from_item *from_join(struct analyzer *as, enum join_kind kind, struct from_item *l,
			    struct from_item *r, struct expr *quals);

#endif
