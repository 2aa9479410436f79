-- area: catalog
-- Questions that ORMs, drivers and GUIs ask of the catalogs.
CREATE TABLE author (id serial PRIMARY KEY, name varchar(50) NOT NULL, born date, code char(3), CONSTRAINT author_name_key UNIQUE (name));
CREATE TABLE book (id bigserial PRIMARY KEY, author_id int NOT NULL REFERENCES author (id) ON DELETE CASCADE, title text NOT NULL,
  price numeric(8,2) DEFAULT 0, tags text[], at timestamp(3), CHECK (price >= 0));
CREATE INDEX book_title_idx ON book (title);
CREATE UNIQUE INDEX book_multi ON book (author_id, lower(title)) WHERE price > 0;
CREATE VIEW cheap AS SELECT id, title FROM book WHERE price < 5;
COMMENT ON TABLE book IS 'the books';
COMMENT ON COLUMN book.title IS 'its title';
-- SQLAlchemy
SELECT pg_catalog.version() LIKE 'PostgreSQL 15%';
SHOW standard_conforming_strings;
SHOW transaction isolation level;
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY nspname;
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1;
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
  (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
    WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef) AS DEFAULT,
  a.attnotnull, a.attnum, pgd.description AS comment, a.attgenerated AS generated, NULL AS identity_options
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_description pgd ON (pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum)
  WHERE a.attrelid = 'book'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;
SELECT c.conname, pg_catalog.pg_get_constraintdef(c.oid, true) AS condef, n.nspname AS conschema
  FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE c.conrelid = 'book'::regclass AND c.contype = 'f' ORDER BY 1;
SELECT t.name AS name, array_agg(t.label ORDER BY t.ord) FROM (SELECT ty.typname AS name, e.enumlabel AS label, e.enumsortorder AS ord
  FROM pg_type ty JOIN pg_enum e ON ty.oid = e.enumtypid) t GROUP BY 1;
SELECT i.relname, ix.indisunique, ix.indisprimary, a.attname, ix.indkey, ix.indoption, am.amname, pg_get_expr(ix.indpred, ix.indrelid)
  FROM pg_class t JOIN pg_index ix ON t.oid = ix.indrelid JOIN pg_class i ON i.oid = ix.indexrelid
  LEFT OUTER JOIN pg_attribute a ON t.oid = a.attrelid AND a.attnum = ANY (ix.indkey) LEFT OUTER JOIN pg_am am ON i.relam = am.oid
  WHERE t.relkind IN ('r', 'v', 'f', 'm', 'p') AND t.relname = 'book' ORDER BY i.relname, a.attname;
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'book'::regclass ORDER BY conname;
SELECT attr.conname, attr.conkey FROM pg_constraint attr WHERE attr.conrelid = 'author'::regclass AND attr.contype = 'p';
SELECT attr.conname, a.attname, attr.ord FROM (SELECT con.conname, con.conrelid, unnest(con.conkey) AS attnum, generate_subscripts(con.conkey, 1) AS ord
  FROM pg_constraint con WHERE con.contype = 'u' AND con.conrelid = 'author'::regclass) attr
  JOIN pg_attribute a ON a.attrelid = attr.conrelid AND a.attnum = attr.attnum ORDER BY 1, 3;
-- Django
SELECT c.relname, CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END, obj_description(c.oid)
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1;
SELECT a.attname AS column_name, NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable,
  pg_get_expr(ad.adbin, ad.adrelid) AS column_default, CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation,
  a.attidentity != '' AS is_autofield, col_description(a.attrelid, a.attnum) AS column_comment
  FROM pg_attribute a LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum LEFT JOIN pg_collation co ON a.attcollation = co.oid
  JOIN pg_type t ON a.atttypid = t.oid JOIN pg_class c ON a.attrelid = c.oid JOIN pg_namespace n ON c.relnamespace = n.oid
  WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND c.relname = 'book' AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)
  ORDER BY a.attnum;
