select array[1,2]||3, 3||array[1,2], array[1]||array[2];
select array[[1,2],[3,4]], array[array[1,2],array[3]];
select array[]::int[], array[1,'2']::text[], '{}'::text[];
select (array[1,2,3])[1], (array[1,2,3])[1:2], (array[[1,2]])[1][2], (array[1,2,3])[:2];
select ('{"a":1}'::jsonb)['a'], ('[1]'::jsonb)[0];
select ('{"a":1}'::jsonb)['a':'b'];
select (1,2) < (1,3), (1,'a') = (1,'b'), (1,2) <> (2,1), row(1) = row(2);
select (1,2) in ((1,2),(3,4)), 1 in (1,2.5), 'a' in ('b','c'), 1 not in (1), null in (1);
select 1 = any(array[1,2]), 1 = all('{1,2}'), 'a' like any(array['b']), 1 = any((select array[1])::int[]);
select 1 = any (select 2), 1 < all (select 2.5), (1,2) = any (select 1,2), 1 in (select oid from pg_class), '1' in (select 1);
select exists (select 1), array(select 1), (select 'x'), array(select array[1]);
select (select relname from pg_class limit 1), (1,2) = (select 1,2), (1,'a') < (select 1,'b')
