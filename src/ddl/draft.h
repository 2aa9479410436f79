/*
 * draft: a table as a command is about to make it: the catalog's own structs, still mutable, in the
 * command's arena. CREATE TABLE starts with an empty one, ALTER TABLE with a copy of what the
 * snapshot has; both add columns and constraints through the same functions, then write rows and
 * SQLite text from it.
 */
#ifndef DDL_DRAFT_H
#define DDL_DRAFT_H

#include "ddl/commands.h"

struct draft {
	struct ddl *d;
	struct relation *rel;
	struct column *cols; /* rel->cols, mutable */
	int cap;
	struct vec new_indexes;     /* struct index, without rows yet */
	struct vec new_constraints; /* struct constraint, without rows yet */
	struct vec new_sequences;   /* struct relation of kind S, without rows yet */
	struct vec pending;         /* struct pending_constraint: seen, resolved by draft_resolve */
};

struct pending_constraint {
	const PgQuery__Constraint *node;
	int attnum; /* of the column that it was written at; 0: a table constraint */
	bool deferrable, deferred;
};

struct draft *draft_new(struct ddl *d, const struct schema *schema, const char *name, char kind,
			char persistence);
/* A mutable copy; the original's OIDs and constraints are kept. */
struct draft *draft_copy(struct ddl *d, const struct relation *rel);

/* ColumnDef → the next column, its defaults, identity or serial sequence; its constraints become
 * pending. NULL: err is set. */
struct column *draft_add_column(struct draft *t, const PgQuery__ColumnDef *def);
struct column *draft_add_plain_column(struct draft *t, const char *name, const struct type *type,
				      int32_t typmod, oid_t collation);
bool draft_add_constraint(struct draft *t, const PgQuery__Constraint *node, int attnum,
			  bool deferrable, bool deferred);
/* A raw default for an existing column; a NULL node drops it. */
bool draft_set_default(struct draft *t, struct column *col, const PgQuery__Node *node,
		       int location);
struct column *draft_column(struct draft *t, const char *name); /* NULL: none */

/* Turns pending constraints into struct constraint with names and indexes (PRIMARY KEY and UNIQUE
 * first, as PostgreSQL). */
bool draft_resolve(struct draft *t);

/* Writes what is new: sequences, columns' rows, constraints' rows and indexes (rows and CREATE
 * INDEX). The SQLite table must exist before indexes are made: create is called between. */
bool draft_write_sequences(struct draft *t);
bool draft_write_constraints(struct draft *t);

/* A sequence owned by column attnum of the draft's table, named TABLE_COLUMN_seq. options: DefElems
 * or NULL. */
struct relation *draft_owned_sequence(struct draft *t, struct column *col,
				      PgQuery__Node *const *options, size_t n);

#endif
