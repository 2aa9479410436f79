select (1,2) < (1,3), (1,'a') = (1,'b'), row(1) = row(2), (1,2) in ((1,2),(3,4));
select 1 in (1, 2.5), 'a' in ('b'), null in (1), 1 not in (2, 3), 1 = any(array[1,2]);
select 1 between 0 and 2, 1 not between symmetric 3 and 2, 1 is distinct from null, (1,2) is distinct from (1,3);
select exists (select 1), array(select 1), (select 'x'), 1 in (select 2.5), (1,2) = (select 1,2), (1,2) = any (select 1,2);
select current_date, current_timestamp, localtime(2), current_user;
select abs('1'), abs(-1.5), sqrt(2), power(2, 3), mod(5, 2.5), round(1.5), round(1), upper('x'), length('abc');
select int4(1.5), text(1), float8('1'), int8 '1', date('2020-01-01');
select make_interval(days => 10, hours => 2), concat('a', 1, null::date), format('%s', variadic array[1,2]);
select id, name, price, ok, at from t1;
select t1.*, t2.note from t1, t2;
select t1, (t1).name, name(t1) from t1;
select "Mixed"."Id", "Id", id2 from "Mixed"
