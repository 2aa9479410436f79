/*
 * like: the LIKE clause of CREATE TABLE.
 */
#ifndef DDL_LIKE_H
#define DDL_LIKE_H

#include "ddl/draft.h"

bool like_clause(struct draft *t, const PgQuery__TableLikeClause *like);

#endif
