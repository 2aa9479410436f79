select count(1,2);
select sum('a');
select max(row(1,2));
select abs('1'), abs('x'), sqrt('4'), sqrt(2), power(2,3), mod(5,2), mod(5,2.5), abs(-1.5);
select now() - interval '1 day', now() - now(), date '2020-01-01' - date '2019-01-01', date '2020-01-01' + 1, date '2020-01-01' - 1, date '2020-01-01' + interval '1 day', date '2020-01-01' + time '10:00', now() - '1 day', now() + '1 day', '1 day' + now(), 1 * interval '1 day', interval '1 day' / 2, time '10:00' - time '09:00';
select '2020-01-01' - date '2019-01-01', date '2020-01-01' - '2019-01-01', date '2020-01-01' > '2019-01-01', now() > '2020-01-01', now() > date '2020-01-01';
select '{"a":1}'::json->'a', '{"a":1}'::json->>'a', '{"a":1}'::jsonb->0, '{}'::jsonb @> '{}', '{}'::jsonb ? 'a', '{}'::jsonb #> '{a}', '{}'::jsonb - 'a', '{}'::jsonb || '{}', '{}'::jsonb #>> array['a'];
select 'a' ~ 'b', 'a' ~* 'b', 'a' !~ 'b', 'a' ~~ 'b', 'a'::bytea || 'b', 'a' < 'b'::"char";
select 1 = '1', '1' = 1.5, 'a' = 'a'::char(3), 'a'::varchar = 'a'::text, null = null, 1 = null;
select '1' + 1, '1' + '1', 1 - '1', '5' * 1.5;
select -'5', - '1 day'::interval, @ '5', + '3';
select xmlelement(name a), 1
