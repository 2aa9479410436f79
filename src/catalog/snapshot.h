/*
 * snapshot: the schema of one database as one statement sees it: every schema, relation, column,
 * constraint, index, sequence. Owner:   immutable after snapshot_load; reference-counted; shared by
 * all sessions of a database (a session that has run DDL in an open transaction, or has temp
 * tables, holds one of its own). Memory:  one arena in the snapshot; nothing in it is freed before
 * the last unref.
 *
 * Built-in relations (pg_catalog's) are struct relation too, with scan set: analysis does not tell
 * them apart. Persistence: user objects are rows of reserved tables in the same SQLite file
 * (catalog/persist.h), in the SQLite schema that snapshot_load is told: main, and temp for a
 * session's temporary objects.
 */
#ifndef CATALOG_SNAPSHOT_H
#define CATALOG_SNAPSHOT_H

#include "base/map.h"
#include "base/vec.h"
#include "catalog/catalog.h"

struct snapshot;
struct relation;
struct fenv;
struct domain_constraint;

struct schema {
	oid_t oid, owner;
	const char *name;
	bool temp; /* pg_temp_N of this session */
};

struct column {
	const char *name;
	const char *physical; /* SQLite's column name (differs where names collide when case is
				 folded) */
	int16_t attnum;       /* 1-based; dropped columns keep theirs */
	const struct type *type;
	int32_t typmod;
	oid_t collation;
	bool not_null, dropped;
	bool has_default; /* or is generated; without default_expr SQLite itself fills the column in
			     when it is left out */
	char identity;    /* 0, a (ALWAYS), d (BY DEFAULT) */
	char generated;   /* 0, s (STORED) */
	oid_t default_oid;        /* pg_attrdef row */
	const char *default_expr; /* SQL text as pg_get_expr prints it, analyzed again on use; or
				     NULL */
	const char *comment;
};

struct constraint {
	oid_t oid;
	const char *name;
	char kind; /* p, u, c, f, x, t */
	const struct relation *rel;
	int ncols;
	const int16_t *cols; /* attnums */
	bool deferrable, deferred, validated, no_inherit;
	const struct index *index; /* p, u: its index; f: the referenced one */
	/* f only */
	const struct relation *frel;
	const int16_t *fcols;
	char on_update,
		on_delete; /* a no action, r restrict, c cascade, n set null, d set default */
	char match;        /* s simple, f full */
	/* c only */
	const char *expr; /* SQL text without the outer CHECK ( ) */
	const char *comment;
};

struct index {
	const struct relation *self; /* the index's own pg_class row */
	const struct relation *rel;  /* the table */
	bool unique, primary, nulls_not_distinct, immediate, valid;
	int nkeys, ncols;         /* ncols counts INCLUDE columns too */
	const int16_t *cols;      /* attnum, or 0: the next of exprs */
	const char *const *exprs; /* SQL texts */
	int nexprs;
	const char *predicate;  /* SQL text or NULL */
	const int16_t *options; /* per key: 1 DESC, 2 NULLS FIRST (pg_index.indoption) */
	const char *method;     /* "btree", "hash" … as declared */
	/* Per key: an operator class or a collation that is not the default, else 0; NULL: none is. */
	const oid_t *classes, *collations;
};

struct sequence {
	const struct relation *self;
	oid_t type;
	int64_t start, increment, min, max, cache;
	bool cycle;
	oid_t owner_rel; /* OWNED BY, or 0 */
	int16_t owner_col;
};

/* Rows of a built-in relation, made on demand. All cells are in the stored form of the column's
 * type. */
struct catscan {
	const struct snapshot *snap;
	const struct fenv *env; /* dynamic relations (pg_settings, pg_stat_activity) ask env->ops */
	struct arena *arena;    /* lives as long as the scan */
	struct arena *row;      /* emptied before every row */
	oid_t key; /* with has_key: only rows whose key column equals this are wanted (others may be
		      given too) */
	bool has_key;
	int64_t pos; /* the scan's own: starts at 0 */
	void *state; /* the scan's own: NULL at first, in arena */
};
/* Moves to the next row: false at the end. */
typedef bool catscan_next_fn(struct catscan *s);
/* One cell of the row that next moved to; col is 0-based. */
typedef void catscan_cell_fn(struct catscan *s, int col, struct datum *out);

