insert into t (id, a, b) values (1, 2, 'x'), ($1, $2, $3) returning id, a + 1
insert into k select id, a, b from t on conflict do nothing
insert into k (a, b, c) values (1, 2, 'x') on conflict (b, a) do update set c = k.c || excluded.c where k.a > 0
update accounts set abalance = abalance + $1 where aid = $2
update t set (a, b) = (1, 'x'), c = default where id = 1 returning *
update t set a = u.x from u where u.tid = t.id returning t.id, (select count(*) from u where u.tid = t.id)
delete from t where id = $1
delete from t using u where u.tid = t.id and u.x > 5 returning t.id
with w as (select 1 as n) insert into t (id) select n from w
with d as (delete from u where id = 1 returning *) select * from d
with d as (delete from u where id = 1 returning *) select count(*) from u
with i as (insert into u (id, x) values (1, 2) returning id), s as (select id from i) update u set x = 3 from s where u.id = s.id
with a as (update t set a = a + 1 returning id), b as (delete from t where id in (select id from a)) insert into u (id) select id from a
