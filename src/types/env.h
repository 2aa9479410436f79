/*
 * type_env: what of a session's state the text forms of types depend on.
 * Owner:   the session; functions and types only read it. Everything a stored form depends on is
 * NOT here: stored forms are the same in every session.
 */
#ifndef TYPES_ENV_H
#define TYPES_ENV_H

#include "base/base.h"

struct buf;
struct err;
struct tzone; /* types/timezone.h */
struct type;
struct datum;

enum date_style { DATESTYLE_ISO, DATESTYLE_SQL, DATESTYLE_POSTGRES, DATESTYLE_GERMAN };
enum date_order { DATEORDER_MDY, DATEORDER_DMY, DATEORDER_YMD };
enum interval_style {
	INTERVALSTYLE_POSTGRES,
	INTERVALSTYLE_POSTGRES_VERBOSE,
	INTERVALSTYLE_SQL,
	INTERVALSTYLE_ISO
};

/* timezone_abbreviations */
enum tzabbrev_set { TZABBREVS_DEFAULT, TZABBREVS_AUSTRALIA, TZABBREVS_INDIA };

/* Names of catalog objects for the reg* types; implemented above types/. NULL where there is no
 * catalog. */
struct reg_ops {
	/* kind: the reg type's own OID (2205 regclass …). Looks text up as regclassin and kin do.
	 * False: err is set. */
	bool (*lookup)(void *arg, oid_t kind, const char *text, size_t n, oid_t *oid,
		       struct err *err);
	/* Appends the object's name as regclassout and kin print it (a number when there is none).
	 */
	void (*name)(void *arg, oid_t kind, oid_t oid, struct buf *b);
};

/* Constraints of domains, which are SQL; implemented above types/. */
struct domain_ops {
	/* Is value (which may be NULL) one of the domain's, and so of the domains below it? False:
	 * err is set (23502, 23514 with the domain's names, or what a CHECK raised). */
	bool (*check)(void *arg, const struct type *domain, const struct datum *value,
		      struct err *err);
};

struct type_env {
	enum date_style date_style;
	enum date_order date_order;
	enum interval_style interval_style;
	const struct tzone *timezone;
	enum tzabbrev_set abbrevs;
	int extra_float_digits; /* Postgres's setting: 1 (default) … 3 is shortest-exact */
	bool bytea_escape;      /* bytea_output = escape */
	bool xml_hex;           /* xmlbinary = hex */
	bool xml_document;      /* xmloption = document */
	const char *client_encoding; /* for declarations in xml's binary form; NULL: UTF8 */
	int64_t txn_time; /* now(): microseconds since 2000-01-01 UTC, when the transaction began */
	int64_t stmt_time; /* statement_timestamp(), same unit */
	const struct reg_ops *reg;
	void *reg_arg;
	const struct domain_ops *domain; /* NULL: domains have no constraints here */
	void *domain_arg;
	/* A NOTICE or WARNING for the client; NULL: nobody reads it. */
	void (*notice)(void *arg, const char *severity, const char *sqlstate, const char *message);
	void *notice_arg;
};

/* ISO, MDY, UTC, Postgres intervals: the form in which array and composite elements are stored. */
extern const struct type_env type_env_canonical;

#endif