struct catrel {
	catscan_next_fn *next;
	catscan_cell_fn *cell;
	int key_col; /* 0-based column that has_key speaks of, or -1 */
};

struct relation {
	oid_t oid, type_oid, array_type_oid, owner;
	const struct schema *schema;
	const char *name;
	const char *physical; /* the SQLite table, index or virtual table; NULL for views */
	char kind;            /* pg_class.relkind: r, i, S, v, m, c; d: a domain's VALUE */
	char persistence;     /* p, u, t */
	bool builtin;
	const struct catrel *scan; /* built-in relations with rows of ours */
	int ncols;                 /* attnums 1 … ncols, dropped ones included */
	const struct column *cols;
	const char *view_def;        /* v, m: the SELECT's text, as given to analysis */
	char check_option;           /* v: l LOCAL, c CASCADED; 0: none */
	const char *options;         /* v: pg_class.reloptions as an array literal, or NULL */
	const struct type *row_type; /* composite type of the rows */
	struct vec constraints;      /* struct constraint */
	struct vec indexes;          /* struct index */
	struct vec owned;            /* struct relation: sequences OWNED BY a column of this one */
	struct vec referenced_by; /* struct constraint: foreign keys of others (and self) that point
				     here */
	const struct index *index;       /* i: what it is */
	const struct sequence *sequence; /* S: what it is */
	bool without_rowid;
	const char *comment;
	const char
		*foreign_decl; /* SQLite's own CREATE text where it says more than we would write:
				* adopted tables and views, also once the reserved tables know them
				* (keys inside the table, WITHOUT ROWID …); else NULL */
};

/* A type that is not built in: made by CREATE TYPE or CREATE DOMAIN, or one that follows from
 * something else, as a relation's row type, an array type or a multirange does. */
enum { RANGE_EXTRA_OIDS = 6 }; /* that follow a range type's (range_proc.c) */
struct user_type {
	const struct type *type;
	const struct schema *schema;
	oid_t owner;
	/* Row types and their arrays: the relation (kind c: it is CREATE TYPE's own). Else NULL. */
	const struct relation *rel;
	oid_t collation; /* domains and arrays over them: pg_type.typcollation; ranges:
			    pg_range.rngcollation */
	oid_t opclass;   /* ranges: pg_range.rngsubopc */
};

struct database_row { /* pg_database */
	oid_t oid;
	const char *name;
	oid_t owner;
};

struct snapshot {
	_Atomic int refs;
	uint64_t version; /* unique in the process: plans are keyed by it */
	struct arena arena;
	struct vec schemas;   /* struct schema */
	struct vec relations; /* struct relation, user ones only */
	struct vec types;     /* struct user_type */
	struct vec procs;     /* struct proc: those that make values of users' ranges */
	struct vec casts;     /* struct cast: users' ranges to their multiranges */
	struct vec label_maps; /* struct map: those of enums, to be released */
	struct map by_oid;    /* 4 bytes of OID → relation (user and built-in) */
	struct map by_name;   /* schema OID, name → relation */
	struct map type_by_oid; /* 4 bytes of OID → struct user_type */
	oid_t next_oid;                /* the first free OID */
	int64_t sqlite_schema_version; /* SQLite's cookie at load */
	struct vec depends;            /* struct dependency */
	oid_t temp_schema;             /* OID of pg_temp_N, or 0 */
	oid_t next_temp_oid; /* the first free OID for temporary objects: a range of their own, as
				sessions do not see each other's */
	struct map type_by_name;      /* schema OID, name → struct user_type */
	struct map relation_by_type;  /* 4 bytes of OID of a row type or its array type → user
					 relation */
	struct map constraint_by_oid; /* 4 bytes of OID → constraint */
	struct map physical_names;    /* every name in sqlite_schema and of built-in virtual tables,
					 case folded */
	struct vec descriptions; /* struct description: comments that no struct here carries too */
	void *_Atomic
		depend_index; /* pg_depend's rows, made by the first scan of it (rel_depend.c) */
};

