select 1, 99999999999, 99999999999999999999, 1.5, 'a', true, null;
select 1 + 1.5, 1::int2 + 1, 1/2, 2^3, -5, 'a' || 1, 'a' || 'b', 7 & 3, 1 << 2;
select '1' + 1, '5' * 1.5, 1 = '1';
select 'abc'::varchar(2), 'abc'::varchar(3)::varchar, 1.234::numeric(5,2), '1'::numeric(3,1)::numeric;
select 1::bool, 1::text, 1.5::int, now()::date, date '2020-01-01'::timestamptz;
select now() - interval '1 day', now() - now(), date '2020-01-01' - date '2019-01-01', date '2020-01-01' + 1, now() + '1 day';
select '2020-01-01' - date '2019-01-01', date '2020-01-01' > '2019-01-01', 1 * interval '1 day';
select case 1 when 1 then 'a' else 'b' end, case when true then 1.5 else 2 end, case when true then null end;
select coalesce(1, 2.5), coalesce('a'::varchar(3), 'b'::varchar(3)), coalesce('a'::varchar(3), 'b'::varchar(4)), coalesce(null, null);
select greatest(1, 2.5), least('a', 'b'), nullif(1, 2.5), nullif('a', 'b');
select array[1, 2.5], array[[1,2],[3,4]], array['a', 'b'], array[]::int[];
select (array[1,2])[1], (array[1,2])[1:2], array[1,2] || 3, 3 || array[1,2]
