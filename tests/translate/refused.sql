select nosuch from t
select * from t, t
select a, b from t group by a
select sum(a) from t where sum(a) > 1
select id from t, u
insert into t (nosuch) values (1)
insert into k values (1, 1, 'x') on conflict (a) do nothing
update t set a = 1, a = 2
merge into t using u on true when matched then delete
select * from t tablesample system (1)
select * from t for update skip locked
select a from t union select b from t
select $1