struct description { /* pg_description */
	oid_t objoid, classoid;
	int32_t objsubid;
	const char *text;
};

struct dependency { /* pg_depend, for CASCADE */
	oid_t classid, objid;
	int32_t objsubid;
	oid_t refclassid, refobjid;
	int32_t refobjsubid;
	char deptype;
};

/* How a snapshot reads the reserved tables without knowing SQLite: runs a SELECT, calls row for
 * each. False: err is set. */
struct catalog_reader {
	bool (*query)(void *arg, const char *sql,
		      bool (*row)(void *row_arg, const struct datum *cols, int ncols),
		      void *row_arg, struct err *err);
	void *arg;
	bool has_temp; /* read temp."litephant.…" too */
};

/* Reads all reserved tables and sqlite_schema; a file without reserved tables, or with tables that
 * they do not know, is adopted: those tables are mapped from their declarations (in memory only).
 * NULL: err is set. The caller holds one reference. */
struct snapshot *snapshot_load(struct catalog_reader *r, struct err *err);
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s);

/* Look-ups; NULL: none. Names are exact (case-sensitive). */
const struct schema *snapshot_schema(const struct snapshot *s, const char *name);
const struct schema *snapshot_schema_by_oid(const struct snapshot *s, oid_t oid);
const struct relation *snapshot_relation(const struct snapshot *s, const struct schema *schema,
					 const char *name);
const struct relation *snapshot_relation_by_oid(const struct snapshot *s, oid_t oid);
/* Through a NULL-terminated search path (struct fenv.search_path). */
const struct relation *snapshot_search(const struct snapshot *s, const char *const *path,
				       const char *name);
const struct type *snapshot_type(const struct snapshot *s, oid_t oid); /* built-in or user */
const struct type *snapshot_type_find(void *snapshot, oid_t oid); /* the same, as type_ctx.find */
const struct user_type *snapshot_user_type(const struct snapshot *s, oid_t oid); /* NULL: none */
/* Functions and casts, built in or not; NULL: none. By name: in OID order, in all schemas; a is for
 * the list. */
const struct proc *snapshot_proc(const struct snapshot *s, oid_t oid);
const struct cast *snapshot_cast(const struct snapshot *s, oid_t source, oid_t target);
const struct proc *const *snapshot_procs_by_name(const struct snapshot *s, struct arena *a,
						 const char *name, int *n);
/* Is t, or what it is made of (elements, fields, bounds, a domain's base), part? */
bool snapshot_type_contains(const struct snapshot *s, const struct type *t, const struct type *part);
/* The type whose operators and operator classes a type has: a domain's base, then for users' types
 * anyenum, anyarray, record, anyrange, anymultirange. */
oid_t snapshot_operator_type(const struct snapshot *s, oid_t type);
/* pg_type.typcollation of any type. */
oid_t snapshot_type_collation(const struct snapshot *s, const struct type *t);
/* A type by name through the path; schema may be NULL. Knows only catalog names ("int4"); grammar
 * aliases are parse's work. */
const struct type *snapshot_type_by_name(const struct snapshot *s, const char *const *path,
					 const char *schema, const char *name);
/* What every table has besides its own columns: attnum -6 … -1. */
enum { NSYSTEM_COLUMNS = 6 };
struct system_column {
	const char *name;
	oid_t type;
};
extern const struct system_column system_columns[NSYSTEM_COLUMNS];
const struct system_column *system_column(const char *name); /* NULL: none has the name */
const struct column *relation_column(const struct relation *r,
				     const char *name); /* not dropped; NULL: none */
const struct column *relation_column_at(const struct relation *r,
					int attnum); /* NULL: no such or dropped */
const struct constraint *snapshot_constraint_by_oid(const struct snapshot *s, oid_t oid);

/* The relation whose rows have this composite type, or whose rows' array type this is; NULL: none.
 */
const struct relation *snapshot_relation_of_type(const struct snapshot *s, oid_t type);

/* A type as SQL text names it ("varchar(20)", "timestamp(3) with time zone", "public.t[]"), through
 * the path. False: err is set. typmod may be NULL. */
