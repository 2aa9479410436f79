select pg_class.foo from pg_class;
select c.oid.x from pg_class c;
select pg_catalog.pg_class.relname, postgres.pg_catalog.pg_class.oid from pg_class;
select pg_catalog.pg_class.relname from pg_catalog.pg_class;
select public.pg_class.relname from pg_class;
select relname from pg_class where relnam = 'x';
select relname from pg_class c where exists (select 1 from pg_attribute where attrelid = c.oid and attnme = 'x');
select x from (select 1 as y) z;
select z.x from (select 1 as y, 2 as w) z;
select a.yy from (select 1 as yx, 2 as yz) a;
select 1 where 'x';
select 1 where 1
