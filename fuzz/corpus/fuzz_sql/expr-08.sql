select 1::varchar(0);
select 1 collate "C";
select 'a' collate "xx";
select default;
select * from nosuch;
select * from nos.such;
select * from pos.nos.such;
select t.a from (values (1)) t(a, b);
select 1 where generate_series(1, 2) = 1;
select coalesce(generate_series(1, 2));
select sum(sum(1));
select count(generate_series(1, 2))
