select (row(t.*)).f2 from (select 1 as a, 'x' as b) t;
select (t.*) is null, t is null, t.* = t.* , t = t from (select 1 as a) t;
select count(t), count(t.*), max(t.a) from (select 1 as a) t;
select upper from pg_class;
select t.upper from (select 'x'::text as a) t;
select sum(1) over (partition by 1 order by 2 rows between 1 preceding and current row), first_value('a') over (), ntile(2) over (), nth_value(1, 2) over (), cume_dist() over (), lead(1) over (order by 1), lead(1,2,3.5) over ();
select ntile(2.5) over ();
select percentile_cont(0.5) within group (order by 'a');
select mode(1) within group (order by 1);
select dense_rank(1) over ();
select grouping(relkind), relkind from pg_class group by rollup (relkind);
select timezone('UTC', now()), now() at time zone interval '1 hour', date_trunc('day', now()), date_trunc('day', now()::timestamp), date_trunc('day', date '2020-01-01'), date_trunc('day', interval '1 day'), date_bin('1 day', now(), now()), age(now(), now()), justify_days('1 day'), isfinite(now()), make_date(1,2,3), to_timestamp(1), to_timestamp('a','b')
