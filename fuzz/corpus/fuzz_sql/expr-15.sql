select oid, a.oid, relname from pg_class a join pg_class b using (oid);
select * from pg_namespace a natural join pg_namespace b;
select oid::regclass, 'pg_class'::regclass, 'pg_class'::regclass::oid, regtype 'int4', 'int4'::regtype::text from pg_class;
select relname::text, relname || 'x', relname = 'a', relname like 'a%', relname > 'b'::text, lower(relname) from pg_class;
select relacl, reloptions, relfrozenxid, conkey, indkey, indkey[0], indkey[0:1] from pg_class, pg_constraint, pg_index;
select attnum = any(indkey), attnum = any(conkey), oid = any(proargtypes) from pg_attribute, pg_index, pg_constraint, pg_proc;
select pg_get_expr(adbin, adrelid), format_type(atttypid, atttypmod), pg_get_userbyid(10), obj_description(1,'pg_class'), col_description(1,2) from pg_attrdef, pg_attribute;
select array_agg(x) from (values (1),(2)) v(x);
select sum(x), avg(x), min(x), stddev(x) from (values (1),(2)) v(x);
select sum(x), avg(x) from (values (1.5),(2)) v(x);
select sum(relpages), sum(reltuples), avg(relpages), sum(oid::int8), max(relname), min(relacl::text[]) from pg_class;
select foo from pg_class
