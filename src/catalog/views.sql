-- Views over the catalogs, compiled by our own front end. tools/catalog-gen reads this file.
-- A line "-- schema.view: columns" starts a view and names what its query gives, in order. catalog-gen wraps the query so that every
-- column of the real view is there with its real type: those not named are NULL.

-- pg_catalog.pg_roles: rolname rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolconnlimit rolpassword rolvaliduntil rolbypassrls oid
SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolconnlimit, '********',
	rolvaliduntil, rolbypassrls, oid
FROM pg_catalog.pg_authid

-- pg_catalog.pg_shadow: usename usesysid usecreatedb usesuper userepl usebypassrls passwd valuntil
SELECT rolname, oid, rolcreatedb, rolsuper, rolreplication, rolbypassrls, rolpassword, rolvaliduntil
FROM pg_catalog.pg_authid WHERE rolcanlogin

-- pg_catalog.pg_user: usename usesysid usecreatedb usesuper userepl usebypassrls passwd valuntil
SELECT rolname, oid, rolcreatedb, rolsuper, rolreplication, rolbypassrls, '********', rolvaliduntil
FROM pg_catalog.pg_authid WHERE rolcanlogin

-- pg_catalog.pg_group: groname grosysid grolist
SELECT rolname, oid, ARRAY(SELECT member FROM pg_catalog.pg_auth_members m WHERE m.roleid = a.oid)
FROM pg_catalog.pg_authid a WHERE NOT rolcanlogin

-- pg_catalog.pg_tables: schemaname tablename tableowner tablespace hasindexes hasrules hastriggers rowsecurity
SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner), t.spcname, c.relhasindex, c.relhasrules, c.relhastriggers,
	c.relrowsecurity
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
WHERE c.relkind IN ('r', 'p')

-- pg_catalog.pg_views: schemaname viewname viewowner definition
SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v'

-- pg_catalog.pg_matviews: schemaname matviewname matviewowner hasindexes ispopulated definition
SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner), c.relhasindex, c.relispopulated,
	pg_catalog.pg_get_viewdef(c.oid)
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm'

-- pg_catalog.pg_indexes: schemaname tablename indexname indexdef
SELECT n.nspname, c.relname, i.relname, pg_catalog.pg_get_indexdef(i.oid)
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_sequences: schemaname sequencename sequenceowner data_type start_value min_value max_value increment_by cycle cache_size last_value
SELECT n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner), s.seqtypid, s.seqstart, s.seqmin, s.seqmax, s.seqincrement,
	s.seqcycle, s.seqcache, pg_catalog.pg_sequence_last_value(c.oid)
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_stat_all_tables: relid schemaname relname seq_scan seq_tup_read n_tup_ins n_tup_upd n_tup_del n_tup_hot_upd n_live_tup n_dead_tup n_mod_since_analyze n_ins_since_vacuum vacuum_count autovacuum_count analyze_count autoanalyze_count
SELECT c.oid, n.nspname, c.relname, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 't', 'm', 'p')

-- pg_catalog.pg_stat_user_tables: relid schemaname relname seq_scan seq_tup_read n_tup_ins n_tup_upd n_tup_del n_tup_hot_upd n_live_tup n_dead_tup n_mod_since_analyze n_ins_since_vacuum vacuum_count autovacuum_count analyze_count autoanalyze_count
SELECT c.oid, n.nspname, c.relname, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 't', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')

-- pg_catalog.pg_stat_sys_tables: relid schemaname relname seq_scan seq_tup_read n_tup_ins n_tup_upd n_tup_del n_tup_hot_upd n_live_tup n_dead_tup n_mod_since_analyze n_ins_since_vacuum vacuum_count autovacuum_count analyze_count autoanalyze_count
SELECT c.oid, n.nspname, c.relname, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 't', 'm', 'p') AND n.nspname IN ('pg_catalog', 'information_schema')

