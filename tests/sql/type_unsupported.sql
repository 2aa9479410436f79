-- area: other
-- types that are named in the refusal
SELECT '(1,2)'::point;
SELECT '[1,5)'::int4range;
SELECT '1 2'::tsvector;
SELECT 'a & b'::tsquery;
SELECT '$.a'::jsonpath;
CREATE TABLE geo (x point);
