select sum(row_number() over ()) from pg_class;
select 1 where row_number() over () = 1;
select count(generate_series(1,2));
select sum(generate_series(1,2)) over ();
select * from generate_series(1, generate_series(1,2));
select * from abs(generate_series(1,2));
select 'a'::int;
select '1x'::numeric;
select 'maybe'::bool;
select '2020-13-01'::date;
select 1::bool, 1::text, true::int, 'a'::name, 1.5::int, '1'::text::int, now()::date, now()::time, date '2020-01-01'::timestamptz;
select 1::date
