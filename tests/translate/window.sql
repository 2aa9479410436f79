select id, row_number() over (partition by c order by b desc) from t
select sum(a) over w, lag(b, 2) over (w rows between 1 preceding and current row) from t window w as (order by id)
select distinct on (a) a, b from t order by a, id desc
select id from t order by a fetch first 2 rows with ties
select a, b, count(*), grouping(a, b) from t group by rollup (a, b)
select string_agg(b, ',' order by id desc), array_agg(distinct c) from t
select sum(a) over (order by c range between 1 preceding and 2 following exclude ties) from t
select lag(a, -1) over (order by id), nth_value(b, 2) over (order by id rows 1 preceding) from t
select min(b) filter (where a > 1) over (order by id rows 1 preceding) from t
select rank(5) within group (order by a desc), percentile_cont(0.5) within group (order by c) from t
