/*
 * load: how a snapshot is built. Private to catalog/.
 * Owner:   the thread in snapshot_load; the snapshot is nobody else's before it returns.
 */
#ifndef CATALOG_LOAD_H
#define CATALOG_LOAD_H

#include "catalog/snapshot.h"

/* What sqlite_schema says of one name. */
struct disk_object {
	const char *name, *table, *sql; /* sql: NULL for automatic indexes */
	char kind;                      /* t table, v view, i index */
	bool claimed;                   /* a reserved row speaks of it */
	struct relation *relation;      /* what that row made of it, or NULL */
};

struct pending_key {
	struct constraint *constraint;
	oid_t frel, index;
};

struct loader {
	struct snapshot *s;
	struct arena *a; /* the snapshot's */
	struct catalog_reader *r;
	struct err *err;
	bool temp;           /* reading temp now, not main */
	bool reserved;       /* the SQLite schema being read has the reserved tables */
	struct vec pending;  /* struct pending_key: foreign keys whose table was not known when they
				were read */
	struct vec declared; /* struct declared_type of the SQLite schema being read */
	struct map declared_by_oid; /* the same; arrays over them too */
	struct vec disk;            /* struct disk_object of the SQLite schema being read */
	struct map by_name;         /* exact name → struct disk_object */
};

/* Temporary objects' OIDs: above every other, as their owners do not see each other's. The schema
 * itself is the first. */
enum { TEMP_SCHEMA_OID = 0x60000000, FIRST_TEMP_OID };

typedef bool loader_row_fn(void *loader, const struct datum *cols, int ncols);

/* Runs a query made by format; row gets the loader. */
bool loader_query(struct loader *l, loader_row_fn *row, const char *fmt, ...)
	PRINTF(3, 4) MUSTCHECK;
/* Cells, read leniently. Texts are copied into the snapshot. */
int64_t cell_int(const struct datum *d);
const char *cell_text(struct loader *l, const struct datum *d); /* NULL for NULL */
char cell_char(const struct datum *d);                          /* the first byte, or 0 */
const char *loader_db(const struct loader *l);                  /* "main" or "temp" */

bool load_reserved(struct loader *l) MUSTCHECK;
/* Foreign keys that point at adopted tables: after adopt_unknown. */
void finish_foreign_keys(struct loader *l);
/* Adds columns of known tables that another tool made, drops those that it took away. */
bool reconcile_columns(struct loader *l) MUSTCHECK;
bool adopt_unknown(struct loader *l) MUSTCHECK;

/* Adding to the snapshot being built. */
struct relation *loader_relation(struct loader *l, oid_t oid); /* user relations only; NULL: none */
void loader_add_relation(struct loader *l, struct relation *r);
/* Gives r its composite and array types (r->type_oid, r->array_type_oid; nothing where they are 0).
 */
void loader_add_types(struct loader *l, struct relation *r);
void loader_add_constraint(struct loader *l, struct constraint *c);
/* The columns of an index or a sequence, where none are recorded. */
void loader_index_columns(struct loader *l, struct relation *self, const struct index *i);
void loader_sequence_columns(struct loader *l, struct relation *self);

/* CREATE TYPE's and CREATE DOMAIN's (load_type.c): first their names, then, when row types have
 * theirs, what they are. */
bool load_types(struct loader *l) MUSTCHECK;
void finish_types(struct loader *l);
/* Is there such a reserved table? Files of before a table was added do not have it. */
bool loader_has(const struct loader *l, const char *table);
/* The functions of a user's range, whose row is complete (range_proc.c). */
void loader_add_range(struct loader *l, const struct type *range);
struct user_type *loader_add_type(struct loader *l, const struct schema *schema, oid_t owner,
				  struct type *t);
/* "_t", with as many more underscores as it takes to be alone in the schema. */
const char *array_type_name(struct loader *l, const struct schema *schema, const char *name);

/* Keys of the snapshot's maps. */
char *name_key(struct arena *a, oid_t schema, const char *name, size_t *len);
char *oid_key(struct arena *a, oid_t oid);
char *fold_name(struct arena *a, const char *name); /* as SQLite folds: ASCII letters */

/* Composite types, and array types over any type. s: where a user's type finds others, or NULL. */
struct type *make_row_type(struct arena *a, struct snapshot *s, oid_t oid, const char *name,
			   oid_t array);
struct type *make_array_type(struct arena *a, struct snapshot *s, oid_t oid, const char *name,
			     const struct type *element);
void fill_array_type(struct arena *a, struct snapshot *s, struct type *t,
		     const struct type *element);

/* The static schemas and relations (relations.c). */
extern const struct schema schema_pg_catalog, schema_information_schema, schema_pg_toast;
const struct relation *builtin_relation_by_name(const struct schema *schema, const char *name);
const struct relation *builtin_relation_by_oid(oid_t oid);
const struct type *builtin_row_type(oid_t oid);
const struct type *builtin_row_type_by_name(const char *name);
const struct relation *builtin_relation_of_type(oid_t type); /* row type or its array type */
/* The domains of information_schema (info_domain.c). */
enum { INFO_DOMAINS = 5 };
void info_domains_make(struct arena *a, struct map *by_oid);
const struct type *info_domain_by_name(const char *name); /* their array types, too */
const struct user_type *info_domain_at(int i);
const struct user_type *info_domain_by_oid(oid_t oid);
void composite_init(void);                                   /* composite.c */

#endif