SELECT s.relname AS sequence_name, a.attname AS colname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  JOIN pg_attribute a ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum JOIN pg_class tbl ON tbl.oid = d.refobjid AND tbl.relname = 'book' AND pg_catalog.pg_table_is_visible(tbl.oid) WHERE s.relkind = 'S';
SELECT a1.attname, c2.relname, a2.attname FROM pg_constraint con LEFT JOIN pg_class c1 ON con.conrelid = c1.oid LEFT JOIN pg_class c2 ON con.confrelid = c2.oid
  LEFT JOIN pg_attribute a1 ON c1.oid = a1.attrelid AND a1.attnum = con.conkey[1] LEFT JOIN pg_attribute a2 ON c2.oid = a2.attrelid AND a2.attnum = con.confkey[1]
  WHERE c1.relname = 'book' AND con.contype = 'f' AND c1.relnamespace = c2.relnamespace AND pg_catalog.pg_table_is_visible(c1.oid);
SELECT c.conname, array(SELECT attname FROM unnest(c.conkey) WITH ORDINALITY cols (colid, arridx) JOIN pg_attribute AS ca ON cols.colid = ca.attnum
    WHERE ca.attrelid = c.conrelid ORDER BY cols.arridx), c.contype,
  (SELECT fkc.relname || '.' || fka.attname FROM pg_attribute AS fka JOIN pg_class AS fkc ON fka.attrelid = fkc.oid WHERE fka.attrelid = c.confrelid AND fka.attnum = c.confkey[1]),
  cl.reloptions FROM pg_constraint AS c JOIN pg_class AS cl ON c.conrelid = cl.oid WHERE cl.relname = 'book' AND pg_catalog.pg_table_is_visible(cl.oid) ORDER BY 1;
SELECT indexname, array_agg(attname ORDER BY arridx), indisunique, indisprimary, array_agg(ordering ORDER BY arridx), amname, exprdef, s2.attoptions
  FROM (SELECT c2.relname AS indexname, idx.*, attr.attname, am.amname,
      CASE WHEN idx.indexprs IS NOT NULL THEN pg_get_indexdef(idx.indexrelid) END AS exprdef,
      CASE am.amname WHEN 'btree' THEN CASE (option & 1) WHEN 1 THEN 'DESC' ELSE 'ASC' END END AS ordering, c2.reloptions AS attoptions
    FROM (SELECT *, unnest(i.indkey) AS key, generate_subscripts(i.indkey, 1) AS arridx, unnest(i.indoption) AS option FROM pg_index i) idx
    LEFT JOIN pg_class c ON idx.indrelid = c.oid LEFT JOIN pg_class c2 ON idx.indexrelid = c2.oid LEFT JOIN pg_am am ON c2.relam = am.oid
    LEFT JOIN pg_attribute attr ON attr.attrelid = c.oid AND attr.attnum = idx.key
    WHERE c.relname = 'book' AND pg_catalog.pg_table_is_visible(c.oid)) s2
  GROUP BY indexname, indisunique, indisprimary, amname, exprdef, attoptions ORDER BY 1;
-- Rails
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.atttypid, a.atttypmod, c.collname,
  col_description(a.attrelid, a.attnum) AS comment, attidentity AS identity, attgenerated AS attgenerated
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum LEFT JOIN pg_type t ON a.atttypid = t.oid
  LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation
  WHERE a.attrelid = '"author"'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;
SELECT t.oid < 20000, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype FROM pg_type AS t
  LEFT JOIN pg_range AS r ON t.oid = r.rngtypid WHERE t.typname IN ('int2', 'int4', 'int8', 'oid', 'float4', 'float8', 'numeric', 'bool', 'varchar', 'json', 'int4range', 'mood') ORDER BY t.typname;
