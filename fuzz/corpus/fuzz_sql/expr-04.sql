select upper(distinct 'a');
select upper('a') over ();
select row_number();
select count();
select sum('a');
select string_agg('a' order by 1, ',');
select sum(1) filter (where 1);
select nam from t1;
select t1.nam from t1;
select x.nam from t1 x;
select t1.name from t1 x;
select nope.name from t1