-- pg_catalog.pg_stat_all_indexes: relid indexrelid schemaname relname indexrelname idx_scan idx_tup_read idx_tup_fetch
SELECT c.oid, i.oid, n.nspname, c.relname, i.relname, 0, 0, 0
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_stat_user_indexes: relid indexrelid schemaname relname indexrelname idx_scan idx_tup_read idx_tup_fetch
SELECT c.oid, i.oid, n.nspname, c.relname, i.relname, 0, 0, 0
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_statio_all_tables: relid schemaname relname heap_blks_read heap_blks_hit
SELECT c.oid, n.nspname, c.relname, 0, 0
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 't', 'm')

-- pg_catalog.pg_statio_user_tables: relid schemaname relname heap_blks_read heap_blks_hit
SELECT c.oid, n.nspname, c.relname, 0, 0
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 't', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')

-- pg_catalog.pg_statio_all_indexes: relid indexrelid schemaname relname indexrelname idx_blks_read idx_blks_hit
SELECT c.oid, i.oid, n.nspname, c.relname, i.relname, 0, 0
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_statio_user_indexes: relid indexrelid schemaname relname indexrelname idx_blks_read idx_blks_hit
SELECT c.oid, i.oid, n.nspname, c.relname, i.relname, 0, 0
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
	LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace

-- pg_catalog.pg_stat_database: datid datname numbackends xact_commit xact_rollback blks_read blks_hit tup_returned tup_fetched tup_inserted tup_updated tup_deleted conflicts temp_files temp_bytes deadlocks blk_read_time blk_write_time session_time active_time idle_in_transaction_time sessions sessions_abandoned sessions_fatal sessions_killed
SELECT d.oid, d.datname, (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM pg_catalog.pg_database d

-- information_schema.information_schema_catalog_name: catalog_name
SELECT pg_catalog.current_database()

-- information_schema.schemata: catalog_name schema_name schema_owner
SELECT pg_catalog.current_database(), nspname, pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace

-- information_schema.tables: table_catalog table_schema table_name table_type is_insertable_into is_typed commit_action
SELECT pg_catalog.current_database(), n.nspname, c.relname,
	CASE WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' WHEN c.relkind = 'v' THEN 'VIEW' ELSE 'BASE TABLE' END,
	CASE WHEN c.relkind IN ('r', 'p') OR c.relkind = 'v' AND pg_catalog.pg_relation_is_updatable(c.oid, false) & 8 = 8 THEN 'YES'
		ELSE 'NO' END, 'NO', CASE WHEN c.relpersistence = 't' THEN 'PRESERVE' END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'f', 'p')

-- information_schema.views: table_catalog table_schema table_name view_definition check_option is_updatable is_insertable_into is_trigger_updatable is_trigger_deletable is_trigger_insertable_into
SELECT pg_catalog.current_database(), n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid),
	CASE WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED' WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL'
		ELSE 'NONE' END,
	CASE WHEN pg_catalog.pg_relation_is_updatable(c.oid, false) & 20 = 20 THEN 'YES' ELSE 'NO' END,
	CASE WHEN pg_catalog.pg_relation_is_updatable(c.oid, false) & 8 = 8 THEN 'YES' ELSE 'NO' END, 'NO', 'NO', 'NO'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v'

