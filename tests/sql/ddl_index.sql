-- area: ddl
-- player: psql
-- CREATE INDEX and DROP INDEX.
CREATE TABLE t (a int, b text, c numeric, d jsonb, e timestamptz);
INSERT INTO t VALUES (1, 'x', 1.0, '{"k": 1}', now()), (2, 'X', 1.00, '{"k": 2}', now()), (2, NULL, NULL, NULL, NULL);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a, b);
CREATE INDEX ON t (lower(b));
CREATE INDEX ON t ((a + 1), lower(b));
CREATE INDEX ON t (a DESC, b NULLS FIRST, c DESC NULLS LAST);
CREATE INDEX named ON t (b) WHERE a > 1;
CREATE INDEX named ON t (b);
CREATE INDEX IF NOT EXISTS named ON t (b);
CREATE UNIQUE INDEX ON t (a);
CREATE UNIQUE INDEX uq_b ON t (b);
CREATE UNIQUE INDEX uq_lower ON t (lower(b));
CREATE UNIQUE INDEX uq_c ON t (c);
CREATE UNIQUE INDEX uq_part ON t (a) WHERE b IS NOT NULL;
CREATE UNIQUE INDEX uq_two ON t (a, b);
CREATE INDEX h ON t USING hash (a);
CREATE INDEX inc ON t (a) INCLUDE (b);
CREATE INDEX CONCURRENTLY conc ON t (c);
CREATE INDEX coll ON t (b COLLATE "C");
CREATE INDEX opc ON t (b text_pattern_ops);
CREATE INDEX expr_json ON t ((d ->> 'k'));
CREATE INDEX wf ON t (a) WITH (fillfactor = 50);
\d t
INSERT INTO t VALUES (1, 'x', 5);
INSERT INTO t VALUES (2, 'zz', 5);
DROP INDEX uq_part, uq_b;
CREATE UNIQUE INDEX ue ON t ((upper(b) || a::text));
INSERT INTO t VALUES (1, 'x');
CREATE INDEX bad ON t (nosuch);
CREATE INDEX bad ON nosuch (a);
CREATE INDEX bad ON t (now());
CREATE INDEX bad ON t (random());
CREATE INDEX bad ON t (sum(a));
CREATE INDEX bad ON t ((SELECT 1));
CREATE INDEX bad ON t (a) WHERE b;
CREATE INDEX bad ON t (a) WHERE now() > e;
CREATE INDEX bad ON t (date_trunc('day', e));
CREATE VIEW v AS SELECT 1 AS a;
CREATE INDEX bad ON v (a);
\di
\d named
\d t_expr_lower_idx
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 't' ORDER BY 1;
SELECT indexrelid::regclass, indnatts, indnkeyatts, indisunique, indisprimary, indkey, indoption FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1::text;
DROP INDEX named;
DROP INDEX named;
DROP INDEX IF EXISTS named;
DROP INDEX t;
DROP INDEX CONCURRENTLY conc;
CREATE TABLE pk (a int PRIMARY KEY);
DROP INDEX pk_pkey;
REINDEX TABLE t;
REINDEX INDEX uq_two;
REINDEX INDEX nosuch;
-- what is unique
CREATE TABLE u (a text, b int);
CREATE UNIQUE INDEX u_lower ON u (lower(a));
CREATE UNIQUE INDEX u_part ON u (b) WHERE a = 'p';
INSERT INTO u VALUES ('Abc', 1);
INSERT INTO u VALUES ('aBC', 2);
INSERT INTO u VALUES ('p', 1);
INSERT INTO u VALUES ('q', 1);
UPDATE u SET a = 'P', b = 1 WHERE a = 'q';
INSERT INTO u VALUES (NULL, 1), (NULL, 1);
UPDATE u SET a = 'ABC' WHERE a = 'p';
SELECT * FROM u ORDER BY 1, 2;
\d u
