/*
 * catalog: the built-in rows of PostgreSQL 15's pg_proc, pg_operator, pg_cast, pg_aggregate,
 * pg_collation …, compiled in from the .tsv files beside this header (tools/catalog-dump makes
 * those from a real server: names, OIDs, types – facts only). Owner:   immutable, static. User
 * objects live in a snapshot (catalog/snapshot.h).
 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "types/type.h"

enum { PROC_MAX_ARGS = 100 };

struct proc {
	oid_t oid;
	oid_t namespace_oid; /* 11 is pg_catalog */
	const char *name;
	const char *prosrc;
	const char *sqlbody; /* SQL-language rows: the body as "SELECT …" over $1 …, whichever way
				pg_proc keeps it; else NULL */
	oid_t language;      /* 12 internal, 13 C, 14 SQL */
	char kind;           /* f function, a aggregate, w window, p procedure */
	char volatility;     /* i, s, v */
	char parallel;
	bool strict, retset, leakproof, security_definer;
	float cost, rows;
	oid_t variadic; /* element type of the VARIADIC parameter, or 0; VARIADIC "any" has 2276 */
	oid_t rettype;
	int16_t nargs; /* input arguments (IN, INOUT, VARIADIC) */
	int16_t ndefaults;
	const oid_t *argtypes; /* nargs of them */
	int16_t nallargs;      /* all parameters, or 0 when there are only IN ones */
	const oid_t *allargtypes;
	const char *argmodes;        /* nallargs of i, o, b, v, t; or NULL */
	const char *const *argnames; /* MAX(nargs, nallargs) of them, "" for unnamed; or NULL */
	const char *const
		*defaults; /* ndefaults SQL expressions, for the last input arguments; or NULL */
	oid_t support;
};

struct aggregate {
	oid_t fnoid;
	char kind; /* n normal, o ordered-set, h hypothetical */
	int16_t ndirectargs;
	oid_t sortop, transtype;
	const char *initval; /* or NULL */
	oid_t transfn, finalfn;
};

struct oper {
	oid_t oid;
	const char *name;
	char kind; /* b infix, l prefix */
	bool can_merge, can_hash;
	oid_t left, right, result;
	oid_t commutator, negator;
	oid_t code; /* pg_proc OID */
	oid_t rest, join;
};

struct cast {
	oid_t oid, source, target;
	oid_t func;   /* pg_proc OID, or 0 */
	char context; /* i implicit, a assignment, e explicit */
	char method;  /* f function, b binary-coercible, i through text */
};

/* By OID; NULL: none. */
const struct proc *proc_find(oid_t oid);
const struct oper *oper_find(oid_t oid);
const struct aggregate *aggregate_find(oid_t fnoid);
const struct cast *cast_find(oid_t source, oid_t target);

/* All built-in rows of a name; *n of them, in OID order. */
const struct proc *const *procs_by_name(const char *name, int *n);
const struct oper *const *opers_by_name(const char *name, int *n);

/* Iteration for the catalog relations and for the store's registration: NULL at the end. */
const struct proc *proc_at(int i);
const struct oper *oper_at(int i);
const struct cast *cast_at(int i);
const struct aggregate *aggregate_at(int i);

/* The btree default: operators <, =, > over a type (after binary coercion to an operator class'
 * input type), or 0. strategy: 1 <, 2 <=, 3 =, 4 >=, 5 >. Type families like integer_ops cross
 * types: left and right may differ. */
oid_t btree_operator(oid_t left, oid_t right, int strategy);
/* Is op a member of a default btree family; *strategy gets which. */
bool oper_btree_strategy(oid_t op, int *strategy);

/* pg_type.typcollation of a built-in type: what its columns have unless told otherwise. 0: not
 * collatable. */
oid_t catalog_type_collation(oid_t type);

/* The default operator class of method (403 btree, 405 hash) for a type, after binary coercion; 0:
 * none. *intype gets the class' own input type, *family its family; both may be NULL. */
oid_t default_opclass(oid_t type, oid_t method, oid_t *intype, oid_t *family);

/* pg_collation.collname of a built-in collation. */
const char *catalog_collation_name(oid_t collation);
/* pg_opclass.opcname; NULL: no such class. */
const char *catalog_opclass_name(oid_t opclass);
/* The class of a method by name; *intype gets its input type. 0: none. */
oid_t catalog_opclass_named(const char *name, oid_t method, oid_t *intype);

/* One row of pg_settings as a fresh server has it. All strings; NULL where pg_settings has NULL. */
struct setting_row {
	const char *name, *boot_val, *unit, *category, *short_desc, *extra_desc;
	const char *context; /* internal, postmaster, sighup, backend, superuser-backend, superuser,
				user */
	const char *vartype; /* bool, integer, real, string, enum */
	const char *min_val, *max_val;
	const char *enumvals; /* an array literal: {a,b} */
	const char *flags; /* of EXPLAIN,NO_SHOW_ALL,NO_RESET_ALL,NOT_IN_SAMPLE,RUNTIME_COMPUTED */
};
const struct setting_row *setting_find(const char *name); /* in any case; NULL: none */
const struct setting_row *setting_at(int i);              /* by name; NULL at the end */

/* SQL key words, as pg_get_keywords gives them. */
struct keyword_row {
	const char *word;
	char code; /* U unreserved, C may be a column name, T may be a type or function name, R
		      reserved */
	const char *description;
	bool bare_label;
	const char *bare_description;
};
const struct keyword_row *keyword_find(const char *word); /* lower case; NULL: none */
const struct keyword_row *keyword_at(int i);              /* by word; NULL at the end */

/* format_type_be: "integer", "character varying", "timestamp with time zone[]" – no typmod; with
 * one: "numeric(10,2)". */
char *format_type(struct arena *a, const struct type *t, int32_t typmod,
		  const struct type *(*find)(void *, oid_t), void *arg);

/* OIDs that code names. */
enum {
	NS_PG_CATALOG = 11,
	NS_PUBLIC = 2200,
	NS_TOAST = 99,
	NS_INFORMATION_SCHEMA = 13000 /* as a snapshot has it */
};
enum { COLLATION_DEFAULT = 100, COLLATION_C = 950, COLLATION_POSIX = 951 };
enum { FIRST_USER_OID = 16384, BOOTSTRAP_SUPERUSER = 10 };
enum {
	CLASS_PG_TYPE = 1247,
	CLASS_PG_ATTRIBUTE = 1249,
	CLASS_PG_PROC = 1255,
	CLASS_PG_CLASS = 1259,
	CLASS_PG_ATTRDEF = 2604,
	CLASS_PG_OPCLASS = 2616,
	CLASS_PG_COLLATION = 3456,
	CLASS_PG_CONSTRAINT = 2606,
	CLASS_PG_NAMESPACE = 2615,
	CLASS_PG_DATABASE = 1262,
	CLASS_PG_AUTHID = 1260
};

#endif