-- information_schema.columns: table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type character_maximum_length character_octet_length numeric_precision numeric_precision_radix numeric_scale datetime_precision interval_type collation_catalog collation_schema collation_name udt_catalog udt_schema udt_name dtd_identifier is_self_referencing is_identity identity_generation identity_start identity_increment identity_maximum identity_minimum identity_cycle is_generated generation_expression is_updatable domain_catalog domain_schema domain_name
SELECT pg_catalog.current_database(), n.nspname, c.relname, a.attname, a.attnum,
	CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
	CASE WHEN a.attnotnull OR t.typtype = 'd' AND t.typnotnull THEN 'NO' ELSE 'YES' END,
	CASE WHEN coalesce(bt.typelem, t.typelem) <> 0 AND coalesce(bt.typlen, t.typlen) = -1 AND t.typcategory = 'A' THEN 'ARRAY'
		WHEN coalesce(bn.nspname, tn.nspname) = 'pg_catalog' THEN pg_catalog.format_type(coalesce(bt.oid, a.atttypid), NULL) ELSE 'USER-DEFINED' END,
	CASE WHEN coalesce(bt.oid, a.atttypid) IN (1042, 1043) AND coalesce(bt.typmod, a.atttypmod) > 0 THEN coalesce(bt.typmod, a.atttypmod) - 4
		WHEN coalesce(bt.oid, a.atttypid) IN (1560, 1562) AND coalesce(bt.typmod, a.atttypmod) > 0 THEN coalesce(bt.typmod, a.atttypmod) END,
	CASE WHEN coalesce(bt.oid, a.atttypid) IN (25, 1042, 1043) THEN
		CASE WHEN coalesce(bt.oid, a.atttypid) <> 25 AND coalesce(bt.typmod, a.atttypmod) > 0 THEN (coalesce(bt.typmod, a.atttypmod) - 4) * 4 ELSE 1073741824 END END,
	CASE coalesce(bt.oid, a.atttypid) WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
		WHEN 1700 THEN CASE WHEN coalesce(bt.typmod, a.atttypmod) > 0 THEN (coalesce(bt.typmod, a.atttypmod) - 4) >> 16 & 65535 END END,
	CASE WHEN coalesce(bt.oid, a.atttypid) IN (21, 23, 20, 700, 701) THEN 2 WHEN coalesce(bt.oid, a.atttypid) = 1700 THEN 10 END,
	CASE WHEN coalesce(bt.oid, a.atttypid) IN (21, 23, 20) THEN 0
		WHEN coalesce(bt.oid, a.atttypid) = 1700 AND coalesce(bt.typmod, a.atttypmod) > 0 THEN (coalesce(bt.typmod, a.atttypmod) - 4) & 2047 END,
	CASE WHEN coalesce(bt.oid, a.atttypid) = 1082 THEN 0
		WHEN coalesce(bt.oid, a.atttypid) IN (1083, 1114, 1184, 1266) THEN CASE WHEN coalesce(bt.typmod, a.atttypmod) < 0 THEN 6 ELSE coalesce(bt.typmod, a.atttypmod) END
		WHEN coalesce(bt.oid, a.atttypid) = 1186 THEN
			CASE WHEN coalesce(bt.typmod, a.atttypmod) < 0 OR coalesce(bt.typmod, a.atttypmod) & 65535 = 65535 THEN 6 ELSE coalesce(bt.typmod, a.atttypmod) & 65535 END END,
	CASE WHEN coalesce(bt.oid, a.atttypid) = 1186 AND coalesce(bt.typmod, a.atttypmod) >= 0
		THEN upper(substring(pg_catalog.format_type(coalesce(bt.oid, a.atttypid), coalesce(bt.typmod, a.atttypmod)) FROM 'interval[()0-9]* #"%#"' FOR '#')) END,
	CASE WHEN co.collname IS NOT NULL THEN pg_catalog.current_database() END, cn.nspname, co.collname,
	pg_catalog.current_database(), coalesce(bn.nspname, tn.nspname), coalesce(bt.typname, t.typname), a.attnum, 'NO',
	CASE WHEN a.attidentity IN ('a', 'd') THEN 'YES' ELSE 'NO' END,
	CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
	s.seqstart, s.seqincrement, s.seqmax, s.seqmin, CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END,
	CASE WHEN a.attgenerated <> '' THEN 'ALWAYS' ELSE 'NEVER' END,
	CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
	CASE WHEN c.relkind IN ('r', 'p') OR c.relkind = 'v' AND pg_catalog.pg_column_is_updatable(c.oid, a.attnum, false) THEN 'YES'
		ELSE 'NO' END,
	CASE WHEN t.typtype = 'd' THEN pg_catalog.current_database() END, CASE WHEN t.typtype = 'd' THEN tn.nspname END,
	CASE WHEN t.typtype = 'd' THEN t.typname END
FROM pg_catalog.pg_attribute a
	JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
	JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
	LEFT JOIN (SELECT d.oid AS domain, d.typtypmod AS typmod, b.oid, b.typname, b.typelem, b.typlen, b.typnamespace
		FROM pg_catalog.pg_type d JOIN pg_catalog.pg_type b ON b.oid = d.typbasetype WHERE d.typtype = 'd') bt
		ON bt.domain = a.atttypid
	LEFT JOIN pg_catalog.pg_namespace bn ON bn.oid = bt.typnamespace
	LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND co.collname <> 'default'
	LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
	LEFT JOIN pg_catalog.litephant_owned i ON i.relid = a.attrelid AND i.attnum = a.attnum AND a.attidentity <> ''
	LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = i.seqrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'f', 'p')

