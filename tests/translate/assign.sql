insert into parts (id, arr[1], arr[2]) values (1, 10, $1), (2, $2, 20)
insert into parts (id, arr[2:3], j['a'][1]) select a, '{1,2}', '5' from t
update parts set arr[id] = arr[1] + 1, arr[2:] = '{7,8}', j['k'] = to_jsonb(id) where id = 1 returning arr
update parts set (id, arr[1]) = (select a, tid from t join u on true)
update parts set arr = '{}', arr[1] = 2
update parts set arr[1] = 2, arr = '{}'
update parts set id.x = 1
update parts set id[1] = 1
update parts set arr[1] = 'x'
update parts set arr[1] = true
update parts set arr[1:2] = 5
insert into parts (arr[1]) values (default)
insert into parts (arr, arr[1]) values ('{}', 1)
select max(c), array_agg(c), coalesce(c, 'none') from parts group by c
select c from parts union all select filler from accounts
