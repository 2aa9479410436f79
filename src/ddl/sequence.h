/*
 * sequence: CREATE and ALTER SEQUENCE, and the sequences behind serial and identity columns.
 */
#ifndef DDL_SEQUENCE_H
#define DDL_SEQUENCE_H

#include "ddl/commands.h"

/* A new sequence, not yet written. type: int2, int4 or int8; AS in the options overrides it. NULL:
 * err is set. */
struct relation *sequence_draft(struct ddl *d, const struct schema *schema, const char *name,
				char persistence, oid_t type, PgQuery__Node *const *options,
				size_t n);
bool sequence_write(struct ddl *d, const struct relation *seq);
/* ALTER SEQUENCE with these options. */
bool sequence_change(struct ddl *d, const struct relation *seq, PgQuery__Node *const *options,
		     size_t n);
/* The name as it stands inside a regclass literal: quotes doubled, schema-qualified when the search
 * path does not find it. */
char *sequence_literal(struct ddl *d, const struct relation *seq);

#endif