-- information_schema.table_constraints: constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name constraint_type is_deferrable initially_deferred enforced nulls_distinct
SELECT pg_catalog.current_database(), n.nspname, k.conname, pg_catalog.current_database(), n.nspname, c.relname,
	CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
	CASE WHEN k.condeferrable THEN 'YES' ELSE 'NO' END, CASE WHEN k.condeferred THEN 'YES' ELSE 'NO' END, 'YES',
	CASE WHEN k.contype = 'u' THEN CASE WHEN i.indnullsnotdistinct THEN 'NO' ELSE 'YES' END END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indrelid = k.conrelid AND i.indexrelid = k.conindid
WHERE k.contype IN ('c', 'f', 'p', 'u') AND c.relkind IN ('r', 'p')
UNION ALL
SELECT pg_catalog.current_database(), n.nspname,
	(n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null')::name, pg_catalog.current_database(), n.nspname,
	c.relname, 'CHECK', 'NO', 'NO', 'YES', NULL
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')

-- information_schema.check_constraints: constraint_catalog constraint_schema constraint_name check_clause
SELECT pg_catalog.current_database(), n.nspname, k.conname, substring(pg_catalog.pg_get_constraintdef(k.oid) FROM 7)
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE k.contype = 'c'
UNION ALL
SELECT pg_catalog.current_database(), n.nspname,
	(n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null')::name, a.attname || ' IS NOT NULL'
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'

-- information_schema.key_column_usage: constraint_catalog constraint_schema constraint_name table_catalog table_schema table_name column_name ordinal_position position_in_unique_constraint
SELECT pg_catalog.current_database(), n.nspname, k.conname, pg_catalog.current_database(), n.nspname, c.relname, a.attname, p.ordinal,
	p.fordinal
FROM pg_catalog.litephant_key p JOIN pg_catalog.pg_constraint k ON k.oid = p.conoid AND k.conrelid = p.conrelid
	JOIN pg_catalog.pg_class c ON c.oid = p.conrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_attribute a ON a.attrelid = p.conrelid AND a.attnum = p.attnum
WHERE k.contype IN ('p', 'u', 'f')

-- information_schema.constraint_column_usage: table_catalog table_schema table_name column_name constraint_catalog constraint_schema constraint_name
SELECT pg_catalog.current_database(), tn.nspname, c.relname, a.attname, pg_catalog.current_database(), n.nspname, k.conname
FROM pg_catalog.litephant_key p JOIN pg_catalog.pg_constraint k ON k.oid = p.conoid AND k.conrelid = p.conrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
	JOIN pg_catalog.pg_class c ON c.oid = CASE k.contype WHEN 'f' THEN p.confrelid ELSE p.conrelid END
	JOIN pg_catalog.pg_namespace tn ON tn.oid = c.relnamespace
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = CASE k.contype WHEN 'f' THEN p.fattnum ELSE p.attnum END

-- information_schema.constraint_table_usage: table_catalog table_schema table_name constraint_catalog constraint_schema constraint_name
SELECT pg_catalog.current_database(), tn.nspname, c.relname, pg_catalog.current_database(), n.nspname, k.conname
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
	JOIN pg_catalog.pg_class c ON c.oid = CASE k.contype WHEN 'f' THEN k.confrelid ELSE k.conrelid END
	JOIN pg_catalog.pg_namespace tn ON tn.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'f')

-- information_schema.referential_constraints: constraint_catalog constraint_schema constraint_name unique_constraint_catalog unique_constraint_schema unique_constraint_name match_option update_rule delete_rule
SELECT pg_catalog.current_database(), n.nspname, k.conname, CASE WHEN un.nspname IS NOT NULL THEN pg_catalog.current_database() END,
	un.nspname, u.conname, CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' ELSE 'NONE' END,
	CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT'
		ELSE 'NO ACTION' END,
	CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT'
		ELSE 'NO ACTION' END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
	LEFT JOIN pg_catalog.pg_constraint u ON u.conrelid = k.confrelid AND u.conindid = k.conindid AND u.contype IN ('p', 'u')
	LEFT JOIN pg_catalog.pg_namespace un ON un.oid = u.connamespace
WHERE k.contype = 'f'

-- information_schema.sequences: sequence_catalog sequence_schema sequence_name data_type numeric_precision numeric_precision_radix numeric_scale start_value minimum_value maximum_value increment cycle_option
SELECT pg_catalog.current_database(), n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL),
	CASE s.seqtypid WHEN 21 THEN 16 WHEN 23 THEN 32 ELSE 64 END, 2, 0, s.seqstart, s.seqmin, s.seqmax, s.seqincrement,
	CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 1259 AND d.objid = s.seqrelid AND d.deptype = 'i')

