select (select max(x) from u where u.tid = t.id) from t
select (select x from u where u.id = t.id) from t
select (select x from u where u.tid = t.id) from t
select id from t where exists (select 1 from u where u.tid = t.id)
select id from t where id in (select tid from u)
select id from t where (id, a) not in (select tid, x from u)
select id from t where c > all (select x from u)
select array(select x from u order by x)
with w as (select a from t) select w.a, x.a from w join w x using (a)
with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select n from r
select s.n from (select count(*) as n from t) s
