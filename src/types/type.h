/*
 * type: one table row per PostgreSQL type, and everything a value of it can do.
 * Owner:   immutable. Built-in rows are static (types/types.def); a snapshot makes rows for user
 * types.
 *
 * A value is a struct datum in the type's stored form (DESIGN §6). The four conversions:
 *     text in:   the client's or a literal's text  → stored
 *     text out:  stored → text, under the session's type_env
 *     recv/send: PostgreSQL's binary format ↔ stored
 * Stored forms never depend on the session. out() and send() read leniently: an adopted SQLite file
 * may hold any storage class in any column (an INTEGER 1 in a text column prints as 1), and only
 * what cannot be a value at all is an error (22P02 or the type's own code).
 */
#ifndef TYPES_TYPE_H
#define TYPES_TYPE_H

#include "base/buf.h"
#include "base/err.h"
#include "types/datum.h"
#include "types/env.h"

struct type;

/* What a conversion may use. */
struct type_ctx {
	struct arena *arena; /* results that need memory live here */
	struct err *err;
	const struct type_env *env;
	/* Finds other types (an array's element, a composite's fields); never NULL. Built-in:
	 * type_builtin_find. */
	const struct type *(*find)(void *arg, oid_t oid);
	void *find_arg;
};

/* All return false with ctx->err set. typmod is -1 where there is none. s is n bytes of valid
 * UTF-8, not terminated. */
typedef bool type_in_fn(struct type_ctx *c, const struct type *t, const char *s, size_t n,
			int32_t typmod, struct datum *out);
typedef bool type_out_fn(struct type_ctx *c, const struct type *t, const struct datum *d,
			 int32_t typmod, struct buf *b);
typedef bool type_recv_fn(struct type_ctx *c, const struct type *t, const void *p, size_t n,
			  int32_t typmod, struct datum *out);
typedef bool type_send_fn(struct type_ctx *c, const struct type *t, const struct datum *d,
			  int32_t typmod, struct buf *b);
/* Total order of two stored texts of type t (or of any type that shares its collation), as the
 * type's btree operator class sorts. Never fails. */
typedef int type_collate_fn(const struct type *t, const char *a, size_t an, const char *b,
			    size_t bn);
/* Type modifiers: args are the constants' texts, e.g. {"10","2"}. */
typedef bool type_typmodin_fn(struct err *err, int location, const char *const *args, int nargs,
			      int32_t *typmod);
typedef void type_typmodout_fn(int32_t typmod, struct buf *b); /* "(10,2)" or nothing */
/* The type's part of type_apply_typmod; typmod is not -1. */
typedef bool type_apply_fn(struct type_ctx *c, const struct type *t, int32_t typmod,
			   bool explicit_cast, struct datum *d);

struct type {
	oid_t oid;
	const char *name;     /* pg_type.typname: "int4" */
	const char *sql_name; /* what format_type prints: "integer"; NULL: as name */
	oid_t array_oid;      /* the array type over this one, or 0 */
	oid_t elem_oid;       /* element type, when this is an array; else 0 */
	oid_t base_oid;       /* domain's base; else 0 */
	char category;        /* pg_type.typcategory */
	bool preferred;       /* pg_type.typispreferred */
	char typtype;         /* b, c, d, e, p, r, m */
	int16_t len;          /* pg_type.typlen */
	/* What it is made of: an array's element, a range's subtype, a multirange's range, a
	 * domain's base. NULL for the others. Never changes while this row lives. */
	const struct type *of;
	oid_t multirange_oid; /* ranges: the multirange over it; else 0 */
	oid_t range_oid;      /* multiranges: the range it is made of; else 0 */
	/* User types: finds the types that this one speaks of, as type_ctx.find; NULL: all are
	 * built in. */
	const struct type *(*find)(void *arg, oid_t oid);
	void *find_arg;
	const struct enum_labels *labels; /* enums (types/enum.h); else NULL */
	const struct domain *domain;      /* domains (types/domain.h); else NULL */
	char delim;                       /* ',' ; ';' for box */
	enum datum_class stored;
	const char *decl; /* the declared type of a SQLite column: "INTEGER", "TEXT" … */
	const char
		*collation; /* the SQLite collation that gives the order; NULL: BINARY or native */
	type_in_fn *in;
	type_out_fn *out;
	type_recv_fn *recv;
	type_send_fn *send;
	type_collate_fn *collate; /* the body of collation when it is ours; else NULL */
	type_typmodin_fn *typmodin;
	type_typmodout_fn *typmodout;
	type_apply_fn *apply; /* NULL: a typmod changes nothing */
};

/* The built-in type with this OID, arrays included; NULL: none. Covers every row of PostgreSQL 15's
 * pg_type: types that have no body yet have NULL conversions, and using one is 0A000 naming the
 * type (type_text_in and kin do that). */
