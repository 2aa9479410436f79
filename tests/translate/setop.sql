select a from t union select x from u order by 1
select a from t union all select c from t
select a from t except select x from u union all select 1
select a from t union all (select x from u order by x limit 1)
select a from t intersect all select x from u
select 1 union select 2.5
