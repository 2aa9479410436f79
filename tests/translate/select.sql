select abalance from accounts where aid = $1
select * from t order by id
select id, b from t where a > 1 and (b = 'x' or b is null) order by a desc, id limit 5 offset 2
select a + 1 as n, b || 'x' from t where f = 'q' and c = 1.50
select distinct a, c from t order by c nulls first
select count(*), count(distinct c), max(c), sum(a) filter (where e) from t
select a, count(*) from t group by a having count(*) > 1 order by 2 desc
select id from t where id in (1, 2, 3) and b not in ('a', 'b')
select id from t where id = any ($1::int[])
select id from t where not (id = any ($1::int[]))
select case a when 1 then 'one' else 'other' end, coalesce(a, 0), nullif(c, 1) from t
select a is distinct from 1, c is not distinct from 2.0 from t
select -9223372036854775808, 'it''s', 1.5::float8, 'NaN'::float8, '\x00ff'::bytea, true, null::int
select 1 where false
values (1, 'a'), (2, 'b')
select id from t limit $1 offset $2
select id from t limit -1