const struct type *type_builtin(oid_t oid);
const struct type *type_builtin_find(void *unused, oid_t oid); /* the same, as type_ctx.find */
const struct type *type_builtin_by_name(const char *name);     /* by pg_type.typname */
/* Iterates over all built-in types: i = 0, 1 …; NULL at the end. */
const struct type *type_builtin_at(int i);

/* The checked way to call the conversions; NULL values are the caller's concern (never passed here,
 * except that out/send of DATUM_NULL is an internal error XX000). */
bool type_text_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
		  struct datum *out) MUSTCHECK;
bool type_text_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
		   struct buf *b) MUSTCHECK;
bool type_binary_in(struct type_ctx *c, const struct type *t, const void *p, size_t n,
		    int32_t typmod, struct datum *out) MUSTCHECK;
bool type_binary_out(struct type_ctx *c, const struct type *t, const struct datum *d,
		     int32_t typmod, struct buf *b) MUSTCHECK;

/* Order of two non-NULL stored values of type t, as its btree class: native classes, or the
 * collation. */
int type_compare(const struct type *t, const struct datum *a, const struct datum *b);

/* Length coercion to a typmod, as varchar(varchar,int4,bool), numeric(numeric,int4), bpchar,
 * timestamp(p) … do; the bodies of those pg_proc rows call this too. explicit_cast: too long is
 * cut, not an error. *d is replaced. */
bool type_apply_typmod(struct type_ctx *c, const struct type *t, int32_t typmod, bool explicit_cast,
		       struct datum *d) MUSTCHECK;

/* Every collation that a connection has to know from the start: i = 0, 1 …, with a built-in type
 * that has it; false at the end. A user type's own collation is called pg_type_OID: the store finds
 * that type when SQLite asks for the name. */
bool type_collation_at(int i, const char **name, const struct type **t);

/* OIDs that code names. */
enum {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_CHAR = 18,
	T_NAME = 19,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT2VECTOR = 22,
	T_INT4 = 23,
	T_REGPROC = 24,
	T_TEXT = 25,
	T_OID = 26,
	T_TID = 27,
	T_XID = 28,
	T_CID = 29,
	T_OIDVECTOR = 30,
	T_JSON = 114,
	T_XML = 142,
	T_PG_NODE_TREE = 194,
	T_FLOAT4 = 700,
	T_FLOAT8 = 701,
	T_UNKNOWN = 705,
	T_MONEY = 790,
	T_BPCHAR = 1042,
	T_VARCHAR = 1043,
	T_DATE = 1082,
	T_TIME = 1083,
	T_TIMESTAMP = 1114,
	T_TIMESTAMPTZ = 1184,
	T_INTERVAL = 1186,
	T_TIMETZ = 1266,
	T_BIT = 1560,
	T_VARBIT = 1562,
	T_NUMERIC = 1700,
	T_CIDR = 650,
	T_MACADDR8 = 774,
	T_MACADDR = 829,
	T_INET = 869,
	T_REFCURSOR = 1790,
	T_REGPROCEDURE = 2202,
	T_REGOPER = 2203,
	T_REGOPERATOR = 2204,
	T_REGCLASS = 2205,
	T_REGTYPE = 2206,
	T_RECORD = 2249,
	T_CSTRING = 2275,
	T_ANY = 2276,
	T_ANYARRAY = 2277,
	T_VOID = 2278,
	T_TRIGGER = 2279,
	T_INTERNAL = 2281,
	T_ANYELEMENT = 2283,
	T_RECORDARRAY = 2287,
	T_ANYNONARRAY = 2776,
	T_UUID = 2950,
	T_ANYENUM = 3500,
	T_JSONB = 3802,
	T_ANYRANGE = 3831,
	T_JSONPATH = 4072,
	T_REGNAMESPACE = 4089,
	T_REGROLE = 4096,
	T_REGCOLLATION = 4191,
	T_ANYMULTIRANGE = 4537,
	T_ANYCOMPATIBLE = 5077,
	T_ANYCOMPATIBLEARRAY = 5078,
	T_ANYCOMPATIBLENONARRAY = 5079,
	T_ANYCOMPATIBLERANGE = 5080,
	T_ANYCOMPATIBLEMULTIRANGE = 4538,
	T_REGCONFIG = 3734,
	T_REGDICTIONARY = 3769,
	T_XID8 = 5069,
	T_PG_LSN = 3220,
	T_TEXTARRAY = 1009,
	T_INT4ARRAY = 1007,
	T_OIDARRAY = 1028,
	T_CSTRINGARRAY = 1263,
	T_INT2ARRAY = 1005,
	T_CHARARRAY = 1002,
	T_NAMEARRAY = 1003,
	T_BOOLARRAY = 1000,
	T_INT8ARRAY = 1016,
	T_ACLITEM = 1033,
	T_ACLITEMARRAY = 1034,
};

#endif