-- information_schema.routines: specific_catalog specific_schema specific_name routine_catalog routine_schema routine_name routine_type data_type type_udt_catalog type_udt_schema type_udt_name dtd_identifier routine_body routine_definition external_language parameter_style is_deterministic sql_data_access is_null_call schema_level_routine max_dynamic_result_sets security_type as_locator is_udt_dependent
SELECT pg_catalog.current_database(), n.nspname, (p.proname::text || '_' || p.oid::text)::name, pg_catalog.current_database(), n.nspname,
	p.proname, CASE p.prokind WHEN 'f' THEN 'FUNCTION' WHEN 'p' THEN 'PROCEDURE' END,
	CASE WHEN p.prokind = 'p' THEN NULL WHEN t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A' THEN 'ARRAY'
		ELSE pg_catalog.format_type(t.oid, NULL) END,
	CASE WHEN p.prokind <> 'p' THEN pg_catalog.current_database() END, tn.nspname, t.typname,
	CASE WHEN p.prokind <> 'p' THEN '0' END, CASE WHEN l.lanname = 'sql' THEN 'SQL' ELSE 'EXTERNAL' END, p.prosrc, upper(l.lanname::text),
	'GENERAL', CASE WHEN p.provolatile = 'i' THEN 'YES' ELSE 'NO' END, 'MODIFIES', CASE WHEN p.proisstrict THEN 'YES' ELSE 'NO' END,
	'YES', 0, CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END, 'NO', 'NO'
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
	JOIN pg_catalog.pg_language l ON l.oid = p.prolang
	LEFT JOIN pg_catalog.pg_type t ON t.oid = p.prorettype AND p.prokind <> 'p'
	LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace

-- information_schema.character_sets: character_set_name character_repertoire form_of_use default_collate_catalog
SELECT 'UTF8', 'UCS', 'UTF8', pg_catalog.current_database()

-- information_schema.collations: collation_catalog collation_schema collation_name pad_attribute
SELECT pg_catalog.current_database(), n.nspname, c.collname, 'NO PAD'
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace

-- information_schema.collation_character_set_applicability: collation_catalog collation_schema collation_name character_set_name
SELECT pg_catalog.current_database(), n.nspname, c.collname, 'UTF8'
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace

-- information_schema.enabled_roles: role_name
SELECT rolname FROM pg_catalog.pg_authid WHERE pg_catalog.pg_has_role(oid, 'USAGE')

-- information_schema.applicable_roles: grantee role_name is_grantable
SELECT m.rolname, r.rolname, CASE WHEN a.admin_option THEN 'YES' ELSE 'NO' END
FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_authid m ON m.oid = a.member JOIN pg_catalog.pg_authid r ON r.oid = a.roleid
WHERE pg_catalog.pg_has_role(a.member, 'USAGE')

-- information_schema.table_privileges: grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy
SELECT pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.current_database(), n.nspname,
	c.relname, p.word, 'YES', CASE WHEN p.word = 'SELECT' THEN 'YES' ELSE 'NO' END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	CROSS JOIN (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) AS p(word)
WHERE c.relkind IN ('r', 'v', 'f', 'p')

-- information_schema.role_table_grants: grantor grantee table_catalog table_schema table_name privilege_type is_grantable with_hierarchy
SELECT grantor, grantee, table_catalog, table_schema, table_name, privilege_type, is_grantable, with_hierarchy
FROM information_schema.table_privileges

