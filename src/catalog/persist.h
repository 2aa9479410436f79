/*
 * persist: the reserved tables in which a database keeps its user objects, one per pg_catalog
 * relation, named "litephant.pg_class" and so on. catalog/ reads them (snapshot_load), ddl/ writes
 * them. The columns are listed here once.
 */
#ifndef CATALOG_PERSIST_H
#define CATALOG_PERSIST_H

/* Bumped when the tables change; kept in "litephant.meta" as format. */
#define PERSIST_FORMAT 1
#define PERSIST_PREFIX "litephant."

/* Statements that make the reserved tables in SQLite schema %s (main or temp), each ending with
 * ';', %s written once per statement; NULL-terminated. All are IF NOT EXISTS. */
extern const char *const persist_create[];

/*
 * meta(key TEXT PRIMARY KEY, value)                       format, next_oid
 * pg_namespace(oid, nspname, nspowner)
 * pg_class(oid, relname, relnamespace, reltype, relarraytype, relowner, relkind, relpersistence,
 * physical, viewdef) pg_attribute(attrelid, attnum, attname, physical, atttypid, atttypmod,
 * attcollation, attnotnull, attidentity, attgenerated, attisdropped) pg_attrdef(oid, adrelid,
 * adnum, adsrc) pg_constraint(oid, conname, connamespace, contype, conrelid, condeferrable,
 * condeferred, convalidated, conindid, confrelid, confupdtype, confdeltype, confmatchtype, conkey,
 * confkey, consrc, connoinherit)   conkey: '{1,2}' pg_index(indexrelid, indrelid, indnatts,
 * indnkeyatts, indisunique, indisprimary, indnullsnotdistinct, indkey, indoption, indexprs,
 * indpred, method)                     indkey: '1 0 2'; indexprs: a JSON array of texts
 * pg_sequence(seqrelid, seqtypid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
 * last_value, is_called, owner_rel, owner_col) pg_depend(classid, objid, objsubid, refclassid,
 * refobjid, refobjsubid, deptype) pg_description(objoid, classoid, objsubid, description)
 * pg_type(oid, typname, typnamespace, typowner, typtype, typarray, typbasetype, typtypmod,
 * typnotnull, typdefault, typcollation)   enums, domains, ranges, multiranges; row types are
 * pg_class's, array types follow their elements
 * pg_enum(oid, enumtypid, enumsortorder, enumlabel)
 * pg_range(rngtypid, rngsubtype, rngmultitypid, rngcollation, rngsubopc)
 * domain_constraint(oid, conname, contypid, convalidated, consrc)   in PostgreSQL: pg_constraint
 * reloptions(relid, options)   in PostgreSQL: pg_class; options: '{check_option=local}'
 */

#endif
