-- order, grouping, uniqueness and min/max of uuid, oid, and of columns under ON CONFLICT and joins
\pset format unaligned
\pset footer off
\pset null (null)
CREATE TABLE u (id int PRIMARY KEY, u uuid UNIQUE, o oid, r regclass);
INSERT INTO u (id, u, o) VALUES (1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1), (2, '00000000-0000-0000-0000-000000000000', 4294967295), (3, 'ffffffffffffffffffffffffffffffff', 0), (4, NULL, NULL), (5, '{10000000-00000000-00000000-00000000}', 10);
SELECT id, u, o FROM u ORDER BY u;
SELECT id, u, o FROM u ORDER BY o DESC;
SELECT id FROM u WHERE u > '10000000-0000-0000-0000-000000000000' ORDER BY id;
SELECT id FROM u WHERE u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
SELECT id FROM u WHERE u IN ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '00000000000000000000000000000000') ORDER BY id;
SELECT id FROM u WHERE o > 2147483648;
SELECT id FROM u WHERE o = -1;
SELECT min(o), max(o) FROM u;
SELECT min(u) FROM u;
INSERT INTO u (id, u) VALUES (6, 'A0EEBC999C0B4EF8BB6D6BB9BD380A11');
INSERT INTO u (id, u) VALUES (6, 'A0EEBC999C0B4EF8BB6D6BB9BD380A11') ON CONFLICT (u) DO NOTHING;
INSERT INTO u (id, u) VALUES (6, 'nope');
INSERT INTO u (id, u) VALUES (6, 5);
INSERT INTO u (id, u) VALUES (6, 'x'::text);
INSERT INTO u (id, o) VALUES (7, -1), (8, '-1');
SELECT id, o FROM u WHERE id > 6 ORDER BY id;
SELECT u, count(*) FROM u GROUP BY u HAVING count(*) > 0 ORDER BY u NULLS FIRST;
SELECT gen_random_uuid() <> gen_random_uuid(), length(gen_random_uuid()::text), pg_typeof(gen_random_uuid());
SELECT u::text, u::bytea FROM u;
SELECT u || 'x' FROM u WHERE id = 1;
SELECT upper(u) FROM u;
SELECT upper(u::text) FROM u WHERE id = 1;
SELECT u + 1 FROM u;
SELECT uuid_generate_v4();
SELECT o + 1 FROM u WHERE id = 1;
SELECT o::int FROM u WHERE id IN (1, 2) ORDER BY id;
SELECT coalesce(u, '00000000-0000-0000-0000-000000000001') FROM u WHERE id = 4;
SELECT array_agg(u ORDER BY u) FROM u WHERE id < 4;
SELECT u = ANY ('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}') FROM u WHERE id = 1;
SELECT u, o, r, array_agg(u) OVER () FROM u \gdesc
UPDATE u SET r = 'u' WHERE id = 1 RETURNING r;
SELECT r, r::oid = 'u'::regclass, r::text FROM u WHERE r IS NOT NULL;
SELECT id FROM u WHERE r = 'u'::regclass;
SELECT '<a/>'::nosuchtype;
CREATE TABLE bad (x nosuchtype);
CREATE TABLE dm (i int, o oid);
INSERT INTO dm VALUES (-5, -5), (7, 7), (NULL, 3000000000);
SELECT i, o, i::oid, o::int, o = i, (i::oid)::regclass FROM dm ORDER BY dm.o;
SELECT o FROM dm WHERE o = 3000000000;
SELECT x.i, y.o FROM dm x JOIN dm y ON x.i = y.o ORDER BY 1;
