select t.id, u.x from t join u on t.id = u.tid
select * from t left join u using (id)
select * from t right join u on t.id = u.tid
select id from t full join u using (id)
select t.id from t, u left join k on k.a = u.id where t.id = u.tid
select t.id from t, u full join k on k.a = u.id where t.id = u.tid
select t.id from t left join (u join k on k.a = u.id) on t.id = u.tid
select * from t natural join u
select t.id, s.m from t left join lateral (select max(x) as m from u where u.tid = t.id) s on true
select t.id, s.x from t cross join lateral (select x from u where u.tid = t.id order by x desc limit 1) s
select t.id, v.q from t, lateral (values (t.a), (t.id)) v(q)
select t.id, g from t, generate_series(1, t.a) g
select g, n from unnest(array['a', 'b']) with ordinality x(g, n)
