select row_number() over (order by relname), sum(relpages) over (partition by relkind) from pg_class;
select lag(relname, 1, 'x') over w from pg_class window w as (order by oid);
select make_interval(days => 10, hours => 2);
select make_interval(1, hours => 2);
select format('%s %s', 1, 'a');
select concat(1, 'a', null::date);
select format('%s', variadic array[1,2]);
select greatest(1, 2.5), least('a', 'b');
select concat_ws(',', variadic 1);
select coalesce(null, null);
select case 1 when 1 then 'a' else 'b' end;
select case 'x' when 'y' then 1.5 else 2 end