-- information_schema.column_privileges: grantor grantee table_catalog table_schema table_name column_name privilege_type is_grantable
SELECT pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.current_database(), n.nspname,
	c.relname, a.attname, p.word, 'YES'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	CROSS JOIN (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('REFERENCES')) AS p(word)
WHERE c.relkind IN ('r', 'v', 'f', 'p')

-- information_schema.role_column_grants: grantor grantee table_catalog table_schema table_name column_name privilege_type is_grantable
SELECT grantor, grantee, table_catalog, table_schema, table_name, column_name, privilege_type, is_grantable
FROM information_schema.column_privileges

-- information_schema.view_table_usage: view_catalog view_schema view_name table_catalog table_schema table_name
SELECT DISTINCT pg_catalog.current_database(), vn.nspname, v.relname, pg_catalog.current_database(), n.nspname, c.relname
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
	JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.oid <> d.refobjid
	JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
	JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'v', 'f', 'p')
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 2618 AND d.refclassid = 1259 AND d.deptype = 'n'

-- information_schema.view_column_usage: view_catalog view_schema view_name table_catalog table_schema table_name column_name
SELECT DISTINCT pg_catalog.current_database(), vn.nspname, v.relname, pg_catalog.current_database(), n.nspname, c.relname, a.attname
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
	JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.oid <> d.refobjid
	JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
	JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'v', 'f', 'p')
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 2618 AND d.refclassid = 1259 AND d.deptype = 'n'

-- information_schema.domains: domain_catalog domain_schema domain_name data_type character_maximum_length character_octet_length numeric_precision numeric_precision_radix numeric_scale datetime_precision interval_type collation_catalog collation_schema collation_name domain_default udt_catalog udt_schema udt_name dtd_identifier
SELECT pg_catalog.current_database(), n.nspname, t.typname,
	CASE WHEN bn.nspname = 'pg_catalog' THEN pg_catalog.format_type(b.oid, NULL) ELSE 'USER-DEFINED' END,
	CASE WHEN b.oid IN (1042, 1043) AND t.typtypmod > 0 THEN t.typtypmod - 4
		WHEN b.oid IN (1560, 1562) AND t.typtypmod > 0 THEN t.typtypmod END,
	CASE WHEN b.oid IN (25, 1042, 1043) THEN
		CASE WHEN b.oid <> 25 AND t.typtypmod > 0 THEN (t.typtypmod - 4) * 4 ELSE 1073741824 END END,
	CASE b.oid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
		WHEN 1700 THEN CASE WHEN t.typtypmod > 0 THEN (t.typtypmod - 4) >> 16 & 65535 END END,
	CASE WHEN b.oid IN (21, 23, 20, 700, 701) THEN 2 WHEN b.oid = 1700 THEN 10 END,
	CASE WHEN b.oid IN (21, 23, 20) THEN 0 WHEN b.oid = 1700 AND t.typtypmod > 0 THEN (t.typtypmod - 4) & 2047 END,
	CASE WHEN b.oid = 1082 THEN 0
		WHEN b.oid IN (1083, 1114, 1184, 1266) THEN CASE WHEN t.typtypmod < 0 THEN 6 ELSE t.typtypmod END
		WHEN b.oid = 1186 THEN CASE WHEN t.typtypmod < 0 OR t.typtypmod & 65535 = 65535 THEN 6 ELSE t.typtypmod & 65535 END END,
	CASE WHEN b.oid = 1186 AND t.typtypmod >= 0
		THEN upper(substring(pg_catalog.format_type(b.oid, t.typtypmod) FROM 'interval[()0-9]* #"%#"' FOR '#')) END,
	CASE WHEN co.collname IS NOT NULL THEN pg_catalog.current_database() END, cn.nspname, co.collname, t.typdefault,
	pg_catalog.current_database(), bn.nspname, b.typname, 1
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
	JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
	JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
	LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation AND co.collname <> 'default'
	LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE t.typtype = 'd'

