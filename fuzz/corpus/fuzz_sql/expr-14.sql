select a, b from generate_series(1,2) a, unnest(array['x']) with ordinality as u(b, i);
select * from json_each('{}'), pg_get_keywords() k;
select x.relname from (select relname, oid from pg_class) x, lateral (select x.oid) y;
with a as (select 1 as x, 'y' as y) select x, y, a.x from a;
with recursive t(n) as (select 1 union all select n+1 from t where n < 5) select n from t;
select 1 union select 2.5;
select null union select 1;
select 'a' union all select null union all select 'b';
select 1 union select 'a';
select 1 union select date '2020-01-01';
values (1,'a'),(2.5,null);
select a.relname, b.relname from pg_class a left join pg_class b using (oid)
