select a.relname from pg_class as a(x, y);
select a.x, a.y from pg_class as a(x, y);
select t.a from (values (1)) t(a,b);
select case when relkind = 'r' then 'table' when relkind in ('i','I') then 'index' end from pg_class;
select case relkind when 'r' then 1 when 'v' then 2.5 end, case when true then null end, case when true then relname else 'x' end from pg_class;
select coalesce(relname, 'x'), coalesce(null, relname), coalesce(1, 2.5), coalesce('a', 'b'::varchar(3)), coalesce('a'::varchar(3), 'b'::varchar(3)), coalesce('a'::varchar(3), 'b'::varchar(4)) from pg_class;
select set_masklen('1.1.1.1', 2);
select public.upper('a');
select t from (select 1 as a, 'b' as b) t;
select (t).a, (t).b from (select 1 as a, 'b' as b) t;
select t.x from (select 1 as a) t;
select row(t.*), row(t), row(t.*, 1) from (select 1 as a, 2 as b) t
