select 'abc'::varchar(2), 'abc'::char(2), 'abc'::varchar, 1.234::numeric(5,2), 'abc'::varchar(3)::varchar, '1'::numeric(3,1)::numeric;
select cast(null as int), null::text, '1'::int4, int '5', date '2020-01-01', interval '1' hour, interval '1 day 2 hours' day to hour, interval(2) '1';
select true and false, not true, null and true, true or null, 1 = 1 is true, (null = null) is unknown, 't'::bool is not false, 'yes' is true;
select null is null, row(1,null) is null, 1 isnull, 1 notnull;
select nullif(1,2), nullif('a','b'), nullif(1, 2.5), nullif(null, 1);
select count(distinct relname), array_agg(relname order by oid), json_agg(c) from pg_class c;
select percentile_cont(0.5) within group (order by relpages), mode() within group (order by relname), rank(1) within group (order by relpages), percentile_disc(array[0.1,0.2]) within group (order by relname) from pg_class;
select rank('a', 1) within group (order by relname, relpages) from pg_class;
select round(1.5), round(1.23, 1), round(1), trunc(2.5), log(100), log(2, 8), bit_length('a'), lpad('a', 3), age(now()), char_length('x'), upper('a'), length('b');
select regexp_replace('a','b','c'), regexp_matches('a','b'), split_part('a','b',1), to_char(now(),'YYYY'), to_char(1,'9'), to_date('a','b'), strpos('a','b');
select generate_series(1,3), generate_series(1,2.5), generate_series(now(), now(), '1 day');
select unnest(array[1,2]), unnest('{a}'::text[]), json_array_elements('[]'), jsonb_each('{}'), (jsonb_each('{}')).key, (jsonb_each('{}')).*
