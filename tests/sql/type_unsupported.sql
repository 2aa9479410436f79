-- area: casts
-- types that are named in the refusal
SELECT '(1,2)'::point;
SELECT '192.168.0.1/24'::inet;
SELECT '10.0.0.0/8'::cidr;
SELECT '08:00:2b:01:02:03'::macaddr;
SELECT '1'::xml;
SELECT '[1,5)'::int4range;
SELECT '1 2'::tsvector;
SELECT 'a & b'::tsquery;
SELECT '$1.50'::money;
SELECT '101'::bit(3);
SELECT '101'::varbit;
SELECT '$.a'::jsonpath;
CREATE TABLE geo (x point);
CREATE TABLE net (x inet);
