-- area: casts
create sequence sqq;
select (array_fill(nextval('sqq')::numeric, '{2}'))::numeric(5,1)[];
select x::numeric(5,1)[] from (select array_fill(nextval('sqq')::numeric, '{2}') as x) s;
select nextval('sqq');
create table t (a int, n numeric[]);
insert into t values (1, '{1.25,2.75}'), (2, null), (3, '{}'), (4, '[0:1]={1,2}');
select a, (n || 1.55)::numeric(5,1)[], n::numeric(4,1)[], array_append(n, a)::int[] from t order by a;
update t set n = (n || 1.55)::numeric(5,1)[] where a < 9 returning a, (n || 9.99)::numeric(5,1)[];
select a, array(select x + a from unnest(n) x)::numeric(5,0)[] from t order by a;
select (select (n || 5.55)::numeric(5,1)[] from t where a = o.a) from t o order by a;
create domain n1 as numeric(4,1) check (value < 100);
select (n || 5.55)::n1[] from t order by a;
select (n || 555.55)::n1[] from t order by a;
