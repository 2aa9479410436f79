select true::float8;
select 1.5::bool;
select 1::uuid;
select '{1,2}'::int[]::text, array[1,2]::text[], array[1.5]::int[], '{a}'::varchar(1)[];
select array['abc']::varchar(2)[], array[1.234]::numeric(3,1)[];
select row(1,2)::text, (1,'a')::record;
select cast(row('a', 1) as pg_class);
select upper(1);
select length(1);
select substr('a');
select nosuch();
select pg_catalog.nosuch(1)
