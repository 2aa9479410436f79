select 1 between 0 and 2, 'a' between 'b' and 'c', 1 not between symmetric 3 and 2;
select 1 is distinct from null, null is not distinct from 1, (1,2) is distinct from (1,3), 1 is not distinct from 2.5;
select 'a' similar to 'b', 'a' not similar to 'b' escape 'c', 'a' ilike 'b', 'a' like 'b' escape 'x';
select 'a' collate "C", 'a' collate "C" < 'b', ('a' collate "C") || 'b';
select extract(epoch from now()), extract(year from date '2020-01-01'), date_part('year', now()), extract(day from interval '1 day');
select position('a' in 'b'), substring('abc' from 2), substring('abc' from 1 for 2), substring('abc' similar 'a' escape '#'), overlay('abc' placing 'x' from 1), trim('a'), trim(both 'x' from 'y'), trim(leading from 'a');
select now() at time zone 'UTC', timestamp '2020-01-01' at time zone 'UTC', time '10:00' at time zone 'UTC';
select (date '2020-01-01', interval '1 day') overlaps (date '2020-01-01', date '2020-02-01');
select current_date, current_time(2), current_timestamp, localtime, localtimestamp(0), current_user, session_user, user, current_role, current_catalog, current_schema;
select 1 + 1.5, 1::int2 + 1, 1/2, 2^3, 5 % 2, -5, +5, @ -5, |/ 4, 7 & 3, ~ 1, 1 << 2, 'a' || 1, 1 || 'a', 'a' || 'b';
select 99999999999, 99999999999999999999, 1.5e3, 0.1, 2147483648, -2147483648, 1e400;
select b'101', x'1F', b'1'::int, 5::bit(3), '1'::bit varying(5)
