select int4(1.5), text(1), float8('1'), numeric '1', date('2020-01-01'), varchar('a'), bool('t'), name('x'), int8(1), timestamptz(date '2020-01-01', time '10:00'), "char"('a'), date(now()), text(now());
select int4('x');
select nextval('foo');
select substring('abc', 1), substring('abc', 'b'), substring('abc'::bytea, 1), left('a', 1), reverse('a'), repeat('a', 2), translate('a','b','c'), ascii('a'), chr(1), initcap('a'), btrim('a'), ltrim('a','b'), replace('a','b','c'), starts_with('a','b'), string_to_table('a','b'), regexp_split_to_array('a','b'), normalize('a'), 'a' is normalized
