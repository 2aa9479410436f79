-- area: ddl
-- player: psql
-- Generated columns and default expressions.
CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c text GENERATED ALWAYS AS ('n' || a::text) STORED);
\d g
INSERT INTO g VALUES (1), (2) RETURNING *;
INSERT INTO g (a, b) VALUES (1, 2);
INSERT INTO g (a, b) VALUES (3, DEFAULT) RETURNING *;
UPDATE g SET b = 5;
UPDATE g SET b = DEFAULT;
UPDATE g SET a = 10 WHERE a = 1 RETURNING *;
ALTER TABLE g ALTER b SET DEFAULT 5;
ALTER TABLE g ALTER b DROP EXPRESSION;
\d g
INSERT INTO g (a, b) VALUES (4, 4) RETURNING *;
ALTER TABLE g ALTER a DROP EXPRESSION;
ALTER TABLE g ALTER a DROP EXPRESSION IF EXISTS;
ALTER TABLE g ADD d int GENERATED ALWAYS AS (a + 1) STORED;
SELECT * FROM g ORDER BY a;
INSERT INTO g (a) VALUES (9) RETURNING *;
CREATE INDEX ON g (d);
CREATE TABLE bad (a int, b int GENERATED ALWAYS AS (c) STORED);
CREATE TABLE bad (a int, b int GENERATED ALWAYS AS (b) STORED);
CREATE TABLE bad (a int GENERATED ALWAYS AS (1) STORED, b int GENERATED ALWAYS AS (a) STORED);
CREATE TABLE bad (a int GENERATED ALWAYS AS (random()) STORED);
CREATE TABLE bad (a timestamptz GENERATED ALWAYS AS (now()) STORED);
CREATE TABLE bad (a int GENERATED ALWAYS AS (1) STORED DEFAULT 2);
CREATE TABLE bad (a int GENERATED ALWAYS AS (1) STORED GENERATED ALWAYS AS (2) STORED);
CREATE TABLE bad (a int, b int GENERATED ALWAYS AS (sum(a)) STORED);
CREATE TABLE bad (a int, b int GENERATED ALWAYS AS ((SELECT 1)) STORED);
CREATE TABLE bad (a int, b int GENERATED ALWAYS AS ('x') STORED);
ALTER TABLE g DROP COLUMN a;
ALTER TABLE g DROP COLUMN a CASCADE;
\d g
-- defaults
CREATE TABLE d (a int DEFAULT 1 + 1, b text DEFAULT 'it''s', c timestamptz DEFAULT now(), e date DEFAULT CURRENT_DATE, f int[] DEFAULT '{1,2}',
	h text[] DEFAULT ARRAY['a', 'b'], i numeric(10,2) DEFAULT 1.5, j jsonb DEFAULT '{"a": 1}', k bool DEFAULT true, l uuid DEFAULT gen_random_uuid(),
	m varchar(5) DEFAULT 'abc', n float8 DEFAULT 1e10, o text DEFAULT NULL, p text DEFAULT upper('x'), q interval DEFAULT '1 day', r int DEFAULT -1,
	s bytea DEFAULT '\x01', t text DEFAULT CURRENT_USER, u char(3) DEFAULT 'a', v timestamp DEFAULT '2020-01-01', w text DEFAULT ('a' || 'b')::text,
	x bigint DEFAULT 1, y int DEFAULT '5'::int, z timestamp DEFAULT CURRENT_TIMESTAMP);
\d d
INSERT INTO d DEFAULT VALUES;
SELECT a, b, c = now() OR c < now() AS c, e <= CURRENT_DATE AS e, f, h, i, j, k, l IS NOT NULL AS l, m, n, o, p, q, r, s, t, u, v, w, x, y, z IS NOT NULL AS z FROM d;
UPDATE d SET a = DEFAULT, b = DEFAULT RETURNING a, b;
INSERT INTO d (a, b) VALUES (DEFAULT, DEFAULT), (5, 'q') RETURNING a, b, f;
INSERT INTO d (m) VALUES ('abcdef');
CREATE TABLE long (m varchar(2) DEFAULT 'abc');
INSERT INTO long DEFAULT VALUES;
INSERT INTO long VALUES ('ab');
SELECT * FROM long;
ALTER TABLE d ALTER a SET DEFAULT 100, ALTER b DROP DEFAULT;
INSERT INTO d DEFAULT VALUES RETURNING a, b;
ALTER TABLE d ALTER a SET DEFAULT 'x';
ALTER TABLE d ALTER nosuch SET DEFAULT 1;
ALTER TABLE d ALTER nosuch DROP DEFAULT;
SELECT adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'd'::regclass ORDER BY 1;
SELECT column_name, column_default, is_nullable, data_type FROM information_schema.columns WHERE table_name = 'd' ORDER BY ordinal_position;
