/*
 * The reserved tables' SQL. pg_namespace is made by a query, so that "public" is in it once, when
 * the file gets its tables: later it may be dropped like any schema. (Temporary tables have that
 * row too; snapshot_load passes over it.)
 */
#include "catalog/persist.h"

#include <stddef.h>

const char *const persist_create[] = {
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.meta\"(key TEXT PRIMARY KEY, value) WITHOUT "
	"ROWID;",
	"INSERT OR IGNORE INTO %s.\"litephant.meta\" VALUES ('format', 1), ('next_oid', 16384);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_namespace\" AS"
	" SELECT 2200 AS oid, 'public' AS nspname, 6171 AS nspowner;",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_class\"(oid INTEGER PRIMARY KEY, relname "
	"TEXT NOT NULL,"
	" relnamespace INTEGER NOT NULL, reltype INTEGER NOT NULL DEFAULT 0, relarraytype INTEGER "
	"NOT NULL DEFAULT 0,"
	" relowner INTEGER NOT NULL DEFAULT 10, relkind TEXT NOT NULL, relpersistence TEXT NOT "
	"NULL DEFAULT 'p', physical TEXT,"
	" viewdef TEXT);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_attribute\"(attrelid INTEGER NOT NULL, "
	"attnum INTEGER NOT NULL,"
	" attname TEXT NOT NULL, physical TEXT, atttypid INTEGER NOT NULL, atttypmod INTEGER NOT "
	"NULL DEFAULT -1,"
	" attcollation INTEGER NOT NULL DEFAULT 0, attnotnull INTEGER NOT NULL DEFAULT 0, "
	"attidentity TEXT NOT NULL DEFAULT '',"
	" attgenerated TEXT NOT NULL DEFAULT '', attisdropped INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY (attrelid, attnum)) WITHOUT ROWID;",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_attrdef\"(oid INTEGER PRIMARY KEY, adrelid "
	"INTEGER NOT NULL,"
	" adnum INTEGER NOT NULL, adsrc TEXT NOT NULL, UNIQUE (adrelid, adnum));",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_constraint\"(oid INTEGER PRIMARY KEY, "
	"conname TEXT NOT NULL,"
	" connamespace INTEGER NOT NULL, contype TEXT NOT NULL, conrelid INTEGER NOT NULL,"
	" condeferrable INTEGER NOT NULL DEFAULT 0, condeferred INTEGER NOT NULL DEFAULT 0,"
	" convalidated INTEGER NOT NULL DEFAULT 1, conindid INTEGER NOT NULL DEFAULT 0, confrelid "
	"INTEGER NOT NULL DEFAULT 0,"
	" confupdtype TEXT NOT NULL DEFAULT ' ', confdeltype TEXT NOT NULL DEFAULT ' ', "
	"confmatchtype TEXT NOT NULL DEFAULT ' ',"
	" conkey TEXT, confkey TEXT, consrc TEXT, connoinherit INTEGER NOT NULL DEFAULT 0);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_index\"(indexrelid INTEGER PRIMARY KEY, "
	"indrelid INTEGER NOT NULL,"
	" indnatts INTEGER NOT NULL, indnkeyatts INTEGER NOT NULL, indisunique INTEGER NOT NULL,"
	" indisprimary INTEGER NOT NULL DEFAULT 0, indnullsnotdistinct INTEGER NOT NULL DEFAULT 0, "
	"indkey TEXT NOT NULL,"
	" indoption TEXT NOT NULL, indexprs TEXT, indpred TEXT, method TEXT NOT NULL DEFAULT "
	"'btree');",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_sequence\"(seqrelid INTEGER PRIMARY KEY, "
	"seqtypid INTEGER NOT NULL,"
	" seqstart INTEGER NOT NULL, seqincrement INTEGER NOT NULL, seqmax INTEGER NOT NULL, "
	"seqmin INTEGER NOT NULL,"
	" seqcache INTEGER NOT NULL DEFAULT 1, seqcycle INTEGER NOT NULL DEFAULT 0, last_value "
	"INTEGER NOT NULL,"
	" is_called INTEGER NOT NULL DEFAULT 0, owner_rel INTEGER NOT NULL DEFAULT 0, owner_col "
	"INTEGER NOT NULL DEFAULT 0);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_depend\"(classid INTEGER NOT NULL, objid "
	"INTEGER NOT NULL,"
	" objsubid INTEGER NOT NULL, refclassid INTEGER NOT NULL, refobjid INTEGER NOT NULL, "
	"refobjsubid INTEGER NOT NULL,"
	" deptype TEXT NOT NULL);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_description\"(objoid INTEGER NOT NULL, "
	"classoid INTEGER NOT NULL,"
	" objsubid INTEGER NOT NULL, description TEXT NOT NULL, PRIMARY KEY (objoid, classoid, "
	"objsubid)) WITHOUT ROWID;",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_type\"(oid INTEGER PRIMARY KEY, typname TEXT "
	"NOT NULL,"
	" typnamespace INTEGER NOT NULL, typowner INTEGER NOT NULL DEFAULT 10, typtype TEXT NOT "
	"NULL,"
	" typarray INTEGER NOT NULL DEFAULT 0, typbasetype INTEGER NOT NULL DEFAULT 0,"
	" typtypmod INTEGER NOT NULL DEFAULT -1, typnotnull INTEGER NOT NULL DEFAULT 0, typdefault "
	"TEXT,"
	" typcollation INTEGER NOT NULL DEFAULT 0);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_enum\"(oid INTEGER PRIMARY KEY, enumtypid "
	"INTEGER NOT NULL,"
	" enumsortorder REAL NOT NULL, enumlabel TEXT NOT NULL, UNIQUE (enumtypid, enumlabel));",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.pg_range\"(rngtypid INTEGER PRIMARY KEY, "
	"rngsubtype INTEGER NOT NULL,"
	" rngmultitypid INTEGER NOT NULL, rngcollation INTEGER NOT NULL DEFAULT 0, rngsubopc "
	"INTEGER "
	"NOT NULL DEFAULT 0);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.domain_constraint\"(oid INTEGER PRIMARY KEY, "
	"conname TEXT NOT NULL,"
	" contypid INTEGER NOT NULL, convalidated INTEGER NOT NULL DEFAULT 1, consrc TEXT NOT "
	"NULL);",
	"CREATE TABLE IF NOT EXISTS %s.\"litephant.reloptions\"(relid INTEGER PRIMARY KEY, "
	"options TEXT NOT NULL);",
	NULL,
};
