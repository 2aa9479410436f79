/*
 * SQLite's result codes as PostgreSQL's errors.
 */
#include "store/private.h"

#include "base/log.h"

void
store_complain(const struct db *db, const char *what, const char *sql)
{
	log_line(LOG_LOG, 0, "internal error in database \"%s\": %s",
		 db && db->name ? db->name : "", what);
	if (sql)
		log_extra("STATEMENT", 0, "%s", sql);
}

/* Fixed limits of SQLite that a client's statement can hit. */
static const struct limit {
	const char *text, *sqlstate, *message;
} limits[] = {
	{"Expression tree is too large", ERR_STATEMENT_TOO_COMPLEX, "stack depth limit exceeded"},
	{"parser stack overflow", ERR_STATEMENT_TOO_COMPLEX, "stack depth limit exceeded"},
	{"too many levels of trigger recursion", ERR_STATEMENT_TOO_COMPLEX,
	 "stack depth limit exceeded"},
	{"tables in a join", ERR_STATEMENT_TOO_COMPLEX,
	 "a join of more than 64 tables is not supported"},
	{"too many FROM clause terms", ERR_STATEMENT_TOO_COMPLEX,
	 "a join of more than 64 tables is not supported"},
	{"too many terms in compound SELECT", ERR_STATEMENT_TOO_COMPLEX,
	 "a set operation of more than 500 queries is not supported"},
	{"too many columns", ERR_TOO_MANY_COLUMNS,
	 "tables and results can have at most 2000 columns"},
	{"too many references to", ERR_STATEMENT_TOO_COMPLEX,
	 "a table is referenced more than 65535 times"},
	{"too many arguments on", ERR_TOO_MANY_ARGUMENTS,
	 "functions of more than 127 arguments are not supported"},
	{"argument of ntile must be", "22014", "argument of ntile must be greater than zero"},
	{"second argument to nth_value must be", "22016",
	 "argument of nth_value must be greater than zero"},
	{"frame starting offset must be", "22013", "frame starting offset must not be negative"},
	{"frame ending offset must be", "22013", "frame ending offset must not be negative"},
	{"integer overflow", ERR_NUMERIC_VALUE_OUT_OF_RANGE, "bigint out of range"},
};

static bool
plain_error(const struct db *db, const char *text, const char *sql, struct err *err)
{
	for (size_t i = 0; i < COUNTOF(limits); i++)
		if (strstr(text, limits[i].text))
			return err_set(err, limits[i].sqlstate, -1, "%s", limits[i].message);
	store_complain(db, text, sql);
	return err_set(err, ERR_INTERNAL_ERROR, -1, "%s", text);
}

static bool
busy_error(const char *path, int rc, struct err *err)
{
	if (rc == SQLITE_BUSY_SNAPSHOT)
		return err_set(err, ERR_T_R_SERIALIZATION_FAILURE, -1,
			       "could not serialize access due to concurrent update");
	return err_set(err, ERR_LOCK_NOT_AVAILABLE, -1,
		       "database file \"%s\" is locked by another process", path);
}

static bool
interrupted(struct cancel *cancel, struct err *err)
{
	int reason = cancel ? atomic_load(&cancel->reason) : CANCEL_NONE;

	return cancel_error(reason == CANCEL_NONE ? CANCEL_USER : reason, err);
}

bool
store_error_text(const struct db *db, int rc, const char *text, const char *sql,
		 struct cancel *cancel, struct err *err)
{
	const char *path = db->path;

	if (err_is_set(err))
		return false;
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(err, ERR_DISK_FULL, -1,
			       "could not extend file \"%s\": No space left on device", path);
	case SQLITE_IOERR:
		return err_set(err, ERR_IO_ERROR, -1, "could not read or write file \"%s\": %s",
			       path, text);
	case SQLITE_CORRUPT:
		return err_set(err, ERR_DATA_CORRUPTED, -1, "database file \"%s\" is damaged: %s",
			       path, text);
	case SQLITE_NOTADB:
		return err_set(err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "file \"%s\" is not a database", path);
	case SQLITE_READONLY:
		return err_set(err, ERR_READ_ONLY_SQL_TRANSACTION, -1,
			       "cannot write to read-only database file \"%s\"", path);
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "could not open file \"%s\": Permission denied", path);
	case SQLITE_CANTOPEN:
		return err_set(err, ERR_IO_ERROR, -1, "could not open file \"%s\": %s", path, text);
	case SQLITE_TOOBIG:
		return err_set(err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "value or statement is too large: the limit is 1000000000 bytes");
	case SQLITE_NOMEM:
		return err_set(err, ERR_OUT_OF_MEMORY, -1, "out of memory");
	case SQLITE_INTERRUPT:
		return interrupted(cancel, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return busy_error(path, rc, err);
	case SQLITE_ERROR:
		return plain_error(db, text, sql, err);
	default:
		store_complain(db, text, sql);
		return err_set(err, ERR_INTERNAL_ERROR, -1, "%s", text);
	}
}

bool
store_error(struct conn *c, int rc, struct err *err)
{
	return store_error_text(c->db, rc, sqlite3_errmsg(c->sq), NULL, c->env->cancel, err);
}
