select id from t1, t2;
select t1.id from t1, t1;
select x from t1;
select other.public.t1.id from t1;
select a.b.c.d.e from t1;
select * from (select 1 a) x, (select x.a) y;
select *;
select t1.x.y from t1;
select (1).x;
select (t1).foo from t1;
select ('a'::text)[1];
select (array[1])[date '2020-01-01']
