select $1;
select c.relname, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace;
select * from pg_namespace;
select n.* from pg_namespace n;
select nspname, oid from pg_namespace where oid in (select relnamespace from pg_class);
select n from pg_namespace n;
select (n).nspname from pg_namespace n;
select (n).* from pg_namespace n;
select n.nspname(n) from pg_namespace n;
select nspname(n) from pg_namespace n;
select count(*), max(relname), string_agg(relname, ',' order by relname desc) from pg_class;
select relkind, count(*) filter (where relname > 'a') from pg_class group by relkind
