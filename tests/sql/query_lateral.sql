-- area: queries
-- sub-selects in FROM that see their siblings, in every form and place
CREATE TABLE d (id int PRIMARY KEY, n int, s text);
CREATE TABLE e (id int, v int, w text);
CREATE TABLE g (v int, z text);
INSERT INTO d VALUES (1, 10, 'one'), (2, 20, 'two'), (3, NULL, 'three'), (4, 40, NULL);
INSERT INTO e VALUES (1, 5, 'a'), (1, 7, 'b'), (1, 7, 'c'), (2, 5, 'd'), (2, NULL, 'e'), (4, 9, 'f'), (9, 1, 'g');
INSERT INTO g VALUES (5, 'five'), (7, 'seven'), (9, 'nine');
-- what merges
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id) s ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (SELECT v, w || d.s AS ws FROM e WHERE e.id = d.id AND v > 5) s ORDER BY 1, 3;
SELECT d.id, s.x, s.x + 1 FROM d, LATERAL (SELECT d.n * 2 AS x) s ORDER BY 1;
SELECT d.id, s.c FROM d, LATERAL (SELECT count(*) AS c FROM e WHERE e.id = d.id) s ORDER BY 1;
SELECT d.id, s.c, s.m, s.a FROM d, LATERAL (SELECT count(*) AS c, max(v) AS m, array_agg(w ORDER BY w) AS a FROM e WHERE e.id = d.id) s ORDER BY 1;
-- windows
SELECT d.id, s.* FROM d, LATERAL (SELECT e.v, row_number() OVER (ORDER BY v, w) rn FROM e WHERE e.id = d.id) s ORDER BY 1, 3;
SELECT d.id, s.* FROM d, LATERAL (SELECT w, sum(v) OVER (PARTITION BY v) + d.n AS t, lag(w) OVER (ORDER BY w) FROM e WHERE e.id = d.id) s ORDER BY 1, 2;
SELECT d.id, s.w FROM d, LATERAL (SELECT w, rank() OVER (ORDER BY v DESC NULLS LAST) AS r FROM e WHERE e.id = d.id) s WHERE s.r = 1 ORDER BY 1, 2;
-- set operations
SELECT d.id, s.* FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id UNION SELECT d.n) s ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id UNION ALL SELECT g.v FROM g WHERE g.v < d.n) s ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id INTERSECT SELECT v FROM g) s ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM g EXCEPT SELECT v FROM e WHERE e.id = d.id) s ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id EXCEPT ALL SELECT 7) s ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id UNION ALL SELECT d.n ORDER BY 1 DESC NULLS LAST LIMIT 2) s ORDER BY 1, 2;
-- groups, DISTINCT
SELECT d.id, s.* FROM d, LATERAL (SELECT v, count(*) AS c FROM e WHERE e.id = d.id GROUP BY v) s ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (SELECT v, string_agg(w, d.s ORDER BY w DESC) FROM e WHERE e.id = d.id GROUP BY v HAVING count(*) > 1) s ORDER BY 1;
SELECT d.id, s.* FROM d, LATERAL (SELECT v, w, count(*) FROM e WHERE e.id = d.id GROUP BY ROLLUP (v, w)) s ORDER BY 1, 2, 3, 4;
SELECT d.id, s.v FROM d, LATERAL (SELECT DISTINCT v FROM e WHERE e.id <= d.id) s ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (SELECT DISTINCT ON (v) v, w FROM e WHERE e.id = d.id ORDER BY v, w DESC) s ORDER BY 1, 2;
SELECT d.id, s.h FROM d, LATERAL (SELECT sum(v) AS h FROM e WHERE e.id = d.id HAVING count(*) > 1) s ORDER BY 1;
-- LIMIT, OFFSET, ORDER BY
SELECT d.id, s.* FROM d, LATERAL (SELECT v, w FROM e WHERE e.id = d.id ORDER BY v DESC NULLS LAST, w LIMIT 1) s ORDER BY 1;
SELECT d.id, s.* FROM d, LATERAL (SELECT v + d.n AS t, w FROM e WHERE e.id = d.id ORDER BY w OFFSET 1) s ORDER BY 1, 3;
SELECT d.id, s.w FROM d, LATERAL (SELECT w FROM e ORDER BY w LIMIT d.id - 1) s ORDER BY 1, 2;
SELECT d.id, s.w FROM d, LATERAL (SELECT w FROM e WHERE e.id = d.id ORDER BY v FETCH FIRST 1 ROW WITH TIES) s ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (SELECT w FROM e WHERE e.id = d.id ORDER BY w DESC) s WHERE d.id = 1;
-- WITH
WITH t AS (SELECT 1 AS n) SELECT * FROM t, LATERAL (WITH u AS (SELECT t.n + 1 AS m) SELECT * FROM u) s;
SELECT d.id, s.* FROM d, LATERAL (WITH u AS (SELECT * FROM e WHERE e.id = d.id), x AS (SELECT max(v) AS m FROM u) SELECT u.w, x.m FROM u, x WHERE u.v = x.m) s ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < d.id) SELECT count(*), sum(i) FROM r) s ORDER BY 1;
SELECT d.id, s.i FROM d, LATERAL (WITH RECURSIVE r(i) AS (SELECT d.id UNION ALL SELECT i - 1 FROM r WHERE i > 2) SELECT i FROM r) s ORDER BY 1, 2;
WITH u AS (SELECT v, z FROM g) SELECT d.id, s.z FROM d, LATERAL (SELECT z FROM u WHERE u.v < d.n ORDER BY u.v DESC LIMIT 1) s ORDER BY 1;
-- VALUES
SELECT d.id, s.* FROM d, LATERAL (VALUES (d.id, 'id'), (d.n, 'n'), (d.id + d.n, 'both')) s(v, what) ORDER BY 1, 3;
SELECT d.id, s.v FROM d LEFT JOIN LATERAL (VALUES (d.id), (d.n)) s(v) ON s.v > 3 ORDER BY 1, 2;
SELECT d.id, s.v FROM d, LATERAL (VALUES (d.id), (d.n) ORDER BY 1 DESC NULLS LAST LIMIT 1) s(v) ORDER BY 1;
-- outer joins
SELECT d.id, s.* FROM d LEFT JOIN LATERAL (SELECT v, w FROM e WHERE e.id = d.id ORDER BY w LIMIT 1) s ON true ORDER BY 1;
SELECT d.id, s.* FROM d LEFT JOIN LATERAL (SELECT v + 1 AS v1, w FROM e WHERE e.id = d.id) s ON s.v1 > 6 ORDER BY 1, 3;
SELECT d.id, s.* FROM d LEFT JOIN LATERAL (SELECT v, count(*) AS c FROM e WHERE e.id = d.id GROUP BY v) s ON s.c > 1 AND d.id < 3 ORDER BY 1, 2;
SELECT d.id, s.x, t.y FROM d LEFT JOIN LATERAL (SELECT d.n + 1 AS x) s ON d.id > 1 LEFT JOIN LATERAL (SELECT s.x + 1 AS y) t ON true ORDER BY 1;
SELECT d.id, s, s.v FROM d LEFT JOIN LATERAL (SELECT v, w FROM e WHERE e.id = d.id ORDER BY w LIMIT 1) s ON s.v > 5 ORDER BY 1;
SELECT d.id, s IS NULL AS none, s FROM d LEFT JOIN LATERAL (SELECT DISTINCT v FROM e WHERE e.id = d.id) s ON true ORDER BY 1, s.v;
SELECT d.id, s.w, g.z FROM d LEFT JOIN LATERAL (SELECT v, w FROM e WHERE e.id = d.id ORDER BY w LIMIT 1) s ON true LEFT JOIN g ON g.v = s.v ORDER BY 1;
SELECT d.id, s.v, g.z FROM d CROSS JOIN LATERAL (SELECT v FROM e WHERE e.id = d.id UNION SELECT 100) s FULL JOIN g ON g.v = s.v ORDER BY 1, 2, 3;
SELECT d.id, x.v, x.z FROM d LEFT JOIN (g JOIN LATERAL (SELECT max(v) AS m FROM e WHERE e.v = g.v) s ON true) x(v, z, m) ON x.v < d.n ORDER BY 1, 2;
SELECT d.id, g.z, s.m FROM d LEFT JOIN (g CROSS JOIN LATERAL (SELECT g.v + d.id AS m WHERE d.id < 3) s) ON g.v > 5 ORDER BY 1, 2;
SELECT d.id, g.z, s.w FROM d JOIN (g JOIN LATERAL (SELECT w FROM e WHERE e.v = g.v AND e.id = d.id ORDER BY w LIMIT 1) s ON true) ON g.v <> d.n ORDER BY 1, 2;
SELECT d.id, g.z, s FROM d LEFT JOIN (g LEFT JOIN LATERAL (SELECT w, v FROM e WHERE e.v = g.v AND e.id = d.id ORDER BY w LIMIT 1) s ON true) ON g.v < d.n ORDER BY 1, 2;
SELECT d.id, s.v, g.z FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id ORDER BY v LIMIT 1) s RIGHT JOIN g ON g.v = s.v ORDER BY 1, 3;
SELECT d.id, i.i, s.c FROM d LEFT JOIN (generate_series(1, 2) i CROSS JOIN LATERAL (SELECT i.i * d.id AS c) s) ON true WHERE d.id < 3 ORDER BY 1, 2;
SELECT d.id, gs.i FROM d LEFT JOIN (g JOIN generate_series(1, d.id) gs(i) ON gs.i > 2) ON g.v = 5 ORDER BY 1, 2;
-- refused by PostgreSQL
SELECT * FROM d RIGHT JOIN LATERAL (SELECT d.id) s ON true;
SELECT * FROM d FULL JOIN LATERAL (SELECT v FROM e WHERE e.id = d.id LIMIT 1) s ON true;
SELECT * FROM d, (SELECT d.id) s;
SELECT * FROM LATERAL (SELECT d.id) s, d;
SELECT * FROM d, LATERAL (SELECT count(d.id)) s;
SELECT * FROM d, LATERAL (SELECT sum(d.n) OVER ()) s ORDER BY 1 NULLS LAST;
-- one in another
SELECT d.id, s.* FROM d, LATERAL (SELECT e.w, t.z FROM e, LATERAL (SELECT z FROM g WHERE g.v = e.v AND d.n > 5 LIMIT 1) t WHERE e.id = d.id ORDER BY w LIMIT 2) s ORDER BY 1, 2;
SELECT d.id, a.x, b.y, c.z FROM d, LATERAL (SELECT d.n + 1 AS x) a, LATERAL (SELECT a.x * a.x AS y) b, LATERAL (SELECT b.y + a.x AS z) c ORDER BY 1;
SELECT a.x, b.x, c.x, f.x FROM (SELECT 3 AS x) o, LATERAL (SELECT o.x + o.x AS x) a, LATERAL (SELECT a.x + a.x AS x) b, LATERAL (SELECT b.x + b.x AS x) c, LATERAL (SELECT c.x + c.x AS x) f;
SELECT d.id, x.c FROM d, LATERAL (SELECT count(*) AS c FROM (SELECT v FROM e WHERE e.id = d.id UNION SELECT v FROM g) u) x ORDER BY 1;
SELECT d.id, (SELECT string_agg(s.w, ',' ORDER BY s.w) FROM g, LATERAL (SELECT w FROM e WHERE e.v = g.v AND e.id = d.id LIMIT 2) s) FROM d ORDER BY 1;
SELECT id FROM d WHERE EXISTS (SELECT 1 FROM g, LATERAL (SELECT 1 FROM e WHERE e.v = g.v AND e.id = d.id LIMIT 1) s) ORDER BY 1;
SELECT id FROM d WHERE n > ALL (SELECT s.v FROM g, LATERAL (SELECT g.v + d.id AS v ORDER BY 1 LIMIT 1) s) ORDER BY 1;
-- functions
SELECT d.id, i FROM d, generate_series(1, d.id) i WHERE d.id < 4 ORDER BY 1, 2;
SELECT d.id, u.* FROM d, LATERAL unnest(ARRAY[d.id, d.n]) WITH ORDINALITY u(x, o) ORDER BY 1, 3;
SELECT d.id, l FROM d, length(d.s) l ORDER BY 1;
SELECT d.id, l.* FROM d LEFT JOIN length(d.s) WITH ORDINALITY l(n, o) ON l.n > 3 ORDER BY 1;
SELECT d.id, r.* FROM d, ROWS FROM (generate_series(1, d.id), unnest(ARRAY['x', d.s])) r(i, t) WHERE d.id < 4 ORDER BY 1, r.i, r.t;
SELECT d.id, r.* FROM d LEFT JOIN LATERAL ROWS FROM (generate_series(1, d.id), length(d.s)) WITH ORDINALITY r(i, l, o) ON r.o > 1 ORDER BY 1, 4;
SELECT d.id, j.* FROM d, json_to_record(json_build_object('a', d.id, 'b', d.s)) AS j(a int, b text) ORDER BY 1;
SELECT d.id, j.* FROM d LEFT JOIN json_to_record(json_build_object('a', d.id, 'b', d.s)) AS j(a int, b text) ON j.a > 2 ORDER BY 1;
SELECT d.id, k.* FROM d, json_each(json_build_object('n', d.n, 's', d.s)) k ORDER BY 1, 2;
SELECT d.id, m.* FROM d, regexp_matches(d.s, '([a-z])([aeiou])') m ORDER BY 1;
SELECT d.id, a.x, upper FROM d, LATERAL (SELECT unnest(string_to_array(d.s, 'e')) AS x) a, upper(a.x) ORDER BY 1, 2;
SELECT d.id, s.* FROM d, LATERAL (SELECT generate_series(1, d.id) AS i, unnest(ARRAY['p', 'q']) AS t) s WHERE d.id < 4 ORDER BY 1, 2, 3;
SELECT id, generate_series(1, id), unnest(ARRAY[n, 0]) FROM d WHERE id < 4 ORDER BY 1, 2, 3;
-- each row's sub-select runs once
CREATE SEQUENCE q;
SELECT d.id, s.a = s.b AS same FROM d, LATERAL (SELECT x AS a, x AS b FROM (SELECT nextval('q') + d.id * 0 AS x) y) s ORDER BY 1;
SELECT last_value FROM q;
SELECT d.id, s.r = s.r, s.r BETWEEN 0 AND 1 FROM d, LATERAL (SELECT random() + d.id * 0 AS r) s ORDER BY 1;
SELECT count(DISTINCT s.x), count(*) FROM d, LATERAL (SELECT nextval('q') + v - v AS x FROM e WHERE e.id = d.id AND v IS NOT NULL) s;
-- types and values go through unharmed
SELECT s.* FROM d, LATERAL (SELECT d.n::numeric / 3 AS a, '\x0001ff'::bytea AS b, d.n::float8 / 7 AS c, 'NaN'::float8 AS d, ''::text AS e, NULL::date AS f, ARRAY[d.id, NULL] AS g, now() IS NOT NULL AS h, ROW(d.id, d.s) AS i LIMIT 1) s ORDER BY 1 NULLS LAST, 7;
SELECT s.x, pg_typeof(s.x) FROM d, LATERAL (SELECT d.s::varchar(4) AS x ORDER BY 1 LIMIT 1) s ORDER BY 1;
SELECT s.c, s.c = 'a' FROM (VALUES ('a'::char(3))) v(x), LATERAL (SELECT v.x AS c UNION SELECT 'b') s ORDER BY 1;
SELECT length(s.t), s.t = repeat(d.s, 1000) FROM d, LATERAL (SELECT repeat(d.s, 1000) AS t, v FROM e WHERE e.id = d.id ORDER BY v LIMIT 1) s ORDER BY 1;
SELECT s.x FROM (VALUES (9223372036854775807), (-9223372036854775808)) v(n), LATERAL (SELECT v.n AS x UNION ALL SELECT v.n / 2 ORDER BY 1) s ORDER BY 1;
-- joins, conditions, groups over them
SELECT d.id, s.v, g.z FROM d JOIN LATERAL (SELECT v FROM e WHERE e.id = d.id ORDER BY v DESC NULLS LAST LIMIT 1) s ON true JOIN g USING (v) ORDER BY 1;
SELECT s.v, count(*), array_agg(d.id ORDER BY d.id) FROM d, LATERAL (SELECT DISTINCT v FROM e WHERE e.id = d.id) s GROUP BY s.v ORDER BY 1;
SELECT DISTINCT s.w FROM d, LATERAL (SELECT max(w) AS w FROM e WHERE e.id <= d.id GROUP BY id) s ORDER BY 1;
SELECT d.id, s.v, row_number() OVER (PARTITION BY d.id ORDER BY s.v) FROM d, LATERAL (SELECT v FROM e WHERE e.id = d.id LIMIT 5) s ORDER BY 1, 3;
SELECT x.id, s.v FROM d x NATURAL JOIN (SELECT id FROM d WHERE id < 3) y, LATERAL (SELECT v FROM e WHERE e.id = x.id ORDER BY v LIMIT 1) s ORDER BY 1;
SELECT s.* FROM d, LATERAL (SELECT * FROM e WHERE e.id = d.id ORDER BY w LIMIT 1) s ORDER BY s.id;
SELECT count(*) FROM d a, d b, LATERAL (SELECT v FROM e WHERE e.id IN (a.id, b.id) GROUP BY v) s;
-- other commands
CREATE TABLE got AS SELECT d.id, s.top FROM d LEFT JOIN LATERAL (SELECT max(v) AS top FROM e WHERE e.id = d.id GROUP BY e.id) s ON true ORDER BY 1;
SELECT * FROM got ORDER BY id;
INSERT INTO got SELECT d.id + 10, s.v FROM d, LATERAL (SELECT v FROM g WHERE v < d.n ORDER BY v LIMIT 1) s RETURNING *;
UPDATE got SET top = s.m FROM d, LATERAL (SELECT min(v) AS m FROM e WHERE e.id = d.id GROUP BY e.id) s WHERE got.id = d.id AND s.m IS NOT NULL;
DELETE FROM got USING d, LATERAL (SELECT v FROM e WHERE e.id = d.id ORDER BY v DESC LIMIT 1) s WHERE got.id = d.id AND s.v = 9;
SELECT * FROM got ORDER BY id;
UPDATE got SET top = 0 FROM LATERAL (SELECT got.id) s;
CREATE VIEW tops AS SELECT d.id, s.v, s.w FROM d LEFT JOIN LATERAL (SELECT e.v, e.w FROM e WHERE e.id = d.id ORDER BY e.v DESC NULLS LAST LIMIT 1) s ON true;
SELECT * FROM tops ORDER BY id;
SELECT t.id, s.c FROM tops t, LATERAL (SELECT count(*) AS c FROM tops u WHERE u.v <= t.v HAVING count(*) > 0) s ORDER BY 1;
PREPARE p(int) AS SELECT d.id, s.w FROM d, LATERAL (SELECT w FROM e WHERE e.id = d.id AND v > $1 ORDER BY w LIMIT 1) s ORDER BY 1;
EXECUTE p(5);
EXECUTE p(8);
WITH moved AS (DELETE FROM g WHERE v = 5 RETURNING v, z) SELECT d.id, s.z FROM d, LATERAL (SELECT z FROM moved WHERE moved.v < d.n ORDER BY z LIMIT 1) s ORDER BY 1;
DROP VIEW tops;
