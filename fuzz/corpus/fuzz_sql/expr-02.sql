select public.t1.id, postgres.public.t1.name from t1;
select a.id, b.note from t1 a join t2 b on a.id = b.t1_id;
select count(*), sum(id), avg(id), max(name), sum(price), count(distinct name) from t1;
select name, sum(price) filter (where ok), string_agg(name, ',' order by id) from t1 group by name;
select row_number() over (order by id), sum(price) over (partition by ok), lag(name, 1, 'x') over w from t1 window w as (order by at);
select x.a, (x).b from (select 1 as a, 'b' as b) x;
select x.v from t1, lateral (select t1.id + 0.5 as v) x;
with c(n) as (select id from t1) select n, c.n from c;
select 1 union select 2.5;
values (1, 'a'), (2.5, null);
select generate_series(1, 3), generate_series(1, 2.5);
select tableoid, ctid, xmin from t1
