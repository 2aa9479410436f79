/*
 * fold: constant expressions, worked out before the statement runs.
 * Owner:   the statement being compiled (fold_query); the plan (computed expressions).
 * Mirrors: eval_const_expressions of PostgreSQL's clauses.c: calls of immutable functions over
 * constants become constants; those over parameters are evaluated once an execution, before its
 * first row, so that their errors come where PostgreSQL's planner raises them.
 */
#ifndef SQL_FOLD_H
#define SQL_FOLD_H

#include "sql/sql.h"

struct analyzer;

/* Rewrites q, sub-queries included. What has to wait for an execution (a parameter is in it, its
 * value is large, or it fails) becomes parameter $(first + k) and is appended to computed (struct
 * expr). */
bool fold_query(struct analyzer *as, struct query *q, int first, struct vec *computed) MUSTCHECK;

#endif
