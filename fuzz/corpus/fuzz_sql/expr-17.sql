select 1 where null;
select 1 having 1;
select 1 order by 'a' || 1;
select 1 limit 'x';
select 1 limit 1.5;
select 1 offset true;
select 1 from pg_class join pg_namespace on 1;
select 1 from pg_class join pg_namespace on sum(1) > 1;
select 1 where sum(1) > 1;
select sum(relpages) from pg_class where sum(relpages) > 1;
select relname, sum(relpages) from pg_class;
select sum(sum(relpages)) over () from pg_class
