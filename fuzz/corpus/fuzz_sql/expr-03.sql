select extract(year from at), date_trunc('day', at), at at time zone 'UTC', to_char(at, 'YYYY') from t1;
select substring(name from 1 for 2), position('a' in name), trim(both 'x' from name), name like 'a%', name ~ 'b' from t1;
select 'a' collate "C", name collate "C" < 'b' from t1;
select 1 + true;
select - 'a'::text;
select 1 operator(public.+) 1;
select null + null;
select foo(1, 'a');
select nos.foo(1);
select upper(a => 1);
select upper(string => 1, 2);
select make_interval(years => 1, years => 2)
