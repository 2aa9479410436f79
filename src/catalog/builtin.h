/*
 * builtin: shapes of the constant tables that tools/catalog-gen makes (builtin_data.c). Private to
 * catalog/. Owner:   immutable, static.
 */
#ifndef CATALOG_BUILTIN_H
#define CATALOG_BUILTIN_H

#include "catalog/catalog.h"

/* A default operator class of btree (403) or hash (405); ordered by intype, family. */
struct builtin_opclass {
	oid_t intype, family, method, oid;
};

/* An operator of a family that some default btree class belongs to; ordered by family, left, right,
 * strategy. */
struct builtin_amop {
	oid_t family, left, right;
	int strategy;
	oid_t oper;
};

/* The btree strategy of an operator; ordered by oper. */
struct builtin_member {
	oid_t oper;
	int strategy;
};

struct builtin_column {
	const char *name;
	oid_t type;
	int32_t typmod;
	oid_t collation;
	bool not_null;
};

/* pg_catalog's relations first, then information_schema's; each by OID. */
struct builtin_relation {
	oid_t oid;
	bool information_schema;
	const char *name;
	char kind; /* as PostgreSQL has it: r or v */
	oid_t type, array_type;
	int first, ncols; /* of builtin_columns */
};

/* All rows of one relation, each cell the value's text or NULL; ordered by the first column. */
struct builtin_rows {
	const char *name;
	int nrows, ncols;
	const char *const *cells;
};

/* views.sql: the query that gives every column of the view with its type. */
struct builtin_view {
	const char *schema, *name, *query;
};

extern const struct builtin_view builtin_views[];
extern const int builtin_nviews;
extern const struct proc builtin_procs[];
extern const struct proc *const builtin_proc_by_name[];
extern const int builtin_nprocs;
extern const struct oper builtin_opers[];
extern const struct oper *const builtin_oper_by_name[];
extern const int builtin_nopers;
extern const struct cast builtin_casts[]; /* by source, target */
extern const int builtin_ncasts;
extern const struct aggregate builtin_aggregates[];
extern const int builtin_naggregates;
extern const struct builtin_opclass builtin_opclasses[];
extern const int builtin_nopclasses;
extern const struct builtin_amop builtin_amops[];
extern const int builtin_namops;
extern const struct builtin_member builtin_members[];
extern const int builtin_nmembers;
extern const struct setting_row builtin_settings[];
extern const int builtin_nsettings;
extern const struct keyword_row builtin_keywords[];
extern const int builtin_nkeywords;
extern const struct builtin_column builtin_columns[];
extern const struct builtin_relation builtin_relations[];
extern const int builtin_nrelations;
extern const struct builtin_rows builtin_rows[];
extern const int builtin_nrows;

#endif