SELECT a.attname FROM (SELECT indrelid, indkey, generate_subscripts(indkey, 1) idx FROM pg_index WHERE indrelid = '"book"'::regclass AND indisprimary) i
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[i.idx] ORDER BY i.idx;
SELECT t2.oid::regclass::text AS to_table, a1.attname AS column, a2.attname AS primary_key, c.conname AS name, c.confupdtype AS on_update, c.confdeltype AS on_delete, c.convalidated AS valid, c.condeferrable, c.condeferred
  FROM pg_constraint c JOIN pg_class t1 ON c.conrelid = t1.oid JOIN pg_class t2 ON c.confrelid = t2.oid JOIN pg_attribute a1 ON a1.attnum = c.conkey[1] AND a1.attrelid = t1.oid
  JOIN pg_attribute a2 ON a2.attnum = c.confkey[1] AND a2.attrelid = t2.oid JOIN pg_namespace t3 ON c.connamespace = t3.oid
  WHERE c.contype = 'f' AND t1.relname = 'book' AND t3.nspname = ANY (current_schemas(false)) ORDER BY c.conname;
SELECT distinct i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid), pg_catalog.obj_description(i.oid, 'pg_class') AS comment
  FROM pg_class t INNER JOIN pg_index d ON t.oid = d.indrelid INNER JOIN pg_class i ON d.indexrelid = i.oid LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE i.relkind IN ('i', 'I') AND d.indisprimary = 'f' AND t.relname = 'book' AND n.nspname = ANY (current_schemas(false)) ORDER BY i.relname;
SELECT type.typname AS name, type.OID < 1 AS oid, n.nspname AS schema, string_agg(enum.enumlabel, ',' ORDER BY enum.enumsortorder) AS value FROM pg_enum AS enum
  JOIN pg_type AS type ON (type.oid = enum.enumtypid) JOIN pg_namespace n ON type.typnamespace = n.oid WHERE n.nspname = ANY (current_schemas(false)) GROUP BY type.OID, n.nspname, type.typname;
SELECT extname FROM pg_extension ORDER BY 1;
SELECT max_identifier_length::int FROM (SELECT current_setting('max_identifier_length') AS max_identifier_length) s;
-- pgjdbc
SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, ct.relname AS TABLE_NAME, a.attname AS COLUMN_NAME,
  (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ, ci.relname AS PK_NAME,
  information_schema._pg_expandarray(i.indkey) AS KEYS, a.attnum AS A_ATTNUM FROM pg_catalog.pg_class ct
  JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
  JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid) JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
  WHERE true AND n.nspname = 'public' AND ct.relname = 'book' AND i.indisprimary ORDER BY 8;
SELECT result.TABLE_NAME, result.COLUMN_NAME, result.KEY_SEQ, result.PK_NAME FROM (SELECT n.nspname AS TABLE_SCHEM, ct.relname AS TABLE_NAME, a.attname AS COLUMN_NAME,
  (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ, ci.relname AS PK_NAME, information_schema._pg_expandarray(i.indkey) AS KEYS, a.attnum AS A_ATTNUM
  FROM pg_catalog.pg_class ct JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
  JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid) JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid) WHERE true AND ct.relname = 'book' AND i.indisprimary) result
  WHERE result.A_ATTNUM = (result.KEYS).x ORDER BY result.table_name, result.PK_NAME, result.KEY_SEQ;
SELECT * FROM (SELECT n.nspname, c.relname, a.attname, a.atttypid, a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS attnotnull, a.atttypmod, a.attlen, t.typtypmod,
  row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS attnum, nullif(a.attidentity, '') AS attidentity, nullif(a.attgenerated, '') AS attgenerated,
  pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS adsrc, dsc.description, t.typbasetype, t.typtype
  FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid) JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid)
  JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid) LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid = def.adrelid AND a.attnum = def.adnum)
  LEFT JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid) LEFT JOIN pg_catalog.pg_class dc ON (dc.oid = dsc.classoid AND dc.relname = 'pg_class')
  LEFT JOIN pg_catalog.pg_namespace dn ON (dc.relnamespace = dn.oid AND dn.nspname = 'pg_catalog')
  WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND c.relname LIKE 'book') c WHERE true ORDER BY nspname, c.relname, attnum;