-- information_schema.domain_constraints: constraint_catalog constraint_schema constraint_name domain_catalog domain_schema domain_name is_deferrable initially_deferred
SELECT pg_catalog.current_database(), kn.nspname, k.conname, pg_catalog.current_database(), n.nspname, t.typname,
	CASE WHEN k.condeferrable THEN 'YES' ELSE 'NO' END, CASE WHEN k.condeferred THEN 'YES' ELSE 'NO' END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace
	JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace

-- information_schema.domain_udt_usage: udt_catalog udt_schema udt_name domain_catalog domain_schema domain_name
SELECT pg_catalog.current_database(), bn.nspname, b.typname, pg_catalog.current_database(), n.nspname, t.typname
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
	JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
WHERE t.typtype = 'd' AND pg_catalog.pg_has_role(b.typowner, 'USAGE')

-- information_schema.column_domain_usage: domain_catalog domain_schema domain_name table_catalog table_schema table_name column_name
SELECT pg_catalog.current_database(), tn.nspname, t.typname, pg_catalog.current_database(), n.nspname, c.relname, a.attname
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
WHERE t.typtype = 'd' AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'f', 'p')
	AND pg_catalog.pg_has_role(t.typowner, 'USAGE')

-- information_schema.column_udt_usage: udt_catalog udt_schema udt_name table_catalog table_schema table_name column_name
SELECT pg_catalog.current_database(), coalesce(bn.nspname, tn.nspname), coalesce(b.typname, t.typname), pg_catalog.current_database(),
	n.nspname, c.relname, a.attname
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
	LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
	LEFT JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'f', 'p')
	AND pg_catalog.pg_has_role(coalesce(b.typowner, t.typowner), 'USAGE')

-- information_schema.user_defined_types: user_defined_type_catalog user_defined_type_schema user_defined_type_name user_defined_type_category is_instantiable
SELECT pg_catalog.current_database(), n.nspname, c.relname, 'STRUCTURED', 'YES'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'c'

-- information_schema.attributes: udt_catalog udt_schema udt_name attribute_name ordinal_position is_nullable data_type character_maximum_length character_octet_length numeric_precision numeric_precision_radix numeric_scale datetime_precision collation_catalog collation_schema collation_name attribute_udt_catalog attribute_udt_schema attribute_udt_name dtd_identifier is_derived_reference_attribute
SELECT pg_catalog.current_database(), n.nspname, c.relname, a.attname, a.attnum,
	CASE WHEN a.attnotnull OR t.typtype = 'd' AND t.typnotnull THEN 'NO' ELSE 'YES' END,
	CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN 'ARRAY'
		WHEN tn.nspname = 'pg_catalog' THEN pg_catalog.format_type(a.atttypid, NULL) ELSE 'USER-DEFINED' END,
	CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 0 THEN a.atttypmod - 4
		WHEN a.atttypid IN (1560, 1562) AND a.atttypmod > 0 THEN a.atttypmod END,
	CASE WHEN a.atttypid IN (25, 1042, 1043) THEN
		CASE WHEN a.atttypid <> 25 AND a.atttypmod > 0 THEN (a.atttypmod - 4) * 4 ELSE 1073741824 END END,
	CASE a.atttypid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
		WHEN 1700 THEN CASE WHEN a.atttypmod > 0 THEN (a.atttypmod - 4) >> 16 & 65535 END END,
	CASE WHEN a.atttypid IN (21, 23, 20, 700, 701) THEN 2 WHEN a.atttypid = 1700 THEN 10 END,
	CASE WHEN a.atttypid IN (21, 23, 20) THEN 0 WHEN a.atttypid = 1700 AND a.atttypmod > 0 THEN (a.atttypmod - 4) & 2047 END,
	CASE WHEN a.atttypid = 1082 THEN 0
		WHEN a.atttypid IN (1083, 1114, 1184, 1266) THEN CASE WHEN a.atttypmod < 0 THEN 6 ELSE a.atttypmod END END,
	CASE WHEN co.collname IS NOT NULL THEN pg_catalog.current_database() END, cn.nspname, co.collname,
	pg_catalog.current_database(), tn.nspname, t.typname, a.attnum, 'NO'
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
	LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND co.collname <> 'default'
	LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'c'
