select 1 + any(array[1]);
select 1 is true;
select not 1;
select 1 and true;
select 1 where 1;
select 'abc'::int4;
select 1 = 'abc';
select '2020-13-01'::date;
select 1::date;
select 1::foo;
select 1::nos.foo;
select 1::int4(3)