SELECT typinput = 'array_in'::regproc AS is_array, typtype, typname FROM pg_catalog.pg_type t WHERE t.typname IN ('_int4', 'int4', 'mood', '_mood') ORDER BY 3;
-- DBeaver, pgAdmin
SELECT db.datname, datallowconn, pg_encoding_to_char(encoding) FROM pg_database db WHERE datname = 'template1';
SELECT c.relname, c.relkind, c.relhasindex, c.relnatts, c.relchecks, c.relpersistence, c.relhasrules, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' ORDER BY 1;
SELECT pg_get_viewdef('cheap'::regclass), pg_get_viewdef('cheap'::regclass, true);
SELECT a.attname, format_type(a.atttypid, -1), format_type(a.atttypid, NULL), a.attndims FROM pg_attribute a WHERE a.attrelid IN ('book'::regclass, 'author'::regclass) AND attnum > 0 ORDER BY a.attrelid::regclass::text, attnum;
SELECT format_type(1042, -1), format_type(1042, NULL), format_type(1042, 7), format_type(1560, -1), format_type(1562, NULL), format_type(18, NULL), format_type(1043, 14), format_type(1700, 524294), format_type(1114, 3), format_type(1186, 2147418112), format_type(1007, NULL), format_type(0, NULL), format_type(999999, NULL);
SELECT has_table_privilege('book', 'SELECT'), has_schema_privilege('public', 'USAGE'), has_database_privilege(current_database(), 'CONNECT');
SELECT pg_table_size('book') >= 0, pg_relation_size('book') >= 0, pg_total_relation_size('book') > 0, pg_size_pretty(2048::bigint);
SELECT r.rolname, r.rolsuper, r.rolcanlogin FROM pg_roles r WHERE r.rolname = 'postgres';
SELECT usename, usesuper FROM pg_user WHERE usename = 'postgres';
SELECT pid = pg_backend_pid(), datname = current_database(), state FROM pg_stat_activity WHERE pid = pg_backend_pid();
SELECT name, setting FROM pg_settings WHERE name IN ('standard_conforming_strings', 'bytea_output', 'server_encoding') ORDER BY 1;
SELECT proname, pronargs, prorettype::regtype, prokind FROM pg_proc WHERE proname = 'upper' ORDER BY pronargs, prorettype;
SELECT count(*) > 400 FROM pg_type;
SELECT collname, collprovider FROM pg_collation WHERE collname IN ('C', 'POSIX', 'default') ORDER BY 1;
SELECT oprname, oprleft::regtype, oprright::regtype, oprresult::regtype FROM pg_operator WHERE oprname = '||' ORDER BY 2, 3;
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public';
SELECT tablename, tableowner, hasindexes FROM pg_tables WHERE schemaname = 'public' ORDER BY 1;
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 2;
SELECT sequencename, data_type, start_value, increment_by FROM pg_sequences ORDER BY 1;
-- information_schema
SELECT table_name, table_type, is_insertable_into FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1;
SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, datetime_precision, udt_name, is_identity
  FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position;
SELECT constraint_name, table_name, constraint_type FROM information_schema.table_constraints WHERE table_schema = 'public' AND constraint_name NOT LIKE '%not_null' ORDER BY 1;
SELECT tc.constraint_name, kcu.column_name, ccu.table_name, ccu.column_name FROM information_schema.table_constraints tc
  JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema
  JOIN information_schema.constraint_column_usage ccu ON ccu.constraint_name = tc.constraint_name
  WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_name = 'book';
SELECT constraint_name, unique_constraint_name, match_option, update_rule, delete_rule FROM information_schema.referential_constraints;
SELECT table_name, view_definition, check_option, is_updatable FROM information_schema.views WHERE table_schema = 'public';
SELECT sequence_name, data_type, start_value, increment FROM information_schema.sequences ORDER BY 1;
SELECT schema_name FROM information_schema.schemata ORDER BY 1;
SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = 'public' AND constraint_name NOT LIKE '%not_null' ORDER BY 1;
SELECT grantee, privilege_type FROM information_schema.table_privileges WHERE table_name = 'author' ORDER BY 2;
SELECT column_name, data_type FROM information_schema.element_types e JOIN information_schema.columns c ON (c.table_name, c.dtd_identifier) = (e.object_name, e.collection_type_identifier) WHERE c.table_name = 'book' AND c.column_name = 'tags' AND false;
DROP VIEW cheap;
DROP TABLE book, author;