bool snapshot_parse_type(const struct snapshot *s, const char *const *path, const char *text,
			 size_t n, const struct type **type, int32_t *typmod, struct err *err);
/* format_type, with the schema's name before user types that the path does not find. path may be
 * NULL: always qualified. */
char *snapshot_format_type(struct arena *a, const struct snapshot *s, const char *const *path,
			   oid_t type, int32_t typmod);
/* The same without a typmod, for a type of the database's own or a built-in one. */
char *snapshot_type_name(struct arena *a, const struct snapshot *s, const char *const *path,
			 const struct type *t);
/* What a domain's CHECK is written over: a relation of kind d whose one column is the value. */
struct relation *domain_value_relation(struct arena *a, const struct snapshot *s, oid_t base,
				       int32_t typmod, oid_t collation);
/* The domain that has the constraint of this OID; *c gets it. NULL: none. */
const struct type *snapshot_domain_constraint(const struct snapshot *s, oid_t oid,
					      const struct domain_constraint **c);
/* A domain of information_schema, and whether it takes a value of its base. */
bool is_info_domain(const struct type *t);
bool info_domain_takes(const struct type *t, const struct datum *value);
/* Would an unqualified name find it? */
bool snapshot_relation_visible(const struct snapshot *s, const char *const *path,
			       const struct relation *r);
/* "t", or "s.t" where the path does not find it: quoted as needed. In arena a. */
char *snapshot_relation_name(struct arena *a, const struct snapshot *s, const char *const *path,
			     const struct relation *r);

/* pg_class.relkind as PostgreSQL has it: 'v' for pg_settings, though its rows are ours. */
char builtin_relkind(const struct relation *r);
/* Iterates over built-in relations: NULL at the end. The store registers one virtual table each,
 * named by physical. */
const struct relation *builtin_relation_at(int i);

/* The SQLite name for a new object of schema and name, distinct (case folded) from every physical
 * name in s. In arena a. */
char *snapshot_physical_name(struct arena *a, const struct snapshot *s, const struct schema *schema,
			     const char *name);

/* struct reg_ops over a fenv: arg is the struct fenv. */
extern const struct reg_ops catalog_reg_ops;

/* Deparsing, as psql and pg_dump ask for it: pg_get_indexdef, pg_get_constraintdef. In arena a. */
char *index_definition(struct arena *a, const struct snapshot *s, const struct index *i, int column,
		       bool pretty);
char *constraint_definition(struct arena *a, const struct snapshot *s, const struct constraint *c,
			    bool pretty);
/* The same, leaving the schema's name off where the path finds the table. */
char *index_definition_in(struct arena *a, const struct snapshot *s, const char *const *path,
			  const struct index *i, int column, bool pretty);
char *constraint_definition_in(struct arena *a, const struct snapshot *s, const char *const *path,
			       const struct constraint *c, bool pretty);
char *domain_constraint_definition(struct arena *a, const struct snapshot *s,
				   const char *const *path, const struct domain_constraint *c,
				   bool pretty);
/* An expression's stored text as it is shown under a search path: type_names.c. In arena a. */
char *shown_types(struct arena *a, const struct snapshot *s, const char *const *path,
		  const char *text);
/* The same for relations in regclass constants ('name'::regclass): found along the search path from,
 * written as they must be along the path to; NULL: always with their schema. */
char *shown_relations(struct arena *a, const struct snapshot *s, const char *const *from,
		      const char *const *to, const char *text);
/* The path by which a default of rel's columns finds relations that it names without a schema. */
const char *const *default_names_path(struct arena *a, const struct relation *rel);
/* The next relation that a default of rel's columns names; *text moves on. NULL: no more. */
const struct relation *default_names_next(struct arena *a, const struct snapshot *s,
					  const struct relation *rel, const char **text);
/* An expression's stored text, fully parenthesised, as pg_get_expr(…, pretty) gives it. In arena a.
 */
char *pretty_expression(struct arena *a, const char *text);
/* An identifier, quoted when it has to be (quote_identifier). In arena a. */
char *quote_identifier(struct arena *a, const char *name)
	__attribute__((visibility("hidden"))); /* libpg_query has a function of this name */

#endif
