select case when 1 then 2 end;
select case when true then 1 when false then 'a' end;
select case when true then 1 else date '2020-01-01' end;
select coalesce(1, date '2020-01-01');
select array[];
select array[1, date '2020-01-01'];
select (1,2) = (1,2,3);
select row() = row();
select 1 in (select 1, 2);
select (1,2) in (select 1);
select (select 1, 2);
select 1 = any(1)
